"""Claims: the verdicts on the manual, and that data can overturn each of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.build import build_graph
from gcm_ld.errors import EmptyDatasetError
from gcm_ld.model import Alignment, Claim
from gcm_ld.namespaces import GCMO, alignment_iri, crosswalk_iri, element_iri, expand
from gcm_ld.report.claims import ClaimResult, check_claims
from gcm_ld.report.claims import _approximates as approximates
from gcm_ld.report.claims import _extreme as extreme
from gcm_ld.resources import shipped_data
from gcm_ld.turtle import write_turtle
from tests.conftest import Run

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def results(dataset: Dataset) -> dict[str, ClaimResult]:
    return {r.claim.iri.rpartition("/")[2]: r for r in check_claims(dataset)}


def test_verdicts(results: dict[str, ClaimResult]) -> None:
    expected = json.loads((GOLDEN / "claims.json").read_text(encoding="utf-8"))
    assert {name: r.verdict for name, r in results.items()} == expected
    assert {r.verdict.split(" only")[0] for r in results.values()} == {
        "holds", "differs", "cannot be decided from the source",
    }  # fmt: skip


def test_evidence_names_the_rows(results: dict[str, ClaimResult]) -> None:
    assert "every row: only in the data: 11 (row 15.b)" in results["sdg-goals"].evidence
    assert any("only in the claim: B4" in line for line in results["example-1"].evidence)
    assert "published: 130 of 186" in " ".join(results["share-aligned"].evidence).replace(
        "69.9 (", ""
    )


def _change(tmp_path: Path, name: str, old: str, new: str) -> Dataset:
    """Copy Albania's data with one file changed."""
    for source in open_dataset().files:
        if source.parent.name == "alb":
            text = source.read_text(encoding="utf-8")
            if source.name == name:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / source.name).write_text(text, encoding="utf-8")
    return open_dataset(tmp_path)


def _verdict(dataset: Dataset, name: str) -> str:
    return next(r.verdict for r in check_claims(dataset) if r.claim.iri.endswith(f"/{name}"))


@pytest.mark.parametrize(("basis", "after"), [("Curated", "holds"), ("Stated", "differs")])
def test_a_judgement_of_ours_changes_no_verdict(tmp_path: Path, basis: str, after: str) -> None:
    """The claim that two outcomes answer action 1.a, and a link of it with a third one."""
    for path in shipped_data("alb"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    crosswalk = crosswalk_iri("gcm", "alb-nsm-2019")
    link = Alignment(
        iri=alignment_iri(crosswalk, "1.a", "A3.1"),
        crosswalk=crosswalk,
        subject=element_iri("gcm", "action", "1.a"),
        object=element_iri("alb-nsm-2019", "outcome", "A3.1"),
        relation=expand("skos:relatedMatch"),
        basis=expand(f"gcmo:{basis}"),
        stated_in=(f"{crosswalk}/assessment/1.a",),
    )
    (tmp_path / "link.ttl").write_text(write_turtle(build_graph([link])), encoding="utf-8")
    assert _verdict(open_dataset(tmp_path), "example-1.a") == after


@pytest.mark.parametrize(
    ("name", "old", "new", "before", "after"),
    [
        ("outcomes", '"35"', '"34"', "differs", "holds"),
        ("gcm-objectives", '"23"', '"24"', "holds", "differs"),
        ("actions-aligned", '"130"', '"145"', "holds only under rule published", "holds only under rule broad"),
        ("share-aligned", '"70"', '"69.9"', "holds only under rule published", "holds only under rule published"),
        ("share-aligned", '"70"', '"71"', "holds only under rule published", "differs"),
        ("nsm-objectives-without-link", '"A3"', '"A4"', "holds", "differs"),
    ],
)  # fmt: skip
def test_another_claim_gets_another_verdict(
    tmp_path: Path,
    results: dict[str, ClaimResult],
    name: str,
    old: str,
    new: str,
    before: str,
    after: str,
) -> None:
    assert results[name].verdict == before
    assert (
        _verdict(
            _change(tmp_path, "claims.ttl", f"claimedValue {old}", f"claimedValue {new}"), name
        )
        == after
    )


def test_other_data_give_another_verdict(tmp_path: Path) -> None:
    changed = _change(tmp_path, "gcm--sdg.ttl", "gcmo:object sdg:11 ;", "gcmo:object sdg:10 ;")
    assert _verdict(changed, "sdg-goals") == "holds"


def test_a_claim_that_names_its_rule_is_held_against_it(tmp_path: Path) -> None:
    for rule, verdict in (("Published", "holds"), ("Strict", "differs")):
        changed = _change(
            tmp_path,
            "claims.ttl",
            'gcmo:claimedValue "130" ;',
            f'gcmo:claimedValue "130" ;\n\tgcmo:rule gcmo:{rule} ;',
        )
        assert _verdict(changed, "actions-aligned") == verdict


def test_unknown_query_in_a_claim(tmp_path: Path, run: Run) -> None:
    _change(tmp_path, "claims.ttl", '"claim_outcomes"', '"claim_outcome"')
    result = run("claims", "--data", tmp_path)
    assert result.returncode == 2
    assert 'Did you mean "claim_outcomes"' in result.stderr


def test_no_claims() -> None:
    with pytest.raises(EmptyDatasetError, match="no claim"):
        check_claims(Dataset([p for p in open_dataset().files if p.name != "claims.ttl"]))


def _claim(*values: str) -> Claim:
    return Claim(iri="http://x/c", label="x", values=values)


@given(st.integers(0, 100), st.decimals("-0.49", "0.49", places=2))
def test_whole_percent_allows_half_a_point(published: int, off: Decimal) -> None:
    assert approximates(_claim(str(published)), [{"value": published + off}])
    assert not approximates(_claim(str(published)), [{"value": published + off + 1}])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.data())
def test_best_means_nobody_better_left_out(measures: Sequence[int], data: st.DataObject) -> None:
    names = [str(i) for i in range(len(measures))]
    chosen = data.draw(st.sets(st.sampled_from(names), min_size=1))
    rows = [{"value": n, "measure": m} for n, m in zip(names, measures, strict=True)]
    inside = [m for n, m in zip(names, measures, strict=True) if n in chosen]
    outside = [m for n, m in zip(names, measures, strict=True) if n not in chosen]
    best = all(o <= i for i in inside for o in outside)
    least = all(o >= i for i in inside for o in outside)
    assert extreme(1)(_claim(*chosen), rows) == best
    assert extreme(-1)(_claim(*chosen), rows) == least


def test_command(run: Run) -> None:
    result = run("claims", "--format", "json")
    assert result.returncode == 1
    found = json.loads(result.stdout)
    assert len(found) == 36
    assert all(f["holds"] or f["verdict"] == "cannot be decided from the source" for f in found)
    table = run("claims")
    assert table.returncode == 1
    assert max(map(len, table.stdout.splitlines())) <= 80
    assert "every row: only in the data: 11 (row 15.b)" in table.stdout
    brief = run("claims", "--brief").stdout
    assert table.stdout.startswith(brief.rstrip())
    assert "row 15.b" not in brief
    assert "36 claims: " in table.stdout
    header = run("claims", "--format", "csv").stdout.splitlines()[0]
    assert header == "claim,section,label,published,derived,verdict,evidence"
    assert GCMO not in table.stdout
