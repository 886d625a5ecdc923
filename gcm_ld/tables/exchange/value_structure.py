"""The structure of values in SDMX: what their columns are called, and which codes stand in them.

A framework has three dataflows, one for each of its data sets (:mod:`gcm_ld.tables.value_sets`):
values, earlier values, and targets. Their dimensions are those of the cubes in
``data/measure/structures.ttl`` in the same order, with two differences that SDMX asks for: the
time comes last, and the frequency, which a period tells, stands first (SDMX 3.0, section 2,
"Data structure definition").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcm_ld.build import EARLIER, TARGETS, VALUES
from gcm_ld.model import Country, Element, Framework, Observation, ValueSet
from gcm_ld.namespaces import concept_code
from gcm_ld.tables.exchange.identifiers import AGENCY, VERSION, clean, code_id, escape, list_id
from gcm_ld.tables.exchange.value_lists import FREQUENCIES, Term, read_lists
from gcm_ld.tables.extract import Extract
from gcm_ld.tables.value_sets import TITLES, framework_of, sets_of
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from pysdmx.model import Codelist, Component, Concept, DataStructureDefinition

__all__ = ["FLOWS", "Flow", "Part", "Structure", "flow_id", "measured", "parts_of", "read_flow"]


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a structure, which is a column of its data.

    :param id: its concept, which is the column's header.
    :param name: what people call it.
    :param field: the field of an observation that it holds; empty for the frequency.
    :param codes: the code list of its values; empty where they have none.
    :param dimension: whether it is a part of the key.
    :param required: whether every observation has it.
    """

    id: str
    name: str
    field: str = ""
    codes: str = ""
    dimension: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """One of the three dataflows.

    :param id: the end of its identifiers.
    :param structure: IRI of the structure that its data sets have as linked data.
    :param file: the name of its file.
    """

    id: str
    structure: str
    file: str


#: The dataflows of a framework.
FLOWS = (
    Flow("VALUES", VALUES, "values.sdmx.csv"),
    Flow("EARLIER", EARLIER, "earlier-values.sdmx.csv"),
    Flow("TARGETS", TARGETS, "targets.sdmx.csv"),
)

_WHOM = (
    Part("FREQ", "Frequency", codes="CL_FREQ", dimension=True),
    Part("INDICATOR", "Indicator", "indicator", "", dimension=True),
    Part("REF_AREA", "Reference area", "area", "CL_AREA", dimension=True),
    Part("SEX", "Sex", "sex", "CL_SEX", dimension=True),
    Part("AGE", "Age", "age", "CL_AGE", dimension=True),
    Part(
        "MIGRATION_STATUS",
        "Migration status",
        "migration_status",
        "CL_MIGRATION_STATUS",
        dimension=True,
    ),
    Part("NATIONALITY", "Nationality", "nationality", "CL_NATIONALITY", dimension=True),
)
_MORE = {
    EARLIER: (Part("EDITION", "Edition, in the order published", "edition", dimension=True),),
    TARGETS: (
        Part(
            "REFERENCE",
            "Baseline, milestone or target",
            "reference",
            "CL_REFERENCE",
            dimension=True,
        ),
    ),
}
_TIME = Part("TIME_PERIOD", "Time period", "period", dimension=True)
_VALUE = Part("OBS_VALUE", "Observation value", "value")
_ATTRIBUTES = (
    Part("UNIT_MEASURE", "Unit of measure", "unit", "CL_UNIT_MEASURE"),
    Part("OBS_STATUS", "Observation status", "status", "CL_OBS_STATUS"),
    Part("SOURCE", "Address of the source document", "source", required=False),
    Part("CITATION", "Place in the source document", "citation", required=False),
    Part("COMMENT_OBS", "Comment on the observation", "note", required=False),
)
_ID = re.compile(r"(?:DF|DSD)_(.+)_(VALUES|EARLIER|TARGETS)")
_NAMES = {
    "CL_AGE": "Age",
    "CL_AREA": "Areas, by ISO 3166-1 alpha-3",
    "CL_FREQ": "Frequency",
    "CL_MIGRATION_STATUS": "Migration status",
    "CL_NATIONALITY": "Nationalities: groups, and countries by ISO 3166-1 alpha-3",
    "CL_OBS_STATUS": "Observation status: those of SDMX, and R for a revised value",
    "CL_REFERENCE": "Baseline, milestone or target",
    "CL_SEX": "Sex",
    "CL_UNIT_MEASURE": "Units of measure",
}
_CONCEPTS = "CS_VALUES"


def parts_of(flow: Flow) -> tuple[Part, ...]:
    """List the components of a dataflow in the order of its columns.

    >>> [part.id for part in parts_of(FLOWS[1])][-8:-5]
    ['EDITION', 'TIME_PERIOD', 'OBS_VALUE']
    """
    return (*_WHOM, *_MORE.get(flow.structure, ()), _TIME, _VALUE, *_ATTRIBUTES)


def flow_id(code: str, flow: Flow) -> str:
    """Return the identifier of a framework's dataflow.

    :param code: the framework's code.

    >>> flow_id("xkx-2025", FLOWS[0])
    'DF_XKX_2025_VALUES'
    """
    return f"DF_{list_id(code)}_{flow.id}"


def read_flow(identifier: str) -> tuple[str, Flow] | None:
    """Return whose values a dataflow or structure has, as a part of SDMX names, and which.

    :param identifier: as a file names it, such as ``GCM_LD:DF_XKX_2025_VALUES(1.0)``.

    >>> found = read_flow("GCM_LD:DF_XKX_2025_VALUES(1.0)")
    >>> found[0], found[1].id
    ('XKX_2025', 'VALUES')
    """
    name = identifier.partition(": ")[0].rpartition(":")[2].partition("(")[0].strip()
    found = _ID.fullmatch(name)
    if found is None:
        return None
    return found[1], next(flow for flow in FLOWS if flow.id == found[2])


def measured(extract: Extract) -> list[Framework]:
    """List the frameworks that have values, or whose indicators could have them.

    A framework without a country has none: nobody knows whose values they would be.
    """
    known = extract.known
    main = extract.framework
    sets = {framework_of(r) for r in extract.records if isinstance(r, Observation | ValueSet)}
    if main.spatial and any(
        isinstance(r, Element) and r.framework == main.iri and r.kind == "Indicator"
        for r in known.values()
    ):
        sets.add(main.iri)
    found = [f for iri in sets if isinstance(f := known.get(iri), Framework)]
    return sorted(found, key=lambda f: (f.iri != main.iri, natural_key(f.iri)))


class Structure:
    """The code lists, concepts, structures and dataflows of the values of an extract.

    :param extract: the records of one framework.
    """

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.frameworks = measured(extract)
        self.lists = {f"CL_{name}": list(terms) for name, terms in read_lists().items()}
        countries = sorted(
            (r for r in extract.known.values() if isinstance(r, Country)), key=lambda r: r.code
        )
        areas = [Term(r.iri, code_id(r.code), r.label) for r in countries]
        self.lists["CL_AREA"] = areas
        self.lists["CL_NATIONALITY"] += areas
        self._codes = {name: {t.iri: t.code for t in terms} for name, terms in self.lists.items()}
        for record in extract.records:
            if isinstance(record, Observation):
                self._add_unlisted(record)
        self.lists["CL_FREQ"] = list(FREQUENCIES)

    def _add_unlisted(self, record: Observation) -> None:
        """Add a code that a figure has and its list lacks, which validation reports."""
        for part in (*_WHOM, *_MORE[TARGETS], *_ATTRIBUTES):
            iri = getattr(record, part.field) if part.field and part.codes else None
            if iri and iri not in self._codes[part.codes]:
                code = code_id(concept_code(iri))
                self._codes[part.codes][iri] = code
                self.lists[part.codes].append(Term(iri, code, self.extract.label(iri) or code))

    def code(self, part: Part, iri: str) -> str:
        """Return the code of what stands in a column."""
        if part.id == "INDICATOR":
            return code_id(self.extract.code(iri))
        return self._codes[part.codes][iri] if part.codes else iri

    def codelists(self) -> list[Codelist]:
        """Build the code lists but those of the indicators, by name."""
        from pysdmx.model import Code, Codelist

        if not self.frameworks:
            return []
        return [
            Codelist(
                id=name,
                name=_NAMES[name],
                agency=AGENCY,
                version=VERSION,
                items=[
                    Code(id=t.code, name=clean(t.name), uri=escape(t.iri) or None)
                    for t in self.lists[name]
                ],
            )
            for name in sorted(self.lists)
        ]

    def definitions(self, lists: Iterable[Codelist]) -> list[object]:
        """Build concepts, structure definitions and dataflows.

        :param lists: all code lists, those of the indicators among them.
        """
        from pysdmx.model import Concept, ConceptScheme, Dataflow

        if not self.frameworks:
            return []
        by_name = {codelist.id: codelist for codelist in lists}
        parts = {part.id: part for flow in FLOWS for part in parts_of(flow)}
        concepts: list[Concept] = [Concept(id=p.id, name=p.name) for p in parts.values()]
        scheme = ConceptScheme(
            id=_CONCEPTS,
            name="Concepts of the values of indicators",
            agency=AGENCY,
            version=VERSION,
            items=concepts,
        )
        definitions, flows = [], []
        for framework in self.frameworks:
            for flow in FLOWS:
                title = self._title(framework, flow)
                definition = self._definition(framework, flow, title, by_name)
                definitions.append(definition)
                flows.append(
                    Dataflow(
                        id=flow_id(framework.code, flow),
                        name=title,
                        agency=AGENCY,
                        version=VERSION,
                        uri=escape(sets_of(framework.iri)[flow.structure]),
                        structure=definition,
                    )
                )
        return [scheme, *definitions, *flows]

    def _title(self, framework: Framework, flow: Flow) -> str:
        """Return what a data set is called; what it would be called, where there is none."""
        found = self.extract.label(sets_of(framework.iri)[flow.structure])
        return clean(found or TITLES[flow.structure].format(framework.label or framework.code))

    def _definition(
        self, framework: Framework, flow: Flow, title: str, lists: Mapping[str, Codelist]
    ) -> DataStructureDefinition:
        from pysdmx.model import Components, DataStructureDefinition

        indicators = lists[f"CL_{list_id(framework.code)}_INDICATOR"]
        return DataStructureDefinition(
            id=flow_id(framework.code, flow).replace("DF", "DSD", 1),
            name=title,
            agency=AGENCY,
            version=VERSION,
            components=Components(
                [
                    _component(
                        part, indicators if part.id == "INDICATOR" else lists.get(part.codes)
                    )
                    for part in parts_of(flow)
                ]
            ),
        )


def _component(part: Part, codes: Codelist | None) -> Component:
    from pysdmx.model import Component, DataType, ItemReference, Role

    kinds = {"TIME_PERIOD": DataType.PERIOD, "OBS_VALUE": DataType.DECIMAL}
    kinds["EDITION"] = DataType.INTEGER
    attribute = not part.dimension and part is not _VALUE
    return Component(
        id=part.id,
        required=part.required,
        role=Role.DIMENSION if part.dimension else Role.ATTRIBUTE if attribute else Role.MEASURE,
        concept=ItemReference("Concept", AGENCY, _CONCEPTS, VERSION, part.id),
        local_dtype=None if codes else kinds.get(part.id, DataType.STRING),
        local_codes=codes,
        attachment_level="O" if attribute else None,
    )
