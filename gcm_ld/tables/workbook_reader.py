"""Reading a workbook (.xlsx, or .xlsm without its macros) row by row, faithfully.

The sheets are read from their XML in one pass rather than by openpyxl, whose reader gives either a
formula or its last result, no merged cells where it streams, nothing of the files that Excel calls
Strict, and stops at styles that it doesn't know. Its rules for dates and number formats are used.
Memory doesn't grow with the rows: the texts that cells share are kept in a temporary file.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile

from gcm_ld.errors import FileError
from gcm_ld.tables.cell_forms import Cell, CellKind, read_cell
from gcm_ld.tables.cells import MAX_CHARACTERS, show_text
from gcm_ld.tables.headers import HEADER_ROWS, TableSheet, unknown_table
from gcm_ld.tables.layout import SHEETS, find_sheet
from gcm_ld.tables.layout_values import ABOUT
from gcm_ld.tables.package import Package, local_name
from gcm_ld.tables.schema import Column, Form, Sheet
from gcm_ld.tables.sheets import Fault, Faults, Row, SheetReader, TooManyFaultsError
from gcm_ld.words import plural

__all__ = ["EXTRA_SHEETS", "Workbook"]

#: Sheets of the template that hold no data.
EXTRA_SHEETS = ("Help", "Lists", ABOUT.name)

_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
#: Rows that a note names before it says how many there are.
_SHOWN = 3
#: Merged areas of one sheet that are looked at.
_MAX_MERGED = 10_000
#: Characters of a number format (Excel specifications and limits).
_MAX_FORMAT = 255
_REF = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_KINDS = {
    "b": CellKind.BOOLEAN,
    "d": CellKind.DATE,
    "e": CellKind.ERROR,
    "n": CellKind.NUMBER,
}
_PERIOD = Column(header="Period", form=Form.PERIOD)
_DAMAGED = "is damaged: open it in a spreadsheet program and save it again as .xlsx"

Cells = dict[int, Cell]


class Workbook:
    """A workbook that is being read; see :class:`~gcm_ld.tables.sheets.TableReader`.

    :param path: the file.
    :param known: the sheets that may be in it.
    :raises FileError: if it is no workbook, or is protected, damaged or far too large.
    """

    def __init__(self, path: Path, known: Sequence[Sheet] = SHEETS) -> None:
        self.faults = Faults()
        self._known = known
        self.sheets: Sequence[SheetReader] = ()
        self._package = Package(path)
        self._strings = _Strings()
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._package.close()
        self._strings.close()

    def _open(self) -> None:
        package = self._package
        book = next((p for kind, p in package.related("").values() if kind == "officeDocument"), "")
        if not book.endswith(".xml"):
            if package.has("content.xml"):
                problem = "is an OpenDocument file: save it as .xlsx"
            elif book:
                problem = "is in the binary format .xlsb: save it as .xlsx"
            else:
                problem = "is no workbook: save it as .xlsx from a spreadsheet program"
            raise FileError(package.path, problem)
        contents = _Contents()
        package.read(book, contents)
        related = package.related(book)
        if not contents.sheets:
            raise FileError(package.path, "holds no sheets: is it a workbook? Save it as .xlsx")
        formats = _Formats()
        for kind, part in related.values():
            if kind == "styles" and package.has(part):
                package.read(part, formats)
            elif kind == "sharedStrings" and package.has(part):
                package.read(part, self._strings)
        named: dict[str, str] = {}
        sheets: list[SheetReader] = []
        for title, hidden, identifier in contents.sheets:
            name = title.strip()
            kind, part = related.get(identifier, ("", ""))
            if kind != "worksheet" or name.casefold() in map(str.casefold, EXTRA_SHEETS):
                continue
            schema = find_sheet(name, self._known)
            if schema is None:
                if not hidden:
                    sheet = WorkbookSheet(
                        SHEETS[0], name, Faults(), package, part, self._strings, formats, False
                    )
                    rows = [list(texts.values()) for _, texts in sheet.first_rows()]
                    known = {sheet.name: sheet for sheet in self._known}
                    self.faults.add(unknown_table(name, known, rows))
            elif schema.name in named:
                problem = f"is the same sheet as {named[schema.name]}"
                cure = "put the rows of both into one and delete the other"
                self.faults.add(Fault(place=show_text(name), problem=problem, cure=cure))
            else:
                named[schema.name] = name
                sheet = WorkbookSheet(
                    schema, name, self.faults, package, part, self._strings, formats, contents.mac
                )
                if sheet.open(hidden=hidden):
                    sheets.append(sheet)
        self.sheets = sheets


class WorkbookSheet:
    """One sheet; see :class:`~gcm_ld.tables.sheets.SheetReader`."""

    def __init__(
        self,
        schema: Sheet,
        place: str,
        faults: Faults,
        package: Package,
        part: str,
        strings: _Strings,
        formats: _Formats,
        mac: bool,
    ) -> None:
        self.schema = schema
        self.place = show_text(place)
        self._table = TableSheet(schema, self.place, faults, lettered=True)
        self.columns: Mapping[str, str] = self._table.columns
        self._package, self._part = package, part
        self._strings, self._formats, self._mac = strings, formats, mac

    def _handler(self) -> _SheetHandler:
        return _SheetHandler(self._package.path, self._strings, self._formats, self._mac)

    def first_rows(self) -> list[tuple[int, dict[int, str]]]:
        """Return the first rows that hold anything: number, and texts by index."""
        handler = self._handler()
        first: list[tuple[int, dict[int, str]]] = []
        for _ in self._package.feed(self._part, handler):
            for number, cells in handler.take():
                texts = {i: _header_text(cell) for i, cell in cells.items() if cell.text.strip()}
                if texts and len(first) < HEADER_ROWS:
                    first.append((number, texts))
            if len(first) == HEADER_ROWS:
                break
        return first

    def open(self, *, hidden: bool) -> bool:
        """Find the headers, and say whether there are any."""
        found = self._table.find_headers(self.first_rows())
        if found and hidden:
            self._table.fault("is hidden, and read all the same", "show it", warning=True)
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""
        table, handler = self._table, self._handler()
        calculated: set[int] = set()
        last = table.header_row
        try:
            for _ in self._package.feed(self._part, handler):
                for number, cells in handler.take():
                    if number <= table.header_row:
                        continue
                    self._check_formulas(number, cells, calculated)
                    for row in table.make_rows(number, cells):
                        last = number
                        yield row
            for area in handler.merged:
                self._check_merged(area, last)
            self._check_hidden([n for n in handler.hidden if table.header_row < n <= last])
        except TooManyFaultsError:
            return

    def _check_hidden(self, numbers: Sequence[int]) -> None:
        """Note rows that a person does not see, as after a filter."""
        if numbers:
            shown = ", ".join(map(str, numbers[:_SHOWN])) + (", …" if len(numbers) > _SHOWN else "")
            problem = f"has {plural(len(numbers), 'hidden row')} ({shown}), read all the same"
            self._table.fault(problem, "show them, or delete them", warning=True)

    def _check_formulas(self, number: int, cells: Cells, calculated: set[int]) -> None:
        """Note formulas: the first of a column, and each whose result the file doesn't hold."""
        for index, cell in cells.items():
            column = self._table.indexes.get(index)
            if not cell.formula or column is None:
                continue
            name = self.columns[column.header]
            if cell.kind is CellKind.NUMBER and not cell.text:
                problem = "is a formula that has not been calculated"
                cure = "open the workbook in a spreadsheet program and save it, or type the value"
                self._table.fault(problem, cure, row=number, column=name)
            elif index not in calculated:
                calculated.add(index)
                problem = "is a formula, whose last result is read, here and below"
                cure = "paste the values in place of the formulas"
                self._table.fault(problem, cure, row=number, column=name, warning=True)

    def _check_merged(self, area: str, last: int) -> None:
        """Note an area of merged cells among the rows that were read."""
        corners = [_position(corner) for corner in area.split(":")]
        if len(corners) != 2 or None in corners:
            return
        (left, top), (right, bottom) = (c for c in corners if c is not None)
        top = max(top, self._table.header_row + 1)
        column = _first(self._table.indexes, left, right)
        if column is None or top > min(bottom, last):
            return
        cure = "unmerge them and fill in each row" if bottom > top else "unmerge them"
        self._table.fault(
            f"is merged with others ({area})", cure, row=top, column=self.columns[column.header]
        )


def _header_text(cell: Cell) -> str:
    """Return the text of a cell that may be a header, which may be a year."""
    if cell.kind not in (CellKind.NUMBER, CellKind.DATE):
        return cell.text
    reading = read_cell(cell, _PERIOD)
    return reading.text or next((s.value for s in reading.slips if s.value), cell.text)


def _first(columns: dict[int, Column], left: int, right: int) -> Column | None:
    return next((c for i, c in sorted(columns.items()) if left <= i <= right), None)


def _position(ref: str) -> tuple[int, int] | None:
    """Return the index of the column, from 0, and the row of a cell.

    >>> _position("E5"), _position("AA10")
    ((4, 5), (26, 10))
    """
    found = _REF.fullmatch(ref)
    if not found:
        return None
    index = 0
    for letter in found[1]:
        index = index * 26 + ord(letter) - 64
    return index - 1, int(found[2])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _unescape(text: str) -> str:
    r"""Return a text with the characters that OOXML escapes (ISO/IEC 29500-1, 22.9.2.19).

    >>> _unescape("a_x000D_"), _unescape("_x005F_x0041_")
    ('a\r', '_x0041_')
    """
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


class _Contents:
    """The list of sheets: name, whether hidden, identifier."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.mac = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            identifier = next((v for k, v in attributes.items() if local_name(k) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((_unescape(attributes.get("name", "")), hidden, identifier))
        elif name == "workbookPr":
            self.mac = attributes.get("date1904") in ("1", "true", "on")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Formats:
    """The number format of each style."""

    def __init__(self) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        self._codes: dict[str, str] = {str(i): code for i, code in BUILTIN_FORMATS.items()}
        self._styles: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = attributes.get("formatCode", "General")
            if len(code) <= _MAX_FORMAT:
                self._codes[attributes.get("numFmtId", "")] = code
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._styles.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def text(self, text: str) -> None:
        pass

    def find(self, style: str) -> str:
        """Return the number format of a cell's style."""
        index = _number(style) or 0
        code = self._styles[index] if index < len(self._styles) else "0"
        return self._codes.get(code, "General")


class _Strings:
    """The texts that cells share, in a temporary file: they may be as many as the cells."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by close)
        self._ends = array("Q", [0])
        self._map: mmap | None = None
        self._texts = _TextHandler()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._texts = _TextHandler()
        self._texts.start(name)

    def end(self, name: str) -> None:
        self._texts.end(name)
        if name == "si":
            content = self._texts.take().encode("utf-8", "surrogatepass")
            self._file.write(content)
            self._ends.append(self._ends[-1] + len(content))

    def text(self, text: str) -> None:
        self._texts.text(text)

    def find(self, index: str) -> str:
        """Return the text with a number; empty if there is none."""
        number = _number(index)
        if number is None or number + 1 >= len(self._ends):
            return ""
        start, end = self._ends[number : number + 2]
        if start == end:
            return ""
        if self._map is None:
            self._file.flush()
            self._map = mmap(self._file.fileno(), 0, access=ACCESS_READ)
        return self._map[start:end].decode("utf-8", "surrogatepass")

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()


class _TextHandler:
    """Gathers the text of a cell, but not how it is pronounced, nor more than a cell may hold."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open = False
        self._spoken = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._spoken = True
        elif name in ("t", "v"):
            self._open = not self._spoken

    def end(self, name: str) -> None:
        if name == "rPh":
            self._spoken = False
        elif name in ("t", "v"):
            self._open = False

    def text(self, text: str) -> None:
        # One character too many is kept, so that the cell is known to be too long.
        if self._open and self._length <= 8 * MAX_CHARACTERS:
            self._pieces.append(text)
            self._length += len(text)

    def take(self) -> str:
        """Return the text and begin again."""
        text = _unescape("".join(self._pieces))
        self._pieces.clear()
        self._length = 0
        return text[: MAX_CHARACTERS + 1]


class _SheetHandler:
    """Gathers the rows of a sheet as they are read, and its merged areas, which follow them."""

    def __init__(self, path: Path, strings: _Strings, formats: _Formats, mac: bool) -> None:
        self.merged: list[str] = []
        self.hidden: list[int] = []
        self._hidden = False
        self._path, self._strings, self._formats, self._mac = path, strings, formats, mac
        self._rows: list[tuple[int, Cells]] = []
        self._number = 0
        self._column = -1
        self._cells: Cells = {}
        self._kind = self._style = ""
        self._inside = False
        self._formula = False
        self._texts = _TextHandler()

    def take(self) -> list[tuple[int, Cells]]:
        """Return the rows since the last call: number, and cells that hold anything by index."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._inside:
            if name == "f":
                self._formula = True
            else:
                self._texts.start(name)
        elif name == "c":
            position = _position(attributes.get("r", ""))
            column = position[0] if position else self._column + 1
            if not self._column < column < _MAX_COLUMN:
                raise FileError(self._path, _DAMAGED)
            self._column = column
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._inside, self._formula = True, False
        elif name == "row":
            ref = attributes.get("r", "")
            number = _number(ref) if ref else self._number + 1
            if number is None or not self._number < number <= _MAX_ROW:
                raise FileError(self._path, _DAMAGED)
            self._number, self._column, self._cells = number, -1, {}
            self._hidden = attributes.get("hidden") in ("1", "true", "on")
        elif name == "mergeCell" and len(self.merged) < _MAX_MERGED:
            self.merged.append(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if self._inside:
            self._texts.end(name)
            if name == "c":
                self._inside = False
                self._take_cell()
        elif name == "row":
            if self._cells:
                self._rows.append((self._number, self._cells))
                if self._hidden:
                    self.hidden.append(self._number)
            self._cells = {}

    def text(self, text: str) -> None:
        self._texts.text(text)

    def _take_cell(self) -> None:
        text = self._texts.take()
        if self._kind == "s":
            text = self._strings.find(text)
        if not text and not self._formula:
            return
        if (kind := _KINDS.get(self._kind)) is None:
            self._cells[self._column] = Cell(text, formula=self._formula)
            return
        style = self._formats.find(self._style)
        self._cells[self._column] = Cell(text, kind, style, self._formula, self._mac)
