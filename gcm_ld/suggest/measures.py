"""Reading the outcomes or measures of a strategy from a workbook, a CSV file or Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gcm_ld.errors import FileError, InputError
from gcm_ld.model import Element
from gcm_ld.namespaces import compact
from gcm_ld.suggest.knowledge import Measure, measures_of
from gcm_ld.tables.layout import FRAMEWORKS, OBJECTIVES, OUTCOMES
from gcm_ld.tables.schema import Column, Form, Sheet
from gcm_ld.tables.sheets import Fault, Faults, Row, SheetReader

if TYPE_CHECKING:
    from gcm_ld.tables.sheets import TableReader

__all__ = ["MEASURES", "MeasureList", "read_measures"]

#: A CSV file of its own, which needs only titles.
MEASURES = Sheet(
    name="Outcomes",
    record=Element,
    kind="Outcome",
    columns=(
        Column(header="Code", form=Form.CODE),
        Column(header="Title", required=True),
        Column(header="Description"),
        Column(header="Objective"),
        Column(header="Part of"),
        Column(header="Note"),
    ),
)
#: A title of more characters is a mistake, such as a whole table in one cell.
_LONGEST_TITLE = 2000
#: So many faults are named at once.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class MeasureList:
    """The measures of a strategy as they were read.

    :param measures: in the order of the table.
    :param framework: the strategy's code, if the file says it.
    :param warnings: what was read all the same, or not read, in a sentence each.
    """

    measures: tuple[Measure, ...]
    framework: str = ""
    warnings: tuple[str, ...] = ()


def read_measures(path: Path) -> MeasureList:
    """Read measures from a file.

    :param path: a workbook or folder of CSV files laid out as ``gcm-ld template`` gives it; or
        one CSV file with the column Title, and Code, Description and Objective if there are any;
        or Turtle with outcomes.
    :raises FileError: if it can't be read.
    :raises InputError: if a title is missing or far too long, a code comes twice, or there is no
        measure in it.
    """
    if path.suffix.lower() in (".ttl", ".turtle"):
        return _read_turtle(path)
    if path.suffix.lower() == ".csv" and not path.is_dir():
        return _read_csv(path)
    from gcm_ld.tables.reading_files import open_tables

    with open_tables(path) as tables:
        return _read_tables(path, tables)


def _read_turtle(path: Path) -> MeasureList:
    from gcm_ld.build import read_records
    from gcm_ld.turtle import read_turtle

    records = read_records(read_turtle(path))
    elements = [r for r in records if isinstance(r, Element)]
    measures = measures_of(elements)
    if not measures:
        raise InputError(
            f"{path}: no outcome in it: give the file in which outcomes are gcmo:Outcome "
            "with skos:notation and skos:prefLabel"
        )
    schemes = {e.framework for e in elements if e.kind == "Outcome"}
    framework = compact(schemes.pop()) if len(schemes) == 1 else ""
    return MeasureList(tuple(measures), framework)


def _read_csv(path: Path) -> MeasureList:
    from gcm_ld.tables.csv_folder import CsvSheet

    if not path.exists():
        raise FileError(path, "no such file: check the path")
    faults = Faults()
    sheet = CsvSheet(MEASURES, path, faults)
    found = _collect(sheet, faults, {}) if sheet.open() else []
    return _finish(path, faults, found, "")


def _read_tables(path: Path, tables: TableReader) -> MeasureList:
    sheets = {s.schema.name: s for s in tables.sheets}
    if OUTCOMES.name not in sheets:
        _refuse(path, tables.faults.errors)
        raise InputError(f"{path}: no sheet {OUTCOMES.name}: give the table of the outcomes")
    objectives = {
        row.get("Code"): row.get("Title") for row in _rows(sheets.get(OBJECTIVES.name)) if row
    }
    framework = next((r.get("Code") for r in _rows(sheets.get(FRAMEWORKS.name))), "")
    found = _collect(sheets[OUTCOMES.name], tables.faults, objectives)
    return _finish(path, tables.faults, found, framework)


def _rows(sheet: SheetReader | None) -> Iterable[Row]:
    return sheet.rows() if sheet is not None else ()


def _collect(sheet: SheetReader, faults: Faults, objectives: dict[str, str]) -> list[Measure]:
    """Read the rows of a sheet; what is wrong with them goes to the faults."""
    coded = "Code" in sheet.columns
    first: dict[str, int] = {}
    found = []

    def fault(row: Row, header: str, problem: str, cure: str, value: str | None = None) -> None:
        faults.add(
            Fault(
                place=sheet.place,
                row=row.number,
                column=sheet.columns.get(header, header),
                value=value,
                problem=problem,
                cure=cure,
            )
        )

    for row in sheet.rows():
        code, title = row.get("Code"), row.get("Title")
        if "Title" not in sheet.columns:
            continue
        if not title:
            fault(row, "Title", "there is no title", "write what the outcome is, in English")
        elif len(title) > _LONGEST_TITLE:
            problem = f"has {len(title):,} characters, and a title at most {_LONGEST_TITLE:,}"
            fault(row, "Title", problem, "shorten it", f"{title[:40]}…")
        if coded and not code:
            fault(row, "Code", "there is no code", "write the strategy's own code")
        elif code in first:
            problem = f"stands in row {first[code]} already"
            fault(row, "Code", problem, "give each outcome a code of its own", code)
        if code:
            first.setdefault(code, row.number)
        parents = [objectives[p] for p in _split(row.get("Part of")) if p in objectives]
        found.append(
            Measure(
                code=code or str(row.number),
                title=title,
                description=" ".join(t for t in (row.get("Description"), row.get("Note")) if t),
                objective=row.get("Objective") or "; ".join(parents),
            )
        )
    return found


def _split(codes: str) -> list[str]:
    from gcm_ld.tables.cells import split_codes

    return split_codes(codes)


def _finish(path: Path, faults: Faults, measures: Sequence[Measure], framework: str) -> MeasureList:
    _refuse(path, faults.errors)
    if not measures:
        raise InputError(f"{path}: no outcome in it: write one a row, with its title")
    # Faults of other sheets and columns matter when the table is imported, not here.
    warnings = tuple(_say(path, f) for f in faults.found if f.warning)
    return MeasureList(tuple(measures), framework, warnings)


def _refuse(path: Path, errors: Sequence[Fault]) -> None:
    """Stop if there are errors, and name the first of them.

    :raises InputError: naming each by file, row and column.
    """
    if not errors:
        return
    lines = [_say(path, e) for e in errors[:_NAMED]]
    if len(errors) > _NAMED:
        lines.append(f"… and {len(errors) - _NAMED} more")
    raise InputError("\n".join(lines))


def _say(path: Path, fault: Fault) -> str:
    """Say a fault with the file's path, which in a CSV file is the fault's own place."""
    text = str(fault)
    own = fault.place == path.name
    return f"{path}{text[len(fault.place) :]}" if own else f"{path}: {text}"
