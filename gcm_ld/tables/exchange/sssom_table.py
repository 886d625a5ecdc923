"""An SSSOM/TSV file as metadata and rows: what stands in it, before it means anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from gcm_ld.errors import FileError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.tables.exchange.header import read_header
from gcm_ld.tables.exchange.slots import BUILT_IN, CROSSWALKS, EXTENSIONS, STANDARD
from gcm_ld.tables.sheets import Fault, Faults, Row

__all__ = ["REQUIRED", "SssomTable"]

#: The columns that every table has.
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: Columns that are read, and those that say again what the frameworks say.
_READ = {
    *REQUIRED,
    *("record_id", "author_id", "subject_type", "subject_source", "object_type", "object_source"),
    *("mapping_provider", "mapping_source", "confidence", "curation_rule_text", "see_also"),
    *("comment", "predicate_modifier"),
    *("subject_label", "subject_category", "object_label", "object_category", "author_label"),
    *("predicate_label", "predicate_type", "license", "mapping_cardinality", "cardinality_scope"),
}
#: Those of them whose value may stand at the head for all rows.
_SHARED = (
    *("subject_type", "subject_source", "object_type", "object_source"),
    *("mapping_provider", "curation_rule_text"),
)
_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`]*")
_IRI = re.compile(_NAMESPACE.pattern[:-1] + "+")


class SssomTable:
    """One file that is being read.

    :param path: an SSSOM/TSV file; where it has no metadata of its own they are looked for
        beside it, in the file of that name that ends in ``.yml`` or ``.yaml``.
    :raises FileError: if the file can't be read, is not UTF-8, or its metadata are not YAML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults = Faults()
        head, self._table, self._first = _split_head(_read_text(path))
        place = path
        if not head.strip():
            place = next((p for p in _beside(path) if p.is_file()), path)
            head = "" if place == path else _read_text(place)
        self._head_place = place.name
        self._metadata = read_header(head, name=place)
        #: Prefix → namespace.
        self.prefixes = self._prefixes()
        #: Column → property, of the extension slots.
        self.extensions = self._extensions()
        self._unknown: set[str] = set()

    def add(
        self,
        row: int | None,
        column: str,
        value: str | None,
        problem: str,
        cure: str,
        *,
        warning: bool = False,
    ) -> None:
        """Keep a fault; see :class:`~gcm_ld.tables.sheets.Fault`."""
        self.faults.add(
            Fault(
                place=self._head_place if row is None else self.path.name,
                row=row,
                column=column,
                value=value,
                problem=problem,
                cure=cure,
                warning=warning,
            )
        )

    def slot(self, name: str) -> str:
        """Return a slot of the mapping set, the first value of several, or an empty text."""
        value = self._metadata.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        return value.strip() if isinstance(value, str) and value not in ("null", "~") else ""

    def iri(self, row: int | None, column: str, value: str) -> str | None:
        """Expand a CURIE; a full IRI, which SSSOM/TSV doesn't want, is taken as it is.

        :returns: the IRI; nothing, and a fault, if the value is neither.
        """
        prefix, colon, rest = value.partition(":")
        if colon and prefix in self.prefixes and rest:
            iri = self.prefixes[prefix] + rest
            if _IRI.fullmatch(iri):
                return iri
        elif re.match(r"(https?://|urn:)", value) and _IRI.fullmatch(value):
            return value
        elif colon and prefix and re.fullmatch(r"[\w.\-]+", prefix):
            problem = f"has the prefix {prefix}, which curie_map doesn't declare"
            cure = f"add it to curie_map.{did_you_mean(prefix, self.prefixes)}"
            if prefix in self._unknown:
                problem, cure = "has that prefix too", "see the first one"
            self._unknown.add(prefix)
            self.add(row, column, value, problem, cure)
            return None
        self.add(row, column, value, "is not an identifier", "write it as prefix:code")
        return None

    def rows(self) -> Iterator[Row]:
        """Yield the rows; an extension's cells go by its property.

        Rows are numbered as a spreadsheet does, the lines of the head among them.
        """
        if not self._table.strip():
            raise FileError(self.path, "there is no table in it: give it a row of column names")
        separator = "\t" if "\t" in self._table.partition("\n")[0] else ","
        lines = csv.reader(io.StringIO(self._table, newline=""), delimiter=separator, strict=True)
        try:
            names = [name.strip() for name in next(lines)]
            while names and not names[-1]:
                names.pop()  # a spreadsheet's empty columns
            columns = self._columns(names)
            table = [{i: c for i, c in enumerate(line) if c.strip()} for line in lines]
            filled = {names[i] for cells in table for i in cells if i < len(names)}
            shared = {n: v for n in _SHARED if n not in filled and (v := self.slot(n))}
            for number, cells in enumerate(table, self._first + 1):
                if any(i >= len(names) for i in cells):
                    place = f"{len(names) + 1}"
                    self.add(number, place, None, "has no name", "remove the cell, or name it")
                elif cells:
                    named = {columns[i]: cell for i, cell in cells.items() if columns[i]}
                    yield Row(number, shared | named)
        except csv.Error as error:
            raise FileError(
                self.path,
                f"the table can't be read ({error}): check the quotes in this row",
                line=self._first + lines.line_num - 1,
            ) from None

    def _columns(self, names: list[str]) -> list[str]:
        """Return what each column holds: a slot, an extension's property, or nothing we read."""
        for name in REQUIRED:
            if name not in names:
                self.add(self._first, name, None, "is missing", "add it, SSSOM requires it")
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            self.add(self._first, name, None, "stands there twice", "keep one of the columns")
        ours = {e.iri for e in EXTENSIONS}
        columns = []
        for name in names:
            column = self.extensions.get(name, name)
            if column not in ours | _READ:
                known = name in STANDARD or name in self.extensions
                problem = "has no place here" if known else "is no slot of SSSOM"
                cure = "nothing to do, it is left out"
                if name:
                    self.add(self._first, name, None, problem, cure, warning=True)
                column = ""
            columns.append(column)
        return columns

    def _prefixes(self) -> dict[str, str]:
        prefixes = dict(BUILT_IN)
        found = self._metadata.get("curie_map", {})
        if not isinstance(found, dict):
            self.add(None, "curie_map", None, "is no map", "write “prefix: namespace” a line")
            return prefixes
        for prefix, namespace in found.items():
            if not isinstance(namespace, str) or not _NAMESPACE.fullmatch(namespace):
                problem = "has no namespace"
                self.add(None, "curie_map", prefix, problem, "give the IRI that it stands for")
            elif BUILT_IN.get(prefix, namespace) != namespace:
                problem = f"stands for {BUILT_IN[prefix]} in SSSOM, not for {namespace}"
                self.add(None, "curie_map", prefix, problem, "choose another prefix")
            else:
                prefixes[prefix] = namespace
        return prefixes

    def _extensions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        definitions = self._metadata.get("extension_definitions")
        for entry in definitions if isinstance(definitions, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("property"), str):
                prefix, _, rest = entry["property"].partition(":")
                if prefix in self.prefixes:  # else the definition is ill-formed: not counted
                    found[str(entry.get("slot_name"))] = self.prefixes[prefix] + rest
        return found

    def crosswalks(self) -> str:
        """Return what the file says of its crosswalks, as JSON, or an empty text."""
        names = [n for n, p in self.extensions.items() if p == CROSSWALKS.iri]
        return self.slot(names[0]) if names else ""


def _beside(path: Path) -> list[Path]:
    stem = path.name.removesuffix(path.suffix).removesuffix(".sssom")
    ends = (".sssom.yml", ".sssom.yaml", ".yml", ".yaml")
    return [path.with_name(stem + end) for end in ends]


def _read_text(path: Path) -> str:
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save the file as UTF-8") from None
    # Line ends are those of the first line; a value within quotes may hold others.
    return text.replace("\r\n", "\n") if text.partition("\n")[0].endswith("\r") else text


def _split_head(text: str) -> tuple[str, str, int]:
    """Split a file into metadata, table, and the row where the table starts.

    Spreadsheets leave separators after each line of the metadata, and quotes around some.
    """
    head: list[str] = []
    rest = text
    while rest:
        line, _, after = rest.partition("\n")
        line = line.rstrip("\t\r ,")
        if line.startswith('"#') and line.endswith('"'):
            line = line[1:-1].replace('""', '"')
        if line and not line.startswith("#"):
            break
        head.append(line[1:])
        rest = after
    cut = min((len(line) - len(line.lstrip(" ")) for line in head if line.strip()), default=0)
    return "\n".join(line[cut:] for line in head), rest, len(head) + 1
