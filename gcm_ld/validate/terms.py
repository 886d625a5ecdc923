"""The terms of SHACL, to find misspelt ones: engines overlook what they don't know."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.errors import did_you_mean
from gcm_ld.namespaces import SH
from gcm_ld.turtle import read_turtle

__all__ = ["SHACL_TERMS", "find_unknown_terms"]

#: Terms that a shapes graph may use: SHACL and SHACL-SPARQL (W3C Recommendation 2017).
SHACL_TERMS = frozenset(
    """
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Info Literal NodeShape
    PrefixDeclaration PropertyShape SPARQLConstraint Violation Warning alternativePath and class
    closed datatype deactivated declare defaultValue description disjoint equals flags group
    hasValue ignoredProperties in inversePath languageIn lessThan lessThanOrEquals maxCount
    maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength name
    namespace node nodeKind not oneOrMorePath or order path pattern prefix prefixes property
    qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint select
    severity sparql targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang xone
    zeroOrMorePath zeroOrOnePath
    """.split()  # noqa: SIM905
)


def find_unknown_terms(paths: Iterable[Path]) -> list[str]:
    """Find terms in the SHACL namespace that SHACL does not have.

    :param paths: shapes files.
    :returns: a sentence for each file and term, with the nearest known one.
    :raises FileError: if a file can't be read or is not Turtle.
    """
    problems = []
    for path in paths:
        used = {
            term.value.removeprefix(SH)
            for triple in read_turtle(path)
            for term in (triple.subject, triple.predicate, triple.object)
            if isinstance(term, ox.NamedNode) and term.value.startswith(SH)
        }
        problems += [
            f"{path.name}: SHACL has no term sh:{term}.{did_you_mean(term, SHACL_TERMS)}"
            for term in sorted(used - SHACL_TERMS)
        ]
    return problems
