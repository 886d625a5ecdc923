"""``gcm-ld import --each``: what is said of many sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcm_ld.cli.output import as_json, as_table, emit, show_progress
from gcm_ld.errors import InputError
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.tables.batch import Outcome
    from gcm_ld.tables.shipped import Shipped

__all__ = ["import_all"]

_COLUMNS = ("Folder", "Values", "Indicators", "Actions", "Links", "Not followed")
#: Sources at fault that the last line names before it says how many more there are.
_NAMED = 8


def import_all(
    sources: Sequence[Path],
    output: Path,
    shipped: Shipped,
    choice: Mapping[str, Any],
    *,
    jobs: int | None,
    dry_run: bool,
    as_json_: bool,
) -> None:
    """Import each source into a folder of its own, and tell what became of it.

    :raises InputError: if one of them is at fault.
    """
    from gcm_ld.cli.import_ import leftovers, tell
    from gcm_ld.tables.batch import import_each

    outcomes = []
    try:
        for outcome in import_each(
            sources, output, shipped, choice, jobs=jobs, dry_run=dry_run, progress=_show
        ):
            outcomes.append(outcome)
            show_progress("")
            tell(outcome.faults, of=str(outcome.source))
            if outcome.problem is not None:
                click.echo(outcome.problem, err=True)
            elif outcome.is_sound and outcome.found:
                for line in leftovers(outcome.found, outcome.target, of=str(outcome.source)):
                    click.echo(line, err=True)
    finally:
        show_progress("")
    sound = [outcome for outcome in outcomes if outcome.is_sound]
    if as_json_:
        emit(as_json(_as_dict(outcomes, output)))
    elif sound:
        emit("\n".join(_lines(sound, output, dry_run=dry_run)))
    if len(sound) < len(outcomes):
        raise InputError(_refusal(outcomes, some=bool(sound), dry_run=dry_run))


def _show(done: int, total: int) -> None:
    show_progress(f"imported {done} of {total}" if done < total else "")


def _lines(sound: Sequence[Outcome], output: Path, *, dry_run: bool) -> list[str]:
    rows = []
    with_values = False
    for outcome in sound:
        found = outcome.found or {}
        things = found["things"]
        numbers = (
            things.get("value", 0),
            things.get("indicator", 0),
            sum(found["actions"].values()),
            sum(found["links"].values()),
            found["recommendations"],
        )
        with_values = with_values or numbers[0] > 0
        rows.append((outcome.target.name, *(f"{n:,}" for n in numbers)))
    lines = [as_table(_COLUMNS, rows), ""]
    if dry_run:
        return [*lines, f"{plural(len(sound), 'source')} without a fault; nothing is written"]
    report = "progress-countries" if with_values else "countries"
    return [
        *lines,
        f"wrote {plural(len(sound), 'folder')} to {output}",
        f"next: gcm-ld report {report} --data {output}",
    ]


def _refusal(outcomes: Sequence[Outcome], *, some: bool, dry_run: bool) -> str:
    """Say which sources were not imported, and that the others were."""
    named = [str(outcome.source) for outcome in outcomes if not outcome.is_sound]
    shown = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
    many = len(named) > 1
    words = [
        f"{len(named)} of {plural(len(outcomes), 'source')} {'are' if many else 'is'} at fault, as "
        f"listed above: correct {shown} and import {'them' if many else 'it'} again"
    ]
    if dry_run:
        words.append("nothing is written")
    elif some:
        words.append("the other folders are written")
    else:
        words.append("nothing is written")
    return "; ".join(words)


def _as_dict(outcomes: Sequence[Outcome], output: Path) -> dict[str, object]:
    return {
        "conforms": all(outcome.is_sound for outcome in outcomes),
        "folder": str(output),
        "imports": [
            {
                "source": str(outcome.source),
                "folder": str(outcome.target),
                **(outcome.found or {}),
                "conforms": outcome.is_sound,
                "problem": outcome.problem,
            }
            for outcome in outcomes
        ],
    }
