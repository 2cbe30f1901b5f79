"""Ranking schemes that rank a quantile of the values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.decimals import whole_numbers
from workbench.challenge.ranking.quantiles import weighted_quantiles
from workbench.challenge.ranking.schemes import OfValues
from workbench.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class QuantileThenRank(OfValues):
    """Rank a quantile of the values (R type 7): how bad the bad cases are.

    Attributes:
        q: 0 to 1; 0.05 is the usual choice where more is better.
    """

    name = "quantile_then_rank"
    title = "quantile, then rank"
    peer = "aggregateThenRank(FUN = function(x) quantile(x, probs = 0.05))"
    q: float = 0.05

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 <= self.q <= 1.0:
            raise UsageError(f"q is a quantile between 0 and 1, got {self.q}")

    @property
    def label(self) -> str:
        """Name with the quantile."""
        return f"{self.name}(q={self.q:g})"

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        numbers, denominator = whole_numbers(values)
        return weighted_quantiles(numbers, ~np.isnan(values), weights, self.q) / denominator


@dataclass(frozen=True, kw_only=True)
class MedianThenRank(OfValues):
    """Rank the medians."""

    name = "median_then_rank"
    title = "median, then rank"
    peer = "aggregateThenRank(FUN = median)"

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        numbers, denominator = whole_numbers(values)
        return weighted_quantiles(numbers, ~np.isnan(values), weights, 0.5) / denominator
