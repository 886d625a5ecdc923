"""What people and portals download: dumps, statistics, documentation, and their catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcm_ld.namespaces import GCMSH, ONTOLOGY, quote
from gcm_ld.publish.dumps import MEDIA_TYPES, Dump, dump_part, joined, serialize
from gcm_ld.publish.figures import Figures, count
from gcm_ld.publish.folder import STATE
from gcm_ld.publish.ledger import Ledger
from gcm_ld.publish.site import Part

if TYPE_CHECKING:
    from gcm_ld.publish.catalogue import Distribution
    from gcm_ld.publish.statistics import Cube

__all__ = ["Downloads"]

#: ending → media type of what is no dump.
_OTHER_TYPES = {"csv": "text/csv", "nt": "application/n-triples", "sdmx.csv": "text/csv"}
#: A cube as RDF, and as tables.
_CUBE = ("ttl", "jsonld", "rdf")
_TABLES = ("csv", "csv-metadata.json", "sdmx.csv")
#: What is made of ontology, shapes and questions only.
_FIXED = ("ontology.", "shapes.", "query/", "assets/")


class Downloads:
    """The files for download of one run, and what the catalogue says of them.

    :param ledger: what can be kept of the site before.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.site = ledger.site
        self.folder = ledger.folder
        self.distributions: list[Distribution] = []
        #: Dataset → what there is in it.
        self.figures: dict[str, Figures] = {}
        #: How many things a harvester would stumble over.
        self.stumbles = 0

    def make(self) -> None:
        """Make them all, the catalogue last, which needs sizes and checksums of the others."""
        self._parts()
        self._everything()
        self._documentation()
        self._statistics()
        self._catalogue()

    # -- dumps -----------------------------------------------------------------------------------

    def _parts(self) -> None:
        """Write the dumps of each dataset that is new or changed, and keep those of the others."""
        own = self.site.own_parts
        for n, part in enumerate(own, 1):
            self.site.progress(f"dumps {n} of {len(own)}: {part.name}")
            self._part(part)
        for iri in self.ledger.before.parts.keys() - {part.iri for part in own}:
            name = self.ledger.before.parts[iri].get("name", "")
            self.ledger.gone(iri, f"dumps/{name}.nq.gz")

    def _part(self, part: Part) -> None:
        derived = self.site.derived(part)
        key = hashlib.sha256(part.digest.encode())
        for line in sorted(str(t).encode() for t in derived):
            key.update(line)
        digest = key.hexdigest()
        before = self.ledger.before.parts.get(part.iri, {})
        names = {
            ending: f"dumps/{part.name}.{ending}" for ending in MEDIA_TYPES if ending != "trig"
        }
        unchanged = before.get("made_of") == digest
        if not (unchanged and self.ledger.keep(names.values())):
            dump = Dump.of(part.graph, self.site.triples(part), derived)
            self.ledger.compare(part.iri, dump, names["nq.gz"], new=not before)
            self.ledger.write((names[ending], text) for ending, text in dump_part(dump).items())
            self.figures[part.iri] = count(dump)
        else:
            self.figures[part.iri] = Figures.from_json(before["figures"])
        self.ledger.state.parts[part.iri] = {
            "name": part.name,
            "made_of": digest,
            "figures": self.figures[part.iri].to_json(),
        }
        for name in names.values():
            self._distribute(part.iri, name)

    def _distribute(self, dataset: str, name: str, ending: str | None = None) -> None:
        """Take note of a file that can be downloaded."""
        from gcm_ld.publish.catalogue import Distribution

        ending = ending or next(e for e in MEDIA_TYPES if name.endswith("." + e))
        media, compressed = MEDIA_TYPES.get(ending) or (_OTHER_TYPES[ending], None)
        self.distributions.append(
            Distribution(
                path=name,
                dataset=dataset,
                format=ending,
                media_type=media,
                compressed=compressed,
                size=(self.folder.staging / name).stat().st_size,
                sha256=self.folder.digest(name),
            )
        )

    def _everything(self) -> None:
        """Put the dumps of everything together."""
        iri = f"{self.site.base}id/dataset/all"
        same = not self.ledger.whole and not self.ledger.changes
        for ending in MEDIA_TYPES:
            name = f"dumps/all.{ending}"
            self.site.progress(f"dumps of everything: {ending}")
            if not (same and self.folder.keep(name)):
                source = "ttl" if ending == "trig" else ending
                readers = [
                    (part.iri, (self.folder.staging / f"dumps/{part.name}.{source}").read_bytes)
                    for part in self.site.own_parts
                ]
                self.folder.write_pieces(name, joined(ending, readers))
            self._distribute(iri, name)

    # -- documentation and statistics ----------------------------------------------------------

    def _documentation(self) -> None:
        """Write what does not depend on the data."""
        from gcm_ld.publish.pages import Pages

        self.site.progress("documentation")
        if self.ledger.whole or not self.ledger.keep(self.ledger.old_below(*_FIXED)):
            pages = Pages(self.site)
            for files in (pages.vocabulary(), pages.questions(), pages.assets()):
                self.ledger.write(files.items())
        for stem, iri in (("ontology", ONTOLOGY), ("shapes", GCMSH.rstrip("#"))):
            for ending in ("ttl", "jsonld", "rdf", "nt"):
                if f"{stem}.{ending}" in self.folder.new:
                    self._distribute(iri, f"{stem}.{ending}", ending)

    def _statistics(self) -> None:
        """Write the cubes, whose figures are read anew where a file that they count changed."""
        from gcm_ld.publish.statistics import cube_triples, write_cubes
        from gcm_ld.publish.statistics.memory import join_cubes

        self.site.progress("statistics")
        cubes = join_cubes(map(self._cubes, self.ledger.assessed))
        self.ledger.add_graph("statistics", cube_triples(*cubes, check=False))
        tables: dict[str, bytes] | None = None
        for cube in cubes:
            stem = f"statistics/{cube.name}"
            made_of = hashlib.sha256(repr(cube).encode()).hexdigest()
            names = [f"{stem}.{ending}" for ending in (*_CUBE, *_TABLES)]
            if not self.ledger.keep_unit(f"cube/{cube.name}", made_of, names):
                self._write_graph(stem, cube_triples(cube, check=False))
                tables = write_cubes(cubes) if tables is None else tables
                for ending in _TABLES:
                    self.ledger.write([(f"{stem}.{ending}", tables[f"{stem}.{ending}"])])
            for ending in (*_CUBE, *_TABLES):
                if ending in MEDIA_TYPES or ending in _OTHER_TYPES:
                    self._distribute(cube.iri, f"{stem}.{ending}", ending)
        shared = self.ledger.old_below("statistics/structure")
        if cubes and not (tables is None and self.ledger.keep(shared)):
            tables = write_cubes(cubes) if tables is None else tables
            self.ledger.write((n, c) for n, c in tables.items() if "structure" in n)

    def _cubes(self, code: str) -> list[Cube]:
        """Read the figures of a framework, or remember them."""
        from gcm_ld.publish.statistics import cube_triples, read_cubes
        from gcm_ld.publish.statistics.memory import pack_cubes, unpack_cubes

        name = f"{STATE}/figures/{quote(code)}.json.gz"
        if self.ledger.keep_unit(f"figures/{code}", self.ledger.made_of(code), [name]):
            return unpack_cubes((self.folder.staging / name).read_bytes())
        settings = self.site.settings
        cubes = read_cubes(
            [(code, self.ledger.dataset(code))],
            base=self.site.base,
            date=settings.date or "",
            iri=self.site.iri,
        )
        cube_triples(*cubes)  # refuses what is not well-formed
        self.folder.write(name, pack_cubes(cubes))
        return list(cubes)

    def _write_graph(self, stem: str, triples: Iterable[ox.Triple]) -> None:
        lines = sorted(set(triples), key=str)
        self.ledger.write((f"{stem}.{ending}", serialize(lines, ending)) for ending in _CUBE)

    def _catalogue(self) -> None:
        """Write the catalogue and VoID, and see what a harvester would stumble over."""
        from gcm_ld.publish.catalogue import build_catalogue
        from gcm_ld.publish.rehearse import review
        from gcm_ld.publish.void import build_void

        self.site.progress("catalogue")
        catalogue = build_catalogue(self.site, self.distributions, self.figures)
        self.stumbles = len(review(self.site, catalogue))
        void = build_void(self.site, self.distributions, self.figures)
        self._write_graph("catalog", catalogue)
        text = serialize(void, "ttl")
        self.folder.write("void.ttl", text)
        self.folder.write(".well-known/void", text)
        self.ledger.add_graph("catalogue", {*catalogue, *void})
