"""Comparing two datasets: each statement that differs becomes part of one change."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.diff.coverage import compare_coverage
from gcm_ld.diff.ledger import DEPRECATED, TRUE, Ledger
from gcm_ld.diff.model import Change, ChangeKind, Difference, Group, State, Term
from gcm_ld.diff.names import Names, sort_terms
from gcm_ld.diff.side import LABEL, NOTATION, TYPE, Key, Side, open_side
from gcm_ld.diff.succession import (
    REPLACED_BY,
    REPLACES,
)
from gcm_ld.model import (
    Alignment,
    Assessment,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Record,
    Source,
    properties,
)
from gcm_ld.namespaces import RDFS, compact, expand
from gcm_ld.turtle import natural_key

__all__ = ["compare"]

_GROUPS: dict[type[Record], Group] = {
    Alignment: Group.LINK,
    Assessment: Group.STATUS,
    Element: Group.ELEMENT,
    Framework: Group.FRAMEWORK,
    Crosswalk: Group.CROSSWALK,
    Institution: Group.INSTITUTION,
    Source: Group.SOURCE,
}
_LABELS = (LABEL, expand("dcterms:title"), RDFS + "label")
_MONITORED = expand("gcmo:monitoredBy")
_BASIS, _SCOPE, _STATUS = (expand(f"gcmo:{n}") for n in ("basis", "scope", "status"))
_PART_OF = expand("gcmo:partOf")
#: Words for fields that people call otherwise than the model does.
_FIELDS = {"notation": "code", "row": "table row"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_Values = dict[str, list[Term]]


def compare(old: Dataset, new: Dataset) -> Difference:
    """Compare the statements of two datasets' own files.

    The shipped frameworks that a dataset leans on are not compared; they only lend names.
    Splits, mergers and replacements are those that the data state with ``dcterms:replaces`` or
    ``dcterms:isReplacedBy`` (DCMI Metadata Terms); elsewhere an element that is gone is retired,
    and what perhaps replaces it is a guess and marked as one.

    :param old: the earlier state.
    :param new: the later state.
    :returns: the changes, by group and in natural order; none if the graphs are equal, however
        their files are laid out.
    :raises FileError: if a file is not Turtle.

    >>> from gcm_ld import open_dataset
    >>> bool(compare(open_dataset(), open_dataset()))
    False
    """
    sides = open_side(old), open_side(new)
    before, after = (State(s.files, len(s.triples), s.digest) for s in sides)
    if before.digest == after.digest:
        return Difference(before, after)
    changes = _Teller(Ledger(*sides)).changes()
    return Difference(before, after, tuple(changes), tuple(compare_coverage(*sides)))


class _Teller:
    """Whoever tells the changes of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.names = Names(ledger.new, ledger.old)
        self.found: list[Change] = []

    def changes(self) -> list[Change]:
        """Tell all changes, by group and in natural order."""
        self._tell_recoded()
        self._tell_retired()
        self._tell_merged()
        self._tell_gone_and_came()
        removed, added = self.ledger.removed, self.ledger.added
        for key in removed.keys() | added.keys():
            self._tell_rest(key, removed.get(key, {}), added.get(key, {}))
        order = {member: n for members in (Group, ChangeKind) for n, member in enumerate(members)}
        return sorted(
            self.found,
            key=lambda c: (
                order[c.group],
                natural_key(c.label),
                c.about,
                order[c.kind],
                c.field,
                c.before_text or "",
                c.after_text or "",
            ),
        )

    def _tell(self, kind: ChangeKind, group: Group, about: Key, **more: Any) -> None:
        label = self.names.thing(about, self.ledger.now.get(about) or self.ledger.was.get(about))
        self.found.append(Change(kind=kind, group=group, about=about, label=label, **more))

    def _values(self, before: Iterable[Term], after: Iterable[Term]) -> dict[str, Any]:
        old, new = tuple(sort_terms(before)), tuple(sort_terms(after))
        was, now = self.names.values(old), self.names.values(new)
        if was == now:  # words hide how they differ
            was, now = (self.names.values(v, exact=True) for v in (old, new))
        return {"before": old, "after": new, "before_text": was, "after_text": now}

    def _things(self, before: Iterable[Key], after: Iterable[Key]) -> dict[str, Any]:
        return self._values(map(ox.NamedNode, before), map(ox.NamedNode, after))

    def _tell_recoded(self) -> None:
        """Tell which elements have another code, and which links another IRI."""
        book = self.ledger
        followers: dict[Key, list[Key]] = defaultdict(list)
        for node, element in book.led.items():
            followers[element].append(node)
        for a, b in book.recoded.items():
            for side in (book.removed, book.added):
                side.get(b, {}).pop(NOTATION, None)
            book.strike(b, REPLACES, [a])
            nodes = sorted(followers[a], key=natural_key)
            self._tell(
                ChangeKind.RECODED,
                Group.ELEMENT,
                b,
                **self._things([a], [b]),
                gone=(a, *nodes),
                came=(b, *(book.paired[node] for node in nodes)),
                follows=book.follows[a],
            )
        for a, b in book.paired.items():
            if a not in book.led:
                group, ends = _GROUPS[book.was[a][0]], {"gone": (a,), "came": (b,)}
                more = {**self._things([a], [b]), **ends, "follows": book.follows[a]}
                self._tell(ChangeKind.RESTATED, group, b, field="IRI", **more)

    def _tell_retired(self) -> None:
        """Tell which elements are gone or deprecated, and what the data say replaces them."""
        book = self.ledger
        for a, later in book.later.items():
            gone = (a,) if a in book.gone else ()
            book.strike(a, DEPRECATED, TRUE)
            book.strike(a, REPLACED_BY, later)
            for b in later:
                book.strike(b, REPLACES, [a])
            if gone:
                book.removed.pop(a, None)
            if len(later) > 1:
                came = tuple(b for b in later if b in book.came and b not in book.merged)
                for b in came:
                    book.added.pop(b, None)
                more = {**self._things([a], later), "gone": gone, "came": came}
                self._tell(ChangeKind.SPLIT, Group.ELEMENT, a, replaced_by=tuple(later), **more)
            elif not later or later[0] not in book.merged:
                guesses = book.guesses.get(a, ())
                self._tell(
                    ChangeKind.RETIRED,
                    Group.ELEMENT,
                    a,
                    before_text=self.names.title(a) or None,
                    replaced_by=tuple(later),
                    replaced_by_text=self.names.values(map(ox.NamedNode, later)),
                    guesses=tuple(g.iri for g in guesses),
                    guess_text=tuple(self._guess(g.iri, g.reason) for g in guesses),
                    gone=gone,
                )

    def _guess(self, iri: Key, reason: str) -> str:
        title = self.names.title(iri)
        return f"{compact(iri)}{f' “{title}”' if title else ''}: {reason}"

    def _tell_merged(self) -> None:
        """Tell which elements the data say replace several."""
        book = self.ledger
        for b, olds in book.merged.items():
            gone = tuple(a for a in olds if a in book.gone and len(book.later[a]) == 1)
            came = (b,) if b in book.came else ()
            if came:
                book.added.pop(b, None)
            ends = {"gone": gone, "came": came}
            self._tell(ChangeKind.MERGED, Group.ELEMENT, b, **self._things(olds, [b]), **ends)

    def _tell_gone_and_came(self) -> None:
        """Tell what is on one side only and has not been told."""
        book = self.ledger
        told = {k for c in self.found for k in (*c.gone, *c.came)}
        for key, (cls, _) in book.gone.items():
            if key not in told:
                book.removed.pop(key, None)
                group, text = _GROUPS.get(cls, Group.RECORD), self._essence(book.old, key, cls)
                self._tell(ChangeKind.REMOVED, group, key, before_text=text, gone=(key,))
        for key, (cls, _) in book.came.items():
            if key not in told:
                book.added.pop(key, None)
                group, text = _GROUPS.get(cls, Group.RECORD), self._essence(book.new, key, cls)
                self._tell(ChangeKind.ADDED, group, key, after_text=text, came=(key,))

    def _essence(self, side: Side, key: Key, cls: type[Record]) -> str | None:
        """Return what a whole thing says, in a few words."""
        if cls is Assessment:
            return self.names.values(side.values(key, _STATUS))
        if cls is Alignment:
            words = [self.names.values(side.values(key, n)) for n in (_BASIS, _SCOPE)]
            return ", ".join(_CAMEL.sub(" ", w).lower() for w in words if w) or None
        return self.names.title(key) or None

    def _tell_rest(self, key: Key, before: _Values, after: _Values) -> None:
        """Tell what is left of a subject in the ledger, property by property."""
        fields = self._fields(key)
        rest: tuple[list[ox.Triple], list[ox.Triple]] = ([], [])
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name, []), after.get(name, [])
            if name == _MONITORED:
                for term in old:
                    values = self._values([term], [])
                    self._tell(ChangeKind.REMOVED, Group.INDICATOR, key, **values)
                for term in new:
                    values = self._values([], [term])
                    self._tell(ChangeKind.ADDED, Group.INDICATOR, key, **values)
            elif name in fields and (old or new):
                kind, group = _kind_and_group(self.ledger.now[key][0], name, fields[name])
                self._tell(kind, group, key, field=fields[name], **self._values(old, new))
            else:
                for found, terms in zip(rest, (old, new), strict=True):
                    found += [_statement(key, name, t) for t in terms]
        if any(rest):
            removed, added = (tuple(sorted(found, key=str)) for found in rest)
            self._tell(
                ChangeKind.AMENDED,
                Group.OTHER,
                key,
                before=removed,
                after=added,
                before_text=self.names.statements(removed),
                after_text=self.names.statements(added),
            )

    def _fields(self, key: Key) -> dict[str, str]:
        """Return the properties that model a subject on both sides, with words for them."""
        now = self.ledger.now.get(key)
        if now is None or self.ledger.was.get(key, now)[0] is not now[0]:
            return {}
        words = {expand(p.curie): _FIELDS.get(p.name, p.name) for p in properties(now[0])}
        return {TYPE: "class"} | {name: word.replace("_", " ") for name, word in words.items()}


def _kind_and_group(cls: type[Record], name: str, field: str) -> tuple[ChangeKind, Group]:
    """Tell what a changed property means for a thing of some class."""
    group = _GROUPS.get(cls, Group.RECORD)
    if cls is Alignment:
        return ChangeKind.RESTATED, group
    if name == _STATUS:
        return ChangeKind.STATUS_CHANGED, group
    if cls is Assessment and field.endswith(" cell"):
        return ChangeKind.AMENDED, Group.CELL
    if name == _PART_OF:
        return ChangeKind.MOVED, group
    return ChangeKind.RENAMED if name in _LABELS else ChangeKind.AMENDED, group


def _statement(key: Key, name: str, value: Term) -> ox.Triple:
    subject = ox.BlankNode(key[2:]) if key.startswith("_:") else ox.NamedNode(key)
    return ox.Triple(subject, ox.NamedNode(name), value)
