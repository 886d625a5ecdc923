"""The YAML at the head of an SSSOM/TSV file: the few forms of it that the format allows.

SSSOM 1.1, "The SSSOM/TSV serialisation format": no directives, tags, anchors or aliases; the
canonical form writes block sequences, and plain scalars wherever they read back as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

from gcm_ld.errors import FileError

__all__ = ["MAX_SIZE", "Metadata", "read_header", "write_header"]

#: A scalar, a list, or a map; items of a list may be maps of scalars.
Metadata = Mapping[str, "str | Sequence[str | Mapping[str, str]] | Mapping[str, str]"]

#: The longest head that is read, in characters: ours have a few thousand.
MAX_SIZE = 500_000
#: How deep it may be nested: SSSOM needs lists of maps, which is two.
_MAX_DEPTH = 8

_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
#: What some YAML reader would take for a number, a date or a truth value.
_AMBIGUOUS = re.compile(
    r"[-+]?[0-9._][0-9a-fA-FoxX._:eE+\-TZ ]*|[-+]?\.?(inf|nan)|~|null|true|false|y|n|yes|no|on|off",
    re.IGNORECASE,
)
#: Characters that a plain scalar may not start with, unless, for some, no space follows.
_PLAIN = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`=<]|[-?:](?=\S))[^\n]*")


def write_header(metadata: Metadata) -> list[str]:
    """Write metadata as the lines of a block mapping, without the marks of a comment.

    :param metadata: slots by name, in order; empty ones are left out.

    >>> write_header({"curie_map": {"a": "http://a/"}, "see_also": ["x: y"], "comment": ""})
    ['curie_map:', '  a: http://a/', 'see_also:', '  - "x: y"']
    """
    lines = []
    for name, value in metadata.items():
        if not value:
            continue
        if isinstance(value, str):
            lines.append(f"{name}: {_scalar(value)}")
            continue
        lines.append(f"{name}:")
        if isinstance(value, Mapping):
            lines += [f"  {_scalar(k)}: {_scalar(v)}" for k, v in value.items()]
            continue
        for item in value:
            if isinstance(item, str):
                lines.append(f"  - {_scalar(item)}")
            else:
                pairs = [f"{k}: {_scalar(v)}" for k, v in item.items()]
                lines += [f"{'    ' if i else '  - '}{pair}" for i, pair in enumerate(pairs)]
    return lines


def _scalar(text: str) -> str:
    plain = (
        _PLAIN.fullmatch(text)
        and text == text.strip()
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and not _SPECIAL.search(text.replace('"', "").replace("\\", ""))
        and not _AMBIGUOUS.fullmatch(text)
        and not text.startswith(("---", "..."))
    )
    if plain:
        return text
    escaped = _SPECIAL.sub(lambda m: _ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04X}", text)
    return f'"{escaped}"'


def read_header(text: str, *, name: object, first_line: int = 1) -> dict[str, object]:
    """Read metadata; every scalar stays the text that it is.

    :param text: a block mapping in YAML.
    :param name: the file's name, for messages.
    :param first_line: the line of the file where the text starts.
    :returns: texts, lists and maps by slot; empty for an empty text.
    :raises FileError: if it is not YAML, too long, no mapping, or uses what SSSOM forbids.
    """
    if len(text) > MAX_SIZE:
        raise FileError(name, f"its metadata have more than {MAX_SIZE} characters: cut them down")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            tag = getattr(event, "tag", None)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or tag:
                raise FileError(
                    name,
                    "its metadata use an anchor, alias or tag, which SSSOM forbids: write the "
                    "value out",
                    line=first_line + getattr(event.start_mark, "line", 0),
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise FileError(name, "its metadata are nested too deeply: write them flat")
        # The base loader makes nothing but texts, lists and maps.
        loader = yaml.BaseLoader(text)
        try:
            found = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise FileError(
            name,
            f"its metadata are not YAML ({error.problem}): write each as “slot: value”",
            line=first_line + mark.line if mark else None,
        ) from None
    except yaml.YAMLError:
        raise FileError(
            name, "its metadata hold a character that YAML does not allow: remove it"
        ) from None
    if found is None or found == "":
        return {}
    if not isinstance(found, dict) or not all(isinstance(k, str) for k in found):
        raise FileError(name, "its metadata are no slots with values: write “slot: value”")
    return found
