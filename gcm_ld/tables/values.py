"""The value of one cell, by its column's form: read, with what is wrong, and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gcm_ld.tables.cell_forms import holds_titles
from gcm_ld.tables.cells import clean_code, split_codes, split_lines
from gcm_ld.tables.layout import NOT_SAID
from gcm_ld.tables.names import Miss, Names, find_iri
from gcm_ld.tables.schema import Column, Form
from gcm_ld.tables.words import Words
from gcm_ld.turtle import natural_key

__all__ = ["Context", "Problem", "Value", "read_value", "sort_values", "write_value"]

#: What a cell becomes: a text, several, or nothing.
Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: the part of it, the problem and the cure."""

    value: str
    problem: str
    cure: str


@dataclass(frozen=True)
class Context:
    """What a cell's meaning depends on.

    :param names: the things that codes point to.
    :param words: the words of the ontology.
    :param framework: IRI of the row's framework.
    """

    names: Names
    words: Words
    framework: str = field(default="")


def sort_values(values: Iterable[str]) -> tuple[str, ...]:
    """Put values in natural order, each once."""
    return tuple(sorted(set(values), key=lambda v: (natural_key(v), v)))


def read_value(column: Column, text: str, context: Context) -> tuple[Value, list[Problem]]:
    """Read a cell that is not blank; its form has been checked when the file was read.

    :param column: its column.
    :param text: the cell, cleaned.
    :param context: what names and words mean.
    :returns: the value, and what is wrong with it; where something is, the value is partial.
    """
    form = column.form
    if form in _LISTS:
        return _read_list(column, text, context)
    if form is Form.TEXT:
        return text, []
    if form is Form.TEXTS:
        return sort_values(_read_texts(text)), []
    if form is Form.WORD and column.field == "label_basis" and text.casefold() == NOT_SAID.lower():
        return None, []
    read, problem = _read_one(column, clean_code(text), context)
    return read, [problem] if problem else []


_LISTS = {Form.REFERENCES, Form.WORDS}


def _read_list(column: Column, text: str, context: Context) -> tuple[Value, list[Problem]]:
    values, problems = [], []
    for piece in split_codes(text, titles=holds_titles(column)):
        value, problem_ = _read_one(column, piece, context)
        if problem_:
            problems.append(problem_)
        elif value is not None:
            values.append(value)
    return sort_values(values), problems


def _read_one(column: Column, text: str, context: Context) -> tuple[str | None, Problem | None]:
    form = column.form
    if form in (Form.REFERENCE, Form.REFERENCES):
        found = context.names.find(text, column.target, context.framework)
        if isinstance(found, Miss):
            return None, Problem(text, found.problem, found.cure)
        return found, None
    if form in (Form.WORD, Form.WORDS):
        return _read_word(column, text, context.words)
    if form is Form.URL and find_iri(text) is None:
        return None, Problem(text, "is no web address", "write it in full, as https://example.org")
    return text, None


def _read_word(column: Column, text: str, words: Words) -> tuple[str | None, Problem | None]:
    found = words.find(column.target, text)
    if found is not None:
        return found, None
    choices = words.choices(column.target)
    if not choices:
        return None, Problem(text, "is no word for this column", "leave the cell blank")
    from difflib import get_close_matches

    near = get_close_matches(text.capitalize(), choices, n=1)
    cure = f"write {', '.join(choices)}" if len(choices) < 8 else "choose a word of the list"
    hint = f" (did you mean {near[0]}?)" if near else ""
    return None, Problem(text, "is not in the list of this column", cure + hint)


def write_value(column: Column, value: Value, context: Context) -> str:
    """Write a value as its column's cell reads; see :func:`read_value`."""
    if not value:
        return ""
    if isinstance(value, str):
        return _write_one(column, value, context)
    if column.form is Form.TEXTS:
        return _write_texts(sort_values(value))
    if holds_titles(column):
        return context.names.name_indicators(value, context.framework)
    return "; ".join(sort_values(_write_one(column, v, context) for v in value))


def _write_one(column: Column, value: str, context: Context) -> str:
    if column.form in (Form.REFERENCE, Form.REFERENCES):
        return context.names.name(value, column.target, context.framework)
    if column.form in (Form.WORD, Form.WORDS):
        return context.words.word(column.target, value)
    return value


def _read_texts(text: str) -> Sequence[str]:
    """Read texts one a line, or a JSON list, which can hold any."""
    if text.startswith('["'):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(t, str) for t in found):
            return found
    return split_lines(text)


def _write_texts(texts: Sequence[str]) -> str:
    plain = "\n".join(texts)
    return plain if list(_read_texts(plain)) == list(texts) else json.dumps(texts)
