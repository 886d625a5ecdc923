"""The Compact's official wording, from the user's own copy, matched to our elements by code.

The wording is the United Nations' and does not travel with this project. Two layouts are read:
a list with headings (``# Objective 1``, ``## Title: …``, ``- a. …``) and the plain text of the
resolution (``OBJECTIVE 1: …``, the commitment, ``(a) …``; A/RES/73/195, paragraphs 17 to 39).
A part that repeats another, or whose title belongs to another objective, is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError
from gcm_ld.files import read_bytes
from gcm_ld.model import Element, Source
from gcm_ld.namespaces import ID, SKOS, element_iri
from gcm_ld.words import plural

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Passage", "Refusal", "Wording", "build_wording", "read_wording"]

_OBJECTIVE = re.compile(
    r"[\s#*_]*objective\s+(?P<number>\d{1,2})\b[\s*_]*(?:[:.–—-][\s*_]*(?P<title>.*?))?[\s*_]*$",
    re.I,
)
_TITLE = re.compile(r"[\s#*_]*title\s*:[\s*_]*(?P<title>.*?)[\s*_]*$", re.I)
_ACTION = re.compile(r"\s*(?:[-*•]\s*)?(?:\((?P<one>[a-z])\)|(?P<two>[a-z])[.)])\s+(?P<text>\S.*)$")
_BLANK_ACTION = re.compile(r"\s*(?:[-*•]\s*)?(?:\((?P<one>[a-z])\)|(?P<two>[a-z])[.)])\s*$")
_PARAGRAPH = re.compile(r"\s*\d{1,3}\.\s+(?P<text>\S.*)$")
_COMMITMENT = re.compile(r"we commit\b", re.I)
_LEAD_IN = re.compile(r"\s*to realize this commitment\b|[\s#*_]*associated actions\b", re.I)
_HEADING = re.compile(r"\s*#+\s|\s*\*\*[^*]+\*\*\s*$")
#: Page furniture of the resolution: its symbol, page numbers, the job number.
_FURNITURE = re.compile(
    r"\s*(A/RES/73/195|\d{1,2}\s*/\s*\d{1,2}|\d{2}-\d{5}(\s+\d+/\d+)?|"
    r"Global Compact for Safe, Orderly and Regular Migration\s+A/RES/73/195|"
    r"A/RES/73/195\s+Global Compact for Safe, Orderly and Regular Migration)\s*$"
)
#: Titles are the same where this much of their words agrees (of 1): copies differ in spelling.
_SAME = 0.8
#: Fewer words are no wording of an action.
_WORDS = 4


@dataclass(slots=True)
class Passage:
    """A piece of the copy: an objective's title, its commitment, or an action.

    :param kind: ``Objective``, ``Commitment`` or ``Action``.
    :param code: the Compact's code, such as ``1.a``.
    :param line: 1-based line where it begins.
    :param text: its words, line breaks taken out.
    """

    kind: str
    code: str
    line: int
    text: str

    @property
    def name(self) -> str:
        """What to call it, such as ``action 1.a``."""
        return f"{self.kind.lower()} {self.code}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of the copy that is not taken over.

    :param what: which part, such as ``objective 20, with 12 actions``.
    :param line: 1-based line where it begins; none for what is not there at all.
    :param reason: why.
    """

    what: str
    line: int | None
    reason: str


@dataclass(slots=True)
class Wording:
    """What a copy gives.

    :param passages: the pieces to take over, in the Compact's order.
    :param refused: the parts left out, and why.
    :param missing: codes of the actions for which there is no wording.
    :param source: the copy: its file name and checksum.
    """

    passages: list[Passage]
    refused: list[Refusal]
    missing: list[str]
    source: Source = field(repr=False)


def read_wording(path: Path, dataset: Dataset) -> Wording:
    """Read the official wording out of a user's copy and hold it against the Compact.

    :param path: plain text, UTF-8, in one of the two layouts.
    :param dataset: data that hold the Compact.
    :returns: the wording, what was refused, and what is lacking.
    :raises FileError: if the file can't be read, is no plain text, or no objective is found.
    """
    content = read_bytes(path)
    passages = list(_parse(_decode(path, content)))
    if not passages:
        raise FileError(
            path,
            "no objective found: there must be headings like “# Objective 1” or “OBJECTIVE 1: …” "
            "with actions like “- a. …” or “(a) …” below them",
        )
    elements = {
        (e.kind, e.notation): e
        for e in dataset.elements(framework="gcm")
        if e.kind in {"Objective", "Commitment", "Action"}
    }
    kept, refused = _sift(passages, elements)
    there = {p.code for p in kept if p.kind == "Action"}
    return Wording(
        passages=kept,
        refused=refused,
        missing=[code for kind, code in elements if kind == "Action" and code not in there],
        source=_source(path, content),
    )


def build_wording(wording: Wording) -> list[ox.Triple]:
    """Build the statements: a ``skos:definition`` for each passage, and the copy as a source.

    :param wording: what :func:`read_wording` found.
    """
    import pyoxigraph as ox

    from gcm_ld.build import build_graph

    definition = ox.NamedNode(SKOS + "definition")
    triples = build_graph([wording.source])
    for passage in wording.passages:
        iri = element_iri("gcm", passage.kind.lower(), passage.code)
        text = ox.Literal(passage.text, language="en")
        triples.append(ox.Triple(ox.NamedNode(iri), definition, text))
    return triples


def _source(path: Path, content: bytes) -> Source:
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    return Source(
        iri=f"{ID}source/wording-{digest[:16]}",
        title=f"A user’s own copy of the Compact’s wording: {path.name}",
        identifier=f"sha256:{digest}",
    )


def _decode(path: Path, content: bytes) -> str:
    kinds = {
        b"%PDF": "a PDF",
        b"PK\x03\x04": "a word processor's file",
        b"\xd0\xcf\x11\xe0": "an Office file",
    }
    for magic, name in kinds.items():
        if content.startswith(magic):
            raise FileError(path, f"this is {name}: save it as plain text (UTF-8)")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save it as plain text (UTF-8)") from None


def _parse(text: str) -> Iterator[Passage]:
    """Yield the passages of a copy, in either layout, in the order of the document."""
    number = ""
    passage: Passage | None = None
    for line, row in enumerate(text.splitlines(), 1):
        if _FURNITURE.match(row):
            continue
        heading = _OBJECTIVE.match(row)
        if heading:
            if passage:
                yield _finish(passage)
            number = str(int(heading["number"]))
            passage = Passage("Objective", number, line, heading["title"] or "")
            continue
        if not number:
            continue
        started = _start(row, number, line, passage)
        if started is not None:
            if passage and passage is not started:
                yield _finish(passage)
            passage = started
        elif _LEAD_IN.match(row) or _HEADING.match(row) or _PARAGRAPH.match(row):
            if passage:
                yield _finish(passage)
            passage = None
            if _PARAGRAPH.match(row):  # the chapter on objectives has ended
                number = ""
        elif not row.strip():
            # A title is one paragraph; a sentence that has not ended goes on after a page break.
            ended = passage and (passage.kind == "Objective" or passage.text.endswith((";", ".")))
            if passage and passage.text and ended:
                yield _finish(passage)
                passage = None
        elif passage:
            passage.text += ("" if passage.text.endswith("-") else " ") + row.strip()
    if passage:
        yield _finish(passage)


def _start(row: str, number: str, line: int, passage: Passage | None) -> Passage | None:
    """Return the passage that a line begins, if it begins one."""
    title = _TITLE.match(row)
    if title and passage and passage.kind == "Objective":
        passage.text = title["title"]
        return passage
    action = _ACTION.match(row) or _BLANK_ACTION.match(row)
    if action:
        code = f"{number}.{action['one'] or action['two']}"
        return Passage("Action", code, line, action.groupdict().get("text") or "")
    paragraph = _PARAGRAPH.match(row)
    words = paragraph["text"] if paragraph else row.strip()
    if _COMMITMENT.match(words) and not (passage and passage.kind == "Commitment"):
        return Passage("Commitment", f"C{number}", line, words)
    return None


def _finish(passage: Passage) -> Passage:
    """Take out what belongs to the list and not to the sentence."""
    text = " ".join(passage.text.split()).strip("*_ ")
    if passage.kind == "Action":
        text = re.sub(r"\s*;(\s*and)?$", "", text)
    passage.text = text
    return passage


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _alike(one: str, two: str) -> float:
    """Return how much of two texts' words agree in order, from 0 to 1."""
    return SequenceMatcher(None, _words(one), _words(two), autojunk=False).ratio()


def _sift(
    passages: Iterable[Passage], elements: dict[tuple[str, str], Element]
) -> tuple[list[Passage], list[Refusal]]:
    """Part what may be taken over from what may not."""
    refused: list[Refusal] = []
    parts: dict[str, list[Passage]] = {}
    for passage in passages:
        number = passage.code.removeprefix("C").partition(".")[0]
        parts.setdefault(number, []).append(passage)
    kept: list[Passage] = []
    for number, part in parts.items():
        reason = _foreign(number, part, parts, elements)
        if reason:
            actions = sum(p.kind == "Action" for p in part)
            what = f"objective {number}, with {plural(actions, 'action')}"
            refused.append(Refusal(what, part[0].line, reason))
        else:
            kept += part
    return _single(kept, elements, refused), refused


def _foreign(
    number: str,
    part: list[Passage],
    parts: dict[str, list[Passage]],
    elements: dict[tuple[str, str], Element],
) -> str:
    """Say why a whole objective can't be what its number says, or nothing."""
    own = elements.get(("Objective", number))
    if own is None:
        return "the Compact has no such objective"
    title = _title(part)
    texts = _texts(part)
    twins = [
        n for n, p in parts.items() if n != number and len(texts & _texts(p)) * 2 > len(texts) > 0
    ]
    repeat = f"its actions repeat those of objective {twins[0]}" if twins else ""
    if title and _alike(title, own.label) >= _SAME:
        # Where the other one is the impostor, this one may stay.
        return repeat if any(_bears_own_title(parts[n], n, elements) for n in twins) else ""
    nearest = max(
        (e for (kind, _), e in elements.items() if kind == "Objective"),
        key=lambda e: _alike(title, e.label),
    )
    if title and _alike(title, nearest.label) >= _SAME:
        what = "title and actions repeat" if nearest.notation in twins else "title repeats"
        return f"its {what} objective {nearest.notation}: take this part from another copy"
    if title:
        return f"its title is not the objective's (“{own.label}”)"
    return repeat or ("" if texts else "there is nothing below its heading")


def _title(part: Iterable[Passage]) -> str:
    return next((p.text for p in part if p.kind == "Objective"), "")


def _bears_own_title(
    part: Iterable[Passage], number: str, elements: dict[tuple[str, str], Element]
) -> bool:
    own = elements.get(("Objective", number))
    return own is not None and _alike(_title(part), own.label) >= _SAME


def _texts(part: Iterable[Passage]) -> set[str]:
    return {" ".join(_words(p.text)) for p in part if p.kind == "Action" and p.text}


def _single(
    passages: list[Passage], elements: dict[tuple[str, str], Element], refused: list[Refusal]
) -> list[Passage]:
    """Keep the passages that stand once, have words, and whose code the Compact knows."""
    chosen: dict[tuple[str, str], Passage] = {}
    texts = Counter(" ".join(_words(p.text)) for p in passages if p.kind == "Action")
    for passage in passages:
        key = (passage.kind, passage.code)
        if key not in elements:
            refused.append(
                Refusal(passage.name, passage.line, "the Compact has no element with this code")
            )
        elif not passage.text or (passage.kind == "Action" and len(_words(passage.text)) < _WORDS):
            if passage.kind == "Action":
                refused.append(Refusal(passage.name, passage.line, "it has no text"))
        elif passage.kind == "Action" and texts[" ".join(_words(passage.text))] > 1:
            refused.append(Refusal(passage.name, passage.line, "another action has the same text"))
        elif key in chosen and chosen[key].text != passage.text:
            first = chosen[key].line
            reason = f"it stands in line {first} in other words; the first is kept"
            refused.append(Refusal(passage.name, passage.line, reason))
        else:
            chosen.setdefault(key, passage)
    order = {key: i for i, key in enumerate(elements)}
    return [chosen[key] for key in sorted(chosen, key=lambda k: order[k])]
