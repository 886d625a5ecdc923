"""The cubes' structure definitions, read from ``shapes/cube/structure.ttl``.

They stand beside the shapes because they say what form observations take. They are gcm-ld's own
and keep their IRIs whoever publishes, so that cubes of several publishers can be put together.
"""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from gcm_ld.namespaces import ID, PREFIXES, RDFS, SKOS
from gcm_ld.resources import folder
from gcm_ld.turtle import read_turtle

__all__ = ["CUBE", "Structure", "read_structure"]

#: What the IRIs of definitions start with.
CUBE = ID + "cube/"
_LABELS = (RDFS + "label", SKOS + "prefLabel")


class Structure:
    """The definitions, and their names by IRI."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.triples = tuple(triples)
        self._values: dict[tuple[str, str], str] = {}
        self._subjects: dict[tuple[str, str], str] = {}
        for t in triples:
            subject, predicate, value = t.subject.value, t.predicate.value, t.object.value  # type: ignore[union-attr]
            self._values.setdefault((subject, predicate), value)
            self._subjects.setdefault((predicate, value), subject)

    def label(self, iri: str) -> str:
        """Return the name of a component, a code or a definition."""
        return next(self._values[iri, p] for p in _LABELS if (iri, p) in self._values)

    def comment(self, iri: str) -> str:
        """Return what is said of it."""
        return self._values[iri, RDFS + "comment"]

    def notation(self, iri: str) -> str:
        """Return the code that SDMX has for it."""
        return self._values[iri, SKOS + "notation"]

    def unit(self, counted_by: str) -> str:
        """Return the unit of a counting rule's figures.

        :param counted_by: what the rule counts by, such as ``gcmo:ByAction``.
        """
        return self._subjects[RDFS + "seeAlso", counted_by]

    def concept(self, property_iri: str) -> str | None:
        """Return the SDMX concept of a component, if it has one."""
        return self._values.get((property_iri, PREFIXES["qb"] + "concept"))


@lru_cache(maxsize=1)
def read_structure() -> Structure:
    """Read the definitions.

    >>> read_structure().label(CUBE + "measure/share")
    'share covered'
    """
    return Structure(read_turtle(folder("shapes") / "cube" / "structure.ttl"))
