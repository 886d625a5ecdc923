"""A request, and the answer that it is given: what all have in common, and over HTTP/1.1."""

from __future__ import annotations

import http
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcm_ld.serve.http import Connection

__all__ = ["CLOSE", "PHRASES", "Exchange", "HttpExchange"]

#: status → the line that an answer begins with.
PHRASES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in http.HTTPStatus}
#: Tells the client that the connection ends with this answer.
CLOSE = b"connection: close\r\n"

_ABSOLUTE = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)


class Exchange(ABC):
    """A request, and the answer that it is given, whatever it goes over.

    :param target: path and query of its address.
    :param headers: names in lower case.
    """

    __slots__ = (
        "_alive",
        "began",
        "body",
        "complete",
        "headers",
        "method",
        "on_gone",
        "on_room",
        "path",
        "query",
        "sent",
        "started",
        "status",
        "target",
        "version",
    )

    def __init__(self, target: bytes, headers: dict[bytes, bytes]) -> None:
        self._alive = True
        self.method, self.version = "", "1.1"
        if not target.startswith(b"/"):  # as it is sent to a proxy (RFC 9112, section 3.2.2)
            target = _ABSOLUTE.sub(b"", target) or b"/"
        self.target = target
        self.path, _, self.query = target.partition(b"?")
        self.headers = headers
        self.body = b""
        self.began = time.perf_counter()
        self.status = 0
        self.sent = 0
        self.started = False
        self.complete = False
        #: Called when the client has left before its answer was complete.
        self.on_gone: Callable[[], None] | None = None
        #: Called with whether there is room for more.
        self.on_room: Callable[[bool], None] | None = None

    @property
    @abstractmethod
    def client(self) -> str:
        """The address that the request comes from."""

    def header(self, name: bytes) -> str | None:
        """Return a header as text, or nothing."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @abstractmethod
    def respond(self, status: int, head: bytes, body: bytes, *, close: bool = False) -> None:
        """Send a whole answer.

        :param head: header lines, without those on length, date and connection.
        :param body: its content, which an answer to HEAD tells only the length of.
        :param close: whether to end the connection.
        """

    @abstractmethod
    def start(self, status: int, head: bytes) -> None:
        """Send the head of an answer that comes in pieces."""

    @abstractmethod
    def write(self, content: bytes) -> None:
        """Send a piece."""

    @abstractmethod
    def finish(self) -> None:
        """End an answer that came in pieces."""

    @abstractmethod
    def abort(self) -> None:
        """Break the connection off, so that the answer is not taken for whole."""

    def lose(self) -> None:
        """Take note that the client has left."""
        if not self.complete:
            self.complete = True
            if self.on_gone is not None:
                self.on_gone()

    def closing(self) -> None:
        """Have the connection end with this answer."""
        self._alive = False


class HttpExchange(Exchange):
    """A request of an HTTP/1.1 connection of ours, and its answer."""

    __slots__ = ("_chunked", "_connection")

    def __init__(self, connection: Connection, target: bytes, headers: dict[bytes, bytes]) -> None:
        super().__init__(target, headers)
        self._connection = connection
        self._chunked = False

    @property
    def client(self) -> str:
        """The address that the request comes from."""
        return self._connection.client

    def respond(self, status: int, head: bytes, body: bytes, *, close: bool = False) -> None:
        """Send a whole answer."""
        if self.complete:
            return
        self._alive = self._alive and not close
        connection = self._connection
        size = len(body)
        length = b"" if status in (204, 304) else b"content-length: %d\r\n" % size
        end = b"\r\n" if self._alive else CLOSE + b"\r\n"
        if self.method == "HEAD" or status in (204, 304):
            size, body = 0, b""
        self.status, self.sent, self.started = status, size, True
        connection.write(
            b"".join((PHRASES[status], connection.listener.date, head, length, end, body))
        )
        self._done()

    def start(self, status: int, head: bytes) -> None:
        """Send the head of an answer that comes in pieces."""
        if self.complete:
            return
        connection = self._connection
        self.status, self.started = status, True
        self._chunked = self.version == "1.1"
        self._alive = self._alive and self._chunked
        length = b"transfer-encoding: chunked\r\n" if self._chunked else b""
        end = b"\r\n" if self._alive else CLOSE + b"\r\n"
        connection.write(b"".join((PHRASES[status], connection.listener.date, head, length, end)))

    def write(self, content: bytes) -> None:
        """Send a piece."""
        if self.complete or not content or self.method == "HEAD":
            return
        self.sent += len(content)
        if self._chunked:
            content = b"%x\r\n%b\r\n" % (len(content), content)
        self._connection.write(content)

    def finish(self) -> None:
        """End an answer that came in pieces."""
        if self.complete:
            return
        if self._chunked and self.method != "HEAD":
            self._connection.write(b"0\r\n\r\n")
        self._done()

    def abort(self) -> None:
        """Break the connection off, so that the answer is not taken for whole."""
        if not self.complete:
            self.complete = True
            self._connection.abort()

    def _done(self) -> None:
        self.complete = True
        self.on_gone = self.on_room = None
        self._connection.answered(self._alive)
