"""What the last run remembers for the next, in the published folder, out of sight of readers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from gcm_ld import __version__
from gcm_ld.publish.folder import STATE, Folder
from gcm_ld.resources import folder

__all__ = ["State", "recipe"]

_FILE = f"{STATE}/state.json"
#: Packages whose versions may change what a page looks like.
_PACKAGES = ("jinja2", "matplotlib", "pyoxigraph")


@dataclass
class State:
    """What a run has made of what.

    :param recipe: digest of all that makes pages, beside the data.
    :param parts: dataset → digests of what its dumps were made of, and its figures.
    :param units: other files, such as a report → digest of what they were made of.
    """

    recipe: str = ""
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, target: Folder) -> State:
        """Read the state of the site that is there, if any."""
        try:
            found = json.loads(target.read_old(_FILE) or b"{}")
            return cls(found["recipe"], found["parts"], found["units"])
        except (ValueError, KeyError, TypeError):
            return cls()

    def write(self, target: Folder) -> None:
        """Write the state into the new site."""
        content = {"parts": self.parts, "recipe": self.recipe, "units": self.units}
        target.write(_FILE, (json.dumps(content, indent=0, sort_keys=True) + "\n").encode())


def recipe(*more: str) -> str:
    """Return a digest of all that makes a site of data: code, ontology, shapes, questions.

    :param more: what else it depends on, such as the settings.
    """
    sha = hashlib.sha256(__version__.encode())
    package = Path(__file__).resolve().parent.parent
    roots = [package, *(folder(name) for name in ("ontology", "shapes", "queries"))]
    for root in roots:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            below = path.relative_to(root).as_posix()
            if "__pycache__" in below or below.startswith("_bundled"):
                continue
            sha.update(below.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for name in _PACKAGES:
        try:
            sha.update(f"{name} {metadata.version(name)}\n".encode())
        except metadata.PackageNotFoundError:
            sha.update(f"{name} none\n".encode())
    for text in more:
        sha.update(text.encode() + b"\0")
    return sha.hexdigest()
