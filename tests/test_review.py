"""The review: its sections, its documents, what people write for it, and what is refused."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import FileError, InputError, MissingExtraError
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
    make_files,
    narrow,
    render_review,
)
from gcm_ld.review.layout import estimate_pages, share_width
from gcm_ld.review.markdown import leave_comments_out, read_markdown
from gcm_ld.review.model import (
    Document,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
    Placeholder,
    Turn,
    plain,
    runs,
)
from gcm_ld.review.structure import find_structure
from tests.conftest import Run

docx = pytest.importorskip("docx")
pytest.importorskip("markdown_it")
pytest.importorskip("matplotlib")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMMAND = ("review", "--country", "ALB", "--year", "2022", "-o")
#: The smallest picture there is: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SECTIONS = ["1", "2", "3", "3.1", "3.2", "3.3", "4", "4.1", "4.2", "4.3", "4.4", "5", "6", "7"]


@pytest.fixture(scope="module")
def made(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Review:
    """Albania's review of 2022, to which nobody has written anything."""
    nothing = tmp_path_factory.mktemp("review") / "texts"
    return build_review(dataset, country="ALB", options=Options(2022), texts=nothing)


@pytest.fixture(scope="module")
def place(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the installed command has written that review."""
    folder = tmp_path_factory.mktemp("written")
    result = run(*COMMAND, "review.docx", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert "wrote review.docx" in result.stderr
    assert "made 37 files for people's texts in review-alb-2022" in result.stderr
    assert "37 passages of 37 wait for a person" in result.stderr
    return folder


@pytest.fixture(scope="module")
def word(place: Path) -> Any:
    return docx.Document(str(place / "review.docx"))


@pytest.fixture(scope="module")
def world(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two countries that were made up, and have values."""
    folder = tmp_path_factory.mktemp("world") / "world"
    assert run("synth", "--countries", 2, "-o", folder).returncode == 0
    return folder


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawing out, which takes longest and is looked at elsewhere."""
    for module, name in (("progress", "draw_coverage"), ("closing", "draw_report_chart")):
        monkeypatch.setattr(f"gcm_ld.review.sections.{module}.{name}", lambda *_, **__: None)


def grids(review: Review) -> list[Grid]:
    return [b for b in review.document.blocks if isinstance(b, Grid)]


def grid(review: Review, anchor: str) -> Grid:
    return next(g for g in grids(review) if g.anchor == anchor)


def words(review: Review) -> str:
    """All that a review says in text, without its tables."""
    lines = []
    for block in review.document.blocks:
        if isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif isinstance(block, Items):
            lines += [plain(i.text) for i in block.items]
        elif isinstance(block, Heading):
            lines.append(block.full)
    return "\n".join(lines)


def section(review: Review, code: str) -> list[Any]:
    """The blocks from a section's heading up to the next section."""
    blocks = review.document.blocks
    first = next(
        i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.anchor == f"section-{code}"
    )
    found = []
    for block in blocks[first + 1 :]:
        if isinstance(block, Heading) and block.code:
            break
        found.append(block)
    return found


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


@pytest.mark.usefixtures("undrawn")
def test_another_rule_counts_otherwise(dataset: Dataset, tmp_path: Path) -> None:
    other = build_review(
        dataset, country="Albania", options=Options(2022, rule="strict"), texts=tmp_path / "no"
    )
    text = words(other)
    assert "Coverage: 127 of 187 actions (67.9 %) under the strict rule" in text
    assert "Covered under the published rule" not in text


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
    assert "The data link nothing with the principles b, c, d, e." in words(made)


@pytest.mark.usefixtures("undrawn")
def test_values_give_progress_with_its_interval(world: Path) -> None:
    dataset = open_dataset(world)
    country = find_country(dataset, "qma")
    dataset = narrow(dataset, find_framework(dataset, country, None).iri)
    assert {path.parent.name for path in dataset.files} == {"qma"}
    review = build_review(dataset, country="QMA", options=Options(2030), texts=world / "no")
    text = words(review)
    assert re.search(r"Progress: \d+\.\d % over what is known; between ", text)
    assert "Synthetic data: made up to try software on" in "\n".join(review.document.cover)
    assert any(b.anchor == "figure-progress" for b in review.document.blocks_of(Figure))
    report = build_report("progress", dataset, year=2030)
    view = next(t for t in report.views if t.name == "objectives")
    assert len(grid(review, "table-progress-objectives").rows) == len(view.rows)
    value, low, high = next(r for r in report.tables[0].rows if r[2] is not None)[2:5]
    assert f"{100 * float(str(value)):.1f} % over what is known; between " in text
    assert f"between {100 * float(str(low)):.1f} and {100 * float(str(high)):.1f} %" in text
    # Nothing of Albania's is in it.
    assert "Albania" not in text.replace("Albania's manual of 2021", "")


@pytest.mark.usefixtures("undrawn")
def test_it_speaks_another_language(dataset: Dataset, tmp_path: Path) -> None:
    with using("sq"):
        review = build_review(dataset, country="ALB", options=Options(2022), texts=tmp_path / "no")
        content = render_review(review.document, "docx", tmp_path / "x.docx")[tmp_path / "x.docx"]
        page = render_review(review.document, "html", tmp_path / "x.html")[tmp_path / "x.html"]
    assert "69,9 %" in words(review)
    assert b'<html lang="sq"' in page
    styles = zipfile.ZipFile(io.BytesIO(content)).read("word/styles.xml").decode()
    assert 'w:val="sq-AL"' in styles


def test_the_manuals_sections_are_translated_for_any_country(
    run: Run, world: Path, tmp_path: Path
) -> None:
    """They stand in no country's data but Albania's."""
    output, texts = tmp_path / "r.md", tmp_path / "texts"
    words = ("--country", "QMA", "--lang", "sq", "-o", output, "--texts", texts)
    result = run("review", "--data", world / "qma", *words)
    assert result.returncode == 0, result.stderr
    heads = [t for t in output.read_text(encoding="utf-8").splitlines() if t.startswith("## ")]
    assert "## 1 Hyrje / Përmbledhje ekzekutive" in heads
    assert not [t for t in heads if "Introduction" in t or "Annexes" in t]


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


# The Word document


def test_word_document_has_styles_in_order(word: Any, made: Review) -> None:
    headings = [
        (int(p.style.name[-1]), p.text) for p in word.paragraphs if p.style.name[:-1] == "Heading "
    ]
    assert headings == [(h.level, h.full) for h in made.document.blocks if isinstance(h, Heading)]
    styles = {p.style.name for p in word.paragraphs}
    assert {"Title", "Caption", "Placeholder", "List Bullet", "toc 1", "table of figures"} <= styles
    marked = [p.text for p in word.paragraphs if p.style.name == "Placeholder"]
    assert len(marked) == 37
    assert all(text.startswith("To be written: ") for text in marked)
    assert word.paragraphs[0].style.name == "Title"


def _fields(root: Any) -> list[str]:
    return [(t.text or "").strip() for t in root.iter(f"{W}instrText")]


def test_word_document_counts_captions_by_fields(word: Any, made: Review) -> None:
    captions = [p for p in word.paragraphs if p.style.name == "Caption"]
    wanted = [g for g in grids(made) if g.caption]
    assert [c.text for c in captions] == [f"Table {g.number}: {g.caption}" for g in wanted]
    assert [g.number for g in wanted] == list(range(1, len(wanted) + 1))
    assert all(_fields(c._p) == ["SEQ Table \\* ARABIC"] for c in captions)
    figures = [p for p in word.paragraphs if p.style.name == "Figure Caption"]
    assert [f.text.partition(":")[0] for f in figures] == ["Figure 1", "Figure 2"]
    assert all(_fields(f._p) == ["SEQ Figure \\* ARABIC"] for f in figures)


def test_word_document_has_contents_with_page_numbers(word: Any, made: Review) -> None:
    fields = _fields(word.element.body)
    assert [" ".join(f.split()) for f in fields if f.startswith("TOC")] == [
        'TOC \\o "1-3" \\h \\z \\u',
        'TOC \\h \\z \\c "Figure"',
        'TOC \\h \\z \\c "Table"',
    ]
    entries = [p for p in word.paragraphs if p.style.name.startswith("toc ")]
    wanted = [h for h in made.document.blocks if isinstance(h, Heading) and h.level <= 3]
    assert [e.text.split("\t")[0] for e in entries] == [h.full for h in wanted]
    begins = [c.get(f"{W}fldCharType") for c in word.element.body.iter(f"{W}fldChar")]
    assert begins.count("begin") == begins.count("separate") == begins.count("end") > 150
    # Every reference leads to a bookmark, and each bookmark has a name of its own.
    names = [b.get(f"{W}name") for b in word.element.body.iter(f"{W}bookmarkStart")]
    numbers = [b.get(f"{W}id") for b in word.element.body.iter(f"{W}bookmarkStart")]
    assert len(set(names)) == len(names)
    assert len(set(numbers)) == len(numbers)
    targets = {f.split()[1] for f in fields if f.startswith(("PAGEREF", "REF"))}
    anchors = {a for h in word.element.body.iter(f"{W}hyperlink") if (a := h.get(f"{W}anchor"))}
    assert targets | anchors <= set(names)
    assert all(len(name) <= 40 for name in names)


def test_word_document_has_header_footer_and_landscape_pages(word: Any) -> None:
    first = word.sections[0]
    assert first.different_first_page_header_footer
    assert (
        first.header.paragraphs[0].text
        == "Review of the Global Compact for Migration · Albania, 2022"
    )
    assert _fields(first.footer._element) == ["PAGE", "NUMPAGES"]
    assert first.footer.paragraphs[0].text == "Page 1 of 1"
    assert [s.page_width > s.page_height for s in word.sections] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert all(s.header.is_linked_to_previous for s in word.sections[1:])
    assert not any(s.different_first_page_header_footer for s in word.sections[1:])


def test_word_tables_repeat_their_heads_and_fit(word: Any, made: Review) -> None:
    tables = word.tables
    assert [len(t.rows) - 1 for t in tables] == [len(g.rows) for g in grids(made)]
    wide = {s.page_width - s.left_margin - s.right_margin for s in word.sections}
    for table in tables:
        rows = table._tbl.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert rows[1].find(f"{W}trPr/{W}tblHeader") is None
        assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)
        width = sum(int(c.get(f"{W}w")) for c in table._tbl.iter(f"{W}gridCol"))
        assert any(abs(width * 635 - w) < 20000 for w in wide)


def test_word_pictures_have_words_and_print_in_fine_dots(word: Any) -> None:
    shapes = word.inline_shapes
    assert len(shapes) == 2
    for shape in shapes:
        assert len(shape._inline.docPr.get("descr")) > 40
        blob = word.part.related_parts[
            shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        ].blob
        pixels = int.from_bytes(blob[16:20])
        assert pixels / (shape.width / 914400) > 200, "dots an inch"


def test_word_document_is_whole(place: Path, word: Any) -> None:
    with zipfile.ZipFile(place / "review.docx") as package:
        names = package.namelist()
        assert len(set(names)) == len(names)
        assert names[0] == "[Content_Types].xml"
        assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "updateFields" not in package.read("word/settings.xml").decode()
        assert not any("thumbnail" in n or "stylesWithEffects" in n for n in names)
    properties = word.core_properties
    assert properties.title == "Review of the Global Compact for Migration: Albania, 2022"
    assert properties.created.year == properties.modified.year == 2022
    assert properties.language == "en"
    links = [r.target_ref for r in word.part.rels.values() if r.is_external]
    assert "https://w3id.org/gcm-ld/id/gcm/action/1.a" in links
    assert all(link.startswith(("https://", "http://")) for link in links)


@pytest.mark.slow
def test_another_reader_finds_no_fault_in_the_word_document(place: Path) -> None:
    audit = pytest.importorskip("openxml_audit")
    result = audit.OpenXmlValidator().validate(str(place / "review.docx"))
    assert [str(e) for e in result.errors] == []


@pytest.mark.slow
def test_libreoffice_lays_it_out(place: Path, tmp_path: Path) -> None:
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if not office or not reader:
        pytest.skip("needs LibreOffice and pdftotext")
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(place / "review.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text = subprocess.run(
        [reader, "-layout", str(tmp_path / "review.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    pages = text.split("\f")[:-1]
    assert 50 < len(pages) < 80
    assert "Page" not in pages[0]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert all(len(p.split()) > 20 for p in pages), "no page is empty"
    # The contents say the page that each section is on, for LibreOffice knows it.
    for number, title in (("4.4", "Success stories"), ("5", "Means of implementation")):
        entry = re.search(rf"^ *{number} {title}.*?\.\.+ *(\d+)$", text, re.MULTILINE)
        assert entry
        assert f"{number} {title}" in pages[int(entry[1]) - 1]
    assert "Table 11: Actions covered, by objective and counting rule" in text
    assert re.search(r"see Table 11\b", text)
    assert sum("What the source says" in p for p in pages) > 5, "the head comes on each page"


# The same in every format


class _Page(HTMLParser):
    """Collects the cells of each table of a page, its headings and its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.headings: list[str] = []
        self.alts: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.addresses += [str(found[k]) for k in ("href", "src") if k in found]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._into = self.tables[-1][-1]
            self._into.append("")
        elif re.fullmatch("h[2-5]", tag):
            self._into = self.headings
            self._into.append("")
        elif tag == "img":
            self.alts.append(found["alt"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") or re.fullmatch("h[2-5]", tag):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


def test_page_and_word_document_hold_the_same(made: Review, word: Any, tmp_path: Path) -> None:
    files = render_review(made.document, "html", tmp_path / "x.html")
    page = _Page()
    page.feed(files[tmp_path / "x.html"].decode())
    in_word = [
        [["".join(t.text or "" for t in c.iter(f"{W}t")) for c in r.iter(f"{W}tc")] for r in rows]
        for rows in (t._tbl.findall(f"{W}tr") for t in word.tables)
    ]
    assert page.tables == in_word
    headings = [h.full for h in made.document.blocks if isinstance(h, Heading)]
    assert page.headings == ["Contents", *headings]
    assert page.alts == [b.alt for b in made.document.blocks_of(Figure)]
    # One file: what is not a link to a place on it or to the web is in it.
    assert {a.split(":")[0] for a in page.addresses if not a.startswith("#")} <= {
        "https",
        "http",
        "data",
    }
    assert {a[1:] for a in page.addresses if a.startswith("#")} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)


def test_markdown_and_word_document_hold_the_same(made: Review, tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    files = render_review(made.document, "md", tmp_path / "x.md")
    text = files.pop(tmp_path / "x.md").decode()
    assert [p.name for p in files] == ["figure-coverage.png", "figure-calendar.png"]
    assert all(p.parent == tmp_path / "x-figures" for p in files)
    page = _Page()
    page.feed(MarkdownIt("commonmark").enable("table").render(text))
    shown = [[["".join(c.split()) for c in r] for r in t] for t in page.tables]
    wanted = [
        [["".join(plain(_numbers(made, c)).split()) for c in r] for r in (g.headings, *g.rows)]
        for g in grids(made)
    ]
    assert shown == wanted
    assert page.headings[1:] == [
        h.full for h in made.document.blocks if isinstance(h, Heading) and h.level < 5
    ]
    for match in re.finditer(r"\]\(#([^)]+)\)", text):
        assert f'<a id="{match[1]}"></a>' in text


def _numbers(made: Review, text: Any) -> Any:
    assert not any(r.ref for r in text), "references stand in the text"
    return text


def test_the_same_data_give_the_same_bytes(place: Path, made: Review, tmp_path: Path) -> None:
    output = tmp_path / "again.docx"
    # Another process, another time, another folder.
    assert (
        render_review(made.document, "docx", output)[output] == (place / "review.docx").read_bytes()
    )


# What people write

TEXT = """<!-- keep this -->
# What we did

We *worked* **hard** on `data` & <b>things</b>, see [the site](https://example.org/a?b=1&c=2).
[No](javascript:alert(1)) and [no](file:///etc/passwd).

> A quote.

- one
  - one a
- two

1. first
2. second

| Left | Right |
|:-----|------:|
| a    |    12 |

![A small picture](a%20picture.png "Our own")

<script>alert(1)</script>
"""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a picture.png").write_bytes(PIXEL)
    (folder / "1-any-name.md").write_text(TEXT, encoding="utf-8")
    (folder / "objective-9.md").write_text("Done.\r\n", encoding="utf-8-sig", newline="")
    (folder / "3.1.md").write_text("<!-- nothing yet -->\n", encoding="utf-8")
    return folder


@pytest.mark.usefixtures("undrawn")
def test_texts_take_the_place_of_marks(
    run: Run, dataset: Dataset, texts: Path, tmp_path: Path
) -> None:
    (texts / "notes.md").write_text("Not for the review.", encoding="utf-8")
    before = {p.name: p.read_bytes() for p in texts.iterdir()}
    result = run(*COMMAND, tmp_path / "x.html", "--texts", texts)
    assert result.returncode == 0, result.stderr
    assert "made 34 files" in result.stderr
    assert "notes.md belongs to no section: it is left as it is" in result.stderr
    assert "35 passages of 37 wait" in result.stderr
    after = {p.name: p.read_bytes() for p in texts.iterdir()}
    assert before.items() <= after.items(), "kept byte for byte"
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert '<h3 id="text-1-part-1">What we did</h3>' in page
    assert "We <em>worked</em> <strong>hard</strong> on <code>data</code> &amp; &lt;b&gt;" in page
    assert '<a href="https://example.org/a?b=1&amp;c=2">the site</a>' in page
    assert "javascript:" in page  # as text
    assert 'href="javascript' not in page
    assert 'href="file' not in page
    assert "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>" in page
    assert "<ul><li>one<ul><li>one a</li></ul></li><li>two</li></ul>" in page
    assert "<ol><li>first</li><li>second</li></ol>" in page
    assert 'alt="A small picture"' in page
    assert "<figcaption>Figure 1: Our own</figcaption>" in page
    assert "keep this" not in page
    assert page.count('class="placeholder"') == 35
    # Built again, nothing is to be made anew.
    again = build_review(dataset, country="ALB", options=Options(2022), texts=texts)
    assert make_files(again.texts, again.slots) == []


@pytest.mark.usefixtures("undrawn")
def test_texts_become_parts_of_the_word_document(
    dataset: Dataset, texts: Path, tmp_path: Path
) -> None:
    review = build_review(dataset, country="ALB", options=Options(2022), texts=texts)
    output = tmp_path / "x.docx"
    document = docx.Document(io.BytesIO(render_review(review.document, "docx", output)[output]))
    found = {p.text: p for p in document.paragraphs}
    assert found["What we did"].style.name == "Heading 2"
    assert found["A quote."].style.name == "Quote"
    assert found["one a"].style.name == "List Bullet 2"
    assert found["second"].style.name == "List Number"
    assert found["Figure 1: Our own"].style.name == "Figure Caption"
    assert found["Done."].style.name == "Normal"
    assert found["<script>alert(1)</script>"].style.name == "Code Block"
    assert [[c.text for c in r.cells] for r in document.tables[0].rows] == [
        ["Left", "Right"],
        ["a", "12"],
    ]
    # Tables of people's own have no number, so that those of the data keep theirs.
    assert "Table 1: Documents that the data were read from" in found


def test_made_files_say_what_belongs_there(place: Path) -> None:
    folder = place / "review-alb-2022"
    assert len(list(folder.iterdir())) == 37
    text = (folder / "3.3-institutional-responsibilities.md").read_text(encoding="utf-8")
    assert text.startswith(
        "<!--\nSection 3.3: Institutional responsibilities\n\nWhat belongs here:"
    )
    assert text.endswith("-->\n")
    assert "Ministry of Interior of Albania" in text
    assert len({p.name.split("-")[0] for p in folder.glob("[0-9]*.md")}) == 14


BROKEN: dict[str, tuple[bytes, int | None, str]] = {
    "an open comment": (b"One\n\n<!-- no end\n", 3, "this comment has no end: add -->"),
    "not UTF-8": (b"One\nTwo \xe9\n", 2, "this is not UTF-8 text: save it as UTF-8"),
    "a binary file": (b"One\nTwo\0\n", 2, "this is no text file"),
    "no such picture": (b"One\n\n![Words](none.png)\n", 3, "there is no picture none.png"),
    "a picture elsewhere": (b"![Words](../out.png)\n", 1, "is outside the folder of the text"),
    "a picture of the web": (b"![W](https://example.org/x.png)\n", 1, "is not in the folder"),
    "no words": (b"Text\n\n![](p.png)\n", 3, "has no words for those who do not see it"),
    "no picture at all": (b"![Words](t.png)\n", 1, "is neither PNG nor JPEG"),
    "within a line": (b"Text\nmore ![Words](p.png) text\n", 2, "within a line can't be placed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_texts_are_refused_with_file_and_line(tmp_path: Path, case: str) -> None:
    content, line, problem = BROKEN[case]
    (tmp_path / "p.png").write_bytes(PIXEL)
    (tmp_path / "t.png").write_bytes(b"GIF89a")
    path = tmp_path / "1-x.md"
    path.write_bytes(content)
    from gcm_ld.review.texts import Slot, read_texts

    with pytest.raises(FileError) as caught:
        read_texts(tmp_path, [Slot("1", "X", "", "", "")])
    assert problem in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.line == line


def test_whole_texts_of_the_same_kind_are_taken(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(PIXEL)
    blocks = read_markdown("<!-- an end -->\n![Words](p.png)\n", tmp_path / "1-x.md", "t")
    assert [type(b) for b in blocks] == [Figure]


COMMENTS = {
    "<!-- all -->\n": "\n",
    "a <!-- b\n\nc --> d": "a \n\n d",
    "a <!-- b --> c <!-- d --> e": "a  c  e",
    "`<!-- code -->` and <!-- no -->": "`<!-- code -->` and ",
    "``a ` <!-- ``": "``a ` <!-- ``",
    "```\n<!-- code\n```\n<!-- x -->y": "```\n<!-- code\n```\ny",
    "~~~ html\n<!--\n```\n~~~\nz": "~~~ html\n<!--\n```\n~~~\nz",
}


@pytest.mark.parametrize("text", COMMENTS)
def test_comments_are_left_out_where_they_are_no_code(text: str) -> None:
    assert leave_comments_out(text, Path("x.md")) == COMMENTS[text]


def test_what_stands_within_a_list_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(PIXEL)
    text = "1. one\n\n   ![Words](p.png)\n\n   more\n2. two\n   - three\n\n     four\n"
    blocks = read_markdown(text, tmp_path / "1.md", "t")
    assert [type(b) for b in blocks] == [Items, Figure, Paragraph, Items]
    first, _, _, second = blocks
    assert isinstance(first, Items)
    assert isinstance(second, Items)
    assert [(plain(i.text), i.depth, i.number) for i in first.items] == [("one", 0, 1)]
    assert [(plain(i.text), i.depth, i.number) for i in second.items] == [
        ("two", 0, 2),
        ("three\nfour", 1, None),
    ]


@settings(max_examples=40)
@given(st.text(alphabet=st.sampled_from(list("ab 1.*_`~<>!-[]()|#:\n\\&")), max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed is read or refused in words, and comes out in every format."""
    try:
        blocks = read_markdown(text, Path("none/x.md"), "t")
    except FileError as error:
        assert error.line
        return
    document = Document("T", "S", (), "en", 2022, "A", (), tuple(blocks))
    page = _Page()
    page.feed(render_review(document, "html", Path("x.html"))[Path("x.html")].decode())
    render_review(document, "md", Path("x.md"))
    render_review(document, "docx", Path("x.docx"))


def test_two_files_for_one_section_are_refused(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("1.md", "1-more.md"):
        (folder / name).write_text("x", encoding="utf-8")
    result = run(*COMMAND, tmp_path / "x.md", "--texts", folder)
    assert result.returncode == 2
    assert "for the same section, 1: put both texts into one file" in result.stderr
    assert not (tmp_path / "x.md").exists()
    assert len(list(folder.iterdir())) == 2


# Bad input

BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "country": (("--country", "ALN"), "no country 'ALN': give its code .* Did you mean \"ALB\""),
    "assessment": (("--country", "FRA"), "no assessment against a framework of France; .* ALB"),
    "year": (("--year", "22"), "--year"),
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


# Layout


def _grid(*rows: tuple[str, ...], total: bool = False) -> Grid:
    return Grid.of("t", "T", rows[0], rows[1:], total=total)


@pytest.mark.parametrize(
    "table",
    [
        _grid(("#", "Long"), ("1.a", "words " * 80), ("23.k", "word")),
        _grid(("A", "B", "C"), ("x", "y", "z")),
        _grid(("Address", "Text"), ("https://example.org/" + "x" * 90, "words " * 40)),
        _grid(tuple("ABCDEFGHIJKLMNOP"), tuple(["internationalisation"] * 16)),
        _grid(("#", "Title"), ("", ""), total=True),
    ],
)
def test_columns_share_the_width(table: Grid) -> None:
    widths = share_width(table, 165)
    assert sum(widths) == pytest.approx(165)
    assert min(widths) > 3


def test_short_columns_are_not_broken() -> None:
    widths = share_width(_grid(("#", "Long"), ("23.k", "words " * 80)), 165)
    assert widths[0] < 20 < widths[1]


def test_pages_are_estimated_in_order(made: Review) -> None:
    pages = estimate_pages(made.document.blocks, 4)
    headings = [pages[b.anchor] for b in made.document.blocks if isinstance(b, Heading)]
    assert headings == sorted(headings)
    assert headings[0] == 4
    assert 45 < headings[-1] < 85
    assert estimate_pages([Turn(True), Heading(1, "x", "x")], 1) == {"x": 1}


def test_marks_in_data_stay_text() -> None:
    assert runs("a\x07\x00b")[0].text == "ab"
