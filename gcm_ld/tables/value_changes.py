"""What an import did to the values that were there before: counted, and told in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["ValueChanges"]

#: Values that a line names before it says how many there are.
_SHOWN = 3


@dataclass(slots=True)
class ValueChanges:
    """The values of a folder, held against those that are imported over them.

    :param new: how many were not there before.
    :param same: how many have the figure that they had.
    :param replaced: those with a new figure whose earlier one is kept as an edition.
    :param overwritten: those with a new figure whose earlier one is gone.
    :param removed: those that are gone.
    :param kept: how many stay though the tables don't have them.
    """

    new: int = 0
    same: int = 0
    replaced: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        return {
            "new": self.new,
            "same": self.same,
            "replaced": len(self.replaced),
            "overwritten": len(self.overwritten),
            "removed": len(self.removed),
            "kept": self.kept,
        }

    def lines(self) -> Iterator[str]:
        """Yield what there is to tell.

        >>> list(ValueChanges(new=2, replaced=["visas/2021 from 5 to 6"]).lines())
        ['values: 2 new', '  1 replaced, earlier figure kept:', '    visas/2021 from 5 to 6']
        """
        counted = ((self.new, "new"), (self.same, "as before"), (self.kept, "kept from before"))
        found = ", ".join(f"{number:,} {what}" for number, what in counted if number)
        yield f"values: {found or 'none new'}"
        for named, what in (
            (self.replaced, "replaced, earlier figure kept"),
            (self.overwritten, "overwritten, earlier figure gone"),
            (self.removed, "taken out, with what they replaced"),
        ):
            if named:
                yield f"  {len(named):,} {what}:"
                yield from (f"    {name}" for name in named[:_SHOWN])
                if len(named) > _SHOWN:
                    yield f"    and {len(named) - _SHOWN:,} more"
