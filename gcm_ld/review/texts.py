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
#: Endings of texts, and of what people may take for one.
_MARKDOWN = (".md", ".markdown")
_OTHERS = (".doc", ".docx", ".odt", ".rtf", ".txt", ".pdf")


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
    :param unread: files of a section that are no Markdown, with the section's key.
    """

    folder: Path
    blocks: dict[str, tuple[Block, ...]]
    files: dict[str, str]
    unknown: tuple[str, ...]
    unread: tuple[tuple[str, str], ...] = ()


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

    A file belongs to the section whose code its name begins with.

    :param folder: where they stand.
    :param slots: the places for texts.
    :raises InputError: if the folder is a file.
    :raises FileError: naming file and line, if a text can't be used; an InputError naming all of
        them, if it is several.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: this is a file: --texts names a folder")
    keys = {slot.key for slot in slots}
    named: dict[str, list[Path]] = {}
    unknown: list[str] = []
    unread: list[tuple[str, str]] = []
    faults: list[FileError] = []
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        if path.name.startswith((".", "~")) or not path.is_file():
            continue
        key, kind = _key(path.stem, keys), path.suffix.lower()
        if kind in _OTHERS:
            unread += [(path.name, key)] if key else []
        elif kind not in _MARKDOWN:
            continue
        elif not key:
            unknown.append(path.name)
        else:
            named.setdefault(key, []).append(path)
    blocks: dict[str, tuple[Block, ...]] = {}
    files: dict[str, str] = {}
    for key, several in named.items():
        for path in several:
            files.setdefault(key, path.name)
            try:
                found = read_markdown(_read(path), path, f"text-{key}")
            except FileError as error:
                faults.append(error)
                continue
            if found and key in blocks:
                problem = f"{files[key]} is for the same section, {key}: put both into one file"
                faults.append(FileError(path, problem))
            elif found:  # beside which one with a comment only does no harm
                blocks[key], files[key] = found, path.name
    if len(faults) == 1:
        raise faults[0]
    if faults:
        places = "\n".join(f"  {fault}" for fault in faults)
        raise InputError(f"{len(faults)} texts can't be used:\n{places}")
    return Texts(folder, blocks, files, tuple(unknown), tuple(unread))


def _key(stem: str, keys: set[str]) -> str:
    """Tell the key that a file's name begins with, however it goes on; nothing if there is none.

    >>> [_key(name, {"3", "3.1", "objective-2"}) for name in ("3.1 Laws", "Objective_2", "3.12")]
    ['3.1', 'objective-2', '']
    """
    name = re.sub(r"[\s_]+", "-", stem).casefold()
    for key in sorted(keys, key=len, reverse=True):
        begin = re.sub(r"[\s_]+", "-", key).casefold()
        if name.startswith(begin) and re.match(r"(?!\w)(?!\.\w)", name[len(begin) :]):
            return key
    return ""


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
