"""From a dataset to a finished site: what is made, in which order, and what need not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError, MissingExtraError
from gcm_ld.publish.downloads import Downloads
from gcm_ld.publish.folder import Folder
from gcm_ld.publish.ledger import Ledger
from gcm_ld.publish.paths import FORMATS, check_names
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site
from gcm_ld.publish.workers import Maker, write_files

if TYPE_CHECKING:
    from gcm_ld.publish.pages import Pages
    from gcm_ld.validate import Report

__all__ = ["Summary", "publish"]

#: Resources whose pages a process is handed at a time.
_BATCH = 250


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
        self.ledger = Ledger(site, folder)
        self.summary = Summary()

    def is_current(self) -> bool:
        """Tell whether the site there is what this run would make, and nobody touched it."""
        own = {part.name: part.digest for part in self.site.own_parts}
        if self.ledger.before.units.get("validated") != own or not all(
            map(self.folder.is_intact, self.folder.old)
        ):
            return False
        self.summary = Summary(**self.ledger.before.units["summary"])
        self.summary.files = len(self.folder.old)
        return True

    # -- validating ----------------------------------------------------------------------------

    def validate(self) -> bool:
        """Validate what was not found to conform before; nothing else may be published."""
        from gcm_ld.validate import validate
        from gcm_ld.validate.cache import Cache

        made_of = {part.name: part.digest for part in self.site.own_parts}
        before = self.ledger.before.units.get("validated", {})
        self.ledger.state.units["validated"] = made_of
        if made_of == before:
            return True
        self.site.progress("validating")
        files = self.site.dataset.files if self.site.dataset.own else ()
        report = validate(files, cache=Cache.default(), progress=self.site.counter("validated"))
        if not report.conforms:
            self.summary.report = report
        return report.conforms

    # -- making --------------------------------------------------------------------------------

    def make(self) -> None:
        """Make everything."""
        if self.ledger.assessed and find_spec("matplotlib") is None:
            raise MissingExtraError("matplotlib", "charts", "drawing the charts of the reports")
        self.folder.begin()
        downloads = Downloads(self.ledger)
        downloads.make()
        self._pages()
        self._hosting()
        self._sums()
        figures = downloads.figures.values()
        self.summary.datasets = len(figures)
        self.summary.statements = sum(f.triples for f in figures)
        self.summary.derived = sum(f.derived_triples for f in figures)
        self.summary.stumbles = downloads.stumbles
        self.ledger.state.units["summary"] = {
            name: getattr(self.summary, name)
            for name in ("datasets", "statements", "derived", "resources", "stumbles")
        }
        self.ledger.state.write(self.folder)
        new, old = self.folder.new, self.folder.old
        self.summary.files = len(new)
        self.summary.written = self.folder.written
        self.summary.removed = len(old.keys() - new.keys())

    def _pages(self) -> None:
        """Make the pages that may differ, the longest work first, and keep the others."""
        from gcm_ld.publish.pages import Pages
        from gcm_ld.publish.pages.search import MEMORY

        self.site.progress("pages")
        pages = Pages(self.site)
        pages.explorers()  # found once, for all processes
        todo = self._resources()
        batches = [todo[n : n + _BATCH] for n in range(0, len(todo), _BATCH)]
        makers: list[Maker] = []
        changes = self.ledger.changes
        listings = self.ledger.old_below("search", "sitemap", MEMORY)
        if self.ledger.whole or changes or not self.ledger.keep(listings):
            remembered = None if self.ledger.whole else self.folder.read_old(MEMORY)
            makers.append(lambda: dict(pages.listings(remembered, changes.subjects)))
        for code in self.ledger.assessed:
            made_of = self.ledger.made_of(code)
            if not self.ledger.keep_unit(f"report/{code}", made_of, [f"report/{code}.html"]):
                makers.append(partial(self._report, pages, code))
            # An explorer names what other files describe, too.
            files = [] if self.ledger.changes.labelled else [f"explore/{code}.html"]
            if not self.ledger.keep_unit(f"explore/{code}", made_of, files):
                makers.append(partial(pages.explorer, code))
        makers += [partial(_make_pages, pages, batch) for batch in batches]
        makers.append(pages.front)
        write_files(makers, self.folder, self.site.counter("pages"))

    def _report(self, pages: Pages, code: str) -> dict[str, bytes]:
        """Make the report on a framework; what was read for it goes when it is done."""
        return pages.report(code, self.ledger.dataset(code))

    def _resources(self) -> list[str]:
        """Return the resources whose page and data may differ, and keep those of the others."""
        affected = None if self.ledger.whole else self.ledger.changes.affected(self.site)
        resources = self.site.resources
        self.summary.resources = len(resources)
        self._refuse_doubles(resources)
        if affected is None:
            return list(resources)
        todo = []
        for iri in resources:
            stem = self.site.paths.stem(iri)
            if iri in affected or not self.ledger.keep([f"{stem}.{ending}" for ending in FORMATS]):
                todo.append(iri)
        return todo

    def _refuse_doubles(self, resources: Sequence[str]) -> None:
        """Refuse two spellings of what is one address to a server (RFC 3986, section 6.2.2)."""
        places: dict[str, str] = {}
        for iri in resources:
            other = places.setdefault(self.site.paths.stem(iri), iri)
            if other != iri:
                raise InputError(
                    f"{other} and {iri} are one address to a web server, and can't both have a "
                    "page: give one of the two resources another code"
                )

    def _hosting(self) -> None:
        from gcm_ld.publish.hosting import hosting_files

        files = hosting_files(
            base=self.site.base,
            site_url=self.site.settings.site_url,
            exceptions=self._exceptions(),
        )
        self.ledger.write(files.items())
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
