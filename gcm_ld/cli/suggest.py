"""``gcm-ld suggest``: actions and SDG targets that a strategy's outcomes may answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from gcm_ld.cli.options import OUTPUT_OPTION, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, wrap
from gcm_ld.errors import InputError
from gcm_ld.files import write_bytes
from gcm_ld.suggest.decisions import accepted_links, explain, read_decisions, suggestion_workbook
from gcm_ld.suggest.knowledge import Knowledge, Measure, load_knowledge
from gcm_ld.suggest.measures import read_measures
from gcm_ld.suggest.quality import as_data, measure_quality, quality_line, shipped_quality
from gcm_ld.suggest.ranking import Suggestion
from gcm_ld.suggest.suggester import Suggester, Suggestions
from gcm_ld.words import plural

__all__ = ["command"]

#: Tables of so many rows take more than a moment; progress is shown at each so many.
_LONG, _STEP = 1000, 100
#: How many suggestions the figures of the table are for.
_CUTS = ("1", "3", "5", "10")
_COLUMNS = (
    "outcome",
    "outcomeTitle",
    "kind",
    "rank",
    "code",
    "title",
    "score",
    "words",
    "through",
    "iri",
)

_NOTES = (
    "P@5 is how many in a hundred of the first 5 suggestions are right, R@5 how many of the known "
    "links these find, MAP the mean average precision; each is the mean over what was asked. What "
    "the source does not link counts as wrong, though a person might accept it.",
    "Only the weights were chosen on other links than they are judged by. The synonyms, the words "
    "left out and the method itself were settled with these data in view, so expect somewhat less "
    "for another strategy. The targets of an outcome are derived: the source links actions with "
    "targets, and the same links lead from suggested actions to targets.",
)

_HELP = """Suggest the actions and SDG targets that each outcome of a strategy may answer.

FILE is a workbook or a folder of CSV files as 'gcm-ld template' lays them out, one CSV file with
the column Title (and Code, Description, Objective if you have them), or Turtle with outcomes.
Titles must be in English. Suggestions rest on shared words, which are shown; an arrow joins two
words that stand for each other. SDG targets also come through actions, by links that Albania
states. Nothing leaves this machine. They are for a person to judge: the first line says how often
they are right.

\b
To decide, and to take over what you accept:
  1. gcm-ld suggest FILE --format xlsx -o suggestions.xlsx
  2. choose accept or reject in column Decision, and say in column Confidence
     how sure you are
  3. gcm-ld suggest --accepted suggestions.xlsx --author CODE -o links.csv

links.csv is the sheet Links of your tables, for 'gcm-ld import'. Where your strategy's own
crosswalk says so, write the outcome's code into the action's row of sheet Crosswalk instead.

\b
Example:
  gcm-ld suggest outcomes.csv
  gcm-ld suggest my-country.xlsx --top 3 --no-targets
  gcm-ld suggest --quality
"""


@click.command(name="suggest", help=_HELP)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option(
    "--top",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="How many actions, and how many targets, for each outcome.",
)
@click.option(
    "--targets/--no-targets", default=True, show_default=True, help="Whether to suggest targets."
)
@click.option(
    "--wording",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Turtle with the official wording, made by 'gcm-ld wording', to compare with too.",
)
@click.option(
    "--framework", metavar="CODE", help="Your strategy's code for xlsx, if FILE does not say it."
)
@click.option("--quality", is_flag=True, help="Measure how good suggestions are, by method.")
@click.option(
    "--accepted",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the accepted rows of this file of suggestions as the CSV file of sheet Links.",
)
@click.option("--author", metavar="CODE", help="With --accepted: who judged, as in Institutions.")
@format_option("table", "csv", "json", "xlsx")
@OUTPUT_OPTION
def command(
    file: Path | None,
    top: int,
    targets: bool,
    wording: Path | None,
    framework: str | None,
    quality: bool,
    accepted: Path | None,
    author: str | None,
    format_: str,
    output: Path | None,
) -> None:
    """Suggest links, measure suggestions, or take over those accepted."""
    if sum((file is not None, quality, accepted is not None)) != 1:
        raise InputError("give one of these: a FILE with outcomes, --quality, or --accepted FILE")
    if author is not None and accepted is None:
        raise InputError("--author goes with --accepted: it says who accepted the suggestions")
    if format_ == "xlsx" and (output is None or file is None):
        raise InputError("--format xlsx goes with a FILE of outcomes and -o FILE.xlsx")
    if accepted is not None:
        _take_over(accepted, author or "", output)
    elif quality:
        emit(_quality(load_knowledge(wording=wording), format_), output)
    elif file is not None:
        listed = read_measures(file)
        for warning in listed.warnings:
            click.echo(f"Note: {warning}", err=True)
        # The figures are those of the shipped texts; with others they are measured anew.
        knowledge = load_knowledge(wording=wording)
        rows = as_data(measure_quality(knowledge)) if wording else shipped_quality()
        suggester = Suggester(knowledge)
        found = _suggest_all(suggester, listed.measures, top=top, targets=targets)
        line = quality_line(rows)
        if format_ == "xlsx" and output is not None:
            code = framework or listed.framework
            write_bytes(output, suggestion_workbook(found, framework=code, quality=line))
        else:
            emit(_render(found, format_, line), output)


def _suggest_all(
    suggester: Suggester, measures: Sequence[Measure], *, top: int, targets: bool
) -> Iterator[Suggestions]:
    """Suggest for one measure after the other, and on a terminal say how far it is."""
    shown = sys.stderr.isatty() and len(measures) >= _LONG
    for number, measure in enumerate(measures):
        if shown and number % _STEP == 0:
            click.echo(f"\r\x1b[K{number} of {len(measures)} outcomes …", err=True, nl=False)
        yield suggester.suggest(measure, top=top, targets=targets)
    if shown:
        click.echo("\r\x1b[K", err=True, nl=False)


def _take_over(path: Path, author: str, output: Path | None) -> None:
    rows = read_decisions(path)
    if not rows:
        raise InputError(
            f"{path}: nothing is accepted: write accept into column Decision of at least one row"
        )
    content = accepted_links(rows, author=author)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_bytes(output, content)
    lacking = [
        n
        for n, header in (("author", ""), ("confidence", "Confidence"))
        if not all(author if not header else row.get(header) for row in rows)
    ]
    if lacking:
        click.echo(
            f"Note: {plural(len(rows), 'link')}; before they conform, fill in "
            f"{' and '.join(lacking)}.",
            err=True,
        )


def _render(found: Iterable[Suggestions], format_: str, quality: str) -> str:
    if format_ == "csv":
        return as_csv(_COLUMNS, _lines(found))
    if format_ == "json":
        return as_json({"quality": quality, "suggestions": [_as_dict(item) for item in found]})
    return "\n\n".join([wrap(quality), *map(_as_text, found)])


def _as_text(item: Suggestions) -> str:
    parts = [wrap(f"{item.measure.code}  {item.measure.title}")]
    if not item.actions:
        parts.append("  no suggestion: it shares no word with any action; is its title in English?")
    for heading, suggestions in (("Action", item.actions), ("SDG target", item.targets)):
        if suggestions:
            rows = [
                (n, s.candidate.code, s.candidate.title, f"{s.score:.2f}", explain(s))
                for n, s in enumerate(suggestions, 1)
            ]
            parts.append(as_table(("#", heading, "Title", "Score", "Why"), rows))
    return "\n".join(parts)


def _kinds(item: Suggestions) -> Iterator[tuple[str, int, Suggestion]]:
    for kind, suggestions in (("action", item.actions), ("target", item.targets)):
        for rank, suggestion in enumerate(suggestions, 1):
            yield kind, rank, suggestion


def _lines(found: Iterable[Suggestions]) -> Iterator[tuple[object, ...]]:
    for item in found:
        for kind, rank, s in _kinds(item):
            yield (
                item.measure.code,
                item.measure.title,
                kind,
                rank,
                s.candidate.code,
                s.candidate.title,
                f"{s.score:.4f}",
                "; ".join(dict.fromkeys(map(str, s.matches))),
                "; ".join(s.through),
                s.candidate.iri,
            )


def _as_dict(item: Suggestions) -> dict[str, object]:
    lists: dict[str, list[object]] = {"actions": [], "targets": []}
    for kind, rank, s in _kinds(item):
        lists[f"{kind}s"].append(
            {
                "rank": rank,
                "code": s.candidate.code,
                "title": s.candidate.title,
                "iri": s.candidate.iri,
                "score": round(s.score, 4),
                "words": [
                    {
                        "word": m.word,
                        "in": m.part,
                        "found": m.found,
                        "foundIn": m.found_part,
                        "share": round(m.share, 3),
                    }
                    for m in s.matches
                ],
                "through": list(s.through),
            }
        )
    measure = item.measure
    return {"code": measure.code, "title": measure.title, "objective": measure.objective, **lists}


def _quality(knowledge: Knowledge, format_: str) -> str:
    rows = as_data(measure_quality(knowledge))
    if format_ == "json":
        return as_json(rows)
    columns = ("task", "method", "queries", "links", *_names("precision"), *_names("recall"), "map")
    if format_ == "csv":
        return as_csv(columns, [_figures(r) for r in rows])
    parts = [wrap(quality_line(rows))]
    for task in dict.fromkeys(r["task"] for r in rows):
        mine = [r for r in rows if r["task"] == task]
        size = f"{mine[0]['queries']} asked, {plural(mine[0]['links'], 'link')} known"
        headings = ("Method", *(f"P@{k}" for k in _CUTS), *(f"R@{k}" for k in _CUTS), "MAP")
        table = as_table(headings, [(r["method"], *_percent(_figures(r)[4:])) for r in mine])
        parts.append(f"{task[0].upper()}{task[1:]}: {size}\n{table}")
    return "\n\n".join([*parts, *map(wrap, _NOTES)])


def _names(figure: str) -> list[str]:
    return [f"{figure}{k}" for k in _CUTS]


def _figures(row: Mapping[str, Any]) -> list[Any]:
    figures = [row[name][k] for name in ("precision", "recall") for k in _CUTS]
    return [
        row["task"],
        row["method"],
        row["queries"],
        row["links"],
        *figures,
        row["average_precision"],
    ]


def _percent(values: Sequence[float]) -> list[str]:
    return [f"{100 * v:.0f}" for v in values]
