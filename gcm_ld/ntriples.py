"""N-Triples, statement by statement, where a parser's terms would take too long.

For text that pyoxigraph wrote: one statement a line, one space between its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Statements", "join_statements", "predicate_of", "split_statements"]

#: Subjects, each with what is said of it: predicate, object and the point.
Statements = list[tuple[bytes, bytes]]

_STATEMENT = re.compile(rb"^(\S+) (<.*)$", re.MULTILINE)


def split_statements(text: bytes) -> Statements:
    r"""Split N-Triples into subjects and what is said of them.

    >>> split_statements(b"<http://a> <http://b> <http://c> .\n")
    [(b'<http://a>', b'<http://b> <http://c> .')]
    """
    return _STATEMENT.findall(text)


def join_statements(statements: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Write statements as N-Triples."""
    return b"".join([b"%s %s\n" % statement for statement in statements])


def predicate_of(said: bytes) -> bytes:
    """Return the predicate of what is said of a subject, without its brackets.

    >>> predicate_of(b"<http://b> <http://c> .")
    b'http://b'
    """
    return said[1 : said.index(b">")]
