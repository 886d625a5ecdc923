"""The query editor in a real browser on a running server."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser import Browser, find_browser
from tests.servers import Server, serving, until
from tests.test_pages_browser import AXE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gcm-ld serve needs Linux")

QUESTION = "select_coverage"
EDITOR = "document.getElementById('editor')"
CONTENT = EDITOR + ".shadowRoot.querySelector('.cm-content')"
#: Much of the same is no news to axe.
SHORTEN = """
for (const kind of ['#table tbody tr', '#question-list li', '#chart text', 'option']) {
  document.querySelectorAll(kind).forEach((node, n) => {
    if (n > 8 && !node.querySelector('[aria-pressed=true]')) { node.remove(); }
  });
}
document.querySelectorAll('#question-list .group:not(:has(li))').forEach(node => node.remove());
"""
READY = "document.documentElement.dataset.ready"
DONE = "!document.getElementById('shown').hidden || !document.getElementById('problem').hidden"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("uvicorn" if find_spec("httptools") is None else "httptools")
    with serving() as one:
        yield one


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        pytest.skip("needs Chromium")
    one = Browser(program, tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def axe() -> str:
    spec = find_spec("axe_playwright_python")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("needs axe: pip install --no-deps axe-playwright-python")
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


def open_editor(browser: Browser, server: Server, rest: str = "sparql") -> None:
    browser.open(server.url + rest)
    browser.wait(READY)


def text(browser: Browser, name: str) -> str:
    found = browser.run(f"document.getElementById('{name}').textContent")
    return str(found)


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def check(browser: Browser, axe: str, what: str, *ways: tuple[int, str]) -> None:
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE}, "resultTypes": ["violations"]})
    browser.run(axe + ";true")
    browser.run(SHORTEN)
    for width, scheme in ways or ((360, "light"), (1200, "dark")):
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
        assert not faults, f"{what}, {scheme}, {width} wide"


def test_a_question_is_asked_charted_and_shared(browser: Browser, server: Server) -> None:
    browser.size(1200)
    browser.call(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    open_editor(browser, server)
    assert browser.run("document.querySelectorAll('#question-list button').length") > 50
    click(browser, f"#question-list button[value={QUESTION}]")
    query = browser.run(EDITOR + ".value")
    assert "SELECT ?framework" in query
    assert "#+" not in query
    click(browser, "#ask .main")
    browser.wait(DONE)
    assert text(browser, "said").startswith("69 rows in ")
    assert browser.run("document.querySelectorAll('#table tbody tr').length") == 69
    link = browser.run("document.querySelector('#table tbody a').getAttribute('href')")
    assert link == "/id/alb-nsm-2019"
    # As a chart: every row a bar, named so that no two are alike, and the figure beside it.
    click(browser, "#tab-chart")
    browser.wait("document.querySelector('#chart svg')")
    bars = browser.run("document.querySelectorAll('#chart rect').length")
    assert bars == 60
    assert text(browser, "chart-said").startswith("Bar chart of covered by ")
    assert "9 more are in the table" in text(browser, "chart-said")
    labels = browser.run(
        "[...document.querySelectorAll('#chart text[text-anchor=end] title')].map(n => n.textContent)"
    )
    assert len(set(labels)) == 60
    assert browser.run("document.querySelector('#chart svg').getAttribute('role')") == "img"
    # Shared: the link shows the same in a page that knows nothing of this one.
    browser.run(
        "document.getElementById('chart-label').value = 'title';"
        "document.getElementById('chart-label').dispatchEvent(new Event('change'))"
    )
    click(browser, "#share")
    browser.wait("document.getElementById('link-said').textContent == 'Copied.'")
    shared = browser.run("navigator.clipboard.readText()")
    assert shared == browser.run("document.getElementById('link-text').value")
    assert shared.startswith(server.url + "sparql#query=")
    browser.open(shared)
    browser.wait(READY)
    browser.wait("document.querySelector('#chart svg')")
    assert browser.run(EDITOR + ".value") == query
    assert browser.run("document.getElementById('chart-label').value") == "title"
    assert browser.run("document.getElementById('tab-chart').ariaSelected") == "true"
    assert not browser.faults


def test_nothing_is_asked_of_others(browser: Browser, server: Server) -> None:
    browser.size(1200)
    open_editor(browser, server, "query/?question=select_gaps")
    browser.run("document.getElementById('parameter-framework').value = 'alb-nsm-2019'")
    click(browser, "#parameters button")
    browser.wait(DONE)
    assert "rows in" in text(browser, "said")
    assert "VALUES (?framework)" in browser.run(EDITOR + ".value")
    click(browser, "#tab-chart")
    assert not browser.run("document.getElementById('no-chart').hidden")
    assert len(browser.requests) >= 10
    assert all(u.startswith((server.url, "data:", "blob:")) for u in browser.requests)
    assert not browser.faults


def test_the_keyboard_is_enough_and_completion_offers_our_terms(
    browser: Browser, server: Server
) -> None:
    browser.size(1200)
    open_editor(browser, server)
    browser.run(EDITOR + ".value = ''")
    browser.run(CONTENT + ".focus()")
    for piece in ("SELECT", " * {", " ?s", " a ", "gcmo:Act"):
        browser.type(piece)
    options = EDITOR + ".shadowRoot.querySelectorAll('.cm-tooltip-autocomplete li')"
    browser.wait(f"{options}.length")
    assert "gcmo:Action" in browser.run(f"[...{options}].map(n => n.textContent).join(' ')")
    browser.wait(f"[...{options}].some(n => n.ariaSelected == 'true')")
    # Too quick a choice is taken for writing on.
    browser.run("new Promise(done => setTimeout(done, 200))")
    browser.press("Enter")
    browser.wait(f"{EDITOR}.value.includes('gcmo:Action')")
    query = browser.run(EDITOR + ".value")
    assert query.startswith("PREFIX gcmo: <https://w3id.org/gcm-ld/ontology#>\n")
    browser.type(" }")
    # Tab leaves the editor, and the way to the button is the next one.
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent") == "Run"
    browser.press("Enter")
    browser.wait(DONE)
    assert text(browser, "said").startswith("187 rows")
    assert not browser.faults


def test_what_is_wrong_is_said_where_it_is(browser: Browser, server: Server) -> None:
    browser.size(1200)
    open_editor(browser, server)
    browser.run(EDITOR + ".value = 'SELECT * WHERE {\\n  ?s ?p \\n}'")
    click(browser, "#ask .main")
    browser.wait(DONE)
    assert text(browser, "problem-text").startswith("This is not SPARQL: error at line 3, column ")
    mark = EDITOR + ".shadowRoot.querySelector('.cm-lintRange-error')"
    assert browser.run(mark + ".textContent") == "}"
    assert "wavy" in browser.run(f"getComputedStyle({mark}).textDecoration")
    assert browser.run("document.getElementById('problem').getAttribute('role')") == "alert"
    assert browser.run("document.getElementById('shown').hidden")
    # Mended, the complaint is gone.
    browser.run(EDITOR + ".value = 'ASK { ?s ?p ?o }'")
    click(browser, "#ask .main")
    browser.wait("document.getElementById('said').textContent == 'Yes.'")
    assert browser.run("document.getElementById('problem').hidden")


def test_a_graph_is_a_table_of_statements_and_a_turtle_file(
    browser: Browser, server: Server
) -> None:
    browser.size(1200)
    open_editor(browser, server)
    browser.run(EDITOR + ".value = 'DESCRIBE <https://w3id.org/gcm-ld/id/gcm/objective/1>'")
    click(browser, "#ask .main")
    browser.wait(DONE)
    assert "statements in" in text(browser, "said")
    heads = "[...document.querySelectorAll('#table th')].map(n => n.textContent)"
    assert browser.run(heads) == ["subject", "predicate", "object"]
    buttons = "[...document.querySelectorAll('#downloads button')].map(n => n.textContent)"
    assert browser.run(buttons) == ["Turtle", "N-Triples", "JSON-LD"]
    browser.run(
        "window.saved = new Promise(done => { URL.createObjectURL = b => {"
        " b.text().then(done); return '#'; }; }); true"
    )
    click(browser, "#downloads button")
    assert "gcmo" in browser.run("window.saved") or "ontology#" in browser.run("window.saved")


def test_the_editor_is_accessible_and_fits(browser: Browser, server: Server, axe: str) -> None:
    browser.size(360)
    open_editor(browser, server)
    check(browser, axe, "before", (360, "dark"))
    browser.run("document.getElementById('questions').open = true")
    click(browser, f"#question-list button[value={QUESTION}]")
    click(browser, "#ask .main")
    browser.wait(DONE)
    check(browser, axe, "table")
    click(browser, "#tab-chart")
    check(browser, axe, "chart")
    browser.run(EDITOR + ".value = 'nonsense'")
    click(browser, "#ask .main")
    browser.wait("!document.getElementById('problem').hidden")
    check(browser, axe, "problem", (360, "light"))


def test_without_scripts_a_query_can_still_be_sent(browser: Browser, server: Server) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(server.url + "sparql")
        root = browser.call("DOM.getDocument")["root"]["nodeId"]
        for selector in ("form#ask textarea[name=query]", "form#ask button.main", "noscript a"):
            found = browser.call("DOM.querySelector", nodeId=root, selector=selector)
            assert found["nodeId"], selector
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_resources_and_downloads_on_a_running_server(server: Server) -> None:
    """The whole way: front, worker, and the process that makes what is made once."""
    answer = server.http.get(
        server.url + "id/gcm/action/1.a", headers={"accept": "text/turtle"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert str(answer.url) == server.url + "id/gcm/action/1.a.ttl"
    again = server.http.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    head = server.http.head(answer.url)
    assert (head.status_code, head.content) == (200, b"")
    catalogue = until(
        lambda: (a := server.http.get(server.url + "catalog.ttl")).status_code == 200 and a,
        "no catalogue",
    )
    assert f"<{server.url}sparql>" in catalogue.text
    dump = server.http.get(server.url + "dumps/alb/gcm--alb-nsm-2019.ttl")
    assert dump.status_code == 200
    assert len(dump.content) > 100_000
    front = server.http.get(server.url, headers={"accept": "text/html"})
    assert front.status_code == 200
    assert ">Query</a>" in front.text
    assert server.http.post(server.url + "id/gcm").status_code == 405


def test_what_is_in_the_making_ends_with_the_server(tmp_path: Path) -> None:
    from gcm_ld.loading import load

    store = tmp_path / "store"
    load(store, ())

    def makers() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if b"gcm_ld.serve.making" in words and str(store).encode() in words:
                    found.append(path.parent.name)
        return found

    with serving("--store", store) as one:
        begun = one.http.get(one.url + "sparql", headers={"accept": "text/html"})
        assert begun.status_code == 200
        front = one.http.get(one.url, headers={"accept": "text/html"})
        assert front.status_code == 200
        assert "explore/alb-nsm-2019.html" in front.text
        until(makers, "nothing is made")
        lost = one.http.get(one.url + "dumps/all.ttl")
        assert lost.status_code in (200, 503)
        if lost.status_code == 503:
            assert int(lost.headers["retry-after"]) > 0
            assert "in the making" in lost.text
        # Whoever asks for a resource does not wait.
        assert one.http.get(one.url + "id/gcm.ttl").status_code == 200
    until(lambda: not makers(), "it goes on without its server")
