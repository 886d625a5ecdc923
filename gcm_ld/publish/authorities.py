"""The tables of the EU and others that a catalogue record draws on: ``authorities.ttl``.

Terms under others' IRIs are described in the record as far as DCAT-AP asks for it: with their
class and name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, DCTERMS, PREFIXES, RDF, SKOS
from gcm_ld.turtle import read_turtle

__all__ = ["ADMS", "AUTHORITIES", "EU", "IANA"]

EU = COUNTRIES.removesuffix("country")
ADMS = "http://purl.org/adms/"
IANA = "https://www.iana.org/assignments/media-types/"
_TYPE = RDF + "type"
_KEPT = {
    _TYPE,
    SKOS + "prefLabel",
    SKOS + "exactMatch",
    DCTERMS + "title",
    DCTERMS + "type",
    PREFIXES["dcat"] + "bbox",
    PREFIXES["dcat"] + "centroid",
}


class Authorities:
    """The tables, read when first asked for."""

    def __init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}

    @cached_property
    def _found(self) -> dict[str, list[ox.Triple]]:
        found: dict[str, list[ox.Triple]] = {}
        for triple in read_turtle(Path(__file__).with_suffix(".ttl")):
            found.setdefault(triple.subject.value, []).append(triple)  # type: ignore[union-attr]
        return found

    def value(self, iri: str, predicate: str) -> str | None:
        """Return a value of a term, if it has one."""
        values = [
            str(t.object.value)  # type: ignore[union-attr]
            for t in self._found.get(iri, ())
            if t.predicate.value == predicate
        ]
        return min(values, default=None)

    def codes(self, table: str) -> dict[str, str]:
        """Return the codes of a table, each with the IRI of its term."""
        if table not in self._codes:
            self._codes[table] = self._read_codes(table)
        return self._codes[table]

    def _read_codes(self, table: str) -> dict[str, str]:
        root = (ADMS if table in ("publishertype", "licencetype") else EU) + table + "/"
        return {
            code: iri
            for iri in self._found
            if iri.startswith(root) and (code := self.value(iri, SKOS + "notation"))
        }

    def find(self, table: str, code: str) -> str | None:
        """Return the IRI of a code, of the end of an IRI, or of what a term exactly matches."""
        codes = self.codes(table)
        if code in codes:
            return codes[code]
        plain = _plain(code)
        for iri in codes.values():
            match = self.value(iri, SKOS + "exactMatch")
            if code == iri or (match and _plain(match) == plain):
                return iri
        return None

    def file_type(self, media_type: str) -> str | None:
        """Return the IRI of the file type of a media type."""
        for iri in self.codes("file-type").values():
            if self.value(iri, SKOS + "closeMatch") == IANA + media_type:
                return iri
        return None

    def describe(self, iri: str) -> Iterator[ox.Triple]:
        """Return what a record says of a term, and of the terms that this names."""
        for triple in self._found.get(iri, ()):
            if triple.predicate.value in _KEPT:
                yield triple
                if triple.predicate.value == DCTERMS + "type":
                    yield from self.describe(triple.object.value)  # type: ignore[union-attr]

    def __contains__(self, iri: str) -> bool:
        return iri in self._found


def _plain(iri: str) -> str:
    """Return an address as people vary it: with or without s, www. and a slash at the end."""
    rest = iri.rpartition("://")[2].removeprefix("www.").removesuffix("/")
    return rest.removesuffix("/legalcode").removesuffix("/deed.en").casefold()


AUTHORITIES = Authorities()
