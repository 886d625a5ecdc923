"""The catalogue record, VoID and the rehearsal, as portals and other parsers take them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld import open_dataset
from gcm_ld.namespaces import DCTERMS, PREFIXES, RDF, expand
from gcm_ld.publish.catalogue import build_catalogue, everything
from gcm_ld.publish.dumps import serialize
from gcm_ld.publish.figures import Figures, count_triples
from gcm_ld.publish.rehearse import Finding, rehearse, review
from gcm_ld.publish.settings import Agent, Settings, Version, read_settings
from gcm_ld.publish.site import Site
from gcm_ld.publish.void import build_void
from gcm_ld.resources import folder
from gcm_ld.turtle import parse_turtle, read_turtle, write_turtle
from gcm_ld.validate import validate_triples
from tests.conftest import SHARED
from tests.publications import SETTINGS, country, figures_of, files_of

SEMIC = SHARED / "conformance" / "dcat-ap-3.0.1"
PARTS = ("shapes", "range", "shapes_recommended")
DCAT, VOID = PREFIXES["dcat"], PREFIXES["void"]


class Published:
    """A site with its figures, its record and its description."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.figures = figures_of(site)
        self.files = files_of(site)
        self.catalogue = build_catalogue(site, self.files, self.figures)
        self.void = build_void(site, self.files, self.figures)


@pytest.fixture(scope="module")
def shipped() -> Published:
    dataset = open_dataset()
    return Published(Site(dataset, read_settings(None, dataset=dataset)))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Published:
    dataset, settings = country(tmp_path_factory.mktemp("own") / "my-country")
    return Published(Site(dataset, settings))


@pytest.fixture(params=["shipped", "own"])
def either(request: pytest.FixtureRequest) -> Published:
    found: Published = request.getfixturevalue(request.param)
    return found


def subjects(triples: list[ox.Triple], cls: str) -> set[str]:
    node = ox.NamedNode(expand(cls))
    kind = ox.NamedNode(RDF + "type")
    return {t.subject.value for t in triples if t.predicate == kind and t.object == node}


def values(triples: list[ox.Triple], subject: str, predicate: str) -> set[str]:
    one, two = ox.NamedNode(subject), ox.NamedNode(expand(predicate))
    return {t.object.value for t in triples if t.subject == one and t.predicate == two}


# -- DCAT-AP --------------------------------------------------------------------------------------


@pytest.mark.skipif(not SEMIC.is_dir(), reason="the shapes of DCAT-AP are not here")
@pytest.mark.parametrize("part", PARTS)
def test_the_record_passes_the_shapes_of_dcat_ap(either: Published, part: str) -> None:
    assert validate_triples(either.catalogue, shapes=[SEMIC / f"{part}.ttl"]) == []


@pytest.mark.skipif(not SEMIC.is_dir(), reason="the shapes of DCAT-AP are not here")
def test_the_referee_agrees(own: Published) -> None:
    """With pySHACL, on the own country's record; it is slow on larger ones."""
    shapes = [SEMIC / f"{part}.ttl" for part in PARTS]
    assert validate_triples(own.catalogue, shapes=shapes, engine="pyshacl") == []


@pytest.mark.skipif(not SEMIC.is_dir(), reason="the shapes of DCAT-AP are not here")
@pytest.mark.parametrize(
    ("predicate", "part"),
    [
        ("dcat:accessURL", "shapes"),
        ("dcterms:title", "shapes"),
        ("spdx:checksumValue", "shapes"),
        ("rdf:type", "range"),
        ("dcat:keyword", "shapes_recommended"),
        ("dcat:bbox", "shapes_recommended"),
    ],
)
def test_the_shapes_of_dcat_ap_can_fail(own: Published, predicate: str, part: str) -> None:
    gone = ox.NamedNode(expand(predicate))
    keep = {DCAT + "Catalog", DCAT + "Dataset", DCAT + "Distribution", DCTERMS + "Location"}
    less = [t for t in own.catalogue if t.predicate != gone or t.object.value in keep]
    assert len(less) < len(own.catalogue)
    assert validate_triples(less, shapes=[SEMIC / f"{part}.ttl"])


def test_there_is_no_blank_node(either: Published) -> None:
    for triples in (either.catalogue, either.void):
        assert len(set(triples)) == len(triples) > 500
        assert not any(isinstance(t.subject, ox.BlankNode) for t in triples)
        assert not any(isinstance(t.object, ox.BlankNode) for t in triples)


def test_the_same_input_gives_the_same_record(own: Published) -> None:
    again = Published(Site(own.site.dataset, own.site.settings))
    assert again.catalogue == own.catalogue
    assert again.void == own.void


def test_every_dataset_has_words_of_its_own(either: Published) -> None:
    datasets = subjects(either.catalogue, "dcat:Dataset")
    assert len(datasets) >= len(either.site.own_parts) + 1
    for predicate in ("dcterms:title", "dcterms:description", "dcterms:identifier"):
        words = [values(either.catalogue, d, predicate) for d in datasets]
        assert all(len(w) == 1 for w in words)
        assert len(set.union(*words)) == len(datasets), predicate
    series = subjects(either.catalogue, "dcat:DatasetSeries")
    titles = [values(either.catalogue, s, "dcterms:title") for s in series]
    assert all(len(t) == 1 for t in titles)


def test_the_settings_are_in_the_record(own: Published) -> None:
    graph, base = own.catalogue, "https://data.gov.al/gcm/"
    (claims,) = {p.iri for p in own.site.own_parts if p.name == "claims"}
    assert claims == base + "id/dataset/claims"
    assert values(graph, claims, "dcterms:title") == {"What the manual claims"}
    assert values(graph, claims, "dcterms:publisher") == {base + "id/publisher"}
    assert values(graph, base + "id/publisher", "foaf:name") == {"Ministry of Interior"}
    assert values(graph, base + "id/contact", "vcard:hasEmail") == {"mailto:statistics@mb.gov.al"}
    assert values(graph, claims, "dcterms:issued") == {"2025-02-01"}
    assert values(graph, claims, "dcterms:modified") == {"2026-02-01"}
    assert len(values(graph, claims, "dcterms:language")) == 2
    place = "http://publications.europa.eu/resource/authority/country/ALB"
    assert values(graph, claims, "dcterms:spatial") == {place}
    assert values(graph, claims, "dcat:hasVersion") == {
        f"{claims}/version/1.0",
        f"{claims}/version/1.1",
    }
    assert values(graph, claims, "dcat:previousVersion") == {f"{claims}/version/1.0"}
    one = f"{claims}/distribution/nt.gz"
    assert values(graph, one, "dcat:downloadURL") == {base + "dumps/claims.nt.gz"}
    assert values(graph, one, "dcat:compressFormat") == {
        "https://www.iana.org/assignments/media-types/application/gzip"
    }


def test_the_words_of_another_language_are_marked_so(tmp_path: Path) -> None:
    text = SETTINGS.replace('["en", "sq"]', '["sq"]')
    dataset, settings = country(tmp_path / "my-country", text)
    found = Published(Site(dataset, settings))
    languages = {
        (t.subject.value.rpartition("/id/")[2], t.object.language)
        for t in [*found.catalogue, *found.void]
        if t.predicate.value == DCTERMS + "title" and isinstance(t.object, ox.Literal)
    }
    assert ("dataset/claims", "sq") in languages and ("dataset/claims", "en") not in languages
    assert ("dataset/anomalies", "en") in languages


# -- versions -------------------------------------------------------------------------------------


def next_version(found: Published) -> list[ox.Triple]:
    """Return the record of the next version: later, and with other files."""
    old = found.site.settings
    before = Version(version=old.version or "", date=old.date)
    settings = replace(old, version="9.0", date="2026-12-01", previous=(before, *old.previous))
    site = Site(found.site.dataset, settings)
    return build_catalogue(site, files_of(site, size=200, digit="b"), found.figures)


def test_a_version_changes_no_identity(own: Published) -> None:
    later = next_version(own)
    for cls in ("dcat:Catalog", "dcat:Dataset", "dcat:Distribution", "dcat:DatasetSeries"):
        assert subjects(own.catalogue, cls) == subjects(later, cls) != set(), cls
    whole = everything(own.site)
    assert values(later, whole, "dcat:version") == {"9.0"}
    assert values(later, whole, "dcat:previousVersion") == {f"{whole}/version/1.1"}
    old, new = (values(g, whole, "dcat:hasVersion") for g in (own.catalogue, later))
    assert old < new


# -- CKAN -----------------------------------------------------------------------------------------

CKAN = shutil.which("ckan")


def harvest(tmp_path: Path, triples: list[ox.Triple], profile: str, ending: str) -> dict[str, dict]:
    form = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}[ending]
    path = tmp_path / f"catalog.{ending}"
    path.write_bytes(serialize(sorted(triples, key=str), ending))
    script = Path(__file__).with_name("ckan_harvest.py")
    python = Path(str(CKAN)).parent / "python"
    done = subprocess.run(
        [str(python), "-W", "ignore", str(script), str(path), form, profile],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout[done.stdout.index("[{") :])
    assert len({d["guid"] for d in found}) == len(found)
    return {d["guid"]: d for d in found}


@pytest.mark.skipif(not CKAN, reason="CKAN with ckanext-dcat is not installed")
def test_everything_arrives_in_ckan(shipped: Published, tmp_path: Path) -> None:
    found = harvest(tmp_path, shipped.catalogue, "euro_dcat_ap_3", "ttl")
    assert set(found) == subjects(shipped.catalogue, "dcat:Dataset")
    for guid, dataset in found.items():
        extras = {e["key"]: e["value"] for e in dataset["extras"]}
        assert extras["uri"] == extras["identifier"] == guid
        for key in ("title", "notes", "url", "version"):
            assert dataset[key], (guid, key)
        assert {t["name"] for t in dataset["tags"]} == set(shipped.site.settings.keywords)
        assert dataset["license_id"] == "cc-by"
        for key in (
            *("publisher_name", "publisher_type", "publisher_url", "contact_name", "contact_url"),
            *("temporal_start", "temporal_end", "theme", "frequency", "language"),
            *("access_rights", "provenance", "conforms_to", "issued", "modified"),
        ):
            assert extras.get(key), (guid, key)
        assert any(key.startswith("spatial") for key in extras), guid
        files = [f for f in shipped.files if f.dataset == guid]
        assert len(dataset["resources"]) == len(files) > 0
        for resource in dataset["resources"]:
            (file,) = [f for f in files if resource["uri"] == f"{guid}/distribution/{f.format}"]
            assert resource["url"] == shipped.site.settings.site_url + file.path
            assert resource["mimetype"].endswith(f"/media-types/{file.media_type}")
            assert resource["format"] and resource["name"] and resource["description"]
            assert resource["size"] == file.size
            assert resource["hash"] == file.sha256
            assert resource["hash_algorithm"].endswith("checksumAlgorithm_sha256")
            assert resource["license"].endswith("/licence/CC_BY_4_0")


@pytest.mark.skipif(not CKAN, reason="CKAN with ckanext-dcat is not installed")
@pytest.mark.parametrize(
    ("profile", "ending"), [("euro_dcat_ap_3", "rdf"), ("euro_dcat_ap_2", "jsonld")]
)
def test_a_second_harvest_updates_and_does_not_double(
    own: Published, tmp_path: Path, profile: str, ending: str
) -> None:
    """CKAN finds a dataset again by its guid, and a resource by its uri."""
    first = harvest(tmp_path, own.catalogue, profile, ending)
    second = harvest(tmp_path, next_version(own), profile, ending)
    assert set(first) == set(second) == subjects(own.catalogue, "dcat:Dataset")
    for guid, dataset in first.items():
        one = {r["uri"]: r for r in dataset["resources"]}
        other = {r["uri"]: r for r in second[guid]["resources"]}
        assert set(one) == set(other) != set()
        assert all(one[uri]["hash"] != other[uri]["hash"] for uri in one)
        assert (dataset["version"], second[guid]["version"]) == ("1.1", "9.0")


# -- VoID -----------------------------------------------------------------------------------------


def test_figures_come_back_from_json(shipped: Published) -> None:
    for figures in shipped.figures.values():
        assert Figures.from_json(json.loads(json.dumps(figures.to_json()))) == figures


def test_another_library_counts_the_same_in_the_dumps(shipped: Published) -> None:
    import rdflib

    parts = [p for p in shipped.site.own_parts if p.group in ("alb", "ogp")]
    assert len(parts) > 10
    for part in parts:
        graph = rdflib.Graph()
        triples = [*shipped.site.triples(part), *shipped.site.derived(part)]
        graph.parse(data=serialize(triples, "nt"), format="nt")
        found = shipped.void
        (stated,) = values(found, part.iri, "void:triples")
        assert int(stated) == len(graph)
        for name, terms in (
            ("void:distinctSubjects", set(graph.subjects())),
            ("void:distinctObjects", set(graph.objects())),
            ("void:properties", set(graph.predicates())),
            ("void:classes", set(graph.objects(None, rdflib.RDF.type))),
            ("void:entities", set(graph.subjects(rdflib.RDF.type))),
        ):
            assert values(found, part.iri, name) == {str(len(terms))}, (part.name, name)
        by_property = Counter(str(p) for p in graph.predicates())
        partitions = values(found, part.iri, "void:propertyPartition")
        assert by_property == {
            next(iter(values(found, p, "void:property"))): int(*values(found, p, "void:triples"))
            for p in partitions
        }
        by_class = Counter(str(c) for c in graph.objects(None, rdflib.RDF.type))
        partitions = values(found, part.iri, "void:classPartition")
        assert by_class == {
            next(iter(values(found, p, "void:class"))): int(*values(found, p, "void:entities"))
            for p in partitions
        }


def test_everything_together_is_counted_once(shipped: Published) -> None:
    site = shipped.site
    every = {t for p in site.own_parts for t in (*site.triples(p), *site.derived(p))}
    whole = everything(site)
    assert values(shipped.void, whole, "void:triples") == {str(len(every))}
    assert values(shipped.void, whole, "void:distinctSubjects") == {
        str(len({t.subject for t in every}))
    }
    assert values(shipped.void, whole, "void:distinctObjects") == {
        str(len({t.object for t in every}))
    }


def test_links_are_counted_by_where_they_lead(shipped: Published) -> None:
    part = next(p for p in shipped.site.own_parts if p.name == "alb/gcm--sdg")
    aligns = expand("gcmo:alignsWith")
    derived = {t for t in shipped.site.derived(part) if t.predicate.value == aligns}
    expected = sum(t.object.value.startswith("http://metadata.un.org/sdg") for t in derived)
    base = shipped.site.base
    found = [
        linkset
        for linkset in values(shipped.void, part.iri + "/derived", "void:subset")
        if values(shipped.void, linkset, "void:linkPredicate") == {aligns}
    ]
    (linkset,) = found
    assert values(shipped.void, linkset, "void:triples") == {str(expected)} != {"0"}
    assert values(shipped.void, linkset, "void:objectsTarget") == {base + "id/void/sdg"}
    assert values(shipped.void, linkset, "void:subjectsTarget") == {base + "id/dataset/gcm/gcm"}


def test_links_lead_to_datasets_that_are_described(either: Published) -> None:
    described = subjects(either.void, "void:Dataset")
    linksets = subjects(either.void, "void:Linkset")
    assert len(linksets) > 10
    for linkset in linksets:
        targets = values(either.void, linkset, "void:target")
        assert len(targets) == 2 and targets <= described


def test_what_is_derived_is_told_apart(either: Published) -> None:
    """By its properties, so that a reader of any format can tell."""
    told = 0
    for part in either.site.own_parts:
        derived = {t.predicate.value for t in either.site.derived(part)}
        iri = part.iri + "/derived"
        partitions = values(either.void, iri, "void:propertyPartition")
        named = {next(iter(values(either.void, p, "void:property"))) for p in partitions}
        assert named == derived
        told += len(named)
        if derived:
            assert values(either.void, iri, "prov:wasGeneratedBy")
            links = derived - {PREFIXES["owl"] + "sameAs", DCTERMS + "isReplacedBy"}
            assert links.isdisjoint(t.predicate.value for t in either.site.triples(part))
    assert told > 3


def test_nothing_counts_as_nothing() -> None:
    assert count_triples([]) == Figures()


# -- the published files --------------------------------------------------------------------------


def test_sizes_and_checksums_are_those_of_the_files(published: Path) -> None:
    graph = read_turtle(published / "catalog.ttl")
    files = subjects(graph, "dcat:Distribution")
    assert len(files) > 200
    for iri in files:
        (url,) = values(graph, iri, "dcat:downloadURL")
        content = (published / url.removeprefix("https://w3id.org/gcm-ld/")).read_bytes()
        assert values(graph, iri, "dcat:byteSize") == {str(len(content))}
        (checksum,) = values(graph, iri, "spdx:checksum")
        digest = hashlib.sha256(content).hexdigest()
        assert values(graph, checksum, "spdx:checksumValue") == {digest}
    for dataset in subjects(graph, "dcat:Dataset"):
        (page,) = values(graph, dataset, "foaf:page")
        assert (published / page.removeprefix("https://w3id.org/gcm-ld/")).is_file()


@pytest.mark.skipif(not SEMIC.is_dir(), reason="the shapes of DCAT-AP are not here")
@pytest.mark.parametrize("part", PARTS)
def test_the_published_record_passes_the_shapes_of_dcat_ap(published: Path, part: str) -> None:
    graph = read_turtle(published / "catalog.ttl")
    assert validate_triples(graph, shapes=[SEMIC / f"{part}.ttl"]) == []


def test_the_statistics_are_described_as_such(published: Path) -> None:
    graph = read_turtle(published / "catalog.ttl")
    (cube,) = {d for d in subjects(graph, "dcat:Dataset") if d.endswith("/id/cube/coverage")}
    statistics = read_turtle(published / "statistics" / "coverage.ttl")
    for kind in ("dimension", "attribute", "measure"):
        used = {t.object.value for t in statistics if t.predicate.value == expand(f"qb:{kind}")}
        assert values(graph, cube, f"stat:{kind}") <= used != set()
    assert values(graph, cube, "stat:numSeries") and values(graph, cube, "stat:statUnitMeasure")
    assert values(graph, cube, "dcat:distribution")


# -- rehearsal ------------------------------------------------------------------------------------


def rehearsed(found: Published, **changes: object) -> list[Finding]:
    settings = replace(found.site.settings, **changes)  # type: ignore[arg-type]
    site = Site(found.site.dataset, settings)
    site.__dict__ |= {k: v for k, v in found.site.__dict__.items() if k in ("parts", "moved")}
    site.__dict__["store"] = found.site.store
    return review(site, build_catalogue(site, files_of(site), found.figures), today="2026-12-31")


def test_what_is_fit_is_left_alone(either: Published) -> None:
    assert rehearsed(either) == []


def test_the_code_of_the_eu_for_a_place_is_known(own: Published) -> None:
    assert rehearsed(own, places=("1A0",)) == []


def agent(**changes: str | None) -> Agent:
    given = {"name": "Ministry", "type": "NationalAuthority", "homepage": "https://mb.gov.al/"}
    return Agent(**(given | changes))  # type: ignore[arg-type]


CASES: dict[str, tuple[dict[str, object], str, str]] = {
    "no title": ({"title": ""}, "Violation", "title"),
    "title to do": ({"title": "TODO"}, "Violation", "title"),
    "no description": ({"description": ""}, "Violation", "description"),
    "short description": ({"description": "Our data."}, "Warning", "description"),
    "placeholder": ({"description": "Lorem ipsum " * 9}, "Violation", "description"),
    "no publisher": ({"publisher": Agent()}, "Violation", "publisher.name"),
    "publisher to do": ({"publisher": agent(name="your ministry")}, "Violation", "publisher.name"),
    "no type": ({"publisher": agent(type=None)}, "Warning", "publisher.type"),
    "no home page": ({"publisher": agent(homepage=None)}, "Warning", "publisher.homepage"),
    "example": (
        {"publisher": agent(homepage="https://www.example.org/")},
        "Violation",
        "publisher.homepage",
    ),
    "no contact": ({"contact": Agent()}, "Warning", "contact"),
    "example mail": ({"contact": Agent(email="me@example.com")}, "Violation", "contact.email"),
    "bad mail": ({"contact": Agent(email="me at gov")}, "Violation", "contact.email"),
    "example contact": ({"contact": Agent(url="http://localhost/")}, "Violation", "contact.url"),
    "contact to do": (
        {"contact": Agent(name="FIXME", email="me@mb.gov.al")},
        "Violation",
        "contact.name",
    ),
    "no licence": ({"license": None}, "Warning", "license"),
    "own licence": ({"license": "https://gov.al/terms"}, "Warning", "license"),
    "no date": ({"date": None}, "Warning", "date"),
    "a day to come": ({"date": "2027-01-01"}, "Violation", "date"),
    "dates out of order": ({"issued": "2026-05-01"}, "Violation", "issued"),
    "no language": ({"languages": ()}, "Warning", "languages"),
    "example address": ({"site_url": "https://data.example.org/"}, "Violation", "site_url"),
    "unsafe address": ({"site_url": "http://data.gov.al/"}, "Warning", "site_url"),
    "home of gcm-ld": ({"site_url": "https://w3id.org/gcm-ld/"}, "Violation", "site_url"),
    "no keyword": ({"keywords": ()}, "Warning", "keywords"),
    "keyword to do": ({"keywords": ("migration", "xxx")}, "Violation", "keywords"),
    "no theme": ({"themes": ()}, "Warning", "themes"),
    "no frequency": ({"frequency": None}, "Warning", "frequency"),
    "no access": ({"access": None}, "Warning", "access"),
    "no version": ({"version": None}, "Warning", "version"),
    "unknown place": ({"places": ("ZZZ",)}, "Warning", "places"),
    "no code of the EU": ({"places": ("XKX",)}, "Warning", "places"),
    "out of order": ({"start": "2031-01-01", "end": "2030-12-31"}, "Violation", "start"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_harvester_would_stumble_over(own: Published, case: str) -> None:
    changes, severity, setting = CASES[case]
    found = [(f.severity, f.setting) for f in rehearsed(own, **changes)]
    assert (severity, setting) in found
    # Without a day of publication, what the data tell of has no end.
    assert {s for _, s in found} - ({"end"} if case == "no date" else set()) == {setting}


def test_findings_name_the_dataset_and_the_cure(own: Published) -> None:
    from gcm_ld.publish.settings import Wording

    wording = {**own.site.settings.datasets, "claims": Wording(title="TBD", description="Short.")}
    found = {f.setting: f for f in rehearsed(own, datasets=wording)}
    assert set(found) == {'dataset."claims".title', 'dataset."claims".description'}
    one = found['dataset."claims".title']
    assert "TBD" in one.problem
    assert one.cure == 'set title under [dataset."claims"].'
    assert one.text == f"{one.problem}: {one.cure}"


def test_own_data_under_the_address_of_gcm_ld_are_told(tmp_path: Path) -> None:
    text = SETTINGS.replace('base_iri = "https://data.gov.al/gcm/"', "")
    dataset, settings = country(tmp_path / "my-country", text)
    found = rehearse(dataset, settings, today="2026-12-31")
    assert [(f.severity, f.setting) for f in found] == [("Violation", "base_iri")]


def test_every_shape_names_a_setting_and_a_cure() -> None:
    known = {*Settings.__dataclass_fields__, "creator", "dataset", "previous"}
    shapes = sorted((folder("shapes") / "catalogue").glob("*.ttl"))
    triples = [t for path in shapes for t in read_turtle(path)]
    properties = subjects(triples, "sh:PropertyShape") | {expand("gcmsh:Place-code")}
    assert len(properties) >= 40
    for shape in properties:
        (setting,) = values(triples, shape, "gcmsh:setting")
        assert setting.partition(".")[0] in known
        (message,) = values(triples, shape, "sh:message")
        problem, _, cure = message.rpartition(": ")
        assert problem and cure.endswith(".")
    for path in shapes:
        assert write_turtle(parse_turtle(path.read_bytes())) == path.read_text(encoding="utf-8")
