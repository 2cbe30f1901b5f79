"""Area under the ROC curve, exact with ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.base import Metric
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.delong import area_terms
from workbench.metrics.rank_counts import pairs_won
from workbench.metrics.sums import weighted_sums


@register
@dataclass(frozen=True)
class Auroc(Metric):
    """Probability that a case of the class scores above a case of another; a tie counts half.

    Two classes: the second is the positive one. More: each class against the rest, then the plain
    mean over classes.

    >>> Auroc(("0", "1"))([0, 0, 0, 1, 1, 1], [0.21, 0.35, 0.63, 0.92, 0.32, 0.79])  # 7/9
    0.7777777777777778
    """

    classes: tuple[str, ...]

    name = "auroc"
    title = "area under the ROC curve"
    needs = "scores"
    undefined = "a class has no case, or all cases are of one class"
    source = "Hanley and McNeil 1982, Radiology 143:29; sklearn.metrics.roc_auc_score"

    @property
    def convention(self) -> str:
        """How more than two classes are joined."""
        if len(self.classes) == 2:
            return f"'{self.classes[1]}' is positive, a tie counts half"
        return "each class against the rest, plain mean, a tie counts half"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the areas ``(B,)``."""
        return np.asarray(self.compute_models(truth, [prediction], weights)[0])

    def compute_models(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the areas of all models ``(m, B)``, each class's in one pass."""
        areas = [
            auroc_of_models(positive, scores, weights)
            for positive, scores in self._sides(truth, predictions)
        ]
        return np.asarray(np.sum(areas, axis=0) / len(areas))

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.float64]:
        """Return the first-order terms of the area, shape ``(n, m)``."""
        terms = [area_terms(*side) for side in self._sides(truth, predictions)]
        return np.asarray(np.sum(terms, axis=0) / len(terms))

    def _sides(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.float64]]]:
        """Give each class that is held against the rest, with its scores ``(n, m)``."""
        if len(self.classes) == 2:
            yield truth == 1, np.column_stack(predictions)
            return
        for i in range(len(self.classes)):
            yield truth == i, np.column_stack([one[:, i] for one in predictions])


def auroc_of_models(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return the area of many models under many weightings; NaN where one class has no weight.

    Args:
        positive: Shape ``(n,)``.
        scores: Shape ``(n, m)``, one column a model; higher means positive.
        weights: Shape ``(n, B)``.

    Returns:
        Shape ``(m, B)``.
    """
    sides = np.column_stack([positive, ~positive]).astype(np.uint8)
    hits, misses = weighted_sums(sides, weights)
    return ratio(pairs_won(positive, scores, weights), 2.0 * hits * misses)
