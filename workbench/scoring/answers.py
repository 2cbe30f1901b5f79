"""A checked submission beside its labels: class numbers, probabilities, decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import metrics
from workbench.metrics import Metric
from workbench.scoring.card import Challenge
from workbench.scoring.columns import DECISION


class Answers:
    """A checked submission and its labels, both in the order of the keys.

    Args:
        table: What :func:`workbench.scoring.check_submission` returns.
        labels: What :func:`workbench.scoring.load_truth` returns.
        challenge: The challenge both belong to.

    Attributes:
        truth: Class numbers, shape ``(n,)``.
        units: Unit ids, shape ``(n,)``.
        probabilities: Shape ``(n, K)``, missing answers filled in by the challenge's policy.
        decisions: Class numbers, shape ``(n,)``.
        n_missing: How many answers were filled in.
    """

    def __init__(self, table: pd.DataFrame, labels: pd.DataFrame, challenge: Challenge) -> None:
        classes = challenge.classes
        self.truth = np.array([classes.index(label) for label in labels[challenge.label]])
        self.units = labels[challenge.unit].to_numpy(dtype=object)
        values = table[classes].to_numpy(dtype=np.float64)
        empty = np.isnan(values).all(axis=1)
        self.n_missing = int(empty.sum())
        self.probabilities = _filled(values, empty, self.truth, challenge)
        self.decisions = decisions(self.probabilities, challenge)
        if DECISION in table:
            self.decisions = np.where(empty, self.decisions, _submitted(table[DECISION], classes))

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return what a metric needs: decisions or probabilities."""
        return self.decisions if metric.needs == "labels" else self.probabilities


def decisions(probabilities: NDArray[np.float64], challenge: Challenge) -> NDArray[np.int64]:
    """Return the class number decided for each case by the challenge's rule."""
    if challenge.decision.rule == "expected-cost" and challenge.decision.cost is not None:
        return metrics.decide(probabilities, challenge.decision.cost)
    return metrics.most_likely(probabilities)


def _filled(
    values: NDArray[np.float64],
    empty: NDArray[np.bool_],
    truth: NDArray[np.int64],
    challenge: Challenge,
) -> NDArray[np.float64]:
    """Fill in missing answers: the card's probabilities, or the most costly wrong class."""
    if not empty.any():
        return values
    filled = values.copy()
    if challenge.impute is not None:
        filled[empty] = [challenge.impute[name] for name in challenge.classes]
        return filled
    places = np.arange(len(challenge.classes))
    far = np.abs(places[:, None] - places[None, :]).astype(np.float64)
    cost = far if challenge.decision.cost is None else np.array(challenge.decision.cost)
    filled[empty] = np.eye(len(places))[cost.argmax(axis=1)[truth[empty]]]
    return filled


def _submitted(column: pd.Series[Any], classes: list[str]) -> NDArray[np.int64]:
    """Return submitted decisions as class numbers; -1 where there is none."""
    return np.array([classes.index(c) if c in classes else -1 for c in column], dtype=np.int64)
