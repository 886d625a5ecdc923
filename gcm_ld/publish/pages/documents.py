"""Turtle files of the project as something to read, and in every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.namespaces import PREFIXES, RDF
from gcm_ld.publish.dumps import serialize
from gcm_ld.turtle import read_turtle

__all__ = ["Graph", "Node", "read_graph", "write_formats"]

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_FIRST, _REST = RDF + "first", RDF + "rest"


class Graph:
    """Statements by subject and predicate, in the order of the document.

    :param triples: the statements.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.about: dict[str, dict[str, list[Node]]] = {}
        self.users: dict[str, list[tuple[str, str]]] = {}
        for triple in triples:
            subject = _key(triple.subject)
            values = self.about.setdefault(subject, {}).setdefault(triple.predicate.value, [])
            values.append(triple.object)
            if isinstance(triple.object, ox.NamedNode):
                user = (subject, triple.predicate.value)
                self.users.setdefault(triple.object.value, []).append(user)

    def values(self, subject: str, predicate: str) -> list[Node]:
        """Return the values of a property; a list is taken apart, and a union of classes too."""
        found: list[Node] = []
        for value in self.about.get(subject, {}).get(predicate, ()):
            found += self._open(value)
        return found

    def _open(self, value: Node) -> list[Node]:
        if not isinstance(value, ox.BlankNode):
            return [value]
        about = self.about.get(_key(value), {})
        if _FIRST in about:
            rest = about[_REST][0]
            return about[_FIRST] + (self._open(rest) if isinstance(rest, ox.BlankNode) else [])
        union = about.get(PREFIXES["owl"] + "unionOf")
        return self._open(union[0]) if union else [value]

    def text(self, subject: str, predicate: str) -> str:
        """Return the first text of a property; empty if it has none."""
        values = self.about.get(subject, {}).get(predicate)
        return str(getattr(values[0], "value", "")) if values else ""

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs among the values of a property."""
        return [v.value for v in self.values(subject, predicate) if isinstance(v, ox.NamedNode)]


def _key(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def read_graph(paths: Sequence[Path]) -> list[ox.Triple]:
    """Read Turtle files; blank nodes are named in the order in which they stand.

    :raises FileError: if one can't be read.
    """
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def name(node: Any) -> Any:
        if not isinstance(node, ox.BlankNode):
            return node
        return names.setdefault(node, ox.BlankNode(f"b{len(names)}"))

    return [
        ox.Triple(name(t.subject), t.predicate, name(t.object))
        for path in paths
        for t in read_turtle(path)
    ]


def write_formats(
    stem: str, triples: Sequence[ox.Triple], formats: Iterable[str]
) -> Mapping[str, bytes]:
    """Write statements in several formats.

    :param stem: the file without its ending.
    """
    unique = list(dict.fromkeys(triples))
    return {f"{stem}.{ending}": serialize(unique, ending) for ending in formats}
