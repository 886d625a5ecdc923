"""The language that reports speak: messages, labels and numbers.

A message is its English text, as in gettext: :func:`say` looks it up in the catalogue of the
language in use and fills in the values. What has no translation stays English, message by message
and label by label, and is remembered (:func:`untranslated`), so that whoever asked can be told.

In a command::

    from gcm_ld.cli.options import LANGUAGE_OPTIONS

    @LANGUAGE_OPTIONS                      # --lang, --labels, --missing
    def command(..., language: Language):
        with language.speaking(dataset):   # messages, labels and numbers in that language
            report = localize(build_report(...))   # cells of tables that are labels
            text = ...                     # say(…), show(cell), label(text)
        # what is missing is said, or written, when the block ends without an error

In code that people read: ``say("{number} of {title}", number=3, title=framework.title)``. A text
among the values that is a label of the data is put in the language by :func:`say` itself;
:func:`label` does it for a text alone, :func:`show` for a cell, a number too. Data are asked and
compared in English throughout: only what is shown is translated, as late as can be.
"""

from __future__ import annotations

from gcm_ld.language.catalogue import Catalogue, find_catalogue, list_languages
from gcm_ld.language.labels import Labels
from gcm_ld.language.speech import (
    Speech,
    Verbatim,
    direction,
    label,
    language_code,
    message,
    say,
    say_many,
    show,
    show_month,
    speech,
    untranslated,
    using,
)
from gcm_ld.language.width import display_width, wrap_wide

__all__ = [
    "Catalogue",
    "Labels",
    "Speech",
    "Verbatim",
    "direction",
    "display_width",
    "find_catalogue",
    "label",
    "language_code",
    "list_languages",
    "message",
    "say",
    "say_many",
    "show",
    "show_month",
    "speech",
    "untranslated",
    "using",
    "wrap_wide",
]
