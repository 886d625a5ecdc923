"""What a run knows of the site before: what can be kept of it, and what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.namespaces import GCMO
from gcm_ld.publish.changes import Changes
from gcm_ld.publish.dumps import Dump, pack_quads, read_quads
from gcm_ld.publish.folder import STATE, Folder
from gcm_ld.publish.site import Site
from gcm_ld.publish.state import State, recipe
from gcm_ld.turtle import natural_key

__all__ = ["Ledger"]

_ASSESSES = ox.NamedNode(GCMO + "assesses")
_AGAINST = ox.NamedNode(GCMO + "against")


class Ledger:
    """One run's knowledge of the site, the folder in the making, and what was there before.

    :param site: what is published.
    :param folder: the folder in the making.
    """

    def __init__(self, site: Site, folder: Folder) -> None:
        self.site = site
        self.folder = folder
        self.before = State.read(folder)
        context = "".join(part.name + part.digest for part in site.parts if not part.own)
        self.state = State(recipe(repr(site.settings), str(site.dataset.curated), context))
        if self.before.recipe != self.state.recipe:
            self.before = State()
        #: Whether every page has to be made, whatever the data.
        self.whole = not self.before.recipe
        self.changes = Changes()

    # -- what can be kept ------------------------------------------------------------------------

    def keep(self, names: Iterable[str]) -> bool:
        """Keep files as they are; tell whether all could be, and there are any."""
        kept = [self.folder.keep(name) for name in names]
        return bool(kept) and all(kept)

    def keep_unit(self, unit: str, made_of: str, names: Iterable[str]) -> bool:
        """Keep the files of a unit that was made of the same before."""
        self.state.units[unit] = made_of
        return self.before.units.get(unit) == made_of and self.keep(names)

    def old_below(self, *prefixes: str) -> list[str]:
        """List the files of before whose names begin in some way."""
        return sorted(n for n in self.folder.old if n.startswith(prefixes))

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files, but those that were kept."""
        for name, content in files:
            if name not in self.folder.new:
                self.folder.write(name, content)

    # -- what changed ----------------------------------------------------------------------------

    def gone(self, graph: str, name: str) -> None:
        """Take note that a dataset is no more."""
        old = self.folder.read_old(name)
        if old is None:
            self.whole = True
        else:
            self.changes.add(read_quads(old, graph), None)

    def compare(self, graph: str, dump: Dump, name: str, *, new: bool, made: bool = False) -> None:
        """Take note of what differs from a dataset, or a graph made of them, as it was before."""
        if self.whole:
            return
        old = self.folder.read_old(name)
        if old is None and not new:
            self.whole = True
        else:
            self.changes.add(read_quads(old, graph) if old else None, dump, made=made)

    def add_graph(self, name: str, triples: Iterable[ox.Triple]) -> None:
        """Add what is made on the way to the site, as a graph whose resources get pages."""
        iri = f"{self.site.base}id/{name}"
        triples = list(triples)
        self.site.add_graph(iri, triples)
        dump = Dump.of(ox.NamedNode(iri), triples, ())
        kept = f"{STATE}/{name}.nq.gz"
        self.compare(iri, dump, kept, new=False, made=True)
        self.folder.write(kept, pack_quads(dump))

    # -- what reports are made of ------------------------------------------------------------------

    @cached_property
    def assessed(self) -> dict[str, tuple[Path, ...]]:
        """Assessed framework → the files to report on it from.

        All files, or where many frameworks are assessed those of the folder in which it is.
        """
        where: dict[str, set[str]] = {}
        for part in self.site.own_parts:
            for record in self.site.store.quads_for_pattern(None, _ASSESSES, None, part.graph):
                for quad in self.site.store.quads_for_pattern(record.subject, _AGAINST, None):
                    where.setdefault(str(getattr(quad.object, "value", "")), set()).add(part.group)
        return {
            iri.rpartition("/")[2]: tuple(
                p.path for p in self.site.own_parts if len(where) == 1 or p.group in where[iri]
            )
            for iri in sorted(where, key=natural_key)
        }

    def dataset(self, code: str) -> Dataset:
        """Return the data to report on a framework from, which nothing here holds on to."""
        if len(self.assessed) == 1:
            return self.site.dataset
        return Dataset(self.assessed[code], own=True, curated=self.site.dataset.curated)

    def made_of(self, code: str) -> str:
        """Return a digest of the files that a framework is reported on from."""
        files = set(self.assessed[code])
        digests = [p.digest for p in self.site.own_parts if p.path in files]
        return hashlib.sha256("".join(digests).encode()).hexdigest()
