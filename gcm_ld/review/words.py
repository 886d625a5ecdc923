"""Small words of a review: codes, dates, periods, shares."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from gcm_ld.language import say, show
from gcm_ld.report.model import percent
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from gcm_ld.model import Framework
    from gcm_ld.review.facts import Facts

__all__ = ["codes", "date", "period", "shares_of"]


def codes(values: Iterable[object]) -> str:
    """Join codes in natural order, each once.

    >>> codes(["10", "2", "2"])
    '2, 10'
    """
    return ", ".join(sorted({str(v) for v in values if v is not None}, key=natural_key))


def date(value: str | None) -> str:
    """Write a date as the language in use does; other text as it is."""
    with suppress(ValueError):
        return show(datetime.date.fromisoformat(value or ""))
    return value or ""


def period(framework: Framework) -> str:
    """Return the years of a framework."""
    start, end = framework.start, framework.end
    if start and end:
        return start if start == end else f"{start}–{end}"
    if start:
        return say("from {year}", year=start)
    return say("until {year}", year=end) if end else say("no years given")


def shares_of(facts: Facts, covered: int, total: int) -> str:
    """Say how many are covered, in the unit that the chosen rule counts."""
    share = percent(covered, total)
    if facts.by_row:
        return say(
            "{covered} of {total} table rows ({share:.1f} %)",
            covered=covered,
            total=total,
            share=share,
        )
    return say(
        "{covered} of {total} actions ({share:.1f} %)", covered=covered, total=total, share=share
    )
