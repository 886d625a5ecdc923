"""The roll-up held against the source's own cells, and everything odd in the source."""

from __future__ import annotations

from collections import Counter, defaultdict

from gcm_ld.dataset import Dataset
from gcm_ld.language import message, say, say_many
from gcm_ld.namespaces import compact
from gcm_ld.report.model import Report, Table, assessed_framework
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["report_quality", "report_rollup"]

#: What questions and this module find, as cells say it.
_KINDS = (
    message("all SDG goals, not expanded"),
    message("all outcomes, not expanded"),
    message("all targets of a goal, not expanded"),
    message("not applicable, yet linked with the SDGs"),
    message("not applicable, yet with an indicator"),
    message("outcome cell blank"),
    message("SDG goal without a target"),
)
_DIFFER = message("objective cell and roll-up differ")
_AGREES, _DIFFERS = message("agrees"), message("differs")
_BY_PEOPLE, _BY_RULE = message("read by people"), message("found by a rule")


def _rollup_lines(dataset: Dataset, framework: str) -> list[tuple[Value, ...]]:
    stated: dict[str, set[str]] = defaultdict(set)
    derived: dict[str, set[str]] = defaultdict(set)
    cells: dict[str, list[str]] = defaultdict(list)
    for row in dataset.query("select_rollup", framework=framework).dicts():
        code, national = str(row["objectiveCode"]), str(row["nationalCode"])
        if row["stated"]:
            stated[code].add(national)
        if row["derived"]:
            derived[code].add(national)
    for row in dataset.query("select_objective_cells", framework=framework).dicts():
        cells[str(row["objectiveCode"])].append(str(row["cell"]))
    lines: list[tuple[Value, ...]] = []
    for code in sorted({*stated, *derived, *cells}, key=natural_key):
        only_stated, only_derived = stated[code] - derived[code], derived[code] - stated[code]
        lines.append(
            (
                code,
                " | ".join(cells[code]),
                ", ".join(sorted(derived[code])),
                ", ".join(sorted(only_stated)),
                ", ".join(sorted(only_derived)),
                _DIFFERS if only_stated or only_derived else _AGREES,
            )
        )
    return lines


def report_rollup(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report the derived roll-up of the action links against the stated objective cells.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)
    lines = _rollup_lines(dataset, against.iri)
    differ = [str(line[0]) for line in lines if line[-1] == _DIFFERS]
    table = Table.of(
        "rollup",
        say("Objective cells and what the action links lead to"),
        [
            ("code", "#"),
            ("cell", say("Source cell")),
            ("derived", say("Derived")),
            ("onlyStated", say("Only in the cell")),
            ("onlyDerived", say("Only derived")),
            ("verdict", say("Verdict")),
        ],
        lines,
    )
    return Report(
        name="rollup",
        title=say("Roll-up to the objectives of the {framework}", framework=against.title),
        lead=(
            say(
                "{differ} of {objectives} differ: {list}",
                differ=len(differ),
                objectives=say_many("{number} objective", "{number} objectives", len(lines)),
                list=", ".join(differ) or say("none"),
            ),
        ),
        tables=(table,),
        notes=(
            say("Derived: some action of the objective is answered by some outcome of the other."),
            say("A cell that names an outcome counts as naming the outcome's objective."),
        ),
    )


def report_quality(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report what is odd in the source, and how it was read; see :func:`report_rollup`."""
    against = assessed_framework(dataset, framework)
    anomalies = list(dataset.query("select_anomalies").dicts())
    unusual = list(dataset.query("select_unusual_rows", framework=against.iri).dicts())
    rollup = [line for line in _rollup_lines(dataset, against.iri) if line[-1] == _DIFFERS]
    kinds: Counter[tuple[str, str]] = Counter()
    kinds.update((str(r["kind"]), _BY_PEOPLE) for r in anomalies)
    kinds.update((str(r["kind"]), _BY_RULE) for r in unusual)
    kinds[_DIFFER, _BY_RULE] = len(rollup)
    summary = Table.of(
        "kinds",
        say("What was found, by kind"),
        [("kind", say("Kind")), ("how", say("How")), ("number", say("Number"))],
        [(kind, how, n) for (kind, how), n in sorted(kinds.items()) if n],
    )
    recorded_columns = [
        ("kind", say("Kind")),
        ("about", say("About")),
        ("row", say("Row")),
        ("verbatim", say("As it stands")),
        ("reading", say("As it was read")),
    ]
    recorded = Table.of(
        "anomalies",
        say("Odd places of the source, as people read them"),
        recorded_columns,
        [
            (r["kind"], compact(str(r["about"])), r["row"], r["verbatim"], r["reading"])
            for r in anomalies
        ],
    )
    found = Table.of(
        "unusual",
        say("Unusual rows that a rule finds"),
        [("kind", say("What")), ("code", say("Action")), ("cell", say("Source cell"))],
        [(r["kind"], r["code"], r["cell"]) for r in unusual],
    )
    differing = Table.of(
        "rollup",
        say("Objective cells that differ from the roll-up of the action links"),
        [
            ("code", "#"),
            ("cell", say("Source cell")),
            ("onlyStated", say("Only in the cell")),
            ("onlyDerived", say("Only derived")),
        ],
        [(line[0], line[1], line[3], line[4]) for line in rollup],
    )
    view = Table.of(
        "anomalies",
        recorded.title,
        [
            ("kind", say("Kind")),
            ("row", say("Row")),
            ("verbatim", say("As it stands")),
            ("reading", say("Reading")),
        ],
        [
            (r["kind"], r["row"] or _place(r["about"]), r["verbatim"], r["reading"])
            for r in anomalies
        ],
    )
    return Report(
        name="quality",
        title=say("Quality of the source: {source}", source=against.source_title),
        lead=(
            say_many(
                "{number} odd place read by people, {more} more found by rules",
                "{number} odd places read by people, {more} more found by rules",
                len(anomalies),
                more=len(unusual) + len(rollup),
            ),
        ),
        tables=(summary, recorded, found, differing),
        views=(summary, view, found, differing),
        notes=(
            say("Nothing is repaired in silence: the cell and its reading both stand in the data."),
        ),
    )


def _place(about: Value) -> str:
    """Say in short what an anomaly outside the table is about."""
    parts = compact(str(about)).split("/")
    if "indicator" in parts:
        return say("indicator")
    return " ".join(parts[-2:]) if len(parts) > 2 else parts[0]
