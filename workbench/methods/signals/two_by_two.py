"""The four cells behind each pair: with and without the drug, with and without the event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.metrics.arrays import numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TwoByTwo:
    """Cases of each pair's four cells, each ``(m,)``.

    Attributes:
        both: Drug and event.
        drug_only: The drug without the event.
        event_only: The event without the drug.
        neither: The others.
    """

    both: Floats
    drug_only: Floats
    event_only: Floats
    neither: Floats

    def __len__(self) -> int:
        return len(self.both)

    @property
    def n_drug(self) -> Floats:
        """Cases with the drug."""
        return self.both + self.drug_only

    @property
    def n_event(self) -> Floats:
        """Cases with the event."""
        return self.both + self.event_only

    @property
    def total(self) -> Floats:
        """All cases."""
        return self.n_drug + self.event_only + self.neither

    @classmethod
    def of(cls, counts: pd.DataFrame) -> TwoByTwo:
        """Return the four cells of counted pairs.

        Args:
            counts: Columns ``n``, ``n_drug``, ``n_event`` and ``n_total``.

        Raises:
            DataError: ``missing-column``, or by row ``not-a-count``, ``count-above-margin``,
                ``margins-above-total``.
        """
        lost = [name for name in COLUMNS if name not in counts.columns]
        if lost:
            problems = [Problem("missing-column", f"there is no column '{name}'") for name in lost]
            raise DataError("these are no counted pairs", problems=problems)
        n, drug, event, total = (numbers(counts[name], name) for name in COLUMNS)
        values = np.vstack([n, drug, event, total])
        with np.errstate(invalid="ignore"):
            whole = np.isfinite(values) & (values >= 0) & (values == np.round(values))
            faults = {
                "not-a-count": ~whole.all(axis=0),
                "count-above-margin": n > np.minimum(drug, event),
                "margins-above-total": drug + event - n > total,
            }
        problems = [
            Problem(
                code,
                f"{_SAID[code]} ({int(rows.sum())} of {len(n)} rows): "
                + ", ".join(f"{k}={counts[k].iloc[int(np.argmax(rows))]}" for k in COLUMNS),
                f"row {int(np.argmax(rows))}",
                _REMEDY.get(code, ""),
            )
            for code, rows in faults.items()
            if rows.any()
        ]
        if problems:
            raise DataError("these are no counted pairs", problems=problems)
        return cls(n, drug - n, event - n, total - drug - event + n)


COLUMNS = ("n", "n_drug", "n_event", "n_total")
_SAID = {
    "not-a-count": "a count is no whole number of at least 0",
    "count-above-margin": "the pair has more cases than its drug or its event",
    "margins-above-total": "drug and event together have more cases than there are",
}
_REMEDY = {
    "margins-above-total": "rows of a case pair only some of its drugs and events: cross them "
    "(count_pairs does)",
}
