"""A small challenge of hidden effects over cohorts, and one of plain numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.scoring import Challenge, parse_challenge

from . import survival_answers

EFFECTS: dict[str, Any] = {
    "kind": "estimates",
    "label": "effect",
    "oracle": "oracle_sd",
    "group": "scenario",
    "answerable": "answerable",
    "interval": "required",
}
METRICS: list[dict[str, Any]] = [
    {"name": "effect-interval-score", "primary": True},
    {"name": "effect-bias"},
    {"name": "effect-rmse-ratio"},
    {"name": "effect-coverage-error"},
    {"name": "effect-width-ratio"},
    {"name": "effect-false-positives"},
    {"name": "effect-right-abstentions"},
    {"name": "coverage"},
    {"name": "mae"},
]
NUMBERS: dict[str, Any] = {"kind": "estimates", "label": "volume"}


def content(**changes: Any) -> dict[str, Any]:
    """Return the card of the hidden effects as a mapping; a key changed to None is left out."""
    own = {"id": "effects-demo", "key": "cohort", "unit": "cohort", "answer": EFFECTS}
    return survival_answers.content(**(own | {"metrics": METRICS} | changes))


def card(**changes: Any) -> Challenge:
    """Return the challenge of hidden effects, some of its keys changed."""
    return parse_challenge(content(**changes), Path("c.yaml"))


def numbers_card(**changes: Any) -> Challenge:
    """Return a challenge of plain numbers, judged by their relative error."""
    own = {"answer": NUMBERS, "key": "scan", "unit": "patient"}
    own["metrics"] = [{"name": "mean-relative-error", "primary": True}, {"name": "rmse"}]
    return card(**(own | changes))


def labels(n: int = 80) -> pd.DataFrame:
    """Return effects of cohorts in four scenarios; nobody can answer the third."""
    rng = np.random.default_rng(1)
    scenario = np.array(["confounded", "hidden", "no-overlap", "null"])[np.arange(n) % 4]
    effect = np.where(scenario == "null", 0.0, rng.normal(0.05, 0.01, n).round(4))
    return pd.DataFrame(
        {
            "cohort": [f"c{i:03d}" for i in range(n)],
            "scenario": scenario,
            "effect": effect,
            "oracle_sd": rng.uniform(0.01, 0.02, n).round(4),
            "answerable": (scenario != "no-overlap").astype(int),
        }
    )


def answers(n: int = 80) -> pd.DataFrame:
    """Return what a good method says: honest intervals, and it knows where to abstain."""
    rng, true = np.random.default_rng(2), labels(n)
    sd = true["oracle_sd"] * 1.2
    estimate = true["effect"] + rng.normal(0, sd)
    table = pd.DataFrame({"cohort": true["cohort"], "estimate": estimate})
    table["low"], table["high"] = estimate - 1.96 * sd, estimate + 1.96 * sd
    table["abstain"] = 1 - true["answerable"]
    table.loc[table["abstain"] == 1, ["estimate", "low", "high"]] = np.nan
    return table


def volumes(n: int = 30) -> pd.DataFrame:
    """Return labels of plain numbers, two scans a patient."""
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "scan": [f"s{i:02d}" for i in range(n)],
            "patient": [f"p{i // 2}" for i in range(n)],
            "volume": rng.lognormal(3, 1, n).round(2),
        }
    )
