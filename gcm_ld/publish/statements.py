"""Statements by short names, for the records that describe what is published."""

from __future__ import annotations

import pyoxigraph as ox

from gcm_ld.namespaces import XSD, expand

__all__ = ["day", "is_", "is_a", "number", "plain", "text", "typed"]


def node(name: str) -> ox.NamedNode:
    """Return the node of an IRI or of a prefixed name."""
    return ox.NamedNode(name if "://" in name or name.startswith("mailto:") else expand(name))


def is_(subject: str, predicate: str, value: str) -> ox.Triple:
    """Say that a thing has another thing as a value."""
    return ox.Triple(ox.NamedNode(subject), node(predicate), node(value))


def is_a(subject: str, *classes: str) -> list[ox.Triple]:
    """Say what classes a thing is of."""
    return [is_(subject, "rdf:type", cls) for cls in classes]


def text(subject: str, predicate: str, value: str, language: str = "en") -> ox.Triple:
    """Say something in words."""
    literal = ox.Literal(value, language=language)
    return ox.Triple(ox.NamedNode(subject), node(predicate), literal)


def plain(subject: str, predicate: str, value: str) -> ox.Triple:
    """Say something in characters of no language."""
    return ox.Triple(ox.NamedNode(subject), node(predicate), ox.Literal(value))


def typed(subject: str, predicate: str, value: str, datatype: str) -> ox.Triple:
    """Say something with a datatype."""
    literal = ox.Literal(value, datatype=node(datatype))
    return ox.Triple(ox.NamedNode(subject), node(predicate), literal)


def day(subject: str, predicate: str, value: str) -> ox.Triple:
    """Say when: a day, or a year."""
    return typed(subject, predicate, value, XSD + ("gYear" if value.isdigit() else "date"))


def number(subject: str, predicate: str, value: int) -> ox.Triple:
    """Say how many."""
    return ox.Triple(ox.NamedNode(subject), node(predicate), ox.Literal(value))
