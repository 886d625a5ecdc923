"""JSON for programmers that is linked data too (JSON-LD 1.1, W3C Recommendation 2020).

A file holds lists of records by kind, with short keys, IRIs and codes. Its context turns the
keys into properties, so that a JSON-LD parser reads the very triples that the records make;
codes beside IRIs are for people and mean nothing to it. The keys are a promise, written down in
``crosswalk.schema.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from gcm_ld.build import build_graph, period_datatype
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
    Property,
    Rating,
    Record,
    Source,
    SourceAnomaly,
    ValueSet,
    properties,
)
from gcm_ld.namespaces import ID, PREFIXES, RDF, SDG, compact
from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.mappings import choose_links
from gcm_ld.tables.extract import Extract

__all__ = ["write"]

#: The lists of a file, in order, and the class of the records in each.
_LISTS: dict[str, type[Record]] = {
    "frameworks": Framework,
    "elements": Element,
    "indicators": Element,
    "monitoring": Monitoring,
    "valueSets": ValueSet,
    "observations": Observation,
    "crosswalks": Crosswalk,
    "assessments": Assessment,
    "links": Alignment,
    "ratings": Rating,
    "anomalies": SourceAnomaly,
    "claims": Claim,
    "countries": Country,
    "institutions": Institution,
    "sources": Source,
}
#: The keys whose IRIs have a code beside them.
_CODED = {"subject": "subjectCode", "object": "objectCode", "assesses": "assessesCode"}
_TYPES = {
    Kind.IRI: {"@type": "@id"},
    Kind.LABEL: {"@language": "en"},
    Kind.DATE: {"@type": "xsd:date"},
    Kind.YEAR: {"@type": "xsd:gYear"},
    Kind.DECIMAL: {"@type": "xsd:decimal"},
    Kind.DURATION: {"@type": "xsd:duration"},
    Kind.INTEGER: {"@type": "xsd:integer"},
    Kind.TEXT: {},
    Kind.PERIOD: {},
}
#: Keys of a period that is a year or a month; any other is text under the property's own key.
_PERIODS = {"gYear": "year", "gYearMonth": "month"}


def write(extract: Extract, bases: Collection[str] = BASES) -> bytes:
    """Write the records of a framework as JSON-LD.

    :param extract: the records of one framework.
    :param bases: which links to take.
    :returns: the document, UTF-8.
    """
    taken = {link.iri for link in choose_links(extract, bases)}
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS}
    for record in extract.records:
        if not isinstance(record, Alignment) or record.iri in taken:
            lists[_list_of(record)].append(_describe(record, extract))
    document = {"@context": _context(), "framework": extract.framework.code} | {
        name: entries for name, entries in lists.items() if entries
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _list_of(record: Record) -> str:
    if isinstance(record, Element):
        return "indicators" if record.kind == "Indicator" else "elements"
    return next(name for name, cls in _LISTS.items() if isinstance(record, cls))


def _describe(record: Record, extract: Extract) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": record.iri}
    types = [
        str(getattr(t.object, "value", ""))
        for t in build_graph([record])
        if t.predicate.value == RDF + "type"
    ]
    if types:
        entry["type"] = [_shorten(iri) for iri in types]
    for prop in properties(type(record)):
        value = getattr(record, prop.name)
        if not value:
            continue
        key = _key(prop)
        if prop.kind is Kind.IRI:
            entry[key] = [_shorten(v) for v in value] if prop.many else _shorten(value)
            if key in _CODED:
                entry[_CODED[key]] = extract.code(value)
        elif prop.kind is Kind.PERIOD:
            datatype = period_datatype(value).rpartition("#")[2]
            entry[_PERIODS.get(datatype, key)] = value
        else:
            entry[key] = list(value) if prop.many else value
    return entry


def _shorten(iri: str) -> str:
    """Shorten the terms of vocabularies; things keep their full IRI."""
    return iri if iri.startswith((ID, SDG)) else compact(iri)


def _key(prop: Property) -> str:
    local = re.split("[:/]", prop.curie)[-1]
    if prop.curie == "dcterms:creator" and prop.kind is Kind.TEXT:
        return "creatorName"  # a person's name in a text; elsewhere it is an agent's IRI
    return re.sub(r"[_-](\w)", lambda m: m[1].upper(), local)


@cache
def _context() -> dict[str, Any]:
    context: dict[str, Any] = {"id": "@id", "type": "@type"}
    context |= {p: ns for p, ns in PREFIXES.items() if p != "sdg"}
    context |= {"framework": None, **dict.fromkeys(_CODED.values()), **_terms(_LISTS.values())}
    return context | dict.fromkeys(_LISTS, "@included")


def _terms(classes: Iterable[type[Record]]) -> dict[str, Any]:
    found = {_key(p): {"@id": p.curie} | _TYPES[p.kind] for c in classes for p in properties(c)}
    time = {"@id": "sdmx-dimension:timePeriod"}
    found |= {key: time | {"@type": f"xsd:{name}"} for name, key in _PERIODS.items()}
    return {key: found[key] for key in sorted(found)}
