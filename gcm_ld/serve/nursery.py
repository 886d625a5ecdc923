"""The process that workers are forked from, as the front sees it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["Nursery"]

_PACKET = 1 << 16
#: Small pieces of memory come and go by the hundred for each query: glibc keeps more at hand.
_ENVIRON = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=127"}


class Nursery:
    """Gives birth to workers, ends them, and tells how each ended; see the module ``zygote``.

    :param on_news: told what happened to a worker: ``born`` or ``dead``, its process, and more.
    :param on_loss: told that the process itself has gone, and with it all its workers.
    """

    def __init__(
        self, on_news: Callable[[dict[str, Any]], None], on_loss: Callable[[], None]
    ) -> None:
        self._on_news, self._on_loss = on_news, on_loss
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Its process."""
        return self._process.pid if self._process else None

    def open(self) -> None:
        """Start it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        command = [sys.executable, "-P", "-m", "gcm_ld.serve.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: S603
            command,
            env=_ENVIRON | os.environ,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = ours
        asyncio.get_running_loop().add_reader(ours, self._read)

    def spawn(self, order: dict[str, Any], handles: list[int]) -> None:
        """Have a worker forked.

        :param order: what the worker is told; ``worker`` is given back when it is born.
        :param handles: the sockets and memory that it gets.
        """
        if self._control is not None:
            socket.send_fds(self._control, [json.dumps(order).encode()], handles)

    def kill(self, pid: int) -> None:
        """End a worker at once, if it is still alive."""
        if self._control is not None:
            self._control.send(json.dumps({"kill": pid}).encode())

    def close(self) -> None:
        """End it, and all its workers."""
        control, self._control = self._control, None
        if control is not None:
            asyncio.get_running_loop().remove_reader(control)
            control.close()
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _read(self) -> None:
        while self._control is not None:
            try:
                packet = self._control.recv(_PACKET)
            except BlockingIOError:
                return
            except OSError:
                packet = b""
            if not packet:
                self.close()
                self._on_loss()
                return
            self._on_news(json.loads(packet))


def memory_of(pid: int) -> int:
    """Return the memory that a process has to itself, in bytes; 0 if it has gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123
            _, resident, shared, *_ = file.read().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGESIZE")
