"""``gcm-ld template``: tables that a country can fill in, and that import as they are."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from gcm_ld.errors import InputError
from gcm_ld.tables.output import find_choices, workbook
from gcm_ld.tables.reading import read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.template import find_country, make_code, make_template
from gcm_ld.tables.workbook_writer import Cells
from tests.value_rows import call

TITLE = "National Strategy on Migration 2025–2030"


@pytest.mark.parametrize(
    ("title", "code"),
    [
        (TITLE, "xkx-nsm-2025"),
        ("Strategy for the Diaspora (2021-2025)", "xkx-sd-2021"),
        ("Strategjia Kombëtare e Migracionit", "xkx-skem"),
        ("Diaspora", "xkx-diaspora"),
        ("2030", "xkx-2030"),
    ],
)
def test_a_code_is_made_of_country_initials_and_year(title: str, code: str) -> None:
    assert make_code(title, "XKX") == code


def test_the_template_is_filled_in_as_far_as_it_can_be() -> None:
    sheets = {s.schema.name: s for s in make_template(TITLE, "xkx")}
    assert list(sheets) == [
        "Frameworks",
        "Objectives",
        "Outcomes",
        "Indicators",
        "Institutions",
        "Sources",
        "Crosswalk",
        "Values",
        "Targets",
    ]
    framework = dict(zip(sheets["Frameworks"].headers, sheets["Frameworks"].rows[0], strict=True))
    assert {h: t for h, t in framework.items() if t} == {
        "Code": "xkx-nsm-2025",
        "Title": TITLE,
        "Country": "XKX",
        "First year": "2025",
        "Last year": "2030",
    }
    rows = sheets["Crosswalk"].rows
    assert len(rows) == 187
    assert [r[0] for r in rows][:12][-1] == "2.a"
    assert rows[0][2].startswith("1. Collect and utilize")
    assert not any(any(r[3:]) for r in rows)


def test_cells_offer_words_and_codes() -> None:
    offered = find_choices(make_template(TITLE, "XKX"))
    assert "Not applicable" in offered["Crosswalk", "Status"]
    assert offered["Crosswalk", "SDG goals"][:2] == ["All", "1"]
    assert len(offered["Crosswalk", "SDG targets"]) == 170
    assert offered["Crosswalk", "Covered by"] == Cells("Frameworks")
    assert offered["Crosswalk", "Outcomes"] == Cells("Outcomes")
    assert offered["Outcomes", "Part of"] == Cells("Objectives")


def test_lists_grow_as_sheets_are_filled_in() -> None:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(workbook(make_template(TITLE, "XKX"), TITLE)))
    rules = {
        str(r.sqref): r.formula1
        for r in book["Crosswalk"].data_validations.dataValidation
        if r.type == "list"
    }
    assert rules["E2:E388"] == (
        "OFFSET('Outcomes'!$A$2,0,0,MAX(1,COUNTA('Outcomes'!$A$2:$A$201)),1)"
    )


@pytest.mark.parametrize(
    ("title", "country", "code", "problem"),
    [
        (TITLE, "Kosovo", None, "no country 'Kosovo': give its ISO 3166 code"),
        (TITLE, "ALBA", None, 'Did you mean "ALB"'),
        (" ", "XKX", None, "title is blank"),
        (TITLE, "XKX", "Nëna 1", "use small letters, digits and hyphens, as nena-1"),
        (TITLE, "XKX", "gcm", "the code gcm is taken"),
    ],
)
def test_what_is_wrong_is_named(title: str, country: str, code: str | None, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        make_template(title, country, code)


def test_countries_are_those_of_the_list() -> None:
    assert find_country("alb").label == "Albania"


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_an_unchanged_template_imports_as_unstated(tmp_path: Path, format_: str) -> None:
    path = tmp_path / ("x.xlsx" if format_ == "xlsx" else "tables")
    options = ("--country", "XKX", "--framework", TITLE, "--format", format_, "-o", path)
    result = call("template", *options)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    with open_tables(path) as tables:
        imported = read_tables(tables, read_shipped())
    assert [str(f) for f in imported.faults.errors] == []
    again = call("template", *options)
    assert again.returncode == 2
    assert "is there already: name another, or add --force" in again.stderr
    if format_ == "xlsx":
        first = path.read_bytes()
        assert call("template", *options, "--force").returncode == 0
        assert path.read_bytes() == first
        result = call("import", path, "--dry-run", "--format", "json")
        found = json.loads(result.stdout)
        assert found["actions"] == {"unstated": 187}
        assert found["conforms"]
