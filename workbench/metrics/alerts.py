"""How long true signals wait for an alert, within a budget of false ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_share
from workbench.metrics.confusion import ratio
from workbench.metrics.curves import threshold_counts
from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import weighted_sums

_SLACK = 1e-9  # a budget that is met up to rounding is met


@dataclass(frozen=True)
class AlertMetric(OneClass):
    """A metric of alerts: truth ``(n, 3)`` and prediction ``(n,)``, in days of one window.

    The columns of the truth: class number; first day on which an alert is possible (that of the
    first report); day on which the window has ended. A prediction is the day of each case's alert;
    a day at or after the end is no alert, NaN throughout means that no days were given.
    """

    needs = "alerts"
    direction = "minimize"

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as ``(n, 3)`` floats, or raise a named error."""
        found = numbers(truth, "truth")
        if found.ndim != 2 or found.shape[1] != 3 or not len(found):
            raise DataError(f"truth must have class, first day and end; got shape {found.shape}")
        inputs.codes(found[:, 0], len(self.classes), "truth")
        wrong = ~np.isfinite(found).all(axis=1) | (found[:, 1] < 0) | (found[:, 1] > found[:, 2])
        if wrong.any():
            message = f"the first day is not within the window ({int(wrong.sum())} rows)"
            problem = Problem("first-day-outside", message, f"row {int(np.argmax(wrong))}")
            raise DataError("the truth of alerts is broken", problems=[problem])
        return found

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the days in whole days, or raise a named error."""
        found = np.floor(numbers(prediction, "prediction"))
        if found.shape != (n_cases,):
            raise DataError(f"prediction has shape {found.shape}, truth has {n_cases} rows")
        absent = np.isnan(found)
        if (found < 0).any() or (absent.any() and not absent.all()):
            raise DataError("an alert has a day of 0 or later; a day after the window is no alert")
        return found

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the answers that ignore the case: no alert, and an alert on everything at once."""
        return [("no alert", np.array([np.inf])), ("alert on every case", np.array([0.0]))]

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return the class of each case."""
        return truth[:, 0].astype(np.int64)


@register
@dataclass(frozen=True)
class DaysToDetection(AlertMetric):
    """Mean days from the first possible day of a signal to its alert, censored at the window's end.

    Alerts count in the order of their days until false ones, on cases of other classes, have used
    up the budget; all alerts of the day on which it would be exceeded, and all later ones, do not
    count. A signal without an alert that counts, or with one before its first possible day, waits
    until the end.

    Attributes:
        budget: False alerts that are paid for, as a share of the cases of other classes.

    >>> truth = [[1, 10, 100], [1, 20, 100], [0, 5, 100], [0, 5, 100]]
    >>> DaysToDetection(("no", "yes"), budget=0.5)(truth, [30.0, 60.0, 40.0, 100.0])
    30.0
    >>> DaysToDetection(("no", "yes"), budget=0.1)(truth, [30.0, 60.0, 40.0, 100.0])
    50.0
    """

    budget: float = 0.05

    name = "days-to-detection"
    title = "mean days from the first report of a signal to its alert, within a budget"
    undefined = "no day of an alert was given, or the class has no case"
    source = "restricted mean of the waiting time; alerts by day until the budget is used up"

    def __post_init__(self) -> None:
        """Refuse a budget that is no share."""
        super().__post_init__()
        check_share(self.name, "budget", self.budget)

    @property
    def convention(self) -> str:
        """The budget, and what becomes of those never found."""
        return (
            f"alerts by day until false ones exceed {self.budget:g} of the other cases; without an "
            "alert the wait ends with the window"
        )

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards."""
        return (0.0, np.inf)

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the means ``(B,)``."""
        code, first, end = truth.T
        signal, day = code == self.place, np.nan_to_num(prediction, nan=np.inf)
        raised = day < end
        # Days that an alert saves of the wait; one before the first report is impossible.
        saved = np.where(raised & (day >= first), end - np.where(raised, day, 0), 0)
        saved = saved.astype(np.int64)[:, None]
        order = np.where(raised, -day, -np.inf)
        best = np.empty(weights.shape[1])
        counted = threshold_counts(signal, order, weights)
        gained = threshold_counts(signal, order, np.multiply(weights, saved, dtype=np.float64))
        for (block, _, false), (_, gain, _) in zip(counted, gained, strict=True):
            paid = false <= (self.budget + _SLACK) * false[-1]
            best[block] = np.where(paid, gain, 0.0).max(axis=0)
        waits = np.where(signal, end - first, 0.0)[:, None]
        total, wait = (
            weighted_sums(column, weights)[0]
            for column in (signal[:, None].astype(np.uint8), waits)
        )
        values = ratio(wait - best, total)
        return np.where(np.isnan(prediction).all(), np.nan, values)
