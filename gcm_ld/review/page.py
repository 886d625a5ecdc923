"""A review as one page of HTML: no network, no third party, pictures within it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from gcm_ld import __version__
from gcm_ld.language import direction, say
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
    wide: bool = False

    def write(self) -> list[Markup]:
        """Write all blocks."""
        self.labels = {
            b.anchor: label_of(b)
            for b in self.document.blocks
            if isinstance(b, Heading | Grid | Figure)
        }
        parts = [part for block in self.document.blocks for part in self._block(block)]
        return [*parts, Markup("</div>")] if self.wide else parts

    def _block(self, block: Block) -> Iterable[Markup]:
        if isinstance(block, Heading):
            tag = _tag(f"h{block.level + 1}")
            yield Markup('<{0} id="{1}">{2}</{0}>').format(tag, block.anchor, block.full)
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
            caption = Markup("<caption>{}: {}</caption>").format(label_of(grid), grid.caption)
        css = " ".join(
            ["review", *(["total"] if grid.total else []), *(["small"] if grid.small else [])]
        )
        return Markup(
            '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table id="{}" '
            'class="{}">{}<thead>{}</thead><tbody>{}</tbody></table></div>'
        ).format(
            grid.caption or say("Table"),
            grid.anchor,
            css,
            caption,
            cells(grid.headings, "th"),
            Markup("\n").join(cells(row, "td") for row in grid.rows),
        )

    def _figure(self, block: Figure) -> Markup:
        data = base64.b64encode(block.picture).decode()
        width, height = (round(side * 96 / 25.4) for side in block.size)
        caption = Markup("")
        if block.caption:
            text = f"{label_of(block)}: {block.caption}"
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
            block.what,
            Markup("").join(Markup("<br>{}").format(line) for line in lines if line),
        )

    def _text(self, text: Text) -> Markup:
        return Markup("").join(map(self._run, text))

    def _run(self, run: Run) -> Markup:
        if run.ref:
            return Markup('<a href="#{}">{}</a>').format(run.ref, self.labels[run.ref])
        shown = Markup("<br>").join(escape(line) for line in run.text.split("\n"))
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
