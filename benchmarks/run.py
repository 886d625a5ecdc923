"""Time whole commands and print the tables of docs/performance.md.

    python benchmarks/run.py [--runs 7] [--quick]

Every figure is of a whole process, start-up included: the median of the wall time over the runs
and the largest resident memory. Commands that are compared take turns, so that a change in the
machine's speed meets both; the ratio is the median of the ratios run by run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "gcm-ld"
#: Bytecode is cached, as on a user's machine, whatever this shell says.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command once.

    :returns: wall seconds, and peak resident memory in MB.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, usage.ru_maxrss / 1024


def compare(commands: dict[str, list[str]], runs: int) -> None:
    """Time commands in turn and print a table with ratios to the last one, the floor."""
    for command in commands.values():
        measure(command)  # warm-up
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(measure(command))
    floor = [seconds for seconds, _ in figures[list(commands)[-1]]]
    print("| command | median s | min–max s | peak MB | ratio |")
    print("|---|---|---|---|---|")
    for name, measured in figures.items():
        seconds = [s for s, _ in measured]
        ratio = statistics.median(s / f for s, f in zip(seconds, floor, strict=True))
        print(
            f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f}–{max(seconds):.2f} "
            f"| {max(m for _, m in measured):.0f} | {ratio:.1f} |"
        )
    print()


def copies(folder: Path, countries: int) -> Path:
    """Write Albania's files under the names of several countries."""
    target = folder / str(countries)
    target.mkdir()
    for number in range(countries):
        for source in sorted((ROOT / "data" / "alb").glob("*.ttl")):
            text = source.read_text(encoding="utf-8")
            if number:
                text = text.replace("alb-", f"x{number:02}-")
                text = text.replace("gcm--sdg", f"gcm--sdg-x{number:02}")
            (target / f"{number:02}-{source.name}").write_text(text, encoding="utf-8")
    return target


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each command")
    parser.add_argument("--quick", action="store_true", help="leave the larger sizes out")
    options = parser.parse_args()
    gcm_ld = str(PROGRAM)
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {options.runs} runs\n"
    )

    print(
        "Coverage report, cold start, against a bare script that parses the same files with "
        "pyoxigraph and runs the same query:\n"
    )
    compare(
        {
            "gcm-ld report coverage": [gcm_ld, "report", "coverage"],
            "floor": [sys.executable, str(ROOT / "benchmarks" / "floor_coverage.py"), str(ROOT)],
        },
        options.runs,
    )
    print("Validation of all shipped data:\n")
    compare(
        {
            "gcm-ld validate --engine pyshacl": [gcm_ld, "validate", "--engine", "pyshacl"],
            "gcm-ld validate": [gcm_ld, "validate"],
        },
        3,
    )
    print("The rest, against the bare command:\n")
    compare(
        {
            "gcm-ld report": [gcm_ld, "report"],
            "gcm-ld report --format html": [gcm_ld, "report", "--format", "html"],
            "gcm-ld claims": [gcm_ld, "claims"],
            "gcm-ld check": [gcm_ld, "check"],
            "gcm-ld --version": [gcm_ld, "--version"],
        },
        3,
    )
    sizes = (1, 5) if options.quick else (1, 5, 20)
    with tempfile.TemporaryDirectory() as folder:
        for countries in sizes:
            data = str(copies(Path(folder), countries))
            print(f"Albania's files, {countries} times under other names:\n")
            compare(
                {
                    "gcm-ld validate": [gcm_ld, "validate", data],
                    "gcm-ld report coverage": [
                        gcm_ld,
                        "report",
                        "coverage",
                        "--framework",
                        "alb-nsm-2019",
                        "--data",
                        data,
                    ],
                },
                3,
            )


if __name__ == "__main__":
    main()
