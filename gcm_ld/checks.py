"""What the project asks of its own files: logic, style, canonical form, prefixes, UN codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcm_ld.errors import FileError, InputError, MissingExtraError
from gcm_ld.namespaces import PREFIXES, SDG, compact
from gcm_ld.resources import FOLDERS, folder
from gcm_ld.words import plural

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset
    from gcm_ld.vocabulary import Vocabulary

__all__ = ["CHECKS", "Check", "Job", "list_files", "run_checks"]

_SDGO = PREFIXES["sdgo"]
#: Declarations of prefixes in Turtle and SPARQL; strings, IRIs and comments are passed over.
_DECLARATIONS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|\\.|#[^\n]*|(?:@prefix|\bPREFIX)\s+(?P<prefix>[^\s:]*):\s*<(?P<iri>[^>\s]*)>"
    r'|<[^<>"\s]*>',
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check: passed, failed, or (``None``) not made, with the reason."""

    name: str
    passed: bool | None
    detail: str
    problems: tuple[str, ...] = ()
    #: What the check lacked, where it could not be made.
    missing: MissingExtraError | None = field(default=None, compare=False)
    #: What became of each SDG term, for programs; see :mod:`gcm_ld.vocabulary`.
    terms: tuple[dict[str, object], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be checked.

    :param dataset: the data, with the ontology as its context.
    :param files: the Turtle and SPARQL files to check for form.
    :param vocabulary: a version of the UN's SDG vocabulary, or where it is, to check SDG codes
        and links against.
    """

    dataset: Dataset
    files: tuple[Path, ...]
    vocabulary: Vocabulary | Path | str | None = None


def list_files(paths: Iterable[Path] = ()) -> tuple[Path, ...]:
    """List the Turtle and SPARQL files below some paths.

    :param paths: files and folders; none for all that the project ships.
    :raises FileError: if a path does not exist, or holds no such file.
    """
    found: list[Path] = []
    for path in list(paths) or [folder(name) for name in FOLDERS]:
        if not path.exists():
            raise FileError(path, "no such file or folder: check the path")
        below = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        below = sorted(p for p in below if p.suffix in (".ttl", ".rq"))
        if not below:
            raise FileError(path, "no Turtle or SPARQL file (*.ttl, *.rq) here: check the path")
        found += below
    return tuple(dict.fromkeys(found))


def check_logic(job: Job) -> Iterator[Check]:
    """Check that ontology and data are OWL 2 DL and consistent, and roll up as the rule says."""
    from gcm_ld.reason import find_owl_faults, read_roll_up, reason, without_statistics
    from gcm_ld.store import EmbeddedStore

    triples = without_statistics(job.dataset.store.triples())
    store = EmbeddedStore()
    store.add(triples)
    faults = find_owl_faults(store)
    statements = f"{len(store)} statements"
    yield Check("owl-2-dl", not faults, f"{statements} within OWL 2 DL", tuple(faults))
    try:
        found = reason(triples)
    except MissingExtraError as error:
        for name in ("consistency", "roll-up"):
            yield Check(name, None, str(error), missing=error)
        return
    except InputError as error:
        yield Check("consistency", False, str(error))
        yield Check("roll-up", None, "the reasoner stopped before")
        return
    problems = list(found.clashes)
    problems += [f"{compact(c)} can have no member" for c in found.unsatisfiable]
    if not found.consistent and not problems:
        problems = ["HermiT finds a contradiction and gives no reason: take back the last change"]
    verdict = f"no contradiction in {statements}, no empty class"
    if not found.consistent:
        verdict = f"{statements} contradict each other"
    elif found.unsatisfiable:
        verdict = f"{plural(len(found.unsatisfiable), 'empty class')} in {statements}"
    yield Check("consistency", not problems, verdict, tuple(problems))
    if not found.consistent:
        yield Check("roll-up", None, "everything follows from a contradiction")
        return
    yield compare_roll_up(found.rolls_up_to, read_roll_up(triples))


def compare_roll_up(
    inferred: frozenset[tuple[str, str]], derived: frozenset[tuple[str, str]]
) -> Check:
    """Compare the roll-up that OWL infers with the one that the rule derives.

    :param inferred: pairs of objectives that follow from the property chain.
    :param derived: pairs that stand in the data once the rule has run.
    """
    only = {"by OWL and not in the data": inferred - derived}
    only["in the data and not by OWL"] = derived - inferred
    problems = [
        f"{compact(a)} rolls up to {compact(b)} {where}"
        for where, pairs in only.items()
        for a, b in sorted(pairs)
    ]
    detail = f"{plural(len(inferred), 'pair')} inferred by OWL, {len(derived)} derived by the rule"
    return Check("roll-up", not problems, detail, tuple(problems))


def check_style(job: Job) -> Iterator[Check]:
    """Check the ontology against the shapes of its house style."""
    from gcm_ld.turtle import read_turtle
    from gcm_ld.validate import validate_triples

    ontology = [f for f in job.dataset.context_files if f.parent == folder("ontology")]
    triples = [t for f in ontology for t in read_turtle(f)]
    findings = validate_triples(triples, shapes=[folder("shapes") / "ontology-style.ttl"])
    worst = [f for f in findings if f.severity.lower() == "violation"]
    counts = f"{plural(len(worst), 'fault')}, {plural(len(findings[len(worst) :]), 'warning')}"
    detail = f"{plural(len(triples), 'statement')}, {counts}"
    problems = [f"{f.severity.lower()}: {f.message}" for f in findings]
    yield Check("ontology-style", not worst, detail, tuple(problems))


def check_form(job: Job) -> Iterator[Check]:
    """Check that Turtle files are in canonical form."""
    from gcm_ld.files import read_bytes
    from gcm_ld.turtle import format_turtle

    problems = []
    files = [f for f in job.files if f.suffix == ".ttl"]
    for path in files:
        text, name = read_bytes(path), _shorten(path)
        try:
            if format_turtle(text, name=name).encode("utf-8") != text:
                problems.append(f"{name}: not in canonical form: run gcm-ld format")
        except FileError as error:
            problems.append(str(error))
    yield Check("canonical-form", not problems, plural(len(files), "Turtle file"), tuple(problems))


def find_prefixes(text: str) -> list[tuple[str, str, int]]:
    """List the prefixes that a Turtle or SPARQL text declares: prefix, namespace, line.

    >>> find_prefixes('PREFIX a: <http://a#> # PREFIX b: <http://b#>')
    [('a', 'http://a#', 1)]
    """
    return [
        (m["prefix"], m["iri"], text.count("\n", 0, m.start()) + 1)
        for m in _DECLARATIONS.finditer(text)
        if m["iri"] is not None
    ]


def check_prefixes(job: Job) -> Iterator[Check]:
    """Check that every file means the same by a prefix."""
    from gcm_ld.files import read_bytes

    problems = []
    for path in job.files:
        text, name = read_bytes(path).decode("utf-8-sig", errors="replace"), _shorten(path)
        for prefix, iri, line in find_prefixes(text):
            ours = PREFIXES.get(prefix)
            if ours is None:
                problems.append(f"{name}, line {line}: prefix {prefix}: is not known here")
            elif ours != iri:
                problems.append(f"{name}, line {line}: prefix {prefix}: is <{iri}>, not <{ours}>")
    yield Check("prefixes", not problems, plural(len(job.files), "file"), tuple(problems))


def check_shapes(job: Job) -> Iterator[Check]:
    """Check that shapes use no term that SHACL lacks, which engines pass over in silence."""
    from gcm_ld.validate import find_unknown_terms

    shapes = [f for f in job.files if f.suffix == ".ttl"]
    try:
        problems = find_unknown_terms(shapes)
    except FileError as error:
        problems = [str(error)]
    yield Check("shacl-terms", not problems, plural(len(shapes), "Turtle file"), tuple(problems))


def check_sdg(job: Job) -> Iterator[Check]:
    """Check the SDG goals, targets and indicators of the data against the UN's vocabulary."""
    from gcm_ld.vocabulary import load_vocabulary

    if job.vocabulary is None:
        hint = "give the UN's SDG vocabulary with --vocabulary to check codes against it"
        yield Check("sdg-codes", None, hint)
        return
    terms = load_vocabulary(job.vocabulary).terms
    used = {
        node.value
        for t in job.dataset.store.triples()
        for node in (t.subject, t.object)
        if isinstance(node, ox.NamedNode)
        and node.value.startswith(SDG + "/")
        and not node.value.startswith(_SDGO)
    }
    problems = [f"{compact(i)} is not in the UN vocabulary" for i in sorted(used - terms.keys())]
    for element in job.dataset.elements(framework="sdg"):
        term = terms.get(element.iri)
        if term is None:
            continue
        permanent = element.iri.rpartition("/")[2]  # an indicator's own code, such as C100702
        codes = {element.notation, *element.identifiers}
        for what, ours, theirs in (
            ("kind", {element.kind}, {term.kind}),
            ("code", codes - {permanent} or codes, term.codes),
            ("place", set(element.part_of), term.broader),
        ):
            if ours != theirs:
                problems.append(
                    f"{compact(element.iri)}: its {what} is {_words(ours)} here and "
                    f"{_words(theirs)} in the UN vocabulary"
                )
    detail = f"{len(used)} goals, targets and indicators, of {len(terms)} in the UN vocabulary"
    yield Check("sdg-codes", not problems, detail, tuple(problems))


def check_sdg_links(job: Job) -> Iterator[Check]:
    """Check which links the UN's vocabulary, perhaps a newer one, would have revised."""
    from gcm_ld.vocabulary import compare_terms, find_uses, load_vocabulary, summarise

    if job.vocabulary is None:
        return
    uses = find_uses(job.dataset.records)
    elements = job.dataset.elements(framework="sdg")
    changes = compare_terms(elements, uses, load_vocabulary(job.vocabulary))
    passed = not any(c.breaks for c in changes)
    texts, terms = tuple(map(str, changes)), tuple(c.as_dict() for c in changes)
    yield Check("sdg-links", passed, summarise(changes), texts, terms=terms)


def _shorten(path: Path) -> Path:
    """Show a path from where the user stands, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _words(values: Iterable[str]) -> str:
    from gcm_ld.turtle import natural_key

    return ", ".join(sorted(map(compact, values), key=natural_key)) or "none"


#: The checks, by what is said while each runs; the slow one comes last.
CHECKS: dict[str, Callable[[Job], Iterator[Check]]] = {
    "canonical form": check_form,
    "prefixes": check_prefixes,
    "SHACL terms": check_shapes,
    "SDG codes": check_sdg,
    "SDG links": check_sdg_links,
    "ontology style": check_style,
    "reasoning with HermiT": check_logic,
}


def run_checks(job: Job, *, report: Callable[[str], None] = lambda step: None) -> Sequence[Check]:
    """Run every check.

    :param job: what is to be checked.
    :param report: told the name of each step before it begins.
    :returns: the outcomes, in a fixed order.
    :raises FileError: if a file can't be read.
    """
    outcomes: list[Check] = []
    for step, check in CHECKS.items():
        report(step)
        outcomes += check(job)
    return outcomes
