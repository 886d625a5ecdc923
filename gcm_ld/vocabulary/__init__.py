"""The UN's SDG vocabulary, as it is or in a newer version: read it, and tell what it changes.

The vocabulary (UN, May 2020) gives each goal, target and indicator several typed
``skos:notation``: ``sdgo:SDGCodeCompact`` is the code that people use (``10.7.2``),
``sdgo:SDGCode`` the same with zeros (``10.07.02``), and ``sdgo:SDGCodePerm`` the permanent code of
an indicator (``C100702``). An indicator that several targets share has a code for each.
"""

from gcm_ld.vocabulary.read import LIMIT, TIMEOUT, is_url, read_rdf
from gcm_ld.vocabulary.revision import Fate, TermChange, compare_terms, summarise
from gcm_ld.vocabulary.terms import Term, Vocabulary, load_vocabulary
from gcm_ld.vocabulary.uses import Uses, find_uses

__all__ = [
    "LIMIT",
    "TIMEOUT",
    "Fate",
    "Term",
    "TermChange",
    "Uses",
    "Vocabulary",
    "compare_terms",
    "find_uses",
    "is_url",
    "load_vocabulary",
    "read_rdf",
    "summarise",
]
