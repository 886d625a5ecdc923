"""Numbers as people type them: what is one, and what to type in place of what is none.

Only digits with a point are a number. A comma is a thousand in one country and a decimal in the
next, so it is never guessed; a unit belongs into a column of its own.
"""

from __future__ import annotations

import re

from gcm_ld.tables.periods import Amiss

__all__ = ["MISSING", "read_amount", "write_amount"]

#: How people say that there is no value.
MISSING = frozenset(
    {"-", "--", "\u2026", "..", "...", ":", "n/a", "n.a.", "n. a.", "na", "n/d", "nd", "missing",
     "not available", "not applicable", "null", "nan"}
)  # fmt: skip

#: Digits before and after the point that every engine keeps.
_DIGITS = 15

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
_ABOUT = re.compile(rf"(?P<sign>[<>≤≥~≈]|ca\.?|approx\.?|about|over|under) ?(?P<number>{_AMOUNT})")


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
    if found := _ABOUT.fullmatch(text):
        cure = f"type {_digits(found['number'])}, and what it means in column Note"
        return Amiss("is no exact number", cure)
    if found := _WITH_UNIT.fullmatch(text):
        number, unit = found["number"] or found["after"], found["unit"] or found["before"]
        where = "column Unit" if len(unit) < 20 else "column Note"
        cure = f"type {_digits(number)}, and {unit} in {where}"
        return Amiss("holds more than the number", cure)
    if text.casefold() in ("yes", "no", "true", "false"):
        return Amiss("is a word, where a number is wanted", "type 1 for yes and 0 for no")
    return Amiss("can't be read as a number", "type it with digits and a point, as 12.5")


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
