"""Make a world of countries to measure on: Albania's files under other names, a folder each.

    python benchmarks/world.py FOLDER COUNTRIES

Nothing in it is true of any country but the first.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make_world(target: Path, countries: int) -> Path:
    """Write the files of a number of countries.

    :param target: the folder, which must not be there.
    :param countries: how many; about 10,000 statements each.
    :returns: the folder.
    """
    for number in range(countries):
        code = f"x{number:03}" if number else "alb"
        folder = target / code
        folder.mkdir(parents=True)
        for source in sorted((ROOT / "data" / "alb").glob("*.ttl")):
            text, name = source.read_text(encoding="utf-8"), source.name
            if number:
                for old, new in (
                    ("alb-", f"{code}-"),
                    ("gcm--sdg", f"gcm--sdg--{code}-nsm-2019"),
                    ("migof", f"{code}-migof"),
                ):
                    text, name = text.replace(old, new), name.replace(old, new)
            (folder / name).write_text(text, encoding="utf-8")
    return target


if __name__ == "__main__":
    make_world(Path(sys.argv[1]), int(sys.argv[2]))
