"""The sheets of what a source finds, claims, or has odd."""

from __future__ import annotations

from gcm_ld.model import Claim, Rating, SourceAnomaly
from gcm_ld.tables.layout_columns import CITATION, IRI, SOURCE
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = ["CLAIMS", "ODD_PLACES", "RATINGS"]

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
        SOURCE,
        CITATION,
        IRI,
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
        SOURCE,
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
        SOURCE,
        Column(header="Note", field="note", width=40, help="A remark."),
    ),
)
