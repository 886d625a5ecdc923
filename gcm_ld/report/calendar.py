"""The review cycle: its steps in order of time, what each waits for, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.language import label, message, say, say_many, show
from gcm_ld.namespaces import compact
from gcm_ld.report.model import Report, Table, resolve_framework
from gcm_ld.report.step_faults import Fault, find_faults
from gcm_ld.report.step_words import Names, every_words, period_words, when
from gcm_ld.report.steps import (
    Schedule,
    Step,
    critical_chain,
    occurrences,
    read_steps,
    schedule,
    select_steps,
)
from gcm_ld.store import Value

__all__ = ["HORIZON", "report_calendar"]

#: How many years ahead the occurrences of recurring steps are listed.
HORIZON = 8

OVER, OPEN, AHEAD, RECURS = message("over"), message("open"), message("ahead"), message("recurs")


def report_calendar(
    dataset: Dataset, *, framework: str | None = None, year: int | None = None
) -> Report:
    """Report the steps of plans and reviews in order of time.

    :param dataset: the data.
    :param framework: code or IRI of the framework whose steps are shown, with those that they
        wait for or are one time of; where it has none, those of the frameworks that name it. All
        steps of the data if not given.
    :param year: tell what is over, open and ahead in this year; nothing is said of that if not
        given.
    :raises InputError: if there is no such framework.
    """
    everything = read_steps(dataset)
    chosen = _frameworks(dataset, everything, framework)
    steps = select_steps(everything, chosen) if framework is None or chosen else {}
    of = list(dict.fromkeys(s.framework for s in steps.values()))
    names = Names(steps, home=next(iter(chosen)) if len(chosen) == 1 else None)
    plan = schedule(steps)
    horizon = _horizon(steps, year)
    times = {
        iri: occurrences(s, since=year or 0, until=horizon) for iri, s in steps.items() if s.every
    }
    faults = find_faults(steps, everything, names)
    chains = [c for c in (critical_chain(steps, f) for f in of) if len(c) > 1]
    titles = {s.framework: s.framework_title for s in steps.values()}
    titles = {f: t for f, t in titles.items() if f in chosen} or titles
    return Report(
        name="calendar",
        title=say("Calendar: {titles}", titles="; ".join(label(t) for t in titles.values()))
        if steps
        else say("Calendar"),
        lead=_lead(steps, names, chains, times, faults, year),
        tables=(
            _steps_table(steps, plan, times, year),
            _times_table(steps, times, year),
            _chain_table(chains, plan),
            _faults_table(faults),
        ),
        views=(
            _steps_view(steps, names, plan, times, year),
            *([_times_view(steps, names, times)] if times else []),
            *([_chain_view(chains, names, plan)] if chains else []),
            *([_faults_view(faults, names)] if faults else []),
        ),
        notes=_notes(steps, horizon, year, recurring=bool(times)),
        charts=("calendar",) if any(s.first for s in steps.values()) else (),
    )


def _frameworks(dataset: Dataset, steps: Mapping[str, Step], framework: str | None) -> set[str]:
    """Find the frameworks whose steps are asked for; none for all, or where there are none."""
    if framework is None:
        return set()
    wanted = resolve_framework(framework)
    having = {s.framework for s in steps.values()}
    if wanted in having:
        return {wanted}
    known = {str(r["framework"]) for r in dataset.query("select_frameworks").dicts()}
    if wanted not in known:
        names = sorted(compact(f) for f in having)
        raise InputError(
            f"no framework {framework!r}; those with steps are: {', '.join(names) or 'none'}."
            + did_you_mean(framework, [compact(f) for f in known])
        )
    return {f.iri for f in dataset.frameworks() if wanted in f.references} & having


def _horizon(steps: Mapping[str, Step], year: int | None) -> int:
    last = max((s.last.year for s in steps.values() if s.last), default=0)
    return (year or last) + HORIZON


def _state(step: Step, year: int | None) -> str | None:
    """Tell what a step is in a year: over, open or ahead; a recurring one just recurs."""
    if year is None or step.first is None or step.last is None:
        return None
    if step.every:
        return RECURS
    return OVER if step.last.year < year else AHEAD if step.first.year > year else OPEN


def _lead(
    steps: Mapping[str, Step],
    names: Names,
    chains: list[list[Step]],
    times: Mapping[str, list[tuple[date, date]]],
    faults: list[Fault],
    year: int | None,
) -> tuple[str, ...]:
    if not steps:
        return (say("the data hold no step of a plan or review"),)
    dated = [s for s in steps.values() if s.first and s.last]
    lead = [
        say_many(
            "{number} step, {dated} with a date",
            "{number} steps, {dated} with a date",
            len(steps),
            dated=len(dated),
        )
    ]
    if year is not None:
        states = Counter(_state(s, year) for s in steps.values())
        # A recurring step is counted by its next time: it is never over.
        states.update(OPEN if t[0][0].year <= year else AHEAD for t in times.values() if t)
        lead.append(
            say(
                "in {year}: {over} over, {open} open, {ahead} ahead",
                year=str(year),
                over=states[OVER],
                open=states[OPEN],
                ahead=states[AHEAD],
            )
        )
        ahead = sorted((found[0], iri) for iri, found in times.items() if found)
        following = [f"{names(iri)} {period_words(*time)}" for time, iri in ahead]
        if following:
            lead.append(say("next: {steps}", steps=", ".join(following)))
    elif times:
        recurring = ", ".join(f"{names(iri)} {every_words(steps[iri])}" for iri in times)
        lead.append(say("recurring: {steps}", steps=recurring))
    for chain in chains:
        path = " → ".join([names(chain[0].iri), *(names(s.iri, chain[0]) for s in chain[1:])])
        words = period_words(chain[0].first, chain[-1].last)
        lead.append(say("critical chain: {path} ({when})", path=path, when=words))
    kinds = Counter(f.kind == "noDate" for f in faults)
    if kinds[False]:
        lead.append(
            say_many(
                "{number} fault in the order of steps",
                "{number} faults in the order of steps",
                kinds[False],
            )
        )
    else:
        lead.append(say("no step ends or starts before what it waits for"))
    return tuple(lead)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _steps_table(
    steps: Mapping[str, Step],
    plan: Mapping[str, Schedule],
    times: Mapping[str, list[tuple[date, date]]],
    year: int | None,
) -> Table:
    rows: list[tuple[Value, ...]] = []
    for iri, s in steps.items():
        following = next(iter(times.get(iri, ())), None)
        rows.append(
            (
                s.place,
                s.code,
                s.title,
                _iso(s.start),
                _iso(s.end),
                s.recurrence,
                compact(s.occurrence_of) if s.occurrence_of else None,
                " ".join(compact(n) for n in s.needs) or None,
                "; ".join(s.led_by) or None,
                "; ".join(s.supported_by) or None,
                _state(s, year),
                _iso(following[0]) if following else None,
                _iso(plan[iri].latest_start),
                _iso(plan[iri].latest_end),
                plan[iri].slack,
                iri,
            )
        )
    return Table.of(
        "steps",
        say("Steps in order of time"),
        [
            ("framework", say("Framework")),
            ("code", "#"),
            ("title", say("Step")),
            ("start", say("Starts")),
            ("end", say("Ends")),
            ("recurrence", say("Recurs")),
            ("occurrenceOf", say("One time of")),
            ("waitsFor", say("Waits for")),
            ("ledBy", say("Led by")),
            ("supportedBy", say("Supported by")),
            ("state", say("State")),
            ("next", say("Next")),
            ("latestStart", say("Latest start")),
            ("latestEnd", say("Latest end")),
            ("slack", say("Days to spare")),
            ("step", say("IRI")),
        ],
        rows,
    )


def _steps_view(
    steps: Mapping[str, Step],
    names: Names,
    plan: Mapping[str, Schedule],
    times: Mapping[str, list[tuple[date, date]]],
    year: int | None,
) -> Table:
    """Leave out what no step has. In a year, a recurring step stands where its next time is."""
    shown = {
        iri: times[iri][0] if times.get(iri) else (s.first, s.last) for iri, s in steps.items()
    }
    order = sorted(steps, key=lambda iri: shown[iri][0] or date.max)
    rows = [steps[iri] for iri in order]
    columns: dict[str, tuple[str, list[str | None]]] = {
        "when": (
            say("When"),
            [
                (period_words(*shown[s.iri]) or say("no date")) + (" …" if s.every else "")
                for s in rows
            ],
        ),
        "code": ("#", [*map(names, order)]),
        "title": (say("Step"), [*map(_titled, rows)]),
        "waitsFor": (
            say("Waits for"),
            [", ".join(names(n, s) for n in s.needs) or None for s in rows],
        ),
        "state": (say("State"), [_state(s, year) for s in rows]),
        "latestEnd": (
            say("Over by"),
            [
                _limit(s, plan[s.iri], steps) if shown[s.iri] == (s.first, s.last) else None
                for s in rows
            ],
        ),
    }
    kept = {k: found for k, found in columns.items() if k in ("when", "title") or any(found[1])}
    return Table.of(
        "steps",
        say("Steps in order of time"),
        [(key, heading) for key, (heading, _) in kept.items()],
        zip(*(cells for _, cells in kept.values()), strict=True),
    )


def _titled(step: Step) -> str:
    """Write a step's name with who leads it: a column of its own would be too wide."""
    if not step.led_by:
        return step.title
    names = "; ".join(map(label, step.led_by))
    return say("{title} (led by {names})", title=label(step.title), names=names)


def _limit(step: Step, plan: Schedule, steps: Mapping[str, Step]) -> str | None:
    """Write the latest end of a step that another one waits for."""
    awaited = any(step.iri in s.needs for s in steps.values())
    return show(plan.latest_end) if awaited and step.last else None


def _times_table(
    steps: Mapping[str, Step], times: Mapping[str, list[tuple[date, date]]], year: int | None
) -> Table:
    rows = [
        (
            steps[iri].place,
            steps[iri].code,
            steps[iri].title,
            _iso(first),
            _iso(last),
            None if year is None else OPEN if first.year <= year else AHEAD,
            _before(steps, steps[iri], first),
            iri,
        )
        for iri, found in times.items()
        for first, last in found
    ]
    return Table.of(
        "occurrences",
        say("When recurring steps take place"),
        [
            ("framework", say("Framework")),
            ("code", "#"),
            ("title", say("Step")),
            ("start", say("Starts")),
            ("end", say("Ends")),
            ("state", say("State")),
            ("waitsFor", say("Waits for")),
            ("step", say("IRI")),
        ],
        sorted(rows, key=lambda r: (str(r[3]), str(r[4]))),
    )


def _before(steps: Mapping[str, Step], step: Step, first: date) -> str | None:
    """Name the occurrences of recurring steps that one occurrence of another waits for."""
    found = []
    for need in step.needs:
        series = steps.get(need)
        if series is not None and series.every:
            times = [t for t in occurrences(series, since=0, until=first.year) if t[1] < first]
            found += [f"{series.code} {period_words(*times[-1])}"] if times else []
    return ", ".join(found) or None


def _times_view(
    steps: Mapping[str, Step], names: Names, times: Mapping[str, list[tuple[date, date]]]
) -> Table:
    return Table.of(
        "occurrences",
        say("When recurring steps take place"),
        [
            ("code", "#"),
            ("title", say("Step")),
            ("every", say("How often")),
            ("times", say("When")),
        ],
        [
            (
                names(iri),
                steps[iri].title,
                every_words(steps[iri]),
                ", ".join(period_words(*t) for t in found),
            )
            for iri, found in times.items()
        ],
    )


def _chain_table(chains: list[list[Step]], plan: Mapping[str, Schedule]) -> Table:
    rows = []
    for chain in chains:
        before: date | None = None
        for number, s in enumerate(chain, 1):
            gap = (s.first - before).days - 1 if before and s.first else None
            rows.append(
                (
                    s.place,
                    number,
                    s.code,
                    s.title,
                    _iso(s.start),
                    _iso(s.end),
                    gap,
                    plan[s.iri].slack,
                )
            )
            before = s.last
    return Table.of(
        "chain",
        say("Critical chain: what decides when the last step can be"),
        [
            ("framework", say("Framework")),
            ("position", say("Place")),
            ("code", "#"),
            ("title", say("Step")),
            ("start", say("Starts")),
            ("end", say("Ends")),
            ("gap", say("Days since the one before")),
            ("slack", say("Days to spare")),
        ],
        rows,
    )


def _chain_view(chains: list[list[Step]], names: Names, plan: Mapping[str, Schedule]) -> Table:
    whole = _chain_table(chains, plan)
    steps = [s for chain in chains for s in chain]
    return Table.of(
        "chain",
        whole.title,
        [
            ("when", say("When")),
            ("code", "#"),
            ("title", say("Step")),
            ("gap", say("Days since the one before")),
            ("slack", say("Days to spare")),
        ],
        [
            (when(s), names(s.iri), s.title, *row[-2:])
            for s, row in zip(steps, whole.rows, strict=True)
        ],
    )


def _faults_table(faults: list[Fault]) -> Table:
    return Table.of(
        "faults",
        say("Faults in dates and order"),
        [
            ("kind", say("Kind")),
            ("step", say("Step")),
            ("other", say("Other")),
            ("fault", say("Fault")),
        ],
        [(f.kind, compact(f.step.iri), f.other and compact(f.other), f.words) for f in faults],
    )


def _faults_view(faults: list[Fault], names: Names) -> Table:
    return Table.of(
        "faults",
        say("Faults in dates and order"),
        [("step", "#"), ("fault", say("Fault"))],
        [(names(f.step.iri), f.words) for f in faults],
    )


def _notes(
    steps: Mapping[str, Step], horizon: int, year: int | None, *, recurring: bool
) -> tuple[str, ...]:
    notes = [
        say(
            "Over by: the latest day for all that wait for a step to be in time, if these take as "
            "long as their own dates say. Derived; the dates are the source's."
        )
    ]
    if recurring:
        notes.append(say("Recurring steps are listed up to {year}.", year=str(horizon)))
    if year is None:
        notes.append(say("What is over, and what comes next, is said for a year: add --year."))
    named = dict.fromkeys(s.source for s in steps.values() if s.source)
    sources = "; ".join(map(label, named))
    if sources:
        notes.append(say("Source: {sources}", sources=sources))
    return tuple(notes)
