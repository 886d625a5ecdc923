"""The one interface that queries run against, whichever engine answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.namespaces import XSD
from gcm_ld.words import html_table

__all__ = ["GraphStore", "Rows", "Value", "to_value"]

#: A cell of a result: IRIs and strings as ``str``, numbers as numbers, unbound as ``None``.
Value = str | int | float | bool | Decimal | None
Term = ox.NamedNode | ox.Literal

_INTEGER = {XSD + t for t in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")}
_FLOAT = {XSD + "double", XSD + "float"}


class Rows(NamedTuple):
    """A table that a SELECT query answers with."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]

    def dicts(self) -> Iterator[dict[str, Value]]:
        """Iterate the rows as dictionaries by column name."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return html_table(self.columns, self.rows)


class GraphStore(ABC):
    """A graph that answers SPARQL 1.1 queries."""

    @abstractmethod
    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Answer a SELECT query.

        :param query: SPARQL 1.1.
        :param bindings: values for variables of the query, which are bound and never spliced in.
        :raises QueryError: if the query is not SPARQL, or the store can't answer it.
        """

    @abstractmethod
    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Answer an ASK query; see :meth:`select`."""

    @abstractmethod
    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """Answer a CONSTRUCT or DESCRIBE query; see :meth:`select`."""

    @abstractmethod
    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples to the graph."""


def to_value(term: object) -> Value:
    """Turn an RDF term into the plain value that reports print.

    >>> to_value(ox.Literal("3", datatype=ox.NamedNode(XSD + "integer")))
    3
    """
    if not isinstance(term, ox.Literal):
        return None if term is None else str(getattr(term, "value", term))
    datatype = term.datatype.value
    try:
        if datatype in _INTEGER:
            return int(term.value)
        if datatype == XSD + "decimal":
            return Decimal(term.value)
        if datatype in _FLOAT:
            return float(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if datatype == XSD + "boolean":
        return term.value in ("true", "1")
    return term.value
