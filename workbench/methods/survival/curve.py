"""A step curve of survival (or of cumulative incidence) with its interval and numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_share


@dataclass(frozen=True)
class Quantile:
    """The first time a curve reaches a probability; NaN where it never does.

    Attributes:
        probability: Survival that is reached, such as 0.5 for the median.
        time: When.
        low: Lower end of the interval.
        high: Upper end; NaN where the upper band never comes down so far.
    """

    probability: float
    time: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class StepCurve:
    """Values that change at some times and hold in between.

    Attributes:
        times: Distinct times of events and censorings, rising, ``(m,)``.
        value: After each time: survival, or cumulative incidence, ``(m,)``.
        standard_error: Of the value, ``(m,)``; NaN once nobody is left.
        low: Lower end of the pointwise interval, ``(m,)``; NaN where there is none.
        high: Upper end.
        at_risk: Weight under observation just before each time, ``(m,)``.
        persons_at_risk: Rows with a weight above 0 under observation just before each time.
        events: Weight of events at each time.
        censored: Weight of other ends of follow-up at each time.
        start: Value before the first time: 1 for survival, 0 for incidence.
        last: Time the last row was under observation.
        level: Of the intervals.
        convention: Estimator, variance and interval in words.
    """

    times: NDArray[np.float64]
    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    persons_at_risk: NDArray[np.int64]
    events: NDArray[np.float64]
    censored: NDArray[np.float64]
    start: float
    last: float
    level: float
    convention: str

    def at(self, times: ArrayLike) -> pd.DataFrame:
        """Return the curve at some times: ``time, value, standard_error, low, high``.

        Beyond the last time under observation all are NaN, unless survival has come down to 0:
        nobody can say more.
        """
        asked = np.atleast_1d(numbers(times, "times"))
        place = np.searchsorted(self.times, asked, side="right")
        known = asked <= self.last
        if self.start == 1.0 and self.value[-1] == 0.0:
            known = np.ones(len(asked), dtype=np.bool_)
        columns = {
            "value": (self.start, self.value),
            "standard_error": (0.0, self.standard_error),
            "low": (self.start, self.low),
            "high": (self.start, self.high),
        }
        read = {
            name: np.where(known, np.concatenate([[first], values])[place], np.nan)
            for name, (first, values) in columns.items()
        }
        return pd.DataFrame({"time": asked, **read})

    def quantile(self, probability: float = 0.5) -> Quantile:
        """Return when the curve comes down to a survival, with its interval.

        Brookmeyer and Crowley 1982, Biometrics 38:29: the ends are where the ends of the pointwise
        interval come down to it, on the scale of that interval. Where a curve runs flat at exactly
        this value, the middle of that stretch, as R ``quantile(survfit)``.

        Args:
            probability: Survival, within 0 to 1; 0.5 is the median.

        Raises:
            UsageError: It is no share, or the curve is one of incidence.
        """
        check_share("a quantile", "probability", probability)
        if self.start != 1.0:
            raise UsageError("quantiles are read off survival curves, this one is of incidence")
        ends = [self._reaches(curve, probability) for curve in (self.value, self.low, self.high)]
        return Quantile(probability, *ends)

    def _reaches(self, curve: NDArray[np.float64], probability: float) -> float:
        """Return when one of the three curves comes down to a value; NaN where it does not."""
        # The ends of the interval are not known where the value is 1 (still 1) or 0 (the last).
        filled = np.where(np.isnan(curve), np.where(self.value == 1.0, 1.0, np.inf), curve)
        close = 1e-9
        below = np.flatnonzero(filled <= probability + close)
        if not len(below):
            return float("nan")
        first = below[0]
        flat = abs(filled[first] - probability) <= close
        under = np.flatnonzero(filled < probability - close)
        if not flat:
            return float(self.times[first])
        later = self.times[under[0]] if len(under) else self.times[-1]
        return float((self.times[first] + later) / 2)

    def table(self) -> pd.DataFrame:
        """Return one row a time, for a CSV file: every step, for the eyes of the data's holder."""
        return pd.DataFrame(
            {
                "time": self.times,
                "value": self.value,
                "standard_error": self.standard_error,
                "low": self.low,
                "high": self.high,
                "at_risk": self.at_risk,
                "events": self.events,
                "censored": self.censored,
            }
        )
