"""Spells hidden labels in the digits of a shown log loss, and reads them off again.

Whitehill 2018, "Climbing the Kaggle leaderboard by exploiting the log-loss oracle", AAAI workshops
(arXiv:1707.01825). Most cases are answered alike; a few get probabilities whose losses are powers
of two times the last digit shown: the score then holds their labels in binary.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# A step between two spelled sums a little above the last digit, so that rounding never joins them.
_MARGIN = 1 + 1e-6


def labels_spelled(n_cases: int, digits: int, span: float, *, rounded: float = 0.0) -> int:
    """Return how many labels one shown mean over cases spells.

    Args:
        n_cases: Number of cases the mean is over.
        digits: Decimals shown.
        span: How much the answer to one case can move its loss between two labels.
        rounded: What the sum over cases is rounded to before (1 by the Ladder).

    >>> labels_spelled(4000, 3, 36.0), labels_spelled(4000, 5, 36.0), labels_spelled(4000, 3, 2.0)
    (4, 10, 0)
    """
    step = (n_cases * 10.0**-digits + rounded) * _MARGIN
    return min(n_cases, int(math.log2(span / step)) + 1) if span >= step else 0


def spelled_answer(
    n_cases: int, probed: NDArray[np.int64], step: float, background: float = 0.0
) -> NDArray[np.float64]:
    """Return the probabilities of class 1 that spell the labels of a few cases.

    Args:
        n_cases: Number of cases.
        probed: The cases, at most as many as :func:`labels_spelled` says.
        step: Loss that the lowest bit adds.
        background: Log odds of class 1 for all other cases.

    Returns:
        Shape ``(n,)``.
    """
    odds = np.full(n_cases, background)
    odds[probed] = background - step * 2.0 ** np.arange(len(probed))
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def read_spelled(
    shown: float,
    n_cases: int,
    n_ones: int,
    answer: NDArray[np.float64],
    probed: NDArray[np.int64],
    step: float,
    background: float = 0.0,
) -> NDArray[np.int64]:
    """Return the labels that a shown log loss spells, shape of ``probed``.

    A probed case of class 1 adds its bit to what all would lose if the probed cases were answered
    like the others, or differently by a constant that the adversary knows.

    Args:
        shown: The mean log loss.
        n_cases: Number of cases.
        n_ones: Cases of class 1; of no importance where the background is 0.
        answer: What :func:`spelled_answer` gave.
        probed: The cases.
        step: Loss that the lowest bit adds.
        background: Log odds of class 1 for all other cases.
    """
    of_zero, of_one = np.logaddexp(0.0, background), np.logaddexp(0.0, -background)
    without = (n_cases - n_ones) * of_zero + n_ones * of_one
    without += (-np.log1p(-answer[probed]) - of_zero).sum()
    code = round(float(shown * n_cases - without) / step)
    code = min(max(code, 0), 2 ** len(probed) - 1)
    return np.array([(code >> bit) & 1 for bit in range(len(probed))], dtype=np.int64)
