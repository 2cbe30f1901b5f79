"""What every survival model gives beside fit, predict, save, load: curves at chosen times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.learning.cases import Cases
from workbench.learning.model import Model
from workbench.metrics.survival.curves import curve_column as curve_column


@runtime_checkable
class SurvivalModel(Model, Protocol):
    """A model whose cases carry ``time`` (above 0, one unit) and ``event`` (1 seen, 0 censored).

    ``predict`` returns ``case`` and ``risk``, higher meaning an earlier event.
    """

    def survival(self, cases: Cases, times: Sequence[float]) -> NDArray[np.float64]:
        """Return the probability of no event up to and including each time, ``(n, K)``.

        Rows never rise and lie in [0, 1]; they are asked for at the times that are needed, never
        at all times of events.
        """


@dataclass(frozen=True)
class Linear:
    """What a model says whose log hazard is a weighted sum of the features.

    Attributes:
        cases: With the features the model has.
        coefficients: Log hazard ratio of each feature.
    """

    cases: Cases
    coefficients: Mapping[str, float]


@runtime_checkable
class LinearSurvivalModel(SurvivalModel, Protocol):
    """A survival model whose log hazard is a weighted sum of the features."""

    def coefficients(self) -> dict[str, float]:
        """Return the log hazard ratio of each feature to one unit more of it."""


def survival_table(
    cases: Sequence[str],
    risk: NDArray[np.float64],
    times: Sequence[float],
    curves: NDArray[np.float64],
) -> pd.DataFrame:
    """Return the predictions table of a survival model: ``case``, ``risk``, ``s_<time>`` ...

    Args:
        cases: Case ids.
        risk: Higher is earlier, ``(n,)``.
        times: Times of the curves, rising.
        curves: Survival at these times, ``(n, K)``.

    >>> list(survival_table(["a"], np.array([0.5]), [365, 730.5], np.array([[0.9, 0.8]])))
    ['case', 'risk', 's_365', 's_730.5']
    """
    columns = {curve_column(time): curves[:, place] for place, time in enumerate(times)}
    return pd.DataFrame({"case": list(cases), "risk": risk, **columns})


def checked_times(times: Sequence[float]) -> NDArray[np.float64]:
    """Return the times that curves are asked for at, ``(K,)``.

    Raises:
        DataError: There is none, one is negative, NaN or infinite, or they do not rise.
    """
    asked = np.asarray(times, dtype=np.float64)
    if asked.ndim != 1 or not len(asked):
        raise DataError(f"times must be a list of at least one time, got shape {asked.shape}")
    problems = [
        Problem("bad-time", f"time is {time}, expected a number of 0 or more", f"times[{place}]")
        for place, time in enumerate(asked)
        if not (np.isfinite(time) and time >= 0)
    ]
    problems += [
        Problem("not-rising", f"{later} follows {earlier}", f"times[{place + 1}]")
        for place, (earlier, later) in enumerate(pairwise(asked))
        if not later > earlier
    ]
    if problems:
        raise DataError("survival cannot be predicted at these times", problems=problems)
    return asked


def never_rising(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return curves free of rounding: in [0, 1], and no later value above an earlier one.

    >>> never_rising(np.array([[1.0000000000000002, 0.5, 0.5000000000000001]])).tolist()
    [[1.0, 0.5, 0.5]]
    """
    return np.minimum.accumulate(np.clip(curves, 0.0, 1.0), axis=1)


def proportional_curves(
    log_hazard: NDArray[np.float64], baseline: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return survival under proportional hazards, ``(n, K)``.

    Args:
        log_hazard: Log hazard ratio of each case to the baseline, ``(n,)``.
        baseline: Cumulative hazard of the baseline at each time, ``(K,)``.

    >>> proportional_curves(np.array([0.0, 900.0]), np.array([0.0, 1.0])).round(3).tolist()
    [[1.0, 0.368], [1.0, 0.0]]
    """
    # As logs: a hazard too large for a float, times a baseline of 0, is not a number.
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(np.exp(-np.exp(log_hazard[:, None] + np.log(baseline))))


def at_step(
    times: NDArray[np.float64], values: NDArray[np.float64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a cumulative hazard's step at or before each time asked for; 0 before the first.

    >>> at_step(np.array([1.0, 3.0]), np.array([0.2, 0.5]), np.array([0.5, 3.0, 9.0])).tolist()
    [0.0, 0.5, 0.5]
    """
    return np.concatenate([[0.0], values])[np.searchsorted(times, asked, side="right")]


def outcome_of(cases: Cases, *, events_needed: bool = True) -> NDArray[np.float64]:
    """Return the times and events of survival cases, ``(n, 2)``.

    Args:
        cases: Cases with the columns ``time`` and ``event``.
        events_needed: Whether cases that are all censored are refused; those that only decide when
            to stop need no event.

    Raises:
        DataError: A column is missing; or names every case whose time is not above 0 or whose event
            is not 0 or 1; or nobody has the event.
    """
    absent = [name for name in ("time", "event") if name not in cases.table.columns]
    if absent:
        raise DataError(f"survival cases need the columns time and event; {absent} missing")
    problems = []
    for case, time, event in zip(cases.ids, cases.table["time"], cases.table["event"], strict=True):
        if not (np.isfinite(time) and time > 0):
            problems.append(Problem("bad-time", f"time is {time}, expected above 0", case))
        if event not in (0, 1):
            problems.append(Problem("bad-event", f"event is {event}, expected 0 or 1", case))
    if events_needed and not problems and not cases.table["event"].any():
        problems.append(Problem("no-event", "every case is censored", "event"))
    if problems:
        raise DataError("the survival times cannot be used", problems=problems)
    return cases.table[["time", "event"]].to_numpy(dtype=np.float64)
