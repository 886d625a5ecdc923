"""SSSOM/TSV out and in: nothing is lost on the way round, and each fault is found where it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import Dataset
from gcm_ld.build import read_records
from gcm_ld.errors import FileError
from gcm_ld.model import Alignment, Assessment, Crosswalk, Element, Framework, Record, Source
from gcm_ld.namespaces import GCMO, ID, SDG, SKOS, alignment_iri, crosswalk_iri, element_iri
from gcm_ld.tables.exchange import EXPORTS
from gcm_ld.tables.exchange.header import MAX_SIZE, read_header, write_header
from gcm_ld.tables.exchange.slots import EXTENSIONS, MAPPING_SLOTS, join_values, split_values
from gcm_ld.tables.exchange.sssom_reader import read_sssom
from gcm_ld.tables.extract import Extract, extract
from gcm_ld.turtle import natural_key, read_turtle
from tests.conftest import Run

GCM, XKX = ID + "gcm", ID + "xkx-2030"
CROSSWALK = crosswalk_iri("gcm", "xkx-2030")
SOURCE = ID + "source/xkx-report"
KEPT = (Crosswalk, Alignment, Assessment)

write = EXPORTS["sssom"].write


@pytest.fixture(scope="module")
def albania(dataset: Dataset) -> Extract:
    return extract(dataset, "alb-nsm-2019")


def read(text: str | bytes, path: Path) -> tuple[list[Record], list[str]]:
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    records, faults = read_sssom(path)
    return records, [str(f) for f in faults.found]


def swapped(extract: Extract, records: list[Record]) -> Extract:
    """Return the extract with its crosswalks, links and assessments replaced by others."""
    others = [r for r in extract.records if not isinstance(r, KEPT)]
    found = sorted([*others, *records], key=lambda r: natural_key(r.iri))
    known = extract.known | {r.iri: r for r in records}
    return Extract(extract.framework, tuple(found), known)


def body(content: bytes) -> list[list[str]]:
    return [line.split("\t") for line in content.decode().splitlines() if not line.startswith("#")]


# Albania's crosswalks


def test_albania_comes_back_without_loss(albania: Extract, tmp_path: Path) -> None:
    content = write(albania)
    records, faults = read(content, tmp_path / "alb.sssom.tsv")
    assert faults == []
    expected = [r for r in albania.records if isinstance(r, KEPT)]
    assert records == expected
    found = Counter(type(r).__name__ for r in records)
    assert found["Alignment"] >= 427 and found["Assessment"] >= 187 and found["Crosswalk"] >= 2
    assert write(swapped(albania, records)) == content


def test_the_command_writes_and_reads_it(albania: Extract, run: Run, tmp_path: Path) -> None:
    path, folder = tmp_path / "alb.sssom.tsv", tmp_path / "data"
    done = run("export", "--format", "sssom", "--framework", "alb-nsm-2019", "-o", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert path.read_bytes() == write(albania)
    done = run("import", path, "-o", folder)
    assert (done.returncode, done.stderr) == (0, "")
    records = read_records(t for file in folder.glob("*.ttl") for t in read_turtle(file))
    assert records == [r for r in albania.records if isinstance(r, KEPT)]


def test_canonical_form(albania: Extract) -> None:
    content = write(albania)
    head = [line for line in content.decode().splitlines() if line.startswith("#")]
    columns, *rows = body(content)
    assert b"\r" not in content and content.endswith(b"\n") and not content.startswith(b"\xef")
    assert head[0] == '#sssom_version: "1.1"'
    prefixes = [line[3:].split(":")[0] for line in head if re.match(r"#  [a-z]+: http", line)]
    assert "gcmid" in prefixes and "skos" not in prefixes and prefixes == sorted(prefixes)
    rest = content.decode().partition("#mapping_set_id")[2]
    assert all(f"{prefix}:" in rest for prefix in prefixes)
    order = [s.name for s in MAPPING_SLOTS] + [e.name for e in EXTENSIONS]
    assert columns == [name for name in order if name in columns]
    assert all(any(row[i] for row in rows) for i in range(len(columns)))
    assert rows == sorted(rows)
    without = {GCMO + s for s in ("CoveredElsewhere", "NotApplicable", "Unstated")}
    unmatched = Counter(a.status for a in albania.assessments if a.status in without)
    assert len(rows) == len(albania.alignments) + sum(unmatched.values())
    no_match = [r for r in rows if r[columns.index("object_id")] == "sssom:NoTermFound"]
    status = columns.index("ext_assessment_status")
    assert Counter(GCMO + r[status].removeprefix("gcmo:") for r in no_match) == unmatched
    assert sum(unmatched.values()) >= 58
    # What all rows share stands at the head, once.
    assert "#subject_type: skos concept" in head and "subject_type" not in columns


def test_bases_choose_links(albania: Extract) -> None:
    stated = [link for link in albania.alignments if link.basis == GCMO + "Stated"]
    columns, *rows = body(write(albania, ("Stated",)))
    links = [r for r in rows if r[columns.index("object_id")] != "sssom:NoTermFound"]
    assert len(links) == len(stated)
    others = body(write(albania, ("Curated",)))[1:]
    assert len(others) == sum(link.basis == GCMO + "Curated" for link in albania.alignments)


# Crosswalks of any kind

iris = st.builds(
    "{}{}".format,
    st.sampled_from(
        [
            *("https://example.org/a#", "https://example.org/ü/", "urn:x:", "mailto:"),
            *(ID + "institution/", "https://orcid.org/", "http://metadata.un.org/"),
        ]
    ),
    st.text(alphabet="aZ09-._~%20()'*,;=&?@:ü", min_size=1, max_size=8),
)
texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\t\n\r|\\#:')),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() != "")


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


@st.composite
def extracts(draw: st.DrawFn) -> Extract:
    """Draw a framework with a crosswalk or two, well formed but not always sensible."""
    gcm = Framework(iri=GCM, code="gcm", label=draw(texts))
    own = Framework(iri=XKX, code="xkx-2030", label=draw(texts))
    actions = [
        Element(
            iri=element_iri("gcm", "action", code),
            kind="Action",
            notation=code,
            label=draw(texts),
            framework=GCM,
        )
        for code in ("1.a", "1.b", "10.a")
    ]
    outcomes = [
        Element(
            iri=element_iri("xkx-2030", "outcome", code),
            kind="Outcome",
            notation=code,
            label=draw(texts),
            framework=XKX,
        )
        for code in ("A1.1", "A2.10", "ü b")
    ]
    target = Element(iri=SDG + "/10.7", kind="Target", notation="10.7", label="Safe", framework=SDG)
    source = Source(iri=SOURCE, title="Report", creator=draw(maybe(texts)))
    crosswalks = [
        Crosswalk(
            iri=iri,
            title=draw(texts),
            compares=tuple(sorted((GCM, other), key=natural_key)),
            source=draw(st.sampled_from([None, SOURCE])),
            citation=draw(maybe(texts)),
            license=draw(st.sampled_from([None, "https://example.org/free", "https://a.org/b"])),
        )
        for iri, other in ((CROSSWALK, XKX), (crosswalk_iri("gcm", "sdg"), SDG))[
            : draw(st.integers(1, 2))
        ]
    ]
    statuses = ("Aligned", "WholeFramework", "CoveredElsewhere", "NotApplicable", "Unstated")
    assessments = [
        Assessment(
            iri=f"{CROSSWALK}/assessment/{action.notation}",
            crosswalk=CROSSWALK,
            assesses=action.iri,
            against=XKX,
            status=GCMO + draw(st.sampled_from(statuses)),
            covered_by=tuple(sorted(draw(st.sets(iris, max_size=2)), key=natural_key)),
            row=draw(texts),
            outcome_cell=draw(maybe(texts)),
            indicator_cell=draw(maybe(texts)),
        )
        for action in actions
        if draw(st.booleans())
    ]
    rows = [a.iri for a in assessments]
    cells = [GCMO + f"source{name}Cell" for name in ("Goal", "Outcome", "Target")]
    links = []
    for crosswalk in crosswalks:
        ends = [*outcomes, own] if crosswalk.iri == CROSSWALK else [target]
        for action in actions:
            for end in ends:
                if draw(st.booleans()):
                    continue
                basis = draw(st.sampled_from(["Stated", "Curated", "Derived"]))
                stated = basis == "Stated"
                links.append(
                    Alignment(
                        iri=alignment_iri(
                            crosswalk.iri, action.notation, end.iri.rpartition("/")[2]
                        ),
                        crosswalk=crosswalk.iri,
                        subject=action.iri,
                        object=end.iri,
                        relation=SKOS + draw(st.sampled_from(["relatedMatch", "broadMatch"])),
                        basis=GCMO + basis,
                        scope=draw(st.sampled_from([None, GCMO + "AllParts"])),
                        stated_in=_some(draw, rows) if stated else (),
                        stated_cells=_some(draw, cells) if stated else (),
                        source=draw(st.sampled_from([None, SOURCE])),
                        citation=draw(maybe(texts)),
                        derived_by=draw(texts) if basis == "Derived" else None,
                        justification=(
                            "https://w3id.org/semapv/vocab/ManualMappingCuration"
                            if basis == "Curated"
                            else None
                        ),
                        author=draw(iris) if basis == "Curated" else None,
                        confidence=(
                            draw(st.sampled_from(["0.0", "0.05", "0.125", "1.0"]))
                            if basis == "Curated"
                            else None
                        ),
                        comment=draw(maybe(texts)),
                    )
                )
    records = [own, *outcomes, source, *crosswalks, *assessments, *links]
    records.sort(key=lambda r: natural_key(r.iri))
    known = {r.iri: r for r in (*records, gcm, *actions, target)}
    return Extract(own, tuple(records), known)


def _some(draw: st.DrawFn, values: list[str]) -> tuple[str, ...]:
    chosen = draw(st.sets(st.sampled_from(values))) if values else set()
    return tuple(sorted(chosen, key=natural_key))


@settings(max_examples=40, deadline=None)
@given(extract=extracts())
def test_any_crosswalk_comes_back(
    extract: Extract, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = write(extract)
    path = tmp_path_factory.getbasetemp() / "any.sssom.tsv"
    records, faults = read(content, path)
    assert faults == []
    links = [r for r in records if isinstance(r, Alignment)]
    assert links == list(extract.alignments)
    assert [r for r in records if isinstance(r, Crosswalk)] == list(extract.crosswalks)
    # An assessment comes back if a row tells of it: it has no match, or a link answers it.
    without = {GCMO + s for s in ("CoveredElsewhere", "NotApplicable", "Unstated")}
    answered = {
        (i, link.subject) for link in links for i in link.stated_in if link.crosswalk == CROSSWALK
    }
    expected = {
        a
        for a in extract.assessments
        if a.status in without or (_first(a, links) and (a.iri, a.assesses) in answered)
    }
    assert {r for r in records if isinstance(r, Assessment)} == expected
    assert write(swapped(extract, records)) == content


def _first(assessment: Assessment, links: list[Alignment]) -> bool:
    return any(
        assessment.iri in link.stated_in and assessment.assesses == link.subject for link in links
    )


@given(st.lists(texts))
def test_values_join_and_split(values: list[str]) -> None:
    assert split_values(join_values(values)) == tuple(values)


# The head

yaml_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | (
    st.sampled_from(
        ["1.1", "null", "no", "2019-01-01", "- a", "a: b", "a #b", "#", "'", "[x", "<<"]
    )
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z_]{3,9}", fullmatch=True), yaml_texts, min_size=1),
    st.lists(yaml_texts, min_size=1),
)
def test_a_head_reads_back(slots: dict[str, str], values: list[str]) -> None:
    found = {**slots, "list_slot": values, "map_slot": slots, "maps_slot": [slots, slots]}
    lines = write_header(found)
    assert all("\n" not in line for line in lines)
    assert read_header("\n".join(lines), name="x") == found


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: &x [1]\nb: [*x, *x]", 1, "an anchor, alias or tag"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "an anchor, alias or tag"),
        ("a: 1\n b: [", 2, "are not YAML"),
        ("- a\n- b", None, "no slots with values"),
        ("a: " + "[" * 5000, None, "nested too deeply"),
        ("a: \x01", None, "a character that YAML does not allow"),
        ("a: " + "x" * MAX_SIZE, None, "more than 500000 characters"),
    ],
)
def test_heads_that_are_refused(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(FileError, match=problem) as error:
        read_header(text, name="x.tsv")
    assert error.value.line == line


# Other people's files

HEAD = """#curie_map:
#  XK: https://example.org/plan/
#  gcmid: https://w3id.org/gcm-ld/id/
#  orcid: https://orcid.org/
#mapping_set_id: https://example.org/sets/1
#mapping_set_title: Plan to Compact
#license: https://creativecommons.org/publicdomain/zero/1.0/
#subject_source: gcmid:gcm
#object_source: gcmid:xkx-plan
"""
COLUMNS = (
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_id\tconfidence\tcomment"
)
FIRST = (
    "gcmid:gcm/action/1.a\tskos:closeMatch\tXK:A1\tsemapv:ManualMappingCuration"
    "\torcid:0000-0001\t0.8\tBoth ask for data."
)
SECOND = (
    "gcmid:gcm/action/1.b\tskos:relatedMatch\tXK:A2\tsemapv:MappingReview\torcid:0000-0001\t1\t"
)
FOREIGN = HEAD + "\n".join([COLUMNS, FIRST, SECOND]) + "\n"


def test_a_foreign_set_becomes_curated_links(tmp_path: Path) -> None:
    records, faults = read(FOREIGN, tmp_path / "x.sssom.tsv")
    assert faults == []
    crosswalk = crosswalk_iri("gcm", "xkx-plan")
    first = Alignment(
        iri=alignment_iri(crosswalk, "1.a", "A1"),
        crosswalk=crosswalk,
        subject=GCM + "/action/1.a",
        object="https://example.org/plan/A1",
        relation=SKOS + "closeMatch",
        basis=GCMO + "Curated",
        justification="https://w3id.org/semapv/vocab/ManualMappingCuration",
        author="https://orcid.org/0000-0001",
        confidence="0.8",
        comment="Both ask for data.",
    )
    assert records[0] == Crosswalk(
        iri=crosswalk,
        title="Plan to Compact",
        compares=(GCM, ID + "xkx-plan"),
        license="https://creativecommons.org/publicdomain/zero/1.0/",
    )
    assert records[1] == first
    assert records[2] == replace(
        first,
        iri=alignment_iri(crosswalk, "1.b", "A2"),
        subject=GCM + "/action/1.b",
        object="https://example.org/plan/A2",
        relation=SKOS + "relatedMatch",
        justification="https://w3id.org/semapv/vocab/MappingReview",
        confidence="1.0",
        comment=None,
    )


def _mangled(text: str) -> str:
    """Do what a spreadsheet does to a head: tabs after each line, quotes around some."""
    lines = [
        f'"{line}"' + "\t" * 6 if ": h" in line else line + "\t" * 6 for line in HEAD.splitlines()
    ]
    return "\n".join(lines) + "\n" + text.removeprefix(HEAD)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: t.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(lambda t: "\ufeff" + t, id="byte order mark"),
        pytest.param(lambda t: t.replace("#", "# "), id="a space after each mark"),
        pytest.param(lambda t: t.replace("\n#license", "\n#\n#license"), id="an empty line"),
        pytest.param(_mangled, id="saved by a spreadsheet"),
        pytest.param(lambda t: t.replace("\t", ","), id="commas"),
        pytest.param(
            lambda t: t.replace("\t", ",").replace("\n#", ",,,\n#"), id="commas after the head"
        ),
        pytest.param(
            lambda t: t.replace("comment\n", "comment\tobject_source\n"), id="an empty column"
        ),
        pytest.param(lambda t: t + "\n\t\t\n", id="empty rows at the end"),
        pytest.param(lambda t: t.replace("XK:A1", "https://example.org/plan/A1"), id="full IRI"),
        pytest.param(lambda t: t.replace("#object_source: ", "#object_source:\n#  - "), id="list"),
    ],
)
def test_forms_of_the_same_set(change, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    expected, _ = read(FOREIGN, tmp_path / "x.sssom.tsv")
    text = change(FOREIGN)
    assert text != FOREIGN
    assert read(text, tmp_path / "y.sssom.tsv") == (expected, [])


@pytest.mark.parametrize("name", ["y.sssom.yml", "y.sssom.yaml", "y.yml"])
def test_metadata_beside_the_table(name: str, tmp_path: Path) -> None:
    expected, _ = read(FOREIGN, tmp_path / "x.sssom.tsv")
    (tmp_path / name).write_text(HEAD.replace("#", ""))
    assert read(FOREIGN.removeprefix(HEAD), tmp_path / "y.sssom.tsv") == (expected, [])


ROW = 11  # the first row of FOREIGN's table: nine lines of metadata, and the names


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("\t0.8\t", "\t1.8\t", "row 11, column confidence: “1.8” is no number from 0 to 1"),
        ("\t0.8\t", "\tnan\t", "row 11, column confidence: “nan” is no number from 0 to 1"),
        ("\t0.8\t", "\t\t", "row 11, column confidence: is blank, so that the link is neither"),
        (
            "orcid:0000-0001\t0.8",
            "\t0.8",
            "row 11, column author_id: is blank, so that the link is neither stated",
        ),
        ("XK:A1", "", "row 11, column object_id: is blank: fill it in, SSSOM requires it"),
        ("XK:A1", "KX:A1", "row 11, column object_id: “KX:A1” has the prefix KX, which curie_map"),
        ("XK:A1", "A1", "row 11, column object_id: “A1” is not an identifier"),
        (
            "skos:closeMatch",
            "skos:closematch",
            "row 11, column predicate_id: “skos:closematch” is no mapping relation of SKOS: use "
            "skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch, "
            'skos:relatedMatch. Did you mean "skos:closeMatch"?',
        ),
        (
            "semapv:ManualMappingCuration",
            "semapv:ManualCuration",
            "row 11, column mapping_justification: “semapv:ManualCuration” is no justification",
        ),
        (
            SECOND,
            FIRST,
            "row 12, column record_id: “crosswalk/gcm--xkx-plan/alignment/1.a--A1” stands in row "
            "11 too: keep one of the rows",
        ),
        ("Both ask for data.", "Both\tmore", "row 11, column 8: has no name"),
        ("\tconfidence", "\tconfidance", "row 11, column confidence: is blank"),
        (
            "subject_id\tpredicate_id",
            "subject\tpredicate_id",
            "row 10, column subject_id: is missing: add it, SSSOM requires it",
        ),
        ("comment\n", "confidence\n", "row 10, column confidence: stands there twice"),
        (
            "#  XK: https://example.org/plan/",
            "#  XK: plan",
            "column curie_map: “XK” has no namespace: give the IRI that it stands for",
        ),
        (
            "#  XK:",
            "#  skos: https://example.org/skos#\n#  XK:",
            "column curie_map: “skos” stands for http://www.w3.org/2004/02/skos/core# in SSSOM",
        ),
        (
            "#object_source: gcmid:xkx-plan\n",
            "#\n",
            "row 11, column object_source: is blank, and the identifier doesn't tell its framework",
        ),
        (
            "comment\n",
            "predicate_modifier\n",
            "row 11, column predicate_modifier: “Both ask for data.” denies",
        ),
        (
            "#subject_source",
            "#object_type: rdfs literal\n#subject_source",
            "row 12, column object_type: “rdfs literal” can't be linked",
        ),
        (
            "#subject_source",
            "#extension_definitions:\n#  - slot_name: comment\n#    property: gcmid:sssom/crosswalks\n"
            "#comment: no JSON\n#subject_source",
            "column ext_crosswalks: is not as gcm-ld writes it",
        ),
    ],
)
def test_faults_are_found_where_they_are(old: str, new: str, fault: str, tmp_path: Path) -> None:
    assert old in FOREIGN
    path = tmp_path / "x.sssom.tsv"
    path.write_text(FOREIGN.replace(old, new, 1))
    _, faults = read_sssom(path)
    assert faults.errors, "no fault found"
    found = [str(f) for f in faults.errors]
    assert any(f.startswith("x.sssom.tsv, " + fault) for f in found), found


def test_a_row_with_a_fault_gives_no_link_and_the_others_do(tmp_path: Path) -> None:
    records, faults = read(FOREIGN.replace("0.8", "8"), tmp_path / "x.sssom.tsv")
    assert [r.iri.rpartition("/")[2] for r in records[1:]] == ["1.b--A2"]
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("comment\n", "reviewer_id\n", "row 10, column reviewer_id: has no place here"),
        ("comment\n", "remarks\n", "row 10, column remarks: is no slot of SSSOM"),
        (
            "orcid:0000-0001\t0.8",
            "orcid:0000-0001|orcid:2\t0.8",
            "row 11, column author_id: “orcid:0000-0001|orcid:2” names several authors",
        ),
        ("XK:A1", "sssom:NoTermFound", "row 11, column object_id: “sssom:NoTermFound” says that"),
        ("comment\n", "see_also\n", "row 11, column see_also: “Both ask for data.” has no place"),
    ],
)
def test_what_is_left_out_is_said(old: str, new: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sssom.tsv"
    path.write_text(FOREIGN.replace(old, new, 1))
    _, faults = read_sssom(path)
    assert faults.errors == []
    assert [str(f).startswith(f"x.sssom.tsv, {fault}") for f in faults.found] == [True]


def test_two_rows_that_tell_an_assessment_differently(albania: Extract, tmp_path: Path) -> None:
    text = write(albania).decode()
    first = next(line for line in text.splitlines() if "/alignment/1.a--C1.3\t" in line)
    changed = text.replace(first, first.replace("gcmo:Aligned", "gcmo:Unstated"))
    assert changed != text
    _, faults = read(changed, tmp_path / "x.sssom.tsv")
    assert len(faults) == 1
    assert "“crosswalk/gcm--alb-nsm-2019/assessment/1.a” is told otherwise in row" in faults[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfe", "this is not UTF-8 text"),
        (b"", "there is no table in it"),
        (HEAD.encode(), "there is no table in it"),
        (
            (HEAD + COLUMNS + '\n"a\tb').encode(),
            r"the table can't be read \(unexpected end of data",
        ),
        (b"# This is a comment\n#curie_map:\nsubject_id\n", "are not YAML"),
    ],
)
def test_files_that_are_no_sets(content: bytes, problem: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=problem):
        read(content, tmp_path / "x.sssom.tsv")


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from('#\t\n"|\\: a1-[]{}&*!skosXK:'), max_size=60))
def test_any_text_gives_faults_and_no_surprise(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.sssom.tsv"
    for content in (
        text,
        HEAD + text,
        HEAD + COLUMNS + "\n" + text,
        FOREIGN.replace("XK:A1", text),
    ):
        try:
            read(content, path)
        except FileError:
            continue


# sssom-py, if it is there

PROGRAM = [shutil.which("sssom") or ""] if shutil.which("sssom") else None
if PROGRAM is None and find_spec("sssom"):
    PROGRAM = [sys.executable, "-m", "sssom.cli"]
needs_sssom = pytest.mark.skipif(PROGRAM is None, reason="sssom is not installed")


def sssom(*args: object) -> None:
    assert PROGRAM
    done = subprocess.run(
        [*PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


@needs_sssom
@pytest.mark.slow
def test_sssom_py_accepts_and_converts_it(albania: Extract, tmp_path: Path) -> None:
    import rdflib

    path, back, theirs = (tmp_path / name for name in ("a.sssom.tsv", "b.sssom.tsv", "c.ttl"))
    path.write_bytes(write(albania))
    sssom("validate", path)
    for form in ("owl", "json"):
        sssom("convert", path, "-O", form, "-o", tmp_path / f"out.{form}")
        assert (tmp_path / f"out.{form}").stat().st_size > 100_000
    # What it writes again is the same to us, but for extension columns, which it drops: scopes,
    # cells, citations and statuses.
    sssom("parse", path, "-o", back)
    records, faults = read_sssom(back)
    assert faults.errors == []
    assert [replace(r, source=None) for r in records if isinstance(r, Alignment)] == [
        replace(link, scope=None, stated_cells=(), citation=None, source=None)
        for link in albania.alignments
    ]
    # It and we say the same in RDF. Ours stands on each mapping, as the specification wants for
    # readers that don't know SSSOM, and has the extension slots; a record_id it forbids there.
    sssom("convert", path, "-O", "rdf", "-o", theirs)
    sssom_ns = "https://w3id.org/sssom/"
    shared = {sssom_ns + name for name in ("subject_type", "subject_source", "mapping_provider")}
    dropped = {sssom_ns + name for name in ("extension_definitions", "record_id")}
    other = {
        triple
        for triple in rdflib.Graph().parse(theirs, format="turtle")
        if isinstance(triple[0], rdflib.URIRef) and str(triple[1]) not in dropped | shared
    }
    ours = set(rdflib.Graph().parse(data=EXPORTS["sssom-rdf"].write(albania), format="turtle"))
    assert len(other) > 5000
    assert other - ours == set()
    extensions = {e.iri for e in EXTENSIONS}
    more = {str(triple[1]) for triple in ours - other} - shared - extensions
    assert {iri for iri in more if not iri.startswith(GCMO)} == set()
