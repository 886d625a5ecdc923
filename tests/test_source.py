"""``--data``, ``--store``: the same commands give the same bytes, wherever the data come from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.world import make_world
from gcm_ld import open_dataset
from gcm_ld.errors import InputError
from gcm_ld.loading import load
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Part, Site
from gcm_ld.queries import list_queries
from gcm_ld.report import build_report
from gcm_ld.source import FileSource, StoreSource
from tests.conftest import Run


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data and a world of two countries, each as a store; nobody writes to them."""
    place = tmp_path_factory.mktemp("source")
    load(place / "shipped")
    load(place / "small", [make_world(place / "world", 2)])
    return place


_X = ["--framework", "x001-nsm-2019"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "frameworks"],
        ["report", "frameworks", "--curated"],
        ["query", "select_frameworks"],
        ["query", "select_rollup", "-f", "csv"],
        ["validate", "--severity", "info", "-f", "csv"],
        ["claims", "--brief"],
        ["export", "--format", "sssom"],
    ],
    ids=" ".join,
)
def test_a_store_of_the_shipped_data_gives_the_same_bytes(
    run: Run, place: Path, arguments: list[str]
) -> None:
    one, other = run(*arguments), run(*arguments, "--store", place / "shipped")
    assert (other.stdout, other.stderr, other.returncode) == (
        one.stdout,
        one.stderr,
        one.returncode,
    )
    assert one.stdout and not one.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],  # several countries: refused alike
        ["report", "coverage", *_X, "-f", "csv"],
        ["report", "frameworks"],
        ["report", "countries"],
        ["report", "coverage", "--framework", "x002-nsm-2019"],  # no such one
        ["query", "select_coverage", "-f", "csv"],
        ["export", "--format", "sssom", *_X],
    ],
    ids=" ".join,
)
def test_a_store_of_two_countries_gives_the_same_bytes(
    run: Run, place: Path, arguments: list[str]
) -> None:
    one = run(*arguments, "--data", place / "world")
    other = run(*arguments, "--store", place / "small")
    assert (other.stdout, other.stderr, other.returncode) == (
        one.stdout,
        one.stderr,
        one.returncode,
    )
    assert one.stdout or one.returncode == 2


def test_all_reports_on_a_framework_are_on_the_groups_that_mention_it(
    run: Run, place: Path
) -> None:
    """The odd places that the report on quality lists are those of all files that are read."""
    arguments = ["report", "--framework", "x001-nsm-2019"]
    one = run(*arguments, "--data", place / "world" / "x001")
    other = run(*arguments, "--store", place / "small")
    assert (other.stdout, other.stderr) == (one.stdout, one.stderr)
    assert one.returncode == other.returncode == 0


def test_validation_differs_only_in_where_the_files_lie(run: Run, place: Path) -> None:
    (place / "faulty" / "alb").mkdir(parents=True, exist_ok=True)
    for path in (place / "world" / "alb").glob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace("skos:prefLabel", "skos:altLabel", 3)
        (place / "faulty" / "alb" / path.name).write_text(text, encoding="utf-8")
    load(place / "wrong", [place / "faulty"])
    arguments = ["validate", "-f", "csv", "--severity", "info"]
    one = run(*arguments, place / "faulty")
    other = run(*arguments, "--store", place / "wrong")
    assert one.returncode == other.returncode == 1
    assert one.stdout.count("violation,") > 3
    files = place / "wrong" / "g000001" / "files"
    assert other.stdout.replace(str(files), str(place / "faulty")) == one.stdout


def test_what_is_published_from_a_store_is_the_same(run: Run, place: Path) -> None:
    settings = Settings(title="t", description="d")
    one = Site(open_dataset(place / "world"), settings)
    other = Site(StoreSource(place / "small").dataset(), settings)
    assert [_facts(part) for part in one.parts] == [_facts(part) for part in other.parts]
    rehearsed = [
        run("publish", "--rehearse", option, place / name)
        for option, name in (("--data", "world"), ("--store", "small"))
    ]
    assert rehearsed[0].stdout == rehearsed[1].stdout
    assert rehearsed[0].stdout and not rehearsed[1].stderr


def _facts(part: Part) -> tuple[str, str, bool, str]:
    return part.name, part.iri, part.own, part.digest


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["report", "--data", "W", "--store", "S"], "--data and --store exclude each other"),
        (["query", "x", "--store", "S", "--endpoint", "E"], "--store and --endpoint exclude each"),
        (["claims", "--data", "W", "--endpoint", "E"], "--data and --endpoint exclude each other"),
        (["validate", "W", "--store", "S"], "PATH and --store exclude each other"),
        (["export", "--format", "sssom", "--user", "me"], "--user goes with --endpoint"),
        (["publish", "--rehearse", "--timeout", "3"], "--timeout goes with --endpoint"),
        (["report", "--store", "W"], "is no store: it lacks gcm-ld-store.json"),
        (["query", "x", "--store", "N"], "no such store: make it with gcm-ld load --store"),
    ],
    ids=" ".join,
)
def test_one_place_of_the_data_is_named_and_it_is_one(
    run: Run, place: Path, arguments: list[str], problem: str
) -> None:
    places = {"W": place / "world", "S": place / "small", "N": place / "none"}
    places["E"] = "http://127.0.0.1:1/"  # type: ignore[assignment]
    done = run(*(places.get(a, a) for a in arguments))
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert problem in done.stderr


# -- what is opened ------------------------------------------------------------------------------


def _groups(source: StoreSource, framework: str | None = None) -> set[str]:
    return {path.parent.name for path in source.dataset(framework=framework).files}


def test_a_framework_opens_the_groups_that_mention_it(place: Path) -> None:
    source = StoreSource(place / "small")
    assert _groups(source) == {"alb", "x001"}
    assert _groups(source, "x001-nsm-2019") == {"x001"}
    assert _groups(source, "https://w3id.org/gcm-ld/id/alb-nsm-2019") == {"alb"}
    assert _groups(source, "gcm") == _groups(source, "sdg") == {"alb", "x001"}
    assert _groups(source, "nobody") == _groups(source, "a b:c <") == {"alb", "x001"}


def test_the_shipped_data_are_opened_as_such(place: Path) -> None:
    dataset = StoreSource(place / "shipped").dataset()
    assert not dataset.own
    assert dataset.files == open_dataset().files


def test_countries_among_ones_own_files_are_not_there_twice(tmp_path: Path) -> None:
    shutil.copytree(Path(open_dataset().files[0]).parents[1], tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "unece")
    load(tmp_path / "store", [tmp_path / "data"])
    dataset = StoreSource(tmp_path / "store").dataset()
    assert dataset.own
    names = [path.parent.name for path in (*dataset.files, *dataset.context_files)]
    assert names.count("country") == 1


def test_a_question_across_countries_goes_to_the_engine(place: Path) -> None:
    whole, files = StoreSource(place / "small").whole(), FileSource([place / "world"]).whole()
    counted = [q.name for q in list_queries(tag="observations") if not q.parameters]
    assert counted
    for query in ("select_coverage", "select_rollup", *counted):
        assert whole.query(query) == files.query(query), query
    assert whole.query("select_coverage").rows
    assert whole.store is whole.asserted is whole.observed
    assert "triples_by_file" not in whole.__dict__


@pytest.mark.parametrize("curated", [False, True])
def test_links_that_somebody_judged_are_counted_only_when_asked_for(
    place: Path, curated: bool
) -> None:
    whole, files = StoreSource(place / "small").whole(), FileSource([place / "world"]).whole()
    one = build_report("frameworks", whole, curated=curated)
    other = build_report("frameworks", files, curated=curated)
    assert one == other


def test_a_store_can_not_be_changed_by_asking_it(place: Path) -> None:
    with pytest.raises(InputError, match="change it with gcm-ld load"):
        StoreSource(place / "small").graph_store().add([])
