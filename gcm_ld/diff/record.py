"""The change record: a difference as RDF, after PROV-O (W3C Recommendation 2013)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox

from gcm_ld.diff.model import Change, ChangeKind, Difference, State
from gcm_ld.namespaces import ID, expand

__all__ = ["build_change_record"]

#: The ontology has no kind of its own for a new code: the IRI changes, and the thing replaces
#: the one that it was.
_KINDS = {
    ChangeKind.ADDED: "Added",
    ChangeKind.REMOVED: "Removed",
    ChangeKind.RESTATED: "Restated",
    ChangeKind.STATUS_CHANGED: "StatusChanged",
    ChangeKind.RENAMED: "Renamed",
    ChangeKind.RECODED: "Renamed",
    ChangeKind.MOVED: "Moved",
    ChangeKind.SPLIT: "Split",
    ChangeKind.MERGED: "Merged",
    ChangeKind.RETIRED: "Retired",
    ChangeKind.AMENDED: "Amended",
}
_WORDS = {ChangeKind.RECODED: "recoded", ChangeKind.STATUS_CHANGED: "status changed"}
#: Hexadecimal digits of a digest that an IRI shows: 128 bits.
_DIGITS = 32


def build_change_record(difference: Difference) -> list[ox.Triple]:
    """Build the RDF of a difference: one revision, and a change for each of its changes.

    The two states are entities named by a digest of their content, and no clock is asked, so
    that the same two states give the same record. Guesses stay out of it.

    :param difference: what :func:`gcm_ld.diff.compare` found.
    :returns: the triples; every node has an IRI.
    """
    return list(_triples(difference))


def _triples(difference: Difference) -> Iterator[ox.Triple]:
    old, new = (_state_iri(s) for s in (difference.old, difference.new))
    pair = hashlib.sha256(f"{difference.old.digest} {difference.new.digest}".encode())
    revision = f"{ID}revision/{pair.hexdigest()[:_DIGITS]}"
    for iri, state in ((old, difference.old), (new, difference.new)):
        yield _link(iri, "rdf:type", expand("prov:Entity"))
        yield _text(iri, "dcterms:identifier", f"sha256:{state.digest}")
    yield _link(revision, "rdf:type", expand("prov:Activity"))
    yield _link(revision, "prov:used", old)
    if not difference:
        return
    yield _link(revision, "prov:generated", new)
    yield _link(new, "prov:wasRevisionOf", old)
    for change in difference.changes:
        yield from _change(change, revision)


def _state_iri(state: State) -> str:
    return f"{ID}state/{state.digest[:_DIGITS]}"


def _change(change: Change, revision: str) -> Iterator[ox.Triple]:
    what = (change.kind.value, change.about, change.field, change.before_text, change.after_text)
    digest = hashlib.sha256("\n".join(str(part) for part in what).encode()).hexdigest()
    iri = f"{revision}/change/{digest[:_DIGITS]}"
    for name in ("gcmo:Change", "prov:Activity"):
        yield _link(iri, "rdf:type", expand(name))
    yield _link(iri, "dcterms:isPartOf", revision)
    yield _link(iri, "gcmo:changeKind", expand(f"gcmo:{_KINDS[change.kind]}"))
    words = _WORDS.get(change.kind, change.kind.value)
    label = ", ".join(filter(None, (change.label, change.field)))
    yield ox.Triple(
        ox.NamedNode(iri),
        ox.NamedNode(expand("rdfs:label")),
        ox.Literal(f"{label}: {words}", language="en"),
    )
    if not change.about.startswith("_:"):
        yield _link(iri, "gcmo:changes", change.about)
    for name, text in (("gcmo:before", change.before_text), ("gcmo:after", change.after_text)):
        if text is not None:
            yield _text(iri, name, text)
    for name, things in (("prov:invalidated", change.gone), ("prov:generated", change.came)):
        for thing in things:
            yield _link(iri, name, thing)
    if change.kind is ChangeKind.RECODED:
        yield _link(change.came[0], "dcterms:replaces", change.gone[0])
    elif change.kind is ChangeKind.MERGED:
        for term in change.before:
            yield _link(str(term.value), "dcterms:isReplacedBy", change.about)  # type: ignore[union-attr]
    else:
        for later in change.replaced_by:
            yield _link(change.about, "dcterms:isReplacedBy", later)


def _link(subject: str, name: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(name)), ox.NamedNode(value))


def _text(subject: str, name: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(name)), ox.Literal(value))
