"""The shipped data as what tables may refer to, and as the context of what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from gcm_ld.errors import FileError
from gcm_ld.model import Country, Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import RDF
from gcm_ld.resources import shipped_data

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Shipped", "read_shipped"]

#: What tables may name without describing it.
_NAMED = (Country, Element, Framework, Institution, Source)


class Shipped:
    """The shipped data, and what lies beside the tables; files are read once.

    :param paths: the shipped files.
    :param beside: other files, which may hold anything; those that are not Turtle are left out.
    """

    def __init__(self, paths: Iterable[Path], beside: Iterable[Path] = ()) -> None:
        self._paths = {path.resolve(): path for path in paths}
        self._beside = {path.resolve(): path for path in beside}
        #: Files that were left out → the records of the others.
        self._records: dict[frozenset[Path], list[Record]] = {}

    def beside(self, paths: Iterable[Path]) -> Shipped:
        """Return the same with other files beside it, which is itself where there are none.

        What this has read of the shipped data is not read again.
        """
        paths = list(paths)
        if not paths:
            return self
        other = Shipped(self._paths.values(), paths)
        other._read = self._read
        return other

    @cached_property
    def _read(self) -> dict[Path, list[ox.Triple]]:
        """The triples of each shipped file."""
        from gcm_ld.turtle import read_turtle

        return {path: read_turtle(path) for path in self._paths.values()}

    @cached_property
    def triples(self) -> dict[Path, list[ox.Triple]]:
        """The triples of each file."""
        from gcm_ld.turtle import read_turtle

        found = dict(self._read)
        for resolved, path in self._beside.items():
            if resolved not in self._paths:
                with suppress(FileError):
                    found[path] = read_turtle(path)
        return found

    @cached_property
    def _typed(self) -> dict[Path, set[str]]:
        """What each file describes."""
        type_ = NamedNode(RDF + "type")
        return {
            path: {getattr(s, "value", "") for s, predicate, _ in triples if predicate == type_}
            for path, triples in self.triples.items()
        }

    def describing(self, iris: set[str]) -> list[Path]:
        """List the shipped files that describe one of some things."""
        return [path for path in self._paths.values() if self._typed[path] & iris]

    def records(self, main: str = "") -> list[Record]:
        """Read the frameworks, elements, institutions, sources and countries.

        :param main: IRI of the framework of the tables, whose own files are left out: what they
            say may be what the tables no longer say.
        """
        from gcm_ld.build import read_records

        left_out = frozenset(p for p, typed in self._typed.items() if main and main in typed)
        if left_out not in self._records:
            shipped = set(self._paths.values())
            triples: list[ox.Triple] = []
            for path, found in self.triples.items():
                # A crosswalk describes nothing that tables name.
                if path not in left_out and not (path in shipped and "--" in path.stem):
                    triples += found
            known: list[Record] = [r for r in read_records(triples) if isinstance(r, _NAMED)]
            self._records[left_out] = known
        return list(self._records[left_out])

    def context(self, own: set[str], parts: set[str], used: set[str]) -> Iterator[ox.Triple]:
        """Yield what describes the things that are used and not described by the tables.

        :param own: what the tables describe.
        :param parts: their elements and crosswalks: a file that has one of these too holds an
            earlier state of the tables, and is left out.
        :param used: whatever the tables name.
        """
        lacking = used - own
        for path, triples in self.triples.items():
            described = self._typed[path]
            if described & lacking and not described & parts:
                yield from (t for t in triples if getattr(t.subject, "value", "") not in own)


@lru_cache(maxsize=1)
def read_shipped() -> Shipped:
    """Return the shipped data; its files are read when they are first asked for.

    >>> "Goal" in {getattr(r, "kind", "") for r in read_shipped().records()}
    True
    """
    return Shipped(shipped_data())
