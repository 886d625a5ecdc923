"""Progress of random small countries, held against a second computation of its documentation.

Nothing but the triples goes in, and what comes out is what ``report progress --format json`` and
``explain --format json`` show.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.build import build_graph
from gcm_ld.model import Alignment
from gcm_ld.namespaces import GCM, GCMO, RDF, SDG, alignment_iri, expand, quote
from gcm_ld.progress import LINKS, RULES, Figure, Progress, State, explain, measure
from gcm_ld.report.explained import as_plain
from gcm_ld.report.progress import as_report
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import read_turtle
from tests import progress_country as country
from tests.progress_reference import Act, Ind, Obs, World, compute, year_of

CODES = ("1.a", "1.b", "1.c", "2.a", "2.b")
SERVED = ("10.7", "10.c", "17.18", "10")
SLUGS, OUTCOMES = ("i0", "i1", "i2", "i3"), ("A0", "A1")

_PERIODS = ("2019", "2020", "2020-12", "2021-Q3", "2022-S1", "2022", "2022-12", "2023", "2024")
#: Mostly A, so that figures of all kinds meet.
_STATUSES = st.sampled_from([*"AAAAAPEBFR"])
_UNITS = st.sampled_from(["number"] * 9 + ["percent"])
_TOTAL = st.sampled_from([True] * 6 + [False])
_NUMBERS = st.integers(-4, 12).map(Decimal) | st.decimals(0, 8, places=1)


def _observations(size: int, periods: tuple[str, ...], statuses: Any) -> Any:
    one = st.builds(Obs, st.sampled_from(periods), _NUMBERS, _UNITS, statuses, _TOTAL)
    return st.lists(one, max_size=size, unique_by=lambda o: (o.period, o.total))


_PLAIN = st.just("A")
_ARRIVING = st.builds(
    Obs, st.sampled_from(_PERIODS), _NUMBERS, st.just("number"), _PLAIN, st.just(True)
)
_OUTCOMES = st.lists(st.sampled_from(OUTCOMES), max_size=2, unique=True)
_INDICATOR = st.builds(
    Ind,
    st.sampled_from([None, "increase", "increase", "decrease"]),
    _observations(4, _PERIODS, _STATUSES),
    _observations(2, ("2018", "2019", "2020-12", "2020"), _PLAIN),
    _observations(1, ("2021", "2022"), _PLAIN),
    _observations(2, ("2020", "2023", "2024", "2024-12"), _PLAIN),
    _OUTCOMES,
    st.lists(st.sampled_from(OUTCOMES), max_size=1),
)


def _links(codes: tuple[str, ...]) -> Any:
    stated = st.sampled_from([True, True, False])
    one = st.tuples(st.sampled_from(codes), stated)
    return st.lists(one, max_size=2, unique_by=lambda link: link[0])


_ACTION = st.builds(
    Act,
    st.sampled_from([True, True, True, False]),
    st.lists(st.sampled_from(SLUGS), max_size=3, unique=True),
    _links(OUTCOMES),
    _links(SERVED),
)
WORLDS = st.builds(
    World,
    st.fixed_dictionaries(dict.fromkeys(SLUGS, _INDICATOR)),
    st.fixed_dictionaries(dict.fromkeys(CODES, _ACTION)),
)


def base_triples() -> list[ox.Triple]:
    """What any country leans on, as little of it as these questions need."""
    wanted = {f"{SDG}/{c}" for c in (*SERVED, "17")} | {GCM}
    wanted |= {country.action(c) for c in CODES} | {f"{GCM}/objective/{n}" for n in (1, 2)}
    kinds = {GCMO + "Status", GCMO + "Basis"}
    files = [
        *turtle_files(folder("ontology")),
        folder("data") / "gcm" / "gcm.ttl",
        folder("data") / "sdg" / "sdg.ttl",
        folder("data") / "measure" / "structures.ttl",
    ]
    triples = [t for f in files for t in read_turtle(f)]
    wanted |= {
        t.subject.value
        for t in triples
        if t.predicate.value == RDF + "type" and getattr(t.object, "value", "") in kinds
    }
    wanted |= {expand(f"sdmx-code:obsStatus-{s}") for s in "AEBPF"}
    wanted.add(country.M + "status/revised")
    return [t for t in triples if getattr(t.subject, "value", "") in wanted]


BASIS = base_triples()


def _curated(row: str, object_: str, code: str, crosswalk: str) -> Alignment:
    return Alignment(
        iri=alignment_iri(crosswalk, row, code),
        crosswalk=crosswalk,
        subject=country.action(row),
        object=object_,
        relation=expand("skos:relatedMatch"),
        basis=GCMO + "Curated",
        justification=expand("semapv:ManualMappingCuration"),
    )


def _stated(row: str, object_: str, code: str, crosswalk: str) -> Alignment:
    return Alignment(
        iri=alignment_iri(crosswalk, row, code),
        crosswalk=crosswalk,
        subject=country.action(row),
        object=object_,
        relation=expand("skos:relatedMatch"),
        basis=GCMO + "Stated",
        stated_in=(f"{country.CROSSWALK}/assessment/{quote(row)}",),
    )


def world_triples(world: World) -> list[ox.Triple]:
    """Write a country as the triples that it has in the data."""
    rows = {
        code: ("Aligned" if act.applies else "NotApplicable", tuple(act.named), (), ())
        for code, act in world.actions.items()
    }
    records: list[Any] = [r for r in country.framework_records() if r.iri == country.FW]
    records += [country.element("Outcome", code, f"Outcome {code}") for code in OUTCOMES]
    triples = [*country.monitored_triples(rows)]
    for kind in ("values", "targets"):
        triples += country.data_set(kind, kind)
    for code, act in world.actions.items():
        for links, base, crosswalk in (
            (act.outcomes, f"{country.FW}/outcome/", country.CROSSWALK),
            (act.serves, f"{SDG}/", country.TO_SDG),
        ):
            records += [
                (_stated if stated else _curated)(code, base + other, other, crosswalk)
                for other, stated in links
            ]
    for slug, ind in world.indicators.items():
        element = country.element("Indicator", slug, f"Indicator {slug}")
        records.append(element)
        node = ox.NamedNode(element.iri)

        said = [(node, "direction", GCMO + ind.better.capitalize())] if ind.better else []
        said += [(node, "partOf", country.outcome(code)) for code in ind.part_of]
        said += [
            (ox.NamedNode(country.outcome(code)), "monitoredBy", element.iri)
            for code in ind.monitors
        ]
        triples += [
            ox.Triple(subject, ox.NamedNode(GCMO + name), ox.NamedNode(value))
            for subject, name, value in said
        ]
        for v in ind.values:
            triples += country.observation(
                "values", slug, v.period, str(v.value), unit=v.unit, status=v.status,
                sex="T" if v.total else "F",
            )  # fmt: skip
        for kind, marks in (
            ("baseline", ind.baselines),
            ("milestone", ind.milestones),
            ("target", ind.targets),
        ):
            for m in marks:
                triples += country.reference(
                    kind, slug, m.period, str(m.value), m.unit, sex="T" if m.total else "F"
                )
    return [*triples, *build_graph([*records, *country.crosswalk_records(rows)])]


def as_dataset(triples: list[ox.Triple], *, curated: bool = True) -> Dataset:
    store = EmbeddedStore()
    store.add([*BASIS, *triples])
    if not curated:
        store.remove_subjects(GCMO + "basis", GCMO + "Curated")
    dataset = Dataset([], curated=curated)
    dataset.__dict__["asserted"] = store
    return dataset


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _shown(figure: Any) -> tuple[Any, ...]:
    """A figure as programs see it: nothing where nothing is known."""
    if figure.value is None:
        return None, None, None, figure.known, figure.of
    return float(figure.value), float(figure.low), float(figure.high), figure.known, figure.of


_COLUMNS = ("value", "low", "high", "known", "of")
CHOICES = {
    "year": st.none() | st.integers(2018, 2025),
    "rule": st.sampled_from(RULES),
    "links": st.sampled_from(LINKS),
    "curated": st.booleans(),
}


@settings(max_examples=60)
@given(WORLDS, st.fixed_dictionaries(CHOICES))
def test_every_figure_is_that_of_the_documentation(world: World, choice: dict[str, Any]) -> None:
    found = measure(
        as_dataset(world_triples(world), curated=choice["curated"]),
        year=choice["year"], rule=choice["rule"], links=choice["links"],
    )  # fmt: skip
    ways, figures, parts = compute(world, **choice)
    tables = {
        t.name: [dict(zip(t.keys, row, strict=True)) for row in t.rows]
        for t in as_report(found).tables
    }
    assert tables["whole"][0]["year"] == (choice["year"] or year_of(world))
    shown = {"compact": tables["whole"][0]}
    for name, path in (
        ("objectives", "objective/"), ("targets", "sdg/"), ("goals", "sdg/"), ("actions", "action/"),
    ):  # fmt: skip
        shown |= {path + str(row["code"]): row for row in tables[name]}
    assert {path: tuple(row[k] for k in _COLUMNS) for path, row in shown.items()} == {
        path: _shown(figure) for path, figure in figures.items()
    }
    for row in tables["indicators"]:
        way = ways[str(row["code"])]
        expected = {
            "state": way.state,
            "distance": _number(way.distance),
            "expected": _number(way.expected),
            **{
                key + tail: value
                for key, o in (
                    ("baseline", way.baseline), ("latest", way.latest), ("target", way.target),
                )
                for tail, value in (("", o and o.value), ("Period", o and o.period))
            },
        }  # fmt: skip
        assert {k: row[k] for k in expected} == expected, row["code"]
    for path, figure in figures.items():
        plain: Any = as_plain(found, explain(found, path))
        assert tuple(plain["figure"][k] for k in _COLUMNS) == _shown(figure)
        if path.startswith("action/"):
            slugs = {p["code"] for p in plain.get("parts", ())}
            assert slugs == parts[path.partition("/")[2]]


@settings(max_examples=15)
@given(WORLDS, st.fixed_dictionaries(CHOICES), st.data())
def test_intervals_narrow_as_values_arrive(
    world: World, choice: dict[str, Any], data: st.DataObject
) -> None:
    """Give some indicators without a value one: each figure keeps within what was promised."""
    year = choice["year"] or year_of(world) or 2022
    how = {"year": year, "rule": choice["rule"], "links": choice["links"]}
    before = measure(as_dataset(world_triples(world)), **how)
    for slug, ind in world.indicators.items():
        if before.indicators[country.indicator(slug)].state is State.NO_VALUE:
            value = data.draw(st.none() | _ARRIVING)
            ind.values = [] if value is None else [value]
    after = measure(as_dataset(world_triples(world)), **how)
    for old, new in zip(_all_figures(before), _all_figures(after), strict=True):
        assert old.known <= new.known <= new.of == old.of
        if new.value is None:
            assert old.value is None
        else:
            assert old.low <= new.low <= new.value <= new.high <= old.high


def _all_figures(found: Progress) -> list[Figure]:
    groups = (*found.objectives, *found.targets, *found.goals, found.whole)
    return [x.figure for x in (*groups, *found.actions.values())]


# Tracing


def _iris(value: Any) -> set[str]:
    """Every address in plain values, however deep."""
    if isinstance(value, dict):
        return set().union(*map(_iris, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(_iris, value))
    return {value} if isinstance(value, str) and value.startswith("http") else set()


def _only(triples: list[ox.Triple], named: set[str]) -> list[ox.Triple]:
    """The statements about what is named, and about the data set or crosswalk that it is in."""
    inside = {expand("qb:dataSet"), GCMO + "inCrosswalk"}
    about = [t for t in triples if getattr(t.subject, "value", "") in named]
    places = {getattr(t.object, "value", "") for t in about if t.predicate.value in inside}
    return [*about, *(t for t in triples if getattr(t.subject, "value", "") in places - named)]


@settings(max_examples=15)
@given(WORLDS, st.fixed_dictionaries(CHOICES), st.data())
def test_what_an_explanation_names_is_enough_to_work_it_out_again(
    world: World, choice: dict[str, Any], data: st.DataObject
) -> None:
    """From what it names alone comes the same figure, and without a value that it names another."""
    triples = world_triples(world)
    how = {"rule": choice["rule"], "links": choice["links"]}
    found = measure(as_dataset(triples, curated=choice["curated"]), year=choice["year"], **how)
    paths = ["compact", *(f"objective/{g.code}" for g in found.objectives)]
    paths += [f"sdg/{g.code}" for g in (*found.targets, *found.goals)]
    paths += [f"action/{a.code}" for a in found.actions.values()]
    path = data.draw(st.sampled_from(paths))
    plain: Any = as_plain(found, explain(found, path))
    named = _iris(plain)
    again: Any = {}
    if plain["figure"]["of"]:
        only = as_dataset(_only(triples, named), curated=choice["curated"])
        rest = measure(only, year=found.year, **how)
        again = as_plain(rest, explain(rest, path))
        assert again["figure"] == plain["figure"]
    used = [s.indicator.latest.iri for s in explain(found, path).walk()
            if s.indicator and s.indicator.latest and s.figure.value is not None]  # fmt: skip
    for iri in used[:1]:
        fewer = as_dataset(_only(triples, named - {iri}), curated=choice["curated"])
        rest = measure(fewer, year=found.year, **how)
        assert as_plain(rest, explain(rest, path)) != again


def test_an_action_is_left_out_only_if_every_assessment_says_so() -> None:
    world = World({s: Ind() for s in SLUGS}, {c: Act(applies=c[0] == "2") for c in CODES})
    triples = world_triples(world)
    again = {CODES[0]: ("Aligned", (), (), ()), CODES[1]: ("NotApplicable", (), (), ())}
    others = [
        ox.Triple(
            ox.NamedNode(t.subject.value.replace("/crosswalk/", "/crosswalk/z-")),
            t.predicate,
            t.object,
        )
        for t in build_graph(country.crosswalk_records(again))
        if "/assessment/" in getattr(t.subject, "value", "")
    ]
    found = measure(as_dataset([*triples, *others]))
    applying = {a.code for a in found.actions.values() if a.applies}
    assert applying == {"1.a", "2.a", "2.b"}
    assert {a.code for a in measure(as_dataset(triples)).actions.values() if a.applies} == {
        "2.a",
        "2.b",
    }
