"""Loading an endpoint: a graph for each dataset, put one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.endpoint.graphs import MERGED, Endpoint
from gcm_ld.endpoint.options import EndpointOptions
from gcm_ld.endpoint.source import EndpointSource
from gcm_ld.errors import InputError
from gcm_ld.namespaces import ID, ONTOLOGY, PREFIXES
from gcm_ld.store.database import DERIVED, OBSERVATIONS, Database, Snapshot
from gcm_ld.store.web import EndpointError
from gcm_ld.words import plural

__all__ = ["LoadReport", "load_endpoint"]

#: The graph that lists the datasets that were asked for.
_CATALOGUE = ID + "dataset"
_LISTS = ox.NamedNode(PREFIXES["dcat"] + "dataset")
#: Putting a graph takes an engine longer than a question.
_PATIENCE = 600.0


@dataclass
class LoadReport:
    """What a load did at an endpoint.

    :param put: graph → how many statements it now holds.
    :param deleted: graphs of the same groups that are gone.
    :param merged: how many statements were put into the default graph, if any.
    """

    put: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    merged: int | None = None

    def describe(self) -> str:
        """Say it in a sentence."""
        text = f"{plural(len(self.put), 'graph')} put, {sum(self.put.values()):,} statements"
        if self.deleted:
            text += f"; {plural(len(self.deleted), 'graph')} deleted that the groups no longer have"
        if self.merged is not None:
            text += f"; {self.merged:,} statements merged"
        return text + "."


def load_endpoint(
    url: str,
    paths: Sequence[Path] = (),
    options: EndpointOptions | None = None,
    *,
    merge: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Put datasets into an endpoint: what their files say, what rules derive, what was counted.

    Each is a graph of its own, put in place of the one that was there, so that a load can be
    repeated. What a group no longer has is deleted; other groups stay.

    :param url: the endpoint.
    :param paths: Turtle files and folders; none for the shipped data.
    :param options: how it is called.
    :param merge: also put the merge of all that is loaded into the default graph, in place of what
        it holds, or into a graph of its own where an engine has no such: for engines that do not
        look into named graphs by themselves, or count twice what stands in two of them. Load all
        groups at once, then.
    :param progress: told what is going on.
    :raises InputError: if the data can't be read, or the endpoint refuses a graph; the message
        says what is in place and what is not.
    """
    from gcm_ld.loading import load

    options = options or EndpointOptions()
    options = replace(options, timeout=max(options.timeout, _PATIENCE))
    endpoint = Endpoint(url, options)
    source = EndpointSource(url, options)
    held = {h.graph: h for h in source.held}  # before anything: is it there, and who are we?
    if not merge and endpoint.default is not endpoint.store:
        raise InputError(
            f"{endpoint.name}: it holds a merge of all its datasets, which this load would leave "
            "out of date: load all groups at once, with --merge"
        )
    with tempfile.TemporaryDirectory(prefix="gcm-ld-load-") as name:
        load(Path(name) / "store", paths, progress=progress)
        with Database(Path(name) / "store").open() as snapshot:
            theirs = {graph for graph, h in held.items() if h.own}
            work = dict(_graphs(snapshot, theirs))
            own = {d.graph for d in snapshot.datasets.values() if d.own}
            groups = {d.group for d in snapshot.datasets.values() if d.own}
            stale = {g for g in theirs if held[g].group in groups} - own
            kept = own | (theirs - stale)
            work[_CATALOGUE] = _catalogue(kept)
            report = LoadReport()
            _put(endpoint, work, report, progress)
            _delete(endpoint, stale, own, report)
            if merge:
                progress("merging")
                everything = snapshot.store.dump(
                    format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()
                )
                _put_merged(endpoint, everything or b"")
                report.merged = (everything or b"").count(b" .\n")
    return report


def _graphs(snapshot: Snapshot, theirs: set[str]) -> Iterator[tuple[str, bytes]]:
    """Iterate the graphs to put; what comes along stands back where the endpoint has its own."""
    datasets = sorted(snapshot.datasets.values(), key=lambda d: (d.own, d.name))
    bases = [ONTOLOGY, *(d.graph for d in datasets if d.own or d.graph not in theirs)]
    for base in bases:
        for graph in (base,) if base == ONTOLOGY else (base, base + DERIVED, base + OBSERVATIONS):
            content = snapshot.store.dump(
                format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)
            )
            if content:
                yield graph, content


def _catalogue(own: set[str]) -> bytes:
    home = ox.NamedNode(_CATALOGUE)
    triples = [ox.Triple(home, _LISTS, ox.NamedNode(graph)) for graph in sorted(own)]
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _put(
    endpoint: Endpoint,
    work: dict[str, bytes],
    report: LoadReport,
    progress: Callable[[str], None],
) -> None:
    for n, (graph, content) in enumerate(work.items(), 1):
        progress(f"putting {graph.removeprefix(ID)} ({n:,} of {len(work):,})")
        try:
            endpoint.put(graph, content)
        except InputError as error:
            raise InputError(
                f"{_tell(report, work)} Then: {error}. Put right what it says and load again: "
                "that replaces what is there"
            ) from None
        report.put[graph] = content.count(b" .\n")
    counted = {str(g): int(str(n)) for g, n in endpoint.ask("select_graphs").rows}
    for graph, statements in report.put.items():
        there = counted.get(graph, 0)
        if there != statements and _is_data(graph):
            raise InputError(
                f"{endpoint.name}: all {len(work):,} graphs were put, but {graph} holds {there:,} "
                f"statements of {statements:,}: load again, or look into the engine's log"
            )


def _is_data(graph: str) -> bool:
    """Tell whether a graph's statements can be counted: the ontology has blank nodes."""
    return graph != ONTOLOGY


def _tell(report: LoadReport, work: dict[str, bytes]) -> str:
    """Say which graphs are in place and which are not."""
    missing = [graph.removeprefix(ID) for graph in work if graph not in report.put]
    names = ", ".join(missing[:3]) + (f" and {len(missing) - 3:,} more" if missing[3:] else "")
    done = f"{len(report.put):,} of {plural(len(work), 'graph')} are in place"
    return f"{done}; not so {names}."


def _put_merged(endpoint: Endpoint, ntriples: bytes) -> None:
    """Put the merge into the default graph, or where there is none into a graph of its own."""
    if "Virtuoso" not in endpoint.store.server:  # it has none, and breaks the connection
        try:
            endpoint.put(None, ntriples)
        except EndpointError as error:
            if error.status is None or error.status in (401, 403, 413):
                raise
        else:
            return
    endpoint.put(MERGED, ntriples)


def _delete(endpoint: Endpoint, stale: set[str], own: set[str], report: LoadReport) -> None:
    """Delete what the groups no longer have: datasets, and what was derived or counted of them."""
    known = {str(row[0]) for row in endpoint.ask("select_graphs").rows}
    gone = {g + ending for g in stale for ending in ("", DERIVED, OBSERVATIONS)}
    gone |= {g + ending for g in own for ending in (DERIVED, OBSERVATIONS)} - report.put.keys()
    for graph in sorted(gone & known):
        endpoint.delete(graph)
        report.deleted.append(graph)
