"""Servers for tests: the installed ``gcm-ld serve`` on a free port, and small stores to serve."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox

PROGRAM = Path(sys.executable).parent / "gcm-ld"
PATIENCE = 60
EX = "http://example.org/"


def make_store(
    folder: Path, graphs: Mapping[str, Iterable[ox.Triple]], *, generation: str = "g000001"
) -> Path:
    """Make a store with any graphs, the merge of them in the default graph, or its next generation."""
    from gcm_ld.store.database import LOCK, MANIFEST, Manifest

    root = folder / generation
    (root / "files").mkdir(parents=True)
    (root / LOCK).touch()
    store = ox.Store(str(root / "oxigraph"))
    for name, triples in graphs.items():
        found = list(triples)
        store.bulk_extend(ox.Quad(*t, ox.NamedNode(name)) for t in found)
        store.bulk_extend(ox.Quad(*t) for t in found)
        store.add_graph(ox.NamedNode(name))
    store.flush()
    del store
    fresh = folder / ".fresh"
    fresh.write_bytes(Manifest(generation, {}, "test").to_json())
    fresh.replace(folder / MANIFEST)
    return folder


def numbers(count: int, *, name: str = "n") -> Iterator[ox.Triple]:
    """Statements to count with."""
    for n in range(count):
        subject = ox.NamedNode(f"{EX}{name}{n}")
        yield ox.Triple(subject, ox.NamedNode(EX + "value"), ox.Literal(n))


class Server:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process, self.url = process, url
        #: A client that keeps its connections.
        self.http = httpx.Client(
            timeout=PATIENCE, verify=False
        )  # no https here, and slow to set up
        self._log = log

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    def log(self) -> list[dict[str, Any]]:
        """The lines of the access log so far."""
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    def logged(self, **wanted: Any) -> dict[str, Any]:
        """Wait for a line of the log that says all this."""
        return until(
            lambda: next((x for x in self.log() if wanted.items() <= x.items()), None),
            f"no line {wanted} in the log",
        )

    def connect(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and return everything that comes back until the server closes."""
        with self.connect() as one:
            with suppress(BrokenPipeError, ConnectionResetError):
                one.sendall(data)
            return read_all(one)

    def processes(self) -> list[int]:
        """The processes below the server's own."""
        return below(self.process.pid)

    def workers(self) -> list[int]:
        """The workers: those that have none below them."""
        return [pid for pid in self.processes() if not below(pid)]

    def figures(self) -> dict[str, float]:
        """What /metrics says."""
        lines = self.http.get(self.url + "metrics").text.splitlines()
        return {
            name: float(value)
            for name, _, value in (x.rpartition(" ") for x in lines if not x.startswith("#"))
        }


def read_all(one: socket.socket) -> bytes:
    """Read until the other side closes, or breaks off."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := one.recv(1 << 16):
            found += piece
    return found


def until(check: Any, message: str, *, patience: float = PATIENCE) -> Any:
    """Wait until something holds, and return it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.02)
    raise AssertionError(message)


def below(pid: int) -> list[int]:
    """The processes that a process started, and theirs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                child = int(path.parent.name)
                found += [child, *below(child)]
    return found


@contextmanager
def serving(*args: object, **env: str) -> Iterator[Server]:
    """Run ``gcm-ld serve`` on a free port with these arguments; ended in the end."""
    with tempfile.TemporaryDirectory(prefix="gcm-ld-test-") as folder:
        log = Path(folder) / "access.jsonl"
        log.touch()
        process = start("--port", 0, "--access-log", log, *args, **env)
        try:
            server = Server(process, wait_for_address(process), log)
            with server.http:
                yield server
        finally:
            stop(process)


def start(*args: object, **env: str) -> subprocess.Popen[bytes]:
    """Start ``gcm-ld serve``."""
    return subprocess.Popen(
        [str(PROGRAM), "serve", *map(str, args)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **env},
    )


def wait_for_address(process: subprocess.Popen[bytes]) -> str:
    """Return the address that a server says it listens on."""
    assert process.stderr is not None
    said = b""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ready, _, _ = select.select([process.stderr], [], [], 0.5)
        if ready:
            piece = os.read(process.stderr.fileno(), 4096)
            said += piece
            if found := re.search(rb"Listening on (\S+/):", said):
                return found[1].decode()
            if not piece:
                break
    raise AssertionError(f"the server did not come up: {said.decode()}")


def stop(process: subprocess.Popen[bytes]) -> int:
    """End a server as a system does, and return its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


class AsgiServer(Server):
    """One whose access log stands among what uvicorn says."""

    def log(self) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text(encoding="utf-8")


@contextmanager
def serving_asgi(*args: object, **env: str) -> Iterator[AsgiServer]:
    """Run uvicorn on a free port with these arguments; ended in the end."""
    command = [sys.executable, "-m", "uvicorn", "--port", "0", "--no-access-log"]
    with tempfile.TemporaryDirectory(prefix="gcm-ld-test-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, *map(str, args)], stdout=out, stderr=out, env={**os.environ, **env}
            )
        try:
            found = until(
                lambda: re.search(r"running on (\S+)", log.read_text()) or process.poll(),
                "the server did not come up",
            )
            assert not isinstance(found, int), log.read_text()
            server = AsgiServer(process, found[1] + "/", log)
            with server.http:
                yield server
        finally:
            stop(process)
