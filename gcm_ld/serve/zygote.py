"""The process that workers are forked from: small, without threads, and with everything imported.

It is started afresh (``python -m gcm_ld.serve.zygote``) by the process that speaks HTTP, does what
that one says over a pair of sockets, tells it which worker has ended and how, and ends with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any

__all__ = ["main"]

_PACKET = 1 << 16
#: prctl(2): be sent a signal when the parent ends.
_PR_SET_PDEATHSIG = 1


def main(number: int) -> None:
    """Serve orders until nobody is there to give any.

    :param number: the file descriptor that orders come from.
    """
    # The terminal's Ctrl+C goes to all; it is the front that ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=number)
    _prepare()
    bell, ringer = os.pipe()
    for end in (bell, ringer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    while True:
        watched: list[Any] = [control, bell]
        ready, _, _ = select.select(watched, [], [])
        if bell in ready:
            with suppress(BlockingIOError):
                os.read(bell, 1024)
            _reap(control, alive)
        if control in ready:
            packet, handles, _, _ = socket.recv_fds(control, _PACKET, 8)
            if not packet:
                break
            order = json.loads(packet)
            if "kill" in order:
                if order["kill"] in alive:
                    os.kill(order["kill"], signal.SIGKILL)
            else:
                pid = _fork(order, handles, (control.fileno(), bell, ringer))
                alive.add(pid)
                _tell(control, {"born": pid, "worker": order["worker"]})
            for handle in handles:
                os.close(handle)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    for pid in alive:
        os.waitpid(pid, 0)


def _prepare() -> None:
    """Import what workers need, once for all of them."""
    import pyoxigraph

    import gcm_ld.serve.handlers
    import gcm_ld.serve.worker
    import gcm_ld.store.database

    assert pyoxigraph and gcm_ld  # noqa: S101


def _reap(control: socket.socket, alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        alive.discard(pid)
        _tell(control, {"dead": pid, "status": os.waitstatus_to_exitcode(status)})


def _tell(control: socket.socket, news: dict[str, Any]) -> None:
    with suppress(OSError):  # gone: the next order says so
        control.send(json.dumps(news).encode())


def _fork(order: dict[str, Any], handles: list[int], ours: tuple[int, ...]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for handle in ours:
            os.close(handle)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            from gcm_ld.serve import worker

            jobs, stream, memory = handles
            worker.main(order, socket.socket(fileno=jobs), socket.socket(fileno=stream), memory)
            status = 0
    except Exception:
        traceback.print_exc()  # a fault of ours: the front tells that the worker is gone
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]))
