"""Time the endpoint against Oxigraph's own server, the same client asking both in turn.

    gcm-ld load --store world/ countries/
    python benchmarks/serve.py world/ [more stores …] [--seconds 5] [--rounds 3] [--connections 8]

Both serve the same statements: Oxigraph's server gets a copy of the store's default graph. Each
question is asked of each server for some seconds, in turn, several times; the medians are printed.
Every look-up and every question of the catalogue differs from the others by a comment, so that no
answer is kept from before; repeated ones are ten look-ups that come back. The client is a program
in Python on the same machine, whose own part of the processors is in every figure; where wrk is
installed, its figures for look-ups are printed as well.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from run import PROGRAM

from gcm_ld.queries import find_query
from gcm_ld.store.database import Database

_OXIGRAPH = Path(sys.executable).parent / "oxigraph"
_CATALOGUE = "select_framework_objectives"
_REPEATED = 10
_SERVERS = {"cache off": ("--cache", "0"), "cache on": ("--cache", "64")}

Question = Iterator[bytes]


class Client(asyncio.Protocol):
    """One connection that asks as soon as it is answered."""

    def __init__(self, requests: Question, count: list[int]) -> None:
        self._requests, self._count = requests, count
        self._rest = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Ask the first."""
        self._transport = transport
        transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Ask the next once an answer is whole."""
        data = self._rest + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._rest = data
            return
        if not data.startswith(b"HTTP/1.1 200"):
            sys.exit(f"refused: {data[:400].decode()}")
        head = data[:end].lower()
        at = head.find(b"content-length: ")
        if at < 0:
            whole = data.endswith(b"0\r\n\r\n")
        else:
            stop = head.find(b"\r\n", at)
            length = int(head[at + 16 : stop if stop > 0 else end])
            whole = len(data) == end + 4 + length
        if not whole:
            self._rest = data
            return
        self._rest = b""
        self._count[0] += 1
        self._transport.write(next(self._requests))


async def ask(port: int, requests: Question, seconds: float, connections: int) -> float:
    """Ask for some seconds over several connections, and return the answers in a second."""
    loop = asyncio.get_running_loop()
    count = [0]
    ends = [
        await loop.create_connection(lambda: Client(requests, count), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds / 5)  # warm
    began, before = time.perf_counter(), count[0]
    await asyncio.sleep(seconds)
    rate = (count[0] - before) / (time.perf_counter() - began)
    for transport, _ in ends:
        transport.abort()
    return rate


def requests(path: str, queries: list[str], *, distinct: bool) -> Question:
    """Make the requests, one after the other, without end."""
    for number, query in enumerate(itertools.cycle(queries)):
        text = f"{query} # {number}" if distinct else query
        yield (
            f"GET {path}?query={quote(text, safe='')} HTTP/1.1\r\nhost: localhost\r\n"
            "accept: application/sparql-results+json\r\n\r\n"
        ).encode()


def questions(store: ox.Store) -> dict[str, tuple[list[str], bool]]:
    """Return what is asked: name → queries, and whether each is to differ from the others."""
    prefix = "PREFIX gcmo: <https://w3id.org/gcm-ld/ontology#>"
    found: Any = store.query(f"{prefix} SELECT ?s {{ ?s gcmo:status ?o }} LIMIT 20000")
    look_ups = [f"{prefix} SELECT ?o {{ {row[0]} gcmo:status ?o }}" for row in found]
    own = f"{prefix} SELECT DISTINCT ?f {{ ?o a gcmo:Outcome ; <{_IN_SCHEME}> ?f }} ORDER BY ?f"
    text = find_query(_CATALOGUE).text
    catalogue = [
        re.sub(r"WHERE \{", f"WHERE {{ VALUES ?framework {{ {row[0]} }}", text, count=1)
        for row in store.query(own)  # type: ignore[union-attr]
    ]
    return {
        "look-up": (look_ups, True),
        f"{_CATALOGUE} of one": (catalogue, True),
        "repeated look-up": (look_ups[:_REPEATED], False),
    }


_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def start(command: list[object], port: int) -> subprocess.Popen[bytes]:
    """Start a server, and wait until it answers."""
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)
            return process
    raise SystemExit(f"{command[0]} did not come up")


def copy(store: ox.Store, folder: Path) -> Path:
    """Give Oxigraph's own server a copy of the default graph."""
    file, target = folder / "all.nt", folder / "oxigraph"
    store.dump(str(file), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    for step in (["load", "-l", target, "--file", file], ["optimize", "-l", target]):
        subprocess.run([_OXIGRAPH, *step], check=True, capture_output=True)
    return target


def measure(path: Path, options: argparse.Namespace, folder: Path) -> None:
    """Measure one store, and print its table."""
    with Database(path).open() as snapshot:
        asked = questions(snapshot.store)
        groups = len({d.group for d in snapshot.datasets.values() if d.own})
        size = len(snapshot.graph_store())
        theirs = copy(snapshot.store, folder)
    ports = {"Oxigraph": free_port()}
    address = f"127.0.0.1:{ports['Oxigraph']}"
    servers = [
        start([_OXIGRAPH, "serve-read-only", "-l", theirs, "--bind", address], ports["Oxigraph"])
    ]
    for name, extra in _SERVERS.items():
        port = ports[name] = free_port()
        command = [PROGRAM, "serve", "--store", path, "--port", port, "--workers", options.workers]
        servers.append(start([*command, "--access-log", os.devnull, *extra], port))
    try:
        print(f"\n{path}: {groups} groups, {size:,} statements\n")
        print("| question | Oxigraph | cache off | ratio | cache on | ratio |")
        print("|---|---|---|---|---|---|")
        for question, (queries, distinct) in asked.items():
            rates: dict[str, list[float]] = {name: [] for name in ports}
            # Each goes on where it was: nothing is asked twice of a server.
            sources = {
                n: requests("/query" if n == "Oxigraph" else "/sparql", queries, distinct=distinct)
                for n in ports
            }
            for _ in range(options.rounds):
                for name, port in ports.items():
                    rates[name].append(
                        run(ask(port, sources[name], options.seconds, options.connections))
                    )
            print(row(question, {n: statistics.median(r) for n, r in rates.items()}))
        if shutil.which("wrk"):
            print(
                row("look-up, asked by wrk", with_wrk(ports, asked["look-up"][0], options, folder))
            )
    finally:
        for process in servers:
            process.send_signal(signal.SIGTERM)
        for process in servers:
            process.wait()


def row(question: str, rates: dict[str, float]) -> str:
    """Write a row of the table."""
    base, off, on = rates["Oxigraph"], rates["cache off"], rates["cache on"]
    ratios = f"{off:,.0f} | {off / base:.2f} | {on:,.0f} | {on / base:.2f} |"
    return f"| {question} | {base:,.0f} | {ratios}"


def run(main: Any) -> float:
    """Run something on the faster event loop."""
    import uvloop

    return float(uvloop.run(main))


def with_wrk(
    ports: dict[str, int], queries: list[str], options: argparse.Namespace, folder: Path
) -> dict[str, float]:
    """Ask with wrk, which takes less of the processors than we do."""
    command = [
        "wrk",
        "-t1",
        f"-c{options.connections}",
        f"-d{max(1, round(options.seconds))}s",
        "-s",
    ]
    listed = ",\n".join('"' + quote(q, safe="") + '"' for q in queries[:5000])
    found = {}
    for name, port in ports.items():
        path = "/query" if name == "Oxigraph" else "/sparql"
        script = folder / f"{port}.lua"
        script.write_text(
            f"local queries = {{ {listed} }}\nlocal n = 0\nrequest = function()\n  n = n + 1\n"
            f'  return wrk.format("GET", "{path}?query=" .. queries[n % #queries + 1] .. "%20%23"'
            ' .. n, {Accept="application/sparql-results+json"})\nend\n'
        )
        rates = []
        for _ in range(options.rounds):
            done = subprocess.run(
                [*command, str(script), f"http://127.0.0.1:{port}"],
                capture_output=True,
                text=True,
                check=True,
            )
            rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]))  # type: ignore[index]
        found[name] = statistics.median(rates)
    return found


def main() -> None:
    """Measure each store that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path, metavar="STORE")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors; answers in a second")
    for path in options.stores:
        with tempfile.TemporaryDirectory() as folder:
            measure(path, options, Path(folder))


if __name__ == "__main__":
    main()
