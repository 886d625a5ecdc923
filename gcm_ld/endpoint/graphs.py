"""The graphs at an endpoint: found, read and put with the Graph Store HTTP Protocol."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit, urlunsplit
from urllib.request import Request

import pyoxigraph as ox

from gcm_ld.endpoint.options import EndpointOptions
from gcm_ld.errors import InputError
from gcm_ld.namespaces import ID
from gcm_ld.queries import load_query
from gcm_ld.resources import folder
from gcm_ld.store.base import Rows, Term
from gcm_ld.store.remote import RemoteStore, read_graph
from gcm_ld.store.web import EndpointError, check_url, show

__all__ = ["CONVENTIONS", "MERGED", "Endpoint", "graph_store_url"]

#: The merge of everything, where an engine has no default graph of its own to hold it.
MERGED = ID + "dataset/merged"

_READ = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
#: What an engine says of a graph that it can't be asked for in this way.
_NO_GRAPH_STORE = (400, 401, 403, 404, 405, 406, 415, 501)

#: Engine → how its answers name it, how its endpoint's path looks, and the path of its graph
#: store; ``{}`` is what the parentheses found. The first that fits both is taken.
CONVENTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("Virtuoso", r"Virtuoso", r"(.*)/sparql(?:-auth)?/?", "{}/sparql-graph-crud-auth"),
    ("Oxigraph", r"Oxigraph", r"(.*)/query/?", "{}/store"),
    ("Fuseki", r".*Fuseki", r"(.+?)(?:/query|/sparql)?/?", "{}/data"),
    ("gcm-ld", r"gcm-ld", r"(.*)/sparql/?", "{}/data"),
    ("GraphDB and RDF4J", r"", r"(.*/repositories/[^/]+)/?", "{}/rdf-graphs/service"),
    ("Fuseki, unnamed", r"", r"(/[^/]+)/(?:query|sparql)/?", "{}/data"),
    ("Amazon Neptune", r"", r"()/sparql/?", "{}/sparql/gsp/"),
)


def graph_store_url(url: str, server: str = "") -> str | None:
    """Return the graph store that usually belongs to an endpoint.

    :param url: the endpoint.
    :param server: how the engine names itself in the header ``Server``.
    :returns: its address, or nothing where no convention is known.

    >>> graph_store_url("http://localhost:7878/query", "Oxigraph/0.5.13")
    'http://localhost:7878/store'
    >>> graph_store_url("http://localhost:7200/repositories/world")
    'http://localhost:7200/repositories/world/rdf-graphs/service'
    """
    parts = urlsplit(url)
    for _, name, path, target in CONVENTIONS:
        found = re.fullmatch(path, parts.path)
        if found and re.match(name, server):
            return urlunsplit((parts.scheme, parts.netloc, target.format(found[1]), "", ""))
    return None


class Endpoint:
    """An endpoint with its graphs.

    :param url: where queries go.
    :param options: how it is called.
    :raises InputError: if an address is wrong, or there is a user without a password.
    """

    def __init__(self, url: str, options: EndpointOptions | None = None) -> None:
        self.options = options or EndpointOptions()
        self.connection = self.options.connect()
        self.store = RemoteStore(url, connection=self.connection)
        self.name = show(url)
        self._graph_store = self.options.graph_store
        if self._graph_store:
            check_url(self._graph_store, "--graph-store")

    def ask(self, question: str, **bindings: Term) -> Rows:
        """Ask one of the questions in ``queries/endpoint``."""
        return self.store.select(_text(question), bindings)

    @cached_property
    def default(self) -> RemoteStore:
        """Where questions go that name no graph: to the merge of all, if it stands in a graph.

        Virtuoso, among others, asks the union of all graphs and counts twice what stands in two
        of them.
        """
        if not self.store.ask(_text("ask_merged")):
            return self.store
        joint = "&" if urlsplit(self.store.url).query else "?"
        which = urlencode({"default-graph-uri": MERGED}, quote_via=quote, safe="")
        return RemoteStore(f"{self.store.url}{joint}{which}", connection=self.connection)

    def holds_anything(self) -> bool:
        """Tell whether questions that name no graph find anything."""
        return self.default.ask(_text("ask_default_graph"))

    @property
    def graph_store(self) -> str | None:
        """Where graphs are read and put, if known."""
        if self._graph_store is None:
            if not self.store.server:
                self.store.ask(_text("ask_default_graph"))  # to hear how it names itself
            self._graph_store = graph_store_url(self.store.url, self.store.server) or ""
        return self._graph_store or None

    def put(self, graph: str | None, ntriples: bytes) -> None:
        """Put a graph in place of what was there.

        :param graph: its IRI; nothing for the default graph.
        :param ntriples: its statements.
        :raises EndpointError: if the engine refuses it.
        """
        # N-Triples is Turtle, which every engine reads.
        self._send("PUT", graph, ntriples, {"Content-Type": "text/turtle; charset=utf-8"})

    def delete(self, graph: str) -> None:
        """Delete a graph, if it is there."""
        try:
            self._send("DELETE", graph)
        except EndpointError as error:
            if error.status != 404:
                raise

    def read(self, graph: str, statements: int) -> list[ox.Triple]:
        """Read a graph whole.

        Some engines give no more than so many statements of a graph without saying so: the rest
        is then asked for in pages.

        :param graph: its IRI.
        :param statements: how many it holds.
        :raises EndpointError: if fewer are there to be had.
        """
        if self.graph_store:
            try:
                url = self._graph_url(graph)
                answer = self.connection.send(Request(url, headers={"Accept": _READ}))  # noqa: S310
                found = read_graph(answer, show(url))
                if len(set(found)) == statements:
                    return found
            except EndpointError as error:
                if error.status not in (None, *_NO_GRAPH_STORE):
                    raise
                if error.status is not None:
                    self._graph_store = ""
        return self._read_in_pages("select_graph", graph, statements)

    def read_default(self) -> list[ox.Triple]:
        """Read what is stated in the default graph, without the ontology and what is derived."""
        return self._read_in_pages("select_default_graph")

    def _read_in_pages(
        self, question: str, graph: str | None = None, statements: int | None = None
    ) -> list[ox.Triple]:
        bindings: dict[str, Term] = {"graph": ox.NamedNode(graph)} if graph else {}
        columns, rows = self.store.solutions(_text(question), bindings)
        places = [columns.index(name) for name in ("subject", "predicate", "object")]
        found = [ox.Triple(*(row[place] for place in places)) for row in rows]
        if statements is not None and len(set(found)) < statements:
            raise InputError(
                f"{self.name}: it gives {len(set(found)):,} of the {statements:,} statements of "
                f"{graph}: raise its limit of rows"
            )
        return found

    def _send(
        self,
        method: str,
        graph: str | None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        url = self._graph_url(graph)
        self.connection.send(Request(url, body, headers or {}, method=method))  # noqa: S310

    def _graph_url(self, graph: str | None) -> str:
        if not self.graph_store:
            raise InputError(
                f"{self.name}: where its graphs are put is not known: give --graph-store URL"
            )
        joint = "&" if urlsplit(self.graph_store).query else "?"
        which = urlencode({"graph": graph}, quote_via=quote, safe="") if graph else "default"
        return f"{self.graph_store}{joint}{which}"


def _text(question: str) -> str:
    return load_query(folder("queries") / "endpoint" / f"{question}.rq").text
