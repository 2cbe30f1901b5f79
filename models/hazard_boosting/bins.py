"""Features as small whole numbers: the bin of each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Bins:
    """Where each feature is cut.

    Attributes:
        edges: Rising edges of each feature; a value is in the bin of the edges below it.
    """

    edges: tuple[NDArray[np.float64], ...]

    @classmethod
    def learn(cls, rows: NDArray[np.float64], count: int) -> Self:
        """Cut between neighbouring values, at quantiles where there are more than ``count``."""
        return cls(tuple(_edges(rows[:, place], count) for place in range(rows.shape[1])))

    def apply(self, rows: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the bin of each value, (n, p)."""
        found = np.empty(rows.shape, dtype=np.uint8)
        for place, edges in enumerate(self.edges):
            found[:, place] = np.searchsorted(edges, rows[:, place], side="left")
        return found

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the edges as plain arrays, one feature behind the other."""
        counts = np.array([len(edges) for edges in self.edges], dtype=np.int64)
        return {"edges": np.concatenate([*self.edges, np.empty(0)]), "edge_counts": counts}

    @classmethod
    def of_arrays(cls, arrays: dict[str, NDArray[np.generic]]) -> Self:
        """Return what ``arrays`` wrote."""
        ends = np.cumsum(arrays["edge_counts"])[:-1]
        return cls(tuple(np.split(arrays["edges"], ends)) if len(arrays["edge_counts"]) else ())


def _edges(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return at most ``count - 1`` edges, halfway between values that were seen."""
    distinct = np.unique(values)
    if len(distinct) > count:
        asked = np.linspace(0, 1, count + 1)[1:-1]
        lower = np.unique(np.quantile(values, asked, method="inverted_cdf"))
        place = np.searchsorted(distinct, lower)
        place = place[place < len(distinct) - 1]
    else:
        place = np.arange(len(distinct) - 1)
    return np.asarray(distinct[place] + (distinct[place + 1] - distinct[place]) / 2)
