"""The pages of a published site: one for every resource, and those that lead to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from importlib.resources import files

from gcm_ld.dataset import Dataset
from gcm_ld.publish.pages.explorer import ExplorerPages
from gcm_ld.publish.pages.front import FrontPages
from gcm_ld.publish.pages.lookup import Lookup
from gcm_ld.publish.pages.questions import QuestionPages
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.pages.resource import ResourcePages
from gcm_ld.publish.pages.search import SearchPages
from gcm_ld.publish.pages.shapes import ShapePages
from gcm_ld.publish.pages.sitemap import sitemap_files
from gcm_ld.publish.pages.vocabulary import VocabularyPages
from gcm_ld.publish.site import Site

__all__ = ["Pages"]


class Pages:
    """Makes pages; every method returns files by their name in the site.

    :param site: the site, with all that is to get pages in its store.
    :param formats: endings of the formats that resources are described in.
    """

    def __init__(
        self, site: Site, *, formats: Sequence[str] = ("ttl", "jsonld", "rdf", "nt")
    ) -> None:
        self.site = site
        self._renderer = Renderer(site.settings)
        self._lookup = Lookup(site)
        self._formats = tuple(formats)
        self._explorers = ExplorerPages(site, self._lookup, self._renderer)
        self._resources = ResourcePages(site, self._lookup, self._renderer, formats)

    def resource(self, iri: str) -> dict[str, bytes]:
        """Return a resource's page and its description in each format.

        What it depends on is said in :mod:`gcm_ld.publish.pages.resource`.
        """
        return self._resources.files(iri)

    def front(self) -> dict[str, bytes]:
        """Return the front page, and the page for what is not found."""
        front = FrontPages(self.site, self._lookup, self._renderer)
        return front.files(self._explorers.frameworks())

    def listings(
        self, remembered: bytes | None = None, changed: Set[str] = frozenset()
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the page of the search with its index, and the map of the site.

        :param remembered: what it yielded last as :data:`.search.MEMORY`.
        :param changed: the resources that something else is said of since.
        """
        search = SearchPages(self.site, self._lookup, self._renderer)
        yield from search.files(remembered, changed)
        yield from sitemap_files(self.site)

    def explorers(self) -> list[str]:
        """List the codes of the frameworks that have an explorer: the assessed ones."""
        return list(self._explorers.frameworks())

    def explorer(self, framework: str) -> dict[str, bytes]:
        """Return the explorer of a framework.

        :param framework: its code.
        """
        return self._explorers.files(framework)

    def report(self, framework: str, dataset: Dataset) -> dict[str, bytes]:
        """Return the page of all reports on a framework.

        :param framework: its code.
        :param dataset: the data.
        :raises MissingExtraError: if matplotlib is not installed.
        """
        from gcm_ld.publish.pages.reports import report_files

        return report_files(framework, dataset, site_title=self.site.settings.title)

    def vocabulary(self) -> dict[str, bytes]:
        """Return the documentation of the ontology and of the shapes, and both as data."""
        return {
            **VocabularyPages(self._lookup, self._renderer, self._formats).files(),
            **ShapePages(self._lookup, self._renderer, self._formats).files(),
        }

    def questions(self) -> dict[str, bytes]:
        """Return the catalogue of questions, and each question as a file."""
        return QuestionPages(self._renderer).files()

    def assets(self) -> dict[str, bytes]:
        """Return the style and the script that all pages share."""
        root = files("gcm_ld.publish.pages") / "assets"
        return {f"assets/{name}": (root / name).read_bytes() for name in ("site.css", "site.js")}
