"""Tables as text, CSV and JSON, and where they go."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from gcm_ld.turtle import write_text

__all__ = ["as_csv", "as_json", "as_table", "emit", "terminal_width"]


def terminal_width() -> int:
    """Return the width to wrap tables at: the terminal's, or 100 columns in a pipe."""
    return shutil.get_terminal_size((100, 24)).columns


def as_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, width: int | None = None
) -> str:
    """Lay a table out for reading.

    :param columns: the headings.
    :param rows: the cells; numbers stand to the right, ``None`` is blank.
    :param width: characters that it may take; long cells wrap.
    """
    from prettytable import PrettyTable, TableStyle

    table = PrettyTable()
    table.set_style(TableStyle.SINGLE_BORDER)
    table.field_names = list(columns)
    table.align = "l"
    rows = [list(r) for r in rows]
    for i, name in enumerate(columns):
        cells = [r[i] for r in rows if r[i] is not None]
        if cells and all(isinstance(c, int | float | Decimal) for c in cells):
            table.align[name] = "r"
    for row in rows:
        table.add_row(["" if c is None else str(c) for c in row])
    table.hrules = 0 if False else table.hrules
    table.max_table_width = width or terminal_width()
    text: str = table.get_string()
    return "\n".join(line.rstrip() for line in text.splitlines())


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV (RFC 4180, with line feeds)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if c is None else c for c in row] for row in rows)
    return out.getvalue().removesuffix("\n")


def as_json(value: object) -> str:
    """Write a value as JSON, readable and with its text as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> object:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def emit(text: str, output: Path | None = None) -> None:
    """Print a text, or write it to a file in one step.

    :raises FileError: if the file can't be written.
    """
    if output is None:
        click.echo(text)
    else:
        write_text(output, text.rstrip("\n") + "\n")
        if sys.stderr.isatty():
            click.echo(f"wrote {output}", err=True)
