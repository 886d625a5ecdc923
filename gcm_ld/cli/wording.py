"""``gcm-ld wording``: the Compact's official wording, from the user's own copy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from gcm_ld.cli.options import format_option
from gcm_ld.cli.output import as_json, wrap
from gcm_ld.dataset import open_dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import write_text
from gcm_ld.resources import folder
from gcm_ld.turtle import write_turtle
from gcm_ld.wording import Wording, build_wording, read_wording
from gcm_ld.words import plural

__all__ = ["command"]

_HELP = """Add the official wording of the Compact from your own copy.

Objectives, commitments and actions here carry short wording of our own. FILE is your copy of
the official text, as plain text (UTF-8): the resolution A/RES/73/195, or a list with headings
"# Objective 1", "## Title: …" and "- a. …". Each piece is matched by its code and becomes a
skos:definition in a file of its own, which you load beside the data; it is never added to the
data that come with gcm-ld. A part that repeats another part, or that bears another objective's
title, is refused with the reason, and the rest is kept.

\b
Example:
  gcm-ld wording gcm-objectives-and-actions.txt
  gcm-ld query select_wording --data gcm-wording.ttl
"""


@click.command(name="wording", help=_HELP)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("gcm-wording.ttl"),
    show_default=True,
    metavar="FILE",
    help="Turtle file to write.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@format_option("table", "json")
def command(file: Path, output: Path, dry_run: bool, format_: str) -> None:
    """Read the copy, say what was refused, and write the rest."""
    if output.resolve().is_relative_to(folder("data").resolve()):
        raise InputError(
            f"{output}: the official wording stays out of the shipped data: choose another file"
        )
    if output.resolve() == file.resolve():
        raise FileError(output, "this is the copy itself: choose another file with -o")
    wording = read_wording(file, open_dataset())
    if wording.passages and not dry_run:
        write_text(output, write_turtle(build_wording(wording), name=output))
    if format_ == "json":
        click.echo(as_json(_as_dict(wording, output, dry_run=dry_run)))
    else:
        click.echo(_as_lines(wording, output, dry_run=dry_run))
    if not wording.passages:
        raise FileError(file, "no part of it could be taken over: nothing was written")


def _as_dict(wording: Wording, output: Path, *, dry_run: bool) -> dict[str, object]:
    return {
        "output": None if dry_run else str(output),
        "definitions": [{"kind": p.kind, "code": p.code, "line": p.line} for p in wording.passages],
        "refused": [{"what": r.what, "line": r.line, "reason": r.reason} for r in wording.refused],
        "missing": wording.missing,
    }


def _as_lines(wording: Wording, output: Path, *, dry_run: bool) -> str:
    kinds = Counter(p.kind.lower() for p in wording.passages)
    order = ("objective", "commitment", "action")
    counts = ", ".join(plural(kinds[k], k) for k in order if kinds[k]) or "nothing"
    lines = [wrap(f"{'would be written' if dry_run else 'written'} to {output}: {counts}")]
    if wording.refused:
        lines += ["", "Refused"]
        for r in wording.refused:
            place = "" if r.line is None else f" (line {r.line})"
            lines.append(wrap(f"{r.what}{place}: {r.reason}", indent="  "))
    if wording.missing:
        codes = ", ".join(wording.missing)
        lines += ["", "Without official wording", wrap(codes, indent="  ")]
    return "\n".join(lines)
