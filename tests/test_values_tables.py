"""Values and targets as tables: what is read, and what is wrong and where.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from gcm_ld.model import Element, Observation, ValueSet
from gcm_ld.namespaces import CUBE, GCMO, country_iri
from gcm_ld.tables.ages import read_age, write_age
from gcm_ld.tables.amounts import read_amount
from gcm_ld.tables.layout import SHEETS
from gcm_ld.tables.measure import BASELINE, NORMAL
from gcm_ld.tables.output import MemoryTables
from gcm_ld.tables.periods import Amiss, read_period
from gcm_ld.tables.reading import read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.words import read_words
from gcm_ld.tables.writing import make_sheet
from tests.test_tables import MAIN, WORLD
from tests.value_rows import (
    CODE,
    PLAIN,
    Sheets,
    faults,
    observations,
    read,
    row,
    tables,
)

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
        ("2021.0", "2021"), ("2021-A1", "2021"), ("Qershor 2021", "2021-06"), ("nëntor 2021", "2021-11"),
        ("T3 2021", "2021-Q3"), ("Tremujori III 2021", "2021-Q3"), ("Mai 2021", "2021-05"),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text: str, period: str) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2021-13", "has no month from 01 to 12"),
        ("202113", "is no year from 1900 to 2100"),
        ("202112", "is a year and a month in one: type 2021-12"),
        ("43831", "may be the day 2020-01-01 as spreadsheets count them, where a period is wanted"),
        ("1812", "is no year from 1900 to 2100"),
        ("21", "is no year of four digits: type 2021 if that is meant"),
        ("2020/21", "stands for several years"),
        ("1999/00", "stands for several years"),
        ("2006/07", "is either July 2006 or the years 2006 and 2007: type 2006-07"),
        ("2019–2022", "stands for several years"),
        ("2010/11", "is either November 2010 or the years 2010 and 2011: type 2010-11"),
        ("2020-21", "stands for several years"),
        ("2020 p", "says more than the period: type 2020, and Provisional in column Status"),
        ("2020*", "says more than the period: type 2020, and what * means in column Note"),
        ("2021-05-01T00:00:00", "is a day"),
        ("２０２０", "can't be read as a period"),
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
        ("1,5 million", "type all of its digits, 1500000"),
        ("12 mln EUR", "type all of its digits, 12000000"),
        ("5k", "type all of its digits, 5000"),
        ("<5", "leave it blank, or type the number if it is known"),
        ("over 100", "leave it blank, or type the number if it is known"),
        ("~5", "type 5, and Estimated in column Status"),
        ("12 b", "type 12, and Break in column Status"),
        ("12,5p", "type 12.5, and Provisional in column Status"),
        ("12 (u)", "type 12, and what u means in column Note"),
        ("12*", "type 12, and what * means in column Note"),
        ("12 1)", "type 12, and what 1) means in column Note"),
        (
            "(12)",
            "type -12 if less than zero is meant, or 12 and the rest in column Note",
        ),
        ("- 5", "type -5 if less than zero is meant"),
        ("1E+05", "type all of its digits"),
        ("yes", "type 1 for yes and 0 for no"),
        ("many", "type it with digits and a point, as 12.5, or leave it blank if it is not known"),
        ("½", "type it with digits and a point, as 12.5, or leave it blank if it is not known"),
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


@pytest.mark.parametrize("text", ["", "n/a", "..", "…", ":", "N/A", "not available"])
def test_missing_is_missing(text: str) -> None:
    imported = read(row(Period="2020"), row(Value=text), row(Period="2022", Value=text))
    assert set(observations(imported)) == {"values/number-of-permits/2020"}
    assert [str(f) for f in imported.faults.found] == [
        "Values, row 3, column Value: has no value, nor have 1 other row (4): missing is not zero, "
        "so nothing is said there; type 0 if 0 is meant"
    ]
    assert all(f.warning for f in imported.faults.found)


@pytest.mark.parametrize("text", ["-", "–", "--"])
def test_a_dash_is_missing_and_said_since_some_write_it_for_zero(text: str) -> None:
    imported = read(row(Period="2020"), row(Value=text))
    assert set(observations(imported)) == {"values/number-of-permits/2020"}
    first, _ = (str(f) for f in imported.faults.found)
    assert first == (
        f"Values, row 3, column Value: “{text.replace('–', '-')}” is read as not known, here and "
        "below: type 0 if nothing was counted"
    )


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
    # SDMX has two codes for some groups.
    assert faults(row(Age="0-14"), row(Age="under 15", Value="6")) == [
        "warning: Values, row 3, column Value: “6” differs from row 2 (5), which counts the same "
        "ages: correct one of the two"
    ]
    assert faults(row(Age="0-14"), row(Age="under 15")) == []
    assert faults(row(Age="0-14"), row(Age="under 18", Value="6")) == []
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
    (doubt,) = faults(row(Indicator="Cost of a transfer", Unit="EUR", Value="12.500"))
    assert "“12.500” is read as 12.5, with a point for decimals" in doubt
    assert faults(row(Value="1.25"), row(Indicator="Share insured", Value="1.250")) == []


def test_percentages_that_may_be_parts_of_one_are_doubted() -> None:
    share = {"Indicator": "Share insured"}
    assert faults(row(**share, Value="1"), row(**share, Value="0.455", Period="2022")) == [
        "warning: Values, row 3, column Value: “0.455” is read as 0.455 percent, and no value of "
        "the indicator is above 1: type 45.5 if that is meant, and all others likewise"
    ]
    assert faults(row(**share, Value="0.4"), row(**share, Value="1.2", Period="2022")) == []
    assert faults(row(**share, Value="0"), row(Indicator="Net migration", Value="0.5")) == []


def test_a_sheet_without_values_says_so() -> None:
    sheets = {**PLAIN, "Values": [{"Indicator": "Number of permits", "Period": "2021"}]}
    data = [make_sheet(s, sheets[s.name]) for s in SHEETS if s.name in sheets]
    without = tuple(h for h in data[-1].headers if h != "Value")
    data[-1] = replace(
        data[-1], headers=without, rows=(("Number of permits", "2021", *[""] * (len(without) - 2)),)
    )
    found = [str(f) for f in read_tables(MemoryTables(data), WORLD).faults.errors]
    assert found == [
        "Values, row 2: has no value, because the sheet has no column for it, here and below: add "
        "a column Value, or years across"
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
        ["Number of permits", datetime(2026, 1, 1), 3],
    ]
    formats = {"C2": "0%", "B4": "mmm-yy", "B5": "yyyy-mm-dd", "B6": "yyyy", "C7": "dd/mm/yyyy"}
    formats["B10"] = "yyyy"
    as_text = "format the column as Text and type"
    assert book(tmp_path, lines, formats) == [
        "2021=45",
        "2021-05=3",
        "2026=3",
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
        "warning: Values, row 10, column Period (B): “2026-01-01” is a date, and read as the year "
        f"2026, here and below: {as_text} 2026 again",
        "Values, row 2, column Value (C): “45%” is shown as a percentage, and its unit is number: "
        "format the cell as a number and type it again, or correct the unit",
    ]
