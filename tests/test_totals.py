"""Progress across countries reads totals alone: what is left out is of a part, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcm_ld.dataset import Dataset, open_dataset
from gcm_ld.errors import InputError
from gcm_ld.progress.totals import Totals, without_parts
from gcm_ld.report import build_report, progress_countries
from gcm_ld.turtle import format_turtle, parse_turtle
from tests import progress_country as country
from tests.test_values_model import SEX, observe, write

PART = observe("visas", "2021", "4", sex=f"{SEX}F")
GIVEN = [
    observe("visas", "2021", "9"),
    PART,
    observe("visas", "2022", "5", age="https://w3id.org/gcm-ld/id/cube/age/Y15T24"),
    observe(
        "visas",
        "2022",
        "6",
        migration_status="https://w3id.org/gcm-ld/id/cube/migration-status/refugee",
    ),
    observe("visas", "2022", "7", nationality="https://w3id.org/gcm-ld/id/cube/nationality/eu"),
    observe("visas", "2022", "8"),
]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = write(tmp_path_factory.mktemp("values") / "xkx", GIVEN)
    return (folder / "xkx-2025-values.ttl").read_bytes()


def _subjects(text: bytes) -> set[str]:
    return {t.subject.value for t in parse_turtle(text)}


def test_parts_are_left_out_and_nothing_else(text: bytes) -> None:
    left = without_parts(text)
    assert set(parse_turtle(left)) < set(parse_turtle(text))
    assert _subjects(text) - _subjects(left) == {o.iri for o in GIVEN[1:5]}
    assert format_turtle(left).encode().strip() == left.strip()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n\t", b"\n  "),
        lambda text: text.replace(b"sdmx-code:", b"code:"),
        lambda text: text.replace(b"\n.\n", b" .\n"),
        lambda text: text + b'\n<http://a> <http://b> """of\n\n%s\n""" .\n' % text[-900:],
        lambda text: text.replace(b"a qb:Observation", b"a qb:Observation, <http://a>"),
    ],
    ids=["indented otherwise", "another prefix", "closed otherwise", "a long text", "two classes"],
)
def test_another_form_is_read_whole(text: bytes, change) -> None:
    other = change(text)
    assert other != text
    assert without_parts(other) == other


def test_figures_are_those_of_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = country.write_files(tmp_path / "xkx", country.country_files())
    for path in place.glob("*.ttl"):
        path.write_text(format_turtle(path.read_bytes()), encoding="utf-8")
    assert any(without_parts(p.read_bytes()) != p.read_bytes() for p in place.glob("*.ttl"))
    report = build_report("progress-countries", open_dataset(place))
    monkeypatch.setattr(progress_countries, "Totals", Dataset)
    assert build_report("progress-countries", open_dataset(place)) == report


def test_a_fault_is_named_by_its_line_in_the_file(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "values.ttl").write_bytes(text + b"\n<http://a> <http://b> oops .\n")
    line = text.count(b"\n") + 2
    with pytest.raises(InputError, match=rf"values\.ttl, line {line}, "):
        _ = Totals([tmp_path / "values.ttl"], own=True).asserted
