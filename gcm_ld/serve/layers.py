"""The store as pages read it: what the files say and the rules derive, and what was made of them.

A served store holds everything twice, the merge of all beside the graphs of the datasets, and
counted observations beside both. A page shows a statement once, with the dataset that makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import pyoxigraph as ox

__all__ = ["Brief", "Layers", "Merged"]

_OBSERVATIONS = "/observations"


class Layers:
    """Several stores that are looked up as one, without their default graphs.

    :param stores: Oxigraph stores; what is added goes to the last one.
    """

    def __init__(self, *stores: ox.Store) -> None:
        self._stores = stores

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002
        graph_name: Any = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match; see ``pyoxigraph.Store.quads_for_pattern``."""
        for store in self._stores:
            if graph_name is not None:
                yield from store.quads_for_pattern(subject, predicate, object, graph_name)
                continue
            for quad in store.quads_for_pattern(subject, predicate, object, None):
                name = quad.graph_name
                if isinstance(name, ox.NamedNode) and not name.value.endswith(_OBSERVATIONS):
                    yield quad

    def bulk_extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads to the last of the stores."""
        self._stores[-1].bulk_extend(quads)


class Merged:
    """What is said of a resource, each statement once: the merge of all, and what was made of it.

    :param merge: a store with the merge of everything in its default graph.
    :param more: a store with named graphs, where there is one.
    """

    def __init__(self, merge: ox.Store, more: ox.Store | None) -> None:
        self._merge, self._more = merge, more

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002
        graph_name: Any = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match; see ``pyoxigraph.Store.quads_for_pattern``."""
        place = graph_name or ox.DefaultGraph()
        found = self._merge.quads_for_pattern(subject, predicate, object, place)
        if self._more is None:
            return iter(found)
        return chain(found, self._more.quads_for_pattern(subject, predicate, object, graph_name))


class Brief:
    """What a link to a resource shows of it, however much else is said of it.

    :param store: where all of it is.
    :param predicates: the properties that are read.
    """

    def __init__(self, store: Merged, predicates: Sequence[ox.NamedNode]) -> None:
        self._store, self._predicates = store, predicates

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002
        graph_name: Any = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match; see ``pyoxigraph.Store.quads_for_pattern``."""
        if predicate is not None:
            yield from self._store.quads_for_pattern(subject, predicate, object, graph_name)
            return
        for one in self._predicates:
            yield from self._store.quads_for_pattern(subject, one, object, graph_name)
