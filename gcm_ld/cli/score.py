"""``gcm-ld score``: the ontology, the data and the links against published criteria."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from gcm_ld.cli.options import DATA_OPTION, OUTPUT_OPTION, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, show_progress, terminal_width, wrap
from gcm_ld.dataset import open_dataset
from gcm_ld.namespaces import compact
from gcm_ld.score import SCHEMES, Item, Summary, Verdict, score, summarise

__all__ = ["command"]

#: Offenders of one item that are printed for reading; CSV and JSON hold all.
_SHOWN = 5
_COLUMN = max(map(len, Verdict)) + 2
#: Verdicts as the headings of a narrow table.
_HEADINGS = ("passed", "partly", "failed", "untested", "n/a")
_NOTE = (
    "score: items passed, of those tested. tested: items tested, of all: what takes the network or "
    "a person counts neither for nor against."
)

_HELP = """Score ontology, data and links against published criteria.

Item by item, with the evidence: the FAIR ontology checks of FOOPS!, the pitfalls of OOPS!, the W3C
Data on the Web Best Practices, the five stars of open data and the five stars of mappings. What
needs the network or a person is told as not tested, with the reason, and never as passed. More can
be tested of a published folder: name it with --site.

Exit status 1 if an item failed and --strict is given, or a scheme is below --fail-under.

\b
Example:
  gcm-ld score --brief
  gcm-ld score --scheme foops --scheme oops
  gcm-ld score --site OUT/ --format json -o score.json
  gcm-ld score --data my-country/ --scheme five-star-mappings --fail-under 80
"""


@click.command(name="score", help=_HELP)
@click.option(
    "--scheme",
    "schemes",
    multiple=True,
    type=click.Choice(list(SCHEMES)),
    help="Only this scheme; may be repeated.",
)
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder written by gcm-ld publish, to test what is published.",
)
@click.option("--brief", is_flag=True, help="Print the figures of each scheme only.")
@click.option("--strict", is_flag=True, help="Exit status 1 if an item failed.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit status 1 if fewer of a scheme's tested items passed.",
)
@format_option("table", "csv", "json")
@OUTPUT_OPTION
@DATA_OPTION
@click.pass_context
def command(
    ctx: click.Context,
    schemes: tuple[str, ...],
    site: Path | None,
    brief: bool,
    strict: bool,
    fail_under: float | None,
    format_: str,
    output: Path | None,
    data: tuple[Path, ...],
) -> None:
    """Score and print every item."""
    dataset = open_dataset(*data)
    try:
        show_progress("scoring")
        items = score(dataset, site=site, schemes=schemes)
    finally:
        show_progress("")
    summaries = summarise(items)
    emit(_render(items, summaries, format_=format_, brief=brief), output)
    failed = strict and any(i.result.verdict is Verdict.FAILED for i in items)
    if failed or (fail_under is not None and any(_below(s, fail_under) for s in summaries)):
        ctx.exit(1)


def _below(summary: Summary, percent: float) -> bool:
    """Tell whether too little passed; where nothing was tested, nothing did."""
    return (summary.percent or 0.0) < percent


def _render(
    items: Sequence[Item], summaries: Sequence[Summary], *, format_: str, brief: bool
) -> str:
    if format_ == "json":
        return as_json([_as_dict(s, [] if brief else items) for s in summaries])
    if format_ == "csv":
        if brief:
            keys = ("scheme", *(v.value.replace(" ", "_") for v in Verdict))
            rows = [(s.scheme.name, *(s.counts[v] for v in Verdict), s.tested, s.total, s.percent)
                    for s in summaries]  # fmt: skip
            return as_csv((*keys, "tested", "items", "percent"), rows)
        columns = ("scheme", "id", "title", "verdict", "met", "of", "evidence", "cure", "offenders")
        return as_csv(columns, [_line(i) for i in items])
    parts = [] if brief else [_section(s, items) for s in summaries]
    return "\n\n".join([*parts, _figures(summaries), wrap(_NOTE)])


def _figures(summaries: Sequence[Summary]) -> str:
    headings = ("scheme", *_HEADINGS, "score", "tested")
    rows = []
    for summary in summaries:
        counts = [summary.counts[v] for v in Verdict]
        rows.append((
            summary.scheme.name, *counts,
            f"{summary.counts[Verdict.PASSED]}/{summary.tested}",
            f"{summary.tested}/{summary.total}",
        ))  # fmt: skip
    return as_table(headings, rows)


def _section(summary: Summary, items: Collection[Item]) -> str:
    scheme = summary.scheme
    head = [wrap(f"{scheme.title} ({scheme.version})"), scheme.url, ""]
    own = [i for i in items if i.scheme == scheme.name]
    return "\n".join([*head, *(_lines(i) for i in own)])


def _lines(item: Item) -> str:
    result = item.result
    texts = [f"{item.id}  {item.title}", result.evidence]
    if result.offenders:
        shown = ", ".join(map(compact, result.offenders[:_SHOWN]))
        rest = len(result.offenders) - _SHOWN
        texts.append(f"not: {shown}" + (f", and {rest} more" if rest > 0 else ""))
    if result.cure:
        texts.append(f"do: {result.cure}")
    verdict, indent = f"{result.verdict.value:{_COLUMN}}", " " * _COLUMN
    lines = []
    for number, text in enumerate(texts):
        first = verdict if number == 0 else indent + "  "
        lines.append(
            textwrap.fill(
                text, max(terminal_width(), 60), initial_indent=first,
                subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False,
            )
        )  # fmt: skip
    return "\n".join(lines)


def _line(item: Item) -> tuple[object, ...]:
    result = item.result
    counted = (result.met, result.of, result.evidence, result.cure, "|".join(result.offenders))
    return (item.scheme, item.id, item.title, result.verdict.value, *counted)


def _as_dict(summary: Summary, items: Collection[Item]) -> dict[str, object]:
    scheme = summary.scheme
    counts = {v.value.replace(" ", "_"): summary.counts[v] for v in Verdict}
    told = {"scheme": scheme.name, "title": scheme.title, "version": scheme.version}
    figures = {"tested": summary.tested, "items": summary.total, "percent": summary.percent}
    own = [
        {
            "id": i.id,
            "title": i.title,
            "verdict": i.result.verdict.value,
            "evidence": i.result.evidence,
            "cure": i.result.cure,
            "met": i.result.met,
            "of": i.result.of,
            "offenders": list(i.result.offenders),
        }
        for i in items
        if i.scheme == scheme.name
    ]
    result: dict[str, object] = {**told, "url": scheme.url, "counts": counts, **figures}
    return result | ({"results": own} if own else {})
