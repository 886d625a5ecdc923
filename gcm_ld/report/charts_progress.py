"""The drawing of the report on progress: how far each objective has come, with its interval.

Drawn from the table for programs. The bar is the figure over what is known; the line with two ends
is what it would be if everything unknown were 0 %, and if it were 100 %. An objective of which
nothing is known has no bar, which is not the same as 0 %.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gcm_ld.language import label, say, show
from gcm_ld.progress.figures import tenths
from gcm_ld.report.drawing import Look, Sheet, frame, wrap_words, write_source
from gcm_ld.report.model import Report
from gcm_ld.store import Value

__all__ = ["CHARTS", "bar", "draw", "words"]

#: The charts that this module draws.
CHARTS = ("progress",)

_Rows = list[dict[str, Value]]


def _percent(value: Value) -> float:
    return 100 * float(str(value))


def draw(name: str, report: Report, look: Look, *, narrow: bool, framed: bool) -> Any:
    """Draw progress by objective.

    :param name: one of :data:`CHARTS`.
    :param report: the report on progress.
    :param look: the colours.
    :param narrow: whether to put titles above the bars, for a phone.
    :param framed: whether title and source belong to the drawing.
    """
    del name  # there is one
    rows = [r for r in report.rows("objectives") if r["of"]]
    whole = {**report.rows("whole")[0], "code": "", "title": say("All actions that apply")}
    width = 360.0 if narrow else 960.0
    left, right = (0.0, 236.0) if narrow else (396.0, 812.0)
    title = wrap_words(report.title, 84, 3) if framed else []
    head = 24.0 * len(title) + (36 if framed else 0) + 58
    lines = [
        (r, wrap_words(label(str(r["title"]), str(r["code"])), 44 if narrow else 48))
        for r in (*rows, whole)
    ]
    steps = [(44.0 + 16 * (len(w) - 1)) if narrow else 36.0 for _, w in lines]
    sheet = Sheet(width, head + sum(steps) + (52 if framed else 12), look, margin=24 * framed)
    frame(sheet, title, report.lead[0] if report.lead else "")
    _legend(sheet, left, head - 46)
    # Below titles that stand above their bars, lines would run through the text.
    _scale(sheet, left, right, head - 6, head if narrow else head + sum(steps) + 4)
    sheet.text(width - 56, head - 8, "%", size=11, ha="right", color=look.muted)
    sheet.text(width - 2, head - 8, say("known"), size=11, ha="right", color=look.muted)
    y = head
    for number, ((row, wrapped), step) in enumerate(zip(lines, steps, strict=True)):
        if number == len(lines) - 1:
            sheet.box(0, y + 1, width, 0.8, facecolor=look.line)
        thickness = 14.0 if narrow else 18.0
        top = y + step - thickness - 8
        first = top - 6 - 16 * (len(wrapped) - 1) if narrow else top + 13 - 8 * (len(wrapped) - 1)
        sheet.text(20 if narrow else 24, first, str(row["code"]), ha="right", weight="bold")
        for i, text in enumerate(wrapped):
            sheet.text(28 if narrow else 36, first + 16 * i, text)
        base = top + thickness / 2 + 4.5
        if row["value"] is None:
            sheet.text(left + 4, base, say("nothing known"), size=11, color=look.muted)
        else:
            figures = (_percent(row[k]) for k in ("value", "low", "high"))
            bar(sheet, left, right, top, thickness, *figures)
            share = Fraction(str(row["value"])).limit_denominator(10**6)
            sheet.text(width - 56, base, show(tenths(share)), size=13, ha="right")
        sheet.text(width - 2, base, f"{row['known']}/{row['of']}", size=12, ha="right")
        y += step
    if framed:
        write_source(sheet, report, y + 34)
    return sheet.figure


def bar(
    sheet: Sheet,
    left: float,
    right: float,
    top: float,
    height: float,
    value: float,
    low: float,
    high: float,
) -> None:
    """Draw a figure as a bar from 0, with its interval as a line with two ends.

    :param left: where 0 % stands.
    :param right: where 100 % stands.
    :param value: the figure in percent.
    :param low: the lower bound in percent.
    :param high: the upper bound in percent.
    """
    look, unit = sheet.look, (right - left) / 100
    sheet.box(left, top, max(value * unit, 1.5), height, facecolor=look.aligned)
    if high <= low:
        return
    middle = top + height / 2
    start, end = left + low * unit, left + high * unit
    # A rim of paper keeps the line apart from the bar that it crosses.
    for rim, colour in ((1.4, look.paper), (0.0, look.text)):
        sheet.box(start, middle - 0.9 - rim, end - start, 1.8 + 2 * rim, facecolor=colour)
        for x in (start, end):
            half = height * 0.36
            sheet.box(
                x - 0.9 - rim,
                middle - half - rim,
                1.8 + 2 * rim,
                2 * half + 2 * rim,
                facecolor=colour,
            )


def _legend(sheet: Sheet, left: float, y: float) -> None:
    look = sheet.look
    sheet.box(left, y, 16, 14, facecolor=look.aligned)
    text = say("over what is known")
    sheet.text(left + 22, y + 12, text)
    x = left + 40 + 6.6 * len(text)
    sheet.box(x, y + 6.1, 26, 1.8, facecolor=look.text)
    for end in (x, x + 26):
        sheet.box(end - 0.9, y + 1.5, 1.8, 11, facecolor=look.text)
    sheet.text(x + 34, y + 12, say("unknown as 0 %, as 100 %"))


def _scale(sheet: Sheet, left: float, right: float, top: float, bottom: float) -> None:
    """Draw the lines of the quarters, with their percentages above."""
    look = sheet.look
    for percent in (0, 25, 50, 75, 100):
        x = left + (right - left) * percent / 100
        sheet.box(x - 0.3, top, 0.6, bottom - top, facecolor=look.line)
        align = {0: "left", 100: "right"}.get(percent, "center")
        sheet.text(x, top - 3, str(percent), size=10, ha=align, color=look.muted)


def words(report: Report) -> tuple[str, str]:
    """Put the chart into words: its title and its description."""
    rows = [r for r in report.rows("objectives") if r["of"]]
    known = sum(r["value"] is not None for r in rows)
    return (
        say("Progress by objective"),
        say(
            "Bars for {known} of {objectives} objectives, each with what it would be if everything "
            "unknown were 0 %, and if it were 100 %. The same figures stand in a table on this "
            "page.",
            known=known,
            objectives=len(rows),
        ),
    )
