"""What all synthetic countries have in common: the Compact's actions, and how they differ.

The shares are those of the shipped crosswalk of Albania, the only one that is printed in full; a
test holds the world against them. Countries are of five kinds, which answer different objectives,
and each has an effort of its own; some actions are hard for all. So likeness, gaps and change
over time are there to be found.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.namespaces import GCM, ID, SDG, quote
from gcm_ld.resources import shipped_data
from gcm_ld.synth.chance import Chance
from gcm_ld.turtle import natural_key

__all__ = ["CODES", "KINDS", "Action", "Place", "World", "country_code", "read_world"]

#: How many codes QMA to QZZ there are, which ISO 3166-1 leaves to its users for ever.
CODES = 14 * 26
#: Kinds of countries, each with what it leans towards.
KINDS = ("origin", "transit", "destination", "return", "island")

#: How easily an action is answered at all, before kind, effort and action are weighed in.
_BASE = 1.95
_KIND_SPREAD, _ACTION_SPREAD = 0.9, 1.2


class Action(NamedTuple):
    """An action of the Compact, and where it leads among the SDGs."""

    iri: str
    code: str
    objective: str
    targets: tuple[str, ...]


class Place(NamedTuple):
    """A synthetic country: its code, and what its answers depend on."""

    number: int
    code: str
    kind: str
    effort: float

    @property
    def iri(self) -> str:
        """Its own IRI: it is no part of any authority's table."""
        return f"{ID}synthetic-{self.code.lower()}/country/{quote(self.code)}"

    @property
    def title(self) -> str:
        """Its name."""
        return f"Synthetic country {self.code}"


class World(NamedTuple):
    """The Compact as the countries see it."""

    seed: int
    actions: tuple[Action, ...]
    #: Objective → its IRI, in order.
    objectives: dict[str, str]
    #: Kind and objective → how much more than others it is answered.
    leanings: dict[tuple[str, str], float]
    #: Action → how much more than others it is answered.
    ease: dict[str, float]
    #: Kind → objectives that other policies of the country cover.
    elsewhere: dict[str, tuple[str, ...]]

    def place(self, number: int) -> Place:
        """Describe a country by its number, from 1."""
        chance = Chance(self.seed, "place", number)
        return Place(number, country_code(number), chance.choice(KINDS), chance.normal(0.55))

    def likelihood(self, place: Place, action: Action) -> float:
        """Return how likely a country's strategy answers an action, as a logit."""
        return (
            _BASE
            + place.effort
            + self.leanings[place.kind, action.objective]
            + self.ease[action.code]
        )


def country_code(number: int) -> str:
    """Return the code of a country: QMA to QZZ, which ISO 3166-1 assigns to nobody.

    :param number: from 1 to :data:`CODES`.
    :raises InputError: if there are not so many codes.

    >>> country_code(1), country_code(27), country_code(CODES)
    ('QMA', 'QNA', 'QZZ')
    """
    if not 1 <= number <= CODES:
        raise InputError(
            f"{number} countries: there are codes for 1 to {CODES} (QMA to QZZ, which "
            "ISO 3166-1 leaves to its users)"
        )
    first, second = divmod(number - 1, 26)
    return "Q" + chr(ord("M") + first) + chr(ord("A") + second)


@lru_cache(maxsize=4)
def read_world(seed: int) -> World:
    """Make the world that a seed stands for.

    :param seed: any whole number.
    """
    # The crosswalk alone: its links say which targets are plausible for an action.
    files = [*shipped_data("gcm"), *(f for f in shipped_data("alb") if f.name == "gcm--sdg.ttl")]
    dataset = Dataset(files)
    targets: dict[str, set[str]] = defaultdict(set)
    for link in dataset.alignments():
        code = link.object.removeprefix(SDG + "/")
        if code != link.object and "." in code:
            targets[link.subject].add(code)
    common = sorted({t for found in targets.values() for t in found}, key=natural_key)
    chance = Chance(seed, "world")
    actions = []
    for element in dataset.elements("Action", framework="gcm"):
        known = sorted(targets[element.iri] | set(chance.some(common, 2)), key=natural_key)
        objective = element.notation.partition(".")[0]
        actions.append(Action(element.iri, element.notation, objective, tuple(known)))
    objectives = {
        e.notation: e.iri
        for e in dataset.elements("Objective", framework="gcm")
        if e.iri.startswith(GCM + "/objective/")
    }
    codes = tuple(objectives)
    leanings = {(kind, code): chance.normal(_KIND_SPREAD) for kind in KINDS for code in codes}
    ease = {a.code: chance.normal(_ACTION_SPREAD) for a in actions}
    for action in chance.some(actions, 2):
        ease[action.code] = -9.0  # what hardly anybody answers
    elsewhere = {kind: tuple(chance.some(codes, 3)) for kind in KINDS}
    return World(seed, tuple(actions), objectives, leanings, ease, elsewhere)
