"""Reading files whole, and writing them in one step."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from gcm_ld.errors import FileError

__all__ = ["read_bytes", "write_bytes", "write_text"]


def read_bytes(path: Path) -> bytes:
    """Read a file whole, or say in one sentence why not.

    :raises FileError: if the file is missing or can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError(path, "no such file: check the path") from None
    except OSError as error:
        raise FileError(path, f"can't be read ({error.strerror})") from None


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 with line feeds; see :func:`write_bytes`.

    :raises FileError: if the file can't be written; an old file then stands as it was.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        raise FileError(path, "can't be written: the text is not Unicode") from None
    write_bytes(path, content)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it into place, so that no reader sees a half.

    A link keeps pointing where it did, an old file keeps its permissions, and a device or pipe
    is written to directly.

    :raises FileError: if the file can't be written; an old file then stands as it was.
    """
    import secrets  # slow to import, and only writing needs it

    target = path.resolve()
    temporary = target.with_name(f".gcm-ld-{secrets.token_hex(8)}")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        # Mode 666 less the user's umask, as for any new file.
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
    except OSError as error:
        raise FileError(path, f"can't be written ({error.strerror})") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
