"""The exchange formats of a crosswalk: what others' tools read, each by its name.

A writer takes an :class:`~gcm_ld.tables.extract.Extract` and gives bytes, the same ones for the
same records. What each format holds and what it can't is in ``docs/exchange.md``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from gcm_ld.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from gcm_ld.tables.extract import Extract

__all__ = ["BASES", "EXPORTS", "Export", "find_export"]

#: What a link can rest on; writers take these names to choose links by.
BASES = ("Stated", "Curated", "Derived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One format: where its writer is, and what people and programs call it.

    :param module: the module of this package that writes it, imported when it is needed.
    :param function: the function there that takes an extract and bases, and returns bytes.
    :param suffix: how its files' names end.
    :param media_type: its IANA media type, or the format's own.
    :param help: what it is for, in a sentence.
    :param bases: the links that it holds if none are asked for: all of them, where the file
        says of each link what it rests on; only stated ones where it can't.
    :param extra: the extra of gcm-ld that it needs, if any.
    """

    module: str
    function: str = "write"
    suffix: str
    media_type: str
    help: str
    bases: tuple[str, ...] = BASES
    extra: str | None = None

    def write(self, extract: Extract, bases: Collection[str] | None = None) -> bytes:
        """Write an extract in this format.

        :param extract: the records of one framework.
        :param bases: which links to take, of :data:`BASES`; this format's own choice if none.
        :raises InputError: if a basis is none of these.
        :raises MissingExtraError: if the format needs a package that is not installed.
        """
        for basis in bases or ():
            if basis not in BASES:
                raise InputError(
                    f"no basis {basis!r}: use {', '.join(BASES)}.{did_you_mean(basis, BASES)}"
                )
        module = import_module(f"{__name__}.{self.module}")
        content: bytes = getattr(module, self.function)(extract, bases or self.bases)
        return content


#: The formats by name.
EXPORTS: dict[str, Export] = {
    "sssom": Export(
        module="sssom",
        suffix=".sssom.tsv",
        media_type="text/tab-separated-values",
        help="SSSOM/TSV: a table of mappings for mapping tools; comes back without loss.",
    ),
    "sssom-rdf": Export(
        module="sssom_rdf",
        suffix=".sssom.ttl",
        media_type="text/turtle",
        help="SSSOM/RDF: the same mappings as linked data.",
    ),
    "xkos": Export(
        module="xkos",
        suffix=".xkos.ttl",
        media_type="text/turtle",
        help="XKOS: correspondences between classifications, as statistical offices keep them.",
    ),
    "skos": Export(
        module="skos",
        suffix=".skos.ttl",
        media_type="text/turtle",
        help="SKOS: plain mapping triples for thesaurus tools; stated links only.",
        bases=("Stated",),
    ),
    "json": Export(
        module="jsonld",
        suffix=".jsonld",
        media_type="application/ld+json",
        help="JSON for programmers that is linked data too (JSON-LD).",
    ),
    "sdmx": Export(
        module="sdmx",
        suffix=".sdmx.xml",
        media_type="application/vnd.sdmx.structure+xml;version=3.0.0",
        help="SDMX-ML 3.0: code lists, maps between them, and the structure of values, for "
        "statistical systems.",
        extra="sdmx",
    ),
}


def find_export(name: str) -> Export:
    """Return the format with a name.

    :param name: one of :data:`EXPORTS`.
    :raises InputError: if there is no such format, naming the nearest.

    >>> find_export("sssom").suffix
    '.sssom.tsv'
    """
    if name in EXPORTS:
        return EXPORTS[name]
    raise InputError(f"no format {name!r}: use {', '.join(EXPORTS)}.{did_you_mean(name, EXPORTS)}")
