"""What a sheet and a CSV file have in common: a row of headers, and rows of cells under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gcm_ld.tables.across import Across, count_periods, read_header, split_row
from gcm_ld.tables.cell_forms import Cell, CellKind, Reading, Slip, read_cell
from gcm_ld.tables.cells import clean_code, show_text
from gcm_ld.tables.periods import Amiss
from gcm_ld.tables.schema import Column, Form, Sheet
from gcm_ld.tables.sheets import Fault, Faults, Row, TooManyFaultsError
from gcm_ld.words import plural

__all__ = ["HEADER_ROWS", "TableSheet", "count_headers", "unknown_table"]

#: Among how many rows the headers are looked for: a title may stand above them.
HEADER_ROWS = 5

#: Texts that are read once, however often they stand in a column: so long, and so many.
_SHORT, _KEPT = 200, 20_000

#: Forms of cells that are only doubted for how their column is formatted.
_FORMATTED = {Form.NUMBER, Form.PERIOD}

#: What people add to a header: a colon, or an asterisk where a cell must be filled in.
_MARKS = re.compile(r"[\s:*]+$")


#: What differs from cell to cell in what is said of them.
_FIGURES = re.compile("[0-9.-]+")


def count_headers(texts: Iterable[str], schema: Sheet) -> int:
    """Count the cells of a row that are headers of a sheet, or periods beside some that are."""
    texts = list(texts)
    found = (_column(_header(text), schema) for text in texts)
    known = {column.header for column in found if column is not None}
    return len(known) + (count_periods(texts, schema) if known else 0)


def unknown_table(
    name: str, known: Mapping[str, Sheet], rows: Sequence[Sequence[str]] = ()
) -> Fault:
    """Return the warning that a table is not read, because nothing has its name.

    :param name: the table's.
    :param known: names → the sheets that have them.
    :param rows: the first rows of the table, among which its headers may be.
    """
    near = _nearest(name, known)
    fit = _fitting(known, rows)
    cure = f"name it {near} if that is meant" if near else "known are " + ", ".join(known)
    if fit and fit != near:
        cure = f"name it {fit}, whose columns it has"
    problem = "is not read under this name"
    return Fault(place=show_text(name), problem=problem, cure=cure, warning=True)


def _fitting(known: Mapping[str, Sheet], rows: Sequence[Sequence[str]]) -> str:
    """Return the name of the only sheet that has most headers of a table, and all it needs."""
    found: dict[str, int] = {}
    for name, schema in known.items():
        for texts in rows:
            headers = {column.header for t in texts if (column := _column(_header(t), schema))}
            for said in (read_header(text, schema) for text in texts):
                headers |= said.keys() if isinstance(said, dict) else set()
            if len(headers) > 1 and headers >= {c.header for c in schema.columns if c.required}:
                found[name] = max(found.get(name, 0), count_headers(texts, schema))
    best = [name for name, number in found.items() if number == max(found.values())]
    return best[0] if len(best) == 1 else ""


def _header(text: str) -> str:
    return _MARKS.sub("", clean_code(text)).casefold()


def _column(key: str, schema: Sheet) -> Column | None:
    """Return the column that a header is of."""
    columns = schema.columns
    own = next((c for c in columns if c.header.casefold() == key), None)
    return own or next((c for c in columns if key in c.also), None)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    import difflib

    by_key = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(word.casefold(), by_key, n=1)
    return by_key[near[0]] if near else None


def _letters(index: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class TableSheet:
    """One sheet or CSV file: finds its headers, and makes rows of the cells under them.

    :param schema: what the sheet holds.
    :param place: the sheet's name, or the CSV file's, for messages.
    :param faults: where faults go.
    :param lettered: whether messages name columns by their letters, as a workbook shows them.
    """

    schema: Sheet
    place: str
    faults: Faults
    lettered: bool
    #: The row of the headers; 0 if there is none.
    header_row: int = 0
    #: Header → what a message calls the column.
    columns: dict[str, str] = field(default_factory=dict)
    #: Index of a column, from 0 → the column; only those that are read.
    indexes: dict[int, Column] = field(default_factory=dict)
    #: Header → the column, where a row has a value for each of several periods.
    across: dict[str, Across] = field(default_factory=dict)
    _headed: set[int] = field(default_factory=set)
    _loose: set[int] = field(default_factory=set)
    _found: int = 0
    _doubted: set[tuple[str, str]] = field(default_factory=set)
    _readings: dict[tuple[int, str], Reading] = field(default_factory=dict)

    def find_headers(self, rows: Sequence[tuple[int, Mapping[int, str]]]) -> bool:
        """Find the row of headers and which column holds what.

        :param rows: the first rows that hold anything: number, and texts by index.
        :returns: whether there is one.
        """
        self.columns.clear()
        self.indexes.clear()
        self.across.clear()
        if not rows:
            self.fault("is empty", "fill it in, or delete it", warning=True)
            return False
        best = max(rows, key=lambda row: count_headers(row[1].values(), self.schema))
        names = ", ".join(c.header for c in self.schema.columns if c.required)
        if not count_headers(best[1].values(), self.schema):
            self.fault("has no row of headers", f"its first row must hold at least {names}")
            return False
        self.header_row = best[0]
        try:
            headers = {_header(text) for text in best[1].values()}
            taken = {c.header for c in self.schema.columns if c.header.casefold() in headers}
            for index, text in sorted(best[1].items()):
                self._take_header(index, text, taken)
            self._check_across()
            given = [frozenset(column.names) for column in self.across.values()] or [frozenset()]
            present = self.columns.keys() | frozenset.intersection(*given)
            for column in self.schema.columns:
                if column.required and column.header not in present:
                    cure = f"add it to row {self.header_row}; needed are {names}"
                    self.fault(f"has no column {column.header}", cure, row=self.header_row)
        except TooManyFaultsError:
            return False
        return True

    def _take_header(self, index: int, text: str, taken: set[str]) -> None:
        """Find what a column holds.

        :param index: of the column.
        :param text: its header.
        :param taken: the columns that stand under their own names.
        """
        self._headed.add(index)
        key = _header(text)
        column = _column(key, self.schema)
        if column is not None and key in column.also and column.header in taken:
            column = None
        found = read_header(text, self.schema) if column is None else None
        if isinstance(found, dict):
            self._take_across(index, found)
        elif isinstance(found, Amiss) and "Period" not in taken | self.columns.keys():
            name = self._name(show_text(clean_code(text)), index)
            self.fault(found.problem, found.cure, row=self.header_row, column=name)
        elif column is None:
            near = _nearest(key, (c.header for c in self.schema.columns))
            cure = f"name it {near} if that is meant" if near else "delete it, or leave it"
            name = self._name(show_text(clean_code(text)), index)
            problem = "is not read, because this sheet has no such column"
            self.fault(problem, cure, row=self.header_row, column=name, warning=True)
        elif not column.shown:
            self._add(index, column, text if key in column.also else column.header)

    def _take_across(self, index: int, cells: Mapping[str, str]) -> None:
        column = Across.of(cells, lambda header: self._name(header, index))
        if self._add(index, column.column(self.schema), column.header):
            self.across[column.header] = column

    def _name(self, header: str, index: int) -> str:
        return f"{header} ({_letters(index)})" if self.lettered else header

    def _add(self, index: int, column: Column, text: str) -> bool:
        """Add a column that is read under a header, unless there is one of its name."""
        name = self._name(show_text(clean_code(text)), index)
        if column.header in self.columns:
            first = self.columns[column.header]
            problem = "stands here a second time" if not self.lettered else f"repeats {first}"
            cure = "keep one of the two columns"
            self.fault(problem, cure, row=self.header_row, column=name)
            return False
        self.columns[column.header] = name
        self.indexes[index] = column
        return True

    def _check_across(self) -> None:
        """Say where the sheet has both periods across and columns for what they say."""
        given = {header for column in self.across.values() for header in column.names}
        both = [header for header in self.columns if header in given]
        if not both:
            return
        names = " and ".join(self.columns[header] for header in both)
        first = next(c for c in self.across.values() if c.names.keys() & set(both))
        problem = f"stands beside {plural(len(both), 'column').partition(' ')[2]} {names}"
        cure = f"delete {names} if the values stand under the years, or else the years"
        self.fault(problem, cure, row=self.header_row, column=first.name)
        self.indexes = {i: c for i, c in self.indexes.items() if c.header not in self.across}
        self.across.clear()

    def make_rows(self, number: int, row: Mapping[int, Cell]) -> Iterable[Row]:
        """Read the cells of a row.

        :param number: the row's number.
        :param row: the cells that are not blank, by index.
        :returns: the row; one for each value where it has several; nothing if its cells are blank.
        :raises TooManyFaultsError: if the sheet has so many that no one would read them.
        """
        cells = {}
        for index, cell in row.items():
            column = self.indexes.get(index)
            if column is None:
                if index not in self._headed and index not in self._loose:
                    self._warn_loose(number, index, cell)
                continue
            reading = self._read(index, cell, column)
            for slip in reading.slips:
                self.slip(number, column, slip)
            if reading.text:
                cells[column.header] = reading.text
        if not cells:
            return ()
        made = Row(number, cells)
        return split_row(made, self.across) if self.across else (made,)

    def _read(self, index: int, cell: Cell, column: Column) -> Reading:
        """Read a cell; a text that stands in many rows is read once."""
        if cell.kind is not CellKind.TEXT or len(cell.text) > _SHORT:
            return read_cell(cell, column)
        key = index, cell.text
        reading = self._readings.get(key)
        if reading is None:
            reading = read_cell(cell, column)
            if len(self._readings) < _KEPT:
                self._readings[key] = reading
        return reading

    def _warn_loose(self, number: int, index: int, cell: Cell) -> None:
        if not clean_code(cell.text):
            return
        self._loose.add(index)
        name = _letters(index) if self.lettered else str(index + 1)
        problem = "is not read, because its column has no header"
        cure = f"write one in row {self.header_row}, or clear the column"
        self.fault(problem, cure, row=number, column=name, value=show_text(cell.text), warning=True)

    def slip(self, number: int, column: Column, slip: Slip) -> None:
        """Keep what is wrong with a cell."""
        if slip.warning and column.form in _FORMATTED:
            # A whole column is formatted so, and its first cell speaks for it.
            doubt = column.header, _FIGURES.sub("", slip.problem)
            if doubt in self._doubted:
                return
            self._doubted.add(doubt)
        cure = slip.cure
        if column.form is Form.NUMBER and not self.lettered and "," in (slip.value or ""):
            cure += ", or save the table as .xlsx"
        self.fault(
            slip.problem,
            cure,
            row=number,
            column=self.columns[column.header],
            value=slip.value,
            warning=slip.warning,
        )

    def fault(
        self,
        problem: str,
        cure: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        warning: bool = False,
    ) -> None:
        """Keep a fault of this sheet.

        :raises TooManyFaultsError: if it is one too many.
        """
        self._found += 1
        self.faults.add_within(
            self._found,
            Fault(
                place=self.place,
                row=row,
                column=column,
                value=value,
                problem=problem,
                cure=cure,
                warning=warning,
            ),
        )
