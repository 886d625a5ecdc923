"""Progress compared across countries: each folder measured apart, so that memory stays bounded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.language import say, say_many
from gcm_ld.progress import LINKS, RULES, Figure, Spoken, measure
from gcm_ld.progress.figures import check_choice
from gcm_ld.progress.totals import Totals
from gcm_ld.report.model import Report, Table, resolve_framework
from gcm_ld.report.progress_words import (
    figure_cells,
    figure_columns,
    interval,
    known_words,
    links_words,
    rule_words,
    share,
    synthetic_words,
)
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key
from gcm_ld.workers import cores, run_all

__all__ = ["report_progress_countries"]

#: Fewer folders than this are measured sooner by one process.
_FEW = 4


class _Choice(NamedTuple):
    year: int | None
    rule: str
    links: str


class _Entry(NamedTuple):
    """A framework with its figures, small enough to be sent from one process to another."""

    iri: str
    code: str
    title: str
    country: str | None
    country_title: str | None
    start: int | None
    synthetic: bool
    year: int | None
    figure: Figure
    objectives: tuple[tuple[str, str, Figure], ...]
    spoken: Spoken

    @property
    def place(self) -> str:
        """The country's code, or the framework's own where it is of no country."""
        return self.country or self.code


def report_progress_countries(
    dataset: Dataset,
    *,
    framework: str | None = None,
    year: int | None = None,
    rule: str | None = None,
    links: str | None = None,
) -> Report:
    """Report how far each country has come, ranked.

    The files of each folder are opened apart, and several folders at once.

    :param dataset: the data; only its list of files is read here.
    :param framework: code or IRI of a framework whose rank the lead tells.
    :param year: the last year whose values count; in each country that of the latest value if not
        given.
    :param rule: how figures are put together: ``mean``, ``worst`` or ``on-track``.
    :param links: what carries them to actions: ``indicators``, ``outcomes`` or ``both``.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework or choice, a file can't be read, or
        synthetic and real data meet.
    """
    choice = _Choice(
        year,
        check_choice("rule", rule or "mean", RULES),
        check_choice("links", links or "both", LINKS),
    )
    entries = _measure_all(_group(dataset.files), choice)
    if not entries:
        raise EmptyDatasetError(
            "the data hold no assessment of an action: there is nothing to compare"
        )
    _refuse_mixture(entries)
    current, earlier = _latest(entries)
    order = sorted(current, key=_order)
    ranks = _ranks(order)
    synthetic = any(e.synthetic for e in entries)
    lead = list(_lead(order, choice))
    if framework is not None:
        lead.insert(0, _rank_words(_find(entries, framework), ranks, earlier))
    title = say("Progress compared across countries")
    return Report(
        name="progress-countries",
        title=say("Synthetic data: progress compared across countries") if synthetic else title,
        lead=tuple(lead),
        tables=(_country_table(order, ranks), _objective_table(order)),
        views=(_ranking(order, ranks),),
        notes=tuple(_notes(choice, len(earlier), synthetic=synthetic)),
    )


def _group(files: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Group files by their folder."""
    groups: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        groups[path.parent].append(path)
    return [tuple(groups[folder]) for folder in sorted(groups)]


def _measure_all(groups: Sequence[tuple[Path, ...]], choice: _Choice) -> list[_Entry]:
    """Measure every folder, on all cores where there is enough to do.

    :raises InputError: what went wrong in one of them.
    """

    def measure_one(number: int) -> list[_Entry]:
        return _measure(groups[number], choice)

    jobs = cores() if len(groups) >= _FEW else 1
    cure = "ask of fewer countries at once, or try again when more memory is free"
    found = run_all(measure_one, len(groups), jobs=jobs, cure=cure)
    return [entry for entries in found for entry in entries]


def _measure(files: tuple[Path, ...], choice: _Choice) -> list[_Entry]:
    """Measure the assessed frameworks of one folder."""
    dataset = Totals(files, own=True, curated=False)
    try:
        rows = dataset.query("select_assessed_frameworks").dicts()
    except EmptyDatasetError:
        return []
    found = []
    for iri in dict.fromkeys(str(r["framework"]) for r in rows):
        progress = measure(dataset, iri, year=choice.year, rule=choice.rule, links=choice.links)
        found.append(
            _Entry(
                iri=iri,
                code=progress.framework.name,
                title=progress.framework.title,
                country=progress.country,
                country_title=progress.country_title,
                start=progress.start,
                synthetic=progress.synthetic,
                year=progress.year,
                figure=progress.whole.figure._replace(parts=()),
                objectives=tuple(
                    (g.code, g.title, g.figure._replace(parts=())) for g in progress.objectives
                ),
                spoken=progress.spoken,
            )
        )
    return found


def _refuse_mixture(entries: Iterable[_Entry]) -> None:
    """Refuse synthetic and real countries in one ranking.

    :raises InputError: naming one of each.
    """
    by_kind = {e.synthetic: e.code for e in entries}
    if len(by_kind) > 1:
        raise InputError(
            f"synthetic and real data must not be mixed: {by_kind[True]} is synthetic and "
            f"{by_kind[False]} is not: keep them in folders and stores of their own"
        )


def _latest(entries: Iterable[_Entry]) -> tuple[list[_Entry], list[_Entry]]:
    """Tell the latest frameworks of each country from those that a later one follows."""
    listed = list(entries)
    starts: dict[str, int] = {}
    for e in listed:
        if e.country and e.start is not None:
            starts[e.country] = max(starts.get(e.country, e.start), e.start)
    current = [e for e in listed if not e.country or e.start in (None, starts.get(e.country))]
    chosen = {e.iri for e in current}
    return current, [e for e in listed if e.iri not in chosen]


def _order(entry: _Entry) -> tuple[object, ...]:
    value = entry.figure.value
    return (value is None, -value if value is not None else 0, natural_key(entry.place), entry.code)


def _ranks(entries: Sequence[_Entry]) -> dict[str, int]:
    """Rank by figure, the highest first; equals share a rank, and the next leaves a gap."""
    known = [e for e in entries if e.figure.value is not None]
    ranks: dict[str, int] = {}
    for number, entry in enumerate(known, 1):
        before = known[number - 2]
        same = number > 1 and before.figure.value == entry.figure.value
        ranks[entry.iri] = ranks[before.iri] if same else number
    return ranks


def _find(entries: Sequence[_Entry], framework: str) -> _Entry:
    """Find a framework by its code or IRI.

    :raises InputError: if there is none.
    """
    wanted = resolve_framework(framework)
    for entry in entries:
        if entry.iri == wanted:
            return entry
    codes = [e.code for e in entries]
    listed = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
    raise InputError(
        f"no assessment against {framework!r}; there are: {listed}."
        + did_you_mean(framework, codes)
    )


def _rank_words(entry: _Entry, ranks: dict[str, int], earlier: Sequence[_Entry]) -> str:
    if entry in earlier:
        return say("{framework} was followed by a later framework: no rank", framework=entry.code)
    if entry.iri not in ranks:
        return say("{framework}: nothing known, no rank", framework=entry.code)
    return say(
        "{framework}: rank {rank} of {ranked} ({share:.1f} %)",
        framework=entry.code,
        rank=ranks[entry.iri],
        ranked=len(ranks),
        share=share(entry.figure.value),
    )


def _lead(entries: Sequence[_Entry], choice: _Choice) -> Iterable[str]:
    how = {"rule": choice.rule, "links": choice.links}
    if choice.year is None:
        yield say("as of each country's latest value; rule {rule}, links {links}", **how)
    else:
        yield say("as of {year}; rule {rule}, links {links}", year=str(choice.year), **how)
    known = [e.figure.value for e in entries if e.figure.value is not None]
    yield say(
        "values speak for something in {known} of {frameworks} frameworks",
        known=len(known),
        frameworks=len(entries),
    )
    if len(known) > 1:
        yield say(
            "median {median:.1f} %, all between {low:.1f} and {high:.1f} %, over what is known",
            median=share(median(known)),
            low=share(min(known)),
            high=share(max(known)),
        )
    elif not known:
        yield say("nothing is known of progress, and nothing is claimed")


def _who(entry: _Entry) -> tuple[Value, ...]:
    return entry.country, entry.country_title, entry.code, entry.start


_WHO = [
    ("country", "Code"),
    ("countryTitle", "Country"),
    ("framework", "Framework"),
    ("start", "From"),
]


def _country_table(entries: Sequence[_Entry], ranks: dict[str, int]) -> Table:
    rows = [
        (
            *_who(e),
            ranks.get(e.iri),
            e.year,
            *figure_cells(e.figure),
            None if (spoken := _spoken_share(e)) is None else float(spoken),
            e.spoken.indicators,
            e.spoken.with_value,
            e.spoken.with_figure,
        )
        for e in entries
    ]
    columns = [
        *_WHO,
        ("rank", say("Rank")),
        ("year", say("Year")),
        *figure_columns(),
        ("spokenFor", say("Spoken for")),
        ("indicators", say("Indicators")),
        ("withValue", say("With a value")),
        ("withFigure", say("With a figure")),
    ]
    return Table.of("countries", say("Progress by country"), columns, rows)


def _spoken_share(entry: _Entry) -> Fraction | None:
    """Return the share of actions that values speak for; none where no action applies."""
    actions = entry.spoken.actions
    return Fraction(entry.spoken.actions_known, actions) if actions else None


def _objective_table(entries: Sequence[_Entry]) -> Table:
    rows = [
        (*_who(e), code, title, *figure_cells(figure))
        for e in entries
        for code, title, figure in e.objectives
    ]
    columns = [*_WHO, ("objective", "#"), ("title", say("Objective")), *figure_columns()]
    return Table.of("objectives", say("Progress by country and objective"), columns, rows)


def _ranking(entries: Sequence[_Entry], ranks: dict[str, int]) -> Table:
    rows = [
        (
            ranks.get(e.iri),
            e.place,
            e.country_title or e.title,
            share(e.figure.value),
            *interval(e.figure),
            known_words(e.figure),
            share(_spoken_share(e)),
        )
        for e in entries
    ]
    columns = [
        ("rank", say("Rank")),
        ("place", say("Code")),
        ("title", say("Country")),
        ("value", "%"),
        ("low", say("From")),
        ("high", say("To")),
        ("known", say("Known")),
        ("spokenFor", say("Spoken for, %")),
    ]
    return Table.of("ranking", say("Progress by country"), columns, rows)


def _notes(choice: _Choice, earlier: int, *, synthetic: bool) -> Iterable[str]:
    if synthetic:
        yield synthetic_words()
    yield rule_words(choice.rule)
    yield links_words(choice.links)
    yield say(
        "Rank: by the figure over what is known; equal figures have equal ranks. Where intervals "
        "overlap, what is unknown could turn the order round. Countries set their own targets, so "
        "that a higher figure is not more done, but more of what was set."
    )
    yield say(
        "Spoken for: the share of the actions that apply whose figure is known. Where nothing is "
        "known there is no figure, which is not 0 %."
    )
    if earlier:
        yield say_many(
            "Of each country the latest framework counts; {number} framework that a later one "
            "follows is left out.",
            "Of each country the latest framework counts; {number} frameworks that a later one "
            "follows are left out.",
            earlier,
        )
    yield say("Each folder of files was measured apart, with what stands in it and nothing else.")
