"""The roll-up held against the source's own cells, and everything odd in the source."""

from __future__ import annotations

from collections import Counter, defaultdict

from gcm_ld.dataset import Dataset
from gcm_ld.namespaces import compact
from gcm_ld.report.model import Report, Table, assessed_framework
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key
from gcm_ld.words import plural

__all__ = ["report_quality", "report_rollup"]


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
                "differs" if only_stated or only_derived else "agrees",
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
    differ = [str(line[0]) for line in lines if line[-1] == "differs"]
    table = Table.of(
        "rollup",
        "Objective cells and what the action links lead to",
        [
            ("code", "#"),
            ("cell", "Source cell"),
            ("derived", "Derived"),
            ("onlyStated", "Only in the cell"),
            ("onlyDerived", "Only derived"),
            ("verdict", "Verdict"),
        ],
        lines,
    )
    return Report(
        name="rollup",
        title=f"Roll-up to the objectives of the {against.title}",
        lead=(
            f"{len(differ)} of {plural(len(lines), 'objective')} differ: "
            f"{', '.join(differ) or 'none'}",
        ),
        tables=(table,),
        notes=(
            "Derived: some action of the objective is answered by some outcome of the other.",
            "A cell that names an outcome counts as naming the outcome's objective.",
        ),
    )


def report_quality(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report what is odd in the source, and how it was read; see :func:`report_rollup`."""
    against = assessed_framework(dataset, framework)
    anomalies = list(dataset.query("select_anomalies").dicts())
    unusual = list(dataset.query("select_unusual_rows", framework=against.iri).dicts())
    rollup = [line for line in _rollup_lines(dataset, against.iri) if line[-1] == "differs"]
    kinds: Counter[tuple[str, str]] = Counter()
    kinds.update((str(r["kind"]), "read by people") for r in anomalies)
    kinds.update((str(r["kind"]), "found by a rule") for r in unusual)
    kinds["objective cell and roll-up differ", "found by a rule"] = len(rollup)
    summary = Table.of(
        "kinds",
        "What was found, by kind",
        [("kind", "Kind"), ("how", "How"), ("number", "Number")],
        [(kind, how, n) for (kind, how), n in sorted(kinds.items()) if n],
    )
    recorded_columns = [
        ("kind", "Kind"),
        ("about", "About"),
        ("row", "Row"),
        ("verbatim", "As it stands"),
        ("reading", "As it was read"),
    ]
    recorded = Table.of(
        "anomalies",
        "Odd places of the source, as people read them",
        recorded_columns,
        [
            (r["kind"], compact(str(r["about"])), r["row"], r["verbatim"], r["reading"])
            for r in anomalies
        ],
    )
    found = Table.of(
        "unusual",
        "Unusual rows that a rule finds",
        [("kind", "What"), ("code", "Action"), ("cell", "Source cell")],
        [(r["kind"], r["code"], r["cell"]) for r in unusual],
    )
    differing = Table.of(
        "rollup",
        "Objective cells that differ from the roll-up of the action links",
        [
            ("code", "#"),
            ("cell", "Source cell"),
            ("onlyStated", "Only in the cell"),
            ("onlyDerived", "Only derived"),
        ],
        [(line[0], line[1], line[3], line[4]) for line in rollup],
    )
    view = Table.of(
        "anomalies",
        recorded.title,
        [("kind", "Kind"), ("row", "Row"), ("verbatim", "As it stands"), ("reading", "Reading")],
        [
            (r["kind"], r["row"] or _place(r["about"]), r["verbatim"], r["reading"])
            for r in anomalies
        ],
    )
    return Report(
        name="quality",
        title=f"Quality of the source: {against.source_title}",
        lead=(
            f"{plural(len(anomalies), 'odd place')} read by people, "
            f"{len(unusual) + len(rollup)} more found by rules",
        ),
        tables=(summary, recorded, found, differing),
        views=(summary, view, found, differing),
        notes=("Nothing is repaired in silence: the cell and its reading both stand in the data.",),
    )


def _place(about: Value) -> str:
    """Say in short what an anomaly outside the table is about."""
    parts = compact(str(about)).split("/")
    if "indicator" in parts:
        return "indicator"
    return " ".join(parts[-2:]) if len(parts) > 2 else parts[0]
