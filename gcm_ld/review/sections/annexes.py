"""The annexes: the whole crosswalk, and what else is too long for the text."""

from __future__ import annotations

from collections.abc import Callable

from gcm_ld.language import label, say
from gcm_ld.namespaces import SDG
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.findings import Action
from gcm_ld.review.model import link
from gcm_ld.review.sections.measured import write_measured
from gcm_ld.review.words import codes

__all__ = ["write_annexes"]

#: What begins an annex of a title and an anchor.
Head = Callable[[str, str], None]


def write_annexes(facts: Facts, draft: Draft) -> None:
    """Write all annexes, each with its letter."""
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def head(text: str, anchor: str) -> None:
        title = say("Annex {letter}: {title}", letter=next(letters), title=text)
        draft.heading(title, anchor)

    draft.turn(landscape=True)
    head(say("The whole crosswalk"), "annex-crosswalk")
    _crosswalk(facts, draft)
    draft.turn(landscape=False)
    gaps = facts.view("gaps", "gaps")
    if gaps is not None and gaps.rows:
        head(say("Actions that no outcome answers"), "annex-gaps")
        draft.table("table-gaps", gaps)
        report = facts.report("gaps")
        draft.note(*(report.notes if report else ()))
    outcomes = facts.view("outcomes", "outcomes")
    if outcomes is not None and outcomes.rows:
        head(say("Outcomes and the actions they answer"), "annex-outcomes")
        draft.table("table-outcomes", outcomes)
    if facts.indicators:
        head(say("Indicators"), "annex-indicators")
        _indicators(facts, draft)
    targets = facts.view("sdg", "targets")
    if targets is not None and targets.rows:
        head(say("SDG targets and the actions linked with them"), "annex-targets")
        draft.table("table-targets", targets)
    _reports(facts, draft, head)
    _quality(facts, draft, head)
    head(say("The data used"), "annex-data")
    _data(facts, draft)


def _crosswalk(facts: Facts, draft: Draft) -> None:
    draft.grid(
        "table-crosswalk",
        say("Actions of the Compact, the outcomes that answer them, SDG targets and indicators"),
        [
            "#",
            say("Action"),
            say("What the source says"),
            say("Outcomes"),
            say("SDG"),
            say("Indicators"),
        ],
        [
            (
                a.code,
                link(label(a.title, a.code), a.iri),
                _status(a),
                codes(facts.outcomes_by_action.get(a.code, [])),
                _sdg(facts.sdg_by_action.get(a.code, [])),
                "; ".join(label(facts.name(i)) for i in facts.indicators_by_action.get(a.code, [])),
            )
            for a in facts.actions
        ],
        small=True,
    )


def _status(action: Action) -> str:
    status = label(action.status)
    if not action.covered_by:
        return status
    return say(
        "{status}: {policies}",
        status=status,
        policies="; ".join(label(p) for p in action.covered_by),
    )


def _sdg(found: list[str]) -> str:
    return ", ".join(say("all goals") if c == "*" else c for c in found)


def _indicators(facts: Facts, draft: Draft) -> None:
    followed: dict[str, list[str]] = {}
    for action, indicators in facts.indicators_by_action.items():
        for iri in indicators:
            followed.setdefault(iri, []).append(action)
    progress = facts.view("progress", "indicators")
    draft.grid(
        "table-indicators",
        say("Indicators of the framework, and the actions they follow"),
        [say("Indicator"), say("By"), say("Actions")],
        [
            (
                link(label(e.label), e.iri),
                ", ".join(label(b) for b in facts.breakdowns.get(e.iri, [])),
                codes(followed.get(e.iri, [])),
            )
            for e in facts.indicators.values()
        ],
    )
    if progress is not None and facts.valued:
        draft.table("table-indicator-progress", progress)
    write_measured(facts, draft)


def _reports(facts: Facts, draft: Draft, head: Head) -> None:
    """Write the reports that are too long for the text."""
    quality = facts.report("indicator-quality")
    if quality is not None and any(t.rows for t in quality.readable):
        head(say("How sound the indicators are"), "annex-indicator-quality")
        for i, table in enumerate(facts.views("indicator-quality"), 1):
            draft.table(f"table-indicator-quality-{i}", table, small=len(table.columns) > 5)
        draft.note(*quality.notes)
    data = facts.report("sdg-data")
    if data is not None and any(t.rows for t in data.readable):
        head(say("SDG indicators and series"), "annex-sdg-data")
        for i, table in enumerate(facts.views("sdg-data"), 1):
            draft.table(f"table-sdg-data-{i}", table, small=len(table.columns) > 5)
        draft.note(*data.notes)


def _quality(facts: Facts, draft: Draft, head: Head) -> None:
    """Count what is odd in the source, and list what bears on the figures."""
    views = {t.name: t for t in facts.views("quality")}
    kinds = views.get("kinds")
    if kinds is None or not kinds.rows:
        return
    head(say("What is odd in the source"), "annex-quality")
    draft.table("table-kinds", kinds, small=True)
    # A blank cell is an action of which the crosswalk says that it is unstated.
    blank = [i for i, r in enumerate(facts.table("quality", "unusual")) if not r["cell"]]
    unusual = views.get("unusual")
    if unusual is not None:
        rows = tuple(r for i, r in enumerate(unusual.rows) if i not in blank)
        draft.table("table-unusual", unusual._replace(rows=rows), small=True)
    rollup = views.get("rollup")
    if rollup is not None:  # without cells of its own there is nothing to differ from
        rows = tuple(r for r in rollup.rows if r[1])
        draft.table("table-rollup", rollup._replace(rows=rows), small=True)
    quality = facts.report("quality")
    draft.note(
        *(quality.notes if quality else ()),
        say("Each place with its wording and how it was read: gcm-ld report quality."),
    )


def _data(facts: Facts, draft: Draft) -> None:
    """List what was read, each with its address."""
    frameworks = {facts.framework.iri, facts.against.subject, SDG}
    frameworks |= {f.iri for f in facts.frameworks if facts.elements_of(f.iri)}
    draft.grid(
        "table-data",
        say("Crosswalks and frameworks that the figures and lists come from"),
        [say("What"), say("Address")],
        [
            *((label(c.title), link(c.iri, c.iri)) for c in facts.crosswalks),
            *((label(facts.name(iri)), link(iri, iri)) for iri in sorted(frameworks)),
        ],
    )
    licences = sorted({c.license for c in facts.crosswalks if c.license})
    draft.note(
        say(
            "Licence of the crosswalks: {licences}.",
            licences=", ".join(link(iri, iri) for iri in licences),
        )
        if licences
        else "",
        say("The same data and the same choices give the same draft, to the byte."),
    )
