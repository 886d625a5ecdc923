"""A prefix means the same in every file of the project, and in its code."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from gcm_ld.checks import find_prefixes, list_files
from gcm_ld.namespaces import PREFIXES
from gcm_ld.resources import FOLDERS, folder

FILES = list_files()


def test_files_of_every_folder_are_looked_at():
    assert {path.suffix for path in FILES} == {".ttl", ".rq"}
    for name in FOLDERS:
        assert any(path.is_relative_to(folder(name)) for path in FILES), name


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_prefixes_are_the_ones_of_the_code(path):
    declared = find_prefixes(path.read_text(encoding="utf-8"))
    assert [(p, iri) for p, iri, _ in declared if PREFIXES.get(p) != iri] == []
    assert len({p for p, _, _ in declared}) == len(declared)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".ttl"], ids=lambda p: p.name)
def test_the_prefixes_found_are_those_of_the_parser(path):
    parser = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    for _ in parser:
        pass
    found = {p: iri for p, iri, _ in find_prefixes(path.read_text(encoding="utf-8"))}
    assert found == parser.prefixes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("@prefix a: <http://a#> .\nPREFIX b: <http://b/>", [("a", 1), ("b", 2)]),
        ("prefix : <http://a#>", [("", 1)]),
        (
            "#+ summary: PREFIX a: <http://a>\nPREFIX sdmx-dimension: <http://b>",
            [("sdmx-dimension", 2)],
        ),
        ('\'PREFIX a: <http://a>\' """\nPREFIX b: <http://b>""" <http://x#PREFIX>', []),
        ("?a < ?b # PREFIX a: <http://a>\nPREFIX c: <http://c>", [("c", 2)]),
    ],
)
def test_declarations_are_told_from_text(text, found):
    assert [(p, line) for p, _, line in find_prefixes(text)] == found


def test_no_namespace_has_two_prefixes():
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert list(PREFIXES) == sorted(PREFIXES)


def test_the_code_spells_no_namespace_a_second_time():
    package = Path(__file__).resolve().parent.parent / "gcm_ld"
    known = [iri for iri in PREFIXES.values() if not iri.startswith("http://metadata.un.org/sdg/")]
    again = [
        f"{path.name}: {iri}"
        for path in sorted(package.rglob("*.py"))
        if path.name != "namespaces.py" and "_bundled" not in path.parts
        for iri in known
        if f'"{iri}"' in path.read_text(encoding="utf-8")
    ]
    assert again == []
