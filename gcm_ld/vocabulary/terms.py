"""The UN's SDG vocabulary as goals, targets and indicators by IRI."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.errors import FileError
from gcm_ld.namespaces import PREFIXES, RDF, SKOS, expand
from gcm_ld.turtle import natural_key
from gcm_ld.vocabulary.read import LIMIT, TIMEOUT, read_rdf

__all__ = ["SDG_KINDS", "Term", "Vocabulary", "load_vocabulary", "plain"]

SDG_KINDS = ("Goal", "Target", "Indicator")
_SDGO = PREFIXES["sdgo"]
_TYPE, _NOTATION, _BROADER = RDF + "type", SKOS + "notation", SKOS + "broader"
_COMPACT, _PERMANENT, _PADDED = (_SDGO + f"SDGCode{end}" for end in ("Compact", "Perm", ""))
_REPLACES, _REPLACED_BY = expand("dcterms:replaces"), expand("dcterms:isReplacedBy")
_SAME = (expand("owl:sameAs"), SKOS + "exactMatch")
_NOTES = tuple(SKOS + name for name in ("historyNote", "changeNote", "editorialNote"))
_LABELS = (SKOS + "prefLabel", SKOS + "altLabel")
_ZEROS = re.compile(r"\b0+(?=\w)")


@dataclass(slots=True)
class Term:
    """A goal, target or indicator of the UN's vocabulary.

    :param kind: ``Goal``, ``Target`` or ``Indicator``; empty for what the vocabulary only
        mentions, such as a term that it has dropped.
    :param codes: the codes that people use, such as ``10.7.2``; one for each target that shares
        an indicator.
    :param padded: the same with zeros, such as ``10.07.02``.
    :param permanent: the permanent codes of an indicator, such as ``C100702``.
    :param broader: IRIs of the targets of an indicator, or the goal of a target.
    :param labels: its English labels.
    :param short: its other English names, such as ``No poverty``.
    :param deprecated: whether the vocabulary marks it as out of use.
    :param replaces: IRIs of what it replaces.
    :param replaced_by: IRIs of what replaces it.
    :param same: IRIs of what it is said to be the same as.
    :param notes: what its history and change notes say.
    """

    kind: str = ""
    codes: set[str] = field(default_factory=set)
    padded: set[str] = field(default_factory=set)
    permanent: set[str] = field(default_factory=set)
    broader: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    deprecated: bool = False
    replaces: set[str] = field(default_factory=set)
    replaced_by: set[str] = field(default_factory=set)
    same: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        """The first of its English labels; empty if it has none."""
        return min(self.labels, key=natural_key, default="")

    @property
    def code(self) -> str:
        """Its codes for people; empty if it has none."""
        return ", ".join(sorted(self.codes or self.permanent, key=natural_key))


@dataclass(frozen=True)
class Vocabulary:
    """A version of the UN's SDG vocabulary.

    :param source: where it was read from.
    :param mentioned: every subject by IRI, those that are no goal, target or indicator with
        them, for what the vocabulary says of terms that it has dropped.
    """

    source: str
    mentioned: Mapping[str, Term]

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The goals, targets and indicators by IRI."""
        return {iri: term for iri, term in self.mentioned.items() if term.kind}

    @cached_property
    def current(self) -> dict[str, Term]:
        """Those of them that are in use."""
        gone = {iri for iri, term in self.mentioned.items() if term.deprecated}
        return {iri: term for iri, term in self.terms.items() if iri not in gone}

    def successors(self, iri: str) -> list[str]:
        """List what the vocabulary says replaces a term, in natural order."""
        found = set(self.mentioned[iri].replaced_by) if iri in self.mentioned else set()
        return sorted(found | self._replacing.get(iri, set()), key=natural_key)

    def equals(self, iri: str) -> list[str]:
        """List the current terms that the vocabulary says are the same as another, by IRI."""
        found = set(self.mentioned[iri].same) if iri in self.mentioned else set()
        found |= self._same.get(iri, set())
        return sorted((i for i in found if i in self.current and i != iri), key=natural_key)

    @cached_property
    def _replacing(self) -> dict[str, set[str]]:
        return _turn((iri, term.replaces) for iri, term in self.mentioned.items())

    @cached_property
    def _same(self) -> dict[str, set[str]]:
        return _turn((iri, term.same) for iri, term in self.mentioned.items())


def _turn(values: Iterable[tuple[str, set[str]]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = defaultdict(set)
    for iri, found in values:
        for value in found:
            turned[value].add(iri)
    return turned


def load_vocabulary(
    source: str | Path | Vocabulary, *, timeout: float = TIMEOUT, limit: int = LIMIT
) -> Vocabulary:
    """Read a version of the UN's SDG vocabulary.

    :param source: a file or web address, see :func:`gcm_ld.vocabulary.read.read_rdf`; a
        vocabulary that has been read is returned as it is.
    :param timeout: seconds within which a server must have answered.
    :param limit: the most bytes that are read.
    :raises FileError: if it can't be had, is not RDF, or holds no SDG term.
    """
    if isinstance(source, Vocabulary):
        return source
    mentioned: dict[str, Term] = defaultdict(Term)
    for triple in read_rdf(source, timeout=timeout, limit=limit):
        if isinstance(triple.subject, ox.NamedNode):
            _take(mentioned[triple.subject.value], triple.predicate.value, triple.object)
    found = Vocabulary(str(source), dict(mentioned))
    if not found.terms:
        raise FileError(
            source, "no SDG goal, target or indicator in it: give the UN's file of all three"
        )
    for term in found.mentioned.values():
        # A vocabulary may give padded codes only.
        term.codes = term.codes or {_ZEROS.sub("", code) for code in term.padded}
    return found


def _take(term: Term, predicate: str, value: object) -> None:
    """Take what one statement says of a term."""
    if isinstance(value, ox.NamedNode):
        iri = value.value
        if predicate == _TYPE and iri.startswith(_SDGO):
            kind = iri.removeprefix(_SDGO)
            term.kind = kind if kind in SDG_KINDS else term.kind
        elif predicate == _BROADER:
            term.broader.add(iri)
        elif predicate == _REPLACES:
            term.replaces.add(iri)
        elif predicate == _REPLACED_BY:
            term.replaced_by.add(iri)
        elif predicate in _SAME:
            term.same.add(iri)
    elif isinstance(value, ox.Literal):
        text = value.value
        if predicate == _NOTATION:
            datatype = value.datatype.value
            if datatype == _COMPACT:
                term.codes.add(text)
            elif datatype == _PERMANENT:
                term.permanent.add(text)
            elif datatype == _PADDED:
                term.padded.add(text)
        elif predicate in _LABELS and value.language in ("en", None):
            (term.labels if predicate == _LABELS[0] else term.short).add(text)
        elif predicate == expand("owl:deprecated"):
            term.deprecated |= text in ("true", "1")
        elif predicate in _NOTES:
            term.notes.add(text)


def plain(label: str) -> str:
    """Return a label without its typography, to tell a renaming from another print of a name.

    Capitals, spaces, hyphens, quotation marks and other punctuation don't count; the marks that
    change what a text says, such as ``%``, do.

    >>> plain("Low‑income  countries’ debt.") == plain("low-income countries' debt")
    True
    >>> plain("10 %") == plain("10")
    False
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    kept = (c if c == "%" or unicodedata.category(c)[0] in "LNMS" else " " for c in text)
    return " ".join("".join(kept).split())
