"""How probabilities become one class a case."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.scoring.card import Challenge


def decisions(probabilities: NDArray[np.float64], challenge: Challenge) -> NDArray[np.int64]:
    """Return the class number decided for each case by the challenge's rule."""
    if challenge.decision.rule == "expected-cost" and challenge.decision.cost is not None:
        return metrics.decide(probabilities, challenge.decision.cost)
    return metrics.most_likely(probabilities)
