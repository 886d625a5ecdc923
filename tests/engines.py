"""Real engines for tests: Oxigraph's own server and Virtuoso, each on a free port.

``oxigraph()`` and ``virtuoso()`` are context managers that give an engine of one's own;
``shared_virtuoso()`` starts one for the whole session, because a new database takes it
some five seconds: ``clear()`` it before use.
"""

from __future__ import annotations

import atexit
import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from gcm_ld.store.web import Connection, EndpointError

OXIGRAPH = Path(sys.executable).parent / "oxigraph"
VIRTUOSO = shutil.which("virtuoso-t")
needs_oxigraph = pytest.mark.skipif(not OXIGRAPH.exists(), reason="Oxigraph's server is absent")
needs_virtuoso = pytest.mark.skipif(not VIRTUOSO, reason="Virtuoso is absent")
PATIENCE = 180

#: The graphs that Virtuoso keeps for itself.
_ITS_OWN = ("http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/sparql")

# Small and on loopback only: 10,000 buffers take some 90 MB.
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
FileExtend = 200
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {max_rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""


@dataclass
class Engine:
    """A SPARQL engine that runs, and how it is spoken to."""

    name: str
    url: str  # SPARQL queries
    update_url: str  # SPARQL updates
    graphs_url: str  # Graph Store Protocol
    process: subprocess.Popen[bytes]
    user: str | None = None
    password: str | None = None

    @cached_property
    def _connection(self) -> Connection:
        return Connection(user=self.user, password=self.password, timeout=PATIENCE)

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        content_type: str | None = None,
        accept: str = "*/*",
    ) -> bytes:
        """Send a request, with the password where the engine asks for it."""
        headers = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {})
        request = urllib.request.Request(url, body, headers, method=method)
        return self._connection.send(request).body

    def put(self, graph: str | None, content: bytes | Path | Iterable[ox.Triple]) -> None:
        """Put a graph in place: Turtle, a Turtle file or triples; ``None`` is the default graph."""
        if isinstance(content, Path):
            content = content.read_bytes()
        elif not isinstance(content, bytes):
            content = ox.serialize(content, format=ox.RdfFormat.N_TRIPLES) or b""
        where = f"graph={quote(graph, safe='')}" if graph else "default"
        self.request("PUT", f"{self.graphs_url}?{where}", content, "text/turtle")

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        body = urlencode({"update": text}).encode()
        self.request("POST", self.update_url, body, "application/x-www-form-urlencoded")

    def query(self, text: str, accept: str = "text/csv") -> bytes:
        """Ask a query, and return what the engine says."""
        body = urlencode({"query": text}).encode()
        return self.request("POST", self.url, body, "application/x-www-form-urlencoded", accept)

    def graphs(self) -> list[str]:
        """List the named graphs that hold something, but for the engine's own."""
        # Virtuoso takes seconds for DISTINCT ?g, and none for GROUP BY.
        text = self.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").decode()
        names = {line.strip().strip('"') for line in text.splitlines()[1:] if line.strip()}
        return sorted(names - set(_ITS_OWN) - {"http://www.w3.org/ns/ldp#"})

    def clear(self) -> None:
        """Remove everything but what the engine keeps for itself."""
        if self.name == "virtuoso":
            for graph in self.graphs():
                self.update(f"CLEAR GRAPH <{graph}>")
        else:
            self.update("CLEAR ALL")

    def stop(self) -> None:
        """End it, and wait until it is gone."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def oxigraph(
    location: Path | None = None,
    *,
    read_only: bool = False,
    union: bool = False,
    timeout: int | None = None,
) -> Iterator[Engine]:
    """Run Oxigraph's server: in memory, or on a database.

    :param location: the folder of the database.
    :param read_only: whether nothing can be written; it needs a location that exists.
    :param union: whether the default graph is the union of all.
    :param timeout: after how many seconds it gives a query up.
    """
    options: list[Any] = ["serve-read-only" if read_only else "serve"]
    options += ["--location", location] if location else []
    options += ["--union-default-graph"] if union else []
    options += ["--timeout-s", timeout] if timeout else []

    def start(folder: Path, port: int) -> Engine:
        base = f"http://127.0.0.1:{port}"
        command = [OXIGRAPH, *options, "--bind", f"127.0.0.1:{port}"]
        process = _popen(command, folder)
        return Engine("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store", process)

    with _running(start) as engine:
        yield engine


@contextmanager
def virtuoso(*, max_rows: int = 10_000) -> Iterator[Engine]:
    """Run Virtuoso on a new database of its own, that its administrator may write to.

    :param max_rows: the most rows that it gives to a query (``ResultSetMaxRows``).
    """

    def start(folder: Path, port: int) -> Engine:
        base = f"http://127.0.0.1:{port}"
        settings = {"folder": folder, "port": port, "sql_port": _free_port(), "max_rows": max_rows}
        (folder / "virtuoso.ini").write_text(_INI.format(**settings))
        command = [VIRTUOSO, "+foreground", "+configfile", folder / "virtuoso.ini"]
        urls = f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth"
        return Engine("virtuoso", *urls, _popen(command, folder), "dba", "dba")

    with _running(start) as engine:
        yield engine


@cache
def shared_virtuoso() -> Engine:
    """Return the session's Virtuoso, started at the first call; ``clear()`` it before use."""
    stack = ExitStack()
    engine = stack.enter_context(virtuoso())
    atexit.register(stack.close)
    return engine


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _popen(command: list[Any], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [*map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _end_with_parent() -> None:
    """Let a process end when the tests are killed (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def _running(start: Any) -> Iterator[Engine]:
    """Start an engine in a temporary folder, and end it; again if another took its port."""
    for attempt in (1, 2, 3):
        with tempfile.TemporaryDirectory(prefix="gcm-ld-engine-") as name:
            engine = start(Path(name), _free_port())
            try:
                if not _answers(engine):
                    output = (Path(name) / "output").read_text(errors="replace")
                    assert attempt < 3, f"{engine.name} does not start: {output}"
                    continue
                yield engine
                return
            finally:
                engine.stop()


def _answers(engine: Engine) -> bool:
    """Wait until an engine answers; tell whether it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and engine.process.poll() is None:
        try:
            engine.query("ASK {}", "application/sparql-results+json")
            return True
        except EndpointError:
            time.sleep(0.05)
    return False
