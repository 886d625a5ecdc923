"""Suggestions for a measure: actions of the Compact by their words, SDG targets through actions."""

from __future__ import annotations

from typing import NamedTuple

from gcm_ld.suggest.knowledge import Knowledge, Measure
from gcm_ld.suggest.ranking import Index, Scores, Settings, Suggestion
from gcm_ld.suggest.thesaurus import Thesaurus, shipped_thesaurus

__all__ = ["Suggester", "Suggestions"]

#: So many of the best actions lead to targets.
_LEADING = 20
#: A target found by its own words alone is right less often than one that an action leads to.
_OWN_WORDS = 0.5


class Suggestions(NamedTuple):
    """What is suggested for one measure, each list from the best downwards."""

    measure: Measure
    actions: list[Suggestion]
    targets: list[Suggestion]


class Suggester:
    """Suggests actions and SDG targets for measures.

    :param knowledge: what may be suggested, and which targets the actions serve.
    :param thesaurus: related words; the shipped ones if not given.
    :param settings: what the ranking weighs.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        thesaurus: Thesaurus | None = None,
        settings: Settings | None = None,
    ) -> None:
        words = shipped_thesaurus() if thesaurus is None else thesaurus
        self.actions = Index(knowledge.actions, thesaurus=words, settings=settings)
        self.targets = Index(knowledge.targets, thesaurus=words, settings=settings)
        numbers = {t.iri: n for n, t in enumerate(knowledge.targets)}
        self._serves = [
            sorted(numbers[t] for t in knowledge.serves.get(a.iri, ()) if t in numbers)
            for a in knowledge.actions
        ]

    def suggest(self, measure: Measure, *, top: int = 5, targets: bool = True) -> Suggestions:
        """Suggest the actions that a measure may answer and the targets that it may serve.

        Whatever is suggested shares a word with the measure, or is a target that a source links
        with one of the best actions. Such a target takes that action's score; another one takes
        half the score of its own words.

        :param measure: the measure.
        :param top: how many of each at most.
        :param targets: whether to suggest targets.
        """
        passages = measure.passages
        actions = self.actions.score(passages)
        best = [actions.suggestion(n) for n in actions.best(top)]
        return Suggestions(measure, best, self._targets(actions, measure, top) if targets else [])

    def score_targets(self, actions: Scores, own: Scores) -> tuple[Scores, dict[int, list[int]]]:
        """Score SDG targets by the actions that lead to them, and else by their own words.

        :param actions: what the measure scores against the actions.
        :param own: what it scores against the targets.
        :returns: the targets' scores, and for each target the actions that lead to it.
        """
        through: dict[int, list[int]] = {}
        for action in actions.best(_LEADING):
            for target in self._serves[action]:
                through.setdefault(target, []).append(action)
        total = {n: _OWN_WORDS * value for n, value in own.total.items()}
        total |= {n: actions.total[leading[0]] for n, leading in through.items()}
        return own.with_total(total), through

    def _targets(self, actions: Scores, measure: Measure, top: int) -> list[Suggestion]:
        own = self.targets.score(measure.passages)
        scores, through = self.score_targets(actions, own)
        codes = [c.code for c in self.actions.candidates]
        return [
            scores.suggestion(n, through=tuple(codes[a] for a in through.get(n, ())))
            for n in scores.best(top)
        ]
