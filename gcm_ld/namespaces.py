"""Every prefix and every IRI pattern of the project, once."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

#: Home of the ontology; its terms follow the ``#``.
ONTOLOGY: Final = "https://w3id.org/gcm-ld/ontology"
#: Home of every framework, crosswalk and source that this project names.
ID: Final = "https://w3id.org/gcm-ld/id/"
#: The Compact, and the SDGs under the UN's own scheme IRI.
GCM: Final = ID + "gcm"
SDG: Final = "http://metadata.un.org/sdg"
#: The EU's authority table of countries, whose codes are those of ISO 3166-1 alpha-3.
COUNTRIES: Final = "http://publications.europa.eu/resource/authority/country"

#: Home of the cubes' structures, dimensions, code lists and units.
CUBE: Final = ID + "cube/"

#: prefix → namespace; bound in every file that we write, where it is used.
PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gcmo": ONTOLOGY + "#",
    "gcmsh": "https://w3id.org/gcm-ld/shapes#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdg": SDG + "/",
    "sdgo": "http://metadata.un.org/sdg/ontology#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "sdmx-concept": "http://purl.org/linked-data/sdmx/2009/concept#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "sssom": "https://w3id.org/sssom/",
    "stat": "http://data.europa.eu/s1n/",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

GCMO: Final = PREFIXES["gcmo"]
GCMSH: Final = PREFIXES["gcmsh"]
RDF: Final = PREFIXES["rdf"]
RDFS: Final = PREFIXES["rdfs"]
SKOS: Final = PREFIXES["skos"]
DCTERMS: Final = PREFIXES["dcterms"]
PROV: Final = PREFIXES["prov"]
SH: Final = PREFIXES["sh"]
SSSOM: Final = PREFIXES["sssom"]
XSD: Final = PREFIXES["xsd"]


def quote(code: str) -> str:
    """Escape what an IRI's last step may not hold, as SPARQL's ``ENCODE_FOR_URI`` does.

    >>> quote("1.a"), quote("A/1 b")
    ('1.a', 'A%2F1%20b')
    """
    if code.isascii() and code.replace(".", "").replace("-", "").isalnum():
        return code
    from urllib import parse

    return parse.quote(code, safe="")


@lru_cache(maxsize=1024)
def expand(curie: str) -> str:
    """Expand ``prefix:name`` to a full IRI.

    :param curie: a name with one of :data:`PREFIXES`, or an IRI in full, which stays as it is.
    :returns: the IRI.
    :raises KeyError: if the prefix is not ours.

    >>> expand("gcmo:Objective")
    'https://w3id.org/gcm-ld/ontology#Objective'
    """
    if "://" in curie:
        return curie
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


@lru_cache(maxsize=1024)
def compact(iri: str) -> str:
    """Shorten an IRI for people: a CURIE, or its path below our own ``/id/``.

    :param iri: a full IRI.
    :returns: the shortest form that a reader can tell apart; the IRI itself
        where no prefix fits.

    >>> compact("https://w3id.org/gcm-ld/id/gcm/action/1.a")
    'gcm/action/1.a'
    >>> compact("http://www.w3.org/2004/02/skos/core#prefLabel")
    'skos:prefLabel'
    """
    if iri.startswith(ID):
        return iri[len(ID) :]
    best = max(
        ((p, ns) for p, ns in PREFIXES.items() if iri.startswith(ns) and iri != ns),
        key=lambda item: len(item[1]),
        default=None,
    )
    return f"{best[0]}:{iri[len(best[1]) :]}" if best else iri


def framework_iri(code: str) -> str:
    """Return the IRI of a framework: the UN's own for the SDGs, ours for the rest.

    >>> framework_iri("alb-nsm-2019")
    'https://w3id.org/gcm-ld/id/alb-nsm-2019'
    >>> framework_iri("sdg")
    'http://metadata.un.org/sdg'
    """
    return SDG if code == "sdg" else ID + quote(code)


def element_iri(framework: str, kind: str, code: str) -> str:
    """Return the IRI of a framework's element, built from its own code.

    :param framework: the framework's code, such as ``gcm``.
    :param kind: the element's class in lower case, such as ``action``.
    :param code: the element's notation, such as ``1.a``.

    >>> element_iri("gcm", "action", "1.a")
    'https://w3id.org/gcm-ld/id/gcm/action/1.a'
    >>> element_iri("sdg", "target", "10.7")
    'http://metadata.un.org/sdg/10.7'
    """
    base = framework_iri(framework)
    return f"{base}/{quote(code)}" if framework == "sdg" else f"{base}/{kind}/{quote(code)}"


def crosswalk_iri(subject: str, against: str, *, by: str | None = None) -> str:
    """Return the IRI of the crosswalk between two frameworks, by their codes.

    :param subject: the code of the framework that links start from.
    :param against: the code of the one that they end at.
    :param by: the code of the framework whose crosswalk says so, where it is neither of them:
        each country has links of its own between the Compact and the SDGs.

    >>> crosswalk_iri("gcm", "sdg")
    'https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg'
    >>> crosswalk_iri("gcm", "sdg", by="xkx-2030")
    'https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg--xkx-2030'
    """
    codes = [subject, against] + ([by] if by else [])
    return f"{ID}crosswalk/" + "--".join(map(quote, codes))


def country_iri(code: str) -> str:
    """Return the IRI of a country in the EU's authority table, by its ISO alpha-3 code.

    >>> country_iri("ALB")
    'http://publications.europa.eu/resource/authority/country/ALB'
    """
    return COUNTRIES + "/" + quote(code)


def alignment_iri(crosswalk: str, subject: str, obj: str) -> str:
    """Return the IRI of one link of a crosswalk, by the codes it joins.

    >>> alignment_iri(crosswalk_iri("gcm", "sdg"), "1.a", "17.18")
    'https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg/alignment/1.a--17.18'
    """
    return f"{crosswalk}/alignment/{quote(subject)}--{quote(obj)}"


def concept_code(iri: str) -> str:
    """Return the code of a breakdown's concept, as it stands in the IRI of an observation.

    :param iri: a concept of sex, age, migration status or nationality, or a country.

    >>> concept_code(expand("sdmx-code:sex-T")), concept_code(CUBE + "age/_T")
    ('_T', '_T')
    >>> concept_code(country_iri("ALB"))
    'ALB'
    """
    code = iri.rpartition("/")[2].rpartition("#sex-")[2]
    return "_T" if code == "T" and "#sex-" in iri else code


def observation_iri(
    dataset: str,
    slug: str,
    period: str,
    *,
    sex: str = "_T",
    age: str = "_T",
    status: str = "_T",
    nationality: str = "_T",
    edition: str | int | None = None,
    reference: str | None = None,
) -> str:
    """Return the IRI of an observation, by the codes of its cell.

    :param dataset: IRI of the data set, such as ``…/id/xkx-2025/values``.
    :param slug: what follows ``/indicator/`` in the IRI of the indicator.
    :param period: such as ``2021``, ``2021-05``, ``2021-Q1`` or ``2021-S1``.
    :param sex: code of the sex; ``_T`` for the total, as in the others.
    :param age: code of the age.
    :param status: code of the migration status.
    :param nationality: code of the nationality.
    :param edition: number of an earlier value, in the order published.
    :param reference: ``baseline``, ``milestone`` or ``target``.

    >>> observation_iri(ID + "xkx-2025/values", "plans", "2021")
    'https://w3id.org/gcm-ld/id/xkx-2025/values/plans/2021'
    >>> targets = ID + "xkx-2025/targets"
    >>> compact(observation_iri(targets, "plans", "2030", sex="F", reference="target"))
    'xkx-2025/targets/plans/target/2030/F._T._T._T'
    """
    steps = [dataset, slug, *([reference] if reference else []), quote(period)]
    breakdown = (sex, age, status, nationality)
    if breakdown != ("_T",) * 4:
        steps.append(".".join(map(quote, breakdown)))
    if edition is not None:
        steps.append(str(edition))
    return "/".join(steps)
