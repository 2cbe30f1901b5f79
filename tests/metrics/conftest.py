"""Random classification problems with ties, several classes and weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sample:
    """A small classification problem.

    Attributes:
        truth: Class numbers (n,).
        probabilities: (n, K), rows sum to one.
        labels: Class numbers called (n,).
        weights: Real weights (n,).
        counts: Whole weights (n,), some zero.
    """

    truth: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]
    counts: NDArray[np.int64]


def _make(seed: int, n: int = 211, n_classes: int = 4, digits: int | None = None) -> Sample:
    """Draw a sample in which answers are better than chance; few digits make heavy ties."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.arange(n) % n_classes)
    logits = rng.normal(size=(n, n_classes)) + 1.2 * np.eye(n_classes)[truth]
    values = np.exp(logits)
    values /= values.sum(axis=1, keepdims=True)
    if digits is not None:
        values = np.round(values, digits)
        values[np.arange(n), values.argmax(axis=1)] += 1.0 - values.sum(axis=1)
        values = np.clip(np.round(values, 12), 0.0, 1.0)
    return Sample(
        truth,
        values,
        values.argmax(axis=1),
        rng.uniform(0.1, 3.0, n),
        rng.integers(0, 4, n),
    )


@pytest.fixture
def make_sample() -> Callable[..., Sample]:
    """The function that draws a sample from a seed."""
    return _make


@pytest.fixture(params=[(0, None), (1, 1), (2, 2)], ids=["continuous", "heavy-ties", "ties"])
def sample(request: pytest.FixtureRequest) -> Sample:
    """Four classes, with and without ties."""
    seed, digits = request.param
    return _make(seed, digits=digits)


@pytest.fixture(params=[(3, None), (4, 1)], ids=["continuous", "heavy-ties"])
def binary(request: pytest.FixtureRequest) -> Sample:
    """Two classes, with and without ties."""
    seed, digits = request.param
    return _make(seed, n_classes=2, digits=digits)
