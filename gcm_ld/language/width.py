"""How wide a text is where every character has its column: two for Chinese, none for accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["display_width", "wrap_wide"]


def display_width(text: str) -> int:
    r"""Return how many columns of a terminal a text takes (Unicode Standard Annex 11).

    >>> display_width("Arsim"), display_width("教育"), display_width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap_wide(text: str, width: int) -> list[str]:
    """Wrap a text by the columns it takes; between wide characters a line may break anywhere.

    >>> wrap_wide("收集数据，使用 data", 8)
    ['收集数', '据，使用', 'data']
    """
    lines, line, used = [], "", 0
    for word in _words(text):
        size = display_width(word)
        if used and used + display_width(word.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0
        line, used = line + word, used + size
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    """Split a text where a line may break: after spaces, and on either side of wide characters."""
    word = ""
    for char in text:
        # Punctuation that closes stays with what is before it.
        wide = _char_width(char) == 2 and unicodedata.category(char) not in ("Pe", "Po", "Pf")
        if word and (wide or (word[-1] == " " and char != " ")):
            yield word
            word = ""
        word += char
    if word:
        yield word
