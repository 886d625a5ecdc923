"""The path from a figure down to the observations and links that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.namespaces import ID, SDG, compact, expand
from gcm_ld.progress.figures import Figure
from gcm_ld.progress.model import Action, Group, Indicator, Link, Progress, Serving

__all__ = ["LeftOut", "Step", "explain"]

#: What the paths of figures begin with.
_KINDS = ("objective/", "action/", "sdg/", "indicator/")


class LeftOut(NamedTuple):
    """Something that has no part in a figure's value, and why.

    :param why: ``not-applicable``, ``no-indicator``, ``no-figure`` (none of its indicators has
        one), or the state of an indicator, such as ``no-value``.
    """

    iri: str
    kind: str
    code: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """A figure, the links that lead to it from the one above, and what it is put together of.

    :param kind: ``compact``, ``objective``, ``target``, ``goal``, ``action`` or ``indicator``.
    :param links: how the one above comes to it: ways to an indicator, or links to a target.
    :param steps: its parts, in their order, also those without a figure.
    :param left_out: what does not count, and why.
    :param indicator: for an indicator, the same with its observations.
    :param status: for an action, what the source says of it.
    :param leads_to: for an indicator that is explained itself, the paths of the actions that it
        speaks for.
    """

    kind: str
    iri: str
    code: str
    title: str
    figure: Figure
    links: tuple[Link | Serving, ...] = ()
    steps: tuple[Step, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    indicator: Indicator | None = None
    status: str | None = None
    applies: bool = True
    assessment: str | None = None
    leads_to: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path by which it can be asked for."""
        if self.kind == "compact":
            return "compact"
        if self.kind in ("target", "goal"):
            return f"sdg/{self.code}"
        return f"{self.kind}/{self.code}"

    def walk(self) -> Iterator[Step]:
        """Iterate the step and everything below it."""
        yield self
        for step in self.steps:
            yield from step.walk()


def explain(progress: Progress, path: str) -> Step:
    """Explain a figure: what it is put together of, down to observations and links.

    :param progress: what was measured.
    :param path: what the figure is of, relative to the Compact: ``objective/5``, ``action/5.a``,
        ``sdg/10.7``, ``sdg/10``, ``compact``, the code of an indicator, or an IRI.
    :raises InputError: if there is no such thing, naming the nearest.

    >>> from gcm_ld import open_dataset
    >>> from gcm_ld.progress import measure
    >>> step = explain(measure(open_dataset().stated), "objective/5")
    >>> len(step.steps), step.figure.value
    (7, None)
    """
    known = _paths(progress)
    iri = _find(known, path)
    if iri is None:
        raise InputError(_refusal(progress, path, known))
    if iri in progress.groups:
        return _group_step(progress, progress.groups[iri])
    if iri in progress.actions:
        return _action_step(progress, progress.actions[iri])
    leads_to = (f"action/{a.code}" for a in progress.actions.values() if iri in a.figure.parts)
    return replace(_indicator_step(progress.indicators[iri]), leads_to=tuple(leads_to))


def _find(known: Mapping[str, str], path: str) -> str | None:
    """Find what a path means: as it is written, or else whatever its case and its spaces."""
    text = path.strip().strip("/")
    text = expand(text) if text.startswith("sdg:") else text
    if text in known:
        return known[text]
    wanted = _plain(text)
    return next((iri for name, iri in known.items() if _plain(name) == wanted), None)


def _plain(path: str) -> str:
    return "/".join(path.casefold().split())


def _refusal(progress: Progress, path: str, known: Mapping[str, str]) -> str:
    """Say why something has no figure, and what could have been meant."""
    word = _plain(path.strip().strip("/"))
    first, _, last = word.rpartition("/")
    named = [p for p in known if p.startswith(_KINDS) and p.partition("/")[2] == word]
    if len(named) > 1:
        return f"{path!r} could be {' or '.join(named)}: write which"
    if named:
        return f'no figure for {path!r}. Did you mean "{named[0]}"?'
    actions = [
        f"action/{a.code}"
        for a in progress.actions.values()
        if any(link.outcome and _plain(link.outcome_code or "") == last for link in a.links)
    ]
    if first.endswith("outcome") or (actions and not first):
        where = f"are carried to {', '.join(actions)}" if actions else "lead to no action"
        return f"no figure for {path!r}: an outcome has none of its own; its indicators {where}"
    if first.endswith("principle"):
        return (
            f"no figure for {path!r}: no action is linked with a guiding principle, so that no "
            "indicator leads to one; compact is for all actions"
        )
    if word in (progress.framework.name.casefold(), progress.framework.iri.casefold()):
        return (
            f"{progress.framework.name} is the framework whose indicators are followed: its "
            'figure, over all actions that apply, is that of "compact"'
        )
    near = did_you_mean(word, [p for p in known if ":" not in p])
    if first in ("sdg", "goal", "target", SDG) and last[:1].isdigit():
        return (
            f"no figure for {path!r}: no action that was assessed is linked with it; links that "
            f"somebody judged count with --curated.{near}"
        )
    return (
        f"no figure for {path!r}: name an objective (objective/5), an action (action/5.a), an "
        "SDG target or goal that actions are linked with (sdg/10.7, sdg/10), an indicator by "
        f"its code, or compact for all.{near}"
    )


def _paths(progress: Progress) -> dict[str, str]:
    """Return what can be asked for: each path, short name and IRI, with the IRI it means."""
    found: dict[str, str] = {}

    def add(iri: str, *names: str) -> None:
        for name in (*names, compact(iri), iri):
            found.setdefault(name, iri)

    add(progress.whole.iri, "compact")
    for group in progress.objectives:
        add(group.iri, f"objective/{group.code}")
    for action in progress.actions.values():
        add(action.iri, f"action/{action.code}")
    for kind, groups in (("target", progress.targets), ("goal", progress.goals)):
        for group in groups:
            add(
                group.iri,
                f"sdg/{group.code}",
                f"{kind}/{group.code}",
                f"sdg/{kind}/{group.code}",
                group.iri.replace(SDG, f"{ID}sdg", 1),
            )
    for indicator in progress.indicators.values():
        slug = indicator.iri.rpartition("/indicator/")[2]
        code = indicator.code
        add(indicator.iri, code, f"indicator/{code}", slug, f"indicator/{slug}", indicator.title)
    return found


def _group_step(progress: Progress, group: Group) -> Step:
    links: dict[str, list[Link | Serving]] = {}
    for link in group.links:
        links.setdefault(link.action, []).append(link)
    steps = tuple(
        _action_step(progress, progress.actions[iri], links.get(iri, ())) for iri in group.actions
    )
    return Step(
        kind=group.kind,
        iri=group.iri,
        code=group.code,
        title=group.title,
        figure=group.figure,
        steps=steps,
        left_out=(
            *(_left_out(s) for s in steps if s.figure.value is None),
            *(_not_applicable(progress.actions[iri]) for iri in group.left_out),
        ),
    )


def _left_out(step: Step) -> LeftOut:
    if step.indicator is not None:
        why = step.indicator.state.value
    else:
        why = "no-figure" if step.figure.of else "no-indicator"
    return LeftOut(step.iri, step.kind, step.code, step.title, why)


def _not_applicable(action: Action) -> LeftOut:
    return LeftOut(action.iri, "action", action.code, action.title, "not-applicable")


def _action_step(progress: Progress, action: Action, links: Iterable[Link | Serving] = ()) -> Step:
    ways: dict[str, list[Link | Serving]] = {}
    for link in action.links:
        ways.setdefault(link.indicator, []).append(link)
    steps = tuple(
        _indicator_step(progress.indicators[iri], ways[iri]) for iri in action.figure.parts
    )
    return Step(
        kind="action",
        iri=action.iri,
        code=action.code,
        title=action.title,
        figure=action.figure,
        links=tuple(links),
        steps=steps,
        left_out=tuple(_left_out(s) for s in steps if s.figure.value is None),
        status=action.status,
        applies=action.applies,
        assessment=action.assessment,
    )


def _indicator_step(indicator: Indicator, links: Iterable[Link | Serving] = ()) -> Step:
    return Step(
        kind="indicator",
        iri=indicator.iri,
        code=indicator.code,
        title=indicator.title,
        figure=indicator.figure,
        links=tuple(links),
        indicator=indicator,
    )
