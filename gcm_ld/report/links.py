"""Outcomes, SDGs and indicators, and the matrices between objectives and goals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gcm_ld.dataset import Dataset
from gcm_ld.language import say, say_many
from gcm_ld.report.model import Report, Table, assessed_framework, resolve_framework
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["report_indicators", "report_matrix", "report_outcomes", "report_sdg"]

_Row = Mapping[str, Value]


def _stated_beside(dataset: Dataset, query: str, framework: str | None) -> list[_Row]:
    """Ask for links to the SDGs: those that one framework's assessments state, or all."""
    if framework is None:
        return list(dataset.query(query).dicts())
    wanted = resolve_framework(framework)
    crosswalks = dataset.query("select_stating_crosswalks", framework=wanted).dicts()
    return [
        row
        for crosswalk in crosswalks
        for row in dataset.query(query, crosswalk=str(crosswalk["crosswalk"])).dicts()
    ]


def _codes(values: Iterable[object]) -> str:
    """Join codes in natural order, each once."""
    return ", ".join(sorted({str(v) for v in values if v is not None}, key=natural_key))


def report_outcomes(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report which outcomes carry most actions, and which none.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)
    rows = list(dataset.query("select_outcomes", framework=against.iri).dicts())
    links: dict[Value, list[_Row]] = defaultdict(list)
    for link in dataset.query("select_outcome_actions", framework=against.iri).dicts():
        links[link["outcomeCode"]].append(link)
    unused = [str(r["code"]) for r in rows if not r["actions"]]
    top = rows[0] if rows else None
    table = Table.of(
        "outcomes",
        say("Outcomes by the number of actions they answer"),
        [
            ("code", "#"),
            ("title", say("Outcome")),
            ("actions", say("Actions")),
            ("objectives", say("Objectives")),
            ("actionCodes", say("Which")),
        ],
        [
            (
                r["code"],
                r["title"],
                r["actions"],
                r["objectives"],
                _codes(a["code"] for a in links[r["code"]]),
            )
            for r in rows
        ],
    )
    return Report(
        name="outcomes",
        title=say(
            "Outcomes of the {framework}, and the actions they answer", framework=against.title
        ),
        lead=(
            say(
                "{links} from actions to {used} of {outcomes}",
                links=say_many(
                    "{number} link", "{number} links", sum(len(v) for v in links.values())
                ),
                used=len(rows) - len(unused),
                outcomes=say_many("{number} outcome", "{number} outcomes", len(rows)),
            ),
            say("no action needs: {list}", list=", ".join(unused))
            if unused
            else say("no action needs: none, each outcome is needed"),
            *(
                [say("most actions: {code} ({number})", code=top["code"], number=top["actions"])]
                if top
                else []
            ),
        ),
        tables=(table,),
        notes=(say("Only links from actions count, not objective-level cells and not “All”."),),
    )


def report_sdg(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the SDG goals and targets served, and by which objectives.

    :param dataset: the data.
    :param framework: the framework whose assessments state the links; every link of the data
        if not given.
    """
    goals = {r["code"]: r["title"] for r in dataset.query("select_goals").dicts()}
    links = _stated_beside(dataset, "select_sdg_links", framework)
    by_goal: dict[Value, list[_Row]] = defaultdict(list)
    by_target: dict[Value, list[_Row]] = defaultdict(list)
    whole = [r for r in links if r["kind"] == "all goals"]
    for row in links:
        if row["kind"] != "all goals":
            by_goal[row["goalCode"]].append(row)
        if row["kind"] == "target":
            by_target[row["targetCode"]].append(row)
    goal_table = Table.of(
        "goals",
        say("SDG goals served"),
        [
            ("code", "#"),
            ("title", say("Goal")),
            ("actions", say("Actions")),
            ("targets", say("Targets")),
            ("objectives", say("By objectives")),
            ("allParts", say("All targets named by")),
        ],
        [
            (
                code,
                goals.get(code),
                len({r["code"] for r in by_goal[code]}),
                _codes(r["targetCode"] for r in by_goal[code]),
                _codes(r["objectiveCode"] for r in by_goal[code]),
                _codes(r["code"] for r in by_goal[code] if r["scope"]),
            )
            for code in sorted(by_goal, key=lambda c: natural_key(str(c)))
        ],
    )
    target_table = Table.of(
        "targets",
        say("SDG targets served"),
        [
            ("code", "#"),
            ("title", say("Target")),
            ("actions", say("Actions")),
            ("objectives", say("By objectives")),
            ("actionCodes", say("Which")),
        ],
        [
            (
                code,
                by_target[code][0]["title"],
                len({r["code"] for r in by_target[code]}),
                _codes(r["objectiveCode"] for r in by_target[code]),
                _codes(r["code"] for r in by_target[code]),
            )
            for code in sorted(by_target, key=lambda c: natural_key(str(c)))
        ],
    )
    missing = [str(c) for c in goals if c not in by_goal]
    return Report(
        name="sdg",
        title=say("SDG goals and targets that the actions serve"),
        lead=(
            say(
                "{goals} and {targets} are named",
                goals=say_many("{number} goal", "{number} goals", len(by_goal)),
                targets=say_many("{number} target", "{number} targets", len(by_target)),
            ),
            say("goals named by no action: {list}", list=_codes(missing) or say("none")),
            say(
                "linked with all the SDGs: {list}",
                list=_codes(r["code"] for r in whole) or say("no action"),
            ),
        ),
        tables=(goal_table, target_table),
        notes=(say("“All” under a goal is recorded as said and never expanded into targets."),),
    )


def report_indicators(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the indicators, the actions they follow, and aligned actions with none.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)
    by_indicator: dict[Value, list[_Row]] = defaultdict(list)
    for row in dataset.query("select_indicators", framework=against.iri).dicts():
        by_indicator[row["indicator"]].append(row)
    lines = [
        (
            iri,
            rows[0]["title"],
            _codes(r["disaggregation"] for r in rows),
            len({r["code"] for r in rows if r["code"]}),
            _codes(r["code"] for r in rows),
        )
        for iri, rows in by_indicator.items()
    ]
    lines.sort(key=lambda line: (-line[3], str(line[1]).casefold()))
    columns = [
        ("indicator", "IRI"),
        ("title", say("Indicator")),
        ("disaggregations", say("By")),
        ("actions", say("Actions")),
        ("actionCodes", say("Which")),
    ]
    without = dataset.query("select_actions_without_indicator", framework=against.iri)
    lacking = Table.of(
        "without_indicator",
        say("Aligned actions that no indicator follows"),
        [("code", "#"), ("title", say("Action")), ("outcomes", say("Outcomes"))],
        [(r["code"], r["title"], r["outcomes"]) for r in without.dicts()],
    )
    followed = len({r["code"] for rows in by_indicator.values() for r in rows if r["code"]})
    return Report(
        name="indicators",
        title=say(
            "Indicators of the {framework}, and the actions they follow", framework=against.title
        ),
        lead=(
            say_many(
                "{number} indicator follows {actions} of {total}",
                "{number} indicators follow {actions} of {total}",
                len(lines),
                actions=say_many("{number} action", "{number} actions", followed),
                total=against.actions,
            ),
            say_many(
                "{number} indicator with a breakdown",
                "{number} indicators with a breakdown",
                sum(1 for line in lines if line[2]),
            ),
            say_many(
                "{number} aligned action without an indicator",
                "{number} aligned actions without an indicator",
                len(lacking.rows),
            ),
        ),
        tables=(Table.of("indicators", say("Indicators"), columns, lines), lacking),
        views=(
            Table.of("indicators", say("Indicators"), columns[1:], [line[1:] for line in lines]),
            lacking,
        ),
    )


def report_matrix(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report how many actions join each pair of objectives, and of objective and SDG goal.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)
    national = list(dataset.query("select_matrix_objectives", framework=against.iri).dicts())
    goals = _stated_beside(dataset, "select_matrix_goals", against.iri)
    objectives = _column(dataset, against.subject, top=True)
    specific = _column(dataset, against.iri, top=False)
    goal_codes = [r["code"] for r in dataset.query("select_goals").dicts()]
    return Report(
        name="matrix",
        title=say(
            "Objectives of the {subject} by objectives of the {framework}, and by SDG goals",
            subject=against.subject_title,
            framework=against.title,
        ),
        lead=(
            say_many(
                "{number} pair of objectives are joined by at least one action",
                "{number} pairs of objectives are joined by at least one action",
                len(national),
            ),
            say_many(
                "{number} pair of objective and SDG goal are joined too",
                "{number} pairs of objective and SDG goal are joined too",
                len(goals),
            ),
        ),
        tables=(
            Table.of(
                "objectives",
                say("Actions that join two objectives"),
                [("code", "#"), ("nationalCode", say("Objective")), ("actions", say("Actions"))],
                [(r["objectiveCode"], r["nationalCode"], r["actions"]) for r in national],
            ),
            Table.of(
                "goals",
                say("Actions that join an objective and an SDG goal"),
                [("code", "#"), ("goalCode", say("Goal")), ("actions", say("Actions"))],
                [(r["objectiveCode"], r["goalCode"], r["actions"]) for r in goals],
            ),
        ),
        views=(
            _matrix(
                "objectives",
                say("By objectives of the {framework}", framework=against.title),
                objectives,
                specific,
                {(r["objectiveCode"], r["nationalCode"]): r["actions"] for r in national},
            ),
            _matrix(
                "goals",
                say("By SDG goals"),
                objectives,
                goal_codes,
                {(r["objectiveCode"], r["goalCode"]): r["actions"] for r in goals},
            ),
        ),
        notes=(say("A number says how many actions join the two; links with “All” are left out."),),
        charts=("objectives", "goals"),
    )


def _column(dataset: Dataset, framework: str, *, top: bool) -> list[Value]:
    """List the codes of a framework's objectives, or of its narrower ones where it has both."""
    rows = list(dataset.query("select_framework_objectives", framework=framework).dicts())
    narrower = [r for r in rows if r["parentCode"] is not None]
    chosen = rows if top or not narrower else narrower
    return sorted((r["code"] for r in chosen), key=lambda c: natural_key(str(c)))


def _matrix(
    name: str,
    title: str,
    lines: list[Value],
    columns: list[Value],
    cells: Mapping[tuple[Value, Value], Value],
) -> Table:
    return Table.of(
        name,
        title,
        [("code", "#"), *((str(c), str(c)) for c in columns)],
        [(line, *(cells.get((line, c), "·") for c in columns)) for line in lines],
    )
