"""What the cells of a value's row point to: an indicator, a unit, a group of people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcm_ld.model import Country, Record
from gcm_ld.namespaces import concept_code
from gcm_ld.tables.ages import read_age
from gcm_ld.tables.measure import AGE
from gcm_ld.tables.names import Miss, Names
from gcm_ld.tables.periods import Amiss
from gcm_ld.tables.words import Words

__all__ = ["ValueCells"]

#: Words that make a multiple of a unit, where they don't make a rate of it.
_MULTIPLE = re.compile(
    r"(?<!per )\b(?:thousands?|millions?|billions?|mln|mio|mn|mrd|tsd|mijë|milion[ië]?|"
    r"000s?|1,?000)\b",
    re.IGNORECASE,
)
_LISTS = ("unit", "sex", "migration-status", "status", "reference")
#: Unknown titles that get a hint, since each is held against all titles.
_MOST_MISSES = 100


class ValueCells:
    """Finds what the cells of a row point to.

    :param names: the things that codes point to.
    :param words: the words for units, breakdowns and statuses.
    :param known: records, of which countries are known by their names, too.
    """

    def __init__(self, names: Names, words: Words, known: Iterable[Record]) -> None:
        self._names, self._words = names, words
        self._countries = {r.label.casefold(): r.iri for r in known if isinstance(r, Country)}
        self._ages = {concept_code(iri) for iri in words.terms("age")}
        self._misses = 0

    def find(self, text: str, target: str, framework: str = "") -> str | Miss:
        """Return what a cell points to, or what is wrong with it.

        :param text: the cell.
        :param target: what its column's cells point to.
        :param framework: IRI of the row's framework.
        """
        if target == "nationality":
            return self._find_nationality(text)
        if target == "age":
            age = read_age(text, self._ages)
            return Miss(age.problem, age.cure) if isinstance(age, Amiss) else AGE + age
        if target in _LISTS:
            return self._find_word(text, target)
        found = self._names.find(text, target, framework or None)
        if isinstance(found, Miss) and target == "indicator":
            near = self._near_title(text, framework)
            if near:
                return Miss(found.problem, found.cure.partition(" (did")[0] + near)
        return found

    def _find_word(self, text: str, target: str) -> str | Miss:
        found = self._words.find(target, text)
        if found is not None:
            return found
        from difflib import get_close_matches

        if target == "unit" and (multiple := _MULTIPLE.search(text)):
            problem = f"is a multiple of a unit, which {multiple[0].strip()} says"
            return Miss(problem, "type all digits of the values, and the unit alone, as EUR")
        choices = self._words.choices(target)
        by_key = {choice.casefold(): choice for choice in choices}
        near = get_close_matches(text.casefold(), by_key, n=1)
        cure = f"write {', '.join(choices)}" if len(choices) < 8 else "choose a word of the list"
        hint = f" (did you mean {by_key[near[0]]}?)" if near else ""
        if target == "unit" and not near:
            hint = ", such as Number, Percent or EUR"
        return Miss("is not in the list of this column", cure + hint)

    def _find_nationality(self, text: str) -> str | Miss:
        word = self._words.find("nationality", text)
        if word is not None:
            return word
        country = self._names.find(text, "country")
        if isinstance(country, str):
            return country
        named = self._countries.get(text.casefold()) or self._words.find("country", text)
        if named is not None:
            return named
        from difflib import get_close_matches

        words = {w.casefold(): w for w in self._words.choices("nationality")}
        words |= {label: iri.rpartition("/")[2] for label, iri in self._countries.items()}
        near = get_close_matches(text.casefold(), words, n=1)
        hint = f" (did you mean {words[near[0]]}?)" if near else ""
        cure = "give a country's ISO code of three letters, or a word of the list"
        return Miss("is no nationality", cure + hint)

    def _near_title(self, text: str, framework: str) -> str:
        """Return the indicator with the nearest title as a question, or nothing."""
        self._misses += 1
        if self._misses > _MOST_MISSES:
            return ""
        from difflib import get_close_matches

        names = self._names
        titles = {
            names.labels[iri].casefold(): names.labels[iri]
            for iri in names.elements("Indicator", framework)
        }
        near = get_close_matches(text.casefold(), titles, n=1)
        return f" (did you mean “{titles[near[0]]}”?)" if near else ""
