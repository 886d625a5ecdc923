"""What was chosen for a review, and what the facts of one are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gcm_ld.report.model import percent

__all__ = ["Action", "Coverage", "Link", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """What was chosen for a review."""

    year: int
    #: The counting rule of coverage; where empty, that of the guide for the table that the guide
    #: prints, and the strict one for any other.
    rule: str = ""
    #: The rule of progress and what carries it; the report's own choice where not given.
    progress_rule: str | None = None
    links: str | None = None
    #: Whether links that somebody judged are counted.
    curated: bool = False
    sdg_data: tuple[str, ...] = ()


class Coverage(NamedTuple):
    """How much of an objective is covered under the chosen rule."""

    code: str
    title: str
    covered: int
    total: int

    @property
    def share(self) -> float:
        """The share in percent."""
        return percent(self.covered, self.total)


class Action(NamedTuple):
    """An action as the source assesses it."""

    objective: str
    code: str
    title: str
    iri: str
    status: str
    covered_by: tuple[str, ...]
    row: str


class Link(NamedTuple):
    """A link between two things, for a list of links."""

    subject: str
    object: str
    basis: str
    citation: str
    confidence: str
