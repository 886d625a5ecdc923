"""Locks on files, by which processes tell each other what they hold.

Readers hold a *shared* lock on the generation that they read (``flock``, kept by forked children
too). A writer holds one of its own (``lockf``), which its children don't keep alive when it is
killed. Where a system has no such locks, nothing is held.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

__all__ = ["hold_alone", "hold_shared", "hold_writer", "is_held"]


def hold_shared(path: Path) -> IO[bytes] | None:
    """Hold a shared lock on a file that is there.

    :returns: the open file that holds it until it is closed; nothing if the file has gone.
    :raises OSError: if the file can't be opened.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    if fcntl is None:
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # somebody is about to delete it
        file.close()
        return None
    if _is_at(file, path):
        return file
    file.close()
    return None


def hold_alone(path: Path) -> IO[bytes] | None:
    """Hold a file that nobody holds a shared lock on, before it is deleted.

    :returns: the open file that holds it until it is closed; nothing if somebody reads.
    :raises FileNotFoundError: if there is no such file.
    """
    file = path.open("rb")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
    return file


def hold_writer(path: Path) -> IO[bytes] | None:
    """Hold the writer's lock, made if it is not there.

    :returns: the open file that holds it until it is closed; nothing if another process has it.
    :raises OSError: if the file can't be made.
    """
    while True:
        file = path.open("ab")
        if fcntl is None:
            return file
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        if _is_at(file, path):
            return file
        file.close()  # the writer that held it has just ended, and taken it away


def is_held(path: Path) -> bool:
    """Tell whether another process holds the writer's lock."""
    if fcntl is None:
        return False
    with suppress(OSError), path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Tell whether an open file is still the one of that name."""
    try:
        one, other = os.fstat(file.fileno()), path.stat()
    except FileNotFoundError:
        return False
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
