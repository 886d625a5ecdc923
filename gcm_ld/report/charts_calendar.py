"""The drawing of the calendar: steps as bars over time, and what waits for what.

Drawn from the tables for programs. Dark bars are on a critical chain, light ones are not; a
recurring step has a hatched bar for each time that it takes place. The axis spans the steps that
happen once and the next time of each that recurs, or else all times. Steps without a date are left
out, and counted below.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from gcm_ld.language import label, say
from gcm_ld.report.drawing import Look, Sheet, frame, wrap_words, write_source
from gcm_ld.report.model import Report
from gcm_ld.report.step_words import period_words
from gcm_ld.store import Value

__all__ = ["CHARTS", "draw", "words"]

#: The charts that this module draws.
CHARTS = ("calendar",)

_Row = dict[str, Value]
#: Years are written this many pixels apart at least.
_APART = 42.0


class _Scale(NamedTuple):
    """Where on the sheet a day is."""

    left: float
    right: float
    first: date
    days: int

    def at(self, day: date) -> float:
        share = ((day - self.first).days) / self.days
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)


def _days(row: _Row) -> tuple[date, date] | None:
    texts = [str(row[k]) for k in ("start", "end") if row[k] is not None]
    return (date.fromisoformat(texts[0]), date.fromisoformat(texts[-1])) if texts else None


def _bars(report: Report) -> list[tuple[_Row, list[tuple[date, date]]]]:
    """List the dated steps with their times, in order of the first that is shown."""
    times: dict[Value, list[tuple[date, date]]] = {}
    for row in report.rows("occurrences"):
        days = _days(row)
        times.setdefault(row["step"], []).extend([days] if days else [])
    found = []
    for row in report.rows("steps"):
        days = _days(row)
        if days:
            found.append((row, times.get(row["step"]) or [days]))
    return sorted(found, key=lambda bar: bar[1][0][0])


def _span(bars: list[tuple[_Row, list[tuple[date, date]]]]) -> tuple[date, date]:
    once = any(row["recurrence"] is None for row, _ in bars)
    shown = [t for _, times in bars for t in (times[:1] if once else times)]
    first = min(start for start, _ in shown)
    last = max(end for _, end in shown)
    return date(first.year, 1, 1), date(last.year, 12, 31)


def draw(name: str, report: Report, look: Look, *, narrow: bool, framed: bool) -> Any:
    """Draw the calendar.

    :param name: one of :data:`CHARTS`.
    :param report: the report on the calendar; it has a step with a date.
    :param look: the colours.
    :param narrow: whether to put titles above the bars, for a phone.
    :param framed: whether title and source belong to the drawing.
    """
    del name  # there is one
    bars = _bars(report)
    first, last = _span(bars)
    several = len({row["framework"] for row, _ in bars}) > 1
    width = 360.0 if narrow else 960.0
    left, right = (0.0, 352.0) if narrow else (396.0, 852.0)
    scale = _Scale(left, right, first, (last - first).days + 1)
    title = wrap_words(report.title, 84, 3) if framed else []
    head = 24.0 * len(title) + (36 if framed else 0) + 58
    texts = [wrap_words(label(str(row["title"])), 42 if narrow else 40) for row, _ in bars]
    steps = [(46.0 + 16 * (len(t) - 1)) if narrow else max(34.0, 16.0 * len(t) + 8) for t in texts]
    sheet = Sheet(width, head + sum(steps) + (52 if framed else 12), look, margin=24 * framed)
    frame(sheet, title, report.lead[0] if report.lead else "")
    _legend(sheet, 0.0 if narrow else left, head - 50)
    _years(sheet, scale, head - 8, head + sum(steps), last)
    critical = {(r["framework"], r["code"]) for r in report.rows("chain")}
    middles: dict[str, float] = {}
    y = head
    for (row, times), wrapped, step in zip(bars, texts, steps, strict=True):
        thickness = 12.0 if narrow else 14.0
        top = y + step - thickness - 8 if narrow else y + (step - thickness) / 2
        code = str(row["code"])
        lines = 16 * (len(wrapped) - 1)
        baseline = top - 8 - lines if narrow else y + (step - lines - 16) / 2 + 12
        sheet.text(0, baseline, code, weight="bold")
        for i, text in enumerate(wrapped):
            sheet.text(64, baseline + 16 * i, text, size=12)
        if several and not narrow:
            where = str(row["framework"])
            sheet.text(left - 6, baseline, where, size=9, ha="right", color=look.muted)
        for start, end in times:
            _bar(sheet, scale, (start, end), top, thickness, row, critical)
        if not narrow:
            shown = period_words(*times[0]) + (" …" if row["recurrence"] else "")
            below = top + thickness - 2
            sheet.text(width - 2, below, shown, size=11, ha="right", color=look.muted)
        middles[_name(row)] = top + thickness / 2
        y += step
    _arrows(sheet, scale, bars, middles)
    if framed:
        write_source(sheet, report, y + 34)
    return sheet.figure


def _name(row: _Row) -> str:
    from gcm_ld.namespaces import compact

    return compact(str(row["step"]))


def _legend(sheet: Sheet, x: float, y: float) -> None:
    look = sheet.look
    for text, options in (
        (say("critical chain"), {"facecolor": look.aligned}),
        (say("other step"), {"facecolor": look.line}),
        (say("recurs"), {"facecolor": look.paper, "edgecolor": look.muted, "hatch": "////"}),
    ):
        sheet.box(x, y, 16, 12, **options)
        sheet.text(x + 22, y + 11, text, size=11)
        x += 40 + 6.6 * len(text)


def _years(sheet: Sheet, scale: _Scale, y: float, bottom: float, last: date) -> None:
    """Write the years, as many as there is room for, with a line where each begins."""
    look = sheet.look
    number = last.year - scale.first.year + 1
    every = max(1, int(_APART * number / (scale.right - scale.left)) + 1)
    for year in range(scale.first.year, last.year + 1, every):
        x = scale.at(date(year, 1, 1))
        sheet.box(x, y + 2, 0.8, bottom - y - 2, facecolor=look.line)
        sheet.text(x + 3, y - 2, str(year), size=11, color=look.muted)


def _bar(
    sheet: Sheet,
    scale: _Scale,
    days: tuple[date, date],
    top: float,
    thickness: float,
    row: _Row,
    critical: set[tuple[Value, Value]],
) -> None:
    look = sheet.look
    if days[1] < scale.first or (days[0] - scale.first).days >= scale.days:
        return
    start, end = scale.at(days[0]), scale.at(days[1] + timedelta(days=1))
    width = max(end - start, 2.0)
    if row["recurrence"] is not None:
        sheet.box(
            start, top, width, thickness, facecolor=look.paper, edgecolor=look.muted, hatch="////"
        )
    else:
        dark = (row["framework"], row["code"]) in critical
        sheet.box(start, top, width, thickness, facecolor=look.aligned if dark else look.line)


def _arrows(
    sheet: Sheet,
    scale: _Scale,
    bars: list[tuple[_Row, list[tuple[date, date]]]],
    middles: dict[str, float],
) -> None:
    """Lead a line from the end of each step that is waited for to the start of the one waiting."""
    look = sheet.look
    times = {_name(row): found[0] for row, found in bars if row["recurrence"] is None}
    for row, found in bars:
        for need in str(row["waitsFor"] or "").split():
            if need not in times or _name(row) not in times:
                continue
            x = scale.at(times[need][1] + timedelta(days=1))
            to = scale.at(found[0][0])
            colour = look.text if to >= x - 0.5 else look.missing
            above, below = sorted((middles[need], middles[_name(row)]))
            sheet.box(x - 0.4, above, 0.8, below - above, facecolor=colour)
            sheet.box(min(x, to), middles[_name(row)] - 0.4, abs(to - x), 0.8, facecolor=colour)
            _tip(sheet, to, middles[_name(row)], colour)


def _tip(sheet: Sheet, x: float, y: float, colour: str) -> None:
    from matplotlib.patches import Polygon

    points = [(x, y), (x - 5, y - 3), (x - 5, y + 3)]
    sheet.axes.add_patch(Polygon(points, closed=True, facecolor=colour, linewidth=0))


def words(report: Report) -> tuple[str, str]:
    """Put the chart into words: its title and its description."""
    lead = report.lead[0] if report.lead else ""
    return (
        say("Steps over time, and what waits for what"),
        say("Bars for {steps}. The same dates stand in the table that follows.", steps=lead),
    )
