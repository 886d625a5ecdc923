"""The floor for dumps: rdflib's own parser and serializers, and nothing else.

    python benchmarks/floor_dumps.py FOLDER OUT

Reads every Turtle file below a folder and writes each, and all together, in the formats of
``gcm-ld publish``: Turtle, N-Triples, JSON-LD, RDF/XML and N-Quads, and TriG for all.
"""

from __future__ import annotations

import gzip
import sys
import warnings
from pathlib import Path

import rdflib


def main(folder: Path, out: Path) -> None:
    """Write the dumps."""
    warnings.simplefilter("ignore")
    everything = rdflib.Dataset()
    formats = {"ttl": "turtle", "nt.gz": "nt", "jsonld": "json-ld", "rdf": "xml", "nq.gz": "nquads"}

    def write(graph: rdflib.Graph, stem: str, endings: dict[str, str]) -> None:
        for ending, format_ in endings.items():
            path = out / f"{stem}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            if ending.endswith(".gz"):
                with gzip.open(path, "wb") as file:
                    graph.serialize(file, format=format_, encoding="utf-8")
            else:
                graph.serialize(path, format=format_, encoding="utf-8")

    triples = rdflib.Graph()
    for path in sorted(folder.rglob("*.ttl")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        graph = everything.graph(rdflib.URIRef(f"https://w3id.org/gcm-ld/id/dataset/{name}"))
        graph.parse(path)
        for triple in graph:
            triples.add(triple)
        write(graph, name, {k: v for k, v in formats.items() if k != "nq.gz"})
        single = rdflib.Dataset()
        for triple in graph:
            single.add((*triple, graph.identifier))
        write(single, name, {"nq.gz": "nquads"})
    write(triples, "all", {k: v for k, v in formats.items() if k != "nq.gz"})
    write(everything, "all", {"nq.gz": "nquads", "trig": "trig"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
