"""A cube as SDMX-CSV 2.0, and the SDMX structures that it follows.

The data are text and need no library; the structure message is written by pysdmx. A period of
several years is an SDMX time range; codes and identifiers are made as
:mod:`gcm_ld.tables.exchange.sdmx` makes them.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gcm_ld.publish.statistics.columns import COLUMNS, Column
from gcm_ld.publish.statistics.figures import NONE, TOTAL, Code, Cube
from gcm_ld.publish.statistics.structure import read_structure
from gcm_ld.tables.exchange.sdmx import AGENCY, code_id
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from pysdmx.model import Codelist, DataStructureDefinition

__all__ = ["write_data", "write_structure"]

_VERSION = "1.0"
_CONCEPTS = "CS_STATISTICS"
_TIME = "TIME_PERIOD"
_LISTS = {
    "FRAMEWORK": "Assessed frameworks",
    "SUBJECT": "Frameworks whose objectives are covered",
    "OBJECTIVE": "Objectives",
    "COUNTING_RULE": "Counting rules",
    "REF_AREA": "Areas, by ISO 3166-1 alpha-3",
    "MEASURE": "Measures",
    "UNIT_MEASURE": "Units",
    "OBS_STATUS": "Observation status",
    "PERIOD_BASIS": "What a period is taken from",
    "SDG_GOAL": "SDG goals",
}


def _id(cube: str) -> str:
    return cube.upper().replace("-", "_")


def _value(column: Column, code: Code) -> str:
    """Return a code as SDMX writes it."""
    if column.sdmx == _TIME:
        start, _, end = code.code.partition("-")
        return f"{start}-01-01/P{int(end) - int(start) + 1}Y" if end else start
    if column.name in ("unit", "period_basis"):
        return read_structure().notation(code.iri)
    if column.name == "measure":
        return code.code.upper()
    return code.code if code.code in (TOTAL, NONE) else code_id(code.code)


def write_data(cube: Cube) -> bytes:
    """Write a cube as SDMX-CSV 2.0, one observation a row.

    :returns: the table, UTF-8.
    """
    columns = COLUMNS[cube.name]
    dimensions = [c for c in columns if c.dimension]
    attributes = [c for c in columns if not c.dimension]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
            *(c.sdmx for c in dimensions),
            "OBS_VALUE",
            *(c.sdmx for c in attributes),
        ]
    )
    head = ("dataflow", f"{AGENCY}:DF_{_id(cube.name)}({_VERSION})", "I")
    for figure in cube.figures:
        writer.writerow(
            [
                *head,
                *(_value(c, figure.codes[c.name]) for c in dimensions),
                figure.value,
                *(_value(c, figure.codes[c.name]) for c in attributes),
            ]
        )
    return out.getvalue().encode()


def write_structure(cubes: Iterable[Cube]) -> bytes | None:
    """Write the code lists, concepts, structure definitions and dataflows of cubes.

    :returns: an SDMX-ML 3.0 message with a fixed date of preparation, or ``None`` where pysdmx
        is not installed.
    """
    try:
        from pysdmx.io import write_sdmx
        from pysdmx.io.format import Format
        from pysdmx.model import Concept, ConceptScheme, Dataflow, Organisation
        from pysdmx.model.message import Header
    except ImportError:
        return None
    from datetime import UTC, datetime

    cubes = tuple(cubes)
    lists = _codelists(cubes)
    ids = {c.sdmx for cube in cubes for c in COLUMNS[cube.name]} | {"OBS_VALUE"}
    names = {**_LISTS, _TIME: "Time that a figure refers to", "OBS_VALUE": "Value"}
    concepts = ConceptScheme(
        id=_CONCEPTS,
        name="Concepts of the statistics",
        agency=AGENCY,
        version=_VERSION,
        items=[Concept(id=name, name=names[name]) for name in sorted(ids)],
    )
    definitions = [_definition(cube, lists) for cube in cubes]
    flows = [
        Dataflow(
            id=f"DF_{_id(cube.name)}",
            name=read_structure().label(cube.structure),
            description=read_structure().comment(cube.structure),
            agency=AGENCY,
            version=_VERSION,
            structure=definition,
        )
        for cube, definition in zip(cubes, definitions, strict=True)
    ]
    header = Header(
        id="GCM-LD-STATISTICS",
        prepared=datetime(1970, 1, 1, tzinfo=UTC),  # no clock: the same data, the same bytes
        sender=Organisation(id=AGENCY),
    )
    structures = [*(lists[name] for name in sorted(lists)), concepts, *definitions, *flows]
    text = write_sdmx(structures, Format.STRUCTURE_SDMX_ML_3_0, header=header) or ""
    return text.encode()


def _codelists(cubes: Iterable[Cube]) -> dict[str, Codelist]:
    from pysdmx.model import Code as SdmxCode
    from pysdmx.model import Codelist

    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for cube in cubes:
        columns = [c for c in COLUMNS[cube.name] if c.sdmx != _TIME]
        for figure in cube.figures:
            for column in columns:
                code = figure.codes[column.name]
                found[column.sdmx][_value(column, code)][code.title] = None
    return {
        name: Codelist(
            id=f"CL_STAT_{name}",
            name=_LISTS[name],
            agency=AGENCY,
            version=_VERSION,
            # Objectives of two frameworks may share a code, which the dimension SUBJECT tells.
            items=[
                SdmxCode(id=code, name=" / ".join(titles))
                for code, titles in sorted(codes.items(), key=lambda item: natural_key(item[0]))
            ],
        )
        for name, codes in found.items()
    }


def _definition(cube: Cube, lists: dict[str, Codelist]) -> DataStructureDefinition:
    from pysdmx.model import (
        Component,
        Components,
        DataStructureDefinition,
        DataType,
        ItemReference,
        Role,
    )

    def component(name: str, role: Role, **more: object) -> Component:
        concept = ItemReference("Concept", AGENCY, _CONCEPTS, _VERSION, name)
        return Component(id=name, required=True, role=role, concept=concept, **more)  # type: ignore[arg-type]

    parts = []
    for column in COLUMNS[cube.name]:
        if column.sdmx == _TIME:
            parts.append(component(_TIME, Role.DIMENSION, local_dtype=DataType.PERIOD))
        elif column.dimension:
            parts.append(component(column.sdmx, Role.DIMENSION, local_codes=lists[column.sdmx]))
    parts.append(component("OBS_VALUE", Role.MEASURE, local_dtype=DataType.DECIMAL))
    parts += [
        component(c.sdmx, Role.ATTRIBUTE, local_codes=lists[c.sdmx], attachment_level="O")
        for c in COLUMNS[cube.name]
        if not c.dimension
    ]
    return DataStructureDefinition(
        id=f"DSD_{_id(cube.name)}",
        name=read_structure().label(cube.structure),
        agency=AGENCY,
        version=_VERSION,
        components=Components(parts),
    )
