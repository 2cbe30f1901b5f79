"""Area under the ROC curve, exact with ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.base import Metric
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.confusion import ratio
from workbench.metrics.delong import area_terms
from workbench.metrics.rank_counts import pairs_won
from workbench.metrics.sums import weighted_sums


class _Side(NamedTuple):
    """One class held against others: the cases it is judged on, which are its own, its scores."""

    rows: NDArray[np.int64] | slice
    positive: NDArray[np.bool_]
    scores: NDArray[np.float64]


@register
@dataclass(frozen=True)
class Auroc(Metric):
    """Probability that a case of the class scores above a case of another; a tie counts half.

    Two classes: the second is the positive one, and the choices below change nothing. More:
    ``multi_class`` holds each class against the rest (``ovr``) or each against each other one, by
    its own scores (``ovo``); ``average`` takes the plain mean of these areas (``macro``) or weighs
    them by the cases of the class or of the pair of classes (``weighted``).

    >>> Auroc(("0", "1"))([0, 0, 0, 1, 1, 1], [0.21, 0.35, 0.63, 0.92, 0.32, 0.79])  # 7/9
    0.7777777777777778
    """

    classes: tuple[str, ...]
    multi_class: Literal["ovr", "ovo"] = "ovr"
    average: Literal["macro", "weighted"] = "macro"

    name = "auroc"
    title = "area under the ROC curve"
    needs = "scores"
    undefined = "a class has no case, or all cases are of one class"
    source = (
        "Hanley and McNeil 1982, Radiology 143:29; Hand and Till 2001, Mach Learn 45:171 (ovo); "
        "sklearn.metrics.roc_auc_score"
    )

    def __post_init__(self) -> None:
        """Refuse an unknown way to join classes."""
        check_choice(self.name, "multi_class", self.multi_class, ("ovr", "ovo"))
        check_choice(self.name, "average", self.average, ("macro", "weighted"))

    @property
    def label(self) -> str:
        """Name with what differs from the usual, where there are more than two classes."""
        chosen = (self.multi_class, self.average) if len(self.classes) > 2 else ()
        return "-".join([self.name, *(c for c in chosen if c not in ("ovr", "macro"))])

    @property
    def convention(self) -> str:
        """How more than two classes are joined."""
        if len(self.classes) == 2:
            return f"'{self.classes[1]}' is positive, a tie counts half"
        against = "the rest" if self.multi_class == "ovr" else "each other one"
        mean = "plain mean" if self.average == "macro" else "mean weighted by cases"
        return f"each class against {against}, {mean}, a tie counts half"

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
            auroc_of_models(side.positive, side.scores, weights[side.rows])
            for side in self._sides(truth, predictions)
        ]
        if self.average == "macro" or len(areas) == 1:
            return np.asarray(np.sum(areas, axis=0) / len(areas))
        counts = weighted_sums(self._members(truth), weights)
        return ratio(np.sum(counts[:, None] * areas, axis=0), counts.sum(axis=0))

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.float64] | None:
        """Return the first-order terms of the area, shape ``(n, m)``; none of a weighted mean."""
        if self.average == "weighted" and len(self.classes) > 2:
            return None
        terms, n_sides = np.zeros((len(truth), len(predictions))), 0
        for rows, positive, scores in self._sides(truth, predictions):
            terms[rows] += area_terms(positive, scores) * (len(truth) / len(positive))
            n_sides += 1
        return terms / n_sides

    def _pairs(self) -> list[tuple[int, int]]:
        """Return each class with the one it is held against (itself: all others)."""
        places = range(len(self.classes))
        if self.multi_class == "ovr":
            return [(i, i) for i in places]
        return list(permutations(places, 2))

    def _sides(self, truth: NDArray[Any], predictions: list[NDArray[Any]]) -> Iterator[_Side]:
        """Give each class that is held against others, with its scores ``(n, m)``."""
        if len(self.classes) == 2:
            yield _Side(slice(None), truth == 1, np.column_stack(predictions))
            return
        for own, other in self._pairs():
            scores = np.column_stack([one[:, own] for one in predictions])
            if own == other:
                yield _Side(slice(None), truth == own, scores)
                continue
            rows = np.flatnonzero((truth == own) | (truth == other))
            yield _Side(rows, truth[rows] == own, scores[rows])

    def _members(self, truth: NDArray[Any]) -> NDArray[np.uint8]:
        """Return which cases an area's weight counts, shape ``(n, sides)``."""
        members = [(truth == own) | (truth == other) for own, other in self._pairs()]
        return np.column_stack(members).astype(np.uint8)


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
