"""A cube as CSV on the Web: a table, and metadata by which it becomes the cube's triples again.

W3C Recommendations Metadata Vocabulary for Tabular Data, and Generating RDF from Tabular Data on
the Web (2015). Codes are for people; where no rule leads from a code to its IRI, because things
of several publishers stand together, a column at the end has the IRIs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from gcm_ld.namespaces import PREFIXES, RDF
from gcm_ld.publish.statistics.columns import COLUMNS, PATHS, Column
from gcm_ld.publish.statistics.figures import Cube
from gcm_ld.publish.statistics.structure import CUBE, read_structure

__all__ = ["write_metadata", "write_table"]

#: Columns whose codes don't speak for themselves.
_TITLED = ("framework", "objective", "goal", "area")
_TITLES = {
    "subject": "framework of the objective",
    "area": "area",
    "period": "period",
    "unit": "unit",
    "status": "observation status",
}


def _columns(cube: Cube, *, dimension: bool) -> tuple[Column, ...]:
    return tuple(c for c in COLUMNS[cube.name] if c.dimension == dimension)


def _titled(cube: Cube) -> tuple[str, ...]:
    return tuple(c.name for c in COLUMNS[cube.name] if c.name in _TITLED)


def _with_iris(cube: Cube) -> tuple[str, ...]:
    return tuple(c.name for c in COLUMNS[cube.name] if c.property and not c.template)


def write_table(cube: Cube) -> bytes:
    """Write a cube as CSV, one figure a row (RFC 4180).

    :returns: the table, UTF-8.
    """
    before = [c.name for c in _columns(cube, dimension=True)]
    after = [c.name for c in _columns(cube, dimension=False)]
    titled, with_iris = _titled(cube), _with_iris(cube)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            *before,
            "value",
            *after,
            *(f"{name}_title" for name in titled),
            *(f"{name}_iri" for name in with_iris),
            "crosswalks",
        ]
    )
    for figure in cube.figures:
        codes = figure.codes
        writer.writerow(
            [
                *(codes[name].code for name in before),
                figure.value,
                *(codes[name].code for name in after),
                *(codes[name].title for name in titled),
                *(codes[name].iri for name in with_iris),
                " ".join(figure.crosswalks),
            ]
        )
    return out.getvalue().encode()


def write_metadata(cube: Cube) -> bytes:
    """Write the metadata that belong beside a cube's table.

    :returns: JSON, UTF-8.
    """
    structure = read_structure()
    path = "/".join(f"{{{name}}}" for name in PATHS[cube.name])
    metadata: dict[str, object] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{cube.name}.csv",
        "dc:title": structure.label(cube.structure),
        "dc:description": structure.comment(cube.structure),
        "dc:provenance": {"@id": CUBE + "provenance"},
        "dc:license": [{"@id": iri} for iri in cube.licenses],
        "dc:issued": {"@value": cube.date, "@type": "xsd:date"},
        "tableSchema": {
            "aboutUrl": f"{cube.iri}/{path}",
            "primaryKey": [c.name for c in _columns(cube, dimension=True)],
            "columns": list(_describe_columns(cube)),
        },
    }
    for key, value in (("dc:license", cube.licenses), ("dc:issued", cube.date)):
        if not value:
            del metadata[key]
    return (json.dumps(metadata, indent=2, ensure_ascii=False) + "\n").encode()


def _describe_columns(cube: Cube) -> Iterator[dict[str, object]]:
    for column in _columns(cube, dimension=True):
        yield _describe_codes(column)
    measure = "{measure}" if cube.name == "coverage" else "actions"
    yield {
        "name": "value",
        "titles": "value",
        "required": True,
        "datatype": "decimal",
        "propertyUrl": f"{CUBE}measure/{measure}",
    }
    for column in _columns(cube, dimension=False):
        yield _describe_codes(column)
    for name in _titled(cube):
        yield {"name": f"{name}_title", "titles": f"{name}_title", "suppressOutput": True}
    for name in _with_iris(cube):
        yield {
            "name": f"{name}_iri",
            "titles": f"{name}_iri",
            "required": True,
            "datatype": "string",  # anyURI is more apt, but some tools take it apart
            "suppressOutput": True,
        }
    yield {
        "name": "crosswalks",
        "titles": "crosswalks",
        "dc:description": "The crosswalks that the figure was derived from, separated by spaces.",
        "datatype": "string",
        "separator": " ",
        "suppressOutput": True,
    }
    for name, predicate, value in (
        ("type", RDF + "type", PREFIXES["qb"] + "Observation"),
        ("dataset", PREFIXES["qb"] + "dataSet", cube.iri),
    ):
        yield {"name": name, "virtual": True, "propertyUrl": predicate, "valueUrl": value}


def _describe_codes(column: Column) -> dict[str, object]:
    title = _TITLES.get(column.name) or read_structure().label(str(column.property))
    described: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:title": title,
        "required": True,
        "datatype": "string",
    }
    if column.property is None:
        return {**described, "suppressOutput": True}
    return {
        **described,
        "propertyUrl": column.property,
        "valueUrl": column.template or f"{{+{column.name}_iri}}",
    }
