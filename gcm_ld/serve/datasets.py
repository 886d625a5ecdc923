"""The dataset that a query is asked of (SPARQL 1.1 Query, section 13.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.serve.answer import Refusal
from gcm_ld.store.embedded import NOT_CODE

__all__ = ["Graphs", "merged", "named_in", "wanted"]

_FROM = re.compile(r"(?<![?$:\w.-])FROM\b(?!:)(?!\s*NAMED\b)", re.IGNORECASE)
_BLOCK = 1 << 16


class Graphs(NamedTuple):
    """The graphs that a query names itself, as IRIs."""

    default: Sequence[str]
    named: Sequence[str]


def named_in(query: str) -> Graphs | None:
    """Return the graphs that a query names, if its default graph is made of several.

    :raises Refusal: if they can't be made out.

    >>> named_in("SELECT * { ?s ?p ?o }")
    >>> named_in("BASE <http://a/> SELECT * FROM <b> FROM <c> FROM NAMED <d> {}")
    Graphs(default=('http://a/b', 'http://a/c'), named=('http://a/d',))
    """
    if query.lower().count("from") < 2:
        return None
    if len(_FROM.findall(re.sub(NOT_CODE, " <> ", query, flags=re.DOTALL))) < 2:
        return None
    # Slow, and read for the few that need it: Oxigraph doesn't say what it has read.
    from rdflib.plugins.sparql import prepareQuery

    try:
        clauses = prepareQuery(query).algebra.datasetClause or ()
    except Exception:
        raise Refusal(
            400,
            "the graphs after FROM can't be made out: name them with default-graph-uri instead",
            outcome="syntax",
        ) from None
    return Graphs(
        tuple(str(c.default) for c in clauses if c.default),
        tuple(str(c.named) for c in clauses if c.named),
    )


def wanted(iris: Iterable[str]) -> list[ox.NamedNode]:
    """Return graphs by their IRIs, each once.

    :raises Refusal: if one is no IRI.
    """
    found = []
    for iri in dict.fromkeys(iris):
        try:
            found.append(ox.NamedNode(iri))
        except ValueError:
            raise Refusal(
                400, f"{iri[:200]!r} is not the IRI of a graph: give a full IRI", outcome="syntax"
            ) from None
    return found


def merged(
    store: ox.Store, default: Sequence[ox.NamedNode], named: Sequence[ox.NamedNode], *, most: int
) -> ox.Store:
    """Return a store in memory whose default graph is the merge of several graphs.

    Oxigraph takes their union with duplicates, where SPARQL wants the merge.

    :param store: where they are.
    :param default: the graphs to be merged.
    :param named: the graphs that stay as they are.
    :param most: how many statements are merged.
    :raises Refusal: if there are more.
    """
    small = ox.Store()
    left = most
    for graphs, target in ((default, ox.DefaultGraph()), (named, None)):
        for graph in graphs:
            quads: list[ox.Quad] = []
            for quad in store.quads_for_pattern(None, None, None, graph):
                left -= 1
                if left < 0:
                    raise Refusal(
                        500,
                        f"several default graphs are merged of up to {most:,} statements, and "
                        "these have more: name one graph, or none for the merge of all",
                        outcome="too-large",
                    )
                if target is not None:
                    quad = ox.Quad(quad.subject, quad.predicate, quad.object, target)
                quads.append(quad)
                if len(quads) == _BLOCK:
                    small.extend(quads)
                    quads = []
            small.extend(quads)
    return small
