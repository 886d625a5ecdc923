"""One indicator: which observations count, and how far it has come.

The rules are those of docs/progress.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from gcm_ld.model import BREAK, FORECAST
from gcm_ld.progress.figures import Figure
from gcm_ld.progress.model import Indicator, Observed, PassedOver, State

__all__ = ["Named", "follow", "is_usable"]

_ZERO, _ONE = Fraction(0), Fraction(1)


class Named(NamedTuple):
    """An indicator before its observations are read."""

    iri: str
    code: str
    title: str
    unit: str | None
    direction: str | None


class _Verdict(NamedTuple):
    state: State
    distance: Fraction | None = None
    expected: Fraction | None = None
    value: Fraction | None = None


def is_usable(value: Observed, year: int | None) -> bool:
    """Tell whether a value of a total counts: it is no forecast, and not after the year."""
    return value.status_code != FORECAST and (year is None or value.period.year <= year)


def follow(
    named: Named,
    values: Sequence[Observed],
    references: Iterable[tuple[str, Observed]],
    *,
    rule: str,
    year: int | None,
    broken_down: int = 0,
) -> Indicator:
    """Follow an indicator from its baseline to its target.

    :param named: the indicator.
    :param values: its values of totals, in the order of their IRIs.
    :param references: its baselines, milestones and targets of totals, with what each is.
    :param rule: how figures are put together; by ``on-track`` its figure is 1 or 0.
    :param year: the last year whose values count; all if not given.
    :param broken_down: how many values it has that are of a part.
    """
    marks = list(references)
    baselines = [o for kind, o in marks if kind == "baseline"]
    first = min((o.period.end for o in baselines), default=None)
    baseline = max((o for o in baselines if o.period.end == first), key=_when, default=None)
    targets = sorted((o for kind, o in marks if kind == "target"), key=_when)
    target = targets[-1] if targets else None
    milestones = [o for kind, o in marks if kind == "milestone"] + targets[:-1]
    usable = [v for v in values if is_usable(v, year)]
    since = [v for v in usable if baseline is None or v.period.end >= baseline.period.end]
    latest = max(since, key=_when, default=None)
    verdict = _judge(baseline, latest, target, named.direction)
    value = verdict.value
    if rule == "on-track" and value is not None:
        value = _ONE if verdict.state.good else _ZERO
    used = [o.iri for o in (baseline, latest, target) if o is not None]
    return Indicator(
        iri=named.iri,
        code=named.code,
        title=named.title,
        unit=named.unit,
        direction=named.direction,
        baseline=baseline,
        latest=latest,
        target=target,
        milestones=tuple(sorted(milestones, key=_when)),
        distance=verdict.distance,
        expected=verdict.expected,
        state=verdict.state,
        figure=Figure.single(value, used),
        passed_over=PassedOver(
            broken_down,
            sum(not is_usable(v, year) and v.status_code != FORECAST for v in values),
            sum(v.status_code == FORECAST for v in values),
            len(usable) - len(since),
        ),
        breaks=_breaks(baseline, latest, since),
    )


def _breaks(
    baseline: Observed | None, latest: Observed | None, values: Iterable[Observed]
) -> tuple[Observed, ...]:
    """Return the values with which the series broke on the way from the baseline to the latest."""
    if baseline is None or latest is None:
        return ()
    on_the_way = (
        v
        for v in values
        if v.status_code == BREAK and baseline.period.end < v.period.end <= latest.period.end
    )
    return tuple(sorted(on_the_way, key=_when))


def _when(observed: Observed) -> tuple[object, str]:
    return observed.period.order, observed.iri


def _judge(
    baseline: Observed | None,
    latest: Observed | None,
    target: Observed | None,
    direction: str | None,
) -> _Verdict:
    """Tell how far the latest value has come, and what that means."""
    if latest is None:
        return _Verdict(State.NO_VALUE)
    if target is None:
        return _Verdict(State.NO_TARGET)
    if len({o.unit for o in (baseline, latest, target) if o is not None}) > 1:
        return _Verdict(State.UNIT_DIFFERS)
    if baseline is None:
        if _is_reached(latest, target, direction):
            return _Verdict(State.REACHED, value=_ONE)
        return _Verdict(State.NO_BASELINE)
    if baseline.value == target.value:  # what is to be kept
        if _is_reached(latest, target, direction):
            return _Verdict(State.REACHED, value=_ONE)
        if direction is None:
            return _Verdict(State.NO_DIRECTION)
        return _Verdict(State.WORSENED, value=_ZERO)
    if direction not in (None, "increase" if target.value > baseline.value else "decrease"):
        return _Verdict(State.DIRECTION_DIFFERS)
    start, end = Fraction(baseline.value), Fraction(target.value)
    distance = (Fraction(latest.value) - start) / (end - start)
    expected = _expected(baseline, latest, target)
    value = min(max(distance, _ZERO), _ONE)
    if distance >= 1:
        state = State.REACHED
    elif distance < 0:
        state = State.WORSENED
    else:
        state = State.ON_TRACK if distance >= expected else State.BEHIND
    return _Verdict(state, distance, expected, value)


def _is_reached(latest: Observed, target: Observed, direction: str | None) -> bool:
    """Tell whether a value is at the target or on its better side."""
    if direction == "increase":
        return latest.value >= target.value
    if direction == "decrease":
        return latest.value <= target.value
    return latest.value == target.value


def _expected(baseline: Observed, latest: Observed, target: Observed) -> Fraction:
    """Return how far the straight path from baseline to target is at the latest value."""
    start, now, end = (o.period.when for o in (baseline, latest, target))
    if end <= start:
        return _ONE
    return min(max((now - start) / (end - start), _ZERO), _ONE)
