"""The jackknife alternative free-response figure of merit, an area under a ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.auroc import auroc_of_models
from workbench.metrics.catalogue import register
from workbench.metrics.events import EventMetric, matched


@register
@dataclass(frozen=True)
class Jafroc(EventMetric):
    """Chance that a target scores above the highest false event of a target-free case.

    A tie counts half; a missed target and a case without events score below everything.
    """

    name = "jafroc"
    title = "chance that a target scores above the worst false event of a target-free case"
    undefined = "no case has a target, or every case has one"
    source = "Chakraborty and Berbaum 2004, Med Phys 31:2313 (figure of merit)"

    @property
    def convention(self) -> str:
        """How targets are weighed, and where false events count."""
        return "every target weighs the same, false events of cases with targets are not used"

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the areas ``(B,)``."""
        found = matched(truth, prediction)
        worst = np.full(len(truth), -np.inf)
        np.maximum.at(worst, found.false_case, found.false_score)
        free = np.flatnonzero(truth[:, 0] == 0)
        positive = np.arange(len(found.best) + len(free)) < len(found.best)
        scores = np.concatenate([found.best, worst[free]])[:, None]
        rows = np.concatenate([found.target_case, free])
        return np.asarray(auroc_of_models(positive, scores, weights[rows])[0])
