"""The pages in a real browser: accessible, quiet on the network, usable with the keyboard."""

from __future__ import annotations

import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest

from gcm_ld import open_dataset
from gcm_ld.namespaces import ID, SDG
from gcm_ld.publish.pages import Pages
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site
from tests.browser import Browser, find_browser
from tests.test_pages import add_catalogue, put

PLACE = "some/where"
#: Long pages say the same of many things: some of them, from first to last, will do.
SHORTEN = """
document.querySelectorAll('details').forEach(d => { d.open = true; });
for (const [kind, most] of [['.action', 6], ['.term', 8], ['.member', 8], ['.toc p a', 12], ['.links > li', 12],
                            ['.rows li', 12], ['option', 6]]) {
  const all = [...document.querySelectorAll(kind)];
  const step = Math.ceil(all.length / most);
  all.forEach((node, n) => { if (n % step && n < all.length - 1) { node.remove(); } });
}
document.querySelectorAll('.objective:not(:has(.action))').forEach(n => n.remove());
document.querySelectorAll('.links:empty').forEach(n => n.remove());
"""
RESOURCES = {
    "action": ID + "gcm/action/1.a",
    "objective": ID + "gcm/objective/5",
    "target": SDG + "/10.7",
    "framework": ID + "alb-nsm-2019",
    "alignment": ID + "crosswalk/gcm--sdg/alignment/1.a--17.18",
    "curated": ID + "crosswalk/alb-nsm-2019--alb-nsdi-2016/alignment/A--O5",
    "assessment": ID + "crosswalk/gcm--alb-nsm-2019/assessment/1.a",
    "anomaly": ID + "crosswalk/gcm--alb-nsm-2019/anomaly/1.a-unusual-code",
    "dataset": "https://w3id.org/gcm-ld/id/dataset/gcm/gcm",
}
FIXED = {
    "front": "index.html",
    "search": "search/index.html#q=labour",
    "explorer": "explore/alb-nsm-2019.html",
    "ontology": "ontology.html",
    "shapes": "shapes.html",
    "questions": "query/index.html",
    "lost": "404.html",
}
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with one page of each kind, below some other folders."""
    root = tmp_path_factory.mktemp("web")
    settings = Settings(
        title="Crosswalks", description="What.", site_url=f"https://example.org/{PLACE}/"
    )
    site = Site(open_dataset(), settings)
    add_catalogue(site)
    pages = Pages(site)
    for iri in RESOURCES.values():
        put(root / PLACE, pages.resource(iri).items())
    for files in (pages.front(), pages.vocabulary(), pages.questions(), pages.assets()):
        put(root / PLACE, files.items())
    put(root / PLACE, pages.explorer("alb-nsm-2019").items())
    put(root / PLACE, pages.listings())
    FIXED.update({n: site.paths.page(iri) for n, iri in RESOURCES.items()})
    return root


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{PLACE}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    program = find_browser()
    if program is None:
        pytest.skip("needs Chromium")
    browser = Browser(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    spec = find_spec("axe_playwright_python")
    if spec is None:
        pytest.skip("needs axe: pip install --no-deps axe-playwright-python")
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("kind", [*FIXED, *RESOURCES])
def test_pages_are_accessible_and_fit(kind, browser, address, axe):
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE}, "resultTypes": ["violations"]})
    browser.size(360)
    browser.open(address + FIXED[kind])
    if kind == "search":
        browser.wait("document.querySelector('#results li')")
    assert not browser.faults
    browser.run(SHORTEN)
    browser.run(axe + ";true")
    for width, scheme in ((360, "light"), (1200, "dark")):
        browser.size(width)
        browser.media(prefers_color_scheme=scheme)
        assert browser.run("document.documentElement.scrollWidth") <= width
        found = browser.run(f"axe.run(document, {options})")
        assert len(found["passes"]) >= 10
        faults = [
            (v["id"], n["html"][:200], n.get("failureSummary"))
            for v in found["violations"]
            for n in v["nodes"][:3]
        ]
        assert not faults, f"{kind}, {scheme}, {width} wide"


@pytest.mark.parametrize("way", ["http", "file"])
def test_nothing_is_asked_of_others(way, browser, address, folder):
    base = address if way == "http" else f"{(folder / PLACE).as_uri()}/"
    browser.size(1200)
    for name in FIXED.values():
        if name == "404.html" and way == "file":
            continue  # servers show it, under whatever address, so its links start at their root
        browser.open(base + name)
        if name.startswith("search"):
            browser.wait("document.querySelector('#results li')")
        assert len(browser.requests) >= 3
        assert all(u.startswith((base, "data:")) for u in browser.requests), browser.requests
        assert not browser.faults
        assert (
            browser.run("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
        )


@pytest.mark.parametrize("way", ["http", "file"])
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("10.7", "sdg/10.7.html"),
        ("A2.2", "id/alb-nsm-2019/outcome/A2.2.html"),
        ("Objective 5", "id/gcm/objective/5.html"),
        ("regular PATHWAYS", "id/gcm/objective/5.html"),
        ("1.a", "id/gcm/action/1.a.html"),
    ],
)
def test_the_search_finds_with_the_keyboard(way, typed, first, browser, address, folder):
    base = address if way == "http" else f"{(folder / PLACE).as_uri()}/"
    browser.size(1200)
    browser.open(base + "index.html")
    browser.run("document.getElementById('bigfind').focus()")
    browser.type(typed)
    browser.press("Enter")
    browser.wait("document.querySelector('#results a')")
    url = browser.run("document.querySelector('#results a').href")
    assert url == base + first
    assert "result" in browser.run("document.getElementById('found').textContent")
    # The address brings the results back.
    browser.open(browser.run("location.href"))
    browser.wait("document.querySelector('#results a')")
    assert browser.run("document.querySelector('#results a').href") == url


def test_the_search_filters_by_kind_and_says_what_it_lacks(browser, address):
    browser.open(address + "search/index.html#q=labour&kind=outcome")
    browser.wait("document.querySelector('#results a')")
    kinds = browser.run("[...document.querySelectorAll('#results .kind')].map(n => n.textContent)")
    assert set(kinds) == {"outcome"}
    browser.open(address + "search/index.html#q=zzzzqqq")
    browser.wait("document.getElementById('found').textContent == '0 results'")


def visible(browser) -> list[str]:
    return browser.run(
        "[...document.querySelectorAll('.action')].filter(n => n.checkVisibility()).map(n => n.id)"
    )


def test_the_explorer_filters_and_keeps_its_state_in_the_address(browser, address):
    page = address + "explore/alb-nsm-2019.html"
    browser.open(page)
    assert len(visible(browser)) == 187
    browser.run("document.getElementById('f-q').focus()")
    browser.type("diaspora")
    browser.wait("location.hash == '#q=diaspora'")
    some = visible(browser)
    assert 0 < len(some) < 40
    assert (
        browser.run("document.getElementById('shown').textContent") == f"{len(some)} of 187 actions"
    )
    browser.press("Tab")
    assert browser.run("document.activeElement.id") == "f-status"
    browser.open(page + "#q=diaspora")
    assert visible(browser) == some


def test_the_explorer_has_deep_links(browser, address):
    page = address + "explore/alb-nsm-2019.html"
    browser.open(page + "#action-10.b")
    assert (
        abs(browser.run("document.getElementById('action-10.b').getBoundingClientRect().top")) < 200
    )
    browser.open(page + "#status=not+applicable&objective=objective-5")
    found = visible(browser)
    assert found
    assert all(name.startswith("action-5.") for name in found)
    browser.open(page + "#goal=8")
    assert 0 < len(visible(browser)) < 187
    browser.run("document.querySelector('#filters button').click()")
    browser.wait("document.getElementById('shown').textContent == '187 actions'")
    assert browser.run("location.hash") == ""


def test_without_scripts_everything_is_there(browser, address):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(address + "explore/alb-nsm-2019.html")
        root = browser.call("DOM.getDocument")["root"]["nodeId"]
        nodes = browser.call("DOM.querySelectorAll", nodeId=root, selector=".action")
        assert len(nodes["nodeIds"]) == 187
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_page_prints_with_its_address(browser, address):
    browser.open(address + FIXED["action"])
    browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        shown = "document.querySelector('{}').checkVisibility()"
        assert browser.run(shown.format("#iri"))
        assert not browser.run(shown.format("form.find"))
        paper = browser.run("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"
    finally:
        browser.call("Emulation.setEmulatedMedia", media="")


def test_the_address_can_be_copied(browser, address):
    browser.call(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    browser.open(address + FIXED["action"])
    browser.call("Page.bringToFront")
    browser.run("document.querySelector('.copy').focus()")
    browser.press("Enter")
    browser.wait("document.querySelector('.copy').textContent == 'Copied'")
    assert browser.run("navigator.clipboard.readText()") == RESOURCES["action"]
