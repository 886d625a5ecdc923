"""Which format an Accept header asks for (RFC 9110, section 12.5.1), for answers to queries.

Tables, yes or no, and graphs come in formats of their own, and what a query answers with is known
only when it is read: the header is weighed for all three beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

__all__ = ["ANSWERS", "BOOLEANS", "GRAPHS", "TABLES", "Formats", "accepts_gzip", "choose", "weigh"]

#: format → the media types that ask for it; the first is the one that it is sent with. Of
#: formats that weigh the same, the first is taken.
TABLES: Mapping[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
#: CSV and TSV are made for tables alone (SPARQL 1.1 Query Results CSV and TSV Formats).
BOOLEANS = {name: TABLES[name] for name in ("json", "xml")}
GRAPHS: Mapping[str, tuple[str, ...]] = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
}
#: Everything that a query may be answered in.
ANSWERS: Mapping[str, tuple[str, ...]] = {**TABLES, **GRAPHS}

_LONGEST = 4000
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"|")++')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*+"|")++')
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]*)?|1(?:\.0*)?|\.[0-9]+)")


class Formats(NamedTuple):
    """The formats that a client takes tables, truth values and graphs in; nothing for never."""

    table: str | None
    boolean: str | None
    graph: str | None


@lru_cache(maxsize=512)
def weigh(accept: str | None) -> Formats:
    """Weigh an Accept header for all that a query may answer with.

    >>> weigh("text/csv, text/turtle;q=0.5, application/json;q=0.1")
    Formats(table='csv', boolean='json', graph='ttl')
    >>> weigh(None).table, weigh("image/png").graph
    ('json', None)
    """
    return Formats(choose(accept, TABLES), choose(accept, BOOLEANS), choose(accept, GRAPHS))


def choose(accept: str | None, formats: Mapping[str, tuple[str, ...]]) -> str | None:
    """Choose a format.

    :param accept: the header; without one, whatever comes first.
    :param formats: the formats to be had, the best first, with their media types.
    :returns: the format; nothing if none is wanted.

    >>> choose("text/*;q=0.5, text/csv;q=0, */*;q=0.2", TABLES)
    'tsv'
    """
    if accept is None or not accept.strip():
        return next(iter(formats))
    weights = _weights(accept)
    best, chosen = 0.0, None
    for name, types in formats.items():
        # Its own type decides, then its other names, then ranges of the type that is sent.
        ranges = (*types, types[0].partition("/")[0] + "/*", "*/*")
        weight = next((weights[r] for r in ranges if r in weights), 0.0)
        if weight > best:
            best, chosen = weight, name
    return chosen


def accepts_gzip(header: str | None) -> bool:
    """Tell from Accept-Encoding whether an answer may be compressed.

    >>> accepts_gzip("gzip, deflate, br"), accepts_gzip("gzip;q=0, *"), accepts_gzip(None)
    (True, False, False)
    """
    if not header:
        return False
    weights = _weights(header)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


@lru_cache(maxsize=512)
def _weights(header: str) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for element in _ELEMENT.findall(header[:_LONGEST].lower()):
        name, *parameters = (part.strip(" \t") for part in _PARAMETER.findall(element) or [""])
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = float(value.strip()) if _WEIGHT.fullmatch(value.strip()) else 0.0
                break
        weights.setdefault(name, weight)
    return weights
