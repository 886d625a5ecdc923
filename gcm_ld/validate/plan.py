"""Which groups can be validated apart with the same findings, and what each must see.

Two groups belong together where the one describes, or hangs on, what the other names; see
docs/validation.md for why no shape finds more in the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gcm_ld.namespaces import GCMO, RDF
from gcm_ld.validate.context import Context
from gcm_ld.validate.outline import Outline, family, is_shared

__all__ = ["Plan", "Reads", "make_plan"]

_RECORDS = {(GCMO + name).encode() for name in ("Alignment", "Assessment", "Crosswalk", "Outcome")}


@dataclass(frozen=True)
class Reads:
    """The terms that shapes and rules read.

    :param any: every IRI in any shape or rule.
    :param along: those in queries and rules, which may look back along a predicate.
    """

    any: frozenset[str]
    along: frozenset[str]


@dataclass
class Plan:
    """What is validated together.

    :param units: groups by number; each unit is validated by itself.
    :param common: for each unit, statements of others that it must see, as N-Triples.
    :param added: what every unit must see besides the context.
    :param whole: whether everything had to stay together, and the context entire.
    """

    units: list[tuple[int, ...]]
    common: list[bytes]
    added: bytes
    whole: bool = False

    @classmethod
    def one(cls, groups: int) -> Plan:
        """Return the plan by which everything stays together."""
        return cls([tuple(range(groups))], [b""], b"", whole=True)


def make_plan(outlines: Sequence[Outline], context: Context, reads: Reads) -> Plan:
    """Find out what can be validated apart.

    :param outlines: of each group that is no part of the context.
    :param context: what all lean on.
    :param reads: what shapes and rules read.
    """
    planner = _Planner(outlines, context, reads)
    if planner.must_stay_whole():
        return Plan.one(len(outlines))
    units = planner.units()
    return Plan(units, [planner.leaves_for(unit) for unit in units], planner.added())


class _Planner:
    def __init__(self, outlines: Sequence[Outline], context: Context, reads: Reads) -> None:
        self.outlines = outlines
        self.context = context
        self.reads = reads
        self.hubs = context.subjects
        self.named = context.mentions
        self.made_up = [o.synthetic for o in outlines if o.synthetic]
        #: Families of what groups describe for themselves, each with the groups.
        self.owners: dict[str, list[int]] = {}
        for n, outline in enumerate(outlines):
            for name in outline.families:
                self.owners.setdefault(name, []).append(n)
            # Something in a shared namespace that the context does not have.
            for name in {family(iri) for iri in outline.shared if iri not in self.hubs}:
                self.owners.setdefault(name, []).append(n)
        self.leaves = self._find_leaves()
        self.altered = self._find_altered()

    # -- what is said of shared resources ------------------------------------------------------

    def _find_leaves(self) -> dict[str, set[str]]:
        """Return institutions and sources with all that anybody says of them.

        One that leads to what a group describes for itself is that group's, and no leaf.
        """
        told: dict[str, set[str]] = {}
        homes: dict[str, list[int]] = {}
        for n, outline in enumerate(self.outlines):
            for iri, lines in outline.leaves.items():
                told.setdefault(iri, set()).update(lines)
                homes.setdefault(iri, []).append(n)
        todo = True
        while todo:
            todo = False
            for iri in list(told):
                led = [_object(line) for line in told[iri]]
                if family(iri) in self.owners or any(o and self._is_owned(o, told) for o in led):
                    del told[iri]
                    self.owners.setdefault(family(iri), []).extend(homes[iri])
                    todo = True
        return told

    def _is_owned(self, iri: str, leaves: dict[str, set[str]]) -> bool:
        return iri not in self.hubs and iri not in leaves and family(iri) in self.owners

    def _find_altered(self) -> dict[str, set[str]]:
        """Return what groups say of the context's resources that some shape reads."""
        altered: dict[str, set[str]] = {}
        for outline in self.outlines:
            for iri, lines in outline.shared.items():
                if iri in self.hubs:
                    new = {
                        line
                        for line in lines
                        if _predicate(line) in self.reads.any and not self.context.says(line)
                    }
                    if new:
                        altered.setdefault(iri, set()).update(new)
        return altered

    def added(self) -> bytes:
        """Return what every unit must see: what is said of the context's resources."""
        lines = set().union(*self.altered.values(), set())
        named = [_object(line) for line in lines]
        for iri in self._closure({*self.hubs, *self.named, *filter(None, named)}):
            lines |= self.leaves[iri]
        return _join(lines)

    def leaves_for(self, unit: Sequence[int]) -> bytes:
        """Return what anybody says of the institutions and sources that a unit names."""
        named: set[str] = set()
        for n in unit:
            named.update(self.outlines[n].mentions, self.outlines[n].leaves)
        lines = {line for iri in self._closure(named) for line in self.leaves[iri]}
        # One made-up thing anywhere, and nothing real may stand beside it.
        if self.made_up and not any(self.outlines[n].synthetic for n in unit):
            lines.add(f"<{self.made_up[0]}> <{RDF}type> <{GCMO}Synthetic> .")
        return _join(lines)

    def _closure(self, iris: set[str]) -> set[str]:
        found: set[str] = set()
        todo = iris & self.leaves.keys()
        while todo:
            found |= todo
            led = {_object(line) for iri in todo for line in self.leaves[iri]}
            todo = {iri for iri in led if iri in self.leaves} - found
        return found

    # -- what belongs together -----------------------------------------------------------------

    def must_stay_whole(self) -> bool:
        """Tell whether a group says what may bear on any other."""
        if self.context.types & _RECORDS or any(o.strange for o in self.outlines):
            return True
        for line in set().union(*self.altered.values(), set()):
            value = _object(line)
            if (
                _predicate(line) in self.reads.along
                or line.endswith(">> .")
                or " _:" in line
                or (value and self._is_owned(value, self.leaves))
            ):
                return True
        for outline in self.outlines:
            if any(iri in self.hubs for iris in outline.ties.values() for iri in iris):
                return True
        # What the context names and a group describes is part of the context for all.
        apart = {iri for iri in self.hubs if not is_shared(iri)}
        return any(
            family(iri) in self.owners for iri in (apart | self.named) if iri not in self.leaves
        )

    def units(self) -> list[tuple[int, ...]]:
        """Return the groups that belong together, in order."""
        union = _Union(len(self.outlines))
        for owners in self.owners.values():
            union.join(owners)
        tied: dict[str, list[int]] = {}
        assessed: dict[str, list[int]] = {}
        split = {n for owners in self.owners.values() if len(set(owners)) > 1 for n in owners}
        for n, outline in enumerate(self.outlines):
            for iri in outline.mentions:
                if iri not in self.hubs and iri not in self.leaves:
                    union.join([n, *self.owners.get(family(iri), ())[:1]])
            for iris in outline.ties.values():
                for iri in iris:
                    tied.setdefault(iri, []).append(n)
            for iri in (*outline.assessed, *(outline.against if n in split else ())):
                assessed.setdefault(iri, []).append(n)
        if tied:
            for n, outline in enumerate(self.outlines):
                for iri in tied.keys() & {*outline.mentions, *outline.leaves}:
                    tied[iri].append(n)
        for numbers in (*tied.values(), *assessed.values()):
            union.join(numbers)
        return union.parts()


class _Union:
    """Disjoint sets of numbers."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def _find(self, n: int) -> int:
        while self._parent[n] != n:
            self._parent[n] = n = self._parent[self._parent[n]]
        return n

    def join(self, numbers: Sequence[int]) -> None:
        roots = sorted({self._find(n) for n in numbers})
        for root in roots[1:]:
            self._parent[root] = roots[0]

    def parts(self) -> list[tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for n in range(len(self._parent)):
            found.setdefault(self._find(n), []).append(n)
        return [tuple(part) for part in found.values()]


def _predicate(line: str) -> str:
    return line.split(" ", 2)[1][1:-1]


def _object(line: str) -> str | None:
    """Return the object of a statement in N-Triples, if it is an IRI."""
    value = line.split(" ", 2)[2][:-2]
    return value[1:-1] if value.startswith("<") and not value.startswith("<<") else None


def _join(lines: set[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(lines)).encode()
