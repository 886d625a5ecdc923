"""Policies, the European Union and institutions."""

from __future__ import annotations

from collections import defaultdict

from gcm_ld.language import label, say, say_many
from gcm_ld.model import Framework
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.findings import Link
from gcm_ld.review.model import link, ref
from gcm_ld.review.words import codes, date, period
from gcm_ld.turtle import natural_key

__all__ = ["write_eu", "write_institutions", "write_links", "write_policies"]

#: What the codes of frameworks of the European Union begin with.
_EU = "eu-"
#: What the code of a framework ends in that is the structure of a review, and no policy.
_REVIEW = "-gcm-review"


def write_policies(facts: Facts, draft: Draft) -> None:
    """Write what the framework is, what it aims at, and which other policies there are."""
    f = facts.framework
    counts = [
        say_many("{number} objective", "{number} objectives", len(_elements(facts, "Objective"))),
        say_many("{number} outcome", "{number} outcomes", len(_elements(facts, "Outcome"))),
        say_many("{number} indicator", "{number} indicators", len(facts.indicators)),
    ]
    draft.grid(
        "table-framework",
        say("The framework that the actions of the Compact were held against"),
        [say("What"), say("In the data")],
        [
            line
            for line in (
                (say("Title"), link(label(f.label), f.iri)),
                (say("Years"), period(f)),
                (say("Issued"), date(f.issued)),
                (say("Adopted by"), label(facts.institution(f.creator))),
                (say("Carried out with"), _names(facts, f.partners)),
                (say("Refers to"), _names(facts, f.references)),
                (say("Its parts in the data"), ", ".join(counts)),
                (say("Source"), _source(facts, f)),
            )
            if line[1]
        ],
    )
    _objectives(facts, draft)
    others = [
        o for o in facts.frameworks if not o.code.startswith(_EU) and not o.code.endswith(_REVIEW)
    ]
    notes = any(o.note for o in others)
    if draft.grid(
        "table-policies",
        say("Other policies and frameworks of the country that the data know"),
        [say("Policy"), say("Years"), *([say("What the data say of it")] if notes else [])],
        [
            (link(label(o.label), o.iri), period(o), *([facts.spell_out(o.note)] if notes else []))
            for o in others
        ],
    ):
        draft.note(
            say(
                "Named in the documents of {table}; their own parts are in the data only where a "
                "table of this draft shows them. Laws are not in the data.",
                table=ref("table-sources"),
            )
        )
    else:
        draft.say(say("The data know no other policy of the country."))


def _source(facts: Facts, framework: Framework) -> str:
    """Say which document a framework was read from, and where it stands there."""
    title = label(facts.name(framework.source)) if framework.source in facts.by_iri else ""
    return ", ".join(t for t in (title, framework.citation or "") if t)


def _elements(facts: Facts, kind: str) -> list[object]:
    return list(facts.elements(kind, facts.framework.iri))


def _names(facts: Facts, iris: tuple[str, ...]) -> str:
    return "; ".join(sorted(label(facts.name(i)) for i in iris))


def _objectives(facts: Facts, draft: Draft) -> None:
    """Write the framework's objectives with how many actions their outcomes answer."""
    outcomes = facts.elements("Outcome", facts.framework.iri)
    objectives = facts.elements("Objective", facts.framework.iri)
    above = {o.iri: o.part_of for o in objectives}
    actions: dict[str, set[str]] = defaultdict(set)
    for action, answered in facts.outcomes_by_action.items():
        for code in answered:
            actions[code].add(action)
    below: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        waiting = list(outcome.part_of)
        while waiting:
            objective = waiting.pop()
            if outcome.notation not in below[objective]:
                below[objective].add(outcome.notation)
                waiting += above.get(objective, ())
    draft.grid(
        "table-national-objectives",
        say("Objectives of the framework, and the actions of the Compact that they answer"),
        ["#", say("Objective"), say("Outcomes"), say("Actions answered")],
        [
            (
                o.notation,
                link(label(o.label, o.notation), o.iri),
                len(below[o.iri]),
                len(set().union(*(actions[c] for c in below[o.iri]))),
            )
            for o in objectives
        ],
    )


def write_eu(facts: Facts, draft: Draft) -> None:
    """Write what links the country's policies with the accession to the European Union."""
    eu = [f for f in facts.frameworks if f.code.startswith(_EU) and facts.elements_of(f.iri)]
    if not eu:
        draft.say(
            say(
                "The data hold nothing on {country} and the European Union.",
                country=label(facts.country.label),
            )
        )
        return
    draft.grid(
        "table-eu",
        say("Parts of the accession to the European Union that bear on migration"),
        [say("Kind"), "#", say("Title"), say("Part of")],
        [
            (label(e.kind), e.notation, link(label(e.label, e.notation), e.iri), label(f.label))
            for f in eu
            for e in facts.elements_of(f.iri)
        ],
    )
    iris = {f.iri for f in eu}
    rest = ({facts.against.subject} | facts.scopes) - iris
    write_links(
        facts,
        draft,
        "eu",
        facts.links_between(iris, rest),
        say("Links with the accession to the European Union that the sources state"),
        say("Links with the accession to the European Union that somebody judged (curated)"),
    )


def write_links(
    facts: Facts, draft: Draft, anchor: str, links: list[Link], stated: str, curated: str
) -> None:
    """Write links, those that a source states and those that somebody judged each by themselves."""
    for basis, caption in (("Stated", stated), ("Curated", curated)):
        judged = basis == "Curated"
        headings = [say("This"), say("With"), say("Confidence") if judged else say("Where")]
        draft.grid(
            f"table-{anchor}-{basis.lower()}",
            caption,
            headings,
            [
                (_full(facts, k.subject), _full(facts, k.object), k.confidence or k.citation)
                for k in links
                if k.basis == basis
            ],
        )


def _full(facts: Facts, iri: str) -> str:
    """Name a thing with its framework, its kind and its code."""
    record = facts.by_iri.get(iri)
    if record is None or isinstance(record, Framework):
        return link(label(facts.name(iri)), iri)
    kind, code = label(getattr(record, "kind", "")), getattr(record, "notation", "")
    return say(
        "{name} ({framework}, {kind} {code})",
        name=link(label(facts.name(iri), code), iri),
        framework=label(facts.name_code(facts.framework_of(iri))),
        kind=kind.lower(),
        code=code,
    )


def write_institutions(facts: Facts, draft: Draft) -> None:
    """Write who adopts, leads, supports and carries out what."""
    words = {
        "adopted": say("adopted it"),
        "led": say("leads it"),
        "supported": say("supports it"),
        "partner": say("partner"),
    }
    by_body: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_thing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for institution, role, what in facts.roles:
        name = link(label(facts.name(institution)), institution)
        by_body[name, role].add(_what(facts, what))
        by_thing[_what(facts, what), role].add(name)
    # Whichever way round is shorter: often many take part in one thing, or one in many.
    things = len(by_thing) < len(by_body)
    order = list(words)
    headings = [say("Institution"), say("Part"), say("In what")]
    if not facts.roles:
        draft.say(say("The data name no institution."))
        return
    draft.note(
        say(
            "The data know the lead and the support of these institutions only where a source in "
            "{table} names them; action plans often say more.",
            table=ref("table-sources"),
        )
    )
    draft.grid(
        "table-institutions",
        say("Institutions and their part, as the data have it"),
        headings[::-1] if things else headings,
        [
            (name, words[role], "; ".join(sorted(found, key=natural_key)))
            for (name, role), found in sorted(
                (by_thing if things else by_body).items(),
                key=lambda p: (natural_key(p[0][0]), order.index(p[0][1])),
            )
        ],
    )


def _what(facts: Facts, iri: str) -> str:
    element = facts.by_iri.get(iri)
    code = getattr(element, "notation", "")
    name = label(facts.name(iri), code)
    # An indicator's code is made up, and says nothing to people.
    return f"{code} {name}" if code and getattr(element, "kind", "") != "Indicator" else name


def policies_elsewhere(facts: Facts) -> list[tuple[str, int, str]]:
    """List policies that the source names in place of outcomes, with their actions."""
    found: dict[str, set[str]] = defaultdict(set)
    for action in facts.actions:
        for policy in action.covered_by:
            found[policy].add(action.code)
    return sorted(
        ((label(p), len(a), codes(a)) for p, a in found.items()), key=lambda r: (-r[1], r[0])
    )
