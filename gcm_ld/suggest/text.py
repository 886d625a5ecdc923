"""Words of a text: as they stand, and as the stems by which texts are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["PHRASING", "STOP_WORDS", "Token", "stem", "tokenise"]

# A letter or digit with the accents that follow it; words may be joined by hyphens.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+(?:[-\u2010\u2011](?:[^\W_][\u0300-\u036f]*)+)*")
_HYPHEN = re.compile(r"[-\u2010\u2011]")


def _read(name: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(name).read_text(encoding="utf-8").split())


#: Words that say nothing of what a text is about, and pieces of hyphenated ones.
STOP_WORDS = _read("stop_words.txt")
#: Words that titles of measures share whatever they are about; they are left out too.
PHRASING = _read("phrasing.txt")
_LEFT_OUT = STOP_WORDS | PHRASING


class Token(NamedTuple):
    """A word as it stands in a text, and its stem."""

    word: str
    stem: str


@cache
def _stemmer() -> Any:
    # The pure Python one by name: the package would take a compiled one if there is any.
    from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

    return EnglishStemmer()


def stem(word: str) -> str:
    """Return what the forms of an English word share (Snowball's English stemmer).

    Capitals and hyphens don't count; words of other languages come out little changed.

    >>> stem("Returning"), stem("re-turns"), stem("identité")
    ('return', 'return', 'identité')
    """
    return _stem(_HYPHEN.sub("", word))


@cache
def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word.casefold())


# Bounded by the number of different words; a table of 10,000 measures has a few thousand.
@cache
def _stem(word: str) -> str:
    stemmed: str = _stemmer().stemWord(_plain(word))
    return stemmed


@lru_cache(maxsize=1024)  # titles of objectives come again and again
def tokenise(text: str) -> tuple[Token, ...]:
    """Split a text into words, without stop words, phrasing and single letters or digits.

    Apostrophes part words, and so do hyphens; a hyphenated word also counts as one, so that
    “socio-economic” meets “socioeconomic”.

    :param text: any text.
    :returns: the words in order.

    >>> [t.word for t in tokenise("the migrants’ long-term stay, by 2030")]
    ['migrants', 'long-term', 'long', 'term', 'stay', '2030']
    """
    tokens = []
    for match in _WORD.finditer(text):
        word = match[0]
        parts = _HYPHEN.split(word)
        if len(parts) > 1:
            tokens.append(Token(word, _stem("".join(parts))))
        tokens += [Token(p, _stem(p)) for p in parts if len(p) > 1 and _plain(p) not in _LEFT_OUT]
    return tuple(tokens)
