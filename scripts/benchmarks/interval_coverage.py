"""Prints how often 95 % intervals cover the truth, by number of patients with five slides each.

Two slides of a patient share half of their variance. Run:

    OMP_NUM_THREADS=1 python scripts/benchmarks/interval_coverage.py --sets 2000
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from workbench.metrics import TISSUENET_COST, UnitBootstrap, get
from workbench.metrics.delong import delong

SLIDES = 5
CUTS = np.array([-0.67448975, 0.0, 0.67448975])
NOISE = 0.7


def draw(rng: np.random.Generator, patients: int) -> tuple[NDArray[np.float64], ...]:
    """Return severity and noisy reading of each slide, and the slide's patient."""
    units = np.repeat(np.arange(patients), SLIDES)
    size = patients * SLIDES

    def correlated() -> NDArray[np.float64]:
        return (rng.normal(size=patients)[units] + rng.normal(size=size)) / np.sqrt(2)

    severity = correlated()
    return severity, severity + NOISE * correlated(), units


def true_values() -> dict[str, float]:
    """Return the values on a very large set."""
    severity, reading, _ = draw(np.random.default_rng(99), 400_000)
    return {name: metric(truth, given) for name, metric, truth, given in tasks(severity, reading)}


def tasks(severity: NDArray[np.float64], reading: NDArray[np.float64]) -> Iterator[tuple]:
    """Give the two scored tasks: grade in four classes, and severe or not."""
    grades = np.searchsorted(CUTS, severity), np.searchsorted(CUTS, reading)
    yield "cost score", get("cost-score", 4, cost=TISSUENET_COST), *grades
    yield "AUROC", get("auroc"), (severity > CUTS[2]).astype(int), ndtr(reading)


def coverage(patients: int, sets: int, resamples: int, expected: dict[str, float]) -> dict:
    """Return the share of intervals that cover, by task and method."""
    covered: dict[tuple[str, str], int] = {}
    for seed in range(sets):
        severity, reading, units = draw(np.random.default_rng([patients, seed]), patients)
        for name, metric, truth, given in tasks(severity, reading):
            bootstrap = UnitBootstrap(truth, units, resamples, seed)
            intervals = {
                method: (found.low, found.high)
                for method in ("percentile", "bca")
                for found in [bootstrap.interval(metric, given, method=method)]
            }
            rows = UnitBootstrap(truth, np.arange(len(truth)), resamples, seed)
            blind = rows.interval(metric, given)
            intervals["rows as units (wrong)"] = (blind.low, blind.high)
            if name == "AUROC":
                intervals["clustered DeLong, logit"] = delong(truth, given, units).interval()
            for method, (low, high) in intervals.items():
                key = (name, method)
                covered[key] = covered.get(key, 0) + (low <= expected[name] <= high)
    return {key: count / sets for key, count in covered.items()}


def main() -> None:
    """Print one table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--patients", type=int, nargs="+", default=[20, 40, 100, 200])
    options = parser.parse_args()
    expected = true_values()
    found = {p: coverage(p, options.sets, options.resamples, expected) for p in options.patients}
    print("| metric | interval | " + " | ".join(f"{p} patients" for p in found) + " |")
    print("|---|---|" + "---|" * len(found))
    for name, method in next(iter(found.values())):
        shares = " | ".join(f"{100 * table[name, method]:.1f} %" for table in found.values())
        print(f"| {name} | {method} | {shares} |")


if __name__ == "__main__":
    main()
