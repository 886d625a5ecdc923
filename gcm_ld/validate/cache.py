"""Verdicts that were found before, kept in a folder of the user's.

Nothing depends on it: an entry that is broken, or a folder that can't be read or written, is as
good as none.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["FOLDER", "Cache", "cache_folder"]

#: The environment's variable that names another folder.
FOLDER = "GCM_LD_CACHE"
#: More than this is not kept; what was not asked for longest goes first.
_LIMIT = 256 * 1024 * 1024
#: Down to this share of the limit, so that not every run has to look.
_SHARE = 0.8
_MARK = b"gcm-ld 1\n"
_SUM = 64


def cache_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Return the folder for what can be made anew.

    :param environment: the environment's variables.
    :param system: the platform, as ``sys.platform`` names it.

    >>> cache_folder({"XDG_CACHE_HOME": "/var/cache/me"}, "linux").as_posix()
    '/var/cache/me/gcm-ld'
    """
    if environment.get(FOLDER):
        return Path(environment[FOLDER])
    base = environment.get("XDG_CACHE_HOME", "")
    if Path(base).is_absolute():  # others are ignored (XDG Base Directory Specification)
        return Path(base) / "gcm-ld"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 (Path.home() raises where there is none)
    if system == "darwin":
        return home / "Library" / "Caches" / "gcm-ld"
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "gcm-ld"
    return home / ".cache" / "gcm-ld"


class Cache:
    """A folder of entries, each under a key of its own.

    :param folder: the folder, made when first written to.
    :param limit: bytes that it may hold.
    """

    def __init__(self, folder: Path, *, limit: int = _LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._wrote = 0

    @classmethod
    def default(cls) -> Cache:
        """Return the user's own."""
        return cls(cache_folder() / "validate")

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def get(self, key: str) -> bytes | None:
        """Return an entry, or nothing if it is not there or broken.

        :param key: a digest in hexadecimal digits.
        """
        path = self._path(key)
        try:
            text = path.read_bytes()
        except OSError:
            return None
        start = len(_MARK) + _SUM
        content = text[start:]
        if text[:start] != _MARK + hashlib.sha256(content).hexdigest().encode():
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # what is asked for stays longest
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep an entry, in one step; see :meth:`get`."""
        path = self._path(key)
        # The process's number: two runs may write the same entry at once.
        temporary = path.with_name(f".{path.name[:16]}-{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            checksum = hashlib.sha256(content).hexdigest().encode()
            temporary.write_bytes(_MARK + checksum + content)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            return
        self._wrote += 1

    def tidy(self) -> None:
        """Drop what was not asked for longest, where there is too much; after writing."""
        if not self._wrote:
            return
        self._wrote = 0
        entries = []
        for folder in _list(self.folder):
            for entry in _list(folder.path):
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    entries.append((status.st_mtime_ns, entry.path, status.st_size))
        size = sum(entry[2] for entry in entries)
        if size <= self.limit:
            return
        for _, path, length in sorted(entries):
            with suppress(OSError):
                Path(path).unlink()
            size -= length
            if size <= self.limit * _SHARE:
                return


def _list(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []
