"""Values from tables to files, and the workbook to enter them in.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gcm_ld import open_dataset
from gcm_ld.build import read_records
from gcm_ld.errors import InputError
from gcm_ld.model import Element, Observation
from gcm_ld.namespaces import country_iri
from gcm_ld.resources import folder
from gcm_ld.tables.checking import check_records
from gcm_ld.tables.extract import extract
from gcm_ld.tables.measure import TARGET
from gcm_ld.tables.output import find_choices, workbook
from gcm_ld.tables.record_turtle import write_records
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.value_sets import indicator_slug
from gcm_ld.tables.values_template import make_values_template
from gcm_ld.tables.workbook_writer import Cells
from gcm_ld.turtle import read_turtle
from tests.conftest import Run
from tests.test_tables import MAIN
from tests.value_rows import (
    Names_of,
    call,
    observations,
    read,
    row,
)

GOLDEN = Path(__file__).parent / "golden" / "values"


@pytest.fixture(scope="module")
def run() -> Run:
    """Run commands in this process; README and docs run the installed one."""
    return call


@pytest.fixture(scope="module")
def country(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example country as data."""
    target = tmp_path_factory.mktemp("values") / "xkx"
    result = run("import", GOLDEN / "tables", "-o", target)
    assert result.returncode == 0, result.stderr
    return target


def test_the_example_is_imported_as_expected(country: Path) -> None:
    for path in sorted((GOLDEN / "data").glob("*.ttl")):
        assert (country / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    assert {p.name for p in country.iterdir()} == {p.name for p in (GOLDEN / "data").iterdir()}


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_data_become_tables_and_the_same_data(
    run: Run, country: Path, tmp_path: Path, format_: str
) -> None:
    path = tmp_path / ("tables" if format_ == "csv" else "tables.xlsx")
    result = run("export", "--format", format_, "--data", country, "-o", path)
    assert (result.returncode, result.stderr) == (0, "")
    if format_ == "csv":
        with (path / "values.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = [{h: t for h, t in r.items() if t} for r in csv.DictReader(lines)]
        permits = [r for r in rows if r["Indicator"] == "Number of permits"]
        yearbook = {"Indicator": "Number of permits", "Unit": "Number", "Source": "yearbook"}
        first = {"Period": "2022", "Citation": "Table 1"}
        assert permits[:2] == [
            {**yearbook, "Period": "2021", "Value": "1200", "Citation": "Table 1"},
            {**yearbook, **first, "Value": "1250", "Status": "Provisional", "Edition": "1"},
        ]
        groups = [[r.get(h, "") for h in ("Sex", "Age", "Nationality")] for r in permits[4:]]
        assert groups == [["", "65+", "Stateless"], ["Female", "", ""], ["Female", "15-24", "ALB"]]
    again = tmp_path / "again"
    result = run("import", path, "-o", again, "--format", "json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["things"]["earlier value"] == 2
    for file in country.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


def test_a_second_import_changes_nothing(run: Run, country: Path, tmp_path: Path) -> None:
    target = tmp_path / "xkx"
    shutil.copytree(country, target)
    result = run("import", GOLDEN / "tables", "-o", target)
    assert result.returncode == 0, result.stderr
    assert "no longer there" not in result.stderr
    for file in country.iterdir():
        assert (target / file.name).read_bytes() == file.read_bytes()


def test_nothing_is_half_imported(run: Run, country: Path, tmp_path: Path) -> None:
    target, source = tmp_path / "xkx", tmp_path / "tables"
    shutil.copytree(country, target)
    shutil.copytree(GOLDEN / "tables", source)
    text = (source / "values.csv").read_text(encoding="utf-8")
    changed = text.replace("Number of permits,2021,1200", "Number of permits,2021,1250")
    assert changed != text
    (source / "values.csv").write_text(changed, encoding="utf-8")
    result = run("import", source, "-o", target)
    assert result.returncode == 2
    assert "“1250” differs from what" in result.stderr
    assert "nothing is written" in result.stderr
    for file in country.iterdir():
        assert (target / file.name).read_bytes() == file.read_bytes()
    result = run("import", source, "-o", target, "--force")
    assert result.returncode == 0, result.stderr
    assert (target / "xkx-2025-values.ttl").read_bytes() != (
        country / "xkx-2025-values.ttl"
    ).read_bytes()


def test_what_shapes_find_is_led_back_to_the_row() -> None:
    imported = read(row(Indicator="Cost of a transfer", Unit="EUR"), row(Period="2022", Value="6"))
    odd = f"{MAIN}/values/number-of-permits/2022"
    records = [replace(r, value="-6") if r.iri == odd else r for r in imported.records]  # type: ignore[call-arg]
    checked = check_records(records, imported.places, read_shipped(), name="mine")
    (fault,) = checked.faults
    assert (fault.place, fault.row) == ("Values", 3)
    assert "its value is negative: correct it" in str(fault)
    assert (
        check_records(imported.records, imported.places, read_shipped(), name="mine").faults == []
    )


def test_values_alone(run: Run, country: Path, tmp_path: Path) -> None:
    """A ministry enters values for a strategy that is data already, and gets two files."""
    own = tmp_path / "strategy"
    own.mkdir()
    shutil.copy(country / "xkx-2025.ttl", own)
    path = tmp_path / "values.csv"
    result = run(
        "template", "--values", "--data", own, "--format", "csv", "-o", tmp_path / "tables"
    )
    assert (result.returncode, result.stderr) == (0, "")
    path = tmp_path / "tables" / "values.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 4 * 6  # indicators and years
    assert {r["Value"] for r in rows} == {""}
    assert {r["Framework"] for r in rows} == {"xkx-2025"}
    first = next(r for r in rows if r["Indicator"] == "Number of permits" and r["Period"] == "2026")
    assert first["Unit"] == "Number"

    result = run("import", tmp_path / "tables", "--data", own, "-o", tmp_path / "out")
    assert result.returncode == 2
    assert "values.csv: holds no value yet: fill in column Value" in result.stderr
    first["Value"] = "17"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(first))
        writer.writeheader()
        writer.writerows(rows)
    result = run("import", tmp_path / "tables", "--data", own, "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "nor have 22 other rows" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["xkx-2025-values.ttl"]
    dataset = open_dataset(own, tmp_path / "out")
    (value,) = (r for r in dataset.records if isinstance(r, Observation))
    assert value.area == country_iri("XKX")
    assert run("validate", own, tmp_path / "out").returncode == 0
    back = run(
        "export",
        "--format",
        "csv",
        "--data",
        own,
        "--data",
        tmp_path / "out",
        "-o",
        tmp_path / "back",
    )
    assert (back.returncode, back.stderr) == (0, "")


def test_targets_may_go_and_values_may_be_merged(run: Run, country: Path, tmp_path: Path) -> None:
    """Into the folder of the strategy itself, which is left as it is."""
    target, source = tmp_path / "xkx", tmp_path / "tables"
    shutil.copytree(country, target)
    source.mkdir()
    head = "Framework,Indicator,What,Period,Value\n"
    aims = "xkx-2025,Number of permits,Baseline,2020,1000\n"
    (source / "targets.csv").write_text(head + aims)
    (source / "values.csv").write_text("Indicator,Period,Value\nI-4,2024,29\n")
    refused = run("import", source, "-o", target)
    assert refused.returncode == 2
    assert "values.csv: lacks 9 values that" in refused.stderr
    result = run("import", source, "-o", target, "--merge")
    assert result.returncode == 0, result.stderr
    assert (target / "xkx-2025.ttl").read_bytes() == (country / "xkx-2025.ttl").read_bytes()
    things = read_records(t for p in target.iterdir() for t in read_turtle(p))
    found = [r for r in things if isinstance(r, Observation)]
    assert len([r for r in found if r.reference is None]) == 9 + 2 + 1
    assert len([r for r in found if r.reference is not None]) == 5
    (source / "values.csv").unlink()
    result = run("import", source, "-o", target)
    assert result.returncode == 0, result.stderr
    assert "no longer there: 4 things of the last import" in result.stderr


def test_values_of_a_shipped_strategy(run: Run, tmp_path: Path) -> None:
    """The figures are made up: the source has none."""
    path, target = tmp_path / "values.xlsx", tmp_path / "alb-values"
    result = run("template", "--values", "--framework", "alb-nsm-2019", "-o", path)
    assert (result.returncode, result.stderr) == (0, "")
    fill_in(path)
    result = run("import", path, "-o", target)
    assert result.returncode == 0, result.stderr
    assert "next: gcm-ld report progress --data shipped:alb --data" in result.stdout
    assert sorted(p.name for p in target.iterdir()) == [
        "alb-nsm-2019-targets.ttl",
        "alb-nsm-2019-values.ttl",
    ]
    # With its strategy, crosswalk and country: from the data that come with gcm-ld.
    report = run("report", "progress", "--data", "shipped:alb", "--data", target)
    assert report.returncode == 0, report.stderr
    assert "1 of 88 indicators" in report.stdout
    alb = folder("data") / "alb"
    assert open_dataset("shipped:alb", target).files == open_dataset(alb, target).files
    # And what is there stands in the next template.
    again = tmp_path / "again"
    options = ("--framework", "alb-nsm-2019", "--format", "csv", "-o", again)
    result = run("template", "--values", *options, "--data", "shipped:alb", "--data", target)
    assert result.returncode == 0, result.stderr
    with (again / "values.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 352
    assert [(r["Value"], r["Source"]) for r in rows if r["Value"]] == [
        ("12.5", "yearbook"),
        ("14", "yearbook"),
    ]
    assert "yearbook,A yearbook" in (again / "sources.csv").read_text(encoding="utf-8")
    # Alone, they become sheets that name their framework.
    tables_ = tmp_path / "tables"
    result = run("export", "--format", "csv", "--data", target, "-o", tables_)
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(p.name for p in tables_.iterdir()) == [
        "csv-metadata.json",
        "sources.csv",
        "targets.csv",
        "values.csv",
    ]
    assert run("import", tables_, "-o", tmp_path / "same").returncode == 0
    for file in target.iterdir():
        assert (tmp_path / "same" / file.name).read_bytes() == file.read_bytes()


def fill_in(path: Path) -> None:
    """Enter two values and a target, as in a spreadsheet program."""
    from openpyxl import load_workbook

    filled = load_workbook(path)
    for number, text in enumerate(("yearbook", "A yearbook"), 1):
        filled["Sources"].cell(2, number).value = text
    for name, numbers in (("Values", (12.5, 14)), ("Targets", (10, 20))):
        sheet = filled[name]
        headers = [cell.value for cell in sheet[1]]
        for number, value in enumerate(numbers, 2):
            sheet.cell(number, headers.index("Value") + 1).value = value
            sheet.cell(number, headers.index("Unit") + 1).value = "EUR"
            sheet.cell(number, headers.index("Source") + 1).value = "yearbook"
    filled.save(path)


def test_the_values_template_offers_what_can_be_written() -> None:
    sheets = make_values_template(open_dataset(), "alb-nsm-2019")
    offered = find_choices(sheets)
    assert offered["Values", "Indicator"] == Cells("About indicators", "Title")
    assert {"Percent", "EUR"} <= set(offered["Values", "Unit"])  # type: ignore[arg-type]
    assert list(offered["Values", "Sex"]) == ["Total", "Female", "Male", "Unknown"]
    assert "15-24" in offered["Values", "Age"]  # type: ignore[operator]
    assert offered["Values", "Status"][-1] == "Revised"  # type: ignore[index]
    assert list(offered["Targets", "What"]) == ["Baseline", "Milestone", "Target"]
    assert "Foreign" in offered["Values", "Nationality"]  # type: ignore[operator]
    book_ = workbook(sheets, "Values")
    assert book_ == workbook(sheets, "Values")


@pytest.mark.parametrize(
    ("framework", "problem"),
    [
        ("alb-nsm-2018", "no framework 'alb-nsm-2018' in the data.*Did you mean \"alb-nsm-2019\""),
        ("migof", "no framework 'migof' in the data"),
        ("gcm", "gcm has no indicators in the data: add them first"),
    ],
)
def test_a_values_template_needs_indicators(framework: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        make_values_template(open_dataset(), framework)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--framework", "NSM"], "--country is missing: give the country's code"),
        (["--country", "XKX"], "--framework is missing"),
        (["--values", "--country", "XKX"], "--country is not for --values"),
        (
            ["--country", "XKX", "--framework", "N", "--data", "shipped:alb"],
            "--data goes with --values",
        ),
        (["--values", "--data", "shipped:atlantis"], "shipped:atlantis: no such folder"),
    ],
)
def test_options_of_the_template_go_together(
    run: Run, tmp_path: Path, options: list[str], problem: str
) -> None:
    result = run("template", *options, "-o", tmp_path / "x.xlsx")
    assert result.returncode == 2
    assert problem in result.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_values_of_an_unknown_framework(run: Run, tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text("Indicator,Period,Value\nPermits,2021,5\n")
    result = run("import", tmp_path, "--dry-run")
    assert result.returncode == 2
    assert "values.csv, row 2: belongs to no framework: name its framework" in result.stderr
    text = "Framework,Indicator,Period,Value,Unit\nalb-nsm-2018,Permits,2021,5,Number\n"
    (tmp_path / "values.csv").write_text(text)
    result = run("import", tmp_path, "--dry-run")
    assert "“alb-nsm-2018” is no framework" in result.stderr
    assert "did you mean alb-nsm-2019?" in result.stderr


def test_values_without_a_framework_are_of_the_one_with_their_indicators(
    run: Run, country: Path, tmp_path: Path
) -> None:
    strategy = tmp_path / "strategy"
    strategy.mkdir()
    shutil.copy(country / "xkx-2025.ttl", strategy)
    tables_ = tmp_path / "tables"
    tables_.mkdir()
    (tables_ / "values.csv").write_text("Indicator,2021,2022\nnumber of permits,5,6\n")
    result = run("import", tables_, "--data", strategy, "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "values.csv: names no framework, and is read as of xkx-2025" in result.stderr
    (made,) = (tmp_path / "out").iterdir()
    assert made.name == "xkx-2025-values.ttl"
    # Two frameworks have it: nothing is guessed.
    text = (country / "xkx-2025.ttl").read_text(encoding="utf-8")
    (strategy / "other.ttl").write_text(text.replace("xkx-2025", "xky-2025"), encoding="utf-8")
    result = run("import", tables_, "--data", strategy, "-o", tmp_path / "two")
    assert result.returncode == 2
    assert "belongs to no framework" in result.stderr
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("sheet1.csv", "Indicator,2021\nx,1\n", "has no sheet of a known name: name the sheet"),
        ("values.csv", "Indicator,Period,Value\n", "values.csv: holds no row to read: fill in"),
    ],
)
def test_tables_with_nothing_to_read_are_a_fault(
    run: Run, tmp_path: Path, name: str, text: str, problem: str
) -> None:
    (tmp_path / name).write_text(text)
    result = run("import", tmp_path, "-o", tmp_path / "out")
    assert (result.returncode, result.stdout) == (2, "")
    assert problem in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_row_of_frameworks_names_one_that_is_known(run: Run, tmp_path: Path) -> None:
    """As in the template: a row of sheet Frameworks, and values that name none."""
    title = "Annual volume of remittances sent to Albania via the banking network"
    (tmp_path / "frameworks.csv").write_text("Code,Title\nalb-nsm-2019,NSM\n")
    (tmp_path / "values.csv").write_text(f"Indicator,Period,Value,Unit\n{title},2021,5,ALL\n")
    target = tmp_path / "out"
    result = run("import", tmp_path, "-o", target)
    assert result.returncode == 0, result.stderr
    assert [p.name for p in target.iterdir()] == ["alb-nsm-2019-values.ttl"]


def test_extracting_values_of_an_undescribed_framework(tmp_path: Path) -> None:
    (value,) = observations(read(row())).values()
    (tmp_path / "v.ttl").write_text(write_records([value]))
    with pytest.raises(InputError, match=r"hold values of xkx-nsm-2025, and do not describe it"):
        extract(open_dataset(tmp_path))


def test_indicators_with_addresses_of_their_own_have_a_slug() -> None:
    names = Names_of(
        [
            Element(
                iri="https://example.org/Indicator/x",
                kind="Indicator",
                notation="I 1",
                label="x",
                framework=MAIN,
            )
        ]
    )
    assert indicator_slug("https://example.org/Indicator/x", names) == "I%201"
    assert indicator_slug(f"{MAIN}/indicator/a%20b", names) == "a%20b"


def test_targets_and_records_are_read_back(country: Path) -> None:
    records = read_records(t for ts in open_dataset(country).triples_by_file.values() for t in ts)
    aims = [r for r in records if isinstance(r, Observation) and r.reference == TARGET]
    assert {a.period for a in aims} == {"2030", "2028-S2"}
