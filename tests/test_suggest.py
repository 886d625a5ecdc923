"""Suggestions: words, ranking, figures held against hand counts, and the command end to end."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.suggest import quality
from gcm_ld.suggest.decisions import SUGGESTIONS, accepted_links, explain, read_decisions
from gcm_ld.suggest.figures import Judgement, judge, order, summarise
from gcm_ld.suggest.knowledge import Knowledge, Measure, load_knowledge
from gcm_ld.suggest.measures import read_measures
from gcm_ld.suggest.quality import GRID, Trial, as_data, measure_quality, rank_plainly
from gcm_ld.suggest.ranking import Candidate, Index, Passage, Settings
from gcm_ld.suggest.suggester import Suggester
from gcm_ld.suggest.text import PHRASING, STOP_WORDS, stem, tokenise
from gcm_ld.suggest.thesaurus import Thesaurus, shipped_thesaurus
from gcm_ld.tables.reading_files import open_tables
from tests.conftest import ROOT, Run

ALBANIA = ROOT / "data" / "alb" / "nsm-2019.ttl"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def suggester(knowledge: Knowledge) -> Suggester:
    return Suggester(knowledge)


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Migrants' rights and the country’s borders",
            ["Migrants", "rights", "country", "borders"],
        ),
        ("long-term stay", ["long-term", "long", "term", "stay"]),
        ("pre‑departure and re-entry", ["pre‑departure", "departure", "re-entry", "entry"]),
        ("SDG 10.7 by 2030, A/RES/73/195", ["SDG", "10", "2030", "RES", "73", "195"]),
        ("Strategjia për Migrimin; Fähigkeiten", ["Strategjia", "për", "Migrimin", "Fähigkeiten"]),
        ("миграция και 移民", ["миграция", "και", "移民"]),
        ("e\u0301tat, c’est l’été", ["e\u0301tat", "est", "été"]),
        ("snake_case – dashes—apart", ["snake", "case", "dashes", "apart"]),
        ("Ensure that the a b 7 -- !", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert [t.word for t in tokenise(text)] == words


def test_forms_of_a_word_meet() -> None:
    for one, two in (
        ("Reintegration", "re-integrating"),
        ("socio-economic", "socioeconomic"),
        ("migrants", "MIGRANT"),
        ("e\u0301tat", "état"),
    ):
        assert stem(one) == stem(two)
    assert stem("return") != stem("border")
    hyphened = {t.stem for t in tokenise("socio-economic")}
    assert {t.stem for t in tokenise("socioeconomic")} < hyphened


@given(st.text())
def test_every_word_stands_in_its_text(text: str) -> None:
    for token in tokenise(text):
        assert token.word in text
        assert token.stem
        assert token.word.lower() not in STOP_WORDS | PHRASING


def test_word_lists_are_sorted_and_apart() -> None:
    assert not STOP_WORDS & PHRASING
    for name in ("stop_words.txt", "phrasing.txt"):
        lines = (ROOT / "gcm_ld" / "suggest" / name).read_text(encoding="utf-8").splitlines()
        assert lines == sorted(set(lines))


def test_synonyms_lead_both_ways_but_not_to_half_a_term() -> None:
    thesaurus = Thesaurus([["readmission", "return"], ["diaspora", "nationals abroad"]])
    assert thesaurus.related(tokenise("Return")) == {stem("readmission"): "Return"}
    assert thesaurus.related(tokenise("readmission")) == {"return": "readmission"}
    assert thesaurus.related(tokenise("nationals abroad")) == {"diaspora": "nationals"}
    assert thesaurus.related(tokenise("diaspora")) == {}
    assert thesaurus.related(tokenise("nationals living abroad")) == {}
    assert thesaurus.related(tokenise("return and readmission")) == {}


def test_shipped_synonyms_name_no_code_and_no_country() -> None:
    text = (ROOT / "gcm_ld" / "suggest" / "synonyms.csv").read_text(encoding="utf-8")
    groups = text.splitlines()[1:]
    assert len(groups) > 40
    assert "alban" not in text.lower()
    assert not any(c.isdigit() for c in text)
    assert all(len(g.split(";")) > 1 for g in groups)
    assert shipped_thesaurus().related(tokenise("readmission"))["return"] == "readmission"


# Ranking


def _candidate(code: str, *texts: str, group: str = "") -> Candidate:
    parts = ("title", "scope note", "objective")
    passages = tuple(Passage(p, t) for p, t in zip(parts, texts, strict=False))
    return Candidate(
        iri=f"urn:{code}", code=code, title=texts[0], group=group or code, passages=passages
    )


BARE = Settings(wider=0, objective=0, synonyms=0, siblings=0)


def test_score_is_the_cosine_worked_out_by_hand() -> None:
    index = Index(
        [_candidate("1", "border"), _candidate("2", "border guard")],
        thesaurus=Thesaurus([]),
        settings=BARE,
    )
    border, guard = math.log(3 / 3) + 1, math.log(3 / 2) + 1
    assert index.score([Passage("title", "guards")]).total == pytest.approx(
        {1: guard / math.hypot(border, guard)}
    )
    both = index.score([Passage("title", "border guard")]).total
    assert both == pytest.approx({0: border / math.hypot(border, guard), 1: 1.0})


def test_siblings_lift_each_other_and_nothing_else_is_suggested() -> None:
    candidates = [
        _candidate("1.a", "visa", group="1"),
        _candidate("1.b", "visa permit", group="1"),
        _candidate("1.c", "remittances", group="1"),
        _candidate("2.a", "visa permit", group="2"),
    ]
    index = Index(candidates, thesaurus=Thesaurus([]), settings=replace(BARE, siblings=0.5))
    alone = Index(candidates, thesaurus=Thesaurus([]), settings=BARE)
    query = [Passage("title", "visa permit")]
    own, lifted = alone.score(query).total, index.score(query).total
    group = (own[0] + own[1]) / 3  # the third of the group shares no word
    assert lifted == pytest.approx({0: (own[0] + group) / 2, 1: (own[1] + group) / 2, 3: own[3]})
    assert [s.candidate.code for s in index.rank(query)] == ["2.a", "1.b", "1.a"]


def test_context_and_synonyms_count_as_the_settings_say() -> None:
    index = Index(
        [_candidate("1", "return", "", "border"), _candidate("2", "schools")],
        thesaurus=Thesaurus([["readmission", "return"]]),
        settings=Settings(wider=1, objective=1, synonyms=0.5, siblings=0),
    )
    measure = Measure(code="A", title="Readmission", objective="Borders")
    (found,) = index.rank(measure.passages)
    assert [(str(m), m.part, m.found_part) for m in found.matches] == [
        ("Borders", "objective", "objective"),
        ("Readmission → return", "title", "title"),
    ]
    assert explain(found) == "Borders (objective), Readmission → return"
    assert sum(m.share for m in found.matches) == pytest.approx(1)
    bare = Index(index.candidates, thesaurus=Thesaurus([]), settings=BARE)
    assert bare.rank(measure.passages) == []


_WORDS = st.lists(
    st.sampled_from(
        [
            *("return", "Returning", "readmission", "border", "borders", "labour", "jobs", "the"),
            *("2030", "migrants'", "long-term", "schooling", "health", "data", "statistics", "é"),
        ]
    ),
    max_size=8,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_WORDS, _WORDS, _WORDS), min_size=1, max_size=6),
    st.lists(st.tuples(_WORDS, _WORDS, _WORDS), min_size=1, max_size=5),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)
def test_ranking_is_sorted_explained_and_the_same_in_any_order(
    texts: list[tuple[str, str, str]],
    rows: list[tuple[str, str, str]],
    top: int,
    source: random.Random,
) -> None:
    candidates = [_candidate(str(n), *t, group=str(n % 2)) for n, t in enumerate(texts)]
    index = Index(candidates, thesaurus=shipped_thesaurus())
    measures = [
        Measure(code=str(n), title=a, description=b, objective=c)
        for n, (a, b, c) in enumerate(rows)
    ]
    found = {m.code: index.rank(m.passages, top=top) for m in measures}
    for measure in measures:
        suggestions = found[measure.code]
        assert len(suggestions) <= top
        scores = [s.score for s in suggestions]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < s <= 1 + 1e-9 for s in scores)
        here = {p.part: p.text for p in measure.passages}
        for suggestion in suggestions:
            there = {p.part: p.text for p in suggestion.candidate.passages}
            assert suggestion.matches
            for match in suggestion.matches:
                assert match.word in here[match.part]
                assert match.found in there[match.found_part]
            shares = [m.share for m in suggestion.matches]
            assert shares == sorted(shares, reverse=True)
    source.shuffle(measures)
    assert {m.code: index.rank(m.passages, top=top) for m in measures} == found
    again = Index(candidates, thesaurus=shipped_thesaurus())
    assert {m.code: again.rank(m.passages, top=top) for m in measures} == found


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_asked(suggester: Suggester, text: str) -> None:
    found = suggester.suggest(Measure(code="A", title=text), top=3)
    assert len(found.actions) <= 3
    assert len(found.targets) <= 3


def test_targets_come_through_actions_first(suggester: Suggester, knowledge: Knowledge) -> None:
    measure = Measure(code="A", title="Cheaper transfer of remittances")
    found = suggester.suggest(measure)
    first = found.targets[0]
    assert first.candidate.code == "10.c"
    assert "20.a" in first.through
    assert first.score == pytest.approx(
        max(
            s.score
            for s in suggester.suggest(measure, top=20).actions
            if s.candidate.code in first.through
        )
    )
    served = {a.code: knowledge.serves.get(a.iri, frozenset()) for a in knowledge.actions}
    for target in found.targets:
        for code in target.through:
            assert target.candidate.iri in served[code]
        assert target.matches or target.through
    assert suggester.suggest(measure, targets=False).targets == []


# Figures


def test_figures_of_a_toy_set_counted_by_hand() -> None:
    first = judge([7, 3, 9, 1], {3, 1, 8})  # found at 2 and 4; 8 not at all
    assert (first.ranks, first.known) == ((2, 4), 3)
    assert [first.precision(k) for k in (1, 3, 5, 10)] == [0, 1 / 3, 2 / 5, 2 / 10]
    assert [first.recall(k) for k in (1, 3, 5, 10)] == [0, 1 / 3, 2 / 3, 2 / 3]
    assert first.average_precision == pytest.approx((1 / 2 + 2 / 4) / 3)
    second = judge([5], {5})
    figures = summarise([first, second, Judgement((), 0)])
    assert (figures.queries, figures.links) == (2, 4)
    assert figures.precision[5] == pytest.approx((2 / 5 + 1 / 5) / 2)
    assert figures.recall[5] == pytest.approx((2 / 3 + 1) / 2)
    assert figures.average_precision == pytest.approx((1 / 3 + 1) / 2)
    assert list(figures.intervals["precision"]) == pytest.approx([1 / 5, 2 / 5])


@given(
    st.lists(st.integers(0, 30), unique=True, max_size=20),
    st.sets(st.integers(0, 30), min_size=1, max_size=8),
)
def test_average_precision_is_its_definition(ranking: list[int], relevant: set[int]) -> None:
    expected = sum(
        sum(1 for other in ranking[: n + 1] if other in relevant) / (n + 1)
        for n, item in enumerate(ranking)
        if item in relevant
    )
    found = judge(ranking, relevant)
    assert found.average_precision == pytest.approx(expected / len(relevant))
    assert found.hits(5) == len(set(ranking[:5]) & relevant)


def test_known_links_are_those_that_the_source_states(
    knowledge: Knowledge, dataset: Dataset
) -> None:
    assert len(knowledge.actions) == 187
    assert len(knowledge.targets) == 169
    assert len(knowledge.measures) == 34
    assert len(knowledge.answers) == 33
    assert sum(map(len, knowledge.answers.values())) == 180
    rows = dataset.query("select_outcome_actions", framework="alb-nsm-2019").dicts()
    stated = {(r["outcome"], r["code"]) for r in rows if r["basis"] == "stated"}
    codes = {a.iri: a.code for a in knowledge.actions}
    assert {(o, codes[a]) for o, found in knowledge.answers.items() for a in found} == stated
    assert sum(map(len, knowledge.serves.values())) == 95
    assert len(knowledge.serves) == 62


@pytest.fixture
def small_grid(monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, ...]:
    grid = (BARE, Settings(), replace(Settings(), wider=0.5), replace(Settings(), synonyms=0.6))
    monkeypatch.setattr(quality, "GRID", grid)
    return grid


@pytest.mark.parametrize("group", ["5", "16", "21"])
def test_what_is_held_out_has_no_say(
    knowledge: Knowledge, small_grid: tuple[Settings, ...], group: str
) -> None:
    inside = {a.iri for a in knowledge.actions if a.group == group}
    chosen = Trial(knowledge).choose(without_group=group)
    everything = {m.iri: knowledge.answers.get(m.iri, frozenset()) for m in knowledge.measures}
    for other in (frozenset[str](), frozenset(inside)):
        answers = {iri: (known - inside) | other for iri, known in everything.items()}
        changed = replace(knowledge, answers={k: v for k, v in answers.items() if v})
        assert Trial(changed).choose(without_group=group) == chosen


def test_without_a_group_ranks_close_up(knowledge: Knowledge) -> None:
    trial = Trial(knowledge)
    for ranks, scores, known in zip(
        trial.find_ranks(Settings()), trial.scores(Settings()), trial.links, strict=True
    ):
        for group in ("1", "16"):
            kept = [n for n in order(scores) if knowledge.actions[n].group != group]
            assert ranks.without(group) == judge(kept, known).ranks


def test_settings_are_those_that_do_best(knowledge: Knowledge) -> None:
    assert GRID[Trial(knowledge).choose()] == Settings()


def _compare(found: Any, expected: Any) -> None:
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            _compare(found[key], expected[key])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, two in zip(found, expected, strict=True):
            _compare(one, two)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=2e-4)
    else:
        assert found == expected


def test_shipped_figures_are_current(knowledge: Knowledge) -> None:
    measured = as_data(measure_quality(knowledge))
    try:
        _compare(measured, quality.shipped_quality())
    except AssertionError as error:
        raise AssertionError(
            "texts or links have changed: run python benchmarks/suggest.py --write"
        ) from error


def test_words_beat_plain_tfidf_and_that_beats_chance() -> None:
    rows = {(r["task"], r["method"]): r for r in quality.shipped_quality()}
    task = "actions for an outcome"
    held_out = rows[task, "words, settings chosen without the Compact's objective"]
    plain, chance = rows[task, "plain tf-idf"], rows[task, "chance"]
    for figure in ("precision", "recall"):
        assert held_out[figure]["5"] > plain[figure]["5"] > chance[figure]["5"]
    assert held_out["intervals"]["average_precision"][0] > plain["average_precision"]
    line = quality.quality_line(quality.shipped_quality())
    assert f"{100 * held_out['precision']['5']:.0f} % are right" in line
    assert f"Plain tf-idf: {100 * plain['precision']['5']:.0f} %" in line


def test_plain_tfidf_is_that_of_scikit_learn(knowledge: Knowledge) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    documents = [a.title for a in knowledge.actions]
    queries = [m.title for m in knowledge.measures]
    vectorizer = text.TfidfVectorizer(stop_words=sorted(STOP_WORDS), token_pattern=r"\w\w+")
    matrix = vectorizer.fit_transform(documents)
    for query, scores in zip(queries, rank_plainly(queries, documents), strict=True):
        ours = [scores.get(n, 0.0) for n in range(len(documents))]
        theirs = (vectorizer.transform([query]) @ matrix.T).toarray()[0]
        length = math.hypot(*ours) or 1.0, math.hypot(*theirs) or 1.0
        # The query's length is left out of ours: it changes no order.
        assert [s / length[0] for s in ours] == pytest.approx([s / length[1] for s in theirs])


# Reading


def test_measures_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "Measures 2030.csv"
    path.write_bytes(
        "\ufeffTitle;code;Objective;Description;Budget\n"
        "Réintégration of returnees;A1;Return;with jobs;5\n"
        "\n"
        '"Health; care";A2;;;\n'.encode()
    )
    listed = read_measures(path)
    assert listed.measures == (
        Measure(
            code="A1",
            title="Réintégration of returnees",
            description="with jobs",
            objective="Return",
        ),
        Measure(code="A2", title="Health; care"),
    )
    assert len(listed.warnings) == 1
    assert f"{path}, row 1, column Budget" in listed.warnings[0]


def test_titles_alone_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    path.write_text("Title\nReturn\nHealth care\n", encoding="utf-8")
    assert [(m.code, m.title) for m in read_measures(path).measures] == [
        ("2", "Return"),
        ("3", "Health care"),
    ]


def _book(path: Path, **sheets: list[list[object]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_measures_of_a_workbook(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "mine.xlsx",
        Frameworks=[["Code", "Title"], ["xkx-2030", "Strategy"]],
        Objectives=[["Code", "Title"], ["A", "Return and readmission"]],
        Outcomes=[
            ["Code", "Title", "Part of", "Note"],
            ["A1", "Returnees find work", "A", "with training"],
        ],
    )
    listed = read_measures(path)
    assert listed.framework == "xkx-2030"
    assert listed.measures == (
        Measure(
            code="A1",
            title="Returnees find work",
            description="with training",
            objective="Return and readmission",
        ),
    )


def test_measures_of_turtle_are_those_of_the_data(knowledge: Knowledge) -> None:
    listed = read_measures(ALBANIA)
    assert listed.framework == "alb-nsm-2019"
    assert {m.code: m.title for m in listed.measures} == {
        m.code: m.title for m in knowledge.measures
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["no outcome in it"]),
        (b"Code,Title\n", ["no outcome in it"]),
        (b"Kod,Titel\n1,x\n", ["no row of headers", "Title"]),
        (b"Code,Part of\nA1,A\n", ["no column Title"]),
        (b"Code,Title\nA1,\n", ["row 2, column Title", "no title"]),
        (b"Code,Title\nA1,Return\n,Health\n", ["row 3, column Code", "no code"]),
        (b"Code,Title\nA1,Return\nA1,Health\n", ["row 3, column Code", "“A1”", "in row 2 already"]),
        (b"Code,Title\nA1," + b"x " * 1500 + b"\n", ["row 2, column Title", "2,999 characters"]),
        (b"Code,Title\nA1," + b"y" * 10_000_000 + b"\n", ["row 2", "characters"]),
        (b"\x00\x01\x02\xff" * 50, ["bad.csv"]),
        (b"Code,Title\n" + b",\n" * 3 + b"A1,\n" * 30, ["row 5", "more"]),
    ],
)
def test_bad_tables_are_refused_by_place(
    broken: Callable[..., Path], content: bytes, words: list[str]
) -> None:
    path = broken(content, "bad.csv")
    with pytest.raises(InputError) as caught:
        read_measures(path)
    for word in (str(path), *words):
        assert word in str(caught.value)
    assert str(caught.value).count("\n") <= 10


def test_other_files_are_refused(tmp_path: Path, broken: Callable[..., Path]) -> None:
    with pytest.raises(FileError, match="no such file"):
        read_measures(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no outcome in it"):
        read_measures(ROOT / "data" / "gcm" / "gcm.ttl")
    with pytest.raises(InputError, match="save it as"):
        read_measures(broken(b"x", "mine.ods"))
    with pytest.raises(InputError, match="no sheet Outcomes"):
        read_measures(_book(tmp_path / "o.xlsx", Objectives=[["Code", "Title"], ["A", "B"]]))


def test_official_wording_is_read_where_there_is_any(broken: Callable[..., Path]) -> None:
    path = broken(
        b"<https://w3id.org/gcm-ld/id/gcm/action/9.d> "
        b'<http://www.w3.org/2004/02/skos/core#definition> "Yellow submarines"@en .'
    )
    found = Suggester(load_knowledge(wording=path)).suggest(Measure(code="A", title="submarine"))
    assert [s.candidate.code for s in found.actions] == ["9.d"]
    assert found.actions[0].matches[0].found_part == "official wording"
    with pytest.raises(InputError, match="skos:definition"):
        load_knowledge(wording=ALBANIA)


# The command


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "outcomes.csv"
    path.write_text(
        "Code,Title,Objective\n"
        "A1,Readmission of own citizens,Return\n"
        "B2,Cheaper remittances,\n"
        "C3,Zzz,\n",
        encoding="utf-8",
    )
    return path


def test_table_for_people(run: Run, table: Path) -> None:
    result = run("suggest", table, "--top", "3")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Measured on the 180 links")
    assert "A1  Readmission of own citizens" in lines
    assert "no suggestion" in result.stdout.partition("C3")[2]
    assert all(len(line) <= 80 for line in lines)
    short = run("suggest", table, "--top", "1", "--no-targets").stdout
    assert "SDG target" not in short
    assert short.count("\n1  ") == 2


def test_csv_and_json_say_the_same(run: Run, table: Path, tmp_path: Path) -> None:
    result = run("suggest", table, "--format", "csv", "--top", "4")
    assert (result.returncode, result.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    out = tmp_path / "out.json"
    assert run("suggest", table, "-f", "json", "--top", "4", "-o", out).stdout == ""
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert answer["quality"].startswith("Measured on")
    expected = [
        (o["code"], kind, str(s["rank"]), s["code"], f"{s['score']:.4f}", "; ".join(s["through"]))
        for o in answer["suggestions"]
        for kind in ("action", "target")
        for s in o[f"{kind}s"]
    ]
    keys = ("outcome", "kind", "rank", "code", "score", "through")
    assert [tuple(r[k] for k in keys) for r in rows] == expected
    assert {r["outcome"] for r in rows} == {"A1", "B2"}
    assert [r["rank"] for r in rows if r["kind"] == "action"] == ["1", "2", "3", "4"] * 2
    assert rows[0]["outcome"] == "A1"
    assert rows[0]["code"].startswith("21.")
    assert "readmission" in rows[0]["words"].lower()
    assert run("suggest", table, "--format", "csv", "--top", "4").stdout == result.stdout


def test_order_of_rows_does_not_matter(run: Run, table: Path, tmp_path: Path) -> None:
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    one, two = (run("suggest", p, "-f", "csv").stdout.splitlines() for p in (table, other))
    assert one != two
    assert sorted(one) == sorted(two)


def test_accepted_suggestions_become_links(run: Run, table: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    first, second = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for path in (first, second):
        arguments = ("--format", "xlsx", "--framework", "xkx-2030", "-o", path)
        assert run("suggest", table, *arguments).returncode == 0
    assert first.read_bytes() == second.read_bytes()

    nothing = run("suggest", "--accepted", first)
    assert nothing.returncode == 2
    assert "nothing is accepted" in nothing.stderr

    book = openpyxl.load_workbook(first)
    sheet = book[SUGGESTIONS.name]
    headers = [c.value for c in sheet[1]]
    assert headers == [c.header for c in SUGGESTIONS.columns]
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert len(lists) == 1
    assert str(lists[0].sqref).startswith("G2:")

    def fill(row: int, header: str, value: object) -> None:
        sheet.cell(row, headers.index(header) + 1).value = value

    target = next(
        r for r in range(2, sheet.max_row + 1) if str(sheet.cell(r, 3).value).startswith("SDG")
    )
    fill(2, "Decision", "accept")
    fill(2, "Confidence", 0.8)
    fill(2, "Comment", "It is the readmission agreement.")
    fill(3, "Decision", "Reject")
    fill(target, "Decision", "Accept")
    book.save(first)

    folder = tmp_path / "tables"
    folder.mkdir()
    result = run("suggest", "--accepted", first, "--author", "me", "-o", folder / "links.csv")
    assert result.returncode == 0
    assert "fill in confidence" in result.stderr
    with open_tables(folder) as tables:
        (links,) = tables.sheets
        rows = list(links.rows())
        assert tables.faults.found == []
    assert [(r.get("From").rpartition(".")[0], r.get("To")) for r in rows] == [
        ("gcm/action/21", "xkx-2030/outcome/A1"),
        ("", f"sdg/{str(sheet.cell(target, 3).value).split()[1]}"),
    ]
    assert rows[1].get("From") == "xkx-2030/outcome/A1"
    assert {(r.get("Basis"), r.get("Justification"), r.get("Author")) for r in rows} == {
        ("Curated", "MappingReview", "me")
    }
    assert [r.get("Confidence") for r in rows] == ["0.8", ""]
    assert rows[0].get("Comment") == "It is the readmission agreement."
    assert rows[1].get("Comment").startswith("Suggested (")


def test_decisions_in_a_csv_file(broken: Callable[..., Path]) -> None:
    path = broken(b"From,To,Decision\ngcm/action/1.a,A1,accept\ngcm/action/1.b,A1,\n", "s.csv")
    rows = read_decisions(path)
    assert [r.get("From") for r in rows] == ["gcm/action/1.a"]
    assert b"gcm/action/1.a,A1,Curated,MappingReview,,,Accepted suggestion." in accepted_links(rows)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.csv", b"From,To\na,b\n", "no column Decision"),
        ("s.csv", b"From,To,Decision\na,b,acept\n", 'row 2, column Decision: “acept”.*"accept"'),
        ("s.csv", b"From,To,Decision\n,b,accept\n", "row 2, column From: is blank"),
        ("s.xlsx", b"PK\x03\x04 no workbook", "damaged"),
        ("s.xlsx", b"", "is empty"),
        ("s.ods", b"x", "save it as"),
    ],
)
def test_bad_decisions_are_refused(
    broken: Callable[..., Path], name: str, content: bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_decisions(broken(content, name))


def test_workbook_without_suggestions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sheet Suggestions"):
        read_decisions(_book(tmp_path / "o.xlsx", Outcomes=[["Code", "Title"], ["A", "B"]]))
    with pytest.raises(FileError, match="no such file"):
        read_decisions(tmp_path / "none.xlsx")


def test_quality_table_shows_the_shipped_figures(run: Run) -> None:
    result = run("suggest", "--quality")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Actions for an outcome: 33 asked, 180 links known" in result.stdout
    assert "(derived): 22 asked, 84 links known" in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    for row in quality.shipped_quality():
        figures = [row[name][k] for name in ("precision", "recall") for k in row[name]]
        expected = [f"{100 * f:.0f}" for f in (*figures, row["average_precision"])]
        assert any(line[-9:] == expected for line in lines), row["method"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give one of these"),
        (["x.csv", "--quality"], "give one of these"),
        (["x.csv"], "no such file"),
        (["x.csv", "--author", "me"], "--author goes with --accepted"),
        (["x.csv", "--format", "xlsx"], "-o FILE.xlsx"),
        (["x.csv", "--top", "0"], "--top"),
        ([ALBANIA, "--wording", "x.ttl"], "no such file"),
    ],
)
def test_wrong_calls_exit_with_2(
    run: Run, tmp_path: Path, arguments: list[object], words: str
) -> None:
    result = run("suggest", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
