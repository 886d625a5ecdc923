"""Numbers and periods as SDG data write them."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["MISSING_STATUS", "read_number", "read_period"]

#: Codes that say of an observation that there is no value: H, L, M, O, Q (SDMX code list
#: CL_OBS_STATUS 2.2).
MISSING_STATUS = frozenset("HLMOQ")

_NUMBER = re.compile(r"([<>≤≥]?)\s*([-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")
_COMMA = re.compile(r"[<>≤≥]?\s*[-+]?[0-9]+(?:[.\s][0-9]{3})*,[0-9]+")
_GROUPED = re.compile(r"[<>≤≥]?\s*[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PERIOD = re.compile(r"([0-9]{4})(?:-(?:0[1-9]|1[0-2]|Q[1-4]|[SB][12]|H[12]))?")
#: How a missing value is written.
_MISSING = {"", "..", "...", "…", "-", "#N/A", "N", "N/A", "NA", "NAN", "NONE", "NULL", "NV"}


def read_number(text: str) -> tuple[Decimal, str] | None:
    """Read a number, with the sign before it that says that it is a bound.

    :param text: the cell.
    :returns: the number and ``<``, ``>`` or nothing; ``None`` where the value is missing.
    :raises ValueError: saying what is wrong and how to mend it.

    >>> read_number("12.50"), read_number("<2.5"), read_number("NaN")
    ((Decimal('12.50'), ''), (Decimal('2.5'), '<'), None)
    """
    text = text.strip()
    if text.upper() in _MISSING:
        return None
    if match := _NUMBER.fullmatch(text):
        return Decimal(match[2]), {"≤": "<", "≥": ">"}.get(match[1], match[1])
    if _GROUPED.fullmatch(text):
        raise ValueError(
            f"“{text}” has a comma: write a point before decimals, as 12.5, and none between "
            "thousands"
        )
    if _COMMA.fullmatch(text):
        raise ValueError(f"“{text}” has a decimal comma: write a point, as 12.5")
    raise ValueError(f"“{text}” is no number: write one, or leave the cell empty")


def read_period(text: str) -> str:
    """Read a period: a year, or a month, quarter or half-year of it.

    :raises ValueError: saying what is wrong and how to mend it.

    >>> read_period("2015"), read_period("2015.0"), read_period("2015-Q2")
    ('2015', '2015', '2015-Q2')
    """
    text = text.strip().removesuffix(".0")
    if _PERIOD.fullmatch(text):
        return text
    raise ValueError(f"“{text}” is no period: write a year, as 2015, or 2015-Q2 or 2015-06")
