"""Risk and restricted mean time of an arm from its weighted risk table, with their derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.risk_sets import Pull, RiskTable, hazard_pull


@dataclass(frozen=True, eq=False)
class RiskCurve:
    """The course of one arm up to the horizon.

    Attributes:
        days: Event days, ``(m,)``.
        free: Chance of neither the outcome nor a competing event by each day, ``(m,)``.
        risk: Risk of the outcome by each day, ``(m,)`` (Aalen-Johansen; 1 minus Kaplan-Meier where
            nothing competes).
        at_horizon: Risk by the horizon.
        mean_days: Mean days without the outcome up to the horizon (RMST; with a competing event,
            the horizon less the mean time lost to the outcome).
        risk_pull: Derivative of ``at_horizon`` by weights on each day.
        mean_pull: Derivative of ``mean_days``.
    """

    days: NDArray[np.float64]
    free: NDArray[np.float64]
    risk: NDArray[np.float64]
    at_horizon: float
    mean_days: float
    risk_pull: Pull
    mean_pull: Pull


def risk_curve(
    days: NDArray[np.float64], table: RiskTable, horizon: float, start: float = 0.0
) -> RiskCurve:
    """Return the weighted Aalen-Johansen curve of an arm (Kaplan-Meier where nothing competes).

    Args:
        days: Event days, rising, none above the horizon, ``(m,)``.
        table: Weights at risk and of events on them.
        horizon: Day at which the risk is read off.
        start: Day the curve starts at; the mean counts days from here.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.where(table.at_risk > 0, table.events / table.at_risk, 0.0)
        other = np.where(table.at_risk > 0, table.competing / table.at_risk, 0.0)
    stay = np.maximum(1.0 - one - other, 0.0)
    free = np.asarray(np.cumprod(stay), dtype=np.float64)
    before = np.append(1.0, free[:-1])
    risk = np.cumsum(before * one)
    width = np.diff(np.append(days, horizon))
    lost = risk * width  # risk times days until the next event day
    total = float(risk[-1]) if len(risk) else 0.0
    # What lies after each day, for the derivatives.
    ahead = total - risk
    later_lost = np.cumsum(lost[::-1])[::-1] - risk * (horizon - days)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_stay = np.where(stay > 0, 1.0 / stay, 0.0)
    lost_by_one = before * (horizon - days) - later_lost * per_stay
    return RiskCurve(
        days=days,
        free=free,
        risk=risk,
        at_horizon=total,
        mean_days=horizon - start - float(lost.sum()),
        risk_pull=hazard_pull(table, before - ahead * per_stay, -ahead * per_stay),
        mean_pull=hazard_pull(table, -lost_by_one, later_lost * per_stay),
    )


def log_hazard_ratio(first: RiskTable, second: RiskTable) -> tuple[float, Pull, Pull]:
    """Return the log hazard ratio of two weighted arms: Cox's score for one column, Breslow ties.

    Args:
        first: Arm of the strategy.
        second: Arm of the comparator, on the same days.

    Returns:
        The log hazard ratio (NaN where an arm has no event), and its pulls in both arms.
    """
    events = first.events + second.events
    at, found = 0.0, first.events.sum() > 0 and second.events.sum() > 0
    for _ in range(100 if found else 1):
        odds = first.at_risk * np.exp(at)
        total = odds + second.at_risk
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(total > 0, odds / total, 0.0)
            rate = np.where(total > 0, events / total, 0.0)
        information = float((events * share * (1.0 - share)).sum())
        slope = float((first.events - events * share).sum())
        step = float(np.clip(slope / max(information, 1e-300), -2.0, 2.0))
        if abs(step) < 1e-12:
            break
        at += step
    scale, none = 1.0 / max(information, 1e-300), np.zeros_like(events)
    here = Pull((1.0 - share) * scale, none, np.exp(at) * rate * (1.0 - share) * scale)
    there = Pull(-share * scale, none, -rate * share * scale)
    return (at if found else float("nan")), here, there
