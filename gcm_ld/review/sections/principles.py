"""Guiding principles, and topics that reviews look at in depth."""

from __future__ import annotations

from collections.abc import Sequence

from gcm_ld.language import label, say, say_many
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.model import link, ref
from gcm_ld.review.words import codes

__all__ = ["write_principles", "write_topics"]

#: The SDG goals whose titles speak of a guiding principle, by the principle's code (A/RES/73/195,
#: para. 15): partnership, justice, gender, education.
_GOALS = {"b": ("17",), "d": ("16",), "g": ("5",), "h": ("4",)}
#: The SDG goals that say something on human rights, children, gender or the environment.
_TOPICS = ("3", "4", "5", "10", "13", "14", "15", "16")
#: Where a child's age ends (Convention on the Rights of the Child, article 1).
_OF_AGE = 18


def write_principles(facts: Facts, draft: Draft) -> None:
    """Write the Compact's guiding principles with what the country's data say on each."""
    subject = facts.against.subject
    principles = facts.elements("Principle", subject)
    if not principles:
        return
    found: dict[tuple[str, str], list[str]] = {}
    for k in facts.links_between({subject}, facts.scopes):
        found.setdefault((k.subject, k.basis), []).append(_short(facts, k.object))
    columns = [
        (say("Stated by a source"), {p.iri: found.get((p.iri, "Stated"), []) for p in principles}),
        (say("Judged (curated)"), {p.iri: found.get((p.iri, "Curated"), []) for p in principles}),
        (say("What else the data hold"), {p.iri: _evidence(facts, p.notation) for p in principles}),
    ]
    shown = [(heading, texts) for heading, texts in columns if any(texts.values())]
    draft.heading(say("Guiding principles"), "principles")
    draft.grid(
        "table-principles",
        say("Guiding principles of the Compact, and what the data say on them"),
        ["#", say("Principle"), *(heading for heading, _ in shown)],
        [
            (
                p.notation,
                link(label(p.label, p.notation), p.iri),
                *("; ".join(texts[p.iri]) for _, texts in shown),
            )
            for p in principles
        ]
        if shown
        else [],
    )
    bare = [p.notation for p in principles if not any(texts[p.iri] for _, texts in shown)]
    if len(bare) == len(principles):
        draft.say(say("The data link nothing with the guiding principles."))
        return
    if bare:
        draft.say(
            say_many(
                "The data say nothing on principle {codes}.",
                "The data say nothing on the principles {codes}.",
                len(bare),
                codes=codes(bare),
            )
        )
    draft.note(
        say(
            "What else the data hold is counted where the title of an SDG, a breakdown or the part "
            "of an institution bears on a principle. It does not say how well the principle is "
            "kept."
        )
    )


def _short(facts: Facts, iri: str) -> str:
    """Name an element with its framework's code."""
    element = facts.by_iri.get(iri)
    code = getattr(element, "notation", "")
    name = label(facts.name(iri), code)
    if not code:
        return name
    return f"{label(facts.name_code(facts.framework_of(iri)))} {code}: {name}"


def _evidence(facts: Facts, principle: str) -> list[str]:
    """Say what of the data bears on a principle."""
    found = [
        say("SDG {code}: {actions}", code=code, actions=count_actions(facts, code))
        for code in _GOALS.get(principle, ())
        if facts.actions_by_goal.get(code)
    ]
    if principle == "e" and facts.sdg_by_action:
        found.append(
            say(
                "{actions} of {total} actions are linked with the SDGs",
                actions=len(facts.sdg_by_action),
                total=len(facts.actions),
            )
        )
    elif principle == "g":
        found += _by_sex(facts)
    elif principle == "h":
        of_children = [
            iri
            for iri, parts in facts.measured.by("age", "migration_status").items()
            if any(_is_of_children(p.group) for p in parts)
        ]
        found.append(_indicators(len(of_children), say("with figures of children")))
    elif principle == "i":
        carrying = {p for a in facts.actions for p in a.covered_by}
        leading = {i for i, role, _ in facts.roles if role in ("led", "adopted", "partner")}
        found += [
            _other_policies(len(carrying)),
            say_many("{number} institution in charge", "{number} institutions in charge", n)
            if (n := len(leading))
            else "",
        ]
    elif principle == "j":
        helping = {i for i, role, _ in facts.roles if role == "supported"}
        found.append(
            say_many("{number} institution in support", "{number} institutions in support", n)
            if (n := len(helping))
            else ""
        )
    return [text for text in found if text]


def _other_policies(number: int) -> str:
    if not number:
        return ""
    return say_many(
        "{number} other policy carries actions", "{number} other policies carry actions", number
    )


def _indicators(number: int, what: str) -> str:
    if not number:
        return ""
    return say_many("{number} indicator {what}", "{number} indicators {what}", number, what=what)


def _by_sex(facts: Facts) -> list[str]:
    promising = [i for i in facts.indicators.values() if _is_broken_down(i.disaggregated_by, "sex")]
    return [
        _indicators(len(promising), say("promising figures by sex")),
        _indicators(len(facts.measured.by("sex")), say("with figures by sex")),
    ]


def _is_broken_down(by: Sequence[str], what: str) -> bool:
    return any(iri.casefold().rpartition("#")[2] == what for iri in by)


def _is_of_children(group: str) -> bool:
    """Tell whether a group is of children: an age code that ends below 18, or those alone."""
    code = group.rpartition("/")[2]
    if code == "unaccompanied-child":
        return True
    below, _, last = code.removeprefix("Y").rpartition("T")
    if below == "_L":  # such as Y_LT18
        return last.isdigit() and int(last) <= _OF_AGE
    return code.startswith("Y") and last.isdigit() and int(last) < _OF_AGE


def write_topics(facts: Facts, draft: Draft) -> None:
    """Write what the data say on topics that reviews look at in depth."""
    goals = {g.notation: g.label for g in facts.elements("Goal")}
    points = [
        say(
            "SDG {code} “{title}”: linked with {actions}.",
            code=code,
            title=label(goals[code]),
            actions=count_actions(facts, code, which=True),
        )
        for code in _TOPICS
        if code in goals and facts.actions_by_goal.get(code)
    ]
    points += [f"{text}." for text in _by_sex(facts) if text]
    for dimensions, anchor, what in (
        (("sex",), "table-by-sex", say("Latest figures by sex")),
        (
            ("age", "migration_status", "nationality"),
            "table-by-group",
            say("Latest figures by age, migration status and nationality"),
        ),
    ):
        if facts.measured.by(*dimensions):
            points.append(say("{what}: {table}.", what=what, table=ref(anchor)))
    if facts.elements("Principle", facts.against.subject):
        points.append(
            say(
                "What is linked with the guiding principles: {table}.",
                table=ref("table-principles"),
            )
        )
    draft.points(points)


def count_actions(facts: Facts, goal: str, *, which: bool = False) -> str:
    """Say how many actions are linked with an SDG goal, and which if asked."""
    found = facts.actions_by_goal[goal]
    if not which:
        return say_many("{number} action", "{number} actions", len(found))
    if len(found) == 1:
        return say("action {codes}", codes=found[0])
    return say("{number} actions ({codes})", number=len(found), codes=codes(found))
