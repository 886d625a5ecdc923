"""The documentation says what is so: generated pages are current, examples give what they show."""

from __future__ import annotations

import ast
import csv
import doctest
import importlib.util
import re
import shlex
import shutil
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from gcm_ld import __version__, resources
from gcm_ld.cli import COMMANDS
from gcm_ld.namespaces import PREFIXES
from gcm_ld.turtle import parse_turtle
from tests.conftest import ROOT, Run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", _builder().PAGES)
def test_generated_pages_are_current(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == _builder().PAGES[name](), "run python docs/build.py"


def _sessions() -> list[list[tuple[str, list[str]]]]:
    """The blocks of commands in README, each command with the output shown below it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        session = []
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            session.append((command.split(" #")[0].strip(), output.splitlines()))
        found.append(session)
    return found


def _prepare(place: Path) -> None:
    """Put down what stands for a user's own files."""
    country = place / "my-country"
    country.mkdir()
    for source in resources.shipped_data("alb"):
        (country / source.name).write_bytes(source.read_bytes())
    (place / "my-copy-of-the-compact.txt").write_text(
        "# Objective 3\n## Title: Provide accurate and timely information at all stages of "
        "migration\n- a. Words of a user’s own copy.\n",
        encoding="utf-8",
    )


def _fill_in(workbook: Path) -> None:
    """Fill in a template as a user would."""
    from openpyxl import load_workbook

    book = load_workbook(workbook)
    for sheet, row in (
        ("Objectives", ("A", "Data", "")),
        ("Outcomes", ("A1", "Collect data", "A")),
    ):
        for column, value in enumerate(row, 1):
            book[sheet].cell(2, column, value)
    book.save(workbook)


@pytest.mark.parametrize("session", _sessions(), ids=lambda s: s[0][0][:60])
def test_readme_shows_what_the_commands_print(
    run: Run, tmp_path: Path, session: list[tuple[str, list[str]]], request: pytest.FixtureRequest
) -> None:
    _prepare(tmp_path)
    if session[0][0] == "gcm-ld publish site/":
        # It says the same of a site that is there, and is done sooner.
        (tmp_path / "site").symlink_to(request.getfixturevalue("published"))
    for command, shown in session:
        if command == "sh check.sh":
            assert (ROOT / "check.sh").exists()
            continue
        words = shlex.split(command.rpartition("&& ")[2])
        assert Path(words[0]).name == "gcm-ld"
        result = run(*words[1:], cwd=tmp_path)
        faulty = words[1] == "claims" or "--rehearse" in words
        assert result.returncode == (1 if faulty else 0), f"{command}: {result.stderr}"
        printed = iter(result.stdout.splitlines())
        for line in filter(lambda s: s != "…", shown):
            assert line in printed, f"not printed: {line}"
        if "--init" in words:
            settings = tmp_path / "my-country" / "publish.toml"
            text = settings.read_text(encoding="utf-8")
            settings.write_text(text.replace('= ""', '= "What a user fills in"'), encoding="utf-8")
        if words[1] == "template" and "crosswalk.xlsx" in words:
            _fill_in(tmp_path / "crosswalk.xlsx")
        if words[1] == "import":
            shutil.copytree(tmp_path / "xkx", tmp_path / "xkx-2025")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_python_in_the_pages_runs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    parser = doctest.DocTestParser()
    examples = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    test = parser.get_doctest(examples, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0
    assert runner.tries > 0 or page.name not in ("README.md", "python-api.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_data_model_examples_are_the_data() -> None:
    shipped = {t for p in resources.shipped_data() for t in parse_turtle(p.read_bytes())}
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    blocks = re.findall(
        r"```turtle\n(.*?)```",
        (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert len(blocks) == 2
    for block in blocks:
        example = set(parse_turtle((prefixes + block).encode()))
        subject = next(iter(example)).subject
        assert example == {t for t in shipped if t.subject == subject}


def test_every_command_is_in_the_readme_or_reference() -> None:
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"## gcm-ld {name}" in reference
        assert f"gcm-ld {name}" in readme


def test_version_is_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[([^\]]+)\]", changelog, re.MULTILINE)[1] == __version__  # type: ignore[index]
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    ontology = (ROOT / "ontology" / "gcm-ld.ttl").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{__version__}"' in ontology
    assert f"<https://w3id.org/gcm-ld/ontology/{__version__}>" in ontology


#: room → rooms that it may import; see docs/architecture.md.
ROOMS = {
    "base": {
        "namespaces",
        "errors",
        "files",
        "language",
        "ntriples",
        "period",
        "resources",
        "turtle",
        "words",
        "workers",
    },
    "graph": {"model", "build", "store", "queries"},
    "dataset": {"dataset", "source", "endpoint", "loading", "sdg_data"},
    "validate": {"cube", "validate"},
    "checks": {"checks", "diff", "reason", "vocabulary", "wording"},
    "report": {"progress", "report"},
    "review": {"review"},
    "tables": {"tables"},
    "synth": {"synth"},
    "suggest": {"suggest"},
    "publish": {"publish"},
    "score": {"score"},
    "serve": {"serve"},
    "cli": {"cli", "__main__"},
}
_BELOW = {"base", "graph", "dataset"}
ALLOWED = {
    "base": {"base"},
    "graph": {"base", "graph"},
    "dataset": _BELOW,
    "validate": _BELOW | {"validate"},
    "checks": _BELOW | {"validate", "checks"},
    "report": _BELOW | {"report"},
    "review": _BELOW | {"report", "review"},
    "tables": _BELOW | {"validate", "tables"},
    "synth": _BELOW | {"synth"},
    "suggest": _BELOW | {"tables", "suggest"},
    "publish": _BELOW | {"validate", "report", "tables", "publish"},
    "score": _BELOW | {"tables", "score"},
    "serve": _BELOW | {"validate", "report", "tables", "publish", "serve"},
    "cli": set(ROOMS),
}


def _room(module: str) -> str:
    return next((room for room, names in ROOMS.items() if module in names), "")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_dependencies_run_one_way() -> None:
    seen = 0
    for path in sorted((ROOT / "gcm_ld").rglob("*.py")):
        own = path.relative_to(ROOT / "gcm_ld").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for node in ast.walk(_tree(path)):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith("gcm_ld.")
            ):
                seen += 1
                target = _room(node.module.split(".")[1])
                assert target in ALLOWED[_room(own)], f"{path.name} imports {node.module}"
    assert seen > 50


def test_python_holds_no_sparql_and_no_turtle() -> None:
    word = re.compile(r"\b(SELECT|CONSTRUCT|ASK)\s+(DISTINCT\s+)?[?{]|@prefix\s|PREFIX \w+:")
    for path in (ROOT / "gcm_ld").rglob("*.py"):
        tree = _tree(path)
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docstrings
            ):
                found = word.search(node.value)
                assert not found or path.name == "turtle.py", f"{path.name}: {node.value[:60]}"


def test_performance_page_has_the_tables_of_the_benchmark() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert "python benchmarks/run.py" in page
    rows = list(csv.reader(page.splitlines(), delimiter="|"))
    assert sum(1 for r in rows if len(r) > 2 and "gcm-ld" in r[1]) >= 6
