"""The files of one synthetic country."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from gcm_ld.build import build_graph
from gcm_ld.model import Country, Crosswalk, Framework, Institution, Record, Source
from gcm_ld.namespaces import GCMO, RDF
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.crosswalk import make_crosswalks
from gcm_ld.synth.strategy import make_strategy, policies_of
from gcm_ld.synth.values import Density, make_measures
from gcm_ld.synth.world import Place, World
from gcm_ld.turtle import write_turtle

__all__ = ["make_country"]

_TYPE, _SYNTHETIC = ox.NamedNode(RDF + "type"), ox.NamedNode(GCMO + "Synthetic")
_MARKED = (Country, Crosswalk, Framework, Institution, Source)


def make_country(world: World, number: int, density: Density | None = None) -> dict[str, bytes]:
    """Make the Turtle files of a country, in canonical form.

    :param world: what countries have in common.
    :param number: the country's number, from 1; nothing else of it depends on how many there are.
    :param density: how many values its indicators have.
    :returns: the files' contents, by name.
    """
    place = world.place(number)
    chance = Chance(world.seed, "years", number)
    starts = [chance.whole(2015, 2021)]
    if chance.happens(0.18):
        starts.append(starts[0] + chance.whole(4, 5))
    strategies = [make_strategy(world, place, s, turn=i) for i, s in enumerate(starts)]
    policies = policies_of(place, strategies[0].source.iri)
    common: list[Record] = [_country(place), strategies[0].institution, *policies]
    common += [s.source for s in strategies]
    files = {"country.ttl": _turtle(common)}
    for turn, strategy in enumerate(strategies):
        answers = make_crosswalks(world, strategy, policies, turn=turn)
        code = strategy.code
        files[f"{code}.ttl"] = _turtle(strategy.records)
        files[f"gcm--{code}.ttl"] = _turtle(answers.national)
        files[f"gcm--sdg--{code}.ttl"] = _turtle(answers.goals)
        measures = make_measures(world, strategy, density)
        files[f"{code}-values.ttl"] = write_turtle(measures.values).encode()
        files[f"{code}-targets.ttl"] = write_turtle(measures.targets).encode()
    return files


def _country(place: Place) -> Country:
    return Country(
        iri=place.iri,
        code=place.code,
        label=place.title,
        note=f"Made up to try software on, of the kind “{place.kind}”. ISO 3166-1 assigns the "
        "code to nobody; it is left to its users.",
    )


def _turtle(records: Iterable[Record]) -> bytes:
    records = list(records)
    marks = [
        ox.Triple(ox.NamedNode(r.iri), _TYPE, _SYNTHETIC) for r in records if isinstance(r, _MARKED)
    ]
    return write_turtle([*build_graph(records), *marks]).encode()
