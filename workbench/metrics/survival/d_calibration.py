"""D-calibration: predicted survival at each case's own time is spread evenly over 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.arrays import numbers
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_whole
from workbench.metrics.confusion import ratio
from workbench.metrics.sums import column_sums, weighted_sums
from workbench.metrics.survival.base import CurveMetric
from workbench.metrics.survival.curves import checked_times
from workbench.metrics.survival.outcome import Outcome

_SOURCE = "Haider, Hoehn, Davis and Greiner 2020, J Mach Learn Res 21(85)"


@register
@dataclass(frozen=True)
class DCalibration(CurveMetric):
    """Squared distance of the shares of cases in equal bins of survival from equal shares.

    It is the chi-square statistic over the number of cases: the test itself is
    :func:`d_calibration_test`.

    Attributes:
        times: Rising times of the predicted curves, in the unit of the truth.
        bins: Number of equal bins of the predicted survival.

    >>> truth = [[1, 1], [2, 1], [3, 1], [4, 1]]
    >>> curves = [[0.9, 0.8, 0.7, 0.6], [0.7, 0.6, 0.5, 0.4]] * 2
    >>> DCalibration((1.0, 2.0, 3.0, 4.0), bins=2)(truth, curves)
    0.25
    """

    times: tuple[float, ...]
    bins: int = 10

    name = "d-calibration"
    title = "distance of predicted survival at the cases' own times from an even spread"
    direction = "minimize"
    undefined = "the weights leave no case"
    source = _SOURCE

    def __post_init__(self) -> None:
        """Refuse times that do not rise, and fewer than two bins."""
        object.__setattr__(self, "times", checked_times(self.times))
        check_whole("bins", self.bins, 2)

    @property
    def convention(self) -> str:
        """How curves are read and censored cases spread."""
        return (
            f"chi-square over cases, {self.bins} bins closed below; straight lines between times "
            "and 1 at time 0; a case beyond the last time counts as censored there; a censored "
            "case is spread over the bins below in proportion"
        )

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to all cases in one bin."""
        return (0.0, self.bins - 1.0)

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The times."""
        return self.times

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the distances ``(b,)``."""
        own, event = survival_at_own_time(outcome, curves, np.array(self.times))
        counts = weighted_sums(spread(own, event, self.bins), weights)
        total = weighted_sums(np.ones((len(outcome), 1), dtype=np.uint8), weights)
        return self.bins * column_sums((ratio(counts, total) - 1.0 / self.bins) ** 2)


@dataclass(frozen=True)
class DCalibrationTest:
    """The test of D-calibration.

    Attributes:
        counts: Cases in each bin from 0 upwards; parts where cases are censored.
        statistic: Chi-square statistic.
        p_value: By the chi-square distribution with one degree of freedom less than bins; large
            where nothing speaks against calibration.
    """

    counts: tuple[float, ...]
    statistic: float
    p_value: float


def d_calibration_test(
    survival: ArrayLike, event: ArrayLike, *, bins: int = 10
) -> DCalibrationTest:
    """Return the test of D-calibration from predicted survival at each case's own time.

    Args:
        survival: Predicted probability of surviving beyond the own time, shape ``(n,)``.
        event: 1 for an event at that time, 0 for censored, shape ``(n,)``.
        bins: Number of equal bins.

    Raises:
        DataError: Values outside 0..1, NaN, or unequal lengths.

    >>> d_calibration_test([0.1, 0.3, 0.6, 0.9], [1, 1, 1, 1], bins=2).p_value
    1.0
    """
    check_whole("bins", bins, 2)
    own = numbers(survival, "survival")
    seen = numbers(event, "event")
    if own.ndim != 1 or own.shape != seen.shape or not len(own):
        raise DataError(f"survival {own.shape} and event {seen.shape} must be one value a case")
    outside = ~((own >= 0) & (own <= 1))
    if outside.any():
        row = int(np.argmax(outside))
        raise DataError(f"survival must lie between 0 and 1, got {own[row]:g}", where=f"row {row}")
    if not np.isin(seen, (0, 1)).all():
        row = int(np.argmin(np.isin(seen, (0, 1))))
        raise DataError(f"event must be 1 or 0, got {seen[row]}", where=f"row {row}")
    counts = column_sums(spread(own, seen == 1, bins))
    even = len(own) / bins
    statistic = float(np.sum((counts - even) ** 2) / even)
    from scipy.special import chdtrc

    p_value = float(chdtrc(bins - 1, statistic))
    return DCalibrationTest(tuple(counts.tolist()), statistic, p_value)


def survival_at_own_time(
    outcome: Outcome, curves: NDArray[np.float64], times: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return predicted survival at each case's own time, and whether the event is seen there.

    Straight lines join the times, from 1 at time 0. Beyond the last time the curve is not known:
    such a case counts as censored at the last time.

    Args:
        outcome: Time and event of each case.
        curves: Predicted survival, shape ``(n, K)``.
        times: Rising, shape ``(K,)``.

    Returns:
        Two arrays of shape ``(n,)``.
    """
    knots = np.concatenate([[0.0], times])
    full = np.column_stack([np.ones(len(curves)), curves])
    after = np.clip(np.searchsorted(knots, outcome.time, side="left"), 1, len(times))
    rows = np.arange(len(curves))
    low, high = full[rows, after - 1], full[rows, after]
    width = knots[after] - knots[after - 1]
    part = np.minimum((outcome.time - knots[after - 1]) / width, 1.0)
    own = np.where(part == 1.0, high, low + part * (high - low))
    return own, outcome.event & (outcome.time <= times[-1])


def spread(
    survival: NDArray[np.float64], event: NDArray[np.bool_], bins: int
) -> NDArray[np.float64]:
    """Return what each case adds to each bin from 0 upwards, shape ``(n, bins)``; rows sum to 1.

    An event adds 1 to its bin. A case censored at survival s adds ``(s - low) / s`` to its bin and
    ``(1 / bins) / s`` to each bin below: its own survival is uniform on 0..s.

    >>> spread(np.array([0.75, 0.75]), np.array([True, False]), 2).round(3).tolist()
    [[0.0, 1.0], [0.667, 0.333]]
    """
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges[1:-1], survival, side="right")
    shares = (place[:, None] == np.arange(bins)).astype(np.float64)
    rows = np.flatnonzero(~event & (survival > 0))
    s = survival[rows, None]
    shares[rows] = np.clip(s - edges[:-1], 0.0, 1.0 / bins) / s
    return np.asarray(shares)
