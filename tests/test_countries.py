"""Reports across countries, and the figures that are counted once when data are loaded."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import EmptyDatasetError, InputError
from gcm_ld.model import Assessment, Country, Crosswalk, Framework
from gcm_ld.namespaces import GCM, GCMO, ID, country_iri, crosswalk_iri, framework_iri
from gcm_ld.queries import list_observations
from gcm_ld.report import ACROSS, REPORTS, Report, build_report
from gcm_ld.report.comparison import quantile, read_comparison
from gcm_ld.report.maps import read_outlines, shade_steps
from gcm_ld.store import Rows
from gcm_ld.synth import write_world
from gcm_ld.turtle import write_turtle
from tests.conftest import Run
from tests.engines import needs_oxigraph, oxigraph

CUBE = ID + "cube/"
ACTIONS = ("1.a", "1.b", "3.a", "3.b", "3.c")
#: What the sources say of five actions: A aligned, N not applicable, E elsewhere, W whole, U unstated.
SAID = {
    ("FRA", 2018): "ANNNN",
    ("FRA", 2022): "AANEU",
    ("DEU", 2020): "AANNW",
    ("ITA", 2020): "ANAAN",
    ("ESP", None): "NNNNN",
}
STATUS = {
    "A": "Aligned",
    "N": "NotApplicable",
    "E": "CoveredElsewhere",
    "W": "WholeFramework",
    "U": "Unstated",
}


def code_of(country: str, start: int | None) -> str:
    return f"{country.lower()}-plan-{start or 'x'}"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Four countries, one with two frameworks in succession, assessed by five actions."""
    records: list[Any] = []
    for (country, start), said in SAID.items():
        code = code_of(country, start)
        crosswalk = crosswalk_iri("gcm", code)
        records.append(
            Framework(
                iri=framework_iri(code),
                code=code,
                label=f"Plan of {country}",
                spatial=country_iri(country),
                start=str(start) if start else None,
            )
        )
        records.append(Crosswalk(iri=crosswalk, title="Links", compares=(GCM, framework_iri(code))))
        records += [
            Assessment(
                iri=f"{crosswalk}/assessment/{action}",
                crosswalk=crosswalk,
                assesses=f"{GCM}/action/{action}",
                against=framework_iri(code),
                status=GCMO + STATUS[letter],
                row="3.b, 3.c" if action in ("3.b", "3.c") else action,
            )
            for action, letter in zip(ACTIONS, said, strict=True)
        ]
    path = tmp_path_factory.mktemp("few") / "few.ttl"
    path.write_text(write_turtle(build_graph(records)), encoding="utf-8")
    return open_dataset(path)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("countries") / "world"
    write_world(target, countries=3, seed=5, jobs=1)
    return target


def rows(report: Report, name: str) -> list[dict[str, Any]]:
    table = next(t for t in report.tables if t.name == name)
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


# -- figures that are counted once ---------------------------------------------------------------


@pytest.fixture(scope="module", params=["albania", "few", "world"])
def counted(request: pytest.FixtureRequest, dataset: Dataset, few: Dataset, world: Path) -> Dataset:
    return {"albania": dataset, "few": few, "world": open_dataset(world)}[request.param]


def observed(dataset: Dataset, cube: str, *measures: str) -> dict[tuple[str, ...], Any]:
    """Read observations by framework, objective, and rule or status."""
    by = {"coverage": "rule", "statuses": "status"}[cube]
    wanted = " ; ".join(f"<{CUBE}measure/{m}> ?{m}" for m in measures)
    found = dataset.observed.select(
        f"""SELECT ?framework ?objective ?name {" ".join("?" + m for m in measures)} WHERE {{
        ?o a <http://purl.org/linked-data/cube#Observation> ;
          <http://purl.org/linked-data/cube#dataSet> <{CUBE}counts/{cube}> ;
          <{CUBE}dimension/framework> ?framework ; <{CUBE}dimension/objective> ?objective ;
          <{CUBE}dimension/{by}>/<http://www.w3.org/2000/01/rdf-schema#label> ?name ; {wanted} .
        }}"""
    )
    keyed = {tuple(map(str, row[:3])): row[3:] for row in found.rows}
    assert len(keyed) == len(found.rows)
    return keyed


def test_coverage_that_is_counted_once_is_that_of_the_report(counted: Dataset) -> None:
    asked = {
        (str(r["framework"]), str(r["objective"]), str(r["rule"])): (r["covered"], r["total"])
        for r in counted.query("select_coverage").dicts()
    }
    assert asked
    assert observed(counted, "coverage", "covered", "assessed") == asked
    found = {}
    for row in counted.query("select_country_profiles").dicts():
        for line in str(row["figures"]).split("; "):
            rule, *words = line.split(" ")
            assert words[::3] == sorted(words[::3])  # the same bytes, run after run
            for o, c, a in zip(words[::3], words[1::3], words[2::3], strict=True):
                found[str(row["framework"]), o, rule] = (int(c), int(a))
    assert found == asked


def test_statuses_that_are_counted_once_are_those_of_the_report(counted: Dataset) -> None:
    asked = {
        (str(r["framework"]), str(r["objective"]), str(r["status"])): (r["actions"],)
        for r in counted.query("select_statuses").dicts()
    }
    assert asked
    assert observed(counted, "statuses", "assessed") == asked
    sums: Counter[tuple[str, str]] = Counter()
    for (framework, _, status), (actions,) in asked.items():
        sums[framework, status.replace(" ", "")] += actions
    found = {}
    for row in counted.query("select_country_profiles").dicts():
        for line in str(row["actions"]).split("; "):
            status, *words = line.split(" ")
            assert words == sorted(set(words))
            found[str(row["framework"]), status.lower()] = len(words)
    assert found == sums


def test_observations_have_iris_and_come_out_the_same(few: Dataset) -> None:
    made = [
        t
        for rule in list_observations()
        for t in open_dataset(*few.files).asserted.construct(rule.text)
    ]
    again = [t for rule in list_observations() for t in few.asserted.construct(rule.text)]
    assert set(made) == set(again)
    assert not [t for t in made if isinstance(t.subject, ox.BlankNode)]
    subjects = {t.subject.value for t in made}  # type: ignore[union-attr]
    one = crosswalk_iri("gcm", "fra-plan-2022") + "/observation/fra-plan-2022/"
    assert {
        one + "objective/1/strict",
        one + "objective/3/status/Unstated",
        one.rstrip("/"),
    } <= subjects


def test_no_assessment_gives_no_observation() -> None:
    from gcm_ld.store import EmbeddedStore

    for rule in list_observations():
        assert EmbeddedStore().construct(rule.text) == []


# -- reports -------------------------------------------------------------------------------------


def test_countries_are_ranked_and_ties_share_a_rank(few: Dataset) -> None:
    report = build_report("countries", few)
    found = [r for r in rows(report, "coverage") if r["rule"] == "strict"]
    assert [(r["country"], r["rank"], r["covered"], r["assessed"], r["share"]) for r in found] == [
        ("ITA", 1, 3, 5, 60.0),
        ("DEU", 2, 2, 5, 40.0),
        ("FRA", 2, 2, 5, 40.0),
        ("ESP", 4, 0, 5, 0.0),
    ]
    assert {r["framework"] for r in found if r["country"] == "FRA"} == {"fra-plan-2022"}
    by_rule = {
        (r["country"], r["rule"]): (r["covered"], r["assessed"]) for r in rows(report, "coverage")
    }
    assert by_rule["FRA", "broad"] == (3, 5)
    assert by_rule["FRA", "published"] == (3, 4)  # by table row, two actions in one
    spread = next(r for r in rows(report, "spread") if r["rule"] == "strict")
    assert spread == {
        "rule": "strict",
        "frameworks": 4,
        "minimum": 0.0,
        "quartile1": 30.0,
        "median": 40.0,
        "quartile3": 45.0,
        "maximum": 60.0,
    }
    assert any("1 framework that a later one" in n for n in report.notes)


def test_no_data_is_not_zero(few: Dataset) -> None:
    report = build_report("countries", few)
    missing = {r["country"] for r in rows(report, "no_data")}
    assert "ALB" in missing
    assert missing.isdisjoint({"FRA", "DEU", "ITA", "ESP"})
    assert not missing & {r["country"] for r in rows(report, "coverage")}
    assert any(
        line == f"no data: {len(missing)} countries without an assessed framework"
        for line in report.lead
    )


def test_a_framework_is_told_its_rank(few: Dataset) -> None:
    report = build_report("countries", few, framework="deu-plan-2020")
    assert report.lead[0].startswith(
        "Germany (deu-plan-2020): rank 2 of 4 by the strict rule (40.0 %)"
    )
    old = build_report("countries", few, framework="fra-plan-2018")
    assert old.lead[0] == "fra-plan-2018 was followed by a later framework and has no rank"


def test_what_the_fewest_address_comes_first(few: Dataset) -> None:
    report = build_report("unaddressed", few)
    strict = [r for r in rows(report, "objectives") if r["rule"] == "strict"]
    assert [(r["code"], r["addressed"], r["frameworks"]) for r in strict] == [
        ("3", 1, 4),
        ("1", 3, 4),
    ]
    broad = {r["code"]: r["addressed"] for r in rows(report, "objectives") if r["rule"] == "broad"}
    assert broad == {"1": 3, "3": 3}
    actions = rows(report, "actions")
    assert actions[0] == {
        "code": "3.c",
        "title": actions[0]["title"],
        "aligned": 0,
        "wholeFramework": 1,
        "coveredElsewhere": 0,
        "notApplicable": 2,
        "unstated": 1,
        "frameworks": 4,
    }
    assert report.lead == (
        "4 frameworks; objectives that nobody addresses: none",
        "least addressed: objective 3, by 1 of 4 frameworks",
        "actions that no framework answers: 1 (3.c)",
    )
    own = build_report("unaddressed", few, framework="deu-plan-2020")
    assert [r["code"] for r in rows(own, "objectives")] == ["3"]
    assert {r["code"] for r in rows(own, "actions")} == {"3.a", "3.b", "3.c"}


def test_gaps_are_shared_by_objective_by_action_and_as_a_group(few: Dataset) -> None:
    report = build_report("shared-gaps", few)
    assert [(r["code"], r["country"], r["sharedBy"]) for r in rows(report, "objectives")] == [
        ("3", "DEU", 3),
        ("3", "ESP", 3),
        ("3", "FRA", 3),
        ("1", "ESP", 1),
    ]
    assert Counter(r["code"] for r in rows(report, "actions")) == {
        "1.a": 1,
        "1.b": 2,
        "3.a": 3,
        "3.b": 3,
        "3.c": 4,
    }
    assert rows(report, "groups") == [{"number": 2, "countries": "DEU, FRA", "objectives": "3"}]
    own = build_report("shared-gaps", few, framework="ita-plan-2020")
    assert rows(own, "objectives") == []
    assert {r["code"] for r in rows(own, "actions")} == {"1.b", "3.c"}


def test_peers_are_alike_by_jaccard_and_ties_are_told(few: Dataset) -> None:
    report = build_report("peers", few)
    found = [
        (r["country"], r["rank"], r["tied"], r["peerCountry"], r["both"], r["either"], r["alike"])
        for r in rows(report, "peers")
        if r["country"] in ("FRA", "ITA")
    ]
    assert found == [
        ("FRA", 1, False, "DEU", 2, 2, 100.0),
        ("FRA", 2, False, "ITA", 1, 4, 25.0),
        ("FRA", 3, False, "ESP", 0, 2, 0.0),
        ("ITA", 1, True, "DEU", 1, 4, 25.0),
        ("ITA", 1, True, "FRA", 1, 4, 25.0),
        ("ITA", 3, False, "ESP", 0, 3, 0.0),
    ]
    assert report.lead == ("most alike: deu-plan-2020 and fra-plan-2022, 100.0 %",)
    # One that a later framework follows is compared with others, and not with its own country.
    old = build_report("peers", few, framework="fra-plan-2018")
    assert [(r["rank"], r["tied"], r["peerCountry"], r["alike"]) for r in rows(old, "peers")] == [
        (1, False, "DEU", 50.0),
        (2, False, "ITA", 33.3),
        (3, False, "ESP", 0.0),
    ]
    assert any("Jaccard" in note for note in report.notes)


def test_trend_compares_a_country_with_itself(few: Dataset) -> None:
    report = build_report("trend", few)
    found = [r for r in rows(report, "changes") if r["rule"] == "strict"]
    assert [(r["country"], r["start"], r["share"], r["change"]) for r in found] == [
        ("FRA", 2018, 20.0, None),
        ("FRA", 2022, 40.0, 20.0),
    ]
    years = {
        r["start"]: (r["frameworks"], r["median"])
        for r in rows(report, "years")
        if r["rule"] == "strict"
    }
    assert years == {2018: (1, 20.0), 2020: (2, 50.0), 2022: (1, 40.0)}
    assert "1 framework without a first year: not in this report" in report.lead
    alone = build_report("trend", few, framework="ita-plan-2020")
    assert "no change can be told" in alone.lead[0]
    assert alone.charts == ()


def test_quantiles_lie_between_values() -> None:
    assert [quantile([0, 40, 40, 60], q) for q in (0, 0.25, 0.5, 0.75, 1)] == [0, 30, 40, 45, 60]
    assert quantile([7.0], 0.25) == 7.0


@pytest.mark.parametrize("name", ACROSS)
def test_one_country_alone_makes_a_report(name: str, dataset: Dataset) -> None:
    report = build_report(name, dataset)
    assert report.lead
    assert report.tables
    assert json.dumps(report.as_dict(), default=float)
    assert not [n for n in report.notes if "synthetic" in n]


@pytest.mark.parametrize("name", ACROSS)
def test_few_questions_are_asked_however_many_countries(
    name: str, few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    query = Dataset.query

    def count(self: Dataset, question: str, **parameters: str) -> Rows:
        asked.append(question)
        return query(self, question, **parameters)

    monkeypatch.setattr(Dataset, "query", count)
    build_report(name, few)
    if name == "progress-countries":  # it measures countries one by one, in bounded memory
        assert len(set(asked)) <= 9
        return
    assert len(asked) == len(set(asked)) <= 6


@pytest.mark.parametrize("name", ACROSS)
def test_an_unknown_framework_is_refused(name: str, few: Dataset) -> None:
    with pytest.raises(InputError, match='Did you mean "deu-plan-2020"'):
        build_report(name, few, framework="deu-plan-2021")
    with pytest.raises(InputError, match="leave curated out"):
        build_report(name, few, curated=True)


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    path = tmp_path / "none.ttl"
    country = Country(iri=country_iri("XYZ"), code="XYZ", label="Nowhere")
    path.write_text(write_turtle(build_graph([country])), encoding="utf-8")
    with pytest.raises(EmptyDatasetError, match="nothing to compare"):
        build_report("countries", open_dataset(path))


def test_synthetic_reports_say_so(world: Path) -> None:
    dataset = open_dataset(world)
    for name in ACROSS:
        report = build_report(name, dataset)
        assert report.title.startswith("Synthetic data: ")
        assert report.notes[0].startswith("These data are synthetic")
    found = read_comparison(dataset)
    assert found.without_data == []
    assert {e.country for e in found.entries} == {"QMA", "QMB", "QMC"}


# -- drawings and pages --------------------------------------------------------------------------


def test_every_country_is_on_the_map_or_a_tile(tmp_path: Path, few: Dataset, world: Path) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import save_charts

    files = save_charts(few, [build_report("countries", few)], tmp_path / "few")
    assert [p.name for p in files] == ["countries.svg", "countries.png", "map.svg", "map.png"]
    drawn = (tmp_path / "few" / "map.svg").read_text(encoding="utf-8")
    assert "Without an outline" not in drawn
    assert "no data" in drawn
    assert "Natural Earth" in drawn
    made_up = open_dataset(world)
    save_charts(made_up, [build_report("countries", made_up)], tmp_path / "world")
    tiles = (tmp_path / "world" / "map.svg").read_text(encoding="utf-8")
    assert {"QMA", "QMB", "QMC"} <= set(re.findall(r">(Q\w\w)<", tiles))
    assert "Synthetic data" in tiles
    heat = (tmp_path / "few" / "countries.svg").read_text(encoding="utf-8")
    assert heat.index("Italy") < heat.index("Germany") < heat.index("Spain")
    assert "2/2" in heat


def test_drawings_are_the_same_bytes_each_time(tmp_path: Path, few: Dataset) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import save_charts

    reports = [build_report(name, few) for name in ("countries", "trend")]
    first = save_charts(few, reports, tmp_path / "a")
    second = save_charts(few, reports, tmp_path / "b")
    assert len(first) == 6
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_outlines_are_closed_and_join_the_list_of_countries(dataset: Dataset) -> None:
    outlines = read_outlines()
    known = {str(r["code"]) for r in dataset.query("select_countries").dicts()}
    assert outlines.keys() - {""} <= known
    assert len(outlines) > 170
    for rings in outlines.values():
        for ring in rings:
            assert len(ring) >= 8
            assert len(ring) % 2 == 0
            assert ring[:2] == ring[-2:]
            longitudes = ring[::2]
            jumps = [abs(a - b) for a, b in pairwise(longitudes)]
            if ring not in outlines["ATA"]:
                assert max(jumps) < 60  # no line across the whole map
    assert all(-180 <= x <= 180 for rings in outlines.values() for r in rings for x in r[::2])


def test_classes_of_the_map_hold_every_share() -> None:
    assert shade_steps([]) == [(0, 20), (20, 40), (40, 60), (60, 80), (80, 100)]
    for shares in ([0.0], [100.0], [0.0, 100.0], [55.0, 60.0], [67.9], [99.9, 100.0], [0.0, 20.0]):
        steps = shade_steps(shares)
        assert len(steps) <= 5
        assert steps[0][0] <= min(shares)
        assert max(shares) < steps[-1][1] or max(shares) == steps[-1][1] == 100
        assert all(a[1] == b[0] for a, b in pairwise(steps))


def test_a_page_has_tables_and_drawings(run: Run, tmp_path: Path, few: Dataset) -> None:
    pytest.importorskip("matplotlib")
    page = tmp_path / "page.html"
    result = run("report", "countries", "--data", few.files[0], "--format", "html", "-o", page)
    assert result.returncode == 0, result.stderr
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert "Coverage by country on a map." in text
    assert "Coverage compared across countries" in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


# -- the same from files, from a store and from an endpoint --------------------------------------


def test_the_commands(run: Run, few: Dataset) -> None:
    for name in ACROSS:
        assert name not in REPORTS
        result = run("report", name, "--data", few.files[0])
        assert result.returncode == 0, result.stderr
        source = "measured apart" if name == "progress-countries" else "Source: 5 crosswalks"
        assert source in result.stdout.replace("\n  ", " ")
    table = run("report", "countries", "--table", "no_data", "-f", "csv", "--data", few.files[0])
    assert table.stdout.startswith("country,countryTitle\nABW,Aruba\n")
    assert run("report", "countris").returncode == 2
    assert run("report", "peers", "--curated", "--data", few.files[0]).returncode == 2


@needs_oxigraph
def test_files_store_and_endpoint_give_the_same(run: Run, world: Path, tmp_path: Path) -> None:
    from gcm_ld.endpoint import EndpointOptions, EndpointSource
    from gcm_ld.loading import load
    from gcm_ld.source import FileSource, StoreSource

    load(tmp_path / "store", [world])
    with oxigraph() as engine:
        loaded = run("load", world, "--merge", "--endpoint", engine.url)
        assert loaded.returncode == 0, loaded.stderr
        sources = (
            FileSource([world]),
            StoreSource(tmp_path / "store"),
            EndpointSource(engine.url, EndpointOptions()),
        )
        for name in ACROSS:
            files, store, endpoint = (build_report(name, s.whole()).as_dict() for s in sources)
            assert files == store == endpoint
            assert files["title"]
