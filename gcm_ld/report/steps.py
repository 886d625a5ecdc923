"""Steps of a plan or review: their dates, what each waits for, and what follows from both."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.namespaces import compact
from gcm_ld.turtle import natural_key

__all__ = [
    "Schedule",
    "Step",
    "critical_chain",
    "find_circles",
    "occurrence_of",
    "occurrences",
    "read_steps",
    "schedule",
    "select_steps",
]

_DAY = timedelta(days=1)
_RECURRENCE = re.compile(r"P([1-9][0-9]{0,2})([YMD])")
#: Nothing is counted past this year.
_LAST_YEAR = 2200


class Step(NamedTuple):
    """One step, as the data have it. A date that is no day of the calendar is none."""

    iri: str
    framework: str
    framework_title: str
    code: str
    title: str
    start: date | None = None
    end: date | None = None
    recurrence: str | None = None
    occurrence_of: str | None = None
    note: str | None = None
    citation: str | None = None
    source: str | None = None
    issued: date | None = None
    needs: tuple[str, ...] = ()
    led_by: tuple[str, ...] = ()
    supported_by: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Its framework's code."""
        return compact(self.framework)

    @property
    def first(self) -> date | None:
        """Its first day; its last one where that alone is known."""
        return self.start or self.end

    @property
    def last(self) -> date | None:
        """Its last day; its first one where that alone is known."""
        return self.end or self.start

    @property
    def days(self) -> int:
        """How many days it takes; one where one day alone is known, none without a date."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0

    @property
    def every(self) -> tuple[int, str] | None:
        """How often it recurs: a number, and years, months or days (Y, M, D)."""
        match = _RECURRENCE.fullmatch(self.recurrence or "")
        return (int(match[1]), match[2]) if match else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value is not None else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def read_steps(dataset: Dataset) -> dict[str, Step]:
    """Read every step of the data.

    :param dataset: the data.
    :returns: the steps by IRI, in order of time: a step that others wait for comes before them
        where dates leave it open, and what has no date comes last.
    """
    relations: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in dataset.query("select_milestone_relations").dicts():
        value = row["other"] if row["relation"] == "requires" else row["title"]
        if value is not None:
            kept = relations[str(row["step"]), str(row["relation"])]
            if str(value) not in kept:
                kept.append(str(value))
    steps: dict[str, Step] = {}
    for row in dataset.query("select_milestones").dicts():
        iri = str(row["step"])
        if iri in steps:  # several dates, titles or notes: validation says so
            continue
        steps[iri] = Step(
            iri=iri,
            framework=str(row["framework"]),
            framework_title=str(row["frameworkTitle"]),
            code=str(row["code"]),
            title=str(row["title"]),
            start=_day(row["start"]),
            end=_day(row["end"]),
            recurrence=_text(row["recurrence"]),
            occurrence_of=_text(row["occurrenceOf"]),
            note=_text(row["note"]),
            citation=_text(row["citation"]),
            source=_text(row["source"]),
            issued=_day(row["issued"]),
            needs=tuple(relations[iri, "requires"]),
            led_by=tuple(relations[iri, "ledBy"]),
            supported_by=tuple(relations[iri, "supportedBy"]),
        )
    return _in_order(steps)


def _in_order(steps: Mapping[str, Step]) -> dict[str, Step]:
    depth = {iri: i for i, iri in enumerate(_sorted_by_need(steps))}

    def key(step: Step) -> tuple[object, ...]:
        far = date.max
        return (
            step.first or far,
            step.last or far,
            depth.get(step.iri, len(steps)),
            natural_key(step.code),
            step.iri,
        )

    return {s.iri: s for s in sorted(steps.values(), key=key)}


def _sorted_by_need(steps: Mapping[str, Step]) -> list[str]:
    """List steps so that each comes after what it waits for; circles are left out (Kahn 1962)."""
    left = {iri: {n for n in s.needs if n in steps} for iri, s in steps.items()}
    waiting: dict[str, list[str]] = defaultdict(list)
    for iri, needs in left.items():
        for need in needs:
            waiting[need].append(iri)
    ready = sorted((iri for iri, needs in left.items() if not needs), key=natural_key)
    order = []
    for iri in ready:  # grows as it goes
        order.append(iri)
        for other in sorted(waiting[iri], key=natural_key):
            left[other].discard(iri)
            if not left[other]:
                ready.append(other)
    return order


def select_steps(steps: Mapping[str, Step], frameworks: Collection[str]) -> dict[str, Step]:
    """Choose the steps of some frameworks, and those that they lead to.

    :param steps: all steps, in order.
    :param frameworks: IRIs; all steps if there are none.
    :returns: their steps with what these wait for and what they are one time of, however far.
    """
    if not frameworks:
        return dict(steps)
    reached: set[str] = set()
    found = [iri for iri, s in steps.items() if s.framework in frameworks]
    for iri in found:  # grows as it goes
        if iri in steps and iri not in reached:
            reached.add(iri)
            step = steps[iri]
            found += [*step.needs, *([step.occurrence_of] if step.occurrence_of else [])]
    return {iri: s for iri, s in steps.items() if iri in reached}


def find_circles(steps: Mapping[str, Step]) -> list[tuple[str, ...]]:
    """Find steps that wait for each other in a circle.

    :returns: each circle as IRIs, from its first in natural order on along what waits for what.
    """
    free = set(_sorted_by_need(steps))
    circles = []
    seen: set[str] = set()
    for iri in sorted(set(steps) - free, key=natural_key):
        path: list[str] = []
        here = iri
        while here not in path and here not in seen:
            path.append(here)
            here = min(
                (n for n in steps[here].needs if n in steps and n not in free), key=natural_key
            )
        seen.update(path)
        if here in path:
            circle = path[path.index(here) :]
            start = circle.index(min(circle, key=natural_key))
            circles.append((*circle[start:], *circle[:start]))
    return sorted(circles, key=lambda c: [natural_key(iri) for iri in c])


class Schedule(NamedTuple):
    """When a step must be over at the latest for all that wait for it to be in time."""

    latest_start: date | None
    latest_end: date | None
    #: Days between its own last day and the latest; less than none means late.
    slack: int | None


def schedule(steps: Mapping[str, Step]) -> dict[str, Schedule]:
    """Work out how late each step may be, from the last ones back (critical path method).

    A step may end on the day before the first of those that wait for it must start; one that
    nothing waits for, on its own last day. It takes as long as its own dates say. Nothing is said
    of steps in a circle, nor of those that circles wait for.

    :param steps: the steps.
    """
    waiting: dict[str, list[str]] = defaultdict(list)
    for iri, step in steps.items():
        for need in step.needs:
            waiting[need].append(iri)
    found: dict[str, Schedule] = {}
    for iri in reversed(_sorted_by_need(steps)):
        step = steps[iri]
        after = [found.get(other) for other in waiting[iri]]
        if any(other is None for other in after):
            continue  # a circle waits for it
        starts = [other.latest_start for other in after if other and other.latest_start]
        end = min(starts) - _DAY if starts else step.last
        start = end - (step.days - 1) * _DAY if end else None
        slack = (end - step.last).days if end and step.last else None
        found[iri] = Schedule(start, end, slack)
    return {iri: found.get(iri, Schedule(None, None, None)) for iri in steps}


def critical_chain(steps: Mapping[str, Step], framework: str) -> list[Step]:
    """Find the chain of steps that decides when a framework's last one can be.

    From the step that ends last among those that wait for something, back each time to what it
    waits for that ends last.

    :param steps: the steps.
    :param framework: IRI of the framework of the last step.
    :returns: the chain in order; empty where no step with a date waits for another.
    """
    free = set(_sorted_by_need(steps))

    def latest(choice: Iterable[str]) -> Step | None:
        dated = [steps[iri] for iri in choice if iri in free and steps[iri].last]
        return max(dated, key=lambda s: (s.last, natural_key(s.iri)), default=None)

    waiting = [iri for iri, s in steps.items() if s.framework == framework and s.needs]
    chain = []
    here = latest(iri for iri in waiting if latest(n for n in steps[iri].needs if n in steps))
    while here is not None:
        chain.append(here)
        here = latest(n for n in here.needs if n in steps)
    return chain[::-1]


def _shifted(day: date, number: int, unit: str, *, clamp: bool = False) -> date | None:
    """Return a day some years, months or days later; none where the month has no such day."""
    if unit == "D":
        try:
            return day + number * _DAY
        except OverflowError:
            return None
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= _LAST_YEAR:
        return None
    length = monthrange(year, month + 1)[1]
    if day.day > length and not clamp:
        return None
    return date(year, month + 1, min(day.day, length))


def occurrences(step: Step, *, since: int, until: int) -> list[tuple[date, date]]:
    """List when a recurring step takes place.

    As for a recurrence rule (RFC 5545, section 3.3.10), each is counted from the first one, and
    where a month has no such day there is none.

    :param step: a step; one that doesn't recur, or has no first day, has no occurrence.
    :param since: the year in which the first of them may end at the earliest.
    :param until: the last year in which one may start.
    """
    if step.every is None or step.start is None:
        return []
    number, unit = step.every
    per_year = {"Y": 1, "M": 12, "D": 365}[unit]
    # Not through centuries of days one by one: nothing before this can end in time.
    k = max(0, (since - step.start.year - 1 - step.days // 365) * per_year // number - 2)
    found = []
    # A year has no more than so many: past the last one, whether or not there is such a day.
    while step.start.year + k * number // (per_year + (unit == "D")) <= until:
        first = _shifted(step.start, k * number, unit)
        last = _shifted(step.end, k * number, unit, clamp=True) if step.end else first
        k += 1
        if first and last and first.year <= until and last.year >= since:
            found.append((first, last))
    return found


def occurrence_of(step: Step, series: Step) -> tuple[date, date] | None:
    """Return which occurrence of a recurring step another one is, by their days in common.

    :param step: a step that is one time of the other.
    :param series: the recurring one.
    """
    if step.first is None or step.last is None:
        return None
    times: Sequence[tuple[date, date]] = occurrences(
        series, since=step.first.year, until=step.last.year
    )
    return next((t for t in times if t[0] <= step.last and step.first <= t[1]), None)
