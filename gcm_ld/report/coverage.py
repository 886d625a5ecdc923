"""Coverage by objective under each counting rule, and the gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.report.frameworks import report_pair
from gcm_ld.report.model import (
    RULES,
    Report,
    Table,
    assessed_framework,
    is_assessed,
    percent,
    whole_percent,
)
from gcm_ld.store import Value
from gcm_ld.words import plural

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
    whole: list[Value] = ["", "All objectives"]
    for rule in rules:
        covered, total = totals[rule]["covered"], totals[rule]["total"]
        program.append(("", "All objectives", rule, covered, total, percent(covered, total)))
        whole.append(_share(covered, total))
    definitions = {
        str(r["rule"]): str(r["definition"]) for r in dataset.query("select_counting_rules").dicts()
    }
    main = Table.of(
        "coverage",
        "Coverage by objective and counting rule",
        [
            ("code", "#"),
            ("title", "Objective"),
            ("rule", "Rule"),
            ("covered", "Covered"),
            ("total", "Total"),
            ("share", "%"),
        ],
        program,
    )
    view = Table.of(
        "objectives",
        "Actions covered, by objective",
        [("code", "#"), ("title", "Objective"), *((r, r) for r in rules)],
        [*people, whole],
        total=True,
    )
    lead = tuple(
        f"{rule}: {totals[rule]['covered']} of {totals[rule]['total']} "
        f"({percent(totals[rule]['covered'], totals[rule]['total'])} %)"
        for rule in rules
    )
    return Report(
        name="coverage",
        title=f"Coverage of the {against.subject_title} by the {against.title}",
        lead=lead,
        tables=(main, _statuses(dataset, against.iri)),
        views=(view,),
        notes=(
            *(f"{rule}: {definitions[rule]}" for rule in rules if rule in definitions),
            f"Source: {against.source_title}; {plural(against.actions, 'action')} "
            f"in {plural(against.rows, 'row')} of its table.",
        ),
        charts=("coverage",),
    )


def _share(covered: int, total: int) -> str:
    return f"{covered:>3}/{total:<3} {whole_percent(covered, total):>3} %"


def _statuses(dataset: Dataset, framework: str) -> Table:
    rows = dataset.query("select_statuses", framework=framework).dicts()
    return Table.of(
        "statuses",
        "Actions by objective and status",
        [("code", "#"), ("title", "Objective"), ("status", "Status"), ("actions", "Actions")],
        [(r["code"], r["title"], r["status"], r["actions"]) for r in rows],
    )


def report_gaps(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the actions that no outcome answers, and why; see :func:`report_coverage`."""
    against = assessed_framework(dataset, framework)
    rows = list(dataset.query("select_gaps", framework=against.iri).dicts())
    kinds = Counter(str(r["status"]) for r in rows)
    table = Table.of(
        "gaps",
        "Actions that no outcome answers",
        [
            ("code", "Action"),
            ("title", "Title"),
            ("status", "Why"),
            ("coveredBy", "Covered by"),
            ("cell", "Source cell"),
        ],
        [tuple(r[k] for k in ("code", "title", "status", "coveredBy", "cell")) for r in rows],
    )
    view = Table.of(
        "gaps",
        "Actions that no outcome answers",
        [("code", "#"), ("title", "Action"), ("status", "Why")],
        [(r["code"], r["title"], _why(r)) for r in rows],
    )
    by_objective = Counter(str(r["objectiveCode"]) for r in rows)
    most = ", ".join(f"{o} ({n})" for o, n in by_objective.most_common(5))
    return Report(
        name="gaps",
        title=f"Gaps: actions of the {against.subject_title} without an outcome "
        f"in the {against.title}",
        lead=(
            f"{plural(len(rows), 'action')} of {against.actions} without an outcome: "
            + ", ".join(f"{n} {status}" for status, n in kinds.most_common()),
            f"objectives with most of them: {most}" if rows else "no gap",
        ),
        tables=(table,),
        views=(view,),
        notes=("Why is what the source says, or leaves unsaid; it is no judgement of ours.",),
    )


def _why(row: dict[str, Value]) -> Value:
    policy = row["coveredBy"]
    return f"{row['status']}: {policy}" if policy else row["status"]
