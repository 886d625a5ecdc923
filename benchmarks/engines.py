"""Compare SHACL engines on the shipped data, apart from the command around them.

    pip install pyshifty && python benchmarks/engines.py [--runs 5]

Prints the median seconds from serialised data and shapes to findings, imports included in the
first run only, and how many findings each engine gives.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import pyoxigraph as ox

from gcm_ld import open_dataset
from gcm_ld.validate import ENGINES, data_shapes


def _shifty(data: bytes, shapes: bytes) -> int:
    import shifty
    from rdflib import RDF, SH

    _, report, _ = shifty.validate(data.decode(), shapes.decode())
    return len(list(report.subjects(RDF.type, SH.ValidationResult)))


def main() -> None:
    """Time each engine and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    triples = open_dataset().store.triples()
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    shapes = b"\n".join(path.read_bytes() for path in data_shapes())
    engines: dict[str, Callable[[bytes, bytes], int]] = {
        name: lambda d, s, run=run: len(run(d, s)) for name, run in ENGINES.items()
    }
    engines["pyshifty"] = _shifty
    print(f"{len(triples)} statements\n\n| engine | median s | findings |\n|---|---|---|")
    for name, run in engines.items():
        seconds, findings = [], 0
        for _ in range(1 if name == "pyshacl" else runs):
            start = time.perf_counter()
            findings = run(data, shapes)
            seconds.append(time.perf_counter() - start)
        print(f"| {name} | {statistics.median(seconds):.2f} | {findings} |")


if __name__ == "__main__":
    main()
