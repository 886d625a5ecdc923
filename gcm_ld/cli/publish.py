"""``gcm-ld publish``: a folder that portals harvest, people read and browsers open."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcm_ld.cli.options import SOURCE_OPTIONS
from gcm_ld.cli.output import as_table, show_progress, wrap
from gcm_ld.errors import InputError
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.publish.publication import Summary
    from gcm_ld.publish.rehearse import Finding
    from gcm_ld.source import Source
    from gcm_ld.validate import Report

__all__ = ["command"]

#: The settings file that is looked for beside one's own data.
_SETTINGS = "publish.toml"

_HELP = """Publish the data as a folder of static files for any web server.

OUT gets a page and the data of every resource, dumps, a catalogue record that portals harvest
(DCAT-AP), VoID, the coverage figures as a data cube, search, an explorer, the reports, the
documentation, and configuration for nginx, Apache and w3id. A folder that is there is replaced in
one step: until then, and if anything goes wrong, the old site stands. Files that somebody else put
into it stay. Publishing again rewrites only what changed.

Who publishes the data, and where, is said in a settings file; publish.toml beside your own data is
found without --settings. The data are validated first; exit status 1 if they don't conform.

\b
Example:
  gcm-ld publish site/
  gcm-ld publish --init xkx/publish.toml
  gcm-ld publish --data xkx/ --rehearse
  gcm-ld publish --data xkx/ site/
"""


@click.command(name="publish", help=_HELP)
@click.argument("out", required=False, type=click.Path(path_type=Path), metavar="OUT")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Who publishes the data, and where (TOML).",
)
@click.option(
    "--base-iri",
    metavar="URL",
    help="Host under your own domain: your resources get IRIs that start with this address.",
)
@click.option(
    "--date",
    metavar="YYYY-MM-DD",
    help="The day of publication, if not the one that data or settings give; never the clock's.",
)
@click.option(
    "--rehearse",
    "rehearsal",
    is_flag=True,
    help="Only say what a portal's harvester would stumble over, and which setting mends it.",
)
@click.option(
    "--init",
    "init",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Only write a settings file to start from.",
)
@SOURCE_OPTIONS
def command(
    out: Path | None,
    settings_file: Path | None,
    base_iri: str | None,
    date: str | None,
    rehearsal: bool,
    init: Path | None,
    source: Source,
) -> int:
    """Publish a site, rehearse it, or write settings to start from."""
    if init is not None:
        _init(init)
        return 0
    if out is None and not rehearsal:
        raise InputError(
            "name the folder to publish to, as in: gcm-ld publish site/ (or add --rehearse)"
        )
    from gcm_ld.publish.publication import publish
    from gcm_ld.publish.settings import read_settings

    dataset = source.dataset()
    settings = read_settings(
        settings_file or _find_settings(source.paths), dataset=dataset, base_iri=base_iri, date=date
    )
    try:
        if rehearsal:
            from gcm_ld.publish.rehearse import rehearse

            # Judged as of today; what is published never depends on the clock.
            today = datetime.date.today().isoformat()
            findings = rehearse(dataset, settings, today=today, progress=show_progress)
            show_progress("")
            return _tell_rehearsal(findings)
        assert out is not None  # noqa: S101
        summary = publish(dataset, out, settings, progress=show_progress)
    finally:
        show_progress("")
    if summary.report is not None and not summary.report.conforms:
        return _tell_violations(summary.report)
    _tell(summary, out)
    return 0


def _init(path: Path) -> None:
    from gcm_ld.files import write_text
    from gcm_ld.publish.settings import settings_template

    if path.exists():
        raise InputError(f"{path}: is there already: name another file, or delete it")
    write_text(path, settings_template())
    click.echo(f"wrote {path}: fill it in, then gcm-ld publish --rehearse", err=True)


def _find_settings(data: tuple[Path, ...]) -> Path | None:
    """Find the settings file that stands beside one's own data, if any."""
    for path in data:
        found = (path if path.is_dir() else path.parent) / _SETTINGS
        if found.is_file():
            return found
    return None


def _tell(summary: Summary, out: Path) -> None:
    datasets = plural(summary.datasets, "dataset")
    click.echo(
        wrap(
            f"Published {datasets} to {out}: {summary.statements:,} statements, of which "
            f"{summary.derived:,} derived, and a page for each of {summary.resources:,} resources."
        )
    )
    removed = f", {summary.removed:,} removed" if summary.removed else ""
    same = summary.files - summary.written
    click.echo(
        wrap(f"{summary.files:,} files: {summary.written:,} written, {same:,} unchanged{removed}.")
    )
    if summary.stumbles:
        things = plural(summary.stumbles, "thing")
        click.echo(
            wrap(
                f"A harvester would stumble over {things}: gcm-ld publish --rehearse names them, "
                "with the settings that mend them."
            )
        )
    click.echo(f"Open {out / 'index.html'}; web servers: {out / 'hosting'}")


def _tell_violations(report: Report) -> int:
    bad = [f for f in report.findings if f.severity == "Violation"]
    click.echo(
        f"Error: the data do not conform ({plural(len(bad), 'violation')}), and nothing was "
        "published. gcm-ld validate shows all; the first:",
        err=True,
    )
    for finding in bad[:5]:
        click.echo(wrap(f"{finding.file or ''} {finding.message}".strip(), indent="  "), err=True)
    return 1


def _tell_rehearsal(findings: list[Finding]) -> int:
    if not findings:
        click.echo("Nothing that a harvester would stumble over.")
        return 0
    rows = [(f.severity.lower(), f.setting, f.text) for f in findings]
    click.echo(as_table(("Severity", "Setting", "What, and how to mend it"), rows))
    return 1 if any(f.severity == "Violation" for f in findings) else 0
