"""Coverage by objective under each counting rule, and the gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.language import label, say, say_many
from gcm_ld.report.frameworks import report_pair
from gcm_ld.report.model import (
    RULES,
    Report,
    Table,
    assessed_framework,
    define,
    is_assessed,
    percent,
    whole_percent,
)
from gcm_ld.store import Value

__all__ = ["report_coverage", "report_gaps"]


def report_coverage(
    dataset: Dataset, *, framework: str | None = None, subject: str | None = None
) -> Report:
    """Report how much of each objective is covered, under each counting rule.

    Where no action was assessed against the framework, or another subject is asked for, the
    links between the two are counted instead.

    :param dataset: the data.
    :param framework: the covering framework, where the data know several.
    :param subject: the framework to be covered; the Compact if not given.
    :raises InputError: if a framework can't be found or told.
    """
    if framework is not None and not is_assessed(dataset, framework, subject):
        return report_pair(dataset, framework, subject)
    if subject is not None and framework is None:
        raise InputError("say which framework covers it: add its code as framework")
    against = assessed_framework(dataset, framework)
    rows = list(dataset.query("select_coverage", framework=against.iri).dicts())
    order = {rule: i for i, rule in enumerate(RULES)}
    rules = sorted({str(r["rule"]) for r in rows}, key=lambda r: (order.get(r, len(order)), r))
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    program: list[tuple[Value, ...]] = []
    people: list[list[Value]] = []
    for _, group in groupby(rows, key=lambda r: r["objective"]):
        by_rule = {str(r["rule"]): r for r in group}
        any_rule = next(iter(by_rule.values()))
        line: list[Value] = [any_rule["code"], any_rule["title"]]
        for rule in rules:
            covered, total = int(str(by_rule[rule]["covered"])), int(str(by_rule[rule]["total"]))
            totals[rule] += Counter(covered=covered, total=total)
            share = percent(covered, total)
            program.append((any_rule["code"], any_rule["title"], rule, covered, total, share))
            line.append(_share(covered, total))
        people.append(line)
    everything = say("All objectives")
    whole: list[Value] = ["", everything]
    for rule in rules:
        covered, total = totals[rule]["covered"], totals[rule]["total"]
        program.append(("", everything, rule, covered, total, percent(covered, total)))
        whole.append(_share(covered, total))
    definitions = {
        str(r["rule"]): str(r["definition"]) for r in dataset.query("select_counting_rules").dicts()
    }
    main = Table.of(
        "coverage",
        say("Coverage by objective and counting rule"),
        [
            ("code", "#"),
            ("title", say("Objective")),
            ("rule", say("Rule")),
            ("covered", say("Covered")),
            ("total", say("Total")),
            ("share", "%"),
        ],
        program,
    )
    view = Table.of(
        "objectives",
        say("Actions covered, by objective"),
        [("code", "#"), ("title", say("Objective")), *((r, label(r)) for r in rules)],
        [*people, whole],
        total=True,
    )
    lead = tuple(
        say(
            "{rule}: {covered} of {total} ({share} %)",
            rule=rule,
            covered=totals[rule]["covered"],
            total=totals[rule]["total"],
            share=percent(totals[rule]["covered"], totals[rule]["total"]),
        )
        for rule in rules
    )
    return Report(
        name="coverage",
        title=say(
            "Coverage of the {subject} by the {framework}",
            subject=against.subject_title,
            framework=against.title,
        ),
        lead=lead,
        tables=(main, _statuses(dataset, against.iri)),
        views=(view,),
        notes=(
            *(define(rule, definitions[rule]) for rule in rules if rule in definitions),
            say(
                "Source: {source}; {actions} in {rows} of its table.",
                source=against.source_title,
                actions=say_many("{number} action", "{number} actions", against.actions),
                rows=say_many("{number} row", "{number} rows", against.rows),
            ),
        ),
        charts=("coverage",),
    )


def _share(covered: int, total: int) -> str:
    return f"{covered:>3}/{total:<3} {whole_percent(covered, total):>3} %"


def _statuses(dataset: Dataset, framework: str) -> Table:
    rows = dataset.query("select_statuses", framework=framework).dicts()
    return Table.of(
        "statuses",
        say("Actions by objective and status"),
        [
            ("code", "#"),
            ("title", say("Objective")),
            ("status", say("Status")),
            ("actions", say("Actions")),
        ],
        [(r["code"], r["title"], r["status"], r["actions"]) for r in rows],
    )


def report_gaps(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the actions that no outcome answers, and why; see :func:`report_coverage`."""
    against = assessed_framework(dataset, framework)
    rows = list(dataset.query("select_gaps", framework=against.iri).dicts())
    kinds = Counter(str(r["status"]) for r in rows)
    table = Table.of(
        "gaps",
        say("Actions that no outcome answers"),
        [
            ("code", say("Action")),
            ("title", say("Title")),
            ("status", say("Why")),
            ("coveredBy", say("Covered by")),
            ("cell", say("Source cell")),
        ],
        [tuple(r[k] for k in ("code", "title", "status", "coveredBy", "cell")) for r in rows],
    )
    view = Table.of(
        "gaps",
        say("Actions that no outcome answers"),
        [("code", "#"), ("title", say("Action")), ("status", say("Why"))],
        [(r["code"], r["title"], _why(r)) for r in rows],
    )
    by_objective = Counter(str(r["objectiveCode"]) for r in rows)
    most = ", ".join(f"{o} ({n})" for o, n in by_objective.most_common(5))
    return Report(
        name="gaps",
        title=say(
            "Gaps: actions of the {subject} without an outcome in the {framework}",
            subject=against.subject_title,
            framework=against.title,
        ),
        lead=(
            say_many(
                "{number} action of {total} without an outcome: {kinds}",
                "{number} actions of {total} without an outcome: {kinds}",
                len(rows),
                total=against.actions,
                kinds=", ".join(f"{n} {label(status)}" for status, n in kinds.most_common()),
            ),
            say("objectives with most of them: {list}", list=most) if rows else say("no gap"),
        ),
        tables=(table,),
        views=(view,),
        notes=(say("Why is what the source says, or leaves unsaid; it is no judgement of ours."),),
    )


def _why(row: dict[str, Value]) -> Value:
    policy = row["coveredBy"]
    if not policy:
        return row["status"]
    return say("{status}: {policy}", status=row["status"], policy=policy)
