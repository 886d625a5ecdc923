"""A framework's crosswalks as one SSSOM mapping set: slots and rows, before any syntax.

One set a framework. Each row says with ``mapping_source`` which crosswalk it belongs to. A link
is a row; so is an assessment that finds nothing to link, whose object is ``sssom:NoTermFound``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from gcm_ld.model import Alignment, Assessment, Crosswalk, Element, Framework, Source
from gcm_ld.namespaces import GCMO, ID, PREFIXES, SKOS, compact
from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.slots import (
    CONCEPT,
    CROSSWALKS,
    EXTENSIONS,
    NO_LICENSE,
    NO_TERM,
    RESOURCE,
)
from gcm_ld.tables.extract import Extract
from gcm_ld.turtle import natural_key

__all__ = [
    "DEFAULT_JUSTIFICATIONS",
    "MappingSet",
    "Row",
    "Value",
    "build_mapping_set",
    "choose_links",
    "mapping_set_iri",
]

Value = str | tuple[str, ...]
Row = dict[str, Value]

_SEMAPV = PREFIXES["semapv"]
#: What is said of links that carry no justification of their own, which SSSOM requires: a source
#: that states a link doesn't say how it was found, so nothing is claimed of that.
DEFAULT_JUSTIFICATIONS = {
    "Stated": _SEMAPV + "UnspecifiedMatching",
    "Curated": _SEMAPV + "UnspecifiedMatching",
    "Derived": _SEMAPV + "LogicalReasoning",
}
#: The statuses that mean: nothing in the framework was named.
_WITHOUT_MATCH = {GCMO + s for s in ("NotApplicable", "CoveredElsewhere", "Unstated")}


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A mapping set: its own slots, and its rows by IRI; all values with full IRIs."""

    slots: Row
    rows: tuple[Row, ...]


def mapping_set_iri(framework: Framework) -> str:
    """Return the IRI of a framework's mapping set.

    :param framework: the framework.
    """
    return f"{ID}mapping-set/{framework.iri.removeprefix(ID).rpartition('/')[2]}"


def choose_links(extract: Extract, bases: Collection[str]) -> tuple[Alignment, ...]:
    """Take the links that rest on one of some bases.

    :param extract: the records of one framework.
    :param bases: names out of :data:`~gcm_ld.tables.exchange.BASES`.
    """
    wanted = {GCMO + basis for basis in bases}
    return tuple(link for link in extract.alignments if link.basis in wanted)


def build_mapping_set(extract: Extract, bases: Collection[str] = BASES) -> MappingSet:
    """Build the mapping set of a framework.

    :param extract: the records of one framework.
    :param bases: which links to take; assessments come with the stated ones.
    :returns: the set, with its rows by record in natural order.
    """
    return _Builder(extract).build(bases)


class _Builder:
    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.crosswalks = {c.iri: c for c in extract.crosswalks}
        self.licenses = {c.license or NO_LICENSE for c in extract.crosswalks} or {NO_LICENSE}

    def build(self, bases: Collection[str]) -> MappingSet:
        assessments = self.extract.assessments if "Stated" in bases else ()
        behind = {(a.crosswalk, a.assesses, a.iri): a for a in assessments}
        rows = [self._link(link, behind) for link in choose_links(self.extract, bases)]
        rows += [self._no_match(a) for a in assessments if a.status in _WITHOUT_MATCH]
        rows.sort(key=lambda row: natural_key(str(row["record_id"])))
        return MappingSet(self._slots(), tuple(rows))

    def _slots(self) -> Row:
        titles = [c.title for c in self.crosswalks.values()]
        title = titles[0] if len(titles) == 1 else f"{self.extract.framework.label}: crosswalks"
        return {
            "sssom_version": "1.1",
            "mapping_set_id": mapping_set_iri(self.extract.framework),
            "mapping_set_source": tuple(self.crosswalks),
            "mapping_set_title": title,
            "license": min(self.licenses) if len(self.licenses) == 1 else NO_LICENSE,
            CROSSWALKS.name: _describe(self.crosswalks.values()) if self.crosswalks else "",
        }

    def _link(self, link: Alignment, behind: dict[tuple[str, str, str], Assessment]) -> Row:
        basis = compact(link.basis).rpartition(":")[2]
        row = self._common(link.crosswalk, link.source, stated=basis == "Stated")
        row |= {
            "record_id": link.iri,
            **self._end("subject", link.subject),
            "predicate_id": link.relation,
            **self._end("object", link.object),
            "mapping_justification": link.justification
            or DEFAULT_JUSTIFICATIONS.get(basis, DEFAULT_JUSTIFICATIONS["Stated"]),
            "confidence": _number(link.confidence),
            "curation_rule_text": (link.derived_by,) if link.derived_by else (),
            "comment": link.comment or "",
        }
        if link.author:
            row |= {"author_id": (link.author,), "author_label": ()}
        for extension in EXTENSIONS:
            if not extension.assessment:
                row[extension.name] = getattr(link, extension.field) or ""
        found = [
            behind[key]
            for i in link.stated_in
            if (key := (link.crosswalk, link.subject, i)) in behind
        ]
        # A link that answers its own action's assessment carries it, and names it first.
        answered = [a for a in found if a.against == row.get("object_source")][:1]
        own = [a.iri for a in answered]
        row["see_also"] = (*own, *(i for i in link.stated_in if i not in own))
        return row | _assessment(answered[0] if answered else None)

    def _no_match(self, assessment: Assessment) -> Row:
        row = self._common(assessment.crosswalk, None, stated=True)
        row |= {
            "record_id": assessment.iri,
            **self._end("subject", assessment.assesses),
            "predicate_id": SKOS + "relatedMatch",
            "object_id": NO_TERM,
            "object_source": assessment.against,
            "mapping_justification": DEFAULT_JUSTIFICATIONS["Stated"],
        }
        return row | _assessment(assessment)

    def _common(self, crosswalk: str, source: str | None, *, stated: bool) -> Row:
        found = self.crosswalks.get(crosswalk)
        source = source or (found.source if found and stated else None)
        document = self.extract.known.get(source or "")
        author = document.creator if stated and isinstance(document, Source) else None
        own_license = (found.license if found else None) or NO_LICENSE
        return {
            "author_label": (author,) if author else (),
            "license": own_license if len(self.licenses) > 1 else "",
            "mapping_provider": source or "",
            "mapping_source": crosswalk,
        }

    def _end(self, side: str, iri: str) -> Row:
        record = self.extract.known.get(iri)
        row: Row = {f"{side}_id": iri, f"{side}_label": self.extract.label(iri)}
        if isinstance(record, Element):
            row |= {
                f"{side}_category": f"gcmo:{record.kind}",
                f"{side}_type": CONCEPT,
                f"{side}_source": record.framework,
            }
        elif isinstance(record, Framework):
            row |= {
                f"{side}_category": "gcmo:Framework",
                f"{side}_type": RESOURCE,
                f"{side}_source": iri,
            }
        return row


def _assessment(assessment: Assessment | None) -> Row:
    return {
        e.name: (getattr(assessment, e.field) or "") if assessment else ""
        for e in EXTENSIONS
        if e.assessment
    }


def _describe(crosswalks: Iterable[Crosswalk]) -> str:
    """Write what is known of crosswalks as JSON, with the names of the records' fields."""
    described = [{f.name: v for f in fields(c) if (v := getattr(c, f.name))} for c in crosswalks]
    return json.dumps(described, ensure_ascii=False)


def _number(text: str | None) -> str:
    """Round a number to three digits, as the canonical form wants it."""
    if not text:
        return ""
    try:
        number = Decimal(text).quantize(Decimal("0.001"), ROUND_HALF_UP)
    except InvalidOperation:
        return text  # not a number: validation says so
    return format(number.normalize(), "f")
