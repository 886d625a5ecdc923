"""``gcm-ld template``: the workbook in which a country fills in its crosswalk."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcm_ld.errors import FileError
from gcm_ld.files import write_bytes

__all__ = ["command"]

_HELP = """Make the workbook in which a country fills in its crosswalk.

It has a sheet for the strategy, its objectives, outcomes and indicators, and one with a row for
each of the Compact's 187 actions. Cells say what to write in them, and offer codes and words to
choose from. gcm-ld import turns it into linked data.

\b
Example:
  gcm-ld template --country XKX --framework "Migration Strategy" -o xkx.xlsx
  gcm-ld template --country ALB --framework "NSM 2030" --format csv -o tables/
"""


@click.command(name="template", help=_HELP)
@click.option(
    "--country", required=True, metavar="CODE", help="ISO 3166 code of three letters, such as ALB."
)
@click.option("--framework", "title", required=True, metavar="TITLE", help="The strategy's title.")
@click.option("--code", metavar="CODE", help="The strategy's code; made of the rest if not given.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    show_default=True,
    help="A workbook, or a folder of CSV files.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE|FOLDER",
    help="Where to; nothing that is there is replaced without --force.",
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(
    country: str, title: str, code: str | None, format_: str, output: Path, force: bool
) -> None:
    """Write the template."""
    from gcm_ld.tables.folder import write_files
    from gcm_ld.tables.output import csv_files, workbook
    from gcm_ld.tables.template import make_template

    if format_ == "csv" and output.is_file():
        raise FileError(output, "is a file, and csv needs a folder: name another with -o")
    if format_ == "xlsx" and output.is_dir():
        raise FileError(output, "is a folder: name a file in it, such as crosswalk.xlsx")
    sheets = make_template(title, country, code)
    if format_ == "xlsx":
        _keep([output], force=force)
        write_bytes(output, workbook(sheets, title))
    else:
        files = csv_files(sheets)
        _keep([output / name for name in files], force=force)
        write_files(output, files)
    if sys.stderr.isatty():
        framework = sheets[0].rows[0][0]
        click.echo(f"wrote {output} for {framework}: fill it in, then", err=True)
        click.echo(f"gcm-ld import {output} -o data/{country.lower()}/", err=True)


def _keep(paths: list[Path], *, force: bool) -> None:
    """Refuse to write over what somebody may have filled in."""
    for path in paths:
        if path.exists() and not force:
            raise FileError(path, "is there already: name another, or add --force to replace it")
