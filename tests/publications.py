"""A site of the shipped data, one of a country's own, and the files that they would have."""

from __future__ import annotations

import shutil
from pathlib import Path

from gcm_ld import Dataset, open_dataset
from gcm_ld.publish.catalogue import Distribution, everything
from gcm_ld.publish.dumps import MEDIA_TYPES, Dump
from gcm_ld.publish.figures import Figures, count
from gcm_ld.publish.settings import Settings, read_settings
from gcm_ld.publish.site import Site
from gcm_ld.resources import folder

SETTINGS = """
title = "National Strategy on Migration"
description = "The strategy, what it answers in the Compact, and how far that goes, by action."
keywords = ["migration", "strategy"]
languages = ["en", "sq"]
site_url = "https://data.gov.al/gcm/"
base_iri = "https://data.gov.al/gcm/"
date = 2026-02-01
issued = 2025-02-01
license = "CC-BY-4.0"
access = "PUBLIC"
themes = ["SOCI"]
frequency = "ANNUAL"
version = "1.1"
version_notes = "Ten actions more."

[publisher]
name = "Ministry of Interior"
type = "NationalAuthority"
homepage = "https://mb.gov.al/"

[contact]
name = "Statistics office"
email = "statistics@mb.gov.al"

[[previous]]
version = "1.0"
date = 2025-02-01

[dataset.claims]
title = "What the manual claims"
"""


def files_of(site: Site, *, size: int = 100, digit: str = "a") -> list[Distribution]:
    """Return the files of each dataset, and those of everything."""
    names = [("all", everything(site)), *((p.name, p.iri) for p in site.own_parts)]
    return [
        Distribution(
            path=f"dumps/{name}.{ending}",
            dataset=iri,
            format=ending,
            media_type=media,
            compressed=compressed,
            size=size,
            sha256=digit * 64,
        )
        for name, iri in names
        for ending, (media, compressed) in MEDIA_TYPES.items()
        if ending != "trig" or name == "all"
    ]


def figures_of(site: Site) -> dict[str, Figures]:
    """Count each dataset."""
    return {
        part.iri: count(Dump.of(part.graph, site.triples(part), site.derived(part)))
        for part in site.own_parts
    }


def country(place: Path, settings: str = SETTINGS) -> tuple[Dataset, Settings]:
    """Copy a country's data to a place of its own, with settings."""
    shutil.copytree(folder("data") / "alb", place)
    path = place / "publish.toml"
    path.write_text(settings, encoding="utf-8")
    dataset = open_dataset(place)
    return dataset, read_settings(path, dataset=dataset)
