"""Canonical Turtle: the same triples give the same bytes, whoever saves them.

Prefixes that are used, in order; subjects and values in natural order (``2.a`` before
``10.a``), an ontology's header first; ``a`` first, then predicates by name; one value a line; a
lone ``.`` closes a block. Blank nodes are nested and sorted by what they hold, so their labels
don't matter. Lexical forms are kept as written (RDF 1.1 Turtle, W3C Recommendation 2014).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.errors import FileError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import PREFIXES, RDF, XSD, compact

__all__ = [
    "declare_prefix",
    "find_comment",
    "format_turtle",
    "natural_key",
    "parse_turtle",
    "read_turtle",
    "split_turtle",
    "write_turtle",
]

_TYPE = ox.NamedNode(RDF + "type")
_FIRST = ox.NamedNode(RDF + "first")
_REST = ox.NamedNode(RDF + "rest")
_NIL = ox.NamedNode(RDF + "nil")
_ONTOLOGY = ox.NamedNode(PREFIXES["owl"] + "Ontology")
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
#: Characters that a Turtle string can't hold, or that a reader or an editor would stumble over.
_SPECIAL = re.compile(r"[\x00-\x1f\"\\\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CHUNKS = re.compile(r"([0-9]+)")
_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|<(?:\\.|[^<>"\\\s])*>'
    r"|\\.|(?P<comment>#[^\n]*)",
    re.DOTALL,
)

_TAB = "\t"
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def parse_turtle(text: bytes, *, name: object = "<text>") -> list[ox.Triple]:
    """Parse Turtle, keeping lexical forms.

    :param text: the document, UTF-8 (a byte order mark is allowed).
    :param name: the file's name, for messages.
    :returns: the triples in document order.
    :raises FileError: naming line and column, if it is not UTF-8 or not Turtle.
    """
    text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        raise FileError(
            name, "this is not UTF-8 text: save the file as UTF-8", line=line, column=column
        ) from None
    try:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
        return [q.triple for q in quads]
    except SyntaxError as error:
        problem = re.sub(r"^Parser error at line \d+ .*?: ", "", str(error.msg).splitlines()[0])
        raise FileError(
            name, f"this is not Turtle: {problem}", line=error.lineno, column=error.offset
        ) from None


def read_turtle(path: Path) -> list[ox.Triple]:
    """Read a Turtle file.

    :param path: the file.
    :raises FileError: if it is missing, unreadable, not UTF-8 or not Turtle.
    """
    return parse_turtle(read_bytes(path), name=path)


def write_turtle(triples: Iterable[ox.Triple], *, name: object = "the graph") -> str:
    """Write triples as canonical Turtle.

    :param triples: the triples, in any order, repeated or not.
    :param name: what is being written, for messages.
    :returns: the document, ending in a newline; an empty text for no triples.
    :raises FileError: if a blank node is shared or part of a circle, so that the node needs an
        IRI; or if a statement is about a statement (RDF 1.2).
    """
    try:
        return _Writer(dict.fromkeys(triples), name).document()
    except RecursionError:
        raise FileError(
            name, "blank nodes are nested too deeply: give one of them an IRI"
        ) from None


def split_turtle(text: str) -> tuple[str, str]:
    """Split canonical Turtle into its prefixes and the rest, neither ending in a newline.

    >>> split_turtle(write_turtle([]))
    ('', '')
    """
    lines = text.rstrip("\n").split("\n")
    n = next((i for i, line in enumerate(lines) if not line.startswith("@prefix ")), len(lines))
    return "\n".join(lines[:n]), "\n".join(lines[n:]).strip("\n")


def format_turtle(text: bytes, *, name: object = "<text>", drop_comments: bool = False) -> str:
    """Rewrite a Turtle document in canonical form.

    :param text: the document.
    :param name: the file's name, for messages.
    :param drop_comments: whether comments, which are no part of the graph, may be lost.
    :raises FileError: if it is not Turtle, has no canonical form, or would lose a comment.

    >>> format_turtle(b"<http://a/10> a <http://b> . <http://a/2> a <http://b> .").split()[::4]
    ['<http://a/2>', '<http://a/10>']
    """
    triples = parse_turtle(text, name=name)
    line = None if drop_comments else find_comment(text.decode("utf-8-sig"))
    if line is not None:
        raise FileError(
            name,
            "this comment would be lost: say it in the data, as a skos:editorialNote, or let "
            "--drop-comments remove it",
            line=line,
        )
    return write_turtle(triples, name=name)


def declare_prefix(prefix: str) -> str:
    """Return the line that declares one of our prefixes.

    >>> declare_prefix("gcmo").partition(" <")[2]
    'https://w3id.org/gcm-ld/ontology#> .'
    """
    return f"@prefix {prefix}: <{PREFIXES[prefix]}> ."


def find_comment(text: str) -> int | None:
    """Return the 1-based line of the first Turtle comment, which formatting would lose.

    :param text: a Turtle document.

    >>> find_comment('<http://a#b> <p> "# no" . # yes')
    1
    """
    for match in _TOKENS.finditer(text):
        if match["comment"] is not None:
            return text.count("\n", 0, match.start()) + 1
    return None


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """Return a sort key that puts ``2.a`` before ``10.a``.

    >>> sorted(["10.a", "2.b", "2.a"], key=natural_key)
    ['2.a', '2.b', '10.a']
    """
    key = []
    for i, chunk in enumerate(_CHUNKS.split(text)):
        if i % 2:  # digits, by their value: however many, and without parsing them
            digits = chunk.lstrip("0")
            key.append((0, len(digits), digits))
        elif chunk:
            key.append((1, 0, chunk))
    return key


def _stable_key(text: str) -> tuple[list[tuple[int, int, str]], str]:
    return natural_key(text), text  # ``01`` and ``1`` are one number and two texts


class _Writer:
    """One document: the graph by subject, and the prefixes met on the way."""

    def __init__(self, triples: Iterable[ox.Triple], name: object) -> None:
        self.name = name
        self.used: set[str] = set()
        self.by_subject: dict[Node, dict[ox.NamedNode, list[Node]]] = {}
        self.names: dict[ox.NamedNode, str] = {}
        self.orders: dict[tuple[ox.NamedNode, ...], list[tuple[ox.NamedNode, str]]] = {}
        references: Counter[Node] = Counter()
        last: Node | None = None
        properties: dict[ox.NamedNode, list[Node]] = {}
        for triple in triples:
            subject, predicate, value = triple  # once: each look makes an object
            if subject != last:  # most come subject by subject
                last = subject
                properties = self.by_subject.setdefault(subject, {})
            values = properties.get(predicate)
            if values is None:
                properties[predicate] = [value]
            else:
                values.append(value)
            if isinstance(value, ox.BlankNode):
                references[value] += 1
        shared = [n for n, count in references.items() if count > 1]
        if shared:
            raise FileError(name, "a blank node is used in several places: give it an IRI")
        self.references = references
        self.nested: set[Node] = set()

    def document(self) -> str:
        subjects = [
            s for s in self.by_subject if isinstance(s, ox.NamedNode) or not self.references[s]
        ]
        blocks = sorted((self._block(s) for s in subjects), key=lambda block: block[0])
        if len(self.nested) + len(subjects) != len(self.by_subject):
            raise FileError(self.name, "blank nodes form a circle: give one of them an IRI")
        head = [declare_prefix(p) for p in sorted(self.used)]
        parts = ["\n".join(head)] * bool(head) + [text for _, text in blocks]
        return "\n\n".join(parts) + "\n" if parts else ""

    def _block(self, subject: Node) -> tuple[tuple[object, ...], str]:
        properties = self._properties(subject, _TAB)
        if not isinstance(subject, ox.NamedNode):
            text = f"[]\n{properties}\n."
            return (1, [], text), text
        text = f"{self._iri(subject)}\n{properties}\n."
        header = _ONTOLOGY in self.by_subject[subject].get(_TYPE, ())
        return (-1 if header else 0, natural_key(subject.value), subject.value), text

    def _properties(self, subject: Node, indent: str) -> str:
        lines = []
        predicates = self.by_subject[subject]
        for predicate, verb in self._order(tuple(predicates)):
            objects = predicates[predicate]
            if len(objects) == 1:
                lines.append(f"{indent}{verb} {self._value(objects[0], indent)}")
            else:
                deeper = indent + _TAB
                values = sorted((self._value(o, deeper) for o in objects), key=_stable_key)
                joined = f" ,\n{deeper}".join(values)
                lines.append(f"{indent}{verb}\n{deeper}{joined}")
        return " ;\n".join(lines)

    def _order(self, predicates: tuple[ox.NamedNode, ...]) -> list[tuple[ox.NamedNode, str]]:
        """Sort predicates, with what they are written as; many subjects have the same ones."""
        order = self.orders.get(predicates)
        if order is None:
            named = sorted(predicates, key=lambda p: (p != _TYPE, compact(p.value), p.value))
            order = [(p, "a" if p == _TYPE else self._iri(p)) for p in named]
            self.orders[predicates] = order
        return order

    def _value(self, node: Node, indent: str) -> str:
        if isinstance(node, ox.NamedNode):
            return "()" if node == _NIL else self._iri(node)
        if isinstance(node, ox.Literal):
            return self._literal(node)
        if isinstance(node, ox.Triple):
            raise FileError(
                self.name, "a statement about a statement (RDF 1.2) can't be kept: give it an IRI"
            )
        items = self._list_items(node)
        if items is not None:
            return "( " + " ".join(self._value(i, indent) for i in items) + " )"
        if node not in self.by_subject:
            return "[]"
        self.nested.add(node)
        return f"[\n{self._properties(node, indent + _TAB)}\n{indent}]"

    def _list_items(self, node: Node) -> Sequence[Node] | None:
        items: list[Node] = []
        cells: set[Node] = set()
        while node != _NIL:
            properties = self.by_subject.get(node)
            if (
                not isinstance(node, ox.BlankNode)
                or properties is None
                or set(properties) != {_FIRST, _REST}
                or len(properties[_FIRST]) != 1
                or len(properties[_REST]) != 1
            ):
                return None
            cells.add(node)
            items.append(properties[_FIRST][0])
            node = properties[_REST][0]
        self.nested.update(cells)
        return items

    def _iri(self, node: ox.NamedNode) -> str:
        name = self.names.get(node)
        if name is None:
            name = self.names[node] = self._shorten(node.value)
        return name

    def _shorten(self, iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(literal.value):
            return literal.value
        text = _quote(literal.value)
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{text}@{literal.language}{direction}"
        if datatype == XSD + "string":
            return text
        return f"{text}^^{self._iri(literal.datatype)}"


def _quote(value: str) -> str:
    """Quote a literal's text: in one line, or as it reads where it has several."""
    text = _SPECIAL.sub(lambda m: _ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04X}", value)
    if "\n" not in value:
        return f'"{text}"'
    lines = (
        text.replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"').replace("\0", "\\\\")
    )
    return '"""' + re.sub(r'"(?="|$)', r'\\"', lines) + '"""'
