"""Where graphs are asked."""

from gcm_ld.store.base import GraphStore, Rows, Value
from gcm_ld.store.embedded import EmbeddedStore

__all__ = ["EmbeddedStore", "GraphStore", "Rows", "Value"]
