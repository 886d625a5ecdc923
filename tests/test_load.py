"""``gcm-ld load``: which groups come and go, and that nothing that goes wrong harms a store."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld.errors import EmptyDatasetError, FileError, InputError
from gcm_ld.loading import load
from gcm_ld.loading.groups import find_items
from gcm_ld.resources import folder
from gcm_ld.store.database import Database
from tests.conftest import Run

PROGRAM = Path(sys.executable).parent / "gcm-ld"
X = "https://w3id.org/gcm-ld/id/x"
NOTE = b'<https://w3id.org/gcm-ld/id/x> <http://www.w3.org/2004/02/skos/core#note> "%s" .\n'


def generations(store: Path) -> list[str]:
    return sorted(path.name for path in store.glob("g[0-9]*"))


def names(store: Path) -> set[str]:
    return {d.name for d in Database(store).manifest().datasets.values() if d.own}


def quads(store: Path) -> int:
    with Database(store).open() as snapshot:
        return len(snapshot.store)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two groups of Albania's; nobody writes to it."""
    place = tmp_path_factory.mktemp("small")
    load(place / "store", [folder("data") / "ogp", folder("data") / "iom"])
    return place / "store"


@pytest.fixture
def store(small: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    shutil.copytree(small, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A group of one small file."""
    path = tmp_path / "mine"
    path.mkdir()
    (path / "notes.ttl").write_bytes(NOTE % b"1")
    return path


# -- groups --------------------------------------------------------------------------------------


def _write(root: Path, *files: str) -> None:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(NOTE % name.encode())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("world/alb", ["alb/a", "alb/b", "alb/more/c"]),
        ("world", ["alb/a", "alb/b", "alb/more/c", "xkx/a", "deep/a"]),
        ("world/alb/a.ttl", ["alb/a"]),
    ],
)
def test_a_folder_of_files_is_a_group_and_a_folder_of_folders_many(
    tmp_path: Path, path: str, expected: list[str]
) -> None:
    _write(tmp_path / "world", "alb/a.ttl", "alb/b.ttl", "alb/more/c.ttl", "xkx/a.ttl")
    _write(tmp_path / "world", "region/deep/a.ttl", "empty/readme.txt")
    items = find_items([tmp_path / path])
    assert sorted(item.name for item in items) == sorted(expected)
    assert {item.group for item in items} == {name.partition("/")[0] for name in expected}


def test_a_folder_is_named_as_it_is_from_within_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "alb/a.ttl")
    monkeypatch.chdir(tmp_path / "alb")
    assert [item.name for item in find_items([Path()])] == ["alb/a"]
    assert [item.name for item in find_items([Path("a.ttl"), Path("../alb")])] == ["alb/a"]


@pytest.mark.parametrize(
    ("files", "paths", "problem"),
    [
        ((), ["none"], "none: no such file or folder: check the path"),
        (("a/readme.txt",), ["a"], r"no Turtle file \(\*\.ttl\) here"),
        (("x/alb/a.ttl", "y/alb/b.ttl"), ["x", "y"], "would both become the group alb"),
        (("a/x.ttl", "a/x.txt"), ["a", "a/x.txt"], "would both become the dataset a/x"),
        (("a/x.ttl", "a/X.ttl"), ["a"], "a/X and a/x differ by capitals only"),
        (("a/x.ttl", "A/x.ttl"), ["."], "differ by capitals only"),
        (("a/derived.ttl",), ["a"], "a/derived: that is how the store names its own graphs"),
    ],
)
def test_names_that_can_not_stand_apart_are_refused(
    tmp_path: Path, files: tuple[str, ...], paths: list[str], problem: str
) -> None:
    _write(tmp_path, *files)
    with pytest.raises(InputError, match=problem):
        find_items([tmp_path / path for path in paths])


# -- the command ---------------------------------------------------------------------------------


def test_groups_come_are_replaced_and_go(run: Run, store: Path, group: Path) -> None:
    done = run("load", group, "--store", store)
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.replace("\n  ", " ")
    assert said.startswith(f"{store}: added mine.")
    assert "In it: 13 datasets in 3 groups, and " in said
    (group / "more.ttl").write_bytes(NOTE % b"2")
    (group / "notes.ttl").unlink()
    assert ": replaced mine." in run("load", group, "--store", store, COLUMNS="300").stdout
    assert {n for n in names(store) if n.startswith("mine/")} == {"mine/more"}
    again = run("load", group, "--store", store, COLUMNS="300")
    assert ": left unchanged mine." in again.stdout
    assert generations(store) == ["g000003"]
    gone = run("load", "--store", store, "--remove", "ogp", "--remove", "mine", COLUMNS="300")
    assert ": removed mine, ogp." in gone.stdout
    assert {name.partition("/")[0] for name in names(store)} == {"iom"}


def test_a_store_can_be_listed(run: Run, small: Path) -> None:
    table = run("load", "--store", small, "--list").stdout.splitlines()
    assert table[0].split() == ["Group", "Datasets", "Statements", "Derived"]
    assert table[2].split()[:2] == ["iom", "8"]
    assert any(line.split()[0] == "gcm" and "context" in line for line in table)
    rows = list(
        csv.DictReader(io.StringIO(run("load", "--store", small, "--list", "-f", "csv").stdout))
    )
    value = json.loads(run("load", "--store", small, "--list", "-f", "json").stdout)
    assert value["generation"] == "g000001"
    assert [row["dataset"] for row in rows] == [d["dataset"] for d in value["datasets"]]
    first = value["datasets"][0]
    assert first["dataset"] == "iom/alb-nsm-2019--iom-alb-2022"
    assert first["graph"] == f"https://w3id.org/gcm-ld/id/dataset/{first['dataset']}"
    assert (first["own"], rows[0]["own"], rows[-1]["own"]) == (True, "true", "false")


def test_a_group_of_ones_own_stands_in_for_the_context(tmp_path: Path) -> None:
    world = tmp_path / "world"
    shutil.copytree(folder("data") / "gcm", world / "gcm")
    summary = load(tmp_path / "store", [folder("data") / "ogp"])
    assert [d.name for d in summary.datasets.values() if d.group == "gcm" and d.own] == []
    summary = load(tmp_path / "store", [world / "gcm"])
    assert {d.own for d in summary.datasets.values() if d.group == "gcm"} == {True}
    assert summary.added == ("gcm",)
    summary = load(tmp_path / "store", remove=["gcm"])
    assert {d.own for d in summary.datasets.values() if d.group == "gcm"} == {False}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["PATH"], "say where to: give either --store DIR or --endpoint URL"),
        (["--store", "S", "--endpoint", "http://x/"], "say where to: give either"),
        (["--store", "S", "--remove", "opg"], 'there are: iom, ogp. Did you mean "ogp"?'),
        (["--store", "S", "--remove", "ogp", "--remove", "iom"], "nothing would be left"),
        (["--store", "S", "--list", "PATH"], "--list only shows what is there"),
        (["--store", "S", "--merge"], "--merge goes with --endpoint"),
        (["--store", "S", "--user", "me"], "--user goes with --endpoint"),
        (["--store", "PATH", "PATH"], "is no store, and not empty"),
        (["--store", "PATH/notes.ttl", "PATH"], "is a file: name a folder for the store"),
        (["--store", "S", "PATH", "--remove", "gcm"], "no group 'gcm' to remove"),
        (["--store", "S", "PATH", "--remove", "mine"], "to be loaded and removed at once"),
    ],
)
def test_wrong_calls_are_refused_in_one_sentence(
    run: Run, small: Path, group: Path, arguments: list[str], problem: str
) -> None:
    places = {"S": small, "PATH": group, "PATH/notes.ttl": group / "notes.ttl"}
    before = sorted(small.rglob("*"))
    done = run("load", *(places.get(a, a) for a in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert problem in done.stderr
    assert sorted(small.rglob("*")) == before


# -- what goes wrong -----------------------------------------------------------------------------

_LARGE = b"".join(NOTE % str(n).encode() for n in range(20_000))


def _spoil_turtle(group: Path) -> None:
    (group / "bad.ttl").write_bytes(b"<http://example.org/a> <b")


def _spoil_text(group: Path) -> None:
    (group / "bad.ttl").write_bytes(NOTE % b"\xff")


def _spoil_nothing(group: Path) -> None:
    (group / "notes.ttl").write_bytes(b"# nothing\n")


def _spoil_mixture(group: Path) -> None:
    text = "<https://w3id.org/gcm-ld/id/{}> a <{}>{} .\n"
    crosswalk = "https://w3id.org/gcm-ld/ontology#Crosswalk"
    synthetic = ", <https://w3id.org/gcm-ld/ontology#Synthetic>"
    (group / "notes.ttl").write_text(text.format("crosswalk/a", crosswalk, synthetic))


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_spoil_turtle, r"mine/bad\.ttl, line 1, column \d+: this is not Turtle"),
        (_spoil_text, r"mine/bad\.ttl, line 1, column \d+: this is not UTF-8 text"),
        (_spoil_nothing, r"mine/notes\.ttl: no statement in it: there is nothing to load"),
        (_spoil_mixture, "synthetic and real data must not be mixed"),
    ],
)
def test_a_store_is_as_it_was_after_wrong_data(
    store: Path, group: Path, spoil: Callable[[Path], None], problem: str, anew: bool
) -> None:
    before = quads(store), names(store)
    spoil(group)
    with pytest.raises(InputError, match=problem):
        load(store, [group], anew=anew)
    assert (quads(store), names(store)) == before
    assert generations(store) == ["g000001"]
    assert load(store, remove=["ogp"]).removed == ("ogp",)


def test_a_first_load_that_fails_leaves_nothing_behind(tmp_path: Path, group: Path) -> None:
    _spoil_turtle(group)
    with pytest.raises(FileError, match="this is not Turtle"):
        load(tmp_path / "new" / "store", [group])
    assert not (tmp_path / "new" / "store").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="this is not Turtle"):
        load(tmp_path / "empty", [group])
    assert list((tmp_path / "empty").iterdir()) == []


def test_an_unreadable_file_is_named(store: Path, group: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("this user may read every file")
    (group / "notes.ttl").chmod(0)
    with pytest.raises(FileError, match=r"mine/notes\.ttl: can't be read \(Permission denied\)"):
        load(store, [group])
    assert generations(store) == ["g000001"]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


@pytest.mark.parametrize("size", [0, 1])
def test_a_file_that_can_not_be_written_leaves_the_store_as_it_was(
    store: Path, group: Path, size: int
) -> None:
    """A limit on files' size stands in for a full disk: once for a file, once for the database."""
    if size:
        (group / "large.ttl").write_bytes(_LARGE)
    before = quads(store), names(store)
    done = subprocess.run(
        [PROGRAM, "load", group, "--store", store],
        capture_output=True,
        text=True,
        preexec_fn=_limit,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert done.stderr == (
        f"Error: {store}: can't be written (File too large); the store is as it was\n"
    )
    assert (quads(store), names(store)) == before
    assert generations(store) == ["g000001"]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", place]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can't be mounted by this user")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_told_in_one_sentence(run: Run, tiny_disk: Path) -> None:
    done = run("load", folder("data") / "ogp", "--store", tiny_disk / "store")
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: {tiny_disk / 'store'}: the disk is full: make room, or put the store on another "
        "disk; the store is as it was\n"
    )
    assert list(tiny_disk.iterdir()) == []


# -- two at once, and killed ---------------------------------------------------------------------

_KILLED = """
import os, signal, sys
from pathlib import Path
from gcm_ld import loading
from gcm_ld.loading import build, patch, writer

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def wrapper(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return wrapper

target, path, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
place, name, when = {
    "before anything": (writer.Writer, "begin", "before"),
    "database copied": (writer.Writer, "clone_database", "after"),
    "database changed": (patch.Patch, "apply", "after"),
    "database built": (build, "find_mixture", "before"),
    "before the list": (writer, "write_bytes", "before"),
    "after the list": (writer, "write_bytes", "after"),
    "while deleting": (writer.Writer, "_delete", "before"),
}[moment]
setattr(place, name, die if when == "before" else after(getattr(place, name)))
loading.load(target, [path], anew=moment == "database built")
"""


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        ("before anything", False),
        ("database copied", False),
        ("database changed", False),
        ("database built", False),
        ("before the list", False),
        ("after the list", True),
        ("while deleting", True),
    ],
)
def test_killed_at_any_step_the_store_is_the_old_one_or_the_new(
    store: Path, group: Path, moment: str, is_new: bool
) -> None:
    script = _KILLED
    if moment == "database copied" or moment == "database changed":
        script = script.replace('anew=moment == "database built"', "anew=False")
    old = names(store)
    before = quads(store)
    command = [sys.executable, "-c", script, str(store), str(group), moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert names(store) == (old | {"mine/notes"} if is_new else old)
    assert quads(store) == before + (2 if is_new else 0)
    assert len(generations(store)) > 1 or moment == "before anything"
    summary = load(store, [group])
    assert summary.unchanged == (("mine",) if is_new else ())
    assert quads(store) == before + 2
    assert len(generations(store)) == 1


def _kill_at_random(command: list[object], rng: random.Random, longest: float) -> bool:
    """Start a process and kill it at a random moment; tell whether it had ended before."""
    process = subprocess.Popen(
        [str(a) for a in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(rng.uniform(0, longest))
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


@pytest.mark.slow
def test_killed_at_random_moments_a_first_load_can_be_repeated(tmp_path: Path) -> None:
    rng = random.Random(1)
    target = tmp_path / "store"
    start = time.monotonic()
    subprocess.run(
        [PROGRAM, "load", "--store", tmp_path / "whole"], check=True, capture_output=True
    )
    longest = time.monotonic() - start
    whole = quads(tmp_path / "whole")
    for _ in range(4):
        ended = _kill_at_random([PROGRAM, "load", "--store", target], rng, longest)
        try:
            assert quads(target) == whole
            shutil.rmtree(target)
        except FileError as error:
            assert not ended
            text = str(error)
            assert "no such store" in text or "did not end: run gcm-ld load again" in text
    load(target)
    assert quads(target) == whole
    assert generations(target) == [Database(target).current()]


def test_killed_at_random_moments_a_store_keeps_its_old_or_has_its_new_content(
    store: Path, group: Path
) -> None:
    rng = random.Random(2)
    command = [PROGRAM, "load", group, "--store", store]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    longest = time.monotonic() - start
    whole, before = quads(store), "1"
    for number in range(2, 8):
        (group / "notes.ttl").write_bytes(NOTE % str(number).encode())
        ended = _kill_at_random(command, rng, longest)
        assert quads(store) == whole
        with Database(store).open() as snapshot:
            found = snapshot.store.quads_for_pattern(ox.NamedNode(X), None, None)
            notes = {str(getattr(quad.object, "value", "")) for quad in found}
            (path,) = snapshot.files("mine")
            assert path.read_bytes() in [NOTE % note.encode() for note in notes]
        assert notes == {str(number)} if ended else notes in ({before}, {str(number)})
        before = notes.pop()
    load(store, [group])
    assert generations(store) == [Database(store).current()]


_HOLDER = """
import sys
from pathlib import Path
from gcm_ld.loading.writer import Writer
with Writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_load_is_refused_while_the_first_is_at_work(
    run: Run, store: Path, group: Path, tmp_path: Path
) -> None:
    for target in (store, tmp_path / "new"):
        first = subprocess.Popen(
            [sys.executable, "-c", _HOLDER, target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        done = run("load", group, "--store", target)
        assert done.returncode == 2
        assert done.stderr == (
            f"Error: {target}: another gcm-ld load is at work on it: wait for it to end\n"
        )
        if target != store:
            done = run("query", "select_frameworks", "--store", target)
            assert done.returncode == 2
            assert done.stderr == (
                f"Error: {target}: this store is in the making: wait for gcm-ld load\n"
            )
        first.communicate()
        assert run("load", group, "--store", target).returncode == 0


def test_nobody_works_on_for_a_load_that_was_killed(tmp_path: Path) -> None:
    target = tmp_path / "store"
    process = subprocess.Popen([PROGRAM, "load", "--store", target])
    children: list[int] = []
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not path.exists():
        process.wait()
        pytest.skip("this system does not list a process's children")
    while not children and process.poll() is None:
        children = [int(pid) for pid in path.read_text().split()]
    process.kill()
    process.wait()
    if not children:
        pytest.skip("one core does the work without helpers")
    end = time.monotonic() + 30
    while any(_is_alive(pid) for pid in children):
        assert time.monotonic() < end, "a helper is still there"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_load_of_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(EmptyDatasetError, match="no Turtle file"):
        load(tmp_path / "store", [tmp_path / "mine"])
    assert not (tmp_path / "store").exists()


# -- compacting ----------------------------------------------------------------------------------


def _named(store: ox.Store) -> set[ox.Quad]:
    """Return the quads without blank nodes, whose labels differ from load to load."""
    return {q for q in store if ox.BlankNode not in (type(q.subject), type(q.object))}


def test_compacting_changes_nothing_but_the_form(store: Path, group: Path) -> None:
    other = store.with_name("other")
    shutil.copytree(store, other)
    load(store, [group], anew=True)
    load(other, [group], anew=True, compact=False)
    with Database(store).open() as one, Database(other).open() as two:
        assert _named(one.store) == _named(two.store)
        assert len(one.store) == len(two.store)
        assert one.datasets == two.datasets


def test_compacting_is_for_a_store(run: Run) -> None:
    result = run("load", "--endpoint", "http://127.0.0.1:9/sparql", "--no-compact")
    assert result.returncode == 2
    assert "--no-compact go with --store" in result.stderr
