"""Writes survival_concordance.csv, the random input of survival_concordance.R and .py."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent


def cases() -> pd.DataFrame:
    """240 cases of 90 units: fine and heavily tied times, three models, one with few values."""
    rng = np.random.default_rng(20241)
    a, noise = rng.normal(size=240), rng.normal(size=240)
    time = rng.exponential(4.0 * np.exp(-0.8 * a))
    seen = rng.uniform(0.5, 14.0, 240)
    observed = np.minimum(time, seen)
    return pd.DataFrame(
        {
            "fine": np.round(observed, 5),
            "coarse": np.ceil(2 * observed) / 2,
            "event": (time <= seen).astype(int),
            "a": np.round(a, 6),
            "b": np.round(a + noise, 6),
            "tied": np.round(a + 0.5 * noise),
            "weight": np.round(rng.uniform(0.2, 3.0, 240), 3),
            "unit": rng.integers(0, 90, 240),
        }
    )


if __name__ == "__main__":
    cases().to_csv(HERE / "survival_concordance.csv", index=False)
