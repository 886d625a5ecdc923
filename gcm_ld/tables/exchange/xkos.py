"""XKOS correspondences between classifications (DDI Alliance, XKOS).

An association is a link under its own IRI, with what it rests on beside it. XKOS associates
concepts and no whole schemes; it has no place for the kind of match either, which stands as a
property of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from gcm_ld.model import Alignment, Crosswalk
from gcm_ld.namespaces import RDFS, expand
from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.mappings import choose_links
from gcm_ld.tables.exchange.skos import describe_ends, left_out, split_links
from gcm_ld.tables.extract import Extract
from gcm_ld.turtle import write_turtle

__all__ = ["write"]


def write(extract: Extract, bases: Collection[str] = BASES) -> bytes:
    """Write the crosswalks of a framework as XKOS correspondences, in canonical Turtle.

    :param extract: the records of one framework.
    :param bases: which links to take.
    :returns: the document, UTF-8.
    """
    links, wholes = split_links(extract, choose_links(extract, bases))
    triples: list[ox.Triple] = []
    for crosswalk in extract.crosswalks:
        notes = left_out([w for w in wholes if w.crosswalk == crosswalk.iri], "XKOS")
        triples += _correspondence(crosswalk, notes)
    for link in links:
        triples += _association(link)
    triples += describe_ends(extract, links)
    return write_turtle(triples).encode("utf-8")


def _correspondence(crosswalk: Crosswalk, notes: list[str]) -> Iterator[ox.Triple]:
    node = ox.NamedNode(crosswalk.iri)
    title = ox.Literal(crosswalk.title, language="en")
    yield _link(node, "rdf:type", expand("xkos:Correspondence"))
    yield ox.Triple(node, ox.NamedNode(expand("dcterms:title")), title)
    for scheme in crosswalk.compares:
        yield _link(node, "xkos:compares", scheme)
        yield _link(ox.NamedNode(scheme), "rdf:type", expand("skos:ConceptScheme"))
    for curie, value in (
        ("dcterms:source", crosswalk.source),
        ("dcterms:license", crosswalk.license),
    ):
        if value:
            yield _link(node, curie, value)
    for note in notes:
        comment = ox.Literal(note, language="en")
        yield ox.Triple(node, ox.NamedNode(RDFS + "comment"), comment)


def _association(link: Alignment) -> Iterator[ox.Triple]:
    node = ox.NamedNode(link.iri)
    yield _link(node, "rdf:type", expand("xkos:ConceptAssociation"))
    yield _link(ox.NamedNode(link.crosswalk), "xkos:madeOf", link.iri)
    yield _link(node, "xkos:sourceConcept", link.subject)
    yield _link(node, "xkos:targetConcept", link.object)
    yield _link(node, "gcmo:relation", link.relation)
    yield _link(node, "gcmo:basis", link.basis)


def _link(node: ox.NamedNode, curie: str, target: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(expand(curie)), ox.NamedNode(target))
