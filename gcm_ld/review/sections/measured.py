"""Tables of what was measured: each objective's indicators, groups of people, revised figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from gcm_ld.language import label, say
from gcm_ld.progress.model import State
from gcm_ld.report.progress_words import number_text, state_words, value_text
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.measured import Part
from gcm_ld.store import Value

__all__ = ["write_followed", "write_measured"]

_FEMALE, _MALE = "#sex-F", "#sex-M"


def write_followed(facts: Facts, draft: Draft, code: str, indicators: Iterable[str]) -> None:
    """Write where some indicators started, where they stand and where they are meant to go.

    :param facts: the country's data.
    :param draft: what is being written.
    :param code: the code of the objective whose actions they follow.
    :param indicators: IRIs of the indicators; those of which nothing is known are left out.
    """
    wanted = set(indicators)
    rows = [
        r
        for r in facts.table("progress", "indicators")
        if r["iri"] in wanted and (r["latest"] is not None or r["target"] is not None)
    ]
    draft.grid(
        f"table-objective-{code}",
        "",
        [say("Indicator"), say("Baseline"), say("Latest"), say("Target value"), say("State")],
        [
            (
                facts.indicator_name(str(r["iri"])),
                _figure(r, "baseline"),
                _figure(r, "latest", status=str(r["latestStatus"] or "")),
                _figure(r, "target"),
                _state(r),
            )
            for r in rows
        ],
        small=True,
        name=say("Indicators of objective {code}", code=code),
    )


def _figure(row: Mapping[str, Value], what: str, status: str = "") -> str:
    """Write a value with its period, marked where it is not a normal one."""
    value = row[what]
    if value is None:
        return "–"
    mark = f" {status}" if status not in ("", "A") else ""
    return f"{value_text(Decimal(str(value)))} ({row[f'{what}Period']}){mark}"


def _state(row: Mapping[str, Value]) -> str:
    words = state_words(State(str(row["state"])))
    if row["distance"] is None:
        return words
    return say("{state} ({share:.0f} %)", state=words, share=100 * float(str(row["distance"])))


def write_measured(facts: Facts, draft: Draft) -> None:
    """Write the figures of women and men, of other groups, and those that were revised."""
    names = facts.indicators
    sexes = facts.measured.by("sex")
    draft.grid(
        "table-by-sex",
        say("Latest figures by sex"),
        [say("Indicator"), say("Period"), say("Female"), say("Male"), say("All")],
        [
            (facts.indicator_name(iri), period, *cells)
            for iri in names
            for period, cells in _by_period(sexes.get(iri, []))
        ],
        small=True,
    )
    groups = facts.measured.by("age", "migration_status", "nationality")
    draft.grid(
        "table-by-group",
        say("Latest figures by age, migration status and nationality"),
        [say("Indicator"), say("Period"), say("Figures"), say("All")],
        [
            (
                facts.indicator_name(iri),
                period,
                "; ".join(f"{facts.group_name(p.group)}: {value_text(p.value)}" for p in parts),
                _number(parts[0].total),
            )
            for iri in names
            for period, parts in _sorted(groups.get(iri, []))
        ],
        small=True,
    )
    draft.grid(
        "table-revisions",
        say("Figures that were revised"),
        [say("Indicator"), say("Period"), say("Before"), say("Now"), say("Why")],
        [
            (
                facts.indicator_name(r.indicator),
                r.period,
                _number(r.before),
                _number(r.now),
                label(r.note),
            )
            for r in facts.measured.revisions
        ],
        small=True,
    )


def _sorted(parts: Iterable[Part]) -> list[tuple[str, list[Part]]]:
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.period].append(part)
    return sorted(found.items())


def _by_period(parts: Iterable[Part]) -> Iterable[tuple[str, tuple[Value, ...]]]:
    for period, found in _sorted(parts):
        of = {p.group[p.group.rfind("#") :]: p.value for p in found}
        if _FEMALE in of or _MALE in of:
            yield (
                period,
                (
                    _number(of.get(_FEMALE)),
                    _number(of.get(_MALE)),
                    _number(found[0].total),
                ),
            )


def _number(value: Decimal | None) -> Value:
    return None if value is None else Decimal(number_text(value))
