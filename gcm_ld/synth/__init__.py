"""A synthetic world: made-up countries in the form, size and proportions of a real one.

Nothing in it is about any country: codes are those that ISO 3166-1 leaves to its users, every
title says so, and everything is typed ``gcmo:Synthetic``, which no real data may stand beside.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gcm_ld.errors import FileError, InputError
from gcm_ld.synth.country import make_country
from gcm_ld.synth.values import Density
from gcm_ld.synth.world import CODES, country_code, read_world

__all__ = ["CODES", "Density", "Made", "write_world"]


class Made(NamedTuple):
    """What was written."""

    countries: int
    files: int
    size: int


def write_world(
    target: Path,
    *,
    countries: int,
    seed: int = 1,
    density: Density | None = None,
    jobs: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Made:
    """Write a world, a folder for each country.

    A country's files depend on the seed and its number only: a larger world begins with a
    smaller one. Only one country a process is held in memory.

    :param target: the folder to make, which must be empty if it is there.
    :param countries: how many, up to :data:`CODES`.
    :param seed: the world's number; another one gives other countries.
    :param density: how many values their indicators have.
    :param jobs: how many processes; as many as there are processors if not given.
    :param progress: told after each country how many are done.
    :raises InputError: if there are too few or too many countries, years or cells.
    :raises FileError: if the folder is not empty, or can't be written.
    """
    if countries < 1:
        raise InputError(f"{countries} countries: make at least one, with --countries 1 or more")
    country_code(countries)
    density = density or Density()
    density.check()
    if target.exists() and not target.is_dir():
        raise FileError(target, "is a file: name a folder with -o")
    if target.is_dir() and any(target.iterdir()):
        raise FileError(target, "is not empty: name a new folder, or remove what is in it")
    beside = target.absolute().parent / f".gcm-ld-{secrets.token_hex(8)}"
    files = size = 0
    try:
        beside.mkdir(parents=True)
        for done, sizes in enumerate(_each(beside, countries, seed, density, jobs), 1):
            files, size = files + len(sizes), size + sum(sizes)
            progress(done)
        beside.chmod(0o755)
        beside.replace(target)
    except OSError as error:
        raise FileError(target, f"can't be written ({error.strerror})") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Made(countries, files, size)


def _each(
    folder: Path, countries: int, seed: int, density: Density, jobs: int | None
) -> Iterator[list[int]]:
    """Write country after country, in several processes where that pays."""
    numbers = range(1, countries + 1)
    workers = min(jobs or os.cpu_count() or 1, countries)
    if workers == 1 or countries < 4:
        yield from (_write_country(folder, seed, density, number) for number in numbers)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(partial(_write_country, folder, seed, density), numbers, chunksize=4)


def _write_country(folder: Path, seed: int, density: Density, number: int) -> list[int]:
    """Write one country's files, and return their sizes."""
    own = folder / country_code(number).lower()
    own.mkdir()
    files = make_country(read_world(seed), number, density)
    for name, content in files.items():
        (own / name).write_bytes(content)
    return [len(content) for content in files.values()]
