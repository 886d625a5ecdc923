"""The workbook in which a ministry enters values for a framework that is data already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gcm_ld.build import read_records
from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.model import Element, Framework, Observation, Record, Source
from gcm_ld.namespaces import compact
from gcm_ld.tables.layout import SOURCES, TARGETS, VALUES
from gcm_ld.tables.layout_values import ABOUT
from gcm_ld.tables.measure import BASELINE, BREAKDOWN_TOTALS, TARGET
from gcm_ld.tables.names import Names
from gcm_ld.tables.observation_rows import RowWriter, rows_of
from gcm_ld.tables.sheets import SheetData
from gcm_ld.tables.value_sets import framework_of, is_values_file
from gcm_ld.tables.words import Words, read_words
from gcm_ld.tables.writing import index_names, make_sheet, plain_rows
from gcm_ld.turtle import natural_key

__all__ = ["find_framework", "make_values_template"]

_Cells = dict[str, str]


def find_framework(dataset: Dataset, code: str | None) -> Framework:
    """Return the framework that values are entered for.

    :param dataset: the data.
    :param code: its code; not needed where only one framework has indicators.
    :raises InputError: if there is none, or several and none is named.

    >>> from gcm_ld import open_dataset
    >>> find_framework(open_dataset(), "alb-nsm-2019").start
    '2019'
    """
    having = {r.framework for r in dataset.records if isinstance(r, Element)}
    if code is None:
        having = {e.framework for e in dataset.elements("Indicator") if e.framework in having}
        having -= {r.iri for r in dataset.records if isinstance(r, Framework) and not r.spatial}
    known = {f.code: f for f in dataset.frameworks() if f.iri in having}
    if code is not None:
        if code in known:
            return known[code]
        raise InputError(
            f"no framework {code!r} in the data: 'gcm-ld report frameworks' lists them."
            + did_you_mean(code, known)
        )
    if len(known) == 1:
        return next(iter(known.values()))
    if known:
        names = ", ".join(sorted(known))
        raise InputError(
            f"several frameworks have indicators: say which with --framework ({names})"
        )
    raise InputError("no country's framework in the data has indicators: name another with --data")


def make_values_template(dataset: Dataset, code: str | None = None) -> list[SheetData]:
    """Make the sheets in which the values of a framework's indicators are entered.

    :param dataset: the data that describe it, and values of it that there are already.
    :param code: its code; see :func:`find_framework`.
    :returns: sheet Values with a row for each indicator and year of the framework, sheet Targets
        with a baseline and a target for each indicator, sheet Sources, and the indicators for
        reference. What is known stands in the rows; the other values are blank.
    :raises InputError: if there is no such framework, or it has no indicators or no country.

    >>> from gcm_ld import open_dataset
    >>> values, targets, _, about = make_values_template(open_dataset(), "alb-nsm-2019")
    >>> len(values.rows), len(targets.rows), len(about.rows)
    (352, 176, 88)
    """
    framework = find_framework(dataset, code)
    indicators = [e for e in dataset.elements("Indicator") if e.framework == framework.iri]
    indicators.sort(key=lambda e: natural_key(e.notation))
    if not indicators:
        raise InputError(f"{framework.code} has no indicators in the data: add them first")
    if not framework.spatial:
        raise InputError(f"{framework.code} has no country in the data: add dcterms:spatial first")
    names = index_names(framework.iri, dataset.records)
    words = read_words()
    records = [
        r
        for r in dataset.records
        if isinstance(r, Observation) and framework_of(r) == framework.iri
    ]
    rows = _Rows(framework, indicators, names, words, records)
    follows = _follows(dataset.records)
    about = [_about(e, follows[e.iri], names, words) for e in indicators]
    return [
        make_sheet(VALUES, rows.values()),
        make_sheet(TARGETS, rows.targets()),
        make_sheet(SOURCES, plain_rows(SOURCES, _sources(dataset), names)),
        make_sheet(ABOUT, about),
    ]


def _sources(dataset: Dataset) -> Iterable[Source]:
    """Yield the sources that are described beside values, and nowhere else."""
    for path, triples in dataset.triples_by_file.items():
        if is_values_file(path):
            yield from (r for r in read_records(triples) if isinstance(r, Source))


class _Rows:
    """The rows of values and targets: those that are known, and blank ones for the rest."""

    def __init__(
        self,
        framework: Framework,
        indicators: Sequence[Element],
        names: Names,
        words: Words,
        records: Sequence[Observation],
    ) -> None:
        self._indicators, self._names, self._records = indicators, names, records
        self._writer = RowWriter(names, words, name_all=True)
        self._framework, self._words = framework, words
        self._years = _years(framework)

    def values(self) -> list[_Cells]:
        known = rows_of(VALUES, self._records, self._names)
        totals = {(r.indicator, r.period) for r in known if _is_total(r)}
        return self._rows(known, [("", year) for year in self._years], totals)

    def targets(self) -> list[_Cells]:
        known = rows_of(TARGETS, self._records, self._names)
        has = {(r.indicator, r.reference or "") for r in known if _is_total(r)}
        blank = [(BASELINE, self._years[0]), (TARGET, self._years[-1])]
        return self._rows(known, blank, has)

    def _rows(
        self,
        known: Sequence[Observation],
        blank: Sequence[tuple[str, str]],
        has: set[tuple[str, str]],
    ) -> list[_Cells]:
        rows: list[_Cells] = []
        by_indicator: dict[str, list[Observation]] = defaultdict(list)
        for record in known:
            by_indicator[record.indicator].append(record)
        for indicator in self._indicators:
            rows += map(self._writer.row, by_indicator[indicator.iri])
            for reference, period in blank:
                if (indicator.iri, reference or period) not in has:
                    rows.append(self._blank(indicator, reference, period))
        return rows

    def _blank(self, indicator: Element, reference: str, period: str) -> _Cells:
        return {
            "Framework": self._framework.code,
            "Indicator": self._writer.indicator(indicator.iri, self._framework.iri),
            "What": self._words.word("reference", reference) if reference else "",
            "Period": period,
            "Unit": self._words.word("unit", indicator.unit) if indicator.unit else "",
        }


def _is_total(record: Observation) -> bool:
    fields = BREAKDOWN_TOTALS.items()
    return record.edition is None and all(getattr(record, f) in (None, t) for f, t in fields)


def _years(framework: Framework) -> list[str]:
    """Return the years that a framework runs; a blank one if it doesn't say."""
    first, last = framework.start or framework.end, framework.end or framework.start
    if not first or not last:
        return [""]
    return [str(year) for year in range(int(first), int(last) + 1)] or [first]


def _follows(records: Iterable[Record]) -> Mapping[str, list[str]]:
    """Return the actions and outcomes that each indicator follows."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if isinstance(record, Element):
            for indicator in record.monitored_by:
                found[indicator].append(compact(record.iri))
    return found


def _about(indicator: Element, follows: Sequence[str], names: Names, words: Words) -> _Cells:
    """Return what there is to know of an indicator when its values are entered."""
    return {
        "Title": indicator.label,
        "Code": indicator.notation,
        "Unit": words.word("unit", indicator.unit) if indicator.unit else "",
        "Better is": words.word("gcmo:Direction", indicator.direction or ""),
        "Part of": "; ".join(names.code(iri) for iri in indicator.part_of),
        "Follows": "; ".join(sorted(follows, key=natural_key)),
        "Means of verification": indicator.verification or "",
    }
