"""A figure of progress explained as a Mermaid flow chart, which many wikis and editors draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from gcm_ld.language import label, say
from gcm_ld.progress import Step
from gcm_ld.report.explained import indicator_head, link_short, why_unknown
from gcm_ld.report.progress_words import figure_words, observed_text

__all__ = ["as_mermaid"]


def as_mermaid(step: Step) -> str:
    """Write an explanation as a Mermaid flow chart, from the observations to the figure.

    :param step: the figure explained.
    """
    chart = _Mermaid()
    chart.add(step)
    return "\n".join(["flowchart RL", *chart.nodes, *chart.edges])


class _Mermaid:
    """A chart in the making; an indicator that several actions have is one node."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.nodes: list[str] = []
        self.edges: list[str] = []

    def add(self, step: Step) -> str:
        name = self.node(step.iri, self.words(step), dashed=step.figure.value is None)
        for part in step.steps:
            known = part.iri in self.names
            below = self.names[part.iri] if known else self.add(part)
            self.edge(
                below, name, {link_short(link) for link in part.links}, part.figure.value is None
            )
        if step.indicator is not None:
            for kind, observed in (
                (say("baseline"), step.indicator.baseline),
                (say("latest"), step.indicator.latest),
                (say("target"), step.indicator.target),
            ):
                if observed is not None:
                    text = observed_text(observed, unit=True) or ""
                    self.edge(self.node(observed.iri, [text]), name, {kind}, dashed=False)
        return name

    def words(self, step: Step) -> list[str]:
        title = textwrap.shorten(label(step.title, step.iri), 60, placeholder=" …")
        head = title if step.kind == "indicator" else f"{step.path}: {title}"
        if step.indicator is not None:
            return [head, indicator_head(step.indicator)]
        if step.figure.value is None:
            return [head, why_unknown(step) if step.kind == "action" else say("no figure")]
        return [head, figure_words(step.figure)]

    def node(self, iri: str, lines: Iterable[str], *, dashed: bool = False) -> str:
        name = self.names.setdefault(iri, f"n{len(self.names)}")
        text = "<br/>".join(_escape(line) for line in lines)
        self.nodes.append(f'  {name}["{text}"]')
        if dashed:
            self.nodes.append(f"  style {name} stroke-dasharray: 4 4")
        return name

    def edge(self, start: str, end: str, words: set[str], dashed: bool) -> None:
        text = _escape(", ".join(sorted(words)))
        arrow = "-.->" if dashed else "-->"
        self.edges.append(
            f'  {start} {arrow}|"{text}"| {end}' if text else f"  {start} {arrow} {end}"
        )


def _escape(text: str) -> str:
    """Write what Mermaid reads as code as entities of its own (``#quot;``)."""
    for char, entity in (
        ("#", "#35;"),
        ('"', "#quot;"),
        ("<", "#lt;"),
        (">", "#gt;"),
        ("`", "#96;"),
    ):
        text = text.replace(char, entity)
    return text
