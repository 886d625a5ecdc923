"""``gcm-ld import --each``: every source a folder of its own, whole or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from gcm_ld import workers as pool
from gcm_ld.errors import InputError
from gcm_ld.resources import shipped_data, turtle_files
from gcm_ld.tables.batch import Outcome, folder_names, import_each
from gcm_ld.tables.shipped import Shipped
from tests.conftest import Run

COUNTRIES = ("abw", "afg", "ago")
FILES = {f"{{}}-2030{end}.ttl" for end in ("", "-values", "-targets")}


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped(shipped_data())


def make_tables(folder: Path, code: str, **cells: str) -> Path:
    """A country with one indicator and three values; ``cells`` replace what is written."""
    texts = {
        "frameworks": "Code,Title,Country\n{framework},A plan,{country}\n",
        "indicators": "Code,Title,Unit,Better is\nvisas,Number of visas,Number,Higher\n",
        "values": "Indicator,Period,Value,Sex\nvisas,2021,{value},\nvisas,2022,12,\n"
        "visas,2022,5,Female\n",
        "targets": "Indicator,What,Period,Value\nvisas,Baseline,2020,8\nvisas,Target,2030,20\n",
    }
    given = {"framework": f"{code}-2030", "country": code.upper(), "value": "10"} | cells
    target = folder / code
    target.mkdir(parents=True)
    for name, text in texts.items():
        (target / f"{name}.csv").write_text(text.format(**given), encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("tables")
    return [make_tables(folder, code) for code in COUNTRIES]


def tree(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def files_of(code: str) -> set[str]:
    return {f"{code}/{name.format(code)}" for name in FILES}


def run_each(
    sources: list[Path], output: Path, shipped: Shipped, *, jobs: int = 1, **choice: bool
) -> list[Outcome]:
    return list(import_each(sources, output, shipped, choice, jobs=jobs))


@pytest.fixture(scope="module")
def alone(
    sources: list[Path], tmp_path_factory: pytest.TempPathFactory, run: Run
) -> dict[str, bytes]:
    """What one import after the other writes."""
    folder = tmp_path_factory.mktemp("alone")
    for source in sources:
        result = run("import", str(source), "-o", str(folder / source.name))
        assert result.returncode == 0, result.output
    return tree(folder)


def test_each_source_becomes_what_it_becomes_alone(
    sources: list[Path], alone: Mapping[str, bytes], tmp_path: Path, run: Run
) -> None:
    result = run("import", *map(str, sources), "--each", "-o", str(tmp_path / "data"))
    assert result.returncode == 0, result.output
    assert tree(tmp_path / "data") == alone
    assert set(alone) == set().union(*map(files_of, COUNTRIES))
    assert [line.split()[:3] for line in result.stdout.splitlines()[2:5]] == [
        [code, "3", "1"] for code in COUNTRIES
    ]
    assert f"wrote 3 folders to {tmp_path / 'data'}" in result.stdout
    assert f"gcm-ld report progress-countries --data {tmp_path / 'data'}" in result.stdout


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_any_number_of_processes_writes_the_same(
    sources: list[Path],
    alone: Mapping[str, bytes],
    shipped: Shipped,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    jobs: int,
) -> None:
    monkeypatch.setattr(pool, "cores", lambda: 2)
    outcomes = run_each(sources, tmp_path, shipped, jobs=jobs)
    assert [o.source for o in outcomes] == sources
    assert tree(tmp_path) == alone


def test_what_is_at_fault_stays_out_and_holds_nobody_up(
    sources: list[Path], alone: Mapping[str, bytes], tmp_path: Path, run: Run
) -> None:
    bad = make_tables(tmp_path / "in", "bdi", value="ten")
    worse = make_tables(tmp_path / "in", "ben", country="XXY")
    given = [str(p) for p in (sources[0], bad, worse, sources[1])]
    result = run("import", *given, "--each", "-o", str(tmp_path / "data"))
    assert result.returncode == 2
    assert f"{bad}: values.csv, row 2, column Value: “ten” " in result.stderr
    assert f"{worse}: frameworks.csv, row 2, column Country: " in result.stderr
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: 2 of 4 sources are at fault, as listed above: correct ")
    assert last.endswith("import them again; the other folders are written")
    expected = files_of("abw") | files_of("afg")
    assert tree(tmp_path / "data") == {name: alone[name] for name in expected}


def test_a_source_at_fault_leaves_its_folder_as_it_was(
    sources: list[Path], tmp_path: Path, run: Run
) -> None:
    data = tmp_path / "data"
    first = make_tables(tmp_path / "first", "abw", value="9")
    assert run("import", str(first), "--each", "-o", str(data)).returncode == 0
    before = tree(data)
    # A published figure that differs is a fault, here as in an import of one.
    result = run("import", *map(str, sources), "--each", "-o", str(data))
    assert result.returncode == 2
    assert "1 of 3 sources is at fault" in result.stderr
    assert "write Revised in Status" in result.stderr
    assert {name: text for name, text in tree(data).items() if name[:3] == "abw"} == before
    assert set(tree(data)) == set().union(*map(files_of, COUNTRIES))
    assert run("import", *map(str, sources), "--each", "-o", str(data), "--force").returncode == 0
    assert tree(data).keys() == set().union(*map(files_of, COUNTRIES))


def test_a_trial_writes_nothing(sources: list[Path], tmp_path: Path, run: Run) -> None:
    result = run("import", *map(str, sources), "--each", "--dry-run", "-o", str(tmp_path / "data"))
    assert result.returncode == 0
    assert "3 sources without a fault; nothing is written" in result.stdout
    assert not (tmp_path / "data").exists()


def test_programs_are_told_of_each(sources: list[Path], tmp_path: Path, run: Run) -> None:
    bad = make_tables(tmp_path / "in", "bdi", value="ten")
    given = [str(sources[0]), str(bad), str(tmp_path / "no.xlsx")]
    result = run("import", *given, "--each", "-o", str(tmp_path / "data"), "--format", "json")
    assert result.returncode == 2
    found = json.loads(result.stdout)
    assert found["conforms"] is False
    assert [i["conforms"] for i in found["imports"]] == [True, False, False]
    assert found["imports"][0]["things"]["value"] == 3
    assert [f["row"] for f in found["imports"][1]["faults"]] == [2]
    assert "no such file" in found["imports"][2]["problem"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_framework_comes_from_one_source(
    sources: list[Path],
    shipped: Shipped,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    jobs: int,
) -> None:
    """Somebody's copy of a neighbour's tables, whose code was not changed."""
    monkeypatch.setattr(pool, "cores", lambda: 2)
    copy = make_tables(tmp_path / "in", "aia", framework="abw-2030")
    first, second = run_each([sources[0], copy], tmp_path / "data", shipped, jobs=jobs)
    assert first.is_sound
    assert second.problem == (
        f"{copy}: is about abw-2030, as {sources[0]} is: give it a code of its own, or import one "
        "of the two"
    )
    assert set(tree(tmp_path / "data")) == files_of("abw")


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    assert folder_names([Path("a/xkx"), Path("xky.xlsx")]) == ["xkx", "xky"]
    with pytest.raises(InputError, match=r"xkx and b.XKX\.xlsx would both become XKX: rename one"):
        folder_names([Path("a/xkx"), Path("b/XKX.xlsx")])


def test_several_sources_need_the_option(sources: list[Path], tmp_path: Path, run: Run) -> None:
    result = run("import", *map(str, sources), "-o", str(tmp_path / "data"))
    assert result.returncode == 2
    assert "3 sources: add --each, and each becomes a folder of its own below" in result.stderr
    (tmp_path / "file").touch()
    result = run("import", str(sources[0]), "--each", "-o", str(tmp_path / "file"))
    assert result.returncode == 2
    assert "file: is a file: name a folder with -o" in result.stderr
    assert run("import", "--each", "-o", str(tmp_path / "data")).returncode == 2


# -- killed, and bounded ---------------------------------------------------------------------------


def _killed_at(moment: int, sources: list[Path], output: Path, shipped: Shipped) -> None:
    done = 0
    sync = os.fsync

    def count(descriptor: int) -> None:
        nonlocal done
        done += 1
        if done == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(descriptor)

    os.fsync = count
    run_each(sources, output, shipped)


@pytest.mark.parametrize("moment", [2, 5])
def test_killed_at_any_moment_whole_folders_stand(
    sources: list[Path],
    alone: Mapping[str, bytes],
    shipped: Shipped,
    tmp_path: Path,
    moment: int,
) -> None:
    shipped.records()
    process = multiprocessing.get_context("fork").Process(
        target=_killed_at, args=(moment, sources, tmp_path, shipped)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    whole = {p.name for p in tmp_path.iterdir() if not p.name.startswith(".")}
    assert whole == set(COUNTRIES[: (moment - 1) // len(FILES)])
    # What was begun lies beside, where nothing reads it.
    assert len(list(tmp_path.rglob("*.ttl"))) > len(turtle_files(tmp_path))
    found = {p.relative_to(tmp_path).as_posix() for p in turtle_files(tmp_path)}
    assert found == set().union(*map(files_of, whole))
    assert all(o.is_sound for o in run_each(sources, tmp_path, shipped))
    found = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in turtle_files(tmp_path)}
    assert found == alone


def test_a_process_that_is_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "cores", lambda: 2)
    parent = os.getpid()

    def end(number: int) -> bytes:
        if number == 3 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"%d" % number

    with pytest.raises(InputError, match=r"a process was ended before .* try again with --jobs 1"):
        list(pool.run_all(end, 8, jobs=2))
    assert list(pool.run_all(end, 8, jobs=1)) == [b"%d" % n for n in range(8)]


def test_few_answers_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many countries there are, some at a time are in memory."""
    monkeypatch.setattr(pool, "cores", lambda: 2)

    def begin(number: int) -> int:
        (tmp_path / str(number)).touch()
        return number

    answers = pool.run_all(begin, 50, jobs=2)
    assert next(answers) == 0
    time.sleep(0.2)
    assert len(list(tmp_path.iterdir())) <= 2 * pool._AHEAD + 1
    assert list(answers) == list(range(1, 50))


def test_a_source_elsewhere_is_named_by_its_folder(
    sources: list[Path], tmp_path: Path, shipped: Shipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sources[0], tmp_path / "in" / "abw")
    monkeypatch.chdir(tmp_path / "in" / "abw")
    (outcome,) = run_each([Path()], tmp_path / "data", shipped)
    assert outcome.target == tmp_path / "data" / "abw"
    assert set(tree(tmp_path / "data")) == files_of("abw")
