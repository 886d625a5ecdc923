"""The endpoint speaks the SPARQL 1.1 Protocol: the W3C's own cases, and pairs of ours."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx
import pyoxigraph as ox
import pytest

from tests.conftest import SHARED
from tests.servers import EX, Server, make_store, numbers, serving, serving_asgi

SUITE = SHARED / "conformance" / "sparql11-protocol"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

#: Cases that would change the data, which this endpoint never does.
LEFT_OUT = {
    "update_base_uri",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_post_direct",
    "update_post_form",
}
TABLES = ("application/sparql-results+json", "application/sparql-results+xml")
TABLES += ("text/csv", "text/tab-separated-values")
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}

A, B, EMPTY = EX + "a", EX + "b", EX + "empty"
SHARED_TRIPLE = ox.Triple(ox.NamedNode(EX + "both"), ox.NamedNode(EX + "value"), ox.Literal("x"))
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


# -- the W3C's cases ------------------------------------------------------------------------------


def _cases() -> list[Any]:
    """The cases of the manifest, with the requests of each, and the graphs that they need."""
    if not SUITE.exists():
        reason = "the W3C's cases are not here (../shared)"
        return [pytest.param("", [], id="none", marks=pytest.mark.skip(reason=reason))]
    from rdflib import Graph, Namespace

    graph = Graph().parse(SUITE / "manifest.ttl")
    mf, ht, cnt = Namespace(MF), Namespace(HT), Namespace(CNT)
    found = []
    for case in graph.items(next(graph.objects(None, mf.entries))):
        requests = []
        for request in graph.items(graph.value(graph.value(case, mf.action), ht.requests)):
            body = graph.value(request, ht.body)
            charset = str(graph.value(body, cnt.characterEncoding) or "UTF-8")
            text = str(graph.value(body, cnt.chars) or "") if body else ""
            answer = graph.value(request, ht.resp)
            lines = graph.value(request, ht.headers)
            headers = graph.items(lines) if lines else ()
            requests.append(
                {
                    "method": str(graph.value(request, ht.methodName)),
                    "path": str(graph.value(request, ht.absolutePath)),
                    "headers": {
                        str(graph.value(h, ht.fieldName)): str(graph.value(h, ht.fieldValue))
                        for h in headers
                    },
                    "body": text.encode(charset),
                    "statuses": {
                        str(s).rpartition("StatusCode")[2]
                        for s in graph.objects(answer, mf.expectedStatus)
                    },
                    "format": str(graph.value(answer, mf.expectedFormat) or ""),
                    "boolean": graph.value(answer, mf.expectedBoolean),
                }
            )
        name = str(case).rpartition("#")[2]
        found.append(pytest.param(name, requests, id=name))
    return found


CASES = _cases()


@pytest.fixture(scope="module", params=["own", "asgi"])
def w3c(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with every graph that the manifest names: our own, and the ASGI application."""
    from rdflib import Graph, Namespace, URIRef

    graph = Graph().parse(SUITE / "manifest.ttl")
    ut = Namespace(QT)
    graphs = {
        str(graph.value(data, URIRef(RDFS + "label"))): Path(unquote(str(file)[7:]))
        for data in graph.objects(None, ut.graphData)
        if (file := graph.value(data, ut.graph))
    }
    assert len(graphs) == 3
    store = make_store(
        tmp_path_factory.mktemp("w3c") / "store",
        {n: [q.triple for q in ox.parse(path=str(p))] for n, p in graphs.items()},
    )
    if request.param == "asgi":
        pytest.importorskip("uvicorn", reason="uvicorn is not installed")
        with serving_asgi(
            "--factory", "gcm_ld.serve.asgi:application", GCM_LD_STORE=str(store)
        ) as server:
            yield server
        return
    with serving("--store", store, "--workers", 2) as server:
        yield server


@pytest.mark.parametrize(("name", "requests"), CASES)
def test_w3c_case(name: str, requests: list[dict[str, Any]], w3c: Server) -> None:
    if name in LEFT_OUT:
        pytest.skip("it changes the data, and this endpoint is read-only")
    assert requests
    for sent in requests:
        url = w3c.url.rstrip("/") + sent["path"]
        answer = w3c.http.request(
            sent["method"], url, headers=sent["headers"], content=sent["body"] or None
        )
        assert sent["statuses"]
        assert f"{answer.status_code // 100}xx" in sent["statuses"], answer.text
        media = answer.headers["content-type"].partition(";")[0]
        if sent["format"] == "boolean":
            assert media in TABLES[:2]
        elif sent["format"] == "tabular":
            assert media in TABLES
        elif sent["format"] == "RDF":
            assert list(ox.parse(answer.content, format=GRAPHS[media])) is not None
        if sent["boolean"] is not None:
            assert answer.json()["boolean"] == sent["boolean"].toPython()


def test_w3c_cases_are_all_there() -> None:
    if not SUITE.exists():
        pytest.skip("the W3C's cases are not here (../shared)")
    names = {case.id for case in CASES}
    assert len(names) == 34
    # Left out is what changes data, and nothing that must be refused.
    assert names >= LEFT_OUT
    assert {n for n in names if n.startswith("update_")} == LEFT_OUT


@pytest.mark.parametrize(("name", "requests"), [c for c in CASES if c.id in LEFT_OUT])
def test_w3c_update_is_refused(name: str, requests: list[dict[str, Any]], w3c: Server) -> None:
    sent = requests[0]
    before = w3c.http.get(w3c.url + "sparql", params={"query": COUNT}).text
    answer = w3c.http.request(
        sent["method"],
        w3c.url.rstrip("/") + sent["path"],
        headers=sent["headers"],
        content=sent["body"],
    )
    assert answer.status_code == 403
    assert "read-only" in answer.text
    assert w3c.http.get(w3c.url + "sparql", params={"query": COUNT}).text == before


# -- ours -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two graphs that share a triple, and an empty one."""
    store = make_store(
        tmp_path_factory.mktemp("served") / "store",
        {
            A: [*numbers(3, name="a"), SHARED_TRIPLE],
            B: [*numbers(2, name="b"), SHARED_TRIPLE],
            EMPTY: [],
        },
    )
    with serving("--store", store, "--workers", 2) as one:
        yield one


def ask(server: Server, query: str, **kwargs: Any) -> httpx.Response:
    params = {"query": query, **kwargs.pop("params", {})}
    return server.http.get(server.url + "sparql", params=params, **kwargs)


def count(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_ways_to_ask(server: Server) -> None:
    query = "SELECT ?o { <http://example.org/a1> ?p ?o } # ë + %"
    url = server.url + "sparql"
    answers = [
        server.http.get(url, params={"query": query}),
        server.http.get(url + "/", params={"query": query}),
        server.http.get(f"{url}?query={quote(query, safe='')}"),
        server.http.post(url, data={"query": query}),
        server.http.post(
            url, content=query.encode(), headers={"content-type": "application/sparql-query"}
        ),
        server.http.post(
            url,
            content=query.encode(),
            headers={"content-type": 'Application/SPARQL-Query; charset="UTF-8"'},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.content == answers[0].content
        assert answer.json()["results"]["bindings"] == [
            {
                "o": {
                    "type": "literal",
                    "value": "1",
                    "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                }
            }
        ]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, TABLES[0]),
        ("*/*", TABLES[0]),
        ("application/json", TABLES[0]),
        ("application/sparql-results+xml", TABLES[1]),
        ("application/xml", TABLES[1]),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values; charset=utf-8"),
        ("text/*;q=0.3, application/sparql-results+xml;q=0.2", "text/csv; charset=utf-8"),
        ("*/*;q=0.1, application/sparql-results+json;q=0", TABLES[1]),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", TABLES[1]),
    ],
)
def test_formats_of_tables(server: Server, accept: str | None, media: str) -> None:
    headers = {"accept": accept} if accept else {}
    query = "SELECT ?o { <http://example.org/a2> ?p ?o }"
    request = httpx.Request("GET", server.url + "sparql", params={"query": query}, headers=headers)
    answer = server.http.send(request)  # which adds no Accept of its own
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    found = {
        TABLES[0]: lambda: answer.json()["results"]["bindings"][0]["o"]["value"],
        TABLES[1]: lambda: answer.text.partition('integer">')[2].partition("<")[0],
        "text/csv": lambda: list(csv.reader(io.StringIO(answer.text)))[1][0],
        "text/tab-separated-values": lambda: answer.text.splitlines()[1],
    }
    assert found[media.partition(";")[0]]() == "2"


@pytest.mark.parametrize("media", GRAPHS)
@pytest.mark.parametrize(
    "form", ["CONSTRUCT WHERE { ?s ?p 1 }", "DESCRIBE <http://example.org/a1>"]
)
def test_formats_of_graphs(server: Server, media: str, form: str) -> None:
    answer = ask(server, form, headers={"accept": f"{media}, text/csv"})
    assert answer.headers["content-type"].partition(";")[0] == media
    found = {str(q.subject) for q in ox.parse(answer.content, format=GRAPHS[media])}
    assert "<http://example.org/a1>" in found


def test_formats_of_yes_and_no(server: Server) -> None:
    assert ask(server, "ASK { ?s ?p 1 }").json()["boolean"] is True
    assert ask(server, "ASK { ?s ?p 77 }").json()["boolean"] is False
    answer = ask(server, "ASK {}", headers={"accept": "application/sparql-results+xml"})
    assert "<boolean>true</boolean>" in answer.text
    # CSV and TSV are made for tables alone.
    assert ask(server, "ASK {}", headers={"accept": "text/csv"}).status_code == 406
    assert ask(server, "ASK {}", headers={"accept": "text/csv, */*;q=0.1"}).json()["boolean"]


@pytest.mark.parametrize(
    ("query", "accept", "words"),
    [
        (COUNT, "image/png", "Accept"),
        (COUNT, "text/turtle", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", "text/turtle"),
    ],
)
def test_not_acceptable(server: Server, query: str, accept: str, words: str) -> None:
    answer = ask(server, query, headers={"accept": accept})
    assert answer.status_code == 406
    assert words in answer.text


BAD = {
    "syntax": ({"query": "SELECT * {"}, 400, "not SPARQL"),
    "empty": ({"query": ""}, 400, "not SPARQL"),
    "two queries": ({"query": ["ASK {}", "ASK {}"]}, 400, "several queries"),
    "two in one": ({"query": "ASK {} ASK {}"}, 400, "not SPARQL"),
    "update as query": ({"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}, 403, "read-only"),
    "update after a prologue": (
        {"query": "# all\nPREFIX a: <http://a/> BASE <http://b/> clear all"},
        403,
        "read-only",
    ),
    "load": ({"query": "LOAD <http://127.0.0.1:1/x>"}, 403, "read-only"),
    "update with get": ({"update": "CLEAR ALL"}, 400, "update"),
    "service": (
        {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"},
        403,
        "SERVICE",
    ),
    "nested service": (
        {
            "query": "SELECT * { ?s ?p ?o OPTIONAL { { SELECT * { SERVICE SILENT ?s { ?a ?b ?c } } } "
            "FILTER EXISTS { ?s ?p '}' } } }"
        },
        403,
        "SERVICE",
    ),
    "escaped service": (
        {"query": "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"},
        403,
        "SERVICE",
    ),
    "construct into": (
        {"query": "CONSTRUCT { ?s ?p ?o } INTO <a:g> WHERE { ?s ?p ?o }"},
        400,
        "not SPARQL",
    ),
    "graph is no IRI": ({"query": COUNT, "default-graph-uri": "not an iri"}, 400, "IRI"),
    "timeout is no number": ({"query": COUNT, "timeout": "soon"}, 400, "timeout"),
    "timeout is nothing": ({"query": COUNT, "timeout": "0"}, 400, "timeout"),
    "timeout is not a number": ({"query": COUNT, "timeout": "nan"}, 400, "timeout"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_request(server: Server, name: str) -> None:
    params, status, words = BAD[name]
    answer = server.http.get(server.url + "sparql", params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert words in answer.text
    assert len(answer.text.splitlines()) == 1
    as_json = server.http.get(
        server.url + "sparql", params=params, headers={"accept": "application/json"}
    )
    assert as_json.headers["content-type"] == "application/problem+json"
    assert as_json.json() == {"status": status, "title": answer.text.rstrip("\n")}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service <http://example.org/SERVICE> 'SERVICE <x> {' } # SERVICE <x> {",
        'SELECT * { ?s ?p """ " SERVICE <x> { """ }',
        "PREFIX service: <http://example.org/> SELECT * { ?s service:value ?o }",
    ],
)
def test_word_service_is_no_call(server: Server, query: str) -> None:
    assert ask(server, query).status_code == 200


def test_bad_bodies(server: Server) -> None:
    url = server.url + "sparql"

    def post(content: bytes, media: str | None) -> httpx.Response:
        return server.http.post(
            url, content=content, headers={"content-type": media} if media else {}
        )

    assert post(b"ASK {}", "text/plain").status_code == 415
    assert post(b"ASK {}", None).status_code == 415
    assert "x-www-form-urlencoded" in post(b"query=ASK%20%7B%7D", None).headers["accept-post"]
    assert (
        post("ASK {}".encode("utf-16"), "application/sparql-query; charset=utf-16").status_code
        == 415
    )
    assert post(b"ASK { ?s ?p '\xff' }", "application/sparql-query").status_code == 400
    assert (
        post(
            b"query=ASK+%7B+%3Fs+%3Fp+%27%ff%27+%7D", "application/x-www-form-urlencoded"
        ).status_code
        == 400
    )
    assert post(b"", "application/x-www-form-urlencoded").status_code == 400
    assert post(b"CLEAR ALL", "application/sparql-update").status_code == 403
    assert post(b"update=CLEAR+ALL", "application/x-www-form-urlencoded").status_code == 403
    assert (
        server.http.get(url + "?query=ASK%20%7B%20%3Fs%20%3Fp%20%27%ff%27%20%7D").status_code == 400
    )


def test_methods(server: Server) -> None:
    for path in ("sparql", "data?default", "health"):
        for method in ("PUT", "DELETE", "PATCH", "PROPFIND"):
            answer = server.http.request(method, server.url + path)
            assert answer.status_code == 405
            assert "GET" in answer.headers["allow"]
    assert server.http.post(server.url + "data?default", content=b"").status_code == 405
    assert "POST" in server.http.put(server.url + "sparql").headers["allow"]
    assert server.http.request("BREW", server.url + "sparql").status_code == 501


def test_head(server: Server) -> None:
    params = {"query": COUNT}
    head = server.http.head(server.url + "sparql", params=params)
    full = server.http.get(server.url + "sparql", params=params)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == full.headers[name]


def test_other_sites_may_ask(server: Server) -> None:
    assert ask(server, COUNT).headers["access-control-allow-origin"] == "*"
    assert ask(server, "SELECT").headers["access-control-allow-origin"] == "*"
    answer = server.http.options(
        server.url + "sparql",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()


# -- the dataset ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "named", "size", "in_graphs"),
    [
        ([], [], 6, 7),
        ([A], [], 4, 0),
        ([A, B], [], 6, 0),
        ([A, B, A], [], 6, 0),
        ([A, EMPTY], [], 4, 0),
        ([EX + "unknown"], [], 0, 0),
        ([A, EX + "unknown"], [], 4, 0),
        ([], [A], 0, 4),
        ([], [A, B], 0, 7),
        ([A], [B], 4, 3),
        ([A, B], [B], 6, 3),
        ([A, B], [A, B], 6, 7),
    ],
)
@pytest.mark.parametrize("way", ["protocol", "query", "both"])
def test_dataset(
    server: Server, default: list[str], named: list[str], size: int, in_graphs: int, way: str
) -> None:
    """The merge of graphs counts a triple once, and the protocol's dataset goes before the query's."""
    clauses = "".join(f"FROM <{g}> " for g in default) + "".join(
        f"FROM NAMED <{g}> " for g in named
    )
    params = {"default-graph-uri": default, "named-graph-uri": named}
    if way == "query":
        params = {}
    elif way == "protocol":
        clauses = ""
    elif default or named:
        clauses = f"FROM <{B}> FROM <{EMPTY}> FROM NAMED <{EMPTY}>"
    select = "SELECT (COUNT(*) AS ?n)"
    assert count(ask(server, f"{select} {clauses} {{ ?s ?p ?o }}", params=params)) == size
    graphs = f"{select} {clauses} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert count(ask(server, graphs, params=params)) == in_graphs


def test_graphs_of_a_query_are_read_as_sparql_does(server: Server) -> None:
    query = (
        "BASE <http://example.org/> PREFIX e: <http://example.org/> # FROM <x> FROM <y>\n"
        "SELECT (COUNT(*) AS ?n) FROM <a> from e:b { ?s ?p ?o FILTER(?o != 'FROM <a> FROM <b>') }"
    )
    assert count(ask(server, query)) == 6


def test_merge_is_bounded(tmp_path: Path) -> None:
    from gcm_ld.serve.answer import Refusal
    from gcm_ld.serve.datasets import merged

    store = ox.Store()
    for name in (A, B):
        store.extend(ox.Quad(*t, ox.NamedNode(name)) for t in numbers(5, name=name[-1]))
    graphs = [ox.NamedNode(A), ox.NamedNode(B)]
    assert len(merged(store, graphs, [], most=10)) == 10
    with pytest.raises(Refusal, match="up to 9 statements"):
        merged(store, graphs, [], most=9)


def test_relative_iris_start_from_the_endpoint(server: Server) -> None:
    answer = ask(server, "SELECT (<x> AS ?x) {}")
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == server.url + "x"


# -- graphs, the description, health --------------------------------------------------------------


def test_graph_store(server: Server) -> None:
    url = server.url + "data"
    answer = server.http.get(url, params={"graph": A}, headers={"accept": "application/n-triples"})
    assert answer.headers["content-type"] == "application/n-triples"
    assert set(ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)) == {
        ox.Quad(*t) for t in (*numbers(3, name="a"), SHARED_TRIPLE)
    }
    whole = server.http.get(url + "?default")
    assert whole.headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(set(ox.parse(whole.content, format=ox.RdfFormat.TURTLE))) == 6
    assert server.http.get(url, params={"graph": EMPTY}).status_code == 200
    assert server.http.head(url, params={"graph": A}).status_code == 200
    for params, status in (
        ({"graph": EX + "unknown"}, 404),
        ({"graph": "no iri"}, 400),
        ({"graph": [A, B]}, 400),
        ({"graph": A, "default": ""}, 400),
        ({}, 400),
    ):
        answer = server.http.get(url, params=params)
        assert answer.status_code == status, params
        assert len(answer.text.splitlines()) == 1
    assert server.http.get(url + "?default", headers={"accept": "text/csv"}).status_code == 406


def test_service_description(server: Server) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for media, form in GRAPHS.items():
        answer = server.http.get(server.url + "sparql", headers={"accept": media})
        assert answer.headers["content-type"].partition(";")[0] == media
        found = ox.Store()
        found.load(answer.content, format=form)
        rows = found.query(
            f"SELECT ?endpoint {{ ?s a <{sd}Service> ; <{sd}endpoint> ?endpoint ; "
            f"<{sd}supportedLanguage> <{sd}SPARQL11Query> }}"
        )
        assert [str(r["endpoint"]) for r in rows] == [f"<{server.url}sparql>"]  # type: ignore[union-attr,index]
        names = {
            str(q.object) for q in found.quads_for_pattern(None, ox.NamedNode(sd + "name"), None)
        }
        assert names == {f"<{A}>", f"<{B}>", f"<{EMPTY}>"}
        assert not any(isinstance(q.subject, ox.BlankNode) for q in found)
    assert server.http.get(server.url + "sparql").headers["content-type"].startswith("text/turtle")
    assert (
        server.http.get(server.url + "sparql", headers={"accept": "image/png"}).status_code == 406
    )


def test_health_and_figures(server: Server) -> None:
    assert server.http.get(server.url + "health").text == "ok\n"
    assert server.http.get(server.url + "ready").text == "ready g000001\n"
    ask(server, COUNT)
    figures = server.figures()
    assert figures['gcm_ld_requests_total{route="sparql",status="200"}'] >= 1
    assert figures["gcm_ld_workers"] == 2
    whole = 'gcm_ld_request_seconds_bucket{route="sparql",le="+Inf"}'
    assert figures[whole] == figures['gcm_ld_request_seconds_count{route="sparql"}']


# -- caching --------------------------------------------------------------------------------------


def test_tags(server: Server) -> None:
    first = ask(server, COUNT)
    tag = first.headers["etag"]
    assert tag.startswith('W/"g000001-')
    same = ask(server, COUNT, headers={"if-none-match": f'"other", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == tag
    others = [
        ask(server, COUNT + " ", headers={"if-none-match": tag}),
        ask(server, COUNT, headers={"if-none-match": tag, "accept": "text/csv"}),
        ask(server, COUNT, params={"default-graph-uri": A}, headers={"if-none-match": tag}),
    ]
    for other in others:
        assert other.status_code == 200
        assert other.headers["etag"] != tag
    assert {"accept", "accept-encoding"} <= {
        v.strip().lower() for v in first.headers["vary"].split(",")
    }
    assert first.headers["cache-control"] == "no-cache"
    assert ask(server, "SELECT").headers["cache-control"] == "no-store"


def test_repeated_queries_are_answered_from_memory(server: Server) -> None:
    query = COUNT + " # again"
    first = ask(server, query)
    hits = server.figures()["gcm_ld_cache_hits_total"]
    again = ask(server, query)
    assert again.content == first.content
    assert server.figures()["gcm_ld_cache_hits_total"] == hits + 1
    assert server.logged(outcome="cached")["status"] == 200
    as_csv = ask(server, query, headers={"accept": "text/csv"})
    assert as_csv.text == "n\r\n6\r\n"
    assert count(ask(server, query, params={"default-graph-uri": A})) == 4


def test_large_text_is_packed(server: Server) -> None:
    query = "SELECT * { VALUES ?x { " + " ".join(map(str, range(500))) + " } }"
    body = {"query": query}
    plain = server.http.post(
        server.url + "sparql", data=body, headers={"accept-encoding": "identity"}
    )
    packed = server.http.post(server.url + "sparql", data=body, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in ask(server, COUNT, headers={"accept-encoding": "gzip"}).headers


def test_large_answers_come_whole(server: Server) -> None:
    """More than a piece: both as it is and packed."""
    query = (
        "SELECT * { VALUES ?x { " + " ".join(map(str, range(200))) + " } "
        "VALUES ?y { " + " ".join(map(str, range(200))) + " } }"
    )
    data = urlencode({"query": query}).encode()
    form = {"content-type": "application/x-www-form-urlencoded", "accept": "text/csv"}
    for encoding in ("identity", "gzip"):
        answer = server.http.post(
            server.url + "sparql", content=data, headers={**form, "accept-encoding": encoding}
        )
        assert answer.headers["transfer-encoding"] == "chunked"
        assert len(answer.text.splitlines()) == 40_001
    body = b"POST /sparql HTTP/1.0\r\naccept: text/csv\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n%b"
    raw = server.raw(body % (form["content-type"].encode(), len(data), data))
    head, _, content = raw.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert len(content.splitlines()) == 40_001


# -- other programs -------------------------------------------------------------------------------


def test_sparqlwrapper(server: Server) -> None:
    from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    wrapper = SPARQLWrapper(server.url + "sparql")
    wrapper.setQuery(COUNT)
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "6"
    wrapper.setMethod(POST)
    wrapper.addDefaultGraph(A)
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "4"
    wrapper.setReturnFormat(XML)
    assert wrapper.queryAndConvert().toxml().count("<binding") == 1
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert() == b"n\r\n4\r\n"
    wrapper.resetQuery()
    wrapper.setReturnFormat(TURTLE)
    wrapper.setQuery("CONSTRUCT WHERE { ?s ?p 1 }")
    assert b"example.org/a1" in wrapper.queryAndConvert()
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery("SELECT")
    with pytest.raises(QueryBadFormed, match="not SPARQL"):
        wrapper.query()


def test_rdflib(server: Server) -> None:
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(server.url + "sparql", context_aware=False)
    graph = Graph(store)
    assert len(graph) == 6
    assert {int(o) for o in graph.objects(URIRef(EX + "a2"), URIRef(EX + "value"))} == {2}
    names = {str(c) for c in SPARQLStore(server.url + "sparql").contexts()}
    assert names == {A, B, EMPTY}


def test_curl(server: Server) -> None:
    curl = shutil.which("curl")
    if not curl:
        pytest.skip("curl is not installed")
    url = server.url + "sparql"

    def call(*args: str) -> str:
        done = subprocess.run([curl, "-sS", *args], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert call("-H", "Accept: text/csv", "--data-urlencode", f"query={COUNT}", url) == "n\n6\n"
    assert call("-G", "--compressed", "--data-urlencode", f"query={COUNT}", url).startswith("{")
    assert "405" in call("-X", "DELETE", "-i", url).splitlines()[0]
    long = "query=ASK {}" + " " * 2000  # so that curl asks before it sends
    expect = call("-H", "Expect: 100-continue", "--data-urlencode", long, url)
    assert json.loads(expect)["boolean"] is True


def test_packed_answer_unpacks(server: Server) -> None:
    """Without a client that would hide it."""
    query = quote("SELECT * { VALUES ?x { " + " ".join(map(str, range(500))) + " } }")
    request = f"GET /sparql?query={query} HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\n"
    raw = server.raw(f"{request}accept-encoding: gzip\r\nconnection: close\r\n\r\n".encode())
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head
    assert len(gzip.decompress(body).splitlines()) == 501
