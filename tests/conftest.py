"""What the tests share: the installed command, and the shipped dataset, read once."""

from __future__ import annotations

import fcntl
import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gcm_ld import Dataset, open_dataset
from tests.commands import Commands, run_program

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# A busy machine makes an example slow, not wrong.
settings.register_profile("gcm-ld", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gcm-ld")

#: Runs in CKAN's own environment.
collect_ignore = ["ckan_harvest.py"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_finish() -> None:
    """Spare the garbage collector thousands of tests and modules, which stay to the end."""
    gc.collect()
    gc.freeze()


def _common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers share."""
    place = tmp_path_factory.getbasetemp()
    return place.parent if "PYTEST_XDIST_WORKER" in os.environ else place


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the commands remember apart from the user's own, and let Java start sooner."""
    os.environ["GCM_LD_CACHE"] = str(_common(tmp_path_factory) / "cache")
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return open_dataset()


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Run ``gcm-ld`` as a user would, in a pipe and 80 columns wide, but with its imports done."""
    with closing(Commands()) as commands:
        yield commands.run


@pytest.fixture(scope="session")
def program() -> Run:
    """Run the installed ``gcm-ld``, from the start of the interpreter to its end."""
    return run_program


@pytest.fixture(scope="session")
def published(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data as a published site, made once for all tests; nobody writes to it."""
    pytest.importorskip("matplotlib")
    place = _common(tmp_path_factory)
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
