"""SSSOM/TSV, the canonical form (SSSOM 1.1, "Canonical SSSOM/TSV format")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.header import write_header
from gcm_ld.tables.exchange.mappings import MappingSet, Row, Value, build_mapping_set
from gcm_ld.tables.exchange.slots import (
    CROSSWALKS,
    EXTENSIONS,
    MAPPING_SLOTS,
    SET_SLOTS,
    SLOTS,
    Curies,
    Extension,
    Form,
    Slot,
    join_values,
)
from gcm_ld.tables.extract import Extract

__all__ = ["write"]

#: Columns that stand there even if there is no row.
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_TYPE_HINTS = {
    Form.REFERENCE: "https://w3id.org/linkml/Uriorcurie",
    Form.TEXT: "http://www.w3.org/2001/XMLSchema#string",
}


def write(extract: Extract, bases: Collection[str] = BASES) -> bytes:
    """Write the crosswalks of a framework as SSSOM/TSV.

    :param extract: the records of one framework.
    :param bases: which links to take; assessments come with the stated ones.
    :returns: the file, UTF-8 with line feeds.
    """
    return _write(build_mapping_set(extract, bases)).encode("utf-8")


def _write(mappings: MappingSet) -> str:
    shared = _shared(mappings.rows)
    rows = [
        {name: value for name, value in row.items() if name not in shared and not _blank(value)}
        for row in mappings.rows
    ]
    head = mappings.slots | shared
    curies = Curies(_references([head, *rows]))
    table = [
        {name: _cell(_SLOTS[name], value, curies) for name, value in row.items()} for row in rows
    ]
    used = {name for row in table for name in row}
    columns = [name for name in _SLOTS if name in used or (not rows and name in _REQUIRED)]
    lines = sorted([row.get(name, "") for name in columns] for row in table)
    # The head comes last, for it declares the prefixes that all the others use.
    definitions = [
        _define(e, curies) for e in (*EXTENSIONS, CROSSWALKS) if e.name in used or head.get(e.name)
    ]
    definitions.sort(key=lambda d: d["property"])
    slots = {
        slot.name: _head(slot, head[slot.name], curies) for slot in SET_SLOTS if head.get(slot.name)
    }
    metadata = write_header(
        {"sssom_version": slots.pop("sssom_version"), "curie_map": curies.used}
        | slots
        | {"extension_definitions": definitions, CROSSWALKS.name: str(head[CROSSWALKS.name])}
    )
    body = ["\t".join(map(_quote, line)) for line in (columns, *lines)]
    return "\n".join([*(f"#{line}" for line in metadata), *body]) + "\n"


_SLOTS: dict[str, Slot | Extension] = {
    **{slot.name: slot for slot in MAPPING_SLOTS},
    **{extension.name: extension for extension in EXTENSIONS},
}


def _blank(value: Value) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def _shared(rows: Collection[Row]) -> Row:
    """Take the values that every row has, of the slots that may stand at the head."""
    shared: Row = {}
    for slot in MAPPING_SLOTS:
        if slot.shared and rows:
            values = {row.get(slot.name) or "" for row in rows}
            if len(values) == 1 and (value := values.pop()):
                shared[slot.name] = value
    return shared


def _references(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        for name, value in row.items():
            slot = _SLOTS.get(name) or SLOTS.get(name)
            if slot and slot.form is Form.REFERENCE:
                yield from (value,) if isinstance(value, str) and value else value


def _cell(slot: Slot | Extension, value: Value, curies: Curies) -> str:
    values = (value,) if isinstance(value, str) else value
    if slot.form is Form.REFERENCE:
        values = tuple(map(curies.shorten, values))
    return join_values(values) if slot.many else values[0]


def _head(slot: Slot, value: Value, curies: Curies) -> str | tuple[str, ...]:
    values = (value,) if isinstance(value, str) else value
    if slot.form is Form.REFERENCE:
        values = tuple(map(curies.shorten, values))
    return values if slot.many else values[0]


def _define(extension: Extension, curies: Curies) -> dict[str, str]:
    form = Form.TEXT if extension.many else extension.form
    return {
        "slot_name": extension.name,
        "property": curies.shorten(extension.iri),
        "type_hint": curies.shorten(_TYPE_HINTS[form]),
    }


def _quote(cell: str) -> str:
    if not re.search(r'[\t\n\r"]', cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'
