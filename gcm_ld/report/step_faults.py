"""What is wrong with the dates of steps and with their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gcm_ld.language import say
from gcm_ld.report.step_words import Names, every_words, when
from gcm_ld.report.steps import Step, find_circles, occurrence_of

__all__ = ["Fault", "find_faults"]


class Fault(NamedTuple):
    """Something wrong with the dates or dependencies of a step."""

    kind: str
    step: Step
    other: str | None
    words: str


def find_faults(
    steps: Mapping[str, Step], everything: Mapping[str, Step], names: Names
) -> list[Fault]:
    """Find what is wrong with the dates of steps, and with what they wait for.

    :param steps: the steps to look at.
    :param everything: all steps of the data, which they may wait for.
    :param names: how to name them.
    """
    found = []
    for step in steps.values():
        name = names(step.iri)
        if step.first is None:
            found.append(Fault("noDate", step, None, say("{step} has no date", step=name)))
        for need in step.needs:
            found += _order(step, need, everything, names)
        series = everything.get(step.occurrence_of or "")
        if series is not None and series.every and step.first and not occurrence_of(step, series):
            words = say(
                "{step} ({when}) is one time of {other}, which is {every} from {first} on: it "
                "falls on none of these",
                step=name,
                when=when(step),
                other=names(series.iri, step),
                every=every_words(series),
                first=when(series),
            )
            found.append(Fault("offBeat", step, series.iri, words))
    for circle in find_circles(steps):
        path = " → ".join(names(iri) for iri in (*circle, circle[0]))
        words = say("these wait for each other in a circle: {path}", path=path)
        found.append(Fault("circle", steps[circle[0]], circle[-1], words))
    return found


def _order(step: Step, need: str, everything: Mapping[str, Step], names: Names) -> list[Fault]:
    """Hold a step's dates against those of one that it waits for."""
    other = everything.get(need)
    values = {"step": names(step.iri), "other": names(need, step)}
    if other is None:
        words = say("{step} waits for {other}, of which no date is known", **values)
        return [Fault("unknown", step, need, words)]
    if need == step.iri or other.last is None or step.first is None or step.last is None:
        return []
    values |= {"when": when(step), "others": when(other)}
    if step.last < other.last:
        words = say("{step} ({when}) ends before {other} ({others}), which it waits for", **values)
        return [Fault("endsBefore", step, need, words)]
    if step.first <= other.last and step.start:
        words = say(
            "{step} ({when}) starts before {other} ({others}) is over, which it waits for", **values
        )
        return [Fault("startsBefore", step, need, words)]
    return []
