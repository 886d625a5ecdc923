"""Observations to rows of the sheets Values and Targets: the cells that read back as they were."""

from __future__ import annotations

from collections.abc import Iterable

from gcm_ld.model import Observation, Record
from gcm_ld.namespaces import concept_code
from gcm_ld.tables.layout_values import BREAKDOWN, VALUES
from gcm_ld.tables.measure import BREAKDOWN_TOTALS, NORMAL
from gcm_ld.tables.names import Names
from gcm_ld.tables.periods import months
from gcm_ld.tables.schema import Sheet
from gcm_ld.tables.value_sets import framework_of
from gcm_ld.tables.words import Words
from gcm_ld.turtle import natural_key

__all__ = ["RowWriter", "rows_of"]

_ORDER = {"baseline": 0, "milestone": 1, "target": 2}


class RowWriter:
    """Writes observations as cells; what repeats is written once.

    :param names: what cells call things.
    :param words: the words for units, breakdowns and statuses.
    :param name_all: whether rows of the main framework name it, too.
    """

    def __init__(self, names: Names, words: Words, *, name_all: bool = False) -> None:
        self._names, self._words, self._name_all = names, words, name_all
        self._known: dict[tuple[str, str, str], str] = {}

    def row(self, record: Observation) -> dict[str, str]:
        """Return the cells of an observation's row, by header; blank ones are left out."""
        framework = framework_of(record)
        cells = {
            "Indicator": self.indicator(record.indicator, framework),
            "Period": record.period,
            "Value": record.value,
            "Unit": self._word("unit", record.unit),
            "Citation": record.citation,
            "Note": record.note,
            "Edition": record.edition,
        }
        if framework != self._names.main or self._name_all:
            cells["Framework"] = self._name("framework", framework, "")
        for header, field in BREAKDOWN.items():
            value = getattr(record, field)
            if value is not None and value != BREAKDOWN_TOTALS[field]:
                cells[header] = self._who(field, value)
        if record.reference:
            cells["What"] = self._word("reference", record.reference)
        elif record.status != NORMAL:
            cells["Status"] = self._word("status", record.status)
        if record.source:
            cells["Source"] = self._name("source", record.source, framework)
        return {header: text for header, text in cells.items() if text}

    def indicator(self, iri: str, framework: str) -> str:
        """Return what a row calls an indicator: its title, where that is enough."""
        key = ("indicator", iri, framework)
        if key not in self._known:
            title = self._names.labels.get(iri, "")
            plain = title.isprintable() and self._names.find(title, "indicator", framework) == iri
            code = self._names.name(iri, "indicator", framework)
            self._known[key] = title if title and plain else code
        return self._known[key]

    def _who(self, field: str, iri: str) -> str:
        if field == "nationality" and iri not in self._words.terms("nationality"):
            return self._name("country", iri, "")
        target = field.replace("_", "-")
        return self._word(target, iri) if target != "age" else self._age(iri)

    def _age(self, iri: str) -> str:
        return self._words.terms("age").get(iri) or concept_code(iri)

    def _word(self, target: str, iri: str | None) -> str:
        return self._words.word(target, iri) if iri else ""

    def _name(self, target: str, iri: str, framework: str) -> str:
        key = (target, iri, framework)
        if key not in self._known:
            self._known[key] = self._names.name(iri, target, framework or None)
        return self._known[key]


def rows_of(sheet: Sheet, records: Iterable[Record], names: Names) -> list[Observation]:
    """Choose the observations that a sheet holds, in the order of its rows.

    By framework and indicator; then by period, whom they count, and the order published.
    """
    values = sheet is VALUES
    found = [r for r in records if isinstance(r, Observation) and (r.reference is None) is values]
    keys: dict[str, tuple[object, ...]] = {}

    def key(record: Observation) -> tuple[object, ...]:
        place = keys.get(record.indicator)
        if place is None:
            framework = framework_of(record)
            place = keys[record.indicator] = (
                framework != names.main,
                natural_key(framework),
                natural_key(names.code(record.indicator)),
                record.indicator,
            )
        what = (record.reference or "").rpartition("/")[2]
        start, end = months(record.period)
        who = tuple(
            "" if value == BREAKDOWN_TOTALS[field] else concept_code(value)
            for field in BREAKDOWN.values()
            if (value := getattr(record, field)) is not None
        )
        edition = int(record.edition) if record.edition else 1 << 30
        return (*place, _ORDER.get(what, 0), start, -end, who, edition)

    return sorted(found, key=key)
