"""Periods as people write them: years, half-years, quarters and months, and their order.

The forms that are kept are those of SDMX (Technical Notes 3.0, section 4.2): ``2021``,
``2021-S1``, ``2021-Q1``, ``2021-05``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["FIRST_YEAR", "FLAGS", "LAST_YEAR", "Amiss", "months", "read_period"]

#: Years that a value can be of: the rest is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2100

#: Flags of statistical offices (SDMX, code list of observation statuses), and the words for them.
FLAGS = {"b": "Break", "e": "Estimated", "f": "Forecast", "p": "Provisional", "r": "Revised"}

_HOW = "type it as 2021, 2021-05, 2021-Q1 or 2021-S1"
_NAMES = "january february march april may june july august september october november december"
#: English, Albanian, and German as in :mod:`gcm_ld.tables.cell_forms`.
_MONTHS = {
    name[:length]: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
        _NAMES,
    )
    for number, name in enumerate(names.split(), 1)
    for length in (3, 4, len(name))
}
_ORDINALS = {"1": "1", "2": "2", "3": "3", "4": "4", "1st": "1", "2nd": "2", "3rd": "3"}
_ORDINALS |= {"4th": "4", "first": "1", "second": "2", "third": "3", "fourth": "4"}
_ORDINALS |= {"i": "1", "ii": "2", "iii": "3", "iv": "4"}

_KEPT = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|S([12])))?")
# After a point two digits: 2021.1 may have been 2021.10 before a spreadsheet saw it.
_YEAR_MONTH = re.compile(r"([0-9]{4}) ?(\.(?=[0-9]{2})|[-/]|-?M) ?([0-9]{1,2})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"([^\W\d_]{3,9})\.?[- ]'?([0-9]{2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{4})")
_NAMED = re.compile(r"([^\W\d_]{3,9})\.?[ -]+([0-9]{4})|([0-9]{4})[ -]+([^\W\d_]{3,9})\.?")
_PART = r"([QHST]|tremujori |quarter ) ?-?([1-4]|I{1,3}|IV)|"
_PART += r"([1-4]|[1-4](?:st|nd|rd|th)|first|second|third|fourth|I{1,3}|IV) ?-?"
_PART += r"(Q|H|S|T|quarter|half|half-year|semester|tremujori)(?: of)?"
_PART_YEAR = re.compile(rf"(?:{_PART})[ /-]*([0-9]{{4}})", re.IGNORECASE)
_YEAR_PART = re.compile(rf"([0-9]{{4}})[ /-]*(?:{_PART})", re.IGNORECASE)
_DAY = re.compile(
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
    r"(?:[T ][0-9:.]+Z?)?"
)
#: A year that a program kept as a number with a point, and as SDMX has a reporting year.
_LONG_YEAR = re.compile(r"([0-9]{4})(?:\.0+|-A1?)")
_FLAGGED = re.compile(r"([0-9]{4}) ?\(?([bepfr])\)?|([0-9]{4}) ?([*†‡§¹²³⁰-⁹]+|\(?[0-9a-z]\))")
_YEARS = re.compile(r"([0-9]{4}) ?(?:[-–—/]|to) ?([0-9]{2}|[0-9]{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amiss:
    """What is wrong with a text, and the cure."""

    problem: str
    cure: str


def read_period(text: str) -> str | Amiss:
    """Return a period in the form that is kept, or what is wrong with it.

    :param text: as people write it, without blanks around it.

    >>> [read_period(t) for t in ("2021", "2021/5", "May 2021", "Q1 2021", "2021 H2")]
    ['2021', '2021-05', '2021-05', '2021-Q1', '2021-S2']
    >>> read_period("20211").problem
    'is no year from 1900 to 2100'
    """
    if found := _KEPT.fullmatch(text):
        if found[2] and 12 < int(found[2]) == (int(found[1]) + 1) % 100:
            return _several(found[1])
        return _in_reach(text)
    if found := _LONG_YEAR.fullmatch(text):
        return _in_reach(found[1])
    if text.isascii() and text.isdecimal():
        if len(text) == 2:
            return Amiss("is no year of four digits", f"type 20{text} if that is meant")
        if len(text) == 6 and not isinstance(_in_reach(f"{text[:4]}-{text[4:]}"), Amiss):
            return Amiss("is a year and a month in one", f"type {text[:4]}-{text[4:]}")
        if len(text) == 5 and 30_000 <= int(text) < 60_000:
            day = date(1899, 12, 30) + timedelta(int(text))
            problem = f"may be the day {day} as spreadsheets count them, where a period is wanted"
            return Amiss(problem, f"type {day:%Y} for the year, or {day:%Y-%m} for the month")
        return Amiss(f"is no year from {FIRST_YEAR} to {LAST_YEAR}", "correct it")
    if found := _YEAR_MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[3])
        if len(found[3]) == 2 and month == (year + 1) % 100 and found[2] == "/":
            if not 1 <= month <= 12:
                return _several(found[1])
            kept = f"{found[1]}-{month:02}"
            problem = f"is either {_month_name(month)} {year} or the years {year} and {year + 1}"
            return Amiss(problem, f"type {kept} for the month, or the one year that is meant")
        if len(found[3]) == 2 and month > 12 and 0 <= month - year % 100 < 30:
            return _several(found[1])
        return _in_reach(f"{year:04}-{month:02}")
    if found := _MONTH_YEAR.fullmatch(text):
        return _in_reach(f"{found[2]}-{int(found[1]):02}")
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get((found[1] or found[4]).lower(), 0)
        if month:
            return _in_reach(f"{found[2] or found[3]}-{month:02}")
    if (found := _SHORT_YEAR.fullmatch(text)) and found[1].lower() in _MONTHS:
        meant = f"20{found[2]}-{_MONTHS[found[1].lower()]:02}"
        return Amiss("is no year of four digits", f"type {meant} if that is meant")
    if found := _PART_YEAR.fullmatch(text):
        return _part(found[5], found[1] or found[4], found[2] or found[3])
    if found := _YEAR_PART.fullmatch(text):
        return _part(found[1], found[2] or found[5], found[3] or found[4])
    if _DAY.fullmatch(text):
        return Amiss("is a day, where a period is wanted", _HOW)
    if found := _YEARS.fullmatch(text):
        return _several(found[1])
    if found := _FLAGGED.fullmatch(text):
        plain, flag = found[1] or found[3], FLAGS.get(found[2] or "")
        more = f"{flag} in column Status" if flag else f"what {found[4]} means in column Note"
        return Amiss("says more than the period", f"type {plain}, and {more}")
    return Amiss("can't be read as a period", _HOW)


def _several(year: str) -> Amiss:
    cure = f"type the one year that the value is of, such as {year}, and the rest in column Note"
    return Amiss("stands for several years", cure)


def _part(year: str, kind: str, number: str) -> str | Amiss:
    letter = "Q" if kind[0] in "qQtT" else "S"
    digit = _ORDINALS.get(number.lower(), number)
    if letter == "S" and digit not in "12":
        return Amiss("is no half-year", f"type {year}-S1 or {year}-S2")
    return _in_reach(f"{year}-{letter}{digit}")


def _in_reach(period: str) -> str | Amiss:
    year, month = int(period[:4]), period[5:]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Amiss(f"is no year from {FIRST_YEAR} to {LAST_YEAR}", "correct it")
    if month.isdecimal() and not 1 <= int(month) <= 12:
        return Amiss("has no month from 01 to 12", _HOW)
    return period


def _month_name(number: int) -> str:
    return _NAMES.split()[number - 1].capitalize()


def months(period: str) -> tuple[int, int]:
    """Return the first and the last month of a period, counted from the year 0.

    :param period: in the form that is kept.

    >>> [months(p) for p in ("2021", "2021-S2", "2021-Q2", "2021-05")]
    [(24252, 24263), (24258, 24263), (24255, 24257), (24256, 24256)]
    """
    start, part = int(period[:4]) * 12, period[5:]
    if not part:
        return start, start + 11
    if part[0] in "QS":
        length = 3 if part[0] == "Q" else 6
        first = start + (int(part[1]) - 1) * length
        return first, first + length - 1
    first = start + int(part) - 1
    return first, first
