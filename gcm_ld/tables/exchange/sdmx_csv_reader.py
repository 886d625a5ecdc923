"""SDMX-CSV back in: a statistical system's values and targets as rows of the sheets for them.

Both versions are read (SDMX 3.0, section 5: SDMX-CSV 2.0; SDMX 2.1: 1.0), with codes alone or with
labels beside them. The dataflow's identifier says whose values a row has, and of which kind; who
keeps it, and in which version, may differ. Every row becomes a row of the sheet Values or Targets,
so that what is read, and what is wrong, is the same as in a table.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gcm_ld.errors import FileError, did_you_mean
from gcm_ld.model import Country, Element, Framework, Record, Source
from gcm_ld.namespaces import concept_code
from gcm_ld.tables.amounts import read_amount
from gcm_ld.tables.cell_forms import Cell, read_cell
from gcm_ld.tables.cells import show_text
from gcm_ld.tables.exchange.identifiers import code_id, list_id
from gcm_ld.tables.exchange.value_lists import TOTAL, frequency, read_lists
from gcm_ld.tables.exchange.value_structure import FLOWS, Flow, flow_id, parts_of, read_flow
from gcm_ld.tables.layout_values import TARGETS, VALUES
from gcm_ld.tables.names import find_iri
from gcm_ld.tables.periods import Amiss, read_period
from gcm_ld.tables.schema import Column, Sheet
from gcm_ld.tables.sheets import Fault, Faults, Row, SheetReader, TooManyFaultsError

__all__ = ["SdmxCsv", "find_sdmx_csv"]

#: Column → header of the sheet that it becomes.
_HEADERS = {
    "INDICATOR": "Indicator",
    "TIME_PERIOD": "Period",
    "OBS_VALUE": "Value",
    "UNIT_MEASURE": "Unit",
    "SEX": "Sex",
    "AGE": "Age",
    "MIGRATION_STATUS": "Migration status",
    "NATIONALITY": "Nationality",
    "OBS_STATUS": "Status",
    "REFERENCE": "What",
    "EDITION": "Edition",
    "SOURCE": "Source",
    "CITATION": "Citation",
    "COMMENT_OBS": "Note",
}
_NEEDED = ("INDICATOR", "TIME_PERIOD", "OBS_VALUE")
#: Cells that can't be blank, and the cure.
_FILLED = {
    "INDICATOR": "fill it in: the code of the indicator",
    "TIME_PERIOD": "fill it in: the year, as 2021",
    "REFERENCE": "fill it in: BASELINE, MILESTONE or TARGET",
    "EDITION": "number the figures that were replaced 1, 2 …",
}
#: What a row without a value keeps, so that the note on it names its cell.
_FRAME = {"Framework", "Indicator", "Period", "Unit", "What"}
#: Columns that say something of the row and nothing of the value.
_PASSED = {"ACTION", "OBS_KEY", "SERIES_KEY", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME"}
#: Columns with codes that are checked.
_CODED = {
    "AGE",
    "MIGRATION_STATUS",
    "NATIONALITY",
    "OBS_STATUS",
    "REFERENCE",
    "SEX",
    "UNIT_MEASURE",
}
_TOTALS = {"", TOTAL, "_Z", "T", "TOTAL"}
_DELETES = {"D", "DELETE"}
_SHOWN = 8
#: Texts that are read once, however often they stand in a column.
_KEPT = 50_000
#: A year as the standard's reporting year.
_YEAR = re.compile("([0-9]{4})-A1")


def find_sdmx_csv(path: Path) -> list[Path]:
    """List the files of a source that are SDMX-CSV: all of its CSV files, or none.

    :param path: a CSV file, or a folder of them.

    >>> find_sdmx_csv(Path("no-such-file.csv"))
    []
    """
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
    return files if files and all(_is_sdmx_csv(file) for file in files) else []


def _is_sdmx_csv(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            first = stream.readline(4096).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    return (
        re.match(r'"?(STRUCTURE(\[.\])?"?[,;\t]"?STRUCTURE_ID|DATAFLOW"?[,;\t])', first) is not None
    )


class SdmxCsv:
    """SDMX-CSV files that are being read; see :class:`~gcm_ld.tables.sheets.TableReader`.

    :param files: the files.
    :param known: records, of which frameworks, indicators and countries say what codes mean.
    :raises FileError: if a file can't be read, or is not UTF-8.
    """

    def __init__(self, files: Sequence[Path], known: Iterable[Record]) -> None:
        self.faults = Faults()
        sheets: list[SheetReader] = []
        lists = _Codes(known)
        for path in files:
            file = _File(path, lists, self.faults)
            if file.open():
                sheets += [_Sheet(file, VALUES), _Sheet(file, TARGETS)]
        self.sheets: Sequence[SheetReader] = sheets

    def close(self) -> None:
        """Do nothing: files are open only while their rows are read."""


class _Codes:
    """What codes mean: frameworks by what stands for them in SDMX, their indicators and areas."""

    def __init__(self, known: Iterable[Record]) -> None:
        self.frameworks: dict[str, Framework] = {}
        self.indicators: dict[str, dict[str, str]] = defaultdict(dict)
        self.areas: dict[str, str] = {}
        self.sources = set[str]()
        countries = []
        for record in known:
            if isinstance(record, Framework):
                self.frameworks[list_id(record.code)] = record
            elif isinstance(record, Element) and record.kind == "Indicator":
                self.indicators[record.framework][code_id(record.notation)] = record.notation
            elif isinstance(record, Source):
                self.sources.add(record.iri.rpartition("/")[2])
            elif isinstance(record, Country):
                countries.append(record.code)
                # M49 numbers are written with and without the zeros before them.
                for code in (record.code, record.m49, (record.m49 or "").lstrip("0")):
                    if code:
                        self.areas[code] = record.iri
        self.terms = {name: {t.code: t.code for t in terms} for name, terms in read_lists().items()}
        self.terms["SEX"]["T"] = TOTAL  # as the code list of 2009 had it
        self.terms["NATIONALITY"] |= {code: code for code in countries}


@dataclass
class _File:
    """One file: its header, and its rows as those of the two sheets."""

    path: Path
    codes: _Codes
    faults: Faults
    place: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    #: Whether there are rows of the sheet Targets, once those of Values are read.
    has_targets: bool = True
    _delimiter: str = ","
    _width: int = 0
    _others: dict[str, int] = field(default_factory=dict)
    _dataflow: str = "STRUCTURE_ID"
    _flows: dict[str, tuple[Framework, Flow] | None] = field(default_factory=dict)
    _said: int = 0
    _parts: dict[str, list[tuple[str, int | None, Column]]] = field(default_factory=dict)
    #: What was read without a fault: cells by column, text and framework; and rows' own columns.
    _read: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _sound: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.place = show_text(self.path.name)

    def fault(
        self,
        problem: str,
        cure: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        warning: bool = False,
    ) -> None:
        """Keep a fault of this file.

        :raises TooManyFaultsError: if it is one too many.
        """
        self._said += 1
        self.faults.add_within(
            self._said,
            Fault(
                place=self.place,
                row=row,
                column=column,
                value=None if value is None else show_text(value),
                problem=problem,
                cure=cure,
                warning=warning,
            ),
        )

    # The header.

    def open(self) -> bool:
        """Read the header, and say whether it can be read."""
        first = next(self._lines(), "")
        found = re.match(r'"?(?:STRUCTURE(?:\[.\])?|DATAFLOW)[^,;\t]*([,;\t])', first)
        self._delimiter = found[1] if found else ","
        header = next(csv.reader([first], delimiter=self._delimiter), [])
        self._width = len(header)
        # A header may be “SEX: Sex”, and that of a column with several values “SOURCE[]”.
        ids = [text.partition(": ")[0].strip().removesuffix("[]") for text in header]
        ids[0] = ids[0].partition("[")[0]
        if ids[0] == "DATAFLOW":
            self._dataflow = "DATAFLOW"
        named = "STRUCTURE_NAME" in ids
        parts = {part.id for flow in FLOWS for part in parts_of(flow)} | {
            self._dataflow,
            "UNIT_MULT",
        }
        for index, name in enumerate(ids):
            if name in self.columns:
                self.fault("stands here a second time", "keep one of the two", row=1, column=name)
            elif name in parts | _PASSED:
                self.columns[name] = index
            elif not (named and ids[index - 1] in parts):
                self._others[name or str(index + 1)] = index
        for name in _NEEDED:
            if name not in self.columns:
                hint = did_you_mean(name, self._others)
                cure = "add it to the header" + (f" ({hint.strip()})" if hint else "")
                self.fault(f"has no column {name}", cure, row=1)
        value = self.columns.get("OBS_VALUE", self._width)
        for name in [n for n, index in self._others.items() if index > value]:
            del self._others[name]
            problem = "is not read, because values have no such component"
            self.fault(problem, "leave it, or delete it", row=1, column=name, warning=True)
        return all(name in self.columns for name in _NEEDED)

    def _lines(self) -> Iterator[str]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as lines:
                yield from lines
        except UnicodeDecodeError:
            raise FileError(self.path, "is not UTF-8: save the file as CSV UTF-8") from None
        except OSError as error:
            raise FileError(self.path, f"can't be read ({error.strerror})") from None

    # The rows.

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows that belong to a sheet; the sheet Values names what is wrong with both."""
        number, first = 0, sheet is VALUES
        if first:
            self.has_targets = False
        elif not self.has_targets:
            return
        width = max(self.columns.values()) + 1
        try:
            records = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            for number, texts in enumerate(records, 1):
                if number == 1 or not any(texts):
                    continue
                if len(texts) != self._width and (len(texts) < width or any(texts[self._width :])):
                    if first:
                        problem = f"has {len(texts)} cells, and the header has {self._width}"
                        cure = f"put cells that hold “{self._delimiter}” between quotation marks"
                        self.fault(problem, cure, row=number)
                    continue
                found = self._flow(number, texts, tell=first)
                if found is None:
                    continue
                if (found[1].id == "TARGETS") is first:
                    self.has_targets = True
                    continue
                yield self._row(number, texts, *found, sheet)
        except TooManyFaultsError:
            return
        except csv.Error as error:
            if first:
                problem = f"is no row of a CSV file ({error})"
                cure = 'look for a quotation mark that is not closed, or write "" for one'
                self.fault(problem, cure, row=number + 1)

    def _flow(
        self, number: int, texts: Sequence[str], *, tell: bool
    ) -> tuple[Framework, Flow] | None:
        """Return whose values a row has, and which; each dataflow is looked up once."""
        name = self._text(self._dataflow, texts)
        if name in self._flows:
            return self._flows[name]
        read = read_flow(name)
        framework = self.codes.frameworks.get(read[0]) if read else None
        if tell and not framework:
            ids = [flow_id(f.code, FLOWS[0]) for f in self.codes.frameworks.values()]
            near = did_you_mean(name.rpartition(":")[2].partition("(")[0], ids)
            problem = "is no dataflow of a framework's values"
            cure = "name it DF_{FRAMEWORK}_VALUES, such as GCM_LD:DF_ALB_NSM_2019_VALUES(1.0)"
            if read:
                problem = "has the values of a framework that is not in the data"
                cure = "add the folder that describes it with --data"
            cure += f" ({near.strip()})" if near else ""
            self.fault(problem, cure, row=number, column=self._dataflow, value=name)
        found = self._flows[name] = (framework, read[1]) if read and framework else None
        return found

    def _text(self, name: str, texts: Sequence[str]) -> str:
        index = self.columns.get(name)
        return "" if index is None else texts[index]

    def _row(
        self, number: int, texts: Sequence[str], framework: Framework, flow: Flow, sheet: Sheet
    ) -> Row:
        """Return a row of a sheet, and name what its columns can't be read as."""
        self._check_row(number, texts, framework)
        cells = {"Framework": framework.code}
        for name, index, column in self._columns_of(sheet, flow):
            text = texts[index].strip() if index is not None else ""
            if name == "OBS_STATUS" and "Value" not in cells:
                continue  # a status may say why there is no value
            key = name, text, framework.code
            read = self._read.get(key)
            if read is None:
                said = self._said
                read = self._cell(number, name, text, column, framework)
                if said == self._said and len(self._read) < _KEPT:
                    self._read[key] = read
            if read:
                cells[column.header] = read
        if "Value" not in cells:
            cells = {header: text for header, text in cells.items() if header in _FRAME}
        return Row(number, cells)

    def _columns_of(self, sheet: Sheet, flow: Flow) -> list[tuple[str, int | None, Column]]:
        """List the columns that rows of a dataflow are read from, and those that they lack."""
        found = self._parts.get(flow.id)
        if found is None:
            found = self._parts[flow.id] = [
                (name, self.columns.get(name), column)
                for name, header in _HEADERS.items()
                if (column := sheet.column(header)) is not None
                and (name in self.columns or name in _FILLED)
                and (name != "EDITION" or flow.id == "EARLIER")
            ]
        return found

    def _cell(self, number: int, name: str, text: str, column: Column, framework: Framework) -> str:
        """Read one cell, and name what is wrong with it."""
        if not text:
            if name in _FILLED:
                self.fault("the cell is blank", _FILLED[name], row=number, column=name)
            return ""
        if name == "INDICATOR" or name in _CODED:
            return self._code(number, name, text.partition(": ")[0].strip(), framework)
        return self._plain(number, name, text, column)

    def _code(self, number: int, name: str, code: str, framework: Framework) -> str:
        """Return what a code is called in a table."""
        known: Mapping[str, str]
        if name == "INDICATOR":
            known, codes = self.codes.indicators[framework.iri], f"CL_{list_id(framework.code)}_"
            codes += name
        else:
            if code == "_Z":  # does not apply, so nothing is broken down by it
                code = TOTAL
            known, codes = self.codes.terms[name], f"CL_{name}"
        if code in known:
            return known[code]
        listed = [term for term, meant in known.items() if name == "INDICATOR" or term == meant]
        if len(listed) <= _SHOWN:
            cure = f"write {' or '.join(listed)}" if listed else "add the indicator to the data"
        else:
            # Ages are near by their bounds, and not by their letters.
            near = "" if name == "AGE" else did_you_mean(code, listed)
            cure = "write one of that list" + (f" ({near.strip()})" if near else "")
        self.fault(f"is no code of {codes}", cure, row=number, column=name, value=code)
        return ""

    def _plain(self, number: int, name: str, text: str, column: Column) -> str:
        """Return a period, a value, an edition or a text."""
        if name == "OBS_VALUE":
            if text == "NaN":
                return ""
            value = read_amount(text)
            if isinstance(value, Amiss):
                cure = value.cure.replace("column Unit", "UNIT_MEASURE")
                cure = cure.replace("column Note", "COMMENT_OBS")
                self.fault(value.problem, cure, row=number, column=name, value=text)
                return ""
            return text
        if name == "SOURCE" and find_iri(text) is None and text not in self.codes.sources:
            cure = "write the document's web address, or move the text to CITATION"
            problem = "is neither the address nor the code of a document"
            self.fault(problem, cure, row=number, column=name, value=text)
            return ""
        if name == "TIME_PERIOD" and (year := _YEAR.fullmatch(text)):
            text = year[1]
        reading = read_cell(Cell(text), column)
        for slip in reading.slips:
            self.fault(
                slip.problem,
                slip.cure,
                row=number,
                column=name,
                value=slip.value,
                warning=slip.warning,
            )
        return reading.text

    def _check_row(self, number: int, texts: Sequence[str], framework: Framework) -> None:
        """Name what a row has and no row of a table could have; what is sound is asked once."""
        names = ("ACTION", "REF_AREA", "UNIT_MULT", "FREQ", "TIME_PERIOD")
        key = (framework.code, *(self._text(name, texts) for name in names))
        key += tuple(texts[index] for index in self._others.values())
        if key in self._sound:
            return
        said = self._said
        self._check(number, texts, framework)
        if said == self._said and len(self._sound) < _KEPT:
            self._sound.add(key)

    def _check(self, number: int, texts: Sequence[str], framework: Framework) -> None:
        action = self._text("ACTION", texts).upper()
        if action in _DELETES:
            cure = "leave the row out; gcm-ld import --force lets values go that are gone"
            self.fault("deletes a value", cure, row=number, column="ACTION", value=action)
        area = self._text("REF_AREA", texts).partition(": ")[0].strip()
        if area and framework.spatial and self.codes.areas.get(area) != framework.spatial:
            own = concept_code(framework.spatial)
            problem = f"is not {own}, the country of {framework.code}"
            cure = f"write {own}, or leave the rows of other areas out"
            self.fault(problem, cure, row=number, column="REF_AREA", value=area)
        power = self._text("UNIT_MULT", texts).partition(": ")[0].strip()
        if power not in ("", "0"):
            cure = "write the value in full, and 0 there"
            problem = "says that the value is a multiple"
            self.fault(problem, cure, row=number, column="UNIT_MULT", value=power)
        freq = self._text("FREQ", texts).partition(": ")[0].strip()
        period = read_period(_YEAR.sub(r"\1", self._text("TIME_PERIOD", texts)))
        if freq and isinstance(period, str) and frequency(period) != freq.replace("H", "S"):
            problem = f"is not how often a value of {period} is measured"
            cure = f"write {frequency(period)}, or correct TIME_PERIOD"
            self.fault(problem, cure, row=number, column="FREQ", value=freq)
        for name, index in self._others.items():
            code = texts[index].partition(": ")[0].strip()
            if code not in _TOTALS:
                problem = "breaks down by what values are not broken down by"
                cure = "leave the row out, and keep the one of the total"
                self.fault(problem, cure, row=number, column=name, value=code)


class _Sheet:
    """The rows of a file for one sheet; see :class:`~gcm_ld.tables.sheets.SheetReader`."""

    def __init__(self, file: _File, schema: Sheet) -> None:
        self.schema = schema
        self.place = file.place
        self.columns: Mapping[str, str] = {
            "Framework": "STRUCTURE_ID",
            **{header: name for name, header in _HEADERS.items()},
        }
        self._file = file

    def rows(self) -> Iterator[Row]:
        """Yield the rows, in order."""
        return self._file.rows(self.schema)
