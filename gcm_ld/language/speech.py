"""Speaking: messages looked up, values filled in, and what had no translation."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal

from gcm_ld.language.catalogue import ENGLISH, Catalogue
from gcm_ld.language.labels import Labels
from gcm_ld.language.template import take_apart

__all__ = [
    "Speech",
    "Verbatim",
    "direction",
    "label",
    "language_code",
    "message",
    "say",
    "say_many",
    "show",
    "show_month",
    "speech",
    "untranslated",
    "using",
]

#: Languages that are written from right to left.
_RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))


class Verbatim(str):
    """A text that is shown as it is in every language: what a source says, word for word."""

    __slots__ = ()


class _Message(str):
    """A text of the code's own, so that a label of the data that is spelt alike does not win."""

    __slots__ = ()


@dataclass
class Speech:
    """A language in use: its messages and labels, and what was asked for and not there.

    :param code: the language's tag, such as ``sq`` (BCP 47).
    :param catalogue: its messages, and how it writes numbers and dates.
    :param labels: labels of the data in it.
    """

    code: str = "en"
    catalogue: Catalogue = ENGLISH
    labels: Labels = field(default_factory=Labels)
    #: Messages that stayed English, in the order of their first use, with the form for many.
    missing: dict[str, str | None] = field(default_factory=dict)
    #: What else there is to say about the language, such as a font that lacks its letters.
    remarks: dict[str, None] = field(default_factory=dict)

    @property
    def english(self) -> bool:
        """Whether nothing is to be translated."""
        return self.code == "en"

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.code.partition("-")[0] in _RIGHT_TO_LEFT

    def remark(self, text: str) -> None:
        """Note something for whoever asked for the language, once."""
        self.remarks.setdefault(text)

    def template(self, text: str) -> str:
        """Return a message's translation, or the English text."""
        found = self.catalogue.find(text)
        if found is None:
            self.missing.setdefault(text, None)
            return text
        return found

    def template_for(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that a number takes, or the English one."""
        found = self.catalogue.find_form(one, many, number)
        if found is None:
            self.missing.setdefault(one, many)
            return one if number == 1 else many
        return found

    def word(self, text: str, hints: Sequence[str] = ()) -> str:
        """Return a text in the language, if it is a label or a message; as it is otherwise.

        :param hints: codes or IRIs near the text, which tell labels apart that are spelt alike.
        """
        if isinstance(text, Verbatim):
            return str(text)
        if isinstance(text, _Message) and (own := self.catalogue.find(text)):
            return own
        found = self.labels.find(text, hints) or self.catalogue.find(text)
        if found is None and isinstance(text, _Message):
            self.missing.setdefault(str(text), None)
        elif found is None and self.labels.is_label(text):
            self.labels.missing.setdefault(text)
        elif found is None and text[:1].isupper():  # a word of the ontology that begins a cell
            word = self.labels.find(text[0].lower() + text[1:], hints)
            found = word and word[0].upper() + word[1:]
        return found or text

    def value(self, value: object, spec: str = "") -> str:
        """Write a value as the language writes it."""
        if isinstance(value, str):
            return format(self.word(value), spec)
        if isinstance(value, bool):
            return format(value, spec)
        if isinstance(value, int | float | Decimal):
            return self.catalogue.write_number(format(value, spec))
        if isinstance(value, datetime.date):
            return format(value, spec or self.catalogue.date_format)
        return format(value, spec)


_SPEECH: ContextVar[Speech | None] = ContextVar("speech", default=None)
_ENGLISH_SPEECH = Speech()


def speech() -> Speech:
    """Return the language in use."""
    return _SPEECH.get() or _ENGLISH_SPEECH


def language_code() -> str:
    """Return the tag of the language in use.

    >>> language_code()
    'en'
    """
    return speech().code


def direction() -> str:
    """Return how the language in use is written: ``ltr`` or ``rtl``."""
    return "rtl" if speech().right_to_left else "ltr"


@contextmanager
def using(
    code: str, *, labels: Labels | None = None, catalogue: Catalogue | None = None
) -> Iterator[Speech]:
    """Speak a language inside the block.

    :param code: its tag, such as ``sq``.
    :param labels: labels of the data in it.
    :param catalogue: its messages; those that come with gcm-ld if not given.
    :raises InputError: if gcm-ld has no messages in it and none are given.

    >>> with using("sq"):
    ...     say("no action")
    'asnjë veprim'
    """
    from gcm_ld.language.catalogue import find_catalogue

    if code == "en":
        spoken = Speech()
    else:
        spoken = Speech(
            code, catalogue or find_catalogue(code), Labels() if labels is None else labels
        )
    token = _SPEECH.set(spoken)
    try:
        yield spoken
    finally:
        _SPEECH.reset(token)


def say(text: str, /, **values: object) -> str:
    """Return a message in the language in use, with its values filled in.

    :param text: the English text with ``{name}`` or ``{name:format}`` where a value goes. It must
        be a literal in the code: the catalogues are made of these.
    :param values: what goes into it: numbers as numbers, labels of the data as English text.

    >>> say("{covered} of {total} actions", covered=3, total=5)
    '3 of 5 actions'
    """
    now = _SPEECH.get()
    if now is None or now.english:
        return _fill(text, values, _ENGLISH_SPEECH) if values else text
    return _fill(now.template(text), values, now) if values else now.template(text)


def say_many(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a message in the form that a number takes; ``{number}`` stands for the number.

    :param one: the English text for 1, a literal in the code.
    :param many: the English text for other numbers, a literal too.
    :param number: how many.
    :param values: what else goes into it; see :func:`say`.

    >>> say_many("{number} action", "{number} actions", 2)
    '2 actions'
    """
    now = _SPEECH.get() or _ENGLISH_SPEECH
    if now.english:
        template = one if number == 1 else many
    else:
        template = now.template_for(one, many, number)
    return _fill(template, {"number": number, **values}, now)


def message(text: str, /) -> str:
    """Mark a literal as a message, to be shown by :func:`label` later; it reads the same."""
    return _Message(text)


def label(text: str, *hints: str) -> str:
    """Return a label of the data, or a message, in the language in use; other text as it is.

    :param text: the English label.
    :param hints: codes or IRIs of the thing, which tell labels apart that are spelt alike.
    """
    now = _SPEECH.get()
    return text if now is None or now.english else now.word(text, hints)


def show(value: object, *hints: str) -> str:
    """Write a cell for people: labels and numbers in the language in use, nothing for ``None``.

    >>> show(69.9), show(None)
    ('69.9', '')
    """
    if value is None:
        return ""
    now = _SPEECH.get()
    if now is None or now.english:
        return str(value)
    return now.word(value, hints) if isinstance(value, str) else now.value(value)


def show_month(day: datetime.date) -> str:
    """Write the month of a day as the language in use writes dates.

    >>> show_month(datetime.date(2021, 9, 1))
    '2021-09'
    """
    return day.strftime(speech().catalogue.month_format)


def untranslated() -> tuple[list[str], list[str]]:
    """Return what stayed English so far: messages, and labels of the data, each in order."""
    now = speech()
    return list(now.missing), sorted(now.labels.missing)


def _fill(template: str, values: dict[str, object], how: Speech) -> str:
    """Fill values in: names only, so that no translation reaches into a value."""
    out = []
    for text, name, spec in take_apart(template):
        out.append(text)
        if name is not None:
            value = values[name]
            out.append(format(value, spec) if how.english else how.value(value, spec))
    return "".join(out)
