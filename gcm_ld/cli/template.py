"""``gcm-ld template``: the workbook in which a country fills in its crosswalk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcm_ld.cli.options import DATA_OPTION
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import write_bytes

if TYPE_CHECKING:
    from gcm_ld.tables.sheets import SheetData

__all__ = ["command"]

_HELP = """Make the workbook in which a country fills in its crosswalk, or values alone.

It has a sheet for the strategy, its objectives, outcomes and indicators, one with a row for each of
the Compact's 187 actions, and two for the indicators' values and targets. Cells say what to write
in them, and offer codes and words to choose from. gcm-ld import turns it into linked data.

With --values it is for a strategy that is data already: sheets Values and Targets alone, with a row
for each indicator and year. What --data know of values stands in it.

\b
Example:
  gcm-ld template --country XKX --framework "Migration Strategy" -o xkx.xlsx
  gcm-ld template --country ALB --framework "NSM 2030" --format csv -o tables/
  gcm-ld template --values --framework alb-nsm-2019 -o values.xlsx
  gcm-ld template --values --data data/xkx/ -o values.xlsx
"""


@click.command(name="template", help=_HELP)
@click.option("--country", metavar="CODE", help="ISO 3166 code of three letters, such as ALB.")
@click.option(
    "--framework",
    "title",
    metavar="TITLE|CODE",
    help="The strategy's title; with --values its code, if there are several.",
)
@click.option("--code", metavar="CODE", help="The strategy's code; made of the rest if not given.")
@click.option("--values", is_flag=True, help="For values of a strategy that is data already.")
@DATA_OPTION
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
    country: str | None,
    title: str | None,
    code: str | None,
    values: bool,
    data: tuple[Path, ...],
    format_: str,
    output: Path,
    force: bool,
) -> None:
    """Write the template."""
    from gcm_ld.tables.folder import write_files
    from gcm_ld.tables.output import csv_files, workbook

    if format_ == "csv" and output.is_file():
        raise FileError(output, "is a file, and csv needs a folder: name another with -o")
    if format_ == "xlsx" and output.is_dir():
        raise FileError(output, "is a folder: name a file in it, such as crosswalk.xlsx")
    if values:
        sheets, name, folder = _make_values(country, title, code, data)
    else:
        sheets, name, folder = _make_crosswalk(country, title, code, data)
    if format_ == "xlsx":
        _keep([output], force=force)
        write_bytes(output, workbook(sheets, name))
    else:
        files = csv_files(sheets)
        _keep([output / name for name in files], force=force)
        write_files(output, files)
    if sys.stderr.isatty():
        framework = sheets[0].rows[0][0]
        click.echo(f"wrote {output} for {framework}: fill it in, then", err=True)
        click.echo(f"gcm-ld import {output} -o {folder}", err=True)


def _make_crosswalk(
    country: str | None, title: str | None, code: str | None, data: tuple[Path, ...]
) -> tuple[list[SheetData], str, str]:
    """Return the sheets of a new country, a title, and a folder that the data may go to."""
    from gcm_ld.tables.template import make_template

    if country is None or title is None:
        missing = "--country" if country is None else "--framework"
        raise InputError(
            f"{missing} is missing: give the country's code and the strategy's title, or add "
            "--values for values of a strategy that is data already"
        )
    if data:
        raise InputError("--data goes with --values: add it, or leave --data out")
    return make_template(title, country, code), title, f"data/{country.lower()}/"


def _make_values(
    country: str | None, framework: str | None, code: str | None, data: tuple[Path, ...]
) -> tuple[list[SheetData], str, str]:
    """Return the sheets for values alone, a title, and a folder that the data may go to."""
    from gcm_ld.dataset import open_dataset
    from gcm_ld.tables.values_template import find_framework, make_values_template

    for option, given in (("--country", country), ("--code", code)):
        if given is not None:
            raise InputError(f"{option} is not for --values, where the data say it: leave it out")
    dataset = open_dataset(*data)
    found = find_framework(dataset, framework)
    sheets = make_values_template(dataset, found.code)
    return sheets, f"Values of {found.label}", f"{found.code}-values/"


def _keep(paths: list[Path], *, force: bool) -> None:
    """Refuse to write over what somebody may have filled in."""
    for path in paths:
        if path.exists() and not force:
            raise FileError(path, "is there already: name another, or add --force to replace it")
