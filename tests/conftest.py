"""What the tests share: the installed command, and the shipped dataset, read once."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gcm_ld import Dataset, open_dataset

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# A busy machine makes an example slow, not wrong.
settings.register_profile("gcm-ld", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gcm-ld")

#: Runs in CKAN's own environment.
collect_ignore = ["ckan_harvest.py"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the commands remember apart from the user's own."""
    os.environ["GCM_LD_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return open_dataset()


@pytest.fixture(scope="session")
def run() -> Run:
    """Run the installed ``gcm-ld`` as a user would, in a pipe and 80 columns wide."""
    program = Path(sys.executable).parent / "gcm-ld"
    assert program.exists(), "install the project first: pip install -e '.[dev]'"

    def call(
        *args: object, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), *map(str, args)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env={**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", **env},
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def published(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data as a published site, made once for all tests; nobody writes to it."""
    pytest.importorskip("matplotlib")
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # one for all workers
    site = place / "published"
    with (place / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site.exists():
            result = run("publish", site)
            assert result.returncode == 0, result.stderr
    return site


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a file that is not fit for use, and return its path."""

    def write(content: bytes, name: str = "mine.ttl") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
