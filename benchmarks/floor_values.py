"""Progress by country and objective with pandas, by hand, from folders of CSV tables.

    python benchmarks/floor_values.py FOLDER

The rule mean over the links of indicators and outcomes, as docs/progress.md describes it, and
nothing else: no check of the input, no other rule, no trace of where a figure comes from.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd


def country(folder: Path) -> pd.DataFrame:
    """Return the figures of one country's objectives."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)

    values, targets = read("values"), read("targets")
    total = values[(values["Sex"] == "") & (values["Age"] == "")]
    total = total[total["Migration status"] == ""]
    latest = (
        total.assign(Value=pd.to_numeric(total["Value"]))
        .sort_values("Period")
        .groupby("Indicator")["Value"]
        .last()
    )
    wide = targets.assign(Value=pd.to_numeric(targets["Value"])).pivot_table(
        index="Indicator", columns="What", values="Value"
    )
    indicators = read("indicators").set_index("Code")
    frame = indicators.join(latest).join(wide)
    reached = np.where(
        frame["Better is"] == "Higher",
        frame["Value"] >= frame["Target"],
        frame["Value"] <= frame["Target"],
    )
    way = (frame["Value"] - frame["Baseline"]) / (frame["Target"] - frame["Baseline"])
    progress = way.clip(0, 1)
    only = frame["Baseline"].isna() & frame["Target"].notna() & reached
    progress[only] = 1.0

    crosswalk = read("crosswalk")
    crosswalk = crosswalk[crosswalk["Status"] != "Not applicable"]
    named = crosswalk.assign(Indicator=crosswalk["Indicators"].str.split("\n")).explode("Indicator")
    named = named[named["Indicator"] != ""][["Action", "Indicator"]]
    parts = indicators.reset_index()[["Code", "Part of"]]
    parts.columns = ["Indicator", "Outcomes"]
    through = crosswalk.merge(parts[parts["Outcomes"] != ""], on="Outcomes")
    links = pd.concat([named, through[["Action", "Indicator"]]]).drop_duplicates()
    links["p"] = links["Indicator"].map(progress)

    by_action = links.groupby("Action")["p"]
    count, known, sums = by_action.size(), by_action.count(), by_action.sum()
    actions = pd.DataFrame({"count": count, "known": known, "sum": sums})
    actions = actions.reindex(crosswalk["Action"])
    actions["objective"] = [a.partition(".")[0] for a in actions.index]
    some = actions["known"].fillna(0) > 0
    actions["value"] = (actions["sum"] / actions["known"]).where(some)
    actions["low"] = (actions["sum"] / actions["count"]).where(some, 0.0)
    missing = actions["count"] - actions["known"]
    actions["high"] = ((actions["sum"] + missing) / actions["count"]).where(some, 1.0)
    groups = actions.groupby("objective")
    result = pd.DataFrame(
        {
            "value": groups["value"].mean(),
            "low": groups["low"].mean(),
            "high": groups["high"].mean(),
            "known": groups["value"].count(),
            "of": groups.size(),
        }
    )
    result.loc[result["known"] == 0, ["low", "high"]] = np.nan
    result.insert(0, "framework", read("frameworks")["Code"][0])
    return result.reset_index()


def main() -> None:
    """Print the figures of every country as CSV."""
    folders = sorted(p for p in Path(sys.argv[1]).iterdir() if p.is_dir())
    print(pd.concat([country(f) for f in folders]).to_csv(index=False))


if __name__ == "__main__":
    main()
