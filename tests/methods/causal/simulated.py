"""Cohorts with known truth for tests of estimators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.methods.causal.cohort import Cohort

RATE = 0.0011


@dataclass(frozen=True)
class Truth:
    """What the effect is: at the horizon, for everybody."""

    horizon: float
    risk_difference: float
    rmst_difference: float


def draw(
    n: int, seed: int, *, effect: float = -0.5, informative: bool = False
) -> tuple[Cohort, np.ndarray]:
    """Draw a confounded cohort: size and grade raise both hazard and treatment.

    Where censoring is informative, treated persons with large tumours are lost.
    """
    random = np.random.default_rng(seed)
    size, grade = random.normal(size=n), (random.random(n) < 0.4).astype(float)
    treated = random.random(n) < expit(-0.4 + 0.8 * size + 0.7 * grade)
    hazard = RATE * np.exp(0.6 * size + 0.5 * grade + effect * treated)
    death = random.exponential(1 / hazard)
    lost = random.exponential(1 / (0.0004 * np.exp((0.7 * size + 0.7) * treated * informative)))
    study_end = random.uniform(900, 2000, n)
    end = np.minimum.reduce([death, lost, study_end])
    cohort = Cohort(
        person=np.arange(n).astype(str),
        baseline=pd.DataFrame({"size": size, "grade3": grade}),
        treated_day=np.where(treated, 0.0, np.nan),
        end_day=end,
        event=(death <= end).astype(np.int8),
        administrative=study_end <= end,
    )
    return cohort, treated


def truth(horizon: float, *, effect: float = -0.5) -> Truth:
    """Return the effect by integration over the covariates."""
    nodes, mass = np.polynomial.hermite_e.hermegauss(80)
    mass = mass / mass.sum()
    days = np.linspace(0, horizon, 2001)
    survival = {}
    for arm in (0, 1):
        curve = np.zeros(len(days))
        for grade, share in ((0, 0.6), (1, 0.4)):
            rates = RATE * np.exp(0.6 * nodes + 0.5 * grade + effect * arm)
            curve += share * (mass @ np.exp(-np.outer(rates, days)))
        survival[arm] = curve
    gap = survival[1] - survival[0]
    return Truth(horizon, -float(gap[-1]), float(np.trapezoid(gap, days)))


def expit(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))
