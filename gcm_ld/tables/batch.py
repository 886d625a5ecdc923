"""Many imports in one go, on all cores: each source becomes a folder of its own, or stays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.model import ValueSet
from gcm_ld.tables.folder import write_files
from gcm_ld.tables.importing import Import, import_tables
from gcm_ld.tables.sheets import Fault
from gcm_ld.tables.shipped import Shipped
from gcm_ld.tables.value_sets import framework_of
from gcm_ld.workers import cores, run_all

__all__ = ["Outcome", "folder_names", "import_each"]


@dataclass
class Outcome:
    """What became of one source of several.

    :param source: as the user named it.
    :param target: its folder.
    :param faults: what is wrong in it, with what is worth a word.
    :param problem: why it could not be read or written, if it could not.
    :param found: what programs are told of it, if it could be read.
    """

    source: Path
    target: Path
    faults: Sequence[Fault] = ()
    problem: str | None = None
    found: dict[str, Any] | None = None
    _texts: Mapping[str, bytes] = field(default_factory=dict)
    _frameworks: Sequence[str] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it was written, or could be."""
        return self.problem is None and bool(self.found and self.found["conforms"])


def folder_names(sources: Sequence[Path]) -> list[str]:
    """Return the name of each source's folder: that of a folder, or of a file without its ending.

    :raises InputError: if two sources would become one folder.

    >>> folder_names([Path("tables/xkx"), Path("in/alb.xlsx"), Path("in/srb.sdmx.csv")])
    ['xkx', 'alb', 'srb']
    """
    known: dict[str, Path] = {}
    names = []
    for source in sources:
        whole = source if source.name not in ("", "..") else source.resolve()
        name = whole.name if whole.is_dir() or not whole.suffix else whole.stem
        name = name.removesuffix(".sdmx")
        other = known.setdefault(name.casefold(), source)
        if other is not source:
            raise InputError(f"{other} and {source} would both become {name}: rename one of them")
        names.append(name)
    return names


def import_each(
    sources: Sequence[Path],
    output: Path,
    shipped: Shipped,
    choice: Mapping[str, Any],
    *,
    jobs: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[Outcome]:
    """Import each source into a folder of its own.

    A folder is written when its source is sound, in the order of the sources. What is at fault
    leaves its folder as it was, and keeps no other from being written. One framework is described
    by one source: another that describes it too is at fault.

    :param sources: workbooks, CSV folders and so on.
    :param output: the folder of the folders.
    :param shipped: the shipped data.
    :param choice: what :func:`~gcm_ld.tables.importing.import_tables` takes besides.
    :param jobs: how many sources may be read at once; one a core if not given.
    :param dry_run: whether nothing is to be written.
    :param progress: told how many sources of how many are done.
    :returns: what became of each, in order.
    :raises InputError: if two sources would become one folder, or a process ended too soon.
    """
    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is a file: name a folder with -o")
    targets = [output / name for name in folder_names(sources)]
    shipped.records()  # once for all processes

    def work(number: int) -> Outcome:
        source, target = sources[number], targets[number]
        try:
            found = import_tables(source, target, shipped, **choice)
            return _outcome(source, found, target, dry_run=dry_run)
        except GcmLdError as error:
            return Outcome(source, target, problem=str(error))

    described: dict[str, Path] = {}
    progress(0, len(sources))
    for done, outcome in enumerate(run_all(work, len(sources), jobs=jobs or cores()), 1):
        _refuse_second(outcome, described)
        if outcome.is_sound and not dry_run:
            try:
                write_files(outcome.target, outcome._texts)
            except GcmLdError as error:
                outcome.problem = str(error)
        outcome._texts = {}
        progress(done, len(sources))
        yield outcome


def _outcome(source: Path, found: Import, target: Path, *, dry_run: bool) -> Outcome:
    plan = found.plan
    records = (record for records in plan.files.values() for record in records) if plan else ()
    main = found.imported.main
    frameworks = {framework_of(r) for r in records if isinstance(r, ValueSet)}
    return Outcome(
        source,
        target,
        faults=[*found.notes, *found.faults],
        found={"source": str(source), **found.as_dict(target)},
        _texts=plan.texts() if plan and not dry_run else {},
        _frameworks=sorted(frameworks | ({main.iri} if main else set())),
    )


def _refuse_second(outcome: Outcome, described: dict[str, Path]) -> None:
    """Say that a source describes a framework that one before it does."""
    for iri in outcome._frameworks if outcome.is_sound else ():
        other = described.setdefault(iri, outcome.source)
        if other is not outcome.source and outcome.problem is None:
            code = iri.rpartition("/")[2]
            outcome.problem = (
                f"{outcome.source}: is about {code}, as {other} is: give it a code of its own, or "
                "import one of the two"
            )
