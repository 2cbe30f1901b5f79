"""A public board of a simulation: hidden labels, shown scores, with or without the Ladder."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.challenge.instruments.ladder import Ladder

CLASSES = ("0", "1")
FULL = 12
"""Digits of a score shown at full precision, as on a score sheet."""


class PublicBoard:
    """The board one team sees, on two classes, each case a unit of its own.

    Args:
        truth: Hidden labels, 0 or 1, shape ``(n,)``.
        metric: Name of a metric of single cases (``accuracy``, ``log-loss``).
        digits: Decimals shown.
        ladder: Whether the Ladder decides what is shown.
    """

    def __init__(
        self, truth: NDArray[np.int64], *, metric: str = "accuracy", digits: int, ladder: bool
    ) -> None:
        self.n_cases = len(truth)
        self.digits = digits
        self.metric = metrics.get(metric, CLASSES)
        self.maximize = self.metric.direction == "maximize"
        self.ladder = Ladder(np.ones(len(truth)), maximize=self.maximize) if ladder else None
        self.best: float | None = None
        self._truth = truth

    def submit(self, prediction: NDArray[Any]) -> float:
        """Take a prediction; return the score shown for it."""
        values = self.metric.contributions(self._truth, [prediction])
        assert values is not None, "a board of a simulation takes metrics of single cases"
        one = values[:, 0]
        exact = float(one.mean()) if self.ladder is None else self.ladder.submit(one)
        shown = round(exact, self.digits)
        if self.best is None or (shown > self.best) == self.maximize:
            self.best = shown
        return shown

    def accuracy(self, called: NDArray[Any]) -> float:
        """Return the share of right answers, which the board does not show."""
        return float((called == self._truth).mean())
