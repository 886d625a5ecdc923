"""SDMX-ML 3.0: code lists of frameworks, their hierarchies, maps between them, and structures.

Codes are mapped so that they can be had back (:mod:`gcm_ld.tables.exchange.identifiers`), and
every code has its IRI as ``uri``. A representation map holds the links of one crosswalk between
two lists that rest on one basis. It is a correspondence: a code may have several targets, so no
data can be recoded by it alone. What values of indicators look like is in
:mod:`gcm_ld.tables.exchange.value_structure`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gcm_ld.errors import InputError, MissingExtraError
from gcm_ld.model import Element, Framework
from gcm_ld.namespaces import GCMO, ID
from gcm_ld.tables.exchange import BASES
from gcm_ld.tables.exchange.identifiers import AGENCY, VERSION, clean, code_id, escape, list_id
from gcm_ld.tables.exchange.mappings import choose_links
from gcm_ld.tables.exchange.value_structure import Structure, measured
from gcm_ld.tables.extract import Extract
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from pysdmx.model import Codelist, HierarchicalCode, Hierarchy, RepresentationMap
    from pysdmx.model.message import Header

__all__ = ["AGENCY", "code_id", "list_id", "write", "write_structure"]

_STATUSES = "CL_STATUS"
_FRAMEWORKS = "CL_FRAMEWORK"
_MEASURES = re.compile(r"\s*<str:MeasureRelationship>.*?</str:MeasureRelationship>", re.DOTALL)
_URN = "urn:sdmx:org.sdmx.infomodel.codelist."


def write(extract: Extract, bases: Collection[str] = BASES) -> bytes:
    """Write the frameworks of a crosswalk and its links as an SDMX-ML 3.0 structure message.

    :param extract: the records of one framework.
    :param bases: which links to take; assessments come with the stated ones.
    :returns: the message, UTF-8, with a fixed date of preparation.
    :raises MissingExtraError: if pysdmx is not installed.
    """
    header = _header(extract)
    builder, values = _Builder(extract, bases), Structure(extract)
    lists = [*builder.codelists(), *values.codelists()]
    rest = [*builder.hierarchies(), *builder.maps(), *values.definitions(lists)]
    return _write([*lists, *rest], header)


def write_structure(extract: Extract) -> bytes:
    """Write what values of indicators look like as an SDMX-ML 3.0 structure message.

    :param extract: the records of one framework.
    :returns: the message, UTF-8: code lists, concepts, structure definitions and dataflows.
    :raises InputError: if it has no indicators, or no country, so that it can have no values.
    :raises MissingExtraError: if pysdmx is not installed.
    """
    header = _header(extract)
    values = Structure(extract)
    if not values.frameworks:
        code = extract.framework.code
        raise InputError(
            f"{code} has no indicators in a country, so there can be no values of them: name "
            "another with --framework"
        )
    names = {f"CL_{list_id(f.code)}_INDICATOR" for f in values.frameworks}
    indicators = [c for c in _Builder(extract, ()).codelists() if c.id in names]
    lists = [*indicators, *values.codelists()]
    return _write([*lists, *values.definitions(lists)], header)


def _header(extract: Extract) -> Header:
    """Make the header of a message, and see that there is what writes it."""
    try:
        from pysdmx.io import write_sdmx  # noqa: F401
        from pysdmx.model import Organisation
        from pysdmx.model.message import Header
    except ImportError:
        raise MissingExtraError("pysdmx[xml]", "sdmx", "SDMX export") from None
    from datetime import UTC, datetime

    return Header(
        id=f"GCM-LD-{list_id(extract.framework.code)}",
        prepared=datetime(1970, 1, 1, tzinfo=UTC),  # no clock: the same data, the same bytes
        sender=Organisation(id=AGENCY),
    )


def _write(structures: Sequence[object], header: Header) -> bytes:
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format

    text = write_sdmx(structures, Format.STRUCTURE_SDMX_ML_3_0, header=header) or ""
    # Structures have one measure, which this could but name again, and sdmx1 can't read it.
    return _MEASURES.sub("", text).encode("utf-8")


class _Builder:
    """The lists that links and assessments need, and what leads from one to the other."""

    def __init__(self, extract: Extract, bases: Collection[str]) -> None:
        self.extract = extract
        self.links = choose_links(extract, bases)
        self.assessments = extract.assessments if "Stated" in bases else ()
        self.elements = self._elements()
        self.members: dict[str, dict[str, str]] = defaultdict(dict)
        for element in self.elements.values():
            self.members[self._list(element)][element.iri] = code_id(element.notation)
        for iri in self._ends():
            if isinstance(record := extract.known.get(iri), Framework):
                self.members[_FRAMEWORKS][iri] = code_id(record.code)
        for assessment in self.assessments:
            status = assessment.status.removeprefix(GCMO)
            self.members[_STATUSES][assessment.status] = code_id(status)
        self.places = {
            iri: (name, code) for name, codes in self.members.items() for iri, code in codes.items()
        }

    def _ends(self) -> set[str]:
        ends = {iri for link in self.links for iri in (link.subject, link.object)}
        return ends | {a.assesses for a in self.assessments}

    def _elements(self) -> dict[str, Element]:
        """Take the framework's elements, and all of any kind that a link or its parents have.

        And the indicators of what else there are values of.
        """
        known = self.extract.known
        kinds = {(framework.iri, "Indicator") for framework in measured(self.extract)}
        waiting = list(self._ends())
        while waiting:
            record = known.get(waiting.pop())
            if isinstance(record, Element) and (record.framework, record.kind) not in kinds:
                kinds.add((record.framework, record.kind))
                waiting += record.part_of
        main = self.extract.framework.iri
        found = [
            r
            for r in known.values()
            if isinstance(r, Element) and (r.framework == main or (r.framework, r.kind) in kinds)
        ]
        return {e.iri: e for e in sorted(found, key=lambda e: natural_key(e.iri))}

    def _list(self, element: Element) -> str:
        return f"CL_{list_id(self.extract.code(element.framework))}_{element.kind.upper()}"

    def codelists(self) -> list[Codelist]:
        """Build the code lists, by name."""
        from pysdmx.model import Code, Codelist

        return [
            Codelist(
                id=name,
                name=self._name(name, next(iter(codes))),
                agency=AGENCY,
                version=VERSION,
                items=[
                    Code(id=code, name=self._label(iri), uri=escape(iri))
                    for iri, code in sorted(codes.items(), key=lambda item: natural_key(item[0]))
                ],
            )
            for name, codes in sorted(self.members.items())
        ]

    def _name(self, name: str, first: str) -> str:
        if name == _STATUSES:
            return "Statuses of an assessment"
        if name == _FRAMEWORKS:
            return "Frameworks as a whole"
        element = self.elements[first]
        return f"{self._label(element.framework)} ({element.kind.lower()} codes)"

    def _label(self, iri: str) -> str:
        if iri.startswith(GCMO):  # a status: NotApplicable
            return re.sub(r"(?<=[a-z])[A-Z]", lambda m: f" {m[0].lower()}", iri.removeprefix(GCMO))
        return clean(self.extract.label(iri) or self.extract.code(iri))

    def hierarchies(self) -> list[Hierarchy]:
        """Build the hierarchy of each framework that has one: objectives over actions, say."""
        from pysdmx.model import Hierarchy

        children: dict[str, list[str]] = defaultdict(list)
        roots: dict[str, list[str]] = defaultdict(list)
        for element in self.elements.values():
            parents = [p for p in element.part_of if p in self.elements]
            for parent in parents:
                children[parent].append(element.iri)
            if not parents:
                roots[element.framework].append(element.iri)
        built = []
        for framework, tops in sorted(roots.items()):
            codes = [self._nest(iri, children) for iri in tops if iri in children]
            if codes:
                built.append(
                    Hierarchy(
                        id=f"H_{list_id(self.extract.code(framework))}",
                        name=f"{self._label(framework)} (parts)",
                        agency=AGENCY,
                        version=VERSION,
                        codes=codes,
                    )
                )
        return built

    def _nest(
        self, iri: str, children: Mapping[str, list[str]], above: frozenset[str] = frozenset()
    ) -> HierarchicalCode:
        from pysdmx.model import HierarchicalCode

        name, code = self.places[iri]
        path = above | {iri}
        return HierarchicalCode(
            id=f"{self.elements[iri].kind.upper()}-{code}",
            urn=f"{_URN}Code={AGENCY}:{name}({VERSION}).{code}",
            codes=[
                self._nest(child, children, path)
                for child in children.get(iri, ())
                if child not in path  # a circle in the data, which validation reports
            ],
        )

    def maps(self) -> list[RepresentationMap]:
        """Build the maps: links by crosswalk, basis and lists; statuses by crosswalk."""
        pairs: dict[tuple[str, str, str, str], set[tuple[str, str]]] = defaultdict(set)
        rows = [
            (link.crosswalk, link.basis.removeprefix(GCMO), link.subject, link.object)
            for link in self.links
        ]
        rows += [(a.crosswalk, "Stated", a.assesses, a.status) for a in self.assessments]
        for crosswalk, basis, subject, obj in rows:
            if subject in self.places and obj in self.places:
                (source, code), (target, other) = self.places[subject], self.places[obj]
                pairs[crosswalk, basis, source, target].add((code, other))
        return [
            self._map(key, values)
            for key, values in sorted(pairs.items(), key=lambda item: item[0])
        ]

    def _map(
        self, key: tuple[str, str, str, str], pairs: Iterable[tuple[str, str]]
    ) -> RepresentationMap:
        from pysdmx.model import RepresentationMap, ValueMap

        crosswalk, basis, source, target = key
        code = list_id(crosswalk.removeprefix(ID + "crosswalk/"))
        ordered = sorted(pairs, key=lambda pair: (natural_key(pair[0]), natural_key(pair[1])))
        title = self._label(crosswalk)
        return RepresentationMap(
            id=f"RM_{code}__{source[3:]}__{target[3:]}__{basis.upper()}",
            name=f"{title} ({basis.lower()}: {source[3:]} to {target[3:]})",
            agency=AGENCY,
            version=VERSION,
            source=f"{_URN}Codelist={AGENCY}:{source}({VERSION})",
            target=f"{_URN}Codelist={AGENCY}:{target}({VERSION})",
            maps=[ValueMap(source=a, target=b) for a, b in ordered],
        )
