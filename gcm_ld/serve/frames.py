"""How the process that speaks HTTP and a worker talk: small frames over a pair of sockets.

A job goes to whichever worker is free, as one packet: its number, then what it is. What a worker
has to say comes back over a stream of its own: number of the job, kind of frame, length, content.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = [
    "ABORT",
    "CHUNK",
    "END",
    "HEAD",
    "READY",
    "REFUSAL",
    "SLOT",
    "WHOLE",
    "WORD",
    "FrameReader",
    "frame",
    "pack_head",
    "pack_job",
    "unpack_head",
    "unpack_job",
]

#: A whole answer: head and body.
WHOLE = 1
#: The head of an answer that comes in pieces.
HEAD = 2
#: A piece of it.
CHUNK = 3
#: Its end, which the worker waits to hear confirmed.
END = 4
#: It can't be brought to its end, and part of it is out.
ABORT = 5
#: A refusal, as JSON.
REFUSAL = 6
#: The worker has its store open, or says why it can't; as JSON.
READY = 7

#: What a worker is at, in memory that both sides see: the job, and when it was begun (ns).
SLOT = struct.Struct("<QQ")
#: One of the two, which are written one after the other.
WORD = struct.Struct("<Q")

_FRAME = struct.Struct("<QBI")
_NUMBER = struct.Struct("<Q")
_HEAD = struct.Struct("<HI")


def frame(job: int, kind: int, *content: bytes) -> bytes:
    """Make a frame.

    >>> reader = FrameReader()
    >>> reader.feed(frame(7, CHUNK, b"a", b"b") + frame(7, END)[:5])
    [(7, 3, b'ab')]
    """
    return b"".join((_FRAME.pack(job, kind, sum(map(len, content))), *content))


class FrameReader:
    """Cuts a stream into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, int, bytes]]:
        """Take what came, and return each frame that is complete: job, kind, content."""
        if self._rest:
            data = self._rest + data
        found = []
        start, end, size = 0, len(data), _FRAME.size
        while end - start >= size:
            job, kind, length = _FRAME.unpack_from(data, start)
            stop = start + size + length
            if stop > end:
                break
            found.append((job, kind, data[start + size : stop]))
            start = stop
        self._rest = data[start:]
        return found


def pack_head(status: int, headers: Mapping[str, str]) -> bytes:
    r"""Write status and headers as they stand in an HTTP answer.

    >>> unpack_head(pack_head(200, {"etag": "x"}) + b"body")
    (200, b'etag: x\r\n', b'body')
    """
    return _pack_head(status, tuple(headers.items()))


@lru_cache(maxsize=64)
def _pack_head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = "".join(f"{k}: {_one_line(v)}\r\n" for k, v in headers)
    head = lines.encode("latin-1", "replace")
    return _HEAD.pack(status, len(head)) + head


def _one_line(value: str) -> str:
    return " ".join(value.split()) if "\n" in value or "\r" in value else value


def unpack_head(content: bytes) -> tuple[int, bytes, bytes]:
    """Return status, head and what follows; see :func:`pack_head`."""
    status, length = _HEAD.unpack_from(content)
    start = _HEAD.size
    return status, content[start : start + length], content[start + length :]


def pack_job(job: int, kind: str, payload: dict[str, Any]) -> bytes:
    """Write a job; see :func:`unpack_job`.

    In Python's own form, which is read twenty times as fast as JSON: both ends are this program.
    """
    return _NUMBER.pack(job) + marshal.dumps((kind, payload))


def unpack_job(packet: bytes | memoryview) -> tuple[int, str, dict[str, Any]]:
    """Return number, kind and payload of a job.

    >>> unpack_job(pack_job(7, "page", {"path": "/"}))
    (7, 'page', {'path': '/'})
    """
    kind, payload = marshal.loads(packet[_NUMBER.size :])  # noqa: S302 - from our own front
    return _NUMBER.unpack_from(packet)[0], kind, payload
