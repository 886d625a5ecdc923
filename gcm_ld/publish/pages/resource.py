"""The page of a resource: what it is, what it is linked to and who says so, and all statements.

What a page depends on, so that a publisher knows which to make again: the statements on its
resource and those that have it as their object; every statement on the resources next to it;
and, where such a neighbour is a record (an assessment, an alignment, an anomaly of the source,
a claim, a rating), the names, codes and classes of what the record leads to, and the anomalies
whose target an assessment next to it is. Nothing on it depends on anything further away, but
for the labels of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox

from gcm_ld.namespaces import DCTERMS, GCMO, PREFIXES, RDF, RDFS, SKOS, SSSOM
from gcm_ld.publish.dumps import serialize
from gcm_ld.publish.pages.downloads import downloads
from gcm_ld.publish.pages.embedded import embed
from gcm_ld.publish.pages.lookup import Card, Lookup, Ref, is_web, shown_code
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.paths import FORMATS, url_of
from gcm_ld.publish.site import NAMES, Mention, Site, Statement
from gcm_ld.resources import folder
from gcm_ld.turtle import natural_key

__all__ = ["ResourcePages"]

#: Most values of one property, or mentions by one, that a page lists.
LIMIT = 60
#: Most alignments of a resource that are read to be put in groups.
_READ = 600
_TYPE = RDF + "type"
_PREF = {node.value for node in NAMES}
_NOTES = tuple(
    [SKOS + n for n in ("definition", "scopeNote")]
    + [DCTERMS + "description", DCTERMS + "abstract", RDFS + "comment"]
)
_TARGET = PREFIXES["oa"] + "hasTarget"
_CHECKED_BY = GCMO + "checkedBy"
_CELLS = ("Outcome", "Objective", "Goal", "Target", "Indicator")
_ENDS = (GCMO + "subject", GCMO + "object")


class Value(NamedTuple):
    """A value of a statement: a link or a text."""

    ref: Ref | None
    text: str
    lang: str
    datatype: str
    derived: bool


class Row(NamedTuple):
    """A property with its values."""

    property: Ref
    values: Sequence[Value]
    total: int


class Group(NamedTuple):
    """Mentions of one kind, or alignments of one crosswalk."""

    title: Ref
    items: Sequence[Any]
    total: int


class Link(NamedTuple):
    """An alignment as the page of one of its ends shows it."""

    other: Ref
    record: Ref
    relation: Ref
    basis: Ref
    inward: bool
    scope: str


class Cell(NamedTuple):
    """A cell of the source."""

    name: str
    text: str


class Assessment(NamedTuple):
    """What a source says of an action."""

    record: Ref
    action: Ref | None
    against: Ref | None
    status: Ref | None
    covered_by: Sequence[Ref]
    row: str
    cells: Sequence[Cell]
    oddities: Sequence[Ref]


class ResourcePages:
    """Pages of resources, and their statements in every format.

    :param site: the site.
    :param lookup: names and links.
    :param renderer: the templates.
    :param formats: endings of the formats that the statements are written in.
    """

    def __init__(
        self, site: Site, lookup: Lookup, renderer: Renderer, formats: Sequence[str]
    ) -> None:
        self.site = site
        self.lookup = lookup
        self.renderer = renderer
        self.formats = tuple(formats)
        self._datasets = f"{site.base}id/dataset/"

    def files(self, iri: str) -> dict[str, bytes]:
        """Return the page of a resource and its statements in each format, by file."""
        stem = self.site.paths.stem(iri)
        statements = self.site.statements(iri)
        node = ox.NamedNode(iri)
        triples = [ox.Triple(node, s.predicate, s.object) for s in statements]
        name = f"{stem}.html"
        files = {name: self.renderer.page("resource", name, **self.context(iri, statements))}
        for ending in self.formats:
            files[f"{stem}.{ending}"] = serialize(triples, ending)
        return files

    # -- the whole -------------------------------------------------------------------------------

    def context(self, iri: str, statements: list[Statement]) -> dict[str, object]:
        """Return what a resource's page shows."""
        lookup = self.lookup
        card = lookup.card(iri)
        mentions = self._by_predicate(self.site.mentions(iri))
        kinds = list({r.label: r for r in map(lookup.term, lookup.classes(card))}.values())
        parts = sorted(
            {s.part for s in statements} | {m.part for ms in mentions.values() for m in ms}
        )
        values: dict[str, object] = {
            "iri": iri,
            "web": is_web(iri),
            "card": card,
            "code": shown_code(card),
            "kinds": kinds,
            "crumbs": self._crumbs(card),
            "lead": self._lead(card),
            "ours": card.first(GCMO + "labelBasis") == GCMO + "Curated",
            "citation": [v.value for v in card.out.get(DCTERMS + "bibliographicCitation", ())],
            "sources": self._refs(card.out.get(DCTERMS + "source", ())),
            "alignment": self._alignment(card) if GCMO + "Alignment" in card.types else None,
            "assessment": self._assessment(card) if GCMO + "Assessment" in card.types else None,
            "links": self._links(iri, mentions),
            "assessments": Group(
                Ref("", "", ""),
                [
                    self._assessment(lookup.card(m.subject.value), odd=True)
                    for m in mentions.get(GCMO + "assesses", ())[:LIMIT]
                ],
                len(mentions.get(GCMO + "assesses", ())),
            ),
            "anomalies": self._anomalies(card, mentions.get(_TARGET, ())),
            "downloads": downloads(self.site, lookup, card),
            "framework": self._framework(card, mentions),
            "parts": self._groups({GCMO + "partOf": mentions.get(GCMO + "partOf", [])}),
            "indicators": self._refs(card.out.get(GCMO + "monitoredBy", ())),
            "incoming": self._incoming(mentions),
            "rows": self._rows(statements),
            "datasets": [self._dataset(part) for part in parts],
            "stem": url_of(self.site.paths.stem(iri).rpartition("/")[2]),
            "formats": [(e, FORMATS[e]) for e in self.formats],
            "jsonld": embed(iri, [(s.predicate, s.object) for s in statements]),
            "limit": LIMIT,
        }
        return values

    def _dataset(self, iri: str) -> Ref:
        """Return the link to a dataset by its IRI's end: a title may change, and pages stay."""
        name = iri.removeprefix(self._datasets).removeprefix(f"{self.site.base}id/")
        return Ref(name, "", self.lookup.card(iri).page)

    @staticmethod
    def _by_predicate(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in mentions:
            if isinstance(mention.subject, ox.NamedNode):
                found.setdefault(mention.predicate.value, []).append(mention)
        return found

    def _refs(self, values: Iterable[ox.NamedNode | ox.Literal]) -> list[Ref]:
        found = [
            self.lookup.ref(v.value) if isinstance(v, ox.NamedNode) else Ref(v.value, "", "")
            for v in values
        ]
        return sorted(found, key=_ref_key)

    def _ref(self, card: Card, predicate: str) -> Ref | None:
        values = card.out.get(predicate)
        return self._refs(values)[0] if values else None

    def _crumbs(self, card: Card) -> list[Ref]:
        """Lead from the framework or crosswalk over the wider element to the resource."""
        found = []
        for predicate in (SKOS + "inScheme", GCMO + "inCrosswalk", GCMO + "partOf"):
            values = card.out.get(predicate, ())
            found += [self.lookup.ref(v.value) for v in values[:1] if isinstance(v, ox.NamedNode)]
        return found

    def _lead(self, card: Card) -> list[tuple[str, str]]:
        """Return its notes and definitions, each with its language."""
        return [
            (v.value, v.language if v.language not in (None, "en") else "")
            for predicate in _NOTES
            for v in card.out.get(predicate, ())
            if isinstance(v, ox.Literal)
        ]

    # -- records ---------------------------------------------------------------------------------

    def _assessment(self, card: Card, *, odd: bool = False) -> Assessment:
        lookup = self.lookup
        cells = [
            Cell(name.lower(), card.first(f"{GCMO}source{name}Cell"))
            for name in _CELLS
            if card.first(f"{GCMO}source{name}Cell")
        ]
        oddities: list[Ref] = []
        if odd:
            target = ox.NamedNode(card.iri)
            found = self.site.store.quads_for_pattern(None, ox.NamedNode(_TARGET), target)
            iris = {q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}
            oddities = [lookup.ref(iri) for iri in sorted(iris, key=natural_key)[:LIMIT]]
        return Assessment(
            record=lookup.ref(card.iri),
            action=self._ref(card, GCMO + "assesses"),
            against=self._ref(card, GCMO + "against"),
            status=self._ref(card, GCMO + "status"),
            covered_by=self._refs(card.out.get(GCMO + "coveredBy", ())),
            row=card.first(GCMO + "sourceRow"),
            cells=cells,
            oddities=oddities,
        )

    def _alignment(self, card: Card) -> dict[str, object]:
        """Return both ends of an alignment, and what it rests on."""
        stated = card.first(GCMO + "statedIn")
        where = self.lookup.card(stated) if stated else None
        cells = []
        for value in card.out.get(GCMO + "statedCell", ()):
            if isinstance(value, ox.NamedNode):
                text = where.first(value.value) if where else ""
                cells.append((self.lookup.term(value.value), text))
        return {
            "subject": self._ref(card, GCMO + "subject"),
            "object": self._ref(card, GCMO + "object"),
            "relation": self._ref(card, GCMO + "relation"),
            "basis": self._ref(card, GCMO + "basis"),
            "scope": self._ref(card, GCMO + "scope"),
            "stated_in": self.lookup.ref(stated) if stated else None,
            "row": where.first(GCMO + "sourceRow") if where else "",
            "cells": cells,
            "justification": self._ref(card, SSSOM + "mapping_justification"),
            "confidence": card.first(SSSOM + "confidence"),
            "author": self._refs(card.out.get(DCTERMS + "creator", ())),
            "rule": card.first(GCMO + "derivedBy"),
        }

    def _links(self, iri: str, mentions: dict[str, list[Mention]]) -> list[Group]:
        """Group the alignments that start or end here by crosswalk."""
        groups: dict[str, list[tuple[Any, Link]]] = {}
        counts: dict[str, int] = {}
        read = [(m, end) for end in _ENDS for m in mentions.get(end, ())]
        for mention, end in read[:_READ]:
            card = self.lookup.card(mention.subject.value)
            inward = end == _ENDS[1]
            other = self._ref(card, _ENDS[0] if inward else _ENDS[1])
            if GCMO + "Alignment" not in card.types or other is None:
                continue
            crosswalk = card.first(GCMO + "inCrosswalk")
            counts[crosswalk] = counts.get(crosswalk, 0) + 1
            blank = Ref("", "", "")
            link = Link(
                other=other,
                record=self.lookup.ref(card.iri),
                relation=self._ref(card, GCMO + "relation") or blank,
                basis=self._ref(card, GCMO + "basis") or blank,
                inward=inward,
                scope=(self._ref(card, GCMO + "scope") or blank).label,
            )
            basis = card.first(GCMO + "basis").rpartition("#")[2]
            key = (_BASES.get(basis, 9), inward, *_ref_key(other))
            groups.setdefault(crosswalk, []).append((key, link))
        found = []
        for crosswalk in sorted(groups, key=natural_key):
            links = [link for _, link in sorted(groups[crosswalk], key=lambda item: item[0])]
            title = self.lookup.ref(crosswalk) if crosswalk else Ref("No crosswalk", "", "")
            found.append(Group(title, links[:LIMIT], counts[crosswalk]))
        if len(read) > _READ:
            found.append(Group(Ref("Further links", "", ""), [], len(read) - _READ))
        return found

    def _anomalies(self, card: Card, mentions: Sequence[Mention]) -> list[dict[str, object]]:
        cards = [self.lookup.card(m.subject.value) for m in mentions[:LIMIT]]
        if GCMO + "SourceAnomaly" in card.types:
            cards.insert(0, card)
        return [
            {
                "ref": self.lookup.ref(c.iri),
                "kind": self._ref(c, GCMO + "anomaly"),
                "row": c.first(GCMO + "sourceRow"),
                "verbatim": [v.value for v in c.out.get(GCMO + "verbatim", ())],
                "reading": [v.value for v in c.out.get(GCMO + "reading", ())],
            }
            for c in cards
        ]

    # -- frameworks and everything else ----------------------------------------------------------

    def _framework(
        self, card: Card, mentions: dict[str, list[Mention]]
    ) -> dict[str, object] | None:
        """Return the elements of a framework by kind, and whether actions are held against it."""
        if GCMO + "Framework" not in card.types:
            return None
        elements = mentions.get(SKOS + "inScheme", [])
        kinds: dict[str, list[Ref]] = {}
        for mention in elements[: 10 * LIMIT]:
            ref = self.lookup.ref(mention.subject.value)
            kinds.setdefault(ref.kind, []).append(ref)
        assessed = any(
            GCMO + "Assessment" in self.lookup.card(m.subject.value).types
            for m in mentions.get(GCMO + "against", ())[:LIMIT]
        )
        return {
            "groups": [
                Group(Ref(kind, "", ""), sorted(refs, key=_ref_key)[:LIMIT], len(refs))
                for kind, refs in sorted(kinds.items(), key=lambda item: (len(item[1]), item[0]))
            ],
            "total": len(elements),
            "read": min(len(elements), 10 * LIMIT),
            "assessed": card.iri.rpartition("/")[2] if assessed else "",
        }

    def _groups(self, mentions: dict[str, list[Mention]]) -> list[Group]:
        return [
            Group(
                self.lookup.term(predicate),
                sorted((self.lookup.ref(m.subject.value) for m in found[:LIMIT]), key=_ref_key),
                len(found),
            )
            for predicate, found in mentions.items()
            if found
        ]

    def _incoming(self, mentions: dict[str, list[Mention]]) -> list[Group]:
        """Group what else leads here; what sections of their own show is left out."""
        shown = {*_ENDS, GCMO + "assesses", GCMO + "partOf", _TARGET, SKOS + "inScheme"}
        return self._groups({p: found for p, found in mentions.items() if p not in shown})

    def _rows(self, statements: Iterable[Statement]) -> list[Row]:
        """Group all statements by property."""
        found: dict[str, list[Statement]] = {}
        for statement in statements:
            found.setdefault(statement.predicate.value, []).append(statement)
        rows = []
        for predicate, values in found.items():
            shown = sorted((self._value(s) for s in values[:LIMIT]), key=_value_key)
            rows.append(Row(self.lookup.term(predicate), shown, len(values)))
        return sorted(rows, key=lambda row: _row_key(row.property))

    @cached_property
    def _questions(self) -> set[str]:
        """The questions that the catalogue holds."""
        return {path.stem for path in folder("queries").glob("*.rq")}

    def _value(self, statement: Statement) -> Value:
        value = statement.object
        if isinstance(value, ox.Literal):
            if statement.predicate.value == _CHECKED_BY and value.value in self._questions:
                ref = Ref(value.value, "", f"query/index.html#{value.value}")
                return Value(ref, "", "", "", statement.derived)
            datatype = "" if value.language else self.lookup.term(value.datatype.value).code
            return Value(
                None,
                value.value,
                value.language or "",
                "" if datatype == "xsd:string" else datatype,
                statement.derived,
            )
        return Value(self.lookup.ref(value.value), "", "", "", statement.derived)


#: What a source says comes first, then what somebody judged.
_BASES = {"Stated": 0, "Curated": 1, "Derived": 2}


def _ref_key(ref: Ref) -> Any:
    return natural_key(ref.code), ref.label, ref.url


def _value_key(value: Value) -> Any:
    return (True, *_ref_key(value.ref)) if value.ref else (False, natural_key(value.text), value)


#: The vocabularies whose properties come first.
_FIRST = ("rdf:type", "skos:notation", "skos:prefLabel")


def _row_key(ref: Ref) -> Any:
    rank = _FIRST.index(ref.code) if ref.code in _FIRST else len(_FIRST)
    return rank, ref.label.lower(), ref.code
