"""What every survival model gives beside fit, predict, save, load: curves at chosen times."""

from __future__ import annotations

from collections.abc import Sequence
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


def outcome_of(cases: Cases) -> NDArray[np.float64]:
    """Return the times and events of survival cases, ``(n, 2)``.

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
    if not problems and not cases.table["event"].any():
        problems.append(Problem("no-event", "every case is censored", "event"))
    if problems:
        raise DataError("the survival times cannot be used", problems=problems)
    return cases.table[["time", "event"]].to_numpy(dtype=np.float64)
