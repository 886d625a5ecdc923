"""The sheets of a strategy's parts: objectives, outcomes, indicators, and any other kind."""

from __future__ import annotations

from collections.abc import Sequence

from gcm_ld.model import Element
from gcm_ld.tables.layout_columns import CITATION, IRI, NOTE, OTHER_TITLES, SOURCE
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = ["ELEMENTS", "INDICATORS", "OBJECTIVES", "OUTCOMES"]


def _element_columns(
    code: str, part_of: str, *extra: Column, more: Sequence[Column] = ()
) -> tuple[Column, ...]:
    """Return the columns of a sheet of elements.

    :param code: what to write as the code, after ``+`` if it must be given and ``~`` if not.
    :param part_of: what to write as what it is part of.
    :param extra: columns of the sheet's own that stand before the code.
    :param more: columns of the sheet's own that stand after what it is part of.
    """
    optional = (
        Column(
            header="Disaggregated by",
            field="disaggregated_by",
            form=Form.WORDS,
            target="gcmo:Dimension",
            core=False,
            width=20,
            help="What its figures are broken down by.",
        ),
        Column(
            header="Indicators",
            field="monitored_by",
            form=Form.REFERENCES,
            target="indicator",
            core=False,
            width=40,
            help="Codes of the indicators that follow it.",
        ),
        Column(
            header="Countries",
            field="countries",
            form=Form.REFERENCES,
            target="country",
            core=False,
            help="ISO codes of three letters, such as ALB.",
        ),
        Column(
            header="Starts on",
            field="start",
            form=Form.DATE,
            core=False,
            help="The first day, as 2023-07-01.",
        ),
        Column(
            header="Ends on",
            field="end",
            form=Form.DATE,
            core=False,
            help="The last day, as 2025-06-30.",
        ),
        Column(
            header="Requires",
            field="requires",
            form=Form.REFERENCES,
            target="element",
            core=False,
            help="Codes of what must be done before.",
        ),
        Column(
            header="Other codes",
            field="identifiers",
            form=Form.TEXTS,
            core=False,
            help="Codes that others use for it, one a line.",
        ),
    )
    return (
        Column(
            header="Framework",
            field="framework",
            form=Form.REFERENCE,
            target="framework",
            core=False,
            help="Code of its framework; blank for the first one of sheet Frameworks.",
        ),
        *extra,
        Column(
            header="Code", field="notation", form=Form.CODE, required=code[0] != "~", help=code[1:]
        ),
        Column(
            header="Title",
            field="label",
            required=True,
            width=60,
            help="Its name, as the document has it.",
        ),
        Column(
            header="Part of",
            field="part_of",
            form=Form.REFERENCES,
            target="element",
            help=part_of,
        ),
        *more,
        Column(
            header="Led by",
            field="led_by",
            form=Form.REFERENCES,
            target="institution",
            width=20,
            help="Codes of the institutions in charge, as in sheet Institutions.",
        ),
        Column(
            header="Supported by",
            field="supported_by",
            form=Form.REFERENCES,
            target="institution",
            width=20,
            help="Codes of the institutions that help.",
        ),
        *optional,
        OTHER_TITLES,
        Column(
            header="Title is",
            field="label_basis",
            form=Form.WORD,
            target="gcmo:Basis",
            core=False,
            help="Stated if the title is the document's, which a blank means too; curated if it "
            "is yours; Not said if neither is known.",
        ),
        NOTE,
        SOURCE,
        CITATION,
        IRI,
    )


_MEASURE = (
    Column(
        header="Unit",
        field="unit",
        form=Form.WORD,
        target="unit",
        help="What its values are counted in, such as number or percent.",
    ),
    Column(
        header="Better is",
        field="direction",
        form=Form.WORD,
        target="gcmo:Direction",
        width=12,
        help="Higher if its values are meant to rise, Lower if they are meant to fall.",
    ),
    Column(
        header="Means of verification",
        field="verification",
        width=30,
        help="What its values can be checked against: a register, a report, a survey.",
    ),
)

_RECURRING = (
    Column(
        header="Recurs every",
        field="recurrence",
        core=False,
        help="How long after one time the next comes, as P4Y for four years.",
    ),
    Column(
        header="Occurrence of",
        field="occurrence_of",
        form=Form.REFERENCE,
        target="element",
        core=False,
        width=24,
        help="Code of the recurring milestone that it is one time of.",
    ),
)


OBJECTIVES = Sheet(
    name="Objectives",
    record=Element,
    kind="Objective",
    help="The objectives of your strategy, in as many levels as it has.",
    columns=_element_columns(
        "+The strategy's own code, such as A or A1.",
        "Code of the wider objective, if there is one.",
    ),
)

OUTCOMES = Sheet(
    name="Outcomes",
    record=Element,
    kind="Outcome",
    help="The outcomes, measures or results under the objectives.",
    columns=_element_columns(
        "+The strategy's own code, such as A1.1.",
        "Code of the objective it belongs to: each outcome has one.",
    ),
)

INDICATORS = Sheet(
    name="Indicators",
    record=Element,
    kind="Indicator",
    help="What the strategy or its action plan measures.",
    columns=_element_columns(
        "~The plan's own code; left blank, one is made of the title.",
        "Code of the outcome or objective it belongs to, if the plan says so.",
        more=_MEASURE,
    ),
)

ELEMENTS = Sheet(
    name="Elements",
    record=Element,
    core=False,
    help="Parts of any other kind: priorities, themes, recommendations, milestones …",
    columns=_element_columns(
        "+Its code, which no other part of the framework has.",
        "Code of the wider part, if there is one.",
        Column(
            header="Kind",
            field="kind",
            form=Form.WORD,
            target="gcmo:Element",
            required=True,
            help="What it is.",
        ),
        more=_RECURRING,
    ),
)
