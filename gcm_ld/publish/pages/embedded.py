"""A resource's statements as compact JSON-LD within its page (JSON-LD 1.1, W3C, 2020)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from gcm_ld.namespaces import ID, PREFIXES, RDF, XSD

__all__ = ["embed"]

_TYPE = RDF + "type"
_STRING = XSD + "string"
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
#: What could end the script element or start a comment in it (HTML, section 4.12.1.3), and the
#: line ends that JSON takes and JavaScript once didn't.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@lru_cache(maxsize=4096)
def _split(iri: str) -> tuple[str, str]:
    """Return prefix and name of an IRI; an empty prefix where none fits."""
    if not iri.startswith(ID):
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return prefix, iri[len(namespace) :]
    return "", iri


def embed(iri: str, values: Iterable[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]) -> str:
    """Return statements on a resource as JSON-LD that no text in it can break out of.

    :param iri: the resource.
    :param values: predicates and objects.
    """
    context: dict[str, str] = {}
    node: dict[str, object] = {"@id": _short(iri, context)}
    lists: dict[str, list[object]] = {}
    for predicate, value in values:
        if predicate.value == _TYPE and isinstance(value, ox.NamedNode):
            lists.setdefault("@type", []).append(_short(value.value, context))
        else:
            lists.setdefault(_short(predicate.value, context), []).append(_value(value, context))
    node |= {key: found[0] if len(found) == 1 else found for key, found in lists.items()}
    text = json.dumps({"@context": context, **node}, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_UNSAFE)


def _short(iri: str, context: dict[str, str]) -> str:
    prefix, name = _split(iri)
    if prefix:
        context[prefix] = PREFIXES[prefix]
        return f"{prefix}:{name}"
    return iri


def _value(value: ox.NamedNode | ox.Literal, context: dict[str, str]) -> object:
    if isinstance(value, ox.NamedNode):
        return {"@id": _short(value.value, context)}
    if value.language:
        tagged = {"@value": value.value, "@language": value.language}
        if value.direction:
            tagged["@direction"] = str(value.direction.value)
        return tagged
    if value.datatype.value == _STRING:
        return value.value
    return {"@value": value.value, "@type": _short(value.datatype.value, context)}
