"""What a unit allows a value to be."""

from __future__ import annotations

from functools import lru_cache

from gcm_ld.tables.measure import UNIT
from gcm_ld.tables.periods import Amiss

__all__ = ["check_value"]

_PERCENT, _YES_NO = UNIT + "percent", UNIT + "yes-no"
#: Units of what can't be less than nothing.
_COUNTED = {
    UNIT + unit
    for unit in ("number", "per-1000", "per-100000", "day", "hour", "month", "week", "year")
}


@lru_cache(maxsize=65536)
def check_value(value: str, unit: str) -> Amiss | None:
    """Return what is wrong with a value for its unit, or nothing.

    :param value: the number in its shortest form.
    :param unit: IRI of its unit.

    >>> check_value("100", _PERCENT), check_value("0.5", _YES_NO).cure
    (None, 'type 1 for yes and 0 for no')
    """
    number = float(value)
    if unit == _PERCENT and not 0 <= number <= 100:
        problem = "is no share of a whole, which goes from 0 to 100 percent"
        return Amiss(problem, "correct it; a growth rate has a unit of its own, percent change")
    if unit == _YES_NO and value not in ("0", "1"):
        return Amiss("is neither yes nor no", "type 1 for yes and 0 for no")
    if unit in _COUNTED and number < 0:
        return Amiss("is less than zero, which nothing counted can be", "correct the sign")
    return None
