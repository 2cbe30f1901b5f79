"""Cox regression on one covariate, as far as a calibration slope needs it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.survival.outcome import Outcome


def cox_slope(outcome: Outcome, x: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the coefficient of one covariate; ties by Breslow, weights as R ``coxph``.

    Breslow 1974, Biometrics 30:89. Equal to R ``coxph(ties = "breslow", weights = weight)``.

    Args:
        outcome: Time and event of each case.
        x: Covariate, shape ``(n,)``.
        weight: Shape ``(n,)``, not negative.

    Returns:
        The log hazard ratio; NaN where the partial likelihood has no maximum.

    >>> outcome = Outcome(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, True, True, True]))
    >>> round(cox_slope(outcome, np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4)), 4)
    0.9406
    """
    # One fixed order of the rows, so that shuffled input gives the same last bits.
    order = np.lexsort((weight, x, outcome.event, -outcome.time))
    order = order[weight[order] > 0]
    time, event, w = outcome.time[order], outcome.event[order], weight[order]
    if not event.any() or np.ptp(x[order]) == 0:
        return np.nan
    z = x[order] - np.mean(x[order])
    # Rows run from late to early: those at risk at a time end where its rows end.
    risk_set = np.searchsorted(-time, -time[event], side="right") - 1
    w_event, z_event = w[event], z[event]
    slope = 0.0
    for _ in range(50):
        share = w * np.exp(np.clip(slope * z, -500.0, 500.0))
        zero, first, second = (np.cumsum(share * z**power)[risk_set] for power in (0, 1, 2))
        mean = first / zero
        information = np.sum(w_event * (second / zero - mean**2))
        if not information > 1e-12 * np.sum(w_event):
            return np.nan
        step = np.sum(w_event * (z_event - mean)) / information
        slope += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-11:
            return slope
    return np.nan
