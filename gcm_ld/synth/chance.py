"""Chance that repeats: the same name draws the same numbers, whenever and wherever."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Chance"]

_T = TypeVar("_T")


class Chance:
    """A stream of draws that its name fixes.

    :param name: what the draws are for; another name gives another stream.

    >>> Chance(7, "QMA").share() == Chance(7, "QMA").share()
    True
    """

    def __init__(self, *name: object) -> None:
        # Only random() is used of it: its values are the same in every version of Python.
        self._stream = random.Random("/".join(map(str, name)))  # noqa: S311 (no secret)

    def share(self) -> float:
        """Draw a number from 0 up to 1."""
        return self._stream.random()

    def happens(self, probability: float) -> bool:
        """Tell whether something happens this time."""
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def normal(self, spread: float) -> float:
        """Draw from a normal distribution around 0 (Box and Muller)."""
        radius = math.sqrt(-2 * math.log(1 - self.share()))
        return spread * radius * math.cos(2 * math.pi * self.share())

    def logistic(self) -> float:
        """Draw from the standard logistic distribution."""
        share = min(max(self.share(), 1e-12), 1 - 1e-12)
        return math.log(share / (1 - share))

    def choice(self, values: Sequence[_T]) -> _T:
        """Draw one of some values."""
        return values[self.whole(0, len(values) - 1)]

    def some(self, values: Sequence[_T], number: int) -> list[_T]:
        """Draw some different values, in the order in which they stand."""
        left = list(range(len(values)))
        kept = {left.pop(self.whole(0, len(left) - 1)) for _ in range(min(number, len(values)))}
        return [value for i, value in enumerate(values) if i in kept]

    def weighted(self, weights: Sequence[tuple[_T, float]]) -> _T:
        """Draw one of some values by their weights."""
        mark = self.share() * sum(weight for _, weight in weights)
        for value, weight in weights:
            mark -= weight
            if mark < 0:
                return value
        return weights[-1][0]
