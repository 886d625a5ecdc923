"""What a group of files says that concerns other groups, and nothing more.

A group is the folder of one country or source. Its outline is small, depends on its files alone
and so is read once for each version of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.files import read_bytes
from gcm_ld.namespaces import COUNTRIES, CUBE, GCM, ONTOLOGY, PREFIXES, RDF, SDG, expand
from gcm_ld.turtle import parse_turtle

__all__ = [
    "LINE",
    "Input",
    "Outline",
    "family",
    "is_shared",
    "make_outline",
    "read_ntriples",
    "terms_of",
]

#: A statement in N-Triples: subject with its brackets, predicate without, object as it stands.
LINE = re.compile(rb"^(\S+) <([^>]*)> (.*) \.$", re.MULTILINE)
#: How many steps of an IRI name what it belongs to: ``…/id/crosswalk/gcm--sdg/alignment``.
_STEPS = 8
_TERM = re.compile(r"<([^<>\s]*)>|(?<![\w-])([a-z][\w-]*):(\w[\w-]*)")

#: What has a place of its own and is led to, but not looked back from, by any shape.
_LEAVES = {
    expand(name).encode()
    for name in (
        "gcmo:Institution",
        "org:Organization",
        "foaf:Agent",
        "foaf:Organization",
        "dcterms:BibliographicResource",
        "prov:Agent",
        "prov:Entity",
    )
}
_TYPE = (RDF + "type").encode()
_TIES = {
    expand(name).encode(): name.partition(":")[2]
    for name in ("gcmo:inCrosswalk", "gcmo:partOf", "gcmo:statedIn", "skos:inScheme")
} | {(CUBE + "dimension/indicator").encode(): "indicator"}
#: Of what values of indicators lean on, what gcm-ld describes: units, codes and the like.
_MEASURE = tuple(
    CUBE + f"{name}/"
    for name in (
        "age",
        "dimension",
        "list",
        "migration-status",
        "nationality",
        "reference",
        "status",
        "targets",
        "unit",
        "values",
    )
)
_SDMX = tuple(ns for prefix, ns in sorted(PREFIXES.items()) if prefix.startswith("sdmx-"))
#: Said of shared resources by every country, and each value is judged by itself.
_BY_VALUE = expand("gcmo:monitoredBy").encode()
_AGAINST = expand("gcmo:against").encode()
_ASSESSES = expand("gcmo:assesses").encode()
_FRAMEWORK = expand("gcmo:Framework").encode()
_COUNTRY = expand("gcmo:Country").encode()
_DATA_SET = expand("qb:DataSet").encode()
#: How the IRI of a data set of values goes on after that of its framework.
_SETS = re.compile(rb"/(?:values|values/earlier|targets)>$")
_SYNTHETIC = expand("gcmo:Synthetic").encode()
#: What a shared context must not hold: shapes look back along these.
_RECORDS = {
    expand(f"gcmo:{name}").encode() for name in ("Alignment", "Assessment", "Crosswalk", "Outcome")
}


@dataclass(frozen=True)
class Input:
    """A file to validate.

    :param path: the file.
    :param number: its place among all files.
    :param digest: SHA-256 of its bytes.
    """

    path: Path
    number: int
    digest: str


@dataclass
class Outline:
    """What a group says that concerns others.

    :param statements: how many statements it holds.
    :param blank: whether there are blank nodes.
    :param strange: whether there are statements about statements (RDF 1.2), or something that is
        made up and has no IRI.
    :param synthetic: a resource that it says is made up; empty if there is none.
    :param frameworks: those of the Compact and the SDGs that it describes.
    :param is_context: whether it describes the Compact, the SDGs or only countries.
    :param has_records: whether it holds crosswalks, their records or outcomes.
    :param families: what its own IRIs begin with; see :func:`family`.
    :param leaves: institutions and sources, each with what is said of it.
    :param shared: resources of the Compact, the SDGs and the like, with what is said of them but
        for what is judged value by value.
    :param mentions: IRIs that it names and does not describe.
    :param ties: by predicate, the IRIs outside that its own resources hang on.
    :param assessed: the IRIs outside that its assessments are made against.
    :param against: the IRIs outside that others, such as claims, are made against.
    :param places: by IRI of a leaf or shared resource: the first file that types it, and the first
        that names it.
    """

    statements: int = 0
    blank: bool = False
    strange: bool = False
    synthetic: str = ""
    frameworks: list[str] = field(default_factory=list)
    is_context: bool = False
    has_records: bool = False
    families: list[str] = field(default_factory=list)
    leaves: dict[str, list[str]] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)
    mentions: list[str] = field(default_factory=list)
    ties: dict[str, list[str]] = field(default_factory=dict)
    assessed: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    places: dict[str, tuple[int | None, int]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Write it down."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Outline:
        """Read what :meth:`to_bytes` wrote."""
        return cls(**json.loads(text))


def family(iri: str) -> str:
    """Return what an IRI shares with those of the same framework, crosswalk or document.

    >>> family("https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg/alignment/1.a--10.7")
    'https://w3id.org/gcm-ld/id/crosswalk/gcm--sdg/alignment'
    """
    return "/".join(iri.split("/", _STEPS)[:_STEPS])


def is_shared(iri: str) -> bool:
    """Tell whether an IRI is one of the Compact's, the SDGs', the countries' or the ontology's.

    Or one of the units, codes and dimensions of values.
    """
    return iri.startswith(
        (GCM + "/", SDG + "/", COUNTRIES + "/", ONTOLOGY + "#", PREFIXES["sdgo"], *_MEASURE, *_SDMX)
    ) or iri in (GCM, SDG, COUNTRIES, ONTOLOGY)


def terms_of(text: str) -> set[str]:
    """Return every IRI that stands in Turtle or SPARQL, in full or with one of our prefixes.

    >>> sorted(terms_of("?s gcmo:partOf <http://example.org/a> . # ok"))
    ['http://example.org/a', 'https://w3id.org/gcm-ld/ontology#partOf']
    """
    return {
        full or PREFIXES[prefix] + name
        for full, prefix, name in _TERM.findall(text)
        if full or prefix in PREFIXES
    }


def read_ntriples(path: Path, number: int = 0) -> bytes:
    """Read a Turtle file as N-Triples.

    :param path: the file.
    :param number: its place among all files, which labels its blank nodes.
    :raises FileError: if it is missing, unreadable, not UTF-8 or not Turtle.
    """
    text = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
        lines = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    except (SyntaxError, ValueError):
        parse_turtle(text, name=path)  # says it better
        raise
    if b"_:" not in lines:
        return lines
    labelled = _label_blank_nodes(parse_turtle(text, name=path), number)
    return ox.serialize(labelled, format=ox.RdfFormat.N_TRIPLES) or b""


def _label_blank_nodes(triples: list[ox.Triple], number: int) -> list[ox.Triple]:
    """Label blank nodes by their place in a file, the same from run to run.

    :param triples: the triples of a file in document order.
    :param number: the file's place among the files.
    """
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def label(node: ox.BlankNode) -> ox.BlankNode:
        name = f"b{len(labels) + 1}" if number == 0 else f"b{number + 1}.{len(labels) + 1}"
        return labels.setdefault(node, ox.BlankNode(name))

    for i, t in enumerate(triples):
        subject, value = t.subject, t.object
        if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
            subject = label(subject) if isinstance(subject, ox.BlankNode) else subject
            value = label(value) if isinstance(value, ox.BlankNode) else value
            triples[i] = ox.Triple(subject, t.predicate, value)
    return triples


def make_outline(texts: Iterable[bytes], along: set[str]) -> Outline:
    """Say what of a group concerns others.

    :param texts: its files in order, as N-Triples.
    :param along: the predicates that queries of the shapes look along; whatever has one of these
        is no leaf.
    """
    found = [LINE.findall(text) for text in texts]
    statements = sum(map(len, found))
    first: dict[bytes, int] = {}
    typed: dict[bytes, int] = {}
    types: dict[bytes, set[bytes]] = {}
    for n, lines in enumerate(found):
        for s, p, o in lines:
            first.setdefault(s, n)
            if p == _TYPE:
                typed.setdefault(s, n)
                types.setdefault(s, set()).add(o[1:-1])
    structural = {term.encode() for term in along} - {_TYPE}
    leaves = {s for s, t in types.items() if t <= _LEAVES and s[:1] == b"<"}
    shared = {s for s in first if is_shared(s[1:-1].decode())}
    leaves -= shared
    leaves -= {
        s for lines in found for s, p, o in lines if s in leaves and _binds(p, o, structural)
    }
    apart = leaves | shared
    told: dict[bytes, list[str]] = {s: [] for s in apart}
    ties: dict[str, set[bytes]] = {name: set() for name in _TIES.values()}
    assessments = {s for lines in found for s, p, _ in lines if p == _ASSESSES}
    objects: set[bytes] = set()
    assessed: set[bytes] = set()
    against: set[bytes] = set()
    for lines in found:
        for s, p, o in lines:
            if s in apart and (p != _BY_VALUE or s in leaves):
                told[s].append(_text(b"%s <%s> %s ." % (s, p, o)))
            if o[:1] == b"<":
                objects.add(o)
                if p in _TIES:
                    ties[_TIES[p]].add(o)
                elif p == _AGAINST:
                    (assessed if s in assessments else against).add(o)
    # A data set of values names its framework in its IRI alone.
    sets = [s for s, t in types.items() if _DATA_SET in t]
    objects.update(_SETS.sub(b">", s) for s in sets if _SETS.search(s))
    own = first.keys() - apart
    kinds = set().union(*types.values()) if types else set()
    frameworks = {GCM, SDG} & {_iri(s) for s, t in types.items() if _FRAMEWORK in t}
    made_up = sorted(s for s, t in types.items() if _SYNTHETIC in t)
    only_countries = _COUNTRY in kinds and not kinds & {_FRAMEWORK, *_RECORDS}
    return Outline(
        statements=statements,
        blank=any(s[:1] == b"_" for s in first)
        or any(o[:2] == b"_:" for lines in found for _, _, o in lines),
        strange=any(o[:2] == b"<<" for o in objects) or any(s[:1] == b"_" for s in made_up),
        synthetic=_iri(made_up[0]) if made_up else "",
        frameworks=sorted(frameworks),
        is_context=bool(frameworks) or only_countries,
        has_records=bool(kinds & _RECORDS),
        families=sorted({family(_iri(s)) for s in own if s[:1] == b"<"}),
        leaves={_iri(s): sorted(set(told[s])) for s in sorted(leaves)},
        shared={_iri(s): sorted(set(told[s])) for s in sorted(shared)},
        mentions=_iris((objects | shared) - own),
        ties={name: _iris(values - own) for name, values in sorted(ties.items())},
        assessed=_iris(assessed - own),
        against=_iris(against - own),
        places={_iri(s): (typed.get(s), first[s]) for s in sorted(apart)},
    )


def _binds(predicate: bytes, value: bytes, structural: set[bytes]) -> bool:
    """Tell whether a statement ties its subject to others in ways that a leaf is not tied."""
    return predicate in structural or value[:2] in (b"_:", b"<<")


def _iri(node: bytes) -> str:
    return node[1:-1].decode()


def _text(line: bytes) -> str:
    return line.decode()


def _iris(nodes: Iterable[bytes]) -> list[str]:
    return sorted(map(_iri, nodes))
