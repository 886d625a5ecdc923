"""Requests to an endpoint: who asks, how long, how often, and what to say when it fails."""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from gcm_ld.errors import InputError, QueryError

__all__ = ["PASSWORD", "TOKEN", "Answer", "Connection", "EndpointError"]

#: The environment variables that hold what must not stand on a command line.
PASSWORD = "GCM_LD_PASSWORD"  # noqa: S105
TOKEN = "GCM_LD_TOKEN"  # noqa: S105

#: Busy for now: worth another try (RFC 6585, section 4; RFC 9110, section 15.6.4).
_BUSY = (429, 503)
_CHUNK = 1 << 16
#: How much of an engine's own words an error repeats.
_WORDS = 200

_CURES = {
    401: "it refuses the user name, the password or the token: check --user and "
    f"{PASSWORD}, or {TOKEN}",
    403: "it forbids this: ask its administrator for the right, or give --user",
    404: "there is nothing at this address: check its path",
    405: "it doesn't take this kind of request: check the address",
    408: "it ran out of time: ask for less, or raise its limit",
    413: "this is too much for it at once: raise its limit",
    414: "the question is too long for it",
    504: "it ran out of time: ask for less, or raise its limit",
}


class EndpointError(QueryError):
    """What an endpoint refused, or that it could not be reached.

    :param url: where.
    :param problem: what happened, with its cure.
    :param status: the HTTP status, where there was an answer.
    :param said: the beginning of what the engine itself said.
    """

    def __init__(
        self, url: str, problem: str, *, status: int | None = None, said: str = ""
    ) -> None:
        self.url, self.status, self.said = url, status, said
        super().__init__(f"{url}: {problem}" + (f" ({said})" if said else ""))


class Answer(NamedTuple):
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


@dataclass
class Connection:
    """How endpoints are asked: the same user, patience and manners for every request.

    :param user: the user name for Basic or Digest authentication, whichever the engine asks for.
    :param password: its password; from the environment, if not given.
    :param token: a token (RFC 6750) instead; from the environment, if not given.
    :param timeout: after how many seconds a request is given up.
    :param tries: how often a request is made if the engine is busy or the connection breaks.
    :param patience: the longest wait between two tries, in seconds.
    :param wait: what waits; tests need not.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    tries: int = 5
    patience: float = 60.0
    wait: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if self.user is None:
            self.token = self.token or os.environ.get(TOKEN) or None
        elif self.password is None:
            self.password = os.environ.get(PASSWORD)
            if self.password is None:
                raise InputError(
                    f"--user {self.user}: there is no password: set the environment variable "
                    f"{PASSWORD}"
                )
        if self.token and not re.fullmatch(r"[!-~]+", self.token):
            raise InputError(f"{TOKEN} holds more than a token: set it to the token and no more")
        if self.timeout <= 0:
            raise InputError("a timeout must be more than 0 seconds")
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        self._passwords = passwords
        self._basic, self._digest = _Basic(passwords), _Digest(passwords)
        handlers = [self._basic, self._digest] if self.user is not None else []
        self._opener = urllib.request.build_opener(_NoRedirect, *handlers)

    def send(self, request: urllib.request.Request) -> Answer:
        """Send a request, again where that may help, and return the answer.

        It must do no harm to send it twice, as with queries and with putting a whole graph.

        :raises EndpointError: in one sentence that names the address and the cure.
        """
        url = show(request.full_url)
        self._identify(request)
        for attempt in range(1, self.tries + 1):
            last = attempt == self.tries
            try:
                if request.data and not self._known:
                    self._introduce(request.full_url)
                answer = self._send(request)
            except (ConnectionError, http.client.IncompleteRead) as error:
                if last or isinstance(error, ConnectionRefusedError):
                    raise EndpointError(url, _explain(error, self.timeout)) from None
                self._digest.challenge = None  # it may be out of date
                self.wait(2.0 ** (attempt - 1))
                continue
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise EndpointError(url, _explain(error, self.timeout)) from None
            if answer.status not in _BUSY:
                break
            pause = _retry_after(answer.headers)
            if last or (pause or 0) > self.patience:
                when = f"in {pause:.0f} seconds" if pause else "later"
                raise EndpointError(
                    url, f"it is busy: ask again {when}", status=answer.status, said=_said(answer)
                )
            self.wait(2.0 ** (attempt - 1) if pause is None else pause)
        if answer.status >= 300:
            raise EndpointError(
                url,
                _judge(answer, self.user or self.token),
                status=answer.status,
                said=_said(answer),
            )
        return answer

    @property
    def _known(self) -> bool:
        """Whether a request can say who asks without being asked."""
        return self.user is None or self._basic.asked or bool(self._digest.challenge)

    def _introduce(self, url: str) -> None:
        """Find out how the engine wants to be told who asks.

        It may close the connection on a body that it has not yet asked for.
        """
        head = urllib.request.Request(url, method="HEAD")  # noqa: S310
        self._identify(head)
        with suppress(http.client.HTTPException):
            self._send(head)

    def _identify(self, request: urllib.request.Request) -> None:
        """Add what the engine needs to know who asks; never to be passed on to another host."""
        from gcm_ld import __version__

        request.add_header("User-Agent", f"gcm-ld/{__version__}")
        if self.user is not None:
            self._passwords.add_password(None, request.full_url, self.user, self.password or "")
            if self._basic.asked and not request.has_header("Authorization"):
                text = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
                request.add_unredirected_header("Authorization", f"Basic {text}")
        elif self.token:
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")

    def _send(self, request: urllib.request.Request) -> Answer:
        end = time.monotonic() + self.timeout
        try:
            response: Any = self._opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            response = error
        except urllib.error.URLError as error:
            raise error.reason if isinstance(error.reason, OSError) else error from None
        with response:
            return Answer(response.status, response.headers, _read(response, end))


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Basic authentication that remembers that it was asked for, to spare the second request."""

    asked = False

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        """Answer, and let go of the connection that the question came over."""
        return _close_after(super().http_error_401, req, fp, code, msg, headers)

    def retry_http_basic_auth(self, host: str, req: Any, realm: str) -> Any:
        """Answer the engine's question for a password."""
        self.asked = True
        return super().retry_http_basic_auth(host, req, realm)


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that keeps the engine's challenge, to spare the second request."""

    challenge: dict[str, str] | None = None

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        """Answer, and let go of the connection that the question came over."""
        return _close_after(super().http_error_401, req, fp, code, msg, headers)

    def retry_http_digest_auth(self, req: Any, auth: str) -> Any:
        """Answer the engine's challenge (RFC 7616)."""
        items = urllib.request.parse_http_list(auth.partition(" ")[2])
        self.challenge = urllib.request.parse_keqv_list([item for item in items if item])
        return super().retry_http_digest_auth(req, auth)

    def http_request(self, request: Any) -> Any:
        """Answer before being asked, where the challenge is known."""
        if self.challenge and not request.has_header("Authorization"):
            answer = self.get_authorization(request, self.challenge)
            if answer:
                request.add_unredirected_header("Authorization", f"Digest {answer}")
        return request

    https_request = http_request


def _close_after(handle: Callable[..., Any], req: Any, fp: Any, *rest: Any) -> Any:
    """Handle an answer; close it unless it stays the answer."""
    try:
        answer = handle(req, fp, *rest)
    except BaseException:
        fp.close()
        raise
    if answer is not None:
        fp.close()
    return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Go nowhere else: a question would lose its body, and a password might go astray."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse to go."""


def show(url: str) -> str:
    """Return an address as messages show it: without user, query and fragment.

    >>> show("https://me:secret@example.org:8890/sparql?query=ASK%7B%7D")
    'https://example.org:8890/sparql'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def check_url(url: str, what: str) -> str:
    """Return an address if requests can be sent there.

    :param what: what the address is for, such as ``--endpoint``.
    :raises InputError: if it is no address, or holds a password.
    """
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # ValueError, where it is no number
    except ValueError:
        fine = False
    if not fine or not re.fullmatch(r"[!-~]+", url):
        raise InputError(
            f"{what} {_plain(url)}: this is no address such as https://example.org/sparql"
        )
    if "@" in parts.netloc:
        raise InputError(
            f"{what} {show(url)}: leave user name and password out of the address: give --user, "
            f"and set the environment variable {PASSWORD}"
        )
    return url


def _read(response: Any, end: float) -> bytes:
    """Read a body until it ends or the time is over, whichever comes first."""
    length = response.headers.get("Content-Length", "")
    wanted = int(length) if length.isdigit() and response.status != 204 else None
    chunks: list[bytes] = []
    got = 0
    while wanted is None or got < wanted:
        if time.monotonic() > end:
            raise TimeoutError
        chunk = response.read1(_CHUNK)
        if not chunk:
            break
        chunks.append(chunk)
        got += len(chunk)
    body = b"".join(chunks)
    if wanted is not None and got < wanted:
        raise http.client.IncompleteRead(body, wanted - got)
    return body


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds an engine asks to wait (RFC 9110, section 10.2.3)."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max(0.0, date.timestamp() - time.time())


def _judge(answer: Answer, known: str | None) -> str:
    """Say what a status means, and what to do."""
    status = answer.status
    if status < 400:
        place = _plain(answer.headers.get("Location") or "elsewhere")
        return f"it points to {place}: give that address, if you trust it"
    if status == 401 and not known:
        return f"it asks who you are: give --user and set {PASSWORD}, or set {TOKEN}"
    if status == 400:
        return "it doesn't understand the question"
    return _CURES.get(status, f"it failed with status {status}: look into its log")


def _explain(error: Exception, timeout: float) -> str:
    """Say why there is no answer, and what to do."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there: is the engine running, and is the port right?"
    if isinstance(error, socket.gaierror):
        return "there is no such host: check the address and the network"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "it doesn't speak TLS as it should: check whether it is http or https"
    if isinstance(error, TimeoutError):
        return f"no whole answer within {timeout:g} seconds: ask for less, or raise --timeout"
    if isinstance(error, ConnectionError | http.client.IncompleteRead):
        return "the connection broke: try again, or ask for less"
    if isinstance(error, ValueError) and "AuthHandler" in str(error):
        return f"it asks who you are in a way that needs a token: set {TOKEN}"
    if isinstance(error, http.client.HTTPException):
        return "this is not an HTTP answer: check the address and the port"
    return f"it can't be reached: {_plain(str(error))}"


def _said(answer: Answer) -> str:
    """Return the beginning of what an engine says of a failure, as plain text in one line."""
    text = answer.body[: 20 * _WORDS].decode("utf-8", errors="replace")
    if answer.media_type in ("text/html", "application/xhtml+xml", ""):
        text = re.sub(r"<(head|style|script)\b.*?</\1>", " ", text, flags=re.DOTALL | re.IGNORECASE)
        text = re.sub(r"<[^<>]*>", " ", text)
    text = text.partition("SPARQL query:")[0]  # Virtuoso repeats it
    text = re.sub(r"(error at \d+:\d+): expected .*", r"\1", text, flags=re.DOTALL)  # Oxigraph
    return _plain(text)


def _plain(text: str) -> str:
    """Return text in one short line of printable characters."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"
