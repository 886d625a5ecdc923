"""``gcm-ld query``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from gcm_ld.cli.options import OUTPUT_OPTION, SOURCE_OPTIONS, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, wrap
from gcm_ld.errors import InputError
from gcm_ld.namespaces import compact
from gcm_ld.queries import Query, find_query, list_queries, run_query
from gcm_ld.source import Source

_HELP = """Ask questions of the library by name, or of your own SPARQL files.

\b
Example:
  gcm-ld query --list
  gcm-ld query select_outcomes --format csv
  gcm-ld query claim_action_outcomes --param about=gcm/action/1.a
  gcm-ld query mine.rq --data my-country/
  gcm-ld query select_frameworks --store world/
"""


@click.command(name="query", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a variable; IRIs also as gcmo:Aligned or gcm/action/1.a. May be repeated.",
)
@click.option("--list", "listing", is_flag=True, help="List the questions with their parameters.")
@format_option("table", "csv", "json")
@OUTPUT_OPTION
@SOURCE_OPTIONS
def command(
    names: tuple[str, ...],
    params: tuple[str, ...],
    listing: bool,
    format_: str,
    output: Path | None,
    source: Source,
) -> None:
    """List or run questions."""
    if listing:
        emit(_list(format_), output)
        return
    if not names:
        raise InputError("name a question or a .rq file: 'gcm-ld query --list' shows them all")
    if len(names) > 1 and format_ == "csv":
        raise InputError("one csv file holds one table: ask one question at a time")
    values = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise InputError(f"--param {param}: write it as NAME=VALUE")
        values[name] = value
    queries = [find_query(n) for n in names]
    for query in queries:
        query.bind(values)  # before any file is read
    store = source.graph_store()
    answers = {q.name: run_query(store, q, values) for q in queries}
    if format_ == "json":
        found = {name: list(rows.dicts()) for name, rows in answers.items()}
        emit(as_json(found if len(found) > 1 else next(iter(found.values()))), output)
    elif format_ == "csv":
        rows = next(iter(answers.values()))
        emit(as_csv(rows.columns, rows.rows), output)
    else:
        parts = []
        for query in queries:
            rows = answers[query.name]
            short = [[compact(c) if isinstance(c, str) else c for c in r] for r in rows.rows]
            table = as_table(rows.columns, short) if short else "no row"
            head = [query.summary] if query.summary else []
            parts.append("\n".join([*head, table, f"{len(short)} rows" if short else ""]).rstrip())
        emit("\n\n".join(parts), output)


def _list(format_: str) -> str:
    queries = list_queries()
    if format_ == "json":
        return as_json([_describe(q) for q in queries])
    if format_ == "csv":
        columns = ("name", "form", "tags", "summary", "parameters")
        return as_csv(
            columns,
            [
                (
                    q.name,
                    q.form,
                    " ".join(q.tags),
                    q.summary,
                    " ".join(p.name for p in q.parameters),
                )
                for q in queries
            ],
        )
    lines = []
    for query in queries:
        parameters = "".join(f" {p.name}{'*' * p.required}" for p in query.parameters)
        lines.append(f"{query.name}{parameters and ' :' + parameters}")
        lines.append(wrap(query.summary, indent="    "))
    footer = f"{len(queries)} questions; parameters after the colon, * required"
    return "\n".join([*lines, "", footer])


def _describe(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "form": query.form,
        "tags": list(query.tags),
        "summary": query.summary,
        "description": query.description,
        "parameters": [asdict(p) for p in query.parameters],
        "columns": dict(query.columns),
    }
