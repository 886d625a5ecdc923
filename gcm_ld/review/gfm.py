"""A review as Markdown, GitHub flavoured, with its pictures in a folder beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from gcm_ld.language import say
from gcm_ld.review.model import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Item,
    Items,
    Paragraph,
    Placeholder,
    Run,
    Text,
    label_of,
)

__all__ = ["render_gfm"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&])")
#: What would begin a heading, a list, a quote or a rule at the beginning of a line.
_BEGIN = re.compile(r"^(\s*)([#+=-]|\d+[.)])")


def render_gfm(document: Document, folder: str) -> tuple[str, dict[str, bytes]]:
    """Write a review as Markdown.

    :param document: the review.
    :param folder: the name of the folder for its pictures.
    :returns: the text, and the pictures by their names.
    """
    writer = _Writer(document, folder)
    return writer.write(), writer.pictures


class _Writer:
    def __init__(self, document: Document, folder: str) -> None:
        self.document = document
        self.folder = folder
        self.pictures: dict[str, bytes] = {}
        self.notes: list[Text] = []
        self.labels = {
            b.anchor: label_of(b) for b in document.blocks if isinstance(b, Heading | Grid | Figure)
        }

    def write(self) -> str:
        """Write the whole text."""
        d = self.document
        parts = [f"# {_escape(d.title)}", f"**{_escape(d.subtitle)}**", *map(_escape, d.cover)]
        parts += [f"## {_escape(say('Contents'))}", self._contents()]
        for block in d.blocks:
            parts += self._block(block)
        parts += [
            f"[^{number}]: " + self._text(text).replace("\n", "\n\n    ")
            for number, text in enumerate(self.notes, 1)
        ]
        return "\n\n".join(p for p in parts if p) + "\n"

    def _contents(self) -> str:
        return "\n".join(
            f"{'  ' * (b.level - 1)}- [{_escape(b.full)}](#{b.anchor})"
            for b in self.document.blocks
            if isinstance(b, Heading) and b.level <= 3
        )

    def _block(self, block: Block) -> Iterable[str]:
        if isinstance(block, Heading):
            yield _anchor(block.anchor)
            yield f"{'#' * (block.level + 1)} {_escape(block.full)}"
        elif isinstance(block, Paragraph):
            yield self._paragraph(block)
        elif isinstance(block, Items):
            yield "\n".join(self._item(i) for i in block.items)
        elif isinstance(block, Grid):
            if block.caption:
                yield _anchor(block.anchor)
                yield f"**{_escape(f'{label_of(block)}: {block.caption}')}**"
            yield self._grid(block)
        elif isinstance(block, Figure):
            name = f"{block.anchor}.{block.format}"
            self.pictures[name] = block.picture
            if block.caption:
                yield _anchor(block.anchor)
            # Its address is in angle brackets: a folder's name may hold anything.
            path = PurePosixPath(self.folder) / name
            yield f"![{_escape(block.alt)}](<{path}>)"
            if block.caption:
                yield f"**{_escape(f'{label_of(block)}: {block.caption}')}**"
        elif isinstance(block, Placeholder):
            yield "\n".join(
                [
                    "> [!IMPORTANT]",
                    f"> **{_escape(say('To be written:'))}** {_escape(block.what)}  ",
                    *(
                        [f"> {_escape(say('Who might know: {who}', who=block.who))}  "]
                        if block.who
                        else []
                    ),
                    f"> {_escape(say('File: {file}', file=block.file))}",
                ]
            )

    def _paragraph(self, block: Paragraph) -> str:
        if block.kind == "code":
            text = "".join(r.text for r in block.text)
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return f"{fence}\n{text}\n{fence}"
        text = self._text(block.text)
        if block.kind == "quote":
            return "> " + text.replace("\n", "\n> ")
        if block.kind == "note":
            return f"<sub>{text}</sub>"
        return _begin(text)

    def _item(self, item: Item) -> str:
        mark = "-" if item.number is None else f"{item.number}."
        indent = "   " * item.depth
        text = self._text(item.text).replace("\n", f"\n{indent}  ")
        return f"{indent}{mark} {_begin(text)}"

    def _grid(self, grid: Grid) -> str:
        def line(cells: Iterable[str]) -> str:
            return "| " + " | ".join(c.replace("\n", "<br>") for c in cells) + " |"

        rules = ["---:" if i in grid.numeric else "---" for i in range(len(grid.headings))]
        lines = [line(self._text(h) for h in grid.headings), line(rules)]
        last = len(grid.rows) - 1
        for i, row in enumerate(grid.rows):
            bold = grid.total and i == last
            lines.append(line(self._text(_bold(c) if bold else c) for c in row))
        return "\n".join(lines)

    def _text(self, text: Text) -> str:
        return "".join(map(self._run, text))

    def _run(self, run: Run) -> str:
        if run.note:
            self.notes.append(run.note)
            return f"[^{len(self.notes)}]"
        if run.ref:
            return f"[{_escape(self.labels[run.ref])}](#{run.ref})"
        shown = f"`{run.text}`" if run.code and "`" not in run.text else _escape(run.text)
        for chosen, mark in ((run.bold, "**"), (run.italic, "*"), (run.strike, "~~")):
            if chosen and shown.strip():
                # Marks stand beside a letter, or they are none.
                core = shown.strip()
                begin = shown[: len(shown) - len(shown.lstrip())]
                shown = f"{begin}{mark}{core}{mark}{shown[len(begin) + len(core) :]}"
        return f"[{shown}](<{run.link}>)" if run.link else shown


def _bold(text: Text) -> Text:
    return tuple(r._replace(bold=True) for r in text)


def _begin(text: str) -> str:
    """Keep the beginning of a text from being taken for a mark."""
    found = _BEGIN.match(text)
    if found is None:
        return text
    place = found.end() - 1
    return f"{text[:place]}\\{text[place:]}"


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
