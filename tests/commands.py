"""The installed ``gcm-ld`` for tests: a process for each call, without waiting for its imports.

Each call is forked from a process that has imported everything and done nothing yet. So it has
its own memory, arguments, folder, environment and pipes, ends as the command ends, and leaves
nothing behind; only the second that Python takes to read the modules is saved.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).parent / "gcm-ld"
TIMEOUT = 300

#: What commands import on the way; what is absent is left to them.
_LIBRARIES = (
    "docx",
    "hashlib",
    "icalendar",
    "jinja2",
    "markdown_it",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "openpyxl",
    "polib",
    "rdflib",
    "shacl",
    "snowballstemmer",
    "yaml",
)
#: Only these make no difference to what is imported, and how.
_HARMLESS = ("COLUMNS", "GCM_LD_")


def run_program(
    *args: object, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed program as a user would, in a pipe and 80 columns wide."""
    assert PROGRAM.exists(), "install the project first: pip install -e '.[dev]'"
    return subprocess.run(
        [str(PROGRAM), *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=_environment(env),
        timeout=TIMEOUT,
        check=False,
    )


def _environment(env: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", **env}


class Commands:
    """Calls of the command, forked from one process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment({}),
        )
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=TIMEOUT)

    def run(
        self, *args: object, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as :func:`run_program` does."""
        if not all(name.startswith(_HARMLESS) for name in env):
            return run_program(*args, cwd=cwd, **env)
        call = [str(PROGRAM), *map(str, args)]
        with tempfile.TemporaryDirectory(prefix="gcm-ld-test-") as folder, self._one_at_a_time:
            names = [f"{folder}/out", f"{folder}/err"]
            order = {"call": call, "cwd": str(cwd or Path.cwd()), "env": _environment(env)}
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(order | {"names": names}).encode() + b"\n")
            self._process.stdin.flush()
            late = threading.Timer(TIMEOUT, self._process.kill)
            late.start()
            answer = self._process.stdout.readline()
            late.cancel()
            assert answer, f"no answer from {call}"
            out, err = (Path(n).read_text(encoding="utf-8") for n in names)
        return subprocess.CompletedProcess(call, int(answer), out, err)


def _await_order() -> dict[str, Any]:
    """Fork a process for each order, until there are no more; return in each of them."""
    for line in sys.stdin.buffer:
        if pid := os.fork():
            _, status = os.waitpid(pid, 0)
            os.write(1, b"%d\n" % os.waitstatus_to_exitcode(status))
        else:
            return dict(json.loads(line))
    sys.exit()


def _prepare(order: dict[str, Any]) -> None:
    """Take on what a process is given when it is started."""
    for number, name in enumerate((os.devnull, *order["names"])):
        handle = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv[:] = order["call"]


def _leave(reason: BaseException | None) -> None:
    """End as the interpreter does, but for taking down module by module what others share."""
    code: object = 0
    if isinstance(reason, SystemExit):
        code = reason.code or 0
    elif reason is not None:
        sys.excepthook(type(reason), reason, reason.__traceback__)
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _main() -> None:
    import gcm_ld

    for module in pkgutil.walk_packages(gcm_ld.__path__, "gcm_ld."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    _prepare(_await_order())
    from gcm_ld.cli import main

    try:
        main()
    finally:
        _leave(sys.exc_info()[1])


if __name__ == "__main__":
    _main()
