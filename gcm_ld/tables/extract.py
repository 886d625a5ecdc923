"""One framework's part of a dataset: what its tables and exchange files hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, did_you_mean
from gcm_ld.model import (
    Alignment,
    Assessment,
    Claim,
    Country,
    Crosswalk,
    Element,
    Framework,
    Institution,
    Monitoring,
    Observation,
    Rating,
    Record,
    Source,
    SourceAnomaly,
    ValueSet,
)
from gcm_ld.namespaces import GCM, SDG, compact, framework_iri
from gcm_ld.tables.shipped import read_shipped
from gcm_ld.tables.value_sets import framework_of, is_ours
from gcm_ld.turtle import natural_key

__all__ = ["Extract", "extract"]

#: The frameworks that every country's crosswalk leans on.
_SHARED = {GCM, SDG}
#: What values whose framework is described elsewhere stand beside.
_ALONE = (Institution, Observation, Source, ValueSet)


@dataclass(frozen=True)
class Extract:
    """The records of one framework, and those around it that they refer to.

    :param framework: the framework whose tables these are.
    :param records: what the tables hold, by IRI in natural order: the framework and its
        elements; the crosswalks that link it, and those whose links its rows state; their
        assessments, links and odd places; other frameworks, institutions and sources that
        these name.
    :param known: every record of the dataset by IRI, the shared frameworks included.
    :param alone: whether these are values of a framework whose own tables are elsewhere.
    """

    framework: Framework
    records: tuple[Record, ...]
    known: dict[str, Record]
    alone: bool = False

    @cached_property
    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """The crosswalks."""
        return tuple(r for r in self.records if isinstance(r, Crosswalk))

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """The assessments, in the order of the actions' codes."""
        return tuple(r for r in self.records if isinstance(r, Assessment))

    @cached_property
    def alignments(self) -> tuple[Alignment, ...]:
        """The links."""
        return tuple(r for r in self.records if isinstance(r, Alignment))

    @cached_property
    def monitoring(self) -> dict[str, Monitoring]:
        """The indicators of actions that are described elsewhere, by action."""
        return {r.iri: r for r in self.records if isinstance(r, Monitoring)}

    @cached_property
    def links_stated_in(self) -> dict[str, list[Alignment]]:
        """The links that each row states, by the row's assessment."""
        found: dict[str, list[Alignment]] = defaultdict(list)
        for link in self.alignments:
            for row in link.stated_in:
                found[row].append(link)
        return found

    def code(self, iri: str) -> str:
        """Return the code of an element, framework or country; the IRI's end for others."""
        record = self.known.get(iri)
        if isinstance(record, Element):
            return record.notation
        if isinstance(record, Framework | Country):
            return record.code
        return iri.rpartition("/")[2]

    def label(self, iri: str) -> str:
        """Return the English name of a record; an empty text where it has none."""
        record = self.known.get(iri)
        return getattr(record, "label", None) or getattr(record, "title", None) or ""


def extract(dataset: Dataset, framework: str | None = None) -> Extract:
    """Take one framework's part out of a dataset.

    The Compact and the SDGs have no part in the crosswalks of others, which belong to these. Of
    one's own files, everything is taken if no framework is named: what was imported together
    stays together.

    :param dataset: the data.
    :param framework: its code; not needed where only one framework is assessed or, of one's own
        files, described.
    :raises InputError: if there is no such framework, or several and none is named.

    >>> from gcm_ld import open_dataset
    >>> nsm = extract(open_dataset(), "alb-nsm-2019")
    >>> len(nsm.assessments), "crosswalk/gcm--sdg" in [c.name for c in nsm.crosswalks]
    (187, True)
    """
    known = {record.iri: record for record in dataset.records}
    if dataset.own:  # which may name what other shipped files describe
        known = {record.iri: record for record in read_shipped().records()} | known
    own = _own_records(dataset) if dataset.own else []
    if any(isinstance(r, Observation) for r in own) and all(isinstance(r, _ALONE) for r in own):
        return _values_alone(own, known, framework)
    if framework is None and own:
        main = _choose({record.iri: record for record in own}, None)
        return Extract(main, tuple(own), known)
    main = _choose(known, framework)
    return Extract(main, tuple(_records(main, known)), known)


def _values_alone(own: Sequence[Record], known: dict[str, Record], code: str | None) -> Extract:
    """Take the values of a framework that other files describe."""
    iris = {framework_of(r) for r in own if isinstance(r, Observation | ValueSet)}
    codes = {f.code: f for iri in iris if isinstance(f := known.get(iri), Framework)}
    lost = iris - {f.iri for f in codes.values()}
    if lost:
        raise InputError(
            f"the data hold values of {compact(min(lost))}, and do not describe it: add the folder "
            "that does with another --data"
        )
    if code is None and len(codes) > 1:
        names = ", ".join(sorted(codes))
        raise InputError(
            f"the data hold values of several frameworks: say which with --framework ({names})"
        )
    main = codes.get(code) if code else next(iter(codes.values()))
    if main is None:
        raise InputError(f"no values of {code!r} in the data." + did_you_mean(str(code), codes))
    kept = [
        r for r in own if not isinstance(r, Observation | ValueSet) or framework_of(r) == main.iri
    ]
    return Extract(main, tuple(kept), known, alone=True)


def _own_records(dataset: Dataset) -> list[Record]:
    """Read a user's own files, unless they hold the shared frameworks too."""
    from gcm_ld.build import read_records

    records = read_records(t for triples in dataset.triples_by_file.values() for t in triples)
    shared = any(isinstance(r, Element) and r.framework in _SHARED for r in records)
    return [] if shared else records


def _choose(known: dict[str, Record], code: str | None) -> Framework:
    frameworks = {r.code: r for r in known.values() if isinstance(r, Framework)}
    if code is not None:
        found = frameworks.get(code) or known.get(framework_iri(code)) or known.get(code)
        if isinstance(found, Framework):
            return found
        raise InputError(
            f"no framework {code!r} in the data: 'gcm-ld report frameworks' lists them."
            + did_you_mean(code, frameworks)
        )
    assessed = {r.against for r in known.values() if isinstance(r, Assessment)}
    described = {r.framework for r in known.values() if isinstance(r, Element)}
    for main in (assessed, described - _SHARED, set(known) - _SHARED):
        choice = [f for f in frameworks.values() if f.iri in main]
        if len(choice) == 1:
            return choice[0]
        if choice:
            names = ", ".join(sorted(f.code for f in choice))
            raise InputError(
                f"the data hold several frameworks: say which with --framework ({names})"
            )
    raise InputError("the data describe no framework: there is nothing to take out")


def _records(main: Framework, known: dict[str, Record]) -> list[Record]:
    everything = known.values()
    kept: dict[str, Record] = {main.iri: main}

    def keep(records: Iterable[Record]) -> None:
        kept.update((r.iri, r) for r in records)

    elements = [r for r in everything if isinstance(r, Element) and r.framework == main.iri]
    keep(elements)
    links = [r for r in everything if isinstance(r, Alignment)]
    own = {r.iri: r for r in everything if isinstance(r, Crosswalk) and main.iri in set(r.compares)}
    if main.iri in _SHARED:
        others = {link.crosswalk for link in links if link.stated_in}
        own = {i: r for i, r in own.items() if set(r.compares) <= _SHARED and i not in others}
    rows = {r.iri for r in everything if isinstance(r, Assessment) and r.crosswalk in own}
    stated = {link.crosswalk for link in links if not rows.isdisjoint(link.stated_in)}
    own |= {i: r for i in stated if isinstance(r := known.get(i), Crosswalk)}
    keep(own.values())
    keep(known[i] for i in rows)
    keep(link for link in links if link.crosswalk in own)
    keep(r for r in everything if isinstance(r, Rating) and r.about in kept)
    keep(
        r
        for r in everything
        if isinstance(r, SourceAnomaly)
        and (r.about in kept or any(r.iri.startswith(f"{i}/") for i in (*own, main.iri)))
    )
    keep(_monitoring(everything, {e.iri for e in elements}))
    keep(r for r in everything if is_ours(r, main.iri))
    keep(r for r in everything if isinstance(r, Claim) and r.framework == main.iri)
    _add_named(kept, known)
    # Claims on the source as a whole belong where the source is told of.
    sources = {r.iri for r in kept.values() if isinstance(r, Source)}
    keep(
        r
        for r in everything
        if isinstance(r, Claim) and r.framework is None and r.source in sources
    )
    _add_named(kept, known)
    return [kept[iri] for iri in sorted(kept, key=natural_key)]


def _monitoring(records: Iterable[Record], indicators: set[str]) -> list[Monitoring]:
    """Take the framework's own indicators of actions that are described elsewhere."""
    found = []
    for record in records:
        if isinstance(record, Monitoring) or (
            isinstance(record, Element) and record.monitored_by and record.iri not in indicators
        ):
            own = tuple(i for i in record.monitored_by if i in indicators)
            if own:
                found.append(Monitoring(iri=record.iri, monitored_by=own))
    return found


def _add_named(kept: dict[str, Record], known: dict[str, Record]) -> None:
    """Add the policies, institutions and sources that the records name, and that these name.

    A policy is a framework without elements of its own; the others, and the shared frameworks,
    have tables of their own.
    """
    with_elements = {r.framework for r in known.values() if isinstance(r, Element)} | {SDG}
    waiting = list(kept.values())
    while waiting:
        for iri in _named(waiting.pop()):
            record = known.get(iri)
            if iri in kept or record is None:
                continue
            policy = isinstance(record, Framework) and iri not in with_elements
            if policy or isinstance(record, Institution | Source):
                kept[iri] = record
                waiting.append(record)


def _named(record: Record) -> Iterable[str]:
    from gcm_ld.model import Kind, properties

    for prop in properties(type(record)):
        if prop.kind is Kind.IRI:
            value = getattr(record, prop.name)
            yield from value if prop.many else (() if value is None else (value,))
