"""What is scored: an ontology, a dataset and, where it is published, a folder."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCM, SDG
from gcm_ld.score.facts import Facts, name_of, sort_names

__all__ = ["Folder", "Subject", "split_name"]

#: ending → RDF format that is read.
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
}


class Folder:
    """A published folder; see ``gcm-ld publish``.

    :param root: the folder.
    :raises FileError: if there is no such folder.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise FileError(root, "no such folder: publish first, with gcm-ld publish")
        self.root = root

    def names(self, pattern: str) -> tuple[str, ...]:
        """List the files that match a pattern, as paths below the folder."""
        found = (p for p in self.root.glob(pattern) if p.is_file())
        return sort_names(p.relative_to(self.root).as_posix() for p in found)

    def has(self, name: str) -> bool:
        """Tell whether a file is there and holds something."""
        path = self.root / name
        return path.is_file() and path.stat().st_size > 0

    def text(self, name: str) -> str:
        """Read a file as text; an absent one is empty."""
        if not self.has(name):
            return ""
        return read_bytes(self.root / name).decode("utf-8", errors="replace")

    def triples(self, name: str) -> list[ox.Triple] | None:
        """Read a file of RDF by its ending; nothing if it is not what the ending says."""
        path = self.root / name
        content = read_bytes(path)
        try:
            if path.suffix == ".gz":
                content, path = gzip.decompress(content), path.with_suffix("")
            quads = ox.parse(content, format=_FORMATS[path.suffix])
            return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
        except (KeyError, SyntaxError, ValueError, OSError, EOFError):
            return None

    @cached_property
    def catalogue(self) -> Facts:
        """The catalogue's statements; none where there is no catalogue that can be read."""
        return Facts((self.has("catalog.ttl") and self.triples("catalog.ttl")) or ())

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that the catalogue lists."""
        return self.catalogue.of_class("dcat:Dataset")

    @cached_property
    def dumps(self) -> dict[str, int | None]:
        """The dumps, with their statements; none of one that can't be read."""
        read = {name: self.triples(name) for name in self.names("dumps/**/*")}
        return {name: None if found is None else len(found) for name, found in read.items()}


def split_name(name: str) -> tuple[str, str]:
    """Split the name of a dump into that of its dataset and its ending.

    >>> split_name("dumps/alb/gcm--sdg.nt.gz")
    ('alb/gcm--sdg', 'nt.gz')
    """
    folder, slash, leaf = name.removeprefix("dumps/").rpartition("/")
    stem, _, ending = leaf.partition(".")
    return folder + slash + stem, ending


class Subject:
    """What the checks ask.

    :param dataset: the data.
    :param ontology: the ontology's statements.
    :param site: the published folder, if there is one.
    """

    def __init__(
        self, dataset: Dataset, ontology: Iterable[ox.Triple], site: Folder | None = None
    ) -> None:
        self.dataset = dataset
        self.ontology = Facts(ontology)
        self.site = site
        headers = self.ontology.of_class("owl:Ontology")
        #: The ontology's IRI; empty where it declares none.
        self.iri = next((h for h in headers if not h.startswith("_:")), "")
        #: What its own terms start with.
        self.namespace = next(
            iter(self.ontology.names(self.iri, "vann:preferredNamespaceUri")), f"{self.iri}#"
        )

    def _own(self, *kinds: str) -> tuple[str, ...]:
        found = self.ontology.of_class(*kinds)
        return tuple(iri for iri in found if self.iri and iri.startswith(self.namespace))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The ontology's own classes."""
        return self._own("owl:Class", "rdfs:Class")

    @cached_property
    def object_properties(self) -> tuple[str, ...]:
        """Its own object properties."""
        return self._own("owl:ObjectProperty")

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """Its own object and datatype properties."""
        return self._own("owl:ObjectProperty", "owl:DatatypeProperty")

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its own classes and properties."""
        return sort_names((*self.classes, *self.properties))

    @cached_property
    def data(self) -> Facts:
        """What the dataset's own files say."""
        return Facts(t for triples in self.dataset.triples_by_file.values() for t in triples)

    @cached_property
    def known(self) -> Facts:
        """The same with what the dataset leans on."""
        return Facts(self.dataset.asserted.triples())

    @cached_property
    def _known_frameworks(self) -> frozenset[str]:
        return frozenset(self.known.of_class("gcmo:Framework"))

    @cached_property
    def crosswalks(self) -> tuple[str, ...]:
        """The crosswalks."""
        return self.data.of_class("xkos:Correspondence", "gcmo:Crosswalk")

    @cached_property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks."""
        return self.data.of_class("gcmo:Framework")

    @cached_property
    def relations(self) -> frozenset[str]:
        """The relations that the ontology lists for links."""
        return frozenset(self.ontology.of_class("gcmo:Relation"))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The links."""
        return self.data.of_class("gcmo:Alignment")

    def schemes_of(self, link: str) -> list[tuple[str, ...]]:
        """Return the frameworks of both ends of a link, each of which may be one itself."""
        ends = [self.data.names(link, end) for end in ("gcmo:subject", "gcmo:object")]
        frameworks = self._known_frameworks
        return [
            sort_names(
                scheme
                for name in names
                for scheme in (
                    (name,) if name in frameworks else self.known.names(name, "skos:inScheme")
                )
            )
            for names in ends
        ]

    @cached_property
    def mapping_sets(self) -> tuple[Any, ...]:
        """What ``gcm-ld export --format sssom`` makes of each framework that is linked."""
        from gcm_ld.tables.exchange.mappings import build_mapping_set
        from gcm_ld.tables.extract import extract

        compared = {
            name_of(v) for s, v in self.data.pairs("xkos:compares") if s in set(self.crosswalks)
        }
        # Those of a country first: it has the links between the shared frameworks too.
        order = sorted(compared, key=lambda iri: (iri in (GCM, SDG), iri))
        found = []
        for iri in order:
            code = next(iter(self.known.names(iri, "dcterms:identifier")), iri)
            try:
                mappings = build_mapping_set(extract(self.dataset, code))
            except InputError:
                continue  # a framework that nothing describes; its links show as not exported
            if mappings.rows:
                found.append(mappings)
        return tuple(found)

    @cached_property
    def mappings(self) -> dict[str, dict[str, Any]]:
        """The mappings that these hold, by the IRI of the link."""
        links = set(self.links)
        return {
            str(row["record_id"]): dict(row)
            for mappings in reversed(self.mapping_sets)
            for row in mappings.rows
            if row["record_id"] in links
        }
