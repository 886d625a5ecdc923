"""One side of a comparison: its statements by subject."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from gcm_ld import model
from gcm_ld.build import ELEMENT_KINDS
from gcm_ld.dataset import Dataset
from gcm_ld.diff.model import Term
from gcm_ld.model import Record
from gcm_ld.namespaces import GCMO, RDF, expand
from gcm_ld.turtle import natural_key

__all__ = ["Key", "Side", "class_of", "collect", "first_text", "key_of", "open_side"]

#: An IRI, or ``_:`` and the name of a node without one.
Key = str
_Values = dict[str, list[Term]]

TYPE = RDF + "type"
LABEL = expand("skos:prefLabel")
NOTATION = expand("skos:notation")
#: Rounds in which blank nodes that form circles are told apart, the same on both sides.
_ROUNDS = 8


def _classes() -> dict[str, type[Record]]:
    records = (getattr(model, name) for name in model.__all__)
    found = {
        expand(cls.types[0]): cls
        for cls in records
        if isinstance(cls, type) and issubclass(cls, Record) and cls.types
    }
    return found | {GCMO + kind: model.Element for kind in ELEMENT_KINDS}


#: class → the record that models it.
_RECORDS = _classes()


@dataclass(frozen=True)
class Side:
    """The statements of one side.

    :param triples: what its own files say, blank nodes named by what they hold.
    :param blank: those of them that mention blank nodes.
    :param files: how many files they came from.
    :param dataset: where they came from.
    """

    triples: frozenset[ox.Triple]
    blank: frozenset[ox.Triple]
    files: int
    dataset: Dataset

    @cached_property
    def subjects(self) -> dict[Key, _Values]:
        """The statements by subject and predicate."""
        return collect(self.triples)

    @cached_property
    def digest(self) -> str:
        """See :class:`gcm_ld.diff.model.State`."""
        # Canonical names depend only on the statements that mention blank nodes.
        graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in self.blank)
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        text = ox.serialize(graph, format=ox.RdfFormat.N_QUADS) or b""
        text += ox.serialize(self.triples - self.blank, format=ox.RdfFormat.N_TRIPLES) or b""
        lines = sorted(text.split(b"\n")[:-1])
        return hashlib.sha256(b"".join(b"%s\n" % line for line in lines)).hexdigest()

    def values(self, subject: Key, name: str) -> list[Term]:
        """List the values of a property; none for a subject that is not here."""
        return self.subjects.get(subject, {}).get(name, [])

    def iris(self, subject: Key, name: str) -> list[str]:
        """List the IRIs among the values of a property."""
        return [t.value for t in self.values(subject, name) if isinstance(t, ox.NamedNode)]

    def text(self, subject: Key, name: str) -> str:
        """Return the value of a property, English before other languages; empty for none."""
        return first_text(self.values(subject, name))


def open_side(dataset: Dataset) -> Side:
    """Read the statements that a dataset's own files make.

    :raises FileError: if a file is not Turtle.
    """
    triples: set[ox.Triple] = set()
    for found in dataset.triples_by_file.values():
        triples.update(found)
    blank = {t for t in triples if _is_blank(t)}
    named = _name_blank_nodes(blank) if blank else blank
    whole = frozenset((triples - blank) | named)
    return Side(whole, frozenset(named), len(dataset.files), dataset)


def collect(triples: Iterable[ox.Triple]) -> dict[Key, _Values]:
    """Collect statements by subject and predicate."""
    subjects: dict[Key, _Values] = {}
    for triple in triples:
        values = subjects.setdefault(key_of(triple.subject), {})
        values.setdefault(triple.predicate.value, []).append(triple.object)
    return subjects


def key_of(term: Term) -> Key:
    """Return the IRI of a term, or a text that stands for it."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def class_of(types: Iterable[Term]) -> tuple[type[Record], str] | None:
    """Return the record that models a subject and the class that says so.

    The order is that of :mod:`gcm_ld.build`: an element last.

    :param types: the values of its ``rdf:type``.
    """
    names = {t.value for t in types if isinstance(t, ox.NamedNode)}
    for name, cls in _RECORDS.items():
        if name in names:
            return cls, name
    return None


def _is_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _name_blank_nodes(blank: set[ox.Triple]) -> set[ox.Triple]:
    """Name blank nodes by what they hold and who holds them, so that names agree across sides.

    Each node has one name and no other has it, so equal results mean equal graphs.
    """
    held: dict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
    holders: dict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
    for triple in blank:
        if isinstance(triple.subject, ox.BlankNode):
            held[triple.subject].append(triple)
        if isinstance(triple.object, ox.BlankNode):
            holders[triple.object].append(triple)
    colours = _colours(held, holders)
    names: dict[Term, ox.BlankNode] = {}
    seen: Counter[str] = Counter()
    for node in reversed(colours):  # from the top down
        above = (
            f"{names.get(t.subject) or _named(t.subject, colours)} {t.predicate}"
            for t in holders[node]
        )
        name = f"n{colours[node]}{_digest(above)}"
        seen[name] += 1  # nodes that still look alike are numbered
        names[node] = ox.BlankNode(f"{name}x{seen[name]}")
    return {
        ox.Triple(names.get(t.subject, t.subject), t.predicate, names.get(t.object, t.object))
        for t in blank
    }


def _colours(
    held: Mapping[ox.BlankNode, list[ox.Triple]], holders: Mapping[ox.BlankNode, list[ox.Triple]]
) -> dict[ox.BlankNode, str]:
    """Digest what each blank node holds, from the bottom up; what forms circles in rounds."""
    colours: dict[ox.BlankNode, str] = {}

    def colour(node: ox.BlankNode, known: Mapping[ox.BlankNode, str]) -> str:
        return _digest(f"{t.predicate} {_named(t.object, known)}" for t in held.get(node, ()))

    nodes = held.keys() | holders.keys()
    waiting = {n: sum(isinstance(t.object, ox.BlankNode) for t in held.get(n, ())) for n in nodes}
    ready = [n for n, below in waiting.items() if not below]
    while ready:
        node = ready.pop()
        colours[node] = colour(node, colours)
        for triple in holders.get(node, ()):
            if isinstance(triple.subject, ox.BlankNode):
                waiting[triple.subject] -= 1
                if not waiting[triple.subject]:
                    ready.append(triple.subject)
    circles = nodes - colours.keys()
    for _ in range(_ROUNDS):
        known = {**dict.fromkeys(circles, ""), **colours}
        colours |= {node: colour(node, known) for node in circles}
    return colours


def _named(term: Term, colours: Mapping[ox.BlankNode, str]) -> str:
    return colours[term] if isinstance(term, ox.BlankNode) else str(term)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def first_text(terms: Iterable[Term]) -> str:
    """Return what a value says, English before other languages; empty for none."""
    texts = [t for t in terms if isinstance(t, ox.Literal)]
    english = [t for t in texts if t.language == "en"] or texts
    return min((t.value for t in english), key=natural_key, default="")
