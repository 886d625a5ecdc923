"""From a dataset to a finished site: what is made, in which order, and what need not be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.namespaces import GCMO, GCMSH, ONTOLOGY, quote
from gcm_ld.publish.changes import Changes
from gcm_ld.publish.dumps import (
    MEDIA_TYPES,
    Dump,
    dump_part,
    joined,
    pack_quads,
    read_quads,
    serialize,
)
from gcm_ld.publish.figures import Figures, count
from gcm_ld.publish.folder import STATE, Folder
from gcm_ld.publish.paths import FORMATS, check_names
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Part, Site
from gcm_ld.publish.state import State, recipe
from gcm_ld.publish.workers import Maker, write_files
from gcm_ld.turtle import natural_key

if TYPE_CHECKING:
    from gcm_ld.publish.catalogue import Distribution
    from gcm_ld.publish.pages import Pages
    from gcm_ld.publish.statistics import Cube
    from gcm_ld.validate import Report

__all__ = ["Summary", "publish"]

#: ending → media type of what is no dump.
_OTHER_TYPES = {"csv": "text/csv", "nt": "application/n-triples", "sdmx.csv": "text/csv"}
#: A cube as RDF, and as tables.
_CUBE = ("ttl", "jsonld", "rdf")
_TABLES = ("csv", "csv-metadata.json", "sdmx.csv")
#: What is made of ontology, shapes and questions only.
_FIXED = ("ontology.", "shapes.", "query/", "assets/")
#: Resources whose pages a process is handed at a time.
_BATCH = 250
_ASSESSES = ox.NamedNode(GCMO + "assesses")
_AGAINST = ox.NamedNode(GCMO + "against")


@dataclass
class Summary:
    """What a run did."""

    datasets: int = 0
    statements: int = 0
    derived: int = 0
    resources: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    #: What validation found, if something stood in the way of publishing.
    report: Report | None = None
    #: How many things a harvester would stumble over.
    stumbles: int = 0


def publish(
    dataset: Dataset,
    target: Path,
    settings: Settings,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Publish a dataset as a folder of static files.

    :param dataset: the shipped data, or one's own.
    :param target: the folder; one that is there is replaced in one step, and files in it that
        somebody else made stay.
    :param settings: who publishes it, and where.
    :param progress: told what is going on.
    :returns: what was done.
    :raises InputError: if something can't be published as it is, saying why and what to do.
    :raises FileError: if the folder can't be written; an old site then stands as it was.
    :raises MissingExtraError: if matplotlib is not there for the charts of the reports.
    """
    site = Site(dataset, settings, progress)
    with Folder(target) as folder:
        run = _Run(site, folder)
        if run.is_current() or not run.validate():
            return run.summary
        run.make()
        check_names(folder.new)
        progress("putting it in place")
        folder.commit()
    return run.summary


class _Run:
    """One run: the site, the folder in the making, and what was there before."""

    def __init__(self, site: Site, folder: Folder) -> None:
        self.site = site
        self.folder = folder
        self.before = State.read(folder)
        context = "".join(part.name + part.digest for part in site.parts if not part.own)
        self.state = State(recipe(repr(site.settings), str(site.dataset.curated), context))
        if self.before.recipe != self.state.recipe:
            self.before = State()
        #: Whether every page has to be made, whatever the data.
        self.whole = not self.before.recipe
        self.changes = Changes()
        self.distributions: list[Distribution] = []
        self.figures: dict[str, Figures] = {}
        self.summary = Summary()

    def is_current(self) -> bool:
        """Tell whether the site there is what this run would make, and nobody touched it."""
        own = {part.name: part.digest for part in self.site.own_parts}
        if self.before.units.get("validated") != own or not all(
            map(self.folder.is_intact, self.folder.old)
        ):
            return False
        self.summary = Summary(**self.before.units["summary"])
        self.summary.files = len(self.folder.old)
        return True

    # -- validating ----------------------------------------------------------------------------

    def validate(self) -> bool:
        """Validate what was not found to conform before; nothing else may be published.

        Folder by folder where there are several, so that no more is held in memory than the
        largest needs, and all together where one of them does not conform by itself.
        """
        from gcm_ld.validate import validate

        own = self.site.own_parts
        made_of = {part.name: part.digest for part in own}
        before = self.before.units.get("validated", {})
        self.state.units["validated"] = made_of
        if made_of == before:
            return True
        changed = {name.rpartition("/")[0] for name, _ in made_of.items() ^ before.items()}
        groups = {part.group: [p.path for p in own if p.group == part.group] for part in own}
        if self.site.dataset.own and len(groups) > 1:
            for group in sorted(changed & groups.keys()):
                self.site.progress(f"validating {group}")
                if not validate(groups[group]).conforms:
                    break
            else:
                return True
        self.site.progress("validating")
        report = validate(self.site.dataset.files if self.site.dataset.own else ())
        if not report.conforms:
            self.summary.report = report
        return report.conforms

    # -- making --------------------------------------------------------------------------------

    def make(self) -> None:
        """Make everything."""
        self.folder.begin()
        _ = self.site.store
        self._parts()
        self._everything()
        self._documentation()
        self._statistics()
        self._catalogue()
        self._pages()
        self._hosting()
        self._sums()
        made = self.summary
        self.state.units["summary"] = {
            name: getattr(made, name)
            for name in ("datasets", "statements", "derived", "resources", "stumbles")
        }
        self.state.write(self.folder)
        new, old = self.folder.new, self.folder.old
        self.summary.files = len(new)
        self.summary.written = self.folder.written
        self.summary.removed = len(old.keys() - new.keys())

    # -- dumps ---------------------------------------------------------------------------------

    def _parts(self) -> None:
        """Write the dumps of each dataset that is new or changed, and keep those of the others."""
        own = self.site.own_parts
        for n, part in enumerate(own, 1):
            self.site.progress(f"dumps {n} of {len(own)}: {part.name}")
            self._part(part)
        for iri in self.before.parts.keys() - {part.iri for part in own}:
            name = self.before.parts[iri].get("name", "")
            self._gone(iri, f"dumps/{name}.nq.gz")
        self.summary.datasets = len(own)
        self.summary.statements = sum(f.triples for f in self.figures.values())

    def _gone(self, graph: str, name: str) -> None:
        old = self.folder.read_old(name)
        if old is None:
            self.whole = True
        else:
            self.changes.add(read_quads(old, graph), None)

    def _part(self, part: Part) -> None:
        derived = self.site.derived(part)
        key = hashlib.sha256(part.digest.encode())
        for line in sorted(str(t).encode() for t in derived):
            key.update(line)
        digest = key.hexdigest()
        before = self.before.parts.get(part.iri, {})
        names = {
            ending: f"dumps/{part.name}.{ending}" for ending in MEDIA_TYPES if ending != "trig"
        }
        unchanged = before.get("made_of") == digest
        if not (unchanged and all(map(self.folder.keep, names.values()))):
            dump = Dump.of(part.graph, self.site.triples(part), derived)
            self._compare(part.iri, dump, names["nq.gz"], new=not before)
            for ending, content in dump_part(dump).items():
                if names[ending] not in self.folder.new:
                    self.folder.write(names[ending], content)
            self.figures[part.iri] = count(dump)
        else:
            self.figures[part.iri] = Figures.from_json(before["figures"])
        self.summary.derived += len(derived)
        self.state.parts[part.iri] = {
            "name": part.name,
            "made_of": digest,
            "figures": self.figures[part.iri].to_json(),
        }
        for name in names.values():
            self._distribute(part.iri, name)

    def _compare(self, graph: str, dump: Dump, name: str, *, new: bool, made: bool = False) -> None:
        """Take note of what differs from a dataset, or a graph made of them, as it was before."""
        if self.whole:
            return
        old = self.folder.read_old(name)
        if old is None and not new:
            self.whole = True
        else:
            self.changes.add(read_quads(old, graph) if old else None, dump, made=made)

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
        same = not self.whole and not self.changes
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

    # -- what is made of the data ----------------------------------------------------------------

    @cached_property
    def assessed(self) -> dict[str, Dataset]:
        """Assessed framework → the files that report on it: all, or where there are many
        frameworks the folder that its assessments stand in.
        """  # noqa: D205
        where: dict[str, set[Part]] = {}
        for part in self.site.own_parts:
            for record in self.site.store.quads_for_pattern(None, _ASSESSES, None, part.graph):
                for quad in self.site.store.quads_for_pattern(record.subject, _AGAINST, None):
                    where.setdefault(str(getattr(quad.object, "value", "")), set()).add(part)
        own = self.site.dataset
        found: dict[str, Dataset] = {}
        for iri in sorted(where, key=natural_key):
            code = iri.rpartition("/")[2]
            groups = {part.group for part in where[iri]}
            files = [p.path for p in self.site.own_parts if p.group in groups]
            found[code] = own if len(where) == 1 else Dataset(files, own=True)
        return found

    def _made_of(self, dataset: Dataset) -> str:
        """Return a digest of the files of a dataset."""
        digests = [p.digest for p in self.site.own_parts if p.path in dataset.files]
        return hashlib.sha256("".join(digests).encode()).hexdigest()

    def _keep_unit(self, unit: str, made_of: str, names: Iterable[str]) -> bool:
        """Keep the files of a unit that was made of the same before."""
        self.state.units[unit] = made_of
        if self.before.units.get(unit) != made_of:
            return False
        names = list(names)
        return bool(names) and all([self.folder.keep(name) for name in names])  # noqa: C419

    def _old_below(self, *prefixes: str) -> list[str]:
        return sorted(n for n in self.folder.old if n.startswith(prefixes))

    def _graph(self, name: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Add what is made on the way to the site, as a graph whose resources get pages."""
        iri = f"{self.site.base}id/{name}"
        triples = list(triples)
        self.site.add_graph(iri, triples)
        dump = Dump.of(ox.NamedNode(iri), triples, ())
        kept = f"{STATE}/{name}.nq.gz"
        self._compare(iri, dump, kept, new=False, made=True)
        self.folder.write(kept, pack_quads(dump))
        return triples

    def _statistics(self) -> None:
        """Write the cubes, whose figures are read anew where a file that they count changed."""
        from gcm_ld.publish.statistics import cube_triples, write_cubes
        from gcm_ld.publish.statistics.memory import join_cubes

        self.site.progress("statistics")
        cubes = join_cubes(self._cubes(code, dataset) for code, dataset in self.assessed.items())
        self._graph("statistics", cube_triples(*cubes, check=False))
        tables: dict[str, bytes] | None = None
        for cube in cubes:
            stem = f"statistics/{cube.name}"
            made_of = hashlib.sha256(repr(cube).encode()).hexdigest()
            names = [f"{stem}.{ending}" for ending in (*_CUBE, *_TABLES)]
            if not self._keep_unit(f"cube/{cube.name}", made_of, names):
                self._write_graph(stem, cube_triples(cube, check=False))
                tables = write_cubes(cubes) if tables is None else tables
                for ending in _TABLES:
                    self._write_all([(f"{stem}.{ending}", tables[f"{stem}.{ending}"])])
            for ending in (*_CUBE, *_TABLES):
                if ending in MEDIA_TYPES or ending in _OTHER_TYPES:
                    self._distribute(cube.iri, f"{stem}.{ending}", ending)
        shared = self._old_below("statistics/structure")
        if cubes and not (tables is None and self._keep(shared)):
            tables = write_cubes(cubes) if tables is None else tables
            self._write_all((n, c) for n, c in tables.items() if "structure" in n)

    def _cubes(self, code: str, dataset: Dataset) -> list[Cube]:
        """Read the figures of a framework, or remember them."""
        from gcm_ld.publish.statistics import cube_triples, read_cubes
        from gcm_ld.publish.statistics.memory import pack_cubes, unpack_cubes

        name = f"{STATE}/figures/{quote(code)}.json.gz"
        if self._keep_unit(f"figures/{code}", self._made_of(dataset), [name]):
            return unpack_cubes((self.folder.staging / name).read_bytes())
        settings = self.site.settings
        cubes = read_cubes(
            [(code, dataset)], base=self.site.base, date=settings.date or "", iri=self.site.iri
        )
        cube_triples(*cubes)  # refuses what is not well-formed
        self.folder.write(name, pack_cubes(cubes))
        return list(cubes)

    def _write_graph(self, stem: str, triples: Iterable[ox.Triple]) -> None:
        lines = sorted(set(triples), key=str)
        self._write_all((f"{stem}.{ending}", serialize(lines, ending)) for ending in _CUBE)

    def _catalogue(self) -> None:
        from gcm_ld.publish.catalogue import build_catalogue
        from gcm_ld.publish.rehearse import review
        from gcm_ld.publish.void import build_void

        self.site.progress("catalogue")
        catalogue = build_catalogue(self.site, self.distributions, self.figures)
        self.summary.stumbles = len(review(self.site, catalogue))
        void = build_void(self.site, self.distributions, self.figures)
        self._write_graph("catalog", catalogue)
        text = serialize(void, "ttl")
        self.folder.write("void.ttl", text)
        self.folder.write(".well-known/void", text)
        self._graph("catalogue", {*catalogue, *void})

    def _documentation(self) -> None:
        """Write what does not depend on the data."""
        from gcm_ld.publish.pages import Pages

        self.site.progress("documentation")
        if self.whole or not self._keep(self._old_below(*_FIXED)):
            pages = Pages(self.site)
            for files in (pages.vocabulary(), pages.questions(), pages.assets()):
                self._write_all(files.items())
        for stem, iri in (("ontology", ONTOLOGY), ("shapes", GCMSH.rstrip("#"))):
            for ending in ("ttl", "jsonld", "rdf", "nt"):
                if f"{stem}.{ending}" in self.folder.new:
                    self._distribute(iri, f"{stem}.{ending}", ending)

    # -- pages -----------------------------------------------------------------------------------

    def _pages(self) -> None:
        """Make the pages that may differ, the longest work first, and keep the others."""
        from gcm_ld.publish.pages import Pages

        self.site.progress("pages")
        pages = Pages(self.site)
        todo = self._resources()
        batches = [todo[n : n + _BATCH] for n in range(0, len(todo), _BATCH)]
        makers: list[Maker] = []
        if (
            self.whole
            or self.changes.renamed
            or not self._keep(self._old_below("search", "sitemap"))
        ):
            makers.append(lambda: dict(pages.listings()))
        for code, dataset in self.assessed.items():
            made_of = self._made_of(dataset)
            if not self._keep_unit(f"report/{code}", made_of, [f"report/{code}.html"]):
                makers.append(partial(pages.report, code, dataset))
            # An explorer names what other files describe, too.
            files = [] if self.changes.labelled else [f"explore/{code}.html"]
            if not self._keep_unit(f"explore/{code}", made_of, files):
                makers.append(partial(pages.explorer, code))
        makers += [partial(_make_pages, pages, batch) for batch in batches]
        makers.append(pages.front)
        write_files(makers, self.folder, self.site.counter("pages"))

    def _resources(self) -> list[str]:
        """Return the resources whose page and data may differ, and keep those of the others."""
        affected = None if self.whole else self.changes.affected(self.site)
        resources = self.site.resources
        self.summary.resources = len(resources)
        if affected is None:
            return list(resources)
        todo = []
        for iri in resources:
            stem = self.site.paths.stem(iri)
            if iri in affected or not self._keep([f"{stem}.{ending}" for ending in FORMATS]):
                todo.append(iri)
        return todo

    def _write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, content in files:
            if name not in self.folder.new:
                self.folder.write(name, content)

    def _keep(self, names: list[str]) -> bool:
        """Keep files as they are; tell whether all could be, and there are any."""
        return bool(names) and all([self.folder.keep(name) for name in names])  # noqa: C419

    def _hosting(self) -> None:
        from gcm_ld.publish.hosting import hosting_files

        files = hosting_files(
            base=self.site.base,
            site_url=self.site.settings.site_url,
            exceptions=self._exceptions(),
        )
        self._write_all(files.items())
        self.folder.write(".nojekyll", b"")  # lets GitHub Pages serve .well-known

    def _exceptions(self) -> dict[str, str]:
        """Map the paths of IRIs whose file a server can't find by itself to the file's stem."""
        found = {}
        for iri in self.site.resources:
            if iri.startswith(self.site.base):
                path = iri[len(self.site.base) :]
                stem = self.site.paths.stem(iri)
                if unquote(path) != stem:
                    found[path] = stem
        return found

    def _sums(self) -> None:
        """Write the SHA-256 of what people download, in the form of ``sha256sum``."""
        starts = ("dumps/", "statistics/", "catalog.", "void.", "ontology.", "shapes.")
        names = sorted(n for n in self.folder.new if n.startswith(starts))
        lines = (f"{self.folder.digest(name)}  {name}\n" for name in names)
        self.folder.write("SHA256SUMS", "".join(lines).encode())


def _make_pages(pages: Pages, iris: Sequence[str]) -> dict[str, bytes]:
    """Make the files of some resources."""
    return {name: content for iri in iris for name, content in pages.resource(iri).items()}
