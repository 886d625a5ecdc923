"""The published folder: built beside its place and exchanged for the old one in one step.

Killed at any moment, the old site still stands whole, or the new one does. What did not change is
not written again: the new folder holds the same file under a second name. Files that somebody
else put there come along and are never deleted.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from gcm_ld.errors import FileError, InputError

__all__ = ["STATE", "Folder", "exchange"]

#: The folder within the site that remembers what was published; servers keep it to themselves.
STATE = ".gcm-ld"
#: Every file that we made, in the form of ``sha256sum``.
MANIFEST = f"{STATE}/files.sha256"
#: Stands in a new site until it is whole.
UNFINISHED = f"{STATE}/unfinished"
_CHUNK = 1 << 20


class Folder:
    """A site in the making, used as a context; nothing is there before :meth:`commit`.

    :param target: the folder to be published.
    :raises FileError: if it can't be written beside.
    :raises InputError: if another run is publishing it.
    """

    def __init__(self, target: Path) -> None:
        self.named = target
        self.target = Path(os.path.realpath(target))
        name = self.target.name
        self._prefix = f".{name}.gcm-ld-"
        self._lock_path = self.target.parent / f".{name}.gcm-ld.lock"
        self._aside = self.target.parent / f".{name}.gcm-ld.old"
        self.staging = self.target.parent / f"{self._prefix}{secrets.token_hex(6)}"
        self.old: dict[str, bytes] = {}
        self.new: dict[str, bytes] = {}
        self.written = 0
        self.made: set[str] = set()
        self._lock: IO[bytes] | None = None
        self._manifest_time = 0

    # -- opening and closing -------------------------------------------------------------------

    def __enter__(self) -> Folder:
        try:
            self._open()
        except OSError as error:
            self._unlock()
            raise self._fault(error) from None
        except BaseException:
            self._unlock()
            raise
        return self

    def _open(self) -> None:
        if not self.target.name:
            raise InputError(f"{self.named}: can't be replaced: publish into a folder below it")
        if self.target.exists() and not self.target.is_dir():
            raise InputError(f"{self.named}: is a file: name a folder to publish into")
        if self.target.is_dir() and os.path.ismount(self.target):
            raise InputError(
                f"{self.named}: is where a disk is mounted, and can't be replaced in one step: "
                "publish into a folder below it"
            )
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self._recover()
        self.old = self._read_manifest(self.target)
        with suppress(FileNotFoundError):
            self._manifest_time = (self.target / MANIFEST).stat().st_mtime_ns
        self.staging.mkdir()
        (self.staging / STATE).mkdir()
        (self.staging / UNFINISHED).touch()
        if self.target.is_dir():
            self.staging.chmod(self.target.stat().st_mode & 0o7777)

    def _take_lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            return
        while True:
            self._lock = self._lock_path.open("ab")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._lock.close()
                self._lock = None
                raise InputError(
                    f"{self.named}: another gcm-ld publish is at work on it: wait for it to end"
                ) from None
            with suppress(FileNotFoundError):
                if self._lock_path.stat().st_ino == os.fstat(self._lock.fileno()).st_ino:
                    return
            self._lock.close()  # the run that held it has just ended, and taken it away

    def _recover(self) -> None:
        """Clear away what a run that was killed has left."""
        if self._aside.is_dir():  # killed between the two renames
            if self.target.exists():
                self._discard(self._aside)
            else:
                self._aside.rename(self.target)
        for left in self.target.parent.glob(f"{self._prefix}*"):
            if self.target.is_dir() and not (left / UNFINISHED).exists():
                self._discard(left)
            else:
                shutil.rmtree(left, ignore_errors=True)

    def _discard(self, old: Path) -> None:
        """Remove the site of before, but for what somebody put there after we took stock."""
        self._rescue(old)
        shutil.rmtree(old, ignore_errors=True)

    def __exit__(self, *exc: object) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            with suppress(OSError):
                self._lock_path.unlink()
            self._lock.close()
            self._lock = None

    @staticmethod
    def _read_manifest(root: Path) -> dict[str, bytes]:
        """Return the files that we made in a folder, with their SHA-256."""
        found = {}
        with suppress(FileNotFoundError):
            for line in (root / MANIFEST).read_bytes().splitlines():
                digest, mark, name = line.partition(b"  ")
                with suppress(ValueError):
                    if mark and len(digest) == 64:
                        found[name.decode()] = bytes.fromhex(digest.decode())
        return found

    # -- writing -------------------------------------------------------------------------------

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the new site, without writing it where it is there already.

        :param name: its name, with ``/`` between steps.
        :raises FileError: if it can't be written.
        """
        self._claim(name, hashlib.sha256(content).digest())
        if self._same(name) and self._link(name):
            return
        try:
            with self._create(name) as out:
                out.write(content)
        except OSError as error:
            raise self._fault(error, name) from None
        self.written += 1

    def write_pieces(self, name: str, pieces: Iterator[bytes]) -> tuple[int, str]:
        """Put a large file into the new site, piece by piece; see :meth:`write`.

        :returns: its size in bytes, and its SHA-256.
        """
        sha, size = hashlib.sha256(), 0
        try:
            with self._create(name) as out:
                for piece in pieces:
                    out.write(piece)
                    sha.update(piece)
                    size += len(piece)
            self._claim(name, sha.digest())
            if self._same(name):
                (self.staging / name).unlink()
                if self._link(name):
                    return size, sha.hexdigest()
                raise OSError(errno.EIO, "the file before can't be kept")
        except OSError as error:
            raise self._fault(error, name) from None
        self.written += 1
        return size, sha.hexdigest()

    def take_over(self, made: dict[str, bytes], folders: set[str], written: int) -> None:
        """Take note of what another process has put into the new site.

        :param made: its files, with their SHA-256.
        :param folders: folders that it made.
        :param written: how many of the files were not there before.
        """
        if not made.keys().isdisjoint(self.new):
            raise AssertionError("two resources are in one file")
        self.new |= made
        self.made |= folders
        self.written += written

    def keep(self, name: str) -> bool:
        """Take a file of the old site over as it is.

        :returns: whether it could be: whether it was there, and as we wrote it.
        """
        if not self.is_intact(name):
            return False
        digest = self.old[name]
        self._claim(name, digest)
        if self._link(name):
            return True
        del self.new[name]
        return False

    def read_old(self, name: str) -> bytes | None:
        """Return a file of the old site as we wrote it; nothing if it is gone or changed."""
        if name not in self.old:
            return None
        with suppress(OSError):
            content = (self.target / name).read_bytes()
            if hashlib.sha256(content).digest() == self.old[name]:
                return content
        return None

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file of the new site."""
        return self.new[name].hex()

    def _claim(self, name: str, digest: bytes) -> None:
        if name in self.new:
            raise AssertionError(f"{name} is made twice")
        steps = name.split("/")
        if any(step in ("", ".", "..") or "\\" in step or "\0" in step for step in steps):
            raise InputError(f"{name}: would lie outside of the folder: rename the resource")
        self.new[name] = digest

    def _same(self, name: str) -> bool:
        return self.old.get(name) == self.new[name] and self.is_intact(name)

    def is_intact(self, name: str) -> bool:
        """Tell whether a file of the old site is ours and nobody has touched it since."""
        if name not in self.old:
            return False
        try:
            info = os.lstat(f"{self.target}/{name}")
        except OSError:
            return False
        return info.st_mtime_ns <= self._manifest_time

    def _parent(self, name: str) -> None:
        folder = name.rpartition("/")[0]
        if folder and folder not in self.made:
            os.makedirs(f"{self.staging}/{folder}", exist_ok=True)  # noqa: PTH103 (ten times faster)
            self.made.add(folder)

    def _create(self, name: str) -> IO[bytes]:
        self._parent(name)
        return open(f"{self.staging}/{name}", "xb")  # noqa: PTH123 (names as text, for speed)

    def _link(self, name: str) -> bool:
        """Give the old file a second name in the new site, or copy it where a disk can't."""
        self._parent(name)
        source, target = f"{self.target}/{name}", f"{self.staging}/{name}"
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:
            try:
                shutil.copy2(source, target, follow_symlinks=False)
            except OSError:
                return False
        return True

    # -- committing ----------------------------------------------------------------------------

    def commit(self) -> None:
        """Put the new site in the old one's place.

        :raises InputError: if a file that somebody else made is in the way.
        :raises FileError: if it can't be done; the old site then stands as it was.
        """
        try:
            if self.target.is_dir():
                self._carry_over()
            if self.new != self.old or not (self.target / MANIFEST).is_file():
                self._write_manifest()
            else:
                self._link(MANIFEST)
            (self.staging / UNFINISHED).unlink()
            if not self.target.exists():
                self.staging.rename(self.target)
                return
            self._exchange()
            self._discard(self.staging)
        except OSError as error:
            raise self._fault(error) from None

    def _write_manifest(self) -> None:
        with self._create(MANIFEST) as out:
            for name in sorted(self.new):
                out.write(f"{self.new[name].hex()}  {name}\n".encode())
            out.flush()
            os.fsync(out.fileno())

    def _carry_over(self) -> None:
        """Take over what somebody else put into the old site."""
        for folder in list(self.made):
            while folder := folder.rpartition("/")[0]:
                self.made.add(folder)
        for folder, names, folders in self._walk(self.target):
            for name in names:
                path = folder + name
                if path in self.old or path == MANIFEST:
                    continue
                if path in self.new or self._in_the_way(path):
                    raise InputError(
                        f"{self.named / path}: is in the way of a page, and gcm-ld did not make "
                        "it: move it elsewhere, or publish into another folder"
                    )
                if not self._link(path):
                    raise FileError(self.named / path, "can't be taken over: move it elsewhere")
            for name in folders:
                self._carry_folder(folder + name)

    def _in_the_way(self, path: str) -> bool:
        """Whether a foreign file stands where a folder is to be, or in a folder now a file."""
        steps = path.split("/")
        return path in self.made or any(
            "/".join(steps[:n]) in self.new for n in range(1, len(steps))
        )

    def _carry_folder(self, path: str) -> None:
        old = self.target / path
        new = self.staging / path
        if new.is_dir():
            with suppress(OSError):
                shutil.copymode(old, new)
        elif next(old.iterdir(), None) is None:  # empty, and so not ours
            new.mkdir(parents=True, exist_ok=True)
            shutil.copymode(old, new)

    @staticmethod
    def _walk(root: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        """Walk a folder bottom-up without following links: prefix, files and folders by name."""
        stack = [""]
        order = []
        while stack:
            prefix = stack.pop()
            files: list[str] = []
            folders: list[str] = []
            with os.scandir(f"{root}/{prefix}") as entries:
                for entry in entries:
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
            order.append((prefix, sorted(files), sorted(folders)))
            stack += [f"{prefix}{name}/" for name in folders]
        yield from reversed(order)

    def _exchange(self) -> None:
        if exchange(self.staging, self.target):
            return
        # No such call here: two renames, the first of which the next run can undo.
        self.target.rename(self._aside)
        try:
            self.staging.rename(self.target)
        except OSError:
            self._aside.rename(self.target)
            raise
        self._aside.rename(self.staging)

    def _rescue(self, old: Path) -> None:
        """Move what somebody put into the old site while the new one was being made."""
        ours = self._read_manifest(old)
        for folder, names, _ in self._walk(old):
            for name in names:
                path = folder + name
                if path in ours or path.startswith(f"{STATE}/"):
                    continue
                there, here = old / path, self.target / path
                if os.path.lexists(here):
                    one, other = there.lstat(), here.lstat()
                    if one.st_ino == other.st_ino or one.st_mtime_ns <= other.st_mtime_ns:
                        continue
                here.parent.mkdir(parents=True, exist_ok=True)
                there.replace(here)

    def _fault(self, error: OSError, name: str = "") -> FileError:
        place = self.named / name if name else self.named
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return FileError(place, "the disk is full: make room, or publish to another disk")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return FileError(
                place,
                f"can't be written ({error.strerror}): the site is made beside its place, so "
                f"you need to be allowed to write to {self.target.parent}",
            )
        return FileError(place, f"can't be written ({error.strerror or error})")


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders' names in one step.

    :returns: whether this system and disk can.
    :raises OSError: if they can, and it failed.
    """
    libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    call: Any
    if sys.platform == "darwin":
        call, arguments = (
            getattr(libc, "renamex_np", None),
            (os.fsencode(one), os.fsencode(other), 2),
        )
    else:
        call = getattr(libc, "renameat2", None)
        arguments = (-100, os.fsencode(one), -100, os.fsencode(other), 2)
    if call is None:
        return False
    if call(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))
