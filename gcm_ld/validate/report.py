"""A validation report: the findings on some files, counted, and as RDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.namespaces import ID, RDF, SH, XSD
from gcm_ld.turtle import write_turtle
from gcm_ld.validate.findings import SEVERITIES, Finding

__all__ = ["Report"]

_TYPE = ox.NamedNode(RDF + "type")


@dataclass(frozen=True)
class Report:
    """What validation found in some files.

    :param findings: the findings, the gravest first.
    :param files: the files that were validated.
    :param statements: how many statements they hold.
    :param engine: the engine that was asked.
    """

    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    statements: int
    engine: str

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, the gravest first."""
        found = Counter(f.severity for f in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def conforms(self) -> bool:
        """Whether nothing was found that blocks publishing: no violation."""
        return self.counts["Violation"] == 0

    def at_least(self, severity: str) -> list[Finding]:
        """List the findings of a severity and graver ones.

        :param severity: one of :data:`~gcm_ld.validate.findings.SEVERITIES`.
        """
        shown = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return [f for f in self.findings if f.severity in shown]

    def to_turtle(self, *, severity: str = "Info") -> str:
        """Write the report as SHACL describes it, in canonical Turtle.

        As the standard has it (SHACL, section 3.6.1.1), ``sh:conforms`` is true where the report
        has no result at all, a warning included; :attr:`conforms` looks at violations alone. A
        blank node of the data, which has
        no name outside of its file, is given an IRI.

        :param severity: the lowest severity to write.
        """
        report = ox.BlankNode("report")
        results = self.at_least(severity)
        truth = ox.Literal("false" if results else "true", datatype=_name(XSD + "boolean"))
        triples = [
            ox.Triple(report, _TYPE, _name(SH + "ValidationReport")),
            ox.Triple(report, _name(SH + "conforms"), truth),
        ]
        for number, finding in enumerate(results):
            result = ox.BlankNode(f"result{number}")
            triples.append(ox.Triple(report, _name(SH + "result"), result))
            triples += _triples(result, finding)
        return write_turtle(triples, name="the report")


def _triples(result: ox.BlankNode, finding: Finding) -> list[ox.Triple]:
    values: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | None] = {
        "focusNode": _name(_public(finding.focus)),
        "resultMessage": ox.Literal(finding.message, language="en"),
        "resultPath": _name(finding.path) if finding.path else None,
        "resultSeverity": _name(SH + finding.severity),
        "sourceConstraintComponent": _name(finding.component_iri),
        "sourceShape": _name(finding.shape),
        "value": finding.value,
    }
    if isinstance(finding.value, ox.BlankNode):
        values["value"] = _name(_public(str(finding.value)))
    return [ox.Triple(result, _TYPE, _name(SH + "ValidationResult"))] + [
        ox.Triple(result, _name(SH + name), value) for name, value in values.items() if value
    ]


def _public(node: str) -> str:
    """Return an IRI, or one in place of a blank node's label."""
    return f"{ID}.well-known/genid/{node[2:]}" if node.startswith("_:") else node


def _name(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
