"""What a worker can do: kind of job → function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gcm_ld.serve.answer import Answer, answer_page
from gcm_ld.serve.description import answer_description
from gcm_ld.serve.engine import answer_graph, answer_query

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["HANDLERS", "Handler"]

#: Takes the store and what is asked of it.
Handler = Callable[["Snapshot", Mapping[str, Any]], Answer]

#: kind of job → what answers it.
HANDLERS: dict[str, Handler] = {
    "description": answer_description,
    "graph": answer_graph,
    "page": answer_page,
    "query": answer_query,
}
