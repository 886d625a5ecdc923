"""The embedded store: Oxigraph in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.errors import QueryError
from gcm_ld.files import read_bytes
from gcm_ld.store.base import GraphStore, Rows, Term, to_value

__all__ = ["NOT_CODE", "EmbeddedStore", "calls_service"]

#: What in a query is no code: texts, IRIs and remarks.
NOT_CODE = (
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"'''
    r"""|'(?:\\.|[^'\\\n])*'|<[^<>"{}|^`\\\s]*>|\#[^\n]*"""
)
_ESCAPE = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
_SERVICE = r"(?<![?$:\w.-])SERVICE\b(?!:)"


class EmbeddedStore(GraphStore):
    """An Oxigraph store in memory, everything in its default graph.

    >>> store = EmbeddedStore()
    >>> store.load_text(b'<http://example.org/a> <http://example.org/b> "c" .')
    >>> store.select("SELECT ?o WHERE { ?s ?p ?o }").rows
    [('c',)]
    """

    def __init__(self) -> None:
        self._store = ox.Store()

    def load_file(self, path: Path) -> None:
        """Load a Turtle file.

        :raises FileError: if it is missing, unreadable, not UTF-8 or not Turtle.
        """
        self.load_text(read_bytes(path), name=path)

    def load_text(self, text: bytes, *, name: object = "<text>") -> None:
        """Load a Turtle document held in memory; see :meth:`load_file`."""
        try:
            self._store.load(input=text.removeprefix(b"\xef\xbb\xbf"), format=ox.RdfFormat.TURTLE)
        except SyntaxError:
            from gcm_ld.turtle import parse_turtle  # says it better

            parse_turtle(text, name=name)
            raise

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples; see :class:`GraphStore`."""
        self._store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def has(
        self, subject: str | None = None, predicate: str | None = None, value: str | None = None
    ) -> bool:
        """Tell whether there is a statement with these IRIs; what is left out may be anything."""
        pattern = (iri if iri is None else ox.NamedNode(iri) for iri in (subject, predicate, value))
        return any(True for _ in self._store.quads_for_pattern(*pattern))

    def remove_subjects(self, predicate: str, value: str) -> None:
        """Remove all that is said of the subjects that have a value.

        :param predicate: IRI of the property that has it.
        :param value: the value, an IRI.
        """
        pattern = ox.NamedNode(predicate), ox.NamedNode(value)
        found = [q.subject for q in self._store.quads_for_pattern(None, *pattern)]
        for subject in found:
            for quad in list(self._store.quads_for_pattern(subject, None, None)):
                self._store.remove(quad)

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT query; see :class:`GraphStore`."""
        with self._answer(query, bindings) as result:
            if not isinstance(result, ox.QuerySolutions):
                raise QueryError("this is not a SELECT query")
            columns = tuple(v.value for v in result.variables)
            return Rows(columns, [tuple(to_value(t) for t in row) for row in result])

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Answer an ASK query; see :class:`GraphStore`."""
        with self._answer(query, bindings) as result:
            if not isinstance(result, ox.QueryBoolean):
                raise QueryError("this is not an ASK query")
            return bool(result)

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """Answer a CONSTRUCT query; see :class:`GraphStore`."""
        with self._answer(query, bindings) as result:
            if not isinstance(result, ox.QueryTriples):
                raise QueryError("this is not a CONSTRUCT or DESCRIBE query")
            return list(result)

    def __len__(self) -> int:
        return len(self._store)

    def triples(self) -> list[ox.Triple]:
        """Return everything in the store."""
        return [ox.Triple(q.subject, q.predicate, q.object) for q in self._store]

    def dump(self) -> bytes:
        """Write everything in the store as N-Triples, without a detour over Python's triples."""
        text = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        return text or b""

    @contextmanager
    def _answer(self, query: str, bindings: Mapping[str, Term] | None) -> Iterator[Any]:
        """Run a query; faults met while its answer is read are reported alike."""
        if calls_service(query):
            raise QueryError(
                "SERVICE is refused, because it would call another endpoint: ask the data at hand"
            )
        substitutions: dict[ox.Variable, Any] = {
            ox.Variable(k): v for k, v in (bindings or {}).items()
        }
        try:
            yield self._store.query(query, substitutions=substitutions or None)
        except SyntaxError as error:
            message = " ".join(str(error.msg).split())
            raise QueryError(f"this is not SPARQL: {message[:200]}") from None
        except (RuntimeError, ValueError, OSError) as error:
            raise QueryError(f"the query can't be answered: {error}") from None


def calls_service(query: str) -> bool:
    """Tell whether a query would call another endpoint (SPARQL 1.1 Federated Query).

    >>> calls_service("SELECT * { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }")
    True
    >>> calls_service('SELECT ?service { ?service a <http://example.org/SERVICE> } # SERVICE')
    False
    """
    if "\\" in query:  # SPARQL reads \\uXXXX anywhere, before anything else
        query = re.sub(_ESCAPE, lambda m: chr(int(m[1] or m[2], 16) % 0x110000), query)
    return "service" in query.lower() and bool(
        re.search(_SERVICE, re.sub(NOT_CODE, " ", query, flags=re.DOTALL), re.IGNORECASE)
    )
