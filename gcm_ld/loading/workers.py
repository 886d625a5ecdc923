"""Work on many groups at once: a process on each core, and no more in hand than they can take."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from gcm_ld.errors import GcmLdError, InputError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["Workers"]

_R = TypeVar("_R")
#: How many groups are in hand for each process: the next one is ready when it is asked for.
_AHEAD = 3
#: Fewer groups than this are done sooner by one process.
_FEW = 4


class Workers(AbstractContextManager["Workers"]):
    """Processes that are forked when first needed; a context that ends them.

    :param groups: how many groups there are to work on.
    """

    def __init__(self, groups: int) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        self._count = cores if groups >= _FEW else 1
        self._pool: ProcessPoolExecutor | None = None

    def __exit__(self, *exc: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[..., _R], tasks: Iterable[tuple[Any, ...]]) -> Iterator[_R]:
        """Call a function for each task, and give the results in the tasks' order.

        :param function: any of a module's.
        :param tasks: its arguments.
        :raises InputError: what the function raised.
        """
        if self._count < 2:
            yield from (function(*task) for task in tasks)
            return
        waiting: deque[Future[_R | str]] = deque()
        try:
            for task in tasks:
                waiting.append(self._submit(function, task))
                if len(waiting) > self._count * _AHEAD:
                    yield self._take(waiting)
            while waiting:
                yield self._take(waiting)
        finally:
            for future in waiting:
                future.cancel()

    def _submit(self, function: Callable[..., _R], task: tuple[Any, ...]) -> Future[_R | str]:
        if self._pool is None:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(
                self._count,
                mp_context=multiprocessing.get_context("fork"),
                initializer=_watch,
                initargs=(os.getpid(),),
            )
        return self._pool.submit(_call, function, task)

    @staticmethod
    def _take(waiting: deque[Future[_R | str]]) -> _R:
        from concurrent.futures.process import BrokenProcessPool

        try:
            result = waiting.popleft().result()
        except BrokenProcessPool:
            raise InputError(
                "a process that was reading the data was ended from outside, perhaps for lack of "
                "memory: try again with fewer groups at once"
            ) from None
        if isinstance(result, str):
            raise InputError(result)
        return result


def _call(function: Callable[..., _R], task: tuple[Any, ...]) -> _R | str:
    """Call a function; errors come back as text, which any process can read."""
    try:
        return function(*task)
    except GcmLdError as error:
        return str(error)


def _watch(parent: int) -> None:
    """End this process when the one that forked it has gone, however it went."""

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
