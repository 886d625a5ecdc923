"""What a report is made of, before it is printed, drawn or saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.language import say, show
from gcm_ld.namespaces import compact, framework_iri
from gcm_ld.store import Value
from gcm_ld.words import html_table

__all__ = [
    "Assessed",
    "Column",
    "Report",
    "Table",
    "assessed_framework",
    "define",
    "is_assessed",
    "percent",
    "resolve_framework",
    "whole_percent",
]

#: The order in which counting rules are shown.
RULES = ("strict", "published", "broad")


class Column(NamedTuple):
    """A column: its stable name for programs, and its heading for people."""

    key: str
    heading: str


class Table(NamedTuple):
    """A table of a report: laid out for people, or one fact a row for programs.

    Names and columns of the tables for programs are stable. ``total`` says that the last row
    sums the others up.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        title: str,
        columns: Sequence[tuple[str, str]],
        rows: Iterable[Sequence[Value]],
        *,
        total: bool = False,
    ) -> Table:
        """Make a table.

        :param columns: pairs of stable name and heading.
        :param rows: cells in the order of the columns.
        :param total: whether the last row sums the others up.
        """
        return cls(name, title, tuple(Column(*c) for c in columns), tuple(map(tuple, rows)), total)

    @property
    def keys(self) -> tuple[str, ...]:
        """The stable names of the columns."""
        return tuple(c.key for c in self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the columns."""
        return tuple(c.heading for c in self.columns)


class Report(NamedTuple):
    """A report: what it found in a few sentences, its tables, and the charts that go with it.

    ``tables`` are for programs; ``views`` for people, the tables themselves where not given.
    """

    name: str
    title: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]
    views: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()

    @property
    def readable(self) -> tuple[Table, ...]:
        """The tables to show to people."""
        return self.views or self.tables

    def rows(self, name: str) -> list[dict[str, Value]]:
        """List the rows of a table for programs, by the stable names of its columns.

        :raises KeyError: if there is no such table.
        """
        table = {t.name: t for t in self.tables}[name]
        return [dict(zip(table.keys, row, strict=True)) for row in table.rows]

    def _repr_html_(self) -> str:
        """Show the report in a notebook: what it found, and its tables."""
        from html import escape

        lines = "".join(f"<li>{escape(line)}</li>" for line in self.lead)
        tables = "".join(
            f"<h4>{escape(t.title)}</h4>"
            + html_table(t.headings, [[show(c) for c in row] for row in t.rows])
            for t in self.readable
        )
        return f"<h3>{escape(self.title)}</h3><ul>{lines}</ul>{tables}"

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values, for JSON."""
        return {
            "report": self.name,
            "title": self.title,
            "summary": list(self.lead),
            "tables": {
                t.name: [dict(zip(t.keys, row, strict=True)) for row in t.rows] for t in self.tables
            },
            "notes": list(self.notes),
        }


class Assessed(NamedTuple):
    """A framework that actions were assessed against, and the one they belong to."""

    iri: str
    title: str
    subject: str
    subject_title: str
    source_title: str
    actions: int
    rows: int

    @property
    def name(self) -> str:
        """Its short name, such as ``alb-nsm-2019``."""
        return compact(self.iri)


def assessed_framework(dataset: Dataset, framework: str | None = None) -> Assessed:
    """Find the framework to report on.

    :param dataset: the data.
    :param framework: its code or IRI; may be left out where the data know only one.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework, or several to choose from.
    """
    rows = list(dataset.query("select_assessed_frameworks").dicts())
    if not rows:
        raise EmptyDatasetError(
            "the data hold no assessment of an action: there is nothing to report on; give the "
            "folder of the crosswalk with another --data, such as --data shipped:alb"
        )
    names = [compact(str(r["framework"])) for r in rows]
    if framework is not None:
        wanted = resolve_framework(framework)
        rows = [r for r in rows if r["framework"] == wanted]
        if not rows:
            raise InputError(
                f"no assessment against {framework!r}; there are: {', '.join(names)}."
                + did_you_mean(framework, names)
            )
    elif len(rows) > 1:
        raise InputError(
            f"the data assess several frameworks: choose one with --framework ({', '.join(names)})"
        )
    row = rows[0]
    return Assessed(
        iri=str(row["framework"]),
        title=str(row["title"]),
        subject=str(row["subject"]),
        subject_title=str(row["subjectTitle"]),
        source_title=str(row["sourceTitle"] or say("the source")),
        actions=int(str(row["actions"])),
        rows=int(str(row["rows"])),
    )


def is_assessed(dataset: Dataset, framework: str, subject: str | None = None) -> bool:
    """Tell whether actions of a framework were assessed against another.

    :param dataset: the data.
    :param framework: the code or IRI of the one that they were held against.
    :param subject: the code or IRI of theirs; any if not given.
    """
    wanted = resolve_framework(framework)
    whose = None if subject is None else resolve_framework(subject)
    return any(
        r["framework"] == wanted and whose in (None, r["subject"])
        for r in dataset.query("select_assessed_frameworks").dicts()
    )


def resolve_framework(code: str) -> str:
    """Return a framework's IRI, given that or its code."""
    return code if ":" in code else framework_iri(code)


def define(rule: str, definition: str) -> str:
    """Say what a counting rule counts."""
    return say("{rule}: {definition}", rule=rule, definition=definition)


def percent(part: int, whole: int) -> float:
    """Return a share in percent, to one decimal; 0 of 0 is 0.

    >>> percent(130, 186)
    69.9
    """
    return round(100 * part / whole, 1) if whole else 0.0


def whole_percent(part: int, whole: int) -> int:
    """Return a share in whole percent, rounded once and half up; 0 of 0 is 0.

    >>> whole_percent(5, 11), whole_percent(3, 8)
    (45, 38)
    """
    return (200 * part + whole) // (2 * whole) if whole else 0
