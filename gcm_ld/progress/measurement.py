"""Progress of one framework: what questions return, put together. Figures are exact fractions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.model import FORECAST
from gcm_ld.namespaces import compact
from gcm_ld.period import Period
from gcm_ld.progress.figures import LINKS, RULES, Figure, check_choice, combine
from gcm_ld.progress.indicators import Named, follow
from gcm_ld.progress.model import (
    Action,
    Group,
    Indicator,
    Link,
    Observed,
    Progress,
    Serving,
    Spoken,
)
from gcm_ld.report.model import assessed_framework
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["measure"]

_Row = Mapping[str, Value]


def measure(
    dataset: Dataset,
    framework: str | None = None,
    *,
    year: int | None = None,
    rule: str = "mean",
    links: str = "both",
) -> Progress:
    """Measure progress on the Compact and the SDGs by a framework's indicators.

    Curated links count where the dataset has them: ``dataset.stated`` leaves them out.

    :param dataset: the data.
    :param framework: code or IRI of the assessed framework, where the data know several.
    :param year: the last year whose values count; the year of the latest value if not given.
    :param rule: how figures are put together: ``mean``, ``worst`` or ``on-track``.
    :param links: what carries figures to actions: ``indicators`` (those that an action names),
        ``outcomes`` (those of the outcomes that answer it) or ``both``.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if the framework can't be found or told, there is no such rule or kind of
        links, or a period or value can't be read.

    >>> from gcm_ld import open_dataset
    >>> found = measure(open_dataset().stated)
    >>> found.spoken.with_value, found.spoken.indicators, found.whole.figure.value
    (0, 88, None)
    """
    check_choice("rule", rule, RULES)
    check_choice("links", links, LINKS)
    against = assessed_framework(dataset, framework)

    def ask(name: str) -> list[dict[str, Value]]:
        return list(dataset.query(name, framework=against.iri).dicts())

    values = _read_values(ask("select_total_values"))
    broken_down = {
        str(row["indicator"]): int(str(row["observations"])) - int(str(row["totals"]))
        for row in ask("select_value_counts")
    }
    if year is None:
        counted = (v for of in values.values() for v in of if v.status_code != FORECAST)
        year = max((v.period.year for v in counted), default=None)
    references = _read_references(ask("select_targets"))
    indicators = {
        named.iri: follow(
            named,
            values.get(named.iri, ()),
            references.get(named.iri, ()),
            rule=rule,
            year=year,
            broken_down=broken_down.get(named.iri, 0),
        )
        for named in _read_indicators(ask("select_measured_indicators"))
    }
    ways = _read_links(ask("select_monitoring"), links)
    rows = ask("select_assessed_actions")
    actions = _read_actions(rows, ways, indicators, rule)
    objectives = _objectives(rows, actions, rule)
    serving = ask("select_action_targets")
    targets = _served(serving, actions, rule, "target")
    goals = _served(serving, actions, rule, "goal")
    whole = _group("compact", against.subject, compact(against.subject), against.subject_title,
                   actions.values(), actions, rule)  # fmt: skip
    place: _Row = next(iter(ask("select_framework_places")), {})
    start = place.get("start")
    return Progress(
        framework=against,
        synthetic=bool(place.get("synthetic")),
        year=year,
        rule=rule,
        links=links,
        indicators=indicators,
        actions=actions,
        objectives=objectives,
        targets=targets,
        goals=goals,
        whole=whole,
        spoken=_spoken(indicators, actions, objectives, targets, goals),
        country=_text(place.get("countryCode")),
        country_title=_text(place.get("countryTitle")),
        start=int(str(start)) if start is not None else None,
    )


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _observed(row: _Row) -> Observed:
    """Read an observation.

    :raises InputError: naming it, if its period or its value can't be read.
    """
    iri = str(row["observation"])
    try:
        period = Period.of(str(row["period"]))
        value = Decimal(str(row["value"]))
    except InputError as error:
        raise InputError(f"{compact(iri)}: {error}") from None
    except InvalidOperation:
        raise InputError(f"{compact(iri)}: {row['value']!r} is no number: mend it") from None
    unit = str(row["unit"])
    status = _text(row.get("status"))
    tail = re.split(r"[-/#]", status or "")[-1]
    return Observed(
        iri=iri,
        period=period,
        value=value,
        unit=unit,
        unit_title=str(row["unitTitle"] or unit.rpartition("/")[2]),
        status=status,
        status_code=_text(row.get("statusCode")) or tail,
        status_title=_text(row.get("statusTitle")) or tail,
        source=_text(row["source"]),
        source_title=_text(row["sourceTitle"]),
        citation=_text(row["citation"]),
        note=_text(row["note"]),
        revises=_text(row.get("revises")),
    )


def _read_values(rows: Iterable[_Row]) -> dict[str, list[Observed]]:
    """Read the values of totals, by indicator."""
    values: dict[str, dict[str, Observed]] = defaultdict(dict)
    for row in rows:
        indicator, iri = str(row["indicator"]), str(row["observation"])
        if iri not in values[indicator]:  # a value with two notes comes twice
            values[indicator][iri] = _observed(row)
    return {indicator: list(of.values()) for indicator, of in values.items()}


def _read_references(rows: Iterable[_Row]) -> dict[str, list[tuple[str, Observed]]]:
    """Read baselines, milestones and targets of totals, by indicator."""
    found: dict[str, dict[str, tuple[str, Observed]]] = defaultdict(dict)
    for row in rows:
        indicator, iri = str(row["indicator"]), str(row["observation"])
        if row["total"] and iri not in found[indicator]:
            found[indicator][iri] = str(row["reference"]), _observed(row)
    return {indicator: list(of.values()) for indicator, of in found.items()}


def _read_indicators(rows: Iterable[_Row]) -> list[Named]:
    found: dict[str, Named] = {}
    for row in rows:
        iri = str(row["indicator"])
        direction = _text(row["direction"])
        found.setdefault(
            iri, Named(iri, str(row["code"]), str(row["title"]), _text(row["unit"]), direction)
        )
    return sorted(found.values(), key=lambda n: natural_key(n.iri))


def _read_links(rows: Iterable[_Row], links: str) -> dict[str, list[Link]]:
    """Read the ways from actions to indicators, by action."""
    found: dict[str, list[Link]] = defaultdict(list)
    for row in rows:
        way = str(row["way"])
        if links in ("both", f"{way}s"):
            link = Link(
                indicator=str(row["indicator"]),
                way=way,
                outcome=_text(row["outcome"]),
                outcome_code=_text(row["outcomeCode"]),
                alignment=_text(row["alignment"]),
                basis=str(row["basis"] or "stated"),
                assessment=_text(row["assessment"]),
                cell=_text(row["cell"]),
            )
            found[str(row["action"])].append(link)
    return found


def _read_actions(
    rows: Iterable[_Row],
    ways: Mapping[str, Sequence[Link]],
    indicators: Mapping[str, Indicator],
    rule: str,
) -> dict[str, Action]:
    actions: dict[str, Action] = {}
    for row in rows:
        iri = str(row["action"])
        # Of several assessments the first counts by which the action applies.
        if iri in actions and (actions[iri].applies or not row["applies"]):
            continue
        links = tuple(link for link in ways.get(iri, ()) if link.indicator in indicators)
        parts = dict.fromkeys(link.indicator for link in links)  # each once
        actions[iri] = Action(
            iri=iri,
            code=str(row["code"]),
            title=str(row["title"]),
            objective=str(row["objective"]),
            status=str(row["status"]),
            applies=bool(row["applies"]),
            assessment=str(row["assessment"]),
            links=links,
            figure=combine(rule, ((p, indicators[p].figure) for p in parts)),
        )
    return dict(sorted(actions.items(), key=lambda item: natural_key(item[1].code)))


def _group(
    kind: str,
    iri: str,
    code: str,
    title: str,
    members: Iterable[Action],
    actions: Mapping[str, Action],
    rule: str,
    links: Iterable[Serving] = (),
) -> Group:
    """Put the figures of some actions together; those that do not apply are left out."""
    found = {a.iri for a in members}
    listed = [a for a in actions.values() if a.iri in found]
    counted = [a for a in listed if a.applies]
    return Group(
        kind=kind,
        iri=iri,
        code=code,
        title=title,
        actions=tuple(a.iri for a in counted),
        left_out=tuple(a.iri for a in listed if not a.applies),
        links=tuple(links),
        figure=combine(rule, ((a.iri, a.figure) for a in counted)),
    )


def _objectives(
    rows: Iterable[_Row], actions: Mapping[str, Action], rule: str
) -> tuple[Group, ...]:
    names: dict[str, tuple[str, str]] = {}
    for row in rows:
        names.setdefault(
            str(row["objective"]), (str(row["objectiveCode"]), str(row["objectiveTitle"]))
        )
    members: dict[str, list[Action]] = defaultdict(list)
    for action in actions.values():
        members[action.objective].append(action)
    return tuple(
        _group("objective", iri, *names[iri], members[iri], actions, rule)
        for iri in sorted(names, key=lambda o: natural_key(names[o][0]))
    )


def _served(
    rows: Iterable[_Row], actions: Mapping[str, Action], rule: str, kind: str
) -> tuple[Group, ...]:
    """Group actions by the SDG target that they are linked with, or by goal.

    To a goal belong those that are linked with the goal itself or with one of its targets.
    """
    names: dict[str, tuple[str, str]] = {}
    links: dict[str, dict[Serving, None]] = defaultdict(dict)
    for row in rows:
        if str(row["action"]) not in actions or (kind == "target" and row["kind"] != kind):
            continue
        keys = (
            ("object", "code", "title") if kind == "target" else ("goal", "goalCode", "goalTitle")
        )
        iri, code, title = (str(row[k]) for k in keys)
        names.setdefault(iri, (code, title))
        link = Serving(
            action=str(row["action"]),
            object=str(row["object"]),
            code=str(row["code"]),
            alignment=str(row["alignment"]),
            basis=str(row["basis"]),
            assessment=_text(row["assessment"]),
            cell=_text(row["cell"]),
        )
        links[iri][link] = None
    return tuple(
        _group(
            kind,
            iri,
            *names[iri],
            (actions[link.action] for link in links[iri]),
            actions,
            rule,
            sorted(links[iri], key=lambda s: natural_key(f"{s.alignment} {s.assessment or ''}")),
        )
        for iri in sorted(names, key=lambda o: natural_key(names[o][0]))
    )


def _spoken(
    indicators: Mapping[str, Indicator],
    actions: Mapping[str, Action],
    objectives: Sequence[Group],
    targets: Sequence[Group],
    goals: Sequence[Group],
) -> Spoken:
    """Count what the available values can speak for."""

    def known(groups: Sequence[Group]) -> int:
        return sum(_is_known(g.figure) for g in groups)

    def applicable(groups: Sequence[Group]) -> int:
        return sum(bool(g.actions) for g in groups)

    def has(test: Callable[[Indicator], object]) -> int:
        return sum(bool(test(i)) for i in indicators.values())

    counted = [a for a in actions.values() if a.applies]
    return Spoken(
        indicators=len(indicators),
        with_value=has(lambda i: i.latest),
        with_baseline=has(lambda i: i.baseline),
        with_target=has(lambda i: i.target),
        with_figure=has(lambda i: _is_known(i.figure)),
        actions=len(counted),
        actions_followed=sum(a.figure.of > 0 for a in counted),
        actions_known=sum(_is_known(a.figure) for a in counted),
        objectives=applicable(objectives),
        objectives_known=known(objectives),
        targets=applicable(targets),
        targets_known=known(targets),
        goals=applicable(goals),
        goals_known=known(goals),
        not_applicable=len(actions) - len(counted),
    )


def _is_known(figure: Figure) -> bool:
    return figure.value is not None
