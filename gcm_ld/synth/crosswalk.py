"""A synthetic crosswalk: an assessment of each action, and the links that its cells state."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from gcm_ld.model import (
    Alignment,
    Assessment,
    Crosswalk,
    Element,
    Framework,
    Monitoring,
    Record,
)
from gcm_ld.namespaces import GCM, GCMO, SDG, alignment_iri, crosswalk_iri, expand
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.strategy import Strategy
from gcm_ld.synth.world import Action, World
from gcm_ld.turtle import natural_key

__all__ = ["Answers", "make_crosswalks"]

_RELATED = expand("skos:relatedMatch")
_STATED, _ALL = GCMO + "Stated", GCMO + "AllParts"
_LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
#: Why an action has no outcome, by how often that is so in Albania's crosswalk.
_REASONS = (("NotApplicable", 0.92), ("WholeFramework", 0.055), ("Unstated", 0.025))
_OUTCOMES = ((1, 0.656), (2, 0.281), (3, 0.047), (4, 0.016))
_INDICATORS = ((1, 0.807), (2, 0.14), (3, 0.027), (4, 0.026))
_TARGETS = ((1, 0.7), (2, 0.14), (3, 0.11), (4, 0.05))


class Answers(NamedTuple):
    """The two crosswalks of a strategy: to the strategy itself, and to the SDGs."""

    national: list[Record]
    goals: list[Record]


def make_crosswalks(
    world: World, strategy: Strategy, policies: list[Framework], *, turn: int = 0
) -> Answers:
    """Assess every action against a strategy.

    :param world: what countries have in common.
    :param strategy: the strategy.
    :param policies: the country's other policies, by which an action may be covered.
    :param turn: 0 for the first strategy of a country, 1 for the next, which keeps most answers
        and adds some.
    """
    return _Maker(world, strategy, policies, turn).make()


class _Maker:
    def __init__(
        self, world: World, strategy: Strategy, policies: list[Framework], turn: int
    ) -> None:
        self.world, self.strategy, self.policies, self.turn = world, strategy, policies, turn
        place = strategy.place
        self.chance = Chance(world.seed, "crosswalk", place.number, turn)
        #: The same for every strategy of a country, so that its answers last.
        self.lasting = Chance(world.seed, "answers", place.number)
        self.growth = self.chance.normal(0.8) + 0.45 if turn else 0.0
        self.national = crosswalk_iri("gcm", strategy.code)
        self.goals = crosswalk_iri("gcm", "sdg", by=strategy.code)
        self.by_parent: dict[str, list[Element]] = defaultdict(list)
        for outcome in strategy.outcomes:
            self.by_parent[outcome.notation.rpartition(".")[0]].append(outcome)
        self.records: list[Record] = []
        self.links: list[Record] = []

    def make(self) -> Answers:
        status = {a.code: self._status(a) for a in self.world.actions}
        outcomes = {
            a.code: self._outcomes(a) for a in self.world.actions if status[a.code] == "Aligned"
        }
        cells = self._objective_cells(outcomes)
        monitored: list[Record] = []
        seen: set[str] = set()
        for action in self.world.actions:
            first = action.objective not in seen
            seen.add(action.objective)
            roll_up = cells[action.objective] if first else []
            indicators = self._indicators(status[action.code])
            self._assess(action, status[action.code], outcomes, roll_up, indicators)
            if indicators:
                iris = tuple(e.iri for e in indicators)
                monitored.append(Monitoring(iri=action.iri, monitored_by=iris))
        return Answers(
            [
                self._crosswalk(self.national, self.strategy.framework.iri),
                *self.records,
                *monitored,
            ],
            [self._crosswalk(self.goals, SDG), *self.links],
        )

    def _status(self, action: Action) -> str:
        noise = self.lasting.logistic()
        place = self.strategy.place
        likely = self.world.likelihood(place, action) + self.growth
        elsewhere = action.objective in self.world.elsewhere[place.kind]
        if noise < likely - (5.0 if elsewhere else 0.0):
            return "Aligned"
        if self.chance.happens(0.8 if elsewhere else 0.02):
            return "CoveredElsewhere"
        return self.chance.weighted(_REASONS)

    def _outcomes(self, action: Action) -> list[Element]:
        near = [o for code in self.strategy.themes[action.objective] for o in self.by_parent[code]]
        return self.chance.some(near, self.chance.weighted(_OUTCOMES))

    def _objective_cells(self, outcomes: dict[str, list[Element]]) -> dict[str, list[str]]:
        """Let the objective cells say what the rows below them say."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for code, answers in outcomes.items():
            found[code.partition(".")[0]].update(o.notation.rpartition(".")[0] for o in answers)
        return {o: sorted(found[o], key=natural_key) for o in self.world.objectives}

    def _indicators(self, status: str) -> list[Element]:
        if not self.chance.happens(0.88 if status == "Aligned" else 0.04):
            return []
        return self.chance.some(self.strategy.indicators, self.chance.weighted(_INDICATORS))

    def _assess(
        self,
        action: Action,
        status: str,
        outcomes: dict[str, list[Element]],
        roll_up: list[str],
        indicators: list[Element],
    ) -> None:
        answers = outcomes.get(action.code, [])
        policy = self._policy(action) if status == "CoveredElsewhere" else None
        goal_cell, target_cell, links = self._goals(action)
        text = {
            "Aligned": ", ".join(o.notation for o in answers),
            "CoveredElsewhere": policy.label if policy else "",
            "NotApplicable": "N/A",
            "WholeFramework": "All",
        }
        assessment = Assessment(
            iri=f"{self.national}/assessment/{action.code}",
            crosswalk=self.national,
            assesses=action.iri,
            against=self.strategy.framework.iri,
            status=GCMO + status,
            covered_by=(policy.iri,) if policy else (),
            row=action.code,
            objective_cell="; ".join(roll_up) or None,
            outcome_cell=text.get(status),
            goal_cell=goal_cell,
            target_cell=target_cell,
            indicator_cell="; ".join(e.label for e in indicators) or None,
        )
        self.records.append(assessment)
        row = assessment.iri
        for outcome in answers:
            self._link(action.code, action.iri, outcome.notation, outcome.iri, row, "Outcome")
        if status == "WholeFramework":
            framework = self.strategy.framework
            self._link(
                action.code, action.iri, framework.code, framework.iri, row, "Outcome", whole=True
            )
        specific = {e.notation: e.iri for e in self.strategy.specific}
        objective = self.world.objectives[action.objective]
        for code in roll_up:
            self._link(action.objective, objective, code, specific[code], row, "Objective")
        for code, cells, whole in links:
            iri = f"{SDG}/{code}" if code != "sdg" else SDG
            self._link(action.code, action.iri, code, iri, row, *cells, whole=whole, goals=True)

    def _policy(self, action: Action) -> Framework:
        return self.policies[int(action.objective) % len(self.policies)]

    def _goals(
        self, action: Action
    ) -> tuple[str | None, str | None, list[tuple[str, tuple[str, ...], bool]]]:
        """Say which goals and targets a row names, in its cells and as links."""
        chance = self.chance
        if not chance.happens(0.39):
            return None, None, []
        if chance.happens(0.055):
            return "All", "All", [("sdg", ("Goal", "Target"), True)]
        targets = chance.some(action.targets, chance.weighted(_TARGETS))
        goals = sorted({t.partition(".")[0] for t in targets}, key=natural_key)
        cell = ", ".join(goals)
        if chance.happens(0.12):
            return cell, "All", [(g, ("Goal", "Target"), True) for g in goals]
        links: list[tuple[str, tuple[str, ...], bool]] = [(g, ("Goal",), False) for g in goals]
        links += [(t, ("Target",), False) for t in targets]
        return cell, ", ".join(targets), links

    def _link(
        self,
        subject_code: str,
        subject: str,
        object_code: str,
        obj: str,
        row: str,
        *cells: str,
        whole: bool = False,
        goals: bool = False,
    ) -> None:
        crosswalk = self.goals if goals else self.national
        (self.links if goals else self.records).append(
            Alignment(
                iri=alignment_iri(crosswalk, subject_code, object_code),
                crosswalk=crosswalk,
                subject=subject,
                object=obj,
                relation=_RELATED,
                basis=_STATED,
                scope=_ALL if whole else None,
                stated_in=(row,),
                stated_cells=tuple(f"{GCMO}source{cell}Cell" for cell in cells),
            )
        )

    def _crosswalk(self, iri: str, against: str) -> Crosswalk:
        to = "the Sustainable Development Goals, as " if against == SDG else ""
        verb = " links them" if to else ""
        return Crosswalk(
            iri=iri,
            title=f"Synthetic crosswalk of the Global Compact for Migration to {to}the "
            f"{self.strategy.framework.label}{verb}",
            compares=(GCM, against),
            source=self.strategy.source.iri,
            citation="Synthetic manual, annex",
            license=_LICENSE,
        )
