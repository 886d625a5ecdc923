"""The files of a dataset as its page lists them: format, size and where to get it (DCAT 3)."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.namespaces import DCTERMS, PREFIXES
from gcm_ld.publish.pages.lookup import Card, Lookup, Ref, is_web
from gcm_ld.publish.paths import url_of
from gcm_ld.publish.site import Site
from gcm_ld.turtle import natural_key

__all__ = ["Download", "downloads", "local", "size_of"]

_DCAT = PREFIXES["dcat"]
#: Most files that a page lists.
_MOST = 60


class Download(NamedTuple):
    """A file to be had.

    :param url: relative to the site's root where the file is part of the site.
    """

    name: str
    url: str
    media: str
    size: str
    record: Ref
    local: bool


def downloads(site: Site, lookup: Lookup, card: Card) -> list[Download]:
    """List the files of a dataset, or the one of a distribution.

    :param site: the site.
    :param lookup: names and links.
    :param card: the dataset; anything else has none.
    """
    iris = [
        v.value for v in card.out.get(_DCAT + "distribution", ()) if isinstance(v, ox.NamedNode)
    ]
    if _DCAT + "Distribution" in card.types:
        iris.append(card.iri)
    found = []
    for iri in sorted(iris, key=natural_key)[:_MOST]:
        record = lookup.card(iri)
        url = record.first(_DCAT + "downloadURL") or record.first(_DCAT + "accessURL")
        if not url or not is_web(url):
            continue
        inner = local(site, url)
        media = record.first(_DCAT + "mediaType") or record.first(DCTERMS + "format")
        found.append(
            Download(
                name=url.rpartition("/")[2] or url,
                url=url if inner is None else url_of(inner),
                media=media.rpartition("media-types/")[2] or media,
                size=size_of(record.first(_DCAT + "byteSize")),
                record=lookup.ref(iri),
                local=inner is not None,
            )
        )
    return found


def local(site: Site, url: str) -> str | None:
    """Return the file of the site that a full address leads to; none if it leads elsewhere."""
    from urllib.parse import unquote

    address = site.settings.site_url
    return unquote(url[len(address) :]) or "index.html" if url.startswith(address) else None


def size_of(text: str) -> str:
    """Spell a number of bytes for people.

    >>> size_of("532"), size_of("20480"), size_of("")
    ('532 bytes', '20.5 kB', '')
    """
    if not text.isdecimal():
        return ""
    size = float(text)
    if size < 1000:
        return f"{int(size)} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"
    raise AssertionError
