"""Making many files at once: on each core a process that shares what has been read."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.publish.folder import Folder

__all__ = ["Maker", "write_files"]

#: Makes some files, by name.
Maker = Callable[[], Mapping[str, bytes]]


class _Job:
    """What the processes find when they are forked."""

    makers: Sequence[Maker]
    folder: Folder
    chunk: int


def write_files(
    makers: Sequence[Maker],
    folder: Folder,
    progress: Callable[[int, int], None],
    *,
    chunk: int = 250,
) -> None:
    """Make and write files, on all cores where there are many.

    :param makers: each makes some files; no file is made by two of them.
    :param folder: where they go.
    :param progress: told how many makers of how many are done.
    :param chunk: makers that a process is handed at a time; fewer than four times as many are
        done sooner by this process.
    :raises GcmLdError: what making or writing one of them raised.
    """
    total = len(makers)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if total < 4 * chunk or cores < 2:
        for n, maker in enumerate(makers):
            if n % chunk == 0:
                progress(n, total)
            _write(maker, folder)
        return
    _Job.makers, _Job.folder, _Job.chunk = makers, folder, chunk
    starts = range(0, total, chunk)
    progress(0, total)
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        for n, (made, folders, written, fault) in enumerate(pool.imap_unordered(_work, starts), 1):
            if fault is not None:
                raise InputError(fault)
            folder.take_over(made, folders, written)
            progress(min(n * chunk, total), total)


def _write(maker: Maker, folder: Folder) -> None:
    for name, content in maker().items():
        if name not in folder.new:
            folder.write(name, content)


def _work(start: int) -> tuple[dict[str, bytes], set[str], int, str | None]:
    """Make the files of some makers; errors come back as text, which any process can read."""
    folder = _Job.folder
    known, folders, written = len(folder.new), set(folder.made), folder.written
    try:
        for maker in _Job.makers[start : start + _Job.chunk]:
            _write(maker, folder)
    except GcmLdError as error:
        return {}, set(), 0, str(error)
    made = dict(islice(folder.new.items(), known, None))  # names stand in the order of making
    return made, folder.made - folders, folder.written - written, None
