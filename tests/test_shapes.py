"""Every constraint, in pairs: the smallest valid graph, and one change that makes it invalid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest

from gcm_ld.build import ELEMENT_KINDS, build_graph
from gcm_ld.model import Alignment, Crosswalk, Element, Framework, Record
from gcm_ld.namespaces import (
    COUNTRIES,
    GCM,
    GCMO,
    GCMSH,
    ID,
    PREFIXES,
    RDF,
    RDFS,
    SDG,
    SH,
    SKOS,
    XSD,
    alignment_iri,
    country_iri,
    crosswalk_iri,
    element_iri,
    expand,
    framework_iri,
)
from gcm_ld.queries import list_queries
from gcm_ld.resources import folder, shipped_data
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import parse_turtle, read_turtle, write_turtle
from gcm_ld.validate import ENGINES, Finding, data_shapes, find_unknown_terms, validate_triples
from gcm_ld.validate.terms import SHACL_TERMS

HERE = Path(__file__).parent
#: What the shapes need of the ontology: what is a class of what.
ONTOLOGY = [
    t
    for t in read_turtle(folder("ontology") / "gcm-ld.ttl")
    if t.predicate.value in (RDF + "type", RDFS + "subClassOf")
    and isinstance(t.subject, ox.NamedNode)
    and isinstance(t.object, ox.NamedNode)
]
VALID = read_turtle(HERE / "valid.ttl")
MEASURED = read_turtle(HERE / "values.ttl")
_NAMED = {t.object for t in MEASURED} | {ox.NamedNode(expand("sdmx-code:sex-M"))}
#: What the shapes need of the code lists: which code is in which.
CODES = [
    t
    for path in shipped_data("measure")
    for t in read_turtle(path)
    if t.subject in _NAMED and t.predicate.value in (RDF + "type", SKOS + "inScheme")
]
HEAD = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items()) + f"@base <{ID}> .\n"
RULES = list_queries(tag="rule")

XYZ = "crosswalk/gcm--xyz-2030"
ACTION, OBJECTIVE, COMMITMENT = "gcm/action/1.a", "gcm/objective/1", "gcm/commitment/C1"
PRINCIPLE, OUTCOME, NATIONAL = "gcm/principle/a", "xyz-2030/outcome/A1.1", "xyz-2030/objective/A1"
INDICATOR, FRAMEWORK, BODY = "xyz-2030/indicator/plans", "xyz-2030", "institution/ministry"
GOAL, TARGET, MEASURE = f"{SDG}/10", f"{SDG}/10.7", f"{SDG}/C100702"
LINK, ROW, BLANK_ROW = (
    f"{XYZ}/alignment/1.a--A1.1",
    f"{XYZ}/assessment/1.a",
    f"{XYZ}/assessment/1.d",
)
WHOLE, OBJECTIVE_LINK = f"{XYZ}/alignment/1.b--xyz-2030", f"{XYZ}/alignment/1--A1"
CURATED, DERIVED = f"{XYZ}/alignment/1.d--A1.1", f"{XYZ}/alignment/1.a--A1"
TO_SDG = "crosswalk/gcm--sdg"
TO_GOAL, TO_TARGET = f"{TO_SDG}/alignment/1.a--10", f"{TO_SDG}/alignment/1.a--10.7"
ANOMALY, CLAIM, SOURCE = f"{XYZ}/anomaly/1.d-missing-text", "claim/plan/aligned", "source/plan"
OTHER = "xyz-other"
PLEDGE, STEP, NEXT = (
    f"{OTHER}/{name}" for name in ("commitment/AL1", "milestone/AL1.1", "milestone/AL1.2")
)
FORUM = f"{OTHER}/milestone/AL1.3"
PRACTICE, RATING, COUNTRY = f"{OTHER}/practice/P1", f"{PLEDGE}/rating/ambition", country_iri("XYZ")
FROM_SDG = "crosswalk/sdg--xyz-2030"
QUOTED = f"{FROM_SDG}/alignment/10.7--xyz-2030"
NOWHERE = "<nowhere>"
SET, EARLIER, AIMS = "xyz-2025/values", "xyz-2025/values/earlier", "xyz-2025/targets"
COUNT, REVISED = f"{SET}/plans/2020", f"{SET}/plans/2022"
WOMEN, SHARE = f"{SET}/plans/2021/F._T._T._T", f"{SET}/share/2021-05/_T.Y_LT18.refugee.XYZ"
LAW, FIRST, SECOND = f"{SET}/law/2021-Q1", f"{EARLIER}/plans/2022/1", f"{EARLIER}/plans/2022/2"
START, AIM = f"{AIMS}/plans/baseline/2020", f"{AIMS}/plans/target/2030"
PLANS, SHARES = "xyz-2025/indicator/plans", "xyz-2025/indicator/share"
_CUBE = f"{ID}cube"
OF, MIGRATION, NATIONALITY, REFERENCE, EDITION = (
    f"<{_CUBE}/dimension/{name}>"
    for name in ("indicator", "migration-status", "nationality", "reference", "edition")
)
VALUE, UNIT, PERIOD = (
    "sdmx-measure:obsValue",
    "sdmx-attribute:unitMeasure",
    "sdmx-dimension:timePeriod",
)


def iri(name: str) -> str:
    name = name.strip("<>")
    prefix, colon, _ = name.partition(":")
    return expand(name) if colon and prefix in PREFIXES else urljoin(ID, name)


@cache
def parse(turtle: str) -> list[ox.Triple]:
    return parse_turtle((HEAD + turtle).encode())


@dataclass(frozen=True)
class Case:
    """One change to the valid graph, and the finding it must lead to.

    ``without`` are pairs of subject and property whose values go; ``plus`` is Turtle. For a
    constraint that is asked of a whole crosswalk or framework ``value`` is the node at fault.
    """

    shape: str
    component: str
    focus: str
    path: str | None = None
    without: tuple[tuple[str, str], ...] = ()
    plus: str = ""
    value: str | None = None
    severity: str = "Violation"

    def __str__(self) -> str:
        return f"{self.shape}:{self.component}"

    @property
    def added(self) -> list[ox.Triple]:
        return parse(self.plus)

    @property
    def gone(self) -> set[tuple[str, str]]:
        return {(iri(s), iri(p)) for s, p in self.without}


def put(shape: str, component: str, node: str, path: str, *values: str, **more: str) -> Case:
    """Replace the values of a property."""
    plus = "".join(f"<{node}> {path} {v} .\n" for v in values)
    return Case(shape, component, node, path, ((node, path),), plus, **more)


def one(
    shape: str, node: str, path: str, first: str, second: str, bad: str, component: str = "Class"
) -> list[Case]:
    """Exactly one value of a kind."""
    return [
        put(shape, "MinCount", node, path),
        *at_most(shape, node, path, first, second, bad, component),
    ]


def at_most(
    shape: str, node: str, path: str, first: str, second: str, bad: str, component: str
) -> list[Case]:
    """One value of a kind, or none."""
    return [
        put(shape, "MaxCount", node, path, first, second),
        put(f"{shape}-value", component, node, path, bad),
    ]


def refers(shape: str, node: str, path: str, component: str = "Class") -> list[Case]:
    """A value that must be described, and must not be blank."""
    return [
        put(shape, component, node, path, NOWHERE),
        put(shape, "NodeKind", node, path, '[ a gcmo:Other ; rdfs:label "blank" ]'),
    ]


def text(shape: str, node: str, path: str) -> list[Case]:
    """Text in English, one a language."""
    return [
        put(shape, "QualifiedMinCount", node, path, '"Texte"@fr'),
        put(f"{shape}-language", "UniqueLang", node, path, '"One"@en', '"Two"@en'),
        put(f"{shape}-text", "Datatype", node, path, '"One"', '"Two"@en'),
        put(f"{shape}-text", "Pattern", node, path, '" "@en'),
    ]


def plain(shape: str, node: str, path: str) -> list[Case]:
    """One plain string, or none."""
    return [
        put(shape, "MaxCount", node, path, '"One"', '"Two"'),
        put(f"{shape}-value", "Datatype", node, path, '"One"@en'),
        put(f"{shape}-value", "Pattern", node, path, '" "'),
    ]


def named(shape: str, node: str, path: str) -> list[Case]:
    """One IRI, or none."""
    return at_most(shape, node, path, "<a>", "<b>", '"a"', "NodeKind")


def blank(shape: str, kind: str) -> list[Case]:
    """A node of a class without an IRI."""
    return [Case(shape, "NodeKind", "_:b", plus=f"_:{shape} a {kind} .")]


def asks(
    shape: str,
    value: str,
    plus: str = "",
    *without: tuple[str, str],
    focus: str = XYZ,
    severity: str = "Violation",
) -> Case:
    """A question over a whole crosswalk or framework."""
    return Case(shape, "SPARQL", focus, None, without, plus, value, severity)


def rule(
    shape: str, node: str, plus: str = "", *without: tuple[str, str], severity: str = "Violation"
) -> Case:
    """A rule that a node keeps one way or another."""
    return Case(shape, "Or", node, None, without, plus, severity=severity)


def code(shape: str, node: str, bad: str) -> Case:
    return rule(shape, node, f'<{node}> skos:notation "{bad}" .', (node, "skos:notation"))


def link(name: str, subject: str, target: str, crosswalk: str = XYZ) -> str:
    return (
        f"<{crosswalk}/alignment/{name}> a gcmo:Alignment ; gcmo:inCrosswalk <{crosswalk}> ; "
        f"gcmo:subject <{subject}> ; gcmo:object <{target}> ; gcmo:relation skos:relatedMatch ; "
        f"gcmo:basis gcmo:Stated ; gcmo:statedIn <{ROW}> ; gcmo:statedCell gcmo:sourceOutcomeCell ."
    )


def assessment(name: str, action: str, against: str = FRAMEWORK, crosswalk: str = XYZ) -> str:
    return (
        f"<{crosswalk}/assessment/{name}> a gcmo:Assessment ; gcmo:inCrosswalk <{crosswalk}> ; "
        f"gcmo:assesses <{action}> ; gcmo:against <{against}> ; gcmo:status gcmo:NotApplicable ; "
        'gcmo:sourceRow "9" ; gcmo:sourceOutcomeCell "N/A" .'
    )


def missing(shape: str, node: str, path: str) -> Case:
    return replace(put(f"Recommended{shape}", "MinCount", node, path), severity="Warning")


ELEMENT = [
    *blank("Element", "gcmo:Element"),
    Case("Element-type", "HasValue", ACTION, "rdf:type", ((ACTION, "rdf:type"),), f"<{ACTION}> a gcmo:Action ."),
    Case("Element-kind", "QualifiedMaxCount", ACTION, "rdf:type", plus=f"<{ACTION}> a gcmo:Outcome ."),
    put("Element-notation", "MinCount", ACTION, "skos:notation"),
    put("Element-notation", "MaxCount", ACTION, "skos:notation", '"1.a"', '"1.z"'),
    put("Element-notation-value", "Datatype", ACTION, "skos:notation", '"1.a"@en'),
    put("Element-notation-value", "Pattern", ACTION, "skos:notation", '"1 a"'),
    *text("Element-prefLabel", ACTION, "skos:prefLabel"),
    put("Element-altLabel", "Datatype", ACTION, "skos:altLabel", '"Other"'),
    put("Element-scopeNote", "Datatype", ACTION, "skos:scopeNote", '"Note"'),
    *one("Element-inScheme", ACTION, "skos:inScheme", "<gcm>", "<xyz-2030>", NOWHERE),
    *refers("Element-inScheme-value", ACTION, "skos:inScheme")[1:],
    *refers("Element-partOf", INDICATOR, "gcmo:partOf"),
    *at_most("Element-labelBasis", ACTION, "gcmo:labelBasis", "gcmo:Stated", "gcmo:Curated", "gcmo:Guessed", "In"),
    put("Element-identifier", "Datatype", MEASURE, "dcterms:identifier", "7"),
    put("Element-identifier", "Pattern", MEASURE, "dcterms:identifier", '""'),
    *plain("Element-citation", ACTION, "dcterms:bibliographicCitation"),
    *named("Element-source", ACTION, "dcterms:source"),
    *refers("Element-monitoredBy", ACTION, "gcmo:monitoredBy"),
    *refers("Element-ledBy", PLEDGE, "gcmo:ledBy"),
    *refers("Element-supportedBy", PLEDGE, "gcmo:supportedBy"),
    *refers("Element-spatial", PRACTICE, "dcterms:spatial"),
    *refers("Element-requires", NEXT, "dcterms:requires"),
    *at_most("Element-startDate", STEP, "gcmo:startDate", '"2024-07-01"^^xsd:date', '"2024-08-01"^^xsd:date', '"2024-06-31"^^xsd:date', "Datatype"),
    put("Element-startDate-value", "Pattern", STEP, "gcmo:startDate", '"2024-07-01Z"^^xsd:date'),
    *at_most("Element-endDate", STEP, "gcmo:endDate", '"2025-06-30"^^xsd:date', '"2025-07-30"^^xsd:date', '"2025-06-30"', "Datatype"),
    put("Element-endDate-value", "Pattern", STEP, "gcmo:endDate", '"2025-06-30Z"^^xsd:date'),
    put("Element-dates", "LessThanOrEquals", STEP, "gcmo:startDate", '"2025-07-01"^^xsd:date'),
    asks("Element-order", NEXT, f"<{STEP}> dcterms:requires <{NEXT}> .", focus=OTHER),
    asks("Element-iri", ACTION, f'<{ACTION}> skos:notation "1.z" .', (ACTION, "skos:notation"), focus="gcm"),
    asks("Element-code", ACTION, f'<{ACTION}> skos:notation "1.b" .', (ACTION, "skos:notation"), focus="gcm"),
    asks("Element-framework", OUTCOME, f"<{OUTCOME}> gcmo:partOf <{OBJECTIVE}> .", focus=FRAMEWORK),
    asks("Element-circle", NATIONAL, f"<xyz-2030/objective/A> gcmo:partOf <{NATIONAL}> .", focus=FRAMEWORK),
]  # fmt: skip

KINDS = [
    *blank("Action", "gcmo:Action"),
    *one("Action-partOf", ACTION, "gcmo:partOf", f"<{OBJECTIVE}>", f"<{NATIONAL}>", f"<{COMMITMENT}>"),
    code("Action-gcmCode", ACTION, "1a"),
    asks("Action-gcmObjective", ACTION, f'<{ACTION}> skos:notation "2.a" .', (ACTION, "skos:notation"), focus="gcm"),
    *blank("Objective", "gcmo:Objective"),
    *at_most("Objective-partOf", NATIONAL, "gcmo:partOf", f"<{OBJECTIVE}>", "<xyz-2030/objective/A>", f"<{OUTCOME}>", "Or"),
    code("Objective-gcmCode", OBJECTIVE, "A"),
    *blank("Commitment", "gcmo:Commitment"),
    rule("Commitment-partOf", COMMITMENT, "", (COMMITMENT, "gcmo:partOf")),
    rule("Commitment-partOf", COMMITMENT, f"<{COMMITMENT}> gcmo:partOf <{NATIONAL}> ."),
    rule("Commitment-partOf", COMMITMENT, f"<{COMMITMENT}> gcmo:partOf <{ACTION}> .", (COMMITMENT, "gcmo:partOf")),
    code("Commitment-gcmCode", COMMITMENT, "1"),
    *blank("Principle", "gcmo:Principle"),
    put("Principle-partOf", "MaxCount", PRINCIPLE, "gcmo:partOf", f"<{OBJECTIVE}>"),
    code("Principle-gcmCode", PRINCIPLE, "k"),
    *blank("Outcome", "gcmo:Outcome"),
    *one("Outcome-partOf", OUTCOME, "gcmo:partOf", f"<{OBJECTIVE}>", f"<{NATIONAL}>", f"<{INDICATOR}>"),
    *blank("Goal", "gcmo:Goal"),
    put("Goal-partOf", "MaxCount", GOAL, "gcmo:partOf", f"<{TARGET}>"),
    code("Goal-sdgCode", GOAL, "18"),
    *blank("Target", "gcmo:Target"),
    *one("Target-partOf", TARGET, "gcmo:partOf", f"<{GOAL}>", f"<{OBJECTIVE}>", f"<{OBJECTIVE}>"),
    code("Target-sdgCode", TARGET, "10.z"),
    asks("Target-sdgGoal", TARGET, f'<{TARGET}> skos:notation "11.7" .', (TARGET, "skos:notation"), focus=SDG),
    asks("Target-sdgIri", TARGET, f'<{TARGET}> skos:notation "10.8" .', (TARGET, "skos:notation"), focus=SDG),
    *blank("Indicator", "gcmo:Indicator"),
    *refers("Indicator-disaggregatedBy", INDICATOR, "gcmo:disaggregatedBy"),
    code("Indicator-sdgCode", MEASURE, "10.7"),
    rule("Practice", PRACTICE, "", (PRACTICE, "dcterms:spatial")),
    *at_most("Milestone-recurrence", FORUM, "gcmo:recurrence", '"P4Y"^^xsd:duration', '"P1Y"^^xsd:duration', '"P1Y6M"^^xsd:duration', "Pattern"),
    put("Milestone-recurrence-value", "Datatype", FORUM, "gcmo:recurrence", '"P4Y"'),
    put("Milestone-occurrenceOf", "MaxCount", NEXT, "gcmo:occurrenceOf", f"<{FORUM}>", f"<{STEP}>"),
    put("Milestone-occurrenceOf-value", "Node", NEXT, "gcmo:occurrenceOf", f"<{STEP}>"),
    put("Milestone-occurrenceOf-value", "Node", NEXT, "gcmo:occurrenceOf", NOWHERE),
    rule("Milestone", FORUM, "", (FORUM, "gcmo:startDate")),
]  # fmt: skip

SCHEMES = [
    *blank("Framework", "gcmo:Framework"),
    Case("Framework-type", "HasValue", FRAMEWORK, "rdf:type", ((FRAMEWORK, "rdf:type"),), f"<{FRAMEWORK}> a gcmo:Framework ."),
    *one("Framework-identifier", FRAMEWORK, "dcterms:identifier", '"xyz-2030"', '"xyz"', '"Xyz 2030"', "Pattern"),
    put("Framework-identifier-value", "Datatype", FRAMEWORK, "dcterms:identifier", '"xyz-2030"@en'),
    *text("Framework-prefLabel", FRAMEWORK, "skos:prefLabel"),
    put("Framework-scopeNote", "Datatype", FRAMEWORK, "skos:scopeNote", '"Note"'),
    put("Framework-creator", "MaxCount", FRAMEWORK, "dcterms:creator", f"<{BODY}>", "<b>"),
    *refers("Framework-creator-value", FRAMEWORK, "dcterms:creator"),
    put("Framework-spatial", "MaxCount", FRAMEWORK, "dcterms:spatial", f"<{COUNTRY}>", "<b>"),
    *refers("Framework-spatial-value", FRAMEWORK, "dcterms:spatial"),
    *refers("Framework-partner", FRAMEWORK, "gcmo:partner"),
    *refers("Framework-references", FRAMEWORK, "dcterms:references"),
    *at_most("Framework-issued", FRAMEWORK, "dcterms:issued", '"2024-01-31"^^xsd:date', '"2024-02-01"^^xsd:date', '"2024-02-31"^^xsd:date', "Datatype"),
    *at_most("Framework-startYear", FRAMEWORK, "gcmo:startYear", '"2023"^^xsd:gYear', '"2024"^^xsd:gYear', "2024", "Datatype"),
    put("Framework-startYear-value", "Pattern", FRAMEWORK, "gcmo:startYear", '"20240"^^xsd:gYear'),
    put("Framework-endYear-value", "Datatype", FRAMEWORK, "gcmo:endYear", '"2030"'),
    *at_most("Framework-endYear", FRAMEWORK, "gcmo:endYear", '"2029"^^xsd:gYear', '"2030"^^xsd:gYear', '"2030-12"^^xsd:gYear', "Pattern"),
    put("Framework-issued-value", "Pattern", FRAMEWORK, "dcterms:issued", '"2024-01-31T00:00:00"^^xsd:date'),
    *plain("Framework-citation", FRAMEWORK, "dcterms:bibliographicCitation"),
    *named("Framework-source", FRAMEWORK, "dcterms:source"),
    asks("Framework-iri", '"xyz"', f'<{FRAMEWORK}> dcterms:identifier "xyz" .', (FRAMEWORK, "dcterms:identifier"), focus=FRAMEWORK),
    asks("Framework-years", '"2023"', f'<{FRAMEWORK}> gcmo:endYear "2023"^^xsd:gYear .', (FRAMEWORK, "gcmo:endYear"), focus=FRAMEWORK),
    *blank("Institution", "gcmo:Institution"),
    *text("Institution-prefLabel", BODY, "skos:prefLabel"),
    put("Institution-homepage", "NodeKind", BODY, "foaf:homepage", '"https://example.org/"'),
    *blank("Country", "gcmo:Country"),
    Case("Country-type", "HasValue", COUNTRY, "rdf:type", ((COUNTRY, "rdf:type"),), f"<{COUNTRY}> a gcmo:Country ."),
    *one("Country-notation", COUNTRY, "skos:notation", '"XYZ"', '"XYY"', '"xyz"', "Pattern"),
    put("Country-notation-value", "Datatype", COUNTRY, "skos:notation", '"XYZ"@en'),
    put("Country-identifier", "Datatype", COUNTRY, "dcterms:identifier", '"008"@en'),
    put("Country-identifier", "MaxCount", COUNTRY, "dcterms:identifier", '"008"', '"009"'),
    put("Country-identifier", "Pattern", COUNTRY, "dcterms:identifier", '"8"'),
    *text("Country-prefLabel", COUNTRY, "skos:prefLabel"),
    put("Country-scopeNote", "Datatype", COUNTRY, "skos:scopeNote", '"Note"'),
    asks("Country-iri", COUNTRY, f'<{COUNTRY}> skos:notation "XYY" .', (COUNTRY, "skos:notation"), focus=COUNTRIES),
    asks("Synthetic-apart", XYZ, "<synthetic/country/QMA> a gcmo:Synthetic .", focus="gcmo:Synthetic"),
    *blank("Source", "dcterms:BibliographicResource"),
    *text("Source-title", SOURCE, "dcterms:title"),
    *at_most("Source-issued", SOURCE, "dcterms:issued", '"2024-01-31"^^xsd:date', '"2024-02-01"^^xsd:date', '"31.1.2024"', "Pattern"),
    put("Source-issued-value", "Datatype", SOURCE, "dcterms:issued", '"2024-01-31"'),
    put("Source-publisher", "MaxCount", SOURCE, "dcterms:publisher", f"<{BODY}>", "<b>"),
    *refers("Source-publisher-value", SOURCE, "dcterms:publisher"),
]  # fmt: skip

CROSSWALK = [
    *blank("Crosswalk", "gcmo:Crosswalk"),
    Case("Crosswalk-type", "HasValue", XYZ, "rdf:type", ((XYZ, "rdf:type"),), f"<{XYZ}> a gcmo:Crosswalk ."),
    put("Crosswalk-compares", "MinCount", XYZ, "xkos:compares", "<gcm>"),
    put("Crosswalk-compares", "MaxCount", XYZ, "xkos:compares", "<gcm>", "<xyz-2030>", "<xyz-other>"),
    put("Crosswalk-compares-value", "Class", XYZ, "xkos:compares", "<gcm>", NOWHERE),
    put("Crosswalk-compares-value", "NodeKind", XYZ, "xkos:compares", "<gcm>", '[ rdfs:label "blank" ]'),
    *text("Crosswalk-title", XYZ, "dcterms:title"),
    *named("Crosswalk-source", XYZ, "dcterms:source"),
    *named("Crosswalk-license", XYZ, "dcterms:license"),
    *plain("Crosswalk-citation", XYZ, "dcterms:bibliographicCitation"),
    asks("Crosswalk-iri", "gcm", f"<{XYZ}> xkos:compares <gcm>, <xyz-other> .", (XYZ, "xkos:compares")),
]  # fmt: skip

STATUS = ("gcmo:status", "gcmo:sourceOutcomeCell")
ASSESSMENT = [
    *blank("Assessment", "gcmo:Assessment"),
    *one("Assessment-inCrosswalk", ROW, "gcmo:inCrosswalk", f"<{XYZ}>", f"<{TO_SDG}>", NOWHERE),
    *refers("Assessment-inCrosswalk-value", ROW, "gcmo:inCrosswalk")[1:],
    *one("Assessment-assesses", ROW, "gcmo:assesses", f"<{ACTION}>", "<gcm/action/1.b>", "<gcm/action/1.z>"),
    *refers("Assessment-assesses-value", ROW, "gcmo:assesses")[1:],
    *one("Assessment-against", ROW, "gcmo:against", "<xyz-2030>", "<xyz-other>", NOWHERE),
    *refers("Assessment-against-value", ROW, "gcmo:against")[1:],
    *one("Assessment-status", ROW, "gcmo:status", "gcmo:Aligned", "gcmo:WholeFramework", "gcmo:Algined", "In"),
    *refers("Assessment-coveredBy", f"{XYZ}/assessment/1.c", "gcmo:coveredBy"),
    put("Assessment-sourceRow", "MinCount", ROW, "gcmo:sourceRow"),
    *plain("Assessment-sourceRow", ROW, "gcmo:sourceRow"),
    *[c for kind in ("Objective", "Outcome", "Goal", "Target", "Indicator") for c in plain(f"Assessment-source{kind}Cell", ROW, f"gcmo:source{kind}Cell")],
    rule("Assessment-named", f"{XYZ}/assessment/1.c", "", (f"{XYZ}/assessment/1.c", "gcmo:coveredBy")),
    rule("Assessment-elsewhere", ROW, f"<{ROW}> gcmo:coveredBy <xyz-other> ."),
    rule("Assessment-unstated", BLANK_ROW, f'<{BLANK_ROW}> gcmo:sourceOutcomeCell "A1.1" .'),
    rule("Assessment-blank", ROW, "", (ROW, "gcmo:sourceOutcomeCell")),
    asks("Assessment-iri", f"{XYZ}/assessment/1.f", assessment("1.f", ACTION)),
    asks("Assessment-missing", "gcm/action/1.e", "", (f"{XYZ}/assessment/1.e", "gcmo:assesses")),
    asks("Assessment-twice", ROW, assessment("1.f", ACTION)),
    asks("Assessment-twice", f"{TO_SDG}/assessment/1.a", assessment("1.a", ACTION, crosswalk=TO_SDG), focus=TO_SDG),
    asks("Assessment-sides", ROW, f"<{ROW}> gcmo:against <xyz-other> .", (ROW, "gcmo:against")),
    asks("Assessment-sides", ROW, f"<{ROW}> gcmo:against <gcm> .", (ROW, "gcmo:against")),
    asks("Assessment-aligned", ROW, "", (LINK, "gcmo:object")),
    asks("Assessment-whole", f"{XYZ}/assessment/1.b", "", (WHOLE, "gcmo:scope")),
    asks("Assessment-none", ROW, f"<{ROW}> gcmo:status gcmo:NotApplicable .", (ROW, "gcmo:status")),
    asks("Assessment-none", f"{XYZ}/assessment/1.b", f"<{XYZ}/assessment/1.b> gcmo:status gcmo:NotApplicable .", (f"{XYZ}/assessment/1.b", "gcmo:status")),
    asks("Assessment-none", BLANK_ROW, f"<{CURATED}> gcmo:basis gcmo:Derived .", (CURATED, "gcmo:basis")),
]  # fmt: skip

ALIGNMENT = [
    *blank("Alignment", "gcmo:Alignment"),
    *one("Alignment-inCrosswalk", LINK, "gcmo:inCrosswalk", f"<{XYZ}>", f"<{TO_SDG}>", NOWHERE),
    *refers("Alignment-inCrosswalk-value", LINK, "gcmo:inCrosswalk")[1:],
    *one("Alignment-subject", LINK, "gcmo:subject", f"<{ACTION}>", "<gcm/action/1.b>", "<gcm/action/1.z>"),
    *refers("Alignment-subject-value", LINK, "gcmo:subject")[1:],
    *one("Alignment-object", LINK, "gcmo:object", f"<{OUTCOME}>", "<xyz-2030/outcome/A2.1>", "<xyz-2030/outcome/A1.9>", "Or"),
    *refers("Alignment-object-value", LINK, "gcmo:object", "Or")[1:],
    put("Alignment-object-value", "Or", TO_TARGET, "gcmo:object", f"<{SDG}/10.99>"),
    *one("Alignment-relation", LINK, "gcmo:relation", "skos:closeMatch", "skos:exactMatch", "skos:related", "In"),
    *one("Alignment-basis", LINK, "gcmo:basis", "gcmo:Stated", "gcmo:Curated", "gcmo:Guessed", "In"),
    *at_most("Alignment-scope", WHOLE, "gcmo:scope", "gcmo:AllParts", "gcmo:SomeParts", "gcmo:SomeParts", "In"),
    *refers("Alignment-statedIn", LINK, "gcmo:statedIn"),
    put("Alignment-statedCell", "In", LINK, "gcmo:statedCell", "gcmo:sourceRow"),
    *plain("Alignment-derivedBy", DERIVED, "gcmo:derivedBy"),
    *named("Alignment-justification", CURATED, "sssom:mapping_justification"),
    *named("Alignment-creator", CURATED, "dcterms:creator"),
    put("Alignment-confidence", "MaxCount", CURATED, "sssom:confidence", "0.7", "0.8"),
    put("Alignment-confidence-value", "Datatype", CURATED, "sssom:confidence", '"0.8"'),
    put("Alignment-confidence-value", "Datatype", CURATED, "sssom:confidence", "1e-1"),
    put("Alignment-confidence-value", "Pattern", CURATED, "sssom:confidence", '"0,8"^^xsd:decimal'),
    put("Alignment-confidence-value", "MinInclusive", CURATED, "sssom:confidence", "-0.1"),
    put("Alignment-confidence-value", "MaxInclusive", CURATED, "sssom:confidence", "1.1"),
    put("Alignment-comment", "Datatype", CURATED, "rdfs:comment", '"Why"'),
    rule("Alignment-stated", LINK, "", (LINK, "gcmo:statedIn")),
    rule("Alignment-stated", LINK, "", (LINK, "gcmo:statedCell")),
    *[rule("Alignment-stated", QUOTED, "", (QUOTED, p)) for p in ("dcterms:source", "dcterms:bibliographicCitation")],
    *named("Alignment-source", QUOTED, "dcterms:source"),
    *plain("Alignment-citation", QUOTED, "dcterms:bibliographicCitation"),
    *[rule("Alignment-curated", CURATED, "", (CURATED, p)) for p in ("sssom:mapping_justification", "dcterms:creator", "sssom:confidence")],
    rule("Alignment-derived", DERIVED, "", (DERIVED, "gcmo:derivedBy")),
    rule("Alignment-allParts", WHOLE, "", (WHOLE, "gcmo:scope")),
    asks("Alignment-iri", LINK, f"<{LINK}> gcmo:object <xyz-2030/outcome/A2.1> .", (LINK, "gcmo:object")),
    asks("Alignment-twice", LINK, link("again", ACTION, OUTCOME)),
    asks("Alignment-sides", TO_GOAL, f"<{TO_GOAL}> gcmo:object <{OUTCOME}> .", (TO_GOAL, "gcmo:object"), focus=TO_SDG),
    asks("Alignment-sides", WHOLE, f"<{WHOLE}> gcmo:object <xyz-other> .", (WHOLE, "gcmo:object")),
    asks("Alignment-sides", QUOTED, f"<{QUOTED}> gcmo:object <xyz-other> .", (QUOTED, "gcmo:object"), focus=FROM_SDG),
    asks("Alignment-row", LINK, f"<{LINK}> gcmo:statedIn <{BLANK_ROW}> .", (LINK, "gcmo:statedIn")),
    asks("Alignment-cell", WHOLE, f"<{WHOLE}> gcmo:statedCell gcmo:sourceGoalCell .", (WHOLE, "gcmo:statedCell")),
    asks("Alignment-goal", TO_TARGET, "", (TO_GOAL, "gcmo:object"), focus=TO_SDG),
]  # fmt: skip

NOTES = [
    *blank("SourceAnomaly", "gcmo:SourceAnomaly"),
    *one("SourceAnomaly-target", ANOMALY, "oa:hasTarget", f"<{ROW}>", f"<{LINK}>", NOWHERE, "Node"),
    *refers("SourceAnomaly-target-value", ANOMALY, "oa:hasTarget", "Node")[1:],
    *one("SourceAnomaly-anomaly", ANOMALY, "gcmo:anomaly", "gcmo:Markup", "gcmo:PageBreak", "gcmo:Oddity"),
    *refers("SourceAnomaly-anomaly-value", ANOMALY, "gcmo:anomaly")[1:],
    *text("SourceAnomaly-reading", ANOMALY, "gcmo:reading"),
    *plain("SourceAnomaly-sourceRow", ANOMALY, "gcmo:sourceRow"),
    *plain("SourceAnomaly-verbatim", ANOMALY, "gcmo:verbatim")[:2],
    *named("SourceAnomaly-source", ANOMALY, "dcterms:source"),
    *blank("Claim", "gcmo:Claim"),
    *text("Claim-label", CLAIM, "rdfs:label"),
    put("Claim-claimedValue", "MinCount", CLAIM, "gcmo:claimedValue"),
    put("Claim-claimedValue-value", "Datatype", CLAIM, "gcmo:claimedValue", "1"),
    put("Claim-claimedValue-value", "Pattern", CLAIM, "gcmo:claimedValue", '""'),
    put("Claim-comparison", "MaxCount", CLAIM, "gcmo:comparison", "gcmo:Equals", "gcmo:Highest"),
    *refers("Claim-comparison-value", CLAIM, "gcmo:comparison"),
    put("Claim-rule", "MaxCount", CLAIM, "gcmo:rule", "gcmo:Strict", "gcmo:Broad"),
    *refers("Claim-rule-value", CLAIM, "gcmo:rule"),
    *plain("Claim-checkedBy", CLAIM, "gcmo:checkedBy"),
    *refers("Claim-claimAbout", CLAIM, "gcmo:claimAbout"),
    put("Claim-against", "MaxCount", CLAIM, "gcmo:against", "<xyz-2030>", "<xyz-other>"),
    *refers("Claim-against-value", CLAIM, "gcmo:against"),
    *plain("Claim-citation", CLAIM, "dcterms:bibliographicCitation"),
    *named("Claim-source", CLAIM, "dcterms:source"),
    rule("Claim-compared", CLAIM, "", (CLAIM, "gcmo:comparison")),
    *blank("Rating", "gcmo:Rating"),
    Case("Rating-type", "HasValue", RATING, "rdf:type", ((RATING, "rdf:type"),), f"<{RATING}> a gcmo:Rating ."),
    *one("Rating-about", RATING, "dqv:computedOn", f"<{PLEDGE}>", f"<{STEP}>", f"<{FRAMEWORK}>"),
    *refers("Rating-about-value", RATING, "dqv:computedOn")[1:],
    *one("Rating-criterion", RATING, "dqv:isMeasurementOf", "gcmo:Ambition", "gcmo:Completion", "gcmo:Aligned"),
    *refers("Rating-criterion-value", RATING, "dqv:isMeasurementOf")[1:],
    put("Rating-value", "MinCount", RATING, "dqv:value"),
    *plain("Rating-value", RATING, "dqv:value"),
    *named("Rating-source", RATING, "dcterms:source"),
    *plain("Rating-citation", RATING, "dcterms:bibliographicCitation"),
    asks("BlankNode", "_:b", '_:any rdfs:label "blank" .', focus="https://w3id.org/gcm-ld/ontology"),
]  # fmt: skip


def among(shape: str, node: str, path: str, total: str, other: str) -> list[Case]:
    """Exactly one code of a list."""
    return one(shape, node, path, total, other, NOWHERE, "Node")


def figure(shape: str, node: str, plus: str, *without: str, at: str = SET) -> Case:
    """A question over the observations of a data set."""
    return asks(shape, node, plus, *((node, path) for path in without), focus=at)


OBSERVATIONS = [
    Case("Observation", "NodeKind", "_:b", plus=f"_:Observation {OF} <{PLANS}> ."),
    Case("Observation-type", "HasValue", COUNT, "rdf:type", ((COUNT, "rdf:type"),)),
    *one("Observation-dataSet", COUNT, "qb:dataSet", f"<{SET}>", f"<{AIMS}>", NOWHERE),
    *refers("Observation-dataSet-value", COUNT, "qb:dataSet")[1:],
    put("Observation-indicator", "MaxCount", COUNT, OF, f"<{PLANS}>", f"<{SHARES}>"),
    *refers("Observation-indicator-value", COUNT, OF),
    *one("Observation-area", COUNT, "sdmx-dimension:refArea", f"<{COUNTRY}>", "<land>", NOWHERE),
    *refers("Observation-area-value", COUNT, "sdmx-dimension:refArea")[1:],
    *one("Observation-period", COUNT, PERIOD, '"2020"^^xsd:gYear', '"2021"^^xsd:gYear', '"2020"', "Or"),
    *(put("Observation-period-value", "Or", COUNT, PERIOD, bad) for bad in ('"2020-13"^^xsd:gYearMonth', '"2020-Q5"', '"2020Z"^^xsd:gYear', "2020")),
    *among("Observation-sex", COUNT, "sdmx-dimension:sex", "sdmx-code:sex-T", "sdmx-code:sex-M"),
    *among("Observation-age", COUNT, "sdmx-dimension:age", f"<{_CUBE}/age/_T>", f"<{_CUBE}/age/Y_LT18>"),
    *among("Observation-migrationStatus", COUNT, MIGRATION, f"<{_CUBE}/migration-status/_T>", f"<{_CUBE}/migration-status/refugee>"),
    *one("Observation-nationality", COUNT, NATIONALITY, f"<{_CUBE}/nationality/_T>", f"<{COUNTRY}>", NOWHERE, "Or"),
    *one("Observation-value", COUNT, VALUE, "10.0", "11.0", '"10,5"', "Datatype"),
    *among("Observation-unit", COUNT, UNIT, f"<{_CUBE}/unit/number>", f"<{_CUBE}/unit/percent>"),
    *among("Observation-status", COUNT, "sdmx-attribute:obsStatus", "sdmx-code:obsStatus-A", "sdmx-code:obsStatus-B"),
    *named("Observation-source", COUNT, "dcterms:source"),
    *plain("Observation-citation", COUNT, "dcterms:bibliographicCitation"),
    put("Observation-note", "Datatype", COUNT, "rdfs:comment", '"Note"'),
    put("Observation-note", "Pattern", COUNT, "rdfs:comment", '" "@en'),
    put("Observation-note-language", "UniqueLang", COUNT, "rdfs:comment", '"One"@en', '"Two"@en'),
    *at_most("Observation-revision", REVISED, "prov:wasRevisionOf", f"<{SECOND}>", f"<{FIRST}>", NOWHERE, "Class"),
    *refers("Observation-revision-value", REVISED, "prov:wasRevisionOf")[1:],
    *at_most("Observation-edition", FIRST, EDITION, "1", "2", "0", "MinInclusive"),
    put("Observation-edition-value", "Datatype", FIRST, EDITION, '"1"'),
    *at_most("Observation-reference", AIM, REFERENCE, f"<{_CUBE}/reference/target>", f"<{_CUBE}/reference/baseline>", NOWHERE, "Node"),
    rule("Observation-editionPlace", FIRST, "", (FIRST, EDITION)),
    rule("Observation-editionPlace", COUNT, f"<{COUNT}> {EDITION} 1 ."),
    rule("Observation-referencePlace", AIM, "", (AIM, REFERENCE)),
    rule("Observation-referencePlace", COUNT, f"<{COUNT}> {REFERENCE} <{_CUBE}/reference/target> ."),
    figure("Observation-iri", COUNT, f'<{COUNT}> {PERIOD} "2019"^^xsd:gYear .', PERIOD),
    figure("Observation-iri", SHARE, f"<{SHARE}> sdmx-dimension:age <{_CUBE}/age/_T> .", "sdmx-dimension:age"),
    figure("Observation-iri", SHARE, f"<{SHARE}> {NATIONALITY} <{_CUBE}/nationality/_T> .", NATIONALITY),
    figure("Observation-iri", FIRST, f"<{FIRST}> {EDITION} 3 .", EDITION, at=EARLIER),
    figure("Observation-iri", AIM, f"<{AIM}> {REFERENCE} <{_CUBE}/reference/milestone> .", REFERENCE, at=AIMS),
    figure("Observation-framework", COUNT, f"<{COUNT}> {OF} <{INDICATOR}> .", OF),
    figure("Observation-place", COUNT, f"<land> a gcmo:Country . <{COUNT}> sdmx-dimension:refArea <land> .", "sdmx-dimension:refArea"),
    figure("Observation-unitOf", COUNT, f"<{COUNT}> {UNIT} <{_CUBE}/unit/percent> .", UNIT),
    rule("Observation-share", SHARE, f"<{SHARE}> {VALUE} 100.1 .", (SHARE, VALUE)),
    rule("Observation-share", SHARE, f"<{SHARE}> {VALUE} -0.1 .", (SHARE, VALUE)),
    rule("Observation-yesNo", LAW, f"<{LAW}> {VALUE} 2.0 .", (LAW, VALUE)),
    rule("Observation-yesNo", LAW, f"<{LAW}> {VALUE} 0.5 .", (LAW, VALUE)),
    rule("Observation-count", COUNT, f"<{COUNT}> {VALUE} -1.0 .", (COUNT, VALUE)),
    figure("Observation-order", START, f'<{START}> {PERIOD} "2030"^^xsd:gYear .', PERIOD, at=AIMS),
    figure("Observation-order", START, f'<{START}> {PERIOD} "2031-05"^^xsd:gYearMonth .', PERIOD, at=AIMS),
    figure("Observation-revisionCell", REVISED, f'<{REVISED}> {PERIOD} "2023"^^xsd:gYear .', PERIOD),
    figure("Observation-revisionCell", REVISED, f"<{REVISED}> prov:wasRevisionOf <{COUNT}> .", "prov:wasRevisionOf"),
    figure("Observation-revisionOrder", REVISED, f"<{REVISED}> prov:wasRevisionOf <{FIRST}> .", "prov:wasRevisionOf"),
    figure("Observation-revisionOrder", FIRST, f"<{FIRST}> prov:wasRevisionOf <{SECOND}> .", at=EARLIER),
    asks("Observation-editions", SECOND, "", (FIRST, EDITION), focus=EARLIER),
    figure("Observation-indicatorOf", COUNT, "", OF),
    Case("Indicator-units", "Or", SHARES, plus=f"<{SHARE}> {UNIT} <{_CUBE}/unit/number> ."),
    *among("Indicator-unit", PLANS, "gcmo:unit", f"<{_CUBE}/unit/number>", f"<{_CUBE}/unit/percent>")[1:],
    *at_most("Indicator-direction", PLANS, "gcmo:direction", "gcmo:Increase", "gcmo:Decrease", NOWHERE, "Class"),
    *refers("Indicator-direction-value", PLANS, "gcmo:direction")[1:],
    *plain("Indicator-verification", PLANS, "gcmo:verification"),
    *blank("ValueSet", "qb:DataSet"),
    put("ValueSet-structure", "MinCount", SET, "qb:structure"),
    put("ValueSet-structure", "MaxCount", SET, "qb:structure", f"<{_CUBE}/values/structure>", "<other>"),
    put("ValueSet-structure-value", "NodeKind", SET, "qb:structure", '"values"'),
    put("ValueSet-title", "MinCount", SET, "dcterms:title"),
    put("ValueSet-title", "UniqueLang", SET, "dcterms:title", '"One"@en', '"Two"@en'),
    put("ValueSet-label", "MinCount", SET, "rdfs:label"),
    put("ValueSet-label", "UniqueLang", SET, "rdfs:label", '"One"@en', '"Two"@en'),
    Case("ValueSet-iri", "SPARQL", SET, None, ((SET, "qb:structure"),), f"<{SET}> qb:structure <{_CUBE}/targets/structure> ."),
    Case("ValueSet-spatial", "SPARQL", SET, None, ((SET, "dcterms:spatial"),)),
    Case("ValueSet-spatial", "SPARQL", SET, None, ((SET, "dcterms:spatial"),), f"<land> a gcmo:Country . <{SET}> dcterms:spatial <land> ."),
    replace(figure("RecommendedValueSet-source", COUNT, "", "dcterms:source"), severity="Warning"),
    replace(figure("RecommendedObservation-break", WOMEN, "", "rdfs:comment"), severity="Warning"),
    replace(figure("RecommendedObservation-revised", REVISED, "", "prov:wasRevisionOf"), severity="Warning"),
]  # fmt: skip

WARNINGS = [
    *[missing("Element", OUTCOME, f"{p}") for p in ("dcterms:source", "gcmo:labelBasis")],
    *[missing("Action", ACTION, f"{p}") for p in ("skos:scopeNote", "dcterms:bibliographicCitation")],
    *[missing("Framework", FRAMEWORK, f"{p}") for p in ("skos:scopeNote", "dcterms:source", "dcterms:bibliographicCitation")],
    *[missing("Crosswalk", XYZ, f"{p}") for p in ("dcterms:source", "dcterms:license", "dcterms:bibliographicCitation")],
    *[missing("Claim", CLAIM, f"{p}") for p in ("dcterms:source", "dcterms:bibliographicCitation")],
    missing("SourceAnomaly", ANOMALY, "dcterms:source"),
    missing("Rating", RATING, "dcterms:source"),
    rule("RecommendedClaim-note", CLAIM, "", (CLAIM, "gcmo:checkedBy"), severity="Warning"),
    asks("RollUp-stated", OBJECTIVE, f"<{OBJECTIVE_LINK}> gcmo:object <xyz-2030/objective/A2> .", (OBJECTIVE_LINK, "gcmo:object"), severity="Warning"),
    asks("RollUp-stated", OBJECTIVE, f"<{OBJECTIVE_LINK}> gcmo:object <xyz-2030/outcome/A2.1> .", (OBJECTIVE_LINK, "gcmo:object"), severity="Warning"),
    asks("RollUp-derived", OBJECTIVE, link("1.a--A2.1", ACTION, "xyz-2030/outcome/A2.1"), severity="Warning"),
]  # fmt: skip


def _recommended(case: Case) -> Case:
    """Name the property shape that a recommendation is made by."""
    if case.shape.startswith("Recommended") and case.path:
        return replace(case, shape=f"{case.shape}-{case.path.partition(':')[2]}")
    return case


CASES = [
    *ELEMENT,
    *KINDS,
    *SCHEMES,
    *CROSSWALK,
    *ASSESSMENT,
    *ALIGNMENT,
    *NOTES,
    *OBSERVATIONS,
    *map(_recommended, WARNINGS),
]


def change(*cases: Case) -> list[ox.Triple]:
    """Return the valid graph with some changes, and with what the rules derive from it."""
    gone = set().union(*(c.gone for c in cases))
    store = EmbeddedStore()
    store.add(ONTOLOGY)
    store.add(CODES)
    store.add(t for t in (*VALID, *MEASURED) if (t.subject.value, t.predicate.value) not in gone)
    for case in cases:
        store.add(case.added)
    for query in RULES:
        store.add(store.construct(query.text))
    return store.triples()


def find(*cases: Case, engine: str = "shacl") -> list[Finding]:
    return validate_triples(change(*cases), shapes=data_shapes(), engine=engine)


@cache
def found(case: Case) -> list[Finding]:
    return find(case)


def batches() -> list[list[Case]]:
    """Put cases together for the slow engine: those that only take away, and the rest in three."""
    taking = [case for case in CASES if not case.plus]
    rest = [case for case in CASES if case.plus]
    return [taking, rest[::3], rest[1::3], rest[2::3]]


def test_the_smallest_valid_graph_conforms():
    assert find() == []
    assert (HERE / "valid.ttl").read_text(encoding="utf-8") == write_turtle(VALID)
    assert (HERE / "values.ttl").read_text(encoding="utf-8") == write_turtle(MEASURED)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_change_is_found(case: Case):
    value = case.value and (case.value.strip('"') if case.value[0] in '"_' else iri(case.value))
    expected = [
        f
        for f in found(case)
        if f.shape == GCMSH + case.shape
        and f.component == case.component
        and f.severity == case.severity
        and f.path == (case.path and iri(case.path))
        and (f.focus[:2] == case.focus[:2] == "_:" or f.focus == iri(case.focus))
        and (value is None or value == f.text or value[:2] == (f.text or "")[:2] == "_:")
    ]
    assert expected, [(f.shape, f.component, f.focus, f.path, f.value) for f in found(case)]
    for finding in expected:
        assert finding.message[-1] in ".…", finding.message
        assert "{" not in finding.message
        assert "https://w3id.org/gcm-ld/id" not in finding.message


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(batches())))
def test_engines_agree_on_what_is_invalid(number: int):
    cases = batches()[number]
    findings = find(*cases)
    assert findings
    assert find(*cases, engine="pyshacl") == findings


def test_batches_hold_every_case_and_find_nearly_all():
    held = [case for cases in batches() for case in cases]
    assert len(held) == len(CASES) == len(set(CASES))
    together = {(f.shape, f.component) for cases in batches() for f in find(*cases)}
    alone = {(GCMSH + c.shape, c.component) for c in CASES}
    assert len(alone - together) <= len(alone) / 10


class Shapes:
    """The shapes as a graph."""

    def __init__(self) -> None:
        self.files = {path: read_turtle(path) for path in data_shapes()}
        self.triples = [t for triples in self.files.values() for t in triples]
        self.by_subject = defaultdict(list)
        for t in self.triples:
            self.by_subject[t.subject].append(t)

    def values(self, subject: object, *names: str) -> list[object]:
        wanted = {SH + n for n in names}
        return [t.object for t in self.by_subject[subject] if t.predicate.value in wanted]

    @property
    def reporting(self) -> list[ox.NamedNode]:
        """Shapes that have a target, and their property shapes: those that findings name."""
        targeted = {t.subject for t in self.triples if t.predicate.value.startswith(SH + "target")}
        return sorted(targeted | {p for s in targeted for p in self.values(s, "property")}, key=str)


SHAPES = Shapes()

#: Parameters whose component takes part in finding; others only fill these in.
COMPONENTS = {
    "minCount": "MinCount", "maxCount": "MaxCount", "class": "Class", "datatype": "Datatype",
    "nodeKind": "NodeKind", "in": "In", "pattern": "Pattern", "hasValue": "HasValue",
    "uniqueLang": "UniqueLang", "or": "Or", "node": "Node", "sparql": "SPARQL",
    "qualifiedMinCount": "QualifiedMinCount", "qualifiedMaxCount": "QualifiedMaxCount",
    "minInclusive": "MinInclusive", "maxInclusive": "MaxInclusive",
    "lessThanOrEquals": "LessThanOrEquals",
}  # fmt: skip


def test_every_constraint_has_an_invalid_example():
    constraints = {
        (shape.value.removeprefix(GCMSH), component)
        for shape in SHAPES.reporting
        for parameter, component in COMPONENTS.items()
        if SHAPES.values(shape, parameter)
    }
    assert len(constraints) > 200
    assert sorted(constraints - {(c.shape, c.component) for c in CASES}) == []


def test_no_parameter_is_left_out_above():
    used = {
        t.predicate.value.removeprefix(SH)
        for shape in SHAPES.reporting
        for t in SHAPES.by_subject[shape]
        if t.predicate.value.startswith(SH)
    }
    other = {
        "name",
        "message",
        "severity",
        "description",
        "property",
        "path",
        "qualifiedValueShape",
    }
    assert used - set(COMPONENTS) - other == {
        "targetClass",
        "targetNode",
        "targetObjectsOf",
        "targetSubjectsOf",
    }


@pytest.mark.parametrize("shape", SHAPES.reporting, ids=lambda s: s.value.removeprefix(GCMSH))
def test_every_constraint_says_what_how_bad_and_how_to_mend_it(shape: ox.NamedNode):
    assert len(SHAPES.values(shape, "name")) == 1
    assert len(SHAPES.values(shape, "severity")) == 1
    constraints = SHAPES.values(shape, "sparql")
    messages = SHAPES.values(constraints[0] if constraints else shape, "message")
    if SHAPES.values(shape, *COMPONENTS):
        (message,) = messages
        assert message.language == "en"
        assert (
            "{" in message.value or "has no IRI" in message.value or "blank node" in message.value
        )


def test_every_shape_has_an_iri_of_ours_and_a_name():
    kinds = {SH + "NodeShape", SH + "PropertyShape"}
    shapes = {
        t.subject
        for t in SHAPES.triples
        if t.predicate.value == RDF + "type" and t.object.value in kinds
    }
    assert {type(s) for s in shapes} == {ox.NamedNode}
    assert [
        s for s in shapes if not s.value.startswith(GCMSH) or not SHAPES.values(s, "name")
    ] == []
    described = [
        t.subject
        for triples in SHAPES.files.values()
        for t in triples
        if t.predicate.value == SH + "name"
    ]
    assert len(described) == len(set(described)), "a shape is described in two files"
    referred = {
        t.object
        for t in SHAPES.triples
        if t.predicate.value
        in {SH + "property", SH + "node", SH + "not", SH + "qualifiedValueShape", RDF + "first"}
    }
    ours = {r for r in referred if isinstance(r, ox.NamedNode) and r.value.startswith(GCMSH)}
    assert ours - shapes == set()


@pytest.mark.parametrize("path", data_shapes(), ids=lambda p: p.name)
def test_shapes_are_in_canonical_form(path: Path):
    assert path.read_text(encoding="utf-8") == write_turtle(SHAPES.files[path])


def test_prefixes_of_queries_are_those_of_the_project():
    nodes = [t.object for t in SHAPES.triples if t.predicate.value == SH + "declare"]
    declared = {
        SHAPES.values(n, "prefix")[0].value: SHAPES.values(n, "namespace")[0] for n in nodes
    }
    assert {p: n.value for p, n in declared.items()} == {p: PREFIXES[p] for p in declared}
    assert {n.datatype.value for n in declared.values()} == {XSD + "anyURI"}


def test_shapes_use_terms_that_shacl_has(tmp_path: Path):
    assert find_unknown_terms(sorted(folder("shapes").glob("*.ttl"))) == []
    misspelt = tmp_path / "mine.ttl"
    misspelt.write_text(HEAD + "gcmsh:A sh:minCuont 1 .", encoding="utf-8")
    problem = 'mine.ttl: SHACL has no term sh:minCuont. Did you mean "minCount"?'
    assert find_unknown_terms([misspelt]) == [problem]


def test_terms_of_shacl_are_those_that_the_referee_ships():
    import pyshacl

    vocabulary = read_turtle(Path(pyshacl.__file__).parent / "assets" / "shacl.ttl")
    known = {t.subject.value for t in vocabulary if isinstance(t.subject, ox.NamedNode)}
    assert {SH + term for term in SHACL_TERMS} <= known


def test_codes_of_the_compact_bind_the_compact_alone():
    plus = (
        '<xyz-2030/action/II-3> a gcmo:Action, skos:Concept ; skos:notation "II-3" ; '
        'skos:prefLabel "Third"@en ; skos:inScheme <xyz-2030> ; gcmo:partOf <xyz-2030/objective/A1> .'
    )
    shapes = {f.shape for f in find(Case("", "", "", plus=plus)) if f.severity == "Violation"}
    assert shapes == set()
    assert GCM in {t.object.value for t in VALID if isinstance(t.object, ox.NamedNode)}


def test_engines_are_those_that_are_named():
    assert list(ENGINES) == ["shacl", "pyshacl"]


def elements(framework: str) -> list[Element]:
    """One element of each kind, each with what its kind asks for and no more."""
    iris = {kind: element_iri(framework, kind.lower(), kind) for kind in ELEMENT_KINDS}
    whole = {
        "Action": "Objective",
        "Outcome": "Objective",
        "Objective": "Priority",
        "Target": "Goal",
    }
    return [
        Element(
            iri=iris[kind],
            kind=kind,
            notation=kind,
            label=kind,
            label_basis=GCMO + "Stated",
            framework=framework_iri(framework),
            part_of=(iris[whole[kind]],) if kind in whole else (),
            countries=(COUNTRY,) if kind == "Practice" else (),
            source=ID + SOURCE,
        )
        for kind in ELEMENT_KINDS
    ]


def quoted(crosswalk: str, subject: str, target: str, *codes: str) -> Alignment:
    """A link that a document states elsewhere than in a row of a table."""
    return Alignment(
        iri=alignment_iri(crosswalk, *codes),
        crosswalk=crosswalk,
        subject=subject,
        object=target,
        relation=SKOS + "relatedMatch",
        basis=GCMO + "Stated",
        source=ID + SOURCE,
        citation="p. 6",
    )


def test_parts_of_any_kind_may_be_linked_from_objectives_and_sdg_targets():
    scheme = framework_iri("xyz-review")
    review = Framework(iri=scheme, code="xyz-review", label="Review", spatial=COUNTRY)
    parts = elements("xyz-review")
    records: list[Record] = [review, *parts]
    for code, subject, scheme_code in (("1", ID + OBJECTIVE, "gcm"), ("10.7", TARGET, "sdg")):
        walk = crosswalk_iri(scheme_code, "xyz-review")
        compares = (framework_iri(scheme_code), scheme)
        records.append(Crosswalk(iri=walk, title="Links", compares=compares))
        records += [quoted(walk, subject, p.iri, code, p.notation) for p in parts]
        records.append(quoted(walk, subject, scheme, code, "xyz-review"))
    triples = [*change(), *build_graph(records)]
    found = validate_triples(triples, shapes=data_shapes())
    assert [f for f in found if f.severity == "Violation" or "RollUp" in f.shape] == []


def test_a_target_that_a_document_names_needs_no_goal():
    walk = crosswalk_iri("gcm", "sdg", by=FRAMEWORK)
    compares = (framework_iri("gcm"), SDG)
    link = quoted(walk, ID + OBJECTIVE, TARGET, "1", "10.7")
    records = [Crosswalk(iri=walk, title="Links", compares=compares), link]
    triples = [*change(), *build_graph(records)]
    found = validate_triples(triples, shapes=data_shapes())
    assert {f.severity for f in found} == {"Warning"}
    row = replace(link, stated_in=(ID + ROW,), stated_cells=(GCMO + "sourceTargetCell",))
    triples += build_graph([row])
    found = validate_triples(triples, shapes=data_shapes())
    assert {(f.shape, f.node) for f in found if f.severity == "Violation"} == {
        (GCMSH + "Alignment-goal", link.iri)
    }
