"""Catalogues of messages: gettext's PO files, read when a language is asked for.

How a language writes numbers and dates stands in the header of its file: ``X-Decimal-Point``,
``X-Thousands-Separator`` and ``X-Date-Format`` (as ``strftime``), beside gettext's own
``Language``, ``Language-Team`` and ``Plural-Forms``. So a language is added by a file alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from gcm_ld.errors import FileError, InputError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.language.template import placeholders

__all__ = ["ENGLISH", "Catalogue", "find_catalogue", "list_languages", "read_catalogue"]

_HERE = Path(__file__).resolve().parent
_NUMBER = "{number}"
#: Separators that go by a name in a header, where a space at the end is easily lost.
_SEPARATORS = {"space": "\N{NO-BREAK SPACE}", "none": ""}


def _english_form(number: int) -> int:
    return int(number != 1)


@dataclass(frozen=True)
class Catalogue:
    """The messages of a language, and how it writes numbers.

    :param code: the language's tag.
    :param name: what it is called in English.
    :param messages: English text → translation.
    :param forms: English text for one → the forms for all numbers.
    :param plural: number → which form it takes.
    """

    code: str = "en"
    name: str = "English"
    messages: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = _english_form
    plural_forms: str = "nplurals=2; plural=(n != 1);"
    plural_count: int = 2
    decimal_point: str = "."
    thousands: str = ","
    date_format: str = "%Y-%m-%d"

    def find(self, text: str) -> str | None:
        """Return a message's translation, if there is one."""
        return self.messages.get(text)

    def find_form(self, one: str, many: str, number: int) -> str | None:
        """Return the form of a message that a number takes, if it is translated."""
        forms = self.forms.get(one)
        if forms is None:
            return None
        index = self.plural(abs(number))
        return forms[index] if index < len(forms) else None

    def write_number(self, text: str) -> str:
        """Put a number that Python wrote in the language's form.

        >>> Catalogue(decimal_point=",", thousands=".").write_number("1,234.5")
        '1.234,5'
        """
        if self.decimal_point == "." and self.thousands == ",":
            return text
        return text.translate({ord("."): self.decimal_point, ord(","): self.thousands})

    @property
    def month_format(self) -> str:
        """How a month is written: as a date, without the day.

        >>> Catalogue(date_format="%d.%m.%Y").month_format, Catalogue().month_format
        ('%m.%Y', '%Y-%m')
        """
        return re.sub(r"%d\W|\W%d", "", self.date_format)

    def header(self) -> dict[str, str]:
        """Return what the header of a PO file says of the language."""
        named = {value: name for name, value in _SEPARATORS.items()}
        return {
            "Language": self.code,
            "Language-Team": self.name,
            "Plural-Forms": self.plural_forms,
            "X-Decimal-Point": self.decimal_point,
            "X-Thousands-Separator": named.get(self.thousands, self.thousands),
            "X-Date-Format": self.date_format,
        }

    def over(self, base: Catalogue) -> Catalogue:
        """Return this catalogue with the messages of another where it has none itself."""
        alike = self.plural_forms == base.plural_forms
        forms = {**base.forms, **self.forms} if alike else self.forms
        return replace(self, messages={**base.messages, **self.messages}, forms=forms)


ENGLISH = Catalogue()


def list_languages() -> dict[str, Path]:
    """List the languages that gcm-ld comes with, besides English, with their catalogues.

    >>> "sq" in list_languages()
    True
    """
    return {path.stem: path for path in sorted(_HERE.glob("*.po"))}


def find_catalogue(code: str) -> Catalogue:
    """Find the messages of a language, or of the wider one that its tag begins with.

    :param code: a tag such as ``sq`` or ``fr-CA`` (BCP 47; looked up as RFC 4647, section 3.4).
    :raises InputError: if gcm-ld has none, naming the nearest.
    """
    known = list_languages()
    for tag in fallbacks(code):
        if tag == "en":
            return ENGLISH
        if tag in known:
            return _shipped(known[tag])
    raise InputError(
        f"no language {code!r}: there are en, {', '.join(known)}; --labels adds others (a PO file "
        "of messages, or labels as Turtle), and --missing FILE starts one."
        f"{did_you_mean(code, ['en', *known])}"
    )


@lru_cache(maxsize=16)
def _shipped(path: Path) -> Catalogue:
    return read_catalogue(path)


def fallbacks(code: str) -> list[str]:
    """List a tag and the wider ones that it begins with, the narrowest first.

    >>> fallbacks("zh-Hant-TW")
    ['zh-hant-tw', 'zh-hant', 'zh']
    """
    parts = code.lower().replace("_", "-").split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def read_catalogue(path: Path, *, base: Catalogue = ENGLISH) -> Catalogue:
    """Read a PO file.

    :param path: the file; fuzzy and empty entries count as not translated.
    :param base: what holds where its header says nothing of plural forms, numbers or dates.
    :raises FileError: naming the line, if it is no PO file, or a translation asks for a value
        that the message has not.
    """
    import polib

    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save the catalogue as UTF-8") from None
    try:
        # A text without a line feed would be taken for a file's name.
        found = polib.pofile(text + "\n", encoding="utf-8")
    except (OSError, UnicodeError, ValueError, IndexError) as error:
        problem = " ".join(str(error).split()).removeprefix("Syntax error in po file")
        line = next((int(w) for w in problem.replace(")", " ").split() if w.isdigit()), None)
        raise FileError(
            path, "this is not a PO file: save it with a PO editor such as Poedit", line=line
        ) from None
    header = found.metadata
    code = (header.get("Language") or path.stem).replace("_", "-").lower()
    plural_forms = header.get("Plural-Forms") or base.plural_forms
    plural, count = _plural(path, plural_forms)
    separator = header.get("X-Thousands-Separator")
    messages: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for entry in found:
        if entry.obsolete or entry.fuzzy or not entry.translated():
            continue
        _check(path, entry, count)
        if entry.msgid_plural:
            forms[entry.msgid] = tuple(entry.msgstr_plural[i] for i in range(count))
        else:
            messages[entry.msgid] = entry.msgstr
    return Catalogue(
        code=code,
        name=header.get("Language-Team", "").partition("<")[0].strip()
        or (base.name if base.code == code else code),
        messages=messages,
        forms=forms,
        plural=plural,
        plural_forms=plural_forms,
        plural_count=count,
        decimal_point=header.get("X-Decimal-Point", base.decimal_point),
        thousands=base.thousands if separator is None else _SEPARATORS.get(separator, separator),
        date_format=header.get("X-Date-Format", base.date_format),
    )


def _plural(path: Path, header: str) -> tuple[Callable[[int], int], int]:
    """Read ``nplurals=2; plural=(n != 1);`` (GNU gettext manual, section 11.2.6)."""
    from gettext import c2py

    try:
        settings = dict(part.strip().split("=", 1) for part in header.split(";") if part.strip())
        count = int(settings["nplurals"])
        if not 0 < count < 10:
            raise ValueError(header)
        return c2py(settings["plural"].strip()), count
    except (ValueError, KeyError):
        raise FileError(
            path,
            f"Plural-Forms can't be read: {header!r}: write it as in nplurals=2; plural=(n != 1);",
        ) from None


def _check(path: Path, entry: Any, count: int) -> None:
    """Hold a translation's values against those of its message."""
    line = max(entry.linenum, 1)
    allowed = _values(path, line, entry.msgid)
    texts = [entry.msgstr]
    if entry.msgid_plural:
        # A form may leave the number out ("one action"), and nothing else.
        allowed |= _values(path, line, entry.msgid_plural) | {_NUMBER}
        texts = [entry.msgstr_plural.get(i) for i in range(count)]
        if None in texts or len(entry.msgstr_plural) != count:
            raise FileError(
                path, f"{entry.msgid!r} needs {count} forms, as Plural-Forms says", line=line
            )
    needed = allowed - {_NUMBER} if entry.msgid_plural else allowed
    for text in texts:
        values = _values(path, line, text)
        if values - allowed or needed - values:
            wanted = ", ".join(sorted(allowed)) or "none"
            raise FileError(
                path,
                f"{text!r} must have the values of its message ({wanted}), written alike",
                line=line,
            )


def _values(path: Path, line: int, text: str) -> set[str]:
    try:
        return placeholders(text)
    except ValueError:
        raise FileError(
            path,
            f"{text!r} is no template: write values as {{name}}, and braces themselves twice",
            line=line,
        ) from None
