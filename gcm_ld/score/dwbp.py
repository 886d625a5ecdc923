"""Data on the Web Best Practices: 35 pieces of advice to publishers and those who reuse data."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, GCMO, ID, PREFIXES, SDG, expand
from gcm_ld.queries import list_rules
from gcm_ld.score.facts import Facts, name_of, named, namespace_of, sort_names
from gcm_ld.score.foops import is_persistent
from gcm_ld.score.licences import without_open_licence
from gcm_ld.score.model import (
    Ask,
    Check,
    Result,
    Scheme,
    faults,
    inapplicable,
    judgement,
    network,
    presence,
    published,
    share,
    untested,
)
from gcm_ld.score.subject import Folder, Subject, split_name
from gcm_ld.words import plural

__all__ = ["DWBP", "outside_links"]

_ADMS = PREFIXES["adms"]
_AGAIN = "publish anew with gcm-ld publish"
#: Whose addresses are kept by the institutions that issue them.
_AUTHORITIES = (SDG, COUNTRIES)
#: Whole settings of servers, and the media types that they are told to answer with.
_SETTINGS = ("hosting/nginx.conf", "hosting/apache.conf")
_MEDIA_TYPES = (
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
)
_DATED = {PREFIXES["xsd"] + t for t in ("date", "dateTime", "gYear", "gYearMonth")}
_NAMES = ("skos:prefLabel", "dcterms:title")
_BASIC = tuple(PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
#: field → the properties of a dataset that hold it (BP2).
_DESCRIPTIVE = {
    "title": ("dcterms:title",),
    "description": ("dcterms:description",),
    "keywords or theme": ("dcat:keyword", "dcat:theme"),
    "publisher": ("dcterms:publisher",),
    "contact point": ("dcat:contactPoint",),
    "date of issue or change": ("dcterms:issued", "dcterms:modified"),
    "language": ("dcterms:language",),
}
_SERIES = (
    "dcat:hasVersion",
    "dcat:isVersionOf",
    "dcat:hasCurrentVersion",
    "dcat:inSeries",
    "dcterms:hasVersion",
    "dcterms:isVersionOf",
    "owl:versionIRI",
)
_HISTORY = (
    "dcat:previousVersion",
    "prov:wasRevisionOf",
    "dcterms:replaces",
    f"{_ADMS}versionNotes",
    f"{_ADMS}prev",
    "owl:priorVersion",
)


def _every_dataset(said: str, cure: str, *fields: tuple[str, ...]) -> Ask:
    """Return a check that every dataset of the catalogue has all of some fields."""

    def ask(subject: Subject, site: Folder) -> Result:
        if not site.datasets:
            return presence(0, "", "catalog.ttl lists no dataset", _AGAIN)
        facts = site.catalogue
        lacking = [d for d in site.datasets if not all(facts.has(d, *names) for names in fields)]
        return share(site.datasets, lacking, f"datasets of catalog.ttl {said}", cure, none="")

    return published(ask)


def _metadata(subject: Subject, site: Folder) -> Result:
    wanted = ("index.html", "catalog.ttl")
    lacking = [name for name in wanted if not site.has(name)]
    if site.has("catalog.ttl") and not site.datasets:
        lacking.append("catalog.ttl")
    said = f"of {', '.join(wanted)} describe {plural(len(site.datasets), 'dataset')}"
    return share(wanted, lacking, said, _AGAIN, none="")


def _structure(subject: Subject) -> Result:
    """Ask whether the ontology defines each of its terms that the data use."""
    facts = subject.data
    used = {p for p in facts.predicates() if p.startswith(GCMO)}
    used |= {n for _, v in facts.pairs("rdf:type") if (n := name_of(v)).startswith(GCMO)}
    declared = set(
        subject.ontology.of_class("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
    ) | set(subject.ontology.of_class("owl:AnnotationProperty"))
    said = "of our terms that the data use are declared in the ontology"
    return share(
        used, used - declared, said, "declare them in the ontology, or correct the data",
        none="the data use no class or property of the ontology",
    )  # fmt: skip


def _license(subject: Subject) -> Result:
    things, facts = list(subject.crosswalks), subject.data
    lacking = [c for c in things if not facts.has(c, "dcterms:license")]
    said = "crosswalks name a licence"
    if subject.site is not None:
        catalogue, datasets = subject.site.catalogue, subject.site.datasets
        files = catalogue.of_class("dcat:Distribution")
        things += [*datasets, *files]
        bare = {f for f in files if not catalogue.has(f, "dcterms:license")}
        lacking += bare
        for dataset in datasets:  # whose licence may stand with each of its files instead
            own = set(catalogue.names(dataset, "dcat:distribution"))
            if not catalogue.has(dataset, "dcterms:license") and (own & bare or not own):
                lacking.append(dataset)
        said = "crosswalks, published datasets and files are under a licence that is named"
    return share(things, lacking, said, "add dcterms:license", none="there is no crosswalk")


def _provenance(subject: Subject) -> Result:
    facts = subject.data
    grounds = ("gcmo:statedIn", "dcterms:source", "dcterms:creator", "gcmo:derivedBy")
    lacking = [
        a for a in subject.links if not (facts.has(a, "gcmo:basis") and facts.has(a, *grounds))
    ]
    cure = "add gcmo:basis with gcmo:statedIn, dcterms:source, dcterms:creator or gcmo:derivedBy"
    said = "links say what they rest on, and where or by whom that is said"
    return share(subject.links, lacking, said, cure, none="there is no link")


def _quality(subject: Subject) -> Result:
    found = len(subject.data.of_class("dqv:QualityAnnotation"))
    good = f"{plural(found, 'odd place')} of the sources recorded (dqv:QualityAnnotation)"
    bad = "the data say nothing of their quality"
    cure = "record what is odd in the source: gcm-ld report quality shows what there is to record"
    return presence(found, good, bad, cure)


def _lasting(things: tuple[str, ...], said: str) -> Result:
    """Ask for addresses on hosts that keep them."""
    lacking = [t for t in things if not (is_persistent(t) or t.startswith(_AUTHORITIES))]
    cure = "name them by addresses at w3id.org or the like"
    return share(things, named(lacking), said, cure, none="there are none")


def _lasting_datasets(subject: Subject) -> Result:
    things, said = (*subject.crosswalks, *subject.frameworks), "frameworks and crosswalks"
    if subject.site is not None:
        things += subject.site.datasets
        said = "frameworks, crosswalks and datasets of catalog.ttl"
    return _lasting(sort_names(things), f"{said} have an address on a host that keeps them")


def _lasting_things(subject: Subject) -> Result:
    return _lasting(subject.data.subjects(), "things have an address on such a host")


def _formats(subject: Subject, site: Folder) -> Result:
    dumps = site.dumps
    if not dumps:
        return presence(0, "", "there is no file in dumps/", _AGAIN)
    lacking = [name for name, count in dumps.items() if not count]
    said = "files in dumps/ were read as the RDF format that their ending names"
    return share(dumps, lacking, said, _AGAIN, none="")


def _locale(subject: Subject) -> Result:
    """Ask for the language of names, and the datatype of dates and numbers."""
    facts = subject.data
    named = list(facts.pairs(*_NAMES))
    lacking = [s for s, v in named if not (isinstance(v, ox.Literal) and v.language)]
    dated = ("gcmo:startDate", "gcmo:endDate", "gcmo:startYear", "gcmo:endYear")
    dates = list(facts.pairs(*dated, "dcterms:issued", "dcterms:modified", "dcterms:created"))
    lacking += [
        s for s, v in dates if not (isinstance(v, ox.Literal) and v.datatype.value in _DATED)
    ]
    things = {s for s, _ in (*named, *dates)}
    said = "things have names with a language, and dates in the form of XML Schema"
    return share(things, lacking, said, 'write "…"@en and "2026-01-31"^^xsd:date', none="no names")


def _several(subject: Subject, site: Folder) -> Result:
    forms: dict[str, set[str]] = defaultdict(set)
    for name in site.dumps:
        stem, ending = split_name(name)
        forms[stem].add(ending.removesuffix(".gz"))
    if not forms:
        return presence(0, "", "there is no file in dumps/", _AGAIN)
    lacking = [f"dumps/{stem}" for stem, endings in forms.items() if len(endings) < 2]
    known = ", ".join(sorted(set().union(*forms.values())))
    return share(forms, lacking, f"dumps come in several formats ({known})", _AGAIN, none="")


def _vocabularies(subject: Subject) -> Result:
    used = {namespace_of(p) for p in subject.data.predicates()}
    used |= {namespace_of(name_of(v)) for _, v in subject.data.pairs("rdf:type")}
    shared = {n for n in used if not n.startswith((GCMO, *_BASIC))}
    found = sort_names(next((p for p, i in PREFIXES.items() if i == n), n) for n in shared)
    good = f"{plural(len(found), 'shared vocabulary')}: {', '.join(found)}"
    bad = "the data use no shared vocabulary"
    return presence(found, good, bad, "add the terms of SKOS, Dublin Core, PROV")


def _bulk(subject: Subject, site: Folder) -> Result:
    """Ask for one file with everything, of the bytes that SHA256SUMS tells of."""
    import hashlib

    files = site.names("dumps/all.*")
    if not files:
        return presence(0, "", "there is no dumps/all.*", _AGAIN)
    lines = (line.split(maxsplit=1) for line in site.text("SHA256SUMS").splitlines())
    sums = {p[1].lstrip("*").removeprefix("./"): p[0] for p in lines if len(p) == 2}
    bad = [
        name
        for name in files
        if sums.get(name) != hashlib.sha256((site.root / name).read_bytes()).hexdigest()
    ]
    return share(files, bad, "files hold everything, as SHA256SUMS has them", _AGAIN, none="")


def _subsets(subject: Subject, site: Folder) -> Result:
    parts = {split_name(name)[0] for name in site.dumps} - {"all"}
    good = f"{plural(len(parts), 'dataset')} can be had apart"
    return presence(len(parts) > 1, good, "dumps/ holds one dataset", "publish each dataset apart")


def _negotiation(subject: Subject, site: Folder) -> Result:
    lacking = [n for n in _SETTINGS if not all(t in site.text(n) for t in _MEDIA_TYPES)]
    said = f"server settings name {len(_MEDIA_TYPES)} media types (read, not asked of a server)"
    return share(_SETTINGS, lacking, said, _AGAIN, none="")


def _absence(subject: Subject) -> Result:
    """Ask of every row that led to no link whether it says why."""
    facts = subject.data
    linked = {name_of(v) for _, v in facts.pairs("gcmo:statedIn")}
    rows = facts.of_class("gcmo:Assessment")
    empty = [r for r in rows if r not in linked]
    lacking = [r for r in empty if not facts.has(r, "gcmo:status")]
    none = "every row of the sources led to a link" if rows else "the data hold no row of a source"
    return share(empty, lacking, "rows without a link say why", "add gcmo:status", none=none)


def _enriched(subject: Subject) -> Result:
    store = subject.dataset.store
    derived = len({t for rule in list_rules() for t in store.construct(rule.text)})
    curated = len(subject.data.having("gcmo:basis", "gcmo:Curated"))
    good = f"{derived} statements derived by rules, {plural(curated, 'link')} judged by people"
    bad = "nothing is derived and no link curated"
    cure = "link actions to outcomes: rules then derive the roll-up"
    return presence(derived + curated, good, bad, cure)


def _presentations(subject: Subject, site: Folder) -> Result:
    wanted = ("explore/*.html", "report/*.html", "query/index.html", "search/**/*")
    found = [w for w in wanted if site.names(w)]
    lacking = set(wanted) - set(found)
    said = "kinds of pages beside those of the things: explore, report, query, search"
    return share(wanted, lacking, said, _AGAIN, none="")


def _cited(subject: Subject) -> Result:
    things = sort_names((*subject.frameworks, *subject.crosswalks))
    facts = subject.data
    lacking = [t for t in things if not facts.has(t, "dcterms:source")]
    said = "frameworks and crosswalks cite the document that they are read from"
    return share(things, lacking, said, "add dcterms:source", none="there is no framework")


def _open(subject: Subject) -> Result:
    """Ask of a republisher's duty what can be asked: that nothing forbids it."""
    closed = without_open_licence(subject.data, subject.crosswalks)
    if closed:
        return faults(closed, "crosswalks are under no open licence", "", "name an open licence")
    return untested("needs a person: whether the terms of every source are kept to")


def outside_links(facts: Facts) -> dict[str, int]:
    """Count the links to things that others name, by whose they are.

    Vocabulary terms, licences, web pages and the project's own things are not counted.
    """
    own = (ID, ID.removesuffix("id/"))
    terms = tuple(n for p, n in PREFIXES.items() if p != "sdg")
    passed = {expand(p) for p in ("rdf:type", "dcterms:license", "foaf:homepage", "rdfs:seeAlso")}
    found: dict[str, int] = defaultdict(int)
    for predicate in facts.predicates():
        if predicate in passed:
            continue
        for _, value in facts.pairs(predicate):
            name = name_of(value)
            if isinstance(value, ox.NamedNode) and not name.startswith((*own, *terms)):
                found[name.split("/")[2] if "//" in name else name.partition(":")[0]] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


_VERSIONED = ("dcat:version", "owl:versionInfo", "dcterms:hasVersion")

DWBP = Scheme(
    "dwbp",
    "Data on the Web Best Practices",
    "W3C Recommendation of 31 January 2017",
    "https://www.w3.org/TR/2017/REC-dwbp-20170131/",
    (
        Check("BP1", "Metadata for people and programs", published(_metadata)),
        Check(
            "BP2",
            "Every dataset is described",
            _every_dataset(
                f"have {', '.join(_DESCRIPTIVE)}",
                "give these in the settings of gcm-ld publish",
                *_DESCRIPTIVE.values(),
            ),
        ),
        Check("BP3", "The structure of the data is told", _structure),
        Check("BP4", "Licences are named", _license),
        Check("BP5", "It is told where statements come from", _provenance),
        Check("BP6", "It is told how good the data are", _quality),
        Check(
            "BP7",
            "Every dataset has a version",
            _every_dataset("have a version", "add dcat:version", _VERSIONED),
        ),
        Check(
            "BP8",
            "The history of versions is told",
            _every_dataset(
                "say what changed, or name their previous version",
                "add adms:versionNotes or dcat:previousVersion",
                _HISTORY,
            ),
        ),
        Check("BP9", "Datasets have lasting addresses", _lasting_datasets),
        Check("BP10", "Things in them have lasting addresses", _lasting_things),
        Check(
            "BP11",
            "Versions have addresses of their own",
            _every_dataset(
                "are tied to the addresses of their versions", "add dcat:hasVersion", _SERIES
            ),
        ),
        Check("BP12", "Files are in standard formats for programs", published(_formats)),
        Check("BP13", "Names have a language, dates a neutral form", _locale),
        Check("BP14", "Data come in several formats", published(_several)),
        Check("BP15", "Shared vocabularies are used", _vocabularies),
        Check(
            "BP16",
            "The ontology is as formal as its use asks",
            judgement("whether the axioms are neither too many nor too few for the use"),
        ),
        Check("BP17", "Everything can be had in one file", published(_bulk)),
        Check("BP18", "Parts can be had apart", published(_subsets)),
        Check("BP19", "Servers are told to negotiate the format", published(_negotiation)),
        Check(
            "BP20",
            "Data that come as a stream are served as one",
            lambda subject: inapplicable("policy documents do not come as a stream"),
        ),
        Check(
            "BP21",
            "Data are up to date",
            judgement("whether a source has a newer edition than the one that was read"),
        ),
        Check("BP22", "It is told why something is absent", _absence),
        Check("BP23", "Data can be had through an API", network("whether an endpoint answers")),
        Check("BP24", "The API follows Web standards", network("how an endpoint answers")),
        Check("BP25", "The API is documented", network("what an endpoint says of itself")),
        Check(
            "BP26",
            "The API stays as it is",
            judgement("whether an endpoint broke what was promised before"),
        ),
        Check(
            "BP27",
            "Addresses outlive what they named",
            judgement("what an earlier edition named; gcm-ld diff compares two editions"),
        ),
        Check(
            "BP28",
            "What is archived can be understood alone",
            judgement("whether what is to be archived names what it leans on"),
        ),
        Check(
            "BP29",
            "Readers can answer",
            _every_dataset("name a contact point", "add dcat:contactPoint", ("dcat:contactPoint",)),
        ),
        Check("BP30", "Readers' answers are shown", judgement("whether answers are published")),
        Check("BP31", "New data are derived from the data", _enriched),
        Check("BP32", "Data are shown in other ways too", published(_presentations)),
        Check(
            "BP33",
            "Publishers of the sources are told",
            judgement("whether what is odd in a source was reported to its publisher"),
        ),
        Check("BP34", "Licences of the sources are kept to", _open),
        Check("BP35", "Sources are cited", _cited),
    ),
)
