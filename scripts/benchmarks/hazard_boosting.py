"""Times boosted hazards, and measures their memory, beside scikit-learn on the written-out table.

    OMP_NUM_THREADS=1 python scripts/benchmarks/hazard_boosting.py

Each line is a process of its own: CPU seconds of all its threads from the arrays to the fitted
model, and the peak of its resident memory above that of the arrays and the imported library. The
peer is ``HistGradientBoostingClassifier`` on the table of persons by periods, with as many trees of
as many splits; its seconds hold the making of that table. Losses are per case, on cases not seen.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from workbench import registry
from workbench.learning.discrete_time import Intervals
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample

FEATURES = 20
TREES = 150
NEW = 20_000


def draw(n_cases: int, seed: int) -> Sample:
    """Return cases whose hazard bends in two features and turns round in a third."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n_cases, FEATURES))
    early = np.exp(0.5 * rows[:, 0] + 0.5 * np.abs(rows[:, 1]) + 0.5 * rows[:, 2])
    late = early * np.exp(-rows[:, 2])
    needed = rng.exponential(size=n_cases)
    dies = np.where(needed < early, needed / early, 1 + (needed - early) / late)
    leaves = rng.exponential(2, n_cases)
    return Sample(rows, np.minimum(dies, leaves), dies <= leaves)


def own(train: Sample, new: Sample, intervals: int) -> tuple[float, float]:
    """Return CPU seconds of a fit, and the loss on new cases."""
    model = registry.load("model", "hazard_boosting")({"intervals": intervals, "trees": TREES})
    start = time.process_time()
    model.state_ = model.learn(train, None, FitContext(Path()))
    seconds = time.process_time() - start
    cuts = Intervals(model.state_["cuts"])
    logits = np.log(np.expm1(model._rises(new.rows)))
    who, interval, happened, weight = written_out(new, cuts)
    return seconds, loss(logits[who, interval], happened, weight)


def peer(train: Sample, new: Sample, intervals: int) -> tuple[float, float]:
    """Return CPU seconds of scikit-learn's fit with its table, and the loss on new cases."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    start = time.process_time()
    cuts = Intervals.learn(train.time, train.event, intervals)
    who, interval, happened, weight = written_out(train, cuts)
    fitted = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=3, max_leaf_nodes=None, l2_regularization=1.0, max_bins=64,
        early_stopping=False,
    ).fit(np.column_stack([train.rows[who], interval]), happened, sample_weight=weight)  # fmt: skip
    seconds = time.process_time() - start
    who, interval, happened, weight = written_out(new, cuts)
    values = fitted.decision_function(np.column_stack([new.rows[who], interval]))
    return seconds, loss(values, happened, weight)


def written_out(cases: Sample, intervals: Intervals) -> tuple[np.ndarray, ...]:
    """Return case, interval, event and weight of each row of the table of persons by periods."""
    course = intervals.course(cases.time, cases.event)
    who = np.repeat(np.arange(len(cases)), course.last + 1)
    interval = np.arange(len(who)) - (np.cumsum(course.last + 1) - course.last - 1)[who]
    ends = interval == course.last[who]
    return who, interval, ends & course.event[who], np.where(ends, course.share[who], 1.0)


def loss(logits: np.ndarray, happened: np.ndarray, weight: np.ndarray) -> float:
    """Return minus the log likelihood of a new case."""
    return float((weight * (np.logaddexp(0, logits) - happened * logits)).sum() / NEW)


def measure(which: str, n_cases: int, intervals: int) -> dict[str, float]:
    """Return seconds, loss and peak memory of one fit, in this process."""
    work = {"own": own, "scikit-learn": peer}[which]
    if which == "own":
        work(draw(500, 2), draw(NEW, 1), intervals)  # compiles
    train, new = draw(n_cases, 0), draw(NEW, 1)
    before = resident_mb()
    seconds, value = work(train, new, intervals)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "loss": value, "extra_mb": peak - before}


def resident_mb() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    """Print one line a fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--peer-up-to", type=int, default=100_000, help="most cases for it")
    options = parser.parse_args()
    if options.one:
        which, n_cases, intervals = options.one
        print(json.dumps(measure(which, int(n_cases), int(intervals))))
        return
    print(f"{FEATURES} features, {TREES} trees of depth 3")
    print(
        f"{'cases':>9s} {'intervals':>9s} {'who':>13s} {'CPU s':>8s} {'MB more':>8s} {'loss':>8s}"
    )
    for n_cases, intervals in [
        (50_000, 20), (100_000, 20), (200_000, 20), (400_000, 20), (100_000, 40), (100_000, 80),
    ]:  # fmt: skip
        for which in ("own", "scikit-learn"):
            if which != "own" and (n_cases > options.peer_up_to or intervals > 20):
                continue
            command = [sys.executable, __file__, "--one", which, str(n_cases), str(intervals)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            print(
                f"{n_cases:9,d} {intervals:9d} {which:>13s} {found['seconds']:8.1f} "
                f"{found['extra_mb']:8.0f} {found['loss']:8.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
