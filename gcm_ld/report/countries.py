"""Countries compared: coverage ranked, objective by objective, and over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gcm_ld.dataset import Dataset
from gcm_ld.language import label as translate
from gcm_ld.language import message, say, say_many
from gcm_ld.report.comparison import Comparison, Entry, label, quantile, read_comparison
from gcm_ld.report.model import Report, Table, whole_percent
from gcm_ld.store import Value

__all__ = ["report_countries", "report_trend"]

_SPREAD = (
    ("minimum", message("Lowest"), 0.0),
    ("quartile1", message("Quartile 1"), 0.25),
    ("median", message("Median"), 0.5),
    ("quartile3", message("Quartile 3"), 0.75),
    ("maximum", message("Highest"), 1.0),
)


def report_countries(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report how much each country covers, ranked, under each counting rule.

    :param dataset: the data.
    :param framework: code or IRI of an assessed framework whose rank the lead tells.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework.
    """
    found = read_comparison(dataset)
    chosen = found.find(framework) if framework else None
    current = found.current
    ranks = {rule: _rank(current, rule) for rule in found.rules}
    first = found.rules[0]
    order = sorted(current, key=lambda e: (ranks[first].get(e, len(current) + 1), e.place, e.code))
    lead = [_spread_words(found, rule) for rule in found.rules]
    if chosen is not None:
        lead.insert(0, _rank_words(chosen, ranks, found))
    missing = found.without_data
    if missing:
        lead.append(
            say_many(
                "no data: {number} country without an assessed framework",
                "no data: {number} countries without an assessed framework",
                len(missing),
            )
        )
    return Report(
        name="countries",
        title=found.titled(say("Coverage compared across countries")),
        lead=tuple(lead),
        tables=(
            _coverage_table(found, order, ranks),
            _spread_table(found),
            _objectives_table(found, order),
            Table.of(
                "no_data",
                say("Countries without data"),
                [("country", say("Code")), ("countryTitle", say("Country"))],
                missing,
            ),
        ),
        views=(_ranking(found, order, ranks[first]), _spread_table(found)),
        notes=found.notes(
            say(
                "Rank: by the {rule} rule; equal shares have equal ranks. Shares are of the "
                "actions or rows that the rule counts.",
                rule=first,
            ),
            say("No data: nothing is known of the country, which is not the same as no coverage."),
            rules=found.rules,
        ),
        charts=("countries", "map"),
    )


def _rank(entries: Sequence[Entry], rule: str) -> dict[Entry, int]:
    """Rank by share, the highest first; equals share a rank, and the next leaves a gap."""
    shares = [(e, e.totals[rule].share) for e in entries if rule in e.totals]
    known = [(e, s) for e, s in shares if s is not None]
    return {e: 1 + sum(other > s for _, other in known) for e, s in known}


def _rank_words(chosen: Entry, ranks: dict[str, dict[Entry, int]], found: Comparison) -> str:
    if chosen not in found.current:
        return say(
            "{framework} was followed by a later framework and has no rank", framework=chosen.code
        )
    parts = [
        say(
            "{rank} of {number} by the {rule} rule ({share} %)",
            rank=by[chosen],
            number=len(by),
            rule=rule,
            share=chosen.totals[rule].share,
        )
        for rule, by in ranks.items()
        if chosen in by
    ]
    return say(
        "{country} ({framework}): rank {ranks}",
        country=label(chosen),
        framework=chosen.code,
        ranks="; ".join(parts),
    )


def _shares(found: Comparison, rule: str) -> list[float]:
    shares = [e.totals[rule].share for e in found.current if rule in e.totals]
    return [s for s in shares if s is not None]


def _spread_words(found: Comparison, rule: str) -> str:
    shares = _shares(found, rule)
    if not shares:
        return say("{rule}: no figure", rule=rule)
    low, lower, middle, upper, high = (round(quantile(shares, q), 1) for *_, q in _SPREAD)
    if len(shares) == 1:
        return say("{rule}: {share} % in 1 framework", rule=rule, share=middle)
    return say(
        "{rule}: median {median} % of {number} frameworks; half lie between {lower} and {upper} %, "
        "all between {low} and {high} %",
        rule=rule,
        median=middle,
        number=len(shares),
        lower=lower,
        upper=upper,
        low=low,
        high=high,
    )


def _spread_table(found: Comparison) -> Table:
    rows: list[list[Value]] = []
    for rule in found.rules:
        shares = _shares(found, rule)
        if shares:
            rows.append([rule, len(shares), *(round(quantile(shares, q), 1) for *_, q in _SPREAD)])
    return Table.of(
        "spread",
        say("How shares are spread, %"),
        [
            ("rule", say("Rule")),
            ("frameworks", say("Frameworks")),
            *((k, translate(h)) for k, h, _ in _SPREAD),
        ],
        rows,
    )


def _who_columns() -> list[tuple[str, str]]:
    return [
        ("country", say("Code")),
        ("countryTitle", say("Country")),
        ("framework", say("Framework")),
        ("start", say("From")),
    ]


def _who(entry: Entry) -> list[Value]:
    return [entry.country or None, entry.country_title or None, entry.code, entry.start]


def _coverage_table(
    found: Comparison, order: Sequence[Entry], ranks: dict[str, dict[Entry, int]]
) -> Table:
    rows = [
        [
            *_who(e),
            rule,
            ranks[rule].get(e),
            e.totals[rule].covered,
            e.totals[rule].assessed,
            e.totals[rule].share,
        ]
        for e in order
        for rule in found.rules
        if rule in e.totals
    ]
    return Table.of(
        "coverage",
        say("Coverage by framework and counting rule"),
        [
            *_who_columns(),
            ("rule", say("Rule")),
            ("rank", say("Rank")),
            ("covered", say("Covered")),
            ("assessed", say("Assessed")),
            ("share", "%"),
        ],
        rows,
    )


def _ranking(found: Comparison, order: Sequence[Entry], ranks: dict[Entry, int]) -> Table:
    """Lay the ranking out for people: a line a framework, a column a rule."""
    several = len({e.country for e in order if e.country}) < len(order)
    lines = []
    for e in order:
        cells = [
            f"{e.totals[r].covered}/{e.totals[r].assessed} "
            f"{whole_percent(e.totals[r].covered, e.totals[r].assessed):>3} %"
            if r in e.totals
            else say("no data")
            for r in found.rules
        ]
        name = f"{label(e)} ({e.code})" if several else label(e)
        lines.append([ranks.get(e), e.place, name, *cells])
    return Table.of(
        "ranking",
        say("Frameworks by coverage"),
        [
            ("rank", say("Rank")),
            ("country", say("Code")),
            ("title", say("Country")),
            *((r, translate(r)) for r in found.rules),
        ],
        lines,
    )


def _objectives_table(found: Comparison, order: Sequence[Entry]) -> Table:
    rows = []
    for e in order:
        for objective in found.objectives:
            for rule in found.rules:
                figure = e.objectives.get(rule, {}).get(objective.iri)
                if figure is not None:
                    rows.append(
                        [e.country or None, e.code, objective.code, rule, *figure, figure.share]
                    )
    return Table.of(
        "objectives",
        say("Coverage by framework, objective and counting rule"),
        [
            ("country", say("Code")),
            ("framework", say("Framework")),
            ("objective", "#"),
            ("rule", say("Rule")),
            ("covered", say("Covered")),
            ("assessed", say("Assessed")),
            ("share", "%"),
        ],
        rows,
    )


def report_trend(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report how coverage changes from one framework of a country to the next.

    :param dataset: the data.
    :param framework: code or IRI of a framework whose country alone is shown.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework.
    """
    found = read_comparison(dataset)
    entries = found.entries
    if framework:
        chosen = found.find(framework)
        entries = tuple(e for e in entries if e.country == chosen.country and e.country) or (
            chosen,
        )
    series: dict[str, list[Entry]] = defaultdict(list)
    for e in entries:
        if e.country and e.start is not None:
            series[e.country].append(e)
    followed = {c: es for c, es in series.items() if len({e.start for e in es}) > 1}
    first = found.rules[0]
    changes = [
        (es[-1].totals[first].share or 0) - (es[0].totals[first].share or 0)
        for es in followed.values()
    ]
    undated = sum(e.start is None for e in entries)
    lead = [_change_words(changes, first)]
    if undated:
        lead.append(
            say_many(
                "{number} framework without a first year: not in this report",
                "{number} frameworks without a first year: not in this report",
                undated,
            )
        )
    return Report(
        name="trend",
        title=found.titled(say("Coverage over time")),
        lead=tuple(lead),
        tables=(_change_table(found, followed), _years_table(found, entries)),
        views=(_change_view(found, followed), _years_table(found, entries)),
        notes=found.notes(
            say(
                "Change: in percentage points, from the framework before. Years are the first of "
                "each framework. Frameworks may have been assessed by different sources."
            ),
            rules=found.rules,
            latest=False,
        ),
        charts=("trend",) if followed else (),
    )


def _change_words(changes: list[float], rule: str) -> str:
    if not changes:
        return say(
            "no country has several assessed frameworks in succession: no change can be told"
        )
    up, down = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
    same = len(changes) - up - down
    middle = round(quantile(changes, 0.5), 1)
    return say_many(
        "{number} country with several frameworks in succession, by the {rule} rule: {up} cover "
        "more than before, {down} less, {same} as much; median change {median:+} percentage points",
        "{number} countries with several frameworks in succession, by the {rule} rule: {up} cover "
        "more than before, {down} less, {same} as much; median change {median:+} percentage points",
        len(changes),
        rule=rule,
        up=up,
        down=down,
        same=same,
        median=middle,
    )


def _steps(
    found: Comparison, followed: dict[str, list[Entry]]
) -> list[tuple[Entry, str, float | None]]:
    """List each framework and rule with the change from the one before."""
    steps = []
    for es in followed.values():
        for rule in found.rules:
            before: float | None = None
            for e in es:
                share = e.totals[rule].share if rule in e.totals else None
                change = None if before is None or share is None else round(share - before, 1)
                steps.append((e, rule, change))
                before = share
    return steps


def _change_table(found: Comparison, followed: dict[str, list[Entry]]) -> Table:
    return Table.of(
        "changes",
        say("Frameworks in succession"),
        [
            *_who_columns(),
            ("rule", say("Rule")),
            ("covered", say("Covered")),
            ("assessed", say("Assessed")),
            ("share", "%"),
            ("change", say("Change")),
        ],
        [
            [*_who(e), rule, *e.totals[rule], e.totals[rule].share, change]
            for e, rule, change in _steps(found, followed)
        ],
    )


def _change_view(found: Comparison, followed: dict[str, list[Entry]]) -> Table:
    """Lay changes out for people: a line a country."""
    lines = []
    for es in followed.values():
        cells = [
            " → ".join(f"{e.totals[rule].share:.0f} %" for e in es if e.totals[rule].assessed)
            for rule in found.rules
        ]
        years = " → ".join(str(e.start) for e in es)
        lines.append([es[0].country, es[0].country_title, years, *cells])
    return Table.of(
        "changes",
        say("Countries with frameworks in succession"),
        [
            ("country", say("Code")),
            ("title", say("Country")),
            ("years", say("From")),
            *((r, translate(r)) for r in found.rules),
        ],
        lines,
    )


def _years_table(found: Comparison, entries: Sequence[Entry]) -> Table:
    rows: list[list[Value]] = []
    by_year: dict[int, list[Entry]] = defaultdict(list)
    for e in entries:
        if e.start is not None:
            by_year[e.start].append(e)
    for year in sorted(by_year):
        for rule in found.rules:
            shares = [e.totals[rule].share for e in by_year[year] if rule in e.totals]
            known = [s for s in shares if s is not None]
            if known:
                spread = (round(quantile(known, q), 1) for q in (0, 0.5, 1))
                rows.append([year, rule, len(known), *spread])
    return Table.of(
        "years",
        say("Coverage by first year, %"),
        [
            ("start", say("From")),
            ("rule", say("Rule")),
            ("frameworks", say("Frameworks")),
            ("minimum", say("Lowest")),
            ("median", say("Median")),
            ("maximum", say("Highest")),
        ],
        rows,
    )
