"""Times the full default board beside a loop in the way of challengeR, each in its own process.

The board: AUROC with its interval, rank interval, P(rank 1), rank sets, tie group, stability and
tests of all pairs by 10,000 sign flips, for 100 models x 10,000 cases x 1,000 resamples. The loop
draws cases, joins a long table to them, takes means and ranks, one resample after the other
(challengeR's own R code took 3,540 CPU seconds, scaled up, on a 2-core machine). CPU seconds of all
threads; memory is the whole process's, interpreter and libraries included.

    python scripts/benchmarks/board.py
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
from bench.clock import cpu

MODELS, CASES, RESAMPLES, PERMUTATIONS = 100, 10_000, 1_000, 10_000
LOOPED = 3


def data() -> tuple[Any, dict[str, Any], Any]:
    """Return truth, predictions by name and the unit of each case."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, CASES)
    skill = np.linspace(1.0, 1.3, MODELS)
    scores = rng.normal(size=(CASES, MODELS)) + truth[:, None] * skill
    return truth, {f"m{i:03d}": scores[:, i] for i in range(MODELS)}, np.arange(CASES)


def board() -> None:
    """Print the seconds of the full board; the second call has compiled code."""
    from workbench import metrics
    from workbench.challenge.ranking import rank_predictions

    truth, predictions, units = data()

    def full() -> Any:
        found = rank_predictions(
            metrics.get("auroc"),
            truth,
            predictions,
            units,
            resamples=RESAMPLES,
            permutations=PERMUTATIONS,
        )
        return [found.table(name) for name in ("scores", "pairs", "rank_counts", "stability")]

    full()
    print(f"{'full board, AUROC, sign flips':58s}{cpu(full)[0]:10.3f} s")


def one_more() -> None:
    """Print the seconds of one submission more on a board that keeps resampled values only."""
    from workbench import metrics
    from workbench.challenge.ranking import rank_resampled, resampled_scores

    truth, predictions, units = data()
    metric = metrics.get("auroc")
    bootstrap = metrics.UnitBootstrap(truth, units, RESAMPLES, 0)
    names = list(predictions)
    values, _, _ = bootstrap.values(metric, *predictions.values())
    points = metric.columns_of_models(truth, list(predictions.values()))[:, 0]
    extra = predictions[names[50]] + np.random.default_rng(1).normal(size=CASES)

    def score() -> Any:
        row, _, _ = bootstrap.values(metric, extra)
        return metric(truth, extra), row

    def derive(point: float, row: Any) -> Any:
        scores = resampled_scores(
            [*names, "new"],
            np.append(points, point),
            np.vstack([values, row]),
            direction="maximize",
            n_units=CASES,
        )
        found = rank_resampled(scores)
        return (
            found.score_intervals,
            found.rank_intervals,
            found.first_shares,
            found.rank_sets,
            found.tie_group,
        )

    derive(*score())
    scoring, (point, row) = cpu(score)
    deriving, _ = cpu(lambda: derive(point, row))
    drawing, _ = cpu(lambda: metrics.unit_weights(units, RESAMPLES, 0))
    print(f"{'one submission more: score it on the kept resamples':58s}{scoring:10.3f} s")
    print(f"{'one submission more: derive the board of 101 again':58s}{deriving:10.3f} s")
    print(f"{'one submission more: both':58s}{scoring + deriving:10.3f} s")
    print(f"{'(drawing the resamples again, where they were not kept)':58s}{drawing:10.3f} s")


def loop() -> None:
    """Print the seconds of the per-resample merge, aggregate and rank, scaled up."""
    _, predictions, _ = data()
    cases = np.arange(CASES)
    table = pd.concat(
        [
            pd.DataFrame({"case": cases, "algorithm": name, "value": values})
            for name, values in predictions.items()
        ]
    )
    rng = np.random.default_rng(0)

    def resample() -> Any:
        drawn = pd.DataFrame({"case": rng.choice(cases, CASES)})
        merged = drawn.merge(table, on="case")
        return merged.groupby("algorithm")["value"].mean().rank(ascending=False, method="min")

    resample()
    seconds, _ = cpu(lambda: [resample() for _ in range(LOOPED)])
    name = f"pandas loop, means only, {LOOPED} resamples scaled up"
    print(f"{name:58s}{seconds * RESAMPLES / LOOPED:10.1f} s")


PARTS = {"board": board, "one_more": one_more, "loop": loop}


def main() -> None:
    """Run every part in a process of its own and print its peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS)
    options = parser.parse_args()
    if options.part:
        PARTS[options.part]()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'  peak memory of this process':58s}{peak:10.0f} MB")
        return
    print(f"{MODELS} models x {CASES:,} cases x {RESAMPLES:,} resamples, CPU seconds", flush=True)
    for part in PARTS:
        subprocess.run([sys.executable, __file__, "--part", part], check=True, env=os.environ)


if __name__ == "__main__":
    main()
