"""Times disclosure control of a large table, and attacks what it publishes.

    python scripts/benchmarks/disclosure.py [--substances 250] [--years 8] [--attacked 10]

Patients and cases by substance, year, sex and age with all margins (27,108 cells by default), where
patients overlap over substances and years. Then small cells drawn at random are attacked with
nothing but what is printed: by linear and by integer programming over the whole table, and by a
reader who guesses right which hidden cells are the small ones. Bars: 60 CPU s, 2 GB, nothing found.
"""

from __future__ import annotations

import argparse
import resource
import sys

import numpy as np
import pandas as pd
from bench.clock import cpu
from bench.refresh import hierarchy_of, made_up

from workbench.methods.disclosure.attacker import Known, bounds
from workbench.methods.disclosure.dimension import Dimension, overlapping
from workbench.methods.disclosure.publish import THRESHOLD, Published, publish
from workbench.methods.disclosure.relations import relations
from workbench.methods.disclosure.system import System
from workbench.methods.disclosure.unsafe import UnsafeTable

BAR_CPU, BAR_GB = 60.0, 2.0
MEASURES = ("exposed", "cases")


def found_by_attack(
    truth: pd.DataFrame, table: pd.DataFrame, hierarchy: dict[str, Dimension], drawn: int
) -> dict[str, tuple[int, int, float]]:
    """Return by reader how many small cells were attacked, how many found, and the least width.

    The true counts stand in for a table that agrees with the print (an attacker would search one
    first); the ends of a cell do not depend on which one it is.
    """
    rng = np.random.default_rng(1)
    keys = [tuple(row) for row in table[[*hierarchy]].astype(str).itertuples(index=False)]
    found = {}
    for measure in MEASURES:
        true = truth[measure].to_numpy(dtype=float)
        hidden = table[measure].isna().to_numpy()
        small = hidden & (true > 0) & (true < THRESHOLD)
        cells = rng.choice(np.flatnonzero(small), min(drawn, int(small.sum())), replace=False)
        system = System.of(relations(keys, hierarchy, measure), len(keys))
        low, high = np.where(hidden, 0.0, true), np.where(hidden, np.inf, true)
        guess = np.where(small, 1.0, low), np.where(small, THRESHOLD - 1.0, high)
        for reader, ends, whole, need in (
            ("linear programming", (low, high), False, THRESHOLD),
            ("integer programming", (low, high), True, THRESHOLD),
            ("reader who guesses", guess, True, 1),
        ):
            least, most = bounds(Known(system, *ends, true), cells, whole=whole)
            width = most - least
            near = int((width < need - 1e-6).sum())
            found[f"{measure}, {reader}"] = len(cells), near, float(width.min())
    return found


def published(
    truth: pd.DataFrame, hierarchy: dict[str, Dimension]
) -> tuple[pd.DataFrame, Published]:
    """Return a table and its release, without the substances that no hiding can protect.

    Such as one whose ten cases stand in ten cells: who knows that the total is below 11 and each
    cell at least 1 knows them all. Both calls count.
    """
    try:
        return truth, publish(truth, hierarchy)
    except UnsafeTable as refused:
        cells = [problem.where for problem in refused.problems]
        rare = {cell.split("substance=")[1].split(",")[0] for cell in cells}
        print(
            f"refused for {len(cells)} small counts of {len(rare)} substances, left out", flush=True
        )
        if "all" in rare:
            raise
    parents = hierarchy["substance"].parents
    hierarchy["substance"] = overlapping([one for one in parents if one not in rare])
    kept = truth[~truth["substance"].isin(rare)].reset_index(drop=True)
    return kept, publish(kept, hierarchy)


def main() -> int:
    """Print what it took and what attackers found; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--substances", type=int, default=250)
    parser.add_argument("--years", type=int, default=8)
    parser.add_argument("--attacked", type=int, default=10)
    options = parser.parse_args()
    persons = 800 * options.substances
    truth = made_up(options.substances, options.years, persons)
    hierarchy = hierarchy_of(options.substances, options.years)
    seconds, (truth, release) = cpu(lambda: published(truth, hierarchy))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    audit = release.audit
    print(f"{audit['cells']:,} cells, {audit['hidden_for_a_small_count']:,} with a small count, ")
    print(f"{audit['hidden_to_protect_them']:,} more hidden to protect them")
    kept = seconds <= BAR_CPU and peak <= BAR_GB
    print(
        f"publish: {seconds:.1f} CPU s (bar {BAR_CPU:g}), {peak:.2f} GB (bar {BAR_GB:g})",
        flush=True,
    )
    spent, found = cpu(lambda: found_by_attack(truth, release.table, hierarchy, options.attacked))
    print(f"attacks: {spent:.1f} CPU s", flush=True)
    for reader, (cells, near, width) in found.items():
        kept &= near == 0
        print(f"  {reader}: {near} of {cells} small cells found, least width {width:g}", flush=True)
    print("bars are kept" if kept else "A BAR IS MISSED")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
