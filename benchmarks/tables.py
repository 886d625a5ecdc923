"""Time import and export, and print the tables of docs/performance.md.

    python benchmarks/tables.py [--runs 5] [--quick]

Whole commands, start-up included, as in ``run.py``. The floor of an import is a bare script that
reads every cell of the same file, with openpyxl, pandas (if it is installed) or Python's csv, and
does nothing with it: no check, no data, no file.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import sys
import tempfile
from pathlib import Path

from run import PROGRAM, compare, measure

GCM_LD = str(PROGRAM)
_OPENPYXL = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True)))
"""
_PANDAS = """
import sys, pandas
print(sum(f.size for f in pandas.read_excel(sys.argv[1], sheet_name=None, dtype=str).values()))
"""
_CSV = """
import csv, pathlib, sys
files = pathlib.Path(sys.argv[1]).glob("*.csv")
print(sum(len(row) for f in files for row in csv.reader(f.open(encoding="utf-8-sig"))))
"""


def make_folder(folder: Path, rows: int) -> Path:
    """Write CSV files with so many rows in sheet Elements."""
    target = folder / f"rows-{rows}"
    target.mkdir()
    sheets: dict[str, tuple[list[str], list[list[str]]]] = {
        "frameworks": (["Code", "Title"], [["xkx-big", "A large framework"]]),
        "sources": (["Code", "Title"], [["s", "A source"]]),
        "elements": (
            ["Kind", "Code", "Title", "Part of", "Note", "Source", "Citation"],
            [
                [
                    "Recommendation" if i % 10 else "Section",
                    f"R{i}",
                    f"Recommendation number {i} on safe, orderly and regular migration",
                    f"R{i // 10 * 10}" if i % 10 else "",
                    f"A note on {i}",
                    "s",
                    f"para. {i}",
                ]
                for i in range(rows)
            ],
        ),
    }
    for name, (headers, lines) in sheets.items():
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([headers, *lines])
    return target


def readers(path: Path) -> dict[str, list[str]]:
    """Return the bare scripts that read a file, the floor last."""
    if path.is_dir():
        return {"bare csv": [sys.executable, "-c", _CSV, str(path)]}
    found = {"bare openpyxl": [sys.executable, "-c", _OPENPYXL, str(path)]}
    if importlib.util.find_spec("pandas"):
        found = {"bare pandas": [sys.executable, "-c", _PANDAS, str(path)], **found}
    return found


def measure_once(commands: dict[str, list[str]]) -> None:
    """Time commands that take minutes, once and without a warm-up."""
    print("| command | s | peak MB |")
    print("|---|---|---|")
    for name, command in commands.items():
        seconds, memory = measure(command)
        print(f"| {name} | {seconds:.1f} | {memory:.0f} |", flush=True)
    print()


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command")
    parser.add_argument("--quick", action="store_true", help="leave the largest size out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book, tables = folder / "alb.xlsx", folder / "alb"
        country = ["--framework", "alb-nsm-2019"]
        export = [GCM_LD, "export", *country]
        measure([*export, "--format", "xlsx", "-o", str(book)])
        measure([*export, "--format", "csv", "-o", str(tables)])
        print("One country: Albania's crosswalk, out and in\n")
        compare(
            {
                "gcm-ld export --format xlsx": [*export, "--format", "xlsx", "-o", str(book)],
                "gcm-ld export --format csv": [*export, "--format", "csv", "-o", str(tables)],
                "gcm-ld --version": [GCM_LD, "--version"],
            },
            options.runs,
        )
        for path in (book, tables):
            command = [GCM_LD, "import", str(path), "-o", str(folder / "out")]
            compare({f"gcm-ld import {path.name}": command, **readers(path)}, options.runs)
        for rows in (1000, 10_000) if options.quick else (1000, 10_000, 100_000):
            tables = make_folder(folder, rows)
            out = folder / f"data-{rows}"
            book = folder / f"rows-{rows}.xlsx"
            commands = {
                "gcm-ld import (csv)": [GCM_LD, "import", str(tables), "-o", str(out)],
                "gcm-ld export --format xlsx": [
                    GCM_LD, "export", "--format", "xlsx", "--data", str(out), "-o", str(book),
                ],
                "gcm-ld import (xlsx)": [GCM_LD, "import", str(book), "-o", str(folder / "again")],
                **readers(book),
            }  # fmt: skip
            print(f"{rows:,} rows in sheet Elements\n")
            if rows < 100_000:
                compare(commands, options.runs)
            else:
                measure_once(commands)


if __name__ == "__main__":
    main()
