"""The first draft of a national review of the Compact: from data, and from what people wrote.

A review is a :class:`Document` of blocks. :func:`build_review` fills the sections of the country's
structure with what the data know, and marks what a person must write; :func:`render_review` writes
it as a Word document, as Markdown or as a page of HTML.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.review.build import build_document, list_slots
from gcm_ld.review.choice import find_country, find_framework, is_alone, narrow
from gcm_ld.review.facts import Facts
from gcm_ld.review.findings import Options
from gcm_ld.review.model import Document
from gcm_ld.review.structure import Structure, find_structure, is_the_guides, list_labels
from gcm_ld.review.texts import Slot, Texts, default_folder, make_files, read_texts

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset

__all__ = [
    "FORMATS",
    "Document",
    "Options",
    "Review",
    "build_review",
    "default_folder",
    "find_country",
    "find_framework",
    "is_alone",
    "list_labels",
    "make_files",
    "narrow",
    "render_review",
]

#: format → the ends of names of files that it is written to.
FORMATS = {"docx": (".docx",), "md": (".md", ".markdown"), "html": (".html", ".htm")}


#: The rule that the guide counts by, which takes what its table leaves blank for covered; and the
#: rule for any other table, whose blank cells nobody may have looked at yet.
_GUIDES_RULE, _OTHER_RULE = "published", "strict"


class Review(NamedTuple):
    """A review, and what it was put together of."""

    document: Document
    structure: Structure
    texts: Texts
    slots: tuple[Slot, ...]


def build_review(
    dataset: Dataset,
    *,
    country: str,
    options: Options,
    texts: Path,
    framework: str | None = None,
) -> Review:
    """Build the first draft of a country's review.

    :param dataset: the data.
    :param country: the country's code, name or IRI.
    :param options: the year, the rules, and what else was chosen.
    :param texts: the folder of what people wrote; it needn't be there.
    :param framework: the framework that actions were assessed against, where there are several.
    :raises InputError: if the country, the framework or a choice is wrong, or a text can't be used.
    :raises MissingExtraError: if a package for reading texts or drawing figures is not installed.
    """
    found = find_country(dataset, country)
    against = find_framework(dataset, found, options.year, framework)
    facts = Facts(dataset, _record(dataset, found.iri), _record(dataset, against.iri), options)
    if not options.rule:
        options = replace(options, rule=_GUIDES_RULE if is_the_guides(facts) else _OTHER_RULE)
        facts.options = options
    if options.rule not in facts.rules:
        raise InputError(
            f"no counting rule {options.rule!r}; there are: {', '.join(facts.rules)}."
            + did_you_mean(options.rule, facts.rules)
        )
    structure = find_structure(dataset, found.iri)
    slots = tuple(list_slots(facts, structure))
    written = read_texts(texts, slots)
    return Review(build_document(facts, structure, written, slots), structure, written, slots)


def _record(dataset: Dataset, iri: str) -> Any:
    """Return the record of a country or framework."""
    return next(r for r in dataset.records if r.iri == iri)


def render_review(document: Document, format_: str, output: Path) -> dict[Path, bytes]:
    """Write a review in a format.

    :param document: the review.
    :param format_: one of :data:`FORMATS`.
    :param output: the file that it goes to.
    :returns: the files to write, the document last.
    :raises MissingExtraError: if a package for the format is not installed.
    """
    if format_ == "docx":
        from gcm_ld.review.word import render_word

        return {output: render_word(document)}
    if format_ == "html":
        from gcm_ld.review.page import render_page

        return {output: render_page(document).encode("utf-8")}
    from gcm_ld.review.gfm import render_gfm

    folder = output.parent / f"{output.stem}-figures"
    text, pictures = render_gfm(document, folder.name)
    files: Iterable[tuple[Path, bytes]] = ((folder / n, p) for n, p in pictures.items())
    return {**dict(files), output: text.encode("utf-8")}
