"""Configuration for those who host the site: nginx, Apache, and the redirects of w3id.org.

A resource's IRI names a thing, and a server sends on to a document about it with 303 See Other
(RFC 9110, section 15.4.4; W3C, Cool URIs for the Semantic Web), in the format that the Accept
header asks for. Documents have addresses of their own, so that caches never mix formats up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from gcm_ld.errors import InputError
from gcm_ld.publish.negotiation import GREATER, rules
from gcm_ld.publish.paths import FORMATS

__all__ = ["hosting_files"]

#: ending → media type of every kind of file in the site.
_TYPES = {
    **FORMATS,
    "conf": "text/plain",
    "css": "text/css",
    "csv": "text/csv",
    "gz": "application/gzip",
    "htaccess": "text/plain",
    "js": "text/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "nq": "application/n-quads",
    "png": "image/png",
    "rq": "application/sparql-query",
    "svg": "image/svg+xml",
    "trig": "application/trig",
    "txt": "text/plain",
    "wasm": "application/wasm",
    "woff2": "font/woff2",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
#: Formats that are not text, and so have no character encoding.
_BINARY = ("gz", "png", "wasm", "woff2", "xlsx")
#: The site's files whose names have no ending that tells their type.
_NAMED = {".well-known/void": "text/turtle", "SHA256SUMS": "text/plain"}
#: Endings that Apache takes for a language where its usual settings are in force.
_LANGUAGES = (
    "ca cs cz da de dk el en eo es et fi fr he hr hu it ja ko lb ltz lv nb nl nn no pl po pt pt-br "
    "ro ru sk sl sr sv tr uk zh zh-cn zh-tw"
)
#: Folders and files in which every resource comes in every format.
_RESOURCES = "(?:id|sdg|country|resource)/.*|sdg|ontology|shapes"
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/(?:[A-Za-z0-9._~@+-]+/)*")
#: Paths whose documents are the front page, the ontology and the shapes themselves, and not what
#: the catalogue says about them.
_FIXED = ("", "ontology", "shapes")
#: What could end a quotation, or lead out of the folder.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\"\\]|(?:^|/)\.*(?:/|$)")
#: Stands where the address of the site is not known.
_ELSEWHERE = "https://data.example.org"
_W3ID = "https://w3id.org/"
_NONE: Mapping[str, str] = MappingProxyType({})
#: What may stand in a step of an address as it comes over the wire (RFC 3986, section 3.3), and
#: bytes that some clients leave unescaped. A first dot hides a file, and no step is empty: an
#: address with ``//`` in it must never come back as a redirect to another host.
_FIRST = r"[A-Za-z0-9_~!$&'()*+,;=:@%\x80-\xff-]"
_STEP = _FIRST + r"[A-Za-z0-9._~!$&'()*+,;=:@%\x80-\xff-]*+"
_ADDRESS = f"{_STEP}(?:/{_STEP})*+"


def hosting_files(
    *, base: str, site_url: str | None = None, exceptions: Mapping[str, str] = _NONE
) -> dict[str, bytes]:
    """Return the configuration files of a site.

    :param base: the IRI that the site's own resources start with, ending in ``/``.
    :param site_url: the address that the folder is served at, ending in ``/``; ``base`` without it.
    :param exceptions: what follows the base in an IRI → its file without ending, for IRIs whose
        file does not simply have their name.
    :returns: file → content.
    :raises InputError: if an address is not one that a server's configuration can hold.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    _check(base, "base_iri")
    site = site_url or base
    _check(site, "site_url")
    environment = Environment(
        autoescape=False,  # noqa: S701 - not HTML; values are checked and escaped above
        keep_trailing_newline=True,
        loader=PackageLoader("gcm_ld.publish"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    prefix = urlsplit(site).path
    # Nothing is served at w3id.org, which sends on: the address is not known, but for its path.
    known = not site.startswith(_W3ID)
    if not known:
        site = _ELSEWHERE + prefix
    values = {
        "address": _ADDRESS,
        "base": base,
        "csp": _policy(),
        "digits": "(?<gcm_ld_d>",
        "exceptions": _exceptions(exceptions),
        "folder": base.removeprefix(_W3ID).rstrip("/"),
        "formats": FORMATS,
        "greater": GREATER,
        "host": urlsplit(site).hostname,
        "languages": _LANGUAGES.split(),
        "known": known,
        "named": _NAMED,
        "prefix": prefix,
        "prefix_pattern": re.escape(prefix),
        "resources": _RESOURCES,
        "rules": {ending: list(rules(ending)) for ending in FORMATS},
        "site": site,
        "encoded_slashes": any("%2f" in path.lower() for path in exceptions),
        "text_types": sorted({t for e, t in _TYPES.items() if e not in _BINARY} - {"text/html"}),
        "types": dict(sorted(_TYPES.items())),
        "binary": _BINARY,
        "version": _version(),
    }
    names = ["nginx.conf", "nginx-maps.conf", "nginx-locations.conf"]
    names += ["apache.conf", "apache.htaccess", "README.md"]
    if base.startswith(_W3ID):
        names.append("w3id.htaccess")
    found = {}
    for name in names:
        text = environment.get_template(f"hosting/{name}.j2").render(values)
        found[f"hosting/{name}"] = text.encode()
    return found


def _check(url: str, setting: str) -> None:
    """Refuse what could end a line or a quotation in a configuration."""
    if not _URL.fullmatch(url) or "/../" in url or "/./" in url:
        raise InputError(
            f"{setting}: {url!r} is not an address that a server's configuration can hold: give "
            'one that starts with "http://" or "https://", ends with "/", and has letters, digits '
            "and -._~@+ in its steps"
        )


def _exceptions(exceptions: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each exception as a pattern, a file and an address of the file, all escaped."""
    found = []
    for path, stem in sorted(exceptions.items()):
        if "#" in path or "?" in path or path in _FIXED:
            continue  # no server sees what follows # and ? as part of the path
        if _UNSAFE.search(stem):
            raise InputError(
                f"{path}: the name of its file, {stem!r}, can't stand in a server's configuration: "
                "give the resource a code of letters and digits"
            )
        pattern = re.escape(quote(path, safe="/-._~!$&'()*+,;=:@%"))
        found.append((pattern, stem, quote(stem, safe="/-._~")))
    return found


def _policy() -> str:
    """Return the Content-Security-Policy that every page of the site lives with.

    The page of a report has its script within, so that it can be mailed: its digest is named.
    """
    import base64
    import hashlib

    from gcm_ld.report.html import page_script

    digest = base64.b64encode(hashlib.sha256(page_script().encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'sha256-{digest}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _version() -> str:
    """Return the pattern of the last step of the ontology's version IRI."""
    import pyoxigraph as ox

    from gcm_ld.files import read_bytes
    from gcm_ld.namespaces import ONTOLOGY, PREFIXES
    from gcm_ld.resources import folder, turtle_files
    from gcm_ld.turtle import parse_turtle

    for path in turtle_files(folder("ontology")):
        for triple in parse_turtle(read_bytes(path), name=path):
            if triple.predicate == ox.NamedNode(PREFIXES["owl"] + "versionIRI"):
                step = str(getattr(triple.object, "value", "")).removeprefix(ONTOLOGY + "/")
                if re.fullmatch("[0-9A-Za-z.+-]+", step):
                    return re.escape(step)
    raise InputError("ontology: it has no owl:versionIRI: give it one")
