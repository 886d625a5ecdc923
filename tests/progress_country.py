"""A small country with values, made for the tests; nothing in it is true of any country."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.build import build_graph, read_records
from gcm_ld.model import (
    Alignment,
    Assessment,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Record,
    Source,
)
from gcm_ld.namespaces import (
    GCM,
    GCMO,
    ID,
    RDF,
    SDG,
    XSD,
    alignment_iri,
    country_iri,
    crosswalk_iri,
    element_iri,
    expand,
    quote,
)
from gcm_ld.resources import folder
from gcm_ld.turtle import read_turtle, write_turtle

CODE = "xkx-2025"
FW = ID + CODE
M = ID + "cube/"
SOURCE = ID + "source/xkx-review-2024"
CROSSWALK = crosswalk_iri("gcm", CODE)
TO_SDG = crosswalk_iri("gcm", "sdg", by=CODE)
_TYPE = ox.NamedNode(RDF + "type")


def indicator(slug: str) -> str:
    return element_iri(CODE, "indicator", slug)


def action(code: str) -> str:
    return element_iri("gcm", "action", code)


def outcome(code: str) -> str:
    return element_iri(CODE, "outcome", code)


def observation(
    kind: str,
    slug: str,
    period: str,
    value: str,
    *,
    unit: str = "number",
    status: str = "A",
    sex: str = "T",
    reference: str | None = None,
    revises: str | None = None,
    edition: int | None = None,
    citation: str | None = None,
    note: str | None = None,
    country: str = "XKX",
    framework: str = FW,
) -> list[ox.Triple]:
    """The triples of a value (``values``), an earlier one (``values/earlier``) or a target."""
    place = f"{framework}/{kind}/{slug}" + (f"/{reference}" if reference else "") + f"/{period}"
    if sex != "T":
        place += f"/{sex}._T._T._T"
    if edition is not None:
        place += f"/{edition}"
    node = ox.NamedNode(place)
    datatype = {4: "gYear", 7: "gYearMonth"}.get(len(period), "string")
    if "Q" in period or "S" in period:
        datatype = "string"
    status_iri = f"{M}status/revised" if status == "R" else expand(f"sdmx-code:obsStatus-{status}")
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (expand("qb:dataSet"), ox.NamedNode(f"{framework}/{kind}")),
        (M + "dimension/indicator", ox.NamedNode(f"{framework}/indicator/{slug}")),
        (expand("sdmx-dimension:refArea"), ox.NamedNode(country_iri(country))),
        (
            expand("sdmx-dimension:timePeriod"),
            ox.Literal(period, datatype=ox.NamedNode(XSD + datatype)),
        ),
        (expand("sdmx-dimension:sex"), ox.NamedNode(expand(f"sdmx-code:sex-{sex}"))),
        (expand("sdmx-dimension:age"), ox.NamedNode(M + "age/_T")),
        (M + "dimension/migration-status", ox.NamedNode(M + "migration-status/_T")),
        (M + "dimension/nationality", ox.NamedNode(M + "nationality/_T")),
        (
            expand("sdmx-measure:obsValue"),
            ox.Literal(value, datatype=ox.NamedNode(XSD + "decimal")),
        ),
        (expand("sdmx-attribute:unitMeasure"), ox.NamedNode(f"{M}unit/{unit}")),
        (expand("sdmx-attribute:obsStatus"), ox.NamedNode(status_iri)),
    ]
    if reference is not None:
        said.append((M + "dimension/reference", ox.NamedNode(f"{M}reference/{reference}")))
    if edition is not None:
        number = ox.Literal(str(edition), datatype=ox.NamedNode(XSD + "integer"))
        said.append((M + "dimension/edition", number))
    if revises is not None:
        said.append((expand("prov:wasRevisionOf"), ox.NamedNode(revises)))
    if citation is not None:
        said.append((expand("dcterms:source"), ox.NamedNode(SOURCE)))
        said.append((expand("dcterms:bibliographicCitation"), ox.Literal(citation)))
    if note is not None:
        said.append((expand("rdfs:comment"), ox.Literal(note, language="en")))
    return [
        ox.Triple(node, _TYPE, ox.NamedNode(expand("qb:Observation"))),
        *(ox.Triple(node, ox.NamedNode(p), o) for p, o in said),
    ]


def reference(
    kind: str, slug: str, period: str, value: str, unit: str = "number", **more: str
) -> list[ox.Triple]:
    """The triples of a baseline, milestone or target."""
    return observation("targets", slug, period, value, unit=unit, reference=kind, **more)  # type: ignore[arg-type]


def data_set(kind: str, title: str, framework: str = FW, country: str = "XKX") -> list[ox.Triple]:
    node = ox.NamedNode(f"{framework}/{kind}")
    text = ox.Literal(title, language="en")
    return [
        ox.Triple(node, _TYPE, ox.NamedNode(expand("qb:DataSet"))),
        ox.Triple(node, ox.NamedNode(expand("dcterms:title")), text),
        ox.Triple(node, ox.NamedNode(expand("rdfs:label")), text),
        ox.Triple(node, ox.NamedNode(expand("dcterms:spatial")), ox.NamedNode(country_iri(country))),
        ox.Triple(
            node, ox.NamedNode(expand("qb:structure")), ox.NamedNode(f"{M}{kind}/structure")
        ),
    ]  # fmt: skip


def element(kind: str, code: str, label: str, part_of: str | None = None) -> Element:
    return Element(
        iri=element_iri(CODE, kind.lower(), code),
        kind=kind,
        notation=code,
        label=label,
        framework=FW,
        part_of=(part_of,) if part_of else (),
        label_basis=GCMO + "Stated",
        source=SOURCE,
    )


def framework_records() -> list[Record]:
    return [
        Institution(iri=ID + "institution/xkx-office", label="Example office of statistics"),
        Source(iri=SOURCE, title="Review of the example strategy", issued="2024-03-01"),
        Framework(
            iri=FW,
            code=CODE,
            label="Example strategy on migration 2021–2025",
            spatial=country_iri("XKX"),
            start="2021",
            end="2025",
            source=SOURCE,
        ),
        element("Objective", "A", "Data and services"),
        element("Outcome", "A1", "Data are collected by trained staff", f"{FW}/objective/A"),
        element("Outcome", "A2", "Permits are issued in time", f"{FW}/objective/A"),
        element("Objective", "B", "Skills and money"),
        element("Outcome", "B1", "Returnees find work", f"{FW}/objective/B"),
        element("Indicator", "officers", "Municipalities with a data officer", outcome("A1")),
        element("Indicator", "days", "Days until a permit is issued", outcome("A2")),
        element("Indicator", "skills", "Returnees with a certificate of their skills"),
        element("Indicator", "plan", "A plan on data is adopted", outcome("A1")),
        element("Indicator", "surveys", "Surveys of migrants held"),
        element("Indicator", "remittances", "Cost of sending money home"),
        element("Indicator", "trained", "Officials trained"),
        element("Indicator", "hotline", "Calls to the advice line"),
    ]


#: slug → unit, what is better
MEASURES = {
    "officers": ("number", "Increase"),
    "days": ("day", "Decrease"),
    "skills": ("percent", "Increase"),
    "plan": ("yes-no", "Increase"),
    "surveys": ("number", "Increase"),
    "remittances": ("percent", "Decrease"),
    "trained": ("number", "Increase"),
    "hotline": ("number", None),
}


def measure_triples() -> list[ox.Triple]:
    found = []
    for slug, (unit, better) in MEASURES.items():
        node = ox.NamedNode(indicator(slug))
        found.append(ox.Triple(node, ox.NamedNode(GCMO + "unit"), ox.NamedNode(f"{M}unit/{unit}")))
        if better:
            found.append(
                ox.Triple(node, ox.NamedNode(GCMO + "direction"), ox.NamedNode(GCMO + better))
            )
    return found


def value_triples() -> list[ox.Triple]:
    earlier = f"{FW}/values/earlier/days/2022/1"
    return [
        *data_set("values", "Values of the example strategy"),
        *data_set("values/earlier", "Earlier values of the example strategy"),
        *observation("values", "officers", "2021", "6"),
        *observation("values", "officers", "2022", "9", citation="table 1"),
        *observation("values", "officers", "2023", "12", status="P", citation="table 1"),
        *observation("values", "officers", "2023", "5", sex="F"),
        *observation("values/earlier", "days", "2022", "54", edition=1, unit="day"),
        *observation("values", "days", "2022", "48", unit="day", status="R", revises=earlier),
        *observation("values", "days", "2023", "36", unit="day", citation="table 2"),
        *observation("values", "skills", "2023-Q4", "7", unit="percent"),
        *observation("values", "plan", "2022", "1", unit="yes-no"),
        *observation("values", "remittances", "2023", "0.06", unit="number"),
        *observation("values", "trained", "2023", "40", sex="F"),
        *observation("values", "trained", "2023", "35", sex="M"),
        *observation("values", "hotline", "2023", "1200"),
        *observation("values", "officers", "2025", "19", status="F"),
    ]


def target_triples() -> list[ox.Triple]:
    return [
        *data_set("targets", "Baselines and targets of the example strategy"),
        *reference("baseline", "officers", "2020", "4"),
        *reference("milestone", "officers", "2022", "10"),
        *reference("target", "officers", "2025", "20"),
        *reference("baseline", "days", "2020", "60", "day"),
        *reference("target", "days", "2024", "30", "day"),
        *reference("baseline", "skills", "2020", "10", "percent"),
        *reference("target", "skills", "2025", "30", "percent"),
        *reference("target", "plan", "2023", "1", "yes-no"),
        *reference("baseline", "surveys", "2020", "0"),
        *reference("target", "surveys", "2024", "2"),
        *reference("baseline", "remittances", "2020", "9", "percent"),
        *reference("target", "remittances", "2025", "5", "percent"),
        *reference("baseline", "trained", "2020", "20"),
        *reference("target", "trained", "2024", "100"),
    ]


Row = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
#: action → status, indicators that its row names, outcomes that answer it, SDG targets
ROWS: dict[str, Row] = {
    "1.a": ("Aligned", ("officers",), ("A1",), ("17.18",)),
    "1.b": ("Aligned", ("surveys",), ("A1",), ("17.18",)),
    "1.c": ("NotApplicable", ("trained",), (), ("17.18",)),
    "1.d": ("Aligned", (), ("A2",), ()),
    "2.a": ("Unstated", (), (), ("8.6",)),
    "2.b": ("Aligned", ("trained", "hotline"), ("B1",), ("8.6",)),
    "18.a": ("Aligned", ("skills",), ("B1",), ("8.5", "10.7")),
    "20.a": ("Aligned", ("remittances",), ("B1",), ("10.c",)),
}


@lru_cache(maxsize=1)
def gcm_actions() -> tuple[str, ...]:
    """The codes of all actions of the Compact."""
    records = read_records(read_turtle(folder("data") / "gcm" / "gcm.ttl"))
    return tuple(r.notation for r in records if isinstance(r, Element) and r.kind == "Action")


def _goals(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.partition(".")[0] for t in targets))


def all_rows() -> dict[str, Row]:
    """Rows for all actions: those not in ROWS are not applicable."""
    rest: dict[str, Row] = dict.fromkeys(gcm_actions(), ("NotApplicable", (), (), ()))
    return {code: ROWS.get(code, row) for code, row in rest.items()}


def crosswalk_records(rows: dict[str, Row]) -> list[Record]:
    """The crosswalk; its indicators are apart, in :func:`monitored_triples`."""
    found: list[Record] = [
        Crosswalk(
            iri=CROSSWALK,
            title="The Compact to the example strategy",
            compares=(GCM, FW),
            source=SOURCE,
        ),
        Crosswalk(
            iri=TO_SDG, title="The Compact to the SDGs", compares=(GCM, SDG), source=SOURCE
        ),
    ]  # fmt: skip
    for code, (status, indicators, outcomes, targets) in rows.items():
        row = f"{CROSSWALK}/assessment/{quote(code)}"
        found.append(
            Assessment(
                iri=row,
                crosswalk=CROSSWALK,
                assesses=action(code),
                against=FW,
                status=GCMO + status,
                row=code,
                outcome_cell=", ".join(outcomes) or ("N/A" if status == "NotApplicable" else None),
                goal_cell=", ".join(_goals(targets)) or None,
                target_cell=", ".join(targets) or None,
                indicator_cell="; ".join(indicators) or None,
            )
        )
        for crosswalk, base, objects, cell in (
            (CROSSWALK, f"{FW}/outcome/", outcomes, "Outcome"),
            (TO_SDG, f"{SDG}/", targets, "Target"),
            (TO_SDG, f"{SDG}/", _goals(targets), "Goal"),
        ):
            found += [
                Alignment(
                    iri=alignment_iri(crosswalk, code, obj),
                    crosswalk=crosswalk,
                    subject=action(code),
                    object=base + obj,
                    relation=expand("skos:relatedMatch"),
                    basis=GCMO + "Stated",
                    stated_in=(row,),
                    stated_cells=(f"{GCMO}source{cell}Cell",),
                )
                for obj in objects
            ]
    return found


def curated_records() -> list[Record]:
    """Somebody judged that action 18.a serves 4.4, too."""
    return [
        Alignment(
            iri=alignment_iri(TO_SDG, "18.a", code),
            crosswalk=TO_SDG,
            subject=action("18.a"),
            object=f"{SDG}/{code}",
            relation=expand("skos:relatedMatch"),
            basis=GCMO + "Curated",
            justification=expand("semapv:ManualMappingCuration"),
            author=ID + "institution/xkx-office",
            confidence="0.8",
        )
        for code in ("4", "4.4")
    ]


def monitored_triples(rows: dict[str, Row]) -> list[ox.Triple]:
    return [
        ox.Triple(
            ox.NamedNode(action(code)),
            ox.NamedNode(GCMO + "monitoredBy"),
            ox.NamedNode(indicator(slug)),
        )
        for code, (_, indicators, _, _) in rows.items()
        for slug in indicators
    ]


def write_files(place: Path, files: dict[str, list[ox.Triple]]) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for name, triples in files.items():
        (place / f"{name}.ttl").write_text(write_turtle(triples), encoding="utf-8")
    return place


def country_files() -> dict[str, list[ox.Triple]]:
    return {
        CODE: [*build_graph(framework_records()), *measure_triples()],
        f"gcm--{CODE}": [
            *build_graph([*crosswalk_records(all_rows()), *curated_records()]),
            *monitored_triples(ROWS),
        ],
        f"{CODE}-values": value_triples(),
        f"{CODE}-targets": target_triples(),
    }


def write_country(place: Path) -> Path:
    """Write the country's files into a folder, which is made."""
    return write_files(place, country_files())
