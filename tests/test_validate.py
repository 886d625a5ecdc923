"""Validation of the shipped data and of one's own files, in Python and on the command line."""

from __future__ import annotations

import csv
import importlib
import io
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld.errors import EmptyDatasetError, FileError, InputError
from gcm_ld.namespaces import GCMSH, ID, PREFIXES, RDF, SH, compact
from gcm_ld.resources import folder, shipped_data
from gcm_ld.turtle import parse_turtle, read_turtle, write_turtle
from gcm_ld.validate import ENGINES, Report, data_shapes, validate, validate_triples
from gcm_ld.validate.findings import SEVERITIES

HERE = Path(__file__).parent
INVALID = HERE / "invalid"
HEAD = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items()) + f"@base <{ID}> .\n"

#: The objectives whose cell in the source and whose actions' outcomes lead to different objectives.
DIFFERENT = {5, 6, 7, 11, 12, 13, 14, 16, 18, 21}


@pytest.fixture(scope="module")
def shipped() -> Report:
    return validate()


def of(report: Report, *severities: str) -> set[tuple[str, str]]:
    """Shape and node of each finding, in short."""
    return {
        (f.shape.removeprefix(GCMSH), compact(f.node))
        for f in report.findings
        if f.severity in (severities or SEVERITIES)
    }


def write(path: Path, turtle: str) -> Path:
    path.write_text(HEAD + turtle, encoding="utf-8")
    return path


def test_the_shipped_data_conforms(shipped: Report):
    assert shipped.conforms
    assert shipped.counts == {"Violation": 0, "Warning": 18, "Info": 0}
    assert shipped.engine == "shacl"
    assert list(shipped.files) == shipped_data()
    assert shipped.statements > 10_000


def test_warnings_are_the_objectives_whose_cell_differs_from_the_roll_up(shipped: Report):
    assert {f.shape.removeprefix(GCMSH) for f in shipped.findings} == {
        "RollUp-stated",
        "RollUp-derived",
    }
    assert {f.node for f in shipped.findings} == {f"{ID}gcm/objective/{n}" for n in DIFFERENT}
    assert {f.file for f in shipped.findings} == {str(Path("data/gcm/gcm.ttl"))}


@pytest.mark.slow
def test_the_referee_says_the_same_of_the_shipped_data():
    """With a crosswalk, policies and ratings; the whole takes the referee a minute and more."""
    paths = [folder("data") / name for name in ("alb", "ogp")]
    found = validate(paths).findings
    assert len(found) == 18
    assert validate(paths, engine="pyshacl").findings == found


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(p.name for p in INVALID.glob("*.ttl")))
def test_the_referee_says_the_same_of_invalid_files(name: str):
    """With the shapes on assessments and alignments alone: the whole takes the referee long."""
    shapes = [
        p for p in data_shapes() if p.name in ("prefixes.ttl", "alignment.ttl", "outcome.ttl")
    ]
    found = validate([INVALID / name], shapes=shapes)
    assert validate([INVALID / name], shapes=shapes, engine="pyshacl").findings == found.findings


def test_neither_rdflib_nor_pyshacl_is_loaded_for_the_fast_engine():
    code = (
        "import sys; from gcm_ld.validate import validate; validate(); "
        "print(sorted({'rdflib', 'pyshacl', 'owlready2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_link_from_an_action_that_is_not_there():
    (finding,) = validate([INVALID / "missing-action.ttl"]).findings
    assert (finding.severity, finding.path) == ("Violation", PREFIXES["gcmo"] + "subject")
    assert finding.focus == f"{ID}crosswalk/gcm--xyz-2030/alignment/1.z--A1"
    assert finding.value == ox.NamedNode(f"{ID}gcm/action/1.z")
    assert finding.message == (
        "crosswalk/gcm--xyz-2030/alignment/1.z--A1 links gcm/action/1.z, which no framework here "
        "has as an element: correct the IRI or add the element."
    )
    assert finding.file == str(INVALID / "missing-action.ttl")


def test_a_link_to_a_target_that_is_not_there():
    (finding,) = validate([INVALID / "missing-target.ttl"]).findings
    assert finding.shape == GCMSH + "Alignment-object-value"
    assert finding.text == "http://metadata.un.org/sdg/10.99"
    assert "sdg:10.99" in finding.message


def test_two_assessments_of_one_action():
    found = [
        f
        for f in validate([INVALID / "two-assessments.ttl"]).findings
        if f.shape == GCMSH + "Assessment-twice"
    ]
    (finding,) = found
    start = "crosswalk/gcm--xyz-2030/assessment/1.a"
    assert finding.message.startswith(f"{start} and {start}-again both assess gcm/action/1.a")


def test_an_action_without_assessment_is_missed_for_each_of_the_compacts_actions():
    found = validate([INVALID / "two-assessments.ttl"]).findings
    assert sum(f.shape == GCMSH + "Assessment-missing" for f in found) == 186


def test_a_blank_node_is_found_and_named_the_same_each_time():
    report = validate([INVALID / "blank-node.ttl"])
    assert {("BlankNode", "_:b2"), ("Objective", "_:b1"), ("Element", "_:b1")} <= of(report)
    assert validate([INVALID / "blank-node.ttl"]) == report
    assert {f.file for f in report.findings} == {str(INVALID / "blank-node.ttl")}


def test_blank_nodes_of_several_files_are_kept_apart(tmp_path: Path):
    for name in ("one.ttl", "two.ttl"):
        write(tmp_path / name, '_:same rdfs:comment "stray"@en .')
    report = validate([tmp_path])
    assert [(f.node, Path(f.file or "").name) for f in report.findings] == [
        ("_:b1", "one.ttl"),
        ("_:b2.1", "two.ttl"),
    ]


def test_only_ones_own_nodes_are_reported(tmp_path: Path):
    mine = write(tmp_path / "mine.ttl", "<gcm/action/1.a> gcmo:monitoredBy <xyz/indicator/none> .")
    assert of(validate([mine])) == {("Element-monitoredBy", "gcm/action/1.a")}
    other = write(tmp_path / "other.ttl", '<anything> rdfs:label "nothing of ours"@en .')
    assert validate([other]).findings == ()


def test_files_are_found_where_a_node_has_its_class(tmp_path: Path):
    write(tmp_path / "a.ttl", '<institution/x> skos:altLabel "X"@en .')
    write(tmp_path / "b.ttl", "<institution/x> a gcmo:Institution .")
    (finding,) = validate([tmp_path]).findings
    assert Path(finding.file or "").name == "b.ttl"


def test_findings_come_the_gravest_first_and_in_natural_order():
    findings = validate([INVALID / "two-assessments.ttl"]).findings
    missing = [compact(f.node) for f in findings if f.shape == GCMSH + "Assessment-missing"]
    assert missing[:2] == ["gcm/action/1.b", "gcm/action/1.c"]
    assert missing.index("gcm/action/2.a") < missing.index("gcm/action/10.a")
    ranks = [SEVERITIES.index(f.severity) for f in validate([INVALID / "blank-node.ttl"]).findings]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 2


def test_the_report_is_shacl_in_canonical_turtle():
    report = validate([INVALID / "blank-node.ttl"])
    text = report.to_turtle()
    triples = parse_turtle(text.encode())
    assert text == write_turtle(triples)

    def values(name: str) -> list[str]:
        return [t.object.value for t in triples if t.predicate.value == SH + name]

    assert values("conforms") == ["false"]
    assert len(values("result")) == len(values("focusNode")) == len(report.findings)
    assert f"{ID}.well-known/genid/b1" in values("focusNode")
    assert set(values("resultSeverity")) == {SH + "Violation", SH + "Warning"}
    components = set(values("sourceConstraintComponent"))
    assert SH + "SPARQLConstraintComponent" in components
    assert all(c.count("ConstraintComponent") == 1 for c in components)
    assert sum(t.predicate.value == RDF + "type" for t in triples) == 1 + len(report.findings)
    worst = report.to_turtle(severity="Violation")
    assert worst.count("sh:ValidationResult") == report.counts["Violation"]


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_of_ones_own_may_lack_messages_and_names(tmp_path: Path, engine: str):
    shapes = write(
        tmp_path / "shapes.ttl",
        "gcmsh:S a sh:NodeShape ; sh:targetClass gcmo:Action ; "
        "sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ] ; "
        "sh:property [ sh:path [ sh:inversePath gcmo:assesses ] ; sh:minCount 1 ; "
        'sh:message "{$this} {?value} {$x}" ] .',
    )
    data = parse_turtle((HEAD + "<gcm/action/1.a> a gcmo:Action .").encode())
    compound, simple = validate_triples(data, shapes=[shapes], engine=engine)
    assert compound.path is None
    assert compound.message == "gcm/action/1.a nothing {$x}"
    assert simple.path == PREFIXES["skos"] + "prefLabel"
    assert simple.message == "gcm/action/1.a breaks the rule gcmsh:S (MinCount)."
    assert {compound.shape, simple.shape} == {GCMSH + "S"}


@pytest.mark.parametrize("engine", ENGINES)
def test_bad_shapes_are_the_callers_fault(tmp_path: Path, engine: str):
    data = parse_turtle((HEAD + "<gcm/action/1.a> a gcmo:Action .").encode())
    broken = write(tmp_path / "broken.ttl", "gcmsh:S a")
    with pytest.raises(FileError, match=r"broken\.ttl, line \d+"):
        validate_triples(data, shapes=[broken], engine=engine)
    with pytest.raises(FileError, match="no such file"):
        validate_triples(data, shapes=[tmp_path / "none.ttl"], engine=engine)


def test_the_referee_explains_itself_when_it_cant_go_on(tmp_path: Path):
    mine = write(
        tmp_path / "mine.ttl", '<x> a gcmo:Alignment ; sssom:confidence "NaN"^^xsd:decimal .'
    )
    assert not validate([mine]).conforms
    shapes = [p for p in data_shapes() if p.name in ("alignment.ttl", "prefixes.ttl")]
    with pytest.raises(InputError, match="try the engine shacl"):
        validate([mine], shapes=shapes, engine="pyshacl")
    assert not logging.getLogger("rdflib.term").disabled


def test_errors_of_the_call():
    with pytest.raises(InputError, match=r'no engine .* Did you mean "pyshacl"'):
        validate_triples([], shapes=[], engine="pyshakl")
    with pytest.raises(FileError, match="no such file or folder"):
        validate(["nowhere"])


def test_an_empty_file_is_no_dataset(tmp_path: Path):
    with pytest.raises(EmptyDatasetError, match="nothing to validate"):
        validate([write(tmp_path / "empty.ttl", "")])


class TestCommand:
    def test_the_shipped_data(self, run):
        done = run("validate")
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[0].split() == ["Severity", "Node", "Finding"]
        pattern = r"0 violations, 18 warnings in \d+ files \([\d,]+ statements\), engine shacl"
        assert re.fullmatch(pattern, lines[-1])

    def test_a_severity_hides_findings_and_not_their_number(self, run):
        done = run("validate", "--severity", "violation")
        assert done.returncode == 0
        (line,) = done.stdout.splitlines()
        assert line.startswith("0 violations, 18 warnings")

    @pytest.mark.parametrize("name", sorted(p.name for p in INVALID.glob("*.ttl")))
    def test_invalid_files_end_with_status_1(self, run, name: str):
        done = run("validate", INVALID / name)
        assert (done.returncode, done.stderr) == (1, "")
        assert "violation" in done.stdout
        assert "Traceback" not in done.stdout

    def test_a_valid_file_says_so_in_a_line(self, run):
        done = run("validate", HERE / "valid.ttl")
        assert done.returncode == 0
        size = len(read_turtle(HERE / "valid.ttl"))
        said = f"0 violations, 0 warnings in 1 file ({size} statements), engine shacl\n"
        assert done.stdout == said

    def test_json(self, run):
        done = run("validate", INVALID / "missing-target.ttl", "--format", "json")
        answer = json.loads(done.stdout)
        assert done.returncode == 1
        assert answer["conforms"] is False
        assert answer["counts"] == {"violation": 1, "warning": 0, "info": 0}
        assert (answer["files"], answer["engine"]) == (1, "shacl")
        (finding,) = answer["findings"]
        assert finding["severity"] == "violation"
        assert finding["value"] == "http://metadata.un.org/sdg/10.99"

    def test_csv(self, run):
        done = run("validate", INVALID / "blank-node.ttl", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert list(rows[0])[:5] == ["severity", "node", "path", "value", "message"]
        assert {row["severity"] for row in rows} == {"violation", "warning"}
        empty = run("validate", HERE / "valid.ttl", "--format", "csv")
        assert len(empty.stdout.splitlines()) == 1

    def test_turtle_into_a_file(self, run, tmp_path: Path):
        target = tmp_path / "report.ttl"
        done = run("validate", INVALID / "missing-action.ttl", "-f", "turtle", "-o", target)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
        text = target.read_text(encoding="utf-8")
        assert text == write_turtle(parse_turtle(text.encode()))
        again = run("validate", INVALID / "missing-action.ttl", "-f", "turtle")
        assert again.stdout == text

    def test_a_folder_that_cant_be_written_to(self, run, tmp_path: Path):
        done = run("validate", HERE / "valid.ttl", "-o", tmp_path / "none" / "report.txt")
        assert done.returncode == 2
        assert "can't be written" in done.stderr

    def test_output_is_the_same_from_run_to_run(self, run):
        calls = [run("validate", INVALID / "blank-node.ttl", PYTHONHASHSEED=s) for s in "12"]
        assert calls[0].stdout == calls[1].stdout

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"<a> <b> ", "mine.ttl, line 1"),
            ('<a:a> <a:b> "Schlüssel" .'.encode("latin-1"), "not UTF-8"),
            (b"", "no statement in it"),
            (b"# nothing but a comment\n", "no statement in it"),
        ],
        ids=["broken", "latin-1", "empty", "comment"],
    )
    def test_files_that_cant_be_used_end_with_status_2(self, run, broken, content, problem):
        done = run("validate", broken(content))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Error: ")
        assert len(done.stderr.splitlines()) == 1
        assert problem in done.stderr

    def test_an_empty_folder_and_a_missing_one(self, run, tmp_path: Path):
        for path, problem in ((tmp_path, "no Turtle file"), (tmp_path / "x", "no such file")):
            done = run("validate", path)
            assert (done.returncode, done.stdout) == (2, "")
            assert problem in done.stderr

    @pytest.mark.parametrize("option", ["--engine", "--severity", "--format"])
    def test_unknown_choices(self, run, option: str):
        done = run("validate", option, "nonsense")
        assert done.returncode == 2
        assert "nonsense" in done.stderr
        assert "Traceback" not in done.stderr

    def test_it_works_from_any_folder_and_names_files_as_given(self, run, tmp_path: Path):
        write(tmp_path / "mine.ttl", "<institution/x> a gcmo:Institution .")
        done = run("validate", "mine.ttl", "-f", "json", cwd=tmp_path)
        assert {f["file"] for f in json.loads(done.stdout)["findings"]} == {"mine.ttl"}

    def test_a_byte_order_mark_is_no_fault(self, run, broken):
        text = (HERE / "valid.ttl").read_bytes()
        assert run("validate", broken(b"\xef\xbb\xbf" + text)).returncode == 0

    def test_help_has_an_example(self, run):
        done = run("validate", "--help")
        assert done.returncode == 0
        assert "Example:" in done.stdout
        for option in ("--format", "--engine", "--severity", "--output"):
            assert option in done.stdout

    @pytest.mark.parametrize(
        ("engine", "terminal", "said"),
        [("pyshacl", True, True), ("pyshacl", False, False), ("shacl", True, False)],
    )
    def test_the_slow_engine_says_so_on_a_terminal_alone(
        self, monkeypatch, engine: str, terminal: bool, said: bool
    ):
        class Screen(io.StringIO):
            def isatty(self) -> bool:
                return terminal

        module = importlib.import_module("gcm_ld.cli.validate")
        monkeypatch.setattr(
            module, "validate", lambda paths, engine, **_: Report((), (), 0, engine)
        )
        monkeypatch.setattr(sys, "stderr", screen := Screen())
        module.command.main(["--engine", engine], standalone_mode=False)
        assert ("takes a while" in screen.getvalue()) is said


def test_without_the_fast_engine_the_referee_is_named(monkeypatch):
    import sys

    from gcm_ld.validate import engines

    engines._compile.cache_clear()
    monkeypatch.setitem(sys.modules, "shacl", None)
    with pytest.raises(InputError, match="choose --engine pyshacl"):
        validate_triples([], shapes=list(data_shapes()))


def test_what_concerns_shipped_nodes_alone_is_not_the_users(tmp_path: Path):
    """A shape that every action of the Compact breaks, and one node of the user's."""
    shapes = write(
        tmp_path / "shapes.ttl",
        "gcmsh:S a sh:NodeShape ; sh:targetClass gcmo:Action ; "
        "sh:property [ sh:path skos:changeNote ; sh:minCount 1 ] .",
    )
    mine = write(tmp_path / "mine.ttl", "<xyz/action/1> a gcmo:Action .")
    assert [f.node for f in validate([mine], shapes=[shapes]).findings] == [f"{ID}xyz/action/1"]
    assert len(validate(shapes=[shapes]).findings) == 187


def test_warnings_alone_conform_for_us_and_not_for_the_standard(shipped: Report):
    assert shipped.conforms
    assert "sh:conforms false" in shipped.to_turtle()
    assert "sh:conforms true" in shipped.to_turtle(severity="Violation")
