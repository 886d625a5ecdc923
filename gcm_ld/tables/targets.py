"""Baselines, milestones and targets together: whether they follow each other in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gcm_ld.model import Observation
from gcm_ld.namespaces import GCMO
from gcm_ld.tables.measure import BASELINE, TARGET
from gcm_ld.tables.periods import months
from gcm_ld.tables.words import Words

if TYPE_CHECKING:
    from gcm_ld.tables.observations import Line, Report

__all__ = ["Aim", "check_aims"]


class Aim(NamedTuple):
    """A baseline, milestone or target, and the row that it stands in."""

    record: Observation
    line: Line


def check_aims(
    aims: Iterable[Aim], directions: Mapping[str, str], words: Words, report: Report
) -> None:
    """Say which of them don't come one after the other, or lead away from what is better.

    :param aims: all of them.
    :param directions: indicator → the direction that is better.
    :param words: the words for what they are.
    :param report: where faults go.
    """
    groups: dict[tuple[str | None, ...], list[Aim]] = defaultdict(list)
    for aim in aims:
        r = aim.record
        groups[r.indicator, r.sex, r.age, r.migration_status, r.nationality].append(aim)
    for (indicator, *_), group in groups.items():
        starts = [a for a in group if a.record.reference == BASELINE]
        ends = [a for a in group if a.record.reference == TARGET]
        first = min(starts, key=_end, default=None)
        last = max(ends, key=_end, default=None)
        for aim in group:
            if aim.record.reference != BASELINE and first and _end(aim) <= _end(first):
                _say_early(aim, first, words, report)
            elif aim.record.reference != BASELINE and last and _end(aim) > _end(last):
                _say_late(aim, last, report)
        if first and last:
            _check_direction(first, last, directions.get(indicator or ""), report)


def _end(aim: Aim) -> int:
    return months(aim.record.period)[1]


def _say_early(aim: Aim, first: Aim, words: Words, report: Report) -> None:
    word = words.word("reference", aim.record.reference or "").lower()
    period, other = aim.record.period, first.record.period
    when = "for the same period as" if period == other else f"for {period}, and not after"
    problem = f"is a {word} {when} its baseline of {other} in row {first.line.row.number}"
    report(aim.line, "Period", problem, "correct the period of one of the two", period)


def _say_late(aim: Aim, last: Aim, report: Report) -> None:
    problem = f"is a milestone after the last target, of {last.record.period} in row "
    problem += str(last.line.row.number)
    report(aim.line, "Period", problem, "correct the period of one of the two", aim.record.period)


def _check_direction(first: Aim, last: Aim, direction: str | None, report: Report) -> None:
    start, end = float(first.record.value), float(last.record.value)
    worse = {GCMO + "Increase": end < start, GCMO + "Decrease": end > start}
    if direction and worse.get(direction):
        side, better = ("below", "higher") if end < start else ("above", "lower")
        problem = f"is a target {side} its baseline ({first.record.value} in row "
        problem += f"{first.line.row.number}), and {better} is better"
        cure = "correct one of the two, or Better is in sheet Indicators"
        report(last.line, "Value", problem, cure, last.record.value, warning=True)
