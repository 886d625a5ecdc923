"""The sections of a review, from the data: a country's own structure, or the manual's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gcm_ld.resources import folder
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset
    from gcm_ld.model import Element, Framework
    from gcm_ld.review.facts import Facts

__all__ = ["Section", "Structure", "find_structure", "is_the_guides", "list_labels"]

#: Where the structure that the manual recommends stands in ``data/``, and its framework's code.
_MANUAL = ("alb", "alb-gcm-review.ttl")
#: What the code of a framework ends in that holds a review's structure.
_ENDING = "-gcm-review"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its code, its title, how deep it stands, and what of the manual's it is.

    ``place`` is the code of the manual's section with the same content, by which it is filled;
    empty where there is none.
    """

    code: str
    title: str
    level: int
    place: str
    iri: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A review's sections in order, and where they come from."""

    iri: str
    title: str
    #: Whether it is the country's own.
    own: bool
    citation: str
    sections: tuple[Section, ...]
    #: Sections of the manual's that it has none for, as code and title.
    without: tuple[tuple[str, str], ...] = ()


def find_structure(dataset: Dataset, country: str) -> Structure:
    """Find the structure of a country's review: its own, or the manual's for any country.

    A section of its own structure is filled like the manual's that has the same title, or that a
    link of the data joins it with; any other waits for a person.

    :param dataset: the data.
    :param country: the country's IRI.
    """
    from gcm_ld.model import Alignment, Element, Framework

    manual, template = _read_manual()
    sections: dict[str, list[Element]] = defaultdict(list)
    for r in dataset.records:
        if isinstance(r, Element) and r.kind == "Section":
            sections[r.framework].append(r)
    # The manual's own comes last: it stands for any country, and for Albania.
    own = min(
        (
            r
            for r in dataset.records
            if isinstance(r, Framework)
            and r.code.endswith(_ENDING)
            and r.spatial == country
            and sections[r.iri]
        ),
        key=lambda f: (f.iri == manual.iri, f.iri),
        default=None,
    )
    if own is None:
        return _build(manual, template, {e.iri: e.notation for e in template}, own=False)
    elements = sections[own.iri]
    places = {_key(e.label): e.notation for e in template}
    by_iri = {e.iri: e.notation for e in template}
    joined = {}
    for r in dataset.records:
        if isinstance(r, Alignment):
            for this, other in ((r.subject, r.object), (r.object, r.subject)):
                if other in by_iri:
                    joined[this] = by_iri[other]
    filled = {
        e.iri: by_iri.get(e.iri) or joined.get(e.iri) or places.get(_key(e.label), "")
        for e in elements
    }
    structure = _build(own, elements, filled, own=own.iri != manual.iri)
    taken = set(filled.values())
    lacking = tuple((e.notation, e.label) for e in _ordered(template) if e.notation not in taken)
    return Structure(
        structure.iri,
        structure.title,
        structure.own,
        structure.citation,
        structure.sections,
        lacking,
    )


def is_the_guides(facts: Facts) -> bool:
    """Tell whether the actions' assessments were read from the guide that the sections are of.

    :param facts: the country's data.
    """
    guide, _ = _read_manual()
    return any(c.source == guide.source for c in facts.crosswalks if c.iri in facts.stating)


def list_labels() -> list[tuple[str, str, str]]:
    """List what the manual's structure names: IRI, code and English label.

    A review of any country may show them, while its data hold none.
    """
    framework, sections = _read_manual()
    named = [(e.iri, e.notation, e.label) for e in sections]
    return [(framework.iri, framework.code, framework.label), *named]


@lru_cache(maxsize=1)
def _read_manual() -> tuple[Framework, list[Element]]:
    """Read the structure that the manual recommends."""
    from gcm_ld.build import read_records
    from gcm_ld.model import Element, Framework
    from gcm_ld.turtle import read_turtle

    records = read_records(read_turtle(folder("data").joinpath(*_MANUAL)))
    framework = next(
        r for r in records if isinstance(r, Framework) and r.code == _MANUAL[1].partition(".")[0]
    )
    return framework, [r for r in records if isinstance(r, Element) and r.kind == "Section"]


def _build(
    framework: Framework, elements: Iterable[Element], places: dict[str, str], *, own: bool
) -> Structure:
    chosen = _ordered(elements)
    by_iri = {e.iri: e for e in chosen}

    def level(e: Element, seen: frozenset[str] = frozenset()) -> int:
        above = [p for p in e.part_of if p in by_iri and p not in seen]
        return 1 + level(by_iri[above[0]], seen | {e.iri}) if above else 1

    sections = tuple(
        Section(e.notation, e.label, min(level(e), 3), places[e.iri], e.iri) for e in chosen
    )
    return Structure(framework.iri, framework.label, own, framework.citation or "", sections)


def _ordered(elements: Iterable[Element]) -> list[Element]:
    """Put sections in the order of the document: each before its parts, by their codes."""
    chosen = sorted(elements, key=lambda e: natural_key(e.notation))
    iris = {e.iri for e in chosen}
    below: dict[str, list[Element]] = {}
    for e in chosen:
        above = next((p for p in e.part_of if p in iris and p != e.iri), "")
        below.setdefault(above, []).append(e)
    out: list[Element] = []

    def walk(iri: str) -> None:
        for e in below.pop(iri, []):
            out.append(e)
            walk(e.iri)

    walk("")
    return out + [e for rest in below.values() for e in rest]  # those that are part of each other


def _key(title: str) -> str:
    return " ".join(title.casefold().split())
