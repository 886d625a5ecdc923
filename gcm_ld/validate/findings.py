"""Findings: what validation says of a node, and in which order people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from gcm_ld.namespaces import ID, PREFIXES, SH
from gcm_ld.turtle import natural_key

__all__ = ["SEVERITIES", "Finding", "Term", "readable", "sort_findings"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal

#: The severities of SHACL, the gravest first.
SEVERITIES = ("Violation", "Warning", "Info")

#: Namespaces with their short forms, the longest first, so that each IRI gets its own.
_SHORT = sorted(
    [(ID, ""), *((ns, f"{prefix}:") for prefix, ns in PREFIXES.items())],
    key=lambda item: -len(item[0]),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that validation found.

    :param severity: ``Violation``, ``Warning`` or ``Info``.
    :param focus: the focus node: an IRI, or a blank node's label such as ``_:b1``.
    :param path: the property, as an IRI; ``None`` for a whole node or a compound path.
    :param value: the value at fault, where there is one.
    :param message: what is wrong and how to mend it.
    :param shape: IRI of the shape that found it.
    :param component: local name of the SHACL constraint component.
    :param file: the file that describes :attr:`node`, where known.
    """

    severity: str
    focus: str
    path: str | None
    value: Term | None
    message: str
    shape: str
    component: str
    file: str | None = None

    @property
    def node(self) -> str:
        """The node at fault.

        A constraint that is asked of a whole crosswalk or framework names the node in its value;
        of every other constraint it is the focus node.
        """
        if self.component == "SPARQL" and not isinstance(self.value, ox.Literal):
            return self.text or self.focus
        return self.focus

    @property
    def text(self) -> str | None:
        """The value as plain text: an IRI, a label such as ``_:b1``, or a literal's text."""
        if self.value is None:
            return None
        return f"_:{self.value.value}" if isinstance(self.value, ox.BlankNode) else self.value.value

    @property
    def component_iri(self) -> str:
        """The constraint component's IRI."""
        return f"{SH}{self.component}ConstraintComponent"

    def as_dict(self) -> dict[str, str | None]:
        """Return the finding in plain values, for CSV and JSON."""
        return {
            "severity": self.severity.lower(),
            "node": self.node,
            "path": self.path,
            "value": self.text,
            "message": self.message,
            "file": self.file,
            "focus": self.focus,
            "shape": self.shape,
            "component": self.component,
        }


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings, the gravest first and then by node, each fault once.

    A value that breaks several constraints of one shape has one message and is one fault: the
    constraint that says most of it is kept.
    """
    faults: dict[Finding, Finding] = {}
    for finding in findings:
        fault = replace(finding, component="")
        faults[fault] = min(finding, faults.get(fault, finding), key=_say)
    return sorted(faults.values(), key=_key)


def _say(finding: Finding) -> tuple[bool, bool, str]:
    name = finding.component
    return (name != "NodeKind", name != "Pattern", name)


def _key(finding: Finding) -> tuple[object, ...]:
    return (
        SEVERITIES.index(finding.severity),
        natural_key(finding.node),
        finding.path or "",
        str(finding.value or ""),
        finding.message,
        finding.shape,
        finding.component,
        finding.focus,
    )


def readable(text: str) -> str:
    """Shorten every IRI of a text that has one of our prefixes.

    >>> readable("https://w3id.org/gcm-ld/id/gcm/action/1.a has no skos:prefLabel.")
    'gcm/action/1.a has no skos:prefLabel.'
    >>> readable("sdg:10.7 is http://metadata.un.org/sdg/10.7 of http://metadata.un.org/sdg")
    'sdg:10.7 is sdg:10.7 of http://metadata.un.org/sdg'
    """
    for namespace, short in _SHORT:
        text = text.replace(namespace, short)
    return text
