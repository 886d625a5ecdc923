"""Reading a cell by its column's form: numbers, dates and texts as what they were meant to be.

Spreadsheets guess what is typed: ``5.1`` becomes a number or the fifth of January, ``10,16`` a
thousand. What can only be meant one way is read so; everything else is a slip that names what
stands there and what to type.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from math import isfinite

from gcm_ld.tables import cells
from gcm_ld.tables.ages import find_spoilt_age
from gcm_ld.tables.amounts import MISSING, read_amount
from gcm_ld.tables.periods import FIRST_YEAR, LAST_YEAR, Amiss, read_period
from gcm_ld.tables.schema import Column, Form

__all__ = ["Cell", "CellKind", "Reading", "Slip", "holds_titles", "is_listed", "read_cell"]


class CellKind(enum.Enum):
    """What a file says that a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "logical value"
    ERROR = "error"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as its file has it; every cell of a CSV file is a text.

    :param text: the text, or the number, date or error as the file writes it.
    :param kind: what it holds.
    :param number_format: how a number is shown, such as ``0.00`` or ``dd/mm/yyyy``.
    :param formula: whether it is the last result of a formula.
    :param mac: whether dates count from 1904 (ISO/IEC 29500-1, 18.17.4.1), not from 1900.
    """

    text: str
    kind: CellKind = CellKind.TEXT
    number_format: str = "General"
    formula: bool = False
    mac: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a cell: the parts of a :class:`~gcm_ld.tables.sheets.Fault`."""

    problem: str
    cure: str
    value: str | None = None
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell reads as, and its slips; of a slip that leaves no doubt, the best guess."""

    text: str
    slips: tuple[Slip, ...] = ()


_CODES = {Form.CODE, Form.REFERENCE, Form.REFERENCES, Form.WORD, Form.WORDS}
_LISTS = {Form.REFERENCES, Form.WORDS}
_AS_TEXT = "format the column as Text and type {} again"

#: Months in English, and in German, whose spreadsheets take 5.1 for a day: in full, by three
#: letters and by four. Written out, because the calendar's names follow the user's language.
_MONTHS = {
    name[:length]: month
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
    )
    for month, name in enumerate(names.split(), 1)
    for length in (3, 4, len(name))
}

_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_BASIC = re.compile("([12][0-9]{3})([0-9]{2})([0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})\.?")
_SLASHED = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.? +([A-Za-zä]{3,9})\.?,? +([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Za-zä]{3,9})\.? +([0-9]{1,2}),? +([0-9]{4})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:\. ?|[- /])([A-Za-zä]{3,9})\.?")
_MONTH_YEAR = re.compile(r"([A-Za-zä]{3,9})\.?[- /]([0-9]{2})")
_DECIMAL = re.compile(r"([0-9]*)[.,]([0-9]+)|([0-9]+)")
_DASHED = re.compile("([0-9]{4}) ?[–—] ?([0-9]{2})")
_PLAIN_FORMAT = re.compile(r"(?P<whole>[#0?]*)(?:\.(?P<part>[#0?]+))?")
_FORMAT_NOISE = re.compile(r"\[[^\]]*\]|[_*].|\\ ")


def holds_titles(column: Column) -> bool:
    """Say whether a column's cells may name things by their titles, one a line."""
    return column.form is Form.REFERENCES and column.target == "indicator"


def is_listed(column: Column) -> bool:
    """Say whether a column's cells may hold several codes or words."""
    return column.form in _LISTS


def read_cell(cell: Cell, column: Column) -> Reading:
    """Read a cell by its column's form.

    :param cell: the cell as its file has it.
    :param column: what its column holds.
    :returns: for a date ``2019-06-19``, for a year ``2019``, for a period ``2019-Q1``, for a number
        ``0.8``, for all else the text without blanks around it; empty if the cell is blank, or
        can't be read as a date, period or number. A number that a workbook shows as a percentage
        keeps the sign, as ``45%``: whether it is one, its unit says.

    >>> from gcm_ld.tables.layout import CROSSWALK
    >>> read_cell(Cell("1.1", CellKind.NUMBER, "0.00"), CROSSWALK.column("SDG targets")).text
    '1.10'
    """
    if cell.kind is CellKind.TEXT:
        return _read_text(cell.text, column)
    if cell.kind is CellKind.ERROR:
        shown = cells.show_text(cell.text)
        cure = "type what is meant in its place"
        return _slip(shown, shown, "is an error of the spreadsheet", cure)
    if cell.kind is CellKind.BOOLEAN:
        shown = "TRUE" if cell.text in ("1", "true") else "FALSE"
        if column.form is Form.NUMBER:
            problem = "is a logical value, where a number is wanted"
            return _slip("", shown, problem, "type 1 for yes and 0 for no")
        problem = "is a logical value, where a text is wanted"
        return _slip(shown, shown, problem, _AS_TEXT.format("it"))
    if cell.kind is CellKind.DATE:
        try:
            return _read_date(datetime.fromisoformat(cell.text.rstrip("Z")), "", column)
        except ValueError:
            return _read_text(cell.text, column)
    return _read_number(cell, column)


def _slip(text: str, value: str, problem: str, cure: str, *, warning: bool = False) -> Reading:
    return Reading(text, (Slip(problem, cure, cells.show_text(value), warning),))


def _read_text(raw: str, column: Column) -> Reading:
    if len(raw) > cells.MAX_CHARACTERS:
        problem = f"holds more than the {cells.MAX_CHARACTERS:,} characters of a cell"
        return Reading("", (Slip(problem, "shorten it"),))
    control = cells.find_control(raw)
    if control is not None:
        problem = f"holds the control character {control}, which no text can hold"
        return Reading("", (Slip(problem, "type the cell again"),))
    text = cells.clean_text(raw)
    if not text:
        return Reading("")
    reader = _TEXT_READERS.get(column.form)
    return reader(text, column) if reader else Reading(text)


def _read_code(text: str, column: Column) -> Reading:
    if guess := _spoilt_code(text):
        return _spoilt(text, guess)
    return Reading(cells.clean_code(text))


def _read_codes(text: str, column: Column) -> Reading:
    titles = holds_titles(column)
    if guess := _spoilt_code(text):
        return _spoilt(text, guess)
    slips = []
    if found := cells.find_range(text):
        cure = "name each of them, with semicolons between"
        slips.append(Slip("stands for several codes", cure, cells.show_text(found)))
    if found := cells.find_repeated(text, titles=titles):
        shown = cells.show_text(found)
        slips.append(Slip("stands twice in one cell", "leave one out", shown, warning=True))
    return Reading(text, tuple(slips))


def _read_word(text: str, column: Column) -> Reading:
    return Reading(cells.clean_code(text))


def _read_url(text: str, column: Column) -> Reading:
    return Reading(text.replace("\n", ""))


def _spoilt(shown: str, guess: str) -> Reading:
    problem = "is a date, where a code is wanted"
    return _slip(guess, shown, problem, _AS_TEXT.format(guess))


def _spoilt_code(text: str) -> str:
    """Return what was typed where a spreadsheet made a date of a code and saved it as text."""
    if found := _DAY_MONTH.fullmatch(text):
        month = _MONTHS.get(found[2].lower())
        return f"{int(found[1])}.{month}" if month else ""
    if found := _MONTH_YEAR.fullmatch(text):
        month = _MONTHS.get(found[1].lower())
        return f"{month}.{int(found[2])}" if month else ""
    if found := _DOTTED.fullmatch(text):
        return _typed_code(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text):
        return _typed_code(int(found[1]), int(found[3]), int(found[4]))
    return ""


def _typed_code(day: int, month: int, year: int) -> str:
    """Return the code that was typed where a spreadsheet made a day of it.

    The year is this one where two numbers were typed, and in the decades before where three were.

    >>> _typed_code(5, 1, 2025), _typed_code(10, 7, 2002)
    ('5.1', '10.7.2')
    """
    return f"{day}.{month}.{year % 100}" if 2000 < year <= 2020 else f"{day}.{month}"


def _read_date_text(text: str, column: Column) -> Reading:
    text = cells.clean_code(text)
    year, month, day = 0, 0, 0
    if found := _BASIC.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DOTTED.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), _MONTHS.get(found[2].lower(), 0), int(found[3])
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = _MONTHS.get(found[1].lower(), 0), int(found[2]), int(found[3])
    elif found := _SLASHED.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if day <= 12 and month <= 12 and day != month:
            first, second = f"{year:04}-{month:02}-{day:02}", f"{year:04}-{day:02}-{month:02}"
            problem = f"is either {first} or {second}"
            return _slip("", text, problem, f"type it as {first} or as {second}")
        if month > 12:
            day, month = month, day
    if not month:
        problem = "can't be read as a date"
        return _slip("", text, problem, "type year, month and day, as 2019-06-19")
    try:
        return Reading(date(year, month, day).isoformat())
    except ValueError:
        return _slip("", text, "is no day of the calendar", "correct the day or the month")


def _read_year_text(text: str, column: Column) -> Reading:
    if re.fullmatch("[0-9]{4}", text):
        return Reading(text)
    return _slip("", text, "can't be read as a year", "type its four digits, as 2019")


def _read_decimal_text(text: str, column: Column) -> Reading:
    # A comma can only stand for the point, since nothing up to 1 has thousands.
    if _DECIMAL.fullmatch(text) and 0 <= float(point := text.replace(",", ".")) <= 1:
        return Reading(point)
    return _slip("", text, "can't be read as a number from 0 to 1", "type it as 0.8")


def _read_period_text(text: str, column: Column) -> Reading:
    # A hyphen stands before a month, a dash before another year.
    dashed = _DASHED.fullmatch(text)
    read = read_period(f"{dashed[1]}-20{dashed[2]}" if dashed else cells.clean_code(text))
    if isinstance(read, Amiss):
        return _slip("", text, read.problem, read.cure)
    return Reading(read)


def _read_amount_text(text: str, column: Column) -> Reading:
    text = cells.clean_code(text)
    if text.casefold() in MISSING:
        if text.strip("-"):
            return Reading("")
        problem = "is read as not known, here and below"
        return _slip("", text, problem, "type 0 if nothing was counted", warning=True)
    read = read_amount(text)
    if isinstance(read, Amiss):
        return _slip("", text, read.problem, read.cure)
    # As it is typed: 1.200 may be a thousand, which its unit tells.
    return Reading(text)


def _read_group(text: str, column: Column) -> Reading:
    text = cells.clean_code(text)
    if guess := find_spoilt_age(text):
        return _slip("", text, "is a date, where an age group is wanted", _AS_TEXT.format(guess))
    return Reading(text)


def _read_number(cell: Cell, column: Column) -> Reading:
    try:
        value = float(cell.text)
    except ValueError:
        return _read_text(cell.text, column)
    if not isfinite(value):
        return _read_text(cell.text, column)
    if _is_date_format(cell.number_format):
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        try:
            moment = from_excel(value, MAC_EPOCH if cell.mac else WINDOWS_EPOCH)
        except (OverflowError, ValueError):
            moment = None
        if isinstance(moment, datetime | time):
            return _read_date(moment, cell.number_format, column)
        problem = "is shown as a date, and is none"
        return _slip("", cell.text, problem, _AS_TEXT.format("what is meant"))
    # Fifteen digits are what spreadsheets keep and show; the rest is binary noise.
    text = format(Decimal(format(value, ".15g")), "f")
    if column.form is Form.DATE and not _BASIC.fullmatch(text):
        return _read_date_number(value, text, cell)
    if column.form is Form.NUMBER and cell.number_format.endswith("%"):
        return _read_share(value)
    if column.form in (Form.DATE, Form.YEAR, Form.DECIMAL, Form.NUMBER):
        return _read_text(text, column)
    shown = _show_number(value, text, cell.number_format)
    if cell.number_format.endswith("%") and column.form not in _CODES:
        decimals = cell.number_format.partition(".")[2].count("0")
        shown = f"{value:.{decimals}%}"
    if shown is None and column.form in _CODES:
        problem = f"is a number that the spreadsheet shows in another way ({cell.number_format})"
        cure = "format the column as Text and type the codes again, with semicolons between"
        return _slip(text, text, problem, cure)
    return _read_text(shown or text, column)


def _read_share(value: float) -> Reading:
    """Read a number that is shown as a percentage: 0.45 as 45, with the sign beside it."""
    number = read_amount(format(Decimal(format(value, ".15g")).scaleb(2), "f"))
    if isinstance(number, Amiss):
        return _slip("", f"{value:.15g}", number.problem, number.cure)
    problem = f"is shown as a percentage, and read as {number} percent, here and below"
    return _slip(f"{number}%", f"{number} %", problem, f"type {number}", warning=True)


def _read_date_number(value: float, text: str, cell: Cell) -> Reading:
    problem, cure = "is a number, where a date is wanted", "type it as 2019-06-19"
    if 20_000 <= value < 80_000:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        moment = from_excel(int(value), MAC_EPOCH if cell.mac else WINDOWS_EPOCH)
        cure = f"format the cell as a date if {moment:%Y-%m-%d} is meant"
    return _slip("", text, problem, cure)


def _read_date(moment: datetime | time, number_format: str, column: Column) -> Reading:
    """Read a cell that holds a day or a time of day."""
    if isinstance(moment, time):
        shown = f"{moment:%H:%M}"
        if column.form is Form.DATE:
            return _slip("", shown, "is a time of day", "type the day, as 2019-06-19")
        return _slip(shown, shown, "is a time of day", _AS_TEXT.format("what is meant"))
    shown = f"{moment:%Y-%m-%d}"
    if column.form is Form.DATE:
        if moment.time() == time():
            return Reading(shown)
        problem = "has a time of day, which is not read"
        return _slip(shown, f"{moment:%Y-%m-%d %H:%M}", problem, f"type {shown}", warning=True)
    if column.form is Form.YEAR:
        problem = "is a date, where a year is wanted"
        return _slip("", shown, problem, _AS_TEXT.format(f"{moment:%Y}"))
    if column.form is Form.PERIOD:
        return _read_period_date(moment, number_format)
    if column.form is Form.GROUP:
        guess = f"{min(moment.month, moment.day)}-{max(moment.month, moment.day)}"
        return _slip("", shown, "is a date, where an age group is wanted", _AS_TEXT.format(guess))
    if column.form is Form.NUMBER:
        problem = "is a date, where a number is wanted"
        return _slip("", shown, problem, "format the column as Number and type it again")
    if column.form is Form.DECIMAL:
        problem = "is a date, where a number from 0 to 1 is wanted"
        return _slip("", shown, problem, _AS_TEXT.format("it"))
    if column.form in _CODES:
        fmt = _FORMAT_NOISE.sub("", number_format.lower())
        year = moment.year if "y" in fmt else 0
        if year and "d" not in fmt:
            return _spoilt(shown, f"{moment.month}.{year % 100}")
        return _spoilt(shown, _typed_code(moment.day, moment.month, year))
    # A day in a text is rather what was meant, but not as the spreadsheet may have shown it.
    problem = "is a date, where a text is wanted"
    return _slip(shown, shown, problem, _AS_TEXT.format("it"), warning=True)


def _read_period_date(moment: datetime, number_format: str) -> Reading:
    """Read a period that a spreadsheet made a date of: ``2021-05`` becomes the first of May."""
    fmt = _FORMAT_NOISE.sub("", number_format.lower())
    serial = (moment - datetime(1899, 12, 30)).days
    if FIRST_YEAR <= serial <= LAST_YEAR:
        problem = "is a date, where a period is wanted"
        return _slip("", f"{moment:%Y-%m-%d}", problem, _AS_TEXT.format(serial))
    if "y" in fmt and "m" not in fmt and "d" not in fmt:
        year = f"{moment:%Y}"
        problem = f"is a date, and read as the year {year}, here and below"
        return _slip(year, f"{moment:%Y-%m-%d}", problem, _AS_TEXT.format(year), warning=True)
    month = f"{moment:%Y-%m}"
    if "y" in fmt and "m" in fmt and "d" not in fmt:
        problem = f"is a date, and read as the month {month}, here and below"
        return _slip(month, month, problem, _AS_TEXT.format(month), warning=True)
    problem = "is a day, where a period is wanted"
    cure = f"{_AS_TEXT.format(month)} for the month, or {moment:%Y} for the year"
    return _slip("", f"{moment:%Y-%m-%d}", problem, cure)


@lru_cache(maxsize=256)
def _is_date_format(number_format: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(number_format))


def _show_number(value: float, text: str, number_format: str) -> str | None:
    """Return a number as a spreadsheet shows it, or nothing if it is more than its digits.

    >>> _show_number(1.1, "1.1", "0.00"), _show_number(1.15, "1.15", "0.0")
    ('1.10', '1.15')
    >>> _show_number(1016.0, "1016", "#,##0") is None
    True
    """
    if number_format in ("General", "@", ""):
        return text
    plain = _PLAIN_FORMAT.fullmatch(_FORMAT_NOISE.sub("", number_format.split(";")[0]))
    if plain is None:
        return text if number_format.lower() == "general" else None
    part = plain["part"] or ""
    decimals = len(text.partition(".")[2])
    if part.count("0") >= decimals:
        text = f"{value:.{part.count('0')}f}"
    whole, point, rest = text.partition(".")
    return whole.zfill(plain["whole"].count("0")) + point + rest


_TEXT_READERS: dict[Form, Callable[[str, Column], Reading]] = {
    Form.CODE: _read_code,
    Form.REFERENCE: _read_code,
    Form.REFERENCES: _read_codes,
    Form.WORD: _read_word,
    Form.WORDS: _read_codes,
    Form.YEAR: _read_year_text,
    Form.DATE: _read_date_text,
    Form.DECIMAL: _read_decimal_text,
    Form.NUMBER: _read_amount_text,
    Form.PERIOD: _read_period_text,
    Form.GROUP: _read_group,
    Form.URL: _read_url,
}
