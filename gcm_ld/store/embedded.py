"""The embedded store: Oxigraph in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.errors import QueryError
from gcm_ld.store.base import GraphStore, Rows, Term, to_value
from gcm_ld.turtle import parse_turtle, read_bytes

__all__ = ["EmbeddedStore"]


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
            parse_turtle(text, name=name)  # says it better
            raise

    def add(self, triples: Iterable[ox.Triple]) -> None:
        self._store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        result = self._query(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise QueryError("this is not a SELECT query")
        columns = tuple(v.value for v in result.variables)
        return Rows(columns, [tuple(to_value(t) for t in row) for row in result])

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        result = self._query(query, bindings)
        if not isinstance(result, ox.QueryBoolean):
            raise QueryError("this is not an ASK query")
        return bool(result)

    def construct(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> list[ox.Triple]:
        result = self._query(query, bindings)
        if not isinstance(result, ox.QueryTriples):
            raise QueryError("this is not a CONSTRUCT or DESCRIBE query")
        return list(result)

    def __len__(self) -> int:
        return len(self._store)

    def triples(self) -> list[ox.Triple]:
        """Return everything in the store."""
        return [ox.Triple(q.subject, q.predicate, q.object) for q in self._store]

    def _query(self, query: str, bindings: Mapping[str, Term] | None) -> Any:
        substitutions = {ox.Variable(k): v for k, v in (bindings or {}).items()}
        try:
            return self._store.query(query, substitutions=substitutions or None)
        except SyntaxError as error:
            message = " ".join(str(error.msg).split())
            raise QueryError(f"this is not SPARQL: {message[:200]}") from None
        except (RuntimeError, ValueError, OSError) as error:
            raise QueryError(f"the query can't be answered: {error}") from None
