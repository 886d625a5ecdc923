"""Which elements follow which: as the data state, by an equal label, or as a guess."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from gcm_ld.diff.side import LABEL, Side
from gcm_ld.namespaces import expand
from gcm_ld.turtle import natural_key

__all__ = ["Guess", "Successions", "find_recoded", "find_stated", "guess_successors", "pair_nodes"]

REPLACES = expand("dcterms:replaces")
REPLACED_BY = expand("dcterms:isReplacedBy")
_SCHEME = expand("skos:inScheme")
_SUBJECT, _OBJECT = expand("gcmo:subject"), expand("gcmo:object")
_MONITORED = expand("gcmo:monitoredBy")
#: Nodes that stand for a pair of others: what tells two of them apart.
_PAIRED = (
    (expand("gcmo:inCrosswalk"), _SUBJECT, _OBJECT),
    (expand("gcmo:inCrosswalk"), expand("gcmo:assesses"), expand("gcmo:against")),
)
_WORD = re.compile(r"\w+")
#: Labels that share this much of their words, or elements this much of their links, look alike.
_ALIKE_WORDS, _ALIKE_LINKS = 0.6, 0.5
#: Words and partners that more elements than this share tell little and are passed over.
_COMMON = 50
_GUESSES = 3


@dataclass(slots=True)
class Successions:
    """Stated successions of elements.

    :param of: old element → what is stated to replace it, in natural order.
    :param before: new element → what it is stated to replace.
    """

    of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    before: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Guess:
    """An element that perhaps replaces another, and why."""

    iri: str
    reason: str


def find_stated(left: Collection[str], old: Side, new: Side) -> Successions:
    """Find what the data state of elements that are gone or deprecated.

    :param left: the elements that are gone, or deprecated on the new side.
    :param old: where ``dcterms:isReplacedBy`` may foretell it.
    :param new: where ``dcterms:replaces`` or ``dcterms:isReplacedBy`` says it.
    :returns: the successions, whether or not the new side describes what replaces.
    """
    pairs = set()
    for side in (old, new):
        for iri in left:
            pairs |= {(iri, later) for later in side.iris(iri, REPLACED_BY)}
    for key, values in new.subjects.items():
        for term in values.get(REPLACES, ()):
            if isinstance(term, ox.NamedNode) and term.value in left:
                pairs.add((term.value, key))
    found = Successions()
    for earlier, later in sorted(pairs, key=lambda pair: [natural_key(iri) for iri in pair]):
        if earlier != later:
            found.of[earlier].append(later)
            found.before[later].append(earlier)
    return found


def find_recoded(
    gone: Mapping[str, str], came: Mapping[str, str], old: Side, new: Side, stated: Successions
) -> dict[str, str]:
    """Find elements that kept framework, kind and label and have another IRI.

    :param gone: elements of the old side only, with their class.
    :param came: elements of the new side only, with their class.
    :param stated: stated successions, which go first.
    :returns: old IRI → new IRI. A label that several elements share tells nothing.
    """

    def by_label(elements: Mapping[str, str], side: Side) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for iri, kind in elements.items():
            label = side.text(iri, LABEL)
            if label:
                found[kind, _scheme(side, iri), label].append(iri)
        return found

    later = by_label(came, new)
    pairs = {}
    for key, iris in by_label(gone, old).items():
        if len(iris) == len(later.get(key, ())) == 1:
            (a,), (b,) = iris, later[key]
            if stated.of.get(a, [b]) == [b] and stated.before.get(b, [a]) == [a]:
                pairs[a] = b
    return pairs


def _scheme(side: Side, iri: str) -> str:
    return " ".join(sorted(side.iris(iri, _SCHEME)))


def pair_nodes(
    gone: Iterable[str], came: Iterable[str], old: Side, new: Side, recoded: Mapping[str, str]
) -> dict[str, str]:
    """Pair links, and assessments, that stand for the same two things under another IRI.

    :param gone: links and assessments of the old side only.
    :param came: those of the new side only.
    :param recoded: elements with another IRI, old → new.
    :returns: old IRI → new IRI.
    """

    def by_pair(
        iris: Iterable[str], side: Side, renamed: Mapping[str, str]
    ) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for iri in iris:
            for names in _PAIRED:
                ends = [side.iris(iri, name) for name in names]
                if all(len(end) == 1 for end in ends):
                    found[names[-1], *(renamed.get(end, end) for (end,) in ends)].append(iri)
        return found

    later = by_pair(came, new, {})
    return {
        iris[0]: later[key][0]
        for key, iris in by_pair(gone, old, recoded).items()
        if len(iris) == len(later.get(key, ())) == 1
    }


def guess_successors(
    left: Mapping[str, str], came: Mapping[str, str], old: Side, new: Side
) -> dict[str, list[Guess]]:
    """Guess what replaces elements that are gone, by words of the label and shared links.

    :param left: the elements without a stated successor, with their class.
    :param came: the elements that are new, with their class.
    :returns: old IRI → the likeliest, best first; only elements of the same class.
    """
    if not left or not came:
        return {}
    words = {iri: _words(new.text(iri, LABEL)) for iri in came}
    by_word = _index(words)
    partners = _partners(new)
    linked = {iri: partners[iri] for iri in came if iri in partners}
    by_partner = _index(linked)
    earlier = _partners(old)
    found = {}
    for iri, kind in left.items():
        own, links = _words(old.text(iri, LABEL)), earlier.get(iri, set())
        near = {c for word in own for c in by_word.get(word, ())}
        near |= {c for partner in links for c in by_partner.get(partner, ())}
        scored = []
        for other in near:
            if came[other] != kind:
                continue
            theirs = linked.get(other, set())
            shared = len(links & theirs)
            alike = 2 * len(own & words[other]) / max(1, len(own) + len(words[other]))
            both = shared / max(1, len(links | theirs))
            if alike >= _ALIKE_WORDS or (shared > 1 and both >= _ALIKE_LINKS):
                reasons = ["its label is alike"] * (alike >= _ALIKE_WORDS)
                reasons += [f"{shared} links are shared"] * (shared > 1)
                scored.append((-alike - both, natural_key(other), other, " and ".join(reasons)))
        if scored:
            found[iri] = [Guess(other, why) for *_, other, why in sorted(scored)[:_GUESSES]]
    return found


def _words(label: str) -> set[str]:
    return set(_WORD.findall(label.casefold()))


def _index(values: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Turn a table round; what is common to many is left out, so that work stays linear."""
    counts = Counter(v for found in values.values() for v in found)
    index = defaultdict(list)
    for iri, found in values.items():
        for value in found:
            if counts[value] <= _COMMON:
                index[value].append(iri)
    return index


def _partners(side: Side) -> dict[str, set[str]]:
    """Find what each element is linked with."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, values in side.subjects.items():
        if _SUBJECT in values and _OBJECT in values:
            for a in side.iris(key, _SUBJECT):
                for b in side.iris(key, _OBJECT):
                    found[a].add(b)
                    found[b].add(a)
        for indicator in side.iris(key, _MONITORED):
            found[indicator].add(key)
    return found
