"""FOOPS!: whether an ontology follows the FAIR principles.

What asks the Web is not tested; the rest is asked of the ontology's header and terms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import pyoxigraph as ox

from gcm_ld.namespaces import PREFIXES, compact
from gcm_ld.score.facts import Facts, name_of, namespace_of, sort_names
from gcm_ld.score.model import (
    Ask,
    Check,
    Result,
    Scheme,
    Verdict,
    faults,
    network,
    presence,
    published,
    share,
    untested,
)
from gcm_ld.score.subject import Folder, Subject

__all__ = ["FOOPS", "is_persistent"]

#: Namespaces that FOOPS! takes metadata from (VOC1), beside those that we use ourselves.
_BIBO = "http://purl.org/ontology/bibo/"
_CC = "http://creativecommons.org/ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_DOAP = "http://usefulinc.com/ns/doap#"
_MOD = "https://w3id.org/mod#"
_PAV = "http://purl.org/pav/"
_SCHEMA = PREFIXES["schema"]

#: field → the properties that may hold it.
_TITLE = {"title": ("dcterms:title", f"{_DC}title", f"{_SCHEMA}name")}
_DESCRIPTION = {
    "description": (
        "dcterms:description",
        "dcterms:abstract",
        "rdfs:comment",
        "skos:note",
        f"{_DC}description",
        f"{_DC}abstract",
        f"{_SCHEMA}description",
        f"{_DOAP}description",
        f"{_DOAP}shortdesc",
    )
}
_LICENSE = {"licence": ("dcterms:license", f"{_SCHEMA}license", f"{_DOAP}license", f"{_CC}license")}
_RIGHTS = ("dcterms:rights", "dcterms:accessRights", f"{_DC}rights")
_VERSION_IRI = {"version IRI": ("owl:versionIRI",)}
_CREATOR = {
    "creator": (
        "dcterms:creator",
        "prov:wasAttributedTo",
        f"{_DC}creator",
        f"{_PAV}createdBy",
        f"{_PAV}authoredBy",
        f"{_SCHEMA}creator",
        f"{_DOAP}developer",
    )
}
_NAMESPACE = {"namespace": ("vann:preferredNamespaceUri",)}
_PREFIX = {"prefix": ("vann:preferredNamespacePrefix",)}
_VERSION = {"version": ("owl:versionInfo", f"{_SCHEMA}schemaVersion")}
_CREATED = {
    "date of creation": (
        "dcterms:created",
        "prov:generatedAtTime",
        f"{_SCHEMA}dateCreated",
        f"{_DOAP}created",
        f"{_PAV}createdOn",
    )
}
_CITATION = {"citation": ("dcterms:bibliographicCitation",)}
_PUBLISHER = {"publisher": ("dcterms:publisher", f"{_DC}publisher", f"{_SCHEMA}publisher")}
_LOGO = {"logo": ("foaf:logo", f"{_SCHEMA}logo")}
_STATUS = {"status": (f"{_BIBO}status", f"{_MOD}status")}
_SOURCE = {"source": ("dcterms:source", "prov:hadOriginalSource")}
_ISSUED = {"date of issue": ("dcterms:issued",)}
_ISSUED_ANY = {"date of issue": ("dcterms:issued", "dcterms:submitted", f"{_SCHEMA}datePublished")}
_DOI = (f"{_BIBO}doi", f"{_SCHEMA}identifier", "dcterms:identifier")

#: Hosts that FOOPS! takes for persistent; ``purl.`` stands for any that begins so and ends in
#: ``.org``.
_PERSISTENT = (
    "w3id.org",
    "doi.org",
    "linked.data.gov.au",
    "dbpedia.org",
    "www.w3.org",
    "perma.cc",
    "data.europa.eu",
)
_LABELS = ("rdfs:label", "skos:prefLabel")
_DEFINITIONS = ("rdfs:comment", "skos:definition", "http://purl.obolibrary.org/obo/IAO_0000118")
#: What joins a term to another.
_RELATED = (
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "rdfs:domain",
    "rdfs:range",
    "owl:equivalentClass",
    "owl:equivalentProperty",
    "owl:disjointWith",
)
_SERIALIZATIONS = ("ontology.ttl", "ontology.rdf", "ontology.jsonld", "ontology.nt")


def is_persistent(iri: str) -> bool:
    """Tell whether an IRI is on a host that promises to keep addresses.

    >>> is_persistent("https://w3id.org/gcm-ld/ontology"), is_persistent("https://example.org/o")
    (True, False)
    """
    host = urlsplit(iri).hostname or ""
    purl = host.startswith("purl.") and host.endswith(".org")
    return purl or any(host == known or host.endswith(f".{known}") for known in _PERSISTENT)


def _metadata(*fields: Mapping[str, tuple[str, ...]], doi: bool = False) -> Ask:
    """Return a check that the ontology's header has every one of some fields."""
    wanted = {name: properties for field in fields for name, properties in field.items()}

    def ask(subject: Subject) -> Result:
        facts = subject.ontology
        lacking = [name for name, ps in wanted.items() if not facts.has(subject.iri, *ps)]
        names = list(wanted)
        if doi:
            names.append("DOI")
            if not any("10." in v for v in facts.names(subject.iri, *_DOI)):
                lacking.append("DOI")
        cure = "add to the ontology's header: " + ", ".join(lacking)
        return share(names, lacking, f"fields: {', '.join(names)}", cure, none="")

    return ask


def _persistent(subject: Subject) -> Result:
    if is_persistent(subject.iri):
        return presence(1, f"{subject.iri} is kept by a permanent redirection service", "", "")
    bad = f"{subject.iri or 'no ontology IRI'} is on no known host for permanent addresses"
    return presence(0, "", bad, "name the ontology by an address at w3id.org or the like")


def _protocol(subject: Subject) -> Result:
    found = urlsplit(subject.iri).scheme in ("http", "https")
    bad = f"{subject.iri or 'no ontology IRI'} is no HTTP address"
    return presence(found, f"{subject.iri} is an HTTP address", bad, "use an http(s) IRI")


def _version_iri(subject: Subject) -> Result:
    versions = subject.ontology.names(subject.iri, "owl:versionIRI")
    other = [v for v in versions if v != subject.iri]
    bad = f"the version IRI is the ontology's own ({versions[0]})" if versions else "no version IRI"
    return presence(other, f"owl:versionIRI {other[0] if other else ''}", bad, "add owl:versionIRI")


def _license(subject: Subject) -> Result:
    found = subject.ontology.names(subject.iri, *_LICENSE["licence"], *_RIGHTS)
    good = f"{found[0] if found else ''}"
    return presence(found, good, "no licence and no rights in the header", "add dcterms:license")


def _prefix(subject: Subject) -> Result:
    found = subject.ontology.names(subject.iri, *_PREFIX["prefix"])
    good = f"vann:preferredNamespacePrefix {found[0] if found else ''}"
    return presence(found, good, "no prefix in the header", "add vann:preferredNamespacePrefix")


def _preserved(subject: Subject) -> Result:
    found = subject.ontology.names(subject.iri, f"{_SCHEMA}includedInDataCatalog")
    if found:
        return presence(found, f"the header names a catalogue: {found[0]}", "", "")
    return untested("needs the network: whether Linked Open Vocabularies lists the ontology")


def _rdf(subject: Subject) -> Result:
    """Ask whether the ontology was read, and every serialization of it that is published."""
    read = len(subject.ontology)
    files = []
    if subject.site:
        files = [name for name in _SERIALIZATIONS if subject.site.has(name)]
        bad = [name for name in files if not subject.site.triples(name)]
        if bad or not files:
            what = "published files can't be read" if files else "no file of the ontology"
            return Result(
                verdict=Verdict.FAILED, evidence=what, offenders=tuple(bad),
                cure="publish anew with gcm-ld publish",
            )  # fmt: skip
    good = f"{read} statements were read"
    if files:
        good += f"; published and read back: {', '.join(files)}"
    return presence(read, good, "nothing could be read", "give the ontology as RDF")


def _html(subject: Subject, site: Folder) -> Result:
    text = site.text("ontology.html")
    terms = subject.terms or (subject.iri,)
    # As an anchor, an address or a prefixed name: a name alone may be a word of some sentence.
    named = set(re.findall(r"(?<=[#:\"'])[\w-]+", text))
    lacking = [iri for iri in terms if iri.removeprefix(subject.namespace) not in named]
    said = "terms stand in ontology.html (as a file; not asked for over the Web)"
    return share(terms, lacking, said, "publish anew with gcm-ld publish", none="")


def _metadata_vocabularies(subject: Subject) -> Result:
    used = {namespace_of(p) for p in subject.ontology.used_by(subject.iri)} if subject.iri else ()
    taken = {PREFIXES[p] for p in ("dcterms", "vann", "prov", "foaf", "owl", "rdfs")}
    taken |= {_BIBO, _DC, _DOAP, _MOD, _PAV, _SCHEMA}
    found = sort_names(_prefix_of(n) for n in taken & set(used))
    bad = "the header uses no shared metadata vocabulary"
    return presence(found, f"header: {', '.join(found)}", bad, "describe it with dcterms and vann")


def _reused_vocabularies(subject: Subject) -> Result:
    facts = subject.ontology
    imported = facts.names(subject.iri, "owl:imports") if subject.iri else ()
    basic = (*(PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd")), subject.namespace)
    names = {name_of(v) for _, v in facts.pairs(*_RELATED) if isinstance(v, ox.NamedNode)}
    names |= set(
        facts.of_class("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
        + facts.of_class("owl:AnnotationProperty")
    )
    others = {namespace_of(n) for n in names if not n.startswith((*basic, "_:"))}
    found = imported or sort_names(_prefix_of(n) for n in others)
    good = f"{'imports' if imported else 'uses terms of'} {', '.join(found)}"
    return presence(found, good, "no term of another vocabulary", "reuse what others have defined")


def _prefix_of(namespace: str) -> str:
    return next((p for p, iri in PREFIXES.items() if iri == namespace), namespace)


def _documented(properties: tuple[str, ...], what: str) -> Ask:
    """Return a check that every own term has one of some properties."""

    def ask(subject: Subject) -> Result:
        lacking = [t for t in subject.terms if not subject.ontology.has(t, *properties)]
        none = "the ontology defines no term of its own"
        cure = f"add {compact(properties[0])} or {compact(properties[1])}"
        return share(
            subject.terms, lacking, f"classes and properties have a {what}", cure, none=none
        )

    return ask


def _one_home(subject: Subject, site: Folder) -> Result:
    """Ask whether the published files of the ontology declare one IRI, and the same one."""
    files = [name for name in _SERIALIZATIONS if site.has(name)]
    found = {n: Facts(site.triples(n) or ()).of_class("owl:Ontology") for n in files}
    first = next(iter(found.values()), ())
    different = [n for n, iris in found.items() if len(iris) != 1 or iris != first]
    if different or not files:
        return faults(
            different or ["ontology.ttl"],
            "of the published files of the ontology are absent or declare other IRIs",
            "",
            "publish anew with gcm-ld publish",
        )
    return untested(
        f"needs the network: whether {first[0]} serves what declares that IRI, as "
        f"{', '.join(files)} do"
    )


FOOPS = Scheme(
    "foops",
    "FOOPS! FAIR ontology checks",
    "24 tests of version 0.0.1, as of April 2026",
    "https://w3id.org/foops/catalog",
    (
        Check("PURL1", "The ontology has a persistent address", _persistent),
        Check("URI1", "The ontology's address answers", network("whether the IRI answers")),
        Check("URI2", "What the address serves declares that same IRI", published(_one_home)),
        Check("VER1", "The version has an IRI of its own", _version_iri),
        Check("VER2", "The version's IRI answers", network("whether the version IRI answers")),
        Check(
            "OM1",
            "The least metadata is there",
            _metadata(_TITLE, _DESCRIPTION, _LICENSE, _VERSION_IRI, _CREATOR, _NAMESPACE),
        ),
        Check(
            "OM2",
            "The recommended metadata is there",
            _metadata(_PREFIX, _VERSION, _CREATED, _CITATION),
        ),
        Check(
            "OM3",
            "Detailed metadata is there",
            _metadata(_PUBLISHER, _LOGO, _STATUS, _SOURCE, _ISSUED, doi=True),
        ),
        Check("OM4.1", "A licence is declared", _license),
        Check(
            "OM4.2", "The licence can be looked up", network("whether the licence's IRI answers")
        ),
        Check("OM5.1", "Its origin is told: who, and when", _metadata(_CREATOR, _CREATED)),
        Check("OM5.2", "Its origin is told in detail", _metadata(_ISSUED_ANY, _PUBLISHER)),
        Check("FIND1", "A prefix is declared", _prefix),
        Check("FIND2", "The prefix is registered", network("whether prefix.cc or LOV lists it")),
        Check("FIND3", "A community registry lists it", network("whether a registry lists it")),
        Check("FIND_3_BIS", "Its metadata outlive it", _preserved),
        Check("HTTP1", "It is reached by an open protocol", _protocol),
        Check(
            "CN1",
            "The server answers with the RDF format asked for",
            network("what the server answers to Accept headers"),
        ),
        Check("RDF1", "It is there as RDF that can be read", _rdf),
        Check("VOC1", "Its metadata use shared vocabularies", _metadata_vocabularies),
        Check("VOC2", "It builds on other vocabularies", _reused_vocabularies),
        Check("VOC3", "Every term has a label", _documented(_LABELS, "label")),
        Check("VOC4", "Every term has a definition", _documented(_DEFINITIONS, "definition")),
        Check("DOC1", "There is HTML documentation", published(_html)),
    ),
)
