"""Ranking candidates by the words they share with a text, and saying which words these are.

Texts are vectors of stems weighted by frequency and rarity and compared by their cosine (tf-idf,
Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, chapter 6). Three
things are added: words of the wider element at a weight of their own, related words, and a share
of what the candidate's best siblings score, since links come in clusters.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gcm_ld.suggest.text import stem, tokenise
from gcm_ld.suggest.thesaurus import Thesaurus

__all__ = ["Candidate", "Index", "Match", "Passage", "Scores", "Settings", "Suggestion"]

#: So many of a group's best candidates speak for the group.
_SPEAKERS = 3
#: Words below this share of the score are not worth naming.
_LEAST_SHARE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the ranking weighs, each from 0 (not at all) to 1.

    The values are those that :func:`gcm_ld.suggest.quality.choose_settings` picks on all known
    links; a test holds them to it.

    :param wider: words of the title of a measure's own objective.
    :param objective: words of the title of a candidate's objective or goal.
    :param synonyms: related words in place of those that stand there.
    :param siblings: what the candidate's siblings score, in place of its own score.
    """

    wider: float = 1.0
    objective: float = 1.0
    synonyms: float = 0.3
    siblings: float = 0.5


class Passage(NamedTuple):
    """A piece of text, what it is (``title``, ``objective`` …), and how much it counts."""

    part: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may be suggested.

    :param iri: its IRI.
    :param code: its code, such as ``1.a``.
    :param title: its short name.
    :param group: the code of what it belongs to: its objective or goal.
    :param passages: its texts, the title first; ``objective`` is the part of the wider title.
    """

    iri: str
    code: str
    title: str
    group: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One word that makes a match.

    :param word: as it stands in the measure.
    :param part: where it stands there: ``title``, ``description`` or ``objective``.
    :param found: the word as it stands in the suggestion.
    :param found_part: where it stands there.
    :param share: its share of the two texts' own score, from 0 to 1.
    """

    word: str
    part: str
    found: str
    found_part: str
    share: float

    def __str__(self) -> str:
        if stem(self.word) == stem(self.found):
            return self.word
        return f"{self.word} → {self.found}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate for a measure.

    :param candidate: what is suggested.
    :param score: from 0 to 1; it orders suggestions and is no probability.
    :param matches: the words that made it, the weightiest first.
    :param through: codes of suggested actions that lead to it, for an SDG target.
    """

    candidate: Candidate
    score: float
    matches: tuple[Match, ...]
    through: tuple[str, ...] = ()


class _Term(NamedTuple):
    weight: float
    word: str
    part: str


class Scores:
    """What a text scores against the candidates of an index.

    :param total: score of each candidate that shares a word with the text, by its number.
    """

    def __init__(
        self, index: Index, terms: Mapping[str, _Term], total: Mapping[int, float]
    ) -> None:
        # By number, so that sorting, which is stable, keeps equals in their order.
        self.total = dict(sorted(total.items()))
        self._index = index
        self._terms = terms

    def best(self, top: int) -> list[int]:
        """List the numbers of the best candidates; equals keep their order."""
        return sorted(self.total, key=self.total.__getitem__, reverse=True)[:top]

    def suggestion(self, number: int, *, through: tuple[str, ...] = ()) -> Suggestion:
        """Return a candidate with its score and the words that made it.

        :param number: the candidate's place in the index.
        :param through: codes of the actions that lead to it.
        """
        matches = self._index.explain(number, self._terms)
        return Suggestion(self._index.candidates[number], self.total[number], matches, through)

    def with_total(self, total: Mapping[int, float]) -> Scores:
        """Return the same words with other scores."""
        return Scores(self._index, self._terms, total)


class Index:
    """Candidates, ready to be ranked: which stem stands in which of them.

    :param candidates: what may be suggested; ties keep this order.
    :param thesaurus: related words.
    :param settings: what to weigh.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        thesaurus: Thesaurus,
        settings: Settings | None = None,
    ) -> None:
        self.candidates = tuple(candidates)
        self.settings = settings or Settings()
        self._thesaurus = thesaurus
        counts = [self._count(c) for c in self.candidates]
        frequency: dict[str, int] = defaultdict(int)
        for count in counts:
            for key in count:
                frequency[key] += 1
        self._rarity = {k: self._idf(n) for k, n in frequency.items()}
        self._unknown = self._idf(0)
        self._words: list[dict[str, _Term]] = []
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            weights = {k: t.weight * self._rarity[k] for k, t in count.items()}
            norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            for key, weight in weights.items():
                self._postings[key].append((number, weight / norm))
            self._words.append(count)
        self._groups = [c.group for c in self.candidates]
        self._sizes = Counter(self._groups)

    def _idf(self, frequency: int) -> float:
        return math.log((1 + len(self.candidates)) / (1 + frequency)) + 1

    def _count(self, candidate: Candidate) -> dict[str, _Term]:
        passages = (
            p._replace(weight=p.weight * self.settings.objective) if p.part == "objective" else p
            for p in candidate.passages
        )
        return _count_stems(passages)

    def _query(self, passages: Iterable[Passage]) -> dict[str, _Term]:
        """Weigh a text's stems, and at a lower weight those of related words."""
        settings = self.settings
        terms: dict[str, _Term] = {}
        related: dict[str, _Term] = {}
        for passage in passages:
            wider = settings.wider if passage.part == "objective" else 1.0
            weight = passage.weight * wider
            if not weight:
                continue
            tokens = tokenise(passage.text)
            _add(terms, tokens, weight, passage.part)
            if settings.synonyms:
                value = weight * settings.synonyms
                for key, word in self._thesaurus.related(tokens).items():
                    if key not in related or related[key].weight < value:
                        related[key] = _Term(value, word, passage.part)
        return related | terms

    def score(self, passages: Iterable[Passage]) -> Scores:
        """Score the candidates that share at least one word with a text.

        :param passages: a measure's texts.
        """
        terms = self._query(passages)
        weights = {k: t.weight * self._rarity.get(k, self._unknown) for k, t in terms.items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        sums = [0.0] * len(self.candidates)
        for key, weight in weights.items():
            factor = weight / norm
            for number, value in self._postings.get(key, ()):
                sums[number] += factor * value
        own = {number: value for number, value in enumerate(sums) if value}
        share = self.settings.siblings
        if not share:
            return Scores(self, terms, own)
        best: dict[str, list[float]] = defaultdict(list)
        for number, value in own.items():
            best[self._groups[number]].append(value)
        lifts = {
            group: share * sum(sorted(values)[-_SPEAKERS:]) / min(_SPEAKERS, self._sizes[group])
            for group, values in best.items()
        }
        total = {n: (1 - share) * v + lifts[self._groups[n]] for n, v in own.items()}
        return Scores(self, terms, total)

    def rank(self, passages: Sequence[Passage], *, top: int = 5) -> list[Suggestion]:
        """Rank the candidates that share at least one word with a text.

        :param passages: a measure's texts.
        :param top: how many to return at most.
        """
        scores = self.score(passages)
        return [scores.suggestion(n) for n in scores.best(top)]

    def explain(self, number: int, terms: Mapping[str, _Term]) -> tuple[Match, ...]:
        """List the words that a candidate shares with a text; the weightiest first.

        :param number: the candidate's place in :attr:`candidates`.
        :param terms: the text's stems.
        """
        there = self._words[number]
        shared = []
        for key, term in terms.items():
            if key in there:
                value = term.weight * there[key].weight * self._rarity[key] ** 2
                shared.append((value, term, there[key]))
        whole = sum(value for value, _, _ in shared)
        matches = [
            Match(term.word, term.part, other.word, other.part, value / whole)
            for value, term, other in shared
        ]
        matches.sort(key=lambda m: (-m.share, m.word, m.found))
        return tuple(m for i, m in enumerate(matches) if not i or m.share >= _LEAST_SHARE)


def _count_stems(passages: Iterable[Passage]) -> dict[str, _Term]:
    terms: dict[str, _Term] = {}
    for passage in passages:
        if passage.weight:
            _add(terms, tokenise(passage.text), passage.weight, passage.part)
    return terms


def _add(
    terms: dict[str, _Term], tokens: Iterable[tuple[str, str]], weight: float, part: str
) -> None:
    """Count words in; a stem keeps the word and the part where it stood first."""
    for word, key in tokens:
        old = terms.get(key)
        terms[key] = (
            _Term(weight, word, part) if old is None else old._replace(weight=old.weight + weight)
        )
