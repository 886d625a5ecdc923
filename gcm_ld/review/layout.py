"""How much room text takes on paper: widths of columns, and pages by a rough count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import ceil

from gcm_ld.review.model import (
    Block,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
    Placeholder,
    Turn,
    plain,
)

__all__ = ["HEIGHT", "MARGIN", "PAGE", "estimate_pages", "share_width", "text_width"]

#: A sheet of A4 in millimetres, and its margins at the left and right.
PAGE, MARGIN = (210.0, 297.0), 22.5
#: Room between the upper and the lower margin of an upright page.
HEIGHT = 297.0 - 2 * 25.0
#: The mean width of a letter in millimetres, in text, tables and small tables.
_TEXT, _TABLE, _SMALL = 1.78, 1.55, 1.37
#: What the margins of a cell take.
_CELL = 3.0
#: The size of type of tables and small tables in millimetres: 8.5 and 7.5 points.
_SIZES = {False: 8.5 * 25.4 / 72, True: 7.5 * 25.4 / 72}
#: Widths of letters as parts of the size of type, of the widest that may stand for Arial.
_WIDTHS = {"ijlI.,:;'|!": 0.34, "frt ()-/": 0.42, "mwMWOQ%@#": 0.98, "–…": 0.8}
_LETTERS = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
_SMALL_LETTER, _CAPITAL = 0.63, 0.72
#: How much wider bold letters are.
_BOLD = 1.13
#: A column that needs no more is never broken into lines, in millimetres.
_SHORT = 33.0
#: Widths of columns are found in steps of so many millimetres, from at most so many rows.
_STEP, _ROWS = 2.0, 60
#: What estimates of heights were found to be too large by, in LibreOffice.
_FILL = 0.97
#: A word that is longer is broken.
_WORD = 16


def text_width(*, landscape: bool) -> float:
    """Return the width of text on a page in millimetres."""
    return PAGE[1 if landscape else 0] - 2 * MARGIN


def share_width(grid: Grid, width: float) -> list[float]:
    """Share a table's width out so that its rows become as low as they can.

    :param grid: the table.
    :param width: its width in millimetres.
    """
    letter = _SMALL if grid.small else _TABLE
    size = _SIZES[grid.small]
    head = [plain(t) for t in grid.headings]
    step = max(1, len(grid.rows) // _ROWS)
    every = [[plain(t) for t in row] for row in grid.rows]
    rows = [head, *every[::step]]
    columns = [[h, *(row[i] for row in every)] for i, h in enumerate(head)]
    bold = (
        [[h, t] for h, t in zip(head, every[-1], strict=True)]
        if (grid.total and every)
        else [[h] for h in head]
    )
    needed = [
        max(
            _longest((line for text in c for line in text.split("\n")), size),
            _longest((line for text in b for line in text.split("\n")), size * _BOLD),
        )
        + _CELL
        for c, b in zip(columns, bold, strict=True)
    ]
    least = [
        max(
            _longest((w[:_WORD] for text in c for w in text.split()), size),
            _longest((w[:_WORD] for text in b for w in text.split()), size * _BOLD),
            3 * letter,
        )
        + _CELL
        for c, b in zip(columns, bold, strict=True)
    ]
    # A short column is not broken at all, where there is room.
    whole = [n if n <= _SHORT else few for n, few in zip(needed, least, strict=True)]
    if sum(whole) < width:
        least = whole
    if sum(least) >= width:
        return [n * width / sum(least) for n in least]
    if sum(needed) <= width:
        # What is over goes to the columns with text.
        weights = [n if n > 18 else n / 6 for n in needed]
        return _spread(needed, weights, width)
    lengths = [[len(row[i]) * letter for row in rows] for i in range(len(head))]
    shares = list(least)
    while sum(shares) + _STEP <= width:
        # The column that makes most rows deepest gets a little more.
        pull = [0.0] * len(shares)
        for k in range(len(rows)):
            deep = [lengths[i][k] / (shares[i] - _CELL) for i in range(len(shares))]
            most = max(range(len(deep)), key=deep.__getitem__)
            if deep[most] > 1:
                pull[most] += deep[most] / (shares[most] - _CELL)
        chosen = max(range(len(pull)), key=pull.__getitem__)
        if not pull[chosen]:
            break
        shares[chosen] += _STEP
    return _spread(shares, shares, width)


def _longest(texts: Iterable[str], size: float) -> float:
    """Return the width of the widest of some lines in millimetres."""
    return max((_measure(text) * size for text in texts), default=0.0)


@lru_cache(maxsize=50_000)
def _measure(text: str) -> float:
    """Return a line's width as a multiple of the size of its type."""
    return sum(_LETTERS.get(c) or (_CAPITAL if c.isupper() else _SMALL_LETTER) for c in text)


def _spread(shares: list[float], weights: list[float], width: float) -> list[float]:
    """Give what is over to columns by their weights."""
    over = width - sum(shares)
    return [s + over * w / sum(weights) for s, w in zip(shares, weights, strict=True)]


def estimate_pages(blocks: Iterable[Block], first: int) -> dict[str, int]:
    """Estimate the page that each numbered block and heading stands on.

    Nobody knows before a document is laid out. The estimate stands in the contents until the
    program that shows them has brought its fields up to date.

    :param blocks: the document's blocks.
    :param first: the number of the first page.
    """
    found: dict[str, int] = {}
    page, used, landscape = first, 0.0, False
    for block in blocks:
        height = PAGE[0] - 50 if landscape else HEIGHT
        if isinstance(block, Turn):
            landscape = block.landscape
            page, used = page + (used > 0), 0.0
            continue
        if isinstance(block, Heading):
            if (block.level == 1 and used) or used + 25 > height:
                page, used = page + 1, 0.0
            found[block.anchor] = page
            used += {1: 14, 2: 15, 3: 12}.get(block.level, 10)
            used += 5 * (len(block.full) // 70)
            continue
        if isinstance(block, Figure) and used + block.size[1] > height:
            page, used = page + 1, 0.0
        if isinstance(block, Grid | Figure) and block.caption:
            found[block.anchor] = page + (used + 20 > height)
        for piece in _heights(block, text_width(landscape=landscape)):
            if used + piece > height:
                page, used = page + 1, 0.0
            used += piece
    return found


def _heights(block: Block, width: float) -> Iterator[float]:
    """Iterate the heights of what stays together in a block."""
    if isinstance(block, Paragraph):
        small = block.kind == "note"
        lines = ceil(len(plain(block.text)) * (1.5 if small else _TEXT) / width) or 1
        yield from [3.9 if small else 4.75] * lines
        yield 2.2
    elif isinstance(block, Items):
        for item in block.items:
            yield 4.75 * (ceil(len(plain(item.text)) * _TEXT / (width - 8)) or 1) + 0.8
    elif isinstance(block, Placeholder):
        lines = 2 + ceil((len(block.what) + 15) * 1.7 / (width - 8))
        yield 4.4 * lines + 4.2
    elif isinstance(block, Figure):
        yield block.size[1] + 13
    elif isinstance(block, Grid):
        widths = share_width(block, width)
        letter, line = (_SMALL, 3.05) if block.small else (_TABLE, 3.45)
        yield 9.0
        for row in (block.headings, *block.rows):
            deep = max(
                ceil(len(plain(t)) * letter * _FILL / max(w - _CELL, 1)) or 1
                for t, w in zip(row, widths, strict=True)
            )
            yield deep * line + (1.4 if block.small else 1.8)
        yield 3.0
