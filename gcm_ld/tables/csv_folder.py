"""Tables as CSV files (RFC 4180), one a sheet: written so that spreadsheets open them right.

Files are UTF-8 with a byte-order mark, by which Excel knows UTF-8 and which LibreOffice skips, with
commas and CRLF as the RFC has them. A text that a spreadsheet would run as a formula has an
apostrophe before it (OWASP, CSV Injection), which is taken away again when the file is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from gcm_ld.errors import FileError, InputError
from gcm_ld.tables.cell_forms import Cell, CellKind
from gcm_ld.tables.cells import MAX_CHARACTERS, check_writable, clean_line_ends, show_text
from gcm_ld.tables.headers import (
    HEADER_ROWS,
    TableSheet,
    count_headers,
    unknown_table,
)
from gcm_ld.tables.layout import SHEETS, find_sheet
from gcm_ld.tables.layout_values import ABOUT
from gcm_ld.tables.schema import Form, Sheet
from gcm_ld.tables.sheets import (
    Fault,
    Faults,
    Row,
    SheetData,
    SheetReader,
    TooManyFaultsError,
)

__all__ = ["CsvFolder", "write_csv_folder"]

#: What a spreadsheet would take for a formula, or for one of its errors.
_ERRORS = r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)"
_ACTIVE = re.compile(rf"'*(?:[=+\-@\t\r\n＝＋－＠]|{_ERRORS}$)")
_ERROR = re.compile(_ERRORS)
#: How people keep Excel from changing a code in a CSV file.
_AS_TEXT = re.compile(r'="([^"]*)"')
_POINT = re.compile(r"([+-]?[1-9][0-9]{0,2})\.([0-9]{3})")
_AS_WORKBOOK = "save the table as .xlsx, where numbers are numbers"
_SEPARATOR = re.compile(r"sep=([,;\t|])\s*", re.IGNORECASE)
_DELIMITERS = ",;\t"
_CHUNK = 64 * 1024
_MAX_FILE = 64 * 2**20
_MAX_LINE = 2**20


def write_csv_folder(sheets: Sequence[SheetData]) -> dict[str, bytes]:
    """Write sheets as CSV files.

    :param sheets: the sheets.
    :returns: file name → content; the same content for the same sheets.
    :raises InputError: if a cell holds what no table can.
    """
    return {sheet.schema.file: _write_sheet(sheet) for sheet in sheets}


def _write_sheet(sheet: SheetData) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.headers)
    for number, row in enumerate(sheet.rows, 2):
        texts = (
            clean_line_ends(check_writable(text, sheet.schema.name, number, header))
            for text, header in zip(row, sheet.headers, strict=True)
        )
        writer.writerow("'" + text if _ACTIVE.match(text) else text for text in texts)
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8")


class CsvFolder:
    """A folder of CSV files that is being read; see :class:`~gcm_ld.tables.sheets.TableReader`.

    :param path: the folder, or one file, which must have the name of a sheet.
    :raises FileError: if a file can't be read.
    :raises InputError: if there is no CSV file in the folder.
    """

    def __init__(self, path: Path) -> None:
        self.faults = Faults()
        sheets: list[SheetReader] = []
        if path.is_dir():
            files = sorted(
                p
                for p in path.iterdir()
                # Hidden files are what other programs keep for themselves.
                if p.suffix.lower() == ".csv" and p.name[0] not in ".~" and p.is_file()
                if p.name.lower() != ABOUT.file
            )
            if not files:
                raise InputError(f"{path}: holds no CSV files: check the path")
        else:
            files = [path]
        named: dict[str, str] = {}
        for file in files:
            schema = find_sheet(file.name) or find_sheet(file.stem)
            if schema is None:
                known = {sheet.file: sheet for sheet in SHEETS}
                fault = unknown_table(file.name, known, _first_texts(file))
                if file == path:
                    raise InputError(f"{path}: {fault.problem}: {fault.cure}")
                self.faults.add(fault)
            elif schema.name in named:
                problem = f"is the same sheet as {named[schema.name]}"
                cure = "put the rows of both into one and delete the other"
                self.faults.add(Fault(place=show_text(file.name), problem=problem, cure=cure))
            else:
                named[schema.name] = file.name
                sheet = CsvSheet(schema, file, self.faults)
                if sheet.open():
                    sheets.append(sheet)
        self.sheets: Sequence[SheetReader] = sheets

    def close(self) -> None:
        """Do nothing: files are open only while their rows are read."""


def _first_texts(path: Path) -> list[list[str]]:
    """Return the first rows of a file that is no known sheet, by every delimiter."""
    try:
        sheet = CsvSheet(SHEETS[0], path, Faults())
    except FileError:
        return []
    return [cells for mark in _DELIMITERS for _, cells in sheet.first_rows(mark)]


class CsvSheet:
    """One CSV file; see :class:`~gcm_ld.tables.sheets.SheetReader`."""

    def __init__(self, schema: Sheet, path: Path, faults: Faults) -> None:
        self.schema = schema
        self.place = show_text(path.name)
        self.path = path
        self._table = TableSheet(schema, self.place, faults, lettered=False)
        self.columns: Mapping[str, str] = self._table.columns
        self._encoding = _find_encoding(path)
        self._delimiter = ","
        self._width = 0
        self._error: csv.Error | None = None

    def open(self) -> bool:
        """Find the delimiter and the headers, and say whether there are any."""
        best: list[tuple[int, list[str]]] = []
        most = 0
        for delimiter in _DELIMITERS:
            rows = self.first_rows(delimiter)
            known = max((count_headers(cells, self.schema) for _, cells in rows), default=0)
            if known > most or not best:
                most, best, self._delimiter = known, rows, delimiter
        if not best and self._error is not None:
            problem, cure = _explain(self._error)
            self._table.fault(problem, cure, row=1)
            return False
        found = self._table.find_headers(
            [(n, {i: c for i, c in enumerate(cells) if c.strip()}) for n, cells in best]
        )
        self._width = next((len(c) for n, c in best if n == self._table.header_row), 0)
        return found

    def first_rows(self, delimiter: str) -> list[tuple[int, list[str]]]:
        """Return the first rows that hold anything, with their numbers."""
        rows = []
        try:
            for number, cells in self._records(delimiter):
                if any(cell.strip() for cell in cells):
                    rows.append((number, cells))
                if len(rows) == HEADER_ROWS:
                    break
        except csv.Error as error:
            self._error = error
        return rows

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Yield every record of the file with its number, as a spreadsheet would number it."""
        with _open_text(self.path, self._encoding) as lines:
            first = lines.readline(_CHUNK)
            declared = _SEPARATOR.fullmatch(first)
            if declared:
                delimiter = declared[1]
            else:
                lines.seek(0)
            records = csv.reader(_read_lines(lines), delimiter=delimiter, strict=True)
            yield from enumerate(records, 1)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""
        number, guessed = 0, self._encoding == "cp1252"
        try:
            for number, texts in self._records(self._delimiter):
                if guessed and not all(text.isascii() for text in texts):
                    guessed = False
                    self._warn_guess(number, texts)
                if number <= self._table.header_row:
                    continue
                if any(text.strip() for text in texts[self._width :]):
                    problem = f"has {len(texts)} cells, and the headers are {self._width}"
                    cure = f'put cells that hold "{self._delimiter}" between quotation marks'
                    self._table.fault(problem, cure, row=number)
                cells = {i: _cell(text) for i, text in enumerate(texts[: self._width]) if text}
                for index, cell in cells.items():
                    self._check_formula(number, index, cell)
                    if self._delimiter == ";":
                        self._check_point(number, index, cell)
                yield from self._table.make_rows(number, cells)
        except TooManyFaultsError:
            return
        except csv.Error as error:
            problem, cure = _explain(error)
            self._table.fault(problem, cure, row=number + 1)

    def _warn_guess(self, number: int, texts: Sequence[str]) -> None:
        value = next(text for text in texts if not text.isascii())
        problem = "is read as Windows-1252, because the file is not UTF-8"
        cure = "check its letters, and better save the file as CSV UTF-8"
        self._table.fault(problem, cure, row=number, value=show_text(value), warning=True)

    def _check_formula(self, number: int, index: int, cell: Cell) -> None:
        column = self._table.indexes.get(index)
        if column is not None and cell.formula:
            problem, cure = "looks like a formula, and is read as text", "type what is meant"
            name = self.columns[column.header]
            self._table.fault(
                problem, cure, row=number, column=name, value=show_text(cell.text), warning=True
            )

    def _check_point(self, number: int, index: int, cell: Cell) -> None:
        """Doubt the point of a number where the file is of a country that writes a comma."""
        column = self._table.indexes.get(index)
        if column is None or column.form is not Form.NUMBER:
            return
        if text := _POINT.fullmatch(cell.text.strip()):
            problem = "may be a thousand: files with semicolons mostly have a comma for the point"
            cure = f"type {text[1]}{text[2]}, or {text[0]}0 if the point is one; or {_AS_WORKBOOK}"
            name = self.columns[column.header]
            self._table.fault(problem, cure, row=number, column=name, value=text[0])


def _cell(text: str) -> Cell:
    """Return a cell as it was before it was written, or as it is meant.

    >>> _cell("'=1+1").text, _cell('="5.1"').text, _cell("'tis").text
    ('=1+1', '5.1', "'tis")
    """
    if text[0] == "'":
        return Cell(text[1:] if _ACTIVE.match(text) else text)
    if text[0] == "=":
        meant = _AS_TEXT.fullmatch(text)
        return Cell(meant[1]) if meant else Cell(text, formula=True)
    if text[0] == "#" and _ERROR.fullmatch(text):
        return Cell(text, CellKind.ERROR)
    return Cell(text)


def _explain(error: csv.Error) -> tuple[str, str]:
    """Return what is wrong where the csv module can't go on, and its cure."""
    if "field larger" in str(error):
        problem = f"holds more than the {MAX_CHARACTERS:,} characters of a cell"
        return problem, "look for a quotation mark that is not closed here"
    if "unexpected end" in str(error):
        return "has a quotation mark that is never closed", 'close it, or write "" for a mark'
    return "has a quotation mark inside a cell", 'write "" for it, and put the cell between marks'


def _read_lines(stream: IO[str]) -> Iterator[str]:
    """Yield the lines of a file, none of them longer than the longest that a table has."""
    while line := stream.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise csv.Error("field larger than a line")
        yield line


def _open_text(path: Path, encoding: str) -> IO[str]:
    try:
        return path.open(encoding=encoding, newline="")
    except FileNotFoundError:
        raise FileError(path, "no such file: check the path") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None


def _find_encoding(path: Path) -> str:
    """Return the encoding of a file, once all of it has been decoded."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            if path.stat().st_size > _MAX_FILE:
                raise FileError(path, f"is too large for a table ({_MAX_FILE >> 20} MB at most)")
    except FileNotFoundError:
        raise FileError(path, "no such file: check the path") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None
    if head == b"PK\x03\x04" or head == b"\xd0\xcf\x11\xe0":
        raise FileError(path, "is a workbook, not CSV: name it .xlsx, or save it as CSV UTF-8")
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        encodings = ["utf-16"]
    elif head[:3] == codecs.BOM_UTF8:
        encodings = ["utf-8-sig"]
    elif b"\x00" in head:
        raise FileError(path, "is not UTF-8: save it as CSV UTF-8")
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        if _decodes(path, encoding):
            return encoding
    raise FileError(path, "is neither UTF-8 nor Windows-1252: save it as CSV UTF-8")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                decoder.decode(piece)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None
    return True
