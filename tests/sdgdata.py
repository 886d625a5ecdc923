"""A made-up plan of XKX with its links to the SDGs, and made-up SDG data in each form.

Every figure is invented, and so is the M49 code 990.
"""

from __future__ import annotations

from pathlib import Path

#: The plan reaches target 10.7 by two actions, 17.18 by one, and goal 8 as a whole by another.
PLAN = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix gcmo: <https://w3id.org/gcm-ld/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xkos: <http://rdf-vocabulary.ddialliance.org/xkos#> .
@base <https://w3id.org/gcm-ld/id/> .

<xkx-2025> a gcmo:Framework , skos:ConceptScheme ;
  dcterms:identifier "xkx-2025" ;
  dcterms:spatial <http://publications.europa.eu/resource/authority/country/XKX> ;
  skos:prefLabel "Made-up Plan"@en .

<xkx-2025/objective/A> a gcmo:Objective , skos:Concept ;
  skos:inScheme <xkx-2025> ; skos:notation "A" ; skos:prefLabel "Order"@en .
<xkx-2025/outcome/A1> a gcmo:Outcome , skos:Concept ; gcmo:partOf <xkx-2025/objective/A> ;
  skos:inScheme <xkx-2025> ; skos:notation "A1" ; skos:prefLabel "Permits are quick"@en .
<xkx-2025/indicator/permits> a gcmo:Indicator , skos:Concept ; gcmo:partOf <xkx-2025/outcome/A1> ;
  skos:inScheme <xkx-2025> ; skos:notation "permits" ;
  skos:prefLabel "Permits: share given “in time”, in %"@en .
<xkx-2025/indicator/reports> a gcmo:Indicator , skos:Concept ;
  skos:inScheme <xkx-2025> ; skos:notation "reports" ; skos:prefLabel "Reports issued"@en .

<crosswalk/gcm--xkx-2025> a gcmo:Crosswalk , xkos:Correspondence ;
  dcterms:title "Crosswalk"@en ; xkos:compares <gcm> , <xkx-2025> .
<crosswalk/gcm--sdg--xkx-2025> a gcmo:Crosswalk , xkos:Correspondence ;
  dcterms:title "Crosswalk"@en ; xkos:compares <gcm> , <http://metadata.un.org/sdg> .

<gcm/action/1.a> gcmo:monitoredBy <xkx-2025/indicator/reports> .
"""
_COUNTRY = """\
<http://publications.europa.eu/resource/authority/country/XKX>
  <http://purl.org/dc/terms/identifier> "990" .
"""
_ROW = """
<crosswalk/gcm--xkx-2025/assessment/{a}> a gcmo:Assessment , prov:Entity ;
  gcmo:inCrosswalk <crosswalk/gcm--xkx-2025> ; gcmo:assesses <gcm/action/{a}> ;
  gcmo:against <xkx-2025> ; gcmo:status gcmo:Aligned ; gcmo:sourceRow "{a}" ;
  gcmo:sourceOutcomeCell "A1" ; gcmo:sourceTargetCell "{t}" .
"""
_LINK = """
<crosswalk/{c}/alignment/{a}--{o}> a gcmo:Alignment , xkos:ConceptAssociation ;
  gcmo:inCrosswalk <crosswalk/{c}> ; gcmo:subject <gcm/action/{a}> ; gcmo:object <{iri}> ;
  gcmo:relation skos:relatedMatch ; gcmo:basis gcmo:{basis} ;
  gcmo:statedIn <crosswalk/gcm--xkx-2025/assessment/{a}> .
"""
SDG = "http://metadata.un.org/sdg/"


def write_plan(folder: Path, *, code: bool = True) -> Path:
    """Write the plan, with or without a code of its country, and return its folder."""
    text = PLAN
    for action, target in (("1.a", "17.18"), ("5.a", "10.7"), ("5.b", "10.7"), ("6.a", "All")):
        text += _ROW.format(a=action, t=target)
    for action, target in (("1.a", "17.18"), ("5.a", "10.7"), ("5.b", "10.7"), ("6.a", "8")):
        link = _LINK.format(
            c="gcm--sdg--xkx-2025", a=action, o=target, iri=SDG + target, basis="Stated"
        )
        text += link.replace(" .\n", " ; gcmo:scope gcmo:AllParts .\n") if target == "8" else link
    text += _LINK.format(
        c="gcm--xkx-2025", a="5.a", o="A1", iri="xkx-2025/outcome/A1", basis="Stated"
    )
    # Somebody's judgement, which no figure counts unless it is asked for.
    link = _LINK.format(
        c="gcm--sdg--xkx-2025", a="5.c", o="10.2", iri=SDG + "10.2", basis="Curated"
    )
    text += link.partition(" ;\n  gcmo:statedIn")[0] + " .\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "xkx.ttl").write_text(text + (_COUNTRY if code else ""), encoding="utf-8")
    return folder


HEAD = (
    "Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,Value,"
    "Time_Detail,Source,FootNote,[Age],[Nature],[Reporting Type],[Sex],[Units]"
)
_TITLE = "Number of refugees, by country of origin"


def database_row(
    value: str,
    *,
    indicator: str = "10.7.4",
    series: str = "SM_POP_REFG_OR",
    area: str = "990",
    period: str = "2023",
    sex: str = "BOTHSEX",
    age: str = "",
    nature: str = "C",
    kind: str = "G",
    units: str = "PER_100000_POP",
    note: str = "",
) -> str:
    """A row of the UN's database."""
    goal, target, _ = indicator.split(".") if indicator.count(".") == 2 else ("", "", "")
    title = f'"{_TITLE} ({series})"'
    return (
        f"{goal},{goal}.{target},{indicator},{series},{title},{area},Somewhere,{period},{value},"
        f"{period},made up,{note},{age},{nature},{kind},{sex},{units}"
    )


DATABASE = "\n".join(
    [
        HEAD,
        database_row("10.5", period="2021"),
        database_row("11.25"),
        database_row("12", period="2024", nature="E"),
        database_row("7", sex="FEMALE"),
        database_row("3.1", area="1", period="2021", nature="G"),
        database_row("3.2", area="1", nature="G"),
        # Age is the same in all of it: no breakdown, but what the series is about.
        database_row("61", series="SL_MADE_UP", age="15+", units="PERCENT", period="2020"),
        database_row(
            "<2.5", series="SL_MADE_UP", age="15+", units="PERCENT", period="2019", area="1"
        ),
        database_row(">95", series="SL_MADE_UP", age="15+", units="PERCENT", period="2018"),
        # Parts without a total.
        database_row("1", series="XX_PARTS", sex="MALE"),
        database_row("2", series="XX_PARTS", sex="FEMALE"),
        # Other areas, indicators and targets; missing values.
        database_row("99", area="4"),
        database_row("text", area="4"),
        database_row("5", indicator="1.1.1", series="SI_POV_DAY1"),
        database_row("NaN", series="SM_MISSING"),
        database_row("5", indicator="10.7.9", series="XX_NEW"),
        "",
    ]
)

SDMX_HEAD = (
    "DATAFLOW,FREQ,REPORTING_TYPE,SERIES,REF_AREA,SEX,AGE,COMPOSITE_BREAKDOWN,TIME_PERIOD,"
    "OBS_VALUE,OBS_STATUS,UNIT_MULT,UNIT_MEASURE,NATURE,COMMENT_OBS,DATA_LAST_UPDATE"
)


def sdmx_row(
    value: str,
    *,
    series: str = "SM_POP_REFG_OR",
    area: str = "990",
    period: str = "2023",
    sex: str = "_T",
    power: str = "0",
    unit: str = "PER_100000_POP",
    nature: str = "C",
) -> str:
    """A row of SDMX-CSV 1.0 as the UN's API gives it."""
    return (
        f"IAEG-SDGs:DF_SDG_GLH(1.24),A,G,{series},{area},{sex},_T,_T,{period},{value},A,{power},"
        f"{unit},{nature},,2026-03-24T00:00:00"
    )


SDMX = "\n".join(
    [
        SDMX_HEAD,
        sdmx_row("11.25"),
        sdmx_row("7", sex="F"),
        sdmx_row("3.2", area="1", nature="G"),
        sdmx_row("2.5", series="SM_DTH_MIGR", power="3", unit="NUMBER"),
        "",
    ]
)

#: What the UN's portal names: no brackets, and breakdowns behind the footnote.
_PORTAL = (
    "Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,Value,"
    "Time_Detail,TimeCoverage,UpperBound,LowerBound,BasePeriod,Source,GeoInfoUrl,FootNote,Age,"
    "Nature,Observation Status,Reporting Type,Sex,Type of skill,Units,,"
)


def portal(
    cells: list[tuple[str, str, str]],
    *,
    skill: str | tuple[str, ...] = "",
    series: str = "SM_POP_REFG_OR",
) -> str:
    """A CSV file of the UN's portal, of values with area and period."""
    skills = (skill,) * len(cells) if isinstance(skill, str) else skill
    rows = [
        f'10,10.7,10.7.4,{series},"{_TITLE}",{area},Somewhere,{period},{value},{period},,,,,made up,,,,'
        f"C,A,G,BOTHSEX,{part},PER_100000_POP,,"
        for (value, area, period), part in zip(cells, skills, strict=True)
    ]
    return "\n".join([_PORTAL, *rows, ""])


def answer(cells: list[tuple[str, str, float, str]]) -> dict[str, object]:
    """An answer of the UN's API, of values with area, period and sex."""
    data = [
        {
            "goal": ["10"],
            "target": ["10.7"],
            "indicator": ["10.7.4", "1.1.1"],
            "series": "SM_POP_REFG_OR",
            "seriesDescription": _TITLE,
            "geoAreaCode": area,
            "geoAreaName": "Somewhere",
            "timePeriodStart": period,
            "value": value,
            "valueType": "Float",
            "basePeriod": None,
            "source": "made up",
            "footnotes": [""],
            "attributes": {"Nature": "C", "Units": "PER_100000_POP"},
            "dimensions": {"Reporting Type": "G", "Sex": sex},
        }
        for value, area, period, sex in cells
    ]
    return {"size": len(data), "totalElements": len(data), "totalPages": 1, "data": data}


#: Which indicators the series belong to, as a newer vocabulary of the UN says it.
VOCABULARY = """\
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sdg:10.7 a sdgo:Target .
sdg:C100704 a sdgo:Indicator ; skos:broader sdg:10.7 ; sdgo:hasSeries sdg:SM_POP_REFG_OR ;
  skos:notation "10.7.4"^^sdgo:SDGCode , "C100704"^^sdgo:SDGCodePerm ;
  skos:prefLabel "Share of refugees, by origin"@en , "Part de réfugiés"@fr .
sdg:SM_POP_REFG_OR a sdgo:Series ; skos:prefLabel "Refugees by origin"@en , "Réfugiés"@fr .
sdg:SM_DTH_MIGR a sdgo:Series ; skos:broader sdg:C100703 .
"""

_CUBE = """\
@prefix dimension: <https://w3id.org/gcm-ld/id/cube/dimension/> .
@prefix country: <http://publications.europa.eu/resource/authority/country/> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix sdmx-code: <http://purl.org/linked-data/sdmx/2009/code#> .
@prefix sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#> .
@prefix sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> .
@prefix unit: <https://w3id.org/gcm-ld/id/cube/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""
_OBSERVATION = """
<http://example.org/{n}> a qb:Observation ; qb:dataSet ex:set ;
  {names} ; sdmx-dimension:refArea {area} ; sdmx-dimension:timePeriod "{period}"^^xsd:gYear ;
  sdmx-dimension:sex sdmx-code:sex-{sex} ;
  sdmx-dimension:age <https://w3id.org/gcm-ld/id/cube/age/_T> ;
  sdmx-measure:obsValue {value} ; sdmx-attribute:unitMeasure unit:per-100000 ;
  ex:nature "C" .
"""


_VALUE = """
<http://example.org/value/{period}/{sex}> a qb:Observation ; qb:dataSet ex:values ;
  dimension:indicator <https://w3id.org/gcm-ld/id/xkx-2025/indicator/permits> ;
  dimension:migration-status <https://w3id.org/gcm-ld/id/cube/migration-status/_T> ;
  dimension:nationality <https://w3id.org/gcm-ld/id/cube/nationality/_T> ;
  sdmx-dimension:refArea country:XKX ; sdmx-dimension:timePeriod "{period}"^^xsd:{kind} ;
  sdmx-dimension:sex sdmx-code:sex-{sex} ;
  sdmx-dimension:age <https://w3id.org/gcm-ld/id/cube/age/_T> ;
  sdmx-measure:obsValue {value} ; sdmx-attribute:unitMeasure unit:percent ;
  sdmx-attribute:obsStatus sdmx-code:obsStatus-{status} .
"""


def national_values(*values: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """Values of the plan's own indicator in Turtle, each with period, sex, value and status."""
    cube = (
        "ex:values a qb:DataSet ; "
        "qb:structure <https://w3id.org/gcm-ld/id/cube/values/structure> .\n"
    )
    return _CUBE + cube + "".join(_value(*v) for v in values)


def _value(period: str, sex: str, value: str, status: str = "A") -> str:
    kind = "gYear" if len(period) == 4 else "gYearMonth"
    return _VALUE.format(period=period, kind=kind, sex=sex, value=value, status=status)


def observation(
    n: int,
    value: str,
    *,
    names: str = "ex:series sdg:SM_POP_REFG_OR",
    area: str = "country:XKX",
    period: str = "2023",
    sex: str = "T",
) -> str:
    """An observation in Turtle."""
    return _OBSERVATION.format(n=n, names=names, area=area, period=period, sex=sex, value=value)


GRAPH = (
    _CUBE
    + VOCABULARY.replace("@prefix sdg: <http://metadata.un.org/sdg/> .\n", "")
    + observation(1, "11.25")
    + observation(2, "7", sex="F")
    + observation(3, "3.2", area='"001"')
    + observation(
        4, "40", names="dimension:indicator sdg:C171801", area="<http://example.org/m49/990>"
    )
    + observation(5, "99", area="country:ALB")
)
