"""Figures with their intervals, and the rules that put them together.

A figure is a share between 0 and 1. Its value is over what is known; its interval is what it would
be if everything unknown were 0, and if it were 1. Figures are exact fractions, so that the same
data give the same bytes whatever the order of the sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from gcm_ld.errors import InputError, did_you_mean

__all__ = ["LINKS", "RULES", "Figure", "check_choice", "combine", "tenths"]

#: How figures are put together: the name of each rule, and what it does.
RULES = ("mean", "worst", "on-track")
#: What carries figures from indicators to actions.
LINKS = ("indicators", "outcomes", "both")

_ZERO, _ONE = Fraction(0), Fraction(1)


class Figure(NamedTuple):
    """A figure and what it rests on.

    :param value: the figure over what is known; none where nothing is.
    :param low: the figure if everything unknown were 0.
    :param high: the figure if everything unknown were 1.
    :param known: how many of its parts have a figure.
    :param of: how many parts it has.
    :param parts: IRIs of its parts, known or not.
    """

    value: Fraction | None
    low: Fraction
    high: Fraction
    known: int
    of: int
    parts: tuple[str, ...] = ()

    @classmethod
    def single(cls, value: Fraction | None, parts: Iterable[str] = ()) -> Figure:
        """Return the figure of one indicator.

        :param value: between 0 and 1, or nothing where it is unknown.
        :param parts: IRIs of the observations that it comes from.
        """
        if value is None:
            return cls(None, _ZERO, _ONE, 0, 1, tuple(parts))
        return cls(value, value, value, 1, 1, tuple(parts))


def combine(rule: str, parts: Iterable[tuple[str, Figure]]) -> Figure:
    """Put figures together to one.

    :param rule: one of :data:`RULES`: ``worst`` takes the least, the others the unweighted mean.
        (By ``on-track`` the figure of an indicator is 1 or 0, so that a mean is a share.)
    :param parts: the parts with their IRIs.

    >>> half, unknown = Figure.single(Fraction(1, 2)), Figure.single(None)
    >>> combine("mean", [("a", half), ("b", unknown)])[:5]
    (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4), 1, 2)
    """
    listed = list(parts)
    names = tuple(iri for iri, _ in listed)
    known = [f.value for _, f in listed if f.value is not None]
    if not known:
        return Figure(None, _ZERO, _ONE, 0, len(listed), names)
    lows, highs = [f.low for _, f in listed], [f.high for _, f in listed]
    if rule == "worst":
        return Figure(min(known), min(lows), min(highs), len(known), len(listed), names)
    number = len(listed)
    return Figure(
        sum(known, _ZERO) / len(known),
        sum(lows, _ZERO) / number,
        sum(highs, _ZERO) / number,
        len(known),
        number,
        names,
    )


def check_choice(what: str, value: str, choices: tuple[str, ...]) -> str:
    """Return a choice, or say which there are.

    :raises InputError: if it is none of them.
    """
    if value not in choices:
        raise InputError(
            f"no {what} {value!r}; there are: {', '.join(choices)}.{did_you_mean(value, choices)}"
        )
    return value


def tenths(value: Fraction) -> float:
    """Return a share in percent to one decimal, rounded once and half up, away from 0.

    >>> tenths(Fraction(1, 3)), tenths(Fraction(-5, 16)), tenths(Fraction(1))
    (33.3, -31.3, 100.0)
    """
    size = abs(value.numerator)
    number = (2000 * size + value.denominator) // (2 * value.denominator)
    return (-number if value < 0 else number) / 10
