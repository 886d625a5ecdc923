"""Words of the field that stand for each other, such as readmission and return."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from gcm_ld.suggest.text import Token, tokenise

__all__ = ["Thesaurus", "shipped_thesaurus"]

_Term = tuple[str, ...]
_FILE = Path(__file__).with_name("synonyms.csv")
#: Terms have so many words at most.
_LONGEST = 3


class Thesaurus:
    """Groups of terms of one to three words.

    :param groups: the terms of each group, as text.

    >>> thesaurus = Thesaurus([["readmission", "return"], ["border", "frontier"]])
    >>> thesaurus.related(tokenise("Readmission agreements"))
    {'return': 'Readmission'}
    """

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups: list[list[_Term]] = []
        self._members: dict[_Term, list[int]] = {}
        for group in groups:
            terms = [tuple(t.stem for t in tokenise(term)) for term in group]
            for term in terms:
                self._members.setdefault(term, []).append(len(self._groups))
            self._groups.append(terms)

    def related(self, tokens: Sequence[Token]) -> dict[str, str]:
        """Return the stems that a text's words stand for, beside those it has.

        Terms of several words lead to others, but nothing leads to them: half of such a term
        would say too little.

        :param tokens: the text's words in order.
        :returns: stem → the text's word behind it.
        """
        own = {t.stem for t in tokens}
        found: dict[str, str] = {}
        for term, word in self._terms(tokens):
            for number in self._members[term]:
                for other in self._groups[number]:
                    if len(other) == 1 and other[0] not in own:
                        found.setdefault(other[0], word)
        return found

    def _terms(self, tokens: Sequence[Token]) -> Iterator[tuple[_Term, str]]:
        """Yield the known terms in a text, each with the first word of it as it stands there."""
        stems = [t.stem for t in tokens]
        for start, token in enumerate(tokens):
            for length in range(1, _LONGEST + 1):
                term = tuple(stems[start : start + length])
                if len(term) == length and term in self._members:
                    yield term, token.word


@cache
def shipped_thesaurus() -> Thesaurus:
    """Read the shipped table of synonyms: one group a line, terms apart by semicolons."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows: Iterable[Mapping[str, str]] = csv.DictReader(file, delimiter="|")
        return Thesaurus([row["terms"].split(";") for row in rows])
