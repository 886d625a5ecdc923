"""HTTP/1.1 for a public endpoint, on httptools: what it reads, and what it does not put up with.

A connection has one request answered at a time. Requests arrive whole at the application, within
limits on time and size; answers go out whole or in pieces, never faster than the client takes
them, and one that can't be brought to its end is broken off so that nobody takes it for whole.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from typing import cast

import httptools

from gcm_ld.serve.exchange import CLOSE, PHRASES, Exchange, HttpExchange
from gcm_ld.serve.limits import Limits

__all__ = ["Connection", "Listener"]

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_HIGH_WATER = 1 << 18
#: How many requests of one connection may wait for the one before (RFC 9112, section 9.3.2).
_PIPELINE = 16
#: What is still read of a request that was refused, so that its answer gets through.
_LINGER = 2.0
#: How long an answer is still made for a client that has closed its side.
_LEAVING = 0.5
_LINGER_BYTES = 1 << 24
_RESET = struct.pack("ii", 1, 0)


class Listener:
    """What all connections share.

    :param handle: takes each request.
    :param limits: what is put up with.
    :param tell: told of what was refused before it was a request: status, client and why.
    """

    def __init__(
        self,
        handle: Callable[[Exchange], None],
        limits: Limits,
        tell: Callable[[int, str, str], None],
    ) -> None:
        self.handle, self.limits, self.tell = handle, limits, tell
        self.connections: set[Connection] = set()
        self.date = b""
        self.closing = False
        self.sweep()

    def __call__(self) -> Connection:
        """Make the protocol of a new connection."""
        return Connection(self)

    def sweep(self) -> None:
        """Set the date, and end connections that are idle or too slow; called every second."""
        self.date = b"date: " + formatdate(usegmt=True).encode() + b"\r\n"
        now = time.monotonic()
        for connection in list(self.connections):
            connection.look(now)

    def close(self) -> None:
        """Take no more requests; those that are being answered go on."""
        self.closing = True
        for connection in list(self.connections):
            connection.leave()


class Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.client = ""
        self._limits = listener.limits
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._exchange: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        #: Since when part of a request is here, the client is idle, or takes nothing.
        self._reading = 0.0
        self._idle = time.monotonic()
        self._full = 0.0
        #: When the client said that it sends no more.
        self._left = 0.0
        #: When a connection that takes no more requests is closed at last.
        self._last = 0.0
        self._lingered = 0
        self._in_head = True
        self._size = 0
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._twice = False
        self._body: list[bytes] = []
        self._upgrade = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, base: asyncio.BaseTransport) -> None:
        """Begin, or turn away who is one too many."""
        transport = self._transport = cast(asyncio.Transport, base)  # uvloop's is none by class
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        peer = transport.get_extra_info("peername")
        self.client = str(peer[0]) if peer else ""
        listener = self.listener
        listener.connections.add(self)
        if len(listener.connections) > self._limits.connections or listener.closing:
            self._refuse(503, "too many connections: try again in a moment", b"retry-after: 2\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the one who is answering that nobody listens."""
        self.listener.connections.discard(self)
        self._transport = None
        self._waiting.clear()
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.lose()

    def eof_received(self) -> bool:
        """Let a client that has sent all still have its answer, if that is a matter of moments.

        It may have left as well, which looks the same from here.
        """
        if self._exchange is None or self._last:
            return False
        self._exchange.closing()
        self._left = time.monotonic()
        return True

    def pause_writing(self) -> None:
        """Have the answer wait."""
        self._full = time.monotonic()
        if self._exchange is not None and self._exchange.on_room is not None:
            self._exchange.on_room(False)

    def resume_writing(self) -> None:
        """Have the answer go on."""
        self._full = 0.0
        if self._exchange is not None and self._exchange.on_room is not None:
            self._exchange.on_room(True)

    @property
    def full(self) -> bool:
        """Whether more has been written than the client takes."""
        return self._full > 0

    def look(self, now: float) -> None:
        """End it if the client is too slow."""
        if self._last:
            if now > self._last:
                self.abort()
        elif _since(self._left, now) > _LEAVING or _since(self._full, now) > self._limits.patience:
            self.abort()
        elif self._reading and now - self._reading > self._limits.patience:
            self._refuse(408, "the request did not arrive in time: send it again")
        elif self._exchange or self._reading or now - self._idle < self._limits.idle:
            pass
        elif self._transport is not None:
            self._transport.close()

    def leave(self) -> None:
        """End it as soon as nothing is being answered."""
        if self._exchange is not None:
            self._exchange.closing()
            self._waiting.clear()
        elif self._transport is not None:
            self._transport.close()

    def write(self, data: bytes) -> None:
        """Send."""
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        """Break it off, and let the client see that it was."""
        transport = self._transport
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    def answered(self, alive: bool) -> None:
        """Go on to the next request."""
        self._exchange = None
        self._idle = time.monotonic()
        if not alive or self.listener.closing:
            self._linger()
            return
        if self._waiting:
            exchange = self._waiting.popleft()
            if self._transport is not None and len(self._waiting) < _PIPELINE:
                self._transport.resume_reading()
            self._begin(exchange)

    def _linger(self) -> None:
        """Say no more, and read on for a while, so that what was said gets through."""
        transport = self._transport
        if transport is None or self._last:
            return
        self._waiting.clear()
        self._last = time.monotonic() + _LINGER
        if transport.can_write_eof():
            transport.write_eof()
            transport.resume_reading()
        else:
            transport.close()

    def _refuse(self, status: int, problem: str, head: bytes = b"") -> None:
        if self._last or self._transport is None:
            return
        body = (problem + "\n").encode()
        self.listener.tell(status, self.client, problem)
        if self._exchange is None:
            self.write(
                b"%b%b%bcontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
                b"access-control-allow-origin: *\r\ncache-control: no-store\r\n%b\r\n%b"
                % (PHRASES[status], self.listener.date, head, len(body), CLOSE, body)
            )
            self._linger()
        else:  # it would come in the midst of another answer
            self._exchange.closing()

    # -- requests -----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._last:
            self._lingered += len(data)
            if self._lingered > _LINGER_BYTES and self._transport is not None:
                self._transport.close()
            return
        if not self._reading:
            self._reading = time.monotonic()
        if self._in_head:
            self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # no other protocol is spoken here (RFC 9110, section 7.8)
        except httptools.HttpParserInvalidMethodError:
            self._refuse(501, "there is no such method: use GET, HEAD, POST or OPTIONS")
        except httptools.HttpParserCallbackError as error:
            refused = error.__context__
            if not isinstance(refused, _RefusedError):
                raise
            self._refuse(refused.status, refused.problem)
        except httptools.HttpParserError:
            self._refuse(400, "this is not HTTP/1.1: check the request")
        else:
            if self._in_head and self._size > self._limits.head + self._limits.target:
                self._refuse(431, _TOO_MUCH_HEAD)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head = True
        self._url = b""
        self._headers = {}
        self._twice = False
        self._body = []

    def on_url(self, url: bytes) -> None:
        """Take its address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        name = name.lower()
        if name in self._headers:
            self._twice = self._twice or name in _ONCE
            value = self._headers[name] + b", " + value
        self._headers[name] = value

    def on_headers_complete(self) -> None:
        """Judge it by its head."""
        self._in_head, self._size = False, 0
        headers, limits = self._headers, self._limits
        if len(self._url) > limits.target:
            problem = (
                f"the address is longer than {limits.target:,} bytes: send the query with POST"
            )
            raise _RefusedError(414, problem)
        if sum(map(len, headers)) + sum(map(len, headers.values())) > limits.head:
            raise _RefusedError(431, _TOO_MUCH_HEAD)
        host = headers.get(b"host")
        if (host is None and self._parser.get_http_version() == "1.1") or self._twice:
            raise _RefusedError(400, "send Host, and no header twice that may be sent but once")
        length = headers.get(b"content-length", b"0")
        if length != b"0" and (not length.isdigit() or int(length[:20]) > limits.body):
            raise _RefusedError(413, f"the request is larger than {limits.body:,} bytes")
        if headers.get(b"expect", b"").lower() == b"100-continue" and self._exchange is None:
            self.write(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        """Take a piece of its content."""
        self._size += len(body)
        if self._size > self._limits.body:
            raise _RefusedError(413, f"the request is larger than {self._limits.body:,} bytes")
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand it over."""
        self._reading, self._size, self._in_head = 0.0, 0, True
        parser = self._parser
        exchange = HttpExchange(self, self._url, self._headers)
        exchange.method = parser.get_method().decode("ascii")
        exchange.body = b"".join(self._body)
        exchange.version = parser.get_http_version()
        if not parser.should_keep_alive() or parser.should_upgrade():
            exchange.closing()
        if self._exchange is None:
            self._begin(exchange)
        else:
            self._waiting.append(exchange)
            if len(self._waiting) >= _PIPELINE and self._transport is not None:
                self._transport.pause_reading()

    def _begin(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.listener.handle(exchange)


def _since(then: float, now: float) -> float:
    return now - then if then else 0.0


_ONCE = {b"host", b"content-type", b"authorization", b"origin"}
_TOO_MUCH_HEAD = "the head of the request is too large: send fewer or shorter headers"


class _RefusedError(Exception):
    """A request that is not read on."""

    def __init__(self, status: int, problem: str) -> None:
        self.status, self.problem = status, problem
