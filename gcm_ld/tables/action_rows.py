"""Reading the rows of sheet Crosswalk: codes, words, and whether they fit together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from gcm_ld.namespaces import GCMO, SDG
from gcm_ld.tables.cells import split_codes
from gcm_ld.tables.crosswalk import ANSWERS, ActionRow, status
from gcm_ld.tables.layout import ALL, BLANK, CELLS, CROSSWALK
from gcm_ld.tables.names import NOT_APPLICABLE_WORDS, Miss, Names
from gcm_ld.tables.sheets import Row
from gcm_ld.tables.values import Context, read_value

__all__ = ["Report", "check_action_row", "read_action_row"]

#: Called with header, problem, cure and value for everything that is wrong with a row.
Report = Callable[[str, str, str, str | None], None]

_IN_FULL = re.compile(r"(?:(?:SDG|goal)s? ?)*([0-9]{1,2})[ .]{0,2}all", re.IGNORECASE)
#: Column → field of the row.
_FIELDS = {
    "Covered by": "covered_by",
    "Indicators": "indicators",
    "National objectives": "objectives",
    "Outcomes": "outcomes",
    "SDG goals": "goals",
    "SDG targets": "targets",
}


def read_action_row(row: Row, context: Context, report: Report) -> ActionRow | None:
    """Read the row of an action.

    :param row: its cells.
    :param context: what names and words mean.
    :param report: told of everything that is wrong.
    :returns: the row with what could be read; nothing if it names no action.
    """
    action = context.names.find(row.get("Action"), "action") if row.get("Action") else None
    if action is None:
        report("Action", "the cell is blank", "write the action's code, such as 1.a", None)
        return None
    if isinstance(action, Miss):
        report("Action", action.problem, action.cure, row.get("Action"))
        return None
    values: dict[str, Any] = {"action": action, "row": row.get("Row") or None}
    cells: dict[str, str] = {}
    for column in CROSSWALK.columns:
        text = row.get(column.header)
        if not text:
            continue
        if column.header in CELLS:
            cells[CELLS[column.header][0]] = text
        if column.header == "Status":
            values["status"] = _read_status(text, context, report)
        elif column.header in _FIELDS:
            rest = _take_words(column.header, text, values, context.names, report)
            column = ANSWERS if column.header == ANSWERS.header else column
            value, problems = read_value(column, rest, context) if rest else ((), [])
            for problem in problems:
                report(column.header, problem.problem, problem.cure, problem.value)
            values[_FIELDS[column.header]] = value or ()
    for column in CROSSWALK.columns:  # what is printed otherwise goes before what is written
        if column.header.endswith("as printed") and (text := row.get(column.header)):
            cells[column.field] = text
            if text == BLANK:
                del cells[column.field]
    return ActionRow(**values, cells=cells)


def _read_status(text: str, context: Context, report: Report) -> str | None:
    if text.casefold() in NOT_APPLICABLE_WORDS:
        return status("NotApplicable")
    column = CROSSWALK.column("Status")
    value, problems = read_value(column, text, context) if column else (None, [])
    for problem in problems:
        report("Status", problem.problem, problem.cure, problem.value)
    return value if isinstance(value, str) else None


def _take_words(
    header: str, text: str, values: dict[str, Any], names: Names, report: Report
) -> str:
    """Take the words that stand in place of codes out of a cell, and return the codes."""
    if header in ("Indicators", "Covered by", "National objectives"):
        return text
    rest = []
    for piece in split_codes(text):
        word = piece.casefold()
        found = _IN_FULL.fullmatch(piece) if header == "SDG targets" else None
        if word == ALL.casefold():
            values[{"Outcomes": "whole", "SDG goals": "all_goals"}.get(header, "all_targets")] = (
                True
            )
        elif header == "Outcomes" and word in NOT_APPLICABLE_WORDS and not _is_code(piece, names):
            values.setdefault("status", status("NotApplicable"))
        elif found:
            goal = names.find(found[1], "goal")
            if isinstance(goal, Miss):
                report(header, goal.problem, goal.cure, piece)
            else:
                values["goals_in_full"] = (*values.get("goals_in_full", ()), goal)
        else:
            rest.append(piece)
    return "; ".join(rest)


def _is_code(text: str, names: Names) -> bool:
    return isinstance(names.find(text, "outcome"), str)


def check_action_row(row: ActionRow, names: Names, linked: Collection[str], report: Report) -> None:
    """Check that the cells of a row don't contradict each other.

    :param row: the row.
    :param names: codes and kinds.
    :param linked: the actions that sheet Links links with an outcome or the whole framework.
    :param report: told of each contradiction.
    """
    found = (row.status or row.follow_status()).removeprefix(GCMO)
    word = {"NotApplicable": "not applicable", "CoveredElsewhere": "covered elsewhere"}.get(
        found, found.lower()
    )
    answered = bool(row.outcomes or row.whole)
    if answered and row.covered_by:
        cure = "keep the outcomes, or the policy that covers the action in their place"
        report("Covered by", "stands beside outcomes", cure, None)
    elif answered and found in ("NotApplicable", "CoveredElsewhere", "Unstated"):
        cure = "clear Status, which follows from the other cells, or clear Outcomes"
        report("Status", f"says {word}, but outcomes are given", cure, None)
    elif row.covered_by and found != "CoveredElsewhere":
        cure = "clear Status, which follows from the other cells, or clear Covered by"
        report("Status", f"says {word}, but another policy is given", cure, None)
    elif found == "CoveredElsewhere" and not row.covered_by:
        report("Covered by", "the cell is blank", "name the policy that covers the action", None)
    elif found == "Aligned" and not row.outcomes and row.action not in linked:
        report("Outcomes", "the cell names no outcome", "name one, or correct Status", None)
    elif found == "WholeFramework" and not row.whole and row.action not in linked:
        report("Outcomes", "the cell does not say All", "write All, or correct Status", None)
    elif found == "Unstated" and "outcome_cell" in row.cells:
        cure = "choose the Status that it stands for"
        report("Status", "the cell is blank, but Outcomes as printed is not", cure, None)
    elif found not in ("NotApplicable", "CoveredElsewhere", "Unstated") and (
        "outcome_cell" not in row.cells
    ):
        cure = "write what the source says into Outcomes as printed"
        report("Outcomes", "the cell is blank", cure, None)
    if row.all_targets and not (row.goals or row.all_goals):
        cure = "name the goals in SDG goals, or write 10.All for the targets of goal 10"
        report("SDG targets", "says All of no goal", cure, ALL)
    indicator = next(
        (i for i in row.indicators if names.frameworks.get(i, "").startswith(SDG)), None
    )
    if indicator is not None:
        cure = "name the target in SDG targets; Indicators are those of your own plan"
        report("Indicators", "is an indicator of the SDGs", cure, names.code(indicator))
