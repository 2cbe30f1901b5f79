"""Two weighted arms as one comparison: fitted, with both curves, and what each person pulls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.contrast import Contrast
from workbench.methods.causal.risk_curve import RiskCurve, log_hazard_ratio, risk_curve
from workbench.methods.causal.risk_sets import RiskTable
from workbench.methods.causal.weight_models import WeightFits, WeightTasks
from workbench.methods.causal.weighted_arms import (
    ArmWeights,
    WeightedArm,
    arm_influence,
    arm_weights,
    common_chance,
)

NO_MODELS = WeightTasks((), None)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two arms of one cohort, and the models of their weights.

    Attributes:
        arms: Strategy and comparator.
        horizon: Day risks are read off.
        persons: Number of persons of the cohort.
        start: Day both curves start at.
        tasks: Person-time of the weight models.
        truncate: Quantiles at which weights are cut.
        stabilise: Whether weights are stabilised.
    """

    arms: tuple[WeightedArm, WeightedArm]
    horizon: float
    persons: int
    start: float = 0.0
    tasks: WeightTasks = NO_MODELS
    truncate: tuple[float, float] = (0.0, 1.0)
    stabilise: bool = False


@dataclass(frozen=True, eq=False)
class ComparisonFit:
    """One pass: weights, tables, curves."""

    fits: WeightFits
    weights: tuple[ArmWeights, ArmWeights]
    tables: tuple[RiskTable, RiskTable]
    curves: tuple[RiskCurve, RiskCurve]
    contrast: Contrast


def fit_comparison(
    compared: Comparison, fits: WeightFits, counts: NDArray[np.float64] | None = None
) -> ComparisonFit:
    """Return weights and curves of both arms, given the fitted weight models.

    Args:
        compared: The comparison.
        fits: Of its weight models; what it has no person-time of is left unused.
        counts: Weight of each person, ``(n,)``, such as bootstrap counts: no person is copied.
    """
    if compared.tasks.drop_out is None:
        fits = WeightFits(fits.starts, None)
    weights, tables, curves = [], [], []
    for arm in compared.arms:
        factor = None
        if compared.stabilise:
            factor = common_chance(arm, compared.tasks)
        own = arm_weights(arm, fits, compared.truncate, factor)
        used = own.weights if counts is None else own.weights * counts[arm.rows, None]
        table = arm.stay.table(used)
        weights.append(own)
        tables.append(table)
        curves.append(risk_curve(arm.stay.cells.days, table, compared.horizon, compared.start))
    ratio = log_hazard_ratio(tables[0], tables[1])[0]
    found = Contrast(
        np.array([curve.at_horizon for curve in curves]),
        np.array([curve.mean_days for curve in curves]),
        np.asarray(ratio),
    )
    return ComparisonFit(
        fits,
        (weights[0], weights[1]),
        (tables[0], tables[1]),
        (curves[0], curves[1]),
        found,
    )


def comparison_influence(
    compared: Comparison, fit: ComparisonFit, *, with_ratio: bool = True
) -> NDArray[np.float64]:
    """Return each person's pull on both risks, both means and the log hazard ratio, ``(5, n)``.

    Args:
        compared: The comparison.
        fit: Its fit.
        with_ratio: Whether the last row is wanted; else it is NaN.
    """
    _, *ratio_pulls = log_hazard_ratio(*fit.tables)
    found = np.zeros((5, compared.persons))
    for number, (arm, curve) in enumerate(zip(compared.arms, fit.curves, strict=True)):
        rows = {number: curve.risk_pull, 2 + number: curve.mean_pull}
        rows |= {4: ratio_pulls[number]} if with_ratio else {}
        for row, pull in rows.items():
            found[row] += arm_influence(arm, fit.fits, fit.weights[number], pull, compared.persons)
    if not with_ratio:
        found[4] = np.nan
    return found


def check_support(
    name: str, leaves: NDArray[np.float64], kind: NDArray[np.int8], horizon: float
) -> None:
    """Refuse a horizon at which nobody of an arm is under observation.

    Raises:
        DataError: ``horizon-beyond-follow-up``, with the last day that somebody is seen on.
    """
    last = float(leaves.max())
    if last >= horizon or (kind[leaves == last] > 0).all():
        return
    raise DataError(
        f"under '{name}' nobody is under observation on day {horizon:g}",
        problems=[
            Problem(
                "horizon-beyond-follow-up",
                f"the last person is last seen on day {last:g}",
                "outcome.horizon_days",
                f"choose a horizon up to {last:g} days",
            )
        ],
    )
