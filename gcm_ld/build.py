"""Records to a graph and back, by the table that the records carry. Pure: no files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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
    Rating,
    Record,
    Source,
    SourceAnomaly,
    properties,
)
from gcm_ld.namespaces import GCMO, RDF, SDG, expand
from gcm_ld.turtle import natural_key

__all__ = ["ELEMENT_KINDS", "build_graph", "read_records"]

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
        Source,
    )
} | {GCMO + kind: Element for kind in ELEMENT_KINDS}

_MONITORED = expand("gcmo:monitoredBy")
_DATATYPES = {
    Kind.DATE: expand("xsd:date"),
    Kind.YEAR: expand("xsd:gYear"),
    Kind.DECIMAL: expand("xsd:decimal"),
}

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


def _triples(record: Record) -> Iterator[ox.Triple]:
    subject = ox.NamedNode(record.iri)
    for name in _types(record):
        yield ox.Triple(subject, _TYPE, ox.NamedNode(expand(name)))
    for prop in properties(type(record)):
        value = getattr(record, prop.name)
        values = value if prop.many else (value,)
        predicate = ox.NamedNode(expand(prop.curie))
        for v in values:
            if v is not None:
                yield ox.Triple(subject, predicate, _term(v, prop.kind))


def _term(value: str, kind: Kind) -> ox.NamedNode | ox.Literal:
    if kind is Kind.IRI:
        return ox.NamedNode(value)
    if kind is Kind.LABEL:
        return ox.Literal(value, language="en")
    if kind is Kind.TEXT:
        return ox.Literal(value)
    return ox.Literal(value, datatype=ox.NamedNode(_DATATYPES[kind]))


def read_records(triples: Iterable[ox.Triple]) -> list[Record]:
    """Read the records of a graph: those subjects whose class is one of the model's.

    Where a single-valued field has several values the first in natural order is taken, and
    English before other languages; a subject that lacks a required value is left out: finding
    such faults is validation's work, not this function's.

    :param triples: a graph.
    :returns: the records, by IRI in natural order; the indicators of an action that the graph
        does not describe are a :class:`~gcm_ld.model.Monitoring`.
    """
    subjects: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            subjects[triple.subject.value][triple.predicate.value].append(triple.object)
    records = []
    for iri in sorted(subjects, key=natural_key):
        found = subjects[iri]
        types = {t.value for t in found[_TYPE.value]}
        for type_iri, cls in _RECORDS.items():
            if type_iri in types:
                record = _record(cls, iri, type_iri, found)
                if record is not None:
                    records.append(record)
                break
        else:
            if not types and _MONITORED in found:
                values = tuple(sorted((t.value for t in found[_MONITORED]), key=natural_key))
                records.append(Monitoring(iri=iri, monitored_by=values))
    return records


def _record(cls: type[Record], iri: str, type_iri: str, found: _Properties) -> Record | None:
    values: dict[str, Any] = {"iri": iri}
    if cls is Element:
        values["kind"] = type_iri.removeprefix(GCMO)
    for prop in properties(cls):
        terms = found.get(expand(prop.curie), [])
        if prop.kind is Kind.LABEL:
            terms = [t for t in terms if getattr(t, "language", None) == "en"] or terms
        texts = sorted((t.value for t in terms), key=natural_key)
        if prop.many:
            values[prop.name] = tuple(texts)
        elif texts:
            values[prop.name] = texts[0]
    try:
        return cls(**values)
    except TypeError:
        return None
