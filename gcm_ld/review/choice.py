"""Which country a review is of, and which of its frameworks."""

from __future__ import annotations

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.model import Country, Framework
from gcm_ld.report.model import resolve_framework

__all__ = ["find_country", "find_framework", "is_alone"]


def find_country(dataset: Dataset, word: str) -> Country:
    """Find a country by its code, its name or its IRI.

    :param dataset: the data, which come with all countries.
    :param word: what the user typed.
    :raises InputError: if there is none, naming the nearest.
    """
    countries = [r for r in dataset.records if isinstance(r, Country)]
    folded = word.casefold()
    for country in countries:
        if folded in (country.code.casefold(), country.label.casefold()) or word == country.iri:
            return country
    # The nearest of those that something is known of, or else of all.
    used = {r.spatial for r in dataset.records if isinstance(r, Framework)}
    spelt = folded.title() if len(word) > 3 else word.upper()
    hints = (
        did_you_mean(spelt, sorted(w for c in some for w in (c.code, c.label)))
        for some in ([c for c in countries if c.iri in used], countries)
    )
    raise InputError(
        f"no country {word!r}: give its code of three letters (ISO 3166-1), such as ALB."
        + next((h for h in hints if h), "")
    )


def find_framework(
    dataset: Dataset, country: Country, year: int | None, framework: str | None = None
) -> Framework:
    """Find the framework of a country that its actions were assessed against.

    Of several, the one that was in force in the year is taken, or the last one before it.

    :param dataset: the data.
    :param country: the country.
    :param year: the year of the review; the last framework where there is none.
    :param framework: the code or IRI of the one that was chosen.
    :raises EmptyDatasetError: if no action was assessed for the country.
    :raises InputError: if there is no such framework, or several to choose from.
    """
    assessed = {str(r["framework"]) for r in dataset.query("select_assessed_frameworks").dicts()}
    frameworks = [r for r in dataset.records if isinstance(r, Framework) and r.iri in assessed]
    mine = [f for f in frameworks if f.spatial == country.iri]
    if not mine:
        names = {r.iri: r.code for r in dataset.records if isinstance(r, Country)}
        others = sorted({names.get(f.spatial or "", "") for f in frameworks} - {""})
        there = f"there are some of: {', '.join(others[:10])}" if others else "there are none"
        raise EmptyDatasetError(
            f"the data hold no assessment against a framework of {country.label}; {there}. Fill "
            "in its crosswalk first: 'gcm-ld template' makes the workbook, and --data names what "
            "'gcm-ld import' made of it"
        )
    names_ = [f.code for f in mine]
    if framework is not None:
        wanted = resolve_framework(framework)
        chosen = [f for f in mine if f.iri == wanted]
        if not chosen:
            raise InputError(
                f"no assessment of {country.label} against {framework!r}; there are: "
                f"{', '.join(names_)}.{did_you_mean(framework, names_)}"
            )
        return chosen[0]
    if len(mine) == 1:
        return mine[0]
    started = [f for f in mine if year is None or (f.start and int(f.start) <= year)]
    last = max((f.start or "" for f in started), default="")
    chosen = [f for f in started if (f.start or "") == last]
    if len(chosen) != 1:
        raise InputError(
            f"actions were assessed against several frameworks of {country.label}: choose one "
            f"with --framework ({', '.join(names_)})"
        )
    return chosen[0]


def is_alone(dataset: Dataset, country: Country) -> bool:
    """Tell whether actions were assessed for no other country.

    :param dataset: the data.
    :param country: the country.
    """
    rows = dataset.query("select_assessed_frameworks").dicts()
    assessed = {str(r["framework"]) for r in rows}
    found = {r.spatial for r in dataset.records if isinstance(r, Framework) and r.iri in assessed}
    return found <= {country.iri}
