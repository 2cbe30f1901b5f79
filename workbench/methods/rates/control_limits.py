"""Control limits of a funnel plot: where rates of groups lie if all share one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import pdtr, pdtrik

from workbench.errors import DataError
from workbench.methods.rates.counted import Floats, counted, per
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level, check_positive


def control_limits(
    exposure: ArrayLike,
    rate: float,
    *,
    unit: str = "patients",
    level: float = 0.95,
    dispersion: float = 1.0,
) -> pd.DataFrame:
    """Return the limits of the rate of a group by its exposure, under one common rate.

    Exact Poisson limits, interpolated between counts so that they are smooth; with overdispersion
    they are widened about the rate by its root. Spiegelhalter 2005, Stat Med 24:1185.

    Args:
        exposure: Patients or person-years, above 0, ``(n,)``.
        rate: The common rate, in ``unit``.
        unit: ``patients`` or ``person-years``.
        level: Share of groups inside, such as 0.95 or 0.998.
        dispersion: Pearson's statistic over its degrees of freedom; 1 for chance alone.

    Returns:
        ``exposure, low, high``, in ``unit``.

    Raises:
        DataError: Exposure that is not above 0.
        UsageError: A rate, level or dispersion without meaning.

    >>> control_limits([1000.0, 100000.0], 20.0).round(2).values.tolist()
    [[1000.0, 0.0, 95.43], [100000.0, 11.21, 28.75]]
    """
    check_level(level)
    check_positive("rate", rate)
    check_positive("dispersion", dispersion)
    scale, _ = per(unit)
    n = np.atleast_1d(numbers(exposure, "exposure"))
    if not (np.isfinite(n).all() and (n > 0).all()):
        raise DataError("control limits need exposure above 0 [bad-exposure]")
    mean = n * rate / scale
    low, high = (_quantile(mean, p) / n * scale for p in ((1 - level) / 2, (1 + level) / 2))
    wide = np.sqrt(dispersion)
    return pd.DataFrame(
        {
            "exposure": n,
            "low": np.maximum(rate - (rate - np.minimum(low, rate)) * wide, 0.0),
            "high": rate + (np.maximum(high, rate) - rate) * wide,
        }
    )


def funnel_table(
    groups: ArrayLike,
    cases: ArrayLike,
    exposure: ArrayLike,
    *,
    unit: str = "patients",
    dispersion: float = 1.0,
) -> pd.DataFrame:
    """Return each group's rate beside the limits at its exposure: the data of a funnel plot.

    Args:
        groups: Names, ``(n,)``.
        cases: Of each group, ``(n,)``.
        exposure: Of each group, ``(n,)``; groups nobody was exposed in are left out.
        unit: ``patients`` or ``person-years``.
        dispersion: Widens the limits.

    Returns:
        ``group, cases, exposure, rate, common, low_95, high_95, low_99_8, high_99_8, place``:
        the last is ``inside``, ``outside 95 %`` or ``outside 99.8 %``.
    """
    scale, _ = per(unit)
    given = counted(cases, exposure)
    names = np.asarray(groups, dtype=object)
    if names.shape != given.cases.shape:
        raise DataError(f"{len(names)} names for {len(given)} groups")
    seen = given.exposed()
    common = seen.pooled * scale
    found = pd.DataFrame(
        {
            "group": names[given.exposure > 0],
            "cases": seen.cases.astype(np.int64),
            "exposure": seen.exposure,
            "rate": seen.cases / seen.exposure * scale,
            "common": common,
        }
    )
    for level, name in ((0.95, "95"), (0.998, "99_8")):
        ends = control_limits(seen.exposure, common, unit=unit, level=level, dispersion=dispersion)
        found[f"low_{name}"], found[f"high_{name}"] = ends["low"], ends["high"]
    wide = (found["rate"] < found["low_99_8"]) | (found["rate"] > found["high_99_8"])
    narrow = (found["rate"] < found["low_95"]) | (found["rate"] > found["high_95"])
    found["place"] = np.where(wide, "outside 99.8 %", np.where(narrow, "outside 95 %", "inside"))
    return found


def _quantile(mean: Floats, p: float) -> Floats:
    """Return Poisson quantiles, interpolated between the counts around them."""
    count = np.maximum(np.ceil(np.nan_to_num(pdtrik(p, mean), nan=0.0)), 0.0)
    at, before = pdtr(count, mean), np.where(count > 0, pdtr(np.maximum(count - 1, 0), mean), 0.0)
    share = np.clip((p - before) / np.maximum(at - before, 1e-300), 0.0, 1.0)
    return np.asarray(np.maximum(count - 1 + share, 0.0))
