"""What hosting a challenge needs to know of a kind of answer beyond its scoring."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.scoring import Challenge

SAMPLE_CASES = 24


class Compared(NamedTuple):
    """What of a submission is held against others, to find copies.

    Attributes:
        stated: Numbers whose order is compared column by column, shape ``(n, d)``.
        decided: What was decided for each case, a number from 0, shape ``(n,)``.
    """

    stated: NDArray[np.float64]
    decided: NDArray[np.int64]


class HostedKind(ABC):
    """A kind of answer as the host of a challenge sees it; it holds no state."""

    # Labels.

    @abstractmethod
    def strata(self, labels: pd.DataFrame, card: Challenge) -> list[str]:
        """Return a group of each case by its true answer, where a method needs classes."""

    @abstractmethod
    def gate_classes(self, labels: pd.DataFrame, card: Challenge) -> tuple[NDArray[np.int64], int]:
        """Return what the disclosure gate counts as events, and how many kinds of it there are.

        Returns:
            A number from 0 for each case, and the number of kinds; 0 kinds where nothing is an
            event, so that the gate counts persons alone.
        """

    def label_remarks(self, labels: pd.DataFrame, card: Challenge) -> Iterator[Problem]:
        """Yield what is odd about labels that can be used; the organiser decides."""
        return iter(())

    # Submissions.

    @abstractmethod
    def knows_nothing(self, card: Challenge) -> list[float]:
        """Return a valid row of the numeric columns that says nothing of its case."""

    @abstractmethod
    def compared(self, table: pd.DataFrame, card: Challenge) -> Compared:
        """Return what of a checked submission is held against others."""

    @abstractmethod
    def compared_size(self, card: Challenge) -> tuple[int, int]:
        """Return the number of columns of :meth:`compared`, and of different decisions."""

    # Starting kits.

    def sample_cases(self, card: Challenge) -> int:
        """Return how many cases a made-up sample has."""
        return SAMPLE_CASES

    @abstractmethod
    def made_up_labels(self, n: int, card: Challenge) -> dict[str, list[str]]:
        """Return the columns of the answer for a made-up sample of ``n`` cases, as text."""

    @abstractmethod
    def made_up_answers(self, labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
        """Return the numeric columns of a fair submission to made-up labels."""

    @abstractmethod
    def form_words(self, card: Challenge) -> tuple[str, str]:
        """Return what the rules say of a submission's numbers, in English and French."""


def quarters(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the quarter of its column that each value is in by rank, 0 to 3; NaN counts as 0.

    >>> quarters(np.array([3.0, 1.0, 2.0, 9.0])).tolist()
    [2, 0, 1, 3]
    """
    share = pd.Series(values).rank(pct=True, method="first").fillna(0.25).to_numpy()
    return np.asarray(np.clip(np.ceil(share * 4) - 1, 0, 3), dtype=np.int64)
