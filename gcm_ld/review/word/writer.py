"""Blocks written as a Word document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from gcm_ld.language import direction, say
from gcm_ld.review.layout import MARGIN, PAGE, estimate_pages, text_width
from gcm_ld.review.model import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
    Placeholder,
    Run,
    Text,
    Turn,
    label_of,
)
from gcm_ld.review.word.notes import add_note_mark, add_notes
from gcm_ld.review.word.parts import (
    add_field,
    add_run,
    begin_field,
    element,
    end_field,
    make_table,
    paragraph,
)
from gcm_ld.review.word.styles import HEAD, apply_styles

__all__ = ["write_word"]

_STYLES = {"body": "Normal", "note": "Note", "quote": "Quote", "code": "CodeBlock"}
#: A mark for a number within a message.
_MARK = "\x14"
#: A property of the file takes no more letters.
_PROPERTY = 255
#: About so many lines of contents and lists stand on a page.
_LINES = 62


def write_word(document: Document) -> bytes:
    """Write a document; see :func:`gcm_ld.review.word.render_word`."""
    return _Writer(document).write()


@dataclass
class _Writer:
    document: Document
    #: The bookmark of each block that can be referred to, and the number that it shows.
    names: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    bookmarks: int = 0
    landscape: bool = False
    rtl: bool = False

    def write(self) -> bytes:
        """Write the document and return its bytes."""
        self.word = docx.Document()
        self.body = self.word.element.body
        self.rtl = direction() == "rtl"
        apply_styles(self.word, self.document.language, rtl=self.rtl)
        self._name_blocks()
        before = 2 + (len(self.names) + len(self.names) // 10) // _LINES
        self.pages = estimate_pages(self.document.blocks, before + 1)
        self._set_page(self.word.sections[0], landscape=False)
        self._header(self.word.sections[0])
        self._cover()
        self._contents()
        for block, after in zip_longest(self.document.blocks, self.document.blocks[1:]):
            self._block(block)
            if isinstance(block, Paragraph) and isinstance(after, Placeholder):
                self.body[-2][0].insert(1, element("w:keepNext"))
        if self.notes:
            add_notes(self.word, self.notes, rtl=self.rtl)
        self._properties()
        out = io.BytesIO()
        self.word.save(out)
        return _fix(out.getvalue())

    def _name_blocks(self) -> None:
        """Give each block that can be referred to a bookmark (at most 40 characters)."""
        for number, block in enumerate(self.document.blocks):
            if isinstance(block, Heading):
                self.names[block.anchor] = f"_Toc{number:06d}"
                self.shown[block.anchor] = label_of(block)
            elif isinstance(block, Grid | Figure) and block.caption:
                self.names[block.anchor] = f"_Ref{number:06d}"
                self.shown[block.anchor] = label_of(block)

    # The pages

    def _set_page(self, section: Any, *, landscape: bool) -> None:
        width, height = PAGE[::-1] if landscape else PAGE
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = Mm(MARGIN)
        section.top_margin = section.bottom_margin = Mm(25)
        section.header_distance = section.footer_distance = Mm(12)

    def _header(self, section: Any) -> None:
        """Write the title above and the page number below each page but the first."""
        section.different_first_page_header_footer = True
        header = section.header.paragraphs[0]
        header.style = self.word.styles["Header"]
        self._run(header._p, Run(f"{self.document.title} · {self.document.subtitle}"))
        footer = section.footer.paragraphs[0]
        footer.style = self.word.styles["Footer"]
        text = say("Page {page} of {pages}", page=_MARK + "P", pages=_MARK + "N")
        for i, part in enumerate(text.split(_MARK)):
            if i:
                code = {"P": "PAGE", "N": "NUMPAGES"}[part[0]]
                add_field(footer._p, code, "1")
            self._run(footer._p, Run(part[1:] if i else part))

    def _run(self, parent: Any, run: Run, *, style: str = "") -> None:
        add_run(parent, run, style=style, rtl=self.rtl)

    def _append(self, made: Any) -> Any:
        self.body.insert(len(self.body) - 1, made)  # before the last section's properties
        return made

    def _plain(self, style: str, text: str) -> Any:
        made = self._append(paragraph(style))
        self._run(made, Run(text))
        return made

    def _cover(self) -> None:
        self._plain("Title", self.document.title)
        self._plain("Subtitle", self.document.subtitle)
        for line in self.document.cover:
            self._plain("Normal", line)
        if not any(isinstance(b, Placeholder) for b in self.document.blocks):
            return
        self._plain(
            "Note",
            say(
                "In Word, press Ctrl+A and F9 to bring page numbers and references up to date "
                "after changes."
            ),
        )

    def _contents(self) -> None:
        heading = self._plain("ContentsHeading", say("Contents"))
        heading[0].insert(1, element("w:pageBreakBefore"))
        entries = [
            (f"TOC{b.level}", b.full, b.anchor)
            for b in self.document.blocks
            if isinstance(b, Heading) and b.level <= 3
        ]
        # A tab behind TOC, and not a space: Word takes either, and LibreOffice then leaves the
        # page numbers the live references that they are, instead of freezing them.
        self._index('TOC\t\\o "1-3" \\h \\z \\u', entries)
        for kind, name, title in (
            (Figure, "Figure", say("Figures")),
            (Grid, "Table", say("Tables")),
        ):
            listed = [
                ("TableofFigures", self._caption(b), b.anchor)
                for b in self.document.blocks
                if isinstance(b, kind) and isinstance(b, Figure | Grid) and b.caption
            ]
            if listed:
                self._plain("ContentsHeading", title)
                self._index(f'TOC\t\\h \\z \\c "{name}"', listed)

    def _caption(self, block: Figure | Grid) -> str:
        return f"{self.shown[block.anchor]}: {block.caption}"

    def _index(self, code: str, entries: Sequence[tuple[str, str, str]]) -> None:
        """Write a list of what stands where, as a field with its entries filled in."""
        made = None
        for i, (style, text, anchor) in enumerate(entries):
            made = self._append(paragraph(style))
            if not i:
                begin_field(made, code)
            name = self.names[anchor]
            hyperlink = element("w:hyperlink", anchor=name, history="1")
            self._run(hyperlink, Run(text))
            made.append(hyperlink)
            self._run(made, Run("\t"))
            # Beside the link: LibreOffice shows no field within one.
            add_field(made, f"PAGEREF {name} \\h", str(self.pages.get(anchor, 1)))
        if made is not None:
            end_field(made)

    # The blocks

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            made = self._append(paragraph(f"Heading{block.level}"))
            self._mark(made, block.anchor, [Run(block.full)])
        elif isinstance(block, Paragraph):
            self._write(self._append(paragraph(_STYLES[block.kind])), block.text)
        elif isinstance(block, Items):
            self._items(block)
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, Placeholder):
            self._placeholder(block)
        elif isinstance(block, Turn):
            self._turn(block)

    def _mark(self, made: Any, anchor: str, text: Iterable[Run]) -> None:
        """Write a text within its bookmark."""
        self.bookmarks += 1
        made.append(element("w:bookmarkStart", id=str(self.bookmarks), name=self.names[anchor]))
        self._write(made, text)
        made.append(element("w:bookmarkEnd", id=str(self.bookmarks)))

    def _write_cell(self, parent: Any, text: Iterable[Run]) -> None:
        """Write a cell: so many links in a table go without a line below each."""
        self._write(parent, text, dress="TableLink")

    def _write(self, parent: Any, text: Iterable[Run], *, dress: str = "Hyperlink") -> None:
        """Write runs, links and references."""
        for run in text:
            if run.note:
                self.notes.append(run.note)
                add_note_mark(parent, len(self.notes))
            elif run.ref:
                add_field(
                    parent,
                    f"REF {self.names[run.ref]} \\h",
                    self.shown[run.ref],
                    rtl=self.rtl,
                )
            elif run.link:
                hyperlink = element("w:hyperlink", history="1")
                hyperlink.set(qn("r:id"), self._relate(run.link))
                self._run(hyperlink, run._replace(link=""), style=dress)
                parent.append(hyperlink)
            else:
                self._run(parent, run)

    def _relate(self, address: str) -> str:
        if address not in self.links:
            self.links[address] = self.word.part.rels._next_rId
            # An address of other letters than a URI's is no relationship's target (RFC 3987, 3.1).
            target = quote(address, safe="!#$%&'()*+,/:;=?@[]~")
            self.word.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, target, self.links[address], is_external=True
            )
        return self.links[address]

    def _items(self, block: Items) -> None:
        number: dict[int, int] = {}
        for item in block.items:
            depth = min(item.depth, 2)
            kind = "ListBullet" if item.number is None else "ListNumber"
            made = self._append(paragraph(f"{kind}{depth + 1 if depth else ''}"))
            number = {d: n for d, n in number.items() if d <= depth}
            if item.number is not None:
                if item.number == 1 or depth not in number:
                    number[depth] = self._restart(
                        f"{kind}{depth + 1 if depth else ''}", item.number
                    )
                properties = element("w:numPr")
                properties.append(element("w:ilvl", val="0"))
                properties.append(element("w:numId", val=str(number[depth])))
                made[0].append(properties)
            elif depth in number:
                del number[depth]
            self._write(made, item.text)

    def _restart(self, style: str, start: int) -> int:
        """Begin an ordered list anew, and return the number of its numbering."""
        numbering = self.word.part.numbering_part.element
        pattern = self.word.styles.element
        chosen = next(s for s in pattern.findall(qn("w:style")) if s.get(qn("w:styleId")) == style)
        used = chosen.find(".//" + qn("w:numId")).get(qn("w:val"))
        first = next(n for n in numbering.num_lst if str(n.numId) == used)
        made = numbering.add_num(first.abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(made.numId)

    def _grid(self, block: Grid) -> None:
        if block.caption:
            self._caption_line(block, "Caption", "Table")
        width = text_width(landscape=self.landscape)
        self._append(make_table(block, width, head=HEAD, write=self._write_cell, rtl=self.rtl))
        self._append(paragraph("AfterTable"))

    def _figure(self, block: Figure) -> None:
        made = self._append(paragraph("Figure" if block.caption else "Normal"))
        run = docx.text.run.Run(element("w:r"), self.word._body)
        made.append(run._r)
        width, height = block.size
        run.add_picture(io.BytesIO(block.picture), Mm(width), Mm(height))
        for properties in run._r.iter(qn("wp:docPr"), qn("pic:cNvPr")):
            properties.set("descr", block.alt)
            properties.set("name", block.anchor)
        if block.caption:
            self._caption_line(block, "FigureCaption", "Figure")

    def _caption_line(self, block: Grid | Figure, style: str, sequence: str) -> None:
        """Write a caption whose number is a field, so that Word counts on where people add some."""
        made = self._append(paragraph(style))
        before, _, after = _numbered(block).partition(_MARK)
        self.bookmarks += 1
        name = self.names[block.anchor]
        made.append(element("w:bookmarkStart", id=str(self.bookmarks), name=name))
        self._run(made, Run(before))
        add_field(made, f"SEQ {sequence} \\* ARABIC", str(block.number))
        if after:
            self._run(made, Run(after))
        made.append(element("w:bookmarkEnd", id=str(self.bookmarks)))
        self._run(made, Run(f": {block.caption}"))

    def _placeholder(self, block: Placeholder) -> None:
        made = self._append(paragraph("Placeholder"))
        self._run(made, Run(say("To be written:") + " ", bold=True))
        self._run(made, Run(block.what))
        if block.who:
            self._run(made, Run("\n" + say("Who might know: {who}", who=block.who)))
        if block.file:
            self._run(made, Run("\n" + say("File: {file}", file=block.file)))

    def _turn(self, block: Turn) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        self._set_page(section, landscape=block.landscape)
        self.landscape = block.landscape

    def _properties(self) -> None:
        properties = self.word.core_properties
        moment = datetime(self.document.year, 1, 1)
        properties.title = f"{self.document.title}: {self.document.subtitle}"[:_PROPERTY]
        properties.subject = "".join(self.document.cover[:1])[:_PROPERTY]
        properties.author = properties.last_modified_by = self.document.author
        properties.keywords = ", ".join(self.document.keywords)[:_PROPERTY]
        properties.language = self.document.language
        properties.comments = ""
        properties.revision = 1
        properties.created = properties.modified = moment
        # The template's picture of an empty page, and its second copy of the styles, are not ours.
        for rels in (self.word.part.package.rels, self.word.part.rels):
            for name, relation in list(rels.items()):
                if relation.reltype.endswith(("/thumbnail", "/stylesWithEffects")):
                    del rels[name]


def _numbered(block: Grid | Figure) -> str:
    """Return what a caption begins with, with a mark where its number goes."""
    if isinstance(block, Grid):
        return say("Table {number}", number=_MARK)
    return say("Figure {number}", number=_MARK)


def _fix(content: bytes) -> bytes:
    """Write the package anew with one time for all its parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(item))
    return out.getvalue()
