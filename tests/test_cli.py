"""The command as a user meets it: help, exit status, and one clear sentence for each mistake."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcm_ld import __version__, open_dataset
from gcm_ld.cli import COMMANDS
from gcm_ld.errors import InputError
from gcm_ld.report import build_report
from tests.conftest import Run

Broken = Callable[..., Path]


def test_help_lists_every_command(program: Run) -> None:
    result = program("--help")
    assert result.returncode == 0
    for name, (_, line) in COMMANDS.items():
        assert f"  {name}" in result.stdout
        assert line.split(":")[0] in " ".join(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(program: Run, name: str) -> None:
    result = program(name, "--help")
    assert result.returncode == 0
    assert "Example:" in result.stdout
    assert f"gcm-ld {name}" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        ("report",),
        ("report", "coverage"),
        ("query", "--list"),
        ("query", "select_outcomes"),
        ("validate",),
        ("format", "--check", "."),
    ],
    ids=" ".join,
)
def test_each_command_does_its_work(
    program: Run, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text("<http://a> <http://b> <http://c> .\n", encoding="utf-8")
    if arguments[0] == "format":
        program("format", tmp_path)
    result = program(*arguments, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() or arguments[0] == "format"
    assert result.stderr == ""


def test_version(program: Run) -> None:
    assert program("--version").stdout.strip() == f"gcm-ld, version {__version__}"


def test_module_runs_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gcm_ld", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(f"{__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "coverage", "--format", "csv"),
        ("query", "select_outcomes", "--format", "json"),
        ("report", "matrix", "-o", "matrix.html"),
        ("claims", "--brief"),
        ("report", "--data", "nowhere"),
        ("--debug", "report", "coverge"),
    ],
    ids=" ".join,
)
def test_what_most_tests_run_is_the_installed_program(
    run: Run, program: Run, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    found = []
    for name, call in (("forked", run), ("started", program)):
        (tmp_path / name).mkdir()
        done = call(*arguments, cwd=tmp_path / name, COLUMNS="60")
        files = {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}
        found.append((done.returncode, done.stdout, done.stderr.splitlines()[-1:], files))
    assert found[0] == found[1]
    assert any(found[0][1:])


MISTAKES = [
    (("covrage",), "no command 'covrage'"),
    (("repotr",), 'Did you mean "report"?'),
    (("report", "coverge"), 'Did you mean "coverage"?'),
    (("report", "coverage", "--format", "xls"), "'xls' is not one of"),
    (("report", "coverage", "--table", "x", "--format", "csv"), "no table 'x'"),
    (("report", "--table", "x"), "--table goes with"),
    (("report", "--data", "nowhere"), "nowhere: no such file or folder"),
    (("report", "coverage", "-o", "no/such/folder/x.txt"), "can't be written"),
    (("report", "gaps", "--charts", "charts"), "report gaps has no chart"),
    (("query",), "name a question"),
    (("query", "select_outcome"), 'Did you mean "select_outcomes"?'),
    (("query", "claim_title"), "parameter about is missing"),
    (("query", "claim_title", "-p", "about"), "write it as NAME=VALUE"),
    (("query", "claim_title", "-p", "about=x> . }"), "is not an IRI"),
    (("query", "select_goals", "select_gaps", "-f", "csv"), "one question at a time"),
    (("validate", "nowhere.ttl"), "nowhere.ttl: no such file"),
    (("claims", "--data", "nowhere"), "no such file or folder"),
]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("coverage", {"year": 2021}, "--year goes with report calendar, indicator-quality, "),
        ("coverage", {"sdg_data": ("a",)}, "--sdg-data goes with report sdg-data, not coverage: "),
        (
            "calendar",
            {"rule": "worst"},
            "with report progress and progress-countries, not calendar",
        ),
        ("gaps", {"subject": "sdg"}, "--subject goes with report coverage, not gaps: leave it out"),
    ],
)
def test_options_of_other_reports_are_refused(
    name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        build_report(name, open_dataset(), **options)


def test_a_full_disk_is_one_sentence(run: Run) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no device that is always full")
    program = Path(sys.executable).parent / "gcm-ld"
    with full.open("wb") as out:
        done = subprocess.run(
            [program, "query", "select_outcomes"], stdout=out, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"Error: the output can't be written (No space left on device)\n"


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[" ".join(m[0]) for m in MISTAKES])
def test_mistakes(run: Run, arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command", [("report", "coverage", "--data"), ("validate",), ("claims", "--data")]
)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"@prefix a: <http://a/> .\na:b a:c a:d ;\n  x .\n", "mine.ttl, line 3, column"),
        ("<http://a> <http://b> \"Shqipëri\" .".encode("latin-1"), "not UTF-8 text: save the file as UTF-8"),
        (b"", "no statement in it: there is nothing to"),
        (b"PK\x03\x04 a workbook", "this is not Turtle"),
    ],
    ids=["broken", "latin-1", "empty", "workbook"],
)  # fmt: skip
def test_bad_files(
    run: Run, broken: Broken, command: tuple[str, ...], content: bytes, message: str
) -> None:
    path = broken(content)
    result = run(*command, path)
    assert result.returncode == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_folder_without_turtle(run: Run, tmp_path: Path) -> None:
    result = run("report", "--data", tmp_path)
    assert result.returncode == 2
    assert "no Turtle file (*.ttl) here" in result.stderr


def test_debug_shows_the_traceback(program: Run) -> None:
    result = program("--debug", "report", "coverge")
    assert result.returncode == 1
    assert "Traceback" in result.stderr


def test_output_file_is_what_is_printed(run: Run, tmp_path: Path) -> None:
    printed = run("report", "gaps", "--format", "csv")
    saved = run("report", "gaps", "--format", "csv", "-o", tmp_path / "gaps.csv")
    assert saved.returncode == 0
    assert saved.stdout == saved.stderr == ""
    assert (tmp_path / "gaps.csv").read_text(encoding="utf-8") == printed.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["gaps.csv"]


def test_same_call_gives_the_same_bytes(run: Run) -> None:
    for arguments in (
        ("report",),
        ("report", "matrix", "-f", "json"),
        ("query", "select_sdg_links"),
    ):
        assert (
            run(*arguments, PYTHONHASHSEED="1").stdout == run(*arguments, PYTHONHASHSEED="2").stdout
        )


def test_query_list(run: Run) -> None:
    listed = json.loads(run("query", "--list", "--format", "json").stdout)
    about = next(q for q in listed if q["name"] == "claim_title")
    assert about["parameters"][0]["name"] == "about"
    assert about["parameters"][0]["required"]
    table = run("query", "--list").stdout
    assert all(q["name"] in table for q in listed)
    assert "claim_title : about*" in table


def test_closed_pipe_is_no_error() -> None:
    program = Path(sys.executable).parent / "gcm-ld"
    done = subprocess.run(
        f"{program} query select_indicators -f csv | head -n 1",
        shell=True, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("framework,indicator")
    assert done.stderr == ""


def test_on_a_terminal_tables_follow_its_width() -> None:
    program = Path(sys.executable).parent / "gcm-ld"
    widths = {}
    for columns in (60, 160):
        leader, follower = pty.openpty()
        env = {**os.environ, "COLUMNS": str(columns)}
        process = subprocess.Popen(
            [program, "report", "coverage"], stdout=follower, stderr=follower, env=env
        )
        os.close(follower)
        output = b""
        while True:
            try:
                chunk = os.read(leader, 65536)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
        process.wait()
        os.close(leader)
        widths[columns] = max(len(x.rstrip()) for x in output.decode().splitlines())
    assert widths[60] <= 60 < widths[160] <= 160
