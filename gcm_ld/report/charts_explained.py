"""The picture of an explanation: a figure, its actions, and their indicators on their way."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from xml.sax.saxutils import escape

from gcm_ld.language import label, say, show
from gcm_ld.progress import Indicator, Progress, State, Step
from gcm_ld.progress.figures import tenths
from gcm_ld.report.charts_progress import bar
from gcm_ld.report.drawing import Look, Sheet, print_drawing, wrap_words
from gcm_ld.report.explained import headline, indicator_head, link_short, reasons, why_unknown
from gcm_ld.report.progress_words import (
    figure_words,
    observed_text,
    state_words,
    synthetic_words,
    unit_text,
)

__all__ = ["draw_explanation"]

#: Columns: the actions, the ways from them, the indicators, and their bars.
_WIDTH = 1180.0
_ACTION, _WAY, _INDICATOR, _BAR, _END = 2.0, 372.0, 478.0, 804.0, 1034.0
_LINE = 15.0


def draw_explanation(progress: Progress, step: Step, format_: str) -> bytes:
    """Draw an explanation.

    :param progress: what was measured.
    :param step: the figure explained.
    :param format_: ``svg`` or ``png``.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    content = print_drawing(lambda look: _draw(progress, step, look), format_)
    if format_ != "svg":
        return content
    # What a screen reader says first; the texts of the picture are text, and follow.
    told = figure_words(step.figure) if step.indicator is None else indicator_head(step.indicator)
    words = {"title": _title(step), "desc": f"{told}. {headline(progress)}."}
    tags = "".join(f" <{tag}>{escape(text)}</{tag}>\n" for tag, text in words.items())
    head, end, rest = content.decode().partition(' version="1.1">\n')
    return f"{head}{end}{tags}{rest}".encode()


def _title(step: Step) -> str:
    name = label(step.title, step.iri)
    return name if step.kind == "indicator" else f"{step.path}: {name}"


class _Row:
    """An indicator as a row of the picture: what it says, and how high it is."""

    def __init__(self, step: Step, indicator: Indicator) -> None:
        self.step, self.indicator = step, indicator
        self.title = wrap_words(label(step.title, step.iri), 50, 3)
        self.ways = wrap_words(", ".join(sorted({link_short(x) for x in step.links})), 14, 3)
        self.height = max(_LINE * max(len(self.title), len(self.ways)) + 13, 44.0)


class _Part:
    """An action with its indicators."""

    def __init__(self, step: Step, *, deep: bool) -> None:
        self.step = step
        self.rows = [_Row(s, s.indicator) for s in step.steps if deep and s.indicator]
        title = wrap_words(label(step.title, step.iri), 50, 4)
        self.title = [step.path, *title] if deep else [f"{step.path}: {title[0]}", *title[1:]]
        figure = figure_words(step.figure) if step.figure.value is not None else why_unknown(step)
        self.figure = wrap_words(figure, 56, 2)
        own = _LINE * (len(self.title) + len(self.figure)) + 24
        if not deep:  # the bar stands beside it
            own = max(_LINE * max(len(self.title), len(self.figure)) + 8, 28.0)
        self.height = max(own, sum(r.height for r in self.rows)) + 10


def _draw(progress: Progress, step: Step, look: Look) -> Any:
    deep = step.kind != "compact"
    if step.kind in ("action", "indicator"):
        parts = [_Part(step, deep=True)] if step.kind == "action" else []
        rows = [_Row(step, step.indicator)] if step.indicator else []
    else:
        parts, rows = [_Part(s, deep=deep) for s in step.steps], []
    title = wrap_words(_title(step), 96, 3)
    below = [headline(progress)]
    if step.indicator is None:
        below.insert(0, figure_words(step.figure))
    if progress.synthetic:
        below.append(synthetic_words())
    left_out = _left_out(step)
    head = 24.0 * len(title) + 19 * len(below) + (74 if deep else 40)
    tall = sum(p.height for p in parts) + sum(r.height for r in rows)
    sheet = Sheet(_WIDTH, head + tall + 18 + _LINE * len(left_out) + 8, look, margin=24)
    for i, line in enumerate(title):
        sheet.text(2, 26 + 24 * i, line, size=18, weight="bold")
    for i, line in enumerate(below):
        sheet.text(2, 30 + 24 * len(title) + 19 * i, line, size=13, color=look.muted)
    if deep:
        _legend(sheet, head - 54)
        _headings(sheet, head - 12)
    y = head
    for part in parts:
        sheet.box(0, y - 4, _WIDTH, 0.7, facecolor=look.line)
        _draw_part(sheet, part, y, deep=deep)
        y += part.height
    for row in rows:
        sheet.box(0, y - 4, _WIDTH, 0.7, facecolor=look.line)
        _draw_row(sheet, row, y)
        for i, line in enumerate(wrap_words(", ".join(step.leads_to), 52, 3)):
            sheet.text(_ACTION, y + 12 + _LINE * i, line)
        y += row.height
    for i, line in enumerate(left_out):
        sheet.text(2, y + 18 + _LINE * i, line, size=11, color=look.muted)
    return sheet.figure


def _legend(sheet: Sheet, y: float) -> None:
    """Say what the bars of indicators mean."""
    look, x = sheet.look, _BAR
    sheet.box(x, y, 16, 12, facecolor=look.aligned)
    text = say("on track")
    sheet.text(x + 22, y + 11, text, size=11)
    x += 40 + 6.4 * len(text)
    sheet.missing(x, y, 16, 12)
    text = say("behind")
    sheet.text(x + 22, y + 11, text, size=11)
    x += 40 + 6.4 * len(text)
    sheet.box(x, y - 2, 1.8, 16, facecolor=look.text)
    sheet.text(x + 8, y + 11, say("where the straight path is"), size=11)


def _headings(sheet: Sheet, y: float) -> None:
    for x, text in (
        (_ACTION, say("Action")),
        (_WAY, say("Way")),
        (_INDICATOR, say("Indicator")),
        (_BAR, say("From baseline to target")),
    ):
        sheet.text(x, y, text, size=11, weight="bold", color=sheet.look.muted)
    sheet.text(_WIDTH - 2, y, say("Way, %"), size=11, ha="right", color=sheet.look.muted)


def _draw_part(sheet: Sheet, part: _Part, y: float, *, deep: bool) -> None:
    look = sheet.look
    for i, line in enumerate(part.title):
        sheet.text(
            _ACTION, y + 12 + _LINE * i, line, weight="bold" if i == 0 and deep else "normal"
        )
    figure = part.step.figure
    bounds = (figure.low, figure.high)
    if not deep:
        for i, line in enumerate(part.figure):
            sheet.text(_INDICATOR - 60, y + 12 + _LINE * i, line, color=look.muted)
        if figure.value is not None:
            sheet.box(_BAR, y + 7, _END - _BAR, 3, facecolor=look.line)
            numbers = [float(100 * f) for f in (figure.value, *bounds)]
            bar(sheet, _BAR, _END, y + 2, 13, *numbers)
        return
    top = y + 6 + _LINE * len(part.title)
    if figure.value is not None:
        sheet.box(_ACTION, top + 4, 320, 3, facecolor=look.line)
        numbers = [float(100 * f) for f in (figure.value, *bounds)]
        bar(sheet, _ACTION, 322, top, 11, *numbers)
        top += 15
    for i, line in enumerate(part.figure):
        sheet.text(_ACTION, top + 11 + _LINE * i, line, size=11, color=look.muted)
    below = y
    for row in part.rows:
        _join(sheet, y + 8, below + 8, dashed=row.step.figure.value is None)
        _draw_row(sheet, row, below)
        below += row.height


def _join(sheet: Sheet, start: float, end: float, *, dashed: bool) -> None:
    """Draw the line from an action to one of its indicators."""
    look, trunk = sheet.look, _WAY - 18
    style = "dotted" if dashed else "solid"
    sheet.axes.plot(
        [trunk - 14, trunk, trunk, _WAY - 4],
        [start, start, end, end],
        color=look.line,
        linewidth=1.1,
        linestyle=style,
    )


def _draw_row(sheet: Sheet, row: _Row, y: float) -> None:
    look, indicator = sheet.look, row.indicator
    for i, line in enumerate(row.ways):
        sheet.text(_WAY, y + 12 + _LINE * i, line, size=11, color=look.muted)
    for i, line in enumerate(row.title):
        sheet.text(_INDICATOR, y + 12 + _LINE * i, line)
    words = state_words(indicator.state)
    if indicator.distance is None:
        sheet.text(_BAR, y + 12, words, color=look.muted)
    else:
        _track(sheet, indicator, indicator.distance, y)
        sheet.text(_WIDTH - 2, y + 12, show(tenths(indicator.distance)), ha="right", size=13)
        for i, line in enumerate(wrap_words(words, 15, 2)):
            sheet.text(_END + 6, y + 12 + _LINE * i, line, size=11, color=look.muted)
    ends = (indicator.baseline, indicator.latest, indicator.target)
    if any(ends):
        text = " → ".join(observed_text(o, unit=True) or "?" for o in ends)
        units = {unit_text(o.unit, label(o.unit_title, o.unit)) for o in ends if o}
        if len(units) == 1 and not any(o.unit.endswith("/yes-no") for o in ends if o):
            plain = " → ".join(observed_text(o) or "?" for o in ends)
            text = f"{plain}  {units.pop()}".rstrip()
        for i, line in enumerate(wrap_words(text, 62, 1)):
            sheet.text(_BAR, y + 30 + _LINE * i, line, size=11)


def _track(sheet: Sheet, indicator: Indicator, distance: Fraction, y: float) -> None:
    """Draw the way from baseline to target, how far it was gone, and where it should be."""
    look = sheet.look
    wide = _END - _BAR - 10
    sheet.box(_BAR, y + 7, wide, 3, facecolor=look.line)
    share = float(min(max(distance, Fraction(0)), Fraction(1)))
    good = indicator.state in (State.REACHED, State.ON_TRACK)
    if share:
        fill = {"facecolor": look.aligned} if good else {}
        if fill:
            sheet.box(_BAR, y + 3, share * wide, 11, **fill)
        else:
            sheet.missing(_BAR, y + 3, share * wide, 11)
    if indicator.expected is not None:
        x = _BAR + float(indicator.expected) * wide
        sheet.box(x - 0.9, y, 1.8, 17, facecolor=look.text)


def _left_out(step: Step) -> list[str]:
    lines = []
    for reason, names in reasons(step.left_out).items():
        lines += wrap_words(f"{reason}: {', '.join(names)}", 190, 3)
    return lines
