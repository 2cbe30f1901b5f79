"""Persons that models are fitted on: everybody once, or a resample by counts, without copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.starts import Starts


@dataclass(frozen=True, eq=False)
class Drawn:
    """Persons, each once, with how often each counts.

    Attributes:
        baseline: Covariates, ``(n, p)``.
        administrative: True where censoring is the end of the study, ``(n,)``.
        ends: Ends of follow-up, up to the horizon.
        treated: Arm of each person, ``(n,)``.
        counts: How often each person counts, above 0, ``(n,)``.
        starts: Where fits of nearly the same rows ended.
    """

    baseline: pd.DataFrame
    administrative: NDArray[np.bool_]
    ends: Ends
    treated: NDArray[np.bool_]
    counts: NDArray[np.float64]
    starts: Starts

    @classmethod
    def of(
        cls,
        cohort: Cohort,
        ends: Ends,
        treated: NDArray[np.bool_],
        counts: NDArray[np.integer],
        starts: Starts,
    ) -> Drawn:
        """Return those of a cohort who were drawn, once each.

        Args:
            cohort: The cohort.
            ends: Ends of follow-up of everybody.
            treated: Arm of everybody, ``(n,)``.
            counts: How often each person was drawn, ``(n,)``.
            starts: Where fits of nearly the same rows ended.
        """
        rows = np.flatnonzero(counts)
        return cls(
            cohort.baseline.iloc[rows],
            cohort.administrative[rows],
            ends.take(rows),
            treated[rows],
            counts[rows].astype(np.float64),
            starts,
        )
