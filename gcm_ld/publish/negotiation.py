"""Reading an Accept header with regular expressions, for servers that have nothing else.

RFC 9110, section 12.5.1: the most specific range decides on a format, its weight has up to three
digits, and 0 means never. A weight becomes four digits with the format's ending after them, such
as ``0500ttl``, so that two of them are compared as text. Both nginx and Apache use PCRE.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcm_ld.publish.paths import FORMATS

__all__ = ["GREATER", "Rule", "rules"]

#: media type, or range → regular expression, and the weight that it stands for (``%s``: digits).
Rule = tuple[str, str]

#: What people ask for beside a format's own type.
_ALIASES = {"jsonld": ("application/json",)}

_BLANK = r"[\x20\x09]*+"
_QUOTED = r"\x22(?:[^\x22\x5c]|\x5c.)*+\x22"
# Possessive throughout: no header makes a server try the same text twice.
_SKIP = rf"^(?:(?:[^,\x22]++|{_QUOTED})*+,)*?{_BLANK}"
_PARAMETERS = rf"(?:{_BLANK};{_BLANK}(?!q\x20*=)(?:[^,;\x22]++|{_QUOTED})*+)*+"
_EXTENSION = rf"(?:{_BLANK};(?:[^,\x22]++|{_QUOTED})*+)?"
_END = rf"{_BLANK}(?:,|$)"
_ONE = rf"(?:{_BLANK};{_BLANK}q=1(?:\.0*)?{_EXTENSION})?{_END}"
_LESS = rf"{_BLANK};{_BLANK}q=(?=[0.])0?(?:\.(?<gcm_ld_d>[0-9]{{0,3}})[0-9]*)?{_EXTENSION}{_END}"

#: Whether of two weights, with a blank between them, the second is greater.
GREATER = (
    r"^([0-9]{0,3})(?:"
    + "|".join(rf"{digit}[0-9]*[a-z]+ \1[{digit + 1}-9]" for digit in range(9))
    + ")"
)


def rules(ending: str) -> Iterator[tuple[str, bool]]:
    """Return the regular expressions of a format, the most specific first.

    :param ending: the format's ending.
    :returns: the expression, and whether the weight is 1 or in the group ``gcm_ld_d``.
    """
    media = FORMATS[ending]
    for name in (media, *_ALIASES.get(ending, ()), media.partition("/")[0] + "/*", "*/*"):
        start = _SKIP + name.replace("*", r"\*").replace("+", r"\+").replace(".", r"\.")
        yield start + _PARAMETERS + _ONE, True
        yield start + _PARAMETERS + _LESS, False
