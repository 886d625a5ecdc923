"""Sheets Values and Targets among the others, or alone beside data that describe their strategy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gcm_ld.model import Element, Framework, Institution, Observation, Record, Source
from gcm_ld.tables.cells import fold_text
from gcm_ld.tables.observations import Observations
from gcm_ld.tables.read_rows import Place, ReadLine, Rows
from gcm_ld.tables.sheets import Fault

__all__ = ["hold_values_alone", "leave_out_known", "read_values"]

#: Sheets that may stand beside values of a framework whose tables are elsewhere.
_BESIDE_VALUES = {Framework, Institution, Observation, Source}


def hold_values_alone(rows: Rows) -> bool:
    """Say whether the tables hold values of frameworks that are described elsewhere."""
    records = {rows.sheets[name].record for name, lines in rows.lines.items() if lines}
    return Observation in records and records <= _BESIDE_VALUES


def leave_out_known(rows: Rows, known: Iterable[Record]) -> None:
    """Let a row of sheet Frameworks name a framework that is data already."""
    described = {r.framework for r in known if isinstance(r, Element)}
    codes = {r.code: r.iri for r in known if isinstance(r, Framework) and r.iri in described}
    lines = rows.lines.get("Frameworks", [])
    named = [codes[line.row.get("Code")] for line in lines if line.row.get("Code") in codes]
    if lines:
        rows.lines["Frameworks"] = [x for x in lines if x.row.get("Code") not in codes]
    if not named:
        values = [x for sheet in ("Values", "Targets") for x in rows.lines.get(sheet, ())]
        first = (x.row.get("Framework") for x in values)
        named = [codes[code] for code in first if code in codes]
        if not any(x.row.get("Framework") for x in values):
            named = _find_framework(rows, values, known)
    rows.values_of = next(iter(named), "")


def _find_framework(rows: Rows, values: Sequence[ReadLine], known: Iterable[Record]) -> list[str]:
    """Return the framework of values that name none: the only one with their indicators."""
    line = next((x for x in values if x.row.get("Indicator")), None)
    if line is None:
        return []
    text = line.row.get("Indicator")
    homes = {
        r.framework
        for r in known
        if isinstance(r, Element) and r.kind == "Indicator"
        if text == r.notation or fold_text(text) == fold_text(r.label)
    }
    found = [r for r in known if isinstance(r, Framework) and r.iri in homes]
    if len(found) != 1:
        return []
    problem = f"names no framework, and is read as of {found[0].code}, which has its indicators"
    cure = "name another one in a column Framework if that is meant"
    place = line.sheet.place
    rows.faults.add(Fault(place=place, problem=problem, cure=cure, warning=True))
    return [found[0].iri]


def read_values(rows: Rows, known: Sequence[Record]) -> None:
    """Read the values and targets, after everything that they point to.

    :param rows: all that has been read so far; the records are added.
    :param known: the records that describe indicators and frameworks.
    """
    if not rows.lines.get("Values") and not rows.lines.get("Targets"):
        return
    main = rows.names.main or rows.values_of
    reading = Observations(rows.names, rows.words, rows.fault, rows.is_faulty, main, known)
    for name in ("Values", "Targets"):
        reading.read(rows.lines.get(name, []))
    records = reading.finish()
    if not records and not rows.faults.errors and hold_values_alone(rows):
        place = next(s for s in ("Values", "Targets") if rows.lines.get(s))
        sheet = rows.lines[place][0].sheet.place
        cure = "fill in column Value where it is known"
        rows.faults.add(Fault(place=sheet, problem="holds no value yet", cure=cure))
    for record in records:
        rows.records[record.iri] = record
        line = reading.lines.get(record.iri)
        if line is not None:
            rows.places[record.iri] = Place(line.sheet, line.row.number, line.row.names)
