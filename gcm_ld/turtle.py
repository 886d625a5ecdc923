"""Canonical Turtle: the same triples give the same bytes, whoever saves them.

Prefixes that are used, in order; subjects and values in natural order (``2.a`` before
``10.a``), an ontology's header first; ``a`` first, then predicates by name; one value a line; a lone ``.`` closes a block.
Lexical forms are kept as written (RDF 1.1 Turtle, W3C Recommendation 2014).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.errors import FileError
from gcm_ld.namespaces import PREFIXES, RDF, XSD, compact

__all__ = ["find_comment", "parse_turtle", "read_turtle", "write_text", "write_turtle"]

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
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CHUNKS = re.compile(r"(\d+)")
_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|<[^>\n]*>|(?P<comment>#[^\n]*)',
    re.DOTALL,
)

Node = ox.NamedNode | ox.BlankNode | ox.Literal


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
        return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
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


def read_bytes(path: Path) -> bytes:
    """Read a file whole, or say in one sentence why not.

    :raises FileError: if the file is missing or can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError(path, "no such file: check the path") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None


def write_turtle(triples: Iterable[ox.Triple], *, name: object = "the graph") -> str:
    """Write triples as canonical Turtle.

    :param triples: the triples, in any order, repeated or not.
    :param name: what is being written, for messages.
    :returns: the document, ending in a newline.
    :raises FileError: if a blank node is shared or part of a cycle: such a graph has no
        canonical text here, so the node needs an IRI.
    """
    return _Writer(set(triples), name).document()


def write_text(path: Path, text: str) -> None:
    """Write a file beside its place and rename it into place.

    :raises FileError: if the folder can't be written to; the old file then stands.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise FileError(path, f"can't be written ({error.strerror})") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise FileError(path, f"can't be written ({error.strerror})") from None


def find_comment(text: str) -> int | None:
    """Return the 1-based line of the first Turtle comment, which formatting would lose.

    :param text: a Turtle document.

    >>> find_comment('<http://a#b> <p> "# no" .\\n# yes')
    2
    """
    for match in _TOKENS.finditer(text):
        if match["comment"] is not None:
            return text.count("\n", 0, match.start()) + 1
    return None


def natural_key(text: str) -> list[tuple[int, int | str]]:
    """Return a sort key that puts ``2.a`` before ``10.a``.

    >>> sorted(["10.a", "2.b", "2.a"], key=natural_key)
    ['2.a', '2.b', '10.a']
    """
    return [(0, int(c)) if c.isdigit() else (1, c) for c in _CHUNKS.split(text) if c]


class _Writer:
    """One document: the graph by subject, and the prefixes met on the way."""

    def __init__(self, triples: set[ox.Triple], name: object) -> None:
        self.name = name
        self.used: set[str] = set()
        self.by_subject: dict[Node, dict[ox.NamedNode, list[Node]]] = defaultdict(
            lambda: defaultdict(list)
        )
        references: Counter[ox.BlankNode] = Counter()
        for triple in triples:
            self.by_subject[triple.subject][triple.predicate].append(triple.object)
            if isinstance(triple.object, ox.BlankNode):
                references[triple.object] += 1
        shared = [n for n, count in references.items() if count > 1]
        if shared:
            raise FileError(name, "a blank node is used in several places: give it an IRI")
        self.references = references
        self.nested: set[Node] = set()

    def document(self) -> str:
        subjects = [s for s in self.by_subject if self.references[s] == 0]  # type: ignore[index]
        blocks = sorted((self._block(s) for s in subjects), key=lambda block: block[0])
        if len(self.nested) + len(subjects) != len(self.by_subject):
            raise FileError(self.name, "blank nodes form a circle: give one of them an IRI")
        head = [f"@prefix {p}: <{PREFIXES[p]}> ." for p in sorted(self.used)]
        return "\n\n".join(["\n".join(head)] * bool(head) + [text for _, text in blocks]) + "\n"

    def _block(self, subject: Node) -> tuple[tuple[object, ...], str]:
        if isinstance(subject, ox.BlankNode):
            text = "[]\n" + self._properties(subject, "\t") + "\n."
            return (1, [], text), text
        name = self._iri(subject)
        text = f"{name}\n{self._properties(subject, chr(9))}\n."
        header = _ONTOLOGY in self.by_subject[subject].get(_TYPE, ())
        return (-1 if header else 0, natural_key(subject.value), subject.value), text

    def _properties(self, subject: Node, indent: str) -> str:
        lines = []
        predicates = self.by_subject[subject]
        named = sorted(predicates, key=lambda p: (p != _TYPE, compact(p.value), p.value))
        for predicate in named:
            verb = "a" if predicate == _TYPE else self._iri(predicate)
            values = sorted(
                (self._value(o, indent + "\t") for o in predicates[predicate]), key=natural_key
            )
            if len(values) == 1:
                lines.append(f"{indent}{verb} {values[0]}")
            else:
                joined = f" ,\n{indent}\t".join(values)
                lines.append(f"{indent}{verb}\n{indent}\t{joined}")
        return " ;\n".join(lines)

    def _value(self, node: Node, indent: str) -> str:
        if isinstance(node, ox.NamedNode):
            return "()" if node == _NIL else self._iri(node)
        if isinstance(node, ox.Literal):
            return self._literal(node)
        self.nested.add(node)
        items = self._list_items(node)
        if items is not None:
            return "( " + " ".join(self._value(i, indent) for i in items) + " )"
        if not self.by_subject.get(node):
            self.nested.discard(node)
            return "[]"
        return f"[\n{self._properties(node, indent)}\n{indent[:-1]}]"

    def _list_items(self, node: Node) -> Sequence[Node] | None:
        items: list[Node] = []
        cells: list[Node] = []
        while node != _NIL:
            properties = self.by_subject.get(node)
            if (
                not isinstance(node, ox.BlankNode)
                or properties is None
                or set(properties) != {_FIRST, _REST}
                or len(properties[_FIRST]) != 1
                or len(properties[_REST]) != 1
                or node in cells
            ):
                return None
            cells.append(node)
            items.append(properties[_FIRST][0])
            node = properties[_REST][0]
        self.nested.update(cells)
        return items

    def _iri(self, node: ox.NamedNode) -> str:
        for prefix, namespace in PREFIXES.items():
            if node.value.startswith(namespace):
                local = node.value[len(namespace) :]
                if _LOCAL.fullmatch(local):
                    self.used.add(prefix)
                    return f"{prefix}:{local}"
        return f"<{node.value}>"

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(literal.value):
            return literal.value
        text = "".join(_ESCAPES.get(c) or (c if c >= " " else f"\\u{ord(c):04X}") for c in literal.value)
        if literal.language:
            return f'"{text}"@{literal.language}'
        if datatype == XSD + "string":
            return f'"{text}"'
        return f'"{text}"^^{self._iri(literal.datatype)}'
