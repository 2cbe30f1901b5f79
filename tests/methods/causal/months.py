"""A small world with known truth: discrete months, chemotherapy within a grace period of three.

In each month treatment starts first (only in months 0 to 2), then death, then loss to follow-up.
Large tumours of high grade are treated more; age and frailty are treated less and die more; older
people and treated ones are lost more often. Treatment acts on grade 3 alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.protocol import Protocol

MONTHS = 60
GRACE = 3


def protocol(**changes: object) -> Protocol:
    """Return a protocol in which a day is a month."""
    content: dict[str, object] = {
        "question": "adjuvant_chemo",
        "time_zero": "surgery",
        "strategies": {
            "adj": {"start": "L01DB|L01AA06", "grace_days": GRACE},
            "none": {"never_within_days": GRACE},
        },
        "assignment": {"method": "clone_censor_weight"},
        "outcome": {"event": "death", "horizon_days": MONTHS},
        "estimands": ["risk_difference", "rmst_difference"],
        "adjust": {"baseline": "all"},
        "weights": {"interval_days": 1},
    }
    return Protocol.model_validate(content | changes)


def people(rng: np.random.Generator, n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": rng.normal(size=n),
            "log_size": rng.normal(size=n),
            "grade3": (rng.random(n) < 0.5).astype(float),
            "deep": (rng.random(n) < 0.6).astype(float),
            "frail": (rng.random(n) < 0.25).astype(float),
        }
    )


def chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-odds))


def start_odds(x: pd.DataFrame, month: int) -> NDArray[np.float64]:
    own = 0.9 * x.grade3 + 0.4 * x.log_size - 0.5 * x.age - 1.0 * x.frail
    return (own + (-1.2, -0.6, -1.0)[month]).to_numpy()


def death_odds(
    x: pd.DataFrame, month: int, treated: NDArray[np.bool_], effect: float
) -> NDArray[np.float64]:
    own = -6.2 + 0.45 * x.age + 0.35 * x.log_size + 0.9 * x.grade3 + 0.2 * x.deep
    early = (1.8 if month < 3 else 0.4) * x.frail
    return (own + early + effect * treated * x.grade3).to_numpy()


def loss_odds(x: pd.DataFrame, month: int, treated: NDArray[np.bool_]) -> NDArray[np.float64]:
    return (-5.2 + 0.6 * x.age + 0.5 * treated + 0.3 * x.frail).to_numpy()


def cohort(seed: int, n: int = 3000, effect: float = -0.5) -> Cohort:
    """Return an observed cohort."""
    rng = np.random.default_rng(seed)
    x = people(rng, n)
    treated, end = np.full(n, np.nan), np.full(n, float(MONTHS))
    event, lost = np.zeros(n, dtype=np.int8), np.zeros(n, dtype=bool)
    here = np.ones(n, dtype=bool)
    for month in range(MONTHS):
        if month < GRACE:
            starts = here & np.isnan(treated) & (rng.random(n) < chance(start_odds(x, month)))
            treated[starts] = month + 0.5
        under = ~np.isnan(treated)
        dies = here & (rng.random(n) < chance(death_odds(x, month, under, effect)))
        event[dies], end[dies] = 1, month + 1
        here &= ~dies
        goes = here & (rng.random(n) < chance(loss_odds(x, month, under)))
        if month < MONTHS - 1:
            lost[goes], end[goes] = True, month + 1
            here &= ~goes
    person = np.array([f"p{i:05d}" for i in range(n)])
    return Cohort(person, x, treated, end, event, ~lost)


def truth(effect: float = -0.5, n: int = 400_000, seed: int = 99) -> tuple[float, float, float]:
    """Return the difference of risks and of restricted means in months, and the former's MC error.

    Under ``adj`` treatment starts as it does, and by month 2 in all who are alive then.
    """
    rng = np.random.default_rng(seed)
    x = people(rng, n)
    starts, dies = rng.random((GRACE, n)), rng.random((MONTHS, n))
    deaths, means = [], []
    for forced in (True, False):
        under, alive = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
        days = np.zeros(n)
        for month in range(MONTHS):
            if forced and month < GRACE:
                under |= (starts[month] < chance(start_odds(x, month))) | (month == GRACE - 1)
            days += alive
            alive &= ~(dies[month] < chance(death_odds(x, month, under, effect)))
        deaths.append(~alive)
        means.append(days)
    gap = deaths[0].astype(float) - deaths[1]
    return float(gap.mean()), float((means[0] - means[1]).mean()), float(gap.std() / np.sqrt(n))
