"""Everything that is served beside the endpoint: resources, documents, downloads, the editor.

A resource's IRI is answered with 303 See Other to a document about it, in the format that the
Accept header asks for, as the published site is (RFC 9110, section 15.4.4; W3C, Cool URIs).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from gcm_ld.namespaces import ONTOLOGY
from gcm_ld.publish.paths import FORMATS, url_of
from gcm_ld.serve.answer import Answer
from gcm_ld.serve.formats import choose
from gcm_ld.serve.responses import alternates, respond
from gcm_ld.serve.view import View

if TYPE_CHECKING:
    from gcm_ld.serve.answer import PageRequest
    from gcm_ld.store.database import Snapshot

__all__ = ["answer"]

#: The one view of this process: a worker serves one generation, and then the next.
_VIEWS: list[View] = []
#: Pages after which a view is made anew, so that what it remembers never grows without bound.
_MOST = 20_000
#: Documents that come in several formats and are no resource: stem → endings.
_DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "ontology": tuple(FORMATS),
    "shapes": tuple(FORMATS),
    "catalog": ("html", "ttl", "jsonld", "rdf"),
    "void": ("html", "ttl"),
}
#: Documents whose page is the one about them as a resource.
_ABOUT = {"catalog.html": "id/catalogue", "void.html": "id/void"}
_EDITOR = ("sparql", "query", "query/")
_SEE_OTHER = 303


def answer(snapshot: Snapshot, request: PageRequest) -> Answer:
    """Answer a request for a page, a data file or a download.

    :param snapshot: the store as it stands.
    :param request: what was asked for.
    """
    return _Request(view_of(snapshot, request.base), request).answer()


def view_of(snapshot: Snapshot, base: str) -> View:
    """Return the view of a store that this process has.

    :param snapshot: the store.
    :param base: where the server is reached.
    """
    if _VIEWS:
        view = _VIEWS[0]
        same = view.snapshot is snapshot and view.base == base
        if same and view.served < _MOST and not view.outdated():
            return view
        _VIEWS.clear()
    _VIEWS.append(View(snapshot, base))
    return _VIEWS[0]


class _Request:
    """One request on its way to an answer."""

    def __init__(self, view: View, request: PageRequest) -> None:
        self.view = view
        self.request = request
        self.accept = request.headers.get("accept")
        #: The path of the site's root, with a slash at both ends.
        self.prefix = urlsplit(request.base).path or "/"
        self.raw = request.path.lstrip("/")
        self.name = unquote(self.raw, errors="replace")

    def answer(self) -> Answer:
        view, name = self.view, self.name
        view.served += 1
        if name in _EDITOR:
            return view.editor(self.prefix)
        if name.startswith("query/") and name.endswith(".rq") and self.request.query:
            return self._question(name)
        found = view.fixed(name or "index.html", self.prefix)
        if found is not None:
            return found
        if name in ("query/index", "search", "explore", "report", "dumps", "statistics"):
            there = {"search": "search/index.html", "query/index": "query/index.html"}
            return self._send_on(there.get(name, "index.html"), 301)
        if name.startswith("ontology/") and ONTOLOGY + name[8:] == view.version_iri:
            return self._negotiate("ontology", _DOCUMENTS["ontology"])
        if name in _DOCUMENTS:
            return self._negotiate(name, _DOCUMENTS[name])
        if name in _ABOUT:
            return self._send_on(_ABOUT[name] + ".html", _SEE_OTHER)
        return self._resource() or self._missing()

    def _question(self, name: str) -> Answer:
        """Answer with a question of the catalogue that has values for its parameters."""
        from gcm_ld.errors import QueryError
        from gcm_ld.serve.editor import bound_query

        try:
            text = bound_query(name[6:-3], self.request.query)
        except QueryError as error:
            return respond("refusal.txt", f"{error}\n".encode(), status=400)
        return respond(name, text.encode(), etag=self.view.tag(f"{name}?{self.request.query}"))

    # -- resources -------------------------------------------------------------------------------

    def _resource(self) -> Answer | None:
        """Answer for a document about a resource, or for the resource itself."""
        site = self.view.site
        stem, dot, ending = self.raw.rpartition(".")
        if dot and ending in FORMATS:
            iri = site.find(stem)
            if iri and site.paths.stem(iri) == unquote(stem):
                return self._document(iri, ending)
        iri = site.find(self.raw)
        return self._negotiate(site.paths.stem(iri), tuple(FORMATS)) if iri else None

    def _document(self, iri: str, ending: str) -> Answer:
        view = self.view
        if ending == "html":
            view.begin()
        stem = view.site.paths.stem(iri)
        name = f"{stem}.{ending}"
        link = {"link": alternates(self.prefix, stem)}
        return respond(name, view.resource(iri, ending), etag=view.tag(name), headers=link)

    def _negotiate(self, stem: str, endings: tuple[str, ...]) -> Answer:
        """Send on to the document in the format that was asked for."""
        types = {ending: FORMATS[ending] for ending in endings}
        headers = {"vary": "Accept", "link": alternates(self.prefix, stem, types)}
        ending = choose(self.accept, endings)
        if ending is None:
            files = [(f"{url_of(stem)}.{e}", kind) for e, kind in types.items()]
            page = self.view.page("formats", self.prefix, files=files, accept=self.accept or "")
            return respond("formats.html", page, status=406, headers=headers)
        return self._send_on(f"{stem}.{ending}", _SEE_OTHER, headers)

    def _send_on(self, name: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
        address = self.prefix + url_of(name)
        found = {"location": address, **(headers or {})}
        return respond("moved.txt", f"See {address}\n".encode(), status=status, headers=found)

    # -- what is not there -----------------------------------------------------------------------

    def _missing(self) -> Answer:
        near = self._near()
        if choose(self.accept, ("html",)) is None:
            hint = f" Did you mean {self.prefix}{near}?" if near else ""
            text = f"There is nothing at /{self.raw}.{hint}\n"
            return respond("missing.txt", text.encode(), status=404)
        label = self.view.lookup.card(self.view.site.find(near)).label if near else ""
        page = self.view.page("missing", self.prefix, near=near, label=label)
        return respond("404.html", page, status=404)

    def _near(self) -> str:
        """Return the address of a resource that may have been meant; empty if none is near."""
        site = self.view.site
        stem, dot, ending = self.raw.rpartition(".")
        path = (stem if dot and ending in FORMATS else self.raw).rstrip("/")
        tries: list[Callable[[str], str]] = [str, str.lower, str.upper, str.title]
        while path:
            head, slash, last = path.rpartition("/")
            for change in tries:
                found = site.find(head + slash + change(last))
                if found:
                    return url_of(site.paths.stem(found))
            path = head
        return ""
