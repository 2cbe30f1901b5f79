"""What metrics of estimates share: their truth, their answers, their null answer.

A case is one question with a hidden number, such as the effect of a treatment in one cohort. An
answer is an estimate with its interval, or the statement that the question cannot be answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.base import Metric

_LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Hidden:
    """What is true of each case.

    Attributes:
        value: The hidden number, shape ``(n,)``.
        scale: Standard deviation of an oracle's estimate, above 0: errors are counted in it.
        group: Number of the case's group (a scenario).
        answerable: False where no method can answer from the data.
    """

    value: NDArray[np.float64]
    scale: NDArray[np.float64]
    group: NDArray[np.int64]
    answerable: NDArray[np.bool_]

    @classmethod
    def of(cls, truth: NDArray[np.float64]) -> Hidden:
        """Return what is in a checked truth of shape ``(n, 4)``."""
        group = truth[:, 2].astype(np.int64)
        return cls(truth[:, 0], truth[:, 1], group, truth[:, 3] == 1)


@dataclass(frozen=True, eq=False)
class Said:
    """What was answered to each case; NaN where a case was abstained from.

    Attributes:
        estimate: Shape ``(n,)``.
        low: Lower end of its interval; NaN where none was given.
        high: Upper end.
        abstained: Whether the case was not answered.
    """

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    abstained: NDArray[np.bool_]

    @classmethod
    def of(cls, prediction: NDArray[np.float64]) -> Said:
        """Return what is in a checked prediction of shape ``(n, 4)``."""
        return cls(prediction[:, 0], prediction[:, 1], prediction[:, 2], prediction[:, 3] == 1)


class EffectMetric(Metric):
    """A metric of estimates: truth ``(n, 4)`` and prediction ``(n, 4)``.

    The columns of the truth are those of :class:`Hidden`, in its order; ``scale`` is 1 where there
    is no oracle, ``group`` a whole number, ``answerable`` 1 or 0. The columns of a prediction are
    those of :class:`Said`: ``abstained`` is 1 or 0, and where it is 1 the others mean nothing.

    Attributes:
        of_intervals: Whether it looks at the interval.
        scaled: Whether it counts in standard deviations of the oracle.
        judges_abstaining: Whether abstaining is worth something: a metric of the answered cases
            alone is won by answering the easy ones.
    """

    classes = ()
    needs = "estimates"
    of_intervals: ClassVar[bool] = False
    scaled: ClassVar[bool] = False
    judges_abstaining: ClassVar[bool] = False

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards."""
        return (0.0, np.inf)

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as ``(n, 4)`` floats, or raise a named error."""
        found = _four_columns(truth, "truth")
        answerable = found[:, 3] == 1
        faults = [
            ("truth-not-finite", ~np.isfinite(found).all(axis=1), "must be finite numbers"),
            ("scale-not-positive", answerable & ~(found[:, 1] > 0), "needs a scale above 0"),
            ("answerable-not-binary", ~np.isin(found[:, 3], (0, 1)), "is answerable by 1 or 0"),
        ]
        return _without_faults(found, "truth", faults)

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the answers as ``(n, 4)`` floats, NaN where abstained, or raise a named error."""
        found = _four_columns(prediction, "prediction")
        if len(found) != n_cases:
            message = f"prediction has {len(found)} rows, truth has {n_cases}"
            raise DataError(message, remedy=inputs.ONE_ROW)
        abstained = found[:, 3] == 1
        ends = np.isnan(found[:, 1:3]).sum(axis=1)
        broken = ~np.isfinite(found[:, 0]) | np.isinf(found[:, 1:3]).any(axis=1) | (ends == 1)
        faults = [
            ("abstain-not-binary", ~np.isin(found[:, 3], (0, 1)), "abstains by 1 or 0"),
            ("estimate-not-finite", ~abstained & broken, "holds NaN or infinity"),
            ("interval-upside-down", ~abstained & (found[:, 1] > found[:, 2]), "has low over high"),
        ]
        checked = _without_faults(found, "prediction", faults).copy()
        checked[abstained, :3] = np.nan
        return checked

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the answers that ignore the case: no effect, and where it may be, to abstain.

        The interval around no effect is as wide as holds the nominal share of the true numbers.
        """
        hidden = Hidden.of(truth)
        known = np.abs(hidden.value[hidden.answerable])
        half = float(np.quantile(known, getattr(self, "level", _LEVEL))) if known.size else 0.0
        found = [("zero effect", np.array([[0.0, -half, half, 0.0]]))]
        if not hidden.answerable.all():
            found.append(("abstain", np.array([[np.nan, np.nan, np.nan, 1.0]])))
        return found

    def answered(self, hidden: Hidden, said: Said) -> NDArray[np.bool_]:
        """Return the cases that can be answered and were, with an interval if one is needed."""
        known = hidden.answerable & ~said.abstained
        return known & np.isfinite(said.low) if self.of_intervals else known


def _four_columns(array: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return an array ``(n, 4)``, or say what shape it has."""
    found = numbers(array, what)
    if found.ndim != 2 or found.shape[1] != 4 or not len(found):
        raise DataError(f"{what} must have four columns, one row a case; got shape {found.shape}")
    return found


def _without_faults(
    found: NDArray[np.float64], what: str, faults: list[tuple[str, NDArray[np.bool_], str]]
) -> NDArray[np.float64]:
    """Return the array, or name the first row of each kind of fault."""
    problems = [
        Problem(code, f"{what} {text} ({rows.sum()} rows)", f"row {int(np.argmax(rows))}")
        for code, rows, text in faults
        if rows.any()
    ]
    if problems:
        raise DataError(f"the {what} of estimates is broken", problems=problems)
    return found
