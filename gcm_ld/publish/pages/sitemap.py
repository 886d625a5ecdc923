"""The map of the site for search engines (sitemaps.org, version 0.9): at most 50,000 a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from xml.sax.saxutils import escape

from gcm_ld.publish.paths import url_of
from gcm_ld.publish.site import Site

__all__ = ["sitemap_files"]

_MOST = 40_000
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def sitemap_files(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield the map, in several files and a list of them where the site is large."""
    address = site.settings.site_url
    pages = iter(site.resources)
    names: list[str] = []
    fixed = ["", "ontology.html", "shapes.html", "query/index.html"]
    while chunk := fixed + [url_of(site.paths.page(iri)) for iri in islice(pages, _MOST)]:
        fixed = []
        name = f"sitemap-{len(names) + 1}.xml"
        names.append(name)
        urls = "".join(f"<url><loc>{escape(address + url)}</loc></url>\n" for url in chunk)
        yield name, f'{_HEAD}<urlset xmlns="{_XMLNS}">\n{urls}</urlset>\n'.encode()
    maps = "".join(f"<sitemap><loc>{escape(address + n)}</loc></sitemap>\n" for n in names)
    yield "sitemap.xml", f'{_HEAD}<sitemapindex xmlns="{_XMLNS}">\n{maps}</sitemapindex>\n'.encode()
