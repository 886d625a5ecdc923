"""Making many files at once: on each core a process that shares what has been read."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.publish.folder import Folder

__all__ = ["Maker", "write_files"]

#: Fewer makers than this are done sooner by one process.
_FEW = 4
#: Makes some files, by name.
Maker = Callable[[], Mapping[str, bytes]]


class _Job:
    """What the processes find when they are forked."""

    makers: Sequence[Maker]
    folder: Folder


def write_files(
    makers: Sequence[Maker],
    folder: Folder,
    progress: Callable[[int, int], None],
) -> None:
    """Make and write files, on all cores where there is enough to do.

    :param makers: each makes some files; no file is made by two of them.
    :param folder: where they go.
    :param progress: told how many makers of how many are done.
    :raises GcmLdError: what making or writing one of them raised.
    """
    total = len(makers)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if total < _FEW or cores < 2:
        for n, maker in enumerate(makers):
            progress(n, total)
            _write(maker, folder)
        return
    _Job.makers, _Job.folder = makers, folder
    progress(0, total)
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        results = pool.imap_unordered(_work, range(total))
        for n, (made, folders, written, fault) in enumerate(results, 1):
            if fault is not None:
                raise InputError(fault)
            folder.take_over(made, folders, written)
            progress(n, total)


def _write(maker: Maker, folder: Folder) -> None:
    for name, content in maker().items():
        if name not in folder.new:
            folder.write(name, content)


def _work(number: int) -> tuple[dict[str, bytes], set[str], int, str | None]:
    """Make the files of a maker; errors come back as text, which any process can read."""
    folder = _Job.folder
    known, folders, written = len(folder.new), set(folder.made), folder.written
    try:
        _write(_Job.makers[number], folder)
    except GcmLdError as error:
        return {}, set(), 0, str(error)
    made = dict(islice(folder.new.items(), known, None))  # names stand in the order of making
    return made, folder.made - folders, folder.written - written, None
