"""When a value is of: a year, a half-year, a quarter or a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from gcm_ld.errors import InputError

__all__ = ["Period"]

_FORM = re.compile(r"(\d{4})(?:-(?:S([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A period by the months in which it begins and ends, counted from the year 0.

    :param text: as it stands in the data.
    :param start: its first month.
    :param end: the month after its last.
    """

    text: str
    start: int
    end: int

    @classmethod
    def of(cls, text: str) -> Period:
        """Read a period.

        :param text: such as ``2021``, ``2021-05``, ``2021-Q1`` or ``2021-S1`` (SDMX 2.1, section
            2 of its technical notes: the time formats).
        :raises InputError: if it is none of these.

        >>> Period.of("2021-Q2").start - Period.of("2021").start
        3
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise InputError(
                f"the period {text!r} is no year, half-year, quarter or month: write it as 2021, "
                "2021-S1, 2021-Q1 or 2021-05"
            )
        first = 12 * int(match[1])
        for group, months in ((match[2], 6), (match[3], 3), (match[4], 1)):
            if group:
                start = first + months * (int(group) - 1)
                return cls(text, start, start + months)
        return cls(text, first, first + 12)

    @property
    def year(self) -> int:
        """The year that it lies in."""
        return self.start // 12

    @property
    def when(self) -> Fraction:
        """The point in time that it stands for on a path: its end, in years.

        >>> Period.of("2021-S1").when - Period.of("2020").when
        Fraction(1, 2)
        """
        return Fraction(self.end, 12)

    @property
    def order(self) -> tuple[int, int, str]:
        """What to sort by: which ends first; of two that end together the shorter comes first."""
        return self.end, -self.start, self.text
