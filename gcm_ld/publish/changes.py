"""What a change of some statements means for the pages: which have to be made again."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from gcm_ld.namespaces import GCMO, RDF, SKOS
from gcm_ld.publish.dumps import Dump
from gcm_ld.publish.site import NAMES, Site

__all__ = ["Changes"]

_TYPE = RDF + "type"
#: Records that their neighbours' pages show in full, with the names of what they lead to.
_RECORDS = {GCMO + name for name in ("Assessment", "Alignment", "SourceAnomaly", "Claim", "Rating")}
_NAMES = {node.value for node in NAMES} | {SKOS + "notation"}


class Changes:
    """The statements that came or went, gathered dataset by dataset."""

    def __init__(self) -> None:
        self.subjects: set[str] = set()
        self.objects: set[str] = set()
        #: Subjects whose name, code or class differs, or that are new or gone.
        self.renamed: set[str] = set()
        #: Resources of the data whose name or code differs.
        self.labelled: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.subjects)

    def add(self, old: Dump | None, new: Dump | None, *, made: bool = False) -> None:
        """Take in what differs between two states of a dataset.

        :param old: its statements before; none where it was not there.
        :param new: its statements now.
        :param made: whether it was made of the data, as the catalogue is.
        """
        labelled = set(self.labelled)
        for part in ("stated", "derived"):
            before = set(getattr(old, part)) if old else set()
            after = set(getattr(new, part)) if new else set()
            self._add(before ^ after)
        if made:
            self.labelled = labelled

    def _add(self, lines: Iterable[bytes]) -> None:
        text = b"".join(line + b"\n" for line in lines)
        for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
            subject = getattr(quad.subject, "value", "")
            self.subjects.add(subject)
            if isinstance(quad.object, ox.NamedNode):
                self.objects.add(quad.object.value)
            if quad.predicate.value in _NAMES:
                self.labelled.add(subject)
            if quad.predicate.value in _NAMES or quad.predicate.value == _TYPE:
                self.renamed.add(subject)

    def affected(self, site: Site) -> set[str]:
        """Return the resources whose pages may differ.

        A page shows what is said of its resource, what names it, all that is said of the
        resources next to it, and, where one of these is a record such as an alignment, the names
        of what that one leads to.
        """
        found = self.subjects | self.objects
        for subject in self.subjects:
            near = _neighbours(site, subject)
            found |= near
            if subject in self.renamed or _is_record(site, subject):
                for other in near:
                    if _is_record(site, other):
                        found |= _neighbours(site, other)
        return found


def _is_record(site: Site, iri: str) -> bool:
    return not _RECORDS.isdisjoint(site.types(iri))


def _neighbours(site: Site, iri: str) -> set[str]:
    node = ox.NamedNode(iri)
    found = {
        quad.object.value
        for quad in site.store.quads_for_pattern(node, None, None)
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value != _TYPE
    }
    return found | {
        quad.subject.value
        for quad in site.store.quads_for_pattern(None, None, node)
        if isinstance(quad.subject, ox.NamedNode)
    }
