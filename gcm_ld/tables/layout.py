"""The tables that people fill in: which sheets, which columns, and what each cell means.

The same sheets make a workbook and a folder of CSV files. Most of them are one kind of record,
column by field; the sheet ``Crosswalk`` is the exception: a row for each action of the Compact,
whose cells become an assessment and its links.
"""

from __future__ import annotations

from collections.abc import Sequence

from gcm_ld.model import (
    Alignment,
    Assessment,
    Claim,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Rating,
    Source,
    SourceAnomaly,
)
from gcm_ld.tables.layout_values import TARGETS, VALUES
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = [
    "ALL",
    "BLANK",
    "CELLS",
    "CROSSWALK",
    "FRAMEWORKS",
    "NOT_APPLICABLE",
    "NOT_SAID",
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

_OTHER_TITLES = Column(
    header="Other titles",
    field="alt_labels",
    form=Form.TEXTS,
    core=False,
    width=30,
    help="Other names in use, one a line.",
)
_NOTE = Column(header="Note", field="note", width=40, help="A remark, in your own words.")
_SOURCE = Column(
    header="Source",
    field="source",
    form=Form.REFERENCE,
    target="source",
    help="Code of the document it was read from, as in sheet Sources.",
)
_CITATION = Column(
    header="Citation", field="citation", width=24, help="Section, page or paragraph there."
)
_IRI = Column(
    header="IRI",
    field="iri",
    form=Form.URL,
    core=False,
    width=40,
    help="Its own address, where it is not the one that its codes make.",
)


def _code(help_: str, *, required: bool = True) -> Column:
    return Column(header="Code", field="code", form=Form.CODE, required=required, help=help_)


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
        _OTHER_TITLES,
        Column(
            header="Title is",
            field="label_basis",
            form=Form.WORD,
            target="gcmo:Basis",
            core=False,
            help="Stated if the title is the document's, which a blank means too; curated if it "
            "is yours; Not said if neither is known.",
        ),
        _NOTE,
        _SOURCE,
        _CITATION,
        _IRI,
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

FRAMEWORKS = Sheet(
    name="Frameworks",
    record=Framework,
    help="Your strategy first, then other policies that the crosswalk names.",
    columns=(
        _code("Small letters, digits and hyphens: country, name and year, as alb-nsm-2019."),
        Column(header="Title", field="label", required=True, width=50, help="Its full title."),
        _OTHER_TITLES,
        Column(
            header="Country",
            field="spatial",
            form=Form.REFERENCE,
            target="country",
            help="ISO code of three letters, such as ALB.",
        ),
        Column(header="First year", field="start", form=Form.YEAR, help="As 2019."),
        Column(header="Last year", field="end", form=Form.YEAR, help="As 2022."),
        Column(header="Adopted on", field="issued", form=Form.DATE, help="As 2019-06-19."),
        Column(
            header="Adopted by",
            field="creator",
            form=Form.REFERENCE,
            target="institution",
            help="Code of the body that adopted it, as in sheet Institutions.",
        ),
        Column(
            header="Partners",
            field="partners",
            form=Form.REFERENCES,
            target="institution",
            core=False,
            help="Codes of the institutions that carry it out together.",
        ),
        Column(
            header="Refers to",
            field="references",
            form=Form.REFERENCES,
            target="framework",
            core=False,
            help="Codes of the frameworks that the document itself names.",
        ),
        _NOTE,
        _SOURCE,
        _CITATION,
        _IRI,
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

INSTITUTIONS = Sheet(
    name="Institutions",
    record=Institution,
    help="Bodies that adopt, lead, support or report.",
    columns=(
        _code("Small letters, digits and hyphens, such as xkx-ministry-of-interior."),
        Column(header="Name", field="label", required=True, width=50, help="Its full name."),
        Column(
            header="Website",
            field="homepage",
            form=Form.URL,
            width=30,
            help="Its address, as https://example.org.",
        ),
        _IRI,
    ),
)

SOURCES = Sheet(
    name="Sources",
    record=Source,
    help="The documents that you read all this from.",
    columns=(
        _code("Small letters, digits and hyphens, such as xkx-migration-strategy."),
        Column(header="Title", field="title", required=True, width=50, help="Its full title."),
        Column(header="Author", field="creator", width=24, help="The person, if one is named."),
        Column(
            header="Publisher",
            field="publisher",
            form=Form.REFERENCE,
            target="institution",
            help="Code of the publisher, as in sheet Institutions.",
        ),
        Column(header="Published on", field="issued", form=Form.DATE, help="As 2021-09-14."),
        Column(header="Identifier", field="identifier", help="Number, DOI or web address."),
        _IRI,
    ),
)

#: The row of an action. Its columns are read together; see :mod:`gcm_ld.tables.crosswalk`.
CROSSWALK = Sheet(
    name="Crosswalk",
    record=Assessment,
    help="One row for each action of the Compact: what in your strategy answers it.",
    columns=(
        Column(
            header="Action",
            field="assesses",
            form=Form.CODE,
            target="action",
            required=True,
            width=8,
            help="The Compact's code of the action, such as 1.a.",
        ),
        Column(header="What it asks for", shown=True, width=44, help="For reference."),
        Column(header="Objective", shown=True, width=40, help="For reference."),
        Column(
            header="Status",
            field="status",
            form=Form.WORD,
            target="gcmo:Status",
            width=18,
            help="Blank is fine: it follows from the other cells. Not applicable if the "
            "action does not concern your country.",
        ),
        Column(
            header="Outcomes",
            form=Form.REFERENCES,
            target="outcome",
            width=24,
            help="Codes of the outcomes that answer the action, apart by semicolons; All if "
            "the strategy as a whole does.",
        ),
        Column(
            header="Covered by",
            field="covered_by",
            form=Form.REFERENCES,
            target="framework",
            width=20,
            help="Code of another policy that covers the action, as in sheet Frameworks.",
        ),
        Column(
            header="SDG goals",
            form=Form.REFERENCES,
            target="goal",
            width=12,
            help="Numbers of the goals it serves, such as 10; 16. All if all of them.",
        ),
        Column(
            header="SDG targets",
            form=Form.REFERENCES,
            target="target",
            width=16,
            help="Codes of the targets it serves, such as 10.7; 16.2. All if all of the goal's.",
        ),
        Column(
            header="Indicators",
            form=Form.REFERENCES,
            target="indicator",
            width=40,
            help="Codes or titles of the indicators that follow it, one a line.",
        ),
        Column(
            header="National objectives",
            form=Form.REFERENCES,
            target="objective",
            width=20,
            help="Codes of the objectives that answer the Compact's objective as a whole: fill "
            "it in once for each objective, in the row of its first action.",
        ),
        Column(
            header="Row",
            field="row",
            core=False,
            help="The row's name in the source; the action's code if blank.",
        ),
        *(
            Column(
                header=f"{name} as printed",
                field=field,
                core=False,
                width=24,
                help="The source's cell letter by letter, or (blank) if nothing stands there; left "
                "blank, the cell as written here.",
            )
            for name, field in (
                ("Objectives", "objective_cell"),
                ("Outcomes", "outcome_cell"),
                ("Goals", "goal_cell"),
                ("Targets", "target_cell"),
                ("Indicators", "indicator_cell"),
            )
        ),
    ),
)

CROSSWALKS = Sheet(
    name="Crosswalks",
    record=Crosswalk,
    core=False,
    help="Which frameworks are linked, and who says so.",
    columns=(
        _code("The codes of its frameworks with two hyphens between, as gcm--alb-nsm-2019."),
        Column(header="Title", field="title", required=True, width=60, help="What it links."),
        Column(
            header="Frameworks",
            field="compares",
            form=Form.REFERENCES,
            target="framework",
            required=True,
            width=24,
            help="Codes of the two frameworks.",
        ),
        _SOURCE,
        _CITATION,
        Column(
            header="Licence",
            field="license",
            form=Form.URL,
            width=40,
            help="Address of the licence that others may use it under.",
        ),
        _IRI,
    ),
)

LINKS = Sheet(
    name="Links",
    record=Alignment,
    core=False,
    help="Links that the sheet Crosswalk has no place for, with all that is known of them.",
    columns=(
        Column(
            header="Crosswalk",
            field="crosswalk",
            form=Form.REFERENCE,
            target="crosswalk",
            width=24,
            help="Its code; blank where the codes of the two frameworks tell it.",
        ),
        Column(
            header="From",
            field="subject",
            form=Form.REFERENCE,
            target="anything",
            required=True,
            width=24,
            help="What is linked, such as gcm/objective/10.",
        ),
        Column(
            header="To",
            field="object",
            form=Form.REFERENCE,
            target="anything",
            required=True,
            width=30,
            help="What it is linked with, such as sdg/5.2 or alb-nap-trafficking.",
        ),
        Column(
            header="Relation",
            field="relation",
            form=Form.WORD,
            target="gcmo:Relation",
            help="Related match if blank: the source says linked, not how.",
        ),
        Column(
            header="Basis",
            field="basis",
            form=Form.WORD,
            target="gcmo:Basis",
            required=True,
            help="Stated by a source, or curated: your judgement.",
        ),
        Column(
            header="Scope",
            field="scope",
            form=Form.WORD,
            target="gcmo:Scope",
            core=False,
            help="All parts, if the source says All.",
        ),
        Column(
            header="Stated in",
            field="stated_in",
            form=Form.REFERENCES,
            target="assessment",
            core=False,
            help="Codes of the actions in whose row it stands.",
        ),
        Column(
            header="Stated cell",
            field="stated_cells",
            form=Form.WORDS,
            target="cell",
            core=False,
            help="The columns it stands in.",
        ),
        _SOURCE,
        _CITATION,
        Column(
            header="Derived by",
            field="derived_by",
            core=False,
            help="Name of the rule, for derived links.",
        ),
        Column(
            header="Justification",
            field="justification",
            form=Form.WORD,
            target="semapv",
            width=24,
            help="For curated links: how the judgement was made.",
        ),
        Column(
            header="Author",
            field="author",
            form=Form.REFERENCE,
            target="institution",
            help="For curated links: code of who judged, as in sheet Institutions.",
        ),
        Column(
            header="Confidence",
            field="confidence",
            form=Form.DECIMAL,
            help="For curated links: from 0 to 1.",
        ),
        Column(header="Comment", field="comment", width=40, help="Why, in a sentence."),
        _IRI,
    ),
)

RATINGS = Sheet(
    name="Ratings",
    record=Rating,
    core=False,
    help="What a source finds of a commitment, by criterion.",
    columns=(
        Column(
            header="About",
            field="about",
            form=Form.REFERENCE,
            target="anything",
            required=True,
            width=30,
            help="What is rated, such as ogp-alb-2023/commitment/AL0095.",
        ),
        Column(
            header="Criterion",
            field="criterion",
            form=Form.WORD,
            target="gcmo:Criterion",
            required=True,
            help="By which criterion.",
        ),
        Column(header="Value", field="value", required=True, help="What the source says."),
        _SOURCE,
        _CITATION,
        _IRI,
    ),
)

ODD_PLACES = Sheet(
    name="Odd places",
    record=SourceAnomaly,
    core=False,
    help="What is odd in the source, and how it was read.",
    columns=(
        Column(
            header="Code",
            field="iri",
            form=Form.CODE,
            required=True,
            width=40,
            help="Its path, such as crosswalk/gcm--alb-nsm-2019/anomaly/1.d-stray-mark.",
        ),
        Column(
            header="About",
            field="about",
            form=Form.REFERENCE,
            target="anything",
            required=True,
            width=40,
            help="The row, element or document it concerns.",
        ),
        Column(
            header="Kind",
            field="anomaly",
            form=Form.WORD,
            target="gcmo:AnomalyKind",
            required=True,
            help="What is odd.",
        ),
        Column(header="Row", field="row", help="The row of the source's table."),
        Column(header="As printed", field="verbatim", width=40, help="What stands there."),
        Column(header="Reading", field="reading", required=True, width=60, help="How it is read."),
        _SOURCE,
    ),
)

CLAIMS = Sheet(
    name="Claims",
    record=Claim,
    core=False,
    help="Figures that the source publishes, and the question that checks each.",
    columns=(
        Column(
            header="Code",
            field="iri",
            form=Form.CODE,
            required=True,
            width=40,
            help="Its path, such as claim/alb-gcm-manual-2021/actions-aligned.",
        ),
        Column(header="Claim", field="label", required=True, width=50, help="In a sentence."),
        Column(header="Values", field="values", form=Form.TEXTS, help="One a line."),
        Column(
            header="Comparison",
            field="comparison",
            form=Form.WORD,
            target="gcmo:Comparison",
            help="How the values are held against the data.",
        ),
        Column(
            header="Rule",
            field="rule",
            form=Form.WORD,
            target="gcmo:CountingRule",
            help="The counting rule that the source names.",
        ),
        Column(header="Question", field="query", help="Name of the query that checks it."),
        Column(
            header="About",
            field="about",
            form=Form.REFERENCES,
            target="anything",
            width=30,
            help="What it is about.",
        ),
        Column(
            header="Framework",
            field="framework",
            form=Form.REFERENCE,
            target="framework",
            help="Code of the assessed framework.",
        ),
        Column(header="Section", field="section", help="Where the source says so."),
        _SOURCE,
        Column(header="Note", field="note", width=40, help="A remark."),
    ),
)

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
