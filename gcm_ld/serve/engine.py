"""Queries and graphs, answered by a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from gcm_ld.serve.accept import BOOLEANS, GRAPHS, TABLES
from gcm_ld.serve.answer import Answer, Refusal
from gcm_ld.serve.datasets import merged, named_in, wanted
from gcm_ld.store.embedded import calls_service

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["GRAPH_FORMATS", "answer_graph", "answer_query", "content_type", "names_of"]

_TABLE_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
#: The update forms, where a query should begin (SPARQL 1.1 Update, section 3).
_UPDATE = re.compile(
    r"(?:\s|\#[^\n]*(?:\n|$)|BASE\s*<[^>]*>|PREFIX\s*[^\s:]*:\s*<[^>]*>)*+"
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
_LONGEST_MESSAGE = 300


def answer_query(snapshot: Snapshot, payload: Mapping[str, Any]) -> Answer:
    """Answer a job of kind ``query`` (SPARQL 1.1 Protocol, section 2.1).

    :param payload: ``query``; ``default`` and ``named``, the graphs that the protocol names, or
        nothing for the query's own; ``table``, ``boolean`` and ``graph``, the formats that are
        wanted; ``base``; and the limits ``most`` (bytes) and ``merge`` (statements).
    :raises Refusal: if it is no query, wants what is refused, or can't be answered as wanted.
    """
    query = payload["query"]
    if calls_service(query):
        raise Refusal(
            403,
            "SERVICE is refused, because it would call another endpoint: ask the data at hand",
            outcome="service",
        )
    try:
        result = _run(snapshot.store, query, payload)
    except SyntaxError as error:
        raise _not_a_query(query, error) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise _failed(error) from None
    if isinstance(result, ox.QuerySolutions):
        return _send(result, payload, "table", TABLES, _TABLE_FORMATS)
    if isinstance(result, ox.QueryBoolean):
        return _send(result, payload, "boolean", BOOLEANS, _TABLE_FORMATS)
    return _send(result, payload, "graph", GRAPHS, GRAPH_FORMATS)


def _run(store: ox.Store, query: str, payload: Mapping[str, Any]) -> Any:
    base = payload.get("base")
    default, named = payload.get("default"), payload.get("named")
    if default is None and named is None:
        # Two graphs or more in a query's FROM: Oxigraph would count a triple for each of them.
        own = named_in(query)
        if own is None or len(set(own.default)) < 2:
            return store.query(query, base_iri=base)
        default, named = own.default, own.named
    graph: Any = wanted(default or ())
    others: Any = wanted(named or ())
    if len(graph) > 1:
        store = merged(store, graph, others, most=int(payload["merge"]))
        graph = ox.DefaultGraph()
    return store.query(query, base_iri=base, default_graph=graph, named_graphs=others)


def _send(
    result: Any,
    payload: Mapping[str, Any],
    kind: str,
    types: Mapping[str, Sequence[str]],
    formats: Mapping[str, Any],
) -> Answer:
    wanted_format = payload[kind]
    if wanted_format is None:
        offered = ", ".join(names[0] for names in types.values())
        raise Refusal(
            406,
            f"this query's answer comes as {offered}: name one of them in Accept",
            outcome="not-acceptable",
        )

    def write(out: Any) -> None:
        try:
            result.serialize(out, format=formats[wanted_format])
        except (RuntimeError, ValueError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise _failed(error) from None

    return Answer(200, _HEADERS[types[wanted_format][0]], write, payload["most"])


def content_type(media: str) -> str:
    """Return a media type with its encoding, where it has such a parameter.

    >>> content_type("text/turtle"), content_type("application/sparql-results+json")
    ('text/turtle; charset=utf-8', 'application/sparql-results+json')
    """
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


#: media type → the headers of an answer.
_HEADERS = {
    media: {"content-type": content_type(media)}
    for names in (TABLES, GRAPHS)
    for media, *_ in names.values()
}


def _not_a_query(query: str, error: SyntaxError) -> Refusal:
    if _UPDATE.match(query):
        return Refusal(
            403, "this endpoint is read-only: it takes queries and no updates", outcome="update"
        )
    message = " ".join(str(error.msg).split())
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + " …"
    return Refusal(400, f"this is not SPARQL: {message}", outcome="syntax")


def _failed(error: Exception) -> Refusal:
    message = " ".join(str(error).split())[:_LONGEST_MESSAGE]
    return Refusal(500, f"the query can't be answered: {message}", outcome="failed")


def answer_graph(snapshot: Snapshot, payload: Mapping[str, Any]) -> Answer:
    """Answer a job of kind ``graph`` (SPARQL 1.1 Graph Store HTTP Protocol, section 5.2).

    :param payload: ``name``, the graph's IRI, or nothing for the default graph; ``graph``, the
        format; and ``most``, the limit in bytes.
    :raises Refusal: if there is no such graph.
    """
    name, ending = payload["name"], payload["graph"]
    graph: Any = ox.DefaultGraph()
    if name is not None:
        graph = next(iter(wanted((name,))))
        if not snapshot.store.contains_named_graph(graph):
            raise Refusal(404, f"there is no graph {name} here", outcome="unknown")

    def write(out: Any) -> None:
        snapshot.store.dump(out, format=GRAPH_FORMATS[ending], from_graph=graph)

    return Answer(200, _HEADERS[GRAPHS[ending][0]], write, payload["most"])


def names_of(store: ox.Store) -> Iterable[str]:
    """List the named graphs by IRI."""
    return sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
