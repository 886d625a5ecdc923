"""Validation: data against the shapes in ``shapes/``, and what is found.

Faults in the data are values, not errors: they are collected and reported together. A violation
blocks publishing, a warning recommends, an info informs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.dataset import open_dataset
from gcm_ld.resources import folder
from gcm_ld.validate.cache import Cache
from gcm_ld.validate.engines import DEFAULT_ENGINE, ENGINES, check_engine, run_engine
from gcm_ld.validate.findings import SEVERITIES, Finding
from gcm_ld.validate.report import Report
from gcm_ld.validate.terms import find_unknown_terms
from gcm_ld.validate.work import Progress, Work
from gcm_ld.workers import cores

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "SEVERITIES",
    "Cache",
    "Finding",
    "Report",
    "data_shapes",
    "find_unknown_terms",
    "validate",
    "validate_ntriples",
    "validate_triples",
]

#: Shapes on the ontology itself, which data has nothing to do with.
_NOT_FOR_DATA = {"ontology-style.ttl"}


def data_shapes() -> tuple[Path, ...]:
    """List the shapes files that data is validated against.

    >>> "alignment.ttl" in [path.name for path in data_shapes()]
    True
    """
    return tuple(
        path for path in sorted(folder("shapes").glob("*.ttl")) if path.name not in _NOT_FOR_DATA
    )


def validate(
    paths: Iterable[str | Path] = (),
    *,
    engine: str = DEFAULT_ENGINE,
    shapes: Sequence[Path] | None = None,
    jobs: int | None = None,
    cache: Cache | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Validate the shipped data, or one's own files.

    One's own files are read together with the ontology and the frameworks that they refer to;
    what is reported is what concerns their own nodes. Folders that don't depend on each other are
    validated apart, with the same findings (docs/validation.md).

    :param paths: Turtle files and folders; none for the shipped data.
    :param engine: one of :data:`ENGINES`.
    :param shapes: shapes files; those in ``shapes/`` if not given. With others, everything is
        validated together.
    :param jobs: how many processes may work at once; as many as there are cores if not given.
    :param cache: what was found before, and is found without the engine where nothing that it
        depends on has changed.
    :param progress: told how many folders of how many are done.
    :returns: the findings, sorted, with counts.
    :raises FileError: if a file can't be read or is not Turtle.
    :raises EmptyDatasetError: if there is nothing to validate.
    :raises InputError: if there is no such engine, or the shapes can't be used.

    >>> validate().conforms
    True
    """
    check_engine(engine)
    dataset = open_dataset(*paths)
    work = Work(
        dataset,
        engine=engine,
        shapes=data_shapes() if shapes is None else shapes,
        apart=shapes is None,
        jobs=cores() if jobs is None else jobs,
        cache=cache,
        progress=progress,
    )
    findings = work.run()
    return Report(tuple(findings), dataset.files, work.statements, engine)


def validate_triples(
    triples: Iterable[ox.Triple], *, shapes: Sequence[Path], engine: str = DEFAULT_ENGINE
) -> list[Finding]:
    """Validate triples as they are, with nothing added.

    :param triples: the data, with the classes that it refers to.
    :param shapes: shapes files.
    :param engine: one of :data:`ENGINES`.
    :returns: the findings, sorted: the gravest first, then by node.
    :raises FileError: if a shapes file can't be read or is not Turtle.
    :raises InputError: if there is no such engine, or the shapes can't be used.
    """
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return validate_ntriples(data, shapes=shapes, engine=engine)


def validate_ntriples(
    data: bytes, *, shapes: Sequence[Path], engine: str = DEFAULT_ENGINE
) -> list[Finding]:
    """Validate a graph written as N-Triples, such as a store's dump; see :func:`validate_triples`.

    Large graphs fit in less memory this way than as triples of Python.
    """
    return run_engine(engine, data, shapes)
