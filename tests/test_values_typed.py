"""Whatever people type or paste: it is read as a person would read it, or named. Never otherwise.

Each text is made of a number, period or group that is known, in a way in which people write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcm_ld.tables.amounts import write_amount
from gcm_ld.tables.cell_forms import Cell, CellKind, Reading, read_cell
from gcm_ld.tables.layout import VALUES
from gcm_ld.tables.measure import read_translated_words
from gcm_ld.tables.periods import months, read_period
from gcm_ld.tables.schema import Column
from gcm_ld.tables.words import read_words
from tests.value_rows import faults, observations, read, row


def column(header: str) -> Column:
    found = VALUES.column(header)
    assert found is not None
    return found


def is_named(reading: Reading) -> bool:
    return bool(reading.slips) and all(s.problem and s.cure for s in reading.slips)


def _grouped(mark: str, point: str) -> Callable[[Decimal], str]:
    return lambda d: f"{d:,}".replace(".", "#").replace(",", mark).replace("#", point)


#: A number → how people write it.
WAYS: list[Callable[[Decimal], str]] = [
    str,
    lambda d: f"+{d}",
    lambda d: f" {d}\u00a0",
    lambda d: f"0{d}",
    lambda d: str(d).replace(".", ","),
    *(_grouped(m, p) for m in ",.' \u00a0\u202f’_" for p in ".," if m != p),
    lambda d: f"{d}%",
    lambda d: f"{d} %",
    lambda d: f"({d})",
    lambda d: f"[{d}]",
    lambda d: f"<{d}",
    lambda d: f"≥ {d}",
    lambda d: f"~{d}",
    lambda d: f"{d}*",
    lambda d: f"{d} b",
    lambda d: f"{d}p",
    lambda d: f"{d} (e)",
    lambda d: f"{d}¹",
    lambda d: f"{d} 1)",
    lambda d: f"{d}e3",
    lambda d: f"{d} k",
    lambda d: f"{d} million",
    lambda d: f"€ {d}",
    lambda d: f"{d} persons",
    lambda d: f"{d}-{d + 1}",
    lambda d: f"{d}/{d + 1}",
    lambda d: f"{d} {d}",
    lambda d: f"{d};{d}",
    lambda d: f"={d}",
    lambda d: f"'{d}'",
    lambda d: str(d).translate({48 + n: 0xFF10 + n for n in range(10)}),
    lambda d: str(d).translate({48 + n: 0x0660 + n for n in range(10)}),
]


@settings(max_examples=500)
@given(st.decimals(0, 9_999_999, places=3).map(lambda d: d.normalize()), st.sampled_from(WAYS))
@example(Decimal("1234"), _grouped(".", ","))
@example(Decimal("1234567"), _grouped(".", ","))
def test_a_number_is_read_as_it_is_or_named(number: Decimal, way: Callable[[Decimal], str]) -> None:
    number = Decimal(format(number, "f"))
    text = way(number)
    imported = read(row(Indicator="Cost of a transfer", Unit="EUR", Value=text))
    found = [Decimal(o.value) for o in observations(imported).values()]
    named = [f for f in imported.faults.found if f.column == "Value" and f.problem and f.cure]
    assert found == [number] or named, text
    assert not found or not imported.faults.errors or named


@settings(max_examples=500)
@given(st.text("0123456789.,:;-–−/ %€()[]*+<~'’_\u00a0\u202f½²bepkeEM", min_size=1, max_size=9))
def test_only_digits_with_a_point_are_a_number(text: str) -> None:
    reading = read_cell(Cell(text), column("Value"))
    if reading.text:
        shown = re.sub("[ \u00a0\u202f]*$|^[ \u00a0\u202f]*", "", text).translate(
            {0x2013: "-", 0x2212: "-"}
        )
        assert re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", shown)
        assert Decimal(str(write_amount(reading.text))) == Decimal(shown)
    else:
        missing = text.strip(" \u00a0\u202f") in ("", "-", "..", "...", ":", "–", "−", "--")
        assert is_named(reading) or missing or set(text) <= set(" \u00a0\u202f-–−.")


@settings(max_examples=300)
@given(
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from(
        ["General", "0", "0.00", "#,##0", "#,##0.00 €", "0%", "0.0%", "@", "0.00E+00", "yyyy-mm-dd",
         "mmm-yy", "yyyy", '0 "persons"', "# ?/?", "[$-409]d-mmm"]
    ),
)  # fmt: skip
def test_a_number_of_a_workbook_is_what_it_is(number: float, number_format: str) -> None:
    number = float(format(number, ".15g"))
    reading = read_cell(Cell(repr(number), CellKind.NUMBER, number_format), column("Value"))
    if any(not s.warning for s in reading.slips) or not reading.text:
        assert is_named(reading)
    elif reading.text.endswith("%"):
        assert number_format.endswith("%") and is_named(reading)
        assert abs(Decimal(reading.text[:-1]) - Decimal(format(number, ".15g")) * 100) < Decimal(
            "1e-6"
        )
    else:
        assert float(reading.text) == number


_MONTH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
#: Year and part (month, quarter or half-year) → the period, and how people write it.
PERIODS: list[Callable[[int, int], tuple[str, str]]] = [
    lambda y, n: (f"{y}", f"{y}"),
    lambda y, n: (f"{y}", f"{y}.0"),
    lambda y, n: (f"{y}", f"{y}*"),
    lambda y, n: (f"{y}", f"{y} p"),
    lambda y, n: (f"{y}", f"{y}e"),
    lambda y, n: ("", f"{y}/{(y + 1) % 100:02}"),
    lambda y, n: ("", f"{y}–{(y + 1) % 100:02}"),
    lambda y, n: ("", f"{y}-{y + n}"),
    lambda y, n: ("", f"{y} and {y + 1}"),
    lambda y, n: ("", f"{y % 100:02}"),
    lambda y, n: ("", f"{n:02}/{y % 100:02}"),
    lambda y, n: ("", f"{y}-{n:02}-15"),
    lambda y, n: ("", f"15.{n:02}.{y}"),
    lambda y, n: (f"{y}-{n:02}", f"{y}-{n:02}"),
    lambda y, n: (f"{y}-{n:02}", f"{y}M{n:02}"),
    lambda y, n: (f"{y}-{n:02}", f"{n}/{y}"),
    lambda y, n: (f"{y}-{n:02}", f"{n:02}.{y}"),
    lambda y, n: (f"{y}-{n:02}", f"{_MONTH[n - 1].title()} {y}"),
    lambda y, n: (f"{y}-{n:02}", f"{y} {_MONTH[n - 1]}"),
    lambda y, n: ("", f"{_MONTH[n - 1]}-{y % 100:02}"),
    lambda y, n: (f"{y}-Q{(n + 2) // 3}", f"Q{(n + 2) // 3} {y}"),
    lambda y, n: (f"{y}-Q{(n + 2) // 3}", f"{y}Q{(n + 2) // 3}"),
    lambda y, n: (f"{y}-Q{(n + 2) // 3}", f"{y}:Q{(n + 2) // 3}"),
    lambda y, n: (f"{y}-S{(n + 5) // 6}", f"H{(n + 5) // 6} {y}"),
    lambda y, n: (f"{y}-S{(n + 5) // 6}", f"{y}-S{(n + 5) // 6}"),
]


@settings(max_examples=500)
@given(st.integers(1950, 2050), st.integers(1, 12), st.sampled_from(PERIODS))
def test_a_period_is_read_as_it_is_or_named(
    year: int, part: int, way: Callable[[int, int], tuple[str, str]]
) -> None:
    period, text = way(year, part)
    reading = read_cell(Cell(text), column("Period"))
    if reading.text:
        assert reading.text == period, text
    else:
        assert is_named(reading), text


@settings(max_examples=500)
@given(st.text("0129-–/. :QSHMTepI*()", max_size=9))
@example("0000M0")
@example("0199/1")
def test_no_other_text_is_a_period(text: str) -> None:
    reading = read_cell(Cell(text), column("Period"))
    if not reading.text:
        assert is_named(reading) or not text.strip()
        return
    assert read_period(reading.text) == reading.text
    assert months(reading.text)[0] <= months(reading.text)[1]
    # No digit of it is made up, and none of the text is lost but zeros.
    digits = sorted(re.sub("[^0-9]", "", reading.text).replace("0", ""))
    typed = re.sub("IV", "4", re.sub("III", "3", re.sub("(?<!I)II(?!I)", "2", text)))
    typed = re.sub("(?<!I)I(?!I|V)", "1", typed)
    assert digits == sorted(re.sub("[^0-9]", "", typed).replace("0", "")), text


def test_words_of_other_languages_mean_what_they_label() -> None:
    words = read_words()
    labels = read_translated_words()
    assert len(labels) > 400
    for (target, label), iri in labels.items():
        if target != "age":
            assert words.find(target, label) == iri, label
    ages = [(label, iri) for (target, label), iri in labels.items() if target == "age"]
    for label, iri in ages[:40] + ages[-40:]:
        assert faults(row(Age=label)) == [], label
        (found,) = observations(read(row(Age=label))).values()
        assert found.age == iri
    texts = {"gra": "F", "Burra": "M", "femër": "F", "Gjithsej": "T", "M+F": "T", "W": "F"}
    found_ = {t: (words.find("sex", t) or "").rpartition("-")[2] for t in texts}
    assert found_ == texts


def test_a_sign_is_part_of_a_unit() -> None:
    """A unit is not found by the rest of what is typed."""
    words = read_words()
    for text in ("€/month", "EUR/month", "days %", "%/year", "65-", "1524"):
        assert words.find("unit", text) is None
        assert words.find("age", text) is None or text in ("65-", "1524")
    assert [f.partition("column ")[2] for f in faults(row(Age="65-"), row(Age="1524"))] == [
        "Age: “65-” is no age group of the list: write one of the list",
        "Age: “1524” is no age group of the list: write one of the list",
    ]
    multiple = faults(row(Indicator="Cost of a transfer", Unit="million EUR"))
    assert multiple == [
        "Values, row 2, column Unit: “million EUR” is a multiple of a unit, which million says: "
        "type all digits of the values, and the unit alone, as EUR"
    ]


def test_a_dash_stands_before_a_year_and_a_hyphen_before_a_month() -> None:
    reading = read_cell(Cell("2010–11"), column("Period"))
    assert reading.text == ""
    assert [s.problem for s in reading.slips] == ["stands for several years"]
    assert read_cell(Cell("2010-11"), column("Period")) == Reading("2010-11")
