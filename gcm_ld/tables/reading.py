"""Sheets to records: what the rows say, and everything that is wrong with them, in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from gcm_ld.model import Alignment, Assessment, Element, Framework, Observation, Record
from gcm_ld.tables.crosswalk_reading import read_crosswalk
from gcm_ld.tables.read_rows import Place, Rows
from gcm_ld.tables.record_reading import REGISTERED, read_records
from gcm_ld.tables.registration import register_frameworks, register_known, register_others
from gcm_ld.tables.sheets import Fault, Faults, TableReader
from gcm_ld.tables.value_changes import ValueChanges
from gcm_ld.tables.value_reading import hold_values_alone, leave_out_known, read_values
from gcm_ld.turtle import natural_key

__all__ = ["Around", "Imported", "Place", "read_tables"]


@dataclass(frozen=True)
class Imported:
    """What tables say.

    :param main: the framework of the first row of sheet Frameworks, if it could be read.
    :param records: the records, by IRI in natural order; incomplete where there are faults.
    :param faults: everything that is wrong, and the warnings.
    :param places: IRI → where the record comes from.
    :param changes: what becomes of the values that the folder holds, if it holds any.
    """

    main: Framework | None
    records: tuple[Record, ...]
    faults: Faults
    places: Mapping[str, Place]
    changes: ValueChanges | None = None


class Around(Protocol):
    """What tables may refer to besides what they hold themselves."""

    def records(self, main: str = "") -> Iterable[Record]:
        """Return its records, but those that belong to a framework."""


def read_tables(tables: TableReader, around: Around) -> Imported:
    """Read the records of a workbook or folder.

    :param tables: the sheets.
    :param around: what codes may point to besides the tables' own: the Compact, the SDGs,
        countries, other frameworks.
    :returns: the records, and every fault that was found.
    """
    rows = Rows(tables)
    if _is_blank(rows, tables):
        return Imported(None, (), rows.faults, {})
    known: list[Record] = []
    alone = hold_values_alone(rows)
    if alone:
        known = list(around.records())
        leave_out_known(rows, known)
    register_frameworks(rows)
    main = rows.names.main
    if not main and _needs_framework(rows):
        return Imported(None, (), rows.faults, {})
    rows.context = replace(rows.context, framework=main)
    register_others(rows)
    known = known or list(around.records(main))
    register_known(rows, known, own=not alone)
    for name, lines in rows.lines.items():
        if rows.sheets[name].record in REGISTERED:
            read_records(rows, lines)
    framework = rows.records.get(main)
    if not alone:
        read_crosswalk(rows)
    read_values(rows, [*known, *rows.records.values()])
    for name, lines in rows.lines.items():
        if rows.sheets[name].record not in REGISTERED | {Alignment, Assessment, Observation}:
            read_records(rows, lines)
    records = sorted(rows.records.values(), key=lambda r: natural_key(r.iri))
    return Imported(
        framework if isinstance(framework, Framework) else None,
        tuple(records),
        rows.faults,
        rows.places,
    )


def _is_blank(rows: Rows, tables: TableReader) -> bool:
    """Say that there is nothing to read, unless another fault has said why."""
    if any(rows.lines.values()):
        return False
    if not rows.faults.errors:
        problem, cure = "holds no row to read", "fill in the sheets that gcm-ld template makes"
        place = next((s.place for s in tables.sheets), "The table")
        if not tables.sheets:
            problem = "has no sheet of a known name"
            cure = "name the sheet with the values Values, the one with the targets Targets"
        rows.faults.add(Fault(place=place, problem=problem, cure=cure))
    return True


def _needs_framework(rows: Rows) -> bool:
    """Say that rows belong to a framework that no row describes, if there are any."""
    need = {Element, Assessment}
    lost = [ls[0] for n, ls in rows.lines.items() if ls and rows.sheets[n].record in need]
    if lost and not rows.lines.get("Frameworks"):
        cure = "write your strategy's code and title into the first row of sheet Frameworks"
        problem = "belongs to no framework"
        rows.faults.add(Fault(place=lost[0].sheet.place, problem=problem, cure=cure))
    return bool(lost)
