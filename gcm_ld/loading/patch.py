"""A small change to a large database: a copy of it, less some triples and with some more."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from gcm_ld.dataset import find_context_subjects
from gcm_ld.errors import InputError
from gcm_ld.loading.build import find_mixture, find_others
from gcm_ld.loading.prepare import ONTOLOGY_TASK, Key, Survey, Task, prepare, survey, token
from gcm_ld.loading.writer import Writer
from gcm_ld.namespaces import GCM, GCMO, ONTOLOGY, RDF, SDG
from gcm_ld.store.database import DERIVED, OBSERVATIONS, Loaded, graph_iri

__all__ = ["Patch"]

_TYPE = ox.NamedNode(RDF + "type")
_FRAMEWORK = ox.NamedNode(GCMO + "Framework")
_LINKS = tuple(ox.NamedNode(GCMO + name) for name in ("subject", "object", "assesses"))
_DEFAULT = ox.DefaultGraph()


class Patch:
    """A change to a copy of the database in place.

    :param writer: the generation in the making, with the copy in it.
    :param staying: datasets that stay as they are.
    :param leaving: datasets whose groups are replaced or removed.
    :param tasks: the groups that come.
    :param surveys: what is known of these, by key; what is found of others is added.
    :param progress: told what is going on.
    """

    def __init__(
        self,
        writer: Writer,
        staying: Sequence[Loaded],
        leaving: Sequence[Loaded],
        tasks: Sequence[Task],
        surveys: dict[Key, Survey],
        progress: Callable[[str], None],
    ) -> None:
        self.writer = writer
        self.leaving = leaving
        self.tasks = tasks
        self.surveys = surveys
        self.progress = progress
        #: Graph → the dataset that stays.
        self.staying = {ox.NamedNode(d.graph): d for d in staying}
        with writer.faults():
            self.store = ox.Store(str(writer.database))

    def give_up(self) -> None:
        """Undo the copy: the database is made anew."""
        self.close()
        shutil.rmtree(self.writer.database)

    # -- looking up ----------------------------------------------------------------------------

    def survey_context(self) -> tuple[set[str], set[str]]:
        """Return the shared frameworks that own datasets describe, and what they only name."""
        own = {graph for graph, d in self.staying.items() if d.own}
        surveys = [self.surveys[task.key] for task in self.tasks]
        frameworks = {
            iri
            for iri in (GCM, SDG)
            if any(token(iri) in s.frameworks for s in surveys)
            or self._has(own, ox.NamedNode(iri), _TYPE, _FRAMEWORK)
        }
        named = set()
        for iri in find_context_subjects():
            node = ox.NamedNode(iri)
            if any(token(iri) in s.described for s in surveys) or self._has(own, node, None, None):
                continue
            if any(token(iri) in s.named for s in surveys) or self._has(own, None, None, node):
                named.add(iri)
        return frameworks, named

    def _has(self, graphs: set[ox.NamedNode], *pattern: Any) -> bool:
        return any(q.graph_name in graphs for q in self.store.quads_for_pattern(*pattern))

    def _affected(self, kept: Mapping[Key, Task]) -> list[Task]:
        """List the groups that stay and link what a group that changes describes."""
        touched = {
            _node(t) for task in self.tasks for t in self.surveys[task.key].typed if t[:1] == b"<"
        }
        for dataset in self.leaving:
            graph = ox.NamedNode(dataset.graph)
            touched |= {q.subject for q in self.store.quads_for_pattern(None, _TYPE, None, graph)}  # type: ignore[misc]
        keys = set()
        for node in touched:
            for predicate in _LINKS:
                for quad in self.store.quads_for_pattern(None, predicate, node):
                    dataset_ = self.staying.get(quad.graph_name)  # type: ignore[arg-type]
                    if dataset_ is not None:
                        keys.add((dataset_.group, dataset_.own))
        return [kept[key] for key in sorted(keys)]

    def _owners(self, kept: Mapping[Key, Task], resource: bytes) -> Iterator[Task]:
        """List the groups that describe a resource."""
        keys = set()
        for quad in self.store.quads_for_pattern(_node(resource), _TYPE, None):
            dataset = self.staying.get(quad.graph_name)  # type: ignore[arg-type]
            if dataset is not None:
                keys.add((dataset.group, dataset.own))
            elif quad.graph_name == ox.NamedNode(ONTOLOGY):
                keys.add(ONTOLOGY_TASK.key)
        for key in sorted(keys):
            yield ONTOLOGY_TASK if key == ONTOLOGY_TASK.key else kept[key]
        for task in self.tasks:
            if resource in self.surveys[task.key].typed:
                yield task

    # -- changing ------------------------------------------------------------------------------

    def apply(self, kept: Iterable[Task]) -> dict[str, int]:
        """Change the database.

        :param kept: the groups that stay.
        :returns: dataset → how many triples are derived from it, where that may have changed.
        :raises InputError: if synthetic and real data would meet.
        :raises FileError: if it can't be written.
        """
        by_key = {task.key: task for task in kept}
        affected = self._affected(by_key)
        for task in affected:
            self.surveys[task.key] = survey(task)
        tasks = [*self.tasks, *affected]
        others = find_others(tasks, self.surveys, lambda node: self._owners(by_key, node))
        names = {d.name for d in self.leaving} | {name for t in tasks for name, _ in t.files}
        graphs: dict[str, set[ox.Triple]] = {
            graph_iri(name) + ending: set()
            for name in names
            for ending in ("", DERIVED, OBSERVATIONS)
        }
        derived = dict.fromkeys(names, 0)
        for task in tasks:
            self.progress(f"loading {task.group}")
            for piece in prepare(task, others[task.key]):
                graphs[piece.graph] = _as_stored(piece.text)
                if piece.graph.endswith(DERIVED):
                    derived[piece.name] = piece.size
        with self.writer.faults():
            try:
                self._replace(graphs)
            except (RuntimeError, ValueError) as error:
                raise OSError(str(error)) from None
            self.progress("checking")
            fault = find_mixture(self.store)
            self.store.flush()
        if fault:
            raise InputError(fault)
        return derived

    def close(self) -> None:
        """Close the database, before anything is deleted or put in place."""
        self.__dict__.pop("store", None)

    def _replace(self, graphs: Mapping[str, set[ox.Triple]]) -> None:
        """Give graphs their new content, and the default graph the merge of all."""
        gone: list[ox.Triple] = []
        for iri, new in sorted(graphs.items()):
            graph = ox.NamedNode(iri)
            old = {q.triple for q in self.store.quads_for_pattern(None, None, None, graph)}
            leaving, coming = old - new, new - old
            if old and not new:
                self.store.remove_graph(graph)
            else:
                for t in leaving:
                    self.store.remove(ox.Quad(t.subject, t.predicate, t.object, graph))
            self.store.extend(
                ox.Quad(t.subject, t.predicate, t.object, g)
                for t in coming
                for g in (graph, _DEFAULT)
            )
            gone += leaving
        for t in gone:
            pattern = t.subject, t.predicate, t.object
            held = self.store.quads_for_pattern(*pattern)
            if all(quad.graph_name == _DEFAULT for quad in held):
                self.store.remove(ox.Quad(*pattern, _DEFAULT))


def _node(resource: bytes) -> ox.NamedNode:
    return ox.NamedNode(resource[1:-1].decode())


def _as_stored(text: bytes) -> set[ox.Triple]:
    """Return triples with their literals as a store keeps them."""
    store = ox.Store()
    store.extend(ox.parse(input=text, format=ox.RdfFormat.N_TRIPLES))
    return {quad.triple for quad in store}
