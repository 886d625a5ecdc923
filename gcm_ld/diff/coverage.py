"""What a difference does to coverage, under each counting rule."""

from __future__ import annotations

from collections.abc import Iterator

from gcm_ld.diff.model import CoverageEffect
from gcm_ld.diff.names import Names
from gcm_ld.diff.side import Side

__all__ = ["compare_coverage"]

#: The order in which people know the counting rules; others follow by name.
_RULES = ("strict", "published", "broad")


def compare_coverage(old: Side, new: Side) -> Iterator[CoverageEffect]:
    """Ask both sides how many actions each counting rule counts.

    :param old: the old side; a side without statements counts nothing.
    :param new: the new side.
    :returns: an effect for each assessed framework and rule, changed or not.
    """
    before, after = _count(old), _count(new)
    names = Names(new, old)
    order = {rule: number for number, rule in enumerate(_RULES)}
    keys = before.keys() | after.keys()
    for key in sorted(keys, key=lambda k: (k[0], order.get(k[1], len(order)), k[1])):
        framework, rule = key
        code = names.code(framework)
        yield CoverageEffect(framework, code, rule, before.get(key), after.get(key))


def _count(side: Side) -> dict[tuple[str, str], tuple[int, int]]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    if side.triples:
        for row in side.dataset.query("select_coverage").dicts():
            key = str(row["framework"]), str(row["rule"])
            covered, total = counts.get(key, (0, 0))
            counts[key] = covered + int(str(row["covered"])), total + int(str(row["total"]))
    return counts
