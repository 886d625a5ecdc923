"""Publishing, end to end: the same bytes each time, only what changed, and the old site safe."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gcm_ld import Dataset
from gcm_ld.errors import MissingExtraError
from gcm_ld.publish.publication import publish
from gcm_ld.publish.settings import read_settings
from gcm_ld.resources import folder, shipped_data
from tests.conftest import Run

PROGRAM = Path(sys.executable).parent / "gcm-ld"
CHECK = ["sha256sum", "--check", "--quiet", "--strict", ".gcm-ld/files.sha256"]


def _tree(site: Path) -> dict[str, bytes]:
    return {
        p.relative_to(site).as_posix(): p.read_bytes()
        for p in site.rglob("*")
        if p.is_file() and ".gcm-ld" not in p.parts
    }


def _same(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    """Hold two sites against each other, and name the files that differ and not their bytes."""
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def _make_country(place: Path) -> Path:
    """Put a small country's own files into a folder."""
    place.mkdir()
    for path in shipped_data("ogp"):
        (place / path.name).write_bytes(path.read_bytes())
    return place


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """A small country's own files."""
    return _make_country(tmp_path / "my-country")


@pytest.fixture(scope="module")
def made(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small country's own files and the site of them; who writes to it puts it back."""
    place = tmp_path_factory.mktemp("publish")
    country, site = _make_country(place / "my-country"), place / "site"
    first = run("publish", "--data", country, site, PYTHONHASHSEED="1")
    assert first.returncode == 0, first.stderr
    assert "0 unchanged" in first.stdout
    return country, site


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_data_become_a_site(published: Path) -> None:
    for name in (
        "index.html",
        "404.html",
        "ontology.html",
        "shapes.html",
        "query/index.html",
        "explore/alb-nsm-2019.html",
        "report/alb-nsm-2019.html",
        "id/gcm/action/1.a.html",
        "id/crosswalk/gcm--alb-nsm-2019/assessment/1.a.jsonld",
        "sdg/10.7.ttl",
        "country/ALB.rdf",
        "id/dataset/alb/gcm--sdg.html",
        "dumps/all.trig",
        "dumps/alb/gcm--sdg.nt.gz",
        "catalog.ttl",
        "void.ttl",
        ".well-known/void",
        "statistics/coverage.csv",
        "hosting/nginx.conf",
        "SHA256SUMS",
    ):
        assert (published / name).stat().st_size > 0, name
    assert subprocess.run(CHECK, cwd=published, check=False).returncode == 0
    sums = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(sums, cwd=published, check=False).returncode == 0
    assert len((published / "SHA256SUMS").read_text().splitlines()) > 200


def test_publishing_again_writes_nothing_and_elsewhere_the_same_bytes(
    run: Run, made: tuple[Path, Path], tmp_path: Path
) -> None:
    country, site = made
    inodes = {p: p.stat().st_ino for p in site.rglob("*") if p.is_file()}
    again = run("publish", "--data", country, site, PYTHONHASHSEED="2")
    assert ": 0 written" in again.stdout
    assert {p: p.stat().st_ino for p in site.rglob("*") if p.is_file()} == inodes
    run("publish", "--data", country, tmp_path / "other", PYTHONHASHSEED="3")
    _same(_tree(site), _tree(tmp_path / "other"))
    state = ".gcm-ld/state.json"
    assert (site / state).read_bytes() == (tmp_path / "other" / state).read_bytes()


def _remove_link(country: Path) -> None:
    path = country / "gcm--ogp-alb-2023.ttl"
    text = path.read_text(encoding="utf-8")
    start = text.index("\n<https://w3id.org/gcm-ld/id/crosswalk/gcm--ogp-alb-2023/alignment/")
    path.write_text(text[:start] + text[text.index("\n.\n", start) + 3 :], encoding="utf-8")


def _rename_element(country: Path) -> None:
    _edit(country / "ogp-alb-2023.ttl", 'skos:prefLabel "', 'skos:prefLabel "Renamed <&> ')


def _add_file(country: Path) -> None:
    shutil.copy(folder("data") / "iom" / "iom-alb-2022.ttl", country)


def _remove_file(country: Path) -> None:
    (country / "sdg--ogp-alb-2023.ttl").unlink()


@pytest.mark.slow
def test_after_a_change_only_what_differs_is_written_and_the_site_is_as_if_made_anew(
    run: Run, country: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    run("publish", "--data", country, site)
    for change in (_remove_link, _rename_element, _add_file, _remove_file):
        before = _tree(site)
        change(country)
        result = run("publish", "--data", country, site)
        assert result.returncode == 0, result.stderr
        after = _tree(site)
        anew = tmp_path / change.__name__
        assert run("publish", "--data", country, anew).returncode == 0
        _same(after, _tree(anew))
        differ = {n for n in after if after[n] != before.get(n)}
        assert differ
        # The state is counted as a file, too, and the made graphs.
        written = int(result.stdout.split(" written")[0].split()[-1].replace(",", ""))
        assert len(differ) <= written <= len(differ) + 5
        if change is _remove_link:
            assert written < len(after) / 10


def test_a_page_changed_by_hand_is_made_again(run: Run, made: tuple[Path, Path]) -> None:
    country, site = made
    before = _tree(site)
    time.sleep(0.02)
    (site / "index.html").write_text("mine")
    (site / "id/gcm/action/1.a.ttl").write_text("mine")
    (site / "sdg/10.7.html").unlink()
    (site / "CNAME").write_text("data.example.org")
    run("publish", "--data", country, site)
    after = _tree(site)
    (site / "CNAME").unlink()
    assert after.pop("CNAME") == b"data.example.org"
    _same(after, before)


@pytest.mark.slow
def test_killed_at_any_moment_a_whole_site_stands(country: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [str(PROGRAM), "publish", "--data", str(country), str(site)]
    subprocess.run(command, check=True, capture_output=True)
    dice = random.Random(11)
    _rename_element(country)
    old = _tree(site)
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert subprocess.run(CHECK, cwd=site, check=False).returncode == 0
    subprocess.run(command, check=True, capture_output=True)
    assert _tree(site) != old
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my-country", "site"]


def test_data_that_do_not_conform_are_not_published(
    run: Run, country: Path, tmp_path: Path
) -> None:
    _edit(country / "ogp-alb-2023.ttl", 'skos:notation "', 'skos:notation "1" ,\n\t\t"')
    result = run("publish", "--data", country, tmp_path / "site")
    assert result.returncode == 1
    assert "do not conform" in result.stderr
    assert "ogp-alb-2023.ttl" in result.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("one", "other"), [("zz9", "ZZ9"), ("zz-9", "zz%2D9")], ids=["capitals", "spelling"]
)
def test_two_names_that_are_one_to_a_disk_or_server_are_told(
    run: Run, country: Path, tmp_path: Path, one: str, other: str
) -> None:
    path = country / "ogp-alb-2023.ttl"
    text = path.read_text(encoding="utf-8")
    for name in (one, other):
        text += (
            f"\n<https://w3id.org/gcm-ld/id/institution/{name}>\n"
            "\ta <http://www.w3.org/ns/org#Organization> , "
            "<http://xmlns.com/foaf/0.1/Agent> , <https://w3id.org/gcm-ld/ontology#Institution> ;\n"
            f'\t<http://www.w3.org/2004/02/skos/core#prefLabel> "Ministry {name}"@en\n.\n'
        )
    path.write_text(text, encoding="utf-8")
    result = run("publish", "--data", country, tmp_path / "site")
    assert result.returncode == 2, result.stderr
    assert f"institution/{one}" in result.stderr
    assert f"institution/{other}" in result.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name the folder to publish to"),
        (("--base-iri", "not a url", "site"), "base-iri"),
        (("--date", "yesterday", "site"), "yesterday"),
        (("--settings", "none.toml", "site"), "none.toml"),
        (("--data", "nowhere", "site"), "nowhere"),
        (("file",), "is a file"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("x")
    result = run("publish", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_what_the_charts_need_is_told_before_anything_is_made(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said: list[str] = []
    with pytest.raises(MissingExtraError, match=r"gcm-ld\[charts\]"):
        publish(dataset, tmp_path / "site", read_settings(None), progress=said.append)
    assert not any(step.startswith("dumps") for step in said)
    assert list(tmp_path.iterdir()) == []


def test_a_base_of_ones_own(run: Run, country: Path, tmp_path: Path) -> None:
    import pyoxigraph as ox

    site, base = tmp_path / "site", "https://data.example.org/gcm/"
    result = run("publish", "--data", country, site, "--base-iri", base)
    assert result.returncode == 0, result.stderr
    text = (site / "dumps/ogp-alb-2023.ttl").read_bytes()
    triples = {q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    new = ox.NamedNode(base + "id/ogp-alb-2023")
    old = ox.NamedNode("https://w3id.org/gcm-ld/id/ogp-alb-2023")
    same = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    replaced = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
    assert ox.Triple(new, same, old) in triples
    assert ox.Triple(old, replaced, new) in triples
    stated = {t for t in triples if t.predicate not in (same, replaced)}
    assert not any(str(old)[:-1] in str(t) for t in stated)
    # The Compact stays where it is.
    assert any(
        "https://w3id.org/gcm-ld/id/gcm/" in p.read_text() for p in site.glob("dumps/gcm--*.ttl")
    )
    assert (site / "id/ogp-alb-2023.html").exists()
    assert base.encode() + b"id/ogp-alb-2023" in (site / "id/ogp-alb-2023.html").read_bytes()
