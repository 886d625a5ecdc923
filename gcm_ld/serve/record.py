"""What a server adds to the catalogue record: the endpoint as a data service (DCAT-AP 3)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from gcm_ld.namespaces import DCTERMS
from gcm_ld.publish.authorities import EU
from gcm_ld.publish.catalogue import everything
from gcm_ld.publish.downloads import Downloads
from gcm_ld.publish.dumps import serialize
from gcm_ld.publish.record import Record
from gcm_ld.publish.site import Site
from gcm_ld.publish.statements import is_, is_a, text

__all__ = ["ServedDownloads", "endpoint_of", "endpoint_triples"]

_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
#: How often a service changes is for its datasets to say.
_PERIOD = ox.NamedNode(DCTERMS + "accrualPeriodicity")


def endpoint_of(site: Site) -> str:
    """Return the address of the SPARQL endpoint."""
    return site.settings.site_url + "sparql"


def endpoint_triples(site: Site) -> list[ox.Triple]:
    """Return what VoID says of the endpoint (section 3.3)."""
    return [is_(everything(site), "void:sparqlEndpoint", endpoint_of(site))]


class _Service(Record):
    """The record of the endpoint."""

    def triples(self) -> Iterator[ox.Triple]:
        iri, settings = f"{self.site.base}id/service/sparql", self.settings
        endpoint = endpoint_of(self.site)
        language = self.contents.language
        yield is_(self.catalogue, "dcat:service", iri)
        yield from is_a(iri, "dcat:DataService")
        name = f"{settings.title}: SPARQL endpoint" if language == "en" else settings.title
        yield text(iri, "dcterms:title", name, language)
        yield text(
            iri,
            "dcterms:description",
            "Questions in SPARQL 1.1 over all datasets together, and over each in a graph that has "
            "its name. It answers in CSV, JSON, XML and Turtle, and takes no updates.",
        )
        for triple in self.common(iri, about=True):
            if triple.predicate != _PERIOD:
                yield triple
        yield is_(iri, "dcat:endpointURL", endpoint)
        yield is_(iri, "dcat:endpointDescription", endpoint)
        yield from self.document(iri, "foaf:page", endpoint)
        yield from self.standard(iri, _PROTOCOL)
        yield from self.license_of(iri)
        if settings.access:
            yield from self.term(iri, "dcterms:accessRights", f"{EU}access-right/{settings.access}")
        yield is_(iri, "dcat:servesDataset", everything(self.site))
        for part in self.site.own_parts:
            yield is_(iri, "dcat:servesDataset", part.iri)


class ServedDownloads(Downloads):
    """The downloads of a server, whose catalogue names the endpoint, too."""

    def _catalogue(self) -> None:
        from gcm_ld.publish.catalogue import build_catalogue
        from gcm_ld.publish.rehearse import review
        from gcm_ld.publish.void import build_void

        site = self.site
        site.progress("catalogue")
        catalogue = build_catalogue(site, self.distributions, self.figures)
        catalogue += _Service(site, self.distributions, self.figures).triples()
        self.stumbles = len(review(site, catalogue))
        void = build_void(site, self.distributions, self.figures) + endpoint_triples(site)
        self._write_graph("catalog", catalogue)
        content = serialize(void, "ttl")
        self.folder.write("void.ttl", content)
        self.folder.write(".well-known/void", content)
        self.ledger.add_graph("catalogue", {*catalogue, *void})
