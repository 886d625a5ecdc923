"""How a table is described: sheets, columns, and the form of a cell."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from gcm_ld.model import Record

__all__ = ["Column", "Form", "Sheet"]


class Form(enum.Enum):
    """How a cell is read and written."""

    TEXT = "text"
    TEXTS = "texts, one a line"
    CODE = "code"
    REFERENCE = "code of something else"
    REFERENCES = "codes of something else, apart by semicolons"
    WORD = "one word of a list"
    WORDS = "words of a list, apart by semicolons"
    YEAR = "year"
    DATE = "date"
    DECIMAL = "number from 0 to 1"
    NUMBER = "number"
    PERIOD = "year, month, quarter or half-year"
    GROUP = "age group"
    URL = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet.

    :param header: what its first row says.
    :param field: the record's field that it fills; empty where the sheet's own rule says.
    :param form: how its cells read.
    :param target: what its codes point to: a record or element kind in lower case, ``element``
        for any kind of the row's framework, ``anything`` for a path such as
        ``gcm/objective/1``; for words, the class of the ontology that lists them.
    :param required: whether a blank cell is a fault.
    :param core: whether the template has it; the others appear where they are needed.
    :param shown: whether it is there for the reader only, and ignored when tables are read.
    :param width: in characters, for a workbook.
    :param help: what to write, in a sentence.
    :param also: headers that people write in its place, in small letters.
    """

    header: str
    field: str = ""
    form: Form = Form.TEXT
    target: str = ""
    required: bool = False
    core: bool = True
    shown: bool = False
    width: int = 16
    help: str = ""
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook, or one CSV file.

    :param name: the sheet's name.
    :param record: the record that a row becomes.
    :param columns: its columns, in order.
    :param kind: for elements, the class that every row has; none where a column says it.
    :param core: whether the template has it; the others appear where they are needed.
    :param help: what it is for, in a sentence.
    :param blank_rows: for how many rows below the last one a workbook offers words.
    """

    name: str
    record: type[Record]
    columns: tuple[Column, ...]
    kind: str | None = None
    core: bool = True
    help: str = ""
    blank_rows: int = 200

    @property
    def file(self) -> str:
        """The name of its CSV file, such as ``odd-places.csv``."""
        return self.name.lower().replace(" ", "-") + ".csv"

    def column(self, header: str) -> Column | None:
        """Return the column with a header, capitals aside."""
        word = " ".join(header.split()).casefold()
        return next((c for c in self.columns if c.header.casefold() == word), None)
