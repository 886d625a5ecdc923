"""Totals told from parts: only the total cell of a series is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gcm_ld.errors import InputError
from gcm_ld.sdg_data.model import Cell, Figure, SdgData, Series

__all__ = ["keep_totals"]

#: How codes say "all of it" or "not broken down", without the signs between their letters.
_TOTAL = {
    "ALL",
    "ALLAGE",
    "ALLAGES",
    "ALLAREA",
    "ALLAREAS",
    "BOTHSEX",
    "BOTHSEXES",
    "NOBREAKDOWN",
    "T",
    "TOTAL",
    "Z",
}
#: Of values that the UN has from countries and from its own estimates, the latter compare.
_GLOBAL = {("REPORTINGTYPE", "G"), ("REPORTINGTYPE", "GLOBAL")}


def _bare(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _is_total(dimension: str, code: str) -> bool:
    bare = _bare(code)
    return bare in _TOTAL or (_bare(dimension), bare) in _GLOBAL


def keep_totals(cells: Iterable[Cell], found: SdgData) -> None:
    """Keep the total cells of a source, series by series.

    A cell is total where each dimension says so or is blank. A dimension that has one and the
    same code in all of a series, and no total, is no breakdown: it is told as the series' scope.
    So is a base period, with which values of another can't be compared.

    :param cells: the cells of one source.
    :param found: where the figures go; series of an area without a total are noted there.
    :raises InputError: if two cells of a series, period and area have different values.
    """
    by_series: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        # Where only the indicator is named, its values are as good as a series.
        by_series[cell.series or " ".join(cell.indicators)].append(cell)
    for name in sorted(by_series):
        own = by_series[name]
        scope = _scope(own)
        parts: dict[str, set[str]] = {}
        for cell in own:
            partial = _partial(cell, scope)
            if not partial:
                _add(cell, scope, found)
            elif cell.area not in parts or len(partial) < len(parts[cell.area]):
                parts[cell.area] = partial
        for area in parts:
            key = own[0].series or name.rpartition("/")[2], area
            found.parts.setdefault(key, tuple(sorted(parts[area])))


def _scope(cells: list[Cell]) -> dict[str, str]:
    """Return the dimensions that have one code only, in every cell, with that code."""
    codes: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, int] = defaultdict(int)
    for cell in cells:
        for dimension, code in cell.breakdown:
            codes[dimension].add(code)
            seen[dimension] += 1
    return {
        dimension: next(iter(here))
        for dimension, here in codes.items()
        if len(here) == 1
        and seen[dimension] == len(cells)
        and not _is_total(dimension, next(iter(here)))
    }


def _partial(cell: Cell, scope: dict[str, str]) -> set[str]:
    """Return the dimensions in which a cell is a part."""
    return {
        dimension
        for dimension, code in cell.breakdown
        if dimension not in scope and not _is_total(dimension, code)
    }


def _add(cell: Cell, scope: dict[str, str], found: SdgData) -> None:
    more = {**scope, "Base period": cell.base} if cell.base else scope
    said = "; ".join(f"{dimension} {code}" for dimension, code in sorted(more.items()))
    # Where only the indicator is named, it tells its values from those of others.
    name = cell.series or " ".join(cell.indicators)
    series = found.series.setdefault(
        (name, cell.unit, said), Series(cell.series, unit=cell.unit, scope=said)
    )
    series.indicators.update(cell.indicators)
    figures = series.figures.setdefault(cell.area, {})
    figure = Figure(cell.period, cell.value, cell.bound, cell.nature, cell.place, cell.source)
    other = figures.setdefault(cell.period, figure)
    if (other.value, other.bound) != (figure.value, figure.bound):
        what = cell.series or cell.indicators[0]
        raise InputError(
            f"{figure.place}: {what} has {figure.text} for {cell.period} and {other.text} in "
            f"{other.place}: keep the one that is right"
        )
