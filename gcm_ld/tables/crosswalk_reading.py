"""The crosswalk among the sheets: rows of actions, links, and what follows from both."""

from __future__ import annotations

from collections.abc import Mapping

from gcm_ld.model import Alignment, Assessment, Crosswalk
from gcm_ld.namespaces import GCM, SDG, compact
from gcm_ld.tables.action_rows import Report, check_action_row, read_action_row
from gcm_ld.tables.crosswalk import ActionRow, Frame, derive_goals, imply
from gcm_ld.tables.defaults import make_crosswalk
from gcm_ld.tables.read_rows import ReadLine, Rows
from gcm_ld.tables.record_reading import read_records
from gcm_ld.tables.sheets import Fault
from gcm_ld.turtle import natural_key
from gcm_ld.words import plural

__all__ = ["read_crosswalk"]

#: Codes that a fault names before it says how many more there are.
_SHOWN = 12


def read_crosswalk(rows: Rows) -> None:
    """Read sheet Crosswalk and the links, and add what follows from both.

    :param rows: all that has been read so far.
    """
    listed = [
        record
        for line in rows.lines.get("Crosswalks", ())
        if isinstance(record := rows.records.get(line.iri), Crosswalk)
    ]
    frame = rows.frame = Frame.of(rows.names.main, rows.names, listed)
    for iri in (frame.crosswalk, frame.sdg_crosswalk):
        rows.names.add_other("crosswalk", iri, None)
    action_rows = _read_action_rows(rows)
    rows.names.assessments = {action: frame.assessment(action) for action in action_rows}
    read_records(rows, rows.lines.get("Links", []))
    _take_implied(rows, action_rows)
    _add_crosswalks(rows)


def _read_action_rows(rows: Rows) -> dict[str, tuple[ActionRow, ReadLine]]:
    """Read the rows of sheet Crosswalk by action; each action has one."""
    found: dict[str, tuple[ActionRow, ReadLine]] = {}
    lines = rows.lines.get("Crosswalk", [])
    if lines and rows.names.main in (GCM, SDG):
        cure = "write your strategy into the first row of sheet Frameworks"
        rows.fault(lines[0], None, "assesses a shared framework", cure)
        return found
    unread = 0
    for line in lines:
        row = read_action_row(line.row, rows.context, _reporter(rows, line))
        if row is None:
            unread += 1
            continue
        line.iri = rows.frame.assessment(row.action)
        if rows.is_new(line, "Action", line.row.get("Action")):
            found[row.action] = row, line
    actions = rows.names.elements("Action", GCM) if found else []
    missing = [rows.names.code(a) for a in actions if a not in found]
    if len(missing) > unread:
        shown = ", ".join(sorted(missing, key=natural_key)[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        problem = f"has no row for {plural(len(missing), 'action')}: {shown}{more}"
        cure = "add a row for each, with its code alone if nothing is stated"
        rows.faults.add(Fault(place=lines[0].sheet.place, problem=problem, cure=cure))
    return found


def _reporter(rows: Rows, line: ReadLine) -> Report:
    def report(header: str, problem: str, cure: str, value: str | None) -> None:
        rows.fault(line, header, problem, cure, value)

    return report


def _take_implied(rows: Rows, action_rows: Mapping[str, tuple[ActionRow, ReadLine]]) -> None:
    """Add what the rows imply, unless sheet Links says otherwise of a link."""
    frame, names = rows.frame, rows.names
    links = [r for r in rows.records.values() if isinstance(r, Alignment)]
    linked = {
        link.subject
        for link in links
        if link.crosswalk == frame.crosswalk
        and frame.main in (link.object, names.frameworks.get(link.object))
    }
    wrong = {(f.place, f.row) for f in rows.faults.errors}
    for row, line in action_rows.values():
        if (line.sheet.place, line.row.number) not in wrong:
            check_action_row(row, names, linked, _reporter(rows, line))
    implied = imply((row for row, _ in action_rows.values()), frame)
    for clash in implied.clashes:
        problem = f"{compact(clash.one)} and {compact(clash.other)} have one code"
        cure = "give one of them another, so that their links can be told apart"
        rows.fault(action_rows[clash.action][1], None, problem, cure)
    for record in (*implied.assessments.values(), *implied.monitoring.values()):
        rows.records[record.iri] = record
        names.known.add(record.iri)
    for action, monitoring in implied.monitoring.items():
        rows.places.setdefault(monitoring.iri, action_rows[action][1].place)
    for link in implied.links.values():
        if link.iri not in rows.records:
            _take_link(rows, link, link.stated_in[0])
    links = [r for r in rows.records.values() if isinstance(r, Alignment)]
    for link in derive_goals(links, names):
        _take_link(rows, link, names.assessments.get(link.subject, ""))


def _take_link(rows: Rows, link: Alignment, row: str) -> None:
    """Add a link that a row implies; what is found of it concerns the row."""
    rows.records[link.iri] = link
    rows.names.known.add(link.iri)
    if row in rows.places:
        rows.places[link.iri] = rows.places[row]


def _add_crosswalks(rows: Rows) -> None:
    """Add the crosswalks that are used and described by no row."""
    names = rows.names
    for record in list(rows.records.values()):
        if isinstance(record, Assessment):
            pair = GCM, names.main
        elif isinstance(record, Alignment):
            pair = (
                names.frameworks.get(record.subject, record.subject),
                names.frameworks.get(record.object, record.object),
            )
        else:
            continue
        if record.crosswalk not in rows.records:
            by = names.main if set(pair) == {GCM, SDG} else None
            made = make_crosswalk(*pair, names, by=by)
            rows.records.setdefault(made.iri, made)
