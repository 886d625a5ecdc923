"""The explorer: a crosswalk from objective over action to outcomes, SDGs and indicators.

Only what the source states is shown; the pages of actions have what somebody judged beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from gcm_ld.namespaces import GCMO, SDG, SKOS
from gcm_ld.publish.pages.lookup import Card, Lookup, Ref
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.site import Site
from gcm_ld.turtle import natural_key

__all__ = ["ExplorerPages"]

_ASSESSES = ox.NamedNode(GCMO + "assesses")
_AGAINST = ox.NamedNode(GCMO + "against")
_STATED_IN = ox.NamedNode(GCMO + "statedIn")
_MONITORED = ox.NamedNode(GCMO + "monitoredBy")
_SPACE = re.compile(r"\s+")
_GOAL = re.compile(re.escape(SDG) + r"/([0-9]+)(?:\.|$)")


class Action(NamedTuple):
    """An action with what the source links it to."""

    anchor: str
    ref: Ref
    status: Ref
    record: Ref
    cell: str
    outcomes: list[Ref]
    targets: list[Ref]
    indicators: list[Ref]
    goals: str


class Objective(NamedTuple):
    """An objective with its actions."""

    anchor: str
    ref: Ref
    actions: list[Action]


class ExplorerPages:
    """Explorers of the assessed frameworks.

    :param site: the site.
    :param lookup: names and links.
    :param renderer: the templates.
    """

    def __init__(self, site: Site, lookup: Lookup, renderer: Renderer) -> None:
        self.site = site
        self.lookup = lookup
        self.renderer = renderer

    def frameworks(self) -> dict[str, str]:
        """Return the assessed frameworks: code → IRI."""
        return self._frameworks

    @cached_property
    def _frameworks(self) -> dict[str, str]:
        store = self.site.store
        found = {
            _value(quad.object)
            for record in store.quads_for_pattern(None, _ASSESSES, None)
            for quad in store.quads_for_pattern(record.subject, _AGAINST, None)
        }
        return {iri.rpartition("/")[2]: iri for iri in sorted(found, key=natural_key)}

    def files(self, code: str) -> dict[str, bytes]:
        """Return the explorer of a framework.

        :param code: its code.
        :raises KeyError: if no action is held against it.
        """
        iri = self.frameworks()[code]
        objectives = self._objectives(iri)
        actions = [a for o in objectives for a in o.actions]
        statuses = Counter(a.status.label for a in actions)
        goals = sorted({g for a in actions for g in a.goals.split()}, key=natural_key)
        name = f"explore/{code}.html"
        framework = self.lookup.ref(iri)
        page = self.renderer.page(
            "explorer",
            name,
            framework=framework,
            objectives=objectives,
            count=len(actions),
            statuses=sorted(statuses.items()),
            goals=[(g, self.lookup.ref(f"{SDG}/{g}").label) for g in goals],
            report=f"report/{quote(code)}.html",
        )
        return {name: page}

    def _objectives(self, framework: str) -> list[Objective]:
        grouped: dict[str, list[tuple[str, Card, str]]] = {}
        for quad in self.site.store.quads_for_pattern(None, _AGAINST, ox.NamedNode(framework)):
            record = self.lookup.card(_value(quad.subject))
            action = record.first(GCMO + "assesses")
            if action and GCMO + "Assessment" in record.types:
                wider = self.lookup.card(action).first(GCMO + "partOf")
                grouped.setdefault(wider, []).append((action, record, _value(quad.graph_name)))
        taken: set[str] = set()
        found = []
        for wider in sorted(grouped, key=natural_key):
            ref = self.lookup.ref(wider) if wider else Ref("Under no objective", "", "")
            rows = sorted(grouped[wider], key=lambda row: natural_key(row[0]))
            anchor = _anchor("objective", ref.code or ref.label, taken)
            actions = [self._action(framework, *row, taken) for row in rows]
            found.append(Objective(anchor, ref, actions))
        return found

    def _action(
        self, framework: str, iri: str, record: Card, graph: str, taken: set[str]
    ) -> Action:
        lookup = self.lookup
        ref = lookup.ref(iri)
        outcomes: dict[str, Ref] = {}
        targets: dict[str, Ref] = {}
        for link in self._stated(record.iri):
            other = link.first(GCMO + "object")
            if link.first(GCMO + "subject") != iri or not other:
                continue
            scheme = lookup.card(other).first(SKOS + "inScheme") or other
            into = outcomes if scheme == framework else targets
            whole = " (all of it)" if link.first(GCMO + "scope") else ""
            named = lookup.ref(other)
            into[other] = named._replace(label=named.label + whole) if whole else named
        goals = {m[1] for other in targets if (m := _GOAL.match(other))}
        status = record.first(GCMO + "status")
        return Action(
            anchor=_anchor("action", ref.code or ref.label, taken),
            ref=ref,
            status=lookup.ref(status) if status else Ref("no status", "", ""),
            record=lookup.ref(record.iri),
            cell=record.first(GCMO + "sourceOutcomeCell"),
            outcomes=_sorted(outcomes),
            targets=_sorted(targets),
            indicators=_sorted({i: lookup.ref(i) for i in self._indicators(iri, graph)}),
            goals=" ".join(sorted(goals, key=natural_key)),
        )

    def _stated(self, record: str) -> Iterator[Card]:
        found = self.site.store.quads_for_pattern(None, _STATED_IN, ox.NamedNode(record))
        for iri in sorted({_value(quad.subject) for quad in found}, key=natural_key):
            yield self.lookup.card(iri)

    def _indicators(self, action: str, graph: str) -> set[str]:
        """Return the indicators that the same dataset, or one beside it, names for an action."""
        group = graph.rpartition("/")[0]
        found = self.site.store.quads_for_pattern(ox.NamedNode(action), _MONITORED, None)
        return {_value(q.object) for q in found if _value(q.graph_name).rpartition("/")[0] == group}


def _value(node: object) -> str:
    return str(getattr(node, "value", ""))


def _sorted(refs: dict[str, Ref]) -> list[Ref]:
    return [refs[iri] for iri in sorted(refs, key=natural_key)]


def _anchor(kind: str, code: str, taken: set[str]) -> str:
    """Return a fragment for a code, not taken yet."""
    name = f"{kind}-{_SPACE.sub('-', code)}"
    n = 1
    found = name
    while found in taken:
        n += 1
        found = f"{name}-{n}"
    taken.add(found)
    return found
