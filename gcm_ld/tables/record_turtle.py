"""Values as text, without a graph between: thousands are written in a moment.

Canonical Turtle is byte by byte what :func:`gcm_ld.turtle.write_turtle` makes of their graph. It
writes each statement too, once: most of them repeat from value to value. N-Triples are for those
who only hand them on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from gcm_ld.build import build_graph, make_term
from gcm_ld.model import Kind, Observation, Record, ValueSet, properties
from gcm_ld.namespaces import PREFIXES, compact, expand
from gcm_ld.turtle import natural_key, split_turtle, write_turtle

__all__ = ["write_ntriples", "write_records"]

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NAMESPACES = tuple(PREFIXES.values())
_SUBJECT = ox.NamedNode("urn:x")
_OBSERVATION = expand(Observation.types[0])


def write_records(records: Sequence[Record], *, name: object = "the graph") -> str:
    """Write records as canonical Turtle.

    :param records: records of any class, each IRI once.
    :param name: the file's name, for messages.
    """
    if not records or not all(isinstance(r, Observation | ValueSet) for r in records):
        return write_turtle(build_graph(records), name=name)
    writer = _Writer(name)
    blocks = sorted((natural_key(r.iri), r.iri, writer.block(r)) for r in records)
    head = "\n".join(writer.prefixes[name] for name in sorted(writer.prefixes))
    return "\n\n".join([head, *(text for *_, text in blocks)]) + "\n"


def write_ntriples(records: Iterable[Observation]) -> tuple[bytes, set[str]]:
    """Write values as N-Triples.

    :param records: values and targets.
    :returns: the text, and the texts and IRIs that its statements have as objects.
    """
    type_ = ox.Triple(_SUBJECT, ox.NamedNode(expand("rdf:type")), ox.NamedNode(_OBSERVATION))
    fields = [(p.name, ox.NamedNode(expand(p.curie)), p.kind) for p in properties(Observation)]
    first = _say(type_)
    said: dict[tuple[str, str], str] = {}
    lines: list[str] = []
    for record in records:
        subject = f"{ox.NamedNode(record.iri)} "  # which sees to it that it is an IRI
        lines += (subject, first)
        for field, predicate, kind in fields:
            value = getattr(record, field)
            if value is not None:
                text = said.get((field, value))
                if text is None:
                    term = make_term(value, kind)
                    text = said[field, value] = _say(ox.Triple(_SUBJECT, predicate, term))
                lines += (subject, text)
    return "".join(lines).encode(), {_OBSERVATION, *(value for _, value in said)}


def _say(triple: ox.Triple) -> str:
    """Return a statement in N-Triples without its subject."""
    text = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b""
    return text.decode().partition(" ")[2]


class _Writer:
    """Writes records as blocks, and gathers the prefixes that these use."""

    def __init__(self, name: object) -> None:
        self.name = name
        #: Prefix → the line that declares it.
        self.prefixes: dict[str, str] = {}
        self._lines: dict[tuple[str, str], str] = {}
        self._samples: dict[tuple[str, str], str] = {}
        self._fields: dict[type[Record], tuple[str, list[tuple[str, str, Kind]]]] = {}

    def block(self, record: Record) -> str:
        """Return what a record says, with a lone point at the end."""
        cls = type(record)
        if cls not in self._fields:
            self._fields[cls] = self._prepare(cls)
        first, fields = self._fields[cls]
        lines, known = [first], self._lines
        for field, predicate, kind in fields:
            value = getattr(record, field)
            if value is not None:
                line = known.get((field, value))
                if line is None:
                    line = known[field, value] = self._state(predicate, value, kind)
                lines.append(line)
        return f"{self._subject(record.iri)}\n" + " ;\n".join(lines) + "\n."

    def _prepare(self, cls: type[Record]) -> tuple[str, list[tuple[str, str, Kind]]]:
        """Return the line with a class of records, and their fields in canonical order."""
        (type_,) = cls.types
        line = self._write(ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand(type_)))
        fields = [(p.name, expand(p.curie), p.kind) for p in properties(cls)]
        return line, sorted(fields, key=lambda field: (compact(field[1]), field[1]))

    def _state(self, predicate: str, value: str, kind: Kind) -> str:
        """Return what a field says; numbers, which seldom repeat, after the first of their form."""
        if kind is not Kind.DECIMAL or not _NUMBER.fullmatch(value):
            return self._write(ox.NamedNode(predicate), make_term(value, kind))
        sample = "8.5" if "." in value else "8"
        line = self._samples.get((predicate, sample))
        if line is None:
            line = self._write(ox.NamedNode(predicate), make_term(sample, kind))
            self._samples[predicate, sample] = line
        return value.join(line.rsplit(sample, 1))

    def _write(self, predicate: ox.NamedNode, term: ox.NamedNode | ox.Literal) -> str:
        """Return a statement as it stands in a block, without its subject and end."""
        text = write_turtle([ox.Triple(_SUBJECT, predicate, term)], name=self.name)
        head, body = split_turtle(text)
        self.prefixes |= {line.split()[1].rstrip(":"): line for line in head.splitlines()}
        return body.partition("\n")[2].removesuffix("\n.")

    def _subject(self, iri: str) -> str:
        if iri.startswith(_NAMESPACES):
            line = self._write(ox.NamedNode("urn:p"), ox.NamedNode(iri))
            return line.split()[-1]
        return f"<{iri}>"
