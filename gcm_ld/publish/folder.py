"""The published folder: built beside its place and exchanged for the old one in one step.

Killed at any moment, the old site still stands whole, or the new one does. What did not change is
not written again: the new folder holds the same file under a second name. Files that somebody
else put there come along and are never deleted.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from gcm_ld.errors import FileError, InputError
from gcm_ld.publish.disk import clone, exchange, remove

__all__ = ["STATE", "Folder"]

#: The folder within the site that remembers what was published; servers keep it to themselves.
STATE = ".gcm-ld"
#: Every file that we made, in the form of ``sha256sum``.
MANIFEST = f"{STATE}/files.sha256"
#: Where a large file is written before its content is known.
_PIECE = f"{STATE}/piece"
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
        #: Stands beside a new site until it is whole.
        self._unfinished = self.staging.with_name(self.staging.name + ".unfinished")
        #: File → SHA-256: what we made before, and what the new site has of ours.
        self.old: dict[str, bytes] = {}
        self.new: dict[str, bytes] = {}
        self.written = 0
        #: Folders that are known to be there.
        self.made: set[str] = set()
        self._lock: IO[bytes] | None = None
        self._touched: set[str] = set()
        self._foreign: set[str] = set()
        self._begun = False

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
        if (self.target / STATE).is_symlink():
            raise InputError(f"{self.named / STATE}: is a link, and not ours: move it elsewhere")
        if Path.cwd().is_relative_to(self.target):
            raise InputError(
                f"{self.named}: you are in this folder, and it is about to be replaced: go to "
                "another one first"
            )
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self._recover()
        self.old = self._read_manifest(self.target)
        self._survey()

    def _survey(self) -> None:
        """Find out which files of the old site are as we wrote them, and which are not ours."""
        self._touched = set(self.old)
        try:
            time = (self.target / MANIFEST).stat().st_mtime_ns
        except FileNotFoundError:
            time = 0
        if self.target.is_dir():
            for prefix, names, _ in self._walk(self.target):
                for name in names:
                    path = prefix + name
                    if path not in self.old:
                        if path != MANIFEST:
                            self._foreign.add(path)
                    elif os.lstat(f"{self.target}/{path}").st_mtime_ns <= time:
                        self._touched.discard(path)

    def begin(self) -> None:
        """Start the new site as a copy of the old one, each file under a second name.

        :raises FileError: if it can't be made.
        """
        if self._begun:
            return
        self._begun = True
        try:
            self._unfinished.touch()
            if not self.target.is_dir():
                self.staging.mkdir()
            else:
                clone(self.target, self.staging)
            (self.staging / STATE).mkdir(exist_ok=True)
        except (OSError, shutil.Error) as error:
            raise self._fault(error) from None

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
        left = sorted(self.target.parent.glob(f"{glob.escape(self._prefix)}*"))
        unfinished = [path for path in left if path.suffix == ".unfinished"]
        for site in (path for path in left if path not in unfinished):
            if self.target.is_dir() and site.with_name(site.name + ".unfinished") not in unfinished:
                self._discard(site)
            else:
                remove(site)
        for marker in unfinished:
            marker.unlink(missing_ok=True)

    def _discard(self, old: Path) -> None:
        """Remove the site of before, but for what somebody put there after we took stock."""
        self._rescue(old)
        remove(old)

    def __exit__(self, *exc: object) -> None:
        if self._unfinished.exists():  # otherwise what is there is the site of before
            remove(self.staging)
            with suppress(OSError):
                self._unfinished.unlink()
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
                    if mark and len(digest) == 64 and _is_inside(name.decode()):
                        found[name.decode()] = bytes.fromhex(digest.decode())
        return found

    # -- writing -------------------------------------------------------------------------------

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the new site, without writing it where it is there already.

        :param name: its name, with ``/`` between steps.
        :raises InputError: if a file that somebody else made is in the way.
        :raises FileError: if it can't be written.
        """
        self.begin()
        digest = hashlib.sha256(content).digest()
        self._claim(name, digest)
        if self.old.get(name) == digest and name not in self._touched:
            return
        try:
            self._make_way(name)
            with open(f"{self.staging}/{name}", "xb") as out:  # noqa: PTH123 (for speed)
                out.write(content)
        except OSError as error:
            raise self._fault(error, name) from None
        self.written += 1

    def write_pieces(self, name: str, pieces: Iterator[bytes]) -> None:
        """Put a large file into the new site, piece by piece; see :meth:`write`."""
        self.begin()
        sha = hashlib.sha256()
        beside = self.staging / _PIECE
        try:
            with beside.open("wb") as out:
                for piece in pieces:
                    out.write(piece)
                    sha.update(piece)
            digest = sha.digest()
            self._claim(name, digest)
            if self.old.get(name) != digest or name in self._touched:
                self._make_way(name)
                beside.rename(self.staging / name)
                self.written += 1
            beside.unlink(missing_ok=True)
        except OSError as error:
            raise self._fault(error, name) from None

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
        self._claim(name, self.old[name])
        return True

    def is_intact(self, name: str) -> bool:
        """Tell whether a file of the old site is ours and nobody has touched it since."""
        return name in self.old and name not in self._touched

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
        if not _is_inside(name):
            raise InputError(f"{name}: would lie outside of the folder: rename the resource")
        self.new[name] = digest

    def _make_way(self, name: str) -> None:
        """Make the folder that a file is to stand in, and remove the file of before."""
        if name in self._foreign:
            self._refuse(name)
        folder = name.rpartition("/")[0]
        if folder and folder not in self.made:
            if link := self._behind(name):
                self._refuse(link)
            try:
                os.makedirs(f"{self.staging}/{folder}", exist_ok=True)  # noqa: PTH103 (for speed)
            except (FileExistsError, NotADirectoryError):
                steps = folder.split("/")
                for n in range(1, len(steps) + 1):
                    self._unmake("/".join(steps[:n]))
                os.makedirs(f"{self.staging}/{folder}", exist_ok=True)  # noqa: PTH103
            self.made.add(folder)
        place = self.staging / name
        if name in self.old:
            place.unlink(missing_ok=True)
        elif place.is_dir():
            for other in [o for o in self.old if o.startswith(name + "/") and o not in self.new]:
                (self.staging / other).unlink(missing_ok=True)
            for prefix, _, _ in self._walk(place):
                try:
                    (place / prefix).rmdir()
                except OSError:
                    self._refuse(f"{name}/{prefix}".rstrip("/"))

    def _behind(self, name: str) -> str:
        """Return the link or file of somebody else's that a name leads through, if any."""
        steps = name.split("/") if self._foreign else []
        paths = ("/".join(steps[:n]) for n in range(1, len(steps)))
        return next((path for path in paths if path in self._foreign), "")

    def _unmake(self, name: str) -> None:
        """Remove a file that stands where a folder is to be, if it is ours."""
        place = self.staging / name
        if name in self._foreign:
            self._refuse(name)
        if name in self.old and not place.is_dir():
            place.unlink(missing_ok=True)

    def _refuse(self, name: str) -> NoReturn:
        raise InputError(
            f"{self.named / name}: is in the way of a page, and gcm-ld did not make it: move it "
            "elsewhere, or publish into another folder"
        )

    # -- committing ----------------------------------------------------------------------------

    def commit(self) -> None:
        """Put the new site in the old one's place.

        :raises InputError: if a file that somebody else made is in the way.
        :raises FileError: if it can't be done; the old site then stands as it was.
        """
        self.begin()
        try:
            self._remove_gone()
            if self.new != self.old or self._touched or not self.old:
                self._write_manifest()
            self._unfinished.unlink()
            if not self.target.exists():
                self.staging.rename(self.target)
                return
            self._exchange()
            self._discard(self.staging)
        except OSError as error:
            raise self._fault(error) from None

    def _remove_gone(self) -> None:
        """Remove what we made before and is no more, and the folders that are empty then."""
        emptied = set()
        for name in self.old.keys() - self.new.keys():
            if self._behind(name):  # not ours any more
                continue
            with suppress(NotADirectoryError):  # where a file of that name is now
                (self.staging / name).unlink(missing_ok=True)
            emptied.add(name.rpartition("/")[0])
        for folder in sorted(emptied, key=len, reverse=True):
            step = folder
            while step:
                try:
                    (self.staging / step).rmdir()
                except OSError:
                    break
                step = step.rpartition("/")[0]

    def _write_manifest(self) -> None:
        lines = (f"{self.new[name].hex()}  {name}\n" for name in sorted(self.new))
        (self.staging / MANIFEST).unlink(missing_ok=True)
        with (self.staging / MANIFEST).open("xb") as out:
            for line in lines:
                out.write(line.encode())
            out.flush()
            os.fsync(out.fileno())

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

    def _fault(self, error: Exception, name: str = "") -> FileError:
        place = self.named / name if name else self.named
        code = getattr(error, "errno", None)
        if code in (errno.ENOSPC, errno.EDQUOT):
            return FileError(place, "the disk is full: make room, or publish to another disk")
        if code in (errno.EACCES, errno.EPERM, errno.EROFS):
            return FileError(
                place,
                f"can't be written ({os.strerror(code)}): the site is made beside its place, so "
                f"you need to be allowed to write to {self.target.parent}",
            )
        return FileError(place, f"can't be written ({os.strerror(code) if code else error})")


def _is_inside(name: str) -> bool:
    """Tell whether a name leads to a place in the folder, on any system."""
    steps = name.split("/")
    return not any(step in ("", ".", "..") or "\\" in step or "\0" in step for step in steps)
