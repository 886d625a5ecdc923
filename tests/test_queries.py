"""The query library: headers, parameters, and the same answers from another engine."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.errors import FileError, QueryError
from gcm_ld.queries import Parameter, Query, find_query, list_queries, parse_query, run_query
from gcm_ld.store import EmbeddedStore
from tests.conftest import Run

QUERIES = list_queries()
ANSWERABLE = [q for q in QUERIES if q.form == "SELECT" and "check" not in q.tags]
DERIVED = ("alignsWith", "answeredBy", "rollsUpTo")
_MAY_BE_EMPTY = {
    "select_latest_values",
    "select_targets",
    "select_total_values",
    "select_unsupported_links",
    "select_value_counts",
    "select_values",
    "select_wording",
}


def arguments(query: Query) -> dict[str, str]:
    """Give a required parameter a value that makes sense for the query."""
    if not any(p.required for p in query.parameters):
        return {}
    if any(p.name == "framework" and p.required for p in query.parameters):
        return {p.name: {"framework": "sdg"}.get(p.name, "gcm") for p in query.parameters}
    if query.name == "claim_title":
        return {"about": "alb-nsm-2019/objective/C"}
    kind = (
        "action/1.d"
        if "action" in query.name
        else "objective/9"
        if "elsewhere" in query.name
        else "objective/1"
    )
    return {"about": f"gcm/{kind}"}


def test_there_are_queries() -> None:
    assert len(QUERIES) > 35
    assert len(ANSWERABLE) > 30


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_header_says_what_the_query_does(query: Query) -> None:
    assert query.summary.endswith(".")
    assert query.description.endswith(".")
    assert query.tags
    assert ("ORDER BY" in query.text) == (query.form == "SELECT")
    assert query.name.split("_")[0] in ("ask", "claim", "construct", "select")
    if query.form == "SELECT":
        assert tuple(query.columns) == run_query(EmbeddedStore(), query, arguments(query)).columns
        assert all(query.columns.values())
    for parameter in query.parameters:
        assert parameter.kind in ("iri", "text", "integer")
        assert parameter.description
        assert parameter.name in query.variables
    asserted = not any(word in query.text for word in DERIVED)
    if {"rule", "check"}.isdisjoint(query.tags):
        assert ("asserted" in query.tags) == asserted


@pytest.fixture(scope="module")
def rdflib_graph(dataset: Dataset) -> Any:
    import rdflib

    graph = rdflib.Graph()
    store = dataset.store
    assert dataset.observed is store  # with the figures that are counted once
    text = ox.serialize(store.triples(), format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=text, format="nt")
    return graph


@pytest.mark.slow
@pytest.mark.parametrize("query", ANSWERABLE, ids=lambda q: q.name)
def test_another_engine_gives_the_same_rows(
    query: Query, dataset: Dataset, rdflib_graph: Any
) -> None:
    import rdflib

    values = arguments(query)
    bindings = {k: rdflib.URIRef(v.value) for k, v in query.bind(values).items()}
    theirs = [
        tuple(
            None if c is None else c.toPython() if isinstance(c, rdflib.Literal) else str(c)
            for c in row
        )
        for row in rdflib_graph.query(query.text, initBindings=bindings)
    ]
    ours = run_query(dataset.store, query, values)
    assert [_plain(r) for r in ours.rows] == [_plain(r) for r in theirs]
    # No link is unsupported, the shipped data have no values of indicators, and the official wording
    # does not travel with them.
    if query.name not in _MAY_BE_EMPTY:
        assert ours.rows


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        round(float(c), 6)
        if isinstance(c, Decimal | float)
        else c
        if isinstance(c, int) or c is None
        else str(c)
        for c in row
    )


@pytest.mark.parametrize("query", ANSWERABLE, ids=lambda q: q.name)
def test_an_empty_graph_gives_no_rows(query: Query) -> None:
    assert run_query(EmbeddedStore(), query, arguments(query)).rows == []


def test_optional_parameter_narrows(dataset: Dataset) -> None:
    every = dataset.query("select_framework_elements").rows
    some = dataset.query("select_framework_elements", framework="gcm").rows
    assert 0 < len(some) < len(every)
    assert {r[0] for r in some} == {"https://w3id.org/gcm-ld/id/gcm"}
    assert dataset.query("select_framework_elements", framework="xkx").rows == []


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("gcm/action/1.a", "https://w3id.org/gcm-ld/id/gcm/action/1.a"),
        ("sdg:10.7", "http://metadata.un.org/sdg/10.7"),
        ("sdg", "http://metadata.un.org/sdg"),
        ("http://example.org/x", "http://example.org/x"),
        ("urn:x:1", "urn:x:1"),
    ],
)
def test_iris_can_be_written_short(value: str, iri: str) -> None:
    assert Parameter("p", "iri", True, "").term(value) == ox.NamedNode(iri)


INJECTIONS = [
    "gcm/action/1.a> ?p ?o . ?x ?y <http://x",
    "http://x> . } ; DROP ALL #",
    "http://x\n} UNION { ?s ?p ?o",
    "http://x y",
    "{?s ?p ?o}",
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_sparql_in_an_iri_is_refused(value: str) -> None:
    with pytest.raises(QueryError, match="is not an IRI"):
        find_query("claim_title").bind({"about": value})


TEXT = parse_query(
    "q",
    "#+ parameters:\n#+   - wanted: text, required; a label\n"
    "SELECT ?s ?wanted WHERE { ?s ?p ?wanted } ORDER BY ?s",
)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_text_is_bound_and_never_spliced(value: str) -> None:
    store = EmbeddedStore()
    subject, predicate = ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p")
    other = ox.Triple(ox.NamedNode("http://x/other"), predicate, ox.Literal("other " + value))
    store.add([ox.Triple(subject, predicate, ox.Literal(value)), other])
    rows = run_query(store, TEXT, {"wanted": value}).rows
    assert [r[0] for r in rows] == ["http://x/s"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, r"parameter about is missing .* add --param about="),
        ({"abuot": "gcm"}, r"no parameter 'abuot'; it has about\. Did you mean \"about\"\?"),
    ],
)
def test_wrong_parameters(values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        find_query("claim_title").bind(values)


def test_whole_number_parameter() -> None:
    parameter = Parameter("n", "integer", True, "")
    assert parameter.term("12") == ox.Literal(12)
    with pytest.raises(QueryError, match="'1; x' is not a whole number"):
        parameter.term("1; x")


def test_unknown_query_names_the_nearest() -> None:
    with pytest.raises(QueryError, match='Did you mean "select_outcomes"'):
        find_query("select_outcome")
    with pytest.raises(FileError, match="no such file"):
        find_query("nowhere.rq")


def test_own_query_file(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "mine.rq"
    own.write_text("SELECT ?s ?o WHERE { ?s a ?o } ORDER BY ?s LIMIT 2", encoding="utf-8")
    result = run("query", own, "--format", "csv")
    assert result.returncode == 0
    assert result.stdout.splitlines()[0] == "s,o"
    assert len(result.stdout.splitlines()) == 3
    kind = "https://w3id.org/gcm-ld/ontology#Principle"
    bound = run("query", own, "--param", f"o={kind}", "--format", "csv")
    assert {line.split(",")[1] for line in bound.stdout.splitlines()[1:]} == {kind}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"SELECT ?s WHERE { ?s", "this is not SPARQL"),
        (b"hello", "this is not a SPARQL query"),
        (b"\xff\xfe\x00", "this is not UTF-8 text"),
        (b"SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        (b"SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        (b"SELECT ?s WHERE { ?s ?p ?o } LIMIT -1", "this is not SPARQL"),
    ],
)
def test_bad_query_files(run: Run, tmp_path: Path, text: bytes, message: str) -> None:
    own = tmp_path / "mine.rq"
    own.write_bytes(text)
    result = run("query", own)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_ask_and_construct_have_rows_too(dataset: Dataset) -> None:
    ask = parse_query("a", "ASK { ?s ?p ?o }")
    assert run_query(dataset.asserted, ask).rows == [(True,)]
    construct = find_query("construct_rolls_up_to")
    rows = run_query(dataset.store, construct).rows
    assert len(rows) == 55
    assert rows == sorted(rows)
