"""Pictures of a review, drawn for paper."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gcm_ld.errors import MissingExtraError
from gcm_ld.language import label, say
from gcm_ld.report import Report
from gcm_ld.report.charts import Look, Sheet, wrap_words
from gcm_ld.report.model import whole_percent
from gcm_ld.review.model import Figure

if TYPE_CHECKING:
    from gcm_ld.review.facts import Coverage, Facts

__all__ = ["draw_coverage", "draw_report_chart", "drawing"]

#: Dots an inch in print; a sheet has 96 pixels an inch.
_DPI = 240
#: The room for a picture on an upright page, in millimetres.
WIDTH, HEIGHT = 165.0, 225.0


@contextmanager
def drawing() -> Iterator[None]:
    """Set matplotlib up the same way whatever the user's own configuration says.

    :raises MissingExtraError: if matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        raise MissingExtraError("matplotlib", "review", "drawing the figures of a review") from None
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {"font.family": "DejaVu Sans", "hatch.linewidth": 0.9, "text.parse_math": False}
        )
        yield


def _print(figure: Any) -> bytes:
    """Print a figure with nothing of the day or the software in it, in few colours."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, facecolor="white", metadata={"Software": None})
    return out.getvalue()


def fit(width: float, height: float) -> tuple[float, float]:
    """Fit a picture's size in pixels at 96 an inch into the room on a page, in millimetres.

    >>> fit(96, 96)
    (25.4, 25.4)
    """
    scale = min(25.4 / 96, WIDTH / width, HEIGHT / height)
    return round(float(width * scale), 1), round(float(height * scale), 1)


def draw_coverage(facts: Facts) -> Figure | None:
    """Draw how many actions of each objective are covered under the chosen rule, and how many not.

    :param facts: the country's data.
    :returns: the figure; nothing where no action was assessed.
    """
    lines = facts.coverage
    if not lines:
        return None
    with drawing():
        sheet = _draw(lines)
        picture = _print(sheet.figure)
        width, height = (96 * side for side in sheet.figure.get_size_inches())
    rule = facts.options.rule
    return Figure(
        anchor="figure-coverage",
        caption=say("Actions covered and not covered, by objective, under the {rule} rule",
                    rule=rule),
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


def draw_report_chart(facts: Facts, report: Report, name: str) -> Figure | None:
    """Draw a chart that a report brings along.

    :param facts: the country's data.
    :param report: the report.
    :param name: one of its charts.
    """
    from gcm_ld.report import charts

    with drawing():
        figure = charts._figure(  # unframed: the caption says what it is
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
        size=fit(width, height),
    )
