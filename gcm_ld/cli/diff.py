"""``gcm-ld diff``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
import pyoxigraph as ox

from gcm_ld.cli.options import OUTPUT_OPTION, format_option
from gcm_ld.cli.output import as_json, emit, wrap
from gcm_ld.dataset import open_dataset
from gcm_ld.diff import Change, ChangeKind, CoverageEffect, Difference, Group, compare
from gcm_ld.diff.model import Term
from gcm_ld.errors import InputError
from gcm_ld.namespaces import expand
from gcm_ld.words import plural

__all__ = ["command"]

_SIGNS = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "−",
    ChangeKind.RETIRED: "−",
}
_NOUNS = {
    Group.LINK: "link",
    Group.STATUS: "status",
    Group.INDICATOR: "indicator",
    Group.CELL: "cell",
    Group.OTHER: "other statements",
}
_TEXTS = (expand("xsd:string"), expand("rdf:langString"))
_WORDS = {ChangeKind.STATUS_CHANGED: "changed"}

_HELP = """Tell what changed between two states of the data.

OLD and NEW are Turtle files or folders. Only the statements in them are compared, in the words of
the domain: links, statuses, elements, indicators, cells as printed, and the effect on coverage. The
layout of the files doesn't matter. Splits, mergers and replacements are those that the data state
with dcterms:replaces or dcterms:isReplacedBy; a guess is marked as one. With --format ttl the
changes are written as RDF, for those who follow the data. Exit status as for diff: 0 no
difference, 1 differences, 2 wrong input.

\b
Example:
  gcm-ld diff data/xkx-2024 data/xkx-2025
  gcm-ld diff --brief old.ttl new.ttl
  gcm-ld diff old/ new/ --format ttl -o changes.ttl
"""


@click.command(name="diff", help=_HELP)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--brief", is_flag=True, help="Only count the changes.")
@format_option("table", "json", "ttl")
@OUTPUT_OPTION
@click.pass_context
def command(
    ctx: click.Context, old: Path, new: Path, brief: bool, format_: str, output: Path | None
) -> None:
    """Compare and print the changes."""
    if brief and format_ == "ttl":
        raise InputError("--brief goes with --format table or json: RDF holds every change")
    difference = compare(open_dataset(old), open_dataset(new))
    if format_ == "ttl":
        from gcm_ld.diff import build_change_record
        from gcm_ld.turtle import write_turtle

        text = write_turtle(build_change_record(difference)).rstrip("\n")
    elif format_ == "json":
        text = as_json(_as_dict(difference, brief=brief))
    else:
        text = "\n".join(_lines(difference, brief=brief)).rstrip("\n")
    emit(text, output)
    if difference:
        ctx.exit(1)


def _as_dict(difference: Difference, *, brief: bool) -> dict[str, object]:
    counts = {
        group.value: {kind.value: n for kind, n in kinds.items()}
        for group, kinds in difference.counts().items()
    }
    result: dict[str, object] = {
        "different": bool(difference),
        "old": difference.old.as_dict(),
        "new": difference.new.as_dict(),
        "counts": counts,
        "coverage": [c.as_dict() for c in difference.coverage],
    }
    return result if brief else result | {"changes": [c.as_dict() for c in difference.changes]}


def _lines(difference: Difference, *, brief: bool) -> Iterator[str]:
    if not difference:
        yield "no difference"
        return
    counts = difference.counts()
    for group, found in groupby(difference.changes, key=lambda c: c.group):
        numbers = ", ".join(f"{n} {_WORDS.get(k, k.value)}" for k, n in counts[group].items())
        yield f"{group.value[0].upper()}{group.value[1:]}: {numbers}"
        if not brief:
            for change in found:
                yield from _change(change)
            yield ""
    yield from _coverage(difference.coverage)


def _coverage(effects: tuple[CoverageEffect, ...]) -> Iterator[str]:
    for code, group in groupby(effects, key=lambda e: e.code):
        rules = list(group)
        if all(e.before == e.after for e in rules):
            yield f"Coverage by {code}: unchanged"
            continue
        yield f"Coverage by {code}:"
        for effect in rules:
            was, now = _share(effect.before), _share(effect.after)
            yield f"  ~ {effect.rule}: {was} → {now}" if was != now else f"    {effect.rule}: {now}"


def _share(counts: tuple[int, int] | None) -> str:
    return "not assessed" if counts is None else f"{counts[0]} of {counts[1]}"


def _change(change: Change) -> Iterator[str]:
    sign = _SIGNS.get(change.kind, "~")
    words = [sign, _NOUNS.get(change.group, ""), _sentence(change)]
    yield wrap(" ".join(filter(None, words)), indent="  ")
    for guess in change.guess_text:
        yield wrap(f"? perhaps replaced by {guess} (a guess: no data say so)", indent="      ")


def _sentence(change: Change) -> str:
    label = change.label
    before, after = (
        _words(change.before, change.before_text),
        _words(change.after, change.after_text),
    )
    if change.group is Group.OTHER:
        return f"about {label}: {_statements(change)}"
    if change.group is Group.INDICATOR:
        return f"of {label}: {before or after}"
    if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        text = before or after
        if change.group in (Group.LINK, Group.STATUS):
            return f"{label} ({text})" if text else label
        return f"{label} “{text}”" if text else label
    if change.kind is ChangeKind.RETIRED:
        deprecated = "" if change.gone else " (deprecated)"
        replaced = f", replaced by {change.replaced_by_text}" if change.replaced_by else ""
        return f"retired {label}{f' “{before}”' if before else ''}{deprecated}{replaced}"
    if change.kind is ChangeKind.RECODED:
        return f"recoded {label}: {before} → {after}{_followers(change)}"
    if change.kind is ChangeKind.SPLIT:
        return f"split {label} into {after}"
    if change.kind is ChangeKind.MERGED:
        return f"merged {before} into {label}"
    verb = {ChangeKind.RENAMED: "renamed ", ChangeKind.MOVED: "moved "}.get(change.kind, "")
    shown = "" if verb or change.kind is ChangeKind.STATUS_CHANGED else f", {change.field}"
    return f"{verb}{label}{shown}: {before or 'none'} → {after or 'none'}"


def _followers(change: Change) -> str:
    nodes = change.gone[1:]
    noun = "link" if all("/alignment/" in node for node in nodes) else "link or assessment"
    return f" ({plural(len(nodes), noun)} {'follows' if len(nodes) == 1 else 'follow'})" * bool(
        nodes
    )


def _words(terms: tuple[Term, ...], text: str | None) -> str | None:
    """Return values in words, with quotation marks where they are text."""
    if text is None or not terms or not all(isinstance(t, ox.Literal) for t in terms):
        return text
    marked = any(t.datatype.value in _TEXTS for t in terms if isinstance(t, ox.Literal))
    return f"“{text}”" if marked and not text.startswith('"') else text


def _statements(change: Change) -> str:
    numbers = [f"+{len(change.after)}"] * bool(change.after)
    numbers += [f"−{len(change.before)}"] * bool(change.before)
    texts = [f"+ {change.after_text}"] * bool(change.after)
    texts += [f"− {change.before_text}"] * bool(change.before)
    return f"{' '.join(numbers)} ({'; '.join(texts)})"
