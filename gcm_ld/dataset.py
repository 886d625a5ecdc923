"""A dataset: some Turtle files, the frameworks they refer to, and what can be asked of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gcm_ld.errors import EmptyDatasetError, FileError, InputError, MissingExtraError
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCM, GCMO, ID, RDF, SDG, compact, framework_iri
from gcm_ld.queries import find_query, list_observations, list_rules, run_query
from gcm_ld.resources import folder, shipped_data, turtle_files
from gcm_ld.store import EmbeddedStore, GraphStore, Rows

if TYPE_CHECKING:
    import pyoxigraph as ox

    from gcm_ld.model import Alignment, Assessment, Element, Framework, Record

    _R = TypeVar("_R", bound=Record)

__all__ = [
    "Dataset",
    "find_context",
    "find_context_subjects",
    "open_dataset",
    "refuse_mixture",
]

#: The folders of ``data/`` that any country's files lean on, by the framework they define.
_CONTEXT = {GCM: "gcm", SDG: "sdg"}
#: The folder with the list of countries.
_COUNTRIES = "country"
#: What a folder of the shipped data is named with, beside one's own.
_SHIPPED = "shipped:"


def open_dataset(*paths: str | Path) -> Dataset:
    """Open the shipped data, or one's own files.

    :param paths: Turtle files and folders; none for the shipped data. The countries are added
        to one's own files, and the Compact and the SDGs where they don't define them. A path such
        as ``shipped:alb`` is that folder of the shipped data, for values of one's own beside it.
    :returns: the dataset; files are read when first asked for.
    :raises FileError: if a path does not exist.
    :raises EmptyDatasetError: if there is no Turtle file below the paths.

    >>> dataset = open_dataset()
    >>> len(dataset.elements("Action", framework="gcm"))
    187
    """
    if not paths:
        return Dataset(shipped_data())
    files: list[Path] = []
    for path in map(Path, paths):
        if str(path).startswith(_SHIPPED):
            files += _shipped_folder(str(path).removeprefix(_SHIPPED))
            continue
        if not path.exists():
            raise FileError(path, "no such file or folder: check the path")
        files += turtle_files(path)
    if not files:
        names = ", ".join(str(p) for p in paths)
        raise EmptyDatasetError(f"{names}: no Turtle file (*.ttl) here: check the path")
    return Dataset(list(dict.fromkeys(files)), own=True)


def _shipped_folder(name: str) -> list[Path]:
    """List the files of one folder of the shipped data."""
    names = sorted({path.parent.name for path in shipped_data()})
    if name not in names:
        raise InputError(
            f"{_SHIPPED}{name}: no such folder of the shipped data: {', '.join(names)}"
        )
    return shipped_data(name)


def find_context(frameworks: Collection[str], named: Collection[str]) -> tuple[Path, ...]:
    """List the shipped files that files of one's own lean on, besides the ontology.

    :param frameworks: IRIs of the frameworks that they describe.
    :param named: IRIs of ours that they name and don't describe.
    """
    lacking = [name for iri, name in _CONTEXT.items() if iri not in frameworks]
    # Countries always: a file may add one of its own and name others.
    return (*shipped_data(*lacking, _COUNTRIES), *_find_named(set(named)))


def _find_named(named: set[str]) -> list[Path]:
    """List the shipped files that describe what one's own files name and don't describe."""
    named.discard(GCM)
    found = []
    for path, described in _described_by_file() if named else ():
        here = named & described
        if here:
            found.append(path)
            named -= here
    return found


@lru_cache(maxsize=1)
def _described_by_file() -> tuple[tuple[Path, frozenset[str]], ...]:
    """Return what each file of :func:`_describing` describes."""
    found = []
    for path, text in _describing():
        iris = re.findall(rb"(?<=\n<)[^<>\n]+(?=>\n)", text)
        found.append((path, frozenset(iri.decode() for iri in iris)))
    return tuple(found)


def _describing() -> Iterator[tuple[Path, bytes]]:
    """Iterate the shipped files that describe what others' files may name, with their bytes.

    Frameworks, institutions and sources only: a crosswalk would bring in another country's
    assessments.
    """
    for path in shipped_data():
        shared = path.parent.name in (*_CONTEXT.values(), _COUNTRIES)
        if not (shared or "--" in path.stem or path.stem in ("anomalies", "claims")):
            yield path, path.read_bytes()


@lru_cache(maxsize=1)
def find_context_subjects() -> frozenset[str]:
    """Return every IRI for which :func:`find_context` would bring in a file."""
    found = (iri for _, iris in _described_by_file() for iri in iris)
    return frozenset(iri for iri in found if iri.startswith(ID)) - {GCM}


def refuse_mixture(store: GraphStore) -> None:
    """Refuse data in which synthetic and real countries meet, so that no figure mixes them.

    :param store: everything that is to be asked together.
    :raises InputError: naming one of each.
    """
    found = run_query(store, find_query("select_mixed_data"))
    if found.rows:
        real, synthetic = (compact(str(iri)) for iri in found.rows[0])
        raise InputError(
            f"synthetic and real data must not be mixed: {synthetic} is synthetic and {real} is "
            "not: keep them in folders and stores of their own"
        )


def _survey_store(store: EmbeddedStore) -> tuple[set[str], set[str]]:
    """Return the frameworks that a store describes, and what of the shipped data it only names."""
    frameworks = {iri for iri in _CONTEXT if store.has(iri, RDF + "type", GCMO + "Framework")}
    candidates = (iri for iri in find_context_subjects() if not iri.startswith(GCM + "/"))
    return frameworks, {
        iri for iri in candidates if store.has(value=iri) and not store.has(subject=iri)
    }


class Dataset:
    """Files of linked data and everything that can be asked of them.

    :param files: the Turtle files.
    :param own: whether these are a user's own files, to which the shipped frameworks are added.
    :param curated: whether it has the links that somebody judged, beside those a source states.
    """

    def __init__(self, files: Iterable[Path], *, own: bool = False, curated: bool = True) -> None:
        self.files = tuple(files)
        self.own = own
        self.curated = curated

    @cached_property
    def stated(self) -> Dataset:
        """The same dataset without curated links, so that these and stated ones never mix."""
        if not self.curated:
            return self
        dataset = Dataset(self.files, own=self.own, curated=False)
        if "triples_by_file" in self.__dict__:
            dataset.__dict__["triples_by_file"] = self.triples_by_file
        return dataset

    @cached_property
    def triples_by_file(self) -> dict[Path, list[ox.Triple]]:
        """The triples of each of the dataset's own files, in document order.

        :raises FileError: naming file, line and column, if one is not Turtle.
        """
        from gcm_ld.turtle import read_turtle

        return {path: read_turtle(path) for path in self.files}

    @cached_property
    def context_files(self) -> tuple[Path, ...]:
        """The shipped files that the dataset leans on.

        The ontology; for one's own files also the countries, the Compact and the SDGs if they
        don't define them, and whatever describes other frameworks, institutions and sources that
        they name.
        """
        return self._find_context_files(None)

    def _find_context_files(self, store: EmbeddedStore | None) -> tuple[Path, ...]:
        """Find them by the files, or by the store that these have just been loaded into."""
        ontology = turtle_files(folder("ontology"))
        if not self.own:
            return tuple(ontology)
        named = _survey_store(store) if store is not None else self._survey()
        return (*ontology, *find_context(*named))

    def _survey(self) -> tuple[set[str], set[str]]:
        """Return the frameworks that one's own files describe, and what of ours they only name.

        File by file, so that many countries need no more memory than one.
        """
        from gcm_ld.turtle import read_turtle

        known = self.__dict__.get("triples_by_file", {})
        frameworks, described, values = set(), set(), set()
        for path in self.files:
            for t in known.get(path) or read_turtle(path):
                subject, value = getattr(t.subject, "value", ""), getattr(t.object, "value", "")
                described.add(subject)
                if value.startswith(ID):
                    values.add(value)
                elif value == GCMO + "Framework" and t.predicate.value == RDF + "type":
                    frameworks.add(subject)
        return frameworks, {v for v in values - described if not v.startswith(GCM + "/")}

    @cached_property
    def asserted(self) -> EmbeddedStore:
        """The dataset with its context in a store, as the files say it.

        It saves the rules' time where a question needs only asserted statements; once
        :attr:`store` has been asked for, it is that same store.

        :raises FileError: if a file is not Turtle.
        :raises EmptyDatasetError: if the files hold no statement.
        :raises InputError: if synthetic and real data meet.
        """
        from gcm_ld.turtle import read_turtle

        store = EmbeddedStore()
        for path in self.files:
            try:
                store.load_text(self._read(path), name=path)
            except FileError:
                read_turtle(path)  # whose lines are those of the file
                raise
        if not len(store):
            names = ", ".join(str(f) for f in self.files[:3])
            raise EmptyDatasetError(f"{names}: no statement in it: there is nothing to ask")
        # A look-up each is quicker than to read the files once more for what they name.
        context = self.__dict__.get("context_files") or self._find_context_files(store)
        self.__dict__.setdefault("context_files", context)
        for path in context:
            store.load_file(path)
        refuse_mixture(store)
        if not self.curated:
            store.remove_subjects(GCMO + "basis", GCMO + "Curated")
        return store

    def _read(self, path: Path) -> bytes:
        """Return the text of one of its files, to be loaded into the store."""
        return read_bytes(path)

    @cached_property
    def store(self) -> EmbeddedStore:
        """The same store with the statements that the rules derive; see :attr:`asserted`."""
        store = self.asserted
        for rule in list_rules():
            store.add(store.construct(rule.text))
        return store

    @cached_property
    def observed(self) -> EmbeddedStore:
        """The same store with coverage counted once and for all, for questions across countries."""
        store = self.asserted
        for rule in list_observations():
            store.add(store.construct(rule.text))
        return store

    @cached_property
    def records(self) -> list[Record]:
        """Every record of the dataset and its frameworks, by IRI."""
        from gcm_ld.build import read_records

        return read_records(self.store.triples())

    def _all(self, cls: type[_R]) -> Iterator[_R]:
        return (r for r in self.records if isinstance(r, cls))

    def frameworks(self) -> list[Framework]:
        """List the frameworks.

        >>> {"alb-nsm-2019", "gcm"} <= {f.code for f in open_dataset().frameworks()}
        True
        """
        from gcm_ld.model import Framework

        return list(self._all(Framework))

    def elements(self, kind: str | None = None, *, framework: str | None = None) -> list[Element]:
        """List framework elements.

        :param kind: a class, such as ``Objective``; all of them if not given.
        :param framework: a framework's code, such as ``gcm``.

        >>> open_dataset().elements("Outcome", framework="alb-nsm-2019")[0].notation
        'A1.1'
        """
        from gcm_ld.model import Element

        scheme = framework_iri(framework) if framework else None
        return [
            e
            for e in self._all(Element)
            if (kind is None or e.kind == kind) and (scheme is None or e.framework == scheme)
        ]

    def assessments(self) -> list[Assessment]:
        """List the assessments: one for each action and assessed framework."""
        from gcm_ld.model import Assessment

        return list(self._all(Assessment))

    def alignments(self) -> list[Alignment]:
        """List the links of every crosswalk.

        >>> {link.basis.rpartition("#")[2] for link in open_dataset().stated.alignments()}
        {'Stated'}
        """
        from gcm_ld.model import Alignment

        return list(self._all(Alignment))

    def query(self, name: str, **parameters: str) -> Rows:
        """Run a question of the library, or of a file.

        :param name: the query's name, or the path of a ``.rq`` file.
        :param parameters: its parameters, as text.
        :returns: columns and rows; ``.dicts()`` iterates them by name.
        :raises QueryError: if the query or a parameter is wrong.

        >>> rows = open_dataset().query("select_framework_elements", framework="gcm")
        >>> rows.columns[:3]
        ('framework', 'kind', 'elements')
        """
        query = find_query(name)
        if "observations" in query.tags:
            store = self.observed
        else:
            store = self.asserted if "asserted" in query.tags else self.store
        return run_query(store, query, parameters)

    def frame(self, name: str, **parameters: str) -> Any:
        """Run a question and return a pandas DataFrame; see :meth:`query`.

        :raises MissingExtraError: if pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtraError("pandas", "pandas", "a data frame") from None
        rows = self.query(name, **parameters)
        return pd.DataFrame(rows.rows, columns=list(rows.columns))

    def __repr__(self) -> str:
        return f"<Dataset of {len(self.files)} files>"

    def _repr_html_(self) -> str:
        """Show the dataset in a notebook: what it holds, by framework."""
        return self.query("select_framework_elements")._repr_html_()
