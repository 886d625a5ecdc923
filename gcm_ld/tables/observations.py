"""Rows of the sheets Values and Targets to observations, with everything that is wrong in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple, Protocol

from gcm_ld.build import EARLIER, TARGETS, VALUES
from gcm_ld.model import Element, Framework, Observation, Record, ValueSet
from gcm_ld.namespaces import concept_code, observation_iri
from gcm_ld.tables.ages import find_twin
from gcm_ld.tables.amounts import write_amount
from gcm_ld.tables.layout_values import BREAKDOWN
from gcm_ld.tables.measure import AGE, BREAKDOWN_TOTALS, NORMAL, UNIT
from gcm_ld.tables.names import Miss, Names
from gcm_ld.tables.periods import Amiss
from gcm_ld.tables.sheets import MAX_FAULTS, Row, SheetReader
from gcm_ld.tables.targets import Aim, check_aims
from gcm_ld.tables.units import check_value, is_difference
from gcm_ld.tables.value_cells import ValueCells
from gcm_ld.tables.value_sets import current_iri, indicator_slug, make_set, sets_of
from gcm_ld.tables.words import Words
from gcm_ld.words import plural

__all__ = ["Line", "Observations", "Report"]

#: Columns that a row has before anybody fills it in.
_PREFILLED = {"Framework", "Indicator", "Period", "Unit", "What"}
_EDITION = re.compile("[1-9][0-9]{0,3}")
#: A count that has three digits after a point may be a thousand.
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_NUMBER, _SHARE = UNIT + "number", UNIT + "percent"
#: Units of a number that a workbook shows as a percentage.
_PERCENT = {UNIT + "percent", UNIT + "percent-change"}
#: Rows that a note names before it says how many there are.
_SHOWN = 3


class Line(Protocol):
    """A row with the sheet that it stands in."""

    sheet: SheetReader
    row: Row
    iri: str


class Report(Protocol):
    """Where faults go."""

    def __call__(
        self,
        line: Line,
        header: str | None,
        problem: str,
        cure: str,
        value: str | None = None,
        *,
        warning: bool = False,
    ) -> None:
        """Keep a fault of a row; nothing if its cell has one already."""


class _Who(NamedTuple):
    """Whom a figure counts: concepts, and the same as the end of an IRI."""

    sex: str
    age: str
    migration_status: str
    nationality: str


@dataclass
class Observations:
    """The reading of values and targets, after everything that they point to.

    :param names: the things that codes point to.
    :param words: the words for units, breakdowns and statuses.
    :param tell: where faults go.
    :param faulty: whether a cell has a fault of its form, which leaves it blank.
    :param main: IRI of the framework that a row belongs to if it names none.
    :param known: the records that describe indicators and frameworks.
    """

    names: Names
    words: Words
    tell: Report
    faulty: Callable[[Line, str], bool]
    main: str
    known: Sequence[Record]
    #: What was read, by IRI, and the row that each comes from.
    found: dict[str, Observation] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._units: dict[str, str] = {}
        self._directions: dict[str, str] = {}
        self._differences: set[str] = set()
        self._areas: dict[str, str] = {}
        for record in self.known:
            if isinstance(record, Element) and record.kind == "Indicator":
                if is_difference(record.label):
                    self._differences.add(record.iri)
                if record.unit:
                    self._units[record.iri] = record.unit
                if record.direction:
                    self._directions[record.iri] = record.direction
            elif isinstance(record, Framework) and record.spatial:
                self._areas[record.iri] = record.spatial
        self._find = ValueCells(self.names, self.words, self.known)
        self._slugs: dict[str, str] = {}
        #: (column, framework, text) → what it means, so that each text is read once.
        self._cells: dict[tuple[str, str, str], str | Miss] = {}
        self._amounts: dict[str, str | Amiss] = {}
        self._ends: dict[_Who, str] = {}
        #: Indicator → the unit of its first row, where the indicator itself has none.
        self._first: dict[str, tuple[str, Line]] = {}
        self._homeless: set[str] = set()
        self._doubted: set[str] = set()
        self._lacking: set[tuple[str, str]] = set()
        self._said = 0

    def report(
        self,
        line: Line,
        header: str | None,
        problem: str,
        cure: str,
        value: str | None = None,
        *,
        warning: bool = False,
    ) -> None:
        """Keep a fault of a row, and count it unless it is a doubt."""
        self._said += not warning
        self.tell(line, header, problem, cure, value, warning=warning)

    def read(self, lines: Sequence[Line]) -> None:
        """Read the rows of a sheet."""
        blank: list[Line] = []
        self._said = 0
        for line in lines:
            if self._said > MAX_FAULTS:
                problem = f"has more than {MAX_FAULTS} faults, and is read no further"
                self.tell(line, None, problem, "mend those named above first")
                break
            if not line.row.get("Value") and not self.faulty(line, "Value"):
                if self._is_blank(line):
                    blank.append(line)
                continue
            self._read_line(line)
        if blank:
            numbers = [str(line.row.number) for line in blank[1 : 1 + _SHOWN]]
            others = len(blank) - 1
            more = ", …" if others > _SHOWN else ""
            also = f", nor have {plural(others, 'other row')} ({', '.join(numbers)}{more})"
            problem = "has no value" + (also if others else "")
            cure = "missing is not zero, so nothing is said there; type 0 if 0 is meant"
            self.report(blank[0], "Value", problem, cure, warning=True)

    def _is_blank(self, line: Line) -> bool:
        """Say whether a row's value is blank, and tell where more than its frame is filled in."""
        row = line.row
        if "Value" not in line.sheet.columns and row.names is None:
            problem = "has no value, because the sheet has no column for it, here and below"
            if self._lacks(line, "Value"):
                self.report(line, None, problem, "add a column Value, or years across")
            return False
        filled = [h for h in row.cells if h not in _PREFILLED and h not in BREAKDOWN]
        if filled:
            problem = f"has no value, so its {filled[0]} is not kept"
            self.report(line, "Value", problem, "fill it in when it is known", warning=True)
            return False
        return True

    # One row.

    def _read_line(self, line: Line) -> None:
        framework = self._framework(line)
        indicator = self._indicator(line, framework) if framework else ""
        period = line.row.get("Period")
        if not period:
            self._say_blank(line, "Period", "fill it in: the year, as 2021")
        what = ""
        targets = line.sheet.schema.name == "Targets"
        if targets:
            what = self._word(line, "What", "reference", "Baseline, Milestone or Target")
        who = self._who(line)
        status = NORMAL
        if not targets and line.row.get("Status"):
            status = self._word(line, "Status", "status", "")
        edition = self._edition(line)
        source = self._cell(line, "Source", "source", framework) if line.row.get("Source") else None
        unit = self._unit(line, indicator) if indicator else ""
        value = self._value(line, indicator, unit)
        complete = framework and indicator and period and value and unit and status
        if not (complete and who and edition is not None and (what or not targets)):
            return
        structure = TARGETS if targets else EARLIER if edition else VALUES
        dataset = sets_of(framework)[structure]
        steps = [dataset, self._slug(indicator), *([what.rpartition("/")[2]] if what else [])]
        start, last = "/".join(steps) + f"/{period}", f"/{edition}" if edition else ""
        iri = start + self._end(who) + last
        twin = find_twin(concept_code(who.age))
        if iri in self.lines:
            self._say_twice(line, iri, what, edition)
            return
        other = start + self._end(who._replace(age=AGE + twin)) + last if twin else ""
        if other in self.lines and self.found[other].value != value:
            problem = f"differs from row {self.lines[other].row.number} "
            problem += f"({self.found[other].value}), which counts the same ages"
            self.report(line, "Value", problem, "correct one of the two", value, warning=True)
        self.lines[iri] = line
        self.found[iri] = Observation(
            iri=iri,
            dataset=dataset,
            indicator=indicator,
            area=self._areas.get(framework),
            period=period,
            sex=who.sex,
            age=who.age,
            migration_status=who.migration_status,
            nationality=who.nationality,
            edition=edition or None,
            reference=what or None,
            value=value,
            unit=unit,
            status=status,
            source=source or None,
            citation=line.row.get("Citation") or None,
            note=line.row.get("Note") or None,
        )

    def _framework(self, line: Line) -> str:
        text = line.row.get("Framework")
        found = self._cell(line, "Framework", "framework", "") if text else self.main
        if not found:
            if not text:
                cure = "name its framework in a column Framework, such as alb-nsm-2019"
                self.report(line, None, "belongs to no framework", cure)
            return ""
        if found not in self._areas and found not in self._homeless:
            self._homeless.add(found)
            problem = f"is a value of {self.names.code(found)}, which has no country"
            cure = "fill in Country in sheet Frameworks, so that it is known whose value it is"
            self.report(line, None, problem, cure)
        return found

    def _indicator(self, line: Line, framework: str) -> str:
        text = line.row.get("Indicator")
        if not text:
            cure = "fill it in: title or code of the indicator, as in sheet Indicators"
            self._say_blank(line, "Indicator", cure)
            return ""
        return self._cell(line, "Indicator", "indicator", framework)

    def _cell(self, line: Line, header: str, target: str, framework: str) -> str:
        """Return what a cell points to; each text is looked up once."""
        text = line.row.get(header)
        key = (header, framework, text)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = self._find.find(text, target, framework)
        if isinstance(found, Miss):
            self.report(line, header, found.problem, found.cure, text)
            return ""
        return found

    def _word(self, line: Line, header: str, target: str, choices: str) -> str:
        if not line.row.get(header):
            self._say_blank(line, header, f"fill it in: {choices}")
            return ""
        return self._cell(line, header, target, "")

    def _say_blank(self, line: Line, header: str, cure: str) -> None:
        """Name a blank cell; where the sheet has no such column, the first one speaks for all."""
        if line.row.name(header, line.sheet.columns) in line.sheet.columns.values():
            self.report(line, header, "the cell is blank", cure)
        elif self._lacks(line, header):
            self.report(line, header, "the cell is blank, here and below", cure)

    def _lacks(self, line: Line, header: str) -> bool:
        """Say whether it is the first time that a sheet's lack of a column is met."""
        first = (line.sheet.place, header) not in self._lacking
        self._lacking.add((line.sheet.place, header))
        return first

    def _who(self, line: Line) -> _Who | None:
        found = {}
        for header, name in BREAKDOWN.items():
            if line.row.get(header):
                column = line.sheet.schema.column(header)
                found[name] = self._cell(line, header, column.target if column else "", "")
            else:
                # A date that was an age group is not everybody.
                found[name] = "" if self.faulty(line, header) else BREAKDOWN_TOTALS[name]
        return _Who(**found) if all(found.values()) else None

    def _end(self, who: _Who) -> str:
        """Return whom a figure counts, as the IRI of its observation ends."""
        end = self._ends.get(who)
        if end is None:
            sex, age, status, nationality = map(concept_code, who)
            whole = observation_iri(
                "", "", "", sex=sex, age=age, status=status, nationality=nationality
            )
            end = self._ends[who] = whole.removeprefix("//")
        return end

    def _slug(self, indicator: str) -> str:
        slug = self._slugs.get(indicator)
        if slug is None:
            slug = self._slugs[indicator] = indicator_slug(indicator, self.names)
        return slug

    def _edition(self, line: Line) -> str | None:
        """Return the number of an earlier figure, empty for the one in force."""
        text = line.row.get("Edition")
        if text and not _EDITION.fullmatch(text):
            cure = "leave it blank, or number the figures that were replaced 1, 2 …"
            self.report(line, "Edition", "is no number of an earlier figure", cure, text)
            return None
        return text

    # Units and values.

    def _unit(self, line: Line, indicator: str) -> str:
        text = line.row.get("Unit")
        own = self._units.get(indicator, "")
        unit = self._cell(line, "Unit", "unit", "") if text else own
        if not unit:
            if not text:
                problem = "has no unit, and its indicator has none either"
                cure = "fill it in, or give the indicator one in sheet Indicators"
                self.report(line, "Unit", problem, cure)
            return ""
        if own and unit != own:
            problem = f"is {self._say(unit)}, and the indicator is in {self._say(own)}"
            cure = f"give the value in {self._say(own)}, or correct the indicator's unit"
            self.report(line, "Unit", problem, cure, text)
        elif not own:
            first, other = self._first.setdefault(indicator, (unit, line))
            if first != unit:
                where = f"row {other.row.number}"
                if other.sheet is not line.sheet:
                    where = f"{other.sheet.place}, {where}"
                problem = f"is {self._say(unit)}, and {where} of the same indicator is in "
                problem += self._say(first)
                cure = "give all values of an indicator in one unit"
                self.report(line, "Unit", problem, cure, text)
        return unit

    def _say(self, unit: str) -> str:
        word = self.words.word("unit", unit)
        return word if word.isupper() else word.lower()

    def _value(self, line: Line, indicator: str, unit: str) -> str:
        text = line.row.get("Value")
        if not text:
            return ""
        shown = text.endswith("%")
        number = text.rstrip("%")
        value = self._amounts.get(number)
        if value is None:
            value = self._amounts[number] = write_amount(number)
        if isinstance(value, Amiss):
            self.report(line, "Value", value.problem, value.cure, text)
            return ""
        if not unit:
            return value
        if shown and unit not in _PERCENT:
            problem = f"is shown as a percentage, and its unit is {self._say(unit)}"
            cure = "format the cell as a number and type it again, or correct the unit"
            self.report(line, "Value", problem, cure, text)
        elif amiss := check_value(value, unit, difference=indicator in self._differences):
            self.report(line, "Value", amiss.problem, amiss.cure, text)
        elif (
            (unit == _NUMBER or unit[len(UNIT) :].isupper())
            and _THOUSANDS.fullmatch(text)
            and indicator not in self._doubted
        ):
            self._doubted.add(indicator)
            problem = f"is read as {value}, with a point for decimals, here and below"
            cure = f"type {text.replace('.', '')} if thousands are meant"
            self.report(line, "Value", problem, cure, text, warning=True)
        return value

    def _say_twice(self, line: Line, iri: str, what: str, edition: str) -> None:
        other = self.lines[iri]
        kept, text = self.found[iri].value, line.row.get("Value")
        word = self.words.word("reference", what).lower() if what else "value"
        noun = f"earlier value of edition {edition}" if edition else word
        problem = f"is a second {noun} for the same indicator, period and breakdown as row "
        problem += f"{other.row.number} ({kept})"
        cure = "delete one of the two rows, or correct what they count"
        self.report(line, "Value", problem, cure, text)

    # What concerns several rows.

    def finish(self) -> list[Observation | ValueSet]:
        """Check what rows say together, link editions, and return the records."""
        self._link_editions()
        self._doubt_shares()
        aims = [Aim(o, self.lines[o.iri]) for o in self.found.values() if o.reference is not None]
        check_aims(aims, self._directions, self.words, self.report)
        sets = {o.dataset for o in self.found.values()}
        made: list[Observation | ValueSet] = []
        for framework, area in self._areas.items():
            for structure, iri in sets_of(framework).items():
                if iri in sets:
                    made.append(make_set(structure, framework, self.names, area))
        return [*made, *self.found.values()]

    def _doubt_shares(self) -> None:
        """Doubt percentages that are all between 0 and 1: they may be parts of one."""
        groups: dict[str, list[Observation]] = defaultdict(list)
        for record in self.found.values():
            if record.unit == _SHARE and record.indicator not in self._differences:
                groups[record.indicator].append(record)
        for group in groups.values():
            part = next((r for r in group if 0 < float(r.value) < 1), None)
            if part is None or any(float(r.value) > 1 for r in group):
                continue
            problem = f"is read as {part.value} percent, and no value of the indicator is above 1"
            whole = write_amount(format(Decimal(part.value).scaleb(2), "f"))
            cure = f"type {whole} if that is meant, and all others likewise"
            self.report(self.lines[part.iri], "Value", problem, cure, part.value, warning=True)

    def _link_editions(self) -> None:
        """Lead each figure back to the one that it replaced."""
        chains: dict[str, list[Observation]] = defaultdict(list)
        for record in self.found.values():
            if record.edition is not None:
                chains[current_iri(record)].append(record)
        for iri, chain in chains.items():
            chain.sort(key=lambda r: int(r.edition or 0))
            if iri not in self.found:
                problem = "is an earlier figure of a value that has no row of its own"
                cure = "add the row of the value that replaced it, or leave Edition blank"
                self.report(self.lines[chain[0].iri], "Edition", problem, cure)
                continue
            before = None
            for number, record in enumerate(chain, 1):
                if record.edition != str(number):
                    problem = f"is edition {record.edition}, and there is no edition {number}"
                    cure = "number the earlier figures 1, 2 … in the order published"
                    self.report(self.lines[record.iri], "Edition", problem, cure)
                    break
                if before:
                    self.found[record.iri] = replace(record, revision_of=before)
                before = record.iri
            self.found[iri] = replace(self.found[iri], revision_of=before)
