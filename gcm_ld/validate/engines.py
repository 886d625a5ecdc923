"""SHACL engines behind one small interface, normalised to say the same.

``shacl`` is fast and the default; ``pyshacl``, the reference implementation in Python, is the
referee. An engine takes the data as N-Triples and the shapes as Turtle. Engines differ in which
messages they fill in, how they name blank nodes and what they say where a shape has no message;
after :func:`_finding` they don't.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCMSH, RDF, SH, XSD
from gcm_ld.turtle import read_turtle
from gcm_ld.validate.findings import Finding, Term, readable, sort_findings

if TYPE_CHECKING:
    import rdflib
    import shacl

__all__ = ["DEFAULT_ENGINE", "ENGINES", "Engine", "check_engine", "parse_term", "run_engine"]

Engine = Callable[[bytes, bytes], list[Finding]]

#: Carries each blank node's label into the report of an engine that relabels them.
_LABEL = ox.NamedNode(GCMSH + "blankNodeLabel")
#: Stands before a blank node's label in rdflib, which writes the bare label into messages.
_BLANK = "blank-node-"
_PLACEHOLDER = re.compile(r"\{[$?](\w+)\}")


def _finding(
    *,
    focus: str,
    path: str | None,
    value: Term | None,
    severity: str,
    component: str,
    shape: str,
    message: str | None,
) -> Finding:
    """Make a finding, its message filled in and fit for reading."""
    short = component.rpartition("#")[2].removesuffix("ConstraintComponent")
    bare = Finding(severity.removeprefix(SH), focus, path, value, "", shape, short)
    given = {"this": focus, "value": bare.text or "nothing"}
    text = message or f"{focus} breaks the rule {shape} ({short})."
    filled = _PLACEHOLDER.sub(lambda m: given.get(m[1], m[0]), text)
    return Finding(bare.severity, focus, path, value, readable(filled), shape, short)


@lru_cache(maxsize=8)
def _compile(shapes: bytes) -> shacl.Shapes:
    """Compile shapes; the result never changes and may be shared by threads."""
    try:
        import shacl
    except ImportError:  # a platform for which it has no wheel
        raise InputError(
            "the engine shacl is not installed here: choose --engine pyshacl"
        ) from None

    return shacl.Shapes.from_turtle(shapes.decode())


def _run_shacl(data: bytes, shapes: bytes) -> list[Finding]:
    try:
        results = _compile(shapes).validate_text(data.decode(), "ntriples").results
        labels: dict[str, str] = {}
        if any("_:" in f"{r.focus_node} {r.value} {r.messages}" for r in results):
            marked, marker = _mark_blank_nodes(data)
            compiled = _compile(shapes + b"\n" + marker)
            results = compiled.validate_text(marked.decode(), "ntriples").results
            marks = [r for r in results if r.root_shape == str(_LABEL)]
            labels = {r.focus_node: f"_:{r.value_plain}" for r in marks}
            results = [r for r in results if r.root_shape != str(_LABEL)]
    except ValueError as error:
        raise InputError(f"the shapes can't be used: {error}") from None
    findings = []
    for r in results:
        message = min(r.messages, default=None)
        for old, new in labels.items():
            message = message and re.sub(rf"{re.escape(old)}\b", new, message)
        path = r.path[1:-1] if r.path and re.fullmatch(r"<[^<>]*>", r.path) else None
        findings.append(
            _finding(
                focus=labels.get(r.focus_node, r.focus_node.strip("<>")),
                path=path,
                value=parse_term(labels.get(r.value, r.value)) if r.value else None,
                severity=r.severity_iri.strip("<>"),
                component=r.component_iri.strip("<>"),
                shape=(r.root_shape or "").strip("<>"),
                message=message,
            )
        )
    return sort_findings(findings)


def parse_term(text: str) -> Term:
    """Parse a term in N-Triples syntax."""
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    quad = next(iter(ox.parse(f"<x:> <x:> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    term: Term = quad.object
    return term


def _mark_blank_nodes(data: bytes) -> tuple[bytes, bytes]:
    """Give each blank node its label as a literal, and a shape that reports it."""
    nodes = {
        term.value
        for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.BlankNode)
    }
    marks = [ox.Triple(ox.BlankNode(n), _LABEL, ox.Literal(n)) for n in sorted(nodes)]
    shape = [
        ox.Triple(_LABEL, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "PropertyShape")),
        ox.Triple(_LABEL, ox.NamedNode(SH + "targetSubjectsOf"), _LABEL),
        ox.Triple(_LABEL, ox.NamedNode(SH + "path"), _LABEL),
        ox.Triple(_LABEL, ox.NamedNode(SH + "nodeKind"), ox.NamedNode(SH + "IRI")),
    ]
    return data + _n_triples(marks), _n_triples(shape)


def _n_triples(triples: list[ox.Triple]) -> bytes:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return text or b""


def _run_pyshacl(data: bytes, shapes: bytes) -> list[Finding]:
    with _quiet():
        import pyshacl
        import rdflib

        try:
            rules = _graph(shapes, ox.RdfFormat.TURTLE)
        except SyntaxError as error:
            raise InputError(f"the shapes can't be used: {error}") from None
        try:
            _, report, text = pyshacl.validate(
                _graph(data, ox.RdfFormat.N_TRIPLES), shacl_graph=rules, inplace=True
            )
        except Exception as error:  # it has its own errors, and lets rdflib's and Python's pass
            problem = str(error) or type(error).__name__
            raise InputError(f"pyshacl can't go on: {problem}; try the engine shacl") from None
        if not isinstance(report, rdflib.Graph):
            raise InputError(f"pyshacl can't use the shapes: {text}")
    sh = rdflib.Namespace(SH)
    findings = []
    for result in report.objects(None, sh.result):
        shape = report.value(result, sh.sourceShape)
        asks = rules.value(shape, sh.message) or rules.value(
            report.value(result, sh.sourceConstraint), sh.message
        )
        messages = sorted(str(m) for m in report.objects(result, sh.resultMessage))
        path = report.value(result, sh.resultPath)
        focus = report.value(result, sh.focusNode)
        findings.append(
            _finding(
                focus=str(focus).replace(_BLANK, "_:"),
                path=str(path) if isinstance(path, rdflib.URIRef) else None,
                value=_from_rdflib(report.value(result, sh.value)),
                severity=str(report.value(result, sh.resultSeverity)),
                component=str(report.value(result, sh.sourceConstraintComponent)),
                shape=_root_shape(rules, shape),
                message=messages[0].replace(_BLANK, "_:") if asks and messages else None,
            )
        )
    return sort_findings(findings)


def _graph(data: bytes, syntax: ox.RdfFormat) -> rdflib.Graph:
    """Load data into rdflib, keeping labels of blank nodes and lexical forms."""
    import rdflib

    def node(term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(_BLANK + term.value)
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        # rdflib tells a plain literal from a typed string, RDF 1.1 does not.
        datatype = None if term.datatype.value == XSD + "string" else term.datatype.value
        return rdflib.Literal(
            term.value, datatype=datatype and rdflib.URIRef(datatype), normalize=False
        )

    graph = rdflib.Graph()
    for quad in ox.parse(data, format=syntax):
        graph.add((node(quad.subject), node(quad.predicate), node(quad.object)))
    return graph


def _from_rdflib(term: Any) -> Term | None:
    import rdflib

    if term is None:
        return None
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term).removeprefix(_BLANK))
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return ox.Literal(str(term), datatype=datatype)


def _root_shape(rules: rdflib.Graph, shape: Any) -> str:
    """Return the nearest enclosing shape that has an IRI."""
    import rdflib

    for _ in range(100):
        if isinstance(shape, rdflib.URIRef):
            return str(shape)
        shape = rules.value(None, rdflib.URIRef(SH + "property"), shape)
    return ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from printing what it thinks of ill-typed literals: we report them."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


DEFAULT_ENGINE = "shacl"
#: name → engine.
ENGINES: dict[str, Engine] = {"shacl": _run_shacl, "pyshacl": _run_pyshacl}


def check_engine(name: str) -> None:
    """Refuse an engine that there is not.

    :raises InputError: naming those that there are.
    """
    if name not in ENGINES:
        known = ", ".join(ENGINES)
        raise InputError(f"no engine {name!r}: use {known}.{did_you_mean(name, ENGINES)}")


def run_engine(name: str, data: bytes, shapes: Sequence[Path]) -> list[Finding]:
    """Hold a graph against shapes.

    :param name: one of :data:`ENGINES`.
    :param data: the graph, as N-Triples; the same statement may stand in it twice.
    :param shapes: shapes files.
    :returns: the findings, sorted.
    :raises FileError: if a shapes file can't be read or is not Turtle.
    :raises InputError: if there is no such engine, or the shapes can't be used.
    """
    check_engine(name)
    rules = b"\n".join(read_bytes(path) for path in shapes)
    try:
        return ENGINES[name](data, rules)
    except InputError:
        for path in shapes:
            read_turtle(path)  # says it better
        raise
