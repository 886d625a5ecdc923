"""Differences between two states of a dataset: each kind of change is found, and no other."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.diff import Change, ChangeKind, Difference, Group, build_change_record, compare
from gcm_ld.errors import FileError
from gcm_ld.model import Alignment, Assessment, Crosswalk, Element, Framework, Record
from gcm_ld.namespaces import GCM, ID, SDG, alignment_iri, crosswalk_iri, element_iri, expand
from gcm_ld.resources import shipped_data
from gcm_ld.turtle import format_turtle, parse_turtle, read_turtle, write_turtle
from tests.conftest import ROOT, Run

NSM = ID + "alb-nsm-2019"
WALK = crosswalk_iri("gcm", "alb-nsm-2019")
OUTCOME = {c: element_iri("alb-nsm-2019", "outcome", c) for c in ("A1.1", "A2.1", "B1.1", "B1.2")}
LINK = alignment_iri(WALK, "1.a", "A2.2")
ROW = f"{WALK}/assessment/1.a"
ACTION = element_iri("gcm", "action", "1.a")

Statement = tuple[str, str, object]


def node(value: str) -> ox.NamedNode:
    return ox.NamedNode(expand(value) if not value.startswith("http") else value)


def triple(statement: Statement) -> ox.Triple:
    s, p, o = statement
    value = o if isinstance(o, ox.Literal | ox.BlankNode) else node(str(o))
    return ox.Triple(node(s), node(p), value)


def english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


TRUE = ox.Literal("true", datatype=node("xsd:boolean"))


def _files() -> list[Path]:
    """Albania's strategy and crosswalk, without what tests of changes have no need of."""
    apart = ("anomalies.ttl", "claims.ttl")
    return [path for path in shipped_data("alb") if path.name not in apart]


@pytest.fixture(scope="module")
def albania() -> Dataset:
    return open_dataset(*_files())


@pytest.fixture
def state(albania: Dataset, tmp_path: Path) -> Callable[..., Dataset]:
    """Write Albania's data with some statements removed, added or rewritten."""
    triples = {t for found in albania.triples_by_file.values() for t in found}

    def write(
        remove: Iterable[Statement] = (),
        add: Iterable[Statement] = (),
        rewrite: dict[str, str] | None = None,
        without: str = "",
        name: str = "new.ttl",
    ) -> Dataset:
        removed = set(map(triple, remove))
        assert removed <= triples, "the test removes what is not there"
        found = (triples - removed) | set(map(triple, add))
        if without:
            found = {t for t in found if node(without) not in (t.subject, t.object)}
        names = {node(a): node(b) for a, b in (rewrite or {}).items()}
        if names:
            found = {
                ox.Triple(
                    names.get(t.subject, t.subject), t.predicate, names.get(t.object, t.object)
                )
                for t in found
            }
        path = tmp_path / name
        path.write_bytes(ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b"")
        return open_dataset(path)

    return write


def only(difference: Difference) -> Change:
    (change,) = difference.changes
    return change


def shape(change: Change) -> tuple[str, str, str, str]:
    return change.kind.value, change.group.name, change.label, change.field


def value(dataset: Dataset, subject: str, name: str) -> ox.NamedNode | ox.Literal:
    (found,) = [
        t.object
        for triples in dataset.triples_by_file.values()
        for t in triples
        if t.subject == node(subject) and t.predicate == node(name)
    ]
    return found


# -- no difference -----------------------------------------------------------------------------


def test_nothing_differs_from_itself(albania: Dataset, state: Callable[..., Dataset]) -> None:
    assert not compare(albania, albania)
    again = compare(albania, state())  # one file instead of six, in another order and form
    assert not again and again.changes == () and again.coverage == ()
    assert again.old.digest == again.new.digest
    assert (again.old.files, again.new.files) == (len(albania.files), 1)
    assert again.old.statements == again.new.statements > 5000


def test_one_statement_is_enough_to_differ(albania: Dataset, state: Callable[..., Dataset]) -> None:
    new = state(remove=[(LINK, "gcmo:relation", "skos:relatedMatch")])
    change = only(compare(albania, new))
    assert shape(change) == ("restated", "LINK", "1.a → A2.2", "relation")
    assert (change.before_text, change.after_text) == ("skos:relatedMatch", None)


# -- each kind of change -----------------------------------------------------------------------


def test_links_added_and_removed(albania: Dataset, state: Callable[..., Dataset]) -> None:
    gone = only(compare(albania, state(without=LINK)))
    assert shape(gone) == ("removed", "LINK", "1.a → A2.2", "")
    assert (gone.about, gone.gone, gone.came, gone.before_text) == (LINK, (LINK,), (), "stated")
    new = only(compare(state(without=LINK), albania))
    assert shape(new) == ("added", "LINK", "1.a → A2.2", "")
    assert (new.gone, new.came, new.after_text) == ((), (LINK,), "stated")


@pytest.mark.parametrize(
    ("remove", "add", "field", "before", "after"),
    [
        (
            ("gcmo:basis", "gcmo:Stated"),
            ("gcmo:basis", "gcmo:Curated"),
            "basis",
            "Stated",
            "Curated",
        ),
        ((), ("gcmo:scope", "gcmo:AllParts"), "scope", None, "AllParts"),
        (
            (),
            ("sssom:mapping_justification", "semapv:ManualMappingCuration"),
            "justification",
            None,
            "semapv:ManualMappingCuration",
        ),
        (
            (),
            ("sssom:confidence", ox.Literal("0.8", datatype=node("xsd:decimal"))),
            "confidence",
            None,
            "0.8",
        ),
        ((), ("rdfs:comment", english("Why.")), "comment", None, "Why."),
        (
            ("gcmo:relation", "skos:relatedMatch"),
            ("gcmo:relation", "skos:closeMatch"),
            "relation",
            "skos:relatedMatch",
            "skos:closeMatch",
        ),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_links_restated(
    albania: Dataset,
    state: Callable[..., Dataset],
    remove: tuple[str, object],
    add: tuple[str, object],
    field: str,
    before: str | None,
    after: str,
) -> None:
    new = state(remove=[(LINK, *remove)] if remove else [], add=[(LINK, *add)])
    change = only(compare(albania, new))
    assert shape(change) == ("restated", "LINK", "1.a → A2.2", field)
    assert (change.before_text, change.after_text) == (before, after)


def test_a_change_of_form_that_words_hide_is_shown_exactly(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    number = "sssom:confidence"
    old = state(add=[(LINK, number, ox.Literal("1", datatype=node("xsd:decimal")))], name="old.ttl")
    change = only(compare(old, state(add=[(LINK, number, ox.Literal("1"))])))
    assert change.before_text == '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert change.after_text == '"1"'


def test_statuses_and_coverage(albania: Dataset, state: Callable[..., Dataset]) -> None:
    new = state(
        remove=[(ROW, "gcmo:status", "gcmo:Aligned")], add=[(ROW, "gcmo:status", "gcmo:Unstated")]
    )
    difference = compare(albania, new)
    change = only(difference)
    assert shape(change) == ("status-changed", "STATUS", "1.a", "status")
    assert (change.before_text, change.after_text) == ("Aligned", "Unstated")
    effects = {e.rule: e for e in difference.coverage if e.framework == NSM}
    assert list(effects) == ["strict", "published", "broad"]
    for rule, step in (("strict", 1), ("published", 0), ("broad", 1)):
        before, after = effects[rule].before, effects[rule].after
        assert before is not None and after is not None
        assert (before[0] - after[0], before[1]) == (step, after[1])


def test_cells_as_printed(albania: Dataset, state: Callable[..., Dataset]) -> None:
    cell = value(albania, ROW, "gcmo:sourceOutcomeCell")
    new = state(
        remove=[(ROW, "gcmo:sourceOutcomeCell", cell)],
        add=[(ROW, "gcmo:sourceOutcomeCell", ox.Literal("A2.2"))],
    )
    change = only(compare(albania, new))
    assert shape(change) == ("amended", "CELL", "1.a", "outcome cell")
    assert (change.before_text, change.after_text) == (cell.value, "A2.2")


def test_elements_added_and_retired(albania: Dataset, state: Callable[..., Dataset]) -> None:
    iri = element_iri("alb-nsm-2019", "outcome", "Z9.9")
    add = [
        (iri, "rdf:type", "gcmo:Outcome"),
        (iri, "skos:prefLabel", english("Quite another thing")),
        (iri, "skos:notation", ox.Literal("Z9.9")),
        (iri, "skos:inScheme", NSM),
    ]
    new = state(add=add)
    come = only(compare(albania, new))
    assert shape(come) == ("added", "ELEMENT", "outcome Z9.9", "")
    assert (come.after_text, come.came) == ("Quite another thing", (iri,))
    gone = only(compare(new, albania))
    assert shape(gone) == ("retired", "ELEMENT", "outcome Z9.9", "")
    assert (gone.gone, gone.replaced_by, gone.guesses) == ((iri,), (), ())


def test_renamed_moved_and_amended(albania: Dataset, state: Callable[..., Dataset]) -> None:
    iri = OUTCOME["A2.1"]
    label = value(albania, iri, "skos:prefLabel")
    parent = value(albania, iri, "gcmo:partOf")
    citation = value(albania, iri, "dcterms:bibliographicCitation")
    new = state(
        remove=[
            (iri, "skos:prefLabel", label),
            (iri, "gcmo:partOf", parent.value),
            (iri, "dcterms:bibliographicCitation", citation),
        ],
        add=[
            (iri, "skos:prefLabel", english("Otherwise")),
            (iri, "gcmo:partOf", element_iri("alb-nsm-2019", "objective", "B2")),
            (iri, "dcterms:bibliographicCitation", ox.Literal("page 1")),
        ],
    )
    changes = compare(albania, new).changes
    assert [(c.kind.value, c.field, c.before_text, c.after_text) for c in changes] == [
        ("renamed", "label", label.value, "Otherwise"),
        ("moved", "part of", "A2", "B2"),
        ("amended", "citation", citation.value, "page 1"),
    ]
    assert {c.label for c in changes} == {"outcome A2.1"}


def test_a_new_code_is_told_once_and_links_follow(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    iri, new_iri = OUTCOME["A1.1"], element_iri("alb-nsm-2019", "outcome", "A1.9")
    links = {
        t.subject.value
        for found in albania.triples_by_file.values()
        for t in found
        if t.object == node(iri) and t.predicate == node("gcmo:object")
    }
    assert links
    rewrite = {iri: new_iri} | {link: link.replace("--A1.1", "--A1.9") for link in links}
    code = (iri, "skos:notation", ox.Literal("A1.1"))
    new = state(remove=[code], add=[(iri, "skos:notation", ox.Literal("A1.9"))], rewrite=rewrite)
    change = only(compare(albania, new))
    assert shape(change) == ("recoded", "ELEMENT", "outcome A1.9", "")
    assert (change.before_text, change.after_text) == ("A1.1", "A1.9")
    assert dict(zip(change.gone, change.came, strict=True)) == rewrite
    assert change.follows > len(links)
    # A code that changes while the IRI stays is an amendment.
    new = state(remove=[code], add=[(iri, "skos:notation", ox.Literal("A1.9"))])
    assert shape(only(compare(albania, new))) == ("amended", "ELEMENT", "outcome A1.9", "code")


def test_a_link_under_another_iri_is_the_same_link(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    new = state(rewrite={LINK: LINK + "-again"})
    change = only(compare(albania, new))
    assert shape(change) == ("restated", "LINK", "1.a → A2.2", "IRI")
    assert (change.gone, change.came) == ((LINK,), (LINK + "-again",))
    back = only(compare(new, albania))
    assert (back.gone, back.came) == (change.came, change.gone)


def test_a_label_that_two_share_tells_no_new_code(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    a, b = (element_iri("alb-nsm-2019", "outcome", c) for c in ("Y1", "Y2"))

    def outcome(iri: str) -> list[Statement]:
        return [
            (iri, "rdf:type", "gcmo:Outcome"),
            (iri, "skos:prefLabel", english("Twins")),
            (iri, "skos:inScheme", NSM),
        ]

    old = state(add=outcome(a), name="old.ttl")
    assert only(compare(old, state(add=outcome(b)))).kind is ChangeKind.RECODED
    both = outcome(b) + outcome(b + "a")
    kinds = [c.kind for c in compare(old, state(add=both)).changes]
    assert sorted(k.value for k in kinds) == ["added", "added", "retired"]


def _new_outcomes(*codes: str, replaces: Iterable[str] = ()) -> list[Statement]:
    found: list[Statement] = []
    for code in codes:
        iri = element_iri("alb-nsm-2019", "outcome", code)
        found += [
            (iri, "rdf:type", "gcmo:Outcome"),
            (iri, "skos:notation", ox.Literal(code)),
            (iri, "skos:prefLabel", english(f"New thing {code}")),
            (iri, "skos:inScheme", NSM),
            *((iri, "dcterms:replaces", old) for old in replaces),
        ]
    return found


def _elements(difference: Difference) -> list[Change]:
    return [c for c in difference.changes if c.group is Group.ELEMENT]


@pytest.mark.parametrize("stated", ["replaces", "isReplacedBy"])
def test_a_split_is_told_where_the_data_state_it(
    albania: Dataset, state: Callable[..., Dataset], stated: str
) -> None:
    iri = OUTCOME["B1.1"]
    parts = tuple(element_iri("alb-nsm-2019", "outcome", c) for c in ("B1.8", "B1.9"))
    if stated == "replaces":
        new = state(without=iri, add=_new_outcomes("B1.8", "B1.9"))
        add = [(part, "dcterms:replaces", iri) for part in parts]
        new = open_dataset(_with(new, add))
    else:
        add = [(iri, "owl:deprecated", TRUE)]
        add += [(iri, "dcterms:isReplacedBy", part) for part in parts]
        new = state(add=_new_outcomes("B1.8", "B1.9") + add)
    (change,) = _elements(compare(albania, new))
    assert shape(change) == ("split", "ELEMENT", "outcome B1.1", "")
    assert (change.before_text, change.after_text) == ("B1.1", "B1.8; B1.9")
    assert change.replaced_by == change.came == parts
    assert change.gone == ((iri,) if stated == "replaces" else ())
    # The same without the statement: one is gone, two are new, and nothing is claimed.
    new = state(without=iri, add=_new_outcomes("B1.8", "B1.9"))
    kinds = sorted(c.kind.value for c in _elements(compare(albania, new)))
    assert kinds == ["added", "added", "retired"]


def _with(dataset: Dataset, add: Iterable[Statement]) -> Path:
    (path,) = dataset.files
    with path.open("ab") as out:
        out.write(ox.serialize(list(map(triple, add)), format=ox.RdfFormat.N_TRIPLES) or b"")
    return path


def test_a_merger_is_told_where_the_data_state_it(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    olds = OUTCOME["B1.1"], OUTCOME["B1.2"]
    new = state(without=olds[0], add=_new_outcomes("B1.7"))
    (path,) = new.files
    left = [t for t in read_turtle(path) if node(olds[1]) not in (t.subject, t.object)]
    path.write_bytes(ox.serialize(left, format=ox.RdfFormat.N_TRIPLES) or b"")
    merged = element_iri("alb-nsm-2019", "outcome", "B1.7")
    new = open_dataset(_with(new, [(merged, "dcterms:replaces", old) for old in olds]))
    (change,) = _elements(compare(albania, new))
    assert shape(change) == ("merged", "ELEMENT", "outcome B1.7", "")
    assert (change.before_text, change.after_text) == ("B1.1; B1.2", "B1.7")
    assert (change.gone, change.came) == (olds, (merged,))


def test_retired_and_replaced_as_stated(albania: Dataset, state: Callable[..., Dataset]) -> None:
    iri = OUTCOME["B1.1"]
    later = element_iri("alb-nsm-2019", "outcome", "B1.8")
    new = state(
        add=[
            *_new_outcomes("B1.8", replaces=[iri]),
            (iri, "owl:deprecated", TRUE),
            (iri, "dcterms:isReplacedBy", later),
        ]
    )
    retired, added = sorted(compare(albania, new).changes, key=lambda c: c.kind.value)[::-1]
    assert shape(retired) == ("retired", "ELEMENT", "outcome B1.1", "")
    assert (retired.replaced_by, retired.gone, retired.guesses) == ((later,), (), ())
    assert retired.replaced_by_text == "B1.8"
    assert shape(added) == ("added", "ELEMENT", "outcome B1.8", "")


def test_a_guess_is_marked_as_one(albania: Dataset, state: Callable[..., Dataset]) -> None:
    iri, near = OUTCOME["B1.2"], element_iri("alb-nsm-2019", "outcome", "B1.8")
    label = value(albania, iri, "skos:prefLabel").value
    new = state(
        without=iri,
        add=[
            (near, "rdf:type", "gcmo:Outcome"),
            (near, "skos:notation", ox.Literal("B1.8")),
            (near, "skos:prefLabel", english(f"{label} again")),
            *_new_outcomes("B1.9"),
        ],
    )
    retired = next(c for c in compare(albania, new).changes if c.kind is ChangeKind.RETIRED)
    assert (retired.guesses, retired.replaced_by) == ((near,), ())
    assert retired.guess_text == (f"alb-nsm-2019/outcome/B1.8 “{label} again”: its label is alike",)
    record = build_change_record(compare(albania, new))
    assert not any(t.predicate == node("dcterms:isReplacedBy") for t in record)


def test_indicators_of_actions(albania: Dataset, state: Callable[..., Dataset]) -> None:
    (indicator,) = [value(albania, ACTION, "gcmo:monitoredBy")]
    new = state(
        remove=[(ACTION, "gcmo:monitoredBy", indicator.value)],
        add=[(ACTION, "gcmo:monitoredBy", SDG + "/C100702")],
    )
    changes = compare(albania, new).changes
    assert [shape(c) for c in changes] == [
        ("added", "INDICATOR", "1.a", ""),
        ("removed", "INDICATOR", "1.a", ""),
    ]
    label = value(albania, indicator.value, "skos:prefLabel").value
    assert [c.before_text or c.after_text for c in changes] == ["10.7.2", f"“{label}”"]


def test_frameworks_crosswalks_and_other_records(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    title = value(albania, WALK, "dcterms:title")
    year = value(albania, NSM, "gcmo:endYear")
    body = f"{ID}institution/alb-new"
    new = state(
        remove=[(WALK, "dcterms:title", title), (NSM, "gcmo:endYear", year)],
        add=[
            (WALK, "dcterms:title", english("Another")),
            (NSM, "gcmo:endYear", ox.Literal("2030", datatype=node("xsd:gYear"))),
            (body, "rdf:type", "gcmo:Institution"),
            (body, "skos:prefLabel", english("Ministry")),
            (f"{ID}x/claim", "rdf:type", "gcmo:Claim"),
        ],
    )
    assert [shape(c) for c in compare(albania, new).changes] == [
        ("amended", "FRAMEWORK", "framework alb-nsm-2019", "end"),
        ("renamed", "CROSSWALK", "crosswalk crosswalk/gcm--alb-nsm-2019", "title"),
        ("added", "INSTITUTION", "institution institution/alb-new", ""),
        ("added", "RECORD", "claim x/claim", ""),
    ]


def test_what_no_record_models_still_shows(albania: Dataset, state: Callable[..., Dataset]) -> None:
    iri = OUTCOME["A2.1"]
    nobody = "http://example.org/nobody"
    new = state(
        add=[
            (iri, "skos:historyNote", english("Once.")),
            (iri, "http://example.org/p", ox.Literal("x")),
            (nobody, "http://example.org/p", ox.Literal("y")),
            (iri, "skos:prefLabel", ox.Literal("Ndryshe", language="sq")),
        ]
    )
    element, about, other = compare(albania, new).changes
    assert shape(element) == ("renamed", "ELEMENT", "outcome A2.1", "label")
    assert element.after_text == "Ndryshe (sq)"
    assert shape(about)[:3] == ("amended", "OTHER", nobody)
    assert shape(other)[:3] == ("amended", "OTHER", "outcome A2.1")
    assert (len(other.before), len(other.after)) == (0, 2)
    assert other.after_text == "http://example.org/p x; skos:historyNote Once."


def test_blank_nodes_are_compared_by_what_they_hold(tmp_path: Path) -> None:
    def dataset(text: str, name: str) -> Dataset:
        path = tmp_path / name
        path.write_text(text)
        return open_dataset(path)

    old = dataset("<a:s> <a:p> [ <a:q> 1 ; <a:r> [ <a:q> 2 ] ] , [ <a:q> 3 ] .", "old.ttl")
    same = dataset(
        "_:z <a:q> 2 . _:y <a:r> _:z ; <a:q> 1 . <a:s> <a:p> _:x , _:y . _:x <a:q> 3 .", "same.ttl"
    )
    assert not compare(old, same)
    other = dataset("<a:s> <a:p> [ <a:q> 1 ; <a:r> [ <a:q> 2 ] ] , [ <a:q> 4 ] .", "new.ttl")
    changes = compare(old, other).changes
    assert {c.group for c in changes} == {Group.OTHER}
    assert sum(len(c.before) for c in changes) == sum(len(c.after) for c in changes) == 2
    text = write_turtle(build_change_record(compare(old, other)))
    assert "_:" not in text and "[" not in text


# -- any edits ---------------------------------------------------------------------------------

CODES = [f"A{i}" for i in range(6)]


def _small(walk: str = crosswalk_iri("gcm", "x")) -> dict[str, Record]:
    """A small crosswalk that leans on nothing shipped."""
    records: list[Record] = [
        Framework(iri=ID + "x", code="x", label="X"),
        Framework(iri=GCM, code="gcm", label="G"),
        Framework(iri=SDG, code="sdg", label="S"),
        Crosswalk(iri=walk, title="G to X"),
        Element(
            iri=element_iri("gcm", "objective", "1"),
            kind="Objective",
            notation="1",
            label="O",
            framework=GCM,
        ),
    ]
    for letter in "abc":
        action = element_iri("gcm", "action", f"1.{letter}")
        records += [
            Element(
                iri=action,
                kind="Action",
                notation=f"1.{letter}",
                label=f"Action {letter}",
                framework=GCM,
                part_of=(element_iri("gcm", "objective", "1"),),
            ),
            Assessment(
                iri=f"{walk}/assessment/1.{letter}",
                crosswalk=walk,
                assesses=action,
                against=ID + "x",
                status=expand("gcmo:Aligned"),
                row=f"1.{letter}",
            ),
        ]
    for number, code in enumerate(CODES):
        outcome = element_iri("x", "outcome", code)
        records.append(
            Element(
                iri=outcome,
                kind="Outcome",
                notation=code,
                label=f"Outcome number {number} of them",
                framework=ID + "x",
            )
        )
        records.append(_link("1.a", code))
    return {r.iri: r for r in records}


def _link(action: str, code: str, basis: str = "Stated") -> Alignment:
    walk = crosswalk_iri("gcm", "x")
    return Alignment(
        iri=alignment_iri(walk, action, code),
        crosswalk=walk,
        subject=element_iri("gcm", "action", action),
        object=element_iri("x", "outcome", code),
        relation=expand("skos:relatedMatch"),
        basis=expand(f"gcmo:{basis}"),
    )


Expected = set[tuple[str, str, str]]


def _edit(records: dict[str, Record], what: str, code: str) -> Expected:
    """Make one edit and return what it should be told as: kind, IRI, field."""
    import dataclasses

    outcome, link = element_iri("x", "outcome", code), _link("1.a", code).iri

    def change(iri: str, **values: object) -> None:
        records[iri] = dataclasses.replace(records[iri], **values)  # type: ignore[arg-type]

    if what == "remove link":
        del records[link]
        return {("removed", link, "")}
    if what == "add link":
        other = _link("1.b", code)
        records[other.iri] = other
        return {("added", other.iri, "")}
    if what == "restate":
        change(link, basis=expand("gcmo:Curated"), confidence="0.5")
        return {("restated", link, "basis"), ("restated", link, "confidence")}
    if what == "rename":
        change(outcome, label=f"Otherwise {code}")
        return {("renamed", outcome, "label")}
    if what == "move":
        change(outcome, part_of=(element_iri("x", "objective", "B"),))
        return {("moved", outcome, "part of")}
    if what == "amend":
        change(outcome, citation="page 3")
        return {("amended", outcome, "citation")}
    if what == "retire":
        del records[link], records[outcome]
        return {("removed", link, ""), ("retired", outcome, "")}
    if what == "add":
        new = dataclasses.replace(records[outcome], iri=outcome + "x", label=f"Fresh {code}")
        records[new.iri] = new
        return {("added", new.iri, "")}
    assert what == "indicator"
    change(outcome, monitored_by=(SDG + "/C100702",))
    return {("added", outcome, "")}


EDITS = (
    "remove link",
    "add link",
    "restate",
    "rename",
    "move",
    "amend",
    "indicator",
    "retire",
    "add",
)


@given(
    edits=st.dictionaries(st.sampled_from(CODES), st.sampled_from(EDITS)),
    statuses=st.sets(st.sampled_from("abc")),
    seed=st.integers(0, 99),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_edits_are_told_exactly(
    tmp_path: Path, edits: dict[str, str], statuses: set[str], seed: int
) -> None:
    old, new = _small(), _small()
    expected: Expected = set()
    for code, what in edits.items():
        expected |= _edit(new, what, code)
    for letter in statuses:
        iri = f"{crosswalk_iri('gcm', 'x')}/assessment/1.{letter}"
        row = old[iri]
        assert isinstance(row, Assessment)
        new[iri] = Assessment(
            **{f: getattr(row, f) for f in ("iri", "crosswalk", "assesses", "against", "row")},
            status=expand("gcmo:Unstated"),
        )
        expected.add(("status-changed", iri, "status"))
    sides = []
    for name, records in (("old.ttl", old), ("new.ttl", new)):
        triples = build_graph(records.values())
        random.Random(seed).shuffle(triples)
        (tmp_path / name).write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
        sides.append(open_dataset(tmp_path / name))
    there, back = compare(*sides), compare(*reversed(sides))
    assert {(c.kind.value, c.about, c.field) for c in there.changes} == expected
    assert len(there.changes) == len(expected)
    strict = [e for e in there.coverage if e.rule == "strict"]
    assert all(e.after == (3 - len(statuses), 3) for e in strict)
    _assert_mirrored(there, back)
    record = parse_turtle(write_turtle(build_change_record(there)).encode())
    changes = [t for t in record if t.object == node("gcmo:Change")]
    assert len(changes) == len(expected)


def _assert_mirrored(there: Difference, back: Difference) -> None:
    def ends(difference: Difference) -> tuple[list[str], list[str]]:
        return (
            sorted(iri for c in difference.changes for iri in c.gone),
            sorted(iri for c in difference.changes for iri in c.came),
        )

    def fields(difference: Difference) -> list[tuple[object, ...]]:
        return sorted(
            (c.about, c.field, c.before, c.after)
            for c in difference.changes
            if not (c.gone or c.came)
        )

    assert ends(there) == ends(back)[::-1]
    swapped = sorted((about, field, after, before) for about, field, before, after in fields(back))
    assert [tuple(map(str, f)) for f in fields(there)] == [tuple(map(str, f)) for f in swapped]
    assert (there.old, there.new) == (back.new, back.old)


@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_statement_counts(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever statements are taken out, graphs that differ have changes, and only they."""
    triples = sorted(build_graph(_small().values()), key=str)
    lost = data.draw(st.sets(st.sampled_from(triples), max_size=6))
    for name, found in (("old.ttl", triples), ("new.ttl", [t for t in triples if t not in lost])):
        (tmp_path / name).write_bytes(ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b"")
    old, new = (open_dataset(tmp_path / name) for name in ("old.ttl", "new.ttl"))
    there = compare(old, new)
    assert bool(there) == bool(lost)
    _assert_mirrored(there, compare(new, old))
    told = {c.about for c in there.changes}
    assert {t.subject.value for t in lost} <= told


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Albania's data twice; the new side lacks one link and has another status."""
    for side in ("old", "new"):
        for source in _files():
            target = tmp_path / side / source.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(source.read_bytes())
    path = tmp_path / "new" / "gcm--alb-nsm-2019.ttl"
    triples = [t for t in read_turtle(path) if t.subject != node(LINK)]
    status = triple((ROW, "gcmo:status", "gcmo:Aligned"))
    assert status in triples
    triples.remove(status)
    triples.append(triple((ROW, "gcmo:status", "gcmo:NotApplicable")))
    path.write_text(write_turtle(triples), encoding="utf-8")
    return tmp_path / "old", tmp_path / "new"


def test_the_command_tells_links_statuses_and_coverage(
    run: Run, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    done = run("diff", *folders)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "Links: 1 removed",
        "  − link 1.a → A2.2 (stated)",
        "",
        "Statuses: 1 changed",
        "  ~ status 1.a: Aligned → NotApplicable",
    ]
    assert lines[6] == "Coverage by alb-nsm-2019:"
    assert [line.split(":")[0].split()[-1] for line in lines[7:10]] == [
        "strict",
        "published",
        "broad",
    ]
    back = run("diff", *reversed(folders)).stdout.splitlines()
    assert back[1] == "  + link 1.a → A2.2 (stated)"
    assert back[4] == "  ~ status 1.a: NotApplicable → Aligned"
    output = tmp_path / "changes.txt"
    brief = run("diff", "--brief", *folders, "-o", output)
    assert (brief.returncode, brief.stdout) == (1, "")
    shown = output.read_text(encoding="utf-8").splitlines()
    assert shown == [lines[0], lines[3], *lines[6:]]


def test_the_command_says_that_nothing_differs(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl"
    old.write_text("<http://a/s> <http://a/p> 1 , 2 .")
    new.write_text("@prefix a: <http://a/> .\na:s a:p 2 . # why\na:s a:p 1 .")
    done = run("diff", old, new)
    assert (done.returncode, done.stdout, done.stderr) == (0, "no difference\n", "")
    found = json.loads(run("diff", old, new, "--format", "json").stdout)
    assert (found["different"], found["changes"], found["counts"]) == (False, [], {})
    record = parse_turtle(run("diff", old, new, "--format", "ttl").stdout.encode())
    assert record and not any(t.object == node("gcmo:Change") for t in record)


def test_json_is_for_programs(run: Run, folders: tuple[Path, Path]) -> None:
    done = run("diff", *folders, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1 and found["different"] is True
    assert found["counts"] == {"links": {"removed": 1}, "statuses": {"status-changed": 1}}
    link, status = found["changes"]
    assert (link["kind"], link["about"], link["label"]) == ("removed", LINK, "1.a → A2.2")
    assert (link["before"], link["after"], link["gone"]) == ("stated", None, [LINK])
    assert (status["before"], status["after"]) == ("Aligned", "NotApplicable")
    assert status["after_values"] == [expand("gcmo:NotApplicable")]
    assert {c["rule"] for c in found["coverage"]} == {"strict", "published", "broad"}


def test_the_change_record_is_canonical_and_names_every_change(
    run: Run, folders: tuple[Path, Path]
) -> None:
    done = run("diff", *folders, "--format", "ttl")
    assert done.returncode == 1
    assert format_turtle(done.stdout.encode()) == done.stdout
    again = compare(*(open_dataset(folder) for folder in folders))
    assert write_turtle(build_change_record(again)) == done.stdout
    graph = parse_turtle(done.stdout.encode())
    assert not any(isinstance(n, ox.BlankNode) for t in graph for n in (t.subject, t.object))
    by_kind = {t.object.value: t.subject for t in graph if t.predicate == node("gcmo:changeKind")}
    assert set(by_kind) == {expand("gcmo:Removed"), expand("gcmo:StatusChanged")}
    removed = by_kind[expand("gcmo:Removed")]

    def objects(subject: ox.NamedNode, name: str) -> list[ox.NamedNode | ox.Literal]:
        return [t.object for t in graph if t.subject == subject and t.predicate == node(name)]

    assert objects(removed, "gcmo:changes") == objects(removed, "prov:invalidated") == [node(LINK)]
    changed = by_kind[expand("gcmo:StatusChanged")]
    assert objects(changed, "gcmo:before") == [ox.Literal("Aligned")]
    assert objects(changed, "gcmo:after") == [ox.Literal("NotApplicable")]
    (revision,) = objects(changed, "dcterms:isPartOf")
    (used,), (made,) = objects(revision, "prov:used"), objects(revision, "prov:generated")
    assert used != made and objects(made, "prov:wasRevisionOf") == [used]


def test_splits_and_new_codes_in_the_record(
    albania: Dataset, state: Callable[..., Dataset]
) -> None:
    iri, new_iri = OUTCOME["A1.1"], element_iri("alb-nsm-2019", "outcome", "A1.9")
    graph = build_change_record(compare(albania, state(rewrite={iri: new_iri})))
    assert ox.Triple(node(new_iri), node("dcterms:replaces"), node(iri)) in graph
    kinds = [t.object.value for t in graph if t.predicate == node("gcmo:changeKind")]
    assert kinds == [expand("gcmo:Renamed")]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["none", "."], "none: no such file or folder: check the path"),
        ([".", "."], ".: no Turtle file (*.ttl) here: check the path"),
        (["bad.ttl", "good.ttl"], "bad.ttl, line 1, column 1: this is not Turtle"),
        (["good.ttl", "good.ttl", "--brief", "--format", "ttl"], "--brief goes with --format"),
        (["good.ttl"], "Missing argument 'NEW'"),
        (["good.ttl", "good.ttl", "--format", "csv"], "'csv' is not one of"),
    ],
)
def test_a_wrong_call_is_explained(
    run: Run, tmp_path: Path, args: list[str], sentence: str
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    if args[:1] != ["."]:
        (folder / "bad.ttl").write_text("oops")
        (folder / "good.ttl").write_text("<a:a> <a:b> <a:c> .")
    done = run("diff", *args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and "Traceback" not in done.stderr


def test_brief_json_counts(run: Run, tmp_path: Path) -> None:
    for name, number in (("old.ttl", 1), ("new.ttl", 2)):
        (tmp_path / name).write_text(f"<http://a/s> <http://a/p> {number} .")
    done = run("diff", tmp_path / "old.ttl", tmp_path / "new.ttl", "--brief", "-f", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["counts"]) == (1, {"other statements": {"amended": 1}})
    assert "changes" not in found


def test_an_empty_side_is_a_state_like_any_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("")
    (tmp_path / "one.ttl").write_text("<a:a> <a:b> <a:c> .")
    done = run("diff", tmp_path / "empty.ttl", tmp_path / "one.ttl")
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines()[1].startswith("  ~ other statements about a:a: +1")


def test_a_file_that_is_not_turtle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("oops")
    with pytest.raises(FileError, match=r"bad\.ttl, line 1"):
        compare(open_dataset(path), open_dataset(path))


def test_help_holds_an_example(run: Run) -> None:
    done = run("diff", "--help")
    assert done.returncode == 0 and "gcm-ld diff data/xkx-2024 data/xkx-2025" in done.stdout


def test_terms_of_the_record_are_in_the_ontology() -> None:
    ontology = {t.subject for t in read_turtle(ROOT / "ontology" / "gcm-ld.ttl")}
    names = ["Change", "ChangeKind", "after", "before", "changeKind", "changes"]
    names += ["Added", "Amended", "Merged", "Moved", "Removed", "Renamed", "Restated"]
    names += ["Retired", "Split", "StatusChanged"]
    assert [n for n in names if node(f"gcmo:{n}") not in ontology] == []
