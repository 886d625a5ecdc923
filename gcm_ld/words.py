"""Small words for people: numbers with their nouns, and tables in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["html_table", "plural"]


def plural(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "action"), plural(2, "priority"), plural(1200, "class")
    ('1 action', '2 priorities', '1200 classes')
    """
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}{'es' if noun.endswith('s') else 's'}"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as HTML, every cell escaped.

    >>> html_table(["code"], [["<1>"]])
    '<table><thead><tr><th>code</th></tr></thead><tbody><tr><td>&lt;1&gt;</td></tr></tbody></table>'
    """
    from html import escape

    def line(cells: Iterable[object], tag: str) -> str:
        texts = ("" if c is None else escape(str(c)) for c in cells)
        return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in texts) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(columns, 'th')}</thead><tbody>{body}</tbody></table>"
