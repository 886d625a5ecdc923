"""The changes between two states of a dataset, as typed values."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field

import pyoxigraph as ox

__all__ = ["Change", "ChangeKind", "CoverageEffect", "Difference", "Group", "State", "Term"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class ChangeKind(enum.Enum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    RESTATED = "restated"
    STATUS_CHANGED = "status-changed"
    RENAMED = "renamed"
    RECODED = "recoded"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"
    AMENDED = "amended"


class Group(enum.Enum):
    """What sort of thing changed; the value heads its part of a list."""

    LINK = "links"
    STATUS = "statuses"
    ELEMENT = "elements"
    INDICATOR = "indicators of actions"
    CELL = "cells as printed"
    FRAMEWORK = "frameworks"
    CROSSWALK = "crosswalks"
    INSTITUTION = "institutions"
    SOURCE = "sources"
    RECORD = "other records"
    OTHER = "other statements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one thing.

    :param kind: what happened.
    :param group: what sort of thing it happened to.
    :param about: the thing's IRI, as it is on the new side where it is there; ``_:`` and a name
        for a node without an IRI.
    :param label: the thing for people, such as ``1.a → A2.2``.
    :param field: what of it changed, in words; empty where it is the thing as a whole.
    :param before: the values that went; for other statements, the statements.
    :param after: the values that came.
    :param before_text: the old values for people; ``None`` where there was none.
    :param after_text: the new values for people.
    :param gone: IRIs of the things that are on the old side only because of this change.
    :param came: IRIs of the things that are on the new side only.
    :param replaced_by: IRIs of what replaces the thing, where the data state it.
    :param replaced_by_text: the same for people.
    :param guesses: IRIs of what perhaps replaces it, where the data don't.
    :param guess_text: the guesses for people, with the reason for each.
    :param follows: how many more statements changed only because the thing's IRI did.
    """

    kind: ChangeKind
    group: Group
    about: str
    label: str
    field: str = ""
    before: tuple[Term, ...] = ()
    after: tuple[Term, ...] = ()
    before_text: str | None = None
    after_text: str | None = None
    gone: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    replaced_by_text: str | None = None
    guesses: tuple[str, ...] = ()
    guess_text: tuple[str, ...] = ()
    follows: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return the change for JSON; what is empty there stays, so that keys are stable."""
        return {
            "kind": self.kind.value,
            "group": self.group.value,
            "about": self.about,
            "label": self.label,
            "field": self.field or None,
            "before": self.before_text,
            "after": self.after_text,
            "before_values": [_plain(t) for t in self.before],
            "after_values": [_plain(t) for t in self.after],
            "gone": list(self.gone),
            "came": list(self.came),
            "replaced_by": list(self.replaced_by),
            "perhaps_replaced_by": list(self.guesses),
            "statements_that_follow": self.follows,
        }


def _plain(term: Term) -> str:
    if isinstance(term, ox.NamedNode | ox.Literal):
        return str(term.value)
    return str(term)


@dataclass(frozen=True, slots=True)
class CoverageEffect:
    """How a counting rule counts an assessed framework, before and after.

    :param framework: the framework's IRI.
    :param code: its code.
    :param rule: the counting rule, such as ``strict``.
    :param before: how many are covered, of how many; ``None`` where it was not assessed.
    :param after: the same for the new side.
    """

    framework: str
    code: str
    rule: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None

    def as_dict(self) -> dict[str, object]:
        """Return the effect for JSON."""
        sides = {
            name: None if counts is None else {"covered": counts[0], "total": counts[1]}
            for name, counts in (("before", self.before), ("after", self.after))
        }
        return {"framework": self.framework, "code": self.code, "rule": self.rule, **sides}


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison.

    :param files: how many files it was read from.
    :param statements: how many different statements they make.
    :param digest: SHA-256 of the graph as canonical N-Quads in code point order (W3C RDF Dataset
        Canonicalization 1.0, 2024), in hexadecimal: equal for equal graphs only.
    """

    files: int
    statements: int
    digest: str

    def as_dict(self) -> dict[str, object]:
        """Return the side for JSON."""
        return {"files": self.files, "statements": self.statements, "sha256": self.digest}


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two states of a dataset.

    It is true if there is a difference.
    """

    old: State
    new: State
    changes: tuple[Change, ...] = ()
    coverage: tuple[CoverageEffect, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.changes)

    def counts(self) -> dict[Group, dict[ChangeKind, int]]:
        """Count the things that changed, by group and kind; a thing counts once for each kind."""
        seen: dict[Group, dict[ChangeKind, set[str]]] = defaultdict(lambda: defaultdict(set))
        for number, change in enumerate(self.changes):
            # An action may get and lose several indicators: each is a change of its own.
            name = str(number) if change.group is Group.INDICATOR else change.about
            seen[change.group][change.kind].add(name)
        return {
            group: {kind: len(seen[group][kind]) for kind in ChangeKind if kind in seen[group]}
            for group in Group
            if group in seen
        }
