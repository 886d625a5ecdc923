"""What is done with a request: routes, the cache, and the way to a worker and back."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterator, Sized
from typing import Any

from gcm_ld.serve.accept import GRAPHS, accepts_gzip, choose
from gcm_ld.serve.answer import Refusal, tag_matches
from gcm_ld.serve.cache import AnswerCache, Kept
from gcm_ld.serve.crew import Job
from gcm_ld.serve.exchange import Exchange
from gcm_ld.serve.http import Listener
from gcm_ld.serve.limits import Limits
from gcm_ld.serve.log import AccessLog
from gcm_ld.serve.metrics import CONTENT_TYPE, Metrics, sample
from gcm_ld.serve.pool import Pool
from gcm_ld.serve.protocol import Question, read_graph, read_sparql
from gcm_ld.serve.reply import ClientReply

__all__ = ["Front"]

_ENDPOINT = ("/sparql", "/sparql/")
_GRAPHS = "/data"
_CORS = b"access-control-allow-origin: *\r\n"
#: What every answer to a query or about a graph is sent with.
_COMMON = (
    _CORS
    + b"access-control-expose-headers: ETag, Retry-After\r\ncache-control: no-cache\r\n"
    + b"vary: Accept, Accept-Encoding\r\nx-content-type-options: nosniff\r\n"
)
_PLAIN = b"content-type: text/plain; charset=utf-8\r\n"
_FORGET = b"cache-control: no-store\r\n"
_ERRORS = {"text": ("text/plain",), "json": ("application/json", "application/problem+json")}
_ANSWERABLE = {**GRAPHS, "html": ("text/html", "application/xhtml+xml")}
#: How long a page is kept, in seconds: what it shows beside the store may change.
_PAGES_FOR = 60
#: Requests whose reading is remembered, and up to which length.
_REMEMBERED, _SHORT = 2048, 4096
#: After so many seconds, or this part of the time limit, a request counts as a long one.
_LONG, _LONG_PART = 1.0, 0.25


class Front:
    """Answers requests, from the cache or by a worker.

    :param pool: the workers.
    :param limits: what is put up with.
    :param log: where requests are noted.
    :param base: the address that the server is reached at, with a slash at its end.
    :param behind_proxy: whether the client's address stands in X-Forwarded-For.
    """

    def __init__(
        self, pool: Pool, limits: Limits, log: AccessLog, *, base: str, behind_proxy: bool = False
    ) -> None:
        self.pool, self.limits, self.log = pool, limits, log
        self.base, self.behind_proxy = base, behind_proxy
        self.cache = AnswerCache(limits.cache)
        self.metrics = Metrics()
        self.listener = Listener(self.handle, limits, self._turned_away)
        #: What is open, to be counted.
        self.connections: Sized = self.listener.connections
        self._jobs: dict[str, set[Job]] = {}
        self._read: dict[tuple[Any, ...], Question] = {}
        self._routes: dict[str, tuple[str, Callable[[Exchange], None]]] = {
            "/sparql": ("sparql", self._sparql),
            "/sparql/": ("sparql", self._sparql),
            _GRAPHS: ("data", self._data),
            "/health": ("health", self._health),
            "/ready": ("ready", self._ready),
            "/metrics": ("metrics", self._metrics),
        }

    def handle(self, exchange: Exchange) -> None:
        """Answer a request."""
        path = exchange.path.decode("latin-1")
        route, act = self._routes.get(path, ("page", self._page))
        try:
            if exchange.method == "OPTIONS":
                self._options(exchange, route)
            else:
                act(exchange)
        except Refusal as refusal:
            self.refuse(exchange, route, refusal)
        except Exception as error:
            # A fault of ours: one answer is lost, and the log says where.
            problem = "something went wrong here: report it, please"
            detail = "".join(traceback.format_exception(error))
            self.refuse(exchange, route, Refusal(500, problem, outcome="fault"), detail=detail)

    # -- routes -------------------------------------------------------------------------------

    def _sparql(self, exchange: Exchange) -> None:
        method = exchange.method
        headers = exchange.headers
        raw = None
        if method != "POST":
            _allow(exchange, "GET", "HEAD", "POST")
            raw = (exchange.target, headers.get(b"accept"), headers.get(b"accept-encoding"))
            known = self._read.get(raw)
            if known is not None:
                self.ask(exchange, "sparql", known)
                return
        question = read_sparql(
            "POST" if method == "POST" else "GET",
            exchange.query,
            headers,
            exchange.body,
            base=self.base + "sparql",
            limits=self.limits,
        )
        if question is None:
            self._describe(exchange)
            return
        if raw is not None and len(exchange.target) < _SHORT:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[raw] = question
        self.ask(exchange, "sparql", question)

    def _describe(self, exchange: Exchange) -> None:
        """Answer who asks for no query: with the editor, or the service description."""
        ending = choose(exchange.header(b"accept"), _ANSWERABLE)
        if ending is None:
            problem = "the endpoint's description comes as Turtle, N-Triples, JSON-LD or RDF/XML"
            raise Refusal(406, f"{problem}: name one in Accept", outcome="not-acceptable")
        if ending == "html":
            self._page(exchange)
            return
        gzip = accepts_gzip(exchange.header(b"accept-encoding"))
        payload = {"endpoint": self.base + "sparql", "graph": ending, "gzip": gzip}
        question = Question("description", payload, ("description", ending, gzip))
        self.ask(exchange, "sparql", question)

    def _data(self, exchange: Exchange) -> None:
        _allow(exchange, "GET", "HEAD")
        question = read_graph(exchange.query, exchange.headers, limits=self.limits)
        self.ask(exchange, "data", question)

    def _page(self, exchange: Exchange) -> None:
        _allow(exchange, "GET", "HEAD")
        names = ("accept", "accept-language", "host")
        headers = {n: v for n in names if (v := exchange.header(n.encode())) is not None}
        gzip = accepts_gzip(exchange.header(b"accept-encoding"))
        payload: dict[str, Any] = {
            "method": "GET",
            "path": exchange.path.decode("latin-1"),
            "query": exchange.query.decode("latin-1"),
            "headers": headers,
            "base": self.base,
            "gzip": gzip,
            "known": exchange.header(b"if-none-match"),
        }
        age = int(time.monotonic() // _PAGES_FOR)
        key = ("page", exchange.target, gzip, age, *map(headers.get, names[:2]))
        self.ask(exchange, "page", Question("page", payload, key))

    def _health(self, exchange: Exchange) -> None:
        _allow(exchange, "GET", "HEAD")
        self._say(exchange, "health", 200, b"ok\n")

    def _ready(self, exchange: Exchange) -> None:
        _allow(exchange, "GET", "HEAD")
        if not self.pool.ready():
            problem = self.pool.problem or "no worker is ready"
            raise Refusal(503, problem, outcome="not-ready", headers={"retry-after": "1"})
        self._say(exchange, "ready", 200, f"ready {self.pool.generation}\n".encode())

    def _metrics(self, exchange: Exchange) -> None:
        _allow(exchange, "GET", "HEAD")
        body = "".join((*self.metrics.lines(), *self._state())).encode()
        head = f"content-type: {CONTENT_TYPE}\r\n".encode()
        self._say(exchange, "metrics", 200, body, head)

    def _state(self) -> Iterator[str]:
        pool, cache = self.pool, self.cache
        for name, about, value in (
            (
                "queries_in_flight",
                "Jobs that workers are at, or are on their way to.",
                pool.in_flight(),
            ),
            ("queue_length", "Requests that wait for a worker.", len(pool.waiting)),
            ("connections", "Open connections.", len(self.connections)),
            ("workers", "Workers that are alive.", len(pool.memory())),
            ("cache_bytes", "Size of the answers that are kept.", cache.size),
            ("cache_answers", "Number of the answers that are kept.", len(cache)),
        ):
            yield from sample(f"gcm_ld_{name}", "gauge", about, [({}, value)])
        for name, about, value in (
            ("cache_hits_total", "Answers from the cache.", cache.hits),
            ("cache_misses_total", "Answers that were not in the cache.", cache.misses),
        ):
            yield from sample(f"gcm_ld_{name}", "counter", about, [({}, value)])
        yield from sample(
            "gcm_ld_worker_events_total",
            "counter",
            "Births, losses, retries, and kills by reason.",
            (({"event": e}, n) for e, n in sorted(pool.events.items())),
        )
        yield from sample(
            "gcm_ld_worker_memory_bytes",
            "gauge",
            "Memory that each worker has to itself.",
            (({"pid": str(pid)}, n) for pid, n in sorted(pool.memory().items())),
        )

    def _options(self, exchange: Exchange, route: str) -> None:
        methods = "GET, HEAD, OPTIONS" + (", POST" if route == "sparql" else "")
        head = (
            f"allow: {methods}\r\naccess-control-allow-methods: {methods}\r\n"
            "access-control-allow-headers: Accept, Content-Type, If-None-Match\r\n"
            "access-control-max-age: 86400\r\n"
        )
        self._say(exchange, route, 204, b"", head.encode())

    def _say(
        self, exchange: Exchange, route: str, status: int, body: bytes, head: bytes = _PLAIN
    ) -> None:
        exchange.respond(status, head + _CORS + _FORGET, body)
        self.note(exchange, route, "ok")

    # -- to a worker and back -----------------------------------------------------------------

    def ask(self, exchange: Exchange, route: str, question: Question) -> None:
        """Answer from the cache, or have a worker answer.

        :raises Refusal: if the client, or everybody together, asks too much at a time.
        """
        generation = self.pool.generation
        known = exchange.headers.get(b"if-none-match")
        if known is not None and route != "page":
            tag = f'W/"{generation}-{question.digest}"'
            if tag_matches(known.decode("latin-1"), tag):
                exchange.respond(304, _COMMON + f"etag: {tag}\r\n".encode(), b"")
                self.note(exchange, route, "unchanged", question.digest)
                return
        key = (generation, question.key)
        kept = self.cache.get(key)
        if kept is not None:
            self.reply(exchange, route, question, kept, "cached")
            return
        client = self.client_of(exchange)
        jobs = self._jobs.setdefault(client, set())
        self._check_share(jobs)
        timeout = question.timeout or self.limits.timeout
        reply = ClientReply(self, exchange, route, question, key, client)
        job = Job(question.kind, question.payload, reply, timeout)
        reply.job = job
        exchange.on_gone = reply.leave
        jobs.add(job)
        try:
            self.pool.submit(job)
        except Refusal:
            self.finish(job, client)
            raise

    def _check_share(self, jobs: set[Job]) -> None:
        """Keep one client from taking all workers."""
        problem = ""
        if len(jobs) >= self.limits.per_client:
            problem = f"{len(jobs)} requests of yours are being answered: wait for one of them"
        elif len(jobs) >= (most := _share(self.limits.workers)):
            before = time.monotonic() - min(_LONG, _LONG_PART * self.limits.timeout)
            if sum(1 for j in jobs if 0 < j.sent < before) >= most:
                problem = f"{most} long queries of yours are being answered: wait for one of them"
        if problem:
            raise Refusal(429, problem, outcome="client-busy", headers={"retry-after": "2"})

    def finish(self, job: Job, client: str) -> None:
        """Take note that nothing more is to be done for a job."""
        jobs = self._jobs.get(client)
        if jobs is not None:
            jobs.discard(job)
            if not jobs:
                del self._jobs[client]

    def client_of(self, exchange: Exchange) -> str:
        """Return the address of the client."""
        if self.behind_proxy and (found := exchange.header(b"x-forwarded-for")):
            return found.rpartition(",")[2].strip()[:64]
        return exchange.client

    def head_of(self, route: str, question: Question, head: bytes) -> bytes:
        """Complete the head of an answer."""
        if route == "page":  # which says for itself what goes with it
            return head + b"vary: Accept-Encoding\r\n"
        tag = f'etag: W/"{self.pool.generation}-{question.digest}"\r\n'
        return head + _COMMON + tag.encode()

    def reply(
        self, exchange: Exchange, route: str, question: Question, kept: Kept, outcome: str
    ) -> None:
        """Send a whole answer."""
        if route == "page" and tag_matches(exchange.header(b"if-none-match"), _tag(kept.head)):
            exchange.respond(304, kept.head, b"")
            outcome = "unchanged"
        else:
            exchange.respond(kept.status, kept.head, kept.body)
        self.note(exchange, route, outcome, question.digest)

    def refuse(
        self, exchange: Exchange, route: str, refusal: Refusal, digest: str = "", detail: str = ""
    ) -> None:
        """Say why there is no answer."""
        if exchange.started:
            exchange.abort()
        else:
            status, problem = refusal.status, refusal.problem
            lines = "".join(f"{k}: {v}\r\n" for k, v in refusal.headers.items())
            if choose(exchange.header(b"accept"), _ERRORS) == "json":
                kind = "application/problem+json"
                body = json.dumps({"status": status, "title": problem}, ensure_ascii=False)
            else:
                kind, body = "text/plain; charset=utf-8", problem
            head = f"content-type: {kind}\r\nvary: Accept\r\n{lines}".encode("latin-1", "replace")
            exchange.respond(
                status, head + _CORS + _FORGET, (body + "\n").encode("utf-8", "replace")
            )
        self.note(
            exchange,
            route,
            refusal.outcome,
            digest,
            status=refusal.status,
            problem=detail or refusal.problem,
        )

    def note(
        self,
        exchange: Exchange,
        route: str,
        outcome: str,
        digest: str = "",
        *,
        status: int = 0,
        problem: str = "",
    ) -> None:
        """Count and log a request."""
        seconds = time.perf_counter() - exchange.began
        status = exchange.status or status
        self.metrics.count(route, status, outcome, seconds, exchange.sent)
        self.log.note(
            client=self.client_of(exchange),
            method=exchange.method,
            path=exchange.path.decode("latin-1"),
            status=status,
            size=exchange.sent,
            seconds=seconds,
            outcome=outcome,
            query=digest,
            problem=problem,
        )

    def _turned_away(self, status: int, client: str, problem: str) -> None:
        """Count and log what was no request yet."""
        self.metrics.count("none", status, "turned-away", 0.0, 0)
        self.log.note(
            client=client,
            method="",
            path="",
            status=status,
            size=0,
            seconds=0.0,
            outcome="turned-away",
            problem=problem,
        )


def _share(workers: int) -> int:
    """Return how many workers one client may keep busy: all but one, where there are many."""
    return workers - 1 if workers > 2 else workers


def _allow(exchange: Exchange, *methods: str) -> None:
    if exchange.method not in methods:
        allowed = ", ".join((*methods, "OPTIONS"))
        raise Refusal(
            405,
            f"{exchange.method} is not for this address, which is read with {allowed}",
            outcome="method",
            headers={"allow": allowed},
        )


def _tag(head: bytes) -> str:
    for line in head.decode("latin-1").split("\r\n"):
        if line.startswith("etag: "):
            return line[6:]
    return ""
