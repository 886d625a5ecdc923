"""``gcm-ld import``: tables that people fill in become linked data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcm_ld.cli.options import format_option
from gcm_ld.cli.output import as_json, emit, show_progress
from gcm_ld.errors import InputError
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.model import Observation, Record
    from gcm_ld.tables.folder import Plan
    from gcm_ld.tables.reading import Imported
    from gcm_ld.tables.sheets import Fault
    from gcm_ld.tables.shipped import Shipped

__all__ = ["command"]

#: Endings of a set of mappings in SSSOM/TSV.
_SSSOM = (".tsv", ".sssom")

_HELP = """Turn a filled-in workbook, CSV folder or SSSOM file into linked data.

SOURCE is an .xlsx workbook, a folder of CSV files, or an SSSOM/TSV file. Everything that is wrong
in it is listed with sheet, row and column, and then nothing is written. If all is well, the folder
gets one Turtle file for each framework and crosswalk, and two for values and targets; files of an
earlier import are replaced. Exit status 2 if there is a fault.

A value that differs from the folder's, or is gone, is a fault. Where the row says Revised, or the
earlier one was not final, that one is kept as an edition instead.

\b
Example:
  gcm-ld import crosswalk.xlsx -o data/xkx/
  gcm-ld import crosswalk.xlsx --dry-run
  gcm-ld import values.xlsx -o data/xkx/ --merge
  gcm-ld import tables/ -o data/xkx/ --format json
"""


@click.command(name="import", help=_HELP)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder to write to; made if it is not there.",
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
    source: Path,
    output: Path | None,
    dry_run: bool,
    data: tuple[Path, ...],
    merge: bool,
    force: bool,
    format_: str,
) -> None:
    """Read tables, check them, and write Turtle."""
    from gcm_ld.dataset import open_dataset
    from gcm_ld.resources import shipped_data, turtle_files
    from gcm_ld.tables.checking import check_records
    from gcm_ld.tables.folder import plan_files, write_files
    from gcm_ld.tables.revisions import read_published, revise
    from gcm_ld.tables.shipped import Shipped
    from gcm_ld.tables.value_sets import is_values_file

    if output is None and not dry_run:
        raise InputError("name the folder to write to with -o, or add --dry-run to check only")
    target = output or Path(".gcm-ld-nowhere")
    beside = list(open_dataset(*data).files) if data else []
    if target.is_dir():
        beside += [f for f in turtle_files(target) if not is_values_file(f)]
    around = Shipped(shipped_data(), beside)
    try:
        show_progress("reading")
        imported = _read(source, around)
        published = read_published(target)
        imported = revise(
            imported,
            (record for records in published.values() for record in records),
            name=str(target),
            force=force,
            merge=merge,
        )
        faults, warnings = imported.faults.errors, 0
        if not faults:
            show_progress("checking")
            checked = check_records(imported.records, imported.places, around, name=source.name)
            faults, warnings = checked.faults, checked.warnings
    finally:
        show_progress("")
    notes = [f for f in imported.faults.found if f.warning]
    _tell([*notes, *faults])
    result = _count(imported.records)
    if faults:
        if format_ == "json":
            emit(as_json(_as_dict(result, None, target, faults, notes, warnings)))
        problem = f"{plural(len(faults), 'fault')}, listed above"
        raise InputError(f"{source}: {problem}: correct them and import again; nothing is written")
    plan = plan_files(imported.records, imported.main, target, force=force, known=published)
    if not dry_run:
        try:
            show_progress("writing")
            write_files(target, plan.texts())
        finally:
            show_progress("")
    if format_ == "json":
        emit(as_json(_as_dict(result, plan, target, faults, notes, warnings)))
        return
    described = imported.main is not None or "value" not in result["things"]
    options = "" if described else _described_by(plan, around, data)
    emit("\n".join(_lines(result, plan, target, options, warnings, dry_run=dry_run)))
    for line in _leftovers(plan, target):
        click.echo(line, err=True)


def _read(source: Path, around: Shipped) -> Imported:
    from gcm_ld.tables.reading import Imported, read_tables
    from gcm_ld.tables.reading_files import open_tables

    if source.suffix.lower() in _SSSOM:
        from gcm_ld.tables.exchange.sssom_reader import read_sssom

        records, faults = read_sssom(source)
        return Imported(None, tuple(records), faults, {})
    with open_tables(source) as tables:
        return read_tables(tables, around)


def _tell(faults: Sequence[Fault]) -> None:
    """Print faults by sheet, row and column, as the reader goes through the tables."""
    from gcm_ld.tables.layout import SHEETS, find_sheet

    order = {sheet.name: number for number, sheet in enumerate(SHEETS)}

    def key(fault: Fault) -> tuple[object, ...]:
        sheet = find_sheet(fault.place)
        number = order[sheet.name] if sheet else len(order)
        return number, fault.place, fault.row or 0, fault.column or "", str(fault)

    for fault in sorted(faults, key=key):
        click.echo(f"warning: {fault}" if fault.warning else str(fault), err=True)


def _count(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    """Count what was read: things by kind, actions by status, links by basis."""
    from gcm_ld.model import Alignment, Assessment, Element, Observation
    from gcm_ld.tables.words import local_name, read_words

    things: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    links: Counter[str] = Counter()
    words = read_words()
    for record in records:
        name = record.kind if isinstance(record, Element) else type(record).__name__
        if isinstance(record, Assessment):
            statuses[words.word("gcmo:Status", record.status).lower()] += 1
        elif isinstance(record, Alignment):
            links[local_name(record.basis).lower()] += 1
        elif isinstance(record, Observation):
            things[_observation_noun(record)] += 1
        elif name not in ("Monitoring", "ValueSet"):
            things[name.replace("SourceAnomaly", "odd place").lower()] += 1
    return {
        "things": dict(sorted(things.items())),
        "actions": dict(statuses.most_common()),
        "links": dict(links.most_common()),
    }


def _observation_noun(record: Observation) -> str:
    if record.reference is not None:
        return record.reference.rpartition("/")[2]
    return "value" if record.edition is None else "earlier value"


def _described_by(plan: Plan, around: Shipped, data: Sequence[Path]) -> str:
    """Return the options that add the strategy that values without one are of."""
    from gcm_ld.model import ValueSet

    records = (r for rs in plan.files.values() for r in rs)
    frameworks = {r.iri.partition("/values")[0] for r in records if isinstance(r, ValueSet)}
    named = [f"shipped:{path.parent.name}" for path in around.describing(frameworks)]
    return "".join(f"--data {path} " for path in dict.fromkeys([*named, *map(str, data)]))


def _lines(
    counts: dict[str, dict[str, int]],
    plan: Plan,
    target: Path,
    beside: str,
    warnings: int,
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


def _leftovers(plan: Plan, target: Path) -> Iterable[str]:
    if plan.gone:
        shown = ", ".join(plan.gone[:5]) + (" …" if len(plan.gone) > 5 else "")
        yield f"no longer there: {plural(len(plan.gone), 'thing')} of the last import ({shown})"
    for name in plan.stale:
        yield f"{target / name}: holds some of the same things: delete it if it is outdated"


def _as_dict(
    counts: dict[str, dict[str, int]],
    plan: Plan | None,
    target: Path,
    faults: Sequence[Fault],
    notes: Sequence[Fault],
    warnings: int,
) -> dict[str, object]:
    return {
        "conforms": not faults,
        "folder": str(target),
        "files": {name: len(records) for name, records in plan.files.items()} if plan else {},
        "gone": list(plan.gone) if plan else [],
        "stale": list(plan.stale) if plan else [],
        **counts,
        "faults": [asdict(fault) for fault in (*notes, *faults)],
        "recommendations": warnings,
    }
