"""Verdicts written down, and the keys of what they depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gcm_ld.resources import folder, turtle_files
from gcm_ld.validate.engines import parse_term
from gcm_ld.validate.findings import Finding
from gcm_ld.validate.outline import Input

__all__ = [
    "code_digest",
    "digest",
    "digest_of",
    "digests",
    "engine_version",
    "from_row",
    "shipped_digest",
    "to_json",
    "to_row",
]


def to_row(f: Finding) -> list[str | None]:
    """Return a finding in plain values."""
    value = None if f.value is None else str(f.value)
    return [f.severity, f.focus, f.path, value, f.message, f.shape, f.component, f.file]


def from_row(row: Sequence[Any]) -> Finding:
    """Return the finding that :func:`to_row` wrote."""
    severity, focus, path, value, message, shape, component, *file = row
    term = None if value is None else parse_term(value)
    return Finding(severity, focus, path, term, message, shape, component, *file)


def to_json(value: object) -> bytes:
    """Write plain values down."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def digest(*texts: bytes) -> str:
    """Return one SHA-256 of some texts."""
    made = hashlib.sha256()
    for text in texts:
        made.update(b"%d\n" % len(text))
        made.update(text)
    return made.hexdigest()


def digest_of(*parts: object) -> str:
    """Return the digest of plain values."""
    return digest(to_json(parts))


def digests(files: Iterable[Input]) -> list[str]:
    """Return the digests of some files, in order."""
    return [file.digest for file in files]


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the digest of what makes verdicts: gcm-ld's version, and the code that judges."""
    from gcm_ld import __version__

    here = Path(__file__).parent
    code = [*sorted(here.glob("*.py")), *sorted((here.parent / "cube").glob("*.py"))]
    return digest(__version__.encode(), *(path.read_bytes() for path in code))


@lru_cache(maxsize=1)
def shipped_digest() -> str:
    """Return the digest of all that may come along with one's own files."""
    files = [p for name in ("ontology", "data") for p in turtle_files(folder(name))]
    return digest(*(part for p in files for part in (p.name.encode(), p.read_bytes())))


@lru_cache(maxsize=4)
def engine_version(engine: str) -> str:
    """Return an engine's version; empty if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    if engine == "shacl":
        try:
            import shacl
        except ImportError:
            return ""
        return str(shacl.__version__)
    try:
        return version(engine)
    except PackageNotFoundError:
        return ""
