"""Many groups validated apart: the same findings as of the whole, and again only what changed."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.world import make_world as make_country_files
from gcm_ld.dataset import open_dataset
from gcm_ld.errors import FileError
from gcm_ld.namespaces import ID, PREFIXES, RDF
from gcm_ld.queries import list_rules
from gcm_ld.store import EmbeddedStore
from gcm_ld.validate import Cache, Finding, data_shapes, validate, validate_ntriples, work
from gcm_ld.validate.cache import cache_folder
from gcm_ld.validate.cubes import find_faults
from gcm_ld.validate.findings import sort_findings
from gcm_ld.validate.outline import _label_blank_nodes
from gcm_ld.validate.plan import Plan, make_plan

HEAD = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items()) + f"@base <{ID}> .\n"
_TYPE = ox.NamedNode(RDF + "type")


def of_whole(paths: Iterable[Path], engine: str = "shacl") -> list[Finding]:
    """Find what the engine finds in everything at once: the plainest way there is."""
    dataset = open_dataset(*paths)
    own = {
        path: _label_blank_nodes(list(triples), n)
        for n, (path, triples) in enumerate(dataset.triples_by_file.items())
    }
    store = EmbeddedStore()
    for triples in own.values():
        store.add(triples)
    for path in dataset.context_files:
        store.load_file(path)
    for rule in list_rules():
        store.add(store.construct(rule.text))
    findings = validate_ntriples(store.dump(), shapes=data_shapes(), engine=engine)
    findings += find_faults(store.dump(), b"", findings)
    typed: dict[str, str] = {}
    named: dict[str, str] = {}
    for path, triples in own.items():
        for t in triples:
            blank = isinstance(t.subject, ox.BlankNode)
            node = str(t.subject) if blank else t.subject.value
            (typed if t.predicate == _TYPE else named).setdefault(node, str(path))
    places = {**named, **typed}
    return sort_findings(
        replace(f, file=places.get(f.node) or places.get(f.focus))
        for f in findings
        if {f.focus, f.node, f.text} & places.keys()
    )


# -- a small world ---------------------------------------------------------------------------------

COUNTRY = """
<{c}-2020> a gcmo:Framework , skos:ConceptScheme ; dcterms:identifier "{c}-2020" ;
  dcterms:source <source/{c}> ; dcterms:bibliographicCitation "p. 1" ;
  skos:prefLabel "Strategy of {c}"@en ; skos:scopeNote "As the test needs it."@en .
<{c}-2020/objective/A> a gcmo:Objective , skos:Concept ; skos:inScheme <{c}-2020> ;
  skos:notation "A" ; skos:prefLabel "An objective"@en ; gcmo:labelBasis gcmo:Stated .
<{c}-2020/outcome/A1> a gcmo:Outcome , skos:Concept ; skos:inScheme <{c}-2020> ;
  skos:notation "A1" ; skos:prefLabel "An outcome"@en ; gcmo:labelBasis gcmo:Stated ;
  gcmo:partOf <{c}-2020/objective/A> ; gcmo:ledBy <institution/{c}-ministry> .
<{c}-2020/indicator/i> a gcmo:Indicator , skos:Concept ; skos:inScheme <{c}-2020> ;
  skos:notation "i" ; skos:prefLabel "An indicator"@en ; gcmo:labelBasis gcmo:Stated .
<gcm/action/1.a> gcmo:monitoredBy <{c}-2020/indicator/i> .
<institution/{c}-ministry> a gcmo:Institution , org:Organization ; skos:prefLabel "Ministry"@en .
<institution/iom> a gcmo:Institution , org:Organization ; skos:prefLabel "IOM"@en .
<source/{c}> a dcterms:BibliographicResource , prov:Entity ; dcterms:title "Plan"@en ;
  dcterms:publisher <institution/iom> .
"""
CROSSWALK = """
<crosswalk/gcm--{c}-2020> a gcmo:Crosswalk , xkos:Correspondence ; dcterms:title "T"@en ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:source <source/{c}> ;
  xkos:compares <gcm> , <{c}-2020> .
<crosswalk/gcm--{c}-2020/assessment/1.a> a gcmo:Assessment , prov:Entity ;
  gcmo:inCrosswalk <crosswalk/gcm--{c}-2020> ; gcmo:assesses <gcm/action/1.a> ;
  gcmo:against <{c}-2020> ; gcmo:status gcmo:Aligned ; gcmo:sourceRow "1.a" ;
  gcmo:sourceOutcomeCell "A1" ; gcmo:sourceTargetCell "17.18" ; gcmo:sourceObjectiveCell "A" .
<crosswalk/gcm--{c}-2020/alignment/1.a--A1> a gcmo:Alignment , xkos:ConceptAssociation ;
  gcmo:inCrosswalk <crosswalk/gcm--{c}-2020> ; gcmo:subject <gcm/action/1.a> ;
  gcmo:object <{c}-2020/outcome/A1> ; gcmo:relation skos:relatedMatch ; gcmo:basis gcmo:Stated ;
  gcmo:statedIn <crosswalk/gcm--{c}-2020/assessment/1.a> ;
  gcmo:statedCell gcmo:sourceOutcomeCell .
<crosswalk/gcm--{c}-2020/alignment/1--A> a gcmo:Alignment , xkos:ConceptAssociation ;
  gcmo:inCrosswalk <crosswalk/gcm--{c}-2020> ; gcmo:subject <gcm/objective/1> ;
  gcmo:object <{c}-2020/objective/A> ; gcmo:relation skos:relatedMatch ; gcmo:basis gcmo:Stated ;
  gcmo:statedIn <crosswalk/gcm--{c}-2020/assessment/1.a> ;
  gcmo:statedCell gcmo:sourceObjectiveCell .
<crosswalk/gcm--sdg--{c}-2020> a gcmo:Crosswalk , xkos:Correspondence ; dcterms:title "S"@en ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:source <source/{c}> ;
  xkos:compares <gcm> , <http://metadata.un.org/sdg> .
<crosswalk/gcm--sdg--{c}-2020/alignment/1.a--17.18> a gcmo:Alignment , xkos:ConceptAssociation ;
  gcmo:inCrosswalk <crosswalk/gcm--sdg--{c}-2020> ; gcmo:subject <gcm/action/1.a> ;
  gcmo:object sdg:17.18 ; gcmo:relation skos:relatedMatch ; gcmo:basis gcmo:Stated ;
  gcmo:statedIn <crosswalk/gcm--{c}-2020/assessment/1.a> ;
  gcmo:statedCell gcmo:sourceTargetCell .
<{c}-2020/values> a qb:DataSet ; qb:structure <cube/values/structure> ;
  dcterms:title "Values"@en ; rdfs:label "Values"@en ;
  dcterms:source <source/{c}> ;
  dcterms:spatial <http://publications.europa.eu/resource/authority/country/ALB> .
<{c}-2020/values/i/2021> a qb:Observation ; qb:dataSet <{c}-2020/values> ;
  <cube/dimension/indicator> <{c}-2020/indicator/i> ; sdmx-measure:obsValue 10.5 ;
  sdmx-dimension:refArea <http://publications.europa.eu/resource/authority/country/ALB> ;
  sdmx-dimension:timePeriod "2021"^^xsd:gYear ; sdmx-dimension:sex sdmx-code:sex-T ;
  sdmx-dimension:age <cube/age/_T> ; <cube/dimension/nationality> <cube/nationality/_T> ;
  <cube/dimension/migration-status> <cube/migration-status/_T> ;
  sdmx-attribute:unitMeasure <cube/unit/percent> ;
  sdmx-attribute:obsStatus sdmx-code:obsStatus-A .
<claim/{c}/one> a gcmo:Claim , prov:Entity ; gcmo:against <gcm> ; gcmo:claimedValue "1" ;
  gcmo:comparison gcmo:Equals ; gcmo:checkedBy "claim_outcomes" ; rdfs:label "One."@en ;
  dcterms:source <source/{c}> ; dcterms:bibliographicCitation "p. 1" .
"""

FRAMEWORKS = {
    "gcm": """
<gcm> a gcmo:Framework , skos:ConceptScheme ; dcterms:identifier "gcm" ;
  skos:prefLabel "Compact"@en ;
  dcterms:spatial <http://publications.europa.eu/resource/authority/country/ALB> .
<gcm/objective/1> a gcmo:Objective , skos:Concept ; skos:inScheme <gcm> ; skos:notation "1" ;
  skos:prefLabel "One"@en .
<gcm/objective/2> a gcmo:Objective , skos:Concept ; skos:inScheme <gcm> ; skos:notation "2" ;
  skos:prefLabel "Two"@en ; dcterms:requires <elsewhere/element> .
<gcm/action/1.a> a gcmo:Action , skos:Concept ; skos:inScheme <gcm> ; skos:notation "1.a" ;
  skos:prefLabel "Act"@en ; gcmo:partOf <gcm/objective/1> .
<gcm/action/1.b> a gcmo:Action , skos:Concept ; skos:inScheme <gcm> ; skos:notation "1.b" ;
  skos:prefLabel "Act"@en ; gcmo:partOf <gcm/objective/1> .
""",
    "sdg": """
<http://metadata.un.org/sdg> a gcmo:Framework , skos:ConceptScheme ; dcterms:identifier "sdg" ;
  skos:prefLabel "Goals"@en .
sdg:17 a gcmo:Goal , skos:Concept ; skos:inScheme <http://metadata.un.org/sdg> ;
  skos:notation "17" ; skos:prefLabel "Partnerships"@en .
sdg:17.18 a gcmo:Target , skos:Concept ; skos:inScheme <http://metadata.un.org/sdg> ;
  skos:notation "17.18" ; skos:prefLabel "Data"@en ; gcmo:partOf sdg:17 .
sdg:17.1 a gcmo:Target , skos:Concept ; skos:inScheme <http://metadata.un.org/sdg> ;
  skos:notation "17.1" ; skos:prefLabel "Revenue"@en ; gcmo:partOf sdg:17 .
""",
}

#: What a country's file may say besides: {a} is the country, {b} another one.
FAULTS = [
    # of itself
    '<{a}-2020/outcome/A2> a gcmo:Outcome , skos:Concept ; skos:notation "A2" .',
    "<crosswalk/gcm--{a}-2020/alignment/1.a--A1> gcmo:basis gcmo:Curated .",
    "<{a}-2020/outcome/B> a gcmo:Outcome , skos:Concept ; skos:inScheme <{a}-2020> ; "
    'skos:notation "A1" ; skos:prefLabel "Same code"@en .',
    "<gcm/action/1.a> gcmo:monitoredBy <{a}-2020/indicator/none> .",
    "<gcm/action/1.b> gcmo:monitoredBy <{a}-2020/outcome/A1> , <somewhere/else> .",
    "<{a}-2020/objective/A> gcmo:partOf <{a}-2020/outcome/A1> .",
    "<institution/{a}-ministry> a gcmo:Action .",
    '[] a gcmo:Outcome ; skos:prefLabel "Nameless"@en .',
    '_:x rdfs:comment "stray"@en ; gcmo:partOf _:y . _:y a gcmo:Objective .',
    "<{a}-2020/outcome/A1> gcmo:ledBy [ a gcmo:Institution ] .",
    "<gcm/action/1.a> foaf:page [ skos:prefLabel 'p'@en ] .",
    "<crosswalk/gcm--{a}-2020/assessment/1.a> gcmo:status gcmo:NotApplicable .",
    "<crosswalk/gcm--{a}-2020/alignment/x> gcmo:object sdg:10.7 .",
    # of another country's
    "<{a}-2020/outcome/A1> dcterms:requires <{b}-2020/outcome/A1> .",
    "<{b}-2020/outcome/A1> dcterms:requires <{a}-2020/outcome/A1> .",
    '<{b}-2020/outcome/A1> skos:prefLabel "Another name"@en .',
    "<crosswalk/gcm--{a}-2020/alignment/1.a--A1> gcmo:object <{b}-2020/outcome/A1> .",
    "<{b}-2020> gcmo:endYear 'soon' .",
    "<crosswalk/gcm--{b}-2020/assessment/1.a-again> a gcmo:Assessment ; "
    "gcmo:assesses <gcm/action/1.a> ; gcmo:against <{b}-2020> ; "
    "gcmo:inCrosswalk <crosswalk/gcm--{b}-2020> .",
    "<claim/{b}/one> gcmo:assesses <gcm/action/1.a> ; gcmo:inCrosswalk <crosswalk/gcm--{a}-2020> .",
    # of what several name and nobody describes
    "<{a}-2020/outcome/N> a gcmo:Outcome , skos:Concept ; skos:inScheme <nowhere> ; "
    'skos:notation "N" ; skos:prefLabel "N"@en .',
    "<crosswalk/gcm--{a}-2020/assessment/1.c> a gcmo:Assessment ; "
    "gcmo:assesses <gcm/action/1.c> ; gcmo:against <nowhere> ; "
    "gcmo:inCrosswalk <crosswalk/gcm--{a}-2020> .",
    "<crosswalk/gcm--{a}-2020/assessment/1.d> a gcmo:Assessment ; "
    "gcmo:assesses <gcm/action/1.d> ; gcmo:against <gcm> ; "
    "gcmo:inCrosswalk <crosswalk/gcm--{a}-2020> .",
    "<crosswalk/nowhere/alignment/{a}> a gcmo:Alignment ; gcmo:subject <gcm/action/1.a> ; "
    "gcmo:object sdg:17.18 ; gcmo:inCrosswalk <crosswalk/nowhere> .",
    "<{a}-2020/outcome/A1> gcmo:partOf <nowhere/objective/1> . "
    "<crosswalk/gcm--{a}-2020/alignment/1--x> gcmo:subject <gcm/objective/1> .",
    # of what they share
    '<gcm/action/1.a> skos:prefLabel "Mine, {a}"@fr .',
    '<gcm/action/1.a> skos:prefLabel "Another"@en ; rdfs:seeAlso <{a}-2020> .',
    '<gcm/action/1.b> skos:notation "2.b" .',
    "<gcm/action/1.a> a gcmo:Crosswalk .",
    "<gcm/action/1.a> gcmo:partOf <gcm/objective/2> .",
    "<gcm/action/1.a> dcterms:source <source/{a}> .",
    "sdg:17.18 a gcmo:Outcome .",
    "<gcm/action/24.a> a gcmo:Action , skos:Concept ; skos:inScheme <gcm> ; "
    'skos:notation "24.a" ; skos:prefLabel "More"@en .',
    "<crosswalk/gcm--{a}-2020/alignment/1.a--A1> gcmo:statedIn <gcm/action/1.a> ; "
    "gcmo:statedCell gcmo:monitoredBy .",
    "<{a}-2020/outcome/A1> gcmo:partOf <gcm/objective/1> .",
    '<institution/iom> skos:prefLabel "OIM {a}"@fr .',
    '<institution/iom> skos:prefLabel "International Organization"@en ; a foaf:Agent .',
    "<source/{a}> dcterms:creator <institution/nobody> .",
    "<source/shared> a dcterms:BibliographicResource ; dcterms:issued '{a}' ; "
    "dcterms:publisher <institution/{a}-ministry> . <{a}-2020> dcterms:source <source/shared> .",
    "<institution/iom> foaf:homepage <{a}-2020> .",
    "gcmo:Outcome rdfs:subClassOf gcmo:Action .",
    "<mine/Kind> rdfs:subClassOf gcmo:Element . <{a}-2020/outcome/A1> a <mine/Kind> .",
    "<{a}-2020/objective/A> a <mine/Kind> .",
    "skos:Concept rdfs:subClassOf gcmo:Indicator .",
    "<{a}-2020> dcterms:spatial <http://publications.europa.eu/resource/authority/country/XYZ> .",
    "<http://publications.europa.eu/resource/authority/country/XYZ> a gcmo:Country , skos:Concept "
    '; skos:notation "XYZ" ; skos:prefLabel "{a}"@en .',
    "<{a}-2020/outcome/A1> gcmo:supportedBy <institution/un-country-team> , <alb-nsm-2019> .",
    "<crosswalk/gcm--{a}-2020/alignment/1.a--A1.1> a gcmo:Alignment ; "
    "gcmo:subject <gcm/action/1.a> ; gcmo:object <alb-nsm-2019/outcome/A1.1> ; "
    "gcmo:statedIn <crosswalk/gcm--{a}-2020/assessment/1.a> ; "
    "gcmo:inCrosswalk <crosswalk/gcm--{a}-2020> .",
    "<crosswalk/gcm--{a}-2020> xkos:compares <alb-nsm-2019> .",
    "<{a}-2020/outcome/A1> gcmo:partOf <gcm/objective/2> .",
    "<elsewhere/element> a gcmo:Objective .",
    "<{a}-2020> a gcmo:Synthetic .",
    "<{a}-2020/outcome/A1> a gcmo:Synthetic . <{a}-2020> "
    "dcterms:spatial <http://publications.europa.eu/resource/authority/country/ALB> .",
    "<gcm/action/1.b> dcterms:spatial <{a}-2020/place> . "
    "<{a}-2020/place> a gcmo:Country , skos:Concept .",
]
_OF = "<cube/dimension/indicator>"
FAULTS += [
    # of values
    "<{a}-2020/values/i/2021> sdmx-measure:obsValue 200.0 .",
    f"<{{a}}-2020/values/i/2022> a qb:Observation ; qb:dataSet <{{a}}-2020/values> ; {_OF} <nowhere/i> .",
    f"<{{a}}-2020/values/x/2022> {_OF} <nowhere/i> ; sdmx-attribute:unitMeasure <cube/unit/{{a}}> .",
    f"<{{a}}-2020/values/x/2021> {_OF} <{{b}}-2020/indicator/i> ; qb:dataSet <{{a}}-2020/values> .",
    f"<{{b}}-2020/values/y/2021> {_OF} <{{b}}-2020/indicator/i> ; qb:dataSet <{{b}}-2020/values> ; "
    "sdmx-attribute:unitMeasure <cube/unit/number> .",
    f"<{{a}}-2020/values/s/2021> {_OF} sdg:C100702 ; sdmx-attribute:unitMeasure <cube/unit/{{a}}> .",
    "<{b}-2020/values/i/2021> sdmx-dimension:sex sdmx-code:sex-F .",
    "<{a}-2020/values/again> qb:dataSet <{a}-2020/values> .",
    "<{a}-2020/targets> a qb:DataSet ; qb:structure <cube/targets/structure> .",
    "<{b}-2020/targets> a qb:DataSet ; qb:structure <cube/targets/structure> ; "
    'rdfs:label "Targets"@en .',
    "<nowhere/values> a qb:DataSet ; qb:structure <cube/values/structure> .",
    "<{a}-2020/values/i/2021> prov:wasRevisionOf <{b}-2020/values/i/2021> .",
    "<{a}-2020/values/i/2021> sdmx-attribute:unitMeasure <cube/unit/{a}> .",
    "<cube/unit/{a}> a skos:Concept ; skos:inScheme <cube/list/unit> .",
    "<cube/unit/percent> skos:inScheme <{a}-2020> .",
    "<cube/age/_T> skos:inScheme <cube/list/unit> .",
    "sdmx-code:sex-T skos:notation 'T' . <cube/values/structure> rdfs:label 'Mine'@en .",
    "<cube/values/structure> qb:component <cube/mine> . <cube/mine> qb:dimension <cube/dimension/edition> .",
    "<cube/dimension/edition> a skos:Concept .",
]
LINK = (
    "<crosswalk/{x}--{{a}}-2020/alignment/{c}> a gcmo:Alignment ; gcmo:subject <gcm/{s}> ; "
    "gcmo:object {o} ; gcmo:inCrosswalk <crosswalk/{x}--{{a}}-2020> ; "
    "gcmo:statedIn <crosswalk/gcm--{{a}}-2020/assessment/1.a> . "
)
#: What one country says, and another, that bear on each other only by way of what they share.
PAIRS = [
    (
        "sdg:17.1 a gcmo:Outcome . "
        + LINK.format(x="gcm--sdg", c="1.a--17.1", s="action/1.a", o="sdg:17.1"),
        LINK.format(x="gcm--sdg", c="1--17.18", s="objective/1", o="sdg:17.18"),
    ),
    (
        "<source/shared> a dcterms:BibliographicResource ; dcterms:title 'T'@en ; "
        "dcterms:publisher <{a}-2020/ministry> . "
        "<{a}-2020/ministry> a gcmo:Institution , gcmo:Objective .",
        "<{a}-2020> dcterms:source <source/shared> . "
        "<source/shared> a dcterms:BibliographicResource .",
    ),
    (
        "<{a}-2020/outcome/A2> a gcmo:Outcome ; gcmo:partOf <nowhere/objective/1> . "
        + LINK.format(x="gcm", c="1--A2", s="objective/1", o="<{{a}}-2020/outcome/A2>").replace(
            "{{a}}", "{a}"
        ),
        "<{a}-2020/outcome/A1> gcmo:partOf <nowhere/objective/1> .",
    ),
]
FAULTS += [text for pair in PAIRS for text in pair]


def make_world(
    target: Path, said: Sequence[tuple[int, int, str]] = (), *, small: bool, countries: int = 3
) -> Path:
    """Write a world in which countries say some more.

    :param small: whether it has a Compact and SDGs of its own, of a few elements.
    """
    for name, text in FRAMEWORKS.items() if small else ():
        (target / name).mkdir(parents=True)
        (target / name / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")
    for n in range(countries):
        place = target / f"c{n}"
        place.mkdir(parents=True)
        for name, text in (("a", COUNTRY), ("b", CROSSWALK)):
            (place / f"{name}.ttl").write_text(HEAD + text.replace("{c}", f"c{n}"), "utf-8")
    for n, (a, b, text) in enumerate(said):
        path = target / f"c{a % countries}" / f"m{n}.ttl"
        more = text.replace("{a}", f"c{a % countries}").replace("{b}", f"c{b % countries}")
        path.write_text(HEAD + more, encoding="utf-8")
    return target


SAID = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(FAULTS)), min_size=1, max_size=5
)


def check_same(
    place: Path,
    said: Sequence[tuple[int, int, str]],
    *,
    small: bool,
    engine: str = "shacl",
    countries: int = 3,
) -> None:
    """Assert that a world gives the same apart, from the cache and in the whole."""
    shutil.rmtree(place, ignore_errors=True)
    world = make_world(place / "world", said, small=small, countries=countries)
    whole = of_whole([world], engine)
    cache = Cache(place / "cache")
    assert list(validate([world], cache=cache).findings) == whole
    assert list(validate([world], cache=cache).findings) == whole


def test_countries_like_the_shipped_one_are_each_a_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them lean on the UN's review cycle, and that joins none with another."""
    plans = []

    def plan(*args: Any) -> Plan:
        plans.append(make_plan(*args))
        return plans[-1]

    world = make_country_files(tmp_path / "world", 2)
    monkeypatch.setattr("gcm_ld.validate.work.make_plan", plan)
    assert list(validate([world], jobs=1).findings) == of_whole([world])
    assert plans[0].units == [(0,), (1,)]
    assert not plans[0].whole


#: Every fourth by default: the others are found in the same way, and tried in the long run.
SOME = [
    pytest.param(fault, id=str(n), marks=[pytest.mark.slow] if n % 4 else [])
    for n, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize("fault", SOME)
def test_a_fault_of_two_countries_is_found_as_in_the_whole(tmp_path: Path, fault: str):
    check_same(tmp_path, [(0, 1, fault), (2, 3, fault)], small=True, countries=4)


@pytest.mark.parametrize("pair", PAIRS, ids=range(len(PAIRS)))
def test_what_two_say_together_is_found_as_in_the_whole(tmp_path: Path, pair: tuple[str, str]):
    check_same(tmp_path, [(0, 2, pair[0]), (1, 2, pair[1])], small=True)


@pytest.mark.slow
@settings(max_examples=20)
@given(SAID)
def test_any_faults_are_found_as_in_the_whole(tmp_path_factory, said):
    check_same(tmp_path_factory.getbasetemp() / "any-faults", said, small=True)


@settings(max_examples=3)
@given(SAID)
def test_any_faults_are_found_as_in_the_whole_beside_the_shipped_frameworks(tmp_path_factory, said):
    check_same(tmp_path_factory.getbasetemp() / "any-faults", said, small=False)


@pytest.mark.slow
def test_faults_are_found_as_the_referee_finds_them(tmp_path: Path):
    said = [(n % 3, (n + 1) % 3, FAULTS[n]) for n in (0, 3, 8, 13, 16, 21, 35)]
    check_same(tmp_path, said, small=True, engine="pyshacl")


# -- cache and processes ---------------------------------------------------------------------------


def entries(cache: Cache) -> list[Path]:
    return sorted(p for p in cache.folder.rglob("*") if p.is_file())


def test_only_what_changed_is_validated_again(tmp_path: Path, monkeypatch):
    world = make_world(tmp_path / "world", small=True)
    cache = Cache(tmp_path / "cache")
    asked: list[int] = []
    ask = work.run_engine

    def run_engine(name: str, data: bytes, shapes: Sequence[Path]) -> list[Finding]:
        asked.append(len(data))
        return ask(name, data, shapes)

    monkeypatch.setattr(work, "run_engine", run_engine)
    first = validate([world], cache=cache)
    assert len(asked) == 4  # three countries, and the frameworks
    assert validate([world], cache=cache) == first
    assert len(asked) == 4
    path = world / "c1" / "a.ttl"
    path.write_text(path.read_text("utf-8").replace('"Ministry"@en', '"Ministry"'), "utf-8")
    changed = validate([world], cache=cache)
    assert len(asked) == 5
    assert {f.file for f in set(changed.findings) - set(first.findings)} == {str(path)}
    assert list(changed.findings) == of_whole([world])


def test_broken_entries_and_folders_are_as_good_as_none(tmp_path: Path):
    world = make_world(tmp_path / "world", small=True)
    cache = Cache(tmp_path / "cache")
    first = validate([world], cache=cache)
    for n, path in enumerate(entries(cache)):
        path.write_bytes(path.read_bytes()[:-1] if n % 2 else b"")
    assert validate([world], cache=cache) == first
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", Path("/dev/null/cache")):
        assert validate([world], cache=Cache(folder)) == first


def test_the_cache_forgets_what_was_not_asked_for_longest(tmp_path: Path):
    cache = Cache(tmp_path, limit=1000)
    for n in range(8):
        cache.put(f"{n:064}", b"x" * 100)
        os.utime(tmp_path / "00" / f"{n:062}", (n, n))
    assert cache.get(f"{0:064}") == b"x" * 100  # asked for just now
    cache.tidy()
    assert [n for n in range(8) if cache.get(f"{n:064}")] == [0, 5, 6, 7]
    assert sum(p.stat().st_size for p in entries(cache)) <= 800


@pytest.mark.parametrize(
    ("environment", "system", "folder"),
    [
        ({"GCM_LD_CACHE": "/x", "XDG_CACHE_HOME": "/y"}, "linux", "/x"),
        ({"XDG_CACHE_HOME": "/y"}, "darwin", "/y/gcm-ld"),
        ({"XDG_CACHE_HOME": "not/absolute"}, "linux", "~/.cache/gcm-ld"),
        ({}, "linux", "~/.cache/gcm-ld"),
        ({}, "darwin", "~/Library/Caches/gcm-ld"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/gcm-ld"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_such(environment, system, folder):
    assert cache_folder(environment, system) == Path(folder).expanduser()


def test_processes_find_the_same_and_say_where_a_file_is_broken(tmp_path: Path, monkeypatch):
    world = make_world(tmp_path / "world", [(0, 1, FAULTS[0]), (2, 1, FAULTS[7])], small=True)
    seen: list[tuple[int, int]] = []
    alone = validate([world], jobs=1)
    monkeypatch.setattr(work, "_SMALL", 0)
    assert validate([world], jobs=2, progress=lambda n, of: seen.append((n, of))) == alone
    assert seen[-1] == (3, 3)
    (world / "c1" / "b.ttl").write_text("<a> <b>", "utf-8")
    with pytest.raises(FileError, match=r"c1/b\.ttl, line 1"):
        validate([world], jobs=2)
    assert not multiprocessing.active_children()


def test_command(run, tmp_path: Path):
    world = make_world(tmp_path / "world", [(0, 1, FAULTS[0])], small=True)
    place = tmp_path / "cache"
    calls = [
        run("validate", world, "-f", "json", *more, GCM_LD_CACHE=str(place))
        for more in (["--no-cache"], [], [], ["--jobs", "1"])
    ]
    assert {c.returncode for c in calls} == {1}
    assert len({c.stdout for c in calls}) == 1
    assert {c.stderr for c in calls} == {""}
    assert list(place.iterdir()) == [place / "validate"]


# -- the proof stands on these shapes --------------------------------------------------------------


def test_no_shape_looks_further_than_the_proof_says():
    """A query that is new or changed must be gone through in docs/validation.md."""
    text = "\n".join(path.read_text("utf-8") for path in data_shapes())
    page = (Path(__file__).parent.parent / "docs" / "validation.md").read_text("utf-8")
    blocks = [b for b in text.split("\n\n") if re.search(r"sh:(\w+Path|target\w+sOf)\b", b)]
    back = {re.sub(r"gcmsh:(\S+)\n.*", r"\1", b, flags=re.DOTALL) for b in blocks}
    assert {name for name in back if f"`{name}`" not in page} == set()
    assert len(back) == 8
    named = {f"gcmsh:{n}" for n in re.findall(r"^gcmsh:(\S+)-query\b", text, re.MULTILINE)}
    assert len(named) == text.count("sh:SPARQLConstraint")
    assert {name for name in named if f"`{name.removeprefix('gcmsh:')}`" not in page} == set()
