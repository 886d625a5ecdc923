"""What is found: verdicts with their evidence, item by item, scheme by scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gcm_ld.score.facts import sort_names

if TYPE_CHECKING:
    from gcm_ld.score.subject import Folder, Subject

__all__ = [
    "Check",
    "Item",
    "Result",
    "Scheme",
    "Summary",
    "Verdict",
    "faults",
    "inapplicable",
    "judgement",
    "network",
    "of_terms",
    "presence",
    "published",
    "share",
    "untested",
]


class Verdict(StrEnum):
    """What came out; only the first three are tested."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"
    NOT_TESTED = "not tested"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome of one check.

    :param verdict: what came out.
    :param evidence: what it rests on; where nothing was tested, the reason.
    :param cure: what to do, where it did not pass.
    :param offenders: the things that do not meet it, by IRI or file.
    :param met: how many meet it, of :attr:`of`, where it can be counted.
    """

    verdict: Verdict
    evidence: str
    cure: str = ""
    offenders: tuple[str, ...] = ()
    met: int | None = None
    of: int | None = None


#: A check asks one thing of what is scored.
Ask = Callable[["Subject"], Result]


@dataclass(frozen=True, slots=True)
class Check:
    """One item of a scheme: its name there, what it asks in our words, and how it is checked."""

    id: str
    title: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Scheme:
    """A published list of criteria.

    :param name: what it is called on the command line.
    :param title: its own title.
    :param version: the edition whose items these are.
    :param url: where it is published.
    """

    name: str
    title: str
    version: str
    url: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item with what came out."""

    scheme: str
    id: str
    title: str
    result: Result


@dataclass(frozen=True, slots=True)
class Summary:
    """How many items of a scheme came out how."""

    scheme: Scheme
    counts: Counter[Verdict]

    @classmethod
    def of(cls, scheme: Scheme, items: Iterable[Item]) -> Summary:
        """Count the items of a scheme."""
        return cls(scheme, Counter(i.result.verdict for i in items if i.scheme == scheme.name))

    @property
    def tested(self) -> int:
        """How many items were tested."""
        return sum(self.counts[v] for v in (Verdict.PASSED, Verdict.PARTLY, Verdict.FAILED))

    @property
    def total(self) -> int:
        """How many items the scheme has."""
        return self.counts.total()

    @property
    def percent(self) -> float | None:
        """The share of tested items that passed; none where nothing was tested."""
        passed = self.counts[Verdict.PASSED]
        return round(100 * passed / self.tested, 1) if self.tested else None


def share(
    things: Collection[str], lacking: Iterable[str], said: str, cure: str, *, none: str
) -> Result:
    """Tell how many of some things meet a criterion.

    :param things: all of them.
    :param lacking: those that don't.
    :param said: what is said of those that do, after their number.
    :param none: why it does not apply, where there are no things.
    """
    if not things:
        return inapplicable(none)
    offenders = sort_names(lacking)
    of, met = len(things), len(things) - len(offenders)
    verdict = Verdict.PARTLY if met else Verdict.FAILED
    if not offenders:
        verdict, cure = Verdict.PASSED, ""
    return Result(
        verdict=verdict, evidence=f"{met} of {of} {said}", cure=cure, offenders=offenders,
        met=met, of=of,
    )  # fmt: skip


def faults(found: Iterable[str], bad: str, good: str, cure: str) -> Result:
    """Pass unless some things show a fault.

    :param found: those that do.
    :param bad: what is said of them, after their number.
    :param good: what is said where there are none.
    """
    offenders = sort_names(found)
    if not offenders:
        return Result(verdict=Verdict.PASSED, evidence=good)
    return Result(
        verdict=Verdict.FAILED, evidence=f"{len(offenders)} {bad}", cure=cure, offenders=offenders
    )


def of_terms(subject: Subject, found: Iterable[str], bad: str, good: str, cure: str) -> Result:
    """Pass unless terms show a fault; without terms of its own there is nothing to ask of."""
    if not subject.terms:
        return inapplicable("the ontology defines no class or property of its own")
    return faults(found, bad, f"{good} ({len(subject.terms)} terms)", cure)


def presence(found: Sequence[str] | int, good: str, bad: str, cure: str) -> Result:
    """Pass if there is something.

    :param found: what there is, or how much.
    """
    if found:
        return Result(verdict=Verdict.PASSED, evidence=good)
    return Result(verdict=Verdict.FAILED, evidence=bad, cure=cure)


def inapplicable(reason: str) -> Result:
    """Say why an item does not apply."""
    return Result(verdict=Verdict.NOT_APPLICABLE, evidence=reason)


def untested(reason: str) -> Result:
    """Say why an item was not tested."""
    return Result(verdict=Verdict.NOT_TESTED, evidence=reason)


def network(what: str) -> Ask:
    """Return a check that only the network could make.

    :param what: what it would find out.
    """
    return lambda subject: untested(f"needs the network: {what}")


def judgement(what: str) -> Ask:
    """Return a check that takes a person.

    :param what: what that person would judge.
    """
    return lambda subject: untested(f"needs a person: {what}")


def published(ask: Callable[[Subject, Folder], Result]) -> Ask:
    """Make a check only where a published folder is given."""

    def asked(subject: Subject) -> Result:
        if subject.site is None:
            return untested("publish first: gcm-ld publish OUT/, then --site OUT/")
        return ask(subject, subject.site)

    return asked
