"""What the tests share: the installed command, and the shipped dataset, read once."""

from __future__ import annotations

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

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a file that is not fit for use, and return its path."""

    def write(content: bytes, name: str = "mine.ttl") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
