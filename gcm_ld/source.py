"""Where a command's data come from: files, a store on disk, or an endpoint."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gcm_ld.dataset import Dataset, open_dataset
from gcm_ld.namespaces import framework_iri
from gcm_ld.store import EmbeddedStore

if TYPE_CHECKING:
    from gcm_ld.store.base import GraphStore
    from gcm_ld.store.database import DatabaseStore, Snapshot

__all__ = ["FileSource", "Source", "StoreSource"]

#: The group that comes along with any files.
_COUNTRIES = "country"


class Source(ABC):
    """What ``--data``, ``--store`` or ``--endpoint`` opens."""

    #: The user's own paths that it was named by, beside which settings may stand.
    paths: tuple[Path, ...] = ()

    @abstractmethod
    def dataset(self, *, framework: str | None = None) -> Dataset:
        """Open the Turtle files.

        :param framework: code or IRI of the framework that they are needed for; a large source
            then gives only the groups that mention it.
        :raises InputError: if they can't be read.
        """

    @abstractmethod
    def whole(self) -> Dataset:
        """Open everything for questions across countries, which go to the engine itself.

        :raises InputError: if it can't be read.
        """

    @abstractmethod
    def graph_store(self) -> GraphStore:
        """Return the engine, to be asked directly.

        :raises InputError: if it can't be read.
        """


class FileSource(Source):
    """Turtle files, or the shipped data.

    :param paths: files and folders; none for the shipped data.
    """

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self.paths = tuple(paths)

    @cached_property
    def _dataset(self) -> Dataset:
        return open_dataset(*self.paths)

    def dataset(self, *, framework: str | None = None) -> Dataset:
        """Open the files; see :class:`Source`."""
        return self._dataset

    def whole(self) -> Dataset:
        """Open the files; see :class:`Source`."""
        return self._dataset

    def graph_store(self) -> GraphStore:
        """Return the files, with what the rules derive, in memory; see :class:`Source`."""
        return self._dataset.store


class StoreSource(Source):
    """A store on disk.

    :param path: its folder.
    :raises InputError: if there is no store.
    """

    def __init__(self, path: Path) -> None:
        from gcm_ld.store.database import Database

        self.path = path
        self._database = Database(path)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The generation that was in place when it was first asked for."""
        return self._database.open()

    def dataset(self, *, framework: str | None = None) -> Dataset:
        """Open the files as they were loaded; see :class:`Source`.

        Where they are the shipped data and nothing else, these are opened.
        """
        from gcm_ld.loading.groups import find_items

        shipped = {item.name: item.path for item in find_items(())}
        own = {name: d for name, d in self.snapshot.datasets.items() if d.own}
        same = {n for n, path in shipped.items() if n in own and own[n].is_of(path)}
        if same == own.keys() == shipped.keys():
            return open_dataset()
        groups = self._groups(framework) if framework else None
        # What comes along with any files needn't be there twice.
        twice = {n for n in same if own[n].group == _COUNTRIES}
        files = [
            self.snapshot.file(name)
            for name, d in own.items()
            if name not in twice and (not groups or d.group in groups)
        ]
        return Dataset(files, own=True)

    def _groups(self, framework: str) -> set[str]:
        """Return the groups of the datasets that mention a framework."""
        import pyoxigraph as ox

        try:
            node = ox.NamedNode(framework if ":" in framework else framework_iri(framework))
        except ValueError:
            return set()
        store = self.snapshot.store
        graphs = {
            quad.graph_name
            for pattern in ((node, None), (None, node))
            for quad in store.quads_for_pattern(pattern[0], None, pattern[1])
        }
        return {
            d.group
            for d in self.snapshot.datasets.values()
            if d.own and ox.NamedNode(d.graph) in graphs
        }

    def whole(self) -> Dataset:
        """Open the database; see :class:`Source`."""
        return _Whole(self)

    def graph_store(self) -> DatabaseStore:
        """Return the database; see :class:`Source`."""
        return self.snapshot.graph_store()


class _Whole(Dataset):
    """The files of a store, whose questions go to its database.

    :param source: the store.
    """

    def __init__(self, source: StoreSource) -> None:
        super().__init__(source.snapshot.files(), own=True)
        self._source = source

    @cached_property
    def asserted(self) -> EmbeddedStore:
        """The database, which holds what the rules derive, too."""
        return self._source.graph_store()

    @property
    def store(self) -> EmbeddedStore:
        """The database."""
        return self.asserted

    @property
    def observed(self) -> EmbeddedStore:
        """The database, which holds what was counted when it was loaded."""
        return self.asserted

    @cached_property
    def stated(self) -> Dataset:
        """The files without curated links, read anew: the database holds these with all others."""
        return self._source.dataset().stated
