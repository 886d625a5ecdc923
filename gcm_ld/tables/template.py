"""The template: the tables of a new country, filled in as far as they can be."""

from __future__ import annotations

import re

from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.model import Country
from gcm_ld.namespaces import GCM
from gcm_ld.tables.layout import SHEETS
from gcm_ld.tables.names import slug
from gcm_ld.tables.sheets import SheetData
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.writing import index_names, make_sheet, shown_cells
from gcm_ld.turtle import natural_key

__all__ = ["find_country", "make_code", "make_template"]

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Words that a title's initials leave out.
_SMALL = {"a", "an", "and", "for", "in", "of", "on", "the", "to"}
_YEARS = re.compile(r"\b((?:19|20)[0-9]{2})(?:\s*[-–—/]\s*((?:19|20)[0-9]{2}))?\b")


def find_country(code: str) -> Country:
    """Return the country with an ISO 3166-1 alpha-3 code, capitals aside.

    :raises InputError: if there is none.

    >>> find_country("alb").label
    'Albania'
    """
    countries = {r.code: r for r in read_shipped().records() if isinstance(r, Country)}
    found = countries.get(code.upper())
    if found is None:
        raise InputError(
            f"no country {code!r}: give its ISO 3166 code of three letters, such as ALB."
            + did_you_mean(code.upper(), countries)
        )
    return found


def make_code(title: str, country: str) -> str:
    """Make a framework's code of its country, its title's initials and its first year.

    >>> make_code("National Strategy on Migration 2025–2030", "XKX")
    'xkx-nsm-2025'
    >>> make_code("Diaspora", "ALB")
    'alb-diaspora'
    """
    years = _YEARS.search(title)
    name = title[: years.start()] + title[years.end() :] if years else title
    words = [w for w in slug(name, length=200).split("-") if w and w not in _SMALL]
    short = "".join(w[0] for w in words) if len(words) > 1 else "".join(words)
    return "-".join(p for p in (country.lower(), short, years[1] if years else "") if p)


def make_template(title: str, country: str, code: str | None = None) -> list[SheetData]:
    """Make the sheets in which a country's crosswalk is filled in.

    :param title: the strategy's title.
    :param country: the country's ISO 3166-1 alpha-3 code.
    :param code: the strategy's code; one is made if none is given.
    :returns: the sheets: sheet Frameworks with its first row, sheet Crosswalk with a row for each
        action of the Compact, and the others blank.
    :raises InputError: if there is no such country, the title is blank, or the code is no code.

    >>> sheets = make_template("National Strategy on Migration 2025–2030", "XKX")
    >>> sheets[0].rows[0][:2], max(len(sheet.rows) for sheet in sheets)
    (('xkx-nsm-2025', 'National Strategy on Migration 2025–2030'), 187)
    """
    title = " ".join(title.split())
    if not title:
        raise InputError("the framework's title is blank: give it with --framework")
    found = find_country(country)
    code = code or make_code(title, found.code)
    if not _CODE.fullmatch(code):
        made = slug(code)
        raise InputError(
            f"{code!r} is no code: use small letters, digits and hyphens"
            + (f", as {made}" if made else "")
        )
    if code in ("gcm", "sdg"):
        raise InputError(f"the code {code} is taken: give another with --code")
    row = {"Code": code, "Title": title, "Country": found.code}
    if years := _YEARS.search(title):
        row["First year"], row["Last year"] = years[1], years[2] or ""
    if "Last year" in row and row["Last year"] and row["Last year"] < row["First year"]:
        row["First year"] = row["Last year"] = ""
    rows = {"Frameworks": [row], "Crosswalk": _action_rows()}
    return [make_sheet(s, rows.get(s.name, [])) for s in SHEETS if s.core]


def _action_rows() -> list[dict[str, str]]:
    names = index_names(GCM, read_shipped().records())
    actions = sorted(names.elements("Action", GCM), key=lambda a: natural_key(names.code(a)))
    return [shown_cells(action, names) for action in actions]
