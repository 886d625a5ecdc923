"""What tables need not say: the IRI of a record, and the crosswalks that rows and links imply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from gcm_ld.model import (
    Alignment,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Rating,
    Record,
    Source,
)
from gcm_ld.namespaces import (
    GCM,
    ID,
    SDG,
    alignment_iri,
    crosswalk_iri,
    framework_iri,
    quote,
)
from gcm_ld.tables.names import Names
from gcm_ld.tables.values import sort_values
from gcm_ld.tables.words import local_name

__all__ = ["default_iri", "element_path", "is_default", "make_crosswalk", "pick_crosswalk"]

_TITLES = {GCM: "Global Compact for Migration", SDG: "the Sustainable Development Goals"}


def element_path(framework: str, kind: str, code: str) -> str:
    """Return the IRI of an element below its framework's, whatever that is.

    >>> element_path("http://metadata.un.org/sdg", "Target", "10.7")
    'http://metadata.un.org/sdg/10.7'
    """
    step = "" if framework == SDG else f"{kind.lower()}/"
    return f"{framework}/{step}{quote(code)}"


def default_iri(record: Record, names: Names) -> str:
    """Return the IRI that a record has where its row gives none."""
    if isinstance(record, Framework):
        return framework_iri(record.code)
    if isinstance(record, Element):
        return element_path(record.framework, record.kind, record.notation)
    if isinstance(record, Alignment):
        subject, obj = names.code(record.subject), names.code(record.object)
        return alignment_iri(record.crosswalk, subject, obj)
    if isinstance(record, Rating):
        return f"{record.about}/rating/{local_name(record.criterion).lower()}"
    for cls, step in ((Institution, "institution"), (Source, "source"), (Crosswalk, "crosswalk")):
        if isinstance(record, cls):
            return f"{ID}{step}/{names.code(record.iri)}"
    return record.iri


def make_crosswalk(subject: str, against: str, names: Names, *, by: str | None = None) -> Crosswalk:
    """Make the record of a crosswalk that no row describes.

    :param subject: IRI of the framework that its links start from.
    :param against: IRI of the one that they end at.
    :param names: codes and titles.
    :param by: IRI of the framework that says so, where it is neither of the two.
    """
    codes = names.code(subject), names.code(against)
    title = " to ".join(_TITLES.get(f) or names.labels.get(f) or names.code(f) for f in
                        (subject, against))  # fmt: skip
    if by is not None:
        title += f", as {names.labels.get(by) or names.code(by)} links them"
    return Crosswalk(
        iri=crosswalk_iri(*codes, by=None if by is None else names.code(by)),
        title=title[:1].upper() + title[1:],
        compares=sort_values((subject, against)),
    )


def is_default(crosswalk: Crosswalk, names: Names) -> bool:
    """Say whether a crosswalk is as it would be made if no row described it."""
    if len(crosswalk.compares) != 2:
        return False
    by = names.main if set(crosswalk.compares) == {GCM, SDG} else None
    pairs = [(GCM, SDG)] if by else permutations(crosswalk.compares)
    return any(crosswalk == make_crosswalk(a, b, names, by=by) for a, b in pairs)


def pick_crosswalk(listed: Sequence[Crosswalk], one: str, other: str, default: str) -> str:
    """Return the first crosswalk between two frameworks, or the one to be made.

    :param listed: the crosswalks in the order of their sheet.
    :param one: IRI of a framework.
    :param other: IRI of the other.
    :param default: IRI of the crosswalk if none of them is listed.
    """
    pair = {one, other}
    return next((c.iri for c in listed if set(c.compares) == pair), default)
