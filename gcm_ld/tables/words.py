"""The words of a cell: the names that the ontology gives its kinds, statuses and the like."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gcm_ld.namespaces import GCMO, PREFIXES, RDF, RDFS, compact, expand
from gcm_ld.resources import folder, turtle_files
from gcm_ld.tables.layout import CELLS
from gcm_ld.tables.measure import read_measure_words, read_translated_words

__all__ = ["Words", "local_name", "read_words"]

_SEMAPV = PREFIXES["semapv"]
_ELEMENT = "gcmo:Element"
#: What may stand between the letters of a word, and changes nothing.
_BETWEEN = re.compile(r"[\s_.,:;'’\-‐-―()\[\]/&\"“”]+")


@lru_cache(maxsize=1)
def _translated() -> Mapping[tuple[str, str], str]:
    """Return what words of other languages stand for, read when the first is met."""
    words = read_translated_words().items()
    return {(target, _key(word)): iri for (target, word), iri in words}


def local_name(iri: str) -> str:
    """Return the end of a term's IRI.

    >>> local_name("https://w3id.org/gcm-ld/ontology#NotApplicable")
    'NotApplicable'
    """
    return re.split(r"[#/]", iri)[-1]


def _key(word: str) -> str:
    # Signs such as % and € are part of a word: €/month is no month.
    return _BETWEEN.sub("", word).casefold() or word


class Words:
    """The words that a column may hold.

    :param lists: for each target of a column, such as ``gcmo:Status``, term → word.
    :param others: (target, another word) → term.
    """

    def __init__(
        self,
        lists: Mapping[str, Mapping[str, str]],
        others: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self._lists = lists
        self._terms: dict[tuple[str, str], str] = {}
        for (target, word), iri in (others or {}).items():
            self._terms.setdefault((target, _key(word)), iri)
        for target, words in lists.items():
            for iri, word in words.items():
                self._terms.setdefault((target, _key(local_name(iri))), iri)
                self._terms[target, _key(word)] = iri

    def terms(self, target: str) -> Mapping[str, str]:
        """Return the words for a target: term → word.

        >>> list(read_words().terms("sex").values())
        ['Total', 'Female', 'Male', 'Unknown']
        """
        return self._lists.get(target, {})

    def choices(self, target: str) -> tuple[str, ...]:
        """List the words for a target, in the order that people are offered them.

        >>> read_words().choices("gcmo:Scope")
        ('All parts',)
        """
        return tuple(self._lists.get(target, {}).values())

    def find(self, target: str, word: str) -> str | None:
        """Return the term that a word stands for: by label or local name, capitals aside.

        >>> read_words().find("gcmo:Status", "not applicable")
        'https://w3id.org/gcm-ld/ontology#NotApplicable'
        """
        if target == "semapv":
            name = "".join(w[:1].upper() + w[1:] for w in word.removeprefix("semapv:").split())
            return _SEMAPV + name if name.isascii() and name.isalnum() else None
        if word in self._lists.get(target, {}):
            return word
        key = target, _key(word.rstrip(": ").rpartition(":")[2])
        return self._terms.get(key) or _translated().get(key)

    def word(self, target: str, iri: str) -> str:
        """Return the word for a term; its IRI where the ontology has none.

        >>> read_words().word("gcmo:Relation", "http://www.w3.org/2004/02/skos/core#closeMatch")
        'Close match'
        """
        if target == "semapv" and iri.startswith(_SEMAPV):
            return iri.removeprefix(_SEMAPV)
        return self._lists.get(target, {}).get(iri, iri)


@lru_cache(maxsize=1)
def read_words() -> Words:
    """Read the words of the ontology and of the code lists for values.

    Of the ontology these are individuals by class, and the kinds of element.

    >>> read_words().word("gcmo:Status", "https://w3id.org/gcm-ld/ontology#CoveredElsewhere")
    'Covered elsewhere'
    """
    from gcm_ld.turtle import read_turtle

    labels: dict[str, str] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for path in turtle_files(folder("ontology")):
        for triple in read_turtle(path):
            subject, value = (getattr(t, "value", "") for t in (triple.subject, triple.object))
            predicate = triple.predicate.value
            if predicate == RDFS + "label":
                labels[subject] = value
            elif predicate == RDF + "type" and value.startswith(GCMO):
                members[compact(value)].append(subject)
            elif predicate == RDFS + "subClassOf" and value == expand(_ELEMENT):
                members[_ELEMENT].append(subject)
    lists = {target: _named(iris, labels) for target, iris in members.items()}
    lists["cell"] = {expand(curie): header for header, (_, curie) in CELLS.items()}
    measured, others = read_measure_words()
    return Words({**lists, **measured}, others)


def _named(iris: Iterable[str], labels: Mapping[str, str]) -> dict[str, str]:
    words = {iri: labels.get(iri, local_name(iri)) for iri in iris}
    return {
        iri: word[:1].upper() + word[1:]
        for iri, word in sorted(words.items(), key=lambda item: item[1])
    }
