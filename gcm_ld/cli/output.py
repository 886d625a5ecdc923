"""Tables as text, CSV and JSON, and where they go."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from gcm_ld.files import write_text
from gcm_ld.language import direction, display_width, language_code, show, wrap_wide

__all__ = [
    "as_csv",
    "as_json",
    "as_table",
    "emit",
    "show_progress",
    "terminal_width",
    "wrap",
]


#: A column is not made narrower than its longest word, up to this.
_WORD = 15


def terminal_width() -> int:
    """Return the width to wrap tables at: the terminal's, or 100 columns in a pipe."""
    return shutil.get_terminal_size((100, 24)).columns


def show_progress(step: str) -> None:
    """Say what is going on, on a terminal, on a line that the next step overwrites.

    :param step: what is being done; an empty text when nothing is.
    """
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{step}{' …' if step else ''}", err=True, nl=False)


def wrap(text: str, *, indent: str = "") -> str:
    """Wrap a sentence to the terminal, hanging by two spaces below its first line."""
    width = terminal_width()
    if display_width(text) == len(text):
        return textwrap.fill(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_on_hyphens=_breaks_at_hyphens(),
        )
    first, *rest = wrap_wide(text, width - len(indent) - 2)
    return "\n".join([indent + first, *(f"{indent}  {line}" for line in rest)])


def _breaks_at_hyphens() -> bool:
    """Tell whether a hyphen joins words, as in English, and not an ending to an acronym."""
    return language_code().partition("-")[0] == "en"


def as_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    width: int | None = None,
    total: bool = False,
) -> str:
    """Lay a table out for reading.

    :param columns: the headings.
    :param rows: the cells; numbers stand to the right, ``None`` is blank.
    :param width: characters that it may take; long cells wrap.
    :param total: whether the last row sums the others up, and stands apart.

    >>> print(as_table(["#", "Objective"], [[1, "Data"]]))
    #  Objective
    ────────────
    1  Data
    """
    cells = [[c if isinstance(c, str) else show(c) for c in row] for row in (columns, *rows)]
    lines = [[_isolate(c) for c in row] for row in cells] if direction() == "rtl" else cells
    widths = _widths(lines, width or terminal_width())
    right = [
        len(lines) > 1 and all(map(_is_number, cells)) for cells in zip(*lines[1:], strict=True)
    ]
    right = right or [False] * len(widths)
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    out = []
    for number, row in enumerate(lines):
        if number == 1 or (total and number == len(lines) - 1):
            out.append(rule)
        out += _row(row, widths, right)
    return "\n".join(out)


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Lay out one row, its long cells wrapped below each other."""
    cells = [_fold(text, width) for text, width in zip(row, widths, strict=True)]
    return [
        "  ".join(
            _pad(cell, width, right=flush)
            for cell, width, flush in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ]


def _fold(text: str, width: int) -> list[str]:
    """Break a cell's text into lines."""
    size = display_width(text)
    if size <= width:
        return [text]
    if size == len(text):
        return textwrap.wrap(text, width, break_on_hyphens=_breaks_at_hyphens())
    if text.startswith(_ISOLATE):
        return [_isolate(line) for line in wrap_wide(text[1:-1], width)]
    return wrap_wide(text, width)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space


#: First strong isolate and its end (Unicode Standard Annex 9): they keep a cell's own direction
#: from reordering the columns.
_ISOLATE, _POP = "\u2068", "\u2069"


def _isolate(text: str) -> str:
    return text if text.isascii() else f"{_ISOLATE}{text}{_POP}"


def _is_number(text: str) -> bool:
    text = text.replace(",", ".", 1)
    return not text or text.replace(".", "", 1).lstrip("-").isdigit() or text == "·"


def _widths(cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Share a width out: short columns get what they need, the rest is split among long ones."""
    natural = [max(display_width(row[i]) for row in cells) for i in range(len(cells[0]))]
    room = width - 2 * (len(natural) - 1)
    limits = list(natural)
    # Water filling: a column is long if it needs more than an even share of what is left.
    open_columns = set(range(len(natural)))
    while open_columns:
        share = room // len(open_columns)
        fits = {i for i in open_columns if natural[i] <= share}
        if not fits:
            break
        room -= sum(natural[i] for i in fits)
        open_columns -= fits
    wanted = sum(natural[i] for i in open_columns)
    for i in open_columns:
        even = room / len(open_columns)
        word = max(display_width(w) for row in cells for w in (row[i].split() or [""]))
        limits[i] = max(min(word, _WORD), int((even + room * natural[i] / wanted) / 2))
    while (over := sum(limits[i] for i in open_columns) - room) > 0:
        widest = max(open_columns, key=lambda i: limits[i])
        if limits[widest] <= _WORD:
            break
        limits[widest] -= min(over, limits[widest] - _WORD)
    return limits


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV (RFC 4180, with line feeds)."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if c is None else c for c in row] for row in rows)
    return out.getvalue().removesuffix("\n")


def as_json(value: object) -> str:
    """Write a value as JSON, readable and with its text as it is."""
    import json

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
