"""The tables that people fill in: which sheets, which columns, and what each cell means.

The same sheets make a workbook and a folder of CSV files. Most of them are one kind of record,
column by field; the sheet ``Crosswalk`` is the exception: a row for each action of the Compact,
whose cells become an assessment and its links.
"""

from __future__ import annotations

from collections.abc import Sequence

from gcm_ld.tables.layout_crosswalk import CROSSWALK, CROSSWALKS, LINKS
from gcm_ld.tables.layout_elements import ELEMENTS, INDICATORS, OBJECTIVES, OUTCOMES
from gcm_ld.tables.layout_findings import CLAIMS, ODD_PLACES, RATINGS
from gcm_ld.tables.layout_frameworks import FRAMEWORKS, INSTITUTIONS, SOURCES
from gcm_ld.tables.layout_values import TARGETS, VALUES
from gcm_ld.tables.schema import Sheet

__all__ = [
    "ALL",
    "BLANK",
    "CELLS",
    "CLAIMS",
    "CROSSWALK",
    "CROSSWALKS",
    "ELEMENTS",
    "FRAMEWORKS",
    "INDICATORS",
    "INSTITUTIONS",
    "LINKS",
    "NOT_APPLICABLE",
    "NOT_SAID",
    "OBJECTIVES",
    "ODD_PLACES",
    "OUTCOMES",
    "RATINGS",
    "SHEETS",
    "SOURCES",
    "TARGETS",
    "VALUES",
    "find_sheet",
]

#: What a cell says for a whole framework or goal, for an action that does not concern the country,
#: and for a title of which nobody says whose it is.
ALL = "All"
#: What “as printed” says where the source's cell is blank and the row is filled in all the same.
BLANK = "(blank)"
NOT_APPLICABLE = "N/A"
NOT_SAID = "Not said"

#: Column of sheet Crosswalk that a link may stand in → field of the assessment and its property.
CELLS = {
    "Outcomes": ("outcome_cell", "gcmo:sourceOutcomeCell"),
    "SDG goals": ("goal_cell", "gcmo:sourceGoalCell"),
    "SDG targets": ("target_cell", "gcmo:sourceTargetCell"),
    "Indicators": ("indicator_cell", "gcmo:sourceIndicatorCell"),
    "National objectives": ("objective_cell", "gcmo:sourceObjectiveCell"),
}

#: Every sheet, in the order of a workbook.
SHEETS = (
    FRAMEWORKS,
    OBJECTIVES,
    OUTCOMES,
    INDICATORS,
    INSTITUTIONS,
    SOURCES,
    CROSSWALK,
    VALUES,
    TARGETS,
    ELEMENTS,
    CROSSWALKS,
    LINKS,
    RATINGS,
    ODD_PLACES,
    CLAIMS,
)


def find_sheet(name: str, sheets: Sequence[Sheet] = SHEETS) -> Sheet | None:
    """Return the sheet with a name, or the one whose CSV file has it; capitals aside.

    :param name: of the sheet, or of its CSV file.
    :param sheets: the sheets to choose from.

    >>> find_sheet("odd-places.csv").name
    'Odd places'
    """
    word = " ".join(name.split()).casefold()
    return next((s for s in sheets if word in (s.name.casefold(), s.file)), None)
