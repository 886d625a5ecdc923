"""What people write for a review: what is taken, kept and refused."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.review import Options, build_review, make_files, render_review
from gcm_ld.review.markdown import leave_comments_out, read_markdown
from gcm_ld.review.model import Document, Figure, Grid, Heading, Items, Paragraph, plain
from gcm_ld.review.texts import Slot, read_texts
from tests.reviews import PIXEL, Page, W, albania, command, leave_drawing_out, office

docx = pytest.importorskip("docx")
pytest.importorskip("markdown_it")
pytest.importorskip("matplotlib")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_drawing_out(monkeypatch)


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
    dataset: Dataset, texts: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = office(dataset, tmp_path_factory.getbasetemp())
    (texts / "notes.md").write_text("Not for the review.", encoding="utf-8")
    (texts / "5 means.docx").write_bytes(b"PK")
    before = {p.name: p.read_bytes() for p in texts.iterdir()}
    choice = ("review", "--country", "MNE", "--data", data, "--texts", texts)
    result = command(*choice, "-o", tmp_path / "x.html")
    assert result.exit_code == 0, result.output
    assert "made 34 files" in result.stderr
    assert "notes.md belongs to no section: it is left as it is" in result.stderr
    assert (
        f"{texts / '5 means.docx'} is no Markdown, so it is not read: put its text into "
        "5-means-of-implementation.md"
    ) in result.stderr
    assert "35 passages of 37 wait" in result.stderr
    assert "ended in" not in result.stderr, "its last year is taken"
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
    slots = albania(dataset).slots
    assert make_files(read_texts(texts, slots), slots) == []


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


def test_made_files_say_what_belongs_there(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    slots = albania(dataset).slots
    assert len(make_files(read_texts(folder, slots), slots)) == len(list(folder.iterdir())) == 37
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
    "a head too wide": (
        b"x\n\n|A|B|\n|---|\n|1|2|\n",
        3,
        "its head has 2 columns and the line below",
    ),
    "a row too wide": (b"|A|B|\n|-|-|\n|1|2|\n|1|`a`|3|\n", 4, "has 3 cells, and its table 2"),
    "no such note": (b"One\nand[^x].\n", 2, "the footnote [^x] has no text: add a line [^x]: "),
    "a note for nothing": (b"One\n\n[^x]: Two\n", 3, "nothing refers to the footnote [^x]"),
    "a list in a note": (b"One[^x]\n\n[^x]: Two\n\n    - a\n", 5, "a footnote holds paragraphs"),
    "a note in a heading": (b"# One[^x]\n\n[^x]: Two\n", 1, "a footnote in a heading can't"),
    "within a line": (b"Text\nmore ![Words](p.png) text\n", 2, "within a line can't be placed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_texts_are_refused_with_file_and_line(tmp_path: Path, case: str) -> None:
    content, line, problem = BROKEN[case]
    (tmp_path / "p.png").write_bytes(PIXEL)
    (tmp_path / "t.png").write_bytes(b"GIF89a")
    path = tmp_path / "1-x.md"
    path.write_bytes(content)

    with pytest.raises(FileError) as caught:
        read_texts(tmp_path, [Slot("1", "X", "", "", "")])
    assert problem in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.line == line


SOUND = {
    "<!-- an end -->\n![Words](p.png)\n": [Figure],
    "|A|B|\n|-|-|\n|1|\n|\\|1|2|\n": [Grid],
    "a | b\n--- | ---\n": [Grid],
    "A line | with strokes\n": [Paragraph],
    "a[^x]\n\n[^x]: b\n": [Paragraph],
    "`[^x]`\n": [Paragraph],
}


@pytest.mark.parametrize("text", SOUND)
def test_whole_texts_of_the_same_kind_are_taken(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.png").write_bytes(PIXEL)
    blocks = read_markdown(text, tmp_path / "1-x.md", "t")
    assert [type(b) for b in blocks] == SOUND[text]


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


@settings(max_examples=25)
@given(st.text(alphabet=st.sampled_from(list("ab 1.*_`~<>!-[]()|#:\n\\&")), max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed is read or refused in words, and comes out in every format."""
    try:
        blocks = read_markdown(text, Path("none/x.md"), "t")
    except FileError as error:
        assert error.line
        return
    document = Document("T", "S", (), "en", 2022, "A", (), tuple(blocks))
    page = Page()
    page.feed(render_review(document, "html", Path("x.html"))[Path("x.html")].decode())
    render_review(document, "md", Path("x.md"))
    render_review(document, "docx", Path("x.docx"))


def test_two_files_for_one_section_are_refused(tmp_path: Path) -> None:
    slots = [Slot("1", "X", "", "", "")]
    (tmp_path / "1.md").write_text("x", encoding="utf-8")
    (tmp_path / "1-more.md").write_text("<!-- What belongs here -->\n", encoding="utf-8")
    texts = read_texts(tmp_path, slots)
    assert texts.files == {"1": "1.md"}, "one with a comment only does no harm"
    assert make_files(texts, slots) == []
    (tmp_path / "1-more.md").write_text("y", encoding="utf-8")
    with pytest.raises(FileError, match="for the same section, 1: put both into one file"):
        read_texts(tmp_path, slots)


def test_a_file_belongs_where_its_name_begins_however_it_goes_on(tmp_path: Path) -> None:
    slots = [Slot(key, "X", "", "", "") for key in ("3", "3.1", "4", "objective-1", "objective-2")]
    for name in (
        "3.1 Laws of the country.md",
        "Objective_2.MD",
        "4.markdown",
        "objective-12.md",
        "3.12.md",
        "notes.md",
        ".3.md",
        "3-policy.docx",
        "notes.docx",
        "picture.png",
    ):
        (tmp_path / name).write_text(name, encoding="utf-8")
    texts = read_texts(tmp_path, slots)
    assert texts.files == {
        "3.1": "3.1 Laws of the country.md",
        "4": "4.markdown",
        "objective-2": "Objective_2.MD",
    }
    assert texts.unknown == ("3.12.md", "notes.md", "objective-12.md")
    assert texts.unread == (("3-policy.docx", "3"),)


def test_faults_of_several_texts_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("<!-- open", encoding="utf-8")
    (tmp_path / "2.md").write_bytes("caf\u00e9".encode("latin-1"))
    (tmp_path / "3.md").write_text("Sound.", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_texts(tmp_path, [Slot(key, "X", "", "", "") for key in "123"])
    first, *faults = str(caught.value).splitlines()
    assert first == "2 texts can't be used:"
    assert [f.partition(": ")[0].strip() for f in faults] == [
        f"{tmp_path / '1.md'}, line 1",
        f"{tmp_path / '2.md'}, line 1",
    ]


def test_headings_leave_no_level_out(tmp_path: Path) -> None:
    text = "#### Deep\n\n###### Deeper\n\n## High\n\n###### Deepest\n"
    blocks = read_markdown(text, tmp_path / "1.md", "t")
    assert [b.level for b in blocks if isinstance(b, Heading)] == [1, 2, 1, 2]


def test_a_line_may_be_broken_within_a_cell(tmp_path: Path) -> None:
    (block,) = read_markdown("| A |\n|---|\n| x<br>y<BR /> |\n", tmp_path / "1.md", "t")
    assert isinstance(block, Grid)
    assert plain(block.rows[0][0]) == "x\ny\n"


NOTES = """Text[^a] and more^[at *once*].

| A |
|---|
| x[^a] |

[^a]: See [the site](https://example.org/a).

    And more.
"""


def test_footnotes_stand_in_every_format(tmp_path: Path) -> None:
    blocks = read_markdown(NOTES, tmp_path / "1.md", "t")
    document = Document("T", "S", (), "en", 2022, "A", (), blocks)
    output = tmp_path / "x.docx"
    content = render_review(document, "docx", output)[output]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        notes = docx.oxml.parse_xml(package.read("word/footnotes.xml"))
        body = package.read("word/document.xml").decode()
        assert "word/footnotes.xml" in package.read("[Content_Types].xml").decode()
    texts = ["".join(t.text for t in n.iter(f"{W}t")).strip() for n in notes]
    assert texts[2:] == ["See the site (https://example.org/a).And more.", "at once", texts[2]]
    assert re.findall(r'<w:footnoteReference w:id="(\d)"', body) == ["1", "2", "3"]
    page = render_review(document, "html", tmp_path / "x.html")[tmp_path / "x.html"].decode()
    assert '<a id="note-of-2" href="#note-2">2</a>' in page
    assert '<li id="note-2">at <em>once</em> <a href="#note-of-2"' in page
    text = render_review(document, "md", tmp_path / "x.md")[tmp_path / "x.md"].decode()
    assert "Text[^1] and more[^2]." in text
    assert "[^1]: See [the site](<https://example.org/a>).\n\n    And more." in text
    # Without notes there is no part for them.
    plain_one = Document("T", "S", (), "en", 2022, "A", (), blocks[1:1])
    content = render_review(plain_one, "docx", output)[output]
    assert "word/footnotes.xml" not in zipfile.ZipFile(io.BytesIO(content)).namelist()
