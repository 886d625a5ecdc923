"""The server holds: whatever runs away, grows, dawdles or dies, others are answered."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from tests.conftest import Run
from tests.servers import (
    EX,
    PATIENCE,
    PROGRAM,
    Server,
    make_store,
    numbers,
    read_all,
    serving,
    start,
    stop,
    until,
    wait_for_address,
)

pytestmark = pytest.mark.slow

WORKERS = 3
TIMEOUT = 0.8
SIZE = 2000
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
TRIPLES = "?a ?p ?x . ?b ?q ?y . ?c ?r ?z . "
#: Queries without an end in sight.
RUNAWAYS = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}",
    "sorted cross product": f"SELECT * {{ {TRIPLES} }} ORDER BY ?x ?y ?z LIMIT 1",
    "distinct of one": f"SELECT DISTINCT ?x {{ {TRIPLES} FILTER(?x + ?y + ?z = 0.5) }}",
    "construct": f"CONSTRUCT {{ ?a ?q ?z }} WHERE {{ {TRIPLES} FILTER(?x + ?y + ?z < 0) }}",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b . ?c (!<x:x>|^!<x:x>)* ?d . "
    "?e (!<x:x>|^!<x:x>)* ?f }",
    "group_concat": f"SELECT (GROUP_CONCAT(?x) AS ?all) {{ {TRIPLES} }}",
    "string growth": "SELECT (STRLEN(?s) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z "
    "BIND(CONCAT(STR(?a), STR(?b), STR(?c), STR(?a), STR(?b)) AS ?s) FILTER(STRLEN(?s) < 9) }",
    "regular expression": f"ASK {{ {TRIPLES} FILTER REGEX(CONCAT(STR(?a), STR(?b)), '(a*)*b{{9}}$') }}",
}
#: One that ends, but not soon.
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(?x + ?y < %d) }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("limits") / "store", {EX + "g": numbers(SIZE)})


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    args = ("--timeout", TIMEOUT, "--patience", 1, "--max-bytes", 4_000_000, "--cache", 0)
    with serving("--store", store, "--workers", WORKERS, *args) as one:
        yield one


@pytest.fixture
def other(server: Server) -> Iterator[httpx.Client]:
    """Somebody else, from another address."""
    with neighbour() as client:
        yield client


def neighbour(number: int = 9) -> httpx.Client:
    transport = httpx.HTTPTransport(local_address=f"127.0.0.{number}", verify=False)
    return httpx.Client(transport=transport, timeout=PATIENCE)


def ask(
    server: Server, query: str, client: httpx.Client | None = None, **params: Any
) -> httpx.Response:
    return (client or server.http).get(server.url + "sparql", params={"query": query, **params})


def number(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def in_background(act: Callable[[], Any]) -> Callable[[], Any]:
    """Begin something, and return what waits for its result."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(act()), daemon=True)
    thread.start()

    def result() -> Any:
        thread.join(PATIENCE)
        assert found, "it did not end"
        return found[0]

    return result


def kills(server: Server, reason: str) -> float:
    return server.figures().get(f'gcm_ld_worker_events_total{{event="kill-{reason}"}}', 0.0)


def full(server: Server, count: int = WORKERS) -> bool:
    figures = server.figures()
    return figures["gcm_ld_workers"] == count and figures["gcm_ld_queries_in_flight"] == 0


# -- queries that run away ------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNAWAYS)
def test_runaway_is_ended_and_others_go_on(server: Server, other: httpx.Client, name: str) -> None:
    before = kills(server, "timeout")
    began = time.monotonic()
    ended: list[float] = []

    def run_away() -> httpx.Response:
        with neighbour(3) as client:
            answer = client.post(server.url + "sparql", data={"query": RUNAWAYS[name]})
        ended.append(time.monotonic())
        return answer

    runaway = in_background(run_away)
    answered = 0
    while not ended:
        assert number(ask(server, COUNT, other)) == SIZE
        answered += not ended
    answer = runaway()
    assert answer.status_code == 504, answer.text
    assert f"longer than the {TIMEOUT:g} s" in answer.text
    assert answered > 2  # others were answered before it was
    assert ended[0] - began < TIMEOUT + 10
    assert kills(server, "timeout") == before + 1
    assert server.logged(outcome="timeout")["status"] == 504
    until(lambda: full(server), "the pool is not full again")


def test_one_client_does_not_get_all_workers(server: Server, other: httpx.Client) -> None:
    """Whoever has long queries in all workers but one is turned away; others are not."""

    def run_away() -> int:
        with neighbour(4) as client:
            return ask(server, RUNAWAYS["cross product"], client).status_code

    results = [in_background(run_away) for _ in range(WORKERS - 1)]
    with neighbour(4) as client:
        busy = until(
            lambda: (a := ask(server, COUNT, client)).status_code == 429 and a, "never turned away"
        )
    assert "retry-after" in busy.headers
    assert "long queries of yours" in busy.text
    assert number(ask(server, COUNT, other)) == SIZE
    assert [r() for r in results] == [504] * (WORKERS - 1)
    until(lambda: full(server), "the pool is not full again")


def test_client_may_ask_for_less_time_and_not_for_more(server: Server) -> None:
    answer = ask(server, RUNAWAYS["cross product"], timeout="0.2")
    assert answer.status_code == 504
    assert "0.2 s" in answer.text
    answer = ask(server, RUNAWAYS["cross product"], timeout="60")
    assert f"{TIMEOUT:g} s" in answer.text


def test_memory_is_bounded_and_comes_back(store: Path) -> None:
    args = ("--timeout", 60, "--memory", 200, "--workers", 2)
    with serving("--store", store, *args) as server:
        assert number(ask(server, COUNT)) == SIZE
        old = set(server.workers())
        answer = ask(server, "SELECT * { ?a ?p ?x . ?b ?q ?y } ORDER BY ?y ?x")
        assert answer.status_code == 500
        assert "200 MB" in answer.text
        assert server.logged(outcome="memory")
        assert number(ask(server, COUNT + " ")) == SIZE
        until(lambda: full(server, 2), "the pool is not full again")
        assert len(set(server.workers()) - old) == 1
        assert max(v for k, v in server.figures().items() if "worker_memory" in k) < 200 << 20


def test_query_that_breaks_the_engine_ends_only_itself(server: Server) -> None:
    """Brackets without end overflow the parser's stack."""
    with neighbour(5) as client:
        url = server.url + "sparql"
        answer = client.post(url, data={"query": "SELECT * {" + "{" * 60_000 + "}" * 60_000 + "}"})
    assert answer.status_code in (400, 500)
    assert len(answer.text.splitlines()) == 1
    until(lambda: full(server), "the pool is not full again")
    assert number(ask(server, COUNT)) == SIZE


# -- answers that are too large, and clients that are too slow ------------------------------------


def test_too_large_answer_is_refused_or_broken_off(store: Path) -> None:
    everything = "SELECT * { ?a ?p ?x . ?b ?q ?y }"
    args = ("--store", store, "--workers", 1, "--timeout", 50)
    with serving(*args, "--max-bytes", 1_000_000) as server:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            ask(server, everything)
        target = f"/sparql?query={everything.replace(' ', '+')}"
        raw = server.raw(f"GET {target} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        assert raw.startswith(b"HTTP/1.1 200")
        assert 500_000 < len(raw) < 1_200_000
        assert not raw.endswith(b"0\r\n\r\n")
        server.logged(outcome="too-large")
        assert number(ask(server, COUNT)) == SIZE
    with serving(*args, "--max-bytes", 5000) as server:
        answer = ask(server, everything + " LIMIT 500")
        assert answer.status_code == 500
        assert "5,000 bytes" in answer.text
        assert ask(server, everything + " LIMIT 5").status_code == 200


def test_old_client_sees_that_an_answer_was_broken_off(server: Server) -> None:
    """Without chunks nothing but a reset tells the end from a breach."""
    with server.connect() as one:
        one.sendall(b"GET /sparql?query=SELECT+*+%7B+?a+?p+?x+.+?b+?q+?y+%7D HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            while one.recv(1 << 16):
                pass


def test_client_that_leaves_ends_its_query(store: Path) -> None:
    """Whether it says goodbye or is gone."""
    query = RUNAWAYS["cross product"].replace(" ", "+").encode()
    with serving("--store", store, "--workers", 2, "--timeout", 50) as server:
        for times, goodbye in enumerate((True, False), start=1):
            with server.connect() as one:
                one.sendall(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % query)
                until(lambda: server.figures()["gcm_ld_queries_in_flight"], "it was never begun")
                if not goodbye:
                    reset = struct.pack("ii", 1, 0)
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            until(lambda: kills(server, "abandoned") == times, "it goes on")  # noqa: B023
            until(lambda: full(server, 2), "the pool is not full again")
        assert [x["outcome"] for x in server.log() if x["path"] == "/sparql"] == ["client-left"] * 2


def test_slow_reader_costs_no_memory_and_is_left_in_the_end(store: Path) -> None:
    """The query waits for its reader, which does not count as its time, and the front keeps little."""
    args = ("--workers", 2, "--timeout", 2.5, "--patience", 2, "--cache", 0)
    with serving("--store", store, *args) as server:
        ask(server, COUNT)
        front = server.process.pid
        base = resident(front)
        query = "SELECT+*+%7B+?a+?p+?x+.+?b+?q+?y+%7D"
        with server.connect() as one:
            one.sendall(b"GET /sparql?query=%b HTTP/1.1\r\nhost: x\r\n\r\n" % query.encode())
            taken = 0
            for _ in range(12):  # longer than its time limit, and nowhere near its patience
                taken += len(one.recv(1 << 18))
                time.sleep(0.25)
                assert number(ask(server, COUNT)) == SIZE
            assert taken > 0
            assert resident(front) - base < 16 << 20
            assert server.figures()["gcm_ld_queries_in_flight"] == 1
            # It takes nothing any more.
            assert server.logged(outcome="client-left")["bytes"] < 64 << 20
        until(lambda: full(server, 2), "the pool is not full again")


def resident(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def test_half_requests_are_not_waited_for(server: Server, other: httpx.Client) -> None:
    halves = {
        "nothing of the head": (b"G", b"408"),
        "half a head": (b"GET /sparql HTTP/1.1\r\nhost: x\r\n", b"408"),
        "half a body": (
            b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\n"
            b"content-length: 100\r\n\r\nASK",
            b"408",
        ),
    }
    open_ones = {}
    for name, (data, _) in halves.items():
        open_ones[name] = server.connect()
        open_ones[name].sendall(data)
    assert number(ask(server, COUNT, other)) == SIZE
    for name, one in open_ones.items():
        with one:
            assert read_all(one).startswith(b"HTTP/1.1 " + halves[name][1]), name
    # A byte now and then does not help.
    with server.connect() as one:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx: ")
        one.settimeout(0.2)
        found = b""
        while not found:
            one.sendall(b"x")
            with suppress(TimeoutError):
                found = one.recv(100)
        assert found.startswith(b"HTTP/1.1 408")


# -- requests that are too large ------------------------------------------------------------------


def test_sizes(server: Server) -> None:
    from gcm_ld.serve.limits import Limits

    limits = Limits()
    url = server.url + "sparql"
    form = {"content-type": "application/sparql-query"}
    fits = "ASK {} #" + "x" * (limits.query - 8)
    assert server.http.post(url, content=fits.encode(), headers=form).status_code == 200
    assert server.http.post(url, content=f"{fits}x".encode(), headers=form).status_code == 413
    for length in (limits.body + 1, 1 << 40):
        head = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % length
        assert server.raw(head).startswith(b"HTTP/1.1 413")
    chunk = b"%x\r\n%b\r\n" % (1 << 16, b"x" * (1 << 16))
    chunked = b"POST /sparql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert server.raw(chunked + chunk * 100).startswith(b"HTTP/1.1 413")
    long = b"GET /sparql?query=ASK+{}+%%23%b HTTP/1.1\r\nhost: x\r\n\r\n" % (b"x" * limits.target)
    assert server.raw(long).startswith(b"HTTP/1.1 414")
    assert server.http.get(url, headers={"x": "x" * limits.head}).status_code == 431
    many = b"".join(b"x%d: y\r\n" % n for n in range(20_000))
    assert server.raw(b"GET / HTTP/1.1\r\nhost: x\r\n" + many).startswith(b"HTTP/1.1 431")
    endless = b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"x" * (1 << 20)
    assert server.raw(endless).startswith(b"HTTP/1.1 431")
    assert number(ask(server, COUNT)) == SIZE


def test_bad_http(server: Server) -> None:
    for data, status in (
        (b"NONSENSE\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET http://x/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", b"200"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/7.3\r\nhost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nhost: x\r\n broken\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n", b"400"),
        (
            b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            b"400",
        ),
        (b"POST /sparql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n", b"200"),
    ):
        assert server.raw(data).startswith(b"HTTP/1.1 " + status), data


def test_requests_one_after_the_other(server: Server) -> None:
    """Pipelined: answered in their order, each whole, the last one closing."""
    one = b"GET /sparql?query=SELECT+(%d+AS+?n)+%%7B%%7D HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\n\r\n"
    last = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    raw = server.raw(b"".join(one % n for n in range(40)) + last)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in raw.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"n\r\n%d\r\n" % n for n in range(40)] + [b"ok\n"]


# -- too many at a time ---------------------------------------------------------------------------


def test_too_many(store: Path) -> None:
    args = ("--workers", 1, "--queue", 2, "--per-client", 3, "--timeout", 1, "--cache", 0)
    with serving("--store", store, *args) as server:
        running = []
        statuses: list[int] = []

        def run_away(n: int) -> None:
            with neighbour(n) as client:
                answer = ask(server, RUNAWAYS["cross product"], client)
                statuses.append(answer.status_code)
                if answer.status_code == 503:
                    assert "retry-after" in answer.headers

        for n in range(10, 18):  # eight clients, one worker, two on their way, two in the queue
            thread = threading.Thread(target=run_away, args=(n,))
            thread.start()
            running.append(thread)
        until(lambda: 503 in statuses, "nobody was turned away")
        assert server.logged(outcome="queue-full")["status"] == 503
        for thread in running:
            thread.join(PATIENCE)
        assert set(statuses) <= {503, 504}
        assert (
            number(until(lambda: (a := ask(server, COUNT)).status_code == 200 and a, "no")) == SIZE
        )


def test_too_many_of_one_client(store: Path) -> None:
    args = ("--workers", 8, "--per-client", 2, "--timeout", 2, "--cache", 0)
    with serving("--store", store, *args) as server:
        first = [in_background(lambda: ask_alone(server)) for _ in range(2)]
        until(lambda: server.figures()["gcm_ld_queries_in_flight"] == 2, "they were never begun")
        answer = ask(server, COUNT)
        assert answer.status_code == 429
        assert "retry-after" in answer.headers
        assert "2 requests of yours" in answer.text
        with neighbour() as other:
            assert number(ask(server, COUNT, other)) == SIZE
        assert [f() for f in first] == [504, 504]
        assert number(ask(server, COUNT)) == SIZE


def ask_alone(server: Server) -> int:
    """Ask what never ends, and return the status; 0 if the server breaks it off."""
    with httpx.Client(timeout=PATIENCE, verify=False) as client, suppress(httpx.HTTPError):
        return ask(server, RUNAWAYS["cross product"], client).status_code
    return 0


# -- workers that die -----------------------------------------------------------------------------


def test_idle_worker_killed(server: Server) -> None:
    until(lambda: full(server), "the pool is not full")
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
        assert number(ask(server, COUNT)) == SIZE
    until(lambda: full(server), "the pool is not full again")


def test_busy_worker_killed(store: Path) -> None:
    """Its query is asked once more, without the client's noticing; not a third time."""
    args = ("--workers", 2, "--timeout", 50, "--cache", 0)
    with serving("--store", store, *args) as server:
        for deaths, expected in ((1, 200), (2, 503)):
            result = in_background(lambda: ask_long(server))
            killed: set[int] = set()
            for _ in range(deaths):
                pid = until(lambda: busy_worker(server, killed), "nobody is busy")  # noqa: B023
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
            answer = result()
            assert answer.status_code == expected, answer.text
            until(lambda: full(server, 2), "the pool is not full again")
        assert number(ask(server, COUNT)) == SIZE
        assert server.figures()['gcm_ld_worker_events_total{event="losses"}'] == 3


def ask_long(server: Server) -> httpx.Response:
    with httpx.Client(timeout=PATIENCE, verify=False) as client:
        return ask(server, LONG % SIZE, client)


def busy_worker(server: Server, but: set[int]) -> int | None:
    """The worker that uses the processor."""

    def used() -> dict[int, int]:
        found = {}
        for pid in server.workers():
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
                found[pid] = int(stat.rpartition(")")[2].split()[11])
        return found

    first = used()
    time.sleep(0.25)
    second = used()
    busy = [p for p in second if p not in but and second[p] - first.get(p, second[p]) >= 8]
    return busy[0] if busy else None


def test_all_workers_and_their_parent_killed(store: Path) -> None:
    with serving("--store", store, "--workers", 2) as server:
        old = server.processes()
        assert len(old) == 3
        (parent,) = set(old) - set(server.workers())
        status = Path(f"/proc/{parent}/status").read_text(encoding="utf-8")
        assert "Threads:\t1\n" in status  # of several, a fork would copy but one
        for pid in old:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert number(ask(server, COUNT)) == SIZE
        until(lambda: full(server, 2), "the pool is not full again")
        assert not set(server.processes()) & set(old)


# -- a store that is loaded anew ------------------------------------------------------------------


def test_new_generation_without_a_failed_request(tmp_path: Path) -> None:
    folder = make_store(tmp_path / "store", {EX + "g": numbers(SIZE)})
    with serving("--store", folder, "--workers", 2, "--timeout", 50) as server:
        done = threading.Event()
        found: list[list[tuple[int, str]]] = [[], [], []]

        def keep_asking(seen: list[tuple[int, str]]) -> None:
            with httpx.Client(timeout=PATIENCE, verify=False) as client:
                while not done.is_set():
                    answer = ask(server, COUNT, client)
                    seen.append((number(answer), answer.headers["etag"]))

        threads = [threading.Thread(target=keep_asking, args=(seen,)) for seen in found]
        for thread in threads:
            thread.start()
        until(lambda: all(found), "nobody was answered")
        long = in_background(lambda: ask_long(server))
        until(lambda: server.figures()["gcm_ld_queries_in_flight"], "it was never begun")
        old = set(server.workers())
        make_store(folder, {EX + "g": numbers(7)}, generation="g000002")
        until(lambda: all(seen[-1][0] == 7 for seen in found), "the old data are still served")
        answer = long()
        done.set()
        for thread in threads:
            thread.join(PATIENCE)
        # What was begun on the old data was brought to its end on them.
        assert number(answer) > 7
        for seen in found:
            counts = [n for n, _ in seen]
            assert counts == sorted(counts, reverse=True)
            assert set(counts) == {SIZE, 7}
            assert {tag[3:10] for n, tag in seen if n == 7} == {"g000002"}
        assert server.http.get(server.url + "ready").text == "ready g000002\n"
        until(lambda: full(server, 2), "old workers are still there")
        assert not old & set(server.workers())
        assert {line["status"] for line in server.log()} == {200}


def test_broken_new_generation_leaves_the_old_one(tmp_path: Path) -> None:
    folder = make_store(tmp_path / "store", {EX + "g": numbers(5)})
    with serving("--store", folder, "--workers", 1) as server:
        manifest = folder / "gcm-ld-store.json"
        manifest.write_bytes(manifest.read_bytes().replace(b"g000001", b"g000009"))
        births = server.figures()['gcm_ld_worker_events_total{event="births"}']
        until(
            lambda: server.figures()['gcm_ld_worker_events_total{event="births"}'] > births,
            "the new generation was not tried",
        )
        assert number(ask(server, COUNT)) == 5
        make_store(folder, {EX + "g": numbers(6)}, generation="g000010")
        until(lambda: number(ask(server, COUNT)) == 6, "the new data are not served")


# -- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ends_cleanly(store: Path, sign: int) -> None:
    process = start("--store", store, "--port", 0, "--workers", 2, "--timeout", 1)
    try:
        server = Server(process, wait_for_address(process), Path(os.devnull))
        with server.http:
            query = in_background(lambda: ask_alone(server))
            until(lambda: server.figures()["gcm_ld_queries_in_flight"], "it was never begun")
            children = server.processes()
            assert len(children) == 3
            process.send_signal(sign)
            assert process.wait(PATIENCE) == 0
            assert query() in (0, 504)  # it had its time
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    finally:
        stop(process)


def test_killed_it_leaves_nobody_behind(store: Path) -> None:
    process = start("--store", store, "--port", 0, "--workers", 2)
    try:
        server = Server(process, wait_for_address(process), Path(os.devnull))
        children = server.processes()
        server.http.close()
    finally:
        process.kill()
        stop(process)
    assert len(children) == 3
    until(lambda: not any(Path(f"/proc/{p}").exists() for p in children), "workers are left behind")


def test_port_taken(run: Run, store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--store", store, "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: port {port} on 127.0.0.1 is taken: choose another with --port\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--store", "nothing-here"], "nothing-here: no such store"),
        (["--store", "."], "is no store"),
        (["--data", "nothing.ttl"], "nothing.ttl"),
        (["--host", "no.such.host.invalid", "--data", "x"], "no address of this machine"),
        (["--host", "192.0.2.1", "--data", "x"], "no address of this machine"),
        (["--public-url", "ftp://x"], "--public-url"),
    ],
)
def test_wrong_calls(run: Run, tmp_path: Path, args: list[str], words: str) -> None:
    done = run("serve", "--port", 0, *args, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_its_extra(run: Run, tmp_path: Path, store: Path) -> None:
    (tmp_path / "httptools.py").write_text("raise ImportError('no', name='httptools')\n")
    done = run("serve", "--store", store, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "Error: serving needs httptools: pip install 'gcm-ld[serve]'\n"


def test_own_data_and_other_machines(tmp_path: Path) -> None:
    """A store of one's own data is made for the while, and whoever opens the door is told so."""
    data = tmp_path / "mine" / "x.ttl"
    data.parent.mkdir()
    data.write_text("<http://example.org/s> <http://example.org/p> <http://example.org/o> .\n")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = start("--data", data.parent, "--port", 0, "--host", "0.0.0.0", TMPDIR=str(temporary))
    try:
        address = wait_for_address(process)
        assert list(temporary.iterdir())
        url = address.replace("0.0.0.0", "127.0.0.1")
        query = "ASK { <http://example.org/s> ?p ?o }"
        assert httpx.get(url + "sparql", params={"query": query}).json()["boolean"] is True
        assert process.stderr is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert not list(temporary.iterdir())
    finally:
        stop(process)
    done = subprocess.run([PROGRAM, "serve", "--help"], capture_output=True, text=True, check=True)
    assert "gcm-ld serve --store" in done.stdout


def test_answers_of_other_engines_are_the_same(server: Server, store: Path) -> None:
    """Nothing is lost between a worker and the client."""
    database = ox.Store.read_only(str(store / "g000001" / "oxigraph"))
    query = "SELECT ?s ?o { ?s ?p ?o FILTER(?o < 2000) } ORDER BY ?o"
    expected = database.query(query).serialize(format=ox.QueryResultsFormat.CSV)
    answer = server.http.get(
        server.url + "sparql", params={"query": query}, headers={"accept": "text/csv"}
    )
    assert answer.content == expected
