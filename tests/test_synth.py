"""The synthetic world: valid, labelled, repeatable, in Albania's proportions, and never mixed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld import open_dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.model import Alignment, Assessment, Monitoring, Record
from gcm_ld.namespaces import COUNTRIES, CUBE, GCMO, ID, PREFIXES, RDF, SKOS, expand
from gcm_ld.publish.statistics import check_cube
from gcm_ld.resources import folder, shipped_data
from gcm_ld.synth import CODES, Density, write_world
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.crosswalk import make_crosswalks
from gcm_ld.synth.strategy import make_strategy, policies_of
from gcm_ld.synth.values import CELLS
from gcm_ld.synth.world import country_code, read_world
from gcm_ld.turtle import format_turtle, read_turtle
from gcm_ld.validate import validate
from tests.conftest import Run

SEED = 7
TYPE, SYNTHETIC = RDF + "type", GCMO + "Synthetic"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("synth") / "world"
    write_world(target, countries=4, seed=SEED, jobs=1)
    return target


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.ttl"))}


def triples(root: Path) -> list[ox.Triple]:
    return [t for path in sorted(root.rglob("*.ttl")) for t in read_turtle(path)]


def test_a_country_has_a_folder_with_everything(world: Path) -> None:
    assert sorted(p.name for p in world.iterdir()) == ["qma", "qmb", "qmc", "qmd"]
    names = [p.name for p in sorted((world / "qma").iterdir())]
    strategy = next(n for n in names if n.startswith("qma") and n.count("-") == 2)
    code = strategy.removesuffix(".ttl")
    assert {"country.ttl", f"gcm--{code}.ttl", f"gcm--sdg--{code}.ttl", f"{code}-values.ttl"} < set(
        names
    )
    assert f"{code}-targets.ttl" in names
    dataset = open_dataset(world / "qma")
    assert sum(a.against == ID + code for a in dataset.assessments()) == 187


def test_the_world_is_valid(world: Path) -> None:
    report = validate([world])
    assert report.findings == ()


def test_files_are_in_canonical_form(world: Path) -> None:
    for name, content in contents(world).items():
        assert format_turtle(content, name=name).encode() == content


def test_a_larger_world_begins_with_a_smaller_one(world: Path, tmp_path: Path) -> None:
    done: list[int] = []
    made = write_world(
        tmp_path / "more", countries=5, seed=SEED, jobs=2, progress=lambda n: done.append(n)
    )
    more = contents(tmp_path / "more")
    assert done == [1, 2, 3, 4, 5]
    assert (made.countries, made.files) == (5, len(more))
    assert made.size == sum(map(len, more.values()))
    less = contents(world)
    assert {n: c for n, c in more.items() if n in less} == less
    assert len(more) > len(less)


def test_another_seed_gives_other_answers(world: Path, tmp_path: Path) -> None:
    write_world(tmp_path / "other", countries=1, seed=SEED + 1, jobs=1)
    other = triples(tmp_path / "other")
    assert set(other) != set(triples(world / "qma"))


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance(SEED, "fixed")
    numbers = [chance.whole(1, 100) for _ in range(8)]
    assert numbers == [Chance(SEED, "fixed").whole(1, 100), *numbers[1:]]
    assert all(1 <= n <= 100 for n in numbers)
    kept = Chance(1, "some").some("abcdefgh", 3)
    assert kept == sorted(kept)
    assert len(set(kept)) == 3
    weights = [("a", 0.0), ("b", 1.0)]
    assert {Chance(i).weighted(weights) for i in range(20)} == {"b"}
    draws = Chance(2)
    spread = [draws.normal(2.0) for _ in range(4000)]
    assert abs(sum(spread) / 4000) < 0.15
    assert 3.6 < sum(s * s for s in spread) / 4000 < 4.4


def test_everything_says_that_it_is_synthetic(world: Path) -> None:
    found = triples(world)
    marked = {t.subject for t in found if t.predicate.value == TYPE and t.object.value == SYNTHETIC}
    labelled = ("Framework", "Crosswalk", "Country", "Institution")
    kinds = {GCMO + k for k in labelled} | {PREFIXES["qb"] + "DataSet"}
    need = {t.subject for t in found if t.predicate.value == TYPE and t.object.value in kinds}
    assert need
    assert need <= marked
    names = {PREFIXES["dcterms"] + "title", SKOS + "prefLabel"}
    said = [t.object.value for t in found if t.predicate.value in names]
    assert len(said) > 500
    assert [text for text in said if not text.startswith("Synthetic")] == []


def test_no_real_country_is_meant(world: Path) -> None:
    found = triples(world)
    assert not [t for t in found if COUNTRIES in f"{t.subject} {t.object}"]
    assert not [t for t in found if isinstance(t.object, ox.BlankNode)]
    real = {t.object.value for t in read_turtle(folder("data") / "country" / "countries.ttl")}
    assert {country_code(n) for n in range(1, CODES + 1)}.isdisjoint(real)
    assert len({country_code(n) for n in range(1, CODES + 1)}) == CODES == 364


def measure(records: list[Record]) -> Counter[str]:
    """Count what a crosswalk holds, by kind."""
    counts: Counter[str] = Counter()
    for r in records:
        if isinstance(r, Assessment):
            counts["status " + r.status.removeprefix(GCMO)] += 1
            counts["goal cells"] += r.goal_cell is not None
            counts["objective cells"] += r.objective_cell is not None
        elif isinstance(r, Alignment):
            subject = "action" if "/action/" in r.subject else "objective"
            if r.object.startswith(PREFIXES["sdg"].rstrip("/")):
                code = r.object.rpartition("/")[2]
                kind = "all" if r.scope else "target" if "." in code else "goal"
                counts[f"SDG links: {kind}"] += 1
            elif subject == "action" and not r.scope:
                counts["links with outcomes"] += 1
            elif subject == "objective":
                counts["links of objectives"] += 1
        elif isinstance(r, Monitoring):
            counts["actions with indicators"] += 1
    return counts


#: How far the mean of the world may be from Albania: a share of it, or for what is rare a number.
TOLERANCE = 0.2, 5


def test_it_keeps_to_albanias_proportions() -> None:
    """Of 30 countries; what is held to is said in docs/synth.md."""
    albania = open_dataset(
        *(folder("data") / "alb" / f"{n}.ttl" for n in ("gcm--alb-nsm-2019", "gcm--sdg")),
        folder("data") / "alb" / "nsm-2019.ttl",
    )
    against = ID + "alb-nsm-2019"
    real = measure([r for r in albania.records if isinstance(r, Assessment | Alignment)])
    monitored = {e.iri for e in albania.elements("Action", framework="gcm") if e.monitored_by}
    real["actions with indicators"] = len(monitored)
    for kind in ("Outcome", "Indicator", "Objective"):
        real[kind] = len(albania.elements(kind, framework="alb-nsm-2019"))
    assert {a.against for a in albania.assessments()} == {against}
    world, made = read_world(SEED), Counter[str]()
    aligned = []
    for number in range(1, 31):
        place = world.place(number)
        strategy = make_strategy(world, place, 2019)
        answers = make_crosswalks(world, strategy, policies_of(place, strategy.source.iri))
        counts = measure([*answers.national, *answers.goals])
        counts["Outcome"] = len(strategy.outcomes)
        counts["Indicator"] = len(strategy.indicators)
        counts["Objective"] = len(strategy.specific) + len(strategy.strategic)
        aligned.append(counts["status Aligned"])
        made += counts
    share, number = TOLERANCE
    far = {
        kind: (value, made[kind] / 30)
        for kind, value in real.items()
        if abs(made[kind] / 30 - value) > max(share * value, number)
    }
    assert far == {}
    assert len(real) > 12
    assert max(aligned) - min(aligned) > 40  # countries differ


def test_countries_of_a_kind_are_more_alike() -> None:
    world = read_world(SEED)
    answers = {}
    for number in range(1, 31):
        place = world.place(number)
        strategy = make_strategy(world, place, 2019)
        records = make_crosswalks(world, strategy, policies_of(place, strategy.source.iri)).national
        answers[place] = {
            r.assesses
            for r in records
            if isinstance(r, Assessment) and r.status == GCMO + "Aligned"
        }
    alike: dict[bool, list[float]] = {True: [], False: []}
    for one, a in answers.items():
        for other, b in answers.items():
            if one.number < other.number:
                alike[one.kind == other.kind].append(len(a & b) / len(a | b))
    mean = {same: sum(values) / len(values) for same, values in alike.items()}
    assert mean[True] > mean[False] + 0.05


def test_a_second_strategy_mostly_keeps_the_answers() -> None:
    world = read_world(SEED)
    place = world.place(3)
    policies = policies_of(place, ID + "source/x")
    sets = []
    for turn, start in ((0, 2016), (1, 2020)):
        strategy = make_strategy(world, place, start, turn=turn)
        records = make_crosswalks(world, strategy, policies, turn=turn).national
        assessed = [r for r in records if isinstance(r, Assessment)]
        assert len(assessed) == 187
        sets.append({r.assesses for r in assessed if r.status == GCMO + "Aligned"})
    first, second = sets
    assert len(first & second) / len(first | second) > 0.8
    assert first != second


@dataclass
class Cube:
    """The observations of a country's files, by IRI."""

    triples: list[ox.Triple]

    def __post_init__(self) -> None:
        self.about: dict[str, dict[str, str]] = defaultdict(dict)
        for t in self.triples:
            self.about[t.subject.value][t.predicate.value] = t.object.value

    def of(self, dataset: str) -> dict[str, dict[str, str]]:
        named = PREFIXES["qb"] + "dataSet"
        return {i: f for i, f in self.about.items() if f.get(named, "").endswith(dataset)}


VALUE, STATUS = expand("sdmx-measure:obsValue"), expand("sdmx-attribute:obsStatus")
PERIOD, SEX = expand("sdmx-dimension:timePeriod"), expand("sdmx-dimension:sex")
REVISES, REFERENCE = expand("prov:wasRevisionOf"), CUBE + "dimension/reference"
INDICATOR = CUBE + "dimension/indicator"


def country(folder_: Path) -> Cube:
    return Cube([t for p in sorted(folder_.glob("*.ttl")) for t in read_turtle(p)])


def structures() -> list[ox.Triple]:
    return [t for p in shipped_data("measure") for t in read_turtle(p)]


@pytest.mark.parametrize("kind", ["values", "targets"])
def test_values_are_a_well_formed_cube(world: Path, kind: str) -> None:
    cube = read_turtle(next((world / "qma").glob(f"*-{kind}.ttl")))
    assert check_cube([*structures(), *cube]) == []
    broken = [t for t in cube if t.predicate.value != VALUE]
    assert check_cube([*structures(), *broken])


def test_values_are_those_of_the_indicators_and_some_are_missing(world: Path) -> None:
    cube = country(world / "qma")
    indicators = {i for i, f in cube.about.items() if f.get(TYPE) and "/indicator/" in i}
    totals = [f for i, f in cube.of("/values").items() if "._T" not in i]
    assert {f[INDICATOR] for f in totals} <= indicators
    assert 0.75 * 4 * len(indicators) < len(totals) < 4 * len(indicators)
    kinds = Counter(f[STATUS].rpartition("/")[2].rpartition("-")[2] for f in totals)
    assert {"A", "E", "P", "revised"} <= set(kinds)
    assert kinds["A"] > len(totals) / 2
    last = max(f[PERIOD] for f in totals)
    assert {f[PERIOD] for f in totals if f[STATUS].endswith("-P")} == {last}


def test_figures_by_sex_stand_where_they_are_promised_and_add_up(world: Path) -> None:
    cube = country(world / "qma")
    by = GCMO + "disaggregatedBy"
    promised = {i for i, f in cube.about.items() if f.get(by) == SEX}
    values = cube.of("/values")
    parts = {i: f for i, f in values.items() if i.endswith("._T._T._T")}
    assert {f[INDICATOR] for f in parts.values()} == promised
    assert 5 < len(promised) < 40
    for iri, figure in parts.items():
        if iri.endswith("/F._T._T._T"):
            whole = iri.removesuffix("/F._T._T._T")
            men = parts[f"{whole}/M._T._T._T"]
            assert int(figure[VALUE]) + int(men[VALUE]) == int(values[whole][VALUE])


def test_a_revised_value_leads_to_the_figures_before_it(world: Path) -> None:
    seen = 0
    for place in sorted(world.iterdir()):
        cube = country(place)
        values, earlier = cube.of("/values"), cube.of("/values/earlier")
        revised = {i for i, f in values.items() if f[STATUS].endswith("status/revised")}
        assert revised == {i for i, f in values.items() if REVISES in f}
        reached = set()
        for iri in sorted(revised):
            step, edition = values[iri], None
            while REVISES in step:
                before = step[REVISES]
                assert before.startswith(iri.replace("/values/", "/values/earlier/"))
                number = int(before.rpartition("/")[2])
                assert edition is None or number == edition - 1
                step, edition = earlier[before], number
                reached.add(before)
            assert edition == 1
        assert reached == set(earlier)
        seen += len(reached)
    assert seen > 20


def test_targets_have_dates_and_some_are_missing(world: Path) -> None:
    cube = country(world / "qma")
    indicators = {i for i, f in cube.about.items() if f.get(TYPE) and "/indicator/" in i}
    kinds = defaultdict(dict)
    for figure in cube.of("/targets").values():
        kind = figure[REFERENCE].rpartition("/")[2]
        kinds[kind][figure[INDICATOR]] = figure[PERIOD]
    assert set(kinds) == {"baseline", "milestone", "target"}
    for found in kinds.values():
        assert 0 < len(found) < len(indicators)
    for indicator, period in kinds["target"].items():
        assert kinds["baseline"].get(indicator, "0") < period
        assert kinds["milestone"].get(indicator, "0") < period


def test_some_indicators_say_less_of_themselves(world: Path) -> None:
    cube = country(world / "qma")
    indicators = [f for i, f in cube.about.items() if f.get(TYPE) and "/indicator/" in i]
    for name in ("unit", "direction", "verification"):
        assert 0 < sum(GCMO + name in f for f in indicators) < len(indicators)
    units = cube.of("/values")
    unit = expand("sdmx-attribute:unitMeasure")
    for f in units.values():
        said = cube.about[f[INDICATOR]].get(GCMO + "unit")
        assert said in (None, f[unit])


def test_denser_values(tmp_path: Path) -> None:
    write_world(tmp_path / "world", countries=1, seed=SEED, density=Density(6, 3), jobs=1)
    values = country(tmp_path / "world" / "qma").of("/values")
    years = {f[PERIOD] for f in values.values()}
    assert (len(years), max(years)) == (6, "2023")
    cells = Counter((f[INDICATOR], f[PERIOD]) for f in values.values())
    assert set(cells.values()) == {3}
    assert 0.8 < len(cells) / (6 * len({i for i, _ in cells})) < 0.96
    assert validate([tmp_path / "world"]).findings == ()


def test_every_cell_that_can_be_made_is_valid(tmp_path: Path) -> None:
    density = Density(1, len(CELLS))
    write_world(tmp_path / "world", countries=1, seed=SEED, density=density, jobs=1)
    assert validate([tmp_path / "world"]).findings == ()
    values = country(tmp_path / "world" / "qma").of("/values")
    codes = {i.rpartition("/")[2] for i in values}
    assert len(codes) == len(CELLS)
    assert {"2023", "F.Y_LT18._T._T", "_T._T.refugee._T"} < codes


@pytest.mark.parametrize(
    ("density", "problem"),
    [
        (Density(0), "make 1 to 60, with --years"),
        (Density(61), "make 1 to 60"),
        (Density(4, 0), "with --cells, or leave it out"),
        (Density(4, len(CELLS) + 1), f"make 1 to {len(CELLS)}"),
    ],
)
def test_too_few_and_too_many_values(tmp_path: Path, density: Density, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        write_world(tmp_path / "world", countries=1, density=density)
    assert list(tmp_path.iterdir()) == []


def test_synthetic_and_real_data_are_never_mixed(world: Path, run: Run) -> None:
    albania = folder("data") / "alb"
    mixed = open_dataset(world / "qma", albania)
    with pytest.raises(InputError, match=r"synthetic and real data must not be mixed: .*qma"):
        mixed.query("select_coverage")
    found = validate([world / "qma", albania / "gcm--alb-nsm-2019.ttl", albania / "nsm-2019.ttl"])
    apart = [f for f in found.findings if f.shape.endswith("Synthetic-apart")]
    assert ID + "alb-nsm-2019" in {f.node for f in apart}
    assert {f.severity for f in apart} == {"Violation"}
    result = run("report", "countries", "--data", world / "qma", "--data", albania)
    assert result.returncode == 2
    assert "must not be mixed" in result.stderr
    # What a country's own data lean on is no country's.
    assert open_dataset(world / "qma").query("select_coverage").rows


def test_a_store_takes_the_one_or_the_other(world: Path, tmp_path: Path) -> None:
    from gcm_ld.loading import load
    from gcm_ld.store.database import Database

    store = tmp_path / "store"
    load(store, [world / "qma"])
    before = Database(store).current()
    with pytest.raises(InputError, match="synthetic and real data must not be mixed"):
        load(store, [folder("data") / "alb"])
    assert Database(store).current() == before
    load(store, [world / "qmb"])  # another synthetic one is welcome
    with Database(store).open() as snapshot:
        assert {d.group for d in snapshot.datasets.values() if d.own} == {"qma", "qmb"}


@pytest.mark.parametrize(
    ("countries", "problem"),
    [(0, "at least one"), (-3, "at least one"), (CODES + 1, "there are codes for 1 to 364")],
)
def test_too_few_and_too_many(tmp_path: Path, countries: int, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        write_world(tmp_path / "world", countries=countries)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.ttl").write_text("")
    with pytest.raises(FileError, match="is not empty"):
        write_world(tmp_path, countries=1)
    with pytest.raises(FileError, match="is a file"):
        write_world(tmp_path / "mine.ttl", countries=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.ttl"]


def test_what_goes_wrong_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> dict[str, bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gcm_ld.synth.make_country", fail)
    with pytest.raises(FileError, match="No space left"):
        write_world(tmp_path / "world", countries=1, jobs=1)
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path, run: Run, world: Path) -> None:
    (tmp_path / "world").mkdir()
    result = run("synth", "--countries", "2", "--seed", SEED, "-o", tmp_path / "world")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    made = contents(tmp_path / "world")
    assert made
    assert made.items() <= contents(world).items()
    again = run("synth", "--countries", "2", "-o", tmp_path / "world")
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    assert run("synth", "--countries", "2", "--jobs", "0", "-o", tmp_path / "x").returncode == 2
