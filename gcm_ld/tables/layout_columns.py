"""Columns that several sheets have."""

from __future__ import annotations

from gcm_ld.tables.schema import Column, Form

__all__ = ["CITATION", "IRI", "NOTE", "OTHER_TITLES", "SOURCE", "code_column"]

OTHER_TITLES = Column(
    header="Other titles",
    field="alt_labels",
    form=Form.TEXTS,
    core=False,
    width=30,
    help="Other names in use, one a line.",
)
NOTE = Column(header="Note", field="note", width=40, help="A remark, in your own words.")
SOURCE = Column(
    header="Source",
    field="source",
    form=Form.REFERENCE,
    target="source",
    help="Code of the document it was read from, as in sheet Sources.",
)
CITATION = Column(
    header="Citation", field="citation", width=24, help="Section, page or paragraph there."
)
IRI = Column(
    header="IRI",
    field="iri",
    form=Form.URL,
    core=False,
    width=40,
    help="Its own address, where it is not the one that its codes make.",
)


def code_column(help_: str, *, required: bool = True) -> Column:
    """Return the column for a code.

    :param help_: what to write.
    :param required: whether a blank cell is a fault.
    """
    return Column(header="Code", field="code", form=Form.CODE, required=required, help=help_)
