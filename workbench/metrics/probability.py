"""Metrics of stated probabilities: log loss, Brier score, top-k accuracy, soft F1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice, check_whole
from workbench.metrics.confusion import ratio
from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import weighted_sums


@register
@dataclass(frozen=True)
class LogLoss(CaseMetric):
    """Mean of minus the logarithm of the probability given to the true class."""

    classes: tuple[str, ...]
    clip: float = float(np.finfo(np.float64).eps)

    name = "log-loss"
    title = "mean of -ln of the probability given to the true class"
    direction = "minimize"
    needs = "probabilities"
    source = "sklearn.metrics.log_loss (clips at the machine epsilon, does not renormalise)"

    def __post_init__(self) -> None:
        """Refuse a clip that would change ordinary probabilities."""
        if not 0.0 < self.clip < 0.5:
            raise UsageError(f"log-loss 'clip' lies between 0 and 0.5, got {self.clip}")

    @property
    def convention(self) -> str:
        """Where probabilities are clipped."""
        return f"natural logarithm, probabilities clipped at {self.clip:g}"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to minus the logarithm of the clip."""
        return (0.0, float(-np.log(self.clip)))

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return -ln p of the true class of each case."""
        given = prediction[np.arange(len(truth)), truth]
        return np.asarray(-np.log(np.clip(given, self.clip, 1.0 - self.clip)))


@register
@dataclass(frozen=True)
class Brier(CaseMetric):
    """Mean squared distance between the probabilities and the true class."""

    classes: tuple[str, ...]
    form: Literal["sum", "half"] = "sum"

    name = "brier"
    title = "mean squared distance of the probabilities from the truth"
    direction = "minimize"
    needs = "probabilities"
    source = "Brier 1950, Mon Weather Rev 78:1; sklearn.metrics.brier_score_loss"

    def __post_init__(self) -> None:
        """Refuse an unknown form."""
        check_choice(self.name, "form", self.form, ("sum", "half"))

    @property
    def convention(self) -> str:
        """Which of the two usual forms it is."""
        if self.form == "half":
            return "half the sum over classes, 0 to 1: (p - y)^2 for two classes"
        return "sum over all classes, 0 to 2"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to 2 (sum) or 1 (half)."""
        return (0.0, 2.0 if self.form == "sum" else 1.0)

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the squared distance of each case."""
        target = np.eye(len(self.classes))[truth]
        distance = ((prediction - target) ** 2).sum(axis=1)
        return np.asarray(distance if self.form == "sum" else distance / 2)


@register
@dataclass(frozen=True)
class TopK(CaseMetric):
    """Share of cases whose class is among the k most probable ones."""

    classes: tuple[str, ...]
    k: int = 2

    name = "top-k"
    title = "share of cases whose class is among the k most probable"
    needs = "probabilities"
    source = "sklearn.metrics.top_k_accuracy_score"

    def __post_init__(self) -> None:
        """Refuse a k that has no meaning."""
        check_whole("k of top-k", self.k, 1)
        if not 1 <= self.k <= len(self.classes):
            raise UsageError(f"top-k 'k' lies between 1 and {len(self.classes)}, got {self.k}")

    @property
    def label(self) -> str:
        """Name with k in it."""
        return f"top-{self.k}"

    @property
    def convention(self) -> str:
        """How equal probabilities are ordered."""
        return "of equal probabilities the later class counts as higher, as in scikit-learn"

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 where the true class is among the first k."""
        order = np.argsort(prediction, axis=1, kind="stable")[:, ::-1][:, : self.k]
        return np.asarray((order == truth[:, None]).any(axis=1), dtype=np.uint8)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return all cases."""
        return np.ones(len(truth), dtype=bool)


@register
@dataclass(frozen=True)
class ProbabilisticF1(OneClass):
    """F1 with probabilities in place of calls: rewards sure and right answers."""

    name = "pf1"
    title = "F1 with probabilities in place of calls"
    needs = "probabilities"
    undefined = "the class has no case"
    source = "Yacouby and Axman 2020 (Eval4NLP); RSNA mammography challenge 2023"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the harmonic mean of soft precision and soft recall, ``(B,)``."""
        positive, given = truth == self.place, self.column(prediction)
        soft = weighted_sums(np.column_stack([given * positive, given]), weights)
        count = weighted_sums(positive[:, None].astype(np.uint8), weights)[0]
        # 2PR / (P + R) with P = hits / given, R = hits / count is 2 hits / (given + count).
        return np.where(count > 0, ratio(2.0 * soft[0], soft[1] + count), np.nan)
