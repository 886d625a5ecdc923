"""What a request asks for: the SPARQL 1.1 Protocol and the Graph Store HTTP Protocol, to read.

A request becomes a *question*: the job for a worker, and a key that tells it from every other one.
Nothing here knows of connections or workers.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote_to_bytes

from gcm_ld.serve.accept import GRAPHS, accepts_gzip, choose, weigh
from gcm_ld.serve.answer import Refusal
from gcm_ld.serve.limits import Limits

__all__ = ["Question", "read_graph", "read_parameters", "read_sparql"]

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_PARAMETERS = 1000
_UPDATES = frozenset(("update", "using-graph-uri", "using-named-graph-uri"))


@dataclass(slots=True)
class Question:
    """What is asked of a worker.

    :param kind: see :data:`gcm_ld.serve.handlers.HANDLERS`.
    :param payload: what its function gets.
    :param key: the same for all requests that get the same answer from one generation.
    :param timeout: how long it may take; nothing for the server's limit.
    """

    kind: str
    payload: dict[str, Any]
    key: tuple[Any, ...] = ()
    timeout: float | None = None
    #: The key as text.
    text: InitVar[str] = ""
    #: A short name for the key, in tags and in the log.
    digest: str = field(init=False)

    def __post_init__(self, text: str) -> None:
        raw = (text or repr(self.key)).encode("utf-8", "backslashreplace")
        self.digest = blake2b(raw, digest_size=8).hexdigest()


def read_sparql(
    method: str,
    query: bytes,
    headers: Mapping[bytes, bytes],
    body: bytes,
    *,
    base: str,
    limits: Limits,
) -> Question | None:
    """Read a request to the endpoint (SPARQL 1.1 Protocol, section 2.1).

    :param method: ``GET`` or ``POST``.
    :param query: the query string of the address.
    :param headers: names in lower case.
    :param body: its content.
    :param base: the address that relative IRIs of a query start from.
    :param limits: the longest query, and more.
    :returns: the question; nothing for a GET that asks for no query.
    :raises Refusal: if it is not as the protocol says, or asks to change something.
    """
    parameters = read_parameters(query)
    text: str | None = None
    if method == "POST":
        media, charset = _media_type(headers)
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise Refusal(415, f"a query comes in UTF-8, not in {charset}", outcome="media-type")
        if media == _FORM:
            for name, values in read_parameters(body).items():
                parameters.setdefault(name, []).extend(values)
        elif media == _QUERY:
            text = _utf8(body)
            if "query" in parameters:
                raise Refusal(400, "the query stands in the body and in the address: send one")
        elif media == _UPDATE:
            raise _read_only()
        else:
            problem = f"POST takes {_FORM} or {_QUERY}, and this is {media or 'neither'}"
            raise Refusal(415, problem, outcome="media-type", headers={"accept-post": _POST})
    if not _UPDATES.isdisjoint(parameters):
        raise (
            _read_only()
            if method == "POST"
            else Refusal(
                400,
                "an update is not sent with GET, and this endpoint takes none",
                outcome="update",
            )
        )
    if text is None:
        texts = parameters.get("query", [])
        if not texts:
            if method == "GET":
                return None
            raise Refusal(400, "the parameter query is missing", outcome="syntax")
        if len(texts) > 1:
            raise Refusal(400, "there are several queries: send one at a time", outcome="syntax")
        text = texts[0]
    if len(text) > limits.query:
        problem = f"the query is longer than {limits.query:,} characters"
        raise Refusal(413, problem, outcome="too-large")
    return _question(text, parameters, headers, base, limits)


_POST = f"{_FORM}, {_QUERY}"


def _question(
    text: str,
    parameters: Mapping[str, list[str]],
    headers: Mapping[bytes, bytes],
    base: str,
    limits: Limits,
) -> Question:
    formats = weigh(_text(headers.get(b"accept")))
    if not any(formats):
        raise Refusal(
            406,
            "answers come as SPARQL results (JSON, XML, CSV, TSV) or RDF (Turtle, N-Triples, "
            "JSON-LD, RDF/XML): name one of them in Accept",
            outcome="not-acceptable",
        )
    default, named = parameters.get("default-graph-uri"), parameters.get("named-graph-uri")
    gzip = accepts_gzip(_text(headers.get(b"accept-encoding")))
    payload: dict[str, Any] = {
        "query": text,
        "table": formats.table,
        "boolean": formats.boolean,
        "graph": formats.graph,
        "base": base,
        "most": limits.answer,
        "merge": limits.merge,
        "gzip": gzip,
    }
    graphs = None
    if default is not None or named is not None:
        payload |= {"default": default or [], "named": named or []}
        graphs = (tuple(default or ()), tuple(named or ()))
    key = ("query", text, formats, gzip, graphs)
    whole = f"{formats.table} {formats.boolean} {formats.graph} {gzip} {graphs}\n{text}"
    return Question("query", payload, key, _timeout(parameters, limits), whole)


def _timeout(parameters: Mapping[str, list[str]], limits: Limits) -> float | None:
    """Return what a client asks for; it may ask for less than the limit and not for more."""
    found = parameters.get("timeout")
    if not found:
        return None
    try:
        seconds = float(found[-1])
    except ValueError:
        seconds = -1.0
    if not seconds > 0:
        raise Refusal(400, "timeout is a number of seconds, as in timeout=5", outcome="syntax")
    return min(seconds, limits.timeout)


def read_graph(query: bytes, headers: Mapping[bytes, bytes], *, limits: Limits) -> Question:
    """Read a request for a graph (SPARQL 1.1 Graph Store HTTP Protocol, section 4.2).

    :raises Refusal: if it does not name one graph.
    """
    parameters = read_parameters(query, blank=True)
    graphs = parameters.get("graph", [])
    default = "default" in parameters
    if len(graphs) + default != 1:
        raise Refusal(400, "name one graph: ?graph=IRI, or ?default", outcome="syntax")
    ending = choose(_text(headers.get(b"accept")), GRAPHS)
    if ending is None:
        problem = "a graph comes as Turtle, N-Triples, JSON-LD or RDF/XML: name one in Accept"
        raise Refusal(406, problem, outcome="not-acceptable")
    gzip = accepts_gzip(_text(headers.get(b"accept-encoding")))
    name = None if default else graphs[0]
    payload = {"name": name, "graph": ending, "most": limits.answer, "gzip": gzip}
    return Question("graph", payload, ("graph", name, ending, gzip))


def read_parameters(raw: bytes, *, blank: bool = False) -> dict[str, list[str]]:
    """Read a query string or a form.

    :param raw: percent-encoded UTF-8.
    :param blank: whether a name may stand without ``=``.
    :raises Refusal: if it is not UTF-8, or there is too much of it.

    >>> read_parameters(b"a=1+2&a=%C3%AB&b=")
    {'a': ['1 2', 'ë'], 'b': ['']}
    """
    found: dict[str, list[str]] = {}
    if not raw:
        return found
    if raw.count(b"&") >= _MOST_PARAMETERS:
        raise Refusal(400, f"there are more than {_MOST_PARAMETERS} parameters", outcome="syntax")
    for part in raw.split(b"&"):
        name, equals, value = part.partition(b"=")
        if equals or (blank and name):
            if b"%" in name or b"+" in name:
                name = _unquote(name)
            found.setdefault(_utf8(name), []).append(_utf8(_unquote(value)))
    return found


_NO_ENCODING = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _unquote(raw: bytes) -> bytes:
    r"""Undo the encoding of forms; what is no encoding stays.

    >>> _unquote(b"a+%3D=%c3%AB%%zz=%0a")
    b'a ==\xc3\xab%%zz=\n'
    """
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" not in raw:
        return raw
    if _NO_ENCODING.search(raw):
        return unquote_to_bytes(raw)
    # Quoted-printable is the same with another sign, and read in C: in a tenth of the time.
    return a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "this is not UTF-8: send text as UTF-8", outcome="syntax") from None


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("latin-1")


def _media_type(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """Return media type and charset of a request's content."""
    name, *parameters = headers.get(b"content-type", b"").decode("latin-1").lower().split(";")
    charset = ""
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "charset":
            charset = value.strip().strip('"')
    return name.strip(), charset


def _read_only() -> Refusal:
    problem = "this endpoint is read-only: it takes queries and no updates"
    return Refusal(403, problem, outcome="update")
