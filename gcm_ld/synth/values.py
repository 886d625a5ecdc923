"""Yearly values, earlier figures and targets of a synthetic strategy's indicators.

RDF Data Cube Vocabulary (W3C 2014). The structure definitions are gcm-ld's own and stand once, in
``data/measure/``: a copy in each country's file would tie all countries together. A missing value
is an observation that is not there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.errors import InputError
from gcm_ld.model import Element
from gcm_ld.namespaces import GCMO, ID, PREFIXES, RDF, RDFS, XSD, expand
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.strategy import SEX, Strategy
from gcm_ld.synth.world import World

__all__ = ["CELLS", "YEARS", "Density", "Measures", "make_measures"]

_CUBE = ID + "cube/"
_QB = PREFIXES["qb"]
#: How many years of values a strategy has, as many as it runs, and how many it may have.
_YEARS, YEARS = 4, 60
#: How often a value is missing, and how often it is an estimate, provisional, or revised.
_MISSING, _ESTIMATED, _PROVISIONAL, _REVISED, _BREAK = 0.12, 0.08, 0.5, 0.06, 0.01
#: How often there is a baseline, a target, one in between, and a target for too early a year.
_BASELINE, _TARGET, _MILESTONE, _EARLY = 0.85, 0.8, 0.25, 0.06
_SOURCED = 0.9

_Cell = tuple[str, str, str, str]
_TOTAL: _Cell = ("T", "_T", "_T", "_T")
_BY_SEX: tuple[_Cell, ...] = (("F", "_T", "_T", "_T"), ("M", "_T", "_T", "_T"))
_BY_AGE: tuple[_Cell, ...] = (("T", "Y_LT18", "_T", "_T"), ("T", "Y_GE18", "_T", "_T"))
#: The cells of a year, from the one that all have on: sex, age, migration status, nationality.
CELLS: tuple[_Cell, ...] = (
    _TOTAL,
    *_BY_SEX,
    *_BY_AGE,
    *(("T", "_T", status, "_T") for status in ("migrant", "returnee", "refugee", "asylum-seeker")),
    *(("T", "_T", "_T", nationality) for nationality in ("national", "foreign", "eu", "non-eu")),
    *((sex, age, "_T", "_T") for sex in "FM" for age in ("Y_LT18", "Y_GE18")),
    *((sex, "_T", status, "_T") for sex in "FM" for status in ("migrant", "returnee", "refugee")),
)


class Density(NamedTuple):
    """How many values there are.

    ``cells`` is how many of :data:`CELLS` each indicator has a year; if not given, the total, and
    figures by sex where the indicator promises them.
    """

    years: int = _YEARS
    cells: int | None = None

    def check(self) -> None:
        """Refuse what can't be made.

        :raises InputError: naming the option and what it takes.
        """
        if not 1 <= self.years <= YEARS:
            raise InputError(f"{self.years} years of values: make 1 to {YEARS}, with --years")
        if self.cells is not None and not 1 <= self.cells <= len(CELLS):
            raise InputError(
                f"{self.cells} cells a year: make 1 to {len(CELLS)}, with --cells, or leave it out"
            )


class Measures(NamedTuple):
    """The triples of the two files: values with earlier figures, and targets."""

    values: list[ox.Triple]
    targets: list[ox.Triple]


@lru_cache(maxsize=8192)
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def make_measures(world: World, strategy: Strategy, density: Density | None = None) -> Measures:
    """Make the values and targets of a strategy's indicators.

    The last year of values is the last one of the strategy.

    :param world: what countries have in common.
    :param strategy: the strategy.
    :param density: how many years and cells; as many as in :class:`Density` if not given.
    """
    return _Maker(world, strategy, density or Density()).make()


class _Maker:
    def __init__(self, world: World, strategy: Strategy, density: Density) -> None:
        self.world, self.strategy, self.density = world, strategy, density
        self.chance = Chance(world.seed, "values", strategy.code)
        framework = strategy.framework.iri
        self.values_iri = f"{framework}/values"
        self.earlier_iri = f"{framework}/values/earlier"
        self.targets_iri = f"{framework}/targets"
        self.start = int(strategy.framework.start or 0)
        self.values: list[ox.Triple] = []
        self.earlier: list[ox.Triple] = []
        self.targets: list[ox.Triple] = []

    def make(self) -> Measures:
        for indicator in self.strategy.indicators:
            self._indicator(indicator)
        title = f"of the {self.strategy.framework.label}"
        values = [*self._dataset(self.values_iri, "values", f"values {title}"), *self.values]
        if self.earlier:
            words = f"earlier values {title}"
            values += [*self._dataset(self.earlier_iri, "values/earlier", words), *self.earlier]
        targets = self._dataset(self.targets_iri, "targets", f"baselines and targets {title}")
        return Measures(values, [*targets, *self.targets])

    def _dataset(self, iri: str, structure: str, words: str) -> list[ox.Triple]:
        dataset = _node(iri)
        title = ox.Literal(f"Synthetic {words}", language="en")
        return [
            ox.Triple(dataset, _node(RDF + "type"), _node(_QB + "DataSet")),
            ox.Triple(dataset, _node(RDF + "type"), _node(GCMO + "Synthetic")),
            ox.Triple(dataset, _node(_QB + "structure"), _node(f"{_CUBE}{structure}/structure")),
            ox.Triple(dataset, _node(expand("dcterms:title")), title),
            ox.Triple(dataset, _node(RDFS + "label"), title),
            ox.Triple(dataset, _node(expand("dcterms:source")), _node(self.strategy.source.iri)),
            ox.Triple(dataset, _node(expand("dcterms:spatial")), _node(self.strategy.place.iri)),
        ]

    def _indicator(self, indicator: Element) -> None:
        percent = "Share of" in indicator.label
        level = first = self.chance.share() * (60 if percent else 2000) + 5
        slope = 1 + self.chance.normal(0.06) + 0.03
        more = Chance(self.world.seed, "cells", self.strategy.code, indicator.notation)
        last = self.start + _YEARS - 1
        for year in range(last + 1 - self.density.years, last + 1):
            level *= slope + self.chance.normal(0.04)
            level = min(max(level, 0.0), 100.0) if percent else max(level, 0.0)
            missing, estimated = self.chance.happens(_MISSING), self.chance.happens(_ESTIMATED)
            if not missing:
                status = "E" if estimated else ""
                self._year(more, indicator, year, level, status, final=year < last)
        self._targets(more, indicator, first)

    def _cells(self, indicator: Element) -> tuple[_Cell, ...]:
        if self.density.cells is not None:
            return CELLS[: self.density.cells]
        return (_TOTAL, *_BY_SEX) if SEX in indicator.disaggregated_by else (_TOTAL,)

    def _year(
        self,
        chance: Chance,
        indicator: Element,
        year: int,
        level: float,
        status: str,
        *,
        final: bool,
    ) -> None:
        percent = "Share of" in indicator.label
        revised = final and not status and chance.happens(_REVISED)
        if not status:
            early = not final and chance.happens(_PROVISIONAL)
            status = "P" if early else "B" if chance.happens(_BREAK) else "A"
        source = chance.happens(_SOURCED)
        figures: dict[_Cell, float] = {}
        for cell in self._cells(indicator):
            figures[cell] = self._figure(chance, cell, figures, level, percent=percent)
            slug = f"{indicator.notation}/{year}"
            slug += "" if cell == _TOTAL else "/" + _code(cell)
            node = f"{self.values_iri}/{slug}"
            whole = revised and cell == _TOTAL
            self._observe(
                self.values,
                node,
                self.values_iri,
                indicator,
                year,
                cell,
                _written(figures[cell], percent=percent),
                f"{_CUBE}status/revised" if whole else _status(status),
                source=source,
            )
            if whole:
                self._revise(chance, indicator, slug, year, level)
            if status == "B" and not whole:
                self._note(node, "Synthetic: another method from this year on.")

    def _figure(
        self,
        chance: Chance,
        cell: _Cell,
        figures: dict[_Cell, float],
        level: float,
        *,
        percent: bool,
    ) -> float:
        """Draw a cell's figure: a part of the whole, or near it for a share.

        Two parts that make up the whole add up to it.
        """
        if cell == _TOTAL:
            return level if percent else float(round(level))
        if percent:
            return min(max(level * (1 + chance.normal(0.08)), 0.0), 100.0)
        for one, other in (_BY_SEX, _BY_AGE):
            if cell == other:
                return figures[_TOTAL] - figures[one]
        share = 0.25 + 0.5 * chance.share() if cell in (*_BY_SEX, *_BY_AGE) else chance.share() / 3
        return float(round(figures[_TOTAL] * share))

    def _note(self, iri: str, words: str) -> None:
        note = ox.Literal(words, language="en")
        self.values.append(ox.Triple(_node(iri), _node(RDFS + "comment"), note))

    def _revise(
        self, chance: Chance, indicator: Element, slug: str, year: int, level: float
    ) -> None:
        """Add the figures that stood in the place of a revised one before, and the way to them."""
        percent = "Share of" in indicator.label
        later = f"{self.values_iri}/{slug}"
        editions = 2 if chance.happens(0.2) else 1
        self._note(later, "Synthetic: counted anew.")
        revision = _node(expand("prov:wasRevisionOf"))
        for edition in range(editions, 0, -1):
            node = f"{self.earlier_iri}/{slug}/{edition}"
            graph = self.values if edition == editions else self.earlier
            graph.append(ox.Triple(_node(later), revision, _node(node)))
            was = max(level * (1 + chance.normal(0.05)), 0.0)
            written = _written(min(was, 100.0) if percent else round(was), percent=percent)
            self._observe(
                self.earlier,
                node,
                self.earlier_iri,
                indicator,
                year,
                _TOTAL,
                written,
                _status("P" if edition == 1 else "A"),
            )
            number = ox.Literal(str(edition), datatype=_node(XSD + "integer"))
            dimension = _node(_CUBE + "dimension/edition")
            self.earlier.append(ox.Triple(_node(node), dimension, number))
            later = node

    def _targets(self, chance: Chance, indicator: Element, first: float) -> None:
        """Add a baseline of the year before, a target for the last year, and one in between."""
        percent = "Share of" in indicator.label
        aim = first * (1.08 + 0.5 * chance.share())
        aim = min(aim, 100.0) if percent else round(aim)
        early = chance.happens(_EARLY)
        end = self.start + (1 if early else _YEARS - 1)
        draws = [chance.happens(p) for p in (_BASELINE, _TARGET, _MILESTONE)]
        figures = {
            "baseline": (self.start - 1, first if percent else round(first), draws[0]),
            "milestone": (
                self.start + 1,
                (first + aim) / 2 if percent else round((first + aim) / 2),
                draws[1] and draws[2] and not early,
            ),
            "target": (end, aim, draws[1]),
        }
        for name, (year, figure, there) in figures.items():
            if not there:
                continue
            node = f"{self.targets_iri}/{indicator.notation}/{name}/{year}"
            self._observe(
                self.targets,
                node,
                self.targets_iri,
                indicator,
                year,
                _TOTAL,
                _written(figure, percent=percent),
                _status("A"),
            )
            reference = _node(_CUBE + "dimension/reference")
            self.targets.append(
                ox.Triple(_node(node), reference, _node(f"{_CUBE}reference/{name}"))
            )

    def _observe(
        self,
        graph: list[ox.Triple],
        iri: str,
        dataset: str,
        indicator: Element,
        year: int,
        cell: _Cell,
        value: str,
        status: str,
        *,
        source: bool = True,
    ) -> None:
        node = _node(iri)
        sex, age, migration, nationality = cell
        unit = "percent" if "Share of" in indicator.label else "number"
        graph += [
            ox.Triple(node, _node(RDF + "type"), _node(_QB + "Observation")),
            ox.Triple(node, _node(_QB + "dataSet"), _node(dataset)),
            ox.Triple(node, _node(_CUBE + "dimension/indicator"), _node(indicator.iri)),
            ox.Triple(
                node, _node(expand("sdmx-dimension:refArea")), _node(self.strategy.place.iri)
            ),
            ox.Triple(
                node,
                _node(expand("sdmx-dimension:timePeriod")),
                ox.Literal(str(year), datatype=_node(XSD + "gYear")),
            ),
            ox.Triple(
                node,
                _node(expand("sdmx-dimension:sex")),
                _node(f"{PREFIXES['sdmx-code']}sex-{sex}"),
            ),
            ox.Triple(node, _node(expand("sdmx-dimension:age")), _node(f"{_CUBE}age/{age}")),
            ox.Triple(
                node,
                _node(_CUBE + "dimension/migration-status"),
                _node(f"{_CUBE}migration-status/{migration}"),
            ),
            ox.Triple(
                node,
                _node(_CUBE + "dimension/nationality"),
                _node(f"{_CUBE}nationality/{nationality}"),
            ),
            ox.Triple(
                node,
                _node(expand("sdmx-measure:obsValue")),
                ox.Literal(value, datatype=_node(XSD + "decimal")),
            ),
            ox.Triple(
                node, _node(expand("sdmx-attribute:unitMeasure")), _node(_CUBE + "unit/" + unit)
            ),
            ox.Triple(node, _node(expand("sdmx-attribute:obsStatus")), _node(status)),
        ]
        if source:
            origin = _node(self.strategy.source.iri)
            graph.append(ox.Triple(node, _node(expand("dcterms:source")), origin))


def _code(cell: _Cell) -> str:
    """Write a cell as IRIs do, where a total is ``_T`` in each place."""
    return ".".join("_T" if code == "T" else code for code in cell)


def _status(code: str) -> str:
    return f"{PREFIXES['sdmx-code']}obsStatus-{code}"


def _written(figure: float, *, percent: bool) -> str:
    return f"{figure:.1f}".removesuffix(".0") if percent else str(round(figure))
