"""Names: what a cell calls the things that it points to, and which thing a name means.

A code is enough where it is unambiguous; otherwise a path below our ``/id/`` such as
``alb-nsm-2019/objective/A1``, or a full IRI.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from gcm_ld.model import Country, Crosswalk, Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import COUNTRIES, GCM, ID, SDG, country_iri
from gcm_ld.tables.cells import fold_text, split_codes
from gcm_ld.turtle import natural_key

__all__ = ["KINDS", "NOT_APPLICABLE_WORDS", "Miss", "Names", "find_iri", "slug"]

_SLUG_LENGTH = 70

#: Targets of a column that are kinds of element, and the framework that alone has them.
KINDS = {
    "action": ("Action", GCM),
    "goal": ("Goal", SDG),
    "indicator": ("Indicator", None),
    "objective": ("Objective", None),
    "outcome": ("Outcome", None),
    "target": ("Target", SDG),
}
#: How people write in place of a code that an action does not concern their country.
NOT_APPLICABLE_WORDS = {"n/a", "n.a.", "n. a.", "na", "not applicable"}
#: Codes that would be read as words.
_WORDS = NOT_APPLICABLE_WORDS | {"all"}
_PREFIXES = {"institution": "institution/", "source": "source/", "crosswalk": "crosswalk/"}
_SHEETS = {
    "crosswalk": "Crosswalks",
    "element": "Elements",
    "framework": "Frameworks",
    "indicator": "Indicators",
    "institution": "Institutions",
    "objective": "Objectives",
    "outcome": "Outcomes",
    "source": "Sources",
}
_ARTICLES = re.compile(r"^[aeiou]", re.IGNORECASE)
_ACTION = re.compile(r"(?:action )?(\d{1,2})[\s.\-]*\(?([a-z])\)?\.?", re.IGNORECASE)
_SDG = re.compile(
    r"(?:(?:SDG|goal|target)s?\.?[\s:]*)*([0-9]{1,2})(?:\.([0-9]{1,2}|[a-z]))?\.?", re.IGNORECASE
)
#: Looking for the nearest known code has its price: so many unknown codes get a hint, so many
#: known ones are looked at, and so many of these, the likeliest, compared letter by letter.
_MOST_MISSES = 100
_MOST_KNOWN = 2000
_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Miss:
    """A name that means nothing: what is wrong, and the cure."""

    problem: str
    cure: str


def find_iri(text: str) -> str | None:
    """Return an absolute IRI that a cell holds, or nothing.

    >>> find_iri("https://undocs.org/A/RES/73/195"), find_iri("see page 4")
    ('https://undocs.org/A/RES/73/195', None)
    """
    if not re.match(r"https?://.|urn:.", text):
        return None
    try:
        return NamedNode(text).value
    except ValueError:
        return None


def slug(text: str, *, length: int = _SLUG_LENGTH) -> str:
    """Make a code of a title: its words in small letters with hyphens, cut at a word.

    >>> slug("Number of migrants' permits, in % of all")
    'number-of-migrants-permits-in-per-cent-of-all'
    """
    text = text.replace("%", " per cent ").replace("’", "").replace("'", "")
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters)
    code = words[0][:length] if words else ""
    for word in words[1:]:
        if len(code) + 1 + len(word) > length:
            break
        code += "-" + word
    return code


def _loose(code: str) -> str:
    """Return what two spellings of a code have in common."""
    return re.sub(r"\s+", "", code).rstrip(".").casefold()


class Names:
    """An index of everything that cells can point to.

    :param main: the framework that a code belongs to where nothing else is said.
    """

    def __init__(self, main: str = "") -> None:
        self.main = main
        #: Whatever has an IRI here.
        self.known: set[str] = set()
        #: Element → its kind, framework, code and wider elements.
        self.kinds: dict[str, str] = {}
        self.frameworks: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.wider: dict[str, tuple[str, ...]] = {}
        self.labels: dict[str, str] = {}
        #: Action → the assessment of it against the main framework.
        self.assessments: dict[str, str] = {}
        self._elements: dict[tuple[str, str], list[str]] = defaultdict(list)
        #: Both are made when they are first needed, and anew after something is added.
        self._loose: dict[tuple[str, str], list[str]] | None = None
        self._titles: dict[tuple[str, str], list[str]] = {}
        self._others: dict[str, dict[str, str]] = defaultdict(dict)
        self._misses = 0

    def add(self, record: Record) -> None:
        """Add a record."""
        iri = record.iri
        if isinstance(record, Element):
            self.add_element(iri, record.kind, record.framework, record.notation, record.label)
            self.wider[iri] = record.part_of
        elif isinstance(record, Framework):
            self.add_other("framework", iri, record.code, record.label)
        elif isinstance(record, Country):
            self.add_other("country", iri, record.code, record.label)
        elif isinstance(record, Institution):
            self.add_other("institution", iri, None, record.label)
        elif isinstance(record, Source):
            self.add_other("source", iri, None, record.title)
        elif isinstance(record, Crosswalk):
            self.add_other("crosswalk", iri, None, record.title)
        else:
            self.known.add(iri)

    def add_element(self, iri: str, kind: str, framework: str, code: str, label: str = "") -> None:
        """Add an element of a framework."""
        if iri in self.kinds:
            return
        self.known.add(iri)
        self.kinds[iri], self.frameworks[iri], self.codes[iri] = kind, framework, code
        self.labels[iri] = label
        self._elements[framework, code].append(iri)
        self._loose = None

    def add_other(self, target: str, iri: str, code: str | None, label: str = "") -> None:
        """Add a framework, country, institution, source or crosswalk.

        :param target: which of these, in lower case.
        :param code: its code; the end of its IRI if none is given.
        """
        if iri in self.codes:
            return
        self.known.add(iri)
        codes = self._others[target]
        if code is None:
            code = iri.removeprefix(ID + _PREFIXES[target]) if iri.startswith(ID) else ""
            stem = code or re.sub(r"[^A-Za-z0-9.]+", "-", re.split(r"//", iri)[-1]).strip("-")
            code, number = stem, 2
            while codes.get(code, iri) != iri:
                code, number = f"{stem}-{number}", number + 1
        codes.setdefault(code, iri)
        self.codes[iri], self.labels[iri] = code, label

    def code(self, iri: str) -> str:
        """Return the code of a thing; the end of its IRI if it is unknown."""
        return self.codes.get(iri) or iri.rpartition("/")[2]

    def elements(self, kind: str, framework: str) -> list[str]:
        """List the elements of one kind and framework, in the order they were added."""
        return [
            iri for iri, k in self.kinds.items() if k == kind and self.frameworks[iri] == framework
        ]

    # From a thing to its name.

    def name(self, iri: str, target: str, framework: str | None = None) -> str:
        """Return what a cell calls a thing: as short as its column can understand.

        :param iri: the thing.
        :param target: what the column's codes point to; see :class:`~gcm_ld.tables.schema.Column`.
        :param framework: the framework of the row, if it is not the main one.
        """
        short = self._short(iri, target)
        if target == "outcome" and short.casefold() in _WORDS:
            short = ""
        if short and split_codes(short) == [short] and self.find(short, target, framework) == iri:
            return short
        path = _path(iri)
        return path if self.find(path, target, framework) == iri else iri

    def _short(self, iri: str, target: str) -> str:
        if target == "assessment":
            action = iri.rpartition("/")[2]
            return action if self.find(action, target) == iri else ""
        if target == "anything" and iri in self.kinds and iri.startswith(SDG):
            return f"sdg/{self.codes[iri]}"
        return "" if target == "anything" else self.codes.get(iri, "")

    def name_indicators(self, iris: Iterable[str], framework: str | None = None) -> str:
        """Return what a cell calls some indicators, one a line: by title, as sources do.

        The code stands where the indicator has one that is not made of its title, and where the
        title would be misread.
        """
        ordered = sorted(iris, key=lambda i: (natural_key(i), i))
        names = [self._title(i) or self.name(i, "indicator", framework) for i in ordered]
        cell = "\n".join(names)
        if self._read_indicators(cell, framework) != ordered:
            cell = "\n".join(self.name(i, "indicator", framework) for i in ordered)
        return cell

    def _title(self, iri: str) -> str:
        title = self.labels.get(iri, "")
        made = title and re.sub(r"-[0-9]+$", "", self.codes.get(iri, "")) == slug(title)
        return title if made and title.isprintable() else ""

    def _read_indicators(self, cell: str, framework: str | None) -> list[str | Miss]:
        return [self.find(t, "indicator", framework) for t in split_codes(cell, titles=True)]

    # From a name to the thing.

    def find(self, text: str, target: str, framework: str | None = None) -> str | Miss:
        """Return the thing that a cell's code means.

        :param text: a code, a path or an IRI.
        :param target: what the column's codes point to.
        :param framework: the framework of the row, if it is not the main one.
        :returns: its IRI, or what is wrong with the code.
        """
        framework = framework or self.main
        if target in KINDS:
            kind, own = KINDS[target]
            return self._find_element(text, target, own or framework, kind)
        if target == "element":
            return self._find_element(text, target, framework, None)
        if target == "answer":
            return self._find_answer(text, framework)
        if target == "assessment":
            return self._find_assessment(text)
        if target == "anything":
            return self._find_path(text) or self._find_anything(text, framework)
        return self._find_other(text, target)

    def _find_other(self, text: str, target: str) -> str | Miss:
        codes = self._others[target]
        if text in codes:
            return codes[text]
        iri = find_iri(text)
        if iri is not None and (target == "source" or iri in self.known):
            return iri
        if target == "country":
            code = text.upper()
            if code in codes or (not codes and re.fullmatch(r"[A-Z]{3}", code)):
                return codes.get(code) or country_iri(code)
            return Miss(
                "is no country", f"give its ISO code of three letters{self._near(code, codes)}"
            )
        path = self._find_path(text)
        if path and self.codes.get(path) in codes and codes[self.codes[path]] == path:
            return path
        lower = text.casefold()
        if lower in codes:
            return codes[lower]
        return self._unknown(text, target, codes)

    def _find_element(self, text: str, target: str, framework: str, kind: str | None) -> str | Miss:
        found = self._elements.get((framework, text)) or self._spelt(text, target, framework)
        right = [i for i in found if kind in (None, self.kinds[i])]
        if len(right) == 1:
            return right[0]
        if right:
            names = " or ".join(sorted(_path(i) for i in right))
            return Miss("means several things", f"write {names}")
        path = self._find_path(text)
        if path and path in self.kinds:
            if kind in (None, self.kinds[path]):
                return path
            found = [path]
        if found:
            is_a = _a(self.kinds[found[0]].lower())
            return Miss(f"is {is_a}, not {_a(target)}", f"give the code of {_a(target)}")
        known = (
            c
            for (f, c), iris in self._elements.items()
            if f == framework and (kind is None or any(self.kinds[i] == kind for i in iris))
        )
        return self._unknown(text, target, known, framework)

    def _spelt(self, text: str, target: str, framework: str) -> list[str]:
        """Return the elements whose code is meant by another spelling of it."""
        if target == "action" and (match := _ACTION.fullmatch(text)):
            text = f"{int(match[1])}.{match[2].lower()}"
        elif framework == SDG and (match := _SDG.fullmatch(text)):
            text = f"{int(match[1])}" + (f".{match[2].lower()}" if match[2] else "")
        if self._loose is None:
            self._loose, self._titles = defaultdict(list), defaultdict(list)
            for (scheme, code), iris in self._elements.items():
                self._loose[scheme, _loose(code)] += iris
            for iri, kind in self.kinds.items():
                if kind == "Indicator":
                    self._titles[self.frameworks[iri], fold_text(self.labels[iri])].append(iri)
        found = self._loose.get((framework, _loose(text)), [])
        if not found and target == "indicator":
            found = self._titles.get((framework, fold_text(text)), [])
        return found

    def _find_answer(self, text: str, framework: str) -> str | Miss:
        """Return an objective, or else any other part of the framework, or a policy."""
        objective = self._find_element(text, "objective", framework, "Objective")
        if isinstance(objective, str):
            return objective
        part = self._find_element(text, "element", framework, None)
        policy = self._others["framework"].get(text)
        return part if isinstance(part, str) else policy or objective

    def _find_assessment(self, text: str) -> str | Miss:
        action = self._find_element(text, "action", GCM, "Action")
        if isinstance(action, str) and action in self.assessments:
            return self.assessments[action]
        path = self._find_path(text)
        if path in self.known or path in self.assessments.values():
            return path or ""
        if isinstance(action, Miss):
            return action
        return Miss("has no row in sheet Crosswalk", "name an action whose row states it")

    def _find_anything(self, text: str, framework: str) -> str | Miss:
        found = self._elements.get((framework, text), [])
        if len(found) == 1 and framework not in (GCM, SDG):
            return found[0]
        return Miss(
            "is not known here",
            "give its path, such as gcm/objective/1, sdg/10.7 or the code of a framework"
            + self._near(text, (_path(i) for i in self.known)),
        )

    def _find_path(self, text: str) -> str | None:
        """Return the thing at a path, if there is one."""
        if (iri := find_iri(text)) is not None:
            return iri if iri in self.known else None
        if text in self._others["framework"]:
            return self._others["framework"][text]
        first, _, rest = text.replace("sdg:", "sdg/", 1).partition("/")
        framework = self._others["framework"].get(first)
        if framework and rest:
            kind, _, code = rest.partition("/")
            for candidate in (f"{framework}/{rest}", f"{framework}/{kind.lower()}/{code}"):
                if candidate in self.known:
                    return candidate
            found = self._elements.get((framework, rest), [])
            if len(found) == 1:
                return found[0]
        for candidate in (ID + text, f"{self.main}/{text}"):
            if candidate in self.known:
                return candidate
        return None

    # What to say.

    def _unknown(
        self, text: str, target: str, known: Iterable[str], framework: str | None = None
    ) -> Miss:
        whose = ""
        if framework:
            whose = {GCM: " of the Compact", SDG: " of the SDGs"}.get(
                framework, f" of {self.code(framework)}"
            )
        noun = "part" if target == "element" else target
        if framework == SDG and target in ("goal", "target"):
            cure = "write goals as 10 and targets as 10.7"
        elif target == "action":
            cure = "write it as 1.a"
        else:
            cure = f"correct it or add it to sheet {_SHEETS.get(target, 'Elements')}"
        return Miss(f"is no {noun}{whose}", cure + self._near(text, known))

    def _near(self, text: str, known: Iterable[str]) -> str:
        """Return the nearest known code as a question, or nothing."""
        self._misses += 1
        if self._misses > _MOST_MISSES:
            return ""
        from difflib import get_close_matches
        from heapq import nsmallest

        word = text.casefold()

        def far(code: str) -> tuple[int, int]:
            pairs = enumerate(zip(code, word, strict=False))
            same = next((i for i, (a, b) in pairs if a != b), min(len(code), len(word)))
            return -same, abs(len(code) - len(word))

        codes = {c.casefold(): c for c in islice(known, _MOST_KNOWN)}
        near = get_close_matches(word, nsmallest(_COMPARED, codes, key=far), n=1)
        return f" (did you mean {codes[near[0]]}?)" if near else ""


def _path(iri: str) -> str:
    """Return the path of an IRI below our own ``/id/`` or the SDGs'.

    >>> _path("https://w3id.org/gcm-ld/id/gcm/action/1.a"), _path("http://metadata.un.org/sdg/10")
    ('gcm/action/1.a', 'sdg/10')
    """
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    if iri == SDG or iri.startswith(SDG + "/"):
        return "sdg" + iri.removeprefix(SDG)
    return iri.removeprefix(COUNTRIES + "/") if iri.startswith(COUNTRIES + "/") else iri


def _a(noun: str) -> str:
    return f"{'an' if _ARTICLES.match(noun) else 'a'} {noun}"
