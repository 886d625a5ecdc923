"""Writing a workbook that people fill in: every text stays a text, and help is where it is needed.

Texts are written as texts and their columns formatted so, that neither the program nor a later
click makes a number, a date or a formula of a code. The same sheets give the same bytes: the dates
inside are those of the zip format's first day.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from gcm_ld.tables.cells import check_writable, clean_line_ends
from gcm_ld.tables.schema import Column, Form, Sheet
from gcm_ld.tables.sheets import SheetData

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

__all__ = ["Cells", "write_workbook"]

_FIRST_DAY = datetime(1980, 1, 1)
#: What Excel takes for a formula when a cell is edited, unless it is marked as quoted.
_ACTIVE = re.compile(r"[=+\-@\t\r\n]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ISO_DATE = re.compile("(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile("[1-9][0-9]{3}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")

# Black or white on each of these has a contrast of 9 to 1 or more (WCAG 2.2, 1.4.6 asks for 7).
_REQUIRED_FILL, _OPTIONAL_FILL, _SHOWN_FILL = "1F3864", "D9E2F3", "EDEDED"
_LINES = "BFBFBF"
_FONT = "Calibri"
#: The height of a row in points, at most.
_MAX_HEIGHT = 409
#: Excel's limits of an input message, and of its title.
_PROMPT, _PROMPT_TITLE = 255, 32

Choices = Mapping[tuple[str, str], "Sequence[str] | Cells"]


@dataclass(frozen=True, slots=True)
class Cells:
    """What a column of another sheet holds, so that a list grows as that sheet is filled in.

    :param sheet: the sheet's name.
    :param header: the column's header.
    """

    sheet: str
    header: str = "Code"


def write_workbook(
    sheets: Sequence[SheetData],
    *,
    title: str,
    help_lines: Sequence[str] = (),
    choices: Choices | None = None,
    blank_rows: int | None = None,
) -> bytes:
    """Write sheets as a workbook, after a first sheet that explains them.

    :param sheets: the sheets, in order.
    :param title: what the workbook is, for its first sheet and its properties.
    :param help_lines: paragraphs of the first sheet.
    :param choices: (sheet, header) → the words that a cell offers to choose from, or the column
        of another sheet that they stand in. One word of a list must be chosen; where codes or
        several words stand, others may be typed.
    :param blank_rows: for how many rows below the last one words are offered, where it is not as
        many as each sheet says.
    :returns: the workbook; the same bytes for the same sheets.
    :raises InputError: if a cell holds what no table can.
    """
    from openpyxl import Workbook

    # All of it first: openpyxl leaves its temporary files behind when it is stopped.
    _check_texts(sheets, title, help_lines, choices or {})
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "gcm-ld"
    book.properties.created = _FIRST_DAY
    _Help(book).write(sheets, title, help_lines)
    lists = _Lists(choices or {}, sheets, blank_rows)
    for sheet in sheets:
        _write_sheet(book, sheet, lists)
    lists.write(book)
    return _save(book)


def _save(book: Workbook) -> bytes:
    """Save a workbook without the time at which it happens."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    from openpyxl.packaging.extended import ExtendedProperties
    from openpyxl.xml.functions import tostring

    out = io.BytesIO()
    with TemporaryFile() as file:
        book.save(file)
        book.properties.modified = _FIRST_DAY
        program = ExtendedProperties()
        program.Application, program.AppVersion = "gcm-ld", None
        parts = {
            "docProps/app.xml": tostring(program.to_tree()),
            "docProps/core.xml": tostring(book.properties.to_tree()),
        }
        with ZipFile(file) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
            for part in source.infolist():
                info = ZipInfo(part.filename, _FIRST_DAY.timetuple()[:6])
                info.compress_type = ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                with target.open(info, "w") as stream:
                    if part.filename in parts:
                        stream.write(parts[part.filename])
                        continue
                    with source.open(part) as content:
                        while piece := content.read(64 * 1024):
                            stream.write(piece)
    return out.getvalue()


def _write_sheet(book: Workbook, data: SheetData, lists: _Lists) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    schema = data.schema
    columns = [schema.column(header) or Column(header=header) for header in data.headers]
    sheet = book.create_sheet(schema.name)
    shown = any(column.shown for column in columns)
    _set_page(sheet, schema.name)
    sheet.freeze_panes = f"{get_column_letter(_frozen(columns) + 1)}2"
    last, end = len(data.rows) + 1, len(data.rows) + 1 + lists.blank_rows(schema)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    for index, column in enumerate(columns, 1):
        letter = get_column_letter(index)
        _style_column(sheet.column_dimensions[letter], column)
        note: dict[str, Any] = {
            "promptTitle": column.header[:_PROMPT_TITLE],
            "prompt": _prompt(column),
            "showInputMessage": True,
        }
        cells = f"{letter}2:{letter}{max(end, 2)}"
        words = lists.find(schema.name, column.header)
        if words:
            rule = DataValidation(
                type="list",
                formula1=words,
                allow_blank=True,
                showErrorMessage=column.form is Form.WORD,
                errorTitle=column.header[:_PROMPT_TITLE],
                error="Choose one of the words of the list, or leave the cell blank.",
                **note,
            )
            rule.add(cells)
            sheet.data_validations.append(rule)
        rule = DataValidation(allow_blank=True, **note)
        rule.add(f"{letter}1" if words else f"{letter}1:{letter}{max(end, 2)}")
        sheet.data_validations.append(rule)
    if shown:
        _protect(sheet)
    sheet.row_dimensions[1] = {"ht": "24"}
    sheet.append([_header_cell(sheet, column) for column in columns])
    # One cell a column is filled again for each row, since it is written before the next.
    makers = [_CellMaker(sheet, column) for column in columns]
    widths = [column.width for column in columns]
    for number, row in enumerate(data.rows, 2):
        lines = _lines(row, widths)
        if lines > 1:
            # As openpyxl's own RowDimension it would be fixed, and not grow with what is typed.
            sheet.row_dimensions[number] = {"ht": str(min(15 * lines, _MAX_HEIGHT))}
        sheet.append([maker.make(text) for maker, text in zip(makers, row, strict=True)])
        sheet.row_dimensions.pop(number, None)


def _lines(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Return how many lines a row needs: LibreOffice doesn't find out when it opens a workbook."""
    return max(
        sum(-(-len(line) // width) or 1 for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )


def _check_texts(
    sheets: Sequence[SheetData], title: str, help_lines: Sequence[str], choices: Choices
) -> None:
    """Say which text no workbook can hold, if there is one.

    :raises InputError: if a text is too long, or holds a control character.
    """
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, 2):
            for text, header in zip(row, sheet.headers, strict=True):
                check_writable(_escape(text), sheet.schema.name, number, header)
    for number, line in enumerate([title, *help_lines], 1):
        check_writable(_escape(line), "Help", number, "A")
    for (sheet_name, header), words in choices.items():
        for number, word in enumerate(() if isinstance(words, Cells) else words, 2):
            check_writable(_escape(word), f"Words of {sheet_name}", number, header)


def _escape(text: str) -> str:
    """Return a text as the file holds it: what looks like an escape is escaped itself."""
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text


def _frozen(columns: Sequence[Column]) -> int:
    """Return how many columns stay in view: up to the one that names the row, if that is narrow.

    A wide frozen part would leave no room to scroll on a small screen.
    """
    width = 0
    for number, column in enumerate(columns, 1):
        width += column.width
        if column.required and column.form is Form.CODE and width <= 40:
            return number
    return 0


def _prompt(column: Column) -> str:
    words = [column.help]
    if column.shown:
        words.append("Not read when the workbook is imported.")
    elif column.required:
        words.append("Must be filled in.")
    return " ".join(w for w in words if w)[:_PROMPT]


def _number_format(column: Column) -> str:
    formats = {
        Form.DATE: "yyyy-mm-dd",
        Form.DECIMAL: "General",
        Form.NUMBER: "General",
        Form.YEAR: "0",
    }
    return formats.get(column.form, "@")


def _style_column(dimension: Any, column: Column) -> None:
    """Style a column's cells down to the last row of the sheet, the blank ones too."""
    from openpyxl.styles import Alignment, Protection

    dimension.width = max(column.width, len(column.header) * 1.1 + 4)
    dimension.number_format = _number_format(column)
    dimension.alignment = Alignment(horizontal=_side(column), vertical="top", wrap_text=True)
    dimension.protection = Protection(locked=column.shown)


def _side(column: Column) -> str:
    return "right" if column.form is Form.NUMBER else "left"


def _set_page(sheet: Any, name: str) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.HeaderFooter.oddFooter.left.text = name.replace("&", "&&")
    sheet.HeaderFooter.oddFooter.right.text = "&P / &N"


def _protect(sheet: Any) -> None:
    """Keep the columns for reference as they are; no password, so that anyone may undo it."""
    protection = sheet.protection
    protection.sheet = True
    # In the file, these say what is *not* allowed.
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort"):
        setattr(protection, allowed, False)
    protection.autoFilter = False


def _header_cell(sheet: Any, column: Column) -> Cell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    fill = _REQUIRED_FILL if column.required else _OPTIONAL_FILL
    cell: Cell = WriteOnlyCell(sheet, column.header)
    cell.fill = PatternFill("solid", fgColor=_SHOWN_FILL if column.shown else fill)
    white = column.required and not column.shown
    cell.font = Font(
        name=_FONT,
        size=11,
        bold=True,
        italic=column.shown,
        color="FFFFFF" if white else "000000",
    )
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.border = Border(bottom=Side("thin", color="1F3864"))
    cell.number_format = "@"
    return cell


class _CellMaker:
    """Fills one cell again and again, with the style of its column."""

    def __init__(self, sheet: Any, column: Column) -> None:
        self.column = column
        self._plain, self._quoted = (self._style(sheet, quoted) for quoted in (False, True))

    def _style(self, sheet: Any, quoted: bool) -> Cell:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side

        cell: Cell = WriteOnlyCell(sheet)
        cell.number_format = _number_format(self.column)
        cell.alignment = Alignment(horizontal=_side(self.column), vertical="top", wrap_text=True)
        cell.border = Border(bottom=Side("hair", color=_LINES))
        cell.protection = Protection(locked=self.column.shown)
        cell.quotePrefix = quoted
        if self.column.shown:
            cell.fill = PatternFill("solid", fgColor=_SHOWN_FILL)
        return cell

    def make(self, text: str) -> Cell:
        """Return the cell with a text, or with the date, year or number that the text is."""
        value = _typed(text, self.column.form)
        if value is not None:
            self._plain.value = value
            return self._plain
        cell = self._quoted if _ACTIVE.match(text) else self._plain
        return _set_text(cell, text)


def _set_text(cell: Cell, text: str) -> Cell:
    """Put a text into a cell as a text, whatever it looks like."""
    cell.value = _escape(clean_line_ends(text)) or None
    if text:
        cell.data_type = "s"
    return cell


def _typed(text: str, form: Form) -> datetime | int | float | None:
    """Return the value of a text that reads back as the same text."""
    if form is Form.DATE and _ISO_DATE.fullmatch(text) and text > "1900-03":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    if form is Form.YEAR and _YEAR.fullmatch(text):
        return int(text)
    if form is Form.DECIMAL and re.fullmatch(r"0\.[0-9]{1,9}", text) and repr(float(text)) == text:
        return float(text)
    if form is Form.NUMBER and _NUMBER.fullmatch(text):
        number = float(text)
        # Spreadsheets keep fifteen digits of a number.
        return number if format(Decimal(format(number, ".15g")), "f") == text else None
    return None


class _Lists:
    """The words to choose from, on a hidden sheet: a rule itself holds no more than 255 letters."""

    def __init__(
        self, choices: Choices, sheets: Sequence[SheetData], blank_rows: int | None
    ) -> None:
        self._choices = choices
        self._sheets = {sheet.schema.name: sheet for sheet in sheets}
        self._blank_rows = blank_rows
        self._lists: dict[tuple[str, ...], int] = {}
        self._names: list[str] = []

    def blank_rows(self, schema: Sheet) -> int:
        """Return for how many rows below the last one a sheet offers words."""
        return schema.blank_rows if self._blank_rows is None else self._blank_rows

    def find(self, sheet: str, header: str) -> str | None:
        """Return the cells that hold the words for a column, if there are any."""
        from openpyxl.utils import get_column_letter

        offered = self._choices.get((sheet, header), ())
        if isinstance(offered, Cells):
            return self._growing(offered)
        words = tuple(offered)
        if not words:
            return None
        if words not in self._lists:
            self._lists[words] = len(self._lists) + 1
            self._names.append(header)
        letter = get_column_letter(self._lists[words])
        return f"Lists!${letter}$2:${letter}${len(words) + 1}"

    def _growing(self, cells: Cells) -> str | None:
        """Return the filled cells of a column, however many they become."""
        from openpyxl.utils import get_column_letter

        data = self._sheets.get(cells.sheet)
        if data is None or cells.header not in data.headers:
            return None
        letter = get_column_letter(data.headers.index(cells.header) + 1)
        name = "'" + cells.sheet.replace("'", "''") + "'"
        last = len(data.rows) + 1 + self.blank_rows(data.schema)
        column = f"{name}!${letter}$2:${letter}${last}"
        return f"OFFSET({name}!${letter}$2,0,0,MAX(1,COUNTA({column})),1)"

    def write(self, book: Workbook) -> None:
        """Write the hidden sheet, if any words are offered."""
        from itertools import zip_longest

        from openpyxl.cell import WriteOnlyCell

        if not self._lists:
            return
        sheet = book.create_sheet("Lists")
        sheet.sheet_state = "hidden"
        columns = [(name, *words) for name, words in zip(self._names, self._lists, strict=True)]
        for row in zip_longest(*columns, fillvalue=""):
            sheet.append([_set_text(WriteOnlyCell(sheet), text) for text in row])


class _Help:
    """The first sheet: what the workbook is, its sheets, and what each column holds."""

    _WIDTHS = (24, 14, 50, 90)

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.create_sheet("Help")
        self._number = 0

    def _append(self, row: list[Cell], height: int = 15) -> None:
        self._number += 1
        self._sheet.row_dimensions[self._number] = {"ht": str(height)}
        self._sheet.append(row)

    def write(self, sheets: Sequence[SheetData], title: str, lines: Sequence[str]) -> None:
        sheet = self._sheet
        _set_page(sheet, "Help")
        sheet.print_title_rows = None
        sheet.sheet_view.showGridLines = False
        for letter, width in zip("ABCD", self._WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        self._append([self._cell(title, bold=True, size=16, wrap=False)], 28)
        for line in lines:
            self._append([self._cell(line, wrap=False)])
        for data in sheets:
            self._append([])
            for number, row in enumerate(self._rows(data)):
                texts = [str(cell.value or "") for cell in row]
                height = 15 * _lines(texts, self._WIDTHS[: len(row)]) if number else 20
                self._append(row, height)
        sheet.protection.sheet = True

    def _rows(self, data: SheetData) -> Iterator[list[Cell]]:
        from openpyxl.styles import Font
        from openpyxl.worksheet.hyperlink import Hyperlink

        schema = data.schema
        name = self._cell(schema.name, bold=True, size=13)
        name.hyperlink = Hyperlink(ref="A1", location=f"'{schema.name}'!A1")
        name.font = Font(name=_FONT, bold=True, size=13, underline="single", color="0B4F9E")
        yield [name, self._cell(schema.help, wrap=False)]
        yield [
            self._cell(t, bold=True, fill=_OPTIONAL_FILL)
            for t in ("Column", "", "Holds", "What to write")
        ]
        for header in data.headers:
            column = schema.column(header) or Column(header=header)
            need = "for reference" if column.shown else "required" if column.required else ""
            form = "" if column.shown else column.form.value
            yield [self._cell(text) for text in (header, need, form, column.help)]

    def _cell(
        self, text: str, *, bold: bool = False, size: int = 11, fill: str = "", wrap: bool = True
    ) -> Cell:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        cell = _set_text(WriteOnlyCell(self._sheet), text)
        cell.font = Font(name=_FONT, bold=bold, size=size)
        cell.alignment = Alignment(vertical="top", wrap_text=wrap)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        return cell
