"""How good the suggestions are, measured on Albania's stated links.

The links known to be right are those that the source states action by action. A suggestion that
the source does not make counts as wrong, though a person might well accept it. Settings are
judged on links that they were not chosen by: for each objective of the Compact they are chosen
without its actions, and the links of its actions are ranked by these settings.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from gcm_ld.suggest.figures import (
    Figures,
    Judgement,
    average,
    judge,
    order,
    summarise,
)
from gcm_ld.suggest.knowledge import Knowledge
from gcm_ld.suggest.ranking import Candidate, Index, Settings
from gcm_ld.suggest.suggester import Suggester
from gcm_ld.suggest.text import STOP_WORDS
from gcm_ld.suggest.thesaurus import Thesaurus, shipped_thesaurus

__all__ = [
    "FILE",
    "GRID",
    "Quality",
    "Ranks",
    "Trial",
    "as_data",
    "measure_quality",
    "quality_line",
    "rank_plainly",
    "shipped_quality",
]

#: The figures of the shipped data; ``python benchmarks/suggest.py --write`` makes it.
FILE = Path(__file__).with_name("quality.json")

#: Every combination that the settings are chosen from, those that add least first.
GRID = tuple(
    Settings(wider=w, objective=o, synonyms=s, siblings=b)
    for w, o, s, b in itertools.product((0.0, 0.5, 1.0), (0.0, 1.0), (0.0, 0.3, 0.6), (0.0, 0.5))
)
_SHUFFLES = 100
_SEED = 2021
_WORD = re.compile(r"\w\w+")

_Ranking = list[int]

_TO_ACTION = "actions for an outcome"
_TO_OUTCOME = "outcomes for an action"
_TO_TARGET = "SDG targets for an action"
_DERIVED = "SDG targets for an outcome (derived)"
_METHODS = {
    "popular": "most linked by other outcomes",
    "plain": "plain tf-idf",
    "no_synonyms": "words, without synonyms",
    "shipped": "words, settings as shipped",
    "held_out_measures": "words, settings chosen without the national objective",
    "held_out": "words, settings chosen without the Compact's objective",
    "alone": "words of the target",
    "through": "through actions, then words",
    "perfect": "a perfect ranking",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of one method at one task.

    :param task: what is asked for.
    :param method: how it is answered.
    :param figures: how well.
    """

    task: str
    method: str
    figures: Figures


class Ranks(NamedTuple):
    """Where a ranking has the actions of each objective, and where those that are linked."""

    groups: dict[str, list[int]]
    links: list[tuple[int, str]]

    def without(self, group: str) -> tuple[int, ...]:
        """Return the ranks of the links as they are once an objective's actions are gone."""
        gone = self.groups.get(group, [])
        return tuple(r - bisect_left(gone, r) for r, own in self.links if own != group)


class Trial:
    """The outcomes with known links, and the rankings of every method.

    :param knowledge: candidates and known links.
    :param thesaurus: related words; the shipped ones if not given.
    """

    def __init__(self, knowledge: Knowledge, *, thesaurus: Thesaurus | None = None) -> None:
        self.knowledge = knowledge
        self._thesaurus = shipped_thesaurus() if thesaurus is None else thesaurus
        self.measures = [m for m in knowledge.measures if knowledge.answers.get(m.iri)]
        actions = {a.iri: n for n, a in enumerate(knowledge.actions)}
        targets = {t.iri: n for n, t in enumerate(knowledge.targets)}
        #: For each outcome, the numbers of its actions.
        self.links = [{actions[a] for a in knowledge.answers[m.iri]} for m in self.measures]
        #: For each action, the numbers of its outcomes.
        self.answered = [
            {n for n, found in enumerate(self.links) if a in found}
            for a in range(len(knowledge.actions))
        ]
        #: For each action, the numbers of its targets.
        self.serves = [
            {targets[t] for t in knowledge.serves.get(a.iri, ())} for a in knowledge.actions
        ]
        #: For each outcome, the targets of its actions.
        self.derived = [{t for a in found for t in self.serves[a]} for found in self.links]

    def scores(self, settings: Settings) -> list[Mapping[int, float]]:
        """Score the actions for each outcome."""
        index = Index(self.knowledge.actions, thesaurus=self._thesaurus, settings=settings)
        return [index.score(m.passages).total for m in self.measures]

    def judge(self, rankings: Iterable[Iterable[int]]) -> list[Judgement]:
        """Hold rankings of actions against the links of the outcomes."""
        return [judge(r, known) for r, known in zip(rankings, self.links, strict=True)]

    def find_ranks(self, settings: Settings) -> list[Ranks]:
        """Find for each outcome where the actions rank."""
        result = []
        for scores, known in zip(self.scores(settings), self.links, strict=True):
            ranks = Ranks({}, [])
            for rank, action in enumerate(order(scores), 1):
                group = self.knowledge.actions[action].group
                ranks.groups.setdefault(group, []).append(rank)
                if action in known:
                    ranks.links.append((rank, group))
            result.append(ranks)
        return result

    @cached_property
    def _grid(self) -> list[list[Ranks]]:
        return [self.find_ranks(settings) for settings in GRID]

    def choose(self, *, without_group: str = "", without_objective: str = "") -> int:
        """Return the number in the grid of the settings with the best mean average precision.

        :param without_group: an objective of the Compact whose actions are not seen.
        :param without_objective: title of a national objective whose outcomes are not seen.
        """
        seen = [
            n
            for n, m in enumerate(self.measures)
            if m.objective != without_objective or not m.objective
        ]
        groups = [[self.knowledge.actions[a].group for a in known] for known in self.links]
        values = []
        for row in self._grid:
            judged = [
                Judgement(row[n].without(without_group), known)
                for n in seen
                if (known := sum(1 for g in groups[n] if g != without_group))
            ]
            values.append(average(j.average_precision for j in judged))
        # Of equals the first, which adds least.
        return max(range(len(values)), key=lambda n: (values[n], -n))

    def hold_out_actions(self) -> list[Judgement]:
        """Judge each link by settings chosen without the actions of its objective."""
        groups = {a.group for a in self.knowledge.actions}
        chosen = {g: self._grid[self.choose(without_group=g)] for g in groups}
        return [
            Judgement(
                tuple(sorted(r for g in groups for r, own in chosen[g][n].links if own == g)),
                len(known),
            )
            for n, known in enumerate(self.links)
        ]

    def hold_out_measures(self) -> list[Judgement]:
        """Judge each outcome by settings chosen without the outcomes of its objective."""
        objectives = {m.objective for m in self.measures}
        chosen = {o: self._grid[self.choose(without_objective=o)] for o in objectives}
        return [
            Judgement(chosen[m.objective][n].without(""), len(self.links[n]))
            for n, m in enumerate(self.measures)
        ]

    def rank_by_popularity(self) -> list[_Ranking]:
        """Rank the actions by how many of the other outcomes they are linked with."""
        count = Counter(a for known in self.links for a in known)
        return [order({a: n - (a in known) for a, n in count.items()}) for known in self.links]


def rank_plainly(queries: Sequence[str], documents: Sequence[str]) -> list[dict[int, float]]:
    """Score documents by plain tf-idf: words as they stand, stop words left out, cosine.

    This is the baseline: no stems, no phrasing, no context.

    :param queries: texts to find documents for.
    :param documents: the texts that are found.
    :returns: for each query, scores by the document's number.
    """
    counts = [_words(d) for d in documents]
    frequency = Counter(w for c in counts for w in c)
    rarity = {w: math.log((1 + len(documents)) / (1 + n)) + 1 for w, n in frequency.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, count in enumerate(counts):
        norm = math.sqrt(sum((n * rarity[w]) ** 2 for w, n in count.items())) or 1.0
        for word, n in count.items():
            postings[word].append((number, n * rarity[word] / norm))
    result = []
    for query in queries:
        scores: dict[int, float] = defaultdict(float)
        for word, n in _words(query).items():
            for number, value in postings.get(word, ()):
                scores[number] += n * rarity[word] * value
        result.append(dict(scores))
    return result


def _words(text: str) -> Counter[str]:
    return Counter(w for w in _WORD.findall(text.lower()) if w not in STOP_WORDS)


def measure_quality(knowledge: Knowledge) -> list[Quality]:
    """Measure every method at every task.

    :param knowledge: candidates and known links.
    """
    trial = Trial(knowledge)
    suggester = Suggester(knowledge)
    texts = [_text(c) for c in knowledge.actions]
    titles = [m.title for m in trial.measures]
    targets = [t.title for t in knowledge.targets]
    shipped = Settings()
    plain, scores = rank_plainly(titles, texts), trial.scores(shipped)
    rows: list[Quality] = []

    def add(
        task: str, known: Sequence[set[int]], candidates: int, **methods: list[Judgement]
    ) -> None:
        size = (sum(1 for k in known if k), sum(map(len, known)))
        rows.append(Quality(task, "chance", _chance(known, candidates, size)))
        best = [Judgement(tuple(range(1, len(k) + 1)), len(k)) for k in known]
        for name, judged in (*methods.items(), ("perfect", best)):
            rows.append(Quality(task, _METHODS[name], summarise(judged)))

    add(
        _TO_ACTION,
        trial.links,
        len(texts),
        popular=trial.judge(trial.rank_by_popularity()),
        plain=trial.judge(map(order, plain)),
        no_synonyms=trial.judge(map(order, trial.scores(replace(shipped, synonyms=0.0)))),
        shipped=trial.judge(map(order, scores)),
        held_out_measures=trial.hold_out_measures(),
        held_out=trial.hold_out_actions(),
    )
    add(
        _TO_OUTCOME,
        trial.answered,
        len(titles),
        plain=_judge(_turn(plain, len(texts)), trial.answered),
        shipped=_judge(_turn(scores, len(texts)), trial.answered),
    )
    own = [suggester.targets.score(a.passages).total for a in knowledge.actions]
    add(
        _TO_TARGET,
        trial.serves,
        len(targets),
        plain=_judge(rank_plainly(texts, targets), trial.serves),
        shipped=_judge(own, trial.serves),
    )
    alone, through = [], []
    for measure in trial.measures:
        direct = suggester.targets.score(measure.passages)
        by_actions, _ = suggester.score_targets(suggester.actions.score(measure.passages), direct)
        alone.append(direct.total)
        through.append(by_actions.total)
    add(
        _DERIVED,
        trial.derived,
        len(targets),
        plain=_judge(rank_plainly(titles, targets), trial.derived),
        alone=_judge(alone, trial.derived),
        through=_judge(through, trial.derived),
    )
    return rows


def _text(candidate: Candidate) -> str:
    return " ".join(p.text for p in candidate.passages if p.part != "objective")


def _judge(scores: Iterable[Mapping[int, float]], known: Iterable[set[int]]) -> list[Judgement]:
    return [judge(order(s), k) for s, k in zip(scores, known, strict=True)]


def _turn(scores: Sequence[Mapping[int, float]], columns: int) -> list[dict[int, float]]:
    """Turn scores about: for each candidate, those of the queries."""
    return [{n: s[c] for n, s in enumerate(scores) if c in s} for c in range(columns)]


def _chance(known: Sequence[set[int]], candidates: int, size: tuple[int, int]) -> Figures:
    """Judge shuffled candidates, many times over."""
    source = random.Random(_SEED)  # noqa: S311 - a fixed seed, so that figures repeat
    numbers = range(1, candidates + 1)
    judged = [
        Judgement(tuple(sorted(source.sample(numbers, len(found)))), len(found))
        for _ in range(_SHUFFLES)
        for found in known
    ]
    figures = summarise(judged, intervals=False)
    return replace(figures, queries=size[0], links=size[1])


def as_data(rows: Iterable[Quality]) -> list[dict[str, Any]]:
    """Return figures as plain values for JSON, to four decimals."""
    return [{"task": r.task, "method": r.method, **_rounded(asdict(r.figures))} for r in rows]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list | tuple) else value


def shipped_quality() -> list[dict[str, Any]]:
    """Read the figures that were measured on the shipped data."""
    rows: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return rows


def quality_line(rows: Iterable[Mapping[str, Any]]) -> str:
    """Say in a sentence or two how far suggestions of actions can be trusted.

    :param rows: figures as :func:`as_data` returns them.
    """
    found = {r["method"]: r for r in rows if r["task"] == _TO_ACTION}
    held, plain, best = (found[_METHODS[m]] for m in ("held_out", "plain", "perfect"))

    def percent(row: Mapping[str, Any], name: str) -> str:
        return f"{100 * row[name]['5']:.0f} %"

    low, high = (f"{100 * v:.0f}" for v in held["intervals"]["precision"])
    return (
        f"Measured on the {held['links']} links that Albania states for {held['queries']} "
        "outcomes, with settings chosen without the objective judged: "
        f"of 5 suggested actions {percent(held, 'precision')} are right ({low}–{high}, 95 % "
        f"interval), and they find {percent(held, 'recall')} of an outcome's links. "
        f"Plain tf-idf: {percent(plain, 'precision')} and {percent(plain, 'recall')}; "
        f"no ranking can exceed {percent(best, 'precision')} and {percent(best, 'recall')}."
    )
