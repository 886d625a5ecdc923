"""What was found: indicators, the links that carry them, actions and groups of actions."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from gcm_ld.period import Period
from gcm_ld.progress.figures import Figure
from gcm_ld.report.model import Assessed

__all__ = [
    "Action",
    "Group",
    "Indicator",
    "Link",
    "Observed",
    "Progress",
    "Serving",
    "Spoken",
    "State",
]


class State(enum.Enum):
    """Where an indicator stands, by its name for programs."""

    REACHED = "reached"
    ON_TRACK = "on-track"
    BEHIND = "behind"
    WORSENED = "worsened"
    NO_VALUE = "no-value"
    NO_TARGET = "no-target"
    NO_BASELINE = "no-baseline"
    NO_DIRECTION = "no-direction"
    DIRECTION_DIFFERS = "direction-differs"
    UNIT_DIFFERS = "unit-differs"

    @property
    def known(self) -> bool:
        """Whether it gives a figure."""
        return self in _KNOWN

    @property
    def good(self) -> bool:
        """Whether it counts as on track."""
        return self in (State.REACHED, State.ON_TRACK)


_KNOWN = (State.REACHED, State.ON_TRACK, State.BEHIND, State.WORSENED)


class Observed(NamedTuple):
    """An observation of a total: a value, a baseline, a milestone or a target."""

    iri: str
    period: Period
    value: Decimal
    unit: str
    unit_title: str
    status: str | None
    status_code: str
    status_title: str
    source: str | None
    source_title: str | None
    citation: str | None
    note: str | None
    revises: str | None


class PassedOver(NamedTuple):
    """How many observations of an indicator were not used, by why."""

    broken_down: int = 0
    later: int = 0
    forecast: int = 0
    before_baseline: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator on its way from the baseline to the target.

    :param direction: ``increase``, ``decrease`` or nothing: what counts as better.
    :param latest: the latest value of the total that counts.
    :param milestones: the milestones, and targets for earlier periods than the one that counts.
    :param distance: (latest - baseline) / (target - baseline), not capped; nothing where it can't
        be told.
    :param expected: the distance that the straight path asks for at the time of the latest value.
    :param figure: the distance between 0 and 1, or by ``on-track`` 1 or 0.
    :param breaks: values after the baseline, up to the latest, with which the series broke.
    """

    iri: str
    code: str
    title: str
    unit: str | None
    direction: str | None
    baseline: Observed | None
    latest: Observed | None
    target: Observed | None
    milestones: tuple[Observed, ...]
    distance: Fraction | None
    expected: Fraction | None
    state: State
    figure: Figure
    passed_over: PassedOver
    breaks: tuple[Observed, ...] = ()

    @property
    def observations(self) -> tuple[Observed, ...]:
        """What its figure comes from, in order of time."""
        return tuple(o for o in (self.baseline, self.latest, self.target) if o is not None)


class Link(NamedTuple):
    """A way from an action to an indicator.

    :param way: ``indicator``, where the action names it, or ``outcome``.
    :param alignment: the link from the action to the outcome.
    :param basis: what that rests on; ``stated`` where the action names the indicator.
    :param assessment: the assessment whose row states it.
    :param cell: what that row says.
    """

    indicator: str
    way: str
    outcome: str | None
    outcome_code: str | None
    alignment: str | None
    basis: str
    assessment: str | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """An action with the indicators that speak for it.

    :param links: all ways to its indicators; one may be reached by several.
    :param figure: put together of its indicators, each once; without a part where it has none.
    """

    iri: str
    code: str
    title: str
    objective: str
    status: str
    applies: bool
    assessment: str
    links: tuple[Link, ...]
    figure: Figure


class Serving(NamedTuple):
    """A link from an action to an SDG goal or target."""

    action: str
    object: str
    code: str
    alignment: str
    basis: str
    assessment: str | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that a figure is put together of: an objective, an SDG target or goal, or all.

    :param kind: ``objective``, ``target``, ``goal`` or ``compact``.
    :param actions: IRIs of those that apply.
    :param left_out: IRIs of those that do not.
    :param links: the links that lead from actions to an SDG target or goal.
    """

    kind: str
    iri: str
    code: str
    title: str
    actions: tuple[str, ...]
    left_out: tuple[str, ...]
    links: tuple[Serving, ...]
    figure: Figure


class Spoken(NamedTuple):
    """How much of a framework and of the Compact the available values can speak for.

    What is counted, and of how many. Actions are those that apply, and followed are those that
    some indicator leads to; objectives, targets and goals are those with an action that applies.
    """

    indicators: int
    with_value: int
    with_baseline: int
    with_target: int
    with_figure: int
    actions: int
    actions_followed: int
    actions_known: int
    objectives: int
    objectives_known: int
    targets: int
    targets_known: int
    goals: int
    goals_known: int
    not_applicable: int


@dataclass(frozen=True)
class Progress:
    """Progress of one framework, with everything that its figures come from.

    :param year: the last year whose values count; none where there is no value.
    :param indicators: every indicator of the framework, by IRI.
    :param actions: every assessed action, by IRI, also those that do not apply.
    """

    framework: Assessed
    synthetic: bool
    year: int | None
    rule: str
    links: str
    indicators: Mapping[str, Indicator]
    actions: Mapping[str, Action]
    objectives: tuple[Group, ...]
    targets: tuple[Group, ...]
    goals: tuple[Group, ...]
    whole: Group
    spoken: Spoken
    country: str | None = None
    country_title: str | None = None
    start: int | None = None
    groups: Mapping[str, Group] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {g.iri: g for g in (*self.objectives, *self.targets, *self.goals, self.whole)}
        object.__setattr__(self, "groups", found)
