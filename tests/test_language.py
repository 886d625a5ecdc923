"""Languages: messages, labels and numbers, what falls back to English, and what is said of it."""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.cli.language import Language
from gcm_ld.cli.output import as_table, wrap
from gcm_ld.errors import FileError, InputError
from gcm_ld.language import (
    Catalogue,
    Labels,
    Verbatim,
    direction,
    display_width,
    label,
    language_code,
    list_languages,
    message,
    say,
    say_many,
    show,
    untranslated,
    using,
)
from gcm_ld.language.catalogue import find_catalogue, read_catalogue
from gcm_ld.language.labels import Named
from gcm_ld.language.template import placeholders, take_apart
from gcm_ld.report import build_report
from gcm_ld.report.charts import draw_chart
from gcm_ld.report.localize import localize, read_language
from gcm_ld.report.model import Report, Table
from gcm_ld.report.step_words import period_words
from gcm_ld.turtle import format_turtle, read_turtle
from tests.browser import Browser, find_browser
from tests.conftest import ROOT, SHARED, Run

LANGUAGE = ROOT / "gcm_ld" / "language"
NAME = "urn:label"

#: The UN's languages, for which there is no official text here: our own words, to try things on.
VOCABULARY = """
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

sdg:10 skos:prefLabel "Reducing inequality"@en , "Moins d'inégalités"@fr , "减少不平等"@zh .
sdg:10.7 skos:prefLabel "Une migration   bien gérée"@fr , "Migrations, selon le Canada"@fr-CA .
sdg:8 skos:prefLabel "Un travail décent"@fr , "العمل اللائق"@ar .
"""


def catalogue(**messages: str) -> Catalogue:
    return Catalogue("sq", "Albanian", messages=messages, decimal_point=",", thousands=" ")


def some(*pairs: tuple[str, str, str | None, str]) -> Labels:
    """Make labels: English text, IRI, text in the language, code."""
    labels = Labels()
    for english, iri, text, code in pairs:
        labels.add(english, Named(iri, NAME), text, codes=[code])
    return labels


# Messages


def test_english_is_what_the_code_says() -> None:
    assert say("{a} of {b:.1f} %", a=1, b=2.345) == "1 of 2.3 %"
    assert say_many("{number} action", "{number} actions", 1) == "1 action"
    assert say_many("{number} action", "{number} actions", 0) == "0 actions"
    assert (language_code(), direction(), untranslated()) == ("en", "ltr", ([], []))
    assert show(Decimal("1.50")) == "1.50"
    assert label("no label at all") == "no label at all"


def test_a_message_without_translation_stays_english_and_is_remembered() -> None:
    with using("sq", catalogue=catalogue(**{"no gap": "asnjë boshllëk"})):
        assert say("no gap") == "asnjë boshllëk"
        assert say("never heard of {x}", x=1.5) == "never heard of 1,5"
        assert say_many("{number} thing", "{number} things", 2) == "2 things"
        assert untranslated() == (["never heard of {x}", "{number} thing"], [])
        assert language_code() == "sq"
    assert say("no gap") == "no gap"
    assert untranslated() == ([], [])


def test_languages_nest_and_end_with_an_error() -> None:
    with using("sq"), using("en"):
        assert say("no gap") == "no gap"
    with pytest.raises(ZeroDivisionError), using("sq"):
        raise ZeroDivisionError
    assert language_code() == "en"


def test_numbers_and_dates_follow_the_language() -> None:
    day = datetime.date(2022, 5, 17)
    how = Catalogue("sq", decimal_point=",", thousands="\N{NO-BREAK SPACE}", date_format="%d.%m.%Y")
    with using("sq", catalogue=how):
        assert say("{x} {y:.2f} {z:,} {d}", x=69.9, y=1, z=1234567, d=day) == (
            "69,9 1,00 1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567 17.05.2022"
        )
        assert say("{x:+}", x=Decimal("2.5")) == "+2,5"
        assert (show(2.5), show(True), show(None), show("2.5")) == ("2,5", "True", "", "2.5")
        assert as_table(["n"], [[1.5], [12.25]]).splitlines()[2:] == ["  1,5", "12,25"]
        assert period_words(day, day) == "17.05.2022"
        assert period_words(datetime.date(2021, 9, 1), datetime.date(2021, 10, 31)) == (
            "09.2021 – 10.2021"
        )
    assert say("{d} {x:,}", d=day, x=1234.5) == "2022-05-17 1,234.5"
    assert period_words(day, datetime.date(2022, 6, 1)) == "2022-05-17 – 2022-06-01"


@pytest.mark.parametrize(
    ("code", "numbers", "forms"),
    [
        ("fr", (0, 1, 2), (0, 0, 1)),
        ("ru", (1, 2, 5, 11, 21, 22), (0, 1, 2, 2, 0, 1)),
        ("ar", (0, 1, 2, 3, 11, 100), (0, 1, 2, 3, 4, 5)),
        ("zh", (0, 1, 7), (0, 0, 0)),
    ],
)
def test_plurals_of_the_un_languages(
    code: str, numbers: tuple[int, ...], forms: tuple[int, ...]
) -> None:
    found = find_catalogue(code)
    assert tuple(found.plural(n) for n in numbers) == forms
    assert max(forms) < found.plural_count
    assert found.name != found.code == code


@given(st.text(), st.text(), st.integers())
def test_any_text_comes_through_whole(text: str, value: str, number: int) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert say(escaped + "{v}{n}", v=value, n=number) == f"{text}{value}{number}"
    with using("sq", catalogue=catalogue()):
        assert say(escaped + "{v}{n}", v=value, n=number) == f"{text}{value}{number}"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.sampled_from(["", ".1f"]))
def test_a_number_differs_in_its_marks_alone(number: Decimal, spec: str) -> None:
    template = f"{{x:{spec}}}"
    with using("sq", catalogue=catalogue()):
        assert say(template, x=number).replace(",", ".") == format(number, spec)


@pytest.mark.parametrize("template", ["{x.real}", "{x[0]}", "{x!r}", "{0}", "{}", "{x:{y}}", "{x"])
def test_a_template_reaches_into_no_value(template: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        take_apart(template)


# Labels


def test_a_label_without_translation_stays_english_and_is_remembered() -> None:
    labels = some(("Health", "urn:h", "Shëndeti", "1"), ("Education", "urn:e", None, "2"))
    with using("sq", catalogue=catalogue(), labels=labels):
        assert say("{a}, {b}, {c}", a="Health", b="Education", c="neither") == (
            "Shëndeti, Education, neither"
        )
        assert untranslated() == (["{a}, {b}, {c}"], ["Education"])
        assert [t.iri for t in labels.things("Education")] == ["urn:e"]


def test_a_word_that_begins_a_cell_has_a_capital() -> None:
    labels = some(("chapter", "urn:c", "kapitull", "1"), ("pillar", "urn:p", None, "2"))
    with using("sq", catalogue=catalogue(), labels=labels):
        assert [label(t) for t in ("Chapter", "chapter", "CHAPTER", "Pillar", "")] == [
            "Kapitull",
            "kapitull",
            "CHAPTER",
            "Pillar",
            "",
        ]


def test_labels_that_are_spelt_alike_are_told_apart_by_code_or_iri() -> None:
    labels = some(
        ("Target", "urn:a", "Synim", "a"),
        ("Target", "urn:b", "Vlera e synuar", "b"),
        ("Total", "urn:c", "gjithsej", "c"),
        ("Total", "urn:d", "gjithsej", "d"),
    )
    with using("sq", catalogue=catalogue(), labels=labels):
        assert label("Target", "b") == "Vlera e synuar"
        assert label("Target", "urn:a") == "Synim"
        assert label("Target", "elsewhere") == label("Target") == "Target"
        assert label("Total") == "gjithsej"
        assert untranslated() == ([], ["Target"])


def test_a_message_is_not_taken_for_a_label_that_is_spelt_alike() -> None:
    labels = Labels()
    labels.add("target", Named("urn:a", "urn:label"), "synim")
    found = Catalogue("sq", messages={"target": "vlera e synuar"})
    with using("sq", catalogue=found, labels=labels):
        assert (label(message("target")), label("target")) == ("vlera e synuar", "synim")
        assert label(message("unheard of")) == "unheard of"
        assert label("nothing of ours") == "nothing of ours"
        # What the code shows is a message that a translator can mend; other text is not.
        assert untranslated() == (["unheard of"], [])


def test_criteria_are_named_as_messages_are(dataset: Dataset) -> None:
    catalogue, labels = read_language(dataset, "sq")
    with using("sq", catalogue=catalogue, labels=labels):
        report = localize(build_report("indicator-quality", dataset.stated))
    criteria = next(t for t in report.tables if t.name == "criteria")
    assert [row[0] for row in criteria.rows][3:5] == ["vlera bazë", "vlera e synuar"]


def test_each_label_of_a_report_falls_back_by_itself(dataset: Dataset, tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(VOCABULARY, encoding="utf-8")
    found, labels = read_language(dataset, "fr", [own])
    with using("fr", catalogue=found, labels=labels) as spoken:
        report = localize(build_report("sdg", dataset.stated))
    titles = {row[0]: row[1] for row in report.tables[0].rows}
    assert titles["10"] == "Moins d'inégalités"
    assert titles["1"] == "No poverty"
    assert "No poverty" in spoken.labels.missing
    assert "Reduced inequalities" not in spoken.labels.missing
    targets = {row[0]: row[1] for row in report.tables[1].rows}
    assert targets["10.7"] == "Une migration bien gérée"
    # Keys, codes and numbers are the same as in English.
    plain = build_report("sdg", dataset.stated)
    for one, other in zip(report.tables, plain.tables, strict=True):
        assert one.keys == other.keys
        assert [[c for c in r if not isinstance(c, str)] for r in one.rows] == [
            [c for c in r if not isinstance(c, str)] for r in other.rows
        ]


def test_the_nearest_tag_wins(dataset: Dataset, tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(VOCABULARY, encoding="utf-8")
    title = next(e.label for e in dataset.elements("Target") if e.notation == "10.7")
    for code, expected in (("fr", "Une migration bien gérée"), ("fr-ca", "Migrations, selon")):
        found, labels = read_language(dataset, code, [own])
        with using(code, catalogue=found, labels=labels):
            assert label(title).startswith(expected)
            assert label("Decent work and economic growth") == "Un travail décent"


def test_labels_in_ones_own_data_need_no_option(tmp_path: Path, run: Run) -> None:
    """Own files win over those of gcm-ld, and --labels over both."""
    for path in (ROOT / "data" / "alb").glob("*.ttl"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n"
        "<https://w3id.org/gcm-ld/id/alb-nsm-2019> skos:prefLabel {} .\n"
    )
    (tmp_path / "more.ttl").write_text(text.format('"SKM"@sq , "SNM"@fr'), encoding="utf-8")
    for code in ("sq", "fr"):
        report = json.loads(
            run("report", "coverage", "-f", "json", "--lang", code, "--data", tmp_path).stdout
        )
        assert {"sq": "SKM", "fr": "SNM"}[code] in report["title"]
    labels = tmp_path.with_name("labels.ttl")
    labels.write_text(text.format('"Strategjia"@sq'), encoding="utf-8")
    done = run(
        "report", "coverage", "--lang", "sq", "--data", tmp_path, "--labels", labels, "-f", "json"
    )
    assert "«Strategjia»" in json.loads(done.stdout)["title"]


def test_tables_say_that_they_hold_no_other_language(run: Run, tmp_path: Path) -> None:
    for path in (ROOT / "data" / "alb").glob("*.ttl"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    call = ("export", "-f", "csv", "--data", tmp_path, "-o", tmp_path / "tables")
    assert run(*call).stderr == ""
    (tmp_path / "more.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://w3id.org/gcm-ld/id/alb-nsm-2019/objective/A> skos:prefLabel "Qeverisja"@sq .\n',
        encoding="utf-8",
    )
    assert run("validate", tmp_path).returncode == 0
    said = run(*call[:-1], tmp_path / "others").stderr
    assert "1 statement has no place in the tables, such as alb-nsm-2019/objective/A" in said


def test_what_a_source_says_is_not_translated() -> None:
    table = Table.of("t", "T", [("title", "A"), ("cell", "B")], [("Health", "Health")])
    report = Report("r", "R", (), (table,))
    labels = some(("Health", "urn:h", "Shëndeti", "1"))
    with using("sq", catalogue=catalogue(), labels=labels):
        assert localize(report).tables[0].rows == (("Shëndeti", "Health"),)
        assert say("{list}", list=Verbatim("Health")) == "Health"


# Catalogues


@pytest.fixture(scope="module")
def messages() -> Any:
    """The script that gathers the messages of the code."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "docs" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogues_have_the_messages_of_the_code(messages: Any) -> None:
    template = messages.make_template()
    wanted = {messages.TEMPLATE: str(template)}
    wanted[LANGUAGE / "sq.po"] = str(messages.merge(LANGUAGE / "sq.po", template))
    for path, text in wanted.items():
        same = path.read_text(encoding="utf-8") == text.rstrip("\n") + "\n"
        assert same, f"{path.name} is not up to date: run python docs/messages.py"
    assert len(template) > 300
    for entry in template:
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            assert placeholders(text) is not None


def test_a_message_that_is_made_at_run_time_is_refused(messages: Any, tmp_path: Path) -> None:
    head = "from gcm_ld.language import say, say_many\n"
    (tmp_path / "a.py").write_text(head + 'say("fine")\nsay(f"not {x}")\n', encoding="utf-8")
    with pytest.raises(messages.NotLiteralError, match=r"a\.py, line 3"):
        list(messages.find_messages(tmp_path))
    call = 'say_many("{number} a", "{number} b", n)\n'
    (tmp_path / "a.py").write_text(head + call, encoding="utf-8")
    (tmp_path / "b.py").write_text("say = print\nsay(1)\n", encoding="utf-8")
    assert [found[:2] for found in messages.find_messages(tmp_path)] == [
        ("{number} a", "{number} b")
    ]


def test_albanian_is_complete_and_has_the_same_values() -> None:
    entries = list(polib.pofile(str(LANGUAGE / "sq.po")))
    missing = [e.msgid for e in entries if not e.translated()]
    # Whoever adds a message need not know Albanian; what is missing is told.
    assert len(missing) <= len(entries) // 20, missing
    found = read_catalogue(LANGUAGE / "sq.po")  # refuses values that differ
    assert len(found.messages) + len(found.forms) == len(entries) - len(missing)
    shouting = [e.msgid for e in entries if e.msgstr.strip() != e.msgstr != " dhe "]
    assert not shouting
    for entry in entries:
        if entry.msgid[-1:] in ".:":
            for text in (entry.msgstr, *entry.msgstr_plural.values()):
                assert not text or text.endswith(entry.msgid[-1]), entry.msgid


@pytest.mark.parametrize("code", sorted(list_languages()))
def test_each_shipped_catalogue_can_be_read(code: str) -> None:
    found = find_catalogue(code)
    assert found.code == code
    assert found.decimal_point == ("." if code in ("ar", "zh") else ",")
    assert direction_of(code) == ("rtl" if code == "ar" else "ltr")


def direction_of(code: str) -> str:
    with using(code):
        return direction()


HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Language-Team: German\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"\xff\xfe", None, "not UTF-8"),
        (b'msgid "a"\nmsgstr "b"\nwhat is this\n', 3, "not a PO file"),
        (b"no catalogue at all\n", 1, "not a PO file"),
        (b'msgid "{a} of {b}"\nmsgstr "{a} von {c}"\n', 1, "must have the values"),
        (b'msgid "{a} of {b}"\nmsgstr "{a}"\n', 1, "must have the values of its message"),
        (b'msgid "{a}"\nmsgstr "{a.real}"\n', 1, "is no template"),
        (b'msgid "{a:.1f}"\nmsgstr "{a:999999999}"\n', 1, "must have the values"),
        (b'msgid "{"\nmsgstr "b"\n', 1, "is no template"),
        (b'msgid "a"\nmsgstr "{"\n', 1, "is no template"),
        (b'msgid ""\nmsgstr "Plural-Forms: nplurals=x\\n"\n', None, "Plural-Forms"),
        (b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n**9;\\n"\n', None, "Plural-Forms"),
        (
            b'msgid "{number} a"\nmsgid_plural "{number} b"\nmsgstr[0] "{number} c"\n',
            1,
            "needs 2 forms",
        ),
    ],
)
def test_a_broken_catalogue_is_refused(
    broken: Callable[..., Path], content: bytes, line: int | None, problem: str
) -> None:
    path = broken(content, "de.po")
    with pytest.raises(FileError, match=problem) as caught:
        read_catalogue(path)
    assert caught.value.path == path
    assert caught.value.line == line


def test_marks_and_line_ends_of_other_editors(broken: Callable[..., Path]) -> None:
    text = HEADER.format("de_AT") + 'msgid "c"\nmsgstr "z"\n'
    found = read_catalogue(broken(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))
    assert (found.code, dict(found.messages), found.name) == ("de-at", {"c": "z"}, "German")


def test_fuzzy_and_empty_entries_are_not_translations(broken: Callable[..., Path]) -> None:
    text = HEADER.format("de") + (
        '#, fuzzy\nmsgid "a"\nmsgstr "x"\n\nmsgid "b"\nmsgstr ""\n\nmsgid "c"\nmsgstr "z"\n\n'
        '#~ msgid "d"\n#~ msgstr "w"\n'
    )
    assert dict(read_catalogue(broken(text.encode(), "de.po")).messages) == {"c": "z"}


def test_a_form_may_leave_the_number_out_and_nothing_else(broken: Callable[..., Path]) -> None:
    text = HEADER.format("de") + (
        'msgid "{number} a of {x}"\nmsgid_plural "{number} b of {x}"\n'
        'msgstr[0] "ein A von {x}"\nmsgstr[1] "{number} B von {x}"\n'
    )
    found = read_catalogue(broken(text.encode(), "de.po"))
    with using("de", catalogue=found):
        assert say_many("{number} a of {x}", "{number} b of {x}", 1, x=3) == "ein A von 3"
        assert say_many("{number} a of {x}", "{number} b of {x}", 2, x=3) == "2 B von 3"


# Labels that come along


def test_albanian_labels_are_of_things_that_are_there(dataset: Dataset) -> None:
    triples = read_turtle(LANGUAGE / "sq.ttl")
    rows = list(dataset.query("select_labels", language="sq").dicts())
    english = {(r["thing"], r["property"]) for r in rows if r["tag"] == "en"}
    header = "https://w3id.org/gcm-ld/id/labels/sq"
    ours = [t for t in triples if t.subject.value != header]
    assert len(ours) > 700
    for t in ours:
        assert (t.subject.value, t.predicate.value) in english, t
        assert t.object.language == "sq"
        assert t.object.value == " ".join(t.object.value.split())
    counts = Counter((t.subject, t.predicate) for t in ours)
    assert set(counts.values()) == {1}
    words = " ".join(t.object.value for t in ours)
    assert words.count("ë") > 2000
    assert words.count("ç") > 10
    (note,) = [t.object.value for t in triples if t.predicate.value.endswith("#comment")]
    assert "None of them is official" in note


def test_albanian_labels_cover_what_was_promised(dataset: Dataset) -> None:
    have = {t.subject.value for t in read_turtle(LANGUAGE / "sq.ttl")}
    for kind, framework, number in (
        ("Objective", "gcm", 23),
        ("Action", "gcm", 187),
        ("Commitment", "gcm", 23),
        ("Principle", "gcm", 10),
        ("Goal", "sdg", 17),
        ("Target", "sdg", 169),
        ("Objective", "alb-nsm-2019", 19),
        ("Outcome", "alb-nsm-2019", 34),
        ("Indicator", "alb-nsm-2019", 88),
    ):
        found = [e.iri in have for e in dataset.elements(kind, framework=framework)]
        assert found == [True] * number, kind


def test_albanian_labels_conform_with_the_data(run: Run) -> None:
    text = (LANGUAGE / "sq.ttl").read_bytes()
    assert format_turtle(text).encode() == text
    done = run("validate", ROOT / "data", LANGUAGE / "sq.ttl")
    assert done.returncode == 0, done.stdout


# The commands


def test_albanian_report(run: Run) -> None:
    done = run("report", "coverage", "--lang", "sq")
    assert done.returncode == 0
    assert "i botuar: 130 nga 186 (69,9 %)" in done.stdout
    assert "Të gjithë objektivat" in done.stdout
    assert "All objectives" not in done.stdout
    assert "Burimi: Udhëzues/manual" in done.stdout
    assert "187 veprime në 186 rreshta" in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_programs_find_keys_and_numbers_as_ever(run: Run) -> None:
    plain, spoken = (
        json.loads(run("report", "coverage", "-f", "json", *more).stdout)
        for more in ((), ("--lang", "sq"))
    )
    assert plain.keys() == spoken.keys()
    rows, others = plain["tables"]["coverage"], spoken["tables"]["coverage"]
    assert [list(r) for r in rows] == [list(r) for r in others]
    assert [(r["code"], r["covered"], r["share"]) for r in rows] == [
        (r["code"], r["covered"], r["share"]) for r in others
    ]
    assert {r["rule"] for r in others} == {"i rreptë", "i botuar", "i gjerë"}
    lines = list(
        csv.DictReader(
            io.StringIO(run("report", "gaps", "-f", "csv", "--lang", "sq").stdout, newline="")
        )
    )
    assert list(lines[0]) == ["code", "title", "status", "coveredBy", "cell"]
    first = next(line for line in lines if line["code"] == "10.a")
    assert first["status"] == "i mbuluar gjetkë"
    # What the source says is never translated.
    assert first["cell"] == next(
        line["cell"]
        for line in csv.DictReader(io.StringIO(run("report", "gaps", "-f", "csv").stdout))
        if line["code"] == "10.a"
    )


def test_english_is_the_same_with_and_without_the_option(run: Run) -> None:
    plain = run("report", "gaps")
    for code in ("en", "en-GB"):
        done = run("report", "gaps", "--lang", code)
        assert (done.stdout, done.stderr) == (plain.stdout, plain.stderr)


def test_claims_in_albanian(run: Run) -> None:
    done = run("claims", "--lang", "sq")
    assert done.returncode == 1
    assert "Pohimi" in done.stdout
    # What the source and the data say is held against each other in their own words.
    assert "vetëm në pohim: National Strategy on Migration" in " ".join(done.stdout.split())
    one, other = (
        json.loads(run("claims", "-f", "json", *more).stdout) for more in ((), ("--lang", "sq"))
    )
    assert [(c["claim"], c["holds"], c["derived"]) for c in one] == [
        (c["claim"], c["holds"], c["derived"]) for c in other
    ]
    assert {c["verdict"] for c in other} >= {"qëndron", "ndryshon"}
    assert "Kompakti ka 23 objektiva." in {c["label"] for c in other}


def test_what_is_missing_is_said_filled_in_and_used(run: Run, tmp_path: Path) -> None:
    labels, messages = tmp_path / "missing.ttl", tmp_path / "missing.po"
    call = ("report", "sdg", "--lang", "fr")
    said = run(*call).stderr
    assert "have no French and stayed English" in said
    assert "--missing FILE.ttl" in said
    for path in (labels, messages):
        done = run(*call, "--missing", path)
        assert done.returncode == 0
        assert done.stderr == f"wrote {path}\n"
    # A blank label is none: nothing changes until somebody fills it in.
    assert run(*call, "--labels", labels).stderr == said
    labels.write_text(
        labels.read_text(encoding="utf-8").replace('""@fr', '"étiquette"@fr'), encoding="utf-8"
    )
    found = polib.pofile(str(messages))
    for entry in found:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    found.save()
    done = run(*call, "--labels", labels, "--labels", messages)
    assert done.stderr == ""
    assert "étiquette" in done.stdout


def ask_for_missing(dataset: Dataset, code: str, report: str, path: Path) -> None:
    """Make a report in a language, and write what it lacks."""
    with Language(code, (), path).speaking(dataset):
        localize(build_report(report, dataset.stated))


def test_what_is_filled_in_is_kept_when_asked_again(dataset: Dataset, tmp_path: Path) -> None:
    labels, messages = tmp_path / "fr.ttl", tmp_path / "fr.po"
    for path in (labels, messages):
        ask_for_missing(dataset, "fr", "sdg", path)
    text = labels.read_text(encoding="utf-8").replace('""@fr', '"étiquette"@fr', 1)
    labels.write_text(f"# by hand\n{text}", encoding="utf-8")
    found = polib.pofile(str(messages))
    found[0].msgstr = found[0].msgid
    found[1].flags.append("fuzzy")
    found.save()
    before = len(found)
    for path in (labels, messages):
        ask_for_missing(dataset, "fr", "gaps", path)
    after = labels.read_text(encoding="utf-8")
    assert after.startswith("# by hand\n")
    assert after.count("étiquette") == 1
    assert len(list(read_turtle(labels))) > text.count("@fr") * 2
    again = polib.pofile(str(messages))
    assert len(again) > before
    assert (again[0].msgstr, again[1].flags) == (found[0].msgid, ["fuzzy"])
    assert max(Counter(entry.msgid for entry in again).values()) == 1
    same = messages.read_bytes(), labels.read_bytes()
    for path in (labels, messages):
        ask_for_missing(dataset, "fr", "gaps", path)
    assert (messages.read_bytes(), labels.read_bytes()) == same
    # What is no catalogue is not written over.
    messages.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"fr\.po, line 1: this is not a PO file"):
        ask_for_missing(dataset, "fr", "gaps", messages)
    assert messages.read_text(encoding="utf-8") == "nothing\n"


def test_a_language_that_is_not_there_is_begun(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    ask_for_missing(dataset, "de", "sdg", path)
    header = polib.pofile(str(path)).metadata
    assert (header["Language"], header["X-Decimal-Point"]) == ("de", ".")


def test_a_header_says_what_differs_from_the_language_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    base = find_catalogue("fr")
    path.write_text('msgid ""\nmsgstr "Language: fr\\nX-Date-Format: %Y\\n"\n', encoding="utf-8")
    found = read_catalogue(path, base=base)
    assert (found.decimal_point, found.thousands) == (",", "\N{NO-BREAK SPACE}")
    assert (found.name, found.plural(0), found.date_format) == ("French", 0, "%Y")
    # All that a catalogue says of its language is in the header of what it lacks.
    lines = "".join(f'"{k}: {v}\\n"\n' for k, v in base.header().items())
    path.write_text(f'msgid ""\nmsgstr ""\n{lines}', encoding="utf-8")
    again = read_catalogue(path)
    assert again.header() == base.header()


def test_a_list_of_what_is_missing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "missing.csv"
    run("report", "sdg", "--lang", "es", "--missing", path)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert {r["what"] for r in rows} == {"label", "message"}
    assert {"what": "label", "iri": "http://metadata.un.org/sdg/1", "english": "No poverty"} in rows


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    """A folder with the small vocabulary in each format, one language in each."""
    import pyoxigraph as ox

    folder = tmp_path / "vocabulary"
    folder.mkdir()
    (folder / "un.ttl").write_text(VOCABULARY, encoding="utf-8")
    triples = [ox.Triple(*t) for t in read_turtle(folder / "un.ttl")]
    for name, format_ in (("un.nt", ox.RdfFormat.N_TRIPLES), ("un.rdf", ox.RdfFormat.RDF_XML)):
        ox.serialize(triples, str(folder / name), format=format_)
    (folder / "read.me").write_text("no labels here", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["", "un.ttl", "un.nt", "un.rdf"])
def test_the_uns_labels_from_a_file_or_folder(
    dataset: Dataset, vocabulary: Path, name: str
) -> None:
    found, labels = read_language(dataset, "fr", [vocabulary / name])
    with using("fr", catalogue=found, labels=labels):
        assert label("Reduced inequalities") == "Moins d'inégalités"
        assert label("Decent work and economic growth") == "Un travail décent"
        assert label("Quality education") == "Quality education"


def test_the_uns_labels_through_the_command(run: Run, vocabulary: Path) -> None:
    done = run(
        "report", "sdg", "-f", "csv", "--lang", "fr", "--labels", vocabulary, "--table", "goals"
    )
    titles = {r["code"]: r["title"] for r in csv.DictReader(io.StringIO(done.stdout))}
    assert titles["10"] == "Moins d'inégalités"
    assert titles["4"] == "Quality education"


def test_the_uns_own_vocabulary(run: Run) -> None:
    path = SHARED / "vocab" / "sdg" / "sdg-kos-goals-targets-indicators.ttl"
    if not path.exists():
        pytest.skip("the UN's vocabulary is not here")
    done = run("report", "sdg", "-f", "json", "--lang", "fr", "--labels", path)
    tables = json.loads(done.stdout)["tables"]
    english = json.loads(run("report", "sdg", "-f", "json").stdout)["tables"]
    for name, number in (("goals", 9), ("targets", 21)):
        assert len(tables[name]) == number
        for row, other in zip(tables[name], english[name], strict=True):
            assert row["title"] != other["title"], row
    assert " have no French" in done.stderr
    assert not done.stderr.startswith("1 label ")
    assert " labels and " not in done.stderr


def test_a_language_that_is_added_by_files_alone(run: Run, tmp_path: Path) -> None:
    text = HEADER.format("de").replace("plural=", "plural=", 1) + (
        '"X-Decimal-Point: ,\\n"\n\n'
        'msgid "Coverage of the {subject} by the {framework}"\n'
        'msgstr "Wie die {framework} den {subject} abdeckt"\n'
    )
    text = text.replace('\n\n"X-Decimal', '\n"X-Decimal')
    (tmp_path / "de.po").write_text(text, encoding="utf-8")
    (tmp_path / "de.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://w3id.org/gcm-ld/id/gcm> skos:prefLabel "Migrationspakt"@de .\n',
        encoding="utf-8",
    )
    done = run("report", "coverage", "-f", "json", "--lang", "de", "--labels", tmp_path)
    report = json.loads(done.stdout)
    assert report["title"] == (
        "Wie die National Strategy on Migration 2019–2022 den Migrationspakt abdeckt"
    )
    assert report["summary"][0] == "strict: 127 of 187 (67,9 %)"
    assert "have no German" in done.stderr
    # Labels alone will do.
    (tmp_path / "de.po").unlink()
    done = run("report", "coverage", "-f", "json", "--lang", "de", "--labels", tmp_path)
    assert "Coverage of the Migrationspakt by the" in done.stdout
    assert "have no de and" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--lang", "sqi"), "no language 'sqi'.*Did you mean .sq.[?]"),
        (("--lang", "de"), "no language 'de': there are en, ar, es, fr, ru, sq, zh"),
        (("--lang", "s q"), "is no language tag"),
        (("--labels", "data"), "--labels goes with --lang"),
        (("--lang", "en-GB", "--missing", "a.po"), "--missing goes with --lang and another"),
        (("--lang", "sq", "--labels", "plain.po"), "plain.po: its header has no Language"),
        (("--missing", "a.po"), "--missing goes with --lang"),
        (("--lang", "sq", "--missing", "a.txt"), "ends in .po .messages., .ttl .labels."),
        (("--lang", "sq", "--labels", "nowhere.ttl"), "nowhere.ttl: no such file or folder"),
        (("--lang", "sq", "--labels", "empty"), "empty: no labels here"),
        (("--lang", "sq", "--labels", "mine.txt"), "mine.txt: no labels here"),
        (("--lang", "sq", "--labels", "bad.ttl"), r"bad.ttl, line 1, column \d+: this is not Turt"),
        (("--lang", "sq", "--labels", "bad.rdf"), "bad.rdf.*: this is not RDF/XML"),
        (("--lang", "sq", "--labels", "bad.po"), "bad.po, line 1: this is not a PO file"),
        (("--lang", "sq", "--labels", "de.po"), "its Language is de, and --lang asks for sq"),
        (("--lang", "pt", "--labels", "german"), "german: nothing in 'pt', and no language 'pt'"),
        (("--lang", "sq", "--labels", "de.ttl"), r"de.ttl: no label in sq here .those are in de"),
    ],
)
def test_mistakes_are_one_sentence(
    dataset: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / "bad.ttl").write_text('<a> <b> "c@sq .', encoding="utf-8")
    (tmp_path / "bad.rdf").write_text("<rdf", encoding="utf-8")
    (tmp_path / "bad.po").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "plain.po").write_text('msgid "a"\nmsgstr "b"\n', encoding="utf-8")
    (tmp_path / "de.po").write_text(HEADER.format("de"), encoding="utf-8")
    (tmp_path / "german").mkdir()
    for path in (tmp_path / "de.ttl", tmp_path / "german" / "de.ttl"):
        path.write_text('<urn:a> <urn:b> "c"@de .', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = dict(zip(arguments[::2], map(Path, arguments[1::2]), strict=True))
    code = str(given.get("--lang", "")) or None
    labels = tuple(path for name, path in given.items() if name == "--labels")

    def speak() -> None:
        with Language(code, labels, given.get("--missing")).speaking(dataset):
            pytest.fail("it was spoken")

    with pytest.raises(InputError, match=message) as caught:
        speak()
    assert "\n" not in str(caught.value)


def test_endings_stay_with_their_acronym() -> None:
    with using("sq"):
        assert as_table(["a"], [["synime të OZHQ-ve"]], width=16).splitlines()[-1] == "OZHQ-ve"
        assert wrap("19 synime të OZHQ-ve " * 6).count("OZHQ-ve") == 6
    assert as_table(["a"], [["a well-made thing"]], width=8).splitlines()[2] == "a well-"


def test_a_mistake_through_the_command(run: Run) -> None:
    done = run("report", "coverage", "--lang", "de")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: no language 'de': there are en, ar, es, fr, ru, sq, zh")
    assert done.stderr.count("\n") == 1


# Scripts, widths and pages


def test_columns_stand_by_the_width_that_is_seen() -> None:
    assert [display_width(t) for t in ("教育", "é", "e\u0301", "\u2068a\u2069", "")] == [
        4,
        1,
        1,
        1,
        0,
    ]
    table = as_table(["x", "y"], [["教育", "a"], ["Arsim", "b"]]).splitlines()
    assert table[2:] == ["教育   a", "Arsim  b"]
    rows = [["教育", 1], ["Arsim", 22], ["收集和利用准确的分类数据，作为循证政策的依据", 3]]
    lines = as_table(["Titull", "n"], rows, width=24).splitlines()
    widths = {display_width(line) for line in lines[2:] if line[-1].isdigit()}
    assert len(widths) == 1
    assert max(map(display_width, lines)) <= 24
    assert "".join(part for line in lines for part in line.split() if "，" in part)
    lines = wrap("数据" * 99).splitlines()
    assert "".join(lines).replace(" ", "") == "数据" * 99
    assert len({display_width(line.strip()) for line in lines[1:-1]}) <= 1


@given(st.text(alphabet="abc ëç数据，。é\u0301 ", max_size=60), st.integers(6, 30))
def test_no_character_is_lost_when_wide_text_wraps(text: str, width: int) -> None:
    table = as_table(["x"], [[text]], width=width)
    kept = "".join("".join(table.splitlines()[2:]).split())
    assert kept == "".join(text.split())


def test_cells_written_from_the_right_do_not_reorder_columns() -> None:
    with using("ar"):
        line = as_table(["#", "الهدف"], [["1", "العمل اللائق"]]).splitlines()[-1]
        assert line == "1  \u2068العمل اللائق\u2069"
        assert display_width(line) == 15


class _Page(HTMLParser):
    """The root's attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.words: list[str] = []
        self._skip = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attrs)
        self._skip += tag in ("script", "style", "code")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        if not self._skip and data.strip():
            self.words.append(" ".join(data.split()))


def test_page_in_albanian(run: Run) -> None:
    pytest.importorskip("matplotlib")
    page = _Page(run("report", "coverage", "-f", "html", "--lang", "sq").stdout)
    assert page.root == {"lang": "sq"}
    assert "130 nga 186 të përputhura (69,9 %) sipas rregullit «i botuar»" in " ".join(page.words)
    assert "rregulli i rreptë" in page.words
    # No message stayed English.
    shown = set(page.words)
    entries = polib.pofile(str(LANGUAGE / "sq.po"))
    assert not shown & {e.msgid for e in entries if e.msgid not in (e.msgstr, "gcm-ld")}


def test_page_from_right_to_left(run: Run, vocabulary: Path) -> None:
    done = run("report", "sdg", "-f", "html", "--lang", "ar", "--labels", vocabulary)
    page = _Page(done.stdout)
    assert page.root == {"lang": "ar", "dir": "rtl"}
    assert "العمل اللائق" in page.words
    assert "[dir=rtl] svg { direction: ltr; }" in done.stdout
    assert "th, td { padding: .4rem .75rem .4rem 0; text-align: right;" in done.stdout


def test_charts_say_what_the_fonts_lack(dataset: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://w3id.org/gcm-ld/id/gcm/objective/1> skos:prefLabel "
        '"\N{LINEAR B SYLLABLE B008 A} arsim"@sq .\n',
        encoding="utf-8",
    )
    for files, said in (([], []), ([own], ["the fonts of this machine lack 1 character"])):
        found, labels = read_language(dataset, "sq", files)
        with using("sq", catalogue=found, labels=labels) as spoken:
            drawing = draw_chart("coverage", dataset, build_report("coverage", dataset.stated))
        assert [r.partition(" of the charts")[0] for r in spoken.remarks] == said
        assert ("\N{LINEAR B SYLLABLE B008 A} arsim" in drawing) == bool(files)
        assert "të papërputhura" in drawing
        assert "130 nga 186 të përputhura (69,9 %)" in drawing


def test_the_filter_speaks_the_language(run: Run, tmp_path: Path) -> None:
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium here")
    path = tmp_path / "gaps.html"
    run("report", "gaps", "-f", "html", "--lang", "sq", "-o", path)
    browser = Browser(program, tmp_path / "profile")
    try:
        browser.open(path.as_uri())
        text = browser.run("document.querySelector('.filter label').textContent")
        browser.run(
            "(() => { const i = document.querySelector('.filter input'); i.value = '10.a';"
            " i.dispatchEvent(new Event('input')); })()"
        )
        found = browser.run("document.querySelector('.filter output').textContent")
        faults = browser.faults
    finally:
        browser.close()
    assert (text, found, faults) == ("Filtro rreshtat", "1 nga 60", [])


def test_nothing_in_a_language_is_an_error_in_python_too(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="no language 'xx'"), using("xx"):
        pass
    with pytest.raises(InputError, match="no language 'xx'"):
        read_language(dataset, "xx")
    assert open_dataset().query("select_labels", language="xx").rows
