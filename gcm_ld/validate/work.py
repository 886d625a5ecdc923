"""Validating groups of files: read, planned, run apart, and put together as one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.dataset import Dataset, find_context, find_context_subjects
from gcm_ld.errors import EmptyDatasetError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCM, GCMO, ID, RDF
from gcm_ld.ntriples import Statements, join_statements, predicate_of, split_statements
from gcm_ld.queries import list_rules
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store.embedded import EmbeddedStore
from gcm_ld.validate.cache import Cache
from gcm_ld.validate.context import Context
from gcm_ld.validate.cubes import cube_questions, find_faults
from gcm_ld.validate.engines import run_engine
from gcm_ld.validate.findings import Finding, sort_findings
from gcm_ld.validate.outline import (
    Input,
    Outline,
    family,
    make_outline,
    read_ntriples,
    terms_of,
)
from gcm_ld.validate.places import Place, find_places, first_place
from gcm_ld.validate.plan import Plan, Reads, make_plan
from gcm_ld.validate.verdict import (
    code_digest,
    digest,
    digest_of,
    digests,
    engine_version,
    from_row,
    shipped_digest,
    to_json,
    to_row,
)
from gcm_ld.workers import run_all

__all__ = ["Progress", "Work"]

Progress = Callable[[int, int], None]

#: Fewer bytes than this are read and validated sooner by one process.
_SMALL = 4_000_000
_NAMED = re.compile(rb"^<([^<>]*)>|<([^<>]*)> \.$", re.MULTILINE)
_SELECT = re.compile(r'"""(.*?)"""', re.DOTALL)
_SYNTHETIC = GCMO + "Synthetic"
#: Files that are not the user's have numbers from here on, which label their blank nodes.
_OTHERS = 1_000_000
#: The folders of the context, whose shipped files all groups may lean on.
_BASE = ("country", "gcm", "measure", "sdg", "un")


class _Group:
    """The files of one folder.

    :param files: its files in order.
    :param own: whether they are the user's, or came along because these name what they describe.
    """

    def __init__(self, files: Sequence[Input], *, own: bool = True) -> None:
        self.files = tuple(files)
        self.own = own
        self.outline = Outline()


class Work:
    """One validation.

    :param dataset: the files.
    :param engine: the engine's name.
    :param shapes: shapes files.
    :param apart: whether the shapes are ours: groups may be apart, and cubes are checked too.
    :param jobs: how many processes may work at once.
    :param cache: what was found before.
    :param progress: told how many groups of how many are done.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        engine: str,
        shapes: Sequence[Path],
        apart: bool,
        jobs: int,
        cache: Cache | None,
        progress: Progress,
    ) -> None:
        self.dataset = dataset
        self.engine = engine
        self.shape_files = tuple(shapes)
        self.shapes = b"\n".join(read_bytes(path) for path in shapes)
        self.apart = apart
        self.cache = cache
        self.progress = progress
        self.statements = 0
        self.files = []
        size = 0
        for n, path in enumerate(dataset.files):
            text = read_bytes(path)
            size += len(text)
            self.files.append(Input(path, n, hashlib.sha256(text).hexdigest()))
        self.jobs = jobs if size > _SMALL else 1
        self._texts: dict[Path, bytes] = {}

    # -- what there is -------------------------------------------------------------------------

    @cached_property
    def _made_of(self) -> list[str]:
        """What every verdict depends on besides the data."""
        asked = *(rule.text for rule in self._rules), *cube_questions()
        said = digest(self.shapes), digest(*(text.encode() for text in asked))
        return [code_digest(), self.engine, engine_version(self.engine), *said]

    @cached_property
    def _rules(self) -> list[Any]:
        return list_rules()

    @cached_property
    def _reads(self) -> Reads:
        """What shapes, rules and the constraints on cubes read."""
        shapes = self.shapes.decode()
        texts = *_SELECT.findall(shapes), *(rule.text for rule in self._rules), *cube_questions()
        queries = "\n".join(texts)
        along = {*terms_of(queries), RDF + "type"}  # SPARQL's ``a``
        return Reads(frozenset(along | terms_of(shapes)), frozenset(along))

    @cached_property
    def _derived_from(self) -> set[bytes]:
        """The predicates that the rules read."""
        text = "\n".join(rule.text for rule in self._rules)
        return {term.encode() for term in {*terms_of(text), RDF + "type"}}

    def _ntriples(self, file: Input) -> bytes:
        """Return a file's statements; small data are read once for all purposes."""
        if self.jobs > 1:
            return read_ntriples(file.path, file.number)
        if file.path not in self._texts:
            self._texts[file.path] = read_ntriples(file.path, file.number)
        return self._texts[file.path]

    def _group_files(self) -> list[_Group]:
        found: dict[Path, list[Input]] = {}
        for file in self.files:
            found.setdefault(file.path.parent, []).append(file)
        return [_Group(files) for files in found.values()]

    def _read_outlines(self, groups: Sequence[_Group]) -> None:
        """Read what each group says that concerns others."""
        keys = [
            digest_of("outline", code_digest(), sorted(self._reads.along), digests(g.files))
            for g in groups
        ]
        known: list[bytes | None] = list(map(self._recall, keys))
        todo = [n for n, text in enumerate(known) if text is None]

        def outline(number: int) -> bytes:
            files = groups[todo[number]].files
            texts = map(self._ntriples, files)
            return make_outline(texts, set(self._reads.along)).to_bytes()

        for n, made in zip(todo, run_all(outline, len(todo), jobs=self.jobs), strict=True):
            self._remember(keys[n], made)
            known[n] = made
        for group, text in zip(groups, known, strict=True):
            group.outline = Outline.from_bytes(text or b"{}")

    def _recall(self, key: str) -> bytes | None:
        return self.cache.get(key) if self.cache else None

    def _remember(self, key: str, text: bytes) -> None:
        if self.cache:
            self.cache.put(key, text)

    def _find_context(self, groups: Sequence[_Group]) -> tuple[list[Path], list[Path]]:
        """List the files that all lean on, and those that describe what some name."""
        ontology = turtle_files(folder("ontology"))
        if not self.dataset.own:
            return ontology, []
        frameworks = {iri for g in groups for iri in g.outline.frameworks}
        candidates = find_context_subjects()
        named = {
            iri
            for g in groups
            for iri in g.outline.mentions
            if iri in candidates and iri.startswith(ID) and not iri.startswith(GCM + "/")
        }
        found = find_context(frameworks, {iri for iri in named if not _describe(groups, iri)})
        base = [path for path in found if path.parent.name in _BASE]
        return [*ontology, *base], [path for path in found if path.parent.name not in _BASE]

    # -- running -------------------------------------------------------------------------------

    def run(self) -> list[Finding]:
        """Validate, and return the findings with their files, sorted.

        :raises FileError: if a file can't be read or is not Turtle.
        :raises EmptyDatasetError: if there is nothing to validate.
        :raises InputError: if the shapes can't be used.
        """
        known = self._recall(self._key) if self.cache else None
        if known is not None:
            self.statements, rows = json.loads(known)
            return [from_row(row) for row in rows]
        groups = self._group_files()
        self._read_outlines(groups)
        self.statements = sum(g.outline.statements for g in groups)
        if not self.statements:
            names = ", ".join(str(path) for path in self.dataset.files[:3])
            raise EmptyDatasetError(f"{names}: no statement in it: there is nothing to validate")
        findings = sort_findings(self._validate(groups))
        if self.cache:
            rows = [to_row(f) for f in findings]
            self.cache.put(self._key, to_json([self.statements, rows]))
            self.cache.tidy()
        return findings

    @cached_property
    def _key(self) -> str:
        """The key of the whole verdict: the files by name, and all that may be led to."""
        names = [[str(f.path), str(f.path.parent), f.digest] for f in self.files]
        return digest_of("report", self._made_of, self.dataset.own, shipped_digest(), names)

    def _validate(self, groups: list[_Group]) -> list[Finding]:
        lent = [g for g in groups if len(groups) > 1 and _is_lent(g.outline)]
        rest = [g for g in groups if g not in lent]
        base, led_to = self._find_context(groups)
        texts = [read_ntriples(p, _OTHERS + n) for n, p in enumerate(base)]
        texts += [self._ntriples(file) for group in lent for file in group.files]
        context = Context(texts)
        if led_to:
            files = [
                Input(path, 2 * _OTHERS + n, digest(read_bytes(path)))
                for n, path in enumerate(led_to)
            ]
            extra = _Group(files, own=False)
            self._read_outlines([extra])
            rest.append(extra)
        if self.apart and not _is_mixed(rest):
            plan = make_plan([g.outline for g in rest], context, self._reads)
        else:
            plan = Plan.one(len(rest))
        # What the user's own part of the context says is judged by itself.
        units = [[rest[n] for n in unit] for unit in plan.units if unit]
        common = [text for unit, text in zip(plan.units, plan.common, strict=True) if unit]
        if not units or (lent and not plan.whole):
            units, common = [[], *units], [b"", *common]
        runs = _Runs(self, context, plan, lent, units, common)
        places = _join_places(
            (iri, place, group) for group in groups for iri, place in group.outline.places.items()
        )
        return [
            finding
            for number, text in enumerate(self._run_units(runs))
            for finding in self._place(text, runs.files(number), places)
        ]

    def _run_units(self, runs: _Runs) -> list[bytes]:
        keys = [runs.key(n) for n in range(len(runs.units))]
        known: list[bytes | None] = list(map(self._recall, keys))
        todo = [n for n, text in enumerate(known) if text is None]
        sizes = [len(unit) for unit in runs.units]
        total = sum(sizes)
        done = total - sum(sizes[n] for n in todo)
        self.progress(done, total)
        answers = run_all(lambda n: runs.run(todo[n]), len(todo), jobs=self.jobs)
        for n, text in zip(todo, answers, strict=True):
            self._remember(keys[n], text)
            known[n] = text
            done += sizes[n]
            self.progress(done, total)
        return [text or b"" for text in known]

    def _place(
        self, text: bytes, files: Sequence[Input], shared: dict[str, Place]
    ) -> list[Finding]:
        """Say in which file each finding's node stands; leave out what is not the user's."""
        answer = json.loads(text)
        places = {
            iri: (None if typed is None else files[typed].number, files[first].number)
            for iri, (typed, first) in answer["places"].items()
        }
        root = None if self.dataset.own else folder("data").parent
        found = []
        for finding in map(from_row, answer["findings"]):
            here = {
                term: first_place(places.get(term), shared.get(term))
                for term in {finding.focus, finding.node, finding.text or ""}
                if term in places or term in shared
            }
            if here or not self.dataset.own:
                number = here.get(finding.node, here.get(finding.focus))
                found.append(replace(finding, file=self._show(number, root)))
        return found

    def _show(self, number: int | None, root: Path | None) -> str | None:
        """Return a file as the user named it, or a shipped file below the project's root."""
        if number is None:
            return None
        path = self.files[number].path
        return str(path.relative_to(root) if root else path)


class _Runs:
    """The runs of the engine, each on one unit; what all share is read before.

    :param work: the validation.
    :param context: what all lean on.
    :param plan: what belongs together.
    :param lent: the user's own groups that are part of the context.
    :param units: the groups of each run.
    :param common: what each must see of others.
    """

    def __init__(
        self,
        work: Work,
        context: Context,
        plan: Plan,
        lent: Sequence[_Group],
        units: Sequence[Sequence[_Group]],
        common: Sequence[bytes],
    ) -> None:
        self.work = work
        self.context = context
        self.plan = plan
        self.lent = lent
        self.units = units
        self.common = common
        self._base = digest(context.text, plan.added)

    def files(self, number: int) -> list[Input]:
        """List the user's files in which a run's nodes may stand, in their order."""
        groups = [g for g in (*self.units[number], *self.lent) if g.own]
        return sorted((f for g in groups for f in g.files), key=lambda file: file.number)

    def key(self, number: int) -> str:
        """Return the key of a run's verdict: all that it depends on."""
        groups = self.units[number]
        blank = [f.number for g in groups if g.outline.blank for f in g.files]
        return digest_of(
            "unit",
            self.work._made_of,
            self._base,
            digest(self.common[number]),
            [self.plan.whole, not groups],
            [[g.own, digests(g.files)] for g in groups],
            digests(self.files(number)),
            blank + [f.number for g in self.lent if g.outline.blank for f in g.files],
        )

    def run(self, number: int) -> bytes:
        """Validate a unit."""
        work, groups, common = self.work, self.units[number], self.common[number]
        texts = {f.number: work._ntriples(f) for g in groups for f in g.files}
        more = common + self.plan.added
        said = {number: split_statements(text) for number, text in texts.items()}
        told = b"".join([*texts.values(), more])
        if self.plan.whole or not groups:
            lean = self.context.text
            known = _only(split_statements(self.context.text), work._derived_from)
        else:
            named = {(one or other).decode() for one, other in _NAMED.findall(more)}
            named.update(iri for g in groups for iri in g.outline.mentions)
            lean = self.context.text_for(named)
            known = self.context.told_of(named, work._derived_from)
        own = [pair for statements in said.values() for pair in statements]
        bearing = _only([*own, *split_statements(more)], work._derived_from)
        derived = self._derive(bearing + known)
        findings = run_engine(work.engine, b"".join([told, derived, lean]), work.shape_files)
        if work.apart:
            told = b"".join(texts.values())
            findings += find_faults(told, more + lean, findings, statements=own)
        wanted = {t for f in findings for t in (f.focus, f.node, f.text) if t}
        places: dict[str, Place] = {}
        if wanted:
            for n, file in enumerate(self.files(number)):
                if file.number not in said:
                    said[file.number] = split_statements(work._ntriples(file))
                find_places(said[file.number], n, wanted, places)
        return to_json({"findings": [to_row(f)[:-1] for f in findings], "places": places})

    def _derive(self, told: bytes) -> bytes:
        """Return what the rules derive, as N-Triples."""
        store = EmbeddedStore()
        store.add(q.triple for q in ox.parse(told, format=ox.RdfFormat.N_TRIPLES))
        derived: list[ox.Triple] = []
        for rule in self.work._rules:
            found = store.construct(rule.text)
            store.add(found)
            derived += found
        return ox.serialize(derived, format=ox.RdfFormat.N_TRIPLES) or b""


def _is_mixed(groups: Iterable[_Group]) -> bool:
    """Tell whether synthetic and real groups meet: the shape that forbids it must see both."""
    records = [g.outline for g in groups if g.own and g.outline.has_records]
    return len({_SYNTHETIC in outline.mentions for outline in records}) > 1


def _is_lent(outline: Outline) -> bool:
    return outline.is_context and not outline.has_records and not outline.synthetic


def _describe(groups: Iterable[_Group], iri: str) -> bool:
    """Tell whether one of the groups describes a resource."""
    start = f"<{iri}> ".encode()
    for group in groups:
        outline = group.outline
        if iri in outline.leaves or iri in outline.shared:
            return True
        if family(iri) in outline.families and any(
            line.startswith(start)
            for file in group.files
            for line in read_ntriples(file.path).splitlines()
        ):
            return True
    return False


def _only(statements: Statements, predicates: set[bytes]) -> bytes:
    """Return the statements that have one of some predicates, as N-Triples."""
    # Most differ in their subject alone.
    chosen = {said for said in {said for _, said in statements} if predicate_of(said) in predicates}
    return join_statements(pair for pair in statements if pair[1] in chosen)


def _join_places(found: Iterable[tuple[str, Place, _Group]]) -> dict[str, Place]:
    """Put together where shared resources stand, among all files."""
    places: dict[str, Place] = {}
    for iri, (typed, first), group in found:
        here = None if typed is None else group.files[typed].number, group.files[first].number
        known = places.get(iri)
        if known is None:
            places[iri] = here
        else:
            kinds = [n for n in (known[0], here[0]) if n is not None]
            places[iri] = min(kinds, default=None), min(known[1], here[1])
    return places
