"""The shipped data: complete, exact, and each link where the source has it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld import Dataset
from gcm_ld.build import build_graph, read_records
from gcm_ld.model import Claim, Institution, Source, SourceAnomaly
from gcm_ld.namespaces import GCM, GCMO, SDG, SKOS, framework_iri
from gcm_ld.resources import folder, shipped_data
from gcm_ld.turtle import natural_key, parse_turtle, write_turtle

GOLDEN = Path(__file__).parent / "golden"
SHARED = Path(__file__).resolve().parents[2] / "shared"
NSM = framework_iri("alb-nsm-2019")

#: Actions of each objective of the Compact, from resolution 73/195.
ACTIONS = dict(
    zip(
        range(1, 24),
        [11, 12, 5, 7, 10, 12, 12, 6, 6, 10, 7, 5, 8, 6, 6, 9, 7, 12, 10, 9, 9, 3, 5],
        strict=True,
    )
)
#: Targets of each goal: numbered, lettered.
TARGETS = [
    (5, 2), (5, 3), (9, 4), (7, 3), (6, 3), (6, 2), (3, 2), (10, 2), (5, 3), (7, 3),
    (7, 3), (8, 3), (3, 2), (7, 3), (9, 3), (10, 2), (19, 0),
]  # fmt: skip


def annex() -> list[dict[str, str]]:
    """A second reading of the annex, made apart from the one behind the data."""
    with (GOLDEN / "annex.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_compact_is_complete(dataset: Dataset) -> None:
    assert sum(ACTIONS.values()) == 187
    actions = dataset.elements("Action", framework="gcm")
    expected = [f"{o}.{chr(97 + i)}" for o, n in ACTIONS.items() for i in range(n)]
    assert [a.notation for a in actions] == expected
    assert [p.notation for p in dataset.elements("Principle", framework="gcm")] == list(
        "abcdefghij"
    )
    objectives = dataset.elements("Objective", framework="gcm")
    assert [o.notation for o in objectives] == [str(n) for n in range(1, 24)]
    assert len(dataset.elements("Commitment", framework="gcm")) == 23
    for action in actions:
        objective, letter = action.notation.split(".")
        assert action.part_of == (f"{GCM}/objective/{objective}",)
        assert action.citation == f"A/RES/73/195, para. {16 + int(objective)} ({letter})"
        assert action.label_basis == GCMO + "Curated"
    assert len({a.label.casefold() for a in actions}) == 187


def test_remittances_are_objective_20(dataset: Dataset) -> None:
    labels = {o.notation: o.label for o in dataset.elements("Objective", framework="gcm")}
    assert labels["20"].startswith("Promote faster, safer and cheaper transfer of remittances")
    assert labels["2"].endswith("compel people to leave their country of origin")
    assert len(set(labels.values())) == 23


def test_sdgs_are_complete(dataset: Dataset) -> None:
    goals = dataset.elements("Goal", framework="sdg")
    assert [g.iri for g in goals] == [f"{SDG}/{n}" for n in range(1, 18)]
    codes = [
        f"{goal}.{part}"
        for goal, (numbers, letters) in enumerate(TARGETS, 1)
        for part in [*range(1, numbers + 1), *map(chr, range(97, 97 + letters))]
    ]
    targets = dataset.elements("Target", framework="sdg")
    assert len(codes) == 169
    assert sorted((t.notation for t in targets), key=natural_key) == sorted(codes, key=natural_key)
    assert all(t.iri == f"{SDG}/{t.notation}" for t in targets)
    indicators = dataset.elements("Indicator", framework="sdg")
    assert len(indicators) == 232
    assert sum(len(i.part_of) for i in indicators) == 244
    by_iri = {i.iri: i for i in indicators}
    assert by_iri[f"{SDG}/C100702"].notation == "10.7.2"
    assert by_iri[f"{SDG}/C200303"].identifiers == ("1.5.1", "11.5.1", "13.1.1", "C200303")


def test_sdg_codes_are_the_uns_own(dataset: Dataset) -> None:
    vocabulary = SHARED / "vocab" / "sdg" / "sdg-kos-goals-targets-indicators.ttl"
    if not vocabulary.exists():
        pytest.skip("the UN's SDG vocabulary is not here")
    compact = ox.NamedNode("http://metadata.un.org/sdg/ontology#SDGCodeCompact")
    codes: dict[str, set[str]] = {}
    for triple in parse_turtle(vocabulary.read_bytes()):
        if triple.predicate.value == SKOS + "notation" and triple.object.datatype == compact:
            codes.setdefault(triple.subject.value, set()).add(triple.object.value)
    ours = dataset.elements(framework="sdg")
    assert {e.iri for e in ours} == set(codes)
    for element in ours:
        if element.kind == "Indicator":
            assert set(element.identifiers) >= codes[element.iri]
            assert element.notation in codes[element.iri]
        else:
            assert codes[element.iri] == {element.notation}


def test_strategy_is_complete(dataset: Dataset) -> None:
    objectives = [o.notation for o in dataset.elements("Objective", framework="alb-nsm-2019")]
    assert [c for c in objectives if len(c) == 1] == list("ABCD")
    assert [c for c in objectives if len(c) == 2] == [
        f"{letter}{n}"
        for letter, last in zip("ABCD", (4, 4, 3, 4), strict=True)
        for n in range(1, last + 1)
    ]
    outcomes = dataset.elements("Outcome", framework="alb-nsm-2019")
    assert len(outcomes) == 34
    assert all(o.part_of == (f"{NSM}/objective/{o.notation[:2]}",) for o in outcomes)


def test_every_cell_is_the_sources(dataset: Dataset) -> None:
    assessments = {a.assesses.rpartition("/")[2]: a for a in dataset.assessments()}
    rows = annex()
    assert len(rows) == 186
    assert len(assessments) == 187
    for row in rows:
        for code in row["actions"].split():
            found = assessments[code]
            assert found.row == ", ".join(row["actions"].split())
            for column in ("objective", "outcome", "goal", "target", "indicator"):
                cell = getattr(found, f"{column}_cell")
                assert (cell or "") == row[f"{column}_cell"], f"{code} {column}"


def _expected_links() -> Counter[tuple[str, str]]:
    """The links that the cells of the second reading spell out, worked out here anew."""
    policies = {
        "National Action Plan Against Human Trafficking": "alb-nap-trafficking",
        "Diaspora Strategy": "alb-diaspora-strategy",
    }
    links: Counter[tuple[str, str]] = Counter()
    for row in annex():
        objective = row["row"].split(".")[0]
        for piece in filter(None, re.split(r"[;,] *", row["objective_cell"])):
            links[
                objective,
                policies.get(piece, piece.replace(".", "", 1) if piece[1] == "." else piece),
            ] += 1
        for code in row["actions"].split():
            for outcome in re.findall(r"[A-D]\d\.\d", row["outcome_cell"]):
                links[code, outcome] += 1
            if row["outcome_cell"] == "All":
                links[code, "alb-nsm-2019"] += 1
            goals = re.findall(r"\d+", row["goal_cell"])
            if row["goal_cell"] == "All":
                links[code, "sdg"] += 1
            for target in re.findall(r"\d+\.(?:\d+|[a-z]\b)", row["target_cell"]):
                links[code, target] += 1
            for goal in goals:
                links[code, goal] += 1
    return links


def test_every_link_is_the_sources(dataset: Dataset) -> None:
    rows = [a for a in dataset.alignments() if a.stated_in]
    found = Counter(tuple(a.iri.rpartition("/")[2].split("--", 1)) for a in rows)
    assert found == _expected_links()
    assert len(found) == 427


def test_link_iris_say_what_they_join(dataset: Dataset) -> None:
    codes = {e.iri: e.notation for e in dataset.elements()}
    codes |= {f.iri: f.code for f in dataset.frameworks()}
    for link in dataset.alignments():
        subject, _, obj = link.iri.rpartition("/")[2].partition("--")
        assert (codes[link.subject], codes[link.object]) == (subject, obj)
        if link.basis == GCMO + "Stated":  # the sources say linked, not how
            assert link.relation == SKOS + "relatedMatch"
            assert link.stated_in or (link.source and link.citation)
        else:
            assert link.basis == GCMO + "Curated"
            assert link.author and link.justification and link.confidence and link.comment


def test_all_is_recorded_and_never_expanded(dataset: Dataset) -> None:
    scoped = {
        link.iri.rpartition("/")[2] for link in dataset.alignments() if link.scope is not None
    }
    assert scoped == {
        "1.d--sdg", "2.a--sdg", "2.b--sdg", "23.b--sdg",
        "2.a--alb-nsm-2019", "19.a--alb-nsm-2019",
        "6.i--3", "6.i--8", "7.c--3", "7.c--5", "7.f--3", "13.h--3", "15.c--5", "15.e--3", "21.b--5",
    }  # fmt: skip


def test_every_stated_code_stands_in_its_cell(dataset: Dataset) -> None:
    assert dataset.query("select_unsupported_links").rows == []


def test_statuses(dataset: Dataset) -> None:
    statuses = Counter(a.status.removeprefix(GCMO) for a in dataset.assessments())
    assert statuses == {
        "Aligned": 127, "NotApplicable": 41, "CoveredElsewhere": 16, "WholeFramework": 2, "Unstated": 1,
    }  # fmt: skip


def test_indicators_are_one_thing_each(dataset: Dataset) -> None:
    indicators = {i.label: i for i in dataset.elements("Indicator", framework="alb-nsm-2019")}
    assert len(indicators) == 88
    assert not [label for label in indicators if re.match(r"(?i)share of (males?|youth)", label)]
    assert not [label for label in indicators if ";" in label or label.endswith(".")]
    partnership = next(i for label, i in indicators.items() if "partnership agreements" in label)
    assert any("partnerships agreements" in alt for alt in partnership.alt_labels)
    recruited = indicators[
        "Number of migrants recruited annually through ethical recruitment practices"
    ]
    assert [d.rpartition("#")[2] for d in recruited.disaggregated_by] == ["sex"]
    reached = next(i for label, i in indicators.items() if label.startswith("Number of citizens"))
    assert [d.rpartition("#")[2] for d in reached.disaggregated_by] == ["age", "sex"]


def test_indicator_links_spell_their_cells(dataset: Dataset) -> None:
    """Each indicator of an action, under one of its spellings, stands in the action's cell."""
    spellings = {
        i.iri: (i.label, *i.alt_labels)
        for i in dataset.elements("Indicator", framework="alb-nsm-2019")
    }
    cells = {a.assesses: a.indicator_cell or "" for a in dataset.assessments()}
    total = 0
    for action in dataset.elements("Action", framework="gcm"):
        rest = cells[action.iri].casefold()
        for iri in sorted(action.monitored_by, key=lambda i: -max(map(len, spellings[i]))):
            total += 1
            hit = [s for s in sorted(spellings[iri], key=len, reverse=True) if s.casefold() in rest]
            assert hit, (action.notation, spellings[iri])
            rest = rest.replace(hit[0].casefold(), "", 1)
        leftover = re.sub(
            r"share of (youth versus adults, )?males?/ ?females?( migrants| identified and assisted each year)?"
            r"|categorisation by status|\(gender disaggregated\)|[;.\s]",
            "",
            rest,
        )
        assert leftover == "", (action.notation, leftover)
    assert total == 147


def test_nothing_unexplained_is_in_the_data(dataset: Dataset) -> None:
    for anomaly in (r for r in dataset.records if isinstance(r, SourceAnomaly)):
        assert anomaly.reading.endswith(".")
    sources = {r.iri for r in dataset.records if isinstance(r, Source)}
    for claim in (r for r in dataset.records if isinstance(r, Claim)):
        assert claim.source in sources


#: What values are measured in is no record: structures, code lists and units.
RECORDED = [path for path in shipped_data() if path.parent.name != "measure"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.name)
def test_files_are_what_their_records_say(path: Path) -> None:
    """Reading a file into records and writing those gives the same bytes."""
    text = path.read_text(encoding="utf-8")
    triples = parse_turtle(text.encode())
    rebuilt = build_graph(read_records(triples))
    monitored = [t for t in triples if t.predicate.value == GCMO + "monitoredBy"]
    assert write_turtle([*rebuilt, *monitored]) == text


def test_no_blank_nodes() -> None:
    for path in shipped_data():
        for triple in parse_turtle(path.read_bytes()):
            assert isinstance(triple.subject, ox.NamedNode)
            assert not isinstance(triple.object, ox.BlankNode)


def test_wording_is_our_own(dataset: Dataset) -> None:
    """No seven words in a row of a title, note or comment of ours are a source's, names aside."""
    sources = SHARED / "sources"
    if not sources.exists():
        pytest.skip("the source documents are not here")
    runs: set[tuple[str, ...]] = set()
    for path in sources.glob("*.txt"):
        words = _words(path.read_text(encoding="utf-8"))
        runs |= {tuple(words[i : i + 7]) for i in range(len(words) - 6)}
    assert len(runs) > 50_000
    named = [*dataset.frameworks(), *dataset.elements()]
    named += [r for r in dataset.records if isinstance(r, Institution)]
    curated = GCMO + "Curated"
    ours = [r for r in named if getattr(r, "label_basis", None) == curated]
    names = {n for r in named if r not in ours for n in (r.label, *getattr(r, "alt_labels", ()))}
    longest = sorted((" ".join(_words(n)) for n in names), key=len, reverse=True)
    texts = {r.label for r in ours}
    texts |= {r.note for r in named if getattr(r, "note", None)}
    texts |= {a.comment for a in dataset.alignments() if a.comment}
    taken: list[str] = []
    for text in texts:
        plain = " ".join(_words(re.sub("“[^”]*”", " | ", text)))
        for name in longest:
            if len(name) > 20:
                plain = plain.replace(name, "|")
        words = plain.split()
        taken += [
            " ".join(words[i : i + 7])
            for i in range(len(words) - 6)
            if tuple(words[i : i + 7]) in runs
        ]
    assert taken == []


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def test_turtle_is_sorted_for_people() -> None:
    text = (folder("data") / "gcm" / "gcm.ttl").read_text(encoding="utf-8")
    subjects = re.findall(r"^<([^>]+)>$", text, re.MULTILINE)
    assert all(natural_key(a) <= natural_key(b) for a, b in pairwise(subjects))
