"""Albania's review for tests, built once, and what they look at in a review."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gcm_ld import Dataset
from gcm_ld.cli import group
from gcm_ld.review import Options, Review, build_review, render_review
from gcm_ld.review.model import Grid, Heading, Items, Paragraph, plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The smallest picture there is: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SECTIONS = ["1", "2", "3", "3.1", "3.2", "3.3", "4", "4.1", "4.2", "4.3", "4.4", "5", "6", "7"]
COMMAND = ("review", "--country", "ALB", "--year", "2022", "-o")


@cache
def albania(dataset: Dataset) -> Review:
    """Albania's review of 2022, to which nobody has written anything."""
    nothing = Path("/nowhere/at/all")
    return build_review(dataset, country="ALB", options=Options(2022), texts=nothing)


#: A country with a small table of figures: some by sex and age, one provisional, one revised, a
#: target that has passed, indicators without a figure, and most of its crosswalk still blank.
OFFICE = {
    "frameworks": """Code,Title,Country,First year,Last year,Adopted by,Partners,Source,Citation
mne-mig-2021,Strategy on Migration 2021–2025,MNE,2021,2025,mne-gov,mne-mup,mne-strategy,page 1
mne-traf-2019,Strategy against Trafficking 2019–2024,MNE,2019,2024,,,mne-strategy,page 8
""",
    "institutions": """Code,Name
mne-gov,Government of Montenegro
mne-mup,Ministry of the Interior
mne-redcross,Red Cross of Montenegro
""",
    "sources": """Code,Title
mne-strategy,The Strategy as adopted
mne-register,Register of foreigners
""",
    "objectives": "Code,Title\n1,Migration is managed well\n",
    "outcomes": """Code,Title,Part of,Led by,Supported by
1.1,A single register is in use,1,mne-mup,
1.2,Returnees receive support,1,mne-mup,mne-redcross
""",
    "indicators": """Code,Title,Part of,Unit,Better is,Disaggregated by
reg,Share of permits in the register,1.1,Percent,Higher,
perm,Time to issue a permit,1.1,Days,Lower,
ret,"Returnees who received support, by sex",1.2,Number,Higher,Sex
hot,Complaints to the hotline,1.2,Number,Lower,
""",
    "values": """Indicator,Period,Value,Sex,Age,Status,Source,Note,Edition
reg,2020,41.5,,,,mne-register,,
reg,2023,74.9,,,Provisional,mne-register,,
reg,2026,90,,,,mne-register,,
perm,2022,39,,,Revised,mne-register,Counted from the first day,
perm,2022,41,,,,mne-register,,1
ret,2020,310,,,,,,
ret,2022,298,,,,,,
ret,2022,133,Female,,,,,
ret,2022,165,Male,,,,,
ret,2022,52,,under 18,,,,
ret,2022,21,Female,under 18,,,,
ret,2023,400,Male,,Forecast,,,
ret,2026,500,Female,,,,,
""",
    "targets": """Indicator,What,Period,Value
reg,Baseline,2020,41.5
reg,Target,2022,80
perm,Baseline,2020,45
perm,Target,2025,20
ret,Baseline,2020,310
ret,Target,2025,500
""",
    "crosswalk": """Action,Status,Outcomes,Covered by,SDG goals,SDG targets,Indicators
1.a,,1.1,,17,17.18,reg
1.b,,1.1,,17,17.18,perm
21.h,,1.2,,5,5.1,ret
21.i,,1.2,,,,hot
10.a,,,mne-traf-2019,,,
13.a,Not applicable,,,,,
""",
}


def office(dataset: Dataset, folder: Path) -> Path:
    """Import that country's tables once, and return the folder of its data."""
    tables, data = folder / "office", folder / "mne"
    if data.exists():
        return data
    tables.mkdir()
    for name, text in OFFICE.items():
        (tables / f"{name}.csv").write_text(text, encoding="utf-8")
    with (tables / "crosswalk.csv").open("a", encoding="utf-8") as file:
        given = {line.partition(",")[0] for line in OFFICE["crosswalk"].splitlines()}
        for row in dataset.query("select_review_actions", framework="alb-nsm-2019").dicts():
            if row["code"] not in given:
                given.add(row["code"])
                file.write(f"{row['code']},,,,,,\n")
    result = command("import", tables, "-o", data)
    assert result.exit_code == 0, result.output
    return data


@cache
def albania_in_word(dataset: Dataset) -> bytes:
    """The same as a Word document."""
    output = Path("review.docx")
    return render_review(albania(dataset).document, "docx", output)[output]


def leave_drawing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawing out, which takes longest and is looked at elsewhere."""
    for module, name in (("progress", "draw_coverage"), ("closing", "draw_report_chart")):
        monkeypatch.setattr(f"gcm_ld.review.sections.{module}.{name}", lambda *_, **__: None)


def command(*words: object) -> Result:
    """Run the command within this process, so that what a test leaves out stays out."""
    return CliRunner().invoke(group, [str(w) for w in words], catch_exceptions=False)


def grids(review: Review) -> list[Grid]:
    return [b for b in review.document.blocks if isinstance(b, Grid)]


def grid(review: Review, anchor: str) -> Grid:
    return next(g for g in grids(review) if g.anchor == anchor)


def words(review: Review) -> str:
    """All that a review says in text, without its tables."""
    lines = []
    for block in review.document.blocks:
        if isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif isinstance(block, Items):
            lines += [plain(i.text) for i in block.items]
        elif isinstance(block, Heading):
            lines.append(block.full)
    return "\n".join(lines)


def section(review: Review, code: str) -> list[Any]:
    """The blocks from a section's heading up to the next section."""
    blocks = review.document.blocks
    first = next(
        i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.anchor == f"section-{code}"
    )
    found = []
    for block in blocks[first + 1 :]:
        if isinstance(block, Heading) and block.code:
            break
        found.append(block)
    return found


class Page(HTMLParser):
    """Collects the cells of each table of a page, its headings and its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.headings: list[str] = []
        self.alts: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.addresses += [str(found[k]) for k in ("href", "src") if k in found]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._into = self.tables[-1][-1]
            self._into.append("")
        elif re.fullmatch("h[2-5]", tag):
            self._into = self.headings
            self._into.append("")
        elif tag == "img":
            self.alts.append(found["alt"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") or re.fullmatch("h[2-5]", tag):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data
