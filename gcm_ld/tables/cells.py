"""The text of cells: blanks and invisible characters, codes, and lists of codes.

What a person sees in a cell is what is read. Characters that show nothing (a soft hyphen, a blank
of another width, a byte-order mark) come along when text is pasted, and would make two equal codes
unequal; so they are cleaned away before anything is compared.
"""

from __future__ import annotations

import re
import unicodedata

from gcm_ld.errors import InputError

__all__ = [
    "MAX_CHARACTERS",
    "check_writable",
    "clean_code",
    "clean_line_ends",
    "clean_text",
    "find_control",
    "find_range",
    "find_repeated",
    "fold_text",
    "show_text",
    "split_codes",
    "split_lines",
]

#: The characters that a cell may hold (Excel specifications and limits).
MAX_CHARACTERS = 32_767

#: How much of a text a message shows.
_SHOWN = 40

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Soft hyphen, zero-width blank, word joiner, byte-order mark. Joiners between letters and marks
#: of direction stay: some scripts can't be written without them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_RUNS = re.compile(" {2,}")

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        # Spreadsheets turn two hyphens into this one, and codes of crosswalks have two.
        "\u2014": "--",
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    }
)

_CODE_ENDS = re.compile("[;,\n\uff1b\uff0c\u3001\u061b\u060c]")
_TITLE_ENDS = re.compile("[;\uff1b\u061b]")
_BULLET = re.compile("^ *[\u2022\u2023\u25aa\u25e6\u00b7] *")
_CODE = r"[A-Za-z]{0,3}[0-9][\w.]*"
_RANGE = re.compile(rf"{_CODE}(?: *[\u2012-\u2014\u2212] *| +-+ +| +(?:to|through) +){_CODE}")


def clean_text(text: str) -> str:
    r"""Return a text with ordinary blanks and line feeds, and without invisible characters.

    Everything that shows stays: dashes, quotation marks, blanks within, joiners of letters.

    >>> clean_text("\ufeff Migra\u00adtion\u00a0policy \r\n– “2019”\t")
    'Migration policy \n– “2019”'
    """
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _BLANKS.sub(" ", clean_line_ends(text)))
    return text.strip(" \n")


def clean_line_ends(text: str) -> str:
    r"""Return a text with a line feed at the end of each line.

    >>> clean_line_ends("a\r\nb\u2028c")
    'a\nb\nc'
    """
    return text if text.isprintable() else _LINE_ENDS.sub("\n", text)


def clean_code(text: str) -> str:
    """Return a code or a word in one line, with plain hyphens and quotation marks.

    >>> clean_code(" alb–nsm–2019 "), clean_code("crosswalk/gcm—alb-nsm-2019")
    ('alb-nsm-2019', 'crosswalk/gcm--alb-nsm-2019')
    """
    text = clean_text(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_SIGNS))
    return _RUNS.sub(" ", text.replace("\n", " "))


def fold_text(text: str) -> str:
    """Return a key under which two ways to write one title are equal.

    >>> fold_text("Number of  migrants’ permits") == fold_text("number of migrants' permits")
    True
    """
    return clean_code(text).casefold()


def split_lines(text: str) -> list[str]:
    r"""Return the lines of a cell that hold anything, each once.

    >>> split_lines("NSM\n\n Strategy \nNSM")
    ['NSM', 'Strategy']
    """
    lines = (clean_text(line) for line in clean_text(text).split("\n"))
    return list(dict.fromkeys(line for line in lines if line))


def split_codes(text: str, *, titles: bool = False) -> list[str]:
    r"""Return the codes or words of a cell, each once, in order.

    :param text: codes with semicolons, commas or line ends between them, those of Arabic and
        Chinese too.
    :param titles: whether titles may stand in place of codes. A title may hold a comma, so the
        cell then holds one a line, or else several with semicolons between.

    >>> split_codes("A2.2, C1.3;; A2.2")
    ['A2.2', 'C1.3']
    >>> split_codes("Permits, by sex\nReturns; by country", titles=True)
    ['Permits, by sex', 'Returns; by country']
    """
    pieces = _pieces(text, titles=titles)
    return list(dict.fromkeys(pieces if titles else map(clean_code, pieces)))


def find_repeated(text: str, *, titles: bool = False) -> str | None:
    """Return the first code that a cell names twice.

    >>> find_repeated("10; 16; 10")
    '10'
    """
    seen: set[str] = set()
    for piece in _pieces(text, titles=titles):
        if piece in seen:
            return piece
        seen.add(piece)
    return None


def find_range(text: str) -> str | None:
    """Return the first part of a cell that means every code from one to another.

    A hyphen without blanks is part of a code; a dash, or a hyphen with blanks, is not.

    >>> find_range("A1.1; A2–A4"), find_range("alb-nsm-2019; A1"), find_range("1.a to 1.c")
    ('A2–A4', None, '1.a to 1.c')
    """
    return next((p for p in _pieces(text, titles=False) if _RANGE.fullmatch(p)), None)


def find_control(text: str) -> str | None:
    r"""Return the name of the first character that no text may hold, such as ``U+0007``.

    >>> find_control("bell\x07"), find_control("line\nend")
    ('U+0007', None)
    """
    if text.isprintable():
        return None
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def show_text(text: str) -> str:
    r"""Return the beginning of a text for a message: in one line, and nothing but what prints.

    >>> show_text("A title that is far\ntoo long for a message"), show_text("\x1b[31mred")
    ('A title that is far too long for a mess…', '�[31mred')
    """
    text = " ".join(text[: 4 * _SHOWN].split())
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def check_writable(text: str, sheet: str, row: int, header: str) -> str:
    """Return a text, or say why no table can hold it.

    :param text: the text of a cell.
    :param sheet: the name of its sheet.
    :param row: the number of its row.
    :param header: the header of its column.
    :raises InputError: if it is too long, or holds a control character.
    """
    control = find_control(text)
    if control is not None:
        problem = f"the control character {control}: take it out of the data"
    elif len(text) > MAX_CHARACTERS:
        problem = f"more than {MAX_CHARACTERS:,} characters: shorten it"
    else:
        return text
    raise InputError(
        f"{sheet}, row {row}, column {header}: can't be written, since it holds {problem}"
    )


def _pieces(text: str, *, titles: bool) -> list[str]:
    text = clean_text(text)
    if not titles:
        pieces = _CODE_ENDS.split(text)
    elif "\n" in text:
        # Lists that were pasted keep their bullets and semicolons.
        pieces = [_BULLET.sub("", line).rstrip("; \uff1b\u061b") for line in text.split("\n")]
    else:
        pieces = _TITLE_ENDS.split(text)
    return [piece for piece in (_RUNS.sub(" ", p.strip(" \n")) for p in pieces) if piece]
