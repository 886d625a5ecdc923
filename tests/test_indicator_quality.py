"""Whether indicators are sound: the words of titles, each criterion, and what can't be told.

Values are those of a made-up strategy of XKX, in tests only: no source gives any.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import EARLIER, TARGETS, VALUES, build_graph
from gcm_ld.errors import InputError
from gcm_ld.model import (
    Assessment,
    Crosswalk,
    Element,
    Framework,
    Monitoring,
    Observation,
    Record,
    Source,
    ValueSet,
)
from gcm_ld.namespaces import CUBE, GCMO, ID, country_iri, expand
from gcm_ld.queries import find_query, run_query
from gcm_ld.report import build_report
from gcm_ld.report.indicator_quality import CRITERIA, read_indicator_quality
from gcm_ld.store import EmbeddedStore
from gcm_ld.turtle import write_turtle
from tests.conftest import Run

FW = ID + "xkx-2025"
CROSSWALK = ID + "crosswalk/gcm--xkx-2025"
SOURCE = ID + "source/xkx"
TOTAL = {
    "age": CUBE + "age/_T",
    "migration_status": CUBE + "migration-status/_T",
    "nationality": CUBE + "nationality/_T",
}
_PRECISE = "Number of migrants trained"


def indicator(slug: str, label: str = _PRECISE, **more: Any) -> Element:
    said: dict[str, Any] = {"unit": CUBE + "unit/number"}
    return Element(
        iri=f"{FW}/indicator/{slug}",
        kind="Indicator",
        notation=slug,
        label=label,
        framework=FW,
        **(said | more),
    )


def figure(slug: str, period: str, *, sex: str = "T", kind: str = "", **more: Any) -> Observation:
    """An observation: a value, or a baseline or target where a kind is given."""
    place = f"{FW}/targets/{slug}/{kind}" if kind else f"{FW}/values/{slug}"
    said: dict[str, Any] = {
        "dataset": f"{FW}/targets" if kind else f"{FW}/values",
        "area": country_iri("XKX"),
        "value": "10",
        "unit": CUBE + "unit/number",
        "status": expand("sdmx-code:obsStatus-A"),
        "source": None if kind else SOURCE,
        "reference": f"{CUBE}reference/{kind}" if kind else None,
    }
    return Observation(
        iri=f"{place}/{period}" + ("" if sex == "T" else f"/{sex}._T._T._T"),
        indicator=f"{FW}/indicator/{slug}",
        period=period,
        sex=expand(f"sdmx-code:sex-{sex}"),
        **(TOTAL | said | more),
    )


#: What makes an indicator sound: with its figures by sex.
SOUND: dict[str, Record] = {
    "indicator": indicator("sound", disaggregated_by=(expand("sdmx-dimension:sex"),)),
    "baseline": figure("sound", "2022", kind="baseline"),
    "target": figure("sound", "2026", kind="target"),
    "total": figure("sound", "2024"),
    "F": figure("sound", "2024", sex="F"),
    "M": figure("sound", "2024", sex="M"),
    "before": figure("sound", "2023"),
}
#: Another one, so that the data say something of some indicator.
TOLD: list[Record] = [
    indicator("told", "Share of requests that were answered"),
    figure("told", "2022", kind="baseline"),
    figure("told", "2027", kind="target"),
    figure("told", "2023"),
]
FRAME: list[Record] = [
    Framework(iri=FW, code="xkx-2025", label="Strategy", spatial=country_iri("XKX"), source=SOURCE),
    Source(iri=SOURCE, title="Manual", issued="2020-05-01"),
    Crosswalk(iri=CROSSWALK, title="Crosswalk", compares=(ID + "gcm", FW), source=SOURCE),
    *(
        Assessment(
            iri=f"{CROSSWALK}/assessment/{code}",
            crosswalk=CROSSWALK,
            assesses=f"{ID}gcm/action/{code}",
            against=FW,
            status=GCMO + status,
            row=code,
        )
        for code, status in (
            ("1.a", "Aligned"),
            ("1.b", "Aligned"),
            ("2.a", "WholeFramework"),
            ("2.b", "NotApplicable"),
        )
    ),
    *(
        ValueSet(
            iri=f"{FW}/{name}",
            title=name,
            label=name,
            structure=structure,
            spatial=country_iri("XKX"),
        )
        for name, structure in (
            ("values", VALUES),
            ("values/earlier", EARLIER),
            ("targets", TARGETS),
        )
    ),
]


def make(folder: Path, *records: Record) -> Dataset:
    path = folder / "xkx.ttl"
    path.write_text(write_turtle(build_graph([*FRAME, *records])), encoding="utf-8")
    return open_dataset(path)


def judged(dataset: Dataset, slug: str = "sound", *, year: int | None = None) -> dict[str, str]:
    found, _ = read_indicator_quality(dataset, FW, year=year)
    one = next(q for q in found if q.code == slug)
    return one.criteria | {"verdict": one.verdict}


def test_albania_has_no_values_and_nothing_is_made_up(dataset: Dataset) -> None:
    report = build_report("indicator-quality", dataset, framework="alb-nsm-2019")
    assert report.lead[:3] == (
        "0 of 88 indicators have a value",
        "sound: 0; not sound: 17; can't be told: 71",
        "measurable: 72; not, as they are worded: 11; can't be told: 5",
    )
    assert report.lead[3].startswith("0 of 129 aligned actions have a sound indicator (0.0 %)")
    assert report.lead[4].startswith("as of 2021, when the source was published: Reference Guide")
    criteria = {r[0]: r[1:] for r in next(t for t in report.tables if t.name == "criteria").rows}
    assert set(criteria) == set(CRITERIA.values())
    for name in ("unit", "baseline", "target", "target not past", "source"):
        assert criteria[name] == (0, 0, 88, 0), name
    assert criteria["figures by sex"] == (0, 0, 8, 80)
    assert "the data give no target, so it can't be told" in " ".join(report.notes)


#: Read by eye, all 88 of them; the others begin with a word that counts or measures.
ALBANIA = {
    "states": (
        "A new standard template for the collection",
        "Changes made to Albanian consular services",
        "Conclusions generated from the consultations",
        "Evidence of changes proposed",
        "Existence of the training programme",
        "Extent to which employment policies",
        "Extent to which the recommendations",
        "Extent to which the socioeconomic profile",
        "Increased financial culture and know-how",
        "Issues identified during consultations",
        "Roadmap for establishment",
    ),
    "unclear": (
        "Improved coverage with social care",
        "Individuals entering Albania through mixed flows",
        "Level of financial inclusion",
        "Lower transaction costs for remittances",
        "Use and possession of financial products",
    ),
}
TWO = (
    "Number and value of investments per year",
    "Number of consultations held along with a concrete proposal",
    "Number of migrants apprehended at Albania's borders",
    "Number of standard written notifications on refusal and number of",
    "Total number of DBM staff involved annually in border control",
    "Use and possession of financial products",
)


def test_albanias_titles_are_read_as_they_were_by_eye(dataset: Dataset) -> None:
    rows = list(dataset.query("select_indicator_quality", framework="alb-nsm-2019").dicts())
    assert len(rows) == 88

    def begin(titles: list[str], starts: tuple[str, ...]) -> None:
        assert len(titles) == len(starts)
        for title, start in zip(sorted(titles), starts, strict=True):
            assert title.startswith(start)

    for wording, starts in ALBANIA.items():
        begin([str(r["title"]) for r in rows if r["wording"] == wording], starts)
    begin([str(r["title"]) for r in rows if r["joins"]], TWO)
    assert sum(bool(r["bySex"]) for r in rows) == 8


def read_titles(*indicators: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Ask the query of indicators that each have titles in some languages."""
    store = EmbeddedStore()
    for number, titles in enumerate(indicators):
        iri = ox.NamedNode(f"{FW}/indicator/x{number}")
        said = [
            ("rdf:type", ox.NamedNode(GCMO + "Indicator")),
            ("skos:notation", ox.Literal(f"x{number}")),
            ("skos:inScheme", ox.NamedNode(FW)),
            *(("skos:prefLabel", ox.Literal(t, language=tag)) for t, tag in titles),
        ]
        store.add([ox.Triple(iri, ox.NamedNode(expand(name)), value) for name, value in said])
    return list(run_query(store, find_query("select_indicator_quality")).dicts())


def read_title(*titles: tuple[str, str]) -> dict[str, Any]:
    """Ask the query of one indicator with titles in some languages."""
    (row,) = read_titles(titles)
    return row


#: As other countries word them, and as they are read by eye.
ELSEWHERE = {
    "counts": (
        "Unemployment rate of foreign-born persons, by sex",
        "Homicides per 100,000 population",
        "Foreign-born population (thousands)",
        "Migrants per 1,000 inhabitants",
        "Proportion of women in managerial positions",
        "Percent of work permits issued within 30 days",
        "Percentage point gap in employment between migrants and natives",
        "Per cent of border posts equipped",
        "The number of visas issued",
        "# of officials trained",
        "No. of officials trained",
        "Nr. of officials trained",
        "Gini index",
        "Human Development Index",
        "Migration Governance Index score",
        "Average time to process an asylum application (days)",
        "Median waiting time for family reunification",
        "Time (in days) needed to issue a permit",
        "Days until a permit is issued",
        "Length of stay in detention",
        "Annual net migration",
        "Ratio of female to male labour force participation",
        "Remittances as % of GDP",
        "Remittances as a share of GDP",
        "Maternal mortality ratio",
        "Under-five mortality rate",
        "Prevalence of undernourishment",
        "Amount of funds allocated to reintegration (EUR)",
        "Total funds spent on integration, in million euro",
        "Expenditure on asylum reception per applicant",
        "How many officials were trained",
        "Count of cases resolved",
        "Turnaround time of applications, in days",
        "Growth rate of remittances",
        "Annual growth of remittances",
        "Increase in number of permits",
        "Reduction of the number of irregular crossings",
        "Decrease in the average cost of sending remittances",
        "At least 80 % of officials trained",
        "500 officials trained by 2025",
        "Number of reports adopted",
        "Total population of refugees",
        "Cumulative number of returnees",
        "Rate of return",
        "Employment rate gap",
        "Hours of training delivered",
        "Population with access to health care (share)",
        "National migration strategy adopted (yes/no)",
        "Law on asylum in force (Yes / No)",
        "Whether a referral mechanism exists: yes or no",
        "Score on the Rule of Law Index",
        "Ranking in the Passport Index",
        "Persons trained (number)",
        "Monthly average of asylum applications",
        "Indicator of trust (scale 1-5)",
        "Numri i zyrtarëve të trajnuar",
        "Numri total i lejeve",
        "Nr. i zyrtarëve të trajnuar",
        "% e lejeve të lëshuara në kohë",
        "Përqindja e grave të punësuara",
        "Shkalla e papunësisë",
        "Norma e papunësisë",
        "Niveli i papunësisë në përqindje",
        "Mesatarja e ditëve për lëshimin e një leje",
        "Koha mesatare e shqyrtimit të kërkesave (ditë)",
        "Indeksi i zhvillimit njerëzor",
        "Remitancat si përqindje e PBB",
        "Remitancat për frymë",
        "Vdekje për 100 000 banorë",
        "Kostoja mesatare e dërgimit të remitancave",
        "Sasia e fondeve të shpenzuara",
        "Fondet e shpenzuara në lekë",
        "Numër i vizave",
        "Ulja e numrit të kalimeve të parregullta",
        "Rritja në përqindje e remitancave",
        "Ditë deri në lëshimin e lejes",
        "Plani i miratuar (po/jo)",
        "Pjesëmarrja e grave (në %)",
        "Raporti i grave ndaj burrave në tregun e punës",
        "Net migration",
        "112 officials trained",
    ),
    "states": (
        "Strategy on migration adopted",
        "Law adopted",
        "New Law on Foreigners adopted and published",
        "National report on migration adopted by the Government",
        "Reports adopted",
        "Amendments to the Law on Aliens approved",
        "Action plan is implemented",
        "Guidelines on detention developed",
        "Database set up and functioning",
        "Whether there is a referral mechanism",
        "Improved capacities of border police",
        "Strengthened cooperation with countries of origin",
        "Availability of disaggregated data",
        "Enhanced awareness of risks",
        "Progress towards visa liberalisation",
        "Memorandum of understanding signed",
        "Existence of a national contact point",
        "A national preventive mechanism in place",
        "Legal framework aligned with the EU acquis",
        "Mechanism for coordination established",
        "Standard operating procedures approved",
        "Unit for migration statistics established",
        "Raporti vjetor i miratuar",
        "Ligji për të huajt i miratuar",
        "Ligji i ri u miratua",
        "Strategjia e hartuar",
        "Ekzistenca e mekanizmit",
        "Rritja e kapaciteteve të policisë kufitare",
        "Përmirësimi i cilësisë së shërbimeve",
        "Baza e të dhënave e ngritur",
        "Niveli në të cilin zbatohet strategjia",
        "Marrëveshje e nënshkruar",
        "Hartimi i strategjisë",
        "Miratimi i ligjit",
        "Adoption of the law on asylum",
    ),
    "unclear": (
        "Level of trust",
        "Migrants in informal employment",
        "Access to health care",
        "Work permits issued",
        "Successful integration of refugees",
        "Cooperation with diaspora",
        "Niveli i besimit",
        "Lejet e lëshuara",
        "112 emergency line established",
        "10 point plan on data",
        "Migrants (people on the move)",
        "Whole-of-government approach",
        "Shkalla e zbatimit",
    ),
}


def test_titles_of_other_countries_are_read_as_they_are_by_eye() -> None:
    by_eye = {title: wording for wording, titles in ELSEWHERE.items() for title in titles}
    rows = {str(r["title"]): r["wording"] for r in read_titles(*(((t, "en"),) for t in by_eye))}
    assert rows == by_eye
    assert Counter(by_eye.values())["counts"] > 70


@pytest.mark.parametrize(
    ("title", "wording"),
    [
        ("Number of visas issued", "counts"),
        ("Numbered visas issued", "unclear"),
        ("Total number of visas", "counts"),
        ("Visas", "unclear"),
        ("% of visas issued in time", "counts"),
        ("Share of visas issued in time", "counts"),
        ("Average waiting time", "counts"),
        ("Migrants per 1,000 inhabitants", "counts"),
        ("Remittance costs as a proportion of the amount sent", "counts"),
        ("Remittance costs", "unclear"),
        ("Volume of data exchanged", "counts"),
        ("Level of trust", "unclear"),
        ("Existence of a plan", "states"),
        ("Extent to which plans are followed", "states"),
        ("Extent of use of plans", "unclear"),
        ("Increased knowledge of rights", "states"),
        ("Increased number of officials", "counts"),
        ("Increase in the number of officials", "counts"),
        ("Increase in trust", "unclear"),
        ("Plan adopted", "states"),
        ("Plan on integration adopted", "states"),
        ("Numri i vizave të lëshuara", "counts"),
        ("Përqindja e vizave", "counts"),
        ("Vizat e lëshuara", "unclear"),
        ("Rritja e numrit të vizave", "counts"),
        ("Vlera e pajisjeve", "counts"),
        ("Ekzistenca e një plani", "states"),
        ("Masa në të cilën planet zbatohen", "states"),
        ("Rritja e njohurive për të drejtat", "states"),
        ("Strategji e re e miratuar", "states"),
        ("Niveli i besimit", "unclear"),
    ],
)
def test_words_tell_what_counts(title: str, wording: str) -> None:
    assert read_title((title, "en"))["wording"] == wording


def test_a_title_in_albanian_counts_beside_an_english_one() -> None:
    assert read_title(("Visas", "en"), ("Numri i vizave", "sq"))["wording"] == "counts"
    assert read_title(("Visas", "en"), ("Vizat", "sq"))["wording"] == "unclear"


@pytest.mark.parametrize(
    ("title", "joins"),
    [
        ("Number and value of investments", True),
        ("Number of investments", False),
        ("Number of materials produced and disseminated", False),
        ("Number of visas and number of permits", True),
        ("Number of visas and permits", False),
        ("Numri i vizave dhe numri i lejeve", True),
        ("Numri i vizave dhe lejeve", False),
        ("Number of visas and of permits", True),
        ("Employment rate and unemployment rate", True),
        ("Employment rate of migrants and natives", False),
        ("Number of persons trained, and average score", True),
        ("Gender and age of migrants", False),
        ("Health and safety of workers", False),
        ("Volume and composition of remittances", True),
    ],
)
def test_two_measures_in_one_are_found(title: str, joins: bool) -> None:
    assert read_title((title, "en"))["joins"] is joins


@pytest.mark.parametrize(
    ("title", "promised"),
    [
        ("Number of migrants trained, by sex", True),
        ("Number of migrants trained", False),
        ("Number of migrants (gender disaggregated)", True),
        ("Number of women trained", False),
        ("Numri i migrantëve sipas gjinisë", True),
        ("Number of migrants, by age group, sex and status", True),
        ("Number of migrants helped by bodies against gender violence", False),
        ("Number of migrants (M/F)", True),
        ("Number of boys and girls in school", True),
        ("Sex ratio of migrants", False),
        ("Numri i migrantëve sipas moshës dhe gjinisë", True),
        ("Numri i migrantëve (F/M)", True),
        ("Numri i grave të trajnuara", False),
    ],
)
def test_a_title_can_promise_figures_by_sex(title: str, promised: bool) -> None:
    assert read_title((title, "en"))["bySex"] is promised


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_what_follows_the_counting_word_does_not_matter(rest: str) -> None:
    assert read_title((f"Number of {rest}", "en"))["wording"] == "counts"
    assert read_title((rest, "en"))["wording"] in ("counts", "states", "unclear")


def test_a_sound_indicator(tmp_path: Path) -> None:
    found = judged(make(tmp_path, *SOUND.values(), *TOLD))
    assert found == dict.fromkeys(CRITERIA, "met") | {"verdict": "sound"}


@pytest.mark.parametrize(
    ("changes", "unmet"),
    [
        ({"indicator": indicator("sound", disaggregated_by=())}, {}),
        (
            {
                "indicator": indicator("sound", unit=None),
                "baseline": None,
                "target": None,
                "total": None,
                "F": None,
                "M": None,
                "before": None,
            },
            {"unit": "not met", "baseline": "not met", "target": "not met", "source": "not met",
             "targetAhead": "does not apply"},
        ),
        ({"baseline": None}, {"baseline": "not met"}),
        ({"target": None}, {"target": "not met", "targetAhead": "does not apply"}),
        ({"target": figure("sound", "2023", kind="target")}, {"targetAhead": "not met"}),
        ({"target": figure("sound", "2024", kind="target")}, {}),
        ({"F": None}, {"bySex": "not met"}),
        ({"F": figure("sound", "2023", sex="F")}, {"bySex": "not met"}),
        (
            {
                "total": figure("sound", "2024", source=None),
                "F": figure("sound", "2024", sex="F", source=None),
                "M": figure("sound", "2024", sex="M", source=None),
                "before": figure("sound", "2023", source=None),
            },
            {"source": "not met"},
        ),
    ],
)  # fmt: skip
def test_one_change_and_a_criterion_is_not_met(
    tmp_path: Path, changes: dict[str, Record | None], unmet: dict[str, str]
) -> None:
    records = [r for r in (SOUND | changes).values() if r is not None]
    found = judged(make(tmp_path, *records, *TOLD))
    promised = "indicator" not in changes
    expected = dict.fromkeys(CRITERIA, "met") | unmet
    if not promised:
        expected["bySex"] = "does not apply"
    bad = "not met" in expected.values()
    assert found == expected | {"verdict": "not sound" if bad else "sound"}


def test_a_means_of_verification_is_a_source(tmp_path: Path) -> None:
    bare = indicator("bare", verification="Register of visas")
    found = judged(make(tmp_path, bare, indicator("other"), *TOLD), "bare")
    assert found["source"] == "met"
    assert judged(make(tmp_path, bare, indicator("other"), *TOLD), "other")["source"] == "not met"


def test_a_title_that_states_is_measurable_once_it_has_a_unit_or_value(tmp_path: Path) -> None:
    label = "Existence of a plan"
    bare = indicator("bare", label, unit=None)
    assert judged(make(tmp_path, bare), "bare")["measurable"] == "not met"
    with_unit = replace(bare, unit=CUBE + "unit/yes-no")
    assert judged(make(tmp_path, with_unit), "bare")["measurable"] == "met"
    assert judged(make(tmp_path, bare, figure("bare", "2024")), "bare")["measurable"] == "met"


def test_what_the_data_say_of_no_indicator_cannot_be_told(tmp_path: Path) -> None:
    bare = indicator("bare", _PRECISE + ", by sex", unit=None)
    found = judged(make(tmp_path, bare), "bare")
    unknown = ("unit", "baseline", "target", "targetAhead", "source", "bySex")
    assert {k for k, v in found.items() if v == "can't be told"} == {*unknown, "verdict"}
    # Once the data say it of another one, it is missing here.
    found = judged(make(tmp_path, bare, *TOLD), "bare")
    assert {k for k, v in found.items() if v == "not met"} == {*unknown} - {"targetAhead"}
    assert found["verdict"] == "not sound"


@pytest.mark.parametrize(
    ("year", "ahead", "by_sex", "words"),
    [
        (None, "met", "met", "as of 2024, the year of the latest value"),
        (2026, "met", "met", "as of 2026, as asked for"),
        (2027, "not met", "met", "as of 2027, as asked for"),
        (2023, "met", "not met", "as of 2023, as asked for"),  # figures by sex came later
    ],
)
def test_the_year_decides(
    tmp_path: Path, year: int | None, ahead: str, by_sex: str, words: str
) -> None:
    dataset = make(tmp_path, *SOUND.values(), *TOLD)
    found = judged(dataset, year=year)
    assert (found["targetAhead"], found["bySex"]) == (ahead, by_sex)
    report = build_report("indicator-quality", dataset, year=year)
    assert report.lead[-1] == words


def test_without_values_the_year_is_that_of_the_source(tmp_path: Path) -> None:
    late = figure("bare", "2019", kind="target")
    dataset = make(tmp_path, indicator("bare"), late)
    assert judged(dataset, "bare")["targetAhead"] == "not met"
    assert build_report("indicator-quality", dataset).lead[-1] == (
        "as of 2020, when the source was published: Manual"
    )


def test_actions_with_a_sound_indicator(tmp_path: Path) -> None:
    action = ID + "gcm/action/"
    bad = indicator("bad", "Existence of a plan", unit=None)
    dataset = make(
        tmp_path,
        *SOUND.values(),
        bad,
        Monitoring(iri=action + "1.a", monitored_by=(FW + "/indicator/sound", bad.iri)),
        Monitoring(iri=action + "1.b", monitored_by=(bad.iri,)),
        Monitoring(iri=action + "2.b", monitored_by=(FW + "/indicator/sound",)),
    )
    report = build_report("indicator-quality", dataset)
    assert report.lead[3] == ("1 of 3 aligned actions have a sound indicator (33.3 %); 2 have any")
    tables = {t.name: [dict(zip(t.keys, r, strict=True)) for r in t.rows] for t in report.tables}
    assert {r["code"]: r["best"] for r in tables["actions"]} == {
        "1.a": "sound",
        "1.b": "not sound",
        "2.a": None,  # aligned as a whole, and nothing follows it
    }
    assert [(r["code"], r["actions"], r["sound"], r["none"]) for r in tables["objectives"]] == [
        ("1", 2, 1, 0),
        ("2", 1, 0, 1),
    ]
    assert {r["code"]: r["actions"] for r in tables["indicators"]} == {"sound": 1, "bad": 2}
    shown = next(t for t in report.readable if t.name == "indicators")
    assert [r[0] for r in shown.rows] == ["Existence of a plan"]


def test_a_forecast_is_no_value_and_makes_no_year(tmp_path: Path) -> None:
    """A forecast of 2030 does not make the targets of 2026 and 2027 past."""
    ahead = figure("sound", "2030", status=expand("sdmx-code:obsStatus-F"))
    dataset = make(tmp_path, *SOUND.values(), *TOLD, ahead)
    found, year = read_indicator_quality(dataset, FW)
    assert year == 2024
    assert {q.verdict for q in found} == {"sound"}
    only = make(tmp_path, indicator("bare", unit=None), replace(ahead, iri=f"{FW}/values/bare/2030",
                indicator=f"{FW}/indicator/bare"), *TOLD)  # fmt: skip
    assert judged(only, "bare")["source"] == "not met"


def test_what_came_after_the_year_is_no_source_yet(tmp_path: Path) -> None:
    early = figure("bare", "2022", source=None)
    dataset = make(tmp_path, indicator("bare"), early, figure("bare", "2024"), *TOLD)
    assert judged(dataset, "bare", year=2024)["source"] == "met"
    assert judged(dataset, "bare", year=2023)["source"] == "not met"


def test_earlier_figures_are_no_values(tmp_path: Path) -> None:
    earlier = figure("bare", "2023", dataset=f"{FW}/values/earlier", edition="1")
    found, year = read_indicator_quality(make(tmp_path, indicator("bare"), earlier), FW)
    assert (found[0].years, year) == ((), 2020)


def test_periods_within_a_year_are_of_the_year(tmp_path: Path) -> None:
    records = [replace(r, period=r.period + "-Q3") if isinstance(r, Observation) else r
               for r in SOUND.values()]  # fmt: skip
    assert judged(make(tmp_path, *records, *TOLD))["verdict"] == "sound"


def test_another_engine_says_the_same(tmp_path: Path) -> None:
    import rdflib

    dataset = make(tmp_path, *SOUND.values(), *TOLD, indicator("bare", "Niveli i besimit"))
    graph = rdflib.Graph()
    text = ox.serialize(dataset.asserted.triples(), format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=text, format="nt")
    for name in (
        "select_indicator_quality",
        "select_aligned_indicators",
        "select_framework_sources",
    ):
        query = find_query(name)
        ours = dataset.query(name, framework="xkx-2025")
        theirs = graph.query(query.text, initBindings={"framework": rdflib.URIRef(FW)})

        def plain(value: object) -> object:
            parts = str(value).split(";")
            return ";".join(sorted(parts)) if len(parts) > 1 else str(value)

        rows = [tuple(map(plain, r)) for r in ours.rows]
        assert rows
        assert rows == [
            tuple(plain(c.toPython() if isinstance(c, rdflib.Literal) else c) for c in r)
            for r in theirs
        ]


def test_the_command(run: Run, tmp_path: Path) -> None:
    make(tmp_path, *SOUND.values(), *TOLD)
    result = run(
        "report", "indicator-quality", "--data", tmp_path, "--year", "2027", "--format", "csv"
    )
    assert result.returncode == 0, result.stderr
    head, *rows = result.stdout.splitlines()
    assert head.split(",")[:3] == ["code", "title", "measurable"]
    assert Counter(r.split(",")[0] for r in rows) == Counter(["sound", "told"])
    table = ("report", "indicator-quality", "--data", tmp_path, "--format", "csv", "--table")
    assert run(*table, "criteria").stdout.splitlines()[0].startswith("criterion,met,notMet")
    refused = run(*table, "nothing")
    assert refused.returncode == 2
    assert "it has indicators, criteria, actions, objectives" in refused.stderr
    nowhere = run("report", "indicator-quality", "--framework", "xkx-2026", "--data", tmp_path)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert 'Did you mean "xkx-2025"?' in nowhere.stderr


def test_an_unknown_framework_is_refused(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="no assessment against 'alb-nsm'"):
        build_report("indicator-quality", dataset, framework="alb-nsm")
