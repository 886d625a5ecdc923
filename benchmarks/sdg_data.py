"""Time and memory of ``gcm-ld report sdg-data`` on large SDG data.

    python benchmarks/sdg_data.py [ROWS]

Writes made-up values of 250 areas, 40 series and 25 years, with four cells each (1 million rows at
most), as a file of the UN's database and as SDMX-CSV, and a tenth of them as Turtle, and reads each
in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import sdgdata  # noqa: E402

_INDICATORS = ("10.7.4", "10.7.1", "1.1.1", "3.1.1", "8.5.2", "17.18.1", "16.2.2", "5.5.1")


def _cells() -> Iterator[tuple[str, str, str, str, str, str]]:
    """Iterate value, indicator, series, area, year and sex."""
    for n in range(250):
        area = {0: "1", 1: "990"}.get(n, str(n + 100))
        for i in range(40):
            for year in range(2000, 2025):
                for sex in ("T", "M", "F", "U"):
                    value = f"{n + year / 7:.2f}"
                    yield value, _INDICATORS[i % 8], f"SR_{i}", area, str(year), sex


def _write(folder: Path, rows: int) -> dict[str, tuple[Path, ...]]:
    database, sdmx, turtle, places = (
        folder / name for name in ("database.csv", "sdmx.csv", "cube.ttl", "places.ttl")
    )
    with database.open("w", encoding="utf-8") as a, sdmx.open("w", encoding="utf-8") as b:
        a.write(sdgdata.HEAD + "\n")
        b.write(sdgdata.SDMX_HEAD + "\n")
        for value, indicator, series, area, year, sex in islice(_cells(), rows):
            named = {"T": "BOTHSEX", "M": "MALE", "F": "FEMALE"}.get(sex, sex)
            row = sdgdata.database_row(
                value, indicator=indicator, series=series, area=area, period=year, sex=named
            )
            a.write(row + "\n")
            code = "_T" if sex == "T" else sex
            b.write(sdgdata.sdmx_row(value, series=series, area=area, period=year, sex=code) + "\n")
    head = sdgdata.GRAPH.partition("\n<http://example.org/1>")[0]
    with turtle.open("w", encoding="utf-8") as out:
        out.write(head)
        # Every area, and a tenth of the series.
        some = (c for c in islice(_cells(), rows) if c[2] in ("SR_0", "SR_8", "SR_16", "SR_24"))
        for n, (value, _, series, area, year, sex) in enumerate(some):
            names = f"<http://example.org/series> sdg:{series}"
            text = sdgdata.observation(
                n, value, names=names, area=f'"{area}"', period=year, sex=sex
            )
            out.write(text)
    lines = [f"sdg:SR_{i} a sdgo:Series ; skos:broader sdg:C100704 ." for i in range(40)]
    places.write_text(sdgdata.VOCABULARY + "\n".join(lines) + "\n", encoding="utf-8")
    return {"database": (database,), "sdmx": (sdmx, places), "turtle": (turtle, places)}


def main(rows: int) -> None:
    """Print a line for each form."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = sdgdata.write_plan(folder / "xkx")
        for form, sources in _write(folder, rows).items():
            given = [word for path in sources for word in ("--sdg-data", str(path))]
            command = [sys.executable, "-m", "gcm_ld", "report", "sdg-data", "--data", str(plan)]
            start = time.perf_counter()
            with subprocess.Popen([*command, *given], stdout=subprocess.PIPE, text=True) as run:
                assert run.stdout
                said = [line for line in run.stdout if line.startswith("series with")]
                _, status, usage = os_wait(run)
            took = time.perf_counter() - start
            size = sources[0].stat().st_size / 1e6
            memory = usage.ru_maxrss / 1024
            busy = usage.ru_utime + usage.ru_stime
            figures = f"{took:5.1f} s, {busy:5.1f} s of them busy, {memory:4.0f} MB of memory"
            print(f"{form:9} {size:4.0f} MB  {figures}  {said[0]}", end="")
            assert status == 0


def os_wait(run: subprocess.Popen[str]) -> tuple[int, int, resource.struct_rusage]:
    """Wait for a process, and return what it used."""
    import os

    found = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(found[1])
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
