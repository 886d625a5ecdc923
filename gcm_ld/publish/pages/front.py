"""The front page: what is here, in figures and lists, and the ways in."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from gcm_ld.namespaces import GCMO, ID, PREFIXES, RDF, SKOS
from gcm_ld.publish.pages.downloads import Download, downloads
from gcm_ld.publish.pages.lookup import Lookup, Ref
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.site import Site
from gcm_ld.turtle import natural_key

__all__ = ["FrontPages"]

#: Most entries of a list on the front page.
LIMIT = 300
_TYPE = ox.NamedNode(RDF + "type")
_IN_SCHEME = ox.NamedNode(SKOS + "inScheme")
#: What the figures count: class → words.
_FIGURES = {
    "Framework": "frameworks",
    "Crosswalk": "crosswalks",
    "Action": "actions",
    "Outcome": "outcomes",
    "Indicator": "indicators",
    "Alignment": "links, each with what it rests on",
}


class Figure(NamedTuple):
    """A number and what it counts."""

    number: str
    name: str


class FrontPages:
    """The front page, and the one for what is not found.

    :param site: the site.
    :param lookup: names and links.
    :param renderer: the templates.
    """

    def __init__(self, site: Site, lookup: Lookup, renderer: Renderer) -> None:
        self.site = site
        self.lookup = lookup
        self.renderer = renderer

    def files(self, assessed: dict[str, str]) -> dict[str, bytes]:
        """Return both pages, by file.

        :param assessed: code → IRI of the frameworks that have an explorer and a report.
        """
        own = set(assessed.values())
        others = [i for i in self._all(GCMO + "Framework") if i not in own]
        described = [i for i in others if self._has_elements(i)]
        named = [i for i in others if i not in set(described)]
        page = self.renderer.page(
            "front",
            "index.html",
            description=self.site.settings.description,
            figures=[
                Figure(f"{number:,}", name)
                for kind, name in _FIGURES.items()
                if (number := self._count(GCMO + kind))
            ],
            resources=f"{len(self.site.resources):,}",
            assessed=[
                (self.lookup.ref(iri), f"explore/{quote(code)}.html", f"report/{quote(code)}.html")
                for code, iri in assessed.items()
            ],
            described=[self.lookup.ref(i) for i in described],
            named=[self.lookup.ref(i) for i in named],
            crosswalks=[self.lookup.ref(i) for i in self._all(GCMO + "Crosswalk")],
            datasets=self._datasets(),
            downloads=self._everything(),
            base=self.site.base,
            example=self._example(),
            limit=LIMIT,
            date=self.site.settings.date or "",
        )
        lost = self.renderer.page(
            "lost", "404.html", root=urlsplit(self.site.settings.site_url).path or "/"
        )
        return {"index.html": page, "404.html": lost}

    def _all(self, kind: str) -> list[str]:
        quads = self.site.store.quads_for_pattern(None, _TYPE, ox.NamedNode(kind))
        found = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
        return sorted((i for i in found if self.lookup.card(i).page), key=natural_key)

    def _has_elements(self, iri: str) -> bool:
        quads = self.site.store.quads_for_pattern(None, _IN_SCHEME, ox.NamedNode(iri))
        return next(iter(quads), None) is not None

    def _count(self, kind: str) -> int:
        quads = self.site.store.quads_for_pattern(None, _TYPE, ox.NamedNode(kind))
        return len({quad.subject for quad in quads})

    def _datasets(self) -> list[Ref]:
        everything = f"{self.site.base}id/dataset/all"
        return [
            self.lookup.ref(iri)
            for iri in self._all(PREFIXES["dcat"] + "Dataset")
            if iri != everything
        ]

    def _everything(self) -> list[Download]:
        return downloads(
            self.site, self.lookup, self.lookup.card(f"{self.site.base}id/dataset/all")
        )

    def _example(self) -> Ref | None:
        """Return a resource to show what an address looks like."""
        iri = self.site.iri(f"{ID}gcm/action/1.a")
        card = self.lookup.card(iri)
        return self.lookup.ref(iri)._replace(code=iri) if card.page else None
