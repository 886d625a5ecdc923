"""A figure of progress explained: as a tree of text, and as plain values."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from fractions import Fraction

from gcm_ld.language import label, say, say_many
from gcm_ld.namespaces import compact
from gcm_ld.progress import Figure, Indicator, LeftOut, Link, Observed, Progress, Serving, Step
from gcm_ld.progress.figures import tenths
from gcm_ld.progress.model import PassedOver, State
from gcm_ld.report.progress_words import (
    amount_text,
    figure_words,
    fill_words,
    state_words,
    synthetic_words,
)

__all__ = [
    "as_plain",
    "as_tree",
    "headline",
    "indicator_head",
    "indicator_words",
    "link_short",
    "link_words",
    "reasons",
    "why",
    "why_unknown",
]

_Lines = Iterator[str]
#: How much of a source's cell is shown; JSON holds it whole.
_CELL = 70


def why(item: LeftOut) -> str:
    """Say why something has no part in a figure."""
    if item.why == "not-applicable":
        return say("not applicable, as the source says")
    if item.why == "no-indicator":
        return say("no indicator leads to it")
    if item.why == "no-figure":
        return say("none of its indicators has a figure")
    return state_words(State(item.why))


def headline(progress: Progress) -> str:
    """Say what a figure rests on: framework, year, rule and links."""
    how = {"framework": progress.framework.title, "rule": progress.rule, "links": progress.links}
    if progress.year is None:
        return say("{framework}; no values; rule {rule}, links {links}", **how)
    return say(
        "{framework}; as of {year}; rule {rule}, links {links}", year=str(progress.year), **how
    )


def as_tree(progress: Progress, step: Step, *, width: int = 100) -> str:
    """Write an explanation as a tree.

    :param progress: what was measured.
    :param step: the figure explained.
    :param width: the columns that it may take.
    """
    tree = _Tree(progress, width, deep=step.kind != "compact")
    return "\n".join(tree.write(step))


class _Tree:
    """A tree in the making: which indicators stand in it already, and where."""

    def __init__(self, progress: Progress, width: int, *, deep: bool) -> None:
        self.progress = progress
        self.width = width
        self.deep = deep
        self.seen: dict[str, str] = {}

    def write(self, step: Step) -> _Lines:
        yield from self.fold(_name(step), "", "  ")
        lines = [figure_words(step.figure)] if step.indicator is None else []
        if not step.applies:
            lines.append(say("not applicable, as the source says: left out of what is above it"))
        lines.append(headline(self.progress))
        if self.progress.synthetic:
            lines.append(synthetic_words())
        if step.indicator is not None:
            lines += indicator_words(step.indicator)
            if step.leads_to:
                lines.append(say("leads to {actions}", actions=", ".join(step.leads_to)))
            else:
                lines.append(say("leads to no action"))
        for line in lines:
            yield from self.fold(line, "  ", "    ")
        yield from self.parts(step, "")
        if step.left_out:
            yield ""
            yield from self.fold(say("Without a part in the figure, and why:"), "", "  ")
            for reason, names in reasons(step.left_out).items():
                yield from self.fold(f"{reason}: {', '.join(names)}", "  ", "    ")
        if not self.progress.spoken.with_value:
            yield ""
            yield from self.fold(fill_words(self.progress), "", "  ")

    def fold(self, text: str, first: str, rest: str) -> _Lines:
        """Break a text into lines, the first and the others with what stands before them."""
        width = max(self.width, len(rest) + 20)
        yield from textwrap.wrap(
            " ".join(text.split()),
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def parts(self, step: Step, indent: str) -> _Lines:
        for number, part in enumerate(step.steps, 1):
            last = number == len(step.steps)
            inner = indent + ("   " if last else "│  ")
            more = inner + ("│ " if part.steps and self.deep else "  ")
            yield from self.fold(_name(part), indent + ("└─ " if last else "├─ "), more + "  ")
            for line in self.details(step, part):
                yield from self.fold(line, more, more + "  ")
            if self.deep:
                yield from self.parts(part, inner)

    def details(self, above: Step, part: Step) -> _Lines:
        if part.indicator is None:
            if part.figure.value is None:
                yield why_unknown(part)
            else:
                yield figure_words(part.figure)
        elif part.iri in self.seen:
            yield indicator_head(part.indicator)
            yield say("more on it stands above, at {place}", place=self.seen[part.iri])
        else:
            self.seen[part.iri] = above.path
            yield from indicator_words(part.indicator)
        yield from map(link_words, part.links)


def why_unknown(step: Step) -> str:
    """Say why an action has no figure."""
    if step.figure.of:
        return say("none of its indicators has a figure")
    return say("no indicator leads to it")


def _name(step: Step) -> str:
    title = label(step.title, step.iri)
    return title if step.kind == "indicator" else f"{step.path}: {title}"


def _left_name(item: LeftOut) -> str:
    title = label(item.title, item.iri)
    return title if item.kind == "indicator" else f"{item.kind}/{item.code}"


def reasons(items: Iterable[LeftOut]) -> dict[str, list[str]]:
    """Gather what is left out by why, in order of the first of each."""
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(why(item), []).append(_left_name(item))
    return found


def indicator_head(indicator: Indicator) -> str:
    """Say how far an indicator has come."""
    state, distance = state_words(indicator.state), indicator.distance
    if distance is None:
        return state
    if indicator.state is State.REACHED or indicator.expected is None:
        return say("{distance:.1f} % of the way: {state}", distance=tenths(distance), state=state)
    return say(
        "{distance:.1f} % of the way, where the straight path asks for {expected:.1f} %: {state}",
        distance=tenths(distance),
        expected=tenths(indicator.expected),
        state=state,
    )


def indicator_words(indicator: Indicator) -> Iterator[str]:
    """Say how far an indicator has come, and by which observations."""
    yield indicator_head(indicator)
    yield compact(indicator.iri)
    for kind, observed in (
        (say("baseline"), indicator.baseline),
        *((say("milestone"), m) for m in indicator.milestones),
        (say("latest"), indicator.latest),
        (say("target"), indicator.target),
    ):
        if observed is not None:
            yield f"{kind} {_observed_words(observed)}"
    if indicator.state is State.REACHED and indicator.baseline is None:
        yield say("no baseline: it counts only because the target is reached")
    if indicator.breaks:
        yield say(
            "break in the series in {periods}: what is before and after it may not compare",
            periods=", ".join(o.period.text for o in indicator.breaks),
        )
    passed = _passed_words(indicator.passed_over)
    if passed:
        yield say("not used: {what}", what=", ".join(passed))


def _observed_words(observed: Observed) -> str:
    parts = [f"{amount_text(observed)} ({observed.period.text})"]
    if observed.status_code not in ("", "A"):
        parts.append(label(observed.status_title, observed.status or "").lower())
    if observed.revises:
        parts.append(say("in place of {earlier}", earlier=compact(observed.revises)))
    if observed.source:
        parts.append(label(observed.source_title or compact(observed.source)))
    if observed.citation:
        parts.append(observed.citation)
    if observed.note:
        parts.append(f"“{observed.note}”")
    return f"{', '.join(parts)}: {compact(observed.iri)}"


def _passed_words(passed: PassedOver) -> list[str]:
    found = []
    if passed.broken_down:
        found.append(
            say_many("{number} value of a part", "{number} values of parts", passed.broken_down)
        )
    if passed.later:
        found.append(say_many("{number} later value", "{number} later values", passed.later))
    if passed.forecast:
        found.append(say_many("{number} forecast", "{number} forecasts", passed.forecast))
    if passed.before_baseline:
        found.append(
            say_many(
                "{number} value from before the baseline",
                "{number} values from before the baseline",
                passed.before_baseline,
            )
        )
    return found


def link_words(link: Link | Serving) -> str:
    """Say how a figure comes to its part, and what states it."""
    if isinstance(link, Serving):
        text = say("linked, {basis}: {link}", basis=link.basis, link=compact(link.alignment))
    elif link.way == "outcome":
        text = say(
            "through outcome {outcome}, {basis}: {link}",
            outcome=link.outcome_code,
            basis=link.basis,
            link=compact(link.alignment or ""),
        )
    elif link.assessment is None:
        return say("named by the action")
    else:
        text = say("named in row {row}", row=compact(link.assessment))
    if link.assessment and not (isinstance(link, Link) and link.way == "indicator"):
        text = say("{link}, row {row}", link=text, row=compact(link.assessment))
    if not link.cell:
        return text
    return f"{text}: “{textwrap.shorten(link.cell, _CELL, placeholder=' …')}”"


def as_plain(progress: Progress, step: Step) -> dict[str, object]:
    """Return an explanation as plain values, for JSON; shares are of 1."""
    return {
        "framework": progress.framework.iri,
        "year": progress.year,
        "rule": progress.rule,
        "links": progress.links,
        "synthetic": progress.synthetic,
        **_plain(step),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _figure(figure: Figure) -> dict[str, object]:
    known = figure.value is not None
    return {
        "value": _number(figure.value),
        "low": float(figure.low) if known else None,
        "high": float(figure.high) if known else None,
        "known": figure.known,
        "of": figure.of,
    }


def _plain(step: Step) -> dict[str, object]:
    found: dict[str, object] = {
        "path": step.path,
        "iri": step.iri,
        "kind": step.kind,
        "code": step.code,
        "title": step.title,
        "figure": _figure(step.figure),
    }
    if step.kind == "action":
        found |= {"status": step.status, "applies": step.applies, "assessment": step.assessment}
    if step.links:
        found["links"] = [_camel(link._asdict()) for link in step.links]
    if step.indicator is not None:
        found |= _plain_indicator(step.indicator)
        if step.leads_to:
            found["leadsTo"] = list(step.leads_to)
    if step.steps:
        found["parts"] = [_plain(s) for s in step.steps]
    if step.left_out:
        found["leftOut"] = [item._asdict() for item in step.left_out]
    return found


def _plain_indicator(indicator: Indicator) -> dict[str, object]:
    return {
        "state": indicator.state.value,
        "distance": _number(indicator.distance),
        "expected": _number(indicator.expected),
        "baseline": _plain_observed(indicator.baseline),
        "milestones": [_plain_observed(m) for m in indicator.milestones],
        "latest": _plain_observed(indicator.latest),
        "target": _plain_observed(indicator.target),
        "breaks": [_plain_observed(o) for o in indicator.breaks],
        "notUsed": _camel(indicator.passed_over._asdict()),
    }


def _plain_observed(observed: Observed | None) -> dict[str, object] | None:
    if observed is None:
        return None
    return _camel(observed._asdict() | {"period": observed.period.text})


def _camel(values: dict[str, object]) -> dict[str, object]:
    """Name values as the tables for programs name theirs.

    >>> _camel({"unit_title": "percent"})
    {'unitTitle': 'percent'}
    """
    return {re.sub("_([a-z])", lambda m: m[1].upper(), key): v for key, v in values.items()}


def link_short(link: Link | Serving) -> str:
    """Say in a word or two how a figure comes to its part."""
    if isinstance(link, Serving):
        return label(link.basis)
    if link.way == "outcome":
        return say("outcome {outcome}", outcome=link.outcome_code)
    return say("named")
