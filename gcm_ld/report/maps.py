"""Drawings of the reports across countries: heat map, map with tiles, and lines over time.

They are drawn from the tables of a report. Shades differ in lightness, and each class has its
numbers beside it; where nothing is known, a hatch says so. The outlines are Natural Earth's (public
domain), in ``geometry/``.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gcm_ld.language import label, message, say
from gcm_ld.report.drawing import INKS, SHADES, Look, Sheet, frame, wrap_words, write_source
from gcm_ld.report.model import Report
from gcm_ld.store import Value

__all__ = ["CHARTS", "draw", "read_outlines", "shade_steps"]

_Rows = list[dict[str, Value]]
#: The rule that drawings show: the strictest, which the ranking goes by.
_RULE = "strict"
_WIDTH = 960.0
#: Heat maps with more lines are drawn smaller, and without numbers.
_FEW, _MANY = 24, 60
_SEA = "#eef3f6"


def _number(value: Value) -> float | None:
    return None if value is None else float(str(value))


def shade_steps(shares: Sequence[float]) -> list[tuple[float, float]]:
    """Divide the range of some shares into up to five classes of 5, 10 or 20 points.

    :param shares: in percent.
    :returns: the lower and upper bounds; an upper bound belongs to the next class, 100 to the last.

    >>> shade_steps([57.0, 88.2])
    [(50, 60), (60, 70), (70, 80), (80, 90)]
    """
    low, high = min(shares, default=0.0), max(shares, default=100.0)
    for step in (5, 10, 20):
        first = int(low // step) * step
        last = max(first + step, math.ceil(high / step) * step)
        if high == last and last < 100:
            last += step
        if last - first <= 5 * step:
            break
    first = min(first, 100 - step)
    return [(a, a + step) for a in range(first, min(last, 100), step)]


def _level(share: float, steps: Sequence[tuple[float, float]]) -> int:
    """Return which class a share is in, from 0."""
    return sum(share >= low for low, _ in steps[1:])


def _shade(level: int, steps: Sequence[object]) -> tuple[str, str]:
    """Return a class's shade and the ink on it, spread over all shades from light to dark."""
    index = round(level * (len(SHADES) - 1) / max(len(steps) - 1, 1)) if len(steps) > 1 else 2
    return SHADES[index], INKS[index]


def _hatched(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    look = sheet.look
    sheet.box(x, y, width, height, facecolor=look.paper, edgecolor=look.line, hatch="////")


def _legend(sheet: Sheet, y: float, steps: Sequence[tuple[float, float]], missing: str) -> None:
    x = 2.0
    for i, (low, high) in enumerate(steps):
        sheet.box(x, y, 20, 14, facecolor=_shade(i, steps)[0])
        if i == len(steps) - 1:
            text = say("{low:g}–{high:g} %", low=low, high=high)
        else:
            text = say("{low:g} to below {high:g} %", low=low, high=high)
        sheet.text(x + 26, y + 12, text)
        x += 40 + 7.2 * len(text)
    _hatched(sheet, x, y, 20, 14)
    sheet.text(x + 26, y + 12, missing)


def _draw_heat(report: Report, look: Look, *, framed: bool) -> Any:
    """Draw coverage of each framework and objective as a heat map, in the order of the ranking."""
    cells: dict[tuple[str, str], tuple[float | None, str]] = {}
    objectives: dict[str, None] = {}
    for row in report.rows("objectives"):
        if row["rule"] == _RULE:
            key = str(row["framework"]), str(row["objective"])
            cells[key] = _number(row["share"]), f"{row['covered']}/{row['assessed']}"
            objectives[key[1]] = None
    lines = [r for r in report.rows("coverage") if r["rule"] == _RULE]
    codes = sorted(objectives, key=lambda c: (len(c), c))
    number = len(lines)
    step = 26.0 if number <= _FEW else 18.0 if number <= _MANY else 11.0
    left, size = 236.0, 11.0 if number <= _MANY else 8.5
    cell = (_WIDTH - left - 60) / max(len(codes), 1)
    title = wrap_words(report.title, 84, 2) if framed else []
    head = 24.0 * len(title) + (96 if framed else 66)
    sheet = Sheet(_WIDTH, head + step * number + (44 if framed else 10), look, margin=24 * framed)
    what = say("Share of each objective's actions that an outcome answers (strict rule), by rank")
    frame(sheet, title, what)
    steps: list[tuple[float, float]] = [(a, a + 20) for a in range(0, 100, 20)]
    _legend(sheet, head - 56, steps, say("no data"))
    for j, code in enumerate(codes):
        middle = left + cell * (j + 0.5)
        sheet.text(middle, head - 8, code, ha="center", weight="bold", size=11)
    sheet.text(_WIDTH - 2, head - 8, say("all, %"), ha="right", weight="bold", size=11)
    for i, row in enumerate(lines):
        y = head + step * i
        base = y + step / 2 + size * 0.36
        name = wrap_words(label(str(row["countryTitle"] or row["framework"])), 27, 1)[0]
        sheet.text(2, base, str(row["country"] or ""), size=size, weight="bold")
        sheet.text(40, base, name, size=size)
        for j, code in enumerate(codes):
            share, words = cells.get((str(row["framework"]), code), (None, ""))
            x, gap = left + cell * j, 1.0 if number <= _MANY else 0.5
            if share is None:
                _hatched(sheet, x + gap, y + gap, cell - 2 * gap, step - 2 * gap)
                continue
            shade, ink = _shade(_level(share, steps), steps)
            sheet.box(x + gap, y + gap, cell - 2 * gap, step - 2 * gap, facecolor=shade)
            if number <= _FEW:
                sheet.text(x + cell / 2, base, words, size=9, ha="center", color=ink)
        total = _number(row["share"])
        sheet.text(
            _WIDTH - 2,
            base,
            "–" if total is None else say("{share:.1f}", share=total),
            size=size,
            ha="right",
        )
    if framed:
        write_source(sheet, report, head + step * number + 28)
    return sheet.figure


@lru_cache(maxsize=1)
def read_outlines() -> dict[str, list[list[float]]]:
    """Read the outlines of countries by their alpha-3 code; see ``geometry/README.md``.

    >>> len(read_outlines()["ALB"])
    1
    """
    path = Path(__file__).parent / "geometry" / "countries.json"
    outlines: dict[str, list[list[float]]] = json.loads(path.read_text(encoding="utf-8"))
    return outlines


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Project a place: Equal Earth (Šavrič, Patterson and Jenny 2018), where areas stay true."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    root = math.sqrt(3) / 2
    theta = math.asin(root * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    x = math.radians(longitude) * math.cos(theta)
    x /= root * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2))
    return x, theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))


def _draw_map(report: Report, look: Look, *, framed: bool) -> Any:
    """Draw coverage by country on a map; countries without an outline are tiles below it."""
    best: dict[str, float] = {}
    titles: dict[str, str] = {}
    elsewhere = 0
    for row in report.rows("coverage"):
        share = _number(row["share"])
        if row["rule"] != _RULE or share is None:
            continue
        if row["country"] is None:
            elsewhere += 1
            continue
        code = str(row["country"])
        best[code] = max(share, best.get(code, 0.0))
        titles[code] = str(row["countryTitle"])
    outlines = read_outlines()
    on_map = [c for c in best if c in outlines]
    tiles = sorted(c for c in best if c not in outlines)
    steps = shade_steps(list(best.values()))
    title = wrap_words(report.title, 84, 2) if framed else []
    head = 24.0 * len(title) + (86 if framed else 46)
    height = 440.0 if on_map else 0.0
    across, side = 16, 52.0
    rows = -(-len(tiles) // across)
    caption = 34.0 if tiles else 0.0
    bottom = head + height + caption + rows * (side + 6)
    sheet = Sheet(_WIDTH, bottom + 20 + (44 if framed else 4), look, margin=24 * framed)
    what = say("Share of actions that an outcome answers (strict rule), by country")
    frame(sheet, title, what)
    _legend(sheet, head - 40, steps, say("no data"))
    if on_map:
        _draw_outlines(sheet, best, steps, head)
    if tiles:
        if on_map:
            words = say("Without an outline at this scale ({number}), by code", number=len(tiles))
        else:
            words = say("These countries are on no map ({number}), by code", number=len(tiles))
        sheet.text(2, head + height + 20, words, weight="bold")
    for i, code in enumerate(tiles):
        x = (i % across) * (side + 8)
        y = head + height + caption + (i // across) * (side + 6)
        shade, ink = _shade(_level(best[code], steps), steps)
        sheet.box(x, y, side, side, facecolor=shade)
        sheet.text(x + side / 2, y + 23, code, size=13, ha="center", weight="bold", color=ink)
        sheet.text(
            x + side / 2,
            y + 41,
            say("{share:.1f} %", share=best[code]),
            size=11,
            ha="center",
            color=ink,
        )
    notes = [say("Of a country with several frameworks the highest share is shown.")]
    if elsewhere:
        notes.append(say("{number} of no single country: in the table only.", number=elsewhere))
    if on_map:
        notes.append(say("Outlines: Natural Earth (public domain); they say nothing about status."))
    note = " ".join(notes)
    sheet.text(2, bottom + 14, note, size=11, color=look.muted)
    if framed:
        write_source(sheet, report, bottom + 32)
    return sheet.figure


def _draw_outlines(
    sheet: Sheet, best: dict[str, float], steps: Sequence[tuple[float, float]], top: float
) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    look = sheet.look
    scale = 174.0
    patches: dict[str, list[Any]] = defaultdict(list)
    for code, rings in sorted(read_outlines().items()):
        if code == "ATA":
            continue
        points: list[tuple[float, float]] = []
        kinds: list[Any] = []
        for ring in rings:
            pairs = zip(ring[::2], ring[1::2], strict=True)
            for i, (x, y) in enumerate(_project(*pair) for pair in pairs):
                points.append((_WIDTH / 2 + scale * x, top + 238 - scale * y))
                kinds.append(Outline.LINETO if i else Outline.MOVETO)
            kinds[-1] = Outline.CLOSEPOLY
        face = _shade(_level(best[code], steps), steps)[0] if code in best else ""
        patches[face].append(PathPatch(Outline(points, kinds)))
    for face, found in sorted(patches.items()):
        style: dict[str, Any] = {"facecolor": face or look.paper, "linewidth": 0.4}
        style["edgecolor"] = look.line if not face else look.text
        if not face:
            style["hatch"] = "//"
        collection = PatchCollection(found, **style)
        sheet.axes.add_collection(collection, autolim=False)


def _draw_trend(report: Report, look: Look, *, framed: bool) -> Any:
    """Draw the share of each country with frameworks in succession as a line over the years."""
    series: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in report.rows("changes"):
        share = _number(row["share"])
        if row["rule"] == _RULE and share is not None:
            series[str(row["country"])].append((int(str(row["start"])), share))
    years = sorted({year for points in series.values() for year, _ in points})
    shares = [share for points in series.values() for _, share in points]
    bounds = shade_steps(shares)
    low, high = bounds[0][0], bounds[-1][1]
    title = wrap_words(report.title, 84, 2) if framed else []
    head, tall, left = 24.0 * len(title) + (60 if framed else 24), 420.0, 56.0
    right = _WIDTH - 60
    sheet = Sheet(_WIDTH, head + tall + (80 if framed else 40), look, margin=24 * framed)
    what = say(
        "Share of actions that an outcome answers (strict rule), by first year of the framework"
    )
    frame(sheet, title, what)

    def place(year: int, share: float) -> tuple[float, float]:
        span = max(years[-1] - years[0], 1)
        x = left + (right - left) * (year - years[0]) / span
        return x, head + tall - tall * (share - low) / (high - low)

    for mark in sorted({edge for pair in bounds for edge in pair}):
        y = place(years[0], mark)[1]
        sheet.box(left - 8, y, right - left + 16, 0.6, facecolor=look.line)
        sheet.text(
            left - 14, y + 4, say("{share:g} %", share=mark), size=11, ha="right", color=look.muted
        )
    for year in range(years[0], years[-1] + 1):
        sheet.text(place(year, low)[0], head + tall + 20, str(year), size=11, ha="center")
    named = len(series) <= 15
    lowest = -math.inf
    ends = sorted(series.items(), key=lambda item: place(*item[1][-1])[1])
    for code, points in ends:
        xs, ys = zip(*(place(*p) for p in points), strict=True)
        color = SHADES[4] if points[-1][1] >= points[0][1] else "#c2571a"
        sheet.axes.plot(
            xs,
            ys,
            color=color,
            linewidth=1.6 if named else 0.9,
            linestyle="-" if points[-1][1] >= points[0][1] else (0, (4, 2)),
            marker="o",
            markersize=4 if named else 2.5,
            alpha=0.9 if named else 0.6,
        )
        if named:
            lowest = max(ys[-1] + 4, lowest + 13) if points[-1][0] == years[-1] else ys[-1] + 4
            sheet.text(xs[-1] + 8, lowest, code, size=11, weight="bold")
    key = say("solid: more than before; dashed: less")
    sheet.text(2, head + tall + 44, key, size=11, color=look.muted)
    if framed:
        write_source(sheet, report, head + tall + 64)
    return sheet.figure


#: chart → how it is drawn.
CHARTS = {"countries": _draw_heat, "map": _draw_map, "trend": _draw_trend}

_WORDS = {
    "countries": (
        message("Coverage of each objective by country"),
        message("A heat map, one line a framework. The same figures stand in the report's tables."),
    ),
    "map": (
        message("Coverage by country on a map"),
        message(
            "A map with shades by share, and tiles for countries without an outline. The same "
            "figures stand in the table that follows."
        ),
    ),
    "trend": (
        message("Coverage over time"),
        message(
            "Lines from one framework of a country to the next. The same figures stand in the "
            "table that follows."
        ),
    ),
}


def draw(name: str, report: Report, look: Look, *, framed: bool) -> Any:
    """Draw one of :data:`CHARTS`.

    :param framed: whether title and source belong to the drawing.
    """
    return CHARTS[name](report, look, framed=framed)


def words(name: str) -> tuple[str, str]:
    """Put a chart into words: its title and its description."""
    title, description = _WORDS[name]
    return label(title), label(description)
