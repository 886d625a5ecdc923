"""Names: what a page calls the things that it links to, and where each of them has its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from gcm_ld.namespaces import CUBE, GCMO, ONTOLOGY, PREFIXES, RDF, RDFS, SKOS, compact
from gcm_ld.publish.paths import url_of
from gcm_ld.publish.site import NAMES, Site
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import read_turtle

__all__ = ["Card", "Lookup", "Ref", "is_web", "shown_code", "words"]

_TYPE = RDF + "type"
_NAMES = {node.value: rank for rank, node in enumerate(NAMES)}
_NOTATION = SKOS + "notation"
_DEFINITION = SKOS + "definition"
_SHAPES = PREFIXES["gcmsh"]
#: Classes that say less than the one beside them.
_GENERAL = {
    SKOS + "Concept",
    SKOS + "ConceptScheme",
    PREFIXES["prov"] + "Entity",
    PREFIXES["xkos"] + "ConceptAssociation",
    PREFIXES["xkos"] + "Correspondence",
    PREFIXES["dcterms"] + "Location",
    PREFIXES["dcterms"] + "BibliographicResource",
    PREFIXES["dqv"] + "QualityAnnotation",
    PREFIXES["dqv"] + "QualityMeasurement",
    PREFIXES["oa"] + "Annotation",
    PREFIXES["org"] + "Organization",
    PREFIXES["foaf"] + "Agent",
    PREFIXES["owl"] + "NamedIndividual",
}
#: Names that splitting at capitals gets wrong.
_SPELLING = {
    "dcat:accessURL": "access",
    "dcat:downloadURL": "download",
    "rdf:type": "is a",
    "skos:altLabel": "other name",
    "skos:notation": "code",
    "skos:prefLabel": "name",
}
#: Most cards that are kept at a time.
_KEPT = 20_000
_MEASURED = CUBE + "dimension/indicator"
_PERIOD = PREFIXES["sdmx-dimension"] + "timePeriod"
#: Codes that are made of a name say nothing beside it.
_SLUG = re.compile(r"[^\W\d_]+(-[^\W\d_]+)+")
_LONG_CODE = 24
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-]+")


class Ref(NamedTuple):
    """A link as a page shows it.

    :param url: relative to the site's root; a full one where it leads out; empty for no link.
    :param lang: the label's language, where it is not English.
    """

    label: str
    code: str
    url: str
    kind: str = ""
    lang: str = ""
    external: bool = False


class Card(NamedTuple):
    """A resource as its neighbours see it."""

    iri: str
    label: str
    lang: str
    code: str
    types: tuple[str, ...]
    page: str
    out: Mapping[str, list[Any]]

    def first(self, predicate: str) -> str:
        """Return the first value of a property; empty if it has none."""
        values = self.out.get(predicate)
        return values[0].value if values else ""


class Lookup:
    """Names and links of resources and terms.

    :param site: the site.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._cards: dict[str, Card] = {}
        self._terms: dict[str, Ref] = {}

    def card(self, iri: str) -> Card:
        """Return what is said of a resource, its name and its page; empty if it has none."""
        card = self._cards.get(iri)
        if card is None:
            if len(self._cards) >= _KEPT:
                self._cards.clear()
            card = self._cards[iri] = self._find(iri)
        return card

    def _find(self, iri: str) -> Card:
        out: dict[str, list[Any]] = {}
        for quad in self.site.store.quads_for_pattern(ox.NamedNode(iri), None, None):
            predicate = quad.predicate.value
            values = out.setdefault(predicate, [])
            if quad.object not in values:
                values.append(quad.object)
        for values in out.values():
            if len(values) > 1:
                values.sort(key=str)
        label, lang = _label(out)
        code = min((v.value for v in out.get(_NOTATION, ())), default="")
        types = tuple(sorted(v.value for v in out.get(_TYPE, ())))
        page = url_of(self.site.file(iri))
        if not label:
            label = self._nameless(iri, types, out)
        return Card(iri, label, lang, code, types, page, out)

    def _nameless(self, iri: str, types: tuple[str, ...], out: Mapping[str, list[Any]]) -> str:
        """Name a record by the codes in its IRI; it has no name of its own."""
        last = unquote(iri.rstrip("/#").replace("#", "/").rpartition("/")[2]) or iri
        if GCMO + "Alignment" in types:
            return last.replace("--", " → ")
        if GCMO + "Assessment" in types:
            return f"Assessment of {last}"
        measured, period = out.get(_MEASURED), out.get(_PERIOD)
        if measured and period:
            return f"{self.card(measured[0].value).label}, {period[0].value}"
        kind = out.get(GCMO + "anomaly")
        if kind:
            row = out.get(GCMO + "sourceRow")
            name = self.term(kind[0].value).label.capitalize()
            return f"{name}, row {row[0].value}" if row else name
        return last

    @cached_property
    def _shapes(self) -> set[str]:
        """The shapes that are documented."""
        paths = turtle_files(folder("shapes"))
        return {getattr(t.subject, "value", "") for path in paths for t in read_turtle(path)}

    def ref(self, iri: str) -> Ref:
        """Return the link to a resource or term, or the IRI as text if it is no web address."""
        card = self.card(iri)
        if card.page:
            return Ref(card.label, shown_code(card), card.page, self.kind(card), card.lang)
        return self.term(iri)

    @staticmethod
    def classes(card: Card) -> list[str]:
        """Return the classes that say most about a resource, ours first."""
        types = [t for t in card.types if t not in _GENERAL] or list(card.types)
        ours = [t for t in types if t.startswith(GCMO)]
        return ours or types

    def kind(self, card: Card) -> str:
        """Return what a resource is, in a word."""
        classes = self.classes(card)
        return self.term(classes[0]).label if classes else ""

    def term(self, iri: str) -> Ref:
        """Return the link to a class, a property or an individual of a vocabulary."""
        ref = self._terms.get(iri)
        if ref is None:
            if len(self._terms) >= _KEPT:
                self._terms.clear()
            ref = self._terms[iri] = self._find_term(iri)
        return ref

    def _find_term(self, iri: str) -> Ref:
        label = ""
        for quad in self.site.store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), None, ox.NamedNode(ONTOLOGY)
        ):
            label = getattr(quad.object, "value", "")
        short = compact(iri) if iri.startswith(tuple(PREFIXES.values())) else iri
        if iri.startswith(GCMO):
            name = iri.removeprefix(GCMO)
            return Ref(label or words(short), short, f"ontology.html#{name}" if label else "")
        if iri.startswith(_SHAPES):
            name = iri.removeprefix(_SHAPES)
            return Ref(words(short), short, f"shapes.html#{name}" if iri in self._shapes else "")
        if not label:
            label = words(short) if short != iri else compact(iri)
        return Ref(label, short, iri if is_web(iri) else "", external=True)


def shown_code(card: Card) -> str:
    """Return a resource's code, unless it says nothing beside the name."""
    code = card.code
    said = len(code) > _LONG_CODE or code == card.label or _SLUG.fullmatch(code)
    return "" if said else code


def _label(out: Mapping[str, list[Any]]) -> tuple[str, str]:
    for predicate in _NAMES:
        named = [v for v in out.get(predicate, ()) if isinstance(v, ox.Literal)]
        if named:
            best = min(
                named, key=lambda v: (v.language not in ("en", None), v.language or "", v.value)
            )
            return best.value, "" if best.language in ("en", None) else str(best.language)
    return "", ""


def is_web(iri: str) -> bool:
    """Tell whether an IRI may become a link: others could run a script or open a program."""
    return iri.startswith(("https://", "http://"))


def words(curie: str) -> str:
    """Spell a CURIE's name as words.

    >>> words("dcterms:bibliographicCitation"), words("rdf:type")
    ('bibliographic citation', 'is a')
    """
    if curie in _SPELLING:
        return _SPELLING[curie]
    name = curie.rpartition(":")[2]
    return " ".join(w if w.isupper() else w.lower() for w in _CAPITALS.split(name) if w) or curie
