"""Canonical Turtle: nothing is lost, and the same graph gives the same bytes."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcm_ld import files
from gcm_ld.errors import FileError
from gcm_ld.files import write_text
from gcm_ld.namespaces import GCMO, PREFIXES, RDF, XSD
from gcm_ld.resources import FOLDERS, folder, turtle_files
from gcm_ld.turtle import (
    find_comment,
    format_turtle,
    natural_key,
    parse_turtle,
    read_turtle,
    write_turtle,
)

EX = "http://example.org/"


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def canonical(triples: list[ox.Triple]) -> set[str]:
    """The graph with its blank nodes named by RDFC-1.0, for comparing."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(q) for q in dataset}


def round_trip(triples: list[ox.Triple]) -> str:
    """Write, read back, compare; return the text."""
    text = write_turtle(triples)
    back = parse_turtle(text.encode())
    assert canonical(back) == canonical(triples)
    assert write_turtle(back) == text
    return text


# -- any graph ---------------------------------------------------------------------------------

LOCALS = st.one_of(
    st.sampled_from(
        [
            *["", ".", "-", "_", "a.", ".a", "-a", "1", "1.a", "17.18", "a-", "a/b", "a#b"],
            *["a%20b", "a:b", "é", "a~b", "a'b", "(a)", "a,b", "a;b", "a@b", "a?b=c&d"],
            *["ontology#x", "true"],
        ]
    ),
    st.text(st.sampled_from("aZ09_-.%/#é"), max_size=6).filter(
        lambda s: "%" not in s and s.count("#") < 2
    ),
)
IRIS = st.builds(
    lambda namespace, local: ox.NamedNode(namespace + local.replace("#", "-", "#" in namespace)),
    st.sampled_from([*PREFIXES.values(), EX, "urn:x:"]),
    LOCALS,
)
PREDICATES = st.one_of(st.just(ox.NamedNode(RDF + "type")), IRIS)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from("\"'\\\n\r\t\b\f\0\x7f\x85\u2028\ufeff# .;@^<>"), max_size=8),
    st.text(st.sampled_from("0123456789.+-eE"), max_size=6),
    st.sampled_from(["true", "false", "1", "01", "+1", "-0", ".5", "5.", "1.0", "1e0", "²", "٣"]),
)
DATATYPES = st.one_of(
    st.sampled_from([ox.NamedNode(XSD + t) for t in ("integer", "decimal", "boolean", "double")]),
    IRIS.filter(lambda i: not i.value.startswith(RDF)),
)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(
        lambda t, lang: ox.Literal(t, language=lang),
        TEXTS,
        st.sampled_from(["en", "sq", "en-GB", "zh-Hant-TW"]),
    ),
    st.builds(
        lambda t, d: ox.Literal(t, language="ar", direction=d),
        TEXTS,
        st.sampled_from([ox.BaseDirection("rtl"), ox.BaseDirection("ltr")]),
    ),
    st.builds(lambda t, d: ox.Literal(t, datatype=d), TEXTS, DATATYPES),
)
#: A value: an IRI, a literal, a nested blank node (dict) or a list.
VALUES = st.recursive(
    IRIS | LITERALS,
    lambda inner: (
        st.lists(st.tuples(PREDICATES, inner), max_size=3).map(tuple) | st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)


def graph(statements: list[tuple[ox.NamedNode | None, ox.NamedNode, object]]) -> list[ox.Triple]:
    triples: list[ox.Triple] = []

    def node(value: object) -> object:
        if isinstance(value, tuple):
            blank = ox.BlankNode()
            triples.extend(ox.Triple(blank, p, node(v)) for p, v in value)
            return blank
        if isinstance(value, list):
            rest: object = ox.NamedNode(RDF + "nil")
            for item in reversed(value):
                cell = ox.BlankNode()
                triples.append(ox.Triple(cell, ox.NamedNode(RDF + "first"), node(item)))
                triples.append(ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest))
                rest = cell
            return rest
        return value

    for subject, predicate, value in statements:
        triples.append(ox.Triple(subject or ox.BlankNode(), predicate, node(value)))
    return triples


GRAPHS = st.lists(st.tuples(IRIS | st.none(), PREDICATES, VALUES), max_size=6).map(graph)


@settings(deadline=None, max_examples=200)
@given(GRAPHS)
def test_any_graph_is_kept_and_written_the_same_again(triples):
    round_trip(triples)


@settings(deadline=None, max_examples=150)
@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_and_the_labels_of_blank_nodes_do_not_matter(triples, random):
    text = write_turtle(triples)
    blanks = [n for t in triples for n in (t.subject, t.object) if isinstance(n, ox.BlankNode)]
    labels = [f"x{i}" for i in range(len(blanks))]
    random.shuffle(labels)
    names = dict(zip(blanks, map(ox.BlankNode, labels), strict=True))

    def renamed(node):
        return names.get(node, node)

    others = [ox.Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples]
    random.shuffle(others)
    assert write_turtle(others + others) == text


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.sampled_from("019a²٣.\n"), max_size=5)))
def test_the_natural_key_orders_every_text(texts):
    by_key = sorted(texts, key=natural_key)
    assert sorted(by_key) == sorted(texts)


def test_the_natural_key_reads_numbers_of_any_length():
    assert sorted(["9" * 9000, "1" + "0" * 9000, "2"], key=natural_key)[0] == "2"


# -- shipped files -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", turtle_files(folder("data")), ids=lambda p: p.name)
def test_the_shipped_data_survive_formatting(path):
    triples = read_turtle(path)
    text = write_turtle(triples)
    assert set(parse_turtle(text.encode())) == set(triples)
    assert text == path.read_text(encoding="utf-8")


def test_there_are_shipped_files_to_test():
    assert len(turtle_files(folder("data"))) >= 8
    assert set(FOLDERS) == {"ontology", "shapes", "queries", "data"}


def test_formatting_all_data_is_quick():
    texts = [p.read_bytes() for p in turtle_files(folder("data"))]
    start = time.perf_counter()
    for text in texts:
        format_turtle(text)
    assert time.perf_counter() - start < 5  # 0.3 s when nothing else runs


# -- the layout --------------------------------------------------------------------------------


def test_the_layout():
    text = format_turtle(
        b"""
        @prefix o: <http://www.w3.org/2002/07/owl#> .
        @prefix : <https://w3id.org/gcm-ld/ontology#> .
        <http://b/10> :counts :Strict , :Broad . <http://b/2> a :Claim .
        <http://z/o> a o:Ontology .
        :Claim :scope [ a o:Class ; o:unionOf ( :B [ :p "q" ] ) ] ; :x [ :y 1 ] , true , 1.0 .
        [] :alone [] .
        """
    )
    assert text == (
        "@prefix gcmo: <https://w3id.org/gcm-ld/ontology#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "\n"
        "<http://z/o>\n\ta owl:Ontology\n.\n"
        "\n"
        "<http://b/2>\n\ta gcmo:Claim\n.\n"
        "\n"
        "<http://b/10>\n\tgcmo:counts\n\t\tgcmo:Broad ,\n\t\tgcmo:Strict\n.\n"
        "\n"
        "gcmo:Claim\n"
        "\tgcmo:scope [\n"
        "\t\ta owl:Class ;\n"
        '\t\towl:unionOf ( gcmo:B [\n\t\t\tgcmo:p "q"\n\t\t] )\n'
        "\t] ;\n"
        "\tgcmo:x\n"
        "\t\t1.0 ,\n"
        "\t\t[\n\t\t\tgcmo:y 1\n\t\t] ,\n"
        "\t\ttrue\n"
        ".\n"
        "\n"
        "[]\n\tgcmo:alone []\n.\n"
    )


def test_an_empty_graph_is_an_empty_text():
    assert write_turtle([]) == ""
    assert format_turtle(b"@prefix a: <http://a/> .\n") == ""


@pytest.mark.parametrize(
    ("local", "written"),
    [
        ("Action", "gcmo:Action"),
        ("1.a", "gcmo:1.a"),
        ("a.", f"<{GCMO}a.>"),
        ("-a", f"<{GCMO}-a>"),
        ("", f"<{GCMO}>"),
        ("a%20b", f"<{GCMO}a%20b>"),
        ("a/b", f"<{GCMO}a/b>"),
        ("é", f"<{GCMO}é>"),
    ],
)
def test_which_names_are_shortened(local, written):
    text = round_trip([ox.Triple(iri("s"), iri("p"), ox.NamedNode(GCMO + local))])
    assert f"<{EX}p> {written}\n" in text
    assert text.startswith("@prefix gcmo:") is written.startswith("gcmo:")


def test_escaped_characters_of_an_iri_are_written_plainly():
    text = format_turtle(rb"<http://a/\u00E9> <http://a/p> <http://a/\U0001F600> .")
    assert "<http://a/é>" in text and "<http://a/\U0001f600>" in text


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        ('"01"^^xsd:integer', "01"),
        ('"1 "^^xsd:integer', '"1 "^^xsd:integer'),
        ('"5."^^xsd:decimal', '"5."^^xsd:decimal'),
        ('"TRUE"^^xsd:boolean', '"TRUE"^^xsd:boolean'),
        ('"1"^^xsd:double', '"1"^^xsd:double'),
        ('"a\\nb\\t\\"c\\"\\\\"', '"""a\nb\\t"c"\\\\"""'),
        ("'''it's\n\"so\"'''", '"""it\'s\n"so\\""""'),
        ('"\\u0000\\u007F\\u2028"', '"\\u0000\\u007F\\u2028"'),
        ('"x"@en-GB', '"x"@en-gb'),
        ('"x"@ar--rtl', '"x"@ar--rtl'),
    ],
)
def test_how_literals_are_written(literal, written):
    text = format_turtle(f"@prefix xsd: <{XSD}> . <http://a/s> <http://a/p> {literal} .".encode())
    assert text.endswith(f"\t<http://a/p> {written}\n.\n")


def test_values_that_are_one_number_and_two_texts_have_one_order():
    def build(order):
        return write_turtle([ox.Triple(iri("s"), iri("p"), ox.Literal(v)) for v in order])

    assert build(["01", "1", "001"]) == build(["001", "01", "1"])


def test_a_malformed_list_is_kept_as_it_is():
    cell, other = ox.BlankNode(), ox.BlankNode()
    first, rest = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
    text = round_trip(
        [
            ox.Triple(iri("s"), iri("p"), cell),
            ox.Triple(cell, first, ox.Literal("a")),
            ox.Triple(cell, first, ox.Literal("b")),
            ox.Triple(cell, rest, other),
            ox.Triple(other, rest, ox.NamedNode(RDF + "nil")),
        ]
    )
    assert "rdf:first" in text


def test_a_long_list_is_written_at_once():
    triples = graph([(iri("s"), iri("p"), [ox.Literal(str(i)) for i in range(5000)])])
    assert len(round_trip(triples).splitlines()) == 3


# -- graphs without a canonical text -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<a:a> <a:p> _:x , _:x2 . <a:b> <a:p> _:x .", "used in several places"),
        ("_:x <a:p> _:y . _:y <a:p> _:x .", "form a circle"),
        ("_:x <a:p> _:x .", "form a circle"),
        ("<a:a> <a:p> 1 . _:x <a:p> _:y . _:y <a:q> _:x .", "form a circle"),
        ("<a:a> <a:p> <<( <a:a> <a:p> 1 )>> .", "a statement about a statement"),
        ("<a:a> <a:p> " + "[ <a:p> " * 3000 + "1" + " ]" * 3000 + " .", "nested too deeply"),
    ],
)
def test_a_graph_without_canonical_text_is_refused(text, problem):
    with pytest.raises(FileError, match=problem) as caught:
        write_turtle(parse_turtle(text.encode()), name="my.ttl")
    assert str(caught.value).startswith("my.ttl: ") and "give" in str(caught.value)


# -- reading -----------------------------------------------------------------------------------


def test_what_is_not_turtle_is_named_with_line_and_column():
    with pytest.raises(FileError, match=r"^x\.ttl, line 2, column \d+: this is not Turtle") as e:
        parse_turtle(b"<a:a> <a:b> 1 .\n<a:a> <a:b> oops .\n", name="x.ttl")
    assert e.value.line == 2


def test_what_is_not_utf8_is_named_with_line_and_column():
    with pytest.raises(FileError, match="line 2, column 3: this is not UTF-8 text"):
        parse_turtle("\n12é".encode("latin-1"))


def test_a_byte_order_mark_is_no_fault():
    assert format_turtle(b"\xef\xbb\xbf<a:a> <a:b> 1 .") == format_turtle(b"<a:a> <a:b> 1 .")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none\.ttl: no such file"):
        read_turtle(tmp_path / "none.ttl")


# -- comments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("# a", 1),
        ("<http://a#b> <a:b> 1 .", None),
        ("<http://a#b> <a:b> 1 .# c", 1),
        ('<a:b> <a:b> \'it#s\', "a # b" , "\\"# no" . # yes', 1),
        ('<a:b> <a:b> """\n# no \\""" no\n"""@en .\n # yes', 4),
        ("<a:b> <a:b> '''\n# no ''\n''' , '' .\n\n# yes", 5),
        (r"@prefix x: <a:> . x:a\#b a x:c .", None),
        ("<a:b> <a:b> 1 , <<( <a:b> <a:b> 1 )>> . # yes", 1),
    ],
)
def test_comments_are_told_from_text(text, line):
    assert find_comment(text) == line


def test_a_comment_is_not_lost_unasked():
    text = b"<a:a> <a:b> 1 .\n# why\n"
    with pytest.raises(FileError, match=r"^x\.ttl, line 2: this comment would be lost: .*--drop"):
        format_turtle(text, name="x.ttl")
    assert "#" not in format_turtle(text, drop_comments=True)


# -- writing -----------------------------------------------------------------------------------


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "a.ttl"
    write_text(path, "é\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o640)
    write_text(path, "b\n")
    assert path.read_text() == "b\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_keeps_pointing_where_it_did(tmp_path):
    real, link = tmp_path / "real.ttl", tmp_path / "link.ttl"
    real.write_text("a")
    link.symlink_to(real)
    write_text(link, "b")
    assert link.is_symlink() and real.read_text() == "b"


def test_a_device_is_written_to_directly():
    write_text(Path(os.devnull), "gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "a.ttl"
    path.write_text("old")

    def fail(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os if step == "fsync" else Path, step, fail)
    with pytest.raises(FileError, match=r"a\.ttl: can't be written \(No space left on device\)"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.ttl"
    path.write_text("old")

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_that_is_not_unicode_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileError, match="can't be written"):
        write_text(tmp_path / "a.ttl", "\ud800")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/a.ttl", "folder"])
def test_a_place_that_takes_no_file_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match=f"{Path(name).name}: can't be written"):
        write_text(tmp_path / name, "x")
