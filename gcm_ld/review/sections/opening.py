"""The summary and the method."""

from __future__ import annotations

from collections import Counter

from gcm_ld.language import label, say, say_many
from gcm_ld.progress.model import State
from gcm_ld.report.model import percent
from gcm_ld.report.progress_words import state_words
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.findings import Coverage
from gcm_ld.review.model import link, ref
from gcm_ld.review.words import codes, date, period, shares_of
from gcm_ld.store import Value

__all__ = ["write_method", "write_summary"]

#: So many objectives are named with their shares.
_FEW = 3


def write_summary(facts: Facts, draft: Draft) -> None:
    """Write what the data say in a few points."""
    framework, covered = facts.framework, facts.covered
    draft.heading(say("What the data say"), "summary-data")
    full = [c.code for c in facts.coverage if c.total and c.covered == c.total]
    none = [c.code for c in facts.coverage if not c.covered]
    few = [c for c in facts.coverage if c.covered or len(none) < _FEW]
    least = sorted(few, key=lambda c: (c.share, -c.total))[:_FEW]
    none = none if len(none) >= _FEW else []
    gaps = facts.report("gaps")
    draft.points(
        [
            say(
                "Framework: {title} ({period}).",
                title=link(label(framework.label), framework.iri),
                period=period(framework),
            ),
            say(
                "Coverage: {covered} under the {rule} rule; see {table}.",
                covered=shares_of(facts, covered.covered, covered.total),
                rule=facts.options.rule,
                table=ref("table-coverage"),
            ),
            say("Wholly covered under that rule: objectives {codes}.", codes=codes(full))
            if full
            else say("No objective is wholly covered under that rule."),
            say("Not covered at all under that rule: objectives {codes}.", codes=codes(none))
            if none
            else "",
            say("Least covered: {list}.", list="; ".join(_least(facts, c) for c in least))
            if least
            else "",
            say(
                "Actions that no outcome of it answers: {number} of {total}; see {table}.",
                number=len(gaps.tables[0].rows),
                total=len(facts.actions),
                table=ref("table-gaps"),
            )
            if gaps and gaps.tables[0].rows
            else "",
            _sdgs(facts),
            _indicators(facts),
            _progress(facts),
            _states(facts),
            _apart(facts),
            say_many(
                "One practice of {country} is on record; see {table}.",
                "{number} practices of {country} are on record; see {table}.",
                len(facts.practices),
                country=label(facts.country.label),
                table=ref("table-practices"),
            )
            if facts.practices
            else "",
        ]
    )


def _sdgs(facts: Facts) -> str:
    targets, goals = facts.table("sdg", "targets"), facts.table("sdg", "goals")
    if not goals:
        return ""
    return say(
        "SDGs: actions are linked with {goals} goals and {targets} targets; see {table}.",
        goals=len(goals),
        targets=len(targets),
        table=ref("table-goals"),
    )


def _indicators(facts: Facts) -> str:
    number = len(facts.indicators)
    if not number:
        return say("Indicators: the data hold none.")
    text = say_many(
        "Indicators: the framework has {number}, which follows {actions} of {total} actions.",
        "Indicators: the framework has {number}, which follow {actions} of {total} actions.",
        number,
        actions=len(facts.indicators_by_action),
        total=len(facts.actions),
    )
    if facts.valued is None:
        return text
    return f"{text} " + say(
        "With a value up to {year:d}: {valued} of {number} ({share:.1f} %).",
        year=facts.options.year,
        valued=len(facts.valued),
        number=number,
        share=percent(len(facts.valued), number),
    )


def _progress(facts: Facts) -> str:
    report = facts.report("progress")
    if report is None or not facts.valued:
        return say(
            "Progress: no indicator has a value, so nothing is said of how far any objective is."
        )
    return say("Progress: {lead}.", lead=report.lead[-1].rstrip("."))


def _least(facts: Facts, coverage: Coverage) -> str:
    """Name an objective with its share, and what of it another policy carries."""
    elsewhere = sum(bool(a.covered_by) for a in facts.actions if a.objective == coverage.code)
    if not elsewhere or "covered elsewhere" in facts.counted:
        return say("objective {code} ({share:.0f} %)", code=coverage.code, share=coverage.share)
    return say(
        "objective {code} ({share:.0f} %; another policy carries {number} of its actions)",
        code=coverage.code,
        share=coverage.share,
        number=elsewhere,
    )


def _states(facts: Facts) -> str:
    """Say how many indicators are where."""
    rows = facts.table("progress", "indicators")
    states = Counter(State(str(r["state"])) for r in rows if r["distance"] is not None)
    if not states:
        return ""
    return say(
        "Indicators with a figure of progress: {list}.",
        list="; ".join(
            say("{state}: {number}", state=state_words(s), number=states[s])
            for s in State
            if states[s]
        ),
    )


def _apart(facts: Facts) -> str:
    """Name the objectives that are farthest, and those that are least far."""
    known = [r for r in facts.table("progress", "objectives") if r["value"] is not None]
    if len(known) < 4:
        return ""
    known.sort(key=lambda r: -float(str(r["value"])))

    def named(rows: list[dict[str, Value]]) -> str:
        return "; ".join(
            say(
                "objective {code} ({share:.0f} %, {known} of {of} actions known)",
                code=r["code"],
                share=100 * float(str(r["value"])),
                known=r["known"],
                of=r["of"],
            )
            for r in rows
        )

    return say(
        "Farthest: {most}. Least far: {least}.", most=named(known[:2]), least=named(known[-2:])
    )


def write_method(facts: Facts, draft: Draft) -> None:
    """Write how the figures came about, and what they rest on."""
    draft.heading(say("How the figures were made"), "method-figures")
    rule = facts.options.rule
    draft.say(
        say(
            "Every figure of this draft is counted from linked data by gcm-ld; nothing is "
            "estimated or added. The data hold {actions} actions of the {compact}, each assessed "
            "against the {framework} in one of {rows} rows of a table.",
            actions=facts.against.actions,
            rows=facts.against.rows,
            compact=label(facts.against.subject_title),
            framework=label(facts.framework.label),
        )
        + (
            " " + say("The table was read from: {source}.", source=label(facts.source_title))
            if facts.source_title
            else ""
        ),
        say(
            "Coverage is counted under the {rule} rule where nothing else is said. A covered "
            "action is one that the source links with the framework; that says nothing yet of how "
            "far it is carried out. The rules are:",
            rule=rule,
        ),
    )
    draft.points(
        say("{rule}: {definition}", rule=name, definition=label(definition))
        for name, definition in facts.rules.items()
    )
    draft.heading(say("What a link rests on"), "method-links")
    draft.points(
        [
            say("Stated: the source itself says so, in a cell or passage that the data quote."),
            say("Curated: somebody judged so; the data name who, why and how sure."),
            say("Derived: a rule of the data model follows it from others."),
        ]
    )
    draft.say(
        say("Figures count stated links and curated ones; lists keep the two apart.")
        if facts.options.curated
        else say("Figures count stated links only. Curated ones are listed apart, and marked.")
    )
    _progress_rule(facts, draft)
    draft.note(
        say(
            "How much is odd in these documents stands in {table}.",
            table=ref("table-kinds"),
        )
        if facts.table("quality", "anomalies")
        else ""
    )
    draft.grid(
        "table-sources",
        say("Documents that the data were read from"),
        [say("Document"), say("By"), say("Date")],
        [
            (
                link(label(s.title), s.iri),
                s.creator or facts.institution(s.publisher),
                date(s.issued),
            )
            for s in facts.sources
        ],
    )


def _progress_rule(facts: Facts, draft: Draft) -> None:
    report = facts.report("progress")
    if report is None:
        return
    draft.heading(say("How progress is worked out"), "method-progress")
    # Its last note names the source, which stands above; how to enter values is for an office.
    draft.points(n for n in report.notes[:-1] if "gcm-ld template" not in n)
