"""The data sets of a framework's values: their IRIs, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gcm_ld.build import EARLIER, TARGETS, VALUES
from gcm_ld.model import Observation, Record, ValueSet
from gcm_ld.namespaces import quote
from gcm_ld.tables.names import Names

__all__ = [
    "TITLES",
    "current_iri",
    "framework_of",
    "indicator_slug",
    "is_ours",
    "is_values_file",
    "make_earlier_set",
    "make_set",
    "sets_of",
]


def indicator_slug(indicator: str, names: Names) -> str:
    """Return what stands for an indicator in the IRIs of its observations."""
    return indicator.partition("/indicator/")[2] or quote(names.code(indicator))


def sets_of(framework: str) -> dict[str, str]:
    """Return the IRIs of a framework's data sets by their structure."""
    return {
        VALUES: f"{framework}/values",
        EARLIER: f"{framework}/values/earlier",
        TARGETS: f"{framework}/targets",
    }


#: Structure of a data set → its title, of the title of its framework.
TITLES = {
    VALUES: "Values of the indicators of {}",
    EARLIER: "Earlier values of the indicators of {}",
    TARGETS: "Baselines and targets of the indicators of {}",
}


def make_set(structure: str, framework: str, names: Names, area: str | None) -> ValueSet:
    """Describe one of a framework's data sets.

    :param structure: which of the three.
    :param framework: IRI of the framework.
    :param names: its title.
    :param area: IRI of its country.
    """
    title = TITLES[structure].format(names.labels.get(framework) or names.code(framework))
    return ValueSet(
        iri=sets_of(framework)[structure],
        title=title,
        label=title,
        structure=structure,
        spatial=area,
    )


def make_earlier_set(values: ValueSet) -> ValueSet:
    """Describe the data set of the figures that those of another have replaced."""
    title = f"Earlier {values.title[:1].lower()}{values.title[1:]}"
    return replace(values, iri=f"{values.iri}/earlier", title=title, label=title, structure=EARLIER)


def current_iri(earlier: Observation) -> str:
    """Return the IRI of the value that stands where an earlier figure stood.

    >>> from gcm_ld.namespaces import ID, compact
    >>> compact(current_iri(Observation(iri=ID + "x/values/earlier/plans/2021/2",
    ...     dataset=ID + "x/values/earlier", indicator="", period="2021", value="1")))
    'x/values/plans/2021'
    """
    home = earlier.dataset.removesuffix("/earlier")
    return home + earlier.iri.removeprefix(earlier.dataset).rpartition("/")[0]


def framework_of(record: Observation | ValueSet) -> str:
    """Return the IRI of the framework whose indicators a data set is of.

    >>> framework_of(ValueSet(iri="https://w3id.org/gcm-ld/id/x/values/earlier", title="",
    ...     structure=""))
    'https://w3id.org/gcm-ld/id/x'
    """
    dataset = record.iri if isinstance(record, ValueSet) else record.dataset
    return dataset.removesuffix("/earlier").rpartition("/")[0]


def is_ours(record: Record, framework: str) -> bool:
    """Say whether a record is one of a framework's data sets, or stands in one."""
    sets = sets_of(framework).values()
    if isinstance(record, ValueSet):
        return record.iri in sets
    return isinstance(record, Observation) and record.dataset in sets


def is_values_file(path: Path) -> bool:
    """Say whether a file is one that values or targets are written to.

    >>> is_values_file(Path("xkx-2025-values.ttl")), is_values_file(Path("xkx-2025.ttl"))
    (True, False)
    """
    return path.suffix == ".ttl" and path.stem.endswith(("-values", "-targets"))
