"""Latin words, codes and figures within text that is written from right to left."""

from __future__ import annotations

import re

__all__ = ["islands"]

#: Letters and marks of the scripts that are written from right to left.
_RTL = "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff"
_PIECE = re.compile(f"[{_RTL}]+|[^{_RTL}]+")
#: Where a text that runs from left to right begins: behind other marks, and behind a number before
#: a colon, which belongs to what stands before it.
_FIRST = re.compile(r"(?:\s*\d[\d.,]*:\s)?[^\w(\[“\"']*")
_LAST = re.compile(r"\W*$")


def islands(text: str) -> list[tuple[str, bool]]:
    """Take a text apart into what is to run from left to right and what follows its surroundings.

    A code such as ``6.e`` begins with a figure, which has no direction of its own: without help it
    would be shown as ``e.6`` (Unicode Standard Annex 9, 3.3.4).

    :param text: a text in a paragraph that runs from right to left.
    :returns: its pieces in order, each with whether it runs from left to right.

    >>> islands("\u0645\u0646 6.e, 6.f.")
    [('\u0645\u0646 ', False), ('6.e, 6.f', True), ('.', False)]
    >>> islands("All of it."), islands(": 1.a"), islands("9.5")
    ([('All of it.', True)], [(': ', False), ('1.a', True)], [('9.5', False)])
    """
    found: list[tuple[str, bool]] = []

    def put(piece: str, *, ltr: bool) -> None:
        if piece and found and found[-1][1] == ltr:
            found[-1] = (found[-1][0] + piece, ltr)
        elif piece:
            found.append((piece, ltr))

    pieces = _PIECE.findall(text)
    for piece in pieces:
        if not any(c.isalpha() for c in piece) or re.match(f"[{_RTL}]", piece):
            put(piece, ltr=False)
            continue
        begin = _FIRST.match(piece)
        end = _LAST.search(piece) if len(pieces) > 1 else None
        first = begin.end() if begin else 0
        last = end.start() if end else len(piece.rstrip())
        put(piece[:first], ltr=False)
        put(piece[first:last], ltr=True)
        put(piece[last:], ltr=False)
    return found
