"""Loading: from Turtle files to a store on disk, in one step that succeeds or changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gcm_ld.dataset import find_context
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.loading.build import build_database
from gcm_ld.loading.groups import Item, check_names, find_items, shipped_item
from gcm_ld.loading.patch import Patch
from gcm_ld.loading.prepare import Key, Survey, Task, made_by, survey
from gcm_ld.loading.workers import Workers
from gcm_ld.loading.writer import Writer
from gcm_ld.store.database import Loaded, Manifest, graph_iri

__all__ = ["Summary", "load"]

#: A store is changed where it stands if no more than this share of it changes; past that, and
#: below so many statements, making it anew is as fast.
_SHARE = 0.1
_SMALL = 100_000


@dataclass(frozen=True)
class Summary:
    """What a load did.

    :param generation: the generation now in place.
    :param datasets: what is in it, by name.
    :param added: groups that are new.
    :param replaced: groups that changed.
    :param removed: groups that are gone.
    :param unchanged: groups that were loaded and were there already, file by file the same.
    """

    generation: str
    datasets: dict[str, Loaded]
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def statements(self) -> int:
        """How many statements the datasets hold."""
        return sum(d.statements for d in self.datasets.values())

    @property
    def derived(self) -> int:
        """How many the rules derive from them."""
        return sum(d.derived for d in self.datasets.values())


def load(
    target: Path,
    paths: Sequence[Path] = (),
    *,
    remove: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    anew: bool | None = None,
    compact: bool = True,
) -> Summary:
    """Load groups into a store, and take others out.

    A group that is there already is replaced as a whole; the others stay. Until all is done, and
    if anything goes wrong, the store is as it was.

    :param target: the store's folder, made if it is not there.
    :param paths: Turtle files and folders; none for the shipped data, or where groups are only
        removed.
    :param remove: groups to take out.
    :param progress: told what is going on.
    :param anew: whether the whole database is made anew; by size if not given.
    :param compact: whether a database that is made anew is compacted: a large one is then asked
        twice as fast, and takes almost twice the disk.
    :raises InputError: if the data or the store can't be read, or another load is at work.
    :raises FileError: if the store can't be written.
    """
    gone = tuple(dict.fromkeys(remove))
    items = find_items(paths) if paths or not gone else []
    groups = {item.group for item in items}
    if both := sorted(groups & set(gone)):
        raise InputError(f"{both[0]}: is to be loaded and removed at once: leave one out")
    with Writer(target) as writer:
        return _Load(writer, items, gone, progress, compact=compact).run(anew)


class _Load:
    """One load, from files to a new generation."""

    def __init__(
        self,
        writer: Writer,
        items: Sequence[Item],
        gone: Sequence[str],
        progress: Callable[[str], None],
        *,
        compact: bool,
    ) -> None:
        self.writer = writer
        self.gone = gone
        self.compact = compact
        self.progress = progress
        self.old = dict(writer.old.datasets) if writer.old else {}
        self.made_by = made_by()
        self.fresh = writer.old is None or writer.old.made_by != self.made_by
        self.asked = dict.fromkeys(item.group for item in items)
        same = {} if self.fresh else {g: self._is_unchanged(g, items) for g in self.asked}
        self.unchanged = tuple(sorted(g for g, is_same in same.items() if is_same))
        self.items = [item for item in items if item.group not in self.unchanged]
        self.surveys: dict[Key, Survey] = {}

    def _is_unchanged(self, group: str, items: Iterable[Item]) -> bool:
        """Tell whether a group is in the store already, file by file the same."""
        there = {d.name: d for d in self.old.values() if d.own and d.group == group}
        here = {item.name: item.path for item in items if item.group == group}
        return here.keys() == there.keys() and all(there[n].is_of(p) for n, p in here.items())

    def run(self, anew: bool | None) -> Summary:
        """Do what was asked for, or find that it is done already."""
        own = {d.group for d in self.old.values() if d.own}
        for group in self.gone:
            if group not in own:
                known = ", ".join(sorted(own)) or "none"
                raise InputError(
                    f"no group {group!r} to remove; there are: {known}.{did_you_mean(group, own)}"
                )
        if not self.asked and own <= set(self.gone):
            raise InputError("nothing would be left in the store: delete its folder instead")
        if self.writer.old is not None and not (self.items or self.gone or self.fresh):
            return self._summary(self.writer.old, own)
        changing = {item.group for item in self.items} | set(self.gone)
        kept = [d for d in self.old.values() if d.own and d.group not in changing]
        check_names([*(d.name for d in kept), *(item.name for item in self.items)])
        tasks = self._tasks(self.items)
        self.writer.begin(task.group for task in tasks)
        with Workers(len(tasks) + len({d.group for d in kept})) as workers:
            self._survey(tasks, workers)
            datasets = None
            if anew is not True and self._is_small_change(changing, anew):
                datasets = self._patch(tasks, changing)
            if datasets is None:
                datasets = self._build(tasks, kept, workers)
        self.progress("writing")
        return self._summary(self.writer.commit(datasets, self.made_by), own)

    def _summary(self, manifest: Manifest, before: set[str]) -> Summary:
        changed = {item.group for item in self.items}
        return Summary(
            manifest.generation,
            dict(manifest.datasets),
            tuple(sorted(changed - before)),
            tuple(sorted(changed & before)),
            tuple(sorted(self.gone)),
            self.unchanged,
        )

    def _tasks(self, items: Iterable[Item]) -> list[Task]:
        """Return the groups of datasets that are to be copied into the new generation."""
        groups: dict[tuple[str, bool], list[Item]] = {}
        for item in sorted(items):
            groups.setdefault((item.group, item.own), []).append(item)
        return [
            Task(
                group,
                tuple((item.name, self.writer.file(item.name)) for item in members),
                tuple(item.path for item in members),
                own,
                self.writer.scratch,
            )
            for (group, own), members in groups.items()
        ]

    def _kept_tasks(self, kept: Iterable[Loaded], scratch: Path | None = None) -> list[Task]:
        """Return the groups that stay, their files taken over into the new generation.

        :param scratch: where what is read of them is kept, if they are all surveyed.
        """
        groups: dict[tuple[str, bool], list[Loaded]] = {}
        for dataset in kept:
            self.writer.keep(dataset.name)
            groups.setdefault((dataset.group, dataset.own), []).append(dataset)
        return [
            Task(
                group, tuple((d.name, self.writer.file(d.name)) for d in members), (), own, scratch
            )
            for (group, own), members in groups.items()
        ]

    def _survey(self, tasks: Sequence[Task], workers: Workers) -> None:
        found = workers.map(survey, ((task,) for task in tasks))
        with self.writer.faults():
            for n, (task, what) in enumerate(zip(tasks, found, strict=True), 1):
                self.progress(f"reading {task.group} ({n:,} of {len(tasks):,})")
                self.surveys[task.key] = what

    # -- anew ----------------------------------------------------------------------------------

    def _build(
        self, tasks: Sequence[Task], kept: Iterable[Loaded], workers: Workers
    ) -> list[Loaded]:
        """Make the database anew, from the files of all groups."""
        staying = self._kept_tasks(kept, self.writer.scratch)
        self._survey(staying, workers)
        own = [*staying, *tasks]
        surveys = [self.surveys[task.key] for task in own]
        frameworks = frozenset().union(*(s.frameworks for s in surveys))
        described = frozenset().union(*(s.described for s in surveys))
        named = frozenset().union(*(s.named for s in surveys))
        context = self._tasks(
            self._context(own, map(_iri, frameworks), map(_iri, named - described))
        )
        self._survey(context, workers)
        everything = sorted([*own, *context], key=lambda t: (t.own, t.group))
        derived = build_database(
            self.writer, everything, self.surveys, workers, self.progress, compact=self.compact
        )
        return self._loaded(everything, derived)

    @staticmethod
    def _context(
        own: Iterable[Task], frameworks: Iterable[str], named: Iterable[str]
    ) -> list[Item]:
        """List what comes along; a file of one's own stands in for the shipped one of its name."""
        taken = {name for task in own for name, _ in task.files}
        items = map(shipped_item, find_context(frozenset(frameworks), frozenset(named)))
        return [item for item in items if item.name not in taken]

    def _loaded(self, tasks: Iterable[Task], derived: dict[str, int]) -> list[Loaded]:
        return [
            Loaded(
                name,
                task.group,
                graph_iri(name),
                self.surveys[task.key].sha256[name],
                self.surveys[task.key].statements[name],
                derived.get(name, 0),
                task.own,
            )
            for task in tasks
            for name, _ in task.files
        ]

    # -- in part -------------------------------------------------------------------------------

    def _is_small_change(self, changing: set[str], anew: bool | None) -> bool:
        if self.fresh:
            return False
        total = sum(d.statements for d in self.old.values())
        size = sum(d.statements for d in self.old.values() if d.group in changing)
        size += sum(sum(s.statements.values()) for s in self.surveys.values())
        return anew is False or (total >= _SMALL and size <= _SHARE * total)

    def _patch(self, tasks: Sequence[Task], changing: set[str]) -> list[Loaded] | None:
        """Change a copy of the database; nothing if other context is needed than it has."""
        staying = [d for d in self.old.values() if not (d.own and d.group in changing)]
        leaving = [d for d in self.old.values() if d.own and d.group in changing]
        if any(not d.own and d.name in {n for t in tasks for n, _ in t.files} for d in staying):
            return None
        self.writer.clone_database()
        patch = Patch(self.writer, staying, leaving, tasks, self.surveys, self.progress)
        try:
            frameworks, named = patch.survey_context()
            own = [*tasks, *self._listed(d for d in staying if d.own)]
            wanted = {
                item.name: hashlib.sha256(read_bytes(item.path)).hexdigest()
                for item in self._context(own, frameworks, named)
            }
            if wanted != {d.name: d.sha256 for d in staying if not d.own}:
                patch.give_up()
                return None
            derived = patch.apply(self._kept_tasks(staying))
        finally:
            patch.close()
        changed = {d.name: d for d in self._loaded(tasks, derived)}
        same = [replace(d, derived=derived.get(d.name, d.derived)) for d in staying]
        return [*same, *changed.values()]

    @staticmethod
    def _listed(datasets: Iterable[Loaded]) -> list[Task]:
        return [Task(d.group, ((d.name, Path()),)) for d in datasets]


def _iri(resource: bytes) -> str:
    return resource[1:-1].decode()
