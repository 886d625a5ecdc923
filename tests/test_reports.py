"""Reports: the figures, worked out a second way, and the expected output as a whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import EmptyDatasetError, InputError
from gcm_ld.report import REPORTS, build_report
from tests.conftest import Run

GOLDEN = Path(__file__).parent / "golden"


def annex() -> list[dict[str, str]]:
    with (GOLDEN / "annex.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def status(cell: str) -> str:
    if cell in ("", "All", "N/A"):
        return {"": "unstated", "All": "whole framework", "N/A": "not applicable"}[cell]
    return "aligned" if re.match(r"[A-D]\d\.\d", cell) else "covered elsewhere"


COUNTED = {
    "strict": {"aligned"},
    "published": {"aligned", "whole framework", "unstated"},
    "broad": {"aligned", "whole framework", "covered elsewhere"},
}


def test_every_report_is_as_expected(dataset: Dataset) -> None:
    for name in REPORTS:
        expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
        found = json.loads(json.dumps(build_report(name, dataset).as_dict(), default=float))
        assert found == expected, f"{name}: run python tests/update_golden.py and read the diff"


def test_coverage_by_hand(dataset: Dataset) -> None:
    """Counts of the second reading of the annex, without RDF or SPARQL."""
    expected: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in annex():
        actions = len(row["actions"].split())
        for rule, statuses in COUNTED.items():
            weight = 1 if rule == "published" else actions
            for objective in (row["row"].split(".")[0], ""):
                cell = expected[objective, rule]
                cell[0] += weight * (status(row["outcome_cell"]) in statuses)
                cell[1] += weight
    found = {
        (str(code), str(rule)): [covered, total]
        for code, _, rule, covered, total, _ in build_report("coverage", dataset).tables[0].rows
    }
    assert found == dict(expected)
    assert found["", "published"] == [130, 186]
    assert found["", "strict"] == [127, 187]
    assert found["", "broad"] == [145, 187]


def test_gaps_and_coverage_complete_each_other(dataset: Dataset) -> None:
    gaps = build_report("gaps", dataset).tables[0].rows
    assert len(gaps) == 187 - 127
    assert Counter(str(g[2]) for g in gaps) == {
        "not applicable": 41, "covered elsewhere": 16, "whole framework": 2, "unstated": 1,
    }  # fmt: skip
    assert all((g[3] is not None) == (g[2] == "covered elsewhere") for g in gaps)


def test_outcomes_by_hand(dataset: Dataset) -> None:
    expected = Counter(c for r in annex() for c in re.findall(r"[A-D]\d\.\d", r["outcome_cell"]))
    rows = build_report("outcomes", dataset).tables[0].rows
    assert {r[0]: r[2] for r in rows if r[2]} == dict(expected)
    assert [r[0] for r in rows if not r[2]] == ["A3.1"]


def test_goals_by_hand(dataset: Dataset) -> None:
    expected = Counter(g for r in annex() for g in re.findall(r"\d+", r["goal_cell"]))
    rows = build_report("sdg", dataset).tables[0].rows
    assert {r[0]: r[2] for r in rows} == dict(expected)


def test_matrices_add_up(dataset: Dataset) -> None:
    national, goals = build_report("matrix", dataset).tables
    pairs = Counter()
    for row in annex():
        for letter in {m[:2] for m in re.findall(r"[A-D]\d\.\d", row["outcome_cell"])}:
            pairs[row["row"].split(".")[0], letter] += 1
    assert {(r[0], r[1]): r[2] for r in national.rows} == dict(pairs)
    linked = Counter(
        (r["row"].split(".")[0], g) for r in annex() for g in re.findall(r"\d+", r["goal_cell"])
    )
    assert {(r[0], r[1]): r[2] for r in goals.rows} == dict(linked)


def test_ten_objective_cells_differ(dataset: Dataset) -> None:
    rows = build_report("rollup", dataset).tables[0].rows
    assert [r[0] for r in rows if r[-1] == "differs"] == [
        "5", "6", "7", "11", "12", "13", "14", "16", "18", "21",
    ]  # fmt: skip


def test_quality_lists_what_the_sources_hide(dataset: Dataset) -> None:
    report = build_report("quality", dataset)
    recorded = {(r[0], r[2]) for r in report.tables[1].rows}
    assert {
        ("missing separator", "13.h"), ("merged row", "18.j, 18.k"), ("missing text", "12.e"),
        ("shifted columns", "19.c"), ("different level", "14.a"), ("page break", "20.i"),
        ("markup", "23.d"), ("doubtful reading", "6.h"),
    } <= recorded  # fmt: skip
    found = {(r[0], r[1]) for r in report.tables[2].rows}
    assert {("outcome cell blank", "10.g"), ("all outcomes, not expanded", "19.a")} <= found


def test_unknown_framework(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="alb-nsm-2019"):
        build_report("coverage", dataset, framework="alb-nsm-2018")


def test_two_assessed_frameworks_must_be_told_apart(tmp_path: Path, run: Run) -> None:
    shipped = run("report", "coverage", "--format", "csv")
    for source in open_dataset().files:
        if source.parent.name == "alb" and source.name != "claims.ttl":
            text = source.read_text(encoding="utf-8")
            (tmp_path / source.name).write_text(text, encoding="utf-8")
            (tmp_path / f"other-{source.name}").write_text(
                text.replace("alb-nsm-2019", "xkx-nsm-2022"), encoding="utf-8"
            )
    unclear = run("report", "coverage", "--data", tmp_path)
    assert unclear.returncode == 2
    assert "--framework (alb-nsm-2019, xkx-nsm-2022)" in unclear.stderr
    for code in ("alb-nsm-2019", "xkx-nsm-2022"):
        told = run("report", "coverage", "--data", tmp_path, "--framework", code, "--format", "csv")
        assert told.stdout == shipped.stdout, told.stderr


def test_nothing_to_report_on() -> None:
    empty = Dataset([p for p in open_dataset().files if p.parent.name == "sdg"])
    with pytest.raises(EmptyDatasetError, match="nothing to report on"):
        build_report("coverage", empty)


@pytest.mark.parametrize("name", ["", *REPORTS])
def test_tables_fit_80_columns(run: Run, name: str) -> None:
    result = run("report", *([name] if name else []))
    assert result.returncode == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", REPORTS)
def test_csv_and_json_agree(run: Run, name: str) -> None:
    tables = json.loads(run("report", name, "--format", "json").stdout)["tables"]
    for table, records in tables.items():
        text = run("report", name, "--format", "csv", "--table", table).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [list(r) for r in rows] == [list(r) for r in records]
        assert [[*r.values()] for r in rows] == [
            ["" if v is None else str(v) for v in r.values()] for r in records
        ]


def test_a_shared_row_counts_once_by_row_and_twice_by_action(tmp_path: Path) -> None:
    for source in open_dataset().files:
        if source.parent.name == "alb" and source.name != "claims.ttl":
            text = source.read_text(encoding="utf-8")
            for code in ("18.j", "18.k"):
                head, found, tail = text.partition(f"assessment/{code}>\n\ta\n")
                tail = tail.replace("gcmo:status gcmo:NotApplicable", "gcmo:status gcmo:Aligned", 1)
                text = head + found + tail
            (tmp_path / source.name).write_text(text, encoding="utf-8")
    rows = build_report("coverage", open_dataset(tmp_path)).tables[0].rows
    found = {rule: covered for code, _, rule, covered, _, _ in rows if code == ""}
    assert found == {"strict": 127 + 2, "published": 130 + 1, "broad": 145 + 2}
