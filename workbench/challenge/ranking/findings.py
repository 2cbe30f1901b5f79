"""Where a published table and its recomputation disagree, and whether rounding can explain it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.published import Printed

_COLUMNS = ("team", "column", "printed", "recomputed", "kind", "explanation")


class Findings:
    """Collects disagreements between print and recomputation.

    Args:
        teams: Names, in the order of the table.
    """

    def __init__(self, teams: list[str]) -> None:
        self.teams = teams
        self.rows: list[tuple[str, str, float, float, str, str]] = []

    def ranks(
        self,
        printed: Printed,
        expected: NDArray[np.float64],
        source: str,
        basis: Printed,
        larger: bool,
    ) -> None:
        """Compare printed ranks with those of the numbers they should come from."""
        signed = -basis.values if larger else basis.values
        best = 1 + (signed[None, :] < signed[:, None]).sum(axis=1)
        worst = (signed[None, :] <= signed[:, None]).sum(axis=1)
        for row in np.flatnonzero(printed.values != expected):
            hidden = best[row] <= printed.values[row] <= worst[row] and best[row] < worst[row]
            kind = "rounding" if hidden else "contradiction"
            why = "equal in print; hidden digits may decide" if hidden else "not in this order"
            text = f"does not follow from {source}: {why}"
            self._add(row, printed, expected, kind, text)

    def means(self, printed: Printed, expected: NDArray[np.float64], source: str) -> None:
        """Compare printed mean ranks with the means of the ranks, to the digits printed."""
        apart = np.abs(printed.values - expected) > printed.half_step * (1 + 1e-9)
        for row in np.flatnonzero(apart):
            text = f"is not the mean of {source}"
            self._add(row, printed, expected, "contradiction", text)

    def chain(self, printed: Printed, expected: NDArray[np.float64]) -> None:
        """Compare final ranks with those of the whole chain, where no finding names the place."""
        known = {(team, column) for team, column, *_ in self.rows}
        for row in np.flatnonzero(printed.values != expected):
            if (self.teams[row], printed.name) not in known:
                text = "follows from the printed ranks, but not from the printed metric values"
                self._add(row, printed, expected, "rounding", text)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a disagreement."""
        return pd.DataFrame(self.rows, columns=list(_COLUMNS))

    def _add(
        self,
        row: np.signedinteger[Any],
        printed: Printed,
        expected: NDArray[np.float64],
        kind: str,
        text: str,
    ) -> None:
        """Add one finding."""
        values = float(printed.values[row]), float(expected[row])
        self.rows.append((self.teams[row], printed.name, *values, kind, text))
