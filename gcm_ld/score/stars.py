"""Five stars for open data, and five stars for mappings.

A star that asks for several things is told thing by thing, so that what can't be tested offline
stands apart from what can.
"""

from __future__ import annotations

from collections.abc import Callable

from gcm_ld.namespaces import GCMO, SKOS
from gcm_ld.score.dwbp import outside_links
from gcm_ld.score.facts import name_of, named
from gcm_ld.score.licences import without_open_licence
from gcm_ld.score.model import (
    Ask,
    Check,
    Result,
    Scheme,
    judgement,
    network,
    presence,
    published,
    share,
)
from gcm_ld.score.subject import Folder, Subject, split_name

__all__ = ["DATA_STARS", "MAPPING_STARS"]

_AGAIN = "publish anew with gcm-ld publish"
_PRECISIONS = {
    SKOS + name
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}
#: Formats that belong to nobody, by the ending of a dump.
_OPEN_FORMATS = ("ttl", "nt.gz", "nt", "jsonld", "rdf", "trig", "nq.gz", "nq", "csv", "json", "tsv")
_NO_LINK = "there is no link"


def _licensed(subject: Subject) -> Result:
    lacking = without_open_licence(subject.data, subject.crosswalks)
    said = "crosswalks are under an open licence"
    cure = "name an open licence, such as CC BY 4.0 (dcterms:license)"
    return share(subject.crosswalks, lacking, said, cure, none="there is no crosswalk")


def _structured(subject: Subject, site: Folder) -> Result:
    dumps = site.dumps
    if not dumps:
        return presence(0, "", "there is no file in dumps/", _AGAIN)
    lacking = [name for name, count in dumps.items() if not count]
    return share(dumps, lacking, "files in dumps/ hold statements", _AGAIN, none="")


def _open_formats(subject: Subject, site: Folder) -> Result:
    files = site.names("dumps/**/*")
    if not files:
        return presence(0, "", "there is no file in dumps/", _AGAIN)
    lacking = [name for name in files if split_name(name)[1] not in _OPEN_FORMATS]
    return share(files, lacking, "files in dumps/ are in open formats", _AGAIN, none="")


def _addresses(subject: Subject) -> Result:
    things = subject.data.subjects()
    lacking = named(t for t in things if not t.startswith(("http://", "https://")))
    said = "things have an HTTP address"
    return share(things, lacking, said, "give every thing an http(s) IRI", none="no statement")


def _context(subject: Subject) -> Result:
    found = outside_links(subject.data)
    places = ", ".join(f"{host} ({n})" for host, n in list(found.items())[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    good = f"{sum(found.values())} links to things of others: {places}{more}"
    return presence(len(found), good, "no link to a thing of others", "link to the SDGs, countries")


DATA_STARS = Scheme(
    "five-star-data",
    "Five stars of open data",
    "Tim Berners-Lee, 2010",
    "https://5stardata.info/en/",
    (
        Check("1-licence", "★ Under an open licence", _licensed),
        Check("1-web", "★ On the Web", network("whether the data can be fetched")),
        Check("2-structured", "★★ As data for programs", published(_structured)),
        Check("3-open-format", "★★★ In a format that belongs to nobody", published(_open_formats)),
        Check("4-addresses", "★★★★ Things have addresses", _addresses),
        Check("5-context", "★★★★★ Linked to the data of others", _context),
    ),
)


def _of_links(lacks: Callable[[Subject, str], bool], said: str, cure: str) -> Ask:
    """Return a check of every link."""

    def ask(subject: Subject) -> Result:
        lacking = [link for link in subject.links if lacks(subject, link)]
        return share(subject.links, lacking, f"links {said}", cure, none=_NO_LINK)

    return ask


def _one_end(subject: Subject, link: str) -> bool:
    ends = [subject.data.names(link, p) for p in ("gcmo:subject", "gcmo:object")]
    return any(len(e) != 1 or not e[0].startswith(("http://", "https://")) for e in ends)


def _no_precision(subject: Subject, link: str) -> bool:
    return not _PRECISIONS & set(subject.data.names(link, "gcmo:relation"))


def _no_predicate(subject: Subject, link: str) -> bool:
    return subject.relations.isdisjoint(subject.data.names(link, "gcmo:relation"))


def _unlabelled(subject: Subject, link: str) -> bool:
    ends = (name_of(v) for v in subject.data.values(link, "gcmo:subject", "gcmo:object"))
    return not all(subject.known.has(end, "skos:prefLabel") for end in ends)


def _confident(subject: Subject) -> Result:
    """Ask of links that somebody judged; a source that states a link gives no number."""
    facts = subject.data
    judged = [a for a in facts.having("gcmo:basis", "gcmo:Curated") if a in set(subject.links)]
    lacking = []
    for link in judged:
        numbers = [float(t) for t in facts.names(link, "sssom:confidence") if _is_number(t)]
        if not any(0 <= n <= 1 for n in numbers):
            lacking.append(link)
    said = f"curated links have a confidence from 0 to 1; of {len(subject.links)} in all"
    none = "no link is curated, and those that a source states have no confidence"
    return share(judged, lacking, said, "add sssom:confidence", none=none)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _computable(subject: Subject, site: Folder) -> Result:
    held = {split_name(name)[0].rpartition("/")[2] for name, count in site.dumps.items() if count}
    lacking = [c for c in subject.crosswalks if c.rpartition("/")[2] not in held]
    said = "crosswalks can be had as a file for programs"
    return share(subject.crosswalks, lacking, said, _AGAIN, none="there is no crosswalk")


def _exported(subject: Subject) -> Result:
    lacking = set(subject.links) - subject.mappings.keys()
    said = "links come out of gcm-ld export --format sssom"
    cure = "describe both ends and the crosswalk of each, then gcm-ld validate"
    return share(subject.links, lacking, said, cure, none=_NO_LINK)


def _unjustified(subject: Subject, link: str) -> bool:
    """Tell whether a link lacks a justification, and a source or rule in its place."""
    facts = subject.data
    if facts.has(link, "sssom:mapping_justification"):
        return False
    basis = facts.names(link, "gcmo:basis")
    if GCMO + "Derived" in basis:
        return not facts.has(link, "gcmo:derivedBy")
    return GCMO + "Stated" not in basis or not facts.has(link, "gcmo:statedIn", "dcterms:source")


def _undated(subject: Subject, link: str) -> bool:
    facts = subject.data
    holders = (link, *facts.names(link, "gcmo:inCrosswalk"))
    dates = ("dcterms:created", "dcterms:issued", "dcterms:modified", "dcterms:date")
    return not any(facts.has(holder, *dates) for holder in holders)


def _homeless(subject: Subject, link: str) -> bool:
    return not all(subject.schemes_of(link))


def _unversioned(subject: Subject, link: str) -> bool:
    versions = ("owl:versionInfo", "owl:versionIRI", "dcat:version")
    return not all(
        schemes and all(subject.known.has(scheme, *versions) for scheme in schemes)
        for schemes in subject.schemes_of(link)
    )


def _setless(subject: Subject, link: str) -> bool:
    sets = subject.data.names(link, "gcmo:inCrosswalk")
    return len(sets) != 1 or sets[0] not in subject.crosswalks


def _slot(*slots: str, cure: str) -> Ask:
    """Return a check that every mapping has one of some slots when it is exported as SSSOM."""

    def ask(subject: Subject) -> Result:
        lacking = [
            link
            for link in subject.links
            if not any(subject.mappings.get(link, {}).get(slot) for slot in slots)
        ]
        said = f"links have {' or '.join(slots)} when exported as SSSOM"
        return share(subject.links, lacking, said, cure, none=_NO_LINK)

    return ask


def _described(subject: Subject) -> Result:
    """Ask for a description and a version, in the data or the catalogue."""
    places = [(subject.data, c, c) for c in subject.crosswalks]
    if subject.site is not None:
        named = {d.rpartition("/")[2]: d for d in subject.site.datasets}
        places += [
            (subject.site.catalogue, c, named.get(c.rpartition("/")[2], c))
            for c in subject.crosswalks
        ]
    described = {c for facts, c, name in places if facts.has(name, "dcterms:description")}
    versions = ("owl:versionInfo", "dcat:version")
    versioned = {c for facts, c, name in places if facts.has(name, *versions)}
    lacking = set(subject.crosswalks) - (described & versioned)
    said = "crosswalks have a description and a version, in the data or the catalogue"
    cure = "add dcterms:description and owl:versionInfo, or publish, then --site OUT/"
    return share(subject.crosswalks, lacking, said, cure, none="there is no crosswalk")


MAPPING_STARS = Scheme(
    "five-star-mappings",
    "Five stars of mappings",
    "5-Star Entity Mappings, a draft in the documentation of SSSOM",
    "https://mapping-commons.github.io/sssom/5star-mappings/",
    (
        Check(
            "1-identifiers",
            "★ Both ends have a global identifier",
            _of_links(_one_end, "have one subject and one object with an address", "name both"),
        ),
        Check(
            "1-precision",
            "★ It is said how precise a link is",
            _of_links(
                _no_precision, "are exact, close, broad, narrow or related", "add gcmo:relation"
            ),
        ),
        Check("1-format", "★ In a format that can be computed with", published(_computable)),
        Check("1-public", "★ In a public place", network("whether the mappings can be fetched")),
        Check(
            "1-labels",
            "★ Both ends have labels (optional)",
            _of_links(_unlabelled, "join two things with a label", "add skos:prefLabel"),
        ),
        Check(
            "2-repository",
            "★★ Under public version control with an issue tracker",
            network("whether the repository is public"),
        ),
        Check(
            "2-predicate",
            "★★ The relation is named by a shared term",
            _of_links(
                _no_predicate,
                "use a relation that the ontology lists",
                "use a skos:…Match property",
            ),
        ),
        Check("2-confidence", "★★ It is said how sure a link is, where fit", _confident),
        Check("2-licence", "★★ Under an open licence", _licensed),
        Check("3-sssom", "★★★ Can be had as SSSOM", _exported),
        Check(
            "3-justification",
            "★★★ It is said why a link was made",
            _of_links(
                _unjustified,
                "have a justification, or name the source or rule that they rest on",
                "add sssom:mapping_justification, or the source",
            ),
        ),
        Check(
            "3-date",
            "★★★ It is said when a link was made",
            _of_links(_undated, "have a date, or their crosswalk has", "add dcterms:created"),
        ),
        Check(
            "3-sources",
            "★★★ The vocabularies of both ends are named",
            _of_links(_homeless, "join things of a known framework", "add skos:inScheme"),
        ),
        Check(
            "3-source-versions",
            "★★★ The versions of these are named",
            _of_links(
                _unversioned, "join frameworks that name their version", "add owl:versionInfo"
            ),
        ),
        Check(
            "3-author",
            "★★★ It is said who or which tool made a link",
            _slot(
                "author_id",
                "author_label",
                "mapping_tool",
                cure="add dcterms:creator to the link, or to the source that states it",
            ),
        ),
        Check("4-registry", "★★★★ In a public registry", network("whether a registry lists them")),
        Check(
            "4-set-id",
            "★★★★ Links are in a set with an identifier",
            _of_links(_setless, "are in one crosswalk that has an address", "add gcmo:inCrosswalk"),
        ),
        Check("4-set-description", "★★★★ Sets have a description and a version", _described),
        Check(
            "4-provider",
            "★★★★ It is said whose mappings they are",
            _slot(
                "mapping_provider", "author_id", cure="add dcterms:source to the crosswalk or link"
            ),
        ),
        Check(
            "4-executable",
            "★★★★ The justification can be run",
            judgement("whether a reader could repeat what the justification says"),
        ),
        Check(
            "5-current",
            "★★★★★ Fits the newest versions of both vocabularies",
            network("what the newest versions are; gcm-ld check --vocabulary compares SDG codes"),
        ),
        Check(
            "5-issues",
            "★★★★★ Issues are answered within three months",
            network("what the issue tracker says"),
        ),
        Check(
            "5-lifecycle",
            "★★★★★ Kept up with tools",
            judgement("whether there is a routine for new versions; gcm-ld diff and suggest help"),
        ),
    ),
)
