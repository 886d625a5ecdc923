"""What a group adds to a store: its statements, what rules derive from them, what is counted.

A group is worked on apart from the others, in a store in memory, so that the cost grows with the
data and no faster. What other groups say of the resources that it links is looked up there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from gcm_ld.dataset import find_context_subjects
from gcm_ld.errors import EmptyDatasetError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCM, GCMO, ONTOLOGY, PROV, RDF, SDG
from gcm_ld.queries import list_observations, list_rules
from gcm_ld.resources import folder, turtle_files
from gcm_ld.store.database import DERIVED, OBSERVATIONS, graph_iri

__all__ = [
    "ONTOLOGY_TASK",
    "Key",
    "Piece",
    "Survey",
    "Task",
    "made_by",
    "ontology_types",
    "prepare",
    "prepare_ontology",
    "survey",
    "token",
]


def token(iri: str) -> bytes:
    """Return an IRI as it stands in N-Triples."""
    return f"<{iri}>".encode()


def token_of(node: object) -> bytes:
    """Return a named node as it stands in N-Triples; nothing for other nodes."""
    return token(node.value) if isinstance(node, ox.NamedNode) else b""


_TYPE = token(RDF + "type")
_FRAMEWORK = token(GCMO + "Framework") + b" ."
_LINKS = {token(GCMO + name) for name in ("subject", "object")}
_ASSESSES = token(GCMO + "assesses")
_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
#: Changes with what this module makes of the same data, so that stores are made anew.
_VERSION = b"1"


#: A group's name, and whether it was asked for.
Key = tuple[str, bool]


class Task(NamedTuple):
    """A group to work on.

    :param group: its name; empty for the ontology.
    :param files: each dataset's name and file.
    :param sources: where the files are to be copied from first; none if they are in place.
    :param own: whether it was asked for, or comes along as context.
    :param scratch: a folder where what was read once is kept until it is needed again, if any.
    """

    group: str
    files: tuple[tuple[str, Path], ...]
    sources: tuple[Path, ...] = ()
    own: bool = True
    scratch: Path | None = None

    @property
    def key(self) -> Key:
        """What tells it from the others: some of a group may be asked for, and some context."""
        return self.group, self.own


#: The ontology, which stands beside the groups: a link may end at one of its terms.
ONTOLOGY_TASK = Task("", (), own=False)


class Survey(NamedTuple):
    """What has to be known of a group before the others can be prepared.

    Resources are written as in N-Triples.

    :param statements: dataset → how many it states.
    :param sha256: dataset → checksum of its file.
    :param frameworks: which of the shared frameworks it describes.
    :param described: what it describes of that which shipped files of context describe.
    :param named: what it names of that.
    :param typed: every resource of which it says what it is.
    :param linked: the resources of which :func:`prepare` needs the descriptions.
    """

    statements: Mapping[str, int]
    sha256: Mapping[str, str]
    frameworks: frozenset[bytes]
    described: frozenset[bytes]
    named: frozenset[bytes]
    typed: frozenset[bytes]
    linked: frozenset[bytes]


class Piece(NamedTuple):
    """The triples of one graph, as N-Triples.

    :param name: the dataset that they belong to; empty for the ontology.
    :param graph: IRI of the graph.
    :param text: the triples.
    :param size: how many there are.
    """

    name: str
    graph: str
    text: bytes
    size: int

    def quads(self) -> bytes:
        """Return them as N-Quads, in their graph and in the default graph."""
        # A line feed within a literal is written as \n: each line ends a triple, and no other.
        return self.text + self.text.replace(b" .\n", f" <{self.graph}> .\n".encode())


def made_by() -> str:
    """Return a checksum of the rules and the ontology: what is derived depends on them."""
    digest = hashlib.sha256(_VERSION)
    for query in (*list_rules(), *list_observations()):
        digest.update(query.text.encode())
    for path in turtle_files(folder("ontology")):
        digest.update(read_bytes(path))
    return digest.hexdigest()


# -- surveying -----------------------------------------------------------------------------------


def survey(task: Task) -> Survey:
    """Read a group for the first time, and copy its files into their place.

    :raises FileError: if a file can't be read or is not Turtle, or its copy can't be written.
    :raises EmptyDatasetError: if the files hold no statement.
    """
    checksums = {}
    places = [place for _, place in task.files]
    sources = task.sources or places
    for (name, place), source in zip(task.files, sources, strict=True):
        content = read_bytes(source)
        checksums[name] = hashlib.sha256(content).hexdigest()
        if task.sources:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    graphs = _read(task.files, dict(zip(places, sources, strict=True)))
    if task.scratch is not None:
        for number, graph in enumerate(graphs.values()):
            (task.scratch / f"{task.group}-{task.own:d}-{number}").write_bytes(_join(graph.lines))
    counts = {name: len(graph.lines) for name, graph in graphs.items()}
    if not any(counts.values()):
        names = ", ".join(str(path) for path in sources[:3])
        raise EmptyDatasetError(f"{names}: no statement in it: there is nothing to load")
    subjects = frozenset().union(*(graph.subjects for graph in graphs.values()))
    objects = frozenset().union(*(graph.objects for graph in graphs.values()))
    candidates = _candidates()
    return Survey(
        counts,
        checksums,
        frozenset(_shared() & frozenset().union(*(g.frameworks for g in graphs.values()))),
        candidates & subjects,
        (candidates & objects) - subjects,
        frozenset().union(*(graph.typed for graph in graphs.values())),
        frozenset().union(*(graph.linked | graph.assessed for graph in graphs.values())),
    )


@lru_cache(maxsize=1)
def _candidates() -> frozenset[bytes]:
    return frozenset(map(token, find_context_subjects()))


@lru_cache(maxsize=1)
def _shared() -> frozenset[bytes]:
    return frozenset({token(GCM), token(SDG)})


# -- preparing -----------------------------------------------------------------------------------


def prepare(task: Task, others: Sequence[tuple[Task, Sequence[bytes]]]) -> list[Piece]:
    """Work out what a group adds to a store.

    :param task: the group.
    :param others: the groups that describe resources that it links, and which these are.
    :returns: for each dataset its statements, and where there are any what rules derive from them
        and what was counted.
    """
    graphs = _read_again(task)
    told: dict[bytes, list[bytes]] = {}
    for other, nodes in others:
        for elsewhere in _read_once(other).values():
            for node in nodes:
                told.setdefault(node, []).extend(elsewhere.describe(node))
    assessing = [name for name, graph in graphs.items() if graph.assessed]
    pieces = []
    store: ox.Store | None = None
    for name, graph in graphs.items():
        pieces.append(Piece(name, graph_iri(name), _join(graph.lines), len(graph.lines)))
        if graph.linked:
            small = ox.Store()
            around = _surround(graph.linked, graphs, told)
            _fill(small, graph.lines, around)
            pieces += _as_pieces(name, DERIVED, _apply(_rules(), small))
            if assessing == [name]:  # it holds nearly all that is needed to count
                _add(small, _surround(graph.assessed - graph.linked, graphs, told))
                store = small
    if assessing and _observations():
        if store is None:
            store = ox.Store()
            members = [graphs[name] for name in assessing]
            assessed = frozenset().union(*(graph.assessed for graph in members))
            lines = dict.fromkeys(line for graph in members for line in graph.lines)
            _fill(store, lines, _surround(assessed, graphs, told))
        _add(store, set(_ontology().lines))
        found = _sort_out(_apply(_observations(), store), graphs, assessing[0])
        for name, triples in found.items():
            pieces += _as_pieces(name, OBSERVATIONS, triples)
    return pieces


def prepare_ontology() -> Piece:
    """Return the ontology, which stands in a graph of its own."""
    lines = _ontology().lines
    return Piece("", ONTOLOGY, _join(lines), len(lines))


def _as_pieces(name: str, ending: str, triples: Collection[ox.Triple]) -> list[Piece]:
    if not triples:
        return []
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return [Piece(name, graph_iri(name) + ending, text, len(triples))]


def _surround(
    nodes: Iterable[bytes], graphs: Mapping[str, _Graph], told: Mapping[bytes, Sequence[bytes]]
) -> set[bytes]:
    """Return what is said of resources where these are described."""
    lines: set[bytes] = set()
    for node in nodes:
        for graph in graphs.values():
            lines.update(graph.describe(node))
        lines.update(told.get(node, ()))
    return lines


def _fill(store: ox.Store, lines: Mapping[bytes, None], around: set[bytes]) -> None:
    """Put datasets into a store, and what surrounds them."""
    text = _join(lines)
    if b"_:" in text:  # loading would give blank nodes new labels
        store.extend(ox.parse(input=text, format=ox.RdfFormat.N_TRIPLES))
    else:
        store.load(input=text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    _add(store, around - lines.keys())


def _add(store: ox.Store, lines: set[bytes]) -> None:
    store.load(input=_join(lines), format=ox.RdfFormat.N_TRIPLES, lenient=True)


def _apply(rules: Iterable[str], store: ox.Store) -> list[ox.Triple]:
    """Apply rules, each to what there is and what those before it found."""
    found: dict[ox.Triple, None] = {}
    for rule in rules:
        answer: Any = store.query(rule)
        new: list[ox.Triple] = list(answer)
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in new)
        found.update(dict.fromkeys(new))
    return list(found)


def _sort_out(
    triples: Iterable[ox.Triple], graphs: Mapping[str, _Graph], default: str
) -> dict[str, list[ox.Triple]]:
    """Sort observations by the dataset that describes the crosswalk that they were counted from."""
    triples = list(triples)
    crosswalks = {t.subject: token_of(t.object) for t in triples if t.predicate == _FROM}
    homes = {node: name for name, graph in graphs.items() for node in graph.typed}
    found: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        name = homes.get(crosswalks.get(triple.subject, b""), default)
        found.setdefault(name, []).append(triple)
    return found


# -- reading -------------------------------------------------------------------------------------


class _Graph:
    """A dataset as lines of N-Triples, which are quicker to sort out than triples of Python.

    :param text: N-Triples.
    """

    def __init__(self, text: bytes) -> None:
        #: The lines, each once, without the line feed.
        self.lines = dict.fromkeys(text.split(b"\n"))
        self.lines.pop(b"", None)
        #: Subject → its lines.
        self.subjects: dict[bytes, list[bytes]] = {}
        self.typed: set[bytes] = set()
        self.frameworks: set[bytes] = set()
        self.objects: set[bytes] = set()
        #: What its links begin and end at, and what it assesses.
        self.linked: set[bytes] = set()
        self.assessed: set[bytes] = set()
        for line in self.lines:
            subject, predicate, value = line.split(b" ", 2)
            self.subjects.setdefault(subject, []).append(line)
            if predicate == _TYPE:
                self.typed.add(subject)
                if value == _FRAMEWORK:
                    self.frameworks.add(subject)
            elif value.startswith(b"<") and not value.startswith(b"<<"):
                node = value[:-2]
                self.objects.add(node)
                if predicate in _LINKS:
                    self.linked.add(node)
                elif predicate == _ASSESSES:
                    self.assessed.add(node)

    def describe(self, node: bytes) -> list[bytes]:
        """Return what the dataset says of a resource, if it says what that is."""
        return self.subjects[node] if node in self.typed else []


def _join(lines: Iterable[bytes]) -> bytes:
    text = b"\n".join(lines)
    return text + b"\n" if text else text


def _read(files: Iterable[tuple[str, Path]], named_as: Mapping[Path, Path]) -> dict[str, _Graph]:
    """Read a group's datasets.

    :param named_as: file → how the user named it.
    :raises FileError: if a file can't be read or is not Turtle.
    """
    graphs = {}
    for name, path in files:
        content = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
        try:
            graphs[name] = _Graph(_as_lines(content))
        except SyntaxError:
            from gcm_ld.turtle import parse_turtle  # says it better

            parse_turtle(content, name=named_as.get(path, path))
            raise
    return graphs


def _as_lines(turtle: bytes) -> bytes:
    # Blank nodes are renamed, because those of other files may have the same labels.
    quads = ox.parse(input=turtle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""


def _read_again(task: Task) -> dict[str, _Graph]:
    """Read a group that was surveyed."""
    if task.scratch is None:
        return _read(task.files, {})
    return {
        name: _Graph(read_bytes(task.scratch / f"{task.group}-{task.own:d}-{number}"))
        for number, (name, _) in enumerate(task.files)
    }


@lru_cache(maxsize=8)
def _read_once(task: Task) -> dict[str, _Graph]:
    """Read a group that others lean on; the Compact is wanted by every country."""
    return _read_again(task) if task.group else {"": _ontology()}


@lru_cache(maxsize=1)
def _ontology() -> _Graph:
    files = turtle_files(folder("ontology"))
    return _Graph(b"".join(_as_lines(read_bytes(path)) for path in files))


@lru_cache(maxsize=1)
def ontology_types() -> frozenset[bytes]:
    """Return the terms that the ontology defines: a link may end at one."""
    return frozenset(_ontology().typed)


@lru_cache(maxsize=1)
def _rules() -> tuple[str, ...]:
    return tuple(rule.text for rule in list_rules())


@lru_cache(maxsize=1)
def _observations() -> tuple[str, ...]:
    return tuple(rule.text for rule in list_observations())
