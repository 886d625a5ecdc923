"""Validation: data against the shapes in ``shapes/``, and what is found.

Faults in the data are values, not errors: they are collected and reported together. A violation
blocks publishing, a warning recommends, an info informs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.dataset import open_dataset
from gcm_ld.errors import EmptyDatasetError, InputError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import RDF
from gcm_ld.queries import list_rules
from gcm_ld.resources import folder
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import read_turtle
from gcm_ld.validate.engines import DEFAULT_ENGINE, ENGINES
from gcm_ld.validate.findings import SEVERITIES, Finding, sort_findings
from gcm_ld.validate.report import Report
from gcm_ld.validate.terms import find_unknown_terms

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "SEVERITIES",
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

_TYPE = ox.NamedNode(RDF + "type")


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
) -> Report:
    """Validate the shipped data, or one's own files.

    One's own files are read together with the ontology and the frameworks that they refer to;
    what is reported is what concerns their own nodes.

    :param paths: Turtle files and folders; none for the shipped data.
    :param engine: one of :data:`ENGINES`.
    :param shapes: shapes files; those in ``shapes/`` if not given.
    :returns: the findings, sorted, with counts.
    :raises FileError: if a file can't be read or is not Turtle.
    :raises EmptyDatasetError: if there is nothing to validate.
    :raises InputError: if there is no such engine, or the shapes can't be used.

    >>> validate().conforms
    True
    """
    dataset = open_dataset(*paths)
    own = {
        path: _label_blank_nodes(triples, n)
        for n, (path, triples) in enumerate(dataset.triples_by_file.items())
    }
    statements = sum(map(len, own.values()))
    if not statements:
        names = ", ".join(str(path) for path in dataset.files[:3])
        raise EmptyDatasetError(f"{names}: no statement in it: there is nothing to validate")
    store = EmbeddedStore()
    for triples in own.values():
        store.add(triples)
    for path in dataset.context_files:
        store.load_file(path)
    for rule in list_rules():
        store.add(store.construct(rule.text))
    findings = validate_ntriples(
        store.dump(), shapes=data_shapes() if shapes is None else shapes, engine=engine
    )
    places = _find_places(own)
    root = None if dataset.own else folder("data").parent
    kept = [
        replace(f, file=_show(places.get(f.node) or places.get(f.focus), root))
        for f in findings
        if not dataset.own or {f.focus, f.node, f.text} & places.keys()
    ]
    return Report(tuple(sort_findings(kept)), dataset.files, statements, engine)


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
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise InputError(f"no engine {engine!r}: use {known}.{did_you_mean(engine, ENGINES)}")
    rules = b"\n".join(read_bytes(path) for path in shapes)
    try:
        return ENGINES[engine](data, rules)
    except InputError:
        for path in shapes:
            read_turtle(path)  # says it better
        raise


def _label_blank_nodes(triples: list[ox.Triple], number: int) -> list[ox.Triple]:
    """Label blank nodes by their place in a file, the same from run to run.

    :param triples: the triples of a file in document order.
    :param number: the file's place among the files.
    """
    triples = list(triples)
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def label(node: ox.BlankNode) -> ox.BlankNode:
        name = f"b{len(labels) + 1}" if number == 0 else f"b{number + 1}.{len(labels) + 1}"
        return labels.setdefault(node, ox.BlankNode(name))

    for i, t in enumerate(triples):
        subject, value = t.subject, t.object
        if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
            subject = label(subject) if isinstance(subject, ox.BlankNode) else subject
            value = label(value) if isinstance(value, ox.BlankNode) else value
            triples[i] = ox.Triple(subject, t.predicate, value)
    return triples


def _find_places(own: dict[Path, list[ox.Triple]]) -> dict[str, Path]:
    """Map each subject to the file that says what it is, or else to the first that has it."""
    typed: dict[str, Path] = {}
    named: dict[str, Path] = {}
    for path, triples in own.items():
        for t in triples:
            is_blank = isinstance(t.subject, ox.BlankNode)
            node = str(t.subject) if is_blank else t.subject.value  # type: ignore[union-attr]
            (typed if t.predicate == _TYPE else named).setdefault(node, path)
    return {**named, **typed}


def _show(path: Path | None, root: Path | None) -> str | None:
    """Return a file as the user named it, or a shipped file below the project's root."""
    if path is None:
        return None
    return str(path.relative_to(root) if root else path)
