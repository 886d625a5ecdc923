"""Values and targets as tables: what is read, what is wrong and where, revisions, and back again.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld import open_dataset
from gcm_ld.build import build_graph, read_records
from gcm_ld.errors import InputError
from gcm_ld.model import Element, Framework, Observation, Record, Source, ValueSet
from gcm_ld.namespaces import CUBE, GCMO, ID, PREFIXES, country_iri, observation_iri
from gcm_ld.resources import folder
from gcm_ld.tables.ages import read_age, write_age
from gcm_ld.tables.amounts import read_amount
from gcm_ld.tables.cell_forms import Cell, CellKind, read_cell
from gcm_ld.tables.checking import check_records
from gcm_ld.tables.extract import Extract, extract
from gcm_ld.tables.layout import SHEETS, TARGETS, VALUES, find_sheet
from gcm_ld.tables.measure import BASELINE, NORMAL, REVISED, TARGET
from gcm_ld.tables.output import MemoryTables, check_round_trip, csv_files, find_choices, workbook
from gcm_ld.tables.periods import Amiss, months, read_period
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.record_turtle import write_records
from gcm_ld.tables.revisions import revise
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.units import DIFFERENCE
from gcm_ld.tables.value_sets import indicator_slug, make_earlier_set, make_set
from gcm_ld.tables.values_template import make_values_template
from gcm_ld.tables.words import read_words
from gcm_ld.tables.workbook_writer import Cells
from gcm_ld.tables.writing import make_sheet, tabulate
from gcm_ld.turtle import read_turtle, write_turtle
from tests.conftest import Run
from tests.test_tables import MAIN, TEXTS, WORLD

GOLDEN = Path(__file__).parent / "golden" / "values"
CODE = PREFIXES["sdmx-code"]

Cells_ = Mapping[str, str]
Sheets = dict[str, list[dict[str, str]]]

PLAIN: Sheets = {
    "Frameworks": [{"Code": "xkx-nsm-2025", "Title": "Migration Strategy", "Country": "XKX"}],
    "Indicators": [
        {"Title": "Number of permits", "Unit": "Number", "Better is": "Higher"},
        {"Title": "Share insured", "Unit": "%", "Better is": "Higher"},
        {"Title": "Law in force", "Code": "I-3", "Unit": "yes or no"},
        {"Title": "Net migration", "Unit": "Number"},
        {"Title": "Cost of a transfer"},
    ],
}
PERMITS = {"Indicator": "Number of permits", "Period": "2021", "Value": "5"}


def tables(sheets: Sheets) -> MemoryTables:
    return MemoryTables(make_sheet(s, sheets[s.name]) for s in SHEETS if s.name in sheets)


def read(*values: Cells_, targets: list[dict[str, str]] | None = None, **more: object) -> Imported:
    sheets = {**PLAIN, **more, "Values": [dict(v) for v in values], "Targets": targets or []}
    return read_tables(tables(sheets), WORLD)  # type: ignore[arg-type]


def faults(*values: Cells_, **more: object) -> list[str]:
    return [
        ("warning: " if f.warning else "") + str(f)
        for f in read(*values, **more).faults.found  # type: ignore[arg-type]
    ]


def row(**cells: str) -> dict[str, str]:
    """Fill in a row of permits of 2021, with changes; blank cells are left out."""
    named = {header.replace("_", " "): text for header, text in cells.items()}
    return {header: text for header, text in {**PERMITS, **named}.items() if text}


def observations(imported: Imported) -> dict[str, Observation]:
    start = f"{MAIN}/"
    return {r.iri.removeprefix(start): r for r in imported.records if isinstance(r, Observation)}


# What is read


def test_a_row_becomes_an_observation() -> None:
    imported = read(
        row(
            Value="12.50", Unit="number", Sex="women", Age="15–24", Migration_status="refugees",
            Nationality="alb", Status="provisional", Citation="p. 3", Note="first count",
        )
    )  # fmt: skip
    assert imported.faults.found == []
    iri = f"{MAIN}/values/number-of-permits/2021/F.Y15T24.refugee.ALB"
    assert observations(imported)[iri.removeprefix(f"{MAIN}/")] == Observation(
        iri=iri,
        dataset=f"{MAIN}/values",
        indicator=f"{MAIN}/indicator/number-of-permits",
        area=country_iri("XKX"),
        period="2021",
        sex=CODE + "sex-F",
        age=CUBE + "age/Y15T24",
        migration_status=CUBE + "migration-status/refugee",
        nationality=country_iri("ALB"),
        value="12.5",
        unit=CUBE + "unit/number",
        status=CODE + "obsStatus-P",
        citation="p. 3",
        note="first count",
    )
    sets = [r for r in imported.records if isinstance(r, ValueSet)]
    assert [(s.iri, s.title, s.spatial) for s in sets] == [
        (f"{MAIN}/values", "Values of the indicators of Migration Strategy", country_iri("XKX"))
    ]
    place = imported.places[iri]
    assert (place.sheet.place, place.row) == ("Values", 2)


@pytest.mark.parametrize(
    ("header", "text", "code"),
    [
        ("Nationality", "Albania", "_T._T._T.ALB"),
        ("Nationality", "EU", "_T._T._T.eu"),
        ("Nationality", "Foreigners", "_T._T._T.foreign"),
        ("Migration status", "asylum-seeker", "_T._T.asylum-seeker._T"),
        ("Sex", "not specified", "U._T._T._T"),
        ("Age", "65 and over", "_T.Y_GE65._T._T"),
    ],
)
def test_groups_are_read_as_people_write_them(header: str, text: str, code: str) -> None:
    (albania,) = (c for c in read_shipped().records() if c.iri == country_iri("ALB"))
    world = [r for r in WORLD.known if r.iri != albania.iri]
    around = SimpleNamespace(records=lambda main="": [*world, albania])
    sheets = tables({**PLAIN, "Values": [row(**{header: text})]})
    imported = read_tables(sheets, around)
    assert imported.faults.found == []
    assert list(observations(imported)) == [f"values/number-of-permits/2021/{code}"]


def test_blank_cells_are_totals_and_the_indicators_own_unit() -> None:
    imported = read(row(), row(Indicator="i-3", Value="1", Period="2021-Q1"))
    assert imported.faults.found == []
    found = observations(imported)
    assert set(found) == {"values/number-of-permits/2021", "values/I-3/2021-Q1"}
    first = found["values/number-of-permits/2021"]
    assert (first.sex, first.age) == (CODE + "sex-T", CUBE + "age/_T")
    assert (first.unit, first.status, first.note) == (CUBE + "unit/number", NORMAL, None)
    assert found["values/I-3/2021-Q1"].unit == CUBE + "unit/yes-no"


def test_indicators_say_unit_direction_and_verification() -> None:
    sheets: Sheets = {
        **PLAIN,
        "Indicators": [
            {
                "Title": "Days to a decision",
                "Unit": "days",
                "Better is": "lower",
                "Means of verification": "Register",
            }
        ],
    }
    imported = read_tables(tables(sheets), WORLD)
    assert imported.faults.found == []
    (found,) = (r for r in imported.records if isinstance(r, Element))
    assert (found.unit, found.direction) == (CUBE + "unit/day", GCMO + "Decrease")
    assert found.verification == "Register"
    sheets["Indicators"][0] |= {"Unit": "dayz", "Better is": "More"}
    problems = [str(f) for f in read_tables(tables(sheets), WORLD).faults.found]
    assert problems == [
        "Indicators, row 2, column Unit: “dayz” is not in the list of this column: choose a word "
        "of the list (did you mean Days?)",
        "Indicators, row 2, column Better is: “More” is not in the list of this column: write "
        "Higher, Lower",
    ]


def test_targets_have_what_they_are_in_their_iri() -> None:
    imported = read(
        targets=[
            row(What="baseline", Period="2020", Value="0"),
            row(What="Milestone", Period="2023", Value="50"),
            row(What="Target", Period="2030", Value="100", Sex="F"),
        ]
    )
    assert imported.faults.found == []
    found = observations(imported)
    assert set(found) == {
        "targets/number-of-permits/baseline/2020",
        "targets/number-of-permits/milestone/2023",
        "targets/number-of-permits/target/2030/F._T._T._T",
    }
    first = found["targets/number-of-permits/baseline/2020"]
    assert (first.value, first.reference, first.status) == ("0", BASELINE, NORMAL)
    assert [r.iri for r in imported.records if isinstance(r, ValueSet)] == [f"{MAIN}/targets"]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2021", "2021"), ("2021-05", "2021-05"), ("2021/5", "2021-05"), ("05/2021", "2021-05"),
        ("May 2021", "2021-05"), ("2021M05", "2021-05"), ("Q1 2021", "2021-Q1"),
        ("2021 Q4", "2021-Q4"), ("1st quarter of 2021", "2021-Q1"), ("III quarter 2021", "2021-Q3"),
        ("2021-H2", "2021-S2"), ("first half 2021", "2021-S1"), ("S2/2021", "2021-S2"),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text: str, period: str) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2021-13", "has no month from 01 to 12"),
        ("20211", "is no year from 1900 to 2100"),
        ("1812", "is no year from 1900 to 2100"),
        ("21", "is no year of four digits: type 2021 if that is meant"),
        ("2020/21", "stands for several years"),
        ("2019–2022", "stands for several years"),
        ("2010/11", "is either November 2010 or the years 2010 and 2011: type 2010-11"),
        ("2021-05-01", "is a day, where a period is wanted"),
        ("May-21", "is no year of four digits: type 2021-05"),
        ("H3 2021", "is no half-year: type 2021-S1 or 2021-S2"),
        ("2021.1", "can't be read as a period"),
        ("two thousand", "can't be read as a period: type it as 2021, 2021-05, 2021-Q1"),
    ],
)
def test_periods_that_are_none_have_a_cure(text: str, problem: str) -> None:
    found = read_period(text)
    assert isinstance(found, Amiss)
    assert f"{found.problem}: {found.cure}".startswith(problem)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("12,5", "type 12.5"),
        ("0,123", "type 0.123"),
        ("-12,5", "type -12.5"),
        ("1,234", "type 1234, or 1.234 if that is meant"),
        ("1,234,567", "type 1234567"),
        ("1,234.5", "type 1234.5"),
        ("1.234,5", "type 1234.5"),
        ("1.234.567", "type 1234567"),
        ("1 234", "type 1234"),
        ("1'234.5", "type 1234.5"),
        ("45 %", "type 45, and % in column Unit"),
        ("120 persons", "type 120, and persons in column Unit"),
        ("EUR 12 000", "type 12000, and EUR in column Unit"),
        ("1,5 million", "type 1.5, and million in column Unit"),
        ("<5", "type 5, and what it means in column Note"),
        ("1E+05", "type all of its digits"),
        ("yes", "type 1 for yes and 0 for no"),
        ("many", "type it with digits and a point, as 12.5"),
        ("1234567890123456", "round it"),
    ],
)
def test_numbers_that_are_none_have_a_cure(text: str, cure: str) -> None:
    found = read_amount(text)
    assert isinstance(found, Amiss)
    assert found.cure == cure


def test_numbers_have_one_form() -> None:
    texts = ("5", "+5", "005", "5.0", ".50", "-0", "-1.20", "5.")
    assert [read_amount(t) for t in texts] == ["5", "5", "5", "5", "0.5", "0", "-1.2", "5"]


def test_ages_are_read_as_people_write_them() -> None:
    known = {iri.rpartition("/")[2] for iri in read_words().terms("age")}
    texts = {
        "15-24": "Y15T24", "15 to 24 years": "Y15T24", "65+": "Y_GE65", "65 and over": "Y_GE65",
        "≥ 65": "Y_GE65", "under 18": "Y_LT18", "<18": "Y_LT18", "0–13": "Y_LT14", "7": "Y7",
        "total": "_T", "All ages": "_T", "not stated": "_U", "Y15T24": "Y15T24",
    }  # fmt: skip
    assert {t: read_age(t, known) for t in texts} == texts
    assert {read_age(write_age(code), known) for code in known} == known
    problem = read_age("over 65", known)
    assert isinstance(problem, Amiss)
    assert problem.cure == "write 65+ or 66+"


# Missing is not zero


@pytest.mark.parametrize("text", ["", "n/a", "-", "–", "..", "…", ":", "N/A", "not available"])
def test_missing_is_missing(text: str) -> None:
    imported = read(row(Period="2020"), row(Value=text), row(Period="2022", Value=text))
    assert set(observations(imported)) == {"values/number-of-permits/2020"}
    assert [str(f) for f in imported.faults.found] == [
        "Values, row 3, column Value: has no value, nor have 1 other row (4): missing is not zero, "
        "so nothing is said there; type 0 if 0 is meant"
    ]
    assert all(f.warning for f in imported.faults.found)


def test_zero_is_zero() -> None:
    found = observations(read(row(Value="0"), row(Period="2022", Value="0.00")))
    assert [o.value for o in found.values()] == ["0", "0"]


def test_a_row_that_loses_more_than_its_value_is_named() -> None:
    assert faults(row(Value="", Note="see annex")) == [
        "warning: Values, row 2, column Value: has no value, so its Note is not kept: fill it in "
        "when it is known"
    ]


# Bad input, each beside its valid twin

TWICE = "delete one of the two rows, or correct what they count"


@pytest.mark.parametrize(
    ("bad", "problem", "good"),
    [
        (
            {"Value": "12,5"},
            "column Value: “12,5” has a decimal comma: type 12.5",
            {"Value": "12.5"},
        ),
        (
            {"Value": "45 %"},
            "column Value: “45 %” holds more than the number: type 45, and % in column Unit",
            {"Value": "45"},
        ),
        (
            {"Value": "-3"},
            "column Value: “-3” is less than zero, which nothing that is counted can be: correct "
            "it; a difference says so in its title, as net migration",
            {"Value": "-3", "Indicator": "net migration"},
        ),
        (
            {"Indicator": "Share insured", "Value": "101"},
            "column Value: “101” is no share of a whole, which goes from 0 to 100 percent: correct "
            "it; a change has a unit of its own, Percent change",
            {"Indicator": "Share insured", "Value": "100"},
        ),
        (
            {"Indicator": "I-3", "Value": "2"},
            "column Value: “2” is neither yes nor no: type 1 for yes and 0 for no",
            {"Indicator": "I-3", "Value": "1"},
        ),
        (
            {"Unit": "percent"},
            "column Unit: “percent” is percent, and the indicator is in number: give the value in "
            "number, or correct the indicator's unit",
            {"Unit": "persons"},
        ),
        (
            {"Unit": "numbr"},
            "column Unit: “numbr” is not in the list of this column: choose a word of the list "
            "(did you mean Number?)",
            {"Unit": "NUMBER"},
        ),
        (
            {"Indicator": "Cost of a transfer"},
            "column Unit: has no unit, and its indicator has none either: fill it in, or give the "
            "indicator one in sheet Indicators",
            {"Indicator": "Cost of a transfer", "Unit": "EUR"},
        ),
        (
            {"Indicator": "Number of permit"},
            "column Indicator: “Number of permit” is no indicator of xkx-nsm-2025: correct it or "
            "add it to sheet Indicators (did you mean “Number of permits”?)",
            {"Indicator": "number  of permits"},
        ),
        (
            {"Indicator": ""},
            "column Indicator: the cell is blank: fill it in: title or code of the indicator, as "
            "in sheet Indicators",
            {},
        ),
        (
            {"Period": ""},
            "column Period: the cell is blank: fill it in: the year, as 2021",
            {"Period": "2021"},
        ),
        (
            {"Period": "twenty"},
            "column Period: “twenty” can't be read as a period: type it as 2021, 2021-05, 2021-Q1 "
            "or 2021-S1",
            {"Period": "2020"},
        ),
        (
            {"Period": "20211"},
            "column Period: “20211” is no year from 1900 to 2100: correct it",
            {"Period": "2100"},
        ),
        (
            {"Age": "15-25"},
            "column Age: “15-25” is no age group of the list: write one of the list (did you mean "
            "15-24?)",
            {"Age": "15-24"},
        ),
        (
            {"Age": "9-May"},
            "column Age: “9-May” is a date, where an age group is wanted: format the column as "
            "Text and type 5-9 again",
            {"Age": "5-9"},
        ),
        (
            {"Sex": "femal"},
            "column Sex: “femal” is not in the list of this column: write Total, Female, Male, "
            "Unknown (did you mean Female?)",
            {"Sex": "f"},
        ),
        (
            {"Migration status": "refuge"},
            "column Migration status: “refuge” is not in the list of this column: choose a word of "
            "the list (did you mean Refugees?)",
            {"Migration status": "refugee"},
        ),
        (
            {"Nationality": "Frankonia"},
            "column Nationality: “Frankonia” is no nationality: give a country's ISO code of three "
            "letters, or a word of the list",
            {"Nationality": "nationals"},
        ),
        (
            {"Status": "guess"},
            "column Status: “guess” is not in the list of this column: write Normal, Break, "
            "Estimated, Forecast, Provisional, Revised",
            {"Status": "estimate"},
        ),
        (
            {"Source": "yearbook"},
            "column Source: “yearbook” is no source: correct it or add it to sheet Sources",
            {"Source": "https://undocs.org/A/RES/73/195"},
        ),
        (
            {"Edition": "first"},
            "column Edition: “first” is no number of an earlier figure: leave it blank, or number "
            "the figures that were replaced 1, 2 …",
            {"Edition": ""},
        ),
    ],
)
def test_each_bad_cell_has_its_place_and_cure(
    bad: dict[str, str], problem: str, good: dict[str, str]
) -> None:
    base = row(Period="2019"), {}
    assert faults(base[0], {**row(), **bad}) == [f"Values, row 3, {problem}"]
    imported = read(base[0], {**row(), **good})
    assert imported.faults.found == []
    assert len(observations(imported)) == 2


def test_everything_wrong_is_reported_together() -> None:
    found = faults(
        row(Value="1,5", Period="21", Sex="x", Age="y", Unit="z"),
        row(Indicator="No such"),
        targets=[row(What="goal"), row(What="Target", Value="5 %")],
    )
    places = [re.match(r"(\w+), row (\d+), column (\w+)", f) for f in found]
    assert sorted(m.groups() for m in places if m) == [
        ("Targets", "2", "What"),
        ("Targets", "3", "Value"),
        ("Values", "2", "Age"),
        ("Values", "2", "Period"),
        ("Values", "2", "Sex"),
        ("Values", "2", "Unit"),
        ("Values", "2", "Value"),
        ("Values", "3", "Indicator"),
    ]


def test_nobody_reads_more_than_a_thousand_faults() -> None:
    rows = [row(Period=str(1900 + n % 200), Sex="x") for n in range(1500)]
    found = faults(*rows)
    assert len(found) == 1002
    assert found[-1] == (
        "Values, row 1003: has more than 1000 faults, and is read no further: mend those named "
        "above first"
    )


def test_two_values_of_one_cell_name_both_rows() -> None:
    assert faults(row(), row(Value="6", Sex="Total", Period="2021")) == [
        "Values, row 3, column Value: “6” is a second value for the same indicator, period and "
        f"breakdown as row 2 (5): {TWICE}"
    ]
    assert faults(row(), row(Value="6", Sex="Male")) == []
    target = row(What="Target", Period="2030")
    assert faults(targets=[target, {**target, "Value": "9"}]) == [
        "Targets, row 3, column Value: “9” is a second target for the same indicator, period and "
        f"breakdown as row 2 (5): {TWICE}"
    ]
    assert faults(targets=[target, {**target, "Period": "2031"}]) == []


def test_rows_of_an_indicator_without_a_unit_agree() -> None:
    cost = {"Indicator": "Cost of a transfer", "Unit": "EUR"}
    rows = row(**cost), row(**{**cost, "Period": "2022", "Unit": "USD"})
    assert faults(*rows, targets=[row(What="Target", **{**cost, "Unit": "%"})]) == [
        "Values, row 3, column Unit: “USD” is USD, and row 2 of the same indicator is in EUR: give "
        "all values of an indicator in one unit",
        "Targets, row 2, column Unit: “%” is percent, and Values, row 2 of the same indicator is "
        "in EUR: give all values of an indicator in one unit",
    ]
    assert faults(rows[0], row(**{**cost, "Period": "2022", "Unit": "€"})) == []


def test_values_need_a_country() -> None:
    bare = [{"Code": "xkx-nsm-2025", "Title": "Migration Strategy"}]
    assert faults(row(), row(Period="2022"), Frameworks=bare) == [
        "Values, row 2: is a value of xkx-nsm-2025, which has no country: fill in Country in sheet "
        "Frameworks, so that it is known whose value it is"
    ]


def test_targets_follow_their_baseline() -> None:
    def target(what: str, period: str, value: str = "5", **more: str) -> dict[str, str]:
        return row(What=what, Period=period, Value=value, **more)

    assert faults(targets=[target("Target", "2020"), target("Baseline", "2021")]) == [
        "Targets, row 2, column Period: “2020” is a target for 2020, and not after its baseline of "
        "2021 in row 3: correct the period of one of the two"
    ]
    assert faults(targets=[target("Target", "2021"), target("Baseline", "2021")]) == [
        "Targets, row 2, column Period: “2021” is a target for the same period as its baseline of "
        "2021 in row 3: correct the period of one of the two"
    ]
    assert faults(
        targets=[
            target("Target", "2030", "9"),
            target("Baseline", "2020"),
            target("Milestone", "2031"),
        ]
    ) == [
        "Targets, row 4, column Period: “2031” is a milestone after the last target, of 2030 in "
        "row 2: correct the period of one of the two"
    ]
    # Those of others are no baseline of it; a year ends after its months.
    assert faults(targets=[target("Target", "2020"), target("Baseline", "2021", Sex="F")]) == []
    assert faults(targets=[target("Target", "2021"), target("Baseline", "2021-05")]) == []


def test_a_target_that_leads_the_wrong_way_is_doubted() -> None:
    targets = [row(What="Baseline", Period="2020", Value="9"), row(What="Target", Period="2030")]
    assert faults(targets=targets) == [
        "warning: Targets, row 3, column Value: “5” is a target below its baseline (9 in row 2), "
        "and higher is better: correct one of the two, or Better is in sheet Indicators"
    ]


def test_a_count_with_three_digits_after_the_point_is_doubted() -> None:
    assert faults(row(Value="1.200"), row(Period="2022", Value="1.300")) == [
        "warning: Values, row 2, column Value: “1.200” is read as 1.2, with a point for decimals, "
        "here and below: type 1200 if thousands are meant"
    ]
    assert faults(row(Value="1.25"), row(Indicator="Share insured", Value="1.250")) == []


def test_a_sheet_without_values_says_so() -> None:
    sheets = {**PLAIN, "Values": [{"Indicator": "Number of permits", "Period": "2021"}]}
    data = [make_sheet(s, sheets[s.name]) for s in SHEETS if s.name in sheets]
    without = tuple(h for h in data[-1].headers if h != "Value")
    data[-1] = replace(
        data[-1], headers=without, rows=(("Number of permits", "2021", *[""] * (len(without) - 2)),)
    )
    found = [str(f) for f in read_tables(MemoryTables(data), WORLD).faults.errors]
    assert found == [
        "Values, row 2: has no value, because the sheet has no column for it: add a column Value"
    ]


# Cells of a workbook


def book(tmp_path: Path, rows: list[list[object]], formats: Mapping[str, str]) -> list[str]:
    """Write sheet Values as a person would, and return what is said of it."""
    from openpyxl import Workbook

    made = Workbook()
    for name, lines in (
        ("Frameworks", [["Code", "Title", "Country"], ["xkx-nsm-2025", "Strategy", "XKX"]]),
        ("Indicators", [["Title", "Unit"], ["Number of permits", "Number"], ["Share", "%"]]),
        ("Values", [["Indicator", "Period", "Value", "Age"], *rows]),
    ):
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
        if name == "Values":
            for ref, number_format in formats.items():
                sheet[ref].number_format = number_format
    made.remove(made["Sheet"])
    path = tmp_path / "mine.xlsx"
    made.save(path)
    with open_tables(path) as opened:
        imported = read_tables(opened, WORLD)
    values = [f"{o.period}={o.value}" for o in observations(imported).values()]
    return [*values, *(("warning: " if f.warning else "") + str(f) for f in imported.faults.found)]


def test_numbers_of_a_workbook_are_what_they_are(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["Number of permits", 2021, 1234.0],
        ["Number of permits", 2022, 1234.5],
        ["Share", 2021, 0.45],
        ["Share", 2022, 12.5],
        ["Share", 2023, 0.465],
    ]
    formats = {"C2": "#,##0", "C3": "#,##0.00 €", "C4": "0 %", "C5": "General", "C6": "0.0%"}
    assert book(tmp_path, lines, formats) == [
        "2021=1234",
        "2022=1234.5",
        "2021=45",
        "2022=12.5",
        "2023=46.5",
        "warning: Values, row 4, column Value (C): “45 %” is shown as a percentage, and read as 45 "
        "percent, here and below: type 45",
    ]


def test_cells_of_a_workbook_that_are_something_else(tmp_path: Path) -> None:
    day = datetime(2021, 5, 1)
    lines: list[list[object]] = [
        ["Number of permits", 2021, 0.45],
        ["Number of permits", 2022, True],
        ["Number of permits", day, 3],
        ["Number of permits", day, 3],
        ["Number of permits", datetime(1905, 7, 14), 3],
        ["Number of permits", 2023, day],
        ["Number of permits", 2024, 3, datetime(2025, 5, 9)],
        ["Number of permits", 2025, "12,5"],
    ]
    formats = {"C2": "0%", "B4": "mmm-yy", "B5": "yyyy-mm-dd", "B6": "yyyy", "C7": "dd/mm/yyyy"}
    as_text = "format the column as Text and type"
    assert book(tmp_path, lines, formats) == [
        "2021=45",
        "2021-05=3",
        "warning: Values, row 2, column Value (C): “45 %” is shown as a percentage, and read as 45 "
        "percent, here and below: type 45",
        "Values, row 3, column Value (C): “TRUE” is a logical value, where a number is wanted: type "
        "1 for yes and 0 for no",
        "warning: Values, row 4, column Period (B): “2021-05” is a date, and read as the month "
        f"2021-05, here and below: {as_text} 2021-05 again",
        "Values, row 5, column Period (B): “2021-05-01” is a day, where a period is wanted: "
        f"{as_text} 2021-05 again for the month, or 2021 for the year",
        "Values, row 6, column Period (B): “1905-07-14” is a date, where a period is wanted: "
        f"{as_text} 2022 again",
        "Values, row 7, column Value (C): “2021-05-01” is a date, where a number is wanted: format "
        "the column as Number and type it again",
        "Values, row 8, column Age (D): “2025-05-09” is a date, where an age group is wanted: "
        f"{as_text} 5-9 again",
        "Values, row 9, column Value (C): “12,5” has a decimal comma: type 12.5",
        "Values, row 2, column Value (C): “45%” is shown as a percentage, and its unit is number: "
        "format the cell as a number and type it again, or correct the unit",
    ]


# Revisions


def published(*values: Cells_, **more: object) -> list[Record]:
    imported = read(*values, **more)  # type: ignore[arg-type]
    assert imported.faults.errors == []
    return list(revise(imported, [], name="xkx").records)


def revised(old: list[Record], *values: Cells_, **options: bool) -> Imported:
    return revise(read(*values), old, name="xkx", **options)


def test_a_revision_keeps_the_earlier_figure() -> None:
    old = published(row(Note="first"))
    new = revised(old, row(Value="7", Status="Revised"))
    assert new.faults.found == []
    found = observations(new)
    value = found["values/number-of-permits/2021"]
    earlier = found["values/earlier/number-of-permits/2021/1"]
    assert (value.value, value.status, value.revision_of) == ("7", REVISED, earlier.iri)
    assert (earlier.value, earlier.edition, earlier.note) == ("5", "1", "first")
    assert (earlier.dataset, earlier.revision_of) == (f"{MAIN}/values/earlier", None)
    sets = {r.iri for r in new.records if isinstance(r, ValueSet)}
    assert sets == {f"{MAIN}/values", f"{MAIN}/values/earlier"}
    assert new.places[earlier.iri].row == 2

    # Once more the same, and once more revised.
    again = revised(list(new.records), row(Value="7", Status="Revised"))
    assert again.faults.found == []
    assert again.records == new.records
    third = observations(revised(list(new.records), row(Value="8", Status="Revised")))
    assert third["values/number-of-permits/2021"].revision_of == f"{earlier.iri[:-1]}2"
    second = third["values/earlier/number-of-permits/2021/2"]
    assert (second.value, second.revision_of) == ("7", earlier.iri)


@pytest.mark.parametrize("status", ["Provisional", "Estimated", "Forecast"])
def test_a_value_that_was_not_final_is_replaced_without_a_word(status: str) -> None:
    old = published(row(Status=status))
    new = revised(old, row(Value="7"))
    assert new.faults.found == []
    earlier = observations(new)["values/earlier/number-of-permits/2021/1"]
    assert (earlier.value, read_words().word("status", earlier.status or "")) == ("5", status)
    # The same figure, now final, replaces nothing.
    same = observations(revised(old, row()))
    assert [o.status for o in same.values()] == [NORMAL]


def test_a_silent_change_is_a_fault() -> None:
    old = published(row())
    new = revised(old, row(Value="7"))
    assert [str(f) for f in new.faults.found] == [
        "Values, row 2, column Value: “7” differs from what xkx holds, which is 5: write Revised "
        "in Status so that the earlier figure is kept, or add --force to overwrite it"
    ]
    forced = revised(old, row(Value="7"), force=True)
    assert forced.faults.found == []
    assert [o.value for o in observations(forced).values()] == ["7"]
    assert revised(old, row(Value="5.0", Note="other words")).faults.found == []


def test_values_do_not_vanish() -> None:
    old = published(row(), row(Period="2022"), row(Period="2023"))
    new = revised(old, row(Period="2023"))
    assert [str(f) for f in new.faults.found] == [
        "Values: lacks 2 values that xkx holds (number-of-permits/2021, number-of-permits/2022): "
        "add them again (gcm-ld export writes all of them), or add --merge to keep them as they "
        "are, or --force to take them out"
    ]
    forced = revised(old, row(Period="2023"), force=True)
    assert forced.faults.found == []
    assert set(observations(forced)) == {"values/number-of-permits/2023"}
    merged = revised(old, row(Period="2024"), merge=True)
    assert merged.faults.found == []
    assert [o.period for o in observations(merged).values()] == ["2021", "2022", "2023", "2024"]


def test_revised_with_nothing_earlier_is_doubted() -> None:
    new = revised([], row(Status="Revised"))
    assert [(f.warning, str(f)) for f in new.faults.found] == [
        (
            True,
            "Values, row 2, column Status: “Revised” is revised, and there is no earlier figure: "
            "add it as a row with Edition 1, if it is known",
        )
    ]


def test_a_table_with_editions_holds_everything() -> None:
    rows = row(Value="7", Status="Revised"), row(Edition="1"), row(Value="6", Edition="2")
    new = revised([], *rows)
    assert new.faults.found == []
    found = observations(new)
    value, first, second = (
        found[f"values/{end}"]
        for end in (
            "number-of-permits/2021",
            "earlier/number-of-permits/2021/1",
            "earlier/number-of-permits/2021/2",
        )
    )
    assert (value.revision_of, second.revision_of) == (second.iri, first.iri)
    # A folder that holds the last figure still gets it from the table.
    put_aside = revised(published(row(Value="6"), row(Period="2020")), *rows, row(Period="2020"))
    assert put_aside.faults.found == []
    kept = [o for o in observations(put_aside).values() if o.edition]
    assert [(o.edition, o.value) for o in kept] == [("1", "5"), ("2", "6")]
    # An earlier edition does not change any more.
    changed = revised(list(new.records), rows[0], row(Value="4", Edition="1"), rows[2])
    assert [str(f) for f in changed.faults.found] == [
        "Values, row 3, column Value: “4” is edition 1, which xkx holds as 5: correct it: what was "
        "published does not change any more"
    ]


def test_editions_belong_to_a_value_and_are_counted() -> None:
    assert faults(row(Edition="1")) == [
        "Values, row 2, column Edition: is an earlier figure of a value that has no row of its "
        "own: add the row of the value that replaced it, or leave Edition blank"
    ]
    assert faults(row(), row(Edition="2")) == [
        "Values, row 3, column Edition: is edition 2, and there is no edition 1: number the "
        "earlier figures 1, 2 … in the order published"
    ]


def test_a_target_that_changed_is_said() -> None:
    old = published(targets=[row(What="Target", Period="2030")])
    new = revise(read(targets=[row(What="Target", Period="2030", Value="7")]), old, name="xkx")
    assert [(f.warning, str(f)) for f in new.faults.found] == [
        (True, "Targets, row 2, column Value: “7” replaces a target of 5: check it")
    ]


# Records to sheets and back

WORDS = read_words()


@st.composite
def extracts(draw: st.DrawFn) -> Extract:
    source = Source(iri=f"{ID}source/yearbook", title="Yearbook")
    main = Framework(iri=MAIN, code="xkx-nsm-2025", label=draw(TEXTS), spatial=country_iri("XKX"))
    units = sorted(WORDS.terms("unit"))
    indicators = [
        Element(
            iri=f"{MAIN}/indicator/i{n}",
            kind="Indicator",
            notation=f"i{n}",
            label=draw(TEXTS),
            label_basis=GCMO + "Stated",
            framework=MAIN,
            unit=draw(st.none() | st.sampled_from(units)),
            direction=draw(st.sampled_from([None, GCMO + "Increase", GCMO + "Decrease"])),
            verification=draw(st.none() | TEXTS),
        )
        for n in range(2)
    ]
    everyday = [u for u in units if u.endswith(("ratio", "score", "EUR"))]
    unit = {i.iri: i.unit or draw(st.sampled_from(everyday)) for i in indicators}
    found: dict[str, Observation] = {}
    names = Names_of([main, *indicators])
    for _ in range(draw(st.integers(0, 5))):
        indicator = draw(st.sampled_from(indicators))
        if not unit[indicator.iri].endswith(("ratio", "score", "EUR")):
            continue
        value = _observation(draw, indicator, unit[indicator.iri], source.iri)
        found[value.iri] = value
        if value.reference is None and draw(st.booleans()):
            before = None
            for number in range(1, draw(st.integers(1, 2)) + 1):
                home = f"{MAIN}/values"
                iri = f"{home}/earlier{value.iri.removeprefix(home)}/{number}"
                found[iri] = replace(
                    value,
                    iri=iri,
                    dataset=f"{home}/earlier",
                    edition=str(number),
                    value=draw(AMOUNTS),
                    revision_of=before,
                )
                before = iri
            found[value.iri] = replace(value, revision_of=before)
    sets = {o.dataset for o in found.values()}
    values = make_set(CUBE + "values/structure", MAIN, names, main.spatial)
    targets = make_set(CUBE + "targets/structure", MAIN, names, main.spatial)
    made = [s for s in (values, make_earlier_set(values), targets) if s.iri in sets]
    records: list[Record] = [main, source, *indicators, *made, *found.values()]
    return Extract(main, tuple(records), {r.iri: r for r in [*WORLD.known, *records]})


def Names_of(records: list[Record]):  # type: ignore[no-untyped-def]
    from gcm_ld.tables.writing import index_names

    return index_names(MAIN, records)


AMOUNTS = st.decimals(0, 100, places=2).map(lambda d: read_amount(format(d, "f"))).map(str)
PERIODS = st.sampled_from(["2019", "2021", "2021-05", "2021-Q4", "2021-S1"])


def _observation(draw: st.DrawFn, indicator: Element, unit: str, source: str) -> Observation:
    what = draw(st.sampled_from([None, "baseline", "target"]))
    period = draw(PERIODS)
    if what is not None:
        period = "2010" if what == "baseline" else "2035"
    who = {
        "sex": draw(st.sampled_from(sorted(WORDS.terms("sex")))),
        "age": draw(st.sampled_from(sorted(WORDS.terms("age")))),
        "migration_status": draw(st.sampled_from(sorted(WORDS.terms("migration-status")))),
        "nationality": draw(
            st.sampled_from([*sorted(WORDS.terms("nationality")), country_iri("ALB")])
        ),
    }
    status = draw(st.sampled_from(sorted(WORDS.terms("status")))) if what is None else NORMAL
    from gcm_ld.namespaces import concept_code

    codes = [concept_code(iri) for iri in who.values()]
    dataset = f"{MAIN}/{'targets' if what else 'values'}"
    iri = observation_iri(
        dataset, indicator.notation, period, sex=codes[0], age=codes[1], status=codes[2],
        nationality=codes[3], reference=what,
    )  # fmt: skip
    return Observation(
        iri=iri,
        dataset=dataset,
        indicator=indicator.iri,
        area=country_iri("XKX"),
        period=period,
        reference=f"{CUBE}reference/{what}" if what else None,
        value=draw(AMOUNTS),
        unit=unit,
        status=status,
        source=draw(st.sampled_from([None, source])),
        citation=draw(st.none() | TEXTS),
        note=draw(st.none() | TEXTS),
        **who,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(extracts())
def test_records_come_back_from_sheets(found: Extract) -> None:
    sheets = tabulate(found)
    assert check_round_trip(found, sheets) == []
    records = [r for r in found.records if isinstance(r, Observation | ValueSet)]
    assert write_records(records) == write_turtle(build_graph(records))


_ANY = st.one_of(
    TEXTS,
    st.from_regex(
        r"[-+]?[0-9]{0,3}[.,' ]?[0-9]{0,4}[.,]?[0-9]{0,3} ?[%€a-zQH]{0,3}", fullmatch=True
    ),
    st.from_regex(r"[0-9]{1,5}[-/. ]?[QSHM]?[0-9]{0,4}", fullmatch=True),
    st.sampled_from(["Number of permits", "2021", "5", "Number", "Female", "65+", "Target", ""]),
)


@settings(max_examples=150)
@given(
    st.lists(st.dictionaries(st.sampled_from([c.header for c in VALUES.columns]), _ANY), max_size=4)
)
def test_whatever_is_typed_is_read_or_named(rows: list[dict[str, str]]) -> None:
    imported = read(*rows, targets=[{k: v for k, v in r.items() if k != "Edition"} for r in rows])
    for record in observations(imported).values():
        assert read_amount(record.value) == record.value
        assert read_period(record.period) == record.period
    assert all(f.problem and f.cure and f.row for f in imported.faults.found)


def test_values_are_written_as_any_graph_is() -> None:
    """Terms that prefixes and quotation marks touch are written as they are elsewhere."""
    (value,) = observations(read(row(Note='a "b"\nc\t', Citation="\\x", Value="0.5"))).values()
    odd = [
        replace(value, iri="https://example.org/x y".replace(" ", "%20")),
        replace(value, iri=PREFIXES["schema"] + "thing", value="1e5", period="2021-05"),
        replace(value, iri=f"{MAIN}/values/n10/2021", value="-7", edition="3"),
        replace(value, iri=f"{MAIN}/values/n9/2021", value="007"),
        make_set(CUBE + "values/structure", MAIN, Names_of([]), None),
    ]
    assert write_records(odd) == write_turtle(build_graph(odd))
    assert write_records([]) == write_turtle([])


def test_periods_come_one_after_the_other() -> None:
    periods = ["2020-12", "2021-01", "2021-Q1", "2021-05", "2021-S1", "2021-S2", "2021", "2022-Q1"]
    ends = [months(p)[1] for p in periods]
    assert ends == sorted(ends)


def test_the_words_for_differences_are_those_of_the_shapes() -> None:
    text = (folder("shapes") / "observation.ttl").read_text(encoding="utf-8")
    assert text.count(DIFFERENCE) == text.count("(balance|") > 0


def test_sheets_are_part_of_every_table() -> None:
    assert VALUES.core and TARGETS.core
    assert find_sheet("values.csv") is VALUES
    files = csv_files([make_sheet(VALUES, [row()]), make_sheet(TARGETS, [])])
    metadata = json.loads(files["csv-metadata.json"])
    columns = {c["titles"]: c for c in metadata["tables"][0]["tableSchema"]["columns"]}
    assert columns["Value"]["datatype"] == "decimal"
    assert "required" not in columns["Value"]
    assert columns["Period"]["required"]


def test_read_cell_reads_numbers_of_a_workbook() -> None:
    column = VALUES.column("Value")
    assert column is not None
    cell = Cell("0.57999999999999996", CellKind.NUMBER, "0.00%")
    assert read_cell(cell, column).text == "58%"


# Values alone, and the whole way


@pytest.fixture(scope="session")
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
