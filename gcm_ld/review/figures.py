"""Pictures of a review, drawn for paper."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gcm_ld.language import label, say, show
from gcm_ld.report import Report
from gcm_ld.report.drawing import Look, Sheet, drawing_settings, wrap_words
from gcm_ld.report.model import whole_percent
from gcm_ld.review.model import Figure
from gcm_ld.store import Value

if TYPE_CHECKING:
    from gcm_ld.review.facts import Facts
    from gcm_ld.review.findings import Coverage

__all__ = ["draw_coverage", "draw_progress", "draw_report_chart"]

#: Dots an inch in print; a sheet has 96 pixels an inch.
_DPI = 240
#: The room for a picture with its caption on an upright page, in millimetres.
_UPRIGHT = (165.0, 225.0)
#: The same on a page on its side, below a heading.
_SIDE = (250.0, 126.0)


def _print(figure: Any) -> bytes:
    """Print a figure with nothing of the day or the software in it, in few colours."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, facecolor="white", metadata={"Software": None})
    return out.getvalue()


def fit(width: float, height: float, *, landscape: bool = False) -> tuple[float, float]:
    """Fit a picture's size in pixels at 96 an inch into the room on a page, in millimetres.

    >>> fit(96, 96)
    (25.4, 25.4)
    """
    room = _SIDE if landscape else _UPRIGHT
    scale = min(25.4 / 96, room[0] / width, room[1] / height)
    return round(float(width * scale), 1), round(float(height * scale), 1)


def draw_coverage(facts: Facts) -> Figure | None:
    """Draw how many actions of each objective are covered under the chosen rule, and how many not.

    :param facts: the country's data.
    :returns: the figure; nothing where no action was assessed.
    """
    lines = facts.coverage
    if not lines:
        return None
    with drawing_settings("review"):
        sheet = _draw(lines)
        picture = _print(sheet.figure)
        width, height = (96 * side for side in sheet.figure.get_size_inches())
    rule = facts.options.rule
    return Figure(
        anchor="figure-coverage",
        caption=say(
            "Actions covered and not covered, by objective, under the {rule} rule", rule=rule
        ),
        picture=picture,
        format="png",
        alt=say(
            "Stacked bars for {number} objectives: {covered} of {total} covered, {least} the "
            "least and {most} the most of an objective, in percent. The same figures stand in the "
            "table that follows.",
            number=len(lines),
            covered=facts.covered.covered,
            total=facts.covered.total,
            least=min(whole_percent(c.covered, c.total) for c in lines),
            most=max(whole_percent(c.covered, c.total) for c in lines),
        ),
        size=fit(width, height),
    )


def _draw(lines: list[Coverage]) -> Sheet:
    """Lay the bars out: in a type that can be read on paper at the sheet's own size."""
    look = Look()
    width, left, right, head, step = 620.0, 300.0, 572.0, 34.0, 31.0
    sheet = Sheet(width, head + step * len(lines) + 4, look)
    sheet.box(left, 4, 14, 13, facecolor=look.aligned)
    sheet.text(left + 20, 15, say("covered"), size=12)
    sheet.missing(left + 100, 4, 14, 13)
    sheet.text(left + 120, 15, say("not covered"), size=12)
    sheet.text(width - 2, 15, say("covered, %"), size=11, ha="right", color=look.muted)
    unit = (right - left) / max(c.total for c in lines)
    for i, line in enumerate(lines):
        top = head + step * i
        words = wrap_words(label(line.title, line.code), 42)
        first = top + 17 - 6.5 * (len(words) - 1)
        sheet.text(20, first, line.code, size=11.5, ha="right", weight="bold")
        for k, text in enumerate(words):
            sheet.text(28, first + 13 * k, text, size=11)
        _bar(sheet, left, top + 3, unit, line.covered, line.total - line.covered)
        share = str(whole_percent(line.covered, line.total))
        sheet.text(width - 2, top + 17, share, size=12, ha="right")
    return sheet


def draw_progress(facts: Facts) -> Figure | None:
    """Draw how far each objective is, with what is not known as an interval.

    :param facts: the country's data.
    :returns: the figure; nothing where nothing is known.
    """
    rows = facts.table("progress", "objectives")
    known = [r for r in rows if r["value"] is not None]
    if not known:
        return None
    with drawing_settings("review"):
        sheet = _draw_progress(rows)
        picture = _print(sheet.figure)
        width, height = (96 * side for side in sheet.figure.get_size_inches())
    whole = facts.table("progress", "whole")[0]
    shares = [round(100 * float(str(r["value"]))) for r in known]
    return Figure(
        anchor="figure-progress",
        caption=say(
            "Progress by objective, by the rule {rule}, with what is not known as an interval",
            rule=str(whole["rule"]),
        ),
        picture=picture,
        format="png",
        alt=say(
            "Bars for {number} objectives, {known} of them with a figure between {least} and "
            "{most} percent. The same figures stand in the table that follows.",
            number=len(rows),
            known=len(known),
            least=min(shares),
            most=max(shares),
        ),
        size=fit(width, height),
    )


def _draw_progress(rows: Sequence[Mapping[str, Value]]) -> Sheet:
    look = Look()
    width, left, right, head, step = 620.0, 300.0, 520.0, 34.0, 31.0
    sheet = Sheet(width, head + step * len(rows) + 4, look)
    sheet.box(left, 4, 14, 13, facecolor=look.aligned)
    sheet.text(left + 20, 15, say("over what is known"), size=12)
    sheet.box(left + 166, 10, 24, 1.5, facecolor=look.text)
    sheet.text(left + 196, 15, say("interval"), size=12)
    sheet.text(width - 2, 15, "%", size=11, ha="right", color=look.muted)
    unit = (right - left) / 100
    for percent in (0, 50, 100):
        sheet.box(left + percent * unit, head - 6, 0.8, step * len(rows) + 6, facecolor=look.line)
    for i, row in enumerate(rows):
        top = head + step * i
        code, title = str(row["code"]), str(row["title"])
        words = wrap_words(label(title, code), 42)
        first = top + 17 - 6.5 * (len(words) - 1)
        sheet.text(20, first, code, size=11.5, ha="right", weight="bold")
        for k, text in enumerate(words):
            sheet.text(28, first + 13 * k, text, size=11)
        if row["value"] is None:
            sheet.text(left + 6, top + 17, say("nothing known"), size=11, color=look.muted)
            continue
        value, low, high = (100 * float(str(row[key])) for key in ("value", "low", "high"))
        sheet.box(left, top + 5, value * unit, 16, facecolor=look.aligned)
        # A paper edge keeps the interval apart from the bar that it lies on.
        for size, ink in ((3.6, look.paper), (1.6, look.text)):
            sheet.box(
                left + low * unit, top + 13 - size / 2, (high - low) * unit, size, facecolor=ink
            )
            for end in (low, high):
                sheet.box(left + end * unit - size / 2, top + 8, size, 10, facecolor=ink)
        known = say("{known} of {of}", known=row["known"], of=row["of"])
        sheet.text(right + 8, top + 17, known, size=10.5, color=look.muted)
        sheet.text(width - 2, top + 17, show(round(value)), size=12, ha="right")
    return sheet


def _bar(sheet: Sheet, left: float, top: float, unit: float, covered: int, rest: int) -> None:
    look, height = sheet.look, 20.0
    edge = left + covered * unit
    if covered:
        sheet.box(left, top, covered * unit, height, facecolor=look.aligned)
        if covered * unit > 6 + 9 * len(str(covered)):
            sheet.text(
                left + covered * unit / 2,
                top + 14.5,
                str(covered),
                size=12,
                ha="center",
                weight="bold",
                color=look.on_aligned,
            )
    if rest:
        sheet.missing(edge + 1.5 * bool(covered), top, max(rest * unit - 1.5, 0.5), height)
        if rest * unit > 6 + 9 * len(str(rest)):
            centre, half = edge + rest * unit / 2, 3 + 4.5 * len(str(rest))
            sheet.box(centre - half, top + 3, 2 * half, height - 6, facecolor=look.missing)
            sheet.text(
                centre,
                top + 14.5,
                str(rest),
                size=12,
                ha="center",
                weight="bold",
                color=look.on_missing,
            )


def draw_report_chart(
    facts: Facts, report: Report, name: str, *, landscape: bool = False
) -> Figure | None:
    """Draw a chart that a report brings along.

    :param facts: the country's data.
    :param report: the report.
    :param name: one of its charts.
    :param landscape: whether it stands on a page on its side.
    """
    from gcm_ld.report import charts

    with drawing_settings("review"):
        figure = charts.as_figure(  # unframed: the caption says what it is
            name, facts.dataset, report, facts.framework.iri, Look(), narrow=False, framed=False
        )
        picture = _print(figure)
        width, height = (96 * side for side in figure.get_size_inches())
    title, description = charts.chart_words(name, report)
    return Figure(
        anchor=f"figure-{name}",
        caption=title.rstrip("."),
        picture=picture,
        format="png",
        alt=description,
        size=fit(width, height, landscape=landscape),
    )
