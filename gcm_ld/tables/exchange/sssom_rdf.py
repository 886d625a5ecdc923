"""SSSOM/RDF (SSSOM 1.1, "The SSSOM/RDF serialisation format"), in the propagated form.

A link's node is its own IRI, and so is an assessment's that finds no match; the definitions of
extension slots, which would be blank nodes, are left out: RDF says what a property means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from gcm_ld.model import Assessment, properties
from gcm_ld.namespaces import PREFIXES, RDF, SSSOM, XSD, expand
from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.mappings import Row, Value, build_mapping_set
from gcm_ld.tables.exchange.slots import (
    CONCEPT,
    EXTENSIONS,
    MAPPING_SLOTS,
    NO_TERM,
    RESOURCE,
    SET_SLOTS,
    Form,
)
from gcm_ld.tables.extract import Extract
from gcm_ld.turtle import write_turtle

__all__ = ["write"]

_TYPE = ox.NamedNode(RDF + "type")
_WORDS = {
    CONCEPT: PREFIXES["skos"] + "Concept",
    RESOURCE: PREFIXES["rdfs"] + "Resource",
    "1.1": SSSOM + "version1.1",
}
_OF_ASSESSMENTS = {p.name: expand(p.curie) for p in properties(Assessment)}


def write(extract: Extract, bases: Collection[str] = BASES) -> bytes:
    """Write the crosswalks of a framework as SSSOM/RDF, in canonical Turtle.

    :param extract: the records of one framework.
    :param bases: which links to take; assessments come with the stated ones.
    :returns: the document, UTF-8.
    """
    mappings = build_mapping_set(extract, bases)
    head = ox.NamedNode(str(mappings.slots["mapping_set_id"]))
    triples = [ox.Triple(head, _TYPE, ox.NamedNode(SSSOM + "MappingSet"))]
    for slot in SET_SLOTS:
        if slot.name != "mapping_set_id":
            value = mappings.slots.get(slot.name, "")
            triples += _statements(head, slot.iri, slot.form, value)
    for row in mappings.rows:
        node = ox.NamedNode(str(row["record_id"]))
        triples.append(ox.Triple(head, ox.NamedNode(SSSOM + "mappings"), node))
        triples += _mapping(node, row)
    return write_turtle(triples).encode("utf-8")


def _mapping(node: ox.NamedNode, row: Row) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, ox.NamedNode(PREFIXES["owl"] + "Axiom"))
    for slot in MAPPING_SLOTS:
        if slot.name != "record_id":
            yield from _statements(node, slot.iri, slot.form, row.get(slot.name, ""))
    # What is said of an assessment belongs to its own node, which only a row without match is.
    assessment = row["object_id"] == NO_TERM
    for extension in EXTENSIONS:
        if extension.assessment is assessment:
            iri = _OF_ASSESSMENTS[extension.field] if assessment else extension.iri
            yield from _statements(node, iri, extension.form, row.get(extension.name, ""))


def _statements(
    node: ox.NamedNode, predicate: str, form: Form, value: Value
) -> Iterator[ox.Triple]:
    for text in (value,) if isinstance(value, str) else value:
        if text:
            yield ox.Triple(node, ox.NamedNode(predicate), _term(form, text))


def _term(form: Form, text: str) -> ox.NamedNode | ox.Literal:
    if form is Form.NUMBER:
        try:
            return ox.Literal(str(float(text)), datatype=ox.NamedNode(XSD + "double"))
        except ValueError:  # validation says so
            return ox.Literal(text)
    if form is Form.TYPE:
        return ox.NamedNode(_WORDS[text])
    return ox.Literal(text) if form is Form.TEXT else ox.NamedNode(text)
