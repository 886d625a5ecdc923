"""The outline of a query: enough of its syntax to bind variables and to turn pages.

Over HTTP, a query is text: SPARQL's protocol has no way to hand values over apart. Values are
therefore added as inline data (SPARQL 1.1 Query Language, section 10) at the head of the
outermost group, in the form that a serializer of RDF gives them; the text itself stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gcm_ld.errors import QueryError
from gcm_ld.store.base import Term

__all__ = [
    "Outline",
    "bind_values",
    "insert_statements",
    "read_outline",
    "select_rows",
    "turn_page",
]

# Comments, strings, IRIs and escaped characters hold no syntax; a name with a colon is no keyword.
_TOKEN = re.compile(
    r"(?P<none>\#[^\n]*|\\.|\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|<[^<>\"{}|^`\\\s]*>)"
    r"|(?P<word>[?$@:\w][\w:.%-]*)|(?P<mark>[{}()])",
    re.DOTALL,
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT")
# A backslash that stands for itself, before what an engine might take for an escaped character.
_ESCAPE_LOOKALIKE = re.compile(r"(?<!\\)((?:\\\\)+)(?=[uU])(.)")


@dataclass(frozen=True)
class Outline:
    """Where the parts of a query stand in its text.

    :param form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
    :param start: where the prologue ends and the form begins.
    :param group: the outermost group, from its opening brace up to after its closing one; nothing
        where inline data can stand only at the query's end.
    :param nested: whether that group is a subquery and nothing else.
    :param body: where a CONSTRUCT's template ends.
    :param tail: the keywords after the group, and ``FROM`` before it.
    :param services: each variable that names an endpoint, and where.
    """

    form: str
    start: int
    group: tuple[int, int] | None
    nested: bool
    body: int
    tail: frozenset[str]
    services: tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=256)
def read_outline(query: str) -> Outline:
    """Read the outline of a query.

    :raises QueryError: if it has none of the four forms.
    """
    form, start, body, depth, opened = "", 0, 0, 0, -1
    group: tuple[int, int] | None = None
    template = nested = bare = False
    words: list[str] = []
    tail: set[str] = set()
    services = []
    for kind, piece, at in _tokens(query):
        word = piece.upper() if kind == "word" else ""
        if word and words[-1:] == ["SERVICE"] and word == "SILENT":
            continue
        if piece[0] in "?$" and words[-1:] == ["SERVICE"]:
            services.append((piece[1:], at, at + len(piece)))
        if not form and word in _FORMS:
            form, start, body = word, at, at + len(word)
        elif piece in "({":
            if piece == "{" and not depth and group is None and form:
                template = form == "CONSTRUCT" and "WHERE" not in words and opened < 0
                bare = form == "CONSTRUCT" and not template and opened < 0
                opened = at
            depth += 1
        elif piece in ")}":
            depth -= 1
            if piece == "}" and not depth and group is None and opened >= 0 and not template:
                group = opened, at + 1
            if template and not depth:
                template, body = False, at + 1
        elif word and not depth and form and (group is not None or word == "FROM"):
            tail.add(word)
        if word == "SELECT" and opened >= 0 and depth == 1 and not words[-1:]:
            nested = not template
        if word:
            words.append(word)
        elif piece == "{":
            words.clear()
    if not form:
        raise QueryError("this is not a SPARQL query: no SELECT, ASK, CONSTRUCT or DESCRIBE")
    return Outline(
        form, start, None if bare else group, nested, body, frozenset(tail), tuple(services)
    )


def _tokens(query: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(query):
        if match.lastgroup != "none":
            yield str(match.lastgroup), match[0], match.start()


def bind_values(query: str, bindings: Mapping[str, Term] | None) -> str:
    """Add values for variables to a query.

    :param query: SPARQL 1.1.
    :param bindings: the values, by variable.
    :returns: the query with inline data; where a variable names the endpoint of a ``SERVICE``,
        with the endpoint, because not every engine takes a variable there.

    >>> import pyoxigraph as ox
    >>> bind_values("ASK { ?s ?p ?o }", {"s": ox.NamedNode("http://example.org/")})
    'ASK { VALUES (?s) { (<http://example.org/>) } ?s ?p ?o }'
    """
    if not bindings:
        return query
    names = " ".join(f"?{name}" for name in bindings)
    block = f" VALUES ({names}) {{ ({' '.join(map(_write, bindings.values()))}) }}"
    outline = read_outline(query)
    edits = [
        (start, end, _write(bindings[name]))
        for name, start, end in outline.services
        if name in bindings
    ]
    if outline.group is None:
        edits.append((len(query), len(query), f"\n{block}"))
    else:
        opened, closed = outline.group
        edits.append((opened + 1, opened + 1, block + (" {" if outline.nested else "")))
        if outline.nested:
            edits.append((closed - 1, closed - 1, "} "))
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _write(term: Term) -> str:
    r"""Write a term as SPARQL.

    An engine may read ``\u0022`` as a quotation mark before it reads anything else (section
    19.2), and find one in ``\\u0022`` too: the letter after a backslash is itself escaped.
    """
    return _ESCAPE_LOOKALIKE.sub(lambda m: f"{m[1]}\\u{ord(m[2]):04X}", str(term))


def insert_statements(update: str, statements: str) -> str:
    """Put statements into the outermost braces of an update.

    :param update: ``INSERT DATA { }``, or with ``GRAPH`` in it.
    :param statements: N-Triples.
    """
    opened, _ = read_outline(update).group or (0, 0)
    return update[: opened + 1] + "\n" + statements + update[opened + 1 :]


def select_rows(query: str) -> str:
    """Return a SELECT query with a row for each time that a CONSTRUCT fills its template in."""
    outline = read_outline(query)
    return f"{query[: outline.start]}SELECT (1 AS ?row) {query[outline.body :]}"


def turn_page(query: str, columns: tuple[str, ...], limit: int, offset: int, *, wrap: bool) -> str:
    """Return a query for one page of another's answer.

    :param query: a SELECT query that says in which order its rows come.
    :param columns: the variables that it answers with.
    :param limit: the most rows of a page.
    :param offset: how many rows come before it.
    :param wrap: whether to ask it as a subquery. Virtuoso sorts only as many rows as it gives,
        unless they come out of a subquery; others keep the order only without one.
    """
    page = f"LIMIT {limit} OFFSET {offset}"
    if not wrap:
        return f"{query}\n{page}"
    start = read_outline(query).start
    names = " ".join(f"?{name}" for name in columns)
    return f"{query[:start]}SELECT {names} WHERE {{ {{\n{query[start:]}\n}} }}\n{page}"
