"""What every reader of tables gives and every writer takes: sheets, rows, and their faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gcm_ld.tables.schema import Sheet

__all__ = [
    "MAX_FAULTS",
    "Fault",
    "Faults",
    "Row",
    "SheetData",
    "SheetReader",
    "TableReader",
    "TooManyFaultsError",
]

#: After how many faults a sheet is no longer read: nobody mends more in one go.
MAX_FAULTS = 1000


class TooManyFaultsError(Exception):
    """The reading of one sheet ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a table, where it stands, and its cure.

    :param place: the sheet's name, or the CSV file's.
    :param row: 1-based row as the spreadsheet numbers it; none for a whole sheet.
    :param column: the column's header, with its letter in a workbook, such as ``Outcomes (E)``.
    :param value: the cell as it stands.
    :param problem: what is wrong, without a full stop.
    :param cure: what to do, without a full stop.
    :param warning: whether the table can be read all the same.
    """

    place: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    problem: str
    cure: str
    warning: bool = False

    def __str__(self) -> str:
        place = self.place
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        value = "" if self.value is None else f"“{self.value}” "
        return f"{place}: {value}{self.problem}: {self.cure}"


@dataclass(slots=True)
class Faults:
    """Faults as they are found, all of them, so that a user mends a table in one go."""

    found: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Keep a fault."""
        self.found.append(fault)

    def add_within(self, number: int, fault: Fault) -> None:
        """Keep a fault of a sheet, unless it is one too many.

        :param number: how many of the sheet there are with this one.
        :param fault: the fault.
        :raises TooManyFaultsError: if nobody would read them all.
        """
        if number > MAX_FAULTS:
            problem = f"has more than {MAX_FAULTS} faults, and is read no further"
            cure = "mend those named above first"
            self.add(Fault(place=fault.place, row=fault.row, problem=problem, cure=cure))
            raise TooManyFaultsError
        self.add(fault)

    @property
    def errors(self) -> list[Fault]:
        """Those that keep the table from being read."""
        return [f for f in self.found if not f.warning]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, or one value of a row that has several.

    :param number: 1-based row as the spreadsheet numbers it.
    :param cells: its cells by header; blank cells are not in it.
    :param names: header → what a message calls the column, where it is not the sheet's own.
    """

    number: int
    cells: Mapping[str, str]
    names: Mapping[str, str] | None = None

    def get(self, header: str) -> str:
        """Return a cell, empty if it is blank."""
        return self.cells.get(header, "")

    def name(self, header: str, columns: Mapping[str, str]) -> str:
        """Return what a message calls one of its columns.

        :param header: the column.
        :param columns: what the sheet calls its columns.
        """
        return (self.names or {}).get(header) or columns.get(header, header)


class SheetReader(Protocol):
    """One sheet that is being read."""

    schema: Sheet
    #: The sheet's name, or the CSV file's, for messages.
    place: str
    #: Header → what a message calls the column, such as ``Outcomes (E)``.
    columns: Mapping[str, str]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""


class TableReader(Protocol):
    """A workbook or a folder that is being read."""

    #: What is wrong with it so far; reading rows adds to it.
    faults: Faults
    sheets: Sequence[SheetReader]


@dataclass(frozen=True, slots=True)
class SheetData:
    """One sheet to be written: headers in order, and rows of cells as text."""

    schema: Sheet
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
