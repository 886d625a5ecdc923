"""Reports as one page: no network, no third party, the same bytes for the same data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from gcm_ld import __version__
from gcm_ld.dataset import Dataset
from gcm_ld.language import direction, label, language_code, message, say, say_many, show
from gcm_ld.model import Claim, Crosswalk, Source
from gcm_ld.report import ACROSS, REPORTS
from gcm_ld.report.charts import (
    chart_words,
    draw_chart,
    heat_level,
    heat_ranges,
    matrix_names,
)
from gcm_ld.report.claims import ClaimResult, check_claims
from gcm_ld.report.localize import VERBATIM
from gcm_ld.report.model import (
    RULES,
    Assessed,
    Report,
    Table,
    assessed_framework,
    is_assessed,
    percent,
    whole_percent,
)
from gcm_ld.store import Value

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["page_script", "render_page"]

#: The reports in the order of the page, and what each is called in its table of contents.
_LABELS = {
    "coverage": message("Coverage"),
    "matrix": message("Matrices"),
    "gaps": message("Gaps"),
    "outcomes": message("Outcomes"),
    "sdg": message("SDGs"),
    "sdg-data": message("SDG data"),
    "indicators": message("Indicators"),
    "indicator-quality": message("Quality of the indicators"),
    "progress": message("Progress"),
    "rollup": message("Roll-up"),
    "quality": message("Quality of the source"),
    "calendar": message("Calendar"),
    "frameworks": message("Frameworks"),
}
#: What a report that has a page of its own is called there, if not as its name says.
_APART = {"progress-countries": message("Progress by country")}
#: Tables with more rows are folded on the page of all reports, and get a filter.
_LONG = 20
#: Columns of codes, days and counts, whose cells stay on a line if none has more characters.
_WHOLE, _SHORT = ("code", "iri", "known", "latestEnd", "series", "when"), 26
_NO_ORIGIN: dict[str, object] = {"crosswalks": [], "sources": [], "licences": []}
_CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as the page shows it: its text, a smaller text below it, and how to colour it."""

    text: str
    small: str = ""
    css: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """A table as the page shows it."""

    id: str
    title: str
    kind: str
    headings: tuple[_Cell, ...]
    rows: tuple[tuple[_Cell, ...], ...]
    total: bool = False
    key: tuple[tuple[str, str], ...] = ()
    legend: tuple[tuple[int, str], ...] = ()

    @property
    def long(self) -> bool:
        """Whether to fold the table."""
        return len(self.rows) > _LONG

    @property
    def filterable(self) -> bool:
        """Whether a filter is worth its place."""
        return self.long and self.kind == "plain"


@dataclass(frozen=True, slots=True)
class _Section:
    """A report as the page shows it."""

    id: str
    label: str
    title: str
    lead: tuple[str, ...] = ()
    views: tuple[_View, ...] = ()
    notes: tuple[str, ...] = ()
    #: Drawings: one for wide screens, one for phones, and what they show.
    charts: tuple[tuple[str, str, str], ...] = ()
    claims: tuple[Mapping[str, object], ...] = field(default=())


def render_page(
    dataset: Dataset,
    reports: Sequence[Report],
    *,
    framework: str | None = None,
    home: tuple[str, str] | None = None,
) -> str:
    """Render reports as one self-contained HTML page.

    :param dataset: the data that the reports were built from.
    :param reports: one report, several or all of them; all bring the claims with them.
    :param framework: the assessed framework, where the data know several.
    :param home: address and name of the site that the page is part of, if any.
    :raises MissingExtraError: if a report has a chart and matplotlib is not installed.
    """
    across = all(r.name in ACROSS for r in reports)  # of many countries, read by no file
    against = None if across else _find_assessed(dataset, framework)
    order = {name: i for i, name in enumerate(_LABELS)}
    ordered = sorted(reports, key=lambda r: order.get(r.name, len(order)))
    sections = [_section(dataset, report, against) for report in ordered]
    whole = {r.name for r in reports} >= set(REPORTS)
    if whole and any(isinstance(r, Claim) for r in dataset.records):
        sections.append(_claims(check_claims(dataset)))
    environment = _environment()
    script = page_script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html.j2").render(
        title=_title(reports, against),
        opening=_opening(against) if against else "",
        against=against,
        figures=_key_figures(reports),
        sections=sections,
        single=len(sections) == 1,
        origin=_NO_ORIGIN | {"own": dataset.own} if across else _origin(dataset, against),
        script=script,
        script_hash=f"sha256-{digest}",
        version=__version__,
        home=home,
    )


def page_script() -> str:
    """Return the script of a page in the language in use, as it stands within the page."""
    text: str = _environment().get_template("page.js").render(shown_of_all=_shown_of_all())
    return text


def _environment() -> Environment:
    """Return what renders templates in the language in use."""
    return _make_environment(language_code(), direction())


@lru_cache(maxsize=8)
def _make_environment(language: str, direction: str) -> Environment:
    """Make it, to be kept: reading a template takes longer than filling it in."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=PackageLoader("gcm_ld.report"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["mirror"] = _mirror
    environment.globals.update(
        say=say, say_many=say_many, show=show, language=language, direction=direction
    )
    return environment


def _mirror(css: Markup) -> Markup:
    """Exchange left and right in a style sheet."""
    other = {"left": "right", "right": "left"}
    return type(css)(re.sub(r"\b(left|right)\b", lambda m: other[m[1]], str(css)))


def _shown_of_all() -> str:
    """Write the message on a filter as what the script puts together."""
    marks = {"\0": "shown", "\1": "rows.length"}
    text = say("{shown} of {total}", shown="\0", total="\1")
    parts = (part for part in re.split("([\0\1])", text) if part)
    return " + ".join(marks.get(part) or json.dumps(part).replace("<", "\\u003c") for part in parts)


def _find_assessed(dataset: Dataset, framework: str | None) -> Assessed | None:
    """Find the framework that the reports are about: the one given, or the only one, if any."""
    if framework is None:
        only = len(dataset.query("select_assessed_frameworks").rows) == 1
    else:
        only = is_assessed(dataset, framework)
    return assessed_framework(dataset, framework) if only else None


def _title(reports: Sequence[Report], against: Assessed | None) -> str:
    if len(reports) == 1:
        return reports[0].title
    if against is None:
        return say("Report on a policy crosswalk")
    return say(
        "How the {framework} answers the {subject}",
        framework=against.title,
        subject=against.subject_title,
    )


def _opening(against: Assessed) -> str:
    return say(
        "This page reads the crosswalk between the {subject} and the {framework}:\n"
        "{number} actions, each with what the source says of it.",
        subject=against.subject_title,
        framework=against.title,
        number=against.actions,
    )


def _key_figures(reports: Iterable[Report]) -> list[dict[str, Value]]:
    """List the overall figures of coverage, each with its rule and what the rule counts."""
    report = next(
        (r for r in reports if r.tables[0].name == "coverage" and r.name not in ACROSS), None
    )
    if report is None:
        return []
    notes = dict(n.split(": ", 1) for n in report.notes if ": " in n)
    return [
        {**row, "definition": notes.get(label(str(row["rule"])), "")}
        for row in _dicts(report.tables[0])
        if row["code"] == ""
    ]


def _dicts(table: Table) -> list[dict[str, Value]]:
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def _section(dataset: Dataset, report: Report, against: Assessed | None) -> _Section:
    framework = against.iri if against else None
    views: list[_View]
    charts: list[tuple[str, str, str]] = []
    if report.name in ACROSS:
        views = [_plain(report.name, t) for t in report.readable]
        for name in report.charts:
            drawing = draw_chart(name, dataset, report)
            charts.append((drawing, "", chart_words(name, report)[0] + "."))
    elif report.tables[0].name == "coverage":
        views = [_shares(report)]
    elif report.name == "matrix":
        views = [_heat(dataset, t, framework) for t in report.readable]
    else:
        views = [_plain(report.name, t) for t in report.readable]
    if "coverage" in report.charts and report.name not in ACROSS:
        wide, narrow = (
            draw_chart("coverage", dataset, report, framework=framework, narrow=narrow)
            for narrow in (False, True)
        )
        caption = say(
            "Aligned and not aligned actions of each objective, counted by table row under the "
            "published rule."
        )
        charts.append((wide, narrow, caption))
    for name in ("calendar", "progress"):
        if name in report.charts:
            wide, narrow = (
                draw_chart(name, dataset, report, narrow=narrow) for narrow in (False, True)
            )
            charts.append((wide, narrow, chart_words(name, report)[0] + "."))
    return _Section(
        id=report.name,
        label=label(
            (_LABELS | _APART).get(report.name, report.name.replace("-", " ").capitalize())
        ),
        title=report.title,
        lead=report.lead,
        views=tuple(views),
        notes=report.notes,
        charts=tuple(charts),
    )


def _plain(section: str, table: Table) -> _View:
    numeric = {
        i
        for i in range(len(table.columns))
        if any(row[i] is not None for row in table.rows)
        and all(row[i] is None or isinstance(row[i], int | float) for row in table.rows)
    }
    special = {"code": "id", **dict.fromkeys(VERBATIM, "verbatim")}
    for i, key in enumerate(table.keys):  # a day broken at its hyphens is hard to read
        if key in _WHOLE and all(len(str(row[i] or "")) <= _SHORT for row in table.rows):
            special[key] = f"{special.get(key, '')} whole".strip()

    def css(i: int, value: Value = "x") -> str:
        kind = "num" if i in numeric else special.get(table.keys[i], "")
        return f"{kind} blank".strip() if value in (None, "") else kind

    return _View(
        id=f"{section}-{table.name}",
        title=table.title,
        kind="plain",
        headings=tuple(_Cell(h, css=css(i)) for i, h in enumerate(table.headings)),
        rows=tuple(
            tuple(
                _Cell(_text(value, row, verbatim=table.keys[i] in VERBATIM), css=css(i, value))
                for i, value in enumerate(row)
            )
            for row in table.rows
        ),
        total=table.total,
    )


def _text(value: Value, row: Sequence[Value], *, verbatim: bool) -> str:
    """Write a cell in the language in use; what a source says stays as it says it."""
    if verbatim:
        return "" if value is None else str(value)
    return show(value, *(c for c in row if isinstance(c, str)))


def _shares(report: Report) -> _View:
    """Lay coverage out with one column for each rule: the share over the numbers behind it."""
    lines: dict[tuple[str, str], dict[str, _Cell]] = {}
    for row in _dicts(report.tables[0]):
        covered, total = int(str(row["covered"])), int(str(row["total"]))
        share = percent(covered, total)
        cell = _Cell(
            say("{share} %", share=whole_percent(covered, total)),
            say("{covered} of {total}", covered=covered, total=total),
            "share",
            share,
        )
        lines.setdefault((str(row["code"]), str(row["title"])), {})[str(row["rule"])] = cell
    known = {rule for cells in lines.values() for rule in cells}
    rules = [r for r in RULES if r in known] + sorted(known.difference(RULES))
    return _View(
        id="coverage-objectives",
        title=say("Actions covered, by objective and counting rule"),
        kind="shares",
        headings=(_Cell(say("Objective")), *(_Cell(label(rule), css="num") for rule in rules)),
        rows=tuple(
            (_Cell(label(title, code), code), *(cells.get(rule, _Cell("")) for rule in rules))
            for (code, title), cells in lines.items()
        ),
        total=True,
    )


def _heat(dataset: Dataset, table: Table, framework: str | None) -> _View:
    """Lay a matrix out as a heat map: a table whose cells are shaded by their number."""
    _, lines, columns = matrix_names(table.name, dataset, framework)
    largest = max((v for row in table.rows for v in row[1:] if isinstance(v, int)), default=0)

    def cell(value: Value) -> _Cell:
        if not isinstance(value, int):
            return _Cell("·", css="none")
        return _Cell(str(value), css=f"heat heat-{heat_level(value, largest)}")

    return _View(
        id=f"matrix-{table.name}",
        title=table.title,
        kind="heat",
        headings=(_Cell(say("Objective")), *(_Cell(h, css="num") for h in table.headings[1:])),
        rows=tuple(
            (
                _Cell(label(lines.get(str(row[0]), ""), str(row[0])), str(row[0])),
                *map(cell, row[1:]),
            )
            for row in table.rows
        ),
        key=tuple((c, label(columns[c], c)) for c in table.headings[1:] if c in columns),
        legend=tuple(
            (level, str(low) if low == high else f"{low}–{high}")
            for level, low, high in heat_ranges(largest)
        ),
    )


def _claims(results: Sequence[ClaimResult]) -> _Section:
    """Put claims together with the verdict on each, and what it rests on."""
    kinds = [_kind(r) for r in results]
    counts = Counter(kinds)
    total = len(results)
    words = {
        "holds": say("{number} of {total} hold", number=counts["holds"], total=total),
        "rule": say(
            "{number} of {total} hold under one counting rule or reading, and not under another",
            number=counts["rule"],
            total=total,
        ),
        "differs": say(
            "{number} of {total} differ from the data", number=counts["differs"], total=total
        ),
        "undecided": say(
            "{number} of {total} cannot be decided from the source",
            number=counts["undecided"],
            total=total,
        ),
    }
    return _Section(
        id="claims",
        label=say("Claims"),
        title=say("Figures that the source publishes, held against the data"),
        lead=tuple(text for kind, text in words.items() if counts[kind]),
        notes=(say("Every verdict is computed: each claim names the question that checks it."),),
        claims=tuple(
            {
                "section": r.claim.section or "",
                "label": label(r.claim.label),
                "derived": r.derived_text if r.derived else "–",
                "verdict": label(r.verdict),
                "kind": kind,
                "evidence": r.evidence,
            }
            for r, kind in zip(results, kinds, strict=True)
        ),
    )


def _kind(result: ClaimResult) -> str:
    if not result.decided:
        return "undecided"
    return "differs" if result.failed else "holds" if result.verdict == "holds" else "rule"


def _origin(dataset: Dataset, against: Assessed | None) -> dict[str, object]:
    """Say where the figures come from, under which licence, and how to cite them."""
    iris = {against.iri, against.subject} if against else set()
    crosswalks = [
        c
        for c in dataset.records
        if isinstance(c, Crosswalk) and (not iris or iris & set(c.compares))
    ]
    named = {c.source for c in crosswalks}
    sources = [r for r in dataset.records if isinstance(r, Source) and r.iri in named]
    return {
        "crosswalks": [label(c.title) for c in crosswalks],
        "sources": [
            ", ".join(t for t in (s.creator, label(s.title or ""), s.identifier, s.issued) if t)
            for s in sources
        ],
        # Only a web address becomes a link: an IRI may be of any scheme.
        "licences": [
            {"iri": iri, "link": iri.startswith(("https://", "http://")), "cc_by": iri == _CC_BY}
            for iri in sorted({c.license for c in crosswalks if c.license})
        ],
        "own": dataset.own,
    }
