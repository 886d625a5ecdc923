"""The slots of SSSOM that we use, our extensions of them, and CURIEs.

SSSOM 1.1, https://w3id.org/sssom; a value is held with full IRIs here, which SSSOM/TSV writes
as CURIEs and SSSOM/RDF as they are.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcm_ld.namespaces import ID, PREFIXES

__all__ = [
    "BUILT_IN",
    "CONCEPT",
    "CROSSWALKS",
    "EXTENSIONS",
    "JUSTIFICATIONS",
    "MAPPING_SLOTS",
    "NO_LICENSE",
    "NO_TERM",
    "RESOURCE",
    "SET_SLOTS",
    "SLOTS",
    "STANDARD",
    "Curies",
    "Extension",
    "Form",
    "Slot",
    "join_values",
    "split_values",
]

#: Prefixes that every SSSOM reader knows and that a file need not declare.
BUILT_IN: Mapping[str, str] = {
    **{p: PREFIXES[p] for p in ("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd")},
    "linkml": "https://w3id.org/linkml/",
}
#: Other prefixes that need no guessing: ours, and where the SDGs' own scheme IRI stands.
_KNOWN: Mapping[str, str] = {
    **PREFIXES,
    **BUILT_IN,
    "gcmid": ID,
    "orcid": "https://orcid.org/",
    "un": "http://metadata.un.org/",
}

#: What stands in for an object that isn't there.
NO_TERM = PREFIXES["sssom"] + "NoTermFound"
#: SSSOM requires a licence; this says that none is known, as sssom-py does.
NO_LICENSE = PREFIXES["sssom"] + "license/unspecified"
#: The types that our ends have; SSSOM has no word for a whole scheme.
CONCEPT, RESOURCE = "skos concept", "rdfs resource"

#: The justifications that SSSOM 1.1 knows, in the SEMAPV vocabulary.
JUSTIFICATIONS = frozenset(
    PREFIXES["semapv"] + name
    for name in (
        "BackgroundKnowledgeBasedMatching",
        "CompositeMatching",
        "InstanceBasedMatching",
        "LexicalMatching",
        "LexicalSimilarityThresholdMatching",
        "LogicalReasoning",
        "ManualMappingCuration",
        "MappingChaining",
        "MappingInversion",
        "MappingReview",
        "SemanticSimilarityThresholdMatching",
        "StructuralMatching",
        "UnspecifiedMatching",
    )
)


class Form(enum.Enum):
    """How a slot's value is written."""

    REFERENCE = "CURIE, or IRI in RDF"
    URI = "full IRI"
    TEXT = "text"
    NUMBER = "number"
    TYPE = "word of a list, or IRI in RDF"


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot: its name, how its values are written, and its property in RDF."""

    name: str
    form: Form
    many: bool = False
    #: Whether a value that all rows share moves to the head of the file.
    shared: bool = False
    #: The IRI of its property, where that is not the slot's name in SSSOM's own namespace.
    borrowed: str = ""

    @property
    def iri(self) -> str:
        """Return the IRI of its property."""
        return self.borrowed or PREFIXES["sssom"] + self.name


#: The slots of a mapping that we write, in SSSOM's order.
MAPPING_SLOTS = (
    Slot("record_id", Form.REFERENCE),
    Slot("subject_id", Form.REFERENCE, borrowed=PREFIXES["owl"] + "annotatedSource"),
    Slot("subject_label", Form.TEXT),
    Slot("subject_category", Form.TEXT),
    Slot("predicate_id", Form.REFERENCE, borrowed=PREFIXES["owl"] + "annotatedProperty"),
    Slot("object_id", Form.REFERENCE, borrowed=PREFIXES["owl"] + "annotatedTarget"),
    Slot("object_label", Form.TEXT),
    Slot("object_category", Form.TEXT),
    Slot("mapping_justification", Form.REFERENCE),
    Slot("author_id", Form.REFERENCE, many=True, borrowed="http://purl.org/pav/authoredBy"),
    Slot("author_label", Form.TEXT, many=True),
    Slot("license", Form.URI, borrowed=PREFIXES["dcterms"] + "license"),
    Slot("subject_type", Form.TYPE, shared=True),
    Slot("subject_source", Form.REFERENCE, shared=True),
    Slot("object_type", Form.TYPE, shared=True),
    Slot("object_source", Form.REFERENCE, shared=True),
    Slot("mapping_provider", Form.URI, shared=True),
    Slot("mapping_source", Form.REFERENCE),
    Slot("confidence", Form.NUMBER),
    Slot("curation_rule_text", Form.TEXT, many=True, shared=True),
    Slot("see_also", Form.URI, many=True, borrowed=PREFIXES["rdfs"] + "seeAlso"),
    Slot("comment", Form.TEXT, borrowed=PREFIXES["rdfs"] + "comment"),
)

#: The slots of a mapping set that we write, in SSSOM's order.
SET_SLOTS = (
    Slot("sssom_version", Form.TYPE),
    Slot("mapping_set_id", Form.URI),
    Slot("mapping_set_source", Form.URI, many=True, borrowed=PREFIXES["prov"] + "wasDerivedFrom"),
    Slot("mapping_set_title", Form.TEXT, borrowed=PREFIXES["dcterms"] + "title"),
    Slot("license", Form.URI, borrowed=PREFIXES["dcterms"] + "license"),
    Slot("subject_type", Form.TYPE),
    Slot("subject_source", Form.REFERENCE),
    Slot("object_type", Form.TYPE),
    Slot("object_source", Form.REFERENCE),
    Slot("mapping_provider", Form.URI),
    Slot("curation_rule_text", Form.TEXT, many=True),
)

SLOTS = {slot.name: slot for slot in (*SET_SLOTS, *MAPPING_SLOTS)}

#: Every slot of a mapping in SSSOM 1.1, ours or not, so that others' columns can be told apart.
STANDARD = frozenset(
    """
    author_id author_label cardinality_scope comment confidence creator_id creator_label
    curation_rule curation_rule_text issue_tracker_item license mapping_cardinality mapping_date
    mapping_justification mapping_provider mapping_source mapping_tool mapping_tool_id
    mapping_tool_version match_string object_category object_id object_label object_match_field
    object_preprocessing object_source object_source_version object_type other predicate_id
    predicate_label predicate_modifier predicate_type publication_date record_id review_date
    reviewer_agreement reviewer_id reviewer_label see_also similarity_measure similarity_score
    subject_category subject_id subject_label subject_match_field subject_preprocessing
    subject_source subject_source_version subject_type
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension slot: what SSSOM has no slot for.

    :param name: the column.
    :param iri: the IRI of its property, by which readers know what it means.
    :param form: how its values are written.
    :param field: the record's field that it holds.
    :param many: whether the field repeats; SSSOM allows an extension one value, so that several
        are joined as in its own slots.
    :param assessment: whether it tells of the assessment behind the row, not of the mapping.
    """

    name: str
    iri: str
    form: Form
    field: str
    many: bool = False
    assessment: bool = False


#: Where the properties of the columns are that tell of the assessment behind a row: those of the
#: ontology belong to the assessment itself, and a row of a link is not one.
_BEHIND = ID + "sssom/"

#: The set's crosswalks, as JSON: their titles, frameworks, source, citation and licence.
CROSSWALKS = Extension("ext_crosswalks", _BEHIND + "crosswalks", Form.TEXT, "")

#: The extension slots of a mapping, by property as the canonical form wants.
EXTENSIONS = tuple(
    sorted(
        (
            Extension("ext_basis", PREFIXES["gcmo"] + "basis", Form.REFERENCE, "basis"),
            Extension("ext_scope", PREFIXES["gcmo"] + "scope", Form.REFERENCE, "scope"),
            Extension("ext_source", PREFIXES["dcterms"] + "source", Form.REFERENCE, "source"),
            Extension(
                "ext_stated_cell",
                PREFIXES["gcmo"] + "statedCell",
                Form.REFERENCE,
                "stated_cells",
                many=True,
            ),
            Extension(
                "ext_citation",
                PREFIXES["dcterms"] + "bibliographicCitation",
                Form.TEXT,
                "citation",
            ),
            *(
                Extension(
                    f"ext_assessment_{name}",
                    _BEHIND + f"assessment_{name}",
                    form,
                    name,
                    many=many,
                    assessment=True,
                )
                for name, form, many in (
                    ("status", Form.REFERENCE, False),
                    ("covered_by", Form.REFERENCE, True),
                    ("row", Form.TEXT, False),
                    ("objective_cell", Form.TEXT, False),
                    ("outcome_cell", Form.TEXT, False),
                    ("goal_cell", Form.TEXT, False),
                    ("target_cell", Form.TEXT, False),
                    ("indicator_cell", Form.TEXT, False),
                )
            ),
        ),
        key=lambda e: e.iri,
    )
)


def join_values(values: Iterable[str]) -> str:
    r"""Join the values of a slot that repeats (SSSOM/TSV, "Multi-valued slots").

    >>> print(join_values(["a", "b|c", "d\\e"]))
    a|b\|c|d\\e
    """
    return "|".join(v.replace("\\", "\\\\").replace("|", "\\|") for v in values)


def split_values(text: str) -> tuple[str, ...]:
    r"""Split the values of a slot that repeats; the inverse of :func:`join_values`.

    >>> split_values("a|b\\|c|d\\\\e|")
    ('a', 'b|c', 'd\\e')
    """
    parts = re.findall(r"(?:\\[\\|]|[^|])+", text, re.DOTALL)
    return tuple(re.sub(r"\\([\\|])", r"\1", part) for part in parts)


class Curies:
    """Shortens IRIs for one file, and keeps count of the prefixes that this takes.

    IRIs outside the namespaces that we know get prefixes ``ns1``, ``ns2`` … in the order of
    their namespaces, so that the same IRIs give the same prefixes.

    :param iris: every IRI that the file will hold.

    >>> curies = Curies([ID + "gcm/action/1.a", "https://example.org/a#b"])
    >>> curies.shorten(ID + "gcm/action/1.a"), curies.shorten("https://example.org/a#b")
    ('gcmid:gcm/action/1.a', 'ns1:b')
    >>> curies.used
    {'gcmid': 'https://w3id.org/gcm-ld/id/', 'ns1': 'https://example.org/a#'}
    """

    def __init__(self, iris: Iterable[str]) -> None:
        others = sorted({_namespace(i) for i in set(iris) if _known_prefix(i) is None})
        self._others = {namespace: f"ns{n}" for n, namespace in enumerate(others, 1)}
        self._used: dict[str, str] = {}
        self._short: dict[str, str] = {}

    @property
    def used(self) -> dict[str, str]:
        """The prefixes used so far that a file has to declare, in order."""
        return {p: self._used[p] for p in sorted(self._used) if p not in BUILT_IN}

    def shorten(self, iri: str) -> str:
        """Return the CURIE of one of the IRIs."""
        if iri not in self._short:
            self._short[iri] = self._make(iri)
        return self._short[iri]

    def _make(self, iri: str) -> str:
        prefix = _known_prefix(iri)
        if prefix is None:
            namespace = _namespace(iri)
            prefix = self._others[namespace]
        else:
            namespace = _KNOWN[prefix]
        self._used[prefix] = namespace
        return f"{prefix}:{iri[len(namespace) :]}"


def _known_prefix(iri: str) -> str | None:
    found = [p for p, ns in _KNOWN.items() if iri.startswith(ns) and len(iri) > len(ns)]
    return max(found, key=lambda p: len(_KNOWN[p])) if found else None


def _namespace(iri: str) -> str:
    """Return an IRI up to its last step, which must not be empty."""
    end = max(iri.rfind(mark, 0, len(iri) - 1) for mark in "/#:")
    return iri[: end + 1]
