"""Opening what people fill in: a workbook, a CSV file, or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcm_ld.errors import FileError, InputError
from gcm_ld.tables.sheets import TableReader

__all__ = ["open_tables"]

#: Formats that people have tables in, and can save as .xlsx.
_OTHER = (".xls", ".xlsb", ".ods", ".fods", ".numbers", ".xltx", ".xltm", ".tsv", ".txt")


@contextmanager
def open_tables(path: Path) -> Iterator[TableReader]:
    """Open a workbook, a CSV file or a folder of CSV files, and close it at the end.

    A workbook with macros (.xlsm) is read like any other: its macros are neither run nor opened.

    :param path: the file or folder.
    :returns: the tables, with the faults of their sheets and headers; reading rows adds to these.
    :raises FileError: if the file can't be read, or is no table that a spreadsheet program wrote.
    :raises InputError: if it is in another format.
    """
    from gcm_ld.tables.csv_folder import CsvFolder
    from gcm_ld.tables.workbook_reader import Workbook

    suffix = path.suffix.lower()
    reader: CsvFolder | Workbook
    if not path.exists():
        raise FileError(path, "no such file: check the path")
    if path.is_dir() or suffix == ".csv":
        reader = CsvFolder(path)
    elif suffix in (".xlsx", ".xlsm"):
        reader = Workbook(path)
    elif suffix == ".xml":
        raise InputError(f"{path}: SDMX-ML is not read: save the data as SDMX-CSV")
    else:
        known = f"{suffix} files are not read" if suffix in _OTHER else "is no workbook"
        raise InputError(f"{path}: {known}: save it as .xlsx or as CSV UTF-8")
    try:
        yield reader
    finally:
        reader.close()
