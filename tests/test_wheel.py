"""The wheel, installed elsewhere, works from an empty folder without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it, without its dependencies, in an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    # The build backend is that of this environment: another would have to be fetched.
    _run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    pip = sys.executable, "-m", "pip", "--python", folder / "venv" / "bin" / "python"
    _run(*pip, "install", "--no-deps", "--no-index", wheel)
    # The dependencies are lent by this environment, which also holds the checkout: only the
    # wheel's own site-packages may supply gcm_ld, so it is asserted below where it came from.
    return folder


def _run(*command: object, **options: object) -> str:
    done = subprocess.run(
        [str(c) for c in command],
        capture_output=True,
        text=True,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def _environment() -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        "PYTHONPATH": sysconfig.get_paths()["purelib"],
        "COLUMNS": "80",
    }


def test_wheel_carries_the_four_folders(installed: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("ontology", "shapes", "queries", "data"):
        inside = {n.removeprefix("gcm_ld/_bundled/") for n in names if f"_bundled/{folder}/" in n}
        beside = {
            str(p.relative_to(ROOT))
            for p in (ROOT / folder).rglob("*")
            if p.suffix in (".ttl", ".rq", ".ru")
        }
        assert inside == beside
        assert beside
    assert "gcm_ld/py.typed" in names
    assert any(n.endswith("licenses/LICENSE-DATA") for n in names)
    assert any(n.startswith("gcm_ld/report/templates/") for n in names)


@pytest.mark.slow
def test_what_pyproject_requires_is_enough_to_build(installed: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT)
    (here,), (there,) = tmp_path.glob("*.whl"), installed.glob("*.whl")
    assert zipfile.ZipFile(here).namelist() == zipfile.ZipFile(there).namelist()


def test_report_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    python = installed / "venv" / "bin" / "python"
    where = _run(
        python, "-c", "import gcm_ld.resources as r; print(r.folder('data'))",
        cwd=tmp_path, env=_environment(),
    )  # fmt: skip
    assert Path(where.strip()).is_relative_to(installed)
    program = installed / "venv" / "bin" / "gcm-ld"
    for name in ("coverage", "quality"):
        output = _run(program, "report", name, cwd=tmp_path, env=_environment())
        here = _run(Path(sys.executable).parent / "gcm-ld", "report", name, env=_environment())
        assert output == here
    assert "published: 130 of 186 (69.9 %)" in _run(
        program, "report", cwd=tmp_path, env=_environment()
    )
    assert not list(tmp_path.iterdir())
