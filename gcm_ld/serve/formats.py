"""Which format of a document an Accept header asks for, as the published site reads it.

RFC 9110, section 12.5.1: the most specific range decides on a format, and of two formats that
weigh the same the first wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcm_ld.publish.paths import FORMATS

__all__ = ["choose"]

#: What people ask for beside a format's own type.
_ALIASES = {"jsonld": ("application/json",)}
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+")++')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*+")++')
_WEIGHT = re.compile(r"(?:0?(?:\.[0-9]*)?|1(?:\.0*)?)")
#: Longer headers are cut: nobody sends them for a good reason.
_LONGEST = 4000


def choose(accept: str | None, endings: Iterable[str] = tuple(FORMATS)) -> str | None:
    """Choose a format.

    :param accept: the header; without one, whatever comes first.
    :param endings: the formats to be had, the best first.
    :returns: the ending; nothing if none is wanted.

    >>> choose("text/turtle;q=0.5, text/html;q=0.4"), choose(None), choose("image/png")
    ('ttl', 'html', None)
    """
    endings = tuple(endings)
    if not accept or not accept.strip():
        return endings[0] if endings else None
    weights: dict[str, float] = {}
    for element in _ELEMENT.findall(accept[:_LONGEST].lower()):
        name, *parameters = (part.strip(" \t") for part in _PARAMETER.findall(element) or [""])
        weights.setdefault(name, _weight(parameters))
    best, chosen = 0.0, None
    for ending in endings:
        media = FORMATS[ending]
        ranges = (media, *_ALIASES.get(ending, ()), media.partition("/")[0] + "/*", "*/*")
        weight = next((weights[name] for name in ranges if name in weights), 0.0)
        if weight > best:
            best, chosen = weight, ending
    return chosen


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            text = parameter[2:].strip(" \t")
            return float(text) if text not in ("", ".") and _WEIGHT.fullmatch(text) else 0.0
    return 1.0
