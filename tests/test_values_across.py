"""Tables with years across: each value is an observation, and each fault has its row and column.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld.errors import GcmLdError
from gcm_ld.tables.across import read_header
from gcm_ld.tables.layout import SOURCES, TARGETS, VALUES
from gcm_ld.tables.periods import Amiss
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.revisions import revise
from tests.test_tables import WORLD
from tests.value_rows import call, observations

Table = Sequence[Sequence[object]]

_SHEETS: dict[str, Table] = {
    "Frameworks": [["Code", "Title", "Country"], ["xkx-nsm-2025", "Migration Strategy", "XKX"]],
    "Indicators": [["Title", "Unit"], ["Number of permits", "Number"], ["Share insured", "%"]],
}
PERMITS = "Number of permits"


def write(folder: Path, sheets: dict[str, Table], end: str) -> Path:
    """Write tables as a workbook, or as CSV files with commas or semicolons."""
    from openpyxl import Workbook

    if end != "xlsx":
        mark = {"csv": ",", "semicolons": ";"}[end]
        tables = folder / "tables"
        tables.mkdir()
        for name, lines in sheets.items():
            path = tables / f"{name.lower()}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream, delimiter=mark).writerows(lines)
        return tables
    book = Workbook()
    book.remove(book["Sheet"])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
        for cell in (cell for line in sheet.iter_rows() for cell in line):
            if isinstance(cell.value, datetime):
                cell.number_format = "yyyy"
    book.save(folder / "mine.xlsx")
    return folder / "mine.xlsx"


def read(path: Path) -> Imported:
    with open_tables(path) as opened:
        return read_tables(opened, WORLD)


def said(imported: Imported) -> list[str]:
    return [("warning: " if f.warning else "") + str(f) for f in imported.faults.found]


def values(imported: Imported) -> list[str]:
    return [f"{iri.partition('/')[2]} = {o.value}" for iri, o in observations(imported).items()]


@pytest.mark.parametrize("end", ["xlsx", "csv", "semicolons"])
def test_each_value_of_a_row_is_an_observation(tmp_path: Path, end: str) -> None:
    years = (
        [2019, datetime(2020, 1, 1), "Q1 2021"] if end == "xlsx" else ["2019", "2020 ", "Q1 2021"]
    )
    wide = [
        ["Permits by sex"],
        ["Indicator", "Sex", "Unit", *years, "Note"],
        [PERMITS, None, None, 10, 12, 3, "register"],
        [],
        [PERMITS, "Women", "Number", 4, None, "..", None],
        ["Share insured", "Total", "%", 12.5, 0, None, None],
    ]
    imported = read(write(tmp_path, {**_SHEETS, "Values": wide}, end))
    assert [f for f in said(imported) if not f.startswith("warning")] == []
    assert values(imported) == [
        "number-of-permits/2019 = 10",
        "number-of-permits/2019/F._T._T._T = 4",
        "number-of-permits/2020 = 12",
        "number-of-permits/2021-Q1 = 3",
        "share-insured/2019 = 12.5",
        "share-insured/2020 = 0",
    ]
    notes = {o.note for iri, o in observations(imported).items() if iri.endswith("permits/2020")}
    assert notes == {"register"}


def test_wide_and_long_tables_give_the_same_bytes(tmp_path: Path) -> None:
    wide = [["Indicator", "Sex", "2019", "2020"], [PERMITS, "F", "1", "2"], [PERMITS, "", "3", ""]]
    long = [
        ["Indicator", "Sex", "Period", "Value"],
        [PERMITS, "Female", "2020", "2"],
        [PERMITS, "", "2019", "3"],
        [PERMITS, "Female", "2019", "1"],
    ]
    made = []
    for name, table in (("wide", wide), ("long", long)):
        folder = tmp_path / name
        folder.mkdir()
        sheets = {
            "Frameworks": [["Code", "Title", "Country"], ["xkx-nsm-2025", "Strategy", "XKX"]],
            "Sources": [[c.header for c in SOURCES.columns]],
            "Indicators": [["Title", "Unit"], [PERMITS, "Number"]],
            "Values": table,
        }
        result = call("import", write(folder, sheets, "csv"), "-o", folder / "data")
        assert result.returncode == 0, result.stderr
        made.append({p.name: p.read_bytes() for p in (folder / "data").iterdir()})
    assert made[0] == made[1]
    result = call(
        "export", "--format", "csv", "--data", tmp_path / "wide" / "data", "-o", tmp_path / "out"
    )
    assert result.returncode == 0, result.stderr
    head = (tmp_path / "out" / "values.csv").read_text("utf-8-sig").splitlines()[0]
    assert "Period,Value" in head
    call("import", tmp_path / "out", "-o", tmp_path / "again")
    again = {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()}
    assert again == made[0]


@pytest.mark.parametrize("end", ["xlsx", "csv"])
def test_each_fault_has_its_row_and_column(tmp_path: Path, end: str) -> None:
    wide = [
        ["Indicator", "Sex", "Unit", "2019", "2020"],
        [PERMITS, "", "", "1,5", "7"],
        [PERMITS, "Femal", "", "1", "2"],
        ["Share insured", "", "", "120", "50"],
        ["Number of permit", "", "Number", "1", "2"],
        [PERMITS, "T", "", "", "8"],
        [PERMITS, "U", "", "", ""],
    ]
    path = write(tmp_path, {**_SHEETS, "Values": wide}, end)
    place, y2019, y2020 = "values.csv", "2019", "2020"
    sex, indicator, more = "Sex", "Indicator", ", or save the table as .xlsx"
    if end == "xlsx":
        place, y2019, y2020, sex, indicator = (
            "Values",
            "2019 (D)",
            "2020 (E)",
            "Sex (B)",
            "Indicator (A)",
        )
        more = ""
    assert said(read(path)) == [
        f"{place}, row 2, column {y2019}: “1,5” has a decimal comma: type 1.5{more}",
        f"{place}, row 3, column {sex}: “Femal” is not in the list of this column: write Total, "
        "Female, Male, Unknown (did you mean Female?)",
        f"{place}, row 4, column {y2019}: “120” is no share of a whole, which goes from 0 to 100 "
        "percent: correct it; a change has a unit of its own, Percent change",
        f"{place}, row 5, column {indicator}: “Number of permit” is no indicator of xkx-nsm-2025: "
        "correct it or add it to sheet Indicators (did you mean “Number of permits”?)",
        f"{place}, row 6, column {y2020}: “8” is a second value for the same indicator, period and "
        "breakdown as row 2 (7): delete one of the two rows, or correct what they count",
        f"warning: {place}, row 7, column {y2019} to {y2020}: has no value: missing is not zero, so "
        "nothing is said there; type 0 if 0 is meant",
    ]


@pytest.mark.parametrize("end", ["csv", "xlsx"])
def test_a_row_whose_one_value_is_wrong_has_that_fault_alone(tmp_path: Path, end: str) -> None:
    table = [["Indicator", "2020"], [PERMITS, "x"]]
    found = said(read(write(tmp_path, {**_SHEETS, "Values": table}, end)))
    assert len(found) == 1, found
    assert "row 2, column 2020" in found[0]
    assert "can't be read as a number" in found[0]


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (
            ["2019/20"],
            "column 2019/20 (B): stands for several years: name it as 2021, 2021-05, 2021-Q1 or "
            "2021-S1, or delete the column if it holds no values",
        ),
        (["2019", "2019"], "column 2019 (C): repeats 2019 (B): keep one of the two columns"),
        (
            ["2019", "2020 p"],
            "column 2020 p (C): says more than the period: name it 2020, and put its values into "
            "rows of their own with Provisional in column Status",
        ),
        (
            ["2019", "2020*"],
            "column 2020* (C): says more than the period: name it 2020, and say what * means in "
            "column Note",
        ),
        (
            ["Period", "Value", "2019", "2020"],
            "column 2019 (D): stands beside columns Period (B) and Value (C): delete Period (B) and "
            "Value (C) if the values stand under the years, or else the years",
        ),
        (
            ["Value", "2019"],
            "column 2019 (C): stands beside column Value (B): delete Value (B) if the values stand "
            "under the years, or else the years",
        ),
    ],
)
def test_headers_that_are_no_period_are_named(
    tmp_path: Path, headers: list[str], problem: str
) -> None:
    wide = [["Indicator", *headers], [PERMITS, *("2019" for _ in headers)]]
    imported = read(write(tmp_path, {**_SHEETS, "Values": wide}, "xlsx"))
    assert f"Values, row 1, {problem}" in said(imported)


def test_a_remark_with_a_year_beside_rows_of_periods_is_left_alone(tmp_path: Path) -> None:
    long = [["Indicator", "Period", "Value", "Checked in 2022"], [PERMITS, "2021", "5", "yes"]]
    imported = read(write(tmp_path, {**_SHEETS, "Values": long}, "xlsx"))
    assert imported.faults.errors == []
    assert values(imported) == ["number-of-permits/2021 = 5"]


def test_revised_concerns_the_values_that_changed(tmp_path: Path) -> None:
    def table(name: str, *lines: list[object]) -> Imported:
        folder = tmp_path / name
        folder.mkdir()
        wide = [["Indicator", "Status", "2019", "2020", "2021"], *lines]
        return read(write(folder, {**_SHEETS, "Values": wide}, "csv"))

    old = table("old", [PERMITS, "", 1, 2, ""], ["Share insured", "Provisional", 5, "", ""])
    new = table("new", [PERMITS, "Revised", 1, 3, 4], ["Share insured", "Revised", 6, "", ""])
    revised = revise(new, old.records, name="xkx")
    assert revised.changes is not None
    assert revised.changes.replaced == [
        "number-of-permits/2020 from 2 to 3",
        "share-insured/2019 from 5 percent to 6 percent",
    ]
    found = observations(revised)
    status = {iri: o.status.rpartition("/")[2].rpartition("-")[2] for iri, o in found.items()}
    assert status["values/number-of-permits/2019"] == "A"
    assert status["values/number-of-permits/2020"] == "revised"
    assert status["values/share-insured/2019"] == "revised"
    # What is new and said to be revised is doubted in its column.
    assert said(revised) == [
        "warning: values.csv, row 2, column Status: “Revised” is revised, and there is no earlier "
        "figure: add it as a row with Edition 1, if it is known"
    ]


def test_headers_of_targets_may_say_what_they_are(tmp_path: Path) -> None:
    wide = [
        ["Indicator", "Baseline (2018)", "Milestone 2020", "Target 2025", "target: 2030"],
        [PERMITS, 10, None, 40, 90],
    ]
    imported = read(write(tmp_path, {**_SHEETS, "Targets": wide}, "xlsx"))
    assert said(imported) == []
    assert values(imported) == [
        "number-of-permits/baseline/2018 = 10",
        "number-of-permits/target/2025 = 40",
        "number-of-permits/target/2030 = 90",
    ]
    wide = [["Indicator", "2018", "2030"], [PERMITS, 10, 40]]
    folder = tmp_path / "other"
    folder.mkdir()
    imported = read(write(folder, {**_SHEETS, "Targets": wide}, "xlsx"))
    assert said(imported)[0] == (
        "Targets, row 1: has no column What: add it to row 1; needed are Indicator, What, Period"
    )
    wide = [
        ["Indicator", "What", "2018", "2030"],
        [PERMITS, "Baseline", 10],
        [PERMITS, "Target", "", 4],
    ]
    folder = tmp_path / "third"
    folder.mkdir()
    imported = read(write(folder, {**_SHEETS, "Targets": wide}, "xlsx"))
    assert [v.partition("/")[2] for v in values(imported)] == [
        "baseline/2018 = 10",
        "target/2030 = 4",
    ]


def test_headers_are_read_as_people_write_them() -> None:
    found = [read_header(t, VALUES) for t in ("2021", "2021-Q1", "May 2021", "Value 2021", "2021:")]
    periods = ["2021", "2021-Q1", "2021-05", "2021", "2021"]
    assert found == [{"Period": period} for period in periods]
    assert read_header("Sex", VALUES) is None
    assert read_header("2021", SOURCES) is None
    assert isinstance(read_header("Target 2030", VALUES), Amiss)
    assert read_header("Target 2030", TARGETS) == {"What": "Target", "Period": "2030"}


@pytest.mark.parametrize(
    "headers",
    [
        ["Indicator", "Year", "Value", "Gender"],
        ["Treguesi", "Periudha", "Vlera", "Gjinia"],
        ["INDICATOR", "TIME_PERIOD", "OBS_VALUE", "Sex"],
    ],
)
def test_headers_are_read_under_the_names_that_people_give_them(
    tmp_path: Path, headers: list[str]
) -> None:
    long = [headers, [PERMITS, 2021, 5, "F"], [PERMITS, 2022, 6, "gra"]]
    long += [[PERMITS, "2022*", 6, ""]]
    imported = read(write(tmp_path, {**_SHEETS, "Values": long}, "xlsx"))
    # A fault names the column as the table does.
    (fault,) = said(imported)
    assert f"row 4, column {headers[1]} (B): “2022*” says more than the period" in fault
    ends = ["number-of-permits/2021/F._T._T._T = 5", "number-of-permits/2022/F._T._T._T = 6"]
    assert values(imported) == ends


def test_another_name_counts_only_where_the_own_one_is_missing(tmp_path: Path) -> None:
    long = [["Indicator", "Period", "Value", "Year"], [PERMITS, 2021, 5, 2020]]
    imported = read(write(tmp_path, {**_SHEETS, "Values": long}, "xlsx"))
    assert values(imported) == ["number-of-permits/2021 = 5"]
    (warning,) = said(imported)
    assert "column Year (D): is not read, because this sheet has no such column" in warning
    long = [["Indicator", "Year", "Time", "Value"], [PERMITS, 2021, 2020, 5]]
    folder = tmp_path / "two"
    folder.mkdir()
    imported = read(write(folder, {**_SHEETS, "Values": long}, "xlsx"))
    assert "Values, row 1, column Time (C): repeats Year (B)" in said(imported)[0]


def test_a_column_that_is_missing_is_named_once(tmp_path: Path) -> None:
    long = [["Indicator", "Time span", "Value (EUR)"], *([PERMITS, 2021, n] for n in range(5))]
    assert said(read(write(tmp_path, {**_SHEETS, "Values": long}, "csv"))) == [
        "warning: values.csv, row 1, column Time span: is not read, because this sheet has no such "
        "column: delete it, or leave it",
        "warning: values.csv, row 1, column Value (EUR): is not read, because this sheet has no "
        "such column: name it Value if that is meant",
        "values.csv, row 1: has no column Period: add it to row 1; needed are Indicator, Period",
        "values.csv, row 2: has no value, because the sheet has no column for it, here and below: "
        "add a column Value, or years across",
    ]
    folder = tmp_path / "other"
    folder.mkdir()
    long = [["Indicator", "Value"], *([PERMITS, n] for n in range(5))]
    assert said(read(write(folder, {**_SHEETS, "Values": long}, "csv"))) == [
        "values.csv, row 1: has no column Period: add it to row 1; needed are Indicator, Period",
        "values.csv, row 2, column Period: the cell is blank, here and below: fill it in: the year, "
        "as 2021",
    ]


@pytest.mark.parametrize("end", ["xlsx", "semicolons"])
def test_a_table_of_another_name_is_told_which_it_is(tmp_path: Path, end: str) -> None:
    wide = [["Indicator", "Sex", "2019"], [PERMITS, "F", 1]]
    targets = [["Indicator", "Baseline 2018", "Target 2030"], [PERMITS, 1, 2]]
    other = [["Name", "2019"], ["x", 1]]
    path = write(tmp_path, {"Sheet1": wide, "Goals 2": targets, "xyz": other}, end)
    name = ("Values", "Targets") if end == "xlsx" else ("values.csv", "targets.csv")
    cures = {f.place.partition(".")[0].casefold(): f.cure for f in read(path).faults.found}
    assert cures["sheet1"] == f"name it {name[0]}, whose columns it has"
    assert cures["goals 2"] == f"name it {name[1]}, whose columns it has"
    assert cures["xyz"].startswith("known are ")


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    wide = [["Indicator", "2019"], [PERMITS, 1], ["Share insured", 2], []]
    path = write(tmp_path, {**_SHEETS, "Values": wide}, "xlsx")
    book = load_workbook(path)
    for number in (3, 4):
        book["Values"].row_dimensions[number].hidden = True
    book.save(path)
    imported = read(path)
    assert said(imported) == [
        "warning: Values: has 1 hidden row (3), read all the same: show them, or delete them"
    ]
    assert values(imported) == ["number-of-permits/2019 = 1", "share-insured/2019 = 2"]


def test_formulas_and_merged_cells_under_years_are_named(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Values"
    for line in (
        ["Framework", "Indicator", 2019, 2020],
        ["a", PERMITS, "=1+1", "#DIV/0!"],
        ["a", 1, 2],
    ):
        sheet.append(line)
    sheet["D2"].data_type = "e"
    sheet.merge_cells("C3:D3")
    book.save(tmp_path / "mine.xlsx")
    found = said(read(tmp_path / "mine.xlsx"))
    assert found[:3] == [
        "Values, row 2, column 2019 (C): is a formula that has not been calculated: open the "
        "workbook in a spreadsheet program and save it, or type the value",
        "Values, row 2, column 2020 (D): “#DIV/0!” is an error of the spreadsheet: type what is "
        "meant in its place",
        "Values, row 3, column 2019 (C): is merged with others (C3:D3): unmerge them",
    ]


_HEADERS = st.sampled_from(
    ["Indicator", "Period", "Value", "2019", "2020", "Q1 2021", "2020*", "2019/20", "1999/00", "Sex",
     "Unit", "Year", "", "Target 2030", "Note", "Framework", "May-21", "0000", "2020p", "Men"]
)  # fmt: skip
_CELLS = st.one_of(
    st.sampled_from(
        [PERMITS, "5", "1,5", "F", "", "2020", "%", "..", "-", "12 b", "1.234", "xkx-nsm-2025"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@settings(max_examples=80)
@given(
    st.sampled_from(["Values", "Targets"]),
    st.lists(_HEADERS, min_size=1, max_size=6),
    st.lists(st.lists(_CELLS, max_size=7), max_size=4),
    st.sampled_from(["csv", "semicolons"]),
)
def test_any_table_is_read_or_its_faults_are_named(
    name: str, headers: list[str], rows: list[list[str]], end: str
) -> None:
    with TemporaryDirectory() as folder:
        path = write(Path(folder), {**_SHEETS, name: [headers, *rows]}, end)
        with suppress(GcmLdError):
            assert all(f.problem and f.cure for f in read(path).faults.found)
