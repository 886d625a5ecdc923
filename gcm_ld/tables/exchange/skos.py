"""Plain SKOS mappings (SKOS Reference, section 10), with the codes and names of their ends.

A plain triple can't say what it rests on, so that only stated links are taken unless others are
asked for; nor can it link a whole scheme, for concepts and schemes are disjoint in SKOS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from gcm_ld.model import Alignment, Element, Framework
from gcm_ld.namespaces import GCMO, PREFIXES, RDF, RDFS, SKOS, expand
from gcm_ld.tables.exchange.mappings import choose_links, mapping_set_iri
from gcm_ld.tables.extract import Extract
from gcm_ld.turtle import write_turtle
from gcm_ld.words import plural

__all__ = ["describe_ends", "left_out", "split_links", "write"]

_TYPE = ox.NamedNode(RDF + "type")


def write(extract: Extract, bases: Collection[str] = ("Stated",)) -> bytes:
    """Write the links between concepts as plain SKOS triples, in canonical Turtle.

    :param extract: the records of one framework.
    :param bases: which links to take.
    :returns: the document, UTF-8.
    """
    links, wholes = split_links(extract, choose_links(extract, bases))
    head = ox.NamedNode(mapping_set_iri(extract.framework) + "/skos")
    triples = list(_describe(head, extract))
    notes = left_out(wholes, "SKOS")
    taken = {link.iri for link in (*links, *wholes)}
    others = Counter(link.basis for link in extract.alignments if link.iri not in taken)
    notes += [
        f"{plural(n, 'link')} of basis {basis.removeprefix(GCMO)} left out."
        for basis, n in sorted(others.items())
    ]
    if notes:
        comment = ox.Literal(" ".join(notes), language="en")
        triples.append(ox.Triple(head, ox.NamedNode(RDFS + "comment"), comment))
    triples += [
        ox.Triple(
            ox.NamedNode(link.subject), ox.NamedNode(link.relation), ox.NamedNode(link.object)
        )
        for link in links
    ]
    triples += describe_ends(extract, links)
    return write_turtle(triples).encode("utf-8")


def split_links(
    extract: Extract, links: Iterable[Alignment]
) -> tuple[list[Alignment], list[Alignment]]:
    """Tell links between concepts from those that have a whole framework at one end.

    :param extract: the records of one framework.
    :param links: some of its links.
    :returns: links between concepts, and the others.
    """
    concepts: list[Alignment] = []
    wholes: list[Alignment] = []
    for link in links:
        ends = (extract.known.get(link.subject), extract.known.get(link.object))
        (wholes if any(isinstance(e, Framework) for e in ends) else concepts).append(link)
    return concepts, wholes


def left_out(wholes: Collection[Alignment], vocabulary: str) -> list[str]:
    """Say how many links to a whole framework a vocabulary can't hold.

    :param wholes: these links.
    :param vocabulary: its name.
    """
    if not wholes:
        return []
    return [f"{plural(len(wholes), 'link')} to a whole framework left out: {vocabulary} has none."]


def describe_ends(extract: Extract, links: Iterable[Alignment]) -> Iterator[ox.Triple]:
    """Name the concepts that links join, and their schemes.

    :param extract: the records of one framework.
    :param links: links between concepts.
    """
    ends = {iri for link in links for iri in (link.subject, link.object)}
    elements = [r for i in ends if isinstance(r := extract.known.get(i), Element)]
    schemes = {e.framework for e in elements}
    for element in elements:
        node = ox.NamedNode(element.iri)
        yield ox.Triple(node, _TYPE, ox.NamedNode(SKOS + "Concept"))
        yield ox.Triple(node, ox.NamedNode(SKOS + "notation"), ox.Literal(element.notation))
        yield _label(node, element.label)
        yield ox.Triple(node, ox.NamedNode(SKOS + "inScheme"), ox.NamedNode(element.framework))
    for iri in schemes:
        node = ox.NamedNode(iri)
        yield ox.Triple(node, _TYPE, ox.NamedNode(SKOS + "ConceptScheme"))
        if name := extract.label(iri):
            yield _label(node, name)


def _label(node: ox.NamedNode, text: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(text, language="en"))


def _describe(head: ox.NamedNode, extract: Extract) -> Iterator[ox.Triple]:
    yield ox.Triple(head, _TYPE, ox.NamedNode(PREFIXES["dcat"] + "Dataset"))
    for crosswalk in extract.crosswalks:
        title = ox.Literal(crosswalk.title, language="en")
        yield ox.Triple(head, ox.NamedNode(expand("dcterms:description")), title)
        for curie, value in (
            ("prov:wasDerivedFrom", crosswalk.iri),
            ("dcterms:source", crosswalk.source),
            ("dcterms:license", crosswalk.license),
        ):
            if value:
                yield ox.Triple(head, ox.NamedNode(expand(curie)), ox.NamedNode(value))
    title = ox.Literal(f"{extract.framework.label}: SKOS mappings", language="en")
    yield ox.Triple(head, ox.NamedNode(expand("dcterms:title")), title)
