"""Values of indicators as cubes: records and graph, codes, constraints, many countries apart."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import EARLIER, TARGETS, VALUES, build_graph, read_records
from gcm_ld.cube import check_cube, check_ntriples, integrity, normalise_cube
from gcm_ld.model import Element, Framework, Observation, Record, Source, ValueSet
from gcm_ld.namespaces import (
    CUBE,
    GCMO,
    GCMSH,
    ID,
    PREFIXES,
    RDF,
    RDFS,
    SKOS,
    compact,
    concept_code,
    country_iri,
    expand,
    observation_iri,
)
from gcm_ld.publish.catalogue import build_catalogue
from gcm_ld.publish.contents import Contents
from gcm_ld.publish.pages.lookup import Lookup
from gcm_ld.publish.settings import read_settings
from gcm_ld.publish.site import Site
from gcm_ld.publish.statistics import build_cube
from gcm_ld.publish.statistics.structure import read_structure
from gcm_ld.reason import find_owl_faults, without_statistics
from gcm_ld.resources import shipped_data
from gcm_ld.store import EmbeddedStore
from gcm_ld.tables.exchange import EXPORTS, jsonld
from gcm_ld.tables.extract import extract
from gcm_ld.turtle import natural_key, parse_turtle, read_turtle, write_turtle
from gcm_ld.validate import Finding, plan, validate, work
from gcm_ld.validate.cubes import find_faults
from tests.conftest import SHARED, Run
from tests.cubes import BASE, BROKEN
from tests.publications import figures_of, files_of

#: A made-up country: Kosovo's code is one that ISO 3166-1 leaves to its users.
FW, AREA = f"{ID}xkx-2025", country_iri("XKX")
TYPE = ox.NamedNode(RDF + "type")
MEASURE = [t for path in shipped_data("measure") for t in read_turtle(path)]
SEX = PREFIXES["sdmx-code"] + "sex-"
STATUS = PREFIXES["sdmx-code"] + "obsStatus-"


def observe(
    slug: str, period: str, value: str, unit: str = "number", *, at: str = "values", **more: str
) -> Observation:
    """An observation of the total, but for what is given."""
    codes = {"sex": f"{SEX}T", "age": f"{CUBE}age/_T", "nationality": f"{CUBE}nationality/_T"}
    codes |= {"migration_status": f"{CUBE}migration-status/_T", "status": f"{STATUS}A"} | more
    dataset = f"{FW}/{at}"
    iri = observation_iri(
        dataset,
        slug,
        period,
        sex=concept_code(codes["sex"]),
        age=concept_code(codes["age"]),
        status=concept_code(codes["migration_status"]),
        nationality=concept_code(codes["nationality"]),
        edition=codes.get("edition"),
        reference=concept_code(codes["reference"]) if "reference" in codes else None,
    )
    return Observation(
        iri=iri,
        dataset=dataset,
        indicator=f"{FW}/indicator/{slug}",
        area=AREA,
        period=period,
        value=value,
        unit=f"{CUBE}unit/{unit}",
        source=f"{ID}source/register",
        **codes,
    )


def reference(name: str) -> dict[str, str]:
    return {"at": "targets", "reference": f"{CUBE}reference/{name}"}


FIRST = observe("visas", "2022", "100", at="values/earlier", edition="1")
OBSERVATIONS = [
    FIRST,
    observe("visas", "2021", "90.5"),
    observe("visas", "2022", "110", status=f"{CUBE}status/revised", revision_of=FIRST.iri),
    observe("visas", "2024", "300", status=f"{STATUS}F"),
    observe("visas", "2022", "60", sex=f"{SEX}F", age=f"{CUBE}age/Y15T24"),
    observe("visas", "2022", "7", nationality=country_iri("ALB")),
    observe("share", "2021-S1", "12.50", "percent", status=f"{STATUS}P"),
    observe("visas", "2020", "80", **reference("baseline")),
    observe("visas", "2025", "150", **reference("milestone")),
    observe("visas", "2030", "200", **reference("target")),
]


def strategy(observations: list[Observation]) -> dict[str, list[Record]]:
    """A small country's own files, by name."""

    def indicator(slug: str, label: str) -> Element:
        return Element(
            iri=f"{FW}/indicator/{slug}",
            kind="Indicator",
            notation=slug,
            label=label,
            label_basis=GCMO + "Stated",
            framework=FW,
            source=f"{ID}source/register",
        )

    sets = [
        ValueSet(iri=f"{FW}/{n}", title=f"Plan: {n}", label=f"Plan: {n}", structure=s, spatial=AREA)
        for n, s in (("values", VALUES), ("values/earlier", EARLIER), ("targets", TARGETS))
    ]
    files: dict[str, list[Record]] = {
        "xkx-2025": [
            Framework(
                iri=FW,
                code="xkx-2025",
                label="Plan",
                note="Made up.",
                spatial=AREA,
                source=f"{ID}source/register",
                citation="p. 1",
            ),
            replace(indicator("visas", "Number of visas"), direction=GCMO + "Increase"),
            replace(indicator("share", "Share of visas"), unit=f"{CUBE}unit/percent"),
            Source(iri=f"{ID}source/register", title="Register"),
        ]
    }
    for name, structures in (("values", {VALUES, EARLIER}), ("targets", {TARGETS})):
        own = [s for s in sets if s.structure in structures]
        iris = {s.iri for s in own}
        files[f"xkx-2025-{name}"] = [*own, *(o for o in observations if o.dataset in iris)]
    return files


def write(target: Path, observations: list[Observation] = OBSERVATIONS, code: str = "xkx") -> Path:
    target.mkdir(parents=True, exist_ok=True)
    for name, records in strategy(observations).items():
        text = write_turtle(build_graph(records)).replace("xkx", code)
        (target / f"{name.replace('xkx', code)}.ttl").write_text(text, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("xkx") / "xkx")


def short(findings: list[Finding] | tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.shape.removeprefix(GCMSH), compact(f.node)) for f in findings]


# -- records and graph -----------------------------------------------------------------------------

periods = st.from_regex(r"[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-S[12])?", fullmatch=True)
figures = st.one_of(
    st.integers(-(10**12), 10**12).map(str), st.decimals(-1000, 1000, places=3).map(str)
)
breakdowns = st.fixed_dictionaries(
    {},
    optional={
        "sex": st.sampled_from("FMU").map(SEX.__add__),
        "age": st.sampled_from(["Y15T24", "Y_GE65", "Y7"]).map(f"{CUBE}age/{{}}".format),
        "migration_status": st.just(f"{CUBE}migration-status/asylum-seeker"),
        "nationality": st.sampled_from([f"{CUBE}nationality/non-eu", country_iri("ALB")]),
    },
)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    made = observe(
        draw(st.sampled_from(["visas", "share"])), draw(periods), draw(figures), **draw(breakdowns)
    )
    texts = st.none() | st.text("aä “\n\\\"'#é", min_size=1)
    return replace(made, citation=draw(texts), note=draw(texts))


@given(st.lists(observations(), max_size=6, unique_by=lambda o: o.iri))
def test_values_survive_the_graph(drawn: list[Observation]) -> None:
    text = write_turtle(build_graph(drawn))
    assert read_records(parse_turtle(text.encode())) == sorted(
        drawn, key=lambda o: natural_key(o.iri)
    )
    assert write_turtle(parse_turtle(text.encode())) == text


@given(st.lists(observations(), max_size=6))
def test_a_cell_has_one_iri_and_an_iri_one_cell(drawn: list[Observation]) -> None:
    def cell(o: Observation) -> tuple[object, ...]:
        return o.indicator, o.period, o.sex, o.age, o.migration_status, o.nationality

    assert len({o.iri for o in drawn}) == len({cell(o) for o in drawn})


@pytest.mark.parametrize(
    ("period", "datatype"),
    [("2021", "gYear"), ("2021-05", "gYearMonth"), ("2021-Q1", "string"), ("2021-S2", "string")],
)
def test_the_form_of_a_period_tells_its_datatype(period: str, datatype: str) -> None:
    (value,) = (
        t.object
        for t in build_graph([observe("visas", period, "1")])
        if t.predicate.value.endswith("timePeriod")
    )
    assert (value.value, compact(value.datatype.value)) == (period, f"xsd:{datatype}")


def test_published_cubes_are_no_values(dataset: Dataset) -> None:
    cube = build_cube([("alb-nsm-2019", dataset)], base=BASE, date="2026-11-26")
    assert not [r for r in read_records(cube) if isinstance(r, Observation | ValueSet)]


def test_own_values_bring_their_codes_along(country: Path) -> None:
    own = open_dataset(country)
    assert "measure" in {path.parent.name for path in own.context_files}
    assert sum(isinstance(r, Observation) for r in own.records) == len(OBSERVATIONS)
    assert {r.structure for r in own.records if isinstance(r, ValueSet)} == {
        VALUES,
        EARLIER,
        TARGETS,
    }


# -- codes -----------------------------------------------------------------------------------------


def said(predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for t in MEASURE:
        if t.predicate.value == expand(predicate):
            found.setdefault(t.subject.value, []).append(t.object.value)
    return found


def test_every_code_stands_in_a_list_with_one_notation_and_name() -> None:
    concepts = {s for s, kinds in said("rdf:type").items() if SKOS + "Concept" in kinds}
    schemes, notations, names = said("skos:inScheme"), said("skos:notation"), said("skos:prefLabel")
    assert len(concepts) > 450
    lists = {s for s, kinds in said("rdf:type").items() if SKOS + "ConceptScheme" in kinds}
    for code in concepts:
        assert set(schemes[code]) <= lists, code
        assert len(notations[code]) == len(names[code]) == 1
    for scheme in lists:
        members = [c for c in concepts if scheme in schemes[c]]
        assert len(members) > 1, scheme
        for texts in (notations, names):
            assert max(Counter(texts[c][0].casefold() for c in members).values()) == 1, scheme


def test_ages_say_what_their_codes_say() -> None:
    names = said("skos:prefLabel")
    ages = {iri.removeprefix(f"{CUBE}age/"): names[iri][0] for iri in names if "/age/" in iri}
    assert {"_T", "Y0", "Y99", "Y15T24", "Y_LT18", "Y_GE65", "Y0T4", "Y95T99"} <= set(ages)
    for code, name in ages.items():
        numbers = re.findall(r"\d+", code)
        assert re.findall(r"\d+", name) == numbers
        if "T" in code.removeprefix("_T"):
            assert int(numbers[0]) < int(numbers[-1]) or "_LT" in code


def test_the_code_in_an_iri_is_the_notation_or_the_end_of_the_concepts_iri() -> None:
    assert [concept_code(f"{SEX}{s}") for s in "TFMU"] == ["_T", "F", "M", "U"]
    notations = said("skos:notation")
    for iri in notations:
        if iri.startswith(SEX) or "/age/" in iri:
            assert concept_code(iri) == notations[iri][0]
    assert concept_code(f"{CUBE}migration-status/asylum-seeker") == "asylum-seeker"


def test_the_structures_and_their_dimensions_are_described_once_and_agree() -> None:
    """What two files describe, they describe alike: a store may hold both."""
    parts: dict[tuple[str, str], set[str]] = {}
    for t in MEASURE:
        parts.setdefault((t.subject.value, t.predicate.value), set()).add(t.object.value)
    single = {RDFS + "label", SKOS + "prefLabel", SKOS + "notation", SKOS + "definition"}
    for t in read_structure().triples:
        key = (t.subject.value, t.predicate.value)
        if t.predicate.value in single and key in parts:
            assert {t.object.value} == parts[key], key
    assert {VALUES, EARLIER, TARGETS} <= {s for s, _ in parts}
    assert check_cube(MEASURE) == []


# -- constraints -----------------------------------------------------------------------------------


def test_the_smallest_country_conforms(country: Path) -> None:
    assert short(validate([country]).findings) == []


def edit(number: int, **fields: object) -> Callable[[list[Observation]], list[Observation]]:
    """Change an observation, and leave its IRI as it was."""
    return lambda given: [replace(o, **fields) if n == number else o for n, o in enumerate(given)]


LATER = observe("visas", "2022", "100", at="values/earlier", edition="2")
CHANGES = {
    "another sex": (edit(1, sex=f"{SEX}X"), "Observation-sex-value", "values/visas/2021"),
    "no sex": (edit(1, sex=None), "Observation-sex", "values/visas/2021"),
    "no unit": (edit(1, unit=None), "Observation-unit", "values/visas/2021"),
    "no status": (edit(1, status=None), "Observation-status", "values/visas/2021"),
    "a comma": (edit(1, value="90,5"), "Observation-value-value", "values/visas/2021"),
    "year as text": (edit(1, period="in 2021"), "Observation-period-value", "values/visas/2021"),
    "above 100": (edit(6, value="112.5"), "Observation-share", "values/share/2021-S1"),
    "negative": (edit(1, value="-90"), "Observation-count", "values/visas/2021"),
    "unit differs": (edit(6, unit=f"{CUBE}unit/number"), "Observation-unitOf", "values/share/2021-S1"),
    "two units": (edit(1, unit=f"{CUBE}unit/EUR"), "Indicator-units", "indicator/visas"),
    "late baseline": (edit(7, period="2030"), "Observation-order", "targets/visas/baseline/2020"),
    "late milestone": (edit(8, period="2031"), "Observation-order", "targets/visas/milestone/2025"),
    "revision of another": (edit(2, revision_of=f"{FW}/values/visas/2021"), "Observation-revisionCell", "values/visas/2022"),
    "no first edition": (lambda given: [LATER, *edit(2, revision_of=LATER.iri)(given)[1:]], "Observation-editions", "values/earlier/visas/2022/2"),
    "elsewhere": (edit(1, area=country_iri("ALB")), "Observation-place", "values/visas/2021"),
    "unknown indicator": (edit(1, indicator=f"{FW}/indicator/none"), "Observation-indicator-value", "values/visas/2021"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_fault_is_found_once_and_where_it_is(tmp_path: Path, name: str) -> None:
    change, shape, node = CHANGES[name]
    found = short(validate([write(tmp_path / "xkx", change(OBSERVATIONS))]).findings)
    # A wrong code makes the IRI wrong too, which is a fault of its own.
    apart = [f for f in found if f[0] not in ("Observation-iri", "Observation-framework")]
    assert apart == [(shape, f"xkx-2025/{node}")]


def test_titles_of_changes_and_the_unit_for_them_are_not_bounded(tmp_path: Path) -> None:
    high = edit(6, value="112.5")(OBSERVATIONS)
    place = write(tmp_path / "xkx", high)
    path = place / "xkx-2025.ttl"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Share of visas", "Increase of visas"), "utf-8")
    assert short(validate([place]).findings) == []
    path.write_text(text.replace("unit/percent", "unit/percent-change"), "utf-8")
    write_more = place / "xkx-2025-values.ttl"
    values = write_more.read_text("utf-8").replace("unit/percent", "unit/percent-change")
    write_more.write_text(values, "utf-8")
    assert short(validate([place]).findings) == []


@pytest.mark.parametrize("engine", ["shacl", pytest.param("pyshacl", marks=pytest.mark.slow)])
def test_two_values_for_one_cell_are_found(tmp_path: Path, engine: str) -> None:
    second = replace(OBSERVATIONS[1], iri=f"{FW}/values/visas/2021b", value="91")
    report = validate([write(tmp_path / "xkx", [*OBSERVATIONS, second])], engine=engine)
    assert short(report.findings) == [
        ("IC-12", "xkx-2025/values/visas/2021"),
        ("Observation-iri", "xkx-2025/values/visas/2021b"),
    ]
    first = report.findings[0]
    assert first.severity == "Violation"
    assert first.file and first.file.endswith("xkx-2025-values.ttl")
    assert first.message == (
        "xkx-2025/values/visas/2021: an observation has another beside it with the same values for "
        "all dimensions (IC-12): keep one of them, or tell them apart by a dimension."
    )
    assert "#IC-12>" in report.to_turtle() or "gcmsh:IC-12" in report.to_turtle()


def test_values_of_one_cell_under_one_iri_are_found(tmp_path: Path) -> None:
    second = replace(OBSERVATIONS[1], value="91")
    found = short(validate([write(tmp_path / "xkx", [*OBSERVATIONS, second])]).findings)
    assert found == [("Observation-value", "xkx-2025/values/visas/2021")]


@pytest.fixture(scope="module")
def cube(dataset: Dataset) -> list[ox.Triple]:
    return build_cube([("alb-nsm-2019", dataset)], base=BASE, date="2026-11-26")


def n_triples(triples: list[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def test_every_integrity_constraint_is_one_finding(cube: list[ox.Triple]) -> None:
    """The published cubes have every kind of structure that constraints speak of."""
    for constraint in ("IC-2", "IC-5", "IC-7", "IC-10", "IC-16", "IC-18", "IC-20", "IC-21"):
        findings = find_faults(n_triples(BROKEN[constraint][0](cube)), b"", [])
        assert {f.shape for f in findings} == {GCMSH + constraint}
        assert all(f.message.endswith(".") and f"({constraint}): " in f.message for f in findings)


def test_a_file_without_statistics_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcm_ld.validate.cubes.check_ntriples", None)
    assert find_faults(b"<http://a> <http://b> <http://c> .\n", n_triples(MEASURE), []) == []


def test_what_shapes_say_of_an_observation_constraints_do_not_repeat(tmp_path: Path) -> None:
    given = edit(1, sex=None)(OBSERVATIONS)
    text = n_triples(build_graph([r for rs in strategy(given).values() for r in rs]))
    assert [f.constraint for f in check_ntriples(text + n_triples(MEASURE))] == ["IC-11"]
    assert [s for s, _ in short(validate([write(tmp_path / "xkx", given)]).findings)] == [
        "Observation-sex"
    ]


SERIES = [
    observe(slug, str(year), str(year % 7), sex=f"{SEX}{sex}")
    for slug in ("visas", "share")
    for year in range(2015, 2025)
    for sex in "TFM"
]
#: One that stands among many like it.
AMID = 37


def _cube(given: list[Observation]) -> bytes:
    return n_triples(build_graph([r for rs in strategy(given).values() for r in rs]))


def _as_lines(*records: Observation) -> bytes:
    return n_triples(build_graph(records))


def _line(subject: str, predicate: str, value: str) -> bytes:
    return f"<{subject}> <{expand(predicate)}> <{expand(value)}> .\n".encode()


#: What is wrong with one of many observations → how it comes about.
ODD_ONE: dict[str, Callable[[bytes], bytes]] = {
    **{
        f"no {name}": lambda text, name=name: text.replace(
            _as_lines(SERIES[AMID]), _as_lines(replace(SERIES[AMID], **{name: None}))
        )
        for name in ("period", "sex", "age", "nationality", "status", "unit", "value", "area")
    },
    "no such code": lambda text: text.replace(
        _as_lines(SERIES[AMID]), _as_lines(replace(SERIES[AMID], age=f"{CUBE}age/Y3T4"))
    ),
    "one cell twice": lambda text: (
        text + _as_lines(replace(SERIES[AMID], iri=f"{SERIES[AMID].iri}/again"))
    ),
    "two data sets": lambda text: text + _line(SERIES[AMID].iri, "qb:dataSet", f"{FW}/targets"),
    "no data set": lambda text: text + _line(f"{FW}/lost", "rdf:type", "qb:Observation"),
    "a data set without structure": lambda text: text.replace(
        _line(SERIES[AMID].dataset, "qb:structure", VALUES), b""
    ),
    "an empty slice": lambda text: text + _line(f"{FW}/slice", "rdf:type", "qb:Slice"),
    "a slice of it": lambda text: text + _line(f"{FW}/slice", "qb:observation", SERIES[AMID].iri),
    "a dimension besides": lambda text: (
        text
        + _as_lines(replace(SERIES[AMID], iri=f"{SERIES[AMID].iri}/again"))
        + _line(f"{SERIES[AMID].iri}/again", "gcmo:about", "gcmo:Action")
        + _line(expand("gcmo:about"), "rdf:type", "qb:DimensionProperty")
    ),
    "nothing": lambda text: text,
}


@pytest.mark.parametrize("odd", ODD_ONE)
def test_a_sample_tells_whether_one_of_many_observations_is_at_fault(
    monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    text = ODD_ONE[odd](_cube(SERIES))
    assert (text != _cube(SERIES)) == (odd != "nothing")
    measure = n_triples(MEASURE)
    found = check_ntriples(text, measure)
    monkeypatch.setattr(integrity, "split_cube", lambda *_: None)
    assert found == check_ntriples(text, measure)
    assert bool(found) == (odd != "nothing")


def test_a_sample_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    find = integrity._find_faults
    monkeypatch.setattr(integrity, "_find_faults", lambda s: asked.append(len(s)) or find(s))
    assert check_ntriples(_cube(SERIES), n_triples(MEASURE)) == []
    (sample,) = asked
    monkeypatch.setattr(integrity, "split_cube", lambda *_: None)
    assert check_ntriples(_cube(SERIES), n_triples(MEASURE)) == []
    assert sample < asked[1] - 10 * len(SERIES) / 2


@pytest.mark.skipif(
    not (SHARED / "conformance" / "datacube.shapes.ttl").exists(),
    reason="needs ../shared/conformance/datacube.shapes.ttl",
)
@pytest.mark.slow
def test_the_published_shapes_agree_on_values() -> None:
    import pyshacl
    import rdflib

    sh = rdflib.Namespace(PREFIXES["sh"])
    shapes = rdflib.Graph().parse(SHARED / "conformance" / "datacube.shapes.ttl")
    shapes.remove((None, rdflib.OWL.imports, None))  # no network

    def broken(given: list[Observation]) -> set[str]:
        records = [r for rs in strategy(given).values() for r in rs]
        cube = [*build_graph(records), *MEASURE]
        data = rdflib.Graph().parse(data=normalise_cube(cube).dump(), format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
        sources = {
            *report.objects(None, sh.sourceConstraint),
            *report.objects(None, sh.sourceShape),
        }
        comments = {str(shapes.value(source, rdflib.RDFS.comment)) for source in sources}
        theirs = set(re.findall(r"IC-\d+", " ".join(comments)))
        # They compare by "=", which SPARQL leaves undefined for two different years: equal to them.
        assert theirs - {"IC-12"} == {f.constraint for f in check_cube(cube)}
        return theirs

    assert broken(OBSERVATIONS) == {"IC-12"}
    assert broken(edit(1, status=None)(OBSERVATIONS)) == {"IC-12", "IC-13"}
    assert broken(edit(1, age=f"{CUBE}age/Y3T4")(OBSERVATIONS)) == {"IC-12", "IC-19"}


# -- many countries --------------------------------------------------------------------------------


def test_countries_with_values_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They name the same codes and units, and none needs another."""
    plans: list[plan.Plan] = []
    make = work.make_plan

    def make_plan(*given: object) -> plan.Plan:
        plans.append(make(*given))  # type: ignore[arg-type]
        return plans[-1]

    monkeypatch.setattr(work, "make_plan", make_plan)
    for code in ("xkx", "xky", "xkz"):
        write(tmp_path / code, code=code)
    broken = tmp_path / "xky" / "xky-2025-values.ttl"
    broken.write_text(
        broken.read_text("utf-8").replace('"90.5"', '"x"', 1).replace(" 90.5", " -90.5"), "utf-8"
    )
    found = validate([tmp_path]).findings
    assert [(p.units, p.whole) for p in plans] == [([(0,), (1,), (2,)], False)]
    assert short(found) == [("Observation-count", "xky-2025/values/visas/2021")]
    write(tmp_path / "more", [replace(OBSERVATIONS[1], iri=f"{FW}/values/visas/2021c")])
    (tmp_path / "more" / "xkx-2025.ttl").unlink()
    shapes = {s for s, node in short(validate([tmp_path]).findings) if node.startswith("xkx")}
    assert plans[-1].units == [(0, 1), (2,), (3,)]  # by folder: more and xkx are one
    assert {"IC-12", "Observation-iri"} <= shapes


# -- questions and publishing ----------------------------------------------------------------------


def test_where_each_indicator_stands(country: Path, run: Run) -> None:
    """The latest total that is no forecast, whatever stands beside it."""
    done = run("query", "select_latest_values", "--data", country, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(r["what"], r["period"], r["value"], r["unit"], r["status"]) for r in rows] == [
        ("baseline", "2020", "80", "number", "A"),
        ("latest value", "2022", "110", "number", "R"),
        ("target", "2030", "200", "number", "A"),
        ("latest value", "2021-S1", "12.5", "percent", "P"),
    ]


def test_the_latest_period_is_that_which_ends_last(tmp_path: Path) -> None:
    """As in progress: of periods that end together the longest counts, and a forecast does not."""
    drawn = [
        *(observe("visas", p, "1") for p in ("2021", "2021-12", "2021-Q4", "2021-05", "2020-S2")),
        observe("visas", "2022-Q1", "1", status=f"{STATUS}F"),
        *(observe("share", p, "1", "percent") for p in ("2021-Q3", "2021-S1", "2021-09")),
        *(observe("visas", p, "1", **reference("baseline")) for p in ("2019", "2018-S2", "2018")),
        *(observe("visas", p, "1", **reference("target")) for p in ("2025", "2025-06", "2024")),
    ]
    rows = open_dataset(write(tmp_path / "xkx", drawn)).query("select_latest_values").dicts()
    assert [(r["what"], r["period"]) for r in rows] == [
        ("baseline", "2018"),
        ("latest value", "2021"),
        ("target", "2025"),
        ("latest value", "2021-Q3"),
    ]


def test_values_are_published_as_statistics(country: Path) -> None:
    own = open_dataset(country)
    site = Site(own, read_settings(None, dataset=own, date="2026-11-26"))
    figures = figures_of(site)
    contents = Contents(site, figures)
    values = next(part for part in site.own_parts if part.name == "xkx-2025-values")
    assert contents.titles[values.iri] == "Plan: values"
    assert "Holds 7 observations, as RDF Data Cubes." in contents.description(values)
    assert contents.period(values) == ("2021-01-01", "2024-12-31")
    triples = build_catalogue(site, files_of(site), figures)
    record = [t for t in triples if t.subject.value == f"{FW}/values"]
    said = {compact(t.predicate.value): getattr(t.object, "value", "") for t in record}
    assert said["dcterms:type"].endswith("/STATISTICAL")
    assert "6 figures in 4 series" in said["dcterms:description"]
    assert "as the data give them" in said["dcterms:description"]
    assert said["dcterms:source"] == values.iri
    lookup = Lookup(site)
    assert lookup.card(OBSERVATIONS[1].iri).label == "Number of visas, 2021"


def test_values_are_the_same_graph_as_json(country: Path) -> None:
    taken = extract(open_dataset(country), "xkx-2025")
    content = EXPORTS["json"].write(taken)
    read = ox.parse(content, format=ox.RdfFormat.JSON_LD)
    assert {str(q.triple) for q in read} == set(map(str, build_graph(taken.records)))
    document = json.loads(content)
    assert len(document["observations"]) == len(OBSERVATIONS)
    periods = Counter(
        key for o in document["observations"] for key in o if key in ("year", "timePeriod")
    )
    assert periods == {"year": len(OBSERVATIONS) - 1, "timePeriod": 1}
    jsonschema = pytest.importorskip("jsonschema")
    schema = Path(jsonld.__file__).with_name("crosswalk.schema.json").read_text("utf-8")
    assert list(jsonschema.Draft202012Validator(json.loads(schema)).iter_errors(document)) == []


def test_statistics_are_no_axioms(country: Path) -> None:
    store = open_dataset(country).store
    kept = EmbeddedStore()
    kept.add(without_statistics(store.triples()))
    assert find_owl_faults(kept) == []
    assert find_owl_faults(store) != []
    sex = ox.NamedNode(PREFIXES["sdmx-dimension"] + "sex")
    types = {t.object.value for t in kept.triples() if t.subject == sex and t.predicate == TYPE}
    assert types == {GCMO + "Dimension", PREFIXES["owl"] + "NamedIndividual"}
