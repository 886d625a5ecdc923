"""What may be suggested, and the links by which suggestions are judged: from the shipped data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gcm_ld.build import read_records
from gcm_ld.errors import InputError
from gcm_ld.model import Alignment, Element
from gcm_ld.namespaces import GCM, SDG, SKOS, compact, expand
from gcm_ld.resources import shipped_data
from gcm_ld.suggest.ranking import Candidate, Passage
from gcm_ld.turtle import read_turtle

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Knowledge", "Measure", "load_knowledge", "measures_of"]

_SOURCES = ("gcm", "sdg", "alb")
#: The assessed framework whose stated links are known.
_KNOWN = "https://w3id.org/gcm-ld/id/alb-nsm-2019"
_STATED = expand("gcmo:Stated")
_OUTCOME_CELL = expand("gcmo:sourceOutcomeCell")
_TARGET_CELL = expand("gcmo:sourceTargetCell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An outcome or measure of a national strategy, for which something is to be suggested.

    :param code: its code in the strategy.
    :param title: its title, in English.
    :param description: more about it.
    :param objective: title of the objective that it belongs to.
    :param iri: its IRI, if it is in a graph.
    """

    code: str
    title: str
    description: str = ""
    objective: str = ""
    iri: str = ""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Its texts, the title first."""
        texts = (
            Passage("title", self.title),
            Passage("description", self.description),
            Passage("objective", self.objective),
        )
        return tuple(p for p in texts if p.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known before a strategy is read.

    :param actions: the Compact's actions, in its order.
    :param targets: the SDG targets, in their order.
    :param serves: IRI of an action → IRIs of the SDG targets that a source says it serves.
    :param measures: Albania's outcomes, whose links are known.
    :param answers: IRI of an outcome → IRIs of the actions that the source says it answers.
    """

    actions: tuple[Candidate, ...]
    targets: tuple[Candidate, ...]
    serves: Mapping[str, frozenset[str]]
    measures: tuple[Measure, ...]
    answers: Mapping[str, frozenset[str]]


def load_knowledge(*, wording: Path | None = None) -> Knowledge:
    """Read actions, targets and known links from the shipped data.

    Only stated links count: those that a source's own cell gives, action by action. What is said
    of objectives as a whole, and an “All”, say nothing of single actions.

    :param wording: Turtle with ``skos:definition`` of the Compact's actions and objectives, as
        ``gcm-ld wording`` writes it; its text is then used beside ours.
    :raises FileError: if the file can't be read or is not Turtle.
    :raises InputError: if it defines no action of the Compact.
    """
    records = read_records(t for path in shipped_data(*_SOURCES) for t in read_turtle(path))
    elements = [r for r in records if isinstance(r, Element)]
    links = [r for r in records if isinstance(r, Alignment)]
    by_iri = {e.iri: e for e in elements}
    official = _definitions(read_turtle(wording)) if wording else {}
    actions = [e for e in elements if e.framework == GCM and e.kind == "Action"]
    if wording is not None and not any(a.iri in official for a in actions):
        raise InputError(
            f"{wording}: no action of the Compact has a skos:definition in it: "
            "make the file with 'gcm-ld wording'"
        )
    targets = [e for e in elements if e.framework == SDG and e.kind == "Target"]
    known = [e for e in elements if e.framework == _KNOWN]
    return Knowledge(
        actions=tuple(_candidate(e, by_iri, official) for e in actions),
        targets=tuple(_candidate(e, by_iri, official) for e in targets),
        serves=_by_subject(links, _TARGET_CELL, {t.iri for t in targets}),
        measures=tuple(measures_of(known)),
        answers=_reverse(_by_subject(links, _OUTCOME_CELL, {e.iri for e in known})),
    )


def measures_of(elements: Iterable[Element]) -> list[Measure]:
    """Make measures of the outcomes among some elements, with their objectives' titles.

    :param elements: elements of a strategy: outcomes, and objectives.
    """
    found = list(elements)
    by_iri = {e.iri: e for e in found}
    return [
        Measure(
            code=e.notation,
            title=e.label,
            description=e.note or "",
            objective="; ".join(by_iri[p].label for p in e.part_of if p in by_iri),
            iri=e.iri,
        )
        for e in found
        if e.kind == "Outcome"
    ]


def _candidate(
    element: Element, by_iri: Mapping[str, Element], official: Mapping[str, str]
) -> Candidate:
    parents = [by_iri[p] for p in element.part_of if p in by_iri]
    texts = [
        Passage("title", element.label),
        Passage("scope note", element.note or ""),
        Passage("official wording", official.get(element.iri, "")),
        *(Passage("objective", p.label) for p in parents),
    ]
    return Candidate(
        iri=element.iri,
        code=element.notation,
        title=element.label,
        group=parents[0].notation if parents else element.notation,
        passages=tuple(p for p in texts if p.text),
    )


def _definitions(triples: Iterable[ox.Triple]) -> dict[str, str]:
    definition = SKOS + "definition"
    return {
        str(getattr(t.subject, "value", "")): str(getattr(t.object, "value", ""))
        for t in triples
        if t.predicate.value == definition
    }


def _by_subject(
    links: Iterable[Alignment], cell: str, objects: set[str]
) -> dict[str, frozenset[str]]:
    """Gather the links that a kind of cell states one by one, from an action to some objects."""
    found: dict[str, set[str]] = defaultdict(set)
    for link in links:
        stated = link.basis == _STATED and link.scope is None and cell in link.stated_cells
        if stated and link.object in objects and compact(link.subject).startswith("gcm/action/"):
            found[link.subject].add(link.object)
    return {subject: frozenset(values) for subject, values in found.items()}


def _reverse(links: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject, objects in links.items():
        for value in objects:
            found[value].add(subject)
    return {subject: frozenset(values) for subject, values in found.items()}
