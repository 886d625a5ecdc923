"""Rows of sheets Values and Targets for tests: written, read, and imported over others.

The strategy and its figures are made up for tests.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

from gcm_ld.model import Observation, Record
from gcm_ld.namespaces import PREFIXES
from gcm_ld.tables.layout import SHEETS
from gcm_ld.tables.output import MemoryTables
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.revisions import revise
from gcm_ld.tables.writing import make_sheet
from tests.test_tables import MAIN, WORLD

CODE = PREFIXES["sdmx-code"]

Cells_ = Mapping[str, str]
Sheets = dict[str, list[dict[str, str]]]

PLAIN: Sheets = {
    "Frameworks": [{"Code": "xkx-nsm-2025", "Title": "Migration Strategy", "Country": "XKX"}],
    "Indicators": [
        {"Title": "Number of permits", "Unit": "Number", "Better is": "Higher"},
        {"Title": "Share insured", "Unit": "%", "Better is": "Higher"},
        {"Title": "Law in force", "Code": "I-3", "Unit": "yes or no"},
        {"Title": "Net migration", "Unit": "Number"},
        {"Title": "Cost of a transfer"},
    ],
}
PERMITS = {"Indicator": "Number of permits", "Period": "2021", "Value": "5"}


def tables(sheets: Sheets) -> MemoryTables:
    return MemoryTables(make_sheet(s, sheets[s.name]) for s in SHEETS if s.name in sheets)


def read(*values: Cells_, targets: list[dict[str, str]] | None = None, **more: object) -> Imported:
    sheets = {**PLAIN, **more, "Values": [dict(v) for v in values], "Targets": targets or []}
    return read_tables(tables(sheets), WORLD)  # type: ignore[arg-type]


def faults(*values: Cells_, **more: object) -> list[str]:
    return [
        ("warning: " if f.warning else "") + str(f)
        for f in read(*values, **more).faults.found  # type: ignore[arg-type]
    ]


def row(**cells: str) -> dict[str, str]:
    """Fill in a row of permits of 2021, with changes; blank cells are left out."""
    named = {header.replace("_", " "): text for header, text in cells.items()}
    return {header: text for header, text in {**PERMITS, **named}.items() if text}


def observations(imported: Imported) -> dict[str, Observation]:
    start = f"{MAIN}/"
    return {r.iri.removeprefix(start): r for r in imported.records if isinstance(r, Observation)}


def published(*values: Cells_, **more: object) -> list[Record]:
    imported = read(*values, **more)  # type: ignore[arg-type]
    assert imported.faults.errors == []
    return list(revise(imported, [], name="xkx").records)


def revised(old: list[Record], *values: Cells_, **options: bool) -> Imported:
    return revise(read(*values), old, name="xkx", **options)


def Names_of(records: list[Record]):  # type: ignore[no-untyped-def]
    from gcm_ld.tables.writing import index_names

    return index_names(MAIN, records)


def call(*args: object) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, which has read the shipped data already."""
    from gcm_ld.cli import main

    out, err, argv = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["gcm-ld", *map(str, args)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.argv = argv
    return subprocess.CompletedProcess(args, status, out.getvalue(), err.getvalue())
