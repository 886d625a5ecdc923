"""The shapes on our own ontology: it passes, and each rule can fail, one change at a time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from gcm_ld.build import ELEMENT_KINDS
from gcm_ld.namespaces import GCMO, GCMSH, ONTOLOGY, XSD, compact, expand
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import read_turtle
from gcm_ld.validate import validate_triples

SHAPES = folder("shapes") / "ontology-style.ttl"
TRIPLES = [t for path in turtle_files(folder("ontology")) for t in read_turtle(path)]
FACTS = {(t.subject, t.predicate, t.object) for t in TRIPLES}
IN_FORCE = {
    str(t.subject.value) for t in read_turtle(SHAPES) if t.predicate.value.endswith("#severity")
}


def name(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri if "://" in iri else expand(iri))


def literal(text: str, language: str | None = "en") -> ox.Literal:
    return ox.Literal(text, language=language) if language else ox.Literal(text)


def date(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))


def without(subject: str, predicate: str) -> list[ox.Triple]:
    kept = [t for t in TRIPLES if (t.subject, t.predicate) != (name(subject), name(predicate))]
    assert len(kept) < len(TRIPLES), "nothing to take away: the case tests nothing"
    return kept


def plus(*statements: tuple[str, str, str | ox.Literal]) -> list[ox.Triple]:
    return [*TRIPLES, *make(*statements)]


def make(*statements: tuple[str, str, str | ox.Literal]) -> list[ox.Triple]:
    return [
        ox.Triple(name(s), name(p), o if isinstance(o, ox.Literal) else name(o))
        for s, p, o in statements
    ]


def instead(subject: str, predicate: str, value: str | ox.Literal) -> list[ox.Triple]:
    return [*without(subject, predicate), *make((subject, predicate, value))]


def findings(triples: list[ox.Triple]) -> set[tuple[str, str, str]]:
    """Shape, focus and severity of each finding, in short."""
    found = validate_triples(triples, shapes=[SHAPES])
    return {(f.shape.removeprefix(GCMSH), compact(f.focus), f.severity.lower()) for f in found}


BEFORE = findings(TRIPLES)


def new_class(iri: str, **changes: str | ox.Literal | None) -> list[ox.Triple]:
    """A class with all that the style asks for, but for the changes."""
    values: dict[str, str | ox.Literal | None] = {
        "rdf:type": "owl:Class",
        "rdfs:isDefinedBy": ONTOLOGY,
        "rdfs:label": literal("new"),
        "skos:definition": literal("A thing that is new."),
        "dcterms:source": ONTOLOGY,
    }
    values |= {key.replace("_", ":"): value for key, value in changes.items()}
    return plus(*((iri, p, v) for p, v in values.items() if v is not None))


def test_the_ontology_keeps_the_style():
    assert {f for f in BEFORE if f[2] == "violation"} == set()


def test_a_term_that_keeps_the_style_is_accepted():
    assert findings(new_class("gcmo:NewThing")) == BEFORE


def test_reused_terms_are_left_alone():
    assert findings(plus(("skos:odd_name", "rdf:type", "owl:ObjectProperty"))) == BEFORE


LISTS = ["AnomalyKind", "Basis", "ChangeKind", "Comparison", "CountingRule", "CountingUnit", "Criterion", "Dimension", "Direction", "Relation", "Scope", "Status"]  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_every_choice_has_one_name_of_its_own(kind: str):
    """People pick by these names in tables, whoever defines the individual."""
    choices = {t.subject for t in TRIPLES if t.object == name(f"gcmo:{kind}")}
    choices = {c for c in choices if (c, name("rdf:type"), name("owl:NamedIndividual")) in FACTS}
    labels = [
        t.object for t in TRIPLES if t.subject in choices and t.predicate == name("rdfs:label")
    ]
    assert len(labels) == len(choices) == len({label.value for label in labels}) > 0
    assert {label.language for label in labels} == {"en"}


def test_every_kind_of_element_is_named_and_set_apart():
    kinds = {name(f"gcmo:{kind}") for kind in ELEMENT_KINDS}
    under = (name("rdfs:subClassOf"), name("gcmo:Element"))
    ours = {t.subject for t in TRIPLES if (t.predicate, t.object) == under}
    assert {k for k in ours if k.value.startswith(GCMO)} == kinds
    (listed,) = (s for s in disjoint_sets() if name("gcmo:Action") in s)
    assert listed == kinds


def disjoint_sets() -> list[set[object]]:
    """The members of each owl:AllDisjointClasses."""
    values = {(t.subject, t.predicate): t.object for t in TRIPLES}
    found = []
    for t in TRIPLES:
        if t.object == name("owl:AllDisjointClasses"):
            cell, members = values[t.subject, name("owl:members")], set()
            while cell != name("rdf:nil"):
                members.add(values[cell, name("rdf:first")])
                cell = values[cell, name("rdf:rest")]
            found.append(members)
    return found


CASES = {
    # the header
    "Ontology-title": (without(ONTOLOGY, "dcterms:title"), "Ontology-title", ONTOLOGY),
    "two titles": (
        plus((ONTOLOGY, "dcterms:title", literal("Another"))),
        "Ontology-title",
        ONTOLOGY,
    ),
    "Ontology-description": (
        without(ONTOLOGY, "dcterms:description"),
        "Ontology-description",
        ONTOLOGY,
    ),
    "Ontology-creator": (without(ONTOLOGY, "dcterms:creator"), "Ontology-creator", ONTOLOGY),
    "Ontology-license": (without(ONTOLOGY, "dcterms:license"), "Ontology-license", ONTOLOGY),
    "Ontology-versionIRI": (
        instead(ONTOLOGY, "owl:versionIRI", ONTOLOGY + "/latest"),
        "Ontology-versionIRI",
        ONTOLOGY,
    ),
    "Ontology-versionInfo": (
        instead(ONTOLOGY, "owl:versionInfo", literal("1.0", None)),
        "Ontology-versionInfo",
        ONTOLOGY,
    ),
    "Ontology-prefix": (
        without(ONTOLOGY, "vann:preferredNamespacePrefix"),
        "Ontology-prefix",
        ONTOLOGY,
    ),
    "Ontology-namespace": (
        instead(ONTOLOGY, "vann:preferredNamespaceUri", literal(ONTOLOGY, None)),
        "Ontology-namespace",
        ONTOLOGY,
    ),
    "Ontology-created": (
        without(ONTOLOGY, "dcterms:created"),
        "Ontology-created",
        ONTOLOGY,
    ),
    "Ontology-modified": (without(ONTOLOGY, "dcterms:modified"), "Ontology-modified", ONTOLOGY),
    "Ontology-dates": (
        instead(ONTOLOGY, "dcterms:created", date("2999-01-01")),
        "Ontology-dates",
        ONTOLOGY,
    ),
    "Ontology-declared": (without(ONTOLOGY, "rdf:type"), "Ontology-declared", ONTOLOGY),
    "Ontology-terms": (
        new_class("skos:Odd"),
        "Ontology-terms",
        ONTOLOGY,
    ),
    # every term
    "Term-label": (without("gcmo:Action", "rdfs:label"), "Term-label", "gcmo:Action"),
    "two labels": (
        plus(("gcmo:Action", "rdfs:label", literal("deed"))),
        "Term-label",
        "gcmo:Action",
    ),
    "label without language": (
        instead("gcmo:Action", "rdfs:label", literal("action", None)),
        "Term-label",
        "gcmo:Action",
    ),
    "label of an individual": (
        without("gcmo:Aligned", "rdfs:label"),
        "Term-label",
        "gcmo:Aligned",
    ),
    "Term-definition": (
        without("gcmo:rollsUpTo", "skos:definition"),
        "Term-definition",
        "gcmo:rollsUpTo",
    ),
    "Term-definition-period": (
        new_class("gcmo:NewThing", skos_definition=literal("A thing")),
        "Term-definition-period",
        "gcmo:NewThing",
    ),
    "Term-definition-opening": (
        new_class("gcmo:NewThing", skos_definition=literal("This class is new.")),
        "Term-definition-opening",
        "gcmo:NewThing",
    ),
    "another opening": (
        new_class("gcmo:NewThing", skos_definition=literal("A property of things.")),
        "Term-definition-opening",
        "gcmo:NewThing",
    ),
    "Term-source": (without("gcmo:status", "dcterms:source"), "Term-source", "gcmo:status"),
    "Term-home": (
        plus(("gcmo:Action", "rdfs:isDefinedBy", "http://example.org/")),
        "Term-home",
        "gcmo:Action",
    ),
    "Term-kind": (
        plus(("gcmo:partOf", "rdf:type", "owl:DatatypeProperty")),
        "Term-kind",
        "gcmo:partOf",
    ),
    "Term-comment": (
        plus(("gcmo:Action", "rdfs:comment", literal("See."))),
        "Term-comment",
        "gcmo:Action",
    ),
    "Term-domain": (
        plus(("gcmo:partOf", "rdfs:domain", "gcmo:Action")),
        "Term-domain",
        "gcmo:partOf",
    ),
    "Term-range": (
        plus(("gcmo:partOf", "rdfs:range", "gcmo:Objective")),
        "Term-range",
        "gcmo:partOf",
    ),
    "Term-replacement": (
        plus(("gcmo:Action", "owl:deprecated", ox.Literal(True))),
        "Term-replacement",
        "gcmo:Action",
    ),
    "Term-isDefinedBy": (
        without("gcmo:Action", "rdfs:isDefinedBy"),
        "Term-isDefinedBy",
        "gcmo:Action",
    ),
    # names
    "Term-upperCamel": (new_class("gcmo:newThing"), "Term-upperCamel", "gcmo:newThing"),
    "an acronym": (new_class("gcmo:URIScheme"), "Term-upperCamel", "gcmo:URIScheme"),
    "Term-lowerCamel": (
        new_class("gcmo:New_thing", rdf_type="owl:AnnotationProperty"),
        "Term-lowerCamel",
        "gcmo:New_thing",
    ),
    # by kind
    "ObjectProperty-domain": (
        without("gcmo:partOf", "rdfs:domain"),
        "ObjectProperty-domain",
        "gcmo:partOf",
    ),
    "ObjectProperty-range": (
        without("gcmo:partOf", "rdfs:range"),
        "ObjectProperty-range",
        "gcmo:partOf",
    ),
    "DatatypeProperty-domain": (
        without("gcmo:verbatim", "rdfs:domain"),
        "DatatypeProperty-domain",
        "gcmo:verbatim",
    ),
    "DatatypeProperty-range": (
        without("gcmo:verbatim", "rdfs:range"),
        "DatatypeProperty-range",
        "gcmo:verbatim",
    ),
    "NamedIndividual-class": (
        new_class("gcmo:NewThing", rdf_type="owl:NamedIndividual"),
        "NamedIndividual-class",
        "gcmo:NewThing",
    ),
}
WARNINGS = {"Term-comment", "ObjectProperty-range"}


@pytest.mark.parametrize("case", CASES)
def test_a_breach_gives_exactly_its_finding(case):
    triples, shape, focus = CASES[case]
    severity = "warning" if shape in WARNINGS else "violation"
    assert findings(triples) - BEFORE == {(shape, compact(focus), severity)}


def test_every_rule_has_a_case():
    assert {shape for _, shape, _ in CASES.values()} == {s.removeprefix(GCMSH) for s in IN_FORCE}


def test_messages_name_the_term_and_the_cure():
    triples = without("gcmo:Action", "rdfs:label")
    (found,) = [f for f in validate_triples(triples, shapes=[SHAPES]) if "label" in f.message]
    assert "{$" not in found.message and "Action" in found.message
    assert ": " in found.message
