"""A store as a site: the pages and data files of the published site, made of the store's graphs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import write_text
from gcm_ld.namespaces import COUNTRIES, GCMO, RDF, SDG, SKOS
from gcm_ld.publish.settings import Settings, read_settings
from gcm_ld.publish.site import DOCUMENTS, Part, Site
from gcm_ld.resources import folder, shipped_data
from gcm_ld.serve.layers import Layers
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from gcm_ld.store.database import Loaded, Snapshot

__all__ = ["MADE", "StoreSite", "settings_of"]

_TYPE = ox.NamedNode(RDF + "type")
_IN_SCHEME = ox.NamedNode(SKOS + "inScheme")
_NAME = ox.NamedNode(SKOS + "prefLabel")
_SETTINGS = "publish.toml"
#: Where a generation keeps what was made of it.
MADE = "made"
#: So many files are read for the title as soon as looked up.
_FEW = 60
#: What an IRI's steps hold as they are.
_IN_PATH = "/-._~!$&'()*+,;=:@%"


def settings_of(snapshot: Snapshot, base: str) -> Settings:
    """Read who publishes a store: from ``publish.toml`` in its folder, or as for a site.

    :param snapshot: the store.
    :param base: where the server is reached, which stands in for a ``site_url`` that is not given.
    :raises InputError: if a setting is wrong, or the data are to be moved to another base.
    """
    file = snapshot.folder.parent / _SETTINGS
    settings = read_settings(file if file.is_file() else None, dataset=_telling(snapshot))
    if settings.base_iri != Settings(title="", description="").base_iri:
        raise InputError(
            f"{settings.file}: base_iri: a store serves the IRIs that its files have: leave "
            "base_iri out, and say with site_url where the server is reached"
        )
    if settings.site_url == settings.base_iri:
        settings = replace(settings, site_url=base)
    return settings


def _dataset(snapshot: Snapshot) -> Dataset:
    """Return the store's files as a dataset: the shipped one, or somebody's own."""
    digests = {one.sha256 for one in _own(snapshot)}
    return Dataset(snapshot.files(), own=digests != _shipped_digests())


def _telling(snapshot: Snapshot) -> Dataset:
    """Return so much of a store's files as its title is taken from.

    Those of the framework that they tell most of, which is found without reading all.
    """
    dataset = _dataset(snapshot)
    if not dataset.own or len(dataset.files) <= _FEW:
        return dataset
    kept = snapshot.folder / MADE / "telling.json"
    with suppress(OSError, ValueError, TypeError):
        names = json.loads(kept.read_bytes())
        return Dataset([snapshot.folder / "files" / f"{name}.ttl" for name in names], own=True)
    found = _find_telling(snapshot)
    with suppress(OSError, FileError):
        kept.parent.mkdir(exist_ok=True)
        write_text(kept, json.dumps(found) + "\n")
    return Dataset([snapshot.folder / "files" / f"{name}.ttl" for name in found], own=True)


def _find_telling(snapshot: Snapshot) -> list[str]:
    """Return the datasets that describe the framework with the most elements."""
    files = {one.graph: one.name for one in _own(snapshot)}
    layers = Layers(snapshot.store)
    homes: dict[str, set[str]] = {}
    for quad in layers.quads_for_pattern(None, _TYPE, ox.NamedNode(GCMO + "Framework")):
        graph = _value(quad.graph_name)
        if graph in files:
            homes.setdefault(_value(quad.subject), set()).add(graph)
    quads = layers.quads_for_pattern(None, _IN_SCHEME, None)
    members = Counter(_value(q.object) for q in quads if _value(q.graph_name) in files)
    for iri in sorted(homes, key=lambda iri: (-members[iri], iri)):
        if any(True for _ in layers.quads_for_pattern(ox.NamedNode(iri), _NAME, None)):
            return sorted(files[graph] for graph in homes[iri])
    return []


def _own(snapshot: Snapshot) -> list[Loaded]:
    return [one for one in snapshot.datasets.values() if one.own]


def _shipped_digests() -> set[str]:
    import hashlib

    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in shipped_data()}


class StoreSite(Site):
    """What a store holds, ready to be looked up by resource.

    :param snapshot: the store.
    :param settings: who publishes it, and where.
    :param more: a store with what was made of it, such as the catalogue; or an empty one, to make
        that.
    """

    def __init__(
        self, snapshot: Snapshot, settings: Settings, more: ox.Store | None = None
    ) -> None:
        super().__init__(_dataset(snapshot), settings)
        self.snapshot = snapshot
        self.more = more
        self._layers = Layers(*(s for s in (snapshot.store, more) if s is not None))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The datasets to publish, and then those that they lean on, each by name."""
        paths = {path.name: path for path in shipped_data()}
        files = self.snapshot.folder / "files"
        found = []
        for one in self.snapshot.datasets.values():
            path = files / f"{one.name}.ttl"
            if not path.exists():  # context stands where it was read from
                path = folder("data") / f"{one.name}.ttl"
                path = path if path.exists() else paths.get(path.name, path)
            found.append(Part(one.name, one.graph, path, one.own, one.sha256))
        return tuple(sorted(found, key=lambda p: (not p.own, natural_key(p.name))))

    @cached_property
    def store(self) -> Any:
        """The store's graphs, each statement once."""
        return self._layers

    def has_page(self, iri: str) -> bool:
        """Tell whether a resource gets a page; see :attr:`resources`, which lists them all."""
        own = iri.startswith(self.base + "id/") and not iri.endswith(".html") and "#" not in iri
        for quad in self._layers.quads_for_pattern(ox.NamedNode(iri), _TYPE, None):
            if own or _value(quad.graph_name) in self._graphs:
                return True
        return False

    @cached_property
    def _graphs(self) -> frozenset[str]:
        return frozenset(part.iri for part in self.parts)

    def file(self, iri: str) -> str:
        """Return the file that shows a resource; see :meth:`Site.file`."""
        if self.has_page(iri):
            return self.paths.page(iri)
        if iri in DOCUMENTS:
            return DOCUMENTS[iri]
        address = self.settings.site_url
        if iri.startswith(address) and iri.endswith(".html"):
            return unquote(iri[len(address) :])
        return ""

    # -- from an address to a resource -----------------------------------------------------------

    def find(self, raw: str) -> str:
        """Return the resource that an address of the site names; empty if there is none.

        :param raw: the path below the site's root as it was sent: that of the resource's IRI, or
            of its file without ending.
        """
        for iri in dict.fromkeys(self._candidates(raw)):
            if _is_iri(iri) and self.has_page(iri):
                return iri
        return ""

    def _candidates(self, raw: str) -> Iterator[str]:
        """Yield the IRIs that an address may stand for, the likeliest first."""
        path = unquote(raw)
        plain = unquote(path)  # a file's name escapes what a disk can't hold once more
        for text in (raw, path, quote(path, safe=_IN_PATH), plain, quote(plain, safe=_IN_PATH)):
            if text.startswith("id/"):
                yield self.base + text
            elif text == "sdg":
                yield SDG
            elif text.startswith("sdg/"):
                yield SDG + text[3:]
            elif text.startswith("country/"):
                yield COUNTRIES + text[7:]
            elif text.startswith("resource/"):
                yield from _others(text[9:])


def _others(path: str) -> Iterable[str]:
    """Yield other people's IRIs whose file has some name."""
    # What follows # or ? is escaped once more in a file's name.
    marked = path.replace("%23", "#", 1).replace("%3F", "?", 1)
    for text in dict.fromkeys((path, marked, unquote(marked))):
        for scheme in ("http://", "https://"):
            yield scheme + text
            yield scheme + text + "/"
        yield "urn:" + text


def _value(node: object) -> str:
    return str(getattr(node, "value", ""))


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
