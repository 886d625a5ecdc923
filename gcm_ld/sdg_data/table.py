"""Tables of SDG series: the UN's database, and SDMX-CSV.

The UN's Global SDG Database exports a row for each value, with breakdowns in columns of their own:
in brackets in the API's files (``[Sex]``, ``[Age]``), without them and behind ``FootNote`` in
those of the portal. SDMX-CSV 1.0 and 2.0 (SDMX 3.0, section 5) have dimensions before
``OBS_VALUE`` and attributes after it. Rows are read one by one, and those of other areas are
passed over unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from gcm_ld.errors import FileError, did_you_mean
from gcm_ld.sdg_data.forms import MISSING_STATUS, read_number, read_period
from gcm_ld.sdg_data.model import Cell, Faults, SdgData, Wanted
from gcm_ld.sdg_data.rows import Rows, open_rows

__all__ = ["Sheet", "open_sheets", "read_sheet"]


@dataclass(frozen=True)
class _Layout:
    """Where a kind of file has what.

    :param needed: what is read → name of its column; without them it is no such file.
    :param more: the same for what may be absent; the first name that is there counts.
    :param plain: columns that break values down although nothing in the header says so.
    :param passed: columns that don't, although the header looks so, in brackets or not.
    :param last: the last column that every file of the kind has: what follows breaks values down.
    """

    name: str
    needed: Mapping[str, str]
    more: Mapping[str, tuple[str, ...]]
    plain: frozenset[str]
    passed: frozenset[str]
    last: str = ""


_DATABASE = _Layout(
    name="the UN's Global SDG Database",
    needed={
        "indicator": "Indicator",
        "series": "SeriesCode",
        "area": "GeoAreaCode",
        "period": "TimePeriod",
        "value": "Value",
    },
    more={
        "title": ("SeriesDescription",),
        "unit": ("[Units]", "Units"),
        "nature": ("[Nature]", "Nature"),
        "power": ("[UnitMultiplier]", "UnitMultiplier"),
        "status": ("[Observation Status]", "Observation Status"),
        "base": ("BasePeriod",),
        "source": ("Source",),
    },
    plain=frozenset(
        {
            "Activity",
            "Age",
            "Disability status",
            "Education level",
            "Location",
            "Migratory status",
            "Nationality",
            "Quantile",
            "Reporting Type",
            "Sex",
            "Type of occupation",
            "Type of product",
        }
    ),
    passed=frozenset(
        {
            "BasePeriod",
            "Freq",
            "GeoAreaName",
            "GeoInfoUrl",
            "Goal",
            "Indicator",
            "LowerBound",
            "Nature",
            "Observation Status",
            "Report Ordinal",
            "SeriesCode",
            "SeriesDescription",
            "Source",
            "Target",
            "TimeCoverage",
            "Time_Detail",
            "UnitMultiplier",
            "Units",
            "UpperBound",
        }
    ),
    last="FootNote",
)
_SDMX = _Layout(
    name="SDMX-CSV",
    needed={
        "series": "SERIES",
        "area": "REF_AREA",
        "period": "TIME_PERIOD",
        "value": "OBS_VALUE",
    },
    more={
        "indicator": ("INDICATOR",),
        "unit": ("UNIT_MEASURE",),
        "nature": ("NATURE",),
        "power": ("UNIT_MULT",),
        "action": ("ACTION",),
        "status": ("OBS_STATUS",),
        "base": ("BASE_PER",),
        "source": ("SOURCE_DETAIL",),
    },
    plain=frozenset({"SEX", "AGE"}),
    passed=frozenset(
        {
            "ACTION",
            "DATAFLOW",
            "FREQ",
            "INDICATOR",
            "NATURE",
            "REF_AREA",
            "SERIES",
            "STRUCTURE",
            "STRUCTURE_ID",
            "STRUCTURE_NAME",
            "TIME_PERIOD",
            "UNIT_MEASURE",
            "UNIT_MULT",
        }
    ),
)
_LAYOUTS = (_DATABASE, _SDMX)
#: A breakdown's column in the UN's database.
_BRACKETS = re.compile(r"\[.+\]")
#: Rows of SDMX-CSV 2.0 that take a value away again.
_DELETE = "D"


@dataclass
class Sheet:
    """A table whose header is read.

    :param rows: its rows.
    :param layout: what kind it is.
    :param columns: what is read → where it stands.
    :param breakdown: name of a dimension → where it stands.
    :param labelled: whether cells are ``code: name``, as SDMX-CSV has them on request.
    """

    rows: Rows
    layout: _Layout
    columns: dict[str, int]
    breakdown: dict[str, int]
    labelled: bool = False
    names: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.rows.name

    @property
    def is_placed(self) -> bool:
        """Whether its rows name the indicator."""
        return "indicator" in self.columns


def open_sheets(path: Path) -> list[Sheet]:
    """Read the headers of a file's tables and tell which kind each is.

    :param path: a CSV file, a workbook, or an answer of the UN's API in JSON.
    :raises FileError: if it can't be read, or is of neither kind.
    """
    return [_open_sheet(rows) for rows in open_rows(path)]


def _open_sheet(rows: Rows) -> Sheet:
    header = [h.strip() for h in next(iter(rows), [])]
    name = rows.name
    if not any(header):
        raise FileError(name, "has no header: its first row must name the columns", line=1)
    labelled = any(h.startswith(("REF_AREA:", "SERIES:")) for h in header)
    if header[0].startswith("STRUCTURE["):  # SDMX-CSV 2.0 may say there how lists are separated
        header[0] = "STRUCTURE"
    if labelled:
        header = [h.partition(":")[0] for h in header]
    layout = max(_LAYOUTS, key=lambda k: sum(n in header for n in k.needed.values()))
    here = [n for n in layout.needed.values() if n in header]
    lacking = [n for n in layout.needed.values() if n not in header]
    if len(here) < 2 or len(lacking) == len(layout.needed):
        kinds = " or ".join(f"{k.name} ({', '.join(k.needed.values())})" for k in _LAYOUTS)
        raise FileError(
            name,
            f"its header ({', '.join(header[:5])} …) is none of the known ones: give a CSV file "
            f"of {kinds}",
            line=1,
        )
    if lacking:
        raise FileError(
            name,
            f"the column {lacking[0]} is missing: a file of {layout.name} has "
            f"{', '.join(layout.needed.values())}.{did_you_mean(lacking[0], header)}",
            line=1,
        )
    twice = next((h for h in header if h and header.count(h) > 1), None)
    if twice:
        raise FileError(name, f"the column {twice} stands there twice: remove one", line=1)
    columns = {key: header.index(n) for key, n in layout.needed.items()}
    for key, names in layout.more.items():
        found = next((n for n in names if n in header), None)
        if found:
            columns[key] = header.index(found)
    breakdown = {
        _dimension(n): at
        for at, n in enumerate(header)
        if _breaks_down(layout, header, at, columns["value"])
    }
    return Sheet(
        rows, layout, columns, breakdown, labelled, {k: header[i] for k, i in columns.items()}
    )


def _breaks_down(layout: _Layout, header: Sequence[str], at: int, value: int) -> bool:
    name = header[at]
    if not name or name in layout.needed.values() or name.strip("[]") in layout.passed:
        return False
    if layout is _SDMX and at < value:
        return name.isupper()  # others, as “Reference area”, hold the names of a column's codes
    # Of the portal's files each goal's has other breakdowns: they can't be listed here.
    behind = layout.last in header and at > header.index(layout.last)
    return name in layout.plain or behind or _BRACKETS.fullmatch(name) is not None


def _dimension(name: str) -> str:
    return name.strip("[]").replace("_", " ").capitalize()


def read_sheet(sheet: Sheet, wanted: Wanted, found: SdgData) -> list[Cell]:
    """Read the cells of a file that are wanted.

    :param sheet: the file.
    :param wanted: what is to be kept.
    :param found: where names of series, and what can't be placed, are noted.
    :raises InputError: if rows of the wanted areas hold something that can't be read, or the
        file holds neither area.
    """
    reader = _Reader(sheet, wanted, found)
    for number, row in enumerate(sheet.rows, 1):
        if number > 1 and row:
            reader.take(number, row)
    reader.finish()
    return reader.cells


class _Reader:
    """Keeps the rows that are wanted."""

    def __init__(self, sheet: Sheet, wanted: Wanted, found: SdgData) -> None:
        self.sheet, self.wanted, self.found = sheet, wanted, found
        self.faults = Faults(sheet.name)
        self.cells: list[Cell] = []
        self._area = sheet.columns["area"]
        self._width = max(*sheet.columns.values(), *sheet.breakdown.values(), 0) + 1
        #: what stands in the area's column → which of the wanted areas that is
        self._areas: dict[str, str | None] = {}
        self._kept = found.kept(wanted)
        self._known = {*wanted.known.values(), *self._kept}
        self._placed = 0
        self._unplaced: set[str] = set()

    def take(self, number: int, row: list[str]) -> None:
        """Keep a row, if it is of a wanted area and indicator."""
        try:
            area = self._areas[row[self._area]]
        except (KeyError, IndexError):
            area = self._find_area(number, row)
        if area is None:
            return
        if len(row) < self._width:
            self.faults.add(
                self.sheet.rows.place(number),
                str(len(row) + 1),
                f"the row ends after {len(row)} cells and the header names more: quote cells "
                "that hold a comma, and end the row where the header does",
            )
            return
        self._keep(number, row, area)

    def _find_area(self, number: int, row: list[str]) -> str | None:
        if len(row) <= self._area:
            # The API's files may end with a row of nothing but a zero byte.
            if any(cell.strip("\0 \t") for cell in row):
                self._fault(number, "area", "the row ends before it")
            return None
        text = row[self._area]
        code = self._code(text)
        if not code and not any(cell.strip() for cell in row):
            return None  # an empty row of a workbook
        try:
            self._areas[text] = self.wanted.area(code)
        except ValueError:
            self._areas[text] = None
            self._fault(
                number,
                "area",
                f"“{code}” is no code of an area: write the three digits of M49, or three "
                "letters as ALB",
            )
        return self._areas[text]

    def _code(self, text: str) -> str:
        text = text.strip()
        return text.partition(":")[0].strip() if self.sheet.labelled else text

    def _get(self, row: list[str], key: str) -> str:
        at = self.sheet.columns.get(key)
        return "" if at is None else self._code(row[at])

    def _keep(self, number: int, row: list[str], area: str) -> None:
        if self._get(row, "action").upper() == _DELETE:
            return
        if self._get(row, "status").upper() in MISSING_STATUS:
            return
        series = self._get(row, "series")
        if not self.wanted.is_series(series):
            self._fault(
                number,
                "series",
                f"“{series}” is no code of a series: write the UN's, as SM_POP_REFG_OR",
            )
            return
        indicators = self._indicators(number, row, series)
        if not indicators:
            return
        try:
            column = "period"
            period = read_period(self._get(row, "period"))
            column = "value"
            value = read_number(row[self.sheet.columns["value"]])
            power = self._get(row, "power") or "0"
            if not re.fullmatch(r"[-+]?[0-9]{1,2}", power):
                column = "power"
                raise ValueError(f"“{power}” is no whole number: write the power of ten, as 3")
        except ValueError as problem:
            self._fault(number, column, str(problem))
            return
        if value is None:
            return
        breakdown = tuple(
            (name, code)
            for name, at in self.sheet.breakdown.items()
            if (code := self._code(row[at]))
        )
        self.cells.append(
            Cell(
                series=series,
                indicators=indicators,
                area=area,
                period=period,
                value=_scale(value[0], int(power)),
                bound=value[1],
                unit=self._get(row, "unit"),
                nature=self._get(row, "nature"),
                breakdown=breakdown,
                place=f"{self.sheet.name}, {self.sheet.rows.place(number)}",
                base=self._get(row, "base"),
                source=self._get(row, "source"),
            )
        )

    def _indicators(self, number: int, row: list[str], series: str) -> tuple[str, ...]:
        """Return the wanted indicators of a row, by its own word or by that of other sources."""
        if not self.sheet.is_placed:
            belongs = self.found.belongs.get(series)
            if not belongs or belongs.isdisjoint(self._known):
                self._unplaced.add(series)
                return ()
            self._placed += 1
            return tuple(sorted(belongs & self._kept))
        found: list[str] = []
        title = row[self.sheet.columns["title"]].strip() if "title" in self.sheet.columns else ""
        # The API lists all indicators of a series with each of its values.
        for code in map(str.strip, self._get(row, "indicator").split(";")):
            try:
                iri = self.wanted.indicator(code)
            except ValueError:
                self._fault(
                    number,
                    "indicator",
                    f"“{code}” is no code of an indicator: write the UN's, as 10.7.2",
                )
                return ()
            self._placed += 1
            if iri is None and self.wanted.target_of_new(code) is not None:
                iri = self.found.add_indicator(code)
            if iri is not None:
                found.append(iri)
        if found:
            self.found.place(series, title, found)
        return tuple(found)

    def _fault(self, number: int, key: str, problem: str) -> None:
        self.faults.add(self.sheet.rows.place(number), self.sheet.names[key], problem)

    def finish(self) -> None:
        """Stop if there are faults, or nothing was found where something should be."""
        self.faults.check()
        path, column = self.sheet.name, self.sheet.names["area"]
        if not any(self._areas.values()):
            some = ", ".join(sorted(filter(None, self._areas))[:5]) or "none"
            raise FileError(
                path,
                f"column {column}: neither {self.wanted.name} ({' or '.join(self.wanted.codes)}) "
                f"nor the world (001) is among the areas ({some} …): choose them when you export "
                "the file",
            )
        if self._unplaced and not self._placed:
            raise FileError(
                path,
                f"column {self.sheet.names['series']}: nothing says which indicator the series "
                f"{min(self._unplaced)} belongs to: add a column INDICATOR (as 10.7.2), or give "
                "with --sdg-data a file of the UN's database or an RDF file that says so, too",
            )
        self.found.unplaced |= self._unplaced


def _scale(value: Decimal, power: int) -> Decimal:
    """Multiply by a power of ten, without an exponent in the result."""
    if not power:
        return value
    scaled = value.scaleb(power)
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled
