"""Periods as people write them: years, half-years, quarters and months, and their order.

The forms that are kept are those of SDMX (Technical Notes 3.0, section 4.2): ``2021``,
``2021-S1``, ``2021-Q1``, ``2021-05``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Amiss", "months", "read_period"]

#: Years that a value can be of: the rest is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2100

_HOW = "type it as 2021, 2021-05, 2021-Q1 or 2021-S1"
_NAMES = "january february march april may june july august september october november december"
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(_NAMES.split(), 1)
    for length in (3, 4, len(name))
}
_ORDINALS = {"1": "1", "2": "2", "3": "3", "4": "4", "1st": "1", "2nd": "2", "3rd": "3"}
_ORDINALS |= {"4th": "4", "first": "1", "second": "2", "third": "3", "fourth": "4"}
_ORDINALS |= {"i": "1", "ii": "2", "iii": "3", "iv": "4"}

_KEPT = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|S([12])))?")
# After a point two digits: 2021.1 may have been 2021.10 before a spreadsheet saw it.
_YEAR_MONTH = re.compile(r"([0-9]{4}) ?(\.(?=[0-9]{2})|[-/]|-?M) ?([0-9]{1,2})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"([a-z]{3,9})\.?[- ]'?([0-9]{2})", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{4})")
_NAMED = re.compile(r"([a-z]{3,9})\.?[ -]+([0-9]{4})|([0-9]{4})[ -]+([a-z]{3,9})\.?", re.IGNORECASE)
_PART = r"([QHS]) ?-?([1-4])|([1-4]|[1-4](?:st|nd|rd|th)|first|second|third|fourth|I{1,3}|IV) ?-?"
_PART += r"(Q|H|S|quarter|half|half-year|semester)(?: of)?"
_PART_YEAR = re.compile(rf"(?:{_PART})[ /-]*([0-9]{{4}})", re.IGNORECASE)
_YEAR_PART = re.compile(rf"([0-9]{{4}})[ /-]*(?:{_PART})", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}")
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
    if _KEPT.fullmatch(text):
        return _in_reach(text)
    if text.isdecimal():
        if len(text) == 2:
            return Amiss("is no year of four digits", f"type 20{text} if that is meant")
        return Amiss(f"is no year from {FIRST_YEAR} to {LAST_YEAR}", "correct it")
    if found := _YEAR_MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[3])
        if len(found[3]) == 2 and month == (year + 1) % 100 and found[2] == "/":
            if month > 12:
                return _several(found[1])
            kept = f"{year}-{month:02}"
            problem = f"is either {_month_name(month)} {year} or the years {year} and {year + 1}"
            return Amiss(problem, f"type {kept} for the month, or the one year that is meant")
        if len(found[3]) == 2 and month > 12 and 0 <= month - year % 100 < 30:
            return _several(found[1])
        return _in_reach(f"{year}-{month:02}")
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
    return Amiss("can't be read as a period", _HOW)


def _several(year: str) -> Amiss:
    cure = f"type the one year that the value is of, such as {year}, and the rest in column Note"
    return Amiss("stands for several years", cure)


def _part(year: str, kind: str, number: str) -> str | Amiss:
    letter = "Q" if kind[0] in "qQ" else "S"
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
    return max((n for n, m in _MONTHS.items() if m == number), key=len).capitalize()


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
