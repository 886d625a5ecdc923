"""Labels of the data in another language, found by their English text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Labels", "Named"]


class Named(NamedTuple):
    """A thing that has an English label.

    :param iri: the thing.
    :param property: IRI of the property that holds the label.
    """

    iri: str
    property: str


class Labels:
    """Labels by their English text.

    Labels that are spelt alike in English and not in the language are told apart by the code or
    IRI of the thing, where that is at hand; where it is not, they stay English.
    """

    def __init__(self) -> None:
        #: English text → the things that it labels, and their codes.
        self._things: dict[str, dict[Named, frozenset[str]]] = defaultdict(dict)
        #: English text → thing → its label in the language.
        self._texts: dict[str, dict[Named, str]] = defaultdict(dict)
        #: English labels that were asked for and have none in the language, or several.
        self.missing: dict[str, None] = {}

    def add(
        self, english: str, thing: Named, text: str | None, *, codes: Iterable[str] = ()
    ) -> None:
        """Add the label of a thing.

        :param english: its English label.
        :param thing: what it labels.
        :param text: the label in the language; nothing where there is none.
        :param codes: codes of the thing.
        """
        self._things[english][thing] = frozenset(codes)
        if text is not None:
            self._texts[english][thing] = text

    def find(self, english: str, hints: Sequence[str] = ()) -> str | None:
        """Return a label in the language, if there is one and only one.

        :param english: the English label.
        :param hints: codes or IRIs near it.

        >>> labels = Labels()
        >>> labels.add("Education", Named("urn:a", "urn:label"), "Arsim")
        >>> labels.find("Education"), labels.find("Health")
        ('Arsim', None)
        """
        texts = self._texts.get(english)
        if not texts:
            return None
        found = set(texts.values())
        if len(found) > 1 and hints:
            things = self._things[english]
            near = {t for t in texts if t.iri in hints or not things[t].isdisjoint(hints)}
            found = {texts[t] for t in near} or found
        return found.pop() if len(found) == 1 else None

    def is_label(self, english: str) -> bool:
        """Tell whether an English text is a label of something."""
        return english in self._things

    def things(self, english: str) -> list[Named]:
        """List what an English label stands for that has no label in the language.

        Where all have one, and these differ, it is all of them.
        """
        things = self._things.get(english, {})
        texts = self._texts.get(english, {})
        return sorted(t for t in things if t not in texts) or sorted(things)

    def __len__(self) -> int:
        """Count the labels in the language."""
        return sum(len(texts) for texts in self._texts.values())
