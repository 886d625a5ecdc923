"""The page: self-contained, accessible, complete, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from gcm_ld import open_dataset
from gcm_ld.report import ACROSS, REPORTS, build_report
from gcm_ld.report.claims import check_claims
from gcm_ld.report.html import _APART, _LABELS, render_page
from gcm_ld.resources import folder

pytest.importorskip("matplotlib")

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "use"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: tuple[str, ...] = ()


@dataclass
class Page(HTMLParser):
    """Every element with its text, and whether the tags match."""

    nodes: list[Node] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def __hash__(self):
        return id(self)

    def handle_starttag(self, tag, attrs):
        names = [n for n, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"attribute twice in {tag}")
        node = Node(tag, {n: v or "" for n, v in attrs}, inside=tuple(n.tag for n in self.stack))
        self.nodes.append(node)
        if tag not in VOID or "svg" in node.inside:
            self.stack.append(node)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.stack and self.stack[-1] is self.nodes[-1]:
            self.stack.pop()

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1].tag != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        else:
            self.stack.pop()

    def handle_data(self, data):
        for node in self.stack:
            node.text += data

    def all(self, tag):
        return [n for n in self.nodes if n.tag == tag]

    def by_class(self, name):
        return [n for n in self.nodes if name in n.attributes.get("class", "").split()]


def parse(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert page.nodes
    return page


@pytest.fixture(scope="module")
def dataset():
    return open_dataset()


@pytest.fixture(scope="module")
def reports(dataset):
    return [build_report(name, dataset) for name in REPORTS]


@pytest.fixture(scope="module")
def text(dataset, reports):
    return render_page(dataset, reports)


@pytest.fixture(scope="module")
def page(text):
    return parse(text)


def test_every_report_has_its_place_and_label():
    assert set(_LABELS) == set(REPORTS)
    assert set(_APART) <= set(ACROSS)


def test_same_data_same_bytes(dataset, reports, text):
    assert render_page(dataset, list(reversed(reports))) == text
    assert render_page(open_dataset(), reports) == text


def test_another_process_gives_the_same_bytes(text, tmp_path):
    program = Path(sys.executable).with_name("gcm-ld")
    command = [program, "report", "--format", "html", "-o", "r.html"]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run(command, cwd=tmp_path, check=True, env=environment)
    assert (tmp_path / "r.html").read_text() == text + "\n" * (not text.endswith("\n"))


def test_tags_match_and_ids_are_unique(page):
    assert page.faults == []
    assert page.stack == []
    ids = Counter(n.attributes["id"] for n in page.nodes if "id" in n.attributes)
    assert len(ids) > 20
    assert [i for i, n in ids.items() if n > 1] == []


def test_every_reference_inside_the_page_has_a_target(page, text):
    ids = {n.attributes.get("id") for n in page.nodes}
    links = [n.attributes["href"] for n in page.all("a")]
    inside = [h[1:] for h in links if h.startswith("#")]
    named = [
        i
        for n in page.nodes
        for key in ("aria-labelledby", "aria-describedby", "for")
        for i in n.attributes.get(key, "").split()
    ]
    painted = re.findall(r"url\(#([^)]+)\)", text)
    assert len(inside) >= len(REPORTS) + 2
    assert painted
    assert [i for i in (*inside, *named, *painted) if i not in ids] == []


def test_nothing_is_fetched(page, text):
    for node in page.nodes:
        for key in ("src", "href", "srcset", "data", "action", "poster"):
            value = node.attributes.get(key, "")
            if node.tag == "a" and value:
                assert value.startswith(("#", "https://", "http://")), value
            else:
                assert value in ("", "data:,") or value.startswith("#"), (node.tag, value)
    assert not re.search(r"@import|url\((?!#)", text)


def test_policy_allows_our_script_only(page):
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policy = next(n for n in page.all("meta") if "http-equiv" in n.attributes)
    assert f"script-src 'sha256-{digest}'" in policy.attributes["content"]
    assert "default-src 'none'" in policy.attributes["content"]
    assert "innerHTML" not in script.text


def test_headings_descend_in_order(page):
    levels = [int(n.tag[1]) for n in page.nodes if re.fullmatch("h[1-6]", n.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_page_states_the_three_figures_with_their_rules(page):
    figures = [" ".join(n.text.split()) for n in page.by_class("figures")]
    for rule, share, count in (
        ("strict", "67.9 %", "127 of 187"),
        ("published", "69.9 %", "130 of 186"),
        ("broad", "77.5 %", "145 of 187"),
    ):
        assert f"{rule} rule {share} {count}" in figures[0]


def test_every_report_and_table_is_there(page, reports):
    sections = [n.attributes["id"] for n in page.all("section")]
    assert sections == [*_LABELS, "claims"]
    tables = [n for n in page.all("table") if "claims" not in n.attributes["class"].split()]
    assert len(tables) == sum(len([t for t in r.readable if t.rows]) for r in reports)
    rows = sum(len(t.rows) for r in reports for t in r.readable)
    head = len(tables)
    claim_rows = len(page.by_class("badge")) + 1
    assert len(page.all("tr")) == rows + head + claim_rows


def test_tables_have_names_and_scopes(page):
    for table in page.all("table"):
        assert table.attributes["aria-labelledby"]
    assert all(n.attributes.get("scope") in ("row", "col") for n in page.all("th"))


def test_heat_map_shades_follow_the_numbers(page):
    cells = [n for n in page.by_class("heat") if n.tag == "td"]
    assert len(cells) == 55 + 39
    for cell in cells:
        level = int(re.search(r"heat-(\d)", cell.attributes["class"])[1])
        assert level == -(-5 * int(cell.text) // 9)


def test_verdicts_are_those_of_the_claims(page, dataset):
    assert [n.text for n in page.by_class("badge")] == [r.verdict for r in check_claims(dataset)]


@pytest.mark.parametrize("name", REPORTS)
def test_one_report_is_a_page(dataset, name):
    page = parse(render_page(dataset, [build_report(name, dataset)]))
    assert page.faults == []
    assert [n.attributes["id"] for n in page.all("section")] == [name]
    assert page.all("nav") == []
    assert page.by_class("badge") == []
    assert len(page.all("svg")) == (2 if name in ("calendar", "coverage") else 0)


@pytest.fixture
def hostile(tmp_path):
    shutil.copytree(folder("data") / "alb", tmp_path / "alb")
    shutil.copytree(folder("data") / "gcm", tmp_path / "gcm")
    bad = r"<script>alert(1)</script> </title> \" onload=\"alert(2) {{ 7*7 }}"
    for path, wanted in (
        (tmp_path / "gcm" / "gcm.ttl", "Collect and utilize accurate and disaggregated data"),
        (tmp_path / "alb" / "nsm-2019.ttl", "National Strategy on Migration 2019–2022"),
        (tmp_path / "alb" / "claims.ttl", "130 actions refer"),
    ):
        text = path.read_text()
        assert wanted in text
        path.write_text(text.replace(wanted, bad + " " + wanted))
    links = tmp_path / "alb" / "gcm--alb-nsm-2019.ttl"
    licence = "<https://creativecommons.org/licenses/by/4.0/>"
    assert licence in links.read_text()
    links.write_text(links.read_text().replace(licence, "<javascript:alert(3)>"))
    return tmp_path


def test_what_people_write_is_shown_and_never_run(hostile):
    dataset = open_dataset(hostile)
    text = render_page(dataset, [build_report(name, dataset) for name in REPORTS])
    page = parse(text)
    assert page.faults == []
    assert len(page.all("script")) == 1
    assert "<script>alert" not in text
    assert "{{ 7*7 }}" in text
    assert not [n for n in page.nodes if any(k.startswith("on") for k in n.attributes)]
    assert not [n for n in page.all("a") if n.attributes["href"].startswith("javascript")]
    assert "<script>alert(1)</script>" in page.all("h1")[0].text
    assert "javascript:alert(3)" in page.all("footer")[0].text


def test_own_data_without_claims_have_no_claims_section(tmp_path):
    shutil.copytree(folder("data") / "alb", tmp_path / "alb")
    (tmp_path / "alb" / "claims.ttl").unlink()
    dataset = open_dataset(tmp_path)
    page = parse(render_page(dataset, [build_report(name, dataset) for name in REPORTS]))
    assert "claims" not in [n.attributes["id"] for n in page.all("section")]
    assert "gcm-ld contributors" not in page.all("footer")[0].text


FRAME = """<!DOCTYPE html><title></title><body style="margin:0">
<iframe id="f" src="page.html" style="width:{width}px;height:800px;border:0"></iframe>
<script>
f.onload = function () {{
  var page = f.contentDocument;
  var frame = page.documentElement;
  var folded = frame.scrollWidth;
  page.querySelectorAll("details").forEach(function (d) {{ d.open = true; }});
  document.title = ["answer", f.contentWindow.innerWidth, folded, frame.scrollWidth,
    page.querySelectorAll(".filter input").length].join("|");
}};
</script>
"""


def find_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.mark.slow
@pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_page_fits_the_window_and_its_script_runs(text, tmp_path, width):
    # A headless window is never as narrow as a phone, so a frame of that width holds the page.
    (tmp_path / "page.html").write_text(text)
    (tmp_path / "frame.html").write_text(FRAME.format(width=width))
    command = [
        find_browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,900",
        "--hide-scrollbars", "--allow-file-access-from-files", "--virtual-time-budget=5000",
        "--enable-logging=stderr", "--dump-dom", (tmp_path / "frame.html").as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    title = re.search(r"<title>answer\|(.*?)</title>", done.stdout)
    assert title, done.stdout[-500:] + done.stderr[-500:]
    inner, folded, unfolded, filters = map(int, title[1].split("|"))
    assert (inner, folded, unfolded) == (width, width, width)
    assert filters >= 5
    assert "CONSOLE" not in done.stderr
