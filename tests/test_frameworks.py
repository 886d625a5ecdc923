"""Any two frameworks held against each other, and the list of frameworks, worked out again."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import InputError
from gcm_ld.model import Alignment
from gcm_ld.namespaces import alignment_iri, crosswalk_iri, element_iri, expand
from gcm_ld.report import build_report
from gcm_ld.resources import shipped_data
from gcm_ld.turtle import write_turtle
from tests.conftest import Run

GOLDEN = Path(__file__).parent / "golden"
#: The report's own lists of what each roundtable spoke of (UNECE regional review, section 2).
ROUNDTABLES = {
    "R1": {14, 15, 16, 19, 20, 22},
    "R2": {2, 5, 6, 12, 18},
    "R3": {4, 8, 9, 10, 11, 13, 21},
    "R4": {1, 3, 7, 17, 23},
}


def annex() -> list[dict[str, str]]:
    with (GOLDEN / "annex.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def lines(dataset: Dataset, **of: str) -> dict[tuple[object, object], tuple[object, ...]]:
    """The report's figures by code and kind: linked, total and links."""
    rows = build_report("coverage", dataset, **of).tables[0].rows
    return {(r[0], r[2]): r[3:] for r in rows}


def test_outcomes_linked_with_the_compact_by_hand(dataset: Dataset) -> None:
    links = {
        (action, code)
        for r in annex()
        for action in r["actions"].split()
        for code in re.findall(r"[A-D]\d\.\d", r["outcome_cell"])
    }
    named = {code for _, code in links}
    found = lines(dataset, framework="gcm", subject="alb-nsm-2019")
    for letter in "ABCD":
        linked, total, _ = found[letter, "outcome"]
        assert linked == len({c for c in named if c.startswith(letter)})
        assert total == len(
            [
                o
                for o in dataset.elements("Outcome", framework="alb-nsm-2019")
                if o.notation.startswith(letter)
            ]
        )


def test_goals_linked_with_the_compact_by_hand(dataset: Dataset) -> None:
    goals = {g for r in annex() for g in re.findall(r"\d+", r["goal_cell"])}
    found = lines(dataset, framework="gcm", subject="sdg")
    assert {code for (code, kind), (n, *_) in found.items() if kind == "goal" and n} == goals
    assert sum(total for (_, kind), (_, total, _) in found.items() if kind == "target") == 169


def test_a_pair_counts_the_same_links_either_way_round(dataset: Dataset) -> None:
    def links(covering: str, covered: str) -> int:
        rows = dataset.query("select_pair_links", subject=covered, framework=covering).dicts()
        return len({r["link"] for r in rows})

    # Four actions are linked with the SDGs as a whole, which is no element of theirs.
    assert (links("sdg", "gcm"), links("gcm", "sdg")) == (183, 179)
    assert links("unece-gcm-review-2020", "gcm") == links("gcm", "unece-gcm-review-2020")


def test_roundtables_cover_the_objectives_that_the_review_lists(dataset: Dataset) -> None:
    rows = dataset.query("select_pair_links", subject="unece-gcm-review-2020", framework="gcm")
    found: dict[str, set[int]] = {}
    for row in rows.dicts():
        if "/roundtable/" in str(row["element"]):
            number = int(str(row["other"]).rpartition("/")[2])
            found.setdefault(str(row["code"]), set()).add(number)
            assert row["basis"] == "stated"
    assert found == ROUNDTABLES


def test_curated_links_count_only_when_asked_for(dataset: Dataset) -> None:
    stated = build_report("coverage", dataset, framework="ogp-alb-2023")
    judged = build_report("coverage", dataset, framework="ogp-alb-2023", curated=True)
    assert stated.lead == ("no link joins the two",)
    assert "objective: 1 of 23 (4.3 %)" in judged.lead
    assert any("--curated" in note for note in stated.notes)
    assert not any("--curated" in note for note in judged.notes)
    albania = [build_report("coverage", dataset, curated=c).as_dict() for c in (False, True)]
    assert albania[0] == albania[1]


def test_the_whole_set_is_kept_apart_by_basis(dataset: Dataset) -> None:
    everything, stated = dataset.alignments(), dataset.stated.alignments()
    judged = {a.iri for a in everything if a.basis.endswith("#Curated")}
    assert judged and {a.iri for a in stated} == {a.iri for a in everything} - judged
    assert all(a.author and a.justification and a.confidence for a in everything if a.iri in judged)


def test_frameworks_are_listed_with_what_there_is(dataset: Dataset) -> None:
    report = build_report("frameworks", dataset, curated=True)
    rows = {
        str(r[0]): dict(zip(report.tables[0].keys, r, strict=True)) for r in report.tables[0].rows
    }
    assert set(rows) == {f.code for f in dataset.frameworks()}
    for code, row in rows.items():
        own = dataset.elements(framework=code)
        assert row["elements"] == len(own)
        ends = {i for a in dataset.alignments() for i in (a.subject, a.object)}
        assert row["linked"] == len({e.iri for e in own} & ends)
    assert rows["alb-nsm-2019"]["assessed"] == 187
    assert rows["unece-gcm-review-2020"]["objectives"] == 23
    named = next(t for t in report.views if t.name == "named")
    assert "alb-employment" in {r[0] for r in named.rows}


def test_one_country_s_report_leaves_out_what_another_states(tmp_path: Path) -> None:
    """A second country has the same crosswalks under its own code, and one SDG link."""
    mine, theirs = tmp_path / "alb", tmp_path / "xkx"
    for folder_ in (mine, theirs):
        folder_.mkdir()
    for path in shipped_data("alb"):
        (mine / path.name).write_bytes(path.read_bytes())
    keep = ("nsm-2019.ttl", "gcm--alb-nsm-2019.ttl", "policies.ttl")
    for path in (p for p in shipped_data("alb") if p.name in keep):
        text = path.read_text(encoding="utf-8").replace("alb-nsm-2019", "xkx-nsm-2025")
        (theirs / path.name).write_text(text, encoding="utf-8")
    sdg = crosswalk_iri("gcm", "sdg", by="xkx-nsm-2025")
    row = crosswalk_iri("gcm", "xkx-nsm-2025") + "/assessment/1.a"
    link = Alignment(
        iri=alignment_iri(sdg, "1.a", "14"),
        crosswalk=sdg,
        subject=element_iri("gcm", "action", "1.a"),
        object=element_iri("sdg", "goal", "14"),
        relation=expand("skos:relatedMatch"),
        basis=expand("gcmo:Stated"),
        stated_in=(row,),
        stated_cells=(expand("gcmo:sourceGoalCell"),),
    )
    (theirs / "sdg.ttl").write_text(write_turtle(build_graph([link])), encoding="utf-8")
    both = open_dataset(mine, theirs)
    found = {
        code: {r[0] for r in build_report("sdg", both, framework=code).tables[0].rows}
        for code in ("alb-nsm-2019", "xkx-nsm-2025")
    }
    assert found["xkx-nsm-2025"] == {"14"}
    assert "14" not in found["alb-nsm-2019"] and "17" in found["alb-nsm-2019"]
    goals = build_report("matrix", both, framework="xkx-nsm-2025").tables[1].rows
    assert goals == (("1", "14", 1),)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({"framework": "gmc"}, "no framework 'gmc'.*Did you mean \"gcm\""),
        ({"framework": "gcm"}, "can't cover itself"),
        ({"subject": "sdg"}, "say which framework covers it"),
        ({"framework": "sdg", "subject": "gmc"}, "no framework 'gmc'"),
    ],
)
def test_wrong_pair_is_told_in_a_sentence(dataset: Dataset, of: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        build_report("coverage", dataset, **of)


def test_subject_goes_with_coverage_only(dataset: Dataset) -> None:
    with pytest.raises(InputError, match="goes with report coverage, not gaps"):
        build_report("gaps", dataset, subject="sdg")


def test_pair_from_the_command_line(run: Run) -> None:
    done = run("report", "coverage", "--framework", "gcm", "--subject", "sdg", "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["summary"][0] == "9 of 17 widest parts are linked, by themselves or below"
    listed = run("report", "frameworks", "--format", "csv")
    assert listed.stdout.splitlines()[0].startswith("code,title,country,start,end,elements")
    page = run("report", "coverage", "--framework", "sdg", "--format", "html")
    assert page.returncode == 0 and "Sustainable Development Goals" in page.stdout
