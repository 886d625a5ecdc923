"""The store on disk: what is in it after any loads, and who may read it meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gcm_ld.loading
from gcm_ld import open_dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.loading import load, prepare
from gcm_ld.namespaces import GCMO, ONTOLOGY, RDF, SKOS
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site
from gcm_ld.resources import folder
from gcm_ld.store.database import DERIVED, OBSERVATIONS, Database, graph_iri
from gcm_ld.turtle import read_turtle, write_turtle

DEFAULT = ox.DefaultGraph()
Triples = set[ox.Triple]


def triples(store: ox.Store, graph: str | None) -> Triples:
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else DEFAULT)
    return {quad.triple for quad in found}


def without_blanks(found: Triples) -> Triples:
    return {
        t for t in found if not {type(t.subject), type(t.object)} & {ox.BlankNode}
    }  # they have new names each time


# -- against a published site --------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data as a store; nobody writes to it."""
    path = tmp_path_factory.mktemp("shipped") / "store"
    load(path)
    return path


def test_each_dataset_and_what_rules_derive_stand_as_in_a_published_site(shipped: Path) -> None:
    site = Site(open_dataset(), Settings(title="t", description="d"))
    with Database(shipped).open() as snapshot:
        assert set(snapshot.datasets) == {part.name for part in site.parts}
        derived = 0
        for part in site.parts:
            dataset = snapshot.datasets[part.name]
            assert (dataset.graph, dataset.sha256) == (part.iri, part.digest)
            stated = triples(snapshot.store, part.iri)
            assert stated == set(site.triples(part)), part.name
            assert len(stated) == dataset.statements
            there = triples(snapshot.store, part.iri + DERIVED)
            assert there == set(site.derived(part)), part.name
            assert len(there) == dataset.derived
            derived += len(there)
        assert derived > 900


def test_the_default_graph_is_the_merge_of_all_graphs(shipped: Path) -> None:
    dataset = open_dataset()
    expected = set(dataset.observed.triples()) | set(dataset.store.triples())
    with Database(shipped).open() as snapshot:
        store = snapshot.store
        merge = triples(store, None)
        assert without_blanks(merge) == without_blanks(expected)
        assert len(merge) == len(expected)
        named = {quad.triple for quad in store if quad.graph_name != DEFAULT}
        assert named == merge
        assert len(snapshot.graph_store()) == len(merge)
        assert set(snapshot.graph_store().triples()) == merge
        assert triples(store, ONTOLOGY)
        assert triples(store, graph_iri("alb/gcm--alb-nsm-2019") + OBSERVATIONS)


def test_what_others_say_of_a_countrys_links_is_used_as_in_a_published_site(
    tmp_path: Path,
) -> None:
    """The links of data/eu end at Albania's strategy, which data/alb describes."""
    world = tmp_path / "world"
    for group in ("alb", "eu"):
        (world / group).mkdir(parents=True)
        for path in (Path(__file__).parent.parent / "data" / group).glob("*.ttl"):
            (world / group / path.name).write_bytes(path.read_bytes())
    load(tmp_path / "store", [world])
    site = Site(open_dataset(world), Settings(title="t", description="d"))
    with Database(tmp_path / "store").open() as snapshot:
        own = {name for name, d in snapshot.datasets.items() if d.own}
        assert own == {part.name for part in site.own_parts}
        assert {n for n, d in snapshot.datasets.items() if not d.own} == {
            part.name for part in site.parts if not part.own
        }
        for part in site.parts:
            assert triples(snapshot.store, part.iri + DERIVED) == set(site.derived(part))


# -- any sequence of loads -----------------------------------------------------------------------

EX = "https://w3id.org/gcm-ld/id/"
GROUPS = ("a", "b", "c")
_TYPE = ox.NamedNode(RDF + "type")


def _node(path: str) -> ox.NamedNode:
    return ox.NamedNode(EX + path)


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(GCMO + name)


elements = st.tuples(st.sampled_from(GROUPS), st.integers(1, 2))


@st.composite
def statements(draw: st.DrawFn) -> Triples:
    """Describe some elements, and link some that may be described anywhere or nowhere."""
    found: Triples = set()
    for group, number in draw(st.lists(elements, max_size=3)):
        node = _node(f"{group}/outcome/{number}")
        found.add(ox.Triple(node, _TYPE, ox.NamedNode(SKOS + "Concept")))
        if draw(st.booleans()):
            found.add(ox.Triple(node, _TYPE, _term("Outcome")))
            found.add(ox.Triple(node, _term("partOf"), _node(f"{group}/objective/{number}")))
        if draw(st.booleans()):
            action = _node(f"{group}/action/{number}")
            found.add(ox.Triple(action, _TYPE, _term("Action")))
            found.add(ox.Triple(action, _term("partOf"), _node(f"objective/{number}")))
    for (one, n), (other, m) in draw(st.lists(st.tuples(elements, elements), max_size=3)):
        link = _node(f"alignment/{one}{n}--{other}{m}")
        found.add(ox.Triple(link, _term("subject"), _node(f"{one}/action/{n}")))
        found.add(ox.Triple(link, _term("object"), _node(f"{other}/outcome/{m}")))
    found.add(ox.Triple(_node("note"), ox.NamedNode(SKOS + "note"), ox.Literal("0.80")))
    return found


files = st.dictionaries(st.sampled_from(["x", "y"]), statements(), min_size=1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.dictionaries(st.sampled_from(GROUPS), files, min_size=1)),
        st.tuples(st.just("remove"), st.sampled_from(GROUPS)),
    ),
    min_size=1,
    max_size=4,
)


@contextmanager
def bare() -> Iterator[None]:
    """Loads without the shipped context and with next to no ontology, which are slow to load."""
    small = prepare._Graph(f"<{ONTOLOGY}> <{RDF}type> <{SKOS}Concept> .\n".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gcm_ld.loading, "find_context", lambda *_: ())
        patch.setattr(prepare, "_ontology", lambda: small)
        patch.setattr(gcm_ld.loading.patch, "find_context_subjects", frozenset)
        patch.setattr(prepare, "_candidates", frozenset)
        yield


@pytest.mark.slow
@given(steps=steps)
@settings(max_examples=12)
def test_after_any_loads_and_removals_the_store_holds_what_a_model_says(
    steps: list[tuple[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with bare():
        _follow(steps, tmp_path_factory.mktemp("model"))


def _follow(steps: list[tuple[str, object]], place: Path) -> None:
    model: dict[str, dict[str, Triples]] = {}
    for number, (what, value) in enumerate(steps):
        if what == "remove":
            if set(model) - {value} == set() or value not in model:
                with pytest.raises(InputError):
                    load(place / "store", remove=[str(value)])
                continue
            load(place / "store", remove=[str(value)], anew=False)
            del model[str(value)]
        else:
            assert isinstance(value, dict)
            for group, content in value.items():
                for name, said in content.items():
                    path = place / str(number) / group / f"{name}.ttl"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(write_turtle(said), encoding="utf-8")
            load(place / "store", [place / str(number)], anew=False)
            model.update(value)
        _compare(place, model)
    if model:
        _compare_anew(place, model)


def _compare(place: Path, model: dict[str, dict[str, Triples]]) -> None:
    """Hold a store against the model."""
    names = {f"{g}/{n}": said for g, content in model.items() for n, said in content.items()}
    with Database(place / "store").open() as snapshot:
        assert set(snapshot.datasets) == set(names)
        assert {p.relative_to(snapshot.folder / "files") for p in snapshot.files()} == {
            Path(f"{name}.ttl") for name in names
        }
        everything = set(snapshot.store)
        for name, said in names.items():
            here = {quad.triple for quad in everything if quad.graph_name == _graph(name)}
            assert here == said
            assert snapshot.datasets[name].statements == len(said)
            assert set(read_turtle(snapshot.file(name))) == said
        named = {quad for quad in everything if quad.graph_name != DEFAULT}
        assert {q.triple for q in everything - named} == {q.triple for q in named}
        assert set(snapshot.store.named_graphs()) == {quad.graph_name for quad in named}


def _graph(name: str) -> ox.NamedNode:
    return ox.NamedNode(graph_iri(name))


def _compare_anew(place: Path, model: dict[str, dict[str, Triples]]) -> None:
    """Hold a store that was changed in steps against one that was made at once."""
    for group, content in model.items():
        for name, said in content.items():
            path = place / "everything" / group / f"{name}.ttl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write_turtle(said), encoding="utf-8")
    load(place / "anew", [place / "everything"], anew=True)
    with Database(place / "store").open() as one, Database(place / "anew").open() as other:
        assert one.datasets == other.datasets
        assert set(one.store) == set(other.store)


# -- readers and their locks ---------------------------------------------------------------------

_READER = """
import sys
from pathlib import Path
from gcm_ld.store.database import Database
with Database(Path(sys.argv[1])).open() as snapshot:
    print(snapshot.generation, flush=True)
    for line in sys.stdin:
        store = snapshot.graph_store()
        found = store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0][0]
        files = sum(path.is_file() for path in snapshot.files())
        print(snapshot.generation, found, files, flush=True)
"""


def _start_reader(store: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _READER, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ask(reader: subprocess.Popen[str]) -> list[str]:
    assert reader.stdin is not None and reader.stdout is not None
    reader.stdin.write("count\n")
    reader.stdin.flush()
    return reader.stdout.readline().split()


def test_readers_keep_their_generation_while_others_are_loaded(tmp_path: Path) -> None:
    world = tmp_path / "world"
    for name in ("iom", "ogp"):
        shutil.copytree(folder("data") / name, world / name)
    store = tmp_path / "store"
    load(store, [world])
    old = _start_reader(store)
    try:
        assert old.stdout is not None
        assert old.stdout.readline().strip() == "g000001"
        before = _ask(old)
        assert int(before[1]) > 10_000 and before[2] == "12"
        load(store, remove=["ogp"], anew=False)
        new = _start_reader(store)
        assert new.stdout is not None
        assert new.stdout.readline().strip() == "g000002"
        assert int(_ask(new)[1]) < int(before[1])
        (world / "iom" / "policies.ttl").unlink()
        load(store, [world])
        assert _ask(old) == before
        assert sorted(p.name for p in store.glob("g*[0-9]")) == ["g000001", "g000002", "g000003"]
        new.communicate()
        load(store, remove=["iom"])
        assert sorted(p.name for p in store.glob("g*[0-9]")) == ["g000001", "g000004"]
        assert _ask(old) == before
    finally:
        old.communicate()
    load(store, [world])
    assert sorted(p.name for p in store.glob("g*[0-9]")) == ["g000005"]


def test_a_snapshot_in_this_process_is_kept_too(tmp_path: Path) -> None:
    world = tmp_path / "ogp"
    shutil.copytree(folder("data") / "ogp", world)
    load(tmp_path / "store", [world])
    with Database(tmp_path / "store").open() as snapshot:
        before = len(snapshot.graph_store())
        (world / "anomalies.ttl").unlink()
        load(tmp_path / "store", [world], anew=False)
        load(tmp_path / "store", [world], anew=True)
        assert snapshot.folder.is_dir()
        assert len(snapshot.graph_store()) == before
        assert Database(tmp_path / "store").current() != snapshot.generation


# -- what is no store ----------------------------------------------------------------------------


def test_what_is_no_store_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such store: make it with gcm-ld load"):
        Database(tmp_path / "none")
    with pytest.raises(FileError, match=r"is no store: it lacks gcm-ld-store\.json"):
        Database(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="is no store"):
        Database(tmp_path / "file")


def _manifest(**changes: object) -> bytes:
    value = {"format": 1, "generation": "g000001", "made_by": "x", "datasets": {}}
    return json.dumps(value | changes).encode()


def test_a_smallest_list_is_read(tmp_path: Path) -> None:
    (tmp_path / "gcm-ld-store.json").write_bytes(_manifest())
    assert Database(tmp_path).current() == "g000001"
    with pytest.raises(FileError, match="g000001: is missing from the store"):
        Database(tmp_path).open()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (_manifest(format=2), "has format 2, which a newer gcm-ld wrote: upgrade gcm-ld"),
        (b"{", "is no list of a store"),
        (b"[]", "is no list of a store"),
        (b"\xff", "is no list of a store"),
        (_manifest(format=None), "is no list of a store"),
        (_manifest(generation="../elsewhere"), "is no list of a store"),
        (_manifest(datasets=[]), "is no list of a store"),
        (_manifest(datasets={"a/b": {}}), "is no list of a store"),
    ],
)
def test_a_list_that_is_not_ours_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "gcm-ld-store.json").write_bytes(content)
    with pytest.raises(FileError, match=problem) as caught:
        Database(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'gcm-ld-store.json'}: ")


def test_a_damaged_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    load(tmp_path / "store", [folder("data") / "ogp"])
    (tmp_path / "store" / "g000001" / "oxigraph" / "CURRENT").unlink()
    with (
        Database(tmp_path / "store").open() as snapshot,
        pytest.raises(FileError, match=r"oxigraph: can't be opened .*: load the data anew"),
    ):
        snapshot.graph_store()


def test_a_store_is_only_read(shipped: Path) -> None:
    with (
        Database(shipped).open() as snapshot,
        pytest.raises(InputError, match="change it with gcm-ld load"),
    ):
        snapshot.graph_store().add([])
