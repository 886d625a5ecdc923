"""What people write for a review: one Markdown file a section, which is never written over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes, write_text
from gcm_ld.language import say
from gcm_ld.review.markdown import read_markdown
from gcm_ld.review.model import Block

__all__ = ["Slot", "Texts", "default_folder", "make_files", "read_texts", "text_key"]

#: What the key of an objective's text begins with.
_OBJECTIVE = "objective-"


class Slot(NamedTuple):
    """A place for a text: its key, the section's title, what belongs there, and who might know.

    ``head`` is what the file's comment begins with.
    """

    key: str
    title: str
    what: str
    who: str
    head: str

    @property
    def file(self) -> str:
        """The file that the first run makes for it."""
        if self.key.startswith(_OBJECTIVE):
            return f"{self.key}.md"
        words = re.findall(r"[a-z0-9]+", self.title.casefold())
        name = self.key
        for word in words:  # whole words, and no name longer than a list shows
            if len(name) + len(word) > 48:
                break
            name += f"-{word}"
        return f"{name}.md"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a folder.

    :param folder: where they stand.
    :param blocks: for each key with a text what it says.
    :param files: for each key the file's name.
    :param unknown: files that belong to no section.
    """

    folder: Path
    blocks: dict[str, tuple[Block, ...]]
    files: dict[str, str]
    unknown: tuple[str, ...]


def text_key(code: str) -> str:
    """Return the key of a section's text: its code, with nothing that a file's name can't hold.

    >>> text_key("3.1"), text_key("A/1 b")
    ('3.1', 'A_1_b')
    """
    return re.sub(r"[^\w.]+", "_", code)


def default_folder(
    paths: Sequence[Path], output: Path, country: str, year: int, *, alone: bool = True
) -> Path:
    """Return the folder of the texts where none was named.

    :param paths: the user's own data, beside which they stand.
    :param output: the document, beside which they stand where the data are no folder.
    :param country: the country's code.
    :param year: the year of the review.
    :param alone: whether the data are of this country only.
    """
    if paths and alone:
        place = paths[0] if paths[0].is_dir() else paths[0].parent
        return place / f"review-{year}"
    if paths and paths[0].is_dir():
        return paths[0] / f"review-{country.lower()}-{year}"
    return output.parent / f"review-{country.lower()}-{year}"


def read_texts(folder: Path, slots: Iterable[Slot]) -> Texts:
    """Read the texts of a folder; there may be none yet.

    A file belongs to the section whose code its name begins with, up to the first hyphen.

    :param folder: where they stand.
    :param slots: the places for texts.
    :raises InputError: if the folder is a file.
    :raises FileError: naming file and line, if a text can't be used.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: this is a file: --texts names a folder")
    keys = {slot.key for slot in slots}
    files: dict[str, Path] = {}
    unknown: list[str] = []
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        if path.suffix.lower() != ".md" or path.name.startswith(".") or not path.is_file():
            continue
        key = _key(path.stem, keys)
        if key not in keys:
            unknown.append(path.name)
        elif key in files:
            raise FileError(
                path,
                f"{files[key].name} is for the same section, {key}: put both texts into one file",
            )
        else:
            files[key] = path
    blocks = {}
    for key, path in files.items():
        text = _read(path)
        found = read_markdown(text, path, f"text-{key}")
        if found:
            blocks[key] = found
    return Texts(folder, blocks, {k: p.name for k, p in files.items()}, tuple(unknown))


def _key(stem: str, keys: set[str]) -> str:
    """Tell the key of a file's name: its beginning, up to a hyphen."""
    parts = stem.split("-")
    begins = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((b for b in begins if b in keys), stem)


def _read(path: Path) -> str:
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(path, "this is not UTF-8 text: save it as UTF-8", line=line) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileError(path, "this is no text file: save it as plain text", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def make_files(texts: Texts, slots: Iterable[Slot]) -> list[Path]:
    """Make a file for each place that has none, with a comment on what belongs there.

    :param texts: what there is; no file of it is touched.
    :param slots: the places for texts.
    :returns: the files made.
    :raises FileError: if one can't be made.
    """
    wanted = [s for s in slots if s.key not in texts.files]
    if not wanted:
        return []
    try:
        texts.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(texts.folder, f"can't be made ({error.strerror})") from None
    made = []
    for slot in wanted:
        path = texts.folder / slot.file
        if not path.exists():
            write_text(path, _comment(slot))
            made.append(path)
    return made


def _comment(slot: Slot) -> str:
    lines = [
        slot.head,
        "",
        say("What belongs here: {what}", what=slot.what),
        say("Who might know: {who}", who=slot.who) if slot.who else "",
        "",
        say(
            "Write below this comment, in Markdown. What you write takes the place of the mark in "
            "the document; the figures around it are made anew from the data each time. This file "
            "is never written over."
        ),
    ]
    body = "\n".join(lines).replace("-->", "->").replace("\n\n\n", "\n\n")
    return f"<!--\n{body}\n-->\n"
