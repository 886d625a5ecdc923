"""Policy crosswalks as linked data.

The Global Compact for Migration, the SDGs and national strategies: validated, counted, asked.

>>> from gcm_ld import open_dataset
>>> open_dataset()
<Dataset of 42 files>
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset, open_dataset

__all__ = ["Dataset", "__version__", "open_dataset"]

__version__ = "0.6.0"


def __getattr__(name: str) -> Any:
    """Import the public names when first used, so that importing the package does nothing."""
    if name in ("Dataset", "open_dataset"):
        from gcm_ld import dataset

        return getattr(dataset, name)
    raise AttributeError(f"module 'gcm_ld' has no attribute {name!r}")
