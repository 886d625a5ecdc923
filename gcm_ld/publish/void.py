"""What there is in the published datasets, for machines: VoID (W3C Interest Group Note 2011).

Every figure is counted in the dumps. What rules derive is a subset of its own, so that a reader
of any dump can tell from its properties what is stated and what is derived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, GCMO, ID, PREFIXES, RDF, SDG
from gcm_ld.publish.catalogue import Distribution, everything
from gcm_ld.publish.contents import Contents, members
from gcm_ld.publish.figures import Figures, count_triples
from gcm_ld.publish.paths import url_of
from gcm_ld.publish.site import Part, Site
from gcm_ld.publish.statements import day, is_, is_a, number, plain, text
from gcm_ld.queries import list_rules
from gcm_ld.turtle import natural_key

__all__ = ["build_void"]

_TYPE = RDF + "type"
_FORMATS = "http://www.w3.org/ns/formats/"
#: ending → the W3C's name for the format.
_FEATURES = {
    "ttl": "Turtle",
    "nt.gz": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
    "nq.gz": "N-Quads",
    "trig": "TriG",
}


def build_void(
    site: Site, distributions: Sequence[Distribution], figures: Mapping[str, Figures]
) -> list[ox.Triple]:
    """Describe the datasets with figures and links.

    :param site: what is published.
    :param distributions: the files of the dumps.
    :param figures: the figures of each dataset, by its IRI.
    :returns: the triples in a stable order.
    """
    return list(dict.fromkeys(_Void(site, distributions, figures).triples()))


class _Void:
    def __init__(
        self, site: Site, distributions: Sequence[Distribution], figures: Mapping[str, Figures]
    ) -> None:
        self.site = site
        self.contents = Contents(site, figures)
        self.figures = figures
        self.files: dict[str, list[Distribution]] = {}
        for file in distributions:
            if file.format in _FEATURES:
                self.files.setdefault(file.dataset, []).append(file)
        #: Space → the dataset that describes what lies in it.
        self.homes = self._homes()
        #: The datasets that some link starts from or leads to.
        self.named: set[str] = set()

    def triples(self) -> Iterator[ox.Triple]:
        site, base = self.site, self.site.base
        document, whole = f"{base}id/void", everything(site)
        yield from is_a(document, "void:DatasetDescription")
        yield text(document, "dcterms:title", f"What there is in {site.settings.title}")
        yield is_(document, "foaf:primaryTopic", whole)
        yield is_(document, "foaf:topic", whole)
        yield is_(document, "dcterms:creator", f"{base}id/publisher")
        if site.settings.date:
            yield day(document, "dcterms:modified", site.settings.date)
        yield from self._whole(whole)
        for part in site.own_parts:
            yield is_(whole, "void:subset", part.iri)
            yield is_(document, "foaf:topic", part.iri)
            yield from self._part(part)
        yield from self._others()

    def _whole(self, iri: str) -> Iterator[ox.Triple]:
        total = _total(self.site, self.figures)
        title = self.contents.whole_title()
        yield from self._dataset(iri, title, self.contents.language, total)
        yield is_(iri, "foaf:page", self.site.settings.site_url)
        yield plain(iri, "void:uriSpace", self.site.base + "id/")
        examples = [_example(self.site, part) for part in self.site.own_parts]
        for example in sorted({e for e in examples if e}, key=natural_key)[:3]:
            yield is_(iri, "void:exampleResource", example)
        yield from self._derived(iri, total)

    def _part(self, part: Part) -> Iterator[ox.Triple]:
        figures = self.figures[part.iri]
        title = self.contents.titles[part.iri]
        language = self.contents.language_of(part, "title")
        yield from self._dataset(part.iri, title, language, figures)
        spaces = {space for space, home in self.homes.items() if home == part.iri}
        for space in sorted(spaces):
            yield plain(part.iri, "void:uriSpace", space)
        if example := _example(self.site, part):
            yield is_(part.iri, "void:exampleResource", example)
        yield from self._derived(part.iri, figures)
        for key, amount in figures.links.items():
            derived = figures.derived_links.get(key, 0)
            if amount > derived:
                yield from self._linkset(part.iri, part.iri, key, amount - derived)
            if derived:
                yield from self._linkset(part.iri, part.iri + "/derived", key, derived)

    def _dataset(
        self, iri: str, title: str, language: str, figures: Figures
    ) -> Iterator[ox.Triple]:
        """Yield what is said of every dataset."""
        yield from is_a(iri, "void:Dataset")
        yield text(iri, "dcterms:title", title, language)
        for file in self.files.get(iri, ()):
            yield is_(iri, "void:dataDump", self.site.settings.site_url + url_of(file.path))
            yield is_(iri, "void:feature", _FORMATS + _FEATURES[file.format])
        yield from _counts(iri, figures)
        terms = [*figures.classes, *figures.properties]
        for vocabulary in sorted({v for v in map(_vocabulary, terms) if v}):
            yield is_(iri, "void:vocabulary", vocabulary)
        for cls, amount in figures.classes.items():
            partition = f"{iri}/class/{_short(cls)}"
            yield is_(iri, "void:classPartition", partition)
            yield is_(partition, "void:class", cls)
            yield number(partition, "void:entities", amount)
        for name, amount in figures.properties.items():
            partition = f"{iri}/property/{_short(name)}"
            yield is_(iri, "void:propertyPartition", partition)
            yield is_(partition, "void:property", name)
            yield number(partition, "void:triples", amount)

    def _derived(self, iri: str, figures: Figures) -> Iterator[ox.Triple]:
        """Yield the subset of what rules derive, and the rules."""
        if not figures.derived:
            return
        derived = iri + "/derived"
        yield is_(iri, "void:subset", derived)
        yield from is_a(derived, "void:Dataset")
        yield text(derived, "dcterms:title", "What rules derive from it")
        yield text(
            derived,
            "dcterms:description",
            "Statements that no source makes: rules derive them from the links. They are those "
            "with the properties counted here, whatever the format; in TriG and N-Quads they "
            "stand in a graph of this name.",
        )
        yield number(derived, "void:triples", sum(figures.derived.values()))
        yield is_(derived, "prov:wasDerivedFrom", iri)
        yield is_(derived, "dcterms:type", "gcmo:Derived")
        for name, amount in figures.derived.items():
            partition = f"{derived}/property/{_short(name)}"
            yield is_(derived, "void:propertyPartition", partition)
            yield is_(partition, "void:property", name)
            yield number(partition, "void:triples", amount)
        for rule in list_rules():
            activity = f"{self.site.base}id/rule/{rule.name}"
            yield is_(derived, "prov:wasGeneratedBy", activity)
            yield from is_a(activity, "prov:Activity")
            yield text(activity, "rdfs:label", rule.summary)

    def _linkset(
        self, part: str, subset_of: str, key: tuple[str, str, str], amount: int
    ) -> Iterator[ox.Triple]:
        one, predicate, other = key
        source, target = self.homes.get(one, ""), self.homes.get(other, "")
        if not source or not target or source == target:
            return
        self.named |= {source, target}
        name = f"{_step(one)}--{_step(other)}--{_short(predicate)}"
        iri = f"{subset_of}/links/{name}"
        yield is_(subset_of, "void:subset", iri)
        yield from is_a(iri, "void:Linkset")
        yield text(
            iri,
            "dcterms:title",
            f"{self.site.label(predicate)}: {self._label(one)} → {self._label(other)}",
        )
        yield is_(iri, "void:linkPredicate", predicate)
        yield is_(iri, "void:subjectsTarget", source)
        yield is_(iri, "void:objectsTarget", target)
        yield is_(iri, "void:target", source)
        yield is_(iri, "void:target", target)
        yield number(iri, "void:triples", amount)

    # -- the datasets that links lead to -----------------------------------------------------------

    def _label(self, space: str) -> str:
        return "Countries" if space == COUNTRIES else self.site.label(space)

    def _homes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in self.site.parts:
            home = part.iri if part.own else f"{ID}dataset/{part.name}"
            for kind in ("Framework", "Crosswalk"):
                for iri in members(self.site, part, GCMO + kind):
                    found.setdefault(iri, home)
        found[COUNTRIES] = f"{self.site.base}id/void/countries"
        found[SDG] = f"{self.site.base}id/void/sdg"
        return found

    def _others(self) -> Iterator[ox.Triple]:
        """Yield the datasets of others that links lead to."""
        own = {part.iri for part in self.site.own_parts}
        for space, iri in sorted(self.homes.items()):
            if iri in own or iri not in self.named:
                continue
            yield from is_a(iri, "void:Dataset")
            yield text(iri, "dcterms:title", self._label(space))
            yield plain(iri, "void:uriSpace", space)
            yield is_(iri, "foaf:page", space)


def _total(site: Site, figures: Mapping[str, Figures]) -> Figures:
    """Count everything together: what several datasets say alike counts once."""
    stated = _distinct(site.own_parts, site.triples)
    derived = (t for t in _distinct(site.own_parts, site.derived) if not site.is_stated(t))
    return count_triples(stated, derived)


def _distinct(
    parts: Sequence[Part], read: Callable[[Part], list[ox.Triple]]
) -> Iterator[ox.Triple]:
    """Yield each triple once, holding only those of resources that several datasets describe."""
    homes: dict[object, Part] = {}
    shared: set[object] = set()
    for part in parts:
        for triple in read(part):
            if homes.setdefault(triple.subject, part) != part:
                shared.add(triple.subject)
    seen: set[ox.Triple] = set()
    for part in parts:
        for triple in read(part):
            if triple.subject in shared:
                if triple in seen:
                    continue
                seen.add(triple)
            yield triple


def _example(site: Site, part: Part) -> str:
    """Return the first resource of the class that a dataset has most of."""
    members: dict[str, list[str]] = {}
    for quad in site.store.quads_for_pattern(None, ox.NamedNode(_TYPE), None, part.graph):
        cls = str(getattr(quad.object, "value", ""))
        if cls.startswith(GCMO):
            members.setdefault(cls, []).append(str(getattr(quad.subject, "value", "")))
    if not members:
        return ""
    best = min(members, key=lambda cls: (-len(members[cls]), cls))
    return min(members[best], key=natural_key)


def _counts(iri: str, figures: Figures) -> Iterator[ox.Triple]:
    yield number(iri, "void:triples", figures.triples)
    yield number(iri, "void:entities", figures.entities)
    yield number(iri, "void:classes", len(figures.classes))
    yield number(iri, "void:properties", len(figures.properties))
    yield number(iri, "void:distinctSubjects", figures.subjects)
    yield number(iri, "void:distinctObjects", figures.objects)


def _vocabulary(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _short(iri: str) -> str:
    """Return the name of a term that tells it from all others, fit for an IRI's step."""
    for prefix, namespace in PREFIXES.items():
        rest = iri[len(namespace) :]
        if iri.startswith(namespace) and rest.isidentifier():
            return f"{prefix}-{rest}"
    return sha256(iri.encode()).hexdigest()[:16]


def _step(space: str) -> str:
    return space.rpartition("/")[2]
