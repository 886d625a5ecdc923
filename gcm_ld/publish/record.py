"""What the records of all datasets have alike: words, agents, versions, files, licence.

There is no blank node, and what a record says of agents, licences and the like stands in it
whole, because a harvester follows no link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from gcm_ld.namespaces import PREFIXES, quote
from gcm_ld.publish.authorities import ADMS, AUTHORITIES, EU, IANA
from gcm_ld.publish.contents import Contents
from gcm_ld.publish.figures import Figures
from gcm_ld.publish.paths import url_of
from gcm_ld.publish.settings import Agent, Version
from gcm_ld.publish.site import DOCUMENTS, Site
from gcm_ld.publish.statements import day, is_, is_a, plain, text, typed
from gcm_ld.turtle import natural_key

__all__ = ["Distribution", "Record", "Words"]

_SHA256 = PREFIXES["spdx"] + "checksumAlgorithm_sha256"

#: A text and its language.
Words = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A file to be downloaded.

    :param path: its name in the published folder.
    :param dataset: IRI of the dataset that it holds.
    :param format: its ending, which tells it from the dataset's other files.
    :param media_type: what it holds, once decompressed.
    :param compressed: media type of the compression, if it is compressed.
    :param size: in bytes.
    :param conforms_to: IRIs of what the file keeps to, beside what its media type says.
    """

    path: str
    dataset: str
    format: str
    media_type: str
    compressed: str | None = None
    size: int
    sha256: str
    conforms_to: tuple[str, ...] = ()


class Record:
    """The record in the making.

    :param site: what is published.
    :param distributions: the files that can be downloaded.
    :param figures: the figures of each dataset, by its IRI.
    """

    def __init__(
        self, site: Site, distributions: Sequence[Distribution], figures: Mapping[str, Figures]
    ) -> None:
        self.site = site
        self.settings = site.settings
        self.figures = figures
        self.contents = Contents(site, figures)
        self.files: dict[str, list[Distribution]] = {}
        for file in distributions:
            self.files.setdefault(file.dataset, []).append(file)
        self.catalogue = f"{site.base}id/catalogue"
        self.publisher = self.settings.publisher.iri or f"{site.base}id/publisher"
        self.contact = f"{site.base}id/contact"
        self.license = self._license()

    def _license(self) -> str | None:
        given = self.settings.license
        if not given:
            return None
        return AUTHORITIES.find("licence", given) or (given if "://" in given else None)

    def agents(self) -> Iterator[ox.Triple]:
        """Describe publisher, creators and contact."""
        settings = self.settings
        if settings.publisher.name:
            yield from self._agent(self.publisher, settings.publisher)
        for n, creator in enumerate(settings.creators, 1):
            yield from self._agent(self._creator(n, creator), creator)
        contact = settings.contact
        if contact.email or contact.url:
            yield from is_a(self.contact, "vcard:Kind", "vcard:Organization")
            name = contact.name or settings.publisher.name or settings.title
            yield plain(self.contact, "vcard:fn", name)
            if contact.email:
                yield is_(self.contact, "vcard:hasEmail", "mailto:" + quote_email(contact.email))
            if contact.url:
                yield is_(self.contact, "vcard:hasURL", contact.url)

    def _creator(self, number: int, creator: Agent) -> str:
        return creator.iri or f"{self.site.base}id/creator/{number}"

    def _agent(self, iri: str, agent: Agent) -> Iterator[ox.Triple]:
        yield from is_a(iri, "foaf:Agent")
        if agent.name:
            yield from self._text(iri, "foaf:name", agent.name)
        if agent.type:
            yield from self.term(iri, "dcterms:type", f"{ADMS}publishertype/{agent.type}")
        if agent.homepage:
            yield from self.document(iri, "foaf:homepage", agent.homepage)

    # -- what all have ---------------------------------------------------------------------------

    def dataset(self, iri: str, title: Words, description: Words) -> Iterator[ox.Triple]:
        """Describe a dataset, but for what it is about."""
        settings = self.settings
        page = self.page(iri)
        yield from is_a(iri, "dcat:Dataset")
        for predicate, (words, language) in (("title", title), ("description", description)):
            if words:
                yield text(iri, f"dcterms:{predicate}", words, language)
        yield from self.common(iri, about=True)
        yield plain(iri, "dcterms:identifier", iri)
        yield from self.document(iri, "foaf:page", page)
        yield from self.document(iri, "dcat:landingPage", settings.landing_page or page)
        for subject in settings.subjects:
            yield is_(iri, "dcterms:subject", subject)
        if settings.access:
            yield from self.term(iri, "dcterms:accessRights", f"{EU}access-right/{settings.access}")
        yield from self._versions(iri)
        for file in self.files.get(iri, ()):
            yield from self._distribution(iri, title, file)

    def page(self, iri: str) -> str:
        """Return the address of a resource's page."""
        return self.settings.site_url + url_of(DOCUMENTS.get(iri) or self.site.paths.page(iri))

    def common(self, iri: str, *, about: bool = False) -> Iterator[ox.Triple]:
        """Yield what catalogue, datasets and series have alike."""
        settings = self.settings
        if settings.publisher.name:
            yield is_(iri, "dcterms:publisher", self.publisher)
        for n, creator in enumerate(settings.creators if about else settings.creators[:1], 1):
            yield is_(iri, "dcterms:creator", self._creator(n, creator))
        if settings.contact.email or settings.contact.url:
            yield is_(iri, "dcat:contactPoint", self.contact)
        for language in settings.languages:
            term = AUTHORITIES.codes("language")[language]
            yield from self.term(iri, "dcterms:language", term)
        if settings.date:
            yield day(iri, "dcterms:issued", settings.issued or settings.date)
            yield day(iri, "dcterms:modified", settings.date)
        for law in settings.legislation:
            yield is_(iri, "dcatap:applicableLegislation", law)
            yield from is_a(law, "http://data.europa.eu/eli/ontology#LegalResource")
        if not about:
            return
        for keyword in settings.keywords:
            yield from self._text(iri, "dcat:keyword", keyword)
        for theme in settings.themes:
            yield from self.term(iri, "dcat:theme", f"{EU}data-theme/{theme}")
        if settings.frequency:
            yield from self.term(
                iri, "dcterms:accrualPeriodicity", f"{EU}frequency/{settings.frequency}"
            )

    def _versions(self, iri: str) -> Iterator[ox.Triple]:
        settings = self.settings
        if not settings.version:
            return
        yield plain(iri, "dcat:version", settings.version)
        yield plain(iri, "owl:versionInfo", settings.version)
        if settings.version_notes:
            yield from self._text(iri, "adms:versionNotes", settings.version_notes)
        current = self._version_iri(iri, settings.version)
        now = Version(version=settings.version, date=settings.date, notes=settings.version_notes)
        versions = [now, *settings.previous]
        for n, version in enumerate(versions):
            one = self._version_iri(iri, version.version)
            yield is_(iri, "dcat:hasVersion", one)
            yield from is_a(one, "prov:Entity")
            yield from self._text(one, "rdfs:label", f"Version {version.version}")
            yield is_(one, "dcat:isVersionOf", iri)
            yield plain(one, "dcat:version", version.version)
            if version.date:
                yield day(one, "dcterms:issued", version.date)
            if version.notes:
                yield from self._text(one, "adms:versionNotes", version.notes)
            if version.url:
                yield from self.document(one, "foaf:page", version.url)
            if n + 1 < len(versions):
                before = self._version_iri(iri, versions[n + 1].version)
                yield is_(one, "dcat:previousVersion", before)
        yield is_(iri, "dcat:hasCurrentVersion", current)
        if settings.previous:
            before = self._version_iri(iri, settings.previous[0].version)
            yield is_(iri, "dcat:previousVersion", before)

    @staticmethod
    def _version_iri(iri: str, version: str) -> str:
        return f"{iri}/version/{quote(version)}"

    def _distribution(self, dataset: str, title: Words, file: Distribution) -> Iterator[ox.Triple]:
        settings = self.settings
        iri = f"{dataset}/distribution/{quote(file.format)}"
        url = settings.site_url + url_of(file.path)
        kind = AUTHORITIES.file_type(file.media_type)
        name = self._format_name(kind, file)
        packed = f"{name}, gzip" if file.compressed else name
        words, language = title
        yield is_(dataset, "dcat:distribution", iri)
        yield from is_a(iri, "dcat:Distribution")
        yield text(iri, "dcterms:title", f"{words} ({name})", language)
        yield text(iri, "dcterms:description", f"{words}: {packed}.", language)
        yield is_(iri, "dcat:accessURL", url)
        yield is_(iri, "dcat:downloadURL", url)
        yield typed(iri, "dcat:byteSize", str(file.size), "xsd:nonNegativeInteger")
        yield from self.license_of(iri)
        if kind:
            yield from self.term(iri, "dcterms:format", kind)
        yield from self._media(iri, "dcat:mediaType", file.media_type)
        if file.compressed:
            yield from self._media(iri, "dcat:compressFormat", file.compressed)
        spec = AUTHORITIES.value(IANA + file.media_type, PREFIXES["dcterms"] + "conformsTo")
        for standard in filter(None, (spec, *file.conforms_to)):
            yield from self.standard(iri, standard)
        checksum = f"{iri}/checksum"
        yield is_(iri, "spdx:checksum", checksum)
        yield from is_a(checksum, "spdx:Checksum")
        yield is_(checksum, "spdx:algorithm", _SHA256)
        yield typed(checksum, "spdx:checksumValue", file.sha256, "xsd:hexBinary")
        yield from self.term(iri, "dcatap:availability", EU + "planned-availability/STABLE")
        yield from self.term(iri, "adms:status", EU + "distribution-status/COMPLETED")
        for language in settings.languages:
            term = AUTHORITIES.codes("language")[language]
            yield from self.term(iri, "dcterms:language", term)
        if settings.date:
            yield day(iri, "dcterms:issued", settings.issued or settings.date)
            yield day(iri, "dcterms:modified", settings.date)
        if settings.rights:
            rights = f"{self.site.base}id/rights"
            yield is_(iri, "dcterms:rights", rights)
            yield from is_a(rights, "dcterms:RightsStatement")
            yield from self._text(rights, "rdfs:label", settings.rights)

    @staticmethod
    def _format_name(kind: str | None, file: Distribution) -> str:
        name = AUTHORITIES.value(kind, PREFIXES["skos"] + "prefLabel") if kind else None
        return name if name and file.format.count(".") < 2 else name or file.format

    def _media(self, iri: str, predicate: str, media_type: str) -> Iterator[ox.Triple]:
        yield is_(iri, predicate, IANA + media_type)
        yield from is_a(IANA + media_type, "dcterms:MediaType")

    def license_of(self, iri: str) -> Iterator[ox.Triple]:
        """Say under which licence."""
        if self.license:
            yield from self.term(iri, "dcterms:license", self.license)
            yield from is_a(self.license, "dcterms:LicenseDocument")

    def standard(self, iri: str, standard: str) -> Iterator[ox.Triple]:
        """Say what it keeps to."""
        yield from self.term(iri, "dcterms:conformsTo", standard)
        yield from is_a(standard, "dcterms:Standard")

    def document(self, iri: str, predicate: str, url: str) -> Iterator[ox.Triple]:
        """Name a page."""
        yield is_(iri, predicate, url)
        yield from is_a(url, "foaf:Document")

    def place(self, iri: str, place: str) -> Iterator[ox.Triple]:
        """Say which place it is about."""
        yield is_(iri, "dcterms:spatial", place)
        yield from is_a(place, "dcterms:Location")
        yield from AUTHORITIES.describe(place)
        if self.site.types(place):
            yield text(place, "skos:prefLabel", self.site.label(place))

    def period(self, iri: str, start: str | None, end: str | None) -> Iterator[ox.Triple]:
        """Say which time it is about."""
        if not start and not end:
            return
        period = f"{iri}/temporal"
        yield is_(iri, "dcterms:temporal", period)
        yield from is_a(period, "dcterms:PeriodOfTime")
        if start:
            yield day(period, "dcat:startDate", start)
        if end:
            yield day(period, "dcat:endDate", end)

    def provenance(self, iri: str, sources: Iterable[str]) -> Iterator[ox.Triple]:
        """Say where the statements come from: the documents that the data name."""
        provenance = f"{iri}/provenance"
        names = []
        for source in sorted(sources, key=natural_key):
            yield is_(iri, "prov:wasDerivedFrom", source)
            if self.site.types(source):
                names.append(self.site.label(source))
        shown = "; ".join(names[:6]) + (f"; and {len(names) - 6} more" if len(names) > 6 else "")
        words = f"Read from: {shown}. " if shown else ""
        yield is_(iri, "dcterms:provenance", provenance)
        yield from is_a(provenance, "dcterms:ProvenanceStatement")
        yield text(
            provenance,
            "rdfs:label",
            words + "Each statement says whether it is the source's, a judgement with its author "
            "and reasons, or derived by a named rule.",
        )

    def term(self, iri: str, predicate: str, term: str) -> Iterator[ox.Triple]:
        """Name a term of a table, with its class and name."""
        yield is_(iri, predicate, term)
        yield from AUTHORITIES.describe(term)

    def words(self, iri: str, title: str, description: str) -> Iterator[ox.Triple]:
        """Say title and description as the settings have them."""
        if title:
            yield from self._text(iri, "dcterms:title", title)
        if description:
            yield from self._text(iri, "dcterms:description", description)

    def _text(self, iri: str, predicate: str, words: str) -> Iterator[ox.Triple]:
        yield text(
            iri, predicate, words, self.settings.languages[0] if self.settings.languages else "en"
        )


def quote_email(address: str) -> str:
    """Escape what a ``mailto:`` IRI may not hold."""
    from urllib import parse

    return parse.quote(address, safe="@!$'*+-/=_~.&")
