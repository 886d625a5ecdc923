"""Work on all cores: processes that share what has been read, and end with their parent."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection, process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from gcm_ld.errors import FileError, GcmLdError, InputError
from gcm_ld.turtle import read_turtle

__all__ = ["cores", "run_all"]

_T = TypeVar("_T")

#: Tasks for each process that are begun before the first answer is fetched.
_AHEAD = 2


class _Answer(NamedTuple):
    """What a task gave, or what went wrong."""

    value: Any = None
    path: Path | None = None
    fault: str | Exception | None = None


def cores() -> int:
    """Return how many processes can work at once; one where they can't share what was read."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def run_all(
    task: Callable[[int], _T], total: int, *, jobs: int, cure: str = "try again with --jobs 1"
) -> Iterator[_T]:
    """Run a task for each number and yield what it gives, in order.

    No more answers wait to be fetched than a few for each process, however many there are.

    :param task: it may use all that is in memory, and changes nothing that others see; what it
        gives can be pickled.
    :param total: how many there are.
    :param jobs: how many processes may work at once.
    :param cure: what to do if a process is ended from outside.
    :raises GcmLdError: what the first task that failed raised, or that a process was ended.
    """
    jobs = min(jobs, total)
    if jobs < 2 or cores() == 1:
        yield from map(task, range(total))
        return
    with _workers(task, jobs) as idle:
        busy: list[Connection] = []
        answers: dict[int, _Answer] = {}
        begun = 0
        for number in range(total):
            while number not in answers:
                try:
                    while idle and begun < min(total, number + _AHEAD * jobs):
                        busy.append(idle.pop())
                        busy[-1].send(begun)
                        begun += 1
                    heard = connection.wait(busy)
                    for pipe in [pipe for pipe in busy if pipe in heard]:
                        done, answers[done] = pipe.recv()
                        busy.remove(pipe)
                        idle.append(pipe)
                except (EOFError, OSError):
                    raise InputError(
                        "a process was ended before it had done its work, for want of memory "
                        f"perhaps: {cure}"
                    ) from None
            answer = answers.pop(number)
            if answer.path is not None:
                read_turtle(answer.path)  # raises the same, with its place
            if isinstance(answer.fault, Exception):
                raise answer.fault
            if answer.fault is not None:
                raise InputError(answer.fault)
            yield answer.value


@contextmanager
def _workers(task: Callable[[int], Any], jobs: int) -> Iterator[list[Connection]]:
    """Begin processes that run a task for each number that they are sent, and end them."""
    context = multiprocessing.get_context("fork")
    processes = []
    pipes = []
    try:
        for _ in range(jobs):
            here, there = context.Pipe()
            processes.append(context.Process(target=_serve, args=(task, there)))
            processes[-1].start()
            pipes.append(here)
            there.close()  # so that the end of the process ends the pipe
        yield list(pipes)
    finally:
        for worker in processes:
            worker.terminate()
        for worker in processes:
            worker.join()
        for pipe in pipes:
            pipe.close()


def _serve(task: Callable[[int], Any], pipe: Connection) -> None:
    """Run a task for each number that comes.

    Interrupts are left to the parent, and when it ends, however it does, this ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what is shared is not looked through, which would copy it
    threading.Thread(target=_follow, daemon=True).start()
    while True:
        number = pipe.recv()
        pipe.send((number, _work(task, number)))


def _follow() -> None:
    parent = process.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(task: Callable[[int], Any], number: int) -> _Answer:
    """Run the task; errors come back as text, which any process can read."""
    try:
        return _Answer(task(number))
    except FileError as error:
        return _Answer(path=error.path if isinstance(error.path, Path) else None, fault=str(error))
    except GcmLdError as error:
        return _Answer(fault=str(error))
    except Exception as error:
        return _Answer(fault=error)
