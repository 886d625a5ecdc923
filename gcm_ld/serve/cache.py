"""Answers kept in memory, the least recently used going first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

__all__ = ["AnswerCache", "Kept"]

#: What an answer takes beside its content.
_OVERHEAD = 512


class Kept(NamedTuple):
    """An answer as it is sent."""

    status: int
    head: bytes
    body: bytes


class AnswerCache:
    """A bounded number of bytes of answers.

    :param most: how many bytes; none keeps nothing.

    >>> cache = AnswerCache(2000)
    >>> for n in range(1, 5):
    ...     cache.put(n, Kept(200, b"", b"x" * 20))
    >>> cache.get(1), cache.get(3).body[:1]
    (None, b'x')
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """Return an answer, if it is kept."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, kept: Kept, *, weight: int = 0) -> None:
        """Keep an answer, unless it is a large part of what there is room for.

        :param weight: what its key takes.
        """
        size = len(kept.head) + len(kept.body) + weight + _OVERHEAD
        if size > self.most // 3 or key in self._kept:
            return
        self._kept[key] = (kept, size)
        self.size += size
        while self.size > self.most:
            _, (_, gone) = self._kept.popitem(last=False)
            self.size -= gone

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)
