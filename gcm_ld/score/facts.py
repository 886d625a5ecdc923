"""Statements, found by subject and by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from gcm_ld.namespaces import RDF, expand
from gcm_ld.turtle import natural_key

__all__ = ["Facts", "Value", "name_of", "named", "namespace_of", "sort_names"]

#: What stands in the place of an object.
Value = ox.NamedNode | ox.BlankNode | ox.Literal
_TYPE = RDF + "type"


def name_of(term: object) -> str:
    """Return an IRI or a text as it is, and a blank node as ``_:…``."""
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return str(getattr(term, "value", term))


def namespace_of(iri: str) -> str:
    """Return an IRI up to the last ``#`` or ``/``.

    >>> namespace_of("http://www.w3.org/ns/org#Organization"), namespace_of("http://x.org/a/b")
    ('http://www.w3.org/ns/org#', 'http://x.org/a/')
    """
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def sort_names(names: Iterable[str]) -> tuple[str, ...]:
    """Sort names as people do, each once."""
    return tuple(sorted(set(names), key=natural_key))


def named(things: Iterable[str]) -> list[str]:
    """Give blank nodes a number, because another run would call them otherwise.

    >>> named(["_:f3", "urn:a", "_:b7"])
    ['urn:a', 'blank node 1', 'blank node 2']
    """
    found = list(things)
    names = [t for t in found if not t.startswith("_:")]
    return names + [f"blank node {n + 1}" for n in range(len(found) - len(names))]


class Facts:
    """Some statements; properties and classes are named by prefixed name or IRI.

    :param triples: the statements.

    >>> a = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(_TYPE), ox.NamedNode("urn:B"))
    >>> Facts([a]).of_class("urn:B")
    ('urn:a',)
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._values: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        self._pairs: dict[str, list[tuple[str, Value]]] = defaultdict(list)
        self._subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._count = 0
        for triple in triples:
            subject, predicate = name_of(triple.subject), triple.predicate.value
            value = triple.object
            if isinstance(value, ox.Triple):
                continue  # a statement about a statement: no scheme asks of it
            self._count += 1
            self._values[subject][predicate].append(value)
            self._pairs[predicate].append((subject, value))
            if not isinstance(value, ox.Literal):
                self._subjects[predicate, name_of(value)].append(subject)

    def __len__(self) -> int:
        return self._count

    def subjects(self) -> tuple[str, ...]:
        """List everything that something is said of."""
        return sort_names(self._values)

    def predicates(self) -> tuple[str, ...]:
        """List every property in use."""
        return sort_names(self._pairs)

    def used_by(self, subject: str) -> tuple[str, ...]:
        """List the properties that a subject has."""
        return sort_names(self._values[subject]) if subject in self._values else ()

    def values(self, subject: str, *properties: str) -> list[Value]:
        """List what a subject has under any of some properties."""
        found = self._values.get(subject, {})
        return [value for name in properties for value in found.get(_full(name), ())]

    def names(self, subject: str, *properties: str) -> tuple[str, ...]:
        """List the values of some properties as text, sorted; see :meth:`values`."""
        return sort_names(map(name_of, self.values(subject, *properties)))

    def has(self, subject: str, *properties: str) -> bool:
        """Tell whether a subject has a value under any of some properties that is not empty."""
        return any(name_of(value).strip() for value in self.values(subject, *properties))

    def pairs(self, *properties: str) -> Iterator[tuple[str, Value]]:
        """Iterate subjects and values of some properties, as often as they stand there."""
        for name in properties:
            yield from self._pairs.get(_full(name), ())

    def having(self, name: str, value: str) -> tuple[str, ...]:
        """List the subjects that have a thing as the value of a property."""
        return sort_names(self._subjects.get((_full(name), _full(value)), ()))

    def of_class(self, *classes: str) -> tuple[str, ...]:
        """List the members of some classes."""
        return sort_names(s for c in classes for s in self.having(_TYPE, c))

    def members(self, node: str) -> list[str]:
        """List the members of an RDF collection, by its first node."""
        found: list[str] = []
        seen: set[str] = set()
        while node not in seen and self.has(node, "rdf:first"):
            seen.add(node)
            found += map(name_of, self.values(node, "rdf:first"))
            node = next(map(name_of, self.values(node, "rdf:rest")), "")
        return found

    def reached(self, node: str) -> set[str]:
        """Return the names that a class expression or collection without IRI is made of."""
        found: set[str] = set()
        waiting, seen = [node], {node}
        while waiting:
            here = waiting.pop()
            if not here.startswith("_:"):
                found.add(here)
                continue
            for values in self._values.get(here, {}).values():
                for name in map(name_of, (v for v in values if not isinstance(v, ox.Literal))):
                    if name not in seen:
                        seen.add(name)
                        waiting.append(name)
        return found


def _full(name: str) -> str:
    """Expand a prefixed name of ours; IRIs and blank nodes are returned as they are."""
    prefix, _, rest = name.partition(":")
    if rest.startswith("//") or prefix in ("_", "urn", "mailto"):
        return name
    try:
        return expand(name)
    except KeyError:
        return name
