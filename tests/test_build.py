"""Records to graph and back, and the public API."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import EARLIER, ELEMENT_KINDS, TARGETS, VALUES, build_graph, read_records
from gcm_ld.errors import EmptyDatasetError, FileError, MissingExtraError
from gcm_ld.model import (
    Alignment,
    Assessment,
    Claim,
    Country,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Kind,
    Monitoring,
    Observation,
    Rating,
    Record,
    Source,
    SourceAnomaly,
    ValueSet,
    properties,
)
from gcm_ld.namespaces import (
    COUNTRIES,
    ID,
    compact,
    country_iri,
    crosswalk_iri,
    expand,
    framework_iri,
)
from gcm_ld.report import build_report
from gcm_ld.resources import folder
from gcm_ld.store import Rows
from gcm_ld.turtle import natural_key, parse_turtle, write_turtle
from gcm_ld.validate import validate

CLASSES = [
    Alignment, Assessment, Claim, Country, Crosswalk, Element, Framework, Institution, Monitoring,
    Observation, Rating, Source, SourceAnomaly, ValueSet,
]  # fmt: skip

texts = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
)
iris = st.from_regex(r"[a-z0-9]{1,8}(/[a-zA-Z0-9.\-]{1,8}){0,2}", fullmatch=True).map(ID.__add__)
values = {
    Kind.IRI: iris,
    Kind.TEXT: texts,
    Kind.LABEL: texts,
    Kind.DATE: st.dates().map(str),
    Kind.YEAR: st.integers(1000, 9999).map(str),
    Kind.DECIMAL: st.decimals(0, 1, places=2).map(str),
    Kind.INTEGER: st.integers(1, 9).map(str),
    Kind.DURATION: st.integers(1, 9).map("P{}Y".format),
    Kind.PERIOD: st.from_regex(r"[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-S[12])?", fullmatch=True),
}


@st.composite
def records(draw: st.DrawFn) -> Record:
    cls = draw(st.sampled_from(CLASSES))
    fields: dict[str, object] = {"iri": draw(iris)}
    if cls is Element:
        fields["kind"] = draw(st.sampled_from(ELEMENT_KINDS))
    for prop in properties(cls):
        strategy = values[prop.kind]
        if prop.many:
            drawn = draw(st.sets(strategy, min_size=int(cls is Monitoring), max_size=3))
            fields[prop.name] = tuple(sorted(drawn, key=lambda v: (natural_key(v), v)))
        else:
            fields[prop.name] = draw(strategy)
    if cls is ValueSet:  # other cubes are no records
        fields["structure"] = draw(st.sampled_from([VALUES, EARLIER, TARGETS]))
    return cls(**fields)


@given(st.lists(records(), max_size=5, unique_by=lambda r: r.iri))
def test_records_survive_the_graph(drawn: list[Record]) -> None:
    graph = build_graph(drawn)
    random.Random(len(graph)).shuffle(graph)
    back = read_records(parse_turtle(write_turtle(graph).encode()))
    assert back == sorted(drawn, key=lambda r: (natural_key(r.iri), r.iri))


def test_every_class_and_property_of_the_model_is_a_term(dataset: Dataset) -> None:
    ontology = {t.subject.value for t in parse_turtle(dataset.context_files[0].read_bytes())}
    names = {p.curie for cls in CLASSES for p in properties(cls)}
    names |= {t for cls in CLASSES for t in cls.types} | {f"gcmo:{k}" for k in ELEMENT_KINDS}
    ours = {n for n in names if n.startswith("gcmo:")}
    assert len(ours) > 40
    assert {n for n in ours if expand(n) not in ontology} == set()


def test_subjects_that_lack_what_they_need_are_left_to_validation() -> None:
    text = b"<http://x/a> a <https://w3id.org/gcm-ld/ontology#Claim> ."
    assert read_records(parse_turtle(text)) == []


def test_own_dataset_brings_the_frameworks_along(tmp_path: Path) -> None:
    folder = next(p for p in open_dataset().files if p.parent.name == "alb").parent
    shutil.copytree(folder, tmp_path / "alb")
    own = open_dataset(tmp_path / "alb")
    assert len(own.elements("Action", framework="gcm")) == 187
    manual = {crosswalk_iri("gcm", "alb-nsm-2019"), crosswalk_iri("gcm", "sdg")}
    assert sum(link.crosswalk in manual for link in own.alignments()) == 427
    assert {"alb-nsm-2019", "gcm", "sdg"} <= {f.code for f in own.frameworks()}
    brought = {f.parent.name for f in own.context_files}
    assert brought == {"ontology", "gcm", "sdg", "country", "un"}


@pytest.mark.parametrize("left_out", [(), ("nsm-2019.ttl",), ("nsm-2019.ttl", "policies.ttl")])
def test_a_store_tells_what_own_files_lean_on_as_the_files_do(
    tmp_path: Path, left_out: tuple[str, ...]
) -> None:
    shutil.copytree(folder("data") / "alb", tmp_path / "alb")
    for name in left_out:
        (tmp_path / "alb" / name).unlink(missing_ok=True)
    read, stored = open_dataset(tmp_path / "alb"), open_dataset(tmp_path / "alb")
    assert stored.asserted
    assert "context_files" in stored.__dict__
    assert stored.context_files == read.context_files


def test_own_framework_is_not_doubled(tmp_path: Path) -> None:
    gcm = next(p for p in open_dataset().files if p.name == "gcm.ttl")
    text = gcm.read_text(encoding="utf-8").replace('"People-centred"@en', '"People first"@en')
    (tmp_path / "gcm.ttl").write_text(text, encoding="utf-8")
    own = open_dataset(tmp_path)
    assert next(p.label for p in own.elements("Principle")) == "People first"
    assert {f.parent.name for f in own.context_files} == {"ontology", "sdg", "country"}


def test_own_files_may_name_what_is_shipped(tmp_path: Path) -> None:
    """A framework that comes with gcm-ld is described, and no other country's rows come along."""

    def findings(other: str) -> list[str]:
        strategy = Framework(
            iri=framework_iri("mine"), code="mine", label="Mine", references=(framework_iri(other),)
        )
        (tmp_path / "mine.ttl").write_text(write_turtle(build_graph([strategy])), encoding="utf-8")
        found = validate([tmp_path]).findings
        return [f.message for f in found if f.severity == "Violation"]

    assert findings("eu-accession-alb") == findings("alb-employment") == []
    (message,) = findings("eu-accession")
    assert "references of mine is" in message
    findings("alb-nsm-2019")
    own = open_dataset(tmp_path)
    assert {f.name for f in own.context_files} >= {"nsm-2019.ttl", "countries.ttl"}
    assert own.assessments() == []


def test_own_country_stands_beside_the_others(tmp_path: Path) -> None:
    """An area that the list lacks can be described, and the rest can still be named."""
    area = Country(iri=country_iri("XYZ"), code="XYZ", label="Somewhere")
    strategy = Framework(
        iri=framework_iri("mine"), code="mine", label="Mine", spatial=country_iri("XYZ")
    )
    (tmp_path / "mine.ttl").write_text(write_turtle(build_graph([area, strategy])))
    own = open_dataset(tmp_path)
    codes = {r.code for r in own.records if isinstance(r, Country)}
    assert {"XYZ", "ALB"} <= codes
    assert [f.message for f in validate([tmp_path]).findings if f.severity == "Violation"] == []


def test_own_framework_may_name_any_country(tmp_path: Path) -> None:
    def findings(code: str) -> list[str]:
        strategy = Framework(
            iri=framework_iri("mine"), code="mine", label="Mine", spatial=country_iri(code)
        )
        graph = build_graph([strategy])
        (tmp_path / "mine.ttl").write_text(write_turtle(graph), encoding="utf-8")
        found = validate([tmp_path]).findings
        return [f.message for f in found if f.severity == "Violation"]

    assert findings("ALB") == findings("XKX") == []
    (message,) = findings("ABL")
    assert message.startswith("dcterms:spatial of mine is ")
    assert "country/ABL, which is not described as a gcmo:Country" in message


def test_countries_are_complete(dataset: Dataset) -> None:
    countries = {r.code: r for r in dataset.records if isinstance(r, Country)}
    assert len(countries) == 250
    assert all(r.iri == country_iri(code) for code, r in countries.items())
    assert {r.scheme for r in countries.values()} == {COUNTRIES}
    labels = {code: countries[code].label for code in ("ALB", "MKD", "TUR", "XKX")}
    assert list(labels.values()) == ["Albania", "North Macedonia", "Türkiye", "Kosovo*"]
    assert [c for c in countries if c.startswith("X")] == ["XKX"]


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or folder"):
        open_dataset(tmp_path / "nowhere")
    with pytest.raises(EmptyDatasetError, match="no Turtle file"):
        open_dataset(tmp_path)


def test_data_frame(dataset: Dataset) -> None:
    pandas = pytest.importorskip("pandas")
    frame = dataset.frame("select_outcomes")
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame) == 34
    assert frame["actions"].sum() == 180


def test_data_frame_without_pandas(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'gcm-ld\[pandas\]'"):
        dataset.frame("select_outcomes")


def test_notebook_shows_a_table(dataset: Dataset) -> None:
    html = dataset._repr_html_()
    assert html.startswith("<table>")
    assert "<td>187</td>" in html
    assert html == dataset.query("select_framework_elements")._repr_html_()
    shown = build_report("gaps", dataset)._repr_html_()
    assert shown.count("<tr>") == 1 + 60
    hostile = Rows(("<b>",), [("<script>",), (None,)])._repr_html_()
    assert "<script>" not in hostile and "<b>" not in hostile
    assert "None" not in hostile


def test_names_are_short() -> None:
    assert compact("http://metadata.un.org/sdg/10.7") == "sdg:10.7"
    assert compact("http://metadata.un.org/sdg") == "http://metadata.un.org/sdg"
    assert compact("http://example.org/x") == "http://example.org/x"


def test_languages_beside_english_do_not_displace_it() -> None:
    text = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix gcmo: <https://w3id.org/gcm-ld/ontology#> .
    <http://x/a> a gcmo:Institution ; skos:prefLabel "Ministria"@sq , "Ministry"@en .
    """
    (record,) = read_records(parse_turtle(text.encode()))
    assert isinstance(record, Institution)
    assert record.label == "Ministry"
    assert ox.Literal("Ministry", language="en") in {t.object for t in build_graph([record])}
