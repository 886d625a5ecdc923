"""The review as a Word document, as a page and as Markdown; its layout."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gcm_ld import Dataset
from gcm_ld.language import using
from gcm_ld.review import Review, render_review
from gcm_ld.review.layout import estimate_pages, share_width
from gcm_ld.review.model import (
    Document,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Placeholder,
    Turn,
    plain,
    runs,
)
from tests.conftest import Run
from tests.reviews import COMMAND, Page, W, albania, albania_in_word, grids

docx = pytest.importorskip("docx")
pytest.importorskip("markdown_it")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def made(dataset: Dataset) -> Review:
    return albania(dataset)


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
def word(dataset: Dataset) -> Any:
    return docx.Document(io.BytesIO(albania_in_word(dataset)))


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
    assert sum(bool(re.search("Outcomes +SDG +Indicators", p)) for p in pages) > 5, (
        "the head comes on each page"
    )


def test_headings_leave_no_level_out(word: Any) -> None:
    levels = [int(p.style.name[-1]) for p in word.paragraphs if p.style.name[:-1] == "Heading "]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_what_comes_before_a_mark_stays_with_it(word: Any) -> None:
    paragraphs = word.paragraphs
    marks = [i for i, p in enumerate(paragraphs) if p.style.name == "Placeholder"]
    before = [p for i in marks if (p := paragraphs[i - 1]).style.name == "Normal"]
    assert len(before) == 23
    assert all(p._p.pPr.find(f"{W}keepNext") is not None for p in before)
    assert all(next(iter(p._p.pPr)).tag == f"{W}pStyle" for p in before)


def test_only_a_draft_says_how_page_numbers_are_brought_up_to_date(word: Any) -> None:
    def notes(document: Document) -> list[str]:
        content = render_review(document, "docx", Path("x.docx"))[Path("x.docx")]
        return [p.text for p in docx.Document(io.BytesIO(content)).paragraphs]

    draft = Document("T", "S", (), "en", 2022, "A", (), (Placeholder("What"),))
    assert any(t.startswith("In Word, press") for t in notes(draft))
    assert not any(t.startswith("In Word, press") for t in notes(replace(draft, blocks=())))


@pytest.mark.slow
def test_nothing_is_lost_on_the_way_through_libreoffice(place: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("needs LibreOffice")
    (tmp_path / "out").mkdir()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = (office, "--headless", profile, "--convert-to", "docx", "--outdir", tmp_path / "out")
    subprocess.run([*words, place / "review.docx"], check=True, capture_output=True, timeout=180)
    one, other = (
        docx.Document(str(p)) for p in (place / "review.docx", tmp_path / "out" / "review.docx")
    )

    def texts(document: Any) -> list[str]:
        # Page numbers and references are what another program may write anew, and a hyphen that
        # does not break is a letter to one and an element to the other.
        words = (
            (
                t.text or "" if t.tag == f"{W}t" else "\u2011"
                for t in p.iter(f"{W}t", f"{W}noBreakHyphen")
            )
            for p in document.element.body.iter(f"{W}p")
        )
        found = map("".join, words)
        return [re.sub(r"\d+$", "", t.strip()) for t in found if t.strip()]

    assert texts(other) == texts(one)
    assert len(other.tables) == len(one.tables)
    assert len(other.inline_shapes) == len(one.inline_shapes)
    descriptions = [s._inline.docPr.get("descr") for s in other.inline_shapes]
    assert descriptions == [s._inline.docPr.get("descr") for s in one.inline_shapes]
    for table in other.tables:
        assert table._tbl.findall(f"{W}tr")[0].find(f"{W}trPr/{W}tblHeader") is not None
    fields = " ".join(t.text or "" for t in other.element.body.iter(f"{W}instrText"))
    assert {"TOC", "SEQ", "PAGEREF"} <= set(fields.split())


# From right to left

ARABIC = "\u0627\u0644\u0647\u062f\u0641"


@pytest.fixture(scope="module")
def leftwards() -> Document:
    blocks = (
        Heading(1, f"{ARABIC} 6.e", "a", "1"),
        Paragraph.of(f"{ARABIC} 6.e, 6.f."),
        Placeholder("What", file="1.md"),
        Grid.of("t", ARABIC, ["#", ARABIC], [["6.e", 5], ["9.5", 7]]),
    )
    return Document(ARABIC, "2022", (), "ar", 2022, "A", (), blocks)


def test_a_word_document_may_run_from_right_to_left(leftwards: Document) -> None:
    with using("ar"):
        content = render_review(leftwards, "docx", Path("x.docx"))[Path("x.docx")]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
        styles = package.read("word/styles.xml").decode()
    assert re.search(r'w:styleId="Normal">.*?<w:bidi/>', styles)
    mark = re.search(r'w:styleId="Placeholder".*?</w:style>', styles)
    assert mark
    assert '<w:right w:val="single"' in mark[0], "its line stands where the text begins"
    assert '<w:left w:val="single"' not in mark[0]
    assert body.count("<w:bidiVisual/>") == 1
    # A code keeps its order: it is held by marks, in a run of its own direction.
    held = "\u200e6.e, 6.f\u200e"
    assert re.search(rf'<w:rtl w:val="0"/></w:rPr><w:t xml:space="preserve">{held}</w:t>', body)
    assert body.count("\u200e6.e\u200e") == 3, "in the contents, the heading and the table"
    assert "\u200e9.5" not in body, "figures need no help"
    assert f">{ARABIC} </w:t>" in body


def test_a_page_may_run_from_right_to_left(leftwards: Document) -> None:
    with using("ar"):
        page = render_review(leftwards, "html", Path("x.html"))[Path("x.html")].decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert f'<p>{ARABIC} <bdi dir="ltr">6.e, 6.f</bdi>.</p>' in page
    assert '<td><bdi dir="ltr">6.e</bdi></td>' in page
    assert "bdi" not in render_review(leftwards, "html", Path("x.html"))[Path("x.html")].decode()


# The same in every format


def test_page_and_word_document_hold_the_same(made: Review, word: Any, tmp_path: Path) -> None:
    files = render_review(made.document, "html", tmp_path / "x.html")
    page = Page()
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
    page = Page()
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


def test_short_words_are_not_broken_in_a_wide_typeface() -> None:
    # At 8.5 points DejaVu Sans, which stands for Arial where that is lacking, takes 4.1 mm for C1,
    # 12.6 for worsened, and 15.3 for 2019–2024.
    rows = [(f"C{i}", "words " * 30, "worsened", "2019–2024", "words " * 40) for i in range(9)]
    widths = share_width(_grid(("#", "Text", "State", "Years", "Text"), *rows), 165)
    cell = 2 * 70 / 56.6929
    assert widths[0] - cell > 4.1
    assert widths[2] - cell > 12.6
    assert widths[3] - cell > 15.3


def test_a_head_is_bold_and_needs_more_room() -> None:
    text = "words " * 60
    as_head = share_width(_grid(("Confidence", "Text"), ("1", text)), 165)[0]
    as_cell = share_width(_grid(("1", "Text"), ("Confidence", text)), 165)[0]
    assert as_head > 1.05 * as_cell


def test_a_long_head_does_not_become_a_tower() -> None:
    rows = [(str(i), "Good health and well-being " * 3, "5.1") for i in range(9)]
    widths = share_width(_grid(("#", "Goal", "All targets named by"), *rows), 165)
    assert widths[2] > 18


def test_pages_are_estimated_in_order(made: Review) -> None:
    pages = estimate_pages(made.document.blocks, 4)
    headings = [pages[b.anchor] for b in made.document.blocks if isinstance(b, Heading)]
    assert headings == sorted(headings)
    assert headings[0] == 4
    assert 45 < headings[-1] < 85
    assert estimate_pages([Turn(True), Heading(1, "x", "x")], 1) == {"x": 1}


def test_marks_in_data_stay_text() -> None:
    assert runs("a\x07\x00b")[0].text == "ab"
