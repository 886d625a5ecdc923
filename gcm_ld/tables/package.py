"""A workbook's zip of XML parts, checked before and while it is read.

A file from anywhere may be built to fill the memory or the disk of who opens it. So the sizes that
the zip declares are held against limits first; Python's zipfile never gives more than it declared;
and a part with a document type, which could define entities, is refused: the Open Packaging
Conventions (ISO/IEC 29500-2, 8.1.4) forbid one. Nothing is ever unpacked to the disk, run or
fetched: macros, external links and embedded objects are not opened.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Protocol
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from gcm_ld.errors import FileError

__all__ = ["Handler", "Package", "local_name"]

#: Bytes of a file, of one part and of all parts unpacked, and the number of parts. A hundred
#: thousand full rows need a tenth of this.
_MAX_FILE = 128 * 2**20
_MAX_PART = 512 * 2**20
_MAX_ALL = 1024 * 2**20
_MAX_PARTS = 5_000
#: How much smaller than its content a part may be, past the first megabyte; Apache POI's limit.
_MAX_RATIO = 100
_GRACE = 2**20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_END = b"PK\x05\x06"
_CHUNK = 64 * 1024

_SAVE = "open it in a spreadsheet program and save it again as .xlsx"
_TOO_LARGE = (
    "is too large once unpacked to be a table: delete what it doesn't need, and save it again"
)


class Handler(Protocol):
    """What an XML part is read by."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element, by its name without prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""


def local_name(name: str) -> str:
    """Return an element's name without its prefix."""
    return name.rpartition(":")[2]


class Package:
    """A workbook's parts.

    :param path: the file.
    :raises FileError: if it is no zip of XML parts, or one that no spreadsheet program wrote.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: IO[bytes] = path.open("rb")
        except FileNotFoundError:
            raise FileError(path, "no such file: check the path") from None
        except OSError as error:
            raise FileError(path, f"can't be read ({error.strerror})") from None
        try:
            self._check_file()
            self._zip = ZipFile(self._file)
            # Names of parts are equal in capitals and small letters (29500-2, 6.2.2.3).
            self._parts = {part.filename.lower(): part for part in self._zip.infolist()}
            self._check_parts()
        except (BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            self._file.close()
            raise FileError(path, f"is damaged: {_SAVE}") from None
        except FileError:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def has(self, part: str) -> bool:
        """Say whether there is a part."""
        return part.lower() in self._parts

    def _check_file(self) -> None:
        size = self._file.seek(0, 2)
        self._file.seek(0)
        head = self._file.read(8)
        if not size:
            raise FileError(self.path, "is empty: save the workbook again")
        if head == _OLE:
            raise FileError(self.path, self._ole_problem())
        if not head.startswith(b"PK"):
            raise FileError(self.path, f"is no workbook: {_SAVE}")
        if size > _MAX_FILE:
            raise FileError(self.path, _TOO_LARGE)
        self._file.seek(max(0, size - 2**16 - 22))
        tail = self._file.read()
        end = tail.rfind(_END)
        # The directory is read whole, before its entries can be counted.
        if end >= 0 and int.from_bytes(tail[end + 12 : end + 16], "little") > _MAX_PARTS * 1024:
            raise FileError(self.path, _TOO_LARGE)

    def _ole_problem(self) -> str:
        tail = b""
        while piece := self._file.read(_CHUNK):
            if _ENCRYPTED in tail + piece:
                return (
                    "is protected with a password: open it, remove the password and save it again"
                )
            tail = piece[-len(_ENCRYPTED) :]
        return f"is in the old format .xls: {_SAVE}"

    def _check_parts(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_ALL:
            raise FileError(self.path, _TOO_LARGE)
        if len(self._parts) < len(parts):
            raise FileError(self.path, f"is damaged, with two parts of one name: {_SAVE}")
        for part in parts:
            if part.flag_bits & 1:
                raise FileError(
                    self.path,
                    "is protected with a password: open it, remove the password and save it again",
                )
            if _is_odd(part.orig_filename) or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise FileError(
                    self.path, f"is no workbook that a spreadsheet program wrote: {_SAVE}"
                )
            packed, size = part.compress_size, part.file_size
            # Pictures are not opened, and may well be of one colour.
            if part.filename.endswith((".xml", ".rels")) and (
                size > _MAX_PART or size - _GRACE > _MAX_RATIO * max(packed, 1)
            ):
                raise FileError(self.path, _TOO_LARGE)

    def feed(self, part: str, handler: Handler) -> Iterator[None]:
        """Read a part by a handler, a piece at each step.

        :param part: its name.
        :param handler: what takes the elements and texts.
        :raises FileError: if the part is missing, damaged, or has a document type.
        """
        from xml.parsers import expat

        def refuse(*args: object) -> None:
            problem = f"is no workbook that a spreadsheet program wrote (part {part}): {_SAVE}"
            raise FileError(self.path, problem)

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse
        names = _Names()
        start, end = handler.start, handler.end
        parser.StartElementHandler = lambda name, attributes: start(names[name], attributes)
        parser.EndElementHandler = lambda name: end(names[name])
        parser.CharacterDataHandler = handler.text
        try:
            with self._zip.open(self._parts[part.lower()]) as stream:
                while piece := stream.read(_CHUNK):
                    parser.Parse(piece, False)
                    yield
                parser.Parse(b"", True)
            yield
        except KeyError:
            raise FileError(self.path, f"is damaged (it has no part {part}): {_SAVE}") from None
        except (
            BadZipFile,
            EOFError,
            NotImplementedError,
            OSError,
            RuntimeError,
            zlib.error,
            expat.ExpatError,
        ):
            raise FileError(self.path, f"is damaged (part {part}): {_SAVE}") from None

    def read(self, part: str, handler: Handler) -> None:
        """Read a part whole by a handler."""
        for _ in self.feed(part, handler):
            pass

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """List what a part refers to inside the package.

        :param part: its name; empty for the package itself.
        :returns: identifier → the last word of the relationship's type, and the part's name.
        """
        folder = PurePosixPath(part).parent
        name = str(folder / "_rels" / f"{PurePosixPath(part).name}.rels")
        handler = _Relationships(folder)
        if self.has(name):
            self.read(name, handler)
        return handler.found


class _Names(dict[str, str]):
    """Names without their prefixes; a part has few of them, and each a hundred thousand times."""

    def __missing__(self, name: str) -> str:
        self[name] = local_name(name)
        return self[name]


class _Relationships:
    def __init__(self, folder: PurePosixPath) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = unquote(attributes.get("Target", ""))
        path = [] if target.startswith("/") else [p for p in self.folder.parts if p != "."]
        for step in target.split("/"):
            if step == "..":
                path = path[:-1]
            elif step not in ("", "."):
                path.append(step)
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found[attributes.get("Id", "")] = (kind, "/".join(path))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _is_odd(name: str) -> bool:
    """Say whether a part's name leads out of the package."""
    parts = PurePosixPath(name).parts
    return bool(re.search(r"[\\\x00]|^[A-Za-z]:|^/", name)) or ".." in parts
