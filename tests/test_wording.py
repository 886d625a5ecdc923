"""The official wording: from copies in two layouts, whole and spoilt, to definitions."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import FileError
from gcm_ld.namespaces import SKOS
from gcm_ld.resources import folder
from gcm_ld.turtle import natural_key, read_turtle
from gcm_ld.validate import validate
from gcm_ld.wording import build_wording, read_wording
from tests.conftest import SHARED, Run

DATA = open_dataset()
TITLES = {e.notation: e.label for e in DATA.elements("Objective", framework="gcm")}
ACTIONS = {
    e.notation: f"{e.label}, as made up for this test of wording {e.notation}"
    for e in DATA.elements("Action", framework="gcm")
}


def of(number: str) -> dict[str, str]:
    """The made-up actions of an objective, by letter."""
    return {c.partition(".")[2]: t for c, t in ACTIONS.items() if c.startswith(f"{number}.")}


def as_list(numbers: list[str], titles: dict[str, str] = TITLES) -> str:
    """The layout with headings."""
    parts = []
    for n in numbers:
        actions = "\n".join(f"- {letter}. {text}" for letter, text in of(n).items())
        parts.append(f"# Objective {n}\n## Title: {titles[n]}\n## Associated actions\n{actions}\n")
    return "\n".join(parts)


def as_resolution(numbers: list[str], width: int = 70) -> str:
    """The layout of the resolution: wrapped lines, page furniture, the commitment first."""
    parts = ["Objectives for Safe, Orderly and Regular Migration\n(1) One\n(2) Two\n"]
    for i, n in enumerate(numbers):
        parts.append(textwrap.fill(f"OBJECTIVE {n}: {TITLES[n]}", width, break_on_hyphens=False))
        parts.append("")
        parts.append(
            textwrap.fill(f"{17 + i}. We commit to the things of objective {n}.", width) + "\n\n"
            "To realize this commitment, we will draw from the following actions:\n"
        )
        for letter, text in of(n).items():
            lines = textwrap.wrap(f"({letter}) {text};", width, break_on_hyphens=False)
            if letter == "b":  # a page ends in the middle of a sentence
                lines[1:1] = ["", f"{i + 9}/36", "A/RES/73/195", ""]
            parts.append("\n".join(lines) + "\n")
    parts.append("Implementation\n\n40. For the implementation, other words follow.\n(a) Not this;")
    return "\n".join(parts)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(text: str | bytes) -> Path:
        path = tmp_path / "copy.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


Copy = Callable[[str | bytes], Path]
NUMBERS = sorted(TITLES, key=natural_key)


def test_list_gives_every_action_word_for_word(copy: Copy) -> None:
    found = read_wording(copy(as_list(NUMBERS)), DATA)
    assert {p.code: p.text for p in found.passages if p.kind == "Action"} == ACTIONS
    assert {p.code: p.text for p in found.passages if p.kind == "Objective"} == TITLES
    assert found.refused == [] and found.missing == []


def test_resolution_gives_every_action_word_for_word(copy: Copy) -> None:
    found = read_wording(copy(as_resolution(NUMBERS)), DATA)
    actions = {p.code: p.text for p in found.passages if p.kind == "Action"}
    last = list(of("23"))[-1]
    assert actions == ACTIONS, last
    assert {p.code: p.text for p in found.passages if p.kind == "Objective"} == TITLES
    commitments = {p.code: p.text for p in found.passages if p.kind == "Commitment"}
    assert commitments == {f"C{n}": f"We commit to the things of objective {n}." for n in NUMBERS}
    assert found.refused == [] and found.missing == []


@settings(max_examples=25)
@given(
    numbers=st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1, max_size=4),
    width=st.integers(40, 120),
    crlf=st.booleans(),
)
def test_any_part_in_any_width_is_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[str], width: int, crlf: bool
) -> None:
    text = as_resolution(numbers, width)
    path = tmp_path_factory.mktemp("copy") / "copy.txt"
    path.write_bytes(text.replace("\n", "\r\n" if crlf else "\n").encode("utf-8-sig"))
    found = read_wording(path, DATA)
    wanted = {c: t for c, t in ACTIONS.items() if c.partition(".")[0] in numbers}
    assert {p.code: p.text for p in found.passages if p.kind == "Action"} == wanted
    assert set(found.missing) == set(ACTIONS) - set(wanted)


def test_objective_that_repeats_another_is_refused_and_the_rest_kept(copy: Copy) -> None:
    good, bad = as_list(["2", "3"]), as_list(["2"]).replace("Objective 2", "Objective 20")
    found = read_wording(copy(good + bad), DATA)
    assert [p.code for p in found.passages if p.kind == "Objective"] == ["2", "3"]
    (refusal,) = found.refused
    assert refusal.what == "objective 20, with 12 actions"
    assert refusal.reason.startswith("its title and actions repeat objective 2")
    assert refusal.line == good.count("\n") + 1
    assert {"20.a", "20.i"} <= set(found.missing) and "2.a" not in found.missing


def test_repeated_actions_below_the_right_title_are_refused_on_both_sides(copy: Copy) -> None:
    twin = as_list(["2"]).replace("Objective 2", "Objective 20").replace(TITLES["2"], TITLES["20"])
    found = read_wording(copy(as_list(["2", "3"]) + twin), DATA)
    assert [r.what.partition(",")[0] for r in found.refused] == ["objective 2", "objective 20"]
    assert {p.code.partition(".")[0] for p in found.passages} == {"3"}


def test_title_of_another_objective_is_refused(copy: Copy) -> None:
    found = read_wording(copy(as_list(["5", "6"], TITLES | {"6": TITLES["9"]})), DATA)
    assert [(r.what, r.reason.partition(":")[0]) for r in found.refused] == [
        ("objective 6, with 12 actions", "its title repeats objective 9")
    ]


@pytest.mark.parametrize(
    ("change", "what", "reason"),
    [
        (("- b. ", "- z. "), "action 4.z", "the Compact has no element with this code"),
        ((ACTIONS["4.b"], ""), "action 4.b", "it has no text"),
        ((ACTIONS["4.b"], ACTIONS["4.c"]), "action 4.b", "another action has the same text"),
        (("- b. ", "- a. "), "action 4.a", "it stands in line 4 in other words"),
        (("Objective 4", "Objective 24"), "objective 24", "the Compact has no such objective"),
    ],
)
def test_odd_part_is_refused_with_its_reason(
    copy: Copy, change: tuple[str, str], what: str, reason: str
) -> None:
    text = as_list(["4", "5"])
    assert change[0] in text
    found = read_wording(copy(text.replace(*change, 1)), DATA)
    refusal = found.refused[0]
    assert refusal.what.partition(",")[0] == what
    assert refusal.reason.startswith(reason)
    assert "5.a" in {p.code for p in found.passages}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no objective found"),
        (b"Nothing of the kind.\n", "no objective found"),
        (b"%PDF-1.7 \xff", "this is a PDF"),
        (b"PK\x03\x04 \xff", "word processor"),
        (b"# Objective 1\n- a. caf\xe9", "not UTF-8"),
    ],
)
def test_no_copy_is_one_clear_sentence(copy: Copy, content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_wording(copy(content), DATA)


def test_definitions_are_sound_and_name_their_copy(copy: Copy, tmp_path: Path, run: Run) -> None:
    path = copy(as_list(["1", "2"]))
    out = tmp_path / "gcm-wording.ttl"
    done = run("wording", path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("written to gcm-wording.ttl: 2 objectives, 23 actions")
    triples = read_turtle(out)
    assert set(triples) == set(build_wording(read_wording(path, DATA)))
    definitions = {
        t.subject.value.rpartition("/")[2]: t.object.value
        for t in triples
        if t.predicate.value == SKOS + "definition"
    }
    assert definitions["1.a"] == ACTIONS["1.a"]
    assert [f.message for f in validate([out]).findings] == []
    asked = run("query", "select_wording", "--data", out, "--format", "json")
    assert len(json.loads(asked.stdout)) == len(definitions)
    again = out.read_bytes()
    run("wording", path, cwd=tmp_path)
    assert out.read_bytes() == again


def test_nothing_is_written_in_a_dry_run_or_where_nothing_fits(
    copy: Copy, tmp_path: Path, run: Run
) -> None:
    done = run("wording", copy(as_list(["1"])), "--dry-run", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["output"] is None
    bad = run("wording", copy(as_list(["1"]).replace("Objective 1", "Objective 30")), cwd=tmp_path)
    assert bad.returncode == 2 and "nothing was written" in bad.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["copy.txt"]


def test_shipped_data_and_the_copy_itself_are_never_written_to(copy: Copy, run: Run) -> None:
    path = copy(as_list(["1"]))
    inside = run("wording", path, "-o", folder("data") / "gcm" / "wording.ttl")
    assert inside.returncode == 2 and "stays out of the shipped data" in inside.stderr
    itself = run("wording", path, "-o", path)
    assert itself.returncode == 2 and "the copy itself" in itself.stderr


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real list beside the project")
def test_real_list_is_kept_but_for_the_objective_that_repeats(dataset: Dataset) -> None:
    found = read_wording(SHARED / "sources" / "gcm-objectives-and-actions.txt", dataset)
    assert [r.what for r in found.refused] == ["objective 20, with 12 actions"]
    assert found.missing == [f"20.{letter}" for letter in "abcdefghi"]
    assert sum(p.kind == "Action" for p in found.passages) == 178
