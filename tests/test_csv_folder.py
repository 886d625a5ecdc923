"""Folders of CSV files: what other programs write, and what comes back of what is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld.errors import FileError, InputError
from gcm_ld.tables.cells import clean_text
from gcm_ld.tables.csv_folder import write_csv_folder
from gcm_ld.tables.layout import CROSSWALK, INSTITUTIONS, SHEETS, find_sheet
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.sheets import SheetData

Cells = dict[int, dict[str, str]]
Broken = Callable[..., Path]


def read(path: Path) -> tuple[dict[str, Cells], list[str]]:
    """Read every row: place → row → cells; and the faults as they are said."""
    with open_tables(path) as tables:
        rows = {s.place: {row.number: dict(row.cells) for row in s.rows()} for s in tables.sheets}
        faults = [("warning: " if f.warning else "") + str(f) for f in tables.faults.found]
    return rows, faults


def one(path: Path) -> tuple[Cells, list[str]]:
    rows, faults = read(path)
    return next(iter(rows.values()), {}), faults


ACME = {"Code": "acme", "Name": "Acme"}

# Encodings, delimiters, line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_program_writes_its_own_csv(
    broken: Broken, encoding: str, delimiter: str, end: str
) -> None:
    lines = ["Code,Name,Website", "acme,Bëhmë,", "", "umbra,Ж 学,https://example.org"]
    text = end.join(line.replace(",", delimiter) for line in lines) + end
    rows, faults = one(broken(text.encode(encoding), "institutions.csv"))
    assert rows == {
        2: {"Code": "acme", "Name": "Bëhmë"},
        4: {"Code": "umbra", "Name": "Ж 学", "Website": "https://example.org"},
    }
    assert faults == []


def test_windows_letters_are_guessed_and_said_once(broken: Broken) -> None:
    text = "Code,Name\nacme,Acme\numbra,Bëhmë\nb,Qëndra\n"
    rows, faults = one(broken(text.encode("cp1252"), "institutions.csv"))
    assert rows[3] == {"Code": "umbra", "Name": "Bëhmë"}
    assert faults == [
        "warning: institutions.csv, row 3: “Bëhmë” is read as Windows-1252, because the file is "
        "not UTF-8: check its letters, and better save the file as CSV UTF-8"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Code,Name\na,\x81\n", "neither UTF-8 nor Windows-1252"),
        ("Code,Name\na,b".encode("utf-16-le"), "is not UTF-8"),
        (b"\xff\xfeC\x00\x00\xd8x\x00", "neither UTF-8 nor"),
        (b"PK\x03\x04", "is a workbook, not CSV: name it .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook, not CSV"),
    ],
)
def test_files_that_are_no_text_are_refused(broken: Broken, content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        one(broken(content, "institutions.csv"))


def test_numbers_of_a_country_with_a_decimal_comma_are_not_guessed(broken: Broken) -> None:
    """Excel saves them so in half of Europe: semicolons between, a comma for the point."""
    text = "Indicator;Period;Value\na;2020;12,5\nb;2020;1.234\nc;2020;12.5\nd;2020;1234\n"
    rows, faults = one(broken(text.encode("utf-8-sig"), "values.csv"))
    assert {n: row.get("Value") for n, row in rows.items()} == {
        2: None, 3: "1.234", 4: "12.5", 5: "1234",
    }  # fmt: skip
    assert faults == [
        "values.csv, row 2, column Value: “12,5” has a decimal comma: type 12.5, or save the table "
        "as .xlsx",
        "values.csv, row 3, column Value: “1.234” may be a thousand: files with semicolons mostly "
        "have a comma for the point: type 1234, or 1.2340 if the point is one; or save the table "
        "as .xlsx, where numbers are numbers",
    ]
    # With commas between, a point is the point.
    _, faults = one(broken(text.replace("12,5", "12.5").replace(";", ",").encode(), "values.csv"))
    assert faults == []


def test_the_line_that_tells_excel_the_delimiter_is_no_row(broken: Broken) -> None:
    rows, faults = one(broken(b"sep=;\r\nCode;Name\r\nacme;Acme\r\n", "institutions.csv"))
    assert (rows, faults) == ({2: ACME}, [])


def test_the_delimiter_is_that_of_the_headers(broken: Broken) -> None:
    content = b"Code;Name\nacme;Acme, Ltd, Inc, Co\n"
    rows, faults = one(broken(content, "institutions.csv"))
    assert (rows, faults) == ({2: {"Code": "acme", "Name": "Acme, Ltd, Inc, Co"}}, [])


# Rows


def test_rows_are_numbered_as_a_spreadsheet_would(broken: Broken) -> None:
    content = b'Code,Name\n\n"acme","two\r\nlines, ""quoted"""\n ,\nb,B\n'
    rows, faults = one(broken(content, "institutions.csv"))
    assert rows == {
        3: {"Code": "acme", "Name": 'two\nlines, "quoted"'},
        5: {"Code": "b", "Name": "B"},
    }
    assert faults == []


def test_a_row_with_too_many_cells_names_the_cure(broken: Broken) -> None:
    content = b"Code,Name\nacme,Acme, Ltd\nb,B,,\n"
    rows, faults = one(broken(content, "institutions.csv"))
    assert faults == [
        "institutions.csv, row 2: has 3 cells, and the headers are 2: "
        'put cells that hold "," between quotation marks'
    ]
    assert rows[3] == {"Code": "b", "Name": "B"}


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        (b'Code,Name\nacme,Acme\n"b,B\n', 3, "has a quotation mark that is never closed"),
        (b'Code,Name\nacme,Acme\n"b"x,B\n', 3, "has a quotation mark inside a cell"),
        (b'Code,Name\nacme,Acme\n"' + b"x" * 140_000, 3, "holds more than the 32,767 characters"),
        (b"Code,Name\nacme,Acme\n" + b"," * 2_000_000, 3, "holds more than the 32,767 characters"),
        (b'"Code,Name\nacme,Acme\n', 1, "has a quotation mark that is never closed"),
    ],
)
def test_quotation_marks_that_are_wrong(
    broken: Broken, content: bytes, row: int, words: str
) -> None:
    _, (fault,) = one(broken(content, "institutions.csv"))
    assert fault.startswith(f"institutions.csv, row {row}: {words}")


def test_cells_that_are_wrong_name_row_and_column(broken: Broken) -> None:
    content = b"Code,Name\na,x\x00y\nb," + b"x" * 32_768 + b"\nc,#REF!\n5-Jan,=1+1\n"
    rows, faults = one(broken(content, "institutions.csv"))
    assert [f.partition(": ")[0] for f in faults] == [
        "institutions.csv, row 2, column Name",
        "institutions.csv, row 3, column Name",
        "institutions.csv, row 4, column Name",
        "warning",
        "institutions.csv, row 5, column Code",
    ]
    assert rows[5] == {"Code": "5.1", "Name": "=1+1"}
    assert "“=1+1” looks like a formula, and is read as text" in faults[3]


def test_excels_way_to_keep_a_code_is_understood(broken: Broken) -> None:
    rows, faults = one(broken(b'Action,Outcomes\n"=""5.1""",A1\n', "crosswalk.csv"))
    assert (rows, faults) == ({2: {"Action": "5.1", "Outcomes": "A1"}}, [])


# Headers


def test_headers_are_found_under_a_title_whatever_their_case(broken: Broken) -> None:
    content = "Our bodies,,\n\n CODE * ,\u00a0name:,Note to self\nacme,Acme,x\n".encode()
    rows, faults = one(broken(content, "Institutions.CSV"))
    assert rows == {4: ACME}
    assert faults == [
        "warning: Institutions.CSV, row 3, column Note to self: is not read, because this sheet "
        "has no such column: delete it, or leave it"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Code,Nmae\na,A\n", ["warning: institutions.csv, row 1, column Nmae: is not read", "institutions.csv, row 1: has no column Name: add it to row 1; needed are Code, Name"]),
        ("Code,Name,Code\na,A,b\n", ["institutions.csv, row 1, column Code: stands here a second time"]),
        ("acme,Acme\n", ["institutions.csv: has no row of headers: its first row must hold at least Code, Name"]),
        ("", ["warning: institutions.csv: is empty"]),
        ("Code,Name,\na,A,x\nb,B,y\n", ["warning: institutions.csv, row 2, column 3: “x” is not read, because its column has no header"]),
    ],
)  # fmt: skip
def test_headers_that_are_wrong(broken: Broken, content: str, expected: list[str]) -> None:
    _, faults = one(broken(content.encode(), "institutions.csv"))
    assert len(faults) == len(expected)
    assert all(f.startswith(e) for f, e in zip(faults, expected, strict=True))


def test_a_misspelt_header_names_the_right_one(broken: Broken) -> None:
    _, faults = one(broken(b"Code,Nmae\na,A\n", "institutions.csv"))
    assert faults[0].endswith(": name it Name if that is meant")


def test_columns_for_reference_are_not_read(broken: Broken) -> None:
    content = b"Action,What it asks for,Outcomes\n1.a,Something,A1\n,Something else,\n"
    assert one(broken(content, "crosswalk.csv")) == ({2: {"Action": "1.a", "Outcomes": "A1"}}, [])


def test_a_sheet_with_faults_beyond_number_is_read_no_further(broken: Broken) -> None:
    content = b"Code,Name\n" + b"5-Jan,A\n" * 2000
    rows, faults = one(broken(content, "institutions.csv"))
    assert len(rows) == 1000
    assert len(faults) == 1001
    assert faults[-1].startswith("institutions.csv, row 1002: has more than 1000 faults")


# Folders


def test_a_folder_is_read_by_the_names_of_its_files(tmp_path: Path) -> None:
    for name, text in {
        "institutions.csv": "Code,Name\nacme,Acme\n",
        "Odd Places.csv": "Code,About,Kind,Reading\nd,a,b,c\n",
        "crosswalks.csv": "Code,Title,Frameworks\na,b,c\n",
        "crosswak.csv": "Action\n1.a\n",
        "abc.csv": "a,b\n",
        "._institutions.csv": "x",
        "~$links.csv": "x",
        "readme.txt": "x",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "links.csv").mkdir()
    rows, faults = read(tmp_path)
    assert set(rows) == {"institutions.csv", "Odd Places.csv", "crosswalks.csv"}
    assert len(faults) == 2
    assert faults[0].startswith("warning: abc.csv: is not read under this name: known are")
    assert faults[1].endswith(": name it crosswalk.csv if that is meant")


def test_two_files_of_one_sheet_are_refused(tmp_path: Path) -> None:
    for name in ("odd-places.csv", "odd places.csv"):
        (tmp_path / name).write_text("Code,About,Kind,Reading\nd,a,b,c\n", encoding="utf-8")
    rows, faults = read(tmp_path)
    assert list(rows) == ["odd places.csv"]
    assert faults == [
        "odd-places.csv: is the same sheet as odd places.csv: "
        "put the rows of both into one and delete the other"
    ]


def test_paths_that_hold_no_tables_are_refused(tmp_path: Path, broken: Broken) -> None:
    with pytest.raises(InputError, match="holds no CSV files"):
        read(tmp_path)
    with pytest.raises(InputError, match=r"q\.csv: is not read under this name: known are"):
        read(broken(b"a,b\n", "q.csv"))
    with pytest.raises(FileError, match=r"links\.csv: no such file"):
        read(tmp_path / "links.csv")
    with pytest.raises(FileError, match=r"links\.xlsx: no such file"):
        read(tmp_path / "links.xlsx")
    for name in ("old.xls", "mine.ods", "mine.docx", "none"):
        with pytest.raises(InputError, match=r"save it as \.xlsx"):
            read(broken(b"x", name))


# Writing

#: What a spreadsheet would run, take for an error, or lose.
ODD = ["=1+1", "'=1+1", "''", "'", "''=x", "@x", "-5", "+", "#N/A", "'#N/A", "#1", '="5.1"', "＝x",
       "'quoted'", 'a"b', "a,b;c\td", "a\nb", "=\n", "5.1", "007", "TRUE", "1e5", "_x0041_"]  # fmt: skip

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)


def same(text: str) -> bool:
    return clean_text(text) == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(*[(TEXT | st.sampled_from(ODD)).map(clean_text)] * 2), max_size=8))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    schema = find_sheet("Claims")
    assert schema is not None
    data = SheetData(schema, ("Claim", "Note"), tuple(rows))
    content = write_csv_folder([data])["claims.csv"]
    path = tmp_path_factory.mktemp("csv") / "claims.csv"
    path.write_bytes(content)
    read_rows, faults = one(path)
    expected = {
        number: {h: t for h, t in zip(data.headers, row, strict=True) if t}
        for number, row in enumerate(rows, 2)
        if any(row)
    }
    assert read_rows == expected
    assert faults == [
        "claims.csv, row 1: has no column Code: add it to row 1; needed are Code, Claim"
    ]
    # What spreadsheets run never stands first in a cell.
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in line)


def test_files_are_named_after_sheets_and_have_the_same_bytes() -> None:
    data = [SheetData(s, tuple(c.header for c in s.columns), ()) for s in SHEETS]
    files = write_csv_folder(data)
    assert list(files) == [s.file for s in SHEETS]
    assert files == write_csv_folder(data)
    small = SheetData(INSTITUTIONS, ("Code", "Name"), (("a", "Ë, b"),))
    assert write_csv_folder([small]) == {
        "institutions.csv": '\ufeffCode,Name\r\na,"Ë, b"\r\n'.encode()
    }


def test_every_column_comes_back(tmp_path: Path) -> None:
    for schema in SHEETS:
        headers = tuple(c.header for c in schema.columns)
        data = SheetData(schema, headers, ())
        path = tmp_path / schema.file
        path.write_bytes(write_csv_folder([data])[schema.file])
        with open_tables(path) as tables:
            assert list(tables.sheets[0].columns) == [
                c.header for c in schema.columns if not c.shown
            ]
            assert tables.faults.found == []


def test_what_no_table_can_hold_is_not_written() -> None:
    data = SheetData(INSTITUTIONS, ("Code", "Name"), (("a", "x"), ("b", "x\x07")))
    with pytest.raises(InputError, match=r"Institutions, row 3, column Name: .*U\+0007"):
        write_csv_folder([data])
    shown = SheetData(CROSSWALK, ("Action", "Objective"), (("1.a", "1 Data"),))
    assert b"1 Data" in write_csv_folder([shown])["crosswalk.csv"]
