"""Data read without what is broken down, where progress needs totals alone.

Most observations of a country are of a part, such as a sex or an age. In files as gcm-ld writes
them each is a block of lines that tells so by itself, and need not be parsed.
"""

from __future__ import annotations

import re
from pathlib import Path

from gcm_ld.dataset import Dataset
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import CUBE
from gcm_ld.turtle import declare_prefix

__all__ = ["Totals", "without_parts"]

#: An observation in canonical form, each statement on a line of its own.
_BLOCK = re.compile(rb"^<[^<>\s]+>\n\ta qb:Observation ;\n(?:\t[^\n]+ ;\n)+\t[^\n]+\n\.\n\n?", re.M)
_CUBE = CUBE.encode()
_PART = re.compile(
    rb"\n\t(?:sdmx-dimension:sex (?!sdmx-code:sex-T ;)"
    + b"".join(
        rb"|%s (?!<%s%s/_T> ;)" % (dimension, _CUBE, name)
        for dimension, name in (
            (b"sdmx-dimension:age", b"age"),
            (b"<%sdimension/migration-status>" % _CUBE, b"migration-status"),
            (b"<%sdimension/nationality>" % _CUBE, b"nationality"),
        )
    )
    + rb")"
)
#: What an observation's lines are read by; another file may mean something else by the same names.
_NAMES = tuple(
    f"{declare_prefix(name)}\n".encode() for name in ("qb", "sdmx-code", "sdmx-dimension")
)
#: Texts of several lines may hold anything, also what looks like an observation.
_LONG = (b'"""', b"'''")


class Totals(Dataset):
    """One's own files without the observations that are of a part."""

    def _read(self, path: Path) -> bytes:
        return without_parts(read_bytes(path))


def without_parts(text: bytes) -> bytes:
    """Leave out the observations that are of a part; a text in another form stays as it is.

    :param text: a Turtle document.

    >>> without_parts(b"<http://example.org/a> a <http://example.org/b> .")
    b'<http://example.org/a> a <http://example.org/b> .'
    """
    if any(mark in text for mark in _LONG) or not all(line in text for line in _NAMES):
        return text
    return _BLOCK.sub(lambda match: b"" if _PART.search(match[0]) else match[0], text)
