"""``gcm-ld load``: data into a store on disk, or into an endpoint."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcm_ld.cli.options import (
    ENDPOINT_OPTIONS,
    PATHS_ARGUMENT,
    STORE_OPTION,
    format_option,
)
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, show_progress, wrap
from gcm_ld.errors import InputError
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.loading import Summary

__all__ = ["command"]

#: So many groups are named, and more are only counted.
_NAMED = 10

_HELP = """Load data into a store on disk, or into an endpoint.

Turtle files and folders at PATH, or the shipped data. A folder with Turtle files in it is a group,
named after it; a folder of folders is a group for each. A group that is there already is replaced
as a whole, and the others stay. The Compact, the SDGs, countries and other frameworks come along
where your own data name them and don't describe them. Until all is done, and if anything goes
wrong, a store is as it was; those who read it are not disturbed.

A store is asked with --store by query, report, validate, claims, export, publish and serve.

\b
Example:
  gcm-ld load --store world/
  gcm-ld load my-countries/ --store world/
  gcm-ld load --store world/ --remove xkx
  gcm-ld load --store world/ --list
  gcm-ld load my-countries/ --endpoint http://localhost:8890/sparql --user dba
"""


@click.command(name="load", help=_HELP)
@PATHS_ARGUMENT
@STORE_OPTION
@ENDPOINT_OPTIONS
@click.option(
    "--remove",
    "remove",
    multiple=True,
    metavar="GROUP",
    help="Take a group out; may be repeated.",
)
@click.option(
    "--merge",
    is_flag=True,
    help="With --endpoint: also put all into the default graph, in place of what it holds.",
)
@click.option(
    "--no-compact",
    is_flag=True,
    help="With --store: leave a large database as it was loaded. It takes almost half the disk, "
    "and questions twice as long.",
)
@click.option("--list", "listing", is_flag=True, help="Show what is in the store.")
@format_option("table", "csv", "json")
def command(
    paths: tuple[Path, ...],
    store: Path | None,
    endpoint: tuple[str, dict[str, Any]] | None,
    remove: tuple[str, ...],
    listing: bool,
    merge: bool,
    no_compact: bool,
    format_: str,
) -> None:
    """Load, remove or list groups."""
    if (store is None) == (endpoint is None):
        raise InputError("say where to: give either --store DIR or --endpoint URL")
    if listing and (paths or remove):
        raise InputError("--list only shows what is there: leave PATH and --remove out")
    if endpoint is not None:
        if listing or remove or no_compact:
            raise InputError("--list, --remove and --no-compact go with --store: leave them out")
        _load_endpoint(endpoint, paths, merge=merge)
        return
    if merge:
        raise InputError("--merge goes with --endpoint: a store on disk always holds the merge")
    assert store is not None  # noqa: S101
    if not listing:
        from gcm_ld.loading import load

        try:
            summary = load(
                store, paths, remove=remove, compact=not no_compact, progress=show_progress
            )
        finally:
            show_progress("")
        if format_ == "table":
            _tell(summary, store)
            return
    emit(_list(store, format_))


def _load_endpoint(
    endpoint: tuple[str, dict[str, Any]], paths: tuple[Path, ...], *, merge: bool
) -> None:
    from gcm_ld.endpoint import EndpointOptions, load_endpoint

    url, how = endpoint
    options = EndpointOptions(**how)
    try:
        report = load_endpoint(url, paths, options, merge=merge, progress=show_progress)
    finally:
        show_progress("")
    deleted = f", {plural(len(report.deleted), 'graph')} deleted" if report.deleted else ""
    merged = "" if report.merged is None else f"; {report.merged:,} merged"
    statements = sum(report.put.values())
    click.echo(
        wrap(
            f"{url}: {plural(len(report.put), 'graph')} put{deleted}; {statements:,} statements "
            f"in them{merged}."
        )
    )


def _tell(summary: Summary, store: Path) -> None:
    changes = [
        f"{word} {', '.join(groups) if len(groups) <= _NAMED else f'{len(groups):,} groups'}"
        for word, groups in (
            ("added", summary.added),
            ("replaced", summary.replaced),
            ("removed", summary.removed),
            ("left unchanged", summary.unchanged),
        )
        if groups
    ]
    own = [d for d in summary.datasets.values() if d.own]
    click.echo(wrap(f"{store}: {'; '.join(changes) or 'nothing to do'}."))
    groups = plural(len({d.group for d in own}), "group")
    context = len(summary.datasets) - len(own)
    click.echo(
        wrap(
            f"In it: {plural(len(own), 'dataset')} in {groups}"
            + (f", and {context} that they lean on" if context else "")
            + f"; {summary.statements:,} statements, {summary.derived:,} derived."
        )
    )


def _list(path: Path, format_: str) -> str:
    from gcm_ld.store.database import Database

    manifest = Database(path).manifest()
    datasets = sorted(manifest.datasets.values(), key=lambda d: (not d.own, d.name))
    columns = ("dataset", "group", "graph", "statements", "derived", "own", "sha256")
    if format_ == "json":
        return as_json(
            {
                "generation": manifest.generation,
                "datasets": [
                    {
                        "dataset": d.name,
                        "group": d.group,
                        "graph": d.graph,
                        "statements": d.statements,
                        "derived": d.derived,
                        "own": d.own,
                        "sha256": d.sha256,
                    }
                    for d in datasets
                ],
            }
        )
    if format_ == "csv":
        rows = [
            (d.name, d.group, d.graph, d.statements, d.derived, str(d.own).lower(), d.sha256)
            for d in datasets
        ]
        return as_csv(columns, rows)
    groups: Counter[tuple[bool, str]] = Counter()
    statements: Counter[tuple[bool, str]] = Counter()
    derived: Counter[tuple[bool, str]] = Counter()
    for d in datasets:
        key = not d.own, d.group
        groups[key] += 1
        statements[key] += d.statements
        derived[key] += d.derived
    rows_ = [
        (
            group,
            groups[is_context, group],
            statements[is_context, group],
            derived[is_context, group],
            "context" if is_context else "",
        )
        for is_context, group in sorted(groups)
    ]
    return as_table(("Group", "Datasets", "Statements", "Derived", ""), rows_)
