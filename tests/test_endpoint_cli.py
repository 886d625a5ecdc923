"""Endpoints in place of files: loading, pulling and asking them, on engines that really run."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request

import pytest

from gcm_ld import open_dataset
from gcm_ld.endpoint import EndpointOptions, EndpointSource, load_endpoint
from gcm_ld.endpoint.graphs import Endpoint, graph_store_url
from gcm_ld.errors import EmptyDatasetError, InputError
from gcm_ld.namespaces import GCMO, ID, ONTOLOGY
from gcm_ld.queries import find_query, list_queries
from gcm_ld.resources import shipped_data
from gcm_ld.store import EmbeddedStore
from gcm_ld.store.remote import RemoteStore
from gcm_ld.turtle import parse_turtle, read_turtle, write_turtle
from tests.conftest import ROOT, SHARED, Run
from tests.engines import (
    PATIENCE,
    Engine,
    needs_oxigraph,
    needs_virtuoso,
    oxigraph,
    shared_virtuoso,
)
from tests.test_remote import Script, reply

FEDERATED = ROOT / "queries" / "endpoint" / "select_federated_targets.rq"
CONTEXT = [
    "country/countries",
    "gcm/anomalies",
    "gcm/gcm",
    "sdg/anomalies",
    "sdg/sdg",
    "un/un-review-cycle",
]
ENGINES = [
    pytest.param("oxigraph", marks=needs_oxigraph),
    pytest.param("virtuoso", marks=[needs_virtuoso, pytest.mark.slow]),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two countries: Albania, and another that is like it."""
    root = tmp_path_factory.mktemp("world")
    shutil.copytree(ROOT / "data" / "alb", root / "alb")
    (root / "xab").mkdir()
    for path in sorted((root / "alb").glob("*.ttl")):
        text = path.read_text(encoding="utf-8").replace("alb-", "xab-")
        text = text.replace("crosswalk/gcm--sdg", "crosswalk/gcm--sdg--xab-nsm-2019")
        name = path.name.replace("alb-", "xab-")
        triples = parse_turtle(text.encode(), name=name)
        (root / "xab" / name).write_text(write_turtle(triples), encoding="utf-8")
    return root


def options(engine: Engine) -> EndpointOptions:
    return EndpointOptions(user=engine.user, password=engine.password, timeout=PATIENCE)


def source(engine: Engine) -> EndpointSource:
    return EndpointSource(engine.url, options(engine))


@pytest.fixture(scope="module")
def loaded(world: Path) -> Iterator[Callable[[str], Engine]]:
    """Engines with the two countries in them, by name, each loaded when it is first asked for."""
    engines: dict[str, Engine] = {}
    with oxigraph() as plain:

        def get(name: str) -> Engine:
            if name not in engines:
                engine = plain if name == "oxigraph" else shared_virtuoso()
                engine.clear()
                report = load_endpoint(engine.url, [world], options(engine), merge=True)
                assert report.merged
                engines[name] = engine
            return engines[name]

        yield get


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, loaded: Callable[[str], Engine]) -> Engine:
    return loaded(str(request.param))


@pytest.fixture
def empty() -> Iterator[Engine]:
    with oxigraph() as found:
        yield found


# -- what stands at an endpoint ----------------------------------------------------------------


def test_every_dataset_has_its_graphs(engine: Engine, world: Path) -> None:
    names = {p.relative_to(world).with_suffix("").as_posix() for p in world.rglob("*.ttl")}
    found = source(engine).held
    assert {h.name for h in found if h.own} == names
    assert [h.name for h in found if not h.own] == CONTEXT
    graphs = set(engine.graphs())
    assert {h.graph for h in found} | {ONTOLOGY, ID + "dataset"} <= graphs
    crosswalk = ID + "dataset/alb/gcm--alb-nsm-2019"
    assert {crosswalk + "/derived", crosswalk + "/observations"} <= graphs
    assert {g for g in graphs if g.startswith(ID + "dataset/gcm/gcm/")} == set()


def test_what_is_pulled_is_what_was_loaded(engine: Engine, world: Path) -> None:
    pulled = source(engine).dataset()
    theirs = {f"{p.parent.name}/{p.name}": p.read_bytes() for p in pulled.files}
    ours = {p.relative_to(world).as_posix(): p.read_bytes() for p in world.rglob("*.ttl")}
    assert theirs == ours  # byte for byte
    assert pulled.own
    assert len(open_dataset(world).context_files) == len(pulled.context_files)


def test_only_what_a_framework_touches_is_pulled(engine: Engine) -> None:
    there = source(engine)
    for framework in ("xab-nsm-2019", ID + "xab-nsm-2019"):
        assert {p.parent.name for p in there.dataset(framework=framework).files} == {"xab"}
    assert {p.parent.name for p in there.dataset(framework="gcm").files} == {"alb", "xab"}
    assert {p.parent.name for p in there.dataset(framework="no such").files} == {"alb", "xab"}


#: A question of asserted, of linked, of derived and of counted statements each.
COUNTED = [
    q.name for q in list_queries(tag="observations") if not any(p.required for p in q.parameters)
]
ACROSS = ["select_coverage", "select_sdg_links", "select_rollup", *COUNTED[:1]]


@pytest.mark.parametrize("name", ACROSS)
def test_the_whole_is_asked_where_it_stands(engine: Engine, world: Path, name: str) -> None:
    whole = source(engine).whole()
    rows = whole.query(name)
    assert rows.rows
    ours = open_dataset(world).query(name)
    assert rows.columns == ours.columns
    assert Counter(rows.rows) == Counter(ours.rows)
    assert "files" not in whole.__dict__  # nothing was pulled


COMMANDS = (
    ("report", "gaps", "--framework", "xab-nsm-2019", "--format", "json"),
    ("query", "select_frameworks", "--format", "csv"),
    ("claims", "--format", "csv"),
)


@pytest.fixture(scope="module")
def said(world: Path, run: Run) -> dict[tuple[str, ...], tuple[int, str, str]]:
    """What commands say of the files."""
    results = {command: run(*command, "--data", world) for command in COMMANDS}
    results["validate",] = run("validate", world, "--format", "json")
    return {name: (r.returncode, r.stdout, r.stderr) for name, r in results.items()}


def test_the_commands_say_the_same(
    engine: Engine, run: Run, tmp_path: Path, said: dict[tuple[str, ...], tuple[int, str, str]]
) -> None:
    for command in COMMANDS:
        theirs = run(*command, "--endpoint", engine.url, TMPDIR=str(tmp_path))
        assert (theirs.returncode, theirs.stdout, theirs.stderr) == said[command]
        assert theirs.stdout
    assert list(tmp_path.iterdir()) == []  # what was pulled is gone at exit


def test_validation_finds_the_same(
    engine: Engine, run: Run, said: dict[tuple[str, ...], tuple[int, str, str]]
) -> None:
    theirs = run("validate", "--endpoint", engine.url, "--format", "json")
    status, text, _ = said["validate",]
    assert theirs.returncode == status == 1
    found = json.loads(text), json.loads(theirs.stdout)
    for finding in (f for report in found for f in report["findings"]):
        finding["file"] = "/".join(Path(finding["file"]).parts[-2:])
    assert found[0] == found[1]
    assert found[0]["findings"]


@needs_oxigraph
def test_a_graph_that_is_not_given_whole_is_told(loaded: Callable[[str], Engine]) -> None:
    there = source(loaded("oxigraph"))
    held = there.held[0]
    assert len(there.endpoint.read(held.graph, held.statements)) == held.statements
    with pytest.raises(InputError, match=f"gives {held.statements:,} of the "):
        there.endpoint.read(held.graph, held.statements + 1)


# -- loading -----------------------------------------------------------------------------------


@needs_oxigraph
def test_a_group_is_replaced_as_a_whole(
    loaded: Callable[[str], Engine], world: Path, tmp_path: Path
) -> None:
    engine = loaded("oxigraph")
    before = set(engine.graphs())
    shutil.copytree(world / "xab", tmp_path / "xab")
    (tmp_path / "xab" / "gcm--xab-nsm-2019.ttl").unlink()
    base = ID + "dataset/xab/gcm--xab-nsm-2019"
    try:
        report = load_endpoint(engine.url, [tmp_path / "xab"])
        gone = {base, base + "/derived", base + "/observations"}
        assert set(report.deleted) == gone
        assert set(engine.graphs()) == before - gone
        assert {h.group for h in source(engine).held if h.own} == {"alb", "xab"}
        assert "3 graphs deleted" in report.describe()
    finally:
        again = load_endpoint(engine.url, [world / "xab"])
    assert again.deleted == []
    assert set(engine.graphs()) == before
    counts = {h.graph: h.statements for h in source(engine).held}
    file = world / "xab" / "gcm--xab-nsm-2019.ttl"
    assert counts[base] == again.put[base] == len(read_turtle(file))


@needs_virtuoso
def test_a_merge_in_a_graph_is_not_left_behind(
    loaded: Callable[[str], Engine], world: Path
) -> None:
    engine = loaded("virtuoso")
    assert ID + "dataset/merged" in engine.graphs()
    before = {h.graph: h.statements for h in source(engine).held}
    with pytest.raises(InputError, match="out of date: load all groups at once, with --merge"):
        load_endpoint(engine.url, [world / "xab"], options(engine))
    assert {h.graph: h.statements for h in source(engine).held} == before


@needs_oxigraph
def test_the_shipped_data_stay_the_shipped_data(empty: Engine, run: Run) -> None:
    loaded = run("load", "--endpoint", empty.url)
    assert loaded.returncode == 0, loaded.stderr
    there = EndpointSource(empty.url).dataset()
    assert not there.own
    assert there.files == tuple(shipped_data())
    with pytest.raises(InputError, match=r"questions find nothing there, .* union .* --merge"):
        EndpointSource(empty.url).whole()


@needs_oxigraph
def test_an_endpoint_without_named_graphs_works_too(empty: Engine, world: Path) -> None:
    empty.put(None, open_dataset(world).store.triples())
    there = EndpointSource(empty.url)
    pulled, ours = there.dataset(), open_dataset(world)
    assert len(pulled.files) == 1
    derived = {GCMO + name for name in ("alignsWith", "answeredBy", "rollsUpTo")}
    assert derived.isdisjoint(t.predicate.value for t in read_turtle(pulled.files[0]))
    for name in ("select_coverage", "select_gaps", "select_rollup"):
        assert pulled.query(name) == ours.query(name) == there.whole().query(name)


@needs_oxigraph
def test_an_empty_endpoint_is_told(empty: Engine) -> None:
    for ask in (EndpointSource(empty.url).dataset, EndpointSource(empty.url).whole):
        with pytest.raises(
            EmptyDatasetError, match="no statement in it: load data with gcm-ld load"
        ):
            ask()


@needs_virtuoso
def test_a_large_graph_is_read_whole() -> None:
    """Virtuoso gives 10,000 statements of a graph and says nothing of the others."""
    engine = shared_virtuoso()
    graph = ID + "dataset/big/big"
    lines = [f'<{ID}big/{n}> <{GCMO}sourceRow> "{n}" .\n' for n in range(10_500)]
    try:
        engine.put(graph, "".join(lines).encode())
        there = Endpoint(engine.url, options(engine))
        held = {str(row[0]): row[1] for row in there.ask("select_graphs").rows}
        assert held[graph] == 10_500
        url = f"{engine.graphs_url}?graph={graph}"
        cut = there.connection.send(Request(url, headers={"Accept": "application/n-triples"}))
        assert cut.body.count(b" .\n") < 10_500
        assert len(set(there.read(graph, 10_500))) == 10_500
    finally:
        engine.update(f"CLEAR GRAPH <{graph}>")


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.server.over.set()  # type: ignore[attr-defined]
    made.server.shutdown()
    made.server.server_close()


def test_half_a_load_is_told_graph_by_graph(script: Script, world: Path) -> None:
    nothing = json.dumps({"head": {"vars": ["graph", "statements"]}, "results": {"bindings": []}})
    answer = reply(body=nothing.encode())
    full = reply(507, b"disk full", "text/plain")
    no = reply(body=b'{"head": {}, "boolean": false}')
    fine = reply(204, b"", None), reply(201, b"", None)
    script.replies = [answer, answer, no, *fine, full]
    url = EndpointOptions(graph_store=script.url)
    with pytest.raises(InputError) as caught:
        load_endpoint(script.url, [world / "alb"], url)
    told = str(caught.value)
    assert "place" in told, told
    total = sum(method == "PUT" for method, _, _, _ in script.seen)
    assert total == 3
    assert "2 of " in told
    assert " are in place; not so dataset/" in told
    assert "more. Then: http://127.0.0.1" in told
    assert "status 507" in told
    assert "(disk full)" in told
    assert told.endswith("load again: that replaces what is there")


@needs_oxigraph
def test_statements_that_an_engine_drops_are_told(empty: Engine, world: Path) -> None:
    class Forgetful(Endpoint):
        def put(self, graph: str | None, ntriples: bytes) -> None:
            super().put(graph, ntriples.partition(b"\n")[2])

    from gcm_ld.endpoint import load

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "Endpoint", Forgetful)
        with pytest.raises(InputError, match=r"graphs were put, but .* holds .* statements of"):
            load_endpoint(empty.url, [world / "alb"])


def test_loading_needs_an_endpoint_that_answers(run: Run, world: Path) -> None:
    result = run("load", world, "--endpoint", "http://127.0.0.1:1/sparql")
    assert result.returncode == 2
    assert "nothing listens there" in result.stderr
    assert "Traceback" not in result.stderr


@needs_virtuoso
def test_loading_needs_a_password_where_the_engine_does(run: Run, world: Path) -> None:
    engine = shared_virtuoso()
    one = world / "alb" / "policies.ttl"
    there = ("--endpoint", engine.url, "--merge")
    plain = run("load", one, *there)
    assert plain.returncode == 2
    assert "asks who you are: give --user and set GCM_LD_PASSWORD" in " ".join(plain.stderr.split())
    wrong = run("load", one, *there, "--user", "dba", GCM_LD_PASSWORD="s3cret")
    assert wrong.returncode == 2
    assert "refuses the user name" in wrong.stderr
    assert "s3cret" not in wrong.stderr


@pytest.mark.parametrize(
    ("url", "server", "expected"),
    [
        ("http://h:7878/query", "Oxigraph/0.5", "http://h:7878/store"),
        ("http://h/sparql", "Virtuoso/07.20", "http://h/sparql-graph-crud-auth"),
        ("http://h/sparql-auth", "Virtuoso/07.20", "http://h/sparql-graph-crud-auth"),
        ("http://h:3030/ds/sparql", "Apache Jena Fuseki (5.1.0)", "http://h:3030/ds/data"),
        ("http://h:3030/ds", "Apache Jena Fuseki (5.1.0)", "http://h:3030/ds/data"),
        ("http://h/ds/query", "", "http://h/ds/data"),
        ("http://h/sparql", "gcm-ld/1.0", "http://h/data"),
        ("http://h/repositories/r", "", "http://h/repositories/r/rdf-graphs/service"),
        ("https://h:8182/sparql", "", "https://h:8182/sparql/gsp/"),
        ("http://h/elsewhere", "", None),
    ],
)
def test_graph_stores_are_found_by_convention(url: str, server: str, expected: str | None) -> None:
    assert graph_store_url(url, server) == expected


def test_where_no_convention_is_known_the_option_is_named(script: Script) -> None:
    script.replies = [reply()]
    there = Endpoint(script.url.replace("/sparql", "/elsewhere"))
    with pytest.raises(InputError, match="give --graph-store URL"):
        there.put("http://example.org/", b"")


# -- two endpoints -----------------------------------------------------------------------------

UN = SHARED / "vocab" / "sdg" / "sdg-kos-goals-targets-indicators.ttl"
needs_un = pytest.mark.skipif(not UN.exists(), reason="the UN's own vocabulary is absent")


@needs_oxigraph
@pytest.mark.parametrize(
    "sdgs",
    [ROOT / "data" / "sdg" / "sdg.ttl", pytest.param(UN, marks=needs_un)],
    ids=["ours", "UN"],
)
def test_two_endpoints_answer_as_one_store(empty: Engine, world: Path, sdgs: Path) -> None:
    query = find_query(str(FEDERATED))
    crosswalks = EmbeddedStore()
    for path in sorted(world.rglob("*.ttl")):
        crosswalks.load_file(path)
    empty.put(None, crosswalks.triples())
    store = RemoteStore(empty.url)
    assert not store.ask(f"ASK {{ ?s a <{GCMO}Goal> }}")  # the SDGs are not here
    crosswalks.load_file(sdgs)
    one = crosswalks.select(query.text.replace("SERVICE ?endpoint {", "{"))
    assert {str(row[0]).rpartition("/")[2] for row in one.rows} == {"alb-nsm-2019", "xab-nsm-2019"}
    with oxigraph() as there:
        there.put(None, sdgs)
        for framework in (None, "xab-nsm-2019"):
            values = {"endpoint": there.url} | ({"framework": framework} if framework else {})
            rows = store.select(query.text, query.bind(values))
            expected = [r[:-1] for r in one.rows if not framework or r[0] == ID + framework]
            assert [r[:-1] for r in rows.rows] == expected
            assert {r[-1] for r in rows.rows} == {there.url}
