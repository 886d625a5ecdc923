"""Time every question of the catalogue at several sizes: a table of docs/performance.md.

    python benchmarks/questions.py [--sizes 1 20 200] [--runs 3] [--limit 20] [--names NAME …]

Worlds of countries are made and loaded; each question is asked of Oxigraph on disk (read-only)
and in memory, and of Oxigraph's own server and Virtuoso where they are installed, as it stands
and for one country. Processor seconds of a process of its own, which is ended at the limit; wall
seconds for the servers. "Growth" is the exponent of the time between the last two sizes, over that
of the statements: 1 is linear, 2 is quadratic. Worst first.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from world import make_world  # noqa: E402

from gcm_ld import open_dataset  # noqa: E402
from gcm_ld.queries import Query, list_queries  # noqa: E402
from gcm_ld.store.remote import RemoteStore  # noqa: E402
from tests.engines import OXIGRAPH, VIRTUOSO, oxigraph, virtuoso  # noqa: E402
from tests.test_queries import arguments  # noqa: E402

#: Seconds and rows, or nothing where the limit was reached.
Result = tuple[float, int] | None
Ask = Callable[[Query, dict[str, str]], Result]
GRAPH = "http://example.org/world"


def calls(query: Query, countries: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the ways to ask: as it stands, and for one country."""
    code = f"x{countries - 1:03}" if countries > 1 else "alb"
    crosswalk = f"crosswalk/gcm--sdg--{code}-nsm-2019" if countries > 1 else "crosswalk/gcm--sdg"
    one = {"framework": f"{code}-nsm-2019", "crosswalk": crosswalk}
    needed = arguments(query)
    yield "all", needed
    if more := {p.name: one[p.name] for p in query.parameters if p.name in one}:
        yield "one", {**needed, **more}


def embedded(store: ox.Store, runs: int, limit: int) -> Ask:
    """Ask a store in a child process, which can be ended."""

    def ask(query: Query, values: dict[str, str]) -> Result:
        bound: Any = {ox.Variable(k): v for k, v in query.bind(values).items()}
        reading, writing = os.pipe()
        if not (child := os.fork()):
            signal.setitimer(signal.ITIMER_PROF, limit * runs)
            seconds, rows = [], 0
            for _ in range(runs):
                start = time.process_time()
                answer: Any = store.query(query.text, substitutions=bound or None)
                rows = sum(1 for _ in answer)
                seconds.append(time.process_time() - start)
            os.write(writing, json.dumps([statistics.median(seconds), rows]).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        return tuple(json.loads(told)) if told else None

    return ask


def remote(store: RemoteStore, runs: int) -> Ask:
    """Ask an engine over HTTP; what it refuses counts as the limit."""

    def ask(query: Query, values: dict[str, str]) -> Result:
        seconds, rows = [], 0
        for _ in range(runs):
            start = time.perf_counter()
            try:
                rows = len(store.select(query.text, query.bind(values)).rows)
            except Exception as error:
                print(f"{query.name}: {error}", file=sys.stderr)
                return None
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds), rows

    return ask


def measure(
    countries: int, queries: Iterable[Query], runs: int, limit: int
) -> tuple[int, dict[tuple[str, str, str], Result]]:
    """Time the questions on a world of some countries, with every engine that is there."""
    found: dict[tuple[str, str, str], Result] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        dataset = open_dataset(make_world(folder / "world", countries))
        content = dataset.store.dump()
        (folder / "all.nt").write_bytes(content)
        statements = len(dataset.store)
        on_disk = ox.Store(folder / "disk")
        on_disk.bulk_load(path=str(folder / "all.nt"), format=ox.RdfFormat.N_TRIPLES)
        on_disk.optimize()
        on_disk.flush()
        del on_disk
        memory = ox.Store()
        memory.bulk_load(path=str(folder / "all.nt"), format=ox.RdfFormat.N_TRIPLES)
        engines = {
            "disk": embedded(ox.Store.read_only(str(folder / "disk")), runs, limit),
            "memory": embedded(memory, runs, limit),
        }
        for label, there, start in (
            ("Oxigraph's server", OXIGRAPH.exists(), oxigraph),
            ("Virtuoso", VIRTUOSO, virtuoso),
        ):
            if there:
                server = stack.enter_context(start())
                lines = content.splitlines(keepends=True)
                for at in range(0, len(lines), 100_000):  # what one request may hold
                    address = f"{server.graphs_url}?graph={quote(GRAPH, safe='')}"
                    server.request(
                        "POST", address, b"".join(lines[at : at + 100_000]), "text/turtle"
                    )
                url = f"{server.url}?default-graph-uri={quote(GRAPH, safe='')}"
                engines[label] = remote(RemoteStore(url), runs)
        for query in queries:
            for kind, values in calls(query, countries):
                for label, ask in engines.items():
                    found[query.name, kind, label] = ask(query, values)
    return statements, found


def growth(one: Result, other: Result, sizes: tuple[int, int]) -> str:
    """Say how the time grows with the statements; times under 5 ms say nothing."""
    if not one or not other:
        return "–"
    if one[0] < 0.005:
        return ""
    return f"{math.log(other[0] / one[0]) / math.log(sizes[1] / sizes[0]):.1f}"


def main() -> None:
    """Measure, and print a table for each engine and way to ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 200])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=int, default=20, help="processor seconds for one answer")
    parser.add_argument("--names", nargs="*", help="only these questions")
    options = parser.parse_args()
    queries = [
        q
        for q in list_queries()
        if q.form == "SELECT" and (not options.names or q.name in options.names)
    ]
    worlds = [measure(n, queries, options.runs, options.limit) for n in options.sizes]
    last = worlds[-1][1]
    for kind, label in sorted({key[1:] for key in last}):
        print(f"\n{label}, {'every country' if kind == 'all' else 'one country of them'}\n")
        print("| question | rows |" + "".join(f" {n} |" for n in options.sizes) + " growth |")
        print("|---|" + "---|" * (len(options.sizes) + 2))
        names = [q.name for q in queries if (q.name, kind, label) in last]
        for name in sorted(names, key=lambda n: -(last[n, kind, label] or (math.inf, 0))[0]):
            results = [found[name, kind, label] for _, found in worlds]
            cells = [f"{r[0]:.3f}" if r else f"> {options.limit}" for r in results]
            rows = results[-1][1] if results[-1] else "–"
            exponent = ""
            if len(worlds) > 1:
                sizes = worlds[-2][0], worlds[-1][0]
                exponent = growth(results[-2], results[-1], sizes)
            print(f"| {name} | {rows} | {' | '.join(cells)} | {exponent} |")


if __name__ == "__main__":
    main()
