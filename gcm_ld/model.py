"""The records: what a dataset holds, as typed values.

Each field names the property it stands for, once; :mod:`gcm_ld.build` writes records as a
graph and reads them back by that table, so the two can't drift apart.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from gcm_ld.namespaces import CUBE, compact

__all__ = [
    "BREAK",
    "FORECAST",
    "Alignment",
    "Assessment",
    "Claim",
    "Country",
    "Crosswalk",
    "Element",
    "Framework",
    "Institution",
    "Kind",
    "Monitoring",
    "Observation",
    "Property",
    "Rating",
    "Record",
    "Source",
    "SourceAnomaly",
    "ValueSet",
    "properties",
]


class Kind(enum.Enum):
    """How a value is written in RDF."""

    IRI = "iri"
    TEXT = "string"
    LABEL = "English text"
    DATE = "date"
    YEAR = "gYear"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DURATION = "duration"
    #: A year, a month, or else text such as ``2021-Q1``: the form tells the datatype.
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Property:
    """The property behind a record's field: its name, kind of value, and whether it repeats.

    It is named by its CURIE, or by its IRI where no prefix fits.
    """

    name: str
    curie: str
    kind: Kind
    many: bool


def _one(curie: str, kind: Kind, *, required: bool = False) -> Any:
    meta = {"property": (curie, kind, False)}
    return field(metadata=meta) if required else field(default=None, metadata=meta)


def _many(curie: str, kind: Kind) -> Any:
    return field(default=(), metadata={"property": (curie, kind, True)})


_CACHE: dict[type, tuple[Property, ...]] = {}


def properties(record: type[Record]) -> tuple[Property, ...]:
    """List the properties that a record class maps its fields to.

    :param record: one of the classes of this module.
    """
    if record not in _CACHE:
        _CACHE[record] = tuple(
            Property(f.name, *f.metadata["property"])
            for f in fields(record)
            if "property" in f.metadata
        )
    return _CACHE[record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Anything with an IRI."""

    #: The classes each record is typed with, the one that tells it apart first.
    types: ClassVar[tuple[str, ...]] = ()

    iri: str

    @property
    def name(self) -> str:
        """The IRI in its short form, such as ``gcm/action/1.a``."""
        return compact(self.iri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """A document that statements were read from."""

    types: ClassVar = ("dcterms:BibliographicResource", "prov:Entity")

    title: str = _one("dcterms:title", Kind.LABEL, required=True)
    creator: str | None = _one("dcterms:creator", Kind.TEXT)
    publisher: str | None = _one("dcterms:publisher", Kind.IRI)
    issued: str | None = _one("dcterms:issued", Kind.DATE)
    identifier: str | None = _one("dcterms:identifier", Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution(Record):
    """A body that adopts, carries out or reports on a framework."""

    types: ClassVar = ("gcmo:Institution", "org:Organization", "foaf:Agent")

    label: str = _one("skos:prefLabel", Kind.LABEL, required=True)
    homepage: str | None = _one("foaf:homepage", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework(Record):
    """A policy document seen as a scheme of objectives, actions, outcomes and indicators."""

    types: ClassVar = ("gcmo:Framework", "skos:ConceptScheme")

    code: str = _one("dcterms:identifier", Kind.TEXT, required=True)
    label: str = _one("skos:prefLabel", Kind.LABEL, required=True)
    alt_labels: tuple[str, ...] = _many("skos:altLabel", Kind.LABEL)
    note: str | None = _one("skos:scopeNote", Kind.LABEL)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    creator: str | None = _one("dcterms:creator", Kind.IRI)
    spatial: str | None = _one("dcterms:spatial", Kind.IRI)
    issued: str | None = _one("dcterms:issued", Kind.DATE)
    start: str | None = _one("gcmo:startYear", Kind.YEAR)
    end: str | None = _one("gcmo:endYear", Kind.YEAR)
    partners: tuple[str, ...] = _many("gcmo:partner", Kind.IRI)
    references: tuple[str, ...] = _many("dcterms:references", Kind.IRI)
    source: str | None = _one("dcterms:source", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Record):
    """A part of a framework, of one of :data:`gcm_ld.build.ELEMENT_KINDS`."""

    kind: str
    notation: str = _one("skos:notation", Kind.TEXT, required=True)
    label: str = _one("skos:prefLabel", Kind.LABEL, required=True)
    label_basis: str | None = _one("gcmo:labelBasis", Kind.IRI)
    alt_labels: tuple[str, ...] = _many("skos:altLabel", Kind.LABEL)
    note: str | None = _one("skos:scopeNote", Kind.LABEL)
    framework: str = _one("skos:inScheme", Kind.IRI, required=True)
    part_of: tuple[str, ...] = _many("gcmo:partOf", Kind.IRI)
    identifiers: tuple[str, ...] = _many("dcterms:identifier", Kind.TEXT)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    source: str | None = _one("dcterms:source", Kind.IRI)
    monitored_by: tuple[str, ...] = _many("gcmo:monitoredBy", Kind.IRI)
    disaggregated_by: tuple[str, ...] = _many("gcmo:disaggregatedBy", Kind.IRI)
    countries: tuple[str, ...] = _many("dcterms:spatial", Kind.IRI)
    start: str | None = _one("gcmo:startDate", Kind.DATE)
    end: str | None = _one("gcmo:endDate", Kind.DATE)
    led_by: tuple[str, ...] = _many("gcmo:ledBy", Kind.IRI)
    supported_by: tuple[str, ...] = _many("gcmo:supportedBy", Kind.IRI)
    requires: tuple[str, ...] = _many("dcterms:requires", Kind.IRI)
    recurrence: str | None = _one("gcmo:recurrence", Kind.DURATION)
    occurrence_of: str | None = _one("gcmo:occurrenceOf", Kind.IRI)
    unit: str | None = _one("gcmo:unit", Kind.IRI)
    direction: str | None = _one("gcmo:direction", Kind.IRI)
    verification: str | None = _one("gcmo:verification", Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring(Record):
    """The indicators that follow an action of a framework that is described elsewhere."""

    monitored_by: tuple[str, ...] = _many("gcmo:monitoredBy", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Record):
    """What a source finds of an element by one criterion, such as its ambition."""

    types: ClassVar = ("gcmo:Rating", "dqv:QualityMeasurement")

    about: str = _one("dqv:computedOn", Kind.IRI, required=True)
    criterion: str = _one("dqv:isMeasurementOf", Kind.IRI, required=True)
    value: str = _one("dqv:value", Kind.TEXT, required=True)
    source: str | None = _one("dcterms:source", Kind.IRI)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSet(Record):
    """The values of a framework's indicators, their earlier figures, or their targets.

    RDF Data Cube Vocabulary (W3C 2014), section 7: a ``qb:DataSet``. Which of the three it is,
    its structure says.
    """

    types: ClassVar = ("qb:DataSet",)

    title: str = _one("dcterms:title", Kind.LABEL, required=True)
    label: str | None = _one("rdfs:label", Kind.LABEL)
    structure: str = _one("qb:structure", Kind.IRI, required=True)
    spatial: str | None = _one("dcterms:spatial", Kind.IRI)
    source: str | None = _one("dcterms:source", Kind.IRI)
    license: str | None = _one("dcterms:license", Kind.IRI)


#: Codes of the status of a value (SDMX code list of observation status): it does not compare with
#: those before it, and it is no progress made.
BREAK, FORECAST = "B", "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Record):
    """One figure of an indicator: a value, an earlier value, or a baseline, milestone or target.

    RDF Data Cube Vocabulary (W3C 2014), section 8: a ``qb:Observation``.
    """

    types: ClassVar = ("qb:Observation",)

    dataset: str = _one("qb:dataSet", Kind.IRI, required=True)
    indicator: str = _one(CUBE + "dimension/indicator", Kind.IRI, required=True)
    area: str | None = _one("sdmx-dimension:refArea", Kind.IRI)
    period: str = _one("sdmx-dimension:timePeriod", Kind.PERIOD, required=True)
    sex: str | None = _one("sdmx-dimension:sex", Kind.IRI)
    age: str | None = _one("sdmx-dimension:age", Kind.IRI)
    migration_status: str | None = _one(CUBE + "dimension/migration-status", Kind.IRI)
    nationality: str | None = _one(CUBE + "dimension/nationality", Kind.IRI)
    edition: str | None = _one(CUBE + "dimension/edition", Kind.INTEGER)
    reference: str | None = _one(CUBE + "dimension/reference", Kind.IRI)
    value: str = _one("sdmx-measure:obsValue", Kind.DECIMAL, required=True)
    unit: str | None = _one("sdmx-attribute:unitMeasure", Kind.IRI)
    status: str | None = _one("sdmx-attribute:obsStatus", Kind.IRI)
    source: str | None = _one("dcterms:source", Kind.IRI)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    note: str | None = _one("rdfs:comment", Kind.LABEL)
    revision_of: str | None = _one("prov:wasRevisionOf", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Country(Record):
    """A country or area, by its ISO 3166-1 alpha-3 code."""

    types: ClassVar = ("gcmo:Country", "dcterms:Location", "skos:Concept")

    code: str = _one("skos:notation", Kind.TEXT, required=True)
    label: str = _one("skos:prefLabel", Kind.LABEL, required=True)
    #: Three digits of the UN's M49, which are those of ISO 3166-1 numeric, such as ``008``.
    m49: str | None = _one("dcterms:identifier", Kind.TEXT)
    note: str | None = _one("skos:scopeNote", Kind.LABEL)
    scheme: str | None = _one("skos:inScheme", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk(Record):
    """A set of assessments and alignments between two frameworks, from one source."""

    types: ClassVar = ("gcmo:Crosswalk", "xkos:Correspondence")

    title: str = _one("dcterms:title", Kind.LABEL, required=True)
    compares: tuple[str, ...] = _many("xkos:compares", Kind.IRI)
    source: str | None = _one("dcterms:source", Kind.IRI)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    license: str | None = _one("dcterms:license", Kind.IRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Record):
    """What a source says of one action against one framework, with its cells verbatim."""

    types: ClassVar = ("gcmo:Assessment", "prov:Entity")

    crosswalk: str = _one("gcmo:inCrosswalk", Kind.IRI, required=True)
    assesses: str = _one("gcmo:assesses", Kind.IRI, required=True)
    against: str = _one("gcmo:against", Kind.IRI, required=True)
    status: str = _one("gcmo:status", Kind.IRI, required=True)
    covered_by: tuple[str, ...] = _many("gcmo:coveredBy", Kind.IRI)
    row: str = _one("gcmo:sourceRow", Kind.TEXT, required=True)
    objective_cell: str | None = _one("gcmo:sourceObjectiveCell", Kind.TEXT)
    outcome_cell: str | None = _one("gcmo:sourceOutcomeCell", Kind.TEXT)
    goal_cell: str | None = _one("gcmo:sourceGoalCell", Kind.TEXT)
    target_cell: str | None = _one("gcmo:sourceTargetCell", Kind.TEXT)
    indicator_cell: str | None = _one("gcmo:sourceIndicatorCell", Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment(Record):
    """One link between two elements, or an element and a whole framework."""

    types: ClassVar = ("gcmo:Alignment", "xkos:ConceptAssociation")

    crosswalk: str = _one("gcmo:inCrosswalk", Kind.IRI, required=True)
    subject: str = _one("gcmo:subject", Kind.IRI, required=True)
    object: str = _one("gcmo:object", Kind.IRI, required=True)
    relation: str = _one("gcmo:relation", Kind.IRI, required=True)
    basis: str = _one("gcmo:basis", Kind.IRI, required=True)
    scope: str | None = _one("gcmo:scope", Kind.IRI)
    stated_in: tuple[str, ...] = _many("gcmo:statedIn", Kind.IRI)
    stated_cells: tuple[str, ...] = _many("gcmo:statedCell", Kind.IRI)
    source: str | None = _one("dcterms:source", Kind.IRI)
    citation: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    derived_by: str | None = _one("gcmo:derivedBy", Kind.TEXT)
    justification: str | None = _one("sssom:mapping_justification", Kind.IRI)
    author: str | None = _one("dcterms:creator", Kind.IRI)
    confidence: str | None = _one("sssom:confidence", Kind.DECIMAL)
    comment: str | None = _one("rdfs:comment", Kind.LABEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnomaly(Record):
    """Something odd in a source: what stands there, and how it was read."""

    types: ClassVar = ("gcmo:SourceAnomaly", "dqv:QualityAnnotation", "oa:Annotation")

    about: str = _one("oa:hasTarget", Kind.IRI, required=True)
    anomaly: str = _one("gcmo:anomaly", Kind.IRI, required=True)
    row: str | None = _one("gcmo:sourceRow", Kind.TEXT)
    verbatim: str | None = _one("gcmo:verbatim", Kind.TEXT)
    reading: str = _one("gcmo:reading", Kind.LABEL, required=True)
    source: str | None = _one("dcterms:source", Kind.IRI)
    motivation: str = field(
        default="http://www.w3.org/ns/dqv#qualityAssessment",
        metadata={"property": ("oa:motivatedBy", Kind.IRI, False)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """A figure that a source publishes, and the question that checks it."""

    types: ClassVar = ("gcmo:Claim", "prov:Entity")

    label: str = _one("rdfs:label", Kind.LABEL, required=True)
    values: tuple[str, ...] = _many("gcmo:claimedValue", Kind.TEXT)
    comparison: str | None = _one("gcmo:comparison", Kind.IRI)
    rule: str | None = _one("gcmo:rule", Kind.IRI)
    query: str | None = _one("gcmo:checkedBy", Kind.TEXT)
    about: tuple[str, ...] = _many("gcmo:claimAbout", Kind.IRI)
    framework: str | None = _one("gcmo:against", Kind.IRI)
    section: str | None = _one("dcterms:bibliographicCitation", Kind.TEXT)
    source: str | None = _one("dcterms:source", Kind.IRI)
    note: str | None = _one("skos:editorialNote", Kind.LABEL)
