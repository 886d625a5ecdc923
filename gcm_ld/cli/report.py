"""``gcm-ld report``."""

from __future__ import annotations

from pathlib import Path

import click

from gcm_ld.cli.language import Language
from gcm_ld.cli.options import LANGUAGE_OPTIONS, OUTPUT_OPTION, SOURCE_OPTIONS, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, wrap
from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.language import say
from gcm_ld.report import ACROSS, REPORTS, Report, build_report
from gcm_ld.report.localize import localize
from gcm_ld.report.model import is_assessed
from gcm_ld.source import Source

_LINES = "\n".join(f"  {name:<17} {line}" for name, (_, line) in REPORTS.items())
_MORE = "\n".join(f"  {name:<18} {line}" for name, (_, line) in ACROSS.items())
#: The reports that have charts, if there is something to draw.
_DRAWN = ("calendar", "countries", "coverage", "matrix", "progress", "trend")
_HELP = f"""Report on a crosswalk: all reports in brief, or one in full.

Coverage takes any pair of frameworks: actions that were assessed are counted under each
counting rule; between other frameworks the links are. Links that a source states are counted;
those that somebody judged are left out unless --curated asks for them.

\b
Reports:
{_LINES}

\b
Reports across countries, of everything in the data (asked for by name only):
{_MORE}

\b
Example:
  gcm-ld report coverage
  gcm-ld report gaps --format csv -o gaps.csv
  gcm-ld report coverage --framework unece-gcm-review-2020
  gcm-ld report --format html -o report.html
  gcm-ld report progress --data xkx/ --year 2024 --rule worst
  gcm-ld report calendar --format ics -o review.ics
  gcm-ld report matrix --charts charts/
  gcm-ld report countries --store world.db --charts charts/
  gcm-ld report coverage --lang sq
  gcm-ld report sdg --lang fr --labels sdg-kos-goals-targets-indicators.ttl
"""


@click.command(name="report", help=_HELP)
@click.argument("name", required=False, metavar="[REPORT]")
@click.option(
    "--framework",
    metavar="CODE",
    help="The framework to report on, if there are several; 'report frameworks' lists them.",
)
@click.option(
    "--subject",
    metavar="CODE",
    help="With report coverage: the framework to be covered by it, such as sdg, if not the "
    "Compact.",
)
@click.option("--curated", is_flag=True, help="Count links that somebody judged, too.")
@click.option("--table", metavar="NAME", help="With csv: this table of the report.")
@click.option(
    "--charts",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also draw the report's charts into this folder, as SVG and PNG.",
)
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    help="With calendar, indicator-quality, progress, progress-countries and sdg-data: as things "
    "stood in this year.",
)
@click.option(
    "--rule",
    metavar="mean|worst|on-track",
    help="With progress and progress-countries: how figures are put together.",
)
@click.option(
    "--links",
    metavar="indicators|outcomes|both",
    help="With progress and progress-countries: the indicators that an action names, those of the "
    "outcomes that answer it, or both.",
)
@click.option(
    "--sdg-data",
    multiple=True,
    metavar="FILE|URL",
    help="With sdg-data: values of SDG series, as a file (CSV, .xlsx or JSON of the UN's "
    "database, SDMX-CSV, Turtle) or a SPARQL endpoint.",
)
@format_option("table", "csv", "json", "html", "ics")
@OUTPUT_OPTION
@LANGUAGE_OPTIONS
@SOURCE_OPTIONS
def command(
    name: str | None,
    framework: str | None,
    subject: str | None,
    curated: bool,
    table: str | None,
    charts: Path | None,
    year: int | None,
    rule: str | None,
    links: str | None,
    sdg_data: tuple[str, ...],
    format_: str,
    output: Path | None,
    language: Language,
    source: Source,
) -> None:
    """Print, save or draw reports."""
    known = REPORTS | ACROSS
    if name is not None and name not in known:
        raise InputError(
            f"no report {name!r}; there are: {', '.join(known)}.{did_you_mean(name, known)}"
        )
    if table is not None and (format_ != "csv" or name is None):
        raise InputError("--table goes with --format csv and the name of a report")
    options = {"year": year, "rule": rule, "links": links, "sdg_data": sdg_data}
    if name is None and any(value not in (None, ()) for value in options.values()):
        given = next(key for key, value in options.items() if value not in (None, ()))
        raise InputError(f"--{given.replace('_', '-')} goes with the name of a report: add it")
    if format_ == "ics" and name != "calendar":
        raise InputError("--format ics goes with the report calendar: name it, or choose another")
    across = name == "frameworks" or name in ACROSS
    dataset = source.whole() if across else source.dataset(framework=framework)
    if not curated and name not in ACROSS:
        dataset = dataset.stated
    names = [name] if name else list(REPORTS)
    if name is None and framework is not None and not is_assessed(dataset, framework):
        names = ["coverage", "frameworks"]  # the others are about assessed actions
    with language.speaking(dataset):
        reports = [
            build_report(
                n, dataset, framework=framework, subject=subject, curated=curated, **options
            )
            for n in names
        ]
        if charts is not None and not any(r.charts for r in reports):
            problem = (
                "these data give it nothing to draw"
                if name in _DRAWN
                else f"{', '.join(_DRAWN[:-1])} and {_DRAWN[-1]} have"
            )
            raise InputError(f"report {name} has no chart: {problem}")
        text = _render(dataset, reports, format_, table, framework, whole=name is None)
        if charts is not None:
            from gcm_ld.report.charts import save_charts

            for path in save_charts(dataset, reports, charts, framework=framework):
                click.echo(f"wrote {path}", err=True)
    emit(text, output)


def _render(
    dataset: Dataset,
    reports: list[Report],
    format_: str,
    table: str | None,
    framework: str | None,
    *,
    whole: bool,
) -> str:
    if format_ == "ics":
        from gcm_ld.report.icalendar import as_icalendar

        # Its lines end with CRLF (RFC 5545, section 3.1); emit adds the last LF.
        return as_icalendar(dataset, reports[0]).removesuffix("\n")
    if format_ == "html":
        from gcm_ld.report.html import render_page

        return render_page(dataset, reports, framework=framework)
    reports = [localize(r) for r in reports]
    if format_ == "json":
        return as_json([r.as_dict() for r in reports] if whole else reports[0].as_dict())
    if format_ == "csv":
        return _brief_csv(reports) if whole else _csv(reports[0], table)
    return "\n\n".join(_brief(r) if whole else _full(r) for r in reports)


def _brief(report: Report) -> str:
    lines = [wrap(f"{report.name.upper()}  {report.title}")]
    return "\n".join([*lines, *(wrap(s, indent="  ") for s in report.lead)])


def _full(report: Report) -> str:
    parts = [wrap(report.title), "\n".join(wrap(s) for s in report.lead)]
    for table in report.readable:
        heading = f"{wrap(table.title)}\n" if len(report.readable) > 1 else ""
        body = (
            as_table(table.headings, table.rows, total=table.total)
            if table.rows
            else f"  {say('none')}"
        )
        parts.append(heading + body)
    if report.notes:
        parts.append("\n".join(wrap(n) for n in report.notes))
    return "\n\n".join(parts)


def _csv(report: Report, name: str | None) -> str:
    tables = {t.name: t for t in report.tables}
    if name is not None and name not in tables:
        raise InputError(
            f"report {report.name} has no table {name!r}; it has {', '.join(tables)}."
            + did_you_mean(name, tables)
        )
    table = tables[name] if name else report.tables[0]
    return as_csv(table.keys, table.rows)


def _brief_csv(reports: list[Report]) -> str:
    return as_csv(("report", "finding"), [(r.name, s) for r in reports for s in r.lead])
