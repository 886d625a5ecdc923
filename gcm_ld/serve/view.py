"""One generation of a store as a worker shows it: its site, and the documents around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from gcm_ld.errors import FileError, MissingExtraError
from gcm_ld.namespaces import GCMO, ONTOLOGY, PREFIXES, SKOS
from gcm_ld.publish.dumps import serialize
from gcm_ld.publish.pages.explorer import ExplorerPages
from gcm_ld.publish.pages.resource import ResourcePages
from gcm_ld.publish.paths import FORMATS
from gcm_ld.serve.answer import Answer
from gcm_ld.serve.lookup import ServedLookup
from gcm_ld.serve.making import Made
from gcm_ld.serve.rendering import ServedRenderer
from gcm_ld.serve.responses import file_answer, report_policy, respond, tag_of
from gcm_ld.serve.site import StoreSite, settings_of

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["View"]

_AGAINST = ox.NamedNode(GCMO + "against")
_ASSESSES = ox.NamedNode(GCMO + "assesses")
_FORMATS = tuple(ending for ending in FORMATS if ending != "html")
#: What is made once for each generation, by a process of its own.
_MADE = ("dumps/", "statistics/", "search/", "sitemap", "catalog.", "void.", "report/")
_MADE_NAMES = ("index.html", ".well-known/void", "SHA256SUMS")
#: What there is none of among them, so that nobody waits for it.
_NOT_MADE = ("catalog.html", "void.html")
#: What an explorer reads of assessments, links and their ends.
_EXPLORED = (
    SKOS + "inScheme",
    *(
        GCMO + name
        for name in (
            "assesses", "object", "partOf", "scope", "sourceOutcomeCell", "status", "subject",
        )
    ),
)  # fmt: skip
#: How long somebody who asks for what is in the making waits for it, in seconds.
_PATIENCE = 10.0
#: The overview of up to so many statements is made at once.
_SMALL = 300_000
_SHARED = ("site.css", "site.js")


class View:
    """What a worker needs to answer for pages.

    :param snapshot: the store.
    :param base: where the server is reached.
    """

    def __init__(self, snapshot: Snapshot, base: str) -> None:
        self.snapshot = snapshot
        self.base = base
        self.settings = settings_of(snapshot, base)
        self.made = Made(snapshot, self.settings, base)
        #: Whether there is everything to be seen.
        self.complete = self.made.ready()
        more = self.made.store() if self.complete else None
        self.site = StoreSite(snapshot, self.settings, more)
        self.lookup = ServedLookup(self.site)
        self.renderer = ServedRenderer(self.settings)
        self.served = 0
        self._resources = ResourcePages(self.site, self.lookup, self.renderer, _FORMATS)
        self._fixed: dict[str, bytes] = {}
        self._tag = f"{snapshot.generation}-{self.made.tag}"

    def outdated(self) -> bool:
        """Tell whether there is more to be seen than when it was made."""
        return not self.complete and self.made.ready()

    def begin(self) -> None:
        """Have made what is made once, if it is not: somebody looks around and may ask for it."""
        if not self.complete and not self.made.problem():
            self.made.start()

    def tag(self, name: str) -> str:
        """Return what tells the content of a document from that of any other time."""
        return f"{self.snapshot.generation}-{tag_of(self._tag, str(self.complete), name)}"

    # -- resources -------------------------------------------------------------------------------

    def resource(self, iri: str, ending: str) -> bytes:
        """Return the page of a resource, or its statements in a format."""
        statements = self.site.statements(iri)
        if ending == "html":
            name = self.site.paths.page(iri)
            return self.renderer.page("resource", name, **self._resources.context(iri, statements))
        node = ox.NamedNode(iri)
        triples = [ox.Triple(node, s.predicate, s.object) for s in statements]
        return serialize(triples, ending)

    def page(self, template: str, prefix: str, **values: object) -> bytes:
        """Render a page that stands at no address of its own: its links begin at the root."""
        return self.renderer.page(template, "", root=prefix, **values)

    @cached_property
    def version_iri(self) -> str:
        """The IRI of the ontology's version."""
        found = self.site.store.quads_for_pattern(
            ox.NamedNode(ONTOLOGY), ox.NamedNode(PREFIXES["owl"] + "versionIRI"), None
        )
        return next((str(getattr(quad.object, "value", "")) for quad in found), "")

    # -- documents -------------------------------------------------------------------------------

    def fixed(self, name: str, prefix: str) -> Answer | None:
        """Answer with a document that is about no single resource.

        :param name: its name in the site.
        :param prefix: the path of the site's root.
        :returns: nothing if it is none of these.
        """
        if name.startswith("assets/"):
            return self._asset(name)
        if name.startswith(("ontology.", "shapes.")):
            return self._remembered(name, self._vocabulary)
        if name.startswith("query/"):
            return self._remembered(name, self._questions)
        if name in ("terms.json", "questions.json"):
            return self._remembered(name, self._editor_data)
        if name.startswith("explore/"):
            return self._explorer(name)
        if name.startswith("report/"):
            return self._report(name, prefix)
        if name in _MADE_NAMES or (name.startswith(_MADE) and name not in _NOT_MADE):
            return self._made(name, prefix)
        return None

    def editor(self, prefix: str) -> Answer:
        """Answer with the page of the query editor."""
        from gcm_ld.serve.editor import editor_page

        self.begin()
        key = f"sparql.html {prefix}"
        page = self._fixed.get(key)
        if page is None:
            page = self._fixed[key] = editor_page(self, prefix)
        return respond("sparql.html", page, etag=self.tag(key), headers={"vary": "Accept"})

    def _asset(self, name: str) -> Answer | None:
        file = name.removeprefix("assets/")
        package = "gcm_ld.publish.pages" if file in _SHARED else "gcm_ld.serve"
        path = files(package) / "assets" / file
        if "/" in file or file.startswith(".") or not path.is_file():
            return None
        content = path.read_bytes()
        return respond(name, content, etag=tag_of(content.hex()))

    def _remembered(self, name: str, make: Callable[[], Mapping[str, bytes]]) -> Answer | None:
        if name not in self._fixed:
            self._fixed.update(make())
        content = self._fixed.get(name)
        return None if content is None else respond(name, content, etag=self.tag(name))

    def _vocabulary(self) -> Mapping[str, bytes]:
        from gcm_ld.publish.pages.shapes import ShapePages
        from gcm_ld.publish.pages.vocabulary import VocabularyPages

        return {
            **VocabularyPages(self.lookup, self.renderer, _FORMATS).files(),
            **ShapePages(self.lookup, self.renderer, _FORMATS).files(),
        }

    def _questions(self) -> Mapping[str, bytes]:
        from gcm_ld.publish.pages.questions import QuestionPages

        return QuestionPages(self.renderer).files()

    def _editor_data(self) -> Mapping[str, bytes]:
        from gcm_ld.serve.editor import questions_json, terms_json

        return {"questions.json": questions_json(), "terms.json": terms_json(self.site)}

    # -- explorers and reports -------------------------------------------------------------------

    def _explorer(self, name: str) -> Answer | None:
        code = name.removeprefix("explore/").removesuffix(".html")
        iri = self.site.base + "id/" + quote(code, safe="")
        if not name.endswith(".html") or not self._assessed(iri):
            return None
        kept = self._kept(name)
        if kept is None:
            kept = self._keep(name, _Explorer(self, code, iri).files(code)[name])
        return respond(name, kept, etag=self.tag(name))

    def _assessed(self, iri: str) -> bool:
        store = self.site.store
        return any(
            True
            for record in store.quads_for_pattern(None, _AGAINST, ox.NamedNode(iri))
            for _ in store.quads_for_pattern(record.subject, _ASSESSES, None)
        )

    def _report(self, name: str, prefix: str) -> Answer | None:
        from gcm_ld.dataset import Dataset
        from gcm_ld.publish.pages.reports import report_files

        code = name.removeprefix("report/").removesuffix(".html")
        if not self._assessed(self.site.base + "id/" + quote(code, safe="")):
            return None
        if not self.complete:
            return self._made(name, prefix)
        page = self._kept(name)
        if page is None:
            frameworks = self.made.frameworks()
            if code not in frameworks:
                return None
            dataset = self.site.dataset
            if len(frameworks) > 1:
                paths = {part.name: part.path for part in self.site.own_parts}
                dataset = Dataset([paths[n] for n in frameworks[code]], own=True)
            try:
                made = report_files(code, dataset, site_title=self.settings.title)
            except MissingExtraError as error:
                page = self.page("later", prefix, problem=str(error), again=False)
                return respond("later.html", page, status=501)
            page = self._keep(name, made[name])
        headers = {"content-security-policy": report_policy(page)}
        return respond(name, page, etag=self.tag(name), headers=headers)

    def _kept(self, name: str) -> bytes | None:
        """Return what was made before for this state of the store."""
        with suppress(OSError):
            return (self.made.folder / "pages" / self.tag(name)).read_bytes()
        return None

    def _keep(self, name: str, content: bytes) -> bytes:
        """Keep what took a while to make."""
        from gcm_ld.files import write_bytes

        with suppress(OSError, FileError):
            (self.made.folder / "pages").mkdir(exist_ok=True)
            write_bytes(self.made.folder / "pages" / self.tag(name), content)
        return content

    # -- what is made once -----------------------------------------------------------------------

    def _made(self, name: str, prefix: str) -> Answer | None:
        """Answer with a file that is made beside, or say that it is in the making."""
        if not self.made.ready():
            self.begin()
            if name == "index.html" and self._is_small():
                return respond(name, self._front(), headers={"cache-control": "no-cache"})
            if not self.made.wait(_PATIENCE):
                return self._later(name, prefix)
        path = self.made.file(name)
        return None if path is None else file_answer(name, path, etag=self.tag(name))

    def _is_small(self) -> bool:
        return sum(one.statements for one in self.snapshot.datasets.values()) <= _SMALL

    def _front(self) -> bytes:
        """Return the front page without what is in the making."""
        from gcm_ld.publish.pages.front import FrontPages

        codes = ExplorerPages(self.site, self.lookup, self.renderer).frameworks()
        front = FrontPages(self.site, self.lookup, self.renderer)
        return front.files(codes)["index.html"]

    def _later(self, name: str, prefix: str) -> Answer:
        problem = self.made.problem()
        headers = {"cache-control": "no-store"}
        if not problem:
            headers["retry-after"] = "10"
        # Never stuck: what can be had already is reached from here.
        template = "starting" if name == "index.html" else "later"
        page = self.page(template, prefix, problem=problem, again=not problem)
        return respond("later.html", page, status=503, headers=headers)


class _Explorer(ExplorerPages):
    """The explorer of one framework, found without a look at all others."""

    def __init__(self, view: View, code: str, iri: str) -> None:
        super().__init__(view.site, ServedLookup(view.site, _EXPLORED), view.renderer)
        self._one = {code: iri}

    def frameworks(self) -> dict[str, str]:
        return self._one
