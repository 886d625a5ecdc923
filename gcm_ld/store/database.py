"""The store on disk: an Oxigraph database with the files that it was made of.

::

    DIR/gcm-ld-store.json    which generation is in place, and what is in it
    DIR/g000003/oxigraph/    a graph for each dataset; the merge of all in the default graph
    DIR/g000003/files/       the Turtle files as they were loaded
    DIR/g000003/lock         readers hold a shared lock on it

A generation is never changed once it is in place: a load builds the next one beside it and
renames the list over the old one, so that readers see one or the other, whole. What they still
read is deleted by a later load. See :mod:`gcm_ld.loading` for the writer.
"""

from __future__ import annotations

import hashlib
import json
import re
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NoReturn

import pyoxigraph as ox

from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import ID, quote
from gcm_ld.store.embedded import EmbeddedStore
from gcm_ld.store.locks import hold_shared, is_held

__all__ = [
    "DERIVED",
    "FORMAT",
    "LOCK",
    "MANIFEST",
    "OBSERVATIONS",
    "WRITER",
    "Database",
    "DatabaseStore",
    "Loaded",
    "Manifest",
    "Snapshot",
    "graph_iri",
]

#: The format that this version writes; a newer one is refused.
FORMAT = 1
#: The list of what is in a store: its presence makes a folder one.
MANIFEST = "gcm-ld-store.json"
#: The lock of the one who writes to a store.
WRITER = "gcm-ld-store.lock"
#: The lock of a generation, within it.
LOCK = "lock"
#: How the graphs of derived statements and of coverage observations end.
DERIVED = "/derived"
OBSERVATIONS = "/observations"

_GENERATION = re.compile(r"g\d{6,}")
#: How often a reader tries again whose generation is deleted under its hands.
_TRIES = 100


def graph_iri(name: str) -> str:
    """Return the graph of a dataset.

    >>> graph_iri("alb/gcm--alb-nsm-2019")
    'https://w3id.org/gcm-ld/id/dataset/alb/gcm--alb-nsm-2019'
    """
    return f"{ID}dataset/{'/'.join(map(quote, name.split('/')))}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A dataset in a store.

    :param name: ``{group}/{stem}``, such as ``alb/gcm--alb-nsm-2019``.
    :param group: the folder that it came from, such as ``alb``.
    :param graph: IRI of the graph of its statements.
    :param sha256: checksum of its file.
    :param statements: how many it states.
    :param derived: how many the rules derive from it.
    :param own: whether it was asked for, or came along as context.
    """

    name: str
    group: str
    graph: str
    sha256: str
    statements: int
    derived: int
    own: bool

    def is_of(self, path: Path) -> bool:
        """Tell whether it was loaded from a file as that stands now.

        :raises FileError: if the file can't be read.
        """
        return hashlib.sha256(read_bytes(path)).hexdigest() == self.sha256


@dataclass(frozen=True)
class Manifest:
    """What a store's list says.

    :param generation: name of the generation in place.
    :param datasets: its datasets by name.
    :param made_by: checksum of the rules and the ontology that it was made with.
    """

    generation: str
    datasets: Mapping[str, Loaded]
    made_by: str

    def to_json(self) -> bytes:
        """Write it as JSON, the same each time."""
        value = {
            "format": FORMAT,
            "generation": self.generation,
            "made_by": self.made_by,
            "datasets": {
                name: {
                    "group": d.group,
                    "graph": d.graph,
                    "sha256": d.sha256,
                    "statements": d.statements,
                    "derived": d.derived,
                    "own": d.own,
                }
                for name, d in sorted(self.datasets.items())
            },
        }
        return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def of(cls, path: Path, content: bytes) -> Manifest:
        """Read it.

        :param path: the file that it is from.
        :param content: JSON.
        :raises InputError: if it is not ours, or that of a newer version.
        """
        try:
            value: dict[str, Any] = json.loads(content)
            number = int(value["format"])
        except (ValueError, KeyError, TypeError):
            raise FileError(path, "is no list of a store: load the data anew") from None
        if number > FORMAT:
            raise FileError(
                path, f"the store has format {number}, which a newer gcm-ld wrote: upgrade gcm-ld"
            )
        try:
            generation = str(value["generation"])
            datasets = {
                str(name): Loaded(
                    str(name),
                    str(d["group"]),
                    str(d["graph"]),
                    str(d["sha256"]),
                    int(d["statements"]),
                    int(d["derived"]),
                    bool(d["own"]),
                )
                for name, d in value["datasets"].items()
            }
            made_by = str(value["made_by"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise FileError(path, "is no list of a store: load the data anew") from None
        if not _GENERATION.fullmatch(generation):
            raise FileError(path, "is no list of a store: load the data anew")
        return cls(generation, datasets, made_by)


class Database:
    """A store on disk.

    :param path: its folder.
    :raises InputError: if there is no store.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.manifest()

    def manifest(self) -> Manifest:
        """Read which generation is in place, and what is in it.

        :raises InputError: if there is no store, or one that this version can't read.
        """
        path = self.path / MANIFEST
        try:
            return Manifest.of(path, path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            self._refuse()
        except OSError as error:
            raise FileError(path, f"can't be read ({error.strerror})") from None

    def _refuse(self) -> NoReturn:
        """Say why a folder without a list is no store."""
        if not self.path.exists():
            raise FileError(
                self.path, f"no such store: make it with gcm-ld load --store {self.path}"
            )
        if self.path.is_dir() and (self.path / WRITER).exists():
            if is_held(self.path / WRITER):
                raise FileError(self.path, "this store is in the making: wait for gcm-ld load")
            raise FileError(
                self.path, "the first load of this store did not end: run gcm-ld load again"
            )
        raise FileError(
            self.path, f"is no store: it lacks {MANIFEST}; make one with gcm-ld load --store"
        )

    def current(self) -> str:
        """Return the name of the generation in place."""
        return self.manifest().generation

    def open(self) -> Snapshot:
        """Open the generation in place for reading; it stays as it is until closed.

        :raises InputError: if there is no store, or it can't be read.
        """
        for _ in range(_TRIES):
            manifest = self.manifest()
            folder = self.path / manifest.generation
            try:
                lock = hold_shared(folder / LOCK)
            except OSError as error:
                raise FileError(folder, f"can't be read ({error.strerror})") from None
            if lock is not None:
                return Snapshot(folder, manifest, lock)
            if self.manifest().generation == manifest.generation:
                break
        raise FileError(folder, "is missing from the store: load the data anew")


class Snapshot:
    """One generation of a store, read-only; a context that is closed at its end.

    :param folder: where it lies.
    :param manifest: what is in it.
    :param lock: the open file whose lock keeps it from being deleted.
    """

    def __init__(self, folder: Path, manifest: Manifest, lock: IO[bytes]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._let_go = weakref.finalize(self, lock.close)

    @property
    def generation(self) -> str:
        """Its name, such as ``g000003``."""
        return self.manifest.generation

    @property
    def datasets(self) -> dict[str, Loaded]:
        """Its datasets by name."""
        return dict(self.manifest.datasets)

    @cached_property
    def store(self) -> ox.Store:
        """The database, read-only.

        :raises FileError: if it can't be opened.
        """
        path = self.folder / "oxigraph"
        try:
            return ox.Store.read_only(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            raise FileError(path, f"can't be opened ({error}): load the data anew") from None

    def graph_store(self) -> DatabaseStore:
        """Return what answers questions from the merge of everything."""
        return DatabaseStore(self.store)

    def files(self, *groups: str) -> list[Path]:
        """List the Turtle files that were asked for, without those of context.

        :param groups: only of these groups; of all if none is given.
        """
        return [
            self.file(d.name)
            for d in self.datasets.values()
            if d.own and (not groups or d.group in groups)
        ]

    def file(self, name: str) -> Path:
        """Return the Turtle file of a dataset, by its name."""
        return self.folder / "files" / f"{name}.ttl"

    def close(self) -> None:
        """Let go of it."""
        self.__dict__.pop("store", None)
        self._let_go()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class DatabaseStore(EmbeddedStore):
    """The merge of everything in a store on disk: its default graph.

    :param store: the database, read-only.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Refuse: a store is changed by loading.

        :raises InputError: always.
        """
        raise InputError("a store is only read here: change it with gcm-ld load")

    def triples(self) -> list[ox.Triple]:
        """Return the merge of everything."""
        found = self._store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        return [quad.triple for quad in found]

    def __len__(self) -> int:
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
