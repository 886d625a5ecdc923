"""SDG data: each form read alike, totals told from parts, faults named, and the report of them.

Every figure is invented; see tests/sdgdata.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import InputError
from gcm_ld.queries import find_query, run_query
from gcm_ld.report import build_report
from gcm_ld.sdg_data import Series, Wanted, read_sdg_data
from gcm_ld.sdg_data.forms import read_number, read_period
from gcm_ld.sdg_data.model import COUNTRY, WORLD, Figure, SdgData
from gcm_ld.store import EmbeddedStore
from gcm_ld.store.remote import RemoteStore
from tests import sdgdata
from tests.conftest import Run
from tests.engines import needs_oxigraph, needs_virtuoso, oxigraph, shared_virtuoso
from tests.sdgdata import database_row, observation, sdmx_row

SDG = "http://metadata.un.org/sdg/"
OWN = "https://w3id.org/gcm-ld/id/xkx-2025/indicator/"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sdgdata.write_plan(tmp_path_factory.mktemp("sdg") / "xkx")


@pytest.fixture(scope="module")
def made_up(plan: Path) -> Dataset:
    return open_dataset(plan)


@pytest.fixture
def source(tmp_path: Path) -> Any:
    """Write a source and return its path as text."""

    def write(content: str, name: str = "data.csv") -> str:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


def report(dataset: Dataset, *sources: str, year: int | None = None) -> dict[str, Any]:
    found = build_report("sdg-data", dataset, year=year, sdg_data=sources).as_dict()
    return json.loads(json.dumps(found, default=float))


def series(found: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Code of the series (or indicator) → value and year of the country, and of the world."""
    keys = ("countryValue", "countryYear", "worldValue", "worldYear")
    return {
        row["seriesCode"] or row["code"]: tuple(row[k] for k in keys)
        for row in found["tables"]["series"]
    }


# -- without SDG data --------------------------------------------------------------------------


def test_the_targets_reached_are_those_of_the_links(dataset: Dataset) -> None:
    found = report(dataset)["tables"]
    links = build_report("sdg", dataset, framework="alb-nsm-2019").as_dict()["tables"]["targets"]  # type: ignore[index]
    assert [(r["targetCode"], r["actions"], r["actionCodes"]) for r in found["targets"]] == [
        (r["code"], r["actions"], r["actionCodes"]) for r in links
    ]
    assert len(found["targets"]) == 21
    assert found["series"] == []
    by_code = {r["code"]: r for r in found["indicators"]}
    assert by_code["8.8.1"]["indicator"] == SDG + "C080801"
    assert set(by_code["8.8.1"]["codes"].split()) == {"8.8.1", "C080801"}
    assert all(r["code"].startswith(r["targetCode"] + ".") for r in found["indicators"])
    assert all(r["value"] is None for r in found["national"])  # the source has no values


def test_national_indicators_stand_beside_targets_by_action_and_by_outcome(
    made_up: Dataset,
) -> None:
    found = report(made_up)["tables"]
    assert [(r["targetCode"], r["actionCodes"]) for r in found["targets"]] == [
        ("10.7", "5.a, 5.b"),
        ("17.18", "1.a"),
    ]  # neither the goal as a whole, nor what somebody judged
    assert [(r["targetCode"], r["indicator"], r["actionCodes"]) for r in found["national"]] == [
        ("10.7", OWN + "permits", "5.a"),
        ("17.18", OWN + "reports", "1.a"),
    ]


def test_the_latest_total_value_of_a_national_indicator_stands_with_it(
    plan: Path, tmp_path: Path
) -> None:
    values = tmp_path / "values.ttl"
    cells = (("2021", "T", "40"), ("2023", "T", "62.5"), ("2024", "F", "70"))
    values.write_text(sdgdata.national_values(*cells), encoding="utf-8")
    with_values = open_dataset(plan, values)

    def read(year: int | None) -> dict[str, Any]:
        rows = report(with_values, year=year)["tables"]["national"]
        return {r["indicator"]: (r["value"], r["unit"], r["period"]) for r in rows}

    none = (None, None, None)
    permits, reports = OWN + "permits", OWN + "reports"
    assert read(None) == {permits: (62.5, "percent", "2023"), reports: none}
    assert read(2022) == {permits: (40, "percent", "2021"), reports: none}
    assert read(2020) == {permits: none, reports: none}


def test_the_latest_value_is_that_of_progress(plan: Path, tmp_path: Path) -> None:
    """A forecast is none, and a year is later than the months in it."""
    values = tmp_path / "values.ttl"
    cells = (("2021-05", "T", "5"), ("2021", "T", "12"), ("2023", "T", "99", "F"))
    values.write_text(sdgdata.national_values(*cells), encoding="utf-8")
    with_values = open_dataset(plan, values)
    rows = report(with_values)["tables"]["national"]
    assert [(r["value"], r["period"]) for r in rows if r["indicator"] == OWN + "permits"] == [
        (12, "2021")
    ]
    progress = build_report("progress", with_values).as_dict()["tables"]["indicators"]
    assert [r["latest"] for r in progress if r["code"] == "permits"] == [12]  # type: ignore[index]


def test_links_that_somebody_judged_count_if_asked_for(made_up: Dataset) -> None:
    found = build_report("sdg-data", made_up, curated=True).as_dict()["tables"]
    codes = [r["targetCode"] for r in found["targets"]]  # type: ignore[index]
    assert codes == ["10.2", "10.7", "17.18"]


def test_an_indicator_of_several_targets_has_its_code_under_each(made_up: Dataset) -> None:
    from gcm_ld.sdg_data.targets import list_un_indicators

    shared = [
        (target.rpartition("/")[2], i.code)
        for target, found in list_un_indicators(made_up).items()
        for i in found
        if i.iri == SDG + "C200303"
    ]
    assert sorted(shared) == [("1.5", "1.5.1"), ("11.5", "11.5.1"), ("13.1", "13.1.1")]


# -- the four forms ----------------------------------------------------------------------------


def test_the_uns_database(made_up: Dataset, source: Any) -> None:
    found = report(made_up, source(sdgdata.DATABASE))
    assert series(found) == {
        "SL_MADE_UP": (61, 2020, 2.5, 2019),  # no year in common: the nearest
        "SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023),  # in common, though 2024 is later
        "XX_NEW": (5, 2023, None, None),
    }
    rows = {r["seriesCode"]: r for r in found["tables"]["series"]}
    assert rows["SL_MADE_UP"]["worldBound"] == "<"
    assert rows["SL_MADE_UP"]["scope"] == "Age 15+"
    assert rows["SM_POP_REFG_OR"]["series"] == SDG + "SM_POP_REFG_OR"
    assert rows["SM_POP_REFG_OR"]["title"].startswith("Number of refugees, by country")
    assert rows["SM_POP_REFG_OR"]["countryNature"] == "C"
    assert rows["SM_POP_REFG_OR"]["unit"] == "PER_100000_POP"
    assert "series with a value: 3 of Kosovo*, 2 of the world, 2 of both" in found["summary"]
    assert "values of 2024 or before" in found["summary"]
    notes = " ".join(found["notes"])
    assert "left out: XX_PARTS (Sex)." in notes
    assert "country and world share none: SL_MADE_UP (2020, 2019)." in notes
    assert "does not know: 10.7.4, 10.7.9." in notes
    # What the vocabulary does not know has no IRI: it can't be made from the code.
    assert rows["SM_POP_REFG_OR"]["indicator"] is None


def test_values_up_to_a_year(made_up: Dataset, source: Any) -> None:
    found = report(made_up, source(sdgdata.DATABASE), year=2022)
    assert series(found)["SM_POP_REFG_OR"] == (10.5, 2021, 3.1, 2021)
    assert "XX_NEW" not in series(found)
    assert "values of 2022 or before" in found["summary"]


def test_sdmx_csv_with_a_newer_vocabulary(made_up: Dataset, source: Any) -> None:
    found = report(made_up, source(sdgdata.SDMX), source(sdgdata.VOCABULARY, "vocabulary.ttl"))
    assert series(found) == {"SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023)}
    row = found["tables"]["series"][0]
    assert row["indicator"] == SDG + "C100704"
    assert row["title"] == "Refugees by origin"
    assert "under an indicator, left out: SM_DTH_MIGR." in " ".join(found["notes"])
    names = {r["code"]: r["title"] for r in found["tables"]["indicators"]}
    assert names["10.7.4"] == "Share of refugees, by origin"


def test_a_newer_vocabulary_may_stand_among_the_users_own_files(plan: Path, tmp_path: Path) -> None:
    vocabulary = tmp_path / "vocabulary.ttl"
    vocabulary.write_text(sdgdata.VOCABULARY, encoding="utf-8")
    found = report(open_dataset(plan, vocabulary))
    codes = {r["code"]: r["series"] for r in found["tables"]["indicators"]}
    assert codes["10.7.4"] == "SM_POP_REFG_OR"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("DATAFLOW", "STRUCTURE[;],STRUCTURE_ID,ACTION").replace(
            "IAEG-SDGs:DF_SDG_GLH(1.24),", "dataflow,IAEG-SDGs:DF_SDG_GLH(1.24),I,"
        ),
        lambda text: text.replace(",", ";"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: (
            text.replace("SERIES,", "SERIES:Series,")
            .replace("REF_AREA", "REF_AREA:Area")
            .replace("SM_POP_REFG_OR", "SM_POP_REFG_OR: Refugees")
            .replace(",990,", ",990: Somewhere,")
        ),
        lambda text: (
            text.replace("REF_AREA,", "REF_AREA,Reference area,")
            .replace(",990,", ",990,Somewhere,")
            .replace(",1,_T", ",1,World,_T")
        ),
    ],
    ids=["2.0", "semicolons", "byte order mark", "labels", "labels apart"],
)
def test_other_writings_of_sdmx_csv(made_up: Dataset, source: Any, change: Any) -> None:
    vocabulary = source(sdgdata.VOCABULARY, "vocabulary.ttl")
    found = report(made_up, source(change(sdgdata.SDMX)), vocabulary)
    assert series(found) == {"SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023)}
    assert found["tables"]["series"][0]["scope"] is None


def test_sdmx_csv_takes_deleted_rows_out_and_powers_of_ten_in(
    made_up: Dataset, source: Any
) -> None:
    head = sdgdata.SDMX_HEAD.replace("DATAFLOW", "ACTION,INDICATOR")
    rows = [
        sdmx_row(value, power=power, period=period).replace(
            "IAEG-SDGs:DF_SDG_GLH(1.24)", f"{action},10.7.2"
        )
        for value, power, period, action in (
            ("2.5", "3", "2022", "I"),
            ("1.23456", "3", "2021", "I"),
            ("9", "0", "2024", "D"),
        )
    ]
    path = source("\n".join([head, *rows]))
    assert series(report(made_up, path)) == {"SM_POP_REFG_OR": (2500, 2022, None, None)}
    assert series(report(made_up, path, year=2021)) == {
        "SM_POP_REFG_OR": (1234.56, 2021, None, None)
    }


def test_the_order_of_sources_does_not_matter(made_up: Dataset, source: Any) -> None:
    sdmx = source(sdgdata.SDMX.replace(",2023,11.25,", ",2022,11,"), "sdmx.csv")
    database = source(sdgdata.DATABASE, "database.csv")
    found = [report(made_up, *paths, year=2022) for paths in ((sdmx, database), (database, sdmx))]
    assert found[0] == found[1]
    assert series(found[0])["SM_POP_REFG_OR"] == (10.5, 2021, 3.1, 2021)
    alone = source(sdgdata.DATABASE.replace(",1,Somewhere", ",4,Somewhere"), "database.csv")
    assert series(report(made_up, sdmx, alone, year=2022))["SM_POP_REFG_OR"][:2] == (11, 2022)


def test_observations_in_turtle(made_up: Dataset, source: Any) -> None:
    found = report(made_up, source(sdgdata.GRAPH, "cube.ttl"))
    assert series(found) == {
        "SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023),
        "17.18.1": (40, 2023, None, None),
    }
    row = found["tables"]["series"][-1]
    assert (row["unit"], row["series"], row["indicator"]) == ("per-100000", None, SDG + "C171801")


def test_a_folder_with_several_kinds(made_up: Dataset, tmp_path: Path, source: Any) -> None:
    import pyoxigraph as ox

    source(sdgdata.DATABASE, "database.csv")
    source(sdgdata.SDMX, "sdmx.csv")
    triples = ox.parse(sdgdata.GRAPH.encode(), format=ox.RdfFormat.TURTLE)
    lines = ox.serialize((q.triple for q in triples), format=ox.RdfFormat.N_TRIPLES)
    source((lines or b"").decode(), "cube.nt")
    found = series(report(made_up, str(tmp_path)))
    assert {"SM_POP_REFG_OR", "SL_MADE_UP", "17.18.1"} <= set(found)


@needs_oxigraph
def test_an_endpoint(made_up: Dataset, tmp_path: Path) -> None:
    with oxigraph(tmp_path / "engine") as engine:
        engine.put(None, sdgdata.GRAPH.encode())
        found = report(made_up, engine.url)
    assert series(found) == {
        "SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023),
        "17.18.1": (40, 2023, None, None),
    }


@needs_oxigraph
def test_an_endpoint_without_the_country_is_told(made_up: Dataset, tmp_path: Path) -> None:
    with oxigraph(tmp_path / "engine") as engine:
        engine.put(None, b"<http://example.org/a> <http://example.org/b> 1 .")
        with pytest.raises(InputError, match=r"no observation of Kosovo\* \(990 or XKX\)"):
            report(made_up, engine.url)


_QUESTIONS = (
    ("select_sdg_values", {"area": "990"}, 10),
    ("select_sdg_values", {"area": "XKX"}, 20),
    ("select_sdg_values", {"area": "1"}, 10),
    ("select_sdg_values", {"area": "99"}, 0),
    ("select_sdg_series", {}, 2),
    ("select_sdg_vocabulary", {}, 1),
)


def _plain(row: tuple[Any, ...]) -> list[str | None]:
    return [None if c is None else re.sub(r"\.0+$", "", str(c)) for c in row]


def test_another_engine_gives_the_same_rows() -> None:
    rdflib = pytest.importorskip("rdflib")
    store = EmbeddedStore()
    store.load_text(sdgdata.GRAPH.encode())
    graph = rdflib.Graph().parse(data=sdgdata.GRAPH, format="turtle")
    for name, values, number in _QUESTIONS:
        query = find_query(name)
        ours = run_query(store, query, values)
        assert ours.columns == tuple(query.columns)
        bindings = {key: rdflib.Literal(value) for key, value in values.items()}
        theirs = [_plain(row) for row in graph.query(query.text, initBindings=bindings)]
        assert [_plain(row) for row in ours.rows] == theirs
        assert len(theirs) == number


@pytest.mark.slow
@needs_virtuoso
def test_virtuoso_gives_the_same_rows() -> None:
    store = EmbeddedStore()
    store.load_text(sdgdata.GRAPH.encode())
    engine = shared_virtuoso()
    engine.clear()
    engine.put("http://example.org/graph", sdgdata.GRAPH.encode())
    remote = RemoteStore(engine.url)
    for name, values, number in _QUESTIONS:
        theirs = [_plain(row) for row in run_query(remote, find_query(name), values).rows]
        assert [_plain(row) for row in run_query(store, find_query(name), values).rows] == theirs
        assert len(theirs) == number


def test_all_forms_give_the_same(made_up: Dataset, source: Any) -> None:
    vocabulary = source(sdgdata.VOCABULARY, "vocabulary.ttl")
    rows = [("11.25", "990", "2023"), ("3.2", "1", "2023"), ("10", "990", "2019")]
    forms = {
        "database": "\n".join(
            [sdgdata.HEAD, *(database_row(v, area=a, period=p) for v, a, p in rows)]
        ),
        "sdmx": "\n".join(
            [sdgdata.SDMX_HEAD, *(sdmx_row(v, area=a, period=p) for v, a, p in rows)]
        ),
        "graph": sdgdata.GRAPH.partition("\n<http://example.org/1>")[0]
        + "".join(observation(n, v, area=f'"{a}"', period=p) for n, (v, a, p) in enumerate(rows)),
    }
    answers = [
        series(
            report(
                made_up, source(text, f"{name}.{'ttl' if name == 'graph' else 'csv'}"), vocabulary
            )
        )
        for name, text in forms.items()
    ]
    assert answers == [{"SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023)}] * 3


# -- the UN's portal and its API ---------------------------------------------------------------

PORTAL = sdgdata.portal([("10.5", "990", "2021"), ("11.25", "990", "2023"), ("3.2", "1", "2023")])


def _workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def test_the_portals_csv_breaks_down_by_columns_without_brackets(
    made_up: Dataset, source: Any
) -> None:
    found = report(made_up, source(PORTAL))
    assert series(found) == {"SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023)}
    assert found["tables"]["series"][0]["unit"] == "PER_100000_POP"
    # “Type of skill” is no column that could be known beforehand; its parts are no totals.
    more = PORTAL + sdgdata.portal([("99", "990", "2023")], skill="ICT").partition("\n")[2]
    assert series(report(made_up, source(more))) == series(found)
    only = sdgdata.portal([("9", "990", "2023"), ("8", "990", "2023")], skill=("ICT", "READ"))
    found = report(made_up, source(only))
    assert found["tables"]["series"] == []
    assert "no total cell, left out: SM_POP_REFG_OR (Type of skill)." in " ".join(found["notes"])


def test_the_portals_workbook(made_up: Dataset, tmp_path: Path, source: Any) -> None:
    codes: list[list[object]] = [["Dimension", "Code", "Description"], ["Nature", "C", "Country"]]
    rows: list[list[object]] = [
        [int(c) if c.isdigit() else c or None for c in row]
        for row in csv.reader(io.StringIO(PORTAL))
    ]
    path = _workbook(tmp_path / "Goal10.xlsx", ("CodeDescriptions", codes), ("Goal10", rows))
    found, plain = report(made_up, path), report(made_up, source(PORTAL))
    assert found["tables"] == plain["tables"]
    # Faults name the sheet.
    rows[2][rows[0].index("Value")] = "12,5"
    path = _workbook(tmp_path / "Goal10.xlsx", ("CodeDescriptions", codes), ("Goal10", rows))
    with pytest.raises(InputError) as caught:
        report(made_up, path)
    assert str(caught.value).startswith(
        f"{path}, sheet Goal10, row 3, column Value: “12,5” has a decimal comma"
    )
    path = _workbook(tmp_path / "codes.xlsx", ("CodeDescriptions", codes))
    with pytest.raises(InputError, match=r"codes\.xlsx: no sheet \(CodeDescriptions\) begins with"):
        report(made_up, path)


def test_an_answer_of_the_api(made_up: Dataset, source: Any) -> None:
    cells = [("11.25", "990", 2023.0, "BOTHSEX"), ("7", "990", 2023.0, "FEMALE")]
    answer = sdgdata.answer([*cells, ("3.2", "1", 2023.0, "BOTHSEX")])
    found = report(made_up, source(json.dumps(answer), "answer.json"))
    assert series(found) == {"SM_POP_REFG_OR": (11.25, 2023, 3.2, 2023)}
    assert found["tables"]["series"][0]["unit"] == "PER_100000_POP"
    # One page of several is not all.
    answer["totalElements"] = 12
    with pytest.raises(InputError, match=r"holds 3 of 12 values, one page of several: .*Size=12"):
        report(made_up, source(json.dumps(answer), "answer.json"))
    answer = sdgdata.answer([("11.25", "990", 2023.0, "BOTHSEX"), ("1,5", "1", 2023.0, "BOTHSEX")])
    with pytest.raises(InputError, match=r"answer\.json, value 2, column Value: “1,5” has a dec"):
        report(made_up, source(json.dumps(answer), "answer.json"))


def test_a_footnote_may_hold_commas_and_lines(made_up: Dataset, source: Any) -> None:
    note = '"Of 2022, revised;\nsee “Note 1”, page 2"'
    rows = [database_row("5", note=note), database_row("bad", period="2020")]
    with pytest.raises(InputError, match="row 3, column Value: “bad”"):  # as a spreadsheet counts
        report(made_up, source("\n".join([sdgdata.HEAD, *rows])))
    found = report(made_up, source("\n".join([sdgdata.HEAD, rows[0], "\0"])))
    assert series(found)["SM_POP_REFG_OR"][0] == 5


# -- like with like ----------------------------------------------------------------------------


def test_a_multiplier_counts(made_up: Dataset, source: Any) -> None:
    head = sdgdata.HEAD + ",[UnitMultiplier]"
    rows = [database_row("2.5") + ",3", database_row("2500", area="1") + ",0"]
    found = series(report(made_up, source("\n".join([head, *rows]))))
    assert found["SM_POP_REFG_OR"] == (2500, 2023, 2500, 2023)


def test_units_and_base_periods_that_differ_are_not_side_by_side(
    made_up: Dataset, source: Any
) -> None:
    rows = [database_row("50", units="PERCENT"), database_row("0.4", area="1", units="PROPORTION")]
    answer = report(made_up, source("\n".join([sdgdata.HEAD, *rows])))
    found = answer["tables"]["series"]
    assert [(r["unit"], r["countryValue"], r["worldValue"]) for r in found] == [
        ("PERCENT", 50, None),
        ("PROPORTION", None, 0.4),
    ]
    assert "than of the world, so apart: SM_POP_REFG_OR." in " ".join(answer["notes"])
    head = sdgdata.HEAD + ",BasePeriod"
    rows = [database_row("50") + ",2015", database_row("40", area="1") + ",2010"]
    found = report(made_up, source("\n".join([head, *rows])))["tables"]["series"]
    assert [(r["scope"], r["countryValue"], r["worldValue"]) for r in found] == [
        ("Base period 2010", None, 40),
        ("Base period 2015", 50, None),
    ]


@pytest.mark.parametrize("status", ["H", "L", "M", "O", "Q"])
def test_a_status_that_says_missing_leaves_no_value(
    made_up: Dataset, source: Any, status: str
) -> None:
    vocabulary = source(sdgdata.VOCABULARY, "vocabulary.ttl")
    rows = [sdmx_row("0", period="2024").replace(",A,0,", f",{status},0,"), sdmx_row("5")]
    found = report(made_up, source("\n".join([sdgdata.SDMX_HEAD, *rows])), vocabulary)
    assert series(found) == {"SM_POP_REFG_OR": (5, 2023, None, None)}


def test_what_has_parts_only_on_one_side_is_told(made_up: Dataset, source: Any) -> None:
    rows = [database_row("5", kind="N"), database_row("3", area="1")]
    found = report(made_up, source("\n".join([sdgdata.HEAD, *rows])))
    assert series(found) == {"SM_POP_REFG_OR": (None, None, 3, 2023)}
    notes = " ".join(found["notes"])
    assert "no total cell, left out: SM_POP_REFG_OR (Kosovo*: Reporting type)." in notes


def test_the_nearest_year_stands_beside_where_none_is_common(made_up: Dataset, source: Any) -> None:
    rows = [database_row("5", period="2012")]
    rows += [
        database_row(str(n), area="1", period=p) for n, p in enumerate(("2005", "2013", "2023"))
    ]
    found = report(made_up, source("\n".join([sdgdata.HEAD, *rows])))
    assert series(found) == {"SM_POP_REFG_OR": (5, 2012, 1, 2013)}
    assert "share none: SM_POP_REFG_OR (2012, 2013)." in " ".join(found["notes"])


def test_data_of_other_indicators_are_told_to_be_none(made_up: Dataset, source: Any) -> None:
    path = source(_rows(database_row("5", indicator="1.1.1", series="SI_POV_DAY1")).replace(
        "10.7.4", "1.1.1"))  # fmt: skip
    notes = " ".join(report(made_up, path)["notes"])
    assert "The SDG data hold no value of an indicator of these targets." in notes


# -- totals and parts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([database_row("5", sex="")], 5),
        ([database_row("5", sex="_T", age="ALLAGE")], 5),
        ([database_row("5"), database_row("9", sex="MALE")], 5),
        ([database_row("5", sex=""), database_row("9", sex="MALE")], 5),
        ([database_row("5"), database_row("9", kind="N")], 5),
        ([database_row("9", kind="N")], 9),  # what only the country reports
        ([database_row("5", sex="FEMALE")], 5),  # of women only: its scope
        ([database_row("5", sex="FEMALE"), database_row("6", sex="MALE")], None),
        ([database_row("5", sex="FEMALE"), database_row("6", area="1")], None),
        ([database_row("5", age="15+"), database_row("6", age="15-24")], None),
    ],
)
def test_only_total_cells_count(
    made_up: Dataset, source: Any, rows: list[str], value: float | None
) -> None:
    found = series(report(made_up, source("\n".join([sdgdata.HEAD, *rows]))))
    assert found.get("SM_POP_REFG_OR", (None,))[0] == value


def test_two_units_are_two_series(made_up: Dataset, source: Any) -> None:
    rows = [database_row("5"), database_row("6", units="NUMBER")]
    found = report(made_up, source("\n".join([sdgdata.HEAD, *rows])))["tables"]["series"]
    assert [(r["unit"], r["countryValue"]) for r in found] == [("NUMBER", 6), ("PER_100000_POP", 5)]


def test_the_same_value_twice_counts_once(made_up: Dataset, source: Any) -> None:
    path = source("\n".join([sdgdata.HEAD, database_row("5"), database_row("5.0")]))
    assert series(report(made_up, path, path))["SM_POP_REFG_OR"][0] == 5


@given(
    st.dictionaries(st.integers(1990, 2030), st.decimals(0, 100, places=2), max_size=5),
    st.dictionaries(st.integers(1990, 2030), st.decimals(0, 100, places=2), max_size=5),
    st.integers(1990, 2030),
)
def test_side_by_side_is_the_latest_common_year_or_the_nearest(
    ours: dict[int, Decimal], theirs: dict[int, Decimal], year: int
) -> None:
    both = {
        area: {str(y): Figure(str(y), value) for y, value in values.items()}
        for area, values in ((COUNTRY, ours), (WORLD, theirs))
    }
    a, b = Series("X", figures=both).side_by_side(year=year)
    common = [y for y in ours if y in theirs and y <= year]
    if common:
        assert (a, b) == (both[COUNTRY][str(max(common))], both[WORLD][str(max(common))])
    else:
        assert (a.year if a else None) == max((y for y in ours if y <= year), default=None)
        others = [y for y in theirs if y <= year]
        if a is None or b is None:
            assert (b.year if b else None) == max(others, default=None)
        else:
            assert b.year in others
            assert all(abs(a.year - b.year) <= abs(a.year - y) for y in others)


# -- bad input ---------------------------------------------------------------------------------


def _rows(*rows: str) -> str:
    return "\n".join([sdgdata.HEAD, database_row("1", area="1"), *rows])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_rows(database_row("many")), "row 3, column Value: “many” is no number: write one"),
        (
            _rows(database_row('"12,5"')),
            "row 3, column Value: “12,5” has a decimal comma: write a point, as 12.5",
        ),
        (_rows(database_row('"1,234.5"')), "column Value: “1,234.5” has a comma: write a point"),
        (
            _rows(database_row("1", period="last year")),
            "row 3, column TimePeriod: “last year” is no period: write a year, as 2015",
        ),
        (
            _rows(database_row("1", series="Refugees abroad")),
            "row 3, column SeriesCode: “Refugees abroad” is no code of a series: write the UN's",
        ),
        (
            _rows(database_row("1", indicator="ten")),
            "row 3, column Indicator: “ten” is no code of an indicator: write the UN's, as 10.7.2",
        ),
        (
            _rows(database_row("1", area="Kosovo*")),
            "row 3, column GeoAreaCode: “Kosovo*” is no code of an area: write the three digits",
        ),
        (_rows("10,10.7,10.7.4,SM_A,x,990,Somewhere"), "row 3, column 8: the row ends after 7"),
        (
            "\n".join([sdgdata.HEAD, database_row("1", area="4")]),
            "column GeoAreaCode: neither Kosovo* (990 or XKX) nor the world (001) is among the "
            "areas (4 …): choose them",
        ),
        (
            _rows(database_row("1"), database_row("2")),
            "row 4: SM_POP_REFG_OR has 2 for 2023 and 1 in",
        ),
        ("", "has no header"),
        ("year,value\n1,2", "its header (year, value …) is none of the known ones"),
        (
            sdgdata.DATABASE.replace(",Value,", ",Valu,"),
            "line 1: the column Value is missing: a file of the UN's Global SDG Database has",
        ),
        (
            sdgdata.DATABASE.replace("Time_Detail", "Value"),
            "line 1: the column Value stands there twice",
        ),
        (sdgdata.SDMX, "the series SM_DTH_MIGR belongs to: add a column INDICATOR"),
    ],
)
def test_faults_in_a_table_name_row_column_and_cure(
    made_up: Dataset, source: Any, text: str, said: str
) -> None:
    path = source(text)
    with pytest.raises(InputError) as caught:
        report(made_up, path)
    assert str(caught.value).startswith(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (sdmx_row("1", power="x"), "row 2, column UNIT_MULT: “x” is no whole number"),
        (sdmx_row("1,5".join('""')), "row 2, column OBS_VALUE: “1,5” has a decimal comma"),
        (sdmx_row("1", period="2020-13"), "row 2, column TIME_PERIOD: “2020-13” is no period"),
    ],
)
def test_faults_in_sdmx_csv(made_up: Dataset, source: Any, row: str, said: str) -> None:
    path = source(f"{sdgdata.SDMX_HEAD}\n{row}\n")
    with pytest.raises(InputError) as caught:
        report(made_up, path, source(sdgdata.VOCABULARY, "vocabulary.ttl"))
    assert f"{path}, {said}" in str(caught.value)


def test_faults_are_told_together(made_up: Dataset, source: Any) -> None:
    path = source(_rows(*(database_row(f"text {n}", period=str(2000 + n)) for n in range(12))))
    with pytest.raises(InputError) as caught:
        report(made_up, path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[0].startswith(f"{path}, row 3, column Value: “text 0”")
    assert lines[-1] == "and 2 more faults"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"2023"^^xsd:gYear', '"soon"'), "timePeriod: “soon” is no period"),
        (("obsValue 11.25", 'obsValue "much"'), "obsValue: “much” is no number"),
    ],
)
def test_faults_in_turtle(
    made_up: Dataset, source: Any, change: tuple[str, str], said: str
) -> None:
    text = sdgdata.GRAPH.replace(*change, 1)
    assert text != sdgdata.GRAPH
    path = source(text, "cube.ttl")
    with pytest.raises(InputError) as caught:
        report(made_up, path)
    assert str(caught.value).startswith(f"{path}, http://example.org/1, column sdmx-")
    assert said in str(caught.value)


def test_faults_of_the_file_itself(made_up: Dataset, tmp_path: Path, source: Any) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes((sdgdata.HEAD + "\n" + database_row("1") + ",é\n").encode("latin-1"))
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, said in (
        (str(latin), "this is not UTF-8 text"),
        (str(tmp_path / "nowhere.csv"), "no such file or folder"),
        (str(empty), "no file of SDG data (.csv, .xlsx, .json, .ttl, .nt) here"),
        (source("x", "data.zip"), "save or unpack it as one"),
        (source("x", "data.xlsx"), "is no workbook that can be read"),
        (source("[]", "data.json"), "this is no answer of the UN's API"),
        (source('{"data": [1]}', "list.json"), "this is no answer of the UN's API"),
        (source("{", "broken.json"), "this is not JSON"),
        (source("<a> <b>", "broken.ttl"), "this is not Turtle"),
        (source(sdgdata.HEAD + '\n"' + "x" * 200_000, "long.csv"), "this is not CSV"),
    ):
        with pytest.raises(InputError) as caught:
            report(made_up, path)
        assert str(caught.value).startswith(path)
        assert said in str(caught.value)


def test_a_country_without_a_code_goes_by_its_letters(tmp_path: Path, source: Any) -> None:
    bare = open_dataset(sdgdata.write_plan(tmp_path / "xkx", code=False))
    text = _rows(database_row("5", area="XKX"), database_row("9", area="990"))
    assert series(report(bare, source(text)))["SM_POP_REFG_OR"] == (5, 2023, 1, 2023)


def test_a_framework_of_no_country_has_no_values(plan: Path, tmp_path: Path, source: Any) -> None:
    text = (
        (plan / "xkx.ttl")
        .read_text(encoding="utf-8")
        .replace("dcterms:spatial", "dcterms:relation", 1)
    )
    (tmp_path / "xkx.ttl").write_text(text, encoding="utf-8")
    nowhere = open_dataset(tmp_path / "xkx.ttl")
    assert report(nowhere)["tables"]["targets"]
    with pytest.raises(InputError, match="names no country"):
        report(nowhere, source(sdgdata.DATABASE))


@pytest.mark.parametrize("text", ["2021", "2021-05", "2021-Q4", "2021-S1"])
def test_periods(text: str) -> None:
    assert read_period(f" {text} ") == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_numbers_are_read_as_they_are_written(number: Decimal) -> None:
    assert read_number(f"{number:f}") == (number, "")


@pytest.mark.parametrize("text", ["", " ", "NaN", "N", "N/A", "#N/A", "..", "-"])
def test_missing_is_not_zero(text: str) -> None:
    assert read_number(text) is None


# -- codes of countries ------------------------------------------------------------------------


def test_the_country_has_its_m49_code(dataset: Dataset) -> None:
    rows = dataset.query("select_framework_area", framework="alb-nsm-2019").dicts()
    assert [(r["code"], r["m49"], r["title"]) for r in rows] == [("ALB", "008", "Albania")]


def test_m49_codes_are_those_of_iso_3166(dataset: Dataset) -> None:
    from gcm_ld.build import read_records
    from gcm_ld.model import Country
    from gcm_ld.resources import shipped_data
    from gcm_ld.turtle import read_turtle

    triples = [t for path in shipped_data("country") for t in read_turtle(path)]
    ours = {r.code: r.m49 for r in read_records(triples) if isinstance(r, Country)}
    assert len(ours) == 250
    assert [code for code, m49 in ours.items() if m49 is None] == ["XKX"]  # none in ISO 3166-1
    assert len({m49 for m49 in ours.values() if m49}) == 249
    pycountry = pytest.importorskip("pycountry", reason="pycountry is not installed")
    theirs = {c.alpha_3: c.numeric for c in pycountry.countries}
    assert {code: m49 for code, m49 in ours.items() if m49} == theirs


def test_areas_are_known_in_any_writing() -> None:
    wanted = Wanted({}, {}, frozenset(), ("008", "ALB"), "Albania")
    assert [wanted.area(c) for c in ("8", "008", "08", "ALB")] == [COUNTRY] * 4
    assert [wanted.area(c) for c in ("1", "001")] == [WORLD] * 2
    assert [wanted.area(c) for c in ("800", "AL", "WLD", "10000")] == [None] * 4
    for wrong in ("", "Albania", "8.0", "AL B"):
        with pytest.raises(ValueError, match=r"^"):
            wanted.area(wrong)


# -- the command -------------------------------------------------------------------------------


def test_the_command_prints_values_side_by_side(run: Run, plan: Path, source: Any) -> None:
    path = source(sdgdata.DATABASE)
    args = ("report", "sdg-data", "--data", plan, "--sdg-data", path)
    result = run(*args, COLUMNS="200")
    assert result.returncode == 0, result.stderr
    line = next(x for x in result.stdout.splitlines() if "SM_POP_REFG_OR" in x)
    assert line.split()[-6:] == ["11.25", "2023", "C", "3.2", "2023", "G"]
    assert result.stdout == run(*args, COLUMNS="200").stdout
    table = run(*args, "--format", "csv", "--table", "series").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [r["seriesCode"] for r in rows] == ["SL_MADE_UP", "SM_POP_REFG_OR", "XX_NEW"]
    assert (rows[0]["worldBound"], rows[0]["worldValue"]) == ("<", "2.5")


def test_the_command_names_bad_input_and_exits_2(run: Run, plan: Path, source: Any) -> None:
    path = source(_rows(database_row('"12,5"')))
    result = run("report", "sdg-data", "--data", plan, "--sdg-data", path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: {path}, row 3, column Value: “12,5” has a decimal comma: write a point, as 12.5\n"
    )


def test_nothing_is_wanted_of_nothing() -> None:
    found = read_sdg_data([], Wanted({}, {}, frozenset(), (), ""))
    assert found == SdgData()
