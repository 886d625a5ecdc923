"""A well-formed cube, and 21 that each break one integrity constraint by one change."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from gcm_ld.namespaces import PREFIXES, expand
from gcm_ld.publish.statistics.structure import CUBE

Triples = list[ox.Triple]
BASE = "https://w3id.org/gcm-ld/"
GOAL_1 = CUBE + "sdg-goals/alb-nsm-2019/1/2021"
GOAL_2 = CUBE + "sdg-goals/alb-nsm-2019/2/2021"
COVERED = CUBE + "coverage/alb-nsm-2019/gcm/1/strict/2021/covered"
SHARE = CUBE + "coverage/alb-nsm-2019/gcm/1/strict/2021/share"
SLICE = CUBE + "sdg-goals/slice/alb-nsm-2019/2021"
NEW = "http://example.org/new"


def node(name: str) -> ox.NamedNode:
    """A full IRI, a prefixed name, or the end of one of our cube's IRIs."""
    if name.startswith("http"):
        return ox.NamedNode(name)
    prefix, colon, _ = name.partition(":")
    return ox.NamedNode(expand(name) if colon and prefix in PREFIXES else CUBE + name)


def add(subject: str, predicate: str, value: str | ox.Literal) -> Callable[[Triples], Triples]:
    term = node(value) if isinstance(value, str) else value
    new = ox.Triple(node(subject), node(predicate), term)

    def change(triples: Triples) -> Triples:
        assert new not in triples
        return [*triples, new]

    return change


def remove(subject: str, predicate: str, value: str | None = None) -> Callable[[Triples], Triples]:
    def is_meant(t: ox.Triple) -> bool:
        here = t.subject == node(subject) and t.predicate == node(predicate)
        return here and (value is None or t.object == node(value))

    def change(triples: Triples) -> Triples:
        assert sum(map(is_meant, triples)) == 1
        return [t for t in triples if not is_meant(t)]

    return change


def replace(subject: str, predicate: str, value: str) -> Callable[[Triples], Triples]:
    return lambda triples: add(subject, predicate, value)(remove(subject, predicate)(triples))


def drop(subject: str) -> Callable[[Triples], Triples]:
    gone = node(subject)
    return lambda triples: [t for t in triples if gone not in (t.subject, t.object)]


def turn_hierarchy(triples: Triples) -> Triples:
    """Say that the list of objectives leads from child to parent, which its codes don't."""
    inverse = ox.BlankNode("inverse")
    leads, there = node("qb:parentChildProperty"), node("list/objective")
    kept = remove("list/objective", "qb:parentChildProperty")(triples)
    return [
        *kept,
        ox.Triple(there, leads, inverse),
        ox.Triple(inverse, node("owl:inverseOf"), node("skos:narrower")),
    ]


#: constraint → the change that breaks it, and the nodes at fault (None: several).
BROKEN: dict[str, tuple[Callable[[Triples], Triples], str | None]] = {
    "IC-1": (add(NEW, "rdf:type", "qb:Observation"), NEW),
    "IC-2": (remove("sdg-goals", "qb:structure"), CUBE + "sdg-goals"),
    "IC-3": (
        remove("sdg-goals/structure/actions", "qb:measure"),
        CUBE + "sdg-goals/structure",
    ),
    "IC-4": (remove("dimension/rule", "rdfs:range"), CUBE + "dimension/rule"),
    "IC-5": (remove("dimension/goal", "qb:codeList"), CUBE + "dimension/goal"),
    "IC-6": (
        add("coverage/structure/rule", "qb:componentRequired", ox.Literal(False)),
        CUBE + "coverage/structure",
    ),
    "IC-7": (
        remove("coverage/structure", "qb:sliceKey"),
        CUBE + "coverage/structure/by-framework",
    ),
    "IC-8": (
        remove("sdg-goals/structure/area", "qb:dimension"),
        CUBE + "sdg-goals/structure/by-framework",
    ),
    "IC-9": (remove(SLICE, "qb:sliceStructure"), SLICE),
    "IC-10": (remove(SLICE, "sdmx-dimension:refArea"), SLICE),
    "IC-11": (remove(GOAL_1, "dimension/goal"), GOAL_1),
    "IC-12": (replace(GOAL_2, "dimension/goal", "sdg:1"), GOAL_1),
    "IC-13": (remove(GOAL_1, "sdmx-attribute:unitMeasure"), GOAL_1),
    "IC-14": (remove(GOAL_1, "measure/actions"), GOAL_1),
    "IC-15": (remove(COVERED, "measure/covered"), COVERED),
    "IC-16": (add(COVERED, "measure/share", ox.Literal(1)), COVERED),
    "IC-17": (drop(SHARE), COVERED.replace("covered", "assessed")),
    "IC-18": (add(SLICE, "qb:observation", COVERED), COVERED),
    "IC-19": (remove("sdg:1", "skos:inScheme"), GOAL_1),
    "IC-20": (
        remove("objective/gcm", "skos:narrower", BASE + "id/gcm/objective/1"),
        None,
    ),
    "IC-21": (turn_hierarchy, None),
}
