"""Charts of the reports: vector drawings for a page, and SVG and PNG files.

Every chart is laid out in pixels on one empty pair of axes, from the tables of a report. The same
report gives the same bytes. Colour is never the only carrier: bars differ in lightness and
hatching too, and every bar and cell holds its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError
from gcm_ld.files import write_bytes
from gcm_ld.language import label, say
from gcm_ld.report import charts_calendar, charts_progress, maps
from gcm_ld.report.drawing import (
    INKS,
    SAVED,
    SHADES,
    Look,
    Sheet,
    drawing_settings,
    embed_drawing,
    frame,
    print_figure,
    wrap_words,
    write_source,
)
from gcm_ld.report.model import Report, Table, assessed_framework, percent, whole_percent
from gcm_ld.store import Value

__all__ = [
    "COUNTED_BY",
    "as_figure",
    "chart_words",
    "coverage_lines",
    "draw_chart",
    "heat_level",
    "heat_ranges",
    "matrix_names",
    "save_charts",
]

#: The counting rule of the coverage chart: that of the manual's own chart.
COUNTED_BY = "published"
#: Shades of a heat map.
LEVELS = 5

_Line = tuple[str, str, int, int]
_Names = tuple[str, Mapping[str, str], Mapping[str, str]]

#: Stand-ins that the page replaces by its own colours, so that a drawing follows light and dark.
_STAND_INS = Look(*(f"#01fe{i:02x}" for i in range(1, 9)))
_PROPERTIES = ("text", "muted", "line", "paper", "aligned", "on_aligned", "missing", "on_missing")


def coverage_lines(report: Report) -> list[_Line]:
    """Read the figures of the coverage chart: code, title, aligned and all, by table row.

    :param report: the coverage report.
    """
    return [
        (str(r["code"]), str(r["title"]), int(str(r["covered"])), int(str(r["total"])))
        for r in report.rows("coverage")
        if r["rule"] == COUNTED_BY and r["code"] != ""
    ]


def _coverage_words(lines: Sequence[_Line]) -> str:
    pairs = [(aligned, total) for *_, aligned, total in lines]
    aligned, total = sum(a for a, _ in pairs), sum(t for _, t in pairs)
    return say(
        "{aligned} of {total} aligned ({share} %)",
        aligned=aligned,
        total=total,
        share=percent(aligned, total),
    )


def _draw_coverage(report: Report, look: Look, *, narrow: bool, framed: bool) -> Any:
    """Draw aligned and not aligned actions of each objective as stacked bars.

    :param narrow: whether to put titles above the bars, for a phone.
    :param framed: whether title and source belong to the drawing.
    """
    lines = coverage_lines(report)
    width = 360.0 if narrow else 960.0
    left, right = (0.0, 306.0) if narrow else (396.0, 892.0)
    title = wrap_words(report.title, 84, 3) if framed else []
    head = 24.0 * len(title) + (36 if framed else 0) + 42
    labels = [wrap_words(label(t, c), 44 if narrow else 48) for c, t, _, _ in lines]
    steps = [(46.0 + 16 * (len(w) - 1)) if narrow else 36.0 for w in labels]
    foot = 44 if framed else 4
    sheet = Sheet(width, head + sum(steps) + foot, look, margin=24 * framed)
    frame(
        sheet,
        title,
        say(
            "{figures}: {rule} rule, counted by table row",
            figures=_coverage_words(lines),
            rule=COUNTED_BY,
        ),
    )
    sheet.box(left, head - 34, 16, 14, facecolor=look.aligned)
    sheet.text(left + 22, head - 22, say("aligned"), size=13)
    second = left + max(92.0, 36 + 7.6 * len(say("aligned")))
    sheet.missing(second, head - 34, 16, 14)
    sheet.text(second + 22, head - 22, say("not aligned"), size=13)
    sheet.text(width - 2, head - 22, say("aligned, %"), size=11, ha="right", color=look.muted)
    unit = (right - left) / max([total for *_, total in lines], default=1)
    y = head
    for (code, _, aligned, total), words, step in zip(lines, labels, steps, strict=True):
        thickness = 18.0 if narrow else 24.0
        top = y + step - thickness - 6
        first = top - 7 - 16 * (len(words) - 1) if narrow else top + 16 - 8 * (len(words) - 1)
        sheet.text(20 if narrow else 24, first, code, size=12, ha="right", weight="bold")
        for i, text in enumerate(words):
            sheet.text(28 if narrow else 36, first + 16 * i, text, size=12)
        _bars(sheet, left, top, thickness, (aligned, total - aligned), unit)
        share = str(whole_percent(aligned, total))
        sheet.text(width - 2, top + thickness / 2 + 4.5, share, size=13, ha="right")
        y += step
    if framed:
        write_source(sheet, report, y + 28)
    return sheet.figure


def _bars(
    sheet: Sheet, left: float, top: float, height: float, parts: tuple[int, int], unit: float
) -> None:
    """Draw one stacked bar with its numbers; a part too thin for its number goes without."""
    look = sheet.look
    edge = left + parts[0] * unit
    if parts[0]:
        sheet.box(left, top, parts[0] * unit, height, facecolor=look.aligned)
    if parts[1]:
        gap = 1.5 if parts[0] else 0
        sheet.missing(edge + gap, top, max(parts[1] * unit - gap, 0.5), height)
    middle = top + height / 2 + 4.5
    options = {"size": 13, "ha": "center", "weight": "bold"}
    wide = [n and n * unit > 5 + 9 * len(str(n)) for n in parts]
    if wide[0]:
        sheet.text(
            left + parts[0] * unit / 2, middle, str(parts[0]), color=look.on_aligned, **options
        )
    if wide[1]:
        centre, half = edge + parts[1] * unit / 2, 3 + 4.5 * len(str(parts[1]))
        sheet.box(centre - half, top + 3, 2 * half, height - 6, facecolor=look.missing)
        sheet.text(centre, middle, str(parts[1]), color=look.on_missing, **options)


def _draw_matrix(report: Report, table: Table, look: Look, names: _Names) -> Any:
    """Draw a matrix as a heat map with its numbers, and the key to its columns below."""
    codes = table.keys[1:]
    subject, rows, columns = names
    cell, step, left = 40.0, 34.0, 396.0
    numbers = [[_number(v) for v in row[1:]] for row in table.rows]
    largest = max((n for row in numbers for n in row), default=0)
    by = table.title[:1].lower() + table.title[1:]
    width = max(960.0, left + cell * len(codes) + 12)
    title = wrap_words(
        say("Objectives of the {subject}, {by}", subject=subject, by=by), int(width / 11.2), 3
    )
    head = 24.0 * len(title) + 90
    key = [(c, wrap_words(label(columns.get(c, ""), c), 66)) for c in codes if columns.get(c)]
    half = (len(key) + 1) // 2
    halves = [key[:half], key[half:]]
    tall = max((sum(14 * len(words) + 4 for _, words in part) for part in halves), default=0)
    bottom = head + step * len(table.rows)
    sheet = Sheet(width, bottom + 26 + tall + 44, look, margin=24)
    frame(sheet, title, say("Number of actions that join the two"))
    for i, (level, low, high) in enumerate(heat_ranges(largest)):
        sheet.box(left + 64 * i, head - 46, 16, 14, facecolor=SHADES[level - 1])
        sheet.text(left + 64 * i + 21, head - 35, str(low) if low == high else f"{low}–{high}")
    for j, code in enumerate(codes):
        middle = left + cell * (j + 0.5)
        sheet.text(middle, head - 8, code, ha="center", weight="bold")
    for i, (row, line) in enumerate(zip(table.rows, numbers, strict=True)):
        y = head + step * i
        sheet.box(0, y, left + cell * len(codes), 0.6, facecolor=look.line)
        words = wrap_words(label(rows.get(str(row[0]), ""), str(row[0])), 48)
        first = y + 21.5 - 7.5 * (len(words) - 1)
        sheet.text(24, first, str(row[0]), ha="right", weight="bold")
        for k, text in enumerate(words):
            sheet.text(36, first + 15 * k, text)
        for j, number in enumerate(line):
            level = heat_level(number, largest)
            if level:
                x = left + cell * j
                sheet.box(x + 1, y + 1.5, cell - 2, step - 2.5, facecolor=SHADES[level - 1])
                sheet.text(
                    x + cell / 2,
                    y + 21.5,
                    str(number),
                    size=13,
                    ha="center",
                    color=INKS[level - 1],
                )
    for part, x in zip(halves, (0, width / 2), strict=True):
        y = bottom + 34
        for code, words in part:
            sheet.text(x + 24, y, code, size=11, ha="right", weight="bold")
            for text in words:
                sheet.text(x + 36, y, text, size=11)
                y += 14
            y += 4
    write_source(sheet, report, bottom + 26 + tall + 38)
    return sheet.figure


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def heat_level(number: int, largest: int) -> int:
    """Return the shade of a heat map's cell: 0 for none, up to :data:`LEVELS` for the largest.

    >>> [heat_level(n, 10) for n in (0, 1, 2, 3, 10)]
    [0, 1, 1, 2, 5]
    """
    return 0 if number <= 0 else -(-LEVELS * number // max(largest, LEVELS))


def heat_ranges(largest: int) -> list[tuple[int, int, int]]:
    """List the shades of a heat map with the least and the most that each stands for.

    >>> heat_ranges(9)
    [(1, 1, 1), (2, 2, 3), (3, 4, 5), (4, 6, 7), (5, 8, 9)]
    """
    ranges: dict[int, tuple[int, int]] = {}
    for n in range(1, largest + 1):
        level = heat_level(n, largest)
        ranges[level] = (ranges.get(level, (n, n))[0], n)
    return [(level, *pair) for level, pair in ranges.items()]


def matrix_names(name: str, dataset: Dataset, framework: str | None) -> _Names:
    """Look up what a matrix is about, and what its lines and columns are called.

    :param name: ``objectives`` or ``goals``.
    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :returns: the title of the framework assessed, and titles by code of the lines and the columns.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)

    def titles(iri: str) -> dict[str, str]:
        rows = dataset.query("select_framework_objectives", framework=iri).dicts()
        return {str(r["code"]): str(r["title"]) for r in rows}

    if name == "goals":
        goals = {str(r["code"]): str(r["title"]) for r in dataset.query("select_goals").dicts()}
        return against.subject_title, titles(against.subject), goals
    return against.subject_title, titles(against.subject), titles(against.iri)


def as_figure(
    name: str, dataset: Dataset, report: Report, framework: str | None, look: Look, **options: bool
) -> Any:
    """Make a chart of a report as a matplotlib figure.

    :param name: one of the report's charts.
    :param dataset: the data that the report is of.
    :param report: the report.
    :param framework: IRI of the assessed framework, where the chart needs it.
    :param look: colours and fonts.
    :param options: ``narrow`` for a small screen, ``framed`` for a title and a source of its own.
    """
    if name == "coverage":
        return _draw_coverage(report, look, **options)
    if name in charts_progress.CHARTS:
        return charts_progress.draw(name, report, look, **options)
    if name in charts_calendar.CHARTS:
        return charts_calendar.draw(name, report, look, **options)
    if name in maps.CHARTS:
        return maps.draw(name, report, look, framed=options.get("framed", True))
    table = next(t for t in report.readable if t.name == name)
    return _draw_matrix(report, table, look, matrix_names(name, dataset, framework))


def draw_chart(
    name: str,
    dataset: Dataset,
    report: Report,
    *,
    framework: str | None = None,
    narrow: bool = False,
) -> str:
    """Draw a chart as an SVG element for a page.

    Its colours are custom properties (``--chart-text``, ``--chart-aligned`` …) with a default, its
    text is text in the page's own type, and its identifiers are its own.

    :param name: one of ``report.charts``.
    :param dataset: the data, for the titles that the report does not hold.
    :param report: the report that the chart belongs to.
    :param framework: the assessed framework, where the data know several.
    :param narrow: whether to lay it out for a phone.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    with drawing_settings():
        figure = as_figure(
            name, dataset, report, framework, _STAND_INS, narrow=narrow, framed=False
        )
        svg = print_figure(figure, "svg", transparent=True).decode()
    title, description = chart_words(name, report)
    prefix = f"chart-{name}{'-narrow' if narrow else ''}"
    svg = embed_drawing(svg, prefix, title, description)
    for stand_in, prop in zip(_colours(_STAND_INS), _PROPERTIES, strict=True):
        name_ = "--chart-" + prop.replace("_", "-")
        svg = svg.replace(stand_in, f"var({name_}, {getattr(SAVED, prop)})")
    return svg


def _colours(look: Look) -> list[str]:
    return [getattr(look, p) for p in _PROPERTIES]


def chart_words(name: str, report: Report) -> tuple[str, str]:
    """Put a chart into words, for those who do not see it: its title and its description."""
    if name in maps.CHARTS:
        return maps.words(name)
    if name in charts_progress.CHARTS:
        return charts_progress.words(report)
    if name in charts_calendar.CHARTS:
        return charts_calendar.words(report)
    if name != "coverage":
        table = next(t for t in report.readable if t.name == name)
        return f"{report.title}: {table.title}", say(
            "The same figures stand in a table on this page."
        )
    lines = coverage_lines(report)
    return (
        say("Aligned and not aligned actions of each objective"),
        say(
            "Stacked bars for {number} objectives. {figures} by the {rule} rule, counted by table "
            "row. The same figures stand in the table that follows.",
            number=len(lines),
            figures=_coverage_words(lines),
            rule=COUNTED_BY,
        ),
    )


def save_charts(
    dataset: Dataset, reports: Iterable[Report], folder: Path, *, framework: str | None = None
) -> list[Path]:
    """Save the charts of reports, each as SVG and as PNG, on white.

    :param dataset: the data that the reports were built from.
    :param reports: the reports; those without charts add nothing.
    :param folder: where to; made if it is not there.
    :param framework: the assessed framework, where the data know several.
    :returns: the files written, in order.
    :raises FileError: if a file can't be written.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    drawn: dict[Path, bytes] = {}
    with drawing_settings():
        for report in reports:
            for name in report.charts:
                figure = as_figure(
                    name, dataset, report, framework, SAVED, narrow=False, framed=True
                )
                for format_ in ("svg", "png"):
                    content = print_figure(figure, format_, facecolor="white", dpi=192)
                    drawn[folder / f"{name}.{format_}"] = content
    try:  # nothing is made before everything is drawn
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"can't be made ({error.strerror})") from None
    for path, content in drawn.items():
        write_bytes(path, content)
    return list(drawn)
