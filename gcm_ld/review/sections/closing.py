"""Means of implementation, and challenges with the next steps."""

from __future__ import annotations

from collections import Counter

from gcm_ld.language import label, say, say_many
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.figures import draw_report_chart
from gcm_ld.review.model import ref
from gcm_ld.review.sections.principles import count_actions
from gcm_ld.review.words import codes

__all__ = ["write_challenges", "write_means"]


def write_means(facts: Facts, draft: Draft) -> None:
    """Write what the data know of partnerships; money and staff they don't know."""
    served = facts.actions_by_goal.get("17", [])
    partners = {i for i, role, _ in facts.roles if role in ("partner", "supported")}
    draft.points(
        [
            say(
                "SDG 17 (means of implementation and partnership): linked with {actions}.",
                actions=count_actions(facts, "17", which=True),
            )
            if served
            else "",
            say_many(
                "{number} institution has a part as partner or support; see {table}.",
                "{number} institutions have a part as partner or support; see {table}.",
                len(partners),
                table=ref("table-institutions"),
            )
            if partners
            else "",
            say("Costs, budgets and staff are not in the data."),
        ]
    )


def write_challenges(facts: Facts, draft: Draft) -> None:
    """Write gaps, what the indicators lack, and the calendar of the next steps."""
    _gaps(facts, draft)
    _indicators(facts, draft)
    _calendar(facts, draft)


def _gaps(facts: Facts, draft: Draft) -> None:
    report = facts.report("gaps")
    if report is None:
        return
    draft.heading(say("Gaps"), "gaps")
    rows = facts.table("gaps", "gaps")
    if not rows:
        draft.say(say("An outcome answers each action."))
        return
    kinds = Counter(str(r["status"]) for r in {str(r["code"]): r for r in rows}.values())
    draft.say(
        say(
            "{number} of {total} actions have no outcome in the {framework}. Why, as the source "
            "says it or leaves it unsaid:",
            number=sum(kinds.values()),
            total=len(facts.actions),
            framework=label(facts.framework.label),
        )
    )
    draft.points(
        say("{status}: {number}", status=label(kind), number=number)
        for kind, number in kinds.most_common()
    )
    low = [c for c in facts.coverage if 2 * c.covered < c.total]
    if low:
        draft.say(
            say(
                "Objectives of which less than half is covered under the {rule} rule: {codes}.",
                rule=facts.options.rule,
                codes=codes(c.code for c in low),
            )
        )
    draft.note(say("Each of these actions stands in {table}.", table=ref("table-gaps")))


def _indicators(facts: Facts, draft: Draft) -> None:
    draft.heading(say("Indicators"), "indicators")
    lacking = facts.view("indicators", "without_indicator")
    quality = facts.report("indicator-quality")
    if not facts.indicators:
        draft.say(say("The framework has no indicator in the data."))
    if quality is not None:
        draft.points(quality.lead)
    if lacking is not None and lacking.rows:
        draft.say(
            say_many(
                "{number} action is answered by an outcome and followed by no indicator; see "
                "{table}.",
                "{number} actions are answered by outcomes and followed by no indicator; see "
                "{table}.",
                len(lacking.rows),
                table=ref("table-without-indicator"),
            )
        )
        draft.table("table-without-indicator", lacking)


def _calendar(facts: Facts, draft: Draft) -> None:
    report = facts.report("calendar")
    steps = report is not None and any(t.rows for t in report.readable)
    if steps:  # a time line and a table of many columns are wide
        draft.turn(landscape=True)
    draft.heading(say("Next steps"), "calendar")
    if report is None:
        draft.say(say("The data hold no calendar of reviews."))
        return
    if not steps:
        draft.points(report.lead)
        return
    for name in report.charts:
        draft.figure(draw_report_chart(facts, report, name, landscape=True))
    draft.points(report.lead)
    for i, table in enumerate(facts.views("calendar"), 1):
        draft.table(f"table-calendar-{i}", table)
    draft.note(*report.notes)
    draft.turn(landscape=False)
