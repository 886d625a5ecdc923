"""Footnotes of a Word document (ISO/IEC 29500-1, 17.11), which python-docx has no words for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from gcm_ld.review.model import Run, Text
from gcm_ld.review.word.parts import add_run, element, paragraph

__all__ = ["add_note_mark", "add_notes"]

_PART = PackURI("/word/footnotes.xml")
#: The lines above the notes, which every document with notes has (17.11.23, 17.18.33).
_LINES = (("separator", "-1"), ("continuationSeparator", "0"))


def _mark(inner: Any) -> Any:
    """Make a run that shows the number of a note."""
    run = element("w:r")
    properties = element("w:rPr")
    properties.append(element("w:rStyle", val="FootnoteReference"))
    run.append(properties)
    run.append(inner)
    return run


def add_note_mark(parent: Any, number: int) -> None:
    """Add the place of a footnote to a paragraph.

    :param parent: the paragraph.
    :param number: the note's number, from 1 on.
    """
    parent.append(_mark(element("w:footnoteReference", id=str(number))))


def add_notes(document: Any, notes: Iterable[Text], *, rtl: bool = False) -> None:
    """Add the texts of all footnotes to a document.

    :param document: the document of python-docx.
    :param notes: the notes in the order of their numbers; links stand behind their words.
    :param rtl: whether it is written from right to left.
    """
    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for kind, number in _LINES:
        line = element("w:footnote", type_=kind, id=number)
        made, run = element("w:p"), element("w:r")
        run.append(element(f"w:{kind}"))
        made.append(run)
        line.append(made)
        root.append(line)
    for i, text in enumerate(notes, 1):
        note = element("w:footnote", id=str(i))
        made = paragraph("FootnoteText")
        made.append(_mark(element("w:footnoteRef")))
        add_run(made, Run(" "))
        for piece in text:
            add_run(made, piece._replace(link=""), rtl=rtl)
            if piece.link and piece.link.rstrip("/") != piece.text.rstrip("/"):
                add_run(made, Run(f" ({piece.link})"), rtl=rtl)
        note.append(made)
        root.append(note)
    part = XmlPart(_PART, CONTENT_TYPE.WML_FOOTNOTES, root, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    about = element("w:footnotePr")
    about.extend(element("w:footnote", id=number) for _, number in _LINES)
    settings = document.settings.element
    settings.find(qn("w:compat")).addprevious(about)
