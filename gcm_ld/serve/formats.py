"""Which format of a document an Accept header asks for, as the published site reads it."""

from __future__ import annotations

from collections.abc import Iterable

from gcm_ld.publish.paths import FORMATS
from gcm_ld.serve import accept as headers

__all__ = ["choose"]

#: What people ask for beside a format's own type.
_ALIASES = {"jsonld": ("application/json",)}


def choose(accept: str | None, endings: Iterable[str] = tuple(FORMATS)) -> str | None:
    """Choose a format.

    :param accept: the header; without one, whatever comes first.
    :param endings: the formats to be had, the best first.
    :returns: the ending; nothing if none is wanted.

    >>> choose("text/turtle;q=0.5, text/html;q=0.4"), choose(None), choose("image/png")
    ('ttl', 'html', None)
    """
    return headers.choose(accept, {e: (FORMATS[e], *_ALIASES.get(e, ())) for e in endings})
