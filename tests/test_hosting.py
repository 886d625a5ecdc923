"""The hosting files on real servers: nginx, Apache, and Apache as w3id.org runs it."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, __version__
from gcm_ld.errors import InputError
from gcm_ld.publish.hosting import hosting_files
from gcm_ld.publish.paths import FORMATS
from gcm_ld.report.coverage import report_gaps
from gcm_ld.report.html import render_page
from tests.browser import Browser, find_browser

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin:/usr/local/sbin")
MODULES = Path("/usr/lib/apache2/modules")
EXCEPTIONS = {
    "id/x/a%2Fb": "id/x/a%2Fb",
    "id/x/v.1.": "id/x/v.1%2E",
    "id/x/a,b%22$1'c": "id/x/a,b%22$1'c",
    "ontology/part": "resource/data.example.org/ontology/part",
    "ontology/part.html": "resource/data.example.org/ontology/part.html",
    # What the catalogue says of these doesn't stand in the way of the things themselves.
    "": "resource/data.example.org",
    "ontology": "resource/data.example.org/ontology",
}
RESOURCES = ("id/gcm", "id/gcm/action/1.a", "id/x/ë b", "ontology", "shapes", *EXCEPTIONS.values())
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


# -- an Accept header, read by the book ----------------------------------------------------------


def negotiate(accept: str | None) -> str | None:
    """Choose a format as RFC 9110, section 12.5.1, says: by splitting, with no pattern."""
    if not accept:
        return "html"
    weights: dict[str, float] = {}
    for element in accept.lower().split(","):
        name, *parameters = (part.strip(" \t") for part in element.split(";"))
        q = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                q = float(parameter[2:])
                break
        weights.setdefault(name, q)
    best, chosen = 0.0, None
    for ending, media in FORMATS.items():
        ranges = [media, media.split("/")[0] + "/*", "*/*"]
        if ending == "jsonld":
            ranges.insert(1, "application/json")
        q = next((weights[name] for name in ranges if name in weights), 0.0)
        if q > best:
            best, chosen = q, ending
    return chosen


def test_the_reference() -> None:
    assert negotiate(CHROME) == negotiate(FIREFOX) == negotiate(None) == "html"
    assert negotiate("text/turtle;q=0.5, text/html;q=0.4") == "ttl"
    assert negotiate("text/*;q=0.3, text/html;q=0") == "ttl"
    assert negotiate("image/png") is None


NAMES = [*FORMATS.values(), "text/*", "application/*", "*/*", "application/json", "image/png"]
NAMES += ["text/turtle-star", "x/text/html", "application/n-quads", "application/ld"]
BLANKS = st.sampled_from(["", "", " ", "\t", "  "])
WEIGHTS = st.one_of(
    st.just(""),
    st.sampled_from([";q=1", ";q=1.000", ";q=0", ";q=0.000", ";Q=0.5", ";q=0.", ";q=.5", ";q=1."]),
    st.integers(0, 999).map(lambda n: f";q=0.{n:03}"),
    st.integers(0, 9).map(lambda n: f";q=0.{n}"),
)
PARAMETERS = st.sampled_from(
    ["", "", ";charset=utf-8", "; version=1", ";quality=0", ";level=2;b=c"]
)
EXTENSIONS = st.sampled_from(["", "", ";x=1"])


@st.composite
def accept_headers(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=7))
    elements = []
    for name in names:
        weight = draw(WEIGHTS).replace(";", draw(BLANKS) + ";" + draw(BLANKS))
        case = draw(st.sampled_from([str, str.upper, str.title]))
        end = draw(EXTENSIONS) if weight else ""
        elements.append(draw(BLANKS) + case(name) + draw(PARAMETERS) + weight + end + draw(BLANKS))
    return ",".join(elements).strip()


# -- real servers --------------------------------------------------------------------------------


@dataclass
class Server:
    port: int
    prefix: str
    relative: bool = False

    def ask(
        self, path: str, accept: str | None = None, method: str = "GET", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            sent["Accept"] = accept
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, self.prefix + path, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def local(self, location: str | None) -> str:
        """Return where a redirect leads, below the site."""
        assert location is not None
        path = re.sub(r"^http://[^/]+", "", location)
        assert path.startswith(self.prefix), location
        assert not path.startswith("//")
        return path[len(self.prefix) :]


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


@contextlib.contextmanager
def running(command: list[str], ports: list[int], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        for port in ports:
            for _ in range(200):
                assert process.poll() is None, log.read_text()
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            else:
                raise AssertionError(f"nothing listens: {log.read_text()}")
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A folder that all may read, for Apache gives up being root; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="gcm-ld-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def folder(room: Path) -> Path:
    """A small site with a file of every kind."""
    root = room / "site"
    files = {f"{stem}.{ending}": f"{stem} {ending}" for stem in RESOURCES for ending in FORMATS}
    files |= {"index.html": "front", "query/index.html": "query", "404.html": "lost"}
    files |= {".gcm-ld/state.json": "secret", ".htpasswd": "secret", ".well-known/void": "void"}
    files |= {f"statistics/coverage.{e}": e for e in ("ttl", "jsonld", "rdf", "csv")}
    files |= {"dumps/all.trig": "trig", "SHA256SUMS": "sums", "void.ttl": "void"}
    files |= {
        "id/x/1.fr.html": "1.fr html",
        "id/x/1.var.html": "1.var html",
        "assets/site.css": "css",
        "assets/site.js": "js",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "dumps/all.nt.gz").write_bytes(gzip.compress(b"<a:a> <a:a> <a:a> .\n", mtime=0))
    return root


def own(site: str) -> dict[str, str]:
    files = hosting_files(base=site, site_url=site, exceptions=EXCEPTIONS)
    return {name.removeprefix("hosting/"): text.decode() for name, text in files.items()}


def mended(text: str, root: Path, port: int) -> str:
    """Mend the lines that the files ask the reader to mend."""
    assert text.count("/var/www/gcm-ld") <= 1
    text = text.replace("/var/www/gcm-ld", str(root))
    return text.replace("listen 80;", f"listen 127.0.0.1:{port};")


@contextlib.contextmanager
def nginx(place: Path, maps: str, server: str, port: int) -> Iterator[None]:
    assert NGINX is not None
    (place / "maps.conf").write_text(maps, encoding="utf-8")
    (place / "server.conf").write_text(server, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {place}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if Path("/proc/self").owner() == "root" else ""
    (place / "nginx.conf").write_text(
        f"{user}\ndaemon off; master_process off; pid {place}/pid; error_log {place}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off;\n{temporary}"
        f"include {place}/maps.conf; include {place}/server.conf; }}\n",
        encoding="utf-8",
    )
    command = [NGINX, "-p", str(place), "-c", str(place / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    with running(command, [port], place / "out.log"):
        yield


@pytest.fixture(scope="module")
def nginx_servers(folder: Path, room: Path) -> Iterator[dict[str, Server]]:
    if not NGINX:
        pytest.skip("nginx is not installed")
    one, two = free_ports(2)
    whole = mended(own("https://data.example.org/")["nginx.conf"], folder, one)
    parts = own("https://data.example.org/gcm/")
    locations = mended(parts["nginx-locations.conf"], folder, two)
    halves = f"server {{ listen 127.0.0.1:{two};\n{locations}\n}}"
    places = [room / name for name in ("nginx", "nginx-parts")]
    for place in places:
        place.mkdir()
    with (
        nginx(places[0], "", whole, one),
        nginx(places[1], parts["nginx-maps.conf"], halves, two),
    ):
        yield {"nginx": Server(one, "/", True), "nginx-parts": Server(two, "/gcm/", True)}


@pytest.fixture(scope="module")
def apache_servers(folder: Path, room: Path) -> Iterator[dict[str, Server]]:
    if not APACHE or not MODULES.is_dir():
        pytest.skip("Apache is not installed")
    place = room / "apache"
    place.mkdir()
    one, two, three = free_ports(3)
    whole = mended(own("https://data.example.org/")["apache.conf"], folder, one)
    shared = place / "shared"
    shutil.copytree(folder, shared)
    (shared / ".htaccess").write_text(own("https://data.example.org/gcm/")["apache.htaccess"])
    w3id = place / "w3id/gcm-ld"
    w3id.mkdir(parents=True)
    files = hosting_files(
        base="https://w3id.org/gcm-ld/",
        site_url="https://data.example.org/gcm/",
        exceptions=EXCEPTIONS,
    )
    (w3id / ".htaccess").write_bytes(files["hosting/w3id.htaccess"])
    names = (
        "mpm_event",
        "authz_core",
        "rewrite",
        "setenvif",
        "headers",
        "mime",
        "dir",
        "alias",
        "negotiation",
        "autoindex",
    )
    loaded = "".join(f"LoadModule {n}_module {MODULES}/mod_{n}.so\n" for n in names)
    allowed = "AllowOverride FileInfo Indexes Options=Indexes,MultiViews,FollowSymLinks\nRequire all granted\n"
    user = "User www-data\nGroup www-data\n" if Path("/proc/self").owner() == "root" else ""
    listen = "".join(f"Listen 127.0.0.1:{port}\n" for port in (one, two, three))
    # Debian's own settings, which a name with a language or a handler in it could stumble over.
    (place / "apache.conf").write_text(
        f"""{loaded}{user}{listen}ServerName localhost
ServerRoot {place}
PidFile {place}/pid
ErrorLog {place}/error.log
TypesConfig /dev/null
AddLanguage fr .fr
AddEncoding x-gzip .gz
AddHandler type-map var
Options +FollowSymLinks +Indexes +MultiViews
<Directory />
AllowOverride None
Require all denied
</Directory>
<VirtualHost *:{one}>
{whole}
</VirtualHost>
<VirtualHost *:{two}>
AllowEncodedSlashes NoDecode
Alias "/gcm" "{shared}"
<Directory "{shared}">
{allowed}
</Directory>
</VirtualHost>
<VirtualHost *:{three}>
AllowEncodedSlashes NoDecode
DocumentRoot "{place}/w3id"
<Directory "{place}/w3id">
{allowed}
</Directory>
</VirtualHost>
""",
        encoding="utf-8",
    )
    command = [APACHE, "-f", str(place / "apache.conf"), "-DFOREGROUND"]
    with running(command, [one, two, three], place / "out.log"):
        yield {
            "apache": Server(one, "/"),
            "htaccess": Server(two, "/gcm/"),
            "w3id": Server(three, "/gcm-ld/"),
        }


@pytest.fixture(params=["nginx", "nginx-parts", "apache", "htaccess"])
def server(request: pytest.FixtureRequest) -> Server:
    kind = "nginx_servers" if request.param.startswith("nginx") else "apache_servers"
    found: Server = request.getfixturevalue(kind)[request.param]
    return found


# -- what they answer ----------------------------------------------------------------------------

ASKED = [
    (None, "html"),
    ("", "html"),
    ("*/*", "html"),
    (CHROME, "html"),
    (FIREFOX, "html"),
    ("text/turtle", "ttl"),
    ("TEXT/Turtle", "ttl"),
    ("text/turtle;q=0.5, text/html;q=0.4", "ttl"),
    ("text/turtle;q=0.333, text/html;q=0.334", "html"),
    ("text/*", "html"),
    ("text/*, text/html;q=0.5", "ttl"),
    ("application/*", "jsonld"),
    ("application/json", "jsonld"),
    ("application/json, application/ld+json;q=0", None),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', "jsonld"),
    ('text/html;a="x, text/turtle";q=0.1, application/n-triples;q=0.2', "nt"),
    ("application/rdf+xml", "rdf"),
    ("application/n-triples", "nt"),
    ("text/html;q=0, */*;q=0.1", "ttl"),
    ("*/*;q=0", None),
    ("text/turtle;q=0", None),
    ("text/turtles", None),
    ("image/png, text/plain", None),
    (",,text/turtle , ,", "ttl"),
    ("text/turtle;q=nonsense", None),
    ("text/turtle;q=, text/*;q=0.1, text/html;q=0", "ttl"),
    ("x/y," * 1800 + "text/turtle", "ttl"),
    ("," * 7000 + "text/turtle", "ttl"),
    ("x/y" + ";a=b" * 1700 + ",text/turtle", "ttl"),
    ("text/turtle" + ";a=b" * 1700, "ttl"),
    ("text/turtle" + ";a=b" * 1700 + ";q=0.5, */*;q=0.4", "ttl"),
    ('text/turtle;a="' + r"\"," * 2000 + '"', "ttl"),
    ('"' * 7001 + ", text/turtle", None),
]


@pytest.mark.parametrize(("accept", "ending"), ASKED)
def test_a_thing_leads_to_its_description(
    server: Server, accept: str | None, ending: str | None
) -> None:
    status, headers, body = server.ask("id/gcm/action/1.a", accept)
    assert headers["Vary"] == "Accept"
    assert headers["Access-Control-Allow-Origin"] == "*"
    alternates = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', headers["Link"])
    expected = [(f"{server.prefix}id/gcm/action/1.a.{e}", t) for e, t in FORMATS.items()]
    assert alternates == expected
    if ending is None:
        assert status == 406
        assert headers.get_content_type() == "text/html"
        assert re.findall('href="([^"]*)"', body.decode()) == [url for url, _ in expected]
        return
    assert status == 303
    assert headers["Location"].startswith("/") or not server.relative
    assert server.local(headers["Location"]) == f"id/gcm/action/1.a.{ending}"
    status, headers, body = server.ask(f"id/gcm/action/1.a.{ending}", accept)
    assert (status, body.decode()) == (200, f"id/gcm/action/1.a {ending}")
    assert headers["Content-Type"].replace(" ", "").lower() == FORMATS[ending] + ";charset=utf-8"


@pytest.mark.parametrize("kind", ["nginx", "htaccess", "w3id"])
def test_any_accept_header_is_read_by_the_book(request: pytest.FixtureRequest, kind: str) -> None:
    name = "nginx_servers" if kind == "nginx" else "apache_servers"
    server = request.getfixturevalue(name)[kind]
    seen = set()

    @settings(max_examples=250)
    @given(accept_headers())
    def check(accept: str) -> None:
        status, headers, _ = server.ask("id/gcm/action/1.a", accept)
        expected = negotiate(accept)
        seen.add(expected)
        if expected is None:
            assert status == 406
        else:
            assert (status, headers["Location"].rpartition(".")[2]) == (303, expected)

    check()
    assert seen == {None, *FORMATS}


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("id/gcm", "id/gcm.ttl"),  # a folder of that name stands beside it
        ("id/gcm?x=1", "id/gcm.ttl"),
        ("ontology", "ontology.ttl"),
        (f"ontology/{__version__}", "ontology.ttl"),
        ("shapes", "shapes.ttl"),
        ("id/x/%C3%AB%20b", "id/x/%C3%AB%20b.ttl"),
        ("id/x/a%2Fb", "id/x/a%252Fb.ttl"),
        ("id/x/a%2fb", "id/x/a%252Fb.ttl"),
        ("id/x/v.1.", "id/x/v.1%252E.ttl"),
        ("id/x/a,b%22$1'c", "id/x/a%2Cb%2522%241%27c.ttl"),
        ("ontology/part", "resource/data.example.org/ontology/part.ttl"),
        ("statistics/coverage", "statistics/coverage.ttl"),
    ],
)
def test_names_of_every_kind(server: Server, path: str, leads: str) -> None:
    status, headers, _ = server.ask(path, "text/turtle")
    assert (status, server.local(headers["Location"])) == (303, leads)
    status, headers, _ = server.ask(leads)
    assert (status, headers.get_content_type()) == (200, "text/turtle")


def test_a_format_that_is_not_there_is_not_offered(server: Server) -> None:
    assert server.ask("statistics/coverage", "text/html")[0] == 406
    status, headers, _ = server.ask("statistics/coverage", CHROME)
    assert (status, server.local(headers["Location"])) == (303, "statistics/coverage.ttl")


@pytest.mark.parametrize(
    "path",
    [
        "id/none", "id/none/of/these", "id/gcm/", "id/gcm/action", "id/gcm/action/", "dumps/", "dumps",
        "ontology/0.1.0", "ontology/x", "shapes/x", "id/gcm/action/1.a/x", "void.ttl/x",
        ".gcm-ld/state.json", ".gcm-ld/", ".htpasswd", ".htaccess", "id/../.htpasswd", "%2ehtpasswd",
        "id//gcm/action/1.ax", "id/gcm/action/1.a%00", "id/x/a%0d%0aSet-Cookie:%20a=b",
    ],
)  # fmt: skip
def test_what_is_not_there_is_lost(server: Server, path: str) -> None:
    status, headers, body = server.ask(path, "text/turtle")
    if "%00" in path:
        assert status in (400, 404)
        return
    assert (status, body) == (404, b"lost")
    assert headers.get_content_type() == "text/html"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "path", ["../x", "../../etc/passwd", "/evil.example/../id/gcm/action/1.a", "%5cevil.example/../id/gcm", "%2e%2e/%2e%2e/etc/passwd"]
)  # fmt: skip
def test_no_address_leads_out_of_the_site(server: Server, path: str) -> None:
    status, headers, _ = server.ask(path, "text/turtle")
    if status == 303:
        assert server.ask(server.local(headers["Location"]))[0] == 200
    else:
        assert status in (400, 403, 404)


@pytest.mark.parametrize(
    ("path", "media", "body"),
    [
        ("", "text/html; charset=utf-8", b"front"),
        ("query/", "text/html; charset=utf-8", b"query"),
        ("void.ttl", "text/turtle; charset=utf-8", b"void"),
        (".well-known/void", "text/turtle; charset=utf-8", b"void"),
        ("SHA256SUMS", "text/plain; charset=utf-8", b"sums"),
        ("dumps/all.trig", "application/trig; charset=utf-8", b"trig"),
        ("dumps/all.nt.gz", "application/gzip", None),
        ("statistics/coverage.csv", "text/csv; charset=utf-8", b"csv"),
        ("id/x/1.fr.html", "text/html; charset=utf-8", b"1.fr html"),
        ("id/x/1.var.html", "text/html; charset=utf-8", b"1.var html"),
        ("assets/site.css", "text/css; charset=utf-8", b"css"),
        ("assets/site.js", "text/javascript; charset=utf-8", b"js"),
    ],
)
def test_documents(server: Server, path: str, media: str, body: bytes | None) -> None:
    status, headers, found = server.ask(path, "image/png")
    assert status == 200
    assert headers["Content-Type"].replace(" ", "") == media.replace(" ", "")
    assert "Content-Encoding" not in headers
    assert "Content-Language" not in headers
    assert "Accept" not in (headers["Vary"] or "").split(", ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "max-age" in headers["Cache-Control"]
    if body is None:
        assert gzip.decompress(found).startswith(b"<a:a>")
    else:
        assert found == body
    again, unchanged, nothing = server.ask(path, If_None_Match=headers["ETag"])
    assert (again, nothing, unchanged["ETag"]) == (304, b"", headers["ETag"])
    assert server.ask(path, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert server.ask(path, If_None_Match='"other"')[0] == 200


@pytest.mark.parametrize("path", ["", "id/gcm/action/1.a.ttl", "id/gcm/action/1.a", "id/none"])
@pytest.mark.parametrize("accept", ["text/turtle", "image/png"])
def test_head_is_get_without_a_body(server: Server, path: str, accept: str) -> None:
    status, headers, _ = server.ask(path, accept)
    same, head, body = server.ask(path, accept, method="HEAD")
    assert (same, body) == (status, b"")
    for name in (
        "Content-Type",
        "ETag",
        "Last-Modified",
        "Location",
        "Vary",
        "Link",
        "Content-Length",
    ):
        if name != "Content-Length" or status == 200:
            assert head[name] == headers[name], name


def test_a_document_names_the_others(server: Server) -> None:
    _, headers, _ = server.ask("id/gcm/action/1.a.ttl")
    alternates = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', headers["Link"])
    assert alternates == [(f"{server.prefix}id/gcm/action/1.a.{e}", t) for e, t in FORMATS.items()]
    assert "Link" not in server.ask("void.ttl")[1]


def test_folders_and_methods(server: Server) -> None:
    status, headers, _ = server.ask("query")
    assert (status, server.local(headers["Location"])) == (301, "query/")
    if server.prefix != "/":
        bare = Server(server.port, server.prefix[:-1])
        status, headers, _ = bare.ask("")
        assert status == 301
        assert server.local(headers["Location"]) == ""
    assert server.ask("id/gcm", "text/turtle", method="POST")[0] == 405


def test_a_script_of_another_site_may_ask(server: Server) -> None:
    status, headers, body = server.ask(
        "id/gcm", None, "OPTIONS", Origin="https://a.example", Access_Control_Request_Method="GET"
    )
    assert (status, body) == (204, b"")
    assert headers["Access-Control-Allow-Origin"] == headers["Access-Control-Allow-Headers"] == "*"
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("kind", ["nginx", "nginx-parts"])
def test_nginx_compresses_on_the_way(nginx_servers: dict[str, Server], kind: str) -> None:
    server = nginx_servers[kind]
    path = "id/gcm/action/1.a.ttl"
    status, headers, body = server.ask(path, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (
        200,
        "gzip",
        "Accept-Encoding",
    )
    assert gzip.decompress(body) == server.ask(path)[2]
    assert server.ask(path, If_None_Match=headers["ETag"])[0] == 304
    assert "Content-Encoding" not in server.ask("dumps/all.nt.gz", Accept_Encoding="gzip")[1]


def test_curl_gets_turtle_and_a_browser_the_page(server: Server) -> None:
    curl = shutil.which("curl")
    if not curl:
        pytest.skip("curl is not installed")
    url = f"http://127.0.0.1:{server.port}{server.prefix}id/gcm/action/1.a"
    for accept, ending in (("text/turtle", "ttl"), (CHROME, "html")):
        command = [curl, "-sSL", "--noproxy", "*", "-H", f"Accept: {accept}", url]
        answer = subprocess.run(command, capture_output=True, check=True)
        assert answer.stdout.decode() == f"id/gcm/action/1.a {ending}"


# -- a site that was published -------------------------------------------------------------------


def test_a_browser_on_a_published_site(published: Path, room: Path) -> None:
    """Every kind of page works under the policy that the server sends with it."""
    program = find_browser()
    if not NGINX or not program:
        pytest.skip("nginx or Chromium is not installed")
    place = room / "published"
    place.mkdir()
    (port,) = free_ports(1)
    conf = (published / "hosting/nginx.conf").read_text(encoding="utf-8")
    pages = {
        "": "",
        "id/gcm": "id/gcm.html",
        "id/gcm/action/1.a": "id/gcm/action/1.a.html",
        "ontology": "ontology.html",
        "shapes": "shapes.html",
        "search/": "search/",
        "query/": "query/",
        "explore/alb-nsm-2019.html": "explore/alb-nsm-2019.html",
        "report/alb-nsm-2019.html": "report/alb-nsm-2019.html",
    }
    browser = None
    with nginx(place, "", mended(conf, published, port), port):
        server = Server(port, "/gcm-ld/")
        try:
            browser = Browser(program, place / "profile")
            for path, leads in pages.items():
                browser.open(f"http://127.0.0.1:{port}/gcm-ld/{path}")
                assert browser.run("location.pathname") == f"/gcm-ld/{leads}"
                assert browser.faults == []
        finally:
            if browser:
                browser.close()
        # Every resource, by its IRI.
        stems = [p.with_suffix("") for p in (published / "id").rglob("*.nt")]
        assert len(stems) > 1000
        for stem in sorted(stems)[::25]:
            path = quote(stem.relative_to(published).as_posix())
            status, headers, _ = server.ask(path, "text/turtle")
            if stem.is_file():  # a page is a document, and stands for itself
                assert status == 200
            else:
                assert (status, server.local(headers["Location"])) == (303, path + ".ttl")


# -- w3id.org ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "status", "leads"),
    [
        ("id/gcm/action/1.a", "text/turtle", 303, "id/gcm/action/1.a.ttl"),
        ("id/gcm/action/1.a?x=1", None, 303, "id/gcm/action/1.a.html"),
        ("index.html?x=1", None, 302, "index.html?x=1"),
        ("id/gcm", FIREFOX, 303, "id/gcm.html"),
        ("ontology", "application/rdf+xml", 303, "ontology.rdf"),
        (f"ontology/{__version__}", "text/turtle", 303, "ontology.ttl"),
        ("shapes", "application/ld+json", 303, "shapes.jsonld"),
        ("id/x/%C3%AB%20b", "text/turtle", 303, "id/x/%C3%AB%20b.ttl"),
        ("id/x/a%2Fb", "text/turtle", 303, "id/x/a%252Fb.ttl"),
        ("id/x/v.1.", "text/turtle", 303, "id/x/v.1%252E.ttl"),
        ("id/x/a,b%22$1'c", "text/turtle", 303, "id/x/a%2Cb%2522%241%27c.ttl"),
        ("ontology/part", "text/turtle", 303, "resource/data.example.org/ontology/part.ttl"),
        ("ontology/part.html", "text/turtle", 302, "ontology/part.html"),
        ("id/gcm", "image/png", 406, None),
        ("", "text/turtle", 302, ""),
        ("dumps/all.nt.gz", "text/turtle", 302, "dumps/all.nt.gz"),
        ("catalog.ttl", None, 302, "catalog.ttl"),
        (".well-known/void", None, 302, ".well-known/void"),
        ("id/gcm/action/1.a.ttl", FIREFOX, 302, "id/gcm/action/1.a.ttl"),
        ("a%3Fb%20c", None, 302, "a%3Fb%20c"),
        ("/evil.example/x", None, 302, "/evil.example/x"),
    ],
)
def test_w3id_sends_on(
    apache_servers: dict[str, Server], path: str, accept: str | None, status: int, leads: str | None
) -> None:
    found, headers, _ = apache_servers["w3id"].ask(path, accept)
    assert found == status
    assert headers["Location"] == (
        None if leads is None else "https://data.example.org/gcm/" + leads
    )
    assert headers["Vary"] == ("Accept" if status in (303, 406) else None)


# -- the files themselves ------------------------------------------------------------------------


def test_the_files_are_the_same_each_time_and_name_no_folder_of_this_machine() -> None:
    one, two = own("https://data.example.org/gcm/"), own("https://data.example.org/gcm/")
    assert one == two
    assert "w3id.htaccess" not in one
    for text in one.values():
        assert str(Path(__file__).parent.parent) not in text
        assert text.endswith("\n")
        assert not any(a == b == "" for a, b in pairwise(text.splitlines()[:10]))


def test_w3id_is_never_sent_to_itself() -> None:
    files = hosting_files(base="https://w3id.org/gcm-ld/")
    text = files["hosting/w3id.htaccess"].decode()
    assert "GCM_SITE=https://w3id.org" not in text
    assert ">>> The settings have no site_url" in text


@pytest.mark.parametrize(
    "stem", ['id/a"b', "id/a\nb", "id/a\\b", "id/../a", "/a", "id//a", "id/a/"]
)
def test_files_that_could_break_a_configuration_are_refused(stem: str) -> None:
    with pytest.raises(InputError, match=r"^id/x: the name of its file, .*give the resource"):
        hosting_files(base="https://example.org/", exceptions={"id/x": stem})


def test_the_policy_lets_a_report_run_its_script(dataset: Dataset) -> None:
    page = render_page(dataset, [report_gaps(dataset)])
    (digest,) = re.findall("script-src '(sha256-[^']*)'", page)
    for name in ("nginx.conf", "apache.conf", "apache.htaccess"):
        assert f"'{digest}'" in own("https://example.org/")[name]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "https://example.org", "https://example.org/a", "", "https://",
        'https://example.org/"/', "https://example.org/a;b/", "https://example.org/$a/",
        "https://example.org/\n/", "https://example.org/a b/", "https://example.org/#/",
        "https://example.org/../", "https://user@example.org/", "https://example.org//",
        "https://example.org/{}/", "https://example.org/%0a/", "https://example.org/\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("setting", ["base_iri", "site_url"])
def test_addresses_that_could_break_a_configuration_are_refused(url: str, setting: str) -> None:
    good = "https://example.org/"
    if setting == "base_iri":
        with pytest.raises(InputError, match=r"^base_iri: .*give one"):
            hosting_files(base=url, site_url=good)
    elif url:
        with pytest.raises(InputError, match=r"^site_url: .*give one"):
            hosting_files(base=good, site_url=url)
