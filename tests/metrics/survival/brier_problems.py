"""Problems for tests of predicted survival: the frozen rows, random rows, each metric set up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import metrics

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
TIMES = (1.0, 2.0, 4.0)
ROWS = pd.read_csv(ORACLES / "survival_brier.csv")
R = json.loads((ORACLES / "survival_brier.json").read_text(encoding="utf-8"))
PYTHON = json.loads((ORACLES / "survival_brier_python.json").read_text(encoding="utf-8"))
METRICS: dict[str, dict[str, Any]] = {
    "survival-brier": {"horizon": 2.0},
    "integrated-brier": {"times": TIMES},
    "ipa": {"horizon": 2.0},
    "integrated-ipa": {"times": TIMES},
    "survival-oe": {"horizon": 2.0},
    "survival-net-benefit": {"horizon": 2.0, "threshold": 0.3},
    "survival-calibration-slope": {"horizon": 2.0},
    "survival-calibration-intercept": {"horizon": 2.0},
    "survival-ici": {"horizon": 2.0},
    "d-calibration": {"times": TIMES},
}


def outcome(kind: str) -> np.ndarray:
    """Return the frozen outcomes: ``time`` without ties, ``tied`` with many."""
    return ROWS[[kind, "event"]].to_numpy(float)


def curves(model: str) -> np.ndarray:
    """Return the frozen predictions of ``fair`` or ``sure`` at ``TIMES``."""
    return ROWS[[f"{model}{i}" for i in range(3)]].to_numpy()


def for_metric(metric: metrics.Metric, predicted: np.ndarray) -> np.ndarray:
    """Return the columns a metric asks for."""
    return predicted[:, [TIMES.index(time) for time in metric.evaluation_times]]


def draw(seed: int, n: int = 60, *, ties: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return an outcome and predicted curves at ``TIMES``; someone is followed beyond."""
    rng = np.random.default_rng(seed)
    hazard = 0.3 * np.exp(rng.normal(size=n))
    event_time, censored = rng.exponential(1 / hazard), rng.exponential(6.0, n)
    time = np.minimum(event_time, censored)
    time = np.ceil(time * 2) / 2 if ties else time + 1e-9
    time[0] = 9.0
    truth = np.column_stack([time, event_time <= censored])
    truth[:2, 1] = (0.0, 1.0)
    wrong = hazard * np.exp(rng.normal(0, 0.5, n))
    return truth, np.exp(-wrong[:, None] * TIMES)
