"""A small survival challenge: its card, labels with censoring, and answers that know something."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.scoring import Challenge, parse_challenge

TIMES = (182, 365, 730)
CARD: dict[str, Any] = {
    "schema_version": 2,
    "id": "sarcoma-demo",
    "version": "1.0.0",
    "title": {"en": "Survival", "fr": "Survie"},
    "description": {"en": "A demo", "fr": "Une démo"},
    "use_case": "demo",
    "licence": "CC0-1.0",
    "contact": {"name": "team"},
    "key": "case",
    "unit": "patient",
    "answer": {"kind": "survival", "time": "time_days", "event": "event", "times": list(TIMES)},
    "submission": {},
    "missing_value_policy": "reject",
    "metrics": [
        {"name": "integrated-brier", "primary": True},
        {"name": "integrated-ipa"},
        {"name": "uno-c", "params": {"tau": 730}},
        {"name": "ipa", "params": {"horizon": 365}},
        {"name": "d-calibration"},
        {"name": "time-dependent-auc", "params": {"horizon": 365}},
    ],
    "intervals": {"resamples": 200, "level": 0.95, "seed": 7},
    "sample": {"labels": "labels.csv", "submission": "sample.csv"},
}


def card(**changes: Any) -> Challenge:
    """Return the challenge, some of its keys changed."""
    return parse_challenge(content(**changes), Path("c.yaml"))


def content(**changes: Any) -> dict[str, Any]:
    """Return the card as a mapping; a key that is changed to None is left out."""
    changed = copy.deepcopy(CARD) | changes
    return {key: value for key, value in changed.items() if value is not None}


def labels(n: int = 80, seed: int = 3) -> pd.DataFrame:
    """Return labels of two cases a patient, about a third of them censored."""
    rng = np.random.default_rng(seed)
    latent = hazard(n) if seed == 3 else np.exp(rng.normal(size=n)) / 500
    event, lost = rng.exponential(1 / latent), rng.exponential(1500, n)
    return pd.DataFrame(
        {
            "case": [f"{i:03d}" for i in range(n)],
            "patient": [f"p{i // 2}" for i in range(n)],
            "time_days": np.ceil(np.minimum(event, lost)).astype(int),
            "event": (event <= lost).astype(int),
        }
    )


def hazard(n: int = 80) -> Any:
    """Return the daily hazard each case really has."""
    return np.exp(np.random.default_rng(4).normal(size=n)) / 500


def answers(n: int = 80) -> pd.DataFrame:
    """Return what a model says that knows the hazards."""
    rate = hazard(n)
    table = pd.DataFrame({"case": [f"{i:03d}" for i in range(n)], "risk": np.log(rate)})
    for time in TIMES:
        table[f"s_{time}"] = np.exp(-rate * time)
    return table
