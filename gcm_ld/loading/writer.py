"""The one who writes to a store: builds a generation beside the others and puts it in place.

Killed at any moment, the store is as it was, or as it is to be: what is in place is what one file
says, and that file is exchanged in one rename after all that it names is safely on the disk.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn

from gcm_ld.errors import FileError, InputError
from gcm_ld.files import write_bytes
from gcm_ld.store.database import LOCK, MANIFEST, WRITER, Database, Loaded, Manifest
from gcm_ld.store.locks import hold_alone, hold_writer

__all__ = ["Writer"]

_GENERATION = re.compile(r"g(\d{6,})")
#: What a write that was killed leaves beside the list.
_TEMPORARY = ".gcm-ld-"


class Writer:
    """A load in progress, used as a context; nothing has changed before :meth:`commit`.

    :param target: the store's folder, made if it is not there.
    :raises InputError: if it is no store and not empty, or another load is at work.
    :raises FileError: if it can't be written.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        #: What is in place, if anything is.
        self.old: Manifest | None = None
        #: The generation in the making.
        self.folder = target
        self._lock: IO[bytes] | None = None
        self._made = False

    # -- opening and closing -------------------------------------------------------------------

    def __enter__(self) -> Writer:
        with self.faults():
            self._open()
        return self

    def _open(self) -> None:
        if self.target.exists() and not self.target.is_dir():
            raise InputError(f"{self.target}: is a file: name a folder for the store")
        if not self.target.exists():
            self.target.mkdir(parents=True)
            self._made = True
        elif not (self.target / MANIFEST).exists():
            names = [p.name for p in self.target.iterdir()]
            foreign = [n for n in names if n != WRITER and not _is_ours(n)]
            if foreign:
                raise InputError(
                    f"{self.target}: is no store, and not empty: name a new or an empty folder"
                )
        self._lock = hold_writer(self.target / WRITER)
        if self._lock is None:
            raise InputError(
                f"{self.target}: another gcm-ld load is at work on it: wait for it to end"
            )
        try:
            if (self.target / MANIFEST).exists():
                self.old = Database(self.target).manifest()
            self.sweep()
            numbers = [int(m[1]) for p in self.target.iterdir() if (m := _match(p.name))]
            self.folder = self.target / f"g{max(numbers, default=0) + 1:06}"
        except BaseException:
            self._unlock()
            raise

    def __exit__(self, *exc: object) -> None:
        if self.folder != self.target and not self._in_place():
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.old is None and not (self.target / MANIFEST).exists():
            # As before: a folder that a failed first load made goes with it.
            with suppress(OSError):
                (self.target / WRITER).unlink()
            if self._made:
                with suppress(OSError):
                    self.target.rmdir()
        self._unlock()

    def _in_place(self) -> bool:
        with suppress(InputError):
            return Database(self.target).current() == self.folder.name
        return False

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def sweep(self) -> None:
        """Delete what is not in place and nobody reads: old generations and unfinished ones."""
        current = self.old.generation if self.old else ""
        for path in sorted(self.target.iterdir()):
            if path.name.startswith(_TEMPORARY):
                path.unlink(missing_ok=True)
            elif _match(path.name) and path.name != current and path != self.folder:
                self._delete(path)

    @staticmethod
    def _delete(path: Path) -> None:
        """Delete a generation, unless somebody reads it."""
        try:
            lock = hold_alone(path / LOCK)
        except FileNotFoundError:  # unfinished, or deleted by half
            shutil.rmtree(path, ignore_errors=True)
            return
        if lock is not None:
            with lock:  # gone before the lock is: no reader comes in between
                (path / LOCK).unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)

    # -- writing -------------------------------------------------------------------------------

    @property
    def database(self) -> Path:
        """Where the database of the new generation lies."""
        return self.folder / "oxigraph"

    @property
    def scratch(self) -> Path:
        """Where what is needed on the way is kept."""
        return self.folder / "scratch"

    def file(self, name: str) -> Path:
        """Return where a dataset's file lies in the new generation."""
        return self.folder / "files" / f"{name}.ttl"

    def old_file(self, name: str) -> Path:
        """Return where a dataset's file lies in the generation in place."""
        assert self.old is not None  # noqa: S101
        return self.target / self.old.generation / "files" / f"{name}.ttl"

    def begin(self, groups: Iterable[str]) -> None:
        """Make the new generation's folders.

        :param groups: folders within its files.
        """
        with self.faults():
            for group in {"", *groups}:
                (self.folder / "files" / group).mkdir(parents=True, exist_ok=True)
            self.scratch.mkdir()

    def keep(self, name: str) -> None:
        """Take a dataset's file over from the generation in place, under a second name."""
        place = self.file(name)
        with self.faults():
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self.old_file(name), place)
            except FileNotFoundError:
                raise FileError(
                    self.old_file(name), "is missing from the store: load its group again"
                ) from None
            except OSError:  # this disk has no hard links
                shutil.copyfile(self.old_file(name), place)

    def clone_database(self) -> None:
        """Start the new database as a copy of the one in place.

        Tables, which never change, get a second name; the rest, which is appended to, is copied.
        """
        assert self.old is not None  # noqa: S101
        source = self.target / self.old.generation / "oxigraph"
        with self.faults():
            self.database.mkdir(parents=True)
            for path in sorted(source.iterdir()):
                target = self.database / path.name
                if path.suffix == ".sst":
                    with suppress(OSError):
                        os.link(path, target)
                        continue
                if path.name != "LOG" and not path.name.startswith("LOG."):
                    shutil.copyfile(path, target)

    def commit(self, datasets: Iterable[Loaded], made_by: str) -> Manifest:
        """Put the new generation in place, once all of it is on the disk.

        :param datasets: what is in it.
        :param made_by: checksum of the rules and the ontology that it was made with.
        :raises FileError: if it can't be done; the store then is as it was.
        """
        manifest = Manifest(self.folder.name, {d.name: d for d in datasets}, made_by)
        with self.faults():
            shutil.rmtree(self.scratch)
            (self.folder / LOCK).touch()
            _sync(self.folder)
            _sync_folder(self.target)
            write_bytes(self.target / MANIFEST, manifest.to_json())
            _sync_folder(self.target)
        self.old = manifest
        with suppress(OSError):
            self.sweep()
        return manifest

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say in one sentence what the system refuses."""
        try:
            yield
        except OSError as error:
            self._fault(error)

    def _fault(self, error: OSError) -> NoReturn:
        code = error.errno
        text = " ".join(str(error).split())
        if code in (errno.ENOSPC, errno.EDQUOT) or "No space left" in text:
            problem = "the disk is full: make room, or put the store on another disk"
        else:
            # The database's own words end with the system's.
            reason = os.strerror(code) if code else text.rpartition(": ")[2]
            problem = f"can't be written ({reason})"
        raise FileError(self.target, f"{problem}; the store is as it was") from None


def _match(name: str) -> re.Match[str] | None:
    return _GENERATION.fullmatch(name)


def _is_ours(name: str) -> bool:
    return bool(_match(name)) or name.startswith(_TEMPORARY)


def _sync(folder: Path) -> None:
    """See to it that a folder with all that is in it is on the disk."""
    for root, _, files in os.walk(folder):
        for name in files:
            handle = os.open(os.path.join(root, name), os.O_RDONLY)  # noqa: PTH118 (for speed)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        _sync_folder(Path(root))


def _sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
