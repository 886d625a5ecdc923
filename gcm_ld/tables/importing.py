"""One import from tables to files: read, held against what is there, checked, and planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gcm_ld.model import Alignment, Assessment, Element, Observation, Record
from gcm_ld.resources import turtle_files
from gcm_ld.tables.checking import check_records
from gcm_ld.tables.folder import Plan, plan_files
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.revisions import read_published, revise
from gcm_ld.tables.sheets import Fault
from gcm_ld.tables.shipped import Shipped
from gcm_ld.tables.value_sets import is_values_file
from gcm_ld.tables.words import local_name, read_words

__all__ = ["Import", "import_tables"]

#: Endings of a set of mappings in SSSOM/TSV.
_SSSOM = (".tsv", ".sssom")


@dataclass(frozen=True)
class Import:
    """What became of tables.

    :param imported: what they say.
    :param faults: what is wrong in them, or with what they say.
    :param warnings: how many recommendations are not followed.
    :param plan: the files to write; none where there is a fault.
    :param around: what they may refer to.
    """

    imported: Imported
    faults: Sequence[Fault]
    warnings: int
    plan: Plan | None
    around: Shipped

    @property
    def notes(self) -> list[Fault]:
        """What is worth a word and no fault."""
        return [fault for fault in self.imported.faults.found if fault.warning]

    def as_dict(self, target: Path) -> dict[str, Any]:
        """Return what programs are told: counts, files and faults.

        :param target: the folder, as the user named it.
        """
        files = self.plan.files.items() if self.plan else ()
        found = {
            "conforms": not self.faults,
            "folder": str(target),
            "files": {name: len(records) for name, records in files},
            "gone": list(self.plan.gone) if self.plan else [],
            "stale": list(self.plan.stale) if self.plan else [],
            **_count(self.imported.records),
            "faults": [asdict(fault) for fault in (*self.notes, *self.faults)],
            "recommendations": self.warnings,
        }
        if self.plan:
            changes = self.imported.changes
            found["changes"] = changes.counts() if changes else {}
        return found


def import_tables(
    source: Path,
    target: Path,
    shipped: Shipped,
    *,
    beside: Sequence[Path] = (),
    merge: bool = False,
    force: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Import:
    """Read tables and say what to write, without writing it.

    :param source: a workbook, a CSV file or folder, or a set of mappings in SSSOM/TSV.
    :param target: the folder that the files are for, which need not be there.
    :param shipped: the shipped data, which several imports may share.
    :param beside: other Turtle files that the tables may refer to.
    :param merge: whether values that the folder has and the tables don't stay.
    :param force: whether what would be lost may be.
    :param step: told what is being done.
    :raises FileError: if the source can't be read.
    :raises InputError: if the folder holds what an import must not replace.
    """
    there = turtle_files(target) if target.is_dir() else ()
    around = shipped.beside([*beside, *(path for path in there if not is_values_file(path))])
    step("reading")
    imported = _read(source, around)
    published = read_published(target)
    imported = revise(
        imported,
        (record for records in published.values() for record in records),
        name=str(target),
        force=force,
        merge=merge,
    )
    faults: Sequence[Fault] = imported.faults.errors
    warnings = 0
    if not faults:
        step("checking")
        checked = check_records(imported.records, imported.places, around, name=source.name)
        faults, warnings = checked.faults, checked.warnings
    plan = None
    if not faults:
        plan = plan_files(imported.records, imported.main, target, force=force, known=published)
    return Import(imported, faults, warnings, plan, around)


def _read(source: Path, around: Shipped) -> Imported:
    from gcm_ld.tables.exchange.sdmx_csv_reader import SdmxCsv, find_sdmx_csv

    if source.suffix.lower() in _SSSOM:
        from gcm_ld.tables.exchange.sssom_reader import read_sssom

        records, faults = read_sssom(source)
        return Imported(None, tuple(records), faults, {})
    if files := find_sdmx_csv(source):
        return read_tables(SdmxCsv(files, around.records()), around)
    with open_tables(source) as tables:
        return read_tables(tables, around)


def _count(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    """Count what was read: things by kind, actions by status, links by basis."""
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
