"""Rows to records: each row of a sheet becomes one, column by field."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, replace
from typing import Any

from gcm_ld.model import Alignment, Crosswalk, Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import GCMO, ID
from gcm_ld.tables.crosswalk import RELATED, STATED
from gcm_ld.tables.defaults import default_iri
from gcm_ld.tables.read_rows import ReadLine, Rows
from gcm_ld.tables.schema import Column
from gcm_ld.tables.values import read_value

__all__ = ["REGISTERED", "read_records"]

_PATH = re.compile(r"[A-Za-z0-9._~%/-]+")
#: Sheets whose rows others point to, read before those that only point.
REGISTERED = {Framework, Element, Institution, Source, Crosswalk}


def read_records(rows: Rows, lines: list[ReadLine]) -> None:
    """Read the records of some rows.

    :param rows: all that has been read so far; the records are added.
    :param lines: the rows of a sheet.
    """
    for line in lines:
        record = _read_record(rows, line)
        if record is None:
            continue
        if record.iri not in rows.places or rows.places[record.iri] == line.place:
            rows.places[record.iri] = line.place
            rows.records[record.iri] = record
            rows.names.add(record)
        else:
            line.iri, code = record.iri, line.row.get("Code") or None
            rows.is_new(line, "Code" if code else None, code)


def _read_record(rows: Rows, line: ReadLine) -> Record | None:
    """Build the record of a row; nothing if a cell that it needs is wrong or blank."""
    schema, row = line.sheet.schema, line.row
    values: dict[str, Any] = {}
    context = rows.context
    if schema.record is Element:
        context = replace(context, framework=rows.framework_of(line) or rows.names.main)
        values["framework"] = context.framework
        values["label_basis"] = STATED
        if schema.kind:
            values["kind"] = schema.kind
    for column in schema.columns:
        text = row.get(column.header)
        if not text:
            if column.required and column.header in line.sheet.columns:
                rows.fault(line, column.header, "the cell is blank", _cure(column))
            continue
        if column.field == "code" and schema.record is not Framework:
            continue
        value, problems = read_value(column, text, context)
        for problem in problems:
            rows.problem(line, column.header, problem)
        values[column.field] = value
    if values.get("kind"):
        values["kind"] = values["kind"].removeprefix(GCMO)
    return _make(rows, line, schema.record, values)


def _make(rows: Rows, line: ReadLine, cls: type[Record], values: dict[str, Any]) -> Record | None:
    if cls is Element and "notation" not in values and line.iri:
        values["notation"] = rows.names.code(line.iri)
    if cls is Alignment:
        values.setdefault("relation", RELATED)
        if "crosswalk" not in values and values.get("subject") and values.get("object"):
            values["crosswalk"] = rows.frame.crosswalk_for(values["subject"], values["object"])
    if "iri" in values and "IRI" not in line.row.cells:
        values["iri"] = _path_iri(rows, line, values["iri"])
    if not all(values.get(name) for name in _required(cls)):
        return None
    if cls in REGISTERED:
        return cls(**{**values, "iri": line.iri}) if line.iri else None
    if not values.get("iri"):
        values["iri"] = default_iri(cls(**{**values, "iri": ""}), rows.names)
    return cls(**values)


def _path_iri(rows: Rows, line: ReadLine, text: str) -> str | None:
    if text.startswith(("http://", "https://")):
        return text
    if _PATH.fullmatch(text):
        return ID + text
    cure = "use letters, digits, hyphens and strokes, as claim/xkx-report-2025/actions-aligned"
    rows.fault(line, "Code", "is no path", cure, text)
    return None


def _cure(column: Column) -> str:
    return f"fill it in: {column.help[:1].lower()}{column.help[1:].rstrip('.')}"


_REQUIRED: dict[type[Record], tuple[str, ...]] = {}


def _required(cls: type[Record]) -> tuple[str, ...]:
    """List the fields that a record can't be without, its IRI aside."""
    if cls not in _REQUIRED:
        names = (f.name for f in fields(cls) if f.default is MISSING)
        _REQUIRED[cls] = tuple(name for name in names if name != "iri")
    return _REQUIRED[cls]
