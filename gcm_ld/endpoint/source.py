"""An endpoint as the place of a command's data."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from gcm_ld.dataset import Dataset, open_dataset
from gcm_ld.endpoint.graphs import MERGED, Endpoint
from gcm_ld.endpoint.options import EndpointOptions
from gcm_ld.errors import EmptyDatasetError, InputError
from gcm_ld.files import read_bytes, write_text
from gcm_ld.namespaces import framework_iri
from gcm_ld.resources import folder, shipped_data
from gcm_ld.source import Source
from gcm_ld.store.database import DERIVED, OBSERVATIONS
from gcm_ld.store.embedded import EmbeddedStore
from gcm_ld.store.remote import RemoteStore
from gcm_ld.turtle import write_turtle

__all__ = ["EndpointSource", "Held"]

#: How the graphs of datasets begin, under whatever domain they were published.
_HOME = "/id/dataset/"
#: The groups that come along with any country's files.
_CONTEXT = ("country", "gcm", "sdg")
#: Characters that a name must not bring into a path.
_UNSAFE = {"", ".", ".."}


class Held(NamedTuple):
    """A dataset at an endpoint.

    :param name: ``{group}/{stem}``, such as ``alb/gcm--alb-nsm-2019``.
    :param group: the folder that it came from, such as ``alb``.
    :param graph: IRI of the graph of its statements.
    :param statements: how many there are.
    :param own: whether it was asked for, or came along as context.
    """

    name: str
    group: str
    graph: str
    statements: int
    own: bool


class EndpointSource(Source):
    """A SPARQL 1.1 endpoint.

    Questions across countries are asked at the endpoint; what a report, the validation or a site
    needs is pulled as Turtle files into a temporary folder, which is removed at exit.

    :param url: the endpoint.
    :param options: how it is called.
    :param progress: told what is going on.
    :raises InputError: if the address is wrong, or there is a user without a password.
    """

    def __init__(
        self,
        url: str,
        options: EndpointOptions | None = None,
        *,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.endpoint = Endpoint(url, options)
        self.progress = progress
        self._datasets: dict[frozenset[str] | None, Dataset] = {}

    def graph_store(self) -> RemoteStore:
        """Return the endpoint; see :class:`Source`."""
        return self.endpoint.default

    def whole(self) -> Dataset:
        """Open the endpoint for questions across countries; see :class:`Source`.

        :raises InputError: if its questions don't see its graphs.
        """
        if not self.endpoint.holds_anything():
            if self.held:
                raise InputError(
                    f"{self.endpoint.name}: questions find nothing there, though it holds "
                    f"{len(self.held):,} datasets: make its default graph the union of all, or "
                    "load them with --merge"
                )
            raise self._empty()
        return _Whole(self)

    def dataset(self, *, framework: str | None = None) -> Dataset:
        """Pull the Turtle files; see :class:`Source`.

        Where they are the shipped data and nothing else, these are opened.
        """
        groups = self._groups(framework) if framework and self.held else None
        if groups not in self._datasets:
            self._datasets[groups] = self._pull(groups)
        return self._datasets[groups]

    @cached_property
    def held(self) -> list[Held]:
        """The datasets at the endpoint, by name."""
        rows = self.endpoint.ask("select_graphs").rows
        listed = {str(row[0]) for row in self.endpoint.ask("select_own_graphs").rows}
        found = []
        for cell, statements in rows:
            graph = str(cell)
            name = unquote(graph.partition(_HOME)[2])
            steps = name.split("/")
            if (
                graph == MERGED
                or graph.endswith((DERIVED, OBSERVATIONS))
                or _UNSAFE & set(steps)
                or "\0" in name
            ):
                continue
            own = graph in listed if listed else steps[0] not in _CONTEXT
            found.append(Held(name, steps[0], graph, int(str(statements)), own))
        if not any(h.own for h in found):
            found = [h._replace(own=True) for h in found]
        return sorted(found)

    def _groups(self, framework: str) -> frozenset[str] | None:
        """Return the groups of the datasets that mention a framework; nothing for all."""
        try:
            node = ox.NamedNode(framework if ":" in framework else framework_iri(framework))
        except ValueError:
            return None
        rows = self.endpoint.ask("select_framework_graphs", framework=node).rows
        graphs = {str(row[0]) for row in rows}
        return frozenset(h.group for h in self.held if h.own and h.graph in graphs) or None

    def _pull(self, groups: frozenset[str] | None) -> Dataset:
        place = Path(tempfile.mkdtemp(prefix="gcm-ld-endpoint-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        own = [h for h in self.held if h.own]
        if not own:
            return self._pull_default(place)
        wanted = [h for h in own if groups is None or h.group in groups]
        files = {}
        for n, held in enumerate(wanted, 1):
            self.progress(f"reading {held.name} ({n:,} of {len(wanted):,})")
            triples = self.endpoint.read(held.graph, held.statements)
            files[held.name] = _write(place, held.name, triples)
        self.progress("")
        root = folder("data")
        shipped = {p.relative_to(root).with_suffix("").as_posix(): p for p in shipped_data()}
        same = {n for n, p in files.items() if n in shipped and _is_same(p, shipped[n])}
        if same == files.keys() == shipped.keys():
            return open_dataset()
        # What comes along with any files needn't be there twice.
        twice = {name for name in same if name.split("/")[0] == _CONTEXT[0]}
        return Dataset(sorted(p for name, p in files.items() if name not in twice), own=True)

    def _pull_default(self, place: Path) -> Dataset:
        """Pull what stands in the default graph of an endpoint that has no named ones."""
        self.progress("reading everything")
        triples = self.endpoint.read_default()
        self.progress("")
        if not triples:
            raise self._empty()
        return Dataset([_write(place, "endpoint/all", triples)], own=True)

    def _empty(self) -> EmptyDatasetError:
        return EmptyDatasetError(
            f"{self.endpoint.name}: no statement in it: load data with gcm-ld load PATH "
            "--endpoint URL"
        )


class _Whole(Dataset):
    """The datasets at an endpoint, whose questions it answers itself.

    :param source: the endpoint.
    """

    def __init__(self, source: EndpointSource) -> None:
        self.own = True
        self.curated = True
        self._source = source

    @cached_property
    def files(self) -> tuple[Path, ...]:  # type: ignore[override]
        """The Turtle files, pulled when they are first asked for."""
        return self._source.dataset().files

    @property
    def asserted(self) -> EmbeddedStore:
        """The endpoint, which holds what the rules derive, too."""
        return self._source.graph_store()  # type: ignore[return-value]

    store = observed = asserted

    @cached_property
    def stated(self) -> Dataset:
        """The files without curated links: the endpoint holds these with all others."""
        return self._source.dataset().stated

    def __repr__(self) -> str:
        return f"<Dataset at {self._source.endpoint.name}>"


def _write(place: Path, name: str, triples: list[ox.Triple]) -> Path:
    """Write a dataset as the canonical Turtle that its file was."""
    path = place / f"{name}.ttl"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, write_turtle(triples, name=name))
    return path


def _is_same(path: Path, other: Path) -> bool:
    return read_bytes(path) == read_bytes(other)
