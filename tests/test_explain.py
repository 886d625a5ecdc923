"""``gcm-ld explain``, through the installed command: the path from a figure to its observations."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pyoxigraph as ox
import pytest

from gcm_ld import open_dataset
from gcm_ld.cli.output import as_json
from gcm_ld.errors import InputError
from gcm_ld.namespaces import PREFIXES, compact, expand
from gcm_ld.progress import explain, measure
from gcm_ld.report.explained import as_plain, as_tree
from gcm_ld.turtle import parse_turtle
from tests import progress_country as country
from tests.conftest import Run

FIGURES = f"{country.FW}/progress/2023/mean/both/"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return country.write_country(tmp_path_factory.mktemp("explain") / "xkx")


def told(run: Run, place: Path, *words: object) -> str:
    result = run("explain", *words, "--data", place)
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return str(result.stdout)


def test_the_tree_leads_down_to_observations_and_links(run: Run, place: Path) -> None:
    text = told(run, place, "objective/1")
    lines = text.splitlines()
    assert lines[0].startswith("objective/1: Collect and utilize")
    assert "76.7 % (between 68.3 and 79.4; 3 of 3 known)" in text
    for line in (
        "├─ action/1.a: Draw up and carry out a full strategy for better migration data",
        "│  ├─ Municipalities with a data officer",
        "│  │    50.0 % of the way, where the straight path asks for 60.0 %: behind",
        "│  │    baseline 4 (2020): xkx-2025/targets/officers/baseline/2020",
        "│  │    milestone 10 (2022): xkx-2025/targets/officers/milestone/2022",
        "│  │    not used: 1 value of a part, 1 forecast",
        "│  │    named in row crosswalk/gcm--xkx-2025/assessment/1.a: “officers”",
        "│  │    more on it stands above, at action/1.a",
        "│       no value",
        "   │ 80.0 %",
    ):
        assert line in lines, line
    flat = " ".join(re.sub(r"[│├└─]", " ", text).split())
    assert (
        "latest 12 (2023), provisional value, Review of the example strategy, table 1: "
        "xkx-2025/values/officers/2023" in flat
    )
    assert (
        "through outcome A1, stated: crosswalk/gcm--xkx-2025/alignment/1.a--A1, row "
        "crosswalk/gcm--xkx-2025/assessment/1.a: “A1”" in flat
    )
    assert "action/1.c, action/1.e" in text.partition("Without a part in the figure")[2]


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_the_tree_fits_the_terminal(run: Run, place: Path, columns: str) -> None:
    for path in ("objective/1", "sdg/8.6", "compact"):
        result = run("explain", path, "--data", place, COLUMNS=columns)
        assert max(map(len, result.stdout.splitlines())) <= int(columns), path


def test_long_names_fit_as_well() -> None:
    found = measure(open_dataset().stated)
    for number in range(1, 24):
        lines = as_tree(found, explain(found, f"objective/{number}"), width=80).splitlines()
        # Only an address that is itself longer sticks out.
        assert all(len(line) <= 80 or len(line.split()[-1]) > 60 for line in lines)


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("action/1.d", "action/1.d: Measure what"),
        ("gcm/action/1.d", "action/1.d: Measure what"),
        ("https://w3id.org/gcm-ld/id/gcm/action/1.d", "action/1.d: Measure what"),
        ("sdg/10.7", "sdg/10.7: Safe and orderly"),
        ("sdg:10.7", "sdg/10.7: Safe and orderly"),
        ("target/10.7", "sdg/10.7: Safe and orderly"),
        ("sdg target 10.7", "sdg/10.7: Safe and orderly"),
        ("http://metadata.un.org/sdg/10.7", "sdg/10.7: Safe and orderly"),
        ("sdg/10", "sdg/10: "),
        ("goal/10", "sdg/10: "),
        ("days", "Days until a permit is issued"),
        ("xkx-2025/indicator/days", "Days until a permit is issued"),
        ("indicator/days", "Days until a permit is issued"),
        ("compact", "compact: Global Compact"),
        ("gcm", "compact: Global Compact"),
        (" objective/18/ ", "objective/18: Invest"),
        ("Objective 18", "objective/18: Invest"),
        ("action/1.D", "action/1.d: Measure what"),
        ("SDG 10.7", "sdg/10.7: Safe and orderly"),
        ("Days until a permit is issued", "Days until a permit is issued"),
    ],
)
def test_a_figure_has_several_names(place: Path, path: str, head: str) -> None:
    found = measure(open_dataset(place).stated)
    assert as_tree(found, explain(found, path)).startswith(head)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["objective/55"], 'Did you mean "objective/5"?'),
        (["action/1.aa"], 'Did you mean "action/1.a"?'),
        (["sdg/10.8"], "no figure for 'sdg/10.8'"),
        (["dayz"], 'Did you mean "days"?'),
        (["objective/1", "--rule", "best"], "--rule"),
        (["objective/1", "--links", "all"], "--links"),
        (["objective/1", "--framework", "xkx-2026"], 'Did you mean "xkx-2025"?'),
        (["objective/1", "--format", "png"], "name its file with --output"),
        (["objective/1", "--year", "0"], "--year"),
        ([], "PATH"),
    ],
)
def test_a_wrong_call_is_refused(run: Run, place: Path, words: list[str], message: str) -> None:
    result = run("explain", *words, "--data", place)
    assert result.returncode == 2
    assert message in result.stderr
    assert not result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("10", "'10' could be objective/10 or sdg/10: write which"),
        ("1.d", 'Did you mean "action/1.d"?'),
        ("17.18", 'Did you mean "sdg/17.18"?'),
        ("outcome/A1", "an outcome has none of its own; its indicators are carried to action/1.a"),
        ("a1", "its indicators are carried to action/1.a, action/1.b"),
        ("xkx-2025/outcome/B1", "an outcome has none of its own; its indicators lead to no action"),
        ("principle/3", "no action is linked with a guiding principle"),
        ("xkx-2025", 'its figure, over all actions that apply, is that of "compact"'),
        ("sdg/17.3", "no action that was assessed is linked with it"),
        ("http://metadata.un.org/sdg/4.4", "links that somebody judged count with --curated"),
        ("", "name an objective (objective/5)"),
        ("/", "name an objective (objective/5)"),
    ],
)
def test_what_has_no_figure_says_why(place: Path, path: str, message: str) -> None:
    found = measure(open_dataset(place).stated)
    with pytest.raises(InputError) as refusal:
        explain(found, path)
    assert message in str(refusal.value)


def test_what_makes_a_figure_doubtful_is_said(tmp_path: Path) -> None:
    files = country.country_files()
    files[f"{country.CODE}-values"] += country.observation(
        "values", "days", "2021", "50", unit="day", status="B"
    )
    found = measure(open_dataset(country.write_files(tmp_path / "xkx", files)).stated)
    days = as_tree(found, explain(found, "days"))
    assert "break in the series in 2021: what is before and after it may not compare" in days
    assert "latest 36 days (2023), Review" in days
    (broken,) = as_plain(found, explain(found, "days"))["breaks"]
    assert broken["iri"] == f"{country.FW}/values/days/2021"
    plan = as_tree(found, explain(found, "plan"))
    assert "no baseline: it counts only because the target is reached" in plan
    assert "latest yes (2022): xkx-2025/values/plan/2022" in plan
    assert "break" not in plan and "no baseline" not in days
    assert as_plain(found, explain(found, "plan"))["leadsTo"] == ["action/1.a", "action/1.b"]


def test_every_address_in_an_explanation_is_in_the_data(place: Path) -> None:
    dataset = open_dataset(place)
    known = {getattr(t.subject, "value", "") for t in dataset.asserted.triples()}
    found = measure(dataset)
    seen: set[str] = set()
    for path in ("compact", "sdg/10", "sdg/4.4", "objective/1", "days", "remittances"):
        text = as_json(as_plain(found, explain(found, path)))
        seen |= set(re.findall(r'"(http[^"]+)"', text))
    assert seen <= known, sorted(seen - known)
    assert len(seen) > 60
    assert f"{country.FW}/values/earlier/days/2022/1" not in seen  # 2022 is not the latest
    tree = as_tree(found, explain(found, "objective/1"))
    named = set(re.findall(r"(?:xkx-2025|crosswalk)/[^\s,:]+", tree))
    assert named and named <= {compact(iri) for iri in known}


def test_what_is_left_out_says_why(run: Run, place: Path) -> None:
    target = told(run, place, "sdg/8.6")
    assert "no figure (0 of 2 known)" in target
    assert "linked, stated: crosswalk/gcm--sdg--xkx-2025/alignment/2.a--8.6" in target
    reasons = target.partition("Without a part in the figure, and why:")[2]
    assert "no indicator leads to it: action/2.a" in reasons
    assert "none of its indicators has a figure: action/2.b" in reasons
    action = told(run, place, "action/2.b")
    assert "no target: Calls to the advice line" in action
    assert "no value: Officials trained" in action
    assert "not applicable" in told(run, place, "action/1.c")
    assert "unit differs" in told(run, place, "remittances")
    days = told(run, place, "days", "--year", "2022")
    assert "revised" in days.lower()
    assert "in place of xkx-2025/values/earlier/days/2022/1" in " ".join(days.split())
    assert "leads to action/1.d" in days


def test_curated_links_stand_there_only_when_asked_for(run: Run, place: Path) -> None:
    assert run("explain", "sdg/4.4", "--data", place).returncode == 2
    assert "linked, curated: " in told(run, place, "sdg/4.4", "--curated")


def test_with_no_values_it_claims_nothing(run: Run) -> None:
    result = run("explain", "objective/5")
    assert result.returncode == 0, result.stderr
    assert "no values" in result.stdout
    assert not re.search(r"\d %", result.stdout)
    words = " ".join(result.stdout.split())
    assert "gcm-ld template --values --framework alb-nsm-2019 -o values.xlsx" in words
    for format_ in ("ttl", "json", "mermaid"):
        other = run("explain", "objective/5", "--format", format_)
        assert other.returncode == 0, other.stderr
        assert "prov:value" not in other.stdout


def test_json_holds_the_whole_path(run: Run, place: Path) -> None:
    found = json.loads(told(run, place, "objective/1", "--format", "json"))
    assert (found["year"], found["rule"], found["links"]) == (2023, "mean", "both")
    assert found["figure"]["value"] == 23 / 30
    actions = {p["code"]: p for p in found["parts"]}
    assert list(actions) == ["1.a", "1.b", "1.d"]
    for action in actions.values():  # every mean can be worked out again from what stands below
        known = [p["figure"]["value"] for p in action["parts"] if p["figure"]["value"] is not None]
        assert action["figure"]["value"] == pytest.approx(sum(known) / len(known), abs=1e-15)
    officers = actions["1.a"]["parts"][0]
    assert officers["latest"]["iri"] == f"{country.FW}/values/officers/2023"
    assert officers["latest"]["sourceTitle"] == "Review of the example strategy"
    assert {link["way"] for link in officers["links"]} == {"indicator", "outcome"}
    assert {item["why"] for item in found["leftOut"]} == {"not-applicable"}


def test_provenance_leads_to_what_is_in_the_data(run: Run, place: Path, tmp_path: Path) -> None:
    text = told(run, place, "objective/1", "--format", "ttl")
    graph = parse_turtle(text.encode())
    derived: dict[str, set[str]] = {}
    for t in graph:
        if t.predicate.value == expand("prov:wasDerivedFrom"):
            derived.setdefault(t.subject.value, set()).add(t.object.value)
    known = {t.subject.value for p in place.iterdir() for t in parse_turtle(p.read_bytes())}
    ends, todo = set(), {FIGURES + "objective/1"}
    while todo:
        node = todo.pop()
        if node in derived:
            todo |= derived[node]
        else:
            ends.add(node)
    assert ends <= known  # no figure hangs in the air
    assert {compact(e) for e in ends if "/values/" in e} == {
        "xkx-2025/values/officers/2023", "xkx-2025/values/plan/2022", "xkx-2025/values/days/2023",
    }  # fmt: skip
    assert "crosswalk/gcm--xkx-2025/alignment/1.a--A1" in {compact(e) for e in ends}
    value = next(
        t.object.value
        for t in graph
        if t.subject.value == FIGURES + "objective/1" and t.predicate.value == expand("prov:value")
    )
    assert abs(Decimal(value) - Decimal(23) / 30) < Decimal("1e-12")
    assert "indicator/surveys" not in text  # nothing is said of what is unknown
    served = told(run, place, "sdg/17.18", "--format", "ttl")
    assert "crosswalk/gcm--sdg--xkx-2025/alignment/1.a--17.18" in served


def test_provenance_conforms(run: Run, place: Path, tmp_path: Path) -> None:
    data = shutil.copytree(place, tmp_path / "xkx")
    before = run("validate", data)
    (data / "why.ttl").write_text(told(run, place, "objective/1", "--format", "ttl"), "utf-8")
    after = run("validate", data)
    for result in (before, after):
        assert "/progress/2023/" not in result.stdout
    assert before.stdout.count("violation") == after.stdout.count("violation")
    formatted = run("format", "--check", data / "why.ttl")
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr


def test_mermaid_shows_the_same(run: Run, place: Path) -> None:
    text = told(run, place, "objective/1", "--format", "mermaid")
    lines = text.splitlines()
    assert lines[0] == "flowchart RL"
    nodes = dict(re.findall(r'^  (n\d+)\["(.*)"\]$', text, re.MULTILINE))
    edges = re.findall(r'^  (n\d+) -\.?->(?:\|"([^"]*)"\|)? (n\d+)$', text, re.MULTILINE)
    styles = [line for line in lines if line.startswith("  style ")]
    assert len(nodes) + len(edges) + len(styles) + 1 == len(lines)  # nothing else stands there
    assert {n for start, _, end in edges for n in (start, end)} == set(nodes)
    by_text = {t.partition("<br/>")[0]: n for n, t in nodes.items()}
    officers = by_text["Municipalities with a data officer"]
    ends = {nodes[e].partition(":")[0] for s, _, e in edges if s == officers}
    assert ends == {"action/1.a", "action/1.b"}


def test_mermaid_takes_any_title() -> None:
    from gcm_ld.report.explained_mermaid import _escape

    assert _escape('a "b" <c> #d `e`') == "a #quot;b#quot; #lt;c#gt; #35;d #96;e#96;"


# The picture

SVG = "{http://www.w3.org/2000/svg}"


def words_of(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in Xml.fromstring(svg).iter(f"{SVG}text")]


def test_the_picture_shows_the_same(run: Run, place: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts_explained import draw_explanation

    found = measure(open_dataset(place).stated)
    step = explain(found, "objective/1")
    svg = draw_explanation(found, step, "svg").decode()
    words = words_of(svg)
    for word in (
        "action/1.a", "Municipalities with a data officer", "behind", "50.0", "80.0", "on track",
        "4 (2020) → 12 (2023) P → 20 (2025)", "75.0 % (between 50.0 and 83.3; 2 of 3 known)",
        "no value", "reached", "76.7 % (between 68.3 and 79.4; 3 of 3 known)",
    ):  # fmt: skip
        assert word in words, word
    root = Xml.fromstring(svg)
    title, desc = (root.findtext(f"{SVG}{tag}") for tag in ("title", "desc"))
    assert title and title.startswith("objective/1: Collect and utilize")
    assert desc == (
        "76.7 % (between 68.3 and 79.4; 3 of 3 known). Example strategy on migration 2021–2025; "
        "as of 2023; rule mean, links both."
    )
    # Each figure of the picture stands in the text, too.
    tree = as_tree(found, step)
    shown = {n for w in words for n in re.findall(r"\d+\.\d", w)}
    assert len(shown) > 5 and shown <= set(re.findall(r"\d+\.\d", tree))
    (tmp_path / "matplotlibrc").write_text("font.size: 30\n")
    out = tmp_path / "a.svg"
    result = run("explain", "objective/1", "--data", place, "-f", "svg", "-o", out, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert out.read_text(encoding="utf-8").strip() == svg.strip()
    png = draw_explanation(found, explain(found, "compact"), "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    """Where each text stands, by the drawing's own font, in the drawing's units."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = {
        weight: get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
        for weight in ("normal", "bold")
    }
    found: list[tuple[float, float, float, float]] = []
    for node in Xml.fromstring(svg).iter(f"{SVG}text"):
        style = node.get("style", "")
        given = re.search(r"font(?:-size)?: (?:\w+ )*([\d.]+)px", style)
        assert given, style
        size = float(given[1])
        font = fonts["bold" if "700" in style else "normal"]
        font.set_size(size, 72)
        font.set_text("".join(node.itertext()).strip(), 0)
        width = font.get_width_height()[0] / 64
        place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", node.get("transform", ""))
        x, y = (
            (float(place[1]), float(place[2]))
            if place
            else (float(node.get("x", 0)), float(node.get("y", 0)))
        )
        anchor = re.search(r"text-anchor: (\w+)", style)
        x -= {"middle": width / 2, "end": width}.get(anchor[1] if anchor else "", 0.0)
        found.append((x, y - 0.74 * size, x + width, y + 0.22 * size))
    return found


@pytest.mark.parametrize("language", ["en", "sq"])
def test_no_text_of_a_full_picture_meets_another(tmp_path: Path, language: str) -> None:
    """Twelve actions with six indicators each, whose titles are as long as real ones."""
    pytest.importorskip("matplotlib")
    from gcm_ld.cli.language import Language
    from gcm_ld.report.charts_explained import draw_explanation

    dataset = full_country(tmp_path).stated
    found = measure(dataset)
    step = explain(found, "objective/1")
    assert len(step.steps) >= 11 and all(len(s.steps) == 6 for s in step.steps)
    with Language(language, (), None).speaking(dataset):
        svg = draw_explanation(found, step, "svg").decode()
    numbers = [w for w in words_of(svg) if re.fullmatch(r"-?\d+[.,]\d", w)]
    assert numbers and {"," in n for n in numbers} == {language == "sq"}
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert view
    places = boxes(svg)
    assert len(places) > 300
    for a in places:
        assert a[0] >= 0 and a[2] <= float(view[1]) and a[3] <= float(view[2])
    clashes = [
        (a, b)
        for i, a in enumerate(places)
        for b in places[i + 1 :]
        if a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5
    ]
    assert not clashes, [
        (words_of(svg)[places.index(a)], words_of(svg)[places.index(b)]) for a, b in clashes[:3]
    ]


def full_country(tmp_path: Path) -> Any:
    """A country whose objective 1 has six indicators to each action."""
    slugs = [f"indicator-{n}" for n in range(15)]
    records = [r for r in country.framework_records() if "/indicator/" not in r.iri]
    triples: list[ox.Triple] = []
    for kind in ("values", "targets"):
        triples += country.data_set(kind, kind)
    for n, slug in enumerate(slugs):
        title = f"Number {n} of municipalities that keep and share reliable, comparable data on"
        above = country.outcome("A1") if n < 6 else None
        records.append(
            country.element("Indicator", slug, f"{title} returnees and their families", above)
        )
        if n % 5:
            triples += country.reference("baseline", slug, "2020", f"{1000 * n}")
            triples += country.reference("target", slug, "2025", f"{123456 + n}.5")
        triples += country.observation("values", slug, "2023-Q4", f"{70000 * (n % 3)}.25")
    codes = [c for c in country.gcm_actions() if c.startswith("1.")]
    rows = {
        code: ("Aligned", tuple(slugs[:6] if n % 2 else slugs[9:]), ("A1",) * (n % 2), ())
        for n, code in enumerate(codes)
    }
    rest = dict.fromkeys(country.gcm_actions(), ("NotApplicable", (), (), ()))
    from gcm_ld.build import build_graph

    files = {
        country.CODE: build_graph(records),
        f"gcm--{country.CODE}": [
            *build_graph(country.crosswalk_records(rest | rows)),
            *country.monitored_triples(rows),
        ],
        f"{country.CODE}-values": triples,
    }
    return open_dataset(country.write_files(tmp_path / "full", files))


def test_prefixes_of_the_provenance_are_ours(run: Run, place: Path) -> None:
    text = told(run, place, "action/1.a", "--format", "ttl")
    for prefix, iri in re.findall(r"@prefix (\S+): <(\S+)> \.", text):
        assert PREFIXES[prefix] == iri
