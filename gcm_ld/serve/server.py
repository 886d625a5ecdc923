"""The server from start to end: its socket, its signals, its event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import IO, Any

from gcm_ld.errors import InputError
from gcm_ld.serve.front import Front
from gcm_ld.serve.limits import Limits
from gcm_ld.serve.log import AccessLog
from gcm_ld.serve.pool import Pool

__all__ = ["bind", "run_server"]

_BACKLOG = 1024
#: How long answers that are on their way may take once the server is told to end.
_GOODBYE = 5.0
#: Next to nothing is left to be collected, so it is looked for less often than is usual.
_COLLECT = 10_000


def bind(host: str, port: int) -> socket.socket:
    """Open the socket to listen on.

    :param host: a name or an address.
    :param port: 0 for any that is free.
    :raises InputError: if the port is taken, or the host is none of ours.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OverflowError:
        raise InputError(f"--port {port}: choose a number up to 65535") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} on {host} is taken: choose another with --port"
            ) from None
        if error.errno == errno.EACCES:
            raise InputError(
                f"port {port} is kept for the system: choose one from 1024 on with --port"
            ) from None
        raise InputError(
            f"{host} is no address of this machine ({error.strerror}): check --host"
        ) from None


def run_server(
    store: Path,
    listening: socket.socket,
    limits: Limits,
    *,
    base: str,
    log: IO[str] | None,
    behind_proxy: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Serve a store until told to end (SIGINT, SIGTERM).

    :param store: its folder.
    :param listening: see :func:`bind`.
    :param limits: what is put up with.
    :param base: the address that the server is reached at.
    :param log: where requests are noted; nothing for nowhere.
    :param behind_proxy: whether the client's address stands in X-Forwarded-For.
    :param tell: called once requests are answered.
    :raises InputError: if the store can't be opened.
    """
    pool = Pool(store, limits)
    access = AccessLog(log)
    _run(_serve(pool, listening, limits, access, base, behind_proxy, tell))


def _run(main: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


async def _serve(
    pool: Pool,
    listening: socket.socket,
    limits: Limits,
    log: AccessLog,
    base: str,
    behind_proxy: bool,
    tell: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    front: Front | None = None
    try:
        opening = loop.create_task(pool.open())
        waiting = loop.create_task(stop.wait())
        await asyncio.wait({opening, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            opening.cancel()
            return
        opening.result()
        front = Front(pool, limits, log, base=base, behind_proxy=behind_proxy)
        server = await loop.create_server(front.listener, sock=listening, backlog=_BACKLOG)
        tell()
        gc.collect()
        gc.freeze()  # what is there now stays
        gc.set_threshold(_COLLECT)
        ticks = 0
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.25)
            log.flush()
            ticks += 1
            if ticks % 4 == 0:
                front.listener.sweep()
        server.close()
        stop.clear()  # told once more, it does not wait for anybody
        await _part(front, stop)
    finally:
        if front is not None:
            for connection in list(front.listener.connections):
                connection.abort()
        pool.close()
        log.flush()


async def _part(front: Front, stop: asyncio.Event) -> None:
    """Let answers that are on their way come to their end."""
    front.listener.close()
    until = asyncio.get_running_loop().time() + _GOODBYE
    while front.listener.connections and not stop.is_set():
        left = until - asyncio.get_running_loop().time()
        if left <= 0:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(left, 0.05))
