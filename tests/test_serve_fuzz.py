"""Whatever is sent to the server, it answers with sense or not at all, and goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import httptools
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gcm_ld.serve.accept import ANSWERS, accepts_gzip, choose, weigh
from gcm_ld.serve.answer import Refusal
from gcm_ld.serve.limits import Limits
from gcm_ld.serve.protocol import read_graph, read_parameters, read_sparql
from tests.servers import EX, Server, make_store, numbers, read_all, serving

pytestmark = pytest.mark.slow

LIMITS = Limits()
#: What the endpoint may answer with, whatever it is asked.
SENSIBLE = {200, 204, 303, 301, 304, 400, 403, 404, 405, 406, 408, 413, 414, 415, 429, 431, 501}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = make_store(tmp_path_factory.mktemp("fuzz") / "store", {EX + "g": numbers(5)})
    args = ("--workers", 2, "--timeout", 5, "--patience", 2)
    with serving("--store", store, *args) as one:
        yield one
        faults = [x for x in one.log() if x["status"] >= 500 and x["status"] != 501]
        assert not faults
        assert not [x for x in one.log() if "Traceback" in x.get("problem", "")]


class Reader:
    """Reads answers, so that each is known to be HTTP."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.bodies.append(b"")

    def on_headers_complete(self) -> None:
        self.statuses.append(self._parser.get_status_code())

    def on_body(self, body: bytes) -> None:
        self.bodies[-1] += body


def exchange(server: Server, data: bytes, *, more: bool = False) -> Reader:
    """Send bytes, and read what comes back.

    :param more: whether to wait for the answer, and not to say that this was all.
    """
    with server.connect() as one:
        with suppress(BrokenPipeError, ConnectionResetError):
            one.sendall(data)
            if not more:
                one.shutdown(1)
        found = read_all(one)
    reader = Reader()
    if b"HEAD " in data:  # a reader would look for the content that is only told the length of
        reader.statuses = [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", found)]
        return reader
    with suppress(httptools.HttpParserUpgrade):
        reader.feed(found)
    return reader


def check(server: Server, reader: Reader) -> None:
    assert set(reader.statuses) <= SENSIBLE | {100}, (reader.statuses, reader.bodies)
    assert not any(b"Traceback" in body for body in reader.bodies)
    answer = server.http.get(server.url + "sparql", params={"query": "ASK { ?s ?p 1 }"})
    assert answer.json()["boolean"] is True


TOKENS = st.text("abcdefgXYZ-", min_size=1, max_size=12).map(str.encode)
METHODS = st.sampled_from(
    [b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT", b"DELETE", b"TRACE", b"PATCH", b"FOO"]
)
QUERIES = st.one_of(
    st.sampled_from(
        [
            "ASK {}",
            "SELECT * { ?s ?p ?o }",
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "DESCRIBE <http://example.org/n1>",
            "SELECT * FROM <http://example.org/g> FROM <x:y> { ?s ?p ?o }",
            "INSERT DATA { <a:a> <a:b> <a:c> }",
            "SELECT (1/0 AS ?x) {}",
            "SELECT ('\\uD800' AS ?x) {}",
        ]
    ),
    st.text(max_size=60),
    st.text("SELECT{}()?*<>'\"\\.;# \nsopFROMunionOPTIONAL", max_size=60),
)
PIECES = st.binary(max_size=20).map(
    lambda raw: b"".join(b"%%%02x" % c if c % 3 else b"%%%c" % c for c in raw)
)
VALUES = st.one_of(
    QUERIES.map(lambda q: b"".join(b"%%%02X" % c for c in q.encode("utf-8", "surrogatepass"))),
    PIECES,
)
NAMES = st.sampled_from(
    [
        b"query",
        b"default-graph-uri",
        b"named-graph-uri",
        b"timeout",
        b"update",
        b"graph",
        b"default",
    ]
)
PARAMETERS = st.lists(st.tuples(NAMES, VALUES).map(b"=".join), max_size=4).map(b"&".join)
PATHS = st.one_of(
    st.sampled_from([b"/sparql", b"/sparql/", b"/data", b"/health", b"/ready", b"*", b"//", b"/%"]),
    st.binary(max_size=20).map(lambda raw: b"/data" + b"".join(b"%%%02x" % c for c in raw)),
)
MEDIA = st.one_of(
    st.sampled_from(sorted({m for names in ANSWERS.values() for m in names})).map(str.encode),
    st.binary(max_size=30).map(lambda raw: bytes(c for c in raw if c >= 32 and c != 127)),
    st.sampled_from(
        [b"*/*;q=0", b"text/*;q=0.1,*/*;q=x", b",,,;q=;", b'a/b;x="', b"text/csv;q=1.5"]
    ),
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.just(b"accept"), MEDIA),
        st.tuples(
            st.just(b"accept-encoding"), st.sampled_from([b"gzip", b"*", b"gzip;q=0", b"x;"])
        ),
        st.tuples(st.just(b"if-none-match"), st.sampled_from([b"*", b'"x"', b'W/"', b",", b""])),
        st.tuples(
            st.just(b"content-type"),
            st.sampled_from(
                [
                    b"application/x-www-form-urlencoded",
                    b"application/sparql-query",
                    b"application/sparql-query; charset=utf-16",
                    b"application/sparql-update",
                    b"text/plain;;;charset",
                ]
            ),
        ),
        st.tuples(TOKENS, TOKENS),
        st.tuples(st.just(b"expect"), st.just(b"100-continue")),
        st.tuples(st.just(b"connection"), st.sampled_from([b"close", b"upgrade", b"keep-alive"])),
    ),
    max_size=5,
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request that is HTTP, whatever it asks for."""
    target = draw(PATHS) + draw(st.sampled_from([b"", b"?"])) + draw(PARAMETERS)
    lines = [b"%b %b HTTP/1.%d" % (draw(METHODS), target, draw(st.integers(0, 1))), b"host: x"]
    lines += [name + b": " + value for name, value in draw(HEADERS)]
    body = draw(st.one_of(PARAMETERS, QUERIES.map(lambda q: q.encode("utf-8", "replace"))))
    if draw(st.booleans()):
        lines.append(b"content-length: %d" % len(body))
    else:
        lines.append(b"transfer-encoding: chunked")
        body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@settings(max_examples=120)
@given(st.lists(requests(), min_size=1, max_size=3))
def test_requests_are_answered_with_sense(server: Server, sent: list[bytes]) -> None:
    last = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    reader = exchange(server, b"".join((*sent, last)), more=True)
    check(server, reader)
    assert [s for s in reader.statuses if s != 100]


@settings(max_examples=60)
@given(requests(), st.integers(0, 400), st.binary(max_size=20))
def test_half_and_broken_requests(server: Server, sent: bytes, cut: int, rest: bytes) -> None:
    check(server, exchange(server, sent[:cut] + rest))


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_anything_at_all(server: Server, sent: bytes) -> None:
    check(server, exchange(server, sent))


# -- the reading of requests, without a server ----------------------------------------------------


@given(st.one_of(st.none(), st.text(max_size=100)))
def test_any_accept_header_is_weighed(accept: str | None) -> None:
    assert set(weigh(accept)) <= {*ANSWERS, None}
    assert accepts_gzip(accept) in (True, False)


@given(
    st.permutations(["text/csv", "text/tab-separated-values", "application/sparql-results+json"]),
    st.permutations([0.9, 0.5, 0.1]),
)
def test_the_heaviest_format_wins(types: list[str], weights: list[float]) -> None:
    accept = ", ".join(f"{t};q={w}" for t, w in zip(types, weights, strict=True))
    heaviest = types[weights.index(0.9)]
    chosen = choose(accept, ANSWERS)
    assert chosen is not None
    assert ANSWERS[chosen][0] == heaviest


@given(st.binary(max_size=200), HEADERS, st.binary(max_size=200), st.sampled_from(["GET", "POST"]))
def test_any_request_is_read_or_refused(
    query: bytes, headers: list[tuple[bytes, bytes]], body: bytes, method: str
) -> None:
    for read in (
        lambda: read_sparql(method, query, dict(headers), body, base="x:", limits=LIMITS),
        lambda: read_graph(query, dict(headers), limits=LIMITS),
    ):
        try:
            read()
        except Refusal as refusal:
            assert 400 <= refusal.status < 500
            assert refusal.problem


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=1), max_size=5))
def test_parameters_come_back(parameters: dict[str, list[str]]) -> None:
    from urllib.parse import urlencode

    raw = urlencode(parameters, doseq=True).encode()
    assert read_parameters(raw) == parameters


@given(
    st.lists(
        st.sampled_from([b"%", b"=", b"+", b"\n", b"\r\n", b" ", b"_", b"3", b"F", b"%3D", b"%0a"]),
        max_size=12,
    )
)
def test_what_is_no_encoding_stays(pieces: list[bytes]) -> None:
    from urllib.parse import unquote_to_bytes

    raw = b"".join(pieces)
    wanted = unquote_to_bytes(raw.replace(b"+", b" ")).decode("latin-1")
    assume(wanted.isascii())
    assert read_parameters(b"a=" + raw) == {"a": [wanted]}
