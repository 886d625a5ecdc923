"""Data sets of statistics in one's own files, held against the integrity constraints of the W3C."""

from __future__ import annotations

from collections.abc import Sequence

from gcm_ld.cube import Fault, check_ntriples, read_questions
from gcm_ld.namespaces import GCMSH, PREFIXES
from gcm_ld.ntriples import Statements
from gcm_ld.validate.findings import Finding, readable

__all__ = ["cube_questions", "find_faults"]

_MARKS = tuple(f"<{PREFIXES['qb']}{name}>".encode() for name in ("DataSet", "dataSet"))
#: What shapes say too of a value of an indicator, and with more of its words.
_ALIKE = {"IC-1", "IC-2", "IC-11", "IC-13", "IC-14", "IC-19"}


def cube_questions() -> tuple[str, ...]:
    """Return what cubes are asked: a verdict depends on it."""
    return read_questions()


def find_faults(
    own: bytes,
    context: bytes,
    found: Sequence[Finding],
    *,
    statements: Statements | None = None,
) -> list[Finding]:
    """Find where data sets break the 21 constraints (Data Cube Vocabulary, section 11.1).

    :param own: what one's own files say, as N-Triples.
    :param context: what they lean on, with structure definitions and code lists.
    :param found: what the shapes have found, which is not said twice.
    :param statements: one's own files once more, if they have been split already.
    :returns: findings with the constraint as their shape, such as ``gcmsh:IC-12``.
    """
    if not any(mark in own for mark in _MARKS):
        return []
    said = {f.node for f in found if f.severity == "Violation"}
    return [
        _finding(fault)
        for fault in check_ntriples(own, context, statements=statements)
        if not (fault.constraint in _ALIKE and fault.node in said)
    ]


def _finding(fault: Fault) -> Finding:
    return Finding(
        severity="Violation",
        focus=fault.node,
        path=None,
        value=None,
        message=readable(f"{fault.node}: {fault.problem} ({fault.constraint}): {fault.cure}."),
        shape=GCMSH + fault.constraint,
        component="SPARQL",
    )
