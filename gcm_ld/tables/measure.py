"""The words for units, breakdowns and statuses, from the code lists in ``data/measure``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gcm_ld.namespaces import COUNTRIES, CUBE, PREFIXES, SKOS, concept_code
from gcm_ld.resources import folder, turtle_files
from gcm_ld.tables.ages import write_age

__all__ = [
    "AGE",
    "BASELINE",
    "BREAKDOWN_TOTALS",
    "NORMAL",
    "NOT_FINAL",
    "REVISED",
    "TARGET",
    "UNIT",
    "read_measure_words",
    "read_translated_words",
]

_CODE = PREFIXES["sdmx-code"]
#: Where the concepts of each list are; the name is a column's target.
UNIT, AGE = CUBE + "unit/", CUBE + "age/"
_MIGRATION, _NATIONALITY = CUBE + "migration-status/", CUBE + "nationality/"
_REFERENCE = CUBE + "reference/"
_LISTS = {
    UNIT: "unit",
    AGE: "age",
    _MIGRATION: "migration-status",
    _NATIONALITY: "nationality",
    _REFERENCE: "reference",
    CUBE + "status/": "status",
    _CODE + "obsStatus-": "status",
    _CODE + "sex-": "sex",
}

#: Field of an observation → its concept for everybody.
BREAKDOWN_TOTALS = {
    "sex": _CODE + "sex-T",
    "age": AGE + "_T",
    "migration_status": _MIGRATION + "_T",
    "nationality": _NATIONALITY + "_T",
}
_TOTALS = frozenset(BREAKDOWN_TOTALS.values())
BASELINE, TARGET = _REFERENCE + "baseline", _REFERENCE + "target"
NORMAL, REVISED = _CODE + "obsStatus-A", CUBE + "status/revised"
#: Statuses of a value that is expected to change: provisional, estimated, forecast.
NOT_FINAL = frozenset(_CODE + f"obsStatus-{letter}" for letter in "PEF")

#: How people write them besides their names and codes; each with the end of the concept's IRI.
_OTHERS = {
    "unit": {
        "number": "count counts persons people cases units no nr # headcount",
        "percent": "% pct percentage percents share",
        "percentage-point": "pp ppt p.p. percentage-points %-points",
        "per-1000": "‰ permille per-thousand",
        "per-100000": "per-hundred-thousand",
        "yes-no": "yes/no boolean y/n",
        "score": "points",
        "EUR": "€ euros",
        "USD": "US$ dollar dollars us-dollars",
        "ALL": "lekë leke",
        "GBP": "£",
        **{unit: unit for unit in ("day", "hour", "index", "month", "ratio", "week", "year")},
    },
    "sex": {
        "sex-F": "women woman females girls w femër gra grua vajza",
        "sex-M": "men man males boys mashkull burra burrë djem",
        "sex-T": "both all both-sexes everybody mf fm men-and-women women-and-men male-and-female "
        "female-and-male men-women male-female m+f f+m "
        "male+female female+male gjithsej totali",
        "sex-U": "not-specified not-stated",
    },
    "status": {
        "obsStatus-A": "final",
        "obsStatus-B": "break-in-series break-in-time-series",
        "obsStatus-E": "estimate est",
        "obsStatus-P": "preliminary prov prel",
        "revised": "R revision",
    },
    "migration-status": {"_T": "all everybody"},
    "nationality": {
        "_T": "all everybody",
        "national": "nationals citizens",
        "foreign": "foreigners non-nationals foreign-nationals",
        "eu": "eu",
        "non-eu": "non-eu third-country third-country-nationals tcn",
    },
}


@lru_cache(maxsize=1)
def read_measure_words() -> tuple[Mapping[str, Mapping[str, str]], Mapping[tuple[str, str], str]]:
    """Read the code lists.

    :returns: for each target of a column, concept → word, in the order that people are offered
        them; and (target, another word) → concept.

    >>> lists, others = read_measure_words()
    >>> list(lists["sex"].values()), others["unit", "%"] == UNIT + "percent"
    (['Total', 'Female', 'Male', 'Unknown'], True)
    """
    from gcm_ld.turtle import read_turtle

    labels: dict[str, str] = {}
    notations: dict[str, str] = {}
    for path in turtle_files(folder("data") / "measure"):
        for triple in read_turtle(path):
            subject, value = (getattr(t, "value", "") for t in (triple.subject, triple.object))
            if triple.predicate.value == SKOS + "prefLabel":
                if getattr(triple.object, "language", None) == "en":
                    labels[subject] = value
            elif triple.predicate.value == SKOS + "notation":
                notations[subject] = value
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    others: dict[tuple[str, str], str] = {}
    for iri in sorted(labels, key=_order):
        home, target = next(((h, t) for h, t in _LISTS.items() if iri.startswith(h)), ("", ""))
        if not target:
            continue
        code = notations.get(iri, "")
        lists[target][iri] = _word(iri, target, labels[iri])
        for word in (code, labels[iri], *_further(target, iri.removeprefix(home), iri)):
            others.setdefault((target, word), iri)
    return lists, others


@lru_cache(maxsize=1)
def read_translated_words() -> Mapping[tuple[str, str], str]:
    """Read the labels of the code lists in the languages that have them.

    :returns: (target, label) → concept; the target of countries is ``country``.

    >>> read_translated_words()["sex", "meshkuj"] == _CODE + "sex-M"
    True
    """
    from gcm_ld import language
    from gcm_ld.turtle import read_turtle

    found: dict[tuple[str, str], str] = {}
    homes = {**_LISTS, COUNTRIES + "/": "country"}
    for path in sorted(Path(language.__file__).parent.glob("*.ttl")):
        for triple in read_turtle(path):
            subject, label = (getattr(t, "value", "") for t in (triple.subject, triple.object))
            home = next((h for h in homes if subject.startswith(h)), "")
            if home and triple.predicate.value == SKOS + "prefLabel":
                found.setdefault((homes[home], label), subject)
    return found


def _further(target: str, end: str, iri: str) -> Iterator[str]:
    listed = _OTHERS.get(target, {})
    yield from (listed.get(end) or listed.get(iri.rpartition("#")[2]) or "").split()


def _word(iri: str, target: str, label: str) -> str:
    if target == "age":
        return write_age(concept_code(iri))
    if target == "unit" and _is_currency(iri):
        return concept_code(iri)
    word = label.removesuffix(" value")
    return word[:1].upper() + word[1:]


def _is_currency(iri: str) -> bool:
    return iri.startswith(UNIT) and iri[len(UNIT) :].isupper()


def _order(iri: str) -> tuple[object, ...]:
    """Sort totals first, and other units before the currencies."""
    from gcm_ld.turtle import natural_key

    return iri not in _TOTALS, iri != NORMAL, _is_currency(iri), natural_key(iri)
