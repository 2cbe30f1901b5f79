"""Metrics of decisions: accuracy, rates of one class, F, Matthews correlation, Cohen's kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError, did_you_mean
from workbench.metrics.base import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ConfusionMetric, ratio
from workbench.metrics.one_class import OneClass


@register
@dataclass(frozen=True)
class Accuracy(CaseMetric):
    """Share of cases whose class is right."""

    classes: tuple[str, ...]

    name = "accuracy"
    title = "share of cases whose class is right"
    source = "sklearn.metrics.accuracy_score"

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 where the class is right."""
        return np.asarray(truth == prediction, dtype=np.uint8)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return all cases."""
        return np.ones(len(truth), dtype=bool)


@register
@dataclass(frozen=True)
class BalancedAccuracy(ConfusionMetric):
    """Mean over classes of the share found."""

    classes: tuple[str, ...]

    name = "balanced-accuracy"
    title = "mean of the sensitivities of all classes"
    undefined = "a class has no case"
    source = "sklearn.metrics.balanced_accuracy_score (which skips absent classes)"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of the diagonal over the row sums."""
        right = np.diagonal(matrices, axis1=1, axis2=2)
        return np.asarray(ratio(right, matrices.sum(axis=2)).mean(axis=1))


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


@register
@dataclass(frozen=True)
class MatthewsCorrelation(ConfusionMetric):
    """Matthews correlation of the confusion matrix, for any number of classes."""

    classes: tuple[str, ...]

    name = "mcc"
    title = "Matthews correlation coefficient"
    undefined = "the truth is one single class (scikit-learn says 0)"
    source = "Gorodkin 2004, Comput Biol Chem 28:367; sklearn.metrics.matthews_corrcoef"

    @property
    def convention(self) -> str:
        """The value of an answer that never varies."""
        return "0 where all answers are one class"

    @property
    def range(self) -> tuple[float, float]:
        """From -1 to 1."""
        return (-1.0, 1.0)

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the correlation of the two indicator matrices."""
        true, called = matrices.sum(axis=2), matrices.sum(axis=1)
        total = true.sum(axis=1)
        right = np.trace(matrices, axis1=1, axis2=2)
        top = right * total - (true * called).sum(axis=1)
        spread_true = total**2 - (true**2).sum(axis=1)
        spread_called = total**2 - (called**2).sum(axis=1)
        value = ratio(top, np.sqrt(spread_true) * np.sqrt(spread_called))
        return np.where((spread_called == 0) & (spread_true > 0), 0.0, value)


@register
@dataclass(frozen=True)
class CohenKappa(ConfusionMetric):
    """Agreement beyond chance; disagreements count equally, by distance, or by its square."""

    classes: tuple[str, ...]
    scheme: Literal["none", "linear", "quadratic"] = "none"

    name = "kappa"
    title = "agreement beyond chance (Cohen's kappa)"
    undefined = "truth and answers are one and the same single class"
    source = "Cohen 1968, Psychol Bull 70:213; sklearn.metrics.cohen_kappa_score"

    def __post_init__(self) -> None:
        """Refuse an unknown weighting scheme."""
        schemes = ("none", "linear", "quadratic")
        if self.scheme not in schemes:
            hint = did_you_mean(self.scheme, schemes)
            raise UsageError(f"kappa scheme is one of {', '.join(schemes)}; got '{self.scheme}'",
                             remedy=hint)  # fmt: skip

    @property
    def convention(self) -> str:
        """The weighting scheme."""
        return f"{self.scheme} weights"

    @property
    def range(self) -> tuple[float, float]:
        """From -1 to 1."""
        return (-1.0, 1.0)

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 - observed disagreement / disagreement expected by chance."""
        places = np.arange(len(self.classes))
        apart = np.abs(places[:, None] - places[None, :]).astype(np.float64)
        power = {"none": np.sign(apart), "linear": apart, "quadratic": apart**2}[self.scheme]
        true, called = matrices.sum(axis=2), matrices.sum(axis=1)
        observed = (power * matrices).sum(axis=(1, 2)) * true.sum(axis=1)
        expected = np.einsum("bi,ij,bj->b", true, power, called)
        return 1.0 - ratio(observed, expected)


@register
@dataclass(frozen=True)
class QuadraticKappa(CohenKappa):
    """Cohen's kappa with squared distance between ordered classes."""

    scheme: Literal["none", "linear", "quadratic"] = "quadratic"

    name = "quadratic-kappa"
    title = "agreement beyond chance, far errors weighing by squared distance"
