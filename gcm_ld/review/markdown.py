"""What people wrote in Markdown, as blocks: headings, paragraphs, lists, tables, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcm_ld.errors import FileError, MissingExtraError
from gcm_ld.review.model import (
    Block,
    Figure,
    Grid,
    Heading,
    Item,
    Items,
    Paragraph,
    Run,
    clean,
    is_address,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["leave_comments_out", "read_markdown"]

#: Formats of pictures that every kind of document can hold, by how their files begin.
_FORMATS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
#: What may hold the beginning of a comment as text, and the beginning of one.
_BEGIN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|<!--")
#: The line below the head of a table.
_RULE = re.compile(r" {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|?\s*")
_STROKE = re.compile(r"(?<!\\)\|")
_NOTE = re.compile(r"\[\^[^\]\s]+\]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
#: A picture of a person's own is at most this large, in bytes.
_LARGEST = 20_000_000

Runs = tuple[Run, ...]


def read_markdown(text: str, path: Path, anchor: str) -> tuple[Block, ...]:
    """Turn Markdown (CommonMark with tables) into blocks.

    Comments are left out; other HTML is shown as text. Pictures come from the text's folder.

    :param text: what a person wrote.
    :param path: its file, beside which pictures stand.
    :param anchor: what anchors of its blocks begin with.
    :raises FileError: naming file and line, if a comment has no end or a picture can't be used.
    :raises MissingExtraError: if markdown-it-py is not installed.
    """
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.footnote import footnote_plugin
    except ImportError:
        raise MissingExtraError("markdown-it-py", "review", "reading the texts of a review") from (
            None
        )
    text = leave_comments_out(text, path)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    known: dict[str, Any] = {}
    tokens = parser.parse(text, known)
    reader = _Reader(text, path, anchor)
    return tuple(_in_steps(reader.read(reader.take_notes(tokens, known))))


def _in_steps(blocks: Iterable[Block]) -> Iterator[Block]:
    """Let levels of headings begin with 1, and leave none out on the way down."""
    found = list(blocks)
    levels = sorted({b.level for b in found if isinstance(b, Heading)})
    last = 0
    for block in found:
        if isinstance(block, Heading):
            last = min(levels.index(block.level) + 1, last + 1)
            yield replace(block, level=last)
        else:
            yield block


def leave_comments_out(text: str, path: Path) -> str:
    """Blank comments where they are no code, and keep the lines.

    Markdown itself would show a comment that begins within a line and goes over an empty one.

    :param text: what a person wrote.
    :param path: its file.
    :raises FileError: naming file and line, if a comment has no end.
    """
    out: list[str] = []
    fence, begun = "", 0
    for number, whole in enumerate(text.split("\n"), 1):
        line, kept = whole, ""
        if not begun and (match := _FENCE.match(line)):
            if not fence:
                fence = match[1]
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            out.append(line)
            continue
        while line and not fence:
            if begun:
                _, end, line = line.partition("-->")
                begun = 0 if end else begun
                continue
            found = next((m for m in _BEGIN.finditer(line) if not m[1]), None)
            if found is None:
                break
            kept += line[: found.start()]
            line = line[found.end() :]
            begun = number
        out.append(kept + line)
    if begun:
        raise FileError(path, "this comment has no end: add -->", line=begun)
    return "\n".join(out)


@dataclass
class _Reader:
    """Walks the tokens of one text."""

    text: str
    path: Path
    anchor: str
    figures: int = 0
    tables: int = 0
    headings: int = 0
    #: The footnotes by their numbers.
    notes: dict[int, Runs] = field(default_factory=dict)
    #: For each open list the number of its next point; nothing in a bullet list.
    lists: list[int | None] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def take_notes(self, tokens: Sequence[Token], known: dict[str, Any]) -> list[Token]:
        """Take the footnotes out of a text, which stand at its end.

        :param tokens: the whole text.
        :param known: what the parser says of its footnotes.
        """
        named = known.get("footnotes", {}).get("refs", {})
        for name, number in named.items():
            if number < 0:
                label = name.removeprefix(":")
                raise FileError(
                    self.path,
                    f"nothing refers to the footnote [^{label}]: put [^{label}] where it belongs",
                    line=self._line_of(f"[^{label}]:"),
                )
        kept, number = [], -1
        for token in tokens:
            kind = token.type
            if kind == "footnote_open":
                number = token.meta["id"]
                self.notes[number] = ()
            elif kind == "footnote_close":
                number = -1
            elif number < 0:
                kept += [token] if not kind.startswith("footnote_") else []
            elif kind == "inline":
                more = (Run("\n"),) if self.notes[number] else ()
                self.notes[number] += more + self._inline(token, token)
            elif kind not in ("paragraph_open", "paragraph_close", "footnote_anchor"):
                raise FileError(
                    self.path,
                    "a footnote holds paragraphs only: put lists, tables and code into the text",
                    line=(token.map or (0,))[0] + 1,
                )
        return kept

    def read(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Iterate the blocks."""
        place = 0
        quoted = 0
        fresh = False
        while place < len(tokens):
            token = tokens[place]
            kind = token.type
            if kind == "table_open":
                end = next(i for i in range(place, len(tokens)) if tokens[i].type == "table_close")
                yield from self._put(self._table(tokens[place:end]), fresh=fresh)
                place = end
            elif kind in ("bullet_list_open", "ordered_list_open"):
                start = token.attrs.get("start", 1)
                self.lists.append(int(start) if kind == "ordered_list_open" else None)
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
                if not self.lists and self.items:
                    yield Items(tuple(self.items))
                    self.items = []
            elif kind == "list_item_open":
                fresh = True
            elif kind == "blockquote_open":
                quoted += 1
            elif kind == "blockquote_close":
                quoted -= 1
            elif kind == "heading_open":
                self.headings += 1
                found = self._inline(tokens[place + 1], token)
                if any(r.note for r in found):
                    raise FileError(
                        self.path,
                        "a footnote in a heading can't be placed: put it into the text below",
                        line=(token.map or (0,))[0] + 1,
                    )
                words = "".join(r.text for r in found)
                name = f"{self.anchor}-part-{self.headings}"
                yield from self._put(Heading(int(token.tag[1:]), words, name), fresh=fresh)
                place += 2
            elif kind in ("fence", "code_block") or kind == "html_block":
                yield from self._put(_as_it_is(token.content), fresh=fresh)
                fresh = False
            elif kind == "hr":
                yield Paragraph((Run("* * *"),))
            elif kind == "inline":
                for piece in self._paragraph(token):
                    block = piece
                    if quoted and isinstance(block, Paragraph) and block.kind == "body":
                        block = replace(block, kind="quote")
                    yield from self._put(block, fresh=fresh)
                    fresh = False
            place += 1

    def _put(self, block: Block, *, fresh: bool) -> Iterator[Block]:
        """Give a block, or add it to the list that is open."""
        further = not fresh and not self.items  # of a point that something else came after
        if not self.lists or further or not isinstance(block, Paragraph):
            if self.items:  # what is no point stands between those before and after it
                yield Items(tuple(self.items))
                self.items = []
            yield block
            return
        number = None
        if fresh and self.lists[-1] is not None:
            number = self.lists[-1]
            self.lists[-1] += 1
        if fresh:
            self.items.append(Item(block.text, len(self.lists) - 1, number))
        else:  # a further paragraph of a point
            last = self.items[-1]
            self.items[-1] = last._replace(text=(*last.text, Run("\n"), *block.text))

    def _paragraph(self, token: Token) -> Iterator[Block]:
        children = [c for c in token.children or [] if c.type != "text" or c.content.strip()]
        if children and all(c.type in ("image", "softbreak") for c in children):
            for child in children:
                if child.type == "image":
                    yield self._picture(child, token)
            return
        self._refuse_lame_table(token)
        text = self._inline(token, token)
        if any(r.text.strip() or r.note for r in text):
            yield Paragraph(text)

    def _refuse_lame_table(self, token: Token) -> None:
        """Refuse what was meant as a table, and is none because its head does not fit."""
        first, last = token.map or (0, 0)
        lines = self.text.split("\n")[first:last]
        for i, line in enumerate(lines[1:], 1):
            if _RULE.fullmatch(line) and "|" in lines[i - 1]:
                raise FileError(
                    self.path,
                    f"this is meant as a table, but its head has {_cells(lines[i - 1])} columns "
                    f"and the line below it {_cells(line)}: give both as many",
                    line=first + i,
                )

    def _inline(self, token: Token, where: Token) -> Runs:
        """Put the pieces of a line together."""
        found: list[Run] = []
        dress: dict[str, bool | str] = {}
        for child in token.children or []:
            kind = child.type
            if kind in ("strong_open", "strong_close"):
                dress["bold"] = kind.endswith("open")
            elif kind in ("em_open", "em_close"):
                dress["italic"] = kind.endswith("open")
            elif kind in ("s_open", "s_close"):
                dress["strike"] = kind.endswith("open")
            elif kind == "link_open":
                address = str(child.attrs.get("href", ""))
                dress["link"] = address if is_address(address) else ""
            elif kind == "link_close":
                dress["link"] = ""
            elif kind == "code_inline":
                found.append(Run(child.content, **{**dress, "code": True}))  # type: ignore[arg-type]
            elif kind == "html_inline" and _BREAK.fullmatch(child.content):
                found.append(Run("\n"))
            elif kind == "footnote_ref":
                found.append(Run("", note=self.notes.get(child.meta["id"], ())))
            elif kind in ("softbreak", "hardbreak"):
                found.append(Run(" " if kind == "softbreak" else "\n"))
            elif kind == "image":
                line = self._line(where, str(child.attrs.get("src", "")))
                raise FileError(
                    self.path,
                    "a picture within a line can't be placed: leave it a paragraph of its own",
                    line=line,
                )
            elif child.content:
                lacking = _NOTE.search(child.content) if kind == "text" else None
                if lacking:
                    raise FileError(
                        self.path,
                        f"the footnote {lacking[0]} has no text: add a line {lacking[0]}: …",
                        line=self._line(where, lacking[0]),
                    )
                found.append(Run(clean(child.content), **dress))  # type: ignore[arg-type]
        return tuple(found)

    def _table(self, tokens: Sequence[Token]) -> Grid:
        self.tables += 1
        rows: list[list[Runs]] = []
        for place, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
                self._refuse_lost_cells(token, len(rows[0]) if len(rows) > 1 else 0)
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self._inline(tokens[place + 1], tokens[0]))
        right = {
            i
            for i, token in enumerate(t for t in tokens if t.type == "th_open")
            if "right" in str(token.attrs.get("style", ""))
        }
        return Grid(
            f"{self.anchor}-table-{self.tables}",
            "",
            tuple(rows[0]),
            tuple(map(tuple, rows[1:])),
            numeric=frozenset(right),
        )

    def _refuse_lost_cells(self, token: Token, columns: int) -> None:
        """Refuse a row with more cells than its table has columns, of which Markdown drops some."""
        place = (token.map or (0, 0))[0]
        cells = _cells(self.text.split("\n")[place])
        if columns and cells > columns:
            raise FileError(
                self.path,
                f"this row has {cells} cells, and its table {columns} columns: give the head and "
                "the line below it more, or write \\| for a stroke within a cell",
                line=place + 1,
            )

    def _picture(self, token: Token, where: Token) -> Figure:
        from urllib.parse import unquote

        source = unquote(str(token.attrs.get("src", "")))
        line = self._line(where, str(token.attrs.get("src", "")))

        def refuse(problem: str) -> FileError:
            return FileError(self.path, problem, line=line)

        folder = self.path.parent.resolve()
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", source):
            raise refuse(f"the picture {source} is not in the folder of the text: copy it there")
        place = (folder / source).resolve()
        if folder not in place.parents:
            raise refuse(f"the picture {source} is outside the folder of the text: copy it there")
        if not place.is_file():
            raise refuse(f"there is no picture {source} in the folder of the text: check its name")
        if place.stat().st_size > _LARGEST:
            raise refuse(f"the picture {source} is larger than 20 MB: make it smaller")
        content = place.read_bytes()
        format_ = next((f for mark, f in _FORMATS.items() if content.startswith(mark)), "")
        size = _size(content, format_)
        if not size:
            raise refuse(f"the picture {source} is neither PNG nor JPEG: save it as one of these")
        from gcm_ld.review.figures import fit

        words = token.content.strip()
        if not words:
            raise refuse(
                f"the picture {source} has no words for those who do not see it: "
                "![What it shows](…)"
            )
        self.figures += 1
        caption = str(token.attrs.get("title", "")).strip()
        name = f"{self.anchor}-figure-{self.figures}"
        return Figure(name, clean(caption), content, format_, clean(words), fit(*size))

    def _line_of(self, word: str) -> int:
        """Tell the first line that a word stands in."""
        lines = self.text.split("\n")
        return next((i for i, line in enumerate(lines, 1) if word in line), 1)

    def _line(self, token: Token, word: str) -> int:
        """Tell the line of a word in a paragraph."""
        first, last = token.map or (0, 1)
        lines = self.text.splitlines()
        near = (i for i in range(first, min(last, len(lines))) if word and word in lines[i])
        return next(near, first) + 1


def _cells(line: str) -> int:
    """Count the cells of a line of a table."""
    core = line.strip().removeprefix("|")
    core = core[:-1] if core.endswith("|") and not core.endswith("\\|") else core
    return len(_STROKE.split(core))


def _as_it_is(content: str) -> Paragraph:
    """Show code, or what is not understood, as it is."""
    return Paragraph((Run(clean(content.rstrip("\n").expandtabs(4)), code=True),), "code")


def _size(content: bytes, format_: str) -> tuple[int, int] | None:
    """Read a picture's width and height in pixels from its head."""
    if format_ == "png" and len(content) > 24:
        return int.from_bytes(content[16:20]) or 1, int.from_bytes(content[20:24]) or 1
    if format_ == "jpeg" and content[6:10] not in (b"JFIF", b"Exif"):
        return None  # python-docx takes no other
    place = 2
    while format_ == "jpeg" and place + 9 < len(content) and content[place] == 0xFF:
        mark, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(content[place + 5 : place + 7])
            return int.from_bytes(content[place + 7 : place + 9]) or 1, height or 1
        place += 2 + length
    return None
