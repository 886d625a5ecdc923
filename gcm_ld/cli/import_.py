"""``gcm-ld import``: tables that people fill in become linked data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcm_ld.cli.options import format_option
from gcm_ld.cli.output import as_json, emit, show_progress
from gcm_ld.errors import InputError
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.tables.folder import Plan
    from gcm_ld.tables.sheets import Fault
    from gcm_ld.tables.shipped import Shipped

__all__ = ["command", "leftovers", "tell"]

_HELP = """Turn a filled-in workbook, CSV folder, SSSOM or SDMX-CSV file into linked data.

SOURCE is an .xlsx workbook, a folder of CSV files, an SSSOM/TSV file, or SDMX-CSV as a statistical
system writes it (a file, or a folder of them) with the values of a strategy that is data already.
Everything that is wrong in it is listed with sheet, row and column, and then nothing is written. If
all is well, the folder gets one Turtle file for each framework and crosswalk, and two for values
and targets; files of an earlier import are replaced. Exit status 2 if there is a fault.

With --each, every SOURCE becomes a folder of its own, on all cores. What is at fault leaves its
folder as it was; the others are written.

A value that differs from the folder's, or is gone, is a fault. Where the row says Revised, or the
earlier one was not final, that one is kept as an edition instead.

\b
Example:
  gcm-ld import crosswalk.xlsx -o data/xkx/
  gcm-ld import crosswalk.xlsx --dry-run
  gcm-ld import values.xlsx -o data/xkx/ --merge
  gcm-ld import values.sdmx.csv -o data/xkx/ --merge
  gcm-ld import tables/ -o data/xkx/ --format json
  gcm-ld import received/*.xlsx --each -o data/
"""


@click.command(name="import", help=_HELP)
@click.argument(
    "sources", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="SOURCE..."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder to write to; made if it is not there.",
)
@click.option(
    "--each", is_flag=True, help="Make a folder of each SOURCE below FOLDER, named like it."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --each: how many may be read at once; by default one a core.",
)
@click.option("--dry-run", is_flag=True, help="Check and count, but write nothing.")
@click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Your own Turtle file or folder that SOURCE refers to; may be repeated.",
)
@click.option(
    "--merge", is_flag=True, help="Keep values and targets of FOLDER that SOURCE does not have."
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace files that gcm-ld did not write, and values that differ or are gone.",
)
@format_option("table", "json")
def command(
    sources: tuple[Path, ...],
    output: Path | None,
    each: bool,
    jobs: int | None,
    dry_run: bool,
    data: tuple[Path, ...],
    merge: bool,
    force: bool,
    format_: str,
) -> None:
    """Read tables, check them, and write Turtle."""
    from gcm_ld.cli.import_each import import_all
    from gcm_ld.dataset import open_dataset
    from gcm_ld.resources import shipped_data
    from gcm_ld.tables.folder import write_files
    from gcm_ld.tables.importing import import_tables
    from gcm_ld.tables.shipped import Shipped

    if output is None and not dry_run:
        raise InputError("name the folder to write to with -o, or add --dry-run to check only")
    target = output or Path(".gcm-ld-nowhere")
    shipped = Shipped(shipped_data())
    beside = tuple(open_dataset(*data).files) if data else ()
    if each:
        choice = {"beside": beside, "merge": merge, "force": force}
        import_all(
            sources, target, shipped, choice, jobs=jobs, dry_run=dry_run, as_json_=format_ == "json"
        )
        return
    if len(sources) > 1:
        raise InputError(
            f"{len(sources)} sources: add --each, and each becomes a folder of its own below "
            f"{output or 'FOLDER'}, or import one at a time"
        )
    (source,) = sources
    try:
        found = import_tables(
            source,
            target,
            shipped,
            beside=beside,
            merge=merge,
            force=force,
            step=show_progress,
        )
    finally:
        show_progress("")
    tell([*found.notes, *found.faults])
    result = found.as_dict(target)
    plan = found.plan
    if plan is None:
        if format_ == "json":
            emit(as_json(result))
        problem = f"{plural(len(found.faults), 'fault')}, listed above"
        raise InputError(f"{source}: {problem}: correct them and import again; nothing is written")
    if not dry_run:
        try:
            show_progress("writing")
            write_files(target, plan.texts())
        finally:
            show_progress("")
    if format_ == "json":
        emit(as_json(result))
        return
    imported = found.imported
    described = imported.main is not None or "value" not in result["things"]
    options = "" if described else _described_by(plan, found.around, data)
    told = list(imported.changes.lines()) if imported.changes else []
    emit("\n".join(_lines(result, plan, target, options, found.warnings, told, dry_run=dry_run)))
    for line in leftovers(result, target):
        click.echo(line, err=True)


def tell(faults: Sequence[Fault], *, of: str = "") -> None:
    """Print faults by sheet, row and column, as the reader goes through the tables.

    :param of: the source, where there are several.
    """
    from gcm_ld.tables.layout import SHEETS, find_sheet

    order = {sheet.name: number for number, sheet in enumerate(SHEETS)}

    def key(fault: Fault) -> tuple[object, ...]:
        sheet = find_sheet(fault.place)
        number = order[sheet.name] if sheet else len(order)
        return number, fault.place, fault.row or 0, fault.column or "", str(fault)

    for fault in sorted(faults, key=key):
        text = f"{of}: {fault}" if of else str(fault)
        click.echo(f"warning: {text}" if fault.warning else text, err=True)


def _described_by(plan: Plan, around: Shipped, data: Sequence[Path]) -> str:
    """Return the options that add the strategy that values without one are of."""
    from gcm_ld.model import ValueSet

    records = (r for rs in plan.files.values() for r in rs)
    frameworks = {r.iri.partition("/values")[0] for r in records if isinstance(r, ValueSet)}
    named = [f"shipped:{path.parent.name}" for path in around.describing(frameworks)]
    return "".join(f"--data {path} " for path in dict.fromkeys([*named, *map(str, data)]))


def _lines(
    counts: Mapping[str, Any],
    plan: Plan,
    target: Path,
    beside: str,
    warnings: int,
    told: Iterable[str],
    *,
    dry_run: bool,
) -> Iterable[str]:
    if dry_run:
        yield f"would write {plural(len(plan.files), 'file')}:"
    else:
        yield f"wrote {plural(len(plan.files), 'file')} to {target}:"
    width = max(map(len, plan.files), default=0)
    for name, records in plan.files.items():
        yield f"  {name:{width}}  {plural(len(records), 'thing')}"
    yield ""
    things = [plural(number, noun) for noun, number in counts["things"].items()]
    yield "read: " + (", ".join(things) or "nothing but links")
    yield from told
    if counts["actions"]:
        yield "actions: " + ", ".join(f"{n} {word}" for word, n in counts["actions"].items())
    if counts["links"]:
        yield "links: " + ", ".join(f"{n} {word}" for word, n in counts["links"].items())
    if warnings:
        hint = f": see gcm-ld validate {target}" if not dry_run else ""
        yield f"{plural(warnings, 'recommendation')} not followed, which nothing depends on{hint}"
    if not dry_run:
        report = "coverage" if counts["actions"] else "quality"
        if "value" in counts["things"]:
            report = "progress"
        yield f"next: gcm-ld report {report} {beside}--data {target}"
    else:
        yield "nothing is written: leave --dry-run out"


def leftovers(found: Mapping[str, Any], target: Path, *, of: str = "") -> Iterable[str]:
    """Yield what is to be said of things that are no longer there, or stand twice.

    :param found: what became of the tables; see :meth:`gcm_ld.tables.importing.Import.as_dict`.
    :param target: their folder.
    :param of: the source, where there are several.
    """
    if gone := found["gone"]:
        shown = ", ".join(gone[:5]) + (" …" if len(gone) > 5 else "")
        text = f"no longer there: {plural(len(gone), 'thing')} of the last import ({shown})"
        yield f"{of}: {text}" if of else text
    for name in found["stale"]:
        yield f"{target / name}: holds some of the same things: delete it if it is outdated"
