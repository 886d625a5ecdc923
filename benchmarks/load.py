"""Load worlds of countries: ``gcm-ld load`` against pyoxigraph's own bulk loading of the same.

    python benchmarks/load.py [--countries 1 20 200] [--runs 3] [--per-file] [--scratch FOLDER]

Whole processes, each into a new folder; medians of wall-clock seconds, CPU seconds of all their
processes, the most memory that one of them took, and megabytes on disk. Other ways to load:

- quads: one call with what gcm-ld stores, each graph and the merge of all, ready as N-Quads;
- graphs: one call with the countries' graphs and nothing else, ready as N-Quads;
- files (with --per-file): one call for each Turtle file, as one would write it without thought.

gcm-ld's own figure holds what these leave out: reading Turtle, the rules, the counts, the Compact
and the SDGs, copies of the files, and waiting until all is on the disk.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from world import make_world

_PROGRAM = Path(sys.executable).parent / "gcm-ld"
_BULK = (
    "import sys, pyoxigraph as ox; "
    "ox.Store(sys.argv[1]).bulk_load(path=sys.argv[2], format=ox.RdfFormat.N_QUADS, lenient=True)"
)
_FILES = (
    "import sys, pathlib, pyoxigraph as ox; store = ox.Store(sys.argv[1]); "
    "root = pathlib.Path(sys.argv[2]); "
    "[store.bulk_load(path=str(p), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("
    "'https://w3id.org/gcm-ld/id/dataset/' + p.relative_to(root).with_suffix('').as_posix())) "
    "for p in sorted(root.rglob('*.ttl'))]"
)
_DUMP = (
    "import sys, pyoxigraph as ox; from gcm_ld.store.database import Database; "
    "snapshot = Database(sys.argv[1]).open(); "
    "own = {d.graph for d in snapshot.datasets.values() if d.own}; "
    "every, graphs = open(sys.argv[2], 'wb'), open(sys.argv[3], 'wb'); "
    "snapshot.store.dump(every, format=ox.RdfFormat.N_QUADS); "
    "[graphs.write((snapshot.store.dump(format=ox.RdfFormat.N_TRIPLES, "
    "from_graph=ox.NamedNode(g)) or b'').replace(b' .\\n', f' <{g}> .\\n'.encode())) "
    "for g in sorted(own)]"
)


class Figures(NamedTuple):
    """What a process took."""

    wall: float
    cpu: float
    memory: float
    disk: float = 0.0


def measure(command: Sequence[object]) -> Figures:
    """Run a process to its end, and measure it together with those that it started."""
    start = time.perf_counter()
    process = subprocess.Popen([str(a) for a in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def _size(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def _median(figures: Sequence[Figures]) -> Figures:
    return Figures(*(statistics.median(column) for column in zip(*figures, strict=True)))


def _repeat(runs: int, command: Sequence[object], target: Path) -> Figures:
    found = []
    for _ in range(runs):
        shutil.rmtree(target, ignore_errors=True)
        found.append(measure(command)._replace(disk=_size(target) if target.exists() else 0))
    return _median(found)


def _print(countries: int, way: str, figures: Figures, ours: Figures | None = None) -> None:
    ratio = f"{ours.wall / figures.wall:.2f}" if ours else ""
    disk = f"{figures.disk:,.0f}" if figures.disk else ""
    print(
        f"| {countries} | {way} | {figures.wall:.1f} | {ratio} | {figures.cpu:.1f} | "
        f"{figures.memory:,.0f} | {disk} |",
        flush=True,
    )


def _change(world: Path, number: int) -> Path:
    """Change a country, the last of the world: another title each time."""
    group = sorted(world.iterdir())[-1]
    path = group / "policies.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('skos:prefLabel "', f'skos:prefLabel "{number} ', 3))
    return group


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--per-file", action="store_true")
    parser.add_argument("--scratch", type=Path, help="A folder on the disk to measure on.")
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the start\n")
    print("| countries | way | wall s | gcm-ld to it | CPU s | MB memory | MB disk |")
    print("|---|---|---|---|---|---|---|")
    for countries in options.countries:
        with tempfile.TemporaryDirectory(dir=options.scratch) as name:
            _measure(countries, Path(name), options.runs, per_file=options.per_file)


def _measure(countries: int, place: Path, runs: int, *, per_file: bool) -> None:
    world, store, db = make_world(place / "world", countries), place / "store", place / "db"
    ours = _repeat(runs, [_PROGRAM, "load", world, "--store", store], store)
    _print(countries, "gcm-ld load", ours)
    every, graphs = place / "every.nq", place / "graphs.nq"
    subprocess.run([sys.executable, "-c", _DUMP, store, every, graphs], check=True)
    ways = {"quads": (_BULK, every), "graphs": (_BULK, graphs)}
    ways |= {"files": (_FILES, world)} if per_file else {}
    for way, (code, source) in ways.items():
        command = [sys.executable, "-c", code, db, source]
        _print(countries, way, _repeat(1 if way == "files" else runs, command, db), ours)
    changes = [
        measure([_PROGRAM, "load", _change(world, number), "--store", store])
        for number in range(runs)
    ]
    _print(countries, "gcm-ld load, one country changed", _median(changes))


if __name__ == "__main__":
    main()
