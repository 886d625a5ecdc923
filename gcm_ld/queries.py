"""The query library: questions in ``queries/*.rq``, their headers, and how they are run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.errors import QueryError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import ID, PREFIXES, SDG, expand
from gcm_ld.resources import folder
from gcm_ld.store.base import GraphStore, Rows, Term

__all__ = [
    "Parameter",
    "Query",
    "find_query",
    "list_observations",
    "list_queries",
    "list_rules",
    "load_query",
    "run_query",
]

_HEADER = re.compile(r"^#\+ (\w+):\s*(.*)$")
_ITEM = re.compile(r"^#\+\s+-\s+(\w+):\s*(.*)$")
_MORE = re.compile(r"^#\+\s{2,}(\S.*)$")
_STRIP = re.compile(r'<[^<>"{}|^`\\\s]*>|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*')
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_PROJECTION = re.compile(r"\bSELECT\b(.*?)(?:\bWHERE\b|\{)", re.IGNORECASE | re.DOTALL)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that the caller may bind.

    ``kind`` is ``iri``, ``text`` or ``integer``; ``required`` says whether the query makes
    sense without it.
    """

    name: str
    kind: str
    required: bool
    description: str

    def term(self, value: str) -> Term:
        """Turn what the user typed into an RDF term.

        :param value: for an IRI: a full IRI, a prefixed name, or a path below our ``/id/``.
        :raises QueryError: if it is not of the parameter's kind.
        """
        if self.kind == "integer":
            if not re.fullmatch(r"[+-]?\d+", value):
                raise QueryError(f"parameter {self.name}: {value!r} is not a whole number")
            return ox.Literal(int(value))
        if self.kind == "text":
            return ox.Literal(value)
        return ox.NamedNode(self._iri(value))

    def _iri(self, value: str) -> str:
        prefix, colon, rest = value.partition(":")
        if colon and prefix in PREFIXES and not rest.startswith("//"):
            value = expand(value)
        elif value == "sdg":
            value = SDG
        elif not colon:
            value = ID + value
        if not _IRI.fullmatch(value):
            raise QueryError(
                f"parameter {self.name}: {value!r} is not an IRI; give a full IRI, a prefixed "
                "name such as gcmo:Aligned, or a path such as gcm/action/1.a"
            )
        return value


@dataclass(frozen=True)
class Query:
    """One question: its text, and what its header says."""

    name: str
    text: str
    header: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]

    @property
    def summary(self) -> str:
        """One line on what is asked."""
        return self.header.get("summary", "")

    @property
    def description(self) -> str:
        """How the answer is to be read."""
        return self.header.get("description", "")

    @property
    def tags(self) -> tuple[str, ...]:
        """Words it is filed under, such as ``report``, ``claim`` or ``rule``."""
        return tuple(self.header.get("tags", "").split())

    @cached_property
    def form(self) -> str:
        """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``."""
        match = _FORM.search(_STRIP.sub(" ", self.text))
        if not match:
            raise QueryError(
                f"{self.name}: this is not a SPARQL query: no SELECT, ASK or CONSTRUCT"
            )
        return match[1].upper()

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables that the query answers with, which are the ones that can be bound."""
        match = _PROJECTION.search(_STRIP.sub(" ", self.text))
        return frozenset(re.findall(r"[?$](\w+)", match[1])) if match else frozenset()

    def bind(self, values: Mapping[str, str]) -> dict[str, Term]:
        """Check and convert parameters.

        :param values: what the user gave, by name.
        :raises QueryError: if one is unknown, missing or malformed.
        """
        known = {p.name: p for p in self.parameters}
        terms = {}
        for name, value in values.items():
            parameter = known.get(name)
            if parameter is None and not self.parameters and name in self.variables:
                kind = "iri" if _IRI.fullmatch(value) else "text"
                parameter = Parameter(name, kind, False, "")
            if parameter is None:
                has = f"it has {', '.join(known)}" if known else "it has none that SELECT names"
                raise QueryError(
                    f"{self.name}: no parameter {name!r}; {has}.{did_you_mean(name, known)}"
                )
            terms[name] = parameter.term(value)
        missing = [p for p in self.parameters if p.required and p.name not in values]
        if missing:
            need = missing[0]
            raise QueryError(
                f"{self.name}: parameter {need.name} is missing ({need.description}): "
                f"add --param {need.name}=…"
            )
        return terms


def load_query(path: Path) -> Query:
    """Read a query file with its header.

    :param path: a ``.rq`` file.
    :raises FileError: if it can't be read.
    :raises QueryError: if it is not UTF-8 text.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise QueryError(f"{path}: this is not UTF-8 text: save the query as UTF-8") from None
    return parse_query(path.stem, text)


def parse_query(name: str, text: str) -> Query:
    """Read a query's header.

    :param name: what the query is called.
    :param text: SPARQL with ``#+`` lines at its head.

    >>> head = ["#+ summary: All.", "#+ columns:", "#+   - s: a thing"]
    >>> q = parse_query("q", chr(10).join([*head, "SELECT ?s { ?s ?p ?o }"]))
    >>> q.summary, q.form, dict(q.columns)
    ('All.', 'SELECT', {'s': 'a thing'})
    """
    header: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {"parameters": {}, "columns": {}}
    key = ""
    for line in text.splitlines():
        if match := _HEADER.match(line):
            key = match[1]
            header[key] = match[2].strip()
        elif (match := _ITEM.match(line)) and key in items:
            items[key][match[1]] = match[2].strip()
        elif (match := _MORE.match(line)) and key:
            if items.get(key):
                last = next(reversed(items[key]))
                items[key][last] += " " + match[1].strip()
            else:
                header[key] = f"{header[key]} {match[1].strip()}".strip()
        elif line.strip() and not line.startswith("#"):
            break
    parameters = tuple(_parameter(n, d) for n, d in items["parameters"].items())
    return Query(name, text, header, parameters, items["columns"])


def _parameter(name: str, description: str) -> Parameter:
    kind, _, rest = description.partition(",")
    required = rest.strip().startswith("required")
    text = rest.strip().removeprefix("required").removeprefix("optional").lstrip(" ;,:")
    return Parameter(name, kind.strip(), required, text)


def list_queries(*, tag: str | None = None) -> list[Query]:
    """List the shipped questions by name.

    :param tag: only those filed under this word.
    """
    found = [load_query(p) for p in sorted(folder("queries").glob("*.rq"))]
    return [q for q in found if tag is None or tag in q.tags]


def list_rules() -> list[Query]:
    """List the rules that derive statements, in the order in which they build on each other."""
    return [load_query(p) for p in sorted(folder("queries").glob("construct_*.rq"))]


def list_observations() -> list[Query]:
    """List the rules that count coverage once and for all, for questions across countries."""
    return [load_query(p) for p in sorted((folder("queries") / "observations").glob("*.rq"))]


def find_query(name: str) -> Query:
    """Find a question by its name, or read a file of one's own.

    :param name: a shipped query's name, or the path of a ``.rq`` file.
    :raises QueryError: if there is no such query, naming the nearest.
    """
    root = folder("queries")
    if re.fullmatch(r"\w+", name):
        for shipped in (root / f"{name}.rq", root / "endpoint" / f"{name}.rq"):
            if shipped.is_file():
                return load_query(shipped)
    path = Path(name)
    if path.suffix in (".rq", ".sparql") or path.is_file():
        return load_query(path)
    known = [p.stem for p in root.glob("*.rq")]
    raise QueryError(
        f"no query {name!r}: 'gcm-ld query --list' shows them all.{did_you_mean(name, known)}"
    )


def run_query(store: GraphStore, query: Query, values: Mapping[str, str] | None = None) -> Rows:
    """Run a question and return its table.

    :param store: any store.
    :param query: the question; an ASK answers with one cell, a CONSTRUCT with three columns.
    :param values: parameters by name, as text.
    :raises QueryError: if a parameter is wrong or the query can't be answered.
    """
    bindings = query.bind(values or {})
    if query.form == "ASK":
        return Rows(("answer",), [(store.ask(query.text, bindings),)])
    if query.form == "SELECT":
        return store.select(query.text, bindings)
    triples = store.construct(query.text, bindings)
    rows = sorted((str(t.subject), str(t.predicate), str(t.object)) for t in triples)
    return Rows(("subject", "predicate", "object"), [tuple(r) for r in rows])
