"""What rows can point to: registered before the rows that point are read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcm_ld.model import Crosswalk, Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import GCM, GCMO, ID, SDG, framework_iri, quote
from gcm_ld.tables.defaults import element_path
from gcm_ld.tables.names import slug
from gcm_ld.tables.read_rows import ReadLine, Rows
from gcm_ld.tables.schema import Sheet

__all__ = ["register_frameworks", "register_known", "register_others"]

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~%-]*[A-Za-z0-9])?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def register_frameworks(rows: Rows) -> None:
    """Register what sheet Frameworks describes; its first row is the main one.

    :param rows: all that has been read so far.
    """
    lines = rows.lines.get("Frameworks", [])
    first = lines[0].row.get("Code") if lines else ""
    parts = [ls for n, ls in rows.lines.items() if rows.sheets[n].record is Element]
    described = {line.row.get("Framework") or first for ls in parts for line in ls}
    for line in lines:
        code = line.row.get("Code")
        if code and not _SLUG.fullmatch(code):
            made = slug(code)
            cure = "use small letters, digits and hyphens" + (f", as {made}" if made else "")
            rows.fault(line, "Code", "is no code of a framework", cure, code)
        line.iri = line.row.get("IRI") or (framework_iri(code) if code else "")
        if line.iri in (GCM, SDG) and code not in described:
            cure = "delete the row: the Compact and the SDGs are known already"
            rows.fault(line, "Code", "is a shared framework", cure, code)
        elif line.iri and rows.is_new(line, "Code", code):
            rows.names.add_other("framework", line.iri, code, line.row.get("Title"))
    rows.names.main = next((line.iri for line in lines if line.iri), "")


def register_others(rows: Rows) -> None:
    """Register elements, institutions, sources and crosswalks.

    :param rows: all that has been read so far.
    """
    for name, lines in rows.lines.items():
        schema = rows.sheets[name]
        if schema.record is Element:
            for line in lines:
                _register_element(rows, line, schema)
        elif schema.record in (Institution, Source, Crosswalk):
            target = schema.record.__name__.lower()
            for line in lines:
                _register_other(rows, line, target)


def _register_element(rows: Rows, line: ReadLine, schema: Sheet) -> None:
    row, code = line.row, line.row.get("Code")
    kind = schema.kind
    if kind is None:
        found = rows.words.find("gcmo:Element", row.get("Kind"))
        kind = found.removeprefix(GCMO) if found else None
    framework = rows.framework_of(line)
    if not code and kind == "Indicator" and row.get("Title"):
        code = _make_code(rows, framework, row.get("Title"))
    if code and re.search(r"\s", code):
        cure = "write it as " + re.sub(r"\s+", "-", code)
        rows.fault(line, "Code", "is a code with a blank in it", cure, code)
        return
    if not (code and kind and framework):
        return
    line.iri = row.get("IRI") or element_path(framework, kind, code)
    if rows.is_new(line, "Code", code):
        rows.names.add_element(line.iri, kind, framework, code, row.get("Title"))


def _make_code(rows: Rows, framework: str, title: str) -> str:
    """Make a code of a title that no indicator has yet."""
    stem = code = slug(title)
    number = 2
    while code and element_path(framework, "Indicator", code) in rows.places:
        code, number = f"{stem}-{number}", number + 1
    return code


def _register_other(rows: Rows, line: ReadLine, target: str) -> None:
    code = line.row.get("Code")
    if code and not _CODE.fullmatch(code):
        made = slug(code)
        cure = "use letters, digits and hyphens" + (f", as {made}" if made else "")
        rows.fault(line, "Code", "is no code", cure, code)
    elif code:
        line.iri = line.row.get("IRI") or f"{ID}{target}/{quote(code)}"
        if rows.is_new(line, "Code", code):
            title = line.row.get("Name") or line.row.get("Title")
            rows.names.add_other(target, line.iri, code, title)


def register_known(rows: Rows, known: Iterable[Record], *, own: bool = True) -> None:
    """Add what the tables don't describe; of their own frameworks, they describe all.

    :param rows: all that has been read so far.
    :param known: the records of other data.
    :param own: whether they have frameworks of their own.
    """
    ours = {rows.names.main} | set(rows.names.frameworks.values()) if own else set()
    for record in known:
        if isinstance(record, Element) and record.framework in ours:
            continue
        if isinstance(record, Element | Framework) or record.iri not in rows.places:
            rows.names.add(record)
