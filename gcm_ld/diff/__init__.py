"""What changed between two states of a dataset, in the words of the domain.

:func:`compare` looks at the statements that each side's own files make, whatever their layout,
and tells the differences as changes of links, statuses, elements and so on. Every statement that
differs belongs to a change, so no change means equal graphs.
"""

from gcm_ld.diff.compare import compare
from gcm_ld.diff.model import Change, ChangeKind, CoverageEffect, Difference, Group
from gcm_ld.diff.record import build_change_record

__all__ = [
    "Change",
    "ChangeKind",
    "CoverageEffect",
    "Difference",
    "Group",
    "build_change_record",
    "compare",
]
