"""The documentation of the shapes: every rule that data have to keep, with its message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.namespaces import GCMSH, RDF, SH
from gcm_ld.publish.pages.documents import Graph, Node, read_graph, write_formats
from gcm_ld.publish.pages.lookup import Lookup, Ref, words
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.paths import FORMATS
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import natural_key

__all__ = ["ShapePages"]

#: Properties of a shape that have a place of their own.
_PLACED = {RDF + "type"} | {
    SH + n for n in ("name", "description", "message", "severity", "property", "select")
}
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


class Constraint(NamedTuple):
    """A parameter of a shape with its values."""

    name: Ref
    values: Sequence[Ref]


class Shape(NamedTuple):
    """A shape, and those of its properties that stand under no other."""

    id: str
    name: str
    description: str
    message: str
    severity: str
    constraints: Sequence[Constraint]
    select: str
    members: Sequence[Shape]
    elsewhere: Sequence[Ref]


class File(NamedTuple):
    """The shapes of one file."""

    id: str
    title: str
    shapes: Sequence[Shape]
    parts: Sequence[Shape]


class ShapePages:
    """The page of the shapes, and all of them in every format.

    :param lookup: names and links.
    :param renderer: the templates.
    :param formats: endings of the formats.
    """

    def __init__(self, lookup: Lookup, renderer: Renderer, formats: Sequence[str]) -> None:
        self.lookup = lookup
        self.renderer = renderer
        self.formats = tuple(formats)

    def files(self) -> dict[str, bytes]:
        """Return the page and the formats, by file."""
        root = folder("shapes")
        paths = turtle_files(root)
        triples = read_graph(paths)
        self._graph = Graph(triples)
        self._done: set[str] = set()
        files = [
            self._file(path, path.relative_to(root).with_suffix("").as_posix()) for path in paths
        ]
        page = self.renderer.page(
            "shapes",
            "shapes.html",
            files=[f for f in files if f.shapes or f.parts],
            count=len(self._done),
            formats=[(e, FORMATS[e]) for e in self.formats],
        )
        return {"shapes.html": page, **write_formats("shapes", triples, self.formats)}

    def _file(self, path: Path, name: str) -> File:
        here = [
            iri
            for iri in dict.fromkeys(
                t.subject.value for t in read_graph([path]) if isinstance(t.subject, ox.NamedNode)
            )
            if iri.startswith(GCMSH)
        ]
        here.sort(key=natural_key)
        targeted = [i for i in here if any(SH + t in self._graph.about[i] for t in _TARGETS)]
        shapes = [self._shape(iri) for iri in targeted if iri not in self._done]
        parts = [self._shape(iri) for iri in here if iri not in self._done]
        return File("file-" + name.replace("/", "-"), words(name.replace("/", "-")), shapes, parts)

    def _shape(self, iri: str) -> Shape:
        graph = self._graph
        self._done.add(iri)
        members: list[Shape] = []
        elsewhere: list[Ref] = []
        inner = graph.iris(iri, SH + "property") + graph.iris(iri, SH + "sparql")
        for member in sorted(set(inner), key=natural_key):
            if member in self._done:
                elsewhere.append(self.lookup.term(member))
            elif member in graph.about:
                members.append(self._shape(member))
        constraints = [
            Constraint(
                self.lookup.term(predicate), [self._ref(v) for v in graph.values(iri, predicate)]
            )
            for predicate in graph.about[iri]
            if predicate not in _PLACED and predicate != SH + "sparql"
        ]
        return Shape(
            id=iri.removeprefix(GCMSH),
            name=graph.text(iri, SH + "name"),
            description=graph.text(iri, SH + "description"),
            message=graph.text(iri, SH + "message"),
            severity=graph.text(iri, SH + "severity").rpartition("#")[2],
            constraints=constraints,
            select=graph.text(iri, SH + "select"),
            members=members,
            elsewhere=elsewhere,
        )

    def _ref(self, value: Node) -> Ref:
        if isinstance(value, ox.NamedNode):
            ref = self.lookup.term(value.value)
            return ref._replace(label=ref.code or ref.label)
        if isinstance(value, ox.Literal):
            return Ref(value.value, "", "")
        about = self._graph.about.get(str(value), {})
        text = "; ".join(
            f"{self.lookup.term(p).code} "
            + ", ".join(self._ref(v).label for v in self._graph.values(str(value), p))
            for p in about
        )
        return Ref(f"[ {text} ]", "", "")
