"""``gcm-ld validate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcm_ld.cli.options import OUTPUT_OPTION, PATHS_ARGUMENT, format_option, source_options
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, show_progress
from gcm_ld.namespaces import compact
from gcm_ld.source import Source
from gcm_ld.validate import DEFAULT_ENGINE, ENGINES, SEVERITIES, Cache, Finding, Report, validate
from gcm_ld.words import plural

__all__ = ["command"]

_COLUMNS = (
    "severity",
    "node",
    "path",
    "value",
    "message",
    "file",
    "focus",
    "shape",
    "component",
)

_HELP = """Validate data against the shapes.

Your own Turtle files and folders at PATH, or the shipped data. The ontology, the Compact and the
SDGs are added to your own files, and what concerns your own nodes is reported. Exit status 1 if
there is a violation; warnings recommend and don't block.

Folders that don't depend on each other are validated side by side, and again only when something
changed that they depend on. What was found is kept in your cache folder, or in the one that
GCM_LD_CACHE names; --no-cache neither asks nor adds to it.

\b
Example:
  gcm-ld validate
  gcm-ld validate my-country/ --severity violation
  gcm-ld validate mine.ttl --format csv -o findings.csv
"""


@click.command(name="validate", help=_HELP)
@PATHS_ARGUMENT
@format_option("table", "csv", "json", "turtle")
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default=DEFAULT_ENGINE,
    show_default=True,
    help="The SHACL engine; pyshacl is slow and serves as referee.",
)
@click.option(
    "--severity",
    type=click.Choice([s.lower() for s in SEVERITIES]),
    default="warning",
    show_default=True,
    help="The lowest severity to show.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes may work at once; by default one a core.",
)
@click.option("--no-cache", is_flag=True, help="Validate everything anew, and remember nothing.")
@OUTPUT_OPTION
@source_options("paths")
@click.pass_context
def command(
    ctx: click.Context,
    source: Source,
    format_: str,
    engine: str,
    severity: str,
    jobs: int | None,
    no_cache: bool,
    output: Path | None,
) -> None:
    """Validate and print the findings."""
    if engine == "pyshacl" and sys.stderr.isatty():
        click.echo("validating with pyshacl, which takes a while …", err=True)
    dataset = source.dataset()
    try:
        report = validate(
            dataset.files if dataset.own else (),
            engine=engine,
            jobs=jobs,
            cache=None if no_cache else Cache.default(),
            progress=_show,
        )
    finally:
        show_progress("")
    lowest = severity.capitalize()
    shown = report.at_least(lowest)
    if format_ == "turtle":
        emit(report.to_turtle(severity=lowest).rstrip("\n"), output)
    elif format_ == "json":
        emit(as_json(_as_dict(report, shown)), output)
    elif format_ == "csv":
        emit(as_csv(_COLUMNS, [[f.as_dict()[c] for c in _COLUMNS] for f in shown]), output)
    else:
        emit(_table(report, shown), output)
    if not report.conforms:
        ctx.exit(1)


def _show(done: int, total: int) -> None:
    if total > 1:
        show_progress(f"validated {done} of {total}")


def _as_dict(report: Report, shown: list[Finding]) -> dict[str, object]:
    return {
        "conforms": report.conforms,
        "counts": {severity.lower(): n for severity, n in report.counts.items()},
        "files": len(report.files),
        "statements": report.statements,
        "engine": report.engine,
        "findings": [f.as_dict() for f in shown],
    }


def _table(report: Report, shown: list[Finding]) -> str:
    rows = [(f.severity.lower(), _node(f), f.message) for f in shown]
    summary = (
        f"{plural(report.counts['Violation'], 'violation')}, "
        f"{plural(report.counts['Warning'], 'warning')} in {plural(len(report.files), 'file')} "
        f"({report.statements:,} statements), engine {report.engine}"
    )
    return "\n\n".join([*([as_table(("Severity", "Node", "Finding"), rows)] * bool(rows)), summary])


def _node(finding: Finding) -> str:
    """Return the node at fault for reading; a blank node with its file, its only address."""
    if finding.node.startswith("_:") and finding.file:
        return f"{finding.node} in {Path(finding.file).name}"
    return compact(finding.node)
