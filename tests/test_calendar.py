"""The calendar: order, dependencies, what recurs, faults in pairs, and iCalendar read back."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import EmptyDatasetError, InputError, MissingExtraError
from gcm_ld.model import Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import GCMO, ID
from gcm_ld.report import Report, build_report
from gcm_ld.report.icalendar import as_icalendar, uid_of
from gcm_ld.report.step_words import period_words
from gcm_ld.report.steps import (
    Step,
    critical_chain,
    find_circles,
    occurrence_of,
    occurrences,
    read_steps,
    schedule,
)
from gcm_ld.turtle import write_turtle
from gcm_ld.validate import validate
from tests.conftest import ROOT, Run

FW = ID + "xkx-review"
ALB, UN = ID + "alb-gcm-review/milestone/", ID + "un-review-cycle/milestone/"


def milestone(code: str, start: str | None = None, end: str | None = None, **more: Any) -> Element:
    needs = tuple(f"{FW}/milestone/{n}" for n in more.pop("needs", "").split())
    said = {"label": f"Step {code}", "citation": "Plan, p. 1", "source": ID + "source/plan"}
    return Element(
        iri=f"{FW}/milestone/{code}",
        kind="Milestone",
        notation=code,
        framework=FW,
        label_basis=GCMO + "Stated",
        start=start,
        end=end,
        requires=needs,
        **(said | more),
    )


FRAME: list[Record] = [
    Framework(
        iri=FW,
        code="xkx-review",
        label="Review",
        note="Made up.",
        citation="Plan",
        source=ID + "source/plan",
        references=(ID + "gcm",),
    ),
    Source(iri=ID + "source/plan", title="Plan", issued="2024-05-06"),
    Institution(iri=ID + "institution/xkx-office", label="Office"),
]
A = milestone("A", "2025-01-01", "2025-01-31")
B = milestone("B", "2025-03-01", "2025-03-31", needs="A")


def make(folder: Path, *records: Record) -> Dataset:
    path = folder / "xkx.ttl"
    path.write_text(write_turtle(build_graph([*FRAME, *records])), encoding="utf-8")
    return open_dataset(path)


def rows(report: Report, name: str) -> list[dict[str, Any]]:
    table = next(t for t in report.tables if t.name == name)
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def faults(dataset: Dataset) -> list[tuple[str, str]]:
    found = rows(build_report("calendar", dataset), "faults")
    return [(r["kind"], r["step"].rpartition("/")[2]) for r in found]


@pytest.fixture(scope="module")
def albania(dataset: Dataset) -> Report:
    return build_report("calendar", dataset, framework="alb-gcm-review")


def test_albanias_review_in_order_of_time(albania: Report) -> None:
    found = rows(albania, "steps")
    own = [r["code"] for r in found if r["framework"] == "alb-gcm-review"]
    assert own == ["VRR", "M1", "M2", "M3", "IMRF", "M4", "M5", "RR", "VNR"]
    starts = [r["start"] for r in found if r["start"]]
    assert starts == sorted(starts)
    by = {r["code"]: r for r in found if r["framework"] == "alb-gcm-review"}
    assert by["M4"]["waitsFor"] == " ".join(f"alb-gcm-review/milestone/M{n}" for n in (1, 2, 3))
    assert {r["state"] for r in found} == {None}  # no year was asked for, so nothing is said


def test_albanias_critical_chain_and_how_late_each_step_may_be(albania: Report) -> None:
    chain = [r for r in rows(albania, "chain") if r["framework"] == "alb-gcm-review"]
    assert [r["code"] for r in chain] == ["M1", "M2", "M3", "M4", "M5"]
    assert [r["gap"] for r in chain] == [None, 31, 0, 59, 30]
    by = {r["code"]: r for r in rows(albania, "steps") if r["framework"] == "alb-gcm-review"}
    # By hand: M5 starts on 1 May, so M4, of 31 days, starts on 31 March at the latest, and so on.
    assert (by["M5"]["latestEnd"], by["M5"]["slack"]) == ("2022-05-31", 0)
    assert (by["M4"]["latestStart"], by["M4"]["latestEnd"]) == ("2022-03-31", "2022-04-30")
    assert (by["M3"]["latestStart"], by["M3"]["latestEnd"]) == ("2022-02-28", "2022-03-30")
    assert (by["M1"]["latestEnd"], by["M1"]["slack"]) == ("2022-01-28", 120)
    assert [(r["kind"], r["step"]) for r in rows(albania, "faults")] == [
        ("noDate", "alb-gcm-review/milestone/RR"),
        ("noDate", "alb-gcm-review/milestone/VNR"),
    ]


@pytest.mark.parametrize(
    ("year", "states", "imrf"),
    [
        (2021, {"VRR": "over", "M1": "open", "M3": "open", "M4": "ahead", "VNR": None}, "2022"),
        (2022, {"VRR": "over", "M1": "over", "M4": "open", "M5": "open"}, "2022"),
        (2023, {"M5": "over"}, "2026"),
        (2026, {"M5": "over"}, "2026"),
        (2027, {"M5": "over"}, "2030"),
    ],
)
def test_a_year_tells_what_is_over_and_what_comes_next(
    dataset: Dataset, year: int, states: dict[str, str | None], imrf: str
) -> None:
    report = build_report("calendar", dataset, framework="alb-gcm-review", year=year)
    found = {(r["framework"], r["code"]): r for r in rows(report, "steps")}
    for code, state in states.items():
        assert found["alb-gcm-review", code]["state"] == state
    assert found["un-review-cycle", "IMRF"]["state"] == "recurs"
    assert found["un-review-cycle", "IMRF"]["next"] == f"{imrf}-01-01"
    assert f"un-review-cycle IMRF {imrf}" in " ".join(report.lead)
    assert not [r for r in rows(report, "occurrences") if r["end"] < str(year)]
    # For people, recurring steps stand where their next time is, in order.
    shown = next(t for t in report.readable if t.name == "steps")
    when = [str(row[0]) for row in shown.rows if row[0] != "no date"]
    assert when == sorted(when)
    assert f"{imrf} …" in when
    line = next(x for x in report.lead if x.startswith(f"in {year}: "))
    assert sum(map(int, re.findall(r"(\d+) (?:over|open|ahead)", line))) == 9
    following = next(x for x in report.lead if x.startswith("next: "))
    times = re.findall(r" (\d{4})(?:,|$)", following)
    assert times == sorted(times)


def test_the_un_cycle_is_as_the_resolutions_say(dataset: Dataset) -> None:
    report = build_report("calendar", dataset, framework="un-review-cycle", year=2019)
    found = rows(report, "occurrences")
    years = {
        c: [r["start"][:4] for r in found if r["code"] == c]
        for c in ("IMRF", "RR", "HLPF-GA", "SGR")
    }
    assert years == {
        "IMRF": ["2022", "2026"],
        "RR": ["2020", "2024"],
        "HLPF-GA": ["2019", "2023", "2027"],
        "SGR": ["2020", "2022", "2024", "2026"],
    }
    assert [r["start"][:4] for r in found if r["code"] == "HLPF"] == [*map(str, range(2019, 2028))]
    assert {r["waitsFor"] for r in found if r["code"] == "IMRF"} == {"RR 2020", "RR 2024"}
    elements = dataset.elements("Milestone", framework="un-review-cycle")
    assert all(e.citation and e.citation.startswith("A/RES/") for e in elements)
    assert {e.notation: e.recurrence for e in elements} == {
        "HLPF": "P1Y", "HLPF-GA": "P4Y", "IMRF": "P4Y", "RR": "P4Y", "SGR": "P2Y"
    }  # fmt: skip


def test_a_framework_without_steps_has_those_of_the_frameworks_that_name_it(
    dataset: Dataset,
) -> None:
    through = build_report("calendar", dataset, framework="alb-nsm-2019")
    assert {r["framework"] for r in rows(through, "steps")} == {"alb-gcm-review", "un-review-cycle"}
    none = build_report("calendar", dataset, framework="unece-gcm-review-2020")
    assert none.lead == ("the data hold no step of a plan or review",)
    assert none.charts == ()
    with pytest.raises(InputError, match=r"no framework 'alb-review'; those with steps are: alb-g"):
        build_report("calendar", dataset, framework="alb-review")


def test_the_shipped_calendar_conforms_and_brings_the_un_cycle_along(dataset: Dataset) -> None:
    from gcm_ld.resources import folder

    alone = open_dataset(folder("data") / "alb" / "alb-gcm-review.ttl")
    assert UN + "IMRF" in read_steps(alone)
    assert validate([folder("data") / "un"]).findings == ()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((A, B), []),
        ((A, milestone("B", "2024-12-01", "2024-12-31", needs="A")), [("endsBefore", "B")]),
        ((A, milestone("B", "2025-01-31", "2025-03-31", needs="A")), [("startsBefore", "B")]),
        ((A, milestone("B", "2025-02-01", "2025-03-31", needs="A")), []),
        ((A, milestone("B", None, "2025-01-31", needs="A")), []),  # when it starts is not known
        ((A, milestone("B", needs="A")), [("noDate", "B")]),
        ((A, milestone("B", "2025-02-30", needs="A")), [("noDate", "B")]),
        ((milestone("A", needs="B"), B), [("noDate", "A"), ("circle", "A")]),
        ((milestone("A", "2025-01-01", needs="A"),), [("circle", "A")]),
        ((milestone("B", "2025-03-01", needs="Z"),), [("unknown", "B")]),
        (
            (
                milestone("F", "2022-01-01", "2022-12-31", recurrence="P4Y"),
                milestone("B", "2026-05-05", occurrence_of=f"{FW}/milestone/F"),
            ),
            [],
        ),
        (
            (
                milestone("F", "2022-01-01", "2022-12-31", recurrence="P4Y"),
                milestone("B", "2025-05-05", occurrence_of=f"{FW}/milestone/F"),
            ),
            [("offBeat", "B")],
        ),
    ],
)
def test_faults_in_dates_and_order(
    tmp_path: Path, records: tuple[Record, ...], expected: list[tuple[str, str]]
) -> None:
    dataset = make(tmp_path, *records)
    assert sorted(faults(dataset)) == sorted(expected)
    report = build_report("calendar", dataset)
    number = len([kind for kind, _ in expected if kind != "noDate"])
    assert report.lead[-1] == (
        "no step ends or starts before what it waits for"
        if not number
        else f"{number} fault in the order of steps"
    )


def test_a_fault_names_both_steps_and_their_times(tmp_path: Path) -> None:
    late = milestone("B", "2024-12-01", "2024-12-31", needs="A")
    report = build_report("calendar", make(tmp_path, A, late))
    assert [r["fault"] for r in rows(report, "faults")] == [
        "B (2024-12) ends before A (2025-01), which it waits for"
    ]
    circle = build_report("calendar", make(tmp_path, milestone("A", needs="B"), B))
    words = [r["fault"] for r in rows(circle, "faults") if r["kind"] == "circle"]
    assert words == ["these wait for each other in a circle: A → B → A"]


def test_who_leads_and_what_recurs_is_shown(tmp_path: Path) -> None:
    office = ID + "institution/xkx-office"
    forum = milestone("F", "2022-01-01", "2022-12-31", recurrence="P2Y", led_by=(office,))
    report = build_report("calendar", make(tmp_path, forum), year=2030)
    assert rows(report, "steps")[0]["ledBy"] == "Office"
    shown = {t.name: t for t in report.readable}
    assert shown["steps"].rows == (("2030 …", "F", "Step F (led by Office)", "recurs"),)
    assert shown["occurrences"].rows == (
        ("F", "Step F", "every 2 years", "2030, 2032, 2034, 2036, 2038"),
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2022-01-01", "2022-12-31", "2022"),
        ("2019-01-01", "2020-12-31", "2019 – 2020"),
        ("2021-09-01", "2021-09-30", "2021-09"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2023-07-01", "2025-06-30", "2023-07 – 2025-06"),
        ("2022-05-17", "2022-05-20", "2022-05-17 – 2022-05-20"),
        ("2022-05-17", "2022-05-17", "2022-05-17"),
        (None, "2022-05-17", "2022-05-17"),
        (None, None, ""),
    ],
)
def test_times_in_short(first: str | None, last: str | None, words: str) -> None:
    days = [date.fromisoformat(d) if d else None for d in (first, last)]
    assert period_words(*days) == words


DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Step]:
    """Any steps, any dates, any dependencies, circles too."""
    number = draw(st.integers(1, 7))
    steps = {}
    for i in range(number):
        days = sorted(draw(st.lists(DAYS, min_size=0, max_size=2)))
        needs = draw(st.lists(st.integers(0, number), max_size=3, unique=True))
        steps[f"s{i}"] = Step(
            f"s{i}", "f", "F", str(i), f"Step {i}", days[0] if days else None,
            days[-1] if len(days) > 1 else None, needs=tuple(f"s{n}" for n in needs),
        )  # fmt: skip
    return steps


@settings(max_examples=150)
@given(plans())
def test_no_step_may_end_when_what_waits_for_it_must_have_started(steps: dict[str, Step]) -> None:
    plan = schedule(steps)
    circles = find_circles(steps)
    circling = {iri for circle in circles for iri in circle}
    for circle in circles:
        for iri, following in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert following in steps[iri].needs
    for iri, step in steps.items():
        assert iri not in circling or plan[iri].latest_end is None
        waiting = [plan[o].latest_start for o, s in steps.items() if iri in s.needs]
        for start in filter(None, waiting):
            end = plan[iri].latest_end
            assert end is None or end < start
        if plan[iri].slack is not None:
            assert step.last is not None
            assert plan[iri].latest_end == step.last + timedelta(days=plan[iri].slack or 0)
        if plan[iri].latest_end and step.days:
            length = (plan[iri].latest_end - plan[iri].latest_start).days + 1
            assert length == step.days
        if not waiting and iri not in circling and plan[iri].latest_end:
            assert plan[iri].latest_end == step.last


@settings(max_examples=150)
@given(plans())
def test_a_critical_chain_leads_back_from_the_last_step(steps: dict[str, Step]) -> None:
    chain = critical_chain(steps, "f")
    for before, after in pairwise(chain):
        assert before.iri in after.needs
        for other in after.needs:
            step = steps.get(other)
            if step is not None and step.last and not _stuck(steps, other):
                assert step.last <= before.last
    assert len({s.iri for s in chain}) == len(chain)
    if chain:
        assert len(chain) > 1


def _reach(steps: dict[str, Step], iri: str) -> set[str]:
    """Return all that a step waits for, however far."""
    found: set[str] = set()
    ahead = [iri]
    while ahead:
        for need in steps[ahead.pop()].needs:
            if need in steps and need not in found:
                found.add(need)
                ahead.append(need)
    return found


def _stuck(steps: dict[str, Step], iri: str) -> bool:
    """Tell whether a step is in a circle, or waits for one."""
    return any(other in _reach(steps, other) for other in {iri, *_reach(steps, iri)})


@given(
    start=st.dates(date(1999, 1, 1), date(2030, 12, 31)),
    number=st.integers(1, 40),
    unit=st.sampled_from("YMD"),
    since=st.integers(1990, 2060),
    length=st.integers(0, 40),
)
@settings(max_examples=150)
def test_occurrences_are_those_of_a_recurrence_rule(
    start: date, number: int, unit: str, since: int, length: int
) -> None:
    """Held against dateutil, which works RFC 5545's rules out."""
    rrule = pytest.importorskip("dateutil.rrule")
    until = since + length
    frequency = {"Y": rrule.YEARLY, "M": rrule.MONTHLY, "D": rrule.DAILY}[unit]
    rule = rrule.rrule(
        frequency, interval=number, dtstart=_time(start), until=_time(date(until + 1, 1, 1))
    )
    expected = [d.date() for d in rule if since <= d.year <= until]
    step = Step("s", "f", "F", "1", "S", start, recurrence=f"P{number}{unit}")
    found = occurrences(step, since=since, until=until)
    assert [first for first, _ in found] == expected
    if found:
        assert occurrence_of(Step("o", "f", "F", "2", "O", found[0][0]), step) == found[0]


def _time(day: date) -> Any:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)


def test_steps_are_read_in_order_of_time_and_of_need(tmp_path: Path) -> None:
    same = [milestone(c, "2025-01-01", "2025-01-31", needs=n) for c, n in (("A", "C"), ("C", ""))]
    steps = read_steps(make(tmp_path, *same, milestone("B"), milestone("Z", "2024-01-01")))
    assert [s.code for s in steps.values()] == ["Z", "C", "A", "B"]


# ---- iCalendar ----------------------------------------------------------------------------------

icalendar = pytest.importorskip("icalendar")


def parse(text: str) -> Any:
    return icalendar.Calendar.from_ical(text)


def events(text: str) -> dict[str, Any]:
    return {str(e["URL"]): e for e in parse(text).walk("VEVENT")}


def test_the_calendar_file_is_read_back(dataset: Dataset, albania: Report) -> None:
    text = as_icalendar(dataset, albania)
    found = events(text)
    steps = {r["step"]: r for r in rows(albania, "steps") if r["start"]}
    assert set(found) == set(steps)
    for iri, event in found.items():
        assert event["DTSTART"].dt.isoformat() == steps[iri]["start"]
        last = event["DTEND"].dt - timedelta(days=1)
        assert last.isoformat() == steps[iri]["end"]
        assert str(event["SUMMARY"]).endswith(steps[iri]["title"])
        assert event["DTSTAMP"].dt.isoformat() in (
            "2021-09-14T00:00:00+00:00", "2018-12-19T00:00:00+00:00"
        )  # fmt: skip
    needs = [str(r) for r in found[ALB + "M4"]["RELATED-TO"]]
    assert needs == [uid_of(ALB + m) for m in ("M1", "M2", "M3")]
    assert found[ALB + "M4"]["RELATED-TO"][0].params["RELTYPE"] == "DEPENDS-ON"
    assert found[UN + "IMRF"]["RRULE"] == {"FREQ": ["YEARLY"], "INTERVAL": [4]}
    # Albania's forum of 2022 takes the place of the first time of the recurring one.
    assert found[ALB + "IMRF"]["UID"] == found[UN + "IMRF"]["UID"] == uid_of(UN + "IMRF")
    assert found[ALB + "IMRF"]["RECURRENCE-ID"].dt == date(2022, 1, 1)
    assert "alb-gcm-review RR, alb-gcm-review VNR" in str(parse(text)["DESCRIPTION"])
    assert text == as_icalendar(
        dataset, build_report("calendar", dataset, framework="alb-gcm-review")
    )


def check_form(text: str) -> None:
    """Lines of at most 75 octets that end with CRLF, and nothing after the last (RFC 5545, 3.1)."""
    raw = text.encode()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert b"" not in lines[:-1]
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode("utf-8")  # not folded within a character


def test_lines_are_folded_and_end_with_crlf(dataset: Dataset) -> None:
    check_form(as_icalendar(dataset, build_report("calendar", dataset)))


def test_the_calendars_name_is_escaped(dataset: Dataset) -> None:
    report = build_report("calendar", dataset)
    text = as_icalendar(dataset, report).replace("\r\n ", "")
    assert "; " in report.title
    escaped = report.title.replace(";", "\\;")
    assert f"\r\nNAME;LANGUAGE=en:{escaped}\r\n" in text
    assert f"\r\nX-WR-CALNAME:{escaped}\r\n" in text


@settings(max_examples=15)
@given(
    title=st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1
    ).filter(str.strip),
    start=DAYS,
    days=st.integers(0, 800),
)
def test_any_title_and_date_comes_back(title: str, start: date, days: int) -> None:
    import tempfile

    end = start + timedelta(days=days)
    step = milestone("A", start.isoformat(), end.isoformat(), label=title)
    with tempfile.TemporaryDirectory() as folder:
        dataset = make(Path(folder), step)
        text = as_icalendar(dataset, build_report("calendar", dataset))
    check_form(text)
    (event,) = events(text).values()
    assert str(event["SUMMARY"]) == f"A: {title}"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (start, end + timedelta(days=1))
    assert event["DTSTAMP"].dt.date() == date(2024, 5, 6)


def test_the_file_says_the_same_dates_as_the_report(dataset: Dataset) -> None:
    """Recurrences expanded by dateutil are the report's."""
    rrule = pytest.importorskip("dateutil.rrule")
    report = build_report("calendar", dataset, year=2024)
    found = events(as_icalendar(dataset, report))
    for iri, event in found.items():
        if "RRULE" not in event:
            continue
        rule = rrule.rrulestr(event["RRULE"].to_ical().decode(), dtstart=_time(event["DTSTART"].dt))
        times = [
            d.date().isoformat()
            for d in rule.between(_time(date(2024, 1, 1)), _time(date(2032, 12, 31)), inc=True)
        ]
        assert times == [r["start"] for r in rows(report, "occurrences") if r["step"] == iri]
        assert times


def test_another_parser_reads_it_too(dataset: Dataset, albania: Report) -> None:
    vobject = pytest.importorskip("vobject")
    text = as_icalendar(dataset, albania)
    found = {e.url.value: e for e in vobject.readOne(text).vevent_list}
    assert set(found) == set(events(text))
    assert found[ALB + "M1"].dtstart.value == date(2021, 9, 1)
    assert found[ALB + "M4"].contents["related-to"][2].value == uid_of(ALB + "M3")
    assert "2022-01-01" in str(found[UN + "IMRF"].getrruleset(addRDate=True)[0])


def test_a_third_parser_reads_it_too(dataset: Dataset, albania: Report) -> None:
    ics = pytest.importorskip("ics")
    found = {e.url: e for e in ics.Calendar(as_icalendar(dataset, albania)).events}
    assert ALB + "M5" in found
    assert found[ALB + "M5"].all_day
    assert found[ALB + "M5"].begin.date() == date(2022, 5, 1)


def test_a_time_that_two_steps_stand_for_is_replaced_once(tmp_path: Path) -> None:
    forum = milestone("F", "2022-01-01", "2022-12-31", recurrence="P4Y")
    times = [milestone(c, "2026-05-05", occurrence_of=forum.iri) for c in "AB"]
    waiting = milestone("C", "2027-01-01", needs="A B")
    dataset = make(tmp_path, forum, *times, waiting)
    found = events(as_icalendar(dataset, build_report("calendar", dataset)))
    uids = {iri.rpartition("/")[2]: str(e["UID"]) for iri, e in found.items()}
    assert uids["A"] == uids["F"] != uids["B"]
    assert found[times[0].iri]["RECURRENCE-ID"].dt == date(2026, 1, 1)
    assert [str(r) for r in found[waiting.iri]["RELATED-TO"]] == [uids["A"], uids["B"]]


def test_without_dates_there_is_no_calendar(tmp_path: Path) -> None:
    dataset = make(tmp_path, milestone("A"))
    with pytest.raises(EmptyDatasetError, match="no step has a date"):
        as_icalendar(dataset, build_report("calendar", dataset))


def test_without_the_library_it_says_what_to_install(
    dataset: Dataset, albania: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtraError, match=r"--format ics needs icalendar: .*gcm-ld\[calen"):
        as_icalendar(dataset, albania)


def call(*args: object) -> bytes:
    program = Path(sys.executable).parent / "gcm-ld"
    done = subprocess.run([program, *map(str, args)], capture_output=True, timeout=120, check=True)
    return done.stdout


def test_the_command_writes_the_same_bytes_into_a_file_and_a_pipe(run: Run, tmp_path: Path) -> None:
    piped = call("report", "calendar", "--format", "ics")
    check_form(piped.decode())
    assert run("report", "calendar", "--format", "ics", "-o", tmp_path / "a.ics").stdout == ""
    assert (tmp_path / "a.ics").read_bytes() == piped


def test_the_command(run: Run, tmp_path: Path) -> None:
    make(tmp_path, A, B)
    shown = run("report", "calendar", "--data", tmp_path)
    assert shown.returncode == 0
    assert "critical chain: A → B (2025-01 – 2025-03)" in shown.stdout
    table = run("report", "calendar", "--data", tmp_path, "--format", "csv", "--year", "2025")
    head, *lines = table.stdout.splitlines()
    assert head.startswith("framework,code,title,start,end,recurrence")
    assert [re.split(",", line)[10] for line in lines] == ["open", "open"]
    refused = run("report", "coverage", "--format", "ics")
    assert refused.returncode == 2
    assert "--format ics goes with the report calendar" in refused.stderr


def test_the_tables_of_the_page_are_a_calendar(run: Run, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "calendar.md").read_text(encoding="utf-8")
    frameworks, elements = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (tmp_path / "review").mkdir()
    (tmp_path / "review" / "Frameworks.csv").write_text(frameworks, encoding="utf-8")
    (tmp_path / "review" / "Elements.csv").write_text(elements, encoding="utf-8")
    done = run("import", "review/", "-o", "data/", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    own = open_dataset(tmp_path / "data")
    report = build_report("calendar", own, framework="xkx-review", year=2026)
    assert "critical chain: S1 → S2 → S3 → S4 (2025-09-01 – 2026-05-08)" in report.lead
    assert rows(report, "faults") == []
    event = events(as_icalendar(own, report))[f"{FW}/milestone/S4"]
    assert event["UID"] == uid_of(UN + "IMRF")
    assert event["RECURRENCE-ID"].dt == date(2026, 1, 1)


# ---- The drawing --------------------------------------------------------------------------------


def test_the_drawing_holds_every_dated_step(dataset: Dataset, albania: Report) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import draw_chart

    assert albania.charts == ("calendar",)
    for narrow in (False, True):
        svg = draw_chart("calendar", dataset, albania, narrow=narrow)
        texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
        codes = [r["code"] for r in rows(albania, "steps") if r["start"]]
        assert sorted(t for t in texts if t in codes) == sorted(codes)
        assert {"2019", "2020", "2021", "2022"} < set(texts)
        assert svg == draw_chart("calendar", dataset, albania, narrow=narrow)


def test_the_drawing_reaches_to_what_comes_next(dataset: Dataset) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import draw_chart

    report = build_report("calendar", dataset, framework="alb-gcm-review", year=2026)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", draw_chart("calendar", dataset, report))
    assert {"2019", "2026", "2028"} < set(texts)


def test_a_step_that_waits_and_ends_before_is_drawn_apart(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from gcm_ld.report.charts import draw_chart

    def drawn(*records: Record) -> int:
        dataset = make(tmp_path, *records)
        svg = draw_chart("calendar", dataset, build_report("calendar", dataset))
        return svg.count("--chart-missing")

    assert drawn(A, B) == 0
    assert drawn(A, milestone("B", "2024-12-01", "2024-12-31", needs="A")) > 0


def test_codes_and_days_stay_on_a_line_of_the_page(dataset: Dataset) -> None:
    from gcm_ld.report.html import _plain

    report = build_report("calendar", dataset, year=2026)
    steps = next(t for t in report.readable if t.name == "steps")
    css = dict(zip(steps.keys, (h.css for h in _plain("calendar", steps).headings), strict=True))
    assert css["code"] == "id whole"
    assert css["when"] == css["latestEnd"] == "whole"
    assert "whole" not in css["title"]
    long = steps._replace(rows=(*steps.rows, ("2026", "a-code-too-long-for-its-column", *"....")))
    css = dict(zip(long.keys, (h.css for h in _plain("calendar", long).headings), strict=True))
    assert css["code"] == "id"
