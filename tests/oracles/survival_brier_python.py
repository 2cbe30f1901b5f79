"""Writes survival_brier_python.json by scikit-survival and SurvivalEVAL (GPL: a throw-away venv).

python -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-survival SurvivalEVAL
/tmp/venv/bin/python survival_brier_python.py
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from sksurv.metrics import brier_score, integrated_brier_score
from sksurv.util import Surv
from SurvivalEVAL.evaluations.calibration.distributional.distribution_calibration import (
    d_calibration,
)

HERE = Path(__file__).parent
TIMES = [1.0, 2.0, 4.0]


def main() -> None:
    """Score both models, the censoring from all rows or from the first half."""
    data = pd.read_csv(HERE / "survival_brier.csv")
    packages = ("scikit-survival", "SurvivalEVAL")
    found: dict[str, object] = {name: version(name) for name in packages}
    half = len(data) // 2
    for kind in ("time", "tied"):
        surv = Surv.from_arrays(data["event"] == 1, data[kind])
        for model in ("fair", "sure"):
            curves = data[[f"{model}{i}" for i in range(3)]].to_numpy()
            for name, train, test, rows in (
                ("own", surv, surv, curves),
                ("train", surv[:half], surv[half:], curves[half:]),
            ):
                found[f"{kind}-{model}-{name}"] = {
                    "brier": brier_score(train, test, rows, TIMES)[1].tolist(),
                    "integrated": integrated_brier_score(train, test, rows, TIMES),
                }
    own = data["fair1"].to_numpy()
    for bins in (5, 10):
        statistic, p_value, counts = d_calibration(own, data["event"].to_numpy(), bins)
        found[f"d-calibration-{bins}"] = {
            "statistic": float(statistic),
            "p_value": float(p_value),
            "counts_from_the_top": np.asarray(counts).tolist(),
        }
    (HERE / "survival_brier_python.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
