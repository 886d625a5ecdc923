"""``gcm-ld export``: a framework and its crosswalk as tables, or in a format of others' tools."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import click

from gcm_ld.cli.options import SOURCE_OPTIONS
from gcm_ld.errors import InputError
from gcm_ld.files import write_bytes
from gcm_ld.source import Source
from gcm_ld.tables.exchange import EXPORTS

__all__ = ["command"]

_TABLES = {
    "xlsx": "A workbook that people fill in, and that comes back with gcm-ld import.",
    "csv": "The same as a folder of CSV files, one a sheet.",
}
_DATA = {
    "sdmx-csv": "SDMX-CSV 2.0: a folder with the values and targets as data for statistical "
    "systems, and their structure (SDMX-ML 3.0).",
}
_PLATFORM = {
    "open-sdg": "A folder of indicator metadata for a national platform on the SDGs (Open SDG).",
}
_LINES = "\n".join(
    textwrap.fill(text, 78, initial_indent=f"  {name:<10} ", subsequent_indent=" " * 13)
    for name, text in {
        **_TABLES,
        **{n: e.help for n, e in EXPORTS.items()},
        **_DATA,
        **_PLATFORM,
    }.items()
)
_HELP = f"""Write a framework and its crosswalk as tables or in exchange formats.

The same data give the same bytes. Tables come back with gcm-ld import, without loss.

\b
Formats:
{_LINES}

\b
Example:
  gcm-ld export --format xlsx -o albania.xlsx
  gcm-ld export --format csv --data data/xkx/ -o tables/
  gcm-ld export --format sssom > albania.sssom.tsv
  gcm-ld export --format sdmx-csv --data data/xkx/ -o sdmx/
  gcm-ld export --format open-sdg -o platform/ --sdg-data sdg.csv
"""


@click.command(name="export", help=_HELP)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice([*_TABLES, *EXPORTS, *_DATA, *_PLATFORM]),
    required=True,
    help="What to write; see above.",
)
@click.option("--framework", metavar="CODE", help="Which framework, if there are several.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="Where to; text formats go to the screen without it.",
)
@click.option(
    "--sdg-data",
    multiple=True,
    metavar="FILE|URL",
    help="With open-sdg: values of SDG series, which become the indicators' data; see report "
    "sdg-data.",
)
@SOURCE_OPTIONS
def command(
    format_: str,
    framework: str | None,
    output: Path | None,
    sdg_data: tuple[str, ...],
    source: Source,
) -> None:
    """Export one framework."""
    from gcm_ld.tables.extract import extract

    if sdg_data and format_ not in _PLATFORM:
        raise InputError("--sdg-data goes with --format open-sdg: leave it out")
    if format_ in _PLATFORM:
        _write_platform(source, framework, sdg_data, output)
        return
    if format_ in _DATA:
        _write_data(source, framework, output)
        return
    if format_ == "csv" and (output is None or output == Path("-")):
        raise InputError("csv is a folder with a file for each sheet: name it with -o")
    if format_ == "xlsx" and output is None:
        raise InputError("a workbook can't be shown on a screen: name a file with -o")
    if format_ == "csv" and output is not None and output.is_file():
        raise InputError(f"{output}: is a file, and csv needs a folder: name another with -o")
    if format_ != "csv" and output is not None and output.is_dir():
        raise InputError(f"{output}: is a folder, and {format_} is one file: name a file in it")
    dataset = source.dataset(framework=framework)
    found = extract(dataset, framework)
    if format_ in EXPORTS:
        _write(EXPORTS[format_].write(found), output)
        return
    from gcm_ld.tables.layout import find_sheet
    from gcm_ld.tables.output import check_round_trip, csv_files, workbook
    from gcm_ld.tables.writing import tabulate

    sheets = tabulate(found)
    said = (t for triples in dataset.triples_by_file.values() for t in triples)
    for line in check_round_trip(found, sheets, said):
        click.echo(f"warning: {line}", err=True)
    if format_ == "xlsx":
        _write(workbook(sheets, found.framework.label), output)
    elif output is not None:
        from gcm_ld.tables.folder import write_files

        files = csv_files(sheets)
        write_files(output, files)
        _said(output)
        for path in sorted(output.glob("*.csv")):
            if find_sheet(path.name) and path.name not in files:
                click.echo(f"{path}: is left from before, and no part of this: delete it", err=True)


def _write_platform(
    source: Source, framework: str | None, sdg_data: tuple[str, ...], output: Path | None
) -> None:
    from gcm_ld.tables.exchange.opensdg import build_files, write_folder

    if output is None or output == Path("-"):
        raise InputError("open-sdg is a folder of files: name it with -o")
    if output.is_file():
        raise InputError(f"{output}: is a file, and open-sdg needs a folder: name another with -o")
    dataset = source.dataset(framework=framework)
    files = build_files(dataset, framework=framework, sdg_data=sdg_data)
    for path in write_folder(output, files):
        click.echo(f"{path}: is left from before, and no part of this: delete it", err=True)
    _said(output)


def _write_data(source: Source, framework: str | None, output: Path | None) -> None:
    from gcm_ld.tables.exchange.sdmx_csv import STRUCTURE, build_files
    from gcm_ld.tables.exchange.value_structure import FLOWS
    from gcm_ld.tables.extract import extract
    from gcm_ld.tables.folder import write_files

    if output is None or output == Path("-"):
        raise InputError("sdmx-csv is a folder with a file for each dataflow: name it with -o")
    if output.is_file():
        raise InputError(f"{output}: is a file, and sdmx-csv needs a folder: name another with -o")
    found = extract(source.dataset(framework=framework), framework)
    files = build_files(found)
    write_files(output, files)
    _said(output)
    if len(files) == 1:
        code = found.framework.code
        click.echo(
            f"{code} has no values and no targets: {STRUCTURE} alone is written, which says what "
            "they would look like",
            err=True,
        )
    for flow in FLOWS:
        if flow.file not in files and (output / flow.file).exists():
            path = output / flow.file
            click.echo(f"{path}: is left from before, and no part of this: delete it", err=True)


def _write(content: bytes, output: Path | None) -> None:
    if output is None or output == Path("-"):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    write_bytes(output, content)
    _said(output)


def _said(output: Path) -> None:
    if sys.stderr.isatty():
        click.echo(f"wrote {output}", err=True)
