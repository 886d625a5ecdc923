"""The review: its sections, what it says, and what is refused."""

from __future__ import annotations

import io
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import InputError, MissingExtraError
from gcm_ld.language import using
from gcm_ld.namespaces import country_iri
from gcm_ld.report import build_report
from gcm_ld.review import (
    Options,
    Review,
    build_review,
    default_folder,
    find_country,
    find_framework,
    is_alone,
    narrow,
    render_review,
)
from gcm_ld.review.markdown import read_markdown
from gcm_ld.review.model import Figure, Grid, Heading, Placeholder, plain
from gcm_ld.review.sections.principles import _is_of_children
from gcm_ld.review.structure import find_structure
from tests.conftest import Run
from tests.reviews import (
    SECTIONS,
    albania,
    command,
    grid,
    leave_drawing_out,
    office,
    section,
    words,
)

pytest.importorskip("markdown_it")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def made(dataset: Dataset) -> Review:
    return albania(dataset)


@pytest.fixture(scope="module")
def world(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two countries that were made up, and have values."""
    folder = tmp_path_factory.mktemp("world") / "world"
    assert run("synth", "--countries", 2, "-o", folder).returncode == 0
    return folder


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_drawing_out(monkeypatch)


@pytest.fixture(scope="module")
def mne(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office(dataset, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def office_data(mne: Path) -> Dataset:
    return open_dataset(mne)


@pytest.fixture(scope="module")
def figures(office_data: Dataset) -> Review:
    with pytest.MonkeyPatch.context() as patch:
        leave_drawing_out(patch)
        nothing = Path("/no/where")
        return build_review(office_data, country="MNE", options=Options(2024), texts=nothing)


# What it says


def test_sections_are_those_of_the_data_in_order(made: Review) -> None:
    headings = [b for b in made.document.blocks if isinstance(b, Heading)]
    assert [h.code for h in headings if h.code] == SECTIONS
    assert {h.code: h.level for h in headings if h.code} == {
        code: 1 + code.count(".") for code in SECTIONS
    }
    objectives = [h.text for h in headings if re.match(r"objective-\d+$", h.anchor)]
    assert len(objectives) == 23
    assert objectives[8] == (
        "Objective 9: Strengthen the transnational response to smuggling of migrants"
    )
    annexes = [h.text[:7] for h in headings if h.anchor.startswith("annex-")]
    assert annexes == [f"Annex {letter}" for letter in "ABCDEFGHI"]


def test_every_section_and_objective_waits_for_a_person(made: Review) -> None:
    waiting = [b for b in made.document.blocks if isinstance(b, Placeholder)]
    assert len(waiting) == len(made.slots) == 14 + 23
    assert all(p.what and p.who and p.file.endswith(".md") for p in waiting)
    for code in SECTIONS:
        assert isinstance(section(made, code)[0], Placeholder), code


def test_tables_are_those_of_the_reports(dataset: Dataset, made: Review) -> None:
    views = {
        "coverage": "table-coverage",
        "gaps": "table-gaps",
        "outcomes": "table-outcomes",
        "sdg": "table-goals",
    }
    for name, anchor in views.items():
        table = build_report(name, dataset, framework="alb-nsm-2019").readable[0]
        found = grid(made, anchor)
        assert len(found.rows) == len(table.rows)
        shown = [tuple(plain(c).strip() for c in row) for row in found.rows]
        wanted = [tuple("" if c is None else str(c).strip() for c in row) for row in table.rows]
        assert shown == wanted
    crosswalk = grid(made, "table-crosswalk")
    assert len(crosswalk.rows) == 187
    rows = {plain(r[0]): [plain(c) for c in r] for r in crosswalk.rows}
    assert rows["1.a"][2:5] == ["aligned", "A2.2, C1.3", "17.18"]
    assert rows["9.a"][2] == "covered elsewhere: National Action Plan Against Human Trafficking"
    assert rows["23.b"][4] == "all goals"
    assert len(grid(made, "table-indicators").rows) == 88
    assert len(grid(made, "table-practices").rows) == 22
    assert len(grid(made, "table-principles").rows) == 10


def test_every_figure_says_its_rule(dataset: Dataset, made: Review) -> None:
    text = words(made)
    assert "Coverage: 130 of 186 table rows (69.9 %) under the published rule" in text
    assert text.count("Covered under the published rule: ") == 23
    assert "strict: Counts the actions for which an outcome is named." in text
    lead = build_report("coverage", dataset, framework="alb-nsm-2019").lead
    assert lead[1].startswith("published: 130 of 186 (69.9 %")


def test_nothing_is_said_that_the_data_do_not_know(made: Review) -> None:
    text = words(made)
    assert "With a value up to 2022: 0 of 88 (0.0 %)." in text
    assert "no indicator has a value, so nothing is said of how far any objective is" in text
    assert "% over what is known" not in text
    assert not any(b.anchor == "figure-progress" for b in made.document.blocks_of(Figure))
    assert "Costs, budgets and staff are not in the data." in text
    # On mechanisms the data know policies and institutions, and nothing else.
    assert [type(b) for b in section(made, "4.1")][:2] == [Placeholder, Grid]


def test_links_that_a_source_states_and_judged_ones_stand_apart(made: Review) -> None:
    stated, curated = grid(made, "table-eu-stated"), grid(made, "table-eu-curated")
    assert (len(stated.rows), len(curated.rows)) == (4, 12)
    assert "curated" in curated.caption
    assert [plain(h) for h in curated.headings] == ["This", "With", "Confidence"]
    principles = {plain(r[0]): [plain(c) for c in r] for r in grid(made, "table-principles").rows}
    assert principles["i"][2] == "IOM Strategy for Albania 2022–2025"
    assert principles["f"][2] == ""
    assert "Judged (curated)" in [plain(h) for h in grid(made, "table-principles").headings]
    assert "The data say nothing on principle c." in words(made)


def test_values_give_progress_with_its_interval(figures: Review, office_data: Dataset) -> None:
    text = words(figures)
    assert any(b.anchor == "figure-progress" for b in figures.document.blocks_of(Figure))
    report = build_report("progress", office_data, year=2024)
    view = next(t for t in report.views if t.name == "objectives")
    assert len(grid(figures, "table-progress-objectives").rows) == len(view.rows)
    value, low, high = next(r for r in report.tables[0].rows if r[2] is not None)[2:5]
    assert f"Progress: {100 * float(str(value)):.1f} % over what is known; between " in text
    assert f"between {100 * float(str(low)):.1f} and {100 * float(str(high)):.1f} %" in text


@pytest.mark.usefixtures("undrawn")
def test_a_country_that_was_made_up_is_called_so(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcm_ld.review.sections.progress.draw_progress", lambda *_: None)
    dataset = open_dataset(world)
    country = find_country(dataset, "qma")
    dataset = narrow(dataset, find_framework(dataset, country, None).iri)
    assert {path.parent.name for path in dataset.files} == {"qma"}
    review = build_review(dataset, country="QMA", options=Options(2030), texts=world / "no")
    assert "Synthetic data: made up to try software on" in "\n".join(review.document.cover)
    # Nothing of Albania's is in it.
    assert "Albania" not in words(review).replace("Albania's manual of 2021", "")


@pytest.mark.usefixtures("undrawn")
def test_it_speaks_another_language(office_data: Dataset, tmp_path: Path) -> None:
    options = Options(2024)
    with using("sq"):
        review = build_review(office_data, country="MNE", options=options, texts=tmp_path / "no")
        content = render_review(review.document, "docx", tmp_path / "x.docx")[tmp_path / "x.docx"]
        page = render_review(review.document, "html", tmp_path / "x.html")[tmp_path / "x.html"]
    assert "2,1 %" in words(review)
    assert b'<html lang="sq"' in page
    styles = zipfile.ZipFile(io.BytesIO(content)).read("word/styles.xml").decode()
    assert 'w:val="sq-AL"' in styles


def test_the_manuals_sections_are_translated_for_any_country(
    mne: Path, tmp_path: Path, undrawn: None
) -> None:
    """They stand in no country's data but Albania's."""
    output, texts = tmp_path / "r.md", tmp_path / "texts"
    words = ("--country", "MNE", "--lang", "sq", "-o", output, "--texts", texts, "--year", 2026)
    result = command("review", "--data", mne, *words)
    assert result.exit_code == 0, result.output
    heads = [t for t in output.read_text(encoding="utf-8").splitlines() if t.startswith("## ")]
    assert "## 1 Hyrje / Përmbledhje ekzekutive" in heads
    assert not [t for t in heads if "Introduction" in t or "Annexes" in t]
    assert "Migration 2021–2025 ended in 2025: values up to 2026" in result.stderr


def test_institutions_stand_whichever_way_is_shorter(made: Review) -> None:
    found = grid(made, "table-institutions")
    assert [plain(h) for h in found.headings] == ["In what", "Part", "Institution"]
    rows = {(plain(r[0]), plain(r[1])): plain(r[2]) for r in found.rows}
    assert rows["National Strategy on Migration 2019–2022", "partner"] == (
        "Ministry of Interior of Albania"
    )
    assert len(rows["IOM Strategy for Albania 2022–2025", "partner"].split("; ")) == 13


def test_nothing_is_left_for_programs(made: Review) -> None:
    """Codes of frameworks are spelt out, IRIs are links, and nothing is None."""
    texts = [words(made)]
    for g in (b for b in made.document.blocks if isinstance(b, Grid)):
        if g.anchor != "table-data":
            texts += [plain(c) for row in (g.headings, *g.rows) for c in row]
    for text in texts:
        assert not re.search(r"\b(None|alb-[a-z]+|sdg:C\d+)\b|https?://w3id", text), text
    notes = {plain(r[0]): r[2] for r in grid(made, "table-policies").rows}
    note = notes["National Action Plan against trafficking in Person 2021–2023"]
    assert [r.text for r in note if r.link] == ["National Action Plan Against Human Trafficking"]
    series = grid(made, "table-sdg-data-1")
    assert "IRI" not in [plain(h) for h in series.headings]
    assert series.rows[0][2][0].link.startswith("http://metadata.un.org/sdg/C")


def test_what_is_odd_is_counted_and_not_listed(made: Review) -> None:
    anchors = {b.anchor for b in made.document.blocks if isinstance(b, Grid)}
    assert {"table-kinds", "table-unusual", "table-rollup"} <= anchors
    assert "table-anomalies" not in anchors
    assert not [r for r in grid(made, "table-unusual").rows if not plain(r[2])]
    assert "Each place with its wording and how it was read: gcm-ld report quality." in words(made)


# A country with figures


def _rows(review: Review, anchor: str) -> list[list[str]]:
    return [[plain(c) for c in row] for row in grid(review, anchor).rows]


def test_blank_cells_are_not_counted_as_covered(figures: Review) -> None:
    text = words(figures)
    assert "Coverage: 4 of 187 actions (2.1 %) under the strict rule" in text
    assert "although the source says nothing" not in text
    assert "Not covered at all under that rule: objectives 2, 3, 4," in text
    assert "The table was read from: The Strategy as adopted." in text
    assert "Source: the source" not in text


def test_a_rule_that_takes_blank_cells_for_covered_says_so(
    office_data: Dataset, tmp_path: Path, undrawn: None
) -> None:
    options = Options(2024, rule="published")
    review = build_review(office_data, country="MNE", options=options, texts=tmp_path / "no")
    text = words(review)
    assert "Coverage: 185 of 187 table rows (98.9 %) under the published rule" in text
    assert "Of these, 181 count although the source says nothing on them" in text


def test_an_objective_has_the_figures_of_its_indicators(figures: Review) -> None:
    assert _rows(figures, "table-objective-1") == [
        ["Time to issue a permit (days)", "45 (2020)", "39 (2022) R", "20 (2025)", "behind (24 %)"],
        [
            "Share of permits in the register (%)",
            "41.5 (2020)",
            "74.9 (2023) P",
            "80 (2022)",
            "behind (87 %)",
        ],
    ]
    first = grid(figures, "table-objective-1")
    assert (first.number, first.name) == (0, "Indicators of objective 1"), "it is part of the text"
    page = render_review(figures.document, "html", Path("x.html"))[Path("x.html")].decode()
    assert 'aria-label="Indicators of objective 1"' in page
    word = render_review(figures.document, "docx", Path("x.docx"))[Path("x.docx")]
    body = zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    assert '<w:tblCaption w:val="Indicators of objective 1"/>' in body
    assert _rows(figures, "table-objective-21") == [
        [
            "Returnees who received support, by sex",
            "310 (2020)",
            "298 (2022)",
            "500 (2025)",
            "worsened (-6 %)",
        ],
    ]
    anchors = {b.anchor for b in figures.document.blocks if isinstance(b, Grid)}
    assert "table-objective-10" not in anchors, "nothing follows it"
    text = words(figures)
    assert "Indicators with a figure of progress: behind: 2; worsened: 1." in text


def test_figures_of_groups_and_revised_ones_are_shown(figures: Review) -> None:
    name = "Returnees who received support, by sex"
    assert _rows(figures, "table-by-sex") == [[name, "2022", "133", "165", "298"]]
    assert grid(figures, "table-by-sex").numeric == {2, 3, 4}
    assert _rows(figures, "table-by-group") == [[name, "2022", "Under 18 years: 52", "298"]]
    assert _rows(figures, "table-revisions") == [
        ["Time to issue a permit (days)", "2022", "41", "39", "Counted from the first day"]
    ]
    documents = [r[0] for r in _rows(figures, "table-sources")]
    assert documents == ["Register of foreigners", "The Strategy as adopted"]


def test_principles_are_filled_from_the_data(figures: Review) -> None:
    found = grid(figures, "table-principles")
    assert [plain(h) for h in found.headings] == ["#", "Principle", "What else the data hold"]
    assert {r[0]: r[2] for r in _rows(figures, "table-principles") if r[2]} == {
        "b": "SDG 17: 2 actions",
        "e": "3 of 187 actions are linked with the SDGs",
        "g": "SDG 5: 1 action; 1 indicator promising figures by sex; 1 indicator with figures by sex",
        "h": "1 indicator with figures of children",
        "i": "1 other policy carries actions; 2 institutions in charge",
        "j": "1 institution in support",
    }
    assert "The data say nothing on the principles a, c, d, f." in words(figures)


def test_a_column_without_a_word_is_left_out(figures: Review) -> None:
    assert [plain(h) for h in grid(figures, "table-policies").headings] == ["Policy", "Years"]


def test_without_steps_there_is_no_calendar(figures: Review) -> None:
    text = words(figures)
    assert "the data hold no step of a plan or review" in text
    assert "Over by" not in text


@pytest.mark.parametrize(
    ("group", "children"),
    [
        ("age/Y_LT18", True),
        ("age/Y_LT19", False),
        ("age/Y7", True),
        ("age/Y5T17", True),
        ("age/Y15T24", False),
        ("age/Y_GE65", False),
        ("age/Y18", False),
        ("migration-status/unaccompanied-child", True),
        ("migration-status/refugee", False),
    ],
)
def test_which_groups_are_of_children(group: str, children: bool) -> None:
    assert _is_of_children(f"https://w3id.org/gcm-ld/id/cube/{group}") is children


# A country's own structure

STRUCTURE = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix gcmo: <https://w3id.org/gcm-ld/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/gcm-ld/id/xkx-gcm-review> a gcmo:Framework , skos:ConceptScheme ;
  dcterms:identifier "xkx-gcm-review" ; skos:prefLabel "Our review"@en ;
  dcterms:spatial <http://publications.europa.eu/resource/authority/country/XKX> .
"""


def _section(code: str, title: str, part_of: str = "") -> str:
    base = "https://w3id.org/gcm-ld/id/xkx-gcm-review"
    above = f"gcmo:partOf <{base}/section/{part_of}> ;" if part_of else ""
    return (
        f"<{base}/section/{code}> a gcmo:Section , skos:Concept ; {above} "
        f'skos:inScheme <{base}> ; skos:notation "{code}" ; skos:prefLabel "{title}"@en .\n'
    )


def test_a_country_may_have_a_structure_of_its_own(tmp_path: Path) -> None:
    text = (
        STRUCTURE
        + _section("10", "Annexes")
        + _section("9", "Words of the minister")
        + _section("2", "means  of Implementation")
        + _section("2.1", "Money", "2")
    )
    (tmp_path / "xkx-gcm-review.ttl").write_text(text, encoding="utf-8")
    structure = find_structure(open_dataset(tmp_path), country_iri("XKX"))
    assert structure.own
    assert [(s.code, s.level, s.place) for s in structure.sections] == [
        ("2", 1, "5"),
        ("2.1", 2, ""),
        ("9", 1, ""),
        ("10", 1, "7"),
    ]
    assert ("4.3", "Progress with achieving the GCM objectives and actions") in structure.without
    other = find_structure(open_dataset(tmp_path), country_iri("ITA"))
    assert not other.own
    assert [s.code for s in other.sections] == SECTIONS


def test_sections_without_a_place_wait_for_a_person(
    dataset: Dataset, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "alb"
    folder.mkdir()
    for path in dataset.files:
        if path.parent.name == "alb" and path.name != "alb-gcm-review.ttl":
            shutil.copy(path, folder)
    text = STRUCTURE.replace("XKX", "ALB") + _section("1", "Ours") + _section("2", "Annexes")
    (folder / "xkx-gcm-review.ttl").write_text(text, encoding="utf-8")
    result = run("review", "--country", "ALB", "--data", folder, "-o", tmp_path / "x.md")
    assert result.returncode == 0, result.stderr
    assert "has no section for 4.3 Progress with achieving" in result.stderr
    page = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert "The data know nothing that belongs in this section." in page
    assert "Annex A: The whole crosswalk" in page
    # Beside the data, without the country's code, because they are of no other.
    names = sorted(p.name for p in (folder / "review-2022").iterdir())
    assert names == ["1-ours.md", "2-annexes.md"]


# Bad input


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "country": (("--country", "ALN"), "no country 'ALN': give its code .* Did you mean \"ALB\""),
    "assessment": (("--country", "FRA"), "no assessment against a framework of France; .* ALB"),
    "year": (("--year", "22"), "--year"),
    "early year": (("--year", "2018"), "--year 2018 is before National Strategy on Migration"),
    "standard output": (("-o", "-"), "-: a review is written to a file: name one"),
    "text year": (("--year", "soon"), "--year"),
    "ending": (("-o", "x.pdf"), "x.pdf: a review is written to .docx, .md or .html"),
    "folder": (("-o", "none/x.md"), "none: no such folder"),
    "texts": (("--texts", "a-file"), "a-file: this is a file: --texts names a folder"),
    "labels": (("--labels", "a-file"), "--labels goes with --lang"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence(run: Run, tmp_path: Path, case: str) -> None:
    arguments, message = BAD[case]
    (tmp_path / "a-file").write_text("x", encoding="utf-8")
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    options = {"--country": "ALB", "-o": "x.md", **given}
    result = run("review", *(w for pair in options.items() for w in pair), cwd=tmp_path)
    assert result.returncode == 2
    assert re.search(message, " ".join(result.stderr.split()))
    assert "Traceback" not in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["a-file"], "nothing is left behind"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "code": ({"country": "QQQ"}, "no country 'QQQ'"),
    "name": ({"country": "Albnia"}, r'Did you mean "Albania"\?'),
    "framework": ({"framework": "alb-nsm-2018"}, 'Did you mean "alb-nsm-2019"'),
    "rule": ({"options": Options(2022, "strikt")}, 'no counting rule .* Did you mean "strict"'),
    "progress rule": ({"options": Options(2022, progress_rule="median")}, "median"),
    "links": ({"options": Options(2022, links="all")}, "all"),
    "SDG data": ({"options": Options(2022, sdg_data=("no.csv",))}, "no.csv"),
}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("case", WRONG)
def test_wrong_choices_are_refused(dataset: Dataset, tmp_path: Path, case: str) -> None:
    wrong, message = WRONG[case]
    choice = {"country": "ALB", "options": Options(2022), **wrong}
    with pytest.raises(InputError, match=message):
        build_review(dataset, texts=tmp_path / "no", **choice)


def test_a_missing_package_is_named(made: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'gcm-ld\[review\]'"):
        render_review(made.document, "docx", Path("x.docx"))
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(MissingExtraError, match="reading the texts of a review"):
        read_markdown("x", Path("x.md"), "x")


def test_texts_of_several_countries_stand_apart(world: Path, tmp_path: Path) -> None:
    dataset = open_dataset(world)
    country = find_country(dataset, "QMA")
    assert not is_alone(dataset, country)
    output = tmp_path / "x.docx"
    several = default_folder([world], output, "QMA", 2026, alone=False)
    assert several == world / "review-qma-2026"
    assert default_folder([world], output, "QMA", 2026) == world / "review-2026"
    assert default_folder([world / "a.ttl"], output, "QMA", 2026) == world / "review-2026"
    assert default_folder([], output, "QMA", 2026) == tmp_path / "review-qma-2026"
    with pytest.raises(InputError, match="no assessment of"):
        find_framework(dataset, country, None, "gcm")
