"""Cells: what people type, and what spreadsheets make of it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld.errors import InputError
from gcm_ld.tables import cells
from gcm_ld.tables.cell_forms import Cell, CellKind, Reading, read_cell
from gcm_ld.tables.schema import Column, Form


def column(form: Form, target: str = "") -> Column:
    return Column(header="Any", form=form, target=target)


def read(text: str, form: Form, **cell: object) -> Reading:
    return read_cell(Cell(text, **cell), column(form))  # type: ignore[arg-type]


def number(text: str, form: Form, number_format: str = "General", *, mac: bool = False) -> Reading:
    return read_cell(Cell(text, CellKind.NUMBER, number_format, mac=mac), column(form))


def problem(reading: Reading) -> str:
    (slip,) = reading.slips
    return ("warning: " if slip.warning else "") + f"“{slip.value}” {slip.problem}: {slip.cure}"


# Texts


def test_what_shows_nothing_is_cleaned_away_and_what_shows_stays() -> None:
    assert cells.clean_text("\ufeff\u00a0A\u00a0b\u200b\u00ad\t c \r\n\x0bd ") == "A b  c \n\nd"
    assert cells.clean_text("می\u200cخواهم \u200fא – “x” ’") == "می\u200cخواهم \u200fא – “x” ’"


def test_codes_get_plain_hyphens_and_quotes() -> None:
    assert cells.clean_code("alb\u2011nsm–2019 ") == "alb-nsm-2019"
    assert cells.clean_code("gcm\u2014alb") == "gcm--alb"
    assert cells.clean_code("l’Aquila  \n “x”") == 'l\'Aquila "x"'
    assert cells.clean_code("Sa\u0308o") == "Säo"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = cells.clean_text(text)
    assert cells.clean_text(once) == once
    code = cells.clean_code(text)
    assert cells.clean_code(code) == code


@pytest.mark.parametrize(
    "text",
    ["A1; C2.3", "A1,C2.3", "A1\nC2.3", "A1；C2.3", "A1、 C2.3", "A1، C2.3", ";;A1;\n;C2.3; A1,"],
)
def test_codes_stand_apart_in_many_ways(text: str) -> None:
    assert cells.split_codes(text) == ["A1", "C2.3"]


def test_titles_may_hold_commas() -> None:
    assert cells.split_codes("Permits, by sex; Returns", titles=True) == [
        "Permits, by sex",
        "Returns",
    ]
    assert cells.split_codes("• Permits; by sex;\n\n•  Returns – all", titles=True) == [
        "Permits; by sex",
        "Returns – all",
    ]


@given(st.lists(st.from_regex(r"[A-Z]?[0-9]{1,2}(\.[0-9a-z])?", fullmatch=True), unique=True))
def test_joined_codes_split_again(codes: list[str]) -> None:
    for glue in ("; ", ",", "\n"):
        assert cells.split_codes(glue.join(codes)) == codes


@pytest.mark.parametrize("text", ["A1–A4", "A1.1 - A1.3", "10.7 — 10.9", "1.a to 1.d", "5; A1–A4"])
def test_a_dash_between_codes_is_refused(text: str) -> None:
    reading = read(text, Form.REFERENCES)
    assert "stands for several codes: name each of them" in problem(reading)
    assert reading.text == text


@pytest.mark.parametrize(
    "text", ["alb-nsm-2019", "gcm--alb-nsm-2019", "C1-2", "Share, 15–24 years"]
)
def test_a_hyphen_within_a_code_is_not(text: str) -> None:
    assert read(text, Form.REFERENCES) == Reading(text)


def test_a_code_named_twice_is_a_warning() -> None:
    reading = read("A1; B2; A1", Form.REFERENCES)
    assert problem(reading) == "warning: “A1” stands twice in one cell: leave one out"
    titles = read_cell(Cell("Permits, all, all"), column(Form.REFERENCES, "indicator"))
    assert not titles.slips


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1f", "\x7f", "\x9f", "\ufffe", "\ud800"])
def test_control_characters_are_refused(character: str) -> None:
    reading = read(f"a{character}b", Form.TEXT)
    assert reading.text == ""
    assert f"U+{ord(character):04X}" in problem(reading)
    with pytest.raises(InputError, match=r"Links, row 3, column Note: .*U\+"):
        cells.check_writable(f"a{character}b", "Links", 3, "Note")


def test_a_cell_holds_so_many_characters() -> None:
    most = "x" * cells.MAX_CHARACTERS
    assert read(most, Form.TEXT) == Reading(most)
    assert "more than the 32,767 characters" in problem(read(most + "x", Form.TEXT))
    with pytest.raises(InputError, match="shorten it"):
        cells.check_writable(most + "x", "Links", 3, "Note")


# Numbers


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("5.1", "General", "5.1"),
        ("10", "General", "10"),
        ("10.0", "General", "10"),
        ("1.1", "0.00", "1.10"),
        ("1.15", "0.0", "1.15"),
        ("7", "000", "007"),
        ("1.1000000000000001", "General", "1.1"),
        ("1.1000000000000003", "General", "1.1"),
        ("10.699999999999999", "General", "10.7"),
        ("5.1", "@", "5.1"),
        ("5.1", "0.0_);(0.0)", "5.1"),
        ("1E+20", "General", "1" + "0" * 20),
        ("1.5E-7", "General", "0.00000015"),
        ("-3", "0", "-3"),
        ("NaN", "General", "NaN"),
    ],
)
def test_a_number_in_a_code_column_reads_as_it_shows(
    value: str, number_format: str, text: str
) -> None:
    assert number(value, Form.REFERENCES, number_format) == Reading(text)


@pytest.mark.parametrize("number_format", ["#,##0", "0.00E+00", "# ?/?", "0%", '"€" 0', '"A"0'])
def test_a_number_that_shows_in_another_way_is_no_code(number_format: str) -> None:
    reading = number("1016", Form.CODE, number_format)
    assert reading.text == "1016"
    assert "format the column as Text" in problem(reading)
    assert number("1016", Form.TEXT, number_format).slips == ()


def test_a_share_in_a_text_reads_as_it_shows() -> None:
    assert number("0.53", Form.TEXTS, "0%") == Reading("53%")
    assert number("0.535", Form.TEXT, "0.0%") == Reading("53.5%")


@pytest.mark.parametrize("text", ["0", "1", "0.8", ".5", "0.80"])
def test_decimals(text: str) -> None:
    assert read(text, Form.DECIMAL) == Reading(text)


def test_a_decimal_comma_can_only_be_a_point() -> None:
    assert read("0,8", Form.DECIMAL) == Reading("0.8")
    assert number("0.8", Form.DECIMAL, "0%") == Reading("0.8")
    assert number("0.30000000000000004", Form.DECIMAL) == Reading("0.3")


@pytest.mark.parametrize("text", ["80%", "1.5", "-0.1", "high", "0.8.1", "1e-1", "٠٫٨"])
def test_other_decimals_are_refused(text: str) -> None:
    reading = read(text, Form.DECIMAL)
    assert reading.text == ""
    assert problem(reading) == f"“{text}” can't be read as a number from 0 to 1: type it as 0.8"


# Dates that spreadsheets make of codes


@pytest.mark.parametrize(
    ("day", "number_format", "guess"),
    [
        (dt.date(2025, 1, 5), "d-mmm", "5.1"),
        (dt.date(2024, 7, 10), "dd/mm/yyyy", "10.7"),
        (dt.date(2013, 1, 1), "mmm-yy", "1.13"),
        (dt.date(2002, 7, 10), "dd.mm.yyyy", "10.7.2"),
    ],
)
def test_a_date_in_a_code_column_is_refused_with_a_guess(
    day: dt.date, number_format: str, guess: str
) -> None:
    serial = str((day - dt.date(1899, 12, 30)).days)
    for form in (Form.CODE, Form.REFERENCE, Form.REFERENCES):
        reading = number(serial, form, number_format)
        assert reading.text == guess
        assert problem(reading) == (
            f"“{day}” is a date, where a code is wanted: "
            f"format the column as Text and type {guess} again"
        )


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("5-Jan", "5.1"),
        ("05. Jan", "5.1"),
        ("10. Jul", "10.7"),
        ("5. März", "5.3"),
        ("1-Dez", "1.12"),
        ("Jan-13", "1.13"),
        ("05.01.2025", "5.1"),
        ("10.07.2002", "10.7.2"),
        ("5/1/2025", "5.1"),
    ],
)
def test_so_is_one_that_came_through_a_csv_file(text: str, guess: str) -> None:
    reading = read(text, Form.REFERENCES)
    assert reading.text == guess
    assert f"type {guess} again" in problem(reading)


@pytest.mark.parametrize("text", ["1.marriage", "5.1", "10.7.2", "alb-nsm-2019", "3-x", "May"])
def test_codes_that_are_none(text: str) -> None:
    assert read(text, Form.CODE) == Reading(text)


def test_a_time_of_day_is_no_code() -> None:
    assert "“01:00” is a time of day" in problem(number("0.0416666666666667", Form.CODE, "h:mm"))


# Dates and years


@pytest.mark.parametrize(
    "text",
    [
        "2019-06-19",
        "2019-6-19",
        "2019/06/19",
        "2019.06.19",
        "20190619",
        "2019-06-19T00:00:00",
        "19.06.2019",
        "19. 6. 2019.",
        "19/06/2019",
        "06/19/2019",
        "19-06-2019",
        "19 June 2019",
        "19 Jun 2019",
        "19. Juni 2019",
        "June 19, 2019",
        "Jun. 19 2019",
        "2019–06–19",
    ],
)
def test_dates_that_mean_one_day(text: str) -> None:
    assert read(text, Form.DATE) == Reading("2019-06-19")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("05/06/2019", "is either 2019-06-05 or 2019-05-06"),
        ("31.02.2019", "is no day of the calendar"),
        ("2019-13-01", "is no day of the calendar"),
        ("19.06.19", "can't be read as a date"),
        ("2019", "can't be read as a date"),
        ("June 2019", "can't be read as a date"),
        ("19 Brumaire 2019", "can't be read as a date"),
        ("2019-06-19T10:00", "can't be read as a date"),
        ("20191301", "is no day of the calendar"),
    ],
)
def test_dates_that_do_not(text: str, words: str) -> None:
    reading = read(text, Form.DATE)
    assert reading.text == ""
    assert words in problem(reading)


def test_5_may_and_5_may_is_one_day() -> None:
    assert read("05/05/2019", Form.DATE) == Reading("2019-05-05")


@given(st.dates(dt.date(1900, 3, 1)))
def test_dates_of_a_spreadsheet(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert number(str(serial), Form.DATE, "dd/mm/yyyy") == Reading(day.isoformat())
    if day.year > 1904:
        mac = str(serial - 1462)
        assert number(mac, Form.DATE, "dd/mm/yyyy", mac=True) == Reading(day.isoformat())


def test_dates_of_a_spreadsheet_that_are_odd() -> None:
    noon = number("43635.5", Form.DATE, "yyyy-mm-dd")
    assert noon.text == "2019-06-19"
    assert problem(noon).startswith("warning: “2019-06-19 12:00” has a time of day")
    assert "if 2019-06-19 is meant" in problem(number("43635", Form.DATE))
    assert number("20190619", Form.DATE) == Reading("2019-06-19")
    assert "is a number, where a date is wanted" in problem(number("7", Form.DATE))
    assert "is a time of day" in problem(number("0.5", Form.DATE, "h:mm"))
    assert "is shown as a date, and is none" in problem(number("1e300", Form.DATE, "d-mmm"))
    assert number("0", Form.DATE, "d-mmm").slips
    assert read("2019-06-19T00:00:00Z", Form.DATE, kind=CellKind.DATE) == Reading("2019-06-19")


def test_years() -> None:
    assert read("2019", Form.YEAR) == number("2019", Form.YEAR, "#,##0") == Reading("2019")
    assert "four digits" in problem(read("19", Form.YEAR))
    assert "four digits" in problem(read("2019–2022", Form.YEAR))
    assert problem(number("43635", Form.YEAR, "d/m/yyyy")) == (
        "“2019-06-19” is a date, where a year is wanted: "
        "format the column as Text and type 2019 again"
    )


# What is no text


def test_errors_and_logical_values() -> None:
    assert "“#REF!” is an error of the spreadsheet" in problem(
        read("#REF!", Form.TEXT, kind=CellKind.ERROR)
    )
    assert read("N/A", Form.REFERENCES) == Reading("N/A")
    truth = read("1", Form.TEXT, kind=CellKind.BOOLEAN)
    assert problem(truth).startswith("“TRUE” is a logical value")
    assert read("0", Form.CODE, kind=CellKind.BOOLEAN).text == "FALSE"


def test_a_date_in_a_text_is_a_warning() -> None:
    reading = number("43635", Form.TEXT, "d/m/yyyy")
    assert reading.text == "2019-06-19"
    assert problem(reading).startswith("warning: ")


@given(
    st.text() | st.floats().map(str) | st.integers().map(str),
    st.sampled_from(CellKind),
    st.sampled_from(Form),
    st.sampled_from(["General", "0.00", "#,##0", "d/m/yyyy", "h:mm", "[h]:mm", "0%", "@", ";;;"]),
)
def test_no_cell_is_too_odd_to_read(
    text: str, kind: CellKind, form: Form, number_format: str
) -> None:
    reading = read_cell(Cell(text, kind, number_format), column(form))
    assert cells.find_control(reading.text) is None
    for slip in reading.slips:
        assert slip.problem and slip.cure
