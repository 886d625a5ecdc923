"""Dumps: every format holds what the source says, as parsers that are not ours read it."""

from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import InputError
from gcm_ld.namespaces import GCMO
from gcm_ld.publish.dumps import (
    MEDIA_TYPES,
    Dump,
    dump_part,
    joined,
    read_quads,
    serialize,
)
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site
from gcm_ld.resources import shipped_data

GRAPH = ox.NamedNode("https://example.org/dataset/a")
_DERIVED = {GCMO + name for name in ("alignsWith", "answeredBy", "rollsUpTo")}
_PARSERS = {"ttl": "turtle", "nt.gz": "nt", "jsonld": "json-ld", "rdf": "xml"}


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> Site:
    return Site(dataset, Settings(title="t", description="d"))


@pytest.fixture(scope="module")
def dumps(site: Site) -> dict[str, tuple[Dump, dict[str, bytes]]]:
    found = {}
    for part in site.own_parts:
        dump = Dump.of(part.graph, site.triples(part), site.derived(part))
        found[part.name] = dump, dump_part(dump)
    return found


def _rdflib(text: bytes, format_: str):  # type: ignore[no-untyped-def]
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    with warnings.catch_warnings():  # rdflib's own parsers use what rdflib deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=text, format=format_)
    return {tuple(term.n3() for term in triple) for triple in graph}


def _plain(text: bytes, ending: str) -> bytes:
    return gzip.decompress(text) if ending.endswith(".gz") else text


@pytest.mark.parametrize("ending", _PARSERS)
@pytest.mark.parametrize("name", ["alb/gcm--sdg", "alb/anomalies", "iom/iom-alb-2022"])
def test_rdflib_reads_the_source_and_what_is_derived_from_every_format(
    site: Site, dumps: dict[str, tuple[Dump, dict[str, bytes]]], name: str, ending: str
) -> None:
    part = next(p for p in site.parts if p.name == name)
    dump, files = dumps[name]
    source = _rdflib(part.path.read_bytes(), "turtle")
    derived = _rdflib(b"\n".join(dump.derived), "nt")
    assert len(source) > 100
    assert _rdflib(_plain(files[ending], ending), _PARSERS[ending]) == source | derived


def test_every_part_is_the_same_in_every_format(
    site: Site, dumps: dict[str, tuple[Dump, dict[str, bytes]]]
) -> None:
    formats = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}
    formats |= {"rdf": ox.RdfFormat.RDF_XML, "nt.gz": ox.RdfFormat.N_TRIPLES}
    assert len(dumps) == len(shipped_data()) > 40
    for name, (dump, files) in dumps.items():
        lines = set(dump.stated + dump.derived)
        assert lines, name
        for ending, format_ in formats.items():
            quads = ox.parse(_plain(files[ending], ending), format=format_)
            assert {f"{q.triple} .".encode() for q in quads} == lines, (name, ending)


def test_the_rules_give_the_same_apart_as_together(
    site: Site, dumps: dict[str, tuple[Dump, dict[str, bytes]]]
) -> None:
    together = {t for t in site.dataset.store.triples() if t.predicate.value in _DERIVED}
    apart = {line for dump, _ in dumps.values() for line in dump.derived}
    assert apart == {f"{t} .".encode() for t in together}
    assert len(apart) > 900


def test_what_is_derived_stands_apart(dumps: dict[str, tuple[Dump, dict[str, bytes]]]) -> None:
    dump, files = dumps["alb/gcm--sdg"]
    assert {line.split()[1].decode().strip("<>") for line in dump.derived} == {GCMO + "alignsWith"}
    assert not any(name.encode() in b"".join(dump.stated) for name in _DERIVED)
    stated, mark, derived = files["ttl"].decode().partition("\n# Derived by rules")
    assert mark
    assert "alignsWith" in derived
    assert "alignsWith" not in stated
    quads = list(ox.parse(_plain(files["nq.gz"], "nq.gz"), format=ox.RdfFormat.N_QUADS))
    graphs = {
        q.graph_name.value: {q2.predicate.value for q2 in quads if q2.graph_name == q.graph_name}
        for q in quads
    }
    assert set(graphs) == {dump.graph, dump.graph + "/derived"}
    assert graphs[dump.graph + "/derived"] == {GCMO + "alignsWith"}
    assert not graphs[dump.graph] & _DERIVED


def _everything(dumps: dict[str, tuple[Dump, dict[str, bytes]]], ending: str) -> bytes:
    source = "ttl" if ending == "trig" else ending
    readers = [(dump.graph, lambda f=files: f[source]) for dump, files in dumps.values()]
    return b"".join(joined(ending, readers))


@pytest.mark.parametrize("ending", [e for e in MEDIA_TYPES if e not in ("trig", "nq.gz")])
def test_dumps_of_everything_hold_every_triple_of_the_source(
    dataset: Dataset, dumps: dict[str, tuple[Dump, dict[str, bytes]]], ending: str
) -> None:
    formats = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}
    formats |= {"rdf": ox.RdfFormat.RDF_XML, "nt.gz": ox.RdfFormat.N_TRIPLES}
    source = {t for triples in dataset.triples_by_file.values() for t in triples}
    quads = ox.parse(_plain(_everything(dumps, ending), ending), format=formats[ending])
    found = {q.triple for q in quads}
    assert {t for t in found if t.predicate.value not in _DERIVED} == source
    assert {t.predicate.value for t in found} >= _DERIVED


@pytest.mark.parametrize(("ending", "format_"), [("trig", "trig"), ("nq.gz", "nquads")])
def test_each_dataset_is_a_graph_of_its_own_to_rdflib_too(
    site: Site, dumps: dict[str, tuple[Dump, dict[str, bytes]]], ending: str, format_: str
) -> None:
    import rdflib

    few = {name: dumps[name] for name in ("alb/gcm--sdg", "ogp/ogp-alb-2023")}
    with warnings.catch_warnings():  # see above
        warnings.simplefilter("ignore", DeprecationWarning)
        found = rdflib.Dataset()
        found.parse(data=_plain(_everything(few, ending), ending), format=format_)
    sizes = {str(g.identifier): len(g) for g in found.graphs() if len(g)}
    expected = {}
    for dump, _ in few.values():
        expected[dump.graph] = len(dump.stated)
        if dump.derived:
            expected[dump.graph + "/derived"] = len(dump.derived)
    assert sizes == expected


def test_json_ld_of_everything_is_one_document(
    dumps: dict[str, tuple[Dump, dict[str, bytes]]],
) -> None:
    assert len(json.loads(_everything(dumps, "jsonld"))) > 2000


def test_the_same_statements_in_another_order_give_the_same_bytes(site: Site) -> None:
    part = next(p for p in site.parts if p.name == "alb/claims")
    triples = site.triples(part)
    forward, backward = (
        dump_part(Dump.of(part.graph, order, ())) for order in (triples, triples[::-1] * 2)
    )
    assert forward == backward


def test_nothing_gives_empty_documents() -> None:
    files = dump_part(Dump.of(GRAPH, (), ()))
    assert json.loads(files["jsonld"]) == []
    assert _rdflib(files["rdf"], "xml") == set()
    assert gzip.decompress(files["nt.gz"]) == b""


def test_a_character_that_xml_cannot_hold_is_told() -> None:
    subject = ox.NamedNode("https://example.org/a")
    triple = ox.Triple(subject, ox.NamedNode("https://example.org/p"), ox.Literal("a\x01b"))
    with pytest.raises(InputError, match=r"example\.org/a.*control character"):
        serialize([triple], "rdf")


_IRIS = st.sampled_from([f"https://example.org/{c}" for c in "abcdé"]).map(ox.NamedNode)
_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t\"\\#<>&'"),
    max_size=12,
)
_DATATYPE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_VALUES = (
    _IRIS
    | _TEXT.map(ox.Literal)
    | _TEXT.map(lambda t: ox.Literal(t, language="sq"))
    | st.sampled_from(["0.80", "1.0", "x"]).map(lambda t: ox.Literal(t, datatype=_DATATYPE))
    | st.just(ox.Literal("\n\n# Derived by rules from the statements above:\n\n"))
)
_TRIPLES = st.lists(st.builds(ox.Triple, _IRIS, _IRIS, _VALUES), max_size=12)
_LINKS = st.lists(st.builds(ox.Triple, _IRIS, _IRIS, _IRIS), max_size=4)


@given(parts=st.lists(st.tuples(_TRIPLES, _LINKS), min_size=1, max_size=3))
def test_whatever_the_statements_every_format_brings_them_back(
    parts: list[tuple[list[ox.Triple], list[ox.Triple]]],
) -> None:
    dumps = {}
    for n, (stated, derived) in enumerate(parts):
        dump = Dump.of(ox.NamedNode(f"https://example.org/graph/{n}"), stated, derived)
        files = dump_part(dump)
        assert read_quads(files["nq.gz"], dump.graph) == dump
        dumps[str(n)] = dump, files
    lines = {line for dump, _ in dumps.values() for line in dump.stated + dump.derived}
    quads = {
        (line, graph)
        for dump, _ in dumps.values()
        for graph, found in ((dump.graph, dump.stated), (dump.graph + "/derived", dump.derived))
        for line in found
    }
    formats = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}
    formats |= {"rdf": ox.RdfFormat.RDF_XML, "nt.gz": ox.RdfFormat.N_TRIPLES}
    for ending, format_ in formats.items():
        text = _plain(_everything(dumps, ending), ending)
        assert {f"{q.triple} .".encode() for q in ox.parse(text, format=format_)} == lines, ending
    for ending, format_ in (("trig", ox.RdfFormat.TRIG), ("nq.gz", ox.RdfFormat.N_QUADS)):
        text = _plain(_everything(dumps, ending), ending)
        found = {
            (f"{q.triple} .".encode(), q.graph_name.value) for q in ox.parse(text, format=format_)
        }
        assert found == quads, ending


def test_own_files_bring_their_context_as_pages_and_not_as_datasets(tmp_path: Path) -> None:
    for path in shipped_data("alb"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    site = Site(open_dataset(tmp_path), Settings(title="t", description="d"))
    own = {p.name for p in site.own_parts}
    assert "gcm--alb-nsm-2019" in own
    assert {p.name for p in site.parts} - own >= {"gcm/gcm", "sdg/sdg", "country/countries"}
    assert "https://w3id.org/gcm-ld/id/gcm/action/1.a" in site.resources
