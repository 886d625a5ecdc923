"""Who is alike: frameworks compared by the actions that their outcomes answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gcm_ld.dataset import Dataset
from gcm_ld.language import say
from gcm_ld.report.comparison import Entry, label, read_comparison
from gcm_ld.report.model import Report, Table, percent
from gcm_ld.store import Value

__all__ = ["report_peers"]

#: How many peers of each framework are listed; those as much alike as the last are, too.
_PEERS = 3
#: The rule by which an action counts as answered.
_RULE = "strict"


def report_peers(dataset: Dataset, *, framework: str | None = None) -> Report:
    """Report which countries are most alike in what their frameworks answer.

    :param dataset: the data.
    :param framework: code or IRI of the framework whose peers are listed, all of them; the
        nearest of each framework if not given.
    :raises EmptyDatasetError: if the data hold no assessment.
    :raises InputError: if there is no such framework.
    """
    found = read_comparison(dataset)
    chosen = found.find(framework) if framework else None
    bits = {a.iri: 1 << i for i, a in enumerate(found.actions)}
    masks = {e: _mask(e, bits) for e in found.entries}
    wanted = [chosen] if chosen else list(found.current)
    rows: list[tuple[Value, ...]] = []
    lines: list[tuple[Value, ...]] = []
    for e in wanted:
        peers = _alike(e, found.current, masks)
        kept = peers if chosen else [p for p in peers if p[0] <= _PEERS]
        rows += [
            (e.country or None, e.code, rank, tied, p.country or None, p.code, *numbers)
            for rank, tied, p, numbers in kept
        ]
        if chosen:
            lines += [
                (f"{rank}{'=' * tied}", p.place, label(p), *numbers)
                for rank, tied, p, numbers in kept
            ]
        else:
            words = [
                say("{peer} {share} % (tie)", peer=p.place, share=n[2])
                if tied
                else say("{peer} {share} %", peer=p.place, share=n[2])
                for _, tied, p, n in kept
            ]
            lines.append((e.place, label(e), ", ".join(words) or say("nothing to compare")))
    return Report(
        name="peers",
        title=found.titled(
            say("Frameworks most like the {framework}", framework=chosen.title)
            if chosen
            else say("Frameworks most alike")
        ),
        lead=tuple(_peer_words(rows, chosen)),
        tables=(_peers_table(rows),),
        views=(_peers_view(lines, alone=chosen is not None),),
        notes=found.notes(
            say(
                "Alike (Jaccard index): of the actions that an outcome of either framework "
                "answers, the share that both answer, in percent. 100 is the same actions, 0 is "
                "none in common. What neither answers counts for nothing, so two empty frameworks "
                "are not alike."
            ),
            say(
                "Equal likeness has an equal rank; ties are marked, and a tie at the last place is "
                "listed in full. Other frameworks of the same country are left out."
            ),
            rules=(_RULE,),
        ),
    )


def _mask(entry: Entry, bits: Mapping[str, int]) -> int:
    """Put the actions that an entry answers into the bits of a number, to compare fast."""
    return sum(bits.get(action, 0) for action in entry.aligned)


_Peer = tuple[int, bool, Entry, tuple[int, int, float]]


def _alike(entry: Entry, entries: Sequence[Entry], masks: Mapping[Entry, int]) -> list[_Peer]:
    """List the entries of other countries by likeness, each with its rank and whether it ties."""
    own = masks[entry]
    scored = []
    for other in entries:
        same = other is entry or (entry.country and other.country == entry.country)
        either = (own | masks[other]).bit_count()
        if not same and either:
            both = (own & masks[other]).bit_count()
            scored.append((both / either, other, both, either))
    scored.sort(key=lambda s: (-s[0], s[1].place, s[1].code))
    times = Counter(score for score, *_ in scored)
    ranks: dict[float, int] = {}
    for place, (score, *_) in enumerate(scored, 1):
        ranks.setdefault(score, place)
    return [
        (ranks[score], times[score] > 1, other, (both, either, percent(both, either)))
        for score, other, both, either in scored
    ]


def _peer_words(rows: Sequence[tuple[Value, ...]], chosen: Entry | None) -> list[str]:
    if not rows:
        return [
            say("nothing to compare: no two frameworks of different countries answer an action")
        ]
    best = max(rows, key=lambda r: float(str(r[8])))
    if chosen is not None:
        nearest = [str(r[4] or r[5]) for r in rows if r[2] == 1]
        return [
            say(
                "most like it: {list}, {share} % alike ({both} of {either} actions that either "
                "answers)",
                list=", ".join(nearest),
                share=best[8],
                both=best[6],
                either=best[7],
            )
        ]
    top = {tuple(sorted((str(r[1]), str(r[5])))) for r in rows if r[8] == best[8]}
    pairs = "; ".join(
        say("{first} and {second}", first=first, second=second) for first, second in sorted(top)[:5]
    )
    return [say("most alike: {pairs}, {share} %", pairs=pairs, share=best[8])]


def _peers_table(rows: Sequence[tuple[Value, ...]]) -> Table:
    return Table.of(
        "peers",
        say("Peers"),
        [
            ("country", say("Code")),
            ("framework", say("Framework")),
            ("rank", say("Rank")),
            ("tied", say("Tied")),
            ("peerCountry", say("Peer")),
            ("peer", say("Its framework")),
            ("both", say("Both")),
            ("either", say("Either")),
            ("alike", say("% alike")),
        ],
        rows,
    )


def _peers_view(lines: Sequence[tuple[Value, ...]], *, alone: bool) -> Table:
    if alone:
        columns = [
            ("rank", say("Rank")),
            ("country", say("Code")),
            ("title", say("Country")),
            ("both", say("Both")),
            ("either", say("Either")),
            ("alike", say("% alike")),
        ]
        return Table.of("peers", say("Peers, the most alike first"), columns, lines)
    columns = [("country", say("Code")), ("title", say("Country")), ("peers", say("Most alike"))]
    return Table.of("peers", say("The {number} most alike", number=_PEERS), columns, lines)
