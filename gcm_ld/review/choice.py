"""Which country a review is of, and which of its frameworks: asked of stores of any size."""

from __future__ import annotations

from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.report.model import resolve_framework

__all__ = ["Chosen", "Place", "find_country", "find_framework", "is_alone", "narrow"]


class Place(NamedTuple):
    """A country: its IRI, its code of three letters and its English name."""

    iri: str
    code: str
    title: str


class Chosen(NamedTuple):
    """A framework that actions were assessed against, with its first and its last year."""

    iri: str
    code: str
    title: str
    country: str
    start: int | None
    end: int | None


def find_country(dataset: Dataset, word: str) -> Place:
    """Find a country by its code, its name or its IRI.

    :param dataset: the data, which come with all countries.
    :param word: what the user typed.
    :raises InputError: if there is none, naming the nearest.
    """
    rows = dataset.query("select_countries").dicts()
    countries = [Place(str(r["country"]), str(r["code"]), str(r["title"])) for r in rows]
    folded = word.casefold()
    for country in countries:
        if folded in (country.code.casefold(), country.title.casefold()) or word == country.iri:
            return country
    # The nearest of those that something is known of, or else of all.
    used = {r["country"] for r in dataset.query("select_frameworks").dicts()}
    spelt = folded.title() if len(word) > 3 else word.upper()
    hints = (
        did_you_mean(spelt, sorted(w for c in some for w in (c.code, c.title)))
        for some in ([c for c in countries if c.code in used], countries)
    )
    raise InputError(
        f"no country {word!r}: give its code of three letters (ISO 3166-1), such as ALB."
        + next((h for h in hints if h), "")
    )


def _assessed(dataset: Dataset) -> list[Chosen]:
    """List the frameworks that actions were assessed against."""
    assessed = {str(r["framework"]) for r in dataset.query("select_assessed_frameworks").dicts()}

    def year(value: object) -> int | None:
        return int(str(value)) if value else None

    return [
        Chosen(
            str(r["framework"]),
            str(r["code"]),
            str(r["title"]),
            str(r["country"] or ""),
            year(r["start"]),
            year(r["end"]),
        )
        for r in dataset.query("select_frameworks").dicts()
        if str(r["framework"]) in assessed
    ]


def find_framework(
    dataset: Dataset, country: Place, year: int | None, framework: str | None = None
) -> Chosen:
    """Find the framework of a country that its actions were assessed against.

    Of several, the one that was in force in the year is taken, or the last one before it.

    :param dataset: the data.
    :param country: the country.
    :param year: the year of the review; the last framework where there is none.
    :param framework: the code or IRI of the one that was chosen.
    :raises EmptyDatasetError: if no action was assessed for the country.
    :raises InputError: if there is no such framework, or several to choose from.
    """
    assessed = _assessed(dataset)
    mine = [f for f in assessed if f.country == country.code]
    if not mine:
        others = sorted({f.country for f in assessed} - {""})
        there = f"there are some of: {', '.join(others[:10])}" if others else "there are none"
        raise EmptyDatasetError(
            f"the data hold no assessment against a framework of {country.title}; {there}. Fill "
            "in its crosswalk first: 'gcm-ld template' makes the workbook, and --data names what "
            "'gcm-ld import' made of it"
        )
    names = [f.code for f in mine]
    if framework is not None:
        wanted = resolve_framework(framework)
        chosen = [f for f in mine if f.iri == wanted]
        if not chosen:
            raise InputError(
                f"no assessment of {country.title} against {framework!r}; there are: "
                f"{', '.join(names)}.{did_you_mean(framework, names)}"
            )
        return chosen[0]
    if len(mine) == 1:
        return mine[0]
    started = [f for f in mine if year is None or (f.start or 0) <= year] or mine
    last = max(f.start or 0 for f in started)
    chosen = [f for f in started if (f.start or 0) == last]
    if len(chosen) != 1:
        raise InputError(
            f"actions were assessed against several frameworks of {country.title}: choose one "
            f"with --framework ({', '.join(names)})"
        )
    return chosen[0]


def is_alone(dataset: Dataset, country: Place) -> bool:
    """Tell whether actions were assessed for no other country.

    :param dataset: the data.
    :param country: the country.
    """
    return {f.country for f in _assessed(dataset)} <= {country.code}


def narrow(dataset: Dataset, framework: str) -> Dataset:
    """Leave the folders of other countries out, so that a review of one costs no more for many.

    :param dataset: one's own files.
    :param framework: IRI of the framework that is asked for.
    :returns: the files of each folder in which one names the framework.
    """
    if not dataset.own:
        return dataset
    name = f"<{framework}".encode()
    folders = {path.parent for path in dataset.files if name in path.read_bytes()}
    files = [path for path in dataset.files if path.parent in folders]
    if len(files) == len(dataset.files):
        return dataset
    return Dataset(files, own=True, curated=dataset.curated)
