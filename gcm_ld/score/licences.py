"""Which licences are open, and where a crosswalk or a dataset names one."""

from __future__ import annotations

from collections.abc import Iterable

from gcm_ld.score.facts import Facts

__all__ = ["is_open", "without_open_licence"]

#: Licences that conform to the Open Definition, by how their IRIs start after the scheme.
_OPEN = (
    "creativecommons.org/licenses/by/",
    "creativecommons.org/licenses/by-sa/",
    "creativecommons.org/publicdomain/zero/",
    "creativecommons.org/publicdomain/mark/",
    "opendatacommons.org/licenses/by/",
    "opendatacommons.org/licenses/odbl/",
    "opendatacommons.org/licenses/pddl/",
    "www.opendefinition.org/licenses/cc-by",
    "publications.europa.eu/resource/authority/licence/CC_BY_4_0",
    "publications.europa.eu/resource/authority/licence/CC_BYSA_4_0",
    "publications.europa.eu/resource/authority/licence/CC0",
)


def is_open(iri: str) -> bool:
    """Tell whether a licence is known to be open.

    >>> is_open("https://creativecommons.org/licenses/by/4.0/")
    True
    >>> is_open("https://creativecommons.org/licenses/by-nc/4.0/")
    False
    """
    return iri.partition("://")[2].startswith(_OPEN)


def without_open_licence(facts: Facts, things: Iterable[str]) -> list[str]:
    """List the things whose licence is absent or not known to be open."""
    return [t for t in things if not any(map(is_open, facts.names(t, "dcterms:license")))]
