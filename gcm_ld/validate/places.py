"""In which of many files a node stands."""

from __future__ import annotations

from gcm_ld.namespaces import RDF
from gcm_ld.ntriples import Statements

__all__ = ["Place", "find_places", "first_place"]

#: Where a node stands: the first file that types it, and the first that names it.
Place = tuple[int | None, int]

_TYPE = f"<{RDF}type> ".encode()


def find_places(
    statements: Statements, number: int, wanted: set[str], places: dict[str, Place]
) -> None:
    """Note which of some nodes a file describes.

    :param statements: what the file says.
    :param number: its place among the files.
    :param wanted: IRIs, or labels of blank nodes.
    :param places: where they stand; what is found is added.
    """
    nodes = {(t if t.startswith("_:") else f"<{t}>").encode(): t for t in wanted}
    for subject, said in statements:
        if subject in nodes:
            term = nodes[subject]
            typed, first = places.get(term, (None, number))
            if typed is None and said.startswith(_TYPE):
                typed = number
            places[term] = (typed, first)


def first_place(*places: Place | None) -> int:
    """Return the file that says what a node is, or else the first that names it."""
    known = [place for place in places if place is not None]
    typed = [place[0] for place in known if place[0] is not None]
    return min(typed) if typed else min(place[1] for place in known)
