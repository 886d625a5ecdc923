"""The documentation of the ontology: every term with its place, its use and its shapes.

It depends on the ontology and the shapes alone, so that a change of data leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.namespaces import DCTERMS, GCMO, GCMSH, ONTOLOGY, PREFIXES, RDF, RDFS, SH, SKOS
from gcm_ld.publish.pages.documents import Graph, read_graph, write_formats
from gcm_ld.publish.pages.lookup import Lookup, Ref
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.paths import FORMATS
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import natural_key

__all__ = ["VocabularyPages"]

_OWL = PREFIXES["owl"]
_VANN = PREFIXES["vann"]
#: kind of term → the class that tells it, in the order of the page.
_KINDS = {
    "Classes": _OWL + "Class",
    "Links": _OWL + "ObjectProperty",
    "Values": _OWL + "DatatypeProperty",
    "Annotations": _OWL + "AnnotationProperty",
    "Individuals": _OWL + "NamedIndividual",
}
_SUBCLASS, _SUBPROPERTY = RDFS + "subClassOf", RDFS + "subPropertyOf"
_DOMAIN, _RANGE = RDFS + "domain", RDFS + "range"
_TYPE = RDF + "type"
#: Properties that have a place of their own in an entry.
_PLACED = {
    _TYPE, _SUBCLASS, _SUBPROPERTY, _DOMAIN, _RANGE, RDFS + "label", RDFS + "isDefinedBy",
    SKOS + "definition", SKOS + "scopeNote", SKOS + "example", DCTERMS + "source",
}  # fmt: skip


class Line(NamedTuple):
    """One line of an entry: what it says, and the terms or texts that it says it of."""

    name: str
    refs: Sequence[Ref]


class Entry(NamedTuple):
    """A term."""

    id: str
    curie: str
    iri: str
    label: str
    definition: Sequence[str]
    notes: Sequence[str]
    examples: Sequence[str]
    lines: Sequence[Line]


class Section(NamedTuple):
    """Terms of one kind."""

    id: str
    title: str
    entries: Sequence[Entry]


class VocabularyPages:
    """The page of the ontology, and the ontology in every format.

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
        triples = read_graph(turtle_files(folder("ontology")))
        graph = Graph(triples)
        self._graph = graph
        self._shapes = _shapes_by_class(Graph(read_graph(turtle_files(folder("shapes")))))
        page = self.renderer.page(
            "ontology",
            "ontology.html",
            iri=ONTOLOGY,
            title=graph.text(ONTOLOGY, DCTERMS + "title"),
            description=graph.text(ONTOLOGY, DCTERMS + "description"),
            abstract=graph.text(ONTOLOGY, DCTERMS + "abstract"),
            version=graph.text(ONTOLOGY, _OWL + "versionInfo"),
            version_iri=graph.text(ONTOLOGY, _OWL + "versionIRI"),
            modified=graph.text(ONTOLOGY, DCTERMS + "modified"),
            created=graph.text(ONTOLOGY, DCTERMS + "created"),
            citation=graph.text(ONTOLOGY, DCTERMS + "bibliographicCitation"),
            licence=graph.text(ONTOLOGY, DCTERMS + "license"),
            prefix=graph.text(ONTOLOGY, _VANN + "preferredNamespacePrefix"),
            namespace=graph.text(ONTOLOGY, _VANN + "preferredNamespaceUri"),
            see_also=[self.lookup.term(i) for i in graph.iris(ONTOLOGY, RDFS + "seeAlso")],
            sections=self._sections(),
            borrowed=self._borrowed(),
            formats=[(e, FORMATS[e]) for e in self.formats],
        )
        return {"ontology.html": page, **write_formats("ontology", triples, self.formats)}

    def _sections(self) -> list[Section]:
        found = []
        done: set[str] = set()
        for title, kind in _KINDS.items():
            iris = [
                iri
                for iri, about in self._graph.about.items()
                if iri.startswith(GCMO)
                and iri not in done
                and ox.NamedNode(kind) in about.get(_TYPE, ())
            ]
            done.update(iris)
            entries = [self._entry(iri) for iri in sorted(iris, key=natural_key)]
            if entries:
                found.append(Section(title.lower(), title, entries))
        return found

    def _entry(self, iri: str) -> Entry:
        graph = self._graph
        lines = [
            self._line("is a", [t for t in graph.iris(iri, _TYPE) if not t.startswith(_OWL)]),
            self._line("under", graph.iris(iri, _SUBCLASS) + graph.iris(iri, _SUBPROPERTY)),
            self._line("over", self._users(iri, _SUBCLASS, _SUBPROPERTY)),
            self._line("from", graph.iris(iri, _DOMAIN)),
            self._line("to", graph.iris(iri, _RANGE)),
            self._line("has", self._with(iri, _DOMAIN)),
            self._line("reached by", self._with(iri, _RANGE)),
            self._line("individuals", self._users(iri, _TYPE)),
            self._line("shapes", self._shapes.get(iri, ())),
            self._line("source", graph.iris(iri, DCTERMS + "source")),
        ]
        for predicate in graph.about[iri]:
            if predicate not in _PLACED:
                name = self.lookup.term(predicate).label
                values = graph.values(iri, predicate)
                lines.append(
                    Line(
                        name,
                        [
                            self.lookup.term(v.value)
                            if isinstance(v, ox.NamedNode)
                            else Ref(v.value, "", "")
                            for v in values
                            if isinstance(v, ox.NamedNode | ox.Literal)
                        ],
                    )
                )
        return Entry(
            id=iri.removeprefix(GCMO),
            curie=f"gcmo:{iri.removeprefix(GCMO)}",
            iri=iri,
            label=graph.text(iri, RDFS + "label"),
            definition=self._texts(iri, SKOS + "definition"),
            notes=self._texts(iri, SKOS + "scopeNote"),
            examples=self._texts(iri, SKOS + "example"),
            lines=[line for line in lines if line.refs],
        )

    def _texts(self, iri: str, predicate: str) -> list[str]:
        values = self._graph.about.get(iri, {}).get(predicate, ())
        return [v.value for v in values if isinstance(v, ox.Literal)]

    def _line(self, name: str, iris: Sequence[str]) -> Line:
        unique = sorted(set(iris), key=natural_key)
        return Line(name, [self.lookup.term(iri) for iri in unique])

    def _users(self, iri: str, *predicates: str) -> list[str]:
        users = self._graph.users.get(iri, ())
        return [s for s, p in users if p in predicates and not s.startswith("_:")]

    def _with(self, iri: str, predicate: str) -> list[str]:
        """Return the properties whose domain or range a class is, alone or with others."""
        return [
            s
            for s in self._graph.about
            if s.startswith(GCMO) and iri in self._graph.iris(s, predicate)
        ]

    def _borrowed(self) -> list[tuple[Ref, Ref]]:
        """Return the terms of other vocabularies that the ontology names, each with its kind."""
        found = []
        for iri, about in sorted(self._graph.about.items()):
            if iri.startswith((GCMO, "_:")) or iri == ONTOLOGY:
                continue
            types = [v.value for v in about.get(_TYPE, ()) if isinstance(v, ox.NamedNode)]
            if types:
                found.append((self.lookup.term(iri), self.lookup.term(types[0])))
        return found


def _shapes_by_class(graph: Graph) -> dict[str, list[str]]:
    """Return class or property → the shapes about it that have a name."""
    found: dict[str, list[str]] = {}
    for predicate in (SH + "targetClass", SH + "path"):
        for iri in graph.about:
            if iri.startswith(GCMSH):
                for value in graph.iris(iri, predicate):
                    found.setdefault(value, []).append(iri)
    return found
