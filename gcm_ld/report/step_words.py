"""Steps put into words: their names, when they are, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from gcm_ld.language import say_many, show, show_month
from gcm_ld.namespaces import compact
from gcm_ld.report.steps import Step

__all__ = ["Names", "every_words", "period_words", "when"]


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
        return show(first)
    after = last + timedelta(days=1)
    if (first.month, first.day, after.month, after.day) == (1, 1, 1, 1):
        start, end = str(first.year), str(last.year)
    elif first.day == after.day == 1:
        start, end = show_month(first), show_month(last)
    else:
        start, end = show(first), show(last)
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
