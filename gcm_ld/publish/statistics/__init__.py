"""Coverage and SDG goals as statistics: RDF Data Cubes, CSV on the Web and SDMX-CSV.

Figures are those of the reports ``coverage`` and ``sdg``, for every assessed framework. Only
stated links count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox

from gcm_ld.cube import Fault, check_cube
from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.publish.statistics.figures import Cube, read_cubes
from gcm_ld.publish.statistics.structure import read_structure

__all__ = [
    "Cube",
    "Fault",
    "build_cube",
    "check_cube",
    "cube_files",
    "cube_triples",
    "read_cubes",
    "write_cubes",
]


def _same(iri: str) -> str:
    return iri


def build_cube(
    datasets: Iterable[tuple[str, Dataset]],
    *,
    base: str,
    date: str,
    iri: Callable[[str], str] = _same,
) -> list[ox.Triple]:
    """Build the cubes, with their structure definitions and code lists.

    :param datasets: assessed frameworks by code, each with the data that assess it.
    :param base: what the publisher's IRIs start with, such as ``https://w3id.org/gcm-ld/``.
    :param date: the day of publication, ``YYYY-MM-DD``.
    :param iri: gives the IRI that something of the data is published under.
    :returns: the triples in a stable order; none if there is no figure.
    :raises InputError: if the data do not assess a framework, or the cube would not be
        well-formed.
    """
    return cube_triples(*read_cubes(datasets, base=base, date=date, iri=iri))


def cube_triples(*cubes: Cube, check: bool = True) -> list[ox.Triple]:
    """Describe cubes that were read before, and refuse what is not well-formed.

    :param check: whether to judge them; no need for one of several that were judged together.
    :raises InputError: if a cube is not well-formed.
    """
    triples = _triples(*cubes)
    if check and (faults := check_cube(triples)):
        raise InputError(f"statistics: {faults[0]}: check the data ({len(faults)} such faults)")
    return triples


def _triples(*cubes: Cube) -> list[ox.Triple]:
    from gcm_ld.publish.statistics.triples import describe

    if not cubes:
        return []
    found = [*read_structure().triples, *(t for cube in cubes for t in describe(cube))]
    return list(dict.fromkeys(found))


def cube_files(
    datasets: Iterable[tuple[str, Dataset]],
    *,
    base: str,
    date: str,
    iri: Callable[[str], str] = _same,
) -> dict[str, bytes]:
    """Write the cubes as tables: CSV on the Web and SDMX-CSV; see :func:`build_cube`.

    A cube has ``statistics/{cube}.csv``, ``.csv-metadata.json`` and ``.sdmx.csv``; all have
    ``statistics/structure.sdmx.xml`` in common, which needs pysdmx and is left out without it.

    :returns: the files' contents, by name below the site.
    """
    return write_cubes(read_cubes(datasets, base=base, date=date, iri=iri))


def write_cubes(cubes: Sequence[Cube]) -> dict[str, bytes]:
    """Write cubes that were read before; see :func:`cube_files`."""
    from gcm_ld.publish.statistics import csvw, sdmx

    files: dict[str, bytes] = {}
    for cube in cubes:
        name = f"statistics/{cube.name}"
        files[name + ".csv"] = csvw.write_table(cube)
        files[name + ".csv-metadata.json"] = csvw.write_metadata(cube)
        files[name + ".sdmx.csv"] = sdmx.write_data(cube)
    message = sdmx.write_structure(cubes) if cubes else None
    if message is not None:
        files["statistics/structure.sdmx.xml"] = message
    return files
