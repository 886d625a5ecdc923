"""What in a dataset uses the goals, targets and indicators of the SDGs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gcm_ld.model import Alignment, Element, Kind, Record, properties
from gcm_ld.namespaces import PREFIXES, SDG, compact
from gcm_ld.turtle import natural_key

__all__ = ["Uses", "find_uses"]

#: A code longer than this is a slug, and the label says more.
_CODE = 12


@dataclass(frozen=True, slots=True)
class Uses:
    """What in a dataset uses a goal, target or indicator.

    :param links: links with it, such as ``1.a → 17.18``.
    :param followed: actions that it follows, such as ``1.a``.
    :param records: other records about it, by short name.
    """

    links: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    records: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.links or self.followed or self.records)


def find_uses(records: Iterable[Record]) -> dict[str, Uses]:
    """Find what uses each goal, target and indicator, the SDGs' own records apart.

    :param records: a dataset's records.
    :returns: IRI → uses.
    """
    records = list(records)
    names = {r.iri: _name(r) for r in records if isinstance(r, Element)}
    links: dict[str, set[tuple[str, str]]] = defaultdict(set)
    followed: dict[str, set[str]] = defaultdict(set)
    others: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if isinstance(record, Element) and record.framework == SDG:
            continue
        if isinstance(record, Alignment):
            ends = record.subject, record.object
            text = " → ".join(names.get(e) or e.rpartition("/")[2] for e in ends)
            for end in filter(_is_sdg, ends):
                links[end].add((text, compact(record.crosswalk).removeprefix("crosswalk/")))
            continue
        for prop in properties(type(record)):
            if prop.kind is Kind.IRI:
                value = getattr(record, prop.name)
                for iri in value if prop.many else (value,):
                    if iri and _is_sdg(iri):
                        own = names.get(record.iri) or record.iri.rpartition("/")[2]
                        monitored = prop.name == "monitored_by"
                        (followed if monitored else others)[iri].add(
                            own if monitored else record.name
                        )
    several = len({crosswalk for found in links.values() for _, crosswalk in found}) > 1
    shown = {
        iri: [f"{text} ({crosswalk})" if several else text for text, crosswalk in found]
        for iri, found in links.items()
    }
    return {
        iri: Uses(*(_sort(found.get(iri, ())) for found in (shown, followed, others)))
        for iri in links.keys() | followed.keys() | others.keys()
    }


def _sort(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=natural_key))


def _is_sdg(iri: str) -> bool:
    return iri.startswith(SDG + "/") and not iri.startswith(PREFIXES["sdgo"])


def _name(element: Element) -> str:
    return element.notation if len(element.notation) <= _CODE else f"“{element.label}”"
