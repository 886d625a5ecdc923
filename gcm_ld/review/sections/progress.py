"""Mechanisms, objectives and practices."""

from __future__ import annotations

from gcm_ld.language import label, say, say_many
from gcm_ld.model import Element
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.figures import draw_coverage, draw_progress
from gcm_ld.review.findings import Action, Coverage
from gcm_ld.review.model import link, ref
from gcm_ld.review.sections.enabling import policies_elsewhere
from gcm_ld.review.sections.measured import write_followed
from gcm_ld.review.words import codes, shares_of
from gcm_ld.turtle import natural_key

__all__ = [
    "write_mechanisms",
    "write_objectives",
    "write_practices",
]


def write_mechanisms(facts: Facts, draft: Draft) -> None:
    """Write which other policies carry actions, and refer to the institutions."""
    if draft.grid(
        "table-elsewhere",
        say("Policies of other fields that the source names for actions"),
        [say("Policy"), say("Actions"), say("Which")],
        policies_elsewhere(facts),
    ):
        draft.say(
            say(
                "Under the {rule} rule these do not count as covered by the {framework}.",
                rule=facts.options.rule,
                framework=label(facts.framework.label),
            )
            if "covered elsewhere" not in facts.counted
            else ""
        )
    if facts.roles:
        draft.say(say("Who has a part in what stands in {table}.", table=ref("table-institutions")))


def write_objectives(facts: Facts, draft: Draft) -> None:
    """Write coverage, progress, and a paragraph for each objective."""
    _coverage(facts, draft)
    _progress(facts, draft)
    _sdgs(facts, draft)


def _coverage(facts: Facts, draft: Draft) -> None:
    draft.heading(say("Coverage of the objectives"), "coverage")
    draft.say(
        say(
            "Under the {rule} rule {covered} are covered by the {framework}. {figure} shows each "
            "objective, {table} the figures under every rule, {gaps} each action that no outcome "
            "answers, and {annex} the whole crosswalk.",
            rule=facts.options.rule,
            covered=shares_of(facts, facts.covered.covered, facts.covered.total),
            framework=label(facts.framework.label),
            figure=ref("figure-coverage"),
            table=ref("table-coverage"),
            gaps=ref("table-gaps") if facts.table("gaps", "gaps") else say("no table"),
            annex=ref("table-crosswalk"),
        )
    )
    views = facts.views("coverage")
    if facts.unsaid:
        draft.say(
            say_many(
                "Of these, {number} counts although the source says nothing on it: the rule takes "
                "what is left blank for covered.",
                "Of these, {number} count although the source says nothing on them: the rule takes "
                "what is left blank for covered.",
                facts.unsaid,
            )
        )
    draft.table(
        "table-coverage",
        views[0] if views else None,
        caption=say("Actions covered, by objective and counting rule"),
    )
    draft.note(
        say(
            "Covered and all, and the share. What each rule counts stands in the section on method."
        )
    )
    draft.figure(draw_coverage(facts))
    statuses: dict[str, dict[str, int]] = {}
    for row in facts.table("coverage", "statuses"):
        counts = statuses.setdefault(str(row["code"]), {})
        counts[str(row["status"])] = int(str(row["actions"]))
    found = {s for counts in statuses.values() for s in counts}
    names = sorted(found, key=lambda s: (s != "aligned", s))
    draft.grid(
        "table-statuses",
        say("Actions by objective and by what the source says of them"),
        ["#", *(label(n) for n in names), say("All")],
        [
            *(
                (code, *(counts.get(n) for n in names), sum(counts.values()))
                for code, counts in statuses.items()
            ),
            (
                say("All"),
                *(sum(c.get(n, 0) for c in statuses.values()) for n in names),
                sum(sum(c.values()) for c in statuses.values()),
            ),
        ]
        if statuses
        else [],
        total=True,
    )


def _progress(facts: Facts, draft: Draft) -> None:
    report = facts.report("progress")
    draft.heading(say("Progress of the objectives"), "progress")
    if report is None:
        draft.say(say("The data give no figure of progress."))
        return
    draft.points(report.lead)
    draft.figure(draw_progress(facts))
    for table in facts.views("progress"):
        if table.name != "indicators":  # which stand in an annex
            draft.table(f"table-progress-{table.name}", table)
    draft.note(
        say("Rule and links are explained under “{heading}”.", heading=ref("method-progress"))
    )


def _sdgs(facts: Facts, draft: Draft) -> None:
    report = facts.report("sdg")
    views = {t.name: t for t in facts.views("sdg")}
    if report is not None and views.get("goals") is not None and views["goals"].rows:
        draft.heading(say("Links with the Sustainable Development Goals"), "sdgs")
        draft.points(report.lead)
        draft.table("table-goals", views["goals"])
        draft.note(
            say(
                "The links are those that the source states; each target stands in {table}.",
                table=ref("table-targets"),
            )
            if views.get("targets") is not None and views["targets"].rows
            else ""
        )
    data = facts.report("sdg-data")
    if data is not None:
        draft.heading(say("SDG indicators of these targets"), "sdg-data")
        draft.points(data.lead)


def write_objective(facts: Facts, draft: Draft, coverage: Coverage) -> None:
    """Write what the data know of one objective."""
    code = coverage.code
    actions = [a for a in facts.actions if a.objective == code]
    outcomes = {o for a in actions for o in facts.outcomes_by_action.get(a.code, [])}
    targets = {t for a in actions for t in facts.sdg_by_action.get(a.code, [])} - {"*"}
    indicators = {i for a in actions for i in facts.indicators_by_action.get(a.code, [])}
    texts = [
        say(
            "Covered under the {rule} rule: {covered}.",
            rule=facts.options.rule,
            covered=shares_of(facts, coverage.covered, coverage.total),
        ),
        _statuses(actions),
        say(
            "Outcomes of the {framework} that answer its actions: {codes}.",
            framework=label(facts.framework.label),
            codes=codes(outcomes),
        )
        if outcomes
        else say("No outcome answers its actions by name."),
        say("SDG goals and targets linked with them: {codes}.", codes=codes(targets))
        if targets
        else say("No SDG target is linked with them."),
        _followed(facts, indicators),
    ]
    draft.say(" ".join(t for t in texts if t))
    if facts.valued:  # or else it has been said once that nothing is known
        draft.say(facts.progress_words(code))
        write_followed(facts, draft, code, indicators)
    served = [e for o, e in facts.practices if code in o.split(", ")]
    if served:
        draft.say(
            say(
                "Practices on record: {names} ({table}).",
                names="; ".join(label(e.label, e.notation) for e in served),
                table=ref("table-practices"),
            )
        )


def _statuses(actions: list[Action]) -> str:
    counts: dict[str, list[str]] = {}
    for action in actions:
        counts.setdefault(action.status, []).append(action.code)
    named = [
        say("{status} ({codes})", status=label(status), codes=codes(found))
        for status, found in sorted(counts.items())
        if status != "aligned"
    ]
    elsewhere = sorted({label(p) for a in actions for p in a.covered_by}, key=natural_key)
    text = say("Not answered by a named outcome: {list}.", list="; ".join(named)) if named else ""
    if elsewhere:
        text += " " + say("Other policies named: {names}.", names="; ".join(elsewhere))
    return text.strip()


def _followed(facts: Facts, indicators: set[str]) -> str:
    if not indicators:
        return say("No indicator follows them.")
    text = say_many(
        "{number} indicator follows them", "{number} indicators follow them", len(indicators)
    )
    if facts.valued is None:
        return f"{text}."
    valued = len(indicators & facts.valued)
    return say(
        "{text}: {valued} with a value up to {year:d}, {without} without.",
        text=text,
        valued=valued,
        without=len(indicators) - valued,
        year=facts.options.year,
    )


def write_practices(facts: Facts, draft: Draft) -> None:
    """Write the country's practices by objective."""
    places = sorted({e.framework for _, e in facts.practices})
    if draft.grid(
        "table-practices",
        say("Practices of the country on record, by objective of the Compact"),
        ["#", say("Practice"), say("Objectives"), say("With"), say("Where")],
        [
            (
                e.notation,
                _described(facts, e),
                objectives,
                "; ".join(sorted(label(facts.name(i)) for i in e.supported_by)),
                e.citation if len(places) == 1 else f"{facts.name_code(e.framework)}, {e.citation}",
            )
            for objectives, e in facts.practices
        ],
    ):
        draft.note(
            say(
                "As recorded in: {names}. Whether they are still going on the data don't say.",
                names="; ".join(link(label(facts.name(p)), p) for p in places),
            )
        )
    else:
        draft.say(say("The data hold no practice of the country."))


def _described(facts: Facts, practice: Element) -> str:
    name = link(label(practice.label, practice.notation), practice.iri)
    return f"{name}. {facts.spell_out(practice.note)}" if practice.note else name
