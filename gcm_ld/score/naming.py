"""Pitfalls of OOPS! in what terms are called and how they are explained.

Names are compared letter by letter, where OOPS! also looks synonyms up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from gcm_ld.score.facts import Facts, name_of, namespace_of
from gcm_ld.score.model import Result, of_terms, share
from gcm_ld.score.subject import Subject
from gcm_ld.words import plural

__all__ = [
    "merged",
    "miscellaneous",
    "naming",
    "relation_is",
    "same_class",
    "same_label",
    "same_property",
    "swapped",
    "synonyms",
    "unexplained",
]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MERGING = {"and", "or"}
_MISCELLANEOUS = {"misc", "miscellaneous", "miscellanea", "other", "others", "unclassified"}
_IS = {"is", "isa", "is-a", "is_a"}


def _local(iri: str) -> str:
    """Return the last step of an IRI."""
    return iri[len(namespace_of(iri)) :]


def _words(name: str) -> list[str]:
    """Split a name in camel case or with delimiters into words, in lower case.

    >>> _words("GoalAndTarget"), _words("is_part-of")
    (['goal', 'and', 'target'], ['is', 'part', 'of'])
    """
    return [word.lower() for word in _WORD.findall(name)]


def _labels(facts: Facts, term: str) -> tuple[str, ...]:
    """Return the labels of a term."""
    return facts.names(term, "rdfs:label", "skos:prefLabel")


def synonyms(subject: Subject) -> Result:
    """P02: classes of one namespace that are declared equivalent."""
    own = set(subject.classes)
    found = [s for s, v in subject.ontology.pairs("owl:equivalentClass") if {s, name_of(v)} <= own]
    good = "no class is declared equivalent to another of the same namespace"
    cure = "keep one class, and give it the other name as skos:altLabel"
    return of_terms(subject, found, "classes repeat another under a second name", good, cure)


def relation_is(subject: Subject) -> Result:
    """P03: a property that stands for subclass, type or identity."""
    found = [p for p in subject.properties if _local(p).lower() in _IS]
    cure = "use rdfs:subClassOf, rdf:type or owl:sameAs"
    return of_terms(
        subject, found, "properties are called “is”", "no property is called “is”", cure
    )


def merged(subject: Subject) -> Result:
    """P07: classes whose name joins two things."""
    found = [
        c
        for c in subject.classes
        if _MERGING
        & {*_words(_local(c)), *(w for x in _labels(subject.ontology, c) for w in _words(x))}
    ]
    cure = "make a class of each"
    good = "no class is named “… and …” or “… or …”"
    return of_terms(subject, found, "classes join two things in one name", good, cure)


def unexplained(subject: Subject) -> Result:
    """P08: terms without label or definition."""
    facts, defined = subject.ontology, ("rdfs:comment", "skos:definition", "dcterms:description")
    lacking = [
        t for t in subject.terms if not (_labels(facts, t) and facts.has(t, *defined))
    ]  # fmt: skip
    return share(
        subject.terms, lacking, "classes and properties have a label and a definition",
        "add rdfs:label and skos:definition", none="the ontology defines no term of its own",
    )  # fmt: skip


def _same_names(subject: Subject, things: Iterable[str]) -> Iterator[list[str]]:
    """Group things that have the same name or label, letter by letter but for case."""
    groups: dict[str, set[str]] = defaultdict(set)
    for thing in things:
        for name in {_local(thing), *_labels(subject.ontology, thing)}:
            groups[" ".join(_words(name))].add(thing)
    own = set(subject.terms)
    seen = set()
    for _, group in sorted(groups.items()):
        key = tuple(sorted(group))
        if len(group) > 1 and own & group and key not in seen:
            seen.add(key)
            yield list(key)


def _related(subject: Subject, one: str, other: str, *properties: str) -> bool:
    values = subject.ontology.names
    return other in values(one, *properties) or one in values(other, *properties)


def _twins(subject: Subject, kinds: tuple[str, ...], *relations: str) -> tuple[int, list[str]]:
    """Count the pairs with one name, and return the members of those that nothing relates."""
    pairs, found = 0, []
    for group in _same_names(subject, subject.ontology.of_class(*kinds)):
        for n, one in enumerate(group):
            for other in group[n + 1 :]:
                pairs += 1
                if not _related(subject, one, other, *relations):
                    found += [one, other]
    return pairs, found


def _paired(pairs: int) -> str:
    said = f"{plural(pairs, 'pair')} with one name, and related" if pairs else "no two share a name"
    return f"{said}; synonyms are not looked up"


def same_property(subject: Subject) -> Result:
    """P12: properties of the same name that nothing relates."""
    kinds = ("owl:ObjectProperty", "owl:DatatypeProperty")
    relations = ("owl:equivalentProperty", "rdfs:subPropertyOf", "owl:inverseOf")
    pairs, found = _twins(subject, kinds, *relations)
    good = _paired(pairs)
    cure = "add owl:equivalentProperty or rdfs:subPropertyOf, or rename one"
    bad = "properties have the name of another that they are not related to"
    return of_terms(subject, found, bad, good, cure)


def swapped(subject: Subject) -> Result:
    """P20: labels and definitions that are empty, alike or swapped."""
    facts, found = subject.ontology, []
    for term in subject.terms:
        names = _labels(facts, term)
        texts = facts.names(term, "skos:definition", "rdfs:comment")
        empty = any(not text.strip() for text in (*names, *texts))
        alike = any(n.lower() == t.lower() for n in names for t in texts)
        longer = any(len(n.split()) > len(t.split()) for n in names for t in texts)
        if empty or alike or longer:
            found.append(term)
    good = "no label or definition is empty, both alike, or the label the longer one"
    cure = "put the name into rdfs:label and the meaning into skos:definition"
    return of_terms(subject, found, "terms have label and definition confused", good, cure)


def miscellaneous(subject: Subject) -> Result:
    """P21: a class for what fits nowhere else."""
    found = [c for c in subject.classes if _MISCELLANEOUS & set(_words(_local(c)))]
    cure = "put its members into the class above"
    good = "no class is called “other” or “miscellaneous”"
    return of_terms(subject, found, "classes take what fits nowhere else", good, cure)


def naming(subject: Subject) -> Result:
    """P22: names written in different ways."""
    found: list[str] = []
    for things in (subject.classes, subject.properties):
        styles = {t: (_local(t)[:1].isupper(), bool(re.search("[_-]", _local(t)))) for t in things}
        if styles:
            usual = Counter(styles.values()).most_common(1)[0][0]
            found += [t for t, style in styles.items() if style != usual]
    good = "classes, and properties, are each named in one way"
    return of_terms(subject, found, "terms are named otherwise than most", good, "rename them")


def same_class(subject: Subject) -> Result:
    """P30: classes of the same name that nothing relates."""
    relations = ("owl:equivalentClass", "rdfs:subClassOf", "owl:disjointWith")
    pairs, found = _twins(subject, ("owl:Class", "rdfs:Class"), *relations)
    good = _paired(pairs)
    cure = "add owl:equivalentClass or rdfs:subClassOf, or rename one"
    bad = "classes have the name of another that they are not related to"
    return of_terms(subject, found, bad, good, cure)


def same_label(subject: Subject) -> Result:
    """P32: classes with the same label."""
    groups: dict[str, list[str]] = defaultdict(list)
    for term in subject.classes:
        for text in {t.lower() for t in _labels(subject.ontology, term)}:
            groups[text].append(term)
    found = [t for group in groups.values() if len(group) > 1 for t in group]
    good = "no two classes have the same label"
    return of_terms(subject, found, "classes share a label", good, "give each its own label")
