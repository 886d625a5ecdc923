"""The workers of one generation, and the jobs that they are given."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from gcm_ld.serve.frames import FrameReader

if TYPE_CHECKING:
    from gcm_ld.serve.answer import Refusal
    from gcm_ld.serve.pool import Pool

__all__ = ["Crew", "Job", "Reply", "Worker"]

_ROOM = 1 << 20


class Reply(Protocol):
    """Who is told what comes of a job."""

    def whole(self, status: int, head: bytes, body: bytes) -> None:
        """Take the answer."""

    def head(self, status: int, head: bytes) -> None:
        """Take the head of an answer that comes in pieces."""

    def chunk(self, content: bytes) -> None:
        """Take a piece."""

    def end(self) -> None:
        """Take note that this was all."""

    def fail(self, refusal: Refusal, detail: str = "") -> None:
        """Take note that there is no answer, or no more of it."""

    def broke(self, outcome: str) -> None:
        """Take note that the answer ends here, though it is not whole."""


@dataclass(eq=False, slots=True)
class Job:
    """One thing to be done by a worker.

    :param kind: a key of :data:`gcm_ld.serve.handlers.HANDLERS`.
    :param payload: what its function gets, made of plain values; ``gzip``, whether the answer may
        be packed, and ``known``, the tags that the client has, are for the worker itself.
    :param reply: who is told what comes of it.
    :param timeout: how long it may take.
    """

    kind: str
    payload: dict[str, Any]
    reply: Reply
    timeout: float
    number: int = 0
    asked: float = 0.0
    sent: float = 0.0
    attempts: int = 0
    abandoned: float = 0.0
    out: bool = False
    worker: Worker | None = field(default=None, repr=False)
    _held: float = 0.0
    _since: float = 0.0

    def pause(self) -> None:
        """Have the worker wait, for the client is slow."""
        if self.worker is not None and self.worker.transport and not self._since:
            self._since = time.monotonic()
            self.worker.transport.pause_reading()

    def resume(self) -> None:
        """Have it go on."""
        if self._since:
            self._held += time.monotonic() - self._since
            self._since = 0.0
            if self.worker is not None and self.worker.transport:
                self.worker.transport.resume_reading()

    def held(self, now: float) -> float:
        """Return how long the worker has waited for the client."""
        return self._held + (now - self._since if self._since else 0.0)


class Worker(asyncio.Protocol):
    """A worker, and the stream that its answers come over."""

    def __init__(self, pool: Pool, crew: Crew, slot: int, number: int) -> None:
        self._pool = pool
        self.crew, self.slot, self.number = crew, slot, number
        self.pid = 0
        self.ready = False
        #: Why it was ended, if it was us.
        self.doom: str | None = None
        #: How it ended, once known; and whether all that it said is read.
        self.status: int | None = None
        self.ended = False
        #: The job that it was last seen at.
        self.last = -1
        self.transport: asyncio.Transport | None = None
        self._reader = FrameReader()
        self._task: asyncio.Task[Any] | None = None

    def connect(self) -> socket.socket:
        """Open the stream, and return the end that the worker gets."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(loop.create_connection(lambda: self, sock=ours))
        return theirs

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the stream."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def data_received(self, data: bytes) -> None:
        """Pass on what the worker says."""
        took = self._pool.took
        for number, kind, content in self._reader.feed(data):
            took(self, number, kind, content)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that it has no more to say."""
        self.ended, self.transport = True, None
        self._pool.bury(self)


class Crew:
    """The workers of one generation; they take their jobs from one socket."""

    def __init__(self) -> None:
        self._target, self.source = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._target.setblocking(False)
        for end in (self._target, self.source):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
        self.generation = ""
        self.workers: list[Worker] = []
        #: The jobs that they were given and have not finished, by number.
        self.sent: dict[int, Job] = {}
        self.retired = False
        self.pause = 0.0
        self._closed = False

    def give(self, packet: bytes) -> bool:
        """Hand out a job; false if there is no room for it now."""
        try:
            self._target.send(packet)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Tell the workers that there will be no more."""
        self.retired = True
        if not self._closed:
            self._closed = True
            self._target.close()
            self.source.close()
