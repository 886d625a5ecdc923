"""Values as canonical Turtle, without a graph between: thousands are written in a moment.

What comes out is byte by byte what :func:`gcm_ld.turtle.write_turtle` makes of their graph. Terms
are written by it, each once; most of them repeat from value to value.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from gcm_ld.build import build_graph
from gcm_ld.model import Observation, Record, ValueSet, properties
from gcm_ld.namespaces import PREFIXES
from gcm_ld.turtle import natural_key, split_turtle, write_turtle

__all__ = ["write_records"]


def write_records(records: Sequence[Record], *, name: object = "the graph") -> str:
    """Write records as canonical Turtle.

    :param records: records of any class, each IRI once.
    :param name: the file's name, for messages.
    """
    if not all(isinstance(record, Observation | ValueSet) for record in records):
        return write_turtle(build_graph(records), name=name)
    writer = _Writer(name)
    blocks = [(natural_key(record.iri), writer.block(record)) for record in records]
    blocks.sort()
    head = "\n".join(f"@prefix {p}: <{PREFIXES[p]}> ." for p in sorted(writer.prefixes))
    return "\n\n".join([head, *(text for _, text in blocks)]) + "\n"


class _Writer:
    """Writes records as blocks, and gathers the prefixes that these use."""

    def __init__(self, name: object) -> None:
        self.name = name
        self.prefixes: set[str] = set()
        #: Field and value → the line that says so, as far as its end.
        self._lines: dict[tuple[str, str], tuple[int, str]] = {}
        self._orders: dict[type[Record], dict[str, int]] = {}

    def block(self, record: Record) -> str:
        cls = type(record)
        order = self._orders.get(cls)
        if order is None:
            order = self._orders[cls] = _order(cls)
        known, lines = self._lines, []
        for field, place in order.items():
            value = getattr(record, field)
            if value is not None:
                line = known.get((field, value))
                if line is None:
                    line = known[field, value] = place, self._line(record, field)
                lines.append(line)
        raise NotImplementedError
