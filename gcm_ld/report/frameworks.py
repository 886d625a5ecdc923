"""The frameworks, how complete the data on each are, and how any two are linked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.language import label, say, say_many
from gcm_ld.namespaces import GCM
from gcm_ld.report.kinds import count_kind
from gcm_ld.report.model import Report, Table, percent, resolve_framework, whole_percent
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["report_frameworks", "report_pair"]

_Row = Mapping[str, Value]


def report_frameworks(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report which frameworks there are, and what the data hold of each.

    :param dataset: the data.
    :param framework: code or IRI of the only one to report on.
    :raises InputError: if there is no such framework.
    """
    rows = _frameworks(dataset)
    if framework is not None:
        rows = [_find(rows, framework)]
    kinds: dict[Value, list[str]] = defaultdict(list)
    for row in dataset.query("select_framework_elements").dicts():
        kinds[row["framework"]].append(count_kind(str(row["kind"]), _number(row["elements"])))
    described = [r for r in rows if r["elements"]]
    with_links = [r for r in rows if _number(r["stated"]) + _number(r["curated"])]
    columns = [
        ("code", say("Code")),
        ("title", say("Title")),
        ("country", say("Country")),
        ("start", say("From")),
        ("end", say("To")),
        ("elements", say("Elements")),
        ("linked", say("Linked")),
        ("stated", say("Links stated")),
        ("curated", say("Links curated")),
        ("objectives", say("Objectives of the Compact")),
        ("assessed", say("Actions assessed")),
    ]
    order = sorted(rows, key=lambda r: (not r["elements"], str(r["code"])))
    return Report(
        name="frameworks",
        title=say("Frameworks, and how complete the data on each are"),
        lead=(
            say_many(
                "{number} framework: {described} described by their parts, {named} only named",
                "{number} frameworks: {described} described by their parts, {named} only named",
                len(rows),
                described=len(described),
                named=len(rows) - len(described),
            ),
            say_many(
                "{number} framework linked with another",
                "{number} frameworks linked with another",
                len(with_links),
            ),
        ),
        tables=(
            Table.of(
                "frameworks",
                say("Frameworks"),
                columns,
                [tuple(r[key] for key, _ in columns) for r in order],
            ),
        ),
        views=(
            Table.of(
                "frameworks",
                say("With their parts"),
                [
                    ("code", say("Code")),
                    ("title", say("Title")),
                    ("parts", say("Parts")),
                    ("linked", say("Linked")),
                    ("links", say("Links")),
                    ("objectives", say("GCM")),
                ],
                [_line(r, kinds[r["framework"]]) for r in order if r["elements"]],
            ),
            Table.of(
                "named",
                say("Only named"),
                [("code", say("Code")), ("title", say("Title")), ("years", say("Years"))],
                [(r["code"], r["title"], _years(r)) for r in order if not r["elements"]],
            ),
        ),
        notes=(
            say(
                "Linked: parts that some link begins or ends at. GCM: objectives of the Compact "
                "that a link joins with it, by themselves or by an action."
            ),
            *_left_out(dataset),
        ),
    )


def _line(row: _Row, kinds: list[str]) -> tuple[Value, ...]:
    elements, linked = _number(row["elements"]), _number(row["linked"])
    links = []
    if row["stated"]:
        links.append(say("{number} stated", number=row["stated"]))
    if row["curated"]:
        links.append(say("{number} curated", number=row["curated"]))
    return (
        row["code"],
        row["title"],
        ", ".join(kinds),
        f"{whole_percent(linked, elements)} %",
        ", ".join(links) or say("none"),
        None if row["framework"] == GCM else row["objectives"],
    )


def _left_out(dataset: Dataset) -> list[str]:
    """Say that links are left out, where they are."""
    return [] if dataset.curated else [say("Curated links are left out: --curated counts them.")]


def _years(row: _Row) -> str:
    start, end = row["start"], row["end"]
    return f"{start}–{end}" if start and end else str(start or end or "")


def report_pair(dataset: Dataset, framework: str, subject: str | None = None) -> Report:
    """Report how much of a framework is linked with another, part by part.

    :param dataset: the data.
    :param framework: code or IRI of the covering framework.
    :param subject: code or IRI of the framework to be covered; the Compact if not given.
    :raises InputError: if there is no such framework, or both are one.
    """
    frameworks = _frameworks(dataset)
    covering = _find(frameworks, framework)
    covered = _find(frameworks, subject or "gcm")
    if covering["framework"] == covered["framework"]:
        raise InputError(f"{covering['code']} can't cover itself: name two frameworks")
    shown = _count_parts(dataset, str(covered["framework"]), str(covering["framework"]))
    kinds = sorted({str(r["kind"]) for r in shown})
    totals: Counter[tuple[Value, str]] = Counter()
    for row in shown:
        totals[row["kind"], "linked"] += _number(row["linked"])
        totals[row["kind"], "total"] += _number(row["total"])
    parts = {r["top"] for r in shown}
    joined = {r["top"] for r in shown if r["linked"]}
    lines = [(r["code"], r["title"], r["kind"], r["linked"], r["total"], r["links"]) for r in shown]
    return Report(
        name="coverage",
        title=say(
            "Links between the {subject} and the {framework}",
            subject=covered["title"],
            framework=covering["title"],
        ),
        lead=(
            say(
                "{linked} of {total} widest parts are linked, by themselves or below",
                linked=len(joined),
                total=len(parts),
            )
            if parts
            else say("no link joins the two"),
            *(
                say(
                    "{kind}: {linked} of {total} ({share} %)",
                    kind=kind,
                    linked=totals[kind, "linked"],
                    total=totals[kind, "total"],
                    share=percent(totals[kind, "linked"], totals[kind, "total"]),
                )
                for kind in kinds
            ),
        ),
        tables=(
            Table.of(
                "pair",
                say("Linked parts"),
                [
                    ("code", "#"),
                    ("title", say("Title")),
                    ("kind", say("Kind")),
                    ("linked", say("Linked")),
                    ("total", say("Total")),
                    ("links", say("Links")),
                ],
                lines,
            ),
        ),
        views=(_pair_view(shown, kinds),),
        notes=(
            say(
                "A part counts as linked where a link joins it with the other framework or one of "
                "its parts, either way round."
            ),
            *_left_out(dataset),
        ),
    )


def _count_parts(dataset: Dataset, subject: str, framework: str) -> list[_Row]:
    """Count linked and all elements below each widest part, by kind.

    Kinds that no link joins, such as the commitments of the Compact, would only be noise.
    """
    elements = {}
    wider: dict[Value, set[Value]] = defaultdict(set)
    for row in dataset.query("select_parts", framework=subject).dicts():
        elements[row["element"]] = row
        if row["wider"] is not None:
            wider[row["element"]].add(row["wider"])
    links: dict[Value, set[Value]] = defaultdict(set)
    for row in dataset.query("select_pair_links", subject=subject, framework=framework).dicts():
        links[row["element"]].add(row["link"])
    kinds = {elements[e]["kind"] for e in links if e in elements}
    groups: dict[tuple[Value, Value], list[Value]] = defaultdict(list)
    for element, row in elements.items():
        if row["kind"] in kinds:
            for top in _tops(element, wider):
                groups[top, row["kind"]].append(element)
    return [
        {
            "top": top,
            "code": elements[top]["code"],
            "title": elements[top]["title"],
            "kind": kind,
            "linked": sum(bool(links[e]) for e in members),
            "total": len(members),
            "links": len(set().union(*(links[e] for e in members))),
        }
        for (top, kind), members in sorted(
            groups.items(), key=lambda g: (natural_key(str(g[0][0])), str(g[0][1]))
        )
    ]


def _tops(element: Value, wider: Mapping[Value, set[Value]]) -> set[Value]:
    """Return the widest parts that an element belongs to; itself, where it is part of nothing."""
    tops: set[Value] = set()
    seen = {element}
    waiting = [element]
    while waiting:
        this = waiting.pop()
        above = wider.get(this, set()) - seen
        if not wider.get(this):
            tops.add(this)
        seen |= above
        waiting += above
    return tops


def _pair_view(rows: Iterable[_Row], kinds: list[str]) -> Table:
    cells: dict[Value, dict[str, str]] = {}
    titles: dict[Value, tuple[Value, Value]] = {}
    links: Counter[Value] = Counter()
    for row in rows:
        top = row["top"]
        titles[top] = row["code"], row["title"]
        cells.setdefault(top, {})[str(row["kind"])] = f"{row['linked']}/{row['total']}"
        links[top] += _number(row["links"])
    return Table.of(
        "pair",
        say("Linked parts"),
        [
            ("code", "#"),
            ("title", say("Title")),
            *((k, label(k).capitalize()) for k in kinds),
            ("n", say("Links")),
        ],
        [
            (*titles[top], *(by_kind.get(k) for k in kinds), links[top])
            for top, by_kind in cells.items()
        ],
    )


def _frameworks(dataset: Dataset) -> list[_Row]:
    """List the frameworks with their figures."""
    elements: Counter[Value] = Counter()
    for row in dataset.query("select_framework_elements").dicts():
        elements[row["framework"]] += _number(row["elements"])
    links: Counter[tuple[Value, Value]] = Counter()
    for row in dataset.query("select_framework_links").dicts():
        links[row["framework"], row["basis"]] += _number(row["links"])
    linked = _figures(dataset, "select_linked_elements", "linked")
    objectives = _figures(dataset, "select_joined_objectives", "objectives")
    assessed = _figures(dataset, "select_assessed_frameworks", "actions")
    return [
        {
            **row,
            "elements": elements[row["framework"]],
            "linked": linked[row["framework"]],
            "stated": links[row["framework"], "stated"],
            "curated": links[row["framework"], "curated"],
            "objectives": objectives[row["framework"]],
            "assessed": assessed[row["framework"]],
        }
        for row in dataset.query("select_frameworks").dicts()
    ]


def _figures(dataset: Dataset, query: str, column: str) -> Counter[Value]:
    return Counter({r["framework"]: _number(r[column]) for r in dataset.query(query).dicts()})


def _find(rows: list[_Row], framework: str) -> _Row:
    wanted = resolve_framework(framework)
    found = next((r for r in rows if r["framework"] == wanted), None)
    if found is None:
        codes = [str(r["code"]) for r in rows]
        raise InputError(
            f"no framework {framework!r}: 'gcm-ld report frameworks' lists them."
            + did_you_mean(framework, codes)
        )
    return found


def _number(value: Value) -> int:
    return int(str(value or 0))
