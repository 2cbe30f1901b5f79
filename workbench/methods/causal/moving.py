"""Covariates that change over time, as one value for each person and interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem, did_you_mean
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.intervals import Grid

_MOST_NAMED = 20


def moving_columns(
    cohort: Cohort, wanted: Sequence[str], grid: Grid
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the last value known by the start of each interval, standardised, ``(n, K, v)``.

    A value measured on day d is used from the first interval on that starts on day d or later:
    nothing in an interval is explained by what was measured during it.

    Raises:
        DataError: ``no-time-varying``: the cohort has no such table or column;
            ``unknown-person``; ``no-first-value``: somebody has no value by day 0;
            ``missing-time-varying``: a value is missing.
    """
    shape = (len(cohort), len(grid), len(wanted))
    if not wanted:
        return np.zeros(shape), []
    table = cohort.time_varying
    columns = [] if table is None else [str(c) for c in table.columns]
    absent = [name for name in wanted if name not in columns]
    if table is None or absent:
        problems = [
            Problem(
                "no-time-varying",
                f"the cohort has no time-varying covariate '{name}'",
                "adjust.time_varying",
                did_you_mean(name, columns) or "give it in Cohort.time_varying, or leave it out",
            )
            for name in absent
        ]
        raise DataError("a time-varying covariate is not there", problems=problems)
    return _last_known(cohort, table, list(wanted), grid), list(wanted)


def _last_known(
    cohort: Cohort, table: pd.DataFrame, wanted: list[str], grid: Grid
) -> NDArray[np.float64]:
    """Carry the last value forward, after checking that there is one."""
    number = pd.Series(np.arange(len(cohort)), index=cohort.person)
    rows = table.sort_values(["person", "day"], kind="stable")
    person = rows["person"].map(number).to_numpy(dtype=np.float64)
    day = rows["day"].to_numpy(dtype=np.float64)
    values = rows[wanted].to_numpy(dtype=np.float64)
    _refuse("unknown-person", "is not in the cohort", rows["person"][np.isnan(person)])
    hole = ~np.isfinite(values).all(axis=1) | ~np.isfinite(day)
    _refuse("missing-time-varying", "has a value or a day that is missing", rows["person"][hole])
    code = person.astype(np.int64)
    early = np.zeros(len(cohort), dtype=bool)
    early[code[day <= 0]] = True
    _refuse("no-first-value", "has no value by day 0", pd.Series(cohort.person[~early]))
    # One sorted key for person and day: the last row at or before the start of each interval.
    order = np.lexsort((day, code))
    code, day, values = code[order], day[order], values[order]
    span = float(np.abs(day).max()) + grid.horizon + 1.0
    keys = code * (2 * span) + day
    asked = np.arange(len(cohort))[:, None] * (2 * span) + grid.edges[:-1]
    found = values[np.searchsorted(keys, asked, side="right") - 1]
    spread = values.std(axis=0)
    return np.asarray((found - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _refuse(code: str, text: str, persons: pd.Series) -> None:
    """Raise one error that names the persons, where there are any."""
    names = persons.astype(str).drop_duplicates().tolist()
    if names:
        problems = [Problem(code, text, f"person {name}") for name in names[:_MOST_NAMED]]
        raise DataError(f"time-varying covariates: {len(names)} persons", problems=problems)
