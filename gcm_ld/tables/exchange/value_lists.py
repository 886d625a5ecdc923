"""The code lists of values as SDMX has them: sexes, ages, units, statuses, each code with its name.

They are those of ``data/measure``; a code is the concept's ``skos:notation``.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from gcm_ld.namespaces import CUBE, PREFIXES, SKOS
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import natural_key

__all__ = ["FREQUENCIES", "TOTAL", "Term", "frequency", "read_lists"]

#: The code of everybody, in every list of whom a figure counts.
TOTAL = "_T"

_SCHEMES = {
    PREFIXES["sdmx-code"] + "sex": "SEX",
    CUBE + "list/age": "AGE",
    CUBE + "list/migration-status": "MIGRATION_STATUS",
    CUBE + "list/nationality": "NATIONALITY",
    CUBE + "list/reference": "REFERENCE",
    CUBE + "list/status": "OBS_STATUS",
    CUBE + "list/unit": "UNIT_MEASURE",
}


class Term(NamedTuple):
    """One code of a list.

    :param iri: IRI of its concept; empty where it has none.
    :param code: its SDMX identifier.
    :param name: what it is called, in English.
    """

    iri: str
    code: str
    name: str


#: How often a value is measured: SDMX Content-Oriented Guidelines, ``CL_FREQ``.
FREQUENCIES = (
    Term("", "A", "Annual"),
    Term("", "M", "Monthly"),
    Term("", "Q", "Quarterly"),
    Term("", "S", "Half-yearly"),
)


def frequency(period: str) -> str:
    """Return how often a value of a period is measured, as ``CL_FREQ`` has it.

    :param period: in the form that is kept.

    >>> [frequency(p) for p in ("2021", "2021-S2", "2021-Q2", "2021-05")]
    ['A', 'S', 'Q', 'M']
    """
    part = period[5:6]
    return part if part in ("Q", "S") else "M" if part else "A"


@lru_cache(maxsize=1)
def read_lists() -> dict[str, tuple[Term, ...]]:
    """Read the lists by the SDMX concept that they belong to; totals stand first.

    >>> [term.code for term in read_lists()["SEX"]]
    ['_T', 'F', 'M', 'U']
    """
    from gcm_ld.turtle import read_turtle

    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for path in turtle_files(folder("data") / "measure"):
        for triple in read_turtle(path):
            subject, value = (getattr(t, "value", "") for t in (triple.subject, triple.object))
            predicate = triple.predicate.value
            if predicate == SKOS + "notation":
                codes[subject] = value
            elif predicate == SKOS + "prefLabel" and triple.object.language == "en":  # type: ignore[union-attr]
                names[subject] = value
            elif predicate == SKOS + "inScheme" and value in _SCHEMES:
                members[_SCHEMES[value]].append(subject)
    return {
        name: tuple(
            sorted(
                (Term(iri, codes[iri], names[iri]) for iri in members[name]),
                key=lambda term: (term.code != TOTAL, natural_key(term.code)),
            )
        )
        for name in sorted(members)
    }
