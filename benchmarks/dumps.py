"""Write the dumps of the shipped data, and nothing else of a publication.

python benchmarks/dumps.py OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from gcm_ld import open_dataset
from gcm_ld.publish.dumps import MEDIA_TYPES, Dump, dump_part, joined
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site


def main(out: Path) -> None:
    """Write the dumps."""
    site = Site(open_dataset(), Settings(title="t", description="d"))
    for part in site.own_parts:
        dump = Dump.of(part.graph, site.triples(part), site.derived(part))
        for ending, content in dump_part(dump).items():
            path = out / f"{part.name}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for ending in MEDIA_TYPES:
        source = "ttl" if ending == "trig" else ending
        readers = [(p.iri, (out / f"{p.name}.{source}").read_bytes) for p in site.own_parts]
        with (out / f"all.{ending}").open("wb") as file:
            file.writelines(joined(ending, readers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
