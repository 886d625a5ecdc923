"""The service description (SPARQL 1.1 Service Description): what the endpoint can do, as RDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from gcm_ld.namespaces import PREFIXES, quote
from gcm_ld.publish.statements import is_, is_a, number
from gcm_ld.serve.accept import GRAPHS
from gcm_ld.serve.answer import Answer
from gcm_ld.serve.engine import GRAPH_FORMATS, content_type, names_of

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["answer_description", "describe"]

#: Unique URIs for file formats (W3C).
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_USED = ("rdf", "sd", "void")


def answer_description(snapshot: Snapshot, payload: Mapping[str, Any]) -> Answer:
    """Answer a job of kind ``description``.

    :param payload: ``endpoint``, its address; ``graph``, the format.
    """
    triples = sorted(set(describe(snapshot, payload["endpoint"])), key=str)
    ending = payload["graph"]
    prefixes = {name: PREFIXES[name] for name in _USED}
    body = ox.serialize(triples, format=GRAPH_FORMATS[ending], prefixes=prefixes)
    return Answer(200, {"content-type": content_type(GRAPHS[ending][0])}, body or b"")


def describe(snapshot: Snapshot, endpoint: str) -> Iterator[ox.Triple]:
    """Describe the endpoint and the graphs that it answers from.

    :param snapshot: the store.
    :param endpoint: the address of the endpoint.
    """
    service, dataset, default = (endpoint + part for part in ("#service", "#dataset", "#default"))
    yield from is_a(service, "sd:Service")
    yield is_(service, "sd:endpoint", endpoint)
    yield is_(service, "sd:supportedLanguage", "sd:SPARQL11Query")
    yield is_(service, "sd:feature", "sd:UnionDefaultGraph")
    for name in (*_RESULTS, *_GRAPHS):
        yield is_(service, "sd:resultFormat", _FORMATS + name)
    yield is_(service, "sd:defaultDataset", dataset)
    yield from is_a(dataset, "sd:Dataset")
    yield is_(dataset, "sd:defaultGraph", default)
    yield from is_a(default, "sd:Graph")
    sizes = {loaded.graph: loaded.statements for loaded in snapshot.datasets.values()}
    for graph in names_of(snapshot.store):
        named = f"{endpoint}#{quote(graph)}"
        yield is_(dataset, "sd:namedGraph", named)
        yield from is_a(named, "sd:NamedGraph")
        yield is_(named, "sd:name", graph)
        if graph in sizes:
            content = f"{named}-content"
            yield is_(named, "sd:graph", content)
            yield from is_a(content, "sd:Graph")
            yield number(content, "void:triples", sizes[graph])
