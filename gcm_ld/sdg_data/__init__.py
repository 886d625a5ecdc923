"""Values of the SDG series that a user has: files of the UN's database, SDMX-CSV, RDF, endpoints.

Only what a report needs is kept of them: the total cells of one country's and the world's series,
of the indicators that it is about. Files are read row by row, so that a global one may be large.
"""

from __future__ import annotations

from gcm_ld.sdg_data.model import Figure, SdgData, Series, Wanted
from gcm_ld.sdg_data.read import read_sdg_data

__all__ = ["Figure", "SdgData", "Series", "Wanted", "read_sdg_data"]
