"""What was measured: figures by sex, age, status and nationality, and figures that were revised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from gcm_ld.model import FORECAST, Observation
from gcm_ld.period import Period

__all__ = ["Measured", "Part", "Revision", "measure"]

#: The dimensions that break a value down, by their fields in the record.
DIMENSIONS = ("sex", "age", "migration_status", "nationality")
_VALUES, _EARLIER = "/cube/values/structure", "/cube/values/earlier/structure"


class Part(NamedTuple):
    """A figure of a group of people: the latest that an indicator has of it."""

    indicator: str
    #: One of :data:`DIMENSIONS`, and IRI of the group.
    by: str
    group: str
    period: str
    value: Decimal
    #: The figure of everybody in the same period.
    total: Decimal | None


class Revision(NamedTuple):
    """A figure of everybody that took the place of an earlier one."""

    indicator: str
    period: str
    before: Decimal
    now: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the observations of a framework say, besides how far each indicator is."""

    parts: tuple[Part, ...] = ()
    revisions: tuple[Revision, ...] = ()
    #: IRIs of the documents that figures were taken from.
    sources: frozenset[str] = field(default_factory=frozenset)

    def by(self, *dimensions: str) -> dict[str, list[Part]]:
        """Return the parts that are broken down by some dimensions, by indicator."""
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            if part.by in dimensions:
                found[part.indicator].append(part)
        return dict(found)


def measure(
    observations: Iterable[Observation], structures: dict[str, str], indicators: set[str], year: int
) -> Measured:
    """Gather what a framework's observations say up to a year.

    Only figures that are broken down by one thing are taken: a table of women is not one of young
    women. Forecasts are no figures yet.

    :param observations: all there are.
    :param structures: IRI of a data set → IRI of its structure.
    :param indicators: IRIs of the framework's indicators.
    :param year: the last year whose figures count.
    """
    totals: dict[tuple[str, str], Decimal] = {}
    latest: dict[tuple[str, str, str], Observation] = {}
    revised: list[Observation] = []
    earlier: dict[str, Observation] = {}
    sources: set[str] = set()
    for o in observations:
        if o.indicator not in indicators or Period.of(o.period).year > year:
            continue
        structure = structures.get(o.dataset, "")
        sources |= {o.source} if o.source else set()
        if structure.endswith(_EARLIER):
            earlier[o.iri] = o
        if not structure.endswith(_VALUES) or (o.status or "").endswith(f"obsStatus-{FORECAST}"):
            continue
        parts = [(by, iri) for by in DIMENSIONS if not _is_total(iri := getattr(o, by))]
        if not parts:
            totals[o.indicator, o.period] = Decimal(o.value)
            revised += [o] if o.revision_of else []
        elif len(parts) == 1:
            key = (o.indicator, *parts[0])
            if key not in latest or _when(o) > _when(latest[key]):
                latest[key] = o
    found = [
        Part(indicator, by, group, o.period, Decimal(o.value), totals.get((indicator, o.period)))
        for (indicator, by, group), o in latest.items()
    ]
    return Measured(
        tuple(sorted(found, key=lambda p: (p.indicator, DIMENSIONS.index(p.by), p.group))),
        tuple(
            Revision(
                o.indicator,
                o.period,
                Decimal(earlier[o.revision_of].value),
                Decimal(o.value),
                o.note or "",
            )
            for o in sorted(revised, key=lambda o: o.iri)
            if o.revision_of in earlier
        ),
        frozenset(sources),
    )


def _is_total(iri: str | None) -> bool:
    return iri is None or iri.endswith(("/_T", "#sex-T"))


def _when(observation: Observation) -> tuple[int, int]:
    period = Period.of(observation.period)
    return period.end, period.start
