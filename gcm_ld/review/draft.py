"""A draft while it is being written: blocks in order, and what of them to refer to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gcm_ld.language import show
from gcm_ld.namespaces import expand
from gcm_ld.report import Table
from gcm_ld.review.model import (
    Block,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
    Placeholder,
    Turn,
    link,
)
from gcm_ld.store import Value

__all__ = ["Draft"]


@dataclass
class Draft:
    """Blocks in order.

    :param level: the level of the section that is being written.
    """

    level: int = 1
    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        """Add blocks as they are."""
        self.blocks += blocks

    def section(self, level: int, text: str, anchor: str, code: str = "") -> None:
        """Begin a section."""
        self.level = level
        self.add(Heading(level, text, anchor, code))

    def heading(self, text: str, anchor: str, *, deeper: int = 1) -> None:
        """Begin a part of the section."""
        self.add(Heading(min(self.level + deeper, 4), text, anchor))

    def say(self, *texts: str) -> None:
        """Add paragraphs; empty ones are left out."""
        self.add(*(Paragraph.of(t) for t in texts if t))

    def note(self, *texts: str) -> None:
        """Add remarks, such as where figures come from."""
        self.add(*(Paragraph.of(t, "note") for t in texts if t))

    def points(self, texts: Iterable[str]) -> None:
        """Add a list."""
        found = [t for t in texts if t]
        if found:
            self.add(Items.of(found))

    def grid(
        self,
        anchor: str,
        caption: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[Value]],
        *,
        small: bool = False,
        total: bool = False,
        name: str = "",
    ) -> bool:
        """Add a table, if it has rows, and tell whether it has."""
        lines = [[show(v) if isinstance(v, str) else v for v in row] for row in rows]
        if not lines:
            return False
        self.add(Grid.of(anchor, caption, headings, lines, small=small, total=total, name=name))
        return True

    def table(
        self, anchor: str, table: Table | None, *, caption: str = "", small: bool = False
    ) -> bool:
        """Add a table of a report's, if it has rows, and tell whether it has."""
        if table is None or not table.rows:
            return False
        table = _link_codes(table)
        self.add(Grid.of_table(anchor, table, caption=caption, small=small))
        return True

    def figure(self, figure: Figure | None) -> None:
        """Add a picture, if there is one."""
        if figure is not None:
            self.add(figure)

    def placeholder(self, what: str, who: str, file: str) -> None:
        """Add what a person must write."""
        self.add(Placeholder(what, who, file))

    def turn(self, *, landscape: bool) -> None:
        """Go on on another page, upright or on its side."""
        self.add(Turn(landscape))

    def deepen(self, blocks: Iterable[Block]) -> list[Block]:
        """Put the headings of a person's text below that of the section."""
        return [
            replace(b, level=min(self.level + b.level, 4)) if isinstance(b, Heading) else b
            for b in blocks
        ]


def _link_codes(table: Table) -> Table:
    """Make links of a table's codes where it has their IRIs, which say nothing to people."""
    if not {"code", "iri"} <= set(table.keys):
        return table
    code, iri = table.keys.index("code"), table.keys.index("iri")

    def shown(row: tuple[Value, ...]) -> tuple[Value, ...]:
        linked = link(row[code], expand(str(row[iri]))) if row[iri] else row[code]
        return tuple(linked if i == code else c for i, c in enumerate(row) if i != iri)

    columns = tuple(c for i, c in enumerate(table.columns) if i != iri)
    return table._replace(columns=columns, rows=tuple(map(shown, table.rows)))
