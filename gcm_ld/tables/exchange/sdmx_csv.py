"""SDMX-CSV 2.0: values, earlier values and targets as data, one file a dataflow.

SDMX 3.0, section 5 (SDMX-CSV): an observation a row, with the dataflow that it belongs to. The
files stand beside the message that says what their columns and codes are. A value that is missing
has no row. Decimals stand as they were given, and a text as it is: no program runs these files.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable

from gcm_ld.model import Framework, Observation
from gcm_ld.tables.exchange.identifiers import AGENCY, VERSION
from gcm_ld.tables.exchange.sdmx import write_structure
from gcm_ld.tables.exchange.value_lists import TOTAL, frequency
from gcm_ld.tables.exchange.value_structure import (
    FLOWS,
    Flow,
    Part,
    Structure,
    flow_id,
    parts_of,
)
from gcm_ld.tables.extract import Extract
from gcm_ld.tables.layout_values import BREAKDOWN, TARGETS, VALUES
from gcm_ld.tables.observation_rows import rows_of
from gcm_ld.tables.value_sets import framework_of, sets_of
from gcm_ld.tables.writing import index_names

__all__ = ["HEAD", "STRUCTURE", "build_files"]

#: The columns that say what a row belongs to.
HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
#: The file of the structures.
STRUCTURE = "structure.sdmx.xml"
_BROKEN_DOWN = frozenset(BREAKDOWN.values())


def build_files(extract: Extract) -> dict[str, bytes]:
    """Write the values and targets of a framework's indicators, and their structure.

    :param extract: the records of one framework.
    :returns: file name → content: the structure always, and a file for each dataflow that has an
        observation. The same records give the same bytes.
    :raises InputError: if there can be no values.
    :raises MissingExtraError: if pysdmx, which writes the structure, is not installed.
    """
    files = {STRUCTURE: write_structure(extract)}
    structure = Structure(extract)
    names = index_names(extract.framework.iri, extract.known.values())
    rows: dict[str, list[Observation]] = defaultdict(list)
    for sheet in (VALUES, TARGETS):
        for record in rows_of(sheet, extract.records, names):
            rows[record.dataset].append(record)
    for flow in FLOWS:
        sets = [(f, rows.get(sets_of(f.iri)[flow.structure], [])) for f in structure.frameworks]
        if any(found for _, found in sets):
            files[flow.file] = _write_flow(flow, sets, structure)
    return files


def _write_flow(
    flow: Flow, sets: Iterable[tuple[Framework, list[Observation]]], structure: Structure
) -> bytes:
    parts = parts_of(flow)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*HEAD, *(part.id for part in parts)])
    cells = [_cell(part, structure) for part in parts]
    for framework, records in sets:
        head = ("dataflow", f"{AGENCY}:{flow_id(framework.code, flow)}({VERSION})", "I")
        writer.writerows([*head, *(cell(record) for cell in cells)] for record in records)
    return out.getvalue().encode("utf-8")


def _cell(part: Part, structure: Structure) -> Callable[[Observation], str]:
    """Return what gives the cell of a column."""

    def code(iri: str | None) -> str:
        return structure.code(part, iri) if iri else ""

    if part.id == "FREQ":
        return lambda record: frequency(record.period)
    if part.field == "area":
        areas = {f.iri: f.spatial for f in structure.frameworks}
        return lambda record: code(record.area or areas[framework_of(record)])

    if part.codes or part.id == "INDICATOR":
        blank = TOTAL if part.field in _BROKEN_DOWN else ""
        return lambda record: code(getattr(record, part.field)) or blank
    return lambda record: getattr(record, part.field) or ""
