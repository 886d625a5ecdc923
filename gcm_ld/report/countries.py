"""Countries compared: coverage ranked, objective by objective, and over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gcm_ld.dataset import Dataset
from gcm_ld.report.comparison import Comparison, Entry, label, quantile, read_comparison
from gcm_ld.report.model import Report, Table, whole_percent
from gcm_ld.store import Value
from gcm_ld.words import plural

__all__ = ["report_countries", "report_trend"]

_SPREAD = (
    ("minimum", "Lowest", 0.0),
    ("quartile1", "Quartile 1", 0.25),
    ("median", "Median", 0.5),
    ("quartile3", "Quartile 3", 0.75),
    ("maximum", "Highest", 1.0),
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
        lead.append(f"no data: {plural(len(missing), 'country')} without an assessed framework")
    return Report(
        name="countries",
        title=found.titled("Coverage compared across countries"),
        lead=tuple(lead),
        tables=(
            _coverage_table(found, order, ranks),
            _spread_table(found),
            _objectives_table(found, order),
            Table.of(
                "no_data",
                "Countries without data",
                [("country", "Code"), ("countryTitle", "Country")],
                missing,
            ),
        ),
        views=(_ranking(found, order, ranks[first]), _spread_table(found)),
        notes=found.notes(
            f"Rank: by the {first} rule; equal shares have equal ranks. Shares are of the actions "
            "or rows that the rule counts.",
            "No data: nothing is known of the country, which is not the same as no coverage.",
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
        return f"{chosen.code} was followed by a later framework and has no rank"
    parts = [
        f"{by[chosen]} of {len(by)} by the {rule} rule ({chosen.totals[rule].share} %)"
        for rule, by in ranks.items()
        if chosen in by
    ]
    return f"{label(chosen)} ({chosen.code}): rank {'; '.join(parts)}"


def _shares(found: Comparison, rule: str) -> list[float]:
    shares = [e.totals[rule].share for e in found.current if rule in e.totals]
    return [s for s in shares if s is not None]


def _spread_words(found: Comparison, rule: str) -> str:
    shares = _shares(found, rule)
    if not shares:
        return f"{rule}: no figure"
    low, lower, middle, upper, high = (round(quantile(shares, q), 1) for *_, q in _SPREAD)
    number = plural(len(shares), "framework")
    if len(shares) == 1:
        return f"{rule}: {middle} % in {number}"
    return (
        f"{rule}: median {middle} % of {number}; half lie between {lower} and {upper} %, all "
        f"between {low} and {high} %"
    )


def _spread_table(found: Comparison) -> Table:
    rows: list[list[Value]] = []
    for rule in found.rules:
        shares = _shares(found, rule)
        if shares:
            rows.append([rule, len(shares), *(round(quantile(shares, q), 1) for *_, q in _SPREAD)])
    return Table.of(
        "spread",
        "How shares are spread, %",
        [("rule", "Rule"), ("frameworks", "Frameworks"), *((k, h) for k, h, _ in _SPREAD)],
        rows,
    )


_WHO = [
    ("country", "Code"),
    ("countryTitle", "Country"),
    ("framework", "Framework"),
    ("start", "From"),
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
        "Coverage by framework and counting rule",
        [
            *_WHO,
            ("rule", "Rule"),
            ("rank", "Rank"),
            ("covered", "Covered"),
            ("assessed", "Assessed"),
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
            else "no data"
            for r in found.rules
        ]
        name = f"{label(e)} ({e.code})" if several else label(e)
        lines.append([ranks.get(e), e.place, name, *cells])
    return Table.of(
        "ranking",
        "Frameworks by coverage",
        [
            ("rank", "Rank"),
            ("country", "Code"),
            ("title", "Country"),
            *((r, r) for r in found.rules),
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
        "Coverage by framework, objective and counting rule",
        [
            ("country", "Code"),
            ("framework", "Framework"),
            ("objective", "#"),
            ("rule", "Rule"),
            ("covered", "Covered"),
            ("assessed", "Assessed"),
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
        lead.append(f"{plural(undated, 'framework')} without a first year: not in this report")
    return Report(
        name="trend",
        title=found.titled("Coverage over time"),
        lead=tuple(lead),
        tables=(_change_table(found, followed), _years_table(found, entries)),
        views=(_change_view(found, followed), _years_table(found, entries)),
        notes=found.notes(
            "Change: in percentage points, from the framework before. Years are the first of each "
            "framework. Frameworks may have been assessed by different sources.",
            rules=found.rules,
            latest=False,
        ),
        charts=("trend",) if followed else (),
    )


def _change_words(changes: list[float], rule: str) -> str:
    if not changes:
        return "no country has several assessed frameworks in succession: no change can be told"
    up, down = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
    same = len(changes) - up - down
    middle = round(quantile(changes, 0.5), 1)
    return (
        f"{plural(len(changes), 'country')} with several frameworks in succession, by the {rule} "
        f"rule: {up} cover more than before, {down} less, {same} as much; median change "
        f"{middle:+} percentage points"
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
        "Frameworks in succession",
        [
            *_WHO,
            ("rule", "Rule"),
            ("covered", "Covered"),
            ("assessed", "Assessed"),
            ("share", "%"),
            ("change", "Change"),
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
        "Countries with frameworks in succession",
        [
            ("country", "Code"),
            ("title", "Country"),
            ("years", "From"),
            *((r, r) for r in found.rules),
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
        "Coverage by first year, %",
        [
            ("start", "From"),
            ("rule", "Rule"),
            ("frameworks", "Frameworks"),
            ("minimum", "Lowest"),
            ("median", "Median"),
            ("maximum", "Highest"),
        ],
        rows,
    )
