"""Compare ways to suggest links, and time the suggestions: the tables of docs/suggest.md.

    python benchmarks/suggest.py [--write] [--sizes 100 1000 10000]

The ways are those of ``gcm-ld suggest --quality``, and rivals that the package does not use: the
tf-idf of scikit-learn, latent semantic analysis (both if scikit-learn is installed), and links
inherited from similar outcomes. ``--write`` only writes the figures that the command prints.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gcm_ld.suggest.figures import Judgement, order, summarise
from gcm_ld.suggest.knowledge import Candidate, Knowledge, load_knowledge
from gcm_ld.suggest.quality import FILE, Quality, Trial, as_data, measure_quality
from gcm_ld.suggest.ranking import Index, Settings
from gcm_ld.suggest.thesaurus import Thesaurus

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "gcm-ld"
CUTS = ("1", "3", "5", "10")


def write_figures() -> None:
    """Write the figures that are shipped, one line a method so that changes show."""
    lines = [
        json.dumps(row, ensure_ascii=False) for row in as_data(measure_quality(load_knowledge()))
    ]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def rivals(knowledge: Knowledge) -> list[Quality]:
    """Judge methods that the package does not use, on actions for an outcome."""
    trial = Trial(knowledge)
    rows = []

    def add(method: str, scores: Sequence[dict[int, float]]) -> None:
        judged: list[Judgement] = trial.judge(map(order, scores))
        rows.append(Quality("rivals: actions for an outcome", method, summarise(judged)))

    texts = [
        " ".join(p.text for p in a.passages if p.part != "objective") for a in knowledge.actions
    ]
    full = [" ".join(p.text for p in a.passages) for a in knowledge.actions]
    titles = [m.title for m in trial.measures]
    wider = [f"{m.title} {m.objective}" for m in trial.measures]
    try:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        print("scikit-learn is not installed: its rivals are left out\n", file=sys.stderr)
    else:
        for name, queries, documents in (
            ("scikit-learn tf-idf", titles, texts),
            ("scikit-learn tf-idf, with objectives", wider, full),
        ):
            vectorizer = TfidfVectorizer(stop_words="english").fit(documents)
            matrix = vectorizer.transform(queries) @ vectorizer.transform(documents).T
            add(name, [dict(enumerate(row)) for row in matrix.toarray().tolist()])
        vectorizer = TfidfVectorizer(stop_words="english").fit(full)
        for size in (50, 100):
            svd = TruncatedSVD(size, random_state=0).fit(vectorizer.transform(full))
            left, right = (svd.transform(vectorizer.transform(t)) for t in (wider, full))
            for matrix in (left, right):
                matrix /= (matrix**2).sum(axis=1, keepdims=True) ** 0.5 + 1e-12
            # Below zero there is no likeness, and nothing is suggested.
            found = (left @ right.T).tolist()
            add(f"latent semantic analysis, {size} dimensions", [dict(enumerate(r)) for r in found])
    for name, apart in (
        ("inherited from similar outcomes", lambda one, two: one.iri != two.iri),
        (
            "inherited, other objectives' outcomes only",
            lambda one, two: one.objective != two.objective,
        ),
    ):
        inherited = inherit(trial, apart)
        add(name, inherited)
        own = trial.scores(Settings())
        mixed = [
            {n: s.get(n, 0.0) + 0.3 * i.get(n, 0.0) for n in {*s, *i}}
            for s, i in zip(own, inherited, strict=True)
        ]
        add(f"words, and {name}", mixed)
    return rows


def inherit(trial: Trial, apart: Callable[..., bool]) -> list[dict[int, float]]:
    """Give each outcome the actions of those like it, by likeness."""
    known = [
        Candidate(iri=m.iri, code=m.code, title=m.title, group=m.code, passages=m.passages)
        for m in trial.measures
    ]
    index = Index(known, thesaurus=Thesaurus([]), settings=Settings(siblings=0, synonyms=0))
    result = []
    for measure in trial.measures:
        scores: dict[int, float] = {}
        for number, likeness in index.score(measure.passages).total.items():
            if apart(measure, trial.measures[number]):
                for action in trial.links[number]:
                    share = likeness / len(trial.links[number]) ** 0.5
                    scores[action] = scores.get(action, 0.0) + share
        result.append(scores)
    return result


def print_table(rows: Sequence[Quality]) -> None:
    """Print figures as Markdown, a table for each task."""
    data = as_data(rows)
    for task in dict.fromkeys(r["task"] for r in data):
        mine = [r for r in data if r["task"] == task]
        print(f"{task}: {mine[0]['queries']} asked, {mine[0]['links']} links known\n")
        print("| method | " + " | ".join(f"P@{k}" for k in CUTS), end=" | ")
        print(" | ".join(f"R@{k}" for k in CUTS) + " | MAP | 95 % of P@5 | of R@5 | of MAP |")
        print("|---|" + "---|" * (2 * len(CUTS) + 4))
        for row in mine:
            figures = [row[f][k] for f in ("precision", "recall") for k in CUTS]
            cells = [f"{100 * v:.0f}" for v in figures] + [f"{100 * row['average_precision']:.0f}"]
            for name in ("precision", "recall", "average_precision"):
                low, high = row["intervals"].get(name, (None, None))
                cells.append("" if low is None else f"{100 * low:.0f}–{100 * high:.0f}")
            print(f"| {row['method']} | " + " | ".join(cells) + " |")
        print()


def time_sizes(sizes: Sequence[int], runs: int = 3) -> None:
    """Time the command on tables of some sizes, made of Albania's outcomes."""
    measures = load_knowledge().measures
    print("| rows | median s | rows a second |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.csv"
            lines = ["Code,Title,Objective"]
            for n in range(size):
                # The words of two outcomes, so that texts differ.
                one, two = measures[n % len(measures)], measures[n // len(measures) % len(measures)]
                lines.append(f'{n},"{one.title} {two.title}","{one.objective}"')
            path.write_text("\n".join(lines), encoding="utf-8")
            seconds = []
            for _ in range(runs):
                start = time.perf_counter()
                subprocess.run(
                    [str(PROGRAM), "suggest", str(path), "--format", "csv"],
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                seconds.append(time.perf_counter() - start)
            median = sorted(seconds)[runs // 2]
            print(f"| {size} | {median:.2f} | {size / median:.0f} |")


def main() -> None:
    """Print every table, or write the shipped figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the shipped figures and stop")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10000])
    options = parser.parse_args()
    if options.write:
        write_figures()
        return
    knowledge = load_knowledge()
    print_table([*measure_quality(knowledge), *rivals(knowledge)])
    time_sizes(options.sizes)


if __name__ == "__main__":
    main()
