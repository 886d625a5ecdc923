"""The rows of tables as they are read: what they name, what they become, and what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from gcm_ld.model import Record
from gcm_ld.tables.crosswalk import Frame
from gcm_ld.tables.names import Names
from gcm_ld.tables.observations import Line
from gcm_ld.tables.schema import Sheet
from gcm_ld.tables.sheets import Fault, Row, SheetReader, TableReader
from gcm_ld.tables.values import Context, Problem
from gcm_ld.tables.words import Words, read_words

__all__ = ["Place", "ReadLine", "Rows"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was read from: the sheet, and the row.

    :param sheet: the sheet.
    :param row: the number of the row.
    :param names: header → what a message calls the column, where it is not the sheet's own.
    """

    sheet: SheetReader
    row: int
    names: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.sheet.place}, row {self.row}"

    def column(self, header: str) -> str:
        """Return what a message calls a column."""
        return (self.names or {}).get(header) or self.sheet.columns.get(header, header)


@dataclass(slots=True)
class ReadLine:
    """A row with the sheet that it stands in."""

    sheet: SheetReader
    row: Row
    iri: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.sheet, self.row.number, self.row.names)


class Rows:
    """The rows of one reading by sheet, and all that is found out about them.

    :param tables: the sheets, whose rows are read here.
    """

    def __init__(self, tables: TableReader) -> None:
        self.faults = tables.faults
        self.lines: dict[str, list[ReadLine]] = defaultdict(list)
        for sheet in tables.sheets:
            self.lines[sheet.schema.name] += [ReadLine(sheet, row) for row in sheet.rows()]
        self.sheets: dict[str, Sheet] = {s.schema.name: s.schema for s in tables.sheets}
        self.names = Names()
        self.words: Words = read_words()
        self.context = Context(self.names, self.words)
        #: IRI → where it comes from, and what it becomes.
        self.places: dict[str, Place] = {}
        self.records: dict[str, Record] = {}
        #: The crosswalk of the tables, once it is known.
        self.frame: Frame
        #: The framework of values that name none, where the tables describe none.
        self.values_of = ""
        # A cell with a fault of its form has been named already.
        self._faulty = {(f.place, f.row, f.column) for f in self.faults.errors}
        self._told: set[tuple[str, int, str | None, str]] = set()

    def fault(
        self,
        line: Line,
        header: str | None,
        problem: str,
        cure: str,
        value: str | None = None,
        *,
        warning: bool = False,
    ) -> None:
        """Keep a fault of a row; nothing if its cell has one already.

        :param line: the row.
        :param header: the column; none for the whole row.
        :param problem: what is wrong, without a full stop.
        :param cure: what to do, without a full stop.
        :param value: the cell as it stands.
        :param warning: whether the table can be read all the same.
        """
        sheet = line.sheet
        column = None if header is None else line.row.name(header, sheet.columns)
        if line.row.names is not None:
            # What is wrong beside several values is wrong once.
            key = sheet.place, line.row.number, column, problem
            if key in self._told:
                return
            self._told.add(key)
        if header is not None and self.is_faulty(line, header):
            return
        self.faults.add(
            Fault(
                place=sheet.place,
                row=line.row.number,
                column=column,
                value=value,
                problem=problem,
                cure=cure,
                warning=warning,
            )
        )

    def is_faulty(self, line: Line, header: str) -> bool:
        """Say whether a cell has a fault of its form."""
        column = line.row.name(header, line.sheet.columns)
        return (line.sheet.place, line.row.number, column) in self._faulty

    def problem(self, line: ReadLine, header: str, problem: Problem) -> None:
        """Keep what is wrong with a cell."""
        self.fault(line, header, problem.problem, problem.cure, problem.value)

    def is_new(self, line: ReadLine, header: str | None, code: str | None) -> bool:
        """Say whether a row is the first with its IRI; name both rows if it isn't."""
        if line.iri in self.places:
            other = self.places[line.iri]
            where = f"row {other.row}" if other.sheet is line.sheet else str(other)
            if header is None:
                problem, cure = f"says the same as {where}", "delete one of the two rows"
                if line.sheet.schema.column("IRI"):
                    cure += ", or give one an address of its own in column IRI"
            elif header == "Action":
                problem, cure = f"stands in {where} too", "put both rows into one"
            else:
                problem, cure = f"stands in {where} too", "give each its own code, or delete one"
            self.fault(line, header, problem, cure, code)
            line.iri = ""
            return False
        self.places[line.iri] = line.place
        return True

    def framework_of(self, line: ReadLine) -> str:
        """Return the IRI of a row's framework."""
        text = line.row.get("Framework")
        if not text:
            return self.names.main
        found = self.names.find(text, "framework")
        return found if isinstance(found, str) else ""
