"""The row of an action: what its cells say together, as an assessment and its links.

Reading and writing share :func:`imply`: the writer compares what a row implies with what the data
hold and writes only the difference, as a cell as printed or as a row of sheet Links; the reader
builds what is implied and lets the sheet Links replace it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gcm_ld.model import Alignment, Assessment, Crosswalk, Monitoring
from gcm_ld.namespaces import GCM, SDG, alignment_iri, expand, quote
from gcm_ld.tables.defaults import make_crosswalk, pick_crosswalk
from gcm_ld.tables.layout import CELLS, CROSSWALK, NOT_APPLICABLE
from gcm_ld.tables.names import Names
from gcm_ld.tables.values import sort_values

__all__ = [
    "ANSWERS",
    "DERIVED",
    "GOAL_OF_TARGET",
    "RELATED",
    "STATED",
    "ActionRow",
    "Clash",
    "Frame",
    "Implied",
    "assess",
    "cell_property",
    "derive_goals",
    "imply",
    "status",
]

#: Name of the rule by which a link to a target gives one to its goal.
GOAL_OF_TARGET = "goal-of-target"

STATED = expand("gcmo:Stated")
DERIVED = expand("gcmo:Derived")
RELATED = expand("skos:relatedMatch")
#: The objectives' column, which may hold outcomes and other policies too: sources do so.
ANSWERS = next(
    replace(c, target="answer") for c in CROSSWALK.columns if c.header == "National objectives"
)
_ALL_PARTS = expand("gcmo:AllParts")


def status(name: str) -> str:
    """Return the IRI of a status.

    >>> status("Aligned")
    'https://w3id.org/gcm-ld/ontology#Aligned'
    """
    return expand(f"gcmo:{name}")


def cell_property(header: str) -> str:
    """Return the property that holds the source's cell of a column.

    >>> cell_property("SDG goals")
    'https://w3id.org/gcm-ld/ontology#sourceGoalCell'
    """
    return expand(CELLS[header][1])


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """One row of sheet Crosswalk, its codes read.

    :param action: IRI of the action.
    :param status: IRI of the status; none where it follows from the cells.
    :param outcomes: the outcomes; ``whole`` says whether the strategy as a whole is meant.
    :param covered_by: other policies that cover the action.
    :param goals: the SDG goals; ``all_goals`` says whether all of them are meant.
    :param targets: the SDG targets; ``all_targets`` says whether all of those of the goals are
        meant, and ``goals_in_full`` of which goals all are.
    :param indicators: the indicators that follow the action.
    :param objectives: what answers the action's objective as a whole.
    :param row: the row's name in the source.
    :param cells: assessment's field → the source's cell; blank ones are not in it.
    """

    action: str
    status: str | None = None
    outcomes: tuple[str, ...] = ()
    whole: bool = False
    covered_by: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    all_goals: bool = False
    targets: tuple[str, ...] = ()
    all_targets: bool = False
    goals_in_full: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    row: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)

    def follow_status(self) -> str:
        """Return the status that follows from the cells alone."""
        if self.outcomes:
            return status("Aligned")
        if self.whole:
            return status("WholeFramework")
        return status("CoveredElsewhere" if self.covered_by else "Unstated")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rows are about.

    :param main: IRI of the assessed framework.
    :param names: codes and wider elements.
    :param listed: the crosswalks in the order of their sheet.
    :param crosswalk: IRI of the crosswalk from the Compact to the framework.
    :param sdg_crosswalk: IRI of the crosswalk from the Compact to the SDGs that it states.
    """

    main: str
    names: Names
    listed: tuple[Crosswalk, ...] = ()
    crosswalk: str = ""
    sdg_crosswalk: str = ""

    @classmethod
    def of(cls, main: str, names: Names, listed: Sequence[Crosswalk]) -> Frame:
        """Make the frame of a framework's rows from the crosswalks that are listed."""
        own = make_crosswalk(GCM, main, names)
        sdg = make_crosswalk(GCM, SDG, names, by=main)
        return cls(
            main,
            names,
            tuple(listed),
            pick_crosswalk(listed, GCM, main, own.iri),
            pick_crosswalk(listed, GCM, SDG, sdg.iri),
        )

    def crosswalk_for(self, subject: str, obj: str) -> str:
        """Return the IRI of the crosswalk that a link belongs to where nothing else is said."""
        one, other = (self.names.frameworks.get(i, i) for i in (subject, obj))
        if {one, other} == {GCM, self.main}:
            return self.crosswalk
        if {one, other} == {GCM, SDG}:
            return self.sdg_crosswalk
        made = make_crosswalk(one, other, self.names)
        return pick_crosswalk(self.listed, one, other, made.iri)

    def assessment(self, action: str) -> str:
        """Return the IRI of an action's assessment."""
        return f"{self.crosswalk}/assessment/{quote(self.names.code(action))}"

    def link(self, crosswalk: str, subject: str, obj: str) -> str:
        """Return the IRI of a link."""
        return alignment_iri(crosswalk, self.names.code(subject), self.names.code(obj))


@dataclass(frozen=True, slots=True)
class Clash:
    """Two links that would have one IRI, because what they link has one code."""

    action: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Implied:
    """What rows imply, by IRI, before sheet Links replaces any of it."""

    assessments: dict[str, Assessment] = field(default_factory=dict)
    links: dict[str, Alignment] = field(default_factory=dict)
    monitoring: dict[str, Monitoring] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def imply(rows: Iterable[ActionRow], frame: Frame) -> Implied:
    """Build what rows of sheet Crosswalk say.

    :param rows: the rows, one for each action.
    :param frame: what they are about.
    """
    implied = Implied()
    for row in rows:
        assessment = assess(row, frame)
        implied.assessments[assessment.iri] = assessment
        if row.indicators:
            indicators = sort_values(row.indicators)
            implied.monitoring[row.action] = Monitoring(iri=row.action, monitored_by=indicators)
        for link in _link(row, frame, assessment.iri):
            _merge(implied, link, row.action)
    return implied


def assess(row: ActionRow, frame: Frame) -> Assessment:
    """Build the assessment of a row; its links are apart, see :func:`imply`."""
    names = frame.names
    found = row.status or row.follow_status()
    cells: dict[str, str] = dict(row.cells)
    if found == status("NotApplicable"):
        cells.setdefault("outcome_cell", NOT_APPLICABLE)
    elif found == status("CoveredElsewhere") and row.covered_by:
        titles = (names.labels.get(p) or names.code(p) for p in row.covered_by)
        cells.setdefault("outcome_cell", "; ".join(titles))
    return Assessment(
        iri=frame.assessment(row.action),
        crosswalk=frame.crosswalk,
        assesses=row.action,
        against=frame.main,
        status=found,
        covered_by=sort_values(row.covered_by),
        row=row.row or names.code(row.action),
        **cells,
    )


def _link(row: ActionRow, frame: Frame, assessment: str) -> Iterable[Alignment]:
    names = frame.names

    def link(
        crosswalk: str, subject: str, obj: str, header: str, *, in_full: bool = False
    ) -> Alignment:
        return Alignment(
            iri=frame.link(crosswalk, subject, obj),
            crosswalk=crosswalk,
            subject=subject,
            object=obj,
            relation=RELATED,
            basis=STATED,
            scope=_ALL_PARTS if in_full else None,
            stated_in=(assessment,),
            stated_cells=(cell_property(header),),
        )

    own, sdg, action = frame.crosswalk, frame.sdg_crosswalk, row.action
    for objective in names.wider.get(action, ())[:1]:
        for obj in row.objectives:
            yield link(own, objective, obj, "National objectives")
    for outcome in row.outcomes:
        yield link(own, action, outcome, "Outcomes")
    if row.whole:
        yield link(own, action, frame.main, "Outcomes", in_full=True)
    for goal in row.goals:
        yield link(sdg, action, goal, "SDG goals")
    if row.all_goals:
        yield link(sdg, action, SDG, "SDG goals", in_full=True)
    for target in row.targets:
        yield link(sdg, action, target, "SDG targets")
    in_full = set(row.goals_in_full)
    if row.all_targets:
        in_full |= {SDG} if row.all_goals else set(row.goals)
    for goal in sort_values(in_full):
        yield link(sdg, action, goal, "SDG targets", in_full=True)


def _merge(implied: Implied, link: Alignment, action: str) -> None:
    """Add a link, or what another cell says of it."""
    known = implied.links.get(link.iri)
    if known is None:
        implied.links[link.iri] = link
    elif (known.subject, known.object) != (link.subject, link.object):
        implied.clashes.append(Clash(action, known.object, link.object))
    else:
        implied.links[link.iri] = replace(
            known,
            scope=known.scope or link.scope,
            stated_in=sort_values(known.stated_in + link.stated_in),
            stated_cells=sort_values(known.stated_cells + link.stated_cells),
        )


def derive_goals(links: Iterable[Alignment], names: Names) -> list[Alignment]:
    """Build a link to the goal of each SDG target that a row names without its goal.

    What serves a target serves its goal, which a row need not say: the link is derived, not
    stated, and names this rule.

    :param links: the links of some crosswalks.
    :param names: codes and wider elements.
    """
    links = list(links)
    linked = {(link.crosswalk, link.subject, link.object) for link in links}
    derived: dict[str, Alignment] = {}
    for link in links:
        if not link.stated_in or names.kinds.get(link.object) != "Target":
            continue
        if names.frameworks[link.object] != SDG:
            continue
        for goal in names.wider.get(link.object, ()):
            place = (link.crosswalk, link.subject)
            if (*place, goal) in linked or (*place, SDG) in linked:
                continue
            iri = alignment_iri(link.crosswalk, names.code(link.subject), names.code(goal))
            derived[iri] = Alignment(
                iri=iri,
                crosswalk=link.crosswalk,
                subject=link.subject,
                object=goal,
                relation=RELATED,
                basis=DERIVED,
                derived_by=GOAL_OF_TARGET,
            )
    return list(derived.values())
