"""A remote store: real engines over HTTP, and a scripted server for what goes wrong."""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.errors import InputError, QueryError
from gcm_ld.namespaces import XSD
from gcm_ld.queries import Query, list_queries
from gcm_ld.store import EmbeddedStore
from gcm_ld.store.outline import bind_values, read_outline
from gcm_ld.store.remote import RemoteStore
from gcm_ld.store.web import Connection, EndpointError
from tests.engines import Engine, needs_oxigraph, needs_virtuoso, oxigraph, shared_virtuoso
from tests.test_queries import arguments

BIG = 12_000
NAMES = "http://example.org/"
ANY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(NAMES + name)


# -- the text of a query -----------------------------------------------------------------------

BOUND = [q for q in list_queries() if q.parameters and q.form == "SELECT"]


def choices(query: Query) -> list[dict[str, str]]:
    """Values for a query's parameters: those it needs, and the optional ones too."""
    needed = arguments(query)
    more = {p.name: "alb-nsm-2019" for p in query.parameters if p.name == "framework"}
    return [values for values in ({**needed}, {**needed, **more}) if values]


def test_there_are_questions_with_parameters() -> None:
    assert len(BOUND) > 40
    assert all(choices(q) for q in BOUND if any(p.required for p in q.parameters))


@pytest.mark.parametrize("query", BOUND, ids=lambda q: q.name)
def test_inline_data_bind_as_substitutions_do(query: Query, dataset: Dataset) -> None:
    assert dataset.observed is dataset.store
    for values in choices(query):
        bindings = query.bind(values)
        ours = dataset.store.select(bind_values(query.text, bindings))
        assert ours == dataset.store.select(query.text, bindings)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK {?s ?p ?o}", "ASK { VALUES (?s) { (<http://example.org/a>) }?s ?p ?o}"),
        (
            'PREFIX select: <http://example.org/#> SELECT (EXISTS { ?s ?p "}" } AS ?e) '
            "{ ?s select:limit '{' } # }",
            'PREFIX select: <http://example.org/#> SELECT (EXISTS { ?s ?p "}" } AS ?e) '
            "{ VALUES (?s) { (<http://example.org/a>) } ?s select:limit '{' } # }",
        ),
        (
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
            "CONSTRUCT { ?s ?p ?o } WHERE { VALUES (?s) { (<http://example.org/a>) } ?s ?p ?o } "
            "LIMIT 3",
        ),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "CONSTRUCT WHERE { ?s ?p ?o }\n VALUES (?s) { (<http://example.org/a>) }",
        ),
        (
            "SELECT * { SELECT * { ?s ?p ?o } LIMIT 1 }",
            "SELECT * { VALUES (?s) { (<http://example.org/a>) } { SELECT * { ?s ?p ?o } LIMIT 1 } }",
        ),
        (
            "DESCRIBE ?s",
            "DESCRIBE ?s\n VALUES (?s) { (<http://example.org/a>) }",
        ),
        (
            "SELECT * { SERVICE SILENT ?s { ?x ?p ?service } }",
            "SELECT * { VALUES (?s) { (<http://example.org/a>) } "
            "SERVICE SILENT <http://example.org/a> { ?x ?p ?service } }",
        ),
    ],
)
def test_inline_data_stand_in_the_outermost_group(query: str, expected: str) -> None:
    assert bind_values(query, {"s": iri("a")}) == expected
    if "SERVICE" not in query:
        ox.Store().query(expected)  # it is SPARQL


def test_a_query_without_a_form_is_refused() -> None:
    with pytest.raises(QueryError, match="no SELECT, ASK, CONSTRUCT or DESCRIBE"):
        read_outline("# SELECT\nPREFIX ask: <http://example.org/SELECT> 'SELECT'")


@pytest.fixture(scope="session")
def server() -> Iterator[Engine]:
    with oxigraph() as engine:
        yield engine


literals = st.one_of(
    st.text().map(ox.Literal),
    st.lists(st.sampled_from(["\\", "u0022", "U00000022", '"', "'", "\n", "}", "<#"])).map(
        lambda pieces: ox.Literal("".join(pieces))
    ),
    st.integers(-(10**15), 10**15).map(ox.Literal),
    st.text(alphabet='a\\u}"', max_size=5).map(lambda t: ox.Literal(t, language="en")),
)


@needs_oxigraph
@settings(max_examples=40)
@given(literals)
def test_any_value_comes_back_as_it_was_sent(server: Engine, value: ox.Literal) -> None:
    store = RemoteStore(server.url)
    query = "SELECT ?v ?w WHERE { BIND(?v AS ?w) }"
    columns, rows = store.solutions(query, {"v": value})
    assert columns == ("v", "w")
    assert rows == [(value, value)]


@given(literals)
def test_no_value_ends_early_where_escapes_are_read_first(value: ox.Literal) -> None:
    """An engine may replace escaped characters before it looks for strings (section 19.2)."""
    query = bind_values("SELECT ?v WHERE { }", {"v": value})
    escape = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
    read = re.sub(escape, lambda m: chr(int(m[1] or m[2], 16)), query)
    answer: Any = ox.Store().query(read)
    assert [row["v"] for row in answer] == [value]


@needs_virtuoso
@pytest.mark.parametrize("text", ['\\u0022 } "', "\\\\U00000022\\", "é\n\t'}", "\\\\\\u007D"])
def test_a_backslash_is_no_way_out_of_a_value(virtuoso: Engine, text: str) -> None:
    store = RemoteStore(virtuoso.url)
    rows = store.select("SELECT ?w WHERE { BIND(?v AS ?w) }", {"v": ox.Literal(text)})
    assert rows.rows == [(text,)]


# -- real engines ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def virtuoso() -> Engine:
    engine = shared_virtuoso()
    engine.clear()
    return engine


@pytest.fixture(params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine with a graph of numbered things, more than one of them gives at once."""
    name = str(request.param)
    mark = needs_oxigraph if name == "oxigraph" else needs_virtuoso
    if mark.args[0]:
        pytest.skip(mark.kwargs["reason"])
    found: Engine = request.getfixturevalue("server" if name == "oxigraph" else "virtuoso")
    if NAMES + "big" not in found.graphs():
        lines = (f'<{NAMES}{n}> <{NAMES}is> "{n}" .\n' for n in range(BIG))
        found.put(NAMES + "big", "".join(lines).encode())
    return found


@pytest.mark.parametrize("tail", ["", " LIMIT 11000", " LIMIT 1000", " OFFSET 11500"])
def test_large_answers_are_read_whole(engine: Engine, tail: str) -> None:
    query = f"SELECT ?o WHERE {{ GRAPH <{NAMES}big> {{ ?s ?p ?o }} }} ORDER BY ?o{tail}"
    expected: list[str] = sorted(map(str, range(BIG)))
    if "LIMIT" in tail:
        expected = expected[: int(tail.split()[1])]
    if "OFFSET" in tail:
        expected = expected[int(tail.split()[1]) :]
    if engine.name == "virtuoso" and tail in (" LIMIT 11000", " OFFSET 11500"):
        with pytest.raises(QueryError, match="leave them out"):
            RemoteStore(engine.url).select(query)
        return
    assert [row[0] for row in RemoteStore(engine.url).select(query).rows] == expected


def test_an_answer_is_never_cut_in_silence(engine: Engine) -> None:
    store = RemoteStore(engine.url)
    pattern = f"GRAPH <{NAMES}big> {{ ?s ?p ?o }}"
    if engine.name == "oxigraph":
        assert len(store.select(f"SELECT ?o WHERE {{ {pattern} }}").rows) == BIG
        assert len(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")) == BIG
        return
    with pytest.raises(QueryError, match=r"at most 10,000 rows, .* add ORDER BY"):
        store.select(f"SELECT ?o WHERE {{ {pattern} }}")
    with pytest.raises(QueryError, match=r"at most 10,000 rows, .* narrow the question"):
        store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")
    few = store.construct(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} FILTER(STRSTARTS(?o, '1')) }}"
    )
    assert len(few) == sum(1 for n in range(BIG) if str(n)[0] == "1") > 1_000


def test_every_form_and_kind_of_value(engine: Engine) -> None:
    store = RemoteStore(engine.url)
    some = f"GRAPH <{NAMES}big> {{ ?s ?p ?o }}"
    assert store.ask(f"ASK {{ {some} }}", {"o": ox.Literal("7")}) is True
    assert store.ask(f"ASK {{ {some} }}", {"o": ox.Literal("none")}) is False
    built = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {some} }}", {"s": iri("7")})
    assert built == [ox.Triple(iri("7"), iri("is"), ox.Literal("7"))]
    values = '(1 "a" 1.5 UNDEF true 2e0 "b"@en <http://example.org/x>)'
    rows = store.select(f"SELECT * WHERE {{ VALUES (?a ?b ?c ?d ?e ?f ?g ?h) {{ {values} }} }}")
    found = next(rows.dicts())
    assert found == dict(
        zip("abcdefgh", (1, "a", 1.5, None, True, 2.0, "b", NAMES + "x"), strict=True)
    )
    assert type(found["e"]) is bool or engine.name == "virtuoso"  # whose true is the integer 1
    count = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {some} }}").rows
    assert count == [(BIG,)]


def test_a_store_says_which_form_it_needs(engine: Engine) -> None:
    store = RemoteStore(engine.url)
    with pytest.raises(QueryError, match="not a query of the form SELECT"):
        store.select("ASK {}")
    with pytest.raises(QueryError, match="form ASK"):
        store.ask(ANY)
    with pytest.raises(QueryError, match="form CONSTRUCT or DESCRIBE"):
        store.construct(ANY)
    with pytest.raises(QueryError, match="doesn't understand the question") as caught:
        store.select("SELECT * WHERE { ?s")
    assert caught.value.args[0].startswith(engine.url)
    assert len(str(caught.value)) < 300
    with pytest.raises(EndpointError, match="nothing at this address") as missing:
        RemoteStore(engine.url + "x").select(ANY)
    assert missing.value.status == 404


@needs_oxigraph
def test_statements_are_added(server: Engine) -> None:
    store = RemoteStore(server.url, update_url=server.update_url)
    triple = ox.Triple(iri("a"), iri("says"), ox.Literal('"}\\u0022\n', language="en"))
    store.add([triple, triple])
    store.add([])
    assert store.construct("CONSTRUCT WHERE { ?s ?p ?o }", {"s": iri("a")}) == [triple]


@needs_virtuoso
def test_a_password_is_answered_by_digest(virtuoso: Engine) -> None:
    url = virtuoso.update_url  # asks for one for queries too
    assert RemoteStore(url, connection=Connection(user="dba", password="dba")).ask(
        "ASK { ?s ?p ?o }"
    )
    for user in ("dba", "nobody"):
        with pytest.raises(EndpointError, match="refuses the user name, the password") as caught:
            RemoteStore(url, connection=Connection(user=user, password="s3cret")).ask("ASK {}")
        assert caught.value.status == 401
        assert "s3cret" not in str(caught.value)
    with pytest.raises(
        EndpointError, match="asks who you are: give --user and set GCM_LD_PASSWORD"
    ):
        RemoteStore(url).ask("ASK {}")


# -- a scripted server -------------------------------------------------------------------------

Reply = Callable[[Any], None]
FINE = json.dumps({"head": {}, "boolean": True}).encode()


def reply(
    status: int = 200,
    body: bytes = FINE,
    kind: str | None = "application/sparql-results+json",
    **headers: str,
) -> Reply:
    def send(handler: Any) -> None:
        handler.send_response(status)
        if kind:
            handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def reset(handler: Any) -> None:
    """Break the connection off as a crash would."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def drip(handler: Any) -> None:
    """Send a byte now and then, and never end."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if handler.server.over.wait(0.05):
            return


class Script:
    """A server that answers as it is told, the last answer again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                script.seen.append((self.command, self.path, dict(self.headers), body))
                todo = script.replies
                (todo.pop(0) if len(todo) > 1 else todo[0])(self)

            do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.over = threading.Event()  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/sparql"
        self.waits: list[float] = []
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def store(self, url: str | None = None, **options: Any) -> RemoteStore:
        connection = Connection(wait=self.waits.append, **{"timeout": 5.0, **options})
        return RemoteStore(url or self.url, connection=connection)


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.server.over.set()  # type: ignore[attr-defined]
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GCM_LD_PASSWORD", "GCM_LD_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_engine_is_asked_again(script: Script, status: int) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True)
    script.replies = [
        reply(status),
        reply(status, Retry_After="7"),
        reply(status, Retry_After=soon),
        reply(status, Retry_After="soon"),
        reply(),
    ]
    assert script.store().ask("ASK {}") is True
    assert script.waits[:2] == [1.0, 7.0]
    assert 25 < script.waits[2] <= 31
    assert script.waits[3:] == [8.0]
    assert len({path for _, path, _, _ in script.seen}) == 1  # the same question


def test_a_busy_engine_is_not_asked_for_ever(script: Script) -> None:
    script.replies = [reply(503, b"overloaded", "text/plain")]
    with pytest.raises(EndpointError, match=r"busy: ask again later \(overloaded\)") as caught:
        script.store().ask("ASK {}")
    assert caught.value.status == 503
    assert script.waits == [1.0, 2.0, 4.0, 8.0]


def test_a_long_wait_is_told_and_not_sat_out(script: Script) -> None:
    script.replies = [reply(429, Retry_After="3600")]
    with pytest.raises(EndpointError, match="busy: ask again in 3600 seconds"):
        script.store().ask("ASK {}")
    assert script.waits == []
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    "fault", [reset, reply(Content_Length="999")], ids=["reset", "shorter than said"]
)
def test_a_broken_connection_is_tried_again(script: Script, fault: Reply) -> None:
    script.replies = [fault, fault, reply()]
    assert script.store().ask("ASK {}") is True
    assert script.waits == [1.0, 2.0]
    script.replies = [fault]
    with pytest.raises(EndpointError, match="the connection broke: try again"):
        script.store().ask("ASK {}")


@pytest.mark.parametrize("fault", [lambda h: h.server.over.wait(10), drip], ids=["mute", "slow"])
def test_patience_ends(script: Script, fault: Reply) -> None:
    script.replies = [fault]
    with pytest.raises(EndpointError, match=r"no whole answer within 0\.3 seconds: .* --timeout"):
        script.store(timeout=0.3).ask("ASK {}")
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(401), "asks who you are: give --user and set GCM_LD_PASSWORD, or set GCM_LD_TOKEN"),
        (reply(403), "forbids this"),
        (reply(404, b"<html><head><title>x</title></head><p>No &lt;page&gt;", "text/html"), "check its path"),
        (reply(400, b"Parse error\n at \x1b[31mline 1", "text/plain"), r"question \(Parse error at \[31mline 1\)"),
        (reply(414), "too long for it"),
        (reply(500, b"x" * 5000, "text/plain"), "failed with status 500: look into its log"),
        (reply(504), "ran out of time"),
        (reply(301, Location="https://example.org/sparql?a=b"), "points to https://example.org/sparql"),
        (reply(200, b"<html>hello", "text/html"), "no SPARQL result but text/html: is this a SPARQL"),
        (reply(200, b"{}", "application/json"), "its answer breaks off"),
        (reply(200, b"", None), "no SPARQL result but something unnamed"),
        (reply(200, b"[" * 100_000), "its answer breaks off"),
        (
            reply(200, b'{"head":{"vars":["a"]},"results":{"bindings":[The query has been cancelled'),
            r"failed midway: ask for less \(The query has been cancelled\)",
        ),
        (reply(200, X_SQL_State="S1TAT", body=b'{"head":{"vars":[]},"results":{"bindings":[]}}'), "a part of the answer"),
        (lambda h: h.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "not an HTTP answer"),
        (reply(401, WWW_Authenticate="Bearer"), "asks who you are"),
    ],
)  # fmt: skip
def test_faults_are_told_in_one_sentence(script: Script, answer: Reply, message: str) -> None:
    script.replies = [answer]
    with pytest.raises(EndpointError, match=message) as caught:
        script.store().ask("ASK {}")
    text = str(caught.value)
    assert text.startswith(script.url + ": ")
    assert text.isprintable()
    assert len(text) < 400


def test_what_is_not_there_is_told_apart(script: Script) -> None:
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    for url, message in {
        f"http://127.0.0.1:{port}/sparql": "nothing listens there",
        "http://nowhere.invalid/sparql": "no such host",
    }.items():
        with pytest.raises(EndpointError, match=message):
            script.store(url).ask("ASK {}")
    script.replies = [reply()]
    with pytest.raises(EndpointError, match=r"TLS|connection broke|within"):
        script.store(script.url.replace("http:", "https:"), timeout=1.0).ask("ASK {}")


@pytest.mark.parametrize(
    "url",
    ["sparql", "ftp://example.org/", "http://", "http://example.org:99999/", "http://a b/", ""],
)
def test_addresses_are_checked(url: str) -> None:
    with pytest.raises(InputError, match="this is no address such as"):
        RemoteStore(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="leave user name and password out") as caught:
        RemoteStore("https://me:s3cret@example.org/sparql")
    assert "s3cret" not in str(caught.value)


def test_short_questions_are_sent_with_get_and_long_ones_with_post(script: Script) -> None:
    script.replies = [reply()]
    script.store().ask("ASK { ?s ?p 'é' }")
    script.store().ask("ASK { ?s ?p '" + "é" * 2000 + "' }")
    script.store(script.url + "?default-graph-uri=http://example.org/").ask("ASK {}")
    (one, path, headers, _), (two, _, _, body), (three, address, _, text) = script.seen
    assert (one, two, three) == ("GET", "POST", "POST")
    assert parse_qs(urlsplit(path).query) == {"query": ["ASK { ?s ?p 'é' }"]}
    assert headers["Accept"].startswith("application/sparql-results+json")
    assert headers["User-Agent"].startswith("gcm-ld/")
    assert parse_qs(body.decode())["query"][0].count("é") == 2000
    assert address.endswith("?default-graph-uri=http://example.org/")
    assert parse_qs(text.decode()) == {"query": ["ASK {}"]}


def test_a_password_is_sent_only_when_asked_for(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCM_LD_PASSWORD", "pä:ss")
    asks = reply(401, WWW_Authenticate='Basic realm="engine"')
    script.replies = [asks, reply()]
    store = script.store(user="me")
    assert store.ask("ASK {}")
    assert store.ask("ASK { ?s ?p ?o }")
    sent = [headers.get("Authorization") for _, _, headers, _ in script.seen]
    expected = "Basic " + base64.b64encode("me:pä:ss".encode()).decode()
    assert sent == [None, expected, expected]  # and then without being asked again
    script.replies = [asks]
    with pytest.raises(EndpointError, match="refuses the user name") as caught:
        script.store(user="me").ask("ASK {}")
    assert "pä" not in str(caught.value) + repr(store.connection)


def test_a_token_comes_from_the_environment(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCM_LD_TOKEN", "abc.def")
    script.replies = [reply(), reply(403)]
    store = script.store()
    assert store.ask("ASK {}")
    with pytest.raises(EndpointError, match="forbids") as caught:
        store.ask("ASK {}")
    assert {h["Authorization"] for _, _, h, _ in script.seen} == {"Bearer abc.def"}
    assert "abc.def" not in str(caught.value) + repr(store.connection)
    monkeypatch.setenv("GCM_LD_TOKEN", "abc\ndef")
    with pytest.raises(InputError, match="GCM_LD_TOKEN holds more than a token") as bad:
        script.store()
    assert "abc" not in str(bad.value)


def test_a_user_needs_a_password(script: Script) -> None:
    with pytest.raises(InputError, match="set the environment variable GCM_LD_PASSWORD"):
        script.store(user="me")


def test_nothing_is_sent_on_to_where_an_answer_points(script: Script) -> None:
    other = Script()
    other.replies = [reply()]
    try:
        script.replies = [reply(307, Location=other.url)]
        with pytest.raises(EndpointError, match="points to"):
            script.store(token="abc").ask("ASK {}")
        assert other.seen == []
    finally:
        other.server.shutdown()
        other.server.server_close()


def test_an_engine_that_stops_at_a_round_number_is_asked_for_the_rest(script: Script) -> None:
    def rows(*numbers: int) -> Reply:
        integer = {"type": "literal", "datatype": XSD + "integer"}
        bindings = [{"n": {**integer, "value": str(n)}} for n in numbers]
        return reply(
            body=json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": bindings}}).encode()
        )

    query = "SELECT ?n WHERE { ?s ?p ?n } ORDER BY ?n"
    script.replies = [rows(*range(1000)), rows(1000), rows(*range(1000, 2000)), rows(2000), rows()]
    found = script.store().select(query)
    assert [row[0] for row in found.rows] == list(range(2001))
    asked = [parse_qs(urlsplit(path).query)["query"][0] for _, path, _, _ in script.seen]
    assert [text.rpartition("\n")[2] for text in asked[1:]] == [
        "LIMIT 1 OFFSET 1000",
        "LIMIT 1000 OFFSET 1000",
        "LIMIT 1000 OFFSET 2000",
    ]
    script.replies = [rows(*range(1000)), rows()]
    assert len(script.store().select(query).rows) == 1000


def test_blank_nodes_of_any_name_can_be_read(script: Script) -> None:
    cell = {"type": "bnode", "value": "nodeID://b10001"}
    body = json.dumps({"head": {"vars": ["b"]}, "results": {"bindings": [{"b": cell}]}}).encode()
    script.replies = [reply(body=body)]
    assert script.store().select("SELECT ?b WHERE { ?b ?p ?o }").rows == [("bnodeIDb10001",)]


def test_an_embedded_store_refuses_what_a_remote_one_may_do() -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        EmbeddedStore().select("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }")
