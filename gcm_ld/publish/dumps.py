"""Dumps: a dataset's statements in every format, the same bytes for the same statements.

What a source states or somebody judged comes first, and apart from it what the rules derive: under
a comment in Turtle, in a graph of its own in TriG and N-Quads. Dumps of everything are put
together from those of the datasets, so that a change to one costs no more than that one.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.errors import InputError
from gcm_ld.namespaces import PREFIXES
from gcm_ld.turtle import split_turtle, write_turtle

__all__ = [
    "MEDIA_TYPES",
    "Dump",
    "dump_part",
    "joined",
    "pack_quads",
    "read_quads",
    "serialize",
]

#: ending → media type, and that of the compressed file. TriG is for everything only.
MEDIA_TYPES: Mapping[str, tuple[str, str | None]] = {
    "ttl": ("text/turtle", None),
    "nt.gz": ("application/n-triples", "application/gzip"),
    "jsonld": ("application/ld+json", None),
    "rdf": ("application/rdf+xml", None),
    "nq.gz": ("application/n-quads", "application/gzip"),
    "trig": ("application/trig", None),
}
_DERIVED = "# Derived by rules from the statements above:"
#: What XML 1.0 can't hold (section 2.2), escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = re.compile(rb"\A(.*?<rdf:RDF\b[^>]*>)(.*)(</rdf:RDF>\s*)\Z", re.DOTALL)


class Dump(NamedTuple):
    """A dataset's statements, and what the rules derive from them, as sorted N-Triples lines."""

    graph: str
    stated: list[bytes]
    derived: list[bytes]

    @classmethod
    def of(
        cls, graph: ox.NamedNode, stated: Iterable[ox.Triple], derived: Iterable[ox.Triple]
    ) -> Dump:
        """Sort statements; what is stated needs no deriving."""
        lines = set(_lines(stated))
        return cls(graph.value, sorted(lines), sorted(set(_lines(derived)) - lines))


def _lines(triples: Iterable[ox.Triple]) -> list[bytes]:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return text.split(b"\n")[:-1]


def dump_part(dump: Dump) -> dict[str, bytes]:
    """Write a dataset in every format.

    :param dump: its statements.
    :returns: ending → content.
    :raises InputError: if a text holds a character that RDF/XML can't.
    """
    lines = sorted(dump.stated + dump.derived)
    triples = list(_parse(lines))
    return {
        "ttl": _turtle(dump),
        "nt.gz": _compress(_text(lines)),
        "jsonld": serialize(triples, "jsonld"),
        "rdf": serialize(triples, "rdf"),
        "nq.gz": pack_quads(dump),
    }


def serialize(triples: Iterable[ox.Triple], ending: str) -> bytes:
    """Write triples in the order given.

    :param triples: no blank node among them that occurs twice.
    :param ending: ``ttl``, ``nt``, ``jsonld`` or ``rdf``; Turtle is canonical and sorts them.
    :raises InputError: if a text holds a character that RDF/XML can't.
    """
    if ending == "ttl":
        return write_turtle(triples).encode()
    if ending == "nt":
        return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    if ending == "jsonld":
        return (ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]").rstrip(b"\n") + b"\n"
    triples = list(triples)
    for triple in triples:
        value = getattr(triple.object, "value", "")
        if not isinstance(triple.object, ox.NamedNode) and _NOT_XML.search(value):
            raise InputError(
                f"{triple.subject}: a text of {triple.predicate} holds a control character, "
                "which RDF/XML can't: remove it"
            )
    return (ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b"") + b"\n"


def _parse(lines: Iterable[bytes]) -> Iterator[ox.Triple]:
    quads = ox.parse(_text(lines), format=ox.RdfFormat.N_TRIPLES)
    return (quad.triple for quad in quads)


def _text(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _compress(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def _quads(dump: Dump) -> Iterator[bytes]:
    for lines, graph in ((dump.stated, dump.graph), (dump.derived, dump.graph + "/derived")):
        name = str(ox.NamedNode(graph)).encode()
        for line in lines:
            yield line.removesuffix(b" .") + b" " + name + b" ."


def pack_quads(dump: Dump) -> bytes:
    """Write a dataset's statements as compressed N-Quads."""
    return _compress(_text(_quads(dump)))


def read_quads(compressed: bytes, graph: str) -> Dump:
    """Read back what :func:`dump_part` wrote as ``nq.gz``."""
    ends = [b" " + str(ox.NamedNode(name)).encode() + b" ." for name in (graph, graph + "/derived")]
    found: tuple[list[bytes], list[bytes]] = [], []
    for line in gzip.decompress(compressed).split(b"\n")[:-1]:
        for end, lines in zip(ends, found, strict=True):
            if line.endswith(end):
                lines.append(line.removesuffix(end) + b" .")
    return Dump(graph, *found)


# -- Turtle -------------------------------------------------------------------------------------


def _turtle(dump: Dump) -> bytes:
    head, stated = split_turtle(write_turtle(_parse(dump.stated)))
    if not dump.derived and _DERIVED not in stated:
        return "\n\n".join(filter(None, (head, stated))).encode() + b"\n"
    more, derived = split_turtle(write_turtle(_parse(dump.derived)))
    head = _join_prefixes([head, more])
    return "\n\n".join(filter(None, (head, stated, _DERIVED, derived))).encode() + b"\n"


def _join_prefixes(heads: Iterable[str]) -> str:
    return "\n".join(sorted({line for head in heads for line in head.split("\n") if line}))


def _split_derived(body: str) -> tuple[str, str]:
    """Split a dump's Turtle into what is stated and what is derived."""
    # The last one counts: what is derived holds no text in which it could stand again, and where
    # a text of the source has it, it stands at the end even if nothing is derived.
    before, mark, derived = f"\n\n{body}\n\n".rpartition(f"\n\n{_DERIVED}\n\n")
    return (before.strip("\n"), derived.strip("\n")) if mark else (body, "")


# -- everything -----------------------------------------------------------------------------------

#: A dataset's graph, and how to read its dump in some format.
Reader = tuple[str, Callable[[], bytes]]


def joined(ending: str, parts: Sequence[Reader]) -> Iterator[bytes]:
    """Put the dumps of datasets together into one of everything.

    :param ending: one of :data:`MEDIA_TYPES`.
    :param parts: the graph of each dataset, and what reads its dump in this format; for TriG
        its dump in Turtle. They are read one after the other, and Turtle twice.
    :returns: the pieces of the file, in order.
    """
    return _JOIN[ending](parts)


def _join_compressed(parts: Sequence[Reader]) -> Iterator[bytes]:
    # A gzip file may have several members (RFC 1952, section 2.2).
    return (read() for _, read in parts)


def _join_heads(parts: Sequence[Reader]) -> bytes:
    return _join_prefixes(split_turtle(read().decode())[0] for _, read in parts).encode() + b"\n"


def _join_turtle(parts: Sequence[Reader]) -> Iterator[bytes]:
    yield _join_heads(parts)
    for _, read in parts:
        yield b"\n" + split_turtle(read().decode())[1].encode() + b"\n"


def _join_trig(parts: Sequence[Reader]) -> Iterator[bytes]:
    yield _join_heads(parts)
    for graph, read in parts:
        stated, derived = _split_derived(split_turtle(read().decode())[1])
        for name, text in ((graph, stated), (graph + "/derived", derived)):
            if text:
                yield f"\n{ox.NamedNode(name)} {{\n{text}\n}}\n".encode()


def _join_jsonld(parts: Sequence[Reader]) -> Iterator[bytes]:
    yield b"["
    first = True
    for _, read in parts:
        inner = read().strip()[1:-1]
        if inner:
            yield inner if first else b"," + inner
            first = False
    yield b"]\n"


def _join_rdf(parts: Sequence[Reader]) -> Iterator[bytes]:
    tail = b""
    for _, read in parts:
        match = _ROOT.match(read())
        if match is None:
            raise AssertionError("RDF/XML without its root")
        if not tail:
            yield match[1]
        yield match[2].rstrip(b"\n")
        tail = b"\n" + match[3].strip() + b"\n"
    yield tail


_JOIN = {
    "ttl": _join_turtle,
    "nt.gz": _join_compressed,
    "jsonld": _join_jsonld,
    "rdf": _join_rdf,
    "nq.gz": _join_compressed,
    "trig": _join_trig,
}
