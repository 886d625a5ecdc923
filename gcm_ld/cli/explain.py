"""``gcm-ld explain``: the path from a figure of progress down to observations and links."""

from __future__ import annotations

from pathlib import Path

import click

from gcm_ld.cli.language import Language
from gcm_ld.cli.options import LANGUAGE_OPTIONS, OUTPUT_OPTION, SOURCE_OPTIONS
from gcm_ld.cli.output import as_json, emit, terminal_width
from gcm_ld.errors import InputError
from gcm_ld.files import write_bytes
from gcm_ld.progress import LINKS, RULES, Progress, Step, explain, measure
from gcm_ld.source import Source

__all__ = ["command"]

_HELP = """Show the values and links that a figure of progress comes from.

PATH says what the figure is of: objective/5, action/5.a, an SDG target or goal (sdg/10.7, sdg/10),
an indicator by its code or title, or compact for all; IRIs will do, too. The path leads from the
figure over actions and indicators down to baseline, latest value and target, each with its source
and address, and names the row or link that each step rests on. What has no part in the figure is
listed with the reason. The rules are those of 'gcm-ld report progress'.

\b
Example:
  gcm-ld explain objective/5 --data xkx/
  gcm-ld explain sdg/10.7 --data xkx/ --rule worst --year 2024
  gcm-ld explain objective/5 --data xkx/ --format svg -o objective-5.svg
  gcm-ld explain action/5.a --data xkx/ --format ttl -o why.ttl
"""

_FORMATS = ("text", "json", "ttl", "mermaid", "svg", "png")


@click.command(name="explain", help=_HELP)
@click.argument("path", metavar="PATH")
@click.option(
    "--framework",
    metavar="CODE",
    help="The framework whose indicators are followed, if there are several.",
)
@click.option(
    "--year", type=click.IntRange(1900, 2200), help="As things stood at the end of this year."
)
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default=RULES[0],
    show_default=True,
    help="How figures are put together.",
)
@click.option(
    "--links",
    type=click.Choice(LINKS),
    default="both",
    show_default=True,
    help="What carries them: indicators that an action names, those of its outcomes, or both.",
)
@click.option("--curated", is_flag=True, help="Follow links that somebody judged, too.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default=_FORMATS[0],
    show_default=True,
    help="How to show it: a tree, plain values, PROV as Turtle, a chart or a picture.",
)
@OUTPUT_OPTION
@LANGUAGE_OPTIONS
@SOURCE_OPTIONS
def command(
    path: str,
    framework: str | None,
    year: int | None,
    rule: str,
    links: str,
    curated: bool,
    format_: str,
    output: Path | None,
    language: Language,
    source: Source,
) -> None:
    """Explain a figure."""
    if format_ == "png" and output is None:
        raise InputError("a PNG is no text: name its file with --output")
    dataset = source.dataset(framework=framework)
    dataset = dataset if curated else dataset.stated
    found = measure(dataset, framework, year=year, rule=rule, links=links)
    step = explain(found, path)
    with language.speaking(dataset):
        if format_ in ("svg", "png"):
            from gcm_ld.report.charts_explained import draw_explanation

            content = draw_explanation(found, step, format_)
            if output is not None:
                write_bytes(output, content)
                return
            text = content.decode()
        else:
            text = _text(found, step, format_)
        emit(text.rstrip("\n"), output)


def _text(found: Progress, step: Step, format_: str) -> str:
    if format_ == "ttl":
        from gcm_ld.progress.provenance import as_provenance
        from gcm_ld.turtle import write_turtle

        return write_turtle(as_provenance(found, step))
    if format_ == "mermaid":
        from gcm_ld.report.explained_mermaid import as_mermaid

        return as_mermaid(step)
    from gcm_ld.report.explained import as_plain, as_tree

    if format_ == "json":
        return as_json(as_plain(found, step))
    return as_tree(found, step, width=terminal_width())
