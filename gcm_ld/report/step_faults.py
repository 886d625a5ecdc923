"""Steps put into words, and what is wrong with their dates and their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from gcm_ld.language import say, say_many
from gcm_ld.namespaces import compact
from gcm_ld.report.steps import Step, find_circles, occurrence_of

__all__ = ["Fault", "Names", "every_words", "find_faults", "period_words", "when"]


class Fault(NamedTuple):
    """Something wrong with the dates or dependencies of a step."""

    kind: str
    step: Step
    other: str | None
    words: str


class Names:
    """How steps are named for people: by code, with the framework where there are several.

    :param steps: the steps.
    :param home: IRI of the framework whose steps go without its name.
    """

    def __init__(self, steps: Mapping[str, Step], *, home: str | None = None) -> None:
        frameworks = {s.framework for s in steps.values()}
        self.steps = steps
        self.home = home if len(frameworks) > 1 else next(iter(frameworks), None)

    def __call__(self, iri: str, beside: Step | None = None) -> str:
        """Name a step; beside another one of its framework by its code alone."""
        step = self.steps.get(iri)
        if step is None:
            return compact(iri)
        near = self.home if beside is None else beside.framework
        return step.code if step.framework == near else f"{step.place} {step.code}"


def period_words(first: date | None, last: date | None) -> str:
    """Write a time in short: a year, a month, a day, or from one to another.

    >>> period_words(date(2022, 1, 1), date(2022, 12, 31)), period_words(None, None)
    ('2022', '')
    >>> period_words(date(2021, 9, 1), date(2021, 9, 30))
    '2021-09'
    >>> period_words(date(2019, 1, 1), date(2020, 12, 31))
    '2019 – 2020'
    """
    first, last = first or last, last or first
    if first is None or last is None:
        return ""
    if first == last:
        return first.isoformat()
    after = last + timedelta(days=1)
    if (first.month, first.day, after.month, after.day) == (1, 1, 1, 1):
        start, end = str(first.year), str(last.year)
    elif first.day == after.day == 1:
        start, end = first.isoformat()[:7], last.isoformat()[:7]
    else:
        start, end = first.isoformat(), last.isoformat()
    return start if start == end else f"{start} – {end}"


def when(step: Step) -> str:
    """Write when a step is, in short."""
    return period_words(step.first, step.last)


def every_words(step: Step) -> str:
    """Write how often a step recurs; nothing if it doesn't."""
    if step.every is None:
        return ""
    number, unit = step.every
    if unit == "Y":
        return say_many("every year", "every {number} years", number)
    if unit == "M":
        return say_many("every month", "every {number} months", number)
    return say_many("every day", "every {number} days", number)


def find_faults(
    steps: Mapping[str, Step], everything: Mapping[str, Step], names: Names
) -> list[Fault]:
    """Find what is wrong with the dates of steps, and with what they wait for.

    :param steps: the steps to look at.
    :param everything: all steps of the data, which they may wait for.
    :param names: how to name them.
    """
    found = []
    for step in steps.values():
        name = names(step.iri)
        if step.first is None:
            found.append(Fault("noDate", step, None, say("{step} has no date", step=name)))
        for need in step.needs:
            found += _order(step, need, everything, names)
        series = everything.get(step.occurrence_of or "")
        if series is not None and series.every and step.first and not occurrence_of(step, series):
            words = say(
                "{step} ({when}) is one time of {other}, which is {every} from {first} on: it "
                "falls on none of these",
                step=name,
                when=when(step),
                other=names(series.iri, step),
                every=every_words(series),
                first=when(series),
            )
            found.append(Fault("offBeat", step, series.iri, words))
    for circle in find_circles(steps):
        path = " → ".join(names(iri) for iri in (*circle, circle[0]))
        words = say("these wait for each other in a circle: {path}", path=path)
        found.append(Fault("circle", steps[circle[0]], circle[-1], words))
    return found


def _order(step: Step, need: str, everything: Mapping[str, Step], names: Names) -> list[Fault]:
    """Hold a step's dates against those of one that it waits for."""
    other = everything.get(need)
    values = {"step": names(step.iri), "other": names(need, step)}
    if other is None:
        words = say("{step} waits for {other}, of which no date is known", **values)
        return [Fault("unknown", step, need, words)]
    if need == step.iri or other.last is None or step.first is None or step.last is None:
        return []
    values |= {"when": when(step), "others": when(other)}
    if step.last < other.last:
        words = say("{step} ({when}) ends before {other} ({others}), which it waits for", **values)
        return [Fault("endsBefore", step, need, words)]
    if step.first <= other.last and step.start:
        words = say(
            "{step} ({when}) starts before {other} ({others}) is over, which it waits for", **values
        )
        return [Fault("startsBefore", step, need, words)]
    return []
