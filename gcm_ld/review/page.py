"""A review as one page of HTML: no network, no third party, pictures within it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from gcm_ld import __version__
from gcm_ld.language import direction, say
from gcm_ld.review.bidi import islands
from gcm_ld.review.layout import share_width, text_width
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
    Turn,
    label_of,
)

__all__ = ["render_page"]


def render_page(document: Document) -> str:
    """Write a review as one self-contained HTML page.

    :param document: the review.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=ChoiceLoader([PackageLoader("gcm_ld.review"), PackageLoader("gcm_ld.report")]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    headings = [b for b in document.blocks if isinstance(b, Heading) and b.level <= 2]
    writer = _Writer(document)
    page = environment.get_template("review.html.j2").render(
        document=document,
        direction=direction(),
        headings=headings,
        body=Markup("\n").join(writer.write()),
        line=writer.line,
        version=__version__,
        words={
            "contents": say("Contents"),
            "skip": say("Skip to the content"),
            "made": say("Made with gcm-ld {version} from linked data.", version=__version__),
        },
    )
    return page if page.endswith("\n") else f"{page}\n"


@dataclass
class _Writer:
    document: Document
    labels: dict[str, str] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    wide: bool = False
    rtl: bool = field(default_factory=lambda: direction() == "rtl")

    def write(self) -> list[Markup]:
        """Write all blocks."""
        self.labels = {
            b.anchor: label_of(b)
            for b in self.document.blocks
            if isinstance(b, Heading | Grid | Figure)
        }
        parts = [part for block in self.document.blocks for part in self._block(block)]
        parts += [Markup("</div>")] if self.wide else []
        return [*parts, *self._notes()]

    def _notes(self) -> Iterable[Markup]:
        """Write the footnotes, each with a way back to where it belongs."""
        if not self.notes:
            return
        items = (
            Markup(
                '<li id="note-{0}">{1} <a href="#note-of-{0}" aria-label="{2}">↩</a></li>'
            ).format(number, self._text(text), say("Back to the text"))
            for number, text in enumerate(self.notes, 1)
        )
        yield Markup(
            '<section class="notes" role="doc-endnotes" aria-label="{}"><ol>{}</ol></section>'
        ).format(say("Footnotes"), Markup("\n").join(items))

    def _block(self, block: Block) -> Iterable[Markup]:
        if isinstance(block, Heading):
            tag = _tag(f"h{block.level + 1}")
            text = self.line(block.full)
            yield Markup('<{0} id="{1}">{2}</{0}>').format(tag, block.anchor, text)
        elif isinstance(block, Paragraph):
            yield self._paragraph(block)
        elif isinstance(block, Items):
            yield self._items(block.items)
        elif isinstance(block, Grid):
            yield self._grid(block)
        elif isinstance(block, Figure):
            yield self._figure(block)
        elif isinstance(block, Placeholder):
            yield self._placeholder(block)
        elif isinstance(block, Turn) and block.landscape != self.wide:
            self.wide = block.landscape
            yield Markup('<div class="turned">') if self.wide else Markup("</div>")

    def _paragraph(self, block: Paragraph) -> Markup:
        text = self._text(block.text)
        if block.kind == "code":
            return Markup("<pre>{}</pre>").format("".join(r.text for r in block.text))
        if block.kind == "quote":
            return Markup("<blockquote><p>{}</p></blockquote>").format(text)
        css = Markup(' class="note"') if block.kind == "note" else Markup("")
        return Markup("<p{}>{}</p>").format(css, text)

    def _items(self, items: tuple[Item, ...]) -> Markup:
        """Write a list, with the lists within it."""
        out: list[Markup] = []
        open_: list[tuple[int, str]] = []

        def close() -> None:
            out.append(Markup("</li></{}>").format(open_.pop()[1]))

        for item in items:
            tag = "ul" if item.number is None else "ol"
            while open_ and open_[-1][0] > item.depth:
                close()
            if open_ and open_[-1] != (item.depth, tag) and open_[-1][0] == item.depth:
                close()
            if open_ and open_[-1] == (item.depth, tag):
                out.append(Markup("</li>"))
            else:
                start = Markup("")
                if item.number not in (None, 1):
                    start = Markup(' start="{}"').format(item.number)
                out.append(Markup("<{}{}>").format(_tag(tag), start))
                open_.append((item.depth, tag))
            out.append(Markup("<li>{}").format(self._text(item.text)))
        while open_:
            close()
        return Markup("").join(out)

    def _grid(self, grid: Grid) -> Markup:
        def cells(row: tuple[Text, ...], tag: str) -> Markup:
            made = []
            for i, text in enumerate(row):
                name, scope = (tag, ' scope="col"') if tag == "th" else ("td", "")
                number = ' class="num"' if i in grid.numeric else ""
                made.append(
                    Markup("<{0}{1}{2}>{3}</{0}>").format(
                        _tag(name), _tag(scope), _tag(number), self._text(text)
                    )
                )
            return Markup("<tr>{}</tr>").format(Markup("").join(made))

        caption = Markup("")
        if grid.caption:
            text = self.line(grid.caption)
            caption = Markup("<caption>{}: {}</caption>").format(label_of(grid), text)
        css = " ".join(
            ["review", *(["total"] if grid.total else []), *(["small"] if grid.small else [])]
        )
        return Markup(
            '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table id="{}" '
            'class="{}">{}{}<thead>{}</thead><tbody>{}</tbody></table></div>'
        ).format(
            grid.caption or grid.name or say("Table"),
            grid.anchor,
            css,
            caption,
            self._columns(grid),
            cells(grid.headings, "th"),
            Markup("\n").join(cells(row, "td") for row in grid.rows),
        )

    def _columns(self, grid: Grid) -> Markup:
        """Share the width out as on paper, for a browser knows a table's first rows only."""
        shares = share_width(grid, text_width(landscape=self.wide))
        made = (
            Markup('<col style="width:{}%">').format(f"{100 * share / sum(shares):.1f}")
            for share in shares
        )
        return Markup("<colgroup>{}</colgroup>").format(Markup("").join(made))

    def _figure(self, block: Figure) -> Markup:
        data = base64.b64encode(block.picture).decode()
        width, height = (round(side * 96 / 25.4) for side in block.size)
        caption = Markup("")
        if block.caption:
            text = self.line(f"{label_of(block)}: {block.caption}")
            caption = Markup("<figcaption>{}</figcaption>").format(text)
        return Markup(
            '<figure id="{}"><img src="data:image/{};base64,{}" alt="{}" width="{}" height="{}">'
            "{}</figure>"
        ).format(block.anchor, block.format, data, block.alt, width, height, caption)

    def _placeholder(self, block: Placeholder) -> Markup:
        lines = [
            say("Who might know: {who}", who=block.who) if block.who else "",
            say("File: {file}", file=block.file) if block.file else "",
        ]
        return Markup(
            '<div class="placeholder" role="note"><p><strong>{}</strong> {}{}</p></div>'
        ).format(
            say("To be written:"),
            self.line(block.what),
            Markup("").join(Markup("<br>{}").format(self.line(line)) for line in lines if line),
        )

    def line(self, text: str) -> Markup:
        """Write a text, and hold together in it what runs from left to right on such a page."""
        if not self.rtl:
            return escape(text)
        return Markup("").join(
            Markup('<bdi dir="ltr">{}</bdi>').format(piece) if ltr else escape(piece)
            for piece, ltr in islands(text)
        )

    def _text(self, text: Text) -> Markup:
        return Markup("").join(map(self._run, text))

    def _run(self, run: Run) -> Markup:
        if run.note:
            self.notes.append(run.note)
            return Markup('<sup><a id="note-of-{0}" href="#note-{0}">{0}</a></sup>').format(
                len(self.notes)
            )
        if run.ref:
            return Markup('<a href="#{}">{}</a>').format(run.ref, self.labels[run.ref])
        shown = Markup("<br>").join(map(self.line, run.text.split("\n")))
        for chosen, tag in (
            (run.code, "code"),
            (run.strike, "s"),
            (run.italic, "em"),
            (run.bold, "strong"),
        ):
            if chosen:
                shown = Markup("<{0}>{1}</{0}>").format(_tag(tag), shown)
        if run.link:
            shown = Markup('<a href="{}">{}</a>').format(run.link, shown)
        return shown


def _tag(text: str) -> Markup:
    """Return markup of our own, a tag's name or attribute, that is not escaped."""
    return Markup(text)  # noqa: S704 (never a text of the data)
