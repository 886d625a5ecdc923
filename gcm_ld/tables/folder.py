"""The Turtle files of what tables say: which there are, and how they are written, all or none."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gcm_ld.build import read_records
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes
from gcm_ld.model import (
    Alignment,
    Assessment,
    Claim,
    Crosswalk,
    Element,
    Framework,
    Monitoring,
    Observation,
    Record,
    SourceAnomaly,
    ValueSet,
)
from gcm_ld.resources import UNFINISHED
from gcm_ld.tables.record_turtle import write_records
from gcm_ld.turtle import parse_turtle

__all__ = ["Plan", "plan_files", "write_files"]


@dataclass(frozen=True)
class Plan:
    """What is to be written to a folder, and what is there.

    :param files: file name → records.
    :param gone: names of things that a file to be replaced holds, and no file will.
    :param stale: files that hold some of the same things, and are not replaced.
    """

    files: Mapping[str, Sequence[Record]]
    gone: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    def texts(self) -> dict[str, bytes]:
        """Return each file in canonical Turtle."""
        return {
            name: write_records(records, name=name).encode() for name, records in self.files.items()
        }


def plan_files(
    records: Iterable[Record],
    main: Framework | None,
    target: Path,
    *,
    force: bool = False,
    known: Mapping[Path, Sequence[Record]] | None = None,
) -> Plan:
    """Sort records into files, and compare these with what the folder holds.

    :param records: what the tables say.
    :param main: their framework; none for a set of links.
    :param target: the folder, which need not be there.
    :param force: whether files that gcm-ld did not write may be replaced.
    :param known: the records of files that have been read already.
    :raises InputError: if a file to be replaced holds something else, or things of a framework
        that these tables don't have.
    """
    records = list(records)
    files = _sort_records(records, main)
    if target.exists() and not target.is_dir():
        raise InputError(f"{target}: is a file: name a folder with -o")
    own = {record.iri for record in records}
    gone: list[Record] = []
    stale: list[str] = []
    others: set[str] = set()
    for path in sorted(target.glob("*.ttl")) if target.is_dir() else ():
        there = known[path] if known and path in known else _read_file(path)
        if path.name not in files:
            iris = {record.iri for record in there or ()}
            if iris & own:
                stale.append(path.name)
            others |= _described(there or ()) - own
        elif not there and path.stat().st_size and not force:
            raise InputError(
                f"{path}: holds no data that gcm-ld knows: move it away, or add --force to "
                "replace it"
            )
        else:
            gone += [record for record in there or () if record.iri not in own]
    _protect_others(gone, others, target, force=force)
    return Plan(files, tuple(record.name for record in gone), tuple(stale))


def _sort_records(records: Sequence[Record], main: Framework | None) -> dict[str, list[Record]]:
    """Say which file each record goes to."""
    described = {r.framework for r in records if isinstance(r, Element)}
    codes = {r.iri: r.code for r in records if isinstance(r, Framework)}
    assessed = {r.against for r in records if isinstance(r, Assessment)}
    own = f"{main.code}.ttl" if main and main.iri in described | assessed else "policies.ttl"
    if main is None:
        # Values of a framework that is described elsewhere: their sources stand beside them.
        values = (r for r in records if isinstance(r, ValueSet))
        own = next((_values_file(r, codes) for r in values), own)
    rows = {r.assesses: r.crosswalk for r in records if isinstance(r, Assessment)}
    files: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        name = own
        if isinstance(record, SourceAnomaly):
            name = "anomalies.ttl"
        elif isinstance(record, Claim):
            name = "claims.ttl"
        elif isinstance(record, Crosswalk):
            name = _file(record.iri)
        elif isinstance(record, Alignment | Assessment):
            name = _file(record.crosswalk)
        elif isinstance(record, Monitoring) and record.iri in rows:
            name = _file(rows[record.iri])
        elif isinstance(record, ValueSet | Observation):
            name = _values_file(record, codes)
        elif isinstance(record, Element):
            name = f"{codes.get(record.framework) or record.framework.rpartition('/')[2]}.ttl"
        elif isinstance(record, Framework) and record != main:
            name = f"{record.code}.ttl" if record.iri in described else "policies.ttl"
        files[name].append(record)
    return dict(sorted(files.items()))


def _values_file(record: ValueSet | Observation, codes: Mapping[str, str]) -> str:
    """Return the file of a value or target: two for each framework."""
    dataset = record.dataset if isinstance(record, Observation) else record.iri
    framework, _, kind = dataset.removesuffix("/earlier").rpartition("/")
    return f"{codes.get(framework) or framework.rpartition('/')[2]}-{kind}.ttl"


def _file(crosswalk: str) -> str:
    return f"{crosswalk.rpartition('/')[2]}.ttl"


def _read_file(path: Path) -> Sequence[Record] | None:
    """Return the records of a file, or nothing if it is no data of ours."""
    try:
        return read_records(parse_turtle(read_bytes(path), name=path)) or None
    except FileError:
        return None


def _described(records: Iterable[Record]) -> set[str]:
    """Return the frameworks that records describe or assess."""
    found = set()
    for record in records:
        if isinstance(record, Element):
            found.add(record.framework)
        elif isinstance(record, Assessment):
            found.add(record.against)
    return found


def _protect_others(gone: Sequence[Record], others: set[str], target: Path, *, force: bool) -> None:
    """Keep what may come from the tables of another framework in the same folder."""
    own = Element | Assessment | Alignment | Monitoring | Observation | ValueSet
    lost = [r for r in gone if not isinstance(r, own)]
    if lost and others and not force:
        codes = ", ".join(sorted(iri.rpartition("/")[2] for iri in others))
        raise InputError(
            f"{target}: {lost[0].name} is there and not in these tables, and may belong to "
            f"{codes}: write to a folder of its own, or add --force"
        )


def write_files(target: Path, texts: Mapping[str, bytes]) -> None:
    """Write files into a folder, all of them or none.

    Each is written beside its place first; then all are renamed, and put back if one can't be. A
    folder that is not there yet appears with all of its files at once, whenever the process ends.

    :param target: the folder; it is made if it is not there.
    :param texts: file name → content.
    :raises FileError: if one can't be written; the folder is then as it was.
    """
    if not target.exists() and not target.is_symlink():
        _make_folder(target, texts)
        return
    staging = target / f"{UNFINISHED}{os.getpid()}"
    replaced: list[str] = []
    try:
        _fill(staging, texts)
        for name in texts:
            if (target / name).exists():
                (staging / name).chmod((target / name).stat().st_mode)
                shutil.copy2(target / name, staging / f"{name}.old")
            replaced.append(name)
            (staging / name).replace((target / name).resolve())
    except OSError as error:
        for name in replaced:
            old = staging / f"{name}.old"
            with suppress(OSError):
                if old.exists():
                    old.replace((target / name).resolve())
                elif not (staging / name).exists():
                    (target / name).unlink()
        shutil.rmtree(staging, ignore_errors=True)
        raise FileError(target, f"can't be written to ({error.strerror})") from None
    shutil.rmtree(staging, ignore_errors=True)


def _make_folder(target: Path, texts: Mapping[str, bytes]) -> None:
    """Make a folder with its files in one step."""
    staging = target.with_name(f"{UNFINISHED}{os.getpid()}-{target.name}")
    made = [p for p in target.parents if not p.exists()]
    try:
        _fill(staging, texts)
        staging.rename(target)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise FileError(target, f"can't be written to ({error.strerror})") from None


def _fill(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Make a folder and write files into it that outlast a loss of power."""
    folder.mkdir(parents=True)
    for name, text in texts.items():
        with (folder / name).open("wb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
