"""Times checking and scoring one file of 100,000 rows and 4 classes, in CPU seconds.

The labels are read once, as a worker does that scores many files. The peer is the plain pandas way:
read_csv, merge on the id, no check of anything.

    OMP_NUM_THREADS=1 python scripts/benchmarks/submission_check.py
"""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workbench.scoring import (
    Challenge,
    check_report,
    check_submission,
    load_challenge,
    load_truth,
    score_table,
)

ROWS = 100_000


def cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of the faster of two calls after a first one (which may compile)."""
    work()
    taken = []
    for _ in range(2):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def files(challenge: Challenge) -> tuple[bytes, pd.DataFrame]:
    """Return a submission as CSV and its labels."""
    rng = np.random.default_rng(0)
    n_classes = len(challenge.classes)
    truth = rng.integers(0, n_classes, ROWS)
    values = rng.dirichlet(np.ones(n_classes), ROWS) + np.eye(n_classes)[truth]
    table = pd.DataFrame((values / 2).round(6), columns=challenge.classes)
    table.insert(0, challenge.key, [f"C{i % 20:02d}_S{i:06d}" for i in rng.permutation(ROWS)])
    labels = pd.DataFrame(
        {
            challenge.key: table[challenge.key],
            challenge.unit: [f"P{i // 3:06d}" for i in range(ROWS)],
            challenge.label: [challenge.classes[i] for i in truth],
        }
    )
    return table.to_csv(index=False).encode(), labels


def main() -> None:
    """Print one line a piece of work."""
    card = load_challenge("tissue-lesions")
    primary = card.model_copy(update={"metrics": [card.metrics[card.primary]]})
    content, given = files(card)
    broken = content.replace(b".", b",", 2000)
    packed = gzip.compress(content)
    parquet = io.BytesIO()
    pd.read_csv(io.BytesIO(content), dtype={card.key: str}).to_parquet(parquet, index=False)
    labels = load_truth(given, card)
    keys = labels[card.key].tolist()
    table = check_submission(content, card, keys)

    def pandas_merge() -> None:
        pd.read_csv(io.BytesIO(content), dtype={card.key: str}).merge(labels, on=card.key)

    def quick() -> None:
        score_table(table, labels, primary, resamples=100)

    report = {
        "pandas read_csv and merge, no check": cpu(pandas_merge),
        "check, CSV": cpu(lambda: check_submission(content, card, keys)),
        "check, CSV in gzip": cpu(lambda: check_submission(packed, card, keys)),
        "check, Parquet": cpu(lambda: check_submission(parquet.getvalue(), card, keys)),
        "check report, CSV with 500 broken rows": cpu(lambda: check_report(broken, card, keys)),
        "read the labels (once)": cpu(lambda: load_truth(given, card)),
        "score, primary, 100 resamples": cpu(
            lambda: score_table(table, labels, primary, resamples=100)
        ),
        "score, primary, 2,000 resamples": cpu(lambda: score_table(table, labels, primary)),
        "score, all ten metrics, 2,000 resamples": cpu(lambda: score_table(table, labels, card)),
    }
    print(f"{ROWS:,} rows x {len(card.classes)} classes, {len(content):,} bytes, CPU seconds")
    for name, seconds in report.items():
        print(f"{name:42s}{seconds:10.3f}")
    both = report["check, CSV"] + report["score, primary, 2,000 resamples"]
    print(f"{'check and score (primary, its interval)':42s}{both:10.3f}")


if __name__ == "__main__":
    main()
