"""Published claims held against the data. No verdict is written by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError
from gcm_ld.language import Verbatim, label, message, say
from gcm_ld.model import Claim
from gcm_ld.namespaces import compact
from gcm_ld.queries import find_query, run_query
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["ClaimResult", "check_claim", "check_claims"]

_Row = Mapping[str, Value]

HOLDS = message("holds")
DIFFERS = message("differs")
UNDECIDED = message("cannot be decided from the source")


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """A claim with what the data say to it."""

    claim: Claim
    #: ``holds``, ``differs``, ``cannot be decided from the source``, or in the language in use
    #: that it holds only under some rule
    verdict: str
    #: rule (or an empty string) → the values that the data give
    derived: Mapping[str, tuple[str, ...]]
    #: rule → whether the claim holds under it
    holds: Mapping[str, bool]
    evidence: tuple[str, ...]

    @property
    def decided(self) -> bool:
        """Whether the data can answer at all."""
        return self.verdict != UNDECIDED

    @property
    def failed(self) -> bool:
        """Whether the claim holds under no rule."""
        return self.verdict == DIFFERS

    @property
    def partly(self) -> bool:
        """Whether the claim holds under some rule only."""
        return self.verdict not in (HOLDS, DIFFERS, UNDECIDED)

    @property
    def derived_text(self) -> str:
        """The derived values in one line, rule by rule where they differ."""
        texts = {rule: _join(values) for rule, values in self.derived.items()}
        if len(set(texts.values())) == 1:
            return next(iter(texts.values()))
        return "; ".join(f"{label(rule)}: {text}" for rule, text in texts.items())


def _join(values: Sequence[str]) -> str:
    return ", ".join(sorted(set(values), key=natural_key)) or say("none")


def _number(value: Value) -> str:
    """Write a derived value as the source would: whole numbers plainly, others to one decimal."""
    if isinstance(value, Decimal | float):
        rounded = Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        return str(rounded)
    return str(value)


def _equals(claim: Claim, rows: Sequence[_Row]) -> bool:
    return {str(r["value"]) for r in rows} == set(claim.values)


def _approximates(claim: Claim, rows: Sequence[_Row]) -> bool:
    """Round the derived number to the decimals of the published one."""
    try:
        published = Decimal(claim.values[0])
        derived = Decimal(str(rows[0]["value"]))
    except (IndexError, InvalidOperation):
        return False
    return derived.quantize(published, rounding=ROUND_HALF_UP) == published


def _extreme(sign: int) -> Callable[[Claim, Sequence[_Row]], bool]:
    def compare(claim: Claim, rows: Sequence[_Row]) -> bool:
        inside, outside = _split(claim, rows)
        if len(inside) != len(set(claim.values)):
            return False
        return not outside or min(inside) >= max(outside)

    def _split(claim: Claim, rows: Sequence[_Row]) -> tuple[list[Decimal], list[Decimal]]:
        inside: list[Decimal] = []
        outside: list[Decimal] = []
        for row in rows:
            measure = sign * Decimal(str(row["measure"]))
            (inside if str(row["value"]) in claim.values else outside).append(measure)
        return inside, outside

    return compare


_COMPARISONS: dict[str, Callable[[Claim, Sequence[_Row]], bool]] = {
    "Equals": _equals,
    "Approximates": _approximates,
    "Highest": _extreme(1),
    "Lowest": _extreme(-1),
}


def check_claims(dataset: Dataset) -> list[ClaimResult]:
    """Check every claim of a dataset; links that somebody judged do not count.

    :param dataset: the data, with claims in it.
    :returns: a result for each claim, by section and IRI.
    :raises EmptyDatasetError: if there is no claim.
    :raises QueryError: if a claim names an unknown query.
    """
    dataset = dataset.stated
    claims = [r for r in dataset.records if isinstance(r, Claim)]
    if not claims:
        raise EmptyDatasetError("the data hold no claim: there is nothing to check")
    claims.sort(key=lambda c: (c.section or "", natural_key(c.iri)))
    return [check_claim(dataset, claim) for claim in claims]


def check_claim(dataset: Dataset, claim: Claim) -> ClaimResult:
    """Ask the data about one claim.

    The claim's query answers with a ``value`` for each member, under a ``rule`` where there are
    several ways to count; a claim that says which rule it uses is held against that one.

    :param dataset: the data.
    :param claim: the claim.
    :raises QueryError: if it names an unknown query.
    """
    rows = _answer(dataset, claim)
    if not rows or claim.comparison is None:
        return ClaimResult(claim, UNDECIDED, {}, {}, (claim.note,) if claim.note else ())
    by_rule: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_rule[str(row.get("rule") or "")].append(row)
    name = compact(claim.comparison).removeprefix("gcmo:")
    compare = _COMPARISONS.get(name)
    if compare is None:
        return ClaimResult(claim, UNDECIDED, {}, {}, (say("unknown comparison {name}", name=name),))
    holds = {rule: compare(claim, group) for rule, group in by_rule.items()}
    ranked = name in ("Highest", "Lowest")
    derived = {
        rule: _ranking(claim, group, name) if ranked else _values(group)
        for rule, group in by_rule.items()
    }
    own = compact(claim.rule).removeprefix("gcmo:").lower() if claim.rule else None
    verdict = _verdict(holds, own)
    return ClaimResult(claim, verdict, derived, holds, _evidence(claim, by_rule, holds, ranked))


def _answer(dataset: Dataset, claim: Claim) -> list[_Row]:
    if claim.query is None:
        return []
    query = find_query(claim.query)
    values = {}
    for parameter in query.parameters:
        if parameter.name == "about" and claim.about:
            values["about"] = claim.about[0]
        if parameter.name == "framework" and claim.framework:
            values["framework"] = claim.framework
    return list(run_query(dataset.store, query, values).dicts())


def _values(rows: Sequence[_Row]) -> tuple[str, ...]:
    return tuple(sorted({_number(r["value"]) for r in rows}, key=natural_key))


def _ranking(claim: Claim, rows: Sequence[_Row], name: str) -> tuple[str, ...]:
    """Name the members that would stand in the published list, ties at its end included."""
    ordered = sorted(rows, key=lambda r: Decimal(str(r["measure"])), reverse=name == "Highest")
    last = Decimal(str(ordered[min(len(claim.values), len(ordered)) - 1]["measure"]))
    sign = 1 if name == "Highest" else -1
    chosen = [r for r in ordered if sign * Decimal(str(r["measure"])) >= sign * last]
    return tuple(sorted((str(r["value"]) for r in chosen), key=natural_key))


def _verdict(holds: Mapping[str, bool], own: str | None) -> str:
    if own is not None and own in holds:
        return HOLDS if holds[own] else DIFFERS
    if all(holds.values()):
        return HOLDS
    under = [rule for rule, ok in holds.items() if ok]
    if not under:
        return DIFFERS
    return say("holds only under rule {rules}", rules=", ".join(map(label, under)))


def _evidence(
    claim: Claim, by_rule: Mapping[str, Sequence[_Row]], holds: Mapping[str, bool], ranked: bool
) -> tuple[str, ...]:
    """Say rule by rule what the verdict rests on: the rows behind it, the members that differ."""
    lines = []
    for rule, rows in by_rule.items():
        where: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.get("evidence"):
                text = str(row["evidence"])
                where[_number(row["value"])].append(text)
        derived = {_number(r["value"]) for r in rows}
        if ranked:
            derived = set(_ranking(claim, rows, compact(claim.comparison or "")[5:]))
        if holds[rule]:
            parts = [_member(m, where) for m in sorted(derived, key=natural_key) if where[m]]
        else:
            more = [_member(m, where) for m in sorted(derived - set(claim.values), key=natural_key)]
            less = [_member(m, where) for m in sorted(set(claim.values) - derived, key=natural_key)]
            parts = [say("only in the data: {list}", list=Verbatim(", ".join(more)))] * bool(more)
            parts += [say("only in the claim: {list}", list=Verbatim(", ".join(less)))] * bool(less)
        if parts:
            lines.append((f"{label(rule)}: " if rule else "") + "; ".join(parts))
    return tuple(lines)


def _member(value: str, where: Mapping[str, Sequence[str]]) -> str:
    """Write a value with up to three of the places it comes from."""
    places = list(dict.fromkeys(where.get(value, ())))
    if not places:
        return value
    shown = ", ".join(places[:3])
    if len(places) > 3:
        shown = say("{list} and {number} more", list=Verbatim(shown), number=len(places) - 3)
    return f"{value} ({shown})"
