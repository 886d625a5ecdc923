"""What a review is made of before it is written as a document: blocks, and text in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from gcm_ld.language import say, show
from gcm_ld.report.model import Table
from gcm_ld.store import Value

__all__ = [
    "Block",
    "Document",
    "Figure",
    "Grid",
    "Heading",
    "Item",
    "Items",
    "Paragraph",
    "Placeholder",
    "Run",
    "Turn",
    "clean",
    "is_address",
    "label_of",
    "link",
    "number_blocks",
    "plain",
    "ref",
    "runs",
]

#: Marks in a text that stand for a link and for a reference; no data can hold them, because
#: :func:`runs` takes all other control characters away.
_LINK, _MIDDLE, _REF, _END = "\x10", "\x11", "\x12", "\x13"
_MARKS = re.compile(f"{_LINK}([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}|{_REF}([^{_END}]*){_END}")
#: What neither XML nor a reader can do anything with.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Run(NamedTuple):
    """A piece of text in one dress.

    ``ref`` is the anchor of a block whose number it shows, and ``note`` the runs of a footnote
    whose number it shows.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    link: str = ""
    ref: str = ""
    note: tuple[Any, ...] = ()


Text = tuple[Run, ...]
_NUMBERS = (int, float, Decimal)


def link(text: object, address: str) -> str:
    """Mark a text as a link; it may then go into a message as a value.

    Only an address of the web becomes a link: an IRI may be of any scheme.

    >>> [r.link for r in runs(f"see {link('here', 'https://example.org/')}.")]
    ['', 'https://example.org/', '']
    """
    shown = clean(str(text))
    if not is_address(address):
        return shown
    return f"{_LINK}{shown}{_MIDDLE}{clean(address)}{_END}"


def is_address(address: str) -> bool:
    """Tell whether a document may lead to an address: one of the web, or a mailbox.

    >>> [is_address(a) for a in ("https://example.org/", "javascript:x", "http://[", "urn:x")]
    [True, False, False, False]
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return (parts.scheme in ("http", "https") and bool(host)) or (
        parts.scheme == "mailto" and "@" in parts.path
    )


def ref(anchor: str) -> str:
    """Mark a reference to a numbered block, such as ``table-gaps``.

    >>> [r.ref for r in runs(f"see {ref('table-gaps')}")]
    ['', 'table-gaps']
    """
    return f"{_REF}{anchor}{_END}"


def runs(text: str) -> Text:
    """Take a text with marks apart.

    :param text: what a message gave.
    """
    found: list[Run] = []
    place = 0
    for match in _MARKS.finditer(text):
        found.append(Run(clean(text[place : match.start()])))
        if match[3] is not None:
            found.append(Run("", ref=match[3]))
        else:
            found.append(Run(clean(match[1]), link=match[2]))
        place = match.end()
    found.append(Run(clean(text[place:])))
    return tuple(r for r in found if r.text or r.ref) or (Run(""),)


def plain(text: Text) -> str:
    """Return a text without its dress."""
    return "".join(r.text for r in text)


def clean(text: str) -> str:
    """Take away the control characters that no document can hold."""
    return _CONTROL.sub("", text)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 to 4, with the section's code before it where it has one."""

    level: int
    text: str
    anchor: str
    code: str = ""

    @property
    def full(self) -> str:
        """Its code and its text."""
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: ``body``, ``note`` (source or remark), ``quote`` or ``code``."""

    text: Text
    kind: str = "body"

    @classmethod
    def of(cls, text: str, kind: str = "body") -> Paragraph:
        """Make a paragraph of a text with marks."""
        return cls(runs(text), kind)


class Item(NamedTuple):
    """A point of a list: how deep it stands, and its number in an ordered list."""

    text: Text
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list of points."""

    items: tuple[Item, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Items:
        """Make a list of texts with marks."""
        return cls(tuple(Item(runs(t)) for t in texts))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; without caption it is part of the text and has no number."""

    anchor: str
    caption: str
    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    total: bool = False
    numeric: frozenset[int] = frozenset()
    number: int = 0
    #: For wide tables: a smaller type.
    small: bool = False
    #: What it is called for those who don't see it, where it has no caption.
    name: str = ""

    @classmethod
    def of(
        cls,
        anchor: str,
        caption: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[Value]],
        *,
        total: bool = False,
        small: bool = False,
        name: str = "",
    ) -> Grid:
        """Make a table of values; texts may hold marks, and numbers stand to the right."""
        lines = [tuple(row) for row in rows]
        numeric = frozenset(
            i
            for i in range(len(headings))
            if any(isinstance(r[i], _NUMBERS) for r in lines)
            and all(r[i] in (None, "") or isinstance(r[i], _NUMBERS) for r in lines)
        )
        return cls(
            anchor,
            caption,
            tuple(runs(h) for h in headings),
            tuple(tuple(runs(_shown(v)) for v in row) for row in lines),
            total,
            numeric,
            small=small,
            name=name,
        )

    @classmethod
    def of_table(cls, anchor: str, table: Table, *, caption: str = "", small: bool = False) -> Grid:
        """Make a table of a report's."""
        return cls.of(
            anchor,
            caption or table.title,
            table.headings,
            table.rows,
            total=table.total,
            small=small,
        )


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else show(value)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption, and what it shows in words."""

    anchor: str
    caption: str
    picture: bytes
    #: ``png`` or ``jpeg``.
    format: str
    alt: str
    #: Width and height on paper, in millimetres.
    size: tuple[float, float]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a person must write here, and who might know."""

    what: str
    who: str = ""
    #: The file that the text goes into, as people see it.
    file: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """From here on another page, upright or on its side."""

    landscape: bool = False


_B = TypeVar("_B")
Block = Heading | Paragraph | Items | Grid | Figure | Placeholder | Turn


@dataclass(frozen=True, slots=True)
class Document:
    """A review: what its first page says, and its blocks in order."""

    title: str
    subtitle: str
    #: Lines of the first page below the title.
    cover: tuple[str, ...]
    language: str
    year: int
    author: str
    keywords: tuple[str, ...]
    blocks: tuple[Block, ...] = field(default=())

    def blocks_of(self, kind: type[_B]) -> Iterator[_B]:
        """Iterate the blocks of one kind."""
        return (b for b in self.blocks if isinstance(b, kind))


def label_of(block: Heading | Grid | Figure) -> str:
    """Return what a reference to a block shows: its kind and number, or its section's code."""
    if isinstance(block, Heading):
        return say("section {code}", code=block.code) if block.code else block.text
    if isinstance(block, Grid):
        return say("Table {number}", number=block.number)
    return say("Figure {number}", number=block.number)


def number_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Give captioned tables and figures their numbers, each kind from 1 on in order.

    >>> grid = Grid.of("a", "Some", ["x"], [["1"]])
    >>> [b.number for b in number_blocks([grid, grid])]
    [1, 2]
    """
    counts = {Grid: 0, Figure: 0}
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Grid | Figure) and block.caption:
            counts[type(block)] += 1
            block = replace(block, number=counts[type(block)])
        out.append(block)
    return tuple(out)
