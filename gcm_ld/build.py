"""Records to a graph and back, by the table that the records carry. Pure: no files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from gcm_ld.model import (
    Alignment,
    Assessment,
    Claim,
    Country,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Kind,
    Monitoring,
    Observation,
    Rating,
    Record,
    Source,
    SourceAnomaly,
    ValueSet,
    properties,
)
from gcm_ld.namespaces import CUBE, GCMO, RDF, SDG, expand
from gcm_ld.turtle import natural_key

__all__ = [
    "EARLIER",
    "ELEMENT_KINDS",
    "TARGETS",
    "VALUES",
    "build_graph",
    "make_term",
    "period_datatype",
    "read_records",
]

#: The classes of framework elements.
ELEMENT_KINDS = (
    "Action",
    "Chapter",
    "Commitment",
    "Goal",
    "Indicator",
    "Milestone",
    "Objective",
    "Outcome",
    "Pillar",
    "Practice",
    "Principle",
    "Priority",
    "Recommendation",
    "Roundtable",
    "Section",
    "Target",
    "Theme",
)

_SDGO_KINDS = {"Goal", "Target", "Indicator"}
_TYPE = ox.NamedNode(RDF + "type")
_RECORDS: dict[str, type[Record]] = {
    expand(cls.types[0]): cls
    for cls in (
        Framework,
        Crosswalk,
        Assessment,
        Alignment,
        SourceAnomaly,
        Claim,
        Rating,
        Country,
        Institution,
        Observation,
        ValueSet,
        Source,
    )
} | {GCMO + kind: Element for kind in ELEMENT_KINDS}

#: The structures of the data sets that hold values of indicators; other cubes are no records.
VALUES, EARLIER, TARGETS = (
    CUBE + f"{name}/structure" for name in ("values", "values/earlier", "targets")
)

_MONITORED = expand("gcmo:monitoredBy")
_DATATYPES = {
    kind: ox.NamedNode(expand(curie))
    for kind, curie in (
        (Kind.DATE, "xsd:date"),
        (Kind.YEAR, "xsd:gYear"),
        (Kind.DECIMAL, "xsd:decimal"),
        (Kind.INTEGER, "xsd:integer"),
        (Kind.DURATION, "xsd:duration"),
    )
}
_PERIODS = (
    (re.compile(r"[0-9]{4}"), expand("xsd:gYear")),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), expand("xsd:gYearMonth")),
)

_Properties = Mapping[str, list[Any]]


def build_graph(records: Iterable[Record]) -> list[ox.Triple]:
    """Build the graph of some records.

    :param records: records of any class of :mod:`gcm_ld.model`.
    :returns: the triples, record by record.

    >>> objective = Element(iri="https://w3id.org/gcm-ld/id/gcm/objective/1", kind="Objective",
    ...     notation="1", label="Data", framework="https://w3id.org/gcm-ld/id/gcm")
    >>> len(build_graph([objective]))
    5
    """
    return [triple for record in records for triple in _triples(record)]


def _types(record: Record) -> tuple[str, ...]:
    if not isinstance(record, Element):
        return record.types
    own = (f"gcmo:{record.kind}", "skos:Concept")
    sdg = record.framework == SDG and record.kind in _SDGO_KINDS
    return (*own, f"sdgo:{record.kind}") if sdg else own


_Column = tuple[str, ox.NamedNode, str, Kind, bool]
_COLUMNS: dict[type[Record], tuple[_Column, ...]] = {}


def _columns(cls: type[Record]) -> tuple[_Column, ...]:
    """List a record class's fields with their predicates, ready to use."""
    if cls not in _COLUMNS:
        _COLUMNS[cls] = tuple(
            (p.name, _node(expand(p.curie)), expand(p.curie), p.kind, p.many)
            for p in properties(cls)
        )
    return _COLUMNS[cls]


@lru_cache(maxsize=8192)
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _triples(record: Record) -> Iterator[ox.Triple]:
    subject = ox.NamedNode(record.iri)
    for name in _types(record):
        yield ox.Triple(subject, _TYPE, _node(expand(name)))
    for name, predicate, _, kind, many in _columns(type(record)):
        value = getattr(record, name)
        if many:
            for v in value:
                if v is not None:
                    yield ox.Triple(subject, predicate, make_term(v, kind))
        elif value is not None:
            yield ox.Triple(subject, predicate, make_term(value, kind))


def period_datatype(period: str) -> str:
    """Return the IRI of the datatype that a period is written with, by its form.

    >>> [period_datatype(p).rpartition("#")[2] for p in ("2021", "2021-05", "2021-Q1")]
    ['gYear', 'gYearMonth', 'string']
    """
    return next((iri for form, iri in _PERIODS if form.fullmatch(period)), expand("xsd:string"))


def make_term(value: str, kind: Kind) -> ox.NamedNode | ox.Literal:
    """Make the RDF term of a field's value.

    :param value: the value as a record holds it.
    :param kind: how it is written.
    """
    if kind is Kind.IRI:
        return _node(value)
    if kind is Kind.LABEL:
        return ox.Literal(value, language="en")
    if kind is Kind.TEXT:
        return ox.Literal(value)
    if kind is Kind.PERIOD:
        return ox.Literal(value, datatype=_node(period_datatype(value)))
    return ox.Literal(value, datatype=_DATATYPES[kind])


def _order(value: str) -> tuple[object, str]:
    """Return what values are sorted by: their natural order, and where it is the same, the text."""
    return natural_key(value), value


def read_records(triples: Iterable[ox.Triple]) -> list[Record]:
    """Read the records of a graph: those subjects whose class is one of the model's.

    Where a single-valued field has several values the first in natural order is taken, and
    English before other languages; a subject that lacks a required value is left out: finding
    such faults is validation's work, not this function's.

    :param triples: a graph.
    :returns: the records, by IRI in natural order; the indicators of an action that the graph
        does not describe are a :class:`~gcm_ld.model.Monitoring`.
    """
    subjects: dict[str, dict[str, list[Any]]] = {}
    last: object = None
    properties: dict[str, list[Any]] = {}
    for triple in triples:
        subject, predicate, value = triple  # once: each look makes an object
        if subject != last:  # most come subject by subject
            last = subject
            # What is said of a blank node is no record: it goes nowhere.
            iri = subject.value if isinstance(subject, ox.NamedNode) else ""
            properties = subjects.setdefault(iri, {}) if iri else {}
        properties.setdefault(predicate.value, []).append(value)
    records = []
    for iri in sorted(subjects, key=_order):
        found = subjects[iri]
        types = {t.value for t in found.get(_TYPE.value, ())}
        for type_iri, cls in _RECORDS.items():
            if type_iri in types:
                record = _record(cls, iri, type_iri, found)
                if record is not None:
                    records.append(record)
                break
        else:
            if not types and _MONITORED in found:
                values = tuple(sorted((t.value for t in found[_MONITORED]), key=_order))
                records.append(Monitoring(iri=iri, monitored_by=values))
    return records


def _record(cls: type[Record], iri: str, type_iri: str, found: _Properties) -> Record | None:
    values: dict[str, Any] = {"iri": iri}
    if cls is Element:
        values["kind"] = type_iri.removeprefix(GCMO)
    for name, _, predicate, kind, many in _columns(cls):
        terms = found.get(predicate, ())
        if kind is Kind.LABEL:
            terms = [t for t in terms if getattr(t, "language", None) == "en"] or terms
        if many:
            values[name] = tuple(sorted((t.value for t in terms), key=_order))
        elif len(terms) == 1:
            values[name] = terms[0].value
        elif terms:
            values[name] = min((t.value for t in terms), key=_order)
    try:
        record = cls(**values)
    except TypeError:
        return None
    other = isinstance(record, ValueSet) and record.structure not in (VALUES, EARLIER, TARGETS)
    return None if other else record
