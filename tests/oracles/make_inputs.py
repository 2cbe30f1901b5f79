"""Writes the random inputs of the R scripts (run once; the CSV files are committed)."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent


def roc() -> pd.DataFrame:
    """150 cases, three models: continuous, tied to one digit, and tied to three levels."""
    rng = np.random.default_rng(20240)
    truth = rng.permutation(np.arange(150) % 3 == 0).astype(int)
    base = rng.normal(size=150) + 1.1 * truth
    return pd.DataFrame(
        {
            "truth": truth,
            "fine": np.round(base, 6),
            "tied": np.round(base + rng.normal(0, 0.8, 150), 1),
            "coarse": np.clip(np.round(base + rng.normal(0, 0.6, 150)), -1, 1),
        }
    )


if __name__ == "__main__":
    roc().to_csv(HERE / "roc.csv", index=False)
