"""``gcm-ld serve``: a SPARQL endpoint, pages and a query editor."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from gcm_ld.cli.options import DATA_OPTION
from gcm_ld.cli.output import show_progress
from gcm_ld.errors import FileError, InputError, MissingExtraError

__all__ = ["command"]

_HELP = """Serve the data: a SPARQL endpoint, pages of every resource, and a query editor.

The endpoint is /sparql, graphs are read at /data, and everything else is as on a published site.
Nothing can be changed through it. A query that takes longer, or more memory, than it may is ended,
and others go on; when a store is loaded anew, the server goes over to it without a pause.

Without a store, the shipped data, or your own, are loaded into one that is removed at the end.

\b
Example:
  gcm-ld serve
  gcm-ld serve --data my-country/ --port 8080
  gcm-ld serve --store world/ --workers 8 --timeout 10 --access-log log.jsonl
"""
_MEGABYTE = 1 << 20


@click.command(name="serve", help=_HELP)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A store made by gcm-ld load.",
)
@DATA_OPTION
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; other machines reach only some other than this.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 for any that is free.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="The address that people reach the server at, where a proxy stands before it.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Take the client's address from X-Forwarded-For, which your proxy must set.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many processes answer; one for each processor, and 4 at least, if not given.",
)
@click.option(
    "--timeout",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.1, 86400),
    metavar="SECONDS",
    help="How long a query may take.",
)
@click.option(
    "--max-bytes",
    default=256 * _MEGABYTE,
    show_default=True,
    type=click.IntRange(1000),
    metavar="BYTES",
    help="The largest answer to a query.",
)
@click.option(
    "--memory",
    default=2048,
    show_default=True,
    type=click.IntRange(64),
    metavar="MB",
    help="What each process may take.",
)
@click.option(
    "--queue",
    default=256,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many requests may wait.",
)
@click.option(
    "--per-client",
    default=32,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many requests of one client are answered at a time.",
)
@click.option(
    "--patience",
    default=20.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="How long a client may take to send a request, or to take some of its answer.",
)
@click.option(
    "--cache",
    default=64,
    show_default=True,
    type=click.IntRange(0),
    metavar="MB",
    help="Memory for answers that are asked for again; 0 for none.",
)
@click.option(
    "--access-log",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write the log of requests here instead of to the screen's error stream.",
)
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Who publishes the data (see gcm-ld publish --init); a store's stand in its folder.",
)
def command(
    store: Path | None,
    data: tuple[Path, ...],
    host: str,
    port: int,
    public_url: str | None,
    behind_proxy: bool,
    workers: int | None,
    timeout: float,
    max_bytes: int,
    memory: int,
    queue: int,
    per_client: int,
    patience: float,
    cache: int,
    access_log: Path | None,
    settings: Path | None,
) -> None:
    """Serve until told to end."""
    _check(store, data, settings)
    public = _base(public_url) if public_url else ""
    try:
        from gcm_ld.serve.server import bind, run_server
    except ImportError as error:
        raise MissingExtraError(error.name or "httptools", "serve", "serving") from None
    from gcm_ld.serve.limits import Limits

    limits = Limits(
        workers=workers or max(4, os.cpu_count() or 1),
        timeout=timeout,
        answer=max_bytes,
        memory=memory * _MEGABYTE,
        queue=queue,
        per_client=per_client,
        patience=patience,
        cache=cache * _MEGABYTE,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    with (
        bind(host, port) as listening,
        _log(access_log) as log,
        _store(store, data, settings) as at,
    ):
        address = _address(listening.getsockname(), host)

        def tell() -> None:
            click.echo(f"Listening on {address}: stop with Ctrl+C", err=True)

        if not _is_loopback(str(listening.getsockname()[0])):
            click.echo(f"Warning: other machines can reach this server at {address}", err=True)
        run_server(
            at,
            listening,
            limits,
            base=public or address,
            log=log,
            behind_proxy=behind_proxy,
            tell=tell,
        )


def _check(store: Path | None, data: tuple[Path, ...], settings: Path | None) -> None:
    if sys.platform != "linux":
        raise InputError("gcm-ld serve needs Linux: run it in a container, or publish a folder")
    if store is not None and data:
        raise InputError("--store and --data exclude each other: load the data into the store")
    if store is not None and settings is not None:
        raise InputError(f"--settings: put the file into the store, as {store / 'publish.toml'}")
    if store is not None:
        from gcm_ld.store.database import Database

        Database(store)  # says what is wrong before anything is started


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _store(store: Path | None, data: tuple[Path, ...], settings: Path | None) -> Iterator[Path]:
    """Give the store, or one that is made of the data and removed at the end."""
    if store is not None:
        yield store
        return
    from gcm_ld.loading import load

    with tempfile.TemporaryDirectory(prefix="gcm-ld-serve-") as folder:
        target = Path(folder) / "store"
        try:
            load(target, data, progress=show_progress)
        finally:
            show_progress("")
        if settings is not None:
            try:
                shutil.copyfile(settings, target / "publish.toml")
            except OSError as error:
                raise FileError(settings, f"can't be read ({error.strerror})") from None
        yield target


@contextlib.contextmanager
def _log(path: Path | None) -> Iterator[IO[str]]:
    if path is None or str(path) == "-":
        yield sys.stderr
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise FileError(path, f"can't be written ({error.strerror})") from None
    with file:
        yield file


def _address(name: tuple[object, ...], host: str) -> str:
    where, port = str(name[0]), name[1]
    if host and not _is_address(host):
        where = host
    return f"http://[{where}]:{port}/" if ":" in where else f"http://{where}:{port}/"


def _base(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise InputError(f"--public-url {url}: give an address that starts with https://")
    return url.rstrip("/") + "/"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
