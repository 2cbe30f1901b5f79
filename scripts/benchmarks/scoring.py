"""Times the bootstrap of 100 models x 10,000 cases x 1,000 resamples beside the usual loops.

Prints CPU seconds (all threads) and, for the peers, the time of a few calls scaled up.

    OMP_NUM_THREADS=1 python scripts/benchmarks/scoring.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from workbench.metrics import case_means, unit_weights
from workbench.metrics.auroc import auroc_of_models
from workbench.metrics.delong import delong

MODELS, CASES, RESAMPLES = 100, 10_000, 1_000


def cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of the second of two calls (the first may compile)."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print one line a piece of work."""
    rng = np.random.default_rng(0)
    positive = rng.integers(0, 2, CASES) == 1
    scores = rng.normal(size=(CASES, MODELS)) + positive[:, None]
    tied = np.round(scores, 2)
    gains = rng.integers(0, 11, (CASES, MODELS))
    weights = unit_weights(np.arange(CASES), RESAMPLES, 1)
    rows = rng.integers(0, CASES, (20, CASES))

    def sklearn_loop() -> None:
        for row in rows:
            roc_auc_score(positive[row], scores[row, 0])

    def numpy_loop() -> None:
        for row in rows:
            gains[row, 0].mean()

    def delong_one_by_one() -> None:
        for other in range(1, 6):
            delong(positive, scores[:, [0, other]])

    n_pairs = MODELS * (MODELS - 1) // 2
    scale = MODELS * RESAMPLES / len(rows)
    report = {
        "draw the resamples": cpu(lambda: unit_weights(np.arange(CASES), RESAMPLES, 1)),
        "cost score, all models": cpu(lambda: case_means(gains, weights, 10)),
        "cost score, NumPy index loop (scaled)": cpu(numpy_loop) * scale,
        "AUROC, all models": cpu(lambda: auroc_of_models(positive, scores, weights)),
        "AUROC, all models, heavy ties": cpu(lambda: auroc_of_models(positive, tied, weights)),
        "AUROC, scikit-learn loop (scaled)": cpu(sklearn_loop) * scale,
        "DeLong, all models with covariance": cpu(lambda: delong(positive, scores)),
        "DeLong, pair by pair (scaled)": cpu(delong_one_by_one) * n_pairs / 5,
    }
    print(f"{MODELS} models x {CASES:,} cases x {RESAMPLES:,} resamples, CPU seconds")
    for name, seconds in report.items():
        print(f"{name:42s}{seconds:10.3f}")


if __name__ == "__main__":
    main()
