"""Relative error of counts and amounts in cells of a table, where small cells matter most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_positive
from workbench.metrics.effects.base import Hidden, Said
from workbench.metrics.effects.over_groups import OverGroups


@dataclass(frozen=True)
class RelativeCellError(OverGroups):
    """Mean distance of the estimate from the truth as a share of the truth, by group.

    The truth of a cell is 0 or above, and known: a cell whose truth is masked is an interval and
    belongs into no labels.

    Attributes:
        least: Smallest truth that an error is a share of: where the truth is less (0 above all),
            the error is ``distance / least``, so that what is invented in an empty cell counts.
    """

    least: float = 1.0

    direction = "minimize"
    undefined = "no such cell was answered"

    def __post_init__(self) -> None:
        """Refuse unknown choices, and a share of nothing."""
        super().__post_init__()
        check_positive(f"least of {self.name}", self.least)

    @property
    def convention(self) -> str:
        """How an error becomes a share, and how groups are put together."""
        share = f"share of the truth, of {self.least:g} where the truth is less"
        return f"{share}; {super().convention}"

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return 0 everywhere, and the number with the least error over all judged cells."""
        hidden = Hidden.of(truth)
        value = hidden.value[self.answered(hidden, _answered_all(len(truth)))]
        if not value.size:
            return [("0 in every cell", np.array([[0.0, 0.0, 0.0, 0.0]]))]
        order = np.argsort(value, kind="stable")
        weight = np.cumsum(1.0 / np.maximum(np.abs(value[order]), self.least))
        middle = float(value[order][np.searchsorted(weight, weight[-1] / 2)])
        return [
            ("0 in every cell", np.array([[0.0, 0.0, 0.0, 0.0]])),
            ("one number in every cell", np.array([[middle, middle, middle, 0.0]])),
        ]

    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return the relative errors."""
        return np.abs(said.estimate - hidden.value) / np.maximum(np.abs(hidden.value), self.least)

    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean."""
        return means


@register
@dataclass(frozen=True)
class CellError(RelativeCellError):
    """Relative error over all cells.

    >>> truth = [[100.0, 1, 0, 1], [0.0, 1, 0, 1]]
    >>> round(CellError()(truth, [[90.0, 90, 90, 0], [2.0, 2, 2, 0]]), 6)
    1.05
    """

    name = "cell-error"
    title = "mean relative error over the cells of a table"
    source = "|estimate - truth| / max(truth, least), mean by group"


@register
@dataclass(frozen=True)
class SmallCellError(RelativeCellError):
    """Relative error over the cells whose truth is at most ``most``, empty ones among them.

    >>> truth = [[10.0, 1, 0, 1], [900.0, 1, 0, 1], [4.0, 1, 1, 1]]
    >>> round(SmallCellError()(truth, [[x, x, x, 0] for x in (12.0, 1.0, 4.0)]), 6)
    0.1
    """

    most: float = 50.0

    name = "small-cell-error"
    title = "mean relative error over the small cells of a table"
    source = "|estimate - truth| / max(truth, least) where truth <= most, mean by group"

    def __post_init__(self) -> None:
        """Refuse unknown choices, and small cells that are smaller than the smallest share."""
        super().__post_init__()
        check_positive(f"most of {self.name}", self.most)

    @property
    def convention(self) -> str:
        """Which cells are small, and what an error is a share of."""
        return f"truth of at most {self.most:g}; {super().convention}"

    def answered(self, hidden: Hidden, said: Said) -> NDArray[np.bool_]:
        """Return the small cells that were answered."""
        return super().answered(hidden, said) & (hidden.value <= self.most)


def _answered_all(count: int) -> Said:
    """Return answers to all cells."""
    zero = np.zeros(count)
    return Said(zero, zero, zero, np.zeros(count, dtype=np.bool_))
