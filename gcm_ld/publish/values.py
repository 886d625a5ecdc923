"""The values that a setting may have: each check gives the value as we keep it.

A check raises ValueError with what is wrong and how to mend it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from gcm_ld.errors import did_you_mean
from gcm_ld.publish.authorities import AUTHORITIES

__all__ = [
    "a_code",
    "a_date",
    "a_license",
    "a_text",
    "an_address",
    "an_email",
    "an_iri",
    "base_address",
    "many",
]

_NOT_IRI = re.compile(r"[\s<>\"{}|\\^`\x00-\x20\x7f-\x9f]")
_EMAIL = re.compile(r"[^\s@<>\"()\[\],;:\\/?#%]+@[^\s@<>\"()\[\],;:\\/?#%]+\.[^\s@.<>\"/?#%]{2,}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


def a_text(value: Any) -> str:
    """Return a text without space around it."""
    if not isinstance(value, str):
        raise ValueError(f'{_show(value)} is not a text: write it in quotes, as in "…"')
    if not value.strip():
        raise ValueError("is blank: fill it in, or delete the line")
    return value.strip()


def a_date(value: Any) -> str:
    """Return a day as ``YYYY-MM-DD``."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    text = a_text(value) if isinstance(value, str) else _show(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(f"there is no day {text}: correct it") from None
    raise ValueError(f"{text} is not a date: write it as in 2026-01-31")


def a_license(value: Any) -> str:
    """Return the code of a licence that the tables have, or the IRI of another."""
    text = a_text(value)
    if "://" in text:
        return an_iri(text)
    try:
        return a_code("licence")(text)
    except ValueError as error:
        raise ValueError(f"{error} Or give the address of another licence.") from None


def an_iri(value: Any) -> str:
    """Return an absolute IRI."""
    text = a_text(value)
    scheme, colon, rest = text.partition(":")
    if not colon or not rest or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise ValueError(f"{text} is not an IRI: write it in full, as in https://…")
    if _NOT_IRI.search(text):
        raise ValueError(f"{text} has a character that an IRI can't: write it as %20 and the like")
    return text


def an_address(value: Any) -> str:
    """Return a web address."""
    text = an_iri(value)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{text} is not a web address: check host and port") from None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise ValueError(f"{text} is not a web address: write it in full, as in https://…")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{text} holds a user's name: leave it out")
    return text


def base_address(value: Any) -> str:
    """Return a web address that others are put behind: without query, ending in ``/``."""
    text = an_address(value)
    if "?" in text or "#" in text:
        raise ValueError(f"{text} has a ? or #: give the address of a folder")
    return text if text.endswith("/") else text + "/"


def an_email(value: Any) -> str:
    """Return an e-mail address."""
    text = a_text(value).removeprefix("mailto:")
    host = text.rpartition("@")[2]
    if not _EMAIL.fullmatch(text) or not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError(f"{text} is not an e-mail address: write it as in office@ministry.gov")
    return text


def a_code(table: str) -> Callable[[Any], str]:
    """Return a check for the codes of one of the tables in ``authorities.ttl``."""

    def check(value: Any) -> str:
        text = a_text(value).rpartition("/")[2]
        codes = AUTHORITIES.codes(table)
        for code in codes:
            if code.casefold() == text.casefold():
                return code
        near = did_you_mean(text.upper() if text.upper() != text else text, codes)
        raise ValueError(f"no code {text}: use one of {', '.join(sorted(codes))}.{near}")

    return check


def many(check: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    """Return a check for a list of values."""

    def check_all(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(f'{_show(value)} is not a list: write it in brackets, as in ["…"]')
        return tuple(dict.fromkeys(check(v) for v in value))

    return check_all


def _show(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
