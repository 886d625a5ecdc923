"""``gcm-ld export``: the same data give the same files, and these come back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from gcm_ld.resources import shipped_data
from gcm_ld.tables.exchange import EXPORTS
from gcm_ld.tables.output import METADATA
from gcm_ld.turtle import read_turtle
from tests.conftest import Run

ALB = ("--framework", "alb-nsm-2019")


@pytest.mark.slow
def test_tables_go_out_and_come_back(run: Run, tmp_path: Path) -> None:
    """Export, import and export again: the same statements, and the same bytes."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    result = run("export", "--format", "xlsx", *ALB, "-o", first)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    result = run("import", first, "-o", tmp_path / "data")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    written = {t for p in (tmp_path / "data").glob("*.ttl") for t in read_turtle(p)}
    folder = shipped_data()[0].parent.parent / "alb"
    for name in ("nsm-2019.ttl", "gcm--alb-nsm-2019.ttl", "gcm--sdg.ttl"):
        assert set(read_turtle(folder / name)) <= written
    crosswalk = (tmp_path / "data" / "gcm--alb-nsm-2019.ttl").read_bytes()
    assert crosswalk == (folder / "gcm--alb-nsm-2019.ttl").read_bytes()
    assert run("export", "-f", "xlsx", "--data", tmp_path / "data", "-o", second).returncode == 0
    assert first.read_bytes() == second.read_bytes()


def test_csv_is_a_folder_that_describes_itself(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    assert run("export", "--format", "csv", *ALB, "-o", folder).returncode == 0
    metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    assert metadata["@context"][0] == "http://www.w3.org/ns/csvw"
    tables = {table["url"]: table for table in metadata["tables"]}
    assert set(tables) == {p.name for p in folder.glob("*.csv")}
    for name, table in tables.items():
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            headers = next(csv.reader(file))
        columns = table["tableSchema"]["columns"]
        assert [c["titles"] for c in columns] == headers
        assert len({c["name"] for c in columns}) == len(columns)
    (folder / "ratings.csv").write_text("About\n", encoding="utf-8")
    result = run("export", "--format", "csv", *ALB, "-o", folder)
    assert "ratings.csv: is left from before" in result.stderr


@pytest.mark.parametrize("format_", [n for n, e in EXPORTS.items() if e.extra is None])
def test_exchange_formats_go_to_the_screen_or_a_file(
    run: Run, tmp_path: Path, format_: str
) -> None:
    result = run("export", "--format", format_, *ALB)
    assert result.returncode == 0, result.stderr
    assert "alb-nsm-2019" in result.stdout
    path = tmp_path / f"alb{EXPORTS[format_].suffix}"
    assert run("export", "--format", format_, *ALB, "-o", path).returncode == 0
    assert path.read_text(encoding="utf-8") == result.stdout


def test_sssom_comes_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "alb.sssom.tsv"
    assert run("export", "--format", "sssom", *ALB, "-o", path).returncode == 0
    result = run("import", path, "-o", tmp_path / "data")
    assert result.returncode == 0, result.stderr
    assert "links: " in result.stdout
    assert (tmp_path / "data" / "gcm--alb-nsm-2019.ttl").exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--format", "xlsx"), "a workbook can't be shown on a screen: name a file with -o"),
        (("--format", "csv"), "csv is a folder with a file for each sheet: name it with -o"),
        (("--format", "xlsx", "-o", "."), ".: is a folder, and xlsx is one file"),
        (("--format", "skos", "--framework", "alb-nsm-2018"), "no framework 'alb-nsm-2018'"),
        (("--format", "pdf"), "'pdf' is not one of"),
    ],
)
def test_what_is_wrong_is_named(
    run: Run, tmp_path: Path, options: tuple[str, ...], problem: str
) -> None:
    result = run("export", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert problem in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []
