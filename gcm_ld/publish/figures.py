"""What there is in a dump, counted: all figures that VoID states come from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, RDF, SDG
from gcm_ld.publish.dumps import Dump

__all__ = ["Figures", "count", "count_triples", "space_of"]

_TYPE = RDF + "type"
#: Between the parts of a key in JSON; no IRI holds it.
_GAP = " "


@dataclass(frozen=True)
class Figures:
    """The statistics of a dataset (VoID, section 4.6).

    :param triples: distinct statements, stated and derived.
    :param entities: distinct subjects that have a class.
    :param objects: distinct objects, texts and numbers among them.
    :param classes: class → how many entities have it.
    :param properties: property → how many statements have it.
    :param derived: property → how many statements have it that a rule derived.
    :param links: (space of the subject, property, space of the object) → number of statements
        that lead from the one space into the other.
    :param derived_links: those of them that a rule derived.
    """

    triples: int = 0
    entities: int = 0
    subjects: int = 0
    objects: int = 0
    classes: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, int] = field(default_factory=dict)
    derived: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    derived_links: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def derived_triples(self) -> int:
        """How many statements were derived by a rule."""
        return sum(self.derived.values())

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them."""
        found: dict[str, Any] = dict(vars(self))
        for name in ("links", "derived_links"):
            found[name] = {_GAP.join(key): n for key, n in found[name].items()}
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Figures:
        """Read back what :meth:`to_json` gave."""
        kept = dict(found)
        for name in ("links", "derived_links"):
            kept[name] = {tuple(key.split(_GAP)): n for key, n in kept[name].items()}
        return cls(**kept)


def count(dump: Dump) -> Figures:
    """Count what there is in a dataset's dump.

    :param dump: its statements.
    """
    return count_triples(_parse(dump.stated), _parse(dump.derived))


def count_triples(stated: Iterable[ox.Triple], derived: Iterable[ox.Triple] = ()) -> Figures:
    """Count what there is in some triples.

    :param stated: distinct triples.
    :param derived: distinct triples that a rule derived; none of them is stated.
    """
    subjects: set[str] = set()
    objects: set[object] = set()
    entities: set[str] = set()
    classes: Counter[str] = Counter()
    by_property: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    links: tuple[Counter[tuple[str, str, str]], ...] = (Counter(), Counter())
    spaces: dict[str, str] = {}
    for n, triples in enumerate((stated, derived)):
        for triple in triples:
            subject, predicate = str(triple.subject.value), triple.predicate.value  # type: ignore[union-attr]
            subjects.add(subject)
            by_property[n][predicate] += 1
            if not isinstance(triple.object, ox.NamedNode):
                objects.add(str(triple.object))
                continue
            value = triple.object.value
            objects.add(value)
            if predicate == _TYPE:
                classes[value] += 1
                entities.add(subject)
                continue
            for iri in (subject, value):
                if iri not in spaces:
                    spaces[iri] = space_of(iri)
            one, other = spaces[subject], spaces[value]
            if one and other and one != other:
                links[n][one, predicate, other] += 1
    total = by_property[0] + by_property[1]
    return Figures(
        triples=total.total(),
        entities=len(entities),
        subjects=len(subjects),
        objects=len(objects),
        classes=_sorted(classes),
        properties=_sorted(total),
        derived=_sorted(by_property[1]),
        links=_sorted(links[0] + links[1]),
        derived_links=_sorted(links[1]),
    )


def _sorted(found: Mapping[Any, int]) -> dict[Any, int]:
    return dict(sorted(found.items()))


def _parse(lines: Iterable[bytes]) -> Iterator[ox.Triple]:
    text = b"".join(line + b"\n" for line in lines)
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


def space_of(iri: str) -> str:
    """Return the space that a resource lies in: of a framework, of a crosswalk, of the SDGs.

    :returns: what the IRIs of that space start with; nothing for other people's.

    >>> space_of("https://w3id.org/gcm-ld/id/gcm/action/1.a")
    'https://w3id.org/gcm-ld/id/gcm'
    >>> space_of("https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg/alignment/1.a--17.18")
    'https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg'
    >>> space_of("http://metadata.un.org/sdg/10.7"), space_of("http://example.org/")
    ('http://metadata.un.org/sdg', '')
    """
    for space in (SDG, COUNTRIES):
        if iri.startswith(space):
            return space
    head, mark, rest = iri.partition("/id/")
    if not mark:
        return ""
    steps = rest.split("/")
    return head + mark + "/".join(steps[: 2 if steps[0] == "crosswalk" else 1])
