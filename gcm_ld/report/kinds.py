"""The kinds of a framework's elements, counted in words."""

from __future__ import annotations

from collections.abc import Callable

from gcm_ld.language import label, say_many
from gcm_ld.words import plural

__all__ = ["count_kind"]

#: kind → a number of them; languages have more forms than a rule could make.
_COUNTS: dict[str, Callable[[int], str]] = {
    "action": lambda n: say_many("{number} action", "{number} actions", n),
    "chapter": lambda n: say_many("{number} chapter", "{number} chapters", n),
    "commitment": lambda n: say_many("{number} commitment", "{number} commitments", n),
    "element": lambda n: say_many("{number} element", "{number} elements", n),
    "goal": lambda n: say_many("{number} goal", "{number} goals", n),
    "indicator": lambda n: say_many("{number} indicator", "{number} indicators", n),
    "milestone": lambda n: say_many("{number} milestone", "{number} milestones", n),
    "objective": lambda n: say_many("{number} objective", "{number} objectives", n),
    "outcome": lambda n: say_many("{number} outcome", "{number} outcomes", n),
    "pillar": lambda n: say_many("{number} pillar", "{number} pillars", n),
    "practice": lambda n: say_many("{number} practice", "{number} practices", n),
    "principle": lambda n: say_many("{number} principle", "{number} principles", n),
    "priority": lambda n: say_many("{number} priority", "{number} priorities", n),
    "recommendation": lambda n: say_many("{number} recommendation", "{number} recommendations", n),
    "roundtable": lambda n: say_many("{number} roundtable", "{number} roundtables", n),
    "section": lambda n: say_many("{number} section", "{number} sections", n),
    "target": lambda n: say_many("{number} target", "{number} targets", n),
    "theme": lambda n: say_many("{number} theme", "{number} themes", n),
}


def count_kind(kind: str, number: int) -> str:
    """Return a number of elements of a kind.

    :param kind: the English name of the kind.
    :param number: how many.

    >>> count_kind("priority", 2), count_kind("wish", 1)
    ('2 priorities', '1 wish')
    """
    count = _COUNTS.get(kind)
    return count(number) if count else plural(number, label(kind))
