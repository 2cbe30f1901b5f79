"""Ratios of the two-by-two table of one class against the rest, and their F."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ConfusionMetric, ratio
from workbench.metrics.one_class import OneClass


@dataclass(frozen=True)
class _Rate(OneClass, ConfusionMetric):
    """A ratio of cells of the two-by-two table of one class against the rest."""

    def counts(self, matrices: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Return true positives, false negatives, false positives, true negatives, each (B,)."""
        i = self.place
        hit = matrices[:, i, i]
        missed = matrices[:, i, :].sum(axis=1) - hit
        false = matrices[:, :, i].sum(axis=1) - hit
        return hit, missed, false, matrices.sum(axis=(1, 2)) - hit - missed - false


@register
@dataclass(frozen=True)
class Sensitivity(_Rate):
    """Share of the cases of one class that are found (recall)."""

    name = "sensitivity"
    title = "share of the cases of a class that are found"
    undefined = "the class has no case"
    source = "sklearn.metrics.recall_score"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return TP / (TP + FN)."""
        hit, missed, _, _ = self.counts(matrices)
        return ratio(hit, hit + missed)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases of the class."""
        return np.asarray(truth == self.place)


@register
@dataclass(frozen=True)
class Specificity(_Rate):
    """Share of the cases of the other classes that are not taken for this one."""

    name = "specificity"
    title = "share of the cases of other classes not taken for the class"
    undefined = "the other classes have no case"
    source = "TN / (TN + FP)"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return TN / (TN + FP)."""
        _, _, false, rest = self.counts(matrices)
        return ratio(rest, rest + false)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases of other classes."""
        return np.asarray(truth != self.place)


@register
@dataclass(frozen=True)
class PositivePredictiveValue(_Rate):
    """Share of the calls of a class that are right (precision)."""

    name = "ppv"
    title = "share of the calls of a class that are right"
    undefined = "the class is never called"
    source = "sklearn.metrics.precision_score"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return TP / (TP + FP)."""
        hit, _, false, _ = self.counts(matrices)
        return ratio(hit, hit + false)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the calls of the class."""
        return np.asarray(prediction == self.place)


@register
@dataclass(frozen=True)
class NegativePredictiveValue(_Rate):
    """Share of the calls of other classes that are right about this one."""

    name = "npv"
    title = "share of the calls against a class that are right"
    undefined = "the class is always called"
    source = "TN / (TN + FN)"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return TN / (TN + FN)."""
        _, missed, _, rest = self.counts(matrices)
        return ratio(rest, rest + missed)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the calls of other classes."""
        return np.asarray(prediction != self.place)


@register
@dataclass(frozen=True)
class FBeta(_Rate):
    """Weighted harmonic mean of precision and sensitivity of one class."""

    beta: float = 1.0

    name = "f-beta"
    title = "harmonic mean of precision and sensitivity, sensitivity weighted beta times"
    undefined = "the class has no case and is never called"
    source = "van Rijsbergen 1979; sklearn.metrics.fbeta_score"

    @property
    def convention(self) -> str:
        """The value of beta."""
        return f"beta = {self.beta:g}"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (1 + b2) TP / ((1 + b2) TP + b2 FN + FP)."""
        hit, missed, false, _ = self.counts(matrices)
        square = self.beta**2
        return ratio((1 + square) * hit, (1 + square) * hit + square * missed + false)
