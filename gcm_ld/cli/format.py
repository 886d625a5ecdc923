"""``gcm-ld format``: Turtle files in their canonical form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcm_ld.errors import FileError
from gcm_ld.files import read_bytes, write_text
from gcm_ld.resources import turtle_files
from gcm_ld.turtle import format_turtle

__all__ = ["command", "find_files", "format_files"]


def find_files(paths: tuple[Path, ...]) -> list[Path]:
    """List the Turtle files that a user means: those named, and those below the folders named.

    :raises FileError: if a path does not exist, or a folder holds no Turtle file.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileError(path, "no such file or folder: check the path")
        below = turtle_files(path)
        if not below:
            raise FileError(path, "no Turtle file (*.ttl) in this folder: check the path")
        found += below
    return list(dict.fromkeys(found))


def format_files(files: list[Path], *, drop_comments: bool = False) -> dict[Path, str]:
    """Work out which files are not in canonical form; nothing is written.

    :param files: the Turtle files.
    :param drop_comments: whether comments may be lost.
    :returns: the new text of each file that would change.
    :raises FileError: for the first file that can't be formatted.
    """
    changed = {}
    for path in files:
        old = read_bytes(path)
        new = format_turtle(old, name=path, drop_comments=drop_comments)
        if new.encode("utf-8") != old:
            changed[path] = new
    return changed


_HELP = """Rewrite Turtle files in their canonical form.

Same content, same bytes, whoever saves it: prefixes, subjects and values come in a fixed
order, so that versions differ only where the data do. Folders are searched for *.ttl; files
that are in form already are left alone. Unless every file can be formatted, none is written.
With - as the only path, standard input is formatted to standard output.

\b
Example:
  gcm-ld format data/alb
  gcm-ld format --check ontology shapes data
"""


@click.command(name="format", help=_HELP)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option("--check", is_flag=True, help="Only list the files that would change; exit with 1.")
@click.option("--drop-comments", is_flag=True, help="Let comments go, which RDF can't hold.")
def command(paths: tuple[Path, ...], check: bool, drop_comments: bool) -> None:
    """Rewrite files, or list those that would change."""
    if paths == (Path("-"),) and not check:
        text = sys.stdin.buffer.read()
        click.echo(format_turtle(text, name="<stdin>", drop_comments=drop_comments), nl=False)
        return
    files = find_files(paths)
    changed = format_files(files, drop_comments=drop_comments)
    for path, text in changed.items():
        if not check:
            write_text(path, text)
        click.echo(str(path))
    if sys.stderr.isatty():
        verb = "would change" if check else "changed"
        click.echo(f"{len(changed)} of {len(files)} files {verb}", err=True)
    if check and changed:
        sys.exit(1)
