"""Records to sheets: the rows that, read again, give the same records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from gcm_ld.model import (
    Alignment,
    Assessment,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Observation,
    Record,
    Source,
)
from gcm_ld.namespaces import GCM, GCMO, ID, SDG, crosswalk_iri
from gcm_ld.tables.cells import split_codes
from gcm_ld.tables.crosswalk import (
    ANSWERS,
    DERIVED,
    RELATED,
    STATED,
    ActionRow,
    Frame,
    Implied,
    assess,
    cell_property,
    derive_goals,
    imply,
    status,
)
from gcm_ld.tables.defaults import default_iri, is_default
from gcm_ld.tables.extract import Extract
from gcm_ld.tables.layout import ALL, BLANK, CELLS, CROSSWALK, NOT_SAID, SHEETS
from gcm_ld.tables.names import Names
from gcm_ld.tables.observation_rows import RowWriter, rows_of
from gcm_ld.tables.schema import Sheet
from gcm_ld.tables.sheets import SheetData
from gcm_ld.tables.values import Context, Value, sort_values, write_value
from gcm_ld.tables.words import read_words
from gcm_ld.turtle import natural_key

__all__ = ["index_names", "make_sheet", "plain_rows", "tabulate"]

_Cells = dict[str, str]
_SHEET = {sheet.name: sheet for sheet in SHEETS}
#: Kinds of element that have a sheet of their own.
_OWN_SHEETS = {sheet.kind: sheet.name for sheet in SHEETS if sheet.kind}


def tabulate(extract: Extract) -> list[SheetData]:
    """Lay the records of a framework out as sheets.

    :param extract: the records.
    :returns: the sheets of a plain table, and the others where they hold something; the sheet
        Crosswalk only where the framework is assessed. Of values whose framework is described
        elsewhere, the sheets Values and Targets alone.
    """
    if extract.alone:
        return _tabulate_values(extract)
    names = index_names(extract.framework.iri, extract.known.values())
    context = Context(names, read_words(), extract.framework.iri)
    frame = _frame(extract, names)
    names.assessments = {a.assesses: a.iri for a in extract.assessments if _is_own(a, frame)}
    rows = [_action_row(a, extract, frame) for a in _in_order(extract.assessments, frame)]
    implied = imply(rows, frame)
    rest = _differing(extract, implied, frame)
    writer = RowWriter(names, context.words)
    sheets = []
    for sheet in SHEETS:
        if sheet is CROSSWALK:
            cells = [_crosswalk_row(row, context) for row in rows]
            if cells:
                sheets.append(make_sheet(sheet, cells))
            continue
        if sheet.record is Observation:
            observations = rows_of(sheet, extract.records, names)
            sheets.append(make_sheet(sheet, [writer.row(r) for r in observations]))
            continue
        records = _choose(sheet, extract, rest, frame)
        cells = [_row(sheet, r, frame, context) for r in records]
        if cells or sheet.core:
            sheets.append(make_sheet(sheet, cells))
    return sheets


def _tabulate_values(extract: Extract) -> list[SheetData]:
    """Lay out the values of a framework whose own tables are elsewhere; each row names it."""
    names = index_names(extract.framework.iri, extract.known.values())
    words = read_words()
    writer = RowWriter(names, words, name_all=True)
    sheets = []
    for sheet in SHEETS:
        if sheet.record is Observation:
            observations = rows_of(sheet, extract.records, names)
            sheets.append(make_sheet(sheet, [writer.row(r) for r in observations]))
        elif sheet.record in (Institution, Source):
            records = [r for r in extract.records if isinstance(r, sheet.record)]
            if records:
                sheets.append(make_sheet(sheet, plain_rows(sheet, records, names)))
    return sheets


def plain_rows(sheet: Sheet, records: Iterable[Record], names: Names) -> list[_Cells]:
    """Write records that need nothing but names, such as sources: a row each."""
    context, frame = Context(names, read_words(), names.main), Frame(names.main, names)
    return [_row(sheet, record, frame, context) for record in records]


def make_sheet(sheet: Sheet, rows: Sequence[_Cells]) -> SheetData:
    """Put rows under the headers that they need: those of every table, and the others in use.

    :param sheet: its description.
    :param rows: cells by header; blank ones may be left out.
    """
    used = {header for row in rows for header, text in row.items() if text}
    headers = tuple(c.header for c in sheet.columns if c.core or c.header in used)
    return SheetData(sheet, headers, tuple(tuple(r.get(h, "") for h in headers) for r in rows))


def index_names(main: str, records: Iterable[Record]) -> Names:
    """Index records by what cells call them.

    :param main: IRI of the framework that codes belong to.
    :param records: all records that cells may point to.
    """
    names = Names(main)
    for record in records:
        names.add(record)
    return names


def _frame(extract: Extract, names: Names) -> Frame:
    main = extract.framework
    # The crosswalks that the rows speak for come first, so that the reader picks them again.
    own = {a.crosswalk for a in extract.assessments if a.against == main.iri}
    stated = {link.crosswalk for link in extract.alignments if link.stated_in}
    by = crosswalk_iri("gcm", "sdg", by=main.code)
    listed = sorted(
        extract.crosswalks,
        key=lambda c: (c.iri not in own, c.iri != by, c.iri not in stated, natural_key(c.iri)),
    )
    return Frame.of(main.iri, names, listed)


def _is_own(assessment: Assessment, frame: Frame) -> bool:
    """Say whether an assessment can be a row of the sheet."""
    return (
        assessment.crosswalk == frame.crosswalk
        and assessment.against == frame.main
        and frame.names.kinds.get(assessment.assesses) == "Action"
        and frame.names.frameworks.get(assessment.assesses) == GCM
        and assessment.iri == frame.assessment(assessment.assesses)
    )


def _in_order(assessments: Iterable[Assessment], frame: Frame) -> list[Assessment]:
    own = [a for a in assessments if _is_own(a, frame)]
    return sorted(own, key=lambda a: natural_key(frame.names.code(a.assesses)))


# The sheet Crosswalk.


def _action_row(assessment: Assessment, extract: Extract, frame: Frame) -> ActionRow:
    """Put into an action's row what its cells can say, of the links that it states."""
    names, action = frame.names, assessment.assesses
    found: dict[str, list[str]] = defaultdict(list)
    for link in extract.links_stated_in.get(assessment.iri, ()):
        for header in _columns(link, assessment, frame):
            found[header].append(link.object)
    goals = sort_values(g for g in found["SDG goals"] if g != SDG)
    in_full = [g for g in found["SDG targets"] if names.kinds.get(g) != "Target"]
    all_goals = SDG in found["SDG goals"]
    # “All” stands for the goals of the row; where it can't, each goal says so for itself.
    whole = {SDG} if all_goals else set(goals)
    all_targets = bool(whole) and whole <= set(in_full)
    monitoring = extract.monitoring.get(action)
    row = ActionRow(
        action=action,
        status=assessment.status,
        outcomes=sort_values(o for o in found["Outcomes"] if o != frame.main),
        whole=frame.main in found["Outcomes"],
        covered_by=assessment.covered_by,
        goals=goals,
        all_goals=all_goals,
        targets=sort_values(t for t in found["SDG targets"] if t not in in_full),
        all_targets=all_targets,
        goals_in_full=sort_values(set(in_full) - (whole if all_targets else set()) - {SDG}),
        indicators=monitoring.monitored_by if monitoring else (),
        objectives=sort_values(found["National objectives"]),
        row=None if assessment.row == names.code(action) else assessment.row,
    )
    cells = {f: t for f, _ in CELLS.values() if (t := getattr(assessment, f)) is not None}
    return replace(row, cells=cells)


def _columns(link: Alignment, assessment: Assessment, frame: Frame) -> Iterable[str]:
    """Yield the columns of the assessment's row in which a link can stand."""
    names, action, obj = frame.names, assessment.assesses, link.object
    kind = names.kinds.get(obj)
    possible: dict[str, bool] = {}
    if link.crosswalk == frame.crosswalk and link.subject == action:
        own = kind == "Outcome" and names.frameworks.get(obj) == frame.main
        possible["Outcomes"] = own or obj == frame.main
    if link.crosswalk == frame.crosswalk and link.subject in names.wider.get(action, ())[:1]:
        possible["National objectives"] = True
    if link.crosswalk == frame.sdg_crosswalk and link.subject == action:
        of_sdg = names.frameworks.get(obj) == SDG
        possible["SDG goals"] = obj == SDG or (of_sdg and kind == "Goal")
        possible["SDG targets"] = of_sdg and kind == "Target"
        if link.scope is not None and possible["SDG goals"]:
            # A link to all goals stands in this column only as “All” beside “All” goals.
            goal_cell = cell_property("SDG goals") in link.stated_cells
            possible["SDG targets"] = obj != SDG or goal_cell
    for header, fits in possible.items():
        default = link.iri == frame.link(link.crosswalk, link.subject, obj)
        if fits and default and cell_property(header) in link.stated_cells:
            yield header


def _differing(extract: Extract, implied: Implied, frame: Frame) -> list[Alignment]:
    """List the links that the rows don't imply as they are."""
    links = [link for link in extract.alignments if implied.links.get(link.iri) != link]
    derived = {link.iri for link in links if link.basis == DERIVED and link.derived_by}
    others = [link for link in extract.alignments if link.iri not in derived]
    again = {link.iri: link for link in derive_goals(others, frame.names)}
    return [link for link in links if again.get(link.iri) != link]


def _crosswalk_row(row: ActionRow, context: Context) -> _Cells:
    names, words = context.names, context.words
    write = _writer(context)
    cells = {
        **shown_cells(row.action, names),
        "Status": words.word("gcmo:Status", row.status or ""),
        "Outcomes": _join([ALL] * row.whole, write("Outcomes", row.outcomes)),
        "Covered by": write("Covered by", row.covered_by),
        "SDG goals": _join([ALL] * row.all_goals, write("SDG goals", row.goals)),
        "SDG targets": _join(
            [ALL] * row.all_targets,
            "; ".join(
                sort_values(
                    [f"{names.code(g)}.{ALL}" for g in row.goals_in_full]
                    + split_codes(write("SDG targets", row.targets))
                )
            ),
        ),
        "Indicators": write("Indicators", row.indicators),
        "National objectives": write("National objectives", row.objectives),
        "Row": row.row or "",
    }
    if row.status == row.follow_status() == status("Unstated"):
        cells["Status"] = ""  # left blank, so that whoever fills the row in need not change it
    # What the row would say if nothing were printed otherwise.
    written = {field: cells[header] for header, (field, _) in CELLS.items() if cells[header]}
    plain = assess(replace(row, cells=written), Frame(names.main, names))
    for column in CROSSWALK.columns:
        if column.header.endswith("as printed"):
            text = row.cells.get(column.field)
            if text != getattr(plain, column.field):
                cells[column.header] = BLANK if text is None else text
    return cells


def shown_cells(action: str, names: Names) -> _Cells:
    """Return the cells of an action's row that are there for the reader."""
    cells = {"Action": names.code(action), "What it asks for": names.labels.get(action, "")}
    for objective in names.wider.get(action, ())[:1]:
        cells["Objective"] = f"{names.code(objective)}. {names.labels.get(objective, '')}".strip()
    return cells


def _join(first: list[str], rest: str) -> str:
    return "; ".join([*first, *([rest] if rest else [])])


def _writer(context: Context) -> Callable[[str, Value], str]:
    def write(header: str, value: Value) -> str:
        column = ANSWERS if header == ANSWERS.header else CROSSWALK.column(header)
        return write_value(column, value, context) if column else ""

    return write


# The other sheets: a row a record.


def _choose(
    sheet: Sheet, extract: Extract, links: Sequence[Alignment], frame: Frame
) -> Iterable[Record]:
    records = [r for r in extract.records if isinstance(r, sheet.record)]
    if sheet.record is Framework:
        return sorted(records, key=lambda r: (r.iri != frame.main, natural_key(r.iri)))
    if sheet.record is Element:
        elements = [r for r in extract.records if isinstance(r, Element)]
        own = [r for r in elements if _OWN_SHEETS.get(r.kind, "Elements") == sheet.name]
        return sorted(own, key=lambda r: _element_key(r, frame.main))
    if sheet.record is Crosswalk:
        return _listed(extract, frame)
    if sheet.record is Alignment:
        return links
    return records


def _element_key(record: Element, main: str) -> tuple[object, ...]:
    own = record.framework != main
    return (own, natural_key(record.framework), natural_key(record.notation), record.iri)


def _listed(extract: Extract, frame: Frame) -> Sequence[Crosswalk]:
    """List the crosswalks if one of them is not as the other sheets alone would make it."""
    used = {a.crosswalk for a in extract.assessments} | {a.crosswalk for a in extract.alignments}
    plain = all(c.iri in used and is_default(c, frame.names) for c in extract.crosswalks)
    return () if plain else frame.listed


def _row(sheet: Sheet, record: Record, frame: Frame, context: Context) -> _Cells:
    names = context.names
    if isinstance(record, Element):
        context = replace(context, framework=record.framework)
    cells: _Cells = {}
    for column in sheet.columns:
        if column.field == "code" and not isinstance(record, Framework):
            cells[column.header] = names.code(record.iri)
        elif column.field == "kind":
            kind = getattr(record, column.field)
            cells[column.header] = context.words.word("gcmo:Element", GCMO + kind)
        elif column.field != "iri":
            cells[column.header] = write_value(column, getattr(record, column.field), context)
    if isinstance(record, Element):
        if record.framework == names.main:
            cells["Framework"] = ""
        if record.label_basis == STATED:
            cells["Title is"] = ""
        elif record.label_basis is None:
            cells["Title is"] = NOT_SAID
    if isinstance(record, Alignment):
        if record.crosswalk == frame.crosswalk_for(record.subject, record.object):
            cells["Crosswalk"] = ""
        if record.relation == RELATED:
            cells["Relation"] = ""
    code = sheet.column("Code")
    if code is not None and code.field == "iri":
        cells["Code"] = record.iri.removeprefix(ID)
    elif record.iri != default_iri(record, names):
        cells["IRI"] = record.iri
    return cells
