"""Values that are imported over others: earlier figures are kept, and none is lost in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gcm_ld.build import read_records
from gcm_ld.errors import FileError
from gcm_ld.model import Observation, Record, ValueSet
from gcm_ld.namespaces import compact
from gcm_ld.tables.measure import NOT_FINAL, REVISED
from gcm_ld.tables.reading import Imported, Place
from gcm_ld.tables.sheets import Fault
from gcm_ld.tables.value_changes import ValueChanges
from gcm_ld.tables.value_sets import current_iri, is_values_file, make_earlier_set
from gcm_ld.tables.words import read_words
from gcm_ld.turtle import natural_key, read_turtle
from gcm_ld.words import plural

__all__ = ["read_published", "revise"]

#: Values that a fault names before it says how many there are.
_SHOWN = 3
#: Characters of an indicator's code that a line shows.
_LONG = 40


def read_published(target: Path) -> dict[Path, list[Record]]:
    """Read the values and targets that a folder holds; a file that is no Turtle is left out."""
    found: dict[Path, list[Record]] = {}
    for path in sorted(target.glob("*.ttl")) if target.is_dir() else ():
        if is_values_file(path):
            try:
                found[path] = read_records(read_turtle(path))
            except FileError:
                continue
    return found


def revise(
    imported: Imported,
    published: Iterable[Record],
    *,
    name: str,
    force: bool = False,
    merge: bool = False,
) -> Imported:
    """Hold values against those that were there before.

    Where a figure changed, the one that it replaces becomes an earlier edition if the row says
    *Revised*, or if that one was provisional, estimated or a forecast. Otherwise it is a fault, as
    is a value that is no longer in the tables: published figures don't change or go unsaid.

    :param imported: what the tables say; faults are added to its own.
    :param published: what the folder holds.
    :param name: the folder, for messages.
    :param force: whether to overwrite and leave out without a word.
    :param merge: whether what the tables don't have stays as it is.
    """
    new = [r for r in imported.records if isinstance(r, Observation | ValueSet)]
    if not new:
        return imported
    return _Revision(imported, new, list(published), name, force, merge).run()


@dataclass
class _Cube:
    """Observations by IRI: the values in force, what they replaced, and targets."""

    values: dict[str, Observation] = field(default_factory=dict)
    earlier: dict[str, dict[int, Observation]] = field(default_factory=lambda: defaultdict(dict))
    targets: dict[str, Observation] = field(default_factory=dict)
    sets: dict[str, ValueSet] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record]) -> _Cube:
        cube = cls()
        for r in records:
            if isinstance(r, ValueSet):
                cube.sets[r.iri] = r
            elif isinstance(r, Observation):
                if r.edition is not None:
                    cube.earlier[current_iri(r)][int(r.edition)] = r
                elif r.reference is not None:
                    cube.targets[r.iri] = r
                else:
                    cube.values[r.iri] = r
        return cube


def _figure(record: Observation) -> tuple[str, str | None]:
    return record.value, record.unit


class _Revision:
    def __init__(
        self,
        imported: Imported,
        new: Sequence[Record],
        published: Sequence[Record],
        name: str,
        force: bool,
        merge: bool,
    ) -> None:
        self.imported, self.name, self.force, self.merge = imported, name, force, merge
        self.new, self.old = _Cube.of(new), _Cube.of(published)
        self.places: dict[str, Place] = dict(imported.places)
        self.words = read_words()
        self.result: dict[str, Record] = {}
        self.changes = ValueChanges()

    def run(self) -> Imported:
        """Put old and new together."""
        spoken = {r.dataset for r in self.new.values.values()}
        for iri, record in self.new.values.items():
            self._take(iri, record)
        gone = [
            r
            for iri, r in self.old.values.items()
            if r.dataset in spoken and iri not in self.new.values
        ]
        if self.merge:
            for r in gone:
                self.result[r.iri] = r
                for earlier in self.old.earlier.get(r.iri, {}).values():
                    self.result[earlier.iri] = earlier
            self.changes.kept = len(gone)
        elif gone and not self.force:
            self._say_gone(gone)
        else:
            self.changes.removed = [self._short(r) for r in gone]
        self._take_targets()
        self._take_sets()
        records: list[Record] = [
            self.result.pop(r.iri, r) if isinstance(r, Observation | ValueSet) else r
            for r in self.imported.records
        ]
        if self.result:
            records = sorted([*records, *self.result.values()], key=lambda r: natural_key(r.iri))
        changes = self.changes if self.old.values else None
        return replace(self.imported, records=tuple(records), places=self.places, changes=changes)

    def _take(self, iri: str, record: Observation) -> None:
        """Take a value, with the figures that stood in its place before."""
        old = self.old.values.get(iri)
        chain = dict(self.old.earlier.get(iri, {}))
        for number, earlier in self.new.earlier.get(iri, {}).items():
            if number in chain and _figure(chain[number]) != _figure(earlier):
                self._say_edition(earlier, chain[number])
            chain[number] = earlier
        changed = old is not None and _figure(old) != _figure(record)
        self.changes.new += old is None
        self.changes.same += old is not None and not changed
        if old is not None and changed:
            number = max(chain, default=0)
            added = number and number not in self.old.earlier.get(iri, {})
            change = f"{self._short(record)} from {self._write(old)} to {self._write(record)}"
            if added and _figure(chain[number]) == _figure(old):
                # The tables have put it aside themselves.
                self.changes.replaced.append(change)
            elif record.status == REVISED or old.status in NOT_FINAL:
                number += 1
                chain[number] = _set_aside(old, number)
                self.places[chain[number].iri] = self.imported.places[iri]
                self.changes.replaced.append(change)
            elif not self.force:
                self._say_changed(record, old)
            else:
                self.changes.overwritten.append(change)
        elif old is not None and record.status == REVISED and self._stands_across(iri):
            # Its row says Revised of all years, and means those whose figures changed.
            record = replace(record, status=old.status)
        before: str | None = None
        for number in sorted(chain):
            earlier = chain[number]
            if earlier.revision_of != before:
                earlier = replace(earlier, revision_of=before)
            self.result[earlier.iri] = earlier
            before = earlier.iri
        if record.status == REVISED and not chain:
            problem = "is revised, and there is no earlier figure"
            cure = "add it as a row with Edition 1, if it is known"
            self._say(record, "Status", problem, cure, "Revised", warning=True)
        if record.revision_of != before:
            record = replace(record, revision_of=before)
        self.result[iri] = record

    def _stands_across(self, iri: str) -> bool:
        """Say whether a value comes from a row with several."""
        return iri in self.places and self.places[iri].names is not None

    def _take_targets(self) -> None:
        spoken = {r.dataset for r in self.new.targets.values()}
        for iri, record in self.new.targets.items():
            old = self.old.targets.get(iri)
            if old is not None and _figure(old) != _figure(record):
                word = self.words.word("reference", record.reference or "").lower()
                problem = f"replaces a {word} of {self._write(old)}"
                self._say(record, "Value", problem, "check it", record.value, warning=True)
            self.result[iri] = record
        if self.merge:
            for iri, old in self.old.targets.items():
                if old.dataset in spoken:
                    self.result.setdefault(iri, old)

    def _take_sets(self) -> None:
        used = {r.dataset for r in self.result.values() if isinstance(r, Observation)}
        for iri in used:
            found = self.new.sets.get(iri) or self.old.sets.get(iri)
            values = self.new.sets.get(iri.removesuffix("/earlier"))
            if found is None and values is not None:
                found = make_earlier_set(values)
            if found is not None:
                self.result[iri] = found

    # What to say.

    def _say(
        self,
        record: Observation,
        header: str,
        problem: str,
        cure: str,
        value: str | None,
        *,
        warning: bool = False,
    ) -> None:
        place = self.imported.places[record.iri]
        self.imported.faults.add(
            Fault(
                place=place.sheet.place,
                row=place.row,
                column=place.column(header),
                value=value,
                problem=problem,
                cure=cure,
                warning=warning,
            )
        )

    def _say_changed(self, record: Observation, old: Observation) -> None:
        problem = f"differs from what {self.name} holds, which is {self._write(old)}"
        cure = (
            "write Revised in Status so that the earlier figure is kept, or add --force to "
            "overwrite it"
        )
        self._say(record, "Value", problem, cure, record.value)

    def _say_edition(self, record: Observation, old: Observation) -> None:
        problem = f"is edition {record.edition}, which {self.name} holds as {self._write(old)}"
        cure = "correct it: what was published does not change any more"
        if not self.force:
            self._say(record, "Value", problem, cure, record.value)

    def _say_gone(self, gone: Sequence[Observation]) -> None:
        shown = ", ".join(self._name(r) for r in gone[:_SHOWN])
        shown += ", …" if len(gone) > _SHOWN else ""
        places = (self.imported.places.get(iri) for iri in self.new.values)
        place = next((p.sheet.place for p in places if p is not None), "Values")
        problem = f"lacks {plural(len(gone), 'value')} that {self.name} holds ({shown})"
        cure = (
            "add them again (gcm-ld export writes all of them), or add --merge to keep them as "
            "they are, or --force to take them out"
        )
        self.imported.faults.add(Fault(place=place, problem=problem, cure=cure))

    def _name(self, record: Observation) -> str:
        return compact(record.iri).partition("/values/")[2]

    def _short(self, record: Observation) -> str:
        slug, _, cell = self._name(record).partition("/")
        return f"{slug if len(slug) <= _LONG else slug[:_LONG].rstrip('-') + '…'}/{cell}"

    def _write(self, record: Observation) -> str:
        unit = self.words.word("unit", record.unit or "")
        unit = unit if unit.isupper() else unit.lower()
        return record.value if unit == "number" else f"{record.value} {unit}"


def _set_aside(record: Observation, number: int) -> Observation:
    """Make an earlier figure of a value."""
    dataset = f"{record.dataset}/earlier"
    end = record.iri.removeprefix(record.dataset)
    return replace(
        record, iri=f"{dataset}{end}/{number}", dataset=dataset, edition=str(number),
        revision_of=None,
    )  # fmt: skip
