"""What the data know of a country, gathered once for all sections of its review."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gcm_ld.dataset import Dataset
from gcm_ld.errors import EmptyDatasetError
from gcm_ld.language import label, say
from gcm_ld.model import (
    Alignment,
    Country,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Observation,
    Record,
    Source,
    ValueSet,
)
from gcm_ld.namespaces import SDG, compact
from gcm_ld.report import Report, Table, build_report
from gcm_ld.report.localize import localize
from gcm_ld.report.model import RULES, Assessed, assessed_framework
from gcm_ld.review.findings import Action, Coverage, Link, Options
from gcm_ld.review.measured import Measured, measure
from gcm_ld.review.model import link
from gcm_ld.store import Value
from gcm_ld.turtle import natural_key

__all__ = ["Facts"]

_Row = Mapping[str, Value]


@dataclass
class Facts:
    """A country's data, and what was chosen; answers are worked out when first asked for.

    :param whole: the data with curated links, which are listed apart and counted only if asked.
    :param country: the country.
    :param framework: the framework that its actions were assessed against.
    :param options: what was chosen.
    """

    whole: Dataset
    country: Country
    framework: Framework
    options: Options
    #: Reports that can't be built from these data, with the reason.
    lacking: dict[str, str] = field(default_factory=dict)
    _reports: dict[str, Report | None] = field(default_factory=dict)

    @cached_property
    def dataset(self) -> Dataset:
        """The data that are counted."""
        return self.whole if self.options.curated else self.whole.stated

    @cached_property
    def synthetic(self) -> bool:
        """Whether the country was made up."""
        rows = self.whole.query("select_countries").dicts()
        return any(r["country"] == self.country.iri and r["synthetic"] for r in rows)

    @cached_property
    def against(self) -> Assessed:
        """The framework with the number of its actions and rows."""
        return assessed_framework(self.dataset, self.framework.iri)

    def report(self, name: str) -> Report | None:
        """Build a report; nothing where the data don't give it.

        :param name: one of :data:`gcm_ld.report.REPORTS`.
        :raises InputError: if what was chosen for it is wrong.
        """
        if name not in self._reports:
            self._reports[name] = self._build(name)
        return self._reports[name]

    def _build(self, name: str) -> Report | None:
        chosen: dict[str, Any] = {}
        if name in ("calendar", "indicator-quality", "progress", "sdg-data"):
            chosen["year"] = self.options.year
        if name == "progress":
            chosen |= {"rule": self.options.progress_rule, "links": self.options.links}
        if name == "sdg-data":
            chosen["sdg_data"] = self.options.sdg_data
        framework = None if name == "frameworks" else self.framework.iri
        try:
            return build_report(
                name, self.whole, framework=framework, curated=self.options.curated, **chosen
            )
        except EmptyDatasetError as error:
            self.lacking[name] = str(error)
            return None

    def table(self, report: str, name: str) -> list[dict[str, Value]]:
        """Return the rows of a report's table for programs; none where there is no such table."""
        built = self.report(report)
        tables = built.tables if built else ()
        found = next((t for t in tables if t.name == name), None)
        return [dict(zip(found.keys, r, strict=True)) for r in found.rows] if found else []

    def views(self, report: str) -> tuple[Table, ...]:
        """Return a report's tables for people, in the language in use."""
        built = self.report(report)
        return localize(built).readable if built else ()

    def view(self, report: str, name: str) -> Table | None:
        """Return a report's table for people by its name."""
        return next((t for t in self.views(report) if t.name == name), None)

    # Coverage

    @cached_property
    def rules(self) -> dict[str, str]:
        """The counting rules with their definitions, in their usual order."""
        rows = self.whole.query("select_counting_rules").dicts()
        found = {str(r["rule"]): str(r["definition"]) for r in rows}
        order = {rule: i for i, rule in enumerate(RULES)}
        return dict(sorted(found.items(), key=lambda p: (order.get(p[0], len(order)), p[0])))

    @cached_property
    def by_row(self) -> bool:
        """Whether the chosen rule counts rows of the source's table, and not actions."""
        rows = self.whole.query("select_counting_units").dicts()
        units = {str(r["rule"]): str(r["unit"]) for r in rows}
        return units.get(self.options.rule, "").endswith("#ByTableRow")

    @cached_property
    def coverage(self) -> list[Coverage]:
        """Coverage by objective under the chosen rule."""
        return [
            Coverage(str(r["code"]), str(r["title"]), _int(r["covered"]), _int(r["total"]))
            for r in self.table("coverage", "coverage")
            if r["rule"] == self.options.rule and r["code"] != ""
        ]

    @cached_property
    def covered(self) -> Coverage:
        """Coverage of all objectives together."""
        return Coverage(
            "", "", sum(c.covered for c in self.coverage), sum(c.total for c in self.coverage)
        )

    @cached_property
    def actions(self) -> list[Action]:
        """All actions, in order, as the source assesses them."""
        rows: dict[str, list[_Row]] = defaultdict(list)
        for row in self.dataset.query(
            "select_review_actions", framework=self.framework.iri
        ).dicts():
            rows[str(row["action"])].append(row)
        found = [
            Action(
                str(first["objectiveCode"]),
                str(first["code"]),
                str(first["title"]),
                iri,
                str(first["status"]),
                tuple(sorted({str(r["coveredBy"]) for r in group if r["coveredBy"]})),
                str(first["row"]),
            )
            for iri, group in rows.items()
            for first in group[:1]
        ]
        return sorted(found, key=lambda a: (natural_key(a.objective), natural_key(a.code)))

    @cached_property
    def outcomes_by_action(self) -> dict[str, list[str]]:
        """The codes of the outcomes that answer each action."""
        rows = self.dataset.query("select_outcome_actions", framework=self.framework.iri).dicts()
        return _group((r["code"], r["outcomeCode"]) for r in rows)

    @cached_property
    def sdg_by_action(self) -> dict[str, list[str]]:
        """The SDG targets that each action is linked with, or goals where no target is named."""
        links = self._sdg_links
        targets = _group((r["code"], r["targetCode"]) for r in links if r["targetCode"])
        goals = _group((r["code"], r["goalCode"]) for r in links if r["kind"] == "goal")
        whole = _group((r["code"], SDG) for r in links if r["kind"] == "all goals")
        found: dict[str, list[str]] = {}
        for code in {*targets, *goals, *whole}:
            below = {t.partition(".")[0] for t in targets.get(code, [])}
            others = [g for g in goals.get(code, []) if g not in below]
            found[code] = sorted(targets.get(code, []) + others, key=natural_key) + [
                "*" for _ in whole.get(code, [])
            ]
        return found

    @cached_property
    def actions_by_goal(self) -> dict[str, list[str]]:
        """The actions that are linked with each SDG goal, or with a target of it."""
        return _group((r["goalCode"], r["code"]) for r in self._sdg_links if r["goalCode"])

    @cached_property
    def _sdg_links(self) -> list[_Row]:
        crosswalks = self.dataset.query("select_stating_crosswalks", framework=self.framework.iri)
        return [
            row
            for crosswalk in crosswalks.dicts()
            for row in self.dataset.query(
                "select_sdg_links", crosswalk=str(crosswalk["crosswalk"])
            ).dicts()
        ]

    @cached_property
    def _indicator_rows(self) -> list[_Row]:
        return list(self.dataset.query("select_indicators", framework=self.framework.iri).dicts())

    @cached_property
    def indicators_by_action(self) -> dict[str, list[str]]:
        """The IRIs of the indicators that each action is followed by."""
        return _group((r["code"], r["indicator"]) for r in self._indicator_rows if r["code"])

    @cached_property
    def breakdowns(self) -> dict[str, list[str]]:
        """The breakdowns that the name of each indicator promises."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._indicator_rows:
            if row["disaggregation"]:  # which may have labels in small and in capital letters
                by = str(row["disaggregation"])
                found[str(row["indicator"])].setdefault(by.casefold(), by)
        return {iri: sorted(labels.values()) for iri, labels in found.items()}

    @cached_property
    def indicators(self) -> dict[str, Element]:
        """The framework's indicators by IRI."""
        return {e.iri: e for e in self.elements("Indicator", self.framework.iri)}

    @cached_property
    def valued(self) -> set[str] | None:
        """The indicators with a value up to the year; nothing where progress can't be built."""
        if self.report("progress") is None:
            return None
        rows = self.table("progress", "indicators")
        return {str(r["iri"]) for r in rows if r["latest"] is not None}

    def progress_words(self, code: str) -> str:
        """Say how far an objective is, and what is not known of it.

        :param code: the objective's code.
        """
        rows = [r for r in self.table("progress", "objectives") if r["code"] == code]
        if not rows or not rows[0]["of"]:
            return ""
        row = rows[0]
        known = {"known": row["known"], "of": row["of"]}
        if row["value"] is None:
            return say("No figure of progress: no value speaks for its actions.")
        shares = {key: 100 * float(str(row[key])) for key in ("value", "low", "high")}
        return say(
            "Progress: {value:.1f} % over what is known; between {low:.1f} and {high:.1f} % with "
            "what is not known ({known} of {of} actions that apply have a figure).",
            **shares,
            **known,
        )

    # What was measured

    @cached_property
    def measured(self) -> Measured:
        """The figures of groups of people, those that were revised, and where they come from."""
        return measure(
            self._all(Observation),
            {r.iri: r.structure for r in self._all(ValueSet)},
            set(self.indicators),
            self.options.year,
        )

    @cached_property
    def _groups(self) -> dict[str, str]:
        rows = self.whole.query("select_breakdown_codes").dicts()
        return {str(r["code"]): label(str(r["title"]), str(r["code"])) for r in rows}

    def group_name(self, iri: str) -> str:
        """Return what a group of people is called: a code of a list, or a country."""
        return self._groups.get(iri) or label(self.name(iri))

    def indicator_name(self, iri: str) -> str:
        """Return an indicator's name with the unit of its figures."""
        unit = self._units.get(self.name(iri), "")
        name = label(self.name(iri))
        return f"{name} ({unit})" if unit else name

    @cached_property
    def _units(self) -> dict[str, str]:
        """The units of indicators that have figures, by name, as they stand behind a number."""
        report = self.report("progress")
        tables = report.readable if report else ()
        found = next((t for t in tables if t.name == "indicators"), None)
        named = {str(r[0]): str(r[1] or "") for r in found.rows} if found else {}
        plain = {"number": "", "yes or no": "", "percent": "%"}
        return {title: plain.get(unit, label(unit)) for title, unit in named.items()}

    # Records

    def _all(self, cls: type[Record]) -> Iterator[Any]:
        return (r for r in self.whole.records if isinstance(r, cls))

    @cached_property
    def by_iri(self) -> dict[str, Record]:
        """Every record by its IRI."""
        return {r.iri: r for r in self.whole.records}

    def elements(self, kind: str, framework: str | None = None) -> list[Element]:
        """List the elements of a kind in the order of their codes."""
        found = [
            e for e in self._all(Element) if e.kind == kind and framework in (None, e.framework)
        ]
        return sorted(found, key=lambda e: natural_key(e.notation))

    @cached_property
    def _elements(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = defaultdict(list)
        for e in self._all(Element):
            found[e.framework].append(e)
        return found

    def elements_of(self, framework: str) -> list[Element]:
        """List the elements of a framework, by kind and code."""
        return sorted(
            self._elements.get(framework, ()), key=lambda e: (e.kind, natural_key(e.notation))
        )

    @cached_property
    def frameworks(self) -> list[Framework]:
        """The frameworks of the country, besides the one assessed, by their codes."""
        return sorted(
            (
                f
                for f in self._all(Framework)
                if f.spatial == self.country.iri and f.iri != self.framework.iri
            ),
            key=lambda f: f.code,
        )

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The IRIs of all frameworks of the country."""
        return frozenset({self.framework.iri, *(f.iri for f in self.frameworks)})

    @cached_property
    def stating(self) -> frozenset[str]:
        """The IRIs of the crosswalks that state links in the rows of the actions."""
        rows = self.dataset.query("select_stating_crosswalks", framework=self.framework.iri)
        return frozenset(str(r["crosswalk"]) for r in rows.dicts())

    @cached_property
    def source_title(self) -> str:
        """What the assessments were read from; empty where the data don't say."""
        named = [c.source for c in self.crosswalks if c.iri in self.stating]
        named.append(self.framework.source)
        return next((self.name(iri) for iri in named if iri in self.by_iri), "")

    @cached_property
    def counted(self) -> frozenset[str]:
        """The statuses that the chosen rule counts as covered."""
        rows = self.whole.query("select_counting_rules").dicts()
        return frozenset(str(r["status"]) for r in rows if r["rule"] == self.options.rule)

    @cached_property
    def unsaid(self) -> int:
        """How many actions the chosen rule counts of which the source says nothing."""
        if "unstated" not in self.counted:
            return 0
        return sum(a.status == "unstated" for a in self.actions)

    @cached_property
    def crosswalks(self) -> list[Crosswalk]:
        """The crosswalks that a framework of the country, or its assessments, have to do with."""
        named = self.stating
        return sorted(
            (
                c
                for c in self._all(Crosswalk)
                if c.iri in named or self.scopes.intersection(c.compares)
            ),
            key=lambda c: c.iri,
        )

    def name(self, iri: str) -> str:
        """Return what a thing is called."""
        record = self.by_iri.get(iri)
        found = getattr(record, "label", None) or getattr(record, "title", None)
        return str(found) if found else compact(iri)

    def name_code(self, iri: str) -> str:
        """Return a framework's shortest name."""
        record = self.by_iri.get(iri)
        if not isinstance(record, Framework):
            return self.name(iri)
        return min((record.label, *record.alt_labels), key=lambda name: (len(name), name))

    def spell_out(self, note: str | None) -> str:
        """Put the names of frameworks in the place of their codes in a remark."""
        if not note:
            return ""
        named = {f.code: f for f in self._all(Framework)}

        def name(match: re.Match[str]) -> str:
            found = named.get(match[0])
            return link(label(found.label), found.iri) if found else match[0]

        return re.sub(r"[a-z]+(?:-[a-z0-9]+)+", name, label(note))

    def framework_of(self, iri: str) -> str:
        """Return the framework that an element belongs to; a framework's own IRI."""
        record = self.by_iri.get(iri)
        return record.framework if isinstance(record, Element) else iri

    def links_between(self, one: Iterable[str], other: Iterable[str]) -> list[Link]:
        """List the links between the things of some frameworks and those of others.

        :param one: IRIs of frameworks, whose things come first in each link.
        :param other: IRIs of other frameworks.
        """
        first, second = frozenset(one), frozenset(other)
        found = []
        for a in self._all(Alignment):
            for this, that in ((a.subject, a.object), (a.object, a.subject)):
                if self.framework_of(this) in first and self.framework_of(that) in second:
                    basis = a.basis.rpartition("#")[2]
                    found.append(Link(this, that, basis, a.citation or "", a.confidence or ""))
                    break
        order = {"Stated": 0, "Curated": 1}
        return sorted(
            found,
            key=lambda k: (
                order.get(k.basis, 2),
                natural_key(compact(k.subject)),
                natural_key(compact(k.object)),
            ),
        )

    @cached_property
    def practices(self) -> list[tuple[str, Element]]:
        """The practices of the country, each with the codes of the objectives that they serve."""
        subject = self.against.subject
        objectives = {e.iri: e.notation for e in self.elements("Objective", subject)}
        served: dict[str, set[str]] = defaultdict(set)
        for a in self._all(Alignment):
            if a.basis.endswith("#Stated") or self.options.curated:
                for this, that in ((a.subject, a.object), (a.object, a.subject)):
                    if this in objectives:
                        served[that].add(objectives[this])
        found = [
            (", ".join(sorted(served[e.iri], key=natural_key)), e)
            for e in self.elements("Practice")
            if self.country.iri in e.countries
        ]
        return sorted(found, key=lambda p: (natural_key(p[0]), natural_key(p[1].notation)))

    @cached_property
    def roles(self) -> list[tuple[str, str, str]]:
        """Who does what: institution, role and framework or element, by their IRIs."""
        found = []
        for f in (self.framework, *self.frameworks):
            found += [(f.creator, "adopted", f.iri)] if f.creator else []
            found += [(p, "partner", f.iri) for p in f.partners]
        for e in self._all(Element):
            if e.framework in self.scopes or self.country.iri in e.countries:
                found += [(i, "led", e.iri) for i in e.led_by]
                found += [(i, "supported", e.iri) for i in e.supported_by]
        return found

    @cached_property
    def sources(self) -> list[Source]:
        """The documents that the country's frameworks and crosswalks were read from."""
        named = {c.source for c in self.crosswalks}
        named |= {f.source for f in (self.framework, *self.frameworks)}
        named |= {e.source for _, e in self.practices}
        named |= self.measured.sources
        return sorted((s for s in self._all(Source) if s.iri in named), key=lambda s: s.iri)

    def institution(self, iri: str | None) -> str:
        """Return the name of an institution."""
        record = self.by_iri.get(iri or "")
        return record.label if isinstance(record, Institution) else ""


def _int(value: Value) -> int:
    return int(str(value or 0))


def _group(pairs: Iterable[Sequence[Value]]) -> dict[str, list[str]]:
    """Put values by key, each once, in natural order."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        found[str(key)].add(str(value))
    return {k: sorted(v, key=natural_key) for k, v in found.items()}
