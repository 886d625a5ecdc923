"""Ask a running endpoint everything at once for some minutes, a tenth of it with ill will.

    python benchmarks/soak.py world/ [--minutes 3] [--connections 12] [--workers 4] [--timeout 2]

Most requests are look-ups, with questions of the catalogue about one framework and pages among
them. The tenth: queries that run away, answers beyond any bound, bad syntax, and clients that
leave in the midst. Printed: answers a second, how long they took, what came instead of answers,
the memory of all processes at the start and at the end, and how many workers were ended and why.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import re
import signal
import statistics
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from run import PROGRAM
from serve import free_port, start

from gcm_ld.queries import list_queries
from gcm_ld.store.database import Database

_GCMO = "PREFIX gcmo: <https://w3id.org/gcm-ld/ontology#>"
_SCHEME = "<http://www.w3.org/2004/02/skos/core#inScheme>"
_TRIPLES = "?a ?p ?x . ?b ?q ?y . ?c ?r ?z "
_RUNAWAYS = (
    f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} }}",
    f"SELECT * {{ {_TRIPLES} }} ORDER BY ?x ?y ?z LIMIT 1",
    f"CONSTRUCT {{ ?a ?q ?z }} WHERE {{ {_TRIPLES} FILTER(STRLEN(STR(?x)) < 0) }}",
    f"SELECT (GROUP_CONCAT(STR(?x)) AS ?all) {{ {_TRIPLES} }}",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b }",
)
_OVERSIZED = "SELECT * { ?a ?p ?x . ?b ?q ?y }"
_BAD = (
    "SELECT * {",
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "SELECT * { SERVICE <x:x> { ?s ?p ?o } }",
)
_IDLE = 2.0


class Load:
    """What is asked, and what came of it."""

    def __init__(self, store: Path) -> None:
        with Database(store).open() as snapshot:
            ask: Any = snapshot.store.query
            self.look_ups = [
                f"{_GCMO} SELECT ?o {{ {r[0]} gcmo:status ?o }}"
                for r in ask(f"{_GCMO} SELECT ?s {{ ?s gcmo:status ?o }} LIMIT 20000")
            ]
            frameworks = [
                str(r[0])
                for r in ask(f"{_GCMO} SELECT DISTINCT ?f {{ ?o a gcmo:Outcome ; {_SCHEME} ?f }}")
            ]
            self.pages = [
                r[0].value.partition("/gcm-ld")[2] + ".html"
                for r in ask(f"{_GCMO} SELECT ?s {{ ?s a gcmo:Outcome }} LIMIT 2000")
                if "/gcm-ld/id/" in r[0].value
            ]
        self.questions = [
            re.sub(r"WHERE\s*\{", f"WHERE {{ VALUES ?framework {{ {f} }} ", q.text, count=1)
            for q in list_queries(tag="report")
            if [p.name for p in q.parameters] == ["framework"]
            for f in frameworks[:5]
        ]
        self.random = random.Random(1)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def next(self) -> tuple[str, str]:
        """Return what to ask next: its kind, and the target of the request."""
        draw = self.random.random()
        if draw < 0.70:
            return "look-up", self._query(self.random.choice(self.look_ups))
        if draw < 0.80:
            return "question", self._query(self.random.choice(self.questions))
        if draw < 0.90 and self.pages:
            return "page", quote(self.random.choice(self.pages), safe="/%")
        if draw < 0.92:
            return "runaway", self._query(self.random.choice(_RUNAWAYS))
        if draw < 0.94:
            return "oversized", self._query(_OVERSIZED)
        if draw < 0.97:
            return "bad", self._query(self.random.choice(_BAD))
        return "aborted", self._query(self.random.choice((_OVERSIZED, *_RUNAWAYS)))

    def _query(self, text: str) -> str:
        return f"/sparql?query={quote(f'{text} # {self.random.random()}', safe='')}"


async def client(load: Load, port: int, address: str, until: float) -> None:
    """Ask one thing after the other over a connection, opening another where it is broken off."""
    link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.monotonic() < until:
        kind, target = load.next()
        began = time.monotonic()
        try:
            if link is None:
                link = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            reader, writer = link
            writer.write(f"GET {target} HTTP/1.1\r\nhost: x\r\naccept: */*\r\n\r\n".encode())
            if kind == "aborted":
                await asyncio.sleep(load.random.random() / 2)
                writer.transport.abort()
                link = None
                load.outcomes[kind, "left"] += 1
                continue
            status = await read(reader)
        except (OSError, asyncio.IncompleteReadError):
            status, link = "broken off", None
        load.outcomes[kind, status] += 1
        load.times[kind].append(time.monotonic() - began)
        if status in ("429", "503"):
            await asyncio.sleep(0.2)


async def read(reader: asyncio.StreamReader) -> str:
    """Read an answer to its end, and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1].decode()
    length = re.search(rb"content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    elif b"chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return status


def memory(pid: int) -> dict[int, int]:
    """Return the resident memory of a server's processes, in MB."""
    parents, sizes = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        child = int(path.parent.name)
        parents[child] = int(fields[1])
        sizes[child] = int(fields[21]) * os.sysconf("SC_PAGESIZE") >> 20
    return {p: sizes[p] for p in sorted(sizes) if pid in (p, parents[p], parents.get(parents[p]))}


async def soak(load: Load, port: int, options: argparse.Namespace) -> None:
    """Have all clients ask until the time is over."""
    until = time.monotonic() + options.minutes * 60
    await asyncio.gather(
        *(client(load, port, f"127.0.0.{2 + n}", until) for n in range(options.connections))
    )


def tell(load: Load, seconds: float) -> None:
    """Print what came of it."""
    print("\n| asked | answers | p50 ms | p99 ms | what came |\n|---|---|---|---|---|")
    for kind, times in sorted(load.times.items()):
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [times[0]] * 99
        came = ", ".join(f"{s} × {n:,}" for (k, s), n in sorted(load.outcomes.items()) if k == kind)
        p50, p99 = cuts[49] * 1000, cuts[98] * 1000
        print(f"| {kind} | {len(times):,} | {p50:,.1f} | {p99:,.1f} | {came} |")
    left = load.outcomes["aborted", "left"]
    total = sum(map(len, load.times.values())) + left
    print(
        f"\n{total:,} requests in {seconds:.0f} s, {total / seconds:,.0f} a second; {left:,} left"
    )


def figures(port: int) -> str:
    """Return what the server says of its workers."""
    url = f"http://127.0.0.1:{port}/metrics"
    done = subprocess.run(["curl", "-s", url], capture_output=True, text=True, check=True)
    events = re.findall(r'worker_events_total\{event="([\w-]+)"\} (\d+)', done.stdout)
    return ", ".join(f"{name} {count}" for name, count in events)


def main() -> None:
    """Start a server on a store, and soak it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--connections", type=int, default=12)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=2)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors")
    load = Load(options.store)
    port = free_port()
    command = [PROGRAM, "serve", "--store", options.store, "--port", port]
    command += ["--workers", options.workers, "--timeout", options.timeout, "--memory", 512]
    command += ["--max-bytes", 20_000_000, "--access-log", os.devnull]
    process = start(command, port)
    try:
        print(f"memory at the start, MB: {memory(process.pid)}")
        began = time.monotonic()
        asyncio.run(soak(load, port, options))
        tell(load, time.monotonic() - began)
        time.sleep(options.timeout + _IDLE)
        print(f"memory at the end, MB: {memory(process.pid)}")
        print(f"workers: {figures(port)}")
    finally:
        process.send_signal(signal.SIGTERM)
        print(f"exit status {process.wait()}")


if __name__ == "__main__":
    main()
