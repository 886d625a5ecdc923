"""Write the messages of the code into the catalogues: ``python docs/messages.py``.

The template ``messages.pot`` is made of the literals that the code and the page's templates give
to ``say``, ``say_many`` and ``message``. Every ``.po`` file beside it gets the new messages, not
yet translated, and loses those that are gone; translations are kept as they are. A catalogue that
holds nothing but its header waits for its first translation, and is left as it is.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import polib
from jinja2 import nodes

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ROOT / "gcm_ld" / "language"
TEMPLATE = LANGUAGE / "messages.pot"
#: function → how many of its arguments are messages.
FUNCTIONS = {"message": 1, "say": 1, "say_many": 2}
_WIDTH = 100

#: A message, its form for many if it has one, the file, and the line.
Found = tuple[str, str | None, Path, int]


class NotLiteralError(Exception):
    """A message that is made at run time, and so can't be translated."""


def find_messages(root: Path = ROOT / "gcm_ld") -> Iterator[Found]:
    """Iterate the messages of the code and of the page's templates.

    :raises NotLiteralError: naming file and line.
    """
    for path in sorted(root.rglob("*.py")):
        if path.parent != LANGUAGE:
            yield from _in_python(path)
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".j2", ".js")):
        yield from _in_template(path)


def _in_python(path: Path) -> Iterator[Found]:
    source = path.read_text(encoding="utf-8")
    if "gcm_ld.language" not in source:
        return
    tree = ast.parse(source)
    ours = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gcm_ld.language")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ours.get(node.func.id, "") if isinstance(node.func, ast.Name) else ""
        if number := FUNCTIONS.get(name):
            values = [a.value if isinstance(a, ast.Constant) else None for a in node.args[:number]]
            yield _found(values, number, path, node.lineno)


def _in_template(path: Path) -> Iterator[Found]:
    source = path.read_text(encoding="utf-8")
    if "say" not in source:
        return
    tree = jinja2.Environment(autoescape=True).parse(source)
    for node in tree.find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if number := FUNCTIONS.get(name):
            values = [a.value if isinstance(a, nodes.Const) else None for a in node.args[:number]]
            yield _found(values, number, path, node.lineno)


def _found(values: list[object], number: int, path: Path, line: int) -> Found:
    texts = [v for v in values if isinstance(v, str)]
    if len(texts) != number:
        raise NotLiteralError(f"{path}, line {line}: a message must be a literal text")
    return texts[0], texts[1] if number == 2 else None, path, line


def make_template() -> polib.POFile:
    """Make the template of all catalogues, in the order of the messages."""
    entries: dict[str, polib.POEntry] = {}
    for text, many, path, _ in find_messages():
        entry = entries.get(text)
        if entry is None:
            entry = polib.POEntry(msgid=text, msgstr="")
            entries[text] = entry
        if many is not None:
            if entry.msgid_plural not in ("", many):
                raise ValueError(
                    f"{text!r} has two forms for many: {entry.msgid_plural!r}, {many!r}"
                )
            entry.msgid_plural = many
            entry.msgstr_plural = {0: "", 1: ""}
        place = (path.relative_to(ROOT).as_posix(), "")
        if place not in entry.occurrences:
            entry.occurrences.append(place)
    template = polib.POFile(wrapwidth=_WIDTH)
    template.metadata = {
        "Project-Id-Version": "gcm-ld",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for entry in sorted(entries.values(), key=lambda e: e.msgid):
        template.append(entry)
    return template


def merge(path: Path, template: polib.POFile) -> polib.POFile:
    """Return a catalogue with the messages of the template, in its order."""
    old = polib.pofile(str(path), wrapwidth=_WIDTH)
    known = {entry.msgid: entry for entry in old if not entry.obsolete}
    forms = old.metadata.get("Plural-Forms", "nplurals=2")
    count = int(forms.partition("=")[2].partition(";")[0])
    new = polib.POFile(wrapwidth=_WIDTH)
    new.header, new.metadata = old.header, old.metadata
    for entry in template:
        had = known.get(entry.msgid)
        fresh = polib.POEntry(
            msgid=entry.msgid, msgid_plural=entry.msgid_plural, occurrences=entry.occurrences
        )
        if had is not None:
            fresh.flags, fresh.tcomment = had.flags, had.tcomment
        if entry.msgid_plural:
            alike = had is not None and had.msgid_plural
            texts = had.msgstr_plural if had is not None and alike else {}
            fresh.msgstr_plural = {i: texts.get(i, "") for i in range(count)}
        else:
            fresh.msgstr = had.msgstr if had is not None else ""
        new.append(fresh)
    return new


def main() -> int:
    """Write or check the catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which are not up to date")
    check = parser.parse_args().check
    template = make_template()
    wanted = {TEMPLATE: str(template)}
    for path in sorted(LANGUAGE.glob("*.po")):
        if len(polib.pofile(str(path))):
            wanted[path] = str(merge(path, template))
    stale = 0
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text.rstrip("\n") + "\n":
            stale += 1
            state = "not up to date" if check else "written"
            sys.stdout.write(f"{path.relative_to(ROOT)}: {state}\n")
            if not check:
                path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
