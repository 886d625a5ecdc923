"""Time publishing, whole commands, and print the tables of docs/performance.md.

    python benchmarks/publish.py [--countries 1 20] [--runs 3]

A world is Albania's files under other names, a folder each, about 10,000 statements a country.
Measured: a first publication, a second with nothing changed, and one after a link was taken away;
the dumps alone against rdflib's own serializers writing the same formats of the same files.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from run import PROGRAM, ROOT, measure
from world import make_world

_LINK = "\n<https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg/alignment/1.a--17.18>\n"


def take_link_away(world: Path) -> None:
    """Take one link out of the first country's files."""
    path = world / "alb" / "gcm--sdg.ttl"
    text = path.read_text(encoding="utf-8")
    start = text.index(_LINK)
    path.write_text(text[:start] + text[text.index("\n.\n", start) + 3 :], encoding="utf-8")


def written(site: Path, before: dict[str, int]) -> int:
    """Count the files that are not those of before."""
    return sum(before.get(name) != inode for name, inode in inodes(site).items())


def inodes(site: Path) -> dict[str, int]:
    """Return the inode of each file."""
    return {str(p.relative_to(site)): p.stat().st_ino for p in site.rglob("*") if p.is_file()}


def row(name: str, figures: list[tuple[float, float]], files: str) -> None:
    """Print a line of a table."""
    seconds = [s for s, _ in figures]
    print(
        f"| {name} | {statistics.median(seconds):.1f} | {min(seconds):.1f}–{max(seconds):.1f} | "
        f"{max(m for _, m in figures):.0f} | {files} |"
    )


def publish(countries: int, runs: int, place: Path) -> None:
    """Measure publishing a world of some countries."""
    world = make_world(place / "world", countries)
    print(f"{countries} countries:\n\n| run | median s | min–max s | peak MB | files written |")
    print("|---|---|---|---|---|")
    site = place / "site"
    command = [str(PROGRAM), "publish", "--data", str(world), str(site)]
    first, again, changed = [], [], []
    counts = [0, 0, 0]
    link = world / "alb" / "gcm--sdg.ttl"
    whole = link.read_bytes()
    for _ in range(runs):
        shutil.rmtree(site, ignore_errors=True)
        first.append(measure(command))
        before = inodes(site)
        counts[0] = len(before)
        again.append(measure(command))
        counts[1] = written(site, before)
        take_link_away(world)
        before = inodes(site)
        changed.append(measure(command))
        counts[2] = written(site, before)
        link.write_bytes(whole)
    for name, figures, count in (
        ("first", first, counts[0]),
        ("nothing changed", again, counts[1]),
        ("one link less", changed, counts[2]),
    ):
        row(name, figures, f"{count:,}")
    print()
    shutil.rmtree(world)
    shutil.rmtree(site)


def dumps(runs: int, place: Path) -> None:
    """Measure the dumps of the shipped data alone against rdflib."""
    ours, theirs = [], []
    here = ROOT / "benchmarks"
    for _ in range(runs):
        ours.append(measure([sys.executable, str(here / "dumps.py"), str(place / "ours")]))
        data = str(ROOT / "data")
        out = str(place / "floor")
        theirs.append(measure([sys.executable, str(here / "floor_dumps.py"), data, out]))
    print("Dumps of the shipped data alone:\n")
    print("| | median s | min–max s | peak MB | |\n|---|---|---|---|---|")
    row("gcm-ld's dumps", ours, "")
    row("rdflib's parser and serializers", theirs, "")
    ratio = statistics.median(t[0] / o[0] for t, o in zip(theirs, ours, strict=True))
    print(f"\nrdflib takes {ratio:.1f} times as long.\n")


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {options.runs} runs\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        dumps(options.runs, Path(folder))
        for countries in options.countries:
            publish(countries, options.runs if countries < 100 else 1, Path(folder))


if __name__ == "__main__":
    main()
