"""Validation of what tables say, with each finding led back to its sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcm_ld.build import build_graph
from gcm_ld.model import Crosswalk, Element, Monitoring, Observation, Record, properties
from gcm_ld.namespaces import GCM, SDG, expand
from gcm_ld.queries import list_rules
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store import EmbeddedStore
from gcm_ld.tables.reading import Place
from gcm_ld.tables.record_turtle import write_ntriples
from gcm_ld.tables.sheets import Fault
from gcm_ld.tables.shipped import Shipped
from gcm_ld.validate import Finding, data_shapes, validate_ntriples

__all__ = ["Checked", "check_records"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What validation found.

    :param faults: the violations, as faults of the tables.
    :param warnings: how many recommendations there are besides.
    """

    faults: list[Fault]
    warnings: int


def check_records(
    records: Sequence[Record], places: Mapping[str, Place], around: Shipped, *, name: str
) -> Checked:
    """Validate records together with what they refer to.

    :param records: what the tables say.
    :param places: IRI → where the record comes from.
    :param around: data files that may describe what the records refer to.
    :param name: the file or folder that was read, for what comes from no row.
    """
    # An action whose indicators a row names is described elsewhere.
    own = {record.iri for record in records if not isinstance(record, Monitoring)}
    parts = {r.iri for r in records if isinstance(r, Element | Crosswalk)}
    values, named = write_ntriples(r for r in records if isinstance(r, Observation))
    triples = build_graph(r for r in records if not isinstance(r, Observation))
    used = {getattr(t.object, "value", "") for t in triples} | named | {GCM, SDG}
    store = EmbeddedStore()
    store.add(triples)
    del triples  # a million of them take room that validation needs
    for path in turtle_files(folder("ontology")):
        store.load_file(path)
    store.add(around.context(own, parts, used))
    for rule in list_rules():  # none of them reads a value
        store.add(store.construct(rule.text))
    data = store.dump() + values
    del store, values
    findings = validate_ntriples(data, shapes=data_shapes())
    del data
    concerned = own | places.keys()
    found = [f for f in findings if f.severity == "Violation" and _nodes(f) & concerned]
    types = {record.iri: type(record) for record in records}
    faults = dict.fromkeys(_fault(f, places, types, name) for f in found)
    warnings = [f for f in findings if f.severity == "Warning" and _nodes(f) & own]
    return Checked(list(faults), len(warnings))


def _nodes(finding: Finding) -> set[str | None]:
    return {finding.focus, finding.node, finding.text}


def _fault(
    finding: Finding, places: Mapping[str, Place], types: Mapping[str, type[Record]], name: str
) -> Fault:
    """Lead a finding back to the row of the node at fault, and to its column where one fits."""
    problem, _, cure = finding.message.rstrip(".").rpartition(": ")
    nodes = (finding.node, finding.focus, finding.text or "")
    node = next((n for n in nodes if n in places), None)
    if node is None:
        return Fault(place=name, problem=problem or cure, cure=cure if problem else "correct it")
    place = places[node]
    column = None
    for prop in properties(types[node]) if node in types else ():
        if finding.path is not None and expand(prop.curie) == finding.path:
            headers = (c.header for c in place.sheet.schema.columns if c.field == prop.name)
            column = next((place.column(h) for h in headers), None)
    return Fault(
        place=place.sheet.place,
        row=place.row,
        column=column,
        problem=problem or cure,
        cure=cure if problem else "correct the row",
    )
