"""Intervals by bootstrap over units: percentile and BCa, one metric or a paired difference."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.arrays import real_array
from workbench.metrics.base import Metric
from workbench.metrics.choices import check_choice, check_whole
from workbench.metrics.counts import wilson
from workbench.metrics.intervals import Interval, bca, percentiles
from workbench.metrics.resampling import code_weights, rarest_class_strata, unit_codes

Method = Literal["percentile", "bca"]
WILSON = "Wilson, one case a unit: all or none count"
# Answers to a metric whose resampled values are remembered.
_REMEMBERED, _NO_DIGEST = 32, b""
# Numbers held at a time for the weights of the jackknife.
_BLOCK_SIZE = 16_000_000


class UnitBootstrap:
    """Bootstrap of any metric over units, stratified only when a resample would be undefined.

    Args:
        truth: Class numbers or real values, one row a case.
        units: Unit ids, shape ``(n,)``.
        resamples: Number of resamples.
        seed: Seed of the draws.

    Raises:
        DataError: Not one unit id a row, missing ids, or fewer than two units.
        UsageError: Resamples or seed that are no whole number.
    """

    def __init__(self, truth: ArrayLike, units: ArrayLike, resamples: int, seed: int) -> None:
        check_whole("resamples", resamples, 1)
        check_whole("seed", seed, 0)
        self.truth = real_array(truth, "truth")
        self.resamples = resamples
        self.seed = seed
        self.places, self.n_units = unit_codes(units, len(np.atleast_1d(self.truth)))
        self.units = np.array([str(unit) for unit in np.asarray(units, dtype=object)], dtype=object)
        self._stratified: dict[bytes, NDArray[Any]] = {}
        self._known: dict[tuple[int, bytes], tuple[Metric, NDArray[np.float64] | None]] = {}

    def with_truth(self, truth: ArrayLike) -> UnitBootstrap:
        """Return the bootstrap of the same draws for another truth of the same rows."""
        made = UnitBootstrap(truth, self.units, self.resamples, self.seed)
        made.__dict__["weights"] = self.weights
        return made

    @cached_property
    def weights(self) -> NDArray[Any]:
        """Plain weights, shape ``(n, B)``."""
        return code_weights(self.places, self.n_units, self.resamples, self.seed)

    def stratified_weights(self, classes: NDArray[np.int64]) -> NDArray[Any]:
        """Return weights drawn within strata of units; see :func:`rarest_class_strata`."""
        key = classes.tobytes()
        if key not in self._stratified:
            strata = rarest_class_strata(classes, self.units)
            drawn = code_weights(self.places, self.n_units, self.resamples, self.seed, strata)
            self._stratified = {key: drawn}
        return self._stratified[key]

    def values(
        self, metric: Metric, *predictions: ArrayLike
    ) -> tuple[NDArray[np.float64], str, int]:
        """Return the metric of each prediction on the same resamples.

        Returns:
            Shape ``(m, B)``, one row a prediction, the name of the method, and the number of
            resamples in which one of them was undefined before strata were used.
        """
        found = self._plain(metric, predictions)
        undefined = int(np.isnan(found).any(axis=0).sum())
        classes = metric.needed_classes(metric.checked_truth(self.truth)) if undefined else None
        if classes is None:
            return found, "bootstrap over units", undefined
        weights = self.stratified_weights(classes)
        found = metric.columns_of_models(self.truth, predictions, weights)
        return found, f"bootstrap over units, stratified by {metric.stratum}", undefined

    def _plain(self, metric: Metric, predictions: Sequence[ArrayLike]) -> NDArray[np.float64]:
        """Return the metric on the plain weights, shape ``(m, B)``.

        The last answers are remembered: a scorer asks for one twice (its interval, its gain over
        the floor), and a board asks for the same floor with every submission.
        """
        keys = [(id(metric), _digest(prediction)) for prediction in predictions]
        rows = [self._known.pop(key, (metric, None))[1] for key in keys]
        new = [place for place, row in enumerate(rows) if row is None]
        if new:
            asked = [predictions[place] for place in new]
            found = metric.columns_of_models(self.truth, asked, self.weights)
            for place, row in zip(new, found, strict=True):
                rows[place] = row
        # The metric is kept with its values, so that its id is nobody else's meanwhile.
        self._known |= {
            key: (metric, row) for key, row in zip(keys, rows, strict=True) if key[1] != _NO_DIGEST
        }
        for key in list(self._known)[:-_REMEMBERED]:
            del self._known[key]
        return np.array(rows)

    def jackknife(self, metric: Metric, prediction: ArrayLike) -> NDArray[np.float64]:
        """Return the metric with each unit left out in turn, shape ``(n_units,)``."""
        places, n_units = self.places, self.n_units
        block = max(1, _BLOCK_SIZE // len(places))
        parts = []
        for first in range(0, n_units, block):
            left_out = np.arange(first, min(first + block, n_units))
            kept = (places[:, None] != left_out).astype(np.uint8)
            parts.append(metric.columns(self.truth, prediction, kept))
        return np.concatenate(parts)

    def interval(
        self,
        metric: Metric,
        prediction: ArrayLike,
        level: float = 0.95,
        method: Method = "percentile",
    ) -> Interval:
        """Return the interval of a metric.

        Args:
            metric: Any metric.
            prediction: What it needs.
            level: Confidence level.
            method: ``percentile``, or ``bca`` (corrects bias and skewness; costs a jackknife).
        """
        check_choice("bootstrap", "method", method, ("percentile", "bca"))
        (values,), name, undefined = self.values(metric, prediction)
        ends = percentiles(values, level)
        if ends[0] == ends[1]:
            share = self._share_interval(metric, prediction, level)
            if share is not None:
                return Interval(*share, level, WILSON, undefined, self.resamples)
            name += ", all resamples equal"
        if method == "bca":
            point = float(metric.columns(self.truth, prediction)[0])
            ends = bca(values, point, self.jackknife(metric, prediction), level)
        return Interval(*ends, level, f"{method} {name}", undefined, self.resamples)

    def _share_interval(
        self, metric: Metric, prediction: ArrayLike, level: float
    ) -> tuple[float, float] | None:
        """Return Wilson's interval where all or none of a share's cases count, units as cases."""
        truth = metric.checked_truth(self.truth)
        cases = metric.share_of(truth, metric.checked(prediction, len(truth)))
        value = float(metric.columns(self.truth, prediction)[0])
        if cases is None or value not in (0.0, 1.0):
            return None
        n_units = len(np.unique(self.places[cases]))
        return wilson(n_units if value else 0, n_units, level)

    def difference(
        self,
        metric: Metric,
        a: ArrayLike,
        b: ArrayLike,
        level: float = 0.95,
        method: Method = "percentile",
    ) -> Interval:
        """Return the interval of ``metric(a) - metric(b)`` on the same resamples."""
        check_choice("bootstrap", "method", method, ("percentile", "bca"))
        (first, second), name, undefined = self.values(metric, a, b)
        ends = percentiles(first - second, level)
        if method == "bca":
            points = [float(metric.columns(self.truth, p)[0]) for p in (a, b)]
            apart = self.jackknife(metric, a) - self.jackknife(metric, b)
            ends = bca(first - second, points[0] - points[1], apart, level)
        return Interval(*ends, level, f"paired {method} {name}", undefined, self.resamples)


def _digest(prediction: ArrayLike) -> bytes:
    """Return what tells one answer from others, where it is a plain array."""
    if not isinstance(prediction, np.ndarray) or prediction.dtype.kind not in "biuf":
        return _NO_DIGEST
    told = f"{prediction.dtype}{prediction.shape}".encode()
    return hashlib.sha256(told + prediction.tobytes()).digest()
