"""``gcm-ld score``: every check that is made can come out either way, and says of what it speaks."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.namespaces import GCMO, ID, ONTOLOGY, expand
from gcm_ld.resources import folder
from gcm_ld.score import SCHEMES, Item, Verdict, score, summarise
from gcm_ld.score.model import Summary
from gcm_ld.score.subject import Folder, Subject
from gcm_ld.turtle import read_turtle, write_turtle
from tests.conftest import ROOT, Run

Triples = list[ox.Triple]
Change = Callable[[Triples], Triples]

PASSED, PARTLY, FAILED = Verdict.PASSED, Verdict.PARTLY, Verdict.FAILED
NOT_TESTED, NOT_APPLICABLE = Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE
ITEMS = {(s.name, c.id) for s in SCHEMES.values() for c in s.checks}
LINK = f"{ID}crosswalk/gcm--xyz-2030/alignment/1.d--A1.1"


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if "//" in name or name.startswith("urn:") else expand(name))


def said(subject: str, predicate: str, value: str | ox.Literal | ox.BlankNode) -> ox.Triple:
    return ox.Triple(iri(subject), iri(predicate), iri(value) if isinstance(value, str) else value)


def text(value: str) -> ox.Literal:
    return ox.Literal(value, language="en")


def add(*rows: tuple[str, str, str | ox.Literal | ox.BlankNode]) -> Change:
    return lambda triples: triples + [said(*row) for row in rows]


def drop(predicate: str, subject: str | None = None, value: str | None = None) -> Change:
    """Leave out what has a property, of one subject or all, with one value or any."""

    def change(triples: Triples) -> Triples:
        kept = [
            t
            for t in triples
            if t.predicate != iri(predicate)
            or (subject is not None and t.subject != iri(subject))
            or (value is not None and t.object != iri(value))
        ]
        assert len(kept) < len(triples), "nothing was left out"
        return kept

    return change


def rename(old: str, new: str) -> Change:
    """Give a thing another IRI, or a header another ontology IRI."""

    def change(triples: Triples) -> Triples:
        def other(node: object) -> object:
            return ox.NamedNode(new) if node == iri(old) else node

        found = [ox.Triple(*map(other, t)) for t in triples]  # type: ignore[arg-type]
        assert found != triples
        return found

    return change


def both(*changes: Change) -> Change:
    def change(triples: Triples) -> Triples:
        for one in changes:
            triples = one(triples)
        return triples

    return change


def class_(name: str, label: str | None = None) -> tuple[tuple[str, str, str | ox.Literal], ...]:
    """Describe a class of the ontology in full."""
    return (
        (f"gcmo:{name}", "rdf:type", "owl:Class"),
        (f"gcmo:{name}", "rdfs:label", text(label or name.lower())),
        (f"gcmo:{name}", "skos:definition", text("A thing that this test is about.")),
        (f"gcmo:{name}", "rdfs:subClassOf", "gcmo:Element"),
    )


def property_(name: str, *, domain: str = "gcmo:Element", value: str = "gcmo:Element",
              label: str | None = None) -> tuple[tuple[str, str, str | ox.Literal], ...]:  # fmt: skip
    """Describe an object property of the ontology in full."""
    return (
        (f"gcmo:{name}", "rdf:type", "owl:ObjectProperty"),
        (f"gcmo:{name}", "rdfs:label", text(label or name.lower())),
        (f"gcmo:{name}", "skos:definition", text("Leads somewhere that this test is about.")),
        (f"gcmo:{name}", "rdfs:domain", domain),
        (f"gcmo:{name}", "rdfs:range", value),
    )


def nothing(triples: Triples) -> Triples:
    return []


def chain_of_one(triples: Triples) -> Triples:
    node = ox.BlankNode("chain")
    return [
        *triples,
        said("gcmo:partOf", "owl:propertyChainAxiom", node),
        ox.Triple(node, iri("rdf:first"), iri("gcmo:ledBy")),
        ox.Triple(node, iri("rdf:rest"), iri("rdf:nil")),
    ]


def restriction(kind: str, target: str, on: str = "gcmo:Action") -> Change:
    """Add a class expression to the description of a class."""

    def change(triples: Triples) -> Triples:
        node = ox.BlankNode("expression")
        return [
            *triples,
            said(on, "rdfs:subClassOf", node),
            ox.Triple(node, iri("rdf:type"), iri("owl:Class")),
            ox.Triple(node, iri(kind), iri(target)),
        ]

    return change


def blank(triples: Triples) -> Triples:
    return [*triples, ox.Triple(ox.BlankNode("b"), iri("skos:prefLabel"), text("No name"))]


def case(
    scheme: str,
    id_: str,
    change: Change,
    names: str,
    after: Verdict = FAILED,
    before: Verdict = PASSED,
) -> object:
    return pytest.param(
        scheme, id_, change, names, after, before, id=f"{scheme}-{id_}-{names}"[:60]
    )


#: What is done to the ontology, what the item then names, and its verdict after and before.
IN_ONTOLOGY = [
    case("foops", "PURL1", rename(ONTOLOGY, "https://example.org/o"), "https://example.org/o"),
    case("foops", "PURL1", nothing, "no ontology IRI"),
    case("foops", "VER1", drop("owl:versionIRI"), "no version IRI"),
    case(
        "foops",
        "VER1",
        both(drop("owl:versionIRI"), add((ONTOLOGY, "owl:versionIRI", ONTOLOGY))),
        "the ontology's own",
    ),
    case("foops", "OM1", drop("dcterms:title", ONTOLOGY), "title", PARTLY),
    case("foops", "OM2", drop("dcterms:bibliographicCitation", ONTOLOGY), "citation", PARTLY),
    case("foops", "OM3", drop("dcterms:publisher", ONTOLOGY), "publisher", FAILED, PARTLY),
    case(
        "foops",
        "OM3",
        add(
            (ONTOLOGY, "dcterms:issued", text("2026-11-21")),
            (ONTOLOGY, "dcterms:source", "https://undocs.org/A/RES/73/195"),
            (ONTOLOGY, "foaf:logo", "https://w3id.org/gcm-ld/logo.svg"),
            (ONTOLOGY, "http://purl.org/ontology/bibo/status", text("draft")),
            (ONTOLOGY, "dcterms:identifier", text("10.5281/zenodo.1")),
        ),
        "6 of 6",
        PASSED,
        PARTLY,
    ),
    case("foops", "OM4.1", drop("dcterms:license", ONTOLOGY), "no licence"),
    case("foops", "OM5.1", drop("dcterms:created", ONTOLOGY), "date of creation", PARTLY),
    case(
        "foops",
        "OM5.2",
        add((ONTOLOGY, "dcterms:issued", text("2026-11-21"))),
        "2 of 2",
        PASSED,
        PARTLY,
    ),
    case("foops", "FIND1", drop("vann:preferredNamespacePrefix", ONTOLOGY), "no prefix"),
    case(
        "foops",
        "FIND_3_BIS",
        add((ONTOLOGY, "http://schema.org/includedInDataCatalog", "https://example.org/lov")),
        "https://example.org/lov",
        PASSED,
        NOT_TESTED,
    ),
    case("foops", "HTTP1", rename(ONTOLOGY, "urn:o"), "urn:o"),
    case("foops", "RDF1", nothing, "nothing could be read"),
    case(
        "foops",
        "VOC1",
        lambda triples: [t for t in triples if t.predicate == iri("rdf:type")],
        "no shared metadata vocabulary",
    ),
    case(
        "foops",
        "VOC2",
        lambda triples: [
            said(ONTOLOGY, "rdf:type", "owl:Ontology"),
            said("gcmo:Action", "rdf:type", "owl:Class"),
            said("gcmo:Action", "rdfs:subClassOf", "gcmo:Element"),
        ],
        "no term of another",
    ),
    case("foops", "VOC3", drop("rdfs:label", "gcmo:Action"), GCMO + "Action", PARTLY),
    case("foops", "VOC4", drop("skos:definition", "gcmo:ledBy"), GCMO + "ledBy", PARTLY),
    case(
        "oops",
        "P02",
        add(*class_("Deed"), ("gcmo:Deed", "owl:equivalentClass", "gcmo:Action")),
        GCMO + "Deed",
    ),
    case("oops", "P03", add(*property_("isA")), GCMO + "isA"),
    case("oops", "P04", add(("gcmo:Lonely", "rdf:type", "owl:Class")), GCMO + "Lonely", PARTLY),
    case(
        "oops",
        "P05",
        add(("gcmo:ledBy", "owl:inverseOf", "gcmo:status")),
        GCMO + "ledBy",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P05",
        add(
            *property_("leads", domain="gcmo:Institution"),
            *property_("isLedBy", value="gcmo:Institution"),
            ("gcmo:leads", "owl:inverseOf", "gcmo:isLedBy"),
        ),
        "1 pair",
        PASSED,
        NOT_APPLICABLE,
    ),
    case("oops", "P06", add(("gcmo:Element", "rdfs:subClassOf", "gcmo:Action")), GCMO + "Element"),
    case("oops", "P07", add(*class_("GoalAndTarget")), GCMO + "GoalAndTarget"),
    case("oops", "P07", add(*class_("Aim", "goal or target")), GCMO + "Aim"),
    case("oops", "P08", drop("skos:definition", "gcmo:Action"), GCMO + "Action", PARTLY),
    case(
        "oops",
        "P10",
        both(drop("owl:members"), lambda triples: triples),
        "none of",
    ),
    case("oops", "P11", drop("rdfs:range", "gcmo:ledBy"), GCMO + "ledBy", PARTLY),
    case("oops", "P12", add(*property_("guidedBy", label="led by")), GCMO + "guidedBy"),
    case(
        "oops",
        "P13",
        add(
            *property_("leads", domain="gcmo:Institution"),
            ("gcmo:leads", "owl:inverseOf", "gcmo:ledBy"),
        ),
        "2 of ",
        PARTLY,
        FAILED,
    ),
    case(
        "oops",
        "P14",
        restriction("owl:allValuesFrom", "gcmo:Outcome"),
        "needs a person",
        NOT_TESTED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P15",
        restriction("owl:complementOf", "gcmo:Outcome"),
        "needs a person",
        NOT_TESTED,
        NOT_APPLICABLE,
    ),
    case("oops", "P19", add(("gcmo:ledBy", "rdfs:domain", "gcmo:Action")), GCMO + "ledBy"),
    case(
        "oops",
        "P20",
        both(
            drop("skos:definition", "gcmo:Action"),
            add(("gcmo:Action", "skos:definition", text("action"))),
        ),
        GCMO + "Action",
    ),
    case("oops", "P21", add(*class_("OtherElement")), GCMO + "OtherElement"),
    case("oops", "P22", add(*class_("policy_area")), GCMO + "policy_area"),
    case("oops", "P22", add(*property_("LedTo")), GCMO + "LedTo"),
    case("oops", "P24", restriction("owl:complementOf", "gcmo:Action"), GCMO + "Action"),
    case(
        "oops",
        "P25",
        add(("gcmo:alignsWith", "owl:inverseOf", "gcmo:alignsWith")),
        GCMO + "alignsWith",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P26",
        add(
            ("gcmo:alignsWith", "rdf:type", "owl:SymmetricProperty"),
            ("gcmo:alignsWith", "owl:inverseOf", "gcmo:answeredBy"),
        ),
        GCMO + "alignsWith",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P27",
        add(("gcmo:ledBy", "owl:equivalentProperty", "gcmo:status")),
        GCMO + "ledBy",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P28",
        add(("gcmo:ledBy", "rdf:type", "owl:SymmetricProperty")),
        GCMO + "ledBy",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P29",
        add(("gcmo:ledBy", "rdf:type", "owl:TransitiveProperty")),
        GCMO + "ledBy",
        FAILED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P29",
        add(("gcmo:partOf", "rdf:type", "owl:TransitiveProperty")),
        "1 transitive",
        PASSED,
        NOT_APPLICABLE,
    ),
    case(
        "oops",
        "P30",
        drop("rdfs:subClassOf", "sdgo:Goal"),
        expand("sdgo:Goal"),
    ),
    case(
        "oops",
        "P31",
        add(("gcmo:Action", "owl:equivalentClass", "gcmo:Outcome")),
        "needs a person",
        NOT_TESTED,
        NOT_APPLICABLE,
    ),
    case("oops", "P32", add(*class_("Deed", "Action")), GCMO + "Deed"),
    case("oops", "P33", chain_of_one, GCMO + "partOf"),
    case("oops", "P33", drop("owl:propertyChainAxiom"), "no property chain", NOT_APPLICABLE),
    case("oops", "P34", drop("rdf:type", "gcmo:Element", "owl:Class"), GCMO + "Element"),
    case("oops", "P35", drop("rdf:type", "gcmo:counts"), GCMO + "counts"),
    case("oops", "P36", rename(ONTOLOGY, f"{ONTOLOGY}.owl"), f"{ONTOLOGY}.owl"),
    case("oops", "P38", drop("rdf:type", ONTOLOGY), "nothing is an owl:Ontology"),
    case("oops", "P39", drop("rdf:type", ONTOLOGY), "no IRI"),
    case(
        "oops",
        "P40",
        add(("gcmo:Action", "rdfs:subClassOf", "skos:Koncept")),
        expand("skos:Koncept"),
        FAILED,
        NOT_TESTED,
    ),
    case("oops", "P41", drop("dcterms:license", ONTOLOGY), "no licence"),
    case("dwbp", "BP3", drop("rdf:type", "gcmo:subject"), GCMO + "subject", PARTLY),
    case("five-star-mappings", "2-predicate", drop("rdf:type", "skos:relatedMatch"), LINK),
]

PLAN = f"{ID}xyz-2030"
GCM_SDG = f"{ID}crosswalk/gcm--sdg"
OTHER = "https://example.org/thing"

#: The same for the data.
IN_DATA = [
    case("dwbp", "BP3", add((LINK, "gcmo:colour", text("red"))), GCMO + "colour", PARTLY),
    case("dwbp", "BP4", drop("dcterms:license", GCM_SDG), GCM_SDG, PARTLY),
    case("dwbp", "BP5", drop("dcterms:creator", LINK), LINK, PARTLY),
    case("dwbp", "BP5", drop("gcmo:basis", LINK), LINK, PARTLY),
    case(
        "dwbp", "BP6", drop("rdf:type", None, "dqv:QualityAnnotation"), "nothing of their quality"
    ),
    case("dwbp", "BP9", rename(PLAN, OTHER), OTHER, PARTLY),
    case("dwbp", "BP10", add((OTHER, "skos:prefLabel", text("Thing"))), OTHER, PARTLY),
    case("dwbp", "BP10", blank, "blank node 1", PARTLY),
    case(
        "dwbp",
        "BP13",
        both(drop("skos:prefLabel", PLAN), add((PLAN, "skos:prefLabel", ox.Literal("Plan")))),
        PLAN,
        PARTLY,
    ),
    case(
        "dwbp",
        "BP13",
        add((PLAN, "dcterms:issued", ox.Literal("21/11/2026"))),
        PLAN,
        PARTLY,
    ),
    case(
        "dwbp",
        "BP15",
        lambda triples: [t for t in triples if t.predicate.value.startswith(GCMO)],
        "no shared vocabulary",
    ),
    case(
        "dwbp",
        "BP22",
        drop("gcmo:status", f"{ID}crosswalk/gcm--xyz-2030/assessment/1.c"),
        "assessment/1.c",
        PARTLY,
    ),
    case(
        "dwbp",
        "BP31",
        both(drop("gcmo:subject"), drop("gcmo:basis", LINK)),
        "nothing is derived",
    ),
    case(
        "dwbp",
        "BP34",
        drop("dcterms:license", GCM_SDG),
        GCM_SDG,
        FAILED,
        NOT_TESTED,
    ),
    case("dwbp", "BP35", drop("dcterms:source", PLAN), PLAN, PARTLY),
    case(
        "five-star-data",
        "1-licence",
        both(
            drop("dcterms:license", GCM_SDG),
            add((GCM_SDG, "dcterms:license", "https://creativecommons.org/licenses/by-nc/4.0/")),
        ),
        GCM_SDG,
        PARTLY,
    ),
    case("five-star-data", "4-addresses", rename(PLAN, "urn:plan"), "urn:plan", PARTLY),
    case("five-star-data", "4-addresses", blank, "blank node 1", PARTLY),
    case(
        "five-star-data",
        "5-context",
        lambda triples: [
            t
            for t in triples
            if "metadata.un.org/sdg" not in str(t.object) and "europa.eu" not in str(t.object)
        ],
        "no link to a thing of others",
    ),
    case("five-star-mappings", "1-identifiers", drop("gcmo:object", LINK), LINK, PARTLY),
    case(
        "five-star-mappings",
        "1-precision",
        both(drop("gcmo:relation", LINK), add((LINK, "gcmo:relation", "skos:mappingRelation"))),
        LINK,
        PARTLY,
    ),
    case(
        "five-star-mappings",
        "1-labels",
        drop("skos:prefLabel", f"{PLAN}/outcome/A1.1"),
        LINK,
        PARTLY,
    ),
    case("five-star-mappings", "2-predicate", drop("gcmo:relation", LINK), LINK, PARTLY),
    case("five-star-mappings", "2-confidence", drop("sssom:confidence", LINK), LINK),
    case(
        "five-star-mappings",
        "2-confidence",
        both(drop("sssom:confidence", LINK), add((LINK, "sssom:confidence", ox.Literal("80")))),
        LINK,
    ),
    case(
        "five-star-mappings",
        "2-confidence",
        drop("gcmo:basis", LINK),
        "no link is curated",
        NOT_APPLICABLE,
    ),
    case("five-star-mappings", "2-licence", drop("dcterms:license", GCM_SDG), GCM_SDG, PARTLY),
    case(
        "five-star-mappings",
        "3-sssom",
        drop("gcmo:inCrosswalk", f"{GCM_SDG}/alignment/1.a--10.7"),
        f"{GCM_SDG}/alignment/1.a--10.7",
        PARTLY,
    ),
    case(
        "five-star-mappings",
        "3-justification",
        drop("sssom:mapping_justification", LINK),
        LINK,
        PARTLY,
    ),
    case(
        "five-star-mappings",
        "3-justification",
        drop("gcmo:statedIn", f"{GCM_SDG}/alignment/1.a--10.7"),
        f"{GCM_SDG}/alignment/1.a--10.7",
        PARTLY,
    ),
    case(
        "five-star-mappings",
        "3-date",
        add((LINK, "dcterms:created", ox.Literal("2026-11-21"))),
        "1 of 9",
        PARTLY,
        FAILED,
    ),
    case(
        "five-star-mappings",
        "3-sources",
        drop("skos:inScheme", f"{PLAN}/outcome/A1.1"),
        LINK,
        PARTLY,
    ),
    case(
        "five-star-mappings",
        "3-source-versions",
        add((f"{ID}gcm", "owl:versionInfo", text("2018")), (PLAN, "owl:versionInfo", text("1"))),
        f"{GCM_SDG}/alignment/1.a--10.7",
        PARTLY,
        FAILED,
    ),
    case("five-star-mappings", "3-author", drop("dcterms:creator", LINK), LINK, FAILED, PARTLY),
    case("five-star-mappings", "4-set-id", drop("gcmo:inCrosswalk", LINK), LINK, PARTLY),
    case(
        "five-star-mappings",
        "4-set-description",
        add(
            (GCM_SDG, "dcterms:description", text("What the plan says.")),
            (GCM_SDG, "owl:versionInfo", text("1")),
        ),
        "1 of 3",
        PARTLY,
        FAILED,
    ),
    case(
        "five-star-mappings",
        "4-provider",
        drop("dcterms:source", GCM_SDG),
        f"{GCM_SDG}/alignment/1.a--10.7",
        PARTLY,
        PARTLY,
    ),
]


def find(items: Iterable[Item], scheme: str, id_: str) -> Item:
    (found,) = [i for i in items if (i.scheme, i.id) == (scheme, id_)]
    return found


def speaks_of(item: Item, names: str) -> bool:
    """Tell whether an item's evidence or offenders name something."""
    result = item.result
    return names in result.evidence or any(
        o == names or o.endswith(names) for o in result.offenders
    )


def ask(scheme: str, id_: str, subject: Subject) -> Item:
    """Make one check."""
    (check,) = [c for c in SCHEMES[scheme].checks if c.id == id_]
    return Item(scheme, id_, check.title, check.ask(subject))


@pytest.fixture(scope="session")
def ontology() -> Triples:
    return read_turtle(folder("ontology") / "gcm-ld.ttl")


@pytest.fixture(scope="session")
def small() -> Dataset:
    return open_dataset(ROOT / "tests" / "valid.ttl")


@pytest.fixture(scope="session")
def plain(small: Dataset) -> list[Item]:
    return score(small)


@pytest.mark.parametrize(("scheme", "id_", "change", "names", "after", "before"), IN_ONTOLOGY)
def test_a_change_of_the_ontology_shows(
    plain: list[Item], small: Dataset, ontology: Triples, scheme: str, id_: str, change: Change,
    names: str, after: Verdict, before: Verdict,
) -> None:  # fmt: skip
    assert find(plain, scheme, id_).result.verdict is before
    item = ask(scheme, id_, Subject(small, change(ontology)))
    assert item.result.verdict is after, item
    assert speaks_of(item, names), item
    assert bool(item.result.cure) == (after in (FAILED, PARTLY))


@pytest.mark.parametrize(("scheme", "id_", "change", "names", "after", "before"), IN_DATA)
def test_a_change_of_the_data_shows(
    plain: list[Item], small: Dataset, ontology: Triples, tmp_path: Path, scheme: str, id_: str,
    change: Change, names: str, after: Verdict, before: Verdict,
) -> None:  # fmt: skip
    old = find(plain, scheme, id_)
    assert old.result.verdict is before
    path = tmp_path / "data.ttl"
    (triples,) = small.triples_by_file.values()
    path.write_text(write_turtle(change(triples)), encoding="utf-8")
    item = ask(scheme, id_, Subject(open_dataset(path), ontology))
    assert item.result.verdict is after, item
    assert speaks_of(item, names), item
    assert item.result != old.result
    assert bool(item.result.cure) == (after in (FAILED, PARTLY))


# --- what is published ---------------------------------------------------------------------------


def _rdf(triples: Triples, format_: ox.RdfFormat) -> bytes:
    return ox.serialize(triples, format=format_) or b""


SITE = "https://w3id.org/gcm-ld/"


def _catalogue() -> Triples:
    triples = [said(f"{SITE}catalog", "rdf:type", "dcat:Catalog")]
    for name in ("xyz/gcm--sdg", "xyz/gcm--xyz-2030", "xyz/sdg--xyz-2030"):
        dataset, file = f"{ID}dataset/{name}", f"{ID}dataset/{name}/ttl"
        triples += [
            said(dataset, "rdf:type", "dcat:Dataset"),
            said(dataset, "dcterms:title", text("A crosswalk")),
            said(dataset, "dcterms:description", text("What answers what.")),
            said(dataset, "dcat:keyword", text("migration")),
            said(dataset, "dcterms:publisher", SITE),
            said(dataset, "dcat:contactPoint", f"{SITE}contact"),
            said(dataset, "dcterms:issued", ox.Literal("2026-11-21")),
            said(dataset, "dcterms:language", "https://example.org/ENG"),
            said(dataset, "dcat:distribution", file),
            said(dataset, "dcat:version", ox.Literal("1")),
            said(dataset, "dcat:hasVersion", f"{dataset}/1"),
            said(dataset, "dcat:previousVersion", f"{dataset}/0"),
            said(file, "rdf:type", "dcat:Distribution"),
            said(file, "dcterms:license", "https://creativecommons.org/licenses/by/4.0/"),
        ]
    return triples


def _write(root: Path, name: str, content: bytes | str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def site(tmp_path: Path, small_site: Path) -> Path:
    """A published folder, in small, to change."""
    return Path(shutil.copytree(small_site, tmp_path / "site"))


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory, ontology: Triples) -> Path:
    root = tmp_path_factory.mktemp("small") / "site"
    triples = [said(PLAN, "skos:prefLabel", text("Plan"))]
    turtle, lines = _rdf(triples, ox.RdfFormat.TURTLE), _rdf(triples, ox.RdfFormat.N_TRIPLES)
    for name in ("all", "xyz/gcm--sdg", "xyz/gcm--xyz-2030", "xyz/sdg--xyz-2030"):
        _write(root, f"dumps/{name}.ttl", turtle)
        _write(root, f"dumps/{name}.nt.gz", gzip.compress(lines, mtime=0))
    for ending, format_ in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("nt", ox.RdfFormat.N_TRIPLES),
    ):
        _write(root, f"ontology.{ending}", _rdf(ontology, format_))
    names = {t.subject.value.rpartition("#")[2] for t in ontology
             if isinstance(t.subject, ox.NamedNode)}  # fmt: skip
    _write(root, "ontology.html", "".join(f'<p id="{n}">' for n in sorted(names)))
    _write(root, "catalog.ttl", _rdf(_catalogue(), ox.RdfFormat.TURTLE))
    types = "text/html text/turtle application/ld+json application/rdf+xml application/n-triples"
    for name in ("nginx.conf", "apache.conf"):
        _write(root, f"hosting/{name}", types)
    for name in ("index.html", "explore/xyz.html", "report/xyz.html", "query/index.html"):
        _write(root, name, "<!doctype html><title>Plan</title>")
    _write(root, "search/index.json", "[]")
    sums = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(root).as_posix()}\n"
        for p in sorted(root.rglob("*"))
        if p.is_file()
    ]
    _write(root, "SHA256SUMS", "".join(sums))
    return root


def _remove(*names: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        found = [p for name in names for p in root.glob(name)]
        assert found
        for path in found:
            path.unlink()

    return change


def _put(name: str, content: bytes | str) -> Callable[[Path], None]:
    return lambda root: _write(root, name, content)


def _recatalogue(change: Change) -> Callable[[Path], None]:
    return _put("catalog.ttl", _rdf(change(_catalogue()), ox.RdfFormat.TURTLE))


FIRST = f"{ID}dataset/xyz/gcm--sdg"
TEXT = b"this is no RDF"

#: What is done to the published folder, what the item then names, and its verdict.
IN_SITE = [
    ("foops", "RDF1", _put("ontology.rdf", TEXT), "ontology.rdf", FAILED, PASSED),
    ("foops", "RDF1", _remove("ontology.*"), "no file of the ontology", FAILED, PASSED),
    (
        "foops",
        "URI2",
        _put("ontology.nt", b"<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> .\n"),
        "ontology.nt",
        FAILED,
        NOT_TESTED,
    ),
    (
        "foops",
        "DOC1",
        _put("ontology.html", '<p id="Action">ledBy'),
        GCMO + "ledBy",
        PARTLY,
        PASSED,
    ),
    ("foops", "DOC1", _remove("ontology.html"), GCMO + "ledBy", FAILED, PASSED),
    ("dwbp", "BP1", _remove("catalog.ttl"), "catalog.ttl", PARTLY, PASSED),
    ("dwbp", "BP1", _put("catalog.ttl", TEXT), "catalog.ttl", PARTLY, PASSED),
    ("dwbp", "BP2", _recatalogue(drop("dcat:contactPoint", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP2", _remove("catalog.ttl"), "lists no dataset", FAILED, PASSED),
    ("dwbp", "BP4", _recatalogue(drop("dcterms:license", f"{FIRST}/ttl")), FIRST, PARTLY, PASSED),
    ("dwbp", "BP4", _recatalogue(drop("dcat:distribution", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP7", _recatalogue(drop("dcat:version", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP8", _recatalogue(drop("dcat:previousVersion", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP9", _recatalogue(rename(FIRST, OTHER)), OTHER, PARTLY, PASSED),
    ("dwbp", "BP11", _recatalogue(drop("dcat:hasVersion", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP12", _put("dumps/all.ttl", TEXT), "dumps/all.ttl", PARTLY, PASSED),
    ("dwbp", "BP12", _put("dumps/all.nt.gz", TEXT), "dumps/all.nt.gz", PARTLY, PASSED),
    ("dwbp", "BP14", _remove("dumps/all.ttl"), "dumps/all", PARTLY, PASSED),
    ("dwbp", "BP17", _put("dumps/all.ttl", b""), "dumps/all.ttl", PARTLY, PASSED),
    ("dwbp", "BP17", _remove("dumps/all.*"), "no dumps/all", FAILED, PASSED),
    ("dwbp", "BP17", _remove("SHA256SUMS"), "dumps/all.ttl", FAILED, PASSED),
    ("dwbp", "BP18", _remove("dumps/xyz/*"), "one dataset", FAILED, PASSED),
    ("dwbp", "BP19", _put("hosting/nginx.conf", "text/html"), "nginx.conf", PARTLY, PASSED),
    ("dwbp", "BP19", _remove("hosting/*"), "hosting/apache.conf", FAILED, PASSED),
    ("dwbp", "BP29", _recatalogue(drop("dcat:contactPoint", FIRST)), FIRST, PARTLY, PASSED),
    ("dwbp", "BP32", _remove("explore/*"), "explore/*.html", PARTLY, PASSED),
    ("five-star-data", "2-structured", _put("dumps/all.ttl", TEXT), "all.ttl", PARTLY, PASSED),
    ("five-star-data", "2-structured", _remove("dumps/**/*.*"), "no file", FAILED, PASSED),
    ("five-star-data", "3-open-format", _put("dumps/all.xlsx", TEXT), "all.xlsx", PARTLY, PASSED),
    (
        "five-star-mappings",
        "1-format",
        _remove("dumps/xyz/gcm--sdg.*"),
        f"{ID}crosswalk/gcm--sdg",
        PARTLY,
        PASSED,
    ),
    (
        "five-star-mappings",
        "4-set-description",
        _recatalogue(drop("dcat:version", FIRST)),
        f"{ID}crosswalk/gcm--sdg",
        PARTLY,
        PASSED,
    ),
]


@pytest.mark.parametrize(
    ("scheme", "id_", "change", "names", "after", "before"),
    [pytest.param(*c, id=f"{c[1]}-{c[3]}"[:50]) for c in IN_SITE],
)
def test_a_change_of_the_published_folder_shows(
    small: Dataset, ontology: Triples, site: Path, scheme: str, id_: str,
    change: Callable[[Path], None], names: str, after: Verdict, before: Verdict,
) -> None:  # fmt: skip
    assert ask(scheme, id_, Subject(small, ontology, Folder(site))).result.verdict is before
    change(site)
    item = ask(scheme, id_, Subject(small, ontology, Folder(site)))
    assert item.result.verdict is after, item
    assert speaks_of(item, names), item
    assert item.result.cure


# --- what can't be tested ------------------------------------------------------------------------

#: What takes the network or a person: whatever is published, it is never passed.
NEVER_PASSED = {
    "foops": {"URI1", "URI2", "VER2", "OM4.2", "FIND2", "FIND3", "CN1"},
    "oops": {"P01", "P09", "P14", "P15", "P16", "P17", "P18", "P23", "P31", "P37", "P40"},
    "dwbp": {"BP16", "BP20", "BP21", "BP23", "BP24", "BP25", "BP26", "BP27", "BP28", "BP30"}
    | {"BP33", "BP34"},
    "five-star-data": {"1-web"},
    "five-star-mappings": {"1-public", "2-repository", "4-registry", "4-executable", "5-current"}
    | {"5-issues", "5-lifecycle"},
}


def test_what_needs_the_network_or_a_person_is_never_passed(small: Dataset, site: Path) -> None:
    items = score(small, site=site)
    for scheme, ids in NEVER_PASSED.items():
        for id_ in ids:
            result = find(items, scheme, id_).result
            assert result.verdict in (NOT_TESTED, NOT_APPLICABLE), id_
            if result.verdict is NOT_TESTED:
                assert result.evidence.startswith(("needs the network: ", "needs a person: ")), id_


def test_without_a_folder_nothing_published_is_tested(plain: list[Item]) -> None:
    for scheme, id_, *_, before in IN_SITE:
        result = find(plain, scheme, id_).result
        if before is PASSED and id_ not in ("RDF1", "BP4", "BP9", "4-set-description"):
            assert result.verdict is NOT_TESTED
            assert "--site OUT/" in result.evidence


def test_every_item_is_either_changed_by_a_test_or_never_passed() -> None:
    changed = {c.values[:2] for c in (*IN_ONTOLOGY, *IN_DATA)}  # type: ignore[attr-defined]
    changed |= {c[:2] for c in IN_SITE}
    never = {(scheme, id_) for scheme, ids in NEVER_PASSED.items() for id_ in ids}
    assert changed <= ITEMS
    assert never <= ITEMS
    assert changed | never == ITEMS, sorted(ITEMS - changed - never)
    assert len(ITEMS) == 129


def test_items_are_those_of_the_schemes() -> None:
    ids = {s.name: [c.id for c in s.checks] for s in SCHEMES.values()}
    assert len(ids["foops"]) == 24
    assert ids["oops"] == [f"P{n:02}" for n in range(1, 42)]
    assert ids["dwbp"] == [f"BP{n}" for n in range(1, 36)]
    for found in ids.values():
        assert len(set(found)) == len(found)
    for name in ("five-star-data", "five-star-mappings"):
        assert {i[0] for i in ids[name]} == set("12345")


# --- figures -------------------------------------------------------------------------------------


def test_what_is_not_tested_counts_neither_way(plain: list[Item]) -> None:
    for summary in summarise(plain):
        own = [i.result.verdict for i in plain if i.scheme == summary.scheme.name]
        tested = [v for v in own if v in (PASSED, PARTLY, FAILED)]
        assert summary.total == len(own) == len(summary.scheme.checks)
        assert summary.tested == len(tested) < len(own)
        assert summary.percent == round(100 * tested.count(PASSED) / len(tested), 1)


def test_a_scheme_without_tests_has_no_percentage() -> None:
    scheme = SCHEMES["foops"]
    assert Summary.of(scheme, []).percent is None


@pytest.fixture(scope="session")
def whole(dataset: Dataset) -> list[Item]:
    return score(dataset)


def test_shipped_ontology_and_data(whole: list[Item], dataset: Dataset) -> None:
    by = {(i.scheme, i.id): i.result for i in whole}
    assert by["foops", "VOC3"].met == by["foops", "VOC3"].of
    assert by["oops", "P13"].verdict is FAILED  # links are stored one way on purpose
    assert by["dwbp", "BP10"].offenders == (
        "https://undocs.org/A/RES/67/290",
        "https://undocs.org/A/RES/70/1",
        "https://undocs.org/A/RES/73/195",
    )
    assert by["five-star-data", "1-licence"].verdict is PASSED
    assert by["five-star-mappings", "3-sssom"].verdict is PASSED
    assert by["five-star-mappings", "3-sssom"].of == len(dataset.alignments())
    failed = {key for key, result in by.items() if result.verdict is FAILED}
    assert failed == {
        ("oops", "P13"),
        ("five-star-mappings", "3-date"),
        ("five-star-mappings", "3-source-versions"),
        ("five-star-mappings", "4-set-description"),
    }


@pytest.mark.slow
def test_the_real_site_can_be_scored(whole: list[Item], dataset: Dataset, published: Path) -> None:
    items = score(dataset, site=published)
    untested = {(i.scheme, i.id) for i in items if i.result.verdict is NOT_TESTED}
    never = {(scheme, id_) for scheme, ids in NEVER_PASSED.items() for id_ in ids}
    assert untested <= never | {("foops", "FIND_3_BIS")}
    for scheme, id_ in (("foops", "DOC1"), ("dwbp", "BP2"), ("dwbp", "BP17"), ("dwbp", "BP19")):
        assert find(whole, scheme, id_).result.verdict is NOT_TESTED
        assert find(items, scheme, id_).result.verdict is PASSED
    assert find(items, "dwbp", "BP4").result.verdict is PASSED
    assert find(items, "five-star-data", "2-structured").result.of == len(
        [p for p in (published / "dumps").rglob("*") if p.is_file()]
    )


def test_nothing_to_ask_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.ttl"
    path.write_text(write_turtle([said(PLAN, "skos:prefLabel", text("Plan"))]), encoding="utf-8")
    items = score(open_dataset(path), ontology=[])
    assert find(items, "five-star-mappings", "1-precision").result.verdict is NOT_APPLICABLE
    assert find(items, "oops", "P06").result.verdict is NOT_APPLICABLE
    assert find(items, "foops", "OM1").result.verdict is FAILED


@given(st.data())
@settings(max_examples=15)
def test_any_part_of_the_ontology_can_be_scored(
    small: Dataset, ontology: Triples, data: st.DataObject
) -> None:
    left_out = data.draw(st.sets(st.integers(0, len(ontology) - 1), max_size=400))
    part = [t for n, t in enumerate(ontology) if n not in left_out]
    for item in score(small, ontology=part, schemes=["foops", "oops"]):
        result = item.result
        assert result.evidence
        assert bool(result.cure) == (result.verdict in (PARTLY, FAILED))
        if result.verdict not in (PARTLY, FAILED):
            assert not result.offenders
        if result.of is not None and result.met is not None:
            assert result.of - result.met == len(result.offenders)
            assert (result.met == result.of) == (result.verdict is PASSED)
            assert (result.met == 0) == (result.verdict is FAILED)
        if item.id in NEVER_PASSED[item.scheme]:
            assert result.verdict is not PASSED


def test_ontology_of_ones_own_from_a_file(small: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        write_turtle(
            [
                said("https://example.org/o", "rdf:type", "owl:Ontology"),
                said("https://example.org/o#Thing", "rdf:type", "owl:Class"),
            ]
        ),
        encoding="utf-8",
    )
    items = score(small, ontology=path, schemes=["foops"])
    assert find(items, "foops", "VOC3").result.offenders == ("https://example.org/o#Thing",)


def test_wrong_calls(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no scheme 'fops'.*Did you mean \"foops\""):
        score(small, schemes=["fops"])
    with pytest.raises(FileError, match="no such folder: publish first"):
        score(small, site=tmp_path / "nowhere")


# --- the command ---------------------------------------------------------------------------------


def test_command_prints_every_item_with_its_evidence(run: Run) -> None:
    result = run("score", "--scheme", "foops")
    assert result.returncode == 0
    assert result.stderr == ""
    for check in SCHEMES["foops"].checks:
        assert f"{check.id}  {check.title}" in result.stdout
    assert SCHEMES["foops"].url in result.stdout
    assert "partly          OM5.2  Its origin is told in detail\n" in result.stdout
    assert "not: date of issue" in result.stdout
    assert "do: add to the ontology's header: date of issue" in result.stdout
    assert "15/24" in result.stdout
    assert SCHEMES["oops"].title not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_brief_prints_figures_only(run: Run, whole: list[Item]) -> None:
    result = run("score", "--brief", "--format", "csv")
    assert result.returncode == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [r["scheme"] for r in rows] == list(SCHEMES)
    for row, summary in zip(rows, summarise(whole), strict=True):
        told = {v: int(row[v.value.replace(" ", "_")]) for v in Verdict}
        assert told == {v: summary.counts[v] for v in Verdict}
        assert (int(row["tested"]), int(row["items"])) == (summary.tested, summary.total)
        assert float(row["percent"]) == summary.percent
    assert "PURL1" not in run("score", "--brief", "--scheme", "foops").stdout


def test_another_process_gives_the_same_words(run: Run, whole: list[Item], tmp_path: Path) -> None:
    out = tmp_path / "score.json"
    assert run("score", "--format", "json", "-o", out, PYTHONHASHSEED="7").returncode == 0
    schemes = json.loads(out.read_text(encoding="utf-8"))
    assert [s["scheme"] for s in schemes] == list(SCHEMES)
    told = {(s["scheme"], r["id"]): r for s in schemes for r in s["results"]}
    assert told.keys() == ITEMS
    assert {r["verdict"] for r in told.values()} == {v.value for v in Verdict}
    for item in whole:
        found, result = told[item.scheme, item.id], item.result
        assert (found["title"], found["verdict"]) == (item.title, result.verdict.value)
        assert (found["met"], found["of"]) == (result.met, result.of)
        assert (found["evidence"], found["cure"]) == (result.evidence, result.cure)
        assert found["offenders"] == list(result.offenders)


def test_csv_has_a_row_an_item(run: Run, whole: list[Item]) -> None:
    result = run("score", "--scheme", "foops", "--scheme", "oops", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(r["scheme"], r["id"], r["verdict"], r["offenders"]) for r in rows] == [
        (i.scheme, i.id, i.result.verdict.value, "|".join(i.result.offenders))
        for i in whole
        if i.scheme in ("foops", "oops")
    ]


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["--scheme", "foops", "--strict"], 0),
        (["--scheme", "oops", "--strict"], 1),
        (["--scheme", "foops", "--fail-under", "80"], 0),
        (["--scheme", "foops", "--fail-under", "90"], 1),
        (["--scheme", "nothing"], 2),
        (["--site", "nowhere"], 2),
        (["--data", "nowhere.ttl"], 2),
    ],
)
def test_exit_status(run: Run, args: list[str], status: int) -> None:
    result = run("score", *args)
    assert result.returncode == status
    assert bool(result.stderr) == (status == 2)
    assert "Traceback" not in result.stderr


def test_command_reads_ones_own_data_and_folder(run: Run, site: Path) -> None:
    path = ROOT / "tests" / "valid.ttl"
    args = ("--data", path, "--site", site, "--scheme", "five-star-mappings", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(run("score", *args).stdout)))
    found = {r["id"]: r for r in rows}
    assert found["1-precision"]["of"] == "9"
    assert found["1-format"]["verdict"] == "passed"


# --- the page ------------------------------------------------------------------------------------


def test_page_shows_what_the_command_prints(run: Run) -> None:
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    (session,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    commands = re.split(r"^\$ gcm-ld ", session, flags=re.MULTILINE)[1:]
    assert len(commands) == 2
    for part in commands:
        command, *shown = part.splitlines()
        printed = iter(run(*command.split()).stdout.splitlines())
        for line in filter(lambda s: s != "…", shown):
            assert line in printed, f"not printed: {line}"


def test_page_cites_every_scheme() -> None:
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    for scheme in SCHEMES.values():
        assert f"| `{scheme.name}` | " in page
        assert f"({scheme.url})" in page
    for verdict in Verdict:
        assert f"\n| {verdict.value} | " in page
