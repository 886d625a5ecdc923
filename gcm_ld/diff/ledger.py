"""What differs between two sides, and what became of the things that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from gcm_ld.diff.model import Term
from gcm_ld.diff.side import TYPE, Key, Side, class_of, collect, key_of
from gcm_ld.diff.succession import (
    Guess,
    find_recoded,
    find_stated,
    guess_successors,
    pair_nodes,
)
from gcm_ld.model import Alignment, Assessment, Element, Record
from gcm_ld.namespaces import expand

__all__ = ["DEPRECATED", "TRUE", "Ledger"]

DEPRECATED = expand("owl:deprecated")
#: How an RDF boolean says yes.
TRUE = ("true", "1")
_ENDS = (expand("gcmo:assesses"), expand("gcmo:subject"), expand("gcmo:object"))


#: Subject → its record, and the class that says so.
Classes = dict[Key, tuple[type[Record], str]]


class Ledger:
    """The statements that differ, and the fate of their subjects.

    Whoever tells a change strikes out what it covers; what is left in the end is told property
    by property, so that nothing is lost.

    :param old: the old side.
    :param new: the new side.
    """

    #: The differing statements by subject, as it is called on the new side, and property.
    removed: dict[Key, dict[str, list[Term]]]
    added: dict[Key, dict[str, list[Term]]]
    #: Touched subjects that are records: each with its record and class, on each side, and on
    #: one side only.
    was: Classes
    now: Classes
    gone: Classes
    came: Classes
    #: Elements that have another IRI, and the links and assessments that have one: old → new.
    recoded: dict[Key, Key]
    paired: dict[Key, Key]
    #: Old link or assessment → the recoded element that it follows.
    led: dict[Key, Key]
    #: Old IRI → how many statements changed only because it did.
    follows: dict[Key, int]
    #: Retired elements → what the data say replaces them.
    later: dict[Key, list[Key]]
    #: Elements → the several that the data say they replace.
    merged: dict[Key, list[Key]]
    #: Retired elements → what perhaps replaces them.
    guesses: dict[Key, list[Guess]]

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old, new
        removed, added = old.triples - new.triples, new.triples - old.triples
        touched = {key_of(t.subject) for found in (removed, added) for t in found}
        self.was = {k: c for k in touched if (c := class_of(old.values(k, TYPE)))}
        self.now = {k: c for k in touched if (c := class_of(new.values(k, TYPE)))}
        self.gone = {k: c for k, c in self.was.items() if k not in self.now}
        self.came = {k: c for k, c in self.now.items() if k not in self.was}
        self._follow_elements()
        self._follow_links()
        self._open(removed, added)

    def strike(self, key: Key, name: str, values: Iterable[str]) -> None:
        """Strike added statements out that a change has told."""
        left, told = self.added.get(key, {}), set(values)
        if name in left:
            left[name] = [t for t in left[name] if getattr(t, "value", None) not in told]

    def _follow_elements(self) -> None:
        """Find out what became of the elements that are gone or deprecated."""
        gone = {k: name for k, (cls, name) in self.gone.items() if cls is Element}
        came = {k: name for k, (cls, name) in self.came.items() if cls is Element}
        kept = {k: name for k, (cls, name) in self.now.items() if cls is Element and k in self.was}
        left = gone | {k: name for k, name in kept.items() if self._is_newly_deprecated(k)}
        stated = find_stated(left, self.old, self.new)
        self.recoded = find_recoded(gone, came, self.old, self.new, stated)
        self.retired = {k: name for k, name in left.items() if k not in self.recoded}
        self.later = {k: stated.of.get(k, []) for k in self.retired}
        self.merged = {k: olds for k, olds in stated.before.items() if len(olds) > 1}
        taken = {*self.recoded.values(), *stated.before}
        self.guesses = guess_successors(
            {k: name for k, name in self.retired.items() if not self.later[k]},
            {k: name for k, name in came.items() if k not in taken},
            self.old,
            self.new,
        )

    def _is_newly_deprecated(self, key: Key) -> bool:
        was, now = (
            any(getattr(t, "value", "") in TRUE for t in side.values(key, DEPRECATED))
            for side in (self.old, self.new)
        )
        return now and not was

    def _follow_links(self) -> None:
        """Find the links and assessments that have another IRI only because an element has."""
        gone, came = (
            [k for k, (cls, _) in side.items() if cls in (Alignment, Assessment)]
            for side in (self.gone, self.came)
        )
        self.paired = pair_nodes(gone, came, self.old, self.new, self.recoded)
        self.led = {}
        for node in self.paired:
            for name in _ENDS:
                for end in self.old.iris(node, name):
                    if end in self.recoded:
                        self.led[node] = end

    def _open(self, removed: frozenset[ox.Triple], added: frozenset[ox.Triple]) -> None:
        """Give old statements the new IRIs, and leave out those that only follow suit."""
        renamed = self.recoded | self.paired
        self.follows = defaultdict(int)
        going, coming = [], set(added)
        for triple in removed:
            ends = [k for t in (triple.subject, triple.object) if (k := key_of(t)) in renamed]
            subject, obj = triple.subject, triple.object
            if (key := key_of(subject)) in renamed:
                subject = ox.NamedNode(renamed[key])
            if isinstance(obj, ox.NamedNode) and obj.value in renamed:
                obj = ox.NamedNode(renamed[obj.value])
            other = ox.Triple(subject, triple.predicate, obj)
            if ends and other in coming:
                coming.remove(other)
                self.follows[self.led.get(ends[0], ends[0])] += 1
            else:  # the subject as it is now, the value as it was
                going.append(ox.Triple(subject, triple.predicate, triple.object))
        self.removed, self.added = collect(going), collect(coming)
