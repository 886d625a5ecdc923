"""Time values: import, validation and progress of many countries, against pandas by hand.

    python benchmarks/values.py [--countries 2 20] [--keep FOLDER]

Each country has 100 indicators with 10 years of 5 cells: 5,000 values, with baselines, targets and
a crosswalk of all 187 actions, as a folder of CSV files. Every figure is of whole processes,
start-up included: wall seconds, seconds of all cores together, and the largest resident memory of
any of them. Pandas reads the same CSV files and computes the same figures by country and objective;
they must agree to 1e-9. Nothing in the data is true of any country.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from run import ENVIRONMENT, PROGRAM, ROOT

INDICATORS, OUTCOMES = 100, 25
YEARS = range(2020, 2030)
#: Sex, age and migration status of the five cells; the first is the total.
CELLS = (
    ("", "", ""),
    ("Female", "", ""),
    ("Male", "", ""),
    ("", "15-24", ""),
    ("", "", "Refugee"),
)
GOALS = (("10", "10.7"), ("17", "17.18"), ("8", "8.8"), ("16", "16.2"), ("3", "3.8"))


def _actions() -> list[str]:
    """Return the codes of the Compact's actions."""
    from gcm_ld import open_dataset

    return [a.notation for a in open_dataset().elements("Action", framework="gcm")]


def _codes() -> list[str]:
    """Return the codes of countries, in order."""
    from gcm_ld import open_dataset

    return [str(r["code"]) for r in open_dataset().query("select_countries").dicts()]


def _write(folder: Path, name: str, headers: list[str], rows: Iterable[Iterable[object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)


def _number(*parts: int) -> int:
    """Return a number below 1,000 that looks like chance and is none."""
    value = 17
    for part in parts:
        value = (value * 1103515245 + 12345 + 7919 * part) % 2**31
    return (value >> 8) % 1000


def make_country(folder: Path, number: int, country: str, actions: list[str]) -> None:
    """Write one country's tables."""
    folder.mkdir(parents=True)
    code = f"{country.lower()}-2030"
    _write(folder, "sources", ["Code", "Title"], [(f"{code}-review", "A review made up")])
    _write(
        folder,
        "frameworks",
        ["Code", "Title", "Country", "First year", "Last year", "Source"],
        [(code, f"Made-up strategy {number}", country, 2020, 2030, f"{code}-review")],
    )
    _write(folder, "objectives", ["Code", "Title"], [("A", "An objective"), ("B", "Another")])
    outcomes = [f"A{o}" if o % 2 else f"B{o}" for o in range(1, OUTCOMES + 1)]
    _write(
        folder,
        "outcomes",
        ["Code", "Title", "Part of"],
        [(o, f"Outcome number {o}", o[0]) for o in outcomes],
    )
    names = [f"i{i:03}" for i in range(INDICATORS)]
    _write(
        folder,
        "indicators",
        ["Code", "Title", "Part of", "Unit", "Better is"],
        [
            (
                name,
                f"Number of services of kind {i} in country {number}",
                outcomes[i % OUTCOMES] if i % 2 else "",
                "Number",
                "Lower" if i % 3 == 0 else "Higher",
            )
            for i, name in enumerate(names)
        ],
    )
    rows = []
    for n, action in enumerate(actions):
        if _number(number, n, 1) % 10 == 0:
            rows.append((action, "Not applicable", "", "", "", ""))
            continue
        goal, target = GOALS[n % len(GOALS)]
        first = _number(number, n, 2) % INDICATORS
        named = [names[(first + 13 * k) % INDICATORS] for k in range(n % 4)]
        answering = outcomes[_number(number, n, 3) % OUTCOMES]
        rows.append((action, "Aligned", answering, goal, target, "\n".join(named)))
    headers = ["Action", "Status", "Outcomes", "SDG goals", "SDG targets", "Indicators"]
    _write(folder, "crosswalk", headers, rows)
    values, targets = [], []
    for i, name in enumerate(names):
        start = 1000 + _number(number, i, 4)
        goal = start + (-1 if i % 3 == 0 else 1) * (100 + _number(number, i, 5))
        if i % 10 != 1:
            targets.append((name, "Baseline", 2020, f"{start}"))
        if i % 10 != 2:
            targets.append((name, "Target", 2030, f"{goal}"))
        for year in YEARS:
            step = (goal - start) * (year - 2020) * (_number(number, i, year) - 100) / 8000
            for cell, (sex, age, status) in enumerate(CELLS):
                value = (start + step) / (1 + cell)
                values.append((name, year, f"{value:.2f}", sex, age, status))
    _write(folder, "targets", ["Indicator", "What", "Period", "Value"], targets)
    headers = ["Indicator", "Period", "Value", "Sex", "Age", "Migration status"]
    _write(folder, "values", headers, values)


def measure(commands: Iterable[list[str]]) -> tuple[float, float, float, str]:
    """Run commands one after another.

    :returns: wall seconds, seconds of all cores, the peak resident memory in MB of any process of
        theirs, and what the last one printed.
    """
    start, cores, peak, text = time.perf_counter(), 0.0, 0.0, ""
    for command in commands:
        process = subprocess.Popen(
            [sys.executable, "-c", _PEAK, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        text, told = process.communicate()
        last = told.strip().rpartition("\n")[2].split()
        if process.returncode not in (0, 1) or len(last) != 2:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {told[-800:]}")
        peak, cores = max(peak, float(last[0])), cores + float(last[1])
    return time.perf_counter() - start, cores, peak, text


#: Runs a command and says the largest memory of it and of the processes that it waited for, and
#: the time that they took of all cores together.
_PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(code)
"""


def compare(ours: str, theirs: str) -> tuple[int, float]:
    """Hold the figures of one against those of the other.

    :returns: how many were compared, and the largest difference.
    """

    def read(text: str) -> dict[tuple[str, str], dict[str, str]]:
        rows = csv.DictReader(io.StringIO(text))
        return {(r["framework"], r["objective"]): r for r in rows}

    mine, other = read(ours), read(theirs)
    if mine.keys() != other.keys():
        raise SystemExit(f"not the same figures: {sorted(mine.keys() ^ other.keys())[:3]}")
    number, largest = 0, 0.0
    for key, row in mine.items():
        for name in ("value", "low", "high", "known", "of"):
            a, b = row[name], other[key][name]
            if (a == "") != (b == ""):
                raise SystemExit(f"{key} {name}: {a!r} and {b!r}")
            if a != "":
                largest = max(largest, abs(float(a) - float(b)))
                number += 1
    if largest > 1e-9:
        raise SystemExit(f"figures differ by {largest}")
    return number, largest


def run(place: Path, countries: int) -> None:
    """Make the tables of some countries and print the table of what they take."""
    program, tables, data = str(PROGRAM), place / "tables", place / "data"
    actions = _actions()
    codes = _codes()[:countries]
    for number, country in enumerate(codes):
        make_country(tables / country.lower(), number, country, actions)
    whole = [program, "import", *(str(tables / c.lower()) for c in codes), "--each"]
    single = [program, "import", str(tables / codes[0].lower()), "-o", str(place / "single")]
    across = [program, "report", "progress-countries", "--data", str(data), "--format", "csv"]
    one = [program, "report", "progress", "--data", str(data / codes[0].lower())]
    floor = [sys.executable, str(ROOT / "benchmarks" / "floor_values.py"), str(tables)]
    plan = {
        "gcm-ld import, of one country": [single],
        "gcm-ld import --each": [[*whole, "-o", str(data)]],
        "gcm-ld validate --no-cache": [[program, "validate", "--no-cache", str(data)]],
        "gcm-ld report progress, of one country": [one],
        "gcm-ld report progress-countries": [[*across, "--table", "objectives"]],
        "pandas, by hand, from the tables": [floor],
    }
    print(f"{countries} countries, {countries * INDICATORS * len(YEARS) * len(CELLS):,} values\n")
    print("| command | s | of all cores s | peak MB |")
    print("|---|---|---|---|")
    texts = {}
    for name, commands in plan.items():
        seconds, cores, memory, texts[name] = measure(commands)
        print(f"| {name} | {seconds:.2f} | {cores:.2f} | {memory:.0f} |", flush=True)
    *_, ours, theirs = texts.values()
    number, largest = compare(ours, theirs)
    print(f"\n{number:,} figures agree; the largest difference is {largest:.1e}\n", flush=True)


def main() -> None:
    """Print a table for each number of countries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, nargs="+", default=[2, 20])
    parser.add_argument("--keep", type=Path, help="leave the files in this new folder")
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    for countries in options.countries:
        if options.keep:
            run(options.keep / str(countries), countries)
        else:
            with tempfile.TemporaryDirectory() as folder:
                run(Path(folder), countries)


if __name__ == "__main__":
    main()
