"""What a newer SDG vocabulary changes, and which links have to be looked at again."""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gcm_ld.model import Element
from gcm_ld.namespaces import compact, expand
from gcm_ld.turtle import natural_key
from gcm_ld.vocabulary.terms import SDG_KINDS, Term, Vocabulary, plain
from gcm_ld.vocabulary.uses import Uses
from gcm_ld.words import plural

__all__ = ["Fate", "TermChange", "compare_terms", "summarise"]

_CURATED = expand("gcmo:Curated")
_PERMANENT = re.compile(r"C[0-9a-z]{6}")
#: Links that a sentence names; the rest is counted.
_SHOWN = 12


class Fate(enum.Enum):
    """What became of a goal, target or indicator."""

    RETIRED = "retired"
    RECODED = "recoded"
    UNKNOWN = "unknown"
    RENAMED = "renamed"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChange:
    """What a newer vocabulary changes of one goal, target or indicator.

    :param fate: what became of it.
    :param iri: its IRI here; for a new one, its IRI there.
    :param kind: ``Goal``, ``Target`` or ``Indicator``.
    :param code: its code here; for a new one, its code there.
    :param label: its label here; for a new one, its label there.
    :param now: IRIs of what it is now, or what replaces it.
    :param now_text: the same for people.
    :param how: how the two were matched.
    :param likely: whether the match is only likely.
    :param notes: what the vocabulary's notes say of it.
    :param uses: what uses it.
    """

    fate: Fate
    iri: str
    kind: str
    code: str
    label: str
    now: tuple[str, ...] = ()
    now_text: str = ""
    how: str = ""
    likely: bool = False
    notes: tuple[str, ...] = ()
    uses: Uses = field(default_factory=Uses)

    @property
    def breaks(self) -> bool:
        """Whether links, or indicators of actions, have to be looked at again."""
        used = bool(self.uses.links or self.uses.followed)
        return used and self.fate not in (Fate.RENAMED, Fate.NEW)

    def __str__(self) -> str:
        return "; ".join(self._clauses())

    def _clauses(self) -> Iterator[str]:
        name = f"{self.kind.lower() or 'term'} {self.code}"
        label = f" “{self.label}”" if self.label else ""
        how = f" ({'likely, ' if self.likely else ''}{self.how})" if self.how else ""
        if self.fate is Fate.RENAMED:
            yield f"renamed: {name}{label} is now {self.now_text}"
        elif self.fate is Fate.RECODED:
            yield f"recoded: {name}{label} is now {self.now_text}{how}"
        elif self.now:
            yield f"{self.fate.value}: {name}{label}; replaced by {self.now_text}{how}"
        else:
            yield f"{self.fate.value}: {name}{label}"
        yield from (f"note: {note}" for note in self.notes)
        if self.fate is not Fate.NEW:
            yield self._used()

    def _used(self) -> str:
        found = [*self.uses.links, *(f"the indicator of {a}" for a in self.uses.followed)]
        if not found and not self.uses.records:
            return "nothing uses it"
        verb = "look again at" if self.breaks else "used by"
        if not found:
            found = list(self.uses.records)
            verb = "named by"
        more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        return f"{verb} {', '.join(found[:_SHOWN] + more)}"

    def as_dict(self) -> dict[str, object]:
        """Return the change for JSON."""
        return {
            "fate": self.fate.value,
            "iri": self.iri,
            "kind": self.kind,
            "code": self.code,
            "label": self.label,
            "now": list(self.now),
            "now_text": self.now_text or None,
            "how": self.how or None,
            "likely": self.likely,
            "notes": list(self.notes),
            "breaks": self.breaks,
            "links": list(self.uses.links),
            "indicator_of": list(self.uses.followed),
            "records": list(self.uses.records),
        }


def compare_terms(
    elements: Iterable[Element], uses: Mapping[str, Uses], vocabulary: Vocabulary
) -> list[TermChange]:
    """Tell what a newer vocabulary changes of the terms that a dataset knows or uses.

    A term is the same if it has the same IRI. One whose IRI is gone is looked for by permanent
    code, by what the vocabulary states (``owl:sameAs``, ``skos:exactMatch``,
    ``dcterms:replaces``, ``dcterms:isReplacedBy``), by code for goals and targets, whose codes
    are fixed, then by an equal label or a note that names its code; the last two are only likely.
    Labels of our own wording are not compared.

    :param elements: the goals, targets and indicators of a dataset.
    :param uses: what uses them.
    :returns: the changes: those that break links first, new terms last.
    """
    ours = {e.iri: e for e in elements if e.kind in SDG_KINDS}
    matcher = _Matcher(vocabulary, ours)
    changes = [c for e in ours.values() for c in matcher.changes(e, uses.get(e.iri, Uses()))]
    for iri, used in uses.items():
        if iri not in ours and iri not in vocabulary.current:
            code = iri.rpartition("/")[2]
            changes.append(
                TermChange(fate=Fate.UNKNOWN, iri=iri, kind="", code=code, label="", uses=used)
            )
    taken = {iri for c in changes for iri in c.now}
    for iri, term in vocabulary.current.items():
        if iri not in ours and iri not in taken:
            code = term.code or compact(iri)
            changes.append(
                TermChange(fate=Fate.NEW, iri=iri, kind=term.kind, code=code, label=term.label)
            )
    order = {fate: number for number, fate in enumerate(Fate)}
    return sorted(changes, key=lambda c: (not c.breaks, order[c.fate], natural_key(c.code), c.iri))


class _Matcher:
    """Finds in a vocabulary what became of terms."""

    def __init__(self, vocabulary: Vocabulary, ours: Mapping[str, Element]) -> None:
        self.vocabulary = vocabulary
        fresh = {iri: t for iri, t in vocabulary.current.items() if iri not in ours}
        self.by_permanent = _index((c, i) for i, t in fresh.items() for c in t.permanent)
        self.by_code = _index((f"{t.kind} {c}", i) for i, t in fresh.items() for c in t.codes)
        self.by_label = _index(
            (f"{t.kind} {plain(text)}", i) for i, t in fresh.items() for text in t.labels | t.short
        )
        self.by_note = _index(
            (word.rstrip("."), i)
            for i, t in fresh.items()
            for note in t.notes
            for word in re.findall(r"[\w.]+", note)
        )

    def changes(self, element: Element, uses: Uses) -> Iterator[TermChange]:
        """Tell what became of one term: a fate, and a new name if it has one."""
        iri, codes = element.iri, {element.notation, *element.identifiers}
        permanent = {c for c in {*codes, iri.rpartition("/")[2]} if _PERMANENT.fullmatch(c)}
        term = self.vocabulary.current.get(iri)

        def change(fate: Fate, **more: object) -> TermChange:
            what = {"iri": iri, "kind": element.kind, "code": element.notation}
            return TermChange(fate=fate, label=element.label, uses=uses, **what, **more)  # type: ignore[arg-type]

        if term is not None:
            if term.codes and element.notation not in term.codes:
                yield change(Fate.RECODED, now=(iri,), now_text=term.code, how="")
            ours = {plain(label) for label in (element.label, *element.alt_labels)}
            if (
                element.label_basis != _CURATED
                and term.labels
                and not ours & set(map(plain, term.labels | term.short))
            ):
                yield change(Fate.RENAMED, now=(iri,), now_text=f"“{term.label}”")
            return
        gone = self.vocabulary.mentioned.get(iri, Term())
        notes = tuple(sorted(gone.notes, key=natural_key))
        for fate, how, likely, found in self._candidates(element, codes - permanent, permanent):
            if found:
                yield change(
                    fate,
                    now=tuple(found),
                    now_text=" and ".join(self._text(iri, element) for iri in found),
                    how=how,
                    likely=likely,
                    notes=notes,
                )
                return
        yield change(Fate.RETIRED, notes=notes)

    def _candidates(
        self, element: Element, codes: set[str], permanent: set[str]
    ) -> Iterator[tuple[Fate, str, bool, list[str]]]:
        """Look for a term whose IRI is gone, the surest way first."""
        iri, kind = element.iri, element.kind

        def find(index: Mapping[str, set[str]], keys: Iterable[str]) -> list[str]:
            found = {i for key in keys for i in index.get(key, ())}
            return sorted(found, key=natural_key)

        yield Fate.RECODED, "by its permanent code", False, find(self.by_permanent, permanent)
        yield Fate.RECODED, "stated to be the same", False, self.vocabulary.equals(iri)
        yield Fate.RETIRED, "as stated", False, self.vocabulary.successors(iri)
        if kind != "Indicator":
            keys = (f"{kind} {code}" for code in codes)
            yield Fate.RECODED, "by its code", False, find(self.by_code, keys)
        if element.label_basis != _CURATED:
            labels = (f"{kind} {plain(text)}" for text in (element.label, *element.alt_labels))
            yield Fate.RECODED, "by its equal label", True, find(self.by_label, labels)
        named = find(self.by_note, {c for c in codes if "." in c} | permanent)
        yield Fate.RETIRED, "by a note that names its code", True, named

    def _text(self, iri: str, was: Element) -> str:
        term = self.vocabulary.mentioned.get(iri, Term())
        again = plain(term.label) == plain(was.label)
        label = f" “{term.label}”" if term.label and not again else ""
        return f"{term.code}{label} at {compact(iri)}" if term.code else compact(iri)


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for key, iri in pairs:
        index[key].add(iri)
    return index


def summarise(changes: Iterable[TermChange]) -> str:
    """Count changes in a sentence.

    >>> summarise([TermChange(fate=Fate.NEW, iri="a", kind="Goal", code="18", label="")])
    '1 new; nothing to look at again'
    """
    changes = list(changes)
    counts = {fate: sum(c.fate is fate for c in changes) for fate in Fate}
    parts = ", ".join(f"{n} {fate.value}" for fate, n in counts.items() if n)
    links = len({link for c in changes if c.breaks for link in c.uses.links})
    actions = len({(c.iri, a) for c in changes if c.breaks for a in c.uses.followed})
    again = [plural(links, "link")] * bool(links)
    again += [plural(actions, "indicator") + " of actions"] * bool(actions)
    return f"{parts or 'no change'}; {' and '.join(again) or 'nothing'} to look at again"
