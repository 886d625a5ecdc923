"""What each dataset holds, in the words of its record: title, description, place and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

import pyoxigraph as ox

from gcm_ld.namespaces import COUNTRIES, DCTERMS, GCMO, PREFIXES, RDF
from gcm_ld.publish.figures import Figures
from gcm_ld.publish.settings import Wording
from gcm_ld.publish.site import Part, Site
from gcm_ld.turtle import natural_key
from gcm_ld.words import plural

__all__ = ["Contents", "members"]

_TYPE = ox.NamedNode(RDF + "type")
_SPATIAL = ox.NamedNode(DCTERMS + "spatial")
_SOURCE = ox.NamedNode(DCTERMS + "source")
_ISSUED = ox.NamedNode(DCTERMS + "issued")
_COMPARES = ox.NamedNode(PREFIXES["xkos"] + "compares")
_STARTS = tuple(ox.NamedNode(GCMO + name) for name in ("startYear", "startDate"))
_ENDS = tuple(ox.NamedNode(GCMO + name) for name in ("endYear", "endDate"))
_BASIS = GCMO + "basis"
_DATA_SET, _OBSERVATION = (PREFIXES["qb"] + name for name in ("DataSet", "Observation"))
_PERIOD = ox.NamedNode(PREFIXES["sdmx-dimension"] + "timePeriod")
#: The whole world, for what no country is named in.
_WORLD = "https://sws.geonames.org/6295630/"
_NONE = Wording()


class Contents:
    """What the datasets of a site hold.

    :param site: what is published.
    :param figures: the figures of each dataset, by its IRI.
    """

    def __init__(self, site: Site, figures: Mapping[str, Figures]) -> None:
        self.site = site
        self.settings = site.settings
        self.figures = figures

    # -- names -----------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language of what the settings say."""
        return self.settings.languages[0] if self.settings.languages else "en"

    def language_of(self, part: Part, what: str) -> str:
        """Return the language of a dataset's title or description: ours is English."""
        wording = self.settings.datasets.get(part.name, _NONE)
        return self.language if getattr(wording, what) else "en"

    def whole_title(self) -> str:
        """Return the title of everything together."""
        title = self.settings.title
        return f"{title}: everything" if title and self.language == "en" else title

    def whole_description(self) -> str:
        """Return what there is in everything together."""
        description = self.settings.description
        if self.language != "en":
            return description
        parts = self.site.own_parts
        total = sum(self.figures[part.iri].triples for part in parts)
        datasets = plural(len(parts), "dataset")
        return f"{description} Everything in one: {datasets} with {total:,} statements.".strip()

    @cached_property
    def titles(self) -> dict[str, str]:
        """Dataset → its title, no two the same."""
        parts = self.site.own_parts
        found = {part.iri: self._title(part) for part in parts}
        for more in (lambda p: self.series_title(p.group), lambda p: p.name):
            often = Counter(found.values())
            for part in parts:
                if often[found[part.iri]] > 1 and (word := more(part)):
                    found[part.iri] = f"{found[part.iri]} ({word})"
        return found

    def _title(self, part: Part) -> str:
        if title := self.settings.datasets.get(part.name, _NONE).title:
            return title
        for kind in ("Crosswalk", "Framework"):
            found = self._members(part, kind)
            if len(found) == 1:
                return self.site.label(found[0])
        for iri in members(self.site, part, _DATA_SET)[:1]:
            return self.site.label(iri)
        kinds = self._kinds(part)
        if not kinds:
            return part.name
        words = _plural(self._word(next(iter(kinds))))
        title = self.series_title(part.group)
        return f"{words[0].upper()}{words[1:]}" + (f": {title}" if title else "")

    def series_title(self, group: str) -> str:
        """Return the title of a folder's datasets."""
        if title := self.settings.series.get(group, _NONE).title:
            return title
        parts = [part for part in self.site.own_parts if part.group == group]
        frameworks = [iri for part in parts for iri in self._members(part, "Framework")]
        if len(frameworks) == 1:
            return self.site.label(frameworks[0])
        return group or self.settings.title

    def series_description(self, group: str) -> str:
        """Return what a folder's datasets are about."""
        if description := self.settings.series.get(group, _NONE).description:
            return description
        parts = [part for part in self.site.own_parts if part.group == group]
        names = "; ".join(self.titles[part.iri] for part in parts[:12])
        more = f"; and {len(parts) - 12} more" if len(parts) > 12 else ""
        return f"{plural(len(parts), 'dataset')}: {names}{more}."

    def description(self, part: Part) -> str:
        """Return what a dataset holds, in figures counted in it."""
        figures = self.figures[part.iri]
        if wording := self.settings.datasets.get(part.name, _NONE).description:
            return wording
        said = []
        for crosswalk in self._members(part, "Crosswalk")[:1]:
            names = [self.site.label(iri) for iri in self._compared(crosswalk)]
            if len(names) == 2:
                said.append(f"Which parts of “{names[0]}” and “{names[1]}” answer each other.")
        kinds = self._kinds(part)
        if kinds:
            said.append(f"Holds {_list(plural(n, self._word(k)) for k, n in kinds.items())}.")
        observations = figures.classes.get(_OBSERVATION, 0)
        if observations:
            said.append(f"Holds {plural(observations, 'observation')}, as RDF Data Cubes.")
        bases = self._bases(part)
        if bases:
            said.append(f"Of the links, {_list(f'{n:,} {basis}' for basis, n in bases)}.")
        sources = [
            f"“{self.site.label(iri)}”" for iri in self.sources(part) if self.site.types(iri)
        ]
        if sources:
            said.append(f"Read from {_list(sources[:4])}.")
        said.append(f"{figures.triples:,} statements" + self._derived_words(figures))
        return " ".join(said)

    @staticmethod
    def _derived_words(figures: Figures) -> str:
        number = figures.derived_triples
        return f", {number:,} of them derived by rules and marked so." if number else "."

    def _kinds(self, part: Part) -> dict[str, int]:
        """Return our classes in a dataset with the number of their members, the largest first."""
        found = {k: n for k, n in self.figures[part.iri].classes.items() if k.startswith(GCMO)}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _word(self, cls: str) -> str:
        return self.site.label(cls)

    def _bases(self, part: Part) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        graph = part.graph
        for quad in self.site.store.quads_for_pattern(None, ox.NamedNode(_BASIS), None, graph):
            found[self.site.label(getattr(quad.object, "value", "")).lower()] += 1
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))

    # -- what it is about ------------------------------------------------------------------------

    def _members(self, part: Part, kind: str) -> list[str]:
        return members(self.site, part, GCMO + kind)

    def _compared(self, crosswalk: str) -> list[str]:
        return sorted(self._values([ox.NamedNode(crosswalk)], [_COMPARES], None), key=natural_key)

    def _values(
        self,
        subjects: Iterable[ox.NamedNode | None],
        predicates: Iterable[ox.NamedNode],
        graph: ox.NamedNode | None,
    ) -> set[str]:
        predicates = tuple(predicates)
        return {
            str(getattr(quad.object, "value", ""))
            for subject in subjects
            for predicate in predicates
            for quad in self.site.store.quads_for_pattern(subject, predicate, None, graph)
        }

    def _frameworks(self, part: Part) -> list[ox.NamedNode]:
        """Return the frameworks that a dataset describes or compares."""
        found = set(self._members(part, "Framework"))
        for crosswalk in self._members(part, "Crosswalk"):
            found.update(self._compared(crosswalk))
        return [ox.NamedNode(iri) for iri in sorted(found)]

    def sources(self, part: Part) -> list[str]:
        """Return the documents that a dataset names as its sources, the most named first."""
        often: Counter[str] = Counter()
        for quad in self.site.store.quads_for_pattern(None, _SOURCE, None, part.graph):
            if isinstance(quad.object, ox.NamedNode):
                often[quad.object.value] += 1
        return sorted(often, key=lambda iri: (-often[iri], natural_key(iri)))

    def places(self, part: Part) -> list[str]:
        """Return the places that a dataset is about, as the settings or else the data say."""
        if self.settings.places:
            return [p if "://" in p else f"{COUNTRIES}/{p}" for p in self.settings.places]
        found = self._places_of(part)
        if not found:
            group = [other for other in self.site.own_parts if other.group == part.group]
            found = set().union(*map(self._places_of, group))
        if not found and self.site.dataset.own:
            found = self._all_places
        return sorted(found, key=natural_key) or ([] if self.site.dataset.own else [_WORLD])

    def _places_of(self, part: Part) -> set[str]:
        said = self._values([None], [_SPATIAL], part.graph)
        return said or self._values(self._frameworks(part), [_SPATIAL], None)

    @cached_property
    def _all_places(self) -> set[str]:
        return set().union(*map(self._places_of, self.site.own_parts))

    def all_places(self) -> list[str]:
        """Return the places of the whole publication."""
        parts = self.site.own_parts
        if self.settings.places:
            return self.places(parts[0])
        found = {place for part in parts for place in self.places(part)}
        return [_WORLD] if _WORLD in found else sorted(found, key=natural_key)

    def period(self, *parts: Part) -> tuple[str | None, str | None]:
        """Return the first and last day that some datasets, or all, tell of.

        Without an end it is the day of publication.
        """
        parts = parts or self.site.own_parts
        starts: set[str] = set()
        ends: set[str] = set()
        for one in parts:
            frameworks = self._frameworks(one)
            starts |= self._values([None], _STARTS, one.graph)
            starts |= self._values(frameworks, _STARTS, None)
            ends |= self._values([None], _ENDS, one.graph)
            years = {value[:4] for value in self._values([None], [_PERIOD], one.graph)}
            starts |= years
            ends |= years
            ends |= self._values(frameworks, _ENDS, None)
        if not starts:
            for one in parts:
                nodes = [*self._frameworks(one), *map(ox.NamedNode, self.sources(one))]
                starts |= self._values(nodes, [_ISSUED], None)
        if not starts and len(parts) < len(self.site.own_parts):
            return self.period()
        first = min((f"{day}-01-01"[:10] for day in starts), default=None)
        last = max((f"{day}-12-31"[:10] for day in ends), default=None)
        start = self.settings.start or first
        end = self.settings.end or (max(last, start or last) if last else self.settings.date)
        return start, end


def members(site: Site, part: Part, cls: str) -> list[str]:
    """Return the members of a class that a dataset describes, by IRI."""
    found = site.store.quads_for_pattern(None, _TYPE, ox.NamedNode(cls), part.graph)
    return sorted({str(getattr(q.subject, "value", "")) for q in found}, key=natural_key)


def _plural(word: str) -> str:
    return plural(2, word).removeprefix("2 ")


def _list(words: Iterable[str]) -> str:
    words = list(words)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
