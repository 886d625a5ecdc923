"""The query editor: its page, the questions to start from, and the terms that it completes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, GCMO, GCMSH, ONTOLOGY, PREFIXES, RDF, RDFS, SDG, SKOS
from gcm_ld.publish.pages.lookup import words
from gcm_ld.queries import Query, find_query, list_queries
from gcm_ld.resources import folder, turtle_files
from gcm_ld.turtle import natural_key, read_turtle

if TYPE_CHECKING:
    from gcm_ld.publish.site import Site
    from gcm_ld.serve.view import View

__all__ = ["bound_query", "editor_page", "questions_json", "terms_json"]

#: The question that the editor opens with.
_FIRST = "select_coverage"
#: tag → heading, in the order of the page; a question stands under the first that it has.
_GROUPS = {
    "report": "Behind the reports",
    "overview": "Overviews",
    "observations": "Across countries",
    "quality": "What is odd in the source",
    "check": "Checks of the data",
    "claim": "Checks of published figures",
    "rule": "Rules that derive statements",
}
_OTHER = "Other questions"
_HEADER = re.compile(r"^#\+[^\n]*\n", re.MULTILINE)
_PREFIXED = re.compile(r"\b([a-z][a-z-]*):([A-Za-z][\w-]*)")
_OWL = PREFIXES["owl"]
#: The class of a term → what completion calls it.
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property",
    _OWL + "DatatypeProperty": "property",
    _OWL + "AnnotationProperty": "property",
    _OWL + "NamedIndividual": "constant",
}
#: Vocabularies whose terms nobody asks about.
_LEFT_OUT = (GCMSH, PREFIXES["sh"], _OWL, PREFIXES["xsd"])
#: Most frameworks that are offered by name.
_FRAMEWORKS = 300
_NOTE = 240


def editor_page(view: View, prefix: str) -> bytes:
    """Return the page of the editor.

    :param view: the store.
    :param prefix: the path of the site's root.
    """
    query = find_query(_FIRST)
    return view.page("editor", prefix, example=runnable(query), count=len(list_queries()))


def runnable(query: Query) -> str:
    """Return a question as one would write it: its summary as a comment, and its text."""
    return f"# {query.summary}\n{_HEADER.sub('', query.text).lstrip()}"


def bound_query(name: str, values: str) -> str:
    """Return a question with values for its parameters, as plain SPARQL.

    :param name: its name.
    :param values: the parameters, as a form sends them.
    :raises QueryError: if there is no such question, or a value does not fit.
    """
    from gcm_ld.store.outline import bind_values

    query = find_query(name)
    given = {k: v.strip() for k, v in parse_qsl(values) if v.strip()}
    return bind_values(runnable(query), query.bind(given))


def questions_json() -> bytes:
    """Return the catalogue's questions as the editor lists them."""
    order = [*_GROUPS, "other"]
    found = []
    for query in list_queries():
        tag = next((t for t in _GROUPS if t in query.tags), "other")
        found.append(
            (
                order.index(tag),
                {
                    "name": query.name,
                    "group": _GROUPS.get(tag, _OTHER),
                    "summary": query.summary or query.name,
                    "description": query.description,
                    "parameters": [asdict(p) for p in query.parameters],
                    "text": runnable(query),
                },
            )
        )
    return _json([value for _, value in sorted(found, key=lambda item: item[0])])


def terms_json(site: Site) -> bytes:
    """Return what the editor completes, and where IRIs have their pages.

    :param site: the store.
    """
    paths = [*turtle_files(folder("ontology")), *turtle_files(folder("shapes"))]
    triples = [t for path in paths for t in read_turtle(path)]
    terms = _Terms(triples)
    pages = [
        (site.base + "id/", "id/"),
        (ONTOLOGY + "#", "ontology.html#"),
        (GCMSH, "shapes.html#"),
        (COUNTRIES + "/", "country/"),
        (SDG + "/", "sdg/"),
    ]
    return _json(
        {
            "base": site.base + "id/",
            "pages": pages,
            "prefixes": PREFIXES,
            "terms": [*terms.vocabulary(), *_frameworks(site)],
        }
    )


class _Terms:
    """The terms that ontology, shapes and questions use."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._labels: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._named: set[str] = set()
        for triple in triples:
            subject = getattr(triple.subject, "value", "")
            value = getattr(triple.object, "value", "")
            if triple.predicate.value == RDFS + "label":
                self._labels.setdefault(subject, value)
            elif triple.predicate.value == SKOS + "definition":
                self._notes.setdefault(subject, value)
            elif triple.predicate.value == RDF + "type" and value in _KINDS:
                self._kinds[subject] = _KINDS[value]
            nodes = (triple.subject, triple.predicate, triple.object)
            self._named |= {n.value for n in nodes if isinstance(n, ox.NamedNode)}

    def vocabulary(self) -> list[dict[str, str]]:
        """Return the terms, ours first and each vocabulary in order."""
        named = self._named | self._asked()
        found = []
        for iri in named:
            prefix = self._prefix(iri)
            if not prefix or iri.startswith(_LEFT_OUT):
                continue
            curie = f"{prefix}:{iri[len(PREFIXES[prefix]) :]}"
            note = self._notes.get(iri, "")
            found.append(
                {
                    "curie": curie,
                    "label": self._labels.get(iri) or words(curie),
                    "kind": self._kinds.get(iri) or _guess(curie),
                    "note": note if len(note) <= _NOTE else note[:_NOTE] + "…",
                }
            )
        found.sort(key=lambda t: (not t["curie"].startswith("gcmo:"), natural_key(t["curie"])))
        return found

    @staticmethod
    def _prefix(iri: str) -> str:
        fits = [p for p, space in PREFIXES.items() if iri.startswith(space)]
        best = max(fits, key=lambda p: len(PREFIXES[p]), default="")
        local = iri[len(PREFIXES[best]) :] if best else ""
        return best if re.fullmatch(r"[A-Za-z][\w-]*", local) else ""

    @staticmethod
    def _asked() -> set[str]:
        """Return the terms that the catalogue's questions use."""
        texts = (path.read_text("utf-8") for path in folder("queries").rglob("*.rq"))
        return {
            PREFIXES[prefix] + name
            for text in texts
            for prefix, name in _PREFIXED.findall(_HEADER.sub("", text))
            if prefix in PREFIXES
        }


def _guess(curie: str) -> str:
    return "class" if curie.rpartition(":")[2][:1].isupper() else "property"


def _frameworks(site: Site) -> list[dict[str, str]]:
    """Return the frameworks by name, which stand in a query as full IRIs."""
    found = []
    quads = site.store.quads_for_pattern(
        None, ox.NamedNode(RDF + "type"), ox.NamedNode(GCMO + "Framework")
    )
    iris = {str(getattr(quad.subject, "value", "")) for quad in quads}
    for iri in sorted(iris, key=natural_key)[:_FRAMEWORKS]:
        code = "sdg" if iri == SDG else iri.rpartition("/")[2]
        found.append(
            {
                "curie": code,
                "label": site.label(iri),
                "kind": "constant",
                "note": "",
                "insert": str(ox.NamedNode(iri)),
            }
        )
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
