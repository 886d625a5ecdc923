"""CSV files of SDG series: the UN's database, and SDMX-CSV.

The UN's Global SDG Database exports a row for each value, with breakdowns in columns of their own
(``[Sex]``, ``[Age]``). SDMX-CSV 1.0 and 2.0 (SDMX 3.0, section 5) have dimensions before
``OBS_VALUE`` and attributes after it. Rows are read one by one, and those of other areas are
passed over unread.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from gcm_ld.errors import FileError, did_you_mean
from gcm_ld.sdg_data.forms import read_number, read_period
from gcm_ld.sdg_data.model import Cell, Faults, SdgData, Wanted

__all__ = ["Sheet", "open_sheet", "read_sheet"]


@dataclass(frozen=True)
class _Layout:
    """Where a kind of file has what.

    :param needed: what is read → name of its column; without them it is no such file.
    :param more: the same for what may be absent; the first name that is there counts.
    :param plain: columns that break values down although nothing in the header says so.
    :param passed: columns that don't, although the header looks so.
    """

    name: str
    needed: Mapping[str, str]
    more: Mapping[str, tuple[str, ...]]
    plain: frozenset[str]
    passed: frozenset[str]


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
    passed=frozenset({"[Nature]", "[Units]", "[Freq]", "[Observation Status]", "[UnitMultiplier]"}),
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
    """A CSV file whose header is read.

    :param path: the file.
    :param layout: what kind it is.
    :param columns: what is read → where it stands.
    :param breakdown: name of a dimension → where it stands.
    :param separator: what separates cells.
    :param labelled: whether cells are ``code: name``, as SDMX-CSV has them on request.
    """

    path: Path
    layout: _Layout
    columns: dict[str, int]
    breakdown: dict[str, int]
    separator: str
    labelled: bool = False
    names: dict[str, str] = field(default_factory=dict)

    @property
    def is_placed(self) -> bool:
        """Whether its rows name the indicator."""
        return "indicator" in self.columns


def _lines(path: Path) -> Iterator[str]:
    """Iterate the lines of a file.

    :raises FileError: if it can't be read, or is no UTF-8 text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from lines
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save the file as CSV UTF-8") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None


def open_sheet(path: Path) -> Sheet:
    """Read the header of a CSV file and tell which kind it is.

    :param path: the file.
    :raises FileError: if it is neither.
    """
    first = next(_lines(path), "")
    separator = max(",;\t", key=first.count)
    header = [h.strip() for h in next(csv.reader([first], delimiter=separator), [])]
    if not any(header):
        raise FileError(path, "has no header: its first row must name the columns", line=1)
    labelled = any(h.startswith(("REF_AREA:", "SERIES:")) for h in header)
    if header[0].startswith("STRUCTURE["):  # SDMX-CSV 2.0 may say there how lists are separated
        header[0] = "STRUCTURE"
    if labelled:
        header = [h.partition(":")[0] for h in header]
    layout = max(_LAYOUTS, key=lambda k: sum(n in header for n in k.needed.values()))
    here = [name for name in layout.needed.values() if name in header]
    lacking = [name for name in layout.needed.values() if name not in header]
    if len(here) < 2 or len(lacking) == len(layout.needed):
        kinds = " or ".join(f"{k.name} ({', '.join(k.needed.values())})" for k in _LAYOUTS)
        raise FileError(
            path,
            f"its header ({', '.join(header[:5])} …) is none of the known ones: give a CSV file "
            f"of {kinds}",
            line=1,
        )
    if lacking:
        raise FileError(
            path,
            f"the column {lacking[0]} is missing: a file of {layout.name} has "
            f"{', '.join(layout.needed.values())}.{did_you_mean(lacking[0], header)}",
            line=1,
        )
    twice = next((h for h in header if h and header.count(h) > 1), None)
    if twice:
        raise FileError(path, f"the column {twice} stands there twice: remove one", line=1)
    columns = {key: header.index(name) for key, name in layout.needed.items()}
    for key, names in layout.more.items():
        found = next((n for n in names if n in header), None)
        if found:
            columns[key] = header.index(found)
    breakdown = {
        _dimension(name): at
        for at, name in enumerate(header)
        if _breaks_down(layout, name, at, columns["value"])
    }
    return Sheet(
        path,
        layout,
        columns,
        breakdown,
        separator,
        labelled,
        {k: header[i] for k, i in columns.items()},
    )


def _breaks_down(layout: _Layout, name: str, at: int, value: int) -> bool:
    if not name or name in layout.passed:
        return False
    before = layout is _SDMX and at < value
    return name in layout.plain or before or _BRACKETS.fullmatch(name) is not None


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
    rows = csv.reader(_lines(sheet.path), delimiter=sheet.separator)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if number > 1 and row:
                reader.take(number, row)
    except csv.Error as error:
        raise FileError(sheet.path, f"this is not CSV: {error}", line=number + 1) from None
    reader.finish()
    return reader.cells


class _Reader:
    """Keeps the rows that are wanted."""

    def __init__(self, sheet: Sheet, wanted: Wanted, found: SdgData) -> None:
        self.sheet, self.wanted, self.found = sheet, wanted, found
        self.faults = Faults(sheet.path)
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
                number,
                str(len(row) + 1),
                f"the row ends after {len(row)} cells and the header names more: quote cells "
                "that hold a comma, and end the row where the header does",
            )
            return
        self._keep(number, row, area)

    def _find_area(self, number: int, row: list[str]) -> str | None:
        if len(row) <= self._area:
            if any(cell.strip() for cell in row):
                self.faults.add(number, self.sheet.names["area"], "the row ends before it")
            return None
        text = row[self._area]
        code = self._code(text)
        try:
            self._areas[text] = self.wanted.area(code)
        except ValueError:
            self._areas[text] = None
            self.faults.add(
                number,
                self.sheet.names["area"],
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
        names = self.sheet.names
        if self._get(row, "action").upper() == _DELETE:
            return
        series = self._get(row, "series")
        if not self.wanted.is_series(series):
            self.faults.add(
                number,
                names["series"],
                f"“{series}” is no code of a series: write the UN's, as SM_POP_REFG_OR",
            )
            return
        indicators = self._indicators(number, row, series)
        if not indicators:
            return
        try:
            column = names["period"]
            period = read_period(self._get(row, "period"))
            column = names["value"]
            value = read_number(row[self.sheet.columns["value"]])
            power = self._get(row, "power") or "0"
            if not re.fullmatch(r"[-+]?[0-9]{1,2}", power):
                column = names["power"]
                raise ValueError(f"“{power}” is no whole number: write the power of ten, as 3")
        except ValueError as problem:
            self.faults.add(number, column, str(problem))
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
                place=f"{self.sheet.path}, row {number}",
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
        code = self._get(row, "indicator")
        try:
            iri = self.wanted.indicator(code)
        except ValueError:
            self.faults.add(
                number,
                self.sheet.names["indicator"],
                f"“{code}” is no code of an indicator: write the UN's, as 10.7.2",
            )
            return ()
        self._placed += 1
        if iri is None:
            if self.wanted.target_of_new(code) is None:
                return ()
            iri = self.found.add_indicator(code)
        title = row[self.sheet.columns["title"]].strip() if "title" in self.sheet.columns else ""
        self.found.place(series, title, (iri,))
        return (iri,)

    def finish(self) -> None:
        """Stop if there are faults, or nothing was found where something should be."""
        self.faults.check()
        path, column = self.sheet.path, self.sheet.names["area"]
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
