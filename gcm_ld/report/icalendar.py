"""The calendar as iCalendar (RFC 5545), for any calendar program."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, MissingExtraError
from gcm_ld.language import label, language_code, say
from gcm_ld.report.model import Report
from gcm_ld.report.step_words import Names
from gcm_ld.report.steps import Step, occurrence_of, read_steps

__all__ = ["as_icalendar", "uid_of"]

_PRODUCT = "-//gcm-ld//gcm-ld calendar//EN"
_FREQUENCIES = {"Y": "YEARLY", "M": "MONTHLY", "D": "DAILY"}
#: The stamp of what no source dates: the day on which the SDGs and the Compact begin to count.
_NO_DATE = date(2015, 9, 25)


def uid_of(iri: str) -> str:
    """Return a step's identifier for calendars: the same for the same IRI, everywhere.

    RFC 7986, section 5.3, asks for a UUID; this is one of a name (RFC 9562, section 5.5).

    >>> uid_of("https://w3id.org/gcm-ld/id/un-review-cycle/milestone/IMRF")
    '6ac70497-8181-5e38-9fc7-589699e19a37'
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, iri))


def as_icalendar(dataset: Dataset, report: Report) -> str:
    """Write the steps of a calendar report as an iCalendar object.

    Each dated step is an event of whole days (RFC 5545, section 3.6.1) with its IRI as address.
    What it waits for is related to it (RFC 9253, section 6: ``DEPENDS-ON``); a recurring step
    has a rule, and a step that is one time of it takes the place of that time. The stamp of an
    event is the day of its source. Steps without a date are named in the description.

    :param dataset: the data that the report was built from.
    :param report: the report ``calendar``.
    :returns: the object, its lines folded and ended by CRLF.
    :raises EmptyDatasetError: if no step has a date.
    :raises MissingExtraError: if icalendar is not installed.
    """
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError("icalendar", "calendar", "--format ics") from None
    table = next(t for t in report.tables if t.name == "steps")
    place = table.keys.index("step")
    chosen = {str(row[place]) for row in table.rows}
    steps = {iri: s for iri, s in read_steps(dataset).items() if iri in chosen}
    if not any(s.first for s in steps.values()):
        raise EmptyDatasetError(
            "no step has a date, so there is nothing to put into a calendar: add gcmo:startDate or "
            "gcmo:endDate"
        )
    names = Names(steps)
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # The library does not know that these hold text, in which semicolons are escaped.
    title = icalendar.vText(report.title)
    calendar.add("name", title, parameters={"language": language_code()})  # RFC 7986
    calendar.add("x-wr-calname", icalendar.vText(report.title))  # for programs that are older
    undated = [names(iri) for iri, s in steps.items() if s.first is None]
    if undated:
        text = say("Without a date, so not in here: {steps}", steps=", ".join(undated))
        calendar.add("description", text, parameters={"language": language_code()})
    replaced = _replaced(steps)
    for step in steps.values():
        if step.first and step.last:
            calendar.add_component(
                _event(icalendar, step, (step.first, step.last), steps, names, replaced)
            )
    return str(calendar.to_ical(sorted=False), "utf-8")


def _replaced(steps: Mapping[str, Step]) -> dict[str, tuple[str, date]]:
    """Find which occurrence of a recurring step another step stands for.

    Only the first of several that stand for the same: others are events of their own.
    """
    found: dict[str, tuple[str, date]] = {}
    for iri, step in steps.items():
        series = steps.get(step.occurrence_of or "")
        times = occurrence_of(step, series) if series is not None else None
        if series is not None and times and (series.iri, times[0]) not in found.values():
            found[iri] = (series.iri, times[0])
    return found


def _event(
    library: Any,
    step: Step,
    days: tuple[date, date],
    steps: Mapping[str, Step],
    names: Names,
    replaced: Mapping[str, tuple[str, date]],
) -> Any:
    def uid(iri: str) -> str:
        return uid_of(replaced[iri][0] if iri in replaced else iri)

    event = library.Event()
    event.add("uid", uid(step.iri))
    if step.iri in replaced:
        event.add("recurrence-id", replaced[step.iri][1])
    event.add("dtstamp", _stamp(step))
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + timedelta(days=1))  # the first day after it
    if step.every and step.start:
        number, unit = step.every
        event.add("rrule", {"freq": _FREQUENCIES[unit], "interval": number})
    event.add("summary", f"{step.code}: {label(step.title, step.iri)}")
    event.add("description", _description(step, names))
    event.add("url", step.iri)
    event.add("categories", [label(step.framework_title)])
    for need in step.needs:
        if need in steps and steps[need].first is not None:
            event.add("related-to", uid(need), parameters={"reltype": "DEPENDS-ON"})
    event.add("transp", "TRANSPARENT")  # nobody is busy for a month because of it
    return event


def _stamp(step: Step) -> datetime:
    """Return the start of the day of the source: a stamp that is the same from run to run."""
    return datetime.combine(step.issued or _NO_DATE, time(0), UTC)


def _description(step: Step, names: Names) -> str:
    lines = [step.note] if step.note else []
    if step.needs:
        needs = ", ".join(names(n, step) for n in step.needs)
        lines.append(say("Waits for: {steps}", steps=needs))
    if step.led_by:
        lines.append(say("Led by: {names}", names="; ".join(map(label, step.led_by))))
    if step.supported_by:
        lines.append(say("Supported by: {names}", names="; ".join(map(label, step.supported_by))))
    source = ", ".join(text for text in (step.source, step.citation) if text)
    if source:
        lines.append(say("Source: {source}", source=source))
    return "\n".join(lines)
