"""Residuals of a Cox model, one a row: martingale, score, change of the coefficients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.partial_likelihood import State, both_totals
from workbench.methods.survival.risk_sets import RiskSets

Floats = NDArray[np.float64]


def martingale_residuals(sets: RiskSets, state: State) -> Floats:
    """Return event less expected events of each row, without its weight, ``(n,)``."""
    residual = -state.risk / sets.weight * state.hazard
    residual[sets.event_rows] += 1.0
    return residual


def score_residuals(sets: RiskSets, state: State) -> Floats:
    """Return what each row adds to the score, without its weight, ``(n, p)``.

    Lin and Wei 1989, JASA 84:1074; ties as Efron shares them. Equal to R
    ``residuals(type = "score")``.
    """
    sums = state.sums
    totals = mean, own = both_totals(sets, state)
    rows, group = sets.event_rows, sets.group
    met = sets.over_follow_up(expected_steps(sets, state, totals))
    missed = mean * sums.mixed[:, None] - own * sums.own_squared[:, None]
    met[rows] -= missed[group]
    risk = (state.risk / sets.weight)[:, None]
    residual = risk * (met - sets.x * state.hazard[:, None])
    expected = expected_covariates(sets, state, totals)
    residual[rows] += sets.x[rows] - expected[group]
    return np.asarray(residual)


def expected_covariates(
    sets: RiskSets, state: State, totals: tuple[Floats, Floats] | None = None
) -> Floats:
    """Return the mean covariates of whom each event could have hit, centred, ``(K, p)``.

    Args:
        sets: The risk sets.
        state: Their state.
        totals: See ``both_totals``, where they are known.
    """
    at_risk, own = both_totals(sets, state) if totals is None else totals
    sums = state.sums
    mixed = at_risk * sums.hazard[:, None] - own * sums.own[:, None]
    return np.asarray(mixed / sets.event_weight[:, None])


def expected_steps(
    sets: RiskSets, state: State, totals: tuple[Floats, Floats] | None = None
) -> Floats:
    """Return the hazard's step at each event time times the mean covariates there, ``(K, p)``.

    Args:
        sets: The risk sets.
        state: Their state.
        totals: See ``both_totals``, where they are known.
    """
    at_risk, own = both_totals(sets, state) if totals is None else totals
    return np.asarray(at_risk * state.sums.squared[:, None] - own * state.sums.mixed[:, None])


def schoenfeld_residuals(sets: RiskSets, state: State) -> Floats:
    """Return covariates of each event less those expected, rows as ``event_rows``, ``(d, p)``."""
    return np.asarray(sets.x[sets.event_rows] - expected_covariates(sets, state)[sets.group])


def sandwich(effects: Floats, clusters: NDArray[np.int64] | None) -> Floats:
    """Return the robust covariance of coefficients, ``(p, p)``.

    Args:
        effects: Change of the coefficients by leaving each row out, with its weight, ``(n, p)``.
        clusters: Number of each row's cluster, ``(n,)``; each row its own where None.
    """
    if clusters is not None:
        together = np.zeros((int(clusters.max()) + 1, effects.shape[1]))
        for column in range(effects.shape[1]):
            together[:, column] = np.bincount(clusters, effects[:, column], len(together))
        effects = together
    return np.asarray(effects.T @ effects)
