"""The charts: the right figures, as text, the same bytes each time."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from gcm_ld import open_dataset
from gcm_ld.errors import FileError
from gcm_ld.report import build_report

pytest.importorskip("matplotlib")

from gcm_ld.report.charts import (
    COUNTED_BY,
    coverage_lines,
    draw_chart,
    heat_level,
    heat_ranges,
    save_charts,
)

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("coverage", "objectives", "goals")


@pytest.fixture(scope="module")
def dataset():
    return open_dataset()


@pytest.fixture(scope="module")
def coverage(dataset):
    return build_report("coverage", dataset)


@pytest.fixture(scope="module")
def matrix(dataset):
    return build_report("matrix", dataset)


@pytest.fixture(scope="module")
def saved(dataset, coverage, matrix, tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts") / "new" / "folder"
    return save_charts(dataset, [coverage, matrix], folder)


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in Xml.fromstring(svg).iter(f"{SVG}text")]


def bars(svg: str) -> dict[str, list[int]]:
    """The numbers beside each objective's code: those in its bar, then the share in percent."""
    words = texts(svg)
    start = words.index("aligned, %") + 1
    lines: dict[str, list[int]] = {}
    code = ""
    for word in words[start:]:
        if word == str(len(lines) + 1) and (not code or len(lines[code]) > 1):
            code = word
            lines[code] = []
        elif code and word.isdigit():
            lines[code].append(int(word))
    return lines


def test_each_chart_is_saved_as_svg_and_png(saved):
    assert [p.name for p in saved] == [f"{n}.{f}" for n in NAMES for f in ("svg", "png")]
    assert {p.name for p in saved[0].parent.iterdir()} == {p.name for p in saved}


def test_saving_again_gives_the_same_bytes(saved, dataset, coverage, matrix, tmp_path):
    again = save_charts(dataset, [coverage, matrix], tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in saved]


def test_another_process_and_configuration_give_the_same_bytes(saved, tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsavefig.dpi: 20\nsvg.fonttype: path\n")
    command = [Path(sys.executable).with_name("gcm-ld"), "report", "coverage", "--charts", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for path in saved[:2]:
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_files_hold_no_date_and_no_version(saved):
    for path in saved:
        assert not re.search(rb"matplotlib|Matplotlib|<dc:date>|Software", path.read_bytes())


@pytest.mark.parametrize("index", [1, 3, 5])
def test_png_is_a_large_png(saved, index):
    content = saved[index].read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert 1500 < width < 4000
    assert 1500 < height < 4000


def test_coverage_is_counted_by_the_published_rule(coverage):
    lines = coverage_lines(coverage)
    assert COUNTED_BY == "published"
    assert [code for code, *_ in lines] == [str(n) for n in range(1, 24)]
    assert (sum(a for *_, a, _ in lines), sum(t for *_, t in lines)) == (130, 186)
    assert lines[0][2:] == (9, 11)


def test_coverage_svg_shows_every_objective_and_its_numbers(saved, coverage):
    svg = saved[0].read_text()
    found = bars(svg)
    expected = {
        code: [n for n in (aligned, total - aligned) if n] + [int(100 * aligned / total + 0.5)]
        for code, _, aligned, total in coverage_lines(coverage)
    }
    assert len(found) == 23
    assert found["1"][:2] == [9, 2]
    assert found["9"] == [6, 0]
    assert found == expected
    words = " ".join(texts(svg))
    assert "130 of 186 aligned (69.9 %): published rule, counted by table row" in words
    assert "Source: Reference Guide/Manual" in words


@pytest.mark.parametrize("narrow", [False, True])
def test_drawing_for_a_page_shows_the_same_numbers(dataset, coverage, saved, narrow):
    svg = draw_chart("coverage", dataset, coverage, narrow=narrow)
    assert bars(svg) == bars(saved[0].read_text())


@pytest.mark.parametrize(("index", "name"), [(2, "objectives"), (4, "goals")])
def test_matrix_svg_shows_every_pair(saved, matrix, index, name):
    words = texts(saved[index].read_text())
    table = next(t for t in matrix.readable if t.name == name)
    head = [w for w in words if w in table.headings[1:]]
    assert head[: len(table.headings) - 1] or name == "goals"
    cells = [str(v) for row in table.rows for v in row[1:] if isinstance(v, int)]
    assert len(cells) == {"objectives": 55, "goals": 39}[name]
    assert not [c for c in set(cells) if words.count(c) < cells.count(c)]
    assert {str(row[0]) for row in table.rows} <= set(words)


@pytest.mark.parametrize("name", NAMES)
def test_drawing_for_a_page_can_share_it(dataset, coverage, matrix, name):
    report = coverage if name == "coverage" else matrix
    svg = draw_chart(name, dataset, report)
    root = Xml.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    ids = {node.get("id") for node in root.iter()} - {None}
    assert all(i.startswith(f"chart-{name}") for i in ids)
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} <= ids
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    assert root.find(f".//{SVG}style") is None
    assert "font-family" not in svg
    assert "#01fe" not in svg
    assert "var(--chart-text, " in svg
    assert draw_chart(name, dataset, report) == svg


def test_wide_and_narrow_share_no_identifier(dataset, coverage):
    both = [draw_chart("coverage", dataset, coverage, narrow=n) for n in (False, True)]
    wide, narrow = (set(re.findall(r'\bid="([^"]+)"', svg)) for svg in both)
    assert wide
    assert narrow
    assert not wide & narrow


def test_reports_without_a_chart_add_none(dataset, tmp_path):
    assert save_charts(dataset, [build_report("gaps", dataset)], tmp_path / "none") == []


def test_folder_that_cannot_be_made_is_named(dataset, coverage, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"file/charts: can't be made"):
        save_charts(dataset, [coverage], tmp_path / "file" / "charts")


def test_odd_titles_are_drawn_as_they_are(dataset, coverage):

    table = coverage.tables[0]
    rows = [("1", "<b>$x_1$ & \x01 移民", "published", 1, 400, 0.2)]
    odd = coverage._replace(tables=(table._replace(rows=tuple(rows)),))
    words = texts(draw_chart("coverage", dataset, odd))
    assert "<b>$x_1$ & 移民" in words
    assert "399" in words


@pytest.mark.parametrize("largest", range(60))
def test_heat_ranges_cover_each_number_once(largest):
    ranges = heat_ranges(largest)
    numbers = [n for _, low, high in ranges for n in range(low, high + 1)]
    assert numbers == list(range(1, largest + 1))
    assert all(heat_level(high, largest) == level for level, _, high in ranges)
    assert all(1 <= level <= 5 for level, *_ in ranges)


@pytest.mark.parametrize(
    "arguments", [("coverage", "--charts", "out"), ("--format", "html"), ("--charts", "out")]
)
def test_missing_matplotlib_is_one_sentence(tmp_path, arguments):
    blocked = (
        "import sys\nsys.modules['matplotlib'] = None\nsys.argv[:1] = ['gcm-ld', 'report']\n"
        "from gcm_ld.cli import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == ("Error: drawing charts needs matplotlib: pip install 'gcm-ld[charts]'\n")
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()
