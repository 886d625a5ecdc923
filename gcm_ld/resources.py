"""Where the ontology, shapes, queries and data live: in a checkout or inside the wheel."""

from __future__ import annotations

from pathlib import Path

from gcm_ld.errors import GcmLdError

__all__ = ["FOLDERS", "folder", "shipped_data", "turtle_files"]

#: The folders that travel with the package.
FOLDERS = ("ontology", "shapes", "queries", "data")

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

    :param path: a folder or a file.
    """
    if path.is_dir():
        return sorted(p for p in path.rglob("*.ttl") if p.is_file())
    return [path]


def shipped_data(*sources: str) -> list[Path]:
    """List the shipped data files.

    :param sources: folders of ``data/`` such as ``gcm``; all of them if none is given.
    """
    root = folder("data")
    return [f for s in sources for f in turtle_files(root / s)] if sources else turtle_files(root)
