"""RDF from a file or a web address, in any common format, with limits on size and time."""

from __future__ import annotations

import re
import time
from http.client import HTTPException, HTTPMessage
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib import error, parse, request

import pyoxigraph as ox

from gcm_ld import __version__
from gcm_ld.errors import FileError
from gcm_ld.files import read_bytes

__all__ = ["LIMIT", "TIMEOUT", "is_url", "read_rdf"]

#: The most bytes that are read, and that an XML file may unfold to.
LIMIT = 50_000_000
#: Seconds after which a server is given up.
TIMEOUT = 30.0

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".turtle": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
_MEDIA_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
#: Types that say little, so that the address's ending may say more.
_VAGUE = {
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/json": ox.RdfFormat.JSON_LD,
}
_PAGES = ("text/html", "application/xhtml+xml")
_ACCEPT = "text/turtle, application/n-triples, application/rdf+xml;q=0.9, application/ld+json;q=0.8"
_ENTITY = re.compile(rb"<!ENTITY\s+(%?)\s*([^\s%&;\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)'|([^>]*))")
_CHUNK = 65_536
_REDIRECTIONS = (301, 302, 303, 307, 308)


def is_url(source: str) -> bool:
    """Tell whether a source is a web address.

    >>> is_url("https://example.org/sdg.ttl"), is_url("sdg.ttl")
    (True, False)
    """
    return source.lower().startswith(("http://", "https://"))


def read_rdf(
    source: str | Path, *, timeout: float = TIMEOUT, limit: int = LIMIT
) -> list[ox.Triple]:
    """Read RDF from a file or a web address: Turtle, RDF/XML, N-Triples or JSON-LD.

    A file's ending names its format, Turtle if it is none that is known; of a web address it is
    what the server says, and its ending where the server says little.

    :param source: a path, or an address with ``http:`` or ``https:``.
    :param timeout: seconds within which all of it must have come.
    :param limit: the most bytes that are read.
    :returns: the triples.
    :raises FileError: if it can't be had or is not RDF, in one sentence.
    """
    if isinstance(source, str) and is_url(source):
        return _parse(*_fetch(source, timeout, limit), name=source, base=source, limit=limit)
    path = Path(source)
    if path.is_file() and path.stat().st_size > limit:
        raise FileError(source, _too_big(limit))
    format_ = _FORMATS.get(path.suffix.lower(), ox.RdfFormat.TURTLE)
    return _parse(read_bytes(path), format_, name=source, base=None, limit=limit)


def _too_big(limit: int) -> str:
    return f"larger than {limit / 1e6:g} MB: give the vocabulary's own file"


class _Redirects(request.HTTPRedirectHandler):
    """Follow a redirection only to another web address: not to ``ftp:``, as Python would."""

    def redirect_request(
        self,
        req: request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> request.Request | None:
        if not is_url(newurl):
            raise error.HTTPError(req.full_url, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> request.OpenerDirector:
    """Return what opens web addresses and nothing else, by the environment's proxies."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener


def _fetch(url: str, timeout: float, limit: int) -> tuple[bytes, ox.RdfFormat]:
    """Fetch a document and find out its format."""
    late = f"no whole answer within {timeout:g} seconds: try again, or save it and give the file"
    headers = {"Accept": _ACCEPT, "User-Agent": f"gcm-ld/{__version__}"}
    deadline = time.monotonic() + timeout
    try:
        asked = request.Request(url, headers=headers)  # noqa: S310 (http and https only)
        with _opener().open(asked, timeout=timeout) as answer:
            format_ = _format(url, answer)
            content = bytearray()
            while chunk := answer.read1(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise FileError(url, _too_big(limit))
                if time.monotonic() > deadline:
                    raise TimeoutError
            if answer.length:
                raise FileError(url, "the answer broke off: try again")
            return bytes(content), format_
    except error.HTTPError as problem:
        problem.close()
        target = parse.urljoin(problem.url or url, problem.headers.get("Location") or "")
        what = f"the server says {problem.code} ({problem.reason})"
        if problem.code in _REDIRECTIONS:
            fault = "and so on in a circle" if is_url(target) else "which is no web address"
            what = f"sends on to {target}, {fault}"
        raise FileError(url, f"{what}: check the address") from None
    except TimeoutError:
        raise FileError(url, late) from None
    except error.URLError as problem:
        if isinstance(problem.reason, TimeoutError):
            raise FileError(url, late) from None
        raise FileError(url, _unreachable(problem.reason)) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise FileError(url, _unreachable(problem)) from None


def _unreachable(reason: object) -> str:
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return f"can't be fetched ({text}): check the address and the network"


def _format(url: str, answer: Any) -> ox.RdfFormat:
    """Find out a document's format from what the server says, or from its address."""
    media = answer.headers.get_content_type() if "Content-Type" in answer.headers else ""
    if media in _PAGES:
        raise FileError(url, "this is a web page and not RDF: give the address of the data itself")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise FileError(url, "the server sends it compressed: save it and give the file")
    if media in _MEDIA_TYPES:
        return _MEDIA_TYPES[media]
    for address in (answer.geturl(), url):
        suffix = PurePosixPath(parse.urlsplit(address).path).suffix.lower()
        if suffix in _FORMATS:
            return _FORMATS[suffix]
    if media in _VAGUE:
        return _VAGUE[media]
    said = f"the server calls it {media}" if media else "the server names no format"
    raise FileError(url, f"{said}: give the address of Turtle, RDF/XML, N-Triples or JSON-LD")


def _parse(
    content: bytes, format_: ox.RdfFormat, *, name: object, base: str | None, limit: int
) -> list[ox.Triple]:
    if format_ == ox.RdfFormat.RDF_XML:
        _check_entities(content, name, limit)
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode("utf-8")
        quads = ox.parse(content, format=format_, base_iri=base)
        return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
    except UnicodeDecodeError:
        raise FileError(name, "this is not UTF-8 text: save it as UTF-8") from None
    except SyntaxError as problem:
        text = re.sub(r"^Parser error at .*?: ", "", str(problem.msg).splitlines()[0])
        line, column = problem.lineno, problem.offset
        raise FileError(
            name, f"this is not {format_.name}: {text}", line=line, column=column
        ) from None
    except ValueError as problem:
        raise FileError(name, f"this is not {format_.name}: {problem}") from None


def _check_entities(content: bytes, name: object, limit: int) -> None:
    """Refuse XML whose entities would unfold to more than the limit."""
    size = len(content)
    for percent, entity, *values in _ENTITY.findall(content):
        value = b"".join(values)
        if percent or re.search(rb"&(?!#|amp;|lt;|gt;|quot;|apos;)", value):
            raise FileError(name, "its XML entities refer to each other: save it as Turtle")
        size += len(value) * content.count(b"&%s;" % entity)
        if size > limit:
            raise FileError(name, _too_big(limit))
