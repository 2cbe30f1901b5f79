"""Writes survival_brier.csv: random outcomes, with and without ties, and predicted survival."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

TIMES = (1.0, 2.0, 4.0)


def outcomes(n: int = 240, seed: int = 11) -> pd.DataFrame:
    """Return times, events, and survival at three times from a fair and an overconfident model."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    hazard = 0.25 * np.exp(0.9 * x)
    event_time, censored = rng.exponential(1 / hazard), rng.exponential(6.0, n)
    time = np.minimum(event_time, censored)
    frame = pd.DataFrame({"time": np.round(time, 6) + 1e-6})
    frame["tied"] = np.ceil(time * 4) / 4
    frame["event"] = (event_time <= censored).astype(int)
    for i, t in enumerate(TIMES):
        frame[f"fair{i}"] = np.round(np.exp(-t * hazard), 6)
        frame[f"sure{i}"] = np.round(np.exp(-t * 0.2 * np.exp(1.8 * x)), 6)
    return frame


if __name__ == "__main__":
    outcomes().to_csv(Path(__file__).with_name("survival_brier.csv"), index=False)
