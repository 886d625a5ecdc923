"""The sheets that indicators' values, baselines and targets are filled in.

A row is one cell of a data cube: an indicator, a period, and whom it counts. See
:mod:`gcm_ld.tables.observations` for what it becomes.
"""

from __future__ import annotations

from dataclasses import replace

from gcm_ld.model import Element, Observation
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = ["ABOUT", "BREAKDOWN", "TARGETS", "VALUES"]

#: What people write above these columns, in English, in Albanian, and in SDMX.
_ALSO = {
    "Framework": "kuadri",
    "Indicator": "indicators|indicator name|treguesi|treguesit",
    "Period": "year|time|time period|time_period|date|periudha|viti",
    "Value": "values|figure|obs value|obs_value|observation value|vlera",
    "Unit": "units|unit of measure|unit_measure|njësia|njësia e matjes",
    "Sex": "gender|gjinia",
    "Age": "age group|ages|mosha|grupmosha",
    "Migration status": "statusi migrator|statusi i migrimit",
    "Nationality": "citizenship|shtetësia",
    "Status": "observation status|obs_status|statusi",
    "Source": "sources|data source|burimi",
    "Citation": "citimi",
    "Note": "notes|comment|comments|remark|remarks|shënim|shënime",
    "What": "kind|type|lloji|çfarë",
}

#: Columns that say whom a figure counts → field; blank means everybody.
BREAKDOWN = {
    "Sex": "sex",
    "Age": "age",
    "Migration status": "migration_status",
    "Nationality": "nationality",
}

_FRAMEWORK = Column(
    header="Framework",
    form=Form.REFERENCE,
    target="framework",
    core=False,
    help="Code of the framework that has the indicator; blank for the main one.",
)
_INDICATOR = Column(
    header="Indicator",
    field="indicator",
    form=Form.REFERENCE,
    target="indicator",
    required=True,
    width=50,
    help="Title or code of the indicator.",
)
_VALUE = Column(
    header="Value",
    field="value",
    form=Form.NUMBER,
    width=12,
    help="The number alone, with a point: 12.5. Blank where it is not known; 0 if nothing was "
    "counted.",
)
_UNIT = Column(
    header="Unit",
    field="unit",
    form=Form.WORD,
    target="unit",
    help="What it is counted in; blank for the indicator's own unit.",
)
_CELLS = (
    Column(
        header="Sex",
        field="sex",
        form=Form.WORD,
        target="sex",
        width=12,
        help="Whom it counts; blank for both together.",
    ),
    Column(
        header="Age",
        field="age",
        form=Form.GROUP,
        target="age",
        width=12,
        help="In years: 15-24, 65+, under 18. Blank for all ages together.",
    ),
    Column(
        header="Migration status",
        field="migration_status",
        form=Form.WORD,
        target="migration-status",
        width=18,
        help="Whom it counts; blank for everybody.",
    ),
    Column(
        header="Nationality",
        field="nationality",
        form=Form.REFERENCE,
        target="nationality",
        help="A word of the list, or a country's ISO code such as ALB; blank for all together.",
    ),
)
_SOURCES = (
    Column(
        header="Source",
        field="source",
        form=Form.REFERENCE,
        target="source",
        help="Code of the document it was read from, as in sheet Sources, or its web address.",
    ),
    Column(header="Citation", field="citation", width=24, help="Section, page or table there."),
    Column(header="Note", field="note", width=40, help="A remark, in your own words."),
)


def _named(*columns: Column) -> tuple[Column, ...]:
    """Return columns with what people write above them."""
    return tuple(
        replace(c, also=frozenset(filter(None, _ALSO.get(c.header, "").split("|"))))
        for c in columns
    )


VALUES = Sheet(
    name="Values",
    record=Observation,
    help="One row for each value of an indicator: what was measured, when, and for whom.",
    blank_rows=5000,
    columns=_named(
        _FRAMEWORK,
        _INDICATOR,
        Column(
            header="Period",
            field="period",
            form=Form.PERIOD,
            required=True,
            width=12,
            help="The year, as 2021; or 2021-05 for a month, 2021-Q1 for a quarter, 2021-S1 for "
            "a half-year.",
        ),
        _VALUE,
        _UNIT,
        *_CELLS,
        Column(
            header="Status",
            field="status",
            form=Form.WORD,
            target="status",
            width=14,
            help="Blank for a normal value. Revised if it replaces a figure that was published: "
            "that one is kept.",
        ),
        *_SOURCES,
        Column(
            header="Edition",
            field="edition",
            form=Form.CODE,
            core=False,
            width=10,
            help="Blank. 1, 2 … for figures that a revision has replaced, in the order published.",
        ),
    ),
)

TARGETS = Sheet(
    name="Targets",
    record=Observation,
    help="Where an indicator starts, and where it is meant to go: baselines, milestones, targets.",
    blank_rows=1000,
    columns=_named(
        _FRAMEWORK,
        _INDICATOR,
        Column(
            header="What",
            field="reference",
            form=Form.WORD,
            target="reference",
            required=True,
            width=14,
            help="Baseline for where it starts, Target for where it is meant to arrive, Milestone "
            "for a step between.",
        ),
        Column(
            header="Period",
            field="period",
            form=Form.PERIOD,
            required=True,
            width=12,
            help="When: the year, as 2030; or 2030-05, 2030-Q1, 2030-S1.",
        ),
        _VALUE,
        _UNIT,
        *_CELLS,
        *_SOURCES,
    ),
)

#: Beside values that are entered for a framework that is data already: what its indicators are.
ABOUT = Sheet(
    name="About indicators",
    record=Element,
    core=False,
    help="The framework's indicators, for reference. Nothing is read from here.",
    columns=tuple(
        Column(header=header, shown=True, width=width, help=help_)
        for header, width, help_ in (
            ("Title", 60, "The indicator's name, as the document has it."),
            ("Code", 24, "Its code, which may stand in place of the title."),
            ("Unit", 16, "What its values are counted in."),
            ("Better is", 12, "The way in which its values are meant to move."),
            ("Part of", 16, "The outcome or objective that it belongs to."),
            ("Follows", 30, "The actions and outcomes that it follows."),
            ("Means of verification", 30, "What its values can be checked against."),
        )
    ),
)
