"""Values to sheets and back again.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld.build import build_graph
from gcm_ld.model import Element, Framework, Observation, Record, Source, ValueSet
from gcm_ld.namespaces import CUBE, GCMO, ID, PREFIXES, country_iri, observation_iri
from gcm_ld.resources import folder
from gcm_ld.tables.amounts import read_amount
from gcm_ld.tables.cell_forms import Cell, CellKind, read_cell
from gcm_ld.tables.extract import Extract
from gcm_ld.tables.layout import TARGETS, VALUES, find_sheet
from gcm_ld.tables.measure import NORMAL
from gcm_ld.tables.output import check_round_trip, csv_files
from gcm_ld.tables.periods import months, read_period
from gcm_ld.tables.record_turtle import write_records
from gcm_ld.tables.units import DIFFERENCE
from gcm_ld.tables.value_sets import make_earlier_set, make_set
from gcm_ld.tables.words import read_words
from gcm_ld.tables.writing import make_sheet, tabulate
from gcm_ld.turtle import write_turtle
from tests.test_tables import MAIN, TEXTS, WORLD
from tests.value_rows import (
    Names_of,
    observations,
    read,
    row,
)

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
