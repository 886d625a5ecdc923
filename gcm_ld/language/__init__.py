"""The language that reports speak: messages, labels and numbers.

A message is its English text, as in gettext: :func:`say` looks it up in the catalogue of the
language in use and fills in the values. What has no translation stays English, message by message
and label by label, and is remembered, so that whoever asked can be told.
"""

from __future__ import annotations

__all__ = ["say"]


def say(message: str, /, **values: object) -> str:
    """Return a message in the language in use, with its values filled in.

    :param message: the English text with ``{name}`` where a value goes (``str.format``). It must
        be a literal in the code: the catalogues are made of these.
    :param values: what goes into it.

    >>> say("{covered} of {total} actions", covered=3, total=5)
    '3 of 5 actions'
    """
    return message.format(**values) if values else message
