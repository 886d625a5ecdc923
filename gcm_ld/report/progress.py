"""Progress carried from indicators to actions, objectives, SDG targets and the Compact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gcm_ld.dataset import Dataset
from gcm_ld.language import say, say_many
from gcm_ld.progress import Figure, Group, Indicator, Observed, Progress, State, measure
from gcm_ld.report.model import Report, Table
from gcm_ld.report.progress_words import (
    figure_cells,
    figure_columns,
    figure_words,
    fill_words,
    interval,
    known_words,
    links_words,
    observed_text,
    rule_words,
    share,
    state_words,
    synthetic_words,
)
from gcm_ld.store import Value

__all__ = ["as_report", "report_progress", "spoken_words"]


def report_progress(
    dataset: Dataset,
    *,
    framework: str | None = None,
    year: int | None = None,
    rule: str | None = None,
    links: str | None = None,
) -> Report:
    """Report how far indicators have come, and what that says of the Compact and the SDGs.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :param year: the last year whose values count; that of the latest value if not given.
    :param rule: how figures are put together: ``mean``, ``worst`` or ``on-track``.
    :param links: what carries them to actions: ``indicators``, ``outcomes`` or ``both``.
    :raises InputError: if the framework can't be found or told, or a choice is none.
    """
    found = measure(dataset, framework, year=year, rule=rule or "mean", links=links or "both")
    return as_report(found)


def as_report(found: Progress) -> Report:
    """Put what was measured together as a report."""
    names = {"subject": found.framework.subject_title, "framework": found.framework.title}
    known = found.whole.figure.value is not None
    return Report(
        name="progress",
        title=say("Synthetic data: progress on the {subject} by the {framework}", **names)
        if found.synthetic
        else say("Progress on the {subject} by the {framework}", **names),
        lead=tuple(_lead(found)),
        tables=(
            _group_table("objectives", say("Progress by objective"), found.objectives),
            _group_table("targets", say("Progress by SDG target"), found.targets),
            _group_table("goals", say("Progress by SDG goal"), found.goals),
            _action_table(found),
            _indicator_table(found),
            _whole_table(found),
            _spoken_table(found),
        ),
        views=tuple(_views(found)),
        notes=tuple(_notes(found)),
        charts=("progress",) if known else (),
    )


def spoken_words(found: Progress) -> str:
    """Say how much of the Compact the available values can speak for."""
    return say(
        "values speak for {known} of {actions} actions that apply, {objectives} of "
        "{all_objectives} objectives and {targets} of {all_targets} SDG targets that they serve",
        known=found.spoken.actions_known,
        actions=found.spoken.actions,
        objectives=found.spoken.objectives_known,
        all_objectives=found.spoken.objectives,
        targets=found.spoken.targets_known,
        all_targets=found.spoken.targets,
    )


def _lead(found: Progress) -> Iterable[str]:
    spoken = found.spoken
    how = {"rule": found.rule, "links": found.links}
    if found.year is None:
        yield say("no year: there are no values; rule {rule}, links {links}", **how)
    else:
        yield say("as of {year}; rule {rule}, links {links}", year=str(found.year), **how)
    yield say(
        "{value} of {indicators} indicators have a value, {baseline} a baseline, {target} a "
        "target and {figure} a figure",
        value=spoken.with_value,
        indicators=spoken.indicators,
        baseline=spoken.with_baseline,
        target=spoken.with_target,
        figure=spoken.with_figure,
    )
    yield spoken_words(found)
    if found.whole.figure.value is None:
        yield say("nothing is known of progress, and nothing is claimed")
        yield say(
            "with values, the indicators could speak for {followed} of {actions} actions that "
            "apply",
            followed=spoken.actions_followed,
            actions=spoken.actions,
        )
    else:
        yield say("all actions that apply: {figure}", figure=figure_words(found.whole.figure))


def _group_table(name: str, title: str, groups: Iterable[Group]) -> Table:
    return Table.of(
        name,
        title,
        [
            ("code", "#"),
            ("title", say("Title")),
            *figure_columns(),
            ("notApplicable", say("Not applicable")),
            ("iri", "IRI"),
        ],
        [(g.code, g.title, *figure_cells(g.figure), len(g.left_out), g.iri) for g in groups],
    )


def _action_table(found: Progress) -> Table:
    objectives = {g.iri: g.code for g in found.objectives}
    return Table.of(
        "actions",
        say("Progress by action"),
        [
            ("code", "#"),
            ("title", say("Action")),
            ("objective", say("Objective")),
            ("status", say("Status")),
            ("applies", say("Applies")),
            *figure_columns(),
            ("iri", "IRI"),
        ],
        [
            (
                a.code,
                a.title,
                objectives[a.objective],
                a.status,
                a.applies,
                *figure_cells(a.figure),
                a.iri,
            )
            for a in found.actions.values()
        ],
    )


def _observed_cells(observed: Observed | None) -> tuple[Value, ...]:
    if observed is None:
        return None, None
    return observed.value, observed.period.text


def _indicator_table(found: Progress) -> Table:
    rows = [
        (
            i.code,
            i.title,
            i.state.value,
            i.latest.unit.rpartition("/")[2] if i.latest else _code(i.unit),
            i.direction,
            *_observed_cells(i.baseline),
            *_observed_cells(i.latest),
            i.latest.status_code if i.latest else None,
            *_observed_cells(i.target),
            None if i.distance is None else float(i.distance),
            None if i.expected is None else float(i.expected),
            None if i.figure.value is None else float(i.figure.value),
            i.passed_over.broken_down,
            len(i.breaks),
            i.iri,
        )
        for i in found.indicators.values()
    ]
    columns = [
        ("code", "#"),
        ("title", say("Indicator")),
        ("state", say("State")),
        ("unit", say("Unit")),
        ("direction", say("Better is")),
        ("baseline", say("Baseline")),
        ("baselinePeriod", say("Of")),
        ("latest", say("Latest")),
        ("latestPeriod", say("Of")),
        ("latestStatus", say("Status")),
        ("target", say("Target value")),
        ("targetPeriod", say("Of")),
        ("distance", say("Distance")),
        ("expected", say("Expected")),
        ("value", say("Progress")),
        ("brokenDown", say("Values of parts")),
        ("breaks", say("Breaks")),
        ("iri", "IRI"),
    ]
    return Table.of("indicators", say("Indicators from baseline to target"), columns, rows)


def _code(unit: str | None) -> str | None:
    return unit.rpartition("/")[2] if unit else None


def _whole_table(found: Progress) -> Table:
    return Table.of(
        "whole",
        say("All actions that apply"),
        [
            ("framework", say("Framework")),
            ("year", say("Year")),
            ("rule", say("Rule")),
            ("links", say("Links")),
            *figure_columns(),
            ("notApplicable", say("Not applicable")),
        ],
        [
            (
                found.framework.name,
                found.year,
                found.rule,
                found.links,
                *figure_cells(found.whole.figure),
                found.spoken.not_applicable,
            )
        ],
    )


def _spoken_table(found: Progress) -> Table:
    s = found.spoken
    return Table.of(
        "spoken",
        say("What the available values can speak for"),
        [("what", say("What")), ("number", say("Number")), ("of", say("Of"))],
        [
            ("indicatorsWithValue", s.with_value, s.indicators),
            ("indicatorsWithBaseline", s.with_baseline, s.indicators),
            ("indicatorsWithTarget", s.with_target, s.indicators),
            ("indicatorsWithFigure", s.with_figure, s.indicators),
            ("actionsWithIndicator", s.actions_followed, s.actions),
            ("actions", s.actions_known, s.actions),
            ("objectives", s.objectives_known, s.objectives),
            ("targets", s.targets_known, s.targets),
            ("goals", s.goals_known, s.goals),
        ],
    )


def _views(found: Progress) -> Iterable[Table]:
    if found.whole.figure.value is not None:
        whole = ("", say("All actions that apply"), *_shown(found.whole.figure))
        rows = [(g.code, g.title, *_shown(g.figure)) for g in found.objectives]
        yield _people(
            "objectives", say("Progress by objective"), say("Objective"), [*rows, whole], total=True
        )
        served = [g for g in found.targets if g.figure.value is not None]
        if served:
            yield _people(
                "targets",
                say("Progress on the SDG targets that values speak for"),
                say("Target"),
                [(g.code, g.title, *_shown(g.figure)) for g in served],
            )
    followed = [i for i in found.indicators.values() if i.observations or i.passed_over.broken_down]
    if followed:
        yield _indicator_view(followed)
    else:
        yield _empty_view(found)


def _shown(figure: Figure) -> tuple[Value, ...]:
    return share(figure.value), *interval(figure), known_words(figure)


def _people(
    name: str, title: str, what: str, rows: Iterable[tuple[Value, ...]], *, total: bool = False
) -> Table:
    columns = [
        ("code", "#"),
        ("title", what),
        ("value", "%"),
        ("low", say("From")),
        ("high", say("To")),
        ("known", say("Known")),
    ]
    return Table.of(name, title, columns, rows, total=total)


def _indicator_view(indicators: Iterable[Indicator]) -> Table:
    rows = []
    for i in indicators:
        # Where units differ, each value has its own behind it.
        apart = i.state is State.UNIT_DIFFERS
        shown = next((o.unit_title for o in (i.latest, i.target, i.baseline) if o), None)
        rows.append(
            (
                i.title,
                None if apart else shown,
                *(observed_text(o, unit=apart) for o in (i.baseline, i.latest, i.target)),
                share(i.distance),
                state_words(i.state),
            )
        )
    columns = [
        ("title", say("Indicator")),
        ("unit", say("Unit")),
        ("baseline", say("Baseline")),
        ("latest", say("Latest")),
        ("target", say("Target value")),
        ("distance", say("Way, %")),
        ("state", say("State")),
    ]
    return Table.of("indicators", say("Indicators from baseline to target"), columns, rows)


def _empty_view(found: Progress) -> Table:
    s = found.spoken
    return Table.of(
        "spoken",
        say("What the available values can speak for"),
        [("what", say("What")), ("number", say("Known")), ("of", say("Of"))],
        [
            (say("indicators with a value"), s.with_value, s.indicators),
            (say("indicators with a target"), s.with_target, s.indicators),
            (say("actions that apply"), s.actions_known, s.actions),
            (say("objectives"), s.objectives_known, s.objectives),
            (say("SDG targets served"), s.targets_known, s.targets),
        ],
    )


def _notes(found: Progress) -> Iterable[str]:
    if found.synthetic:
        yield synthetic_words()
    yield rule_words(found.rule)
    yield links_words(found.links)
    yield say(
        "Way: (latest - baseline) / (target - baseline), of totals; carried on as 0 % where it "
        "went back and as 100 % where it went beyond. On track: as far as the straight path from "
        "baseline to target, or farther."
    )
    yield say(
        "%: over what is known. From, to: if everything unknown were 0 %, and if it were 100 %. "
        "Known: the actions with a figure, of those that apply. What is missing is not zero: where "
        "nothing is known there is no figure."
    )
    indicators = found.indicators.values()
    if any(o.status_code in ("P", "E") for i in indicators for o in i.observations):
        yield say("P and E behind a value: provisional and estimated; they count.")
    yield from _doubts(list(indicators))
    parts = sum(i.state is State.NO_VALUE and i.passed_over.broken_down > 0 for i in indicators)
    if parts:
        yield say_many(
            "{number} indicator has values of parts (by sex, age, status or nationality) and no "
            "total, which is never made up of parts.",
            "{number} indicators have values of parts (by sex, age, status or nationality) and no "
            "total, which is never made up of parts.",
            parts,
        )
    forecasts = sum(i.passed_over.forecast for i in indicators)
    if forecasts:
        yield say_many(
            "{number} forecast is left out: it is no progress made.",
            "{number} forecasts are left out: they are no progress made.",
            forecasts,
        )
    silent = sum(not i.observations and not i.passed_over.broken_down for i in indicators)
    if silent:
        yield say(
            "Neither value nor baseline nor target: {number} of {indicators} indicators.",
            number=silent,
            indicators=len(found.indicators),
        )
    if found.spoken.not_applicable:
        yield say_many(
            "{number} action that the source calls not applicable is left out.",
            "{number} actions that the source calls not applicable are left out.",
            found.spoken.not_applicable,
        )
    if not found.spoken.with_value:
        yield fill_words(found)
    yield say("gcm-ld explain shows the values and links that each figure comes from.")
    yield say("Source: {source}", source=found.framework.source_title)


def _doubts(indicators: Sequence[Indicator]) -> Iterable[str]:
    """Say what makes figures lean, or what they can't be told from."""
    bare = sum(i.state is State.REACHED and i.baseline is None for i in indicators)
    if bare:
        yield say_many(
            "{number} indicator without a baseline counts, because its target is reached; had it "
            "not been, it would be unknown. So figures lean upwards; From does not.",
            "{number} indicators without a baseline count, because their targets are reached; had "
            "they not been, they would be unknown. So figures lean upwards; From does not.",
            bare,
        )
    broken = sum(bool(i.breaks) for i in indicators)
    if broken:
        yield say_many(
            "{number} indicator has a break in its series after the baseline, so that its values "
            "may not compare; it counts.",
            "{number} indicators have a break in their series after the baseline, so that their "
            "values may not compare; they count.",
            broken,
        )
    turned = sum(i.state is State.DIRECTION_DIFFERS for i in indicators)
    if turned:
        yield say_many(
            "{number} indicator has a target that leads away from what “Better is” says; it gives "
            "no figure until one of the two is mended.",
            "{number} indicators have targets that lead away from what “Better is” says; they give "
            "no figure until one of the two is mended.",
            turned,
        )
