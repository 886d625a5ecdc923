"""``gcm-ld check``: what the project asks of its own files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gcm_ld.checks import Check, Job, list_files, run_checks
from gcm_ld.cli.options import DATA_OPTION, PATHS_ARGUMENT, format_option
from gcm_ld.cli.output import as_json, emit, show_progress
from gcm_ld.dataset import open_dataset
from gcm_ld.vocabulary import TIMEOUT, is_url, load_vocabulary

__all__ = ["command"]

_RESULTS = {True: "ok", False: "failed", None: "not checked"}
#: Problems of one check that are printed for reading; JSON holds all.
_SHOWN = 20

_HELP = """Check the ontology: logic, roll-up, style and formatting.

Ontology and data are held together by the OWL reasoner HermiT: they contradict nothing, no class
is empty, and the roll-up that follows from the property chain is the one that the rule derives.
The ontology keeps the house style; Turtle is in canonical form and prefixes mean the same
everywhere, and shapes misspell no SHACL term, in all files or in those at PATH. With a version of
the UN's SDG vocabulary, from a file or a web address, SDG codes are compared with it, and the
goals, targets and indicators that it retires, recodes or renames are listed with the links to look
at again. Exit status 1 if a check fails.

\b
Example:
  gcm-ld check
  gcm-ld check --data my-country.ttl my-country.ttl
  gcm-ld check --vocabulary sdg-kos-goals-targets-indicators.ttl
  gcm-ld check --vocabulary https://example.org/sdg/2025.ttl --format json
"""


def _source(ctx: click.Context, param: click.Parameter, value: str | None) -> str | Path | None:
    """Take a web address as it is, and anything else as a file that exists."""
    if value is None or is_url(value):
        return value
    path: Path = click.Path(path_type=Path, exists=True, dir_okay=False)(value, param, ctx)
    return path


@click.command(name="check", help=_HELP)
@PATHS_ARGUMENT
@format_option("table", "json")
@DATA_OPTION
@click.option(
    "--vocabulary",
    callback=_source,
    metavar="FILE|URL",
    help="A version of the UN's SDG vocabulary, as Turtle, RDF/XML, N-Triples or JSON-LD.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    envvar="GCM_LD_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long a web address may take.",
)
def command(
    paths: tuple[Path, ...],
    format_: str,
    data: tuple[Path, ...],
    vocabulary: str | Path | None,
    timeout: float,
) -> None:
    """Run the checks and print a line for each."""
    dataset, files = open_dataset(*data), list_files(paths)
    try:
        job = Job(dataset, files)
        if vocabulary is not None:
            show_progress("SDG vocabulary")
            job = Job(dataset, files, load_vocabulary(vocabulary, timeout=timeout))
        outcomes = run_checks(job, report=show_progress)
    finally:
        show_progress("")
    emit(as_json([_as_dict(c) for c in outcomes]) if format_ == "json" else _as_lines(outcomes))
    if any(c.passed is False for c in outcomes):
        sys.exit(1)
    missing = next((c.missing for c in outcomes if c.missing), None)
    if missing is not None:
        raise missing


def _as_dict(check: Check) -> dict[str, object]:
    result = {
        "check": check.name,
        "result": _RESULTS[check.passed],
        "detail": check.detail,
        "problems": list(check.problems),
    }
    return result | ({"terms": list(check.terms)} if check.name == "sdg-links" else {})


def _as_lines(checks: Sequence[Check]) -> str:
    first = max(map(len, _RESULTS.values()))
    second = max(len(c.name) for c in checks)
    lines = []
    for check in checks:
        lines.append(f"{_RESULTS[check.passed]:{first}}  {check.name:{second}}  {check.detail}")
        lines += [f"  - {problem}" for problem in check.problems[:_SHOWN]]
        if len(check.problems) > _SHOWN:
            rest = len(check.problems) - _SHOWN
            lines.append(f"  - … and {rest} more: --format json lists them all")
    return "\n".join(lines)
