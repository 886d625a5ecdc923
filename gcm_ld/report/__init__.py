"""Reports: questions of the library, put together for people and programs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.report.model import Report, Table

__all__ = ["ACROSS", "OPTIONS", "REPORTS", "Report", "Table", "build_report"]

#: report → the module that holds it, and its line in the help. Imported when asked for.
REPORTS = {
    "calendar": ("calendar", "steps of the review cycle, and what each waits for"),
    "coverage": ("coverage", "coverage of each objective under each counting rule"),
    "frameworks": ("frameworks", "the frameworks, and how complete the data on each are"),
    "gaps": ("coverage", "actions that no outcome answers, and why"),
    "indicator-quality": ("indicator_quality", "whether each indicator is sound, and why not"),
    "indicators": ("links", "indicators, their actions, and aligned actions without one"),
    "matrix": ("links", "objectives by objectives, and by SDG goals"),
    "outcomes": ("links", "outcomes by the actions they answer, and unneeded ones"),
    "progress": ("progress", "progress from indicators to objectives and SDG targets"),
    "quality": ("quality", "what is odd in the source, and how it was read"),
    "rollup": ("quality", "derived roll-up against the source's objective cells"),
    "sdg": ("links", "SDG goals and targets served, and by which objectives"),
    "sdg-data": ("sdg_data", "the UN's indicators and series of the SDG targets served"),
}
#: The same for reports across countries, which ask a whole store and no single framework.
ACROSS = {
    "countries": ("countries", "coverage compared across countries, ranked"),
    "peers": ("peers", "countries whose frameworks are most alike"),
    "shared-gaps": ("sharing", "which countries share which gap"),
    "progress-countries": ("progress_countries", "progress compared across countries"),
    "trend": ("countries", "coverage from one framework of a country to the next"),
    "unaddressed": ("sharing", "objectives and actions that nobody or the fewest address"),
}

#: What can be chosen besides, and for which reports.
OPTIONS = {
    "links": {"progress", "progress-countries"},
    "rule": {"progress", "progress-countries"},
    "sdg_data": {"sdg-data"},
    "year": {"calendar", "indicator-quality", "progress", "progress-countries", "sdg-data"},
}


def build_report(
    name: str,
    dataset: Dataset,
    *,
    framework: str | None = None,
    subject: str | None = None,
    curated: bool = False,
    **options: Any,
) -> Report:
    """Build a report.

    :param name: one of :data:`REPORTS` or :data:`ACROSS`.
    :param dataset: the data.
    :param framework: the framework's code, where the data know several; for a report across
        countries the one that it is about, if any.
    :param subject: for the report ``coverage``: code of the framework to be covered by it, if
        it is not the Compact.
    :param curated: whether links that somebody judged count like those a source states.
    :param options: what else was chosen, by the names of :data:`OPTIONS`; nothing is chosen by
        none.
    :raises KeyError: if there is no such report.
    :raises InputError: if a framework can't be found or told.

    >>> from gcm_ld import open_dataset
    >>> build_report("coverage", open_dataset()).lead[1]
    'published: 130 of 186 (69.9 %)'
    """
    module = import_module(f"gcm_ld.report.{(REPORTS | ACROSS)[name][0]}")
    build: Callable[..., Report] = getattr(module, f"report_{name.replace('-', '_')}")
    if subject is not None and name != "coverage":
        raise InputError(f"--subject goes with report coverage, not {name}: leave it out")
    chosen = {key: value for key, value in options.items() if value not in (None, ())}
    for key in chosen:
        if name not in OPTIONS[key]:
            *some, last = sorted(OPTIONS[key])
            goes = f"{', '.join(some)} and {last}" if some else last
            raise InputError(
                f"--{key.replace('_', '-')} goes with report {goes}, not {name}: leave it out"
            )
    if name in ACROSS:  # these count assessments, and no links that could be curated
        if curated:
            raise InputError(f"report {name} counts assessments and no links: leave curated out")
        return build(dataset, framework=framework, **chosen)
    if subject is not None:
        chosen["subject"] = subject
    return build(dataset if curated else dataset.stated, framework=framework, **chosen)
