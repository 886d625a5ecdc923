"""A synthetic strategy: strategic and specific objectives, outcomes, indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from gcm_ld.model import Element, Framework, Institution, Record, Source
from gcm_ld.namespaces import GCMO, ID, element_iri, expand, framework_iri
from gcm_ld.synth.chance import Chance
from gcm_ld.synth.world import Place, World

__all__ = ["SEX", "Strategy", "make_strategy", "policies_of"]

_STATED = GCMO + "Stated"
#: The breakdown that some indicators promise.
SEX = expand("sdmx-dimension:sex")
#: Words that titles are put together from; they say something of migration policy and of nobody.
_VERBS = ("Improve", "Widen", "Review", "Set up", "Strengthen", "Coordinate", "Simplify", "Fund")
_THINGS = (
    "data on migration",
    "consular help abroad",
    "labour migration channels",
    "border procedures",
    "information for migrants",
    "return and reintegration",
    "recognition of skills",
    "basic services for migrants",
    "action against trafficking",
    "remittances",
    "the diaspora’s part in development",
    "identity documents",
    "fair recruitment",
    "alternatives to detention",
    "integration in municipalities",
    "cooperation between authorities",
)
_MEASURED = (
    "Number of {}: people reached",
    "Share of requests on {} that were answered in time",
    "Number of officials trained on {}",
    "Share of municipalities with a plan for {}",
    "Number of agreements on {}",
)
_NAMED = ("Employment", "Trafficking", "Diaspora", "Health", "Integration")
#: What counts persons, so that figures by sex can be promised.
_PERSONS = ("people reached", "officials trained")
#: How often an indicator says its unit, what is better, how it is verified, and figures by sex.
_UNIT, _DIRECTION, _VERIFIED, _BY_SEX = 0.92, 0.9, 0.6, 0.35


class Strategy(NamedTuple):
    """A strategy with its parts, and which of the Compact's objectives each part has in mind."""

    place: Place
    framework: Framework
    source: Source
    institution: Institution
    specific: tuple[Element, ...]
    outcomes: tuple[Element, ...]
    indicators: tuple[Element, ...]
    strategic: tuple[Element, ...]
    #: Objective of the Compact → codes of specific objectives that it is answered by.
    themes: dict[str, tuple[str, ...]]

    @property
    def code(self) -> str:
        """The framework's code."""
        return self.framework.code

    @property
    def records(self) -> list[Record]:
        """Everything that its file holds."""
        return [self.framework, *self.strategic, *self.specific, *self.outcomes, *self.indicators]


def policies_of(place: Place, source: str) -> list[Framework]:
    """List the other policies of a country that assessments may name.

    :param place: the country.
    :param source: IRI of the source that names them.
    """
    return [
        Framework(
            iri=framework_iri(f"{place.code.lower()}-synthetic-{name.lower()}"),
            code=f"{place.code.lower()}-synthetic-{name.lower()}",
            label=f"Synthetic {name} Strategy of {place.code}",
            spatial=place.iri,
            note="Made up, and only named.",
            citation="Synthetic manual, annex",
            source=source,
        )
        for name in _NAMED
    ]


def make_strategy(world: World, place: Place, start: int, *, turn: int = 0) -> Strategy:
    """Make a country's strategy.

    :param world: what countries have in common.
    :param place: the country.
    :param start: its first year; it runs for four.
    :param turn: 0 for the first strategy of a country, 1 for the next.
    """
    chance = Chance(world.seed, "strategy", place.number, turn)
    code = f"{place.code.lower()}-synthetic-{start}"
    iri = framework_iri(code)
    title = f"Synthetic National Migration Strategy of {place.code} {start}–{start + 3}"
    source = Source(
        iri=f"{ID}source/{code}",
        title=f"Synthetic manual on the {title}",
        creator="gcm-ld synth",
        issued=f"{start + 1}-{chance.whole(1, 12):02}-{chance.whole(1, 28):02}",
    )
    institution = Institution(
        iri=f"{ID}institution/{place.code.lower()}-synthetic-ministry",
        label=f"Synthetic ministry of {place.code}",
    )
    framework = Framework(
        iri=iri,
        code=code,
        label=title,
        note="Made up to try software on; it says nothing of any country.",
        citation="Synthetic manual, section 1",
        creator=institution.iri,
        spatial=place.iri,
        issued=f"{start}-01-{chance.whole(1, 28):02}",
        start=str(start),
        end=str(start + 3),
        source=source.iri,
    )
    made = _Parts(chance, code, iri, source.iri)
    letters = "ABCD"
    strategic = tuple(made.element("Objective", letter, made.words()) for letter in letters)
    sizes = [chance.whole(3, 5) for _ in letters]
    specific = tuple(
        made.element("Objective", f"{letter}{i}", made.words(), parent=("objective", letter))
        for letter, size in zip(letters, sizes, strict=True)
        for i in range(1, size + 1)
    )
    outcomes = tuple(
        made.element("Outcome", f"{e.notation}.{i}", made.words(), parent=("objective", e.notation))
        for e in specific
        for i in range(1, chance.weighted([(1, 0.25), (2, 0.4), (3, 0.25), (4, 0.1)]) + 1)
    )
    indicators = []
    for number in range(1, chance.whole(78, 98) + 1):
        thing = chance.choice(_THINGS)
        words = chance.choice(_MEASURED).format(thing)
        indicators.append(made.element("Indicator", f"synthetic-{number}", f"{words} ({number})"))
    codes = [e.notation for e in specific]
    themes = {o: tuple(chance.some(codes, chance.whole(2, 4))) for o in world.objectives}
    return Strategy(
        place,
        framework,
        source,
        institution,
        specific,
        outcomes,
        tuple(_measured(world, code, e) for e in indicators),
        strategic,
        themes,
    )


def _measured(world: World, code: str, indicator: Element) -> Element:
    """Add what an indicator says of its figures; some say less. All are better when higher."""
    chance = Chance(world.seed, "measures", code, indicator.notation)
    unit = "percent" if "Share of" in indicator.label else "number"
    persons = any(words in indicator.label for words in _PERSONS)
    draws = [chance.happens(p) for p in (_UNIT, _DIRECTION, _VERIFIED, _BY_SEX)]
    return replace(
        indicator,
        unit=f"{ID}cube/unit/{unit}" if draws[0] else None,
        direction=GCMO + "Increase" if draws[1] else None,
        verification="Synthetic register" if draws[2] else None,
        disaggregated_by=(SEX,) if persons and draws[3] else (),
    )


class _Parts:
    """Makes the parts of one strategy."""

    def __init__(self, chance: Chance, code: str, iri: str, source: str) -> None:
        self.chance, self.code, self.iri, self.source = chance, code, iri, source

    def words(self) -> str:
        return f"{self.chance.choice(_VERBS)} {self.chance.choice(_THINGS)}"

    def element(
        self, kind: str, notation: str, words: str, *, parent: tuple[str, str] | None = None
    ) -> Element:
        above = (element_iri(self.code, *parent),) if parent else ()
        return Element(
            iri=element_iri(self.code, kind.lower(), notation),
            kind=kind,
            notation=notation,
            label=f"Synthetic: {words}",
            label_basis=_STATED,
            framework=self.iri,
            part_of=above,
            citation="Synthetic manual, annex",
            source=self.source,
        )
