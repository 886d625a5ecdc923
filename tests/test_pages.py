"""The pages of a published site: complete, linked, escaped, the same bytes each time."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import open_dataset
from gcm_ld.errors import InputError
from gcm_ld.namespaces import DCTERMS, GCMO, ID, PREFIXES, RDF, SDG, SKOS
from gcm_ld.publish.pages import Pages
from gcm_ld.publish.pages.explorer import ExplorerPages
from gcm_ld.publish.pages.lookup import Lookup
from gcm_ld.publish.pages.rendering import Renderer, root_of
from gcm_ld.publish.pages.resource import LIMIT
from gcm_ld.publish.pages.search import LARGEST, MOST, fold, shard_file, tokens
from gcm_ld.publish.paths import url_of
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site

SETTINGS = Settings(title="Crosswalks", description="What answers what.")
DCAT = PREFIXES["dcat"]
VOID = {"meta", "link", "input", "br", "hr", "img"}
#: Files that others make.
ELSEWHERE = ("dumps/", "catalog.", "void.", "statistics/")

HOSTILE = [
    '<script>alert(1)</script><img src=x onerror="alert(2)">',
    "</script><!-- <script> ]]> --></title></style>",
    "quotes \" ' ` & &amp; &lt;",
    "\u202eright to left\u202c \u0627\u0644\u0647\u062c\u0631\u0629 \u2066isolate\u2069",
    "long " * 2000,
    "lines\nand\r\nmore\tlines",
    "🧑‍🌾 emoji 👨‍👩‍👧‍👦 and \u2028 separators \u2029",
    "{{ 7 * 7 }}{% raw %}{# no template #}",
    "javascript:alert(1)",
]


def put(folder: Path, files) -> None:
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_site(folder: Path, site: Site) -> Pages:
    """Write every page of a site."""
    pages = Pages(site)
    for iri in site.resources:
        put(folder, pages.resource(iri).items())
    for files in (pages.front(), pages.vocabulary(), pages.questions(), pages.assets()):
        put(folder, files.items())
    put(folder, pages.listings())
    for code in pages.explorers():
        put(folder, pages.explorer(code).items())
        put(folder, [(f"report/{code}.html", b"<!DOCTYPE html><title>Report</title>")])
    return pages


@pytest.fixture(scope="session")
def site() -> Site:
    site = Site(open_dataset(), SETTINGS)
    add_catalogue(site)
    return site


def add_catalogue(site: Site) -> None:
    """Describe the datasets, as publishing does."""
    kind, node = ox.NamedNode(RDF + "type"), ox.NamedNode
    triples = []
    everything = f"{site.base}id/dataset/all"
    for iri, name in [(p.iri, p.name) for p in site.own_parts] + [(everything, "all")]:
        file = f"{site.base}id/distribution/{name}.ttl"
        url = f"{site.settings.site_url}dumps/{name}.ttl"
        triples += [
            ox.Triple(node(iri), kind, node(DCAT + "Dataset")),
            ox.Triple(
                node(iri), node(DCTERMS + "title"), ox.Literal(f"Dataset {name}", language="en")
            ),
            ox.Triple(node(iri), node(DCAT + "distribution"), node(file)),
            ox.Triple(node(file), kind, node(DCAT + "Distribution")),
            ox.Triple(node(file), node(DCAT + "downloadURL"), node(url)),
            ox.Triple(node(file), node(DCAT + "byteSize"), ox.Literal(20480)),
        ]
    site.add_graph(f"{site.base}id/catalogue", triples)


@pytest.fixture(scope="session")
def folder(site, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, site)
    return folder


# -- reading pages ---------------------------------------------------------------------------------


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Every element with its text, and whether the tags match."""

    nodes: list[Node] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        if len(attrs) != len({n for n, _ in attrs}):
            self.faults.append(f"attribute twice in {tag}")
        node = Node(tag, {n: v or "" for n, v in attrs})
        self.nodes.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1].tag != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        else:
            self.stack.pop()

    def handle_data(self, data):
        for node in self.stack:
            node.text += data

    def all(self, tag):
        return [n for n in self.nodes if n.tag == tag]


def parse(content: bytes) -> Page:
    page = Page()
    page.feed(content.decode())
    page.close()
    assert not page.faults
    assert not page.stack
    return page


def heading(page: Page) -> str:
    (h1,) = page.all("h1")
    return h1.text


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", content.decode())))


# -- the whole site --------------------------------------------------------------------------------


def test_every_link_leads_somewhere_and_every_fragment_exists(folder):
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    texts = {n: p.read_text("utf-8") for n, p in files.items() if n.endswith(".html")}
    ids = {n: set(re.findall(r'\sid="([^"]*)"', t)) for n, t in texts.items()}
    dead = []
    count = 0
    for name, text in texts.items():
        if name == "404.html":
            continue
        for url in set(re.findall(r'\s(?:href|src|action)="([^"]*)"', text)):
            url = unescape(url)
            if re.match(r"(https?:|data:)", url):
                continue
            count += 1
            path, _, fragment = url.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path)))
            target = target if path else name
            if target.startswith(ELSEWHERE):
                continue
            if target not in files or (
                fragment
                and "=" not in fragment
                and unquote(fragment) not in map(unescape, ids.get(target, ()))
            ):
                dead.append((name, url))
    assert count > 20_000
    assert not dead[:10]


def test_no_page_asks_another_server_or_runs_inline_code(folder):
    loads = re.compile(
        rb'<(?:link rel="(?:stylesheet|icon)"[^>]*href|script src|img[^>]* src)="([^"]*)"'
    )
    for path in folder.rglob("*.html"):
        content = path.read_bytes()
        for url in loads.findall(content):
            assert not re.match(rb"(https?:)?//", url), path
        assert not re.search(rb"<[^>]+\s(on\w+|style)=", content), path
        assert b"<style" not in content
        assert re.findall(rb"<script(?! src=)([^>]*)>", content) in (
            [],
            [b' type="application/ld+json"'],
        )
    assert not re.search(r"url\(|@import|https?:", (folder / "assets/site.css").read_text())
    assert not re.search(
        r"fetch\(|XMLHttpRequest|https?:|innerHTML|eval\(", (folder / "assets/site.js").read_text()
    )


def test_ids_are_unique_and_tags_match(folder):
    kinds = ["index.html", "404.html", "ontology.html", "shapes.html", "query/index.html"]
    kinds += ["search/index.html", "explore/alb-nsm-2019.html", "sdg.html", "id/gcm.html"]
    kinds += [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*.html"))[::40]]
    for name in kinds:
        page = parse((folder / name).read_bytes())
        ids = [n.attributes["id"] for n in page.nodes if "id" in n.attributes]
        assert len(ids) == len(set(ids)), name
        assert len(page.all("main")) == 1
        assert page.all("html")[0].attributes["lang"] == "en"
        labelled = {i for n in page.nodes for i in n.attributes.get("aria-labelledby", "").split()}
        assert labelled <= set(ids), name


def test_pages_are_small(folder):
    sizes = {p: p.stat().st_size for p in folder.rglob("*.html")}
    resources = [s for p, s in sizes.items() if (folder / "id/gcm/action") in p.parents]
    assert len(resources) == 187
    assert max(resources) < 30_000
    assert (folder / "assets/site.css").stat().st_size < 25_000
    assert (folder / "assets/site.js").stat().st_size < 15_000


def test_the_same_site_gives_the_same_bytes(site, folder):
    again = Pages(Site(open_dataset(), SETTINGS))
    add_catalogue(again.site)
    picked = site.resources[::25]
    made = [again.resource(iri) for iri in picked]
    made += [again.front(), again.vocabulary(), again.questions(), dict(again.listings())]
    made += [again.explorer("alb-nsm-2019")]
    for files in made:
        for name, content in files.items():
            assert (folder / name).read_bytes() == content, name


def test_every_resource_has_its_page_and_its_data(site, folder):
    for iri in site.resources[::10]:
        stem = site.paths.stem(iri)
        wanted = {(s.predicate, s.object) for s in site.statements(iri)}
        text = (folder / f"{stem}.html").read_text("utf-8")
        embedded = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1]
        inputs = {
            ox.RdfFormat.TURTLE: (folder / f"{stem}.ttl").read_bytes(),
            ox.RdfFormat.JSON_LD: (folder / f"{stem}.jsonld").read_bytes(),
            ox.RdfFormat.RDF_XML: (folder / f"{stem}.rdf").read_bytes(),
            ox.RdfFormat.N_TRIPLES: (folder / f"{stem}.nt").read_bytes(),
        }
        for kind, content in [*inputs.items(), (ox.RdfFormat.JSON_LD, embedded.encode())]:
            quads = list(ox.parse(content, format=kind))
            assert {q.subject.value for q in quads} == {iri}
            assert {(q.predicate, q.object) for q in quads} == wanted, (iri, kind)


# -- what a page says ------------------------------------------------------------------------------


def read(folder: Path, stem: str) -> str:
    return text_of((folder / f"{stem}.html").read_bytes())


def test_an_action_says_what_the_source_says(folder):
    text = read(folder, "id/gcm/action/1.a")
    assert "objective 1 Collect and utilize accurate" in text
    assert "Outcome cell".lower() in text.lower()
    assert "A2.2, C1.3" in text
    assert "A/RES/73/195, para. 17 (a)" in text
    assert "The wording of the title is ours" in text
    assert "aligned" in text
    assert "odd in the source: Unusual code, row 1.a" in text
    assert "Action 1.a is linked with outcomes A2.2 and C1.3." in text


def test_links_say_what_they_rest_on(folder):
    action = (folder / "id/gcm/action/1.a.html").read_text("utf-8")
    assert action.count('<span class="basis stated">') == 4
    outcome = (folder / "id/alb-nsm-2019/outcome/A2.2.html").read_text("utf-8")
    assert "alignment/1.a--A2.2.html" in outcome
    assert '<span class="basis derived">' in action
    curated = read(folder, "id/crosswalk/alb-nsm-2019--alb-nsdi-2016/alignment/A--O5")
    for words in ("What it rests on", "Confidence 0.8", "manual mapping curation", "curated"):
        assert words in curated


def test_an_alignment_shows_the_cell_that_says_so(folder):
    text = read(folder, "id/crosswalk/gcm--sdg/alignment/1.a--17.18")
    assert "1.a → 17.18" in text
    assert re.search(r"source target cell 17\.18 Read from Assessment of 1\.a , row 1\.a", text)


def test_every_statement_stands_on_the_page(site, folder):
    resources = set(site.resources)
    for iri in site.resources[::30]:
        stem = site.paths.stem(iri)
        page = parse((folder / f"{stem}.html").read_bytes())
        links = {unescape(n.attributes["href"]) for n in page.all("a")}
        whole = page.all("main")[0].text
        for statement in site.statements(iri)[:LIMIT]:
            if isinstance(statement.object, ox.Literal):
                assert statement.object.value in whole, (iri, statement)
            elif statement.object.value in resources:
                assert root_of(stem) + url_of(site.paths.page(statement.object.value)) in links
            elif statement.object.value.startswith(GCMO):
                assert any(u.endswith("#" + statement.object.value[len(GCMO) :]) for u in links)
            else:
                assert statement.object.value in links


def test_a_claim_leads_to_the_question_that_checks_it(folder):
    name = "id/claim/alb-gcm-manual-2021/actions-aligned.html"
    content = (folder / name).read_text("utf-8")
    assert 'href="../../../query/index.html#claim_actions_aligned"' in content


def test_a_dataset_offers_its_files(folder):
    content = (folder / "id/dataset/gcm/gcm.html").read_text("utf-8")
    assert "Downloads" in content
    assert 'href="../../../dumps/gcm/gcm.ttl"' in content
    assert "20.5 kB" in content
    assert 'href="dumps/all.ttl"' in (folder / "index.html").read_text("utf-8")


def test_hubs_list_some_and_count_all(site, folder):
    text = read(folder, "id/crosswalk/gcm--sdg")
    total = sum(
        m.predicate.value == GCMO + "inCrosswalk" for m in site.mentions(ID + "crosswalk/gcm--sdg")
    )
    assert total > LIMIT
    assert f"{LIMIT} of {total} shown; all are in the data" in text


def test_the_explorer_tells_every_action_once(folder):
    content = (folder / "explore/alb-nsm-2019.html").read_text("utf-8")
    assert len(re.findall('<article class="action"', content)) == 187
    assert 'id="action-1.a" data-status="aligned" data-goals="17"' in content
    assert len(re.findall('<section class="objective"', content)) == 23
    assert "curated" not in content.replace("<em>curated</em>", "")


def test_the_ontology_page_has_every_term(folder):
    page = parse((folder / "ontology.html").read_bytes())
    ids = {n.attributes.get("id") for n in page.nodes}
    root = Path(__file__).parent.parent / "ontology"
    terms = {
        line[5:]
        for line in (root / "gcm-ld.ttl").read_text("utf-8").splitlines()
        if line.startswith("gcmo:")
    }
    assert len(terms) > 100
    assert terms <= ids
    wanted = list(ox.parse((root / "gcm-ld.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    for ending, kind in (("ttl", ox.RdfFormat.TURTLE), ("rdf", ox.RdfFormat.RDF_XML),
                         ("nt", ox.RdfFormat.N_TRIPLES), ("jsonld", ox.RdfFormat.JSON_LD)):  # fmt: skip
        found = list(ox.parse((folder / f"ontology.{ending}").read_bytes(), format=kind))
        assert isomorphic(wanted, found), ending


def isomorphic(one, other) -> bool:
    graphs = []
    for quads in (one, other):
        dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append({str(q) for q in dataset})
    return graphs[0] == graphs[1]


def test_the_shapes_page_has_every_shape(folder):
    page = parse((folder / "shapes.html").read_bytes())
    ids = {n.attributes.get("id") for n in page.nodes}
    root = Path(__file__).parent.parent / "shapes"
    names = {
        line[6:]
        for path in root.rglob("*.ttl")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("gcmsh:")
    }
    assert len(names) > 300
    assert names <= ids


def test_the_questions_are_all_there(folder):
    page = parse((folder / "query/index.html").read_bytes())
    ids = {n.attributes.get("id") for n in page.nodes}
    files = sorted((Path(__file__).parent.parent / "queries").glob("*.rq"))
    assert len(files) > 50
    for path in files:
        assert path.stem in ids
        assert (folder / f"query/{path.name}").read_bytes() == path.read_bytes()


# -- search ----------------------------------------------------------------------------------------


def shards(folder: Path) -> dict[str, dict]:
    found = {}
    for path in sorted((folder / "search").glob("*.js")):
        key, value = json.loads(
            re.fullmatch(r"\(self\.gcmSearch=.*\)\.push\((.*)\);\n", path.read_text())[1]
        )
        found[key] = value
        assert path.name == "index.js" or shard_file(key[2:]) == f"search/{path.name}"
    return found


def find(index: dict[str, dict], word: str) -> list[list[str]]:
    found = []
    for key in index["index"]["shards"]:
        if word.startswith(key) or key.startswith(word):
            shard = index["w-" + key]
            for name, numbers in shard["w"].items():
                if name.startswith(word):
                    found += [shard["e"][n] for n in numbers]
    return found


def test_the_search_finds_codes_and_words(folder):
    index = shards(folder)
    assert find(index, "10.7")[0] == [
        "Safe migration and mobility",
        "10.7",
        "target",
        "sdg/10.7.html",
    ] or (find(index, "10.7")[0][1:] == ["10.7", "target", "sdg/10.7.html"])
    assert find(index, "a2.2")[0][3] == "id/alb-nsm-2019/outcome/A2.2.html"
    assert any("labour" in e[0].lower() for e in find(index, "labour"))
    assert {"action", "objective"} <= set(index["index"]["kinds"])


def test_every_resource_can_be_found_by_some_word(site, folder):
    index = shards(folder)
    listed = {e[3] for key, shard in index.items() if key != "index" for e in shard["e"]}
    records = ("/alignment/", "/assessment/", "/anomaly/", "/distribution/")
    missing = [
        i
        for i in site.resources
        if url_of(site.paths.page(i)) not in listed and not any(r in i for r in records)
    ]
    assert not missing[:5]


def test_shards_and_words_are_bounded(folder):
    for path in (folder / "search").glob("w-*.js"):
        assert path.stat().st_size <= LARGEST
    for key, shard in shards(folder).items():
        if key != "index":
            assert all(len(numbers) <= MOST for numbers in shard["w"].values())
            assert all(shard["n"][w] > len(shard["w"][w]) for w in shard["n"])


@given(st.text(min_size=1, max_size=8))
def test_shard_files_are_safe_and_apart(key):
    name = shard_file(key)
    assert re.fullmatch(r"search/w-[A-Za-z0-9_]*\.js", name)
    assert fold(key) == fold(fold(key)) or not key.isascii()


@given(st.text(max_size=60))
def test_words_are_folded_alike(text):
    for word in tokens(text):
        assert word
        assert len(word) <= 40
        assert word in fold(text)


# -- hostile texts ---------------------------------------------------------------------------------


@cache
def small_site() -> tuple[Site, Pages]:
    own = Site(open_dataset(), SETTINGS)
    return own, Pages(own, formats=("ttl", "jsonld", "nt"))


def describe(site: Site, name: str, label: str) -> str:
    """Describe an action, a record of it and what hangs on it with a text everywhere."""
    node, literal = ox.NamedNode, ox.Literal
    iri = f"{ID}x/action/{name}"
    record, link, odd = (
        f"{ID}crosswalk/x--y/{k}/{name}" for k in ("assessment", "alignment", "anomaly")
    )

    def triple(subject: str, predicate: str, value) -> ox.Triple:
        return ox.Triple(node(subject), node(predicate), value)

    kind = RDF + "type"
    site.add_graph(
        f"{ID}dataset/x",
        [
            triple(iri, kind, node(GCMO + "Action")),
            triple(iri, SKOS + "prefLabel", literal(label, language="en")),
            triple(iri, SKOS + "notation", literal(label[:20])),
            triple(iri, SKOS + "scopeNote", literal(label)),
            triple(iri, DCTERMS + "bibliographicCitation", literal(label)),
            triple(iri, SKOS + "related", node("javascript:alert(1)")),
            triple(record, kind, node(GCMO + "Assessment")),
            triple(record, GCMO + "assesses", node(iri)),
            triple(record, GCMO + "status", node(GCMO + "Aligned")),
            triple(record, GCMO + "against", node(iri)),
            triple(record, GCMO + "sourceOutcomeCell", literal(label)),
            triple(record, GCMO + "sourceRow", literal(label)),
            triple(link, kind, node(GCMO + "Alignment")),
            triple(link, GCMO + "subject", node(iri)),
            triple(link, GCMO + "object", node(iri)),
            triple(link, GCMO + "statedIn", node(record)),
            triple(link, GCMO + "statedCell", node(GCMO + "sourceOutcomeCell")),
            triple(odd, kind, node(GCMO + "SourceAnomaly")),
            triple(odd, PREFIXES["oa"] + "hasTarget", node(iri)),
            triple(odd, GCMO + "verbatim", literal(label)),
        ],
    )
    return iri


def check_hostile(pages: Pages, site: Site, iri: str, label: str) -> None:
    files = pages.resource(iri)
    content = next(iter(files.values()))
    assert b"\r" not in content  # a browser would read it as a line feed
    page = parse(content)
    shown = label.replace("\0", "\ufffd")
    bdis = [n.text for n in page.all("bdi")]
    assert shown in bdis
    assert heading(page).endswith(shown)
    assert bdis.count(shown) >= 3
    assert [q.text for q in page.all("q")].count(shown) >= 2
    assert [n.attributes.get("type") for n in page.all("script")] == ["application/ld+json", None]
    assert not page.all("img")
    assert not [n for n in page.all("a") if n.attributes["href"].lower().startswith("javascript")]
    data = json.loads(page.all("script")[0].text)
    assert data["skos:prefLabel"]["@value"] == label
    for name in list(files)[1:]:
        kind = {"ttl": "TURTLE", "jsonld": "JSON_LD", "nt": "N_TRIPLES"}[name.rpartition(".")[2]]
        quads = list(ox.parse(files[name], format=getattr(ox.RdfFormat, kind)))
        assert ox.Literal(label, language="en") in {q.object for q in quads}


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_texts_stay_texts(label):
    site, pages = small_site()
    iri = describe(site, f"hostile-{HOSTILE.index(label)}", label)
    check_hostile(pages, site, iri, label)


@pytest.mark.slow
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_stays_a_text(label):
    site, pages = small_site()
    name = "".join(f"{ord(c):x}." for c in label) + "x"
    check_hostile(
        pages, site, describe(site, name[:100] + str(len(name)) + name[-60:], label), label
    )


def test_hostile_texts_stay_texts_in_lists_and_index(tmp_path):
    own = Site(open_dataset(), SETTINGS)
    iris = [describe(own, f"h{n}", label) for n, label in enumerate(HOSTILE)]
    pages = Pages(own)
    kind = ox.NamedNode(RDF + "type")
    extra = []
    for n in range(len(iris)):
        for cls in ("Framework", "Crosswalk"):
            named = ox.NamedNode(f"{ID}hostile/{cls}/{n}")
            extra += [
                ox.Triple(named, kind, ox.NamedNode(GCMO + cls)),
                ox.Triple(named, ox.NamedNode(DCTERMS + "title"), ox.Literal(HOSTILE[n])),
            ]
        extra.append(ox.Triple(ox.NamedNode(f"{ID}crosswalk/x--y/assessment/h{n}"),
                     ox.NamedNode(GCMO + "against"), ox.NamedNode(f"{ID}hostile-framework")))  # fmt: skip
    own.add_graph(f"{ID}dataset/x", extra)
    front = parse(pages.front()["index.html"])
    texts = [n.text for n in front.all("bdi")]
    assert set(HOSTILE) <= set(texts)
    assert len(front.all("script")) == 1
    page = parse(pages.explorer("hostile-framework")["explore/hostile-framework.html"])
    assert set(HOSTILE) <= {n.text for n in page.all("bdi")}
    assert len(page.all("script")) == 1
    ids = [n.attributes["id"] for n in page.nodes if "id" in n.attributes]
    assert len(ids) == len(set(ids))
    files = dict(pages.listings())
    assert not any(
        b"<" in c for n, c in files.items() if n.startswith("search/") and n.endswith(".js")
    )
    put(tmp_path, files.items())
    labels = {e[0] for key, shard in shards(tmp_path).items() if key != "index" for e in shard["e"]}
    assert {label for label in HOSTILE if len(label) <= 160} <= labels


def test_a_control_character_is_told_with_its_place():
    site, _ = small_site()
    iri = describe(site, "control", "a\x01b")
    with pytest.raises(InputError, match=r"action/control.*control character"):
        Pages(site).resource(iri)


def test_explorers_know_the_assessed_frameworks(site):
    explorers = ExplorerPages(site, Lookup(site), Renderer(SETTINGS))
    assert explorers.frameworks() == {"alb-nsm-2019": ID + "alb-nsm-2019"}
    with pytest.raises(KeyError):
        explorers.files("gcm")


def test_the_report_is_part_of_the_site(site):
    pytest.importorskip("matplotlib")
    (item,) = Pages(site).report("alb-nsm-2019", site.dataset).items()
    assert item[0] == "report/alb-nsm-2019.html"
    assert b'<a href="../index.html">Crosswalks</a>' in item[1]


def test_the_map_of_the_site_names_every_page(site, folder):
    text = (folder / "sitemap-1.xml").read_text("utf-8")
    assert text.count("<loc>") == len(site.resources) + 4
    assert f"<loc>{SETTINGS.site_url}sdg/10.7.html</loc>" in text
    assert SDG not in text
