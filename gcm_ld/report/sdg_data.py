"""The UN's indicators and series of the SDG targets served, beside the plan's own indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.language import say, say_many
from gcm_ld.namespaces import compact
from gcm_ld.report.model import Report, Table, assessed_framework
from gcm_ld.sdg_data.model import COUNTRY, WORLD, SdgData, Series
from gcm_ld.sdg_data.targets import (
    Indicator,
    NationalIndicator,
    Target,
    add_indicators,
    find_national,
    find_targets,
    read_values,
)
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["report_sdg_data"]


def report_sdg_data(
    dataset: Dataset,
    *,
    framework: str | None = None,
    year: int | None = None,
    sdg_data: Sequence[str] = (),
) -> Report:
    """Report the UN's indicators of the SDG targets reached, and the values of their series.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :param year: take values of this year or before; the latest if not given.
    :param sdg_data: files, folders and endpoints with values of SDG series.
    :raises InputError: if the framework can't be found or told, or SDG data can't be read.
    """
    against = assessed_framework(dataset, framework)
    targets = find_targets(dataset, against.iri)
    national = find_national(dataset, against.iri, year)
    country, found = read_values(dataset, against.iri, targets, sdg_data)
    targets = add_indicators(targets, found)
    rows = _series_rows(targets, found, year)
    return Report(
        name="sdg-data",
        title=say("The UN's indicators of the SDG targets that the {title} reaches",
                  title=against.title),
        lead=_lead(targets, rows, country, year),
        tables=(
            _target_table(targets),
            _indicator_table(targets, found),
            _national_table(targets, national),
            _series_table(rows, country),
        ),
        views=_views(targets, national, found, rows, country),
        notes=_notes(found, rows, country),
    )  # fmt: skip


class _Line(NamedTuple):
    """A series under an indicator and target."""

    target: Target
    indicator: Indicator
    series: Series
    year: int | None

    @property
    def cells(self) -> tuple[Value, ...]:
        """Value, bound, year and nature of the country and of the world."""
        cells: list[Value] = []
        for figure in self.series.side_by_side(year=self.year):
            if figure is None:
                cells += [None] * 4
            else:
                cells += [figure.value, figure.bound or None, figure.year, figure.nature or None]
        return tuple(cells)

    @property
    def texts(self) -> tuple[Value, ...]:
        """The same for people: value, year and nature of either."""
        cells: list[Value] = []
        for figure in self.series.side_by_side(year=self.year):
            if figure is None:
                cells += [None] * 3
            else:
                value = figure.text if figure.bound else figure.value
                cells += [value, str(figure.year), figure.nature or None]
        return tuple(cells)


def _series_rows(targets: Sequence[Target], found: SdgData, year: int | None) -> list[_Line]:
    """List the series with a value, under each target that they speak for."""
    lines = [
        _Line(target, indicator, series, year)
        for target in targets
        for indicator in target.indicators
        for series in found.of_indicator(indicator.name)
    ]
    return [line for line in lines if any(c is not None for c in line.cells)]


# -- tables ------------------------------------------------------------------------------------


def _target_table(targets: Sequence[Target]) -> Table:
    return Table.of(
        "targets",
        say("SDG targets reached"),
        [
            ("target", "IRI"),
            ("targetCode", say("Target")),
            ("title", say("Title")),
            ("actions", say("Actions")),
            ("actionCodes", say("Which")),
            ("indicators", say("UN indicators")),
            ("nationalIndicators", say("National indicators")),
        ],
        [
            (t.iri, t.code, t.title, len(t.actions), ", ".join(t.actions), len(t.indicators),
             len(t.national))
            for t in targets
        ],
    )  # fmt: skip


def _indicator_table(targets: Sequence[Target], found: SdgData) -> Table:
    return Table.of(
        "indicators",
        say("The UN's indicators of these targets"),
        [
            ("target", "IRI"),
            ("targetCode", say("Target")),
            ("indicator", "IRI"),
            ("code", say("Indicator")),
            ("title", say("Name")),
            ("codes", say("All codes")),
            ("actions", say("Actions")),
            ("nationalIndicators", say("National indicators")),
            ("series", say("Series")),
        ],
        [
            (t.iri, t.code, i.iri or None, i.code, i.title, " ".join(i.codes), len(t.actions),
             len(t.national), " ".join(_series_codes(found, i.name)))
            for t in targets
            for i in t.indicators
        ],
    )  # fmt: skip


def _series_codes(found: SdgData, indicator: str) -> list[str]:
    return sorted(code for code, iris in found.belongs.items() if code and indicator in iris)


def _national_table(targets: Sequence[Target], national: Mapping[str, NationalIndicator]) -> Table:
    return Table.of(
        "national",
        say("The plan's own indicators beside them"),
        [
            ("target", "IRI"),
            ("targetCode", say("Target")),
            ("indicator", "IRI"),
            ("title", say("National indicator")),
            ("actionCodes", say("Actions")),
            ("value", say("Value")),
            ("unit", say("Unit")),
            ("period", say("Period")),
        ],
        [
            (t.iri, t.code, iri, own.title, ", ".join(codes), own.value, own.unit, own.period)
            for t in targets
            for iri, codes in t.national.items()
            if (own := national.get(iri))
        ],
    )


def _series_table(rows: Sequence[_Line], country: str | None) -> Table:
    return Table.of(
        "series",
        _series_title(country),
        [
            ("target", "IRI"),
            ("targetCode", say("Target")),
            ("indicator", "IRI"),
            ("code", say("Indicator")),
            ("series", "IRI"),
            ("seriesCode", say("Series")),
            ("title", say("Name")),
            ("unit", say("Unit")),
            ("scope", say("Scope")),
            ("countryValue", say("Country")),
            ("countryBound", say("Bound")),
            ("countryYear", say("Year")),
            ("countryNature", say("Nature")),
            ("worldValue", say("World")),
            ("worldBound", say("Bound")),
            ("worldYear", say("Year")),
            ("worldNature", say("Nature")),
        ],
        [
            tuple(
                cell if cell != "" else None
                for cell in (
                    x.target.iri,
                    x.target.code,
                    x.indicator.iri,
                    x.indicator.code,
                    x.series.iri,
                    x.series.code,
                    x.series.title,
                    x.series.unit,
                    x.series.scope,
                    *x.cells,
                )
            )
            for x in rows
        ],
    )


def _series_title(country: str | None) -> str:
    if country is None:
        return say("Values of the series")
    return say("Values of the series, {country} beside the world", country=country)


def _views(
    targets: Sequence[Target],
    national: Mapping[str, NationalIndicator],
    found: SdgData,
    rows: Sequence[_Line],
    country: str | None,
) -> tuple[Table, ...]:
    """Lay the tables out for people, without columns in which nothing stands."""
    columns = [
        ("targetCode", say("Target")),
        ("actions", say("Actions")),
        ("code", say("Indicator")),
        ("iri", "IRI"),
        ("title", say("Name")),
        ("nationalIndicators", say("National indicators")),
        ("series", say("Series")),
    ]
    lines: list[tuple[Value, ...]] = [
        (t.code, len(t.actions), i.code, compact(i.iri), i.title, len(t.national),
         len(_series_codes(found, i.name)))
        for t in targets
        for i in t.indicators
    ]  # fmt: skip
    shown = len(columns) if any(line[-1] for line in lines) else -1
    indicators = Table.of(
        "indicators",
        say("The UN's indicators of the targets reached"),
        columns[:shown],
        [line[:shown] for line in lines],
    )
    columns = [
        ("targetCode", say("Target")),
        ("title", say("National indicator")),
        ("actionCodes", say("Actions")),
        ("value", say("Value")),
        ("unit", say("Unit")),
        ("period", say("Period")),
    ]
    lines = [
        (t.code, own.title, ", ".join(codes), own.value, own.unit, own.period)
        for t in targets
        for iri, codes in t.national.items()
        if (own := national.get(iri))
    ]
    shown = len(columns) if any(line[-1] for line in lines) else 3
    beside = Table.of(
        "national",
        say("The plan's own indicators beside them"),
        columns[:shown],
        [line[:shown] for line in lines],
    )
    if country is None:
        return indicators, beside
    values = Table.of(
        "series",
        _series_title(country),
        [
            ("code", say("Indicator")),
            ("series", say("Series")),
            ("title", say("Name")),
            ("unit", say("Unit")),
            ("countryValue", country),
            ("countryYear", say("Year")),
            ("countryNature", say("Nature")),
            ("worldValue", say("World")),
            ("worldYear", say("Year")),
            ("worldNature", say("Nature")),
        ],
        [
            (x.indicator.code, x.series.code, x.series.title,
             "; ".join(filter(None, (x.series.unit, x.series.scope))), *x.texts)
            for x in rows
        ],
    )  # fmt: skip
    return indicators, beside, values


# -- sentences ---------------------------------------------------------------------------------


def _lead(
    targets: Sequence[Target], rows: Sequence[_Line], country: str | None, year: int | None
) -> tuple[str, ...]:
    actions = {code for t in targets for code in t.actions}
    indicators = {i.name for t in targets for i in t.indicators}
    national = {iri for t in targets for iri in t.national}
    lines = [
        say(
            "{targets} SDG targets reached by {actions} actions, with {indicators} indicators of "
            "the UN",
            targets=len(targets),
            actions=len(actions),
            indicators=len(indicators),
        ),
        say_many(
            "{number} national indicator beside them", "{number} national indicators beside them",
            len(national),
        ),
    ]  # fmt: skip
    if country is not None:
        each = {id(r.series): r.series for r in rows}  # one may speak for several targets
        pairs = [s.side_by_side(year=year) for s in each.values()]
        lines.append(
            say(
                "series with a value: {ours} of {country}, {theirs} of the world, {both} of both",
                ours=sum(1 for a, _ in pairs if a),
                country=country,
                theirs=sum(1 for _, b in pairs if b),
                both=sum(1 for a, b in pairs if a and b),
            )
        )
        years = (f.year for s in each.values() for a in s.figures.values() for f in a.values())
        latest = year or max(years, default=None)
        if latest is not None:
            lines.append(say("values of {year} or before", year=str(latest)))
    return tuple(lines)


def _notes(found: SdgData, rows: Sequence[_Line], country: str | None) -> tuple[str, ...]:
    notes = [
        say("A link with a goal, or with “All” of its targets, reaches no single target."),
        say(
            "A national indicator stands beside a target if an action that is linked with the "
            "target names it, or an outcome that answers such an action has it."
        ),
    ]
    if not any(found.belongs):
        notes.append(
            say(
                "Indicators are those of the UN's vocabulary of May 2020, which names no series. "
                "Later indicators, and series, come from SDG data (--sdg-data) or from a newer "
                "vocabulary among your own files."
            )
        )
    if found.added:
        notes.append(
            say(
                "Indicators that the UN's vocabulary of May 2020 does not know: {codes}. SDG data "
                "name them; their IRIs and names come from a newer vocabulary, if you give one.",
                codes=", ".join(sorted(found.added, key=natural_key)),
            )
        )
    if country is None:
        return tuple(notes)
    notes.append(
        say(
            "Values are those of the latest year that both have, or else the country's latest and "
            "the world's of the year nearest to it. Only the total cell of a series is taken; a "
            "breakdown that is the same in all of a series is its scope, named after the unit, and "
            "so is a base period."
        )
    )
    if not rows:
        notes.append(say("The SDG data hold no value of an indicator of these targets."))
    apart = [
        f"{r.series.code or r.indicator.code} ({ours.year}, {theirs.year})"
        for r in rows
        for ours, theirs in [r.series.side_by_side(year=r.year)]
        if ours and theirs and ours.year != theirs.year
    ]
    if apart:
        notes.append(
            say("Of different years, as country and world share none: {codes}.",
                codes=_some(list(dict.fromkeys(apart))))
        )  # fmt: skip
    if unlike := _unlike(rows):
        notes.append(
            say(
                "In other units or base periods of the country than of the world, so apart: "
                "{codes}.",
                codes=_some(unlike),
            )
        )
    if any(f and f.nature for r in rows for f in r.series.side_by_side(year=r.year)):
        notes.append(
            say(
                "Nature: C country data, CA country data adjusted, E estimated, G global "
                "monitoring, M modelled, N not relevant, NA not known."
            )
        )
    if found.parts:
        notes.append(
            say("Series with parts and no total cell, left out: {codes}.",
                codes=", ".join(_parts(found, country)))
        )  # fmt: skip
    if found.unplaced:
        notes.append(
            say(
                "Series that no source places under an indicator, left out: {codes}.",
                codes=_some(sorted(found.unplaced)),
            )
        )
    if found.absent and not any(COUNTRY in r.series.figures for r in rows):
        notes.append(
            say("No value of {country} in: {names}.", country=country,
                names=", ".join(sorted(found.absent)))
        )  # fmt: skip
    return tuple(notes)


def _unlike(rows: Sequence[_Line]) -> list[str]:
    """List series of which country and world have values that can't be compared."""
    sides: dict[str, set[bool]] = {}
    for row in rows:
        if row.series.code and len(row.series.figures) == 1:
            sides.setdefault(row.series.code, set()).add(COUNTRY in row.series.figures)
    return [code for code, here in sides.items() if len(here) == 2]


def _parts(found: SdgData, country: str) -> list[str]:
    """Name series that have parts only, with the breakdowns, and the area if it is one of two."""
    areas: dict[str, list[str]] = {}
    for code, area in found.parts:
        areas.setdefault(code, []).append(area)
    whole = {s.code for s in found.series.values() if s.figures}
    names = {COUNTRY: country, WORLD: say("World")}
    said = []
    for code, here in areas.items():
        words = ", ".join(dict.fromkeys(name for a in here for name in found.parts[code, a]))
        if code in whole:
            words = f"{', '.join(names[a] for a in here)}: {words}"
        said.append(f"{code} ({words})")
    return said


def _some(codes: Sequence[str]) -> str:
    """List some codes, and say how many more there are."""
    if len(codes) <= 10:
        return ", ".join(codes)
    listed = ", ".join(codes[:10])
    return say("{codes} and {number} more", codes=listed, number=len(codes) - 10)
