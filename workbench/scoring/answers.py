"""A checked submission beside its labels, in the form metrics take."""

from __future__ import annotations

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from workbench.metrics import Metric
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card import Challenge
from workbench.scoring.decisions import decisions as decisions


class Answers:
    """A checked submission and its labels, both in the order of the keys.

    Args:
        table: What :func:`workbench.scoring.check_submission` returns.
        labels: What :func:`workbench.scoring.load_truth` returns.
        challenge: The challenge both belong to.

    Attributes:
        challenge: The challenge.
        labels: The labels.
        truth: Class numbers ``(n,)``; of survival times and events ``(n, 2)``.
        units: Unit ids, shape ``(n,)``.
        stated: What was answered, missing answers filled in by the challenge's policy.
        n_missing: How many answers were filled in.
    """

    def __init__(self, table: pd.DataFrame, labels: pd.DataFrame, challenge: Challenge) -> None:
        self.challenge, self.labels = challenge, labels
        kind = kind_of(challenge)
        self.truth = kind.truth(labels, challenge)
        self.units = labels[challenge.unit].to_numpy(dtype=object)
        self.stated = kind.stated(table, self.truth, challenge)
        self.n_missing = self.stated.n_missing

    def truth_of(self, metric: Metric) -> NDArray[Any]:
        """Return the truth as a metric takes it, one row a case."""
        return kind_of(self.challenge).truth_for(metric, self.truth, self.labels, self.challenge)

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return what a metric needs, one row a case."""
        return self.stated.prediction(metric)
