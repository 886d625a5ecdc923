"""The places of the manual's structure: how each is filled, and what a person must write there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gcm_ld.language import label, say
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.sections.annexes import write_annexes
from gcm_ld.review.sections.closing import write_challenges, write_means
from gcm_ld.review.sections.enabling import write_eu, write_institutions, write_policies
from gcm_ld.review.sections.opening import write_method, write_summary
from gcm_ld.review.sections.principles import write_principles, write_topics
from gcm_ld.review.sections.progress import write_mechanisms, write_objectives, write_practices

__all__ = ["BUILDERS", "OBJECTIVES", "Request", "describe_objective", "describe_place"]

Builder = Callable[[Facts, Draft], None]

#: The place of the objectives, each of which has a text of its own.
OBJECTIVES = "4.3"

#: place → what fills it from the data.
BUILDERS: Mapping[str, Builder] = {
    "1": write_summary,
    "2": write_method,
    "3.1": write_policies,
    "3.2": write_eu,
    "3.3": write_institutions,
    "4": write_principles,
    "4.1": write_mechanisms,
    "4.2": write_topics,
    OBJECTIVES: write_objectives,
    "4.4": write_practices,
    "5": write_means,
    "6": write_challenges,
    "7": write_annexes,
}


class Request(NamedTuple):
    """What a person must write, and who might know."""

    what: str
    who: str


def describe_place(facts: Facts, place: str) -> Request:
    """Say what a person must write in a section.

    :param facts: the country's data.
    :param place: its place in the manual's structure; empty for a section that has none there.
    """
    lead = _lead(facts)
    wanted: dict[str, tuple[str, str]] = {
        "1": (
            say(
                "The message of the review in half a page: where the country stands, what was "
                "achieved since the last review, what is asked of whom."
            ),
            say("{lead}, once the rest is written", lead=lead),
        ),
        "2": (
            say(
                "How the review was prepared: who led it, who was consulted and when (ministries, "
                "local government, civil society, migrants, social partners, academia), and what "
                "was left out."
            ),
            lead,
        ),
        "3": (
            say("What changed in policy since the last review, in a few sentences."),
            lead,
        ),
        "3.1": (
            say(
                "Laws on migration in force and their changes, policies that are new or have run "
                "out, and how the framework answers the Compact."
            ),
            say("{lead}; the ministry of justice", lead=lead),
        ),
        "3.2": (
            say(
                "Where the accession or association process stands, and what it asks for in "
                "migration; leave it out where there is none."
            ),
            say("the ministry for European and foreign affairs"),
        ),
        "3.3": (
            say(
                "Who decides, who coordinates and who reports; bodies that were set up and how "
                "often they met; the part of local government and civil society."
            ),
            lead,
        ),
        "4": (
            say(
                "How the guiding principles were kept in carrying out the Compact: people first, "
                "human rights, gender, children, whole of government and of society."
            ),
            say("{lead}; the ombudsperson; civil society", lead=lead),
        ),
        "4.1": (
            say(
                "How all fields and levels of government work together on migration: "
                "mechanisms, data exchange, referral, and what came of them."
            ),
            say("{lead}; associations of municipalities", lead=lead),
        ),
        "4.2": (
            say(
                "One to three topics in depth, such as human rights, children, gender or "
                "environment: the facts, a case, what was learnt."
            ),
            say("the ministries in charge; UN agencies; civil society"),
        ),
        OBJECTIVES: (
            say(
                "What the figures below mean: where progress is real, where a covered action is "
                "not yet carried out, and what the figures can't show."
            ),
            lead,
        ),
        "4.4": (
            say(
                "Two or three experiences that others could learn from: what was done, by whom, "
                "with what result, and what made it work."
            ),
            say("those who carried them out"),
        ),
        "5": (
            say(
                "Budgets and what was spent, donors, staff, capacity and training, data and "
                "technology, and what support is needed."
            ),
            say("the ministry of finance; the statistical office; donors"),
        ),
        "6": (
            say(
                "The main challenges and why, conclusions, and steps with dates and those in "
                "charge, from the gaps below."
            ),
            lead,
        ),
        "7": (
            say("What else belongs in an annex: lists of those consulted, laws, further tables."),
            lead,
        ),
    }
    found = wanted.get(place)
    if found is None:
        return Request(
            say("The data know nothing that belongs in this section."),
            say("whoever asked for this section"),
        )
    return Request(*found)


def _lead(facts: Facts) -> str:
    """Name those who carry the framework out, or whoever is in charge."""
    names = [label(facts.institution(i)) for i in facts.framework.partners]
    names = sorted(n for n in names if n)[:2]
    return "; ".join(names) or say("the ministry in charge of migration")


def describe_objective(facts: Facts, code: str) -> Request:
    """Say what a person must write on an objective."""
    return Request(
        say(
            "What was done on objective {code}, with what result, for whom, and what is missing.",
            code=code,
        ),
        _lead(facts),
    )
