"""What every page is sent with, and answers that are no page: redirects, refusals, files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from gcm_ld.publish.paths import FORMATS, url_of
from gcm_ld.serve.answer import Answer

__all__ = [
    "POLICY",
    "alternates",
    "file_answer",
    "media_type",
    "report_policy",
    "respond",
    "tag_of",
]

#: What a page may load: what this server sends, and nothing else. No script or style stands in a
#: page; an editor's styles come through constructed sheets, which the policy does not govern.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_TYPES = {
    **FORMATS,
    "css": "text/css",
    "csv": "text/csv",
    "gz": "application/gzip",
    "js": "text/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "rq": "application/sparql-query",
    "svg": "image/svg+xml",
    "trig": "application/trig",
    "txt": "text/plain",
    "xml": "application/xml",
}
_NAMED = {".well-known/void": "text/turtle", "SHA256SUMS": "text/plain"}
_CHUNK = 1 << 16
_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Location, Retry-After",
    "cache-control": "public, max-age=300",
    "content-security-policy": POLICY,
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
}


def report_policy(page: bytes) -> str:
    """Return the policy for a report, which has its script and style within, to be mailed.

    :param page: the report, whose scripts are named by their digests.
    """
    import base64
    import re

    found = (
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    )
    digests = "".join(f" 'sha256-{digest}'" for digest in found)
    return f"{POLICY}; script-src 'self'{digests}; style-src 'self' 'unsafe-inline'"


def media_type(name: str) -> str:
    """Return the media type of a file of the site, with its encoding where it is text.

    >>> media_type("id/gcm.ttl"), media_type("dumps/all.nq.gz")
    ('text/turtle; charset=utf-8', 'application/gzip')
    """
    kind = _NAMED.get(name) or _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    plain = kind in ("application/gzip", "application/octet-stream")
    return kind if plain else f"{kind}; charset=utf-8"


def respond(
    name: str,
    body: bytes | Iterator[bytes],
    *,
    etag: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with a file of the site.

    :param name: its name, which tells its type.
    :param body: its content.
    :param etag: what tells this content from any other of that name.
    """
    found = {**_HEADERS, "content-type": media_type(name)}
    if etag:
        found["etag"] = f'"{etag}"'
    return Answer(status, {**found, **(headers or {})}, body)


def file_answer(name: str, path: Path, *, etag: str) -> Answer:
    """Answer with a file on the disk, which is sent piece by piece."""
    return respond(name, _pieces(path), etag=etag)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_CHUNK):
            yield piece


def alternates(prefix: str, stem: str, endings: Mapping[str, str] = FORMATS) -> str:
    """Return the Link header that names the documents about a resource (RFC 8288)."""
    address = prefix + url_of(stem)
    return ", ".join(
        f'<{address}.{ending}>; rel="alternate"; type="{kind}"' for ending, kind in endings.items()
    )


def tag_of(*parts: str) -> str:
    """Return a short digest that tells one state of the data and the program from another."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
