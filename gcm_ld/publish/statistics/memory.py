"""Figures as JSON, so that those of a framework whose files did not change are not read anew."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence

from gcm_ld.publish.statistics.figures import Code, Cube, Figure

__all__ = ["join_cubes", "pack_cubes", "unpack_cubes"]


def pack_cubes(cubes: Sequence[Cube]) -> bytes:
    """Write cubes as compressed JSON."""
    return gzip.compress(json.dumps(cubes, ensure_ascii=False).encode(), mtime=0)


def unpack_cubes(content: bytes) -> list[Cube]:
    """Read back what :func:`pack_cubes` wrote."""
    return [
        Cube(
            name,
            base,
            date,
            tuple(
                Figure(path, {k: Code(*code) for k, code in codes.items()}, value, tuple(where))
                for path, codes, value, where in figures
            ),
            tuple(licenses),
        )
        for name, base, date, figures, licenses in json.loads(gzip.decompress(content))
    ]


def join_cubes(groups: Iterable[Sequence[Cube]]) -> list[Cube]:
    """Put the cubes of several frameworks together by name, in the order given."""
    found: dict[str, Cube] = {}
    for cubes in groups:
        for cube in cubes:
            before = found.get(cube.name)
            found[cube.name] = (
                cube
                if before is None
                else before._replace(
                    figures=before.figures + cube.figures,
                    licenses=tuple(sorted({*before.licenses, *cube.licenses})),
                )
            )
    return list(found.values())
