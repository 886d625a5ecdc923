"""Where the ontology, shapes, queries and data live: in a checkout or inside the wheel."""

from __future__ import annotations

from pathlib import Path

from gcm_ld.errors import GcmLdError

__all__ = ["FOLDERS", "UNFINISHED", "folder", "shipped_data", "turtle_files"]

#: The folders that travel with the package.
FOLDERS = ("ontology", "shapes", "queries", "data")

#: How the name of a folder begins in which files wait until all of them are written.
UNFINISHED = ".gcm-ld-"

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return one of the resource folders.

    :param name: one of :data:`FOLDERS`.
    :returns: its path: inside the package when installed from a wheel, beside it in a checkout.
    :raises GcmLdError: if the installation lacks it.
    """
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent):
        path = root / name
        if path.is_dir():
            return path
    raise GcmLdError(f"this installation lacks its {name}/ folder: reinstall gcm-ld")


def turtle_files(path: Path) -> list[Path]:
    """List the Turtle files below a folder in a stable order, or the one file named.

    What an import has left behind that was killed while it wrote is no data.

    :param path: a folder or a file.
    """
    if path.is_dir():
        found = (p for p in path.rglob("*.ttl") if p.is_file())
        return sorted(p for p in found if not _is_unfinished(p.relative_to(path)))
    return [path]


def _is_unfinished(path: Path) -> bool:
    return any(part.startswith(UNFINISHED) for part in path.parts[:-1])


def shipped_data(*sources: str) -> list[Path]:
    """List the shipped data files.

    :param sources: folders of ``data/`` such as ``gcm``; all of them if none is given.
    """
    root = folder("data")
    return [f for s in sources for f in turtle_files(root / s)] if sources else turtle_files(root)
