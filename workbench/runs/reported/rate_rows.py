"""Rates of published cells: every number here follows from what a reader has already."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.rates.counted import PER
from workbench.methods.rates.poisson import count_interval
from workbench.runs.reported.plan import RatesPlan

Floats = NDArray[np.float64]
PATIENTS, YEARS = "exposed_patients", "person_years"
_UNIT = {PATIENTS: "patients", YEARS: "person-years"}
COLUMNS = (
    "grain", "code", "period", "sex", "age", "measure", "exposed", "cases", "rate", "low", "high",
    "per", "masked", "exposed_low", "exposed_high", "cases_low", "cases_high", "rate_low",
    "rate_high",
)  # fmt: skip


def rate_rows(published: pd.DataFrame, grain: str, plan: RatesPlan) -> pd.DataFrame:
    """Return the long table: a row a cell and measure, with its rate.

    A hidden cell has the interval of rates that a reader can work out from the bounds of its
    counts; it has no estimate. A cell in which nobody was exposed has no rate.

    Args:
        published: Cells as they were released, one row a cell.
        grain: Of its codes.
        plan: Interval and level.
    """
    rows = [_patients(published, plan)]
    if YEARS in published:
        # Of one year only, see counting.count_exposed.
        rows.append(_years(published[published["period"] != "all"], plan))
    return pd.concat(rows, ignore_index=True).assign(grain=grain)[list(COLUMNS)]


def _patients(table: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return rates per exposed patient."""
    low, high = table["exposed_low"], table["exposed_high"]
    return _with_rate(table.assign(measure=PATIENTS), low, high, plan)


def _years(table: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return rates per person-year; of hidden ones a reader knows no more than that."""
    exposed = table[YEARS].astype(np.float64)
    rows = table.assign(measure=YEARS, exposed=exposed)
    rows = rows.assign(exposed_low=exposed.fillna(0.0), exposed_high=exposed.fillna(np.inf))
    return _with_rate(rows, rows["exposed_low"], rows["exposed_high"], plan)


def _with_rate(
    rows: pd.DataFrame, low: pd.Series, high: pd.Series, plan: RatesPlan
) -> pd.DataFrame:
    """Return rows with rate, interval and the bounds of the rate."""
    per = PER[_UNIT[str(rows["measure"].iloc[0])]] if len(rows) else 1.0
    cases, exposed = _floats(rows["cases"]), _floats(rows["exposed"])
    ends = count_interval(
        np.nan_to_num(cases, nan=0.0), level=plan.rates.level, method=plan.rates.interval
    )
    unknown = np.isnan(cases)
    limits = (np.where(unknown, np.nan, end) for end in ends)
    rate, lower, upper = (over(count, exposed) * per for count in (cases, *limits))
    least, most = _floats(low), _floats(high)
    return rows.assign(
        exposed=exposed,
        rate=rate,
        low=lower,
        high=upper,
        per=per,
        exposed_low=least,
        exposed_high=_finite(most),
        cases_high=_finite(_floats(rows["cases_high"])),
        rate_low=over(_floats(rows["cases_low"]), most) * per,
        rate_high=_finite(over(_floats(rows["cases_high"]), least) * per),
    )


def over(cases: Floats, exposed: Floats) -> Floats:
    """Return cases over exposed; nothing where nobody was."""
    empty = np.full(len(cases), np.nan)
    return np.asarray(np.divide(cases, exposed, out=empty, where=exposed > 0))


def _floats(values: pd.Series) -> Floats:
    """Return numbers, NaN where hidden."""
    return pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)


def _finite(values: Floats) -> Floats:
    """Return numbers, NaN where there is no bound."""
    return np.where(np.isfinite(values), values, np.nan)
