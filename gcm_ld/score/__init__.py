"""Quality scores: what published lists of criteria say of an ontology, its data and its links.

What can't be tested offline is told as not tested, and never as passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.score.dwbp import DWBP
from gcm_ld.score.foops import FOOPS
from gcm_ld.score.model import Check, Item, Result, Scheme, Summary, Verdict
from gcm_ld.score.oops import OOPS
from gcm_ld.score.stars import DATA_STARS, MAPPING_STARS
from gcm_ld.score.subject import Folder, Subject

if TYPE_CHECKING:
    import pyoxigraph as ox

    from gcm_ld.dataset import Dataset

__all__ = [
    "SCHEMES",
    "Check",
    "Item",
    "Result",
    "Scheme",
    "Summary",
    "Verdict",
    "score",
    "summarise",
]

#: The schemes by name, in the order in which they are told.
SCHEMES = {s.name: s for s in (FOOPS, OOPS, DWBP, DATA_STARS, MAPPING_STARS)}


def score(
    dataset: Dataset,
    *,
    ontology: Iterable[ox.Triple] | Path | None = None,
    site: Path | None = None,
    schemes: Collection[str] = (),
) -> list[Item]:
    """Hold an ontology, its data and its links against published criteria.

    :param dataset: the data.
    :param ontology: the ontology's statements, or the file or folder of its Turtle; that which
        comes with gcm-ld if not given.
    :param site: the published folder, without which much can't be tested.
    :param schemes: names of :data:`SCHEMES`; all of them if none is given.
    :returns: every item, scheme by scheme in its own order.
    :raises FileError: if a file or folder can't be read.
    :raises InputError: if there is no such scheme.

    >>> from gcm_ld import open_dataset
    >>> items = score(open_dataset(), schemes=["foops"])
    >>> [(i.id, i.result.verdict.value) for i in items][:2]
    [('PURL1', 'passed'), ('URI1', 'not tested')]
    """
    for name in schemes:
        if name not in SCHEMES:
            raise InputError(
                f"no scheme {name!r}: there are {', '.join(SCHEMES)}.{did_you_mean(name, SCHEMES)}"
            )
    folder = None if site is None else Folder(site)
    subject = Subject(dataset, _read(ontology), folder)
    return [
        Item(scheme.name, check.id, check.title, check.ask(subject))
        for scheme in SCHEMES.values()
        if not schemes or scheme.name in schemes
        for check in scheme.checks
    ]


def summarise(items: Collection[Item]) -> list[Summary]:
    """Count verdicts, scheme by scheme.

    :param items: what :func:`score` returned.
    """
    told = {item.scheme for item in items}
    return [Summary.of(scheme, items) for scheme in SCHEMES.values() if scheme.name in told]


def _read(ontology: Iterable[ox.Triple] | Path | None) -> list[ox.Triple]:
    from gcm_ld.resources import folder, turtle_files
    from gcm_ld.turtle import read_turtle

    if ontology is None:
        ontology = folder("ontology")
    if isinstance(ontology, Path):
        return [t for path in turtle_files(ontology) for t in read_turtle(path)]
    return list(ontology)
