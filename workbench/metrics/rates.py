"""Ratios of the two-by-two table of one class against the rest, and their F."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_positive
from workbench.metrics.confusion import ConfusionMetric, ratio
from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import weighted_sums


@dataclass(frozen=True)
class _Share(OneClass):
    """Share of the cases of :meth:`share_of` on which the call about the class is right."""

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the shares ``(B,)``."""
        counted = self.share_of(truth, prediction)
        right = (truth == self.place) == (prediction == self.place)
        sides = np.column_stack([counted & right, counted]).astype(np.uint8)
        return ratio(*weighted_sums(sides, weights))

    @abstractmethod
    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases the share is taken of."""


@register
@dataclass(frozen=True)
class Sensitivity(_Share):
    """Share of the cases of one class that are found (recall)."""

    name = "sensitivity"
    title = "share of the cases of a class that are found"
    undefined = "the class has no case"
    source = "sklearn.metrics.recall_score"

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases of the class."""
        return np.asarray(truth == self.place)


@register
@dataclass(frozen=True)
class Specificity(_Share):
    """Share of the cases of the other classes that are not taken for this one."""

    name = "specificity"
    title = "share of the cases of other classes not taken for the class"
    undefined = "the other classes have no case"
    source = "TN / (TN + FP)"

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases of other classes."""
        return np.asarray(truth != self.place)


@register
@dataclass(frozen=True)
class PositivePredictiveValue(_Share):
    """Share of the calls of a class that are right (precision)."""

    name = "ppv"
    title = "share of the calls of a class that are right"
    undefined = "the class is never called"
    source = "sklearn.metrics.precision_score"

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the calls of the class."""
        return np.asarray(prediction == self.place)


@register
@dataclass(frozen=True)
class NegativePredictiveValue(_Share):
    """Share of the calls of other classes that are right about this one."""

    name = "npv"
    title = "share of the calls against a class that are right"
    undefined = "the class is always called"
    source = "TN / (TN + FN)"

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the calls of other classes."""
        return np.asarray(prediction != self.place)


@register
@dataclass(frozen=True)
class FBeta(OneClass, ConfusionMetric):
    """Weighted harmonic mean of precision and sensitivity of one class."""

    beta: float = 1.0

    name = "f-beta"
    title = "harmonic mean of precision and sensitivity, sensitivity weighted beta times"
    undefined = "the class has no case and is never called"
    source = "van Rijsbergen 1979; sklearn.metrics.fbeta_score"

    def __post_init__(self) -> None:
        """Refuse a beta that is no number above 0."""
        super().__post_init__()
        check_positive("beta of f-beta", self.beta)

    @property
    def convention(self) -> str:
        """The value of beta."""
        return f"beta = {self.beta:g}"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (1 + b2) TP / ((1 + b2) TP + b2 FN + FP)."""
        i, square = self.place, self.beta**2
        hit = matrices[:, i, i]
        missed, false = matrices[:, i, :].sum(axis=1) - hit, matrices[:, :, i].sum(axis=1) - hit
        return ratio((1 + square) * hit, (1 + square) * hit + square * missed + false)
