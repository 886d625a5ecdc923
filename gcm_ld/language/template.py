"""Templates: texts with named values, and no way to reach into a value."""

from __future__ import annotations

from functools import lru_cache
from string import Formatter

__all__ = ["placeholders", "take_apart"]

_Parts = tuple[tuple[str, str | None, str], ...]


@lru_cache(maxsize=4096)
def take_apart(template: str) -> _Parts:
    """Take a template apart: each text, with the name and format of the value that follows it.

    :param template: a text with ``{name}`` or ``{name:format}`` where a value goes.
    :raises ValueError: if it is no template, or asks for more than a value by its name.
    """
    parts = []
    for text, name, spec, conversion in Formatter().parse(template):
        if name is not None and (not name.isidentifier() or conversion or "{" in (spec or "")):
            raise ValueError(f"not a plain value: {{{name}}} in {template!r}")
        parts.append((text, name, spec or ""))
    return tuple(parts)


def placeholders(template: str) -> set[str]:
    """Return a template's values, each with its format, as they are written.

    :raises ValueError: if it is no template, or asks for more than a value.

    >>> sorted(placeholders("{a} of {b:.1f} {{c}}"))
    ['{a}', '{b:.1f}']
    """
    return {
        f"{{{name}:{spec}}}" if spec else f"{{{name}}}"
        for _, name, spec in take_apart(template)
        if name is not None
    }
