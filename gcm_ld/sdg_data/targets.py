"""The SDG targets that a framework's crosswalk reaches, with what measures each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.model import FORECAST
from gcm_ld.namespaces import compact
from gcm_ld.period import Period
from gcm_ld.sdg_data.model import SdgData, Wanted
from gcm_ld.sdg_data.read import read_sdg_data
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = [
    "Indicator",
    "NationalIndicator",
    "Target",
    "add_indicators",
    "find_national",
    "find_targets",
    "list_un_indicators",
    "read_values",
]

_Row = Mapping[str, Value]


class Indicator(NamedTuple):
    """An indicator of the UN under a target.

    ``code`` is the one that it has there (10.7.2); ``codes`` are all that it goes by. One that
    only SDG data name has no IRI: the UN's IRIs are built from codes that these don't hold.
    """

    iri: str
    code: str
    title: str
    codes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What SDG data know it by: its IRI, or its code."""
        return self.iri or self.code


class Target(NamedTuple):
    """An SDG target that actions reach, with what measures it.

    ``actions`` are codes of actions, ``national`` the framework's own indicators by IRI, with
    the codes of the actions that lead there.
    """

    iri: str
    code: str
    title: str
    actions: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    national: Mapping[str, tuple[str, ...]]


class NationalIndicator(NamedTuple):
    """An indicator of the framework, with its latest total value, if it has one."""

    title: str
    value: Value = None
    unit: Value = None
    period: Value = None


def find_national(
    dataset: Dataset, framework: str, year: int | None
) -> dict[str, NationalIndicator]:
    """Find the framework's own indicators with their latest values, as progress takes them.

    A forecast is no value yet. Periods go by their ends: all of 2021 is later than a month of it.

    :param dataset: the data.
    :param framework: IRI of the framework.
    :param year: take values of this year or before; the latest if not given.
    :returns: IRI → indicator.
    """
    found = {
        str(r["indicator"]): NationalIndicator(str(r["title"]))
        for r in dataset.query("select_measured_indicators", framework=framework).dicts()
    }
    for row in dataset.query("select_values", framework=framework).dicts():
        iri, period = str(row["indicator"]), Period.of(str(row["period"]))
        old = found.get(iri)
        if (
            old is None
            or row["total"] is not True
            or row["statusCode"] == FORECAST
            or (year is not None and period.year > year)
        ):
            continue
        if old.period is None or Period.of(str(old.period)).order < period.order:
            found[iri] = NationalIndicator(old.title, row["value"], row["unitTitle"], period.text)
    return found


def find_targets(dataset: Dataset, framework: str) -> list[Target]:
    """List the SDG targets that a framework's crosswalk reaches, in the order of their codes.

    Links that name a goal or all its targets reach no single target.

    :param dataset: the data; links that somebody judged count if it has them.
    :param framework: IRI of the assessed framework.
    """
    codes = {
        r["action"]: str(r["code"])
        for r in dataset.query("select_assessed_actions", framework=framework).dicts()
    }
    indicators = list_un_indicators(dataset)
    follows: dict[Value, set[str]] = defaultdict(set)
    for row in dataset.query("select_monitoring", framework=framework).dicts():
        follows[row["action"]].add(str(row["indicator"]))
    actions: dict[str, set[Value]] = defaultdict(set)
    titles: dict[str, tuple[str, str]] = {}
    for row in dataset.query("select_action_targets", framework=framework).dicts():
        if row["kind"] == "target":
            actions[str(row["object"])].add(row["action"])
            titles[str(row["object"])] = str(row["code"]), str(row["title"])
    found = []
    for iri in sorted(titles, key=lambda i: natural_key(titles[i][0])):
        national: dict[str, set[str]] = defaultdict(set)
        for action in actions[iri]:
            for indicator in follows[action]:
                national[indicator].add(_code(codes, action))
        found.append(
            Target(
                iri,
                *titles[iri],
                _ordered(_code(codes, a) for a in actions[iri]),
                indicators.get(iri, ()),
                {i: _ordered(national[i]) for i in sorted(national, key=natural_key)},
            )
        )
    return found


def _code(codes: Mapping[Value, str], action: Value) -> str:
    return codes.get(action) or str(action).rpartition("/")[2]


def _ordered(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes), key=natural_key))


def list_un_indicators(dataset: Dataset) -> dict[str, tuple[Indicator, ...]]:
    """List the UN's indicators of each target, in the order of their codes.

    :param dataset: the data.
    :returns: IRI of the target → its indicators.
    """
    grouped: dict[tuple[str, str, str], list[_Row]] = defaultdict(list)
    for row in dataset.query("select_sdg_indicators").dicts():
        key = str(row["target"]), str(row["targetCode"]), str(row["indicator"])
        grouped[key].append(row)
    found: dict[str, list[Indicator]] = defaultdict(list)
    for (target, code, iri), rows in grouped.items():
        codes = _ordered(str(r["identifier"]) for r in rows)
        here = [c for c in codes if c.startswith(f"{code}.")]
        own = here[0] if here else str(rows[0]["notation"])
        found[target].append(Indicator(iri, own, str(rows[0]["title"]), codes))
    return {t: tuple(sorted(i, key=lambda x: natural_key(x.code))) for t, i in found.items()}


def read_values(
    dataset: Dataset, framework: str, targets: Sequence[Target], sources: Sequence[str]
) -> tuple[str | None, SdgData]:
    """Read what SDG data say of the targets' indicators, for the framework's country and the world.

    :param dataset: the data; series that they describe are known without SDG data.
    :param framework: IRI of the framework.
    :param targets: the targets that it reaches.
    :param sources: files, folders and endpoints, or none.
    :returns: the name of the country, if there are sources, and what was found.
    :raises InputError: if the framework names no country, or a source can't be read.
    """
    rows = list(dataset.query("select_framework_area", framework=framework).dicts())
    if sources and not rows:
        raise InputError(
            f"{compact(framework)} names no country, so that no values can be told to be its own: "
            "add dcterms:spatial to it"
        )
    row = rows[0] if rows else {"m49": None, "code": None, "title": ""}
    every = [i for indicators in list_un_indicators(dataset).values() for i in indicators]
    wanted = Wanted(
        indicators=_by_code(i for t in targets for i in t.indicators),
        known=_by_code(every),
        targets=frozenset(t.code for t in targets),
        codes=tuple(str(c) for c in (row["m49"], row["code"]) if c),
        name=str(row["title"]),
    )
    found = read_sdg_data(sources, wanted, dataset.asserted)
    return wanted.name if sources else None, found


def add_indicators(targets: Iterable[Target], found: SdgData) -> list[Target]:
    """Add the indicators that SDG data name and the shipped vocabulary does not know.

    :param targets: the targets.
    :param found: what SDG data hold.
    """
    more: dict[str, list[Indicator]] = defaultdict(list)
    for code, (iri, title) in found.added.items():
        codes = (code, iri.rpartition("/")[2]) if iri else (code,)
        more[code.rpartition(".")[0]].append(Indicator(iri, code, title, codes))
    return [
        t._replace(
            indicators=tuple(
                sorted((*t.indicators, *more[t.code]), key=lambda i: natural_key(i.code))
            )
        )
        for t in targets
    ]


def _by_code(indicators: Iterable[Indicator]) -> dict[str, str]:
    """Return the IRIs of indicators by each of their codes, and by themselves."""
    return {code: i.iri for i in indicators for code in (*i.codes, i.code, i.iri)}
