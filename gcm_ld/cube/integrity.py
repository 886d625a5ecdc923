"""Whether a cube is well-formed: the 21 integrity constraints, asked in SPARQL.

W3C Recommendation The RDF Data Cube Vocabulary (2014), sections 10 (normal form) and 11.1
(constraints). The questions are in ``queries/cube/``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from gcm_ld.cube.sample import Sample, split_cube
from gcm_ld.ntriples import Statements, split_statements
from gcm_ld.queries import load_query
from gcm_ld.resources import folder
from gcm_ld.store import EmbeddedStore

__all__ = ["Fault", "check_cube", "normalise_cube"]


class Fault(NamedTuple):
    """Where a cube breaks a constraint.

    :param constraint: such as ``IC-12``.
    :param node: what is at fault.
    :param problem: what is wrong with it.
    :param cure: how to mend it.
    """

    constraint: str
    node: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"{self.constraint}: {self.problem}: {self.node}"


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    return load_query(folder("queries") / "cube" / f"{name}.rq").text


@lru_cache(maxsize=1)
def read_questions() -> tuple[str, ...]:
    """Return the questions that a cube is asked, in order: a verdict depends on them."""
    return tuple(
        _text(name)
        for name in (
            "construct_closure",
            "construct_attachments",
            "construct_reached",
            "select_dimensions",
            "select_faults",
        )
    )


def normalise_cube(triples: Iterable[ox.Triple]) -> EmbeddedStore:
    """Put a cube into its normal form (section 10.1), with what its code lists reach.

    :param triples: the cube with its structure definition and code lists.
    """
    store = EmbeddedStore()
    store.add(triples)
    return _normalise(store)


def check_cube(triples: Iterable[ox.Triple]) -> list[Fault]:
    """Check a cube against the 21 integrity constraints (section 11.1).

    :param triples: the cube with its structure definition and code lists.
    :returns: what is wrong, by constraint; nothing for a well-formed cube.
    """
    return _find_faults(normalise_cube(triples))


def check_ntriples(
    own: bytes, context: bytes = b"", *, statements: Statements | None = None
) -> list[Fault]:
    """Check a cube that is written as N-Triples; see :func:`check_cube`.

    Everything is asked only if a sample of the observations is at fault.

    :param own: the observations, with whatever stands beside them.
    :param context: what describes them, such as structure definition and code lists.
    :param statements: the first once more, if it has been split already.
    """
    sample = split_cube(split_statements(own) if statements is None else statements, context)
    return [] if sample and _is_sound(sample) else _find_faults(_read(own + context))


def _is_sound(cube: Sample) -> bool:
    """Tell whether nothing is wrong, as far as a sample tells."""
    store = _read(cube.rest)
    rows = store.select(read_questions()[-2]).rows
    chosen = cube.choose((str(dataset), str(dimension)) for dataset, dimension in rows)
    if chosen is None or b"_:" in chosen:  # labels are those of one document
        return False
    store.load_text(chosen)
    return not _find_faults(_normalise(store))


def _read(text: bytes) -> EmbeddedStore:
    store = EmbeddedStore()
    store.load_text(text)  # N-Triples are Turtle
    return _normalise(store)


def _normalise(store: EmbeddedStore) -> EmbeddedStore:
    closure, attachments, step, *_ = read_questions()
    for text in (closure, attachments):
        store.add(store.construct(text))
    before = -1
    while len(store) != before:
        before = len(store)
        store.add(store.construct(step))
    return store


def _find_faults(store: EmbeddedStore) -> list[Fault]:
    rows = store.select(read_questions()[-1])
    return [Fault(*map(str, row)) for row in rows.rows]
