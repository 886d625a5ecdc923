"""A second computation of progress, written from docs/progress.md and nothing else.

It knows no RDF, no SPARQL and none of the project's code: numbers, texts and sets only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

ZERO, ONE = Fraction(0), Fraction(1)


class Obs(NamedTuple):
    """A value, or a baseline, milestone or target."""

    period: str
    value: Decimal
    unit: str = "number"
    status: str = "A"
    total: bool = True


@dataclass
class Ind:
    """An indicator of a made-up country."""

    better: str | None = None
    values: list[Obs] = field(default_factory=list)
    baselines: list[Obs] = field(default_factory=list)
    milestones: list[Obs] = field(default_factory=list)
    targets: list[Obs] = field(default_factory=list)
    #: Outcomes that it is part of, and outcomes that it monitors.
    part_of: list[str] = field(default_factory=list)
    monitors: list[str] = field(default_factory=list)


@dataclass
class Act:
    """An action as its row of the crosswalk has it; links are (code, whether a source states it)."""

    applies: bool = True
    named: list[str] = field(default_factory=list)
    outcomes: list[tuple[str, bool]] = field(default_factory=list)
    serves: list[tuple[str, bool]] = field(default_factory=list)


@dataclass
class World:
    indicators: dict[str, Ind]
    actions: dict[str, Act]


class Fig(NamedTuple):
    value: Fraction | None
    low: Fraction
    high: Fraction
    known: int
    of: int


class Way(NamedTuple):
    state: str
    figure: Fraction | None
    distance: Fraction | None = None
    expected: Fraction | None = None
    baseline: Obs | None = None
    latest: Obs | None = None
    target: Obs | None = None


def end(period: str) -> Fraction:
    """The moment that a period stands for: its end, in years."""
    year, _, part = period.partition("-")
    if not part:
        return Fraction(int(year) + 1)
    if part[0] in "SQ":
        return int(year) + Fraction(int(part[1:]), 2 if part[0] == "S" else 4)
    return int(year) + Fraction(int(part), 12)


def length(period: str) -> Fraction:
    part = period.partition("-")[2]
    shares = {"": ONE, "S": Fraction(1, 2), "Q": Fraction(1, 4)}
    return shares.get(part[:1], Fraction(1, 12))


def last(observed: Iterable[Obs]) -> Obs | None:
    """The one of the latest period; of those that end together, of the longest."""
    return max(observed, key=lambda o: (end(o.period), length(o.period)), default=None)


def year_of(world: World) -> int | None:
    """The year of the latest value that counts."""
    years = [
        int(v.period[:4])
        for i in world.indicators.values()
        for v in i.values
        if v.total and v.status != "F"
    ]
    return max(years, default=None)


def follow(ind: Ind, year: int | None) -> Way:
    baselines = [b for b in ind.baselines if b.total]
    first = min((end(b.period) for b in baselines), default=None)
    baseline = last(b for b in baselines if end(b.period) == first)
    target = last(t for t in ind.targets if t.total)
    latest = last(
        v
        for v in ind.values
        if v.total
        and v.status != "F"
        and (year is None or int(v.period[:4]) <= year)
        and (baseline is None or end(v.period) >= end(baseline.period))
    )
    with_them = {"baseline": baseline, "latest": latest, "target": target}

    def found(state: str, figure: Fraction | None = None, **more: Fraction) -> Way:
        return Way(state, figure, **more, **with_them)

    if latest is None:
        return found("no-value")
    if target is None:
        return found("no-target")
    if len({o.unit for o in (baseline, latest, target) if o}) > 1:
        return found("unit-differs")
    value, goal = Fraction(latest.value), Fraction(target.value)
    better = {"increase": value >= goal, "decrease": value <= goal}.get(
        ind.better or "", value == goal
    )
    if baseline is None:
        return found("reached", ONE) if better else found("no-baseline")
    start = Fraction(baseline.value)
    if start == goal:
        if better:
            return found("reached", ONE)
        return found("worsened", ZERO) if ind.better else found("no-direction")
    if ind.better and (ind.better == "increase") != (goal > start):
        return found("direction-differs")
    distance = (value - start) / (goal - start)
    t0, t, t1 = end(baseline.period), end(latest.period), end(target.period)
    expected = min((t - t0) / (t1 - t0), ONE) if t1 > t0 else ONE
    if distance >= 1:
        state = "reached"
    elif distance < 0:
        state = "worsened"
    else:
        state = "on-track" if distance >= expected else "behind"
    return found(state, max(ZERO, min(distance, ONE)), distance=distance, expected=expected)


def leaf(way: Way, rule: str) -> Fig:
    value = way.figure
    if value is None:
        return Fig(None, ZERO, ONE, 0, 1)
    if rule == "on-track":
        value = ONE if way.state in ("reached", "on-track") else ZERO
    return Fig(value, value, value, 1, 1)


def together(parts: list[Fig], rule: str, *, above: bool) -> Fig:
    """What parts come to; the bounds are the same with all that is unknown as 0, and as 1."""

    def take(values: list[Fraction]) -> Fraction:
        if rule == "worst":
            return min(values)
        return sum(values, ZERO) / len(values)

    del above  # on-track is a share of indicators and a mean of actions: the same of 1s and 0s
    known = [p.value for p in parts if p.value is not None]
    if not known:
        return Fig(None, ZERO, ONE, 0, len(parts))
    low, high = (
        take([bounds[side] for bounds in ((p.low, p.high) for p in parts)]) for side in (0, 1)
    )
    return Fig(take(known), low, high, len(known), len(parts))


def indicators_of(world: World, act: Act, links: str, *, curated: bool) -> set[str]:
    found: set[str] = set()
    if links in ("indicators", "both"):
        found |= set(act.named)
    if links in ("outcomes", "both"):
        answered = {code for code, stated in act.outcomes if stated or curated}
        found |= {
            slug
            for slug, ind in world.indicators.items()
            if answered & {*ind.part_of, *ind.monitors}
        }
    return found


def compute(
    world: World, *, year: int | None, rule: str, links: str, curated: bool
) -> tuple[dict[str, Way], dict[str, Fig], dict[str, set[str]]]:
    """Return each indicator's way, each figure by path, and the indicators of each action."""
    year = year_of(world) if year is None else year
    ways = {slug: follow(ind, year) for slug, ind in world.indicators.items()}
    parts = {
        code: indicators_of(world, act, links, curated=curated)
        for code, act in world.actions.items()
    }
    figures: dict[str, Fig] = {
        f"action/{code}": together([leaf(ways[s], rule) for s in slugs], rule, above=False)
        for code, slugs in parts.items()
    }
    members: dict[str, set[str]] = {"compact": set()}
    for code, act in world.actions.items():
        groups = {"compact", f"objective/{code.partition('.')[0]}"}
        for served, stated in act.serves:
            if stated or curated:
                groups |= {f"sdg/{served}", f"sdg/{served.partition('.')[0]}"}
        for group in groups:
            members.setdefault(group, set())
            if act.applies:
                members[group].add(code)
    for group, codes in members.items():
        figures[group] = together([figures[f"action/{c}"] for c in codes], rule, above=True)
    return ways, figures, parts
