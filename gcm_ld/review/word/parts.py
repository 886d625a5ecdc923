"""Pieces of WordprocessingML (ISO/IEC 29500-1): runs, fields, bookmarks, links and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from gcm_ld.review.bidi import islands
from gcm_ld.review.layout import share_width
from gcm_ld.review.model import Grid, Run, plain

__all__ = [
    "add_bookmark",
    "add_field",
    "add_run",
    "begin_field",
    "cell",
    "element",
    "end_field",
    "make_table",
    "paragraph",
]

#: Twentieths of a point in a millimetre.
TWIPS = 56.6929
#: A letter without width that runs from left to right: it holds what stands between two together.
_LRM = "\u200e"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def element(tag: str, **attributes: str) -> Any:
    """Make an element; attributes are of its own namespace, with _ for what Python forbids."""
    made = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        made.set(qn(f"{prefix}:{name.rstrip('_')}"), value)
    return made


def paragraph(style: str) -> Any:
    """Make an empty paragraph of a style."""
    made = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val=style))
    made.append(properties)
    return made


def add_run(parent: Any, run: Run, *, style: str = "", rtl: bool = False) -> None:
    """Add a piece of text; line feeds in it become line breaks.

    :param parent: the paragraph or link that it goes into.
    :param run: the text with its dress.
    :param style: a style of characters.
    :param rtl: whether the paragraph runs from right to left, so that what does not is marked.
    """
    if not rtl:
        _add_run(parent, run, style)
        return
    for line, text in enumerate(run.text.split("\n")):
        if line:
            _add_run(parent, run._replace(text="\n"), style)
        for piece, ltr in islands(text):
            shown = f"{_LRM}{piece}{_LRM}" if ltr else piece
            _add_run(parent, run._replace(text=shown), style, ltr=ltr)


def _add_run(parent: Any, run: Run, style: str, *, ltr: bool = False) -> None:
    made = element("w:r")
    properties = element("w:rPr")
    if style:
        properties.append(element("w:rStyle", val=style))
    if run.code:
        font = "Courier New"
        properties.append(element("w:rFonts", ascii=font, hAnsi=font, cs=font))
    for chosen, names in (
        (run.bold, ("w:b", "w:bCs")),
        (run.italic, ("w:i", "w:iCs")),
        (run.strike, ("w:strike",)),
    ):
        if chosen:
            properties.extend(element(name) for name in names)
    if ltr:
        properties.append(element("w:rtl", val="0"))
    if len(properties):
        made.append(properties)
    for i, line in enumerate(run.text.split("\n")):
        if i:
            made.append(element("w:br"))
        for k, part in enumerate(line.split("\t")):
            if k:
                made.append(element("w:tab"))
            if part:
                text = element("w:t")
                text.text = part
                text.set(_SPACE, "preserve")
                made.append(text)
    parent.append(made)


def _field_char(parent: Any, kind: str) -> None:
    run = element("w:r")
    run.append(element("w:fldChar", fldCharType=kind))
    parent.append(run)


def begin_field(parent: Any, code: str) -> None:
    """Begin a field: what follows up to its end is its result (17.16.18)."""
    _field_char(parent, "begin")
    run = element("w:r")
    text = element("w:instrText")
    text.text = f" {code} "
    text.set(_SPACE, "preserve")
    run.append(text)
    parent.append(run)
    _field_char(parent, "separate")


def end_field(parent: Any) -> None:
    """End the field that was begun last."""
    _field_char(parent, "end")


def add_field(parent: Any, code: str, shown: str, *, rtl: bool = False) -> None:
    """Add a field with what it shows until it is brought up to date."""
    begin_field(parent, code)
    add_run(parent, Run(shown), rtl=rtl)
    end_field(parent)


def add_bookmark(parent: Any, name: str, number: int, children: Iterable[Any] = ()) -> None:
    """Add a bookmark around some elements."""
    parent.append(element("w:bookmarkStart", id=str(number), name=name))
    for child in children:
        parent.append(child)
    parent.append(element("w:bookmarkEnd", id=str(number)))


def cell(width: int, *, fill: str = "") -> Any:
    """Make a cell without a paragraph."""
    made = element("w:tc")
    properties = element("w:tcPr")
    properties.append(element("w:tcW", w=str(width), type_="dxa"))
    if fill:
        properties.append(element("w:shd", val="clear", color="auto", fill=fill))
    made.append(properties)
    return made


def make_table(grid: Grid, width: float, *, head: str, write: Any, rtl: bool = False) -> Any:
    """Make a table: its head comes again on every page, and no row breaks across pages.

    :param grid: the table.
    :param width: its width in millimetres.
    :param head: the colour of its head.
    :param write: a function that adds a text to a paragraph.
    :param rtl: whether its first column stands at the right.
    """
    style = "TableSmall" if grid.small else "TableText"
    shares = share_width(grid, width)
    widths = [round(w * TWIPS) for w in shares]
    table = element("w:tbl")
    properties = element("w:tblPr")
    properties.append(element("w:tblStyle", val="ReviewTable"))
    if rtl:
        properties.append(element("w:bidiVisual"))
    properties.append(element("w:tblW", w=str(sum(widths)), type_="dxa"))
    properties.append(element("w:tblLayout", type_="fixed"))
    properties.append(
        element(
            "w:tblLook",
            val="0420",
            firstRow="1",
            lastRow=str(int(grid.total)),
            firstColumn="0",
            lastColumn="0",
            noHBand="0",
            noVBand="1",
        )
    )
    if grid.caption or grid.name:
        properties.append(element("w:tblCaption", val=grid.caption or grid.name))
    table.append(properties)
    columns = element("w:tblGrid")
    columns.extend(element("w:gridCol", w=str(w)) for w in widths)
    table.append(columns)
    table.append(_row(grid, grid.headings, widths, style, write, fill=head))
    last = len(grid.rows) - 1
    for i, row in enumerate(grid.rows):
        table.append(_row(grid, row, widths, style, write, bold=grid.total and i == last))
    return table


def _row(
    grid: Grid,
    texts: Sequence[tuple[Run, ...]],
    widths: Sequence[int],
    style: str,
    write: Any,
    *,
    fill: str = "",
    bold: bool = False,
) -> Any:
    row = element("w:tr")
    properties = element("w:trPr")
    properties.append(element("w:cantSplit"))
    if fill:
        properties.append(element("w:tblHeader"))
    row.append(properties)
    for i, (text, width) in enumerate(zip(texts, widths, strict=True)):
        made = cell(width, fill=fill)
        body = paragraph(style)
        if i in grid.numeric:
            body[0].append(element("w:jc", val="right"))
        if plain(text) or any(r.note for r in text):
            write(body, [r._replace(bold=True) for r in text] if fill or bold else text)
        made.append(body)
        row.append(made)
    return row
