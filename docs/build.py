"""Write the generated pages: columns of tables, commands, queries and shapes.

    python docs/build.py

A test fails where a page is not what this writes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import click

from gcm_ld import cli
from gcm_ld.namespaces import compact
from gcm_ld.queries import Query, list_queries
from gcm_ld.resources import folder
from gcm_ld.tables.layout import SHEETS
from gcm_ld.tables.schema import Form
from gcm_ld.tables.words import read_words
from gcm_ld.turtle import natural_key, read_turtle

DOCS = Path(__file__).resolve().parent

_GROUPS = {
    "report": "Reports",
    "overview": "Overview",
    "claim": "Claims",
    "check": "Checks",
    "rule": "Rules",
}


def query_page() -> str:
    """Return the catalogue of questions, from their headers."""
    queries = list_queries()
    parts = [
        "# Query catalogue",
        "Generated from the headers of `queries/*.rq` by `docs/build.py`. Run one with "
        "`gcm-ld query NAME --param name=value`; IRIs may be written as `gcmo:Aligned`, "
        "`sdg:10.7` or `gcm/action/1.a`.",
    ]
    seen: set[str] = set()
    for tag, title in _GROUPS.items():
        group = [q for q in queries if tag in q.tags and q.name not in seen]
        seen |= {q.name for q in group}
        parts.append(f"## {title}")
        parts += [_query(q) for q in group]
    left = {q.name for q in queries} - seen
    if left:
        raise SystemExit(f"no group for {', '.join(sorted(left))}: add a tag to the header")
    return "\n\n".join(parts) + "\n"


def _query(query: Query) -> str:
    lines = [f"### {query.name}", f"{query.summary} {query.description}"]
    if query.parameters:
        lines.append(
            "\n".join(
                _parameter(p.name, p.kind, p.required, p.description) for p in query.parameters
            )
        )
    if query.columns:
        columns = "\n".join(f"| `{name}` | {text} |" for name, text in query.columns.items())
        lines.append(f"| column | meaning |\n|---|---|\n{columns}")
    return "\n\n".join(lines)


def _parameter(name: str, kind: str, required: bool, description: str) -> str:
    return f"- `{name}` ({kind}, {'required' if required else 'optional'}): {description}"


def command_page() -> str:
    """Return the command reference, from the commands' own help."""
    parts = [
        "# Commands",
        "Generated from `--help` by `docs/build.py`. Exit status: 0 fine; 1 the data does not "
        "conform, a check or a claim fails; 2 the input or the call is wrong.",
    ]
    group = cli.group
    parts.append(_help(group, "gcm-ld", None))
    root = click.Context(group, info_name="gcm-ld")
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        if command is not None:
            parts.append(f"## gcm-ld {name}\n\n{_help(command, name, root)}")
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, name: str, parent: click.Context | None) -> str:
    context = click.Context(
        command, info_name=name, parent=parent, max_content_width=80, terminal_width=80,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"```text\n{text}\n```"


def shapes_page() -> str:
    """Return the list of constraints, from the shapes themselves."""
    parts = [
        "# Shapes",
        "Generated from `shapes/*.ttl` by `docs/build.py`. A violation stops publishing, a warning "
        "recommends. `gcm-ld validate` runs all but those on the ontology, which `gcm-ld check` "
        "runs.",
    ]
    for path in sorted(folder("shapes").glob("*.ttl")):
        lines = _constraints(path)
        if lines:
            table = "| constraint | severity | what it says |\n|---|---|---|\n" + "\n".join(lines)
            parts.append(f"## {path.name}\n\n{table}")
    return "\n\n".join(parts) + "\n"


def _constraints(path: Path) -> list[str]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in read_turtle(path):
        subject = getattr(triple.subject, "value", "")
        predicate = compact(triple.predicate.value)
        values[subject][predicate] = getattr(triple.object, "value", "")
    lines = []
    for subject in sorted(values, key=natural_key):
        found = values[subject]
        query = values.get(found.get("sh:sparql", ""), {})
        message = found.get("sh:message") or query.get("sh:message")
        if message and "sh:severity" in found:
            severity = found["sh:severity"].rpartition("#")[2].lower()
            text = message.replace("|", "\\|")
            lines.append(
                f"| `{compact(subject)}`: {found.get('sh:name', '')} | {severity} | {text} |"
            )
    return lines


def columns_page() -> str:
    """Return every sheet and column of the tables, from their description."""
    words = read_words()
    parts = [
        "# Sheets and columns",
        "Generated from `gcm_ld/tables/layout.py` by `docs/build.py`. [Tables](tables.md) says how "
        "they are filled in. A sheet or column marked “where needed” is not in the template: add "
        "it when you have something for it.",
    ]
    for sheet in SHEETS:
        need = "" if sheet.core else " Where needed."
        parts.append(f"## {sheet.name}\n\n{sheet.help}{need} CSV: `{sheet.file}`.")
        lines = ["| column | holds | | what to write |", "|---|---|---|---|"]
        for column in sheet.columns:
            mark = "must be filled in" if column.required else ""
            mark = "where needed" if not column.core else mark
            holds, what = column.form.value, column.help
            if column.shown:
                holds, mark = "", "for reference, not read"
            choices = words.choices(column.target)
            if column.form in (Form.WORD, Form.WORDS) and choices:
                what += f" One of: {', '.join(_shorten(choices))}."
            lines.append(f"| {column.header} | {holds} | {mark} | {what} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _shorten(choices: Sequence[str]) -> Sequence[str]:
    """Leave out the currencies of a list of units."""
    if len(choices) < 60:
        return choices
    return [
        *(c for c in choices if not re.fullmatch("[A-Z]{3}", c)),
        "or a currency by its ISO 4217 code, as EUR",
    ]


PAGES = {
    "columns.md": columns_page,
    "commands.md": command_page,
    "queries.md": query_page,
    "shapes.md": shapes_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
