"""The margins of a table of drugs by events, within strata, and what they let one expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.signals.cells import Cells

Floats = NDArray[np.float64]
_BLOCK = 4_000_000  # cells at a time


@dataclass(frozen=True, eq=False)
class Margins:
    """How many cases name each drug and each event.

    Attributes:
        drugs: Cases with each drug by stratum, ``(D, S)``.
        events: Cases with each event by stratum, ``(V, S)``.
        total: Cases by stratum, ``(S,)``, each above 0.
    """

    drugs: Floats
    events: Floats
    total: Floats

    def expected(self, drug: NDArray[np.int64], event: NDArray[np.int64]) -> Floats:
        """Return the cases that pairs would have if drugs and events were independent in strata.

        ``E = sum over strata of n_drug n_event / n_total``.

        Args:
            drug: Rows of ``drugs``, ``(m,)``.
            event: Rows of ``events``, ``(m,)``.
        """
        return _products(self.drugs[drug], self.events[event], self.total)


def zero_cells(
    margins: Margins, drug: NDArray[np.int64], event: NDArray[np.int64], width: float = 0.01
) -> Cells:
    """Return the cells without a report, squashed; no table of all cells is ever held.

    Cells with the same margins are one. A cell of which nothing is expected in any stratum, such as
    a drug of women and an event of men, can hold no report and is left out.

    Args:
        margins: Of the table.
        drug: Drug of each pair that has a report, ``(m,)``.
        event: Its event, ``(m,)``.
        width: Relative width of the bins of expected counts.
    """
    drugs, of_drug = np.unique(margins.drugs, axis=0, return_counts=True)
    events, of_event = np.unique(margins.events, axis=0, return_counts=True)
    bins = _Bins(margins, width)
    rows = max(1, _BLOCK // len(events))
    for start in range(0, len(drugs), rows):
        some = slice(start, start + rows)
        expected = _products(drugs[some, None, :], events[None, :, :], margins.total)
        bins.add(expected.ravel(), np.outer(of_drug[some], of_event).ravel().astype(np.float64))
    bins.add(margins.expected(drug, event), np.full(len(drug), -1.0))
    return bins.cells()


class _Bins:
    """Expected counts in bins of equal width on the log scale."""

    def __init__(self, margins: Margins, width: float) -> None:
        self.width = width
        least = 1.0 / margins.total.max()
        self.low = int(np.floor(np.log(least) / np.log1p(width))) - 1
        most = float(margins.total.sum())
        size = int(np.ceil(np.log(most) / np.log1p(width))) - self.low + 2
        self.weight, self.sums = np.zeros(size), np.zeros(size)

    def add(self, expected: Floats, weight: Floats) -> None:
        """Add cells, or with weights below 0 take them away."""
        some = expected > 0
        inside, count = expected[some], weight[some]
        place = np.floor(np.log(inside) / np.log1p(self.width)).astype(np.int64) - self.low
        self.weight += np.bincount(place, count, len(self.weight))
        self.sums += np.bincount(place, count * inside, len(self.weight))

    def cells(self) -> Cells:
        """Return what is left."""
        some = self.weight > 0
        words = f"cells of equal count merged where expected is within {self.width:.3g}"
        words += " of each other"
        mean = self.sums[some] / self.weight[some]
        return Cells(np.zeros(int(some.sum())), mean, self.weight[some], words)


def _products(drugs: Floats, events: Floats, total: Floats) -> Floats:
    """Return the expected counts; the same digits for the same margins, however they are shaped."""
    expected = drugs[..., 0] * events[..., 0] / total[0]
    for stratum in range(1, len(total)):
        expected = expected + drugs[..., stratum] * events[..., stratum] / total[stratum]
    return np.asarray(expected, dtype=np.float64)
