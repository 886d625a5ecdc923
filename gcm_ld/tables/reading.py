"""Sheets to records: what the rows say, and everything that is wrong with them, in one go."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Protocol

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
from gcm_ld.namespaces import GCM, GCMO, ID, SDG, compact, framework_iri, quote
from gcm_ld.tables.action_rows import Report, check_action_row, read_action_row
from gcm_ld.tables.crosswalk import RELATED, STATED, ActionRow, Frame, derive_goals, imply
from gcm_ld.tables.defaults import default_iri, element_path, make_crosswalk
from gcm_ld.tables.names import Names, slug
from gcm_ld.tables.observations import Line, Observations
from gcm_ld.tables.schema import Column, Sheet
from gcm_ld.tables.sheets import Fault, Faults, Row, SheetReader, TableReader
from gcm_ld.tables.values import Context, Problem, read_value
from gcm_ld.tables.words import Words, read_words
from gcm_ld.turtle import natural_key
from gcm_ld.words import plural

__all__ = ["Around", "Imported", "Place", "read_tables"]

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~%-]*[A-Za-z0-9])?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PATH = re.compile(r"[A-Za-z0-9._~%/-]+")
#: Sheets whose rows others point to, read before those that only point.
_REGISTERED = {Framework, Element, Institution, Source, Crosswalk}
#: Sheets that may stand beside values of a framework whose tables are elsewhere.
_BESIDE_VALUES = {Framework, Institution, Observation, Source}
#: Codes that a fault names before it says how many more there are.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was read from: the sheet, and the row."""

    sheet: SheetReader
    row: int

    def __str__(self) -> str:
        return f"{self.sheet.place}, row {self.row}"


@dataclass(frozen=True)
class Imported:
    """What tables say.

    :param main: the framework of the first row of sheet Frameworks, if it could be read.
    :param records: the records, by IRI in natural order; incomplete where there are faults.
    :param faults: everything that is wrong, and the warnings.
    :param places: IRI → where the record comes from.
    """

    main: Framework | None
    records: tuple[Record, ...]
    faults: Faults
    places: Mapping[str, Place]


class Around(Protocol):
    """What tables may refer to besides what they hold themselves."""

    def records(self, main: str = "") -> Iterable[Record]:
        """Return its records, but those that belong to a framework."""


def read_tables(tables: TableReader, around: Around) -> Imported:
    """Read the records of a workbook or folder.

    :param tables: the sheets.
    :param around: what codes may point to besides the tables' own: the Compact, the SDGs,
        countries, other frameworks.
    :returns: the records, and every fault that was found.
    """
    return _Reading(tables).read(around)


@dataclass(slots=True)
class _Line:
    """A row with the sheet that it stands in."""

    sheet: SheetReader
    row: Row
    iri: str = ""

    @property
    def place(self) -> Place:
        return Place(self.sheet, self.row.number)


class _Reading:
    """One reading: the rows by sheet, what they name, and what is wrong."""

    def __init__(self, tables: TableReader) -> None:
        self.faults = tables.faults
        self.lines: dict[str, list[_Line]] = defaultdict(list)
        for sheet in tables.sheets:
            self.lines[sheet.schema.name] += [_Line(sheet, row) for row in sheet.rows()]
        self.sheets: dict[str, Sheet] = {s.schema.name: s.schema for s in tables.sheets}
        # A cell with a fault of its form has been named already.
        self.faulty = {(f.place, f.row, f.column) for f in self.faults.errors}
        self.names = Names()
        self.words: Words = read_words()
        self.context = Context(self.names, self.words)
        self.places: dict[str, Place] = {}
        self.records: dict[str, Record] = {}
        #: The framework of values that name none, where the tables describe none.
        self._values_of = ""

    def read(self, around: Around) -> Imported:
        """Read everything; see :func:`read_tables`."""
        known: list[Record] = []
        alone = self._hold_values_alone()
        if alone:
            known = list(around.records())
            self._leave_out_known(known)
        self._register_frameworks()
        main = self.names.main
        if not main and self._needs_framework():
            return Imported(None, (), self.faults, {})
        self.context = replace(self.context, framework=main)
        self._register_others()
        known = known or list(around.records(main))
        self._register_known(known, own=not alone)
        for name, lines in self.lines.items():
            if self.sheets[name].record in _REGISTERED:
                self._read_records(lines)
        framework = self.records.get(main)
        if not alone:
            self._read_crosswalk()
        self._read_values([*known, *self.records.values()])
        for name, lines in self.lines.items():
            if self.sheets[name].record not in _REGISTERED | {Alignment, Assessment, Observation}:
                self._read_records(lines)
        records = sorted(self.records.values(), key=lambda r: natural_key(r.iri))
        return Imported(
            framework if isinstance(framework, Framework) else None,
            tuple(records),
            self.faults,
            self.places,
        )

    # Faults.

    def fault(
        self,
        line: Line,
        header: str | None,
        problem: str,
        cure: str,
        value: str | None = None,
        *,
        warning: bool = False,
    ) -> None:
        sheet = line.sheet
        column = None if header is None else sheet.columns.get(header, header)
        if header is not None and self._is_faulty(line, header):
            return
        self.faults.add(
            Fault(
                place=sheet.place,
                row=line.row.number,
                column=column,
                value=value,
                problem=problem,
                cure=cure,
                warning=warning,
            )
        )

    def _is_faulty(self, line: Line, header: str) -> bool:
        """Say whether a cell has a fault of its form."""
        column = line.sheet.columns.get(header, header)
        return (line.sheet.place, line.row.number, column) in self.faulty

    def problem(self, line: _Line, header: str, problem: Problem) -> None:
        self.fault(line, header, problem.problem, problem.cure, problem.value)

    # First, what can be pointed to.

    def _register_frameworks(self) -> None:
        lines = self.lines.get("Frameworks", [])
        first = lines[0].row.get("Code") if lines else ""
        parts = [ls for n, ls in self.lines.items() if self.sheets[n].record is Element]
        described = {line.row.get("Framework") or first for ls in parts for line in ls}
        for line in lines:
            code = line.row.get("Code")
            if code and not _SLUG.fullmatch(code):
                made = slug(code)
                cure = "use small letters, digits and hyphens" + (f", as {made}" if made else "")
                self.fault(line, "Code", "is no code of a framework", cure, code)
            line.iri = line.row.get("IRI") or (framework_iri(code) if code else "")
            if line.iri in (GCM, SDG) and code not in described:
                cure = "delete the row: the Compact and the SDGs are known already"
                self.fault(line, "Code", "is a shared framework", cure, code)
            elif line.iri and self._is_new(line, "Code", code):
                self.names.add_other("framework", line.iri, code, line.row.get("Title"))
        self.names.main = next((line.iri for line in lines if line.iri), "")

    def _needs_framework(self) -> bool:
        """Say that rows belong to a framework that no row describes, if there are any."""
        need = {Element, Assessment}
        lost = [ls[0] for n, ls in self.lines.items() if ls and self.sheets[n].record in need]
        if lost and not self.lines.get("Frameworks"):
            cure = "write your strategy's code and title into the first row of sheet Frameworks"
            problem = "belongs to no framework"
            self.faults.add(Fault(place=lost[0].sheet.place, problem=problem, cure=cure))
        return bool(lost)

    def _is_new(self, line: _Line, header: str | None, code: str | None) -> bool:
        """Say whether a row is the first with its IRI; name both rows if it isn't."""
        if line.iri in self.places:
            other = self.places[line.iri]
            where = f"row {other.row}" if other.sheet is line.sheet else str(other)
            if header is None:
                problem, cure = f"says the same as {where}", "delete one of the two rows"
                if line.sheet.schema.column("IRI"):
                    cure += ", or give one an address of its own in column IRI"
            elif header == "Action":
                problem, cure = f"stands in {where} too", "put both rows into one"
            else:
                problem, cure = f"stands in {where} too", "give each its own code, or delete one"
            self.fault(line, header, problem, cure, code)
            line.iri = ""
            return False
        self.places[line.iri] = line.place
        return True

    def _register_others(self) -> None:
        for name, lines in self.lines.items():
            schema = self.sheets[name]
            if schema.record is Element:
                for line in lines:
                    self._register_element(line, schema)
            elif schema.record in (Institution, Source, Crosswalk):
                target = schema.record.__name__.lower()
                for line in lines:
                    self._register_other(line, target)

    def _register_element(self, line: _Line, schema: Sheet) -> None:
        row, code = line.row, line.row.get("Code")
        kind = schema.kind
        if kind is None:
            found = self.words.find("gcmo:Element", row.get("Kind"))
            kind = found.removeprefix(GCMO) if found else None
        framework = self._framework(line)
        if not code and kind == "Indicator" and row.get("Title"):
            code = self._make_code(framework, row.get("Title"))
        if code and re.search(r"\s", code):
            cure = "write it as " + re.sub(r"\s+", "-", code)
            self.fault(line, "Code", "is a code with a blank in it", cure, code)
            return
        if not (code and kind and framework):
            return
        line.iri = row.get("IRI") or element_path(framework, kind, code)
        if self._is_new(line, "Code", code):
            self.names.add_element(line.iri, kind, framework, code, row.get("Title"))

    def _make_code(self, framework: str, title: str) -> str:
        """Make a code of a title that no indicator has yet."""
        stem = code = slug(title)
        number = 2
        while code and element_path(framework, "Indicator", code) in self.places:
            code, number = f"{stem}-{number}", number + 1
        return code

    def _framework(self, line: _Line) -> str:
        """Return the IRI of a row's framework."""
        text = line.row.get("Framework")
        if not text:
            return self.names.main
        found = self.names.find(text, "framework")
        return found if isinstance(found, str) else ""

    def _register_other(self, line: _Line, target: str) -> None:
        code = line.row.get("Code")
        if code and not _CODE.fullmatch(code):
            made = slug(code)
            cure = "use letters, digits and hyphens" + (f", as {made}" if made else "")
            self.fault(line, "Code", "is no code", cure, code)
        elif code:
            line.iri = line.row.get("IRI") or f"{ID}{target}/{quote(code)}"
            if self._is_new(line, "Code", code):
                title = line.row.get("Name") or line.row.get("Title")
                self.names.add_other(target, line.iri, code, title)

    def _register_known(self, known: Iterable[Record], *, own: bool = True) -> None:
        """Add what the tables don't describe; of their own frameworks, they describe all.

        :param own: whether they have frameworks of their own.
        """
        ours = {self.names.main} | set(self.names.frameworks.values()) if own else set()
        for record in known:
            if isinstance(record, Element) and record.framework in ours:
                continue
            if isinstance(record, Element | Framework) or record.iri not in self.places:
                self.names.add(record)

    # Values and targets, after what they are of.

    def _hold_values_alone(self) -> bool:
        """Say whether the tables hold values of frameworks that are described elsewhere."""
        records = {self.sheets[name].record for name, lines in self.lines.items() if lines}
        return Observation in records and records <= _BESIDE_VALUES

    def _leave_out_known(self, known: Iterable[Record]) -> None:
        """Let a row of sheet Frameworks name a framework that is data already."""
        described = {r.framework for r in known if isinstance(r, Element)}
        codes = {r.code: r.iri for r in known if isinstance(r, Framework) and r.iri in described}
        lines = self.lines.get("Frameworks", [])
        named = [codes[line.row.get("Code")] for line in lines if line.row.get("Code") in codes]
        if lines:
            self.lines["Frameworks"] = [x for x in lines if x.row.get("Code") not in codes]
        if not named:
            values = [x for sheet in ("Values", "Targets") for x in self.lines.get(sheet, ())]
            first = (x.row.get("Framework") for x in values)
            named = [codes[code] for code in first if code in codes]
        self._values_of = next(iter(named), "")

    def _read_values(self, known: Sequence[Record]) -> None:
        if not self.lines.get("Values") and not self.lines.get("Targets"):
            return
        main = self.names.main or self._values_of
        reading = Observations(self.names, self.words, self.fault, self._is_faulty, main, known)
        for name in ("Values", "Targets"):
            reading.read(self.lines.get(name, []))
        records = reading.finish()
        if not records and not self.faults.errors and self._hold_values_alone():
            place = next(s for s in ("Values", "Targets") if self.lines.get(s))
            sheet = self.lines[place][0].sheet.place
            cure = "fill in column Value where it is known"
            self.faults.add(Fault(place=sheet, problem="holds no value yet", cure=cure))
        for record in records:
            self.records[record.iri] = record
            line = reading.lines.get(record.iri)
            if line is not None:
                self.places[record.iri] = Place(line.sheet, line.row.number)

    # Then the records, each from its row.

    def _read_records(self, lines: list[_Line]) -> None:
        for line in lines:
            record = self._read_record(line)
            if record is None:
                continue
            if record.iri not in self.places or self.places[record.iri] == line.place:
                self.places[record.iri] = line.place
                self.records[record.iri] = record
                self.names.add(record)
            else:
                line.iri, code = record.iri, line.row.get("Code") or None
                self._is_new(line, "Code" if code else None, code)

    def _read_record(self, line: _Line) -> Record | None:
        """Build the record of a row; nothing if a cell that it needs is wrong or blank."""
        schema, row = line.sheet.schema, line.row
        values: dict[str, Any] = {}
        context = self.context
        if schema.record is Element:
            context = replace(context, framework=self._framework(line) or self.names.main)
            values["framework"] = context.framework
            values["label_basis"] = STATED
            if schema.kind:
                values["kind"] = schema.kind
        for column in schema.columns:
            text = row.get(column.header)
            if not text:
                if column.required and column.header in line.sheet.columns:
                    self.fault(line, column.header, "the cell is blank", _cure(column))
                continue
            if column.field == "code" and schema.record is not Framework:
                continue
            value, problems = read_value(column, text, context)
            for problem in problems:
                self.problem(line, column.header, problem)
            values[column.field] = value
        if values.get("kind"):
            values["kind"] = values["kind"].removeprefix(GCMO)
        return self._make(line, schema.record, values)

    def _make(self, line: _Line, cls: type[Record], values: dict[str, Any]) -> Record | None:
        if cls is Element and "notation" not in values and line.iri:
            values["notation"] = self.names.code(line.iri)
        if cls is Alignment:
            values.setdefault("relation", RELATED)
            if "crosswalk" not in values and values.get("subject") and values.get("object"):
                values["crosswalk"] = self.frame.crosswalk_for(values["subject"], values["object"])
        if "iri" in values and "IRI" not in line.row.cells:
            values["iri"] = self._path_iri(line, values["iri"])
        if not all(values.get(name) for name in _required(cls)):
            return None
        if cls in _REGISTERED:
            return cls(**{**values, "iri": line.iri}) if line.iri else None
        if not values.get("iri"):
            values["iri"] = default_iri(cls(**{**values, "iri": ""}), self.names)
        return cls(**values)

    def _path_iri(self, line: _Line, text: str) -> str | None:
        if text.startswith(("http://", "https://")):
            return text
        if _PATH.fullmatch(text):
            return ID + text
        cure = "use letters, digits, hyphens and strokes, as claim/xkx-report-2025/actions-aligned"
        self.fault(line, "Code", "is no path", cure, text)
        return None

    # The crosswalk: rows of actions, links, and what follows from both.

    def _read_crosswalk(self) -> None:
        listed = [
            record
            for line in self.lines.get("Crosswalks", ())
            if isinstance(record := self.records.get(line.iri), Crosswalk)
        ]
        frame = self.frame = Frame.of(self.names.main, self.names, listed)
        for iri in (frame.crosswalk, frame.sdg_crosswalk):
            self.names.add_other("crosswalk", iri, None)
        rows = self._read_action_rows()
        self.names.assessments = {action: frame.assessment(action) for action in rows}
        self._read_records(self.lines.get("Links", []))
        self._take_implied(rows)
        self._add_crosswalks()

    def _read_action_rows(self) -> dict[str, tuple[ActionRow, _Line]]:
        """Read the rows of sheet Crosswalk by action; each action has one."""
        rows: dict[str, tuple[ActionRow, _Line]] = {}
        lines = self.lines.get("Crosswalk", [])
        if lines and self.names.main in (GCM, SDG):
            cure = "write your strategy into the first row of sheet Frameworks"
            self.fault(lines[0], None, "assesses a shared framework", cure)
            return rows
        unread = 0
        for line in lines:
            row = read_action_row(line.row, self.context, self._reporter(line))
            if row is None:
                unread += 1
                continue
            line.iri = self.frame.assessment(row.action)
            if self._is_new(line, "Action", line.row.get("Action")):
                rows[row.action] = row, line
        actions = self.names.elements("Action", GCM) if rows else []
        missing = [self.names.code(a) for a in actions if a not in rows]
        if len(missing) > unread:
            shown = ", ".join(sorted(missing, key=natural_key)[:_SHOWN])
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            problem = f"has no row for {plural(len(missing), 'action')}: {shown}{more}"
            cure = "add a row for each, with its code alone if nothing is stated"
            self.faults.add(Fault(place=lines[0].sheet.place, problem=problem, cure=cure))
        return rows

    def _reporter(self, line: _Line) -> Report:
        def report(header: str, problem: str, cure: str, value: str | None) -> None:
            self.fault(line, header, problem, cure, value)

        return report

    def _take_implied(self, rows: Mapping[str, tuple[ActionRow, _Line]]) -> None:
        """Add what the rows imply, unless sheet Links says otherwise of a link."""
        frame, names = self.frame, self.names
        links = [r for r in self.records.values() if isinstance(r, Alignment)]
        linked = {
            link.subject
            for link in links
            if link.crosswalk == frame.crosswalk
            and frame.main in (link.object, names.frameworks.get(link.object))
        }
        wrong = {(f.place, f.row) for f in self.faults.errors}
        for row, line in rows.values():
            if (line.sheet.place, line.row.number) not in wrong:
                check_action_row(row, names, linked, self._reporter(line))
        implied = imply((row for row, _ in rows.values()), frame)
        for clash in implied.clashes:
            problem = f"{compact(clash.one)} and {compact(clash.other)} have one code"
            cure = "give one of them another, so that their links can be told apart"
            self.fault(rows[clash.action][1], None, problem, cure)
        for record in (*implied.assessments.values(), *implied.monitoring.values()):
            self.records[record.iri] = record
            names.known.add(record.iri)
        for action, monitoring in implied.monitoring.items():
            self.places.setdefault(monitoring.iri, rows[action][1].place)
        for link in implied.links.values():
            if link.iri not in self.records:
                self._take_link(link, link.stated_in[0])
        links = [r for r in self.records.values() if isinstance(r, Alignment)]
        for link in derive_goals(links, names):
            self._take_link(link, names.assessments.get(link.subject, ""))

    def _take_link(self, link: Alignment, row: str) -> None:
        """Add a link that a row implies; what is found of it concerns the row."""
        self.records[link.iri] = link
        self.names.known.add(link.iri)
        if row in self.places:
            self.places[link.iri] = self.places[row]

    def _add_crosswalks(self) -> None:
        """Add the crosswalks that are used and described by no row."""
        names = self.names
        for record in list(self.records.values()):
            if isinstance(record, Assessment):
                pair = GCM, names.main
            elif isinstance(record, Alignment):
                pair = (
                    names.frameworks.get(record.subject, record.subject),
                    names.frameworks.get(record.object, record.object),
                )
            else:
                continue
            if record.crosswalk not in self.records:
                by = names.main if set(pair) == {GCM, SDG} else None
                made = make_crosswalk(*pair, names, by=by)
                self.records.setdefault(made.iri, made)


def _cure(column: Column) -> str:
    return f"fill it in: {column.help[:1].lower()}{column.help[1:].rstrip('.')}"


_REQUIRED: dict[type[Record], tuple[str, ...]] = {}


def _required(cls: type[Record]) -> tuple[str, ...]:
    """List the fields that a record can't be without, its IRI aside."""
    if cls not in _REQUIRED:
        names = (f.name for f in fields(cls) if f.default is MISSING)
        _REQUIRED[cls] = tuple(name for name in names if name != "iri")
    return _REQUIRED[cls]
