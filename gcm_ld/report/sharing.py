"""What countries have in common: what nobody addresses, and which gaps they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from gcm_ld.dataset import Dataset
from gcm_ld.language import label, message, say, say_many
from gcm_ld.report.comparison import (
    Action,
    Comparison,
    Entry,
    Objective,
    read_comparison,
)
from gcm_ld.report.model import Report, Table, percent
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["report_shared_gaps", "report_unaddressed"]

#: How many lines of a view people are shown; the tables for programs hold all.
_SHOWN = 25
#: The rule by which an objective counts as addressed: some action of it has an outcome.
_RULE = "strict"
_STATUSES = (
    ("aligned", "Aligned", message("Aligned")),
    ("wholeFramework", "WholeFramework", message("Whole framework")),
    ("coveredElsewhere", "CoveredElsewhere", message("Elsewhere")),
    ("notApplicable", "NotApplicable", message("Not applicable")),
    ("unstated", "Unstated", message("Unstated")),
)


def report_unaddressed(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the objectives and actions that nobody addresses, or the fewest.

    :param dataset: the data.
    :param framework: code or IRI of a framework; then only what it does not address is listed,
        with how many others do.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework.
    """
    found = read_comparison(dataset)
    chosen = found.find(framework) if framework else None
    entries = found.current
    objectives = _count_objectives(found, entries)
    actions = _count_actions(found, entries)
    if chosen is not None:
        objectives = [
            row
            for row in objectives
            if row[2] == _RULE and _covers(chosen, row[-1], _RULE) is False
        ]
        actions = [r for r in actions if r[-1] in chosen.assessed and r[-1] not in chosen.aligned]
    strict = [row for row in objectives if row[2] == _RULE]
    lead = _unaddressed_words(strict, actions, len(entries), chosen)
    columns = [("code", "#"), ("title", say("Objective"))]
    counts = [("addressed", say("Addressed by")), ("frameworks", say("Of")), ("share", "%")]
    action_columns = [
        ("code", "#"),
        ("title", say("Action")),
        *((key, label(heading)) for key, _, heading in _STATUSES),
        ("frameworks", say("Of")),
    ]
    return Report(
        name="unaddressed",
        title=found.titled(
            say("What the {framework} does not address, and others do", framework=chosen.title)
            if chosen
            else say("Objectives and actions that nobody or the fewest address")
        ),
        lead=tuple(lead),
        tables=(
            Table.of(
                "objectives",
                say("Objectives by how many frameworks address them"),
                [*columns, ("rule", say("Rule")), *counts],
                [row[:-1] for row in objectives],
            ),
            Table.of(
                "actions",
                say("Actions by how many frameworks answer them"),
                action_columns,
                [row[:-1] for row in actions],
            ),
        ),
        views=(
            Table.of(
                "objectives",
                say("Objectives, the least addressed first"),
                [*columns, *counts],
                [(*row[:2], *row[3:-1]) for row in strict],
            ),
            Table.of(
                "actions",
                _some(say("Actions, the least answered first"), len(actions)),
                action_columns,
                [row[:-1] for row in actions[:_SHOWN]],
            ),
        ),
        notes=found.notes(
            say(
                "Addressed, by the strict rule: some action of the objective is aligned, so that "
                "an outcome of the framework answers it. Whole framework, covered elsewhere, not "
                "applicable and unstated are what sources say of the others; they are no judgement "
                "of ours."
            ),
            rules=(_RULE,),
        ),
    )


def _some(title: str, number: int) -> str:
    if number <= _SHOWN:
        return title
    return say("{title} ({shown} of {number})", title=title, shown=_SHOWN, number=number)


def _covers(entry: Entry, objective: Value, rule: str) -> bool | None:
    """Tell whether an entry covers some of an objective; ``None`` where it was not assessed."""
    figure = entry.objectives.get(rule, {}).get(str(objective))
    return None if figure is None or not figure.assessed else figure.covered > 0


def _count_objectives(found: Comparison, entries: Sequence[Entry]) -> list[tuple[Value, ...]]:
    """Count, for each objective and rule, who covers some of it; the fewest first."""
    rows = []
    for rule in found.rules:
        for n, objective in enumerate(found.objectives):
            known = [c for e in entries if (c := _covers(e, objective.iri, rule)) is not None]
            share = percent(sum(known), len(known))
            row = (objective.code, objective.title, rule, sum(known), len(known), share)
            rows.append((found.rules.index(rule), share, n, (*row, objective.iri)))
    return [row for *_, row in sorted(rows)]


def _count_actions(found: Comparison, entries: Sequence[Entry]) -> list[tuple[Value, ...]]:
    """Count, for each action, what sources say of it; the fewest outcomes first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for e in entries:
        for status, actions in e.statuses.items():
            for iri in actions:
                counts[iri][status] += 1
    rows: list[tuple[float, int, tuple[Value, ...]]] = []
    for n, action in enumerate(found.actions):
        by = counts[action.iri]
        if total := by.total():
            numbers = [by[status] for _, status, _ in _STATUSES]
            line: list[Value] = [action.code, action.title, *numbers, total, action.iri]
            rows.append((numbers[0] / total, n, tuple(line)))
    return [row for *_, row in sorted(rows)]


def _unaddressed_words(
    objectives: Sequence[tuple[Value, ...]],
    actions: Sequence[tuple[Value, ...]],
    number: int,
    chosen: Entry | None,
) -> list[str]:
    if chosen is not None:
        codes = ", ".join(str(r[0]) for r in objectives) or say("none")
        return [
            say(
                "objectives that {framework} does not address: {list}",
                framework=chosen.code,
                list=codes,
            ),
            say_many(
                "{number} action that no outcome of it answers",
                "{number} actions that no outcome of it answers",
                len(actions),
            ),
        ]
    nobody = [str(r[0]) for r in objectives if r[3] == 0]
    lead = [
        say_many(
            "{number} framework; objectives that nobody addresses: {list}",
            "{number} frameworks; objectives that nobody addresses: {list}",
            number,
            list=", ".join(nobody) or say("none"),
        )
    ]
    if objectives:
        first = objectives[0]
        last = [str(r[0]) for r in objectives if r[5] == first[5]]
        lead.append(
            say_many(
                "least addressed: objective {list}, by {addressed} of {frameworks}",
                "least addressed: objectives {list}, by {addressed} of {frameworks}",
                len(last),
                list=", ".join(last),
                addressed=first[3],
                frameworks=_frameworks(int(str(first[4]))),
            )
        )
    never = [str(r[0]) for r in actions if r[2] == 0]
    if never:
        lead.append(
            say(
                "actions that no framework answers: {number} ({list})",
                number=len(never),
                list=", ".join(never[:12]) + (" …" if len(never) > 12 else ""),
            )
        )
    else:
        lead.append(say("actions that no framework answers: 0"))
    return lead


def _frameworks(number: int) -> str:
    return say_many("{number} framework", "{number} frameworks", number)


def report_shared_gaps(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report which countries share which gap, and which have the very same ones.

    :param dataset: the data.
    :param framework: code or IRI of a framework; then only its own gaps are listed.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework.
    """
    found = read_comparison(dataset)
    chosen = found.find(framework) if framework else None
    entries = list(found.current)
    if chosen is not None and chosen not in entries:
        entries.append(chosen)
    objectives = _gaps_by_objective(found, entries)
    actions = _gaps_by_action(found, entries)
    if chosen is not None:
        objectives = [(o, es) for o, es in objectives if chosen in es]
        actions = [(a, es) for a, es in actions if chosen in es]
    groups = _groups(objectives, entries)
    lead = _gap_words(objectives, actions, groups, len(entries), chosen)
    return Report(
        name="shared-gaps",
        title=found.titled(
            say("Gaps that the {framework} shares with others", framework=chosen.title)
            if chosen
            else say("Gaps that countries share")
        ),
        lead=tuple(lead),
        tables=(
            _pairs_table(
                "objectives", say("Objective and framework"), say("Objective"), objectives
            ),
            _pairs_table("actions", say("Action and framework"), say("Action"), actions),
            _groups_table(groups),
        ),
        views=(
            _gaps_view(
                "objectives", say("Objectives without an outcome"), say("Objective"), objectives
            ),
            _gaps_view("actions", say("Actions without an outcome"), say("Action"), actions),
            _groups_table(groups),
        ),
        notes=found.notes(
            say(
                "A gap: no outcome of the framework answers the action, whatever the reason; for "
                "an objective, none of its actions. Report gaps tells the reason for one framework."
            ),
            say("A group: frameworks whose gaps among objectives are the very same."),
            rules=(_RULE,),
        ),
    )


_Gap = tuple[Objective | Action, list[Entry]]


def _gaps_by_objective(found: Comparison, entries: Iterable[Entry]) -> list[_Gap]:
    gaps: list[_Gap] = []
    for objective in found.objectives:
        have = [e for e in entries if _covers(e, objective.iri, _RULE) is False]
        if have:
            gaps.append((objective, have))
    return sorted(gaps, key=lambda gap: -len(gap[1]))


def _gaps_by_action(found: Comparison, entries: Iterable[Entry]) -> list[_Gap]:
    missing: dict[str, list[Entry]] = defaultdict(list)
    for e in entries:
        for iri in e.assessed - e.aligned:
            missing[iri].append(e)
    gaps: list[_Gap] = [(a, missing[a.iri]) for a in found.actions if a.iri in missing]
    return sorted(gaps, key=lambda gap: -len(gap[1]))


def _groups(
    gaps: Sequence[_Gap], entries: Iterable[Entry]
) -> list[tuple[tuple[str, ...], list[Entry]]]:
    """Group the entries that have the same gaps among objectives, the largest group first."""
    members = [(o.code, set(es)) for o, es in gaps]
    members.sort(key=lambda member: natural_key(member[0]))
    groups: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for e in entries:
        codes = tuple(code for code, have in members if e in have)
        if codes:
            groups[codes].append(e)
    shared = [(codes, es) for codes, es in groups.items() if len(es) > 1]
    return sorted(shared, key=lambda g: (-len(g[1]), -len(g[0]), g[0]))


def _gap_words(
    objectives: Sequence[_Gap],
    actions: Sequence[_Gap],
    groups: Sequence[tuple[tuple[str, ...], list[Entry]]],
    number: int,
    chosen: Entry | None,
) -> list[str]:
    of = _frameworks(number)
    lead = []
    if chosen is not None:
        lead.append(
            say(
                "{framework}: no outcome for {objectives} and {actions}",
                framework=chosen.code,
                objectives=say_many("{number} objective", "{number} objectives", len(objectives)),
                actions=say_many("{number} action", "{number} actions", len(actions)),
            )
        )
    shared = [(o, es) for o, es in objectives if len(es) > 1]
    if shared:
        top, have = shared[0]
        lead.append(
            say(
                "the widest gap among objectives: {code}, in {number} of {frameworks}",
                code=top.code,
                number=len(have),
                frameworks=of,
            )
        )
    else:
        lead.append(
            say("no objective is without an outcome in several of {frameworks}", frameworks=of)
        )
    if actions:
        first, have = actions[0]
        lead.append(
            say(
                "the widest gap among actions: {code}, in {number} of {frameworks}",
                code=first.code,
                number=len(have),
                frameworks=of,
            )
        )
    if groups:
        codes, members = groups[0]
        lead.append(
            say_many(
                "{number} group with the very same gaps; the largest has {frameworks}, without "
                "objective {list}",
                "{number} groups with the very same gaps; the largest has {frameworks}, without "
                "objective {list}",
                len(groups),
                frameworks=_frameworks(len(members)),
                list=", ".join(codes),
            )
        )
    return lead


def _pairs_table(name: str, title: str, what: str, gaps: Sequence[_Gap]) -> Table:
    return Table.of(
        name,
        title,
        [
            ("code", "#"),
            ("title", what),
            ("country", say("Code")),
            ("framework", say("Framework")),
            ("sharedBy", say("Shared by")),
        ],
        [
            (thing.code, thing.title, e.country or None, e.code, len(have))
            for thing, have in gaps
            for e in have
        ],
    )


def _places(entries: Sequence[Entry]) -> str:
    return ", ".join(e.place for e in entries)


def _gaps_view(name: str, title: str, what: str, gaps: Sequence[_Gap]) -> Table:
    return Table.of(
        name,
        _some(title, len(gaps)),
        [("code", "#"), ("title", what), ("number", say("In")), ("countries", say("Countries"))],
        [(t.code, t.title, len(have), _places(have)) for t, have in gaps[:_SHOWN]],
    )


def _groups_table(groups: Sequence[tuple[tuple[str, ...], list[Entry]]]) -> Table:
    return Table.of(
        "groups",
        say("Groups with the very same gaps among objectives"),
        [
            ("number", say("Frameworks")),
            ("countries", say("Countries")),
            ("objectives", say("Objectives")),
        ],
        [(len(es), _places(es), ", ".join(codes)) for codes, es in groups],
    )
