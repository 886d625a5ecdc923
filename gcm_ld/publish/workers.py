"""Making many files at once: on each core a process that shares what has been read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from gcm_ld.publish.folder import Folder
from gcm_ld.workers import cores, run_all

__all__ = ["Maker", "write_files"]

#: Fewer makers than this are done sooner by one process.
_FEW = 4
#: Makes some files, by name.
Maker = Callable[[], Mapping[str, bytes]]


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
    if total < _FEW or cores() < 2:
        for n, maker in enumerate(makers):
            progress(n, total)
            _write(maker, folder)
        return

    def make(number: int) -> tuple[dict[str, bytes], set[str], int]:
        return _make(makers[number], folder)

    progress(0, total)
    cure = "try again when more memory is free"
    for n, made in enumerate(run_all(make, total, jobs=cores(), cure=cure), 1):
        folder.take_over(*made)
        progress(n, total)


def _write(maker: Maker, folder: Folder) -> None:
    for name, content in maker().items():
        if name not in folder.new:
            folder.write(name, content)


def _make(maker: Maker, folder: Folder) -> tuple[dict[str, bytes], set[str], int]:
    """Make the files of a maker in a process of its own; return what it did to the folder."""
    known, folders, written = len(folder.new), set(folder.made), folder.written
    _write(maker, folder)
    made = dict(islice(folder.new.items(), known, None))  # names stand in the order of making
    return made, folder.made - folders, folder.written - written
