"""Which datasets a load is about: files by group and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gcm_ld.errors import EmptyDatasetError, FileError, InputError
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store.database import DERIVED, OBSERVATIONS

__all__ = ["Item", "check_names", "find_items", "shipped_item"]

#: Last steps of a name that would make its graph look like one of ours.
_TAKEN = {DERIVED.strip("/"), OBSERVATIONS.strip("/")}


class Item(NamedTuple):
    """A dataset to be loaded.

    :param name: ``{group}/{stem}``, such as ``alb/gcm--alb-nsm-2019``.
    :param group: the folder of one country or source, such as ``alb``.
    :param path: the file.
    :param own: whether it was asked for, or comes along as context.
    """

    name: str
    group: str
    path: Path
    own: bool = True


def find_items(paths: Iterable[Path]) -> list[Item]:
    """List the datasets at paths.

    A folder with Turtle files in it is a group; a folder of folders is a group for each; a file
    belongs to the group of its folder's name.

    :param paths: files and folders; none for the shipped data.
    :raises FileError: if a path does not exist.
    :raises EmptyDatasetError: if a path holds no Turtle file.
    :raises InputError: if two folders would become one group, or a name is not fit for a dataset.
    """
    paths = tuple(paths) or (folder("data"),)
    homes: dict[str, Path] = {}
    items: dict[str, Item] = {}
    for path in paths:
        if not path.exists():
            raise FileError(path, "no such file or folder: check the path")
        found = list(_groups(path))
        if not found:
            raise EmptyDatasetError(f"{path}: no Turtle file (*.ttl) here: check the path")
        for home, files in found:
            group = home.name
            if not group:
                raise InputError(f"{path}: the root of a disk is no group: load a folder below it")
            if homes.setdefault(group, home) != home:
                raise InputError(
                    f"{homes[group]} and {home} would both become the group {group}: load one, or "
                    "rename the other folder"
                )
            for file in files:
                below = file.resolve().relative_to(home) if home in file.resolve().parents else file
                item = Item(f"{group}/{below.with_suffix('').as_posix()}", group, file)
                other = items.setdefault(item.name, item)
                if other.path.resolve() != file.resolve():
                    raise InputError(
                        f"{other.path} and {file} would both become the dataset {item.name}: "
                        "rename one of the files"
                    )
    check_names(items)
    return list(items.values())


def _groups(path: Path) -> Iterator[tuple[Path, list[Path]]]:
    """List the groups at a path: the real folder, and its files as the user would name them."""
    if not path.is_dir():
        yield path.resolve().parent, [path]
    elif any(p.suffix == ".ttl" and p.is_file() for p in path.iterdir()):
        yield path.resolve(), turtle_files(path)
    else:
        for below in sorted(path.iterdir()):
            if below.is_dir():
                yield from _groups(below)


def check_names(names: Iterable[str]) -> None:
    """Refuse names that would not stay apart as addresses of graphs.

    :raises InputError: naming the first such.
    """
    known: dict[str, str] = {}
    for name in names:
        if name.rpartition("/")[2] in _TAKEN:
            raise InputError(f"{name}: that is how the store names its own graphs: rename the file")
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise InputError(
                f"{other} and {name} differ by capitals only, and a dataset's address must not: "
                "rename one of the files"
            )


def shipped_item(path: Path) -> Item:
    """Return a shipped file as a dataset that comes along as context."""
    below = path.relative_to(folder("data"))
    return Item(below.with_suffix("").as_posix(), below.parts[0], path, own=False)
