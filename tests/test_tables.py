"""Tables hold everything: records to sheets and back give the same statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import InputError
from gcm_ld.model import (
    Alignment,
    Claim,
    Country,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Monitoring,
    Rating,
    Record,
    Source,
    SourceAnomaly,
)
from gcm_ld.namespaces import (
    GCM,
    ID,
    SDG,
    alignment_iri,
    country_iri,
    crosswalk_iri,
    element_iri,
    expand,
    framework_iri,
    quote,
)
from gcm_ld.resources import shipped_data
from gcm_ld.tables.cell_forms import Cell, read_cell
from gcm_ld.tables.cells import clean_text
from gcm_ld.tables.crosswalk import ActionRow, Frame, cell_property, derive_goals, imply, status
from gcm_ld.tables.defaults import make_crosswalk
from gcm_ld.tables.extract import Extract, extract
from gcm_ld.tables.layout import CELLS, CROSSWALK, SHEETS, find_sheet
from gcm_ld.tables.output import MemoryTables, check_round_trip, csv_files, workbook
from gcm_ld.tables.reading import Imported, read_tables
from gcm_ld.tables.reading_files import open_tables
from gcm_ld.tables.schema import Form
from gcm_ld.tables.sheets import SheetData
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.values import sort_values
from gcm_ld.tables.words import read_words
from gcm_ld.tables.writing import index_names, tabulate
from gcm_ld.turtle import natural_key, read_turtle

STATED, CURATED, DERIVED = (expand(f"gcmo:{b}") for b in ("Stated", "Curated", "Derived"))
MAIN = framework_iri("xkx-nsm-2025")
OTHER = framework_iri("xkx-diaspora")
POLICY = framework_iri("xkx-nap")


class World:
    """A small Compact and a few SDGs, in place of the shipped ones."""

    def __init__(self) -> None:
        def element(code: str, kind: str, number: str, *wider: str) -> Element:
            parts = tuple(
                element_iri(code, k, n) for k, n in zip(wider[::2], wider[1::2], strict=True)
            )
            return Element(
                iri=element_iri(code, kind.lower(), number),
                kind=kind,
                notation=number,
                label=f"{kind} {number}",
                framework=framework_iri(code),
                part_of=parts,
            )

        self.known: list[Record] = [
            Framework(iri=GCM, code="gcm", label="Compact"),
            Framework(iri=SDG, code="sdg", label="SDGs"),
            *(Country(iri=country_iri(c), code=c, label=c) for c in ("ALB", "XKX")),
            *(element("gcm", "Objective", n) for n in ("1", "2")),
            *(
                element("gcm", "Action", f"{n}.{letter}", "objective", n)
                for n in ("1", "2")
                for letter in "abc"
            ),
            *(element("sdg", "Goal", n) for n in ("3", "10", "17")),
            *(
                element("sdg", "Target", t, "goal", t.partition(".")[0])
                for t in ("3.1", "3.d", "10.7", "10.c", "17.18")
            ),
        ]
        self.actions = [r.iri for r in self.known if getattr(r, "kind", "") == "Action"]
        self.objectives = [f"{GCM}/objective/{n}" for n in "12"]
        self.goals = [r.iri for r in self.known if getattr(r, "kind", "") == "Goal"]
        self.targets = [r.iri for r in self.known if getattr(r, "kind", "") == "Target"]

    def records(self, main: str = "") -> list[Record]:
        return self.known


WORLD = World()

_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")) | st.sampled_from(
    "\n=+-@\"';,|x_"
)
TEXTS = (
    st.text(_LETTERS, min_size=1, max_size=30)
    .map(clean_text)
    .filter(lambda t: t and clean_text(t) == t)
)
_CODE_COLUMN = find_sheet("Outcomes").column("Code")  # type: ignore[union-attr]
_ODD = [
    "A1.1",
    "=2",
    "Ä.1",
    "x;y",
    "100%",
    "N°4",
    "a,b",
    "All",
    "N/A",
    "1.a",
    "+1",
    "'x",
    "A_1",
    "C",
]
CODES = (
    st.sampled_from(_ODD) | st.text(st.sampled_from("AB12.-ü%&"), min_size=1, max_size=5)
).filter(lambda c: read_cell(Cell(c), _CODE_COLUMN).text == c)  # type: ignore[arg-type]
SLUGS = st.sampled_from(["moi", "iom", "un-desa", "a.b", "Ministry"])


def some(values: Sequence[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    if not values:
        return st.just(())
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(sort_values)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


@st.composite
def extracts(draw: st.DrawFn) -> Extract:
    institutions = [
        Institution(iri=f"{ID}institution/{c}", label=draw(TEXTS), homepage=draw(maybe(URLS)))
        for c in draw(st.sets(SLUGS, max_size=2))
    ]
    bodies = [i.iri for i in institutions]
    sources = [
        Source(
            iri=f"{ID}source/{c}",
            title=draw(TEXTS),
            creator=draw(maybe(TEXTS)),
            issued=draw(maybe(DATES)),
            publisher=draw(st.sampled_from([None, *bodies])),
        )
        for c in draw(st.sets(SLUGS, max_size=2))
    ]
    papers = [None, "https://undocs.org/A/RES/73/195", *(s.iri for s in sources)]
    frameworks = [
        Framework(
            iri=iri,
            code=iri.removeprefix(ID),
            label=draw(TEXTS),
            alt_labels=sort_values(draw(st.lists(TEXTS, max_size=2))),
            note=draw(maybe(TEXTS)),
            creator=draw(st.sampled_from([None, *bodies])),
            spatial=draw(st.sampled_from([None, country_iri("XKX")])),
            start=draw(st.sampled_from([None, "2025"])),
            partners=draw(some(bodies)),
            source=draw(st.sampled_from(papers)),
        )
        for iri in (MAIN, OTHER, POLICY)
    ]
    elements: list[Element] = []
    for kind in ("Objective", "Outcome", "Indicator", "Priority"):
        for framework in (MAIN, OTHER):
            taken = {e.notation for e in elements if e.framework == framework}
            for code in sorted(draw(st.sets(CODES, max_size=3)) - taken):
                iri = f"{framework}/{kind.lower()}/{quote(code)}"
                if draw(st.integers(0, 9)) == 0:
                    iri = f"https://example.org/{kind}/{quote(code)}"
                    if any(e.iri == iri for e in elements):
                        continue
                wider = [e.iri for e in elements if e.framework == framework]
                elements.append(
                    Element(
                        iri=iri,
                        kind=kind,
                        notation=code,
                        label=draw(TEXTS),
                        label_basis=draw(st.sampled_from([None, STATED, CURATED])),
                        framework=framework,
                        part_of=draw(some(wider, 2)),
                        identifiers=sort_values(draw(st.lists(TEXTS, max_size=2))),
                        countries=draw(some([country_iri("ALB"), country_iri("XKX")])),
                        start=draw(maybe(DATES)),
                        led_by=draw(some(bodies)),
                        requires=draw(some(wider, 2)),
                        note=draw(maybe(TEXTS)),
                        source=draw(st.sampled_from(papers)),
                    )
                )
    indicators = [e.iri for e in elements if e.kind == "Indicator" and e.framework == MAIN]
    described = [*frameworks, *elements]
    names = index_names(MAIN, [*described, *WORLD.known])
    crosswalks = draw(st.lists(st.sampled_from(_crosswalks(draw(TEXTS))), max_size=3, unique=True))
    frame = Frame.of(MAIN, names, crosswalks)
    rows: list[ActionRow] = []
    if draw(st.booleans()):
        rows = [draw(action_rows(a, elements, indicators)) for a in WORLD.actions]
    implied = imply(rows, frame)
    if implied.clashes:
        rows, implied = [], imply([], frame)
    links = {}
    for link in implied.links.values():
        changed = draw(changed_links(link, bodies))
        if changed is not None:
            links[changed.iri] = changed
    for link in draw(st.lists(other_links(frame, elements, bodies), max_size=3)):
        links.setdefault(link.iri, link)
    links |= {link.iri: link for link in derive_goals(links.values(), names)}
    used = {r.crosswalk for r in (*links.values(), *implied.assessments.values())}
    listed = {c.iri: c for c in crosswalks}
    for iri in sorted(used - listed.keys()):
        pair = _pair(iri, links.values(), names.frameworks)
        listed[iri] = Crosswalk(iri=iri, title=draw(TEXTS), compares=pair)
    things = [*(e.iri for e in elements), MAIN, *implied.assessments]
    records: list[Record] = [
        *described,
        *institutions,
        *sources,
        *listed.values(),
        *implied.assessments.values(),
        *implied.monitoring.values(),
        *links.values(),
    ]
    records += draw(st.lists(extras(things, papers), max_size=4, unique_by=lambda r: r.iri))
    records.sort(key=lambda r: natural_key(r.iri))
    known = {r.iri: r for r in WORLD.known} | {
        r.iri: r for r in records if not isinstance(r, Monitoring)
    }
    return Extract(frameworks[0], tuple(records), known)


URLS = st.sampled_from(["https://example.org/", "https://example.org/a?b=1;c=2"])
DATES = st.dates().map(lambda d: d.isoformat()).filter(lambda d: d > "1900-03-01")


def _crosswalks(title: str) -> list[Crosswalk]:
    def make(iri: str, *compares: str) -> Crosswalk:
        return Crosswalk(iri=iri, title=title, compares=sort_values(compares))

    return [
        make(crosswalk_iri("gcm", "xkx-nsm-2025"), GCM, MAIN),
        make(crosswalk_iri("gcm", "xkx-nsm-2025", by="moi"), GCM, MAIN),
        make(crosswalk_iri("gcm", "sdg"), GCM, SDG),
        make(crosswalk_iri("gcm", "sdg", by="xkx-nsm-2025"), GCM, SDG),
        make(crosswalk_iri("xkx-nsm-2025", "xkx-diaspora"), MAIN, OTHER),
    ]


def _pair(iri: str, links: Iterable[Alignment], frameworks: dict[str, str]) -> tuple[str, ...]:
    for link in links:
        if link.crosswalk == iri:
            return sort_values(frameworks.get(i, i) for i in (link.subject, link.object))
    return sort_values((GCM, MAIN))


@st.composite
def action_rows(
    draw: st.DrawFn, action: str, elements: list[Element], indicators: list[str]
) -> ActionRow:
    def of(kind: str) -> list[str]:
        return [e.iri for e in elements if e.kind == kind and e.framework == MAIN]

    goals = draw(some(WORLD.goals))
    all_goals = draw(st.booleans())
    all_targets = draw(st.booleans()) and bool(goals or all_goals)
    outcomes, whole = draw(some(of("Outcome"))), draw(st.integers(0, 5)) == 0
    covered = () if outcomes or whole else draw(some([POLICY, OTHER]))
    row = ActionRow(
        action=action,
        outcomes=outcomes,
        whole=whole,
        covered_by=covered,
        goals=goals,
        all_goals=all_goals,
        targets=draw(some(WORLD.targets)),
        all_targets=all_targets,
        goals_in_full=draw(some(WORLD.goals, 1)),
        indicators=draw(some(indicators)),
        objectives=draw(some([*of("Objective"), *of("Outcome"), POLICY])),
        row=draw(maybe(TEXTS)),
    )
    found = row.follow_status()
    if found == status("Unstated") and draw(st.booleans()):
        found = status("NotApplicable")
    cells = {
        "outcome_cell": found != status("Unstated"),
        "goal_cell": bool(row.goals or row.all_goals),
        "target_cell": bool(row.targets or row.all_targets or row.goals_in_full),
        "indicator_cell": draw(st.booleans()),
        "objective_cell": bool(row.objectives) or draw(st.booleans()),
    }
    return replace(row, status=found, cells={f: draw(TEXTS) for f, there in cells.items() if there})


@st.composite
def changed_links(draw: st.DrawFn, link: Alignment, bodies: list[str]) -> Alignment | None:
    """Return a link as its row implies it, or with something about it that no row can say."""
    change = draw(st.integers(0, 9))
    if change == 0 and cell_property("Outcomes") not in link.stated_cells:
        return None
    if change == 1:
        return replace(link, relation=expand("skos:closeMatch"), comment=draw(TEXTS))
    if change == 2 and bodies:
        return _curated(link, bodies[0])
    if change == 3:
        return replace(link, stated_cells=link.stated_cells[:1])
    if change == 4:
        return replace(link, citation=draw(TEXTS), confidence="0.90")
    return link


def _curated(link: Alignment, author: str) -> Alignment:
    return replace(
        link,
        basis=CURATED,
        scope=None,
        stated_in=(),
        stated_cells=(),
        justification=expand("semapv:ManualMappingCuration"),
        author=author,
        confidence="0.8",
    )


@st.composite
def other_links(
    draw: st.DrawFn, frame: Frame, elements: list[Element], bodies: list[str]
) -> Alignment:
    own = [e.iri for e in elements]
    subject = draw(st.sampled_from([*WORLD.actions, *WORLD.objectives, *own]))
    away = [e.iri for e in elements if e.framework != frame.names.frameworks.get(subject)]
    obj = draw(st.sampled_from([*WORLD.targets, *WORLD.goals, *away]))
    crosswalk = draw(st.sampled_from([frame.crosswalk_for(subject, obj), frame.crosswalk]))
    link = Alignment(
        iri=alignment_iri(crosswalk, frame.names.code(subject), frame.names.code(obj)),
        crosswalk=crosswalk,
        subject=subject,
        object=obj,
        relation=expand("skos:relatedMatch"),
        basis=DERIVED,
        derived_by=draw(TEXTS),
    )
    return _curated(replace(link, derived_by=None), bodies[0]) if bodies else link


@st.composite
def extras(draw: st.DrawFn, things: list[str], papers: list[str | None]) -> Record:
    about, source = draw(st.sampled_from(things)), draw(st.sampled_from(papers))
    number = draw(st.integers(1, 99))
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return SourceAnomaly(
            iri=f"{MAIN}/anomaly/{number}",
            about=about,
            anomaly=expand("gcmo:Misprint"),
            verbatim=draw(maybe(TEXTS)),
            reading=draw(TEXTS),
            source=source,
        )
    if kind == 1:
        return Claim(
            iri=f"{ID}claim/x/{number}",
            label=draw(TEXTS),
            values=sort_values(draw(st.lists(TEXTS, max_size=2))),
            comparison=expand("gcmo:Equals"),
            about=draw(some(things, 2)),
            framework=MAIN,
            source=source,
        )
    iri = draw(st.sampled_from([f"{about}/rating/ambition", f"{about}/rating/{number}"]))
    return Rating(
        iri=iri, about=about, criterion=expand("gcmo:Ambition"), value=draw(TEXTS), source=source
    )


def show(records: Iterable[Record]) -> set[str]:
    return {str(triple) for triple in build_graph(records)}


def read_again(found: Extract, imported: Imported) -> None:
    faults = [str(f) for f in imported.faults.errors]
    before, after = show(found.records), show(imported.records)
    assert (faults, before - after, after - before) == ([], set(), set())
    known = {r.iri: r for r in WORLD.known} | {
        r.iri: r for r in imported.records if not isinstance(r, Monitoring)
    }
    main = imported.main
    assert main is not None
    again = tabulate(Extract(main, imported.records, known))
    assert again == tabulate(found)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(extracts())
def test_sheets_hold_everything(found: Extract) -> None:
    read_again(found, read_tables(MemoryTables(tabulate(found)), WORLD))


def _as_xlsx(sheets: list[SheetData], folder: Path) -> Path:
    path = folder / "tables.xlsx"
    path.write_bytes(workbook(sheets, "x"))
    return path


def _as_csv(sheets: list[SheetData], folder: Path) -> Path:
    path = folder / "tables"
    path.mkdir(exist_ok=True)
    for old in path.iterdir():
        old.unlink()
    for name, content in csv_files(sheets).items():
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize("write", [_as_xlsx, _as_csv])
def test_files_hold_everything(
    write: Callable[[list[SheetData], Path], Path], tmp_path: Path
) -> None:
    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(extracts())
    def check(found: Extract) -> None:
        with open_tables(write(tabulate(found), tmp_path)) as tables:
            read_again(found, read_tables(tables, WORLD))

    check()


@pytest.mark.parametrize("write", [_as_xlsx, _as_csv])
def test_albania_comes_back_as_it_is(
    dataset: Dataset, tmp_path: Path, write: Callable[[list[SheetData], Path], Path]
) -> None:
    found = extract(dataset, "alb-nsm-2019")
    with open_tables(write(tabulate(found), tmp_path)) as tables:
        imported = read_tables(tables, read_shipped())
    assert imported.faults.found == []
    after = set(build_graph(imported.records))
    assert after == set(build_graph(found.records))
    folder = shipped_data()[0].parent.parent / "alb"
    for name in ("nsm-2019.ttl", "gcm--alb-nsm-2019.ttl", "gcm--sdg.ttl"):
        assert set(read_turtle(folder / name)) <= after
    assert len(after) > 8000


def _with_elements(dataset: Dataset) -> list[str]:
    described = {e.framework for e in dataset.elements()}
    return [f.code for f in dataset.frameworks() if f.iri in described]


def test_every_shipped_framework_comes_back(dataset: Dataset) -> None:
    said = [t for triples in dataset.triples_by_file.values() for t in triples]
    codes = _with_elements(dataset)
    assert {"gcm", "sdg", "alb-nsm-2019"} <= set(codes)
    for code in codes:
        found = extract(dataset, code)
        assert check_round_trip(found, tabulate(found), said) == [], code


def test_a_loss_is_named(dataset: Dataset) -> None:
    found = extract(dataset, "alb-nsm-2019")
    outcome = next(r for r in found.records if isinstance(r, Element) and r.kind == "Outcome")
    said = [Triple(NamedNode(outcome.iri), NamedNode(expand("skos:hiddenLabel")), Literal("x"))]
    (line,) = check_round_trip(found, tabulate(found), said)
    assert line == (
        "1 statement has no place in the tables, such as alb-nsm-2019/outcome/A1.1 skos:hiddenLabel"
    )
    (line,) = check_round_trip(found, tabulate(found)[:-1])
    assert "would not come back, such as claim/" in line


def test_one_s_own_files_come_back_whole(dataset: Dataset, tmp_path: Path) -> None:
    """What was imported together is exported together, other frameworks included."""
    for name in ("nsm-2019.ttl", "gcm--alb-nsm-2019.ttl", "policies.ttl"):
        source = shipped_data()[0].parent.parent / "alb" / name
        (tmp_path / name).write_bytes(source.read_bytes())
    own = extract(open_dataset(tmp_path))
    assert own.framework.code == "alb-nsm-2019"
    subjects = {t.subject for p in tmp_path.glob("*.ttl") for t in read_turtle(p)}
    assert {r.iri for r in own.records} == {s.value for s in subjects if isinstance(s, NamedNode)}


def test_a_framework_must_be_named_where_there_are_several(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="no framework 'alb-nsm-2018'"):
        extract(dataset, "alb-nsm-2018")


def test_plain_rows_stay_plain() -> None:
    """A row that was filled in from nothing has no column that a template lacks."""
    sheets = {s.schema.name: s for s in tabulate(_plain())}
    assert list(sheets) == [s.name for s in SHEETS if s.core]
    crosswalk = sheets["Crosswalk"]
    assert crosswalk.headers == tuple(c.header for c in CROSSWALK.columns if c.core)
    first = dict(zip(crosswalk.headers, crosswalk.rows[0], strict=True))
    assert first["Status"] == "Aligned"
    assert first["Outcomes"] == "A1; A2"
    assert first["SDG targets"] == "3.All; 10.7"
    assert first["Objective"] == "1. Objective 1"


def _plain() -> Extract:
    def element(kind: str, code: str) -> Element:
        iri = f"{MAIN}/{kind.lower()}/{code}"
        return Element(
            iri=iri, kind=kind, notation=code, label=code, label_basis=STATED, framework=MAIN
        )

    main = Framework(iri=MAIN, code="xkx-nsm-2025", label="Strategy")
    described = [main, element("Outcome", "A1"), element("Outcome", "A2")]
    names = index_names(MAIN, [*described, *WORLD.known])
    frame = Frame.of(MAIN, names, [])
    cells = {"outcome_cell": "A1; A2", "goal_cell": "3; 10", "target_cell": "3.All; 10.7"}
    rows = [
        ActionRow(
            action=WORLD.actions[0],
            outcomes=tuple(e.iri for e in described[1:]),
            goals=(WORLD.goals[0], WORLD.goals[1]),
            targets=(f"{SDG}/10.7",),
            goals_in_full=(WORLD.goals[0],),
            cells=cells,
        ),
        *(ActionRow(action=action) for action in WORLD.actions[1:]),
    ]
    implied = imply(rows, frame)
    records: list[Record] = [
        *described,
        make_crosswalk(GCM, MAIN, names),
        make_crosswalk(GCM, SDG, names, by=MAIN),
        *implied.assessments.values(),
        *implied.links.values(),
    ]
    known = {r.iri: r for r in [*WORLD.known, *records]}
    return Extract(main, tuple(records), known)


def test_the_schema_is_sound() -> None:
    words = read_words()
    for sheet in SHEETS:
        headers = [c.header.casefold() for c in sheet.columns]
        assert len(headers) == len(set(headers)), sheet.name
        fields = {f.name for f in dataclasses.fields(sheet.record)}
        for column in sheet.columns:
            assert column.help.endswith("."), (sheet.name, column.header)
            # An observation's framework is that of its indicator.
            known = column.field in fields | {"code"} or column.header in {*CELLS, "Framework"}
            assert column.shown or known
            if column.form in (Form.WORD, Form.WORDS) and column.target != "semapv":
                assert words.choices(column.target), column.target
