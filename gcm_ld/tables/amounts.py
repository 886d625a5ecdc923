"""Numbers as people type them: what is one, and what to type in place of what is none.

Only digits with a point are a number. A comma is a thousand in one country and a decimal in the
next, so it is never guessed; a unit belongs into a column of its own.
"""

from __future__ import annotations

import re
from decimal import Decimal

from gcm_ld.tables.periods import FLAGS, Amiss

__all__ = ["MISSING", "read_amount", "write_amount"]

#: How people say that there is no value.
MISSING = frozenset(
    {"-", "--", "\u2026", "..", "...", ":", "n/a", "n.a.", "n. a.", "na", "n/d", "nd", "missing",
     "not available", "not applicable", "null", "nan"}
)  # fmt: skip

#: Digits before and after the point that every engine keeps.
_DIGITS = 15

_GENERIC = "type it with digits and a point, as 12.5, or leave it blank if it is not known"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = r"[0-9]{1,3}(?:%s[0-9]{3})+"
_COMMA_THOUSANDS = re.compile(rf"[+-]?{_GROUPED % ','}(\.[0-9]+)?")
_POINT_THOUSANDS = re.compile(rf"[+-]?{_GROUPED % '[.]'}(,[0-9]+)?")
_OTHER_THOUSANDS = re.compile(rf"[+-]?{_GROUPED % '''[ '_]'''}([.,][0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE)
_AMOUNT = r"[+-]?[0-9](?:[0-9.,' ]*[0-9])?"
_WITH_UNIT = re.compile(
    rf"(?P<number>{_AMOUNT}) ?(?P<unit>%|[^\W\d_€$£].*|[€$£])|(?P<before>[^\W\d_]+|[€$£]) ?"
    rf"(?P<after>{_AMOUNT})"
)
_ABOUT = re.compile(rf"(?:[~≈]|ca\.?|approx\.?|about) ?(?P<number>{_AMOUNT})", re.IGNORECASE)
_BOUND = re.compile(
    rf"(?:[<>≤≥]=?|over|under|(?:more|less|fewer) than|at least|up to) ?{_AMOUNT}|{_AMOUNT} ?\+",
    re.IGNORECASE,
)
_ONE = r"[+-]?[0-9]+(?:[.,][0-9]+)?"
#: What a multiple is written with → how many places the point moves.
_POWERS = {
    **dict.fromkeys(("k", "th", "ths", "tsd", "thousand", "thousands", "mijë", "mije"), 3),
    **dict.fromkeys(("mn", "mln", "mio", "million", "millions", "milion", "milionë"), 6),
    **dict.fromkeys(("bn", "mrd", "billion", "billions", "miliard", "miliardë"), 9),
}
_MULTIPLE = re.compile(rf"({_ONE}) ?({'|'.join(_POWERS)})\.?( .*)?", re.IGNORECASE)
_FLAGGED = re.compile(rf"({_AMOUNT}) ?(?:\(([a-z]{{1,2}})\)|([a-z]{{1,2}}))")
_MARKED = re.compile(rf"({_ONE}) ?([*†‡§#¹²³⁰-⁹]+|[0-9a-z]\)|\([0-9]{{1,2}}\)|\[[0-9a-z]{{1,2}}\])")
_BRACKETS = re.compile(rf"[(\[]({_ONE})[)\]]")
_MINUS = re.compile(r"- +([0-9]+(?:\.[0-9]+)?)|([0-9]+(?:\.[0-9]+)?) ?-")


def read_amount(text: str) -> str | Amiss:
    """Return a number in its shortest form, or what is wrong with it.

    :param text: as people type it, without blanks around it, and no word of :data:`MISSING`.

    >>> read_amount("012.50"), read_amount("-0"), read_amount(".5")
    ('12.5', '0', '0.5')
    >>> read_amount("12,5").cure, read_amount("1,234").cure, read_amount("45 %").cure
    ('type 12.5', 'type 1234, or 1.234 if that is meant', 'type 45, and % in column Unit')
    """
    if _NUMBER.fullmatch(text):
        return write_amount(text)
    plain = _plain(text)
    if plain is not None:
        return plain
    if _EXPONENT.fullmatch(text):
        return Amiss("is a number that was rounded to be shown", "type all of its digits")
    return _more(text) or Amiss("can't be read as a number", _GENERIC)


def _more(text: str) -> Amiss | None:
    """Say what stands around a number."""
    if found := _ABOUT.fullmatch(text):
        cure = f"type {_digits(found['number'])}, and Estimated in column Status"
        return Amiss("is no exact number", cure)
    if _BOUND.fullmatch(text):
        return Amiss(
            "is a bound and no number", "leave it blank, or type the number if it is known"
        )
    if found := _MULTIPLE.fullmatch(text):
        return Amiss("is a multiple", f"type all of its digits, {_multiply(found[1], found[2])}")
    if found := _BRACKETS.fullmatch(text):
        number = _digits(found[1])
        cure = f"type -{number} if less than zero is meant, or {number} and the rest in column Note"
        return Amiss("stands in brackets, which may mean that it is less than zero", cure)
    if found := _MINUS.fullmatch(text):
        return Amiss(
            "has its sign apart", f"type -{found[1] or found[2]} if less than zero is meant"
        )
    if found := _FLAGGED.fullmatch(text):
        flag = found[2] or found[3]
        where = f"what {flag} means in column Note"
        if flag in FLAGS:
            where = f"{FLAGS[flag]} in column Status"
        return Amiss("holds more than the number", f"type {_digits(found[1])}, and {where}")
    if found := _MARKED.fullmatch(text):
        cure = f"type {_digits(found[1])}, and what {found[2]} means in column Note"
        return Amiss("holds more than the number", cure)
    if found := _WITH_UNIT.fullmatch(text):
        number, unit = found["number"] or found["after"], found["unit"] or found["before"]
        where = "column Unit" if len(unit) < 20 else "column Note"
        cure = f"type {_digits(number)}, and {unit} in {where}"
        return Amiss("holds more than the number", cure)
    if text.casefold() in ("yes", "no", "true", "false"):
        return Amiss("is a word, where a number is wanted", "type 1 for yes and 0 for no")
    return None


def _plain(text: str) -> Amiss | None:
    """Say what is meant by a number with commas, blanks or several points."""
    if "," in text and (found := _COMMA_THOUSANDS.fullmatch(text)):
        digits = text.replace(",", "")
        once = text.count(",") == 1 and not found[1] and text.lstrip("+-")[0] != "0"
        if not once and text.lstrip("+-")[0] == "0":
            return Amiss("has a decimal comma", f"type {text.replace(',', '.')}")
        other = f", or {text.replace(',', '.')} if that is meant" if once else ""
        problem = "has a comma, which may stand for thousands or for the point"
        return Amiss(problem if once else "has commas for thousands", f"type {digits}{other}")
    if _COMMA.fullmatch(text):
        point = text.replace(",", ".")
        point = re.sub(r"(?<![0-9])\.", "0.", point)
        return Amiss("has a decimal comma", f"type {point}")
    if text.count(".") + text.count(",") > 1 and _POINT_THOUSANDS.fullmatch(text):
        digits = text.replace(".", "").replace(",", ".")
        return Amiss("has points for thousands", f"type {digits}")
    if _OTHER_THOUSANDS.fullmatch(text):
        digits = re.sub("[ '_]", "", text).replace(",", ".")
        return Amiss("has blanks or signs within the number", f"type {digits}")
    return None


def _multiply(number: str, word: str) -> str:
    """Return the digits of a multiple.

    >>> _multiply("1,5", "million"), _multiply("2", "k")
    ('1500000', '2000')
    """
    return format(Decimal(number.replace(",", ".")).scaleb(_POWERS[word.lower()]).normalize(), "f")


def _digits(number: str) -> str:
    """Return the number that a text with a unit names, as far as that is sure."""
    found = read_amount(number)
    return found if isinstance(found, str) else found.cure.removeprefix("type ").split(",")[0]


def write_amount(text: str) -> str | Amiss:
    """Return the shortest form of a number that has a point at most.

    >>> write_amount("1200"), write_amount("+1.250")
    ('1200', '1.25')
    """
    whole, _, part = text.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0"), part.rstrip("0")
    if len(whole) > _DIGITS or len(part) > _DIGITS:
        return Amiss(f"has more than {_DIGITS} digits before or after the point", "round it")
    sign = "-" if text[0] == "-" and (whole or part) else ""
    return sign + (whole or "0") + (f".{part}" if part else "")
