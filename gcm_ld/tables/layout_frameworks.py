"""The sheets of what others point to: frameworks, institutions, sources."""

from __future__ import annotations

from gcm_ld.model import Framework, Institution, Source
from gcm_ld.tables.layout_columns import CITATION, IRI, NOTE, OTHER_TITLES, SOURCE, code_column
from gcm_ld.tables.schema import Column, Form, Sheet

__all__ = ["FRAMEWORKS", "INSTITUTIONS", "SOURCES"]

FRAMEWORKS = Sheet(
    name="Frameworks",
    record=Framework,
    help="Your strategy first, then other policies that the crosswalk names.",
    columns=(
        code_column("Small letters, digits and hyphens: country, name and year, as alb-nsm-2019."),
        Column(header="Title", field="label", required=True, width=50, help="Its full title."),
        OTHER_TITLES,
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
        NOTE,
        SOURCE,
        CITATION,
        IRI,
    ),
)


INSTITUTIONS = Sheet(
    name="Institutions",
    record=Institution,
    help="Bodies that adopt, lead, support or report.",
    columns=(
        code_column("Small letters, digits and hyphens, such as xkx-ministry-of-interior."),
        Column(header="Name", field="label", required=True, width=50, help="Its full name."),
        Column(
            header="Website",
            field="homepage",
            form=Form.URL,
            width=30,
            help="Its address, as https://example.org.",
        ),
        IRI,
    ),
)

SOURCES = Sheet(
    name="Sources",
    record=Source,
    help="The documents that you read all this from.",
    columns=(
        code_column("Small letters, digits and hyphens, such as xkx-migration-strategy."),
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
        IRI,
    ),
)
