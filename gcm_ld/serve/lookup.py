"""Names and links, where a resource may have thousands of statements: a link reads a few."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from gcm_ld.namespaces import GCMO, RDF, SKOS
from gcm_ld.publish.pages.lookup import Lookup, Ref, shown_code
from gcm_ld.publish.site import NAMES
from gcm_ld.serve.layers import Brief, Merged
from gcm_ld.serve.site import StoreSite

__all__ = ["ServedLookup"]

#: What the name, the kind and the page of a resource are taken from.
_SHOWN = (
    *NAMES,
    *map(ox.NamedNode, (RDF + "type", SKOS + "notation", GCMO + "anomaly", GCMO + "sourceRow")),
)


class _Reading(StoreSite):
    """The same site, read from another store."""

    def __init__(self, site: StoreSite, store: Any) -> None:
        self.__dict__.update(site.__dict__)
        self.__dict__["store"] = store


class ServedLookup(Lookup):
    """Names and links of a store.

    :param site: the site.
    :param only: the properties that cards are asked for beside names; all if none is given.
    """

    def __init__(self, site: StoreSite, only: Iterable[str] = ()) -> None:
        merged = Merged(site.snapshot.store, site.more)
        wanted = tuple(map(ox.NamedNode, only))
        store = Brief(merged, (*_SHOWN, *wanted)) if wanted else merged
        super().__init__(_Reading(site, store))
        self._brief = Lookup(_Reading(site, Brief(merged, _SHOWN)))

    def ref(self, iri: str) -> Ref:
        """Return the link to a resource or term; see :meth:`Lookup.ref`."""
        card = self._brief.card(iri)
        if card.page:
            return Ref(card.label, shown_code(card), card.page, self.kind(card), card.lang)
        return self.term(iri)
