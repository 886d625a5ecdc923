"""Reading SDG data: what kind each source is, and all of them put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from gcm_ld.errors import FileError, InputError
from gcm_ld.sdg_data.graph import read_cells, read_vocabulary
from gcm_ld.sdg_data.model import COUNTRY, WORLD, Cell, SdgData, Wanted
from gcm_ld.sdg_data.rows import SUFFIXES
from gcm_ld.sdg_data.table import Sheet, open_sheets, read_sheet
from gcm_ld.sdg_data.totals import keep_totals
from gcm_ld.store import EmbeddedStore, GraphStore

__all__ = ["read_sdg_data"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_RDF = {".ttl", ".nt"}
_KINDS = _RDF.union(SUFFIXES)


def read_sdg_data(
    sources: Sequence[str | Path], wanted: Wanted, vocabulary: GraphStore | None = None
) -> SdgData:
    """Read SDG data from files, folders and endpoints.

    :param sources: CSV files or workbooks of the UN's database, answers of its API in JSON,
        SDMX-CSV, Turtle or N-Triples files, folders of these, or URLs of SPARQL endpoints.
    :param wanted: what is to be kept.
    :param vocabulary: a graph that may know more of indicators and series than the shipped one.
    :returns: the series that have a figure for the country or the world, total cells only.
    :raises InputError: if a source can't be read, naming file, row and column.
    """
    found = SdgData()
    if vocabulary is not None:
        read_vocabulary(vocabulary, wanted, found)
    stores: list[tuple[str, GraphStore]] = []
    sheets: list[Sheet] = []
    for source in dict.fromkeys(map(str, sources)):
        if _URL.match(source):
            stores.append((source, _connect(source)))
            continue
        graph: list[Path] = []
        for path in _list_files(Path(source)):
            if path.suffix.lower() in _RDF:
                graph.append(path)
            else:
                sheets += open_sheets(path)
        if graph:
            stores.append((source, _load(graph)))
    parts: list[list[Cell]] = []
    # What places series under indicators is read before what needs to know.
    speaks = {name for name, store in stores if read_vocabulary(store, wanted, found)}
    for sheet in sorted(sheets, key=lambda s: not s.is_placed):
        parts.append(_note(sheet.name, read_sheet(sheet, wanted, found), found))
    for name, store in stores:
        parts.append(
            _note(name, read_cells(store, name, wanted, found, strict=name not in speaks), found)
        )
    for cells in parts:
        keep_totals(cells, found)
    for series in found.series.values():
        series.title = found.titles.get(series.code, "")
        series.indicators |= found.belongs.get(series.code, set())
    # A part in one source may have its total in another.
    whole = {
        (series.code or name.rpartition("/")[2], area)
        for (name, _, _), series in found.series.items()
        for area in series.figures
    }
    found.parts = {key: found.parts[key] for key in sorted(found.parts.keys() - whole)}
    return found


def _note(name: str, cells: list[Cell], found: SdgData) -> list[Cell]:
    """Note a source that has values of the world and none of the country."""
    areas = {cell.area for cell in cells}
    if WORLD in areas and COUNTRY not in areas:
        found.absent.append(name)
    return cells


def _connect(url: str) -> GraphStore:
    from gcm_ld.store.remote import RemoteStore

    return RemoteStore(url)


def _load(paths: Sequence[Path]) -> EmbeddedStore:
    store = EmbeddedStore()
    for path in paths:
        store.load_file(path)  # N-Triples is Turtle, too
    return store


def _list_files(path: Path) -> list[Path]:
    """List the files that a source names.

    :raises FileError: if there is none, or it is of a kind that can't be read.
    """
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _KINDS)
        if not files:
            raise FileError(
                path, "no file of SDG data (.csv, .xlsx, .json, .ttl, .nt) here: check the path"
            )
        return files
    if not path.exists():
        raise FileError(path, "no such file or folder: check the path")
    if path.suffix.lower() not in _KINDS:
        raise InputError(
            f"{path}: SDG data are read from .csv, .xlsx, .json, .ttl and .nt files: save or "
            "unpack it as one"
        )
    return [path]
