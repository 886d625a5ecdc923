"""What the server shows: resources by content negotiation, documents, the catalogue, downloads."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings

from gcm_ld.namespaces import GCMO, ID, PREFIXES, SDG
from gcm_ld.publish.paths import FORMATS, url_of
from gcm_ld.resources import folder, shipped_data
from gcm_ld.serve.answer import PageRequest
from gcm_ld.serve.formats import choose
from gcm_ld.serve.layers import Layers
from gcm_ld.turtle import parse_turtle
from gcm_ld.validate import validate_triples
from tests.conftest import SHARED
from tests.test_hosting import CHROME, accept_headers, negotiate

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="gcm-ld serve needs Linux"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's own, on JSON-LD
]

#: Where the published site of the tests is, so that both say the same of it.
SITE = "https://w3id.org/gcm-ld/"
ROOT = "/gcm-ld"
SEMIC = SHARED / "conformance" / "dcat-ap-3.0.1"
DCAT, VOID = PREFIXES["dcat"], PREFIXES["void"]
ACTION = ID + "gcm/action/1.a"
#: One of each kind that the data hold.
RESOURCES = (
    ACTION,
    ID + "gcm",
    ID + "alb-nsm-2019",
    ID + "alb-nsm-2019/outcome/A2.2",
    ID + "crosswalk/gcm--alb-nsm-2019/assessment/1.a",
    ID + "crosswalk/gcm--alb-nsm-2019/anomaly/1.a-unusual-code",
    ID + "dataset/gcm/gcm",
    ID + "catalogue",
    SDG,
    SDG + "/10.7",
    "http://publications.europa.eu/resource/authority/country/ALB",
    "https://undocs.org/A/RES/73/195",
)


class Served:
    """A store with all that is made of it, asked as a worker is."""

    def __init__(self, store: Path) -> None:
        from gcm_ld.serve.making import make
        from gcm_ld.serve.pages import view_of
        from gcm_ld.store.database import Database

        self.base = SITE
        self.snapshot = Database(store).open()
        make(view_of(self.snapshot, self.base).made)
        self.view = view_of(self.snapshot, self.base)
        assert self.view.complete

    def ask(self, path: str, accept: str | None = None, query: str = "") -> tuple[int, dict, bytes]:
        from gcm_ld.serve import pages

        headers = {} if accept is None else {"accept": accept}
        answer = pages.answer(self.snapshot, PageRequest("GET", path, query, headers, self.base))
        body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
        return answer.status, dict(answer.headers), body


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shipped data, loaded and made, under the address of the published site."""
    from gcm_ld.loading import load

    store = tmp_path_factory.mktemp("served") / "store"
    load(store, ())
    one = Served(store)
    yield one
    one.snapshot.close()


# -- negotiation ---------------------------------------------------------------------------------


@settings(max_examples=200)
@given(accept_headers())
def test_any_accept_header_is_read_as_the_published_site_reads_it(accept: str) -> None:
    assert choose(accept) == negotiate(accept)


@pytest.mark.parametrize(
    "header",
    [
        ",",
        ";q=1",
        "text/html;q=abc",
        "text/html;q=9",
        'a/b;x="',
        "é/é",
        "text/html;q=-1",
        "q=1" * 9999,
    ],
)
def test_a_header_that_says_nothing_of_use_breaks_nothing(header: str) -> None:
    assert choose(header) in (None, *FORMATS)


@pytest.mark.parametrize(
    ("accept", "ending"),
    [(CHROME, "html"), (None, "html")] + [(media, ending) for ending, media in FORMATS.items()],
)
def test_a_thing_leads_to_its_description(served: Served, accept: str | None, ending: str) -> None:
    status, headers, _ = served.ask("/id/gcm/action/1.a", accept)
    assert status == 303
    assert headers["location"] == f"{ROOT}/id/gcm/action/1.a.{ending}"
    assert headers["vary"] == "Accept"
    status, headers, body = served.ask(headers["location"].removeprefix(ROOT), accept)
    assert status == 200
    assert headers["content-type"].startswith(FORMATS[ending])
    assert f'<{ROOT}/id/gcm/action/1.a.ttl>; rel="alternate"; type="text/turtle"' in headers["link"]
    if ending != "html":
        graph = rdflib.Graph().parse(
            data=body, format={"jsonld": "json-ld", "rdf": "xml"}.get(ending, ending)
        )
        assert len(graph) > 10
        assert {str(s) for s in graph.subjects()} == {ACTION}


@pytest.mark.parametrize("iri", RESOURCES)
def test_every_address_of_a_resource_finds_it(served: Served, iri: str) -> None:
    stem = served.view.site.paths.stem(iri)
    assert served.view.site.find(url_of(stem)) == iri
    for ending in FORMATS:
        status, headers, body = served.ask(f"/{url_of(stem)}.{ending}")
        assert status == 200, ending
        assert body
    status, headers, _ = served.ask("/" + url_of(stem), "text/turtle")
    assert (status, headers["location"]) == (303, f"{ROOT}/{url_of(stem)}.ttl")


def test_every_resource_is_found_by_its_address(served: Served) -> None:
    found = served.view.site
    lost = [iri for iri in found.resources if found.find(url_of(found.paths.stem(iri))) != iri]
    assert not lost
    assert len(found.resources) > 3000
    own = [iri for iri in found.resources if iri.startswith(ID)]
    assert not [i for i in own if found.find("id/" + quote(i[len(ID) :], safe="/%")) != i]


#: IRIs whose files have other names than they.
ODD = (
    "https://w3id.org/gcm-ld/id/x/a%2Fb",
    "https://w3id.org/gcm-ld/id/x/v.1.",
    "https://w3id.org/gcm-ld/id/x/con",
    "https://w3id.org/gcm-ld/id/x/%C3%AB%20b",
    "https://w3id.org/gcm-ld/id/x/ë",
    "https://w3id.org/gcm-ld/id/x/a,b%22$1'c",
    "https://w3id.org/gcm-ld/id/x.ttl",
    "http://example.org/a",
    "http://example.org/slash/",
    "https://example.org/a#b",
    "https://example.org/a?b=c&d=%C3%AB",
    "urn:isbn:978",
)


def test_odd_names_are_found_too(tmp_path: Path) -> None:
    from gcm_ld.serve import pages
    from gcm_ld.store.database import LOCK, MANIFEST, Database, Loaded, Manifest, graph_iri

    folder = tmp_path / "g000001"
    (folder / "files" / "x").mkdir(parents=True)
    (folder / LOCK).touch()
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    graph = ox.NamedNode(graph_iri("x/x"))
    store = ox.Store(str(folder / "oxigraph"))
    for iri in ODD:
        for place in (graph, ox.DefaultGraph()):
            store.add(ox.Quad(ox.NamedNode(iri), kind, ox.NamedNode(SDG + "/x"), place))
            store.add(ox.Quad(ox.NamedNode(iri), label, ox.Literal(iri), place))
    store.flush()
    del store
    (folder / "files" / "x" / "x.ttl").touch()
    loaded = Loaded("x/x", "x", graph.value, "0", len(ODD), 0, True)
    (tmp_path / MANIFEST).write_bytes(Manifest("g000001", {"x/x": loaded}, "").to_json())
    with Database(tmp_path).open() as snapshot:
        site = pages.view_of(snapshot, SITE).site
        for iri in ODD:
            stem = site.paths.stem(iri)
            assert site.find(url_of(stem)) == iri
            request = PageRequest("GET", f"/{url_of(stem)}.nt", "", {}, SITE)
            answer = pages.answer(snapshot, request)
            assert answer.status == 200, iri
            assert str(ox.NamedNode(iri)).encode() in answer.body
            if iri.startswith(SITE):
                raw = quote(iri[len(SITE) :], safe="/%,$'")
                request = PageRequest("GET", "/" + raw, "", {"accept": "text/turtle"}, SITE)
                answer = pages.answer(snapshot, request)
                assert answer.headers["location"] == f"{ROOT}/{url_of(stem)}.ttl"


def test_none_of_the_formats_still_helps_a_human(served: Served) -> None:
    status, headers, body = served.ask("/id/gcm/action/1.a", "image/png")
    assert status == 406
    assert headers["content-type"].startswith("text/html")
    for ending in FORMATS:
        assert f'href="{ROOT}/id/gcm/action/1.a.{ending}"'.encode() in body
    assert 'rel="alternate"' in headers["link"]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/gcm/action/1.A", "/id/gcm/action/1.a"),
        ("/id/gcm/action/99.z", "/id/gcm"),
        ("/id/gcm/action/99.z.ttl", "/id/gcm"),
        ("/sdg/10.77", "/sdg"),
    ],
)
def test_what_is_not_there_names_the_nearest(served: Served, path: str, near: str) -> None:
    status, _, body = served.ask(path, CHROME)
    assert status == 404
    assert f'href="{ROOT}{near}'.encode() in body
    status, headers, body = served.ask(path, "text/turtle")
    assert status == 404
    assert headers["content-type"].startswith("text/plain")
    assert near.encode() in body


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/id/", "/id", "/dumps/", "/dumps/../publish.toml", "/dumps/%2e%2e/ready.json",
        "/.gcm-ld/state.json", "/dumps/.gcm-ld", "/search/..%2f..%2fready.json", "/assets/../pages.py",
        "/assets/codemirror/package.json", "/report/gcm.html", "/explore/none.html", "/%ff%fe", "/id/%00",
        "/id/gcm%0d%0aX: y", "/query/none.rq", "/id/gcm/action/1.a/", "/resource/", "/id/a b<c>",
    ],
)  # fmt: skip
def test_nothing_else_is_shown(served: Served, path: str) -> None:
    status, headers, _ = served.ask(path, CHROME)
    assert status == 404, path
    assert not any("\n" in v or "\r" in v for v in headers.values())


def test_pages_say_what_they_may_load(served: Served) -> None:
    for path in ("/id/gcm.html", "/sparql", "/", "/nothing"):
        _, headers, body = served.ask(path, CHROME)
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert b" style=" not in body
        assert b"<style" not in body
    assert served.ask("/id/gcm.html")[1]["etag"] != served.ask("/id/gcm.ttl")[1]["etag"]
    assert served.ask("/id/gcm.html")[1]["etag"] == served.ask("/id/gcm.html")[1]["etag"]


# -- the same as the published site ----------------------------------------------------------------


def test_pages_and_data_are_those_of_the_published_site(served: Served, published: Path) -> None:
    """Every sixtieth file of a resource, in whatever format, and whatever else there is; the editor's link apart."""
    names = sorted(p.relative_to(published).as_posix() for p in published.rglob("*") if p.is_file())
    skip = (".gcm-ld/", "hosting/", ".nojekyll", "404.html", "SHA256SUMS")
    # The endpoint is one thing more to catalogue, to show and to find.
    more = (
        "catalog.",
        "void.",
        ".well-known/void",
        "id/catalogue.",
        "search/",
        "sitemap",
        "index.html",
    )
    compared, named = 0, set()
    for n, name in enumerate(names):
        resource = name.startswith(("id/", "sdg/", "country/", "resource/"))
        if name.startswith((*skip, *more)) or (resource and n % 60):
            continue
        status, _, body = served.ask("/" + url_of(name))
        assert status == 200, name
        want = (published / name).read_bytes()
        if name.endswith(".html"):
            lines = body.splitlines(keepends=True)
            body = b"".join(line for line in lines if b">Query</a>" not in line)
        if body != want and (b"id/service/sparql" in body or b"sparqlEndpoint" in body):
            named.add(name.rpartition(".")[0])
            continue
        assert body == want, name
        compared += 1
    assert compared > 400
    # Only those that the endpoint serves, or that publish it, say so.
    assert all(n.startswith(("id/dataset/", "id/publisher", "id/contact")) for n in named), named


def test_the_record_is_the_published_one_and_the_endpoint(served: Served, published: Path) -> None:
    for name in ("catalog.ttl", "void.ttl"):
        here = set(parse_turtle(served.ask("/" + name)[2]))
        there = set(parse_turtle((published / name).read_bytes()))
        assert there <= here
        extra = here - there
        assert extra
        service = ID + "service/sparql"
        assert all(
            t.subject.value == service
            or t.object == ox.NamedNode(service)
            or t.predicate.value == VOID + "sparqlEndpoint"
            or t.object.value.startswith(PREFIXES["dcterms"] + "Standard")
            or t.object == ox.NamedNode(PREFIXES["foaf"] + "Document")
            for t in extra
        ), [str(t) for t in extra]


# -- the catalogue as portals take it ----------------------------------------------------------------


def test_a_harvester_finds_the_endpoint_and_every_download(served: Served) -> None:
    status, headers, body = served.ask("/catalog", "application/rdf+xml")
    assert (status, headers["location"]) == (303, f"{ROOT}/catalog.rdf")
    graph = rdflib.Graph()
    for ending, form in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
        status, headers, body = served.ask(f"/catalog.{ending}")
        assert status == 200
        assert headers["content-type"].startswith(FORMATS[ending])
        one = rdflib.Graph().parse(data=body, format=form)
        assert not graph or set(one) == set(graph)
        graph = one
    dcat = rdflib.Namespace(DCAT)
    (service,) = graph.objects(None, dcat.service)
    assert str(graph.value(service, dcat.endpointURL)) == SITE + "sparql"
    datasets = set(graph.objects(service, dcat.servesDataset))
    assert len(datasets) == len(shipped_data()) + 1
    assert datasets <= set(graph.objects(None, dcat.dataset))
    spdx = rdflib.Namespace(PREFIXES["spdx"])
    checked = 0
    for file in graph.subjects(rdflib.RDF.type, dcat.Distribution):
        url = str(graph.value(file, dcat.downloadURL))
        assert url.startswith(SITE)
        if "/dumps/all" in url or "/dumps/alb/" in url or "/statistics/" in url:
            status, _, content = served.ask("/" + url[len(SITE) :])
            assert status == 200, url
            checksum = str(graph.value(graph.value(file, spdx.checksum), spdx.checksumValue))
            assert hashlib.sha256(content).hexdigest() == checksum.lower()
            assert len(content) == int(graph.value(file, dcat.byteSize))
            checked += 1
    assert checked > 40


def test_the_record_passes_our_shapes_and_those_of_dcat_ap(served: Served) -> None:
    triples = parse_turtle(served.ask("/catalog.ttl")[2])
    shapes = sorted((folder("shapes") / "catalogue").glob("*.ttl"))
    ours = [path for path in shapes if path.name != "own.ttl"]
    assert validate_triples(triples, shapes=ours) == []
    if SEMIC.is_dir():
        parts = [SEMIC / f"{part}.ttl" for part in ("shapes", "range", "shapes_recommended")]
        assert validate_triples(triples, shapes=parts) == []
        url = ox.NamedNode(DCAT + "endpointURL")
        assert validate_triples([t for t in triples if t.predicate != url], shapes=parts)


def test_void_names_the_endpoint_and_what_there_is(served: Served) -> None:
    _, headers, body = served.ask("/.well-known/void")
    assert headers["content-type"].startswith("text/turtle")
    assert body == served.ask("/void.ttl")[2]
    graph = rdflib.Graph().parse(data=body, format="turtle")
    everything = rdflib.URIRef(ID + "dataset/all")
    endpoint = rdflib.URIRef(VOID + "sparqlEndpoint")
    assert str(graph.value(everything, endpoint)) == SITE + "sparql"
    status, headers, _ = served.ask("/void", CHROME)
    assert (status, headers["location"]) == (303, f"{ROOT}/void.html")
    assert served.ask("/void.html")[1]["location"] == f"{ROOT}/id/void.html"


def test_dumps_hold_each_statement_once(served: Served) -> None:
    packed = served.ask("/dumps/alb/gcm--alb-nsm-2019.nq.gz")[2]
    quads = list(ox.parse(gzip.decompress(packed), format=ox.RdfFormat.N_QUADS))
    graph = ID + "dataset/alb/gcm--alb-nsm-2019"
    assert {q.graph_name.value for q in quads} == {graph, graph + "/derived"}
    assert len(set(quads)) == len(quads)
    loaded = served.snapshot.datasets["alb/gcm--alb-nsm-2019"]
    assert len([q for q in quads if q.graph_name.value == graph]) == loaded.statements
    text = served.ask("/dumps/alb/gcm--alb-nsm-2019.ttl")[2]
    assert b"/observations" not in text


# -- from generation to generation -----------------------------------------------------------------


def test_what_did_not_change_is_taken_over(tmp_path: Path) -> None:
    from gcm_ld.loading import load
    from gcm_ld.serve.making import Made, make
    from gcm_ld.serve.site import settings_of
    from gcm_ld.store.database import Database

    def made_of(snapshot) -> Made:
        return Made(snapshot, settings_of(snapshot, SITE), SITE)

    def content(made: Made) -> dict[str, bytes]:
        files = (p for p in made.site.rglob("*") if p.is_file())
        return {p.relative_to(made.site).as_posix(): p.read_bytes() for p in files}

    store = tmp_path / "store"
    load(store, [folder("data") / "iom"])
    with Database(store).open() as before:
        first = made_of(before)
        assert not first.ready()
        assert first.store() is None
        make(first)
        assert first.ready()
        assert first.file("dumps/iom/claims.ttl")
        assert first.file(".gcm-ld/state.json") is None
        load(store, [folder("data") / "ogp"])
        with Database(store).open() as after:
            second = made_of(after)
            assert (second.tag != first.tag) and not second.ready()
            make(second)
            kept = "dumps/iom/claims.ttl"
            assert (second.site / kept).stat().st_ino == (first.site / kept).stat().st_ino
            assert second.file("dumps/ogp/ogp-alb-2023.ttl")
            assert first.file("dumps/ogp/ogp-alb-2023.ttl") is None
            brought = content(second)
            shutil.rmtree(first.folder)
            shutil.rmtree(second.folder)
            anew = made_of(after)
            make(anew)
            fresh = content(anew)
    apart = {n for n in brought.keys() | fresh.keys() if brought.get(n) != fresh.get(n)}
    assert not {n for n in apart if not n.startswith(".gcm-ld/")}


def test_one_process_makes_it_and_a_failure_is_told(tmp_path: Path, monkeypatch) -> None:
    import os

    from gcm_ld.serve import making, pages
    from gcm_ld.store.database import Database
    from tests.servers import make_store, until

    store = make_store(tmp_path, {"http://example.org/g": []})
    with Database(store).open() as snapshot:
        made = pages.view_of(snapshot, SITE).made
        monkeypatch.setattr(making.os, "getppid", os.getpid)
        # Something that is in the way makes it fail.
        made.site.write_text("in the way")
        made.start()
        begun = making._BEGUN[-1]
        made.start()
        assert making._BEGUN[-1] is begun
        until(made.problem, "it does not fail")
        assert "is a file: name a folder" in made.problem()
        begun.wait()
        monkeypatch.setattr(pages._VIEWS[0], "made", made)
        answer = pages.answer(snapshot, PageRequest("GET", "/catalog.ttl", "", {}, SITE))
        assert answer.status == 503
        assert "retry-after" not in answer.headers
        assert b"is a file: name a folder" in answer.body
        # Another server tries again.
        monkeypatch.setattr(making.os, "getppid", lambda: os.getpid() + 1)
        assert made.problem() == ""


# -- layers ------------------------------------------------------------------------------------------


def test_a_statement_is_shown_once_and_what_is_counted_is_not() -> None:
    a, b, c = (ox.NamedNode(f"http://example.org/{n}") for n in "abc")
    store, more = ox.Store(), ox.Store()
    for graph in (ox.DefaultGraph(), a, ox.NamedNode("http://example.org/a/observations")):
        store.add(ox.Quad(a, b, c, graph))
    more.add(ox.Quad(a, b, a, b))
    layers = Layers(store, more)
    found = [(q.object, q.graph_name) for q in layers.quads_for_pattern(a, b, None)]
    assert found == [(c, a), (a, b)]
    assert len(list(layers.quads_for_pattern(None, None, None, a))) == 1
    layers.bulk_extend([ox.Quad(c, b, a, b)])
    assert len(more) == 2
    assert len(store) == 3


# -- the rest ----------------------------------------------------------------------------------------


def test_documents_are_served(served: Served) -> None:
    for path, kind, text in (
        ("/", "text/html", b"<h1"),
        ("/ontology.ttl", "text/turtle", b"gcmo:Action"),
        ("/shapes.html", "text/html", b"<h1"),
        ("/query/index.html", "text/html", b"select_coverage"),
        ("/query/select_gaps.rq", "application/sparql-query", b"#+ summary"),
        ("/explore/alb-nsm-2019.html", "text/html", b"action-1.a"),
        ("/search/index.html", "text/html", b"search"),
        ("/assets/site.css", "text/css", b":root"),
        ("/sitemap.xml", "application/xml", b"sitemap-1.xml"),
    ):
        status, headers, body = served.ask(path)
        assert status == 200, path
        assert headers["content-type"].startswith(kind)
        assert text in body
    version = served.view.version_iri.removeprefix("https://w3id.org/gcm-ld/")
    assert served.ask(f"/{version}", "text/turtle")[1]["location"] == f"{ROOT}/ontology.ttl"


def test_a_report_runs_its_own_script_and_no_other(served: Served) -> None:
    pytest.importorskip("matplotlib")
    status, headers, body = served.ask("/report/alb-nsm-2019.html")
    assert status == 200
    assert b"<script>" in body
    assert "'sha256-" in headers["content-security-policy"]
    assert "script-src 'self' 'unsafe" not in headers["content-security-policy"]


def test_a_question_comes_with_its_values(served: Served) -> None:
    status, _, body = served.ask("/query/select_gaps.rq", query="framework=alb-nsm-2019")
    assert status == 200
    assert b"#+" not in body
    rows = list(served.snapshot.store.query(body.decode()))
    assert rows
    assert {str(row["framework"].value) for row in rows} == {ID + "alb-nsm-2019"}
    status, _, body = served.ask("/query/select_gaps.rq", query="framwork=x")
    assert status == 400
    assert b"framework" in body
    status, _, body = served.ask("/query/select_gaps.rq", query="framework=a%20b%3E%7D")
    assert status == 400


def test_every_question_of_the_editor_runs(served: Served) -> None:
    questions = json.loads(served.ask("/questions.json")[2])
    assert len(questions) > 50
    assert len({q["name"] for q in questions}) == len(questions)
    for question in questions:
        assert question["summary"]
        assert "#+" not in question["text"]
        ox.Store().query(question["text"])


def test_completion_knows_the_terms_in_use(served: Served) -> None:
    found = json.loads(served.ask("/terms.json")[2])
    terms = {t["curie"]: t for t in found["terms"]}
    assert terms["gcmo:Action"]["kind"] == "class"
    assert terms["gcmo:Aligned"]["kind"] == "constant"
    assert terms["gcmo:partOf"]["kind"] == "property"
    assert {"skos:prefLabel", "skos:notation", "rdf:type", "sdgo:Goal"} <= terms.keys()
    assert terms["alb-nsm-2019"]["insert"] == f"<{ID}alb-nsm-2019>"
    assert all(t["label"] for t in found["terms"])
    assert found["prefixes"]["gcmo"] == GCMO


def test_the_vendored_editor_is_the_one_that_is_documented() -> None:
    import gcm_ld.serve

    assets = Path(gcm_ld.serve.__file__).parent / "assets"
    docs = Path(__file__).parent.parent / "docs" / "serve.md"
    digest = hashlib.sha256((assets / "codemirror.js").read_bytes()).hexdigest()
    assert digest in docs.read_text("utf-8")
    licences = (assets / "codemirror" / "LICENSES.txt").read_text("utf-8")
    lock = json.loads((assets / "codemirror" / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((assets / "codemirror" / "package.json").read_text("utf-8"))
    for name, version in wanted["dependencies"].items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
        assert f"{name} {version}" in licences


def test_a_base_of_ones_own_is_refused(served: Served, tmp_path: Path) -> None:
    from gcm_ld.errors import InputError
    from gcm_ld.serve.site import settings_of
    from gcm_ld.store.database import Database

    shutil.copytree(
        served.snapshot.folder.parent, tmp_path / "store", ignore=shutil.ignore_patterns("made")
    )
    (tmp_path / "store" / "publish.toml").write_text('base_iri = "https://example.org/"\n')
    with (
        Database(tmp_path / "store").open() as snapshot,
        pytest.raises(InputError, match="base_iri: a store serves the IRIs"),
    ):
        settings_of(snapshot, "http://127.0.0.1/")


def test_the_server_says_where_it_is_unless_the_settings_do(served: Served) -> None:
    from gcm_ld.serve.site import settings_of

    file = served.snapshot.folder.parent / "publish.toml"
    assert settings_of(served.snapshot, "http://here/").site_url == "http://here/"
    file.write_text('site_url = "https://there.example.org/"\n', encoding="utf-8")
    try:
        assert settings_of(served.snapshot, "http://here/").site_url == "https://there.example.org/"
    finally:
        file.unlink()
