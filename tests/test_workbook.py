"""Workbooks: what spreadsheet programs write, what is built to harm, and what is written."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcm_ld.errors import FileError, InputError
from gcm_ld.tables.cells import clean_text
from gcm_ld.tables.layout import CROSSWALK, FRAMEWORKS, INSTITUTIONS, LINKS, SHEETS, VALUES
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.sheets import SheetData
from gcm_ld.tables.workbook_writer import write_workbook

Cells = dict[int, dict[str, str]]
Broken = Callable[..., Path]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="{{}}"/></Relationships>'
)


def parts(sheets: Mapping[str, str], *, before: str = "", styles: str = "") -> dict[str, str]:
    """Build a workbook's parts as Excel lays them out.

    :param sheets: name → the XML of its rows and what follows them.
    :param before: what stands before the list of sheets.
    :param styles: number formats, of the styles 1, 2 …
    """
    listed, related = "", ""
    found = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": ROOT.format("xl/workbook.xml"),
    }
    for number, (name, xml) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name.startswith("!") else ""
        title = quoteattr(name.lstrip("!"))
        listed += f'<sheet name={title} sheetId="{number}" r:id="s{number}"{state}/>'
        related += (
            f'<Relationship Id="s{number}" Type="{RELATIONS}/worksheet" '
            f'Target="/xl/worksheets/sheet{number}.xml"/>'
        )
        found[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}">{xml}</worksheet>'
    formats = styles.split("|") if styles else []
    found["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>'
        + "".join(
            f'<numFmt numFmtId="{200 + i}" formatCode={quoteattr(code)}/>'
            for i, code in enumerate(formats)
        )
        + '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        + "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(formats)))
        + "</cellXfs></styleSheet>"
    )
    found["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheets>{listed}</sheets></workbook>'
    )
    found["xl/_rels/workbook.xml.rels"] = (
        ROOT.split("<Relationship ")[0]
        + related
        + f'<Relationship Id="st" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        + f'<Relationship Id="ss" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        + f'<Relationship Id="x" Type="{RELATIONS}/externalLink" Target="links/1.xml"/>'
        + "</Relationships>"
    )
    return found


def pack(found: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in found.items():
            target.writestr(name, content)
    return out.getvalue()


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def row(*cells: str, number: int | None = None) -> str:
    """Build a row of cells, each a text or the XML of a cell."""
    ref = f' r="{number}"' if number else ""
    return f"<row{ref}>" + "".join(c if c.startswith("<c") else text(c) for c in cells) + "</row>"


def rows(*lines: Iterable[str], after: str = "") -> str:
    return "<sheetData>" + "".join(row(*line) for line in lines) + "</sheetData>" + after


def read(path: Path) -> tuple[dict[str, Cells], list[str]]:
    """Read every row: place → row → cells; and the faults as they are said."""
    with open_tables(path) as tables:
        found = {s.place: {r.number: dict(r.cells) for r in s.rows()} for s in tables.sheets}
        faults = [("warning: " if f.warning else "") + str(f) for f in tables.faults.found]
    return found, faults


@pytest.fixture
def sheet(broken: Broken) -> Callable[..., tuple[Cells, list[str]]]:
    """Read one sheet, built of XML."""

    def call(xml: str, name: str = "Institutions", **more: str) -> tuple[Cells, list[str]]:
        found, faults = read(broken(pack(parts({name: xml}, **more)), "mine.xlsx"))
        return next(iter(found.values()), {}), faults

    return call


Sheet = Callable[..., tuple[Cells, list[str]]]
HEAD = ("Code", "Name")
ACME = {"Code": "acme", "Name": "Acme"}

# What programs write


def test_texts_are_read_however_they_are_kept(broken: Broken) -> None:
    rich = '<si><r><t>Ac</t></r><r><t xml:space="preserve">me </t></r><rPh><t>ア</t></rPh></si>'
    shared = f'<sst xmlns="{MAIN}"><si><t>Code</t></si><si><t>Name</t></si>{rich}<si/></sst>'
    cells = [f'<c r="{ref}" t="s"><v>{i}</v></c>' for ref, i in (("A1", 0), ("B1", 1))]
    found = parts(
        {
            "Institutions": "<sheetData>"
            + row(*cells)
            + row("acme", '<c t="s"><v>2</v></c>')
            + row('<c t="str"><v>b</v></c>', '<c t="s"><v>3</v></c>', "<c/>")
            + row('<c r="B7" t="inlineStr"><is><r><t>C</t></r><r><t>D</t></r></is></c>', number=7)
            + row('<c t="s"><v>99</v></c>', '<c t="s"><v>x</v></c>')
            + "</sheetData>"
        }
    )
    found["xl/sharedStrings.xml"] = shared
    assert read(broken(pack(found), "mine.xlsx")) == (
        {"Institutions": {2: ACME, 3: {"Code": "b"}, 7: {"Name": "CD"}}},
        [],
    )


def test_many_shared_texts_are_kept_on_the_disk(broken: Broken) -> None:
    texts = ["Code", "Name"] + [f"ë{i:06}" + "x" * 100 for i in range(60_000)]
    found = parts(
        {
            "Institutions": "<sheetData>"
            + "".join(
                row(f'<c t="s"><v>{i}</v></c>', f'<c t="s"><v>{j}</v></c>')
                for i, j in [(0, 1), (60_001, 2), (3, 40_000)]
            )
            + "</sheetData>"
        }
    )
    found["xl/sharedStrings.xml"] = (
        "<sst>" + "".join(f"<si><t>{t}</t></si>" for t in texts) + "</sst>"
    )
    (cells,) = read(broken(pack(found), "mine.xlsx"))[0].values()
    assert cells[2] == {"Code": texts[60_001], "Name": texts[2]}
    assert cells[3] == {"Code": texts[3], "Name": texts[40_000]}


def test_strict_and_prefixed_files_are_read(broken: Broken) -> None:
    found = parts({"Institutions": rows(HEAD, ("acme", "Acme"))})
    strict = {name: xml.replace(MAIN, STRICT) for name, xml in found.items()}
    assert read(broken(pack(strict), "mine.xlsx")) == ({"Institutions": {2: ACME}}, [])
    name = "xl/worksheets/sheet1.xml"
    prefixed = re.sub(r"<(/?)(\w)", r"<\1x:\2", found[name]).replace("xmlns=", "xmlns:x=")
    assert read(broken(pack({**found, name: prefixed}), "b.xlsx"))[0] == {"Institutions": {2: ACME}}
    utf16 = '<?xml version="1.0" encoding="UTF-16"?>' + found[name]
    utf = {**found, name: utf16.encode("utf-16")}
    assert read(broken(pack(utf), "c.xlsm"))[0] == {"Institutions": {2: ACME}}
    moved = {n.replace("sheet1.xml", "SHEET1.XML"): x for n, x in found.items()}
    assert read(broken(pack(moved), "d.XLSX"))[0] == {"Institutions": {2: ACME}}


def test_macros_and_links_are_left_alone(broken: Broken) -> None:
    found = parts({"Institutions": rows(HEAD, ("acme", "Acme"))})
    found["xl/vbaProject.bin"] = found["xl/links/1.xml"] = "<!DOCTYPE x [<!ENTITY e 'e'>]> not read"
    assert read(broken(pack(found), "mine.xlsm")) == ({"Institutions": {2: ACME}}, [])


def test_escaped_characters_are_what_they_stand_for(sheet: Sheet) -> None:
    found, _ = sheet(rows(HEAD, ("_x0041_b", "a_x000D__x000A_b _x005F_x0041_ _x12_")))
    assert found == {2: {"Code": "Ab", "Name": "a\nb _x0041_ _x12_"}}
    _, faults = sheet(rows(HEAD, ("a", "_x001B_[31m_xD800_")))
    assert faults == [
        "Institutions, row 2, column Name (B): holds the control character U+001B, which no text "
        "can hold: type the cell again"
    ]


def test_blank_rows_are_passed_over_and_numbers_kept(sheet: Sheet) -> None:
    xml = (
        "<sheetData>" + row(*HEAD, number=3) + row("", " ", number=4) + row("\u00a0", number=5)
        + row("acme", "Acme", number=900_000) + row("b", "B") + "</sheetData>"
    )  # fmt: skip
    assert sheet(xml) == ({900_000: ACME, 900_001: {"Code": "b", "Name": "B"}}, [])


# Numbers, dates, formulas


def test_numbers_and_dates_read_as_they_show(sheet: Sheet) -> None:
    xml = rows(
        ("Code", "Title", "First year", "Adopted on"),
        ('<c s="1"><v>1.1</v></c>', "<c><v>2019</v></c>", "<c><v>2019</v></c>", '<c s="2"><v>43635</v></c>'),
        ("<c><v>5.0999999999999996</v></c>", "x", "", '<c t="d"><v>2019-06-19T00:00:00</v></c>'),
    )  # fmt: skip
    first = {"Code": "1.10", "Title": "2019", "First year": "2019", "Adopted on": "2019-06-19"}
    second = {"Code": "5.1", "Title": "x", "Adopted on": "2019-06-19"}
    found, faults = sheet(xml, "Frameworks", styles="0.00|dd/mm/yyyy;@")
    assert (found, faults) == ({2: first, 3: second}, [])
    old = '<workbookPr date1904="1"/>'
    found, _ = sheet(xml, "Frameworks", styles="0.00|dd/mm/yyyy", before=old)
    assert found[2]["Adopted on"] == "2023-06-20"


def test_a_code_that_became_a_date_names_the_cell_and_the_cure(sheet: Sheet) -> None:
    xml = rows(("Action", "Outcomes", "SDG targets"), ("1.a", "A1", '<c s="1"><v>45663</v></c>'))
    found, faults = sheet(xml, "Crosswalk", styles="dd/ mmm")
    assert found[2]["SDG targets"] == "6.1"
    assert faults == [
        "Crosswalk, row 2, column SDG targets (C): “2025-01-06” is a date, where a code is wanted: "
        "format the column as Text and type 6.1 again"
    ]


def test_formulas(sheet: Sheet) -> None:
    xml = rows(
        HEAD,
        ("a", '<c t="str"><f>UPPER("x")</f><v>X</v></c>'),
        ("b", '<c t="str"><f t="shared" si="0"/><v>Y</v></c>'),
        ("c", '<c t="str"><f>IF(A1="","",1)</f><v></v></c>'),
        ("d", "<c><f>1+1</f><v></v></c>"),
        ("e", "<c><f>1+1</f></c>"),
        ("f", '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
    )
    found, faults = sheet(xml)
    assert [cells.get("Name", "") for cells in found.values()] == ["X", "Y", "", "", "", "#DIV/0!"]
    place = "Institutions, row {}, column Name (B): "
    assert [f.partition(" in ")[0][:82] for f in faults] == [
        ("warning: " + place.format(2) + "is a formula, whose last result is read")[:82],
        (place.format(5) + "is a formula that has not been calculated: open the workbook")[:82],
        (place.format(6) + "is a formula that has not been calculated: open the workbook")[:82],
        (place.format(7) + "“#DIV/0!” is an error of the spreadsheet: type what is meant")[:82],
    ]


def test_formulas_in_columns_that_are_not_read_are_no_matter(sheet: Sheet) -> None:
    xml = rows(("Action", "Objective"), ("1.a", "<c><f>A2</f></c>"))
    assert sheet(xml, "Crosswalk") == ({2: {"Action": "1.a"}}, [])


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("B3:B5", "Institutions, row 3, column Name (B): is merged with others (B3:B5): unmerge them and fill in each row"),
        ("A3:C3", "Institutions, row 3, column Code (A): is merged with others (A3:C3): unmerge them"),
        ("A1:A3", "Institutions, row 2, column Code (A): is merged with others (A1:A3): unmerge them and fill in each row"),
        ("D2:E9", None),  # columns that are not read
        ("A7:B9", None),  # below the last row
        ("A1:C1", None),  # above the first
        ("nonsense", None),
    ],
)  # fmt: skip
def test_merged_cells(sheet: Sheet, area: str, expected: str | None) -> None:
    after = f'<mergeCells><mergeCell ref="{area}"/></mergeCells>'
    lines = [HEAD, ("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]
    found, faults = sheet(rows(*lines, after=after))
    assert faults == ([expected] if expected else [])
    assert len(found) == 4


def test_a_title_may_be_merged_above_the_headers(sheet: Sheet) -> None:
    after = '<mergeCells><mergeCell ref="A1:C1"/></mergeCells>'
    found, faults = sheet(rows(("Our bodies",), HEAD, ("acme", "Acme"), after=after))
    assert (found, faults) == ({3: ACME}, [])


# Sheets and headers


def test_sheets_by_name(broken: Broken) -> None:
    body = rows(HEAD, ("acme", "Acme"))
    found = parts(
        {
            "Help": "<sheetData/>",
            "!Lists": "<sheetData/>",
            "INSTITUTIONS ": body,
            "Institution": body,
            "Budget 2020": body,
            "institutions.csv": body,
            "!Sources": rows(("Code", "Title"), ("s", "S")),
            "!Anything": body,
            "Frameworks": "<sheetData/>",
            "Links\x1b"[:5]: rows(("Hello",)),
        }
    )
    data, faults = read(broken(pack(found), "mine.xlsx"))
    assert data == {"INSTITUTIONS": {2: ACME}, "Sources": {2: {"Code": "s", "Title": "S"}}}
    assert [f.split(": known are")[0] for f in faults] == [
        "warning: Institution: is not read under this name: name it Institutions if that is meant",
        "warning: Budget 2020: is not read under this name: name it Institutions, whose columns it "
        "has",
        "institutions.csv: is the same sheet as INSTITUTIONS: "
        "put the rows of both into one and delete the other",
        "warning: Sources: is hidden, and read all the same: show it",
        "warning: Frameworks: is empty: fill it in, or delete it",
        "Links: has no row of headers: its first row must hold at least From, To, Basis",
    ]


def test_headers_are_called_by_their_letters(sheet: Sheet) -> None:
    many = ("Code", "Nmae", *["x"] * 25, "Name", "Name")
    _, faults = sheet(rows(many, ("a",)))
    assert faults[0] == (
        "warning: Institutions, row 1, column Nmae (B): is not read, because this sheet has no "
        "such column: name it Name if that is meant"
    )
    assert faults[-1] == (
        "Institutions, row 1, column Name (AC): repeats Name (AB): keep one of the two columns"
    )


def test_headers_beyond_number_are_not_read(sheet: Sheet) -> None:
    found, faults = sheet(rows([*HEAD, *["x"] * 1500], ("a", "A")))
    assert found == {}
    assert faults[-1].startswith("Institutions, row 1: has more than 1000 faults")
    assert not faults[-1].startswith("warning")


# What is no workbook, or built to harm


def damaged(name: str, content: str | bytes) -> bytes:
    return pack({**parts({"Institutions": rows(HEAD)}), name: content})


def lying(content: bytes, name: bytes, size: int) -> bytes:
    """Change the unpacked size that the zip's directory declares for a part."""
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    return content[: at + 24] + struct.pack("<L", size) + content[at + 28 :]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f']><worksheet xmlns="{MAIN}"><sheetData>{row("&i;")}</sheetData></worksheet>'
)
FETCH = '<!DOCTYPE w SYSTEM "file:///etc/passwd"><w/>'
SHEET = "xl/worksheets/sheet1.xml"
GOOD = pack(parts({"Institutions": rows(HEAD, *[("a", "A" * 99)] * 99)}))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Code,Name\n", "is no workbook"),
        (OLE + b"\x00" * 600, r"is in the old format \.xls"),
        (GOOD[:500], "is damaged"),
        (GOOD.replace(b"<", b"\x00"), "is damaged"),
        (b"PK\x05\x06" + b"\x00" * 18, "is no workbook"),
        (pack({"mimetype": "x", "content.xml": "<x/>"}), "is an OpenDocument file"),
        (pack({"word/document.xml": "<x/>"}), "is no workbook"),
        (pack({"_rels/.rels": ROOT.format("xl/workbook.bin")}), r"binary format \.xlsb"),
        (pack({"_rels/.rels": ROOT.format("xl/workbook.xml")}), "it has no part xl/workbook.xml"),
        (damaged("xl/workbook.xml", "<workbook/>"), "holds no sheets"),
        (damaged(SHEET, "<worksheet><sheetData><row>"), "is damaged .part xl/worksheets/sheet1.xml"),
        (damaged(SHEET, "&undefined;"), "is damaged"),
        (damaged(SHEET, rows(HEAD) * 2), "is damaged"),
        (damaged(SHEET, f"<w>{row(number=2)}{row(number=1)}</w>"), "is damaged"),
        (damaged(SHEET, f"<w>{row(number=1_048_577)}</w>"), "is damaged"),
        (damaged(SHEET, f'<w><row r="{"1" * 5000}"/></w>'), "is damaged"),
        (damaged(SHEET, '<w><row><c r="XFE1"/></row></w>'), "is damaged"),
        (damaged(SHEET, '<w><row><c r="B1"/><c r="A1"/></row></w>'), "is damaged"),
        (damaged(SHEET, LAUGHS), "is no workbook that a spreadsheet program wrote"),
        (damaged(SHEET, FETCH), "is no workbook that a spreadsheet program wrote"),
        (damaged("xl/workbook.xml", FETCH), "is no workbook that a spreadsheet program wrote"),
        (damaged("xl/sharedStrings.xml", LAUGHS), "is no workbook that a spreadsheet program wrote"),
        (damaged("../../evil.xml", "x"), "is no workbook that a spreadsheet program wrote"),
        (damaged("/etc/evil", "x"), "is no workbook that a spreadsheet program wrote"),
        (damaged("xl\\workbook.xml", "x"), "is no workbook that a spreadsheet program wrote"),
        (damaged("C:/x", "x"), "is no workbook that a spreadsheet program wrote"),
        (damaged("XL/Workbook.xml", "x"), "with two parts of one name"),
        (damaged("xl/media/bomb.xml", b" " * 20_000_000), "is too large once unpacked"),
        (lying(GOOD, b"xl/worksheets/sheet1.xml", 300), "is damaged"),
        (lying(GOOD, b"xl/worksheets/sheet1.xml", 2**32 - 2), "is too large once unpacked"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_in_a_sentence(
    broken: Broken, content: bytes, words: str
) -> None:
    path = broken(content, "mine.xlsx")
    with pytest.raises(FileError, match=words) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_workbook_with_a_password_says_so() -> None:
    path = Path(__file__).parent / "protected.xlsx"
    with pytest.raises(FileError, match="is protected with a password: open it, remove"):
        read(path)


def test_too_many_parts_are_refused(broken: Broken) -> None:
    many = {f"xl/{i}": "" for i in range(5_001)}
    with pytest.raises(FileError, match="is too large once unpacked"):
        read(broken(pack(many), "mine.xlsx"))
    end = GOOD.rindex(b"PK\x05\x06")
    claimed = GOOD[: end + 12] + struct.pack("<L", 2**31) + GOOD[end + 16 :]
    with pytest.raises(FileError, match="is too large once unpacked"):
        read(broken(claimed, "mine.xlsx"))


def test_an_encrypted_part_is_refused(broken: Broken) -> None:
    at = GOOD.rindex(b"PK\x01\x02")
    locked = GOOD[: at + 8] + struct.pack("<H", 1) + GOOD[at + 10 :]
    with pytest.raises(FileError, match="is protected with a password"):
        read(broken(locked, "mine.xlsx"))


def test_numbers_and_formats_that_are_no_such_are_passed_over(sheet: Sheet) -> None:
    many = "1" * 5000
    xml = rows(HEAD, (f'<c s="{many}"><v>5.1</v></c>', f'<c t="s"><v>{many}</v></c>'))
    assert sheet(xml) == ({2: {"Code": "5.1"}}, [])
    xml = rows(HEAD, ('<c s="1"><v>5.1</v></c>', f'<c r="B2"><v>{many}</v></c>'))
    found, _ = sheet(xml, styles="0." + "0" * 3000)
    assert found[2]["Code"] == "5.1"


def test_a_cell_that_is_far_too_long_is_a_fault(sheet: Sheet) -> None:
    found, faults = sheet(rows(HEAD, ("a", "xy" * 500_000), ("b", "B")))
    assert found == {2: {"Code": "a"}, 3: {"Code": "b", "Name": "B"}}
    assert faults[0].startswith("Institutions, row 2, column Name (B): holds more than the 32,767")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_byte_never_ends_in_a_traceback(
    tmp_path: Path, place: int, value: int, cut: bool
) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(GOOD[:place] if cut else GOOD[:place] + bytes([value]) + GOOD[place + 1 :])
    try:
        read(path)
    except InputError as error:
        assert str(path) in str(error)


# Writing

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)
ODD = ["=1+1", "+1", "-5", "@x", "'=1", "#N/A", "5.1", "007", "1e5", "TRUE", "_x0041_", "_x005F_",
       "__x0041_", "a\nb", "<b>&amp;", "2019-06-19", "]]>"]  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(*[(TEXT | st.sampled_from(ODD)).map(clean_text)] * 2), max_size=8),
    st.sampled_from(["", "2019-06-19", "1899-01-01", "2020-02-29"]),
    st.sampled_from(["", "0.8", "0.80", "1", "0.123456789", ".5"]),
)
def test_any_text_comes_back(
    tmp_path: Path, texts: list[tuple[str, str]], day: str, share: str
) -> None:
    bodies = SheetData(INSTITUTIONS, HEAD, (("a", "A"),))
    frameworks = SheetData(
        FRAMEWORKS, ("Code", "Title", "Note", "Adopted on", "First year"),
        tuple(("5.1", *pair, day, "2019") for pair in texts),
    )  # fmt: skip
    links = SheetData(
        LINKS,
        ("From", "To", "Basis", "Comment", "Confidence"),
        tuple(("gcm/1", "5.10", "Stated", pair[0], share) for pair in texts),
    )
    sheets = [bodies, frameworks, links]
    path = tmp_path / "mine.xlsx"
    path.write_bytes(write_workbook(sheets, title="=x", help_lines=["=1+1", "b"]))
    found, faults = read(path)
    assert faults == []
    for data in sheets:
        assert found[data.schema.name] == {
            number: {h: t for h, t in zip(data.headers, line, strict=True) if t}
            for number, line in enumerate(data.rows, 2)
        }


def crosswalk() -> list[SheetData]:
    shown = (
        "Collect data on migration, by sex and by age, and use them, in every year, for policies"
    )
    return [
        SheetData(FRAMEWORKS, tuple(c.header for c in FRAMEWORKS.columns), ()),
        SheetData(
            CROSSWALK,
            ("Action", "What it asks for", "Status", "Outcomes", "SDG targets", "Indicators"),
            (
                ("1.a", shown, "Aligned", "A2.2; C1.3", "10.7", "=1+1\nPermits, by sex"),
                ("1.10", shown, "", "5.1", "5.10", "007"),
            ),
        ),
    ]


def values() -> SheetData:
    """Periods and age groups that a spreadsheet would take for dates, and numbers that are some."""
    rows_ = (
        ("Permits", "2021", "1234567.25", "Number", "", "5-9"),
        ("Permits", "2021-05", "12.5", "EUR", "Female", "15-24"),
        ("Permits", "2021-Q1", "0", "Number", "", "under 18"),
        ("Permits", "2022", "-3.1", "Number", "", "10-14"),
    )
    return SheetData(VALUES, ("Indicator", "Period", "Value", "Unit", "Sex", "Age"), rows_)


CHOICES = {
    ("Values", "Unit"): ["Number", "EUR"],
    ("Crosswalk", "Status"): ["Aligned", "Not applicable", "=Odd, with a comma"],
    ("Crosswalk", "SDG targets"): ["10.7", "5.1"],
    ("Links", "Basis"): ["Stated"],
}


def write() -> bytes:
    return write_workbook(crosswalk(), title="Ours", help_lines=["Fill it in."], choices=CHOICES)


def test_the_same_sheets_have_the_same_bytes() -> None:
    assert write() == write()
    with zipfile.ZipFile(io.BytesIO(write())) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in package.read("docProps/core.xml")


def test_a_workbook_helps_who_fills_it_in() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(write()))
    assert book.sheetnames == ["Help", "Frameworks", "Crosswalk", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    words = [[c.value for c in column] for column in book["Lists"].columns]
    assert words == [
        ["Status", *CHOICES["Crosswalk", "Status"]],
        ["SDG targets", "10.7", "5.1", None],
    ]

    sheet = book["Crosswalk"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert sheet["A1"].font.b and sheet["A1"].alignment.wrap_text
    # What is there for the reader can't be changed, everything else can, to the last row.
    assert sheet.protection.sheet and not sheet.protection.password
    assert not sheet.protection.formatCells and not sheet.protection.insertRows
    assert [sheet[f"{c}2"].protection.locked for c in "ABCDEF"] == [False, True, *[False] * 4]
    assert [sheet.column_dimensions[c].protection.locked for c in "BC"] == [True, False]
    assert not book["Frameworks"].protection.sheet
    # Codes stay text in rows that are still blank; days and years are what they are.
    assert sheet.column_dimensions["E"].number_format == sheet["E2"].number_format == "@"
    frameworks = {c.value: c.column_letter for c in book["Frameworks"][1]}
    formats = book["Frameworks"].column_dimensions
    assert formats[frameworks["Adopted on"]].number_format == "yyyy-mm-dd"
    assert formats[frameworks["First year"]].number_format == "0"
    # A text that looks like a formula is a text, and stays one when it is edited.
    assert (sheet["F2"].data_type, sheet["F2"].quotePrefix) == ("s", True)
    assert (sheet["F3"].data_type, sheet["F3"].value, sheet["F3"].quotePrefix) == (
        "s",
        "007",
        False,
    )

    lists = {
        str(rule.sqref): rule
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert set(lists) == {"C2:C203", "E2:E203"}
    assert lists["C2:C203"].formula1 == "Lists!$A$2:$A$4"
    assert lists["C2:C203"].showErrorMessage and not lists["E2:E203"].showErrorMessage
    prompts = {str(r.sqref): r.prompt for r in sheet.data_validations.dataValidation}
    assert prompts["A1:A203"] == "The Compact's code of the action, such as 1.a. Must be filled in."
    assert prompts["B1:B203"].endswith("Not read when the workbook is imported.")
    assert all(len(prompt) <= 255 for prompt in prompts.values())

    text = "\n".join(str(c.value) for line in book["Help"].iter_rows() for c in line if c.value)
    for part in ("Ours", "Fill it in.", FRAMEWORKS.help, CROSSWALK.columns[0].help, "required"):
        assert part in text


def luminance(colour: str) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(b) for b in bytes.fromhex(colour[-6:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_headers_can_be_read_by_everyone() -> None:
    """WCAG 2.2, 1.4.6: a contrast of 7 to 1."""
    from openpyxl import load_workbook

    for cell in load_workbook(io.BytesIO(write()))["Crosswalk"][1]:
        pair = luminance(cell.font.color.rgb), luminance(cell.fill.fgColor.rgb)
        assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 7


def test_every_sheet_of_the_layout_can_be_written(tmp_path: Path) -> None:
    sheets = [SheetData(s, tuple(c.header for c in s.columns), ()) for s in SHEETS]
    path = tmp_path / "all.xlsx"
    path.write_bytes(write_workbook(sheets, title="All"))
    with open_tables(path) as tables:
        assert tables.faults.found == []
        found = {s.schema.name: list(s.columns) for s in tables.sheets}
    assert found == {s.name: [c.header for c in s.columns if not c.shown] for s in SHEETS}


@pytest.mark.parametrize("value", ["x\x07", "\ud800", "\ufffe", "x" * 32_768, "_x0041_" * 4_681])
def test_what_no_cell_can_hold_is_not_written(value: str) -> None:
    data = SheetData(INSTITUTIONS, HEAD, (("a", "A"), ("b", value)))
    with pytest.raises(InputError, match="Institutions, row 3, column Name: can't be written"):
        write_workbook([data], title="x")


# LibreOffice

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_what_was_written(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    def convert(source: Path, form: str, folder: str) -> Path:
        out = tmp_path / folder
        profile = (tmp_path / "profile").as_uri()
        command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", form]
        subprocess.run(
            [*map(str, command), "--outdir", str(out), str(source)],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return out / f"{source.stem}.{form.partition(':')[0]}"

    first = tmp_path / "mine.xlsx"
    sheets = [*crosswalk(), values()]
    first.write_bytes(write_workbook(sheets, title="Ours", help_lines=["x"], choices=CHOICES))
    expected = read(first)
    assert expected[1] == []
    assert [list(row.values()) for row in expected[0]["Values"].values()] == [
        [text for text in row if text] for row in values().rows
    ]
    assert expected[0]["Crosswalk"][3] == {
        "Action": "1.10", "Outcomes": "5.1", "SDG targets": "5.10", "Indicators": "007",
    }  # fmt: skip

    # By way of LibreOffice's own format, so that nothing of ours is merely passed through.
    saved = convert(convert(first, "ods", "ods"), "xlsx", "saved")
    assert read(saved) == expected
    sheet = load_workbook(saved)["Crosswalk"]
    assert sheet.protection.sheet
    assert [sheet[f"{c}2"].protection.locked for c in "AB"] == [False, True]
    assert sheet["F2"].data_type == "s"
    rules = {str(r.sqref): r for r in sheet.data_validations.dataValidation if r.type == "list"}
    assert "Lists!$A$2:$A$4" in rules["C2:C203"].formula1
    figures = load_workbook(saved)["Values"]
    assert [figures[f"{c}2"].data_type for c in "BCF"] == ["s", "n", "s"]
    assert [figures.column_dimensions[c].number_format for c in "BC"] == ["@", "General"]
    offered = [str(r.sqref) for r in figures.data_validations.dataValidation if r.type == "list"]
    # LibreOffice keeps a rule for a thousand rows below the last.
    assert [bool(re.fullmatch("D2:D[0-9]{4}", place)) for place in offered] == [True]
    assert rules["C2:C203"].showErrorMessage

    # And as the CSV file of one sheet.
    only = tmp_path / "crosswalk.xlsx"
    only.write_bytes(write_workbook(crosswalk()[1:], title="Ours"))
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    (found,) = convert(only, form, "csv").parent.glob("*.csv")
    rows_, faults = read(found.rename(tmp_path / "crosswalk.csv"))
    assert rows_["crosswalk.csv"] == expected[0]["Crosswalk"]
    assert len(faults) == 1 and "looks like a formula" in faults[0]
