"""Time validation, whole commands, and print the tables of docs/performance.md.

    python benchmarks/validation.py [--countries 1 20 200] [--runs 3] [--whole 20] [--referee 1]

A world is Albania's files under other names, a folder each, about 10,000 statements a country.
Measured: `gcm-ld validate` without a cache, again with nothing changed, and after a label was taken
out of one country; against the engine `shacl` on everything at once, which reads the same files
and derives the same statements first, and the referee. Memory is that of the largest process; with
all of them together where there are several.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from run import ENVIRONMENT, PROGRAM
from world import make_world

#: Seconds after which a run is given up.
_LIMIT = 1800
_LABEL = '\tskos:prefLabel "'


def resident(pid: int) -> dict[int, float]:
    """Return the resident memory in MB of a process and those that it started."""
    found = {}
    todo = [pid]
    while todo:
        one = todo.pop()
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except OSError:
            continue
        found[one] = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        todo += map(int, children)
    return found


def measure(command: list[str], **variables: str) -> tuple[float, float, float]:
    """Run a command once.

    :returns: wall seconds, and peak memory in MB of the largest process and of all together.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**ENVIRONMENT, **variables})
    largest = together = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal largest, together
        while not done.wait(0.05):
            sizes = resident(process.pid)
            largest = max(largest, *sizes.values(), 0.0)
            together = max(together, sum(sizes.values()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        code = process.wait(_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return float("inf"), largest, together
    finally:
        done.set()
        watcher.join()
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return time.perf_counter() - start, largest, together


def row(name: str, figures: list[tuple[float, float, float]]) -> None:
    """Print a line of a table."""
    seconds = [f[0] for f in figures]
    if max(seconds) == float("inf"):
        print(f"| {name} | over {_LIMIT} | | {max(f[1] for f in figures):.0f} | |")
        return
    print(
        f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f}–{max(seconds):.2f} | "
        f"{max(f[1] for f in figures):.0f} | {max(f[2] for f in figures):.0f} |",
        flush=True,
    )


def take_label_out(world: Path) -> Callable[[], object]:
    """Take a label out of the first country, and return what puts it back."""
    path = world / "alb" / "nsm-2019.ttl"
    whole = path.read_bytes()
    text = whole.decode()
    start = text.index(_LABEL)
    path.write_text(text[:start] + text[text.index("\n", start) + 1 :], encoding="utf-8")
    return lambda: path.write_bytes(whole)


def whole(paths: list[str]) -> int:
    """Hold everything at once against the shapes, with the engine's own interface."""
    import pyoxigraph as ox
    import shacl

    from gcm_ld.dataset import open_dataset
    from gcm_ld.queries import list_rules
    from gcm_ld.validate import data_shapes

    dataset = open_dataset(*paths)
    # All countries lean on the same files, which one of them is enough to find.
    context = open_dataset(*(Path(p) / "alb" for p in paths)).context_files
    store = ox.Store()
    for path in (*dataset.files, *context):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    for rule in list_rules():
        found = list(store.query(rule.text))
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in found)
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    del store
    shapes = "\n".join(path.read_text("utf-8") for path in data_shapes())
    return len(shacl.Shapes.from_turtle(shapes).validate_text(text.decode(), "ntriples").results)


def validate(countries: int, options: argparse.Namespace, place: Path) -> None:
    """Measure one size."""
    world = make_world(place / "world", countries)
    cache = place / "cache"
    command = [str(PROGRAM), "validate", str(world)]
    print(f"{countries} countries:\n\n| run | median s | min–max s | largest MB | together MB |")
    print("|---|---|---|---|---|")
    first, again, changed, plain, everything = [], [], [], [], []
    for _ in range(options.runs):
        shutil.rmtree(cache, ignore_errors=True)
        plain.append(measure([*command, "--no-cache"]))
        first.append(measure(command, GCM_LD_CACHE=str(cache)))
        again.append(measure(command, GCM_LD_CACHE=str(cache)))
        put_back = take_label_out(world)
        changed.append(measure(command, GCM_LD_CACHE=str(cache)))
        put_back()
        if countries <= options.whole:
            everything.append(measure([sys.executable, __file__, "--at-once", str(world)]))
    row("`gcm-ld validate --no-cache`", plain)
    row("`gcm-ld validate`, an empty cache", first)
    row("again, nothing changed", again)
    row("again, one country changed", changed)
    if everything:
        row("`shacl` on everything at once", everything)
    if countries <= options.referee:
        referee = [str(PROGRAM), "validate", "--no-cache", "--engine", "pyshacl", str(world)]
        row("pySHACL", [measure(referee)])
    print()
    shutil.rmtree(world)


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--whole", type=int, default=20, help="the largest size to do at once")
    parser.add_argument("--referee", type=int, default=1, help="the largest size for pySHACL")
    parser.add_argument("--at-once", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.at_once:
        print(whole(options.at_once))
        return
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {options.runs} runs\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        for countries in options.countries:
            validate(countries, options, Path(folder))


if __name__ == "__main__":
    main()
