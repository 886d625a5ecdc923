"""A few observations that break the constraints on each one by itself if any of all does.

Of thousands of observations in a data set most have the same properties and codes as others. What
the constraints ask of an observation by itself (all but 12 and 17) depends on its data set, on
which properties it has, and on its codes one by one. So a sample in which all of these occur is
faulty if the whole is, and asking it takes a moment. Whether two observations share a cell (12) is
told here, by comparison.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gcm_ld.namespaces import PREFIXES, RDF
from gcm_ld.ntriples import Statements, join_statements, predicate_of

__all__ = ["Sample", "split_cube"]

_QB = PREFIXES["qb"].encode()
_DATASET = b"<%sdataSet> " % _QB
_TYPE = b"<%stype> " % RDF.encode()
_PLAIN = _TYPE + b"<%sObservation> ." % _QB
#: What makes a constraint look at several observations, or at more than their own statements.
_WIDE = tuple(
    b"%s%s>" % (_QB, name)
    for name in (
        b"HierarchicalCodeList",
        b"componentAttachment",
        b"measureType",
        b"observation",
        b"slice",
        b"sliceStructure",
    )
)

_Block = tuple[bytes, Sequence[bytes]]


class Sample:
    """A cube without its observations, and what to choose of these.

    :param rest: all other statements, as N-Triples.
    :param sets: data set or sets → observations with their statements.
    """

    def __init__(self, rest: bytes, sets: dict[frozenset[bytes], list[_Block]]) -> None:
        self.rest = rest
        self._sets = sets

    def choose(self, dimensions: Iterable[tuple[str, str]]) -> bytes | None:
        """Return observations in which all properties and codes occur, as N-Triples.

        :param dimensions: data sets with each dimension that their structure has.
        :returns: nothing if two observations of a data set have the same values for all of its
            dimensions.
        """
        of: dict[bytes, set[bytes]] = defaultdict(set)
        for dataset, dimension in dimensions:
            of[_DATASET + f"<{dataset}> .".encode()].add(dimension.encode())
        chosen = []
        for named, blocks in self._sets.items():
            properties = set().union(*(of[name] for name in named))
            kept = _choose(blocks, properties)
            if kept is None:
                return None
            chosen += kept
        return join_statements((node, said) for node, block in chosen for said in block)


def split_cube(own: Statements, context: bytes) -> Sample | None:
    """Tell the observations of a cube from the rest.

    :param own: the observations, with whatever stands beside them.
    :param context: what describes them and holds no observation, as N-Triples.
    :returns: nothing if a sample would not tell: where there are slices, for example.
    """
    nodes: dict[bytes, list[bytes]] = defaultdict(list)
    for node, said in own:
        nodes[node].append(said)
    distinct = {said for block in nodes.values() for said in block}
    if _DATASET in context or any(m in s for s in (*distinct, context) for m in _WIDE):
        return None
    places = {said for said in distinct if said.startswith(_DATASET)}
    sets: dict[frozenset[bytes], list[_Block]] = defaultdict(list)
    rest = []
    for node, block in nodes.items():
        named = places.intersection(block)
        if named:
            sets[frozenset(named)].append((node, block))
        else:
            rest += [(node, said) for said in block]
    told = {said for blocks in sets.values() for _, block in blocks for said in block} - places
    if any(said.startswith((b"<" + _QB, _TYPE)) and said != _PLAIN for said in told):
        return None  # an observation that is something else too
    return Sample(join_statements(rest) + context, dict(sets))


def _choose(blocks: Sequence[_Block], dimensions: set[bytes]) -> list[_Block] | None:
    """Choose from the observations of a data set; see :meth:`Sample.choose`."""
    distinct = {said for _, block in blocks for said in block}
    predicates = {said: predicate_of(said) for said in distinct}
    codes = {said for said, predicate in predicates.items() if predicate in dimensions}
    cells: set[frozenset[bytes]] = set()
    kinds: set[frozenset[bytes]] = set()
    known: set[bytes] = set()
    chosen = []
    for node, block in blocks:
        cell = frozenset(codes.intersection(block))
        kind = frozenset(map(predicates.__getitem__, block))
        if cell in cells:
            return None
        cells.add(cell)
        if kind not in kinds or not known.issuperset(cell):
            kinds.add(kind)
            known |= cell
            chosen.append((node, block))
    return chosen
