"""What things are called in SDMX: identifiers of lists and codes, which can be read back.

An identifier holds letters, digits, ``_``, ``-``, ``@`` and ``$`` (SDMX-ML 3.0, ``IDType``).
"""

from __future__ import annotations

import re

__all__ = ["AGENCY", "VERSION", "clean", "code_id", "escape", "list_id"]

#: Who keeps the lists; no agency of that name is registered.
AGENCY = "GCM_LD"
#: The version of every list, structure and map.
VERSION = "1.0"


def code_id(code: str) -> str:
    """Return the SDMX identifier of a code, from which the code can be told.

    Dots become ``_``; what else is no letter, digit or hyphen becomes ``$`` and two hexadecimal
    digits for each byte.

    :param code: an element's notation.

    >>> code_id("1.a"), code_id("A1.1"), code_id("a_b c")
    ('1_a', 'A1_1', 'a$5Fb$20c')
    """
    return "".join(
        c if c.isascii() and (c.isalnum() or c == "-") else "_" if c == "." else _hex(c, "$")
        for c in code
    )


def list_id(code: str) -> str:
    """Return a framework's code as a part of SDMX names: in capitals, with ``_`` for hyphens.

    :param code: small letters, digits and hyphens; anything else becomes ``-`` and two
        hexadecimal digits for each byte, so that no two codes meet.

    >>> list_id("alb-nsm-2019"), list_id("a_B")
    ('ALB_NSM_2019', 'A-5F-42')
    """
    return "".join(
        c.upper()
        if c.isascii() and (c.islower() or c.isdigit())
        else "_"
        if c == "-"
        else _hex(c, "-")
        for c in code
    )


def _hex(character: str, mark: str) -> str:
    return "".join(f"{mark}{byte:02X}" for byte in character.encode("utf-8"))


def escape(iri: str) -> str:
    """Escape what pysdmx leaves as it is in an attribute."""
    return iri.replace("&", "&amp;").replace("'", "&#39;")


def clean(text: str) -> str:
    """Replace the characters that XML can't hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)
