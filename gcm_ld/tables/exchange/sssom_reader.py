"""SSSOM/TSV back into records: files of ours, and mapping sets of other people.

A link needs the frameworks that it joins, which come from elsewhere: what is read here is
crosswalks, their links, and the assessments that the extension slots tell of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote

from gcm_ld.errors import did_you_mean
from gcm_ld.model import Alignment, Assessment, Crosswalk, Record, properties
from gcm_ld.namespaces import GCMO, ID, SDG, SKOS, alignment_iri, compact, crosswalk_iri, quote
from gcm_ld.tables.exchange.mappings import DEFAULT_JUSTIFICATIONS
from gcm_ld.tables.exchange.slots import (
    CROSSWALKS,
    EXTENSIONS,
    JUSTIFICATIONS,
    NO_LICENSE,
    NO_TERM,
    Form,
    split_values,
)
from gcm_ld.tables.exchange.sssom_table import REQUIRED, SssomTable
from gcm_ld.tables.sheets import Faults, Row
from gcm_ld.turtle import natural_key

__all__ = ["read_sssom"]

_RELATIONS = tuple(
    SKOS + name
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)
_BASES = {GCMO + name: name for name in ("Stated", "Curated", "Derived")}
_CROSSWALK = ID + "crosswalk/"
_ASSESSMENT = re.compile(re.escape(_CROSSWALK) + r"[^/]+/assessment/[^/]+")


def read_sssom(path: Path) -> tuple[list[Record], Faults]:
    """Read a mapping set.

    :param path: an SSSOM/TSV file; where it has no metadata of its own they are looked for
        beside it, in the file of that name that ends in ``.yml`` or ``.yaml``.
    :returns: crosswalks, assessments and links, by IRI in natural order; and every fault with
        its row and column. A row with an error gives no record.
    :raises FileError: if the file can't be read, is not UTF-8, or its metadata are not YAML.
    """
    reader = _Reader(SssomTable(path))
    for row in reader.table.rows():
        if len(row.cells):
            reader.read(row)
    return reader.records(), reader.table.faults


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a row links, and for which crosswalk."""

    crosswalk: str
    subject: str
    object: str
    against: str | None


class _Reader:
    """The records so far, and the rows that they come from."""

    def __init__(self, table: SssomTable) -> None:
        self.table = table
        self.crosswalks = {c.iri: c for c in self._described()}
        self.rows: dict[str, tuple[int, Record]] = {}

    def records(self) -> list[Record]:
        """Return the records by IRI in natural order."""
        found = [*self.crosswalks.values(), *(record for _, record in self.rows.values())]
        return sorted(found, key=lambda record: natural_key(record.iri))

    def read(self, row: Row) -> None:
        """Read one row; what is wrong with it becomes faults."""
        before = len(self.table.faults.errors)
        ends = self._ends(row)
        if ends is None:
            return
        if ends.object == NO_TERM:
            iri = self._reference(row, "record_id") if row.get("record_id") else None
            code = quote(_code(ends.subject))
            self._assessment(row, ends, iri or f"{ends.crosswalk}/assessment/{code}")
            return
        link = self._link(row, ends)
        if len(self.table.faults.errors) == before and self._keep(row, link) and link.stated_in:
            self._assessment(row, ends, self._values(row, "see_also")[0])

    # Cells

    def _fault(
        self, row: Row, column: str, problem: str, cure: str, *, warning: bool = False
    ) -> None:
        value = row.get(column) or None
        self.table.add(row.number, column, value, problem, cure, warning=warning)

    def _leave_out(self, row: Row, column: str, problem: str = "has no place here") -> None:
        self._fault(row, column, problem, "nothing to do, it is left out", warning=True)

    def _reference(self, row: Row, column: str) -> str | None:
        return self.table.iri(row.number, column, row.get(column).strip())

    def _values(self, row: Row, column: str) -> tuple[str, ...]:
        return tuple(v for value in split_values(row.get(column)) if (v := value.strip()))

    def _extension(self, row: Row, *, assessment: bool) -> dict[str, str | tuple[str, ...]]:
        """Read the extension slots of a row, by the field that each fills."""
        found: dict[str, str | tuple[str, ...]] = {}
        for extension in EXTENSIONS:
            cell = row.get(extension.iri)
            if not cell or extension.assessment is not assessment:
                continue
            values: tuple[str, ...] = (cell,)
            if extension.form is Form.REFERENCE:
                texts = split_values(cell) if extension.many else values
                iris = (self.table.iri(row.number, extension.name, t.strip()) for t in texts)
                values = tuple(sorted((i for i in iris if i), key=natural_key))
            if values:
                found[extension.field] = values if extension.many else values[0]
        return found

    # What a row links

    def _ends(self, row: Row) -> _Ends | None:
        sides = ("subject", "object")
        for side in sides:
            if row.get(f"{side}_type") in ("rdfs literal", "composed entity expression"):
                self._fault(row, f"{side}_type", "can't be linked", "give an element's code")
                return None
        blank = [c for c in REQUIRED if not row.get(c)]
        for column in blank:
            self._fault(row, column, "is blank", "fill it in, SSSOM requires it")
        iris = {s: self._reference(row, f"{s}_id") for s in sides if f"{s}_id" not in blank}
        subject, obj = iris.get("subject"), iris.get("object")
        if blank or subject is None or obj is None:
            return None
        if subject == NO_TERM:
            self._leave_out(row, "subject_id", "is no element to link from")
            return None
        sources = {"subject": self._source(row, "subject", subject)}
        sources["object"] = self._source(row, "object", obj)
        crosswalk = self._crosswalk(row, sources["subject"], sources["object"])
        return _Ends(crosswalk, subject, obj, sources["object"]) if crosswalk else None

    def _source(self, row: Row, side: str, iri: str) -> str | None:
        """Return the framework of an end: as the row says, or as the IRI tells."""
        if row.get(f"{side}_source"):
            return self._reference(row, f"{side}_source")
        if iri == SDG or iri.startswith(SDG + "/"):
            return SDG
        return ID + iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else None

    def _crosswalk(self, row: Row, subject: str | None, against: str | None) -> str | None:
        """Return the crosswalk of a row, and note it if it is new."""
        named = row.get("mapping_source")
        iri = self._reference(row, "mapping_source") if named else self.table.slot("mapping_set_id")
        if iri in self.crosswalks:
            return iri
        for side, source in (("subject", subject), ("object", against)):
            if source is None and not row.get(f"{side}_source"):
                problem = "is blank, and the identifier doesn't tell its framework"
                self._fault(row, f"{side}_source", problem, "name the framework")
        if subject is None or against is None:
            return None
        if iri is None or not iri.startswith(_CROSSWALK):
            iri = crosswalk_iri(_code(subject), _code(against))
        if iri not in self.crosswalks:
            title, license_, provider = map(
                self.table.slot, ("mapping_set_title", "license", "mapping_provider")
            )
            self.crosswalks[iri] = Crosswalk(
                iri=iri,
                title=title or f"{_code(subject)} to {_code(against)}",
                compares=tuple(sorted({subject, against}, key=natural_key)),
                source=provider if provider.startswith(ID) else None,
                license=license_ if license_ not in ("", NO_LICENSE) else None,
            )
        return iri

    def _described(self) -> list[Crosswalk]:
        try:
            return [_crosswalk(entry) for entry in json.loads(self.table.crosswalks() or "[]")]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            problem, cure = "is not as gcm-ld writes it", "take it as exported, or leave it out"
            self.table.add(None, CROSSWALKS.name, None, problem, cure)
            return []

    # Records

    def _link(self, row: Row, ends: _Ends) -> Alignment:
        values = self._extension(row, assessment=False)
        ours = "basis" in values
        stated_in = self._stated_in(row, ours=ours)
        stated = stated_in or self._names_source(row)
        basis = str(values.pop("basis", GCMO + ("Stated" if stated else "Curated")))
        judged = basis == GCMO + "Curated"
        if basis not in _BASES:
            value, cure = compact(basis), f"use {', '.join(map(compact, _BASES))}"
            self.table.add(row.number, "ext_basis", value, "is no basis", cure)
        if row.get("predicate_modifier"):
            self._fault(row, "predicate_modifier", "denies the link", "remove the row")
        justification = self._justification(row)
        if not judged and justification == DEFAULT_JUSTIFICATIONS.get(_BASES.get(basis, "")):
            justification = None
        if "source" not in values and (
            source := self._provider(row, ends, judged=not ours and judged)
        ):
            values["source"] = source
        rules = split_values(row.get("curation_rule_text"))
        iri = alignment_iri(ends.crosswalk, _code(ends.subject), _code(ends.object))
        given = self._reference(row, "record_id") if row.get("record_id") else None
        return Alignment(
            iri=given if given and (ours or given.startswith(ID)) else iri,
            crosswalk=ends.crosswalk,
            subject=ends.subject,
            object=ends.object,
            relation=self._relation(row),
            basis=basis,
            stated_in=stated_in,
            derived_by=rules[0] if rules else None,
            justification=justification,
            author=self._author(row, required=judged),
            confidence=self._confidence(row, required=judged),
            comment=row.get("comment") or None,
            **values,  # type: ignore[arg-type]
        )

    def _names_source(self, row: Row) -> bool:
        """Tell whether a row names a document of ours and nobody who judged."""
        provider = row.get("mapping_provider").strip()
        judged = row.get("author_id") or row.get("confidence")
        return provider.startswith(ID + "source/") and not judged

    def _relation(self, row: Row) -> str:
        relation = self._reference(row, "predicate_id")
        if relation and relation not in _RELATIONS:
            words = [compact(r) for r in _RELATIONS]
            cure = f"use {', '.join(words)}.{did_you_mean(compact(relation), words)}"
            self._fault(row, "predicate_id", "is no mapping relation of SKOS", cure)
        return relation or ""

    def _stated_in(self, row: Row, *, ours: bool) -> tuple[str, ...]:
        found = self._values(row, "see_also")
        kept = [i for i in found if ours or _ASSESSMENT.fullmatch(i)]
        if len(kept) < len(found):
            self._leave_out(row, "see_also")
        return tuple(sorted(kept, key=natural_key))

    def _justification(self, row: Row) -> str | None:
        iri = self._reference(row, "mapping_justification")
        if iri and iri not in JUSTIFICATIONS:
            near = did_you_mean(compact(iri), map(compact, JUSTIFICATIONS))
            cure = f"use a term of SEMAPV, such as semapv:ManualMappingCuration.{near}"
            self._fault(row, "mapping_justification", "is no justification of SSSOM", cure)
        return iri

    def _author(self, row: Row, *, required: bool) -> str | None:
        values = self._values(row, "author_id")
        if len(values) > 1:
            problem, cure = "names several authors", "nothing to do, the first is kept"
            self._fault(row, "author_id", problem, cure, warning=True)
        if required and not values:
            self._fault(row, "author_id", _NO_BASIS, "say who judged, as in orcid:…")
        return self.table.iri(row.number, "author_id", values[0]) if values else None

    def _confidence(self, row: Row, *, required: bool) -> str | None:
        text = row.get("confidence").strip()
        if not text:
            if required:
                self._fault(row, "confidence", _NO_BASIS, "give a number from 0 to 1")
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and 0 <= number <= 1):
            self._fault(row, "confidence", "is no number from 0 to 1", "correct it, as in 0.8")
            return None
        plain = format(number.normalize() + 0, "f")
        return plain if "." in plain else f"{plain}.0"

    def _provider(self, row: Row, ends: _Ends, *, judged: bool) -> str | None:
        provider = row.get("mapping_provider").strip()
        if not provider or provider == self.crosswalks[ends.crosswalk].source:
            return None  # a link has its crosswalk's source unless it names another
        if not judged or provider.startswith(ID):
            return provider
        self._leave_out(row, "mapping_provider")
        return None

    def _assessment(self, row: Row, ends: _Ends, iri: str) -> None:
        values = self._extension(row, assessment=True)
        if "status" not in values:
            if ends.object == NO_TERM:
                self._leave_out(row, "object_id", "says that nothing matches, and not why")
        elif ends.against is None:
            self._fault(row, "object_source", "is blank", "name the framework")
        else:
            record = Assessment(
                iri=iri,
                crosswalk=ends.crosswalk,
                assesses=ends.subject,
                against=ends.against,
                **({"row": _code(ends.subject)} | values),  # type: ignore[arg-type]
            )
            self._keep(row, record)

    def _keep(self, row: Row, record: Record) -> bool:
        """Keep a record unless there is one of its IRI; two that differ are a fault."""
        number, other = self.rows.setdefault(record.iri, (row.number, record))
        if isinstance(record, Assessment):
            problem, cure = f"is told otherwise in row {number}", "make the two rows agree"
            kept = other == record
        else:
            problem, cure = f"stands in row {number} too", "keep one of the rows"
            kept = number == row.number
        if not kept:
            self.table.add(row.number, "record_id", record.name, problem, cure)
        return kept


_NO_BASIS = "is blank, so that the link is neither stated by a source nor a judgement"


def _code(iri: str) -> str:
    return unquote(iri.rpartition("/")[2])


def _crosswalk(entry: Mapping[str, str | list[str]]) -> Crosswalk:
    values: dict[str, str | tuple[str, ...]] = {"iri": str(entry["iri"])}
    for prop in properties(Crosswalk):
        if value := entry.get(prop.name):
            values[prop.name] = tuple(map(str, value)) if prop.many else str(value)
    return Crosswalk(**values)  # type: ignore[arg-type]
