"""Figures of a ranking held against known links.

Precision, recall and mean average precision are those of Manning, Raghavan and Schütze,
Introduction to Information Retrieval, 2008, chapter 8; each is the mean over queries that have
links.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

__all__ = ["CUTS", "Figures", "Judgement", "average", "judge", "order", "summarise"]

#: How many suggestions are looked at.
CUTS = (1, 3, 5, 10)

_RESAMPLES = 1000
_SEED = 2021


@dataclass(frozen=True, slots=True)
class Judgement:
    """One query's ranking held against the links known for it.

    :param ranks: 1-based ranks of the known links that were found, in order.
    :param known: how many links are known.
    """

    ranks: tuple[int, ...]
    known: int

    def precision(self, cut: int) -> float:
        """Return the share of the first suggestions that are right."""
        return self.hits(cut) / cut

    def recall(self, cut: int) -> float:
        """Return the share of the known links that the first suggestions hold."""
        return self.hits(cut) / self.known

    def hits(self, cut: int) -> int:
        """Count the known links among the first suggestions."""
        return bisect_right(self.ranks, cut)

    @property
    def average_precision(self) -> float:
        """The mean of the precision at each known link; 0 for one that is not found.

        Ranks of one query may come from several rankings, each made without some of the links,
        so two can be equal; no precision exceeds 1 for that.
        """
        return sum(min(1.0, n / r) for n, r in enumerate(self.ranks, 1)) / self.known


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a method is, from 0 to 1.

    :param queries: how many queries have links.
    :param links: how many links they have.
    :param precision: mean share of right suggestions among the first 1, 3, 5 and 10.
    :param recall: mean share of the links that these hold.
    :param average_precision: mean average precision.
    :param intervals: 95 % bootstrap intervals over queries, for ``precision`` and ``recall`` at
        5 and for ``average_precision``.
    """

    queries: int
    links: int
    precision: dict[int, float]
    recall: dict[int, float]
    average_precision: float
    intervals: dict[str, tuple[float, float]]


def order(scores: Mapping[int, float]) -> list[int]:
    """List candidates from the best downwards; those at 0 are not suggested.

    >>> order({0: 0.5, 1: 0.0, 2: 0.5, 3: 0.9})
    [3, 0, 2]
    """
    return sorted((n for n, s in scores.items() if s > 0), key=lambda n: (-scores[n], n))


def judge(ranking: Iterable[int], relevant: Iterable[int]) -> Judgement:
    """Hold a ranking against the links known for a query.

    :param ranking: numbers of the candidates suggested, the best first.
    :param relevant: numbers of the candidates known to be right.

    >>> judge([0, 2, 1], [1, 5]).ranks
    (3,)
    """
    known = set(relevant)
    return Judgement(tuple(r for r, n in enumerate(ranking, 1) if n in known), len(known))


def summarise(judgements: Iterable[Judgement], *, intervals: bool = True) -> Figures:
    """Average judgements, with intervals by resampling the queries.

    :param judgements: one for each query; those without known links are left out.
    :param intervals: whether to work out intervals.
    """
    found = [j for j in judgements if j.known]
    rows = [(j.precision(5), j.recall(5), j.average_precision) for j in found]
    columns = zip(
        ("precision", "recall", "average_precision"), zip(*rows, strict=True), strict=True
    )
    return Figures(
        queries=len(found),
        links=sum(j.known for j in found),
        precision={k: average(j.precision(k) for j in found) for k in CUTS},
        recall={k: average(j.recall(k) for j in found) for k in CUTS},
        average_precision=average(j.average_precision for j in found),
        intervals={n: _interval(v) for n, v in columns} if intervals else {},
    )


def average(values: Iterable[float]) -> float:
    """Return the mean, exactly summed."""
    found = list(values)
    return math.fsum(found) / len(found)


@cache
def _resamples(size: int) -> list[list[int]]:
    source = random.Random(_SEED)  # noqa: S311 - a fixed seed, so that figures repeat
    return [source.choices(range(size), k=size) for _ in range(_RESAMPLES)]


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of the mean over resampled queries."""
    size = len(values)
    means = sorted(sum(map(values.__getitem__, sample)) / size for sample in _resamples(size))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]
