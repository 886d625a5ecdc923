"""Rows of the files that hold SDG series: CSV, workbooks, and answers of the UN's API in JSON.

Each kind gives the same: a header, and rows of text under it. CSV files and workbooks are read row
by row. The API's answer is read whole, and laid out like a file of the UN's database.
"""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcm_ld.errors import FileError

__all__ = ["SUFFIXES", "Rows", "open_rows"]

#: How the names of files end that have rows.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json")

#: What the API calls what the database's files have a column for.
_FIELDS = {
    "series": "SeriesCode",
    "seriesDescription": "SeriesDescription",
    "geoAreaCode": "GeoAreaCode",
    "timePeriodStart": "TimePeriod",
    "value": "Value",
    "basePeriod": "BasePeriod",
    "source": "Source",
}
_NO_ANSWER = (
    "this is no answer of the UN's API (an object with “data”, a list of values): ask "
    "…/v1/sdg/Series/Data or …/v1/sdg/Indicator/Data, or give a CSV file"
)


@dataclass(frozen=True)
class Rows:
    """The rows of a file, or of a sheet in it.

    :param path: the file.
    :param sheet: name of the sheet, in a workbook.
    """

    path: Path
    sheet: str = ""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.path}, sheet {self.sheet}" if self.sheet else str(self.path)

    def place(self, number: int) -> str:
        """Return what a row is called in messages.

        :param number: its number, the header's being 1.
        """
        return f"value {number - 1}" if self.path.suffix.lower() == ".json" else f"row {number}"

    def __iter__(self) -> Iterator[list[str]]:
        """Iterate the rows, the header first.

        :raises FileError: if the file can't be read.
        """
        kind = self.path.suffix.lower()
        return (
            _read_sheet(self.path, self.sheet)
            if kind == ".xlsx"
            else _read_answer(self.path)
            if kind == ".json"
            else _read_csv(self.path)
        )


def open_rows(path: Path) -> list[Rows]:
    """Find the tables of a file: one, or those of a workbook's sheets.

    The first sheet of the UN's workbooks says what codes mean and holds no values: a sheet counts
    if its first row has a cell that a header of SDG data has.

    :param path: the file.
    :raises FileError: if it can't be read, or no sheet holds SDG data.
    """
    if path.suffix.lower() != ".xlsx":
        return [Rows(path)]
    names = {"GeoAreaCode", "SeriesCode", "REF_AREA", "SERIES", "TimePeriod", "TIME_PERIOD"}
    found, titles = [], _sheet_names(path)
    for title in titles:
        header = next(_read_sheet(path, title), [])
        if names & {cell.strip() for cell in header}:
            found.append(Rows(path, title))
    if not found:
        raise FileError(
            path,
            f"no sheet ({', '.join(titles)}) begins with a row that names the columns of SDG data, "
            "such as SeriesCode and GeoAreaCode, or SERIES and REF_AREA",
        )
    return found


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from lines
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save the file as CSV UTF-8") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None


def _read_csv(path: Path) -> Iterator[list[str]]:
    first = next(_lines(path), "")
    separator = max(",;\t", key=first.count)
    rows = csv.reader(_lines(path), delimiter=separator)
    try:
        yield from rows
    except csv.Error as error:
        raise FileError(path, f"this is not CSV: {error}", line=rows.line_num) from None


def _open_workbook(path: Path) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which hold no values
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None
    except Exception:  # openpyxl passes on whatever a damaged file makes zip, XML or itself raise
        raise FileError(
            path, "is no workbook that can be read: save it as .xlsx or CSV UTF-8"
        ) from None


def _sheet_names(path: Path) -> list[str]:
    book = _open_workbook(path)
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def _read_sheet(path: Path, title: str) -> Iterator[list[str]]:
    book = _open_workbook(path)
    try:
        sheet = book[title]
        sheet.reset_dimensions()  # what a file says of its size is often wrong
        width = 0
        for row in sheet.iter_rows(values_only=True):
            width = width or len(row)
            cells = ["" if cell is None else str(cell) for cell in row]
            yield cells + [""] * (width - len(cells))
    finally:
        book.close()


def _read_answer(path: Path) -> Iterator[list[str]]:
    text = "".join(_lines(path))
    try:
        answer = json.loads(text, parse_float=str, parse_int=str)
    except ValueError as error:
        raise FileError(path, f"this is not JSON: {error}") from None
    values = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        raise FileError(path, _NO_ANSWER)
    if str(answer.get("totalElements") or len(values)) != str(len(values)):
        raise FileError(
            path,
            f"holds {len(values)} of {answer['totalElements']} values, one page of several: ask "
            f"for all at once with pageSize={answer['totalElements']}",
        )
    brackets = sorted(
        {
            f"[{name}]"
            for value in values
            for part in ("dimensions", "attributes")
            for name in value.get(part) or {}
        }
    )
    yield ["Indicator", *_FIELDS.values(), *brackets]
    for value in values:
        said = {**(value.get("attributes") or {}), **(value.get("dimensions") or {})}
        cells = [_plain(value.get(key)) for key in _FIELDS]
        cells += [_plain(said.get(name[1:-1])) for name in brackets]
        codes = value.get("indicator")
        # A value is listed once there, with all the indicators that its series belongs to.
        yield [";".join(map(_plain, codes)) if isinstance(codes, list) else _plain(codes), *cells]


def _plain(value: object) -> str:
    return "" if value is None else str(value)
