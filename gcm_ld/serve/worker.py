"""A worker: a process that asks the store, one job at a time, and may be ended at any moment."""

from __future__ import annotations

import json
import mmap
import os
import resource
import socket
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcm_ld.serve import frames
from gcm_ld.serve.answer import Answer, Refusal, tag_matches

if TYPE_CHECKING:
    from gcm_ld.serve.handlers import Handler
    from gcm_ld.store.database import Snapshot

__all__ = ["Channel", "main", "run_worker"]

#: Answers up to this size go in one frame; larger ones in pieces of it.
PIECE = 1 << 16
#: Below this, packing is not worth it.
_WORTH_PACKING = 1024
_PACKED = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/sparql-results",
    "application/xml",
    "image/svg+xml",
)
#: The longest packet that a job comes in.
_PACKET = 1 << 20
#: What is given on top of the limit before the system itself refuses memory.
_SLACK = 1 << 29


class Channel:
    """Where a worker writes its answers.

    :param stream: its own end of a stream.
    :param slot: tells what it is at.
    """

    def __init__(self, stream: socket.socket, slot: Callable[[int], object]) -> None:
        self._stream = stream
        self.slot = slot

    def send(self, job: int, kind: int, *content: bytes) -> None:
        """Send a frame."""
        self._stream.sendall(frames.frame(job, kind, *content))

    def wait(self) -> None:
        """Wait until the other side has taken everything."""
        if not self._stream.recv(1):
            os._exit(0)


def run_worker(
    jobs: socket.socket,
    channel: Channel,
    snapshot: Snapshot,
    handlers: Mapping[str, Handler],
) -> None:
    """Answer jobs until there will be no more.

    :param jobs: where they come from; other workers take theirs from it as well.
    :param channel: where answers go.
    :param snapshot: the store.
    :param handlers: kind of job → what answers it.
    """
    buffer = bytearray(_PACKET)  # made once: asked for anew each time, it costs more than a job
    view = memoryview(buffer)
    while size := jobs.recv_into(buffer):
        job, kind, payload = frames.unpack_job(view[:size])
        channel.slot(job)
        sender = _Sender(channel, job, payload.pop("gzip", False), payload.pop("known", None))
        try:
            sender.send(handlers[kind](snapshot, payload))
        except Refusal as refusal:
            sender.refuse(refusal)
        except MemoryError:
            sender.refuse(Refusal(500, "the answer needs too much memory", outcome="memory"))
        except BrokenPipeError:
            return
        except Exception as error:
            # A fault of ours ends one answer, not the worker; the sentence names it.
            problem = f"something went wrong here ({type(error).__name__}): report it, please"
            sender.refuse(Refusal(500, problem, outcome="fault"), detail=_trace(error))
        channel.slot(0)


def _trace(error: Exception) -> str:
    import traceback

    return "".join(traceback.format_exception(error))[-4000:]


class _Sender:
    """Sends one answer: whole if it is small, else in pieces while it is made."""

    __slots__ = (
        "_channel",
        "_gzip",
        "_headers",
        "_job",
        "_kept",
        "_known",
        "_left",
        "_most",
        "_out",
        "_packer",
        "_size",
        "_status",
    )

    def __init__(self, channel: Channel, job: int, gzip: bool, known: str | None) -> None:
        self._channel, self._job, self._gzip, self._known = channel, job, gzip, known
        self._status = 200
        self._headers: Mapping[str, str] = {}
        self._most = self._left = sys.maxsize
        self._kept: list[bytes] = []
        self._size = 0
        self._packer: Any = None
        self._out = False

    def send(self, answer: Answer) -> None:
        """Send an answer to its end."""
        self._status, self._headers, body = answer.status, answer.headers, answer.body
        if answer.most is not None:
            self._most = self._left = answer.most
        if self._known and tag_matches(self._known, self._headers.get("etag", "")):
            self._status, body = 304, b""
        if isinstance(body, bytes):
            self.write(body)
        elif callable(body):
            body(self)
        else:
            for piece in body:
                self.write(piece)
        self._finish()

    def write(self, data: bytes) -> int:
        """Take a piece of the body; it goes out once there is enough of it."""
        size = len(data)
        self._left -= size
        if self._left < 0:
            problem = (
                f"the answer is larger than the {self._most:,} bytes that are sent here: "
                "add a LIMIT, or ask for less"
            )
            raise Refusal(500, problem, outcome="too-large")
        self._kept.append(data)
        self._size += size
        if self._size >= PIECE:
            self._push()
        return size

    def flush(self) -> None:
        """Do nothing: it is the size that decides."""

    def _push(self) -> None:
        """Send what is kept, the head first."""
        content = b"".join(self._kept)
        self._kept, self._size = [], 0
        if not self._out:
            if self._packs():
                self._packer = zlib.compressobj(level=5, wbits=31)
            head = frames.pack_head(self._status, self._headers)
            self._channel.send(self._job, frames.HEAD, head)
            self._out = True
        if self._packer:
            content = self._packer.compress(content)
        self._chunks(content)

    def _chunks(self, content: bytes) -> None:
        for start in range(0, len(content), PIECE):
            self._channel.send(self._job, frames.CHUNK, content[start : start + PIECE])

    def _finish(self) -> None:
        if not self._out:
            body = b"".join(self._kept)
            if self._gzip and len(body) >= _WORTH_PACKING and self._packs():
                packer = zlib.compressobj(level=5, wbits=31)
                body = packer.compress(body) + packer.flush()
            head = frames.pack_head(self._status, self._headers)
            self._channel.send(self._job, frames.WHOLE, head, body)
            return
        if self._kept:
            self._push()
        if self._packer:
            self._chunks(self._packer.flush())
        self._channel.send(self._job, frames.END)
        self._channel.wait()

    def refuse(self, refusal: Refusal, *, detail: str = "") -> None:
        """Say why there is no answer; once part of it is out, break it off."""
        content = json.dumps(
            {
                "status": refusal.status,
                "problem": refusal.problem,
                "outcome": refusal.outcome,
                "headers": refusal.headers,
                "detail": detail,
            }
        ).encode()
        with suppress(BrokenPipeError):
            self._channel.send(self._job, frames.ABORT if self._out else frames.REFUSAL, content)

    def _packs(self) -> bool:
        kind = self._headers.get("content-type", "")
        if not self._gzip or "content-encoding" in self._headers or not kind.startswith(_PACKED):
            return False
        self._headers = {**self._headers, "content-encoding": "gzip"}
        tag = self._headers.get("etag", "")
        if tag.startswith('"'):  # not the same bytes any more (RFC 9110, section 8.8.1)
            self._headers["etag"] = "W/" + tag
        return True


def main(
    config: Mapping[str, Any], jobs: socket.socket, stream: socket.socket, memory: int
) -> None:
    """Be a worker: called in a process of its own, which ends with it.

    :param config: ``store``, ``slot``, ``memory``, and settings for the handlers.
    :param jobs: where jobs come from.
    :param stream: where answers go.
    :param memory: a file that both sides see, with a slot for each worker.
    """
    from gcm_ld.errors import GcmLdError
    from gcm_ld.serve.handlers import HANDLERS
    from gcm_ld.store.database import Database

    shared = mmap.mmap(memory, 0)
    place = int(config["slot"]) * frames.SLOT.size

    def tell(job: int) -> None:
        # The time first, and it stays: a job is never seen with no time, or that of another.
        if job:
            frames.WORD.pack_into(shared, place + frames.WORD.size, time.monotonic_ns())
        frames.WORD.pack_into(shared, place, job)

    channel = Channel(stream, tell)
    try:
        snapshot = Database(Path(config["store"])).open()
        assert snapshot.store is not None  # noqa: S101 - opened now, and not for the first query
    except (GcmLdError, OSError) as error:
        channel.send(0, frames.READY, json.dumps({"problem": str(error)}).encode())
        return
    _limit_memory(int(config["memory"]))
    ready = {"generation": snapshot.generation, "pid": os.getpid()}
    channel.send(0, frames.READY, json.dumps(ready).encode())
    with suppress(BrokenPipeError, ConnectionResetError):
        run_worker(jobs, channel, snapshot, HANDLERS)


def _limit_memory(limit: int) -> None:
    """Let the system refuse memory far beyond the limit, should the front be late to see it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + limit + _SLACK
    # The soft limit only: what a worker has made by a process of its own may lift it.
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
