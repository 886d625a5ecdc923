"""Yearly values of a synthetic strategy's indicators (RDF Data Cube Vocabulary, W3C 2014).

The structure definition is gcm-ld's own and stands once, in ``shapes/cube/values.ttl``: a copy in
each country's file would tie all countries together. A missing value is an observation that is not
there.
"""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from gcm_ld.model import Element
from gcm_ld.namespaces import GCMO, ID, PREFIXES, RDF, RDFS, XSD, expand
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.strategy import Strategy
from gcm_ld.synth.world import World

__all__ = ["make_values"]

_CUBE = ID + "cube/"
_QB = PREFIXES["qb"]
_YEARS = 4
#: How often a value is missing, and how often it is an estimate.
_MISSING, _ESTIMATED = 0.12, 0.08


@lru_cache(maxsize=4096)
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def make_values(world: World, strategy: Strategy) -> list[ox.Triple]:
    """Make the values of a strategy's indicators, one for each year that it runs.

    :param world: what countries have in common.
    :param strategy: the strategy.
    """
    chance = Chance(world.seed, "values", strategy.code)
    dataset = _node(f"{strategy.framework.iri}/values")
    title = ox.Literal(f"Synthetic values of the {strategy.framework.label}", language="en")
    triples = [
        ox.Triple(dataset, _node(RDF + "type"), _node(_QB + "DataSet")),
        ox.Triple(dataset, _node(RDF + "type"), _node(GCMO + "Synthetic")),
        ox.Triple(dataset, _node(_QB + "structure"), _node(_CUBE + "values/structure")),
        ox.Triple(dataset, _node(expand("dcterms:title")), title),
        ox.Triple(dataset, _node(RDFS + "label"), title),
        ox.Triple(dataset, _node(expand("dcterms:source")), _node(strategy.source.iri)),
        ox.Triple(dataset, _node(expand("dcterms:spatial")), _node(strategy.place.iri)),
    ]
    first = int(strategy.framework.start or 0)
    for indicator in strategy.indicators:
        triples += _series(chance, dataset, strategy, indicator, first)
    return triples


def _series(
    chance: Chance, dataset: ox.NamedNode, strategy: Strategy, indicator: Element, first: int
) -> list[ox.Triple]:
    percent = "Share of" in indicator.label
    level = chance.share() * (60 if percent else 2000) + 5
    slope = 1 + chance.normal(0.06) + 0.03
    unit = _node(f"{_CUBE}unit/{'percent' if percent else 'number'}")
    area = _node(strategy.place.iri)
    triples = []
    for year in range(first, first + _YEARS):
        level *= slope + chance.normal(0.04)
        level = min(max(level, 0.0), 100.0) if percent else max(level, 0.0)
        missing, estimated = chance.happens(_MISSING), chance.happens(_ESTIMATED)
        if missing:
            continue
        node = _node(f"{dataset.value}/{indicator.notation}/{year}")
        value = f"{level:.1f}" if percent else str(round(level))
        number = ox.Literal(value, datatype=_node(XSD + "decimal"))
        period = ox.Literal(str(year), datatype=_node(XSD + "gYear"))
        status = _node(f"{PREFIXES['sdmx-code']}obsStatus-{'E' if estimated else 'A'}")
        triples += [
            ox.Triple(node, _node(RDF + "type"), _node(_QB + "Observation")),
            ox.Triple(node, _node(_QB + "dataSet"), dataset),
            ox.Triple(node, _node(_CUBE + "dimension/indicator"), _node(indicator.iri)),
            ox.Triple(node, _node(expand("sdmx-dimension:refArea")), area),
            ox.Triple(node, _node(expand("sdmx-dimension:timePeriod")), period),
            ox.Triple(node, _node(expand("sdmx-measure:obsValue")), number),
            ox.Triple(node, _node(expand("sdmx-attribute:unitMeasure")), unit),
            ox.Triple(node, _node(expand("sdmx-attribute:obsStatus")), status),
        ]
    return triples
