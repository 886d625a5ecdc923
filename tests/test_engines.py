"""The catalogue on several engines: the same rows, values and order from each of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from gcm_ld import Dataset
from gcm_ld.queries import Query, list_observations, list_queries, run_query
from gcm_ld.resources import folder, shipped_data
from gcm_ld.store import EmbeddedStore, GraphStore, Rows
from gcm_ld.store.remote import RemoteStore
from tests.engines import needs_oxigraph, needs_virtuoso, oxigraph, shared_virtuoso
from tests.test_queries import arguments

pytestmark = pytest.mark.slow

QUERIES = [*list_queries(), *list_observations()]
#: What the second country is called: Albania's files under another name.
OTHER = "xyz"
BOUND = {"framework": f"{OTHER}-nsm-2019", "crosswalk": f"crosswalk/gcm--sdg--{OTHER}-nsm-2019"}
GRAPH = "http://example.org/world"
#: Questions that an engine can't answer, and why: (engine, question) → reason.
CANNOT = {
    ("virtuoso", "construct_profiles"): "Virtuoso 7 groups by no text beyond 4 kB (error SR319)",
    ("virtuoso", "select_logical_clashes"): "Virtuoso 7 needs more than a minute for its paths",
    ("virtuoso", "select_milestones"): "Virtuoso 7 gives an xsd:duration as its number of months",
    ("virtuoso", "select_owl_faults"): "Virtuoso 7 fails to compile it (error SP031)",
}


def choices(query: Query) -> list[dict[str, str]]:
    """The calls of a question: as it stands, and for one country of two."""
    needed = arguments(query)
    more = {p.name: BOUND[p.name] for p in query.parameters if p.name in BOUND}
    bound = {**needed, **more}
    return [needed, bound] if bound != needed else [needed]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The shipped data and one more country."""
    target = tmp_path_factory.mktemp("world") / OTHER
    target.mkdir()
    for source in shipped_data("alb"):
        text, name = source.read_text(encoding="utf-8"), source.name
        for old, new in (
            ("alb-", f"{OTHER}-"),
            ("gcm--sdg", f"gcm--sdg--{OTHER}-nsm-2019"),
            ("migof", f"{OTHER}-migof"),
        ):
            text, name = text.replace(old, new), name.replace(old, new)
        (target / name).write_text(text, encoding="utf-8")
    return Dataset([*shipped_data(), *sorted(target.glob("*.ttl"))])


@pytest.fixture(scope="module")
def contents(world: Dataset) -> dict[str, EmbeddedStore]:
    """What the engines are filled with: a world, frameworks that nothing is said of, nothing."""
    assert world.store is world.asserted
    bare = EmbeddedStore()
    for path in (*sorted(folder("ontology").glob("*.ttl")), *shipped_data("gcm")):
        bare.load_file(path)
    return {"world": world.observed, "bare": bare, "empty": EmbeddedStore()}


@pytest.fixture(scope="module")
def oxigraph_server(contents: dict[str, EmbeddedStore]) -> Iterator[dict[str, GraphStore]]:
    """Oxigraph's own server, the contents in a graph each."""
    with oxigraph() as engine:
        yield _fill(engine, contents)


@pytest.fixture(scope="module")
def virtuoso_server(contents: dict[str, EmbeddedStore]) -> Iterator[dict[str, GraphStore]]:
    """Virtuoso, the contents in a graph each."""
    engine = shared_virtuoso()
    engine.clear()
    yield _fill(engine, contents)
    engine.clear()


def _fill(engine: Any, contents: dict[str, EmbeddedStore]) -> dict[str, GraphStore]:
    stores: dict[str, GraphStore] = {}
    for name, content in contents.items():
        if len(content):
            engine.put(GRAPH + name, content.dump())
        url = f"{engine.url}?default-graph-uri={quote(GRAPH + name, safe='')}"
        stores[name] = RemoteStore(url)
    return stores


def _answer(store: GraphStore, query: Query, values: dict[str, str]) -> Rows:
    """Ask, and make numbers alike: engines differ in how many digits a quotient has."""
    rows = run_query(store, query, values)
    return Rows(rows.columns, [tuple(map(_number, row)) for row in rows.rows])


def _number(cell: Any) -> Any:
    return round(float(cell), 6) if isinstance(cell, float | Decimal) else cell


def _compare(ours: GraphStore, theirs: GraphStore, query: Query) -> int:
    found = 0
    for values in choices(query):
        expected = _answer(ours, query, values)
        assert _answer(theirs, query, values) == expected, values
        found += len(expected.rows)
    return found


def test_there_is_enough_to_compare(contents: dict[str, EmbeddedStore]) -> None:
    assert len(contents["world"]) > 35_000 > 2_000 < len(contents["bare"])
    assert len(QUERIES) > 60
    assert {q.form for q in QUERIES} == {"SELECT", "CONSTRUCT"}
    assert sum(len(choices(q)) for q in QUERIES) > 100


@needs_oxigraph
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_oxigraphs_server_gives_the_same(
    query: Query, contents: dict[str, EmbeddedStore], oxigraph_server: dict[str, GraphStore]
) -> None:
    for name, content in contents.items():
        _compare(content, oxigraph_server[name], query)


@needs_virtuoso
@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_virtuoso_gives_the_same(
    query: Query, contents: dict[str, EmbeddedStore], virtuoso_server: dict[str, GraphStore]
) -> None:
    if reason := CANNOT.get(("virtuoso", query.name)):
        pytest.xfail(reason)
    for name, content in contents.items():
        _compare(content, virtuoso_server[name], query)


def test_counts_over_nothing(contents: dict[str, EmbeddedStore]) -> None:
    """No row with a 0 comes from an empty store."""
    for query in QUERIES:
        assert _answer(contents["empty"], query, arguments(query)).rows == [], query.name


def test_one_country_is_not_two(contents: dict[str, EmbeddedStore]) -> None:
    """The bound calls find something, and less than the unbound ones."""
    narrowed = 0
    for query in QUERIES:
        if len(calls := choices(query)) == 2:
            every, one = (len(_answer(contents["world"], query, v).rows) for v in calls)
            assert one <= every, query.name
            narrowed += 0 < one < every
    assert narrowed > 30
