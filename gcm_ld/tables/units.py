"""What a unit allows a value to be."""

from __future__ import annotations

import re
from functools import lru_cache

from gcm_ld.tables.measure import UNIT
from gcm_ld.tables.periods import Amiss

__all__ = ["DIFFERENCE", "check_value", "is_difference"]

_PERCENT, _YES_NO = UNIT + "percent", UNIT + "yes-no"
#: Units of what is counted.
_COUNTED = {UNIT + unit for unit in ("number", "per-1000", "per-100000")}
#: Words by which a title says that its values may be less than nothing, or more than the whole.
#: They are those of the shapes, which say the last word.
DIFFERENCE = (
    "(^|[^a-z])(balance|change|changed|compared|decline|decrease|decreased|deficit|difference|drop|"
    "fall|gap|growth|increase|increased|net|ratio|reduction|relative|rise|surplus)([^a-z]|$)"
)
_DIFFERENCE = re.compile(DIFFERENCE, re.IGNORECASE)


def is_difference(title: str) -> bool:
    """Say whether an indicator's title is that of a difference or a change.

    >>> is_difference("Net migration"), is_difference("Share of migrants insured")
    (True, False)
    """
    return _DIFFERENCE.search(title) is not None


@lru_cache(maxsize=65536)
def check_value(value: str, unit: str, *, difference: bool = False) -> Amiss | None:
    """Return what is wrong with a value for its unit, or nothing.

    :param value: the number in its shortest form.
    :param unit: IRI of its unit.
    :param difference: whether the indicator is a difference or a change.

    >>> check_value("100", _PERCENT), check_value("0.5", _YES_NO).cure
    (None, 'type 1 for yes and 0 for no')
    """
    if unit == _YES_NO and value not in ("0", "1"):
        return Amiss("is neither yes nor no", "type 1 for yes and 0 for no")
    if difference:
        return None
    if unit == _PERCENT and not 0 <= float(value) <= 100:
        problem = "is no share of a whole, which goes from 0 to 100 percent"
        return Amiss(problem, "correct it; a change has a unit of its own, Percent change")
    if unit in _COUNTED and value.startswith("-"):
        problem = "is less than zero, which nothing that is counted can be"
        return Amiss(problem, "correct it; a difference says so in its title, as net migration")
    return None
