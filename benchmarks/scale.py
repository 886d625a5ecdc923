"""The same questions on each place that the data can stand in: the table of docs/scale.md.

    python benchmarks/scale.py [--countries 20] [--runs 3] [--stores]

Whole commands. Files are read by every command; the others are loaded first: the store on disk,
Oxigraph's own server and Virtuoso, the latter two through the Graph Store Protocol. Memory is the
resident memory of the engine's process at the end; that of the command for files and store. With
--stores only a compacted store and one that is not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from run import ENVIRONMENT, PROGRAM, ROOT, measure
from world import make_world

sys.path.insert(0, str(ROOT))
from tests.engines import Engine, oxigraph, virtuoso

_QUESTIONS = {
    "coverage of one country": ["select_coverage", "-p", "framework=alb-nsm-2019"],
    "coverage of all": ["select_coverage"],
    "gaps of all": ["select_gaps"],
    "profiles of all": ["select_country_profiles"],
}


def size(folder: Path) -> float:
    """Return how many MB a folder takes."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ask(where: list[str], runs: int) -> Iterator[tuple[float, float]]:
    """Ask each question, and give median seconds and the command's peak MB."""
    for question in _QUESTIONS.values():
        command = [str(PROGRAM), "query", *question, "--format", "csv", *where]
        figures = [measure(command) for _ in range(runs + 1)][1:]
        yield statistics.median(s for s, _ in figures), max(m for _, m in figures)


def row(name: str, loaded: float | None, disk: float | None, memory: float, times: object) -> None:
    """Print a line of the table."""
    cells = ["–" if loaded is None else f"{loaded:.1f}", "–" if disk is None else f"{disk:.0f}"]
    print(f"| {name} | {' | '.join(cells)} | {memory:.0f} | {times} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--stores", action="store_true", help="leave files and engines out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        world = make_world(place / "world", options.countries)
        head = " | ".join(f"{name} s" for name in _QUESTIONS)
        print(f"{options.countries} countries:\n")
        print(f"| the data stand | load s | on disk MB | memory MB | {head} |")
        print("|---|---|---|---|" + "---|" * len(_QUESTIONS))

        if not options.stores:
            found = list(ask(["--data", str(world)], options.runs))
            times = " | ".join(f"{s:.2f}" for s, _ in found)
            row("in files", None, size(world), max(m for _, m in found), times)

        for name, how in (("in a store on disk", []), ("the same, --no-compact", ["--no-compact"])):
            store = place / f"store{len(how)}"
            loaded, _ = measure([str(PROGRAM), "load", str(world), "--store", str(store), *how])
            found = list(ask(["--store", str(store)], options.runs))
            times = " | ".join(f"{s:.2f}" for s, _ in found)
            row(name, loaded, size(store), max(m for _, m in found), times)
        if options.stores:
            return

        engines: list[tuple[str, Engine, Path | None]] = []
        database = place / "oxigraph"
        engines.append(("Oxigraph's server", stack.enter_context(oxigraph(database)), database))
        engines.append(("Virtuoso", stack.enter_context(virtuoso()), None))
        for name, engine, on_disk in engines:
            where = ["--endpoint", engine.url]
            if engine.user:
                where = ["--endpoint", engine.update_url, "--user", engine.user]
                ENVIRONMENT["GCM_LD_PASSWORD"] = engine.password or ""
            loaded, _ = measure([str(PROGRAM), "load", str(world), "--merge", *where])
            found = list(ask(where, options.runs))
            times = " | ".join(f"{s:.2f}" for s, _ in found)
            memory = resident(engine.process.pid)
            row(name, loaded, size(on_disk) if on_disk else None, memory, times)


if __name__ == "__main__":
    main()
