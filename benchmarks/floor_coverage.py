"""The floor under ``gcm-ld report coverage``: parse the same files, run the same query, print.

Uses pyoxigraph and nothing of gcm-ld; the folder with data/, ontology/ and queries/ is given
as the only argument.
"""

import sys
from pathlib import Path

import pyoxigraph as ox

root = Path(sys.argv[1])
store = ox.Store()
for path in sorted(root.glob("data/**/*.ttl")) + sorted(root.glob("ontology/*.ttl")):
    store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
for row in store.query((root / "queries" / "select_coverage.rq").read_text()):
    print(*(term.value for term in row), sep="\t")
