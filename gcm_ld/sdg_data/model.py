"""What is wanted of SDG data, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from gcm_ld.errors import InputError
from gcm_ld.namespaces import SDG
from gcm_ld.words import plural

__all__ = [
    "COUNTRY",
    "WORLD",
    "Cell",
    "Faults",
    "Figure",
    "SdgData",
    "Series",
    "Wanted",
    "series_iri",
]

#: The two areas that are kept, as figures name them.
COUNTRY, WORLD = "country", "world"
#: The world in the UN's M49.
_M49_WORLD = "001"
#: An area's code: M49 and what the UN adds to it, ISO alpha-3, or a group's code.
_AREA = re.compile(r"[0-9]{1,6}|[A-Z][A-Z0-9_]*")
_SERIES = re.compile(r"[A-Z][A-Za-z0-9_]*")
_INDICATOR = re.compile(r"[0-9]{1,2}\.[0-9a-z]{1,2}\.[0-9]{1,2}[a-z]?")
#: Faults that one message lists.
_LISTED = 10


def series_iri(code: str) -> str:
    """Return the IRI of a series, which the UN builds like those of its indicators.

    >>> series_iri("SM_POP_REFG_OR")
    'http://metadata.un.org/sdg/SM_POP_REFG_OR'
    """
    return f"{SDG}/{code}"


class Faults:
    """What is wrong in a file, collected and told together.

    :param name: the file or endpoint as the user named it.
    """

    def __init__(self, name: object) -> None:
        self.name = name
        self._found: list[str] = []

    def add(self, row: object, column: str, problem: str) -> None:
        """Note a fault at its place.

        :param row: number of the row, the header being 1; or an observation.
        :param column: name of the column or property.
        :param problem: what is wrong, with its cure.
        """
        place = f"row {row}" if isinstance(row, int) else str(row)
        self._found.append(f"{self.name}, {place}, column {column}: {problem}")

    def check(self) -> None:
        """Stop if there are any.

        :raises InputError: naming the first ten, and how many more there are.
        """
        if not self._found:
            return
        more = len(self._found) - _LISTED
        lines = self._found[:_LISTED] + ([f"and {plural(more, 'more fault')}"] if more > 0 else [])
        raise InputError("\n".join(lines))


class Cell(NamedTuple):
    """A value as a source has it, before totals are told from parts.

    ``breakdown`` are pairs of dimension and code, without those that the source leaves blank;
    ``base`` is the base period of an index or of constant prices.
    """

    series: str
    indicators: tuple[str, ...]
    area: str
    period: str
    value: Decimal
    bound: str
    unit: str
    nature: str
    breakdown: tuple[tuple[str, str], ...]
    place: str
    base: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a series for an area and a period.

    :param period: year, month, quarter or half-year, as the source writes it.
    :param value: the number.
    :param bound: ``<`` or ``>`` where the source says no more than that.
    :param nature: the UN's letter for where it comes from, such as C for country data.
    :param place: the file and the row.
    :param source: who the file says that it has the value from.
    """

    period: str
    value: Decimal
    bound: str = ""
    nature: str = ""
    place: str = ""
    source: str = ""

    @property
    def year(self) -> int:
        """Its year."""
        return int(self.period[:4])

    @property
    def text(self) -> str:
        """The value as it is shown."""
        return f"{self.bound}{self.value:f}"


@dataclass(slots=True)
class Series:
    """A series of the UN with its figures.

    :param code: its code; empty where the source names the indicator alone.
    :param title: what it measures.
    :param unit: code or name of the unit.
    :param scope: breakdowns that are the same in all of it, such as ``Age 15+``.
    :param indicators: IRIs of the indicators that it belongs to.
    :param figures: area → period → figure.
    """

    code: str
    title: str = ""
    unit: str = ""
    scope: str = ""
    indicators: set[str] = field(default_factory=set)
    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)

    @property
    def iri(self) -> str | None:
        """Its IRI at the UN."""
        return series_iri(self.code) if self.code else None

    def latest(self, area: str, *, year: int | None = None) -> Figure | None:
        """Return the latest figure of an area.

        :param area: :data:`COUNTRY` or :data:`WORLD`.
        :param year: of this year or before.
        """
        found = [f for f in self._of(area) if year is None or f.year <= year]
        return found[-1] if found else None

    def side_by_side(self, *, year: int | None = None) -> tuple[Figure | None, Figure | None]:
        """Return the figures of the country and the world that are best compared.

        Those of the latest year that both have; where they share none, the country's latest and
        the world's of the year that is nearest to it, the later one of two.

        :param year: of this year or before.
        """
        ours, theirs = (
            {f.year: f for f in self._of(area) if year is None or f.year <= year}
            for area in (COUNTRY, WORLD)
        )
        if common := ours.keys() & theirs.keys():
            return ours[max(common)], theirs[max(common)]
        own = self.latest(COUNTRY, year=year)
        if own is None:
            return None, self.latest(WORLD, year=year)
        nearest = min(theirs, key=lambda y: (abs(y - own.year), -y), default=None)
        return own, None if nearest is None else theirs[nearest]

    def _of(self, area: str) -> list[Figure]:
        figures = self.figures.get(area, {})
        return [figures[period] for period in sorted(figures)]


@dataclass(frozen=True)
class Wanted:
    """What is to be kept.

    :param indicators: code or IRI → IRI, of the indicators that are wanted.
    :param known: the same for all indicators of the vocabulary.
    :param targets: codes of the targets that are wanted.
    :param codes: the country's codes: M49, and ISO alpha-3.
    :param name: the country's name, for messages.
    """

    indicators: Mapping[str, str]
    known: Mapping[str, str]
    targets: frozenset[str]
    codes: tuple[str, ...]
    name: str

    def area(self, code: str) -> str | None:
        """Return which of the two areas a code stands for, if any.

        :raises ValueError: if it is no code of an area.
        """
        if not _AREA.fullmatch(code):
            raise ValueError(code)
        digits = code.zfill(3) if code.isdigit() else code
        if digits in self.codes:
            return COUNTRY
        return WORLD if digits == _M49_WORLD else None

    def indicator(self, code: str) -> str | None:
        """Return the IRI of a wanted indicator, if it is one.

        :raises ValueError: if it is no code of an indicator.
        """
        found = self.indicators.get(code)
        if found is None and code not in self.known and not _INDICATOR.fullmatch(code):
            raise ValueError(code)
        return found

    def target_of_new(self, code: str) -> str | None:
        """Return the wanted target of an indicator that the shipped vocabulary does not know."""
        target = code.rpartition(".")[0]
        return target if code not in self.known and target in self.targets else None

    @staticmethod
    def is_series(code: str) -> bool:
        """Tell whether a text has the form of a series' code."""
        return _SERIES.fullmatch(code) is not None


@dataclass
class SdgData:
    """What was found.

    An indicator goes by its IRI; one that only a table names, by its code.

    :param series: the series with a figure, by code, unit and scope.
    :param titles: code of a series → what it measures.
    :param belongs: code of a series → its indicators.
    :param added: indicators of wanted targets that the shipped vocabulary does not know, by
        code, each with its IRI, if that is known, and its name.
    :param unplaced: codes of series that no source places under an indicator.
    :param parts: code of a series and area → the breakdowns in which it has parts and no total.
    :param absent: sources that hold nothing on the country.
    """

    series: dict[tuple[str, str, str], Series] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    belongs: dict[str, set[str]] = field(default_factory=dict)
    added: dict[str, tuple[str, str]] = field(default_factory=dict)
    unplaced: set[str] = field(default_factory=set)
    parts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    def add_indicator(self, code: str, iri: str = "", title: str = "") -> str:
        """Note an indicator that the shipped vocabulary does not know, and return what it goes by.

        :param code: its code, such as 10.7.4.
        :param iri: its IRI, where a vocabulary says it.
        :param title: its name, likewise.
        """
        known = self.added.get(code, ("", ""))
        self.added[code] = (known[0] or iri, known[1] or title)
        return self.added[code][0] or code

    def kept(self, wanted: Wanted) -> set[str]:
        """Return the indicators whose values are kept."""
        added = {iri or code for code, (iri, _) in self.added.items()}
        return {*wanted.indicators.values(), *added}

    def place(self, code: str, title: str, indicators: Iterable[str]) -> None:
        """Note what a series is called and which indicators it belongs to.

        :param code: its code.
        :param title: what it is called, if that is known.
        :param indicators: what the indicators go by.
        """
        if title:
            self.titles.setdefault(code, title)
        self.belongs.setdefault(code, set()).update(indicators)

    def of_indicator(self, indicator: str) -> list[Series]:
        """List the series of an indicator by code, unit and scope.

        :param indicator: what it goes by.
        """
        return [s for _, s in sorted(self.series.items()) if indicator in s.indicators]
