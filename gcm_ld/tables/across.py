"""Years across: columns of sheet Values or Targets whose headers are periods.

Statistical offices mostly have a row for each series and a column for each year. Such a row is as
many observations as it has values; the cells beside them hold for all of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gcm_ld.model import Observation
from gcm_ld.tables.cells import clean_code
from gcm_ld.tables.periods import FLAGS, Amiss, read_period
from gcm_ld.tables.schema import Column, Sheet
from gcm_ld.tables.sheets import Row

__all__ = ["Across", "count_periods", "read_header", "split_row"]

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
#: What may stand before the period: what the figures are of it, or a word without a meaning.
_WHAT = re.compile(r"(baseline|milestone|target)(?: value)?[ :,(]*([^()]+)\)?", re.IGNORECASE)
_FLAGGED = re.compile(r"([0-9]{4}) ?\(?([bepfr*†‡§¹²³])\)?")
_NOISE = re.compile(r"(?:value|year)s? (?:of |in |for )?(?=[0-9QSH])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Across:
    """A column that holds the values of one period.

    :param header: what it is known by among the sheet's columns.
    :param name: what a message calls it.
    :param cells: what its header says of each value: the period, and what the value is.
    :param names: the headers of the columns that it stands in place of → what a message calls it.
    """

    header: str
    name: str
    cells: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, cells: Mapping[str, str], name: Callable[[str], str]) -> Across:
        """Return the column whose header says what some cells do.

        :param cells: what it says.
        :param name: header → what a message calls it.
        """
        header = " ".join(cells.values())
        called = name(header)
        return cls(header, called, cells, dict.fromkeys([*cells, "Value"], called))

    def column(self, schema: Sheet) -> Column:
        """Return the column that its cells are read by."""
        values = (c for c in schema.columns if c.header == "Value")
        return replace(next(values), header=self.header)


def read_header(text: str, schema: Sheet) -> dict[str, str] | Amiss | None:
    """Return what a header with a year in it says of the values under it.

    :param text: the header.
    :param schema: what its sheet holds.
    :returns: the cells that a row of a sheet with columns for them would have; what is wrong with
        the period; or nothing, if the header has no year or its sheet no values.

    >>> from gcm_ld.tables.layout_values import TARGETS, VALUES
    >>> read_header("Q1 2021", VALUES), read_header("Target (2030)", TARGETS)
    ({'Period': '2021-Q1'}, {'What': 'Target', 'Period': '2030'})
    >>> read_header("2020/21", VALUES).problem, read_header("Note", VALUES)
    ('stands for several years', None)
    """
    if schema.record is not Observation or not _YEAR.search(text):
        return None
    word = _NOISE.sub("", clean_code(text).rstrip(" :"), count=1)
    cells = {}
    if schema.column("What") and (found := _WHAT.fullmatch(word)):
        cells["What"], word = found[1].capitalize(), found[2].strip()
    period = read_period(word)
    if not isinstance(period, Amiss):
        return {**cells, "Period": period}
    cure = (
        "name it as 2021, 2021-05, 2021-Q1 or 2021-S1, or delete the column if it holds no values"
    )
    if found := _FLAGGED.fullmatch(word):
        cure = f"name it {found[1]}, and say what {found[2]} means in column Note"
        if found[2] in FLAGS:
            status = f"{FLAGS[found[2]]} in column Status"
            cure = f"name it {found[1]}, and put its values into rows of their own with {status}"
    return Amiss(period.problem, cure)


def count_periods(texts: Iterable[str], schema: Sheet) -> int:
    """Count the cells of a row that are headers of periods.

    >>> from gcm_ld.tables.layout_values import VALUES
    >>> count_periods(["Indicator", "2020", "2021"], VALUES)
    2
    """
    return sum(isinstance(read_header(text, schema), dict) for text in texts)


def split_row(row: Row, across: Mapping[str, Across]) -> Iterator[Row]:
    """Yield a row for each value of a row with several.

    :param row: the row as it stands.
    :param across: header → the column of values.
    :returns: rows with one value each; one without a value where there is none.
    """
    beside = {header: text for header, text in row.cells.items() if header not in across}
    values = [column for header, column in across.items() if header in row.cells]
    for column in values:
        cells = {**beside, **column.cells, "Value": row.cells[column.header]}
        yield Row(row.number, cells, column.names)
    if not values:
        first, *others = across.values()
        names = f"{first.name} to {others[-1].name}" if others else first.name
        yield Row(row.number, beside, {**first.names, "Value": names})
