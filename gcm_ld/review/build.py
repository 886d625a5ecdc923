"""A review put together: its sections from the data, and what people wrote for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gcm_ld import __version__
from gcm_ld.language import label, language_code, say, say_many
from gcm_ld.review.draft import Draft
from gcm_ld.review.facts import Facts
from gcm_ld.review.model import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Item,
    Items,
    Paragraph,
    Placeholder,
    Run,
    number_blocks,
)
from gcm_ld.review.sections.places import (
    BUILDERS,
    OBJECTIVES,
    describe_objective,
    describe_place,
)
from gcm_ld.review.sections.progress import write_objective
from gcm_ld.review.structure import Section, Structure
from gcm_ld.review.texts import Slot, Texts, text_key

__all__ = ["build_document", "list_slots"]


def list_slots(facts: Facts, structure: Structure) -> list[Slot]:
    """List the places for people's texts: one a section, and one for each objective.

    :param facts: the country's data.
    :param structure: the sections.
    """
    slots = []
    for section in structure.sections:
        request = describe_place(facts, section.place)
        title = say("Section {code}: {title}", code=section.code, title=section.title)
        slots.append(Slot(text_key(section.code), section.title, request.what, request.who, title))
        if section.place == OBJECTIVES:
            for c in facts.coverage:
                request = describe_objective(facts, c.code)
                head = say("Objective {code}: {title}", code=c.code, title=c.title)
                slots.append(Slot(f"objective-{text_key(c.code)}", c.title, *request, head))
    return slots


@dataclass
class _Builder:
    facts: Facts
    structure: Structure
    texts: Texts
    slots: dict[str, Slot]

    def build(self) -> list[Block]:
        draft = Draft()
        for section in self.structure.sections:
            self._section(draft, section)
        return draft.blocks

    def _section(self, draft: Draft, section: Section) -> None:
        title = label(section.title, section.code, section.iri)
        draft.section(section.level, title, f"section-{text_key(section.code)}", section.code)
        self._text(draft, text_key(section.code))
        build = BUILDERS.get(section.place)
        if build is not None:
            build(self.facts, draft)
        if section.place == OBJECTIVES:
            for coverage in self.facts.coverage:
                name = say(
                    "Objective {code}: {title}",
                    code=coverage.code,
                    title=label(coverage.title, coverage.code),
                )
                key = f"objective-{text_key(coverage.code)}"
                draft.heading(name, key)
                write_objective(self.facts, draft, coverage)
                draft.level += 1
                self._text(draft, key)
                draft.level -= 1

    def _text(self, draft: Draft, key: str) -> None:
        """Add what a person wrote, or mark that somebody must."""
        blocks = self.texts.blocks.get(key)
        if blocks:
            draft.add(*draft.deepen(blocks))
            return
        slot = self.slots[key]
        draft.placeholder(slot.what, slot.who, self.texts.files.get(key, slot.file))


def build_document(
    facts: Facts, structure: Structure, texts: Texts, slots: Iterable[Slot]
) -> Document:
    """Build a review.

    :param facts: the country's data.
    :param structure: its sections.
    :param texts: what people wrote.
    :param slots: the places for their texts.
    """
    builder = _Builder(facts, structure, texts, {s.key: s for s in slots})
    blocks = number_blocks(_resolve(builder.build()))
    country, year = label(facts.country.label), facts.options.year
    open_places = sum(isinstance(b, Placeholder) for b in blocks)
    framework = label(facts.framework.label)
    cover = (
        say("Held against: {framework}", framework=framework),
        say(
            "Structure: {title}",
            title=label(structure.title)
            if structure.own
            else say("the one that the reference guide for reporting on the Compact recommends"),
        ),
        say(
            "Coverage counted under the {rule} rule; curated links counted: {curated}.",
            rule=facts.options.rule,
            curated=say("yes") if facts.options.curated else say("no"),
        ),
        say_many(
            "First draft, written from linked data. {number} passage is marked and waits for a "
            "person.",
            "First draft, written from linked data. {number} passages are marked and wait for a "
            "person.",
            open_places,
        )
        if open_places
        else "",
        say("Synthetic data: made up to try software on, and about no country.")
        if facts.synthetic
        else "",
    )
    return Document(
        title=say("Review of the Global Compact for Migration"),
        subtitle=say("{country}, {year:d}", country=country, year=year),
        cover=tuple(c for c in cover if c),
        language=language_code(),
        year=year,
        author=f"gcm-ld {__version__}",
        keywords=(country, framework, facts.name_code(facts.against.subject)),
        blocks=blocks,
    )


def _resolve(blocks: Iterable[Block]) -> list[Block]:
    """Turn references to what these data don't fill into plain words."""
    found = list(blocks)
    there = {b.anchor for b in found if isinstance(b, Heading | Grid | Figure)}

    def words(text: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(
            Run(say("a table that these data leave empty")) if r.ref and r.ref not in there else r
            for r in text
        )

    out: list[Block] = []
    for block in found:
        if isinstance(block, Paragraph):
            out.append(replace(block, text=words(block.text)))
        elif isinstance(block, Items):
            items = tuple(Item(words(i.text), i.depth, i.number) for i in block.items)
            out.append(Items(items))
        else:
            out.append(block)
    return out
