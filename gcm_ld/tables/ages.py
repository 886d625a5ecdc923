"""Age groups as people write them, and their codes in SDMX's list CL_AGE."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from gcm_ld.tables.periods import Amiss

__all__ = ["find_spoilt_age", "find_twin", "read_age", "write_age"]

_TOTAL = {"", "_t", "t", "total", "all", "all ages", "any", "any age", "everybody"}
_TOTAL |= {"gjithsej", "të gjitha moshat"}
_UNKNOWN = {"_u", "u", "unknown", "not stated", "not specified", "mosha e panjohur"}
_YEARS = re.compile(r"\b(?:aged?|years?|yrs?|year-olds|old|of age|vjeç(?:are?)?)\b|(?<=[0-9])y\b")
#: Eurostat's codes have a letter before the years.
_EUROSTAT = re.compile("^y(?=[0-9]+-)")
_RANGE = re.compile(r"(?:from |between )?([0-9]{1,3}) ?(?:--?|to|and|/|_) ?([0-9]{1,3})")
_LEAST = re.compile(
    r"([0-9]{1,3}) ?(?:\+|(?:and|or|&) (?:over|older|more|above)|plus|e lart|e sipër)"
    r"|(?:≥|>=|from) ?([0-9]{1,3})"
)
_BELOW = re.compile(r"(?:under|below|less than|younger than|nën|<) ?([0-9]{1,3})")
_UP_TO = re.compile(
    r"(?:up to|deri(?: në)?|≤|<=) ?([0-9]{1,3})|([0-9]{1,3}) (?:and|or) (?:under|younger|less)"
)
_OVER = re.compile(r"(?:over|above|more than|older than|mbi|>) ?([0-9]{1,3})")
_CODE = re.compile(r"(?:y|y_ge|y_lt)?([0-9]{1,3})(?:t([0-9]{1,3}))?")
_DAY = re.compile(r"([0-9]{1,2})-([a-z]{3})|([a-z]{3})-([0-9]{1,2})", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def read_age(text: str, known: Collection[str]) -> str | Amiss:
    """Return the code of an age group, or what is wrong with it.

    :param text: as people write it.
    :param known: the codes that there are.

    >>> codes = {"Y15T24", "Y_GE65", "Y_LT18", "Y7", "_T"}
    >>> [read_age(t, codes) for t in ("15–24", "65 and over", "< 18", "7", "all ages")]
    ['Y15T24', 'Y_GE65', 'Y_LT18', 'Y7', '_T']
    >>> read_age("15-25", codes).cure
    'write one of the list (did you mean 15-24?)'
    """
    word = " ".join(text.replace("\u2013", "-").casefold().split())
    word = " ".join(_YEARS.sub(" ", _EUROSTAT.sub("", word)).replace(".", " ").split())
    if word in _TOTAL:
        return "_T"
    if word in _UNKNOWN:
        return "_U"
    codes = _meant(word) or [text.strip().upper()]
    for code in codes:
        if code in known:
            return code
    if found := _OVER.fullmatch(word):
        age = int(found[1])
        return Amiss("may have that age in it or not", f"write {age}+ or {age + 1}+")
    near = _nearest(codes[0], known)
    hint = f" (did you mean {write_age(near)}?)" if near else ""
    return Amiss("is no age group of the list", "write one of the list" + hint)


def _meant(word: str) -> list[str]:
    """Return the codes that a text can stand for, the likeliest first."""
    if found := _RANGE.fullmatch(word):
        first, last = int(found[1]), int(found[2])
        if first == last:
            return [f"Y{first}"]
        codes = [f"Y{first}T{last}"]
        return [*codes, f"Y_LT{last + 1}"] if first == 0 else codes
    if found := _LEAST.fullmatch(word):
        return [f"Y_GE{int(found[1] or found[2])}"]
    if found := _BELOW.fullmatch(word):
        below = int(found[1])
        return [f"Y_LT{below}", f"Y0T{below - 1}"]
    if found := _UP_TO.fullmatch(word):
        last = int(found[1] or found[2])
        return [f"Y0T{last}", f"Y_LT{last + 1}"]
    if word.isdecimal() and len(word) <= 3:
        return [f"Y{int(word)}"]
    return []


def _nearest(code: str, known: Collection[str]) -> str:
    """Return the known group whose bounds are nearest to those of a code."""
    bounds = _bounds(code)
    if bounds is None:
        return ""
    others = ((other, _bounds(other)) for other in sorted(known))
    far = {c: abs(b[0] - bounds[0]) + abs(b[1] - bounds[1]) for c, b in others if b is not None}
    near = min(far, key=lambda c: (far[c], c), default="")
    return near if near and far[near] <= 10 else ""


def _bounds(code: str) -> tuple[int, int] | None:
    found = _CODE.fullmatch(code.lower())
    if not found:
        return None
    first = int(found[1])
    if "GE" in code:
        return first, 120
    if "LT" in code:
        return 0, first - 1
    return first, int(found[2] or first)


def write_age(code: str) -> str:
    """Return how people write the age group that a code stands for.

    >>> [write_age(c) for c in ("Y15T24", "Y_GE65", "Y_LT18", "Y7", "_T")]
    ['15-24', '65+', 'under 18', '7', 'Total']
    """
    if code in ("_T", "_U"):
        return "Total" if code == "_T" else "Unknown"
    if code.startswith("Y_GE"):
        return f"{code[4:]}+"
    if code.startswith("Y_LT"):
        return f"under {code[4:]}"
    return code[1:].replace("T", "-") if re.fullmatch("Y[0-9]+(T[0-9]+)?", code) else code


@lru_cache(maxsize=512)
def find_twin(code: str) -> str:
    """Return the other code for the same group of ages, if the list has two.

    >>> find_twin("Y_LT15"), find_twin("Y0T14"), find_twin("Y15T24")
    ('Y0T14', 'Y_LT15', '')
    """
    if found := re.fullmatch("Y_LT([1-9][0-9]*)", code):
        return f"Y0T{int(found[1]) - 1}"
    found = re.fullmatch("Y0T([1-9][0-9]*)", code)
    return f"Y_LT{int(found[1]) + 1}" if found else ""


def find_spoilt_age(text: str) -> str:
    """Return the age group that was typed where a spreadsheet made a date of it and saved that.

    >>> find_spoilt_age("9-May"), find_spoilt_age("Oct-14"), find_spoilt_age("15-24")
    ('5-9', '10-14', '')
    """
    found = _DAY.fullmatch(text)
    if not found:
        return ""
    name = (found[2] or found[3]).lower()
    if name not in _MONTHS:
        return ""
    numbers = sorted((_MONTHS.index(name) + 1, int(found[1] or found[4])))
    return f"{numbers[0]}-{numbers[1]}"
