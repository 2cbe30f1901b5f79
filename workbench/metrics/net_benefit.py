"""What acting on stated probabilities is worth (the decision curve, threshold by threshold)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.metrics import inputs
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.one_class import OneClass

if TYPE_CHECKING:
    import pandas as pd


@register
@dataclass(frozen=True)
class NetBenefit(OneClass, CaseMetric):
    """Hits minus false alarms, a false alarm weighing the odds of the acting threshold.

    Over a range of thresholds this is the decision curve. The best constant answer is the better
    of "treat all" and "treat none".
    """

    threshold: float = 0.5

    name = "net-benefit"
    title = "share of hits minus false alarms weighed by the odds of the threshold"
    needs = "probabilities"
    source = "Vickers and Elkin 2006, Med Decis Making 26:565"

    def __post_init__(self) -> None:
        """Refuse a threshold without odds."""
        super().__post_init__()
        if not 0.0 < self.threshold < 1.0:
            raise UsageError(f"threshold lies between 0 and 1, got {self.threshold}")

    @property
    def convention(self) -> str:
        """When one acts."""
        return f"acts where the probability of '{self.of}' is at least {self.threshold:g}"

    @property
    def range(self) -> tuple[float, float]:
        """From minus the odds of the threshold to 1."""
        return (-self.threshold / (1 - self.threshold), 1.0)

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 for a hit, minus the odds for a false alarm, 0 where one does not act."""
        acts = self.column(prediction) >= self.threshold
        odds = self.threshold / (1 - self.threshold)
        return np.where(acts, np.where(truth == self.place, 1.0, -odds), 0.0)


def decision_curve(truth: ArrayLike, given: ArrayLike, thresholds: ArrayLike) -> pd.DataFrame:
    """Return the net benefit of a model and of the two constant answers over thresholds.

    Which thresholds a sensible person would act at is a clinical choice: there is no default. For
    an interval at one threshold use the metric with :class:`workbench.metrics.UnitBootstrap`.

    Args:
        truth: 0 or 1, shape ``(n,)``.
        given: Probability of 1, shape ``(n,)``.
        thresholds: Numbers between 0 and 1.

    Returns:
        One row a threshold: ``threshold, model, treat_all, treat_none``.

    Raises:
        DataError: Broken input.
        UsageError: A threshold without odds.

    >>> decision_curve([0, 1, 1, 0], [0.1, 0.9, 0.6, 0.4], [0.2, 0.5])["model"].tolist()
    [0.4375, 0.5]
    """
    labels = inputs.codes(truth, 2, "truth")
    stated = inputs.probabilities(given, 2, len(labels))
    everybody = np.tile([0.0, 1.0], (len(labels), 1))
    rows = []
    for threshold in inputs.values(np.atleast_1d(thresholds), "thresholds"):
        benefit = NetBenefit(("0", "1"), threshold=float(threshold))
        rows.append(
            {
                "threshold": float(threshold),
                "model": benefit(labels, stated),
                "treat_all": benefit(labels, everybody),
                "treat_none": 0.0,
            }
        )
    import pandas as pd

    return pd.DataFrame(rows)
