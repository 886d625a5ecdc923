"""Work on all cores: processes that share what has been read, and end with their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection, process
from typing import Any

from gcm_ld.errors import FileError, GcmLdError, InputError
from gcm_ld.turtle import read_turtle

__all__ = ["cores", "run_all"]

Task = Callable[[int], bytes]


def cores() -> int:
    """Return how many processes can work at once; one where they can't share what was read."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


class _Job:
    """What the processes find when they are forked."""

    task: Task


def run_all(task: Task, total: int, *, jobs: int) -> Iterator[bytes]:
    """Run a task for each number and yield what it gives, in order.

    :param task: it may use all that is in memory, and changes nothing that others see.
    :param total: how many there are.
    :param jobs: how many processes may work at once.
    :raises GcmLdError: what the first task that failed raised.
    """
    jobs = min(jobs, total)
    if jobs < 2 or cores() == 1:
        yield from map(task, range(total))
        return
    _Job.task = task
    with multiprocessing.get_context("fork").Pool(jobs, _begin) as pool:
        for answer, path, fault in pool.imap(_work, range(total)):
            if path is not None:
                read_turtle(path)  # raises the same, with its place
            if fault is not None:
                raise InputError(fault)
            yield answer


def _begin() -> None:
    """Leave interrupts to the parent, and end when it does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = process.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(number: int) -> tuple[bytes, Any, str | None]:
    """Run the task; errors come back as text, which any process can read."""
    try:
        return _Job.task(number), None, None
    except FileError as error:
        return b"", error.path, str(error)
    except GcmLdError as error:
        return b"", None, str(error)
