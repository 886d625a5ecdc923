"""Metadata for a national platform on the SDGs that is built with Open SDG.

Its build (``sdg-build`` 2.3) reads a file of metadata for each indicator, named by the code with
hyphens. Ours stand in a folder of their own, so that a platform can take them in beside what it
has; the other files make a platform's data repository of the folder as it is.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes, write_bytes
from gcm_ld.language import list_languages, say, using
from gcm_ld.sdg_data.model import COUNTRY, Figure, Series
from gcm_ld.sdg_data.targets import (
    Indicator,
    Target,
    add_indicators,
    find_national,
    find_targets,
    read_values,
)
from gcm_ld.turtle import natural_key

__all__ = ["FIELDS", "build_files", "write_folder"]

#: Our fields, in order; their names for people are in :func:`_labels`. Open SDG takes a field with
#: ``_link``, ``_url`` or ``_date`` in its name for a bare address or a day: none of ours has.
FIELDS = (
    "gcm_indicator",
    "gcm_framework",
    "gcm_objectives",
    "gcm_actions",
    "gcm_outcomes",
    "gcm_national_indicators",
    "gcm_alignments",
)
#: The folder of our metadata, and the group of our translations.
FOLDER, GROUP = "gcm-meta", "gcm"
CONFIG = "config_data.yml"
_MARK = "# Written by gcm-ld export --format open-sdg.\n"
#: The fields of Open SDG 2.3 that the stand-alone folder fills in, with their form elements. What
#: its build works out by itself (numbers of goal and target, the order) is not among them.
_STANDARD = {
    "indicator_number": "text",
    "indicator_name": "text",
    "reporting_status": "select",
    "data_non_statistical": "checkbox",
    "graph_title": "text",
    "graph_type": "text",
    "national_geographical_coverage": "text",
    "computation_units": "text",
}
#: Its national metadata, named as in the SDMX structure for metadata of SDG indicators.
_NATIONAL = {
    "SDG_GOAL": "Goal",
    "SDG_TARGET": "Target",
    "SDG_INDICATOR": "Indicator",
    "SDG_SERIES_DESCR": "Series",
    "UNIT_MEASURE": "Unit of measure",
    "DATA_SOURCE": "Data providers",
}
#: Open SDG's own words, which a site needs, and which name goals, targets and indicators.
_TRANSLATIONS = {
    "class": "TranslationInputSdgTranslations",
    "source": "https://github.com/open-sdg/sdg-translations.git",
    "tag": "2.3.0",
}
_STATUSES = ("notstarted", "inprogress", "complete", "notapplicable")


def _labels() -> dict[str, str]:
    """Return the names of our fields, and of what stands around them, in the language in use."""
    return {
        "title": say("Global Compact for Migration"),
        "description": say(
            "How the actions of the Global Compact for Migration lead to this indicator's target"
        ),
        "gcm_indicator": say("Indicator at the UN"),
        "gcm_framework": say("National framework"),
        "gcm_objectives": say("Objectives of the Compact linked with the target"),
        "gcm_actions": say("Actions of the Compact linked with the target"),
        "gcm_outcomes": say("National outcomes that answer these actions"),
        "gcm_national_indicators": say("National indicators that follow these actions"),
        "gcm_alignments": say("Links, as linked data"),
    }


def build_files(
    dataset: Dataset, *, framework: str | None = None, sdg_data: Sequence[str] = ()
) -> dict[str, bytes]:
    """Build the files of a data repository for Open SDG, of the links that a source states.

    :param dataset: the data.
    :param framework: code of the assessed framework, where the data know several.
    :param sdg_data: files, folders and endpoints with values of SDG series: those of the country
        become the indicators' data.
    :returns: path in the folder → content.
    :raises InputError: if the framework can't be found or told, reaches no target, or SDG data
        can't be read.
    """
    stated = dataset.stated
    facts = _Facts.of(stated, _choose(stated, framework))
    targets = find_targets(stated, facts.iri)
    country, found = read_values(stated, facts.iri, targets, sdg_data)
    files: dict[str, bytes] = {}
    for target in add_indicators(targets, found):
        for indicator in target.indicators:
            name = indicator.code.replace(".", "-")
            series = [s for s in found.of_indicator(indicator.name) if _figures(s)]
            rows = _data(series)
            files[f"{FOLDER}/{name}.yml"] = _yaml(_ours(facts, target, indicator))
            files[f"meta/{name}.yml"] = _yaml(_national(target, indicator, series))
            files[f"indicator-config/{name}.yml"] = _yaml(_config(indicator, series, country))
            files[f"data/indicator_{name}.csv"] = _csv(rows)
    if not files:
        raise InputError(
            f"{facts.title}: no action is linked with an SDG target, so there is no indicator to "
            "write metadata for"
        )
    files[CONFIG] = _MARK.encode() + _yaml(_settings())
    files["metadata_schema.yml"] = _yaml(_schema(_standard_fields()))
    files[f"{GROUP}_metadata_schema.yml"] = _yaml(_schema(_our_fields()))
    for language in ("en", *list_languages()):
        with using(language):
            files[f"translations/{language}/{GROUP}.yml"] = _yaml(_labels())
    return dict(sorted(files.items()))


def write_folder(output: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files, but never over a platform's own.

    :param output: the folder; it is made if it is not there.
    :param files: path in the folder → content.
    :returns: our files that are there from before, and no part of it any more.
    :raises InputError: if the folder is somebody's own platform, or can't be written to.
    """
    config = output / CONFIG
    if config.exists() and not read_bytes(config).startswith(_MARK.encode()):
        raise InputError(
            f"{config}: this is a platform's own: export into another folder, and copy {FOLDER}/, "
            f"{GROUP}_metadata_schema.yml and translations/ from there"
        )
    try:
        for name in files:
            (output / name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(output, f"can't be written to ({error.strerror})") from None
    for name, content in files.items():
        write_bytes(output / name, content)
    there = (
        p for f in (FOLDER, "meta", "indicator-config", "data") for p in (output / f).glob("*")
    )
    return sorted(p for p in there if str(p.relative_to(output)) not in files)


# -- what is known -----------------------------------------------------------------------------


def _choose(dataset: Dataset, framework: str | None) -> str:
    rows = list(dataset.query("select_assessed_frameworks").dicts())
    from gcm_ld.namespaces import compact, framework_iri

    iris = list(dict.fromkeys(str(r["framework"]) for r in rows))
    names = ", ".join(compact(i) for i in iris)
    if framework is not None:
        wanted = framework if ":" in framework else framework_iri(framework)
        if wanted not in iris:
            raise InputError(f"no assessment against {framework!r}; there are: {names or 'none'}")
        return wanted
    if len(iris) != 1:
        raise InputError(
            f"the data assess several frameworks: choose one with --framework ({names})"
            if iris
            else "the data hold no assessment of an action: there is nothing to export"
        )
    return iris[0]


@dataclass(frozen=True)
class _Facts:
    """What is said of a framework's crosswalk, for one indicator after another."""

    iri: str
    title: str
    #: code of an action → its row: IRI, title, and its objective
    actions: Mapping[str, Mapping[str, str]]
    #: code of an action → IRI and name of each outcome that answers it
    outcomes: Mapping[str, Mapping[str, str]]
    #: IRI of a national indicator → its name
    indicators: Mapping[str, str]
    #: IRI of a target → IRIs of the links that lead there, by the action's code
    links: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, dataset: Dataset, iri: str) -> _Facts:
        """Ask the data."""

        def ask(query: str) -> list[dict[str, str]]:
            rows = dataset.query(query, framework=iri).dicts()
            return [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]

        actions = {r["code"]: r for r in ask("select_assessed_actions")}
        codes = {r["action"]: code for code, r in actions.items()}
        names = {r["outcome"]: f"{r['code']} {r['title']}" for r in ask("select_outcomes")}
        outcomes: dict[str, dict[str, str]] = defaultdict(dict)
        for row in ask("select_outcome_actions"):
            outcomes[row["code"]][row["outcome"]] = names[row["outcome"]]
        links: dict[str, dict[str, str]] = defaultdict(dict)
        for row in ask("select_action_targets"):
            if row["kind"] == "target":
                code = codes.get(row["action"]) or row["action"].rpartition("/")[2]
                links[row["object"]][code] = row["alignment"]
        titles = [r["title"] for r in ask("select_assessed_frameworks") if r["framework"] == iri]
        return cls(
            iri,
            titles[0],
            actions,
            outcomes,
            {i: n.title for i, n in find_national(dataset, iri, None).items()},
            links,
        )


# -- one indicator -----------------------------------------------------------------------------


def _ours(facts: _Facts, target: Target, indicator: Indicator) -> dict[str, Any]:
    """Return our fields of an indicator; what is empty is left out."""
    rows = [facts.actions[code] for code in target.actions if code in facts.actions]
    objectives = {r["objective"]: f"{r['objectiveCode']} {r['objectiveTitle']}" for r in rows}
    outcomes = {i: name for code in target.actions for i, name in facts.outcomes[code].items()}
    fields = {
        "gcm_indicator": _link(indicator.iri, indicator.iri) if indicator.iri else "",
        "gcm_framework": _link(facts.title, facts.iri),
        "gcm_objectives": _list(objectives),
        "gcm_actions": _list({r["action"]: f"{r['code']} {r['title']}" for r in rows}),
        "gcm_outcomes": _list(outcomes),
        "gcm_national_indicators": _list(
            {i: facts.indicators[i] for i in target.national if i in facts.indicators}
        ),
        "gcm_alignments": _list(
            {iri: f"{code} – {target.code}" for code, iri in facts.links[target.iri].items()}
        ),
    }
    return {key: fields[key] for key in FIELDS if fields[key]}


def _list(names: Mapping[str, str]) -> str:
    """Write names with their IRIs as a list in Markdown, in natural order."""
    return "\n".join(
        f"- {_link(names[iri], iri)}" for iri in sorted(names, key=lambda i: natural_key(names[i]))
    )


def _link(name: str, iri: str) -> str:
    """Write a link in Markdown (CommonMark 0.31, section 6.3)."""
    escaped = "".join(f"\\{c}" if c in "\\`*_[]<>" else c for c in " ".join(name.split()))
    return f"[{escaped}]({iri})"


def _name(indicator: Indicator) -> str:
    """Return an indicator's name, or the key of the one that Open SDG's translations have."""
    return indicator.title or f"global_indicators.{indicator.code.replace('.', '-')}-title"


def _national(target: Target, indicator: Indicator, series: Sequence[Series]) -> dict[str, Any]:
    """Return the metadata that Open SDG shows on its tab for national ones."""
    goal = target.code.partition(".")[0]
    fields = {
        "SDG_GOAL": f"global_goals.{goal}-title",
        "SDG_TARGET": f"{target.code} {target.title}",
        "SDG_INDICATOR": _name(indicator),
        "SDG_SERIES_DESCR": "\n".join(f"- {_label(s)}" for s in series),
        "UNIT_MEASURE": "; ".join(_units(series)),
        "DATA_SOURCE": "; ".join(_sources(series)),
    }
    return {key: value for key, value in fields.items() if value}


def _config(indicator: Indicator, series: Sequence[Series], country: str | None) -> dict[str, Any]:
    """Return what Open SDG knows an indicator by, and how it is shown."""
    fields: dict[str, Any] = {
        "indicator_number": indicator.code,
        "indicator_name": _name(indicator),
        "reporting_status": "complete" if series else "notstarted",
        "data_non_statistical": False,
        "graph_title": _name(indicator),
        "graph_type": "line",
    }
    if series:
        # What values without a breakdown are called, and the axis where no unit is chosen.
        fields["national_geographical_coverage"] = country or ""
        fields["computation_units"] = "; ".join(_units(series))
        # The schema has no form for lists of things: the build passes these on unchecked.
        sources = [{"organisation": name} for name in _sources(series)]
        if sources:
            fields["sources"] = sources
    return fields


def _units(series: Iterable[Series]) -> list[str]:
    return list(dict.fromkeys(s.unit for s in series if s.unit))


def _sources(series: Iterable[Series]) -> list[str]:
    return sorted({f.source for s in series for f in _figures(s) if f.source})


def _label(series: Series) -> str:
    """Name a series with what all of it is about."""
    name = series.title or series.code
    return f"{name} ({series.scope})" if series.scope else name


def _figures(series: Series) -> list[Figure]:
    """List the country's yearly values; one that is only a bound is none."""
    found = sorted(series.figures.get(COUNTRY, {}).items())
    return [f for _, f in found if len(f.period) == 4 and not f.bound]


def _data(series: Iterable[Series]) -> list[tuple[str, str, str, str]]:
    """Return the country's values, one row a year and series."""
    return [(f.period, _label(s), s.unit, f"{f.value:f}") for s in series for f in _figures(s)]


def _csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Write data as Open SDG reads them; without a value, the columns alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("Year", "Series", "Units", "Value") if rows else ("Year", "Value"))
    writer.writerows(rows)
    return out.getvalue().encode()


# -- the folder --------------------------------------------------------------------------------


def _settings() -> dict[str, Any]:
    """Return the settings of the build, for the folder as it is."""
    meta = [
        {"class": "InputYamlMeta", "path_pattern": f"{folder}/*.yml", "git": False}
        for folder in ("indicator-config", "meta", FOLDER)
    ]
    schemas = ("metadata_schema.yml", f"{GROUP}_metadata_schema.yml")
    return {
        "languages": ["en"],
        "src_dir": "",
        "site_dir": "_site",
        "inputs": [{"class": "InputCsvData", "path_pattern": "data/*-*.csv"}, *meta],
        "schema": [{"class": "SchemaInputOpenSdg", "schema_path": name} for name in schemas],
        "translations": [
            dict(_TRANSLATIONS),
            {"class": "TranslationInputYaml", "source": "translations"},
        ],
        "reporting_status_extra_fields": [],
    }


def _schema(fields: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"prose": {"metadata": {"meta": list(fields)}}}


def _our_fields() -> list[dict[str, Any]]:
    labels = _labels()
    return [
        {
            "name": name,
            "field": {
                "element": "text" if name == "gcm_indicator" else "textarea",
                "label": labels[name],
                "translation_key": f"{GROUP}.{name}",
                "scope": GROUP,
            },
        }
        for name in FIELDS
    ]


def _standard_fields() -> list[dict[str, Any]]:
    fields = []
    for name, element in _STANDARD.items():
        label = name.replace("_", " ").capitalize()
        field: dict[str, Any] = {"element": element, "label": label}
        if name == "reporting_status":
            field["options"] = [
                {"name": s, "value": s, "translation_key": f"status.{s}"} for s in _STATUSES
            ]
        fields.append({"name": name, "field": field})
    for name, label in _NATIONAL.items():
        key = f"metadata_fields.{name}"
        field = {"element": "text", "label": label, "translation_key": key, "scope": "national"}
        fields.append({"name": name, "field": field})
    return fields


def _yaml(value: Any) -> bytes:
    """Write YAML, texts of several lines as such."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Keeps our way of writing apart from others'."""

    def write_text(dumper: Any, text: str) -> Any:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, write_text)
    text: str = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=2000)
    return text.encode("utf-8")
