"""Whole weights in the layout the compiled loops need: blocks of columns that stay in cache."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.compiled import kernels
from workbench.metrics.sums import is_integral

# Columns worked on at a time: their counters stay in the first-level cache.
WIDTH = 512


class Counts:
    """Counts of rows for every resample.

    Args:
        weights: Whole numbers, not negative, shape ``(n, B)``.
        what: Which scheme asks, for the error.

    Raises:
        UsageError: Weights are not whole: the scheme knows rows written several times only.
    """

    def __init__(self, weights: NDArray[np.generic], what: str) -> None:
        if not is_integral(weights):
            raise UsageError(
                f"{what} needs whole weights: how often a bootstrap drew each row",
                remedy="use mean_then_rank or rank_then_mean for importance weights",
            )
        peak = weights.max(initial=0)
        kind = np.uint8 if peak < 2**8 else np.uint16 if peak < 2**16 else np.int64
        self.columns: NDArray[Any] = weights.astype(kind, copy=False)
        self.totals = weights.sum(axis=0, dtype=np.int64)

    @cached_property
    def blocks(self) -> NDArray[Any]:
        """The same counts, shape ``(blocks, n, width)``; columns beyond B are zero."""
        n_rows, n_columns = self.columns.shape
        width = min(WIDTH, n_columns)
        blocks = np.zeros((-(-n_columns // width), n_rows, width), dtype=self.columns.dtype)
        for number in range(len(blocks)):
            part = self.columns[:, number * width : (number + 1) * width]
            blocks[number, :, : part.shape[1]] = part
        return blocks

    def compiled(self, n_series: int) -> Any | None:
        """Return the compiled loops where walking ``n_series`` series is worth it."""
        return kernels(n_series * self.columns.size, "workbench.challenge.ranking.kernels")
