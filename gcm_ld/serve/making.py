"""What a server makes once for each state of the store: dumps, statistics, catalogue, listings.

They need a look at everything, so a process of its own makes them, beside the one that answers,
into the folder of the generation that they tell of. What did not change since the generation
before is taken over. All of it is as ``gcm-ld publish`` makes it, but that the catalogue also
names the endpoint.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcm_ld import __version__
from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.publish.disk import clone, remove
from gcm_ld.publish.folder import Folder
from gcm_ld.publish.settings import Settings
from gcm_ld.serve.responses import tag_of
from gcm_ld.serve.site import MADE, StoreSite

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["Made", "data_tag", "make"]

#: Says what it was made of, and is written last.
_READY = "ready.json"
_FAILED = "failed.txt"
#: Kept within the made site, but shown to nobody.
_HIDDEN = ".gcm-ld/"
_LOOK = 1.0
#: How long a process may take to be started, in seconds.
_STARTING = 10.0
#: What this process has begun, so that the system may forget what has ended.
_BEGUN: list[subprocess.Popen[bytes]] = []


def data_tag(snapshot: Snapshot) -> str:
    """Return a digest of what a store was loaded from."""
    found = sorted(f"{one.name} {one.sha256} {one.own}" for one in snapshot.datasets.values())
    return tag_of(*found)


class Made:
    """What was made of a generation, or is in the making.

    :param snapshot: the store.
    :param settings: who publishes it, and where.
    :param base: where the server is reached.
    """

    def __init__(self, snapshot: Snapshot, settings: Settings, base: str) -> None:
        self.snapshot = snapshot
        self.settings = settings
        self.base = base
        #: Tells data, settings and program from any others.
        self.tag = tag_of(__version__, repr(settings), data_tag(snapshot))
        self.folder = _writable(snapshot.folder / MADE, self.tag)
        self.site = self.folder / "site"

    def ready(self) -> bool:
        """Tell whether everything is there."""
        try:
            return bool(json.loads((self.folder / _READY).read_bytes())["tag"] == self.tag)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def frameworks(self) -> dict[str, list[str]]:
        """Return the assessed frameworks by code: the names of the datasets to report from."""
        found: dict[str, list[str]] = json.loads((self.folder / _READY).read_bytes())["frameworks"]
        return found

    def file(self, name: str) -> Path | None:
        """Return a file of the made site; nothing if there is none, or it is nobody's business."""
        steps = name.split("/")
        if name.startswith(_HIDDEN) or any(s in ("", ".", "..") or "\\" in s for s in steps):
            return None
        path = self.site / name
        return path if path.is_file() else None

    def store(self) -> ox.Store | None:
        """Open the graphs of catalogue and statistics, where they are made."""
        place = self.folder / "graphs" / self.tag
        with suppress(OSError):
            return ox.Store.read_only(str(place)) if place.is_dir() else None
        return None

    def problem(self) -> str:
        """Return why this server could not make it; empty if it could, or is yet to."""
        with suppress(OSError):
            run, _, text = (self.folder / _FAILED).read_text("utf-8").partition("\n")
            return text.strip() if run == f"{self.tag} {os.getppid()}" else ""
        return ""

    def start(self) -> None:
        """Begin making it in a process of its own, unless one is at it.

        The process ends with the server: with the parent of this one.
        """
        _BEGUN[:] = [process for process in _BEGUN if process.poll() is None]
        front = os.getppid()
        marker = self.folder / f"{self.tag}.{front}.pid"
        if _is_begun(marker):
            return
        try:
            marker.touch(exist_ok=False)
        except OSError:  # another worker was faster
            return
        place = str(self.snapshot.folder.parent)
        command = [sys.executable, "-P", "-m", __name__, place, self.base]
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, str(front)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _BEGUN.append(process)
        marker.write_text(str(process.pid), "ascii")

    def wait(self, seconds: float) -> bool:
        """Wait for it to be ready, one process at a time, so that others are free to answer."""
        import fcntl  # as the rest of the server, for Linux only

        end = time.monotonic() + seconds
        with (self.folder / "waiting").open("ab") as waiting:
            try:
                fcntl.flock(waiting, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return self.ready()
            while not self.ready():
                if time.monotonic() > end or self.problem():
                    return False
                time.sleep(0.1)
        return True


def _is_begun(marker: Path) -> bool:
    """Tell whether a process is at it, or about to be; forget one that has ended."""
    try:
        text = marker.read_text("ascii")
        if not text and time.time() - marker.stat().st_mtime < _STARTING:
            return True
        os.kill(int(text), 0)
    except (OSError, ValueError):
        marker.unlink(missing_ok=True)
        return False
    return True


def _writable(folder: Path, tag: str) -> Path:
    """Return a folder to write to: beside the data, or where files go that nobody will miss."""
    try:
        folder.mkdir(exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    owner = os.getuid() if hasattr(os, "getuid") else 0
    root = Path(tempfile.gettempdir()) / f"gcm-ld-{owner}"
    root.mkdir(mode=0o700, exist_ok=True)
    if root.is_symlink() or (hasattr(os, "getuid") and root.stat().st_uid != owner):
        raise InputError(f"{root}: belongs to somebody else: set TMPDIR to a folder of your own")
    place = root / tag
    place.mkdir(exist_ok=True)
    return place


def make(made: Made, progress: Callable[[str], None] = lambda _: None) -> None:
    """Make everything, unless it is there.

    :param made: where it goes, and what of.
    :param progress: told what is going on.
    :raises InputError: if another process is at it, or something can't be published.
    """
    if made.ready():
        return
    (made.folder / _READY).unlink(missing_ok=True)
    (made.folder / _FAILED).unlink(missing_ok=True)
    more = ox.Store()
    site = StoreSite(made.snapshot, made.settings, more)
    site.progress = progress
    _take_over(made)
    with Folder(made.site) as target:
        frameworks = _write(site, target)
        target.commit()
    _keep_graphs(more, made.folder / "graphs" / made.tag)
    content = {"frameworks": frameworks, "tag": made.tag}
    beside = made.folder / f"{made.tag}.ready"
    beside.write_text(json.dumps(content, indent=0, sort_keys=True) + "\n", "utf-8")
    beside.replace(made.folder / _READY)


def _keep_graphs(graphs: ox.Store, place: Path) -> None:
    """Write the graphs of catalogue and statistics into a database; those of before go."""
    remove(place.parent)
    beside = place.with_name("new")
    beside.mkdir(parents=True)
    database = ox.Store(str(beside))
    database.bulk_extend(graphs)
    database.flush()
    del database
    beside.rename(place)


def _write(site: StoreSite, target: Folder) -> dict[str, list[str]]:
    from gcm_ld.publish.ledger import Ledger
    from gcm_ld.publish.pages.front import FrontPages
    from gcm_ld.publish.pages.search import MEMORY, SearchPages
    from gcm_ld.publish.pages.sitemap import sitemap_files
    from gcm_ld.serve.lookup import ServedLookup
    from gcm_ld.serve.record import ServedDownloads
    from gcm_ld.serve.rendering import ServedRenderer

    ledger = Ledger(site, target)
    target.begin()
    ServedDownloads(ledger).make()
    lookup, renderer = ServedLookup(site), ServedRenderer(site.settings)
    site.progress("pages")
    codes = {iri.rpartition("/")[2]: iri for iri in _assessed(site)}
    ledger.write(FrontPages(site, lookup, renderer).files(codes).items())
    remembered = None if ledger.whole else target.read_old(MEMORY)
    search = SearchPages(site, lookup, renderer)
    ledger.write(search.files(remembered, ledger.changes.subjects))
    ledger.write(sitemap_files(site))
    starts = ("dumps/", "statistics/", "catalog.", "void.", "ontology.", "shapes.")
    names = sorted(n for n in target.new if n.startswith(starts))
    sums = "".join(f"{target.digest(name)}  {name}\n" for name in names)
    target.write("SHA256SUMS", sums.encode())
    ledger.state.write(target)
    names_of = {part.path: part.name for part in site.own_parts}
    return {code: [names_of[p] for p in paths] for code, paths in ledger.assessed.items()}


def _assessed(site: StoreSite) -> list[str]:
    from gcm_ld.publish.pages.explorer import ExplorerPages
    from gcm_ld.serve.lookup import ServedLookup
    from gcm_ld.serve.rendering import ServedRenderer

    explorers = ExplorerPages(site, ServedLookup(site), ServedRenderer(site.settings))
    return list(explorers.frameworks().values())


def _take_over(made: Made) -> None:
    """Begin with what was made of the generation before, each file under a second name."""
    if made.site.exists():
        return
    root = made.snapshot.folder.parent
    older = sorted(p for p in root.glob(f"g*/{MADE}/site") if p != made.site)
    if older:
        with suppress(OSError):
            clone(older[-1], made.site)


def _watch(front: int) -> None:
    """End this process when the server is gone."""
    while True:
        try:
            os.kill(front, 0)
        except OSError:
            os._exit(1)
        time.sleep(_LOOK)


def _main(arguments: list[str]) -> None:
    from gcm_ld.serve.site import settings_of
    from gcm_ld.store.database import Database

    with suppress(OSError, AttributeError):
        os.nice(10)
    store, base, front = arguments
    threading.Thread(target=_watch, args=(int(front),), daemon=True).start()
    with Database(store).open() as snapshot:
        made = Made(snapshot, settings_of(snapshot, base), base)
        try:
            make(made)
        except Exception as error:  # told to whoever asks, and not tried over and over
            said = str(error) if isinstance(error, GcmLdError) else repr(error)
            (made.folder / _FAILED).write_text(f"{made.tag} {front}\n{said}\n", "utf-8")


if __name__ == "__main__":
    _main(sys.argv[1:])
