"""Progress: its rules one by one, laws that must hold, and the example of its documentation."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import InputError
from gcm_ld.namespaces import GCMO, RDF, compact
from gcm_ld.progress import RULES, Figure, Period, State, combine, measure
from gcm_ld.progress.figures import tenths
from gcm_ld.progress.indicators import Named, follow
from gcm_ld.progress.model import Observed
from gcm_ld.queries import find_query, run_query
from gcm_ld.report import build_report
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import read_turtle
from tests import progress_country as country
from tests.conftest import ROOT, Run
from tests.engines import needs_oxigraph, oxigraph
from tests.test_progress_reference import BASIS

F = Fraction


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return country.write_country(tmp_path_factory.mktemp("progress") / "xkx")


@pytest.fixture(scope="module")
def xkx(place: Path) -> Dataset:
    return open_dataset(place)


def observed(value: str, period: str, unit: str = "number", status: str = "A") -> Observed:
    return Observed(
        iri=f"http://example.org/{period}/{value}",
        period=Period.of(period),
        value=Decimal(value),
        unit=unit,
        unit_title=unit,
        status=None,
        status_code=status,
        status_title="",
        source=None,
        source_title=None,
        citation=None,
        note=None,
        revises=None,
    )


def way(
    values: list[Observed],
    *marks: tuple[str, Observed],
    direction: str | None = None,
    rule: str = "mean",
    year: int | None = None,
) -> Any:
    named = Named("http://example.org/i", "i", "An indicator", None, direction)
    return follow(named, values, marks, rule=rule, year=year)


BASE, GOAL = ("baseline", observed("10", "2020")), ("target", observed("30", "2024"))


# One indicator


@pytest.mark.parametrize(
    ("value", "period", "distance", "figure", "state"),
    [
        ("20", "2022", F(1, 2), F(1, 2), State.ON_TRACK),  # exactly on the straight path
        ("19.9", "2022", F(99, 200), F(99, 200), State.BEHIND),
        ("10", "2022", F(0), F(0), State.BEHIND),
        ("10", "2020", F(0), F(0), State.ON_TRACK),  # at the baseline nothing is asked for
        ("5", "2022", F(-1, 4), F(0), State.WORSENED),
        ("30", "2021", F(1), F(1), State.REACHED),
        ("50", "2022", F(2), F(1), State.REACHED),  # beyond the target
        ("29", "2030", F(19, 20), F(19, 20), State.BEHIND),  # long after the target's period
        ("20", "2022-Q2", F(1, 2), F(1, 2), State.ON_TRACK),  # the path asks for 3/8 by then
    ],
)
def test_distance(value: str, period: str, distance: F, figure: F, state: State) -> None:
    found = way([observed(value, period)], BASE, GOAL)
    assert (found.distance, found.figure.value, found.state) == (distance, figure, state)


def test_a_target_below_the_baseline_is_reached_downwards() -> None:
    marks = ("baseline", observed("60", "2020")), ("target", observed("30", "2024"))
    found = way([observed("36", "2023")], *marks)
    assert (found.distance, found.expected, found.state) == (F(4, 5), F(3, 4), State.ON_TRACK)
    assert way([observed("36", "2023")], *marks, direction="decrease") == replace(
        found, direction="decrease"
    )


@pytest.mark.parametrize(
    ("start", "goal", "better"), [("60", "30", "decrease"), ("30", "60", "increase")]
)
def test_a_target_that_leads_away_from_what_is_better_gives_no_figure(
    start: str, goal: str, better: str
) -> None:
    """A floor under something that is already better: going down to it is no progress."""
    marks = ("baseline", observed(start, "2020")), ("target", observed(goal, "2024"))
    other = {"increase": "decrease", "decrease": "increase"}[better]
    found = way([observed("45", "2022")], *marks, direction=other)
    assert (found.state, found.distance) == (State.DIRECTION_DIFFERS, None)
    assert found.figure[:5] == (None, 0, 1, 0, 1)
    assert way([observed("45", "2022")], *marks, direction=better).distance == F(1, 2)


def test_a_break_on_the_way_is_kept_in_sight() -> None:
    values = [
        observed(str(n), str(2019 + n), status="B" if n in (0, 1, 3, 5) else "A") for n in range(6)
    ]
    found = way(values, ("baseline", observed("1", "2020")), GOAL, year=2023)
    assert [o.period.text for o in found.breaks] == ["2022"]  # not at the baseline, nor before
    assert found.state.known
    assert way(values, GOAL, year=2023).breaks == ()  # nothing is compared with a baseline
    assert way(values, ("baseline", observed("1", "2022")), GOAL, year=2023).breaks == ()


def test_of_baselines_that_end_together_the_longest_counts() -> None:
    year, month = observed("10", "2020"), observed("12", "2020-12")
    later = observed("14", "2021")
    marks = [("baseline", o) for o in (month, later, year)]
    assert way([], *marks).baseline == year


@pytest.mark.parametrize(
    ("value", "direction", "figure", "state"),
    [
        ("10", "increase", 1, State.REACHED),
        ("12", "increase", 1, State.REACHED),
        ("9", "increase", 0, State.WORSENED),
        ("9", "decrease", 1, State.REACHED),
        ("12", "decrease", 0, State.WORSENED),
        ("10", None, 1, State.REACHED),
        ("12", None, None, State.NO_DIRECTION),
    ],
)
def test_what_is_to_be_kept(
    value: str, direction: str | None, figure: int | None, state: State
) -> None:
    kept = ("target", observed("10", "2024"))
    found = way([observed(value, "2022")], BASE, kept, direction=direction)
    assert (found.figure.value, found.state, found.distance) == (figure, state, None)


@pytest.mark.parametrize(
    ("value", "direction", "figure", "state"),
    [
        ("30", "increase", 1, State.REACHED),
        ("29", "increase", None, State.NO_BASELINE),
        ("29", "decrease", 1, State.REACHED),
        ("31", "decrease", None, State.NO_BASELINE),
        ("30", None, 1, State.REACHED),
        ("31", None, None, State.NO_BASELINE),
    ],
)
def test_without_a_baseline_only_reaching_is_known(
    value: str, direction: str | None, figure: int | None, state: State
) -> None:
    found = way([observed(value, "2022")], GOAL, direction=direction)
    assert (found.figure.value, found.state) == (figure, state)


def test_what_is_missing_is_not_zero() -> None:
    value = observed("20", "2022")
    for found, state in (
        (way([], BASE, GOAL), State.NO_VALUE),
        (way([value], BASE), State.NO_TARGET),
        (way([value]), State.NO_TARGET),
        (way([]), State.NO_VALUE),
        (way([observed("0.2", "2022", "percent")], BASE, GOAL), State.UNIT_DIFFERS),
    ):
        assert found.state is state
        assert found.figure[:5] == (None, 0, 1, 0, 1)


def test_the_latest_target_and_the_earliest_baseline_count() -> None:
    marks = [
        ("baseline", observed("10", "2020")),
        ("baseline", observed("14", "2021")),
        ("target", observed("15", "2022")),
        ("target", observed("30", "2024")),
        ("milestone", observed("20", "2023")),
    ]
    found = way([observed("15", "2022")], *marks)
    assert found.baseline == marks[0][1]
    assert found.target == marks[3][1]
    assert [o.period.text for o in found.milestones] == ["2022", "2023"]
    assert found.distance == F(1, 4)


def test_which_value_counts() -> None:
    values = [
        observed("12", "2021"),
        observed("16", "2022", status="P"),
        observed("24", "2023"),
        observed("30", "2024", status="F"),
        observed("8", "2019"),
    ]
    found = way(values, BASE, GOAL)
    assert found.latest == values[2]
    assert found.passed_over == (0, 0, 1, 1)  # a forecast, and a value from before the baseline
    earlier = way(values, BASE, GOAL, year=2022)
    assert earlier.latest == values[1]  # a provisional value counts
    assert earlier.passed_over.later == 1
    assert way(values, BASE, GOAL, year=2019).state is State.NO_VALUE
    of_a_year = [observed("20", "2023-12"), observed("21", "2023"), observed("19", "2023-Q4")]
    assert way(of_a_year, BASE, GOAL).latest == of_a_year[1]  # of what ends together the longest


def test_on_track_counts_as_one_or_nothing() -> None:
    for value, figure in (("20", 1), ("15", 0), ("5", 0), ("30", 1)):
        found = way([observed(value, "2022")], BASE, GOAL, rule="on-track")
        assert found.figure.value == figure
    assert way([], BASE, GOAL, rule="on-track").figure.value is None


@pytest.mark.parametrize("text", ["2021-13", "21", "2021-Q5", "2021-S3", "in 2021", "2021-1", ""])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="2021-Q1"):
        Period.of(text)


def test_periods_stand_at_their_end() -> None:
    texts = ["2021", "2020", "2021-S1", "2021-12", "2021-Q1", "2021-01", "2021-Q4"]
    order = sorted(texts, key=lambda t: Period.of(t).order)
    assert order == ["2020", "2021-01", "2021-Q1", "2021-S1", "2021-12", "2021-Q4", "2021"]


# Laws

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=60)
LEAVES = st.lists(st.none() | SHARES, max_size=6)


def figures(leaves: list[F | None]) -> list[tuple[str, Figure]]:
    return [(str(i), Figure.single(v)) for i, v in enumerate(leaves)]


@given(st.sampled_from(RULES), st.lists(LEAVES, max_size=5))
def test_bounds_hold_the_value(rule: str, groups: list[list[F | None]]) -> None:
    parts = [(str(i), combine(rule, figures(g))) for i, g in enumerate(groups)]
    for figure in (*(f for _, f in parts), combine(rule, parts)):
        assert 0 <= figure.low <= figure.high <= 1
        assert (figure.value is None) == (figure.known == 0)
        assert figure.known <= figure.of
        if figure.value is not None:
            assert figure.low <= figure.value <= figure.high


@given(st.sampled_from(RULES), st.lists(LEAVES, max_size=4), st.data())
def test_a_figure_learnt_keeps_within_the_bounds(
    rule: str, groups: list[list[F | None]], data: st.DataObject
) -> None:
    """Whatever becomes known, all or some, the figure was promised to be between low and high."""
    learnt = [[data.draw(st.none() | SHARES) if v is None else v for v in g] for g in groups]
    before, after = (
        combine(rule, [(str(i), combine(rule, figures(g))) for i, g in enumerate(state)])
        for state in (groups, learnt)
    )
    if after.value is not None:
        assert before.low <= after.low <= after.value <= after.high <= before.high


@given(st.sampled_from(RULES), st.lists(st.none() | SHARES, min_size=1, max_size=6), st.data())
def test_progress_never_lowers_a_figure(
    rule: str, leaves: list[F | None], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    old = leaves[index]
    if old is None:
        return
    more = [*leaves[:index], data.draw(st.fractions(old, 1)), *leaves[index + 1 :]]
    before, after = combine(rule, figures(leaves)), combine(rule, figures(more))
    assert before.value is not None and after.value is not None
    assert (before.value, before.low, before.high) <= (after.value, after.low, after.high)


@given(LEAVES, st.randoms())
def test_order_does_not_matter_and_worst_is_least(leaves: list[F | None], chance: Any) -> None:
    shuffled = list(leaves)
    chance.shuffle(shuffled)
    for rule in RULES:
        assert combine(rule, figures(leaves))[:5] == combine(rule, figures(shuffled))[:5]
    worst, mean = combine("worst", figures(leaves)), combine("mean", figures(leaves))
    if mean.value is not None and worst.value is not None:
        assert worst.value <= mean.value


NUMBERS = st.integers(-40, 40)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_nearer_to_the_target_is_farther_on_the_way(a: int, b: int, x: int, y: int) -> None:
    marks = ("baseline", observed(str(a), "2020")), ("target", observed(str(b), "2024"))
    one, two = (way([observed(str(v), "2022")], *marks) for v in (x, y))
    if a == b:
        assert one.distance is None
        return
    further = (x >= y) if b > a else (x <= y)
    assert (one.distance >= two.distance) == further
    assert (one.distance >= 1) == ((x >= b) if b > a else (x <= b))


@given(st.fractions(-2, 2))
def test_tenths_are_rounded_once(share: F) -> None:
    shown = F(str(tenths(share)))
    assert abs(shown - 100 * share) <= F(1, 20)
    assert tenths(-share) == -tenths(share)


# The example of the documentation


def code_figures(dataset: Dataset, **choice: Any) -> dict[str, Figure]:
    found = measure(dataset, **choice)
    return {
        **{a.code: a.figure for a in found.actions.values()},
        **{g.code: g.figure for g in found.objectives},
        "all": found.whole.figure,
    }


def test_worked_example(xkx: Dataset) -> None:
    """Every figure of the tables in docs/progress.md, with the unknown as 0 and as 1."""
    found = code_figures(xkx.stated)
    half, p = F(1, 2), F(4, 5)
    assert found["1.a"][:5] == ((half + 1) / 2, F(3, 4), F(3, 4), 2, 2)
    assert found["1.b"][:5] == (F(3, 4), (half + 1) / 3, (half + 1 + 1) / 3, 2, 3)
    assert found["1.d"][:5] == (p, p, p, 1, 1)
    assert found["1"][:5] == (F(23, 30), F(41, 60), F(143, 180), 3, 3)
    assert found["18"][:5] == (0, 0, 0, 1, 1)
    assert found["2.a"][:5] == (None, 0, 1, 0, 0)
    assert found["2"][:5] == (None, 0, 1, 0, 2)
    assert found["all"].known == 4 and found["all"].of == 7
    assert found["all"].value == (F(3, 4) + F(3, 4) + p + 0) / 4
    text = " ".join((ROOT / "docs" / "progress.md").read_text(encoding="utf-8").split())
    for code in ("1.a", "1.b", "1.d", "18.a"):
        shown = [tenths(v) for v in found[code][:3] if v is not None]
        cells = " | ".join([*(f"{v} %" for v in shown), f"{found[code].known} of {found[code].of}"])
        assert f"| {code} |" in text and cells in text, (code, cells)
    for code in ("1", "18", "all"):
        shown = [tenths(v) for v in found[code][:3] if v is not None]
        cells = " | ".join([*(f"{v} %" for v in shown), f"{found[code].known} of {found[code].of}"])
        assert cells in text, (code, cells)


def test_states_of_the_example(xkx: Dataset) -> None:
    found = measure(xkx.stated)
    states = {i.code: i.state.value for i in found.indicators.values()}
    assert states == {
        "officers": "behind", "days": "on-track", "skills": "worsened", "plan": "reached",
        "surveys": "no-value", "remittances": "unit-differs", "trained": "no-value",
        "hotline": "no-target",
    }  # fmt: skip
    officers, trained = (
        found.indicators[country.indicator(slug)] for slug in ("officers", "trained")
    )
    assert found.year == 2023  # the forecast of 2025 makes no year
    assert officers.passed_over == (1, 0, 1, 0)
    assert trained.passed_over.broken_down == 2
    days = found.indicators[country.indicator("days")]
    assert days.latest is not None and days.latest.value == 36
    earlier = measure(xkx.stated, year=2022).indicators[country.indicator("days")].latest
    assert earlier is not None and earlier.value == 48  # the revised one, not the earlier 54
    assert earlier.revises == f"{country.FW}/values/earlier/days/2022/1"
    assert earlier.status_code == "R"


def test_rules_and_links_of_the_example(xkx: Dataset) -> None:
    stated = xkx.stated
    assert code_figures(stated, rule="worst")["1"].value == F(1, 2)
    track = code_figures(stated, rule="on-track")
    assert (track["1.a"].value, track["1"].value) == (F(1, 2), F(2, 3))
    named = code_figures(stated, links="indicators")
    assert named["1.a"][:5] == (F(1, 2), F(1, 2), F(1, 2), 1, 1)
    assert named["1.d"].of == 0
    through = code_figures(stated, links="outcomes")
    assert through["1.b"][:5] == (F(3, 4), F(3, 4), F(3, 4), 2, 2)
    assert through["18.a"].of == 0
    assert code_figures(stated, year=2021)["all"].known == 2
    assert measure(stated, year=2019).spoken.with_value == 0


def test_curated_links_count_only_when_asked_for(xkx: Dataset) -> None:
    plain, curated = ({g.code for g in measure(d).targets} for d in (xkx.stated, xkx))
    assert curated - plain == {"4.4"}
    report = build_report("progress", xkx, curated=True)
    assert "4.4" in {row[0] for row in report.tables[1].rows}
    assert "4.4" not in {row[0] for row in build_report("progress", xkx).tables[1].rows}


def test_to_a_goal_belong_its_targets(xkx: Dataset) -> None:
    goals = {g.code: g for g in measure(xkx.stated).goals}
    assert [compact(a) for a in goals["10"].actions] == ["gcm/action/18.a", "gcm/action/20.a"]
    assert [compact(a) for a in goals["17"].left_out] == ["gcm/action/1.c"]
    assert goals["17"].figure.of == 2


def test_another_engine_gives_the_same_rows() -> None:
    import rdflib

    store, graph = EmbeddedStore(), rdflib.Graph()
    units = turtle_files(folder("data") / "measure")
    store.add(BASIS + [t for f in country.country_files().values() for t in f])
    store.add([t for f in units for t in read_turtle(f)])
    graph.parse(data=store.dump().decode(), format="nt")
    for name, rows in (
        ("select_values", 13), ("select_total_values", 10), ("select_value_counts", 7),
        ("select_targets", 14), ("select_measured_indicators", 8), ("select_monitoring", 9),
        ("select_action_targets", 6), ("select_framework_places", 2),
    ):  # fmt: skip
        query = find_query(name)
        theirs = [
            tuple(None if c is None else str(c) for c in row) for row in graph.query(query.text)
        ]
        ours = run_query(store, query).rows
        found = [tuple(None if c is None else _text(c) for c in row) for row in ours]
        assert found == theirs, name
        assert len(found) == rows, name


def _text(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


# Reports


def test_nothing_is_claimed_where_there_is_no_value(dataset: Dataset) -> None:
    report = build_report("progress", dataset)
    assert report.lead[1].startswith("0 of 88 indicators have a value")
    assert "nothing is claimed" in report.lead[3]
    fill = "gcm-ld template --values --framework alb-nsm-2019 -o values.xlsx"
    assert any(fill in note for note in report.notes)
    assert not report.charts
    for table in report.tables[:5]:
        values = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
        assert values
        assert all(r["value"] is None for r in values)
        assert all(r.get("low") is None and r.get("high") is None for r in values)
    across = build_report("progress-countries", dataset)
    assert across.tables[0].rows[0][4] is None  # no rank
    assert "nothing is claimed" in across.lead[-1]


def test_report_says_what_it_rests_on(xkx: Dataset) -> None:
    report = build_report("progress", xkx, rule="worst", links="indicators", year=2022)
    assert report.lead[0] == "as of 2022; rule worst, links indicators"
    assert report.notes[0].startswith("worst: ")
    assert report.notes[1].startswith("indicators: ")
    full = build_report("progress", xkx)
    assert full.lead[1] == (
        "6 of 8 indicators have a value, 6 a baseline, 7 a target and 4 a figure"
    )
    assert full.lead[2] == (
        "values speak for 4 of 7 actions that apply, 2 of 4 objectives and 3 of 5 SDG targets that "
        "they serve"
    )
    notes = " ".join(full.notes)
    assert "1 indicator has values of parts" in notes
    assert "1 forecast is left out" in notes
    assert "180 actions that the source calls not applicable" in notes
    assert "break" not in notes and "leads away" not in notes and "template" not in notes
    views = {v.name: v for v in full.views}
    assert list(views) == ["objectives", "targets", "indicators"]
    first = views["objectives"].rows[0]
    assert first[2:] == (76.7, 68.3, 79.4, "3 of 3")
    assert views["objectives"].rows[2][2:] == (None, None, None, "none applies")
    skills = next(r for r in views["indicators"].rows if str(r[0]).startswith("Returnees"))
    assert skills[2:] == ("10 (2020)", "7 (2023-Q4)", "30 (2025)", -15.0, "worsened")


def test_the_report_says_what_figures_lean_on(tmp_path: Path) -> None:
    files = country.country_files()
    files[f"{country.CODE}-values"] += country.observation(
        "values", "days", "2021", "50", unit="day", status="B"
    )
    turned = ox.NamedNode(country.indicator("skills")), ox.NamedNode(GCMO + "direction")
    files[country.CODE] = [t for t in files[country.CODE] if (t.subject, t.predicate) != turned] + [
        ox.Triple(*turned, ox.NamedNode(GCMO + "Decrease"))
    ]
    report = build_report("progress", open_dataset(country.write_files(tmp_path / "xkx", files)))
    notes = " ".join(report.notes)
    assert "1 indicator without a baseline counts, because its target is reached" in notes
    assert "1 indicator has a break in its series after the baseline" in notes
    assert "1 indicator has a target that leads away from what “Better is” says" in notes
    view = next(v for v in report.views if v.name == "indicators")
    rows = {str(r[0]).split()[0]: r[1:] for r in view.rows}
    assert rows["Cost"][:4] == (None, "9 % (2020)", "0.06 (2023)", "5 % (2025)")  # units apart
    assert rows["A"][:4] == ("yes or no", None, "yes (2022)", "yes (2023)")
    assert rows["Returnees"][4:] == (None, "the target leads away from what is better")
    table = next(t for t in report.tables if t.name == "indicators")
    breaks = {
        r["code"]: r["breaks"] for r in (dict(zip(table.keys, x, strict=True)) for x in table.rows)
    }
    assert {code for code, number in breaks.items() if number} == {"days"}


def test_report_for_programs(run: Run, place: Path) -> None:
    result = run("report", "progress", "--data", place, "--format", "json")
    assert result.returncode == 0, result.stderr
    tables = json.loads(result.stdout)["tables"]
    objective = tables["objectives"][0]
    assert objective["value"] == float(F(23, 30))
    assert (objective["low"], objective["known"], objective["of"]) == (float(F(41, 60)), 3, 3)
    officers = next(r for r in tables["indicators"] if r["code"] == "officers")
    assert officers["latest"] == 12 and officers["latestStatus"] == "P"
    assert officers["distance"] == 0.5 and officers["expected"] == 0.6
    assert tables["whole"][0]["year"] == 2023
    assert {r["what"]: (r["number"], r["of"]) for r in tables["spoken"]}["actions"] == (4, 7)
    again = run("report", "progress", "--data", place, "--format", "json", PYTHONHASHSEED="7")
    assert again.stdout == result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rule", "means"], 'Did you mean "mean"?'),
        (["--links", "outcome"], 'Did you mean "outcomes"?'),
        (["--framework", "xkx-2026"], 'Did you mean "xkx-2025"?'),
        (["--year", "20"], "--year"),
    ],
)
def test_a_wrong_choice_is_refused(run: Run, place: Path, words: list[str], message: str) -> None:
    result = run("report", "progress", "--data", place, *words)
    assert result.returncode == 2
    assert message in result.stderr
    assert not result.stdout


def test_a_period_that_is_none_names_its_observation(place: Path, tmp_path: Path) -> None:
    files = country.country_files()
    files[f"{country.CODE}-values"] += country.observation("values", "surveys", "soon", "1")
    dataset = open_dataset(country.write_files(tmp_path / "xkx", files))
    with pytest.raises(InputError, match=r"xkx-2025/values/surveys/soon: the period 'soon'"):
        measure(dataset)


def test_synthetic_data_are_called_so(tmp_path: Path) -> None:
    files = country.country_files()
    mark = ox.NamedNode(GCMO + "Synthetic")
    kind = ox.NamedNode(RDF + "type")
    for name, iris in (
        (country.CODE, [country.FW]),
        (f"gcm--{country.CODE}", [country.CROSSWALK, country.TO_SDG]),
    ):
        files[name] += [ox.Triple(ox.NamedNode(iri), kind, mark) for iri in iris]
    made = country.write_files(tmp_path / "made" / "xkx", files)
    report = build_report("progress", open_dataset(made))
    assert report.title.startswith("Synthetic data: ")
    assert report.notes[0].startswith("These data are synthetic")
    across = build_report("progress-countries", open_dataset(made))
    assert across.title.startswith("Synthetic data: ")
    real = country.write_country(tmp_path / "real" / "abc")
    with pytest.raises(InputError, match="must not be mixed"):
        build_report("progress-countries", open_dataset(made, real))


# Countries


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five countries that differ in one value each, a folder each."""
    root = tmp_path_factory.mktemp("world")
    for number, code in enumerate(("aaa", "bbb", "ccc", "ddd", "eee")):
        home = country.write_country(root / code)
        for path in sorted(home.iterdir()):
            text = path.read_text(encoding="utf-8").replace("xkx-2025", f"{code}-2025")
            text = text.replace(
                "country/XKX", f"country/{('ALB', 'BEL', 'CAN', 'DEU', 'EST')[number]}"
            )
            if number == 3:  # the same as the one before
                text = text.replace("measure 38.0", "")
            text = text.replace("obsValue 36.0", f"obsValue {36 - 2 * min(number, 3)}.0")
            text = text.replace("obsValue 36 ", f"obsValue {36 - 2 * min(number, 3)} ")
            text = text.replace('"36"^^xsd', f'"{36 - 2 * min(number, 3)}"^^xsd')
            path.unlink()
            (home / path.name.replace("xkx-2025", f"{code}-2025")).write_text(
                text, encoding="utf-8"
            )
    return root


def test_countries_are_ranked(world: Path) -> None:
    report = build_report("progress-countries", open_dataset(world), framework="aaa-2025")
    rows = [dict(zip(report.tables[0].keys, r, strict=True)) for r in report.tables[0].rows]
    assert [(r["rank"], r["country"]) for r in rows] == [
        (1, "DEU"), (1, "EST"), (3, "CAN"), (4, "BEL"), (5, "ALB"),
    ]  # fmt: skip
    assert report.lead[0] == "aaa-2025: rank 5 of 5 (57.5 %)"
    alone = measure(open_dataset(world / "aaa").stated)
    last = rows[-1]
    assert alone.whole.figure.value is not None
    assert last["value"] == float(alone.whole.figure.value)
    assert last["spokenFor"] == 4 / 7
    shown = [dict(zip(report.views[0].keys, r, strict=True)) for r in report.views[0].rows]
    assert {r["spokenFor"] for r in shown} == {57.1}
    values = sorted((float(str(r["value"])) for r in shown), reverse=True)
    assert f"median {values[2]:.1f} %, all between {values[4]:.1f} and {values[0]:.1f} %" in (
        " ".join(report.lead)
    )
    figures = {(r[2], r[4]): r[6] for r in report.tables[1].rows}
    assert figures["aaa-2025", "1"] == float(F(23, 30))
    assert len(report.tables[1].rows) == 5 * 23


def test_countries_from_a_store(run: Run, world: Path, tmp_path: Path) -> None:
    loaded = run("load", world, "--store", tmp_path / "world.db")
    assert loaded.returncode == 0, loaded.stderr
    words = ["report", "progress-countries", "--format", "csv"]
    stored, files = run(*words, "--store", tmp_path / "world.db"), run(*words, "--data", world)
    assert stored.returncode == files.returncode == 0, stored.stderr + files.stderr
    assert stored.stdout == files.stdout
    rows = list(csv.DictReader(io.StringIO(files.stdout)))
    assert [r["rank"] for r in rows] == ["1", "1", "3", "4", "5"]


@needs_oxigraph
def test_countries_from_an_endpoint(run: Run, world: Path) -> None:
    words = ["report", "progress-countries", "--format", "csv"]
    with oxigraph() as engine:
        loaded = run("load", world / "aaa", world / "bbb", "--merge", "--endpoint", engine.url)
        assert loaded.returncode == 0, loaded.stderr
        asked = run(*words, "--endpoint", engine.url)
    files = run(*words, "--data", world / "aaa", "--data", world / "bbb")
    assert asked.returncode == files.returncode == 0, asked.stderr + files.stderr
    assert asked.stdout == files.stdout
    assert len(files.stdout.splitlines()) == 3


def test_a_fault_in_one_country_is_named(world: Path, tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(world, tmp_path / "world")
    bad = copy / "ccc" / "ccc-2025-values.ttl"
    bad.write_text("this is not Turtle", encoding="utf-8")
    with pytest.raises(InputError, match=r"ccc-2025-values\.ttl, line 1"):
        build_report("progress-countries", open_dataset(copy))


def test_only_the_latest_framework_of_a_country_is_ranked(world: Path, tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(world, tmp_path / "world")
    for path in (copy / "bbb").iterdir():
        text = path.read_text(encoding="utf-8").replace("country/BEL", "country/ALB")
        path.write_text(text.replace('"2021"^^xsd:gYear', '"2030"^^xsd:gYear'), encoding="utf-8")
    report = build_report("progress-countries", open_dataset(copy), framework="aaa-2025")
    assert "followed by a later framework" in report.lead[0]
    assert {r[2] for r in report.tables[0].rows} == {
        "bbb-2025", "ccc-2025", "ddd-2025", "eee-2025",
    }  # fmt: skip
    assert any("1 framework that a later one follows" in n for n in report.notes)


# The chart


def test_chart_shows_the_figures(xkx: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import draw_chart, save_charts

    report = build_report("progress", xkx)
    first, second = (save_charts(xkx, [report], tmp_path / n) for n in ("a", "b"))
    assert [p.name for p in first] == ["progress.svg", "progress.png"]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    text = first[0].read_text(encoding="utf-8")
    for word in (
        "76.7",
        "57.5",
        "3/3",
        "4/7",
        "nothing known",
        "as of 2023; rule mean, links both",
    ):
        assert f">{word}<" in text, word
    for narrow in (False, True):
        svg = draw_chart("progress", xkx, report, narrow=narrow)
        assert "var(--chart-aligned" in svg and ">76.7<" in svg


def test_chart_page(run: Run, place: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run("report", "progress", "--data", place, "--format", "html")
    assert result.returncode == 0, result.stderr
    assert "chart-progress" in result.stdout
    assert "68.3" in result.stdout
