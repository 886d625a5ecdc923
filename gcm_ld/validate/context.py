"""What every group leans on: the ontology, the Compact, the SDGs, countries, measures."""

from __future__ import annotations

from collections.abc import Iterable

from gcm_ld.namespaces import COUNTRIES, CUBE, RDF, SDG
from gcm_ld.validate.outline import LINE

__all__ = ["Context"]

_TYPE = (RDF + "type").encode()
#: Of these only what is led to matters to a group, and it is most of the context.
_LONG = (f"<{SDG}/".encode(), f"<{COUNTRIES}/".encode(), f"<{CUBE}".encode())


class Context:
    """Statements that every group is validated with.

    :param texts: N-Triples.
    """

    def __init__(self, texts: Iterable[bytes]) -> None:
        self.text = b"".join(texts)
        self._lines: dict[bytes, list[bytes]] = {}
        self._leads: dict[bytes, set[bytes]] = {}
        self.types: set[bytes] = set()
        for match in LINE.finditer(self.text):
            subject, predicate, value = match.groups()
            self._lines.setdefault(subject, []).append(match[0] + b"\n")
            if value[:1] == b"<":
                self._leads.setdefault(subject, set()).add(value)
                if predicate == _TYPE:
                    self.types.add(value[1:-1])
        long = {s for s in self._lines if s.startswith(_LONG)}
        self._always = self._lines.keys() - long
        self._head = b"".join(line for s in self._always for line in self._lines[s])
        self._reached = self._reach(set().union(*map(self._led_to, self._always), set()))

    @property
    def subjects(self) -> set[str]:
        """The IRIs that it describes."""
        return {s[1:-1].decode() for s in self._lines if s[:1] == b"<"}

    @property
    def mentions(self) -> set[str]:
        """The IRIs that it names and does not describe."""
        named = set().union(*self._leads.values(), set()) - self._lines.keys()
        return {iri[1:-1].decode() for iri in named}

    def says(self, line: str) -> bool:
        """Tell whether a statement is one of its own."""
        text = line.encode()
        return text + b"\n" in self._lines.get(text.partition(b" ")[0], ())

    def text_for(self, mentions: Iterable[str]) -> bytes:
        """Return what a group needs that names some IRIs: all that these lead to.

        The SDGs, the countries and the code lists are most of the context, and no shape looks back
        from them.
        """
        nodes = self._reach({f"<{iri}>".encode() for iri in mentions}) | self._reached
        rest = sorted(nodes - self._always)
        return self._head + b"".join(line for s in rest for line in self._lines[s])

    def told_of(self, mentions: Iterable[str], predicates: set[bytes]) -> bytes:
        """Return what it says of some IRIs, and of what these lead to, by some predicates."""
        nodes = self._reach({f"<{iri}>".encode() for iri in mentions})
        lines = (line for node in sorted(nodes) for line in self._lines[node])
        return b"".join(line for line in lines if line.split(b" ", 2)[1][1:-1] in predicates)

    def _led_to(self, node: bytes) -> set[bytes]:
        return self._leads.get(node, set())

    def _reach(self, nodes: set[bytes]) -> set[bytes]:
        """Return the described nodes among some, and all that they lead to."""
        found: set[bytes] = set()
        todo = nodes & self._lines.keys()
        while todo:
            found |= todo
            todo = set().union(*map(self._led_to, todo)) & self._lines.keys()
            todo -= found
        return found
