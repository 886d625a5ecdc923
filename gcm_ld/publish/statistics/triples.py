"""A cube as RDF: its data set, slices and observations, and the codes that they name.

W3C Recommendation The RDF Data Cube Vocabulary (2014). Nothing is abbreviated, so a cube is in
its normal form (section 10) as it is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from gcm_ld.namespaces import DCTERMS, GCMO, PREFIXES, PROV, RDF, RDFS, SKOS, XSD, quote
from gcm_ld.publish.statistics.columns import COLUMNS
from gcm_ld.publish.statistics.figures import NONE, TOTAL, Code, Cube, Figure
from gcm_ld.publish.statistics.structure import CUBE, read_structure

__all__ = ["describe"]

_QB, _DCAT = PREFIXES["qb"], PREFIXES["dcat"]
_TYPE = ox.NamedNode(RDF + "type")
_LABEL = ox.NamedNode(RDFS + "label")
_DERIVED = ox.NamedNode(PROV + "wasDerivedFrom")
_DATASET, _OBSERVATION = ox.NamedNode(_QB + "dataSet"), ox.NamedNode(_QB + "observation")
_NOTATION, _PREF_LABEL = ox.NamedNode(SKOS + "notation"), ox.NamedNode(SKOS + "prefLabel")
_DECIMAL = ox.NamedNode(XSD + "decimal")
_YEAR = ox.NamedNode(XSD + "gYear")
_KEY = ("framework", "area", "period")
_LIST = CUBE + "list/objective"

_node = lru_cache(maxsize=65536)(ox.NamedNode)


def describe(cube: Cube) -> Iterator[ox.Triple]:
    """Describe a cube in full, the structure definitions apart."""
    yield from _describe_dataset(cube)
    yield from _describe_slices(cube)
    properties = {c.name: _node(c.property) for c in COLUMNS[cube.name] if c.property}
    for figure in cube.figures:
        yield from _describe_observation(cube, figure, properties)
    yield from _describe_codes(cube)


def _text(value: str) -> ox.Literal:
    return ox.Literal(value, language="en")


def _statements(subject: str, *pairs: tuple[str, object]) -> Iterator[ox.Triple]:
    node = _node(subject)
    for predicate, value in pairs:
        term = _node(value) if isinstance(value, str) else value
        yield ox.Triple(node, _node(predicate), term)  # type: ignore[arg-type]


def _describe_dataset(cube: Cube) -> Iterator[ox.Triple]:
    structure = read_structure()
    title = _text(structure.label(cube.structure))
    yield from _statements(
        cube.iri,
        (RDF + "type", _QB + "DataSet"),
        (_QB + "structure", cube.structure),
        (RDFS + "label", title),
        (DCTERMS + "title", title),
        (DCTERMS + "description", _text(structure.comment(cube.structure))),
        (DCTERMS + "provenance", CUBE + "provenance"),
        *((DCTERMS + "license", iri) for iri in cube.licenses),
        *((PROV + "wasDerivedFrom", iri) for iri in sorted(_crosswalks(cube.figures))),
    )
    if cube.date:
        date = ox.Literal(cube.date, datatype=_node(XSD + "date"))
        yield from _statements(cube.iri, (DCTERMS + "issued", date))


def _crosswalks(figures: Iterable[Figure]) -> set[str]:
    return {iri for figure in figures for iri in figure.crosswalks}


def _describe_slices(cube: Cube) -> Iterator[ox.Triple]:
    """Describe a slice for each framework and time: what follows one country takes one."""
    properties = {c.name: c.property for c in COLUMNS[cube.name]}
    slices: dict[tuple[Code, ...], list[Figure]] = defaultdict(list)
    for figure in cube.figures:
        slices[tuple(figure.codes[k] for k in _KEY)].append(figure)
    for codes, figures in slices.items():
        framework, _, period = codes
        iri = f"{cube.iri}/slice/{quote(framework.code)}/{quote(period.code)}"
        yield from _statements(
            iri,
            (RDF + "type", _QB + "Slice"),
            (_QB + "sliceStructure", f"{cube.structure}/by-framework"),
            (RDFS + "label", _text(f"{framework.title}, {period.title}")),
            *((str(properties[k]), code.iri) for k, code in zip(_KEY, codes, strict=True)),
            *((PROV + "wasDerivedFrom", c) for c in sorted(_crosswalks(figures))),
        )
        yield from _statements(cube.iri, (_QB + "slice", iri))
        node = _node(iri)
        for figure in figures:
            yield ox.Triple(node, _OBSERVATION, _node(f"{cube.iri}/{figure.path}"))


def _describe_observation(
    cube: Cube, figure: Figure, properties: dict[str, ox.NamedNode]
) -> Iterator[ox.Triple]:
    codes = figure.codes
    node = ox.NamedNode(f"{cube.iri}/{figure.path}")
    yield ox.Triple(node, _TYPE, _node(_QB + "Observation"))
    yield ox.Triple(node, _DATASET, _node(cube.iri))
    for name, predicate in properties.items():
        yield ox.Triple(node, predicate, _node(codes[name].iri))
    measure = codes["measure"].iri if "measure" in codes else CUBE + "measure/actions"
    yield ox.Triple(node, _node(measure), ox.Literal(figure.value, datatype=_DECIMAL))
    for iri in figure.crosswalks:
        yield ox.Triple(node, _DERIVED, _node(iri))
    if "goal" in codes:
        what = f"SDG goal {codes['goal'].code}: {read_structure().label(measure)}"
    else:
        whole = codes["objective"].code == TOTAL
        of = "All objectives" if whole else f"Objective {codes['objective'].code}"
        what = f"{of}: {codes['measure'].title}, {codes['rule'].title}"
    label = f"{what} ({codes['framework'].title}, {codes['period'].title})"
    yield ox.Triple(node, _LABEL, _text(label))


def _describe_codes(cube: Cube) -> Iterator[ox.Triple]:
    """Describe the codes that come from the data, so that the cube stands alone."""
    found: dict[str, dict[Code, None]] = defaultdict(dict)
    for figure in cube.figures:
        for name, code in figure.codes.items():
            found[name][code] = None
    for code in found["framework"]:
        yield from _name(code, GCMO + "Framework", DCTERMS + "identifier")
    for code in found["rule"]:
        yield from _statements(
            code.iri,
            (RDF + "type", GCMO + "CountingRule"),
            (RDFS + "label", _text(code.title)),
        )
    for code in found["area"]:
        if code.code != NONE:
            yield from _name(code, DCTERMS + "Location", SKOS + "notation")
    for code in found["period"]:
        yield from _describe_period(code)
    for code in found["goal"]:
        yield from _name(code, SKOS + "Concept", SKOS + "notation")
        yield from _statements(code.iri, (SKOS + "inScheme", PREFIXES["sdg"].rstrip("/")))
    yield from _describe_objectives(cube)


def _name(code: Code, kind: str, notation: str) -> Iterator[ox.Triple]:
    yield from _statements(
        code.iri,
        (RDF + "type", kind),
        (SKOS + "prefLabel", _text(code.title)),
        (notation, ox.Literal(code.code)),
    )


def _describe_period(code: Code) -> Iterator[ox.Triple]:
    start, _, end = code.code.partition("-")
    yield from _statements(
        code.iri,
        (RDF + "type", DCTERMS + "PeriodOfTime"),
        (RDFS + "label", _text(code.title)),
        (_DCAT + "startDate", ox.Literal(start, datatype=_YEAR)),
        (_DCAT + "endDate", ox.Literal(end or start, datatype=_YEAR)),
    )


def _describe_objectives(cube: Cube) -> Iterator[ox.Triple]:
    """Describe the hierarchy of objectives below the code for all of their framework."""
    roots = {
        f.codes["subject"]: f.codes["objective"]
        for f in cube.figures
        if "objective" in f.codes and f.codes["objective"].code == TOTAL
    }
    for root in roots.values():
        yield from _name(root, SKOS + "Concept", SKOS + "notation")
        yield from _statements(_LIST, (_QB + "hierarchyRoot", root.iri))
    seen = set()
    for figure in cube.figures:
        objective = figure.codes.get("objective")
        if objective is None or objective in seen or objective.code == TOTAL:
            continue
        seen.add(objective)
        yield from _name(objective, SKOS + "Concept", SKOS + "notation")
        root = roots[figure.codes["subject"]]
        yield from _statements(root.iri, (SKOS + "narrower", objective.iri))
