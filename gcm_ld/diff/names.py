"""Names for people: the codes and labels of what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from urllib.parse import unquote

import pyoxigraph as ox

from gcm_ld.diff.model import Term
from gcm_ld.diff.side import LABEL, NOTATION, Key, Side, collect, first_text, key_of
from gcm_ld.model import Alignment, Assessment, Element, Record
from gcm_ld.namespaces import GCMO, ID, RDFS, compact, expand
from gcm_ld.resources import folder
from gcm_ld.turtle import natural_key, read_turtle

__all__ = ["Names", "sort_terms"]

_TITLES = (LABEL, expand("dcterms:title"), RDFS + "label")
_ENDS = (expand("gcmo:subject"), expand("gcmo:object"))
_ASSESSES, _AGAINST = expand("gcmo:assesses"), expand("gcmo:against")
#: A code longer than this is a slug, and the label says more.
_CODE = 12
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Names:
    """Names for people: codes and labels of both sides, and of the shipped frameworks.

    :param sides: where names are looked for, in this order.
    """

    def __init__(self, *sides: Side) -> None:
        self._sides = sides

    @cached_property
    def _shipped(self) -> Mapping[Key, Mapping[str, list[Term]]]:
        files = dict.fromkeys(f for side in self._sides for f in side.dataset.context_files)
        data, names = (f for f in files if f.parent != folder("ontology")), {NOTATION, *_TITLES}
        return collect(t for f in data for t in read_turtle(f) if t.predicate.value in names)

    def _texts(self, iri: str, name: str) -> Iterator[str]:
        for side in self._sides:
            yield side.text(iri, name)
        yield first_text(self._shipped.get(iri, {}).get(name, ()))

    def _find(self, iri: str, *names: str) -> str:
        return next((text for name in names for text in self._texts(iri, name) if text), "")

    def _ends(self, node: str, *names: str) -> list[str]:
        for side in self._sides:
            found = [iri for name in names for iri in side.iris(node, name)]
            if found:
                return found
        return []

    @cached_property
    def _assessed(self) -> int:
        """How many frameworks actions are assessed against."""
        sides = (side.subjects.values() for side in self._sides)
        return len({key_of(t) for found in sides for v in found for t in v.get(_AGAINST, ())})

    def title(self, iri: str) -> str:
        """Return a thing's label or title; empty if it has none, or if it is its name already."""
        title = self._find(iri, *_TITLES)
        return "" if self.code(iri) == f"“{title}”" else title

    def code(self, iri: str) -> str:
        """Return what people call a thing: its code, or its label if the code is a slug."""
        if iri.startswith("_:"):
            return "a node without an IRI"
        if iri.startswith(GCMO):
            return iri.removeprefix(GCMO)
        code = self._find(iri, NOTATION)
        if code and len(code) <= _CODE:
            return code
        label = self._find(iri, LABEL) if code else ""
        if label:
            return f"“{label}”"
        short = compact(iri)
        if short.startswith("sdg:"):
            return short.removeprefix("sdg:")
        if short != iri and not iri.startswith(ID):
            return short
        return unquote(iri.rstrip("/#").rpartition("/")[2]) or iri

    def thing(self, key: Key, cls: tuple[type[Record], str] | None) -> str:
        """Return a thing's name: ``1.a → A2.2`` for a link, ``outcome A2.2`` for an element.

        :param key: its IRI.
        :param cls: its record and its class; none if nothing models it.
        """
        if cls is None:
            code = self.code(key)
            return code if key.startswith("_:") or self._find(key, NOTATION) else compact(key)
        record, name = cls
        if record is Alignment and len(ends := self._ends(key, *_ENDS)) == 2:
            return " → ".join(map(self.code, ends))
        if record is Assessment and (actions := self._ends(key, _ASSESSES)):
            against = self._ends(key, _AGAINST) if self._assessed > 1 else []
            return " against ".join(map(self.code, actions[:1] + against[:1]))
        noun = _WORDS.sub(" ", name.rpartition("#")[2]).lower()
        return f"{noun} {self.code(key) if record is Element else compact(key)}"

    def value(self, term: Term) -> str:
        """Return a value in words."""
        if isinstance(term, ox.Literal):
            language = f" ({term.language})" if term.language not in (None, "en") else ""
            return f"{term.value}{language}"
        return self.code(term.value) if isinstance(term, ox.NamedNode) else self.code("_:")

    def values(self, terms: Iterable[Term], *, exact: bool = False) -> str | None:
        """Return values in words; ``None`` for no value.

        :param exact: whether they are to be written as in N-Triples, where words would hide
            how two values differ.
        """
        texts = [str(t) if exact else self.value(t) for t in sort_terms(terms)]
        return "; ".join(texts) or None

    def statements(self, triples: Iterable[ox.Triple]) -> str | None:
        """Return statements about one thing in words; ``None`` for none."""
        texts = sorted(f"{compact(t.predicate.value)} {self.value(t.object)}" for t in triples)
        return "; ".join(texts) or None


def sort_terms(terms: Iterable[Term]) -> list[Term]:
    """Sort terms in natural order of what they say, and then by their form."""
    return sorted(terms, key=lambda t: (natural_key(getattr(t, "value", "")), str(t)))
