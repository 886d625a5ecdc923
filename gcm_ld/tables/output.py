"""Sheets as files: the workbook with its drop-downs, CSV files with their metadata, and a check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gcm_ld.build import build_graph
from gcm_ld.namespaces import compact
from gcm_ld.tables.cell_forms import Cell, holds_titles, is_listed, read_cell
from gcm_ld.tables.extract import Extract
from gcm_ld.tables.layout import CROSSWALK, FRAMEWORKS, NOT_SAID, SHEETS
from gcm_ld.tables.layout_values import ABOUT
from gcm_ld.tables.reading import read_tables
from gcm_ld.tables.schema import Column, Form
from gcm_ld.tables.sheets import Fault, Faults, Row, SheetData, SheetReader
from gcm_ld.tables.words import read_words
from gcm_ld.words import plural

if TYPE_CHECKING:
    import pyoxigraph as ox

    from gcm_ld.model import Record
    from gcm_ld.tables.workbook_writer import Cells

__all__ = ["MemoryTables", "check_round_trip", "csv_files", "find_choices", "workbook"]

#: The name that programs look for beside CSV files (W3C Tabular Metadata 2015, section 5.3).
METADATA = "csv-metadata.json"

_HELP = (
    "Fill in the sheets from left to right: your strategy, its objectives, outcomes and "
    "indicators; then sheet Crosswalk, one row for each action of the Compact.",
    "Dark headers must be filled in, light ones may be left blank, grey ones are for reference.",
    "Several codes stand in one cell with semicolons between. In sheet Crosswalk, All stands for "
    "the strategy as a whole, for all goals, or for all targets of the goals in the row.",
    "Leave a row of sheet Crosswalk blank where your strategy says nothing of the action; choose "
    "Not applicable where it does not concern your country.",
)
_HELP_VALUES = (
    "In sheets Values and Targets, a row is one figure: the indicator, the year, the number with a "
    "point, and whom it counts. Leave the value blank where it is not known; 0 says that there was "
    "nothing. A column for each year, in place of Period and Value, is read as well.",
    "Write Revised in Status where a value replaces one that was published: that one is kept.",
)
_HELP_END = (
    "When you are done: gcm-ld import FILE --dry-run lists what is wrong, with sheet, row and "
    "column; gcm-ld import FILE -o FOLDER writes the data.",
)
_DATATYPES = {
    Form.DATE: "date",
    Form.DECIMAL: "decimal",
    Form.NUMBER: "decimal",
    Form.URL: "anyURI",
    Form.YEAR: "gYear",
}


class MemoryTables:
    """Sheets that are read without a file; see :class:`~gcm_ld.tables.sheets.TableReader`.

    :param sheets: what a file would hold.
    """

    def __init__(self, sheets: Iterable[SheetData]) -> None:
        self.faults = Faults()
        self.sheets: Sequence[SheetReader] = [_MemorySheet(sheet, self.faults) for sheet in sheets]


class _MemorySheet:
    def __init__(self, data: SheetData, faults: Faults) -> None:
        self.schema, self.place = data.schema, data.schema.name
        columns = ((header, data.schema.column(header)) for header in data.headers)
        self._columns = [(h, c) for h, c in columns if c is not None]
        self.columns: Mapping[str, str] = {h: h for h, c in self._columns if not c.shown}
        self._rows, self._faults = data.rows, faults

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""
        for number, texts in enumerate(self._rows, 2):
            cells = {}
            for (header, column), text in zip(self._columns, texts, strict=True):
                if column.shown or not text:
                    continue
                reading = read_cell(Cell(text), column)
                for slip in reading.slips:
                    self._faults.add(
                        Fault(
                            place=self.place,
                            row=number,
                            column=header,
                            value=slip.value,
                            problem=slip.problem,
                            cure=slip.cure,
                            warning=slip.warning,
                        )
                    )
                if reading.text:
                    cells[header] = reading.text
            if cells:
                yield Row(number, cells)


class _Around:
    """What the records of a dataset may refer to; see :class:`~gcm_ld.tables.reading.Around`."""

    def __init__(self, known: Iterable[Record]) -> None:
        self._known = list(known)

    def records(self, main: str = "") -> list[Record]:
        return self._known


def check_round_trip(
    extract: Extract, sheets: Sequence[SheetData], said: Iterable[ox.Triple] = ()
) -> list[str]:
    """Read sheets again, and say what is not as it was.

    :param extract: the records that the sheets hold.
    :param sheets: the sheets.
    :param said: what the dataset's files say, to find what records don't hold.
    :returns: a sentence for each kind of loss; none if the tables hold everything.
    """
    before = set(build_graph(extract.records))
    own = {record.iri for record in extract.records}
    extra = {t for t in said if getattr(t.subject, "value", "") in own} - before
    # Actions are described by the Compact's own data, and only their indicators are here.
    extra = {t for t in extra if getattr(t.subject, "value", "") not in extract.monitoring}
    imported = read_tables(MemoryTables(sheets), _Around(extract.known.values()))
    after = set(build_graph(imported.records))
    lines = [f"will not come back as it is: {fault}" for fault in imported.faults.errors[:5]]
    losses = (
        (extra, "has no place in the tables"),
        (before - after, "would not come back"),
        (after - before, "would be added"),
    )
    for triples, what in losses:
        if triples:
            first = min(triples, key=str)
            example = f"{compact(first.subject.value)} {compact(first.predicate.value)}"  # type: ignore[union-attr]
            lines.append(f"{plural(len(triples), 'statement')} {what}, such as {example}")
    return lines


def workbook(sheets: Sequence[SheetData], title: str) -> bytes:
    """Write sheets as a workbook.

    :param sheets: the sheets.
    :param title: what the workbook is of.
    """
    from gcm_ld.tables.workbook_writer import write_workbook

    full = any(sheet.schema is CROSSWALK or sheet.schema is FRAMEWORKS for sheet in sheets)
    lines = [*_HELP, *_HELP_VALUES[:1], *_HELP_END] if full else [*_HELP_VALUES, *_HELP_END]
    return write_workbook(sheets, title=title, help_lines=lines, choices=find_choices(sheets))


#: Target of a column → the sheet, and the column there, that its codes or titles stand in.
_LISTED = {
    "crosswalk": ("Crosswalks", "Code"),
    "framework": ("Frameworks", "Code"),
    "indicator": ("Indicators", "Title"),
    "institution": ("Institutions", "Code"),
    "objective": ("Objectives", "Code"),
    "outcome": ("Outcomes", "Code"),
    "source": ("Sources", "Code"),
}
#: Sheet → the one that its parts are usually part of.
_WIDER = {"Indicators": "Outcomes", "Objectives": "Objectives", "Outcomes": "Objectives"}


def find_choices(sheets: Sequence[SheetData]) -> dict[tuple[str, str], Sequence[str] | Cells]:
    """List the words and codes that cells offer to choose from.

    :param sheets: the sheets.
    :returns: (sheet, header) → words and SDG codes, or the column of a sheet whose codes they are.
    """
    from gcm_ld.tables.workbook_writer import Cells

    words = read_words()
    names = {sheet.schema.name for sheet in sheets}
    targets: dict[str, Sequence[str] | Cells] = {
        **{t: Cells(*place) for t, place in _LISTED.items() if place[0] in names},
        **_sdg_codes(),
        "nationality": words.choices("nationality"),
    }
    if ABOUT.name in names:
        targets["indicator"] = Cells(ABOUT.name, "Title")
    found: dict[tuple[str, str], Sequence[str] | Cells] = {}
    for sheet in sheets:
        for column in sheet.schema.columns:
            offered: Sequence[str] | Cells = ()
            if column.form in (Form.WORD, Form.GROUP):
                offered = words.choices(column.target)
                if column.field == "label_basis":
                    offered = (*offered, NOT_SAID)
            elif column.form in (Form.REFERENCE, Form.REFERENCES):
                offered = targets.get(column.target, ())
                wider = _WIDER.get(sheet.schema.name)
                if column.header == "Part of" and wider in names:
                    offered = Cells(str(wider))
            if column.header in sheet.headers and offered:
                found[sheet.schema.name, column.header] = offered
    return found


def _sdg_codes() -> dict[str, Sequence[str]]:
    from gcm_ld.model import Element
    from gcm_ld.namespaces import SDG
    from gcm_ld.tables.shipped import read_shipped

    elements = [e for e in read_shipped().records() if isinstance(e, Element)]
    own = [e for e in elements if e.framework == SDG]
    return {
        kind.lower(): ["All", *(e.notation for e in own if e.kind == kind)]
        for kind in ("Goal", "Target")
    }


def csv_files(sheets: Sequence[SheetData]) -> dict[str, bytes]:
    """Write sheets as CSV files, with a description that programs find and read.

    :param sheets: the sheets.
    :returns: file name → content.
    """
    from gcm_ld.tables.csv_folder import write_csv_folder

    metadata = json.dumps(_metadata(sheets), ensure_ascii=False, indent=2) + "\n"
    return {**write_csv_folder(sheets), METADATA: metadata.encode()}


def _metadata(sheets: Sequence[SheetData]) -> dict[str, object]:
    """Describe CSV files as the W3C's Metadata Vocabulary for Tabular Data has it (2015)."""
    order = {sheet.name: number for number, sheet in enumerate((*SHEETS, ABOUT))}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "tables": [
            {
                "url": sheet.schema.file,
                "dc:title": sheet.schema.name,
                "dc:description": sheet.schema.help,
                "tableSchema": {
                    "columns": [
                        _describe(column)
                        for header in sheet.headers
                        if (column := sheet.schema.column(header)) is not None
                    ]
                },
            }
            for sheet in sorted(sheets, key=lambda sheet: order[sheet.schema.name])
        ],
    }


def _describe(column: Column) -> dict[str, object]:
    found: dict[str, object] = {
        "name": re.sub(r"[^a-z0-9]+", "_", column.header.lower()).strip("_"),
        "titles": column.header,
        "dc:description": column.help,
        "datatype": _DATATYPES.get(column.form, "string"),
    }
    if column.required:
        found["required"] = True
    if column.form is Form.TEXTS or holds_titles(column):
        found["separator"] = "\n"
    elif is_listed(column):
        found["separator"] = ";"
    if column.shown:
        found["suppressOutput"] = True
    return found
