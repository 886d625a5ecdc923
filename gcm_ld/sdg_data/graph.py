"""SDG data as linked data: observations of an RDF Data Cube, in files or behind an endpoint.

An observation is read if it has ``sdmx-dimension:refArea`` and ``timePeriod``, a
``sdmx-measure:obsValue``, and names an indicator or series at the UN's IRI, by whatever property.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from gcm_ld.errors import InputError
from gcm_ld.namespaces import PREFIXES, RDF, SDG
from gcm_ld.queries import find_query, run_query
from gcm_ld.sdg_data.forms import MISSING_STATUS, read_number, read_period
from gcm_ld.sdg_data.model import Cell, Faults, SdgData, Wanted
from gcm_ld.store import GraphStore, Value

__all__ = ["read_cells", "read_series", "read_vocabulary"]

_DIMENSION = PREFIXES["sdmx-dimension"]
_VALUE = PREFIXES["sdmx-measure"] + "obsValue"
_UNIT = PREFIXES["sdmx-attribute"] + "unitMeasure"
_POWER = PREFIXES["sdmx-attribute"] + "unitMult"
_STATUS = PREFIXES["sdmx-attribute"] + "obsStatus"
_BASE = PREFIXES["sdmx-attribute"] + "basePer"
#: Dimensions that say where and when, and break nothing down.
_PASSED = {_DIMENSION + name for name in ("refArea", "timePeriod", "freq", "refPeriod")}
#: What tells the dimensions of others from their attributes.
_OTHERS = ("/dimension/", "/dimension#", "/dimensions/")


def read_series(store: GraphStore) -> dict[str, tuple[str, frozenset[str]]]:
    """Read which series there are, what they are called, and whose they are.

    :param store: a graph that may hold a vocabulary of the SDGs.
    :returns: code → name, and IRIs of its indicators.
    """
    rows = run_query(store, find_query("select_sdg_series")).dicts()
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for row in rows:
        code = _local(str(row["series"]))
        title, indicators = found.get(code, ("", frozenset()))
        found[code] = (title or str(row["title"] or ""), indicators | {str(row["indicator"])})
    return found


def read_vocabulary(store: GraphStore, wanted: Wanted, found: SdgData) -> bool:
    """Note what a vocabulary knows of series, and of indicators that the shipped one lacks.

    :param store: a graph that may hold a vocabulary of the SDGs.
    :param wanted: what is to be kept.
    :param found: where it is noted.
    :returns: whether it knows any of either.
    """
    known = False
    for row in run_query(store, find_query("select_sdg_vocabulary")).dicts():
        iri, code, known = str(row["indicator"]), str(row["code"]), True
        if iri not in wanted.known and wanted.target_of_new(code):
            found.add_indicator(code, iri, str(row["title"] or ""))
    for code, (title, indicators) in sorted(read_series(store).items()):
        found.place(code, title, indicators)
        known = True
    return known


def read_cells(
    store: GraphStore, name: str, wanted: Wanted, found: SdgData, *, strict: bool = True
) -> list[Cell]:
    """Read the observations that are wanted.

    :param store: a graph with observations.
    :param name: what it is called, for messages.
    :param wanted: what is to be kept.
    :param found: where names of series, and what can't be placed, are noted.
    :param strict: whether there must be a value of either area.
    :raises InputError: if a value can't be read, or there is none where there must be.
    """
    faults = Faults(name)
    cells: list[Cell] = []
    seen = False
    kept = found.kept(wanted)
    query = find_query("select_sdg_values")
    for code in (*dict.fromkeys(c.lstrip("0") for c in wanted.codes), "1"):
        rows = run_query(store, query, {"area": code}).dicts()
        observations: dict[str, list[tuple[str, Value]]] = defaultdict(list)
        for row in rows:
            observations[str(row["observation"])].append((str(row["property"]), row["value"]))
            seen = seen or str(row["value"]).startswith(SDG + "/")
        for iri, pairs in sorted(observations.items()):
            cell = _read(iri, pairs, code, wanted, found, kept, faults, name)
            if cell is not None:
                cells.append(cell)
    faults.check()
    if strict and not seen:
        raise InputError(
            f"{name}: no observation of {wanted.name} ({' or '.join(wanted.codes)}) or the world "
            "(001) that names a series or indicator of the UN: check sdmx-dimension:refArea and "
            f"the IRIs, which start with {SDG}/"
        )
    return cells


def _read(
    iri: str,
    pairs: list[tuple[str, Value]],
    code: str,
    wanted: Wanted,
    found: SdgData,
    wanted_here: set[str],
    faults: Faults,
    name: str,
) -> Cell | None:
    area = wanted.area(code)
    values: dict[str, Value] = {}
    breakdown: list[tuple[str, str]] = []
    nature, series = "", ""
    indicators: set[str] = set()
    for key, value in pairs:
        text = str(value)
        if text.startswith(SDG + "/"):
            short = text[len(SDG) + 1 :]
            if text in wanted.known or text in wanted_here:
                indicators.add(text)
            elif wanted.is_series(short) and "_" in short:
                series = short
        elif _is_breakdown(key):
            breakdown.append((_local(key).replace("-", " ").capitalize(), _code(text)))
        elif _local(key).lower() == "nature":
            nature = _code(text)
        values.setdefault(key, value)
    if series and not indicators:
        indicators = found.belongs.get(series, set())
        if all(i not in wanted.known and i not in wanted_here for i in indicators):
            found.unplaced.add(series)
            return None
    kept = tuple(sorted(indicators & wanted_here))
    if not kept or area is None:
        return None
    if series:
        found.place(series, "", kept)
    try:
        column = "sdmx-dimension:timePeriod"
        period = read_period(_plain(values.get(_DIMENSION + "timePeriod")))
        column = "sdmx-measure:obsValue"
        number = read_number(_plain(values.get(_VALUE)))
        column = "sdmx-attribute:unitMult"
        power = int(_plain(values.get(_POWER)) or 0)
    except ValueError as problem:
        faults.add(iri, column, str(problem))
        return None
    if number is None or _code(_plain(values.get(_STATUS))) in MISSING_STATUS:
        return None
    return Cell(
        series=series,
        indicators=kept,
        area=area,
        period=period,
        value=number[0] * (Decimal(10) ** power) if power else number[0],
        bound=number[1],
        unit=_code(_plain(values.get(_UNIT))),
        nature=nature,
        breakdown=tuple(breakdown),
        place=f"{name}, {iri}",
        base=_plain(values.get(_BASE)),
    )


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _is_breakdown(key: str) -> bool:
    if key in _PASSED or key.startswith(RDF):
        return False
    return key.startswith(_DIMENSION) or any(part in key for part in _OTHERS)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _code(text: str) -> str:
    """Return the code at the end of an IRI, without the code list that SDMX puts before it."""
    code = _local(text) if ":" in text else text
    return code.rpartition("-")[2] if text.startswith(PREFIXES["sdmx-code"]) else code
