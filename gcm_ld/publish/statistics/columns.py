"""The columns of the cubes' tables: what each is in RDF, in CSV on the Web and in SDMX."""

from __future__ import annotations

from typing import NamedTuple

from gcm_ld.namespaces import PREFIXES
from gcm_ld.publish.statistics.structure import CUBE

__all__ = ["COLUMNS", "PATHS", "Column"]

_ATTRIBUTE = PREFIXES["sdmx-attribute"]
_DIMENSION = PREFIXES["sdmx-dimension"]


class Column(NamedTuple):
    """A column of codes.

    :param name: its name in tables, and the key of its codes in a figure.
    :param sdmx: its identifier in SDMX.
    :param property: the component of the structure definition, if it is one.
    :param template: how a code becomes an IRI; where there is no rule, a column beside it
        has the IRIs.
    :param dimension: whether it is a dimension, and no attribute.
    """

    name: str
    sdmx: str
    property: str | None = None
    template: str | None = None
    dimension: bool = True


_FRAMEWORK = Column("framework", "FRAMEWORK", CUBE + "dimension/framework")
_AREA = Column("area", "REF_AREA", _DIMENSION + "refArea")
_PERIOD = Column("period", "TIME_PERIOD", _DIMENSION + "refPeriod", CUBE + "period/{period}")
_ATTRIBUTES = (
    Column("unit", "UNIT_MEASURE", _ATTRIBUTE + "unitMeasure", CUBE + "unit/{unit}", False),
    Column(
        "status",
        "OBS_STATUS",
        _ATTRIBUTE + "obsStatus",
        PREFIXES["sdmx-code"] + "obsStatus-{status}",
        False,
    ),
    Column(
        "period_basis",
        "PERIOD_BASIS",
        CUBE + "attribute/period-basis",
        CUBE + "period-basis/{period_basis}",
        False,
    ),
)

#: cube → its columns, in their order: the time is the last dimension, as SDMX-ML has it.
COLUMNS: dict[str, tuple[Column, ...]] = {
    "coverage": (
        _FRAMEWORK,
        # No component in RDF, where the objective says it; in SDMX a code means nothing alone.
        Column("subject", "SUBJECT"),
        Column("objective", "OBJECTIVE", CUBE + "dimension/objective"),
        Column("rule", "COUNTING_RULE", CUBE + "dimension/rule"),
        _AREA,
        Column("measure", "MEASURE", PREFIXES["qb"] + "measureType", CUBE + "measure/{measure}"),
        _PERIOD,
        *_ATTRIBUTES,
    ),
    "sdg-goals": (
        _FRAMEWORK,
        Column("goal", "SDG_GOAL", CUBE + "dimension/goal"),
        _AREA,
        _PERIOD,
        *_ATTRIBUTES,
    ),
}

#: cube → the columns whose codes make up the end of an observation's IRI.
PATHS: dict[str, tuple[str, ...]] = {
    "coverage": ("framework", "subject", "objective", "rule", "period", "measure"),
    "sdg-goals": ("framework", "goal", "period"),
}
