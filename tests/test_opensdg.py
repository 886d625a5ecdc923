"""Open SDG: metadata that its own build takes in, alone and beside a platform's own.

The figures are invented; see tests/sdgdata.py.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gcm_ld import Dataset, open_dataset
from gcm_ld.errors import InputError
from gcm_ld.language import list_languages
from gcm_ld.tables.exchange.opensdg import FIELDS, build_files, write_folder
from tests import sdgdata
from tests.conftest import ROOT, Run

SDG = "http://metadata.un.org/sdg/"
ALWAYS = {"gcm_framework", "gcm_objectives", "gcm_actions", "gcm_alignments"}

#: Checks and builds the data repository in the folder that it runs in.
_BUILD = (
    "import sdg, sys\n"
    "ok = sdg.open_sdg_check(config='config_data.yml')\n"
    "sys.exit(0 if ok and sdg.open_sdg_build(config='config_data.yml') else 3)\n"
)


@cache
def _sdg_build() -> str | None:
    """Find a Python that has sdg-build: the one that is named, or that of the project's trial.

    sdg-build needs an environment of its own (pandas 1, pydantic 1), and yamlmd, which like itself
    is only on GitHub.
    """
    named = os.environ.get("GCM_LD_SDG_BUILD") or shutil.which(str(ROOT / ".sdgbuild/bin/python"))
    if not named:
        return None
    found = subprocess.run([named, "-c", "import sdg"], capture_output=True, check=False)
    return named if found.returncode == 0 else None


needs_sdg_build = pytest.mark.skipif(
    not _sdg_build(), reason="sdg-build is absent: name a Python that has it in GCM_LD_SDG_BUILD"
)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check and build a data repository, without the network.

    Open SDG's own words are cloned from GitHub; here from the clone that GCM_LD_SDG_TRANSLATIONS
    names, or not at all.
    """
    program = _sdg_build()
    assert program
    path = folder / "config_data.yml"
    config = yaml.safe_load(path.read_text("utf-8"))
    clone = os.environ.get("GCM_LD_SDG_TRANSLATIONS")
    words = []
    for entry in config["translations"]:
        if entry["class"] != "TranslationInputSdgTranslations":
            words.append(entry)
        elif clone:
            words.append({"class": entry["class"], "source": clone})
    config["translations"] = words
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return subprocess.run(
        [program, "-W", "ignore", "-c", _BUILD],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def differences(folder: Path) -> list[str]:
    """Hold what was built against what was written, file by file and field by field."""
    found = []
    written = sorted((folder / "gcm-meta").glob("*.yml"))
    assert written
    for path in written:
        built = json.loads((folder / "_site/en/meta" / f"{path.stem}.json").read_text("utf-8"))
        ours = yaml.safe_load(path.read_text("utf-8"))
        assert set(ours) >= ALWAYS
        found += [f"{path.stem} {key}" for key, value in ours.items() if built.get(key) != value]
        if built["indicator_number"].replace(".", "-") != path.stem:
            found.append(f"{path.stem} indicator_number {built['indicator_number']}")
    return found


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("opensdg")
    (place / "sdg.csv").write_text(sdgdata.DATABASE, encoding="utf-8")
    return sdgdata.write_plan(place / "xkx")


@pytest.fixture(scope="module")
def files(plan: Path) -> dict[str, bytes]:
    return build_files(open_dataset(plan), sdg_data=[str(plan.parent / "sdg.csv")])


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    write_folder(tmp_path / "platform", files)
    return tmp_path / "platform"


def _yaml(files: dict[str, bytes], name: str) -> Any:
    return yaml.safe_load(files[name].decode("utf-8"))


# -- what is written ---------------------------------------------------------------------------


def test_every_indicator_of_a_target_reached_has_its_files(files: dict[str, bytes]) -> None:
    codes = ["10-7-1", "10-7-2", "10-7-4", "10-7-9", "17-18-1", "17-18-2", "17-18-3"]
    for pattern in ("gcm-meta/{}.yml", "meta/{}.yml", "indicator-config/{}.yml"):
        assert set(map(pattern.format, codes)) <= set(files)
    assert {f"data/indicator_{code}.csv" for code in codes} <= set(files)
    assert len(files) == 4 * len(codes) + 4 + len(list_languages())


def test_our_fields(files: dict[str, bytes]) -> None:
    ours = _yaml(files, "gcm-meta/10-7-2.yml")
    iri = "https://w3id.org/gcm-ld/id/"
    assert list(ours) == list(FIELDS)
    assert ours["gcm_indicator"] == f"[{SDG}C100702]({SDG}C100702)"
    # Open SDG shows fields of such names as one bare address, or as a day.
    assert not [name for name in FIELDS for part in ("_link", "_url", "_date") if part in name]
    assert ours["gcm_framework"] == f"[Made-up Plan]({iri}xkx-2025)"
    assert re.findall(r"\[(\S+)", ours["gcm_actions"]) == ["5.a", "5.b"]
    assert re.findall(r"\((\S+)\)", ours["gcm_actions"]) == [
        f"{iri}gcm/action/5.a",
        f"{iri}gcm/action/5.b",
    ]
    assert ours["gcm_objectives"].startswith("- [5 ")
    assert ours["gcm_outcomes"] == f"- [A1 Permits are quick]({iri}xkx-2025/outcome/A1)"
    assert ours["gcm_national_indicators"] == (
        f"- [Permits: share given “in time”, in %]({iri}xkx-2025/indicator/permits)"
    )
    assert ours["gcm_alignments"].splitlines()[0] == (
        f"- [5.a – 10.7]({iri}crosswalk/gcm--sdg--xkx-2025/alignment/5.a--10.7)"
    )
    # What is empty is left out, and so is an IRI that nobody told.
    assert "gcm_outcomes" not in _yaml(files, "gcm-meta/17-18-1.yml")
    assert "gcm_indicator" not in _yaml(files, "gcm-meta/10-7-4.yml")


def test_standard_fields(files: dict[str, bytes]) -> None:
    config = _yaml(files, "indicator-config/10-7-2.yml")
    assert config["indicator_number"] == "10.7.2"
    assert config["indicator_name"].startswith("Number of countries with migration policies")
    assert set(config) == {
        *("indicator_number", "indicator_name", "reporting_status", "data_non_statistical"),
        *("graph_title", "graph_type"),
    }
    meta = _yaml(files, "meta/10-7-2.yml")
    assert set(meta) == {"SDG_GOAL", "SDG_TARGET", "SDG_INDICATOR"}
    assert meta["SDG_TARGET"].startswith("10.7 Safe and orderly migration")
    # The name of one that the vocabulary lacks comes from Open SDG's own translations.
    config = _yaml(files, "indicator-config/10-7-4.yml")
    assert config["indicator_name"] == config["graph_title"] == "global_indicators.10-7-4-title"
    words = _yaml(files, "config_data.yml")["translations"]
    assert [w["class"] for w in words] == [
        "TranslationInputSdgTranslations",
        "TranslationInputYaml",
    ]


def test_an_indicator_with_values_says_of_where_in_what_and_from_whom(
    files: dict[str, bytes],
) -> None:
    config = _yaml(files, "indicator-config/10-7-4.yml")
    assert config["national_geographical_coverage"] == "Kosovo*"
    assert config["computation_units"] == "PERCENT; PER_100000_POP"
    assert config["sources"] == [{"organisation": "made up"}]
    meta = _yaml(files, "meta/10-7-4.yml")
    assert meta["DATA_SOURCE"] == "made up"
    assert meta["UNIT_MEASURE"] == "PERCENT; PER_100000_POP"
    assert meta["SDG_SERIES_DESCR"].splitlines() == [
        "- Number of refugees, by country of origin (SL_MADE_UP) (Age 15+)",
        "- Number of refugees, by country of origin (SM_POP_REFG_OR)",
    ]


def test_data_are_the_countrys_total_values(files: dict[str, bytes]) -> None:
    rows = list(csv.reader(io.StringIO(files["data/indicator_10-7-4.csv"].decode())))
    assert rows[0] == ["Year", "Series", "Units", "Value"]
    assert rows[1][1].endswith(" (SL_MADE_UP) (Age 15+)")
    assert [(year, unit, value) for year, _, unit, value in rows[1:]] == [
        ("2020", "PERCENT", "61"),
        ("2021", "PER_100000_POP", "10.5"),
        ("2023", "PER_100000_POP", "11.25"),
        ("2024", "PER_100000_POP", "12"),
    ]
    assert files["data/indicator_10-7-2.csv"] == b"Year,Value\n"
    assert _yaml(files, "indicator-config/10-7-4.yml")["reporting_status"] == "complete"
    assert _yaml(files, "indicator-config/10-7-2.yml")["reporting_status"] == "notstarted"


def test_every_field_is_described_and_named_in_every_language(files: dict[str, bytes]) -> None:
    schema = _yaml(files, "gcm_metadata_schema.yml")["prose"]["metadata"]["meta"]
    assert [f["name"] for f in schema] == list(FIELDS)
    for language in ("en", *list_languages()):
        words = _yaml(files, f"translations/{language}/gcm.yml")
        assert {"title", "description", *FIELDS} == set(words)
        assert all(f["field"]["translation_key"] == f"gcm.{f['name']}" for f in schema)
    standard = _yaml(files, "metadata_schema.yml")["prose"]["metadata"]["meta"]
    used = {*_yaml(files, "meta/10-7-4.yml"), *_yaml(files, "indicator-config/10-7-4.yml")}
    assert {f["name"] for f in standard} == used - {"sources"}
    scopes = {f["name"]: f["field"].get("scope") for f in standard}
    assert {name for name, scope in scopes.items() if scope} == set(_yaml(files, "meta/10-7-4.yml"))


def test_the_same_data_give_the_same_files(plan: Path, files: dict[str, bytes]) -> None:
    again = build_files(open_dataset(plan), sdg_data=[str(plan.parent / "sdg.csv")])
    assert again == files


def test_the_shipped_strategy(dataset: Dataset) -> None:
    from gcm_ld.report import build_report

    files = build_files(dataset, framework="alb-nsm-2019")
    tables = build_report("sdg-data", dataset).as_dict()["tables"]
    codes = [r["code"].replace(".", "-") for r in tables["indicators"]]  # type: ignore[index]
    assert len(codes) == 33
    assert {f"gcm-meta/{code}.yml" for code in codes} == {
        name for name in files if name.startswith("gcm-meta/")
    }
    # No value of it is known, so none is given.
    assert {files[f"data/indicator_{code}.csv"] for code in codes} == {b"Year,Value\n"}
    for name, content in files.items():
        if name.endswith(".yml"):
            assert isinstance(yaml.safe_load(content.decode()), dict), name


def test_markdown_in_names_is_escaped() -> None:
    from gcm_ld.tables.exchange.opensdg import _link

    assert _link("a [b] *c* <d>\n e", "http://x/") == "[a \\[b\\] \\*c\\* \\<d\\> e](http://x/)"


# -- the command -------------------------------------------------------------------------------


def test_the_command_writes_the_folder(run: Run, plan: Path, tmp_path: Path) -> None:
    target = tmp_path / "platform"
    args = ("export", "-f", "open-sdg", "--data", plan, "--sdg-data", plan.parent / "sdg.csv")
    result = run(*args, "-o", target)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    stale = target / "gcm-meta" / "1-1-1.yml"
    stale.write_text("old: true\n", encoding="utf-8")
    result = run(*args, "-o", target)
    assert result.returncode == 0
    assert result.stderr == f"{stale}: is left from before, and no part of this: delete it\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-f", "open-sdg"), "open-sdg is a folder of files: name it with -o"),
        (("-f", "open-sdg", "-o", "file.txt"), "file.txt: is a file, and open-sdg needs a folder"),
        (("-f", "skos", "--sdg-data", "x.csv"), "--sdg-data goes with --format open-sdg"),
        (("-f", "open-sdg", "-o", "x", "--framework", "nobody"), "no assessment against 'nobody'"),
        (("-f", "open-sdg", "-o", "x", "--sdg-data", "x.csv"), "x.csv: no such file or folder"),
    ],
)
def test_calls_that_are_wrong(
    run: Run, plan: Path, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    result = run("export", "--data", plan, *args, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_platform_of_its_own_is_not_written_over(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "config_data.yml").write_text("languages: [en]\n", encoding="utf-8")
    with pytest.raises(InputError, match="this is a platform's own: export into another folder"):
        write_folder(tmp_path, files)
    assert [p.name for p in tmp_path.iterdir()] == ["config_data.yml"]


def test_a_plan_that_reaches_no_target_is_told(plan: Path, tmp_path: Path) -> None:
    text = (plan / "xkx.ttl").read_text(encoding="utf-8")
    text = re.sub(r"gcmo:object <http://metadata\.un\.org/sdg/1[07]\.\d+>", "gcmo:object <x>", text)
    (tmp_path / "xkx.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no action is linked with an SDG target"):
        build_files(open_dataset(tmp_path / "xkx.ttl"))


# -- the real build ----------------------------------------------------------------------------


@needs_sdg_build
def test_sdg_build_makes_a_platform_of_the_folder(folder: Path) -> None:
    result = build(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert differences(folder) == []
    site = folder / "_site" / "en"
    words = json.loads((site / "translations/translations.json").read_text("utf-8"))
    assert set(FIELDS) <= set(words["gcm"])
    schema = json.loads((site / "meta/schema.json").read_text("utf-8"))
    scopes = {f["name"]: f["field"].get("scope") for f in schema}
    assert {scopes[name] for name in FIELDS} == {"gcm"}
    headline = (site / "headline/10-7-4.csv").read_text("utf-8")
    years = [row["Year"] for row in csv.DictReader(io.StringIO(headline))]
    assert years == ["2020", "2021", "2023", "2024"]
    counts = json.loads((site / "stats/reporting.json").read_text("utf-8"))["overall"]
    assert {s["status"]: s["count"] for s in counts["statuses"]} == {"complete": 2, "notstarted": 5}
    built = json.loads((site / "meta/10-7-4.json").read_text("utf-8"))
    assert (built["goal_number"], built["target_number"]) == ("10", "10.7")
    assert built["indicator_sort_order"] == "10-07-04"
    assert built["sources"] == [{"organisation": "made up"}]
    assert built["national_geographical_coverage"] == "Kosovo*"
    if os.environ.get("GCM_LD_SDG_TRANSLATIONS"):
        assert built["indicator_name"].startswith("Proportion of the population who are refugees")
        assert {"general", "indicator", "metadata_fields"} <= set(words)


def _broken_yaml(folder: Path) -> None:
    path = folder / "gcm-meta" / "10-7-2.yml"
    path.write_text(path.read_text("utf-8") + "gcm_more: [never closed\n", encoding="utf-8")


def _wrong_number(folder: Path) -> None:
    path = folder / "indicator-config" / "10-7-2.yml"
    path.write_text(path.read_text("utf-8").replace("10.7.2", "99.9.9"), encoding="utf-8")


def _text_for_a_value(folder: Path) -> None:
    path = folder / "data" / "indicator_10-7-4.csv"
    path.write_text(path.read_text("utf-8").replace("10.5", "much"), encoding="utf-8")


@needs_sdg_build
@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "noticed"),
    [
        (_broken_yaml, "10-7-2.yml"),
        (_text_for_a_value, "Value column must be a numeric data type"),
        (_wrong_number, None),
    ],
)
def test_faults_are_noticed(
    folder: Path, harm: Callable[[Path], None], noticed: str | None
) -> None:
    harm(folder)
    result = build(folder)
    if noticed:  # by sdg-build itself
        assert result.returncode != 0
        assert noticed in result.stdout + result.stderr
    else:  # by what this file holds against the build
        assert result.returncode == 0
        assert differences(folder) == ["10-7-2 indicator_number 99.9.9"]


#: A platform of somebody else, with one indicator.
_PLATFORM = {
    "_prose.yml": """\
prose:
  metadata:
    meta:
      - name: indicator_name
        field: {element: text, label: Name}
      - name: reporting_status
        field: {element: text, label: Status}
      - name: graph_title
        field: {element: text, label: Title}
      - name: graph_type
        field: {element: text, label: Graph}
      - name: data_non_statistical
        field: {element: checkbox, label: Not statistical}
""",
    "config_data.yml": """\
languages: [en]
src_dir: ''
site_dir: _site
inputs:
  - class: InputCsvData
    path_pattern: data/*-*.csv
  - class: InputYamlMeta
    path_pattern: meta/*.yml
    git: false
schema:
  - class: SchemaInputOpenSdg
    schema_path: _prose.yml
translations:
  - class: TranslationInputYaml
    source: translations
""",
    "meta/10-7-2.yml": """\
indicator_number: 10.7.2
indicator_name: The platform's own name
reporting_status: complete
data_non_statistical: false
graph_title: The platform's own title
graph_type: bar
""",
    "data/indicator_10-7-2.csv": "Year,Value\n2020,1\n",
    "translations/en/own.yml": "word: The platform's own word\n",
}


@needs_sdg_build
@pytest.mark.slow
def test_a_platform_takes_our_fields_in_beside_its_own(folder: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    for name, text in _PLATFORM.items():
        (theirs / name).parent.mkdir(parents=True, exist_ok=True)
        (theirs / name).write_text(text, encoding="utf-8")
    assert build(theirs).returncode == 0
    before = json.loads((theirs / "_site/en/meta/10-7-2.json").read_text("utf-8"))
    # As the page says: copy these, and add what it shows to the configuration.
    for name in ("gcm-meta", "translations"):
        shutil.copytree(folder / name, theirs / name, dirs_exist_ok=True)
    shutil.copy(folder / "gcm_metadata_schema.yml", theirs)
    page = (ROOT / "docs" / "sdg-data.md").read_text(encoding="utf-8")
    more = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0])
    config = yaml.safe_load((theirs / "config_data.yml").read_text("utf-8"))
    for key, entries in more.items():
        config[key] += entries
    (theirs / "config_data.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.rmtree(theirs / "_site")
    result = build(theirs)
    assert result.returncode == 0, result.stdout + result.stderr
    assert differences(theirs) == []
    after = json.loads((theirs / "_site/en/meta/10-7-2.json").read_text("utf-8"))
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == set(FIELDS)
