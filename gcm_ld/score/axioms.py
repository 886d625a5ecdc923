"""Pitfalls of OOPS! in how terms are defined and declared."""

from __future__ import annotations

import re
from collections import defaultdict

from gcm_ld.namespaces import PREFIXES, compact
from gcm_ld.score.facts import name_of, namespace_of
from gcm_ld.score.model import Result, faults, inapplicable, of_terms, presence, share, untested
from gcm_ld.score.subject import Subject
from gcm_ld.words import plural

__all__ = [
    "cycles",
    "declaration",
    "disjointness",
    "ends",
    "equivalent_classes",
    "extension",
    "hijacked",
    "home",
    "inverses",
    "license_",
    "no_complement",
    "no_restriction",
    "recursive",
    "self_inverse",
    "several_ends",
    "short_chain",
    "symmetric_inverse",
    "unconnected",
    "untyped_class",
    "untyped_property",
    "wrong_equivalence",
    "wrong_inverse",
    "wrong_symmetry",
    "wrong_transitivity",
]

_BASIC = tuple(PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
_EXTENSION = re.compile(r"\.(owl|rdf|ttl|n3|rdfxml|nt|jsonld)($|[#/?])", re.IGNORECASE)
_PROPERTY_KINDS = (
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:AnnotationProperty",
    "owl:OntologyProperty",
    "rdf:Property",
)
_JOINING = (
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "rdfs:domain",
    "rdfs:range",
    "owl:equivalentClass",
    "owl:equivalentProperty",
    "owl:inverseOf",
    "owl:onProperty",
    "owl:propertyChainAxiom",
    "owl:disjointWith",
)
_DEFINING = (
    "rdfs:subClassOf",
    "owl:equivalentClass",
    "owl:unionOf",
    "owl:intersectionOf",
    "owl:oneOf",
    "owl:complementOf",
    "owl:disjointUnionOf",
)
_CLASS_PLACES = (
    "rdfs:subClassOf",
    "rdfs:domain",
    "owl:equivalentClass",
    "owl:disjointWith",
    "owl:someValuesFrom",
    "owl:allValuesFrom",
    "owl:unionOf",
    "owl:members",
)


def unconnected(subject: Subject) -> Result:
    """P04: terms that no axiom joins to another."""
    facts = subject.ontology
    joined: set[str] = set()
    for one, value in facts.pairs(*_JOINING):
        if not one.startswith("_:"):
            joined.add(one)
        joined |= facts.reached(name_of(value))
    lacking = [t for t in subject.terms if t not in joined]
    cure = "say how they relate to the rest: a wider class, a domain, a range"
    return share(
        subject.terms, lacking, "classes and properties are joined to others", cure,
        none="the ontology defines no term of its own",
    )  # fmt: skip


def _inverses(subject: Subject) -> list[tuple[str, str]]:
    own = set(subject.object_properties)
    pairs = ((s, name_of(v)) for s, v in subject.ontology.pairs("owl:inverseOf"))
    return [(a, b) for a, b in pairs if not a.startswith("_:") and own & {a, b}]


def _ends(subject: Subject, one: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the classes in the domain and range of a property."""
    facts = subject.ontology
    domain, target = (
        frozenset(n for v in facts.values(one, p) for n in facts.reached(name_of(v)))
        for p in ("rdfs:domain", "rdfs:range")
    )
    return domain, target


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and one != other)


def wrong_inverse(subject: Subject) -> Result:
    """P05: inverse properties whose ends don't mirror each other."""
    pairs = _inverses(subject)
    if not pairs:
        return inapplicable("no two properties are declared inverse")
    found = []
    for one, other in pairs:
        (domain, target), (domain2, target2) = _ends(subject, one), _ends(subject, other)
        if _differ(domain, target2) or _differ(target, domain2):
            found.append(one)
    good = f"{len(pairs)} pairs of inverse properties mirror each other"
    return faults(
        found, "properties have an inverse that leads elsewhere", good, "correct its ends"
    )


def cycles(subject: Subject) -> Result:
    """P06: classes that are, by way of others, their own subclass."""
    above: dict[str, set[str]] = defaultdict(set)
    for one, value in subject.ontology.pairs("rdfs:subClassOf"):
        above[one].add(name_of(value))
    found = []
    for start in sorted(above):
        waiting, seen = list(above[start]), set()
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += above.get(here, ())
        if start in seen and not start.startswith("_:"):
            found.append(start)
    cure = "take back one rdfs:subClassOf of the circle"
    return of_terms(subject, found, "classes are in a circle", "no class is below itself", cure)


def disjointness(subject: Subject) -> Result:
    """P10: no class is told apart from another."""
    if not subject.classes:
        return inapplicable("the ontology defines no class of its own")
    facts, own = subject.ontology, set(subject.classes)
    apart: set[str] = set()
    for one, value in facts.pairs("owl:disjointWith"):
        apart |= own & ({one} | facts.reached(name_of(value)))
    for node in facts.of_class("owl:AllDisjointClasses"):
        for name in facts.names(node, "owl:members"):
            apart |= own & set(facts.members(name))
    for _, value in facts.pairs("owl:disjointUnionOf"):
        apart |= own & facts.reached(name_of(value))
    good = f"{len(apart)} of {len(own)} classes are declared disjoint with others"
    bad = f"none of {len(own)} classes is declared disjoint with another"
    return presence(len(apart), good, bad, "add owl:AllDisjointClasses where nothing is in two")


def ends(subject: Subject) -> Result:
    """P11: properties without domain or range."""
    facts = subject.ontology
    lacking = [
        p
        for p in subject.properties
        if not (facts.values(p, "rdfs:domain") and facts.values(p, "rdfs:range"))
    ]
    return share(
        subject.properties, lacking, "properties have a domain and a range",
        "add rdfs:domain and rdfs:range", none="the ontology defines no property of its own",
    )  # fmt: skip


def inverses(subject: Subject) -> Result:
    """P13: object properties without an inverse."""
    facts = subject.ontology
    wanted = set(subject.object_properties) - set(facts.of_class("owl:SymmetricProperty"))
    have = {name for pair in _inverses(subject) for name in pair}
    return share(
        wanted, wanted - have, "object properties have an inverse",
        "add owl:inverseOf; or leave it so on purpose: a link is stored one way, and SPARQL's ^ "
        "reads it the other way",
        none="the ontology defines no object property that is not symmetric",
    )  # fmt: skip


def several_ends(subject: Subject) -> Result:
    """P19: properties with several domains or ranges, which OWL intersects."""
    facts = subject.ontology
    found = [
        p
        for p in subject.properties
        if any(len(facts.values(p, end)) > 1 for end in ("rdfs:domain", "rdfs:range"))
    ]
    cure = "name one class, or a union"
    good = "no property has several domains or ranges"
    return of_terms(subject, found, "properties have several domains or ranges", good, cure)


def recursive(subject: Subject) -> Result:
    """P24: terms that their own definition uses."""
    facts, found = subject.ontology, []
    for term in subject.classes:
        inside: set[str] = set()
        for value in facts.values(term, *_DEFINING):
            if name_of(value).startswith("_:"):
                inside |= facts.reached(name_of(value))
        if term in inside:
            found.append(term)
    for term in subject.properties:
        chains = facts.names(term, "owl:propertyChainAxiom")
        if any(term in facts.reached(c) for c in chains):
            found.append(term)
    cure = "define it without itself"
    good = "no definition uses the term that it defines"
    return of_terms(subject, found, "terms are defined by themselves", good, cure)


def self_inverse(subject: Subject) -> Result:
    """P25: a property that is its own inverse."""
    pairs = _inverses(subject)
    if not pairs:
        return inapplicable("no two properties are declared inverse")
    found = [a for a, b in pairs if a == b]
    cure = "make it an owl:SymmetricProperty"
    return faults(found, "properties are their own inverse", "none is its own inverse", cure)


def symmetric_inverse(subject: Subject) -> Result:
    """P26: a symmetric property with an inverse."""
    pairs = _inverses(subject)
    if not pairs:
        return inapplicable("no two properties are declared inverse")
    symmetric = set(subject.ontology.of_class("owl:SymmetricProperty"))
    found = [p for pair in pairs for p in pair if p in symmetric]
    cure = "take owl:inverseOf back: it is its own inverse"
    return faults(found, "symmetric properties have an inverse", "no inverse is symmetric", cure)


def wrong_equivalence(subject: Subject) -> Result:
    """P27: equivalent properties with different ends."""
    own = set(subject.properties)
    equal = subject.ontology.pairs("owl:equivalentProperty")
    pairs = [(s, name_of(v)) for s, v in equal if own & {s, name_of(v)}]
    if not pairs:
        return inapplicable("no two properties are declared equivalent")
    found = []
    for one, other in pairs:
        (domain, target), (domain2, target2) = _ends(subject, one), _ends(subject, other)
        if _differ(domain, domain2) or _differ(target, target2):
            found.append(one)
    good = "equivalent properties have the same ends"
    return faults(found, "properties are equivalent to one with other ends", good, "correct them")


def _own_kind(subject: Subject, kind: str, what: str) -> Result:
    things = [p for p in subject.ontology.of_class(kind) if p in set(subject.object_properties)]
    if not things:
        return inapplicable(f"no property is declared {what}")
    found = [p for p in things if _differ(*_ends(subject, p))]
    good = f"{len(things)} {what} properties begin and end in the same class"
    cure = "give domain and range the same class, or take the declaration back"
    return faults(found, f"{what} properties begin and end in different classes", good, cure)


def wrong_symmetry(subject: Subject) -> Result:
    """P28: symmetric properties with different ends."""
    return _own_kind(subject, "owl:SymmetricProperty", "symmetric")


def wrong_transitivity(subject: Subject) -> Result:
    """P29: transitive properties with different ends."""
    return _own_kind(subject, "owl:TransitiveProperty", "transitive")


def equivalent_classes(subject: Subject) -> Result:
    """P31: classes that are declared equivalent and are not; a person has to say."""
    own = set(subject.classes)
    equal = subject.ontology.pairs("owl:equivalentClass")
    if not any(own & {s, name_of(v)} for s, v in equal):
        return inapplicable("no class is declared equivalent to another")
    return untested("needs a person: whether equivalent classes have the same members")


def short_chain(subject: Subject) -> Result:
    """P33: a property chain of one property."""
    chains = list(subject.ontology.pairs("owl:propertyChainAxiom"))
    if not chains:
        return inapplicable("there is no property chain")
    found = [s for s, v in chains if len(subject.ontology.members(name_of(v))) < 2]
    good = f"{plural(len(chains), 'chain')} of two properties or more"
    return faults(found, "chains have one property", good, "use rdfs:subPropertyOf")


def untyped_class(subject: Subject) -> Result:
    """P34: classes in use that are not declared."""
    facts = subject.ontology
    used = {s for s, _ in facts.pairs("rdfs:subClassOf", "owl:equivalentClass")}
    for _, value in facts.pairs(*_CLASS_PLACES, "rdf:type"):
        name = name_of(value)
        used |= set(facts.members(name)) if name.startswith("_:") else {name}
    objects = set(facts.of_class("owl:ObjectProperty"))
    for one, value in facts.pairs("rdfs:range"):
        if one in objects:
            used.add(name_of(value))
    declared = set(facts.of_class("owl:Class", "rdfs:Class", "rdfs:Datatype"))
    found = [u for u in used - declared if not u.startswith((*_BASIC, "_:"))]
    good = "every class in use is declared"
    return of_terms(subject, found, "things are used as a class undeclared", good, "declare them")


def untyped_property(subject: Subject) -> Result:
    """P35: properties in use that are not declared."""
    facts = subject.ontology
    used = set(facts.predicates())
    for one, value in facts.pairs("rdfs:subPropertyOf", "owl:inverseOf", "owl:equivalentProperty"):
        used |= {one, name_of(value)}
    for _, value in facts.pairs("owl:onProperty"):
        used.add(name_of(value))
    for _, value in facts.pairs("owl:propertyChainAxiom"):
        used |= set(facts.members(name_of(value)))
    declared = set(facts.of_class(*_PROPERTY_KINDS))
    found = [u for u in used - declared if not u.startswith((*_BASIC, "_:"))]
    good = "every property in use is declared"
    return of_terms(subject, found, "properties are used undeclared", good, "declare them")


def extension(subject: Subject) -> Result:
    """P36: an IRI that names a file format."""
    found = [i for i in (subject.iri, subject.namespace) if _EXTENSION.search(i)]
    good = f"{subject.iri} names no file format"
    return faults(found, "IRIs name a file format", good, "leave the ending to the server")


def declaration(subject: Subject) -> Result:
    """P38: no owl:Ontology."""
    found = subject.ontology.of_class("owl:Ontology")
    good = f"{compact(found[0]) if found else ''} is an owl:Ontology"
    return presence(found, good, "nothing is an owl:Ontology", "add a header")


def home(subject: Subject) -> Result:
    """P39: neither an IRI nor a namespace of its own, so that both hang on the file's place."""
    own = len(subject.terms)
    bad = f"{subject.iri} defines no term in {subject.namespace}"
    if not subject.iri:
        bad = "the ontology has no IRI: its name is where its file lies"
    good = f"{subject.iri}, with {own} terms in {subject.namespace}"
    return presence(bool(subject.iri) and own, good, bad, "give owl:Ontology an http(s) IRI")


def hijacked(subject: Subject) -> Result:
    """P40: terms in others' namespaces that are not there, as far as rdflib lists them."""
    from rdflib import namespace

    lists = {str(v._NS): v for v in vars(namespace).values() if hasattr(v, "_NS")}
    facts = subject.ontology
    used = {*facts.subjects(), *facts.predicates()} | {
        name for _, v in facts.pairs("rdf:type", "rdfs:subClassOf", "rdfs:domain", "rdfs:range")
        for name in facts.reached(name_of(v))
    }  # fmt: skip
    others = {u for u in used if not u.startswith((subject.namespace, "_:")) and u != subject.iri}
    listed = {u for u in others if namespace_of(u) in lists}
    found = [u for u in listed if u not in lists[namespace_of(u)]]
    if found:
        return faults(found, "terms are not in the vocabulary that they name", "", "correct them")
    return untested(
        f"needs the network: whether {len(others) - len(listed)} terms are in the vocabularies "
        f"that they name; {len(listed)} others are, in the lists that come with rdflib"
    )


def no_restriction(subject: Subject) -> Result:
    """P14: misuse of universal restrictions; a person has to say."""
    if not any(True for _ in subject.ontology.pairs("owl:allValuesFrom")):
        return inapplicable("there is no owl:allValuesFrom")
    return untested("needs a person: whether “only” is used where “some” is meant")


def no_complement(subject: Subject) -> Result:
    """P15: misuse of complements; a person has to say."""
    if not any(True for _ in subject.ontology.pairs("owl:complementOf")):
        return inapplicable("there is no owl:complementOf")
    return untested("needs a person: whether “some not” is used where “not some” is meant")


def license_(subject: Subject) -> Result:
    """P41: no licence."""
    found = subject.ontology.names(subject.iri, "dcterms:license", "dcterms:rights")
    good = found[0] if found else ""
    return presence(found, good, "the header names no licence", "add dcterms:license")
