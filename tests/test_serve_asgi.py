"""The ASGI application, under uvicorn: it answers and holds as the server of our own does."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gcm_ld.errors import InputError
from gcm_ld.serve.limits import Limits
from tests.servers import (
    EX,
    PATIENCE,
    AsgiServer,
    below,
    make_store,
    numbers,
    serving_asgi,
    stop,
    until,
)

pytest.importorskip("uvicorn", reason="uvicorn is not installed: pip install 'gcm-ld[serve]'")
pytest.importorskip("starlette", reason="starlette is not installed: pip install 'gcm-ld[serve]'")

SIZE = 2000
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }"
LARGE = "SELECT * { ?a ?p ?x . ?b ?q ?y }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
QUERY = {"content-type": "application/sparql-query"}
#: Mounted, with a middleware of the kind that passes on pieces between two tasks.
APP = """
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Mount

from gcm_ld.serve.asgi import application
from gcm_ld.serve.limits import Limits

plain = application(
    limits=Limits(
        workers=2, timeout=0.8, patience=1, body=200_000, target=20_000, cache=0, answer=4_000_000
    )
)
patient = application(limits=Limits(workers=2, timeout=0.8, patience=1, cache=0))
ld = application(base="http://ld.example/ld", limits=Limits(workers=1, answer=4_000_000))


async def sign(request, call_next):
    answer = await call_next(request)
    answer.headers["x-signed"] = request.method
    return answer


mounted = Starlette(
    routes=[Mount("/ld", ld)],
    lifespan=lambda _: ld.router.lifespan_context(ld),
    middleware=[Middleware(BaseHTTPMiddleware, dispatch=sign)],
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asgi")
    make_store(path / "store", {EX + "g": numbers(SIZE)})
    (path / "hosted.py").write_text(APP, encoding="utf-8")
    return path


def hosting(folder: Path, name: str, *args: object) -> Any:
    env = {"GCM_LD_STORE": str(folder / "store")}
    return serving_asgi("--app-dir", folder, *args, f"hosted:{name}", **env)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[AsgiServer]:
    with hosting(folder, "plain") as one:
        yield one


def ask(server: AsgiServer, query: str, path: str = "sparql", **kwargs: Any) -> httpx.Response:
    return server.http.get(server.url + path, params={"query": query}, **kwargs)


def number(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def kills(server: AsgiServer, reason: str) -> float:
    return server.figures().get(f'gcm_ld_worker_events_total{{event="kill-{reason}"}}', 0.0)


def full(server: AsgiServer) -> bool:
    figures = server.figures()
    return figures["gcm_ld_workers"] == 2 and figures["gcm_ld_queries_in_flight"] == 0


# -- what it answers ------------------------------------------------------------------------------


def test_ways_to_ask(server: AsgiServer) -> None:
    url = server.url + "sparql"
    for answer in (
        ask(server, COUNT),
        server.http.post(url, data={"query": COUNT}),
        server.http.post(url, content=COUNT.encode(), headers=QUERY),
        server.http.post(
            url, content=iter([COUNT[:9].encode(), COUNT[9:].encode()]), headers=QUERY
        ),
    ):
        assert number(answer) == SIZE
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert len(answer.headers.get_list("content-length")) == 1
    assert ask(server, COUNT, headers={"accept": "text/csv"}).text == f"n\r\n{SIZE}\r\n"
    turtle = server.http.get(server.url + "data?default", headers={"accept": "text/turtle"})
    assert turtle.text.count("value>") == SIZE
    assert server.http.get(server.url + "ready").text == "ready g000001\n"
    assert server.http.get(server.url + "sparql").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "words"),
    [
        ("GET", "sparql?query=SELECT", {}, 400, "not SPARQL"),
        ("GET", "sparql?query=CLEAR+ALL", {}, 403, "read-only"),
        ("GET", "sparql?query=ASK+{}", {"headers": {"accept": "image/png"}}, 406, "Accept"),
        ("PUT", "sparql", {}, 405, "GET, HEAD, POST"),
        ("PROPFIND", "health", {}, 405, "GET"),
        ("POST", "sparql", {"content": b"ASK {}"}, 415, "neither"),
        ("POST", "sparql", {"content": b"x" * 200_001, "headers": QUERY}, 413, "200,000 bytes"),
        ("POST", "sparql", {"content": iter([b"x" * 99_999] * 3)}, 413, "200,000 bytes"),
        ("GET", "sparql?query=" + "x" * 20_000, {}, 414, "POST"),
        ("GET", "health", {"headers": {"x": "y" * 40_000}}, 431, "head"),
        ("GET", "nowhere", {}, 404, "nothing"),
    ],
)
def test_refusals(
    server: AsgiServer, method: str, path: str, sent: dict[str, Any], status: int, words: str
) -> None:
    sent = {**sent, "headers": {"accept": "*/*;q=0.5", **sent.get("headers", {})}}
    answer = server.http.request(method, server.url + path, **sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    if status != 404:
        assert words in answer.text
    assert server.logged(status=status)["client"] == "127.0.0.1"


def test_head_and_tags(server: AsgiServer) -> None:
    whole = ask(server, COUNT)
    head = server.http.head(server.url + "sparql", params={"query": COUNT})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == whole.headers[name]
    same = ask(server, COUNT, headers={"if-none-match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert "content-length" not in same.headers
    assert server.http.head(server.url + "sparql", params={"query": LARGE}).content == b""
    options = server.http.options(server.url + "sparql", headers={"origin": "https://a.example"})
    assert options.status_code == 204
    assert "POST" in options.headers["access-control-allow-methods"]
    until(lambda: full(server), "an answer to HEAD goes on")


def test_log_is_that_of_our_own_server(server: AsgiServer) -> None:
    answer = ask(server, COUNT + " # logged")
    line = server.logged(bytes=len(answer.content), outcome="ok", path="/sparql", method="GET")
    assert {"time", "client", "status", "ms", "query"} <= line.keys()
    assert line["client"] == "127.0.0.1"


# -- what it holds --------------------------------------------------------------------------------


def test_runaway_is_ended_and_others_go_on(server: AsgiServer) -> None:
    before = kills(server, "timeout")

    async def both() -> tuple[httpx.Response, int]:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            url = server.url + "sparql"
            runaway = asyncio.create_task(client.get(url, params={"query": RUNAWAY}))
            answered = 0
            while not runaway.done():
                assert number(await client.get(url, params={"query": COUNT})) == SIZE
                answered += not runaway.done()
            return await runaway, answered

    answer, answered = asyncio.run(both())
    assert answer.status_code == 504
    assert "longer than the 0.8 s" in answer.text
    assert answered > 2
    assert kills(server, "timeout") == before + 1
    until(lambda: full(server), "the pool is not full again")


def test_client_that_leaves_ends_its_query(server: AsgiServer) -> None:
    target = (RUNAWAY + "&timeout=0.7").replace(" ", "+").encode()
    for goodbye in (True, False):
        before = kills(server, "abandoned")
        with server.connect() as one:
            one.sendall(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
            until(lambda: server.figures()["gcm_ld_queries_in_flight"], "it was never begun")
            if not goodbye:
                reset = struct.pack("ii", 1, 0)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        until(lambda: kills(server, "abandoned") == before + 1, "it goes on")  # noqa: B023
        until(lambda: full(server), "the pool is not full again")
    assert len([x for x in server.log() if x["outcome"] == "client-left"]) == 2


def test_half_a_body_is_not_waited_for(server: AsgiServer) -> None:
    head = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\nconnection: close\r\n\r\n"
    assert server.raw(head + b"ASK").startswith(b"HTTP/1.1 408")


def test_truncated_answer_has_no_end(server: AsgiServer) -> None:
    target = LARGE.replace(" ", "+").encode()
    raw = server.raw(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
    assert raw.startswith(b"HTTP/1.1 200")
    assert 2_000_000 < len(raw) < 5_000_000
    assert not raw.endswith(b"0\r\n\r\n")
    assert server.logged(outcome="too-large")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        ask(server, LARGE)
    assert number(ask(server, COUNT)) == SIZE


def test_slow_reader_is_waited_for_and_left_in_the_end(folder: Path) -> None:
    with hosting(folder, "patient") as server:
        ask(server, COUNT)
        front = server.process.pid
        base = resident(front)
        target = LARGE.replace(" ", "+").encode()
        with server.connect() as one, one.makefile("rb") as answer:
            one.sendall(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
            for _ in range(12):  # longer than its time limit, and nowhere near its patience
                assert len(answer.read(1 << 19)) == 1 << 19
                time.sleep(0.1)
            assert number(ask(server, COUNT)) == SIZE
            assert resident(front) - base < 16 << 20
            assert server.figures()["gcm_ld_queries_in_flight"] == 1
            # It takes nothing any more.
            assert server.logged(outcome="client-left")["bytes"] < 64 << 20
            assert not answer.read().endswith(b"0\r\n\r\n")
        until(lambda: full(server), "the pool is not full again")


def resident(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")


# -- how it is hosted -----------------------------------------------------------------------------


def test_mounted_below_a_path_with_a_middleware(folder: Path) -> None:
    with hosting(folder, "mounted") as server:
        answer = ask(server, COUNT, "ld/sparql")
        assert number(answer) == SIZE
        assert answer.headers["x-signed"] == "GET"
        assert server.logged(path="/sparql")
        large = ask(server, "SELECT * { ?a ?p ?x . ?b ?q ?y } LIMIT 10000", "ld/sparql")
        assert len(large.json()["results"]["bindings"]) == 10_000
        about = server.http.get(server.url + "%6Cd/sparql")
        assert "<http://ld.example/ld/sparql>" in about.text
        iri = "ld/id/dataset/x%2Fy%E2%80%A6"
        missing = server.http.get(server.url + iri, headers={"accept": "text/plain"})
        assert missing.status_code == 404
        assert server.logged(path="/id/dataset/x%2Fy%E2%80%A6")
        assert server.http.get(server.url + "sparql").status_code == 404
        # Documents and redirects keep the path.
        page = server.http.get(server.url + "ld/ontology", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/ld/ontology.html")
        page = server.http.get(server.url + "ld/ontology.html")
        assert page.status_code == 200
        assert "/ld/assets/" in page.text or 'href="assets/' in page.text
        # The middleware hides neither that the client has left, nor that an answer has no end.
        with server.connect() as one:
            target = RUNAWAY.replace(" ", "+").encode()
            one.sendall(b"GET /ld/sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
            time.sleep(0.1)
        server.logged(outcome="client-left")
        target = LARGE.replace(" ", "+").encode()
        raw = server.raw(b"GET /ld/sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
        assert len(raw) > 1_000_000
        assert not raw.endswith(b"0\r\n\r\n")
        server.logged(outcome="too-large")
        # A new generation is gone over to.
        old = ask(server, COUNT, "ld/sparql").headers["etag"]
        make_store(folder / "store", {EX + "g": numbers(3)}, generation="g000002")
        try:
            ready = server.url + "ld/ready"
            until(lambda: "g000002" in server.http.get(ready).text, "it stays with the old one")
            answer = ask(server, COUNT, "ld/sparql")
            assert number(answer) == 3
            assert answer.headers["etag"] != old
        finally:
            make_store(folder / "store", {EX + "g": numbers(SIZE)}, generation="g000003")


def test_lifespan_leaves_no_process(folder: Path) -> None:
    args = ("--factory", "--timeout-graceful-shutdown", 1, "gcm_ld.serve.asgi:application")
    with serving_asgi(*args, GCM_LD_STORE=str(folder / "store")) as server:
        children = server.processes()
        assert len(children) >= 5  # four workers at least, and what they are forked from
        with server.connect() as one:
            target = RUNAWAY.replace(" ", "+").encode()
            one.sendall(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % target)
            until(lambda: server.figures()["gcm_ld_queries_in_flight"], "it was never begun")
            assert stop(server.process) in (0, -15)
            assert "Application shutdown complete" in server.said()
            until(lambda: not [p for p in children if alive(p)], "processes are left")


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_lifespan_begins_and_ends_the_workers(folder: Path) -> None:
    """And may do so again; without it, nothing is answered."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    from gcm_ld.serve.asgi import application

    ld = application(folder / "store", limits=Limits(workers=1), log=io.StringIO())
    outer = Starlette(routes=[Mount("/ld", ld)])  # which runs no lifespan but its own
    before = set(below(os.getpid()))

    async def run() -> None:
        transport = httpx.ASGITransport(app=outer)
        async with httpx.AsyncClient(transport=transport, base_url="http://x/ld/") as client:
            for _ in range(2):
                answer = await client.get("ready")
                assert answer.status_code == 503
                assert "lifespan" in answer.text
                async with ld.router.lifespan_context(ld):
                    assert number(await client.get("sparql", params={"query": COUNT})) == SIZE
                    assert set(below(os.getpid())) - before
                assert set(below(os.getpid())) == before

    asyncio.run(run())


def test_settings_are_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gcm_ld.serve.asgi import application

    monkeypatch.delenv("GCM_LD_STORE", raising=False)
    with pytest.raises(InputError, match="GCM_LD_STORE is not set"):
        application()
    with pytest.raises(InputError, match="nowhere"):
        application(folder / "nowhere")
    with pytest.raises(InputError, match="starts with https"):
        application(folder / "store", base="ld.example")
    monkeypatch.setenv("GCM_LD_STORE", str(folder / "store"))
    assert application().routes == []
