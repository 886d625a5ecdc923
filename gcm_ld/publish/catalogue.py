"""The catalogue record that data portals harvest: DCAT-AP 3, and StatDCAT-AP for statistics.

A dataset keeps its IRI from version to version, so that a portal updates what it has; versions
have IRIs of their own. There is no blank node, and what the record says of agents, licences and
the like stands in it whole, because a harvester follows no link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from gcm_ld.namespaces import GCMO, GCMSH, ONTOLOGY, PREFIXES, RDF, quote
from gcm_ld.publish.authorities import EU
from gcm_ld.publish.figures import Figures
from gcm_ld.publish.record import Distribution, Record
from gcm_ld.publish.site import Part, Site
from gcm_ld.publish.statements import is_, is_a, text, typed
from gcm_ld.turtle import natural_key

__all__ = ["Distribution", "build_catalogue", "everything"]

_TYPE = ox.NamedNode(RDF + "type")
_QB = PREFIXES["qb"]
_SHA256 = PREFIXES["spdx"] + "checksumAlgorithm_sha256"
_TIMES = [PREFIXES["sdmx-dimension"] + name for name in ("refPeriod", "timePeriod")]
_UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"
_SKOS = "https://www.w3.org/TR/skos-reference"
_XKOS = "https://rdf-vocabulary.ddialliance.org/xkos.html"
_CUBE = "https://www.w3.org/TR/vocab-data-cube/"
_PROFILE = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"
_SHAPES = GCMSH.removesuffix("#")


def everything(site: Site) -> str:
    """Return the IRI of the dataset that holds all others."""
    return f"{site.base}id/dataset/all"


def build_catalogue(
    site: Site, distributions: Sequence[Distribution], figures: Mapping[str, Figures]
) -> list[ox.Triple]:
    """Describe what is published as DCAT-AP asks for it.

    :param site: what is published.
    :param distributions: the files that can be downloaded.
    :param figures: the figures of each dataset, by its IRI.
    :returns: the triples in a stable order.
    """
    return list(dict.fromkeys(_Catalogue(site, distributions, figures).triples()))


class _Catalogue(Record):
    """Everything that the record tells of."""

    # -- the whole -------------------------------------------------------------------------------

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._catalogue()
        yield from self.agents()
        yield from self._everything()
        for part in self.site.own_parts:
            yield from self._part(part)
        for group in sorted({p.group for p in self.site.own_parts}, key=natural_key):
            yield from self._series(group)
        for cube in self.cubes():
            yield from self._cube(cube)
        for iri in (ONTOLOGY, _SHAPES):
            if iri in self.files and not self.site.dataset.own:
                yield from self._vocabulary(iri)

    def _catalogue(self) -> Iterator[ox.Triple]:
        iri, settings = self.catalogue, self.settings
        yield from is_a(iri, "dcat:Catalog")
        yield from self.words(iri, settings.title, settings.description)
        yield from self.common(iri)
        yield from self.document(iri, "foaf:homepage", settings.site_url)
        yield from self.license_of(iri)
        yield from self.term(iri, "dcat:themeTaxonomy", EU + "data-theme")
        yield from self.standard(iri, _PROFILE)
        for place in self.contents.all_places():
            yield from self.place(iri, place)
        datasets = [everything(self.site), *(part.iri for part in self.site.own_parts)]
        datasets += self.cubes()
        if not self.site.dataset.own:
            datasets += [iri for iri in (ONTOLOGY, _SHAPES) if iri in self.files]
        for dataset in datasets:
            yield is_(iri, "dcat:dataset", dataset)
        for group in sorted({part.group for part in self.site.own_parts}):
            yield is_(iri, "dcat:resource", self._series_iri(group))

    # -- datasets --------------------------------------------------------------------------------

    def _everything(self) -> Iterator[ox.Triple]:
        iri, parts, contents = everything(self.site), self.site.own_parts, self.contents
        language = contents.language
        title, description = contents.whole_title(), contents.whole_description()
        yield from self.dataset(iri, (title, language), (description, language))
        for part in parts:
            yield is_(iri, "dcterms:hasPart", part.iri)
        for place in self.contents.all_places():
            yield from self.place(iri, place)
        yield from self.period(iri, *self.contents.period())
        for standard in (ONTOLOGY, _SHAPES, _SKOS, _XKOS):
            yield from self.standard(iri, standard)
        yield from self.provenance(iri, {s for p in parts for s in self.contents.sources(p)})

    def _part(self, part: Part) -> Iterator[ox.Triple]:
        iri, contents = part.iri, self.contents
        title = contents.titles[iri], contents.language_of(part, "title")
        description = contents.description(part), contents.language_of(part, "description")
        yield from self.dataset(iri, title, description)
        yield is_(iri, "dcterms:isPartOf", everything(self.site))
        for place in contents.places(part):
            yield from self.place(iri, place)
        yield from self.period(iri, *contents.period(part))
        yield from self.standard(iri, ONTOLOGY)
        yield from self.standard(iri, _SHAPES)
        classes = self.figures[iri].classes
        for prefix, standard in (("skos", _SKOS), ("xkos", _XKOS)):
            if any(cls.startswith(PREFIXES[prefix]) for cls in classes):
                yield from self.standard(iri, standard)
        yield from self.provenance(iri, contents.sources(part))
        yield is_(iri, "dcat:inSeries", self._series_iri(part.group))

    def _series(self, group: str) -> Iterator[ox.Triple]:
        iri = self._series_iri(group)
        parts = [part for part in self.site.own_parts if part.group == group]
        title = self.contents.series_title(group)
        description = self.contents.series_description(group)
        yield from is_a(iri, "dcat:DatasetSeries")
        said = self.settings.series.get(group)
        for name, words in (("title", title), ("description", description)):
            ours = said is None or not getattr(said, name)
            yield text(iri, f"dcterms:{name}", words, "en" if ours else self.contents.language)
        yield from self.common(iri, about=True)
        for place in sorted({p for part in parts for p in self.contents.places(part)}):
            yield from self.place(iri, place)

    def _series_iri(self, group: str) -> str:
        steps = ["id/series", *filter(None, group.split("/"))]
        return self.site.base + "/".join([steps[0], *map(quote, steps[1:])])

    def cubes(self) -> list[str]:
        """Return the data sets with statistics: made of the data, or values of indicators."""
        found = self.site.store.quads_for_pattern(None, _TYPE, ox.NamedNode(_QB + "DataSet"))
        iris = {str(getattr(quad.subject, "value", "")) for quad in found}
        return sorted(iri for iri in iris if iri.startswith(self.site.base + "id/"))

    def _cube(self, iri: str) -> Iterator[ox.Triple]:
        label = self.site.label(iri)
        observations = self._subjects(_QB + "dataSet", iri)
        dimensions = self._components(iri, "dimension")
        others = [ox.NamedNode(d) for d in dimensions if d not in _TIMES]
        keys = {tuple(self._values(o, d) for d in others) for o in observations}
        stated = [part for part in self.site.own_parts if self._stands_in(iri, part)]
        origin = (
            "as the data give them" if stated else "counted in the stated links of the datasets"
        )
        words = (
            f"{label}: {len(observations):,} figures in {len(keys):,} series by "
            f"{', '.join(self.site.label(d).lower() for d in dimensions)}, {origin}."
        )
        yield from self.dataset(iri, (label, "en"), (words, "en"))
        yield from self.term(iri, "dcterms:type", EU + "dataset-type/STATISTICAL")
        for kind in ("dimension", "attribute", "measure"):
            for component in self._components(iri, kind):
                yield is_(iri, f"stat:{kind}", component)
        yield typed(iri, "stat:numSeries", str(len(keys)), "xsd:integer")
        units = {u for o in observations for u in self._values(o, ox.NamedNode(_UNIT))}
        for unit in sorted(units):
            yield is_(iri, "stat:statUnitMeasure", unit)
            yield from is_a(unit, "skos:Concept")
            yield text(unit, "skos:prefLabel", self.site.label(unit))
        sources = stated or [
            part
            for part in self.site.own_parts
            if self.figures[part.iri].classes.get(GCMO + "Assessment")
        ]
        for part in sources:
            yield is_(iri, "dcterms:source", part.iri)
        places = {place for part in sources for place in self.contents.places(part)}
        for place in sorted(places) or self.contents.all_places():
            yield from self.place(iri, place)
        yield from self.period(iri, *self.contents.period(*sources))
        yield from self.standard(iri, _CUBE)
        yield from self.provenance(iri, ())

    def _stands_in(self, cube: str, part: Part) -> bool:
        """Tell whether a data set is one of those that the data themselves hold."""
        data_set = ox.NamedNode(_QB + "DataSet")
        found = self.site.store.quads_for_pattern(ox.NamedNode(cube), _TYPE, data_set, part.graph)
        return any(True for _ in found)

    def _subjects(self, predicate: str, value: str) -> list[ox.NamedNode]:
        found = self.site.store.quads_for_pattern(
            None, ox.NamedNode(predicate), ox.NamedNode(value)
        )
        nodes = {q.subject for q in found if isinstance(q.subject, ox.NamedNode)}
        return sorted(nodes, key=lambda n: n.value)

    def _values(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> tuple[str, ...]:
        found = self.site.store.quads_for_pattern(subject, predicate, None)
        return tuple(sorted({str(getattr(q.object, "value", "")) for q in found}))

    def _components(self, cube: str, kind: str) -> list[str]:
        found: set[str] = set()
        for structure in self._values(ox.NamedNode(cube), ox.NamedNode(_QB + "structure")):
            for part in self._values(ox.NamedNode(structure), ox.NamedNode(_QB + "component")):
                found.update(self._values(ox.NamedNode(part), ox.NamedNode(_QB + kind)))
        return sorted(found)

    def _vocabulary(self, iri: str) -> Iterator[ox.Triple]:
        title, words = {
            ONTOLOGY: (
                "gcm-ld: the ontology",
                "Classes and properties of policy frameworks, their elements and the crosswalks "
                "between them, in OWL.",
            ),
            _SHAPES: (
                "gcm-ld: the shapes",
                "What data on frameworks and crosswalks must look like, in SHACL.",
            ),
        }[iri]
        yield from self.dataset(iri, (title, "en"), (words, "en"))
        standard = "owl2-overview" if iri == ONTOLOGY else "shacl"
        yield from self.standard(iri, f"https://www.w3.org/TR/{standard}/")
        for place in self.contents.all_places():
            yield from self.place(iri, place)
        yield from self.period(iri, *self.contents.period())
        yield from self.provenance(iri, ())
