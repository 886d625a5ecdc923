"""The server as an ASGI application, for those who host Python services with a server of their own.

It answers as :mod:`gcm_ld.serve.server` does, with the same workers and limits. What goes on below
a request (idle connections, half a head, pipelining) is that server's to bound.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from gcm_ld.errors import InputError, MissingExtraError
from gcm_ld.serve.exchange import Exchange
from gcm_ld.serve.limits import Limits

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import Message, Receive, Scope, Send

    from gcm_ld.serve.front import Front
    from gcm_ld.serve.log import AccessLog

__all__ = ["PUBLIC_URL", "STORE", "BrokenOffError", "application"]

#: The environment's names for what is not given.
STORE, PUBLIC_URL = "GCM_LD_STORE", "GCM_LD_PUBLIC_URL"
#: Where uvicorn listens, if it is not told.
_BASE = "http://127.0.0.1:8000/"
_FLUSH = 0.25
#: How much waits for the server at most before the worker does, and when it goes on.
_HIGH_WATER, _LOW_WATER = 1 << 18, 1 << 16
_REFUSED = (
    b"content-type: text/plain; charset=utf-8\r\naccess-control-allow-origin: *\r\n"
    b"cache-control: no-store\r\n"
)


def application(
    store: Path | None = None,
    *,
    limits: Limits | None = None,
    base: str | None = None,
    behind_proxy: bool = False,
    log: IO[str] | None = None,
) -> Starlette:
    """Make the application (ASGI 3); workers begin and end with its lifespan.

    :param store: the store to serve; from ``GCM_LD_STORE``, if not given.
    :param limits: what is put up with.
    :param base: the address that it is reached at, with the path that it is mounted under; from
        ``GCM_LD_PUBLIC_URL``, if not given.
    :param behind_proxy: whether the client's address stands in X-Forwarded-For.
    :param log: where requests are noted; the error stream, if not given.
    :raises InputError: if there is no such store, or no address of that kind.
    :raises MissingExtraError: if Starlette is not installed.
    """
    from gcm_ld.store.database import Database

    try:
        import httptools  # noqa: F401
        from starlette.applications import Starlette
    except ImportError as error:
        raise MissingExtraError(error.name or "starlette", "serve", "serving") from None
    if sys.platform != "linux":
        raise InputError("serving needs Linux: run it in a container, or publish a folder")
    named = store or os.environ.get(STORE)
    if not named:
        raise InputError(f"{STORE} is not set: set it to the folder that gcm-ld load made")
    folder = Path(named)
    Database(folder)  # says what is wrong before anything is started
    address = base or os.environ.get(PUBLIC_URL) or _BASE
    if not address.startswith(("http://", "https://")):
        raise InputError(f"{PUBLIC_URL} {address}: give an address that starts with https://")
    some = limits or Limits(workers=max(4, os.cpu_count() or 1))
    endpoint = _Endpoint(some)

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        from gcm_ld.serve.front import Front
        from gcm_ld.serve.log import AccessLog
        from gcm_ld.serve.pool import Pool

        pool, access = Pool(folder, some), AccessLog(log or sys.stderr)
        beat = asyncio.get_running_loop().create_task(_flush(access))
        try:
            await pool.open()
            front = Front(
                pool, some, access, base=address.rstrip("/") + "/", behind_proxy=behind_proxy
            )
            endpoint.open(front)
            yield
        finally:
            endpoint.close()
            beat.cancel()
            pool.close()
            access.flush()

    app = Starlette(lifespan=live)
    app.router.default = endpoint  # every address, and not only those that a route can match
    return app


async def _flush(log: AccessLog) -> None:
    while True:
        await asyncio.sleep(_FLUSH)
        log.flush()


class BrokenOffError(Exception):
    """Tells the server to close the connection, for the answer has no proper end."""


class _Endpoint:
    """Answers every request.

    :param limits: what is put up with.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._front: Front | None = None
        self._open: set[_AsgiExchange] = set()

    def open(self, front: Front) -> None:
        """Answer from now on."""
        front.connections = self._open
        self._front = front

    def close(self) -> None:
        """Break off what is still being answered, and answer no more."""
        self._front = None
        for exchange in list(self._open):
            exchange.abort()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        exchange, front = _read_head(scope), self._front
        if front is None:
            problem = "the application's lifespan did not run: see docs/serve.md on mounting"
            exchange.respond(503, _REFUSED, f"{problem}\n".encode())
            await self._deliver(exchange, send)
            return
        refused = self._judge(exchange)
        self._open.add(exchange)
        try:
            if refused is None:
                refused = await self._read_body(exchange, receive)
            if refused is None:
                front.handle(exchange)
            else:
                status, problem = refused
                head = _REFUSED + (b"retry-after: 2\r\n" if status == 503 else b"")
                exchange.respond(status, head, f"{problem}\n".encode())
                front.listener.tell(status, exchange.client, problem)
            if exchange.complete:
                await self._deliver(exchange, send)
            else:
                listening = asyncio.create_task(_listen(exchange, receive))
                try:
                    await self._deliver(exchange, send)
                finally:
                    listening.cancel()
        except _LeftError:
            pass
        finally:
            exchange.lose()
            self._open.discard(exchange)

    def _judge(self, exchange: _AsgiExchange) -> tuple[int, str] | None:
        """Tell what is too much about a request before its content is read."""
        limits, headers = self._limits, exchange.headers
        if len(self._open) >= limits.connections:
            return 503, "too many requests at a time: try again in a moment"
        if len(exchange.target) > limits.target:
            problem = f"the address is longer than {limits.target:,} bytes"
            return 414, f"{problem}: send the query with POST"
        if sum(map(len, headers)) + sum(map(len, headers.values())) > limits.head:
            return 431, "the head of the request is too large: send fewer or shorter headers"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length[:20]) > limits.body:
            return self._too_large()
        return None

    def _too_large(self) -> tuple[int, str]:
        return 413, f"the request is larger than {self._limits.body:,} bytes"

    async def _read_body(self, exchange: _AsgiExchange, receive: Receive) -> tuple[int, str] | None:
        """Read a request's content, and tell what is wrong with it."""
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(self._limits.patience):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _LeftError
                    part = message.get("body", b"")
                    more = message.get("more_body", False)
                    size += len(part)
                    if size > self._limits.body:
                        return self._too_large()
                    parts.append(part)
        except TimeoutError:
            return 408, "the request did not arrive in time: send it again"
        exchange.body = b"".join(parts)
        return None

    async def _deliver(self, exchange: _AsgiExchange, send: Send) -> None:
        """Send what comes of an answer, no faster than it is taken."""
        while True:
            try:
                message = await exchange.next()
            except BrokenOffError:
                # Starlette's BaseHTTPMiddleware ends an answer properly before it raises what was
                # raised below it; of a message that nobody knows it makes no end.
                with suppress(Exception):
                    await send({"type": "http.response.broken-off"})
                raise
            if message is None:
                return
            try:
                async with asyncio.timeout(self._limits.patience):
                    await send(message)
            except TimeoutError:
                raise BrokenOffError("the client takes nothing of its answer") from None
            except OSError:  # it has left (ASGI 3, "Disconnected client")
                return
            exchange.sent_on(message)


async def _listen(exchange: _AsgiExchange, receive: Receive) -> None:
    """Wait for the client to leave."""
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
    exchange.lose()


def _read_head(scope: Scope) -> _AsgiExchange:
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b", " + value if name in headers else value
    target = _path(scope)
    if scope.get("query_string"):
        target += b"?" + scope["query_string"]
    client = scope.get("client")
    exchange = _AsgiExchange(str(client[0]) if client else "", target, headers)
    exchange.method = scope["method"]
    exchange.version = scope.get("http_version", "1.1")
    return exchange


def _path(scope: Scope) -> bytes:
    """Return the path as it was sent, below the one that the application is mounted under.

    >>> _path({"path": "/a b/id/1.a", "raw_path": b"/a%20b/id/1%2Ea", "root_path": "/a b"})
    b'/id/1%2Ea'
    """
    path: str = scope["path"]
    raw: bytes = (scope.get("raw_path") or quote(path).encode()).partition(b"?")[0]
    root: str = scope.get("root_path", "").rstrip("/")
    if root and (path == root or path.startswith(root + "/")):
        at = 0
        for _ in root.encode():
            at += 3 if raw[at : at + 1] == b"%" else 1
        raw = raw[at:]
    return raw or b"/"


class _LeftError(Exception):
    """The client has left before its request was whole."""


class _AsgiExchange(Exchange):
    """A request that an ASGI server has taken; the answer waits until that one takes it."""

    __slots__ = ("_broken", "_client", "_full", "_held", "_messages", "_news")

    def __init__(self, client: str, target: bytes, headers: dict[bytes, bytes]) -> None:
        super().__init__(target, headers)
        self._client = client
        self._messages: deque[Message] = deque()
        self._news = asyncio.Event()
        self._held = 0
        self._full = self._broken = False

    @property
    def client(self) -> str:
        """The address that the request comes from."""
        return self._client

    def respond(self, status: int, head: bytes, body: bytes, *, close: bool = False) -> None:
        """Send a whole answer; its connection is the server's."""
        if self.complete:
            return
        bare = status in (204, 304)
        length = b"" if bare else b"content-length: %d\r\n" % len(body)
        self.start(status, head + length)
        if bare or self.method == "HEAD":
            body = b""
        self.sent = len(body)
        self._put(body, more=False)

    def start(self, status: int, head: bytes) -> None:
        """Send the head of an answer that comes in pieces."""
        if self.complete:
            return
        self.status, self.started = status, True
        headers = [
            (name.lower(), value.strip())
            for name, _, value in (line.partition(b":") for line in head.split(b"\r\n") if line)
        ]
        self._messages.append({"type": "http.response.start", "status": status, "headers": headers})
        self._news.set()

    def write(self, content: bytes) -> None:
        """Send a piece."""
        if self.complete or not content or self.method == "HEAD":
            return
        self.sent += len(content)
        self._put(content)
        if self._held > _HIGH_WATER and not self._full and self.on_room is not None:
            self._full = True
            self.on_room(False)

    def finish(self) -> None:
        """End an answer that came in pieces."""
        if not self.complete:
            self._put(b"", more=False)

    def abort(self) -> None:
        """Break the answer off, so that it is not taken for whole."""
        if not self.complete:
            self.complete = self._broken = True
            self._news.set()

    def lose(self) -> None:
        """Take note that the client has left."""
        super().lose()
        self._messages.clear()
        self._news.set()

    def _put(self, content: bytes, *, more: bool = True) -> None:
        self._held += len(content)
        self._messages.append({"type": "http.response.body", "body": content, "more_body": more})
        self._news.set()
        if not more:
            self.complete = True
            self.on_gone = self.on_room = None

    async def next(self) -> Message | None:
        """Wait for what is to be sent next, and return it; nothing once that was all.

        :raises BrokenOffError: if the answer does not come to its end.
        """
        while not self._messages:
            if self._broken:
                raise BrokenOffError("the answer was broken off: see the log of requests")
            if self.complete:
                return None
            self._news.clear()
            await self._news.wait()
        return self._messages.popleft()

    def sent_on(self, message: Message) -> None:
        """Take note that a message was taken, and that there may be room for more."""
        self._held -= len(message.get("body", b""))
        if self._full and self._held <= _LOW_WATER:
            self._full = False
            if self.on_room is not None:
                self.on_room(True)
