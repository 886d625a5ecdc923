"""A remote store: any engine that speaks the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from gcm_ld.errors import QueryError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import XSD
from gcm_ld.resources import folder
from gcm_ld.store.base import GraphStore, Rows, Term, to_value
from gcm_ld.store.outline import (
    Outline,
    bind_values,
    insert_statements,
    read_outline,
    select_rows,
    turn_page,
)
from gcm_ld.store.web import Answer, Connection, EndpointError, check_url, show

__all__ = ["RemoteStore"]

_RESULTS = "application/sparql-results+json, application/json;q=0.5"
_GRAPH = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
#: Longer addresses are cut or refused on the way by some servers and proxies.
_LONGEST_URL = 2_000
#: Statements sent at once.
_BATCH = 10_000
#: An engine that gives no more than so many rows usually stops at a multiple of this.
_ROUND = 1_000
#: How an engine says that it left rows out (Virtuoso).
_CAPPED = "X-SPARQL-MaxRows"
#: What Virtuoso calls too many rows to sort, or to pass over.
_TOO_MANY = ("SR352", "SR353")
#: After these, nothing can be added to a query.
_LAST = {"LIMIT", "OFFSET", "VALUES"}


class RemoteStore(GraphStore):
    """The graph that a SPARQL endpoint asks by default.

    Short questions are sent with GET, so that caches on the way can answer them; long ones with
    POST. Both may safely be sent again, and are, if the engine is busy or the connection breaks.

    Some engines give no more than so many rows. The rest is then read in pages, if the question
    says in which order its rows come; an answer is never cut in silence.

    :param url: the endpoint.
    :param connection: who asks, and how patiently.
    :param update_url: where updates go, if not to the endpoint itself.
    """

    def __init__(
        self,
        url: str,
        *,
        connection: Connection | None = None,
        update_url: str | None = None,
    ) -> None:
        self.url = check_url(url, "--endpoint")
        self.connection = connection or Connection()
        self.update_url = check_url(update_url, "--update") if update_url else url
        self.server = ""  # as it names itself in its answers

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT query; see :class:`GraphStore`."""
        columns, terms = self.solutions(query, bindings)
        return Rows(columns, [tuple(to_value(t) for t in row) for row in terms])

    def solutions(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Answer a SELECT query with RDF terms; see :meth:`select`."""
        outline = self._outline(query, "SELECT")
        text = bind_values(query, bindings)
        try:
            columns, rows, capped = self._ask(text, "SELECT")
        except EndpointError as error:
            if any(code in error.said for code in _TOO_MANY):
                raise self._error(
                    "it can't sort as many rows as LIMIT and OFFSET name: leave them out, so that "
                    "the answer is read in pages"
                ) from None
            raise
        size = len(rows)
        if not rows or not (capped or size % _ROUND == 0):
            return columns, rows
        if not self._is_more(outline, text, columns, size):
            return columns, rows
        if "ORDER" not in outline.tail:
            raise self._error(
                f"it gives at most {size:,} rows, and there are more: add ORDER BY to the query, "
                "so that the rest can be read in pages, or LIMIT"
            )
        wrap = bool(outline.tail & _LAST)
        page = rows
        while len(page) == size:
            page, wrap = self._turn(text, columns, size, len(rows), wrap=wrap)
            rows = rows + page
        return columns, rows

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Answer an ASK query; see :class:`GraphStore`."""
        self._outline(query, "ASK")
        _, rows, _ = self._ask(bind_values(query, bindings), "ASK")
        return bool(rows and to_value(rows[0][0]))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """Answer a CONSTRUCT or DESCRIBE query; see :class:`GraphStore`."""
        form = self._outline(query, "CONSTRUCT", "DESCRIBE").form
        text = bind_values(query, bindings)
        answer = self._send(text, form, _GRAPH)
        found = read_graph(answer, show(self.url))
        # Virtuoso leaves triples out without saying so, but says so of rows.
        if form == "CONSTRUCT" and "Virtuoso" in self.server and len(found) >= _ROUND:
            _, rows, capped = self._ask(select_rows(text), "SELECT")
            if capped:
                raise self._error(
                    f"it builds a graph from at most {len(rows):,} rows, and there are more: "
                    "narrow the question, or raise its ResultSetMaxRows"
                )
        return found

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples to the default graph; see :class:`GraphStore`.

        :raises EndpointError: if the engine has no default graph to write to, among others: put
            named graphs instead (:mod:`gcm_ld.endpoint`).
        """
        update = read_bytes(folder("queries") / "endpoint" / "insert.ru").decode()
        lines = sorted({f"{t} ." for t in triples})
        for at in range(0, len(lines), _BATCH):
            batch = "\n".join(lines[at : at + _BATCH]) + "\n"
            self._send(insert_statements(update, batch), "INSERT", "*/*")

    # -- asking --------------------------------------------------------------------------------

    def _outline(self, query: str, *forms: str) -> Outline:
        outline = read_outline(query)
        if outline.form not in forms:
            raise QueryError(f"this is not a query of the form {' or '.join(forms)}")
        return outline

    def _error(self, problem: str) -> EndpointError:
        return EndpointError(show(self.url), problem)

    def _send(self, text: str, form: str, accept: str) -> Answer:
        from SPARQLWrapper import GET, POST, SPARQLWrapper

        wrapper = SPARQLWrapper(self.url, updateEndpoint=self.update_url)
        wrapper.setOnlyConneg(True)
        # Set rather than guessed from the text, which warns of what it does not know.
        wrapper.queryString, wrapper.queryType = text, form
        short = len(wrapper._getRequestEncodedParameters(("query", text))) + len(self.url)
        once = form != "INSERT" and short < _LONGEST_URL and "?" not in self.url
        wrapper.setMethod(GET if once else POST)
        wrapper.addCustomHttpHeader("Accept", accept)
        answer = self.connection.send(wrapper._createRequest())
        self.server = answer.headers.get("Server") or self.server
        return answer

    def _ask(self, text: str, form: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
        """Return columns, rows of terms, and whether the engine says that it left some out."""
        answer = self._send(text, form, _RESULTS)
        try:
            found = json.loads(answer.body)
            if "boolean" in found:
                truth = "true" if found["boolean"] else "false"
                term = ox.Literal(truth, datatype=ox.NamedNode(XSD + "boolean"))
                return ("answer",), [(term,)], False
            columns = tuple(str(c) for c in found["head"]["vars"])
            rows = [
                tuple(_term(row[c]) if c in row else None for c in columns)
                for row in found["results"]["bindings"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise EndpointError(
                show(self.url), explain_content(answer, "SPARQL result", _RESULTS)
            ) from None
        if answer.headers.get("X-SQL-State", "").startswith("S1TAT"):
            raise self._error(
                "it ran out of time and gives a part of the answer: ask for less, or raise its "
                "MaxQueryExecutionTime"
            )
        return columns, rows, bool(answer.headers.get(_CAPPED))

    # -- pages ---------------------------------------------------------------------------------

    def _is_more(self, outline: Outline, text: str, columns: tuple[str, ...], after: int) -> bool:
        """Tell whether rows follow after those that the engine gave."""
        if "FROM" in outline.tail and outline.tail & _LAST:
            raise self._error(
                f"it gave {after:,} rows, and whether more follow can't be asked of a query with "
                "FROM and LIMIT: leave one of them out"
            )
        wrap = "FROM" not in outline.tail
        return bool(self._ask(turn_page(text, columns, 1, after, wrap=wrap), "SELECT")[1])

    def _turn(
        self, text: str, columns: tuple[str, ...], size: int, offset: int, *, wrap: bool
    ) -> tuple[list[tuple[Any, ...]], bool]:
        """Return the next page, and whether it had to be asked as a subquery."""
        if not wrap:
            try:
                return self._ask(turn_page(text, columns, size, offset, wrap=False), "SELECT")[
                    1
                ], False
            except EndpointError as error:
                if not any(code in error.said for code in _TOO_MANY):
                    raise
        return self._ask(turn_page(text, columns, size, offset, wrap=True), "SELECT")[1], True


def read_graph(answer: Answer, url: str) -> list[ox.Triple]:
    """Read the triples of an answer.

    :raises EndpointError: if it is no RDF.
    """
    form = ox.RdfFormat.from_media_type(answer.media_type)
    try:
        if form is None:
            raise ValueError
        return [quad.triple for quad in ox.parse(answer.body, format=form)]
    except (SyntaxError, ValueError):
        raise EndpointError(url, explain_content(answer, "graph", _GRAPH)) from None


def explain_content(answer: Answer, wanted: str, accepted: str) -> str:
    """Say why an answer can't be read."""
    if answer.media_type and answer.media_type in accepted:
        # Oxigraph says at the end of the half what went wrong.
        last = re.search(rb"[A-Z][A-Za-z ,']{9,150}\Z", answer.body)
        said = f" ({last[0].decode()})" if last else ""
        return f"its answer breaks off, its query failed midway: ask for less{said}"
    what = answer.media_type or "something unnamed"
    return f"its answer is no {wanted} but {what}: is this a SPARQL endpoint?"


def _term(cell: Mapping[str, str]) -> Any:
    """Turn a cell of a result into a term (SPARQL 1.1 Query Results JSON Format, section 3.2.2).

    Virtuoso's ``typed-literal`` is the name that an older draft gives to typed literals.
    """
    kind, text = cell["type"], cell["value"]
    if kind == "uri":
        return ox.NamedNode(text)
    if kind == "bnode":
        return ox.BlankNode("b" + re.sub(r"\W", "", text))
    if kind not in ("literal", "typed-literal"):
        raise ValueError(kind)
    if language := cell.get("xml:lang"):
        return ox.Literal(text, language=language)
    datatype = cell.get("datatype")
    return ox.Literal(text, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(text)
