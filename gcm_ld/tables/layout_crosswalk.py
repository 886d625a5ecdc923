"""The sheets of links: the row of each action, and what has no place in it."""

from __future__ import annotations

from gcm_ld.model import Alignment, Assessment, Crosswalk
from gcm_ld.tables.layout_columns import CITATION, IRI, SOURCE, code_column
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = ["CROSSWALK", "CROSSWALKS", "LINKS"]

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
        code_column("The codes of its frameworks with two hyphens between, as gcm--alb-nsm-2019."),
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
        SOURCE,
        CITATION,
        Column(
            header="Licence",
            field="license",
            form=Form.URL,
            width=40,
            help="Address of the licence that others may use it under.",
        ),
        IRI,
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
        SOURCE,
        CITATION,
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
        IRI,
    ),
)
