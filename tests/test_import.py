"""``gcm-ld import``: what is wrong is found and named; what is right becomes data."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld.build import build_graph
from gcm_ld.errors import InputError
from gcm_ld.model import Alignment, Assessment, Crosswalk, Element, Monitoring
from gcm_ld.namespaces import GCM, ID, SDG
from gcm_ld.resources import shipped_data
from gcm_ld.tables.checking import check_records
from gcm_ld.tables.crosswalk import status
from gcm_ld.tables.folder import plan_files, write_files
from gcm_ld.tables.layout import SHEETS
from gcm_ld.tables.names import Names, slug
from gcm_ld.tables.output import MemoryTables
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.shipped import Shipped, read_shipped
from gcm_ld.tables.template import make_template
from gcm_ld.tables.writing import make_sheet
from tests.conftest import Run
from tests.test_tables import WORLD

Rows = Mapping[str, Iterable[Mapping[str, str]]]

MAIN = f"{ID}xkx-nsm-2025"
OWN = f"{ID}crosswalk/gcm--xkx-nsm-2025"
OF_SDG = f"{ID}crosswalk/gcm--sdg--xkx-nsm-2025"
ACTIONS = ("1.a", "1.b", "1.c", "2.a", "2.b", "2.c")

PLAIN: dict[str, list[dict[str, str]]] = {
    "Frameworks": [
        {"Code": "xkx-nsm-2025", "Title": "Migration Strategy", "Country": "xkx"},
        {"Code": "xkx-nap", "Title": "Plan against Trafficking"},
    ],
    "Objectives": [
        {"Code": "A", "Title": "Govern"},
        {"Code": "A1", "Title": "Law", "Part of": "A"},
    ],
    "Outcomes": [
        {"Code": "A1.1", "Title": "Laws reviewed", "Part of": "A1"},
        {"Code": "A1.2", "Title": "Laws made", "Part of": "A1"},
    ],
    "Indicators": [{"Title": "Number of laws"}, {"Title": "Share of laws, in %", "Code": "I-2"}],
    "Crosswalk": [{"Action": a} for a in ACTIONS],
}


def tables(changes: Mapping[str, list[dict[str, str]]] | None = None) -> MemoryTables:
    rows = {**PLAIN, **(changes or {})}
    return MemoryTables(make_sheet(s, rows[s.name]) for s in SHEETS if s.name in rows)


def read(changes: Mapping[str, list[dict[str, str]]] | None = None) -> Imported:
    return read_tables(tables(changes), WORLD)


def row(action: str = "1.a", **cells: str) -> dict[str, list[dict[str, str]]]:
    """Fill in the row of one action."""
    named = {header.replace("_", " "): text for header, text in cells.items()}
    return {"Crosswalk": [{"Action": a, **(named if a == action else {})} for a in ACTIONS]}


def faults(changes: Mapping[str, list[dict[str, str]]]) -> list[str]:
    return [str(f) for f in read(changes).faults.found]


def assessment(imported: Imported, action: str = "1.a") -> Assessment:
    found = {r.iri: r for r in imported.records}[f"{OWN}/assessment/{action}"]
    assert isinstance(found, Assessment)
    return found


def links(imported: Imported) -> dict[str, Alignment]:
    return {
        r.iri.removeprefix(ID + "crosswalk/"): r
        for r in imported.records
        if isinstance(r, Alignment)
    }


def test_a_plain_table_has_no_fault_and_says_nothing_more() -> None:
    imported = read()
    assert imported.faults.found == []
    assert imported.main is not None
    assert imported.main.iri == MAIN
    statuses = {r.status for r in imported.records if isinstance(r, Assessment)}
    assert statuses == {status("Unstated")}
    crosswalks = [r for r in imported.records if isinstance(r, Crosswalk)]
    assert [(c.iri, c.title, c.compares) for c in crosswalks] == [
        (OWN, "Global Compact for Migration to Migration Strategy", (GCM, MAIN))
    ]
    codes = {r.notation for r in imported.records if isinstance(r, Element)}
    assert codes >= {"A1.2", "number-of-laws", "I-2"}


def test_a_row_becomes_an_assessment_and_links() -> None:
    imported = read(
        row(
            Outcomes="A1.1, a1.2",
            SDG_goals="SDG 10; 17",
            SDG_targets="Target 10.7; 17.18.",
            Indicators="number of laws\nI-2",
            National_objectives="A1; xkx-nap",
        )
    )
    assert imported.faults.found == []
    found = assessment(imported)
    assert found.status == status("Aligned")
    assert found.outcome_cell == "A1.1, a1.2"
    assert found.goal_cell == "SDG 10; 17"
    assert found.row == "1.a"
    cells = {
        name.partition("/alignment/")[2]: sorted(c.rpartition("source")[2] for c in r.stated_cells)
        for name, r in links(imported).items()
    }
    assert cells == {
        "1--A1": ["ObjectiveCell"],
        "1--xkx-nap": ["ObjectiveCell"],
        "1.a--10": ["GoalCell"],
        "1.a--10.7": ["TargetCell"],
        "1.a--17": ["GoalCell"],
        "1.a--17.18": ["TargetCell"],
        "1.a--A1.1": ["OutcomeCell"],
        "1.a--A1.2": ["OutcomeCell"],
    }
    assert links(imported)["gcm--sdg--xkx-nsm-2025/alignment/1.a--10"].crosswalk == OF_SDG
    (monitoring,) = (r for r in imported.records if isinstance(r, Monitoring))
    assert monitoring.iri == f"{GCM}/action/1.a"
    assert [i.rpartition("/")[2] for i in monitoring.monitored_by] == ["I-2", "number-of-laws"]


@pytest.mark.parametrize(
    ("cells", "name", "cell"),
    [
        ({}, "Unstated", None),
        ({"Outcomes": "A1.1"}, "Aligned", "A1.1"),
        ({"Outcomes": "all"}, "WholeFramework", "all"),
        ({"Outcomes": "All; A1.1"}, "Aligned", "All; A1.1"),
        ({"Outcomes": "n/a"}, "NotApplicable", "n/a"),
        ({"Status": "not APPLICABLE"}, "NotApplicable", "N/A"),
        ({"Status": "NotApplicable", "Outcomes as printed": "–"}, "NotApplicable", "–"),
        ({"Covered by": "xkx-nap"}, "CoveredElsewhere", "Plan against Trafficking"),
        ({"Status": "gcmo:Unstated", "SDG goals": "10"}, "Unstated", None),
    ],
)
def test_status_follows_from_the_cells(cells: dict[str, str], name: str, cell: str | None) -> None:
    imported = read(
        {"Crosswalk": [{"Action": a, **(cells if a == "1.a" else {})} for a in ACTIONS]}
    )
    assert imported.faults.found == []
    assert assessment(imported).status == status(name)
    assert assessment(imported).outcome_cell == cell


@pytest.mark.parametrize("spelling", ["1a", "1 a", "1.A", "1.a.", "1 (a)", "Action 1.a"])
def test_an_action_is_known_in_other_spellings(spelling: str) -> None:
    changed = [{"Action": spelling if a == "1.a" else a} for a in ACTIONS]
    assert faults({"Crosswalk": changed}) == []


def test_all_means_all_goals_or_all_targets_of_the_goals() -> None:
    every = links(read(row(SDG_goals="All", SDG_targets="All")))
    (link,) = every.values()
    assert link.object == SDG
    assert link.scope is not None
    assert len(link.stated_cells) == 2
    some = links(read(row(SDG_goals="3; 10", SDG_targets="3.All; 10.7")))
    assert {
        n.partition("--1")[0][-2:]: bool(r.scope) for n, r in some.items() if r.object[-1] == "3"
    }
    scopes = {r.object.removeprefix(SDG + "/"): bool(r.scope) for r in some.values()}
    assert scopes == {"3": True, "10": False, "10.7": False}


def test_a_target_without_its_goal_gives_a_derived_link() -> None:
    found = links(read(row(SDG_targets="10.7")))
    goal = found["gcm--sdg--xkx-nsm-2025/alignment/1.a--10"]
    assert (goal.basis.rpartition("#")[2], goal.derived_by) == ("Derived", "goal-of-target")
    assert goal.stated_in == ()
    assert found["gcm--sdg--xkx-nsm-2025/alignment/1.a--10.7"].basis.endswith("Stated")


def test_sheet_links_replaces_what_a_row_implies() -> None:
    link = {
        "From": "gcm/action/1.a",
        "To": "xkx-nsm-2025/outcome/A1.1",
        "Basis": "Curated",
        "Relation": "close match",
        "Justification": "manual mapping curation",
        "Author": "moi",
        "Confidence": "0.8",
    }
    moi = [{"Code": "moi", "Name": "Ministry"}]
    found = read({**row(Outcomes="A1.1; A1.2"), "Links": [link], "Institutions": moi})
    assert found.faults.found == []
    ours, theirs = (links(found)[f"gcm--xkx-nsm-2025/alignment/1.a--A1.{n}"] for n in (1, 2))
    assert (ours.basis[-7:], ours.confidence, ours.stated_in) == ("Curated", "0.8", ())
    assert ours.justification == "https://w3id.org/semapv/vocab/ManualMappingCuration"
    assert theirs.basis.endswith("Stated")


CROSS = "Crosswalk, row 2, column "


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (row(Outcomes="A1.3"), [CROSS + "Outcomes: “A1.3” is no outcome of xkx-nsm-2025"]),
        (row(Outcomes="A1"), [CROSS + "Outcomes: “A1” is an objective, not an outcome"]),
        (row(Outcomes="A1.1", Status="N/A"), [CROSS + "Status: says not applicable, but outcomes"]),
        (row(Status="Aligned"), [CROSS + "Outcomes: the cell names no outcome"]),
        (row(Status="Covered elsewhere"), [CROSS + "Covered by: the cell is blank"]),
        (
            row(Outcomes="A1.1", Covered_by="xkx-nap"),
            [CROSS + "Covered by: stands beside outcomes"],
        ),
        (row(Status="Maybe"), [CROSS + "Status: “Maybe” is not in the list of this column"]),
        (row(Covered_by="xkx-nab"), [CROSS + "Covered by: “xkx-nab” is no framework"]),
        (row(SDG_goals="18"), [CROSS + "SDG goals: “18” is no goal of the SDGs"]),
        (row(SDG_targets="10.8"), [CROSS + "SDG targets: “10.8” is no target of the SDGs"]),
        (row(SDG_goals="10.7"), [CROSS + "SDG goals: “10.7” is a target, not a goal"]),
        (row(SDG_targets="All"), [CROSS + "SDG targets: “All” says All of no goal"]),
        (
            row(Indicators="Number of lawz"),
            [CROSS + "Indicators: “Number of lawz” is no indicator"],
        ),
        (
            row(Outcomes_as_printed="see the plan"),
            [CROSS + "Status: the cell is blank, but Outcomes as printed is not"],
        ),
        (
            {"Crosswalk": [{"Action": a} for a in ("1.a", "1.a", *ACTIONS[1:])]},
            ["Crosswalk, row 3, column Action: “1.a” stands in row 2 too: put both rows into one"],
        ),
        (
            {"Crosswalk": [{"Action": a} for a in ACTIONS[:4]]},
            ["Crosswalk: has no row for 2 actions: 2.b, 2.c: add a row for each"],
        ),
        (
            {"Crosswalk": [{"Action": a} for a in ("1.z", *ACTIONS[1:])]},
            [CROSS + "Action: “1.z” is no action of the Compact"],
        ),
        (
            {"Outcomes": [{"Code": "A1.1", "Title": "x"}, {"Code": "A1.1", "Title": "y"}]},
            ["Outcomes, row 3, column Code: “A1.1” stands in row 2 too: give each its own code"],
        ),
        (
            {"Outcomes": [{"Code": "A1.1", "Part of": "B"}]},
            [
                "Outcomes, row 2, column Title: the cell is blank: fill it in",
                "Outcomes, row 2, column Part of: “B” is no part of xkx-nsm-2025",
            ],
        ),
        (
            {"Outcomes": [{"Code": "A 1.1", "Title": "x"}]},
            [
                "Outcomes, row 2, column Code: “A 1.1” is a code with a blank in it: write it as A-1.1"
            ],
        ),
        (
            {"Frameworks": [{"Code": "XKX Strategy", "Title": "x"}], "Crosswalk": []},
            ["Frameworks, row 2, column Code: “XKX Strategy” is no code of a framework: use small"],
        ),
        (
            {"Frameworks": [*PLAIN["Frameworks"], {"Code": "sdg", "Title": "SDGs"}]},
            ["Frameworks, row 4, column Code: “sdg” is a shared framework: delete the row"],
        ),
        ({"Frameworks": []}, ["Objectives: belongs to no framework: write your strategy's code"]),
        (
            {"Frameworks": [{"Code": "xkx-nsm-2025", "Title": "x", "Country": "Kosovo"}]},
            ["Frameworks, row 2, column Country: “Kosovo” is no country"],
        ),
        (
            {"Institutions": [{"Code": "moi", "Name": "x", "Website": "moi.example"}]},
            ["Institutions, row 2, column Website: “moi.example” is no web address"],
        ),
        (
            {"Links": [{"From": "gcm/action/9.z", "To": "sdg/10", "Basis": "Stated"}]},
            ["Links, row 2, column From: “gcm/action/9.z” is not known here"],
        ),
    ],
    ids=lambda v: v[0][:60] if isinstance(v, list) else "",
)
def test_a_fault_names_place_value_and_cure(
    changes: dict[str, list[dict[str, str]]], expected: list[str]
) -> None:
    found = faults(changes)
    assert [f[: len(e)] for f, e in zip(found, expected, strict=False)] == expected
    assert len(found) == len(expected), found


@pytest.mark.parametrize(
    ("changes", "meant"),
    [
        (row(Outcomes="A1.11"), "A1.1"),
        (row(Covered_by="xkx-nab"), "xkx-nap"),
        (row(Status="Aligne"), "Aligned"),
        (row(Indicators="Number of lawz"), "number-of-laws"),
    ],
)
def test_a_fault_names_the_nearest_word(
    changes: dict[str, list[dict[str, str]]], meant: str
) -> None:
    assert f"(did you mean {meant}?)" in faults(changes)[0]


def test_all_faults_are_found_in_one_go() -> None:
    cells = [{"Action": a, "Outcomes": f"X{i}"} for i, a in enumerate(ACTIONS)]
    assert len(faults({"Crosswalk": cells})) == len(ACTIONS)


def test_a_code_may_have_a_path_where_it_is_ambiguous() -> None:
    both = {
        "Objectives": [{"Code": "1", "Title": "x"}],
        "Elements": [{"Kind": "Priority", "Code": "1", "Title": "y"}],
    }
    (fault,) = faults({**both, "Outcomes": [{"Code": "1.1", "Title": "z", "Part of": "1"}]})
    assert (
        "means several things: write xkx-nsm-2025/objective/1 or xkx-nsm-2025/priority/1" in fault
    )
    part = {"Code": "1.1", "Title": "z", "Part of": "priority/1"}
    imported = read({**both, "Outcomes": [part]})
    assert imported.faults.found == []
    (outcome,) = (r for r in imported.records if getattr(r, "kind", "") == "Outcome")
    assert isinstance(outcome, Element)
    assert outcome.part_of == (f"{MAIN}/priority/1",)


def test_indicators_get_codes_of_their_titles() -> None:
    twice = [{"Title": "Number of laws"}, {"Title": "Number of laws!"}]
    imported = read({"Indicators": twice})
    codes = [r.notation for r in imported.records if getattr(r, "kind", "") == "Indicator"]  # type: ignore[attr-defined]
    assert codes == ["number-of-laws", "number-of-laws-2"]
    assert slug("% of migrants’ children " * 9) == (
        "per-cent-of-migrants-children-per-cent-of-migrants-children-per-cent"
    )


def test_looking_for_near_codes_is_bounded() -> None:
    names = Names(MAIN)
    for number in range(20_000):
        names.add_element(f"{MAIN}/outcome/{number}", "Outcome", MAIN, f"A{number}")
    misses = [names.find(f"B{number}", "outcome") for number in range(300)]
    hints = ["did you mean" in getattr(m, "cure", "") for m in misses]
    assert any(hints[:100])
    assert not any(hints[100:])


CELLS = st.text(max_size=12) | st.sampled_from(
    [
        "All",
        "N/A",
        "A1.1",
        "A1",
        "10.7",
        "10",
        "xkx-nap",
        "gcm/action/1.a",
        "a;b",
        "\n",
        "http://[",
        "x/y",
    ]
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """Put anything into some cells."""
    changes: dict[str, list[dict[str, str]]] = {}
    for sheet in SHEETS:
        rows = [dict(r) for r in PLAIN.get(sheet.name, [{}])]
        for cells in rows[:3]:
            for column in sheet.columns:
                if not column.shown and draw(st.integers(0, 7)) == 0:
                    cells[column.header] = draw(CELLS)
        changes[sheet.name] = rows
    return changes


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoilt())
def test_no_cell_stops_the_reading(changes: dict[str, list[dict[str, str]]]) -> None:
    imported = read(changes)
    for fault in imported.faults.found:
        assert fault.problem
        assert fault.cure
        assert not str(fault).endswith(".")
    if not imported.faults.errors:
        build_graph(imported.records)


# With the shapes, and the whole Compact.


def full(**crosswalk: str) -> MemoryTables:
    """Take the template and fill in a little."""
    sheets = make_template("National Strategy on Migration 2025", "XKX", "xkx-nsm-2025")
    rows: dict[str, list[dict[str, str]]] = {
        s.schema.name: [dict(zip(s.headers, r, strict=True)) for r in s.rows] for s in sheets
    }
    rows |= {name: PLAIN[name] for name in ("Objectives", "Outcomes", "Indicators")}
    rows["Crosswalk"][0] |= {h.replace("_", " "): t for h, t in crosswalk.items()}
    return MemoryTables(make_sheet(s, rows[s.name]) for s in SHEETS if s.name in rows)


def check(read_: Imported) -> list[str]:
    return [
        str(f) for f in check_records(read_.records, read_.places, read_shipped(), name="x").faults
    ]


def test_what_is_read_conforms_to_the_shapes() -> None:
    cells = {"Outcomes": "A1.1", "SDG_targets": "10.7", "Indicators": "I-2"}
    imported = read_tables(full(**cells), read_shipped())
    assert imported.faults.found == []
    assert check(imported) == []


def test_a_violation_is_led_back_to_its_row() -> None:
    imported = read_tables(full(Outcomes="A1.1"), read_shipped())
    outcome = next(r for r in imported.records if getattr(r, "notation", "") == "A1.1")
    assert isinstance(outcome, Element)
    loop = [r for r in imported.records if r is not outcome]
    loop.append(replace(outcome, part_of=(outcome.iri,)))
    found = check(replace(imported, records=tuple(loop)))
    assert found
    assert all(fault.startswith("Outcomes, row 2") for fault in found)
    assert any("is part of itself" in fault for fault in found)


# The command.


def write_tables(folder: Path, changes: Rows | None = None) -> Path:
    """Write CSV files as a person would, the Compact's 187 actions included."""
    sheets = make_template("National Strategy on Migration 2025", "XKX", "xkx-nsm-2025")
    rows: dict[str, list[dict[str, str]]] = {
        s.schema.name: [dict(zip(s.headers, r, strict=True)) for r in s.rows] for s in sheets
    }
    rows |= {name: PLAIN[name] for name in ("Objectives", "Outcomes", "Indicators")}
    rows |= {name: [dict(r) for r in given] for name, given in (changes or {}).items()}
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        if rows.get(sheet.name):
            headers = list(dict.fromkeys(h for r in rows[sheet.name] for h in r))
            with (folder / sheet.file).open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, headers, restval="")
                writer.writeheader()
                writer.writerows(rows[sheet.name])
    return folder


def test_import_writes_a_file_for_each_framework_and_crosswalk(run: Run, tmp_path: Path) -> None:
    source = write_tables(tmp_path / "tables")
    crosswalk = (source / "crosswalk.csv").read_text(encoding="utf-8")
    first, second = crosswalk.split("\n", 2)[:2]
    columns = next(csv.reader([first]))
    cells = dict(zip(columns, next(csv.reader([second])), strict=True))
    cells |= {"Outcomes": "A1.1; A1.2", "SDG goals": "10", "SDG targets": "10.7"}
    lines = crosswalk.splitlines()
    lines[1] = ",".join(f'"{cells[c]}"' for c in columns)
    (source / "crosswalk.csv").write_text("\n".join(lines), encoding="utf-8")

    dry = run("import", source, "-o", tmp_path / "data", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert not (tmp_path / "data").exists()
    result = run("import", source, "-o", tmp_path / "data")
    assert result.returncode == 0, result.stderr
    files = sorted(p.name for p in (tmp_path / "data").iterdir())
    assert files == ["gcm--sdg--xkx-nsm-2025.ttl", "gcm--xkx-nsm-2025.ttl", "xkx-nsm-2025.ttl"]
    assert "actions: 186 unstated, 1 aligned" in result.stdout
    assert "links: 4 stated" in result.stdout
    assert f"gcm-ld report coverage --data {tmp_path / 'data'}" in result.stdout
    assert result.stderr == ""
    before = {p: p.read_bytes() for p in (tmp_path / "data").iterdir()}
    assert run("import", source, "-o", tmp_path / "data").returncode == 0
    assert before == {p: p.read_bytes() for p in (tmp_path / "data").iterdir()}
    assert run("validate", tmp_path / "data").returncode == 0
    assert run("format", "--check", tmp_path / "data").returncode == 0
    report = run("report", "coverage", "--data", tmp_path / "data")
    assert "strict: 1 of 187" in report.stdout


def test_import_lists_faults_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    bad = {
        "Outcomes": [{"Code": "A1.1", "Title": "", "Part of": "A9"}],
        "Indicators": [{"Code": "I 1", "Title": "x"}],
    }
    source = write_tables(tmp_path / "tables", bad)
    result = run("import", source, "-o", tmp_path / "data")
    assert result.returncode == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "outcomes.csv, row 2, column Part of",
        "outcomes.csv, row 2, column Title",
        "indicators.csv, row 2, column Code",
        "Error",
    ]
    assert "3 faults, listed above" in lines[-1]
    assert not (tmp_path / "data").exists()
    as_json = run("import", source, "--dry-run", "--format", "json")
    assert as_json.returncode == 2
    found = json.loads(as_json.stdout)
    assert (found["conforms"], len(found["faults"])) == (False, 3)
    assert found["faults"][0].keys() >= {"place", "row", "column", "value", "problem", "cure"}


def test_import_names_what_is_missing(run: Run, tmp_path: Path) -> None:
    assert "name the folder to write to with -o" in run("import", tmp_path).stderr
    missing = run("import", tmp_path / "no.xlsx", "--dry-run")
    assert missing.returncode == 2
    assert "no such file" in missing.stderr


def test_import_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    target = tmp_path / "data"
    target.mkdir()
    imported = read()
    (target / "xkx-nsm-2025.ttl").write_text("<http://a> <http://b> <http://c> .\n")
    with pytest.raises(InputError, match="holds no data that gcm-ld knows"):
        plan_files(imported.records, imported.main, target)
    plan = plan_files(imported.records, imported.main, target, force=True)
    write_files(target, plan.texts())
    assert "gcmo:Framework" in (target / "xkx-nsm-2025.ttl").read_text(encoding="utf-8")


def test_import_names_what_is_gone_and_what_is_left_over(tmp_path: Path) -> None:
    first = read(row(SDG_goals="10"))
    plan = plan_files(first.records, first.main, tmp_path)
    write_files(tmp_path, plan.texts())
    fewer = {"Outcomes": PLAIN["Outcomes"][:1]}
    second = read(fewer)
    plan = plan_files(second.records, second.main, tmp_path)
    assert plan.gone == ("xkx-nsm-2025/outcome/A1.2",)
    assert "gcm--sdg--xkx-nsm-2025.ttl" not in plan.files
    renamed = tmp_path / "old.ttl"
    (tmp_path / "xkx-nsm-2025.ttl").rename(renamed)
    assert plan_files(second.records, second.main, tmp_path).stale == ("old.ttl",)


def test_import_beside_another_framework_keeps_its_policies(tmp_path: Path) -> None:
    first = read()
    write_files(tmp_path, plan_files(first.records, first.main, tmp_path).texts())
    frameworks = [{"Code": "xkx-jobs", "Title": "Jobs"}, {"Code": "xkx-tax", "Title": "Tax"}]
    second = read({"Frameworks": frameworks})
    with pytest.raises(InputError, match=r"xkx-nap is there .* may belong to xkx-nsm-2025"):
        plan_files(second.records, second.main, tmp_path)


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b"old")
    (tmp_path / "b.ttl").mkdir()
    (tmp_path / "b.ttl" / "x").touch()
    with pytest.raises(InputError, match="can't be written to"):
        write_files(tmp_path, {"a.ttl": b"new", "b.ttl": b"new", "c.ttl": b"new"})
    assert (tmp_path / "a.ttl").read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ttl", "b.ttl"]
    fresh = tmp_path / "made" / "for it"
    write_files(fresh, {"a.ttl": b"new"})
    assert [p.name for p in fresh.iterdir()] == ["a.ttl"]


def test_tables_may_name_what_lies_beside_them(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<")
    around = Shipped(shipped_data("gcm"), [*tmp_path.iterdir()])
    assert any(r.iri == GCM for r in around.records())
    assert not any(r.iri == f"{GCM}/action/1.a" for r in around.records(GCM))
