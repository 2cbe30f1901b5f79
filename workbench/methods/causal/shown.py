"""What a report needs of a fitted comparison: curves, weights, balance, tails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.arms import Arm, curve_table
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import Comparison, ComparisonFit
from workbench.methods.causal.diagnostics import balance_rows, balance_table, effective_sample_size
from workbench.methods.causal.risk_sets import Stay, hazard_pull, influence_by_cell

_QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


def curve_rows(
    compared: Sequence[Comparison],
    fits: Sequence[ComparisonFit],
    shares: NDArray[np.float64],
    days: NDArray[np.float64],
    level: float,
) -> pd.DataFrame:
    """Return survival (1 minus risk) under each strategy on some days.

    Args:
        compared: One comparison, or trials that are averaged.
        fits: Their fits.
        shares: Part of each in the average.
        days: Days, rising.
        level: Of the pointwise intervals, on the scale of log(-log), with weights as known (so that
            they are rather too wide); none for several comparisons or with a competing event.

    Returns:
        Columns ``strategy``, ``day``, ``survival``, ``low``, ``high``, ``at_risk`` (persons).
    """
    shown = {}
    for number in (0, 1):
        arms = [one.arms[number] for one in compared]
        place = np.searchsorted(fits[0].curves[number].days, days, side="right")
        each = np.array([np.append(1.0, 1.0 - fit.curves[number].risk)[place] for fit in fits])
        at_risk = sum(
            ((arm.stay.entry[:, None] <= days) & (arm.stay.exit[:, None] >= days)).sum(axis=0)
            for arm in arms
        )
        survival = np.asarray(shares @ each)
        pulls = np.full((len(arms[0].stay.kind), len(days)), np.nan)
        if len(arms) == 1 and not fits[0].tables[number].competing.any():
            pulls = survival * _log_survival_pulls(arms[0].stay, fits[0], number, days)
        mean = float(shares @ np.array([fit.curves[number].mean_days for fit in fits]))
        shown[arms[0].name] = Arm(survival, mean, pulls, pulls[:, -1], np.asarray(at_risk))
    return curve_table(shown, days, level)


def final_weights(
    compared: Sequence[Comparison], fits: Sequence[ComparisonFit], cohort: Cohort, day: float
) -> pd.DataFrame:
    """Return ``person``, ``strategy`` and last ``weight`` of those still at risk after a day.

    A person who is in several trials has a row in each.
    """
    parts = []
    for one, fit in zip(compared, fits, strict=True):
        for arm, own in zip(one.arms, fit.weights, strict=True):
            stays = np.flatnonzero(arm.stay.exit > day)
            number = np.arange(1, len(arm.stay.cells) + 1)
            cell = np.maximum((arm.stay.at_risk[stays] * number).max(axis=1), 1) - 1
            found = own.weights[stays, cell]
            person = cohort.person[arm.rows[stays]]
            parts.append(pd.DataFrame({"person": person, "strategy": arm.name, "weight": found}))
    return pd.concat(parts, ignore_index=True)


def weight_facts(
    compared: Sequence[Comparison],
    fits: Sequence[ComparisonFit],
    shares: NDArray[np.float64],
    covariates: pd.DataFrame,
    day: float,
) -> dict[str, Any]:
    """Return balance, effective sample size and tails of weights as they are after a day.

    The same keys as ``diagnostics.diagnose``, so that the same gate judges them; arms go by their
    names. Of several trials each arm's weights are made to sum to the trial's share.

    Args:
        compared: One comparison, or trials that are averaged.
        fits: Their fits.
        shares: Part of each in the average.
        covariates: Baseline columns that are balanced, ``(n, p)``.
        day: End of the grace period: those at risk after it count.
    """
    cells = compared[0].arms[0].stay.cells
    place = min(int(np.searchsorted(cells.day, day, side="right")), len(cells) - 1)
    names = [arm.name for arm in compared[0].arms]
    rows: dict[str, list[NDArray[np.int64]]] = {name: [] for name in names}
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    for one, fit, share in zip(compared, fits, shares, strict=True):
        for arm, own in zip(one.arms, fit.weights, strict=True):
            there = np.flatnonzero((arm.stay.exit > day) & (arm.stay.entry <= day))
            weights = own.weights[there, place]
            scale = share / weights.sum() if len(compared) > 1 and len(there) else 1.0
            rows[arm.name].append(arm.rows[there])
            parts[arm.name].append(weights * scale)
    by_name = {name: np.concatenate(parts[name]) for name in names}
    order = np.concatenate([*rows[names[0]], *rows[names[1]]])
    first = np.arange(len(order)) < len(by_name[names[0]])
    balance = balance_table(covariates.iloc[order], first, np.concatenate(list(by_name.values())))
    cut = [own.free for fit in fits for own in fit.weights if own.free is not None]
    return {
        "balance": balance_rows(balance),
        "max_asmd": {
            when: float(balance[f"smd_{when}"].abs().max()) if len(balance) else 0.0
            for when in ("before", "after")
        },
        "persons": {name: len(own) for name, own in by_name.items()},
        "ess": {name: effective_sample_size(own) for name, own in by_name.items()},
        "weight_quantiles": {
            name: {f"{q:g}": float(np.quantile(own, q)) for q in _QUANTILES}
            for name, own in by_name.items()
        },
        "largest_share": {name: float(own.max() / own.sum()) for name, own in by_name.items()},
        "truncated": int(sum((~free).any(axis=1).sum() for free in cut)),
    }


def _log_survival_pulls(
    stay: Stay, fit: ComparisonFit, number: int, days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return each person's pull on the log of survival on some days, weights as known, (n, k)."""
    table = fit.tables[number]
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.where(table.at_risk > table.events, table.at_risk - table.events, np.inf)
        slope = np.where(table.at_risk > 0, -table.at_risk / gone, 0.0)
    pull = hazard_pull(table, slope, np.zeros_like(slope))
    summed = np.cumsum(influence_by_cell(stay, fit.weights[number].weights, pull), axis=1)
    place = np.searchsorted(stay.cells.days[stay.cells.end - 1], days, side="right")
    return np.hstack([np.zeros((len(summed), 1)), summed])[:, place]
