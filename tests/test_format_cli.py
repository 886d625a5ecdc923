"""``gcm-ld format``, run as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOOSE = "<http://a/10> a <http://a/T>. <http://a/2> a <http://a/T> ."
CANONICAL = "<http://a/2>\n\ta <http://a/T>\n.\n\n<http://a/10>\n\ta <http://a/T>\n.\n"


def run(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("gcm-ld")
    return subprocess.run(
        [command, "format", *args], capture_output=True, text=True, input=stdin, check=False
    )


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "good.ttl").write_text(CANONICAL)
    (tmp_path / "sub" / "loose.ttl").write_text(LOOSE)
    (tmp_path / "notes.txt").write_text("not Turtle")
    return tmp_path


def test_check_lists_what_would_change_and_writes_nothing(tree):
    done = run("--check", tree)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{tree / 'sub' / 'loose.ttl'}\n"
    assert (tree / "sub" / "loose.ttl").read_text() == LOOSE


def test_files_are_rewritten_once(tree):
    untouched = (tree / "good.ttl").stat().st_mtime_ns
    done = run(tree, tree / "sub" / "loose.ttl")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tree / 'sub' / 'loose.ttl'}\n"
    assert (tree / "sub" / "loose.ttl").read_text() == CANONICAL
    assert (tree / "good.ttl").stat().st_mtime_ns == untouched
    again = run("--check", tree)
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# why\n" + LOOSE, "line 1: this comment would be lost: "),
        ("oops", "line 1, column 1: this is not Turtle: "),
        (
            "_:x <a:p> _:y . _:y <a:p> _:x .",
            "bad.ttl: blank nodes form a circle: give one of them an IRI",
        ),
    ],
)
def test_nothing_is_written_unless_all_can_be(tree, text, sentence):
    (tree / "zbad.ttl").write_text(text)
    done = run(tree)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {tree / 'zbad.ttl'}") and sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tree / "sub" / "loose.ttl").read_text() == LOOSE


def test_comments_go_when_asked(tree):
    path = tree / "commented.ttl"
    path.write_text("# why\n" + LOOSE)
    assert run("--check", path).returncode == 2
    done = run("--drop-comments", path)
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    assert path.read_text() == CANONICAL


def test_standard_input_goes_to_standard_output():
    done = run("-", stdin=LOOSE)
    assert (done.returncode, done.stdout, done.stderr) == (0, CANONICAL, "")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ([], "Missing argument 'PATH...'"),
        (["none.ttl"], "Error: none.ttl: no such file or folder: check the path"),
        (["."], "Error: .: no Turtle file (*.ttl) in this folder: check the path"),
        (["--sort", "x"], "No such option"),
    ],
)
def test_a_wrong_call_is_explained(tmp_path, monkeypatch, args, sentence):
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_help_holds_an_example():
    done = run("--help")
    assert done.returncode == 0 and "Example:\n    gcm-ld format data/alb" in done.stdout
