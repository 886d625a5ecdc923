"""What is published: the datasets, each in a graph of its own, with what the rules derive.

A part is one dataset: one file of the data. Its statements stand in the graph named by the
part's IRI, and what the rules derive from them in ``{part}/derived``, so that the two never mix.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import DCTERMS, GCMO, GCMSH, ID, ONTOLOGY, PREFIXES, RDF, RDFS, SKOS, quote
from gcm_ld.publish.paths import Paths
from gcm_ld.publish.settings import Settings
from gcm_ld.queries import list_rules
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import natural_key, parse_turtle

__all__ = ["DOCUMENTS", "NAMES", "Mention", "Part", "Site", "Statement"]

_TYPE = ox.NamedNode(RDF + "type")
#: Properties that name a resource, the best first.
NAMES = tuple(
    ox.NamedNode(iri)
    for iri in (
        SKOS + "prefLabel",
        DCTERMS + "title",
        RDFS + "label",
        "http://xmlns.com/foaf/0.1/name",
    )
)
_SAME_AS = ox.NamedNode(PREFIXES["owl"] + "sameAs")
_REPLACED_BY = ox.NamedNode(DCTERMS + "isReplacedBy")
_NOTATION = ox.NamedNode(SKOS + "notation")
_DERIVED = "/derived"
#: What is described in a document of its own.
DOCUMENTS = {ONTOLOGY: "ontology.html", GCMSH.rstrip("#"): "shapes.html"}


class Statement(NamedTuple):
    """What is said of a resource, where, and whether a rule derived it."""

    predicate: ox.NamedNode
    object: Any  # a node of pyoxigraph: NamedNode or Literal
    part: str
    derived: bool


class Mention(NamedTuple):
    """A statement that has a resource as its object."""

    subject: Any  # a node of pyoxigraph: NamedNode
    predicate: ox.NamedNode
    part: str
    derived: bool


@dataclass(frozen=True)
class Part:
    """A dataset: one file.

    :param name: its path below the data, without ending: ``alb/gcm--alb-nsm-2019``.
    :param iri: its IRI, and its graph's: ``…/id/dataset/alb/gcm--alb-nsm-2019``.
    :param path: the file.
    :param own: whether it is published as a dataset, or only lends pages to those that are.
    :param digest: SHA-256 of the file.
    """

    name: str
    iri: str
    path: Path
    own: bool
    digest: str

    @property
    def group(self) -> str:
        """The folder that it stands in, such as ``alb``; empty at the top."""
        return self.name.rpartition("/")[0]

    @property
    def graph(self) -> ox.NamedNode:
        """The graph of its statements."""
        return ox.NamedNode(self.iri)

    @property
    def derived_graph(self) -> ox.NamedNode:
        """The graph of what the rules derive from them."""
        return ox.NamedNode(self.iri + _DERIVED)


class Site:
    """Everything that is published, ready to be looked up by resource.

    :param dataset: the shipped data, or one's own.
    :param settings: who publishes it, and where.
    :param progress: told what is going on.
    """

    def __init__(
        self, dataset: Dataset, settings: Settings, progress: Callable[[str], None] = lambda _: None
    ) -> None:
        self.dataset = dataset
        self.settings = settings
        self.base = settings.base_iri
        self.paths = Paths(self.base)
        self.progress = progress
        self._labels: dict[str, str] = {}

    def counter(self, what: str) -> Callable[[int, int], None]:
        """Return what tells the progress of some work by numbers."""
        return lambda n, total: self.progress(f"{what}: {n:,} of {total:,}")

    # -- parts ---------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The datasets to publish, and then those that they lean on, each by name."""
        own = self.dataset.files
        root = Path(os.path.commonpath([str(p.parent.resolve()) for p in own]))
        if not self.dataset.own:
            root = folder("data").resolve()
        parts = [self._part(p, p.resolve().relative_to(root), own=True) for p in own]
        taken = {part.name for part in parts}
        if "all" in taken:
            raise InputError("all.ttl: the dumps of everything have that name: rename the file")
        shipped = folder("data").resolve()
        for path in self.dataset.context_files:
            real = path.resolve()
            if real.is_relative_to(shipped):
                part = self._part(path, real.relative_to(shipped), own=False)
                if part.name in taken:
                    raise InputError(
                        f"{part.name}: a file of that name comes with gcm-ld: rename your own"
                    )
                parts.append(part)
        names: dict[str, str] = {}
        for part in parts:
            other = names.setdefault(part.name.casefold(), part.name)
            if other != part.name:
                raise InputError(
                    f"{other} and {part.name} differ by capitals only, and a dataset's address "
                    "must not: rename one of the files"
                )
        return tuple(sorted(parts, key=lambda p: (not p.own, natural_key(p.name))))

    def _part(self, path: Path, below: Path, *, own: bool) -> Part:
        name = below.with_suffix("").as_posix()
        steps = "/".join(map(quote, name.split("/")))
        digest = hashlib.sha256(read_bytes(path)).hexdigest()
        return Part(name, f"{self.base}id/dataset/{steps}", path, own, digest)

    @property
    def own_parts(self) -> tuple[Part, ...]:
        """The datasets to publish."""
        return tuple(part for part in self.parts if part.own)

    def triples(self, part: Part) -> list[ox.Triple]:
        """Return a dataset's statements with the IRIs that they are published under."""
        return [quad.triple for quad in self.store.quads_for_pattern(None, None, None, part.graph)]

    def derived(self, part: Part) -> list[ox.Triple]:
        """Return what the rules derive from a dataset."""
        return [
            quad.triple
            for quad in self.store.quads_for_pattern(None, None, None, part.derived_graph)
        ]

    def is_stated(self, triple: ox.Triple) -> bool:
        """Tell whether some dataset states what the rules derive from another."""
        found = self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return any(not _split(quad.graph_name)[1] for quad in found)

    # -- IRIs ----------------------------------------------------------------------------------

    @property
    def rehomed(self) -> bool:
        """Whether the site's own resources get IRIs of their own domain."""
        return self.base + "id/" != ID

    @cached_property
    def moved(self) -> dict[str, str]:
        """IRI in the data → IRI that it is published under, where the two differ."""
        if not self.rehomed:
            return {}
        found = {}
        for part in self.own_parts:
            for triple in parse_turtle(read_bytes(part.path), name=part.path):
                iri = getattr(triple.subject, "value", "")
                if iri.startswith(ID):
                    found[iri] = f"{self.base}id/{iri[len(ID) :]}"
        return found

    def iri(self, iri: str) -> str:
        """Return the IRI that something of the data is published under."""
        return self.moved.get(iri, iri)

    # -- store ---------------------------------------------------------------------------------

    @cached_property
    def store(self) -> ox.Store:
        """Every dataset in its graph, the rules' results in theirs, and the ontology in its own."""
        store = ox.Store()
        for part in self.parts:
            self.progress(f"reading {part.name}")
            self._load(store, part)
        if not any(True for part in self.own_parts for _ in self._first(store, part)):
            names = ", ".join(str(p.path) for p in self.own_parts[:3])
            raise EmptyDatasetError(f"{names}: no statement in it: there is nothing to publish")
        for path in turtle_files(folder("ontology")):
            store.bulk_load(
                path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY)
            )
        self.progress("deriving links")
        self._derive(store)
        return store

    @staticmethod
    def _first(store: ox.Store, part: Part) -> Iterator[ox.Quad]:
        for quad in store.quads_for_pattern(None, None, None, part.graph):
            yield quad
            return

    def _load(self, store: ox.Store, part: Part) -> None:
        if not self.moved:
            text = read_bytes(part.path)
            try:
                store.bulk_load(
                    input=text.removeprefix(b"\xef\xbb\xbf"),
                    format=ox.RdfFormat.TURTLE,
                    to_graph=part.graph,
                )
            except SyntaxError:
                parse_turtle(text, name=part.path)  # says it better
                raise
            return
        triples = parse_turtle(read_bytes(part.path), name=part.path)
        store.bulk_extend(
            ox.Quad(self._move(t.subject), t.predicate, self._move(t.object), part.graph)
            for t in triples
        )

    def _move(self, node: Any) -> Any:
        new = self.moved.get(node.value) if isinstance(node, ox.NamedNode) else None
        return ox.NamedNode(new) if new else node

    def _derive(self, store: ox.Store) -> None:
        """Apply the rules to each dataset, with what is said of the resources that it links.

        Each in a store of its own, so that the cost grows with the data and no faster.
        """
        rules = [rule.text for rule in list_rules()]
        links = [ox.NamedNode(GCMO + name) for name in ("subject", "object")]
        told: dict[object, list[ox.Quad]] = {}
        for part in self.parts:
            linked = {
                quad.object
                for predicate in links
                for quad in store.quads_for_pattern(None, predicate, None, part.graph)
            }
            if linked:
                small = ox.Store()
                quads = [*store.quads_for_pattern(None, None, None, part.graph)]
                for node in linked:
                    if node not in told:
                        told[node] = self._describe(store, node)
                    quads += told[node]
                small.extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
                for rule in rules:
                    answer: Any = small.query(rule)
                    found: list[ox.Triple] = list(answer)
                    for target, graph in ((small, ox.DefaultGraph()), (store, part.derived_graph)):
                        target.extend(
                            ox.Quad(t.subject, t.predicate, t.object, graph) for t in found
                        )
            if self.moved and part.own:
                self._record_move(store, part)

    @staticmethod
    def _describe(store: ox.Store, node: Any) -> list[ox.Quad]:
        """Return what the dataset that says what a resource is says of it."""
        quads = list(store.quads_for_pattern(node, None, None))
        homes = {q.graph_name for q in quads if q.predicate == _TYPE}
        return [q for q in quads if q.graph_name in homes]

    def _record_move(self, store: ox.Store, part: Part) -> None:
        """Say of each resource under a new IRI which old one it is the same as."""
        old = {new: iri for iri, new in self.moved.items()}
        typed = store.quads_for_pattern(None, _TYPE, None, part.graph)
        described = {getattr(quad.subject, "value", "") for quad in typed} & old.keys()
        for new in described:
            one, other = ox.NamedNode(new), ox.NamedNode(old[new])
            store.add(ox.Quad(one, _SAME_AS, other, part.derived_graph))
            store.add(ox.Quad(other, _REPLACED_BY, one, part.derived_graph))

    # -- looking up ----------------------------------------------------------------------------

    def add_graph(self, iri: str, triples: Iterable[ox.Triple]) -> None:
        """Add what is made on the way, such as the catalogue, so that it gets pages too."""
        graph = ox.NamedNode(iri)
        self.store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        for known in ("resources", "_paged"):
            self.__dict__.pop(known, None)

    def statements(self, iri: str) -> list[Statement]:
        """Return what is said of a resource, by predicate and value."""
        found: dict[object, Statement] = {}
        for quad in self.store.quads_for_pattern(ox.NamedNode(iri), None, None):
            part, derived = _split(quad.graph_name)
            key = quad.predicate, quad.object
            if key not in found or (found[key].derived, found[key].part) > (derived, part):
                found[key] = Statement(quad.predicate, quad.object, part, derived)
        return sorted(
            found.values(),
            key=lambda s: (s.predicate.value, natural_key(str(s.object)), str(s.object)),
        )

    def mentions(self, iri: str) -> list[Mention]:
        """Return the statements that have a resource as their object, by predicate and subject."""
        found: dict[object, Mention] = {}
        for quad in self.store.quads_for_pattern(None, None, ox.NamedNode(iri)):
            part, derived = _split(quad.graph_name)
            key = quad.subject, quad.predicate
            if key not in found or (found[key].derived, found[key].part) > (derived, part):
                found[key] = Mention(quad.subject, quad.predicate, part, derived)
        return sorted(
            found.values(),
            key=lambda m: (m.predicate.value, natural_key(m.subject.value), m.subject.value),
        )

    def label(self, iri: str) -> str:
        """Return a resource's name: its English label, its title, or the end of its IRI."""
        if iri not in self._labels:
            self._labels[iri] = self._find_label(iri)
        return self._labels[iri]

    def _find_label(self, iri: str) -> str:
        node = ox.NamedNode(iri)
        for predicate in NAMES:
            values = [q.object for q in self.store.quads_for_pattern(node, predicate, None)]
            named = [v for v in values if isinstance(v, ox.Literal)]
            if named:
                best = min(
                    named, key=lambda v: (v.language not in ("en", None), v.language or "", v.value)
                )
                return str(best.value)
        return unquote(iri.rstrip("/#").replace("#", "/").rpartition("/")[2]) or iri

    def notation(self, iri: str) -> str:
        """Return a resource's code, or nothing."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), _NOTATION, None)
        return min((str(getattr(q.object, "value", "")) for q in found), default="")

    def types(self, iri: str) -> list[str]:
        """Return a resource's classes."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), _TYPE, None)
        return sorted({str(getattr(q.object, "value", "")) for q in found})

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """Every resource that gets a page, by IRI.

        All that the data describe, and of what the catalogue and the statistics describe what is
        the publisher's own and not itself a document of the site.
        """
        graphs = {part.iri for part in self.parts}
        found = set()
        for quad in self.store.quads_for_pattern(None, _TYPE, None):
            iri = str(getattr(quad.subject, "value", ""))
            own = iri.startswith(self.base + "id/") and not iri.endswith(".html") and "#" not in iri
            if isinstance(quad.subject, ox.NamedNode) and (
                own or str(getattr(quad.graph_name, "value", "")) in graphs
            ):
                found.add(iri)
        return tuple(sorted(found))

    @cached_property
    def _paged(self) -> frozenset[str]:
        return frozenset(self.resources)

    def file(self, iri: str) -> str:
        """Return the file that shows a resource, or that a document of the site is.

        :returns: its name in the site; empty where there is none.
        """
        if iri in self._paged:
            return self.paths.page(iri)
        if iri in DOCUMENTS:
            return DOCUMENTS[iri]
        address = self.settings.site_url
        if iri.startswith(address) and iri.endswith(".html"):
            return unquote(iri[len(address) :])
        return ""


def _split(graph: object) -> tuple[str, bool]:
    value = str(getattr(graph, "value", ""))
    return value.removesuffix(_DERIVED), value.endswith(_DERIVED)
