"""What reports across countries compare: every assessed framework with its figures.

A few questions that read figures counted when the data were loaded, so that two hundred countries
cost little more than one; what is compared with what is worked out here. Coverage counts
assessments as sources state them: neither curated nor derived links come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.language import say, say_many
from gcm_ld.report.model import RULES, define, percent, resolve_framework
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["Action", "Comparison", "Entry", "Objective", "label", "quantile", "read_comparison"]

#: The name of the status that an outcome answers an action.
ALIGNED = "Aligned"


class Objective(NamedTuple):
    """An objective whose actions are assessed."""

    iri: str
    code: str
    title: str


class Action(NamedTuple):
    """An action that is assessed."""

    iri: str
    code: str
    title: str
    objective: str


class Figure(NamedTuple):
    """How many are covered, and how many there are."""

    covered: int
    assessed: int

    @property
    def share(self) -> float | None:
        """The share in percent; none where nothing was assessed."""
        return percent(self.covered, self.assessed) if self.assessed else None


@dataclass(frozen=True, eq=False)
class Entry:
    """An assessed framework: of which country and years it is, and its figures.

    :param totals: the figure of all objectives, by counting rule.
    :param objectives: the figure of each objective's IRI, by counting rule.
    :param statuses: the IRIs of the actions that have it, by status.
    """

    iri: str
    crosswalk: str
    code: str
    title: str
    country: str
    country_title: str
    start: int | None
    end: int | None
    synthetic: bool
    totals: Mapping[str, Figure]
    objectives: Mapping[str, Mapping[str, Figure]]
    statuses: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def aligned(self) -> frozenset[str]:
        """The actions that some outcome answers."""
        return self.statuses.get(ALIGNED, frozenset())

    @cached_property
    def assessed(self) -> frozenset[str]:
        """All actions that it was assessed by."""
        return frozenset().union(*self.statuses.values())

    @property
    def place(self) -> str:
        """The country's code, or the framework's own where it is of no single country."""
        return self.country or self.code


class Comparison(NamedTuple):
    """Everything that can be compared."""

    entries: tuple[Entry, ...]
    objectives: tuple[Objective, ...]
    actions: tuple[Action, ...]
    rules: tuple[str, ...]
    definitions: Mapping[str, str]
    #: Code and name of each country that the data describe.
    countries: tuple[tuple[str, str], ...]
    synthetic: bool

    @property
    def current(self) -> tuple[Entry, ...]:
        """The frameworks that no later one of the same country follows."""
        latest: dict[str, int] = {}
        for e in self.entries:
            if e.country and e.start is not None:
                latest[e.country] = max(latest.get(e.country, e.start), e.start)
        return tuple(
            e
            for e in self.entries
            if not e.country or e.start is None or e.start == latest[e.country]
        )

    @property
    def earlier(self) -> int:
        """How many frameworks were followed by a later one."""
        return len(self.entries) - len(self.current)

    @property
    def without_data(self) -> list[tuple[str, str]]:
        """The countries that no framework was assessed for: nothing is known, which is not 0."""
        known = {e.country for e in self.entries}
        return [c for c in self.countries if c[0] not in known]

    def find(self, framework: str) -> Entry:
        """Find an assessed framework by its code or IRI.

        :raises InputError: if there is none.
        """
        wanted = resolve_framework(framework)
        found = [e for e in self.entries if e.iri == wanted]
        if not found:
            codes = [e.code for e in self.entries]
            listed = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
            raise InputError(
                f"no assessment against {framework!r}; there are: {listed}."
                + did_you_mean(framework, codes)
            )
        return found[0]

    def titled(self, title: str) -> str:
        """Return a report's title, which says so where the data are synthetic."""
        if not self.synthetic:
            return title
        return say("Synthetic data: {title}", title=f"{title[:1].lower()}{title[1:]}")

    def notes(
        self, *more: str, rules: Iterable[str] = RULES, latest: bool = True
    ) -> tuple[str, ...]:
        """Return what every report across countries says below its tables.

        :param more: what the report itself has to say.
        :param rules: the counting rules that it uses.
        :param latest: whether only the latest framework of a country counts in it.
        """
        said = []
        if self.synthetic:
            said.append(
                say("These data are synthetic: made up to try software on, and about no country.")
            )
        said += more
        said += [define(r, self.definitions[r]) for r in rules if r in self.definitions]
        if self.earlier and latest:
            said.append(
                say_many(
                    "Of each country the latest framework counts; {number} framework that a later "
                    "one follows are left out: report trend shows them.",
                    "Of each country the latest framework counts; {number} frameworks that a later "
                    "one follows are left out: report trend shows them.",
                    self.earlier,
                )
            )
        said.append(
            say_many(
                "Source: {number} crosswalk, whose assessments count as their sources state them; "
                "no link that somebody judged.",
                "Source: {number} crosswalks, whose assessments count as their sources state them; "
                "no link that somebody judged.",
                len({e.crosswalk for e in self.entries}),
            )
        )
        return tuple(said)


def read_comparison(dataset: Dataset) -> Comparison:
    """Read every assessed framework with its figures.

    :param dataset: the data, with what was counted when they were loaded.
    :raises EmptyDatasetError: if the data hold no assessment, or none that was counted.
    """
    profiles = list(dataset.query("select_country_profiles").dicts())
    if not profiles:
        raise EmptyDatasetError(
            "the data hold no counted assessment of an action: there is nothing to compare; an "
            "endpoint needs data that were loaded with gcm-ld load"
        )
    frameworks: dict[str, list[Mapping[str, Value]]] = {}
    for row in dataset.query("select_country_frameworks").dicts():
        frameworks.setdefault(str(row["framework"]), []).append(row)
    entries = [
        _entry(row, frameworks[str(row["framework"])])
        for row in profiles
        if str(row["framework"]) in frameworks
    ]
    entries.sort(key=lambda e: (natural_key(e.place), e.start or 0, e.code, e.crosswalk))
    used = {o for e in entries for figures in e.objectives.values() for o in figures}
    objectives, actions = _read_actions(dataset, used)
    synthetic = any(e.synthetic for e in entries)
    found = {rule for e in entries for rule in e.totals}
    return Comparison(
        tuple(entries),
        objectives,
        actions,
        tuple([r for r in RULES if r in found] + sorted(found.difference(RULES))),
        {
            str(r["rule"]): str(r["definition"])
            for r in dataset.query("select_counting_units").dicts()
        },
        tuple(
            (str(r["code"]), str(r["title"]))
            for r in dataset.query("select_countries").dicts()
            if bool(r["synthetic"]) == synthetic
        ),
        synthetic,
    )


def _entry(profile: Mapping[str, Value], rows: list[Mapping[str, Value]]) -> Entry:
    first = rows[0]
    places = {(str(r["countryCode"]), str(r["countryTitle"])) for r in rows if r["countryCode"]}
    place, title = places.pop() if len(places) == 1 else ("", "")
    objectives = {
        rule: {
            o: Figure(int(c), int(a))
            for o, c, a in zip(words[::3], words[1::3], words[2::3], strict=True)
        }
        for rule, words in _lines(profile["figures"])
    }
    return Entry(
        iri=str(profile["framework"]),
        crosswalk=str(profile["crosswalk"]),
        code=str(first["code"]),
        title=str(first["title"]),
        country=place,
        country_title=title,
        start=_year(first["start"]),
        end=_year(first["end"]),
        synthetic=first["synthetic"] in (True, "true"),
        totals={
            rule: Figure(
                sum(f.covered for f in figures.values()), sum(f.assessed for f in figures.values())
            )
            for rule, figures in objectives.items()
        },
        objectives=objectives,
        statuses={status: frozenset(words) for status, words in _lines(profile["actions"])},
    )


def _lines(text: Value) -> Iterator[tuple[str, list[str]]]:
    """Read the lines of a profile: a name, and the words that belong to it."""
    for line in str(text).split("; "):
        name, *words = line.split(" ")
        yield name, words


def _year(value: Value) -> int | None:
    text = str(value or "")[:4]
    return int(text) if text.isdigit() else None


def _read_actions(
    dataset: Dataset, used: set[str]
) -> tuple[tuple[Objective, ...], tuple[Action, ...]]:
    objectives: dict[str, Objective] = {}
    actions = []
    for row in dataset.query("select_country_actions").dicts():
        iri = str(row["objective"])
        if iri in used:
            objective = Objective(iri, str(row["objectiveCode"]), str(row["objectiveTitle"]))
            objectives.setdefault(iri, objective)
            actions.append(Action(str(row["action"]), str(row["code"]), str(row["title"]), iri))
    return tuple(objectives.values()), tuple(actions)


def quantile(values: list[float], share: float) -> float:
    """Return a quantile, between the two nearest values where it falls between them.

    :param values: at least one, in any order.
    :param share: 0 for the least, 0.5 for the median, 1 for the greatest.

    >>> quantile([4, 1, 2], 0.5), quantile([1, 2], 0.25)
    (2.0, 1.25)
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def label(entry: Entry) -> str:
    """Return what a framework's country is called, or the framework where there is none.

    Several frameworks of one country in the same year are told apart by their codes.
    """
    return entry.country_title or entry.title
