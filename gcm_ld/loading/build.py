"""A new database of everything, in one stream: the fastest way, whatever there was before."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from gcm_ld.dataset import refuse_mixture
from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.loading.prepare import (
    ONTOLOGY_TASK,
    Key,
    Piece,
    Survey,
    Task,
    ontology_types,
    prepare,
    prepare_ontology,
)
from gcm_ld.loading.workers import Workers
from gcm_ld.loading.writer import Writer
from gcm_ld.store.database import DERIVED, DatabaseStore

__all__ = ["build_database", "find_mixture", "find_others"]


def build_database(
    writer: Writer,
    tasks: Sequence[Task],
    surveys: Mapping[Key, Survey],
    workers: Workers,
    progress: Callable[[str], None],
    *,
    compact: bool,
) -> dict[str, int]:
    """Make the database of a new generation.

    :param writer: the generation in the making.
    :param tasks: every group.
    :param surveys: what is known of them.
    :param workers: who prepares them.
    :param progress: told what is going on.
    :param compact: whether what came in several batches is merged, to be found faster.
    :returns: dataset → how many triples are derived from it.
    :raises InputError: if the data can't be read or mix synthetic and real.
    :raises FileError: if the database can't be written.
    """
    derived: dict[str, int] = {}
    owners = _owners(tasks, surveys)
    others = find_others(tasks, surveys, lambda node: owners.get(node, ()))

    def feed() -> Iterator[bytes]:
        yield prepare_ontology().quads()
        found = workers.map(_prepare_quads, ((task, others[task.key]) for task in tasks))
        for n, (task, (text, counts)) in enumerate(zip(tasks, found, strict=True), 1):
            progress(f"loading {task.group} ({n:,} of {len(tasks):,})")
            derived.update(counts)
            yield text

    stream: Any = _Stream(feed())
    with writer.faults():
        store = ox.Store(str(writer.database))
        try:
            store.bulk_load(input=stream, format=ox.RdfFormat.N_QUADS, lenient=True)
        except (OSError, RuntimeError, ValueError) as error:
            if stream.fault is not None:
                raise stream.fault from None
            raise error if isinstance(error, OSError) else OSError(str(error)) from None
        else:
            if compact:
                progress("compacting")
                store.optimize()
            progress("checking")
            fault = find_mixture(store)
            store.flush()
        finally:
            del store  # closed before anything is deleted or put in place
    if fault:
        raise InputError(fault)
    return derived


def find_mixture(store: ox.Store) -> str:
    """Say what is wrong where synthetic and real data meet, as text that holds no store open."""
    try:
        refuse_mixture(DatabaseStore(store))
    except InputError as error:
        return str(error)
    return ""


def find_others(
    tasks: Iterable[Task],
    surveys: Mapping[Key, Survey],
    owners: Callable[[bytes], Iterable[Task]],
) -> dict[Key, list[tuple[Task, tuple[bytes, ...]]]]:
    """Find which groups describe what each group links.

    :param tasks: the groups.
    :param surveys: what is known of them.
    :param owners: tells which groups describe a resource.
    :returns: group → the others, and the resources that they describe.
    """
    known: dict[bytes, list[Task]] = {}
    result = {}
    for task in tasks:
        found: dict[Task, list[bytes]] = {}
        for node in sorted(surveys[task.key].linked):
            if node not in known:
                known[node] = list(owners(node))
            for owner in known[node]:
                if owner.key != task.key:
                    found.setdefault(owner, []).append(node)
        result[task.key] = [(o, tuple(i)) for o, i in sorted(found.items(), key=lambda f: f[0].key)]
    return result


def _owners(tasks: Iterable[Task], surveys: Mapping[Key, Survey]) -> dict[bytes, list[Task]]:
    """Map each resource that is linked to the groups that describe it."""
    linked = frozenset().union(*(s.linked for s in surveys.values()))
    owners: dict[bytes, list[Task]] = {}
    for node in ontology_types() & linked:
        owners.setdefault(node, []).append(ONTOLOGY_TASK)
    for task in tasks:
        for node in surveys[task.key].typed & linked:
            owners.setdefault(node, []).append(task)
    return owners


def _prepare_quads(
    task: Task, others: Sequence[tuple[Task, Sequence[bytes]]]
) -> tuple[bytes, dict[str, int]]:
    pieces: list[Piece] = prepare(task, others)
    counts = {p.name: p.size for p in pieces if p.graph.endswith(DERIVED)}
    return b"".join(p.quads() for p in pieces), counts


class _Stream(io.BufferedIOBase):
    """Pieces as a file that is read once from its beginning.

    :param pieces: the content.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")
        #: What went wrong in making the content.
        self.fault: GcmLdError | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read up to so many bytes; none at the end."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._pieces))
            except StopIteration:
                return b""
            except GcmLdError as error:
                self.fault = error
                raise
        size = len(self._rest) if size is None or size < 0 else size
        part, self._rest = self._rest[:size], self._rest[size:]
        return bytes(part)
